//! *Temuan*: every finding with its cell and what to do about it.

use super::table::{CellValue, Colour, Rows, Section, Seen, Size, Table, Tone, cells};
use super::{Report, row_of};
use crate::finding::Severity;
use crate::lang::Lang;

/// The row of a satker's first finding, if it has any.
pub(super) fn first_row(report: Report, unit: usize) -> Option<usize> {
    let units = &report.data.units;
    let before = || units[..unit].iter().map(|unit| unit.findings.len()).sum();
    (!units[unit].findings.is_empty()).then(before)
}

pub(super) fn table(report: Report) -> Table<Rows> {
    let Report { data, lang } = report;
    let [errors, warnings, infos] = data.finding_counts();
    let title = match lang {
        Lang::Id => format!("Temuan: {errors} galat, {warnings} peringatan, {infos} info"),
        Lang::En => format!("Findings: {errors} errors, {warnings} warnings, {infos} infos"),
    };
    let words = [(Severity::Error, Tone::Bad), (Severity::Warning, Tone::Open)];
    let words = words.map(|(severity, tone)| (severity.word(lang).to_owned(), tone));
    let [kode, nama] = report.satker_columns();
    let columns = vec![
        kode.id("satker"),
        nama,
        report.word("Tingkat", "Severity").coloured(Colour::Words(words.to_vec())).id("severity"),
        report.text("Kode", "Code").id("code"),
        report.text("Mengenai", "About").id("subject"),
        report.text("Lokasi", "Location").id("location").seen(Seen::Machines),
        report.text("Lembar", "Sheet").id("sheet"),
        report.text("Sel", "Cell").id("cell"),
        report.wrapped("Temuan", "Finding").id("message"),
        report.wrapped("Tindakan", "What to do").id("remedy"),
    ];
    let rows = data.units.iter().flat_map(move |unit| {
        unit.findings.iter().map(move |finding| {
            let place = finding.place.as_ref();
            row_of(
                unit,
                cells![
                    CellValue::Word(finding.severity().word(lang), finding.severity().name()),
                    finding.code.entry().code,
                    finding.subject.as_deref().unwrap_or_default(),
                    place.map(|place| &*place.location).unwrap_or_default(),
                    place.and_then(|place| place.sheet.as_deref()).unwrap_or_default(),
                    place.map(|place| place.cells()).unwrap_or_default(),
                    CellValue::written(finding.message(lang)),
                    finding.remedy(lang),
                ],
            )
        })
    });
    let section = Section::new(columns, Box::new(rows) as Rows);
    let section = section.or_note(lang.pick("Tidak ada temuan.", "There are no findings."));
    Table { size: Size::Long, ..Table::new(title, report.subtitle(), 2, vec![section]) }
}
