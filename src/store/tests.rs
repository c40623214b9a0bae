//! The store as a whole: what goes in comes out, whatever happens around it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::Arc;

use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::compute::record::{
    AnswerRecord, ElementRecord, FindingRecord, PlanRecord, RunRecord, SatkerRecord, ScoreRecord, SourceRecord,
    SurveyRecord, TOTAL,
};
use crate::finding::Severity;
use crate::lke::{ByRole, Role};

fn new_run<'a>(pipeline: &'a str, period: &'a str) -> NewRun<'a> {
    NewRun {
        pipeline,
        title: "Uji",
        period,
        version: "0.1.0",
        started: Timestamp::UNIX_EPOCH,
        trigger: Trigger::Hand,
        pipeline_sha256: "aa",
        registry_sha256: "bb",
    }
}

fn record(store: &mut Store, period: &str, record: &RunRecord) -> RunId {
    let run = store.begin(&new_run("uji", period)).unwrap();
    store.record(run, record).unwrap();
    store.mark_seen(run).unwrap();
    store.finish(run, RunStatus::Clean, Timestamp::UNIX_EPOCH, Duration::from_millis(1500), None).unwrap();
    run
}

/// A province of a few satker, filled a little further every week.
fn province(week: usize) -> RunRecord {
    let satker = |number: usize| {
        let value = ((week + number) % 5) as f64 / 4.0;
        let score =
            ScoreRecord { score: Some(value * 100.0), floor: value, ceiling: 100.0, answered: 3, indicators: 4 };
        let node: Arc<str> = "A.I.1.i.a".into();
        let link = |week: usize| Arc::from(format!("https://drive.example/{number}/{week}"));
        let finding = FindingRecord {
            code: "LKE012".into(),
            severity: if week.is_multiple_of(2) { Severity::Warning } else { Severity::Error },
            subject: node.clone(),
            place: format!("lke-{number}.xlsx!LKE!L{week}").into(),
            message: format!("nilai {value}").into(),
        };
        SatkerRecord {
            kode: format!("19{number:02}").into(),
            nama: format!("KPU {number}").into(),
            scores: BTreeMap::from([((Role::Unit, TOTAL.into()), score), ((Role::Tpi, node.clone()), score)]),
            answers: BTreeMap::from([(
                (Role::Unit, node.clone()),
                AnswerRecord {
                    answer: if (week + number).is_multiple_of(3) { "Ya" } else { "Tidak" }.into(),
                    cell: "K7".into(),
                },
            )]),
            evidence: BTreeMap::from([(node, BTreeSet::from([link(week), link(week / 4)]))]),
            ranks: ByRole { unit: Some(u32::try_from((week + number) % 6).unwrap() + 1), tpi: None },
            surveys: vec![SurveyRecord {
                instrument: "skm-2017".into(),
                index_name: "IKM".into(),
                period: "2025-S1".into(),
                n: 60 + week as u64 / 3,
                index: 91.759,
                mean: 3.67036,
                grade: Some("A".into()),
                interval: (week > 2).then_some((90.1, 93.2)),
                elements: vec![ElementRecord { code: "U1".into(), n: 60, sum: 229.0, nrr: 229.0 / 60.0 }],
            }],
            plan: (number != 2).then_some(PlanRecord { rows: 87, done: week as u64, ..PlanRecord::default() }),
            sources: vec![SourceRecord {
                content: "lke".into(),
                location: format!("lke-{number}.xlsx").into(),
                sha256: format!("{:064x}", week * 100 + number).into(),
                read_at: Timestamp::from_second(1_700_000_000 + week as i64).unwrap(),
                stale: number == 1,
            }],
            findings: BTreeSet::from([finding]),
        }
    };
    // One satker joins in the third week.
    let count = if week < 3 { 5 } else { 6 };
    RunRecord {
        satker: (0..count).map(satker).collect(),
        labels: BTreeMap::from([(TOTAL.into(), "Total".into()), ("A.I.1.i.a".into(), "Apakah".into())]),
    }
}

fn word() -> impl Strategy<Value = Arc<str>> {
    prop_oneof![Just(""), Just("a"), Just("A.I.1"), Just("é√"), Just("00ff"), Just("=1"), Just(TOTAL)]
        .prop_map(Arc::from)
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Unit), Just(Role::Tpi)]
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1.0 / 3.0), Just(100.0), Just(f64::MIN_POSITIVE), Just(1e300), -1e6..1e6]
}

fn satker() -> impl Strategy<Value = SatkerRecord> {
    let score = (option::of(number()), number(), number(), any::<u32>(), any::<u32>()).prop_map(
        |(score, floor, ceiling, answered, indicators)| ScoreRecord { score, floor, ceiling, answered, indicators },
    );
    let answer = (word(), word()).prop_map(|(answer, cell)| AnswerRecord { answer, cell });
    let element = (word(), 0..u64::from(u32::MAX), number(), number()).prop_map(|(code, n, sum, nrr)| ElementRecord {
        code,
        n,
        sum,
        nrr,
    });
    let survey =
        (
            (word(), word(), word(), 0..u64::from(u32::MAX)),
            (number(), number(), option::of(word()), option::of((number(), number())), vec(element, 0..3)),
        )
            .prop_map(|((instrument, index_name, period, n), (index, mean, grade, interval, elements))| {
                SurveyRecord { instrument, index_name, period, n, index, mean, grade, interval, elements }
            });
    let plan = [0..9_u64, 0..9, 0..9, 0..9, 0..9, 0..9]
        .prop_map(|[rows, done, late, ahead, due, undated]| PlanRecord { rows, done, late, ahead, due, undated });
    let source = (word(), word(), word(), 0..4_000_000_000_000_000_000_i64, any::<bool>()).prop_map(
        |(content, location, sha256, at, stale)| SourceRecord {
            content,
            location,
            sha256,
            read_at: Timestamp::from_nanosecond(at.into()).unwrap(),
            stale,
        },
    );
    let severity = prop_oneof![Just(Severity::Error), Just(Severity::Warning), Just(Severity::Info)];
    let finding = (word(), severity, word(), word(), word()).prop_map(|(code, severity, subject, place, message)| {
        FindingRecord { code, severity, subject, place, message }
    });
    (
        word(),
        btree_map((role(), word()), score, 0..4),
        btree_map((role(), word()), answer, 0..4),
        btree_map(word(), btree_set(word(), 1..3), 0..3),
        [option::of(any::<u32>()), option::of(any::<u32>())],
        vec(survey, 0..3),
        option::of(plan),
        vec(source, 0..3),
        btree_set(finding, 0..4),
    )
        .prop_map(|(nama, scores, answers, evidence, ranks, surveys, plan, sources, findings)| SatkerRecord {
            kode: "".into(),
            nama,
            scores,
            answers,
            evidence,
            ranks: ByRole { unit: ranks[0], tpi: ranks[1] },
            surveys,
            plan,
            sources,
            findings,
        })
}

fn run_record() -> impl Strategy<Value = RunRecord> {
    let codes = Just(vec!["1900", "1901", "", "z"]).prop_shuffle();
    (codes, vec(satker(), 0..4), btree_map(word(), word(), 0..3)).prop_map(|(codes, mut satker, labels)| {
        for (satker, code) in satker.iter_mut().zip(codes) {
            satker.kode = code.into();
        }
        RunRecord { satker, labels }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_was_recorded_comes_out_again(runs in vec((run_record(), any::<bool>()), 1..5)) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path()).unwrap();
        let ids: Vec<_> = runs
            .iter()
            .map(|(run, first)| record(&mut store, if *first { "2025-S1" } else { "2025-S2" }, run))
            .collect();
        for ((run, _), id) in runs.iter().zip(ids) {
            prop_assert_eq!(&store.load(id).unwrap(), run);
        }
    }
}

#[test]
fn a_value_is_written_once_while_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let first = record(&mut store, "2025-S2", &province(0));
    let rows = |store: &Store, table: &str| {
        store.conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let before: Vec<_> = ["scores", "answers", "evidence", "findings", "texts"].map(|table| rows(&store, table)).into();
    let second = record(&mut store, "2025-S2", &province(0));
    let after: Vec<_> = ["scores", "answers", "evidence", "findings", "texts"].map(|table| rows(&store, table)).into();
    assert_eq!(before, after);
    assert_eq!(store.load(first).unwrap(), store.load(second).unwrap());
    assert_eq!(rows(&store, "reads"), 10, "but for what was read");
}

#[test]
fn periods_are_chains_and_a_rerun_continues_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let s1 = record(&mut store, "2025-S1", &province(1));
    let s2 = record(&mut store, "2025-S2", &province(2));
    let rerun = record(&mut store, "2025-S1", &province(7));
    for (run, week) in [(s1, 1), (s2, 2), (rerun, 7)] {
        assert_eq!(store.load(run).unwrap(), province(week));
    }
    let periods = |as_of| store.periods("uji", as_of).unwrap();
    assert_eq!(periods(None), [("2025-S1".to_owned(), rerun), ("2025-S2".to_owned(), s2)]);
    assert_eq!(periods(Some(s2)), [("2025-S1".to_owned(), s1), ("2025-S2".to_owned(), s2)]);
    assert_eq!(periods(Some(s1)), [("2025-S1".to_owned(), s1)]);
    assert_eq!(store.latest_recorded("uji", Some("2025-S1"), Some(rerun)).unwrap(), Some(s1));
    assert_eq!(store.latest_recorded("uji", None, Some(rerun)).unwrap(), Some(s2));
    assert_eq!(store.latest_recorded("lain", None, None).unwrap(), None);
    assert!(store.runs(None, Some("lain")).unwrap().is_empty());
    let listed: Vec<_> = store.runs(Some(2), Some("uji")).unwrap().iter().map(|run| run.id).collect();
    assert_eq!(listed, [rerun, s2]);
}

#[test]
fn an_overview_has_the_heads_and_a_comparison_what_differs() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let weeks: Vec<_> = (0..6).map(|week| record(&mut store, "2025-S2", &province(week))).collect();
    let overview = store.overview(weeks[3]).unwrap();
    let whole = store.load(weeks[3]).unwrap();
    for (head, satker) in overview.satker.iter().zip(&whole.satker) {
        assert_eq!(head.scores.keys().collect::<Vec<_>>(), [&(Role::Unit, TOTAL.into())]);
        assert_eq!(head.total(Role::Unit), satker.total(Role::Unit));
        assert_eq!((head.ranks, head.plan), (satker.ranks, satker.plan));
        let indices = |satker: &SatkerRecord| satker.surveys.iter().map(|survey| survey.index).collect::<Vec<_>>();
        assert_eq!(indices(head), indices(satker));
        assert!(head.answers.is_empty() && head.findings.is_empty() && head.sources.is_empty());
    }
    let (before, after) = store.differing(weeks[1], weeks[4]).unwrap();
    let (old, new) = (store.load(weeks[1]).unwrap(), store.load(weeks[4]).unwrap());
    for (satker, whole) in before.satker.iter().zip(&old.satker) {
        let other = new.satker(&whole.kode).unwrap();
        let kept: BTreeMap<_, _> =
            whole.answers.iter().filter(|(key, value)| other.answers.get(*key) != Some(value)).collect();
        assert_eq!(satker.answers.iter().collect::<BTreeMap<_, _>>(), kept);
        let links = |satker: &SatkerRecord| satker.evidence.values().flatten().cloned().collect::<BTreeSet<_>>();
        assert_eq!(links(satker), links(whole).difference(&links(other)).cloned().collect());
        assert_eq!(satker.total(Role::Unit), whole.total(Role::Unit));
    }
    assert_eq!(after.satker.len(), 6);
    assert_eq!(after.satker[5].evidence, new.satker[5].evidence, "all of it is new");
    let counts = store.finding_counts(weeks[4]).unwrap();
    assert_eq!((counts.len(), counts["1903"]), (6, [0, 1, 0]));
}

#[test]
fn evidence_that_is_added_and_goes_again_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let with = |links: &[&str]| {
        let mut data = province(0);
        let links = links.iter().map(|link| Arc::from(*link)).collect();
        data.satker[0].evidence = BTreeMap::from([("A.I.1.i.a".into(), links)]);
        data
    };
    let runs = [with(&["https://a"]), with(&["https://a", "https://b"]), with(&["https://b"]), with(&["https://a"])];
    let ids = runs.each_ref().map(|run| record(&mut store, "2025-S2", run));
    for (run, id) in runs.iter().zip(ids) {
        assert_eq!(store.load(id).unwrap().satker[0].evidence, run.satker[0].evidence);
    }
}

#[test]
fn a_run_that_was_not_recorded_has_no_data() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let first = record(&mut store, "2025-S2", &province(0));
    let failed = store.begin(&new_run("uji", "2025-S2")).unwrap();
    let cut = store.begin(&new_run("uji", "2025-S2")).unwrap();
    store.begin(&new_run("lain", "2025-S2")).unwrap();
    let late = Timestamp::from_second(-5).unwrap();
    store.finish(failed, RunStatus::Failed, late, Duration::from_secs(3), Some("tidak terjangkau")).unwrap();
    assert_eq!(store.run(cut).unwrap().status, RunStatus::Running);
    assert_eq!(store.mark_interrupted("uji").unwrap(), 1);
    assert_eq!(store.mark_interrupted("uji").unwrap(), 0);
    assert_eq!(store.run(cut).unwrap().status, RunStatus::Interrupted);
    assert_eq!(store.latest_recorded("uji", None, None).unwrap(), Some(first));
    assert_eq!(store.load(cut).unwrap_err().kind, StoreErrorKind::NoRun);
    assert_eq!(store.load(99).unwrap_err().kind, StoreErrorKind::NoRun);
    // The clock went back, the run did not.
    let info = store.run(failed).unwrap();
    assert_eq!((info.ended, info.duration), (Some(late), Some(Duration::from_secs(3))));
    assert_eq!(info.note.as_deref(), Some("tidak terjangkau"));
    // Recording twice, or after a later run of the period, would rewrite what is told already.
    assert!(store.record(first, &province(1)).unwrap_err().show(Lang::Id).contains("sudah tercatat"));
    record(&mut store, "2025-S2", &province(2));
    assert!(store.record(cut, &province(1)).is_err());
    assert_eq!(store.load(first).unwrap(), province(0));
}

#[test]
fn what_a_run_read_and_whom_it_told_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let run = record(&mut store, "2025-S2", &province(4));
    let sources = store.sources(run).unwrap();
    assert_eq!(sources.len(), 6);
    assert_eq!((&*sources[1].0, &*sources[1].1.sha256, sources[1].1.stale), ("1901", &*format!("{:064x}", 401), true));
    store.record_notice(run, "webhook", Timestamp::UNIX_EPOCH, 3, Some("503")).unwrap();
    store.record_notice(run, "mail", Timestamp::UNIX_EPOCH, 1, None).unwrap();
    assert_eq!(
        store.record_notice(run + 1, "mail", Timestamp::UNIX_EPOCH, 1, None).unwrap_err().kind,
        StoreErrorKind::NoRun
    );
    let notices = store.notices(run).unwrap();
    assert_eq!((notices[0].attempts, notices[0].error.as_deref(), notices[1].error.as_deref()), (3, Some("503"), None));
    let info = store.run(run).unwrap();
    assert_eq!((info.satker, info.scored, info.findings), (6, 6, [0, 6, 0]));
}

#[test]
fn a_store_of_the_first_schema_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch(schema::STEPS[0]).unwrap();
    conn.execute_batch(
        "INSERT INTO texts (hash, text) VALUES (1, '1971'), (2, 'KPU Kota');
         INSERT INTO chains (pipeline, period) VALUES ('uji', '2024-S1');
         INSERT INTO runs (chain, title, version, started_by, status, started, pipeline_sha256, registry_sha256, recorded)
             VALUES (1, 'Uji', '0.1.0', 'hand', 'clean', 5, '', '', 1);
         INSERT INTO members (chain, to_run, from_run, satker, place, name) VALUES (1, 0, 1, 1, 0, 2);",
    )
    .unwrap();
    conn.pragma_update(None, "application_id", schema::APPLICATION).unwrap();
    conn.pragma_update(None, "user_version", 1).unwrap();
    drop(conn);
    let store = Store::open_existing(folder.path()).unwrap();
    assert_eq!(schema::version(&store.conn, &path).unwrap(), schema::STEPS.len());
    assert_eq!(&*store.load(1).unwrap().satker[0].nama, "KPU Kota");
    assert!(store.notices(1).unwrap().is_empty());
    let kept = schema::backup(&path, 1);
    let before = Connection::open(&kept).unwrap();
    assert_eq!(schema::version(&before, &kept).unwrap(), 1, "as it was before");
    let mode = std::os::unix::fs::PermissionsExt::mode(&kept.metadata().unwrap().permissions());
    assert_eq!(mode & 0o077, 0);
}

/// Whether a text stands in the files of the store.
fn holds(folder: &std::path::Path, text: &str) -> bool {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    files.into_iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[test]
fn a_forgotten_satker_is_in_no_run_and_in_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let runs: Vec<RunId> = (0..4).map(|week| record(&mut store, "2025-S2", &province(week))).collect();
    std::fs::write(schema::backup(&store.path, 1), "KPU 3").unwrap();
    assert!(holds(folder.path(), "KPU 3"));
    let forgotten = store.forget_satker("uji", "1903").unwrap();
    assert_eq!((forgotten.runs, forgotten.backups), (4, 1));
    assert!(forgotten.values > 4 && !holds(folder.path(), "KPU 3") && !holds(folder.path(), "drive.example/3/"));
    for (week, run) in runs.iter().enumerate() {
        let mut expected = province(week);
        expected.satker.retain(|satker| &*satker.kode != "1903");
        assert_eq!(store.load(*run).unwrap(), expected, "{week}");
    }
    assert_eq!(store.forget_satker("uji", "1903").unwrap(), Forgotten::default());
    assert_eq!(store.forget_satker("lain", "1902").unwrap(), Forgotten::default());
    drop(store);
    // It goes on as if the satker had never been.
    let mut store = Store::open(folder.path()).unwrap();
    let next = record(&mut store, "2025-S2", &province(4));
    assert_eq!(store.load(next).unwrap(), province(4));
}

#[test]
fn runs_before_a_day_are_forgotten_and_the_others_stay_as_they_were() {
    let day = |day: i64| Timestamp::from_second(day * 86_400).unwrap();
    // Clocks jump: an early run can stand between later ones.
    for times in [[1, 2, 3, 4, 5, 6], [1, 5, 2, 6, 3, 4], [5, 6, 1, 2, 3, 1], [1, 1, 1, 1, 1, 1]] {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path()).unwrap();
        let mut runs = Vec::new();
        for (week, time) in times.into_iter().enumerate() {
            let run = store.begin(&NewRun { started: day(time), ..new_run("uji", "2025-S2") }).unwrap();
            store.record(run, &province(week)).unwrap();
            store.record_notice(run, "mail", day(time), 1, None).unwrap();
            runs.push((run, week, time));
        }
        let other = record(&mut store, "2025-S1", &province(9));
        let gone = times.iter().filter(|time| **time < 4).count();
        let before = store.forget_before("uji", day(4)).unwrap();
        // The run of the other period began in 1970, too.
        assert_eq!(before.runs, gone + 1);
        assert!(store.run(other).is_err());
        for (run, week, time) in runs {
            match time < 4 {
                true => assert_eq!(store.run(run).unwrap_err().kind, StoreErrorKind::NoRun),
                false => assert_eq!(store.load(run).unwrap(), province(week), "{times:?} {week}"),
            }
        }
        for week in [7, 3] {
            let next = record(&mut store, "2025-S2", &province(week));
            assert_eq!(store.load(next).unwrap(), province(week), "{times:?}");
        }
    }
}

#[test]
fn a_newer_a_foreign_and_a_damaged_file_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    assert_eq!(Store::open_existing(folder.path()).unwrap_err().kind, StoreErrorKind::Missing);
    let refused = |kind| {
        let bytes = std::fs::read(&path).unwrap();
        for error in [Store::open(folder.path()).unwrap_err(), Store::open_existing(folder.path()).unwrap_err()] {
            assert_eq!(error.kind, kind, "{error}");
        }
        assert!(std::fs::read(&path).unwrap() == bytes, "untouched");
    };
    let mut store = Store::open(folder.path()).unwrap();
    record(&mut store, "2025-S2", &province(0));
    store.conn.pragma_update(None, "user_version", 9).unwrap();
    drop(store);
    refused(StoreErrorKind::Newer);
    let conn = Connection::open(&path).unwrap();
    conn.pragma_update(None, "user_version", 2).unwrap();
    drop(conn);
    // Pages of zeros where there were rows.
    let good = std::fs::read(&path).unwrap();
    let mut bad = good.clone();
    bad[4096..].fill(0);
    std::fs::write(&path, &bad).unwrap();
    refused(StoreErrorKind::Corrupt);
    // Cut in half.
    std::fs::write(&path, &good[..good.len() / 2]).unwrap();
    refused(StoreErrorKind::Corrupt);
    std::fs::write(&path, "kode,nama\n1971,KPU\n".repeat(100)).unwrap();
    refused(StoreErrorKind::Corrupt);
    std::fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE lain (x)").unwrap();
    refused(StoreErrorKind::Corrupt);
}

#[test]
fn damage_that_is_met_late_is_told_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let run = record(&mut store, "2025-S2", &province(0));
    store.conn.execute_batch("DELETE FROM texts WHERE text = 'KPU 1'").unwrap();
    assert_eq!(store.load(run).unwrap_err().kind, StoreErrorKind::Corrupt);
}

#[test]
fn a_process_that_dies_while_recording_leaves_what_was_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let first = record(&mut store, "2025-S2", &province(0));
    let second = store.begin(&new_run("uji", "2025-S2")).unwrap();
    // Everything is written but the last word, and the log is copied as a crash would leave it.
    store.conn.execute_batch("BEGIN IMMEDIATE; PRAGMA cache_spill = 1; PRAGMA cache_size = 1").unwrap();
    store.conn.execute("UPDATE scores SET to_run = ?1", [second]).unwrap();
    store.conn.execute("UPDATE runs SET recorded = 1 WHERE id = ?1", [second]).unwrap();
    let crashed = folder.path().join("crashed");
    std::fs::create_dir(&crashed).unwrap();
    for name in [FILE.to_owned(), format!("{FILE}-wal")] {
        std::fs::copy(folder.path().join(&name), crashed.join(&name)).unwrap();
    }
    let mut after = Store::open(&crashed).unwrap();
    assert_eq!(after.load(first).unwrap(), province(0));
    assert!(!after.run(second).unwrap().recorded);
    assert_eq!(after.mark_interrupted("uji").unwrap(), 1);
    let third = record(&mut after, "2025-S2", &province(1));
    assert_eq!(after.load(third).unwrap(), province(1));
    // The same without a copy: a connection that goes in the middle of a transaction.
    drop(store);
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.load(first).unwrap(), province(0));
    assert!(!store.run(second).unwrap().recorded);
}

#[test]
fn a_reader_sees_whole_runs_while_another_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let first = record(&mut store, "2025-S2", &province(0));
    let reader = Store::open_existing(folder.path()).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for week in 1..12 {
                record(&mut store, "2025-S2", &province(week));
            }
        });
        loop {
            let is_done = writer.is_finished();
            let newest = reader.latest_recorded("uji", None, None).unwrap().unwrap();
            let week = usize::try_from(newest - first).unwrap();
            assert_eq!(reader.load(newest).unwrap(), province(week));
            assert_eq!(reader.load(first).unwrap(), province(0));
            if is_done {
                break;
            }
        }
        assert_eq!(reader.latest_recorded("uji", None, None).unwrap(), Some(first + 11));
    });
    let error =
        Store { conn: reader.conn, path: reader.path, network: None }.begin(&new_run("uji", "2025")).unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::NotWritable, "a reader does not write");
}

#[test]
fn a_writer_that_waits_too_long_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mut other = Store::open_on(store.path.clone(), None, Duration::from_millis(1)).unwrap();
    store.conn.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(other.begin(&new_run("uji", "2025-S2")).unwrap_err().kind, StoreErrorKind::Locked);
    store.conn.execute_batch("ROLLBACK").unwrap();
    other.begin(&new_run("uji", "2025-S2")).unwrap();
}

#[test]
fn on_a_network_the_journal_is_one_that_hosts_share() {
    let folder = tempfile::tempdir().unwrap();
    let path = place::prepare(folder.path()).unwrap();
    let mode =
        |store: &Store| store.conn.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0)).unwrap();
    let mut store = Store::open_on(path.clone(), Some("NFS"), PATIENCE).unwrap();
    assert_eq!(mode(&store), "delete");
    assert!(store.note(Lang::Id).unwrap().contains("(NFS)"));
    let run = record(&mut store, "2025-S2", &province(0));
    drop(store);
    // Moved to a disk of this machine, and back.
    let store = Store::open_on(path.clone(), None, PATIENCE).unwrap();
    assert_eq!((mode(&store), store.note(Lang::Id)), ("wal".to_owned(), None));
    drop(store);
    let store = Store::open_on(path, Some("NFS"), PATIENCE).unwrap();
    assert_eq!((mode(&store), store.load(run).unwrap()), ("delete".to_owned(), province(0)));
}

#[test]
fn a_full_store_keeps_what_it_had() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let first = record(&mut store, "2025-S2", &province(0));
    let second = store.begin(&new_run("uji", "2025-S2")).unwrap();
    let pages: i64 = store.conn.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.conn.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
    let mut large = province(1);
    large.satker[0].evidence = BTreeMap::from([(
        "A.I.1.i.a".into(),
        (0..2000).map(|number| Arc::from(format!("https://drive.example/{number}"))).collect(),
    )]);
    assert_eq!(store.record(second, &large).unwrap_err().kind, StoreErrorKind::Full);
    assert_eq!(store.load(first).unwrap(), province(0));
    assert!(!store.run(second).unwrap().recorded);
    store.conn.pragma_update_and_check(None, "max_page_count", pages * 100, |_| Ok(())).unwrap();
    store.record(second, &large).unwrap();
    assert_eq!(store.load(second).unwrap(), large);
}

#[test]
fn a_run_that_was_never_seen_is_what_no_other_is_compared_with() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let first = record(&mut store, "2025-S2", &province(0));
    let unseen = store.begin(&new_run("uji", "2025-S2")).unwrap();
    store.mark_seen(unseen).unwrap();
    assert!(!store.run(unseen).unwrap().recorded, "without data there is nothing to see");
    store.record(unseen, &province(1)).unwrap();
    assert!(store.run(unseen).unwrap().recorded);
    assert_eq!(store.load(unseen).unwrap(), province(1));
    for pipeline in [Some("uji"), None] {
        assert_eq!(store.latest_recorded(pipeline, Some("2025-S2"), None).unwrap(), Some(first));
    }
    assert_eq!(store.periods("uji", None).unwrap(), [("2025-S2".to_owned(), first)]);
    assert!(store.record(unseen, &province(1)).is_err(), "nor is it recorded twice");
    let third = record(&mut store, "2025-S2", &province(2));
    assert_eq!(store.latest_recorded("uji", None, None).unwrap(), Some(third));
    store.mark_seen(unseen).unwrap();
    assert_eq!(store.latest_recorded("uji", None, Some(third)).unwrap(), Some(unseen));
    assert_eq!((store.load(first).unwrap(), store.load(unseen).unwrap()), (province(0), province(1)));
}

/// A disk of 512 KiB; none where it cannot be mounted, which takes root.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=512k", "tmpfs"]).arg(folder.path()).output();
        mount.is_ok_and(|mount| mount.status.success()).then_some(SmallDisk(folder))
    }

    fn make_read_only(&self) {
        let mount = Command::new("mount").args(["-o", "remount,ro"]).arg(self.0.path()).status().unwrap();
        assert!(mount.success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_and_one_that_cannot_be_written_are_told() {
    let Some(disk) = SmallDisk::mount() else { return };
    let state = disk.0.path().join("state");
    let mut store = Store::open(&state).unwrap();
    let first = record(&mut store, "2025-S2", &province(0));
    let mut week = 1;
    let error = loop {
        let mut data = province(week);
        data.satker[0].findings = (0..200)
            .map(|number| FindingRecord {
                code: "LKE012".into(),
                severity: Severity::Info,
                subject: "".into(),
                place: "".into(),
                message: format!("temuan {week} {number} {}", "panjang ".repeat(20)).into(),
            })
            .collect();
        let recorded = store.begin(&new_run("uji", "2025-S2")).and_then(|run| store.record(run, &data));
        match recorded {
            Ok(()) => week += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind, StoreErrorKind::Full, "{error}");
    assert_eq!(store.load(first).unwrap(), province(0));
    drop(store);
    disk.make_read_only();
    let store = Store::open_existing(&state).unwrap();
    assert_eq!(store.load(first).unwrap(), province(0));
    drop(store);
    assert_eq!(Store::open(&state).unwrap_err().kind, StoreErrorKind::NotWritable);
    assert_eq!(Store::open(&disk.0.path().join("lain")).unwrap_err().kind, StoreErrorKind::NotWritable);
}

#[test]
fn the_store_is_exported_wholly_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("state")).unwrap();
    record(&mut store, "2025-S1", &province(0));
    for week in 1..4 {
        record(&mut store, "2025-S2", &province(week));
    }
    let to = folder.path().join("ekspor");
    let counts = store.export(&to).unwrap();
    assert_eq!((counts["runs"], counts["sources"]), (4, 21));
    assert!(to.join("answers/year=2025/period=2025-S2/part-0.parquet").is_file());
    let frame = |table: &str| {
        use polars::prelude::{ParquetReader, SerReader};
        let file = to.join(table).join("year=2025/period=2025-S2/part-0.parquet");
        ParquetReader::new(std::fs::File::open(file).unwrap()).finish().unwrap()
    };
    let answers = frame("answers");
    let held: Vec<_> = answers.column("to_run").unwrap().i64().unwrap().iter().collect();
    assert!(held.contains(&None) && held.contains(&Some(3)));
    let names = answers.column("name").unwrap().str().unwrap().iter().flatten().collect::<BTreeSet<_>>();
    assert!(names.contains("KPU 5"), "{names:?}");
    assert_eq!(frame("survey_elements").column("instrument").unwrap().str().unwrap().get(0), Some("skm-2017"));
    // An earlier export is replaced; anything else is not.
    store.export(&to).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside");
    std::fs::write(to.join("catatan.txt"), "punya orang").unwrap();
    assert!(store.export(&to).unwrap_err().show(Lang::Id).contains("bukan ekspor"));
    assert!(to.join("catatan.txt").is_file());
}
