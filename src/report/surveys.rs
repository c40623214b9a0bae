//! *SKM*, *IPAK-IPKP* and *Survei*: satker × unsur with index, grade and interval; the province over all responses and, below
//! it, the plain mean of its satker. *Responden* and *Saran*: who answered, and what they wrote.

use super::table::{CellValue, Cells, Chart, ChartKind, Colour, Row, Rows, Section, Seen, Series, Size, Table, cells};
use super::{Report, row_of};
use crate::consolidate::ProvinceSurvey;
use crate::lang::Lang;
use crate::survey::index::conversion;
use crate::survey::instrument::Shown;
use crate::survey::{PARTIAL, SurveyResult};

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

/// One survey: its satker, the two rows of the province, its chart.
fn section<'a>(report: Report<'a>, place: usize, survey: &'a ProvinceSurvey) -> Section<Rows<'a>> {
    let Report { data, lang } = report;
    let instrument = &*survey.instrument;
    let scale = f64::from(survey.scale);
    let index = match instrument.shown {
        Shown::Hundred => instrument.index.clone(),
        Shown::Four => format!("{} (25–100)", instrument.index),
    };
    let heat = |heading: &str, most| report.number(heading, heading).coloured(Colour::Heat(most));
    let name = format!("{} {}", instrument.short, survey.period);
    let mut columns =
        vec![report.text("Kode", "Code"), report.text(&name, &name), report.count("Responden", "Respondents")];
    let elements = instrument.elements.iter();
    columns.extend(elements.map(|element| heat(&format!("{} {}", element.code, element.label), scale)));
    let mean = columns.len();
    columns.extend([
        heat(lang.pick("Rata-rata NRR", "Mean NRR"), scale),
        heat(&index, 100.0),
        report.word("Mutu", "Grade"),
        report.number("Selang bawah", "Low 95%"),
        report.number("Selang atas", "High 95%"),
        report.text("Prioritas perbaikan", "Priorities"),
        report.count("Saran", "Comments"),
    ]);
    let (width, units) = (columns.len(), data.units.len());
    let of_satker = data.units.iter().enumerate().map(move |(row, unit)| {
        let measured = unit.surveys[place].result.as_ref();
        let cells = measured.map(|result| measured_cells(result, survey.scale, (row, mean), lang));
        row_of(unit, cells.unwrap_or_else(|| vec![CellValue::Empty; width - 2]))
    });
    let rows = of_satker.chain(province(survey, (units, mean), width, lang));
    let title = format!(
        "{} {}: {}",
        instrument.short,
        survey.period,
        lang.pick("NRR per unsur, semua jawaban", "NRR per element, all responses")
    );
    let name = Some(lang.pick("Provinsi", "Province").to_owned());
    let series = vec![Series { name, rows: vec![units], columns: (FIXED, mean - 1) }];
    let chart = Chart { kind: ChartKind::Columns, title, series, scale: (1.0, scale), note: None };
    let section = Section::new(columns, Box::new(rows) as Rows);
    Section { charts: vec![chart], ..section.titled(&format!("{} {}", instrument.title, survey.period)) }
}

fn measured_cells(result: &SurveyResult, scale: u8, (row, mean): (usize, usize), lang: Lang) -> Vec<CellValue> {
    let (instrument, index) = (&result.instrument, &result.index);
    let mut cells = cells![index.n];
    cells.extend((0..instrument.elements.len()).map(|element| {
        let measured = index.elements.iter().find(|measured| measured.element == element);
        CellValue::from(measured.map(|measured| index.on(scale, measured.nrr)))
    }));
    let lowest: Vec<&str> =
        index.priorities.iter().map(|&p| instrument.elements[index.elements[p].element].code.as_str()).collect();
    let elements = Cells::block((row, FIXED), (row, mean - 1));
    cells.extend(cells![
        CellValue::formula("AVERAGE({0})", [elements], Some(index.on(scale, index.mean))),
        CellValue::formula(format!("100/{scale}*{{0}}"), [Cells::one(row, mean)], Some(index.index)),
        result.grade_word(lang),
        index.interval.map(|interval| interval.0),
        index.interval.map(|interval| interval.1),
        lowest.join(", "),
        result.comments.len(),
    ]);
    cells
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

/// *Responden*: who answered, in groups of at least five, with their index.
pub(super) fn respondents(report: Report) -> Table<Rows> {
    let Report { data, lang } = report;
    let title = lang.pick(
        "Responden per kelompok – kelompok di bawah lima orang tidak ditampilkan",
        "Respondents by group – groups of fewer than five are not shown",
    );
    let mut columns = Vec::from(report.satker_columns());
    columns.extend([
        report.text("Survei", "Survey"),
        report.text("Menurut", "By"),
        report.text("Kelompok", "Group"),
        report.count("Responden", "Respondents"),
        report.number("Indeks", "Index"),
    ]);
    let rows = data.units.iter().flat_map(move |unit| {
        let results = unit.surveys.iter().filter_map(|survey| survey.result.as_ref());
        let breakdowns = results.flat_map(|result| result.breakdowns.iter().map(move |by| (result, by)));
        breakdowns.flat_map(move |(result, by)| {
            let instrument = &result.instrument;
            let not_shown = lang.pick("(tidak ditampilkan)", "(not shown)");
            let not_shown = (by.not_shown > 0).then_some((not_shown, by.not_shown, None));
            let groups = by.rows.iter().map(|group| (group.label.as_str(), group.n, Some(group.index)));
            groups.chain(not_shown).map(move |(label, n, index)| {
                let index = index.map(|index| instrument.scaled(index));
                let label = CellValue::written(label);
                row_of(unit, cells![&instrument.short, by.title.text(lang), label, n, index])
            })
        })
    });
    Table::new(title, report.subtitle(), 2, vec![Section::new(columns, Box::new(rows) as Rows)])
}

/// *Saran*: what respondents wrote, without anything that tells who they are. Only what a survey may publish leaves the
/// office, and never the row it stands in.
pub(super) fn comments(report: Report) -> Table<Rows> {
    let Report { data, lang } = report;
    let title =
        lang.pick("Saran responden – data pribadi disamarkan", "Respondents' comments – personal data scrubbed");
    let mut columns = Vec::from(report.satker_columns());
    columns.extend([
        report.text("Survei", "Survey"),
        report.count("Baris", "Row").seen(Seen::Office),
        report.wrapped("Saran", "Comment"),
    ]);
    let rows = data.units.iter().flat_map(move |unit| {
        let results = unit.surveys.iter().filter_map(|survey| survey.result.as_ref());
        results.flat_map(move |result| {
            result.comments.iter().map(move |(row, comment)| {
                let cells = cells![&result.instrument.short, Some(*row), CellValue::written(&**comment)];
                Row { in_office: !result.publishes_comments, ..row_of(unit, cells) }
            })
        })
    });
    let section = Section::new(columns, Box::new(rows) as Rows).or_note(lang.pick("Tidak ada saran.", "No comments."));
    Table { size: Size::Long, ..Table::new(title, report.subtitle(), 2, vec![section]) }
}
