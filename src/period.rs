//! A period of reporting: a semester, or a whole year.

use std::fmt;

use jiff::civil::{Date, DateTime, date};

/// A semester (1: January–June, 2: July–December), or a year without one. Periods compare in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The year, 2000–2100.
    pub year: i16,
    /// 1 or 2; none for the whole year.
    pub semester: Option<u8>,
}

impl Period {
    /// The semester a moment falls into.
    pub fn semester_of(at: DateTime) -> Period {
        Period { year: at.year(), semester: Some(if at.month() <= 6 { 1 } else { 2 }) }
    }

    /// Reads `2025-S1` or `2025`.
    pub fn parse(text: &str) -> Option<Period> {
        let (year, semester) = match text.trim().split_once("-S") {
            Some((year, semester)) => (year, Some(semester.parse().ok().filter(|s| (1..=2).contains(s))?)),
            None => (text.trim(), None),
        };
        let year = year.parse().ok().filter(|year| (2000..=2100).contains(year))?;
        Some(Period { year, semester })
    }

    /// The first day, and the last.
    pub fn days(self) -> (Date, Date) {
        let (first, last) = match self.semester {
            Some(1) => ((1, 1), (6, 30)),
            Some(_) => ((7, 1), (12, 31)),
            None => ((1, 1), (12, 31)),
        };
        (date(self.year, first.0, first.1), date(self.year, last.0, last.1))
    }

    /// Whether a moment lies in the period.
    pub fn contains(self, at: DateTime) -> bool {
        let (first, last) = self.days();
        (first..=last).contains(&at.date())
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.semester {
            Some(semester) => write!(f, "{}-S{semester}", self.year),
            None => write!(f, "{}", self.year),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_written_read_and_compared() {
        for text in ["2025-S1", "2025-S2", "2025"] {
            assert_eq!(Period::parse(text).unwrap().to_string(), text);
        }
        for text in ["2025-S3", "25-S1", "2025-1", "", "S1"] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
        let (first, second) = (Period::parse("2025-S1").unwrap(), Period::parse("2025-S2").unwrap());
        assert!(first < second);
        assert!(
            first.contains(date(2025, 6, 30).at(23, 59, 59, 0)) && !first.contains(date(2025, 7, 1).at(0, 0, 0, 0))
        );
        assert_eq!(Period::semester_of(date(2025, 7, 1).at(0, 0, 0, 0)), second);
    }
}
