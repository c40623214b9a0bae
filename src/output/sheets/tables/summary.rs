//! *Ringkasan*: a satker a row, what a head of office looks at first.

use super::Source;
use crate::consolidate::Status;
use crate::finding::count_by_severity;
use crate::lke::Role;
use crate::lke::predicate::Verdict;
use crate::lke::template::Predicate;
use crate::output::sheets::table::{CellValue, Colour, Column, Format, Section, Table, Tone};
use crate::output::text::{by_survey_heading, verdict_word};
use crate::output::workbook::remark;
use crate::text::sentence_case;

pub(super) fn table(from: &Source) -> Table {
    let section = Section { rows: rows(from), ..Section::new(columns(from)) };
    Table {
        title: from.data.title.clone(),
        subtitle: subtitle(from),
        sections: vec![section],
        frozen_columns: 3,
        is_idle: false,
    }
}

/// The title is the first row's already.
fn subtitle(from: &Source) -> String {
    let satker = from.lang.pick("satker", "work units");
    format!("{} · {} {satker}{}", from.data.period, from.data.units.len(), from.stale())
}

fn columns(from: &Source) -> Vec<(String, Column)> {
    let (data, lang) = (from.data, from.lang);
    let template = &*data.template;
    let heat = |most| Column::coloured(Format::Number, Colour::Heat(most));
    let points = |label: &str, weight: f64| (format!("{label} ({})", lang.plain_number(weight, 2)), heat(weight));
    let mut columns = vec![
        from.column("Peringkat", "Rank", Column::of(Format::Count)),
        from.column("Kode", "Code", Column::of(Format::Text)),
        from.column("Satker", "Satker", Column::of(Format::Text)),
    ];
    for (id, en) in [("Total", "Total"), ("Batas bawah", "Floor"), ("Batas atas", "Ceiling")] {
        columns.push(from.column(id, en, heat(template.total_weight())));
    }
    let roots = template.roots.iter();
    columns.extend(roots.map(|&root| points(&sentence_case(&template.nodes[root].label), template.weight(root))));
    columns.extend(template.areas.iter().map(|area| points(&area.label, area.weight)));
    columns.push(from.column("Kelengkapan", "Answered", Column::coloured(Format::Share, Colour::Heat(1.0))));
    let verdicts = [(Verdict::Met, Tone::Good), (Verdict::Open, Tone::Open), (Verdict::NotMet, Tone::Bad)];
    let verdicts = verdicts.map(|(verdict, tone)| (verdict_word(verdict, lang).to_owned(), tone));
    let verdict = Column::coloured(Format::Word, Colour::Words(verdicts.to_vec()));
    columns.extend(template.predicates.iter().map(|predicate| (predicate.name.clone(), verdict.clone())));
    if data.judges_by_survey() {
        let by_survey = |predicate: &Predicate| (by_survey_heading(&predicate.name, lang), verdict.clone());
        columns.extend(template.predicates.iter().map(by_survey));
    }
    columns.push(from.column("Total TPI", "Total TPI", Column::of(Format::Number)));
    columns.extend(data.surveys.iter().map(|survey| {
        (format!("{} {}", survey.instrument.index, survey.period), heat(survey.instrument.scaled(100.0)))
    }));
    let bad = Column::coloured(Format::Count, Colour::BadAboveZero);
    if data.has_plans() {
        columns.push(from.column("Rencana aksi", "Plan rows", Column::of(Format::Count)));
        columns.push(from.column("Terlambat", "Late", bad.clone()));
    }
    columns.push(from.column("Galat", "Errors", bad));
    columns.push(from.column("Peringatan", "Warnings", Column::of(Format::Count)));
    columns.push(from.column("Info", "Infos", Column::of(Format::Count)));
    columns.push(from.column("Keterangan", "Remark", Column::of(Format::Wrapped)));
    columns
}

fn rows(from: &Source) -> Vec<Vec<CellValue>> {
    let (data, lang) = (from.data, from.lang);
    let template = &*data.template;
    let units = data.units.iter().enumerate();
    units
        .map(|(place, unit)| {
            let ranked = data.ranking.iter().find(|row| row.unit == place && row.role == Role::Unit);
            let result = unit.lke.as_ref().and_then(|lke| lke.role(Role::Unit));
            let total = result.map(|result| result.scores.total).filter(|total| total.score.is_some());
            let number = |number: Option<f64>| CellValue::number(number);
            let count = |count: Option<usize>| number(count.map(|count| count as f64));
            let mut row = vec![
                number(ranked.and_then(|row| row.total.rank).map(f64::from)),
                unit.satker.kode.as_str().into(),
                unit.satker.nama.as_str().into(),
                number(total.and_then(|total| total.score)),
                // Bounds of nothing at all would only be 0 and 100.
                number(total.map(|total| total.floor)),
                number(total.map(|total| total.ceiling)),
            ];
            row.extend(
                template.roots.iter().map(|&root| number(result.and_then(|result| result.scores.nodes[root].score))),
            );
            row.extend(
                (0..template.areas.len()).map(|area| number(result.and_then(|result| result.scores.areas[area].score))),
            );
            let answered = result.map(|result| result.scores.total);
            row.push(number(answered.map(|total| f64::from(total.answered) / f64::from(total.indicators.max(1)))));
            row.extend((0..template.predicates.len()).map(|which| {
                let answered = result.filter(|result| result.scores.total.answered > 0);
                answered.map_or("–", |result| verdict_word(result.decisions[which].verdict, lang)).into()
            }));
            if data.judges_by_survey() {
                let decided = unit.by_survey[Role::Unit as usize].as_ref();
                row.extend((0..template.predicates.len()).map(|which| {
                    let decision = decided.and_then(|decided| decided.decisions.get(which));
                    decision.map_or(CellValue::Empty, |decision| verdict_word(decision.verdict, lang).into())
                }));
            }
            row.push(number(unit.lke.as_ref().and_then(|lke| lke.total(Role::Tpi))));
            row.extend(unit.surveys.iter().map(|survey| {
                number(survey.result.as_ref().map(|result| result.instrument.scaled(result.index.index)))
            }));
            if data.has_plans() {
                let plan = unit.plan.as_ref().filter(|plan| plan.result.is_some());
                row.push(count(plan.map(|plan| plan.standings.len())));
                row.push(count(plan.map(|plan| plan.count(Status::Late))));
            }
            row.extend(count_by_severity(&unit.findings).map(CellValue::count));
            row.push(remark(unit, ranked, lang).into());
            row
        })
        .collect()
}
