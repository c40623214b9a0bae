//! WBK and WBBM: every criterion with its value, threshold and distance, and the verdict.
//!
//! Thresholds are decided on unrounded numbers, with [`TOLERANCE`] against binary representation.

use polars::prelude::*;

use super::{grouped, in_order};
use crate::TOLERANCE;
use crate::frames::{TemplateFrames, schema};
use crate::lke::template::Measured;

/// Whether something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It holds even if every open indicator is worth 0.
    Met,
    /// It fails even if every open indicator is worth 1.
    NotMet,
    /// The open indicators decide.
    Open,
}

impl Verdict {
    /// The name used in frames and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::NotMet => "not met",
            Verdict::Open => "open",
        }
    }

    /// The verdict of a name.
    pub(super) fn named(name: &str) -> Verdict {
        [Verdict::Met, Verdict::NotMet].into_iter().find(|verdict| verdict.name() == name).unwrap_or(Verdict::Open)
    }
}

/// One criterion, decided. Values are points, for an area the share of its weight (0–1).
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    /// What is measured; none for the predicate that must be held already.
    pub measured: Option<Measured>,
    /// The value on the official score; none where nothing is answered.
    pub value: Option<f64>,
    /// The value if every open indicator were worth 0.
    pub floor: f64,
    /// The value if every open indicator were worth 1.
    pub ceiling: f64,
    /// What must be reached.
    pub threshold: f64,
    /// Verdict over all that may still be answered.
    pub verdict: Verdict,
}

impl Criterion {
    /// How far the value lies above (+) or below (−) the threshold.
    pub fn distance(&self) -> Option<f64> {
        self.value.map(|value| value - self.threshold)
    }

    /// Whether the official score reaches the threshold; none where nothing is answered.
    pub fn reached(&self) -> Option<bool> {
        self.value.map(|value| reaches(value, self.threshold))
    }

    /// Whether the threshold is reached with every open indicator worth 0.
    pub fn reached_at_floor(&self) -> bool {
        reaches(self.floor, self.threshold)
    }

    /// Whether the threshold is reached with every open indicator worth 1.
    pub fn reached_at_ceiling(&self) -> bool {
        reaches(self.ceiling, self.threshold)
    }
}

/// A predicate, decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Name: WBK or WBBM.
    pub name: String,
    /// Met when every criterion is, not met when any is not, else open.
    pub verdict: Verdict,
    /// Whether the official score reaches every threshold, open indicators aside; none where one has no value.
    pub reached: Option<bool>,
    /// The criteria in the regulation's order.
    pub criteria: Vec<Criterion>,
}

fn reaches(value: f64, threshold: f64) -> bool {
    value + TOLERANCE >= threshold
}

fn verdict() -> Expr {
    let reaches = |bound: &str| (col(bound) + lit(TOLERANCE)).gt_eq(col("threshold"));
    when(reaches("floor"))
        .then(lit(Verdict::Met.name()))
        .when(reaches("ceiling"))
        .then(lit(Verdict::Open.name()))
        .otherwise(lit(Verdict::NotMet.name()))
        .alias("verdict")
}

/// The frame [`schema::CRITERIA`] of [`schema::SCORES`] and [`schema::HELD`], sorted by its key.
///
/// # Errors
/// Only when the frames cannot be computed, which no input can cause.
pub fn criteria(template: &TemplateFrames, scores: &DataFrame, held: &DataFrame) -> PolarsResult<DataFrame> {
    let on_scores = scores
        .clone()
        .lazy()
        .join(template.thresholds.clone().lazy(), [col("node")], [col("node")], in_order(JoinType::Inner))
        .with_columns([
            (col("score") / col("per")).alias("value"),
            col("floor") / col("per"),
            col("ceiling") / col("per"),
        ]);
    let roles = scores.clone().lazy().group_by_stable(["satker", "role"].map(col)).agg([]);
    let holds =
        roles.join(held.clone().lazy(), [col("satker")], [col("satker")], in_order(JoinType::Inner)).with_columns([
            col("holds").cast(DataType::Float64).alias("value"),
            col("holds").fill_null(lit(false)).cast(DataType::Float64).alias("floor"),
            col("holds").fill_null(lit(true)).cast(DataType::Float64).alias("ceiling"),
            lit(1.0).alias("threshold"),
        ]);
    let decided = |criteria: LazyFrame| criteria.with_column(verdict()).select(schema::CRITERIA.select());
    let criteria = concat([decided(on_scores), decided(holds)], UnionArgs::default())?;
    schema::CRITERIA.collect(criteria)
}

/// The frame [`schema::DECISIONS`] of [`schema::CRITERIA`], sorted by its key.
///
/// # Errors
/// Only when the frames cannot be computed, which no input can cause.
pub fn decisions(criteria: &DataFrame) -> PolarsResult<DataFrame> {
    let is = |verdict: Verdict| col("verdict").eq(lit(verdict.name()));
    let verdict = when(is(Verdict::Met).all(true))
        .then(lit(Verdict::Met.name()))
        .when(is(Verdict::NotMet).any(true))
        .then(lit(Verdict::NotMet.name()))
        .otherwise(lit(Verdict::Open.name()));
    let reaches = (col("value") + lit(TOLERANCE)).gt_eq(col("threshold"));
    let reached = when(col("value").is_null().any(true)).then(lit(NULL)).otherwise(reaches.all(true));
    let decisions = grouped(criteria.clone().lazy(), ["satker", "role", "predicate"])
        .agg([verdict.alias("verdict"), reached.alias("reached")]);
    schema::DECISIONS.collect(decisions)
}

#[cfg(test)]
mod tests {
    use super::super::made::{by_code, of_units, proven};
    use super::*;

    fn decided(ratio: impl Fn(&str) -> Option<f64>, held: &[String]) -> Vec<Decision> {
        of_units(&[by_code(|code| ratio(code).and_then(proven))], Some(held)).remove(0).decisions
    }

    #[test]
    fn all_best_is_wbk_and_wbbm_only_for_who_holds_wbk() {
        let without = decided(|_| Some(1.0), &[]);
        assert_eq!((without[0].verdict, without[1].verdict), (Verdict::Met, Verdict::NotMet));
        let with = decided(|_| Some(1.0), &["WBK".to_owned()]);
        assert_eq!(with[1].verdict, Verdict::Met);
        assert_eq!(with[1].criteria.len(), 13);
        let untold = of_units(&[by_code(|_| proven(1.0))], None).remove(0).decisions;
        assert_eq!((untold[1].verdict, untold[1].reached), (Verdict::Open, None));
    }

    #[test]
    fn nothing_answered_leaves_everything_open() {
        let decisions = decided(|_| None, &["WBK".to_owned()]);
        assert!(decisions.iter().all(|d| d.verdict == Verdict::Open && d.reached.is_none()));
    }

    #[test]
    fn a_threshold_reached_exactly_is_reached() {
        // B.I.a needs 15.75 of 17.5: an index of exactly 3.60 of 4.
        let decisions = decided(|code| Some(if code == "B.I.a" { 3.6 / 4.0 } else { 1.0 }), &[]);
        let ipak = decisions[0].criteria.iter().find(|c| c.threshold == 15.75).unwrap();
        assert_eq!(ipak.verdict, Verdict::Met);
        assert!(ipak.distance().unwrap().abs() < TOLERANCE);
        let below = decided(|code| Some(if code == "B.I.a" { 3.5999 / 4.0 } else { 1.0 }), &[]);
        assert_eq!(below[0].verdict, Verdict::NotMet);
    }

    #[test]
    fn an_area_is_judged_by_both_of_its_halves() {
        // Area 1 weighs 4 + 4: all of Pemenuhan and none of Reform is half of it, below 60 %.
        let decisions = decided(|code| Some(if code.starts_with("A.II.1.") { 0.0 } else { 1.0 }), &[]);
        let share = &decisions[0].criteria[2];
        assert_eq!(share.measured, Some(Measured::AreaShare(0)));
        assert!((share.value.unwrap() - 0.5).abs() < 1e-9);
        assert_eq!(share.verdict, Verdict::NotMet);
    }
}
