//! Details of percentages against each other.

use super::Audit;
use crate::compute::RoleResult;
use crate::finding::{Arg, Code, SheetFindings};
use crate::lke::Role;
use crate::lke::template::{NodeIndex, Percentage};

pub(super) fn audit(audit: &Audit, role: Role, result: &RoleResult, findings: &mut SheetFindings) {
    let detail = |node: NodeIndex| audit.worksheet.detail(audit.template, role, node);
    let count = |node: NodeIndex| detail(node).count();
    for node in audit.template.indicators() {
        let Some(rule) = &audit.template.nodes[node].percentage else { continue };
        let Percentage::Share { part, whole, also_within_whole, part_may_exceed, .. } = rule else { continue };
        let subject = Some(audit.code(node));
        let whole_label = || ("whole", Arg::from(audit.label(*whole)));
        let as_count = |count: f64| Arg::Count(count as u64);
        if let (Some(own), Some(cell), Some(sum)) =
            (count(*whole), audit.worksheet.answer_cell(role, *whole), result.nodes[node].counted.sum)
            && own != sum
            && !(own == 0.0 && audit.grid.cell(cell.row, cell.col).formula.is_some())
        {
            // A formula that was saved as 0 was not calculated.
            let args = [whole_label(), ("whole_count", as_count(own)), ("sum", as_count(sum))];
            findings.add_at(Code::DetailsSumDiffers, subject, cell, args);
        }
        let Some(whole_count) = result.nodes[node].counted.whole else { continue };
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
