//! What ran before is listed, shown and exported; and what cannot be is said with what to do.

use crate::common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use common::{pipeline, rekap, stderr, stdout};
use jiff::Timestamp;
use rekap::compute::record::{FindingRecord, RunRecord, SatkerRecord, ScoreRecord, SourceRecord, TOTAL};
use rekap::finding::Severity;
use rekap::lke::Role;
use rekap::store::{FILE, NewRun, RunStatus, Store, Trigger};
use serde_json::Value;

/// Weeks of a province of two: the first gets better, the second could never be read.
fn data(week: u32) -> RunRecord {
    let total = ScoreRecord {
        score: Some(80.0 + f64::from(week)),
        floor: 70.0,
        ceiling: 95.0,
        answered: 100 + week,
        indicators: 113,
    };
    let finding = |severity, place: &str| FindingRecord {
        code: "SRC001".into(),
        severity,
        subject: "".into(),
        place: place.into(),
        message: "tidak ada".into(),
    };
    let source = SourceRecord {
        content: "lke".into(),
        location: "lke-1971.xlsx".into(),
        sha256: "ab".repeat(32).into(),
        read_at: Timestamp::from_second(1_766_300_000).expect("a time"),
        stale: week == 2,
    };
    let first = SatkerRecord {
        kode: "1971".into(),
        nama: "KPU Kota Pangkalpinang".into(),
        scores: BTreeMap::from([((Role::Unit, TOTAL.into()), total)]),
        ranks: rekap::lke::ByRole { unit: Some(1), tpi: None },
        sources: vec![source],
        findings: BTreeSet::from([finding(Severity::Info, "L7")]),
        ..SatkerRecord::default()
    };
    let second = SatkerRecord {
        kode: "1901".into(),
        nama: "KPU Kabupaten Bangka".into(),
        findings: BTreeSet::from([finding(Severity::Error, "")]),
        ..SatkerRecord::default()
    };
    RunRecord { satker: vec![first, second], labels: BTreeMap::from([(TOTAL.into(), "Total".into())]) }
}

/// A pipeline with three runs: two of one period with data, and one of the next that failed.
fn with_history(folder: &Path) -> PathBuf {
    let path = pipeline(folder, &[("1971", "lke-1971.xlsx"), ("1901", "")]);
    let mut store = Store::open(&folder.join(".rekap/uji")).expect("a folder to write in");
    let at = |second: i64| Timestamp::from_second(1_766_300_400 + second).expect("a time");
    for (week, period) in [(1, "2025-S2"), (2, "2025-S2"), (3, "2026-S1")] {
        let new = NewRun {
            pipeline: "uji",
            title: "Uji",
            period,
            version: "0.1.0",
            started: at(i64::from(week) * 604_800),
            trigger: if week == 1 { Trigger::Hand } else { Trigger::Schedule },
            pipeline_sha256: "aa",
            registry_sha256: "bb",
        };
        let run = store.begin(&new).expect("a run");
        if week < 3 {
            store.record(run, &data(week)).expect("a record");
            store.mark_seen(run).expect("a mark");
        }
        let status = if week < 3 { RunStatus::Incomplete } else { RunStatus::Failed };
        let note = (week == 3).then_some("tidak ada yang terjangkau");
        store.finish(run, status, at(i64::from(week) * 604_800 + 65), Duration::from_secs(65), note).expect("an end");
        store.record_notice(run, "webhook", at(i64::from(week) * 604_800 + 70), 1, None).expect("a notice");
    }
    path
}

/// Runs `rekap history` in a folder.
fn history(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = rekap();
    command.arg("history").args(arguments).current_dir(folder);
    command.output().expect("the built program")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(output)))
}

#[test]
fn runs_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    with_history(folder.path());
    let output = history(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "Uji (uji)");
    assert_eq!(
        lines[2..6],
        [
            "  No Mulai            Periode Oleh     Hasil           Lama  Satker       Temuan",
            "   3 2026-01-11 14:00 2026-S1 jadwal   gagal           1:05       –            –",
            "   2 2026-01-04 14:00 2025-S2 jadwal   tidak lengkap   1:05     1/2        1/0/1",
            "   1 2025-12-28 14:00 2025-S2 tangan   tidak lengkap   1:05     1/2        1/0/1",
        ]
    );
    assert!(lines.iter().all(|line| line.chars().count() <= 80), "{text}");
    let limited = stdout(&history(folder.path(), &["p.toml", "--limit", "1", "--lang", "en"]));
    assert!(limited.contains("2 older runs not shown") && limited.contains("failed"), "{limited}");
    let value = json(&history(folder.path(), &["--format", "json"]));
    let runs = value["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 3);
    assert_eq!((&runs[0]["status"], &runs[0]["recorded"]), (&"failed".into(), &false.into()));
    assert_eq!(runs[2]["trigger"], "hand");
    assert_eq!(runs[1]["duration_seconds"], 65.0);
    let state = json(&history(folder.path(), &["--state", ".rekap/uji", "--format", "json"]));
    assert_eq!(state, value);
}

#[test]
fn one_run_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    with_history(folder.path());
    let text = stdout(&history(folder.path(), &["show", "2"]));
    for line in [
        "Konsolidasi nomor 2 · 2025-S2 · tidak lengkap",
        "Selesai         4 Januari 2026 14.01 WIB (1:05)",
        "Sumber          1 (1 salinan lama)",
        "1971   KPU Kota Pangkalpinang               82,00      –     1     –       0/0/1",
        "1901   KPU Kabupaten Bangka                     –      –     –     –       1/0/0",
    ] {
        assert!(text.lines().any(|shown| shown == line), "{line}\n{text}");
    }
    assert!(text.contains("webhook · terkirim"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let value = json(&history(folder.path(), &["show", "1", "p.toml", "--format", "json"]));
    assert_eq!(value["satker"][0]["scores"]["unit"][TOTAL]["score"], 81.0);
    assert_eq!(value["satker"][0]["sources"][0]["sha256"], "ab".repeat(32));
    assert_eq!(value["satker"][1]["findings"]["error"], 1);
    let failed = stdout(&history(folder.path(), &["p.toml", "show", "3"]));
    assert!(failed.contains("tidak ada yang terjangkau") && failed.contains("Tidak ada data"), "{failed}");
    let missing = history(folder.path(), &["show", "9"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(stderr(&missing).contains("run 9 tidak ada"));
}

#[test]
fn history_is_exported_as_tables() {
    let folder = tempfile::tempdir().unwrap();
    with_history(folder.path());
    let output = history(folder.path(), &["--export", "tabel", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let value = json(&output);
    assert_eq!((&value["rows"]["runs"], &value["rows"]["sources"]), (&3.into(), &2.into()));
    for file in
        ["runs/year=2026/period=2026-S1", "scores/year=2025/period=2025-S2", "findings/year=2025/period=2025-S2"]
    {
        assert!(folder.path().join("tabel").join(file).join("part-0.parquet").is_file(), "{file}");
    }
    assert!(!folder.path().join("tabel/scores/year=2026").exists(), "a run without data has none");
    fs::write(folder.path().join("tabel/x"), "").unwrap();
    assert_eq!(history(folder.path(), &["--export", "tabel"]).status.code(), Some(2));
}

#[test]
fn what_cannot_be_shown_is_said_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let said = |arguments: &[&str]| {
        let output = history(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        stderr(&output)
    };
    assert!(said(&[]).contains("tidak ada berkas pipeline"));
    let path = pipeline(folder.path(), &[("1971", "x")]);
    assert!(said(&[]).contains("belum ada riwayat"));
    assert!(!folder.path().join(".rekap").exists(), "looking makes nothing");
    fs::copy(&path, folder.path().join("q.toml")).unwrap();
    assert!(said(&[]).contains("p.toml, q.toml"));
    fs::create_dir_all(folder.path().join(".rekap/uji")).unwrap();
    fs::write(folder.path().join(".rekap/uji").join(FILE), "bukan basis data, tetapi cukup panjang\n".repeat(50))
        .unwrap();
    assert!(said(&["p.toml"]).contains("rusak"));
    assert!(said(&["p.toml", "--lang", "en"]).contains("damaged"));
    assert!(said(&["show", "x"]).contains("bukan bilangan bulat"));
    assert!(said(&["p.toml", "--state", "x"]).contains("tidak dapat dipakai bersama"));
}
