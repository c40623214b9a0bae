//! *Area*: Pemenuhan, Reform and their sum per area, in both roles, as formulas over *Indikator*.

use super::table::{CellValue, Cells, Columns, Rows, Table};
use super::{Report, TableName, indicators};
use crate::compute::RoleResult;
use crate::compute::Unit;
use crate::lke::Role;

/// Role, code, name.
const FIXED: usize = 3;

/// The cell of an area's sum of a satker's unit.
pub(super) fn sum(unit: usize, area: usize) -> Cells {
    Cells::one(unit, FIXED + 3 * area + 2).of(TableName::Areas)
}

/// A satker in a role, with its place among the satker and its row.
#[derive(Clone, Copy)]
struct Of<'a> {
    row: usize,
    role: Role,
    place: usize,
    unit: &'a Unit,
    result: Option<&'a RoleResult>,
}

pub(super) fn table<'a>(report: Report<'a>) -> Table<Rows<'a>> {
    let Report { data, lang } = report;
    let template = &*data.template;
    let mut columns = Columns::default();
    columns
        .add(report.text("Peran", "Role"), |of: Of<'a>| of.role.word())
        .add(report.text("Kode", "Code"), |of| &of.unit.satker.kode)
        .add(report.text("Satker", "Satker"), |of| &of.unit.satker.nama);
    for (which, area) in template.areas.iter().enumerate() {
        columns.over(format!("{} {} ({})", area.number, area.label, lang.plain_number(area.weight, 2)), 3);
        for (id, node) in [("Pemenuhan", area.pemenuhan), ("Reform", area.reform)] {
            columns.add(report.number(id, id).heat(template.weight(node)), move |of| {
                let from = indicators::score(template, of.role, of.place, node);
                of.result.map_or(CellValue::Empty, |of| CellValue::formula("{0}", [from], of.nodes[node].score.score))
            });
        }
        let sum = columns.width();
        columns.add(report.number("Jumlah", "Sum").heat(area.weight), move |of| {
            let halves = Cells::block((of.row, sum - 2), (of.row, sum - 1));
            of.result.map_or(CellValue::Empty, |of| CellValue::sum_of(halves, of.areas[which].score))
        });
    }
    // All of the unit's, then all of the TPI's.
    let all = Role::ALL.into_iter().flat_map(|role| data.units.iter().enumerate().map(move |unit| (role, unit)));
    let rows = all.enumerate().map(|(row, (role, (place, unit)))| Of {
        row,
        role,
        place,
        unit,
        result: unit.lke.as_ref().and_then(|lke| lke.role(role)),
    });
    let title = lang
        .pick("Nilai per area: Pemenuhan, Reform, dan jumlahnya", "Scores per area: Pemenuhan, Reform and their sum");
    Table::new(title, report.subtitle(), FIXED, vec![columns.section(rows)])
}
