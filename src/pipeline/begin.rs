//! The beginning of a run: its lock, what is remembered of earlier ones, and whether it will be remembered itself.

use std::path::Path;

use jiff::Timestamp;

use super::job::{JobError, JobOptions};
use super::switch::{Earlier, finish_earlier};
use super::{LockError, Pipeline, RunLock};
use crate::lang::Lang;
use crate::source::Sha256;
use crate::source::snapshot::Snapshots;
use crate::store::{NewRun, RunId, Store, StoreErrorKind, Trigger};

/// What a run knows of earlier ones, and what it is remembered by.
#[derive(Default)]
pub(super) struct Memory {
    /// Let go when the run is over; none where the caller holds it, or nothing is written.
    _lock: Option<RunLock>,
    /// Earlier runs; none where there are none, or they do not matter.
    pub(super) store: Option<Store>,
    /// Whether the run is set beside earlier ones.
    pub(super) compares: bool,
    /// The run being recorded.
    pub(super) recording: Option<Recording>,
    /// Whether the state folder may be written to.
    pub(super) is_kept: bool,
    /// What is worth saying of earlier runs.
    pub(super) notes: Vec<String>,
}

/// A run being recorded.
pub(super) struct Recording {
    pub(super) run: RunId,
    pub(super) snapshots: Snapshots,
    pub(super) started: Timestamp,
}

impl Memory {
    /// The number of the run being recorded.
    pub(super) fn run(&self) -> Option<RunId> {
        self.recording.as_ref().map(|recording| recording.run)
    }

    /// The state folder, where it may be written to.
    pub(super) fn state<'a>(&self, pipeline: &'a Pipeline) -> Option<&'a Path> {
        self.is_kept.then_some(pipeline.state.as_path())
    }

    /// Begins a run. Never two of a pipeline go on at once, be they recorded or not; what an earlier one left half done is
    /// finished first.
    ///
    /// # Errors
    /// [`JobError`] when the pipeline is running already, or the run cannot be recorded though it should be.
    pub(super) fn begin(pipeline: &Pipeline, options: &JobOptions, started: Timestamp) -> Result<Self, JobError> {
        match (options.is_dry, options.is_recorded) {
            (true, compares) => Memory::of_dry_run(pipeline, compares),
            (false, true) => Memory::of_recorded(pipeline, options, started),
            (false, false) => Memory::of_unrecorded(pipeline, options, started),
        }
    }

    /// Nothing is written; what there is is looked at as the run would.
    fn of_dry_run(pipeline: &Pipeline, compares: bool) -> Result<Self, JobError> {
        let store = match Store::open_existing(&pipeline.state) {
            Ok(store) => Some(store),
            Err(error) if error.kind == StoreErrorKind::Missing || !compares => None,
            Err(error) => return Err(error.into()),
        };
        Ok(Memory { store, compares, ..Memory::default() })
    }

    fn of_unrecorded(pipeline: &Pipeline, options: &JobOptions, started: Timestamp) -> Result<Self, JobError> {
        let lock = match options.is_locked {
            true => None,
            false => match RunLock::acquire(&pipeline.state, started) {
                Ok(lock) => Some(lock),
                // Where nothing can be written, nothing else is recorded there either.
                Err(LockError::Unusable { .. }) => None,
                Err(error) => return Err(JobError::Locked(error)),
            },
        };
        let is_kept = options.is_locked || lock.is_some();
        let mut notes = Vec::new();
        if is_kept {
            // A history that is broken is none of this run's business.
            let earlier = finish_earlier(&pipeline.state, None).unwrap_or(Earlier::None);
            notes.extend(earlier.show(options.lang));
        }
        let store = Store::open_existing(&pipeline.state).ok();
        Ok(Memory { _lock: lock, store, is_kept, notes, ..Memory::default() })
    }

    fn of_recorded(pipeline: &Pipeline, options: &JobOptions, started: Timestamp) -> Result<Self, JobError> {
        let mut store = Store::open(&pipeline.state)?;
        let lock = match options.is_locked {
            true => None,
            false => Some(RunLock::acquire(&pipeline.state, started).map_err(JobError::Locked)?),
        };
        let snapshots =
            Snapshots::open(&pipeline.state).map_err(|error| JobError::Copies(pipeline.state.clone(), error))?;
        let earlier = finish_earlier(&pipeline.state, Some(&mut store))?;
        let interrupted = store.mark_interrupted(&pipeline.name)?;
        let run = begin(&mut store, pipeline, options.trigger, started)?;
        let mut notes: Vec<String> = store.note(options.lang).into_iter().collect();
        if interrupted > 0 {
            notes.push(match options.lang {
                Lang::Id => format!("{interrupted} konsolidasi sebelumnya terputus sebelum selesai."),
                Lang::En => format!("{interrupted} earlier runs were cut off before they were done."),
            });
        }
        notes.extend(earlier.show(options.lang));
        let recording = Some(Recording { run, snapshots, started });
        Ok(Memory { _lock: lock, store: Some(store), compares: true, recording, is_kept: true, notes })
    }
}

fn begin(store: &mut Store, pipeline: &Pipeline, trigger: Trigger, started: Timestamp) -> Result<RunId, JobError> {
    let run = store.begin(&NewRun {
        pipeline: &pipeline.name,
        title: &pipeline.title,
        period: &pipeline.period().to_string(),
        version: env!("CARGO_PKG_VERSION"),
        started,
        trigger,
        pipeline_sha256: &Sha256::of(pipeline.text.as_bytes()),
        registry_sha256: &Sha256::of(&pipeline.registry.bytes),
    });
    Ok(run?)
}
