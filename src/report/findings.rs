//! *Temuan*: every finding with its cell and what to do about it.

use super::Report;
use super::table::{CellValue, Colour, Rows, Seen, Size, Table, Tone};
use crate::compute::Unit;
use crate::finding::catalogue::NO_ACTION;
use crate::finding::{Finding, Place, Severity};
use crate::lang::Lang;

/// Every finding with whose it is: the worst first, the satker of the same severity in the registry's order; at the end what
/// needs no action.
fn rows<'a>(report: Report<'a>) -> impl Iterator<Item = (&'a Unit, &'a Finding)> + Send {
    let units = &report.data.units;
    let of = move |(needs_action, severity)| {
        let all = units.iter().flat_map(|unit| unit.findings.iter().map(move |finding| (unit, finding)));
        all.filter(move |(_, of)| of.severity() == severity && of.code.needs_action() == needs_action)
    };
    [true, false].into_iter().flat_map(|needs| Severity::ALL.map(|severity| (needs, severity))).flat_map(of)
}

/// The row of a satker's first finding, if it has any.
pub(super) fn first_row(report: Report, unit: usize) -> Option<usize> {
    let unit = report.data.units.get(unit)?;
    let first = unit.findings.iter().find(|of| of.code.needs_action()).or(unit.findings.first())?;
    rows(report).position(|(_, finding)| std::ptr::eq(finding, first))
}

pub(super) fn table<'a>(report: Report<'a>) -> Table<Rows<'a>> {
    let Report { data, lang } = report;
    let [errors, warnings, infos] = data.finding_counts();
    let mut title = match lang {
        Lang::Id => format!("Temuan: {errors} galat, {warnings} peringatan, {infos} info"),
        Lang::En => format!("Findings: {errors} errors, {warnings} warnings, {infos} infos"),
    };
    let idle = data.findings().filter(|of| !of.code.needs_action()).count();
    if idle > 0 {
        title += &format!("; {idle} {}", lang.pick("lagi tidak perlu tindakan", "more need no action"));
    }
    let words = [(Severity::Error, Tone::Bad), (Severity::Warning, Tone::Open)];
    let words = words.map(|(severity, tone)| (severity.word(lang).to_owned(), tone));
    let place = |finding: &'a Finding| finding.place.as_ref();
    let mut columns = report.columns(|(unit, _): (&'a Unit, &'a Finding)| unit);
    columns
        .add(
            report.word("Tingkat", "Severity").coloured(Colour::Words(words.to_vec())).id("severity"),
            move |(_, of)| {
                let severity = of.severity();
                let word = if of.code.needs_action() { severity.word(lang) } else { NO_ACTION.text(lang) };
                CellValue::Word(word, severity.name())
            },
        )
        .add(report.text("Kode", "Code").id("code"), |(_, of)| of.code.entry().code)
        .add(report.text("Mengenai", "About").id("subject"), |(_, of)| of.subject.as_deref().unwrap_or_default())
        .add(report.text("Lokasi", "Location").id("location").seen(Seen::Machines), move |(_, of)| {
            place(of).map_or("", |place| &*place.location)
        })
        .add(report.text("Lembar", "Sheet").id("sheet"), move |(_, of)| {
            place(of).and_then(|place| place.sheet.as_deref()).unwrap_or_default()
        })
        .add(report.text("Sel", "Cell").id("cell"), move |(_, of)| place(of).map(Place::cells).unwrap_or_default())
        .add(report.wrapped("Temuan", "Finding").id("message"), move |(_, of)| CellValue::written(of.message(lang)))
        .add(report.wrapped("Tindakan", "What to do").id("remedy"), move |(_, of)| of.remedy(lang));
    let section = columns.section(rows(report)).or_note(lang.pick("Tidak ada temuan.", "There are no findings."));
    Table { size: Size::Long, ..Table::new(title, report.subtitle(), 2, vec![section]) }
}
