//! What target texts mean: a grammar over the whole text, so that a text is read for certain or not at all.
//!
//! `target := part (sep part)*`, `part := [frequency] [from] [span] [weeks] [year]`. A span is a month, a quarter, a semester, or
//! one `sampai` another, with a year at either end; what a part lacks it has from its neighbours or from the plan.

use std::sync::LazyLock;

use jiff::civil::{Date, date};
use regex::{Captures, Regex};

use crate::plan::timeline::{PlanMonth, Target, month_name, month_of};

/// Words that change nothing about the months beside them.
const FILLERS: [&str; 22] = [
    "pada",
    "di",
    "dalam",
    "paling",
    "lambat",
    "selambatnya",
    "lambatnya",
    "tanggal",
    "tgl",
    "target",
    "waktu",
    "pelaksanaan",
    "dilaksanakan",
    "jadwal",
    "periode",
    "ke",
    "minimal",
    "maksimal",
    "dgn",
    "dengan",
    "batas",
    "timeline",
];
/// Months from the first of a target to its last, at most.
const MOST_MONTHS: i32 = 12;

/// What a target's text does not say itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known {
    /// The plan's year, where it is known.
    pub year: Option<i16>,
    /// Whether dates of the plan are written with the month first.
    pub month_first: bool,
}

/// Reads a target text. `None` where anything in it cannot be read for certain; an empty target where it says that nothing
/// is planned (`-`, `NIHIL`).
pub fn read_target(text: &str, known: Known) -> Option<Target> {
    let text = text.trim().to_lowercase();
    if ["", "-", "–", "—", "−", "nihil", "tidak ada", "false", "salah"].contains(&text.as_str()) {
        return Some(Target::default());
    }
    let tokens = tokens(&plain(&text, known)?)?;
    let mut parser = Parser { rest: &tokens, said: Said::default() };
    parser.target()?;
    parser.said.target(known.year)
}

/// How the dates of a plan's targets are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DateOrder {
    /// `6/30/2025`.
    pub month_first: bool,
    /// Some can be read either way and none tells which.
    pub is_open: bool,
}

/// The order of days and months in all targets of a plan: a date that can be read one way only decides for all.
pub fn date_order<'a>(texts: impl Iterator<Item = &'a str>) -> DateOrder {
    let (mut day_first, mut month_first, mut either) = (false, false, false);
    for text in texts {
        for date in DATE.captures_iter(text) {
            match (number(&date, 1), number(&date, 2)) {
                (Some(1..=12), Some(second @ 1..=12)) => either |= number(&date, 1) != Some(second),
                (Some(_), Some(1..=12)) => day_first = true,
                (Some(1..=12), Some(_)) => month_first = true,
                _ => {}
            }
        }
    }
    DateOrder { month_first: month_first && !day_first, is_open: either && month_first == day_first }
}

static ISO_DATE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(\d{4})-(\d{1,2})-(\d{1,2})(?:t[\d:.]+z?)?\b"));
static DATE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\b"));
static TIME_OF_DAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(\b\d{4}),?\s+(?:pukul\s+)?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\.\d+)?(?:z|\s+wi(?:b|ta|t))?")
});
static DAY_NAME: LazyLock<Regex> = LazyLock::new(|| {
    // `Minggu 3 Juni` is a week.
    pattern(
        r"\b(?:(?:senin|selasa|rabu|kamis|jum'?at|sabtu|ahad)\s*,?|minggu\s*,)\s*(\d{1,2}\s+\p{L}+|\d{1,2}[/.-]\d|\d{4}-)",
    )
});
static BY_MONTH_NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bb(0[1-9]|1[0-2])\b"));

/// Phrases that are said in other words the same.
static PHRASES: LazyLock<[(Regex, &str); 11]> = LazyLock::new(|| {
    [
        (pattern(r"\bs\s?[./]\s?d\b\.?"), " sampai "),
        (pattern(r"\bselambat\s*-\s*lambatnya\b"), " paling lambat "),
        (pattern(r"\bt\.?a\.?(?:\b|\s)|\b(?:tahun|thn)\s+anggaran\b|\bthn\b"), " tahun "),
        (
            pattern(r"\b(?:(?:selama|sepanjang)\s+)?(?:(?:1|satu)\s+tahun|setahun|12\s+bulan)(?:\s+penuh)?\b"),
            " setahun ",
        ),
        (pattern(r"\bakhir\s+tahun\b"), " desember "),
        (pattern(r"\bawal\s+tahun\b"), " januari "),
        (pattern(r"\bmulai\s+dari\b|\bdimulai\b|\bterhitung\b|\bsejak\b"), " mulai "),
        (pattern(r"\bhari\s+kerja\b"), " hari "),
        (pattern(r"\btw(iv|i{1,3})\b"), "tw $1"),
        (pattern(r"\bke-"), " ke "),
        (pattern(r"[\s,;.]+$"), ""),
    ]
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern that is tested")
}

fn number(found: &Captures, group: usize) -> Option<i16> {
    found.get(group)?.as_str().parse().ok()
}

/// A text with its dates and phrases in plain words: `30/06/2025` is `30 juni 2025`. None where a date is none.
fn plain(text: &str, known: Known) -> Option<String> {
    let mut is_date = true;
    let mut written = |year: Option<i16>, month: Option<i16>, day: Option<i16>| match (year, month, day) {
        (Some(year), Some(month @ 1..=12), Some(day @ 1..=31)) => {
            let year = if year < 100 { 2000 + year } else { year };
            format!("{day} {} {year}", month_name(month as u8).to_lowercase())
        }
        _ => {
            is_date = false;
            String::new()
        }
    };
    if let Some(serial) = serial_date(text, known.year) {
        return Some(written(Some(serial.year()), Some(serial.month().into()), Some(serial.day().into())));
    }
    let text = ISO_DATE.replace_all(text, |f: &Captures| written(number(f, 1), number(f, 2), number(f, 3)));
    let text = DATE.replace_all(&text, |f: &Captures| {
        let (first, second) = (number(f, 1), number(f, 2));
        let is_month_first = second > Some(12) || known.month_first && first <= Some(12);
        let (day, month) = if is_month_first { (second, first) } else { (first, second) };
        written(number(f, 3), month, day)
    });
    let mut text = TIME_OF_DAY.replace_all(&text, "$1").into_owned();
    text = DAY_NAME.replace_all(&text, "$1").into_owned();
    text = BY_MONTH_NUMBER
        .replace_all(&text, |f: &Captures| month_name(number(f, 1).unwrap_or_default() as u8).to_lowercase())
        .into_owned();
    for (phrase, words) in PHRASES.iter() {
        text = phrase.replace_all(&text, *words).into_owned();
    }
    is_date.then_some(text)
}

/// The day a whole text numbers as spreadsheets do, where it is near the plan's year: other numbers are amounts.
fn serial_date(text: &str, year: Option<i16>) -> Option<Date> {
    let days: i32 = text.strip_suffix(".0").unwrap_or(text).parse().ok()?;
    (36_526..=73_050).contains(&days).then_some(())?;
    let day = date(1899, 12, 30).checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
    let near = year.map_or(2015..=2035, |year| year - 1..=year + 1);
    near.contains(&day.year()).then_some(day)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    Month(u8),
    Year(i16),
    Number(u8),
    /// `-`, `s.d.`, `sampai`.
    Until,
    /// `,`, `dan`, `/`.
    And,
    /// `mulai`, `dari`.
    From,
    /// `tiap`, `per`.
    Each,
    /// `bulanan`, `triwulanan`, `setahun`: a frequency in a word.
    Often(Every),
    /// `sepanjang`, `selama`.
    Whole,
    Early,
    Late,
    Day,
    Week,
    /// `bulan`, beside its name or after `tiap`.
    MonthWord,
    /// A quarter or semester, by how many months it has.
    Term(u8),
    YearWord,
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Every {
    Month,
    /// At the end of every so many months.
    Months(u8),
    Year,
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric();
        let end = if is_word(first) {
            // A word ends where letters turn into digits: `TW2`.
            rest.find(|c: char| !is_word(c) || c.is_numeric() != first.is_numeric()).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at(end);
        rest = after;
        match word {
            "-" | "–" | "—" | "−" | "‐" | "‑" | "~" => tokens.push(Token::Until),
            "," | ";" | "/" | "&" | "+" => tokens.push(Token::And),
            "'" | "’" | "‘" => {
                // `Juni '25`.
                if let Some((year, after)) = rest.split_at_checked(2).filter(|(year, _)| year.parse::<u8>().is_ok()) {
                    tokens.push(Token::Year(2000 + year.parse::<i16>().ok()?));
                    rest = after;
                }
            }
            _ if first.is_whitespace() || "().:\"".contains(first) => {}
            _ => tokens.extend(token(word, tokens.last())?),
        }
    }
    Some(tokens)
}

/// The token of a word; `Some(None)` for one that changes nothing, `None` for one nobody knows.
fn token(word: &str, before: Option<&Token>) -> Option<Option<Token>> {
    if word.starts_with(|c: char| c.is_numeric()) {
        return match word.parse::<i16>() {
            Ok(number @ 1..=99) => Some(Some(Token::Number(number as u8))),
            Ok(year @ 1990..=2100) => Some(Some(Token::Year(year))),
            _ => None,
        };
    }
    let ordinals = ["pertama", "kedua", "ketiga", "keempat", "kelima"];
    let romans = ["i", "ii", "iii", "iv", "v"];
    let is_counted = matches!(before, Some(Token::Week | Token::Term(_) | Token::And | Token::Until));
    let counted = [ordinals, romans].iter().find_map(|words| words.iter().position(|known| *known == word));
    if let Some(number) = counted.filter(|_| is_counted) {
        return Some(Some(Token::Number(number as u8 + 1)));
    }
    Some(Some(match word {
        "sampai" | "hingga" | "sd" => Token::Until,
        "dan" | "serta" => Token::And,
        "mulai" | "dari" => Token::From,
        "tiap" | "setiap" | "per" => Token::Each,
        "bulanan" | "mingguan" | "harian" | "setahun" => Token::Often(Every::Month),
        "triwulanan" => Token::Often(Every::Months(3)),
        "semesteran" => Token::Often(Every::Months(6)),
        "sepanjang" | "selama" => Token::Whole,
        "awal" | "pertengahan" => Token::Early,
        "akhir" => Token::Late,
        "hari" => Token::Day,
        "minggu" | "mgg" | "mg" | "pekan" | "week" => Token::Week,
        "bulan" | "bln" => Token::MonthWord,
        "triwulan" | "tw" | "kuartal" | "twl" | "q" => Token::Term(3),
        "semester" | "smt" | "sem" => Token::Term(6),
        "tahun" => Token::YearWord,
        _ if FILLERS.contains(&word) => return Some(None),
        _ => Token::Month(month_of(word)?),
    }))
}

/// One end of a span, as it is said.
#[derive(Debug, Default)]
struct End {
    month: u8,
    year: Option<i16>,
    weeks: Vec<u8>,
}

#[derive(Debug)]
struct Span {
    first: End,
    last: Option<End>,
    /// Its months are so many apart: 1, or those of quarters and semesters.
    step: u8,
    /// `mulai`: to the end of the year.
    goes_on: bool,
}

impl Span {
    /// The end said last.
    fn end(&self) -> &End {
        self.last.as_ref().unwrap_or(&self.first)
    }

    fn end_mut(&mut self) -> &mut End {
        self.last.as_mut().unwrap_or(&mut self.first)
    }

    fn is_one_month(&self) -> bool {
        self.last.is_none() && !self.goes_on
    }
}

/// All that a text says.
#[derive(Debug, Default)]
struct Said {
    spans: Vec<Span>,
    every: Option<Every>,
    /// Whether the frequency was said behind a span.
    is_every_last: bool,
    /// Weeks and year of the frequency.
    every_weeks: Vec<u8>,
    every_year: Option<i16>,
}

struct Parser<'a> {
    rest: &'a [Token],
    said: Said,
}

/// What is known of a part while it is read.
#[derive(Default)]
struct Part {
    /// Spans of the parts before.
    before: usize,
    has_every: bool,
    goes_on: bool,
    /// `sampai` was said, its end not yet.
    is_open: bool,
    /// `triwulan II (April …`: the month that has to come last.
    ends_in: Option<u8>,
    /// Weeks and a year said before their month.
    weeks: Vec<u8>,
    year: Option<i16>,
}

impl Parser<'_> {
    fn target(&mut self) -> Option<()> {
        loop {
            self.part()?;
            let [Token::And, rest @ ..] = self.rest else { return self.rest.is_empty().then_some(()) };
            // `Juni, dan Juli`.
            self.rest = rest.strip_prefix(&[Token::And]).unwrap_or(rest);
        }
    }

    fn part(&mut self) -> Option<()> {
        use Token::*;
        let mut part = Part { before: self.said.spans.len(), ..Part::default() };
        match self.rest {
            [] | [And, ..] => return None,
            // `Desember, 2025`.
            [Year(year), rest @ ..] | [YearWord, Year(year), rest @ ..] if matches!(rest, [] | [And, ..]) => {
                let is_before = self.said.every.is_some() || !self.said.spans.is_empty();
                let own = self.said.spans.last_mut().map_or(&mut self.said.every_year, |span| &mut span.end_mut().year);
                self.rest = rest;
                return (is_before && *own.get_or_insert(*year) == *year).then_some(());
            }
            _ => {}
        }
        loop {
            let all = self.rest;
            let [token, rest @ ..] = all else { break };
            self.rest = match (*token, rest) {
                (And, _) => break,
                // `per Juni`, `tiap triwulan II`, `setiap akhir semester 1`: no frequency.
                (Each, [Month(_) | Number(_), ..] | [Early | Late, Month(_), ..]) => rest,
                (Each, [Term(_), Number(_), ..] | [Early | Late, Term(_), Number(_), ..]) => rest,
                (Each, [MonthWord | Day, after @ ..] | [Early | Late, MonthWord, after @ ..]) => {
                    self.every(Every::Month, &mut part)?;
                    after
                }
                (Each, [Week, after @ ..]) => {
                    self.every(Every::Month, &mut part)?;
                    // `setiap minggu ke 3` names a week of every month.
                    if matches!(after, [Number(_), ..]) { rest } else { after }
                }
                (Each, [Term(months), after @ ..] | [Late, Term(months), after @ ..]) => {
                    self.every(Every::Months(*months), &mut part)?;
                    after
                }
                (Each, [YearWord, after @ ..]) if !matches!(after, [Year(_), ..]) => {
                    self.every(Every::Year, &mut part)?;
                    after
                }
                (Often(every), _) => {
                    self.every(every, &mut part)?;
                    rest
                }
                (Whole, [YearWord, after @ ..]) => {
                    self.every(Every::Month, &mut part)?;
                    after
                }
                // `selama triwulan I` is all of it, not its end.
                (Whole, [Year(_) | Term(_), ..]) => {
                    self.every(Every::Month, &mut part)?;
                    rest
                }
                (Whole, [Month(_) | MonthWord | Early | Late | Number(_), ..]) => rest,
                (From, _) if !part.goes_on && !self.has_span(&part) => {
                    part.goes_on = true;
                    rest
                }
                (Early | Late, [Month(_), ..] | [MonthWord, Month(_), ..]) => rest,
                (Late, [Term(_), ..]) => rest,
                (MonthWord, [Month(_), ..]) => rest,
                (YearWord, [Year(_), ..]) => rest,
                (Number(_), _) => after_days(all)?,
                (Month(month), _) => {
                    self.end(month, 1, &mut part)?;
                    rest
                }
                (Term(months), _) => {
                    // `TW-II`.
                    let rest = if let [Until, Number(_), ..] = rest { rest.get(1..)? } else { rest };
                    let (numbers, after) = numbers(rest, 12 / months, false)?;
                    numbers.into_iter().try_for_each(|number| self.end(number * months, months, &mut part))?;
                    after
                }
                (Until, [Number(year @ 20..=49), after @ ..]) if !matches!(after, [Month(_) | MonthWord, ..]) => {
                    // `Jun-25`, as spreadsheets show months.
                    self.year(2000 + i16::from(*year), &mut part)?;
                    after
                }
                (Until, _) => {
                    let span = self.said.spans.get(part.before..)?.last()?;
                    if part.is_open || span.last.is_some() {
                        return None;
                    }
                    part.is_open = true;
                    rest
                }
                (Year(year), _) => {
                    self.year(year, &mut part)?;
                    rest
                }
                (Week, _) => self.weeks(rest, &mut part)?,
                _ => return None,
            };
        }
        self.close(part)
    }

    fn close(&mut self, mut part: Part) -> Option<()> {
        if part.has_every && !self.has_span(&part) {
            self.said.every_year = part.year.take().or(self.said.every_year);
        }
        let needs_span = part.goes_on && !self.has_span(&part);
        let last = self.said.spans.last().map(|span| span.end().month);
        let is_whole = part.ends_in.is_none_or(|month| last == Some(month));
        (is_whole && !part.is_open && part.weeks.is_empty() && part.year.is_none() && !needs_span).then_some(())
    }

    fn has_span(&self, part: &Part) -> bool {
        self.said.spans.len() > part.before
    }

    fn every(&mut self, every: Every, part: &mut Part) -> Option<()> {
        part.has_every = true;
        self.said.is_every_last |= !self.said.spans.is_empty();
        (*self.said.every.get_or_insert(every) == every).then_some(())
    }

    /// A month, or the last one of a quarter or semester.
    fn end(&mut self, month: u8, step: u8, part: &mut Part) -> Option<()> {
        let end = || End { month, year: None, weeks: Vec::new() };
        let own = self.said.spans.get_mut(part.before..)?;
        match own.last_mut() {
            Some(span) if part.is_open => {
                part.is_open = false;
                (span.step == step).then_some(())?;
                span.last = Some(End { weeks: std::mem::take(&mut part.weeks), ..end() });
            }
            // `April minggu ke 3 April 2022`, `Juni (semester I)`.
            Some(span) if span.end().month == month => span.end_mut().weeks.append(&mut part.weeks),
            // `Triwulan II (April - Juni)` is the same in other words.
            Some(span) if step == 1 && span.last.is_none() && month + span.step == span.first.month + 1 => {
                part.ends_in = Some(span.first.month);
                span.first.month = month;
                span.step = 1;
            }
            // Months side by side, as lines of a cell are.
            Some(span) if part.goes_on || span.step != step || !span.end().weeks.is_empty() || part.year.is_some() => {
                return None;
            }
            _ => {
                let first = End { weeks: std::mem::take(&mut part.weeks), year: part.year.take(), ..end() };
                self.said.spans.push(Span { first, last: None, step, goes_on: part.goes_on });
            }
        }
        Some(())
    }

    /// A year belongs to the end before it, to the frequency where its part has none, else to the end that follows.
    fn year(&mut self, year: i16, part: &mut Part) -> Option<()> {
        if part.is_open {
            return None;
        }
        let own = match self.said.spans.get_mut(part.before..)?.last_mut() {
            Some(span) => &mut span.end_mut().year,
            None if part.has_every => &mut self.said.every_year,
            None => &mut part.year,
        };
        (*own.get_or_insert(year) == year).then_some(())
    }

    /// Weeks belong to the nearest month of their part; where it has none, to the frequency or to the month before.
    fn weeks<'t>(&mut self, rest: &'t [Token], part: &mut Part) -> Option<&'t [Token]> {
        use Token::*;
        let has_month = self.has_span(part) && !part.is_open;
        let (weeks, after) = numbers(rest, 5, !has_month)?;
        let comes = matches!(after, [Month(_), ..] | [MonthWord, Month(_), ..]);
        let own = if has_month {
            &mut self.said.spans.last_mut()?.end_mut().weeks
        } else if comes || part.is_open {
            &mut part.weeks
        } else if part.has_every || matches!(after, [Each, MonthWord | Term(_), ..]) {
            &mut self.said.every_weeks
        } else if matches!(after, [] | [Year(_)] | [And, Week | Each, ..]) {
            &mut self.said.spans.last_mut()?.end_mut().weeks
        } else {
            return None;
        };
        own.extend(weeks);
        Some(after)
    }
}

/// What follows the days in front of a month: `31 Desember`, `1 dan 15 Juni`, `1-31 Januari`, `5-Jun`, `tanggal 5 setiap bulan`.
fn after_days(tokens: &[Token]) -> Option<&[Token]> {
    use Token::*;
    let (_, after) = numbers(tokens, 31, true)?;
    match after {
        [Month(_), ..] | [Each, MonthWord, ..] => Some(after),
        [MonthWord | Until, rest @ ..] if matches!(rest, [Month(_), ..]) => Some(rest),
        _ => None,
    }
}

/// The numbers that follow `minggu ke` or `triwulan`, up to `most`: `3`, `3,4,5`, `3-5`, `3 dan 4`. Unless `all` are wanted,
/// one in front of a month is its day.
fn numbers(mut rest: &[Token], most: u8, all: bool) -> Option<(Vec<u8>, &[Token])> {
    use Token::*;
    let mut numbers = Vec::new();
    loop {
        let [Number(number), after @ ..] = rest else { return None };
        if !(1..=most).contains(number) {
            return None;
        }
        numbers.push(*number);
        let is_day = |after: &[Token]| !all && matches!(after, [Month(_) | MonthWord, ..]);
        rest = match after {
            [And, Number(_), beyond @ ..] if !is_day(beyond) => after.get(1..)?,
            [And, And, Number(_), beyond @ ..] if !is_day(beyond) => after.get(2..)?,
            [Until, Number(to), after @ ..] if (*number..=most).contains(to) && !is_day(after) => {
                numbers.extend(*number + 1..=*to);
                return Some((numbers, after));
            }
            _ => return Some((numbers, after)),
        };
    }
}

impl Said {
    /// The months meant. None where they are not certain, or reach over more than twelve.
    fn target(mut self, year: Option<i16>) -> Option<Target> {
        self.date(year)?;
        let of_year = self.spans.first().map_or(self.every_year.or(year), |span| span.first.year);
        if self.every_year.is_some_and(|year| self.spans.iter().any(|span| span.first.year != Some(year))) {
            return None;
        }
        let ends = |step: u8| (1..=12_u8).filter(move |month| month.is_multiple_of(step));
        let dated = |month: u8| PlanMonth { year: of_year, month };
        let mut target = Target::default();
        let mut every_months: Vec<PlanMonth> = Vec::new();
        match (self.every, self.spans.as_slice()) {
            (None | Some(Every::Year), []) => return None,
            (Some(Every::Month), []) => every_months = (1..=12).map(dated).collect(),
            (Some(Every::Months(step)), []) => every_months = ends(step).map(dated).collect(),
            // After one month, the later ends of quarters.
            (Some(Every::Months(step)), [span]) if self.is_every_last && span.is_one_month() && span.step == 1 => {
                target.months.push(dated(span.first.month));
                every_months = ends(step).filter(|&month| month >= span.first.month).map(dated).collect();
            }
            (every, spans) => {
                if spans.len() > 1 && spans.iter().any(|span| span.goes_on && span.last.is_none()) {
                    return None;
                }
                for span in spans {
                    // Every month of a quarter is more than its last.
                    let mut months = if every.is_some() { span.covered() } else { span.months() }?;
                    if let Some(Every::Months(step)) = every {
                        let is_end = |month: &PlanMonth| month.month.is_multiple_of(step);
                        // Of a range the ends that lie in it; a month that is named must be one.
                        months.retain(is_end);
                    }
                    (!months.is_empty()).then_some(())?;
                    target.months.extend(months);
                }
                if !self.every_weeks.is_empty() {
                    every_months.clone_from(&target.months);
                }
            }
        }
        let every_weeks = every_months.iter().flat_map(|of| self.every_weeks.iter().map(|&week| (of.month, week)));
        target.weeks.extend(every_weeks);
        target.months.extend(&every_months);
        for end in self.spans.iter().flat_map(|span| [Some(&span.first), span.last.as_ref()]).flatten() {
            target.weeks.extend(end.weeks.iter().map(|&week| (end.month, week)));
        }
        target.months.sort_unstable();
        target.months.dedup();
        target.weeks.sort_unstable();
        target.weeks.dedup();
        let reach = target.months.last()?.place() - target.months.first()?.place();
        let is_planned = |month: u8| target.months.iter().any(|planned| planned.month == month);
        let is_sure = reach < MOST_MONTHS && target.weeks.iter().all(|(month, _)| is_planned(*month));
        is_sure.then_some(target)
    }

    /// Gives every end its year. Where none is said, all have the plan's; where some are, a month without one stands in the
    /// order of time before or behind its neighbours, and what does not follow in time is not certain.
    fn date(&mut self, plan: Option<i16>) -> Option<()> {
        for span in &mut self.spans {
            let first = span.first.month;
            if let Some(last) = &mut span.last {
                let across = i16::from(last.month < first);
                match (span.first.year, last.year) {
                    (None, Some(year)) => span.first.year = Some(year - across),
                    (Some(year), None) => last.year = Some(year + across),
                    _ => {}
                }
            }
        }
        let are_dated = self.spans.iter().filter(|span| span.first.year.is_some()).count();
        if are_dated == 0 {
            let year = self.every_year.or(plan);
            self.spans.iter_mut().for_each(|span| span.set_year(year));
            return Some(());
        }
        if are_dated == self.spans.len() {
            return Some(());
        }
        let mut next: Option<PlanMonth> = None;
        for span in self.spans.iter_mut().rev() {
            if let Some(next) = next.filter(|_| span.first.year.is_none()) {
                let before = next.year.map(|year| year - 1);
                span.set_year(if span.end().month <= next.month { next.year } else { plan.or(before) });
            }
            next = span.first.year.map(|year| PlanMonth { year: Some(year), month: span.first.month });
        }
        let mut before: Option<PlanMonth> = None;
        for span in &mut self.spans {
            if let Some(before) = before.filter(|_| span.first.year.is_none()) {
                span.set_year(if span.first.month > before.month { before.year } else { plan });
            }
            let (first, last) = (span.first.at(), span.end().at());
            if first.year.is_none() || before.is_some_and(|before| before > first) {
                return None;
            }
            before = Some(last);
        }
        Some(())
    }
}

impl End {
    fn at(&self) -> PlanMonth {
        PlanMonth { year: self.year, month: self.month }
    }
}

impl Span {
    fn set_year(&mut self, year: Option<i16>) {
        self.first.year = year;
        self.end_mut().year = year;
    }

    /// Its months, with those of its quarters or semesters that are not the last.
    fn covered(&self) -> Option<Vec<PlanMonth>> {
        let first = End { month: self.first.month + 1 - self.step, weeks: Vec::new(), ..self.first };
        let last = End { weeks: Vec::new(), ..*self.end() };
        let goes_on = self.goes_on && self.last.is_none();
        Span { first, last: (!goes_on).then_some(last), step: 1, goes_on }.months()
    }

    /// Its months; none where it runs backwards or over more than twelve.
    fn months(&self) -> Option<Vec<PlanMonth>> {
        let first = self.first.at();
        let last = match &self.last {
            Some(last) => last.at(),
            None if self.goes_on => PlanMonth { month: 12, ..first },
            None => first,
        };
        (0..MOST_MONTHS).contains(&(last.place() - first.place())).then_some(())?;
        let months = (first.place()..=last.place()).step_by(usize::from(self.step)).map(|place| PlanMonth {
            year: first.year.map(|_| (place.div_euclid(12)) as i16),
            month: place.rem_euclid(12) as u8 + 1,
        });
        Some(months.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<Target> {
        read_target(text, Known::default())
    }

    /// Months as `8-12`, `6,9`, `12/2025,1/2026`; weeks behind a colon.
    fn shown(target: &Target) -> String {
        let month = |month: &PlanMonth| match month.year {
            Some(year) => format!("{}/{year}", month.month),
            None => month.month.to_string(),
        };
        let months: Vec<String> = target.months.iter().map(month).collect();
        let weeks: Vec<String> = target.weeks.iter().map(|(month, week)| format!("{month}w{week}")).collect();
        let listed = months.join(",");
        if weeks.is_empty() { listed } else { format!("{listed}:{}", weeks.join(",")) }
    }

    const YEAR: &str = "1,2,3,4,5,6,7,8,9,10,11,12";
    const UNREAD: &str = "?";

    fn all_are_read_so(table: &[(&str, &str)], known: Known) {
        let wrong: Vec<String> = table
            .iter()
            .map(|(text, right)| {
                (text, read_target(text, known).map_or_else(|| UNREAD.to_owned(), |t| shown(&t)), right)
            })
            .filter(|(_, read, right)| read != *right)
            .map(|(text, read, right)| format!("{text}: {read}, not {right}"))
            .collect();
        assert_eq!(wrong, [""; 0]);
    }

    #[test]
    fn months_as_the_documents_write_them() {
        let table = [
            ("Agustus", "8"),
            ("Agustus-Desember", "8,9,10,11,12"),
            ("Agustus- Desember", "8,9,10,11,12"),
            ("Agustus – Oktober", "8,9,10"),
            ("Okttober-Desember", "10,11,12"),
            ("Oktober dan Desember", "10,12"),
            ("Juni & Desember", "6,12"),
            ("Juni / Juli", "6,7"),
            ("Maret, Juni, dan September", "3,6,9"),
            ("Juni Juli September", "6,7,9"),
            ("Jan s/d Mrt", "1,2,3"),
            ("Jan s.d Mar", "1,2,3"),
            ("Jan s. d. Mar", "1,2,3"),
            ("Juli s.d. Sept", "7,8,9"),
            ("Jan sd Maret;", "1,2,3"),
            ("AGT sampai dengan NOP", "8,9,10,11"),
            ("Agt–Nop", "8,9,10,11"),
            ("Pebruari hingga Apr.", "2,3,4"),
            ("dari bulan Maret sampai bulan Juni", "3,4,5,6"),
            ("Januari-Maret, Juli-September", "1,2,3,7,8,9"),
            ("paling lambat akhir Juni", "6"),
            ("Selambat-lambatnya bulan Juni", "6"),
            ("B06", "6"),
            ("B03, B06, B09, B12", "3,6,9,12"),
            ("-", ""),
            ("NIHIL", ""),
            ("FALSE", ""),
        ];
        all_are_read_so(&table, Known::default());
    }

    #[test]
    fn frequencies_are_limited_by_spans() {
        let table = [
            ("setiap bulan", YEAR),
            ("Tiap akhir bulan", YEAR),
            ("bulanan", YEAR),
            ("setiap hari", YEAR),
            ("sepanjang tahun", YEAR),
            ("selama 1 tahun", YEAR),
            ("tanggal 5 setiap bulan", YEAR),
            ("Setiap bulan Juni dan Desember", "6,12"),
            ("Setiap bulan Agustus-Desember", "8,9,10,11,12"),
            ("Setiap bulan (Januari s.d. Juni)", "1,2,3,4,5,6"),
            ("Januari - Juni, setiap bulan", "1,2,3,4,5,6"),
            ("Maret, Juni, setiap bulan", "3,6"),
            ("Selama Januari-Maret", "1,2,3"),
            ("Selama Maret", "3"),
            ("per bulan Juni", "6"),
            ("per Juni", "6"),
            ("Maret setiap tahun", "3"),
            ("Setiap bulan mulai Maret", "3,4,5,6,7,8,9,10,11,12"),
            ("Mulai Juli", "7,8,9,10,11,12"),
            ("Mulai Juli, setiap bulan", "7,8,9,10,11,12"),
            ("Sejak Januari", YEAR),
            ("mulai dari Maret s.d. Mei", "3,4,5"),
            ("tiap triwulan", "3,6,9,12"),
            ("triwulanan", "3,6,9,12"),
            ("setiap akhir triwulan", "3,6,9,12"),
            ("per semester", "6,12"),
            ("Tiap triwulan mulai April", "6,9,12"),
            ("Tiap semester mulai Juli", "12"),
            ("Januari - Juni, tiap triwulan", "3,6"),
            ("tiap triwulan (Maret, Juni, September, Desember)", "3,6,9,12"),
            ("Tiap triwulan Maret", "3"),
            ("Maret, tiap triwulan", "3,6,9,12"),
            ("April, tiap triwulan", "4,6,9,12"),
            ("Juni dan Desember, tiap triwulan", "6,12"),
            ("Maret, setiap semester", "3,6,12"),
            ("Februari dan Agustus, tiap triwulan", UNREAD),
            ("Tiap triwulan Maret dan Agustus", UNREAD),
            ("Tiap triwulan April", UNREAD),
            ("Tiap triwulan April - Mei", UNREAD),
            ("setiap 3 bulan", UNREAD),
            ("Setiap bulan, tiap triwulan", UNREAD),
            ("mulai Maret dan Juni", UNREAD),
            ("dari Maret ke Juni", UNREAD),
            ("per tahun", UNREAD),
            ("selama triwulan I", "1,2,3"),
            ("setiap bulan di triwulan II", "4,5,6"),
            ("Semester II, tiap bulan", "7,8,9,10,11,12"),
            ("tiap triwulan, semester II", "9,12"),
            ("Setiap hari kerja", YEAR),
            ("Setiap triwulan (TW I, II, III, IV)", "3,6,9,12"),
        ];
        all_are_read_so(&table, Known::default());
    }

    #[test]
    fn quarters_and_semesters_are_due_in_their_last_month() {
        let table = [
            ("TW II", "6"),
            ("TW-II", "6"),
            ("TW2", "6"),
            ("Q3", "9"),
            ("Triwulan ke-3", "9"),
            ("triwulan pertama", "3"),
            ("Triwulan II dan IV", "6,12"),
            ("TW I, II, III, IV", "3,6,9,12"),
            ("TW 1-3", "3,6,9"),
            ("Triwulan I s.d. IV", "3,6,9,12"),
            ("Triwulan I s.d. Triwulan III", "3,6,9"),
            ("tiap triwulan II", "6"),
            ("TW IV 2025 - TW II 2026", "12/2025,3/2026,6/2026"),
            ("Semester 1", "6"),
            ("Semester I dan II", "6,12"),
            ("akhir Semester II 2025", "12/2025"),
            ("Juni (semester I)", "6"),
            ("TW I, 30 Juni", "3,6"),
            ("TWI s.d. TWIV", "3,6,9,12"),
            ("Triwulan II (April - Juni)", "4,5,6"),
            ("April - Juni (TW II)", "4,5,6"),
            ("TW II (April)", UNREAD),
            ("TW II (April - Mei)", UNREAD),
            ("awal triwulan II", UNREAD),
            ("TW V", UNREAD),
            ("TW I - Juni", UNREAD),
            ("Februari (triwulan I)", UNREAD),
            ("triwulan", UNREAD),
        ];
        all_are_read_so(&table, Known::default());
    }

    #[test]
    fn years_belong_to_their_part() {
        let table = [
            ("Agustus 2025", "8/2025"),
            ("TA 2025 Juni", "6/2025"),
            ("T.A. 2025: Juni", "6/2025"),
            ("Juni, September, Desember 2022", "6/2022,9/2022,12/2022"),
            ("Juni 2025, September", "6/2025,9/2025"),
            ("Jan s/d Mrt 2025", "1/2025,2/2025,3/2025"),
            ("Desember 2025, Januari 2026", "12/2025,1/2026"),
            ("Januari 2026 dan Desember 2025", "12/2025,1/2026"),
            ("Desember, Januari 2026", "12/2025,1/2026"),
            ("Desember 2025, Januari", UNREAD),
            ("November 2025 - Januari 2026", "11/2025,12/2025,1/2026"),
            ("November - Januari 2026", "11/2025,12/2025,1/2026"),
            ("November 2025 s.d. Januari", "11/2025,12/2025,1/2026"),
            ("November 2025-Januari 2026, Maret 2026", "11/2025,12/2025,1/2026,3/2026"),
            ("Mulai November 2025", "11/2025,12/2025"),
            ("tiap triwulan 2025", "3/2025,6/2025,9/2025,12/2025"),
            ("April, tiap triwulan tahun 2025", "4/2025,6/2025,9/2025,12/2025"),
            ("akhir tahun 2025", "12/2025"),
            ("Juni '25", "6/2025"),
            ("Juni dan Desember, 2025", "6/2025,12/2025"),
            ("Juni 2025, 2026", UNREAD),
            ("tiap triwulan, tahun 2025", "3/2025,6/2025,9/2025,12/2025"),
            ("Juli 2024 - Desember 2025", UNREAD),
            ("Januari 2025 dan Januari 2026", UNREAD),
            ("Februari 2025 - Januari 2025", UNREAD),
            ("November - Januari", UNREAD),
            ("Desember-Maret", UNREAD),
            ("2025", UNREAD),
            ("2025/2026", UNREAD),
            ("Juni 2025 2026", UNREAD),
            ("April 2022, tiap triwulan 2023", UNREAD),
        ];
        all_are_read_so(&table, Known::default());
        let table = [
            ("Desember, Januari 2026", "12/2025,1/2026"),
            ("Juni", "6/2025"),
            ("Juni 2024", "6/2024"),
            ("Juni, September 2022", "6/2022,9/2022"),
            ("Desember 2024, Januari", "12/2024,1/2025"),
            ("Desember 2025, Januari", UNREAD),
            ("November - Januari", UNREAD),
        ];
        all_are_read_so(&table, Known { year: Some(2025), ..Known::default() });
        let of_2026 = Known { year: Some(2026), ..Known::default() };
        all_are_read_so(&[("Desember, Januari 2026", UNREAD), ("Desember, Januari 2027", "12/2026,1/2027")], of_2026);
    }

    #[test]
    fn weeks_belong_to_the_nearest_month_of_their_part() {
        let quarters = "3,6,9,12:3w4,3w5,6w4,6w5,9w4,9w5,12w4,12w5";
        let table = [
            ("April Minggu ke 3 April 2022", "4/2022:4w3"),
            ("April Minggu ke 4 2022", "4/2022:4w4"),
            ("Minggu ke-3 April", "4:4w3"),
            ("minggu pertama bulan Juni", "6:6w1"),
            ("Juni (minggu IV)", "6:6w4"),
            ("April minggu ke-2 dan ke-4", "4:4w2,4w4"),
            ("April minggu II - IV 2022", "4/2022:4w2,4w3,4w4"),
            ("minggu ke 1 dan 3 April", "4:4w1,4w3"),
            ("April minggu ke 1, 3 Mei", "4,5:4w1"),
            ("April minggu ke 3, minggu ke 1 Mei", "4,5:4w3,5w1"),
            ("Mei, minggu pertama Juni", "5,6:6w1"),
            ("Juni dan Juli minggu pertama", "6,7:7w1"),
            ("Minggu I April s.d. Minggu IV Mei", "4,5:4w1,5w4"),
            ("April, minggu ke 3", "4:4w3"),
            ("tiap triwulan minggu ke 4,5", quarters),
            ("Setiap minggu ke 2 Juni dan Juli", "6,7:6w2"),
            ("minggu ke-4 setiap triwulan", "3,6,9,12:3w4,6w4,9w4,12w4"),
            (
                "April Minggu ke 3 April 2022, tiap triwulan minggu ke 3,4,5",
                "4/2022,6/2022,9/2022,12/2022:4w3,6w3,6w4,6w5,9w3,9w4,9w5,12w3,12w4,12w5",
            ),
            ("minggu ke 3", UNREAD),
            ("April minggu ke 9", UNREAD),
            ("April, minggu ke 3, Mei", UNREAD),
            ("April minggu ke 3 Mei", UNREAD),
        ];
        all_are_read_so(&table, Known::default());
    }

    #[test]
    fn dates_are_their_months() {
        let table = [
            ("31 Januari 2025", "1/2025"),
            ("paling lambat 31 Desember 2025", "12/2025"),
            ("Selambat-lambatnya tanggal 30 Juni 2025", "6/2025"),
            ("Senin, 30 Juni 2025", "6/2025"),
            ("Minggu, 29 Juni 2025", "6/2025"),
            ("Jum'at 5 Mei 2025", "5/2025"),
            ("1 dan 15 Juni", "6"),
            ("1-31 Januari 2025", "1/2025"),
            ("15 November 2025 - 20 Januari 2026", "11/2025,12/2025,1/2026"),
            ("2025-06-30", "6/2025"),
            ("2025-06-30T00:00:00", "6/2025"),
            ("2025-06-30 00:00:00", "6/2025"),
            ("30/06/2025", "6/2025"),
            ("30-06-2025 s.d. 31-08-2025", "6/2025,7/2025,8/2025"),
            ("30.6.25", "6/2025"),
            ("6/30/2025", "6/2025"),
            ("05/06/2025", "6/2025"),
            ("5-Jun-25", "6/2025"),
            ("25-Jun", "6"),
            ("Jun-25", "6/2025"),
            ("Jun-25 - Agu-25", "6/2025,7/2025,8/2025"),
            ("45838", "6/2025"),
            ("30/13/2025", UNREAD),
            ("2025-13-01", UNREAD),
            ("50000", UNREAD),
            ("2025-08", UNREAD),
            ("30/06", UNREAD),
            ("Agustus 45", UNREAD),
            ("Agustus 25", UNREAD),
        ];
        all_are_read_so(&table, Known::default());
        let month_first = Known { month_first: true, year: None };
        all_are_read_so(&[("5/6/2025", "5/2025"), ("6/30/2025", "6/2025"), ("30/06/2025", "6/2025")], month_first);
    }

    #[test]
    fn one_date_that_can_be_read_one_way_decides_for_all() {
        let order = |texts: &[&str]| date_order(texts.iter().copied());
        assert_eq!(order(&["5/6/2025", "30/6/2025"]), DateOrder { month_first: false, is_open: false });
        assert_eq!(order(&["5/6/2025", "6/30/2025"]), DateOrder { month_first: true, is_open: false });
        assert_eq!(order(&["5/6/2025"]), DateOrder { month_first: false, is_open: true });
        assert_eq!(order(&["6/6/2025", "Juni"]), DateOrder { month_first: false, is_open: false });
        assert_eq!(order(&["5/6/2025", "6/30/2025", "30/6/2025"]), DateOrder { month_first: false, is_open: true });
    }

    #[test]
    fn what_is_not_certain_is_not_read() {
        for text in [
            "segera",
            "menyesuaikan",
            "sewaktu-waktu",
            "Agustus kecuali ada pilkada",
            "Juni atau Juli",
            "sebelum Juni",
            "sampai Desember",
            "Juni s.d. selesai",
            "2 minggu setelah penetapan",
            "30 hari kerja",
            "Agustus-",
            "- Agustus",
            "Juni dan",
            "dan Juni",
            "Januari - Maret - Juni",
            "Juii",
            "13",
            "6",
            "bulan ke-3",
            "tiap",
            "mulai",
            "target waktu",
            "pertengahan tahun",
            "100%",
            "1 dokumen",
            "BB",
            "√",
            "#REF!",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read_back_the_same(
            months in prop::collection::btree_set(0..12_i32, 1..12),
            weeks in prop::collection::btree_set((0..12_usize, 1..=5_u8), 0..5),
            first in prop::option::of((1995..=2090_i32, 0..12_i32)),
        ) {
            let months: Vec<PlanMonth> = months.iter().map(|place| match first {
                Some((year, first)) => PlanMonth {
                    year: Some((year + (place + first) / 12) as i16),
                    month: ((place + first) % 12) as u8 + 1,
                },
                None => PlanMonth { year: None, month: *place as u8 + 1 },
            }).collect();
            let mut weeks: Vec<(u8, u8)> =
                weeks.into_iter().map(|(place, week)| (months[place % months.len()].month, week)).collect();
            weeks.sort_unstable();
            weeks.dedup();
            let target = Target { months, weeks };
            prop_assert_eq!(read(&target.text()), Some(target.clone()), "{}", target.text());
        }

        #[test]
        fn no_text_is_too_strange(text in ".{0,60}") {
            let _ = read(&text);
        }

        #[test]
        fn no_order_of_known_words_is_too_strange(
            words in prop::collection::vec(prop::sample::select(vec![
                "Juni", "setiap", "bulan", "triwulan", "II", "-", ",", "2025", "minggu", "ke", "3", "mulai", "akhir", "tahun",
                "semester", "dan", "Desember", "selama", "31",
            ]), 0..12),
        ) {
            if let Some(target) = read(&words.join(" ")) {
                prop_assert!(target.months.windows(2).all(|pair| pair[0] < pair[1]));
                prop_assert!(target.months.len() <= 12);
            }
        }
    }
}
