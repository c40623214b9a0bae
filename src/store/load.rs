//! A run's data out of the store: what held at it.

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashMap;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};

use super::error::StoreError;
use super::intervals::{
    ANSWERS, Cell, ELEMENTS, EVIDENCE, Entry, FINDINGS, Filter, LABELS, MEMBERS, PLANS, RANKS, SCORES, SURVEYS,
};
use super::texts::{self, Reader};
use super::{RunId, Store, from_nanos};
use crate::compute::record::{
    AnswerRecord, ElementRecord, FindingRecord, PlanRecord, RunRecord, SatkerRecord, ScoreRecord, SourceRecord,
    SurveyRecord, TOTAL,
};
use crate::finding::Severity;
use crate::lke::Role;

/// Areas that a template may have, for what is looked up by `area-N`.
const AREAS: u32 = 12;
const AREA: &str = "area-";

/// How much of a run is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    /// Scores of the whole and the areas, ranks, surveys without their elements, plans; not answers, evidence, findings
    /// and sources.
    Overview,
    /// As the overview, and of answers, evidence, findings and scores what did not hold at another run.
    UnlikeRun(RunId),
}

impl Store {
    /// A run's data, as they were recorded.
    ///
    /// # Errors
    /// When there is no such run, nothing was recorded of it, or it cannot be read.
    pub fn load(&self, run: RunId) -> std::result::Result<RunRecord, StoreError> {
        self.load_part(run, Part::Whole)
    }

    /// A run at a glance, for many of them side by side: the scores of the whole and of the areas, ranks, surveys and
    /// plans. The surveys' elements, answers, evidence, findings and sources are left empty.
    ///
    /// # Errors
    /// As [`Store::load`].
    pub fn overview(&self, run: RunId) -> std::result::Result<RunRecord, StoreError> {
        self.load_part(run, Part::Overview)
    }

    /// Two runs to be compared: [`overview`](Store::overview) of both, with the other scores, the answers, evidence links
    /// and findings that are not the same in both.
    ///
    /// # Errors
    /// As [`Store::load`].
    pub fn differing(&self, before: RunId, after: RunId) -> std::result::Result<(RunRecord, RunRecord), StoreError> {
        // What held at a run does not depend on what is recorded later, so each may be looked up by itself.
        let other = Store::open_existing(self.path.parent().unwrap_or(&self.path))?;
        let (old, new) = std::thread::scope(|scope| {
            let old = scope.spawn(move || other.load_part(before, Part::UnlikeRun(after)));
            let new = self.load_part(after, Part::UnlikeRun(before));
            (old.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), new)
        });
        let (mut old, mut new) = (old?, new?);
        let places: HashMap<Arc<str>, usize> = (0..).zip(&new.satker).map(|(at, s)| (s.kode.clone(), at)).collect();
        for satker in &mut old.satker {
            if let Some(&place) = places.get(&satker.kode) {
                leave_out_same(satker, &mut new.satker[place]);
            }
        }
        Ok((old, new))
    }

    /// How many findings every satker of a run has: errors, warnings, infos.
    ///
    /// # Errors
    /// As [`Store::load`].
    pub fn finding_counts(&self, run: RunId) -> std::result::Result<BTreeMap<Arc<str>, [u64; 3]>, StoreError> {
        let chain = self.chain(run)?;
        let count = || -> Result<_> {
            let mut counts: BTreeMap<i64, [u64; 3]> = BTreeMap::new();
            FINDINGS.at(&self.conn, (chain, run), Filter::default(), |([satker, severity, ..], [])| {
                counts.entry(satker).or_default()[read_severity(severity) as usize] += 1;
                Ok(())
            })?;
            let mut texts = Reader::new(&self.conn)?;
            counts.into_iter().map(|(satker, counts)| Ok((texts.text(satker)?, counts))).collect()
        };
        count().map_err(|error| self.failed(&error))
    }

    /// What a run read, with the satker's code; the sources of one satker follow one another in their order.
    ///
    /// # Errors
    /// As [`Store::load`].
    pub fn sources(&self, run: RunId) -> std::result::Result<Vec<(Arc<str>, SourceRecord)>, StoreError> {
        self.chain(run)?;
        let read = || {
            let tx = self.conn.unchecked_transaction()?;
            let mut texts = Reader::new(&tx)?;
            let mut sources = Vec::new();
            read_sources(&tx, run, &mut texts, |satker, source, texts| {
                sources.push((texts.text(satker)?, source));
                Ok(())
            })?;
            Ok(sources)
        };
        read().map_err(|error| self.failed(&error))
    }

    /// The chain of a run that was recorded.
    pub(super) fn chain(&self, run: RunId) -> std::result::Result<i64, StoreError> {
        if !self.run(run)?.recorded {
            return Err(StoreError::not_recorded(&self.path, run));
        }
        let chain = self.conn.query_row("SELECT chain FROM runs WHERE id = ?1", [run], |row| row.get(0));
        chain.map_err(|error| self.failed(&error))
    }

    fn load_part(&self, run: RunId, part: Part) -> std::result::Result<RunRecord, StoreError> {
        let chain = self.chain(run)?;
        let part = match part {
            // Different chains share no rows.
            Part::UnlikeRun(other) if self.chain(other)? != chain => Part::UnlikeRun(0),
            part => part,
        };
        // One transaction, so that a run that is recorded meanwhile does not show in half of it.
        let load = || {
            let tx = self.conn.unchecked_transaction()?;
            Loading::new(&tx, (chain, run))?.load(part)
        };
        load().map_err(|error| self.failed(&error))
    }
}

/// Leaves out of two records of one satker what is the same in both, but for the scores an overview has. What changed and
/// changed back is two rows of the store.
fn leave_out_same(old: &mut SatkerRecord, new: &mut SatkerRecord) {
    let is_head = |node: &str| node == TOTAL || node.starts_with(AREA);
    old.scores.retain(|key, score| is_head(&key.1) || !is_taken(&mut new.scores, key, score));
    old.answers.retain(|key, answer| !is_taken(&mut new.answers, key, answer));
    old.findings.retain(|finding| !new.findings.remove(finding));
    old.evidence.retain(|node, links| {
        if let Some(others) = new.evidence.get_mut(node) {
            links.retain(|link| !others.remove(link));
        }
        !links.is_empty()
    });
    new.evidence.retain(|_, links| !links.is_empty());
}

/// Whether the other side had the same, which then is taken from it.
fn is_taken<K: Ord, V: PartialEq>(others: &mut BTreeMap<K, V>, key: &K, value: &V) -> bool {
    let is_same = others.get(key) == Some(value);
    if is_same {
        others.remove(key);
    }
    is_same
}

/// A record being put together.
struct Loading<'c> {
    conn: &'c Connection,
    at: (i64, RunId),
    texts: Reader<'c>,
    record: RunRecord,
    /// Where in the record a satker stands, by its number.
    places: HashMap<i64, usize>,
}

impl<'c> Loading<'c> {
    fn new(conn: &'c Connection, at: (i64, RunId)) -> Result<Self> {
        let texts = Reader::new(conn)?;
        let (mut loading, mut members) =
            (Loading { conn, at, texts, record: RunRecord::default(), places: HashMap::new() }, Vec::new());
        MEMBERS.at(conn, at, Filter::default(), |([satker], [place, name])| {
            members.push((place.whole(), satker, name.whole()));
            Ok(())
        })?;
        members.sort_unstable();
        for (_, satker, name) in members {
            loading.places.insert(satker, loading.record.satker.len());
            let (kode, nama) = (loading.texts.text(satker)?, loading.texts.text(name)?);
            loading.record.satker.push(SatkerRecord { kode, nama, ..SatkerRecord::default() });
        }
        Ok(loading)
    }

    fn load(mut self, part: Part) -> Result<RunRecord> {
        let Loading { conn, at, texts, record, places } = &mut self;
        let (conn, at) = (*conn, *at);
        // Every satker that anything is said of is a member.
        let place = |satker: i64| places.get(&satker).copied().ok_or(rusqlite::Error::QueryReturnedNoRows);
        LABELS.at(conn, at, Filter::default(), |([node], [label])| {
            record.labels.insert(texts.text(node)?, texts.text(label.whole())?);
            Ok(())
        })?;
        let satker = &mut record.satker;
        let unlike = Filter { unless_at: if let Part::UnlikeRun(run) = part { Some(run) } else { None }, only: None };
        let mut take_score = |([node, role, id], [score, floor, ceiling, answered, indicators]): Entry<3, 5>| {
            let count = |cell: Cell| u32::try_from(cell.whole()).unwrap_or(0);
            let score = ScoreRecord {
                score: score.real(),
                floor: floor.real().unwrap_or_default(),
                ceiling: ceiling.real().unwrap_or_default(),
                answered: count(answered),
                indicators: count(indicators),
            };
            satker[place(id)?].scores.insert((read_role(role), texts.text(node)?), score);
            Ok(())
        };
        if part != Part::Whole {
            let heads = overview_nodes(conn)?;
            SCORES.at(conn, at, Filter { only: Some(&heads), unless_at: None }, &mut take_score)?;
        }
        if part != Part::Overview {
            SCORES.at(conn, at, unlike, &mut take_score)?;
            ANSWERS.at(conn, at, unlike, |([node, role, id], [answer, cell])| {
                let record = AnswerRecord { answer: texts.text(answer.whole())?, cell: texts.text(cell.whole())? };
                satker[place(id)?].answers.insert((read_role(role), texts.text(node)?), record);
                Ok(())
            })?;
            EVIDENCE.at(conn, at, unlike, |([node, id, link], [])| {
                let links = satker[place(id)?].evidence.entry(texts.text(node)?).or_default();
                links.insert(texts.text(link)?);
                Ok(())
            })?;
            FINDINGS.at(conn, at, unlike, |([id, severity, code, subject, where_, message], [])| {
                let finding = FindingRecord {
                    code: texts.text(code)?,
                    severity: read_severity(severity),
                    subject: texts.text(subject)?,
                    place: texts.text(where_)?,
                    message: texts.text(message)?,
                };
                satker[place(id)?].findings.insert(finding);
                Ok(())
            })?;
        }
        RANKS.at(conn, at, Filter::default(), |([role, id], [rank])| {
            satker[place(id)?].ranks[read_role(role)] = u32::try_from(rank.whole()).ok();
            Ok(())
        })?;
        PLANS.at(conn, at, Filter::default(), |([id], counts)| {
            let [rows, done, late, ahead, due, undated] = counts.map(|count| u64::try_from(count.whole()).unwrap_or(0));
            satker[place(id)?].plan = Some(PlanRecord { rows, done, late, ahead, due, undated });
            Ok(())
        })?;
        self.load_surveys(part)?;
        if part == Part::Whole {
            self.load_sources()?;
        }
        Ok(self.record)
    }

    fn load_surveys(&mut self, part: Part) -> Result<()> {
        let Loading { conn, at, texts, record, places } = self;
        // What held until later runs comes after what holds still, so the rows are put in order first.
        let (mut surveys, mut elements) = (Vec::new(), Vec::new());
        SURVEYS.at(conn, *at, Filter::default(), |row| {
            surveys.push(row);
            Ok(())
        })?;
        if part != Part::Overview {
            ELEMENTS.at(conn, *at, Filter::default(), |row| {
                elements.push(row);
                Ok(())
            })?;
        }
        surveys.sort_unstable_by_key(|row| row.0);
        elements.sort_unstable_by_key(|row| row.0);
        let mut elements = elements.into_iter().peekable();
        for (key, values) in surveys {
            let [instrument, index_name, period, n, index, mean, grade, low, high] = values;
            let mut survey = SurveyRecord {
                instrument: texts.text(instrument.whole())?,
                index_name: texts.text(index_name.whole())?,
                period: texts.text(period.whole())?,
                n: u64::try_from(n.whole()).unwrap_or(0),
                index: index.real().unwrap_or_default(),
                mean: mean.real().unwrap_or_default(),
                grade: if let Cell::Whole(grade) = grade { Some(texts.text(grade)?) } else { None },
                interval: low.real().zip(high.real()),
                elements: Vec::new(),
            };
            while let Some((_, [code, n, sum, nrr])) = elements.next_if(|row| row.0[..2] == key) {
                survey.elements.push(ElementRecord {
                    code: texts.text(code.whole())?,
                    n: u64::try_from(n.whole()).unwrap_or(0),
                    sum: sum.real().unwrap_or_default(),
                    nrr: nrr.real().unwrap_or_default(),
                });
            }
            let place = places.get(&key[0]).ok_or(rusqlite::Error::QueryReturnedNoRows)?;
            record.satker[*place].surveys.push(survey);
        }
        Ok(())
    }

    fn load_sources(&mut self) -> Result<()> {
        let Loading { conn, at, texts, record, places } = self;
        read_sources(conn, at.1, texts, |satker, source, _| {
            let place = places.get(&satker).ok_or(rusqlite::Error::QueryReturnedNoRows)?;
            record.satker[*place].sources.push(source);
            Ok(())
        })
    }
}

/// The numbers of the nodes an overview shows.
fn overview_nodes(conn: &Connection) -> Result<Vec<i64>> {
    let areas = (1..=AREAS).map(|number| format!("{AREA}{number}"));
    let nodes = [TOTAL.to_owned()].into_iter().chain(areas).map(|node| texts::find(conn, &node));
    nodes.filter_map(Result::transpose).collect()
}

/// What a run read, in the order of the satker's numbers and of the sources of each.
pub(super) fn read_sources(
    conn: &Connection,
    run: RunId,
    texts: &mut Reader,
    mut take: impl FnMut(i64, SourceRecord, &mut Reader) -> Result<()>,
) -> Result<()> {
    let mut statement = conn.prepare_cached(
        "SELECT satker, content, location, sha256, read_at, stale FROM reads WHERE run = ?1 ORDER BY satker, place",
    )?;
    let mut rows = statement.query([run])?;
    while let Some(row) = rows.next()? {
        let sha256 = match row.get_ref(3)? {
            ValueRef::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into(),
            text => text.as_str()?.into(),
        };
        let source = SourceRecord {
            content: texts.text(row.get(1)?)?,
            location: texts.text(row.get(2)?)?,
            sha256,
            read_at: from_nanos(row.get(4)?),
            stale: row.get(5)?,
        };
        take(row.get(0)?, source, texts)?;
    }
    Ok(())
}

pub(super) fn read_role(role: i64) -> Role {
    if role == Role::Unit as i64 { Role::Unit } else { Role::Tpi }
}

pub(super) fn read_severity(severity: i64) -> Severity {
    Severity::ALL.into_iter().find(|known| *known as i64 == severity).unwrap_or(Severity::Info)
}
