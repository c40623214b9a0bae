//! From ratios to scores: the official arithmetic, with its bounds.
//!
//! The official worksheet averages the *answered* indicators, which flatters whoever leaves the hard ones open. So
//! every node carries three numbers: `score` as the regulation's sheet computes it, `floor` where every open indicator
//! counts 0, and `ceiling` where it counts 1. Always floor ≤ score ≤ ceiling ≤ weight.

use crate::lke::answer::Answer;
use crate::lke::template::{AnswerType, NodeIndex, NodeKind, Percentage, Template};

/// The ratio of an answered indicator, 0–1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// The ratio.
    pub value: f64,
    /// False for a percentage typed without the counts it should follow from: it counts in the score, not in the floor.
    pub proven: bool,
}

impl Ratio {
    /// A ratio that follows from what was answered, clamped to 0–1.
    pub fn proven(value: f64) -> Self {
        Ratio { value: value.clamp(0.0, 1.0), proven: true }
    }

    /// A ratio only claimed, clamped to 0–1.
    pub fn claimed(value: f64) -> Self {
        Ratio { value: value.clamp(0.0, 1.0), proven: false }
    }

    fn floor(self) -> f64 {
        if self.proven { self.value } else { 0.0 }
    }
}

/// The result of one node, in points of its weight.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct NodeScore {
    /// Official score; none where nothing below is answered.
    pub score: Option<f64>,
    /// Score if every open indicator were worth 0.
    pub floor: f64,
    /// Score if every open indicator were worth 1.
    pub ceiling: f64,
    /// For an indicator its ratio, else score ÷ weight; 0–1.
    pub ratio: Option<f64>,
    /// Answered indicators at or below this node.
    pub answered: u32,
    /// Indicators at or below this node.
    pub indicators: u32,
}

impl NodeScore {
    /// Whether enough is answered to hold it against others: at least half of the indicators.
    pub fn is_comparable(&self) -> bool {
        is_comparable(self.answered, self.indicators)
    }

    /// Adds a sibling: scores sum, where there are any.
    pub fn plus(self, other: NodeScore) -> NodeScore {
        NodeScore {
            score: match (self.score, other.score) {
                (Some(a), Some(b)) => Some(a + b),
                (a, b) => a.or(b),
            },
            floor: self.floor + other.floor,
            ceiling: self.ceiling + other.ceiling,
            ratio: None,
            answered: self.answered + other.answered,
            indicators: self.indicators + other.indicators,
        }
    }
}

/// Whether so many answers of so many indicators are enough to rank, average or compare what they come to: half of them.
pub fn is_comparable(answered: u32, indicators: u32) -> bool {
    answered > 0 && 2 * u64::from(answered) >= u64::from(indicators)
}

/// Scores of one role over a whole worksheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// One per node of the template, in its order; details stay empty.
    pub nodes: Vec<NodeScore>,
    /// The whole worksheet, 0–100.
    pub total: NodeScore,
    /// The six areas, Pemenuhan and Reform together, in the template's order.
    pub areas: Vec<NodeScore>,
}

/// Scores a worksheet from the ratio of every node (indexed like [`Template::nodes`], used at indicators only).
///
/// Subarea = weight × mean of its answered indicators; everything above is the sum of what is below it
/// (PermenPANRB 90/2021, worksheet formulas).
pub fn score(template: &Template, ratios: &[Option<Ratio>]) -> Scores {
    let mut nodes = vec![NodeScore::default(); template.nodes.len()];
    // Children stand after their parents, so going backwards meets them first.
    for index in (0..template.nodes.len()).rev() {
        nodes[index] = match template.nodes[index].kind {
            NodeKind::Detail => NodeScore::default(),
            NodeKind::Indicator => score_indicator(template.nodes[index].weight, ratios[index]),
            _ => score_above(template, index, &nodes),
        };
    }
    let sum = |of: &[NodeIndex], weight: f64| {
        with_ratio(of.iter().fold(NodeScore::default(), |sum, &node| sum.plus(nodes[node])), weight)
    };
    Scores {
        total: sum(&template.roots, template.total_weight()),
        areas: template.areas.iter().map(|area| sum(&[area.pemenuhan, area.reform], area.weight)).collect(),
        nodes,
    }
}

fn score_indicator(weight: Option<f64>, ratio: Option<Ratio>) -> NodeScore {
    // Without a weight of its own an indicator keeps its bounds as ratios, for the mean above it.
    let points = weight.unwrap_or(1.0);
    NodeScore {
        score: ratio.zip(weight).map(|(ratio, weight)| weight * ratio.value),
        floor: points * ratio.map_or(0.0, Ratio::floor),
        ceiling: points * ratio.map_or(1.0, |ratio| ratio.value),
        ratio: ratio.map(|ratio| ratio.value),
        answered: u32::from(ratio.is_some()),
        indicators: 1,
    }
}

fn score_above(template: &Template, index: NodeIndex, nodes: &[NodeScore]) -> NodeScore {
    let node = &template.nodes[index];
    let weight = template.weight(index);
    let averages = node
        .children
        .iter()
        .all(|&child| template.nodes[child].kind == NodeKind::Indicator && template.nodes[child].weight.is_none());
    let below = node.children.iter().map(|&child| nodes[child]);
    let result = if averages {
        let sum = below.fold(NodeScore::default(), |sum, child| NodeScore {
            score: match (sum.score, child.ratio) {
                (Some(a), Some(b)) => Some(a + b),
                (a, b) => a.or(b),
            },
            ..sum.plus(NodeScore { score: None, ..child })
        });
        let of_all = weight / f64::from(sum.indicators.max(1));
        NodeScore {
            score: sum.score.map(|ratios| weight * ratios / f64::from(sum.answered)),
            floor: sum.floor * of_all,
            ceiling: sum.ceiling * of_all,
            ..sum
        }
    } else {
        below.fold(NodeScore::default(), NodeScore::plus)
    };
    with_ratio(result, weight)
}

/// What exchanging the answers of one role for those of the other, one indicator after another in the template's order,
/// does to the total at each of them; in points, by node. Nothing answered is worth nothing, as it is to the sums above.
///
/// Each step is the difference of two scores, so all of them together are the difference of the totals, whatever either
/// role left blank.
pub fn exchange(template: &Template, from: &[Option<Ratio>], to: &[Option<Ratio>]) -> Vec<f64> {
    let mut nodes = score(template, from).nodes;
    let points = |score: NodeScore| score.score.unwrap_or_default();
    let mut gained = vec![0.0; nodes.len()];
    for index in template.indicators() {
        let exchanged = score_indicator(template.nodes[index].weight, to[index]);
        // Above the node that holds the indicators there are sums only.
        let (holder, after) = match template.nodes[index].parent {
            None => (index, exchanged),
            Some(parent) => {
                nodes[index] = exchanged;
                (parent, score_above(template, parent, &nodes))
            }
        };
        gained[index] = points(after) - points(nodes[holder]);
        nodes[holder] = after;
    }
    gained
}

fn with_ratio(score: NodeScore, weight: f64) -> NodeScore {
    NodeScore { ratio: score.score.filter(|_| weight > 0.0).map(|score| score / weight), ..score }
}

/// Ratios of answered indicators, by node; and percentages from their details before they are clamped.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratios {
    /// Ratio of every answered indicator, 0–1.
    pub ratios: Vec<Option<Ratio>>,
    /// Percentages from their details, more than 1 or less than 0 where the counts contradict each other.
    pub raw_percentages: Vec<Option<f64>>,
}

/// What a *Jumlah* row under a percentage says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Detail {
    /// The sheet has no such row.
    Absent,
    /// Nothing.
    Blank,
    /// Something that is no count.
    Unreadable,
    /// A count.
    Count(f64),
}

impl Detail {
    /// What an answer says as a detail.
    pub fn of(answer: &Answer) -> Self {
        match answer {
            Answer::Count(count) => Detail::Count(*count),
            Answer::Blank => Detail::Blank,
            _ => Detail::Unreadable,
        }
    }

    /// The count, where it is one.
    pub fn count(self) -> Option<f64> {
        match self {
            Detail::Count(count) => Some(count),
            _ => None,
        }
    }

    /// Whether somebody wrote something.
    pub fn is_given(self) -> bool {
        matches!(self, Detail::Count(_) | Detail::Unreadable)
    }
}

/// The ratios of a role's answers (indexed like [`Template::nodes`]).
///
/// Details that are there decide a percentage, whatever its own cell says; where none is, what stands there counts as
/// claimed, if `is_typed` says that somebody typed it.
pub fn ratios(
    template: &Template,
    answers: &[Answer],
    detail: impl Fn(NodeIndex) -> Detail,
    is_typed: impl Fn(NodeIndex) -> bool,
) -> Ratios {
    let nodes = template.nodes.iter();
    let raw: Vec<Option<f64>> =
        nodes.clone().map(|node| percentage_from_details(node.percentage.as_ref()?, &detail)).collect();
    let ratio = |index: NodeIndex| match (template.nodes[index].answer_type?, &answers[index]) {
        (AnswerType::Choice(scale), Answer::Choice(option)) => {
            Some(Ratio::proven(template.choices[scale].options[*option].1))
        }
        (AnswerType::Scale(scale), Answer::Scale(value)) => Some(Ratio::proven(value / template.scales[scale].maximum)),
        (AnswerType::Percentage, answer) => match (raw[index], answer) {
            (Some(raw), _) => Some(Ratio::proven(raw)),
            (None, Answer::Percentage(typed)) if !has_details(template, index, &detail) && is_typed(index) => {
                Some(Ratio::claimed(*typed))
            }
            _ => None,
        },
        _ => None,
    };
    Ratios { ratios: (0..nodes.len()).map(ratio).collect(), raw_percentages: raw }
}

/// Whether any detail of a percentage is given, readable or not.
pub fn has_details(template: &Template, percentage: NodeIndex, detail: impl Fn(NodeIndex) -> Detail) -> bool {
    template.nodes[percentage].children.iter().any(|&child| detail(child).is_given())
}

/// The ratio of a percentage from its details; `None` where they are missing, cannot be read or say nothing.
///
/// `detail` gives what a detail says, by its place in [`Template::nodes`]. Not clamped: more than 1 or less than 0 is
/// possible, and worth a finding.
pub fn percentage_from_details(rule: &Percentage, detail: impl Fn(NodeIndex) -> Detail) -> Option<f64> {
    match rule {
        Percentage::Share { part, nothing_to_count, .. } => {
            let (part, whole) = (detail(*part).count()?, share_whole(rule, &detail)?);
            if whole > 0.0 {
                Some(part / whole)
            } else if part == 0.0 {
                *nothing_to_count
            } else {
                None
            }
        }
        Percentage::Decrease { before, after, nothing_to_count } => {
            let (before, after) = (detail(*before).count()?, detail(*after).count()?);
            if before > 0.0 {
                Some((before - after) / before)
            } else if after == 0.0 {
                *nothing_to_count
            } else {
                Some(0.0)
            }
        }
    }
}

/// The denominator of a share: the sum of its parts where every part has its row and any is given, else the row's own
/// count.
///
/// The row itself is a formula in the official worksheet, and people overwrite it; but a sum that lacks a part would be
/// too small.
pub fn share_whole(rule: &Percentage, detail: impl Fn(NodeIndex) -> Detail) -> Option<f64> {
    let Percentage::Share { whole, .. } = rule else { return None };
    match sum_of_parts(rule, &detail) {
        Some(sum) => sum,
        None => detail(*whole).count(),
    }
}

/// The sum of a denominator's parts, if it decides; no number in it where a part cannot be read.
pub fn sum_of_parts(rule: &Percentage, detail: impl Fn(NodeIndex) -> Detail) -> Option<Option<f64>> {
    let Percentage::Share { whole_is_sum_of, .. } = rule else { return None };
    let parts: Vec<Detail> = whole_is_sum_of.iter().map(|&part| detail(part)).collect();
    if parts.contains(&Detail::Absent) || !parts.iter().any(|part| part.is_given()) {
        return None;
    }
    let readable = !parts.contains(&Detail::Unreadable);
    Some(readable.then(|| parts.iter().filter_map(|part| part.count()).sum()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ratios(template: &Template, of: impl Fn(&str) -> Option<Ratio>) -> Vec<Option<Ratio>> {
        template.nodes.iter().map(|node| if node.kind == NodeKind::Indicator { of(&node.code) } else { None }).collect()
    }

    #[test]
    fn all_best_is_100_and_nothing_is_no_score() {
        let template = Template::lke_zi_2021();
        let best = score(&template, &ratios(&template, |_| Some(Ratio::proven(1.0))));
        assert!((best.total.score.unwrap() - 100.0).abs() < 1e-9);
        assert!((best.total.floor - 100.0).abs() < 1e-9);
        assert_eq!((best.total.answered, best.total.indicators), (113, 113));
        let none = score(&template, &ratios(&template, |_| None));
        assert_eq!(none.total.score, None, "nothing answered is no score, not zero");
        assert_eq!(none.total.floor, 0.0);
        assert!((none.total.ceiling - 100.0).abs() < 1e-9);
    }

    #[test]
    fn a_subarea_averages_its_answered_indicators_only() {
        let template = Template::lke_zi_2021();
        let scores = score(
            &template,
            &ratios(&template, |code| match code {
                "A.I.1.ii.a" => Some(Ratio::proven(1.0)),
                "A.I.1.ii.b" => Some(Ratio::proven(0.5)),
                _ => None,
            }),
        );
        let node = scores.nodes[template.find("A.I.1.ii").unwrap()];
        assert!((node.score.unwrap() - 0.75).abs() < 1e-9);
        assert!((node.floor - 0.5).abs() < 1e-9);
        assert!((node.ceiling - 2.5 / 3.0).abs() < 1e-9);
        assert_eq!((node.answered, node.indicators), (2, 3));
    }

    #[test]
    fn lhkpn_and_lhkasn_are_summed_not_averaged() {
        let template = Template::lke_zi_2021();
        let scores =
            score(&template, &ratios(&template, |code| (code == "A.II.5.iii.a.1").then(|| Ratio::proven(0.5))));
        assert_eq!(scores.nodes[template.find("A.II.5.iii").unwrap()].score, Some(0.5));
    }

    #[test]
    fn a_claimed_percentage_counts_in_the_score_not_in_the_floor() {
        let template = Template::lke_zi_2021();
        let scores = score(
            &template,
            &ratios(&template, |code| match code {
                "A.II.6.i.a" => Some(Ratio::proven(1.0)),
                "A.II.6.i.b" => Some(Ratio::claimed(1.0)),
                _ => None,
            }),
        );
        let node = scores.nodes[template.find("A.II.6.i").unwrap()];
        assert_eq!((node.score, node.floor, node.ceiling), (Some(2.5), 1.25, 2.5));
    }

    /// The ratio of a percentage with these details; `-` is blank, `?` unreadable, a point a row that is not there.
    fn percentage(code: &str, details: &str) -> Option<f64> {
        let template = Template::lke_zi_2021();
        let node = &template.nodes[template.find(code).unwrap()];
        let details: Vec<(usize, Detail)> =
            node.children.iter().copied().zip(details.split(' ').map(as_detail)).collect();
        percentage_from_details(node.percentage.as_ref().unwrap(), |at| {
            details.iter().find(|(node, _)| *node == at).map_or(Detail::Absent, |(_, detail)| *detail)
        })
    }

    fn as_detail(text: &str) -> Detail {
        match text {
            "." => Detail::Absent,
            "-" => Detail::Blank,
            "?" => Detail::Unreadable,
            count => Detail::Count(count.parse().unwrap()),
        }
    }

    #[test]
    fn percentages_follow_the_regulations_table() {
        for (code, details, ratio) in [
            ("A.II.1.i.a", "4 3", Some(0.75)),
            ("A.II.1.i.a", "0 0", None),
            ("A.II.1.i.b", "3 3", Some(1.0)),
            ("A.II.3.iii.a", "4 1 -", Some(0.75)),
            ("A.II.3.iii.a", "0 0 -", Some(1.0)),
            ("A.II.3.iii.a", "0 2 -", Some(0.0)),
            ("A.II.3.iii.a", "1 3 -", Some(-2.0)),
            ("A.II.3.iii.a", "4 ? 1", None),
            ("A.II.3.iii.a", "- 1 -", None),
            ("A.II.4.i.a", "37 29", Some(29.0 / 37.0)),
            ("A.II.4.i.a", "37 -", None),
            ("A.II.4.i.a", "- 29", None),
            ("A.II.4.i.a", "? 29", None),
            ("A.II.5.ii.a", "0 0 0", Some(1.0)),
            ("A.II.5.ii.a", "0 - 0", Some(1.0)),
            ("A.II.5.ii.a", "4 ? 3", Some(0.75)),
            // Handled without any to handle says nothing.
            ("A.II.5.ii.a", "0 0 2", None),
            // Parts outweigh the row, blank ones count 0.
            ("A.II.5.iii.a.1", "9 1 5 - 6", Some(1.0)),
            ("A.II.5.iii.a.1", "? 1 5 - 6", Some(1.0)),
            ("A.II.5.iii.a.1", "6 - - - 3", Some(0.5)),
            ("A.II.5.iii.a.1", "0 - - - -", None),
            ("A.II.5.iii.a.1", "5 1 ? - 1", None),
            // A sum that lacks a part's row does not overrule the row's own count.
            ("A.II.5.iii.a.1", "9 1 5 . 6", Some(6.0 / 9.0)),
            ("A.II.5.iii.a.1", "- 1 5 . 6", None),
            ("A.II.5.iii.a.1", ". 1 5 3 6", Some(6.0 / 9.0)),
            ("A.II.6.i.b", "0 0", None),
            ("A.II.6.i.b", "- 1", None),
        ] {
            assert_eq!(percentage(code, details), ratio, "{code} {details}");
        }
    }

    #[test]
    fn details_that_are_there_decide_whatever_is_typed() {
        let template = Template::lke_zi_2021();
        let node = template.find("A.II.4.i.a").unwrap();
        for (typed, details, ratio) in [
            (Some(1.0), "- -", Some(Ratio::claimed(1.0))),
            (Some(1.0), ". .", Some(Ratio::claimed(1.0))),
            (Some(1.0), "0 0", None),
            (Some(1.0), "0 -", None),
            (Some(1.0), "? -", None),
            (Some(1.0), "37 -", None),
            (Some(1.0), "37 29", Some(Ratio::proven(29.0 / 37.0))),
            (None, "37 29", Some(Ratio::proven(29.0 / 37.0))),
            (None, "- -", None),
        ] {
            let mut answers = vec![Answer::Blank; template.nodes.len()];
            answers[node] = typed.map_or(Answer::Blank, Answer::Percentage);
            let details: Vec<Detail> = details.split(' ').map(as_detail).collect();
            let detail = |at: NodeIndex| details.get(at.wrapping_sub(node + 1)).copied().unwrap_or(Detail::Blank);
            let of = |is_typed| super::ratios(&template, &answers, detail, |_| is_typed).ratios[node];
            assert_eq!(of(true), ratio, "{typed:?} {details:?}");
            assert_eq!(of(false), ratio.filter(|ratio| ratio.proven), "a formula claims nothing");
        }
    }

    #[test]
    fn an_exchanged_answer_is_worth_what_it_does_to_the_score() {
        let template = Template::lke_zi_2021();
        let gained = |unit: &[(&str, f64)], tpi: &[(&str, f64)]| -> Vec<(String, f64)> {
            let of = |given: &[(&str, f64)]| {
                let find = |code: &str| given.iter().find(|(given, _)| *given == code);
                ratios(&template, |code| find(code).map(|(_, value)| Ratio::proven(*value)))
            };
            let gained = exchange(&template, &of(unit), &of(tpi));
            let nodes = template.nodes.iter().zip(gained).filter(|(_, points)| *points != 0.0);
            nodes.map(|(node, points)| (node.code.clone(), points)).collect()
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

    fn any_ratio() -> impl Strategy<Value = Option<Ratio>> {
        prop_oneof![
            1 => Just(None),
            3 => (0.0..=1.0_f64, any::<bool>()).prop_map(|(value, proven)| Some(Ratio { value, proven })),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn bounds_hold_at_every_node(answers in prop::collection::vec(any_ratio(), 199)) {
            let template = Template::lke_zi_2021();
            let scores = score(&template, &answers);
            for (node, score) in template.nodes.iter().zip(&scores.nodes) {
                let most = node.weight.unwrap_or(1.0) + 1e-9;
                prop_assert!(score.floor >= 0.0 && score.floor <= score.ceiling + 1e-9 && score.ceiling <= most, "{}", node.code);
                if let Some(value) = score.score {
                    prop_assert!(score.floor <= value + 1e-9 && value <= score.ceiling + 1e-9, "{}", node.code);
                }
                prop_assert!(score.answered <= score.indicators);
            }
            let areas: f64 = scores.areas.iter().filter_map(|area| area.score).sum();
            let enablers = scores.nodes[template.find("A").unwrap()].score.unwrap_or(0.0);
            prop_assert!((areas - enablers).abs() < 1e-9);
        }

        #[test]
        fn a_better_answer_never_lowers_anything(
            answers in prop::collection::vec(any_ratio(), 199),
            which in 0_usize..199,
            better in 0.0..=1.0_f64,
        ) {
            let template = Template::lke_zi_2021();
            let mut improved = answers.clone();
            let Some(old) = answers[which] else { return Ok(()) };
            improved[which] = Some(Ratio { value: old.value + (1.0 - old.value) * better, ..old });
            let (before, after) = (score(&template, &answers), score(&template, &improved));
            for (a, b) in before.nodes.iter().zip(&after.nodes) {
                prop_assert!(a.score.unwrap_or(0.0) <= b.score.unwrap_or(0.0) + 1e-9);
                prop_assert!(a.floor <= b.floor + 1e-9 && a.ceiling <= b.ceiling + 1e-9);
            }
        }

        #[test]
        fn exchanged_answers_add_up_to_the_difference_of_the_totals(
            unit in prop::collection::vec(any_ratio(), 199),
            tpi in prop::collection::vec(any_ratio(), 199),
            blank in 0_u8..4,
        ) {
            let template = Template::lke_zi_2021();
            let (mut unit, mut tpi) = (unit, tpi);
            // Either role may have answered nothing at all.
            if blank & 1 > 0 { unit.fill(None) }
            if blank & 2 > 0 { tpi.fill(None) }
            let total = |ratios: &[Option<Ratio>]| score(&template, ratios).total.score.unwrap_or(0.0);
            let gained = exchange(&template, &unit, &tpi);
            let sum: f64 = gained.iter().sum();
            prop_assert!((sum - (total(&tpi) - total(&unit))).abs() < 1e-9);
            for (index, points) in gained.iter().enumerate() {
                let is_same = unit[index].map(|r| r.value) == tpi[index].map(|r| r.value);
                prop_assert!(!is_same || *points == 0.0, "{}", template.nodes[index].code);
            }
        }

        #[test]
        fn answering_narrows_the_bounds(answers in prop::collection::vec(any_ratio(), 199), which in 0_usize..199, value in 0.0..=1.0_f64) {
            let template = Template::lke_zi_2021();
            prop_assume!(answers[which].is_none());
            let mut answered = answers.clone();
            answered[which] = Some(Ratio::proven(value));
            let (before, after) = (score(&template, &answers).total, score(&template, &answered).total);
            prop_assert!(before.floor <= after.floor + 1e-9 && after.ceiling <= before.ceiling + 1e-9);
        }
    }
}
