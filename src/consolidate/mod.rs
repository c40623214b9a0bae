//! The results of all satker together: frames with fixed schemas, ranks, and where TPI and unit differ.

pub mod frames;
pub mod gaps;
pub mod ranking;

use std::sync::Arc;

use jiff::Timestamp;
use polars::prelude::PolarsResult;

pub use gaps::Gap;
pub use ranking::{RankRow, Ranked};

use crate::finding::{Finding, Severity, count_by_severity};
use crate::lke::template::Template;
use crate::lke::{LkeResult, Role};
use crate::satker::Satker;
use crate::source::SourceInfo;

/// One satker after a run.
#[derive(Debug)]
pub struct Unit {
    /// The satker.
    pub satker: Satker,
    /// Where its LKE was read from; none where the registry names no place.
    pub source: Option<SourceInfo>,
    /// Its LKE; none where it could not be read, and then a finding says why.
    pub lke: Option<LkeResult>,
    /// What is wrong or doubtful, all of it about this satker; the worst first.
    pub findings: Vec<Finding>,
}

impl Unit {
    /// The finding that says why there is no LKE, or no score.
    pub fn failure(&self) -> Option<&Finding> {
        let none = self.lke.as_ref().is_none_or(|lke| Role::ALL.iter().all(|&role| lke.total(role).is_none()));
        self.findings.first().filter(|finding| none && finding.severity() == Severity::Error)
    }
}

/// A province's results for one period.
#[derive(Debug)]
pub struct Consolidation {
    /// Title, for people.
    pub title: String,
    /// Period: `2025-S2`.
    pub period: String,
    /// When the run began.
    pub run_at: Timestamp,
    /// How the worksheets were read.
    pub template: Arc<Template>,
    /// The satker in the registry's order.
    pub units: Vec<Unit>,
    /// Ranks of both roles: in each role by rank, the unranked last.
    pub ranking: Vec<RankRow>,
    /// Where the TPI scored differently.
    pub gaps: Vec<Gap>,
}

impl Consolidation {
    /// Ranks and compares the units.
    ///
    /// # Errors
    /// Only when the frames cannot be computed, which no input can cause.
    pub fn new(
        title: &str,
        period: &str,
        run_at: Timestamp,
        template: Arc<Template>,
        units: Vec<Unit>,
    ) -> PolarsResult<Self> {
        Ok(Consolidation {
            title: title.to_owned(),
            period: period.to_owned(),
            run_at,
            ranking: ranking::rank(&template, &units)?,
            gaps: gaps::gaps(&units),
            template,
            units,
        })
    }

    /// All findings, in the order of the satker.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.units.iter().flat_map(|unit| &unit.findings)
    }

    /// How many findings of each severity: errors, warnings, infos.
    pub fn finding_counts(&self) -> [usize; 3] {
        count_by_severity(self.findings())
    }
}
