//! The run: every satker read, scored and audited in parallel, then consolidated.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use polars::prelude::PolarsResult;
use rayon::prelude::*;

use super::file::{Pipeline, PlanSource, SurveyPlan, several};
use super::registry::read_population;
use crate::compute::lke::{Computed, examine_all};
use crate::compute::standings::{late_findings, standings, tracer};
use crate::compute::uses::{self, as_told, find_shared, told_once};
use crate::compute::{
    self, Consolidation, Unit, UnitPlan, UnitSurvey, all_contradictions, cross_check, decide_by_survey,
};
use crate::finding::{Arg, Code, Finding, sort_findings};
use crate::frames::TemplateFrames;
use crate::lke::ByRole;
use crate::lke::sheet::{Read, read};
use crate::plan::trace::Tracer;
use crate::plan::{self, PlanOptions};
use crate::recognise::{Wanted, name_refusal};
use crate::satker::Satker;
use crate::source::fetch::{OpenedSurvey, Sources};
use crate::source::{Book, SourceError, SourceInfo};
use crate::survey::{self, Comments, SurveyOptions};
use crate::text::shorten;

/// So many satker are reckoned with in one pass: enough to make little of what a pass costs, few enough that their sheets
/// are small beside everything else that is held.
const BATCH: usize = 16;

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
    let run = Run { pipeline, sources, now, as_of, tracer: &tracer(&pipeline.template) };
    let frames = TemplateFrames::new(pipeline.template.clone())?;
    let batches: Vec<(usize, &[Satker])> =
        pipeline.satker.chunks(BATCH).enumerate().map(|(batch, satker)| (batch * BATCH, satker)).collect();
    let batches = batches
        .into_par_iter()
        .take_any_while(|_| sources.stop().requested().is_none())
        .map(|(first, satker)| run.batch(&frames, first, satker, progress))
        .collect::<PolarsResult<Vec<_>>>()?;
    let mut units: Vec<Unit> = Vec::with_capacity(pipeline.satker.len());
    let mut computed = Computed::none(&frames)?;
    for (of_batch, computed_of_batch) in batches {
        units.extend(of_batch);
        computed.append(&computed_of_batch)?;
    }
    find_shared(&mut units);
    let surveys = pipeline.surveys.iter().map(|plan| (plan.instrument.clone(), plan.period)).collect();
    let period = pipeline.period().to_string();
    let times = (started, as_of);
    let data = Consolidation::new(&pipeline.title, &period, times, &frames, surveys, units, &computed)?;
    Ok(Consolidation { zone, ..data })
}

/// What reading needs, the same for every satker.
struct Run<'a> {
    pipeline: &'a Pipeline,
    sources: &'a Sources,
    now: &'a (dyn Fn() -> Timestamp + Sync),
    as_of: Date,
    tracer: &'a Tracer,
}

/// A satker as read, and its LKE, which is not yet reckoned with, with the place of its findings among the satker's.
type Begun = (Unit, Option<(usize, Read)>);

impl Run<'_> {
    /// Reads some satker, reckons with the LKE of all of them in one pass, and concludes each; `first` is the place of the
    /// first.
    fn batch(
        &self,
        frames: &TemplateFrames,
        first: usize,
        satker: &[Satker],
        progress: &dyn Progress,
    ) -> PolarsResult<(Vec<Unit>, Computed)> {
        let begun = satker.par_iter().map(|satker| Reading { run: self, satker }.begin());
        let begun: Vec<Begun> = begun.collect::<PolarsResult<_>>()?;
        let holding: Vec<(usize, Option<&[String]>)> =
            (first..).zip(satker).map(|(place, satker)| (place, Some(satker.holds.as_slice()))).collect();
        let (mut units, mut reads, mut insertions) = (Vec::new(), Vec::new(), Vec::new());
        for ((unit, lke), &(place, held)) in begun.into_iter().zip(&holding) {
            if let Some((at, read)) = lke {
                insertions.push((units.len(), at));
                reads.push((place, held, read));
            }
            units.push(unit);
        }
        let (examined, computed) = examine_all(frames, reads)?;
        for ((unit, at), examined) in insertions.into_iter().zip(examined) {
            let unit: &mut Unit = &mut units[unit];
            unit.source = Some(examined.source);
            unit.lke = examined.result;
            unit.findings.splice(at..at, examined.findings);
        }
        let period = self.pipeline.period();
        let contradictions = (first..).zip(&units).filter_map(|(place, unit)| {
            Some((place, all_contradictions(unit.lke.as_ref()?, &unit.survey_results(), period)))
        });
        let mut by_survey = decide_by_survey(frames, &computed.ratios, contradictions.collect(), &holding)?;
        for (place, unit) in (first..).zip(&mut units) {
            unit.by_survey = by_survey.remove(&place).unwrap_or_default();
            self.conclude(unit);
            progress.done(unit);
        }
        Ok((units, computed))
    }

    /// What follows for a satker from its LKE, its surveys and its plan together.
    fn conclude(&self, unit: &mut Unit) {
        let mut findings = std::mem::take(&mut unit.findings);
        if let (Some(lke), Some(source)) = (&unit.lke, &unit.source) {
            findings.extend(cross_check(lke, &source.location, &unit.survey_results(), self.pipeline.period()));
        }
        if let Some(plan) = &mut unit.plan {
            let (template, on) = (&self.pipeline.template, (self.pipeline.year, self.as_of));
            plan.standings = plan.result.as_ref().map_or_else(Vec::new, |result| {
                standings(result, self.tracer.references(), template, unit.lke.as_ref(), on)
            });
            findings.extend(late_findings(plan, template, self.as_of));
        }
        let findings = told_once(findings);
        unit.surveys.iter_mut().for_each(|survey| as_told(&mut survey.failure, &findings));
        unit.plan.iter_mut().for_each(|plan| as_told(&mut plan.failure, &findings));
        let kode: Arc<str> = unit.satker.kode.as_str().into();
        unit.findings = findings.into_iter().map(|finding| finding.of(kode.clone())).collect();
        sort_findings(&mut unit.findings);
    }
}

/// One satker being read.
struct Reading<'a> {
    run: &'a Run<'a>,
    satker: &'a Satker,
}

impl Reading<'_> {
    fn begin(&self) -> PolarsResult<Begun> {
        let mut findings: Vec<Finding> = self.satker.unread.iter().map(|column| self.unread(column)).collect();
        let lke = self.lke(&mut findings);
        let at = findings.len();
        let surveys = self.run.pipeline.surveys.iter().map(|plan| self.survey(plan, &mut findings));
        let surveys = surveys.collect::<PolarsResult<_>>()?;
        let plan = self.run.pipeline.plan.as_ref().map(|source| self.plan(source, &mut findings));
        let (source, read) = match lke {
            Ok(read) => (None, Some((at, read))),
            Err(source) => (source, None),
        };
        let by_survey = ByRole::default();
        Ok((Unit { satker: self.satker.clone(), source, lke: None, surveys, by_survey, plan, findings }, read))
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
        match self.run.sources.open(location, (self.run.now)()) {
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
        name_refusal(findings, wanted, || Some(self.run.sources.open(location, (self.run.now)()).ok()?.book));
    }

    /// The LKE as read; where none can be opened, the place it was to be read from, if the registry names one.
    fn lke(&self, findings: &mut Vec<Finding>) -> Result<Read, Option<SourceInfo>> {
        let pipeline = self.run.pipeline;
        let location = pipeline.locate(&pipeline.lke_source, self.satker).map_err(|column| {
            findings.push(Finding::new(Code::SourceUnnamed, [("column", Arg::from(column))]));
            None
        })?;
        let book = self.open(&location, uses::LKE, findings).map_err(|failed| Some(failed.0))?;
        let mut read = read(book, &pipeline.template, Some(pipeline.period()));
        self.name_refusal(&mut read.findings, Wanted::Lke, &location);
        Ok(read)
    }

    fn plan(&self, plan: &PlanSource, findings: &mut Vec<Finding>) -> UnitPlan {
        let locations = match self.run.pipeline.locate(&plan.source, self.satker) {
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
        let options = PlanOptions { family: plan.family, year: Some(self.run.pipeline.year) };
        let mut examined = plan::examine(books, self.run.tracer, &options);
        if let [only] = &examined.sources[..] {
            self.name_refusal(&mut examined.findings, Wanted::Plan, &only.location);
        }
        if examined.result.is_none() {
            failure = failure.or_else(|| examined.findings.first().cloned());
        }
        findings.extend(examined.findings);
        sources.extend(examined.sources);
        UnitPlan { sources, result: examined.result, standings: Vec::new(), failure }
    }

    fn survey(&self, plan: &SurveyPlan, findings: &mut Vec<Finding>) -> PolarsResult<UnitSurvey> {
        let location = match self.run.pipeline.locate(&plan.source, self.satker) {
            Ok(location) => location,
            Err(column) => {
                let args = [("column", Arg::from(column)), ("title", Arg::from(plan.instrument.title.as_str()))];
                findings.push(Finding::new(Code::SurveyUnnamed, args));
                return Ok(UnitSurvey::default());
            }
        };
        let population = plan.population.as_ref().and_then(|text| self.run.pipeline.locate(text, self.satker).ok());
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
            match self.run.sources.open_survey(place, (self.run.now)()) {
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
            Ok(UnitSurvey { sources, result: None, failure: Some(failure) })
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
        let (result, of_survey) = compute::survey::conclude(reading, &plan.instrument, &options)?;
        if plan.is_further && result.is_none() && of_survey.iter().any(is_absent) {
            return Ok(UnitSurvey { sources, result: None, failure: None });
        }
        let failure = of_survey.first().filter(|_| result.is_none()).cloned();
        findings.extend(of_survey);
        Ok(UnitSurvey { sources, result, failure })
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
            return self.run.sources.reading(&key).ok_or_else(|| SourceError::Unreadable(gone.to_owned()));
        }
        let mut reading = survey::read(&mut books, &plan.instrument, options);
        // A form may hold the first of its surveys alone.
        if !(plan.is_further && reading.findings.iter().any(is_absent))
            && let Some(location) = places.first()
        {
            self.name_refusal(&mut reading.findings, Wanted::Survey, location);
        }
        self.run.sources.keep_reading(places, &key, &reading)?;
        Ok(reading)
    }
}

/// Whether a finding says that a survey is not in its files.
fn is_absent(finding: &Finding) -> bool {
    [Code::NoQuestions, Code::OtherSurvey].contains(&finding.code)
}
