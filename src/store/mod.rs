//! The store: what every run read, computed and found, in one SQLite file of the pipeline's state folder.
//!
//! A [`RunRecord`](crate::compute::record::RunRecord) is not kept as it is: ten years of weekly runs of 552 satker
//! would be some hundred gigabytes. The runs of one pipeline and period are a *chain*, and a value is written when it
//! differs from what the chain's last run had; it then holds from that run until another ([`intervals`]). Words are
//! written once and meant by number ([`texts`]). What a run was is put together again from what held at it ([`load`]).
//!
//! Nothing of a run shows before all of it is written: its data come in one transaction ([`write`]). Runs follow one
//! another by number, never by time, since clocks jump. What is to be forgotten goes for good ([`forget`]).

mod error;
mod export;
mod forget;
mod intervals;
mod load;
mod notices;
mod place;
mod runs;
mod schema;
mod texts;
mod write;

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};

pub use error::{StoreError, StoreErrorKind};
pub use export::TABLES;
pub use forget::Forgotten;
pub use notices::Notice;
pub use place::FILE;
pub(crate) use place::make_folder;
pub use runs::{NewRun, RunInfo, RunStatus, Trigger};

use crate::lang::Lang;

/// The number of a run, from 1 on; later runs have greater ones.
pub type RunId = i64;

/// How long another process is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// A store up to this size is looked through when it is opened; damage in a greater one shows where it is met.
const QUICK_CHECK: u64 = 4 * 1024 * 1024;
/// What the write-ahead log is cut back to, so that the first run of a period does not leave a large one for good.
const LOG_SIZE: i64 = 16 * 1024 * 1024;

/// An open store.
#[derive(Debug)]
pub struct Store {
    conn: Connection,
    path: PathBuf,
    network: Option<&'static str>,
}

impl Store {
    /// Opens the store of a state folder to record in, and makes both where there are none. A store made by an earlier
    /// version of the program is brought up to date.
    ///
    /// # Errors
    /// [`StoreError`] when folder or file cannot be made or written, the file is damaged or made by a newer program.
    pub fn open(folder: &Path) -> Result<Store, StoreError> {
        let path = place::prepare(folder)?;
        Store::open_on(path, place::network(folder), PATIENCE)
    }

    fn open_on(path: PathBuf, network: Option<&'static str>, patience: Duration) -> Result<Store, StoreError> {
        let failed = |error: rusqlite::Error| StoreError::from_sqlite(&path, &error);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut conn = Connection::open_with_flags(&path, flags).map_err(failed)?;
        conn.busy_timeout(patience).map_err(failed)?;
        // Looked at before anything is written: what is no store of ours stays untouched.
        schema::version(&conn, &path)?;
        check(&conn, &path)?;
        // Write-ahead logging shares memory, which hosts do not.
        let journal = if network.is_some() { "DELETE" } else { "WAL" };
        conn.pragma_update_and_check(None, "journal_mode", journal, |_| Ok(())).map_err(failed)?;
        // A run is recorded once a day: what is recorded may as well survive a power failure.
        for (pragma, value) in [("synchronous", "FULL"), ("foreign_keys", "ON"), ("cache_size", "-65536")] {
            conn.pragma_update(None, pragma, value).map_err(failed)?;
        }
        conn.pragma_update_and_check(None, "journal_size_limit", LOG_SIZE, |_| Ok(())).map_err(failed)?;
        schema::migrate(&mut conn, &path)?;
        Ok(Store { conn, path, network })
    }

    /// Opens the store of a state folder to read from; nothing is made, and nothing written but a newer schema.
    ///
    /// # Errors
    /// [`StoreErrorKind::Missing`] when there is none, and otherwise as [`Store::open`].
    pub fn open_existing(folder: &Path) -> Result<Store, StoreError> {
        let path = folder.join(FILE);
        if !path.is_file() {
            return Err(StoreError::missing(folder));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = Connection::open_with_flags(&path, flags)
            .map_err(|error| StoreError::from_sqlite(&path, &error))
            .and_then(|conn| schema::version(&conn, &path).map(|version| (conn, version)));
        let (conn, version) = match opened {
            // A folder that cannot be written has no room for the log's index. Without a log, none is needed.
            Err(error) if error.kind == StoreErrorKind::NotWritable && !has_log(&path) => open_unchanging(&path)?,
            opened => opened?,
        };
        if version < schema::STEPS.len() {
            drop(conn);
            return Store::open(folder);
        }
        conn.busy_timeout(PATIENCE).map_err(|error| StoreError::from_sqlite(&path, &error))?;
        check(&conn, &path)?;
        Ok(Store { conn, path, network: place::network(folder) })
    }

    /// The store's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is to be known of where the store lies: on a network, a slower journal is used.
    pub fn note(&self, lang: Lang) -> Option<String> {
        let network = self.network?;
        let id = "folder riwayat ada di sistem berkas jaringan; riwayat dicatat lebih lambat dan lebih aman";
        let en = "the state folder is on a network file system; recording is slower and safer there";
        Some(format!("{}: {} ({network})", self.path.display(), lang.pick(id, en)))
    }

    /// Turns what SQLite says into what to do.
    fn failed(&self, error: &rusqlite::Error) -> StoreError {
        StoreError::from_sqlite(&self.path, error)
    }
}

/// Looks through a small store for damage.
fn check(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    if path.metadata().is_ok_and(|file| file.len() > QUICK_CHECK) {
        return Ok(());
    }
    let said = conn.pragma_query_value(None, "quick_check", |row| row.get::<_, String>(0));
    match said.map_err(|error| StoreError::from_sqlite(path, &error))? {
        good if good == "ok" => Ok(()),
        damage => Err(StoreError::corrupt(path, damage.lines().next().unwrap_or_default())),
    }
}

fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    Path::new(&log).exists()
}

/// Opens a store that nobody can be writing to.
fn open_unchanging(path: &Path) -> Result<(Connection, usize), StoreError> {
    let whole = path.canonicalize().map_err(|error| StoreError::other(path, error))?;
    let mut address = url::Url::from_file_path(whole).map_err(|()| StoreError::missing(path))?;
    address.set_query(Some("immutable=1"));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let conn = Connection::open_with_flags(address.as_str(), flags);
    let conn = conn.map_err(|error| StoreError::from_sqlite(path, &error))?;
    let version = schema::version(&conn, path)?;
    Ok((conn, version))
}

/// A moment as the store keeps it: nanoseconds since 1970, which suffices until 2262.
fn to_nanos(at: Timestamp) -> i64 {
    i64::try_from(at.as_nanosecond()).unwrap_or(if at < Timestamp::UNIX_EPOCH { i64::MIN } else { i64::MAX })
}

fn from_nanos(nanos: i64) -> Timestamp {
    Timestamp::from_nanosecond(nanos.into()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
