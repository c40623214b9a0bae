//! From ratios to scores: the official arithmetic, with its bounds.
//!
//! The official worksheet averages the *answered* indicators, which flatters whoever leaves the hard ones open. So every
//! node carries three numbers: `score` as the regulation's sheet computes it, `floor` where every open indicator counts 0,
//! and `ceiling` where it counts 1. Always floor ≤ score ≤ ceiling ≤ weight.

use polars::prelude::*;

use super::{grouped, in_order};
use crate::frames::{TemplateFrames, schema};

/// The frame [`schema::SCORES`] of [`schema::RATIOS`], sorted by its key.
///
/// Subarea = weight × mean of its answered indicators; everything above is the sum of what is below it (PermenPANRB
/// 90/2021, worksheet formulas).
///
/// # Errors
/// Only when the frames cannot be computed, which no input can cause.
pub fn scores(template: &TemplateFrames, ratios: &DataFrame) -> PolarsResult<DataFrame> {
    let nodes = template.nodes.clone().lazy().select(["node", "weight", "holder", "points"].map(col));
    let rated = ratios
        .clone()
        .lazy()
        .select(["satker", "role", "node", "ratio", "proven"].map(col))
        .join(nodes.clone(), [col("node")], [col("node")], in_order(JoinType::Inner))
        .with_columns([
            when(col("proven")).then(col("ratio")).otherwise(lit(0.0)).fill_null(lit(0.0)).alias("least"),
            col("ratio").fill_null(lit(1.0)).alias("most"),
        ]);
    // Without a weight of its own an indicator has no points: what it is worth shows in its subarea's.
    let shares = rated.clone().filter(col("weight").is_null()).select([
        col("satker"),
        col("role"),
        col("node"),
        lit(NULL).alias("score"),
        col("least").alias("floor"),
        col("most").alias("ceiling"),
        col("ratio"),
        col("ratio").is_not_null().alias("answered"),
        lit(1).alias("indicators"),
    ]);
    let earned = grouped(rated, ["satker", "role", "holder"]).agg([
        (col("points").first() * col("ratio").mean()).alias("score"),
        (col("points").first() * col("least").mean()).alias("floor"),
        (col("points").first() * col("most").mean()).alias("ceiling"),
        col("ratio").count().alias("answered"),
        len().alias("indicators"),
    ]);
    let earned = earned.sort(["satker", "role", "holder"], SortMultipleOptions::default());
    let above = template.above.clone().lazy();
    let earned = earned.join(above, [col("holder")], [col("holder")], in_order(JoinType::Inner));
    let sums = grouped(earned, ["satker", "role", "node"])
        .agg([
            // What nobody answered has no score; a sum over nothing would be 0.
            when(col("score").count().gt(lit(0_u32))).then(col("score").sum()).otherwise(lit(NULL)).alias("score"),
            col("floor").sum(),
            col("ceiling").sum(),
            col("answered").sum(),
            col("indicators").sum(),
        ])
        .join(nodes, [col("node")], [col("node")], in_order(JoinType::Inner))
        .with_column(
            when(col("weight").gt(lit(0.0))).then(col("score") / col("weight")).otherwise(lit(NULL)).alias("ratio"),
        );
    let all = [sums, shares].map(|scores| scores.select(schema::SCORES.select()));
    let scores = concat(all, UnionArgs::default())?;
    schema::SCORES.collect(scores)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::made::{FRAMES, any_ratios, claimed, of_unit, of_units, proven};
    use super::super::{NodeScore, Ratio, RoleResult};

    fn node(result: &RoleResult, code: &str) -> NodeScore {
        result.nodes[FRAMES.template.find(code).unwrap()].score
    }

    #[test]
    fn all_best_is_100_and_nothing_is_no_score() {
        let best = of_unit(|_| proven(1.0)).total;
        assert!((best.score.unwrap() - 100.0).abs() < 1e-9);
        assert!((best.floor - 100.0).abs() < 1e-9);
        assert_eq!((best.answered, best.indicators), (113, 113));
        let none = of_unit(|_| None).total;
        assert_eq!(none.score, None, "nothing answered is no score, not zero");
        assert_eq!(none.floor, 0.0);
        assert!((none.ceiling - 100.0).abs() < 1e-9);
    }

    #[test]
    fn a_subarea_averages_its_answered_indicators_only() {
        let result = of_unit(|code| match code {
            "A.I.1.ii.a" => proven(1.0),
            "A.I.1.ii.b" => proven(0.5),
            _ => None,
        });
        let node = node(&result, "A.I.1.ii");
        assert!((node.score.unwrap() - 0.75).abs() < 1e-9);
        assert!((node.floor - 0.5).abs() < 1e-9);
        assert!((node.ceiling - 2.5 / 3.0).abs() < 1e-9);
        assert_eq!((node.answered, node.indicators), (2, 3));
    }

    #[test]
    fn lhkpn_and_lhkasn_are_summed_not_averaged() {
        let result = of_unit(|code| proven(0.5).filter(|_| code == "A.II.5.iii.a.1"));
        assert_eq!(node(&result, "A.II.5.iii").score, Some(0.5));
    }

    #[test]
    fn a_claimed_percentage_counts_in_the_score_not_in_the_floor() {
        let result = of_unit(|code| match code {
            "A.II.6.i.a" => proven(1.0),
            "A.II.6.i.b" => claimed(1.0),
            _ => None,
        });
        let node = node(&result, "A.II.6.i");
        assert_eq!((node.score, node.floor, node.ceiling), (Some(2.5), 1.25, 2.5));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 16, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn bounds_hold_at_every_node(units in any_ratios(25)) {
            let template = &FRAMES.template;
            for result in of_units(&units, None) {
                for (node, score) in template.nodes.iter().zip(result.nodes.iter().map(|node| node.score)) {
                    let most = node.weight.unwrap_or(1.0) + 1e-9;
                    prop_assert!(score.floor >= 0.0 && score.floor <= score.ceiling + 1e-9 && score.ceiling <= most, "{}", node.code);
                    if let Some(value) = score.score {
                        prop_assert!(score.floor <= value + 1e-9 && value <= score.ceiling + 1e-9, "{}", node.code);
                    }
                    prop_assert!(score.answered <= score.indicators);
                }
                let areas: f64 = result.areas.iter().filter_map(|area| area.score).sum();
                let enablers = node(&result, "A").score.unwrap_or(0.0);
                prop_assert!((areas - enablers).abs() < 1e-9);
            }
        }

        #[test]
        fn a_better_answer_never_lowers_anything(
            units in any_ratios(25),
            which in prop::collection::vec(0_usize..199, 25),
            better in 0.0..=1.0_f64,
        ) {
            let mut improved = units.clone();
            for (unit, &which) in improved.iter_mut().zip(&which) {
                unit[which] = unit[which].map(|old| Ratio { value: old.value + (1.0 - old.value) * better, ..old });
            }
            for (before, after) in of_units(&units, None).iter().zip(of_units(&improved, None)) {
                for (a, b) in before.nodes.iter().zip(&after.nodes).map(|(a, b)| (a.score, b.score)) {
                    prop_assert!(a.score.unwrap_or(0.0) <= b.score.unwrap_or(0.0) + 1e-9);
                    prop_assert!(a.floor <= b.floor + 1e-9 && a.ceiling <= b.ceiling + 1e-9);
                }
            }
        }

        #[test]
        fn answering_narrows_the_bounds(
            units in any_ratios(25),
            which in prop::collection::vec(0_usize..199, 25),
            value in 0.0..=1.0_f64,
        ) {
            let mut answered = units.clone();
            for (unit, &which) in answered.iter_mut().zip(&which) {
                unit[which] = unit[which].or(proven(value));
            }
            for (before, after) in of_units(&units, None).iter().zip(of_units(&answered, None)) {
                prop_assert!(before.total.floor <= after.total.floor + 1e-9);
                prop_assert!(after.total.ceiling <= before.total.ceiling + 1e-9);
            }
        }
    }
}
