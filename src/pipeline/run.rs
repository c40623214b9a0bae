//! The run: every satker read, scored and audited in parallel, then consolidated.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use polars::prelude::PolarsResult;
use rayon::prelude::*;

use super::file::{Pipeline, PlanSource, SurveyPlan, several};
use crate::consolidate::plans::{late_findings, standings, tracer};
use crate::consolidate::{Consolidation, Unit, UnitPlan, UnitSurvey, cross_check};
use crate::finding::{Arg, Code, Finding, sort_findings};
use crate::lke::{self, LkeResult};
use crate::plan::trace::Tracer;
use crate::plan::{self, PlanOptions};
use crate::recognise::{Wanted, name_refusal};
use crate::satker::Satker;
use crate::source::fetch::Sources;
use crate::source::{Book, SourceInfo, Unopened};
use crate::survey::{self, SurveyOptions, SurveyResult};

/// Told when a satker is done, and asked whether to go on; called from several threads.
pub trait Progress: Sync {
    /// One satker is done.
    fn done(&self, unit: &Unit);

    /// Whether the run is to stop: satker not yet begun are then left out, and nothing comes of the run.
    fn is_halted(&self) -> bool {
        false
    }
}

/// Reads, scores and audits the worksheets of every satker, and consolidates them. A satker that fails is a finding; the
/// others go on. Addresses must have been fetched into `sources`; `now` is the clock.
///
/// # Errors
/// Only when the frames cannot be computed, which no input can cause.
pub fn run(
    pipeline: &Pipeline,
    sources: &Sources,
    now: &(dyn Fn() -> Timestamp + Sync),
    progress: &dyn Progress,
) -> PolarsResult<Consolidation> {
    let started = now();
    let zone = pipeline.zone();
    let as_of = pipeline.as_of.unwrap_or_else(|| started.to_zoned(zone.clone()).date());
    let tracer = tracer(&pipeline.template);
    let units = pipeline
        .satker
        .par_iter()
        .take_any_while(|_| !progress.is_halted())
        .map(|satker| {
            let unit = Reading { pipeline, sources, satker, now, as_of, tracer: &tracer }.unit();
            progress.done(&unit);
            unit
        })
        .collect();
    let surveys = pipeline.surveys.iter().map(|plan| (plan.instrument.clone(), plan.period)).collect();
    let period = pipeline.period().to_string();
    let times = (started, as_of);
    let data = Consolidation::new(&pipeline.title, &period, times, pipeline.template.clone(), surveys, units)?;
    Ok(Consolidation { zone, ..data })
}

/// One satker being read.
struct Reading<'a> {
    pipeline: &'a Pipeline,
    sources: &'a Sources,
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

    /// Opens what a source's placeholders come to for this satker; that it is an earlier copy is a finding.
    fn open(&self, location: &str, findings: &mut Vec<Finding>) -> Result<Book, Box<Unopened>> {
        let opened = self.sources.open(location, (self.now)())?;
        findings.extend(opened.stale);
        Ok(opened.book)
    }

    /// Says what a file is that is something else.
    fn name_refusal(&self, findings: &mut [Finding], wanted: Wanted, location: &str) {
        name_refusal(findings, wanted, || Some(self.sources.open(location, (self.now)()).ok()?.book));
    }

    fn lke(&self, findings: &mut Vec<Finding>) -> (Option<SourceInfo>, Option<LkeResult>) {
        let location = match self.pipeline.locate(&self.pipeline.lke_source, self.satker) {
            Ok(location) => location,
            Err(column) => {
                findings.push(Finding::new(Code::SourceUnnamed, [("column", Arg::from(column))]));
                return (None, None);
            }
        };
        match self.open(&location, findings) {
            Err(unopened) => {
                findings.push(unopened.finding());
                (Some(unopened.info), None)
            }
            Ok(book) => {
                let mut examined = lke::examine(book, &self.pipeline.template, Some(&self.satker.holds));
                self.name_refusal(&mut examined.findings, Wanted::Lke, &location);
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
        for location in several(&locations) {
            match self.open(location, findings) {
                Ok(book) => books.push(book),
                Err(unopened) => {
                    failure = Some(unopened.finding());
                    findings.push(unopened.finding());
                    sources.push(unopened.info);
                }
            }
        }
        let options = PlanOptions { family: plan.family, year: Some(self.pipeline.year) };
        let mut examined = plan::examine(books, self.tracer, &options);
        if let [only] = &examined.sources[..] {
            self.name_refusal(&mut examined.findings, Wanted::Plan, &only.location);
        }
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
        match self.open(&location, findings) {
            Err(unopened) => {
                let failure = unopened.finding();
                findings.push(failure.clone());
                UnitSurvey { source: Some(unopened.info), result: None, failure: Some(failure) }
            }
            Ok(book) => {
                let mut examined = survey::examine(book, &plan.instrument, &options);
                self.name_refusal(&mut examined.findings, Wanted::Survey, &location);
                let failure = examined.findings.first().filter(|_| examined.result.is_none()).cloned();
                findings.extend(examined.findings);
                UnitSurvey { source: Some(examined.source), result: examined.result, failure }
            }
        }
    }
}
