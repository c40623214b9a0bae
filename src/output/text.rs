//! Results as text for a terminal.

use std::collections::BTreeMap;

use console::measure_text_width as measured;

use crate::compute::NodeScore;
use crate::compute::criteria::{Decision, Verdict};
use crate::compute::survey::{Breakdown, ExaminedSurvey, SurveyResult};
use crate::compute::{Consolidation, ProvinceSurvey, Unit, Unranked, uses};
use crate::compute::{Examined, RoleResult};
use crate::finding::catalogue::{Entry, NO_ACTION};
use crate::finding::{Code, Finding, Severity, count_by_severity};
use crate::grid::{CellRange, column_letters};
use crate::lang::Lang;
use crate::lke::Role;
use crate::lke::template::Template;
use crate::output::terminal::{Tone, columns, paint};
use crate::report::Report;
use crate::report::criteria::{by_survey_heading, missing, reasons, verdict_word};
use crate::report::findings::{Told, carried, listed, told};
use crate::report::leaders;
use crate::report::summary::barely_answered;
use crate::source::SourceInfo;
use crate::survey::columns::Use;
use crate::survey::instrument::Instrument;
use crate::text::{capital, sentence_case, shorten};

/// Lines of findings before the rest is only counted.
const FINDING_LINES: usize = 24;
/// Columns of a bar.
const BAR: usize = 14;
/// Columns of a rank, of a code at most, and of the numbers behind a name.
const RANK: usize = 5;
const CODE: usize = 12;
const NUMBERS: usize = 42;
/// Columns a name has at least.
const NAME: usize = 12;

/// One examined LKE: areas with bars, verdicts, findings. `all` lists every finding with its remedy.
pub fn lke(examined: &Examined, template: &Template, lang: Lang, all: bool) -> String {
    let mut out = String::new();
    push(&mut out, &format!("{} · {}", template.title, template.regulation));
    let sheet = examined.result.as_ref().map(|r| format!(", {} \"{}\"", lang.pick("lembar", "sheet"), r.sheet));
    push(&mut out, &format!("{}{}", examined.source.location, sheet.unwrap_or_default()));
    for role in Role::ALL {
        let Some(result) = &examined.result else { break };
        out.push('\n');
        match result.role(role) {
            Some(of_role) if of_role.total.answered > 0 => role_table(&mut out, template, role, of_role, lang),
            Some(_) => {
                let none = lang.pick("belum mengisi, tidak ada nilai", "nothing answered, no score");
                push(&mut out, &format!("{}: {none}", capital(role.word())));
            }
            None => push(&mut out, &capital(&Unranked::NoColumns(role).text(lang))),
        }
    }
    out.push('\n');
    findings(&mut out, &examined.findings, lang, all);
    out
}

/// A file that was refused: where it is, why, and what to do.
pub fn refused(source: &SourceInfo, findings: &[Finding], lang: Lang) -> String {
    let mut out = String::new();
    push(&mut out, &source.location);
    out.push('\n');
    self::findings(&mut out, findings, lang, true);
    out
}

pub(super) fn push(out: &mut String, line: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
}

/// The six areas under pengungkit, the sections under hasil: the lines a person looks for.
fn role_table(out: &mut String, template: &Template, role: Role, result: &RoleResult, lang: Lang) {
    let columns = [lang.pick("nilai / bobot", "score / weight"), lang.pick("terjawab", "answered")];
    let (name, label) = (capital(role.word()), for_label());
    let heading = format!("{name:<label$}{:>14}{:>BAR$}{:>8}{:>9}", columns[0], "", "%", columns[1]);
    push(out, &paint(&heading, Tone::Strong));
    line(out, "TOTAL", result.total, template.total_weight(), lang);
    for &root in &template.roots {
        let node = &template.nodes[root];
        line(out, &sentence_case(&node.label), result.nodes[root].score, template.weight(root), lang);
        let areas = template.areas.iter().zip(&result.areas);
        let mut has_areas = false;
        for (area, score) in areas.filter(|(area, _)| template.nodes[area.reform].code.starts_with(&node.code)) {
            line(out, &format!("  {} {}", area.number, area.label), *score, area.weight, lang);
            has_areas = true;
        }
        for &child in node.children.iter().filter(|_| !has_areas) {
            let label = sentence_case(&template.nodes[child].label);
            line(out, &format!("  {label}"), result.nodes[child].score, template.weight(child), lang);
        }
    }
    let legend = lang.pick("█ pasti  ░ terbuka  · tak teraih", "█ certain  ░ open  · lost");
    let bounds = lang.pick("Batas bawah – atas", "Floor – ceiling");
    let (floor, ceiling) = (lang.number(result.total.floor, 2), lang.number(result.total.ceiling, 2));
    push(out, &format!("{bounds}: {floor} – {ceiling}   {legend}"));
    if !result.total.is_comparable() {
        let NodeScore { answered, indicators, .. } = result.total;
        push(out, &capital(&Unranked::Barely { answered, indicators }.text(lang)));
    }
    for decision in &result.decisions {
        verdict(out, template, decision, lang);
    }
}

/// Columns of a label: what the numbers leave, as far as labels are that long.
fn for_label() -> usize {
    columns().saturating_sub(45).clamp(15, 48)
}

fn line(out: &mut String, label: &str, score: NodeScore, weight: f64, lang: Lang) {
    let cells = |points: f64| ((points / weight * BAR as f64).round() as usize).min(BAR);
    let (floor, ceiling) = (cells(score.floor), cells(score.ceiling).max(cells(score.floor)));
    let bar = format!("{}{}{}", "█".repeat(floor), "░".repeat(ceiling - floor), "·".repeat(BAR - ceiling));
    let number = score.score.map_or_else(|| "–".to_owned(), |score| lang.number(score, 2));
    let share = score.ratio.map_or_else(|| "–".to_owned(), |ratio| lang.percent(ratio, 1));
    let weight = lang.plain_number(weight, 2);
    let answered = format!("{}/{}", score.answered, score.indicators);
    let indent = label.chars().take_while(|of| *of == ' ').count();
    let mut lines = broken(label.trim_start(), for_label() - indent - 1).into_iter();
    let label = format!("{:indent$}{}", "", lines.next().unwrap_or_default());
    push(out, &format!("{label:<0$}{number:>6} / {weight:<5}{bar}{share:>8}{answered:>9}", for_label()));
    lines.for_each(|rest| push(out, &format!("{:1$}{rest}", "", indent + 2)));
}

/// A consolidation: the satker by rank of the unit, and the findings counted.
pub fn run(data: &Consolidation, lang: Lang) -> String {
    let mut out = String::new();
    push(&mut out, &format!("{} · {}", data.title, data.period));
    out.push('\n');
    let longest = |of: fn(&Unit) -> &str| data.units.iter().map(|unit| of(unit).chars().count()).max().unwrap_or(0);
    let for_code = longest(|unit| &unit.satker.kode).clamp(4, CODE) + 2;
    let for_name =
        (longest(|unit| &unit.satker.nama) + 1).min(columns().saturating_sub(RANK + for_code + NUMBERS)).max(NAME);
    let words = [
        lang.pick("Kode", "Code"),
        lang.pick("Satker", "Satker"),
        lang.pick("Total", "Total"),
        lang.pick("bawah–atas", "floor–ceil."),
        "TPI",
    ];
    let heading = format!(
        "  #  {:<for_code$}{:<for_name$}{:>7}{:>12}{:>7}  WBK",
        words[0], words[1], words[2], words[3], words[4]
    );
    push(&mut out, &paint(&heading, Tone::Strong));
    for row in data.ranking.iter().filter(|row| row.role == Role::Unit) {
        let unit = &data.units[row.unit];
        let rank = row.total.rank.map_or_else(|| "–".to_owned(), |rank| rank.to_string());
        let kode = shorten(&unit.satker.kode, CODE);
        let mut name = broken(&unit.satker.nama, for_name - 1).into_iter();
        let start = format!("{rank:>3}  {kode:<for_code$}{:<for_name$}", name.next().unwrap_or_default());
        let number = |score: Option<f64>| score.map_or_else(|| "–".to_owned(), |score| lang.number(score, 2));
        let result = unit.lke.as_ref().and_then(|lke| lke.role(Role::Unit));
        let tpi = number(unit.lke.as_ref().and_then(|lke| lke.total(Role::Tpi)));
        match (result, row.unranked) {
            (Some(result), None | Some(Unranked::Barely { .. })) => {
                let total = result.total;
                let bounds = format!("{}–{}", lang.number(total.floor, 1), lang.number(total.ceiling, 1));
                let verdict = result.decisions.first().map(|d| shown_verdict(d.verdict, lang)).unwrap_or_default();
                push(&mut out, &format!("{start}{:>7}{bounds:>12}{tpi:>7}  {verdict}", number(total.score)));
            }
            (_, reason) => {
                let reason = reason.map(|reason| reason.text(lang)).unwrap_or_default();
                let tpi = if tpi == "–" { String::new() } else { format!("; TPI {tpi}") };
                push(&mut out, &format!("{start}     –  {reason}{tpi}"));
            }
        }
        let below = RANK + for_code;
        name.for_each(|rest| push(&mut out, &format!("{:below$}{rest}", "")));
        let wbk = result.filter(|result| result.total.is_comparable()).and_then(|of| of.decisions.first());
        let missing = wbk.and_then(|decision| missing(&data.template, decision, lang));
        for note in missing.into_iter().chain(data.stale_of(unit, lang)).chain(notes(unit, lang)) {
            wrap(&mut out, &note, "     ", "       ");
        }
    }
    out.push('\n');
    for survey in &data.surveys {
        wrap(&mut out, &province_survey(survey, lang), "", "  ");
    }
    let remarks = data.units.iter().flat_map(|unit| unit.remarks().map(move |finding| (unit, finding)));
    for (unit, finding) in remarks {
        wrap(&mut out, &format!("{}: {}", unit.satker.kode, uses::remark(finding, lang)), "", "  ");
    }
    push(&mut out, &count_line(data.finding_counts(), lang));
    for (title, sentences) in leaders::sentences(Report { data, lang }) {
        push(&mut out, &format!("\n{}", paint(&title, Tone::Strong)));
        sentences.iter().for_each(|sentence| wrap(&mut out, sentence, "  ", "    "));
    }
    out.push('\n');
    out
}

/// What must stand beside a satker's numbers: roles that answered too little to be compared, and the verdict that the
/// surveys come to where the LKE states other indices.
fn notes(unit: &Unit, lang: Lang) -> Vec<String> {
    let mut notes = barely_answered(unit, lang);
    let by_survey = unit.by_survey[Role::Unit].as_ref().and_then(|decided| decided.decisions.first());
    notes.extend(
        by_survey.map(|decided| {
            format!("{}: {}", by_survey_heading(&decided.name, lang), verdict_word(decided.verdict, lang))
        }),
    );
    notes
}

/// `SKM 2025-S1: IKM 89,12 (A), 480 responden dari 8 satker; rata-rata satker 88,90`.
fn province_survey(survey: &ProvinceSurvey, lang: Lang) -> String {
    let show = |index: f64| show_index(&survey.instrument, index, lang);
    let none = || "–".to_owned();
    let grade =
        survey.index.and_then(|index| survey.instrument.grade(index)).map_or("–", |grade| grade.letter.as_str());
    format!(
        "{} {}: {} {} ({grade}), {} {} {} satker; {} {}",
        survey.instrument.short,
        survey.period,
        survey.instrument.index,
        survey.index.map_or_else(none, show),
        survey.respondents,
        lang.pick("responden dari", "respondents of"),
        survey.satker,
        lang.pick("rata-rata satker", "mean of satker"),
        survey.mean_of_satker.map_or_else(none, show),
    )
}

/// An index as its instrument is shown: from 25 to 100, or from 1 to 4.
pub fn show_index(instrument: &Instrument, index: f64, lang: Lang) -> String {
    lang.number(instrument.scaled(index), 2)
}

/// One examined survey: a bar an element, the index, what it can be trusted for, findings.
pub fn survey(examined: &ExaminedSurvey, instrument: &Instrument, lang: Lang, all: bool) -> String {
    let mut out = String::new();
    push(&mut out, &format!("{} · {}", instrument.title, instrument.source));
    let sheet = examined.result.as_ref().map(|r| format!(", {} \"{}\"", lang.pick("lembar", "sheet"), r.sheet));
    let locations: Vec<&str> = examined.sources.iter().map(|source| &*source.location).collect();
    push(&mut out, &format!("{}{}", locations.join("; "), sheet.unwrap_or_default()));
    if let Some(result) = &examined.result {
        out.push('\n');
        survey_columns(&mut out, result, lang);
        out.push('\n');
        survey_index(&mut out, result, lang);
    }
    out.push('\n');
    findings(&mut out, &examined.findings, lang, all);
    out
}

/// What each column was recognised as.
fn survey_columns(out: &mut String, result: &SurveyResult, lang: Lang) {
    push(out, lang.pick("Kolom yang dikenali", "Columns recognised"));
    for column in &result.columns {
        let used = match column.used {
            Use::Timestamp => lang.pick("waktu", "timestamp").to_owned(),
            Use::Consent => lang.pick("persetujuan", "consent").to_owned(),
            Use::Group(group) => group.word().text(lang).to_lowercase(),
            Use::Element(element) => {
                let element = &result.instrument.elements[element];
                format!("{} {}", element.code, element.label)
            }
            Use::Unanswered(element) => {
                let element = &result.instrument.elements[element];
                format!("{} {}", element.code, lang.pick("(kosong seluruhnya)", "(wholly empty)"))
            }
            Use::Comment => lang.pick("saran", "comments").to_owned(),
            Use::Personal => lang.pick("data pribadi, tidak dibaca", "personal, not read").to_owned(),
            Use::Unused => match column.why {
                Some(why) => format!("{}: {}", lang.pick("tidak dipakai", "not used"), why.text(lang)),
                None => lang.pick("tidak dipakai", "not used").to_owned(),
            },
        };
        // A personal column's header may name somebody, too.
        let header = if column.used == Use::Personal { "" } else { &column.header };
        push(out, &format!("  {:<3}{:<38}{}", column_letters(column.col), shorten(header, 36), shorten(&used, 37)));
    }
}

fn survey_index(out: &mut String, result: &SurveyResult, lang: Lang) {
    let (instrument, index) = (&result.instrument, &result.index);
    let heading = [lang.pick("Unsur", "Element"), "NRR", "NIK", lang.pick("mutu", "grade")];
    push(
        out,
        &format!("{:<39}{:>5}{:>6}{:>7}  {:>BAR$}  {:>5}", heading[0], "n", heading[1], heading[2], "", heading[3]),
    );
    for element in &index.elements {
        let spec = &instrument.elements[element.element];
        let steps = f64::from(index.scale.max(2) - 1);
        let cells = (((element.nrr - 1.0) / steps * BAR as f64).round() as usize).min(BAR);
        let bar = format!("{}{}", "█".repeat(cells), "·".repeat(BAR - cells));
        let grade = instrument.grade(element.nik).map_or("–", |grade| grade.letter.as_str());
        let label = shorten(&format!("{} {}", spec.code, spec.label), 38);
        let (nrr, nik) = (lang.number(element.nrr, 2), lang.number(element.nik, 2));
        push(out, &format!("{label:<39}{:>5}{nrr:>6}{nik:>7}  {bar}  {grade:>5}", element.n));
    }
    let grade = result.grade();
    let letter = grade.map_or_else(String::new, |grade| format!(" ({} {})", grade.letter, grade.label));
    let interval = index.interval.map_or_else(String::new, |(low, high)| {
        let (low, high) = (show_index(instrument, low, lang), show_index(instrument, high, lang));
        format!(", {} {low} – {high}", lang.pick("selang 95 %", "95% interval"))
    });
    let shown = show_index(instrument, index.index, lang);
    let mean = lang.number(index.mean, 4);
    let of = if index.scale == 4 { String::new() } else { format!(" {} {}", lang.pick("dari", "of"), index.scale) };
    let words = lang.pick("rata-rata", "mean");
    push(out, &format!("{} {shown}{letter}{interval}; {words} {mean}{of}", instrument.index));
    let lowest: Vec<&str> =
        index.priorities.iter().map(|&p| instrument.elements[index.elements[p].element].label.as_str()).collect();
    if !lowest.is_empty() {
        let priorities = lang.pick("Prioritas perbaikan", "Priorities for improvement");
        wrap(out, &format!("{priorities}: {}", lowest.join("; ")), "", "  ");
    }
    let rounded: Vec<String> = index
        .rounded
        .iter()
        .map(|rounded| {
            format!("{} → {}", lang.plain_number(rounded.weight, 3), show_index(instrument, rounded.index, lang))
        })
        .collect();
    push(out, &format!("{}: {}", lang.pick("Dengan bobot dibulatkan", "With rounded weights"), rounded.join("; ")));
    if let Some(with) = &result.with_duplicates {
        let words = lang.pick("Dengan jawaban ganda", "With responses sent twice");
        push(out, &format!("{words}: {}", show_index(instrument, with.index, lang)));
    }
    let alpha = result.quality.cronbach_alpha.map_or_else(|| "–".to_owned(), |alpha| lang.number(alpha, 2));
    let needed = result.quality.sample_needed.map_or_else(|| "–".to_owned(), |needed| needed.to_string());
    let words = [
        lang.pick("Responden", "Respondents"),
        lang.pick("sampel perlu", "sample needed"),
        lang.pick("alfa Cronbach", "Cronbach's alpha"),
    ];
    push(out, &format!("{} {} ({} {needed}); {} {alpha}", words[0], index.n, words[1], words[2]));
    for breakdown in &result.breakdowns {
        breakdown_lines(out, result, breakdown, lang);
    }
}

fn breakdown_lines(out: &mut String, result: &SurveyResult, breakdown: &Breakdown, lang: Lang) {
    let rows = breakdown
        .rows
        .iter()
        .map(|row| format!("{} {} (n {})", row.label, show_index(&result.instrument, row.index, lang), row.n));
    let mut parts: Vec<String> = rows.collect();
    if breakdown.not_shown > 0 {
        parts.push(format!("{} {}", breakdown.not_shown, lang.pick("tidak ditampilkan", "not shown")));
    }
    wrap(out, &format!("{}: {}", breakdown.title.text(lang), parts.join("; ")), "", "  ");
}

fn count_line(counts: [usize; 3], lang: Lang) -> String {
    let words = Severity::ALL.map(|severity| match lang {
        Lang::Id => severity.word(lang).to_owned(),
        Lang::En => format!("{}s", severity.word(lang)),
    });
    let summary: Vec<String> = counts.iter().zip(words).map(|(count, word)| format!("{count} {word}")).collect();
    format!("{}: {}", lang.pick("Temuan", "Findings"), summary.join(", "))
}

/// One entry of the catalogue with its example.
pub fn catalogue_entry(entry: &Entry, lang: Lang) -> String {
    let mut out = String::new();
    push(&mut out, &format!("{} {} – {}", entry.code, entry.severity.word(lang), entry.title.text(lang)));
    wrap(&mut out, &format!("{}: {}", lang.pick("Contoh", "Example"), entry.example_message(lang)), "  ", "    ");
    wrap(&mut out, &format!("→ {}", entry.example_remedy(lang)), "  ", "    ");
    out
}

fn verdict(out: &mut String, template: &Template, decision: &Decision, lang: Lang) {
    let mut text = format!("{}: {}", decision.name, shown_verdict(decision.verdict, lang));
    for verdict in [Verdict::NotMet, Verdict::Open] {
        let criteria: Vec<_> = decision.criteria.iter().filter(|c| c.verdict == verdict).collect();
        text += match (verdict, decision.verdict) {
            _ if criteria.is_empty() => continue,
            (Verdict::Open, Verdict::NotMet) => lang.pick(". Belum pasti: ", ". Open: "),
            _ => " – ",
        };
        text += &reasons(template, decision, &criteria, lang);
    }
    wrap(out, &text, "", "  ");
}

/// A verdict in its colour.
fn shown_verdict(verdict: Verdict, lang: Lang) -> String {
    let tone = match verdict {
        Verdict::Met => Tone::Good,
        Verdict::Open => Tone::Open,
        Verdict::NotMet => Tone::Bad,
    };
    paint(verdict_word(verdict, lang), tone)
}

/// A text in lines of at most so many characters, broken at blanks where there are any.
fn broken(text: &str, most: usize) -> Vec<String> {
    let (most, mut lines) = (most.max(1), vec![String::new()]);
    for word in text.split(' ') {
        let mut rest: Vec<char> = word.chars().collect();
        while let Some(line) = lines.last_mut() {
            let room = most.saturating_sub(line.chars().count() + usize::from(!line.is_empty()));
            if rest.len() <= room {
                line.push_str(if line.is_empty() { "" } else { " " });
                line.extend(rest);
                break;
            }
            if line.is_empty() {
                line.extend(rest.drain(..most.min(rest.len())));
            }
            lines.push(String::new());
        }
    }
    lines
}

/// Breaks a line at blanks so that none is wider than the terminal; first and further lines are indented as given.
pub(super) fn wrap(out: &mut String, text: &str, first: &str, further: &str) {
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in text.split(' ') {
        if !is_empty && measured(&line) + 1 + measured(word) > columns() {
            push(out, &line);
            line = further.to_owned();
        } else if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    push(out, &line);
}

/// Findings by severity, then those that need no action: one line a code with its cells, and at the end how many need any.
pub fn findings(out: &mut String, findings: &[Finding], lang: Lang, all: bool) {
    let mut lines = String::new();
    let (counted, idle): (Vec<Told>, Vec<Told>) =
        told(findings).into_iter().partition(|told| told.first.code.needs_action());
    let mut heads: Vec<(&str, Tone, Vec<&Told>)> = Vec::new();
    for severity in Severity::ALL {
        let tone = match severity {
            Severity::Error => Tone::Bad,
            Severity::Warning => Tone::Open,
            Severity::Info => Tone::Strong,
        };
        let of_it = counted.iter().filter(|told| told.first.severity() == severity).collect();
        heads.push((severity.word(lang), tone, of_it));
    }
    heads.push((NO_ACTION.text(lang), Tone::Strong, idle.iter().collect()));
    for (head, tone, under) in heads {
        let mut groups: BTreeMap<Code, Vec<&Told>> = BTreeMap::new();
        for told in under {
            groups.entry(told.first.code).or_default().push(told);
        }
        if !groups.is_empty() {
            push(&mut lines, &paint(&capital(head), tone));
        }
        for (code, group) in groups {
            if all {
                every_finding(&mut lines, code, &group, lang);
            } else {
                finding_group(&mut lines, code, &group, lang);
            }
        }
    }
    let total = lines.lines().count();
    let most = if all { total } else { FINDING_LINES };
    for line in lines.lines().take(most) {
        push(out, line);
    }
    if total > most {
        let more = lang.pick("baris lagi; lihat semua dengan -v", "more lines; see all with -v");
        push(out, &format!("  … {} {more}", total - most));
    }
    push(out, &count_line(count_by_severity(findings.iter().filter(|of| of.code.needs_action())), lang));
}

/// `LKE021 Tanpa bukti dukung (9)`.
fn group_head(code: Code, group: &[&Told], lang: Lang) -> String {
    let count: usize = group.iter().map(|told| told.count).sum();
    format!("{} {} ({count})", code.entry().code, code.entry().title.text(lang))
}

/// `LKE021 Tanpa bukti dukung (9): S31, S65, S70:S72`, and for a single one what it says.
fn finding_group(out: &mut String, code: Code, group: &[&Told], lang: Lang) {
    if let [only] = group
        && only.count == 1
    {
        let code = code.entry().code;
        wrap(out, &format!("{code} {}{}", prefix(only), only.message(lang)), "  ", "         ");
        return;
    }
    let cells = CellRange::joined(group.iter().flat_map(|told| &told.cells).copied());
    let inherited = CellRange::joined(group.iter().flat_map(|told| &told.inherited).copied());
    let mut line = group_head(code, group, lang);
    if !cells.is_empty() {
        line += &format!(": {}", listed(&cells));
    }
    if let Some(inherited) = carried(&inherited, lang) {
        line += &format!(". {inherited}");
    }
    wrap(out, &line, "  ", "         ");
}

fn every_finding(out: &mut String, code: Code, group: &[&Told], lang: Lang) {
    push(out, &format!("  {}", group_head(code, group, lang)));
    for told in group {
        wrap(out, &format!("{}{}", prefix(told), told.message(lang)), "    ", "      ");
        wrap(out, &format!("→ {}", told.remedy(lang)), "      ", "        ");
    }
}

/// `L175 A.II.5.iii: `, as far as it is known.
fn prefix(told: &Told) -> String {
    let both = [told.cells(), told.subjects()].into_iter().filter(|part| !part.is_empty());
    let both = both.collect::<Vec<_>>().join(" ");
    if both.is_empty() { both } else { format!("{both}: ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_within_the_terminal() {
        let mut out = String::new();
        wrap(&mut out, &"kata ".repeat(40), " ", "  ");
        assert!(out.lines().count() > 2 && out.starts_with(" kata"));
        assert!(out.lines().all(|line| line.chars().count() <= columns()));
        assert!(out.lines().skip(1).all(|line| line.starts_with("  kata")));
    }

    #[test]
    fn names_break_at_blanks_and_within_what_has_none() {
        assert_eq!(broken("KPU Kabupaten Bangka Tengah", 20), ["KPU Kabupaten Bangka", "Tengah"]);
        assert_eq!(broken("Tanpaspasisamasekali", 8), ["Tanpaspa", "sisamase", "kali"]);
        assert_eq!(broken("", 8), [""]);
        assert_eq!(broken("a b", 0), ["a", "b"]);
    }
}
