//! *Perubahan*: what changed since the run before, a block a satker.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{HEADER, Look, Sheet};
use super::{Context, Name};
use crate::consolidate::Changes;
use crate::output::changes::{Line, Shown, Tone, lines, nothing, run_name};
use crate::text::shorten;

/// Characters of a label.
const LABEL: usize = 160;
/// Characters of an answer or link.
const TEXT: usize = 120;

pub(super) fn write(context: &Context, sheet: Worksheet, changes: &Changes) -> Result<Worksheet, XlsxError> {
    let lang = context.lang;
    let title = match &changes.before {
        Some(before) => format!("{} {}", lang.pick("Perubahan sejak", "Changes since"), run_name(before, lang)),
        None => lang.pick("Perubahan", "Changes").to_owned(),
    };
    let mut sheet = Sheet::new(sheet, context, Name::Changes.text(lang), &title, &context.subtitle())?;
    let headings = [
        ("Kode satker", "Satker code"),
        ("Satker", "Satker"),
        ("Perubahan", "Change"),
        ("Peran", "Role"),
        ("Kode", "Code"),
        ("Uraian", "Label"),
        ("Sel", "Cell"),
        ("Semula", "Before"),
        ("Menjadi", "After"),
        ("Selisih poin", "Points"),
        ("Subarea", "Subarea"),
        ("Nilai subarea semula", "Subarea before"),
        ("Nilai subarea menjadi", "Subarea after"),
    ];
    sheet.out.set_row_height(HEADER, 38)?;
    sheet.header(HEADER, &headings.map(|(id, en)| lang.pick(id, en)))?;
    if let Some(sentence) = nothing(changes, lang) {
        sheet.text(HEADER + 1, 1, &sentence)?;
        return sheet.finish(HEADER, 2, false);
    }
    let lines = lines(changes, lang);
    for (line, row) in lines.iter().zip(HEADER + 1..) {
        write_line(&mut sheet, row, line)?;
    }
    let mut row = HEADER + 1 + lines.len() as u32;
    let same: Vec<&str> = changes.satker.iter().filter(|s| !s.is_changed()).map(|s| &*s.kode).collect();
    if !same.is_empty() {
        // Apart from the filter's range, which ends with the rows of changes.
        row += 1;
        let label = lang.pick("Tanpa perubahan", "Unchanged");
        sheet.note(row, 1, &format!("{label} ({}): {}", same.len(), same.join(", ")))?;
    }
    sheet.finish(HEADER, 2, true)
}

fn write_line(sheet: &mut Sheet, row: u32, line: &Line) -> Result<(), XlsxError> {
    let (text, number) = if line.is_head { (Look::Heading, Look::HeadingNumber) } else { (Look::Text, Look::Number) };
    let what = match line.tone {
        Tone::Plain => text,
        Tone::Good => Look::Green,
        Tone::Open => Look::Yellow,
        Tone::Bad => Look::Red,
    };
    // The label first: the row grows with it.
    if line.is_head {
        sheet.heading(row, 5, &line.label)?;
    } else {
        sheet.text(row, 5, &shorten(&line.label, LABEL))?;
    }
    for (col, shown) in [(7, &line.before), (8, &line.after)] {
        match shown {
            Shown::Nothing => sheet.text_as(row, col, "", text)?,
            Shown::Text(answer) => sheet.text(row, col, &shorten(answer, TEXT))?,
            Shown::Number(points) => sheet.number_as(row, col, Some(*points), number)?,
        }
    }
    sheet.text_as(row, 0, &line.kode, text)?;
    sheet.text_as(row, 1, &line.nama, text)?;
    sheet.text_as(row, 2, line.what, what)?;
    sheet.text_as(row, 3, line.role, text)?;
    sheet.text_as(row, 4, &line.code, text)?;
    sheet.text_as(row, 6, &line.cell, text)?;
    sheet.number_as(row, 9, line.points, line.points.map_or(number, Look::of_points))?;
    let (code, score) = line.node.as_ref().map_or(("", None), |(code, score)| (&**code, Some(*score)));
    sheet.text_as(row, 10, code, text)?;
    sheet.number_as(row, 11, score.and_then(|score| score.before), number)?;
    sheet.number_as(row, 12, score.and_then(|score| score.after), number)
}
