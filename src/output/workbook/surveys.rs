//! *SKM* and *IPAK-IPKP*: satker × unsur with index, grade and interval; the province over all responses and, beside it, the
//! plain mean of its satker.

use rust_xlsxwriter::{Chart, ChartFont, ChartType, Worksheet, XlsxError};

use super::sheet::{HEADER, Look, Sheet, cell};
use super::{Context, Name};
use crate::consolidate::ProvinceSurvey;
use crate::survey::index::conversion;
use crate::survey::instrument::Shown;
use crate::survey::{PARTIAL, SurveyResult};

/// Code, name, respondents.
const FIXED: u16 = 3;

/// Writes the surveys shown in one way: those from 25 to 100 on *SKM*, those from 1 to 4 on *IPAK-IPKP*.
pub(super) fn write(context: &Context, sheet: Worksheet, shown: Shown) -> Result<Worksheet, XlsxError> {
    let lang = context.lang;
    let title = match shown {
        Shown::Hundred => lang.pick("Survei Kepuasan Masyarakat per unsur", "Public satisfaction surveys per element"),
        Shown::Four => lang.pick("Indeks persepsi per butir (skala 1–4)", "Perception indices per item (scale 1–4)"),
    };
    let name = Name::Surveys(shown).text(lang);
    let mut sheet = Sheet::new(sheet, context, name, title, &context.subtitle())?;
    let mut row = HEADER;
    for (place, survey) in context.data.surveys.iter().enumerate() {
        if survey.instrument.shown == shown {
            row = block(&mut sheet, context, place, survey, row)?;
        }
    }
    sheet.finish(HEADER, 2, false)
}

/// One survey: its table, the two rows of the province, its chart; the first row below.
fn block(
    sheet: &mut Sheet,
    context: &Context,
    place: usize,
    survey: &ProvinceSurvey,
    top: u32,
) -> Result<u32, XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let instrument = &survey.instrument;
    let elements = instrument.elements.len() as u16;
    let hundred = instrument.shown == Shown::Hundred;
    let mut headings: Vec<String> = vec![
        lang.pick("Kode", "Code").to_owned(),
        format!("{} {}", instrument.short, survey.period),
        lang.pick("Responden", "Respondents").to_owned(),
    ];
    headings.extend(instrument.elements.iter().map(|element| format!("{} {}", element.code, element.label)));
    let (mean, index) = (FIXED + elements, FIXED + elements + 1);
    headings.push(lang.pick("Rata-rata NRR", "Mean NRR").to_owned());
    headings.push(if hundred { instrument.index.clone() } else { format!("{} (25–100)", instrument.index) });
    for (id, en) in [
        ("Mutu", "Grade"),
        ("Selang bawah", "Low 95%"),
        ("Selang atas", "High 95%"),
        ("Prioritas perbaikan", "Priorities"),
    ] {
        headings.push(lang.pick(id, en).to_owned());
    }
    sheet.out.set_row_height(top, 64)?;
    sheet.header(top, &headings.iter().map(String::as_str).collect::<Vec<_>>())?;
    for (unit, row) in data.units.iter().zip(top + 1..) {
        sheet.text(row, 0, &unit.satker.kode)?;
        sheet.text(row, 1, &unit.satker.nama)?;
        match &unit.surveys[place].result {
            Some(result) => satker_row(sheet, result, survey.scale, row, mean)?,
            None => {
                for col in 2..mean + 6 {
                    sheet.number(row, col, None)?;
                }
            }
        }
    }
    let last = top + data.units.len() as u32;
    province_rows(sheet, survey, (top + 1, last), mean)?;
    let scale = f64::from(survey.scale);
    sheet.heat((top + 1, FIXED), (last + 2, mean), scale)?;
    sheet.heat((top + 1, index), (last + 2, index), 100.0)?;
    let name = Name::Surveys(instrument.shown).text(lang);
    let mut chart = Chart::new(ChartType::Column);
    chart
        .add_series()
        .set_name(lang.pick("Provinsi", "Province"))
        .set_categories((name, top, FIXED, top, mean - 1))
        .set_values((name, last + 1, FIXED, last + 1, mean - 1))
        .set_gap(60);
    let title = format!(
        "{} {}: {}",
        instrument.short,
        survey.period,
        lang.pick("NRR per unsur, semua jawaban", "NRR per element, all responses")
    );
    chart.title().set_name(&title).set_font(ChartFont::new().set_size(12));
    chart.legend().set_hidden();
    chart.y_axis().set_min(1).set_max(scale);
    chart.set_width(900).set_height(300);
    sheet.out.insert_chart(last + 4, 2, &chart)?;
    // The chart covers some sixteen rows.
    Ok(last + 22)
}

fn satker_row(sheet: &mut Sheet, result: &SurveyResult, scale: u8, row: u32, mean: u16) -> Result<(), XlsxError> {
    let (instrument, index) = (&result.instrument, &result.index);
    sheet.count(row, 2, Some(index.n as u64))?;
    for element in 0..instrument.elements.len() {
        let measured = index.elements.iter().find(|measured| measured.element == element);
        sheet.number(row, FIXED + element as u16, measured.map(|measured| index.on(scale, measured.nrr)))?;
    }
    let elements = format!("{}:{}", cell(row, FIXED), cell(row, mean - 1));
    sheet.formula(row, mean, &format!("AVERAGE({elements})"), Some(index.on(scale, index.mean)))?;
    let to_hundred = format!("100/{scale}*{}", cell(row, mean));
    sheet.formula(row, mean + 1, &to_hundred, Some(index.index))?;
    let lang = sheet.lang;
    sheet.word(row, mean + 2, result.grade_word(lang))?;
    sheet.number(row, mean + 3, index.interval.map(|interval| interval.0))?;
    sheet.number(row, mean + 4, index.interval.map(|interval| interval.1))?;
    let lowest: Vec<&str> =
        index.priorities.iter().map(|&p| instrument.elements[index.elements[p].element].code.as_str()).collect();
    sheet.text(row, mean + 5, &lowest.join(", "))
}

/// The province: over all responses, and as the mean of its satker.
fn province_rows(sheet: &mut Sheet, survey: &ProvinceSurvey, rows: (u32, u32), mean: u16) -> Result<(), XlsxError> {
    let (lang, instrument) = (sheet.lang, &survey.instrument);
    let all = rows.1 + 1;
    let bold = Look::HeadingNumber;
    sheet.heading(all, 0, "")?;
    sheet.heading(all, 1, lang.pick("Provinsi, semua jawaban", "Province, all responses"))?;
    // A satker without enough elements is shown, and neither averaged nor added up.
    let of_whole = |function: &str, col: u16| {
        let grades = format!("{}:{}", cell(rows.0, mean + 2), cell(rows.1, mean + 2));
        format!("{function}({grades},\"<>{}\",{}:{})", PARTIAL.text(lang), cell(rows.0, col), cell(rows.1, col))
    };
    let respondents = of_whole("SUMIF", 2);
    sheet.formula_as(all, 2, &respondents, Some(survey.respondents as f64), Look::HeadingCount)?;
    for (element, nrr) in survey.nrr.iter().enumerate() {
        sheet.number_as(all, FIXED + element as u16, *nrr, bold)?;
    }
    let elements = format!("{}:{}", cell(all, FIXED), cell(all, mean - 1));
    let to_hundred = conversion(survey.scale);
    let average = survey.index.map(|index| index / to_hundred);
    sheet.formula_as(all, mean, &format!("IF(COUNT({elements})=0,\"\",AVERAGE({elements}))"), average, bold)?;
    let at = cell(all, mean);
    sheet.formula_as(all, mean + 1, &format!("IF({at}=\"\",\"\",100/{}*{at})", survey.scale), survey.index, bold)?;
    let letter =
        |index: Option<f64>| index.and_then(|i| instrument.grade(i)).map_or("–", |grade| grade.letter.as_str());
    sheet.heading(all, mean + 2, letter(survey.index))?;
    let plain = all + 1;
    sheet.heading(plain, 0, "")?;
    sheet.heading(plain, 1, lang.pick("Rata-rata satker", "Mean of satker"))?;
    sheet.heading(plain, 2, "")?;
    for col in FIXED..mean {
        sheet.heading(plain, col, "")?;
    }
    sheet.heading(plain, mean, "")?;
    let formula = format!("IFERROR({},\"\")", of_whole("AVERAGEIF", mean + 1));
    sheet.formula_as(plain, mean + 1, &formula, survey.mean_of_satker, bold)?;
    sheet.heading(plain, mean + 2, letter(survey.mean_of_satker))
}

/// *Responden*: who answered, in groups of at least five, with their index.
pub(super) fn write_respondents(context: &Context, sheet: Worksheet) -> Result<Worksheet, XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let title = lang.pick(
        "Responden per kelompok – kelompok di bawah lima orang tidak ditampilkan",
        "Respondents by group – groups of fewer than five are not shown",
    );
    let mut sheet = Sheet::new(sheet, context, Name::Respondents.text(lang), title, &context.subtitle())?;
    let headings = [
        lang.pick("Kode satker", "Satker code"),
        "Satker",
        lang.pick("Survei", "Survey"),
        lang.pick("Menurut", "By"),
        lang.pick("Kelompok", "Group"),
        lang.pick("Responden", "Respondents"),
        lang.pick("Indeks", "Index"),
    ];
    sheet.header(HEADER, &headings)?;
    let mut row = HEADER;
    for unit in &data.units {
        for result in unit.surveys.iter().filter_map(|survey| survey.result.as_ref()) {
            for breakdown in &result.breakdowns {
                let not_shown = (breakdown.not_shown > 0).then_some((
                    lang.pick("(tidak ditampilkan)", "(not shown)"),
                    breakdown.not_shown,
                    None,
                ));
                let groups = breakdown.rows.iter().map(|group| (group.label.as_str(), group.n, Some(group.index)));
                for (label, n, index) in groups.chain(not_shown) {
                    row += 1;
                    sheet.text(row, 0, &unit.satker.kode)?;
                    sheet.text(row, 1, &unit.satker.nama)?;
                    sheet.text(row, 2, &result.instrument.short)?;
                    sheet.text(row, 3, breakdown.title.text(lang))?;
                    sheet.text(row, 4, label)?;
                    sheet.count(row, 5, Some(n as u64))?;
                    sheet.number(row, 6, index.map(|index| result.instrument.scaled(index)))?;
                }
            }
        }
    }
    sheet.finish(HEADER, 2, true)
}

/// *Saran*: what respondents wrote, without anything that tells who they are.
pub(super) fn write_comments(context: &Context, sheet: Worksheet) -> Result<Worksheet, XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let title =
        lang.pick("Saran responden – data pribadi disamarkan", "Respondents' comments – personal data scrubbed");
    let mut sheet = Sheet::new(sheet, context, Name::Comments.text(lang), title, &context.subtitle())?;
    let headings = [
        lang.pick("Kode satker", "Satker code"),
        "Satker",
        lang.pick("Survei", "Survey"),
        lang.pick("Baris", "Row"),
        lang.pick("Saran", "Comment"),
    ];
    sheet.columns(&[Look::Text, Look::Text, Look::Text, Look::Count, Look::Wrapped])?;
    sheet.header(HEADER, &headings)?;
    let mut row = HEADER;
    for unit in &data.units {
        for result in unit.surveys.iter().filter_map(|survey| survey.result.as_ref()) {
            for (of, comment) in &result.comments {
                row += 1;
                sheet.text(row, 0, &unit.satker.kode)?;
                sheet.text(row, 1, &unit.satker.nama)?;
                sheet.text(row, 2, &result.instrument.short)?;
                sheet.count(row, 3, Some(u64::from(*of)))?;
                sheet.text(row, 4, comment)?;
            }
        }
    }
    if row == HEADER {
        sheet.text(HEADER + 1, 1, lang.pick("Tidak ada saran.", "No comments."))?;
    }
    sheet.finish(HEADER, 2, row > HEADER)
}
