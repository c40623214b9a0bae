//! The run: every satker read, scored and audited in parallel, then consolidated.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use polars::prelude::PolarsResult;
use rayon::prelude::*;

use super::file::{Pipeline, PlanSource, SurveyPlan};
use crate::consolidate::plans::{late_findings, standings, tracer};
use crate::consolidate::{Consolidation, Unit, UnitPlan, UnitSurvey, cross_check};
use crate::finding::{Arg, Code, Finding, sort_findings};
use crate::lke::{self, LkeResult};
use crate::plan::trace::Tracer;
use crate::plan::{self, PlanOptions};
use crate::satker::Satker;
use crate::source::{Book, Limits, SourceInfo, Unopened};
use crate::survey::{self, SurveyOptions, SurveyResult};

/// Told when a satker is done; called from several threads.
pub trait Progress: Sync {
    /// One satker is done.
    fn done(&self, unit: &Unit);
}

/// Reads, scores and audits the worksheets of every satker, and consolidates them. A satker that fails is a finding; the
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
    let as_of = pipeline.as_of.unwrap_or_else(|| started.to_zoned(TimeZone::UTC).date());
    let tracer = tracer(&pipeline.template);
    let units = pipeline
        .satker
        .par_iter()
        .map(|satker| {
            let unit = Reading { pipeline, satker, now, as_of, tracer: &tracer }.unit();
            progress.done(&unit);
            unit
        })
        .collect();
    let surveys = pipeline.surveys.iter().map(|plan| (plan.instrument.clone(), plan.period)).collect();
    let period = pipeline.period().to_string();
    Consolidation::new(&pipeline.title, &period, (started, as_of), pipeline.template.clone(), surveys, units)
}

/// One satker being read.
struct Reading<'a> {
    pipeline: &'a Pipeline,
    satker: &'a Satker,
    now: &'a (dyn Fn() -> Timestamp + Sync),
    as_of: Date,
    tracer: &'a Tracer,
}

impl Reading<'_> {
    fn unit(&self) -> Unit {
        let mut findings = Vec::new();
        let (source, lke) = self.lke(&mut findings);
        let surveys: Vec<UnitSurvey> =
            self.pipeline.surveys.iter().map(|plan| self.survey(plan, &mut findings)).collect();
        if let (Some(lke), Some(source)) = (&lke, &source) {
            let results: Vec<&SurveyResult> = surveys.iter().filter_map(|survey| survey.result.as_ref()).collect();
            findings.extend(cross_check(lke, &source.location, &results));
        }
        let plan = self.pipeline.plan.as_ref().map(|source| self.plan(source, lke.as_ref(), &mut findings));
        let kode: Arc<str> = self.satker.kode.as_str().into();
        let mut findings: Vec<Finding> = findings.into_iter().map(|finding| finding.of(kode.clone())).collect();
        sort_findings(&mut findings);
        Unit { satker: self.satker.clone(), source, lke, surveys, plan, findings }
    }

    /// Opens what a source's placeholders come to for this satker.
    fn open(&self, location: &str) -> Result<Book, Box<Unopened>> {
        Book::open(&self.pipeline.directory().join(location), location, (self.now)(), &Limits::default())
    }

    fn lke(&self, findings: &mut Vec<Finding>) -> (Option<SourceInfo>, Option<LkeResult>) {
        let location = match self.pipeline.locate(&self.pipeline.lke_source, self.satker) {
            Ok(location) => location,
            Err(column) => {
                findings.push(Finding::new(Code::SourceUnnamed, [("column", Arg::from(column))]));
                return (None, None);
            }
        };
        match self.open(&location) {
            Err(unopened) => {
                findings.push(unopened.finding());
                (Some(unopened.info), None)
            }
            Ok(book) => {
                let examined = lke::examine(book, &self.pipeline.template, Some(&self.satker.holds));
                findings.extend(examined.findings);
                (Some(examined.source), examined.result)
            }
        }
    }

    fn plan(&self, plan: &PlanSource, lke: Option<&LkeResult>, findings: &mut Vec<Finding>) -> UnitPlan {
        let locations = match self.pipeline.locate(&plan.source, self.satker) {
            Ok(locations) => locations,
            Err(column) => {
                findings.push(Finding::new(Code::PlanUnnamed, [("column", Arg::from(column))]));
                return UnitPlan::default();
            }
        };
        let (mut books, mut sources, mut failure) = (Vec::new(), Vec::new(), None);
        // A plan may be in several files.
        for location in locations.split(';').map(str::trim).filter(|location| !location.is_empty()) {
            match self.open(location) {
                Ok(book) => books.push(book),
                Err(unopened) => {
                    failure = Some(unopened.finding());
                    findings.push(unopened.finding());
                    sources.push(unopened.info);
                }
            }
        }
        let options = PlanOptions { family: plan.family, year: Some(self.pipeline.year) };
        let examined = plan::examine(books, self.tracer, &options);
        if examined.result.is_none() {
            failure = failure.or_else(|| examined.findings.first().cloned());
        }
        findings.extend(examined.findings);
        sources.extend(examined.sources);
        let template = &self.pipeline.template;
        let standings = examined.result.as_ref().map_or_else(Vec::new, |result| {
            standings(result, self.tracer.references(), template, lke, (self.pipeline.year, self.as_of))
        });
        let plan = UnitPlan { sources, result: examined.result, standings, failure };
        findings.extend(late_findings(&plan, template, self.as_of));
        plan
    }

    fn survey(&self, plan: &SurveyPlan, findings: &mut Vec<Finding>) -> UnitSurvey {
        let location = match self.pipeline.locate(&plan.source, self.satker) {
            Ok(location) => location,
            Err(column) => {
                let args = [("column", Arg::from(column)), ("title", Arg::from(plan.instrument.title.as_str()))];
                findings.push(Finding::new(Code::SurveyUnnamed, args));
                return UnitSurvey::default();
            }
        };
        let population = plan.population.as_ref().and_then(|text| self.pipeline.locate(text, self.satker).ok());
        let options = SurveyOptions {
            period: Some(plan.period),
            population: population.and_then(|text| text.trim().parse().ok()),
            exclude_duplicates: plan.exclude_duplicates,
            columns: plan.columns.clone(),
        };
        match self.open(&location) {
            Err(unopened) => {
                let failure = unopened.finding();
                findings.push(failure.clone());
                UnitSurvey { source: Some(unopened.info), result: None, failure: Some(failure) }
            }
            Ok(book) => {
                let examined = survey::examine(book, &plan.instrument, &options);
                let failure = examined.findings.first().filter(|_| examined.result.is_none()).cloned();
                findings.extend(examined.findings);
                UnitSurvey { source: Some(examined.source), result: examined.result, failure }
            }
        }
    }
}
