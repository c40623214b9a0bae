//! Survey responses become an index: from whatever export, or not at all and with the reason; and nobody's name gets out.

use crate::common;

use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, open_workbook_auto};
use common::make::surveys::{exports, instrument, stated};
use common::{cell, codes, fixture, is_close, of_code, rekap, run, stderr, stdout};
use serde_json::Value;

/// What `rekap check --instrument` says of a file as JSON, with its exit status.
fn examine(path: &Path, instrument: &str, more: &[&str]) -> (Value, i32) {
    let arguments = ["check", "--format", "json", path.to_str().unwrap(), "--instrument", instrument];
    let output = run(&[&arguments, more].concat());
    let value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(&output)));
    (value, output.status.code().unwrap())
}

/// What it says on the screen, which alone shows wordings nobody understood.
fn said(path: &Path, instrument: &str) -> String {
    let output = run(&["check", path.to_str().unwrap(), "--instrument", instrument]);
    stdout(&output).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A file of a folder with this content.
fn put(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    path
}

/// A table of nine unsur as words or digits: header, then rows.
fn skm(rows: &[[&str; 9]]) -> String {
    let skm = instrument("skm-2017");
    let questions: Vec<String> = skm.elements.iter().map(|element| element.question.clone()).collect();
    let rows = rows.iter().map(|row| row.join(";") + "\n");
    format!("{}\n{}", questions.join(";"), rows.collect::<String>())
}

fn element<'a>(result: &'a Value, code: &str) -> &'a Value {
    let elements = result["elements"].as_array().unwrap();
    elements.iter().find(|element| element["code"] == code).unwrap_or_else(|| panic!("{code}"))
}

#[test]
fn the_published_report_is_reproduced() {
    let output = run(&["check", "fixtures/babel/skm-1971.csv"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("IKM 91,76") && text.contains("A Sangat Baik"), "{text}");
    let published = ["3,82", "3,73", "3,53", "4,00", "3,72", "3,63", "3,68", "3,65", "3,27"];
    for (code, nrr) in (1..).zip(published) {
        let line = text.lines().find(|line| line.trim_start().starts_with(&format!("U{code} "))).expect("a line");
        assert!(line.contains(nrr), "{line}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");

    let (result, _) = examine(&fixture("babel/skm-1971.csv"), "skm-2017", &[]);
    assert!(is_close(&result["index"], 91.759259), "{}", result["index"]);
    let sums: Vec<f64> = (1..=9).map(|n| element(&result, &format!("U{n}"))["sum"].as_f64().unwrap()).collect();
    assert_eq!(sums, [229.0, 224.0, 212.0, 240.0, 223.0, 218.0, 221.0, 219.0, 196.0]);
    assert_eq!((&result["responses"], &result["valid"]), (&60.into(), &60.into()));
    let grades: String =
        (1..=9).map(|n| element(&result, &format!("U{n}"))["grade"].as_str().unwrap().to_owned()).collect();
    assert_eq!(grades, "AAAAAAAAB");
    let (ipak, _) = examine(&fixture("babel/ipak-1971.xlsx"), "ipak", &[]);
    assert!(is_close(&ipak["mean"], 3.962) && is_close(&ipak["index"], 99.05), "{} {}", ipak["mean"], ipak["index"]);
    assert_eq!(ipak["n"], 100);
}

#[test]
fn every_awkward_export_reads_as_what_was_put_in() {
    let folder = tempfile::tempdir().unwrap();
    for kode in ["1900", "1901", "1902", "1971"] {
        for (name, bytes) in exports(kode) {
            let id = match name.split('-').next() {
                Some("skm") => "skm-2017",
                Some(other) => other,
                None => unreachable!(),
            };
            let (result, status) = examine(&put(folder.path(), &name, bytes), id, &[]);
            assert_eq!(status, 0, "{name}");
            let mean = result["mean"].as_f64().unwrap();
            assert!((mean - stated(kode, id)).abs() < 0.005 + 1e-9, "{name}: {mean}");
            assert_eq!(result["elements"].as_array().unwrap().len(), instrument(id).elements.len(), "{name}");
            let (low, high) =
                (result["interval"]["low"].as_f64().unwrap(), result["interval"]["high"].as_f64().unwrap());
            assert!(low < result["index"].as_f64().unwrap() && result["index"].as_f64().unwrap() < high, "{name}");
        }
    }
    // Eight unsur; two questions for some; responses sent twice; wordings nobody knows.
    let of = |name: &str| examine(&fixture(&format!("babel/{name}")), "skm-2017", &[]).0;
    let eight = of("skm-1903.ods");
    assert_eq!(eight["elements"].as_array().unwrap().len(), 8);
    assert_eq!(of_code(&eight["findings"], "SKM005")[0]["subject"], "U8");
    let doubled = of("skm-1904.csv");
    assert_eq!(of_code(&doubled["findings"], "SKM006").len(), 5);
    assert_eq!(element(&doubled, "U1")["n"], doubled["valid"], "two questions, one answer");
    assert_eq!(of("skm-1905.csv")["quality"]["duplicates"], 3);
    // More than one in twenty answers of a question are lost: no index.
    let doubtful = of("skm-1906.csv");
    let found = codes(&doubtful["findings"]);
    for code in ["SKM008", "SKM014", "SKM028"] {
        assert!(found.contains(&code), "{code} of {found:?}");
    }
    assert!(doubtful["index"].is_null(), "{doubtful}");
    let unknown = of_code(&doubtful["findings"], "SKM008")[0]["message"].as_str().unwrap();
    assert!(unknown.contains("13 dari 112") && !unknown.contains("Lumayan"), "{unknown}");
    let shown = said(&fixture("babel/skm-1906.csv"), "skm-2017");
    assert!(shown.contains("\"Lumayan\" 13×"), "{shown}");
    assert!(of_code(&of("skm-1902.xlsx")["findings"], "SKM012").len() == 2, "U8 and U9 are read in list order");
}

#[test]
fn another_office_with_other_wordings_is_read_or_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let words = "Waktu Isian\tKeramahan staf kami\tSarana yang tersedia\tCepat tidaknya waktu layanan\tPersyaratan jelas?\n\
                 05/08/2025\tsangat ramah\tBaik\tKURANG CEPAT\tsesuai\n\
                 25/08/2025\tRamah\tsangat  baik\tcepat\tTidak Sesuai\n";
    let (read, status) = examine(&put(folder.path(), "lain.tsv", words), "skm-2017", &["--period", "2025-S2"]);
    assert_eq!((status, codes(&read["findings"])[0]), (1, "SKM032"), "four of nine elements have no grade");
    assert!(read["grade"].is_null());
    let sums: Vec<_> =
        ["U1", "U3", "U7", "U9"].iter().map(|code| element(&read, code)["sum"].as_f64().unwrap()).collect();
    assert_eq!(sums, [4.0, 5.0, 7.0, 7.0]);

    let nothing = "Nama barang;Jumlah;Harga\nKertas;3;50000\n";
    let (refused, status) = examine(&put(folder.path(), "belanja.csv", nothing), "skm-2017", &[]);
    assert_eq!((codes(&refused["findings"])[0], status), ("SKM001", 1));
    assert!(refused["index"].is_null());
    // An instrument that is named is used; that the file is wholly another survey is said.
    let (other, status) = examine(&fixture("babel/ipkp-1900.csv"), "skm-2017", &[]);
    let found = of_code(&other["findings"], "SKM046");
    assert!(status == 0 && found[0]["message"].as_str().unwrap().contains("Persepsi"), "{}", other["findings"]);
    let corruption =
        "Tidak ada diskriminasi;Tidak ada kecurangan;Tidak ada imbalan;Tidak ada pungli;Tidak ada calo\n4;4;4;4;3\n";
    let (other, status) = examine(&put(folder.path(), "spak.csv", corruption), "skm-2017", &[]);
    assert_eq!((codes(&other["findings"]), status), (vec!["SKM002"], 1));
}

#[test]
fn each_bad_input_has_its_own_finding_with_column_and_examples() {
    let folder = tempfile::tempdir().unwrap();
    let good = ["3"; 9];
    let with = |place: usize, values: &[&'static str]| {
        let rows: Vec<[&str; 9]> = values
            .iter()
            .map(|value| {
                let mut row = good;
                row[place] = value;
                row
            })
            .collect();
        put(folder.path(), "uji.csv", skm(&rows))
    };
    let the = |result: &Value, code: &str, at: &str, words: &str| {
        let found = of_code(&result["findings"], code);
        assert_eq!(found.len(), 1, "{code}: {:?}", codes(&result["findings"]));
        let message = found[0]["message"].as_str().unwrap();
        assert!(cell(found[0]) == at && message.contains(words), "{code} {message} {}", found[0]["place"]);
    };
    // Mostly unknown wordings: no index from what is left of them.
    let (result, status) = examine(&with(2, &["Oke", "Oke", "Lumayan", "Cepat"]), "skm-2017", &[]);
    the(&result, "SKM008", "C1", "3 dari 4 jawaban tidak dikenali: 3 isian lain");
    assert!(said(&folder.path().join("uji.csv"), "skm-2017").contains("\"Oke\" 2×"));
    assert_eq!((result["index"].is_null(), status), (true, 1));
    // Values off the scale: many are another scale, one in twenty is a slip.
    let (result, status) = examine(&with(1, &["0", "5", "3,5", "4", "2", "3", "1", "2"]), "skm-2017", &[]);
    the(&result, "SKM028", "B1", "bukan skala 1–4: \"0\" 1×");
    assert_eq!((result["index"].is_null(), status), (true, 1));
    let slip: Vec<&str> = ["5"].into_iter().chain(["3"; 19]).collect();
    let (result, _) = examine(&with(1, &slip), "skm-2017", &[]);
    the(&result, "SKM010", "B1", "1 jawaban di luar skala");
    assert_eq!((&element(&result, "U2")["n"], &element(&result, "U2")["sum"]), (&19.into(), &57.0.into()));
    let (result, _) = examine(&with(1, &["3", "tiga", "4", "2"]), "skm-2017", &[]);
    the(&result, "SKM009", "B1", "1 isian lain");
    assert!(said(&folder.path().join("uji.csv"), "skm-2017").contains("\"tiga\" 1×"));
    // Nothing below the header; nothing at all.
    let (result, status) = examine(&put(folder.path(), "uji.csv", skm(&[])), "skm-2017", &[]);
    assert_eq!((codes(&result["findings"]), status), (vec!["SKM003"], 1));
    let (result, status) = examine(&put(folder.path(), "kosong.csv", ""), "skm-2017", &[]);
    assert_eq!((codes(&result["findings"]), status), (vec!["SRC007"], 1));
    // Two columns of one unsur are both counted, and said.
    let doubled = skm(&[good, good]).replace("prosedur", "persyaratan dan syarat");
    let (result, _) = examine(&put(folder.path(), "uji.csv", doubled), "skm-2017", &[]);
    the(&result, "SKM006", "A1", "A, B");
}

#[test]
fn the_period_filters_and_the_order_of_dates_is_decided_by_the_column() {
    let folder = tempfile::tempdir().unwrap();
    let file = |dates: [&str; 3]| {
        let rows: String = dates.iter().map(|date| format!("{date};4;4;4\n")).collect();
        put(folder.path(), "t.csv", format!("Stempel waktu;Persyaratan;Prosedur;Biaya\n{rows}"))
    };
    let in_first_half = |dates: [&str; 3]| {
        let (result, _) = examine(&file(dates), "skm-2017", &["--period", "2025-S1"]);
        let found: Vec<String> = codes(&result["findings"]).into_iter().map(str::to_owned).collect();
        (result["responses"].as_u64(), result["outside_period"].as_u64(), found)
    };
    let (inside, outside, found) = in_first_half(["02/09/2025", "03/10/2025", "31/05/2025"]);
    assert_eq!((inside, outside), (Some(1), Some(2)), "31 can only be a day: September, October, May");
    assert!(found.contains(&"SKM016".to_owned()) && !found.contains(&"SKM013".to_owned()));
    let (inside, ..) = in_first_half(["02/09/2025", "03/10/2025", "05/31/2025"]);
    assert_eq!(inside, Some(3), "31 can only be a day: February, March, May");
    let (.., found) = in_first_half(["02/03/2025", "03/04/2025", "04/05/2025"]);
    assert!(found.contains(&"SKM013".to_owned()), "{found:?}");
    let (inside, outside, found) = in_first_half(["02/09/2024", "03/10/2024", "31/05/2024"]);
    assert_eq!((inside, outside), (None, None));
    assert!(found.contains(&"SKM004".to_owned()), "{found:?}");
}

#[test]
fn the_pipelines_map_wins_and_duplicates_can_be_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let table = "Stempel waktu;Bagian satu;Bagian dua;Kecepatan waktu\n\
                 2025-08-01 10:00:00;4;1;4\n2025-08-01 10:00:00;4;1;4\n2025-08-02 10:00:00;2;1;3\n2025-08-03 10:00:00;3;2;3\n";
    put(folder.path(), "skm.csv", table);
    fs::copy(fixture("babel/lke-1902.xlsx"), folder.path().join("lke.xlsx")).unwrap();
    put(folder.path(), "satker.csv", "kode,nama,jenis,wbk,lke,skm\n1,Satu,kota,,lke.xlsx,skm.csv\n");
    let pipeline = "name = \"uji\"\ntitle = \"Uji\"\nyear = 2025\nsemester = 2\nsatker = \"satker.csv\"\n\n[lke]\nsource = \"{lke}\"\n\n\
                    [[survey]]\ninstrument = \"skm-2017\"\nsource = \"{skm}\"\nexclude_duplicates = true\n\n\
                    [survey.columns]\nU1 = \"Bagian satu\"\nU9 = \"C\"\nignore = \"Kecepatan waktu\"\n\n\
                    [[output]]\nkind = \"xlsx\"\npath = \"out/r.xlsx\"\n";
    let path = put(folder.path(), "p.toml", pipeline);
    let output = run(&["run", "-q", "--format", "json", path.to_str().unwrap()]);
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    let survey = &result["satker"][0]["surveys"][0];
    let measured: Vec<_> = survey["elements"].as_array().unwrap().iter().map(|e| e["code"].as_str().unwrap()).collect();
    assert_eq!(measured, ["U1", "U9"], "the third is ignored though its header is plain");
    assert!(is_close(&survey["mean"], (3.0 + 4.0 / 3.0) / 2.0), "{survey}");
    assert!(is_close(&survey["with_duplicates"]["index"], 25.0 * (13.0 / 4.0 + 5.0 / 4.0) / 2.0), "{survey}");
    assert!(codes(&result["findings"]).contains(&"SKM019"), "{:?}", codes(&result["findings"]));
    let broken = pipeline.replace("U9 = \"C\"", "U9 = \"Tidak ada\"").replace("U1 =", "U77 =");
    let output = run(&["run", put(folder.path(), "p.toml", broken).to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("U77"), "{}", stderr(&output));
}

#[test]
fn nothing_personal_gets_out_and_small_groups_are_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let header = "Stempel waktu;Nama;No. HP;Email;NIK;Alamat rumah;Jenis kelamin;Pekerjaan;Persyaratan;Prosedur;Waktu;Lumayan;Saran\n";
    let rows: String = (0..9)
        .map(|n| {
            let sex = if n < 6 { "P" } else { "Laki-laki" };
            let work = if n == 8 { "zubaidah@contoh.go.id" } else { "PNS" };
            let comment = match n {
                0 => "Saya Zubaidah0 Kusnandar0, telepon 0812-3456-7890, puas",
                1 => "kirim ke zubaidah@contoh.go.id atau Jl. Kenanga 17",
                2 => "NIK 1971012345678901 sudah dicatat",
                _ => "",
            };
            format!(
                "2025-08-0{} 10:00:00;Zubaidah{n} Kusnandar{n};0812345678{n:02};zubaidah@contoh.go.id;19710123456789{n:02};Kenanga 17;{sex};{work};4;3;{};081234567890;{comment}\n",
                n + 1,
                if n == 5 { "Zubaidah5" } else { "3" }
            )
        })
        .collect();
    put(folder.path(), "skm.csv", format!("{header}{rows}"));
    fs::copy(fixture("babel/lke-1902.xlsx"), folder.path().join("lke.xlsx")).unwrap();
    put(folder.path(), "satker.csv", "kode,nama,jenis,wbk,lke,skm\n1,Satu,kota,,lke.xlsx,skm.csv\n");
    let pipeline = "name = \"uji\"\ntitle = \"Uji\"\nyear = 2025\nsemester = 2\nsatker = \"satker.csv\"\n\n[lke]\nsource = \"{lke}\"\n\n\
                    [[survey]]\ninstrument = \"skm-2017\"\nsource = \"{skm}\"\n\n[[output]]\nkind = \"xlsx\"\npath = \"out/r.xlsx\"\n\n\
                    [[output]]\nkind = \"csv\"\ntable = \"findings\"\npath = \"out/f.csv\"\n";
    let path = put(folder.path(), "p.toml", pipeline);
    let mut said = String::new();
    for arguments in [
        &["run", "-v", path.to_str().unwrap()][..],
        &["run", "-v", "--format", "json", path.to_str().unwrap()],
        &["check", "-v", folder.path().join("skm.csv").to_str().unwrap()],
        &["check", "--format", "json", folder.path().join("skm.csv").to_str().unwrap(), "--instrument", "skm-2017"],
    ] {
        let output = rekap().args(arguments).output().unwrap();
        said += &stdout(&output);
        said += &stderr(&output);
    }
    said += &fs::read_to_string(folder.path().join("out/f.csv")).unwrap();
    let mut book = open_workbook_auto(folder.path().join("out/r.xlsx")).unwrap();
    let mut comments = 0;
    for name in book.sheet_names() {
        let cells = book.worksheet_range(&name).unwrap();
        for cell in cells.used_cells().map(|(.., cell)| cell) {
            said += &format!("{cell}\n");
            comments += usize::from(matches!(cell, Data::String(text) if text.contains("[disamarkan]")));
        }
    }
    assert!(comments >= 3, "the comments are there, scrubbed");
    let lower = said.to_lowercase();
    for personal in
        ["zubaidah", "kusnandar", "contoh.go.id", "0812", "kenanga", "19710123", "1971012345678901", "34567890"]
    {
        assert!(
            !lower.contains(personal),
            "{personal}: {}",
            &lower[lower.find(personal).unwrap().saturating_sub(80)..][..200]
        );
    }
    let (result, _) = examine(&folder.path().join("skm.csv"), "skm-2017", &[]);
    let by = |name: &str| {
        let all = result["breakdowns"].as_array().unwrap();
        all.iter().find(|breakdown| breakdown["by"] == name).unwrap().clone()
    };
    assert_eq!(
        (by("sex")["rows"].as_array().unwrap().len(), by("sex")["not_shown"].as_u64()),
        (0, Some(9)),
        "the three could be worked out from the six"
    );
}

#[test]
fn the_response_sheet_reads_back_once_it_is_filled() {
    let folder = tempfile::tempdir().unwrap();
    for id in ["skm-2017", "ipak", "ipkp", "spak-5", "ikm-2004"] {
        let path = folder.path().join(format!("{id}.xlsx"));
        assert_eq!(run(&["template", id, "-o", path.to_str().unwrap()]).status.code(), Some(0));
        let (empty, status) = examine(&path, id, &[]);
        assert_eq!((codes(&empty["findings"])[0], status), ("SKM003", 1), "{id}");
        // Filled in as a person would, with the answers its guide lists.
        let mut book = open_workbook_auto(&path).unwrap();
        let (sheet, guide) = (book.worksheet_range("Jawaban").unwrap(), book.worksheet_range("Petunjuk").unwrap());
        let header: Vec<String> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
        let best: std::collections::BTreeMap<String, String> =
            guide.rows().skip(6).map(|row| (row[2].to_string(), row[6].to_string())).collect();
        let row: Vec<String> = header.iter().map(|title| best.get(title).cloned().unwrap_or_default()).collect();
        let (filled, _) =
            examine(&put(folder.path(), "isi.csv", format!("{}\n{}\n", header.join("|"), row.join("|"))), id, &[]);
        assert!(is_close(&filled["index"], 100.0), "{id}: {}", filled["findings"]);
        assert_eq!(filled["elements"].as_array().unwrap().len(), instrument(id).elements.len(), "{id}");
    }
}
