//! Who was told of a run.

use jiff::Timestamp;
use rusqlite::{Connection, Result, params};

use super::error::StoreError;
use super::{RunId, Store, from_nanos, to_nanos};

/// A notice of a run, sent or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The run.
    pub run: RunId,
    /// What it was sent by: `webhook hooks.example.go.id`, `mail`.
    pub channel: String,
    /// When it was last tried.
    pub at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it was not sent; none where it was.
    pub error: Option<String>,
}

impl Store {
    /// Takes down that somebody was told of a run, or could not be. Addresses of persons do not belong in `channel` or
    /// `error`: the store keeps nothing personal.
    ///
    /// # Errors
    /// When there is no such run, or it cannot be written.
    pub fn record_notice(
        &mut self,
        run: RunId,
        channel: &str,
        at: Timestamp,
        attempts: u32,
        error: Option<&str>,
    ) -> std::result::Result<(), StoreError> {
        self.run(run)?;
        let done = self.conn.execute(
            "INSERT INTO notices (run, channel, at, attempts, error) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![run, channel, to_nanos(at), attempts, error],
        );
        done.map(|_| ()).map_err(|error| self.failed(&error))
    }

    /// A run's notices, in the order they were taken down.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn notices(&self, run: RunId) -> std::result::Result<Vec<Notice>, StoreError> {
        read(&self.conn, run).map_err(|error| self.failed(&error))
    }
}

pub(super) fn read(conn: &Connection, run: RunId) -> Result<Vec<Notice>> {
    let mut statement =
        conn.prepare_cached("SELECT run, channel, at, attempts, error FROM notices WHERE run = ?1 ORDER BY id")?;
    let notices = statement.query_map([run], |row| {
        Ok(Notice {
            run: row.get(0)?,
            channel: row.get(1)?,
            at: from_nanos(row.get(2)?),
            attempts: row.get(3)?,
            error: row.get(4)?,
        })
    })?;
    notices.collect()
}
