//! Where the TPI scored an indicator differently than the unit did.

use super::Unit;
use crate::TOLERANCE;
use crate::lke::Role;
use crate::lke::template::NodeIndex;

/// One indicator that both roles answered, with different ratios.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// Place in the run's units.
    pub unit: usize,
    /// The indicator.
    pub node: NodeIndex,
    /// Ratio of the unit, 0–1.
    pub unit_ratio: f64,
    /// Ratio of the TPI, 0–1.
    pub tpi_ratio: f64,
    /// What the difference is worth, in points of the node that carries the weight; negative where the TPI is stricter.
    pub points: f64,
}

/// Every gap, by satker and in the worksheet's order.
pub fn gaps(units: &[Unit]) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for (place, unit) in units.iter().enumerate() {
        let Some(lke) = &unit.lke else { continue };
        let (Some(of_unit), Some(of_tpi)) = (lke.role(Role::Unit), lke.role(Role::Tpi)) else { continue };
        for node in lke.template.indicators() {
            let (Some(unit_ratio), Some(tpi_ratio)) = (of_unit.ratios[node], of_tpi.ratios[node]) else { continue };
            let difference = tpi_ratio.value - unit_ratio.value;
            if difference.abs() > TOLERANCE {
                let points = difference * share_of_points(lke, node);
                gaps.push(Gap { unit: place, node, unit_ratio: unit_ratio.value, tpi_ratio: tpi_ratio.value, points });
            }
        }
    }
    gaps
}

/// Points an indicator is worth: its own weight, else an equal share of its subarea's.
fn share_of_points(lke: &crate::lke::LkeResult, node: NodeIndex) -> f64 {
    let template = &lke.template;
    if let Some(weight) = template.nodes[node].weight {
        return weight;
    }
    template.nodes[node]
        .parent
        .map_or(0.0, |parent| template.weight(parent) / template.nodes[parent].children.len() as f64)
}
