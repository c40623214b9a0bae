//! The run: every satker read, scored and audited in parallel, then consolidated.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use polars::prelude::PolarsResult;
use rayon::prelude::*;

use super::file::{Pipeline, PlanSource, SurveyPlan, several};
use super::registry::read_population;
use crate::consolidate::plans::{late_findings, standings, tracer};
use crate::consolidate::uses::{self, as_told, find_shared, told_once};
use crate::consolidate::{Consolidation, Unit, UnitPlan, UnitSurvey, cross_check, decide_by_survey};
use crate::finding::{Arg, Code, Finding, sort_findings};
use crate::lke::{self, LkeResult};
use crate::plan::trace::Tracer;
use crate::plan::{self, PlanOptions};
use crate::recognise::{Wanted, name_refusal};
use crate::satker::Satker;
use crate::source::fetch::{OpenedSurvey, Sources};
use crate::source::{Book, SourceError, SourceInfo};
use crate::survey::{self, Comments, SurveyOptions, SurveyResult};
use crate::text::shorten;

/// Told how far a run is; called from several threads.
pub trait Progress: Sync {
    /// One satker is done.
    fn done(&self, unit: &Unit);

    /// Something else is begun, or is so far.
    fn step(&self, _step: Step) {}
}

/// What a run does beside reading satker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Addresses are fetched.
    Fetching,
    /// Satker are read, one after the other.
    Reading,
    /// Evidence links are asked for.
    Links {
        /// Those that have answered.
        done: usize,
        /// All that are asked for.
        all: usize,
    },
    /// Outputs are written and put in their places.
    Writing,
    /// Summary spreadsheets are refreshed.
    Refreshing,
    /// People are told.
    Telling,
}

/// Reads, scores and audits the worksheets of every satker, and consolidates them. A satker that fails is a finding; the
/// others go on. Addresses must have been fetched into `sources`; `now` is the clock. Where the sources are to be read no
/// longer, satker not yet begun are left out, and nothing may come of the run.
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
    let zone = pipeline.zone.clone();
    let as_of = pipeline.as_of.unwrap_or_else(|| started.to_zoned(zone.clone()).date());
    let tracer = tracer(&pipeline.template);
    let mut units: Vec<Unit> = pipeline
        .satker
        .par_iter()
        .take_any_while(|_| sources.stop().requested().is_none())
        .map(|satker| {
            let unit = Reading { pipeline, sources, satker, now, as_of, tracer: &tracer }.unit();
            progress.done(&unit);
            unit
        })
        .collect();
    find_shared(&mut units);
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
        let mut findings: Vec<Finding> = self.satker.unread.iter().map(|column| self.unread(column)).collect();
        let (source, lke) = self.lke(&mut findings);
        let mut surveys: Vec<UnitSurvey> =
            self.pipeline.surveys.iter().map(|plan| self.survey(plan, &mut findings)).collect();
        let mut by_survey = [None, None];
        if let (Some(lke), Some(source)) = (&lke, &source) {
            let results: Vec<&SurveyResult> = surveys.iter().filter_map(|survey| survey.result.as_ref()).collect();
            let period = self.pipeline.period();
            findings.extend(cross_check(lke, &source.location, &results, period));
            by_survey = decide_by_survey(lke, &results, period, &self.satker.holds);
        }
        let mut plan = self.pipeline.plan.as_ref().map(|source| self.plan(source, lke.as_ref(), &mut findings));
        let findings = told_once(findings);
        surveys.iter_mut().for_each(|survey| as_told(&mut survey.failure, &findings));
        plan.iter_mut().for_each(|plan| as_told(&mut plan.failure, &findings));
        let kode: Arc<str> = self.satker.kode.as_str().into();
        let mut findings: Vec<Finding> = findings.into_iter().map(|finding| finding.of(kode.clone())).collect();
        sort_findings(&mut findings);
        Unit { satker: self.satker.clone(), source, lke, surveys, by_survey, plan, findings }
    }

    /// That a column of the registry says nothing known of this satker.
    fn unread(&self, column: &str) -> Finding {
        let text = self.satker.columns.get(column).map(String::as_str).unwrap_or_default();
        let args = [
            ("column", Arg::from(column)),
            ("text", Arg::from(shorten(text, 40))),
            ("row", Arg::Count(self.satker.row as u64)),
        ];
        Finding::new(Code::RegistryUnread, args)
    }

    /// Opens what a source's placeholders come to for this satker, and what it is used for; that it is an earlier copy is
    /// a finding, and so is that it cannot be opened.
    fn open(
        &self,
        location: &str,
        used: &str,
        findings: &mut Vec<Finding>,
    ) -> Result<Book, Box<(SourceInfo, Finding)>> {
        match self.sources.open(location, (self.now)()) {
            Ok(opened) => {
                findings.extend(opened.stale.map(|stale| stale.about(used)));
                Ok(opened.book)
            }
            Err(unopened) => {
                let failure = unopened.finding().about(used);
                findings.push(failure.clone());
                Err(Box::new((unopened.info, failure)))
            }
        }
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
        match self.open(&location, uses::LKE, findings) {
            Err(failed) => (Some(failed.0), None),
            Ok(book) => {
                let (template, holds) = (&self.pipeline.template, Some(self.satker.holds.as_slice()));
                let mut examined = lke::examine_of_period(book, template, holds, Some(self.pipeline.period()));
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
            match self.open(location, uses::PLAN, findings) {
                Ok(book) => books.push(book),
                Err(failed) => {
                    failure = Some(failed.1);
                    sources.push(failed.0);
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
        // A dash says that nobody counted.
        let population = population.filter(|text| !text.trim_matches([' ', '-', '–', '—']).is_empty());
        let served = population.as_deref().and_then(read_population);
        if let (Some(text), None) = (population, served) {
            let args = [
                ("text", Arg::from(shorten(&text, 40))),
                ("short", Arg::from(plan.instrument.short.as_str())),
                ("row", Arg::Count(self.satker.row as u64)),
            ];
            findings.push(Finding::new(Code::PopulationUnread, args));
        }
        let options = SurveyOptions {
            is_named: true,
            period: Some(plan.period),
            population: served,
            exclude_duplicates: plan.exclude_duplicates,
            columns: plan.columns.clone(),
            declared: plan.declared,
            comments: plan.comments,
            ..SurveyOptions::default()
        };
        // A survey may be in several files; without one of them its index would be another.
        let places: Vec<&str> = several(&location).collect();
        let (mut books, mut sources, mut failure) = (Vec::new(), Vec::new(), None);
        for place in &places {
            match self.sources.open_survey(place, (self.now)()) {
                Ok(OpenedSurvey { info, book, stale }) => {
                    findings.extend(stale.map(|stale| stale.about(&*plan.instrument.short)));
                    sources.push(info);
                    books.extend(book);
                }
                Err(unopened) => {
                    failure.get_or_insert(unopened.finding().about(&*plan.instrument.short));
                    sources.push(unopened.info);
                }
            }
        }
        let mut failed = |sources, failure: Finding| {
            findings.push(failure.clone());
            UnitSurvey { sources, result: None, failure: Some(failure) }
        };
        if let Some(failure) = failure {
            return failed(sources, failure);
        }
        let reading = match self.responses(plan, &options, &places, &sources, books) {
            Ok(reading) => reading,
            Err(error) => {
                let location = sources.first().map(|source| source.location.clone()).unwrap_or_else(|| "".into());
                return failed(sources, error.finding(&location).about(&*plan.instrument.short));
            }
        };
        let (result, of_survey) = survey::conclude(reading, &plan.instrument, &options);
        if plan.is_further && result.is_none() && of_survey.iter().any(is_absent) {
            return UnitSurvey { sources, result: None, failure: None };
        }
        let failure = of_survey.first().filter(|_| result.is_none()).cloned();
        findings.extend(of_survey);
        UnitSurvey { sources, result, failure }
    }

    /// Reads the responses of a survey and keeps what was read; where not all of its files are there, what was read of them
    /// earlier.
    fn responses(
        &self,
        plan: &SurveyPlan,
        options: &SurveyOptions,
        places: &[&str],
        sources: &[SourceInfo],
        mut books: Vec<Book>,
    ) -> Result<survey::Reading, SourceError> {
        // Everything a reading depends on, written out: another instrument or map makes another one.
        let SurveyOptions { is_named, period, columns, declared, comments, .. } = options;
        let has_comments = *comments != Comments::None;
        let how = format!("{:?} {is_named} {period:?} {columns:?} {declared:?} {has_comments}", plan.instrument);
        let key = Sources::reading_key(sources, &how);
        if books.len() < sources.len() {
            let gone = "salinan jawaban survei hanya dapat dipakai dengan versi rekap dan pengaturan [[survey]] yang membacanya / \
                a copy of responses serves only the version of rekap and the settings in [[survey]] that read it";
            return self.sources.reading(&key).ok_or_else(|| SourceError::Unreadable(gone.to_owned()));
        }
        let mut reading = survey::read(&mut books, &plan.instrument, options);
        // A form may hold the first of its surveys alone.
        if !(plan.is_further && reading.findings.iter().any(is_absent))
            && let Some(location) = places.first()
        {
            self.name_refusal(&mut reading.findings, Wanted::Survey, location);
        }
        self.sources.keep_reading(places, &key, &reading)?;
        Ok(reading)
    }
}

/// Whether a finding says that a survey is not in its files.
fn is_absent(finding: &Finding) -> bool {
    [Code::NoQuestions, Code::OtherSurvey].contains(&finding.code)
}
