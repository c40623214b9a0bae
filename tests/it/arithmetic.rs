//! One arithmetic: differences add up to the difference of the totals, changes say the same, verdicts that hang on a claim
//! stand beside those of the survey, and what is barely answered is shown but held against nobody.

use crate::common;

use std::fs;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};
use common::{of_code, rekap, root, stdout};
use rekap::compute::changes::Changes;
use rekap::compute::record::RunRecord;
use rekap::compute::{Consolidation, RunRef, Unit};
use rekap::lang::Lang;
use rekap::lke::answer::Answer;
use rekap::lke::template::{AnswerType, Percentage, Template};
use rekap::lke::{ByRole, Role};
use rekap::output::sheets::{RefreshPlan, wanted};
use rekap::output::{json, text, worksheet};
use rekap::pipeline::{Pipeline, Progress, run};
use rekap::report::TableName;
use rekap::report::table::CellValue;
use rekap::source::fetch::Sources;
use serde_json::Value;

struct Silent;

impl Progress for Silent {
    fn done(&self, _: &Unit) {}
}

fn consolidated(pipeline: &Path) -> Consolidation {
    let pipeline = Pipeline::read(pipeline).unwrap();
    let now = || "2025-12-21T06:00:00Z".parse().unwrap();
    let sources = Sources::new(pipeline.directory(), &pipeline.google, None).unwrap();
    run(&pipeline, &sources, &now, &Silent).unwrap()
}

/// The best answer to everything, by node.
fn best(template: &Template) -> Vec<Answer> {
    let mut answers = vec![Answer::Blank; template.nodes.len()];
    for (index, node) in template.nodes.iter().enumerate() {
        answers[index] = match node.answer_type {
            Some(AnswerType::Choice(_)) => Answer::Choice(0),
            Some(AnswerType::Scale(_)) => Answer::Scale(4.0),
            Some(AnswerType::Count) => Answer::Count(5.0),
            _ => Answer::Blank,
        };
    }
    for rule in template.nodes.iter().filter_map(|node| node.percentage.as_ref()) {
        match rule {
            Percentage::Share { whole, whole_is_sum_of, also_within_whole, .. } => {
                also_within_whole.iter().for_each(|&row| answers[row] = Answer::Count(0.0));
                whole_is_sum_of.iter().skip(1).for_each(|&row| answers[row] = Answer::Count(0.0));
                if !whole_is_sum_of.is_empty() {
                    // A formula of the worksheet's own.
                    answers[*whole] = Answer::Blank;
                }
            }
            Percentage::Decrease { after, .. } => answers[*after] = Answer::Count(0.0),
        }
    }
    answers
}

fn with(template: &Template, answers: &[Answer], changed: &[(&str, Answer)]) -> Vec<Answer> {
    let mut answers = answers.to_vec();
    for (code, answer) in changed {
        answers[template.find(code).unwrap()] = answer.clone();
    }
    answers
}

fn write_lke(folder: &Path, name: &str, unit: Vec<Answer>, tpi: Vec<Answer>) {
    worksheet::write(&Template::lke_zi_2021(), Some(&ByRole { unit, tpi }), Lang::Id, &folder.join(name)).unwrap();
}

/// Ten items of the survey of perceived corruption, of five respondents.
fn write_ipak(folder: &Path, name: &str, at: &str, value: u8) {
    let mut text = "Stempel waktu;P1;P2;P3;P4;P5;P6;P7;P8;P9;P10\n".to_owned();
    for minute in 10..15 {
        text += &format!("{at} 10:{minute}:00{}\n", format!(";{value}").repeat(10));
    }
    fs::write(folder.join(name), text).unwrap();
}

/// A pipeline of satker with an LKE and a survey each, `surveys` being its sections of surveys.
fn pipeline(folder: &Path, satker: &[(&str, &str, &str)], surveys: &str) -> std::path::PathBuf {
    let registry: String =
        satker.iter().map(|(kode, lke, ipak)| format!("{kode},KPU {kode},kota,ya,{lke},{ipak}\n")).collect();
    fs::write(folder.join("satker.csv"), format!("kode,nama,jenis,wbk,lke,ipak\n{registry}")).unwrap();
    let text = format!(
        "name = \"uji\"\ntitle = \"Uji\"\nyear = 2025\nsemester = 2\nsatker = \"satker.csv\"\nas_of = 2025-12-01\n\n\
         [lke]\nsource = \"{{lke}}\"\n\n{surveys}\n[[output]]\nkind = \"xlsx\"\npath = \"out.xlsx\"\n"
    );
    let path = folder.join("p.toml");
    fs::write(&path, text).unwrap();
    path
}

const IPAK: &str = "[[survey]]\ninstrument = \"ipak\"\nsource = \"{ipak}\"\n";

fn sheet(path: &Path, name: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    book.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

fn column(rows: &[Vec<Data>], name: &str) -> usize {
    let found = rows.iter().find_map(|row| row.iter().position(|cell| *cell == name));
    found.unwrap_or_else(|| panic!("no column {name}"))
}

#[test]
fn the_differences_of_every_satker_add_up_to_that_of_its_totals() {
    let data = consolidated(&root().join("pipelines/babel.toml"));
    let mut compared = 0;
    for (place, unit) in data.units.iter().enumerate() {
        let totals = Role::ALL.map(|role| unit.lke.as_ref().and_then(|lke| lke.total(role)));
        let gaps = data.gaps.iter().filter(|gap| gap.unit == place);
        let sum: f64 = gaps.map(|gap| gap.points).sum();
        match totals {
            [Some(unit), Some(tpi)] => assert!((sum - (tpi - unit)).abs() < 1e-9, "{place}: {sum} {totals:?}"),
            _ => assert_eq!(sum, 0.0, "{place}"),
        }
        compared += usize::from(totals.iter().all(Option::is_some));
    }
    assert!(compared > 1);
}

#[test]
fn changes_and_differences_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let template = Template::lke_zi_2021();
    let unit = best(&template);
    let tpi = with(
        &template,
        &unit,
        &[
            ("A.I.1.i.a", Answer::Choice(1)),
            ("A.I.1.i.b", Answer::Blank),
            ("A.I.2.i.c", Answer::Choice(3)),
            ("A.II.4.i.a.2", Answer::Count(3.0)),
            ("A.II.5.iii.a.1.2", Answer::Count(9.0)),
            ("B.I.a", Answer::Scale(3.2)),
        ],
    );
    // The unit begins with a blank of its own.
    let unit = with(&template, &unit, &[("A.I.3.i.a", Answer::Blank)]);
    write_lke(folder, "both.xlsx", unit.clone(), tpi.clone());
    write_lke(folder, "before.xlsx", unit.clone(), Vec::from_iter(unit.iter().map(|_| Answer::Blank)));
    write_lke(folder, "after.xlsx", tpi, Vec::from_iter(unit.iter().map(|_| Answer::Blank)));
    let data = |name: &str| consolidated(&pipeline(folder, &[("1", name, "")], ""));
    let (both, before, after) = (data("both.xlsx"), data("before.xlsx"), data("after.xlsx"));
    let run = |number| RunRef {
        run: Some(number),
        at: both.run_at.to_zoned(jiff::tz::TimeZone::UTC),
        period: "2025-S2".to_owned(),
    };
    let changes = Changes::between((&run(1), &RunRecord::new(&before)), (&run(2), &RunRecord::new(&after)));
    let changed = &changes.satker[0].roles.unit;
    assert!(changed.nodes.len() >= 6, "{:?}", changed.nodes);
    for node in &changed.nodes {
        let below = format!("{}.", node.code);
        let gaps = both.gaps.iter().filter(|gap| {
            let code = &template.nodes[gap.node].code;
            code.strip_prefix(&below).is_some_and(|rest| !rest.contains('.')) || code.starts_with(&below)
        });
        let points: f64 = gaps.map(|gap| gap.points).sum();
        assert!((points - node.score.gain()).abs() < 1e-9, "{}: {points} {:?}", node.code, node.score);
    }
    // And the answers are shown alike: the percentage as its counts have it.
    let answer = changed.answers.iter().find(|answer| &*answer.code == "A.II.4.i.a").unwrap();
    assert_eq!((answer.from.as_deref(), answer.to.as_deref()), (Some("100,00 %"), Some("60,00 %")));
    let node = template.find("A.II.4.i.a").unwrap();
    let lke = both.units[0].lke.as_ref().unwrap();
    let shown = Role::ALL.map(|role| lke.role(role).unwrap().shown_answer(&template, node, Lang::Id));
    assert_eq!(shown, ["100,00 %", "60,00 %"]);
    let value = json::lke(&template, None, Some(lke), &[], Lang::Id);
    assert_eq!(common::node(&value["roles"]["tpi"], "A.II.4.i.a")["answer"], 0.6);
}

#[test]
fn a_verdict_that_hangs_on_a_claim_stands_beside_that_of_the_survey() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let template = Template::lke_zi_2021();
    let unit = best(&template);
    write_lke(folder, "a.xlsx", unit.clone(), with(&template, &unit, &[("B.I.a", Answer::Scale(3.0))]));
    write_lke(folder, "b.xlsx", unit.clone(), unit.clone());
    write_ipak(folder, "a.csv", "2025-09-03", 3);
    write_ipak(folder, "b.csv", "2025-09-04", 4);
    let path = pipeline(folder, &[("1", "a.xlsx", "a.csv"), ("2", "b.xlsx", "b.csv")], IPAK);
    let data = consolidated(&path);
    let decided = |unit: usize, role: Role| {
        let of_lke = data.units[unit].lke.as_ref().unwrap().role(role).unwrap().decisions[0].verdict.name();
        let by_survey = data.units[unit].by_survey[role].as_ref();
        (of_lke, by_survey.map(|decided| decided.decisions[0].verdict.name()))
    };
    assert_eq!(decided(0, Role::Unit), ("met", Some("not met")));
    assert_eq!(decided(0, Role::Tpi), ("not met", None), "stated as measured");
    assert_eq!(decided(1, Role::Unit), ("met", None));
    let by_survey = data.units[0].by_survey[Role::Unit].as_ref().unwrap();
    assert!((by_survey.total.score.unwrap() - (100.0 - 17.5 / 4.0)).abs() < 1e-9);

    let shown = text::run(&data, Lang::Id);
    assert!(shown.contains("WBK menurut survei: tidak memenuhi"), "{shown}");
    assert_eq!(shown.matches("WBK menurut survei").count(), 1);
    // Leaders are told what it hangs on.
    let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("1 KPU 1: WBK memenuhi, menurut survei tidak memenuhi; WBBM"), "{shown}");
    assert!(flat.contains("4,00 dalam LKE, 3,00 menurut survei"), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");

    let value = json::run(&data, &[], Lang::Id);
    let predicate = |satker: usize, role: &str| value["satker"][satker]["roles"][role]["predicates"][0].clone();
    assert_eq!(predicate(0, "unit")["by_survey"]["verdict"], "not met");
    assert_eq!(predicate(0, "unit")["by_survey"]["criteria"][0]["value"], 95.625);
    assert!(predicate(0, "tpi")["by_survey"].is_null() && predicate(1, "unit")["by_survey"].is_null());

    let tabs = RefreshPlan {
        pipeline: "uji".to_owned(),
        spreadsheet: String::new(),
        tabs: vec![(TableName::Summary, "Ringkasan".to_owned())],
    };
    let tab = &wanted(&tabs, &data, Lang::Id)[0].table.sections[0];
    let col = tab.headings[0].iter().position(|heading| heading.text == "WBK menurut survei").unwrap();
    let cells: Vec<&CellValue> = tab.rows.iter().map(|row| &row[col]).collect();
    assert_eq!(cells, [&CellValue::text("tidak memenuhi"), &CellValue::Empty]);
    assert!(tab.rows.iter().all(|row| row.len() == tab.columns.len()));

    let output = rekap().args(["run", "-q", "--no-history", path.to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let summary = sheet(&folder.join("out.xlsx"), "Ringkasan");
    let (wbk, by_survey) = (column(&summary, "WBK"), column(&summary, "WBK menurut survei"));
    assert_eq!(summary[4][wbk].to_string(), "memenuhi");
    assert_eq!(
        (summary[4][by_survey].to_string(), summary[5][by_survey].to_string()),
        ("tidak memenuhi".into(), String::new())
    );
    let criteria = sheet(&folder.join("out.xlsx"), "Syarat WBK-WBBM");
    let (verdict, second) = (column(&criteria, "Putusan"), column(&criteria, "Putusan menurut survei"));
    let value = column(&criteria, "Nilai menurut survei (poin)");
    let ipak = criteria
        .iter()
        .find(|row| {
            row[verdict] == "memenuhi" && row[4].to_string().to_lowercase().starts_with("nilai survey persepsi korupsi")
        })
        .unwrap();
    assert_eq!([verdict, value, second].map(|col| ipak[col].to_string()), ["memenuhi", "13.125", "tidak memenuhi"]);
}

#[test]
fn the_lke_is_held_against_the_survey_of_its_period_else_the_latest_of_its_year() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let template = Template::lke_zi_2021();
    let unit = with(&template, &best(&template), &[("B.I.a", Answer::Scale(3.2))]);
    write_lke(folder, "a.xlsx", unit.clone(), vec![Answer::Blank; unit.len()]);
    let mut export = String::new();
    for (day, value) in [("2024-09-01", 1), ("2025-03-01", 3), ("2025-09-01", 4)] {
        write_ipak(folder, "part.csv", day, value);
        let part = fs::read_to_string(folder.join("part.csv")).unwrap();
        export += if export.is_empty() { &part } else { part.split_once('\n').unwrap().1 };
    }
    fs::write(folder.join("a.csv"), export).unwrap();
    for (periods, told) in [
        (&["2025-S1", "2025-S2"][..], Some("2025-S2 menghasilkan 4,00")),
        (&["2025-S2", "2025-S1"], Some("2025-S2 menghasilkan 4,00")),
        (&["2025-S1", "2024-S2"], Some("2025-S1 menghasilkan 3,00")),
        (&["2025-S1", "2025"], Some("2025 menghasilkan 3,50")),
        (&["2025-S2", "2025"], Some("2025-S2 menghasilkan 4,00")),
        (&["2024-S2"], None),
    ] {
        let section = |period: &&str| format!("{IPAK}period = \"{period}\"\n\n");
        let surveys: String = periods.iter().map(section).collect();
        let data = consolidated(&pipeline(folder, &[("1", "a.xlsx", "a.csv")], &surveys));
        let value = json::run(&data, &[], Lang::Id);
        let found = of_code(&value["findings"], "KON001");
        let message = found.first().map(|finding| finding["message"].as_str().unwrap());
        assert_eq!(message.is_some(), told.is_some(), "{periods:?} {message:?}");
        assert!(message.is_none_or(|message| message.contains(told.unwrap())), "{periods:?} {message:?}");
    }
}

#[test]
fn what_is_barely_answered_is_shown_and_held_against_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let template = Template::lke_zi_2021();
    let full = best(&template);
    let indicators: Vec<usize> = template.indicators().collect();
    // All best, but for the first questions left: of 113 indicators 57 are half.
    let answered = |count: usize| {
        let mut answers = vec![Answer::Blank; full.len()];
        for &node in indicators.iter().filter(|&&node| full[node] != Answer::Blank).take(count) {
            answers[node] = full[node].clone();
        }
        answers
    };
    let half = with(&template, &full, &[("A.I.1.i.a", Answer::Choice(1))]);
    write_lke(folder, "full.xlsx", half, answered(57));
    write_lke(folder, "barely.xlsx", answered(56), full.clone());
    let data = consolidated(&pipeline(folder, &[("1", "full.xlsx", ""), ("2", "barely.xlsx", "")], ""));
    let ranks = |kode: usize| {
        let of_role = |role| data.ranking.iter().find(|row| row.unit == kode && row.role == role).unwrap();
        Role::ALL
            .map(|role| (of_role(role).total.rank, of_role(role).areas[0].rank, of_role(role).total.score.is_some()))
    };
    assert_eq!(ranks(0), [(Some(1), Some(1), true), (Some(2), Some(2), true)]);
    assert_eq!(ranks(1), [(None, None, true), (Some(1), Some(1), true)]);

    let value = json::run(&data, &[], Lang::Id);
    let comparable = |satker: usize, role: &str| value["satker"][satker]["roles"][role]["comparable"].clone();
    assert_eq!(
        [comparable(0, "unit"), comparable(0, "tpi"), comparable(1, "unit")],
        [true, true, false].map(Value::from)
    );
    let shown = text::run(&data, Lang::Id);
    assert!(shown.contains("unit: baru 56 dari 113 terjawab, belum dapat dibandingkan"), "{shown}");

    // Averages leave it out; its own differences do not.
    let run = RunRef { run: Some(1), at: data.run_at.to_zoned(jiff::tz::TimeZone::UTC), period: "2025-S2".to_owned() };
    let record = RunRecord::new(&data);
    let changes = Changes::between((&run, &record), (&run, &record));
    let total = |unit: usize, role| data.units[unit].lke.as_ref().unwrap().total(role);
    assert_eq!(changes.province.totals.unit.after, total(0, Role::Unit));
    let sum: f64 = data.gaps.iter().filter(|gap| gap.unit == 1).map(|gap| gap.points).sum();
    assert!((sum - (total(1, Role::Tpi).unwrap() - total(1, Role::Unit).unwrap())).abs() < 1e-9);
}

#[test]
fn missing_columns_and_files_are_called_by_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let header = "No;Penilaian;Bobot;Pilihan Jawaban;Jawaban TPI;Nilai TPI\n";
    let template = Template::lke_zi_2021();
    let rows: String = template
        .nodes
        .iter()
        .map(|node| {
            let answer = if node.code == "A.I.1.i.a" { "Ya" } else { "" };
            let weight = node.weight.map(|weight| weight.to_string()).unwrap_or_default();
            let kind = node.type_label.as_deref().unwrap_or_default();
            format!("{}.;\"{}\";{weight};{kind};{answer};\n", node.mark(), node.label.replace('"', "\"\""))
        })
        .collect();
    fs::write(folder.join("tpi.csv"), format!("{header}{rows}")).unwrap();
    let path = pipeline(folder, &[("1", "tpi.csv", "hilang.xlsx"), ("2", "hilang.xlsx", "hilang.xlsx")], IPAK);
    let data = consolidated(&path);
    let reason = data.ranking.iter().find(|row| row.unit == 0 && row.role == Role::Unit).unwrap().unranked.unwrap();
    assert_eq!(reason.text(Lang::Id), "lembar tanpa kolom unit");
    let missing = |unit: usize| {
        let findings = data.units[unit].findings.iter().filter(|finding| finding.code.entry().code == "SRC001");
        findings.map(|finding| finding.subject.as_deref().unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!((missing(0), missing(1)), (vec!["IPAK"], vec!["LKE, IPAK"]));
    assert_eq!(data.units[1].remarks().count(), 1);
    let shown = text::run(&data, Lang::Id).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(shown.contains("2: LKE, IPAK: Berkas") && shown.contains("1: IPAK: Berkas"), "{shown}");
}
