//! A folder that appears whole or not at all: filled beside its place, then renamed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use tempfile::TempDir;

use super::TABLES;
use crate::store::error::{StoreError, StoreErrorKind};

/// What a folder being filled begins with.
const PREFIX: &str = ".rekap-ekspor-";

/// A folder being filled; gone again unless it is put in its place.
pub(super) struct Staged {
    to: PathBuf,
    beside: TempDir,
}

impl Staged {
    /// Begins a folder beside its place.
    pub(super) fn new(to: &Path) -> Result<Self, StoreError> {
        if to.exists() && !is_export(to) {
            let id = "sudah ada dan bukan ekspor rekap; pilih folder lain atau kosongkan dahulu";
            let en = "is there already and no export of rekap; name another folder, or empty it first";
            return Err(StoreError::new(StoreErrorKind::NotWritable, to, id, en));
        }
        let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(|error| failed(to, &error.to_string()))?;
        // The mode its owner gave an earlier export stays.
        let there = fs::metadata(to).map(|there| there.permissions());
        let permissions = there.unwrap_or_else(|_| std::os::unix::fs::PermissionsExt::from_mode(0o755));
        let beside = tempfile::Builder::new().prefix(PREFIX).permissions(permissions).tempdir_in(parent);
        Ok(Staged { to: to.to_owned(), beside: beside.map_err(|error| failed(to, &error.to_string()))? })
    }

    pub(super) fn path(&self) -> &Path {
        self.beside.path()
    }

    /// Puts the folder in its place, in one step that takes an earlier export away.
    pub(super) fn put(self) -> Result<(), StoreError> {
        let failed = |error: std::io::Error| failed(&self.to, &error.to_string());
        if self.to.exists() {
            // Both change places; what was there before is then removed with the temporary folder.
            renameat_with(CWD, self.beside.path(), CWD, &self.to, RenameFlags::EXCHANGE)
                .map_err(|error| failed(error.into()))?;
        } else {
            fs::rename(self.beside.path(), &self.to).map_err(failed)?;
        }
        let parent = self.to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed)
    }
}

/// An export that was not written.
pub(super) fn failed(to: &Path, reason: &str) -> StoreError {
    let id = format!("tidak dapat ditulis: {reason}");
    StoreError::new(StoreErrorKind::NotWritable, to, id, format!("cannot be written: {reason}"))
}

/// Whether a folder is empty, or holds nothing but folders of tables.
fn is_export(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().all(|entry| entry.file_name().to_str().is_some_and(|name| TABLES.contains(&name)))
}
