//! Timestamps of responses: Indonesian and American order, decided by the column as a whole.

use jiff::Span;
use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};

use crate::grid::Seen;
use crate::lang::MONTHS;
use crate::number;

/// How the days of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// 31/12/2025.
    DayFirst,
    /// 12/31/2025.
    MonthFirst,
}

/// The order of days and months in a column, and whether it is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided {
    /// The order.
    pub order: Order,
    /// Whether both orders fit every cell and the sequence does not tell: then the day is taken to come first.
    pub undecided: bool,
}

/// When a response was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Moment {
    /// Day and time; midnight where no time is known.
    pub at: DateTime,
    /// Whether a time of day stands with the day, to the second; midnight is what programs write where there is none.
    pub has_time: bool,
}

/// A time of day, and whether its seconds were written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clock {
    time: Time,
    exact: bool,
}

impl Moment {
    fn new(date: Date, clock: Option<Clock>) -> Self {
        let has_time = clock.is_some_and(|clock| clock.exact && clock.time != Time::midnight());
        Moment { at: date.to_datetime(clock.map_or(Time::midnight(), |clock| clock.time)), has_time }
    }
}

/// One cell of a timestamp column, as far as it can be read without knowing the order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stamp {
    /// Nothing.
    Blank,
    /// The same in either order.
    Known(Moment),
    /// First and second number, year, time.
    Either(i8, i8, i16, Option<Clock>),
    /// No timestamp.
    Unreadable,
}

/// The serial numbers spreadsheets count days by that lie between 2000 and 2100.
const SERIALS: std::ops::Range<f64> = 36_526.0..73_051.0;

impl Stamp {
    /// Reads what stands in a cell.
    pub fn read(seen: Seen) -> Stamp {
        match seen {
            Seen::Blank => Stamp::Blank,
            Seen::Date(at) => Stamp::Known(Moment { at, has_time: at.time() != Time::midnight() }),
            Seen::Text(text) => parse(text).unwrap_or(Stamp::Unreadable),
            _ => Stamp::Unreadable,
        }
    }

    /// Reads what stands in a cell of a column that is named as the time: a number there is a day as spreadsheets count them.
    pub fn read_named(seen: Seen) -> Stamp {
        let number = match seen {
            Seen::Number(number) => Some(number),
            // Whatever has a blank, a slash or a colon in it is no serial number.
            Seen::Text(text) if !text.contains([' ', '/', ':', '-']) => {
                number::read(text).and_then(number::Number::decimal)
            }
            _ => None,
        };
        let known = number.and_then(|number| of_serial(number).or_else(|| of_digits(number)));
        known.map_or_else(|| Stamp::read(seen), Stamp::Known)
    }

    /// Whether it is a date, in whatever order.
    pub fn is_time(self) -> bool {
        matches!(self, Stamp::Known(_) | Stamp::Either(..))
    }

    /// The time, where days and months stand in this order; in the other where only that is possible.
    pub fn at(self, order: Order) -> Option<Moment> {
        self.only_at(order).or_else(|| self.only_at(Order::DayFirst)).or_else(|| self.only_at(Order::MonthFirst))
    }

    fn only_at(self, order: Order) -> Option<Moment> {
        match self {
            Stamp::Known(at) => Some(at),
            Stamp::Either(first, second, year, time) => {
                let (day, month) = if order == Order::DayFirst { (first, second) } else { (second, first) };
                Some(Moment::new(Date::new(year, month, day).ok()?, time))
            }
            Stamp::Blank | Stamp::Unreadable => None,
        }
    }
}

/// Decides the order of a column as a whole.
///
/// Where days and months cannot be told apart in a cell, a cell in which they can decides for all; else the order in
/// which the responses follow upon each other, as exports list them.
pub fn decide_order(stamps: &[Stamp]) -> Decided {
    let valid =
        |order: Order| stamps.iter().all(|stamp| !matches!(stamp, Stamp::Either(..)) || stamp.only_at(order).is_some());
    let ascends = |order: Order| stamps.iter().filter_map(|stamp| stamp.only_at(order)).is_sorted();
    let differs = || stamps.iter().any(|s| s.only_at(Order::DayFirst) != s.only_at(Order::MonthFirst));
    let (order, undecided) = match (valid(Order::DayFirst), valid(Order::MonthFirst)) {
        (true, false) => (Order::DayFirst, false),
        (false, true) => (Order::MonthFirst, false),
        (true, true) if !differs() => (Order::DayFirst, false),
        (true, true) => match (ascends(Order::DayFirst), ascends(Order::MonthFirst)) {
            (true, false) => (Order::DayFirst, false),
            (false, true) => (Order::MonthFirst, false),
            _ => (Order::DayFirst, true),
        },
        // Each order fails somewhere: cells of either kind are read as they must be, the rest stays in doubt.
        (false, false) => (Order::DayFirst, true),
    };
    Decided { order, undecided }
}

/// The day of a serial number, with the time its fraction says, to the second.
fn of_serial(serial: f64) -> Option<Moment> {
    if !SERIALS.contains(&serial) {
        return None;
    }
    let seconds = (serial.fract() * 86_400.0).round() as i64;
    let day = Date::new(1899, 12, 30).ok()?.checked_add(Span::new().days(serial.trunc() as i64)).ok()?;
    let at = day.to_datetime(Time::midnight()).checked_add(Span::new().seconds(seconds)).ok()?;
    Some(Moment { at, has_time: seconds != 0 })
}

/// `20250605`: the fifth of June 2025.
fn of_digits(number: f64) -> Option<Moment> {
    let digits = (number.fract() == 0.0 && (20_000_101.0..=21_001_231.0).contains(&number)).then_some(number as i64)?;
    let part = |number: i64| i8::try_from(number).ok();
    let date = Date::new((digits / 10_000) as i16, part(digits / 100 % 100)?, part(digits % 100)?).ok()?;
    Some(Moment::new(date, None))
}

/// Words that stand beside a date and say nothing of it.
const BESIDE: [&str; 30] = [
    "pukul",
    "jam",
    "wib",
    "wita",
    "wit",
    "tanggal",
    "tgl",
    "hari",
    "at",
    "-",
    "|",
    "senin",
    "selasa",
    "rabu",
    "kamis",
    "jumat",
    "jum'at",
    "sabtu",
    "minggu",
    "ahad",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "fri",
];

/// Hours of Western Indonesian Time, in which times of Greenwich are shown.
const WESTERN: i64 = 7;

/// What nearly every export writes, read without taking the text apart: `25/06/2025 10:00:00`, `2025-06-25 10:00:00`.
fn plain(text: &str) -> Option<Stamp> {
    let (date, time) = text.split_once(' ').unwrap_or((text, ""));
    let mut numbers = date.split(['/', '-', '.']).map(|part| part.parse::<i16>().ok());
    let (a, b, c) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let mut fields = time.split([':', '.']).map(|part| part.parse::<i8>().ok());
    let clock = match (fields.next(), fields.next(), fields.next(), fields.next()) {
        (Some(None), None, None, None) if time.is_empty() => None,
        (Some(Some(hour)), Some(Some(minute)), Some(Some(second)), None) => {
            Some(Clock { time: Time::new(hour, minute, second, 0).ok()?, exact: true })
        }
        _ => return None,
    };
    if numbers.next().is_some() {
        return None;
    }
    let small = |number: i16| i8::try_from(number).ok();
    match (a, c) {
        (1_000.., _) => Some(Stamp::Known(Moment::new(Date::new(a, small(b)?, small(c)?).ok()?, clock))),
        (_, 1_000..) => {
            let either = Stamp::Either(small(a)?, small(b)?, c, clock);
            either.at(Order::DayFirst).is_some().then_some(either)
        }
        _ => None,
    }
}

fn parse(text: &str) -> Option<Stamp> {
    if let Some(stamp) = plain(text) {
        return Some(stamp);
    }
    let mut text = text.trim().to_lowercase().replace('’', "'");
    // `2025-06-05T10:00:00Z`
    if let Some(at) = text.find('t').filter(|&at| at == 10 && text.as_bytes().get(4) == Some(&b'-')) {
        text.replace_range(at..=at, " ");
    }
    let words = text.split(|c: char| c.is_whitespace() || c == ',').map(|word| word.trim_matches(['(', ')']));
    let mut words: Vec<&str> = words.filter(|word| !word.is_empty() && !BESIDE.contains(word)).collect();
    if words.first().is_some_and(|word| word.contains(':')) {
        words.rotate_left(1);
    }
    let (date, rest): (Vec<&str>, &[&str]) = match words.first()? {
        first if first.contains(|c: char| c.is_alphabetic()) || first.parse::<u8>().is_ok() => {
            // `5 Juni 2025`, `Jun 5 2025`, `5-Jun-25`: the parts may stand apart or together.
            let mut parts = Vec::new();
            let mut used = 0;
            for word in &words {
                if parts.len() >= 3 {
                    break;
                }
                parts.extend(word.split(['-', '/', '.']).filter(|part| !part.is_empty()));
                used += 1;
            }
            (parts, words.get(used..)?)
        }
        first => (first.split(['/', '-', '.']).collect(), words.get(1..)?),
    };
    let [a, b, c] = date[..] else { return None };
    let (time, shift) = parse_time(rest)?;
    let small = |text: &str| text.parse::<i8>().ok();
    let year = |text: &str| text.parse::<i16>().ok().map(|year| if year < 100 { 2000 + year } else { year });
    let known = |year: i16, month: i8, day: i8| {
        let moment = Moment::new(Date::new(year, month, day).ok()?, time);
        let at = moment.at.checked_add(Span::new().hours(shift)).ok()?;
        Some(Stamp::Known(Moment { at, ..moment }))
    };
    match (month_named(a), month_named(b)) {
        (None, Some(month)) if a.len() == 4 => known(year(a)?, month, small(c)?),
        (None, Some(month)) => known(year(c)?, month, small(a)?),
        (Some(month), None) => known(year(c)?, month, small(b)?),
        (None, None) if a.len() == 4 => known(year(a)?, small(b)?, small(c)?),
        (None, None) => {
            let either = Stamp::Either(small(a)?, small(b)?, year(c)?, time);
            either.at(Order::DayFirst).is_some().then_some(either)
        }
        _ => None,
    }
}

/// The month of a name, Indonesian or English, whole or short; none of a word that merely begins like one.
pub(super) fn month_named(name: &str) -> Option<i8> {
    const OTHERS: [(&str, i8); 9] = [
        ("peb", 2),
        ("pebruari", 2),
        ("agt", 8),
        ("ags", 8),
        ("agust", 8),
        ("sept", 9),
        ("nop", 11),
        ("nopember", 11),
        ("okto", 10),
    ];
    let of_other = OTHERS.iter().find(|(other, _)| *other == name).map(|(_, month)| *month);
    of_other.or_else(|| {
        (1..).zip(MONTHS).find_map(|(month, of)| {
            let is_it =
                |of: &str| of.eq_ignore_ascii_case(name) || name.len() == 3 && of.to_lowercase().starts_with(name);
            (is_it(of.id) || is_it(of.en)).then_some(month)
        })
    })
}

/// `13:45:10`, `13.45`, `1:45:10 PM GMT+7`, `10:00:00Z`; none where there is none. With it, the hours to add so that it is
/// local: those of a time that says it is Greenwich's.
fn parse_time(words: &[&str]) -> Option<(Option<Clock>, i64)> {
    let Some((first, rest)) = words.split_first() else { return Some((None, 0)) };
    let (clock, mut shift) = match first.strip_suffix('z') {
        Some(clock) => (clock, WESTERN),
        None => (*first, 0),
    };
    // `10:00:00+07:00` is local already.
    let (clock, zone) = clock.split_once('+').unwrap_or((clock, ""));
    if matches!(zone, "00:00" | "0000") {
        shift = WESTERN;
    }
    let (clock, half) = match clock.strip_suffix("am").or_else(|| clock.strip_suffix("pm")) {
        Some(bare) => (bare, clock.get(bare.len()..)),
        None => (clock, None),
    };
    let mut fields = clock.split([':', '.']).map(|field| field.parse::<i16>().ok());
    let (hour, minute) = (fields.next()??, fields.next().unwrap_or(Some(0))?);
    let second = fields.next();
    let exact = second.is_some();
    let second = second.unwrap_or(Some(0))?;
    let half = half.or_else(|| rest.first().copied());
    let hour = match half {
        Some("pm") if hour < 12 => hour + 12,
        Some("am") if hour == 12 => 0,
        _ => hour,
    };
    let is_zone = |word: &&str| {
        ["am", "pm"].contains(word) || word.starts_with("gmt") || word.starts_with("utc") || word.starts_with('+')
    };
    let field = |number: i16| i8::try_from(number).ok();
    let time = Time::new(field(hour)?, field(minute)?, field(second)?, 0).ok()?;
    rest.iter().all(is_zone).then_some((Some(Clock { time, exact }), shift))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[&str]) -> (Vec<Stamp>, Decided) {
        let stamps: Vec<Stamp> = texts.iter().map(|text| Stamp::read(Seen::of_text(text))).collect();
        let decided = decide_order(&stamps);
        (stamps, decided)
    }

    fn shown(texts: &[&str]) -> Vec<String> {
        let (stamps, decided) = read(texts);
        let time = |stamp: &Stamp| stamp.at(decided.order);
        stamps
            .iter()
            .map(|stamp| time(stamp).map_or("–".to_owned(), |time| time.at.strftime("%F %H:%M").to_string()))
            .collect()
    }

    fn undecided(texts: &[&str]) -> bool {
        read(texts).1.undecided
    }

    #[test]
    fn one_cell_decides_for_the_column() {
        assert_eq!(shown(&["03/02/2025 10:00:00", "25/02/2025 9.05"]), ["2025-02-03 10:00", "2025-02-25 09:05"]);
        assert_eq!(shown(&["03/02/2025 10:00", "02/25/2025 1:05:00 PM"]), ["2025-03-02 10:00", "2025-02-25 13:05"]);
        assert!(!undecided(&["03/02/2025", "25/02/2025"]));
    }

    #[test]
    fn the_sequence_decides_where_no_cell_does() {
        // Day first: 1 March before 2 February; month first: ascending.
        assert_eq!(shown(&["01/03/2025", "02/02/2025"]), ["2025-01-03 00:00", "2025-02-02 00:00"]);
        assert!(!undecided(&["01/03/2025", "02/02/2025"]));
        assert!(undecided(&["01/02/2025", "03/04/2025"]), "both orders ascend");
        assert!(!undecided(&["05/05/2025", "06/06/2025"]), "it makes no difference");
    }

    #[test]
    fn other_forms_and_what_is_no_date() {
        assert_eq!(
            shown(&["2025-06-30 23:59:59", "2025/11/22 1:45:10 PM GMT+7", "12/31/25"]),
            ["2025-06-30 23:59", "2025-11-22 13:45", "2025-12-31 00:00"]
        );
        assert_eq!(
            shown(&[
                "5 Juni 2025",
                "Kamis, 5 Juni 2025 10.00",
                "Jum’at, 13 Januari 2025 pukul 08.00 WIB",
                "5-Jun-25",
                "Jun 5, 2025",
                "5 Agt 2025 9:05",
                "2025-06-05T10:00:00Z",
                "2025-06-05T10:00:00+07:00",
                "05/06/2025 pukul 10.00",
                "10:15 25/06/2025",
                "5/6/25 1:00pm"
            ]),
            [
                "2025-06-05 00:00",
                "2025-06-05 10:00",
                "2025-01-13 08:00",
                "2025-06-05 00:00",
                "2025-06-05 00:00",
                "2025-08-05 09:05",
                "2025-06-05 17:00",
                "2025-06-05 10:00",
                "2025-06-05 10:00",
                "2025-06-25 10:15",
                "2025-06-05 13:00"
            ]
        );
        let serial = |seen: Seen| Stamp::read_named(seen).at(Order::DayFirst).map(|moment| moment.at.to_string());
        assert_eq!(serial(Seen::Number(45_800.5)).as_deref(), Some("2025-05-23T12:00:00"));
        assert_eq!(serial(Seen::Text("45300")).as_deref(), Some("2024-01-09T00:00:00"));
        assert_eq!(serial(Seen::Number(12.0)), None);
        let exact =
            |text: &str| Stamp::read(Seen::of_text(text)).at(Order::DayFirst).is_some_and(|moment| moment.has_time);
        assert!(exact("25/06/2025 10:00:00") && !exact("25/06/2025 10:00") && !exact("25/06/2025 00:00:00"));
        assert_eq!(serial(Seen::Text("20250605")).as_deref(), Some("2025-06-05T00:00:00"));
        let (stamps, _) = read(&["kemarin", "", "32/13/2025", "1/1/2025 25:00"]);
        assert_eq!(stamps, [Stamp::Unreadable, Stamp::Blank, Stamp::Unreadable, Stamp::Unreadable]);
    }
}
