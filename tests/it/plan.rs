//! Action plans are read whatever page breaks did to them, put on a calendar, traced to the LKE; who is late is said.

use crate::common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, open_workbook};
use common::make::plans;
use common::make::sheet::{Sheet, Shown, to_xlsx};
use common::{babel, cell, check, codes, fixture, of_code, rekap, root, run, stderr, stdout};
use rekap::lke::template::Template;
use serde_json::Value;

/// The facts of a plan, a map a row.
fn facts(name: &str) -> Vec<BTreeMap<String, String>> {
    let path = root().join("fixtures/facts").join(format!("rencana_aksi_{name}.csv"));
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn numbers(value: &Value, key: &str) -> Vec<u64> {
    value.as_array().unwrap().iter().map(|entry| entry[key].as_u64().unwrap()).collect()
}

/// A plan in a file: rows of texts.
fn plan(folder: &Path, name: &str, rows: &[&[&str]]) -> PathBuf {
    let mut sheet = Sheet::named("Rencana");
    for (row, texts) in (0..).zip(rows) {
        for (col, text) in (0..).zip(*texts).filter(|(_, text)| !text.is_empty()) {
            sheet.put(row, col, Shown::text(*text));
        }
    }
    let path = folder.join(name);
    fs::write(&path, to_xlsx(&[sheet]).unwrap()).unwrap();
    path
}

#[test]
fn the_four_plans_have_the_rows_and_months_of_the_facts() {
    for (file, name, areas) in [
        ("zi-jambi-2025", "zi_jambi_2025", vec![12, 8, 18, 11, 18, 20]),
        ("zi-tegal-2022", "zi_tegal_2022", vec![5, 6, 18, 10, 19, 12]),
        ("rb-singkawang-2023", "rb_singkawang_2023", vec![13, 4, 3, 19, 15, 12, 21, 17]),
        ("rb-mesuji-2025", "rb_mesuji_2025", vec![20, 6, 4, 39, 18, 20, 39, 31]),
    ] {
        let (result, status) = check(&fixture(&format!("plans/{file}.xlsx")));
        assert_eq!((&result["kind"], &result["family"], status), (&"plan".into(), &file[..2].into(), 0), "{file}");
        assert_eq!(numbers(&result["areas"], "rows"), areas, "{file}");
        let (facts, items) = (facts(name), result["items"].as_array().unwrap());
        assert_eq!((items.len(), result["rows"].as_u64()), (facts.len(), Some(facts.len() as u64)), "{file}");
        for (fact, item) in facts.iter().zip(items) {
            let row = &fact["row"];
            assert_eq!(item["area"], fact["area_no"].parse::<u64>().unwrap(), "{file} {row}");
            let months: Option<Vec<u64>> = match fact.get("months") {
                Some(months) => Some(months.split(';').filter(|m| !m.is_empty()).map(|m| m.parse().unwrap()).collect()),
                None if (1..=12).all(|month| fact[&format!("m{month:02}")].is_empty()) => None,
                None => Some((1..=12).filter(|month| fact[&format!("m{month:02}")] == "√").collect()),
            };
            let read = item["months"].as_array().map(|months| months.iter().map(|m| m.as_u64().unwrap()).collect());
            assert_eq!(read, months, "{file} {row}: {item}");
            assert_eq!(item["indicator"].as_str().unwrap(), fact["indicator"].trim(), "{file} {row}");
            if let Some(evidence) = fact.get("evidence") {
                assert_eq!(item["evidence"].as_str().unwrap(), evidence, "{file} {row}");
                assert_eq!(item["component"].as_str().unwrap(), fact["component"], "{file} {row}");
            }
        }
    }
}

#[test]
fn at_least_95_of_100_rows_are_traced_and_none_wrongly() {
    let (mut all, mut found) = (0, 0);
    for (file, name) in [("zi-jambi-2025", "zi_jambi_2025"), ("zi-tegal-2022", "zi_tegal_2022")] {
        let (result, _) = check(&fixture(&format!("plans/{file}.xlsx")));
        for (fact, item) in facts(name).iter().zip(result["items"].as_array().unwrap()) {
            let traced = item["lke_code"].as_str().unwrap_or_default();
            all += usize::from(!fact["lke_code"].is_empty());
            found += usize::from(!traced.is_empty());
            assert!(traced.is_empty() || traced == fact["lke_code"], "{file} {}: {item}", fact["row"]);
        }
    }
    assert_eq!((found, all), (149, 155));
    assert!(found * 100 >= all * 95);
}

#[test]
fn the_text_is_a_small_calendar_in_eighty_columns() {
    let text = stdout(&run(&["check", "fixtures/plans/zi-jambi-2025.xlsx"]));
    assert!(text.starts_with("Rencana aksi Zona Integritas 2025, ditetapkan 4 Agustus 2025"), "{text}");
    assert!(text.contains("Terlacak ke indikator LKE: 87/87"), "{text}");
    let first = text.lines().find(|line| line.starts_with("1 Manajemen Perubahan")).unwrap();
    assert_eq!(first.split_whitespace().skip(3).collect::<Vec<_>>().join(" "), "12 · · · · · · · 8 10 9 9 9");
    let all = stdout(&run(&["check", "-v", "fixtures/plans/rb-mesuji-2025.xlsx"]));
    assert!(text.lines().chain(all.lines()).all(|line| line.chars().count() <= 80), "{all}");
}

#[test]
fn what_the_quirks_of_the_documents_must_give() {
    let found = |name: &str| check(&fixture(&format!("plans/{name}.xlsx"))).0["findings"].clone();
    let jambi = found("zi-jambi-2025");
    assert_eq!(codes(&jambi), ["RAK008", "RAK012", "RAK015"]);
    assert!(of_code(&jambi, "RAK015")[0]["message"].as_str().unwrap().contains("A.I.2.ii.c"));
    let tegal = found("zi-tegal-2022");
    assert_eq!(of_code(&tegal, "RAK014").len(), 8);
    assert!(of_code(&tegal, "RAK013")[0]["message"].as_str().unwrap().contains("21 Maret 2022"));
    assert!(codes(&found("rb-singkawang-2023")).contains(&"RAK011"));
}

#[test]
fn each_bad_input_has_its_own_finding_and_the_rest_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let header: &[&str] = &["No", "Komponen", "Indikator", "Langkah Aksi", "Bukti Fisik", "Target Waktu"];
    let good: &[&str] = &["i", "Penyusunan Tim Kerja", "Unit kerja telah membentuk tim", "Bentuk", "SK", "Mei 2025"];
    let one = |rows: &[&[&str]], arguments: &[&str]| -> Value {
        let path = plan(folder.path(), "uji.xlsx", rows);
        let output = run(&[&["check", "--format", "json", path.to_str().unwrap()], arguments].concat());
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let has = |result: &Value, code: &str, at: &str| {
        let found = of_code(&result["findings"], code);
        assert_eq!(found.len(), 1, "{code} of {:?}", codes(&result["findings"]));
        assert!(at.is_empty() || cell(found[0]) == at, "{}", found[0]);
    };
    let area: &[&str] = &["1. MANAJEMEN PERUBAHAN"];
    // Without a column of times; with a target nobody can read for certain; in another year.
    let result = one(&[&header[..5], area, &good[..5]], &[]);
    has(&result, "RAK005", "A1");
    assert_eq!((&result["rows"], &result["items"][0]["months"]), (&1.into(), &Value::Null));
    let unsure: &[&str] = &["", "", "Penentuan anggota tim dipilih melalui prosedur", "Pilih", "SK", "bila sempat"];
    let result = one(&[header, area, good, unsure], &[]);
    has(&result, "RAK009", "F4");
    assert_eq!(result["items"][0]["months"], serde_json::json!([5]));
    let title: &[&str] = &["RENCANA AKSI TAHUN 2024"];
    has(&one(&[title, header, area, good], &[]), "RAK007", "C4");
    // An area nobody knows; its rows are read without one.
    let result = one(&[header, &["7. AREA KEBAHAGIAAN"], good], &[]);
    has(&result, "RAK006", "A2");
    assert_eq!((&result["rows"], &result["items"][0]["area"]), (&1.into(), &Value::Null));
    // Areas in a column of another name.
    let header_with: &[&str] = &["No", "Program", "Kegiatan", "Indikator", "Target", "Waktu"];
    let result = one(
        &[
            header_with,
            &["I", "Manajemen Perubahan", "Rapat", "Unit kerja telah membentuk tim", "1 SK", "Mei s.d. Juli"],
            &["", "", "Rapat", "Hasil monitoring dan evaluasi telah ditindaklanjuti", "1", "Triwulan II"],
            &["II", "Penguatan Pengawasan", "UPG", "Pengendalian gratifikasi telah diimplementasikan", "1", "Mei"],
        ],
        &[],
    );
    let items = result["items"].as_array().unwrap();
    assert_eq!(items.iter().map(|item| item["area"].as_u64()).collect::<Vec<_>>(), [Some(1), Some(1), Some(5)]);
    assert_eq!(items[1]["lke_code"], "A.I.1.iii.c");
    assert_eq!(items[0]["months"], serde_json::json!([5, 6, 7]));
    // A header alone; no plan at all; a scan's text in one column.
    has(&one(&[header], &[]), "RAK003", "");
    has(&one(&[&["Barang", "Harga"], &["Kertas", "50000"]], &["--plan"]), "RAK001", "");
    let lines: Vec<String> = (0..40).map(|n| format!("{n}. Bentuk tim kerja, Agustus, dokumen {n}")).collect();
    let lines: Vec<[&str; 1]> = lines.iter().map(|line| [line.as_str()]).collect();
    let result = one(&lines.iter().map(|line| &line[..]).collect::<Vec<_>>(), &["--plan"]);
    has(&result, "RAK002", "A1:A40");
}

#[test]
fn the_province_shows_who_is_late_with_what() {
    let folder = tempfile::tempdir().unwrap();
    let result = babel(folder.path(), |text| text);
    assert_eq!(result["run"]["as_of"], "2025-12-01");
    let of =
        |kode: &str| result["satker"].as_array().unwrap().iter().find(|unit| unit["satker"] == kode).unwrap().clone();
    let two = of("1905")["plan"].clone();
    assert_eq!(two["sources"].as_array().unwrap().len(), 2);
    assert!(numbers(&two["areas"], "rows").iter().all(|rows| *rows > 0), "both files are one plan");
    let late = of_code(&result["findings"], "KON003");
    let by_satker = |kode: &str| late.iter().filter(|finding| finding["satker"] == kode).count();
    assert_eq!(by_satker("1971") as u64, of("1971")["plan"]["late"].as_u64().unwrap());
    assert!(by_satker("1971") > 0 && by_satker("1906") == 0, "an RB plan names no indicator");
    for finding in &late {
        let unit = of(finding["satker"].as_str().unwrap());
        let node = common::node(&unit["roles"]["unit"], finding["subject"].as_str().unwrap()).clone();
        assert!(node["score"].is_null() && node["ratio"].is_null() || node["evidence"] == 0, "{finding} {node}");
    }
    let mut book: Xlsx<_> = open_workbook(folder.path().join("out/rekap-2025-S2.xlsx")).unwrap();
    let mut rows =
        |name: &str| -> Vec<Vec<Data>> { book.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect() };
    let all: u64 = result["satker"].as_array().unwrap().iter().map(|unit| unit["plan"]["rows"].as_u64().unwrap()).sum();
    assert_eq!(rows("Rencana Aksi").len() as u64, all + 4);
    let schedule = rows("Jadwal");
    let pangkalpinang = schedule.iter().find(|row| row[0] == "1971").unwrap();
    assert_eq!(pangkalpinang[2].to_string(), of("1971")["plan"]["rows"].to_string());
    let traces = rows("Ketertelusuran");
    assert!(traces.iter().any(|row| row[0] == "A.I.1.i.a" && row.iter().any(|cell| *cell == "RJB")));
}

#[test]
fn deadlines_are_written_for_calendars() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(fixture("babel/lke-1902.xlsx"), folder.path().join("lke.xlsx")).unwrap();
    let header: &[&str] = &["No", "Komponen", "Indikator", "Langkah Aksi", "Bukti Fisik", "Target Waktu"];
    let long = "Penentuan anggota Tim dipilih melalui prosedur; jelas, terbuka";
    plan(
        folder.path(),
        "plan.xlsx",
        &[
            header,
            &["1. MANAJEMEN PERUBAHAN"],
            &["i", "Penyusunan Tim Kerja", "Unit kerja telah membentuk tim", "Bentuk", "SK", "April minggu ke 2 2025"],
            &["", "", long, "Pilih", "SK", "Juni dan Desember 2025"],
        ],
    );
    fs::write(folder.path().join("satker.csv"), "kode,nama,jenis,wbk,lke,plan\n1,Satu,kota,,lke.xlsx,plan.xlsx\n")
        .unwrap();
    let text = "name = \"uji\"\ntitle = \"Uji\"\nyear = 2025\nsemester = 2\nsatker = \"satker.csv\"\n\n[lke]\nsource = \"{lke}\"\n\n[plan]\nsource = \"{plan}\"\n\n[[output]]\nkind = \"xlsx\"\npath = \"r.xlsx\"\n";
    let path = folder.path().join("p.toml");
    fs::write(&path, text).unwrap();
    let calendar = folder.path().join("tenggat.ics");
    let arguments = ["run", "-q", path.to_str().unwrap(), "--ical", calendar.to_str().unwrap()];
    let output = rekap().args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let calendar = fs::read_to_string(calendar).unwrap();
    let starts: Vec<&str> = calendar.lines().filter(|line| line.starts_with("DTSTART")).collect();
    assert_eq!(starts, ["DTSTART;VALUE=DATE:20250414", "DTSTART;VALUE=DATE:20250630", "DTSTART;VALUE=DATE:20251231"]);
    assert!(calendar.contains("DTEND;VALUE=DATE:20250701") && calendar.contains("END:VCALENDAR"), "{calendar}");
    assert!(calendar.replace("\r\n ", "").contains("prosedur\\; jelas\\, terbuka"), "{calendar}");
    // Who expects the other family is told, and the plan is read all the same.
    fs::write(&path, text.replace("[plan]\n", "[plan]\nfamily = \"rb\"\n")).unwrap();
    let output = run(&["run", "-q", "--format", "json", path.to_str().unwrap()]);
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(of_code(&result["findings"], "RAK004").len(), 1);
    assert_eq!(result["satker"][0]["plan"]["rows"], 2);
    for (wrong, words) in [("family = \"zb\"", "zi, rb"), ("as_of = 1", "p.toml:6"), ("target = 1", "target")] {
        let text = match wrong.starts_with("as_of") {
            true => text.replace("\n[lke]", &format!("{wrong}\n\n[lke]")),
            false => text.replace("[plan]\n", &format!("[plan]\n{wrong}\n")),
        };
        fs::write(&path, text).unwrap();
        let output = run(&["run", path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
}

#[test]
fn a_plan_over_new_year_is_due_in_its_own_years() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(fixture("babel/lke-1902.xlsx"), folder.path().join("lke.xlsx")).unwrap();
    let header: &[&str] = &["No", "Komponen", "Indikator", "Langkah Aksi", "Bukti Fisik", "Target Waktu"];
    let row = |indicator: &'static str, target: &'static str| ["", "", indicator, "Susun", "SK", target];
    plan(
        folder.path(),
        "plan.xlsx",
        &[
            header,
            &["1. MANAJEMEN PERUBAHAN"],
            &row("Sudah ditetapkan agen perubahan", "Desember 2025, Januari 2026"),
            &row("Unit kerja telah membentuk tim", "Juli 2024 - Desember 2025"),
            &row("Penentuan anggota tim dipilih melalui prosedur", "Setiap bulan Juni dan Desember"),
        ],
    );
    fs::write(folder.path().join("satker.csv"), "kode,nama,jenis,wbk,lke,plan\n1,Satu,kota,,lke.xlsx,plan.xlsx\n")
        .unwrap();
    let text = "name = \"uji\"\ntitle = \"Uji\"\nyear = 2025\nsemester = 2\nsatker = \"satker.csv\"\nas_of = 2025-12-01\n\n[lke]\nsource = \"{lke}\"\n\n[plan]\nsource = \"{plan}\"\n\n[[output]]\nkind = \"xlsx\"\npath = \"r.xlsx\"\n";
    let path = folder.path().join("p.toml");
    fs::write(&path, text).unwrap();
    let output = run(&["run", "-q", "--no-history", "--format", "json", path.to_str().unwrap()]);
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    let items = result["satker"][0]["plan"]["items"].as_array().unwrap().clone();
    let all = |key: &str| items.iter().map(|item| item[key].clone()).collect::<Vec<_>>();
    let json = |text: &str| serde_json::from_str::<Vec<Value>>(text).unwrap();
    assert_eq!(all("months"), json("[[12, 1], null, [6, 12]]"));
    assert_eq!(all("years"), json("[[2025, 2026], null, [2025, 2025]]"));
    assert_eq!(all("due"), json(r#"[["2026-01-31"], [], ["2025-06-30", "2025-12-31"]]"#));
    assert_eq!(of_code(&result["findings"], "RAK007").len(), 0, "it begins in the year of the pipeline");
    assert_eq!(of_code(&result["findings"], "RAK009").len(), 1);
    let mut book: Xlsx<_> = open_workbook(folder.path().join("r.xlsx")).unwrap();
    let rows = book.worksheet_range("Jadwal").unwrap();
    let months: Vec<String> = rows.rows().nth(3).unwrap().iter().map(ToString::to_string).collect();
    let of = |group: &str| {
        let col = months.iter().position(|month| month == group).unwrap();
        rows.rows().nth(5).unwrap()[col].to_string()
    };
    assert_eq!(["Jan", "Jun", "Des", "Tahun lain", "Jumlah baris"].map(of), ["", "1", "1", "1", "2"]);
    let rows = book.worksheet_range("Rencana Aksi").unwrap();
    let january = rows.rows().nth(3).unwrap().iter().position(|heading| *heading == "Jan").unwrap();
    assert_eq!(rows.rows().nth(4).unwrap()[january].to_string(), "2026");
}

#[test]
fn what_is_late_is_one_number_on_every_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let result = babel(folder.path(), |text| text);
    let told: Vec<f64> =
        result["satker"].as_array().unwrap().iter().map(|of| of["plan"]["late"].as_f64().unwrap_or_default()).collect();
    assert!(told.iter().sum::<f64>() > 0.0);
    let mut book: Xlsx<_> = open_workbook(folder.path().join("out/rekap-2025-S2.xlsx")).unwrap();
    let mut column = |sheet: &str, heading: &str, beside: usize, first: usize| -> Vec<f64> {
        let rows = book.worksheet_range(sheet).unwrap();
        let col = rows.rows().find_map(|row| row.iter().position(|cell| *cell == heading)).unwrap() + beside;
        let number = |row: &[Data]| if let Data::Float(number) = row[col] { number } else { 0.0 };
        rows.rows().skip(first).take(told.len()).map(number).collect()
    };
    assert_eq!(column("Jadwal", "Jumlah baris", 1, 5), told);
    assert_eq!(column("Ringkasan", "Terlambat", 0, 4), told);
}

#[test]
fn committed_plans_are_what_the_program_makes() {
    for (name, made) in plans::files() {
        assert!(fs::read(fixture(&format!("plans/{name}"))).unwrap() == made, "{name}: cargo run --example fixtures");
    }
    let template = Template::lke_zi_2021();
    for kode in ["1900", "1901", "1902", "1903", "1904", "1905", "1906", "1971"] {
        for (name, made) in plans::of_satker(&template, kode) {
            assert!(fs::read(fixture(&format!("babel/{name}"))).unwrap() == made, "{name}");
        }
    }
}
