//! *Syarat WBK-WBBM*: every criterion with its value, threshold and distance.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{HEADER, Look, Sheet};
use super::{Context, Name};
use crate::lke::Role;
use crate::lke::predicate::Criterion;
use crate::lke::template::Measured;
use crate::output::json::{criterion_code, criterion_label};
use crate::output::text::verdict_word;

pub(super) fn write(context: &Context, sheet: Worksheet) -> Result<Worksheet, XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let template = &*data.template;
    let title = lang.pick(
        "Syarat WBK dan WBBM – \"belum pasti\" berarti pertanyaan yang belum dijawab yang menentukan",
        "Criteria of WBK and WBBM – \"open\" means that the unanswered indicators decide",
    );
    let name = Name::Criteria.text(lang);
    let mut sheet = Sheet::new(sheet, context, name, title, &context.subtitle())?;
    let mut headings = vec![
        lang.pick("Kode satker", "Satker code"),
        "Satker",
        lang.pick("Peran", "Role"),
        lang.pick("Predikat", "Predicate"),
        lang.pick("Kode", "Code"),
        lang.pick("Syarat", "Criterion"),
        lang.pick("Nilai", "Value"),
        lang.pick("Ambang", "Threshold"),
        lang.pick("Jarak", "Distance"),
        lang.pick("Bila kosong bernilai 0", "Unanswered worth 0"),
        lang.pick("Bila kosong bernilai 1", "Unanswered worth 1"),
        lang.pick("Putusan", "Verdict"),
    ];
    let mut looks = vec![Look::Text; 5];
    looks.push(Look::Wrapped);
    looks.extend([Look::Number; 5]);
    if data.judges_by_survey() {
        headings.push(lang.pick("Nilai menurut survei", "Value by survey"));
        headings.push(lang.pick("Putusan menurut survei", "Verdict by survey"));
        looks.extend([Look::Word, Look::Number]);
    }
    sheet.columns(&looks)?;
    sheet.out.set_row_height(HEADER, 38)?;
    sheet.header(HEADER, &headings)?;
    let mut row = HEADER;
    for unit in &data.units {
        for role in Role::ALL {
            let result = unit.lke.as_ref().and_then(|lke| lke.role(role));
            let Some(result) = result.filter(|result| result.scores.total.answered > 0) else { continue };
            let by_survey = unit.by_survey[role as usize].as_ref();
            for (which, decision) in result.decisions.iter().enumerate() {
                let by_survey = by_survey.and_then(|decided| decided.decisions.get(which));
                for (place, criterion) in decision.criteria.iter().enumerate() {
                    row += 1;
                    sheet.text(row, 0, &unit.satker.kode)?;
                    sheet.text(row, 1, &unit.satker.nama)?;
                    sheet.text(row, 2, role.word())?;
                    sheet.text(row, 3, &decision.name)?;
                    sheet.text(row, 4, &criterion_code(template, criterion))?;
                    sheet.text(row, 5, &criterion_label(template, decision, criterion, lang))?;
                    let numbers = [
                        criterion.value,
                        Some(criterion.threshold),
                        criterion.distance(),
                        Some(criterion.floor),
                        Some(criterion.ceiling),
                    ];
                    for (number, col) in numbers.into_iter().zip(6..) {
                        value(&mut sheet, row, col, criterion, number)?;
                    }
                    let look = Look::of_verdict(criterion.verdict);
                    sheet.text_as(row, 11, verdict_word(criterion.verdict, lang), look)?;
                    if let Some(decided) = by_survey.and_then(|decision| decision.criteria.get(place)) {
                        value(&mut sheet, row, 12, decided, decided.value)?;
                        let look = Look::of_verdict(decided.verdict);
                        sheet.text_as(row, 13, verdict_word(decided.verdict, lang), look)?;
                    }
                }
            }
        }
    }
    sheet.finish(HEADER, 2, true)
}

/// A number of a criterion: points, or a share of an area's weight; none of a predicate held.
fn value(sheet: &mut Sheet, row: u32, col: u16, criterion: &Criterion, number: Option<f64>) -> Result<(), XlsxError> {
    match criterion.measured {
        Some(Measured::AreaShare(_)) => sheet.share(row, col, number),
        Some(_) => sheet.number(row, col, number),
        None => sheet.number(row, col, None),
    }
}
