//! *Perubahan*: what changed since the run before, a block a satker; and the words for it that a terminal is told, too.

use std::sync::Arc;

use super::Report;
use super::table::{CellValue, Colour, Row, Rows, Section, Table, Tone, cells};
use crate::compute::changes::{
    Changes, EvidenceChange, Membership, Pair, ProvinceChanges, RoleChanges, RunRef, SatkerChanges, SurveyChange,
};
use crate::compute::record::FindingRecord;
use crate::finding::Severity;
use crate::finding::catalogue::CATALOGUE;
use crate::lang::Lang;
use crate::lke::Role;
use crate::survey::instrument::{Instrument, Shown};
use crate::text::shorten;

/// Characters of a label, answer or link.
const TEXT: usize = 160;

/// One row: what changed at whom, from what to what, and what that did.
#[derive(Clone, Default)]
struct Line {
    kode: Arc<str>,
    nama: Arc<str>,
    /// Whether the row heads those of a satker or of the province.
    is_head: bool,
    what: &'static str,
    /// How it is to be taken, where it is good or bad.
    tone: Option<Tone>,
    role: &'static str,
    /// Code of the indicator or finding.
    code: Arc<str>,
    label: String,
    cell: Arc<str>,
    before: CellValue,
    after: CellValue,
    /// Points gained. Answers of one subarea act together: the first of them carries what all of them gained.
    points: Option<f64>,
    /// Code of the subarea, and its score before and after.
    node: Option<(Arc<str>, Pair<Option<f64>>)>,
}

pub(super) fn table(report: Report) -> Table<Rows> {
    let Report { data, lang } = report;
    let word = lang.pick("Perubahan", "Changes");
    let Some(changes) = &data.changes else {
        let sentence = lang.pick("Belum ada perubahan yang tercatat.", "No changes have been recorded yet.");
        return Table { is_idle: true, ..Table::new(word, report.subtitle(), 0, vec![Section::note(sentence)]) };
    };
    let title = match &changes.before {
        Some(before) => format!("{} {}", lang.pick("Perubahan sejak", "Changes since"), run_name(before, lang)),
        None => word.to_owned(),
    };
    let score = |id, en| report.number(id, en);
    let mut columns = Vec::from(report.satker_columns());
    columns.extend([
        report.word("Perubahan", "Change"),
        report.text("Peran", "Role"),
        report.text("Kode", "Code"),
        report.wrapped("Uraian", "Label"),
        report.text("Sel", "Cell"),
        score("Semula", "Before"),
        score("Menjadi", "After"),
        score("Selisih poin", "Points").coloured(Colour::Points),
        report.text("Subarea", "Subarea"),
        score("Nilai subarea semula", "Subarea before"),
        score("Nilai subarea menjadi", "Subarea after"),
    ]);
    let nothing = nothing(changes, lang);
    let mut section = Section::new(columns, Box::new(lines(changes, lang).into_iter().map(row)) as Rows);
    section.note.clone_from(&nothing);
    let mut sections = vec![section];
    if nothing.is_none() {
        sections.extend(surveys(report, changes));
    }
    let same: Vec<&str> = changes.satker.iter().filter(|s| !s.is_changed()).map(|s| &*s.kode).collect();
    if nothing.is_none() && !same.is_empty() {
        let label = lang.pick("Tanpa perubahan", "Unchanged");
        sections.push(Section::note(&format!("{label} ({}): {}", same.len(), same.join(", "))));
    }
    // A tab may show what an earlier run found, so it says of which one.
    let until = format!("{} {}", lang.pick("sampai", "until"), run_name(&changes.after, lang));
    let subtitle = format!("{} · {until}", report.subtitle());
    Table { is_idle: nothing.is_some(), ..Table::new(title, subtitle, 2, sections) }
}

/// Indices that changed, each scale in columns of its own; none where no index did.
fn surveys<'a>(report: Report<'a>, changes: &'a Changes) -> Option<Section<Rows<'a>>> {
    let lang = report.lang;
    let mut columns = Vec::from(report.satker_columns());
    columns.extend([
        report.text("Indeks", "Index"),
        report.text("Periode", "Period"),
        report.text("Responden", "Respondents"),
    ]);
    for scale in Shown::ALL.map(Shown::range) {
        let number = |id, en| report.number(&format!("{id} ({scale})"), &format!("{en} ({scale})"));
        let difference = number("Selisih", "Difference").coloured(Colour::Points);
        columns.extend([number("Semula", "Before"), number("Menjadi", "After"), difference]);
    }
    let of_satker = changes.changed().flat_map(|satker| satker.surveys.iter().map(move |survey| (satker, survey)));
    let rows = of_satker.map(move |(satker, survey)| {
        let index = survey_index(survey);
        let numbers = [index.before, index.after, index.difference()];
        let own = shown_on(&survey.instrument);
        let mut cells = cells![&*satker.kode, &*satker.nama, &*survey.index_name];
        cells.extend(survey_extent(survey).map(CellValue::text));
        for scale in Shown::ALL {
            cells.extend(numbers.map(|number| CellValue::from(number.filter(|_| scale == own))));
        }
        Row::from(cells)
    });
    let rows: Vec<Row> = rows.collect();
    let title = lang.pick("Survei", "Surveys").to_owned();
    let is_shown = !rows.is_empty();
    is_shown.then(|| Section { title: Some(title), ..Section::new(columns, Box::new(rows.into_iter()) as Rows) })
}

fn row(line: Line) -> Row {
    let (node, score) = line.node.map_or((Arc::default(), None), |(code, score)| (code, Some(score)));
    Row::from(cells![
        &*line.kode,
        &*line.nama,
        CellValue::from(line.what).toned(line.tone),
        line.role,
        &*line.code,
        CellValue::written(if line.is_head { line.label } else { shorten(&line.label, TEXT) }),
        &*line.cell,
        line.before,
        line.after,
        line.points,
        &*node,
        score.and_then(|score| score.before),
        score.and_then(|score| score.after),
    ])
    .head_if(line.is_head)
}

/// `konsolidasi nomor 12 (2025-S2, 3 November 2025 06.00 WIB)`.
pub fn run_name(run: &RunRef, lang: Lang) -> String {
    let number = run.run.map(|run| format!(" {} {run}", lang.pick("nomor", "number"))).unwrap_or_default();
    let word = lang.pick("konsolidasi", "run");
    format!("{word}{number} ({}, {})", run.period, lang.moment(&run.at))
}

/// The sentence in place of rows that there are none of: no earlier run, or no change.
pub fn nothing(changes: &Changes, lang: Lang) -> Option<String> {
    match &changes.before {
        None => Some(
            lang.pick("Belum ada konsolidasi sebelumnya untuk dibandingkan.", "There is no earlier run.").to_owned(),
        ),
        Some(before) if changes.is_empty() => Some(format!(
            "{} {}.",
            lang.pick("Tidak ada yang berubah sejak", "Nothing has changed since"),
            run_name(before, lang)
        )),
        Some(_) => None,
    }
}

/// `▲2`, `▼1`, `–`: ranks gained, lost, neither.
pub fn movement(ranks: i64) -> String {
    match ranks {
        0 => "–".to_owned(),
        1.. => format!("▲{ranks}"),
        _ => format!("▼{}", ranks.unsigned_abs()),
    }
}

fn shipped(instrument: &str) -> Option<&'static Instrument> {
    Instrument::shipped().iter().map(|shipped| &**shipped).find(|shipped| shipped.id == instrument)
}

/// An index from 25 to 100 on the scale its instrument is shown on; instruments not shipped keep theirs.
pub(crate) fn scaled(instrument: &str, index: f64) -> f64 {
    shipped(instrument).map_or(index, |shipped| shipped.scaled(index))
}

/// That scale.
pub(super) fn shown_on(instrument: &str) -> Shown {
    shipped(instrument).map_or(Shown::Hundred, |shipped| shipped.shown)
}

/// A survey's index before and after, on the scale it is shown on.
pub(crate) fn survey_index(survey: &SurveyChange) -> Pair<Option<f64>> {
    let shown = |index: Option<f64>| index.map(|index| scaled(&survey.instrument, index));
    Pair { before: shown(survey.index.before), after: shown(survey.index.after) }
}

/// Every row: the province's first, then those of each satker at which anything changed.
fn lines(changes: &Changes, lang: Lang) -> Vec<Line> {
    if nothing(changes, lang).is_some() {
        return Vec::new();
    }
    let mut lines = province(changes, lang);
    for satker in changes.changed() {
        Writer { satker, lang, lines: &mut lines }.satker();
    }
    lines
}

/// A row of somebody with nothing in it yet.
fn line(kode: &Arc<str>, nama: &Arc<str>, what: &'static str) -> Line {
    Line { kode: kode.clone(), nama: nama.clone(), what, ..Line::default() }
}

/// An answer or a link, as somebody wrote it.
fn text(text: Option<&Arc<str>>) -> CellValue {
    text.map_or(CellValue::Empty, |text| CellValue::written(shorten(text, TEXT)))
}

/// The head of a block: a total.
fn head(start: Line, role: Role, total: Pair<Option<f64>>, label: String) -> Line {
    Line {
        is_head: true,
        role: role.word(),
        label,
        before: total.before.into(),
        after: total.after.into(),
        points: total.difference(),
        ..start
    }
}

fn province(changes: &Changes, lang: Lang) -> Vec<Line> {
    let nama: Arc<str> = lang.pick("Provinsi", "Province").into();
    let mean = lang.pick("rata-rata satker", "mean of satker");
    let of_role = |role: Role| {
        let total = changes.province.totals[role];
        let is_shown = role == Role::Unit || total.before.or(total.after).is_some();
        is_shown.then(|| head(line(&Arc::default(), &nama, "Total"), role, total, mean.to_owned()))
    };
    let note = line(&Arc::default(), &nama, lang.pick("Catatan", "Note"));
    let note = Line { label: summary(changes, lang), ..note };
    Role::ALL.into_iter().filter_map(of_role).chain([note]).collect()
}

/// `3 dari 8 satker berubah; 12 jawaban; bukti +4 −1; temuan +2 −5`.
pub(crate) fn summary(changes: &Changes, lang: Lang) -> String {
    let ProvinceChanges { answers, links_added, links_gone, appeared, resolved, .. } = changes.province;
    let (changed, all) = (changes.changed().count(), changes.satker.len());
    match lang {
        Lang::Id => format!(
            "{changed} dari {all} satker berubah; {answers} jawaban; bukti +{links_added} −{links_gone}; temuan \
             +{appeared} −{resolved}"
        ),
        Lang::En => format!(
            "{changed} of {all} satker changed; {answers} answers; evidence +{links_added} −{links_gone}; findings \
             +{appeared} −{resolved}"
        ),
    }
}

/// `peringkat 3 → 2 ▲1; terjawab 98 → 103`.
pub(crate) fn standing(role: &RoleChanges, lang: Lang) -> String {
    let show = |number: Option<u32>| number.map_or_else(|| "–".to_owned(), |number| number.to_string());
    let pair = |pair: Pair<Option<u32>>| match pair.before == pair.after {
        true => show(pair.after),
        false => format!("{} → {}", show(pair.before), show(pair.after)),
    };
    let moved = match (role.rank.before, role.rank.after) {
        (Some(before), Some(after)) if before != after => {
            format!(" {}", movement(i64::from(before) - i64::from(after)))
        }
        _ => String::new(),
    };
    let words = [lang.pick("peringkat", "rank"), lang.pick("terjawab", "answered")];
    format!("{} {}{moved}; {} {}", words[0], pair(role.rank), words[1], pair(role.answered))
}

/// Why answers are not compared, or why a satker is listed at all.
pub(crate) fn remark(satker: &SatkerChanges, lang: Lang) -> Option<&'static str> {
    match (satker.membership, satker.lke_read.before, satker.lke_read.after) {
        (Membership::New, ..) => Some(lang.pick("satker baru dalam daftar", "new in the registry")),
        (Membership::Gone, ..) => Some(lang.pick("tidak lagi dalam daftar satker", "no longer in the registry")),
        (_, true, false) => Some(lang.pick(
            "LKE kini tidak terbaca; jawaban tidak dibandingkan",
            "the LKE is not readable now; answers are not compared",
        )),
        (_, false, true) => Some(lang.pick(
            "LKE semula tidak terbaca; jawaban tidak dibandingkan",
            "the LKE was not readable before; answers are not compared",
        )),
        _ => None,
    }
}

/// A finding as it was recorded; in English, which is not recorded, what it is about.
pub(crate) fn finding_words(finding: &FindingRecord, lang: Lang) -> &str {
    let entry = || CATALOGUE.iter().find(|entry| *entry.code == *finding.code);
    match lang {
        Lang::Id => &finding.message,
        Lang::En => entry().map_or(&finding.message, |entry| entry.title.text(lang)),
    }
}

/// The cells a finding's place names: what follows its sheet.
fn cells(place: &str) -> &str {
    place.rsplit_once('!').map_or("", |(_, cells)| cells)
}

/// Rows of one satker.
struct Writer<'a> {
    satker: &'a SatkerChanges,
    lang: Lang,
    lines: &'a mut Vec<Line>,
}

impl Writer<'_> {
    fn line(&self, what: &'static str) -> Line {
        line(&self.satker.kode, &self.satker.nama, what)
    }

    fn satker(mut self) {
        let (satker, lang) = (self.satker, self.lang);
        for role in satker.roles.iter() {
            if role.role == Role::Unit || role.total.before.or(role.total.after).is_some() {
                let start = self.line("Total");
                self.lines.push(head(start, role.role, role.total, standing(role, lang)));
            }
        }
        if let Some(remark) = remark(satker, lang) {
            let is_good = satker.membership == Membership::New || satker.lke_read.after;
            let tone = if is_good { None } else { Some(Tone::Open) };
            self.lines.push(Line { label: remark.to_owned(), tone, ..self.line(lang.pick("Catatan", "Note")) });
        }
        satker.roles.iter().for_each(|role| self.answers(role));
        satker.evidence.iter().for_each(|evidence| self.evidence(evidence));
        let (appeared, resolved) = (lang.pick("Temuan baru", "New finding"), lang.pick("Temuan selesai", "Resolved"));
        for finding in &satker.appeared {
            let tone = match finding.severity {
                Severity::Error => Some(Tone::Bad),
                Severity::Warning => Some(Tone::Open),
                Severity::Info => None,
            };
            self.finding(appeared, tone, finding);
        }
        satker.resolved.iter().for_each(|finding| self.finding(resolved, Some(Tone::Good), finding));
    }

    fn answers(&mut self, role: &RoleChanges) {
        let mut told = Vec::new();
        for answer in &role.answers {
            let node = role.nodes.iter().find(|node| node.code == answer.node);
            let is_first = !told.contains(&&answer.node);
            told.push(&answer.node);
            let points = node.filter(|_| is_first).map(|node| node.score.gain());
            self.lines.push(Line {
                role: role.role.word(),
                code: answer.code.clone(),
                label: answer.label.to_string(),
                cell: answer.cell.clone(),
                before: text(answer.from.as_ref()),
                after: text(answer.to.as_ref()),
                points,
                node: node.map(|node| (node.code.clone(), node.score)),
                ..self.line(self.lang.pick("Jawaban", "Answer"))
            });
        }
        for node in role.nodes.iter().filter(|node| !told.contains(&&node.code)) {
            self.lines.push(Line {
                role: role.role.word(),
                code: node.code.clone(),
                label: node.label.to_string(),
                points: Some(node.score.gain()),
                node: Some((node.code.clone(), node.score)),
                ..self.line(self.lang.pick("Nilai", "Score"))
            });
        }
    }

    fn evidence(&mut self, evidence: &EvidenceChange) {
        let start = Line { code: evidence.code.clone(), label: evidence.label.to_string(), ..self.line("") };
        for link in &evidence.gone {
            let what = self.lang.pick("Bukti hilang", "Evidence gone");
            self.lines.push(Line { what, tone: Some(Tone::Open), before: text(Some(link)), ..start.clone() });
        }
        for link in &evidence.added {
            let what = self.lang.pick("Bukti baru", "Evidence added");
            self.lines.push(Line { what, tone: Some(Tone::Good), after: text(Some(link)), ..start.clone() });
        }
    }

    fn finding(&mut self, what: &'static str, tone: Option<Tone>, finding: &FindingRecord) {
        let subject = if finding.subject.is_empty() { String::new() } else { format!("{}: ", finding.subject) };
        self.lines.push(Line {
            tone,
            code: finding.code.clone(),
            label: format!("{subject}{}", finding_words(finding, self.lang)),
            cell: cells(&finding.place).into(),
            ..self.line(what)
        });
    }
}

/// `2025-S1 → 2025-S2, responden 60 → 72`.
pub(crate) fn survey_label(survey: &SurveyChange, lang: Lang) -> String {
    let [period, n] = survey_extent(survey);
    format!("{period}, {} {n}", lang.pick("responden", "respondents"))
}

/// Period and respondents of a survey: `2025-S1 → 2025-S2`, `60 → 72`.
fn survey_extent(survey: &SurveyChange) -> [String; 2] {
    let arrow = |before: Option<String>, after: Option<String>| match (before, after) {
        (before, after) if before == after => after.unwrap_or_default(),
        (before, after) => {
            let shown = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
            format!("{} → {}", shown(before), shown(after))
        }
    };
    let text = |period: &Option<Arc<str>>| period.as_deref().map(str::to_owned);
    let count = |n: Option<u64>| n.map(|n| n.to_string());
    [
        arrow(text(&survey.period.before), text(&survey.period.after)),
        arrow(count(survey.n.before), count(survey.n.after)),
    ]
}
