//! An empty response sheet of a survey: the official questions in the order they are asked, with the official answers to
//! choose from, so that answers collected on paper are typed in as a form would export them.

use std::path::Path;

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationRule, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook,
    Worksheet, XlsxError,
};

use super::package;
use crate::lang::Lang;
use crate::survey::columns::Group;
use crate::survey::instrument::{Element, Instrument};

/// Rows made ready for responses.
const ROWS: u32 = 500;
/// Row of the header; responses begin below it.
const HEADER: u32 = 0;
/// Row of the header in the guide; its answers begin in column D below it.
const GUIDE_HEADER: u32 = 5;
/// Choices that repeat in every survey; others are typed.
const SEXES: [&str; 2] = ["Laki-laki", "Perempuan"];
const EDUCATION: [&str; 7] = ["SD", "SMP", "SMA", "D1–D3", "D4/S1", "S2", "S3"];

/// Writes the sheet of an instrument.
///
/// # Errors
/// When the file cannot be written.
pub fn write(instrument: &Instrument, lang: Lang, path: &Path) -> Result<(), XlsxError> {
    let mut book = Workbook::new();
    let mut asked: Vec<&Element> = instrument.elements.iter().collect();
    asked.sort_by_key(|element| element.asked);
    let guide_name = lang.pick("Petunjuk", "Guide");
    responses(book.add_worksheet(), &asked, guide_name)?;
    guide(book.add_worksheet().set_name(guide_name)?, instrument, &asked, lang)?;
    package::save(&mut book, path)
}

fn responses(sheet: &mut Worksheet, asked: &[&Element], guide: &str) -> Result<(), XlsxError> {
    sheet.set_name("Jawaban")?;
    let (header, input) = (header_format(), cell_format().set_background_color(Color::RGB(0xFFF9E5)));
    let stamp = input.clone().set_num_format("dd/mm/yyyy hh:mm");
    let mut columns: Vec<(String, f64, &Format, Option<DataValidation>)> =
        vec![("Stempel waktu".to_owned(), 16.0, &stamp, Some(a_date()?))];
    for group in Group::ALL {
        let choices: &[&str] = match group {
            Group::Sex => &SEXES,
            Group::Education => &EDUCATION,
            _ => &[],
        };
        let list = (!choices.is_empty()).then(|| DataValidation::new().allow_list_strings(choices)).transpose()?;
        let width = if group == Group::Age { 8.0 } else { 18.0 };
        columns.push((group.word().id.to_owned(), width, &input, list.map(one_of).transpose()?));
    }
    for (row, element) in (GUIDE_HEADER + 2..).zip(asked) {
        // The answers stand in the guide, whatever they hold; a list within the rule may have no commas.
        let answers = Formula::new(format!("={guide}!$D${row}:$G${row}"));
        let list = one_of(DataValidation::new().allow_list_formula(answers))?;
        columns.push((element.question.clone(), 24.0, &input, Some(list)));
    }
    columns.push(("Saran dan masukan".to_owned(), 40.0, &input, None));
    for (col, (title, width, format, choice)) in (0_u16..).zip(columns) {
        sheet.write_with_format(HEADER, col, title, &header)?.set_column_width(col, width)?;
        for row in HEADER + 1..=HEADER + ROWS {
            sheet.write_blank(row, col, format)?;
        }
        if let Some(choice) = choice {
            sheet.add_data_validation(HEADER + 1, col, HEADER + ROWS, col, &choice)?;
        }
    }
    sheet.set_row_height(HEADER, 62)?.set_freeze_panes(HEADER + 1, 1)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(HEADER, HEADER)?;
    Ok(())
}

/// What each question measures and what its answers are worth, and what not to ask.
fn guide(sheet: &mut Worksheet, instrument: &Instrument, asked: &[&Element], lang: Lang) -> Result<(), XlsxError> {
    let (title, header, cell) = (cell_format().set_border(FormatBorder::None), header_format(), cell_format());
    sheet.write_with_format(0, 0, &*instrument.title, &title.clone().set_bold().set_font_size(14).unset_text_wrap())?;
    let notes = [
        &*instrument.source,
        lang.pick(
            "Satu baris satu responden di lembar Jawaban; pilih jawaban dari daftar.",
            "One row per respondent in the sheet Jawaban; choose answers from the lists.",
        ),
        lang.pick(
            "Jangan menanyakan nama, nomor telepon, surel, atau NIK: tidak diperlukan dan tidak dibaca.",
            "Do not ask for names, telephone numbers, e-mail addresses or NIK: they are not needed and not read.",
        ),
    ];
    for (row, note) in (1..).zip(notes) {
        sheet.write_with_format(row, 0, note, &title.clone().unset_text_wrap())?;
    }
    let names = [lang.pick("Kode", "Code"), lang.pick("Unsur", "Element"), lang.pick("Pertanyaan", "Question")];
    let values = asked.iter().map(|element| element.answers.len()).max().unwrap_or(0);
    let values: Vec<String> = (1..=values).map(|value| value.to_string()).collect();
    for (col, name) in (0_u16..).zip(names.into_iter().chain(values.iter().map(String::as_str))) {
        sheet.write_with_format(GUIDE_HEADER, col, name, &header)?;
    }
    for (row, element) in (GUIDE_HEADER + 1..).zip(asked) {
        let texts = [element.code.as_str(), &element.label, &element.question].into_iter().chain(element.offered());
        for (col, text) in (0_u16..).zip(texts) {
            sheet.write_with_format(row, col, text, &cell)?;
        }
    }
    for (col, width) in (0_u16..).zip([8.0, 30.0, 46.0].into_iter().chain(values.iter().map(|_| 20.0))) {
        sheet.set_column_width(col, width)?;
    }
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}

fn a_date() -> Result<DataValidation, XlsxError> {
    let earliest = ExcelDateTime::from_ymd(2000, 1, 1)?;
    DataValidation::new()
        .allow_date(DataValidationRule::GreaterThanOrEqualTo(earliest))
        .set_error_title("Stempel waktu")?
        .set_error_message("Tanggal, misalnya 31/12/2025 10:00")
}

fn one_of(list: DataValidation) -> Result<DataValidation, XlsxError> {
    list.set_error_title("Jawaban")?.set_error_message("Pilih salah satu jawaban dari daftar.")
}

fn cell_format() -> Format {
    Format::new()
        .set_font_name("Arial")
        .set_font_size(9)
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(0xBFBFBF))
        .set_align(FormatAlign::Top)
        .set_text_wrap()
}

fn header_format() -> Format {
    cell_format()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(Color::RGB(0x1F3864))
        .set_font_color(Color::White)
}
