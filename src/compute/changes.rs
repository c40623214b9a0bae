//! What changed from one run to another: totals, ranks, answers and what they did to the score, evidence, surveys, findings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Zoned;

use super::record::{FindingRecord, RunRecord, SatkerRecord, ScoreRecord, SurveyRecord};
use crate::TOLERANCE;
use crate::lke::{ByRole, Role};

mod findings;
mod order;

use order::order;

/// A run, as it is named to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRef {
    /// Its number in the store; none where runs are not recorded.
    pub run: Option<i64>,
    /// When it began, in the zone times are shown in.
    pub at: Zoned,
    /// Its period: `2025-S2`.
    pub period: String,
}

/// Something in the earlier run and in the later one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pair<T> {
    /// In the earlier run.
    pub before: T,
    /// In the later run.
    pub after: T,
}

impl Pair<Option<f64>> {
    /// Whether the numbers differ by more than representation.
    pub fn is_changed(self) -> bool {
        match (self.before, self.after) {
            (Some(before), Some(after)) => (before - after).abs() > TOLERANCE,
            (before, after) => before.is_some() != after.is_some(),
        }
    }

    /// Later minus earlier; none unless both are there.
    pub fn difference(self) -> Option<f64> {
        Some(self.after? - self.before?)
    }

    /// Points gained, no score being worth nothing, as it is to the sum above it.
    pub fn gain(self) -> f64 {
        self.after.unwrap_or_default() - self.before.unwrap_or_default()
    }
}

/// Everything that changed from one run to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// The earlier run; none where there is none, and then there are no changes.
    pub before: Option<RunRef>,
    /// The later run.
    pub after: RunRef,
    /// The province.
    pub province: ProvinceChanges,
    /// Every satker of either run: in the order of the later, then those only in the earlier.
    pub satker: Vec<SatkerChanges>,
}

/// What changed in the province.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProvinceChanges {
    /// Satker.
    pub satker: Pair<usize>,
    /// Mean of the satker's totals, of those that can be compared; unit and TPI.
    pub totals: ByRole<Pair<Option<f64>>>,
    /// Indicators answered by all satker together; unit and TPI.
    pub answered: ByRole<Pair<u32>>,
    /// Answers changed.
    pub answers: usize,
    /// Evidence links added.
    pub links_added: usize,
    /// Evidence links gone.
    pub links_gone: usize,
    /// Findings that appeared.
    pub appeared: usize,
    /// Findings that are resolved.
    pub resolved: usize,
}

/// Whether a satker is in both runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// In both.
    Stayed,
    /// Only in the later.
    New,
    /// Only in the earlier.
    Gone,
}

/// What changed at one satker.
///
/// Answers, scores of nodes and evidence are compared where the LKE was read in both runs: a worksheet that could not be
/// reached has withdrawn nothing. Findings are compared where the satker is in both.
#[derive(Debug, Clone, PartialEq)]
pub struct SatkerChanges {
    /// Code.
    pub kode: Arc<str>,
    /// Name.
    pub nama: Arc<str>,
    /// Whether it is in both runs.
    pub membership: Membership,
    /// Whether its LKE was read.
    pub lke_read: Pair<bool>,
    /// Unit and TPI.
    pub roles: ByRole<RoleChanges>,
    /// Evidence links by indicator.
    pub evidence: Vec<EvidenceChange>,
    /// Surveys whose index, respondents or period changed.
    pub surveys: Vec<SurveyChange>,
    /// Findings that appeared.
    pub appeared: Vec<FindingRecord>,
    /// Findings that are resolved.
    pub resolved: Vec<FindingRecord>,
}

/// What changed at one satker in one role.
#[derive(Debug, Clone, PartialEq)]
pub struct RoleChanges {
    /// The role.
    pub role: Role,
    /// The whole worksheet's score.
    pub total: Pair<Option<f64>>,
    /// Overall rank.
    pub rank: Pair<Option<u32>>,
    /// Indicators answered; none where the role was not read.
    pub answered: Pair<Option<u32>>,
    /// Answers changed, in the worksheet's order.
    pub answers: Vec<AnswerChange>,
    /// The nodes directly above indicators (subareas, the two results) whose answers or score changed, in its order. Their
    /// gains add up to the total's.
    pub nodes: Vec<NodeChange>,
}

/// One answer that changed. That it moved to another cell alone is no change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerChange {
    /// Code of the indicator or detail.
    pub code: Arc<str>,
    /// What is asked.
    pub label: Arc<str>,
    /// Where it stands, in the later run unless it is answered only in the earlier; empty where the sheet has no cell.
    pub cell: Arc<str>,
    /// The earlier answer; none where it was not answered.
    pub from: Option<Arc<str>>,
    /// The later answer; none where it is not answered any more.
    pub to: Option<Arc<str>>,
    /// Code of the node above the indicator, in [`RoleChanges::nodes`]; empty where it has none.
    pub node: Arc<str>,
}

/// What a node's score did.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeChange {
    /// Code.
    pub code: Arc<str>,
    /// Label.
    pub label: Arc<str>,
    /// Points.
    pub score: Pair<Option<f64>>,
}

/// Evidence links of one indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceChange {
    /// Code of the indicator.
    pub code: Arc<str>,
    /// What is asked.
    pub label: Arc<str>,
    /// Links only in the later run.
    pub added: Vec<Arc<str>>,
    /// Links only in the earlier run.
    pub gone: Vec<Arc<str>>,
}

/// A survey whose result changed; a side is none where it was not read.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyChange {
    /// `skm-2017`.
    pub instrument: Arc<str>,
    /// `IKM`.
    pub index_name: Arc<str>,
    /// The period that counts.
    pub period: Pair<Option<Arc<str>>>,
    /// The index, 25–100.
    pub index: Pair<Option<f64>>,
    /// Respondents.
    pub n: Pair<Option<u64>>,
}

impl Changes {
    /// What a run is said to have changed that has none before it.
    pub fn first(after: RunRef) -> Changes {
        Changes { before: None, after, province: ProvinceChanges::default(), satker: Vec::new() }
    }

    /// What changed from the earlier run to the later.
    pub fn between(before: (&RunRef, &RunRecord), after: (&RunRef, &RunRecord)) -> Changes {
        let (earlier, later) = (by_kode(before.1), by_kode(after.1));
        let labels = Labels { before: before.1, after: after.1 };
        let stayed_or_new = after.1.satker.iter().map(|satker| (earlier.get(&*satker.kode).copied(), Some(satker)));
        let gone = before.1.satker.iter().filter(|satker| !later.contains_key(&*satker.kode));
        let both = stayed_or_new.chain(gone.map(|satker| (Some(satker), None)));
        let satker: Vec<SatkerChanges> =
            both.map(|(before, after)| SatkerChanges::between(before, after, &labels)).collect();
        Changes {
            before: Some(before.0.clone()),
            after: after.0.clone(),
            province: ProvinceChanges::new(before.1, after.1, &satker),
            satker,
        }
    }

    /// The satker at which anything changed.
    pub fn changed(&self) -> impl Iterator<Item = &SatkerChanges> {
        self.satker.iter().filter(|satker| satker.is_changed())
    }

    /// Whether anything changed at any satker.
    pub fn is_empty(&self) -> bool {
        self.changed().next().is_none()
    }
}

fn by_kode(record: &RunRecord) -> BTreeMap<&str, &SatkerRecord> {
    record.satker.iter().map(|satker| (&*satker.kode, satker)).collect()
}

/// What codes are called: as the later run has it, else the earlier.
struct Labels<'a> {
    before: &'a RunRecord,
    after: &'a RunRecord,
}

impl Labels<'_> {
    fn of(&self, code: &str) -> Arc<str> {
        let label = self.after.labels.get(code).or_else(|| self.before.labels.get(code));
        label.cloned().unwrap_or_else(|| code.into())
    }
}

impl ProvinceChanges {
    fn new(before: &RunRecord, after: &RunRecord, satker: &[SatkerChanges]) -> Self {
        let pair_of = |of: &dyn Fn(&RunRecord) -> Option<f64>| Pair { before: of(before), after: of(after) };
        let links = |of: fn(&EvidenceChange) -> &Vec<Arc<str>>| {
            satker.iter().flat_map(|satker| &satker.evidence).map(|evidence| of(evidence).len()).sum()
        };
        ProvinceChanges {
            satker: Pair { before: before.satker.len(), after: after.satker.len() },
            totals: ByRole::of(|role| pair_of(&|record| mean_total(record, role))),
            answered: ByRole::of(|role| {
                let answered = |record: &RunRecord| {
                    let totals = record.satker.iter().filter_map(|satker| satker.total(role));
                    totals.map(|total| total.answered).sum()
                };
                Pair { before: answered(before), after: answered(after) }
            }),
            answers: satker.iter().flat_map(|satker| satker.roles.iter()).map(|role| role.answers.len()).sum(),
            links_added: links(|evidence| &evidence.added),
            links_gone: links(|evidence| &evidence.gone),
            appeared: satker.iter().map(|satker| satker.appeared.len()).sum(),
            resolved: satker.iter().map(|satker| satker.resolved.len()).sum(),
        }
    }
}

fn mean_total(record: &RunRecord, role: Role) -> Option<f64> {
    mean(record.satker.iter().filter_map(|satker| satker.total(role).filter(ScoreRecord::is_comparable)?.score))
}

/// The plain mean; none of nothing.
pub(super) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values.fold((0.0, 0_u32), |(sum, n), value| (sum + value, n + 1));
    (n > 0).then(|| sum / f64::from(n))
}

impl SatkerChanges {
    fn between(before: Option<&SatkerRecord>, after: Option<&SatkerRecord>, labels: &Labels) -> Self {
        let membership = match (before, after) {
            (None, _) => Membership::New,
            (_, None) => Membership::Gone,
            _ => Membership::Stayed,
        };
        let nothing = SatkerRecord::default();
        let named = after.or(before).unwrap_or(&nothing);
        let (before, after) = (before.unwrap_or(&nothing), after.unwrap_or(&nothing));
        let lke_read = Pair { before: !before.scores.is_empty(), after: !after.scores.is_empty() };
        let compare = lke_read.before && lke_read.after;
        let (appeared, resolved) = match membership {
            Membership::Stayed => findings::compare(&before.findings, &after.findings),
            _ => (Vec::new(), Vec::new()),
        };
        SatkerChanges {
            kode: named.kode.clone(),
            nama: named.nama.clone(),
            membership,
            lke_read,
            roles: ByRole::of(|role| RoleChanges::between(role, before, after, compare, labels)),
            evidence: if compare { evidence(before, after, labels) } else { Vec::new() },
            surveys: surveys(&before.surveys, &after.surveys),
            appeared,
            resolved,
        }
    }

    /// Whether anything changed, be it only the rank.
    pub fn is_changed(&self) -> bool {
        let of_role = |role: &RoleChanges| {
            role.total.is_changed()
                || role.rank.before != role.rank.after
                || role.answered.before != role.answered.after
                || !role.answers.is_empty()
                || !role.nodes.is_empty()
        };
        self.membership != Membership::Stayed
            || self.lke_read.before != self.lke_read.after
            || self.roles.iter().any(of_role)
            || !(self.evidence.is_empty() && self.surveys.is_empty())
            || !(self.appeared.is_empty() && self.resolved.is_empty())
    }
}

impl RoleChanges {
    fn between(role: Role, before: &SatkerRecord, after: &SatkerRecord, compare: bool, labels: &Labels) -> Self {
        let (total_before, total_after) = (before.total(role), after.total(role));
        let score = |total: Option<ScoreRecord>| total.and_then(|total| total.score);
        let mut changes = RoleChanges {
            role,
            total: Pair { before: score(total_before), after: score(total_after) },
            rank: Pair { before: before.ranks[role], after: after.ranks[role] },
            answered: Pair {
                before: total_before.map(|total| total.answered),
                after: total_after.map(|total| total.answered),
            },
            answers: Vec::new(),
            nodes: Vec::new(),
        };
        if compare {
            let scores = Scores::new(role, before, after);
            changes.answers = answers(role, before, after, &scores, labels);
            changes.nodes = scores.changes(&changes.answers, labels);
        }
        changes
    }
}

/// Both runs' scores in one role, and which nodes stand directly above indicators.
struct Scores<'a> {
    pairs: BTreeMap<&'a str, Pair<Option<f64>>>,
}

impl<'a> Scores<'a> {
    fn new(role: Role, before: &'a SatkerRecord, after: &'a SatkerRecord) -> Self {
        let mut pairs: BTreeMap<&str, Pair<Option<f64>>> = BTreeMap::new();
        let of_role = |record: &'a SatkerRecord| record.scores.iter().filter(move |((of, _), _)| *of == role);
        for ((_, code), score) in of_role(before) {
            pairs.entry(code).or_default().before = score.score;
        }
        for ((_, code), score) in of_role(after) {
            pairs.entry(code).or_default().after = score.score;
        }
        Scores { pairs }
    }

    /// The node above the indicator that is answered; for a detail that is the indicator it belongs to.
    fn above(&self, code: &str) -> Option<&'a str> {
        let known = |code: &str| self.pairs.get_key_value(code).map(|(code, _)| *code);
        let mut indicator = code;
        while known(indicator).is_none() {
            indicator = indicator.rsplit_once('.')?.0;
        }
        known(indicator.rsplit_once('.')?.0)
    }

    /// The nodes directly above indicators that hold a changed answer or score otherwise than before.
    fn changes(&self, answers: &[AnswerChange], labels: &Labels) -> Vec<NodeChange> {
        let codes: Vec<&str> = self.pairs.keys().copied().collect();
        // What is below a node stands directly after it, so one that is followed by something else is an indicator.
        let is_leaf = |place: usize, code: &str| {
            let next = codes.get(place + 1).and_then(|next| next.strip_prefix(code));
            next.is_none_or(|rest| !rest.starts_with('.'))
        };
        let indicators = codes.iter().enumerate().filter(|(place, code)| is_leaf(*place, code));
        let above: BTreeSet<&str> = indicators.filter_map(|(_, code)| self.above(code)).collect();
        let of_answers: BTreeSet<&str> = answers.iter().map(|answer| &*answer.node).collect();
        let changed = |code: &&str| self.pairs[*code].is_changed() || of_answers.contains(*code);
        in_order(above)
            .into_iter()
            .filter(changed)
            .map(|code| NodeChange { code: code.into(), label: labels.of(code), score: self.pairs[code] })
            .collect()
    }
}

fn answers(
    role: Role,
    before: &SatkerRecord,
    after: &SatkerRecord,
    scores: &Scores,
    labels: &Labels,
) -> Vec<AnswerChange> {
    let codes = before.answers.keys().chain(after.answers.keys()).filter(|(of, _)| *of == role);
    let codes: BTreeSet<&(Role, Arc<str>)> = codes.collect();
    let changed = |key: &(Role, Arc<str>)| {
        let (from, to) = (before.answers.get(key), after.answers.get(key));
        if from.map(|from| &from.answer) == to.map(|to| &to.answer) {
            return None;
        }
        Some(AnswerChange {
            code: key.1.clone(),
            label: labels.of(&key.1),
            cell: to.or(from).map(|record| record.cell.clone()).unwrap_or_default(),
            from: from.map(|record| record.answer.clone()),
            to: to.map(|record| record.answer.clone()),
            node: scores.above(&key.1).map(Arc::from).unwrap_or_default(),
        })
    };
    let mut codes: Vec<_> = codes.into_iter().collect();
    codes.sort_by_cached_key(|(_, code)| order(code));
    codes.into_iter().filter_map(changed).collect()
}

/// Codes as the worksheet counts them.
fn in_order<C: AsRef<str> + ?Sized>(codes: BTreeSet<&C>) -> Vec<&C> {
    let mut codes: Vec<&C> = codes.into_iter().collect();
    codes.sort_by_cached_key(|code| order((*code).as_ref()));
    codes
}

fn evidence(before: &SatkerRecord, after: &SatkerRecord, labels: &Labels) -> Vec<EvidenceChange> {
    let codes: BTreeSet<&Arc<str>> = before.evidence.keys().chain(after.evidence.keys()).collect();
    let none = BTreeSet::new();
    let changed = |code: &Arc<str>| {
        let (from, to) = (before.evidence.get(code).unwrap_or(&none), after.evidence.get(code).unwrap_or(&none));
        (from != to).then(|| EvidenceChange {
            code: code.clone(),
            label: labels.of(code),
            added: to.difference(from).cloned().collect(),
            gone: from.difference(to).cloned().collect(),
        })
    };
    in_order(codes).into_iter().filter_map(changed).collect()
}

/// Surveys are compared with those of the same instrument and period, the rest in their order with those of the same
/// instrument.
fn surveys(before: &[SurveyRecord], after: &[SurveyRecord]) -> Vec<SurveyChange> {
    let mut left: Vec<&SurveyRecord> = before.iter().collect();
    let mut take = |matches: &dyn Fn(&SurveyRecord) -> bool| {
        let place = left.iter().position(|survey| matches(survey))?;
        Some(left.remove(place))
    };
    let mut partners: Vec<Option<&SurveyRecord>> = after
        .iter()
        .map(|survey| take(&|other| other.instrument == survey.instrument && other.period == survey.period))
        .collect();
    for (survey, partner) in after.iter().zip(&mut partners) {
        if partner.is_none() {
            *partner = take(&|other| other.instrument == survey.instrument);
        }
    }
    let both =
        partners.into_iter().zip(after.iter().map(Some)).chain(left.into_iter().map(|survey| (Some(survey), None)));
    both.filter_map(|(before, after)| {
        let named = after.or(before)?;
        let change = SurveyChange {
            instrument: named.instrument.clone(),
            index_name: named.index_name.clone(),
            period: Pair { before: before.map(|s| s.period.clone()), after: after.map(|s| s.period.clone()) },
            index: Pair { before: before.map(|s| s.index), after: after.map(|s| s.index) },
            n: Pair { before: before.map(|s| s.n), after: after.map(|s| s.n) },
        };
        let same = change.period.before == change.period.after && change.n.before == change.n.after;
        (!same || change.index.is_changed()).then_some(change)
    })
    .collect()
}

#[cfg(test)]
mod tests;
