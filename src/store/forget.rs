//! Forgetting: a satker, or the runs before a day. What is removed is overwritten, and the file made smaller.

use jiff::Timestamp;
use rusqlite::{Connection, Result, Transaction, TransactionBehavior, params};

use super::error::StoreError;
use super::{Store, schema, texts, to_nanos};

/// The tables of intervals, with the columns that hold numbers of texts.
const INTERVALS: [(&str, &[&str]); 10] = [
    ("labels", &["node", "label"]),
    ("members", &["satker", "name"]),
    ("scores", &["satker", "node"]),
    ("answers", &["satker", "node", "answer", "cell"]),
    ("evidence", &["satker", "node", "link"]),
    ("ranks", &["satker"]),
    ("surveys", &["satker", "instrument", "index_name", "survey_period", "grade"]),
    ("survey_elements", &["satker", "element"]),
    ("plans", &["satker"]),
    ("findings", &["satker", "code", "subject", "place", "message"]),
];
/// What was read, a row a run.
const READS: (&str, &[&str]) = ("reads", &["satker", "content", "location"]);

/// What was forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Runs that are no more; of a satker, runs it was part of.
    pub runs: usize,
    /// Values, readings and findings removed.
    pub values: usize,
    /// Backups of the file removed, which held them, too.
    pub backups: usize,
}

impl Store {
    /// Forgets a satker in every run of a pipeline.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn forget_satker(&mut self, pipeline: &str, kode: &str) -> std::result::Result<Forgotten, StoreError> {
        self.forget(|tx| {
            let Some(satker) = texts::find(tx, kode)? else { return Ok(Forgotten::default()) };
            let own = "satker = ?1 AND run IN (SELECT r.id FROM runs r JOIN chains c ON c.id = r.chain WHERE c.pipeline = ?2)";
            let runs = tx.query_row(
                &format!("SELECT count(DISTINCT run) FROM reads WHERE {own}"),
                params![satker, pipeline],
                |row| row.get::<_, i64>(0),
            )?;
            let mut values = tx.execute(&format!("DELETE FROM reads WHERE {own}"), params![satker, pipeline])?;
            for (table, _) in INTERVALS.iter().filter(|(_, columns)| columns.contains(&"satker")) {
                let sql = format!(
                    "DELETE FROM {table} WHERE satker = ?1 AND chain IN (SELECT id FROM chains WHERE pipeline = ?2)"
                );
                values += tx.execute(&sql, params![satker, pipeline])?;
            }
            Ok(Forgotten { runs: usize::try_from(runs).unwrap_or(0), values, backups: 0 })
        })
    }

    /// Forgets the runs of a pipeline that began before a moment.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn forget_before(&mut self, pipeline: &str, before: Timestamp) -> std::result::Result<Forgotten, StoreError> {
        self.forget(|tx| {
            tx.execute_batch("CREATE TEMP TABLE gone (id INTEGER PRIMARY KEY)")?;
            let runs = tx.execute(
                "INSERT INTO gone SELECT r.id FROM runs r JOIN chains c ON c.id = r.chain \
                 WHERE c.pipeline = ?1 AND r.started < ?2",
                params![pipeline, to_nanos(before)],
            )?;
            let mut values = tx.execute("DELETE FROM reads WHERE run IN (SELECT id FROM gone)", [])?;
            for (table, _) in INTERVALS {
                values += forget_intervals(tx, table)?;
            }
            tx.execute_batch(
                "DELETE FROM notices WHERE run IN (SELECT id FROM gone);
                 DELETE FROM runs WHERE id IN (SELECT id FROM gone);
                 DELETE FROM chains WHERE id NOT IN (SELECT chain FROM runs);
                 DROP TABLE gone;",
            )?;
            Ok(Forgotten { runs, values, backups: 0 })
        })
    }

    /// Forgets in one transaction, then words nothing means any more, and what the file still holds of it all.
    fn forget(
        &mut self,
        forget: impl FnOnce(&Transaction) -> Result<Forgotten>,
    ) -> std::result::Result<Forgotten, StoreError> {
        let work = |conn: &mut Connection| {
            conn.pragma_update(None, "secure_delete", "ON")?;
            let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let forgotten = forget(&tx)?;
            let columns = INTERVALS.iter().chain([&READS]).flat_map(|(table, columns)| {
                columns.iter().map(move |column| format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL"))
            });
            let meant = columns.collect::<Vec<_>>().join(" UNION ");
            tx.execute(&format!("DELETE FROM texts WHERE id NOT IN ({meant})"), [])?;
            tx.commit()?;
            conn.execute_batch("VACUUM")?;
            // The log holds pages as they were.
            conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            Ok(forgotten)
        };
        let forgotten = work(&mut self.conn).map_err(|error| self.failed(&error))?;
        let mut backups = 0;
        for version in 1..=schema::STEPS.len() {
            match std::fs::remove_file(schema::backup(&self.path, version)) {
                Ok(()) => backups += 1,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(StoreError::other(&self.path, error)),
            }
        }
        Ok(Forgotten { backups, ..forgotten })
    }
}

/// Takes the runs that go out of a table of intervals: what held at none that stays goes, the rest begins and ends at runs
/// that stay.
fn forget_intervals(tx: &Transaction, table: &str) -> Result<usize> {
    let stays = format!("r.chain = {table}.chain AND r.recorded AND r.id NOT IN (SELECT id FROM gone)");
    let gone = tx.execute(
        &format!(
            "DELETE FROM {table} WHERE NOT EXISTS (SELECT 1 FROM runs r WHERE {stays} AND r.id >= from_run \
             AND (to_run = 0 OR r.id < to_run))"
        ),
        [],
    )?;
    tx.execute(
        &format!(
            "UPDATE {table} SET from_run = (SELECT min(r.id) FROM runs r WHERE {stays} AND r.id >= from_run) \
             WHERE from_run IN (SELECT id FROM gone)"
        ),
        [],
    )?;
    // What ended at a run that goes, and no later one stays, holds until the next comes.
    tx.execute(
        &format!(
            "UPDATE {table} SET to_run = coalesce((SELECT min(r.id) FROM runs r WHERE {stays} AND r.id >= to_run), 0) \
             WHERE to_run IN (SELECT id FROM gone)"
        ),
        [],
    )?;
    Ok(gone)
}
