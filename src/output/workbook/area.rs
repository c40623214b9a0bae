//! *Area*: Pemenuhan, Reform and their sum per area, in both roles, as formulas over *Indikator*.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::indicator::{node_row, score_column};
use super::sheet::{HEADER, Sheet, address, cell};
use super::{Context, Name};
use crate::lke::Role;

/// Role, code, name.
const FIXED: u16 = 3;

/// The row of a satker in a role: all of the unit's, then all of the TPI's.
pub(super) fn row(units: usize, unit: usize, role: Role) -> u32 {
    HEADER + 2 + (role as usize * units + unit) as u32
}

/// The column of an area's sum.
pub(super) fn sum_column(area: usize) -> u16 {
    FIXED + 3 * area as u16 + 2
}

pub(super) fn write(context: &Context, sheet: Worksheet) -> Result<Worksheet, XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let template = &*data.template;
    let title = lang
        .pick("Nilai per area: Pemenuhan, Reform, dan jumlahnya", "Scores per area: Pemenuhan, Reform and their sum");
    let name = Name::Area.text(lang);
    let mut sheet = Sheet::new(sheet, context, name, title, &context.subtitle())?;
    sheet.header(HEADER, &["", "", ""])?;
    let mut headings = vec![lang.pick("Peran", "Role"), lang.pick("Kode", "Code"), "Satker"];
    for (place, area) in template.areas.iter().enumerate() {
        let last = sum_column(place);
        let heading = format!("{} {} ({})", area.number, area.label, lang.plain_number(area.weight, 2));
        sheet.header_over(HEADER, last - 2, last, &heading)?;
        headings.extend(["Pemenuhan", "Reform", lang.pick("Jumlah", "Sum")]);
    }
    sheet.out.set_row_height(HEADER, 38)?;
    sheet.header(HEADER + 1, &headings)?;
    for role in Role::ALL {
        for (place, unit) in data.units.iter().enumerate() {
            let row = row(data.units.len(), place, role);
            sheet.text(row, 0, role.word())?;
            sheet.text(row, 1, &unit.satker.kode)?;
            sheet.text(row, 2, &unit.satker.nama)?;
            let result = unit.lke.as_ref().and_then(|lke| lke.role(role));
            for (which, area) in template.areas.iter().enumerate() {
                let sum = sum_column(which);
                let Some(result) = result else {
                    for col in sum - 2..=sum {
                        sheet.number(row, col, None)?;
                    }
                    continue;
                };
                for (col, node) in [(sum - 2, area.pemenuhan), (sum - 1, area.reform)] {
                    let from = address(Name::Indicator(role).text(lang), node_row(template, node), score_column(place));
                    sheet.formula(row, col, &from, result.scores.nodes[node].score)?;
                }
                let halves = format!("{}:{}", cell(row, sum - 2), cell(row, sum - 1));
                let formula = format!("IF(COUNT({halves})=0,\"\",SUM({halves}))");
                sheet.formula(row, sum, &formula, result.scores.areas[which].score)?;
            }
        }
    }
    let last = row(data.units.len(), data.units.len().saturating_sub(1), Role::Tpi);
    for (which, area) in template.areas.iter().enumerate() {
        let sum = sum_column(which);
        for (col, most) in
            [(sum - 2, template.weight(area.pemenuhan)), (sum - 1, template.weight(area.reform)), (sum, area.weight)]
        {
            sheet.heat((HEADER + 2, col), (last, col), most)?;
        }
    }
    sheet.finish(HEADER + 1, FIXED, true)
}
