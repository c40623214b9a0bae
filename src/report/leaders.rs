//! *Lembar Pimpinan*: what somebody with a minute must know, on one page. Who meets WBK and WBBM and who misses by how much, the
//! contradictions a verdict hangs on, what to do first, what changed; satker by rank.

use std::ops::Range;

use super::Report;
use super::changes::{nothing, run_name, summary};
use super::criteria::{missing, verdict_column, verdict_word};
use super::table::{Chart, ChartKind, Columns, Rows, Section, Series, Table};
use crate::compute::RoleResult;
use crate::compute::criteria::Verdict;
use crate::compute::{BySurvey, RankRow, Status, Unit, Unranked};
use crate::finding::{Code, Severity};
use crate::lang::Lang;
use crate::lke::Role;
use crate::lke::template::{Measured, Predicate};
use crate::text::sentence_case;

/// The column of the totals.
const TOTAL: usize = 3;
/// Satker a chart can show.
const CHART_MOST: usize = 40;
/// Things to do first.
const STEPS: usize = 5;
/// Satker named in a sentence, codes in one, and sentences of one kind, before the rest is only counted: a nation has 552.
const NAMED: usize = 3;
const CODES: usize = 20;
const SENTENCES: usize = 8;
/// Satker whose total changed most.
const CHANGED: usize = 5;

/// What a leader is told below the ranks: titles with their sentences.
pub(crate) fn sentences(report: Report) -> Vec<(String, Vec<String>)> {
    let lang = report.lang;
    let title = |id: &str, en: &str| lang.pick(id, en).to_owned();
    let mut told = vec![(title("Yang memenuhi", "Who meets what"), verdict_counts(report))];
    let contradicted = contradicted(report);
    let more = contradicted.len().saturating_sub(SENTENCES);
    let mut contradictions: Vec<String> =
        contradicted.into_iter().take(SENTENCES).map(|(unit, what)| format!("{}: {what}", name(unit))).collect();
    if more > 0 {
        contradictions.push(format!("… {} {more} {}", lang.pick("dan", "and"), lang.pick("satker lain", "more")));
    }
    told.push((title("Putusan yang bertentangan dengan survei", "Verdicts that surveys contradict"), contradictions));
    let steps = steps(report).into_iter().take(STEPS).zip(1..);
    told.push((
        title("Yang pertama dikerjakan", "What to do first"),
        steps.map(|(step, number)| format!("{number}. {step}")).collect(),
    ));
    told.extend(changed(report));
    told.retain(|(_, sentences)| !sentences.is_empty());
    told
}

pub(super) fn table<'a>(report: Report<'a>) -> Table<Rows<'a>> {
    let Report { data, lang } = report;
    let template = &*data.template;
    type Of<'a> = (&'a RankRow, &'a Unit);
    let mut columns = Columns::default();
    columns
        .add(report.count("Peringkat", "Rank"), |(row, _): Of<'a>| row.total.rank)
        .add(report.text("Satker", "Satker"), |(_, unit)| &unit.satker.nama)
        .add(report.text("Kode", "Code"), |(_, unit)| &unit.satker.kode)
        .add(report.number("Total", "Total").heat(template.total_weight()), |(row, _)| row.total.score);
    for (which, predicate) in template.predicates.iter().enumerate() {
        columns.add(verdict_column(report, &predicate.name, &predicate.name), move |(_, unit)| {
            let decision = compared(unit).and_then(|result| result.decisions.get(which));
            decision.map_or("–", |decision| verdict_word(decision.verdict, lang))
        });
    }
    columns.add(report.wrapped("Yang kurang", "What is missing"), move |(row, unit)| remark(report, row, unit));
    let of_total = |predicate: &'a Predicate| {
        let total = predicate.thresholds.iter().find(|(measured, _)| *measured == Measured::Total);
        total.map(|(_, threshold)| (&predicate.name, *threshold))
    };
    let thresholds: Vec<(&String, f64)> = template.predicates.iter().filter_map(of_total).collect();
    for (name, threshold) in thresholds.clone() {
        let heading = format!("{} {name}", lang.pick("Ambang", "Threshold"));
        columns.add(report.number(&heading, &heading), move |_| Some(threshold));
    }
    let width = columns.width();
    let shown = units(report).filter(|(row, _)| row.total.rank.is_some()).take(CHART_MOST).count();
    let mut section = columns.section(units(report));
    section.charts.extend(chart(report, shown, width - thresholds.len()..width));
    let mut sections = vec![section];
    sections.extend(sentences(report).into_iter().map(|(title, told)| Section::sentences(&title, told)));
    let title = lang.pick("Lembar Pimpinan", "For leaders");
    Table::new(format!("{title} – {}", data.title), report.short_subtitle(), 3, sections)
}

/// The totals of those that are ranked, with what WBK and WBBM ask of them.
fn chart(report: Report, shown: usize, thresholds: Range<usize>) -> Option<Chart> {
    let Report { data, lang } = report;
    let series =
        |name: Option<String>, column: usize| Series { name, rows: (0..shown).collect(), columns: (column, column) };
    let lines = thresholds.zip(&data.template.predicates).map(|(column, of)| series(Some(of.name.clone()), column));
    let all = [series(Some("Total".to_owned()), TOTAL)].into_iter().chain(lines);
    (shown > 0).then(|| Chart {
        kind: ChartKind::Thresholds,
        title: lang.pick("Nilai total dan ambangnya", "Totals and their thresholds").to_owned(),
        series: all.collect(),
        scale: (0.0, data.template.total_weight()),
        note: None,
    })
}

/// The satker by rank of the unit.
fn units(report: Report<'_>) -> impl Iterator<Item = (&RankRow, &Unit)> {
    let data = report.data;
    let rows = data.ranking.iter().filter(|row| row.role == Role::Unit);
    rows.filter_map(|row| Some((row, data.units.get(row.unit)?)))
}

/// What a satker's unit came to, where it answered enough to be held against others.
fn compared(unit: &Unit) -> Option<&RoleResult> {
    let result = unit.lke.as_ref().and_then(|lke| lke.role(Role::Unit));
    result.filter(|result| result.total.is_comparable())
}

/// What the first predicate that is not met is missed by; else why there is nothing to say.
fn remark(report: Report, row: &RankRow, unit: &Unit) -> String {
    let Report { data, lang } = report;
    if let Some(reason) = row.unranked {
        return reason.text(lang);
    }
    let decisions = compared(unit).into_iter().flat_map(|result| &result.decisions);
    decisions.flat_map(|decision| missing(&data.template, decision, lang)).next().unwrap_or_default()
}

/// `WBK: 2 dari 8 satker memenuhi (1971, 1904), 1 belum pasti`, for each predicate.
fn verdict_counts(report: Report) -> Vec<String> {
    let Report { data, lang } = report;
    let of = |(which, predicate): (usize, &Predicate)| {
        let is = |verdict| {
            let all = units(report).filter(move |(_, unit)| {
                compared(unit).and_then(|result| result.decisions.get(which)).is_some_and(|of| of.verdict == verdict)
            });
            all.map(|(_, unit)| unit.satker.kode.clone()).collect::<Vec<_>>()
        };
        let (met, open) = (is(Verdict::Met), is(Verdict::Open));
        let who = if met.is_empty() { String::new() } else { format!(" ({})", some(met.clone(), CODES, ", ", lang)) };
        let (all, name) = (data.units.len(), &predicate.name);
        let mut text = match lang {
            Lang::Id => format!("{name}: {} dari {all} satker memenuhi{who}", met.len()),
            Lang::En => format!("{name}: {} of {all} satker meet it{who}", met.len()),
        };
        if !open.is_empty() {
            text += &format!(
                "; {} {} ({})",
                open.len(),
                verdict_word(Verdict::Open, lang),
                some(open.clone(), CODES, ", ", lang)
            );
        }
        text
    };
    data.template.predicates.iter().enumerate().map(of).collect()
}

/// Verdicts that are others with the surveys' indices: of whom, and which, and what they hang on.
fn contradicted(report: Report<'_>) -> Vec<(&Unit, String)> {
    let lang = report.lang;
    let of = |unit: &Unit| {
        let (result, by_survey) = (compared(unit)?, unit.by_survey[Role::Unit].as_ref()?);
        let both = result.decisions.iter().zip(&by_survey.decisions);
        let differing = both.filter(|(stated, measured)| stated.verdict != measured.verdict);
        let verdicts: Vec<String> = differing
            .map(|(stated, measured)| {
                let [in_lke, by_survey] = [stated, measured].map(|of| verdict_word(of.verdict, lang));
                format!("{} {in_lke}, {} {by_survey}", stated.name, lang.pick("menurut survei", "by the survey"))
            })
            .collect();
        (!verdicts.is_empty()).then(|| format!("{} – {}", verdicts.join("; "), stated(report, by_survey)))
    };
    units(report).filter_map(|(_, unit)| Some((unit, of(unit)?))).collect()
}

/// `Nilai Survey Persepsi Korupsi 3,80 dalam LKE, 3,42 menurut survei`.
fn stated(report: Report, by_survey: &BySurvey) -> String {
    let Report { data, lang } = report;
    let of = by_survey.contradictions.iter().map(|of| {
        let label = data.template.nodes.get(of.indicator).map_or("", |node| &node.label);
        let (stated, measured) = (lang.number(of.stated, 2), lang.number(of.measured, 2));
        match lang {
            Lang::Id => format!("{} {stated} dalam LKE, {measured} menurut survei", sentence_case(label)),
            Lang::En => format!("{} {stated} in the LKE, {measured} by the survey", sentence_case(label)),
        }
    });
    of.collect::<Vec<_>>().join("; ")
}

/// What is to be done, the most urgent first.
fn steps(report: Report) -> Vec<String> {
    let lang = report.lang;
    let mut steps = Vec::new();
    let mut step = |(id, en): (&str, &str), satker: Vec<String>| {
        if !satker.is_empty() {
            steps.push(format!("{}: {}.", lang.pick(id, en), some(satker, NAMED, "; ", lang)));
        }
    };
    let missing_lke = units(report).filter_map(|(row, unit)| {
        let reason = row.unranked.filter(|reason| !matches!(reason, Unranked::Barely { .. }))?;
        Some(format!("{} ({})", name(unit), reason.text(lang)))
    });
    step(("Minta LKE yang belum ada nilainya", "Ask for the LKE that have no score"), missing_lke.collect());
    let words = (
        "Cocokkan nilai survei dalam LKE dengan surveinya, putusannya bergantung padanya",
        "Match the indices the LKE states with the surveys: verdicts hang on them",
    );
    step(words, contradicted(report).into_iter().map(|(unit, _)| name(unit)).collect());
    let failed = units(report).flat_map(|(_, unit)| {
        let failures = unit.surveys.iter().filter_map(|survey| survey.failure.as_ref());
        failures.map(|failure| format!("{} ({})", name(unit), failure.code.entry().title.text(lang)))
    });
    step(("Perbaiki survei yang tidak terhitung", "Mend the surveys without an index"), failed.collect());
    let mut near: Vec<(f64, String)> = units(report)
        .filter_map(|(_, unit)| {
            let decision = compared(unit)?.decisions.first().filter(|of| of.verdict == Verdict::NotMet)?;
            let lacking = decision.criteria.iter().filter(|of| of.verdict == Verdict::NotMet);
            let gaps: Vec<f64> = lacking.map(|of| 1.0 - of.value.unwrap_or(of.floor) / of.threshold).collect();
            let words = lang.pick("syarat kurang", "criteria not met");
            Some((gaps.iter().sum(), format!("{} ({} {words})", name(unit), gaps.len())))
        })
        .collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0));
    let near = near.into_iter().map(|(_, text)| text).collect();
    step(("Kejar WBK yang paling dekat", "Go for the WBK that is closest"), near);
    let open = units(report).filter_map(|(_, unit)| {
        let result = compared(unit)?;
        result.decisions.first().filter(|of| of.verdict == Verdict::Open)?;
        let left = result.total.indicators - result.total.answered;
        Some(format!("{} ({left} {})", name(unit), lang.pick("pertanyaan", "questions")))
    });
    step(("Jawab pertanyaan yang menentukan putusan", "Answer the questions that decide"), open.collect());
    let counted = |count: &dyn Fn(&Unit) -> usize, id: &str, en: &str| {
        let mut all: Vec<(usize, String)> =
            units(report).map(|(_, unit)| (count(unit), name(unit))).filter(|(count, _)| *count > 0).collect();
        all.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        all.into_iter().map(|(count, name)| format!("{name} ({count} {})", lang.pick(id, en))).collect::<Vec<_>>()
    };
    let late = counted(&|unit| unit.plan.as_ref().map_or(0, |plan| plan.count(Status::Late)), "baris", "rows");
    step(("Selesaikan rencana aksi yang terlambat", "Finish what is late in the action plans"), late);
    let errors = |unit: &Unit| unit.findings.iter().filter(|of| of.severity() == Severity::Error).count();
    step(
        ("Selesaikan galat di lembar Temuan", "Resolve the errors on the sheet Findings"),
        counted(&errors, "galat", "errors"),
    );
    let unproven = |unit: &Unit| unit.findings.iter().filter(|of| of.code == Code::NoEvidence).count();
    step(("Lengkapi bukti dukung", "Add the missing evidence"), counted(&unproven, "jawaban", "answers"));
    steps
}

/// What changed since the run before.
fn changed(report: Report) -> Option<(String, Vec<String>)> {
    let Report { data, lang } = report;
    let changes = data.changes.as_ref()?;
    let before = changes.before.as_ref()?;
    if let Some(sentence) = nothing(changes, lang) {
        return Some((lang.pick("Perubahan", "Changes").to_owned(), vec![sentence]));
    }
    let title = format!("{} {}", lang.pick("Perubahan sejak", "Changes since"), run_name(before, lang));
    let mut sentences = vec![summary(changes, lang)];
    let mut totals: Vec<(f64, String)> = changes
        .changed()
        .filter_map(|satker| {
            let total = satker.roles[Role::Unit].total;
            let (before, after, points) = (total.before?, total.after?, total.difference()?);
            let sign = if points < 0.0 { "−" } else { "+" };
            let show = |number: f64| lang.number(number, 2);
            let (before, after, by) = (show(before), show(after), show(points.abs()));
            Some((points, format!("{} {}: {before} → {after} ({sign}{by})", satker.kode, satker.nama)))
        })
        .collect();
    totals.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
    sentences.extend(totals.into_iter().take(CHANGED).map(|(_, text)| text));
    Some((title, sentences))
}

fn name(unit: &Unit) -> String {
    format!("{} {}", unit.satker.kode, unit.satker.nama)
}

/// The first few, and how many more there are.
fn some(mut satker: Vec<String>, most: usize, between: &str, lang: Lang) -> String {
    let more = satker.len().saturating_sub(most);
    satker.truncate(most);
    if more > 0 {
        satker.push(format!("{} {more} {}", lang.pick("dan", "and"), lang.pick("satker lain", "more")));
    }
    satker.join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_only_some_are_named() {
        let all: Vec<String> = (1..=5).map(|kode| kode.to_string()).collect();
        assert_eq!(some(all.clone(), 3, ", ", Lang::Id), "1, 2, 3, dan 2 satker lain");
        assert_eq!(some(all, 5, "; ", Lang::En), "1; 2; 3; 4; 5");
        assert_eq!(some(Vec::new(), 5, "; ", Lang::En), "");
    }
}
