//! *Pembaruan*: when the tabs were refreshed, from which sources, with which findings.

use super::Source;
use super::lists::{read, state_column};
use crate::finding::Severity;
use crate::output::sheets::table::{CellValue, Column, Format, Section, Table};

pub(super) fn table(from: &Source, pipeline: &str) -> Table {
    let lang = from.lang;
    let subtitle = lang.pick(
        "Tab-tab ini ditulis ulang oleh rekap; tab lain di spreadsheet ini tidak pernah disentuh",
        "These tabs are rewritten by rekap; other tabs of this spreadsheet are never touched",
    );
    Table {
        title: format!("{}: {}", lang.pick("Pembaruan", "Update"), from.data.title),
        subtitle: subtitle.to_owned(),
        sections: vec![run(from, pipeline), counts(from), errors(from), sources(from)],
        frozen_columns: 0,
        is_idle: false,
    }
}

fn run(from: &Source, pipeline: &str) -> Section {
    let (data, lang) = (from.data, from.lang);
    let columns = [Format::Text, Format::Text, Format::Day, Format::Moment, Format::Count];
    let columns = [
        "Pipeline",
        lang.pick("Periode", "Period"),
        lang.pick("Dinilai per", "Judged on"),
        lang.pick("Dijalankan (UTC)", "Run at (UTC)"),
        lang.pick("Konsolidasi nomor", "Run number"),
    ]
    .into_iter()
    .zip(columns)
    .map(|(heading, format)| (heading.to_owned(), Column::of(format)));
    let row = vec![
        pipeline.into(),
        data.period.as_str().into(),
        CellValue::Today(data.as_of),
        CellValue::Moment(data.run_at),
        data.run.map_or(CellValue::Empty, CellValue::Run),
    ];
    Section { rows: vec![row], ..Section::new(columns.collect()) }
}

fn counts(from: &Source) -> Section {
    let columns =
        Severity::ALL.map(|severity| (crate::text::capital(severity.word(from.lang)), Column::of(Format::Count)));
    let row = from.data.finding_counts().map(CellValue::count).to_vec();
    Section { rows: vec![row], ..Section::new(columns.to_vec()) }
        .titled(from.lang.pick("Banyaknya temuan", "Number of findings"))
}

fn errors(from: &Source) -> Section {
    let lang = from.lang;
    let mut columns = from.satker_columns();
    columns.extend([
        from.column("Kode", "Code", Column::of(Format::Text)),
        from.column("Temuan", "Finding", Column::of(Format::Wrapped)),
        from.column("Tindakan", "What to do", Column::of(Format::Wrapped)),
    ]);
    let units = from.data.units.iter();
    let errors = units.flat_map(|unit| unit.findings.iter().map(move |finding| (unit, finding)));
    let errors = errors.filter(|(_, finding)| finding.severity() == Severity::Error);
    let rows = errors.map(|(unit, finding)| {
        vec![
            unit.satker.kode.as_str().into(),
            unit.satker.nama.as_str().into(),
            finding.code.entry().code.into(),
            CellValue::written(&finding.message(lang)),
            finding.remedy(lang).into(),
        ]
    });
    let title = lang.pick(
        "Galat: angka yang tidak ada atau dari salinan lama",
        "Errors: numbers that are missing or of earlier copies",
    );
    Section { rows: rows.collect(), ..Section::new(columns) }
        .titled(title)
        .or_note(lang.pick("Tidak ada galat.", "There are no errors."))
}

fn sources(from: &Source) -> Section {
    let mut columns = from.satker_columns();
    columns.extend([
        from.column("Isi", "Content", Column::of(Format::Text)),
        from.column("Waktu baca (UTC)", "Read at (UTC)", Column::of(Format::Moment)),
        state_column(from),
        from.column("Lokasi", "Location", Column::of(Format::Text)),
    ]);
    let rows = read(from).map(|read| {
        vec![
            read.unit.satker.kode.as_str().into(),
            read.unit.satker.nama.as_str().into(),
            read.content.into(),
            read.at(),
            read.state(from).into(),
            read.location(from).into(),
        ]
    });
    Section { rows: rows.collect(), ..Section::new(columns) }.titled(from.lang.pick("Sumber", "Sources"))
}
