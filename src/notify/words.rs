//! Puts an event into words: the built-in templates, or one of the office's own.
//!
//! A template sees the fields of the [`Event`] by their names in JSON and, besides them: `subject`, `status_word`,
//! `trigger_words`, `period_words`, `when`, `duration`, `ranked` (the ranking without those that have no rank), `unranked`
//! (how many those are), `barely` (how many of them have a score, of too few answers to be compared), `any_moved`, `any_tpi`, `workbook` (`name`, `path`, `link`, `attached`, `not_attached`),
//! `link_opens` and `template_note`. Filters: `number` (`88,48`), `signed` (`+2,36`), `arrow` (`▲2`), `moment`
//! (`25 November 2025 pukul 06.00 WIB`).

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Error, UndefinedBehavior};
use regex::Regex;
use serde::Serialize;

use super::event::{Event, RankLine, one_line};
use crate::lang::Lang;
use crate::period::Period;
use crate::store::{RunStatus, Trigger};
use crate::text::{capital, shorten};

/// Bytes of a template of one's own.
const TEMPLATE_LIMIT: u64 = 256 << 10;
/// Characters of a subject: what mail programs show of it, and more.
const SUBJECT: usize = 160;

/// Where the workbook is, for who is told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Workbook {
    /// File name; none where none was written.
    pub name: Option<String>,
    /// Where it was written.
    pub path: Option<String>,
    /// Where it can be opened.
    pub link: Option<String>,
    /// Whether it goes along.
    pub attached: bool,
    /// Why it does not though it should.
    pub not_attached: Option<String>,
}

impl Workbook {
    /// The workbook a run has written.
    pub fn of(event: &Event) -> Self {
        let path = event.workbook().map(|output| &output.path);
        let name = path.and_then(|path| path.file_name()).map(|name| one_line(&name.to_string_lossy()));
        Workbook { name, path: path.map(|path| one_line(&path.to_string_lossy())), ..Workbook::default() }
    }
}

/// An event in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as a page; none where the office's own template gives the text alone.
    pub html: Option<String>,
    /// Why the office's own template was not used, where it was not.
    pub note: Option<String>,
}

/// Everything a template sees.
#[derive(Serialize)]
struct Seen<'a> {
    #[serde(flatten)]
    event: &'a Event,
    subject: &'a str,
    status_word: &'a str,
    trigger_words: &'a str,
    period_words: String,
    when: String,
    duration: String,
    ranked: Vec<&'a RankLine>,
    unranked: usize,
    barely: usize,
    any_moved: bool,
    any_tpi: bool,
    workbook: &'a Workbook,
    link_opens: bool,
    template_note: Option<&'a str>,
}

/// Puts an event into words. A template of one's own takes the place of the text, or of the page where it is one; one that cannot be used is left aside, and the message says so.
pub fn words(event: &Event, template: Option<&Path>, workbook: &Workbook, lang: Lang) -> Message {
    let environment = environment(event.facts.zone.clone(), lang);
    let subject = subject(event, lang);
    let mut seen = Seen::new(event, &subject, workbook, lang);
    let own = template.map(|path| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let text = read(path, lang).and_then(|source| {
            let is_page = is_page(&name, &source);
            // By this name what strangers wrote is escaped, or is not.
            let known_as = if is_page { "own.html" } else { "own.txt" };
            let made = environment.render_named_str(known_as, &source, Serde(&seen));
            made.map(|made| (made, is_page)).map_err(|error| reason(&error, lang))
        });
        (name, text)
    });
    let (mut own_text, mut own_page, mut note) = (None, None, None);
    match own {
        Some((_, Ok((page, true)))) => own_page = Some(page),
        Some((_, Ok((text, false)))) => own_text = Some(text),
        Some((name, Err(reason))) => {
            let id = format!("templat {} tidak dapat dipakai ({reason}); ini teks bawaan", one_line(&name));
            let en = format!("the template {} cannot be used ({reason}); this is the built-in text", one_line(&name));
            note = Some(lang.pick(&id, &en).to_owned());
        }
        None => {}
    }
    seen.template_note = note.as_deref();
    let built_in = |ending: &str| {
        let made = environment
            .get_template(&format!("run.{lang}.{ending}"))
            .and_then(|template| template.render(Serde(&seen)));
        made.expect("the built-in templates use only what every event has")
    };
    let html = match (own_page, &own_text) {
        (None, Some(_)) => None,
        (page, _) => Some(page.unwrap_or_else(|| built_in("html"))),
    };
    Message {
        text: ended(&own_text.unwrap_or_else(|| built_in("txt"))),
        html,
        note: note.clone(),
        subject: subject.clone(),
    }
}

/// A text that ends with its last line.
fn ended(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

/// Whether a template is a page: it holds a page's tags, whatever it is called, or is called one.
fn is_page(name: &str, source: &str) -> bool {
    static TAG: LazyLock<Regex> = LazyLock::new(|| {
        let tags =
            "!doctype|html|head|body|meta|style|div|span|p|br|hr|h[1-6]|table|t[rdh]|ul|ol|li|a|b|i|strong|em|img|font";
        Regex::new(&format!(r"(?i)</?(?:{tags})(?:[\s/>]|$)")).expect("a constant expression")
    });
    let name = name.to_lowercase();
    name.ends_with(".html") || name.ends_with(".htm") || TAG.is_match(source)
}

fn read(path: &Path, lang: Lang) -> Result<String, String> {
    let mut text = String::new();
    let file = File::open(path).and_then(|file| file.take(TEMPLATE_LIMIT + 1).read_to_string(&mut text));
    match file {
        Err(error) => Err(one_line(&error.to_string())),
        Ok(read) if read as u64 > TEMPLATE_LIMIT => {
            Err(lang.pick("lebih dari 256 KiB", "more than 256 KiB").to_owned())
        }
        Ok(_) => Ok(text),
    }
}

/// `baris 3: undefined value`.
fn reason(error: &Error, lang: Lang) -> String {
    let line = error.line().map(|line| format!("{} {line}: ", lang.pick("baris", "line"))).unwrap_or_default();
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    shorten(&one_line(&format!("{line}{}{detail}", error.kind())), 200)
}

fn environment(zone: TimeZone, lang: Lang) -> Environment<'static> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("no delimiter was changed"));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_filter("number", move |number: Option<f64>| show(number, lang));
    environment.add_filter("signed", move |number: f64| {
        // What is shown as nothing has no sign.
        let sign = if number >= 0.005 { "+" } else { "" };
        format!("{sign}{}", lang.number(number, 2)).replace('-', "−")
    });
    environment.add_filter("arrow", |gained: i64| match gained {
        0 => "=".to_owned(),
        1.. => format!("▲{gained}"),
        _ => format!("▼{}", -gained),
    });
    environment.add_filter("moment", move |at: String| -> Result<String, Error> {
        let wrong = |error: jiff::Error| Error::new(minijinja::ErrorKind::InvalidOperation, error.to_string());
        at.parse::<Timestamp>().map_err(wrong).map(|at| moment(&at.to_zoned(zone.clone()), lang))
    });
    for (name, source) in [
        ("run.id.txt", include_str!("templates/run.id.txt")),
        ("run.id.html", include_str!("templates/run.id.html")),
        ("run.en.txt", include_str!("templates/run.en.txt")),
        ("run.en.html", include_str!("templates/run.en.html")),
    ] {
        environment.add_template(name, source).expect("the built-in templates are well-formed");
    }
    environment
}

fn show(number: Option<f64>, lang: Lang) -> String {
    number.map_or_else(|| "–".to_owned(), |number| lang.number(number, 2))
}

impl<'a> Seen<'a> {
    fn new(event: &'a Event, subject: &'a str, workbook: &'a Workbook, lang: Lang) -> Self {
        let facts = &event.facts;
        let [start, end] = [facts.started, facts.ended].map(|at| at.to_zoned(facts.zone.clone()));
        let ranked: Vec<&RankLine> = event.ranking.iter().filter(|line| line.unit.rank.is_some()).collect();
        let link = workbook.link.as_deref().unwrap_or_default();
        Seen {
            event,
            subject,
            status_word: facts.status.word(lang),
            trigger_words: trigger_words(facts.trigger, lang),
            period_words: period_words(&facts.period, lang),
            when: when(&start, &end, lang),
            duration: duration(event.seconds, lang),
            any_moved: ranked.iter().any(|line| line.unit.movement.is_some()),
            any_tpi: ranked.iter().any(|line| line.tpi.rank.is_some()),
            unranked: event.ranking.len() - ranked.len(),
            barely: event.ranking.iter().filter(|line| line.unit.rank.is_none() && line.unit.total.is_some()).count(),
            ranked,
            workbook,
            link_opens: link.starts_with("https://") || link.starts_with("http://"),
            template_note: None,
        }
    }
}

/// `[2025-S2] Tidak lengkap, 2 satker bermasalah: Konsolidasi …`: what matters first, since lists of mails cut the rest.
fn subject(event: &Event, lang: Lang) -> String {
    let facts = &event.facts;
    let status = capital(facts.status.word(lang));
    let (failed, answers) = (event.failed.len(), event.changes.as_ref().map_or(0, |changes| changes.answers));
    let particular = match facts.status {
        RunStatus::Incomplete if failed > 0 => {
            format!(", {failed} {}", lang.pick("satker bermasalah", "satker in trouble"))
        }
        RunStatus::Clean | RunStatus::Incomplete if answers > 0 => {
            let en = if answers == 1 { "answer changed" } else { "answers changed" };
            format!(", {answers} {}", lang.pick("jawaban berubah", en))
        }
        _ => String::new(),
    };
    shorten(&one_line(&format!("[{}] {status}{particular}: {}", facts.period, facts.title)), SUBJECT)
}

/// `semester 2 tahun 2025`.
/// Why a run took place, as a sentence has it.
fn trigger_words(trigger: Trigger, lang: Lang) -> &'static str {
    match trigger {
        Trigger::Schedule => lang.pick("menurut jadwal", "by schedule"),
        Trigger::CatchUp => lang.pick("menyusul jadwal yang terlewat", "catching up on a missed time"),
        Trigger::Hand => lang.pick("dijalankan langsung", "started by hand"),
    }
}

fn period_words(period: &str, lang: Lang) -> String {
    match Period::parse(period) {
        Some(Period { year, semester: Some(semester) }) => {
            format!("semester {semester} {} {year}", lang.pick("tahun", "of"))
        }
        Some(Period { year, semester: None }) => format!("{}{year}", lang.pick("tahun ", "")),
        None => one_line(period),
    }
}

/// `25 November 2025 pukul 06.00 WIB`.
fn moment(at: &Zoned, lang: Lang) -> String {
    format!("{}{}{} {}", lang.day(at.date()), lang.pick(" pukul ", ", "), lang.clock(at), at.strftime("%Z"))
}

/// From when to when, the day and the zone said once.
fn when(start: &Zoned, end: &Zoned, lang: Lang) -> String {
    let (from, to) = (lang.clock(start), lang.clock(end));
    if start.date() != end.date() || start.offset() != end.offset() {
        return format!("{} – {}", moment(start, lang), moment(end, lang));
    }
    let clocks = if from == to { from } else { format!("{from}–{to}") };
    format!("{}{}{clocks} {}", lang.day(start.date()), lang.pick(" pukul ", ", "), start.strftime("%Z"))
}

/// `2 menit 5 detik`.
fn duration(seconds: i64, lang: Lang) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let units = [(hours, "jam", "h"), (minutes, "menit", "min"), (seconds, "detik", "s")];
    let said = units.iter().skip_while(|(count, ..)| *count == 0).take(2).filter(|(count, ..)| *count > 0);
    let said: Vec<String> = said.map(|(count, id, en)| format!("{count} {}", lang.pick(id, en))).collect();
    if said.is_empty() { lang.pick("kurang dari 1 detik", "less than 1 s").to_owned() } else { said.join(" ") }
}

#[cfg(test)]
mod tests;
