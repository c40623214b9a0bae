//! *Selisih TPI*: where the TPI scored differently than the unit.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{HEADER, Look, Sheet};
use super::{Context, Name};
use crate::lke::Role;
use crate::output::text::barely_answered;
use crate::text::shorten;

pub(super) fn write(context: &Context, sheet: Worksheet) -> Result<Worksheet, XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let title = lang.pick(
        "Indikator yang dinilai berbeda oleh TPI – jumlah selisih satu satker adalah selisih totalnya",
        "Indicators the TPI scored differently – a satker's points add up to the difference of its totals",
    );
    let name = Name::Gaps.text(lang);
    let mut sheet = Sheet::new(sheet, context, name, title, &context.subtitle())?;
    let headings = [
        lang.pick("Kode satker", "Satker code"),
        "Satker",
        lang.pick("Indikator", "Indicator"),
        lang.pick("Uraian", "Label"),
        lang.pick("Jawaban unit", "Unit answer"),
        lang.pick("Jawaban TPI", "TPI answer"),
        lang.pick("Rasio unit", "Unit ratio"),
        lang.pick("Rasio TPI", "TPI ratio"),
        lang.pick("Selisih nilai", "Points"),
        lang.pick("Keterangan", "Remark"),
    ];
    let (text, word, number) = (Look::Text, Look::Word, Look::Number);
    sheet.columns(&[text, text, text, Look::Wrapped, word, word, number, number, number, text])?;
    sheet.header(HEADER, &headings)?;
    for (line, gap) in data.gaps.iter().enumerate() {
        let row = HEADER + 1 + line as u32;
        let unit = &data.units[gap.unit];
        let node = &data.template.nodes[gap.node];
        let answer = |role: Role| {
            let result = unit.lke.as_ref().and_then(|lke| lke.role(role));
            result.map(|result| result.shown_answer(&data.template, gap.node, lang)).unwrap_or_default()
        };
        sheet.text(row, 0, &unit.satker.kode)?;
        sheet.text(row, 1, &unit.satker.nama)?;
        sheet.text(row, 2, &node.code)?;
        sheet.text(row, 3, &shorten(&node.label, 120))?;
        sheet.word(row, 4, &answer(Role::Unit))?;
        sheet.word(row, 5, &answer(Role::Tpi))?;
        sheet.number(row, 6, gap.unit_ratio)?;
        sheet.number(row, 7, gap.tpi_ratio)?;
        sheet.number(row, 8, Some(gap.points))?;
        sheet.text(row, 9, &barely_answered(unit, lang).join("; "))?;
    }
    if data.gaps.is_empty() {
        sheet.text(HEADER + 1, 1, lang.pick("Tidak ada selisih.", "No differences."))?;
    }
    sheet.finish(HEADER, 3, !data.gaps.is_empty())
}
