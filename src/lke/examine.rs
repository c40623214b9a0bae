//! Examines one workbook as an LKE: picks its sheet, reads, scores and audits it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::finding::{Arg, Code, Finding, Place, SheetFindings, sort_findings};
use crate::grid::{CellRef, Grid};
use crate::lke::Role;
use crate::lke::answer::Answer;
use crate::lke::audit::Audit;
use crate::lke::predicate::{Decision, decide};
use crate::lke::read::{TotalOf, Worksheet, read_worksheet};
use crate::lke::score::{Ratio, Ratios, Scores, ratios, score};
use crate::lke::template::Template;
use crate::source::{Book, SourceInfo};

/// A sheet counts as this LKE from this share of the template's indicators on.
const ENOUGH_INDICATORS: f64 = 0.4;

/// What was computed for one role. Vectors by node are indexed like [`Template::nodes`].
#[derive(Debug, Clone)]
pub struct RoleResult {
    /// Answers, by node.
    pub answers: Vec<Answer>,
    /// Ratio of every answered indicator, 0–1, by node.
    pub ratios: Vec<Option<Ratio>>,
    /// Percentages from their details before they are clamped, by node.
    pub(crate) raw_percentages: Vec<Option<f64>>,
    /// Scores of every node, of the areas and of the whole.
    pub scores: Scores,
    /// The verdicts, in the template's order of predicates.
    pub decisions: Vec<Decision>,
    /// The number the sheet itself shows as a node's result, by node.
    pub workbook_scores: Vec<Option<f64>>,
    /// The total the sheet itself shows.
    pub workbook_total: Option<f64>,
    /// The cell of a node's result; of its answer where there is no such column.
    pub cells: Vec<Option<CellRef>>,
    /// The cell of a node's answer.
    pub answer_cells: Vec<Option<CellRef>>,
}

/// One LKE, examined.
#[derive(Debug, Clone)]
pub struct LkeResult {
    /// The template it was read by.
    pub template: Arc<Template>,
    /// Name of the sheet that was read.
    pub sheet: Arc<str>,
    /// Results of the unit and of the TPI; none where the sheet has no such columns.
    pub roles: [Option<RoleResult>; 2],
    /// Distinct evidence links of every indicator, those on its details included; by node.
    pub evidence: Vec<BTreeSet<Arc<str>>>,
}

impl LkeResult {
    /// The results of a role.
    pub fn role(&self, role: Role) -> Option<&RoleResult> {
        self.roles[role as usize].as_ref()
    }

    /// The total score of a role, 0–100; none where it answered nothing.
    pub fn total(&self, role: Role) -> Option<f64> {
        self.role(role)?.scores.total.score
    }
}

/// What came of one workbook.
#[derive(Debug)]
pub struct Examined {
    /// Where it was read from.
    pub source: SourceInfo,
    /// The result; none where the workbook holds no LKE of this template.
    pub result: Option<LkeResult>,
    /// What is wrong or doubtful.
    pub findings: Vec<Finding>,
}

/// Examines a workbook as an LKE; `held` are the predicates the satker already holds, if known.
///
/// Never fails: what cannot be read is a finding, and then there is no result.
pub fn examine(mut book: Book, template: &Arc<Template>, held: Option<&[String]>) -> Examined {
    let mut findings = Vec::new();
    let chosen = choose_sheet(&mut book, template, &mut findings);
    findings.extend(book.take_findings());
    let is_trusted = findings.iter().all(|finding| finding.code != Code::SourceQuoteUnclosed);
    let result = chosen
        .filter(|_| is_trusted)
        .map(|(grid, worksheet)| assess(&book, &grid, &worksheet, template, held, &mut findings));
    sort_findings(&mut findings);
    Examined { source: book.info, result, findings }
}

/// The sheet that is the LKE: a visible one rather than a hidden one, then the one with the most indicators, then the
/// one with the most answers.
fn choose_sheet(book: &mut Book, template: &Template, findings: &mut Vec<Finding>) -> Option<(Grid, Worksheet)> {
    let mut candidates: Vec<(Grid, Worksheet, usize)> = Vec::new();
    let mut anything = false;
    for hidden in [false, true] {
        for sheet in 0..book.sheets().len() {
            if book.sheets()[sheet].hidden != hidden {
                continue;
            }
            let grid = match book.grid(sheet) {
                Ok(grid) => grid,
                Err(error) => {
                    findings.push(error.finding(&book.info.location));
                    continue;
                }
            };
            anything |= grid.rows() > 0;
            if let Some(worksheet) = read_worksheet(&grid, template) {
                let matched = worksheet.matched_indicators(template);
                candidates.push((grid, worksheet, matched));
            }
        }
        // Hidden sheets repeat the headings of the real one; they count only where no visible sheet will do.
        if candidates.iter().any(|(_, _, matched)| is_enough(template, *matched)) {
            break;
        }
    }
    if !anything {
        if findings.is_empty() {
            findings.push(Finding::new(Code::SourceEmpty, []).at(Place::whole(book.info.location.clone())));
        }
        return None;
    }
    let best = (0..candidates.len()).max_by_key(|&i| {
        let (grid, worksheet, matched) = &candidates[i];
        (is_enough(template, *matched), !grid.hidden, *matched, worksheet.answer_count(), std::cmp::Reverse(i))
    });
    let location = book.info.location.clone();
    let Some(best) = best else {
        let names: Vec<_> = book.sheets().iter().map(|sheet| sheet.name.as_str()).collect();
        let args = [("sheets", Arg::from(names.join(", ")))];
        findings.push(Finding::new(Code::NoHeader, args).at(Place::whole(location)));
        return None;
    };
    let others: Vec<String> = (0..candidates.len())
        .filter(|&i| i != best && candidates[i].0.hidden == candidates[best].0.hidden)
        .filter(|&i| is_enough(template, candidates[i].2))
        .map(|i| candidates[i].0.name.clone())
        .collect();
    let (grid, worksheet, matched) = candidates.swap_remove(best);
    let mut sheet_findings = SheetFindings::new(location, Some(&grid.name));
    let sheet = ("sheet", Arg::from(grid.name.as_str()));
    let enough = is_enough(template, matched);
    if !enough {
        let args = [
            sheet,
            ("template", Arg::from(template.title.as_str())),
            ("matched", matched.into()),
            ("indicators", template.indicator_count().into()),
        ];
        sheet_findings.add(Code::OtherDocument, None, None, args);
    } else if grid.hidden {
        sheet_findings.add(Code::HiddenSheet, None, None, [sheet]);
    } else if !others.is_empty() {
        sheet_findings.add(Code::SeveralSheets, None, None, [sheet, ("others", others.join(", ").into())]);
    }
    findings.extend(sheet_findings.finish());
    enough.then_some((grid, worksheet))
}

fn is_enough(template: &Template, matched: usize) -> bool {
    matched as f64 >= ENOUGH_INDICATORS * template.indicator_count() as f64
}

fn assess(
    book: &Book,
    grid: &Grid,
    worksheet: &Worksheet,
    template: &Arc<Template>,
    held: Option<&[String]>,
    findings: &mut Vec<Finding>,
) -> LkeResult {
    let roles = Role::ALL.map(|role| {
        worksheet.columns.role(role).answer?;
        Some(compute(grid, worksheet, template, role, held))
    });
    let mut sheet_findings = SheetFindings::new(book.info.location.clone(), Some(&grid.name));
    Audit { template, grid, worksheet, roles: &roles }.run(&mut sheet_findings);
    let result = LkeResult {
        template: template.clone(),
        sheet: grid.name.as_str().into(),
        evidence: (0..template.nodes.len()).map(|node| worksheet.evidence_of(template, node)).collect(),
        roles,
    };
    if Role::ALL.iter().all(|&role| result.total(role).is_none()) {
        sheet_findings.add(Code::NoScore, None, None, []);
    }
    findings.extend(sheet_findings.finish());
    result
}

fn compute(grid: &Grid, worksheet: &Worksheet, template: &Template, role: Role, held: Option<&[String]>) -> RoleResult {
    let nodes = 0..template.nodes.len();
    let answers: Vec<Answer> = nodes.clone().map(|node| worksheet.answer(role, node).clone()).collect();
    let Ratios { ratios, raw_percentages } = ratios(template, &answers, |node| {
        // A formula over empty details answers nothing; one over counts that stand elsewhere may.
        let has_details = template.nodes[node].children.iter().any(|&detail| worksheet.rows[detail].is_some());
        !(has_details && worksheet.answers[role as usize][node].is_formula)
    });
    let scores = score(template, &ratios);
    let decisions = template.predicates.iter().map(|p| decide(template, p, &scores, held)).collect();
    let workbook_scores: Vec<Option<f64>> = nodes
        .clone()
        .map(|node| worksheet.result_cell(role, node).and_then(|at| grid.cell(at.row, at.col).number()))
        .collect();
    RoleResult {
        answers,
        workbook_total: workbook_total(grid, worksheet, template, role, &workbook_scores),
        cells: nodes
            .clone()
            .map(|n| worksheet.result_cell(role, n).or_else(|| worksheet.answer_cell(role, n)))
            .collect(),
        answer_cells: nodes.map(|node| worksheet.answer_cell(role, node)).collect(),
        raw_percentages,
        ratios,
        scores,
        decisions,
        workbook_scores,
    }
}

/// The sheet's own total: its row of totals, else the sum of its two components.
fn workbook_total(
    grid: &Grid,
    worksheet: &Worksheet,
    template: &Template,
    role: Role,
    workbook_scores: &[Option<f64>],
) -> Option<f64> {
    let col = worksheet.columns.role(role).result?;
    let total = worksheet.totals.iter().rev().find(|(total, _)| *total == TotalOf::Worksheet);
    if let Some(&(_, row)) = total {
        return grid.cell(row, col).number();
    }
    template.roots.iter().map(|&root| workbook_scores[root]).sum()
}
