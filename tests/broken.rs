//! Files that are no worksheet: each gets its own finding, the program neither falls nor hangs nor fills the memory.

mod common;

use std::io::{Cursor, Write};

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

#[test]
fn what_takes_too_much_of_its_reader_is_one_finding_and_its_neighbours_are_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("berat.xlsx"), heavy()).unwrap();
    let healthy = fixture("babel/lke-1971.xlsx");
    let healthy = healthy.to_str().unwrap();
    let result_of = |satker: &[(&str, &str)]| {
        let path = common::pipeline(folder.path(), satker);
        let text = std::fs::read_to_string(&path).unwrap() + "\n[reading]\nmemory_mib = 8\n";
        std::fs::write(&path, text).unwrap();
        let output = run(&["run", "-q", "--no-history", "--format", "json", path.to_str().unwrap()]);
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (value, stderr(&output))
    };
    let (alone, _) = result_of(&[("2", healthy)]);
    let (beside, said) = result_of(&[("1", "berat.xlsx"), ("2", healthy), ("3", "berat.xlsx")]);
    let found = common::of_code(&beside["findings"], "SRC034");
    assert_eq!(found.iter().map(|finding| &finding["satker"]).collect::<Vec<_>>(), ["1", "3"], "{beside}");
    for words in [said, found[0].to_string()] {
        assert!(!words.contains(env!("CARGO_BIN_EXE_rekap")) && !words.contains("__baca"), "{words}");
    }
    assert!(alone["satker"][0]["roles"]["unit"]["total"].is_f64());
    assert_eq!(alone["satker"][0], beside["satker"][1]);
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
