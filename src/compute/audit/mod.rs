//! Compares a worksheet with the template and with itself; every doubt becomes a finding that names its cell.

mod answers;
mod details;
mod results;
mod structure;
pub mod trace;

use crate::compute::RoleResult;
use crate::finding::SheetFindings;
use crate::grid::Grid;
use crate::lke::read::Worksheet;
use crate::lke::template::Template;
use crate::lke::{ByRole, Role};

/// One worksheet under audit: the sheet, what was read from it, and what was computed from that.
pub(crate) struct Audit<'a> {
    pub template: &'a Template,
    pub grid: &'a Grid,
    pub worksheet: &'a Worksheet,
    /// What was computed for each role whose columns exist.
    pub roles: &'a ByRole<Option<RoleResult>>,
}

impl Audit<'_> {
    /// Adds every finding of the worksheet.
    pub fn run(&self, findings: &mut SheetFindings) {
        structure::audit(self, findings);
        for role in Role::ALL {
            if let Some(result) = &self.roles[role] {
                answers::audit(self, role, result, findings);
                details::audit(self, role, result, findings);
                results::audit(self, role, result, findings);
            }
        }
        answers::audit_merges(self, findings);
        results::audit_errors(self, findings);
    }

    fn code(&self, node: usize) -> &str {
        &self.template.nodes[node].code
    }

    fn label(&self, node: usize) -> String {
        crate::text::shorten(&self.template.nodes[node].label, 80)
    }
}
