//! Dates and phrases of target texts in plain words.

use std::sync::LazyLock;

use jiff::civil::{Date, date};
use regex::{Captures, Regex};

use super::Known;
use crate::plan::timeline::month_name;

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
pub(super) fn plain(text: &str, known: Known) -> Option<String> {
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
