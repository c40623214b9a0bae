//! Runs: begun, ended, listed.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, TransactionBehavior, params};
use serde::{Serialize, Serializer};

use super::error::StoreError;
use super::{RunId, Store, from_nanos, to_nanos};
use crate::lang::Lang;

/// What made a run begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// Its time had come.
    Schedule,
    /// Somebody.
    Hand,
    /// A time that was missed.
    CatchUp,
}

impl Trigger {
    /// All.
    pub const ALL: [Trigger; 3] = [Trigger::Schedule, Trigger::Hand, Trigger::CatchUp];

    /// The name used in JSON and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Trigger::Schedule => "schedule",
            Trigger::Hand => "hand",
            Trigger::CatchUp => "catch-up",
        }
    }

    /// The word people read.
    pub fn word(self, lang: Lang) -> &'static str {
        match self {
            Trigger::Schedule => lang.pick("jadwal", "schedule"),
            Trigger::Hand => lang.pick("tangan", "hand"),
            Trigger::CatchUp => lang.pick("susulan", "catch-up"),
        }
    }
}

/// How a run stands, or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStatus {
    /// Not ended.
    Running,
    /// Everything is there.
    Clean,
    /// Some unit or some number is missing.
    Incomplete,
    /// Nothing could be done.
    Failed,
    /// Stopped at its deadline or by a signal.
    Stopped,
    /// Its process ended before it did.
    Interrupted,
}

impl RunStatus {
    /// All.
    pub const ALL: [RunStatus; 6] = [
        RunStatus::Running,
        RunStatus::Clean,
        RunStatus::Incomplete,
        RunStatus::Failed,
        RunStatus::Stopped,
        RunStatus::Interrupted,
    ];

    /// The name used in JSON and in the store.
    pub fn name(self) -> &'static str {
        match self {
            RunStatus::Running => "running",
            RunStatus::Clean => "clean",
            RunStatus::Incomplete => "incomplete",
            RunStatus::Failed => "failed",
            RunStatus::Stopped => "stopped",
            RunStatus::Interrupted => "interrupted",
        }
    }

    /// The word people read.
    pub fn word(self, lang: Lang) -> &'static str {
        match self {
            RunStatus::Running => lang.pick("berjalan", "running"),
            RunStatus::Clean => lang.pick("lengkap", "complete"),
            RunStatus::Incomplete => lang.pick("tidak lengkap", "incomplete"),
            RunStatus::Failed => lang.pick("gagal", "failed"),
            RunStatus::Stopped => lang.pick("dihentikan", "stopped"),
            RunStatus::Interrupted => lang.pick("terputus", "interrupted"),
        }
    }
}

impl Serialize for Trigger {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Serialize for RunStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A run that begins.
#[derive(Debug, Clone)]
pub struct NewRun<'a> {
    /// The pipeline's short name.
    pub pipeline: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its period: `2025-S2`.
    pub period: &'a str,
    /// The program's version.
    pub version: &'a str,
    /// When it began, by the clock.
    pub started: Timestamp,
    /// What made it begin.
    pub trigger: Trigger,
    /// SHA-256 of the pipeline file.
    pub pipeline_sha256: &'a str,
    /// SHA-256 of the satker registry.
    pub registry_sha256: &'a str,
}

/// A run as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunInfo {
    /// Its number.
    pub id: RunId,
    /// The pipeline's short name.
    pub pipeline: String,
    /// The pipeline's title then.
    pub title: String,
    /// Its period.
    pub period: String,
    /// The program's version.
    pub version: String,
    /// What made it begin.
    pub trigger: Trigger,
    /// How it stands, or ended.
    pub status: RunStatus,
    /// When it began, by the clock.
    pub started: Timestamp,
    /// When it ended, by the clock.
    pub ended: Option<Timestamp>,
    /// How long it took, whatever the clock did meanwhile.
    pub duration: Option<Duration>,
    /// SHA-256 of the pipeline file.
    pub pipeline_sha256: String,
    /// SHA-256 of the satker registry.
    pub registry_sha256: String,
    /// What is to be said of its end.
    pub note: Option<String>,
    /// Whether its data are there, be they seen or not.
    pub recorded: bool,
    /// Satker of the registry.
    pub satker: u64,
    /// Satker with a score of the unit's own.
    pub scored: u64,
    /// Findings: errors, warnings, infos.
    pub findings: [u64; 3],
}

const COLUMNS: &str = "SELECT r.id, c.pipeline, r.title, c.period, r.version, r.started_by, r.status, r.started, r.ended, \
    r.duration_ms, r.pipeline_sha256, r.registry_sha256, r.note, r.recorded, r.satker, r.scored, r.errors, r.warnings, \
    r.infos FROM runs r JOIN chains c ON c.id = r.chain";

impl RunInfo {
    fn read(row: &Row) -> rusqlite::Result<RunInfo> {
        let (trigger, status): (String, String) = (row.get(5)?, row.get(6)?);
        let unknown = |column, name: &str| {
            let kind = rusqlite::types::Type::Text;
            rusqlite::Error::FromSqlConversionFailure(column, kind, name.to_owned().into())
        };
        let count = |column| row.get::<_, i64>(column).map(|count| u64::try_from(count).unwrap_or(0));
        Ok(RunInfo {
            id: row.get(0)?,
            pipeline: row.get(1)?,
            title: row.get(2)?,
            period: row.get(3)?,
            version: row.get(4)?,
            trigger: Trigger::ALL
                .into_iter()
                .find(|known| known.name() == trigger)
                .ok_or_else(|| unknown(5, &trigger))?,
            status: RunStatus::ALL
                .into_iter()
                .find(|known| known.name() == status)
                .ok_or_else(|| unknown(6, &status))?,
            started: from_nanos(row.get(7)?),
            ended: row.get::<_, Option<i64>>(8)?.map(from_nanos),
            duration: row
                .get::<_, Option<i64>>(9)?
                .map(|millis| Duration::from_millis(u64::try_from(millis).unwrap_or(0))),
            pipeline_sha256: row.get(10)?,
            registry_sha256: row.get(11)?,
            note: row.get(12)?,
            recorded: row.get(13)?,
            satker: count(14)?,
            scored: count(15)?,
            findings: [count(16)?, count(17)?, count(18)?],
        })
    }
}

impl Store {
    /// Begins a run, visible at once as [`RunStatus::Running`].
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(&mut self, new: &NewRun) -> Result<RunId, StoreError> {
        let begin = |conn: &mut rusqlite::Connection| {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            tx.execute(
                "INSERT INTO chains (pipeline, period) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                [new.pipeline, new.period],
            )?;
            let run = tx.query_row(
                "INSERT INTO runs (chain, title, version, started_by, status, started, pipeline_sha256, registry_sha256) \
                 SELECT id, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM chains WHERE pipeline = ?1 AND period = ?2 RETURNING id",
                params![
                    new.pipeline,
                    new.period,
                    new.title,
                    new.version,
                    new.trigger.name(),
                    RunStatus::Running.name(),
                    to_nanos(new.started),
                    new.pipeline_sha256,
                    new.registry_sha256,
                ],
                |row| row.get(0),
            )?;
            tx.commit()?;
            Ok(run)
        };
        begin(&mut self.conn).map_err(|error| self.failed(&error))
    }

    /// Ends a run. `duration` is what a clock that does not jump measured.
    ///
    /// # Errors
    /// When there is no such run, or it cannot be written.
    pub fn finish(
        &mut self,
        run: RunId,
        status: RunStatus,
        ended: Timestamp,
        duration: Duration,
        note: Option<&str>,
    ) -> Result<(), StoreError> {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        let changed = self.conn.execute(
            "UPDATE runs SET status = ?2, ended = ?3, duration_ms = ?4, note = ?5 WHERE id = ?1",
            params![run, status.name(), to_nanos(ended), millis, note],
        );
        match changed.map_err(|error| self.failed(&error))? {
            0 => Err(StoreError::no_run(&self.path, run)),
            _ => Ok(()),
        }
    }

    /// Marks a recorded run as one whose outputs are in their places: from then on others are compared with it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn mark_seen(&mut self, run: RunId) -> Result<(), StoreError> {
        let changed = self.conn.execute("UPDATE runs SET recorded = 1 WHERE id = ?1 AND recorded", [run]);
        changed.map(|_| ()).map_err(|error| self.failed(&error))
    }

    /// Marks a pipeline's runs that never ended; only for whoever holds its lock, since then none of them is alive.
    /// Tells how many they were.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn mark_interrupted(&mut self, pipeline: &str) -> Result<usize, StoreError> {
        let changed = self.conn.execute(
            "UPDATE runs SET status = ?2 \
             WHERE status = ?3 AND chain IN (SELECT id FROM chains WHERE pipeline = ?1)",
            [pipeline, RunStatus::Interrupted.name(), RunStatus::Running.name()],
        );
        changed.map_err(|error| self.failed(&error))
    }

    /// The latest runs, newest first; of one pipeline, or of all.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn runs(&self, limit: Option<usize>, pipeline: Option<&str>) -> Result<Vec<RunInfo>, StoreError> {
        let read = || -> rusqlite::Result<Vec<_>> {
            let sql = format!("{COLUMNS} WHERE ?1 IS NULL OR c.pipeline = ?1 ORDER BY r.id DESC LIMIT ?2");
            let mut statement = self.conn.prepare(&sql)?;
            // SQLite takes -1 for no limit.
            let limit = limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(-1));
            statement.query_map(params![pipeline, limit], RunInfo::read)?.collect()
        };
        read().map_err(|error| self.failed(&error))
    }

    /// One run.
    ///
    /// # Errors
    /// [`StoreErrorKind::NoRun`](super::StoreErrorKind::NoRun) when there is none of that number, and when it cannot be
    /// read.
    pub fn run(&self, run: RunId) -> Result<RunInfo, StoreError> {
        let found = self.conn.query_row(&format!("{COLUMNS} WHERE r.id = ?1"), [run], RunInfo::read).optional();
        found.map_err(|error| self.failed(&error))?.ok_or_else(|| StoreError::no_run(&self.path, run))
    }

    /// The newest run of a pipeline or of any, with data that was seen, of one period or of any, before another run or at all.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn latest_recorded<'a>(
        &self,
        pipeline: impl Into<Option<&'a str>>,
        period: Option<&str>,
        before: Option<RunId>,
    ) -> Result<Option<RunId>, StoreError> {
        let found = self.conn.query_row(
            "SELECT max(r.id) FROM runs r JOIN chains c ON c.id = r.chain WHERE r.recorded = 1 \
             AND (?1 IS NULL OR c.pipeline = ?1) AND (?2 IS NULL OR c.period = ?2) AND (?3 IS NULL OR r.id < ?3)",
            params![pipeline.into(), period, before],
            |row| row.get(0),
        );
        found.map_err(|error| self.failed(&error))
    }

    /// A pipeline's periods in their order, each with its newest run that has data and was seen; as of a run, no later one counts.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn periods(&self, pipeline: &str, as_of: Option<RunId>) -> Result<Vec<(String, RunId)>, StoreError> {
        let read = || -> rusqlite::Result<Vec<_>> {
            let mut statement = self.conn.prepare(
                "SELECT c.period, max(r.id) FROM runs r JOIN chains c ON c.id = r.chain WHERE r.recorded = 1 \
                 AND c.pipeline = ?1 AND (?2 IS NULL OR r.id <= ?2) GROUP BY c.period ORDER BY c.period",
            )?;
            statement.query_map(params![pipeline, as_of], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        read().map_err(|error| self.failed(&error))
    }
}
