//! An earlier run's files, rebuilt from the copies of its sources.

use std::path::Path;
use std::sync::Arc;

use super::compare::{compare, last};
use super::job::{Done, JobError};
use super::manifest::Manifest;
use super::outputs::{note_cuts, stage_outputs};
use super::{Pipeline, Progress, run};
use crate::compute::record::RunRecord;
use crate::lang::Lang;
use crate::output::file::Staged;
use crate::source::FileBytes;
use crate::source::fetch::Sources;
use crate::source::snapshot::{READER, Snapshots, reader_of};
use crate::stop::Stop;
use crate::store::{RunId, Store};

/// Rebuilds an earlier run's files from the copies of its sources, in a folder of its own beside each output's place.
/// Nothing is recorded, refreshed or told.
///
/// # Errors
/// [`JobError::NotKept`] when the run or its copies are not kept (any more), and as [`perform`](super::job::perform).
pub fn rebuild(
    pipeline: &Path,
    run_id: RunId,
    lang: Lang,
    stop: &Stop,
    progress: &dyn Progress,
) -> Result<Done, JobError> {
    let not_kept = |id: String, en: String| JobError::NotKept([id, en]);
    let present = Pipeline::read(pipeline).map_err(|error| not_kept(error.show(Lang::Id), error.show(Lang::En)))?;
    let store = Store::open_existing(&present.state)?;
    store.run(run_id)?;
    let snapshots = Snapshots::open(&present.state).map_err(|error| JobError::Copies(present.state.clone(), error))?;
    let gone = || {
        not_kept(
            format!(
                "konsolidasi nomor {run_id} tidak dapat dibangun ulang: salinannya tidak disimpan lagi (keep_runs, keep_days)"
            ),
            format!("run number {run_id} cannot be rebuilt: its copies are no longer kept (keep_runs, keep_days)"),
        )
    };
    let manifest: Manifest = snapshots.run(run_id).ok().flatten().ok_or_else(gone)?;
    if manifest.needed().filter_map(reader_of).any(|reader| reader != READER) {
        let (reader, version) = (&manifest.reader, &manifest.version);
        let id = format!(
            "konsolidasi nomor {run_id} hanya dapat dibangun ulang oleh rekap {version} (pembaca {reader}; ini {READER}): salinan \
             survei dan Google Sheets adalah hasil bacaannya, bukan berkasnya"
        );
        let en = format!(
            "run number {run_id} can only be rebuilt by rekap {version} (reader {reader}; this is {READER}): copies of surveys and \
             Google Sheets are what it read, not the files"
        );
        return Err(not_kept(id, en));
    }
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
    let sources = Sources::replay(then.directory(), &then.google, snapshots, manifest.outcomes).heeding(stop);
    let sources = sources.of(&then.name, then.survey_locations());
    let started = manifest.started;
    let mut data = run(&then, &sources, &|| started, progress).map_err(JobError::Frames)?;
    JobError::unless_stopped(stop)?;
    data.run = Some(run_id);
    note_cuts(&then.outputs, &mut data);
    let record = Arc::new(RunRecord::new(&data));
    let before = last(&store, &then, Some(run_id))?;
    compare(&mut data, (&store, before.as_ref()), &then, record, Some(run_id))?;
    let staged = stage_outputs(&then.outputs, &data, lang, stop)?;
    let outputs = staged.iter().map(|file| file.paths().1.to_owned()).collect();
    staged.into_iter().try_for_each(Staged::put)?;
    Ok(Done { data, outputs, refreshed: Vec::new(), notes: Vec::new(), problems: Vec::new() })
}
