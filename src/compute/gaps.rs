//! Where the TPI scored an indicator differently than the unit did, and what that does to the score.

use polars::prelude::*;

use super::{grouped, in_order};
use crate::TOLERANCE;
use crate::frames::rows::{numbers, places};
use crate::frames::{TemplateFrames, schema};
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

/// The rows of [`schema::GAPS`].
///
/// # Errors
/// Only when the frame cannot be read, which no input can cause.
pub fn rows(gaps: &DataFrame) -> PolarsResult<Vec<Gap>> {
    let ratios = numbers(gaps, "unit")?.zip(numbers(gaps, "tpi")?);
    let rows = places(gaps, "satker")?.zip(places(gaps, "node")?).zip(ratios).zip(numbers(gaps, "points")?);
    let row = |(((unit, node), (unit_ratio, tpi_ratio)), points): (_, Option<f64>)| Gap {
        unit,
        node,
        unit_ratio,
        tpi_ratio,
        points: points.unwrap_or_default(),
    };
    Ok(rows.map(row).collect())
}

/// The frame [`schema::GAPS`] of [`schema::RATIOS`], by satker and in the worksheet's order; of satker of which both roles
/// answered anything.
///
/// The points are what exchanging the answers of the unit for those of the TPI, one indicator after another, does to the
/// total at each: the difference of two scores of the node that holds the indicator, nothing answered being worth nothing
/// there. So all of a satker's add up to the difference of its totals, whatever either role left blank.
///
/// # Errors
/// Only when the frames cannot be computed, which no input can cause.
pub fn gaps(template: &TemplateFrames, ratios: &DataFrame) -> PolarsResult<DataFrame> {
    let both = of_role(ratios, "unit")?.join(
        of_role(ratios, "tpi")?,
        ["satker", "node"].map(col),
        ["satker", "node"].map(col),
        in_order(JoinType::Inner),
    );
    let is = |place: &'static str| col("place").eq(lit(place));
    let mean =
        |is_exchanged: Expr| when(is_exchanged).then(col("tpi")).otherwise(col("unit")).mean().fill_null(lit(0.0));
    let gained = mean(is("before").or(is("own"))) - mean(is("before"));
    let siblings = template.siblings.clone().lazy();
    let siblings = siblings.join(both.clone(), [col("sibling")], [col("node")], in_order(JoinType::Inner));
    let points = grouped(siblings, ["satker", "node", "points"])
        .agg([gained.alias("gained")])
        .with_column(col("points") * col("gained"));
    let difference = col("unit") - col("tpi");
    let differs = difference.clone().gt(lit(TOLERANCE)).or(difference.lt(lit(-TOLERANCE)));
    let one_only = col("unit").is_null().neq(col("tpi").is_null());
    let gaps = both.filter(one_only.or(differs)).join(
        points,
        ["satker", "node"].map(col),
        ["satker", "node"].map(col),
        in_order(JoinType::Left),
    );
    schema::GAPS.collect(gaps)
}

/// The ratios of a role, in a column of its name; of satker of which it answered anything.
fn of_role(ratios: &DataFrame, role: &'static str) -> PolarsResult<LazyFrame> {
    let ratios = ratios.clone().lazy().filter(col("role").eq(lit(role)));
    let answered = ratios.with_column(col("ratio").count().over([col("satker")])?.alias("answered"));
    let answered = answered.filter(col("answered").gt(lit(0_u32)));
    Ok(answered.select([col("satker"), col("node"), col("ratio").alias(role)]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::made::{FRAMES, Ratios, any_ratios, by_code, frame, of_units, proven};
    use super::{Gap, gaps, rows};
    use crate::lke::Role;

    fn between(pairs: &[(Ratios, Ratios)]) -> Vec<Gap> {
        let both = pairs.iter().enumerate();
        let both = both.flat_map(|(satker, (unit, tpi))| [(satker, Role::Unit, unit), (satker, Role::Tpi, tpi)]);
        rows(&gaps(&FRAMES, &frame(both)).unwrap()).unwrap()
    }

    #[test]
    fn an_exchanged_answer_is_worth_what_it_does_to_the_score() {
        // What both roles answer alike makes both of them known, and no gap.
        let of = |given: &[(&str, f64)]| {
            let find = |code: &str| given.iter().chain(&[("B.II.a", 1.0)]).find(|(given, _)| *given == code);
            by_code(|code| find(code).and_then(|(_, value)| proven(*value)))
        };
        let gained = |unit: &[(&str, f64)], tpi: &[(&str, f64)]| -> Vec<(String, f64)> {
            let gaps = between(&[(of(unit), of(tpi))]);
            gaps.iter().map(|gap| (FRAMES.template.nodes[gap.node].code.clone(), gap.points)).collect()
        };
        let is = |code: &str, points: f64| (code.to_owned(), points);
        // One of two answered, in a subarea of 0.5: the score goes from 0.5 to 0, not to 0.25.
        assert_eq!(gained(&[("A.I.1.i.a", 1.0)], &[("A.I.1.i.a", 0.0)]), [is("A.I.1.i.a", -0.5)]);
        assert_eq!(gained(&[("A.I.1.i.a", 1.0)], &[]), [is("A.I.1.i.a", -0.5)]);
        assert_eq!(gained(&[], &[("A.I.1.i.b", 0.5)]), [is("A.I.1.i.b", 0.25)]);
        // Blank in place of the best takes its whole weight in the mean away; the other then carries all of it.
        assert_eq!(
            gained(&[("A.I.1.i.a", 1.0), ("A.I.1.i.b", 0.0)], &[("A.I.1.i.b", 0.5)]),
            [is("A.I.1.i.a", -0.25), is("A.I.1.i.b", 0.25)]
        );
        assert_eq!(gained(&[("A.II.5.iii.a.1", 1.0)], &[("A.II.5.iii.a.1", 0.5)]), [is("A.II.5.iii.a.1", -0.5)]);
        assert_eq!(gained(&[("B.I.a", 1.0)], &[("B.I.a", 0.5)]), [is("B.I.a", -8.75)]);
    }

    #[test]
    fn a_role_that_answered_nothing_is_not_compared() {
        assert_eq!(between(&[(by_code(|_| proven(1.0)), by_code(|_| None))]), []);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 16, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn exchanged_answers_add_up_to_the_difference_of_the_totals(units in any_ratios(25), tpis in any_ratios(25)) {
            let totals = |of: &[Ratios]| -> Vec<f64> {
                of_units(of, None).iter().map(|result| result.total.score.unwrap_or(0.0)).collect()
            };
            let (of_unit, of_tpi) = (totals(&units), totals(&tpis));
            let pairs: Vec<(Ratios, Ratios)> = units.into_iter().zip(tpis).collect();
            let gaps = between(&pairs);
            for satker in 0..pairs.len() {
                let sum: f64 = gaps.iter().filter(|gap| gap.unit == satker).map(|gap| gap.points).sum();
                prop_assert!((sum - (of_tpi[satker] - of_unit[satker])).abs() < 1e-9);
            }
            for gap in gaps {
                let (unit, tpi) = &pairs[gap.unit];
                prop_assert_eq!((gap.unit_ratio, gap.tpi_ratio), (unit[gap.node].map(|r| r.value), tpi[gap.node].map(|r| r.value)));
                prop_assert!(gap.unit_ratio != gap.tpi_ratio);
            }
        }
    }
}
