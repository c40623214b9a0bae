//! *Syarat WBK-WBBM*: every criterion with its value, threshold and distance.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{HEADER, Look, Sheet};
use super::{Context, Name};
use crate::lke::Role;
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
    let headings = [
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
    sheet.columns(&looks)?;
    sheet.out.set_row_height(HEADER, 38)?;
    sheet.header(HEADER, &headings)?;
    let mut row = HEADER;
    for unit in &data.units {
        for role in Role::ALL {
            let result = unit.lke.as_ref().and_then(|lke| lke.role(role));
            let Some(result) = result.filter(|result| result.scores.total.answered > 0) else { continue };
            for decision in &result.decisions {
                for criterion in &decision.criteria {
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
                    for (offset, number) in numbers.into_iter().enumerate() {
                        let col = 6 + offset as u16;
                        match criterion.measured {
                            Some(Measured::AreaShare(_)) => sheet.share(row, col, number)?,
                            Some(_) => sheet.number(row, col, number)?,
                            None => sheet.number(row, col, None)?,
                        }
                    }
                    let look = Look::of_verdict(criterion.verdict);
                    sheet.text_as(row, 11, verdict_word(criterion.verdict, lang), look)?;
                }
            }
        }
    }
    sheet.finish(HEADER, 2, true)
}
