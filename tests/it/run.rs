//! A province is consolidated: every satker, one workbook, ranks; and what fails is said where a clerk looks.

use crate::common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use calamine::{Data, DataType, Reader, Xlsx, open_workbook};
use common::crash::{Moment, campaign};
use common::{babel, codes, fixture, pipeline, run, stderr, stdout};
use serde_json::Value;

type Rows = Vec<Vec<Data>>;

/// The sheets of a workbook, by name.
fn sheets(path: &Path) -> BTreeMap<String, Rows> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let names = book.sheet_names();
    names
        .into_iter()
        .map(|name| (name.clone(), book.worksheet_range(&name).unwrap().rows().map(<[Data]>::to_vec).collect()))
        .collect()
}

/// The row whose first cells hold the given texts.
fn row<'a>(rows: &'a Rows, start: &[&str]) -> &'a [Data] {
    let shown = |cell: &Data| cell.to_string();
    let found = rows.iter().find(|row| start.iter().zip(row.iter()).all(|(text, cell)| shown(cell) == *text));
    found.unwrap_or_else(|| panic!("no row {start:?}"))
}

#[test]
fn babel_is_consolidated_and_ranked() {
    let folder = tempfile::tempdir().unwrap();
    let result = babel(folder.path(), |text| text);
    assert_eq!(result["satker"].as_array().unwrap().len(), 8);
    assert_eq!(result["run"]["period"], "2025-S2");
    let ranks: BTreeMap<_, _> = result["satker"]
        .as_array()
        .unwrap()
        .iter()
        .map(|satker| (satker["satker"].as_str().unwrap(), satker["ranks"]["unit"].as_u64()))
        .collect();
    let expected = [
        ("1900", Some(4)),
        ("1901", Some(5)),
        ("1902", Some(2)),
        ("1903", Some(6)),
        // Its "3 kasus" makes A.II.3.iii.a unanswered, whatever percentage is typed above it.
        ("1904", Some(3)),
        ("1905", None),
        ("1906", Some(7)),
        ("1971", Some(1)),
    ];
    assert_eq!(ranks, BTreeMap::from(expected));
    assert_eq!(
        result["outputs"],
        serde_json::json!([
            "out/rekap-2025-S2.xlsx",
            "out/peringkat-2025-S2.csv",
            "out/temuan-2025-S2.csv",
            "out/tenggat-2025.ics"
        ])
    );

    let sheets = sheets(&folder.path().join("out/rekap-2025-S2.xlsx"));
    let names: Vec<_> = sheets.keys().map(String::as_str).collect();
    for name in [
        "Ringkasan",
        "Peringkat",
        "Area",
        "Indikator",
        "Indikator TPI",
        "Selisih TPI",
        "Syarat WBK-WBBM",
        "SKM",
        "IPAK-IPKP",
        "Responden",
        "Saran",
        "Rencana Aksi",
        "Jadwal",
        "Ketertelusuran",
        "Temuan",
        "Sumber",
    ] {
        assert!(names.contains(&name), "{name} of {names:?}");
    }
    for (name, rows) in &sheets {
        assert!(rows.iter().flatten().all(|cell| !matches!(cell, Data::Error(_))), "an error cell on {name}");
    }
    let pangkalpinang = row(&sheets["Ringkasan"], &["1971", "KPU Kota Pangkalpinang", "1"]);
    assert!((pangkalpinang[3].as_f64().unwrap() - 88.483193).abs() < 1e-6);
    let unranked = row(&sheets["Peringkat"], &["unit", "", "1905"]);
    assert_eq!(unranked.last().unwrap().to_string(), "belum ada jawaban");
    assert_eq!(row(&sheets["Peringkat"], &["unit", "2", "1902"])[3].to_string(), "KPU Kabupaten Belitung");
    let source = row(&sheets["Sumber"], &["1971"]);
    assert_eq!(source[3].to_string(), "../fixtures/babel/lke-1971.xlsx");
    assert_eq!(source[5].to_string().len(), 64);
}

#[test]
fn totals_are_live_formulas_whose_saved_results_are_the_programs() {
    let folder = tempfile::tempdir().unwrap();
    let result = babel(folder.path(), |text| text);
    let mut book: Xlsx<_> = open_workbook(folder.path().join("out/rekap-2025-S2.xlsx")).unwrap();
    let values = book.worksheet_range("Ringkasan").unwrap();
    let formulas = book.worksheet_formula("Ringkasan").unwrap();
    for (place, satker) in result["satker"].as_array().unwrap().iter().enumerate() {
        let row = 4 + place as u32;
        let unit = &satker["roles"]["unit"];
        if unit["total"].is_null() {
            continue;
        }
        assert!(formulas.get_value((row, 3)).unwrap().contains("SUM(G"), "the total adds up its components");
        assert!((values.get_value((row, 3)).unwrap().as_f64().unwrap() - unit["total"].as_f64().unwrap()).abs() < 1e-9);
        for (offset, area) in unit["areas"].as_array().unwrap().iter().enumerate() {
            let at = (row, 8 + offset as u32);
            assert!(
                formulas.get_value(at).unwrap().starts_with("Area!")
                    || formulas.get_value(at).unwrap().starts_with("'Area'!")
            );
            assert!((values.get_value(at).unwrap().as_f64().unwrap() - area["score"].as_f64().unwrap()).abs() < 1e-9);
        }
    }
    let formulas = book.worksheet_formula("Area").unwrap();
    assert_eq!(formulas.get_value((5, 3)).unwrap(), "'Indikator'!F8", "Pemenuhan comes from the indicators");
}

#[test]
fn a_satker_that_fails_is_named_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| fixture(name).to_str().unwrap().to_owned();
    let (good, broken, other) =
        (file("babel/lke-1902.xlsx"), file("broken/terpotong.xlsx"), file("broken/dokumen-lain.xlsx"));
    let path =
        pipeline(folder.path(), &[("1", &good), ("2", &broken), ("3", "tidak-ada.xlsx"), ("4", &other), ("5", "")]);
    let output = run(&["run", "--format", "json", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    let of = |place: usize| codes(&result["satker"][place]["findings"]).first().copied().unwrap_or_default().to_owned();
    assert_eq!([of(1), of(2), of(3), of(4)], ["SRC004", "SRC001", "SRC031", "SRC009"].map(str::to_owned));
    assert!(result["satker"][0]["roles"]["unit"]["total"].is_f64());
    let sheets = sheets(&folder.path().join("out/rekap.xlsx"));
    for (kode, words) in
        [("2", "rusak atau terpotong"), ("3", "tidak ada"), ("4", "bukan LKE"), ("5", "kosong di daftar satker")]
    {
        let remark = row(&sheets["Ringkasan"], &[kode]).last().unwrap().to_string();
        assert!(remark.contains(words), "{kode}: {remark}");
        row(&sheets["Temuan"], &[kode]);
    }
    assert!(stderr(&output).contains("2 KPU 2: –"), "{}", stderr(&output));
    let text = stdout(&run(&["run", "-q", path.to_str().unwrap()]));
    assert!(text.contains("LKE tidak terbaca") && text.contains("2: Berkas rusak"), "{text}");
    assert!(text.lines().filter(|line| !line.starts_with("Ditulis")).all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn a_satkers_formulas_stay_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = pipeline(folder.path(), &[("=1+1", "=cmd|' /C calc'!A0")]);
    assert_eq!(run(&["run", "-q", path.to_str().unwrap()]).status.code(), Some(1));
    let mut book: Xlsx<_> = open_workbook(folder.path().join("out/rekap.xlsx")).unwrap();
    for name in ["Ringkasan", "Temuan", "Sumber"] {
        let formulas = book.worksheet_formula(name).unwrap();
        assert!(!formulas.used_cells().any(|(_, _, formula)| formula.contains("cmd") || formula == "1+1"), "{name}");
    }
    let csv = fs::read_to_string(folder.path().join("out/peringkat.csv")).unwrap();
    assert!(csv.contains("'=1+1"), "{csv}");
}

#[test]
fn equal_scores_share_a_rank_and_the_next_is_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let file = |kode: &str| fixture(&format!("babel/lke-{kode}.xlsx")).to_str().unwrap().to_owned();
    let (best, second) = (file("1971"), file("1902"));
    let path = pipeline(folder.path(), &[("a", &best), ("b", &second), ("c", &best), ("d", &file("1906"))]);
    let result: Value =
        serde_json::from_slice(&run(&["run", "-q", "--format", "json", path.to_str().unwrap()]).stdout).unwrap();
    let ranks: Vec<_> =
        result["satker"].as_array().unwrap().iter().map(|s| s["ranks"]["unit"].as_u64().unwrap()).collect();
    assert_eq!(ranks, [1, 3, 1, 4]);
    let csv = fs::read_to_string(folder.path().join("out/peringkat.csv")).unwrap();
    assert!(csv.starts_with("\u{feff}Peran;Peringkat;Kode;Satker;Total;"), "{csv}");
    assert!(csv.contains(";1 Manajemen Perubahan – Nilai;1 Manajemen Perubahan – Peringkat;"), "{csv}");
    assert!(csv.lines().nth(1).unwrap().starts_with("unit;1;a;KPU a;88,48"), "{csv}");

    let text = fs::read_to_string(&path).unwrap();
    let (as_csv, of_machines) = ("kind = \"csv\"", "kind = \"csv\"\ndialect = \"rfc4180\"");
    fs::write(&path, text.replace(as_csv, of_machines)).unwrap();
    assert_eq!(run(&["run", "-q", path.to_str().unwrap()]).status.code(), Some(0));
    let csv = fs::read_to_string(folder.path().join("out/peringkat.csv")).unwrap();
    assert!(csv.starts_with("kode,nama,peran,peringkat,total,area_1,peringkat_area_1,"), "{csv}");
    assert!(csv.lines().nth(1).unwrap().starts_with("a,KPU a,unit,1,88.48"), "{csv}");
    // Of a dialect nobody knows nothing is written, and the known ones are named.
    fs::write(&path, text.replace(as_csv, "kind = \"csv\"\ndialect = \"exel\"")).unwrap();
    let refused = run(&["run", "-q", path.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && said.contains("excel") && said.contains("rfc4180"), "{said}");
}

#[test]
fn mistakes_in_pipeline_and_registry_name_line_and_key_and_write_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let good = fixture("babel/lke-1902.xlsx");
    let path = pipeline(folder.path(), &[("1", good.to_str().unwrap())]);
    let text = fs::read_to_string(&path).unwrap();
    let registry = fs::read_to_string(folder.path().join("satker.csv")).unwrap();
    let fails = |text: &str, registry: &str, place: &str, words: &str| {
        fs::write(&path, text).unwrap();
        fs::write(folder.path().join("satker.csv"), registry).unwrap();
        let output = run(&["run", path.to_str().unwrap()]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(place) && said.contains(words), "expected {place} {words}: {said}");
        assert!(output.stdout.is_empty() && !folder.path().join("out").exists());
    };
    let replaced = |from: &str, to: &str| text.replacen(from, to, 1);
    fails(&replaced("title", "judul"), &registry, "p.toml:2:1", "kunci \"judul\" tidak dikenal");
    fails(&replaced("2025", "\"2025\""), &registry, "p.toml:3:8", "seharusnya bilangan bulat");
    fails(&replaced("semester = 2", "semester = 3"), &registry, "p.toml:4:12", "1 atau 2");
    fails(&replaced("satker.csv", "satuan.csv"), &registry, "p.toml:5:10", "daftar satker tidak ada");
    fails(&replaced("{lke}", "{lk}"), &registry, "p.toml:8:10", "{lk} bukan kolom daftar satker");
    fails(&replaced("source = \"{lke}\"", ""), &registry, "p.toml:7:1", "kunci \"source\" belum ada");
    fails(&replaced("kind = \"xlsx\"", "kind = \"pdf\""), &registry, "p.toml:11:8", "xlsx, csv");
    fails(&replaced("table = \"ranking\"", ""), &registry, "p.toml:15:8", "\"table\" belum ada");
    fails(&replaced("peringkat.csv", "rekap.xlsx"), &registry, "p.toml:17:8", "dua keluaran");
    fails(&replaced("out/rekap.xlsx", "out/{tahun}.xlsx"), &registry, "p.toml:12:8", "\"{tahun}\" tidak dikenal");
    fails(&replaced("title = \"Uji\"", "title = \"Uji"), &registry, "p.toml:2:", "penulisan TOML keliru");
    fails(&replaced("source =", "template = \"lke-zi-2020\"\nsource ="), &registry, "p.toml:8:12", "lke-zi-2020");
    fails(&text, &registry.replace("kode,nama", "kode,name"), "satker.csv:1:1", "kolom \"nama\" belum ada");
    fails(&text, &format!("{registry}1,Lagi,kota,,x\n"), "satker.csv:3:1", "kode 1 ada dua");
    fails(&text, &format!("{registry},Tanpa kode,kota,,x\n"), "satker.csv:3:1", "kode satker kosong");
    fails(&text, &registry.replace("kota,,", "kota,mungkin,"), "satker.csv:2:4", "wbk \"mungkin\" tidak jelas");
    fails(&text, "kode,nama,jenis,wbk,lke\n", "satker.csv", "tidak berisi satker");
    assert_eq!(run(&["run", "tidak-ada.toml"]).status.code(), Some(2));
    assert_eq!(run(&["jalan"]).status.code(), Some(2));
}

#[test]
fn an_output_that_cannot_be_written_leaves_the_earlier_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = pipeline(folder.path(), &[("1", fixture("babel/lke-1902.xlsx").to_str().unwrap())]);
    assert_eq!(run(&["run", "-q", path.to_str().unwrap()]).status.code(), Some(0));
    let before = fs::read(folder.path().join("out/rekap.xlsx")).unwrap();
    // The ranking's place is taken by a folder: neither file may change.
    fs::remove_file(folder.path().join("out/peringkat.csv")).unwrap();
    fs::create_dir_all(folder.path().join("out/peringkat.csv/x")).unwrap();
    let text = fs::read_to_string(&path).unwrap().replace("Uji\"", "Uji lain\"");
    fs::write(&path, text).unwrap();
    let output = run(&["run", "-q", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("tidak dapat ditulis"), "{}", stderr(&output));
    let after = fs::read(folder.path().join("out/rekap.xlsx")).unwrap();
    assert!(after == before, "the workbook was replaced though the ranking could not be");
}

#[test]
fn killed_at_any_moment_outputs_are_whole_and_of_one_run_or_finished_by_the_next() {
    let report = campaign(env!("CARGO_BIN_EXE_rekap").as_ref(), 50, 5, Moment::Change);
    assert!(report.killed == 50 && report.half + report.whole >= 10, "{report:?}");
}

#[test]
fn a_satker_that_sent_something_else_is_told_what_it_sent() {
    let folder = tempfile::tempdir().unwrap();
    let akip = "NO,KOMPONEN,SUB-KOMPONEN,BOBOT\nA,Perencanaan Kinerja,,30\n";
    fs::write(folder.path().join("akip.csv"), akip).unwrap();
    let survey = fixture("babel/skm-1971.csv");
    let lke = fixture("babel/lke-1971.xlsx");
    let satker = [("1", "akip.csv"), ("2", survey.to_str().unwrap()), ("3", lke.to_str().unwrap())];
    let path = pipeline(folder.path(), &satker);
    let output = run(&["run", "-q", "--format", "json", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    let told = |satker: usize| result["satker"][satker]["findings"][0]["message"].as_str().unwrap().to_owned();
    assert_eq!(told(0), "Berkas ini tampaknya LKE AKIP, bukan LKE Zona Integritas.");
    assert!(told(1).contains("jawaban survei"), "{}", told(1));
    assert!(result["satker"][2]["roles"]["unit"]["total"].is_number());
}

#[test]
fn a_value_of_the_registry_that_says_nothing_known_is_a_finding_of_its_satker() {
    let folder = tempfile::tempdir().unwrap();
    let path = pipeline(folder.path(), &[("1", fixture("babel/lke-1902.xlsx").to_str().unwrap())]);
    let registry = folder.path().join("satker.csv");
    let text = fs::read_to_string(&registry).unwrap();
    fs::write(&registry, text.replace("kota", "propinsi")).unwrap();
    let output = run(&["run", "--format", "json", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let result: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let findings = result["findings"].as_array().unwrap();
    let told = findings.iter().find(|finding| finding["code"] == "KON006").unwrap();
    assert_eq!(told["satker"], "1");
    let message = told["message"].as_str().unwrap();
    assert!(message.contains("propinsi") && message.contains("kolom jenis, baris 2"), "{message}");
    // What is remembered of runs stays out of a repository.
    assert!(folder.path().join(".rekap/.gitignore").is_file() && folder.path().join(".rekap/CACHEDIR.TAG").is_file());
}
