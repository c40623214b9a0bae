//! When something is planned: months of years and weeks of months, their deadlines, and the text that says them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::civil::Date;
use strsim::osa_distance;

use crate::lang::MONTHS;

/// Bytes of a word that may be a month.
const LONGEST_MONTH: usize = 16;

/// Other spellings of a month, by its number from 1.
const SPELLINGS: [(&str, u8); 27] = [
    ("jan", 1),
    ("january", 1),
    ("feb", 2),
    ("peb", 2),
    ("pebruari", 2),
    ("february", 2),
    ("mar", 3),
    ("mrt", 3),
    ("march", 3),
    ("apr", 4),
    ("may", 5),
    ("jun", 6),
    ("june", 6),
    ("jul", 7),
    ("july", 7),
    ("agu", 8),
    ("agt", 8),
    ("ags", 8),
    ("agust", 8),
    ("aug", 8),
    ("sep", 9),
    ("sept", 9),
    ("okt", 10),
    ("oct", 10),
    ("nov", 11),
    ("nop", 11),
    ("des", 12),
];

/// A month something is planned for. Months compare in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanMonth {
    /// Its year; none where neither the target nor the plan says one.
    pub year: Option<i16>,
    /// 1 to 12.
    pub month: u8,
}

impl PlanMonth {
    /// A month by its place in time: months of one target can be counted with it.
    pub(super) fn place(self) -> i32 {
        i32::from(self.year.unwrap_or_default()) * 12 + i32::from(self.month) - 1
    }

    /// The last day of the month, or of a week of it; `year` is the month's where it has none itself.
    fn last_day(self, week: Option<u8>, year: i16) -> Option<Date> {
        let last = Date::new(self.year.unwrap_or(year), self.month as i8, 1).ok()?.last_of_month();
        let day = week.map_or(last.day(), |week| (7 * week as i8).min(last.day()));
        Date::new(last.year(), last.month(), day).ok()
    }
}

/// What a target says: months, in order of time, and weeks of them. From the first month to the last there are at most twelve,
/// so that a month's number alone tells which one is meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    /// Months; either all have a year or none has.
    pub months: Vec<PlanMonth>,
    /// Weeks of months, both from 1, in order of their numbers.
    pub weeks: Vec<(u8, u8)>,
}

impl Target {
    /// The text that says it: `Agustus–Desember`, `Juni, September, Desember 2022`, `Desember 2025, Januari 2026`, `April minggu
    /// ke 1, 3`. Of a target with weeks, months are listed one by one. [`read_target`](super::target::read_target) reads it back
    /// the same.
    pub fn text(&self) -> String {
        let year = self.months.first().and_then(|month| month.year);
        let is_one_year = self.months.iter().all(|month| month.year == year);
        let name = |month: PlanMonth| match month.year.filter(|_| !is_one_year) {
            Some(year) => format!("{} {year}", month_name(month.month)),
            None => month_name(month.month).to_owned(),
        };
        let mut parts: Vec<String> = Vec::new();
        for run in runs(&self.months) {
            let (first, last) = match run {
                [first, .., last] if self.weeks.is_empty() && run.len() > 2 => (*first, Some(*last)),
                _ => {
                    parts.extend(run.iter().map(|&month| name(month) + &self.weeks_text(month.month)));
                    continue;
                }
            };
            parts.push(last.map_or_else(|| name(first), |last| format!("{}–{}", name(first), name(last))));
        }
        let mut text = match parts.as_slice() {
            [first, second] if self.weeks.is_empty() => format!("{first} dan {second}"),
            parts => parts.join(", "),
        };
        if let Some(year) = year.filter(|_| is_one_year) {
            let _ = write!(text, " {year}");
        }
        text
    }

    /// ` minggu ke 1, 3`; nothing where no week of the month is named.
    fn weeks_text(&self, month: u8) -> String {
        let weeks: Vec<String> =
            self.weeks.iter().filter(|(of, _)| *of == month).map(|(_, week)| week.to_string()).collect();
        if weeks.is_empty() { String::new() } else { format!(" minggu ke {}", weeks.join(", ")) }
    }
}

/// Months in runs without a gap.
fn runs(months: &[PlanMonth]) -> impl Iterator<Item = &[PlanMonth]> {
    months.chunk_by(|one, next| one.place() + 1 == next.place())
}

/// When what is planned should be done: the last day of every run of months without a gap; where weeks of that month are
/// named, of the last of them. `year` is that of months which have none.
pub fn deadlines(months: &[PlanMonth], weeks: &[(u8, u8)], year: i16) -> Vec<Date> {
    let week = |month: u8| weeks.iter().filter(|(of, _)| *of == month).map(|(_, week)| *week).max();
    runs(months).filter_map(|run| run.last()?.last_day(week(run.last()?.month), year)).collect()
}

/// Name of a month, from 1.
pub fn month_name(month: u8) -> &'static str {
    MONTHS.get(usize::from(month).wrapping_sub(1)).map_or("", |name| name.id)
}

/// The month a word names: its name, an abbreviation, or a slip of one letter when only one month fits.
pub fn month_of(word: &str) -> Option<u8> {
    let names = || (1..).zip(MONTHS.map(|name| name.id.to_lowercase()));
    let known = names().find(|(_, name)| name == word).map(|(month, _)| month);
    known.or_else(|| SPELLINGS.iter().find(|(spelling, _)| *spelling == word).map(|(_, month)| *month)).or_else(|| {
        let written = SPELLINGS
            .iter()
            .filter(|(spelling, _)| spelling.len() > 5)
            .map(|(text, month)| (*month, (*text).to_owned()));
        let all = names().chain(written);
        let near = all.filter(|(_, name)| {
            word.chars().count() > 3 && word.len() <= LONGEST_MONTH && osa_distance(name, word) <= 1
        });
        let months: BTreeSet<u8> = near.map(|(month, _)| month).collect();
        months.first().copied().filter(|_| months.len() == 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn months(listed: &[(Option<i16>, u8)]) -> Vec<PlanMonth> {
        listed.iter().map(|&(year, month)| PlanMonth { year, month }).collect()
    }

    #[test]
    fn slips_of_one_letter_are_read_where_one_month_fits() {
        assert_eq!(month_of("agusuts"), Some(8));
        assert_eq!(month_of("desembr"), Some(12));
        assert_eq!(month_of("pebuari"), Some(2));
        assert_eq!(month_of("juli"), Some(7));
        assert_eq!(month_of("juti"), None, "Juni or Juli");
        assert_eq!(month_of("mau"), None);
    }

    #[test]
    fn deadlines_are_last_days_of_runs_and_weeks() {
        let year = |listed: &[u8]| months(&listed.iter().map(|&month| (None, month)).collect::<Vec<_>>());
        assert_eq!(deadlines(&year(&[2, 8, 9, 10]), &[], 2024), [date(2024, 2, 29), date(2024, 10, 31)]);
        let weeks = [(2, 1), (2, 3), (10, 5)];
        assert_eq!(deadlines(&year(&[2, 8, 9, 10]), &weeks, 2025), [date(2025, 2, 21), date(2025, 10, 31)]);
        assert_eq!(deadlines(&year(&[2]), &[(2, 5)], 2025), [date(2025, 2, 28)]);
        assert_eq!(deadlines(&year(&[1, 12]), &[], 2025), [date(2025, 1, 31), date(2025, 12, 31)]);
    }

    #[test]
    fn a_run_goes_on_across_new_year() {
        let across = months(&[(Some(2025), 11), (Some(2025), 12), (Some(2026), 1), (Some(2026), 3)]);
        assert_eq!(deadlines(&across, &[], 2025), [date(2026, 1, 31), date(2026, 3, 31)]);
        let text = |listed: &[(Option<i16>, u8)]| Target { months: months(listed), weeks: Vec::new() }.text();
        assert_eq!(text(&[(Some(2025), 12), (Some(2026), 1)]), "Desember 2025 dan Januari 2026");
        assert_eq!(text(&[(Some(2025), 11), (Some(2025), 12), (Some(2026), 1)]), "November 2025–Januari 2026");
        assert_eq!(text(&[(Some(2025), 6), (Some(2025), 9)]), "Juni dan September 2025");
        assert_eq!(text(&[(None, 8), (None, 9), (None, 10)]), "Agustus–Oktober");
    }
}
