//! *Ringkasan*: a satker a row, what a head of office looks at first.

use rust_xlsxwriter::{Chart, ChartFont, ChartLegendPosition, ChartType, Worksheet, XlsxError};

use super::indicator::{node_row, score_column};
use super::sheet::{HEADER, Look, Sheet, address, cell};
use super::{Context, Name, area, findings};
use crate::consolidate::{RankRow, Status, Unit, Unranked, uses};
use crate::finding::count_by_severity;
use crate::grid::column_letters;
use crate::lke::{Role, RoleResult};
use crate::output::text::{barely_answered, by_survey_heading, verdict_word};

/// Satker a chart can show before its labels run into each other.
const CHART_MOST: usize = 40;

pub(super) fn write(context: &Context, sheet: Worksheet) -> Result<Worksheet, XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let template = &*data.template;
    let name = Name::Summary.text(lang);
    let mut sheet = Sheet::new(sheet, context, name, &data.title, &context.run_line())?;
    let mut headings: Vec<String> = [
        ("Kode", "Code"),
        ("Satker", "Satker"),
        ("Peringkat", "Rank"),
        ("Total", "Total"),
        ("Batas bawah", "Floor"),
        ("Batas atas", "Ceiling"),
    ]
    .map(|(id, en)| lang.pick(id, en).to_owned())
    .to_vec();
    let points = |label: &str, weight: f64| format!("{label} ({})", lang.plain_number(weight, 2));
    let roots = headings.len() as u16;
    for &root in &template.roots {
        let label = crate::text::sentence_case(&template.nodes[root].label);
        headings.push(points(&label, template.weight(root)));
    }
    let areas = headings.len() as u16;
    headings.extend(template.areas.iter().map(|area| points(&area.label, area.weight)));
    let completeness = headings.len() as u16;
    headings.push(lang.pick("Kelengkapan", "Answered").to_owned());
    headings.extend(template.predicates.iter().map(|predicate| predicate.name.clone()));
    let by_survey = headings.len() as u16;
    if data.judges_by_survey() {
        headings.extend(template.predicates.iter().map(|predicate| by_survey_heading(&predicate.name, lang)));
    }
    let tpi = headings.len() as u16;
    headings.push("Total TPI".to_owned());
    let surveys = headings.len() as u16;
    headings.extend(data.surveys.iter().map(|survey| format!("{} {}", survey.instrument.index, survey.period)));
    let plans = headings.len() as u16;
    if data.has_plans() {
        headings.push(lang.pick("Rencana aksi", "Plan rows").to_owned());
        headings.push(lang.pick("Terlambat", "Late").to_owned());
    }
    let counts = headings.len() as u16;
    for (id, en) in [
        ("Galat", "Errors"),
        ("Peringatan", "Warnings"),
        ("Info", "Infos"),
        ("Rincian", "Details"),
        ("Keterangan", "Remark"),
    ] {
        headings.push(lang.pick(id, en).to_owned());
    }
    sheet.out.set_row_height(HEADER, 52)?;
    sheet.header(HEADER, &headings.iter().map(String::as_str).collect::<Vec<_>>())?;

    for (place, unit) in data.units.iter().enumerate() {
        let row = HEADER + 1 + place as u32;
        sheet.text(row, 0, &unit.satker.kode)?;
        let area_row = area::row(data.units.len(), place, Role::Unit);
        sheet.link(row, 1, &address(Name::Area.text(lang), area_row, 0), &unit.satker.nama)?;
        let ranked = |role: Role| data.ranking.iter().find(|r| r.unit == place && r.role == role);
        sheet.count(row, 2, ranked(Role::Unit).and_then(|r| r.total.rank).map(u64::from))?;
        let result = unit.lke.as_ref().and_then(|lke| lke.role(Role::Unit));
        match result {
            Some(result) => scores(&mut sheet, context, place, row, result, roots, areas)?,
            None => {
                for col in 3..completeness {
                    sheet.number(row, col, None)?;
                }
            }
        }
        let share = result.map(|r| f64::from(r.scores.total.answered) / f64::from(r.scores.total.indicators.max(1)));
        sheet.share(row, completeness, share)?;
        for which in 0..template.predicates.len() {
            let col = completeness + 1 + which as u16;
            let decision =
                result.filter(|result| result.scores.total.answered > 0).map(|result| &result.decisions[which]);
            match decision {
                Some(decision) => {
                    let look = Look::of_verdict(decision.verdict);
                    sheet.text_as(row, col, verdict_word(decision.verdict, lang), look)?;
                }
                None => sheet.text(row, col, "–")?,
            }
        }
        for col in by_survey..tpi {
            // Blank where the survey comes to what the LKE states, or there is none.
            let decided = unit.by_survey[Role::Unit as usize].as_ref();
            match decided.and_then(|decided| decided.decisions.get(usize::from(col - by_survey))) {
                Some(decision) => {
                    let look = Look::of_verdict(decision.verdict);
                    sheet.text_as(row, col, verdict_word(decision.verdict, lang), look)?;
                }
                None => sheet.text(row, col, "")?,
            }
        }
        sheet.number(row, tpi, unit.lke.as_ref().and_then(|lke| lke.total(Role::Tpi)))?;
        for (which, survey) in unit.surveys.iter().enumerate() {
            let index = survey.result.as_ref().map(|result| result.instrument.scaled(result.index.index));
            sheet.number(row, surveys + which as u16, index)?;
        }
        if let Some(plan) = &unit.plan {
            let read = plan.result.as_ref();
            sheet.count(row, plans, read.map(|_| plan.standings.len() as u64))?;
            let late = plan.count(Status::Late) as f64;
            let look = if late > 0.0 { Look::RedCount } else { Look::Count };
            sheet.number_as(row, plans + 1, read.map(|_| late), look)?;
        }
        for (offset, count) in count_by_severity(&unit.findings).into_iter().enumerate() {
            sheet.count(row, counts + offset as u16, Some(count as u64))?;
        }
        match findings::first_row(data, place) {
            Some(target) => sheet.link(
                row,
                counts + 3,
                &address(Name::Findings.text(lang), target, 0),
                Name::Findings.text(lang),
            )?,
            None => sheet.text(row, counts + 3, "")?,
        }
        sheet.text(row, counts + 4, &remark(unit, ranked(Role::Unit), lang))?;
    }
    let last = HEADER + data.units.len() as u32;
    sheet.heat((HEADER + 1, 3), (last, 5), template.total_weight())?;
    for (offset, &root) in template.roots.iter().enumerate() {
        let col = roots + offset as u16;
        sheet.heat((HEADER + 1, col), (last, col), template.weight(root))?;
    }
    for (offset, area) in template.areas.iter().enumerate() {
        let col = areas + offset as u16;
        sheet.heat((HEADER + 1, col), (last, col), area.weight)?;
    }
    for (which, survey) in data.surveys.iter().enumerate() {
        let col = surveys + which as u16;
        sheet.heat((HEADER + 1, col), (last, col), survey.instrument.scaled(100.0))?;
    }
    sheet.heat((HEADER + 1, completeness), (last, completeness), 1.0)?;
    chart(&mut sheet, context, areas, last)?;
    sheet.finish(HEADER, 2, true)
}

/// Total, bounds, components and areas. Components and areas are formulas over the detail sheets, the total over them.
fn scores(
    sheet: &mut Sheet,
    context: &Context,
    place: usize,
    row: u32,
    result: &RoleResult,
    roots: u16,
    areas: u16,
) -> Result<(), XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let template = &*data.template;
    let total = result.scores.total;
    let last_root = roots + template.roots.len() as u16 - 1;
    let components = format!("{}:{}", cell(row, roots), cell(row, last_root));
    sheet.formula(row, 3, &format!("IF(COUNT({components})=0,\"\",SUM({components}))"), total.score)?;
    // Bounds of nothing at all would only be 0 and 100.
    sheet.number(row, 4, total.score.map(|_| total.floor))?;
    sheet.number(row, 5, total.score.map(|_| total.ceiling))?;
    for (offset, &root) in template.roots.iter().enumerate() {
        let indicators = Name::Indicator(Role::Unit).text(lang);
        let own_areas: Vec<u16> = (0..template.areas.len())
            .filter(|&a| template.nodes[template.areas[a].reform].code.starts_with(&template.nodes[root].code))
            .map(|a| areas + a as u16)
            .collect();
        let formula = match (own_areas.first(), own_areas.last()) {
            (Some(&first), Some(&last)) => {
                let range = format!("{}:{}", cell(row, first), cell(row, last));
                format!("IF(COUNT({range})=0,\"\",SUM({range}))")
            }
            _ => address(indicators, node_row(template, root), score_column(place)),
        };
        sheet.formula(row, roots + offset as u16, &formula, result.scores.nodes[root].score)?;
    }
    let area_row = area::row(data.units.len(), place, Role::Unit);
    for (which, score) in result.scores.areas.iter().enumerate() {
        let from = address(Name::Area.text(lang), area_row, area::sum_column(which));
        sheet.formula(row, areas + which as u16, &from, score.score)?;
    }
    Ok(())
}

/// Why a number is missing or cannot be compared, in a sentence a clerk understands.
pub(in crate::output) fn remark(unit: &Unit, ranked: Option<&RankRow>, lang: crate::lang::Lang) -> String {
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

/// Areas per satker, stacked: the shape of a province at one look.
fn chart(sheet: &mut Sheet, context: &Context, areas: u16, last: u32) -> Result<(), XlsxError> {
    let (data, lang) = (context.data, context.lang);
    if data.units.is_empty() {
        return Ok(());
    }
    let shown = data.units.len().min(CHART_MOST);
    // Bars side by side compare: who answered too little has none.
    let compared = |unit: &Unit| {
        let total = unit.lke.as_ref().and_then(|lke| lke.role(Role::Unit)).map(|result| result.scores.total);
        total.is_none_or(|total| total.answered == 0 || total.is_comparable())
    };
    let rows: Vec<u32> =
        (0..shown).filter(|&unit| compared(&data.units[unit])).map(|unit| HEADER + 1 + unit as u32).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let name = Name::Summary.text(lang);
    let mut chart = Chart::new(ChartType::BarStacked);
    for (which, area) in data.template.areas.iter().enumerate() {
        let col = areas + which as u16;
        chart
            .add_series()
            .set_name(&area.label)
            .set_categories(chart_range(name, 1, &rows).as_str())
            .set_values(chart_range(name, col, &rows).as_str())
            .set_gap(40);
    }
    let title = lang.pick("Nilai enam area per satker (unit)", "Scores of the six areas per satker (unit)");
    chart.title().set_name(title).set_font(ChartFont::new().set_size(12));
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart.y_axis().set_reverse();
    chart.x_axis().set_min(0).set_max(data.template.roots.first().map_or(60.0, |&root| data.template.weight(root)));
    chart.set_width(820).set_height(160 + 26 * rows.len() as u32);
    // Beside the columns that are repeated on every page, which would repeat it, too.
    sheet.out.insert_chart(last + 2, 2, &chart)?;
    if data.units.len() > CHART_MOST {
        let note = lang.pick("Grafik memuat 40 satker pertama.", "The chart shows the first 40 satker.");
        sheet.note(last + 1, 1, note)?;
    }
    Ok(())
}

/// Cells of a column in the given rows, whether they follow one another or not, as a chart names them.
fn chart_range(sheet: &str, col: u16, rows: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for &row in rows {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == row => *last = row,
            _ => runs.push((row, row)),
        }
    }
    let column = column_letters(u32::from(col));
    let runs = runs.iter().map(|(first, last)| format!("{sheet}!${column}${}:${column}${}", first + 1, last + 1));
    let runs: Vec<String> = runs.collect();
    if runs.len() == 1 { format!("={}", runs.concat()) } else { format!("=({})", runs.join(",")) }
}
