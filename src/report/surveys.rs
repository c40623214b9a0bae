//! *SKM*, *IPAK-IPKP* and *Survei*: satker × unsur with index, grade and interval; the province over all responses and, below
//! it, the plain mean of its satker. *Responden*: who answered.

use super::Report;
use super::table::{CellValue, Cells, Chart, ChartKind, Columns, Row, Rows, Section, Series, Size, Table, cells};
use crate::compute::survey::{Breakdown, PARTIAL, SurveyResult};
use crate::compute::{ProvinceSurvey, Unit};
use crate::lang::Lang;
use crate::survey::instrument::Shown;
use crate::survey::instrument::conversion;

/// Code, name, respondents.
const FIXED: usize = 3;

/// All surveys together.
pub(super) fn all(report: Report) -> Table<Rows> {
    let lang = report.lang;
    let title = lang.pick("Survei: indeks dan unsur per satker", "Surveys: indices and elements per satker");
    let mut sections = sections(report, |_| true);
    if sections.is_empty() {
        sections
            .push(Section::note(lang.pick("Pipeline ini tidak membaca survei.", "This pipeline reads no surveys.")));
    }
    Table::new(title, report.subtitle(), 2, sections)
}

/// The surveys shown in one way: those from 25 to 100 on *SKM*, those from 1 to 4 on *IPAK-IPKP*.
pub(super) fn shown(report: Report, shown: Shown) -> Option<Table<Rows>> {
    let lang = report.lang;
    let title = match shown {
        Shown::Hundred => lang.pick("Survei Kepuasan Masyarakat per unsur", "Public satisfaction surveys per element"),
        Shown::Four => lang.pick("Indeks persepsi per butir (skala 1–4)", "Perception indices per item (scale 1–4)"),
    };
    let sections = sections(report, |survey| survey.instrument.shown == shown);
    (!sections.is_empty()).then(|| Table::new(title, report.subtitle(), 2, sections))
}

fn sections(report: Report, is_wanted: impl Fn(&ProvinceSurvey) -> bool) -> Vec<Section<Rows>> {
    let surveys = report.data.surveys.iter().enumerate().filter(|(_, survey)| is_wanted(survey));
    surveys.map(|(place, survey)| section(report, place, survey)).collect()
}

/// A row of a satker with what its respondents answered.
type Of<'a> = (usize, &'a Unit, Option<&'a SurveyResult>);

/// One survey: its satker, the two rows of the province, its chart.
fn section<'a>(report: Report<'a>, place: usize, survey: &'a ProvinceSurvey) -> Section<Rows<'a>> {
    let Report { data, lang } = report;
    let instrument = &*survey.instrument;
    let scale = f64::from(survey.scale);
    let index = match instrument.shown {
        Shown::Hundred => instrument.index.clone(),
        Shown::Four => format!("{} (25–100)", instrument.index),
    };
    let name = format!("{} {}", instrument.short, survey.period);
    let on_scale = move |result: &SurveyResult, value: f64| Some(result.index.on(survey.scale, value));
    let mut columns = Columns::default();
    columns
        .add(report.text("Kode", "Code"), |(_, unit, _): Of<'a>| &unit.satker.kode)
        .add(report.text(&name, &name), |(_, unit, _)| &unit.satker.nama)
        .add(report.count("Responden", "Respondents"), |(.., of)| of.map(|of| of.index.n));
    for (place, element) in instrument.elements.iter().enumerate() {
        let heading = format!("{} {}", element.code, element.label);
        columns.add(report.number(&heading, &heading).heat(scale), move |(.., of)| {
            let measured = of.and_then(|of| of.index.elements.iter().find(|measured| measured.element == place));
            of.zip(measured).and_then(|(of, measured)| on_scale(of, measured.nrr))
        });
    }
    let mean = columns.width();
    columns
        .add(report.number("Rata-rata NRR", "Mean NRR").heat(scale), move |(row, _, of)| {
            let elements = Cells::block((row, FIXED), (row, mean - 1));
            of.map_or(CellValue::Empty, |of| {
                CellValue::formula("AVERAGE({0})", [elements], on_scale(of, of.index.mean))
            })
        })
        .add(report.number(&index, &index).heat(100.0), move |(row, _, of)| {
            let formula = format!("100/{}*{{0}}", survey.scale);
            of.map_or(CellValue::Empty, |of| CellValue::formula(formula, [Cells::one(row, mean)], Some(of.index.index)))
        })
        .add(report.word("Mutu", "Grade"), move |(.., of)| of.map_or("", |of| of.grade_word(lang)))
        .add(report.number("Selang bawah", "Low 95%"), |(.., of)| of.and_then(|of| Some(of.index.interval?.0)))
        .add(report.number("Selang atas", "High 95%"), |(.., of)| of.and_then(|of| Some(of.index.interval?.1)))
        .add(report.wrapped("Prioritas perbaikan", "Priorities"), |(.., of)| {
            let name = |of: &SurveyResult, priority: usize| {
                let element = &of.instrument.elements[of.index.elements[priority].element];
                format!("{} {}", element.code, element.label)
            };
            let lowest = of.map(|of| of.index.priorities.iter().map(|&at| name(of, at)).collect::<Vec<_>>());
            lowest.unwrap_or_default().join("; ")
        })
        .add(report.count("Saran", "Comments"), |(.., of)| of.map(|of| of.comments.len()));
    let (width, units) = (columns.width(), data.units.len());
    let of_satker = data.units.iter().enumerate();
    let mut section =
        columns.section(of_satker.map(move |(row, unit)| (row, unit, unit.surveys[place].result.as_ref())));
    section.rows = Box::new(section.rows.chain(province(survey, (units, mean), width, lang)));
    let title = format!(
        "{} {}: {}",
        instrument.short,
        survey.period,
        lang.pick("NRR per unsur, semua jawaban", "NRR per element, all responses")
    );
    let name = Some(lang.pick("Provinsi", "Province").to_owned());
    let series = vec![Series { name, rows: vec![units], columns: (FIXED, mean - 1) }];
    let chart = Chart { kind: ChartKind::Columns, title, series, scale: (1.0, scale), note: None };
    Section { charts: vec![chart], ..section.titled(&format!("{} {}", instrument.title, survey.period)) }
}

/// The province: over all responses, and as the mean of its satker.
fn province(survey: &ProvinceSurvey, (row, mean): (usize, usize), width: usize, lang: Lang) -> [Row; 2] {
    let instrument = &survey.instrument;
    let letter =
        |index: Option<f64>| index.and_then(|i| instrument.grade(i)).map_or("–", |grade| grade.letter.as_str());
    // A satker without enough elements is shown, and neither averaged nor added up.
    let of_whole = |function: &str, column: usize, value| {
        let block = |column| Cells::block((0, column), (row.saturating_sub(1), column));
        let partial = PARTIAL.text(lang);
        let formula = match function {
            "SUMIF" => format!("SUMIF({{0}},\"<>{partial}\",{{1}})"),
            _ => format!("IFERROR({function}({{0}},\"<>{partial}\",{{1}}),\"\")"),
        };
        CellValue::formula(formula, [block(mean + 2), block(column)], value)
    };
    let mut all = cells![
        "",
        lang.pick("Provinsi, semua jawaban", "Province, all responses"),
        of_whole("SUMIF", 2, Some(survey.respondents as f64)),
    ];
    all.extend(survey.nrr.iter().map(|nrr| CellValue::from(*nrr)));
    let (elements, at) = (Cells::block((row, FIXED), (row, mean - 1)), Cells::one(row, mean));
    let average = survey.index.map(|index| index / conversion(survey.scale));
    all.extend(cells![
        CellValue::formula("IF(COUNT({0})=0,\"\",AVERAGE({0}))", [elements], average),
        CellValue::formula(format!("IF({{0}}=\"\",\"\",100/{}*{{0}})", survey.scale), [at], survey.index),
        letter(survey.index),
    ]);
    let mut plain = cells!["", lang.pick("Rata-rata satker", "Mean of satker")];
    plain.resize(mean + 1, CellValue::Empty);
    plain.extend(cells![of_whole("AVERAGEIF", mean + 1, survey.mean_of_satker), letter(survey.mean_of_satker)]);
    [Row::from(all).closing(width), Row::from(plain).closing(width)]
}

/// A group of a satker's respondents: its label, how many they are, their index.
type Group<'a> = (&'a Unit, &'a SurveyResult, &'a Breakdown, (&'a str, usize, Option<f64>));

/// *Responden*: who answered, in groups of at least five, with their index.
pub(super) fn respondents<'a>(report: Report<'a>) -> Table<Rows<'a>> {
    let Report { data, lang } = report;
    let title = lang.pick(
        "Responden per kelompok – kelompok di bawah lima orang tidak ditampilkan",
        "Respondents by group – groups of fewer than five are not shown",
    );
    let shown_as = |shown: Shown, (_, result, _, (.., index)): Group<'a>| {
        index.filter(|_| result.instrument.shown == shown).map(|index| result.instrument.scaled(index))
    };
    let mut columns = report.columns(|(unit, ..): Group<'a>| unit);
    columns
        .add(report.text("Survei", "Survey"), |(_, result, ..)| &result.instrument.short)
        .add(report.text("Menurut", "By"), move |(_, _, by, _)| by.title.text(lang))
        .add(report.text("Kelompok", "Group"), |(.., (label, ..))| CellValue::written(label))
        .add(report.count("Responden", "Respondents"), |(.., (_, n, _))| n)
        .add(report.number("Indeks (25–100)", "Index (25–100)"), move |of| shown_as(Shown::Hundred, of))
        .add(report.number("Indeks (1–4)", "Index (1–4)"), move |of| shown_as(Shown::Four, of));
    let rows = data.units.iter().flat_map(move |unit| {
        let results = unit.surveys.iter().filter_map(|survey| survey.result.as_ref());
        results.flat_map(|result| result.breakdowns.iter().map(move |by| (result, by))).flat_map(move |(result, by)| {
            let not_shown = lang.pick("(tidak ditampilkan)", "(not shown)");
            let not_shown = (by.not_shown > 0).then_some((not_shown, by.not_shown, None));
            let groups = by.rows.iter().map(|group| (group.label.as_str(), group.n, Some(group.index)));
            groups.chain(not_shown).map(move |group| (unit, result, by, group))
        })
    });
    Table { size: Size::Long, ..Table::new(title, report.subtitle(), 2, vec![columns.section(rows)]) }
}
