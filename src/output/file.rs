//! Files that appear whole or not at all: written beside their place, synced, renamed.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempPath;

use crate::panics::caught;

/// What a file being written ends in; what an interrupted run left is removed after this long.
const SUFFIX: &str = ".rekap-tmp";
const LEFTOVER_AGE: Duration = Duration::from_secs(3600);

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
    let beside = tempfile::Builder::new()
        .prefix(&prefix)
        .suffix(SUFFIX)
        .permissions(there.as_ref().map_or_else(permissions, |there| writable(there.mode())))
        .tempfile_in(directory)
        .map_err(|error| failed(error.to_string()))?
        .into_temp_path();
    // Writers panic where the disk is full: that, too, is a file not written.
    let written = caught(|| write(&beside).map_err(|error| error.to_string()));
    written.and_then(|written| written).map_err(failed)?;
    if let Some(mode) = there {
        fs::set_permissions(&beside, mode).map_err(|error| failed(error.to_string()))?;
    }
    File::open(&beside).and_then(|file| file.sync_all()).map_err(|error| failed(error.to_string()))?;
    Ok(Staged { path: path.to_owned(), beside })
}

impl Staged {
    /// Puts the file in its place, in one step that replaces what was there.
    ///
    /// # Errors
    /// [`WriteError`] when it cannot be renamed; what was there stays.
    pub fn put(self) -> Result<(), WriteError> {
        let path = self.path;
        let failed = |error: io::Error| WriteError { path: path.clone(), reason: error.to_string() };
        self.beside.persist(&path).map_err(|error| failed(error.error))?;
        // The rename itself is only safe once the folder is on disk, too.
        let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed)
    }
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
        let age =
            entry.metadata().and_then(|m| m.modified()).ok().and_then(|at| SystemTime::now().duration_since(at).ok());
        if name.starts_with(&*prefix) && name.ends_with(SUFFIX) && age.is_some_and(|age| age > LEFTOVER_AGE) {
            // Another run may have removed it just now; either way it is gone.
            let _ = fs::remove_file(entry.path());
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
