//! The fixtures are what their program makes, whatever the format; and every finding of the catalogue is provoked.

use crate::common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use common::make::sheet::{Sheet, Shown, to_ods, to_xlsx};
use common::make::units::workbook;
use common::make::worksheet::{Filled, Layout, lay_out, official_rows};
use common::make::xls::to_xls;
use common::make::{broken, surveys};
use common::{check, fixture, pipeline, root, run};
use rekap::lke::template::Template;
use rekap::source::{Book, Limits, worker};
use serde_json::Value;

#[test]
fn committed_fixtures_are_what_the_program_makes() {
    let template = Template::lke_zi_2021();
    for kode in ["1900", "1901", "1902", "1903", "1904", "1906", "1971"] {
        let made = to_xlsx(&workbook(&template, kode)).unwrap();
        assert!(
            fs::read(fixture(&format!("babel/lke-{kode}.xlsx"))).unwrap() == made,
            "{kode}: cargo run --example fixtures"
        );
    }
    assert!(fs::read(fixture("babel/lke-1905.ods")).unwrap() == to_ods(&workbook(&template, "1905")));
    for kode in ["1900", "1901", "1902", "1903", "1904", "1905", "1906", "1971"] {
        for (name, made) in surveys::exports(kode) {
            assert!(fs::read(fixture(&format!("babel/{name}"))).unwrap() == made, "{name}");
        }
    }
    for (name, made) in broken::files(&template) {
        assert!(fs::read(fixture(&format!("broken/{name}"))).unwrap() == made, "{name}");
    }
}

#[test]
fn the_same_worksheet_reads_the_same_as_xlsx_and_ods() {
    let template = Template::lke_zi_2021();
    let folder = tempfile::tempdir().unwrap();
    for kode in ["1900", "1901", "1902", "1903", "1904", "1905", "1906", "1971"] {
        let sheets = workbook(&template, kode);
        let read = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            let (mut result, _) = check(&path);
            result["source"] = Value::Null;
            result["findings"].as_array_mut().unwrap().iter_mut().for_each(|finding| {
                let place = finding["place"]
                    .as_str()
                    .map(|place| place.split_once('!').map_or("", |(_, cell)| cell).to_owned());
                finding["place"] = place.into();
            });
            result
        };
        let (xlsx, ods) = (read("a.xlsx", &to_xlsx(&sheets).unwrap()), read("a.ods", &to_ods(&sheets)));
        // Without its formulas it is audited less, and scored the same.
        let xls = read("a.xls", &to_xls(&sheets));
        for role in ["unit", "tpi"] {
            let nodes = |result: &Value| result["roles"][role]["nodes"].as_array().cloned().unwrap_or_default();
            for (of_xlsx, of_ods) in nodes(&xlsx).iter().zip(&nodes(&ods)) {
                assert_eq!(of_xlsx, of_ods, "{kode} {role}");
            }
        }
        let total = |result: &Value| result["roles"]["unit"]["total"].clone();
        assert!(total(&xlsx).is_null() || total(&xlsx) == total(&xls), "{kode}: {} {}", total(&xlsx), total(&xls));
        for (of_xlsx, of_ods) in xlsx["findings"].as_array().unwrap().iter().zip(ods["findings"].as_array().unwrap()) {
            assert_eq!(of_xlsx, of_ods, "{kode}");
        }
        assert!(xlsx == ods, "{kode}");
    }
}

/// Files that are broken a little, or something else.
fn source_mistakes(folder: &Path) -> Vec<std::path::PathBuf> {
    let tables: [(&str, &[u8]); 7] = [
        ("kutip.csv", b"U1,U2\n4,3\n4,\"3, tiga\n4,3\n"),
        ("kutip-lain.csv", b"U1,U2\n4,\"3\n4,3\n"),
        ("huruf.csv", b"U1,U2,\xC3\xA9\n4,3,\xFF\n"),
        ("nol.csv", b"U1,U2\n4,3\0\n"),
        ("~$lke.xlsx", b"\x05Admin"),
        ("akip.csv", b"Komponen,Bobot\nPerencanaan Kinerja,30\n"),
        ("tanpa-kepala.csv", b"A,PENGUNGKIT,60\nB,HASIL,40\n"),
    ];
    let write = |(name, bytes): (&str, &[u8])| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    tables.into_iter().map(write).collect()
}

/// Exports with the mistakes no fixture has, with how each is read: instrument and period.
fn survey_mistakes(folder: &Path) -> Vec<(std::path::PathBuf, &'static str, Option<&'static str>)> {
    let some = "Kesesuaian persyaratan;Kemudahan prosedur;Kecepatan waktu;Kewajaran biaya;Kualitas sarana prasarana";
    let all = "Persyaratan;Prosedur;Waktu;Biaya;Produk;Kompetensi;Perilaku;Penanganan pengaduan;Sarana";
    let wrongs =
        "Terdapat diskriminasi;Terdapat kecurangan;Petugas meminta imbalan;Terdapat pungutan liar;Terdapat calo";
    let rows = |row: &str, n: usize| vec![row; n].join("\n");
    let (fours, threes) = ("4;4;4;4;4;4;4;4;4", "3;3;3;3;3;3;3;3;3");
    let skm = "skm-2017";
    let half = Some("2025-S1");
    let tables = [
        ("kosong.csv", format!("{some}\n"), skm, half),
        (
            "ganda.csv",
            format!(
                "{some};Prosedur dan persyaratan dan waktu;Keamanan parkir\n4;1;4;4;1;3;3\n1;4;1;1;4;2;2\n3;2;3;3;2;1;1\n"
            ),
            skm,
            half,
        ),
        ("kata.csv", format!("{some}\nOke;4;4;4;4\nOke;1;2;3;4\nOke;2;2;1;1\n"), skm, half),
        ("tanggal.csv", format!("Stempel waktu;{some}\n02/03/2024;4;4;4;4;4\n03/04/2024;1;2;3;4;3\n"), skm, half),
        ("periode.csv", format!("Stempel waktu;{some}\n02/03/2024;4;4;4;4;4\n30/04/2025;1;2;3;4;3\n"), skm, half),
        ("belum.csv", format!("Stempel waktu;{all}\n02/03/2025;{fours}\n;{threes}\n"), skm, half),
        ("kemarin.csv", format!("Stempel waktu;{all}\n02/03/2025;{fours}\nkemarin;{threes}\n"), skm, None),
        ("lain.csv", format!("{wrongs}\n4;4;4;4;4\n"), skm, None),
        (
            "selip.csv",
            format!("{all}\n{}\nMantap;4;4;4;4;4;4;4;4\n4;5;4;4;4;4;4;4;4\n;4;4;4;4;4;4;4;4\n", rows(fours, 40)),
            skm,
            None,
        ),
        ("berskala.csv", format!("{all};Seberapa aman parkirnya?\n{fours};4\n{threes};3\n"), skm, None),
        ("bukan-skala.csv", format!("{all};Persyaratan lain\n{fours};Ya\n{threes};Tidak\n"), skm, None),
        ("huruf.csv", format!("{all}\na;4;4;4;4;4;4;4;4\nb;4;4;4;4;4;4;4;4\n"), skm, None),
        (
            "terbaik.csv",
            format!("{all}\na;{}\n", &fours[2..]).replacen(
                "Persyaratan",
                "Persyaratan (a. Sangat sesuai, d. Tidak sesuai)",
                1,
            ),
            skm,
            None,
        ),
        (
            "enam.csv",
            format!("{}\n6;6;6;6;6\n", wrongs.replace("Terdapat", "Tidak ada").replace("meminta", "tidak meminta")),
            "spak-5",
            None,
        ),
        ("angka-pelanggaran.csv", format!("{wrongs}\n4;4;4;4;4\n"), "spak-5", None),
        ("pelanggaran.csv", format!("{wrongs}\n{}\n", ["Tidak setuju"; 5].join(";")), "spak-5", None),
        ("satu.csv", "No;Sikap petugas\n1;Setuju\n2;Setuju\n".to_owned(), skm, None),
        ("kurang.csv", format!("{all}\n{}\n{}\n", ["Kurang"; 9].join(";"), ["Baik"; 9].join(";")), skm, None),
        ("jumlah.csv", format!("No;{all}\n1;{fours}\n2;{threes}\nJumlah;7;7;7;7;7;7;7;7;7\n"), skm, None),
        ("geser.csv", format!("{all}\n{fours}\n4;4;4;4;4;4;4;4;4;4\n{threes}\n"), skm, None),
        (
            "sunting.csv",
            format!("Stempel waktu;{all}\n02/03/2025 10:00:00;{fours}\n02/03/2025 10:00:00;{threes}\n"),
            skm,
            None,
        ),
        ("sama.csv", format!("Nama;{all}\nAnu;{fours}\nAnu;{fours}\n"), skm, None),
        ("saran.csv", format!("{all};Saran\n{}\n", rows(&format!("{fours};Tambah kursi tunggu"), 5_001)), skm, None),
    ];
    let write = |(name, text, instrument, period): (&str, String, _, _)| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        (path, instrument, period)
    };
    let mut files: Vec<_> = tables.into_iter().map(write).collect();
    for (file, sheets) in
        [("bulan.xlsx", ["Januari", "Februari", "Catatan"]), ("semester.xlsx", ["Semester 1", "Semester 2", "Catatan"])]
    {
        let mut book = rust_xlsxwriter::Workbook::new();
        for (name, value) in sheets.into_iter().zip([4.0, 3.0, 0.0]) {
            let sheet = book.add_worksheet().set_name(name).unwrap();
            sheet.write_string(0, 0, if value > 0.0 { "" } else { "Rapat" }).unwrap();
            for (col, header) in (1..).zip(all.split(';')).filter(|_| value > 0.0) {
                sheet.write_string(0, col, header).unwrap();
                sheet.write_number(1, col, value).unwrap();
            }
        }
        let path = folder.join(file);
        book.save(&path).unwrap();
        files.push((path, skm, None));
    }
    files
}

/// Plans with the mistakes no fixture has.
fn plan_mistakes(folder: &Path) -> Vec<std::path::PathBuf> {
    let header = "Komponen;Indikator;Langkah Aksi;Target Waktu\n";
    let scan: String = (0..30).map(|n| format!("{n} bentuk tim kerja\n")).collect();
    let tables = [
        ("bukan.csv", "Barang;Harga\nKertas;3\n".to_owned()),
        ("pindai.csv", scan),
        ("judul.csv", header.to_owned()),
        ("waktu.csv", "Komponen;Indikator;Langkah Aksi\nTim;Tim dibentuk;Bentuk\n".to_owned()),
        ("tanggal.csv", format!("{header}Tim;Tim dibentuk;Bentuk;5/6/2025\n")),
        ("akip.csv", "NO;KOMPONEN;SUB-KOMPONEN;BOBOT\nA;Perencanaan Kinerja;;30\n".to_owned()),
        ("spbe.csv", "Area;Indikator;Rencana Aksi;Waktu\nTata Kelola SPBE;Indeks;Susun;Juni\n".to_owned()),
        ("area.csv", format!("{header}Tim;Tim makan bersama;Makan;Juni\n")),
        ("tahun.csv", format!("RENCANA AKSI TAHUN 2024\n{header}Tim;Tim dibentuk;Bentuk;Mei 2025\n")),
    ];
    let write = |(name, text): (&str, String)| {
        let path = folder.join(format!("rencana-{name}"));
        fs::write(&path, text).unwrap();
        path
    };
    let mut files: Vec<_> = tables.into_iter().map(write).collect();
    let years = ["2024", "2025"].map(|year| {
        let mut sheet = Sheet::named(year);
        for (row, line) in (0..).zip([header.trim(), "Tim;Tim dibentuk;Bentuk;Juni"]) {
            for (col, text) in (0..).zip(line.split(';')) {
                sheet.put(row, col, Shown::text(text));
            }
        }
        sheet
    });
    let path = folder.join("rencana-dua-tahun.xlsx");
    fs::write(&path, to_xlsx(&years).unwrap()).unwrap();
    files.push(path);
    files
}

/// A worksheet with the mistakes no fixture has.
fn remaining_mistakes(folder: &Path) -> Vec<std::path::PathBuf> {
    let template = Template::lke_zi_2021();
    let rows = official_rows(&template);
    let mut filled = common::make::units::pangkalpinang();
    filled.unit.insert("A.I.1.i.b".to_owned(), Shown::text("E"));
    let mut sheet = lay_out(&template, &Layout::official(), &rows, &filled);
    // An answer that is a formula without its result; a formula to a place that is gone.
    sheet.put(10, 10, Shown::Nothing).formula = Some("Data!A1".to_owned());
    sheet.put(6, 11, Shown::Error("#REF!")).formula = Some("#REF!*H7".to_owned());
    // Evidence whose link is cut in two.
    sheet.put(7, 14, Shown::text("https:// s.id/bukti"));
    let hidden = Sheet { hidden: true, ..sheet.clone() };
    let older = Sheet { name: "LKE lama".to_owned(), ..lay_out(&template, &Layout::official(), &rows, &filled) };
    let note = |text: &str| {
        let mut note = Sheet::named("Catatan");
        note.put(0, 0, Shown::text(text));
        note
    };
    let empty = lay_out(&template, &Layout::official(), &rows, &Filled::default());
    // Numbers and answers that leave a doubt, and a column of an earlier year.
    let mut doubtful = Filled::default();
    for (code, text) in [
        ("A.I.1.i.a", "#N/A"),
        ("A.II.1.i.a", "100%"),
        ("A.II.1.i.a.1", "0"),
        ("A.II.1.i.a.2", "0"),
        ("A.II.4.i.a.1", "1.200"),
        ("A.II.6.i.b", "1,5"),
    ] {
        doubtful.unit.insert(code.to_owned(), Shown::text(text));
    }
    let mut doubtful = lay_out(&template, &Layout::official(), &rows, &doubtful);
    doubtful.put(10, 10, Shown::text("Ya"));
    doubtful.merges.push((10, 10, 11, 10));
    doubtful.cells.remove(&(11, 10));
    doubtful.put(1, 20, Shown::text("Jawaban Unit 2024"));
    let mut far = note("x");
    far.put(1_000_000, 9, Shown::Number(1.0));
    let mut rivals = lay_out(&template, &Layout::official(), &rows, &common::make::units::pangkalpinang());
    rivals.put(1, 20, Shown::text("Jawaban Unit"));
    rivals.put(7, 20, Shown::text("Tidak"));
    let last_year = Sheet { name: "LKE 2024".to_owned(), ..rivals.clone() };
    let write = |name: &str, sheets: &[Sheet]| {
        let path = folder.join(name);
        fs::write(&path, to_xlsx(sheets).unwrap()).unwrap();
        path
    };
    // Roles of two years, a further column of answers, two semesters, an LKE in two parts, another evaluation.
    let full = lay_out(&template, &Layout::official(), &rows, &common::make::units::pangkalpinang());
    let mut two_years = full.clone();
    for ((row, _), cell) in &mut two_years.cells {
        if let Shown::Text(text) = &mut cell.shown
            && *row < 3
            && text.starts_with("Jawaban")
        {
            text.push_str(if text.contains("TPI") { " 2024" } else { " 2025" });
        }
    }
    let mut further = full.clone();
    further.put(1, 20, Shown::text("Jawaban TPN"));
    further.put(7, 20, Shown::text("Ya"));
    let semester = |name: &str, answer: &str| {
        let mut sheet = Sheet { name: name.to_owned(), ..full.clone() };
        sheet.put(7, 10, Shown::text(answer));
        sheet
    };
    let part = |name: &str, of: std::ops::Range<u32>| {
        let mut sheet = Sheet { name: name.to_owned(), ..full.clone() };
        sheet.cells.retain(|(row, _), _| *row < 3 || of.contains(row));
        sheet.merges.clear();
        sheet
    };
    let mut other = Sheet::named("Ruang");
    other.put(0, 0, Shown::text("LEMBAR KERJA EVALUASI ZONA INTEGRITAS"));
    for (col, heading) in (0..).zip(["Penilaian", "Bobot", "Jawaban Unit", "Nilai"]) {
        other.put(1, col, Shown::text(heading));
    }
    for row in 2..20 {
        other.put(row, 0, Shown::text(format!("Ruang arsip nomor {row} tertata")));
        other.put(row, 2, Shown::text("A"));
    }
    vec![
        write("dua-tahun.xlsx", &[two_years]),
        write("tpn.xlsx", &[further]),
        write("semester.xlsx", &[semester("Semester 1", "Ya"), semester("Semester 2", "Tidak")]),
        write("terbagi.xlsx", &[part("Pemenuhan", 3..100), part("Reform", 100..400)]),
        write("ruang.xlsx", &[other]),
        write("dua.xlsx", &[sheet, older]),
        write("sembunyi.xlsx", &[note("lihat lembar lain"), hidden]),
        write("kosong.xlsx", &[empty]),
        write("ragu.xlsx", &[doubtful, far]),
        write("dua-kolom.xlsx", &[rivals]),
        write("lama.xlsx", &[last_year]),
    ]
}

/// A run in which two satker are read from one file, one of them with an endless code, and a population is a word.
fn shared_file(folder: &Path) -> Value {
    fs::create_dir_all(folder).unwrap();
    let shared = fixture("babel/lke-1902.xlsx");
    let shared = shared.to_str().unwrap();
    // The code of the second is longer than a cell.
    let path = pipeline(folder, &[("1", shared), (&"2".repeat(33_000), shared)]);
    let survey = "\n[[survey]]\ninstrument = \"skm-2017\"\nsource = \"{lke}\"\npopulation = \"seribu\"\n";
    fs::write(&path, fs::read_to_string(&path).unwrap() + survey).unwrap();
    serde_json::from_slice(&run(&["run", "-q", "--format", "json", path.to_str().unwrap()]).stdout).unwrap()
}

#[test]
fn every_finding_of_the_catalogue_is_provoked() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = remaining_mistakes(folder.path());
    files.extend(source_mistakes(folder.path()));
    for part in ["broken", "plans"] {
        files.extend(fs::read_dir(root().join("fixtures").join(part)).unwrap().map(|entry| entry.unwrap().path()));
    }
    files.push(fixture("babel/skm-1905.csv"));
    files.push(fixture("tidak-ada.xlsx"));
    // What makes a library fall.
    files.push(root().join("fuzz/kept/xls/record-without-body"));
    files.push(fixture("babel/lke-1971.xlsx/di-bawah-berkas.xlsx"));
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut collect = |findings: &Value| {
        found.extend(findings.as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap().to_owned()));
    };
    let files = files.iter().map(|file| file.to_str().unwrap());
    let output = run(&["check", "--format", "json"].into_iter().chain(files).collect::<Vec<_>>());
    for line in output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        collect(&serde_json::from_slice::<Value>(line).unwrap()["findings"]);
    }
    let mut surveys = survey_mistakes(folder.path());
    for file in ["babel/ipkp-1900.csv", "broken/tanpa-judul.xlsx", "babel/skm-1902.xlsx"] {
        surveys.push((fixture(file), "skm-2017", Some("2025-S1")));
    }
    for (file, instrument, period) in surveys {
        let mut of = vec![
            "check",
            "--format",
            "json",
            file.to_str().unwrap(),
            "--instrument",
            instrument,
            "--population",
            "1000",
        ];
        of.extend(period.iter().flat_map(|period| ["--period", period]));
        let output = run(&of);
        collect(&serde_json::from_slice::<Value>(&output.stdout).unwrap()["findings"]);
    }
    for file in plan_mistakes(folder.path()) {
        let output = run(&["check", "--plan", "--format", "json", file.to_str().unwrap()]);
        collect(&serde_json::from_slice::<Value>(&output.stdout).unwrap()["findings"]);
    }
    let output = common::babel(&folder.path().join("babel"), |pipeline| {
        pipeline
            .replacen(
                "[[survey]]\ninstrument = \"ipak\"",
                "exclude_duplicates = true\n[survey.columns]\nU1 = \"Tidak ada\"\n\n[[survey]]\ninstrument = \"ipak\"",
                1,
            )
            .replace("[plan]\n", "[plan]\nfamily = \"rb\"\n")
    });
    collect(&output["findings"]);
    let unnamed = pipeline(folder.path(), &[("1", ""), ("2", "lama.xlsx"), ("3", "ruang.xlsx")]);
    let registry = fs::read_to_string(folder.path().join("satker.csv")).unwrap();
    fs::write(folder.path().join("satker.csv"), registry.replacen("kota", "propinsi", 1)).unwrap();
    let text = fs::read_to_string(&unnamed).unwrap() + "\n[plan]\nsource = \"{lke}\"\n";
    fs::write(&unnamed, text).unwrap();
    let output = run(&["run", "-q", "--format", "json", unnamed.to_str().unwrap()]);
    collect(&serde_json::from_slice::<Value>(&output.stdout).unwrap()["findings"]);
    collect(&shared_file(&folder.path().join("bersama"))["findings"]);
    // A worksheet of another year than the one that was named.
    let newer = folder.path().join("lke-2026.xlsx");
    run(&["template", "lke-zi-2026", "-o", newer.to_str().unwrap()]);
    let output = run(&["check", "--format", "json", "--template", "lke-zi-2021", newer.to_str().unwrap()]);
    collect(&serde_json::from_slice::<Value>(&output.stdout).unwrap()["findings"]);
    // `check` and `run` name what such a file is; its own reader only says what it is not.
    let now = jiff::Timestamp::UNIX_EPOCH;
    let other = fixture("broken/dokumen-lain.xlsx");
    let book = Book::open(&other, "x", now, &Limits::default()).unwrap();
    let examined = rekap::compute::examine(book, &Template::lke_zi_2021(), None, None).unwrap();
    found.extend(examined.findings.iter().map(|finding| finding.code.entry().code.to_owned()));
    // What no reader has the memory or the time for.
    let sparing = Limits { memory: 0, ..Limits::default() };
    let hasty = Limits { time: Duration::ZERO, ..Limits::default() };
    worker::set_up(Path::new(env!("CARGO_BIN_EXE_rekap")));
    let heavy = folder.path().join("berat.xlsx");
    fs::write(&heavy, broken::heavy()).unwrap();
    for (limits, file) in [(sparing, heavy), (hasty, fixture("babel/lke-1971.xlsx"))] {
        let error = match Book::open(&file, "x", now, &limits) {
            Ok(mut book) => book.grid(0).unwrap_err(),
            Err(unopened) => unopened.error,
        };
        found.insert(error.finding(&"x".into()).code.entry().code.to_owned());
    }
    // Nor is any longer than a sheet; the test in `output::workbook` provokes it.
    found.insert("KON008".to_owned());
    // What the network brings is provoked where there is one: those tests name the codes they meet.
    let afar = [include_str!("links.rs"), include_str!("sheets_province.rs"), include_str!("web.rs")];
    let quoted = afar.iter().flat_map(|test| test.split('"')).filter(|text| text.len() == 6);
    found.extend(quoted.filter(|text| text.starts_with("SRC") || text.starts_with("BKT")).map(str::to_owned));
    let all: BTreeSet<String> =
        rekap::finding::catalogue::CATALOGUE.iter().map(|entry| entry.code.to_owned()).collect();
    assert_eq!(all.difference(&found).collect::<Vec<_>>(), [""; 0]);
}
