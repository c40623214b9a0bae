//! A whole run of a pipeline: fetched, read, compared with what is remembered, recorded, written, refreshed, told.
//!
//! The order is what keeps a killed process from doing harm. Files are written beside their places; then everything is
//! recorded at once; only then are the files put in place and the spreadsheets refreshed. So what was recorded is whole,
//! and what is seen was recorded.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use polars::prelude::PolarsError;

use super::manifest::{Manifest, forget_old_runs};
use super::tell::{facts, impersonal, notify_people};
use super::{LockError, OutputKind, OutputPlan, Pipeline, Progress, RunLock, TableKind, run};
use crate::consolidate::Consolidation;
use crate::consolidate::changes::{Changes, RunRef};
use crate::consolidate::evidence::check_links;
use crate::consolidate::record::RunRecord;
use crate::consolidate::trend::{Trend, mergers};
use crate::finding::Severity;
use crate::lang::Lang;
use crate::links::LinkSettings;
use crate::output::file::{Staged, WriteError, stage};
use crate::output::sheets::{Refreshed, refresh};
use crate::output::{plan, table, workbook};
use crate::period::Period;
use crate::source::fetch::{Reach, Sources};
use crate::source::google::Google;
use crate::source::snapshot::Snapshots;
use crate::source::{FileBytes, Sha256};
use crate::store::{NewRun, RunId, RunStatus, Store, StoreError, Trigger};

/// The answers of evidence links, in the state folder.
const LINKS: &str = "tautan.json";

/// How a run is to be done.
#[derive(Debug, Clone)]
pub struct JobOptions {
    /// The language of its results.
    pub lang: Lang,
    /// By schedule or by hand.
    pub trigger: Trigger,
    /// Whether the network is not to be used.
    pub offline: bool,
    /// Whether the last copy may stand in for what cannot be reached; none is what the pipeline says.
    pub allow_stale: Option<bool>,
    /// Whether every evidence link is asked.
    pub check_links: bool,
    /// Whether the run is recorded; otherwise nothing is compared with earlier ones either.
    pub is_recorded: bool,
    /// Whether the caller holds the pipeline's lock.
    pub is_locked: bool,
    /// Whether nothing is to be written, only said.
    pub is_dry: bool,
}

impl Default for JobOptions {
    fn default() -> Self {
        JobOptions {
            lang: Lang::Id,
            trigger: Trigger::Hand,
            offline: false,
            allow_stale: None,
            check_links: false,
            is_recorded: true,
            is_locked: false,
            is_dry: false,
        }
    }
}

/// What a run came to.
#[derive(Debug)]
pub struct Done {
    /// Its numbers.
    pub data: Consolidation,
    /// The files it wrote; of a dry run, those it would write.
    pub outputs: Vec<PathBuf>,
    /// The spreadsheets it refreshed; of a dry run, what it would change.
    pub refreshed: Vec<Refreshed>,
    /// What is worth saying beside the numbers.
    pub notes: Vec<String>,
    /// What went wrong after the numbers were written: spreadsheets not refreshed, people not told.
    pub problems: Vec<String>,
}

impl Done {
    /// How it ended.
    pub fn status(&self) -> RunStatus {
        let missing = self.data.findings().any(|finding| finding.severity() == Severity::Error);
        if missing { RunStatus::Incomplete } else { RunStatus::Clean }
    }
}

/// Why nothing could be done.
#[derive(Debug)]
pub enum JobError {
    /// Another run of the pipeline is under way.
    Locked(LockError),
    /// The run cannot be recorded.
    Store(StoreError),
    /// No copy of the sources can be kept.
    Copies(PathBuf, io::Error),
    /// The frames cannot be computed.
    Frames(PolarsError),
    /// An output cannot be written.
    Output(WriteError),
    /// It was asked to stop.
    Stopped,
    /// An earlier run cannot be rebuilt; why, in both languages.
    NotKept([String; 2]),
}

impl JobError {
    /// What is wrong and what to do, in one line.
    pub fn show(&self, lang: Lang) -> String {
        match self {
            JobError::Locked(error) => error.show(lang),
            JobError::Store(error) => error.show(lang),
            JobError::Copies(state, error) => {
                let id = "salinan sumber tidak dapat disimpan; beri izin tulis, ruang, atau tempat lain (state = …)";
                let en = "copies of the sources cannot be kept; give it permission, room, or another place (state = …)";
                format!("{}: {error}: {}", state.display(), lang.pick(id, en))
            }
            JobError::Frames(error) => error.to_string(),
            JobError::Output(error) => format!("{}: {error}", lang.pick("tidak dapat ditulis", "cannot be written")),
            JobError::Stopped => lang.pick("dihentikan sebelum selesai", "stopped before it was done").to_owned(),
            JobError::NotKept([id, en]) => lang.pick(id, en).to_owned(),
        }
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show(Lang::Id))
    }
}

impl std::error::Error for JobError {}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        JobError::Store(error)
    }
}

impl From<WriteError> for JobError {
    fn from(error: WriteError) -> Self {
        JobError::Output(error)
    }
}

pub(super) type Clock<'a> = &'a (dyn Fn() -> Timestamp + Sync);

/// Runs a pipeline. Only one run of it goes on at a time.
///
/// # Errors
/// [`JobError`] when nothing could be done; what was there is there still. A satker that fails is no error.
pub fn perform(
    pipeline: &Pipeline,
    options: &JobOptions,
    now: Clock,
    progress: &dyn Progress,
) -> Result<Done, JobError> {
    let (began, started) = (Instant::now(), now());
    let mut recording = match options.is_recorded && !options.is_dry {
        true => Some(Recording::begin(pipeline, options, started)?),
        false => None,
    };
    let worked = work(pipeline, options, now, progress, recording.as_mut());
    let status = match &worked {
        Ok(done) => done.status(),
        Err(JobError::Stopped) => RunStatus::Stopped,
        Err(_) => RunStatus::Failed,
    };
    if let Some(recording) = &mut recording {
        let note = match &worked {
            Ok(done) => done.problems.join("; "),
            Err(error) => error.to_string(),
        };
        let note = Some(note.as_str()).filter(|note| !note.is_empty());
        recording.store.finish(recording.run, status, now(), began.elapsed(), note)?;
    }
    if options.is_dry || pipeline.notify.is_empty() {
        return worked;
    }
    let facts =
        facts(pipeline, options, &worked, status, (started, now()), recording.as_ref().map(|recording| recording.run));
    let told = notify_people(pipeline, options, &worked, facts, progress, now);
    let mut problems = Vec::new();
    for one in &told {
        if let Some(recording) = &mut recording {
            let (channel, error) = (impersonal(&one.channel), one.error.as_deref().map(impersonal));
            recording.store.record_notice(recording.run, &channel, one.told_at, one.attempts, error.as_deref())?;
        }
        if one.error.is_some() || one.note.is_some() {
            problems.push(one.line(options.lang));
        }
    }
    worked.map(|mut done| {
        done.notes.extend(problems);
        done
    })
}

/// A run being recorded.
struct Recording {
    /// Let go when the run is over; none where the caller holds it.
    _lock: Option<RunLock>,
    store: Store,
    snapshots: Snapshots,
    run: RunId,
    started: Timestamp,
}

impl Recording {
    fn begin(pipeline: &Pipeline, options: &JobOptions, started: Timestamp) -> Result<Self, JobError> {
        let mut store = Store::open(&pipeline.state)?;
        let lock = match options.is_locked {
            true => None,
            false => Some(RunLock::acquire(&pipeline.state, started).map_err(JobError::Locked)?),
        };
        let snapshots =
            Snapshots::open(&pipeline.state).map_err(|error| JobError::Copies(pipeline.state.clone(), error))?;
        store.mark_interrupted(&pipeline.name)?;
        let run = store.begin(&NewRun {
            pipeline: &pipeline.name,
            title: &pipeline.title,
            period: &pipeline.period().to_string(),
            version: env!("CARGO_PKG_VERSION"),
            started,
            trigger: options.trigger,
            pipeline_sha256: &Sha256::of(pipeline.text.as_bytes()),
            registry_sha256: &Sha256::of(&pipeline.registry.bytes),
        })?;
        Ok(Recording { _lock: lock, store, snapshots, run, started })
    }
}

fn work(
    pipeline: &Pipeline,
    options: &JobOptions,
    now: Clock,
    progress: &dyn Progress,
    mut recording: Option<&mut Recording>,
) -> Result<Done, JobError> {
    let copies = |error| JobError::Copies(pipeline.state.clone(), error);
    let goes_on = || if progress.is_halted() { Err(JobError::Stopped) } else { Ok(()) };
    let reach = Reach {
        allow_stale: options.allow_stale.unwrap_or(pipeline.allow_stale),
        offline: options.offline,
        ..pipeline.reach()
    };
    let state = recording.is_some().then_some(pipeline.state.as_path());
    let mut sources = Sources::new(pipeline.directory(), &pipeline.google, state).map_err(copies)?;
    sources.fetch(pipeline.locations(), &reach, now, &|| progress.is_halted()).map_err(copies)?;
    goes_on()?;
    let mut data = run(pipeline, &sources, now, progress).map_err(JobError::Frames)?;
    goes_on()?;
    let mut notes = Vec::new();
    if options.check_links {
        let settings = LinkSettings { private_hosts: pipeline.web.private_hosts.clone(), ..LinkSettings::default() };
        let cache = state.map(|state| state.join(LINKS));
        if let Err(error) = check_links(&mut data, &settings, cache.as_deref(), now(), &|_, _| {}) {
            // The links themselves are checked: without their answers kept, the next time takes longer.
            notes.push(format!(
                "{}: {error}",
                options.lang.pick("jawaban tautan tidak tersimpan", "the links' answers are not kept")
            ));
        }
        goes_on()?;
    }
    note_cuts(&pipeline.outputs, &mut data);
    let record = Arc::new(RunRecord::new(&data));
    if let Some(recording) = recording.as_deref_mut() {
        data.run = Some(recording.run);
        compare(&mut data, &recording.store, pipeline, record.clone(), recording.run)?;
        notes.extend(replaced(&recording.store, pipeline, recording.run, options.lang)?);
        notes.extend(recording.store.note(options.lang));
    }
    if options.is_dry {
        let (refreshed, problems) = refresh_all(pipeline, &data, options);
        let outputs = pipeline.outputs.iter().map(|output| output.path.clone()).collect();
        return Ok(Done { data, outputs, refreshed, notes: Vec::new(), problems });
    }
    let staged = stage_outputs(&pipeline.outputs, &data, options.lang)?;
    goes_on()?;
    if let Some(recording) = recording.as_deref_mut() {
        Manifest::keep(&recording.snapshots, recording.run, pipeline, recording.started, sources.outcomes())
            .map_err(copies)?;
        recording.store.record(recording.run, &record)?;
    }
    let outputs = put_outputs(staged)?;
    let (refreshed, mut problems) = refresh_all(pipeline, &data, options);
    if let Some(recording) = recording {
        // Copies that stay too long are no harm to this run.
        if let Err(error) = forget_old_runs(&recording.snapshots, pipeline.keep_runs) {
            problems.push(copies(error).show(options.lang));
        }
    }
    Ok(Done { data, outputs, refreshed, notes, problems })
}

/// Sets a run beside the last one of its period, and beside the last runs of the periods before it.
fn compare(
    data: &mut Consolidation,
    store: &Store,
    pipeline: &Pipeline,
    record: Arc<RunRecord>,
    run: RunId,
) -> Result<(), StoreError> {
    let before = store.latest_recorded(&pipeline.name, Some(&data.period), Some(run))?;
    if let Some(before) = before {
        let info = store.run(before)?;
        let earlier = RunRef { run: Some(before), at: info.started, period: info.period };
        let this = RunRef { run: Some(run), at: data.run_at, period: data.period.clone() };
        data.changes = Some(Changes::between((&earlier, &store.load(before)?), (&this, &record)));
    }
    let mut periods = vec![(pipeline.period(), record)];
    for (period, last) in store.periods(&pipeline.name, Some(run - 1))? {
        let Some(period) = Period::parse(&period).filter(|&period| period < pipeline.period()) else { continue };
        periods.push((period, Arc::new(store.overview(last)?)));
    }
    data.trend = Some(Trend::new(periods, &mergers(&pipeline.satker)));
    Ok(())
}

/// Says so where a past period is run again: its numbers are replaced, and the history keeps both.
fn replaced(store: &Store, pipeline: &Pipeline, run: RunId, lang: Lang) -> Result<Option<String>, StoreError> {
    let period = pipeline.period();
    let same = store.latest_recorded(&pipeline.name, Some(&period.to_string()), Some(run))?;
    let periods = store.periods(&pipeline.name, Some(run))?;
    let is_past = periods.iter().any(|(other, _)| Period::parse(other).is_some_and(|other| other > period));
    Ok(same.filter(|_| is_past).map(|same| match lang {
        Lang::Id => format!(
            "Periode lampau {period} dijalankan ulang: angkanya diganti; yang lama tetap ada di konsolidasi nomor {same}."
        ),
        Lang::En => format!(
            "The past period {period} was run again: its numbers are replaced; the old ones stay in run number {same}."
        ),
    }))
}

/// Says what a workbook has no room for, where there is one.
fn note_cuts(outputs: &[OutputPlan], data: &mut Consolidation) {
    if outputs.iter().any(|output| output.kind == OutputKind::Xlsx) {
        workbook::note_cuts(data);
    }
}

/// Writes every output beside its place.
fn stage_outputs(
    outputs: &[OutputPlan],
    data: &Consolidation,
    lang: Lang,
) -> Result<Vec<(PathBuf, Staged)>, WriteError> {
    let staged = outputs.iter().map(|output| {
        let path = &output.path;
        let staged = match output.kind {
            OutputKind::Xlsx => stage(path, |to| workbook::write(data, lang, to)),
            OutputKind::Csv(TableKind::Ranking) => stage(path, |to| table::ranking(data, lang, to)),
            OutputKind::Csv(TableKind::Findings) => stage(path, |to| table::findings(data, lang, to)),
            OutputKind::Ical => stage(path, |to| plan::ical(data, lang, to)),
        };
        Ok((path.clone(), staged?))
    });
    staged.collect()
}

/// Puts the outputs in their places, now that every one is whole.
fn put_outputs(staged: Vec<(PathBuf, Staged)>) -> Result<Vec<PathBuf>, WriteError> {
    staged.into_iter().map(|(path, file)| file.put().map(|()| path)).collect()
}

/// Refreshes the summary spreadsheets, or finds out what that would change; and what went wrong.
fn refresh_all(pipeline: &Pipeline, data: &Consolidation, options: &JobOptions) -> (Vec<Refreshed>, Vec<String>) {
    let (mut refreshed, mut problems) = (Vec::new(), Vec::new());
    if pipeline.refreshes.is_empty() || options.offline {
        return (refreshed, problems);
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return (refreshed, vec![error.to_string()]),
    };
    let google = match Google::new(&pipeline.google) {
        Ok(google) => google,
        Err(error) => {
            let finding = error.finding(&pipeline.refreshes[0].spreadsheet.as_str().into());
            return (refreshed, vec![format!("{} {}", finding.message(options.lang), finding.remedy(options.lang))]);
        }
    };
    for plan in &pipeline.refreshes {
        let refresh = refresh(&google, &pipeline.google, plan, data, options.lang, options.is_dry);
        match runtime.block_on(refresh) {
            Ok(done) => refreshed.push(done),
            Err(error) => problems.push(format!("{}: {}", plan.spreadsheet, error.show(options.lang))),
        }
    }
    (refreshed, problems)
}

/// Rebuilds an earlier run's files from the copies of its sources, in a folder of its own beside each output's place.
/// Nothing is recorded, refreshed or told.
///
/// # Errors
/// [`JobError::NotKept`] when the run or its copies are not kept (any more), and as [`perform`].
pub fn rebuild(pipeline: &Path, run_id: RunId, lang: Lang, progress: &dyn Progress) -> Result<Done, JobError> {
    let not_kept = |id: String, en: String| JobError::NotKept([id, en]);
    let present = Pipeline::read(pipeline).map_err(|error| not_kept(error.show(Lang::Id), error.show(Lang::En)))?;
    let store = Store::open_existing(&present.state)?;
    store.run(run_id)?;
    let snapshots = Snapshots::open(&present.state).map_err(|error| JobError::Copies(present.state.clone(), error))?;
    let gone = || {
        not_kept(
            format!(
                "konsolidasi nomor {run_id} tidak dapat dibangun ulang: salinannya tidak disimpan lagi (keep_runs)"
            ),
            format!("run number {run_id} cannot be rebuilt: its copies are no longer kept (keep_runs)"),
        )
    };
    let manifest: Manifest = snapshots.run(run_id).ok_or_else(gone)?;
    if manifest.needed().any(|sha256| !snapshots.has(sha256)) {
        return Err(gone());
    }
    let registry = snapshots.get(&manifest.registry).and_then(FileBytes::of_kept).ok_or_else(gone)?;
    let mut then = Pipeline::parse(pipeline, manifest.pipeline, Some(registry))
        .map_err(|error| not_kept(error.show(Lang::Id), error.show(Lang::En)))?;
    for output in &mut then.outputs {
        let name = output.path.file_name().unwrap_or_default().to_owned();
        output.path = output.path.with_file_name(format!("rekap-{run_id}")).join(name);
    }
    let sources = Sources::replay(then.directory(), &then.google, snapshots, manifest.outcomes);
    let started = manifest.started;
    let mut data = run(&then, &sources, &|| started, progress).map_err(JobError::Frames)?;
    data.run = Some(run_id);
    note_cuts(&then.outputs, &mut data);
    let record = Arc::new(RunRecord::new(&data));
    compare(&mut data, &store, &then, record, run_id)?;
    let outputs = put_outputs(stage_outputs(&then.outputs, &data, lang)?)?;
    Ok(Done { data, outputs, refreshed: Vec::new(), notes: Vec::new(), problems: Vec::new() })
}
