//! Pipeline files that change, break and are mended while the program runs; state folders that cannot be written to.

use std::fs;

use rekap::schedule::RunEnd;
use rekap::schedule::log::{Event, Level};

use super::office::{Office, well};

const JAKARTA: &str = "Asia/Jakarta";

#[test]
fn a_changed_file_counts_from_then_on() {
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("babel", "0 6 * * * | Asia/Jakarta | 3 | | lama");
    office.live(&["babel"], "2025-11-25T12:00:00Z", &|office, _, _| {
        // 05.00 has passed and was never asked for; 08.00 is today.
        office.file("babel", "0 5,8 * * * | Asia/Jakarta | 3 | | baru");
        RunEnd::Clean
    });
    let versions: Vec<String> = office.ran.borrow().iter().map(|ran| ran.version.clone()).collect();
    assert_eq!(versions, ["lama", "baru", "baru", "baru"]);
    let times = ["Mon 24 06:00+07:00", "Mon 24 08:00+07:00", "Tue 25 05:00+07:00", "Tue 25 08:00+07:00"];
    assert_eq!(office.times(JAKARTA), times);
    let changed = office.told(Event::FileChanged);
    assert!(changed[0].contains("berikutnya 2025-11-24T08:00:00+07:00 (0 5,8 * * *, Asia/Jakarta)"), "{changed:?}");
    // Changed while the program was off: the new rule counts from when it was written.
    office.file("babel", "0 18 * * * | Asia/Jakarta");
    office.clock.advance(std::time::Duration::from_secs(12 * 3600));
    office.live(&["babel"], "2025-11-26T00:00:00Z", &well);
    assert_eq!(office.times(JAKARTA), [""; 0], "18.00 had passed when it was written at 19.00");
}

#[test]
fn a_broken_file_is_said_once_and_the_old_one_kept() {
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("babel", "0 6 * * * | Asia/Jakarta | 3 | | lama");
    office.live(&["babel"], "2025-11-26T12:00:00Z", &|office, _, _| {
        match office.ran.borrow().len() {
            1 => office.file("babel", "0 25 * * * | Asia/Jakarta"),
            2 => office.file("babel", "0 6 * * * | Asia/Jakarta | 3 | | baru"),
            _ => office.path("babel"),
        };
        RunEnd::Clean
    });
    let versions: Vec<String> = office.ran.borrow().iter().map(|ran| ran.version.clone()).collect();
    assert_eq!(versions, ["lama", "lama", "baru"]);
    let broken = office.told(Event::FileBroken);
    assert_eq!(broken.len(), 1, "{broken:?}");
    assert!(broken[0].contains("babel:1:1: ") && broken[0].ends_with("; yang lama tetap dipakai"), "{broken:?}");
    assert_eq!(office.told(Event::FileChanged).len(), 1, "mended");
}

#[test]
fn one_broken_file_does_not_stop_the_others_and_is_taken_up_when_mended() {
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("babel", "0 6 * * * | Asia/Jakarta");
    office.file("rusak", "entah");
    let outcome = office.live(&["rusak", "babel"], "2025-11-25T12:00:00Z", &|office, ran, _| {
        if ran.name == "babel" && office.ran.borrow().len() == 1 {
            office.file("rusak", "0 7 * * * | Asia/Jakarta");
        }
        RunEnd::Clean
    });
    let names: Vec<String> = office.ran.take().into_iter().map(|ran| ran.name).collect();
    assert_eq!(names, ["babel", "rusak", "babel", "rusak"]);
    assert_eq!(outcome.status(), 0);
    office.file("rusak", "entah");
    assert_eq!(office.live(&["rusak"], "2025-11-30T12:00:00Z", &well).status(), 2, "with none to use, it ends");
    assert!(!office.live(&["rusak"], "2025-11-30T12:00:00Z", &well).stopped);
}

#[test]
fn one_state_folder_is_one_pipelines() {
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("satu", "0 6 * * * | Asia/Jakarta | 3 | bersama");
    office.file("dua", "0 7 * * * | Asia/Jakarta | 3 | bersama");
    let outcome = office.live(&["satu", "dua"], "2025-11-24T12:00:00Z", &well);
    assert_eq!(office.times(JAKARTA), ["Mon 24 06:00+07:00"]);
    assert!(office.told(Event::FileBroken)[0].contains("folder state sama dengan"));
    assert_eq!(outcome.status(), 1);
}

#[test]
fn a_state_folder_that_cannot_be_written_is_said_and_nothing_runs_unremembered() {
    let office = Office::new("2025-11-23T17:00:00Z");
    fs::write(office.path("state"), "bukan folder").unwrap();
    office.file("babel", "0 6 * * * | Asia/Jakarta | 1");
    let outcome = office.live(&["babel"], "2025-11-24T12:00:00Z", &well);
    assert_eq!(office.times(JAKARTA), [""; 0]);
    assert_eq!(outcome.status(), 2);
    let notes = office.notes.borrow();
    let at_start = notes.iter().find(|line| line.event == Event::Forgetful).unwrap();
    assert_eq!(at_start.level, Level::Error);
    assert_eq!(notes.iter().filter(|line| line.event == Event::Failed).count(), 2);
}

#[test]
fn a_damaged_memory_is_said_and_begun_again() {
    let office = Office::new("2025-11-23T17:00:00Z");
    office.file("babel", "0 6 * * * | Asia/Jakarta");
    office.live(&["babel"], "2025-11-24T12:00:00Z", &well);
    fs::write(office.state("babel").join("schedule.json"), "{").unwrap();
    office.live(&["babel"], "2025-11-25T12:00:00Z", &well);
    assert_eq!(office.times(JAKARTA), ["Mon 24 06:00+07:00", "Tue 25 06:00+07:00"]);
    assert!(office.told(Event::Forgetful)[0].contains("tidak terbaca dan dimulai lagi"));
    office.live(&["babel"], "2025-11-25T13:00:00Z", &well);
    assert_eq!(office.told(Event::Forgetful).len(), 1);
}
