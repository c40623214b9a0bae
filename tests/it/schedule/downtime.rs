//! Whatever the schedule and however often the program is off: nothing runs twice, and what was missed runs once.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::time::Duration;

use croner::Cron;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use rekap::pipeline::ScheduleSettings;
use rekap::schedule::Trigger;
use rekap::schedule::clock::Clock;

use super::office::{Office, well};

fn expression() -> impl Strategy<Value = String> {
    let minute = prop_oneof![Just("0".to_owned()), (0u8..60).prop_map(|at| at.to_string()), Just("*/20".to_owned())];
    let hour = prop_oneof![Just("*".to_owned()), (0u8..24).prop_map(|at| at.to_string()), Just("1-3".to_owned())];
    let week = prop_oneof![Just("*".to_owned()), Just("1-5".to_owned()), (0u8..7).prop_map(|at| at.to_string())];
    (minute, hour, week).prop_map(|(minute, hour, week)| format!("{minute} {hour} * * {week}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn nothing_twice_and_what_was_missed_once(
        expression in expression(),
        zone in prop::sample::select(vec!["Asia/Jakarta", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
        start in 0u64..365 * 1440,
        spells in prop::collection::vec((1u64..3 * 1440, 1u64..5 * 1440), 1..6),
    ) {
        let office = Office::new("2025-01-01T00:00:00Z");
        office.clock.advance(Duration::from_secs(start * 60));
        office.file("uji", &format!("{expression} | {zone}"));
        let schedule = ScheduleSettings {
            cron: Cron::from_str(&expression).unwrap(),
            expression,
            timezone: TimeZone::get(zone).unwrap(),
            deadline: Duration::from_secs(3600),
            retries: 3,
        };
        let mut seen = BTreeSet::new();
        let mut off_since = None;
        for (on, off) in spells {
            let from = office.clock.now();
            let until = from + Duration::from_secs(on * 60);
            office.live_until(&["uji"], until, &well);
            let mut expected = Vec::new();
            // Missed while off, and caught up at once: the last of them, if any.
            let missed = schedule.latest_until(from);
            expected.extend(missed.filter(|missed| off_since.is_some_and(|since| *missed >= since)).map(|at| (at, from)));
            let due = std::iter::successors(schedule.next_after(from), |&at| schedule.next_after(at));
            expected.extend(due.take_while(|at| *at < until).map(|at| (at, at)));
            let ran = office.ran.take();
            let found: Vec<_> = ran.iter().map(|ran| (ran.occasion.occurrence, ran.at)).collect();
            prop_assert_eq!(&found, &expected);
            for ran in &ran {
                prop_assert!(seen.insert(ran.occasion.occurrence), "{:?} ran twice", ran);
                prop_assert!(ran.occasion.trigger == Trigger::OnTime || ran.at == from);
            }
            off_since = Some(until);
            office.clock.advance(Duration::from_secs(off * 60));
        }
    }
}
