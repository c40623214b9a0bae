//! *Ringkasan*: a satker a row, what a head of office looks at first.

use super::criteria::{by_survey_heading, verdict_column, verdict_word};
use super::table::{CellValue, Cells, Chart, ChartKind, Colour, Columns, Format, Rows, Section, Seen, Series, Table};
use super::{Report, TableName, areas, findings, indicators};
use crate::compute::NodeScore;
use crate::compute::RoleResult;
use crate::compute::{RankRow, Status, Unit, Unranked, uses};
use crate::finding::{Finding, Severity};
use crate::lang::Lang;
use crate::lke::Role;
use crate::text::sentence_case;

/// Satker a chart can show before its labels run into each other.
const CHART_MOST: usize = 40;
/// Code, name, rank, total and its bounds.
const FIXED: usize = 6;

/// A satker with its place among the satker, and what it comes to in the role of the unit.
#[derive(Clone, Copy)]
struct Of<'a> {
    place: usize,
    unit: &'a Unit,
    ranked: Option<&'a RankRow>,
    result: Option<&'a RoleResult>,
}

impl Of<'_> {
    fn total(&self) -> Option<NodeScore> {
        self.result.map(|result| result.total)
    }

    /// A bound of the total: of nothing at all they would only be 0 and 100.
    fn bound(&self, bound: impl Fn(NodeScore) -> f64) -> Option<f64> {
        self.total().filter(|total| total.score.is_some()).map(bound)
    }
}

pub(super) fn table<'a>(report: Report<'a>) -> Table<Rows<'a>> {
    let Report { data, lang } = report;
    let template = &*data.template;
    let most = template.total_weight();
    let areas = FIXED + template.roots.len();
    let block = |row: usize, first: usize, last: usize| Cells::block((row, first), (row, last));
    let mut columns = Columns::default();
    columns
        .add(report.text("Kode", "Code"), |of: Of<'a>| &of.unit.satker.kode)
        .add(report.text("Satker", "Satker"), |of| CellValue::to(&of.unit.satker.nama, TableName::Areas, of.place))
        .add(report.count("Peringkat", "Rank"), |of| of.ranked.and_then(|row| row.total.rank))
        .add(report.number("Total", "Total").heat(most), move |of| {
            of.total()
                .map_or(CellValue::Empty, |total| CellValue::sum_of(block(of.place, FIXED, areas - 1), total.score))
        })
        .add(report.number("Batas bawah", "Floor").heat(most), |of| of.bound(|total| total.floor))
        .add(report.number("Batas atas", "Ceiling").heat(most), |of| of.bound(|total| total.ceiling));
    // Components and areas are formulas over the detail sheets, the total over them.
    let points = |label: &str, weight: f64| {
        let heading = format!("{label} ({})", lang.plain_number(weight, 2));
        report.number(&heading, &heading).heat(weight)
    };
    for &root in &template.roots {
        let node = &template.nodes[root];
        let is_own = |&at: &usize| template.nodes[template.areas[at].reform].code.starts_with(&node.code);
        let own: Vec<usize> = (0..template.areas.len()).filter(is_own).map(|area| areas + area).collect();
        let own = own.first().copied().zip(own.last().copied());
        columns.add(points(&sentence_case(&node.label), template.weight(root)), move |of| {
            let Some(result) = of.result else { return CellValue::Empty };
            let score = result.nodes[root].score.score;
            match own {
                Some((first, last)) => CellValue::sum_of(block(of.place, first, last), score),
                None => CellValue::formula("{0}", [indicators::score(template, Role::Unit, of.place, root)], score),
            }
        });
    }
    for (which, area) in template.areas.iter().enumerate() {
        columns.add(points(&area.label, area.weight), move |of| {
            let score = of.result.map(|result| result.areas[which].score);
            score.map_or(CellValue::Empty, |score| CellValue::formula("{0}", [areas::sum(of.place, which)], score))
        });
    }
    columns.add(report.column(Format::Share, "Kelengkapan", "Answered").heat(1.0), |of| {
        of.total().map(|total| f64::from(total.answered) / f64::from(total.indicators.max(1)))
    });
    for (which, predicate) in template.predicates.iter().enumerate() {
        columns.add(verdict_column(report, &predicate.name, &predicate.name), move |of| {
            let answered = of.result.filter(|result| result.total.answered > 0);
            answered.map_or("–", |result| verdict_word(result.decisions[which].verdict, lang))
        });
    }
    let judged = template.predicates.iter().enumerate().filter(|_| data.judges_by_survey());
    for (which, predicate) in judged {
        let heading = by_survey_heading(&predicate.name, lang);
        // Blank where the survey comes to what the LKE states, or there is none.
        columns.add(verdict_column(report, &heading, &heading), move |of| {
            let decided = of.unit.by_survey[Role::Unit].as_ref();
            let decision = decided.and_then(|decided| decided.decisions.get(which));
            decision.map_or("", |decision| verdict_word(decision.verdict, lang))
        });
    }
    columns
        .add(report.number("Total TPI", "Total TPI"), |of| of.unit.lke.as_ref().and_then(|lke| lke.total(Role::Tpi)));
    for (which, survey) in data.surveys.iter().enumerate() {
        let heading = format!("{} {}", survey.instrument.index, survey.period);
        columns.add(report.number(&heading, &heading).heat(survey.instrument.scaled(100.0)), move |of| {
            let result = of.unit.surveys[which].result.as_ref();
            result.map(|result| result.instrument.scaled(result.index.index))
        });
    }
    let bad = Colour::BadAboveZero;
    if data.has_plans() {
        let plan = |unit: &'a Unit| unit.plan.as_ref().filter(|plan| plan.result.is_some());
        columns
            .add(report.count("Rencana aksi", "Plan rows"), move |of| plan(of.unit).map(|plan| plan.standings.len()))
            .add(report.count("Terlambat", "Late").coloured(bad.clone()), move |of| {
                plan(of.unit).map(|plan| plan.count(Status::Late))
            });
    }
    let first_findings = findings::first_rows(report);
    let found = |of: Of, severity: Severity| {
        let is_counted = |of: &&Finding| of.severity() == severity && of.code.needs_action();
        of.unit.findings.iter().filter(is_counted).count()
    };
    columns
        .add(report.count("Galat", "Errors").coloured(bad), move |of| found(of, Severity::Error))
        .add(report.count("Peringatan", "Warnings"), move |of| found(of, Severity::Warning))
        .add(report.count("Info", "Infos"), move |of| found(of, Severity::Info))
        .add(report.text("Rincian", "Details").seen(Seen::Office), move |of| {
            let text = TableName::Findings.title().text(lang);
            first_findings[of.place].map_or(CellValue::Empty, |row| CellValue::to(text, TableName::Findings, row))
        })
        .add(report.wrapped("Keterangan", "Remark"), move |of| CellValue::written(remark(of.unit, of.ranked, lang)));
    let rows = data.units.iter().enumerate().map(|(place, unit)| Of {
        place,
        unit,
        ranked: data.ranking.iter().find(|row| row.unit == place && row.role == Role::Unit),
        result: unit.lke.as_ref().and_then(|lke| lke.role(Role::Unit)),
    });
    let section = Section { charts: chart(report).into_iter().collect(), ..columns.section(rows) };
    Table::new(&data.title, report.short_subtitle(), 2, vec![section])
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
        let total = unit.lke.as_ref()?.role(role)?.total;
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
        let total = unit.lke.as_ref().and_then(|lke| lke.role(Role::Unit)).map(|result| result.total);
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
