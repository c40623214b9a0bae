//! *Rencana Aksi*: how the plans of every satker stand, and the rows that are late.

use super::Source;
use crate::consolidate::Status;
use crate::lang::Phrase;
use crate::output::sheets::table::{CellValue, Colour, Column, Format, Section, Table};
use crate::output::workbook::planned;
use crate::text::shorten;

/// How rows can stand, with the headings of their counts.
const STATUSES: [(Status, Phrase); 5] = [
    (Status::Done, Phrase::new("Selesai", "Done")),
    (Status::Late, Phrase::new("Terlambat", "Late")),
    (Status::Ahead, Phrase::new("Belum jatuh tempo", "Ahead")),
    (Status::Due, Phrase::new("Jatuh tempo", "Due")),
    (Status::Undated, Phrase::new("Tanpa bulan", "No month")),
];
/// Characters of a text shown in a row.
const TEXT: usize = 120;

pub(super) fn table(from: &Source) -> Table {
    let lang = from.lang;
    let title = lang.pick("Rencana aksi: keadaan per satker", "Action plans: how they stand");
    if !from.data.has_plans() {
        let sentence = lang.pick("Pipeline ini tidak membaca rencana aksi.", "This pipeline reads no action plans.");
        return Table::note(title, &from.subtitle(), sentence);
    }
    Table {
        title: title.to_owned(),
        subtitle: from.subtitle(),
        sections: vec![counts(from), late(from)],
        frozen_columns: 2,
        is_idle: false,
    }
}

fn counts(from: &Source) -> Section {
    let mut columns = from.satker_columns();
    columns.push(from.column("Baris", "Rows", Column::of(Format::Count)));
    for (status, heading) in STATUSES {
        let colour = (status == Status::Late).then_some(Colour::BadAboveZero);
        columns.push((heading.text(from.lang).to_owned(), Column { format: Format::Count, colour }));
    }
    columns.push(from.column("Keterangan", "Remark", Column::of(Format::Wrapped)));
    let rows = from.data.units.iter().map(|unit| {
        let mut row: Vec<CellValue> = vec![unit.satker.kode.as_str().into(), unit.satker.nama.as_str().into()];
        let read = unit.plan.as_ref().filter(|plan| plan.result.is_some());
        let count = |count: Option<usize>| CellValue::number(count.map(|count| count as f64));
        row.push(count(read.map(|plan| plan.standings.len())));
        row.extend(STATUSES.map(|(status, _)| count(read.map(|plan| plan.count(status)))));
        let failure = unit.plan.as_ref().and_then(|plan| plan.failure.as_ref());
        row.push(failure.map(|failure| failure.message(from.lang)).unwrap_or_default().into());
        row
    });
    Section { rows: rows.collect(), ..Section::new(columns) }
}

fn late(from: &Source) -> Section {
    let (data, lang) = (from.data, from.lang);
    let mut columns = from.satker_columns();
    columns.extend([
        from.column("Area", "Area", Column::of(Format::Count)),
        from.column("Tenggat", "Due", Column::of(Format::Day)),
        from.column("Kode LKE", "LKE code", Column::of(Format::Text)),
        from.column("Belum ada", "Lacks", Column::of(Format::Text)),
        from.column("Sel", "Cell", Column::of(Format::Text)),
        from.column("Komponen atau kegiatan", "Component or activity", Column::of(Format::Text)),
        from.column("Indikator", "Indicator", Column::of(Format::Wrapped)),
    ]);
    let mut rows = Vec::new();
    for unit in &data.units {
        let late = unit.plan.iter().flat_map(|plan| plan.rows()).filter(|(_, row)| row.status == Status::Late);
        for (item, standing) in late {
            let due = standing.deadlines.iter().find(|deadline| deadline.is_past);
            let lacks = standing.shown.map_or("", |shown| match (shown.answered, shown.evidenced) {
                (false, false) => lang.pick("jawaban dan bukti", "answer and evidence"),
                (false, true) => lang.pick("jawaban", "an answer"),
                _ => lang.pick("bukti", "evidence"),
            });
            rows.push(vec![
                unit.satker.kode.as_str().into(),
                unit.satker.nama.as_str().into(),
                CellValue::number(item.item.area.map(f64::from)),
                due.map_or(CellValue::Empty, |deadline| CellValue::Day(deadline.day)),
                standing.node.map_or("", |node| data.template.nodes[node].code.as_str()).into(),
                lacks.into(),
                item.item.cell.to_string().into(),
                CellValue::written(&shorten(&item.item.component, TEXT)),
                CellValue::written(&shorten(planned(item), TEXT)),
            ]);
        }
    }
    let title = lang.pick(
        "Terlambat: lewat tenggat, jawaban atau bukti di LKE belum ada",
        "Late: past due, not shown done in the LKE",
    );
    let none = lang.pick("Tidak ada yang terlambat.", "Nothing is late.");
    Section { rows, ..Section::new(columns) }.titled(title).or_note(none)
}
