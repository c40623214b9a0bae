//! *Syarat WBK-WBBM*: every criterion with its value, threshold and distance; and how verdicts are called.

use super::table::{CellValue, Colour, Rows, Section, Size, Table, Tone, cells};
use super::{Report, row_of};
use crate::lang::Lang;
use crate::lke::Role;
use crate::lke::predicate::{Criterion, Decision, Verdict};
use crate::lke::template::{Measured, Template};

/// The word people read for a verdict.
pub fn verdict_word(verdict: Verdict, lang: Lang) -> &'static str {
    match verdict {
        Verdict::Met => lang.pick("memenuhi", "met"),
        Verdict::NotMet => lang.pick("tidak memenuhi", "not met"),
        Verdict::Open => lang.pick("belum pasti", "open"),
    }
}

/// The colours of those words.
pub(super) fn verdicts(lang: Lang) -> Colour {
    let words = [(Verdict::Met, Tone::Good), (Verdict::Open, Tone::Open), (Verdict::NotMet, Tone::Bad)];
    Colour::Words(words.map(|(verdict, tone)| (verdict_word(verdict, lang).to_owned(), tone)).to_vec())
}

/// `WBK menurut survei`: the heading of a verdict decided with the surveys' indices.
pub fn by_survey_heading(predicate: &str, lang: Lang) -> String {
    format!("{predicate} {}", lang.pick("menurut survei", "by survey"))
}

/// Code of a criterion: `total`, a node's code, `area-1`, or `holds`.
pub fn criterion_code(template: &Template, criterion: &Criterion) -> String {
    match criterion.measured {
        Some(Measured::Total) => "total".to_owned(),
        Some(Measured::Node(node)) => template.nodes[node].code.clone(),
        Some(Measured::AreaShare(area)) => template.areas[area].code(),
        None => "holds".to_owned(),
    }
}

/// What a criterion asks, in words.
pub fn criterion_label(template: &Template, decision: &Decision, criterion: &Criterion, lang: Lang) -> String {
    match criterion.measured {
        Some(Measured::Total) => lang.pick("Nilai total", "Total score").to_owned(),
        Some(Measured::Node(node)) => template.nodes[node].label.clone(),
        Some(Measured::AreaShare(area)) => {
            format!("{} {}", lang.pick("Area", "Area"), template.areas[area].label)
        }
        None => {
            let earlier = template.predicates.iter().find(|p| p.name == decision.name).and_then(|p| p.holds.as_deref());
            format!("{} {}", lang.pick("Telah berpredikat", "Holds"), earlier.unwrap_or_default())
        }
    }
}

pub(super) fn table(report: Report) -> Table<Rows> {
    let Report { data, lang } = report;
    let template = &*data.template;
    let title = lang.pick(
        "Syarat WBK dan WBBM – \"belum pasti\" berarti pertanyaan yang belum dijawab yang menentukan",
        "Criteria of WBK and WBBM – \"open\" means that the unanswered indicators decide",
    );
    let mut columns = Vec::from(report.satker_columns());
    columns.extend([
        report.text("Peran", "Role"),
        report.text("Predikat", "Predicate"),
        report.text("Kode", "Code"),
        report.wrapped("Syarat", "Criterion"),
        report.number("Nilai", "Value"),
        report.number("Ambang", "Threshold"),
        report.number("Jarak", "Distance"),
        report.number("Bila kosong bernilai 0", "Unanswered worth 0"),
        report.number("Bila kosong bernilai 1", "Unanswered worth 1"),
        report.word("Putusan", "Verdict").coloured(verdicts(lang)),
    ]);
    let judges = data.judges_by_survey();
    if judges {
        columns.push(report.number("Nilai menurut survei", "Value by survey"));
        columns.push(report.word("Putusan menurut survei", "Verdict by survey").coloured(verdicts(lang)));
    }
    let rows = data.units.iter().flat_map(move |unit| {
        Role::ALL.into_iter().flat_map(move |role| {
            let result = unit.lke.as_ref().and_then(|lke| lke.role(role));
            let result = result.filter(|result| result.scores.total.answered > 0);
            let decisions = result.into_iter().flat_map(|result| result.decisions.iter().enumerate());
            decisions.flat_map(move |(which, decision)| {
                let by_survey = unit.by_survey[role as usize].as_ref().and_then(|of| of.decisions.get(which));
                decision.criteria.iter().enumerate().map(move |(place, criterion)| {
                    let mut cells = cells![
                        role.word(),
                        &decision.name,
                        criterion_code(template, criterion),
                        criterion_label(template, decision, criterion, lang),
                        value(criterion, criterion.value),
                        value(criterion, Some(criterion.threshold)),
                        value(criterion, criterion.distance()),
                        value(criterion, Some(criterion.floor)),
                        value(criterion, Some(criterion.ceiling)),
                        verdict_word(criterion.verdict, lang),
                    ];
                    let decided = by_survey.and_then(|decision| decision.criteria.get(place));
                    match decided.filter(|_| judges) {
                        Some(of) => cells.extend([value(of, of.value), verdict_word(of.verdict, lang).into()]),
                        None if judges => cells.extend([CellValue::Empty, CellValue::Empty]),
                        None => {}
                    }
                    row_of(unit, cells)
                })
            })
        })
    });
    let section = Section::new(columns, Box::new(rows) as Rows);
    Table { size: Size::Long, ..Table::new(title, report.subtitle(), 2, vec![section]) }
}

/// A number of a criterion: points, or a share of an area's weight; none of a predicate held.
fn value(criterion: &Criterion, number: Option<f64>) -> CellValue {
    match criterion.measured {
        Some(Measured::AreaShare(_)) => number.map_or(CellValue::Empty, CellValue::Share),
        Some(_) => number.into(),
        None => CellValue::Empty,
    }
}
