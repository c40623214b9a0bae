//! The store as Parquet, for any program that reads tables: a folder a table, parted by year and period.
//!
//! Rows are long and speak for themselves: satker, nodes and texts in words. `from_run` and `to_run` are the runs from
//! which, and until but without which, a row holds; `to_run` is null while it holds.

mod folder;
mod part;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use hashbrown::HashMap;
use jiff::Timestamp;
use rusqlite::Connection;

use self::folder::Staged;
use self::part::Kind::{Real, Text, Whole};
use self::part::{Kind, Part, Value};
use super::error::StoreError;
use super::intervals::{
    ANSWERS, Cell, ELEMENTS, EVIDENCE, FINDINGS, LABELS, MEMBERS, PLANS, RANKS, SCORES, SURVEYS, Span, Table,
};
use super::load::{read_role, read_severity, read_sources};
use super::runs::RunInfo;
use super::texts::Reader;
use super::{RunId, Store};

/// The tables of an export, each a folder.
pub const TABLES: [&str; 11] = [
    "runs",
    "sources",
    "scores",
    "answers",
    "evidence",
    "surveys",
    "survey_elements",
    "plans",
    "findings",
    "ranks",
    "notices",
];

/// What every row about a satker begins with, and every row that holds for a while ends with.
const SATKER: [(&str, Kind); 3] = [("pipeline", Text), ("satker", Text), ("name", Text)];
const SPAN: [(&str, Kind); 2] = [("from_run", Whole), ("to_run", Whole)];

impl Store {
    /// Writes everything as Parquet into a folder, wholly or not at all; an earlier export there is replaced. Tells how
    /// many rows each table has.
    ///
    /// # Errors
    /// When something else is in that folder, it cannot be written, or the store cannot be read.
    pub fn export(&self, to: &Path) -> Result<BTreeMap<&'static str, u64>, StoreError> {
        let staged = Staged::new(to)?;
        let mut counts = BTreeMap::new();
        {
            let tx = self.conn.unchecked_transaction().map_err(|error| self.failed(&error))?;
            let mut runs: BTreeMap<(String, String), Vec<RunInfo>> = BTreeMap::new();
            for run in self.runs(None, None)?.into_iter().rev() {
                runs.entry((run.pipeline.clone(), run.period.clone())).or_default().push(run);
            }
            let mut pipelines: Vec<&String> = runs.keys().map(|(pipeline, _)| pipeline).collect();
            pipelines.dedup();
            for ((pipeline, period), runs) in &runs {
                let number = pipelines.binary_search(&pipeline).unwrap_or_default();
                let chain = Chain::new(&tx, staged.path(), pipeline, period, number);
                let mut chain = chain.map_err(|error| self.failed(&error))?;
                chain.write(runs).map_err(|failure| match failure {
                    Failure::Sqlite(error) => self.failed(&error),
                    Failure::Write(reason) => folder::failed(to, &reason),
                })?;
                for (table, rows) in chain.counts {
                    *counts.entry(table).or_default() += rows;
                }
            }
        }
        staged.put()?;
        Ok(counts)
    }
}

/// Why a table was not written.
enum Failure {
    Sqlite(rusqlite::Error),
    Write(String),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Sqlite(error)
    }
}

impl From<polars::prelude::PolarsError> for Failure {
    fn from(error: polars::prelude::PolarsError) -> Self {
        Failure::Write(error.to_string())
    }
}

/// One chain on its way into files.
struct Chain<'c> {
    conn: &'c Connection,
    id: i64,
    root: &'c Path,
    pipeline: Arc<str>,
    period: &'c str,
    /// Pipelines of one store share the folders; each has files of its own number.
    number: usize,
    texts: Reader<'c>,
    /// The newest name of every satker, and label of every node, by number.
    names: HashMap<i64, i64>,
    labels: HashMap<i64, i64>,
    counts: BTreeMap<&'static str, u64>,
}

impl<'c> Chain<'c> {
    fn new(
        conn: &'c Connection,
        root: &'c Path,
        pipeline: &str,
        period: &'c str,
        number: usize,
    ) -> rusqlite::Result<Self> {
        let sql = "SELECT id FROM chains WHERE pipeline = ?1 AND period = ?2";
        let id = conn.query_row(sql, [pipeline, period], |row| row.get(0))?;
        let (mut names, mut labels) = (HashMap::new(), HashMap::new());
        // What holds to this day comes first, and what ceased to hold last comes last.
        MEMBERS.all(conn, id, |(_, until), ([satker], [_, name])| {
            newest(&mut names, satker, name.whole(), until);
            Ok(())
        })?;
        LABELS.all(conn, id, |(_, until), ([node], [label])| {
            newest(&mut labels, node, label.whole(), until);
            Ok(())
        })?;
        let texts = Reader::new(conn)?;
        let strip = |(key, (_, value)): (i64, (RunId, i64))| (key, value);
        let (names, labels) = (names.into_iter().map(strip).collect(), labels.into_iter().map(strip).collect());
        let counts = BTreeMap::new();
        Ok(Chain { conn, id, root, pipeline: pipeline.into(), period, number, texts, names, labels, counts })
    }

    fn write(&mut self, runs: &[RunInfo]) -> Result<(), Failure> {
        self.write_runs(runs)?;
        self.write_sources(runs)?;
        self.write_notices(runs)?;
        let role = |role: i64| Value::from(read_role(role).name());
        let node = [("role", Text), ("node", Text), ("label", Text)];
        let numbers = [("score", Real), ("floor", Real), ("ceiling", Real), ("answered", Whole), ("indicators", Whole)];
        self.table(&SCORES, &[&SATKER, &node, &numbers], |chain, _, [node, by, satker], values| {
            let mut row = chain.satker(satker)?;
            row.extend([role(by), chain.text(node)?, chain.label(node)?]);
            row.extend(values.map(Value::from));
            Ok(row)
        })?;
        let answer = [("answer", Text), ("cell", Text)];
        self.table(&ANSWERS, &[&SATKER, &node, &answer], |chain, _, [node, by, satker], [answer, cell]| {
            let mut row = chain.satker(satker)?;
            row.extend([role(by), chain.text(node)?, chain.label(node)?]);
            row.extend([chain.text(answer.whole())?, chain.text(cell.whole())?]);
            Ok(row)
        })?;
        let link = [("node", Text), ("label", Text), ("link", Text)];
        self.table(&EVIDENCE, &[&SATKER, &link], |chain, _, [node, satker, link], []| {
            let mut row = chain.satker(satker)?;
            row.extend([chain.text(node)?, chain.label(node)?, chain.text(link)?]);
            Ok(row)
        })?;
        self.table(&RANKS, &[&SATKER, &[("role", Text), ("rank", Whole)]], |chain, _, [by, satker], [rank]| {
            let mut row = chain.satker(satker)?;
            row.extend([role(by), rank.into()]);
            Ok(row)
        })?;
        let counts = PLANS.values.map(|name| (name, Whole));
        self.table(&PLANS, &[&SATKER, &counts], |chain, _, [satker], values| {
            let mut row = chain.satker(satker)?;
            row.extend(values.map(Value::from));
            Ok(row)
        })?;
        let finding = [("severity", Text), ("code", Text), ("subject", Text), ("place", Text), ("message", Text)];
        self.table(&FINDINGS, &[&SATKER, &finding], |chain, _, [satker, severity, texts @ ..], []| {
            let mut row = chain.satker(satker)?;
            row.push(read_severity(severity).name().into());
            for text in texts {
                row.push(chain.text(text)?);
            }
            Ok(row)
        })?;
        self.write_surveys()
    }

    fn write_surveys(&mut self) -> Result<(), Failure> {
        // Elements say which survey of the satker they belong to by its place; the instrument says it in words.
        let mut instruments: HashMap<(i64, i64), Vec<(Span, i64)>> = HashMap::new();
        SURVEYS.all(self.conn, self.id, |span, ([satker, place], [instrument, ..])| {
            instruments.entry((satker, place)).or_default().push((span, instrument.whole()));
            Ok(())
        })?;
        let survey = [
            ("instrument", Text),
            ("index_name", Text),
            ("survey_period", Text),
            ("n", Whole),
            ("index", Real),
            ("mean", Real),
            ("grade", Text),
            ("low", Real),
            ("high", Real),
        ];
        self.table(&SURVEYS, &[&SATKER, &survey], |chain, _, [satker, _], values| {
            let mut row = chain.satker(satker)?;
            for (value, (_, kind)) in values.into_iter().zip(survey) {
                row.push(match (value, kind) {
                    (Cell::Whole(text), Text) => chain.text(text)?,
                    (value, _) => value.into(),
                });
            }
            Ok(row)
        })?;
        let element = [("instrument", Text), ("element", Text), ("n", Whole), ("sum", Real), ("nrr", Real)];
        self.table(&ELEMENTS, &[&SATKER, &element], |chain, (from, _), [satker, survey, _], [code, values @ ..]| {
            let mut row = chain.satker(satker)?;
            let holds = |span: &Span| span.0 <= from && span.1.is_none_or(|until| from < until);
            let instrument = instruments.get(&(satker, survey)).into_iter().flatten().find(|(span, _)| holds(span));
            row.push(instrument.map(|&(_, text)| chain.text(text)).transpose()?.unwrap_or(Value::Null));
            row.push(chain.text(code.whole())?);
            row.extend(values.map(Value::from));
            Ok(row)
        })
    }

    fn write_runs(&mut self, runs: &[RunInfo]) -> Result<(), Failure> {
        const COLUMNS: &[(&str, Kind)] = &[
            ("pipeline", Text),
            ("title", Text),
            ("run", Whole),
            ("started", Text),
            ("ended", Text),
            ("duration_seconds", Real),
            ("trigger", Text),
            ("status", Text),
            ("version", Text),
            ("pipeline_sha256", Text),
            ("registry_sha256", Text),
            ("note", Text),
            ("recorded", Kind::Flag),
            ("satker", Whole),
            ("scored", Whole),
            ("errors", Whole),
            ("warnings", Whole),
            ("infos", Whole),
        ];
        let mut part = self.part("runs", COLUMNS.to_vec())?;
        for run in runs {
            let mut row = vec![
                self.pipeline.clone().into(),
                run.title.as_str().into(),
                Value::Whole(run.id),
                time(run.started),
                run.ended.map_or(Value::Null, time),
                run.duration.map_or(Value::Null, |duration| Value::Real(duration.as_secs_f64())),
                run.trigger.name().into(),
                run.status.name().into(),
            ];
            row.extend([&run.version, &run.pipeline_sha256, &run.registry_sha256].map(|text| text.as_str().into()));
            row.push(run.note.as_deref().map_or(Value::Null, Value::from));
            row.push(Value::Flag(run.recorded));
            let [errors, warnings, infos] = run.findings;
            row.extend([run.satker, run.scored, errors, warnings, infos].map(|count| Cell::from(count).into()));
            part.push(row)?;
        }
        self.done("runs", part)
    }

    fn write_sources(&mut self, runs: &[RunInfo]) -> Result<(), Failure> {
        let source =
            [("content", Text), ("location", Text), ("sha256", Text), ("read_at", Text), ("stale", Kind::Flag)];
        let columns = [&SATKER[..], &[("run", Whole)], &source].concat();
        let mut part = self.part("sources", columns)?;
        for run in runs {
            let mut rows = Vec::new();
            read_sources(self.conn, run.id, &mut self.texts, |satker, source, _| {
                rows.push((satker, source));
                Ok(())
            })?;
            for (satker, source) in rows {
                let mut row = self.satker(satker)?;
                row.push(Value::Whole(run.id));
                row.extend([source.content, source.location, source.sha256].map(Value::from));
                row.extend([time(source.read_at), Value::Flag(source.stale)]);
                part.push(row)?;
            }
        }
        self.done("sources", part)
    }

    fn write_notices(&mut self, runs: &[RunInfo]) -> Result<(), Failure> {
        let columns =
            [("pipeline", Text), ("run", Whole), ("channel", Text), ("at", Text), ("attempts", Whole), ("error", Text)];
        let mut part = self.part("notices", columns.to_vec())?;
        for run in runs {
            for notice in super::notices::read(self.conn, run.id)? {
                part.push(vec![
                    self.pipeline.clone().into(),
                    Value::Whole(run.id),
                    notice.channel.as_str().into(),
                    time(notice.at),
                    Value::Whole(notice.attempts.into()),
                    notice.error.as_deref().map_or(Value::Null, Value::from),
                ])?;
            }
        }
        self.done("notices", part)
    }

    /// Writes a table of intervals, a row as `make` words it.
    fn table<const K: usize, const V: usize>(
        &mut self,
        table: &Table<K, V>,
        columns: &[&[(&'static str, Kind)]],
        make: impl Fn(&mut Self, Span, [i64; K], [Cell; V]) -> rusqlite::Result<Vec<Value>>,
    ) -> Result<(), Failure> {
        let mut part = self.part(table.name, [&columns.concat()[..], &SPAN].concat())?;
        let mut failure = None;
        let (conn, id) = (self.conn, self.id);
        table
            .all(conn, id, |span, (keys, values)| {
                let mut row = make(self, span, keys, values)?;
                row.extend([Value::Whole(span.0), span.1.map_or(Value::Null, Value::Whole)]);
                part.push(row).map_err(|error| {
                    failure = Some(error);
                    // Ends the reading; what is told is the failure itself.
                    rusqlite::Error::InvalidQuery
                })
            })
            .map_err(|error| failure.take().map_or(Failure::Sqlite(error), Failure::from))?;
        self.done(table.name, part)
    }

    fn part(&self, table: &str, columns: Vec<(&'static str, Kind)>) -> Result<Part, Failure> {
        let year: String = self.period.chars().take_while(char::is_ascii_digit).collect();
        let folder = self.root.join(table).join(format!("year={year}")).join(format!("period={}", self.period));
        Ok(Part::new(folder.join(format!("part-{}.parquet", self.number)), columns))
    }

    fn done(&mut self, table: &'static str, part: Part) -> Result<(), Failure> {
        self.counts.insert(table, part.finish()?);
        Ok(())
    }

    fn text(&mut self, id: i64) -> rusqlite::Result<Value> {
        self.texts.text(id).map(Value::from)
    }

    fn label(&mut self, node: i64) -> rusqlite::Result<Value> {
        self.labels.get(&node).copied().map_or(Ok(Value::Null), |label| self.text(label))
    }

    fn satker(&mut self, satker: i64) -> rusqlite::Result<Vec<Value>> {
        let name = self.names.get(&satker).copied().map_or(Ok(Value::Null), |name| self.text(name))?;
        Ok(vec![self.pipeline.clone().into(), self.text(satker)?, name])
    }
}

/// Keeps of several values the one that held last.
fn newest(values: &mut HashMap<i64, (RunId, i64)>, key: i64, value: i64, until: Option<RunId>) {
    let until = until.unwrap_or(RunId::MAX);
    let kept = values.entry(key).or_insert((until, value));
    if kept.0 < until {
        *kept = (until, value);
    }
}

/// A moment in ISO 8601, in UTC: every engine reads it.
fn time(at: Timestamp) -> Value {
    at.to_string().as_str().into()
}
