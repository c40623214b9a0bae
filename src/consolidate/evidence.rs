//! The evidence links of all satker, checked.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;

use super::Consolidation;
use crate::finding::sort_findings;
use crate::links::{LinkReport, LinkSettings, check, findings, links_of};
use crate::output::file::WriteError;
use crate::stop::Stop;

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
