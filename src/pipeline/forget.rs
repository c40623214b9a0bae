//! Forgetting a satker, or all that is older than a day: in the copies and in the history.

use std::collections::BTreeSet;
use std::io;

use jiff::Timestamp;
use jiff::civil::Date;

use super::job::{JobError, LINKS};
use super::manifest::Manifest;
use super::{Pipeline, RunLock};
use crate::source::FileBytes;
use crate::source::snapshot::{Latest, Pruned, Snapshots};
use crate::store::{Forgotten, Store};

/// What is to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forget {
    /// A satker, by its code.
    Satker(String),
    /// Everything before a day, in the pipeline's zone.
    Before(Date),
}

/// What was removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removed {
    /// From the history.
    pub history: Forgotten,
    /// Copies.
    pub copies: Pruned,
    /// Runs that can no longer be rebuilt.
    pub runs: Vec<i64>,
    /// Whether the satker still stands in the registry, so that the next run reads it again.
    pub is_listed: bool,
}

/// Forgets; no run of the pipeline goes on meanwhile. A run that read a forgotten satker can no longer be rebuilt.
///
/// # Errors
/// When a run is under way, there is no history, or something cannot be removed. What was removed by then stays removed;
/// forgetting again goes on.
pub fn forget(pipeline: &Pipeline, what: &Forget, now: Timestamp) -> Result<Removed, JobError> {
    let _lock = RunLock::acquire(&pipeline.state, now).map_err(JobError::Locked)?;
    drop(Store::open_existing(&pipeline.state)?);
    let mut store = Store::open(&pipeline.state)?;
    let mut removed = match what {
        Forget::Satker(kode) => of_satker(pipeline, kode),
        Forget::Before(day) => of_time(pipeline, &store, start_of(pipeline, *day)),
    }
    .map_err(|error| JobError::Copies(pipeline.state.clone(), error))?;
    removed.history = match what {
        Forget::Satker(kode) => store.forget_satker(&pipeline.name, kode)?,
        Forget::Before(day) => store.forget_before(&pipeline.name, start_of(pipeline, *day))?,
    };
    Ok(removed)
}

fn start_of(pipeline: &Pipeline, day: Date) -> Timestamp {
    day.to_zoned(pipeline.zone.clone()).map_or(Timestamp::MIN, |start| start.timestamp())
}

/// The copies of a satker: its last ones, and those of every run it was part of.
fn of_satker(pipeline: &Pipeline, kode: &str) -> io::Result<Removed> {
    let snapshots = Snapshots::open(&pipeline.state)?;
    let places = |pipeline: &Pipeline| {
        let satker = pipeline.satker.iter().find(|satker| satker.kode == kode)?;
        Some(pipeline.locations_of(satker))
    };
    let listed = places(pipeline);
    let is_listed = listed.is_some();
    let (mut own, mut runs, mut needed) = (listed.unwrap_or_default(), Vec::new(), BTreeSet::new());
    for run in snapshots.runs()? {
        let manifest: Option<Manifest> = snapshots.run(run).ok().flatten();
        let then = manifest.as_ref().and_then(|manifest| {
            let registry = snapshots.get(&manifest.registry).and_then(FileBytes::of_kept)?;
            Pipeline::parse(&pipeline.path, manifest.pipeline.clone(), Some(registry)).ok()
        });
        match (then.as_ref().map(places), manifest) {
            (Some(None), Some(manifest)) => needed.extend(manifest.needed().map(str::to_owned)),
            // Of a run that cannot be read nobody knows whether the satker was part of it, nor can it be rebuilt.
            (places, _) => {
                own.extend(places.flatten().into_iter().flatten());
                runs.push(run);
            }
        }
    }
    runs.iter().try_for_each(|run| snapshots.forget_run(*run))?;
    let copies = snapshots.prune(&needed, &|latest: &Latest| own.contains(&latest.location))?;
    // Answers of its links, among others; they are asked again.
    match std::fs::remove_file(pipeline.state.join(LINKS)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    Ok(Removed { copies, runs, is_listed, ..Removed::default() })
}

/// The copies of runs and addresses from before a moment.
fn of_time(pipeline: &Pipeline, store: &Store, before: Timestamp) -> io::Result<Removed> {
    let snapshots = Snapshots::open(&pipeline.state)?;
    let old = store.runs(None, Some(&pipeline.name)).map_err(io::Error::other)?;
    let old: BTreeSet<i64> = old.into_iter().filter(|run| run.started < before).map(|run| run.id).collect();
    let (mut runs, mut needed, mut doubt) = (Vec::new(), BTreeSet::new(), None);
    for run in snapshots.runs()? {
        match snapshots.run::<Manifest>(run) {
            _ if old.contains(&run) => runs.push(run),
            Ok(manifest) => needed.extend(manifest.iter().flat_map(Manifest::needed).map(str::to_owned)),
            Err(error) => doubt = Some(error),
        }
    }
    runs.iter().try_for_each(|run| snapshots.forget_run(*run))?;
    doubt.map_or(Ok(()), Err)?;
    let is_old = |latest: &Latest| latest.pipeline == pipeline.name && latest.fetched_at < before;
    Ok(Removed { copies: snapshots.prune(&needed, &is_old)?, runs, ..Removed::default() })
}
