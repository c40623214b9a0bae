//! A whole run of a pipeline, as one story: begun, fetched, read, compared with what is remembered, recorded, put in place,
//! refreshed, told.
//!
//! The order is what keeps a killed process from doing harm. Files are written beside their places and a journal says which
//! goes where; then everything is recorded at once; only then are the files put in place and the spreadsheets refreshed. So
//! what was recorded is whole, what is seen was recorded, and what was recorded is seen, at the next start at the latest.
//! Whatever comes of it, and be it a panic, is recorded and told by one exit.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use polars::prelude::PolarsError;

use super::begin::Memory;
use super::compare::{Withheld, compare, last, replaced};
use super::manifest::{Manifest, forget_old_runs};
use super::outputs::{note_cuts, stage_outputs};
use super::refresh::refresh_all;
use super::switch::Switch;
use super::tell::conclude;
use super::{LockError, Pipeline, Progress, Step, run};
use crate::compute::Consolidation;
use crate::compute::evidence::check_links;
use crate::compute::record::RunRecord;
use crate::finding::Severity;
use crate::lang::{Lang, Phrase};
use crate::links::{LinkSettings, LinkState, Trouble};
use crate::output::file::WriteError;
use crate::output::sheets::Refreshed;
use crate::panics::caught;
use crate::source::fetch::{Reach, Sources};
use crate::stop::{Stop, StopReason};
use crate::store::{RunStatus, StoreError, Trigger};

/// The answers of evidence links, in the state folder.
pub(super) const LINKS: &str = "tautan.json";
/// What is waited for.
const LINKS_ANSWER: Phrase = Phrase::new("jawaban tautan bukti dukung", "the answers of evidence links");

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
    /// The wish that it may end.
    pub stop: Stop,
    /// What is wrong from the start and does not keep it from being done.
    pub problems: Vec<String>,
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
            stop: Stop::new(),
            problems: Vec::new(),
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
    /// What went wrong with the run as a whole: outputs left as they were, spreadsheets not refreshed, people not told.
    pub problems: Vec<String>,
}

impl Done {
    /// How it ended: the one place that says so, to the history, to those who are told, and to the exit status.
    pub fn status(&self) -> RunStatus {
        let missing = self.data.findings().any(|finding| finding.severity() == Severity::Error);
        if missing || !self.problems.is_empty() { RunStatus::Incomplete } else { RunStatus::Clean }
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
    /// It was asked to stop, or outlived its deadline.
    Stopped(StopReason),
    /// The program fell; what it said.
    Fell(String),
    /// It was not even begun; why, in both languages.
    NotBegun([String; 2]),
    /// An earlier run cannot be rebuilt; why, in both languages.
    NotKept([String; 2]),
}

impl JobError {
    /// Whether the work may go on.
    ///
    /// # Errors
    /// [`JobError::Stopped`] where it is to end.
    pub(super) fn unless_stopped(stop: &Stop) -> Result<(), JobError> {
        stop.requested().map_or(Ok(()), |reason| Err(JobError::Stopped(reason)))
    }

    /// How a run ended of which nothing came.
    pub(super) fn status(&self) -> RunStatus {
        match self {
            JobError::Stopped(_) => RunStatus::Stopped,
            _ => RunStatus::Failed,
        }
    }

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
            JobError::Stopped(StopReason::Signal) => {
                lang.pick("dihentikan sebelum selesai", "stopped before it was done").to_owned()
            }
            JobError::Stopped(StopReason::Deadline) => {
                let id = "dihentikan sebelum selesai: melewati batas waktunya (deadline)";
                lang.pick(id, "stopped before it was done: past its deadline").to_owned()
            }
            JobError::Fell(panic) => {
                let id = "kesalahan di dalam rekap sendiri; laporkan baris ini kepada pembuatnya";
                format!("{}: {panic}", lang.pick(id, "a mistake within rekap itself; report this line to its makers"))
            }
            JobError::NotBegun([id, en]) | JobError::NotKept([id, en]) => lang.pick(id, en).to_owned(),
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

/// A run of which nothing came.
#[derive(Debug)]
pub struct NothingDone {
    /// Why.
    pub error: JobError,
    /// What else went wrong: people that were not told.
    pub problems: Vec<String>,
}

impl From<JobError> for NothingDone {
    fn from(error: JobError) -> Self {
        NothingDone { error, problems: Vec::new() }
    }
}

pub(super) type Clock<'a> = &'a (dyn Fn() -> Timestamp + Sync);

/// Runs a pipeline. Only one run of it goes on at a time. Whatever comes of it is recorded, and told those who asked.
///
/// # Errors
/// [`NothingDone`] when nothing could be done; what was there is there still. A satker that fails is no error.
pub fn perform(
    pipeline: &Pipeline,
    options: &JobOptions,
    now: Clock,
    progress: &dyn Progress,
) -> Result<Done, NothingDone> {
    let (began, started) = (Instant::now(), now());
    let mut memory = Memory::default();
    let worked = caught(|| {
        memory = Memory::begin(pipeline, options, started)?;
        work(pipeline, options, now, progress, &mut memory)
    });
    let worked = worked.unwrap_or_else(|panic| Err(JobError::Fell(panic)));
    match options.is_dry {
        true => worked.map_err(NothingDone::from),
        false => conclude(pipeline, options, worked, memory, (began, started, now), progress),
    }
}

fn work(
    pipeline: &Pipeline,
    options: &JobOptions,
    now: Clock,
    progress: &dyn Progress,
    memory: &mut Memory,
) -> Result<Done, JobError> {
    let (lang, stop) = (options.lang, &options.stop);
    let copies = |error| JobError::Copies(pipeline.state.clone(), error);
    let reach = Reach {
        allow_stale: options.allow_stale.unwrap_or(pipeline.allow_stale),
        offline: options.offline,
        ..pipeline.reach()
    };
    progress.step(Step::Fetching);
    let state = memory.recording.is_some().then_some(pipeline.state.as_path());
    let sources = Sources::new(pipeline.directory(), &pipeline.google, state).map_err(copies)?;
    let sources = sources.beside(&pipeline.state).heeding(stop);
    let mut sources = sources.of(&pipeline.name, pipeline.survey_locations());
    sources.fetch(pipeline.locations(), &reach, now).map_err(copies)?;
    JobError::unless_stopped(stop)?;
    progress.step(Step::Reading);
    let mut data = run(pipeline, &sources, now, progress).map_err(JobError::Frames)?;
    JobError::unless_stopped(stop)?;
    let mut notes = std::mem::take(&mut memory.notes);
    let mut problems = options.problems.clone();
    let run = memory.run();
    data.run = run;
    let before = memory.store.as_ref().map(|store| last(store, pipeline, run)).transpose()?.flatten();
    if let Some(withheld) = before.as_ref().and_then(|(_, before)| Withheld::of(&data, before, &sources.outcomes())) {
        problems.push(withheld.show(lang));
        return Ok(Done { data, outputs: Vec::new(), refreshed: Vec::new(), notes, problems });
    }
    if options.check_links || pipeline.links.check {
        notes.extend(ask_links(pipeline, options, &mut data, memory, now, progress));
        JobError::unless_stopped(stop)?;
    }
    note_cuts(&pipeline.outputs, &mut data);
    let record = Arc::new(RunRecord::new(&data));
    if let Some(store) = memory.store.as_ref().filter(|_| memory.compares) {
        compare(&mut data, (store, before.as_ref()), pipeline, record.clone(), run)?;
        notes.extend(replaced(store, pipeline, run, lang)?);
    }
    if options.is_dry {
        let (refreshed, failed) = refresh_all(pipeline, &data, options);
        problems.extend(failed);
        let outputs = pipeline.outputs.iter().map(|output| output.path.clone()).collect();
        return Ok(Done { data, outputs, refreshed, notes, problems });
    }
    progress.step(Step::Writing);
    let staged = stage_outputs(&pipeline.outputs, &data, lang, stop)?;
    JobError::unless_stopped(stop)?;
    let switch = Switch::prepare(memory.state(pipeline), run, staged)?;
    if let Err(error) = remember(pipeline, memory, &record, &sources) {
        // Without its run recorded, the next start would undo it all the same.
        let _ = switch.abandon();
        return Err(error);
    }
    let (outputs, unseen) = switch.put(|| mark_seen(memory))?;
    // From here on there are results: what fails is said beside them.
    problems.extend(unseen.map(|error| error.show(lang)));
    problems.extend(forget(pipeline, memory, now, lang));
    progress.step(Step::Refreshing);
    let (refreshed, failed) = refresh_all(pipeline, &data, options);
    problems.extend(failed);
    Ok(Done { data, outputs, refreshed, notes, problems })
}

/// Asks for the evidence links, for as long as the pipeline permits; what is worth saying of that.
fn ask_links(
    pipeline: &Pipeline,
    options: &JobOptions,
    data: &mut Consolidation,
    memory: &Memory,
    now: Clock,
    progress: &dyn Progress,
) -> Vec<String> {
    let private_hosts = pipeline.web.private_hosts.clone();
    let settings = LinkSettings { private_hosts, proxies: pipeline.proxies.clone(), ..LinkSettings::default() };
    let cache = memory.state(pipeline).map(|state| state.join(LINKS));
    let stop = options.stop.within(pipeline.links.deadline);
    let _waiting = options.stop.waiting(LINKS_ANSWER, "", pipeline.links.deadline);
    let tell = |done, all| progress.step(Step::Links { done, all });
    let mut notes = Vec::new();
    if let Err(error) = check_links(data, &settings, cache.as_deref(), now(), &stop, &tell) {
        // The links themselves are checked: without their answers kept, the next time takes longer.
        let text = options.lang.pick("jawaban tautan tidak tersimpan", "the links' answers are not kept");
        notes.push(format!("{text}: {error}"));
    }
    let not_asked = LinkState::Unreachable(Trouble::NotAsked);
    let states = data.links.iter().flat_map(|links| links.states.values());
    let (all, open) = states.fold((0, 0), |(all, open), state| (all + 1, open + usize::from(*state == not_asked)));
    if open > 0 {
        notes.push(match options.lang {
            Lang::Id => format!(
                "{open} dari {all} tautan bukti dukung belum sempat ditanya; dilanjutkan pada konsolidasi berikutnya."
            ),
            Lang::En => {
                format!("{open} of {all} evidence links were not asked in time; the next run goes on with them.")
            }
        });
    }
    notes
}

/// Records the run and what it is rebuilt from, where it is recorded.
fn remember(pipeline: &Pipeline, memory: &mut Memory, record: &RunRecord, sources: &Sources) -> Result<(), JobError> {
    let (Some(recording), Some(store)) = (&memory.recording, &mut memory.store) else { return Ok(()) };
    Manifest::keep(&recording.snapshots, recording.run, pipeline, recording.started, sources.outcomes())
        .map_err(|error| JobError::Copies(pipeline.state.clone(), error))?;
    Ok(store.record(recording.run, record)?)
}

/// Takes down that the run was seen, where it is recorded.
fn mark_seen(memory: &mut Memory) -> Result<(), StoreError> {
    let (Some(recording), Some(store)) = (&memory.recording, &mut memory.store) else { return Ok(()) };
    store.mark_seen(recording.run)
}

/// Forgets copies that are too old; what went wrong with that. Copies that stay too long are no harm to this run.
fn forget(pipeline: &Pipeline, memory: &Memory, now: Clock, lang: Lang) -> Option<String> {
    let recording = memory.recording.as_ref()?;
    let error = forget_old_runs(&recording.snapshots, pipeline, now()).err()?;
    Some(JobError::Copies(pipeline.state.clone(), error).show(lang))
}
