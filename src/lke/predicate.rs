//! WBK and WBBM: every criterion with its value, threshold and distance, and the verdict.
//!
//! Thresholds are decided on unrounded numbers, with [`TOLERANCE`] against binary representation.

use crate::TOLERANCE;
use crate::lke::score::{NodeScore, Ratio, Scores, score};
use crate::lke::template::{Measured, NodeIndex, Predicate, Template};

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
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::NotMet => "not met",
            Verdict::Open => "open",
        }
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

/// Decides one predicate on the scores of one role; `held` are the predicates the satker already holds, if known.
pub fn decide(template: &Template, predicate: &Predicate, scores: &Scores, held: Option<&[String]>) -> Decision {
    let mut criteria: Vec<Criterion> = predicate
        .thresholds
        .iter()
        .map(|&(measured, threshold)| {
            let (score, per) = match measured {
                Measured::Total => (scores.total, 1.0),
                Measured::Node(node) => (scores.nodes[node], 1.0),
                Measured::AreaShare(area) => (scores.areas[area], template.areas[area].weight),
            };
            criterion(measured, score, per, threshold)
        })
        .collect();
    if let Some(earlier) = &predicate.holds {
        let holds = held.map(|held| held.iter().any(|name| name == earlier));
        criteria.push(Criterion {
            measured: None,
            value: holds.map(|holds| f64::from(u8::from(holds))),
            floor: f64::from(u8::from(holds == Some(true))),
            ceiling: f64::from(u8::from(holds != Some(false))),
            threshold: 1.0,
            verdict: match holds {
                Some(true) => Verdict::Met,
                Some(false) => Verdict::NotMet,
                None => Verdict::Open,
            },
        });
    }
    let all = |verdict| criteria.iter().all(|c| c.verdict == verdict);
    let verdict = if all(Verdict::Met) {
        Verdict::Met
    } else if criteria.iter().any(|c| c.verdict == Verdict::NotMet) {
        Verdict::NotMet
    } else {
        Verdict::Open
    };
    let reached = criteria.iter().map(Criterion::reached).try_fold(true, |all, one| one.map(|one| all && one));
    Decision { name: predicate.name.clone(), verdict, reached, criteria }
}

/// Decides every predicate anew, with other ratios in place of those of some indicators; with the total that comes to.
pub fn decide_with(
    template: &Template,
    ratios: &[Option<Ratio>],
    others: &[(NodeIndex, Ratio)],
    held: Option<&[String]>,
) -> (NodeScore, Vec<Decision>) {
    let mut ratios = ratios.to_vec();
    for &(node, ratio) in others {
        ratios[node] = Some(ratio);
    }
    let scores = score(template, &ratios);
    (scores.total, template.predicates.iter().map(|predicate| decide(template, predicate, &scores, held)).collect())
}

fn criterion(measured: Measured, score: NodeScore, per: f64, threshold: f64) -> Criterion {
    let (floor, ceiling) = (score.floor / per, score.ceiling / per);
    let verdict = if reaches(floor, threshold) {
        Verdict::Met
    } else if reaches(ceiling, threshold) {
        Verdict::Open
    } else {
        Verdict::NotMet
    };
    Criterion { measured: Some(measured), value: score.score.map(|s| s / per), floor, ceiling, threshold, verdict }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lke::template::NodeKind;

    fn decided(ratio: impl Fn(&str) -> Option<f64>, held: &[String]) -> Vec<Decision> {
        let template = Template::lke_zi_2021();
        let ratios: Vec<_> = template
            .nodes
            .iter()
            .map(|node| match node.kind {
                NodeKind::Indicator => ratio(&node.code).map(Ratio::proven),
                _ => None,
            })
            .collect();
        let scores = score(&template, &ratios);
        template.predicates.iter().map(|p| decide(&template, p, &scores, Some(held))).collect()
    }

    #[test]
    fn all_best_is_wbk_and_wbbm_only_for_who_holds_wbk() {
        let without = decided(|_| Some(1.0), &[]);
        assert_eq!((without[0].verdict, without[1].verdict), (Verdict::Met, Verdict::NotMet));
        let with = decided(|_| Some(1.0), &["WBK".to_owned()]);
        assert_eq!(with[1].verdict, Verdict::Met);
        assert_eq!(with[1].criteria.len(), 13);
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
