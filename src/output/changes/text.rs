//! What changed, as text for a terminal of 80 columns.

use std::collections::BTreeMap;

use crate::compute::changes::{Changes, Pair, RoleChanges, SatkerChanges};
use crate::compute::record::FindingRecord;
use crate::lang::Lang;
use crate::lke::Role;
use crate::output::text::{push, wrap};
use crate::report::changes::{finding_words, nothing, remark, run_name, standing, summary, survey_index, survey_label};
use crate::text::{capital, shorten};

/// Characters of a label.
const LABEL: usize = 60;
/// Answers of a satker and role before the rest is only counted.
const ANSWERS: usize = 40;
/// Findings of one code before they are only counted.
const FINDINGS: usize = 3;

/// The two runs, the province, then every satker at which anything changed.
pub fn changes_text(changes: &Changes, lang: Lang) -> String {
    let mut out = String::new();
    if let Some(sentence) = nothing(changes, lang) {
        wrap(&mut out, &sentence, "", "  ");
        return out;
    }
    if let Some(before) = &changes.before {
        let title = lang.pick("Perubahan sejak", "Changes since");
        let until = lang.pick("sampai", "until");
        let (before, after) = (run_name(before, lang), run_name(&changes.after, lang));
        wrap(&mut out, &format!("{title} {before} {until} {after}"), "", "  ");
    }
    out.push('\n');
    wrap(&mut out, &capital(&summary(changes, lang)), "", "  ");
    let means = Role::ALL.into_iter().map(|role| (role, changes.province.totals[role]));
    for (role, mean) in means.filter(|(_, mean)| mean.before.or(mean.after).is_some()) {
        let label = lang.pick("Rata-rata total satker", "Mean total of satker");
        push(&mut out, &format!("{label}, {}: {}", role.word(), numbers(mean, lang)));
    }
    for satker in changes.changed() {
        out.push('\n');
        satker_lines(&mut out, satker, lang);
    }
    let same = changes.satker.iter().filter(|satker| !satker.is_changed());
    let same: Vec<&str> = same.map(|satker| &*satker.kode).collect();
    if !same.is_empty() {
        out.push('\n');
        let label = lang.pick("Tanpa perubahan", "Unchanged");
        wrap(&mut out, &format!("{label} ({}): {}", same.len(), same.join(", ")), "", "  ");
    }
    out
}

/// `80,12 → 82,50 (+2,38)`, or only one of them where both are the same.
fn numbers(pair: Pair<Option<f64>>, lang: Lang) -> String {
    let show = |number: Option<f64>| number.map_or_else(|| "–".to_owned(), |number| lang.number(number, 2));
    if !pair.is_changed() {
        return show(pair.after);
    }
    let difference = pair.difference().map(|points| format!(" ({})", signed(points, lang))).unwrap_or_default();
    format!("{} → {}{difference}", show(pair.before), show(pair.after))
}

/// `+2,38`, `−0,50`.
fn signed(points: f64, lang: Lang) -> String {
    let number = lang.number(points.abs(), 2);
    format!("{}{number}", if points < 0.0 { "−" } else { "+" })
}

fn satker_lines(out: &mut String, satker: &SatkerChanges, lang: Lang) {
    push(out, &format!("{} {}", satker.kode, shorten(&satker.nama, 70)));
    if let Some(remark) = remark(satker, lang) {
        wrap(out, &capital(remark), "  ", "    ");
    }
    for role in satker.roles.iter().filter(|role| role.total.before.or(role.total.after).is_some()) {
        let total = numbers(role.total, lang);
        wrap(out, &format!("Total {}: {total}; {}", role.role.word(), standing(role, lang)), "  ", "    ");
    }
    satker.roles.iter().for_each(|role| answer_lines(out, role, lang));
    for evidence in &satker.evidence {
        let word = lang.pick("Bukti", "Evidence");
        push(out, &format!("  {word} {} +{} −{}", evidence.code, evidence.added.len(), evidence.gone.len()));
    }
    for survey in &satker.surveys {
        let (index, label) = (numbers(survey_index(survey), lang), survey_label(survey, lang));
        wrap(out, &format!("{} {index}; {label}", survey.index_name), "  ", "    ");
    }
    finding_lines(out, lang.pick("Temuan baru", "New findings"), &satker.appeared, lang);
    finding_lines(out, lang.pick("Temuan selesai", "Resolved findings"), &satker.resolved, lang);
}

/// By subarea: what its answers did to it, then the answers.
fn answer_lines(out: &mut String, role: &RoleChanges, lang: Lang) {
    let blank = || lang.pick("kosong", "blank").to_owned();
    let shown = |answer: Option<&std::sync::Arc<str>>| answer.map_or_else(blank, |text| shorten(text, 30));
    let mut left = ANSWERS;
    for node in &role.nodes {
        let score = numbers(node.score, lang);
        let start = format!("  {} {} {score}  ", role.role.word(), node.code);
        let room = 80_usize.saturating_sub(start.chars().count());
        push(out, &format!("{start}{}", shorten(&node.label, room)));
        for answer in role.answers.iter().filter(|answer| answer.node == node.code) {
            if left == 0 {
                continue;
            }
            left -= 1;
            let cell = if answer.cell.is_empty() { String::new() } else { format!(" {}", answer.cell) };
            let change = format!("{} → {}", shown(answer.from.as_ref()), shown(answer.to.as_ref()));
            wrap(out, &format!("{}{cell}: {change}  {}", answer.code, shorten(&answer.label, LABEL)), "    ", "      ");
        }
    }
    if role.answers.len() > ANSWERS {
        let more =
            lang.pick("jawaban lagi; semuanya di lembar Perubahan", "more answers; all of them on the sheet Changes");
        push(out, &format!("    … {} {more}", role.answers.len() - ANSWERS));
    }
}

/// By code: the few in words, the many counted with what they are about.
fn finding_lines(out: &mut String, title: &str, findings: &[FindingRecord], lang: Lang) {
    if findings.is_empty() {
        return;
    }
    push(out, &format!("  {title} ({})", findings.len()));
    let mut groups: BTreeMap<&str, Vec<&FindingRecord>> = BTreeMap::new();
    for finding in findings {
        groups.entry(&finding.code).or_default().push(finding);
    }
    for (code, group) in groups {
        if group.len() <= FINDINGS {
            for finding in group {
                let subject = if finding.subject.is_empty() { String::new() } else { format!(" {}", finding.subject) };
                wrap(out, &format!("{code}{subject}: {}", finding_words(finding, lang)), "    ", "      ");
            }
        } else {
            let subjects: Vec<&str> = group.iter().map(|finding| &*finding.subject).filter(|s| !s.is_empty()).collect();
            wrap(out, &format!("{code} ({}): {}", group.len(), subjects.join(", ")), "    ", "      ");
        }
    }
}
