//! What a run is remembered by: the numbers and answers of every satker, flat and without anything personal, in a form
//! that is stored, loaded and compared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::{Consolidation, Status, Unit};
use crate::compute::LkeResult;
use crate::compute::is_comparable;
use crate::finding::Severity;
use crate::lang::Lang;
use crate::lke::template::NodeKind;
use crate::lke::{ByRole, Role};

/// The code of the whole worksheet among the nodes.
pub const TOTAL: &str = "total";

/// Everything remembered of one run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunRecord {
    /// The satker, in the registry's order.
    pub satker: Vec<SatkerRecord>,
    /// What each code of a node is called: `A.I.1.i.a`, `area-1`, `total`.
    pub labels: BTreeMap<Arc<str>, Arc<str>>,
}

/// What is remembered of one satker.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SatkerRecord {
    /// Code, such as `1971`.
    pub kode: Arc<str>,
    /// Name.
    pub nama: Arc<str>,
    /// Scores by role and node code; the areas as `area-1` …, the whole as [`TOTAL`].
    pub scores: BTreeMap<(Role, Arc<str>), ScoreRecord>,
    /// Answers that somebody gave to indicators and details, by role and node code.
    pub answers: BTreeMap<(Role, Arc<str>), AnswerRecord>,
    /// Distinct evidence links of every indicator that has any.
    pub evidence: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// Overall rank, unit and TPI.
    pub ranks: ByRole<Option<u32>>,
    /// Surveys that were read, in the pipeline's order.
    pub surveys: Vec<SurveyRecord>,
    /// The action plan, where one was read.
    pub plan: Option<PlanRecord>,
    /// Everything it was read from.
    pub sources: Vec<SourceRecord>,
    /// What was found.
    pub findings: BTreeSet<FindingRecord>,
}

/// The score of a node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreRecord {
    /// Points; none where nothing is answered.
    pub score: Option<f64>,
    /// Points if every open indicator were worth 0.
    pub floor: f64,
    /// Points if every open indicator were worth 1.
    pub ceiling: f64,
    /// Indicators answered.
    pub answered: u32,
    /// Indicators.
    pub indicators: u32,
}

/// An answer and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRecord {
    /// As shown to people, in Indonesian.
    pub answer: Arc<str>,
    /// The cell: `L175`; empty where the sheet has none.
    pub cell: Arc<str>,
}

/// The index of a survey.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyRecord {
    /// `skm-2017`.
    pub instrument: Arc<str>,
    /// Name of its index: `IKM`.
    pub index_name: Arc<str>,
    /// The period that counts: `2025-S1`.
    pub period: Arc<str>,
    /// Respondents.
    pub n: u64,
    /// The index, 25–100.
    pub index: f64,
    /// Mean of the elements' NRR, 1–4.
    pub mean: f64,
    /// Grade, where the instrument has grades.
    pub grade: Option<Arc<str>>,
    /// The index's interval at 95 %.
    pub interval: Option<(f64, f64)>,
    /// Its elements that were measured.
    pub elements: Vec<ElementRecord>,
}

/// One element of a survey.
#[derive(Debug, Clone, PartialEq)]
pub struct ElementRecord {
    /// `U1`.
    pub code: Arc<str>,
    /// Respondents who answered it.
    pub n: u64,
    /// Sum of their values.
    pub sum: f64,
    /// Mean, 1–4.
    pub nrr: f64,
}

/// The rows of an action plan, by how they stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlanRecord {
    /// Rows.
    pub rows: u64,
    /// Done.
    pub done: u64,
    /// Late.
    pub late: u64,
    /// Not yet due.
    pub ahead: u64,
    /// Due, nothing tells whether done.
    pub due: u64,
    /// Without a month.
    pub undated: u64,
}

/// One source that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRecord {
    /// `lke`, an instrument's id, or `plan`.
    pub content: Arc<str>,
    /// Path or address as the pipeline gives it.
    pub location: Arc<str>,
    /// SHA-256 of what was read; empty where nothing was.
    pub sha256: Arc<str>,
    /// When it was read, or fetched.
    pub read_at: Timestamp,
    /// Whether it is an earlier copy, since the source could not be reached.
    pub stale: bool,
}

/// A finding, in words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingRecord {
    /// `LKE012`.
    pub code: Arc<str>,
    /// How bad it is.
    pub severity: Severity,
    /// A node code, an unsur, a plan row; empty where it is about the whole.
    pub subject: Arc<str>,
    /// Where; empty where no place is named.
    pub place: Arc<str>,
    /// What, in Indonesian.
    pub message: Arc<str>,
}

impl RunRecord {
    /// Takes down what a run came to.
    pub fn new(data: &Consolidation) -> Self {
        let mut satker: Vec<SatkerRecord> = data.units.iter().map(|unit| SatkerRecord::new(data, unit)).collect();
        for row in &data.ranking {
            satker[row.unit].ranks[row.role] = row.total.rank;
        }
        let nodes = data.template.nodes.iter().map(|node| (node.code.as_str().into(), node.label.as_str().into()));
        let areas = data.template.areas.iter().map(|area| (area.code().into(), area.label.as_str().into()));
        let total = (TOTAL.into(), "Total".into());
        RunRecord { satker, labels: nodes.chain(areas).chain([total]).collect() }
    }

    /// What is remembered of a satker.
    pub fn satker(&self, kode: &str) -> Option<&SatkerRecord> {
        self.satker.iter().find(|satker| &*satker.kode == kode)
    }
}

impl ScoreRecord {
    /// Whether enough is answered to hold it against others.
    pub fn is_comparable(&self) -> bool {
        is_comparable(self.answered, self.indicators)
    }
}

impl SatkerRecord {
    /// The whole worksheet's score in a role; none where nothing was read.
    pub fn total(&self, role: Role) -> Option<ScoreRecord> {
        self.scores.get(&(role, TOTAL.into())).copied()
    }

    fn new(data: &Consolidation, unit: &Unit) -> Self {
        let mut record = SatkerRecord {
            kode: unit.satker.kode.as_str().into(),
            nama: unit.satker.nama.as_str().into(),
            ..SatkerRecord::default()
        };
        if let Some(lke) = &unit.lke {
            record.take_lke(lke);
        }
        let surveys = data.surveys.iter().zip(&unit.surveys);
        record.surveys = surveys
            .filter_map(|(head, survey)| {
                let result = survey.result.as_ref()?;
                let elements = result.index.elements.iter().map(|element| ElementRecord {
                    code: head.instrument.elements[element.element].code.as_str().into(),
                    n: element.n as u64,
                    sum: element.sum,
                    nrr: element.nrr,
                });
                Some(SurveyRecord {
                    instrument: head.instrument.id.as_str().into(),
                    index_name: head.instrument.index.as_str().into(),
                    period: head.period.to_string().into(),
                    n: result.index.n as u64,
                    index: result.index.index,
                    mean: result.index.mean,
                    grade: result.grade().map(|grade| grade.letter.as_str().into()),
                    interval: result.index.interval,
                    elements: elements.collect(),
                })
            })
            .collect();
        record.plan = unit.plan.as_ref().filter(|plan| plan.result.is_some()).map(|plan| {
            let count = |status| plan.count(status) as u64;
            PlanRecord {
                rows: plan.standings.len() as u64,
                done: count(Status::Done),
                late: count(Status::Late),
                ahead: count(Status::Ahead),
                due: count(Status::Due),
                undated: count(Status::Undated),
            }
        });
        let findings = unit.findings.iter().map(|finding| FindingRecord {
            code: finding.code.entry().code.into(),
            severity: finding.severity(),
            subject: finding.subject.clone().unwrap_or_default(),
            place: finding.place.as_ref().map(|place| place.to_string().into()).unwrap_or_default(),
            message: finding.message(Lang::Id).into(),
        });
        record.findings = findings.collect();
        record.sources = unit
            .sources(data)
            .map(|(content, source)| SourceRecord {
                content: content.into(),
                location: source.location.clone(),
                sha256: (&*source.sha256).into(),
                read_at: source.read_at,
                stale: source.stale,
            })
            .collect();
        record
    }

    fn take_lke(&mut self, lke: &LkeResult) {
        let template = &lke.template;
        for role in Role::ALL {
            let Some(result) = lke.role(role) else { continue };
            let scored = template.nodes.iter().zip(&result.nodes);
            let scored = scored.filter(|(node, _)| node.kind != NodeKind::Detail);
            let nodes = scored.map(|(node, result)| (Arc::from(node.code.as_str()), &result.score));
            let areas = template.areas.iter().zip(&result.areas);
            let areas = areas.map(|(area, score)| (Arc::from(area.code()), score));
            let total = [(Arc::from(TOTAL), &result.total)];
            for (code, score) in nodes.chain(areas).chain(total) {
                let score = ScoreRecord {
                    score: score.score,
                    floor: score.floor,
                    ceiling: score.ceiling,
                    answered: score.answered,
                    indicators: score.indicators,
                };
                self.scores.insert((role, code), score);
            }
            for (index, node) in template.nodes.iter().enumerate() {
                let answer = result.shown_answer(template, index, Lang::Id);
                if answer.is_empty() {
                    continue;
                }
                let record = AnswerRecord {
                    answer: answer.into(),
                    cell: result.nodes[index].answer_cell.map(|cell| cell.to_string().into()).unwrap_or_default(),
                };
                self.answers.insert((role, node.code.as_str().into()), record);
            }
        }
        for (node, links) in template.nodes.iter().zip(&lke.evidence) {
            if node.kind == NodeKind::Indicator && !links.is_empty() {
                self.evidence.insert(node.code.as_str().into(), links.clone());
            }
        }
    }
}
