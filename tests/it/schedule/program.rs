//! The built program: what it says, how it ends, what signals do.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use jiff::Timestamp;
use rekap::pipeline::RunLock;
use serde_json::Value;

use crate::common::{pipeline, rekap, stderr, stdout};

/// A pipeline of one satker whose worksheet is missing, with a schedule.
fn scheduled(folder: &Path, schedule: &str) -> PathBuf {
    let path = pipeline(folder, &[("1901", "tidak-ada.xlsx")]);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text + schedule).unwrap();
    path
}

const YEARLY: &str = "\n[schedule]\ncron = \"0 0 1 1 *\"\ntimezone = \"Asia/Jakarta\"\nretries = 0\n";

fn schedule(arguments: &[&str], path: &Path) -> Output {
    rekap().arg("schedule").args(arguments).arg(path).output().unwrap()
}

fn spawn(path: &Path) -> (Child, impl Iterator<Item = String>) {
    let mut command = rekap();
    command.arg("schedule").arg(path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines = |stderr: ChildStderr| BufReader::new(stderr).lines().map_while(Result::ok);
    let lines = lines(child.stderr.take().unwrap());
    (child, lines)
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn once_runs_what_is_due_and_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = scheduled(folder.path(), YEARLY);
    let output = schedule(&["--once"], &path);
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "a satker is missing: {told}");
    assert!(told.contains("+07:00 info uji mulai jadwal ") && told.contains("uji selesai tidak lengkap"), "{told}");
    assert!(folder.path().join("out/rekap.xlsx").is_file());
    let output = schedule(&["--once"], &path);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""), "nothing is due");
}

#[test]
fn the_log_can_be_read_by_machines() {
    let folder = tempfile::tempdir().unwrap();
    let path = scheduled(folder.path(), YEARLY);
    let told = stderr(&schedule(&["--once", "--format", "json"], &path));
    let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events: Vec<&str> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["started", "finished"]);
    assert_eq!(lines[0]["pipeline"], "uji");
    assert_eq!(lines[0]["fields"]["trigger"], "catch-up");
    assert!(lines[1]["fields"]["seconds"].is_number());
}

#[test]
fn a_pipeline_that_runs_already_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = scheduled(folder.path(), YEARLY);
    let lock = RunLock::acquire(&folder.path().join(".rekap/uji"), Timestamp::now()).unwrap();
    let output = schedule(&["--once"], &path);
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    let expected = format!("oleh proses {} di ", std::process::id());
    assert!(told.contains("gagal sedang berjalan sejak ") && told.contains(&expected), "{told}");
    assert!(!folder.path().join("out").exists());
    drop(lock);
    assert_eq!(schedule(&["--once"], &path).status.code(), Some(1), "it is owed still");
}

#[test]
fn a_file_without_schedule_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = pipeline(folder.path(), &[("1901", "tidak-ada.xlsx")]);
    for arguments in [&[][..], &["--once"], &["--systemd"]] {
        let output = schedule(arguments, &path);
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("p.toml: bagian [schedule] belum ada"), "{told}");
    }
    let path = scheduled(folder.path(), "\n[schedule]\ncron = \"0 25 * * *\"\ntimezone = \"Asia/Jakarta\"\n");
    let told = stderr(&schedule(&[], &path));
    assert!(told.contains("p.toml:20:") && told.contains("bukan jadwal cron"), "{told}");
}

#[test]
fn signals_end_it_well() {
    let folder = tempfile::tempdir().unwrap();
    let path = scheduled(folder.path(), YEARLY);
    for name in ["TERM", "INT"] {
        let (mut child, mut lines) = spawn(&path);
        let ready = lines.find(|line| line.contains(" uji siap ")).unwrap();
        assert!(ready.contains("-01-01T00:00:00+07:00 (0 0 1 1 *, Asia/Jakarta)"), "{ready}");
        signal(&child, name);
        assert_eq!(child.wait().unwrap().code(), Some(0));
        assert!(lines.any(|line| line.contains(" rekap berhenti diminta berhenti")));
    }
    assert!(!folder.path().join("out").exists());
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.toml");
    // A pipeline file that never comes to its end.
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    let (mut child, mut lines) = spawn(&path);
    let mut pipe = File::options().write(true).open(&path).unwrap();
    pipe.write_all(b"name = ").unwrap();
    signal(&child, "TERM");
    assert!(lines.any(|line| line.contains("sekali lagi untuk seketika")));
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

#[test]
fn units_for_systemd_name_everything_absolutely() {
    let folder = tempfile::tempdir().unwrap();
    let daily = YEARLY.replace("0 0 1 1 *", "0 6 * * 1-5");
    let path = scheduled(folder.path(), &daily);
    let output = schedule(&["--systemd"], &path);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    let names: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# ==> ")).collect();
    assert_eq!(names, ["rekap-uji.service", "rekap-uji-once.service", "rekap-uji-once.timer"]);
    let [at, program] = [path.to_str().unwrap(), env!("CARGO_BIN_EXE_rekap")];
    let shown = folder.path().display();
    for line in [
        format!("ExecStart={program} schedule {at}"),
        format!("ExecStart={program} schedule --once {at}"),
        format!("ReadWritePaths={shown}/.rekap/uji {shown}/out"),
        format!("WorkingDirectory={shown}"),
        "OnCalendar=Mon..Fri *-*-* 06:00:00 Asia/Jakarta".to_owned(),
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(text.contains(&format!("#   mkdir -p '{shown}/.rekap/uji' '{shown}/out'")));
    let english = stdout(&schedule(&["--systemd", "--lang", "en"], &path));
    assert!(english.contains("# To install:") && !english.contains("Memasang"));
}
