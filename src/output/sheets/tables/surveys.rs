//! *Survei*: index, grade and interval of every satker with its elements; the province over all responses and, below it, the
//! plain mean of its satker.

use super::Source;
use crate::consolidate::ProvinceSurvey;
use crate::lang::Lang;
use crate::output::sheets::table::{CellValue, Colour, Column, Format, Section, Table};
use crate::survey::SurveyResult;
use crate::survey::index::conversion;
use crate::survey::instrument::Shown;

pub(super) fn table(from: &Source) -> Table {
    let (data, lang) = (from.data, from.lang);
    let title = lang.pick("Survei: indeks dan unsur per satker", "Surveys: indices and elements per satker");
    if data.surveys.is_empty() {
        let sentence = lang.pick("Pipeline ini tidak membaca survei.", "This pipeline reads no surveys.");
        return Table::note(title, &from.subtitle(), sentence);
    }
    let sections = data.surveys.iter().enumerate().map(|(place, survey)| section(from, place, survey));
    Table {
        title: title.to_owned(),
        subtitle: from.subtitle(),
        sections: sections.collect(),
        frozen_columns: 2,
        is_idle: false,
    }
}

/// *Saran*: what respondents wrote, scrubbed, of the surveys whose comments may leave the office.
pub(super) fn comments(from: &Source) -> Table {
    let lang = from.lang;
    let mut columns = from.satker_columns();
    columns.push(from.column("Survei", "Survey", Column::of(Format::Word)));
    columns.push(from.column("Saran", "Comment", Column::of(Format::Wrapped)));
    let published = from.data.units.iter().flat_map(|unit| {
        let results = unit.surveys.iter().filter_map(|survey| survey.result.as_ref());
        results.filter(|result| result.publishes_comments).map(move |result| (unit, result))
    });
    let rows = published.flat_map(|(unit, result)| {
        result.comments.iter().map(move |(_, comment)| {
            let (kode, nama) = (unit.satker.kode.as_str(), unit.satker.nama.as_str());
            vec![kode.into(), nama.into(), result.instrument.short.as_str().into(), CellValue::written(comment)]
        })
    });
    let section = Section { rows: rows.collect(), ..Section::new(columns) };
    Table {
        title: lang.pick("Saran responden", "Respondents' comments").to_owned(),
        subtitle: from.subtitle(),
        sections: vec![section.or_note(lang.pick("Tidak ada saran.", "No comments."))],
        frozen_columns: 2,
        is_idle: false,
    }
}

fn section(from: &Source, place: usize, survey: &ProvinceSurvey) -> Section {
    let lang = from.lang;
    let instrument = &*survey.instrument;
    let scale = f64::from(survey.scale);
    let heat = |most| Column::coloured(Format::Number, Colour::Heat(most));
    let index = match instrument.shown {
        Shown::Hundred => instrument.index.clone(),
        Shown::Four => format!("{} (25–100)", instrument.index),
    };
    let mut columns = from.satker_columns();
    columns.push(from.column("Responden", "Respondents", Column::of(Format::Count)));
    columns.push((index, heat(100.0)));
    columns.push(from.column("Rata-rata NRR", "Mean NRR", heat(scale)));
    columns.push(from.column("Mutu", "Grade", Column::of(Format::Word)));
    columns.push(from.column("Selang bawah", "Low 95%", Column::of(Format::Number)));
    columns.push(from.column("Selang atas", "High 95%", Column::of(Format::Number)));
    columns.push(from.column("Prioritas perbaikan", "Priorities", Column::of(Format::Text)));
    columns.push(from.column("Saran", "Comments", Column::of(Format::Count)));
    columns
        .extend(instrument.elements.iter().map(|element| (format!("{} {}", element.code, element.label), heat(scale))));
    let width = columns.len();
    let mut rows: Vec<Vec<CellValue>> = Vec::new();
    for unit in &from.data.units {
        let mut row: Vec<CellValue> = vec![unit.satker.kode.as_str().into(), unit.satker.nama.as_str().into()];
        if let Some(result) = &unit.surveys[place].result {
            measured(&mut row, result, survey.scale, lang);
        }
        row.resize(width, CellValue::Empty);
        rows.push(row);
    }
    let grade = |index: Option<f64>| -> CellValue {
        index.and_then(|index| instrument.grade(index)).map_or("–", |grade| grade.letter.as_str()).into()
    };
    let mut province = vec![
        CellValue::Empty,
        lang.pick("Provinsi, semua jawaban", "Province, all responses").into(),
        CellValue::count(survey.respondents),
        CellValue::number(survey.index),
        CellValue::number(survey.index.map(|index| index / conversion(survey.scale))),
        grade(survey.index),
    ];
    province.resize(width - instrument.elements.len(), CellValue::Empty);
    province.extend(survey.nrr.iter().map(|nrr| CellValue::number(*nrr)));
    let mut mean = vec![
        CellValue::Empty,
        lang.pick("Rata-rata satker", "Mean of satker").into(),
        CellValue::Empty,
        CellValue::number(survey.mean_of_satker),
        CellValue::Empty,
        grade(survey.mean_of_satker),
    ];
    mean.resize(width, CellValue::Empty);
    rows.extend([province, mean]);
    let title = format!("{} {}", instrument.title, survey.period);
    Section { rows, closing: 2, ..Section::new(columns) }.titled(&title)
}

fn measured(row: &mut Vec<CellValue>, result: &SurveyResult, scale: u8, lang: Lang) {
    let (instrument, index) = (&result.instrument, &result.index);
    let lowest: Vec<&str> =
        index.priorities.iter().map(|&p| instrument.elements[index.elements[p].element].code.as_str()).collect();
    row.extend([
        CellValue::count(index.n),
        CellValue::number(Some(index.index)),
        CellValue::number(Some(index.on(scale, index.mean))),
        result.grade_word(lang).into(),
        CellValue::number(index.interval.map(|interval| interval.0)),
        CellValue::number(index.interval.map(|interval| interval.1)),
        lowest.join(", ").into(),
        CellValue::count(result.comments.len()),
    ]);
    row.extend((0..instrument.elements.len()).map(|element| {
        let measured = index.elements.iter().find(|measured| measured.element == element);
        CellValue::number(measured.map(|measured| index.on(scale, measured.nrr)))
    }));
}
