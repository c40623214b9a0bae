//! Where the TPI scored an indicator differently than the unit did.

use super::Unit;
use crate::TOLERANCE;
use crate::lke::Role;
use crate::lke::score::{Ratio, exchange};
use crate::lke::template::NodeIndex;

/// One indicator that the two roles answered differently, or only one of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// Place in the run's units.
    pub unit: usize,
    /// The indicator.
    pub node: NodeIndex,
    /// Ratio of the unit, 0–1; none where it did not answer.
    pub unit_ratio: Option<f64>,
    /// Ratio of the TPI, 0–1; none where it did not answer.
    pub tpi_ratio: Option<f64>,
    /// What exchanging the unit's answer for the TPI's does to the score, in points, those before it being exchanged
    /// already; negative where the TPI is stricter. All of a satker's add up to the difference of its totals.
    pub points: f64,
}

/// Every gap, by satker and in the worksheet's order; of satker of which both roles answered anything.
pub fn gaps(units: &[Unit]) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for (place, unit) in units.iter().enumerate() {
        let Some(lke) = &unit.lke else { continue };
        let answered = |role: Role| lke.role(role).filter(|result| result.scores.total.answered > 0);
        let (Some(of_unit), Some(of_tpi)) = (answered(Role::Unit), answered(Role::Tpi)) else { continue };
        let points = exchange(&lke.template, &of_unit.ratios, &of_tpi.ratios);
        let value = |ratio: Option<Ratio>| ratio.map(|ratio| ratio.value);
        for node in lke.template.indicators() {
            let (unit_ratio, tpi_ratio) = (value(of_unit.ratios[node]), value(of_tpi.ratios[node]));
            let differs = match (unit_ratio, tpi_ratio) {
                (Some(unit), Some(tpi)) => (unit - tpi).abs() > TOLERANCE,
                (unit, tpi) => unit.is_some() != tpi.is_some(),
            };
            if differs {
                gaps.push(Gap { unit: place, node, unit_ratio, tpi_ratio, points: points[node] });
            }
        }
    }
    gaps
}
