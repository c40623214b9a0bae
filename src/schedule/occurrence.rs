//! When a cron expression comes due in its zone, daylight saving included.
//!
//! An expression that names its hours names times of the day. They are sought on the calendar and put into the zone only
//! then: a time the clock skips in spring runs once, right after the gap; one that comes twice in autumn runs once, the
//! first time. An expression for every hour names intervals: it goes on every hour (or ten minutes) that really passes.

use jiff::civil::DateTime;
use jiff::tz::AmbiguousOffset;
use jiff::{SignedDuration, Timestamp};

use crate::pipeline::ScheduleSettings;

/// No clock is put back further than this.
const LONGEST_FOLD: SignedDuration = SignedDuration::from_hours(3);

impl ScheduleSettings {
    /// The first time due after `time`; none when the expression names years and the last has passed.
    pub fn next_after(&self, time: Timestamp) -> Option<Timestamp> {
        let start = time.to_zoned(self.timezone.clone());
        if self.is_every_hour() {
            return self.cron.find_next_occurrence(&start, false).ok().map(|at| at.timestamp());
        }
        let mut civil = self.cron.find_next_occurrence(&start.datetime(), true).ok()?;
        loop {
            let at = self.instant(civil)?;
            if at > time {
                return Some(at);
            }
            civil = self.cron.find_next_occurrence(&civil, false).ok()?;
        }
    }

    /// The last time due at or before `time`; none when the expression names years and the first is still to come.
    pub fn latest_until(&self, time: Timestamp) -> Option<Timestamp> {
        let start = time.to_zoned(self.timezone.clone());
        if self.is_every_hour() {
            return self.cron.find_previous_occurrence(&start, true).ok().map(|at| at.timestamp());
        }
        // In the second half of a fold, later times of the day have passed already.
        let mut civil =
            self.cron.find_previous_occurrence(&start.datetime().saturating_add(LONGEST_FOLD), true).ok()?;
        loop {
            let at = self.instant(civil)?;
            if at <= time {
                return Some(at);
            }
            civil = self.cron.find_previous_occurrence(&civil, false).ok()?;
        }
    }

    /// Whether the expression leaves no hour out.
    fn is_every_hour(&self) -> bool {
        (0..24).all(|hour| self.cron.pattern.hour_match(hour).is_ok_and(|is_due| is_due))
    }

    /// The moment a time of the day is due: the end of the gap it falls into, the first of two.
    fn instant(&self, civil: DateTime) -> Option<Timestamp> {
        let ambiguous = self.timezone.to_ambiguous_timestamp(civil);
        if !matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
            return ambiguous.earlier().ok();
        }
        let beyond = ambiguous.later().ok()?;
        let change = self.timezone.preceding(beyond.checked_add(SignedDuration::from_secs(1)).ok()?).next();
        Some(change.map_or(beyond, |change| change.timestamp()))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::str::FromStr;
    use std::time::Duration;

    use croner::Cron;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;

    pub fn schedule(expression: &str, zone: &str) -> ScheduleSettings {
        ScheduleSettings {
            cron: Cron::from_str(expression).unwrap(),
            expression: expression.to_owned(),
            timezone: TimeZone::get(zone).unwrap(),
            deadline: Duration::from_secs(3600),
            retries: 3,
        }
    }

    fn times(expression: &str, zone: &str, from: &str, count: usize) -> Vec<String> {
        let schedule = schedule(expression, zone);
        let first = from.parse().unwrap();
        let times = std::iter::successors(schedule.next_after(first), |&time| schedule.next_after(time));
        times
            .take(count)
            .map(|time| time.to_zoned(schedule.timezone.clone()).strftime("%d %H:%M%:z").to_string())
            .collect()
    }

    #[test]
    fn working_mornings_in_three_zones() {
        let monday = "2025-11-23T20:00:00Z";
        assert_eq!(
            times("0 6 * * 1-5", "Asia/Jakarta", "2025-11-27T00:00:00Z", 3),
            ["28 06:00+07:00", "01 06:00+07:00", "02 06:00+07:00"]
        );
        assert_eq!(times("0 6 * * 1-5", "Asia/Makassar", monday, 1), ["24 06:00+08:00"]);
        assert_eq!(times("0 6 * * 1-5", "Asia/Jayapura", monday, 1), ["24 06:00+09:00"]);
    }

    #[test]
    fn a_time_that_is_skipped_runs_once_after_the_gap() {
        let berlin = "2026-03-27T12:00:00Z";
        assert_eq!(
            times("30 2 * * *", "Europe/Berlin", berlin, 3),
            ["28 02:30+01:00", "29 03:00+02:00", "30 02:30+02:00"]
        );
        // Several of them, and one at the very end of the gap, are one.
        assert_eq!(times("0,15,30 2,3 29 3 *", "Europe/Berlin", berlin, 2), ["29 03:00+02:00", "29 03:15+02:00"]);
        assert_eq!(times("30 2 8 3 *", "America/New_York", "2026-03-01T00:00:00Z", 1), ["08 03:00-04:00"]);
        assert_eq!(times("15 2 4 10 *", "Australia/Lord_Howe", "2026-10-01T00:00:00Z", 1), ["04 02:30+11:00"]);
    }

    #[test]
    fn a_time_that_comes_twice_runs_the_first_time_only() {
        assert_eq!(
            times("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2),
            ["25 02:30+02:00", "26 02:30+01:00"]
        );
        assert_eq!(
            times("0 1,13 1 11 *", "America/New_York", "2026-10-31T12:00:00Z", 2),
            ["01 01:00-04:00", "01 13:00-05:00"]
        );
        assert_eq!(
            times("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", 2),
            ["05 01:45+11:00", "06 01:45+10:30"]
        );
    }

    #[test]
    fn every_hour_is_every_hour_that_passes() {
        let hours = times("0 * * * *", "Europe/Berlin", "2026-10-24T23:30:00Z", 4);
        assert_eq!(hours, ["25 02:00+02:00", "25 02:00+01:00", "25 03:00+01:00", "25 04:00+01:00"]);
        let hours = times("0 * * * *", "Europe/Berlin", "2026-03-28T23:30:00Z", 3);
        assert_eq!(hours, ["29 01:00+01:00", "29 03:00+02:00", "29 04:00+02:00"]);
    }

    #[test]
    fn an_expression_that_has_run_out_says_so() {
        let schedule = schedule("0 0 6 1 1 * 2025", "Asia/Jakarta");
        let [before, after] = ["2024-12-01T00:00:00Z", "2025-02-01T00:00:00Z"].map(|time| time.parse().unwrap());
        assert_eq!(schedule.next_after(after), None);
        assert_eq!(schedule.latest_until(before), None);
        assert_eq!(schedule.next_after(before), schedule.latest_until(after));
    }

    proptest! {
        /// Looking forward and looking back agree, in and around every change of clocks.
        #[test]
        fn forward_and_back_agree(
            expression in prop::sample::select(vec![
                "0 6 * * 1-5", "30 2 * * *", "*/20 1,2,3 * * *", "15 1 * * *", "0 * * * *", "*/10 * * * *", "0 0 1 * *",
                "45 1-3 * * 0", "0 12 L * *", "30 1 * * 6#1",
            ]),
            zone in prop::sample::select(vec![
                "Asia/Jakarta", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll",
            ]),
            day in 0i64..730,
            second in 0i64..86_400,
        ) {
            let schedule = schedule(expression, zone);
            let time = Timestamp::from_second(1_767_225_600 + day * 86_400 + second).unwrap();
            let next = schedule.next_after(time).unwrap();
            prop_assert!(next > time);
            let latest = schedule.latest_until(time).unwrap();
            prop_assert!(latest <= time);
            prop_assert_eq!(schedule.next_after(latest), Some(next));
            prop_assert_eq!(schedule.latest_until(next), Some(next));
            let before = next - SignedDuration::from_nanos(1);
            prop_assert_eq!(schedule.latest_until(before), Some(latest));
            prop_assert_eq!(schedule.next_after(before), Some(next));
        }
    }
}
