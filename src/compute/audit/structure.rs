//! Rows, weights and answer types against the template.

use super::Audit;
use crate::TOLERANCE;
use crate::finding::{Arg, Code, SheetFindings};
use crate::grid::CellRef;
use crate::lke::Role;
use crate::lke::columns::Rivals;
use crate::lke::read::SheetRow;
use crate::lke::template::NodeKind;
use crate::number::{self, Number};
use crate::text::{shorten, type_key};

pub(super) fn audit(audit: &Audit, findings: &mut SheetFindings) {
    for role in Role::ALL {
        let rivals = audit.worksheet.columns.rivals.iter().find(|rivals| rivals.role == role);
        if let Some(rivals) = rivals {
            audit_rivals(audit, rivals, findings);
        }
        if let Some((_, at, year)) = audit.worksheet.columns.outdated.filter(|(of, ..)| *of == role) {
            let args = [
                ("role", Arg::from(role.word())),
                ("column", heading(audit, at).into()),
                ("year", year.to_string().into()),
            ];
            findings.add_at(Code::RoleOfOtherYear, None, at, args);
        } else if rivals.is_none() && audit.worksheet.columns.role(role).answer.is_none() {
            findings.add(Code::RoleColumnMissing, None, None, [("role", role.word().into())]);
        }
    }
    audit_asides(audit, findings);
    let label_col = audit.worksheet.columns.label.0;
    for (node, row) in audit.worksheet.rows.iter().enumerate() {
        let kind = audit.template.nodes[node].kind;
        let answered_row = matches!(kind, NodeKind::Indicator | NodeKind::Detail);
        let Some(row) = row else {
            if answered_row && !audit.template.nodes[node].is_optional {
                findings.add(
                    Code::IndicatorMissing,
                    Some(audit.code(node)),
                    None,
                    [("label", audit.label(node).into())],
                );
            }
            continue;
        };
        let at = CellRef::new(row.row, label_col);
        if row.moved && answered_row {
            findings.add_at(Code::RowMoved, Some(audit.code(node)), at, [("label", audit.label(node).into())]);
        }
        if let Some(found) = &row.reworded {
            let args = [
                ("found", Arg::from(shorten(found, 80))),
                ("code", audit.code(node).into()),
                ("share", Arg::Share(row.similarity)),
                ("label", audit.label(node).into()),
            ];
            findings.add_at(Code::MatchedBySimilarity, Some(audit.code(node)), at, args);
        }
        audit_weight(audit, node, row.row, findings);
        audit_type(audit, node, row.row, findings);
    }
    let place = |row: &SheetRow| CellRef::new(row.row, label_col);
    for row in &audit.worksheet.added {
        findings.add_at(Code::RowAdded, None, place(row), [("label", Arg::from(shorten(&row.label, 80)))]);
    }
    for row in &audit.worksheet.empty {
        findings.add_at(Code::EmptyRow, None, place(row), [("mark", Arg::from(row.mark.as_str()))]);
    }
}

/// A heading with its cell.
fn heading(audit: &Audit, at: CellRef) -> String {
    format!("{at} \"{}\"", shorten(&audit.grid.cell(at.row, at.col).shown(), 40))
}

/// Tells of columns of answers that are neither role's, where something stands in them.
fn audit_asides(audit: &Audit, findings: &mut SheetFindings) {
    let rows = || audit.worksheet.rows.iter().flatten().map(|row| row.row);
    let is_filled = |at: &CellRef| rows().any(|row| !audit.grid.cell(row, at.col).is_blank());
    let filled: Vec<CellRef> = audit.worksheet.columns.asides.iter().copied().filter(is_filled).collect();
    if let Some(&first) = filled.first() {
        let columns: Vec<String> = filled.iter().map(|&at| heading(audit, at)).collect();
        findings.add_at(Code::ColumnsLeftOut, None, first, [("columns", Arg::from(columns.join(", ")))]);
    }
}

/// Tells of several answer columns of one role, and which was read.
fn audit_rivals(audit: &Audit, rivals: &Rivals, findings: &mut SheetFindings) {
    let columns: Vec<String> = rivals.headings.iter().map(|&at| heading(audit, at)).collect();
    let args = [("role", Arg::from(rivals.role.word())), ("columns", columns.join(", ").into())];
    let used = audit.worksheet.columns.role(rivals.role).answer;
    let used = rivals.headings.iter().copied().find(|at| Some(at.col) == used);
    let Some(first) = used.or(rivals.headings.first().copied()) else { return };
    match (used, rivals.reason) {
        (Some(used), Some(reason)) => {
            let args = args.into_iter().chain([("used", used.into()), ("reason", reason.into())]);
            findings.add_at(Code::ColumnChosen, None, first, args);
        }
        _ => findings.add_at(Code::ColumnsCompete, None, first, args),
    }
}

fn audit_weight(audit: &Audit, node: usize, row: u32, findings: &mut SheetFindings) {
    let (Some(expected), Some(col)) = (audit.template.nodes[node].weight, audit.worksheet.columns.weight) else {
        return;
    };
    let cell = audit.grid.cell(row, col);
    if cell.is_blank() || cell.error().is_some() {
        return;
    }
    let number = cell.number().or_else(|| cell.text().and_then(number::read).and_then(Number::decimal));
    if number.is_none_or(|number| (number - expected).abs() > TOLERANCE) {
        let found = number.map_or_else(|| Arg::from(cell.shown()), Arg::Number);
        let args = [("found", found), ("expected", Arg::Number(expected))];
        findings.add_at(Code::WeightDiffers, Some(audit.code(node)), CellRef::new(row, col), args);
    }
}

fn audit_type(audit: &Audit, node: usize, row: u32, findings: &mut SheetFindings) {
    let node_type = &audit.template.nodes[node];
    let (Some(expected), Some(col)) = (&node_type.type_label, audit.worksheet.columns.answer_type) else { return };
    let cell = audit.grid.cell(row, col);
    // Above the indicators the type is a mere reminder; there a missing one says nothing.
    let required = node_type.answer_type.is_some();
    if cell.is_blank() || !required || type_key(&cell.shown()) == node_type.type_key {
        return;
    }
    let args = [("found", Arg::from(shorten(&cell.shown(), 40))), ("expected", expected.as_str().into())];
    findings.add_at(Code::TypeDiffers, Some(audit.code(node)), CellRef::new(row, col), args);
}
