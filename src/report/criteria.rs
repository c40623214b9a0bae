//! *Syarat WBK-WBBM*: every criterion with its value, threshold and distance; and how verdicts are called.

use super::Report;
use super::table::{CellValue, Colour, Headed, Rows, Size, Table, Tone};
use crate::compute::Unit;
use crate::compute::criteria::{Criterion, Decision, Verdict};
use crate::lang::Lang;
use crate::lke::Role;
use crate::lke::template::{Measured, Predicate, Template};
use crate::text::sentence_case;

/// Criteria named for a verdict before the rest is only counted.
const REASONS: usize = 3;

/// The word people read for a verdict.
pub fn verdict_word(verdict: Verdict, lang: Lang) -> &'static str {
    match verdict {
        Verdict::Met => lang.pick("memenuhi", "met"),
        Verdict::NotMet => lang.pick("tidak memenuhi", "not met"),
        Verdict::Open => lang.pick("belum pasti", "open"),
    }
}

/// A column of those words.
pub(super) fn verdict_column(report: Report, id: &str, en: &str) -> Headed {
    let words = [(Verdict::Met, Tone::Good), (Verdict::Open, Tone::Open), (Verdict::NotMet, Tone::Bad)];
    let words = words.map(|(verdict, tone)| (verdict_word(verdict, report.lang).to_owned(), tone));
    report.word(id, en).coloured(Colour::Words(words.to_vec()))
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
        Some(Measured::AreaShare(area)) => format!("Area {}", template.areas[area].label),
        None => {
            let earlier = template.predicates.iter().find(|p| p.name == decision.name).and_then(|p| p.holds.as_deref());
            format!("{} {}", lang.pick("Telah berpredikat", "Holds"), earlier.unwrap_or_default())
        }
    }
}

/// A criterion of a satker in a role, of a predicate; and the same with the surveys' indices.
type Of<'a> = (&'a Unit, Role, &'a Decision, Option<&'a Criterion>, &'a Criterion);

/// What a predicate fails in, the furthest first, or what is open: `WBK: Hasil kurang 1,55 (14,20 dari 15,75)`.
pub fn missing(template: &Template, decision: &Decision, lang: Lang) -> Option<String> {
    let mut criteria: Vec<&Criterion> = decision.criteria.iter().filter(|c| c.verdict == decision.verdict).collect();
    if decision.verdict == Verdict::Met {
        return None;
    }
    let reached = |of: &Criterion| of.value.unwrap_or(of.floor) / of.threshold;
    criteria.sort_by(|a, b| reached(a).total_cmp(&reached(b)));
    let word = match decision.verdict {
        Verdict::Open => lang.pick(" ditentukan oleh ", " depends on "),
        _ => ": ",
    };
    Some(format!("{}{word}{}", decision.name, reasons(template, decision, &criteria, lang)))
}

/// The first of some criteria, and how many more there are.
pub fn reasons(template: &Template, decision: &Decision, criteria: &[&Criterion], lang: Lang) -> String {
    let mut reasons: Vec<_> = criteria.iter().take(REASONS).map(|c| reason(template, decision, c, lang)).collect();
    if criteria.len() > REASONS {
        reasons.push(format!("{} {}", criteria.len() - REASONS, lang.pick("syarat lain", "more")));
    }
    reasons.join("; ")
}

/// `Hasil kurang 1,55 (14,20 dari 15,75)`.
fn reason(template: &Template, decision: &Decision, criterion: &Criterion, lang: Lang) -> String {
    let label = sentence_case(&criterion_label(template, decision, criterion, lang));
    let is_share = matches!(criterion.measured, Some(Measured::AreaShare(_)));
    let show = |value: f64| if is_share { lang.percent(value, 1) } else { lang.number(value, 2) };
    if criterion.measured.is_none() {
        return match (criterion.value, template.predicates.iter().find(|of| of.name == decision.name)) {
            (None, _) => format!("{label} {}", lang.pick("(tidak diketahui)", "(not known)")),
            (Some(_), Some(Predicate { holds: Some(earlier), .. })) if criterion.reached() == Some(false) => {
                format!("{} {earlier}", lang.pick("belum berpredikat", "does not hold"))
            }
            _ => label,
        };
    }
    let value = criterion.value.map_or_else(|| "–".to_owned(), show);
    let of = format!("({value} {} {})", lang.pick("dari", "of"), show(criterion.threshold));
    match criterion.distance() {
        Some(distance) if criterion.reached() == Some(false) => {
            format!("{label} {} {} {of}", lang.pick("kurang", "lacks"), show(-distance))
        }
        _ => format!("{label} {of}"),
    }
}

pub(super) fn table<'a>(report: Report<'a>) -> Table<Rows<'a>> {
    let Report { data, lang } = report;
    let template = &*data.template;
    let title = lang.pick(
        "Syarat WBK dan WBBM – \"belum pasti\" berarti pertanyaan yang belum dijawab yang menentukan",
        "Criteria of WBK and WBBM – \"open\" means that the unanswered indicators decide",
    );
    let label = move |(_, _, decision, _, of): Of<'a>| {
        let label = sentence_case(&criterion_label(template, decision, of, lang));
        match of.measured {
            Some(Measured::AreaShare(area)) => {
                let weight = lang.number(area_weight(template, area), 0);
                let of_weight = lang.pick("dari bobot", "of its weight");
                format!("{label}: {} {of_weight} {weight}", lang.percent(of.threshold, 0))
            }
            _ => label,
        }
    };
    let value = move |of: &Criterion, number: Option<f64>| points(template, of, number);
    let number = |heading: [&str; 2]| report.number(heading[0], heading[1]);
    let mut columns = report.columns(|(unit, ..): Of<'a>| unit);
    columns
        .add(report.text("Peran", "Role"), |(_, role, ..)| role.word())
        .add(report.text("Predikat", "Predicate"), |(_, _, decision, ..)| &decision.name)
        .add(report.wrapped("Syarat", "Criterion"), label)
        .add(number(["Nilai (poin)", "Points"]), move |(.., of)| value(of, of.value))
        .add(number(["Ambang (poin)", "Threshold (points)"]), move |(.., of)| value(of, Some(of.threshold)))
        .add(number(["Jarak (poin)", "Distance (points)"]), move |(.., of)| value(of, of.distance()))
        .add(number(["Bila kosong bernilai 0", "Unanswered worth 0"]), move |(.., of)| value(of, Some(of.floor)))
        .add(number(["Bila kosong bernilai 1", "Unanswered worth 1"]), move |(.., of)| value(of, Some(of.ceiling)))
        .add(verdict_column(report, "Putusan", "Verdict"), move |(.., of)| verdict_word(of.verdict, lang));
    if data.judges_by_survey() {
        columns
            .add(number(["Nilai menurut survei (poin)", "Points by survey"]), move |(_, _, _, decided, _)| {
                decided.map_or(CellValue::Empty, |of| value(of, of.value))
            })
            .add(
                verdict_column(report, "Putusan menurut survei", "Verdict by survey"),
                move |(_, _, _, decided, _)| decided.map_or("", |of| verdict_word(of.verdict, lang)),
            );
    }
    let rows = data.units.iter().flat_map(|unit| Role::ALL.map(|role| (unit, role))).flat_map(|(unit, role)| {
        let result = unit.lke.as_ref().and_then(|lke| lke.role(role));
        let result = result.filter(|result| result.total.answered > 0);
        let decisions = result.into_iter().flat_map(|result| result.decisions.iter().enumerate());
        decisions.flat_map(move |(which, decision)| {
            let by_survey = unit.by_survey[role].as_ref().and_then(|of| of.decisions.get(which));
            decision.criteria.iter().enumerate().map(move |(place, criterion)| {
                let decided = by_survey.and_then(|decision| decision.criteria.get(place));
                (unit, role, decision, decided, criterion)
            })
        })
    });
    // What fails is read first.
    let mut rows: Vec<Of> = rows.collect();
    rows.sort_by_key(|(.., of)| match of.verdict {
        Verdict::NotMet => 0,
        Verdict::Open => 1,
        Verdict::Met => 2,
    });
    let section = columns.section(rows.into_iter());
    Table { size: Size::Long, ..Table::new(title, report.subtitle(), 2, vec![section]) }
}

/// The weight of an area, in points.
fn area_weight(template: &Template, area: usize) -> f64 {
    template.areas.get(area).map_or(0.0, |area| area.weight)
}

/// A number of a criterion in points, of an area its share times its weight; none of a predicate held.
fn points(template: &Template, criterion: &Criterion, number: Option<f64>) -> CellValue {
    match criterion.measured {
        Some(Measured::AreaShare(area)) => number.map(|share| share * area_weight(template, area)).into(),
        Some(_) => number.into(),
        None => CellValue::Empty,
    }
}
