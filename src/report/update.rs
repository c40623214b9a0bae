//! *Pembaruan*: when the tabs were refreshed, from which sources, with which findings.

use super::sources::{Read, read, state_column};
use super::table::{CellValue, Columns, Format, Rows, Section, Table};
use super::{Report, TableName};
use crate::compute::Unit;
use crate::finding::{Finding, Severity};
use crate::text::capital;

pub(super) fn table<'a>(report: Report<'a>, pipeline: &str) -> Table<Rows<'a>> {
    let subtitle = report.lang.pick(
        "Tab-tab ini ditulis ulang oleh rekap; tab lain di spreadsheet ini tidak pernah disentuh",
        "These tabs are rewritten by rekap; other tabs of this spreadsheet are never touched",
    );
    let title = format!("{}: {}", TableName::Update.title().text(report.lang), report.data.title);
    Table::new(title, subtitle, 0, vec![run(report, pipeline), counts(report), errors(report), sources(report)])
}

fn run<'a>(report: Report<'a>, pipeline: &str) -> Section<Rows<'a>> {
    let (data, pipeline) = (report.data, pipeline.to_owned());
    let mut columns = Columns::default();
    columns
        .add(report.text("Pipeline", "Pipeline"), move |()| CellValue::text(&pipeline))
        .add(report.text("Periode", "Period"), |_| &data.period)
        .add(report.column(Format::Day, "Dinilai per", "Judged on"), |_| CellValue::Today(data.as_of))
        .add(report.column(Format::Moment, "Dijalankan", "Run at"), |_| CellValue::Moment(data.run_at))
        .add(report.count("Konsolidasi nomor", "Run number"), |()| data.run.map_or(CellValue::Empty, CellValue::Run));
    columns.section(std::iter::once(()))
}

fn counts(report: Report) -> Section<Rows> {
    let mut columns = Columns::default();
    for (place, severity) in Severity::ALL.into_iter().enumerate() {
        let heading = capital(severity.word(report.lang));
        columns.add(report.count(&heading, &heading), move |counts: [usize; 3]| counts[place]);
    }
    let counts = std::iter::once(report.data.finding_counts());
    columns.section(counts).titled(report.lang.pick("Banyaknya temuan", "Number of findings"))
}

fn errors<'a>(report: Report<'a>) -> Section<Rows<'a>> {
    let lang = report.lang;
    let mut columns = report.columns(|(unit, _): (&'a Unit, &'a Finding)| unit);
    columns
        .add(report.text("Kode", "Code"), |(_, of)| of.code.entry().code)
        .add(report.wrapped("Temuan", "Finding"), move |(_, of)| CellValue::written(of.message(lang)))
        .add(report.wrapped("Tindakan", "What to do"), move |(_, of)| of.remedy(lang));
    let findings = report.data.units.iter().flat_map(|unit| unit.findings.iter().map(move |finding| (unit, finding)));
    let errors = findings.filter(|(_, finding)| finding.severity() == Severity::Error);
    let title = lang.pick(
        "Galat: angka yang tidak ada atau dari salinan lama",
        "Errors: numbers that are missing or of earlier copies",
    );
    columns.section(errors).titled(title).or_note(lang.pick("Tidak ada galat.", "There are no errors."))
}

fn sources<'a>(report: Report<'a>) -> Section<Rows<'a>> {
    let lang = report.lang;
    let mut columns = report.columns(|of: Read<'a>| of.unit);
    columns
        .add(report.text("Isi", "Content"), |of| of.content)
        .add(report.column(Format::Moment, "Waktu baca", "Read at"), |of| of.at())
        .add(state_column(report), move |of| of.state(lang))
        .add(report.text("Lokasi", "Location"), move |of| of.location(lang));
    columns.section(read(report)).titled(TableName::Sources.title().text(lang))
}
