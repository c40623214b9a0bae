//! What the sheet's own formulas show: results that differ, errors in place of results, formulas without results.

use std::collections::{BTreeMap, BTreeSet};

use super::Audit;
use super::trace::{Cause, Origin, Origins};
use crate::compute::RoleResult;
use crate::finding::{Arg, Code, SheetFindings};
use crate::grid::{Cell, CellRef, ErrorKind, UNTOLD, Value};
use crate::lang::{Lang, Phrase};
use crate::lke::Role;
use crate::lke::answer::{Answer, is_blank_word, show_answer};
use crate::lke::read::TotalOf;
use crate::lke::template::{NodeIndex, NodeKind};
use crate::number::agrees;
use crate::text::shorten;

const NO_SCORE: Phrase = Phrase::new("tidak ada nilai", "no score");

/// Compares the results of one role with the recomputation.
pub(super) fn audit(audit: &Audit, role: Role, result: &RoleResult, findings: &mut SheetFindings) {
    if result.total.answered == 0 {
        // The sheet's zeros and texts then say no more than that nobody answered.
        return;
    }
    let columns = audit.worksheet.columns.role(role);
    let zeros = all_saved_as_zero(audit, role);
    let mut uncalculated = Vec::new();
    for (node, row) in audit.worksheet.rows.iter().enumerate() {
        let Some(row) = row else { continue };
        let kind = audit.template.nodes[node].kind;
        if kind == NodeKind::Detail || is_told(audit, role, result, node) {
            continue;
        }
        let score = result.nodes[node].score;
        let points = if kind == NodeKind::Indicator { score.score.or(score.ratio) } else { score.score };
        let at = |col| CellRef::new(row.row, col);
        let checks = [
            percentage_cell(audit, role, node).map(|at| Check {
                node,
                at,
                computed: unclamped(audit, result, node, at),
                is_share: true,
            }),
            columns.result.map(|col| Check { node, at: at(col), computed: points, is_share: false }),
            columns.percent.map(|col| Check { node, at: at(col), computed: score.ratio, is_share: true }),
        ];
        for check in checks.into_iter().flatten() {
            let cell = audit.grid.cell(check.at.row, check.at.col);
            // A formula may well show nothing where nothing is answered.
            if cell.formula.is_some() && (zeros || cell.value == Value::Empty && check.computed.is_some()) {
                uncalculated.push(check.at);
            } else if differs(audit, role, result, &check, findings) {
                // One finding a row: what the first cell shows wrong, the next repeats.
                break;
            }
        }
    }
    audit_totals(audit, role, result, findings);
    if let Some(&first) = uncalculated.first() {
        let args = [("count", uncalculated.len().into()), ("cells", Arg::from(first))];
        findings.add_at(Code::FormulasUncalculated, None, first, args);
    }
}

/// A percentage as its sheet may show it: more than 100 % where the counts say so, unless the sheet clamps it, too.
fn unclamped(audit: &Audit, result: &RoleResult, node: NodeIndex, at: CellRef) -> Option<f64> {
    let (raw, ratio) = (result.nodes[node].counted.ratio, result.nodes[node].score.ratio);
    let shown = audit.grid.cell(at.row, at.col).number();
    let clamps = shown.zip(ratio).is_some_and(|(shown, ratio)| agrees(shown, ratio));
    if clamps { ratio } else { raw.or(ratio) }
}

/// Some programs save every formula with the result 0: as good as none.
fn all_saved_as_zero(audit: &Audit, role: Role) -> bool {
    let Some(col) = audit.worksheet.columns.role(role).result else { return false };
    let results = audit.worksheet.rows.iter().flatten().map(|row| audit.grid.cell(row.row, col));
    let formulas: Vec<&Cell> = results.filter(|cell| cell.formula.is_some()).collect();
    !formulas.is_empty() && formulas.iter().all(|cell| cell.number() == Some(0.0))
}

/// The answer cell of a percentage that follows from its details: there the sheet shows a result, too.
fn percentage_cell(audit: &Audit, role: Role, node: NodeIndex) -> Option<CellRef> {
    audit.template.nodes[node].percentage.as_ref()?;
    audit.worksheet.answer_cell(role, node)
}

/// Whether the answers have told already why a percentage has no ratio.
fn is_told(audit: &Audit, role: Role, result: &RoleResult, node: NodeIndex) -> bool {
    let is_outside = || matches!(audit.worksheet.answer(role, node), Answer::Outside(_));
    audit.template.nodes[node].percentage.is_some()
        && result.nodes[node].ratio.is_none()
        && (is_outside() || result.nodes[node].counted.has_details)
}

/// One result of the sheet beside what was computed.
struct Check {
    node: NodeIndex,
    at: CellRef,
    /// Points, or a share 0–1.
    computed: Option<f64>,
    is_share: bool,
}

/// Adds a finding where the sheet shows something else than what was computed; whether it does.
fn differs(audit: &Audit, role: Role, result: &RoleResult, check: &Check, findings: &mut SheetFindings) -> bool {
    let cell = audit.grid.cell(check.at.row, check.at.col);
    let shown = match audit.worksheet.answer(role, check.node) {
        // Typed as text, or without its sign.
        Answer::Percentage(share) if audit.worksheet.answer_cell(role, check.node) == Some(check.at) => Some(*share),
        _ => cell.number(),
    };
    let Some(shown) = shown else { return misses_answer(audit, role, result, check, findings) };
    if check.computed.is_some_and(|computed| agrees(shown, computed)) {
        return false;
    }
    let as_arg = |number: f64| if check.is_share { Arg::Share(number) } else { Arg::Number(number) };
    let computed = check.computed.map_or(Arg::Phrase(NO_SCORE), as_arg);
    let args = [("workbook", as_arg(shown)), ("computed", computed), ("role", role.word().into())];
    let subject = Some(audit.code(check.node));
    match differing_children(audit, role, result, check.node, shown) {
        Some(root) if !check.is_share => {
            let root = ("root", Arg::Cells(root));
            findings.add_at(Code::ResultInherited, subject, check.at, args.into_iter().chain([root]));
        }
        _ => {
            let formula = ("formula", formula_arg(cell));
            findings.add_at(Code::ResultDiffers, subject, check.at, args.into_iter().chain([formula]));
        }
    }
    true
}

/// The results below that differ, where what the sheet shows for a node follows rightly from them.
fn differing_children(
    audit: &Audit,
    role: Role,
    result: &RoleResult,
    node: NodeIndex,
    shown: f64,
) -> Option<Vec<CellRef>> {
    let template = audit.template;
    let children = &template.nodes[node].children;
    let are_indicators = children.iter().all(|&child| template.nodes[child].kind == NodeKind::Indicator);
    let own_weight = children.iter().any(|&child| template.nodes[child].weight.is_some());
    let numbers: Vec<f64> = children.iter().filter_map(|&child| result.nodes[child].workbook_score).collect();
    if children.is_empty() || numbers.is_empty() {
        return None;
    }
    let sum: f64 = numbers.iter().sum();
    let from_children =
        if are_indicators && !own_weight { template.weight(node) * sum / numbers.len() as f64 } else { sum };
    let differing: Vec<CellRef> = children
        .iter()
        .filter(|&&child| {
            let score = result.nodes[child].score;
            let computed = score.score.or(if are_indicators { score.ratio } else { None });
            let shown = result.nodes[child].workbook_score;
            computed
                .zip(shown)
                .map_or(computed.is_some() != shown.is_some(), |(computed, shown)| !agrees(shown, computed))
        })
        .filter_map(|&child| audit.worksheet.result_cell(role, child))
        .collect();
    (agrees(shown, from_children) && !differing.is_empty()).then_some(differing)
}

/// `Blm Diisi` beside an answer that was given: the sheet's formula did not recognise it.
fn misses_answer(audit: &Audit, role: Role, result: &RoleResult, check: &Check, findings: &mut SheetFindings) -> bool {
    let cell = audit.grid.cell(check.at.row, check.at.col);
    let answer = audit.worksheet.answer(role, check.node);
    let given = result.nodes[check.node].ratio.is_some() && matches!(answer, Answer::Choice(_) | Answer::Scale(_));
    let says_blank = cell.formula.is_some() && (cell.is_blank() || cell.text().is_some_and(is_blank_word));
    let (Some(at), Some(answer_type), true) = (
        audit.worksheet.answer_cell(role, check.node),
        audit.template.nodes[check.node].answer_type,
        given && says_blank,
    ) else {
        return false;
    };
    let args = [
        ("role", role.word().into()),
        ("answer", shorten(&audit.grid.cell(at.row, at.col).shown(), 40).into()),
        ("cells", at.into()),
        ("read", show_answer(audit.template, answer_type, answer, Lang::Id).into()),
        ("workbook", cell.shown().into()),
    ];
    findings.add_at(Code::AnswerUnseenBySheet, Some(audit.code(check.node)), check.at, args);
    true
}

fn formula_arg(cell: &Cell) -> Arg {
    match &cell.formula {
        Some(formula) => Arg::from(shorten(&format!("={formula}"), 120)),
        None if cell.number().is_some() => {
            Arg::Phrase(Phrase::new("angka ketikan, bukan rumus", "a typed number, no formula"))
        }
        None => Arg::Phrase(Phrase::new("isian biasa, bukan rumus", "typed or pasted, no formula")),
    }
}

/// Compares rows of totals, in the result column of the role.
fn audit_totals(audit: &Audit, role: Role, result: &RoleResult, findings: &mut SheetFindings) {
    let Some(col) = audit.worksheet.columns.role(role).result else { return };
    for &(total, row) in &audit.worksheet.totals {
        let cell = audit.grid.cell(row, col);
        let (subject, score) = match total {
            TotalOf::Node(node) => (audit.code(node), result.nodes[node].score.score),
            TotalOf::Worksheet => ("total", result.total.score),
        };
        let Some(shown) = cell.number() else { continue };
        if let TotalOf::Node(node) = total
            && result.nodes[node].workbook_score.is_some_and(|own| agrees(shown, own))
        {
            // It repeats the node's own result, which has been compared.
            continue;
        }
        if score.is_none_or(|score| !agrees(shown, score)) {
            let args = [
                ("workbook", Arg::Number(shown)),
                ("computed", score.map_or(Arg::Phrase(NO_SCORE), Arg::Number)),
                ("role", role.word().into()),
                ("formula", formula_arg(cell)),
            ];
            findings.add_at(Code::ResultDiffers, Some(subject), CellRef::new(row, col), args);
        }
    }
}

/// Explains every error value of the sheet; cells of one row with one origin share a finding.
pub(super) fn audit_errors(audit: &Audit, findings: &mut SheetFindings) {
    let node_of: BTreeMap<u32, NodeIndex> = audit
        .worksheet
        .rows
        .iter()
        .enumerate()
        .filter_map(|(node, row)| row.as_ref().map(|row| (row.row, node)))
        .collect();
    let mut origins = Origins::new(audit.grid);
    let mut groups: BTreeMap<(u32, CellRef), (Vec<CellRef>, Origin)> = BTreeMap::new();
    for (at, cell) in audit.grid.used_cells() {
        if cell.error().is_some() {
            let origin = origins.of(at);
            groups.entry((at.row, origin.cell)).or_insert_with(|| (Vec::new(), origin)).0.push(at);
        }
    }
    // Answers that were never there are one cause, however many they are; so are formulas nobody can follow.
    let (mut lost, mut untold) = (Vec::new(), Vec::new());
    for ((row, _), (mut cells, origin)) in groups {
        cells.sort_unstable();
        if is_lost_answer(audit, origin.cell) {
            lost.push(origin.cell);
            cells.retain(|cell| *cell != origin.cell);
            if cells.is_empty() {
                continue;
            }
        }
        if audit.grid.cell(origin.cell.row, origin.cell.col).formula.as_deref() == Some(UNTOLD) {
            untold.extend(cells);
            continue;
        }
        let subject = node_of.get(&row).map(|&node| audit.code(node));
        let first = cells[0];
        let error = audit.grid.cell(first.row, first.col).error().map(|kind| kind.to_string()).unwrap_or_default();
        let shown = [("cells", Arg::Cells(cells.clone())), ("error", Arg::from(error))];
        let mut add = |code, extra: (&'static str, Arg)| {
            findings.add_at(code, subject, first, shown.clone().into_iter().chain([extra]));
        };
        let no_answers = unanswered_role(audit, &origin, &node_of);
        match (&origin.cause, no_answers) {
            (_, Some(role)) => add(Code::ErrorFromNoAnswers, ("role", role.word().into())),
            _ if !cells.contains(&origin.cell) => add(Code::ErrorInherited, ("root", origin.cell.into())),
            (Cause::Blanks(blanks), None) => add(Code::ErrorFromBlanks, ("blanks", Arg::Cells(blanks.clone()))),
            (Cause::Text(texts), None) => {
                let texts: Vec<_> =
                    texts.iter().take(4).map(|(at, text)| format!("{at} \"{}\"", shorten(text, 24))).collect();
                add(Code::ErrorFromText, ("texts", texts.join(", ").into()));
            }
            (Cause::Unknown, None) => {
                let formula = formula_arg(audit.grid.cell(origin.cell.row, origin.cell.col));
                add(Code::ErrorUnexplained, ("formula", formula));
            }
        }
    }
    let mut add_together = |code, cells: &mut Vec<CellRef>, extra: (&'static str, Arg)| {
        cells.sort_unstable();
        let Some(&first) = cells.first() else { return };
        let shown: BTreeSet<String> = cells.iter().map(|at| audit.grid.cell(at.row, at.col).shown()).collect();
        let error = shown.into_iter().collect::<Vec<_>>().join(", ");
        let args = [("cells", Arg::Cells(cells.clone())), ("error", error.into()), extra];
        findings.add_at(code, None, first, args);
    };
    let count = lost.len();
    add_together(Code::AnswerLost, &mut lost, ("count", count.into()));
    add_together(Code::ErrorUnexplained, &mut untold, ("formula", format!("={UNTOLD}").into()));
}

/// Whether an answer's cell holds an error that nothing in the sheet explains: what it was taken from is gone or had not
/// loaded.
pub(super) fn is_lost_answer(audit: &Audit, at: CellRef) -> bool {
    let arithmetic = [ErrorKind::Div0, ErrorKind::Value, ErrorKind::Num];
    let is_error = |role: Role, node: NodeIndex| {
        audit.worksheet.answer_cell(role, node) == Some(at)
            && matches!(audit.worksheet.answer(role, node), Answer::Error(kind) if !arithmetic.contains(kind))
    };
    let nodes = 0..audit.template.nodes.len();
    Role::ALL.into_iter().any(|role| nodes.clone().any(|node| is_error(role, node)))
        && Origins::new(audit.grid).of(at) == Origin { cell: at, cause: Cause::Unknown }
}

/// The role whose missing answers an error comes from: it arose from blanks in that role's columns, in a place where
/// nothing is answered (not from the empty details of a percentage, which somebody should fill in).
fn unanswered_role(audit: &Audit, origin: &Origin, node_of: &BTreeMap<u32, NodeIndex>) -> Option<Role> {
    if !origin.cause.is_nothing_filled_in() {
        return None;
    }
    let role = audit.worksheet.columns.role_of(origin.cell.col)?;
    let result = audit.roles[role].as_ref()?;
    let node = *node_of.get(&origin.cell.row)?;
    let answered = result.nodes[node].score.answered > 0;
    let unit_started = role == Role::Unit && result.total.answered > 0;
    let empty_details = unit_started && audit.template.nodes[node].percentage.is_some();
    (!answered && !empty_details).then_some(role)
}
