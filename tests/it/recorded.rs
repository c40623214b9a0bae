//! Runs are remembered: what changed since the last one, periods side by side, earlier runs rebuilt; and what stands in the
//! way of remembering is said before anything is done.

use crate::common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use common::{filled, rekap, stderr, stdout};
use rekap::lang::Lang;
use rekap::lke::answer::Answer;
use rekap::lke::template::{AnswerType, Template};
use rekap::output::worksheet::{self, Filled};
use rekap::source::snapshot::Snapshots;
use serde_json::Value;

/// A pipeline of two satker, the second with other answers.
fn prepare(folder: &Path) {
    let template = Template::lke_zi_2021();
    let answers = filled(&template);
    write_lke(folder, "a", &answers);
    write_lke(folder, "b", &with_first_answer_changed(&template, answers));
    common::pipeline(folder, &[("1", "a.xlsx"), ("2", "b.xlsx")]);
}

fn write_lke(folder: &Path, name: &str, answers: &Filled) {
    worksheet::write(&Template::lke_zi_2021(), Some(answers), Lang::Id, &folder.join(format!("{name}.xlsx"))).unwrap();
}

/// The first question that is answered by a letter or word, answered otherwise.
fn with_first_answer_changed(template: &Template, mut answers: Filled) -> Filled {
    let scale = |node: usize| match template.nodes[node].answer_type {
        Some(AnswerType::Choice(scale)) => Some(scale),
        _ => None,
    };
    let is_choice = |node: &usize| scale(*node).is_some() && matches!(answers.unit[*node], Answer::Choice(_));
    let node = (0..template.nodes.len()).find(is_choice).unwrap();
    let Answer::Choice(option) = answers.unit[node] else { unreachable!() };
    let options = template.choices[scale(node).unwrap()].options.len();
    answers.unit[node] = Answer::Choice((option + 1) % options);
    answers
}

fn run_at(folder: &Path, second: u64, arguments: &[&str]) -> Output {
    let mut command = rekap();
    command.env("SOURCE_DATE_EPOCH", second.to_string()).args(arguments).current_dir(folder);
    command.output().unwrap()
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    run_at(folder, 1_766_300_400, arguments)
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(output)))
}

#[test]
fn what_changed_since_the_last_run_is_told_and_both_stay() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    assert_eq!(run(folder.path(), &["run", "-q", "p.toml"]).status.code(), Some(0));
    let template = Template::lke_zi_2021();
    write_lke(folder.path(), "a", &with_first_answer_changed(&template, filled(&template)));
    assert_eq!(run_at(folder.path(), 1_766_386_800, &["run", "-q", "p.toml"]).status.code(), Some(0));

    let runs = json(&run(folder.path(), &["history", "p.toml", "--format", "json"]));
    let listed: Vec<_> = runs["runs"].as_array().unwrap().iter().map(|run| (&run["run"], &run["status"])).collect();
    assert_eq!(listed.len(), 2, "{runs}");
    let diff = run(folder.path(), &["history", "diff", "--pipeline", "p.toml"]);
    let text = stdout(&diff);
    assert!(text.contains("1 jawaban") && text.contains("1 KPU 1"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let value = json(&run(folder.path(), &["history", "diff", "1", "2", "--pipeline", "p.toml", "--format", "json"]));
    assert_eq!(value["province"]["answers_changed"], 1, "{value}");

    let mut book: calamine::Xlsx<_> = calamine::open_workbook(folder.path().join("out/rekap.xlsx")).unwrap();
    let changes = calamine::Reader::worksheet_range(&mut book, "Perubahan").unwrap();
    assert!(changes.rows().flatten().any(|cell| *cell == "KPU 1"));
}

#[test]
fn an_earlier_run_is_rebuilt_byte_by_byte_from_its_copies() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    run(folder.path(), &["run", "-q", "p.toml"]);
    let template = Template::lke_zi_2021();
    write_lke(folder.path(), "a", &with_first_answer_changed(&template, filled(&template)));
    run_at(folder.path(), 1_766_386_800, &["run", "-q", "p.toml"]);
    let second = fs::read(folder.path().join("out/rekap.xlsx")).unwrap();
    // Everything changes, even the registry; one source was missing.
    fs::remove_file(folder.path().join("b.xlsx")).unwrap();
    run_at(folder.path(), 1_766_473_200, &["run", "-q", "p.toml"]);
    let third = fs::read(folder.path().join("out/rekap.xlsx")).unwrap();
    fs::write(folder.path().join("satker.csv"), "kode,nama,jenis,wbk,lke\n9,KPU 9,kota,,a.xlsx\n").unwrap();
    run_at(folder.path(), 1_766_559_600, &["run", "-q", "p.toml"]);

    for (number, whole) in [("2", second), ("3", third)] {
        let rebuilt = run_at(folder.path(), 1_800_000_000, &["run", "-q", "p.toml", "--as-of", number]);
        assert!(stdout(&rebuilt).contains(&format!("out/rekap-{number}/rekap.xlsx")), "{}", stderr(&rebuilt));
        assert_eq!(fs::read(folder.path().join(format!("out/rekap-{number}/rekap.xlsx"))).unwrap(), whole, "{number}");
    }
    let state = folder.path().join(".rekap/uji");
    assert_eq!(Snapshots::open(&state).unwrap().runs().unwrap(), [1, 2, 3, 4], "a rebuilt run is no new one");
    let gone = run(folder.path(), &["run", "p.toml", "--as-of", "77"]);
    assert_eq!(gone.status.code(), Some(2));
    fs::remove_file(state.join("snapshots/v1/runs/1")).unwrap();
    let forgotten = run(folder.path(), &["run", "p.toml", "--as-of", "1"]);
    assert_eq!(forgotten.status.code(), Some(2));
    assert!(stderr(&forgotten).contains("keep_runs"), "{}", stderr(&forgotten));
}

#[test]
fn copies_of_old_runs_go() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let path = folder.path().join("p.toml");
    let text = fs::read_to_string(&path).unwrap().replace("[lke]", "keep_runs = 2\n\n[lke]");
    fs::write(&path, text).unwrap();
    let template = Template::lke_zi_2021();
    for round in 0..4 {
        let mut answers = filled(&template);
        let count = template.nodes.iter().position(|node| node.code == "A.II.1.i.a.1").unwrap();
        answers.unit[count] = Answer::Count(10.0 + f64::from(round));
        write_lke(folder.path(), "a", &answers);
        assert_ne!(run(folder.path(), &["run", "-q", "p.toml"]).status.code(), Some(2));
    }
    let snapshots = Snapshots::open(&folder.path().join(".rekap/uji")).unwrap();
    assert_eq!(snapshots.runs().unwrap(), [3, 4]);
    let kept = fs::read_dir(folder.path().join(".rekap/uji/snapshots/v1/content")).unwrap().count();
    assert_eq!(kept, 4, "two versions of one worksheet, the other, the registry");
}

#[test]
fn a_past_period_run_again_is_said_and_periods_stand_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let text = fs::read_to_string(folder.path().join("p.toml")).unwrap();
    let period = |semester: u8| {
        let text = text.replace("semester = 2", &format!("semester = {semester}"));
        fs::write(folder.path().join("p.toml"), text).unwrap();
        stdout(&run(folder.path(), &["run", "-q", "p.toml"]))
    };
    period(1);
    period(2);
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(folder.path().join("out/rekap.xlsx")).unwrap();
    let trend = calamine::Reader::worksheet_range(&mut book, "Tren").unwrap();
    for name in ["2025-S1", "2025-S2"] {
        assert!(trend.rows().flatten().any(|cell| cell.to_string().contains(name)), "{name}");
    }
    assert!(period(1).contains("Periode lampau 2025-S1 dijalankan ulang"));
}

#[test]
fn what_cannot_be_recorded_is_said_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let state = folder.path().join(".rekap/uji");
    fs::create_dir_all(&state).unwrap();
    fs::write(
        state.join("riwayat.sqlite"),
        "bukan riwayat, melainkan teks biasa yang cukup panjang untuk sebuah berkas",
    )
    .unwrap();
    let output = run(folder.path(), &["run", "p.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("riwayat.sqlite"), "{}", stderr(&output));
    assert!(!folder.path().join("out").exists());
    let without = run(folder.path(), &["run", "-q", "--no-history", "p.toml"]);
    assert_eq!(without.status.code(), Some(0), "{}", stderr(&without));

    fs::remove_file(state.join("riwayat.sqlite")).unwrap();
    // Another process has the pipeline's lock.
    let lock = fs::File::create(state.join("run.lock")).unwrap();
    lock.lock().unwrap();
    let output = run(folder.path(), &["run", "p.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("sedang dijalankan"), "{}", stderr(&output));
    drop(lock);
    assert_eq!(run(folder.path(), &["run", "-q", "p.toml"]).status.code(), Some(0));
    let mode = fs::metadata(&state).unwrap().permissions().mode() & 0o077;
    assert_eq!(mode & 0o022, 0, "nobody else writes there");
}

#[test]
fn what_is_forgotten_is_in_no_copy_and_no_history_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let template = Template::lke_zi_2021();
    for (second, round) in [(1_766_300_400, 0.0), (1_766_386_800, 1.0), (1_769_000_000, 2.0)] {
        let mut answers = filled(&template);
        let count = template.nodes.iter().position(|node| node.code == "A.II.1.i.a.1").unwrap();
        answers.unit[count] = Answer::Count(10.0 + round);
        write_lke(folder.path(), "a", &answers);
        assert_ne!(run_at(folder.path(), second, &["run", "-q", "p.toml"]).status.code(), Some(2));
    }
    let kept = || fs::read_dir(folder.path().join(".rekap/uji/snapshots/v1/content")).unwrap().count();
    let runs =
        || json(&run(folder.path(), &["history", "p.toml", "--format", "json"]))["runs"].as_array().unwrap().len();
    assert_eq!((kept(), runs()), (5, 3), "three versions of one worksheet, the other, the registry");

    let old = run_at(folder.path(), 1_769_000_000, &["forget", "--before", "2025-12-22", "--format", "json"]);
    assert_eq!(old.status.code(), Some(0), "{}", stderr(&old));
    let told = json(&old);
    assert_eq!((&told["runs"], &told["not_rebuildable"]), (&1.into(), &serde_json::json!([1])), "{told}");
    assert_eq!((kept(), runs()), (4, 2));
    assert_eq!(run(folder.path(), &["run", "p.toml", "--as-of", "1"]).status.code(), Some(2));
    let rebuilt = run(folder.path(), &["run", "-q", "p.toml", "--as-of", "3"]);
    assert_ne!(rebuilt.status.code(), Some(2), "{}", stderr(&rebuilt));

    let registry = fs::read_to_string(folder.path().join("satker.csv")).unwrap();
    let kode = registry.lines().nth(1).unwrap().split(',').next().unwrap();
    let gone = run(folder.path(), &["forget", kode]);
    assert_eq!(gone.status.code(), Some(0), "{}", stderr(&gone));
    let said = stdout(&gone);
    assert!(said.contains("nilai dihapus") && said.contains("masih ada di daftar satker"), "{said}");
    assert!(said.contains("2, 3"), "runs that read it cannot be rebuilt: {said}");
    assert_eq!(run(folder.path(), &["run", "p.toml", "--as-of", "3"]).status.code(), Some(2));
    let database = fs::read(folder.path().join(".rekap/uji/riwayat.sqlite")).unwrap();
    let name = registry.lines().nth(1).unwrap().split(',').nth(1).unwrap().as_bytes().to_vec();
    assert!(!database.windows(name.len()).any(|window| window == name), "its name is in no page of the history");
    for (arguments, word) in [
        (&["forget", "tidak-ada"][..], "tidak-ada"),
        (&["forget", "--before", "kemarin"], "2024-01-01"),
        (&["forget"], "--before"),
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(word), "{}", stderr(&output));
    }
}
