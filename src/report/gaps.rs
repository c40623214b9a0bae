//! *Selisih TPI*: where the TPI scored differently than the unit.

use super::Report;
use super::summary::barely_answered;
use super::table::{Rows, Size, Table};
use crate::compute::Gap;
use crate::lke::Role;
use crate::text::shorten;

pub(super) fn table<'a>(report: Report<'a>) -> Table<Rows<'a>> {
    let Report { data, lang } = report;
    let title = lang.pick(
        "Indikator yang dinilai berbeda oleh TPI – jumlah selisih satu satker adalah selisih totalnya",
        "Indicators the TPI scored differently – a satker's points add up to the difference of its totals",
    );
    let node = move |gap: &Gap| &data.template.nodes[gap.node];
    let answer = move |gap: &Gap, role: Role| {
        let result = data.units[gap.unit].lke.as_ref().and_then(|lke| lke.role(role));
        result.map(|result| result.shown_answer(&data.template, gap.node, lang)).unwrap_or_default()
    };
    let mut columns = report.columns(|gap: &'a Gap| &data.units[gap.unit]);
    columns
        .add(report.text("Indikator", "Indicator"), move |gap| &node(gap).code)
        .add(report.wrapped("Uraian", "Label"), move |gap| shorten(&node(gap).label, 120))
        .add(report.word("Jawaban unit", "Unit answer"), move |gap| answer(gap, Role::Unit))
        .add(report.word("Jawaban TPI", "TPI answer"), move |gap| answer(gap, Role::Tpi))
        .add(report.number("Rasio unit", "Unit ratio"), |gap| gap.unit_ratio)
        .add(report.number("Rasio TPI", "TPI ratio"), |gap| gap.tpi_ratio)
        .add(report.number("Selisih nilai", "Points"), |gap| Some(gap.points))
        .add(report.text("Keterangan", "Remark"), move |gap| barely_answered(&data.units[gap.unit], lang).join("; "));
    let section = columns.section(data.gaps.iter()).or_note(lang.pick("Tidak ada selisih.", "No differences."));
    Table { size: Size::Long, ..Table::new(title, report.subtitle(), 3, vec![section]) }
}
