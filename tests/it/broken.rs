//! Files that are no worksheet: each gets its own finding, the program neither falls nor hangs nor fills the memory.

use crate::bodies;
use crate::common;
use crate::damage;

use std::io::{Cursor, Write};

use bodies::Target;
use common::make::broken::{heavy, xlsx_of};
use common::make::sheet::to_xlsx;
use common::make::units::workbook;
use common::{check, codes, fixture, run, stderr};
use rekap::lke::template::Template;

#[test]
fn each_broken_file_has_its_finding() {
    for (name, code) in [
        ("bukan-lembar-kerja.xlsx", "SRC003"),
        ("terpotong.xlsx", "SRC004"),
        ("kata-sandi.xlsx", "SRC005"),
        ("lembar-kosong.xlsx", "SRC007"),
        ("dokumen-lain.xlsx", "SRC031"),
        ("tanpa-judul.xlsx", "SRC032"),
        ("sejuta-baris.xlsx", "SRC006"),
    ] {
        let (result, status) = check(&fixture(&format!("broken/{name}")));
        assert_eq!(codes(&result["findings"]), [code], "{name}");
        assert_eq!(status, 1, "{name}");
        assert!(result["kind"].is_null() && result["roles"].is_null(), "{name}");
    }
}

#[test]
fn an_archive_that_inflates_to_gigabytes_is_refused_in_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bom.xlsx");
    std::fs::write(&path, bomb(2)).unwrap();
    assert!(path.metadata().unwrap().len() < 4 << 20);
    // An address space of 1 GiB: inflating it would end the program.
    let command =
        format!("ulimit -v 1048576; exec {} check --format json {}", env!("CARGO_BIN_EXE_rekap"), path.display());
    let output = std::process::Command::new("sh").args(["-c", &command]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(codes(&result["findings"]), ["SRC006"]);
}

#[test]
fn an_archive_that_lies_about_its_size_is_refused_all_the_same() {
    let mut bytes = bomb(1);
    // The sizes in local header, data descriptor and central directory, as the bomb declares them, all made small.
    let real = (1_u32 << 30).to_le_bytes();
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(4).position(|window| window == real) {
        at += found;
        bytes[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
        at += 4;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bohong.xlsx");
    std::fs::write(&path, bytes).unwrap();
    let (result, status) = check(&path);
    assert_eq!(status, 1);
    assert!(["SRC004", "SRC006"].contains(&codes(&result["findings"])[0]), "{result}");
}

#[test]
fn absurd_counts_do_not_reach_the_parser() {
    let sheet =
        r#"<sheetData><row r="1"><c r="A1"><f t="shared" si="999999999999">A2</f><v>1</v></c></row></sheetData>"#;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hitung.xlsx");
    std::fs::write(&path, xlsx_of(sheet)).unwrap();
    assert_eq!(codes(&check(&path).0["findings"]), ["SRC006"]);
}

#[test]
fn a_far_cell_an_endless_merge_and_a_circular_formula_do_no_harm() {
    let sheet = r#"<sheetData><row r="1"><c r="A1" t="str"><f>A2</f><v>#DIV/0!</v></c></row><row r="2"><c r="A2" t="e"><f>A1</f><v>#DIV/0!</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>"#;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gabung.xlsx");
    std::fs::write(&path, xlsx_of(sheet)).unwrap();
    // Nothing in it is an LKE's.
    assert_eq!(codes(&check(&path).0["findings"]), ["SRC032"]);
}

#[test]
fn any_damage_is_a_finding_and_never_a_panic() {
    let template = Template::lke_zi_2021();
    let whole = to_xlsx(&workbook(&template, "1904")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rusak.xlsx");
    let mut dice = common::make::units::Dice::new(7);
    for round in 0..40 {
        let mut bytes = whole.clone();
        for _ in 0..=round % 8 {
            let at = dice.roll(bytes.len() as u64) as usize;
            bytes[at] = dice.roll(256) as u8;
        }
        std::fs::write(&path, &bytes).unwrap();
        let output = run(&["check", "--format", "json", path.to_str().unwrap()]);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{round}: {}", stderr(&output));
        assert!(!stderr(&output).contains("panicked"), "{round}: {}", stderr(&output));
    }
}

#[test]
fn what_once_meant_trouble_and_a_little_more_damage_is_refused_or_read() {
    for target in Target::ALL {
        // A panic of our own is one of this test.
        for (name, data) in bodies::corpus(target) {
            assert_ne!(target.run(&data), bodies::Outcome::Read, "{name}");
        }
        for data in target.seeds() {
            assert_eq!(target.run(&data), bodies::Outcome::Read, "{}", target.name());
            let mut dice = damage::Dice::new(11);
            // A grid is taken for everything it may be, which is slow unoptimised.
            for _ in 0..if target == Target::Grid { 1 } else { 8 } {
                target.run(&target.damaged(&data, &mut dice));
            }
        }
    }
}

#[test]
fn what_is_not_there_or_no_file_is_said_so() {
    assert_eq!(codes(&check(&fixture("broken/tidak-ada.xlsx")).0["findings"]), ["SRC001"]);
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(codes(&check(folder.path()).0["findings"]), ["SRC003"], "a folder with nothing to read in it");
    for (name, content, word) in [
        ("a.xlsx", &b"%PDF-1.7\n"[..], "PDF"),
        ("b.xlsx", b"<!DOCTYPE html><html></html>", "halaman web"),
        ("c.xlsx", b"", "berkas kosong"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let (result, _) = check(&path);
        assert_eq!(codes(&result["findings"]), ["SRC003"]);
        assert!(result["findings"][0]["message"].as_str().unwrap().contains(word), "{result}");
    }
}

/// Files that would stop a reader, fill its memory or keep it for hours, and what is said of each.
fn hostile() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let corpus = |name: &str| {
        let all = bodies::corpus(Target::Xls);
        all.into_iter().find(|(path, _)| path.ends_with(name)).expect("an input of the corpus").1
    };
    let merges = r#"<mergeCell ref="A1:XFD1048576"/>"#.repeat(20_000);
    let nested = format!("<sheetData>{}</sheetData>", "<row>".repeat(200_000));
    let cell = r#"<row r="4000"><c r="BXX4000"><v>1</v></c></row>"#;
    let deep: String = (2..40_000)
        .map(|row| format!(r#"<row r="{row}"><c r="A{row}"><f>A{}</f><v>1</v></c></row>"#, row - 1))
        .collect();
    vec![
        ("berat.xlsx", heavy(), "SRC034"),
        ("bom.xlsx", bomb(1), "SRC006"),
        (
            "gabungan.xlsx",
            xlsx_of(&format!("<sheetData>{cell}</sheetData><mergeCells>{merges}</mergeCells>")),
            "SRC006",
        ),
        ("bersarang.xlsx", xlsx_of(&nested), "SRC007"),
        ("berantai.xlsx", xlsx_of(&format!("<sheetData>{deep}</sheetData>")), "LKE001"),
        (
            "ulang.ods",
            ods_of(
                r#"<table:table-row table:number-rows-repeated="1000000000"><table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>"#,
            ),
            "SRC006",
        ),
        ("jauh.xls", corpus("sheet-begins-elsewhere"), "SRC006"),
        ("jatuh.xls", corpus("record-without-body"), "SRC008"),
    ]
}

/// A spreadsheet of LibreOffice's whose one sheet has these rows.
fn ods_of(rows: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, content: &str| {
        let as_it_is = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(name, as_it_is).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    };
    part("mimetype", "application/vnd.oasis.opendocument.spreadsheet");
    part("META-INF/manifest.xml", "<manifest/>");
    let spaces = ["office", "table", "text"]
        .map(|name| format!(r#"xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0""#));
    let open = format!("<office:document-content {}><office:body><office:spreadsheet>", spaces.join(" "));
    let close = "</office:spreadsheet></office:body></office:document-content>";
    part("content.xml", &format!(r#"{open}<table:table table:name="LKE">{rows}</table:table>{close}"#));
    zip.finish().unwrap().into_inner()
}

#[test]
fn every_hostile_file_is_one_finding_and_its_neighbour_is_read_as_if_alone() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = hostile();
    for (name, content, _) in &hostile {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let healthy = fixture("babel/lke-1971.xlsx");
    let healthy = ("sehat", healthy.to_str().unwrap());
    let result_of = |satker: &[(&str, &str)]| {
        let path = common::pipeline(folder.path(), satker);
        let text = std::fs::read_to_string(&path).unwrap() + "\n[reading]\nmemory_mib = 8\n";
        std::fs::write(&path, text).unwrap();
        let output = run(&["run", "-q", "--no-history", "--format", "json", path.to_str().unwrap()]);
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (value, stderr(&output))
    };
    let (alone, _) = result_of(&[healthy]);
    assert!(alone["satker"][0]["roles"]["unit"]["total"].is_f64());
    // One process reads many files: whatever one leaves behind is not the next one's.
    let mut satker: Vec<(&str, &str)> = hostile.iter().map(|(name, ..)| (*name, *name)).collect();
    satker.insert(4, healthy);
    let (beside, said) = result_of(&satker);
    assert_eq!(alone["satker"][0], beside["satker"][4]);
    for (name, _, code) in &hostile {
        let found = beside["findings"].as_array().unwrap().iter().filter(|finding| finding["satker"] == *name);
        let found: Vec<&serde_json::Value> = found.filter(|finding| finding["severity"] == "error").collect();
        assert!(found.len() == 1 && found[0]["code"].as_str().unwrap().starts_with(code), "{name}: {found:?}");
        let words = format!("{} {said}", found[0]);
        assert!(!words.contains(env!("CARGO_BIN_EXE_rekap")) && !words.contains("__baca"), "{words}");
    }
}

/// A workbook of a few megabytes whose sheet inflates to `gigabytes`.
fn bomb(gigabytes: usize) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new_append(Cursor::new(xlsx_of("<sheetData/>"))).unwrap();
    zip.start_file("xl/worksheets/sheet2.xml", zip::write::SimpleFileOptions::default().large_file(gigabytes > 3))
        .unwrap();
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..gigabytes << 10 {
        zip.write_all(&blanks).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
