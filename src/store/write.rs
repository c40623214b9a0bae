//! A run's data into the store, in one transaction.

use rusqlite::{Result, Transaction, TransactionBehavior, params};

use super::error::{StoreError, StoreErrorKind};
use super::intervals::{
    ANSWERS, Cell, ELEMENTS, EVIDENCE, Entry, FINDINGS, LABELS, MEMBERS, PLANS, RANKS, SCORES, SURVEYS,
};
use super::texts::Writer;
use super::{RunId, Store, to_nanos};
use crate::compute::record::{RunRecord, SatkerRecord, SourceRecord};
use crate::finding::Severity;
use crate::lke::Role;

impl Store {
    /// Records a run's data: all of it or nothing. Until it is [seen](Store::mark_seen), no run is compared with it.
    ///
    /// # Errors
    /// When there is no such run, its data or those of a later run of its period are recorded already, or it cannot be
    /// written. What the store held before stays.
    pub fn record(&mut self, run: RunId, record: &RunRecord) -> std::result::Result<(), StoreError> {
        self.run(run)?;
        // What holds until a run can only be told in the order of the runs.
        let later = self.conn.query_row(
            "SELECT max(id) FROM runs WHERE recorded AND id >= ?1 AND chain = (SELECT chain FROM runs WHERE id = ?1)",
            [run],
            |row| row.get::<_, Option<RunId>>(0),
        );
        if let Some(latest) = later.map_err(|error| self.failed(&error))? {
            let id = format!("run {run} tidak dapat dicatat: run {latest} dari periode yang sama sudah tercatat");
            let en = format!("run {run} cannot be recorded: run {latest} of the same period is already");
            return Err(StoreError::new(StoreErrorKind::Other, &self.path, id, en));
        }
        let written = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .and_then(|tx| write(&tx, run, record).and_then(|()| tx.commit()));
        written.map_err(|error| self.failed(&error))
    }
}

/// The rows of a run, table by table.
#[derive(Default)]
struct Rows {
    members: Vec<Entry<1, 2>>,
    scores: Vec<Entry<3, 5>>,
    answers: Vec<Entry<3, 2>>,
    evidence: Vec<Entry<3, 0>>,
    ranks: Vec<Entry<2, 1>>,
    surveys: Vec<Entry<2, 9>>,
    elements: Vec<Entry<3, 4>>,
    plans: Vec<Entry<1, 6>>,
    findings: Vec<Entry<6, 0>>,
}

fn write(tx: &Transaction, run: RunId, record: &RunRecord) -> Result<()> {
    let chain: i64 = tx.query_row("SELECT chain FROM runs WHERE id = ?1", [run], |row| row.get(0))?;
    let mut texts = Writer::new(tx)?;
    let mut labels = Vec::with_capacity(record.labels.len());
    for (node, label) in &record.labels {
        labels.push(([texts.id(node)?], [Cell::Whole(texts.id(label)?)]));
    }
    let mut rows = Rows::default();
    for (place, satker) in record.satker.iter().enumerate() {
        let id = texts.id(&satker.kode)?;
        rows.members.push(([id], [Cell::from(place as u64), Cell::Whole(texts.id(&satker.nama)?)]));
        rows.take(id, satker, &mut texts)?;
        write_sources(tx, run, id, &satker.sources, &mut texts)?;
    }
    let at = (chain, run);
    LABELS.update(tx, at, labels)?;
    MEMBERS.update(tx, at, rows.members)?;
    SCORES.update(tx, at, rows.scores)?;
    ANSWERS.update(tx, at, rows.answers)?;
    EVIDENCE.update(tx, at, rows.evidence)?;
    RANKS.update(tx, at, rows.ranks)?;
    SURVEYS.update(tx, at, rows.surveys)?;
    ELEMENTS.update(tx, at, rows.elements)?;
    PLANS.update(tx, at, rows.plans)?;
    FINDINGS.update(tx, at, rows.findings)?;
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let findings = |severity| {
        let all = record.satker.iter().flat_map(|satker| &satker.findings);
        count(all.filter(|finding| finding.severity == severity).count())
    };
    let is_scored = |satker: &&SatkerRecord| satker.total(Role::Unit).is_some_and(|total| total.score.is_some());
    tx.execute(
        "UPDATE runs SET recorded = 2, satker = ?2, scored = ?3, errors = ?4, warnings = ?5, infos = ?6 WHERE id = ?1",
        params![
            run,
            count(record.satker.len()),
            count(record.satker.iter().filter(is_scored).count()),
            findings(Severity::Error),
            findings(Severity::Warning),
            findings(Severity::Info),
        ],
    )?;
    Ok(())
}

impl Rows {
    fn take(&mut self, id: i64, satker: &SatkerRecord, texts: &mut Writer) -> Result<()> {
        for ((role, node), score) in &satker.scores {
            let key = [texts.id(node)?, *role as i64, id];
            let counts = [score.answered, score.indicators].map(|count| Cell::Whole(count.into()));
            let [answered, indicators] = counts;
            let points = [score.score.into(), Cell::Real(score.floor), Cell::Real(score.ceiling)];
            let [score, floor, ceiling] = points;
            self.scores.push((key, [score, floor, ceiling, answered, indicators]));
        }
        for ((role, node), answer) in &satker.answers {
            let key = [texts.id(node)?, *role as i64, id];
            self.answers.push((key, [Cell::Whole(texts.id(&answer.answer)?), Cell::Whole(texts.id(&answer.cell)?)]));
        }
        for (node, links) in &satker.evidence {
            let node = texts.id(node)?;
            for link in links {
                self.evidence.push(([node, id, texts.id(link)?], []));
            }
        }
        for (role, rank) in (0..).zip(satker.ranks.iter()) {
            self.ranks.extend(rank.map(|rank| ([role, id], [Cell::Whole(rank.into())])));
        }
        for (place, survey) in (0..).zip(&satker.surveys) {
            let grade = survey.grade.as_ref().map(|grade| texts.id(grade)).transpose()?;
            let values = [
                Cell::Whole(texts.id(&survey.instrument)?),
                Cell::Whole(texts.id(&survey.index_name)?),
                Cell::Whole(texts.id(&survey.period)?),
                survey.n.into(),
                Cell::Real(survey.index),
                Cell::Real(survey.mean),
                grade.map_or(Cell::None, Cell::Whole),
                survey.interval.map(|(low, _)| low).into(),
                survey.interval.map(|(_, high)| high).into(),
            ];
            self.surveys.push(([id, place], values));
            for (element_place, element) in (0..).zip(&survey.elements) {
                let code = Cell::Whole(texts.id(&element.code)?);
                let values = [code, element.n.into(), Cell::Real(element.sum), Cell::Real(element.nrr)];
                self.elements.push(([id, place, element_place], values));
            }
        }
        if let Some(plan) = satker.plan {
            let counts = [plan.rows, plan.done, plan.late, plan.ahead, plan.due, plan.undated];
            self.plans.push(([id], counts.map(Cell::from)));
        }
        for finding in &satker.findings {
            let severity = finding.severity as i64;
            let [code, subject] = [texts.id(&finding.code)?, texts.id(&finding.subject)?];
            let [place, message] = [texts.id(&finding.place)?, texts.id(&finding.message)?];
            self.findings.push(([id, severity, code, subject, place, message], []));
        }
        Ok(())
    }
}

fn write_sources(tx: &Transaction, run: RunId, id: i64, sources: &[SourceRecord], texts: &mut Writer) -> Result<()> {
    let mut add = tx.prepare_cached("INSERT INTO reads VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    for (place, source) in (0_i64..).zip(sources) {
        let (content, location) = (texts.id(&source.content)?, texts.id(&source.location)?);
        let row =
            params![run, id, place, content, location, digest(&source.sha256), to_nanos(source.read_at), source.stale];
        add.execute(row)?;
    }
    Ok(())
}

/// A digest in half the room its letters take; anything else as it stands.
fn digest(text: &str) -> rusqlite::types::Value {
    let digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if text.is_empty() || !text.len().is_multiple_of(2) || !text.as_bytes().iter().all(digit) {
        return text.to_owned().into();
    }
    let value = |byte: u8| if byte.is_ascii_digit() { byte - b'0' } else { byte - b'a' + 10 };
    let bytes = text.as_bytes().chunks_exact(2).map(|pair| value(pair[0]) * 16 + value(pair[1]));
    bytes.collect::<Vec<u8>>().into()
}
