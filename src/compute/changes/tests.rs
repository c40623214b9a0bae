//! Golden cases, and what holds for any two runs.

use proptest::prelude::*;

use super::*;
use crate::compute::record::{AnswerRecord, TOTAL};
use crate::finding::Severity;

const UNIT: Role = Role::Unit;

fn run(number: i64) -> RunRef {
    RunRef { run: Some(number), at: "2025-11-03T06:00[UTC]".parse().unwrap(), period: "2025-S2".to_owned() }
}

fn score(score: Option<f64>, answered: u32) -> ScoreRecord {
    ScoreRecord { score, floor: score.unwrap_or(0.0), ceiling: 100.0, answered, indicators: 4 }
}

/// A satker with subareas of two indicators each, scored by what its answers are worth: A 1, B half, C nothing.
fn satker(kode: &str, answers: [Option<&str>; 4], rank: Option<u32>) -> SatkerRecord {
    let mut record = SatkerRecord { kode: kode.into(), nama: format!("KPU {kode}").into(), ..SatkerRecord::default() };
    record.ranks.unit = rank;
    let worth = |answer: &str| match answer {
        "A" => 1.0,
        "B" => 0.5,
        _ => 0.0,
    };
    let codes = ["A.I.1.i.a", "A.I.1.i.b", "A.I.1.ii.a", "A.I.1.ii.b"];
    let mut total: Option<f64> = None;
    for (subarea, pair) in ["A.I.1.i", "A.I.1.ii"].into_iter().zip(answers.chunks(2)) {
        let given: Vec<f64> = pair.iter().flatten().map(|answer| worth(answer)).collect();
        let mean = mean(given.iter().copied());
        total = total.map_or(mean, |total| Some(total + mean.unwrap_or(0.0)));
        record.scores.insert((UNIT, subarea.into()), score(mean, given.len() as u32));
    }
    for (place, (code, answer)) in codes.into_iter().zip(answers).enumerate() {
        record.scores.insert((UNIT, code.into()), score(None, u32::from(answer.is_some())));
        if let Some(answer) = answer {
            let cell = format!("L{}", 7 + place).into();
            record.answers.insert((UNIT, code.into()), AnswerRecord { answer: answer.into(), cell });
        }
    }
    let answered = answers.iter().flatten().count() as u32;
    record.scores.insert((UNIT, TOTAL.into()), score(total.filter(|_| answered > 0), answered));
    record
}

fn record(satker: Vec<SatkerRecord>) -> RunRecord {
    let labels = [("A.I.1.i.a", "Tim kerja dibentuk"), ("A.I.1.i", "Penyusunan tim kerja")];
    RunRecord { satker, labels: labels.map(|(code, label)| (code.into(), label.into())).into() }
}

fn between(before: &RunRecord, after: &RunRecord) -> Changes {
    Changes::between((&run(1), before), (&run(2), after))
}

#[test]
fn an_answer_that_changed_says_from_what_to_what_and_what_it_did() {
    let before = record(vec![satker("1971", [Some("B"), Some("A"), Some("C"), None], Some(3))]);
    let after = record(vec![satker("1971", [Some("A"), Some("A"), None, Some("A")], Some(1))]);
    let changes = between(&before, &after);
    let unit = &changes.satker[0].roles.unit;
    let shown: Vec<_> =
        unit.answers.iter().map(|a| (&*a.code, a.from.as_deref(), a.to.as_deref(), &*a.cell, &*a.node)).collect();
    assert_eq!(
        shown,
        [
            ("A.I.1.i.a", Some("B"), Some("A"), "L7", "A.I.1.i"),
            ("A.I.1.ii.a", Some("C"), None, "L9", "A.I.1.ii"),
            ("A.I.1.ii.b", None, Some("A"), "L10", "A.I.1.ii"),
        ]
    );
    assert_eq!((&*unit.answers[0].label, &*unit.answers[1].label), ("Tim kerja dibentuk", "A.I.1.ii.a"));
    let nodes: Vec<_> = unit.nodes.iter().map(|n| (&*n.code, n.score.before, n.score.after)).collect();
    assert_eq!(nodes, [("A.I.1.i", Some(0.75), Some(1.0)), ("A.I.1.ii", Some(0.0), Some(1.0))]);
    assert_eq!((unit.total.before, unit.total.after), (Some(0.75), Some(2.0)));
    assert_eq!((unit.rank.before, unit.rank.after), (Some(3), Some(1)));
    assert_eq!((unit.answered.before, unit.answered.after), (Some(3), Some(3)));
    assert_eq!((changes.province.answers, changes.province.totals.unit.difference()), (3, Some(1.25)));
}

#[test]
fn answers_and_evidence_are_told_in_the_order_of_the_worksheet() {
    let codes = ["A.I.1.v", "A.I.1.ix", "A.I.1.x", "A.I.2", "A.I.10"];
    let mut before = satker("1971", [None; 4], None);
    let mut after = before.clone();
    for subarea in codes {
        let code: Arc<str> = format!("{subarea}.a").into();
        for (record, points) in [(&mut before, 0.0), (&mut after, 1.0)] {
            record.scores.insert((UNIT, subarea.into()), score(Some(points), 1));
            record.scores.insert((UNIT, code.clone()), score(None, 1));
        }
        let answer = AnswerRecord { answer: "Ya".into(), cell: "L7".into() };
        after.answers.insert((UNIT, code.clone()), answer);
        after.evidence.insert(code, BTreeSet::from(["https://contoh.example/sk".into()]));
    }
    let changes = between(&record(vec![before]), &record(vec![after]));
    let satker = &changes.satker[0];
    let of = |codes: Vec<&Arc<str>>| codes.into_iter().map(|code| code.to_string()).collect::<Vec<_>>();
    assert_eq!(of(satker.roles.unit.nodes.iter().map(|node| &node.code).collect()), codes);
    let answers = codes.map(|code| format!("{code}.a"));
    assert_eq!(of(satker.roles.unit.answers.iter().map(|answer| &answer.code).collect()), answers);
    assert_eq!(of(satker.evidence.iter().map(|evidence| &evidence.code).collect()), answers);
}

#[test]
fn a_detail_belongs_to_the_subarea_above_its_indicator() {
    let answer = |text: &str| AnswerRecord { answer: text.into(), cell: "L98".into() };
    let mut before = satker("1971", [Some("A"); 4], Some(1));
    before.answers.insert((UNIT, "A.I.1.ii.b.1".into()), answer("37"));
    let mut after = before.clone();
    after.answers.insert((UNIT, "A.I.1.ii.b.1".into()), answer("40"));
    let changes = between(&record(vec![before]), &record(vec![after]));
    let unit = &changes.satker[0].roles.unit;
    assert_eq!((&*unit.answers[0].code, &*unit.answers[0].node), ("A.I.1.ii.b.1", "A.I.1.ii"));
    assert_eq!(unit.nodes.len(), 1, "named, though it scores as before");
}

#[test]
fn another_cell_alone_is_no_change() {
    let before = satker("1971", [Some("A"), Some("B"), None, None], Some(1));
    let mut after = before.clone();
    for answer in after.answers.values_mut() {
        answer.cell = "M99".into();
    }
    let changes = between(&record(vec![before]), &record(vec![after]));
    assert!(changes.is_empty() && changes.satker.len() == 1);
}

#[test]
fn representation_alone_is_no_change() {
    let before = satker("1971", [Some("A"); 4], Some(1));
    let mut after = before.clone();
    after.scores.insert((UNIT, TOTAL.into()), score(Some(2.0 + TOLERANCE / 10.0), 4));
    assert!(between(&record(vec![before.clone()]), &record(vec![after.clone()])).is_empty());
    after.scores.insert((UNIT, TOTAL.into()), score(Some(2.0 + TOLERANCE * 10.0), 4));
    assert!(!between(&record(vec![before]), &record(vec![after])).is_empty());
}

#[test]
fn satker_come_and_go_in_the_order_of_the_later_run() {
    let of = |kode: &str| satker(kode, [Some("A"); 4], None);
    let changes = between(&record(vec![of("1"), of("2"), of("3")]), &record(vec![of("4"), of("3"), of("1")]));
    let shown: Vec<_> = changes.satker.iter().map(|s| (&*s.kode, s.membership)).collect();
    let (stayed, new, gone) = (Membership::Stayed, Membership::New, Membership::Gone);
    assert_eq!(shown, [("4", new), ("3", stayed), ("1", stayed), ("2", gone)]);
    assert_eq!(changes.changed().map(|s| &*s.kode).collect::<Vec<_>>(), ["4", "2"]);
    assert_eq!(changes.satker[0].roles.unit.total, Pair { before: None, after: Some(2.0) });
    assert!(changes.satker.iter().all(|s| s.roles.unit.answers.is_empty()), "its answers did not change");
}

#[test]
fn a_worksheet_that_cannot_be_reached_has_withdrawn_nothing() {
    let before = satker("1971", [Some("A"); 4], Some(1));
    let after = SatkerRecord { kode: "1971".into(), nama: "KPU 1971".into(), ..SatkerRecord::default() };
    let changes = between(&record(vec![before]), &record(vec![after]));
    let satker = &changes.satker[0];
    assert_eq!((satker.membership, satker.lke_read), (Membership::Stayed, Pair { before: true, after: false }));
    assert!(satker.is_changed() && satker.roles.unit.answers.is_empty());
    assert_eq!(satker.roles.unit.total, Pair { before: Some(2.0), after: None });
}

#[test]
fn evidence_surveys_and_findings_are_compared() {
    let survey = |period: &str, index: f64| SurveyRecord {
        instrument: "skm-2017".into(),
        index_name: "IKM".into(),
        period: period.into(),
        n: 60,
        index,
        mean: index / 25.0,
        grade: None,
        interval: None,
        elements: Vec::new(),
    };
    let finding = |message: &str| FindingRecord {
        code: "LKE021".into(),
        severity: Severity::Warning,
        subject: "A.I.1.i.a".into(),
        place: "lke.xlsx!LKE!S7".into(),
        message: message.into(),
    };
    let mut before = satker("1971", [Some("A"); 4], Some(1));
    before
        .evidence
        .insert("A.I.1.i.a".into(), BTreeSet::from(["https://a.example/1".into(), "https://a.example/2".into()]));
    before.surveys = vec![survey("2025-S1", 80.0), survey("2024-S2", 70.0)];
    before.findings.insert(finding("tanpa bukti"));
    let mut after = before.clone();
    after
        .evidence
        .insert("A.I.1.i.a".into(), BTreeSet::from(["https://a.example/2".into(), "https://a.example/3".into()]));
    after.surveys = vec![survey("2025-S2", 85.0), survey("2025-S1", 80.0)];
    after.findings = BTreeSet::from([finding("bukti tidak dapat dibuka")]);
    let changes = between(&record(vec![before]), &record(vec![after]));
    let satker = &changes.satker[0];
    assert_eq!(satker.evidence.len(), 1);
    assert_eq!(
        (&*satker.evidence[0].added, &*satker.evidence[0].gone),
        (&["https://a.example/3".into()][..], &["https://a.example/1".into()][..])
    );
    assert_eq!(satker.surveys.len(), 1, "that of 2025-S1 is as it was");
    assert_eq!(satker.surveys[0].index, Pair { before: Some(70.0), after: Some(85.0) });
    assert_eq!(
        (&*satker.appeared[0].message, &*satker.resolved[0].message),
        ("bukti tidak dapat dibuka", "tanpa bukti")
    );
    let province = &changes.province;
    assert_eq!((province.links_added, province.links_gone, province.appeared, province.resolved), (1, 1, 1, 1));
}

#[test]
fn nothing_at_all_is_compared_without_harm() {
    let empty = RunRecord::default();
    let changes = between(&empty, &empty);
    assert!(changes.is_empty() && changes.province.totals.unit == Pair::default());
    assert!(Changes::first(run(1)).is_empty());
}

fn any_satker(kode: &'static str) -> impl Strategy<Value = SatkerRecord> {
    let answer = prop_oneof![Just(None), Just(Some("A")), Just(Some("B")), Just(Some("C"))];
    (prop::array::uniform4(answer), prop::option::of(1_u32..4))
        .prop_map(move |(answers, rank)| satker(kode, answers, rank))
}

fn any_record() -> impl Strategy<Value = RunRecord> {
    let satker = ["1", "2", "3"].map(|kode| prop::option::weighted(0.8, any_satker(kode)));
    satker.prop_map(|satker| record(satker.into_iter().flatten().collect()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_changed_between_a_run_and_itself(run in any_record()) {
        prop_assert!(between(&run, &run).is_empty());
    }

    #[test]
    fn looking_back_mirrors_looking_forward(a in any_record(), b in any_record()) {
        let (forward, back) = (between(&a, &b), between(&b, &a));
        prop_assert_eq!(forward.satker.len(), back.satker.len());
        for one in &forward.satker {
            let other = back.satker.iter().find(|other| other.kode == one.kode).unwrap();
            let mirrored = match one.membership {
                Membership::Stayed => Membership::Stayed,
                Membership::New => Membership::Gone,
                Membership::Gone => Membership::New,
            };
            prop_assert_eq!(other.membership, mirrored);
            for (one, other) in one.roles.iter().zip(other.roles.iter()) {
                prop_assert_eq!((one.total.before, one.total.after), (other.total.after, other.total.before));
                prop_assert_eq!((one.rank.before, one.rank.after), (other.rank.after, other.rank.before));
                let forward: Vec<_> = one.answers.iter().map(|a| (&a.code, &a.from, &a.to)).collect();
                let back: Vec<_> = other.answers.iter().map(|a| (&a.code, &a.to, &a.from)).collect();
                prop_assert_eq!(forward, back);
            }
        }
    }

    #[test]
    fn every_changed_answer_appears_once_and_gains_add_up(a in any_record(), b in any_record()) {
        let changes = between(&a, &b);
        for satker in changes.satker.iter().filter(|satker| satker.membership == Membership::Stayed) {
            let (before, after) = (a.satker(&satker.kode).unwrap(), b.satker(&satker.kode).unwrap());
            let unit = &satker.roles.unit;
            let codes = ["A.I.1.i.a", "A.I.1.i.b", "A.I.1.ii.a", "A.I.1.ii.b"];
            for code in codes {
                let key = (UNIT, Arc::from(code));
                let differs = before.answers.get(&key).map(|a| &a.answer) != after.answers.get(&key).map(|a| &a.answer);
                prop_assert_eq!(unit.answers.iter().filter(|a| &*a.code == code).count(), usize::from(differs));
            }
            let gained: f64 = unit.nodes.iter().map(|node| node.score.gain()).sum();
            prop_assert!((gained - unit.total.gain()).abs() < TOLERANCE);
        }
    }
}
