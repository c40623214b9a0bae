//! Timestamps of responses: Indonesian and American order, decided by the column as a whole.

use jiff::civil::{Date, DateTime, Time};

use crate::grid::Seen;

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

/// One cell of a timestamp column, as far as it can be read without knowing the order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stamp {
    /// Nothing.
    Blank,
    /// The same in either order.
    Known(DateTime),
    /// First and second number, year, time.
    Either(i8, i8, i16, Time),
    /// No timestamp.
    Unreadable,
}

impl Stamp {
    /// Reads what stands in a cell.
    pub fn read(seen: Seen) -> Stamp {
        match seen {
            Seen::Blank => Stamp::Blank,
            Seen::Date(at) => Stamp::Known(at),
            Seen::Text(text) => parse(text).unwrap_or(Stamp::Unreadable),
            _ => Stamp::Unreadable,
        }
    }

    /// Whether it is a date, in whatever order.
    pub fn is_time(self) -> bool {
        matches!(self, Stamp::Known(_) | Stamp::Either(..))
    }

    /// The time, where days and months stand in this order; in the other where only that is possible.
    pub fn at(self, order: Order) -> Option<DateTime> {
        self.only_at(order).or_else(|| self.only_at(Order::DayFirst)).or_else(|| self.only_at(Order::MonthFirst))
    }

    fn only_at(self, order: Order) -> Option<DateTime> {
        match self {
            Stamp::Known(at) => Some(at),
            Stamp::Either(first, second, year, time) => {
                let (day, month) = if order == Order::DayFirst { (first, second) } else { (second, first) };
                Some(Date::new(year, month, day).ok()?.to_datetime(time))
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

fn parse(text: &str) -> Option<Stamp> {
    let (date, rest) = text.split_once([' ', 'T', ',']).unwrap_or((text, ""));
    let mut numbers = date.split(['/', '-', '.']).map(|part| part.parse::<i16>().ok());
    let (a, b, c) = (numbers.next()??, numbers.next()??, numbers.next()??);
    if numbers.next().is_some() {
        return None;
    }
    let time = parse_time(rest.trim())?;
    let small = |number: i16| i8::try_from(number).ok();
    if a > 31 {
        return Some(Stamp::Known(Date::new(a, small(b)?, small(c)?).ok()?.to_datetime(time)));
    }
    let year = if c < 100 { 2000 + c } else { c };
    let either = Stamp::Either(small(a)?, small(b)?, year, time);
    (either.at(Order::DayFirst).is_some()).then_some(either)
}

/// `13:45:10`, `13.45`, `1:45:10 PM GMT+7`; midnight where there is none.
fn parse_time(text: &str) -> Option<Time> {
    if text.is_empty() {
        return Some(Time::midnight());
    }
    let mut words = text.split_whitespace();
    let mut fields = words.next()?.split([':', '.']).map(|field| field.parse::<i8>().ok());
    let (hour, minute) = (fields.next()??, fields.next().unwrap_or(Some(0))?);
    let second = fields.next().unwrap_or(Some(0))?;
    let hour = match words.next().map(str::to_ascii_uppercase).as_deref() {
        Some("PM") if hour < 12 => hour + 12,
        Some("AM") if hour == 12 => 0,
        _ => hour,
    };
    Time::new(hour, minute, second, 0).ok()
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
            .map(|stamp| time(stamp).map_or("–".to_owned(), |time| time.strftime("%F %H:%M").to_string()))
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
        let (stamps, _) = read(&["kemarin", "", "32/13/2025", "1/1/2025 25:00"]);
        assert_eq!(stamps, [Stamp::Unreadable, Stamp::Blank, Stamp::Unreadable, Stamp::Unreadable]);
    }
}
