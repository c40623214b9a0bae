//! *Temuan*: every finding with its cell and what to do about it.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{HEADER, Look, Sheet};
use super::{Context, Name};
use crate::consolidate::Consolidation;

/// The row of a satker's first finding, if it has any.
pub(super) fn first_row(data: &Consolidation, unit: usize) -> Option<u32> {
    let before: usize = data.units[..unit].iter().map(|unit| unit.findings.len()).sum();
    (!data.units[unit].findings.is_empty()).then_some(HEADER + 1 + before as u32)
}

pub(super) fn write(context: &Context, sheet: Worksheet) -> Result<Worksheet, XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let [errors, warnings, infos] = data.finding_counts();
    let title = match lang {
        crate::lang::Lang::Id => format!("Temuan: {errors} galat, {warnings} peringatan, {infos} info"),
        crate::lang::Lang::En => format!("Findings: {errors} errors, {warnings} warnings, {infos} infos"),
    };
    let name = Name::Findings.text(lang);
    let mut sheet = Sheet::new(sheet, context, name, &title, &context.subtitle())?;
    let headings = [
        lang.pick("Kode satker", "Satker code"),
        "Satker",
        lang.pick("Tingkat", "Severity"),
        lang.pick("Kode", "Code"),
        lang.pick("Mengenai", "About"),
        lang.pick("Lembar", "Sheet"),
        lang.pick("Sel", "Cell"),
        lang.pick("Temuan", "Finding"),
        lang.pick("Tindakan", "What to do"),
    ];
    let mut looks = vec![Look::Text; 7];
    looks.extend([Look::Wrapped; 2]);
    sheet.columns(&looks)?;
    sheet.header(HEADER, &headings)?;
    let mut row = HEADER;
    for unit in &data.units {
        for finding in &unit.findings {
            row += 1;
            let place = finding.place.as_ref();
            sheet.text(row, 0, &unit.satker.kode)?;
            sheet.text(row, 1, &unit.satker.nama)?;
            let look = Look::of_severity(finding.severity());
            sheet.text_as(row, 2, finding.severity().word(lang), look)?;
            sheet.text(row, 3, finding.code.entry().code)?;
            sheet.text(row, 4, finding.subject.as_deref().unwrap_or_default())?;
            sheet.text(row, 5, place.and_then(|p| p.sheet.as_deref()).unwrap_or_default())?;
            sheet.text(row, 6, &place.map(|p| p.cells()).unwrap_or_default())?;
            sheet.text(row, 7, &finding.message(lang))?;
            sheet.text(row, 8, &finding.remedy(lang))?;
        }
    }
    sheet.finish(HEADER, 2, true)
}
