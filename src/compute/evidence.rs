//! The evidence links of satker, and what their states mean: indicator by indicator, and as findings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Consolidation, LkeResult};
use crate::finding::{Arg, Code, Finding, SheetFindings, sort_findings};
use crate::grid::CellRange;
use crate::lang::Lang;
use crate::links::{LinkSettings, LinkState, check};
use crate::lke::Role;
use crate::lke::answer::show_answer;
use crate::lke::template::{AnswerType, NodeIndex, NodeKind};
use crate::output::file::WriteError;
use crate::stop::Stop;

/// The evidence links of a run, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkReport {
    /// When.
    pub checked_at: Timestamp,
    /// How every distinct link stands.
    pub states: BTreeMap<Arc<str>, LinkState>,
}

/// The evidence links of an indicator, with their states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorLinks<'a> {
    /// The indicator.
    pub node: NodeIndex,
    /// Its links.
    pub links: Vec<(&'a str, &'a LinkState)>,
}

/// How many distinct links there are, by how they stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Anyone can open them.
    pub reachable: usize,
    /// They need permission.
    pub needs_permission: usize,
    /// There is nothing any more.
    pub gone: usize,
    /// It could not be told.
    pub unreachable: usize,
}

impl Counts {
    /// Counts states, one for each distinct link.
    pub fn of<'a>(states: impl IntoIterator<Item = &'a LinkState>) -> Self {
        let mut counts = Counts::default();
        for state in states {
            *match state {
                LinkState::Reachable => &mut counts.reachable,
                LinkState::NeedsPermission => &mut counts.needs_permission,
                LinkState::Gone => &mut counts.gone,
                LinkState::Unreachable(_) => &mut counts.unreachable,
            } += 1;
        }
        counts
    }

    /// Counts the distinct links of a worksheet.
    pub fn of_worksheet(lke: &LkeResult, states: &BTreeMap<Arc<str>, LinkState>) -> Self {
        Counts::of(links_of(lke).into_iter().filter_map(|link| states.get(link)))
    }

    /// All of them.
    pub fn all(&self) -> usize {
        self.reachable + self.needs_permission + self.gone + self.unreachable
    }
}

/// Checks the evidence links of every satker, each distinct one once, and adds what is wrong to the satker's findings.
/// Past `stop` no more is asked. `cache` is the file answers are kept in, best in the pipeline's state folder.
///
/// # Errors
/// [`WriteError`] when the answers could not be kept for the next time; the report is there all the same.
pub fn check_links(
    data: &mut Consolidation,
    settings: &LinkSettings,
    cache: Option<&Path>,
    now: Timestamp,
    stop: &Stop,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<(), WriteError> {
    let links: BTreeSet<&str> = data.units.iter().filter_map(|unit| unit.lke.as_ref()).flat_map(links_of).collect();
    let checked = check(links, settings, cache, now, stop, progress);
    for unit in &mut data.units {
        let (Some(lke), Some(source)) = (&unit.lke, &unit.source) else { continue };
        let found = findings(lke, &source.location, &checked.states);
        unit.findings.extend(found.into_iter().map(|finding| finding.of(unit.satker.kode.as_str())));
        sort_findings(&mut unit.findings);
    }
    data.links = Some(LinkReport { checked_at: now, states: checked.states });
    checked.not_kept.map_or(Ok(()), Err)
}

/// The indicators of a worksheet with their links; those of a detail count for its indicator.
fn evidence(lke: &LkeResult) -> impl Iterator<Item = (NodeIndex, &BTreeSet<Arc<str>>)> {
    let nodes = lke.template.nodes.iter().zip(&lke.evidence).enumerate();
    nodes.filter(|(_, (node, links))| node.kind == NodeKind::Indicator && !links.is_empty()).map(|(n, (_, l))| (n, l))
}

/// The distinct evidence links of a worksheet.
pub fn links_of(lke: &LkeResult) -> BTreeSet<&str> {
    evidence(lke).flat_map(|(_, links)| links).map(|link| &**link).collect()
}

/// The indicators of a worksheet that have checked links, in the template's order.
pub fn of_indicators<'a>(
    lke: &'a LkeResult,
    states: &'a BTreeMap<Arc<str>, LinkState>,
) -> impl Iterator<Item = IndicatorLinks<'a>> {
    evidence(lke).filter_map(|(node, links)| {
        let links: Vec<_> = links.iter().filter_map(|link| Some((&**link, states.get(link)?))).collect();
        (!links.is_empty()).then_some(IndicatorLinks { node, links })
    })
}

/// What is wrong with the links of a worksheet read from `location`.
pub fn findings(lke: &LkeResult, location: &Arc<str>, states: &BTreeMap<Arc<str>, LinkState>) -> Vec<Finding> {
    let mut findings = SheetFindings::new(location.clone(), Some(&lke.sheet));
    let unit = lke.role(Role::Unit);
    for IndicatorLinks { node, links } in of_indicators(lke, states) {
        let gone = links.iter().filter(|(_, state)| **state == LinkState::Gone).count();
        if gone == 0 {
            continue;
        }
        let subject = Some(lke.template.nodes[node].code.as_str());
        let cell = unit.and_then(|unit| unit.nodes[node].answer_cell);
        let range = cell.map(CellRange::of_cell);
        match answer(lke, node).filter(|_| gone == links.len()) {
            Some(answer) => {
                findings.add(Code::EvidenceGone, subject, range, [("answer", answer), ("links", links.len().into())]);
            }
            None => {
                let args = [("gone", Arg::from(gone)), ("links", links.len().into())];
                findings.add(Code::EvidencePartlyGone, subject, range, args);
            }
        }
    }
    let locked = Counts::of_worksheet(lke, states).needs_permission;
    if locked > 0 {
        findings.add(Code::EvidenceLocked, None, None, [("links", Arg::from(locked))]);
    }
    findings.finish()
}

/// What the unit answered, for a percentage what it comes to; none where it did not.
fn answer(lke: &LkeResult, node: NodeIndex) -> Option<Arg> {
    let unit = lke.role(Role::Unit)?;
    let ratio = unit.nodes[node].ratio.as_ref()?;
    Some(match lke.template.nodes[node].answer_type? {
        AnswerType::Percentage => Arg::Share(ratio.value),
        answer_type => Arg::from(show_answer(&lke.template, answer_type, &unit.nodes[node].answer, Lang::Id)),
    })
}
