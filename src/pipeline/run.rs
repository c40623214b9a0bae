//! The run: every satker read, scored and audited in parallel, then consolidated.

use std::sync::Arc;

use jiff::Timestamp;
use polars::prelude::PolarsResult;
use rayon::prelude::*;

use super::file::Pipeline;
use crate::consolidate::{Consolidation, Unit};
use crate::finding::{Arg, Code, Finding, sort_findings};
use crate::lke::{Examined, examine};
use crate::satker::Satker;
use crate::source::{Book, Limits};

/// Told when a satker is done; called from several threads.
pub trait Progress: Sync {
    /// One satker is done.
    fn done(&self, unit: &Unit);
}

/// Reads, scores and audits the LKE of every satker, and consolidates them. A satker that fails is a finding; the
/// others go on. `now` is the clock.
///
/// # Errors
/// Only when the frames cannot be computed, which no input can cause.
pub fn run(
    pipeline: &Pipeline,
    now: &(dyn Fn() -> Timestamp + Sync),
    progress: &dyn Progress,
) -> PolarsResult<Consolidation> {
    let started = now();
    let units = pipeline
        .satker
        .par_iter()
        .map(|satker| {
            let unit = examine_satker(pipeline, satker, now());
            progress.done(&unit);
            unit
        })
        .collect();
    Consolidation::new(&pipeline.title, &pipeline.period(), started, pipeline.template.clone(), units)
}

fn examine_satker(pipeline: &Pipeline, satker: &Satker, now: Timestamp) -> Unit {
    let (source, lke, findings) = match pipeline.lke_location(satker) {
        Err(column) => (None, None, vec![Finding::new(Code::SourceUnnamed, [("column", Arg::from(column))])]),
        Ok(location) => {
            let path = pipeline.directory().join(&location);
            match Book::open(&path, &location, now, &Limits::default()) {
                Err(unopened) => {
                    let finding = unopened.finding();
                    (Some(unopened.info), None, vec![finding])
                }
                Ok(book) => {
                    let Examined { source, result, findings } = examine(book, &pipeline.template, Some(&satker.holds));
                    (Some(source), result, findings)
                }
            }
        }
    };
    let kode: Arc<str> = satker.kode.as_str().into();
    let mut findings: Vec<Finding> = findings.into_iter().map(|finding| finding.of(kode.clone())).collect();
    sort_findings(&mut findings);
    Unit { satker: satker.clone(), source, lke, findings }
}
