//! Details of percentages against each other.

use super::Audit;
use crate::finding::{Arg, Code, SheetFindings};
use crate::lke::Role;
use crate::lke::answer::Answer;
use crate::lke::examine::RoleResult;
use crate::lke::score::share_whole;
use crate::lke::template::{NodeIndex, Percentage};

pub(super) fn audit(audit: &Audit, role: Role, _result: &RoleResult, findings: &mut SheetFindings) {
    let count = |node: NodeIndex| match audit.worksheet.answer(role, node) {
        Answer::Count(count) => Some(*count),
        _ => None,
    };
    for node in audit.template.indicators() {
        let Some(rule) = &audit.template.nodes[node].percentage else { continue };
        let Percentage::Share { part, whole, whole_is_sum_of, also_within_whole, part_may_exceed, .. } = rule else {
            continue;
        };
        let subject = Some(audit.code(node));
        let whole_label = || ("whole", Arg::from(audit.label(*whole)));
        let as_count = |count: f64| Arg::Count(count as u64);
        let parts: Vec<f64> = whole_is_sum_of.iter().filter_map(|&part| count(part)).collect();
        let sum: f64 = parts.iter().sum();
        if let (Some(own), Some(cell), false) =
            (count(*whole), audit.worksheet.answer_cell(role, *whole), parts.is_empty())
            && own != sum
            && !(own == 0.0 && audit.grid.cell(cell.row, cell.col).formula.is_some())
        {
            // A formula that was saved as 0 was not calculated.
            let args = [whole_label(), ("whole_count", as_count(own)), ("sum", as_count(sum))];
            findings.add_at(Code::DetailsSumDiffers, subject, cell, args);
        }
        let Some(whole_count) = share_whole(rule, count) else { continue };
        if let (Some(done), Some(cell), false) =
            (count(*part), audit.worksheet.answer_cell(role, *part), *part_may_exceed)
            && done > whole_count
        {
            let args = [
                ("part", Arg::from(audit.label(*part))),
                ("part_count", as_count(done)),
                whole_label(),
                ("whole_count", as_count(whole_count)),
            ];
            findings.add_at(Code::DetailsExceed, subject, cell, args);
        }
        let all: f64 = also_within_whole.iter().chain([part]).filter_map(|&part| count(part)).sum();
        if let (Some(&beside), true) = (also_within_whole.first(), all > whole_count)
            && let Some(cell) = audit.worksheet.answer_cell(role, beside)
            && count(*part).is_none_or(|done| done <= whole_count)
        {
            let args = [("sum", as_count(all)), whole_label(), ("whole_count", as_count(whole_count))];
            findings.add_at(Code::HandledExceeds, subject, cell, args);
        }
    }
}
