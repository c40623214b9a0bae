//! What keeps the store from being read or written, and what to do about it.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use super::RunId;
use crate::lang::Lang;

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// There is none yet.
    Missing,
    /// It cannot be written, or its folder cannot be made.
    NotWritable,
    /// It is damaged, or something else altogether.
    Corrupt,
    /// A newer program made it.
    Newer,
    /// The disk is full.
    Full,
    /// Another process holds it.
    Locked,
    /// There is no such run, or nothing was recorded of it.
    NoRun,
    /// Anything else.
    Other,
}

/// Why the store could not be used. Whatever was recorded before stays as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError {
    /// What is wrong.
    pub kind: StoreErrorKind,
    /// The store's file, or its folder where it has none.
    pub path: PathBuf,
    /// What is wrong and what to do, in Indonesian and English.
    pub message: [String; 2],
}

impl StoreError {
    pub(super) fn new(kind: StoreErrorKind, path: &Path, id: impl Into<String>, en: impl Into<String>) -> Self {
        StoreError { kind, path: path.to_owned(), message: [id.into(), en.into()] }
    }

    /// The error as one line: where, what, and what to do.
    pub fn show(&self, lang: Lang) -> String {
        let [id, en] = &self.message;
        format!("{}: {}", self.path.display(), lang.pick(id, en))
    }

    pub(super) fn missing(folder: &Path) -> Self {
        let id = "belum ada riwayat di folder ini; riwayat dibuat oleh rekap run dan rekap schedule";
        let en = "there is no history in this folder yet; rekap run and rekap schedule make it";
        StoreError::new(StoreErrorKind::Missing, folder, id, en)
    }

    pub(super) fn not_writable(path: &Path, reason: impl fmt::Display) -> Self {
        let id = format!(
            "tidak dapat ditulis ({reason}); beri izin tulis, atau tunjuk folder lain dengan state = \"…\" di berkas pipeline"
        );
        let en = format!(
            "cannot be written ({reason}); allow it, or name another folder by state = \"…\" in the pipeline file"
        );
        StoreError::new(StoreErrorKind::NotWritable, path, id, en)
    }

    pub(super) fn corrupt(path: &Path, reason: impl fmt::Display) -> Self {
        let id = format!(
            "riwayat rusak atau bukan riwayat rekap ({reason}); kembalikan dari cadangan, atau pindahkan berkas ini agar riwayat baru dimulai"
        );
        let en = format!(
            "damaged, or no history of rekap ({reason}); restore it from a backup, or move it away to begin a new one"
        );
        StoreError::new(StoreErrorKind::Corrupt, path, id, en)
    }

    pub(super) fn newer(path: &Path, found: usize, known: usize) -> Self {
        let id = format!(
            "riwayat dibuat oleh rekap yang lebih baru (skema {found}, program ini mengenal {known}); perbarui programnya"
        );
        let en = format!("made by a newer rekap (schema {found}, this program knows {known}); update the program");
        StoreError::new(StoreErrorKind::Newer, path, id, en)
    }

    pub(super) fn full(path: &Path) -> Self {
        let id = "penyimpanan penuh; kosongkan ruang lalu ulangi. Riwayat sebelumnya tetap utuh";
        let en = "the disk is full; make room and try again. What was recorded before is whole";
        StoreError::new(StoreErrorKind::Full, path, id, en)
    }

    pub(super) fn no_run(path: &Path, run: RunId) -> Self {
        let id = format!("run {run} tidak ada; daftarnya: rekap history");
        StoreError::new(StoreErrorKind::NoRun, path, id, format!("there is no run {run}; see rekap history"))
    }

    pub(super) fn not_recorded(path: &Path, run: RunId) -> Self {
        let id = format!("run {run} tidak punya data: ia tidak sampai dicatat");
        StoreError::new(StoreErrorKind::NoRun, path, id, format!("run {run} has no data: it never got so far"))
    }

    pub(super) fn other(path: &Path, reason: impl fmt::Display) -> Self {
        let reason = reason.to_string();
        StoreError::new(StoreErrorKind::Other, path, reason.clone(), reason)
    }

    /// What SQLite objects to.
    pub(super) fn from_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        use rusqlite::Error::{
            FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, QueryReturnedNoRows, Utf8Error,
        };
        // A number that stands for nothing, or a value of another kind than the schema says.
        if matches!(
            error,
            FromSqlConversionFailure(..)
                | IntegralValueOutOfRange(..)
                | InvalidColumnType(..)
                | QueryReturnedNoRows
                | Utf8Error(..)
        ) {
            return StoreError::corrupt(path, error);
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::corrupt(path, error),
            Some(ErrorCode::DiskFull) => StoreError::full(path),
            // A full disk shows in other ways where a file is made longer beforehand.
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) if is_disk_full(path) => StoreError::full(path),
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                StoreError::not_writable(path, error)
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                let id = "sedang dipakai proses rekap lain; tunggu sampai selesai lalu ulangi";
                let en = "in use by another rekap process; wait until it is done and try again";
                StoreError::new(StoreErrorKind::Locked, path, id, en)
            }
            _ => StoreError::other(path, error),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show(Lang::Id))
    }
}

impl std::error::Error for StoreError {}

/// Whether not even a few pages are left where a file lies.
fn is_disk_full(path: &Path) -> bool {
    rustix::fs::statvfs(path.parent().unwrap_or(path)).is_ok_and(|disk| disk.f_bavail * disk.f_frsize < 64 * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sqlite_says_becomes_what_to_do() {
        let path = Path::new("state/riwayat.sqlite");
        let kinds = [
            (rusqlite::ffi::SQLITE_CORRUPT, StoreErrorKind::Corrupt),
            (rusqlite::ffi::SQLITE_NOTADB, StoreErrorKind::Corrupt),
            (rusqlite::ffi::SQLITE_FULL, StoreErrorKind::Full),
            (rusqlite::ffi::SQLITE_BUSY, StoreErrorKind::Locked),
            (rusqlite::ffi::SQLITE_READONLY, StoreErrorKind::NotWritable),
            (rusqlite::ffi::SQLITE_MISUSE, StoreErrorKind::Other),
        ];
        for (code, kind) in kinds {
            let error = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
            assert_eq!(StoreError::from_sqlite(path, &error).kind, kind, "{code}");
        }
        let shown = StoreError::newer(path, 9, 2).show(Lang::Id);
        assert!(shown.starts_with("state/riwayat.sqlite: riwayat dibuat oleh rekap yang lebih baru (skema 9"));
    }
}
