//! *Ringkasan*: a satker a row, what a head of office looks at first.

use super::criteria::{by_survey_heading, verdict_word, verdicts};
use super::table::{
    CellValue, Cells, Chart, ChartKind, Colour, Column, Format, Headed, Row, Rows, Section, Seen, Series, Table, cells,
};
use super::{Report, TableName, areas, findings, indicators};
use crate::consolidate::{RankRow, Status, Unit, Unranked, uses};
use crate::finding::count_by_severity;
use crate::lang::Lang;
use crate::lke::score::NodeScore;
use crate::lke::{Role, RoleResult};
use crate::text::sentence_case;

/// Satker a chart can show before its labels run into each other.
const CHART_MOST: usize = 40;
/// Code, name, rank, total and its bounds.
const FIXED: usize = 6;

pub(super) fn table(report: Report) -> Table<Rows> {
    let data = report.data;
    let rows = data.units.iter().enumerate().map(move |(place, unit)| row(report, place, unit));
    let section = Section::new(columns(report), Box::new(rows) as Rows);
    let section = Section { charts: chart(report).into_iter().collect(), ..section };
    Table::new(&data.title, report.short_subtitle(), 2, vec![section])
}

fn columns(report: Report) -> Vec<Headed> {
    let Report { data, lang } = report;
    let template = &*data.template;
    let of_total = |id, en| report.number(id, en).coloured(Colour::Heat(template.total_weight()));
    let points = |label: &str, weight: f64| {
        Column::of(Format::Number)
            .under(format!("{label} ({})", lang.plain_number(weight, 2)))
            .coloured(Colour::Heat(weight))
    };
    let mut columns = vec![
        report.text("Kode", "Code"),
        report.text("Satker", "Satker"),
        report.count("Peringkat", "Rank"),
        of_total("Total", "Total"),
        of_total("Batas bawah", "Floor"),
        of_total("Batas atas", "Ceiling"),
    ];
    let roots = template.roots.iter();
    columns.extend(roots.map(|&root| points(&sentence_case(&template.nodes[root].label), template.weight(root))));
    columns.extend(template.areas.iter().map(|area| points(&area.label, area.weight)));
    columns.push(report.column(Format::Share, "Kelengkapan", "Answered").coloured(Colour::Heat(1.0)));
    let verdict = |heading: String| Column::of(Format::Word).under(heading).coloured(verdicts(lang));
    columns.extend(template.predicates.iter().map(|predicate| verdict(predicate.name.clone())));
    if data.judges_by_survey() {
        columns.extend(template.predicates.iter().map(|of| verdict(by_survey_heading(&of.name, lang))));
    }
    columns.push(report.number("Total TPI", "Total TPI"));
    columns.extend(data.surveys.iter().map(|survey| {
        let heading = format!("{} {}", survey.instrument.index, survey.period);
        Column::of(Format::Number).under(heading).coloured(Colour::Heat(survey.instrument.scaled(100.0)))
    }));
    if data.has_plans() {
        columns.push(report.count("Rencana aksi", "Plan rows"));
        columns.push(report.count("Terlambat", "Late").coloured(Colour::BadAboveZero));
    }
    columns.extend([
        report.count("Galat", "Errors").coloured(Colour::BadAboveZero),
        report.count("Peringatan", "Warnings"),
        report.count("Info", "Infos"),
        report.text("Rincian", "Details").seen(Seen::Office),
        report.wrapped("Keterangan", "Remark"),
    ]);
    columns
}

fn row(report: Report, place: usize, unit: &Unit) -> Row {
    let Report { data, lang } = report;
    let template = &*data.template;
    let ranked = data.ranking.iter().find(|row| row.unit == place && row.role == Role::Unit);
    let result = unit.lke.as_ref().and_then(|lke| lke.role(Role::Unit));
    let name = CellValue::to(&unit.satker.nama, TableName::Areas, place);
    let mut row = cells![&unit.satker.kode, name, ranked.and_then(|row| row.total.rank)];
    match result {
        Some(result) => row.extend(scores(report, place, result)),
        None => row.resize(FIXED + template.roots.len() + template.areas.len(), CellValue::Empty),
    }
    let answered = result.map(|result| result.scores.total);
    row.push(answered.map(|total| f64::from(total.answered) / f64::from(total.indicators.max(1))).into());
    row.extend((0..template.predicates.len()).map(|which| {
        let answered = result.filter(|result| result.scores.total.answered > 0);
        answered.map_or("–", |result| verdict_word(result.decisions[which].verdict, lang)).into()
    }));
    if data.judges_by_survey() {
        // Blank where the survey comes to what the LKE states, or there is none.
        let decided = unit.by_survey[Role::Unit as usize].as_ref();
        row.extend((0..template.predicates.len()).map(|which| {
            let decision = decided.and_then(|decided| decided.decisions.get(which));
            CellValue::from(decision.map_or("", |decision| verdict_word(decision.verdict, lang)))
        }));
    }
    row.push(unit.lke.as_ref().and_then(|lke| lke.total(Role::Tpi)).into());
    row.extend(unit.surveys.iter().map(|survey| {
        CellValue::from(survey.result.as_ref().map(|result| result.instrument.scaled(result.index.index)))
    }));
    if data.has_plans() {
        let plan = unit.plan.as_ref().filter(|plan| plan.result.is_some());
        row.extend(cells![plan.map(|plan| plan.standings.len()), plan.map(|plan| plan.count(Status::Late))]);
    }
    row.extend(count_by_severity(&unit.findings).map(CellValue::count));
    let details = TableName::Findings.title().text(lang);
    let first = findings::first_row(report, place);
    row.push(first.map_or(CellValue::Empty, |row| CellValue::to(details, TableName::Findings, row)));
    row.push(CellValue::written(remark(unit, ranked, lang)));
    row.into()
}

/// Total, bounds, components and areas. Components and areas are formulas over the detail sheets, the total over them.
fn scores(report: Report, place: usize, result: &RoleResult) -> Vec<CellValue> {
    let template = &*report.data.template;
    let NodeScore { score, floor, ceiling, .. } = result.scores.total;
    let areas = FIXED + template.roots.len();
    let block = |first: usize, last: usize| Cells::block((place, first), (place, last));
    let mut cells = vec![CellValue::sum_of(block(FIXED, areas - 1), score)];
    // Bounds of nothing at all would only be 0 and 100.
    cells.extend(cells![score.map(|_| floor), score.map(|_| ceiling)]);
    cells.extend(template.roots.iter().map(|&root| {
        let value = result.scores.nodes[root].score;
        let is_own =
            |&area: &usize| template.nodes[template.areas[area].reform].code.starts_with(&template.nodes[root].code);
        let own: Vec<usize> = (0..template.areas.len()).filter(is_own).map(|area| areas + area).collect();
        match (own.first(), own.last()) {
            (Some(&first), Some(&last)) => CellValue::sum_of(block(first, last), value),
            _ => CellValue::formula("{0}", [indicators::score(template, Role::Unit, place, root)], value),
        }
    }));
    let of_area =
        |(which, score): (usize, &NodeScore)| CellValue::formula("{0}", [areas::sum(place, which)], score.score);
    cells.extend(result.scores.areas.iter().enumerate().map(of_area));
    cells
}

/// Why a number is missing or cannot be compared, in a sentence a clerk understands.
fn remark(unit: &Unit, ranked: Option<&RankRow>, lang: Lang) -> String {
    let mut remarks: Vec<String> = unit.remarks().map(|finding| uses::remark(finding, lang)).collect();
    match (&unit.lke, ranked.and_then(|row| row.unranked)) {
        _ if !remarks.is_empty() => {}
        (Some(lke), Some(Unranked::Nothing)) if lke.total(Role::Tpi).is_some() => remarks.push(
            lang.pick(
                "Hanya TPI yang mengisi; unit tidak diperingkat.",
                "Only the TPI has answered; the unit is not ranked.",
            )
            .to_owned(),
        ),
        (_, None | Some(Unranked::Barely { .. })) => {}
        (_, Some(reason)) => remarks.push(reason.text(lang)),
    }
    remarks.extend(barely_answered(unit, lang));
    remarks.join(" ")
}

/// `unit: baru 40 dari 113 terjawab, belum dapat dibandingkan`, for either role.
pub fn barely_answered(unit: &Unit, lang: Lang) -> Vec<String> {
    let of_role = |role: Role| {
        let total = unit.lke.as_ref()?.role(role)?.scores.total;
        let barely = total.answered > 0 && !total.is_comparable();
        let NodeScore { answered, indicators, .. } = total;
        barely.then(|| format!("{}: {}", role.word(), Unranked::Barely { answered, indicators }.text(lang)))
    };
    Role::ALL.into_iter().filter_map(of_role).collect()
}

/// Areas per satker, stacked: the shape of a province at one look.
fn chart(report: Report) -> Option<Chart> {
    let Report { data, lang } = report;
    let template = &*data.template;
    // Bars side by side compare: who answered too little has none.
    let compared = |unit: &Unit| {
        let total = unit.lke.as_ref().and_then(|lke| lke.role(Role::Unit)).map(|result| result.scores.total);
        total.is_none_or(|total| total.answered == 0 || total.is_comparable())
    };
    let shown = data.units.iter().take(CHART_MOST).enumerate();
    let rows: Vec<usize> = shown.filter(|(_, unit)| compared(unit)).map(|(place, _)| place).collect();
    let first = FIXED + template.roots.len();
    let series = template.areas.iter().zip(first..).map(|(area, column)| Series {
        name: Some(area.label.clone()),
        rows: rows.clone(),
        columns: (column, column),
    });
    let note = lang.pick("Grafik memuat 40 satker pertama.", "The chart shows the first 40 satker.");
    (!rows.is_empty()).then(|| Chart {
        kind: ChartKind::Bars,
        title: lang.pick("Nilai enam area per satker (unit)", "Scores of the six areas per satker (unit)").to_owned(),
        series: series.collect(),
        scale: (0.0, template.roots.first().map_or(60.0, |&root| template.weight(root))),
        note: (data.units.len() > CHART_MOST).then(|| note.to_owned()),
    })
}
