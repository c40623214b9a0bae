//! The store's schema: a list of steps, each brought about in a transaction of its own.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::error::StoreError;

/// What leads from an empty file to today's schema. A step that was ever released is never changed.
pub(super) const STEPS: &[&str] = &[include_str!("schema/v1.sql"), include_str!("schema/v2.sql")];

/// `rkap`: tells the store from other SQLite files.
pub(super) const APPLICATION: i32 = 0x726B_6170;

/// The store's version: how many steps it has taken.
///
/// # Errors
/// When it is no store of ours, is damaged, or a newer program made it.
pub(super) fn version(conn: &Connection, path: &Path) -> Result<usize, StoreError> {
    let failed = |error: rusqlite::Error| StoreError::from_sqlite(path, &error);
    let number = |pragma: &str| conn.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).map_err(failed);
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
    if application == 0 && version == 0 && tables == 0 {
        return Ok(0);
    }
    let version = usize::try_from(version).ok().filter(|&version| version > 0);
    match version {
        Some(version) if application == i64::from(APPLICATION) => {
            if version > STEPS.len() {
                Err(StoreError::newer(path, version, STEPS.len()))
            } else {
                Ok(version)
            }
        }
        _ => Err(StoreError::corrupt(path, "application_id")),
    }
}

/// What a store of a version is kept as before it is brought up to date.
pub(super) fn backup(path: &Path, version: usize) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".v{version}"));
    name.into()
}

/// Keeps the store as it is, its owner's alone.
fn keep_backup(conn: &Connection, path: &Path, version: usize) -> Result<(), StoreError> {
    let (to, unwritable) = (backup(path, version), |error: std::io::Error| StoreError::not_writable(path, error));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = tempfile::NamedTempFile::new_in(folder).map_err(unwritable)?;
    let text = beside.path().to_string_lossy();
    conn.execute("VACUUM INTO ?1", [text]).map_err(|error| StoreError::from_sqlite(path, &error))?;
    beside.as_file().sync_all().map_err(unwritable)?;
    beside.persist(to).map_err(|error| unwritable(error.error))?;
    Ok(())
}

/// Takes the steps that are missing; a store with anything in it is kept as it was beside itself.
///
/// # Errors
/// As [`version`], and when it cannot be written; a step is taken wholly or not at all.
pub(super) fn migrate(conn: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let before = version(conn, path)?;
    if (1..STEPS.len()).contains(&before) {
        keep_backup(conn, path, before)?;
    }
    // Looking costs no lock, so a store of today's version opens while a run is being recorded.
    while version(conn, path)? < STEPS.len() {
        let failed = |error: rusqlite::Error| StoreError::from_sqlite(path, &error);
        let step = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        // Another process may have taken it in between.
        let done = version(&step, path)?;
        if let Some(sql) = STEPS.get(done) {
            step.execute_batch(sql).map_err(failed)?;
            step.pragma_update(None, "application_id", APPLICATION).map_err(failed)?;
            step.pragma_update(None, "user_version", i64::try_from(done + 1).unwrap_or(i64::MAX)).map_err(failed)?;
        }
        step.commit().map_err(failed)?;
    }
    Ok(())
}
