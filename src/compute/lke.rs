//! Worksheets taken through everything that is computed of them, all at once, whether one or a province's; what comes of it
//! as the audit and the reports read it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polars::prelude::*;

use super::audit::Audit;
use super::criteria::{Criterion, Decision, Verdict, criteria, decisions};
use super::in_order;
use super::ratios::ratios;
use super::scores::scores;
use crate::finding::{Code, Finding, SheetFindings, sort_findings};
use crate::frames::nodes::{area_node, total_node};
use crate::frames::rows::{keys, numbers, places, truths};
use crate::frames::{Given, TemplateFrames, answers, held, schema};
use crate::grid::{CellRef, Grid};
use crate::lang::Lang;
use crate::lke::answer::{Answer, show_answer};
use crate::lke::read::{Detail, TotalOf, Worksheet};
use crate::lke::sheet::{Read, ReadSheet, read};
use crate::lke::template::{AnswerType, NodeIndex, NodeKind, Template};
use crate::lke::{ByRole, Role};
use crate::period::Period;
use crate::source::{Book, SourceInfo};

/// The ratio of an answered indicator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// The ratio, 0–1.
    pub value: f64,
    /// False for a percentage typed without the counts it should follow from: it counts in the score, not in the floor.
    pub proven: bool,
}

/// The result of one node, in points of its weight.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct NodeScore {
    /// Official score; none where nothing below is answered.
    pub score: Option<f64>,
    /// Score if every open indicator were worth 0.
    pub floor: f64,
    /// Score if every open indicator were worth 1.
    pub ceiling: f64,
    /// For an indicator its ratio, else score ÷ weight; 0–1.
    pub ratio: Option<f64>,
    /// Answered indicators at or below this node.
    pub answered: u32,
    /// Indicators at or below this node.
    pub indicators: u32,
}

impl NodeScore {
    /// Whether enough is answered to hold it against others: at least half of the indicators.
    pub fn is_comparable(&self) -> bool {
        is_comparable(self.answered, self.indicators)
    }
}

/// Whether so many answers of so many indicators are enough to rank, average or compare what they come to: half of them.
pub fn is_comparable(answered: u32, indicators: u32) -> bool {
    answered > 0 && 2 * u64::from(answered) >= u64::from(indicators)
}

/// A percentage as its counts have it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Counted {
    /// The ratio before it is held to 0–1: more or less where the counts contradict each other.
    pub ratio: Option<f64>,
    /// The denominator that counts.
    pub whole: Option<f64>,
    /// The sum of the denominator's parts, where it decides.
    pub sum: Option<f64>,
    /// Whether any count is given, readable or not.
    pub has_details: bool,
}

/// What one role's row of a node holds and comes to.
#[derive(Debug, Clone)]
pub struct NodeResult {
    /// The answer, of indicators and details.
    pub answer: Answer,
    /// What it is worth, of an answered indicator.
    pub ratio: Option<Ratio>,
    /// What the counts below it say, of a percentage.
    pub counted: Counted,
    /// What the node comes to; nothing for a detail.
    pub score: NodeScore,
    /// The number the sheet itself shows as the result.
    pub workbook_score: Option<f64>,
    /// The cell of the result; of the answer where there is no such column.
    pub cell: Option<CellRef>,
    /// The cell of the answer.
    pub answer_cell: Option<CellRef>,
}

/// What was computed for one role.
#[derive(Debug, Clone)]
pub struct RoleResult {
    /// By node, in the template's order.
    pub nodes: Vec<NodeResult>,
    /// The areas, Pemenuhan and Reform together, in the template's order.
    pub areas: Vec<NodeScore>,
    /// The whole worksheet, 0–100.
    pub total: NodeScore,
    /// The verdicts, in the template's order of predicates.
    pub decisions: Vec<Decision>,
    /// The total the sheet itself shows.
    pub workbook_total: Option<f64>,
}

impl RoleResult {
    /// A role's answers by node, not yet reckoned with; nothing is known of a sheet they stand in.
    pub fn of_answers(template: &Template, answers: impl IntoIterator<Item = Answer>) -> Self {
        let node = |answer| NodeResult {
            answer,
            ratio: None,
            counted: Counted::default(),
            score: NodeScore::default(),
            workbook_score: None,
            cell: None,
            answer_cell: None,
        };
        RoleResult {
            nodes: answers.into_iter().map(node).collect(),
            areas: vec![NodeScore::default(); template.areas.len()],
            total: NodeScore::default(),
            decisions: Vec::new(),
            workbook_total: None,
        }
    }

    fn of_sheet(sheet: &ReadSheet, template: &Template, role: Role) -> Self {
        let ReadSheet { grid, worksheet } = sheet;
        let nodes = 0..template.nodes.len();
        let mut result = Self::of_answers(template, nodes.map(|node| worksheet.answer(role, node).clone()));
        for (node, of_node) in result.nodes.iter_mut().enumerate() {
            let (shown, answer) = (worksheet.result_cell(role, node), worksheet.answer_cell(role, node));
            of_node.workbook_score = shown.and_then(|at| grid.cell(at.row, at.col).number());
            of_node.cell = shown.or(answer);
            of_node.answer_cell = answer;
        }
        result.workbook_total = result.total_of_sheet(grid, worksheet, template, role);
        result
    }

    /// The sheet's own total: its row of totals, else the sum of its components.
    fn total_of_sheet(&self, grid: &Grid, worksheet: &Worksheet, template: &Template, role: Role) -> Option<f64> {
        let col = worksheet.columns.role(role).result?;
        let total = worksheet.totals.iter().rev().find(|(total, _)| *total == TotalOf::Worksheet);
        if let Some(&(_, row)) = total {
            return grid.cell(row, col).number();
        }
        template.roots.iter().map(|&root| self.nodes[root].workbook_score).sum()
    }

    /// An answer as it is shown everywhere: a percentage as what its details come to, never as its cell has it, and
    /// nothing where it does not count; every other answer as it was given.
    pub fn shown_answer(&self, template: &Template, node: NodeIndex, lang: Lang) -> String {
        let NodeResult { answer, ratio, .. } = &self.nodes[node];
        match (template.nodes[node].answer_type, answer, ratio) {
            (Some(AnswerType::Percentage), _, Some(ratio)) => lang.percent(ratio.value, 2),
            (Some(AnswerType::Percentage), Answer::Percentage(_), None) | (None, ..) => String::new(),
            (Some(answer_type), answer, _) => show_answer(template, answer_type, answer, lang),
        }
    }
}

/// One LKE, examined.
#[derive(Debug, Clone)]
pub struct LkeResult {
    /// The template it was read by.
    pub template: Arc<Template>,
    /// Name of the sheet that was read.
    pub sheet: Arc<str>,
    /// Results of the unit and of the TPI; none where the sheet has no such columns.
    pub roles: ByRole<Option<RoleResult>>,
    /// Distinct evidence links of every indicator, those on its details included; by node.
    pub evidence: Vec<BTreeSet<Arc<str>>>,
}

impl LkeResult {
    /// The results of a role.
    pub fn role(&self, role: Role) -> Option<&RoleResult> {
        self.roles[role].as_ref()
    }

    /// The total score of a role, 0–100; none where it answered nothing.
    pub fn total(&self, role: Role) -> Option<f64> {
        self.role(role)?.total.score
    }
}

/// What came of one workbook.
#[derive(Debug)]
pub struct Examined {
    /// Where it was read from.
    pub source: SourceInfo,
    /// The result; none where the workbook holds no LKE of this template.
    pub result: Option<LkeResult>,
    /// The shipped template whose rows the worksheet plainly has.
    pub of: Option<Arc<Template>>,
    /// What is wrong or doubtful.
    pub findings: Vec<Finding>,
}

/// What is computed of worksheets, as frames.
#[derive(Debug, Clone)]
pub struct Computed {
    /// [`schema::RATIOS`].
    pub ratios: DataFrame,
    /// [`schema::SCORES`].
    pub scores: DataFrame,
    /// [`schema::CRITERIA`].
    pub criteria: DataFrame,
    /// [`schema::DECISIONS`].
    pub decisions: DataFrame,
}

impl Computed {
    /// Nothing computed yet.
    ///
    /// # Errors
    /// Only when the frames cannot be made, which no template that was loaded can cause.
    pub fn none(template: &TemplateFrames) -> PolarsResult<Self> {
        let ratios = ratios(template, &answers(&template.template, &[])?)?;
        Computed::new(template, ratios, &held(&template.template, &[])?)
    }

    /// Puts what was computed of other satker below.
    ///
    /// # Errors
    /// Only when the frames do not fit, which no input can cause.
    pub fn append(&mut self, other: &Computed) -> PolarsResult<()> {
        self.ratios.vstack_mut(&other.ratios)?;
        self.scores.vstack_mut(&other.scores)?;
        self.criteria.vstack_mut(&other.criteria)?;
        self.decisions.vstack_mut(&other.decisions)?;
        Ok(())
    }

    /// Computes everything that follows from [`schema::RATIOS`] and [`schema::HELD`].
    ///
    /// # Errors
    /// Only when the frames cannot be computed, which no input can cause.
    pub fn new(template: &TemplateFrames, ratios: DataFrame, held: &DataFrame) -> PolarsResult<Self> {
        let scores = scores(template, &ratios)?;
        let criteria = criteria(template, &scores, held)?;
        Ok(Computed { decisions: decisions(&criteria)?, ratios, scores, criteria })
    }
}

/// Examines a workbook as an LKE of a period, or of none in particular; `held` are the predicates the satker already holds,
/// if known.
///
/// # Errors
/// Only when the frames cannot be computed, which no input can cause: what cannot be read is a finding.
pub fn examine(
    book: Book,
    template: &Arc<Template>,
    held: Option<&[String]>,
    period: Option<Period>,
) -> PolarsResult<Examined> {
    let frames = TemplateFrames::new(template.clone())?;
    let read = read(book, template, period);
    let (mut examined, _) = examine_all(&frames, vec![(0, held, read)])?;
    examined.pop().ok_or_else(|| polars_err!(NoData: "no worksheet"))
}

/// Examines worksheets together, each with the place its satker has in the frames and the predicates it already holds, if
/// known: reckons all of them in one pass, then audits each.
///
/// # Errors
/// Only when the frames cannot be computed, which no input can cause.
pub fn examine_all(
    frames: &TemplateFrames,
    reads: Vec<(usize, Option<&[String]>, Read)>,
) -> PolarsResult<(Vec<Examined>, Computed)> {
    let template = &*frames.template;
    let mut results: Results = BTreeMap::new();
    let mut given = Vec::new();
    for (satker, _, read) in &reads {
        let Some(sheet) = &read.sheet else { continue };
        for role in Role::ALL.into_iter().filter(|&role| sheet.worksheet.columns.role(role).answer.is_some()) {
            results.insert((*satker, role), RoleResult::of_sheet(sheet, template, role));
            given.extend(given_of(*satker, role, &sheet.worksheet, template));
        }
    }
    let holding: Vec<(usize, Option<&[String]>)> = reads.iter().map(|(satker, held, _)| (*satker, *held)).collect();
    let ratios = ratios(frames, &answers(template, &given)?)?;
    let computed = Computed::new(frames, ratios, &held(template, &holding)?)?;
    fill(&mut results, &computed, template)?;
    let examined = reads.into_iter().map(|(satker, _, read)| {
        let roles = ByRole::of(|role| results.remove(&(satker, role)));
        conclude(read, frames.template.clone(), roles)
    });
    Ok((examined.collect(), computed))
}

/// Audits what was read against what it comes to.
fn conclude(read: Read, template: Arc<Template>, roles: ByRole<Option<RoleResult>>) -> Examined {
    let Read { source, sheet, mut findings } = read;
    let of = sheet.as_ref().and_then(|sheet| sheet.worksheet.of.clone());
    let result = sheet.map(|ReadSheet { grid, worksheet }| {
        let mut of_sheet = SheetFindings::new(source.location.clone(), Some(&grid.name));
        Audit { template: &template, grid: &grid, worksheet: &worksheet, roles: &roles }.run(&mut of_sheet);
        let result = LkeResult {
            sheet: grid.name.as_str().into(),
            evidence: (0..template.nodes.len()).map(|node| worksheet.evidence_of(&template, node)).collect(),
            template,
            roles,
        };
        if Role::ALL.iter().all(|&role| result.total(role).is_none()) {
            of_sheet.add(Code::NoScore, None, None, []);
        }
        findings.extend(of_sheet.finish());
        result
    });
    sort_findings(&mut findings);
    Examined { source, result, of, findings }
}

/// Fills in what answers that stand in no sheet come to: of the unit and of the TPI.
///
/// # Errors
/// Only when the frames cannot be computed, which no input can cause.
pub fn of_answers(frames: &TemplateFrames, filled: ByRole<Vec<Answer>>) -> PolarsResult<ByRole<RoleResult>> {
    let template = &*frames.template;
    let given = Role::ALL.into_iter().flat_map(|role| {
        let answers = filled[role].iter().enumerate();
        answers.filter(|(node, _)| template.nodes[*node].answer_type.is_some()).map(move |(node, answer)| Given {
            satker: 0,
            role,
            node,
            answer,
            detail: Detail::of(answer),
            typed: false,
        })
    });
    let ratios = ratios(frames, &answers(template, &given.collect::<Vec<_>>())?)?;
    let computed = Computed::new(frames, ratios, &held(template, &[])?)?;
    let of_role = |role: Role| ((0, role), RoleResult::of_answers(template, filled[role].iter().cloned()));
    let mut results: Results = Role::ALL.into_iter().map(of_role).collect();
    fill(&mut results, &computed, template)?;
    let mut filled = filled;
    Ok(ByRole::of(|role| {
        let nothing = || RoleResult::of_answers(template, std::mem::take(&mut filled[role]));
        results.remove(&(0, role)).unwrap_or_else(nothing)
    }))
}

/// What a role's cells say to every indicator and detail.
fn given_of<'a>(
    satker: usize,
    role: Role,
    worksheet: &'a Worksheet,
    template: &'a Template,
) -> impl Iterator<Item = Given<'a>> {
    let nodes = template.nodes.iter().enumerate().filter(|(_, node)| node.answer_type.is_some());
    nodes.map(move |(node, of_template)| Given {
        satker,
        role,
        node,
        answer: worksheet.answer(role, node),
        detail: match of_template.kind {
            NodeKind::Detail => worksheet.detail(template, role, node),
            _ => Detail::Absent,
        },
        typed: worksheet.is_typed(template, role, node),
    })
}

/// The place of a satker, and a role of it.
type OfRole = (usize, Role);

/// Results by satker and role.
pub(super) type Results = BTreeMap<OfRole, RoleResult>;

/// What was computed, by satker and role; of answers that are not known.
#[cfg(test)]
pub(super) fn results(computed: &Computed, template: &Template) -> PolarsResult<Results> {
    let blank = || RoleResult::of_answers(template, template.nodes.iter().map(|_| Answer::Blank));
    let mut results: Results = keys(&computed.ratios)?.into_iter().map(|key| (key, blank())).collect();
    fill(&mut results, computed, template)?;
    Ok(results)
}

/// Takes what was computed over into the results of satker and roles.
fn fill(results: &mut Results, computed: &Computed, template: &Template) -> PolarsResult<()> {
    let frame = &computed.ratios;
    let rows = keys(frame)?.into_iter().zip(places(frame, "node")?).zip(numbers(frame, "ratio")?);
    let rows = rows.zip(truths(frame, "proven")?).zip(truths(frame, "has_details")?);
    let counts = numbers(frame, "raw")?.zip(numbers(frame, "whole")?).zip(numbers(frame, "sum")?);
    for (((((key, node), ratio), proven), has_details), ((raw, whole), sum)) in rows.zip(counts) {
        let Some(result) = results.get_mut(&key) else { continue };
        let node = &mut result.nodes[node];
        node.ratio = ratio.map(|value| Ratio { value, proven: proven == Some(true) });
        node.counted = Counted { ratio: raw, whole, sum, has_details: has_details == Some(true) };
    }
    for (key, node, score) in node_scores(&computed.scores)? {
        let Some(result) = results.get_mut(&key) else { continue };
        if let Some(of_node) = result.nodes.get_mut(node) {
            of_node.score = score;
        } else if node == total_node(template) {
            result.total = score;
        } else {
            result.areas[node - area_node(template, 0)] = score;
        }
    }
    for (key, decisions) in read_decisions(computed, template)? {
        if let Some(result) = results.get_mut(&key) {
            result.decisions = decisions;
        }
    }
    Ok(())
}

/// The rows of [`schema::SCORES`].
fn node_scores(frame: &DataFrame) -> PolarsResult<Vec<(OfRole, usize, NodeScore)>> {
    let points = numbers(frame, "score")?.zip(numbers(frame, "floor")?).zip(numbers(frame, "ceiling")?);
    let counts = numbers(frame, "ratio")?.zip(places(frame, "answered")?).zip(places(frame, "indicators")?);
    let rows = keys(frame)?.into_iter().zip(places(frame, "node")?).zip(points.zip(counts));
    let row = |((key, node), (((score, floor), ceiling), ((ratio, answered), indicators)))| {
        let (floor, ceiling): (Option<f64>, Option<f64>) = (floor, ceiling);
        let score = NodeScore {
            score,
            floor: floor.unwrap_or_default(),
            ceiling: ceiling.unwrap_or_default(),
            ratio,
            answered: answered as u32,
            indicators: indicators as u32,
        };
        (key, node, score)
    };
    Ok(rows.map(row).collect())
}

/// The decisions of every satker and role, in the template's order of predicates.
fn read_decisions(computed: &Computed, template: &Template) -> PolarsResult<BTreeMap<OfRole, Vec<Decision>>> {
    let mut all: BTreeMap<OfRole, Vec<Decision>> = BTreeMap::new();
    let frame = &computed.decisions;
    let verdicts = frame.column("verdict")?.str()?.iter().map(|name| Verdict::named(name.unwrap_or_default()));
    let rows = keys(frame)?.into_iter().zip(places(frame, "predicate")?).zip(verdicts).zip(truths(frame, "reached")?);
    for (((key, predicate), verdict), reached) in rows {
        let name = template.predicates[predicate].name.clone();
        all.entry(key).or_default().push(Decision { name, verdict, reached, criteria: Vec::new() });
    }
    let frame = &computed.criteria;
    let verdicts = frame.column("verdict")?.str()?.iter().map(|name| Verdict::named(name.unwrap_or_default()));
    let places = places(frame, "predicate")?.zip(places(frame, "place")?);
    let bounds = numbers(frame, "value")?.zip(numbers(frame, "floor")?).zip(numbers(frame, "ceiling")?);
    let rows = keys(frame)?.into_iter().zip(places).zip(bounds.zip(numbers(frame, "threshold")?)).zip(verdicts);
    for (((key, (predicate, place)), (((value, floor), ceiling), threshold)), verdict) in rows {
        let Some(decision) = all.get_mut(&key).and_then(|of| of.get_mut(predicate)) else { continue };
        decision.criteria.push(Criterion {
            measured: template.predicates[predicate].thresholds.get(place).map(|(measured, _)| *measured),
            value,
            floor: floor.unwrap_or_default(),
            ceiling: ceiling.unwrap_or_default(),
            threshold: threshold.unwrap_or_default(),
            verdict,
        });
    }
    Ok(all)
}

/// A total, and the verdicts on it.
pub type Decided = (NodeScore, Vec<Decision>);

/// What worksheets come to with other ratios in place of those of some indicators: of each satker and role of which any is
/// replaced, the total and the verdicts.
///
/// # Errors
/// Only when the frames cannot be computed, which no input can cause.
pub fn with_others(
    frames: &TemplateFrames,
    ratios: &DataFrame,
    others: &[(usize, Role, NodeIndex, f64)],
    holding: &[(usize, Option<&[String]>)],
) -> PolarsResult<BTreeMap<OfRole, Decided>> {
    if others.is_empty() {
        return Ok(BTreeMap::new());
    }
    let template = &*frames.template;
    let others = df!(
        "satker" => others.iter().map(|other| other.0 as u32).collect::<Vec<_>>(),
        "role" => others.iter().map(|other| other.1.name()).collect::<Vec<_>>(),
        "node" => others.iter().map(|other| other.2 as u32).collect::<Vec<_>>(),
        "other" => others.iter().map(|other| other.3).collect::<Vec<_>>(),
    )?
    .lazy();
    let of_whom = others.clone().group_by_stable(super::row(&[])).agg([]);
    let key = || super::row(&["node"]);
    let ratios = ratios
        .clone()
        .lazy()
        .join(of_whom, super::row(&[]), super::row(&[]), in_order(JoinType::Inner))
        .join(others, key(), key(), in_order(JoinType::Left))
        .with_columns([
            coalesce(&[col("other"), col("ratio")]).alias("ratio"),
            col("other").is_not_null().or(col("proven")).alias("proven"),
        ]);
    let computed = Computed::new(frames, schema::RATIOS.collect(ratios)?, &held(template, holding)?)?;
    let mut decisions = read_decisions(&computed, template)?;
    let totals = node_scores(&computed.scores)?.into_iter().filter(|(_, node, _)| *node == total_node(template));
    Ok(totals.map(|(key, _, total)| (key, (total, decisions.remove(&key).unwrap_or_default()))).collect())
}

#[cfg(test)]
mod tests;
