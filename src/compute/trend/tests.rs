//! Golden cases: satker that come, go, merge and have gaps.

use super::*;
use crate::compute::record::{ScoreRecord, TOTAL};

fn period(text: &str) -> Period {
    Period::parse(text).unwrap()
}

/// A run in which satker have totals of the unit, and ranks by them.
fn record(totals: &[(&str, Option<f64>)]) -> Arc<RunRecord> {
    let satker = totals.iter().map(|(kode, total)| {
        let mut satker =
            SatkerRecord { kode: (*kode).into(), nama: format!("KPU {kode}").into(), ..SatkerRecord::default() };
        let score = ScoreRecord { score: *total, floor: 0.0, ceiling: 100.0, answered: 1, indicators: 2 };
        satker.scores.insert((Role::Unit, TOTAL.into()), score);
        satker.scores.insert((Role::Unit, "area-1".into()), score);
        satker.ranks.unit =
            total.map(|own| 1 + totals.iter().filter(|other| other.1.is_some_and(|other| other > own)).count() as u32);
        satker
    });
    let labels = [("area-1".into(), "Manajemen Perubahan".into()), (TOTAL.into(), "Total".into())];
    Arc::new(RunRecord { satker: satker.collect(), labels: labels.into() })
}

fn presence(trend: &Trend, kode: &str) -> String {
    trend.satker(kode).unwrap().presence.iter().map(|presence| presence.name()).collect::<Vec<_>>().join(" ")
}

#[test]
fn periods_are_put_in_time_whatever_order_they_come_in() {
    let at = |text: &str, total: f64| (period(text), record(&[("1", Some(total))]));
    let periods = vec![at("2025-S2", 4.0), at("2024", 1.0), at("2025", 5.0), at("2025-S1", 3.0), at("2025-S1", 2.0)];
    let trend = Trend::new(periods, &BTreeMap::new());
    let shown: Vec<String> = trend.periods.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["2024", "2025-S1", "2025-S2", "2025"]);
    let values: Vec<f64> = trend.satker[0].values[0].iter().flatten().copied().collect();
    assert_eq!(values, [1.0, 2.0, 4.0, 5.0], "of a period given twice the last counts");
    assert_eq!((trend.place("2025-S1"), trend.place("2023"), trend.place("?")), (Some(1), None, None));
}

#[test]
fn gaps_are_told_apart_and_never_zero() {
    let periods = vec![
        (period("2024-S1"), record(&[("1", Some(70.0)), ("2", Some(60.0)), ("5", Some(50.0))])),
        (period("2024-S2"), record(&[("1", Some(72.0)), ("3", None), ("5", Some(55.0))])),
        (period("2025-S1"), record(&[("4", Some(90.0)), ("3", Some(65.0)), ("2", Some(66.0)), ("1", Some(71.0))])),
    ];
    let mergers = BTreeMap::from([("5".to_owned(), "1".to_owned()), ("2".to_owned(), "1".to_owned())]);
    let trend = Trend::new(periods, &mergers);
    let kodes: Vec<&str> = trend.satker.iter().map(|satker| &*satker.kode).collect();
    assert_eq!(kodes, ["4", "3", "2", "1", "5"], "as the latest period has them, then the former");
    assert_eq!(presence(&trend, "1"), "present present present");
    assert_eq!(presence(&trend, "2"), "present missing present");
    assert_eq!(presence(&trend, "3"), "not_yet no_score present");
    assert_eq!(presence(&trend, "4"), "not_yet not_yet present");
    assert_eq!(presence(&trend, "5"), "present present left");
    assert_eq!(trend.satker("5").unwrap().merged_into.as_deref(), Some("1"));
    assert_eq!(trend.satker("2").unwrap().merged_into, None, "listed again, so it was not merged");
    assert_eq!(trend.satker("2").unwrap().values[0], [Some(60.0), None, Some(66.0)]);
    assert!(trend.satker("3").unwrap().is_new(1) && !trend.satker("1").unwrap().is_new(0));
    assert_eq!(trend.province.values[0], [Some(60.0), Some(63.5), Some(73.0)], "means of those that have a value");
    assert_eq!((&*trend.province.listed, &*trend.province.scored), (&[3, 3, 4][..], &[3, 2, 4][..]));
}

#[test]
fn movement_is_against_the_latest_period_with_a_rank() {
    let periods = vec![
        (period("2024-S1"), record(&[("1", Some(70.0)), ("2", Some(60.0)), ("3", Some(50.0))])),
        (period("2024-S2"), record(&[("1", Some(71.0)), ("2", None), ("3", Some(52.0))])),
        (period("2025-S1"), record(&[("1", Some(61.0)), ("2", Some(66.0)), ("3", Some(51.0))])),
    ];
    let trend = Trend::new(periods, &BTreeMap::new());
    let moves = |kode: &str| trend.satker(kode).unwrap().moves.unit.clone();
    let moved = |since, ranks, points| Some(Move { since, ranks, points });
    assert_eq!(moves("1"), [None, moved(0, 0, 1.0), moved(1, -1, -10.0)]);
    assert_eq!(moves("2"), [None, None, moved(0, 1, 6.0)]);
    assert_eq!(moves("3"), [None, moved(0, 1, 2.0), moved(1, -1, -1.0)]);
    assert!(trend.satker.iter().all(|satker| satker.moves.tpi.iter().all(Option::is_none)));
}

#[test]
fn an_empty_province_has_no_trend_and_no_panic() {
    let none = Trend::new(Vec::new(), &BTreeMap::new());
    assert!(none.periods.is_empty() && none.satker.is_empty() && none.measures.is_empty());
    let empty = Trend::new(vec![(period("2025-S1"), record(&[])), (period("2025-S2"), record(&[]))], &BTreeMap::new());
    assert_eq!((empty.periods.len(), empty.measures.len(), &*empty.province.listed), (2, 0, &[0, 0][..]));
    let unscored = Trend::new(vec![(period("2025-S1"), record(&[("1", None)]))], &BTreeMap::new());
    assert_eq!((unscored.measures.len(), presence(&unscored, "1").as_str()), (0, "no_score"));
}

#[test]
fn the_index_of_the_runs_own_period_counts() {
    let survey = |instrument: &str, name: &str, period: &str, index: f64| SurveyRecord {
        instrument: instrument.into(),
        index_name: name.into(),
        period: period.into(),
        n: 60,
        index,
        mean: index / 25.0,
        grade: None,
        interval: None,
        elements: Vec::new(),
    };
    let mut run = RunRecord::clone(&record(&[("1", Some(70.0)), ("2", None)]));
    run.satker[0].surveys = vec![survey("ipak", "IPAK", "2025", 95.0)];
    run.satker[1].surveys =
        vec![survey("skm-2017", "IKM", "2024-S2", 80.0), survey("skm-2017", "IKM", "2025-S1", 85.0)];
    let run = Arc::new(run);
    let trend = Trend::new(vec![(period("2024-S2"), run.clone()), (period("2025-S2"), run)], &BTreeMap::new());
    let codes: Vec<&str> = trend.measures.iter().map(Measure::code).collect();
    assert_eq!(codes, ["total", "area-1", "IKM", "IPAK"]);
    assert_eq!(trend.satker("2").unwrap().values[2], [Some(80.0), Some(85.0)], "its own, else the latest");
    assert_eq!(trend.satker("1").unwrap().values[3], [Some(95.0), Some(95.0)]);
}

#[test]
fn the_registry_tells_of_mergers() {
    let satker = |kode: &str, former: &str| Satker {
        kode: kode.to_owned(),
        nama: kode.to_owned(),
        jenis: String::new(),
        row: 1,
        unread: Vec::new(),
        holds: Vec::new(),
        columns: BTreeMap::from([(MERGED_COLUMN.to_owned(), former.to_owned())]),
    };
    let mergers = mergers(&[satker("1", "5; 6 ;;1"), satker("2", "")]);
    assert_eq!(mergers, BTreeMap::from([("5".to_owned(), "1".to_owned()), ("6".to_owned(), "1".to_owned())]));
}

#[test]
fn what_is_barely_answered_is_no_part_of_the_mean() {
    let mut record = (*record(&[("1", Some(80.0)), ("2", Some(10.0)), ("3", None)])).clone();
    for score in record.satker[1].scores.values_mut() {
        (score.answered, score.indicators) = (1, 3);
    }
    let trend = Trend::new(vec![(period("2025-S1"), Arc::new(record))], &BTreeMap::new());
    assert_eq!(trend.satker[1].values[0], [Some(10.0)], "it is shown all the same");
    let barely: Vec<bool> = trend.satker.iter().map(|satker| satker.barely.unit[0]).collect();
    assert_eq!(barely, [false, true, false]);
    assert!(trend.province.values.iter().all(|values| *values == [Some(80.0)]), "{:?}", trend.province.values);
}
