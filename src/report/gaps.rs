//! *Selisih TPI*: where the TPI scored differently than the unit.

use super::summary::barely_answered;
use super::table::{Rows, Section, Size, Table, cells};
use super::{Report, row_of};
use crate::lke::Role;
use crate::text::shorten;

pub(super) fn table(report: Report) -> Table<Rows> {
    let Report { data, lang } = report;
    let title = lang.pick(
        "Indikator yang dinilai berbeda oleh TPI – jumlah selisih satu satker adalah selisih totalnya",
        "Indicators the TPI scored differently – a satker's points add up to the difference of its totals",
    );
    let mut columns = Vec::from(report.satker_columns());
    columns.extend([
        report.text("Indikator", "Indicator"),
        report.wrapped("Uraian", "Label"),
        report.word("Jawaban unit", "Unit answer"),
        report.word("Jawaban TPI", "TPI answer"),
        report.number("Rasio unit", "Unit ratio"),
        report.number("Rasio TPI", "TPI ratio"),
        report.number("Selisih nilai", "Points"),
        report.text("Keterangan", "Remark"),
    ]);
    let rows = data.gaps.iter().map(move |gap| {
        let (unit, node) = (&data.units[gap.unit], &data.template.nodes[gap.node]);
        let answer = |role: Role| {
            let result = unit.lke.as_ref().and_then(|lke| lke.role(role));
            result.map(|result| result.shown_answer(&data.template, gap.node, lang)).unwrap_or_default()
        };
        let of_gap = cells![
            &node.code,
            shorten(&node.label, 120),
            answer(Role::Unit),
            answer(Role::Tpi),
            gap.unit_ratio,
            gap.tpi_ratio,
            Some(gap.points),
            barely_answered(unit, lang).join("; "),
        ];
        row_of(unit, of_gap)
    });
    let section = Section::new(columns, Box::new(rows) as Rows);
    let section = section.or_note(lang.pick("Tidak ada selisih.", "No differences."));
    Table { size: Size::Long, ..Table::new(title, report.subtitle(), 3, vec![section]) }
}
