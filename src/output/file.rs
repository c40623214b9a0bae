//! Files that appear whole or not at all: written beside their place, synced, renamed.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempPath;

use crate::panics::caught;

/// What a file being written ends in.
const SUFFIX: &str = ".rekap-tmp";
/// Where locks are unknown, what an interrupted run left is removed after this long.
const LEFTOVER_AGE: Duration = Duration::from_secs(3600);
/// How often a file is begun anew that another process took for a leftover before it was locked.
const BEGINNINGS: usize = 5;

/// A file that was not written, and why.
#[derive(Debug)]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.reason)
    }
}

impl std::error::Error for WriteError {}

/// A file written beside its place; gone again unless it is put there.
#[derive(Debug)]
pub struct Staged {
    path: PathBuf,
    beside: TempPath,
    /// Locked as long as it is being written: what nobody holds locked was left by a killed process.
    _held: File,
}

/// Writes a file beside its place. The folder is made if need be.
///
/// # Errors
/// [`WriteError`] when the folder cannot be made or the file not written; nothing is left behind then.
pub fn stage<E: std::fmt::Display>(
    path: &Path,
    write: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<Staged, WriteError> {
    let failed = |reason: String| WriteError { path: path.to_owned(), reason };
    let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| failed("not a file name".to_owned()))?;
    fs::create_dir_all(directory).map_err(|error| failed(error.to_string()))?;
    if path.is_dir() {
        // Found out now, before another file is put in its place.
        return Err(failed(io::Error::from(io::ErrorKind::IsADirectory).to_string()));
    }
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    remove_leftovers(directory, &prefix);
    // Whoever may read what is replaced may read what replaces it, and nobody else.
    let there = fs::metadata(path).ok().map(|there| there.permissions());
    let mode = there.as_ref().map_or_else(permissions, |there| writable(there.mode()));
    let (held, beside) = begin(directory, &prefix, mode).map_err(|error| failed(error.to_string()))?;
    // Writers panic where the disk is full: that, too, is a file not written.
    let written = caught(|| write(&beside).map_err(|error| error.to_string()));
    written.and_then(|written| written).map_err(failed)?;
    if let Some(mode) = there {
        fs::set_permissions(&beside, mode).map_err(|error| failed(error.to_string()))?;
    }
    File::open(&beside).and_then(|file| file.sync_all()).map_err(|error| failed(error.to_string()))?;
    Ok(Staged { path: path.to_owned(), beside, _held: held })
}

impl Staged {
    /// Puts the file in its place, in one step that replaces what was there.
    ///
    /// # Errors
    /// [`WriteError`] when it cannot be renamed; what was there stays.
    pub fn put(self) -> Result<(), WriteError> {
        // Where it cannot be put, it is gone when dropped.
        put(&self.beside, &self.path)
    }

    /// Where it is, and its place.
    pub fn paths(&self) -> (&Path, &Path) {
        (&self.beside, &self.path)
    }

    /// Lets the file be, wherever it is: whoever knows of it puts or removes it.
    ///
    /// # Errors
    /// [`WriteError`] when the system will not; it is gone then.
    pub fn keep(self) -> Result<(), WriteError> {
        let Staged { path, beside, .. } = self;
        beside.keep().map(|_| ()).map_err(|error| WriteError { path, reason: error.error.to_string() })
    }
}

/// Puts a file that was written beside a place there, in one step that replaces what was there.
///
/// # Errors
/// [`WriteError`] when it cannot be renamed; what was there stays.
pub fn put(beside: &Path, path: &Path) -> Result<(), WriteError> {
    let failed = |error: io::Error| WriteError { path: path.to_owned(), reason: error.to_string() };
    fs::rename(beside, path).map_err(failed)?;
    // The rename itself is only safe once the folder is on disk, too.
    let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed)
}

/// Makes the file that is written, and locks it.
fn begin(directory: &Path, prefix: &OsString, mode: fs::Permissions) -> io::Result<(File, TempPath)> {
    for _ in 0..BEGINNINGS {
        let mut builder = tempfile::Builder::new();
        builder.prefix(prefix).suffix(SUFFIX).permissions(mode.clone());
        let (held, beside) = builder.tempfile_in(directory)?.into_parts();
        // Some file systems know no locks; there leftovers are told by their age.
        let _ = held.try_lock();
        if beside.exists() {
            return Ok((held, beside));
        }
    }
    Err(io::Error::from(io::ErrorKind::NotFound))
}

/// Readable as any output is; temporary files are their owner's alone otherwise.
fn permissions() -> fs::Permissions {
    fs::Permissions::from_mode(0o644)
}

/// A mode while the file is being written.
fn writable(mode: u32) -> fs::Permissions {
    fs::Permissions::from_mode(mode & 0o777 | 0o600)
}

fn remove_leftovers(directory: &Path, prefix: &OsString) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    let prefix = prefix.to_string_lossy();
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(&*prefix) && name.ends_with(SUFFIX) && is_left_over(&entry) {
            // Another run may have removed it just now; either way it is gone.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether nobody is writing a file any more.
fn is_left_over(entry: &fs::DirEntry) -> bool {
    match File::open(entry.path()).map(|file| file.try_lock()) {
        Ok(Ok(())) => true,
        Ok(Err(TryLockError::WouldBlock)) => false,
        Ok(Err(TryLockError::Error(_))) | Err(_) => {
            let written = entry.metadata().and_then(|file| file.modified()).ok();
            let age = written.and_then(|at| SystemTime::now().duration_since(at).ok());
            age.is_some_and(|age| age > LEFTOVER_AGE)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_leaves_the_earlier_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sub/a.txt");
        stage(&path, |to| fs::write(to, "lama")).unwrap().put().unwrap();
        let error = stage(&path, |to| fs::write(to, "setengah").and(Err(io::Error::other("penuh")))).unwrap_err();
        assert!(error.to_string().contains("penuh"));
        let error = stage(&path, |_| -> Result<(), String> { panic!("tiada ruang") }).unwrap_err();
        assert!(error.to_string().contains("tiada ruang"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "lama");
        let staged = stage(&path, |to| fs::write(to, "baru")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "lama", "not in place before it is put there");
        staged.put().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "baru");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left beside");
    }

    #[test]
    fn a_panic_while_writing_is_told_with_the_file_and_leaves_the_earlier_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "lama").unwrap();
        let error = stage(&path, |_| -> io::Result<()> { panic!("rusak di dalam") }).unwrap_err();
        assert!(error.path == path && error.reason.contains("rusak di dalam"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "lama");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside");
    }

    #[test]
    fn what_a_killed_process_left_goes_at_once_and_what_is_being_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        let under_way = stage(&path, |to| fs::write(to, "satu")).unwrap();
        let left = folder.path().join(".a.txt.Xy12.rekap-tmp");
        let others = [".b.txt.Xy12.rekap-tmp", "a.txt.rekap-tmp", ".a.txt.bak"].map(|name| folder.path().join(name));
        for file in others.iter().chain([&left]) {
            fs::write(file, "sisa").unwrap();
        }
        stage(&path, |to| fs::write(to, "dua")).unwrap().put().unwrap();
        assert!(!left.exists() && others.iter().all(|other| other.exists()));
        let beside = under_way.paths().0.to_owned();
        under_way.put().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "satu");
        assert!(!beside.exists());
        let kept = stage(&path, |to| fs::write(to, "tiga")).unwrap();
        let beside = kept.paths().0.to_owned();
        kept.keep().unwrap();
        put(&beside, &path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "tiga");
    }

    #[test]
    fn a_mode_its_owner_gave_a_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        for given in [0o600, 0o640, 0o644, 0o400] {
            stage(&path, |to| fs::write(to, "satu")).unwrap().put().unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(given)).unwrap();
            stage(&path, |to| fs::write(to, "dua")).unwrap().put().unwrap();
            assert_eq!(mode(), given, "{given:o}");
            fs::remove_file(&path).unwrap();
        }
    }
}
