//! What changed since the last run, and the periods side by side, stand in the workbook and on the terminal.

use crate::common;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use calamine::{Data, DataType, Reader, Xlsx, open_workbook};
use common::root;
use rekap::compute::changes::Changes;
use rekap::compute::record::{RunRecord, TOTAL};
use rekap::compute::{Consolidation, RunRef, Trend, Unit};
use rekap::lang::Lang;
use rekap::lke::Role;
use rekap::output::changes::{changes_json, changes_text};
use rekap::output::trend::{trend_json, trend_text};
use rekap::output::workbook;
use rekap::period::Period;
use rekap::pipeline::{Pipeline, Progress, run};
use rekap::source::fetch::Sources;

struct Silent;

impl Progress for Silent {
    fn done(&self, _: &Unit) {}
}

fn run_ref(number: i64, at: &str, period: &str) -> RunRef {
    RunRef {
        run: Some(number),
        at: at.parse::<jiff::Timestamp>().unwrap().to_zoned(jiff::tz::TimeZone::UTC),
        period: period.to_owned(),
    }
}

/// The province's run of 2025-S2.
fn babel() -> Consolidation {
    let pipeline = Pipeline::read(&root().join("pipelines/babel.toml")).unwrap();
    let now = || "2025-12-21T06:00:00Z".parse().unwrap();
    let sources = Sources::new(pipeline.directory(), &pipeline.google, None).unwrap();
    run(&pipeline, &sources, &now, &Silent).unwrap()
}

/// An earlier run: other answers, totals and links; one satker was not listed yet, one is not any more.
fn earlier(now: &RunRecord, behind: u32) -> RunRecord {
    let mut record = now.clone();
    for (place, satker) in record.satker.iter_mut().enumerate() {
        let points = f64::from(behind) * (1.5 + (place % 3) as f64 * 2.0);
        for ((_, code), score) in satker.scores.iter_mut() {
            let share = match &**code {
                TOTAL => 1.0,
                code if code.starts_with("area-") => 0.1,
                _ => continue,
            };
            score.score = score.score.map(|score| score - points * share);
        }
        satker.surveys.iter_mut().for_each(|survey| survey.index -= points / 3.0);
        let key = (Role::Unit, Arc::from("A.I.1.i.a"));
        if place % 2 == 0
            && let Some(answer) = satker.answers.get_mut(&key)
        {
            answer.answer = "Tidak".into();
            satker.evidence.remove("A.I.1.i.a");
            satker.evidence.entry("A.I.1.ii.a".into()).or_default().insert("https://drive.example/lama".into());
        }
        satker.findings = satker.findings.iter().skip(1).cloned().collect();
        let ranked = satker.ranks.unit.is_some();
        satker.ranks.unit = satker.ranks.unit.map(|rank| (rank + behind) % 7 + 1).filter(|_| ranked);
    }
    let mut former = record.satker[7].clone();
    (former.kode, former.nama) = ("1907".into(), "KPU Kabupaten Lama".into());
    match behind {
        3 => drop(record.satker.remove(2)),
        2 => drop(record.satker.remove(1)),
        _ => {}
    }
    if behind > 1 {
        record.satker.push(former);
    }
    record
}

fn filled() -> Consolidation {
    let mut data = babel();
    data.run = Some(42);
    let now = RunRecord::new(&data);
    let before = earlier(&now, 1);
    data.changes = Some(Changes::between(
        (&run_ref(41, "2025-12-14T06:00:00Z", "2025-S2"), &before),
        (&run_ref(42, "2025-12-21T06:00:00Z", "2025-S2"), &now),
    ));
    let at = |text: &str, record: RunRecord| (Period::parse(text).unwrap(), Arc::new(record));
    let periods = vec![
        at("2025-S2", now.clone()),
        at("2024-S1", earlier(&now, 3)),
        at("2025-S1", before),
        at("2024-S2", earlier(&now, 2)),
    ];
    let mut trend = Trend::new(periods, &BTreeMap::from([("1907".to_owned(), "1971".to_owned())]));
    let rerun = run_ref(17, "2025-08-04T06:00:00Z", "2025-S1");
    trend.reruns.insert(Period::parse("2025-S1").unwrap(), rerun);
    data.trend = Some(trend);
    data
}

type Rows = Vec<Vec<Data>>;

fn sheet(path: &Path, name: &str) -> Option<Rows> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    Some(book.worksheet_range(name).ok()?.rows().map(<[Data]>::to_vec).collect())
}

fn column(header: &[Data], name: &str) -> usize {
    header.iter().position(|cell| *cell == name).unwrap_or_else(|| panic!("no column {name}"))
}

#[test]
fn the_workbook_shows_what_changed_and_the_trend() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rekap.xlsx");
    let data = filled();
    workbook::write(&data, Lang::Id, &path).unwrap();

    let changes = sheet(&path, "Perubahan").unwrap();
    let title = changes[0][0].to_string();
    assert_eq!(title, "Perubahan sejak konsolidasi nomor 41 (2025-S2, 14 Desember 2025 06.00 UTC)");
    let header = &changes[3];
    let (what, from, to) = (column(header, "Perubahan"), column(header, "Semula"), column(header, "Menjadi"));
    let rows = |kode: &str, kind: &str| {
        let of = changes[4..].iter().filter(move |row| row[0] == kode && row[what] == kind);
        of.collect::<Vec<_>>()
    };
    let told = data.changes.as_ref().unwrap();
    for satker in told.changed() {
        let total = &satker.roles.unit.total;
        let row = rows(&satker.kode, "Total")[0];
        assert_eq!((row[from].as_f64(), row[to].as_f64()), (total.before, total.after), "{}", satker.kode);
        let answers: usize = satker.roles.iter().map(|role| role.answers.len()).sum();
        assert_eq!(rows(&satker.kode, "Jawaban").len(), answers, "{}", satker.kode);
        let links: usize = satker.evidence.iter().map(|evidence| evidence.added.len()).sum();
        assert_eq!(rows(&satker.kode, "Bukti baru").len(), links, "{}", satker.kode);
        assert_eq!(rows(&satker.kode, "Temuan baru").len(), satker.appeared.len(), "{}", satker.kode);
    }
    assert!(told.province.answers > 0 && told.province.links_gone > 0 && told.province.appeared > 0);

    let at = changes.iter().position(|row| row[0] == "Survei").unwrap();
    let header = &changes[at + 1];
    let (hundred, four) = (column(header, "Semula (25–100)"), column(header, "Semula (1–4)"));
    let surveys: Vec<_> = told.changed().flat_map(|satker| satker.surveys.iter().map(move |s| (satker, s))).collect();
    assert!(!surveys.is_empty());
    for (satker, survey) in surveys {
        let of = |row: &&Vec<Data>| row[0] == *satker.kode && row[2] == *survey.index_name;
        let row = changes[at + 2..].iter().find(of).unwrap();
        let is_hundred = &*survey.index_name == "IKM";
        let (own, other) = if is_hundred { (hundred, four) } else { (four, hundred) };
        assert_eq!(row[own].as_f64().map(|index| index > 4.0), Some(is_hundred), "{}", survey.index_name);
        assert!(row[other].is_empty(), "no two scales in one column");
    }

    let trend = sheet(&path, "Tren").unwrap();
    let header: Vec<String> = trend[4].iter().map(ToString::to_string).collect();
    assert_eq!(header, ["Kode", "Satker", "2024-S1", "2024-S2", "2025-S1", "2025-S2", "Garis", "Gerak", "Keterangan"]);
    let summary = sheet(&path, "Ringkasan").unwrap();
    let total = column(&summary[3], "Total");
    for (row, satker) in summary[4..].iter().zip(&data.units) {
        let of = trend[5..].iter().find(|row| row[0].to_string() == satker.satker.kode).unwrap();
        assert_eq!(of[5].as_f64(), row[total].as_f64(), "{}", satker.satker.kode);
    }
    let first = |kode: &str| trend[5..].iter().find(|row| row[0] == kode).unwrap();
    assert_eq!(first("1907")[8].to_string(), "bergabung ke 1971");
    assert!(first("1907")[5].is_empty(), "a gap, not 0");
    assert_eq!(first("1902")[8].to_string(), "baru sejak 2024-S2");
    assert_eq!(first("1901")[8].to_string(), "tidak terdaftar pada 2024-S2");

    let ranking = sheet(&path, "Peringkat").unwrap();
    let (before, moved) = (column(&ranking[4], "Semula"), column(&ranking[4], "Gerak"));
    let told = data.trend.as_ref().unwrap();
    for row in ranking[5..].iter().filter(|row| row[0] == "unit") {
        let satker = told.satker(&row[2].to_string()).unwrap();
        let Some(step) = satker.moves.unit[3] else { continue };
        assert_eq!(row[before].as_f64(), satker.ranks.unit[2].map(f64::from));
        let sign = if step.ranks > 0 {
            "▲"
        } else if step.ranks < 0 {
            "▼"
        } else {
            "–"
        };
        assert!(row[moved].to_string().starts_with(sign), "{} {step:?}", row[moved]);
    }
}

/// The parts of a workbook whose names begin alike, as one text each.
fn parts(path: &Path, start: &str) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let names = archive.file_names().map(|name| name.unwrap().into_owned());
    let names: BTreeSet<String> = names.filter(|name| name.starts_with(start)).collect();
    let mut read = |name: &String| {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    names.iter().map(&mut read).collect()
}

#[test]
fn lines_are_native_and_two_writings_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("1.xlsx"), folder.path().join("2.xlsx"));
    let data = filled();
    workbook::write(&data, Lang::Id, &one).unwrap();
    workbook::write(&data, Lang::Id, &two).unwrap();
    assert_eq!(std::fs::read(&one).unwrap(), std::fs::read(&two).unwrap());
    let charts = parts(&one, "xl/charts/chart");
    let lines: Vec<&String> =
        charts.iter().filter(|chart| chart.contains("<c:lineChart>") && !chart.contains("<c:barChart>")).collect();
    assert_eq!(lines.len(), 2, "of the total and of the IKM");
    for chart in lines {
        assert!(chart.contains("'Tren'!") || chart.contains("Tren!"));
        assert!(!chart.contains("dispBlanksAs val=\"zero\""));
    }
    let sparklines: usize =
        parts(&one, "xl/worksheets/sheet").iter().map(|sheet| sheet.matches("<x14:sparkline>").count()).sum();
    let trend = data.trend.as_ref().unwrap();
    assert_eq!(sparklines, trend.measures.len() * (trend.satker.len() + 1), "one a row, the province's too");
}

#[test]
fn sheets_say_that_nothing_changed_and_leave_out_what_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rekap.xlsx");
    let mut data = babel();
    workbook::write(&data, Lang::Id, &path).unwrap();
    assert_eq!((sheet(&path, "Perubahan"), sheet(&path, "Tren")), (None, None));
    let now = RunRecord::new(&data);
    let run = run_ref(1, "2025-12-21T06:00:00Z", "2025-S2");
    data.trend = Some(Trend::new(vec![(Period::parse("2025-S2").unwrap(), Arc::new(now.clone()))], &BTreeMap::new()));
    for (changes, sentence) in [
        (Changes::first(run.clone()), "Belum ada konsolidasi sebelumnya untuk dibandingkan."),
        (
            Changes::between((&run, &now), (&run, &now)),
            "Tidak ada yang berubah sejak konsolidasi nomor 1 (2025-S2, 21 Desember 2025 06.00 UTC).",
        ),
    ] {
        assert_eq!(changes_text(&changes, Lang::Id).split_whitespace().collect::<Vec<_>>().join(" "), sentence);
        data.changes = Some(changes);
        workbook::write(&data, Lang::Id, &path).unwrap();
        let rows = sheet(&path, "Perubahan").unwrap();
        assert_eq!((rows.len(), rows[4][1].to_string().as_str()), (5, sentence));
        assert_eq!(sheet(&path, "Tren"), None, "one period is no trend");
    }
}

#[test]
fn the_terminal_and_machines_are_told_the_same() {
    let data = filled();
    let (changes, trend) = (data.changes.as_ref().unwrap(), data.trend.as_ref().unwrap());
    for lang in [Lang::Id, Lang::En] {
        let text = changes_text(changes, lang) + &trend_text(trend, lang);
        let wide = text.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None);
        assert!(changes.changed().all(|satker| text.contains(&format!("\n{} {}", satker.kode, satker.nama))));
    }
    let json = changes_json(changes);
    let satker = json["satker"].as_array().unwrap();
    assert_eq!(satker.len(), changes.changed().count());
    assert_eq!(satker.len() + json["unchanged"].as_array().unwrap().len(), changes.satker.len());
    assert_eq!(json["before"]["run"], 41);
    assert_eq!(
        satker[0]["roles"]["unit"]["answers"].as_array().unwrap().len(),
        changes.changed().next().unwrap().roles.unit.answers.len()
    );
    let json = trend_json(trend, Lang::Id);
    assert_eq!(json["periods"], serde_json::json!(["2024-S1", "2024-S2", "2025-S1", "2025-S2"]));
    let former = json["satker"].as_array().unwrap().iter().find(|satker| satker["satker"] == "1907").unwrap();
    assert_eq!(former["presence"], serde_json::json!(["present", "present", "left", "left"]));
    assert!(former["values"][0][3].is_null());
    assert_eq!(json["reruns"]["2025-S1"]["run"], 17);
}
