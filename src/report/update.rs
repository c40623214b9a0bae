//! *Pembaruan*: when the tabs were refreshed, from which sources, with which findings.

use super::sources::{read, state_column};
use super::table::{CellValue, Column, Format, Row, Rows, Section, Table, cells};
use super::{Report, TableName, row_of};
use crate::finding::Severity;
use crate::text::capital;

pub(super) fn table<'a>(report: Report<'a>, pipeline: &str) -> Table<Rows<'a>> {
    let subtitle = report.lang.pick(
        "Tab-tab ini ditulis ulang oleh rekap; tab lain di spreadsheet ini tidak pernah disentuh",
        "These tabs are rewritten by rekap; other tabs of this spreadsheet are never touched",
    );
    let title = format!("{}: {}", TableName::Update.title().text(report.lang), report.data.title);
    Table::new(title, subtitle, 0, vec![run(report, pipeline), counts(report), errors(report), sources(report)])
}

fn one_row<'a>(cells: Vec<CellValue>) -> Rows<'a> {
    Box::new([Row::from(cells)].into_iter())
}

fn run<'a>(report: Report, pipeline: &str) -> Section<Rows<'a>> {
    let data = report.data;
    let columns = vec![
        report.text("Pipeline", "Pipeline"),
        report.text("Periode", "Period"),
        report.column(Format::Day, "Dinilai per", "Judged on"),
        report.column(Format::Moment, "Dijalankan", "Run at"),
        report.count("Konsolidasi nomor", "Run number"),
    ];
    let row = cells![
        pipeline,
        &data.period,
        CellValue::Today(data.as_of),
        CellValue::Moment(data.run_at),
        data.run.map_or(CellValue::Empty, CellValue::Run),
    ];
    Section::new(columns, one_row(row))
}

fn counts<'a>(report: Report) -> Section<Rows<'a>> {
    let columns =
        Severity::ALL.map(|severity| Column::of(Format::Count).under(capital(severity.word(report.lang)))).to_vec();
    let row = report.data.finding_counts().map(CellValue::count).to_vec();
    Section::new(columns, one_row(row)).titled(report.lang.pick("Banyaknya temuan", "Number of findings"))
}

fn errors(report: Report) -> Section<Rows> {
    let lang = report.lang;
    let mut columns = Vec::from(report.satker_columns());
    columns.extend([
        report.text("Kode", "Code"),
        report.wrapped("Temuan", "Finding"),
        report.wrapped("Tindakan", "What to do"),
    ]);
    let rows = report.data.units.iter().flat_map(move |unit| {
        let errors = unit.findings.iter().filter(|finding| finding.severity() == Severity::Error);
        errors.map(move |finding| {
            let message = CellValue::written(finding.message(lang));
            row_of(unit, cells![finding.code.entry().code, message, finding.remedy(lang)])
        })
    });
    let title = lang.pick(
        "Galat: angka yang tidak ada atau dari salinan lama",
        "Errors: numbers that are missing or of earlier copies",
    );
    let none = lang.pick("Tidak ada galat.", "There are no errors.");
    Section::new(columns, Box::new(rows) as Rows).titled(title).or_note(none)
}

fn sources(report: Report) -> Section<Rows> {
    let lang = report.lang;
    let mut columns = Vec::from(report.satker_columns());
    columns.extend([
        report.text("Isi", "Content"),
        report.column(Format::Moment, "Waktu baca", "Read at"),
        state_column(report),
        report.text("Lokasi", "Location"),
    ]);
    let rows = read(report)
        .map(move |read| row_of(read.unit, cells![read.content, read.at(), read.state(lang), read.location(lang)]));
    Section::new(columns, Box::new(rows) as Rows).titled(TableName::Sources.title().text(lang))
}
