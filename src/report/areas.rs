//! *Area*: Pemenuhan, Reform and their sum per area, in both roles, as formulas over *Indikator*.

use super::table::{CellValue, Cells, Colour, Groups, Headed, Row, Rows, Section, Table, cells};
use super::{Report, TableName, indicators};
use crate::lke::Role;

/// Role, code, name.
const FIXED: usize = 3;

/// The cell of an area's sum of a satker's unit.
pub(super) fn sum(unit: usize, area: usize) -> Cells {
    Cells::one(unit, FIXED + 3 * area + 2).of(TableName::Areas)
}

pub(super) fn table(report: Report) -> Table<Rows> {
    let Report { data, lang } = report;
    let template = &*data.template;
    let mut groups = Groups::none(FIXED);
    let mut columns = vec![report.text("Peran", "Role"), report.text("Kode", "Code"), report.text("Satker", "Satker")];
    for area in &template.areas {
        groups.over(format!("{} {} ({})", area.number, area.label, lang.plain_number(area.weight, 2)), 3);
        let heat = |id, en, most| -> Headed { report.number(id, en).coloured(Colour::Heat(most)) };
        columns.push(heat("Pemenuhan", "Pemenuhan", template.weight(area.pemenuhan)));
        columns.push(heat("Reform", "Reform", template.weight(area.reform)));
        columns.push(heat("Jumlah", "Sum", area.weight));
    }
    // All of the unit's, then all of the TPI's.
    let of_units = move |role: Role| data.units.iter().enumerate().map(move |(place, unit)| (role, place, unit));
    let rows = Role::ALL.into_iter().flat_map(of_units).enumerate().map(move |(row, (role, place, unit))| {
        let mut cells = cells![role.word(), &unit.satker.kode, &unit.satker.nama];
        let scores = unit.lke.as_ref().and_then(|lke| lke.role(role)).map(|result| &result.scores);
        for (which, area) in template.areas.iter().enumerate() {
            let Some(scores) = scores else {
                cells.extend([const { CellValue::Empty }; 3]);
                continue;
            };
            for node in [area.pemenuhan, area.reform] {
                let from = indicators::score(template, role, place, node);
                cells.push(CellValue::formula("{0}", [from], scores.nodes[node].score));
            }
            let last = cells.len() - 1;
            cells.push(CellValue::sum_of(Cells::block((row, last - 1), (row, last)), scores.areas[which].score));
        }
        Row::from(cells)
    });
    let title = lang
        .pick("Nilai per area: Pemenuhan, Reform, dan jumlahnya", "Scores per area: Pemenuhan, Reform and their sum");
    let section = Section::new(columns, Box::new(rows) as Rows).grouped(groups);
    Table::new(title, report.subtitle(), FIXED, vec![section])
}
