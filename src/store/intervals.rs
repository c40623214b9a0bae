//! Values that hold from one run of a chain until another: read as they stood at a run, written where they changed.

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Result, Row, params_from_iter};

use super::RunId;

/// A value of a row; its key's are always whole numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell {
    None,
    Whole(i64),
    Real(f64),
}

impl Cell {
    /// A whole number; 0 where there is none.
    pub(super) fn whole(self) -> i64 {
        if let Cell::Whole(value) = self { value } else { 0 }
    }

    pub(super) fn real(self) -> Option<f64> {
        if let Cell::Real(value) = self { Some(value) } else { None }
    }

    fn read(row: &Row, column: usize) -> Result<Cell> {
        Ok(match row.get_ref(column)? {
            ValueRef::Null => Cell::None,
            ValueRef::Real(value) => Cell::Real(value),
            _ => Cell::Whole(row.get(column)?),
        })
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Cell::None, Cell::Real)
    }
}

impl From<u64> for Cell {
    fn from(value: u64) -> Self {
        Cell::Whole(value.try_into().unwrap_or(i64::MAX))
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Cell::None => ValueRef::Null,
            Cell::Whole(value) => ValueRef::Integer(value),
            Cell::Real(value) => ValueRef::Real(value),
        }))
    }
}

/// A table of intervals with its key of `K` and its values of `V` columns.
pub(super) struct Table<const K: usize, const V: usize> {
    pub(super) name: &'static str,
    pub(super) keys: [&'static str; K],
    pub(super) values: [&'static str; V],
}

/// A key and its values.
pub(super) type Entry<const K: usize, const V: usize> = ([i64; K], [Cell; V]);

/// Runs of a chain between which a row holds: from, and until but without; none while it still holds.
pub(super) type Span = (RunId, Option<RunId>);

/// What is left out of the rows that hold at a run.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Filter<'a> {
    /// Rows that held unchanged at this run of the same chain, too.
    pub(super) unless_at: Option<RunId>,
    /// Rows whose first key is none of these.
    pub(super) only: Option<&'a [i64]>,
}

impl Filter<'_> {
    fn sql<const K: usize, const V: usize>(self, table: &Table<K, V>) -> String {
        let mut sql = String::new();
        if let Some(run) = self.unless_at {
            sql += &format!(" AND NOT (from_run <= {run} AND (to_run = 0 OR to_run > {run}))");
        }
        if let Some(only) = self.only {
            let ids: Vec<String> = only.iter().map(i64::to_string).collect();
            sql += &format!(" AND {} IN ({})", table.keys[0], ids.join(", "));
        }
        sql
    }
}

impl<const K: usize, const V: usize> Table<K, V> {
    fn columns(&self) -> String {
        let columns: Vec<String> = self.keys.iter().chain(&self.values).map(|name| format!("\"{name}\"")).collect();
        columns.join(", ")
    }

    fn entry(row: &Row, skip: usize) -> Result<Entry<K, V>> {
        let (mut keys, mut values) = ([0; K], [Cell::None; V]);
        for (column, key) in keys.iter_mut().enumerate() {
            *key = row.get(skip + column)?;
        }
        for (column, value) in values.iter_mut().enumerate() {
            *value = Cell::read(row, skip + K + column)?;
        }
        Ok((keys, values))
    }

    /// Every row that holds at a run.
    pub(super) fn at(
        &self,
        conn: &Connection,
        (chain, run): (i64, RunId),
        filter: Filter,
        mut take: impl FnMut(Entry<K, V>) -> Result<()>,
    ) -> Result<()> {
        let start = format!("SELECT {} FROM {} WHERE chain = ?1", self.columns(), self.name);
        let filter = filter.sql(self);
        // Two ranges of the primary key: what holds to this day, and what ceased to hold later than the run.
        for until in ["to_run = 0", "to_run > ?2"] {
            let mut statement = conn.prepare_cached(&format!("{start} AND {until} AND from_run <= ?2{filter}"))?;
            let mut rows = statement.query([chain, run])?;
            while let Some(row) = rows.next()? {
                take(Self::entry(row, 0)?)?;
            }
        }
        Ok(())
    }

    /// Every row of a chain, with the runs between which it holds.
    pub(super) fn all(
        &self,
        conn: &Connection,
        chain: i64,
        mut take: impl FnMut(Span, Entry<K, V>) -> Result<()>,
    ) -> Result<()> {
        let sql = format!("SELECT from_run, to_run, {} FROM {} WHERE chain = ?1", self.columns(), self.name);
        let mut statement = conn.prepare(&sql)?;
        let mut rows = statement.query([chain])?;
        while let Some(row) = rows.next()? {
            let until = Some(row.get(1)?).filter(|&run| run != 0);
            take((row.get(0)?, until), Self::entry(row, 2)?)?;
        }
        Ok(())
    }

    /// Makes `new` what holds from a run on: ends what is gone or different, and adds what is different or new.
    pub(super) fn update(
        &self,
        conn: &Connection,
        (chain, run): (i64, RunId),
        mut new: Vec<Entry<K, V>>,
    ) -> Result<()> {
        new.sort_unstable_by_key(|entry| entry.0);
        let (mut gone, mut added) = (Vec::new(), Vec::new());
        let mut new = new.into_iter().peekable();
        let sql =
            format!("SELECT {} FROM {} WHERE chain = ?1 AND to_run = 0 ORDER BY {}", self.columns(), self.name, {
                self.keys.join(", ")
            });
        let mut statement = conn.prepare(&sql)?;
        let mut rows = statement.query([chain])?;
        while let Some(row) = rows.next()? {
            let (key, values) = Self::entry(row, 0)?;
            while let Some(entry) = new.next_if(|entry| entry.0 < key) {
                added.push(entry);
            }
            match new.next_if(|entry| entry.0 == key) {
                Some(entry) if entry.1 == values => {}
                Some(entry) => {
                    gone.push(key);
                    added.push(entry);
                }
                None => gone.push(key),
            }
        }
        drop(rows);
        added.extend(new);
        let keys = self.keys.iter().enumerate().map(|(place, name)| format!(" AND {name} = ?{}", place + 3));
        let sql =
            format!("UPDATE {} SET to_run = ?2 WHERE chain = ?1 AND to_run = 0{}", self.name, keys.collect::<String>());
        let mut end = conn.prepare(&sql)?;
        for key in gone {
            end.execute(params_from_iter([chain, run].into_iter().chain(key)))?;
        }
        let places: Vec<String> = (1..=3 + K + V).map(|place| format!("?{place}")).collect();
        let (columns, places) = (self.columns(), places.join(", "));
        let mut add =
            conn.prepare(&format!("INSERT INTO {} (chain, from_run, to_run, {columns}) VALUES ({places})", self.name))?;
        for (key, values) in added {
            let key = [chain, run, 0].into_iter().chain(key).map(Cell::Whole);
            add.execute(params_from_iter(key.chain(values)))?;
        }
        Ok(())
    }
}

pub(super) const LABELS: Table<1, 1> = Table { name: "labels", keys: ["node"], values: ["label"] };
pub(super) const MEMBERS: Table<1, 2> = Table { name: "members", keys: ["satker"], values: ["place", "name"] };
pub(super) const SCORES: Table<3, 5> = Table {
    name: "scores",
    keys: ["node", "role", "satker"],
    values: ["score", "floor", "ceiling", "answered", "indicators"],
};
pub(super) const ANSWERS: Table<3, 2> =
    Table { name: "answers", keys: ["node", "role", "satker"], values: ["answer", "cell"] };
pub(super) const EVIDENCE: Table<3, 0> = Table { name: "evidence", keys: ["node", "satker", "link"], values: [] };
pub(super) const RANKS: Table<2, 1> = Table { name: "ranks", keys: ["role", "satker"], values: ["rank"] };
pub(super) const SURVEYS: Table<2, 9> = Table {
    name: "surveys",
    keys: ["satker", "place"],
    values: ["instrument", "index_name", "survey_period", "n", "index", "mean", "grade", "low", "high"],
};
pub(super) const ELEMENTS: Table<3, 4> =
    Table { name: "survey_elements", keys: ["satker", "survey", "place"], values: ["element", "n", "sum", "nrr"] };
pub(super) const PLANS: Table<1, 6> =
    Table { name: "plans", keys: ["satker"], values: ["rows", "done", "late", "ahead", "due", "undated"] };
pub(super) const FINDINGS: Table<6, 0> =
    Table { name: "findings", keys: ["satker", "severity", "code", "subject", "place", "message"], values: [] };
