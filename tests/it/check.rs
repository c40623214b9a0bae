//! A clerk checks one worksheet: the score is the regulation's, and every doubtful cell is explained.

use crate::common;

use std::collections::BTreeSet;

use common::{cell, check, codes, fixture, is_close, node, of_code, run, stderr, stdout};

#[test]
fn pangkalpinang_scores_as_published() {
    let (result, status) = check(&fixture("babel/lke-1971.xlsx"));
    assert_eq!(status, 0);
    assert_eq!((&result["kind"], &result["template"]), (&"lke".into(), &"lke-zi-2021".into()));
    let unit = &result["roles"]["unit"];
    for (code, score) in [("A.I.1", 3.613333), ("A.I.5", 5.976), ("A.II.4", 4.567568), ("B", 38.38125)] {
        assert!(is_close(&node(unit, code)["score"], score), "{code} {}", node(unit, code)["score"]);
    }
    assert!(is_close(&unit["total"], 88.483193));
    assert!(is_close(&unit["floor"], 85.815859) && is_close(&unit["ceiling"], 92.732526));
    assert_eq!((unit["answered"].as_u64(), unit["indicators"].as_u64()), (Some(103), Some(113)));
    assert!(unit["workbook_total"].is_null(), "the sheet's own total is an error");
    let subarea = node(unit, "A.I.1.i");
    assert_eq!((subarea["cell"].as_str(), subarea["workbook_score"].as_f64()), (Some("L7"), Some(0.5)));
    // The TPI answered one percentage, through its counts: 0 of 0 violations.
    assert!(is_close(&result["roles"]["tpi"]["total"], 2.0));
    assert_eq!(result["roles"]["tpi"]["answered"], 1);
}

#[test]
fn the_unanswered_of_pangkalpinang_are_named() {
    let (result, _) = check(&fixture("babel/lke-1971.xlsx"));
    let unanswered: Vec<_> =
        of_code(&result["findings"], "LKE023").iter().map(|f| f["subject"].as_str().unwrap()).collect();
    let expected = [
        "A.I.2.i.c",
        "A.I.2.ii.a",
        "A.I.3.i.b",
        "A.I.6.i.c",
        "A.I.6.ii.a",
        "A.I.6.v.b",
        "A.II.1.i.a",
        "A.II.1.i.b",
        "A.II.5.iii.a.1",
        "A.II.5.iii.b.1",
    ];
    assert_eq!(unanswered, expected);
}

#[test]
fn every_error_cell_of_pangkalpinang_is_explained() {
    let path = fixture("babel/lke-1971.xlsx");
    let mut book = calamine::open_workbook_auto(&path).unwrap();
    let range = calamine::Reader::worksheet_range(&mut book, "LKE ZI").unwrap();
    let errors: BTreeSet<String> = range
        .used_cells()
        .filter(|(_, _, value)| matches!(value, calamine::Data::Error(_)))
        .map(|(row, col, _)| rekap::grid::CellRef::new(row as u32, col as u32).to_string())
        .collect();
    assert!(errors.len() > 100, "{}", errors.len());
    let (result, _) = check(&path);
    let explained: BTreeSet<String> = ["LKE013", "LKE014", "LKE015", "LKE016"]
        .iter()
        .flat_map(|code| of_code(&result["findings"], code))
        .flat_map(|finding| {
            let message = finding["message"].as_str().unwrap();
            let cells = message.split(" menampilkan").next().unwrap();
            cells.replace(" dan ", ", ").split(", ").map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(explained, errors);
    assert!(!codes(&result["findings"]).contains(&"LKE017"), "none is left unexplained");
    let text = of_code(&result["findings"], "LKE016")[0]["message"].as_str().unwrap();
    assert_eq!(text, "L169 dan M169 menampilkan #VALUE! karena rumusnya menghitung teks: L170 \"Blm Diisi\".");
}

#[test]
fn what_pangkalpinang_claims_is_held_against_what_it_counts() {
    let (result, _) = check(&fixture("babel/lke-1971.xlsx"));
    let findings = &result["findings"];
    let claim = of_code(findings, "LKE030");
    assert_eq!((claim.len(), claim[0]["subject"].as_str(), cell(claim[0])), (1, Some("B.I.b"), "K200"));
    assert!(claim[0]["message"].as_str().unwrap().contains("78,38 %"));
    let typed = of_code(findings, "LKE022");
    assert_eq!((typed.len(), typed[0]["subject"].as_str()), (1, Some("A.II.6.i.b")));
    // A.I.6.ii.d is answered with the option that is worth nothing: there is nothing to prove.
    let without: BTreeSet<_> = of_code(findings, "LKE021").iter().map(|f| f["subject"].as_str().unwrap()).collect();
    let expected = [
        "A.I.3.ii.c",
        "A.I.5.iii.b",
        "A.I.6.i.d",
        "A.I.6.ii.b",
        "A.I.6.v.c",
        "A.II.2.i.a",
        "A.II.2.iii.c",
        "A.II.3.ii.a",
        "A.II.3.iii.a",
    ];
    assert_eq!(without, BTreeSet::from(expected));
}

#[test]
fn each_awkward_worksheet_has_its_findings_in_their_cells() {
    let found = |kode: &str, code: &str| -> Vec<(String, String)> {
        let (result, _) = check(&fixture(&format!("babel/lke-{kode}.xlsx")));
        let of = of_code(&result["findings"], code).into_iter();
        of.map(|f| (f["subject"].as_str().unwrap_or_default().to_owned(), cell(f).to_owned())).collect()
    };
    let one = |subject: &str, cell: &str| vec![(subject.to_owned(), cell.to_owned())];
    let both = |a: (&str, &str), b: (&str, &str)| [a, b].map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec();
    assert_eq!(found("1901", "LKE010"), both(("A.I.1.i", "H7"), ("A.I.1.ii", "H10")));
    assert_eq!(found("1901", "LKE011"), one("A.I.3.iii.a", "J46"));
    assert_eq!(found("1901", "LKE025").len(), 1, "no TPI columns");
    let slips: Vec<_> = found("1901", "LKE012").into_iter().map(|(subject, _)| subject).collect();
    assert_eq!(slips, ["A.I.1.i", "A.I.1.ii", "A.II.5.iii.a", "A.II.5.iii.b"]);
    let missing = found("1903", "LKE005");
    assert_eq!(missing.iter().map(|(subject, _)| subject.as_str()).collect::<Vec<_>>(), ["A.I.4.ii.g"]);
    assert_eq!(found("1903", "LKE007").len(), 1);
    assert_eq!(found("1903", "LKE006").len(), 1);
    assert_eq!(found("1903", "LKE008").iter().map(|(s, _)| s.as_str()).collect::<Vec<_>>(), ["A.I.2.i.b"]);
    assert_eq!(found("1903", "LKE009").len(), 1);
    for code in ["LKE020", "LKE026", "LKE027", "LKE028", "LKE029"] {
        assert_eq!(found("1904", code).len(), 1, "{code}");
    }
    assert_eq!(found("1904", "LKE032").len(), 6);
    assert_eq!(found("1906", "LKE018").len(), 2, "unit and TPI");
}

#[test]
fn typed_answers_are_read_as_meant() {
    let (result, _) = check(&fixture("babel/lke-1904.xlsx"));
    let unit = &result["roles"]["unit"];
    let answer = |code: &str| node(unit, code)["answer"].clone();
    assert_eq!((answer("A.I.1.i.a"), answer("A.I.1.i.b"), answer("A.I.1.ii.b")), ("Ya".into(), "B".into(), "C".into()));
    assert_eq!((answer("A.I.3.ii.a"), answer("A.I.4.i.a")), ("Tidak".into(), "A".into()));
    assert!(answer("A.I.5.i.a").is_null() && answer("A.I.6.i.d").is_null());
    assert!(is_close(&node(unit, "A.II.6.i.b")["ratio"], 0.7838), "78,38%");
    assert!(is_close(&node(unit, "A.II.1.i.b")["ratio"], 0.78), "0.78 as text");
    assert!(is_close(&node(unit, "A.II.1.i.a")["ratio"], 0.75), "6 of 8, counts as text");
    assert!(is_close(&node(unit, "B.I.a")["ratio"], 3.71 / 4.0), "3,71 as text");
}

#[test]
fn hidden_summaries_are_passed_over_and_other_orders_read() {
    let (result, _) = check(&fixture("babel/lke-1902.xlsx"));
    assert_eq!(result["source"]["sheet"], "LKE 2025");
    let (result, _) = check(&fixture("babel/lke-1900.xlsx"));
    assert_eq!(result["roles"]["unit"]["answered"], 113);
    assert_eq!(result["roles"]["tpi"]["answered"], 113);
    assert!(of_code(&result["findings"], "LKE012").is_empty(), "its own results agree, so no column was confused");
    assert!(is_close(
        &node(&result["roles"]["unit"], "A.I.1.i")["workbook_score"],
        node(&result["roles"]["unit"], "A.I.1.i")["score"].as_f64().unwrap()
    ));
}

#[test]
fn the_text_fits_a_terminal_and_both_languages() {
    for lang in ["id", "en"] {
        for kode in ["1900", "1903", "1904", "1971"] {
            let path = fixture(&format!("babel/lke-{kode}.xlsx"));
            for extra in [&[][..], &["-v"]] {
                let mut arguments = vec!["check", "--lang", lang, path.to_str().unwrap()];
                arguments.extend(extra);
                let text = stdout(&run(&arguments));
                // The path itself may be longer than a line.
                let widest = text.lines().skip(2).map(|line| line.chars().count()).max().unwrap();
                assert!(widest <= 80, "{kode} {lang}: {widest}");
            }
        }
    }
    let path = fixture("babel/lke-1971.xlsx");
    let id = stdout(&run(&["check", path.to_str().unwrap()]));
    assert!(id.contains("88,48 / 100") && id.contains("Temuan: 0 galat"), "{id}");
    let after = id.lines().skip_while(|line| *line != "Peringatan").count();
    assert!(after <= 26, "at most a screenful of findings: {after}");
    let en = stdout(&run(&["check", "--lang", "en", path.to_str().unwrap()]));
    assert!(en.contains("88.48 / 100") && en.contains("Findings: 0 errors"), "{en}");
    assert!(!en.contains("Peringatan") && !en.contains("belum"), "{en}");
}

#[test]
fn several_files_and_folders_are_checked_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let copy = |from: &str, to: &str| std::fs::copy(fixture(from), folder.path().join(to)).unwrap();
    copy("babel/lke-1971.xlsx", "b.xlsx");
    copy("babel/skm-1971.csv", "a.csv");
    copy("babel/skm-1971.csv", ".tersembunyi.csv");
    std::fs::write(folder.path().join("~$b.xlsx"), b"\x05Admin").unwrap();
    std::fs::write(folder.path().join("foto.jpg"), b"\xff\xd8\xff").unwrap();
    std::fs::create_dir(folder.path().join("lama.xlsx")).unwrap();
    let path = folder.path().to_str().unwrap();
    let kinds = |arguments: &[&str]| {
        let output = run(&[&["check", "--format", "json"], arguments].concat());
        let values = stdout(&output)
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .collect::<Vec<_>>();
        let kinds: Vec<String> = values.iter().map(|value| value["kind"].as_str().unwrap_or("–").to_owned()).collect();
        (kinds, output.status.code(), stderr(&output))
    };
    let (found, status, said) = kinds(&[path]);
    assert_eq!((found, status), (vec!["survey".to_owned(), "lke".to_owned()], Some(0)));
    for passed in [".tersembunyi.csv", "~$b.xlsx", "foto.jpg", "lama.xlsx"] {
        assert!(said.contains(passed), "{said}");
    }
    let gone = folder.path().join("tidak-ada.xlsx");
    let (found, status, _) = kinds(&[gone.to_str().unwrap(), fixture("babel/lke-1900.xlsx").to_str().unwrap()]);
    assert_eq!((found, status), (vec!["–".to_owned(), "lke".to_owned()], Some(1)), "the worst decides");
    let text = stdout(&run(&["check", path]));
    assert!(text.contains("a.csv") && text.contains("b.xlsx"), "{text}");
}

#[test]
fn a_refused_file_is_an_object_that_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content, taken_for, code) in [
        ("akip.csv", &b"NO,KOMPONEN,SUB-KOMPONEN,BOBOT\nA,Perencanaan Kinerja,,30\n"[..], "LKE AKIP", "SRC031"),
        ("survei.csv", b"Q1,Q2,Q3\n4,3,3\n2,3,3\n1,2,3\n", "jawaban survei", "SRC031"),
        ("~$lke.xlsx", b"\x05Admin", "berkas kunci (~$…) yang dibuat Excel selama berkas aslinya terbuka", "SRC030"),
        ("surat.xlsx", b"%PDF-1.7", "PDF", "SRC003"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let (result, status) = check(&path);
        assert_eq!((codes(&result["findings"]), status), (vec![code], 1), "{name}");
        assert!(result["kind"].is_null() && result["taken_for"] == taken_for, "{name}: {result}");
        assert_eq!(result["source"]["location"], path.to_str().unwrap());
    }
    // A survey nobody answered yet is one all the same.
    let path = folder.path().join("kosong.csv");
    std::fs::write(&path, "Stempel waktu,U1,U2,U3,U4,U5,U6,U7,U8,U9\n").unwrap();
    assert_eq!(check(&path).0["kind"], "survey");
}

#[test]
fn a_survey_is_read_whatever_its_file_is_named_and_encoded() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "Jenis layanan;U1;U2;U3;U4;U5;U6;U7;U8;U9\n".to_owned();
    for row in 0..12 {
        let answers: Vec<String> = (0..9).map(|col| (2 + (row * col) % 3).to_string()).collect();
        text += &format!("Informasi publik;{}\n", answers.join(";"));
    }
    let path = folder.path().join("biasa.csv");
    std::fs::write(&path, &text).unwrap();
    let (plain, _) = check(&path);
    assert!(plain["index"].is_number());
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(';').collect()).collect();
    let cells = |row: &Vec<&str>| row.iter().map(|cell| format!("<td>{cell}</td>")).collect::<String>();
    let html: String = rows.iter().map(|row| format!("<tr>{}</tr>", cells(row))).collect();
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let tabs = text.replace(';', "\t");
    let stray = text.replacen('\n', "\n\"", 1);
    for (name, bytes, said) in [
        ("halaman.xls", format!("<html><table>{html}</table></html>").into_bytes(), None),
        ("tab.xls", tabs.clone().into_bytes(), None),
        ("unicode.txt", utf16(&format!("\u{feff}{tabs}")), None),
        ("tanpa-tanda.csv", utf16(&text), None),
        ("sep.csv", format!("sep=;\n{text}").into_bytes(), None),
        ("nul.csv", text.replacen("publik", "pub\0lik", 1).into_bytes(), Some("SRC029")),
        ("kutip.csv", stray.into_bytes(), Some("SRC027")),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let (result, _) = check(&path);
        assert_eq!(result["index"], plain["index"], "{name}: {result}");
        let doubts: Vec<_> = codes(&result["findings"]).into_iter().filter(|code| code.starts_with("SRC")).collect();
        assert_eq!(doubts, Vec::from_iter(said), "{name}");
    }
}
