//! Times that come, are missed, come again; runs that fail, take long, are stopped.

use std::time::Duration;

use jiff::SignedDuration;
use rekap::schedule::log::Event;
use rekap::schedule::mark::Mark;
use rekap::schedule::{RunEnd, Trigger};
use rekap::stop::StopReason;

use super::office::{Office, nothing_done, well};

const JAKARTA: &str = "Asia/Jakarta";

#[test]
fn a_week_of_several_zones() {
    // The clocks of Berlin go forward on Sunday the 29th.
    let office = Office::new("2026-03-22T17:00:00Z");
    office.file("babel", "0 6 * * 1-5 | Asia/Jakarta");
    office.file("sulut", "0 6 * * * | Asia/Makassar");
    office.file("papua", "*/30 8,9 * * 1 | Asia/Jayapura");
    office.file("berlin", "30 2 * * * | Europe/Berlin");
    let outcome = office.live(&["babel", "sulut", "papua", "berlin"], "2026-03-29T17:00:00Z", &well);
    assert!(outcome.stopped && outcome.status() == 0);
    let ran = office.ran.borrow().clone();
    assert!(ran.iter().all(|ran| ran.occasion.trigger == Trigger::OnTime && ran.at == ran.occasion.occurrence));
    assert!(ran.is_sorted_by_key(|ran| ran.at), "one after the other");
    let of = |name: &str, zone: &str| {
        let ran = office.ran.borrow();
        let at = ran.iter().filter(|ran| ran.name == name).map(|ran| ran.at.in_tz(zone).unwrap());
        at.map(|at| at.strftime("%d %H:%M").to_string()).collect::<Vec<_>>()
    };
    assert_eq!(of("babel", JAKARTA), ["23 06:00", "24 06:00", "25 06:00", "26 06:00", "27 06:00"]);
    assert_eq!(of("sulut", "Asia/Makassar").len(), 7);
    assert_eq!(of("papua", "Asia/Jayapura"), ["23 08:00", "23 08:30", "23 09:00", "23 09:30"]);
    let berlin = ["23 02:30", "24 02:30", "25 02:30", "26 02:30", "27 02:30", "28 02:30", "29 03:00"];
    assert_eq!(of("berlin", "Europe/Berlin"), berlin);
}

#[test]
fn clocks_that_go_back_run_nothing_twice() {
    let office = Office::new("2026-10-31T12:00:00Z");
    office.file("new-york", "30 1 * * * | America/New_York");
    office.live(&["new-york"], "2026-11-02T12:00:00Z", &well);
    assert_eq!(office.times("America/New_York"), ["Sun 01 01:30-04:00", "Mon 02 01:30-05:00"]);
    let office = Office::new("2026-04-03T12:00:00Z");
    office.file("lord-howe", "45 1 * * * | Australia/Lord_Howe");
    office.live(&["lord-howe"], "2026-04-06T00:00:00Z", &well);
    let expected = ["Sat 04 01:45+11:00", "Sun 05 01:45+11:00", "Mon 06 01:45+10:30"];
    assert_eq!(office.times("Australia/Lord_Howe"), expected);
}

#[test]
fn what_was_missed_runs_once() {
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("babel", "0 6 * * 1-5 | Asia/Jakarta");
    office.live(&["babel"], "2025-11-25T01:00:00Z", &well);
    assert_eq!(office.times(JAKARTA), ["Mon 24 06:00+07:00", "Tue 25 06:00+07:00"]);
    // Off until Friday noon: three mornings, one run.
    office.clock.advance(Duration::from_secs(76 * 3600));
    office.live(&["babel"], "2025-12-01T01:00:00Z", &well);
    let monday = ("babel".to_owned(), "Mon 01 06:00+07:00".to_owned(), Trigger::OnTime);
    let friday = ("babel".to_owned(), "Fri 28 12:00+07:00".to_owned(), Trigger::CatchUp);
    assert_eq!(office.ran(JAKARTA), [friday, monday]);
    // Off for an hour in which nothing was due.
    office.clock.advance(Duration::from_secs(3600));
    office.live(&["babel"], "2025-12-01T20:00:00Z", &well);
    assert_eq!(office.times(JAKARTA), [""; 0]);
}

#[test]
fn a_machine_that_slept_and_a_run_that_took_long_miss_once() {
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("babel", "0 6 * * 1-5 | Asia/Jakarta");
    office.live(&["babel"], "2025-11-28T00:00:00Z", &|office, ran, _| {
        if office.ran.borrow().len() == 1 {
            assert_eq!(ran.occasion.trigger, Trigger::OnTime);
            office.clock.jump(SignedDuration::from_hours(50));
        }
        RunEnd::Clean
    });
    let times = ["Mon 24 06:00+07:00", "Wed 26 08:00+07:00", "Thu 27 06:00+07:00", "Fri 28 06:00+07:00"];
    assert_eq!(office.times(JAKARTA), times);
    assert!(office.told(Event::ClockJumped)[0].contains("maju 2 hari 2 jam"), "{:?}", office.told(Event::ClockJumped));
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("babel", "*/10 * * * * | Asia/Jakarta");
    office.live(&["babel"], "2025-11-23T18:00:00Z", &|office, _, _| {
        if office.ran.borrow().len() < 3 {
            office.clock.advance(Duration::from_secs(25 * 60));
        }
        RunEnd::Clean
    });
    let ran = office.ran(JAKARTA);
    let expected = [("00:10", Trigger::OnTime), ("00:35", Trigger::CatchUp), ("01:00", Trigger::CatchUp)];
    for ((_, at, trigger), (time, expected)) in ran.iter().zip(expected) {
        assert!(at.contains(time) && *trigger == expected, "{ran:?}");
    }
    assert_eq!(ran.len(), 3);
}

#[test]
fn a_clock_put_back_runs_nothing_twice() {
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("babel", "0 6 * * 1-5 | Asia/Jakarta");
    let back = |hours: i64| {
        move |office: &Office, _: &_, _: &_| {
            office.clock.jump(SignedDuration::from_hours(-hours));
            RunEnd::Clean
        }
    };
    office.live(&["babel"], "2025-11-24T12:00:00Z", &back(30));
    assert_eq!(office.times(JAKARTA), ["Mon 24 06:00+07:00"]);
    assert!(office.told(Event::ClockJumped)[0].contains("mundur 1 hari 6 jam"));
    // Nor when the program was started again in between.
    office.live(&["babel"], "2025-11-24T23:30:00Z", &back(3));
    assert_eq!(office.times(JAKARTA), ["Tue 25 06:00+07:00"]);
    office.clock.jump(SignedDuration::from_hours(-3));
    office.live(&["babel"], "2025-11-24T23:30:00Z", &well);
    assert_eq!(office.times(JAKARTA), [""; 0]);
    // But what a clock did that was a month ahead does not silence the office for a month.
    office.clock.jump(SignedDuration::from_hours(24 * 30));
    office.live(&["babel"], "2025-12-25T00:00:00Z", &well);
    office.ran.take();
    office.clock.jump(SignedDuration::from_hours(-24 * 30));
    office.live(&["babel"], "2025-11-26T00:00:00Z", &well);
    assert_eq!(office.times(JAKARTA), ["Wed 26 06:00+07:00"]);
}

#[test]
fn a_run_that_could_do_nothing_is_tried_again_later_every_time() {
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("babel", "0 6 * * 1-5 | Asia/Jakarta");
    let outcome = office.live(&["babel"], "2025-11-24T12:00:00Z", &|_, _, _| nothing_done());
    let times = ["Mon 24 06:00+07:00", "Mon 24 06:01+07:00", "Mon 24 06:03+07:00", "Mon 24 06:07+07:00"];
    assert_eq!(office.times(JAKARTA), times);
    assert_eq!(office.told(Event::GaveUp).len(), 1);
    assert!(office.told(Event::Failed)[0].ends_with("gagal jaringan putus"), "{:?}", office.told(Event::Failed));
    assert_eq!(outcome.status(), 2);
    // The next morning is another matter, and the second try succeeds.
    office.live(&["babel"], "2025-11-25T12:00:00Z", &|office, _, _| match office.ran.borrow().len() {
        1 => nothing_done(),
        _ => RunEnd::Clean,
    });
    assert_eq!(office.times(JAKARTA), ["Tue 25 06:00+07:00", "Tue 25 06:01+07:00"]);
}

#[test]
fn a_next_time_takes_over_from_trying_again() {
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("babel", "*/5 * * * * | Asia/Jakarta | 9");
    office.live(&["babel"], "2025-11-23T17:11:30Z", &|_, _, _| nothing_done());
    let minutes: Vec<String> = office.times(JAKARTA).iter().map(|at| at[7..12].to_owned()).collect();
    assert_eq!(minutes, ["00:05", "00:06", "00:08", "00:10", "00:11"]);
    let longest = Office::new("2025-11-23T17:00:00Z");
    longest.file("babel", "0 6 1 * * | Asia/Jakarta | 12");
    longest.live(&["babel"], "2025-12-01T12:00:00Z", &|_, _, _| nothing_done());
    let ran = longest.ran.take();
    let waits: Vec<i64> = ran.windows(2).map(|two| two[1].at.duration_since(two[0].at).as_mins()).collect();
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]);
    assert!(ran.iter().enumerate().all(|(place, ran)| ran.occasion.attempt as usize == place + 1));
}

#[test]
fn a_run_past_its_deadline_is_stopped_and_not_tried_again() {
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("babel", "0 6 * * 1-5 | Asia/Jakarta");
    let outcome = office.live(&["babel"], "2025-11-24T12:00:00Z", &|office, _, stop| {
        while stop.requested().is_none() {
            office.clock.advance(Duration::from_secs(60));
        }
        assert_eq!(stop.requested(), Some(StopReason::Deadline));
        RunEnd::Stopped
    });
    assert_eq!(office.times(JAKARTA), ["Mon 24 06:00+07:00"]);
    let stopped = office.told(Event::Stopped);
    assert!(stopped[0].contains("melewati batas waktu, setelah 1 jam; berikutnya 2025-11-25"), "{stopped:?}");
    assert_eq!(outcome.status(), 2);
}

#[test]
fn a_run_that_was_cut_off_is_made_up_for() {
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("babel", "0 6 * * 1-5 | Asia/Jakarta | 0");
    // However often: it is no fault of the run.
    for _ in 0..5 {
        let outcome = office.live(&["babel"], "2025-11-24T12:00:00Z", &|_, _, _| RunEnd::Stopped);
        assert!(outcome.stopped && outcome.status() == 1);
    }
    office.live(&["babel"], "2025-11-24T12:00:00Z", &well);
    let ran = office.ran.take();
    assert_eq!(ran.len(), 6);
    assert!(ran.iter().all(|other| other.occasion.occurrence == ran[0].occasion.occurrence));
    assert_eq!(ran[0].occasion.trigger, Trigger::OnTime);
    assert!(ran[1..].iter().all(|ran| ran.occasion.trigger == Trigger::Resumed && ran.occasion.attempt == 1));
    office.live(&["babel"], "2025-11-24T20:00:00Z", &well);
    assert_eq!(office.times(JAKARTA), [""; 0]);
}

#[test]
fn a_run_that_falls_is_one_that_could_do_nothing() {
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("babel", "0 6 * * 1-5 | Asia/Jakarta | 1");
    office.live(&["babel"], "2025-11-24T12:00:00Z", &|office, _, _| {
        assert_ne!(office.ran.borrow().len(), 1, "falls");
        RunEnd::Incomplete
    });
    assert_eq!(office.times(JAKARTA), ["Mon 24 06:00+07:00", "Mon 24 06:01+07:00"]);
    assert!(office.told(Event::Failed)[0].contains("falls"));
    assert!(office.told(Event::Finished)[0].contains("tidak lengkap"));
}

#[test]
fn two_programs_never_run_one_pipeline_at_once_nor_twice() {
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("babel", "0 6 * * 1-5 | Asia/Jakarta | 0");
    office.live(&["babel"], "2025-11-24T12:00:00Z", &|office, ran, _| {
        // While one runs, another comes along.
        if office.ran.borrow().len() == 1 {
            let other = office.once(&["babel"], &well);
            assert_eq!(other.status(), 2);
            assert_eq!(office.ran.borrow().as_slice(), std::slice::from_ref(ran));
        }
        RunEnd::Clean
    });
    let told = office.told(Event::Failed);
    assert!(told[0].contains(&format!("oleh proses {}", std::process::id())), "{told:?}");
    // Both believe it to be due, and one of them is quicker: the other finds it done.
    office.file("abal", "0 6 * * 1-5 | Asia/Jakarta");
    office.ran.take();
    office.live(&["abal", "babel"], "2025-11-25T12:00:00Z", &|office, ran, _| {
        if ran.name == "abal" {
            assert_eq!(office.once(&["babel"], &well).status(), 0);
        }
        RunEnd::Clean
    });
    let names: Vec<String> = office.ran.take().into_iter().map(|ran| ran.name).collect();
    assert_eq!(names, ["abal", "babel"]);
    assert_eq!(office.told(Event::DoneElsewhere).len(), 1);
}

#[test]
fn once_runs_what_is_due_and_ends() {
    let office = Office::new("2025-11-24T02:00:00Z");
    office.file("babel", "0 6 * * 1-5 | Asia/Jakarta | 1");
    office.file("sulut", "0 22 * * * | Asia/Makassar");
    // Never scheduled before: the last time counts as missed.
    assert_eq!(office.once(&["babel", "sulut"], &well).status(), 0);
    assert_eq!(office.ran.take().len(), 2);
    assert_eq!(office.once(&["babel", "sulut"], &well).ended, [None, None]);
    office.clock.advance(Duration::from_secs(3 * 86_400));
    let outcome = office.once(&["babel", "sulut"], &|_, ran, _| match ran.name.as_str() {
        "babel" => nothing_done(),
        _ => RunEnd::Clean,
    });
    let names: Vec<String> = office.ran.take().into_iter().map(|ran| ran.name).collect();
    assert_eq!(names, ["sulut", "babel", "babel"], "the longest due first, and tried again");
    assert_eq!(outcome.status(), 1);
    assert_eq!(office.once(&["babel", "sulut"], &well).ended, [None, None], "given up until tomorrow");
    assert_eq!(office.once(&["tidak-ada"], &well).status(), 2);
}

#[test]
fn a_try_is_counted_before_it_starts_so_that_none_that_kills_the_program_is_made_for_ever() {
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("babel", "0 6 * * 1-5 | Asia/Jakarta | 1");
    let failures =
        |office: &Office| Mark::read(&office.state("babel")).unwrap().unwrap().owed.map(|owed| owed.failures);
    let killed = |office: &Office| {
        let path = office.state("babel").join("schedule.json");
        let during = std::cell::RefCell::new(Vec::new());
        let outcome = office.live(&["babel"], "2025-11-23T23:00:30Z", &|_, _, _| {
            // What a killed process leaves is what stands there while it runs.
            *during.borrow_mut() = std::fs::read(&path).unwrap();
            RunEnd::Stopped
        });
        if !during.borrow().is_empty() {
            std::fs::write(&path, during.borrow().as_slice()).unwrap();
        }
        outcome
    };
    killed(&office);
    assert_eq!(failures(&office), Some(1));
    killed(&office);
    assert_eq!(failures(&office), Some(2));
    let attempts: Vec<u32> = office.ran.take().iter().map(|ran| ran.occasion.attempt).collect();
    assert_eq!(attempts, [1, 2]);
    // Another try would be the third of two.
    let outcome = killed(&office);
    assert_eq!((office.ran.take().len(), outcome.status(), failures(&office)), (0, 2, None));
    assert_eq!(office.told(Event::GaveUp).len(), 1);
    let heard = office.heard.take();
    assert!(heard.len() == 1 && heard[0].1.contains("terputus di tengah jalan"), "{heard:?}");
    office.live(&["babel"], "2025-11-24T23:30:00Z", &well);
    assert_eq!(office.times(JAKARTA), ["Tue 25 06:00+07:00"], "the next morning is another matter");
}

#[test]
fn who_asked_is_told_of_a_run_that_could_not_tell_it() {
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("babel", "0 6 * * 1-5 | Asia/Jakarta | 0");
    office.live(&["babel"], "2025-11-24T12:00:00Z", &|_, _, _| panic!("jatuh tanpa kabar"));
    let heard = office.heard.take();
    assert!(heard.len() == 1 && heard[0].1.contains("jatuh tanpa kabar"), "{heard:?}");
    office.live(&["babel"], "2025-11-25T12:00:00Z", &|_, _, _| nothing_done());
    assert!(office.heard.take().is_empty(), "the run told it");
    std::fs::remove_dir_all(office.state("babel")).unwrap();
    std::fs::write(office.state("babel"), "bukan folder").unwrap();
    office.live(&["babel"], "2025-11-26T12:00:00Z", &well);
    let heard = office.heard.take();
    assert!(heard.len() == 1 && heard[0].1.contains("run.lock"), "{heard:?}");
}
