//! How numbers look in a cell, and what is made of a text somebody types into one.

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Unit};
use rekap::grid::ErrorKind;
use rekap::lang::MONTHS;
use serde_json::{Value as Json, json};

use super::model::{Cell, Content};

/// Day 0 of serial numbers.
const EPOCH: Date = jiff::civil::date(1899, 12, 30);

/// Days since 30 December 1899, the time as a share of the day.
pub fn serial(date: DateTime) -> f64 {
    let seconds = date.duration_since(EPOCH.to_datetime(jiff::civil::Time::midnight())).as_millis() as f64 / 1000.0;
    seconds / 86_400.0
}

/// The date of a serial number; none beyond the calendar.
pub fn date_of(serial: f64) -> Option<DateTime> {
    if serial.abs() > 3_000_000.0 {
        return None;
    }
    let whole = EPOCH.to_datetime(jiff::civil::Time::midnight());
    let date = whole.checked_add(SignedDuration::from_millis((serial * 86_400_000.0).round() as i64)).ok()?;
    date.round(Unit::Second).ok()
}

/// What a cell shows, numbers unrounded and without a format.
pub fn plain(content: &Content) -> String {
    match content {
        Content::Empty => String::new(),
        Content::Number(number) => number.to_string(),
        Content::Text(text) => text.to_string(),
        Content::Bool(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
        Content::Error(kind) => kind.to_string(),
    }
}

/// What a cell shows, by its number format and the spreadsheet's locale.
pub fn formatted(cell: &Cell, locale: &str) -> String {
    let Content::Number(number) = cell.content else { return plain(&cell.content) };
    let format = cell.number_format();
    let text = |name: &str| format.and_then(|format| format.get(name)).and_then(Json::as_str);
    let kind = text("type").unwrap_or_default();
    let pattern = text("pattern").unwrap_or(match kind {
        "PERCENT" => "0.00%",
        "NUMBER" => "#,##0.00",
        "DATE" => date_pattern(locale),
        "TIME" => "hh:mm:ss",
        "DATE_TIME" if is_indonesian(locale) => "dd/mm/yyyy hh:mm:ss",
        "DATE_TIME" => "m/d/yyyy h:mm:ss",
        _ => "",
    });
    if matches!(kind, "DATE" | "TIME" | "DATE_TIME") {
        return date_of(number).map_or_else(|| number.to_string(), |date| by_date_pattern(date, pattern, locale));
    }
    if kind == "TEXT" || !pattern.contains(['0', '#']) {
        general(number, locale)
    } else {
        by_pattern(number, pattern, locale)
    }
}

/// Whether a cell's number is a date or time by its format.
pub fn is_date(cell: &Cell) -> bool {
    let kind = cell.number_format().and_then(|format| format.get("type")).and_then(Json::as_str);
    matches!(kind, Some("DATE" | "TIME" | "DATE_TIME")) && matches!(cell.content, Content::Number(_))
}

fn is_indonesian(locale: &str) -> bool {
    locale.starts_with("in") || locale.starts_with("id")
}

/// How dates are written in a locale.
pub fn date_pattern(locale: &str) -> &'static str {
    if is_indonesian(locale) { "dd/mm/yyyy" } else { "m/d/yyyy" }
}

fn localised(text: String, locale: &str) -> String {
    if !is_indonesian(locale) {
        return text;
    }
    let swap = |c| match c {
        '.' => ',',
        ',' => '.',
        other => other,
    };
    text.chars().map(swap).collect()
}

/// Without a format: at most ten significant digits.
fn general(number: f64, locale: &str) -> String {
    let rounded = format!("{number:.9e}").parse::<f64>().unwrap_or(number);
    if rounded != 0.0 && !(1e-9..1e15).contains(&rounded.abs()) {
        return localised(format!("{rounded:E}"), locale);
    }
    localised(rounded.to_string(), locale)
}

fn by_pattern(number: f64, pattern: &str, locale: &str) -> String {
    let mut sections = pattern.split(';');
    let first = sections.next().unwrap_or_default();
    let (section, sign) = match sections.next() {
        Some(negative) if number < 0.0 => (negative, ""),
        _ if number < 0.0 => (first, "-"),
        _ => (first, ""),
    };
    let is_digit = |c: char| matches!(c, '0' | '#' | '?');
    let (Some(start), Some(end)) = (section.find(is_digit), section.rfind(is_digit)) else { return section.to_owned() };
    let (whole, decimals) = section[start..=end].split_once('.').unwrap_or((&section[start..=end], ""));
    let value = number.abs() * if section.contains('%') { 100.0 } else { 1.0 };
    let most = decimals.chars().filter(|&c| is_digit(c)).count();
    let least = decimals.matches('0').count();
    // Halves go away from zero, as in every spreadsheet.
    let scale = 10_f64.powi(most as i32);
    let rounded = ((value * scale) + 1e-9).round() / scale;
    let text = format!("{rounded:.most$}");
    let (integer, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let kept = fraction.len() - fraction[least.min(fraction.len())..].bytes().rev().take_while(|&b| b == b'0').count();
    let mut integer = format!("{integer:0>width$}", width = whole.matches('0').count());
    if whole.contains(',') {
        integer = grouped(&integer);
    }
    let point = if kept > 0 { "." } else { "" };
    let number = localised(format!("{integer}{point}{}", &fraction[..kept]), locale);
    let literal = |text: &str| text.replace(['"', '\\'], "");
    format!("{sign}{}{number}{}", literal(&section[..start]), literal(&section[end + 1..]))
}

fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn by_date_pattern(date: DateTime, pattern: &str, locale: &str) -> String {
    let lower = pattern.to_ascii_lowercase();
    let half_day = lower.contains("am/pm");
    let mut out = String::new();
    let mut after_hour = false;
    let mut rest = lower.as_str();
    while let Some(first) = rest.chars().next() {
        let length = rest.chars().take_while(|&c| c == first).count();
        let (token, behind) = rest.split_at(length * first.len_utf8());
        let two = |number: i8| if length > 1 { format!("{number:02}") } else { number.to_string() };
        let month = || {
            let name = MONTHS[(date.month() - 1) as usize];
            let name = if is_indonesian(locale) { name.id } else { name.en };
            if length == 3 { name.chars().take(3).collect() } else { name.to_owned() }
        };
        match first {
            'y' if length > 2 => out += &format!("{:04}", date.year()),
            'y' => out += &format!("{:02}", date.year() % 100),
            'm' if after_hour || behind.trim_start_matches([':', '.', ' ']).starts_with('s') => {
                out += &two(date.minute())
            }
            'm' if length > 2 => out += &month(),
            'm' => out += &two(date.month()),
            'd' if length > 2 => out += &date.strftime("%a").to_string(),
            'd' => out += &two(date.day()),
            'h' if half_day => out += &two((date.hour() + 11) % 12 + 1),
            'h' => out += &two(date.hour()),
            's' => out += &two(date.second()),
            'a' if rest.starts_with("am/pm") => {
                out += if date.hour() < 12 { "AM" } else { "PM" };
                rest = &rest["am/pm".len()..];
                continue;
            }
            '"' | '\\' | '[' | ']' => {}
            _ => out += token,
        }
        after_hour = match first {
            'h' => true,
            ':' | '.' | ' ' | ']' => after_hour,
            _ => false,
        };
        rest = behind;
    }
    out
}

/// What a value becomes that is written as if somebody typed it; the number format is what typing it brings along.
pub fn typed(text: &str, locale: &str) -> (Cell, Option<Json>) {
    if let Some(literal) = text.strip_prefix('\'') {
        return (Cell::text(literal), None);
    }
    if text.len() > 1 && text.starts_with('=') {
        return (formula(text), None);
    }
    let trimmed = text.trim();
    let content = match trimmed {
        "" => return (Cell::text(text), None),
        _ if trimmed.eq_ignore_ascii_case("true") => Content::Bool(true),
        _ if trimmed.eq_ignore_ascii_case("false") => Content::Bool(false),
        _ if trimmed.starts_with('#') => match ErrorKind::parse(trimmed) {
            Some(kind) => Content::Error(kind),
            None => return (Cell::text(text), None),
        },
        _ => {
            let (digits, share) = match trimmed.strip_suffix('%') {
                Some(digits) => (digits.trim_end(), true),
                None => (trimmed, false),
            };
            if let Some(number) = number(digits, locale) {
                let pattern = if digits.contains(['.', ',']) { "0.00%" } else { "0%" };
                let format = share.then(|| json!({"type": "PERCENT", "pattern": pattern}));
                return (Cell::number(if share { number / 100.0 } else { number }), format);
            }
            return match date(trimmed, locale) {
                Some((serial, kind)) => (Cell::number(serial), Some(json!({"type": kind}))),
                None => (Cell::text(text), None),
            };
        }
    };
    (Cell { content, ..Cell::default() }, None)
}

/// A formula just entered. Nothing is calculated: only what `HYPERLINK` of two texts shows is known.
pub fn formula(text: &str) -> Cell {
    let mut cell = Cell { formula: Some(text.into()), ..Cell::default() };
    let is_link = text.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("=HYPERLINK("));
    if is_link {
        let mut texts = text[11..].split('"').skip(1).step_by(2);
        let address = texts.next().unwrap_or_default();
        cell.link = Some(address.into());
        cell.content = Content::Text(texts.next().unwrap_or(address).into());
    }
    cell
}

fn number(text: &str, locale: &str) -> Option<f64> {
    let (point, group) = if is_indonesian(locale) { (',', '.') } else { ('.', ',') };
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once(point).unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let groups: Vec<&str> = whole.split(group).collect();
    let is_grouped = groups.iter().skip(1).all(|g| g.len() == 3) && groups.iter().all(|g| all_digits(g));
    let few = groups.len() == 1 || (1..=3).contains(&groups[0].len());
    if digits.len() == usize::from(digits.contains(point)) || !is_grouped || !few || !all_digits(fraction) {
        return None;
    }
    let sign = if text.starts_with('-') { "-" } else { "" };
    format!("{sign}{}.{fraction}0", groups.concat()).parse().ok()
}

fn date(text: &str, locale: &str) -> Option<(f64, &'static str)> {
    let (day, time) = text.split_once(' ').map_or((text, None), |(day, time)| (day, Some(time)));
    let parts: Vec<i16> = day.split(['/', '-']).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let &[a, b, c] = parts.as_slice() else { return None };
    let (year, month, day) = match (a > 31, is_indonesian(locale)) {
        (true, _) => (a, b, c),
        (false, true) => (c, b, a),
        (false, false) => (c, a, b),
    };
    let date = Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok().filter(|date| date.year() > 999)?;
    let Some(time) = time else { return Some((serial(date.into()), "DATE")) };
    let clock: Vec<i8> = time.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let (hour, minute, second) = match clock.as_slice() {
        [hour, minute] => (*hour, *minute, 0),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    let time = jiff::civil::Time::new(hour, minute, second, 0).ok()?;
    Some((serial(date.to_datetime(time)), "DATE_TIME"))
}
