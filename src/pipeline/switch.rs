//! The switch: all outputs of a run are put in their places, or none; and what a killed process left half done is finished
//! at the next start.
//!
//! A journal in the state folder says which file written beside its place goes where. It is on disk before the run is
//! recorded, and the run is recorded before the first file is put. So at any moment it is known what is to be done: where
//! the run was recorded its outputs are put, where it was not they go. Only under the run's lock.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf, absolute};

use serde::{Deserialize, Serialize};

use crate::lang::Lang;
use crate::output::file::{Staged, WriteError, put, stage};
use crate::store::{RunId, Store, StoreError};

/// The journal, in the state folder.
const FILE: &str = "keluaran.jurnal";

/// What the journal says.
#[derive(Debug, Serialize, Deserialize)]
struct Journal {
    /// The run's number; none where it is not recorded.
    run: Option<RunId>,
    /// Files, each written beside its place. Paths need not be text.
    files: Vec<(Vec<u8>, Vec<u8>)>,
}

/// Outputs that are written beside their places and can be put there.
#[derive(Debug)]
pub(super) struct Switch {
    /// None where there is no folder to keep it in: then the outputs are put one by one, and that is all.
    journal: Option<PathBuf>,
    files: Vec<Staged>,
}

impl Switch {
    /// Writes down what is to be put where.
    ///
    /// # Errors
    /// [`WriteError`] when that cannot be written; nothing is left behind then.
    pub(super) fn prepare(state: Option<&Path>, run: Option<RunId>, files: Vec<Staged>) -> Result<Switch, WriteError> {
        let Some(journal) = state.map(|state| state.join(FILE)) else { return Ok(Switch { journal: None, files }) };
        let paths = files.iter().map(|file| {
            let (beside, place) = file.paths();
            let of = |path: &Path| {
                // Whoever finishes it may stand in another folder.
                let whole =
                    absolute(path).map_err(|error| WriteError { path: path.to_owned(), reason: error.to_string() })?;
                Ok(whole.as_os_str().as_bytes().to_vec())
            };
            Ok((of(beside)?, of(place)?))
        });
        let content = Journal { run, files: paths.collect::<Result<_, WriteError>>()? };
        let content = postcard::to_stdvec(&content)
            .map_err(|error| WriteError { path: journal.clone(), reason: error.to_string() })?;
        stage(&journal, |to| fs::write(to, &content))?.put()?;
        Ok(Switch { journal: Some(journal), files })
    }

    /// Puts every file in its place, and takes down that they are `seen`. Where that fails, the next start does it; why it
    /// failed comes back beside the places.
    ///
    /// # Errors
    /// [`WriteError`] when one cannot be put. With a journal the rest is put at the next start.
    pub(super) fn put<E>(self, seen: impl FnOnce() -> Result<(), E>) -> Result<(Vec<PathBuf>, Option<E>), WriteError> {
        let places: Vec<PathBuf> = self.files.iter().map(|file| file.paths().1.to_owned()).collect();
        let Some(journal) = self.journal else {
            self.files.into_iter().try_for_each(Staged::put)?;
            return Ok((places, seen().err()));
        };
        let pairs: Vec<_> = self.files.iter().map(|file| file.paths()).map(owned).collect();
        // From here on the journal is what knows of them.
        self.files.into_iter().try_for_each(Staged::keep)?;
        pairs.iter().try_for_each(|(beside, place)| put_once(beside, place))?;
        if let Err(error) = seen() {
            return Ok((places, Some(error)));
        }
        // One that stays is finished at the next start: nothing of it is left.
        let _ = remove(&journal);
        Ok((places, None))
    }

    /// Leaves the places as they are.
    ///
    /// # Errors
    /// [`WriteError`] when the journal cannot be removed.
    pub(super) fn abandon(self) -> Result<(), WriteError> {
        self.journal.as_deref().map_or(Ok(()), remove)
    }
}

fn owned((beside, place): (&Path, &Path)) -> (PathBuf, PathBuf) {
    (beside.to_owned(), place.to_owned())
}

/// Puts a file, unless that was done already.
fn put_once(beside: &Path, place: &Path) -> Result<(), WriteError> {
    if beside.symlink_metadata().is_ok() { put(beside, place) } else { Ok(()) }
}

fn remove(path: &Path) -> Result<(), WriteError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(WriteError { path: path.to_owned(), reason: error.to_string() })
        }
        _ => Ok(()),
    }
}

/// What became of a switch that an earlier run left.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Earlier {
    /// There was none.
    None,
    /// Its outputs are in their places now.
    Finished(Option<RunId>),
    /// It had not been decided: the places are as they were before that run.
    Undone(Option<RunId>),
    /// Its outputs cannot be put: that run is one that nobody saw; why.
    Lost(Option<RunId>, String),
}

impl Earlier {
    /// What people should know of it.
    pub(super) fn show(&self, lang: Lang) -> Option<String> {
        let number = |run: &Option<RunId>| run.map(|run| format!(" {} {run}", lang.pick("nomor", "number")));
        let (run, text) = match self {
            Earlier::None => return None,
            Earlier::Finished(run) => {
                (run, lang.pick("keluarannya baru sekarang dipasang", "its outputs were put only now").to_owned())
            }
            Earlier::Undone(run) => {
                (run, lang.pick("keluarannya tidak pernah dipasang", "its outputs were never put").to_owned())
            }
            Earlier::Lost(run, why) => {
                let text = lang.pick("keluarannya tidak dapat dipasang", "its outputs cannot be put");
                (run, format!("{text} ({why})"))
            }
        };
        let run = number(run).unwrap_or_default();
        Some(format!("{}{run}: {text}", lang.pick("Konsolidasi yang terputus", "A run that was cut off,")))
    }
}

/// Finishes what an earlier run left half done. The run's lock must be held; the store is opened where it is needed and not
/// given.
///
/// # Errors
/// [`StoreError`] when the store cannot be asked whether that run was recorded.
pub(super) fn finish_earlier(state: &Path, store: Option<&mut Store>) -> Result<Earlier, StoreError> {
    let path = state.join(FILE);
    let Ok(content) = fs::read(&path) else { return Ok(Earlier::None) };
    // It is written whole or not at all: another program's journal is nothing to go by.
    let Ok(Journal { run, files }) = postcard::from_bytes::<Journal>(&content) else {
        let _ = fs::remove_file(&path);
        return Ok(Earlier::None);
    };
    let path_of = |bytes: &[u8]| PathBuf::from(OsStr::from_bytes(bytes));
    let files: Vec<_> = files.iter().map(|(beside, place)| (path_of(beside), path_of(place))).collect();
    let mut own = None;
    let store = match (run, store) {
        (Some(_), None) => Some(own.insert(Store::open(state)?)),
        (_, store) => store,
    };
    let is_decided = match (run, &store) {
        (Some(run), Some(store)) => store.run(run).is_ok_and(|run| run.recorded),
        _ => true,
    };
    let came = if !is_decided {
        Earlier::Undone(run)
    } else {
        match files.iter().try_for_each(|(beside, place)| put_once(beside, place)) {
            Ok(()) => Earlier::Finished(run),
            Err(error) => Earlier::Lost(run, error.to_string()),
        }
    };
    if let (Earlier::Finished(Some(run)), Some(store)) = (&came, store) {
        store.mark_seen(*run)?;
    }
    for (beside, _) in &files {
        // What was put is not there any more.
        let _ = fs::remove_file(beside);
    }
    // One that stays is finished once more: nothing of it is left.
    let _ = fs::remove_file(&path);
    Ok(came)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;
    use crate::compute::record::RunRecord;
    use crate::store::{NewRun, RunStatus, Trigger};

    struct Office {
        folder: tempfile::TempDir,
        store: Store,
    }

    impl Office {
        fn new() -> Office {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(&folder.path().join("state")).unwrap();
            let office = Office { folder, store };
            for name in ["a", "b"] {
                fs::write(office.place(name), "lama").unwrap();
            }
            office
        }

        fn state(&self) -> PathBuf {
            self.folder.path().join("state")
        }

        fn place(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn begin(&mut self) -> RunId {
            let new = NewRun {
                pipeline: "uji",
                title: "Uji",
                period: "2025-S2",
                version: "0",
                started: Timestamp::UNIX_EPOCH,
                trigger: Trigger::Hand,
                pipeline_sha256: "",
                registry_sha256: "",
            };
            self.store.begin(&new).unwrap()
        }

        fn prepare(&self, run: Option<RunId>) -> Switch {
            let files = ["a", "b"].map(|name| stage(&self.place(name), |to| fs::write(to, "baru")).unwrap());
            Switch::prepare(Some(&self.state()), run, files.into()).unwrap()
        }

        /// What stands in the places, and whether anything else is left there.
        fn seen(&self) -> (String, String, usize) {
            let read = |name: &str| fs::read_to_string(self.place(name)).unwrap_or_default();
            (read("a"), read("b"), fs::read_dir(self.folder.path()).unwrap().count() - 3)
        }

        fn finish(&mut self) -> Earlier {
            let state = self.state();
            let came = finish_earlier(&state, Some(&mut self.store)).unwrap();
            assert!(!state.join(FILE).exists());
            came
        }
    }

    /// As a killed process leaves them.
    fn kill(switch: Switch) {
        switch.files.into_iter().for_each(|file| file.keep().unwrap());
    }

    fn seen(text: &str, left: usize) -> (String, String, usize) {
        (text.to_owned(), text.to_owned(), left)
    }

    #[test]
    fn what_is_decided_is_finished_and_what_is_not_is_undone() {
        let mut office = Office::new();
        let run = office.begin();
        kill(office.prepare(Some(run)));
        assert_eq!(office.seen(), seen("lama", 2));
        assert_eq!(office.finish(), Earlier::Undone(Some(run)), "killed before it was recorded");
        assert_eq!(office.seen(), seen("lama", 0));

        let switch = office.prepare(Some(run));
        office.store.record(run, &RunRecord::default()).unwrap();
        kill(switch);
        assert_eq!(office.store.latest_recorded("uji", None, None).unwrap(), None);
        assert_eq!(office.finish(), Earlier::Finished(Some(run)));
        assert_eq!(office.seen(), seen("baru", 0));
        assert_eq!(office.store.latest_recorded("uji", None, None).unwrap(), Some(run));
        assert_eq!(office.finish(), Earlier::None);
        office.store.finish(run, RunStatus::Clean, Timestamp::UNIX_EPOCH, Duration::ZERO, None).unwrap();
    }

    #[test]
    fn one_that_was_half_put_is_finished() {
        let mut office = Office::new();
        let run = office.begin();
        let switch = office.prepare(Some(run));
        office.store.record(run, &RunRecord::default()).unwrap();
        fs::rename(switch.files[0].paths().0, office.place("a")).unwrap();
        let beside = switch.files[1].paths().0.to_owned();
        std::mem::forget(switch);
        assert!(beside.exists());
        // Without the store at hand it is opened.
        assert_eq!(finish_earlier(&office.state(), None).unwrap(), Earlier::Finished(Some(run)));
        assert_eq!(office.seen(), seen("baru", 0));
        kill(office.prepare(None));
        assert_eq!(office.finish(), Earlier::Finished(None), "one that is not recorded is decided by its journal");
    }

    #[test]
    fn what_cannot_be_put_is_kept_for_the_next_start_and_then_lost() {
        let mut office = Office::new();
        let run = office.begin();
        let switch = office.prepare(Some(run));
        office.store.record(run, &RunRecord::default()).unwrap();
        fs::remove_file(office.place("b")).unwrap();
        fs::create_dir_all(office.place("b/x")).unwrap();
        let error = switch.put(|| Ok::<_, ()>(())).unwrap_err();
        assert_eq!(error.path, office.place("b"));
        assert_eq!((office.seen().0.as_str(), office.seen().2), ("baru", 1), "what is left is kept");
        let Earlier::Lost(Some(lost), why) = office.finish() else { panic!() };
        assert!(lost == run && why.contains("/b: "), "{why}");
        assert_eq!(office.seen().2, 0);
        assert_eq!(office.store.latest_recorded("uji", None, None).unwrap(), None, "nobody saw it");
    }

    #[test]
    fn a_switch_leaves_no_journal() {
        let mut office = Office::new();
        office.prepare(Some(1)).abandon().unwrap();
        assert_eq!(office.seen(), seen("lama", 0));
        assert_eq!(office.finish(), Earlier::None);
        let places = office.prepare(None).put(|| Ok::<_, ()>(())).unwrap();
        assert_eq!(places, (vec![office.place("a"), office.place("b")], None));
        assert_eq!((office.seen(), office.finish()), (seen("baru", 0), Earlier::None));
        let run = office.begin();
        let switch = office.prepare(Some(run));
        office.store.record(run, &RunRecord::default()).unwrap();
        assert_eq!(switch.put(|| Err("penuh")).unwrap().1, Some("penuh"));
        assert_eq!(office.finish(), Earlier::Finished(Some(run)), "that it was seen is taken down at the next start");
        assert_eq!(office.store.latest_recorded("uji", None, None).unwrap(), Some(run));
        fs::write(office.state().join(FILE), "entah").unwrap();
        assert_eq!(office.finish(), Earlier::None);
    }
}
