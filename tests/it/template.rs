//! The official worksheet the program writes reads back as what was put in; a new pipeline runs as it stands.

use crate::common;

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use calamine::Reader;
use common::{check, codes, is_close, node, root, run, stderr, stdout};
use rekap::grid::CellRef;
use rekap::lang::Lang;
use rekap::lke::Role;
use rekap::lke::answer::Answer;
use rekap::lke::template::{AnswerType, Template};
use rekap::output::worksheet;
use serde_json::Value;

#[test]
fn empty_it_reads_back_as_unanswered_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lke.xlsx");
    let arguments = ["template", "lke-zi-2021", "-o", path.to_str().unwrap()];
    assert_eq!(run(&arguments).status.code(), Some(0));
    let (result, _) = check(&path);
    assert_eq!(codes(&result["findings"]), ["LKE031", "LKE024", "LKE024"]);
    assert!(result["roles"]["unit"]["total"].is_null() && result["roles"]["tpi"]["total"].is_null());
    let again = run(&arguments);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("--force"), "{}", stderr(&again));
    assert_eq!(run(&["template", "lke-zi-1999"]).status.code(), Some(2));
}

#[test]
fn every_option_is_explained_beside_it_and_only_what_is_filled_in_is_unlocked() {
    let template = Template::lke_zi_2021();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lke.xlsx");
    worksheet::write(&template, None, Lang::Id, &path).unwrap();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&path).unwrap();
    let cells = book.worksheet_range("LKE ZI").unwrap();
    let criteria = |code: &str| {
        let row = template.find(code).unwrap() as u32 + 3;
        cells.get_value((row, 8)).unwrap().to_string()
    };
    assert_eq!(
        criteria("A.I.6.iv.b"),
        "A = 1: Hasil survei dapat diakses secara online (website, media sosial) dan offline.\n\
         B = 0,5: Hasil survei hanya dapat diakses secara offline di tempat layanan.\n\
         C = 0: Hasil survei tidak dipublikasikan."
    );
    assert!(criteria("A.I.4.ii.c").ends_with("\nTidak = 0: Unit kerja belum memiliki IKU.*"));
    assert!(criteria("B.I.a").starts_with("0 – 4: Isi nilai hasil survei eksternal"));
    for node in template.indicators().map(|node| &template.nodes[node]) {
        assert_eq!(criteria(&node.code).lines().count(), node.meanings.len(), "{}", node.code);
    }

    let part = |name: &str| {
        let mut archive = zip::ZipArchive::new(fs::File::open(&path).unwrap()).unwrap();
        std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
    };
    let styles = part("xl/styles.xml");
    let formats = styles.split("<cellXfs").nth(1).unwrap().split("</cellXfs>").next().unwrap();
    let unlocked: Vec<String> = formats
        .split("<xf ")
        .skip(1)
        .enumerate()
        .filter(|(_, format)| format.contains("locked=\"0\""))
        .map(|(place, _)| format!("s=\"{place}\""))
        .collect();
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<sheetProtection ") && !sheet.contains("password") && !sheet.contains("hashValue"));
    let free = |cell: &&str| unlocked.iter().any(|style| cell.split('>').next().unwrap().contains(style.as_str()));
    let free: Vec<&str> = sheet.split("<c r=\"").skip(1).filter(free).collect();
    assert!(free.iter().all(|cell| !cell.contains("<f>")), "a formula is never unlocked");
    let at = |column: char| free.iter().filter(|cell| cell.starts_with(column)).count();
    let answered = template.nodes.iter().filter(|node| node.answer_type.is_some()).count();
    // Formulas answer eight percentages and the two sums of those who must report.
    assert_eq!(['K', 'P'].map(at), [answered - 10; 2]);
    assert_eq!(['N', 'O', 'S'].map(at), [answered; 3]);
    assert_eq!(free.len(), 5 * answered - 20);
}

#[test]
fn filled_it_reads_back_as_what_was_put_in() {
    Template::shipped().iter().for_each(reads_back);
}

fn reads_back(template: &Arc<Template>) {
    let filled = common::filled(template);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("terisi.xlsx");
    worksheet::write(template, Some(&filled), Lang::Id, &path).unwrap();
    let (result, _) = check(&path);
    assert_eq!(result["template"], *template.id);
    for role in Role::ALL {
        let read = &result["roles"][role.name()];
        for (index, spec) in template.nodes.iter().enumerate() {
            let expected = match (&filled[role][index], spec.answer_type) {
                (Answer::Choice(option), Some(AnswerType::Choice(scale))) => {
                    template.choices[scale].options[*option].0.clone().into()
                }
                (Answer::Scale(n) | Answer::Count(n), _) => (*n).into(),
                (_, Some(AnswerType::Percentage)) => continue,
                (_, Some(AnswerType::Count)) if spec.code.ends_with(".1.1") => continue,
                _ => serde_json::Value::Null,
            };
            if spec.answer_type.is_some() {
                assert_eq!(node(read, &spec.code)["answer"], expected, "{role:?} {}", spec.code);
            }
        }
        // The sheet's own results, saved with it, are the recomputed ones.
        for code in ["A", "B", "A.I.1", "A.II.5.iii", "A.II.1.i"] {
            let found = node(read, code);
            assert!(is_close(&found["workbook_score"], found["score"].as_f64().unwrap()), "{role:?} {code} {found}");
        }
        assert!(is_close(&read["workbook_total"], read["total"].as_f64().unwrap()));
    }
    let doubts: Vec<_> = codes(&result["findings"])
        .into_iter()
        .filter(|code| !["LKE021", "LKE023", "LKE026", "LKE028", "LKE030"].contains(code))
        .collect();
    assert_eq!(
        doubts,
        [""; 0],
        "{}",
        common::of_code(&result["findings"], "LKE012").iter().map(|f| f.to_string()).collect::<String>()
    );
}

#[test]
fn the_worksheet_of_2026_has_everything_where_the_ministry_looks_for_it() {
    let template = &Template::shipped()[1];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lke-2026.xlsx");
    worksheet::write(template, Some(&common::filled(template)), Lang::Id, &path).unwrap();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&path).unwrap();
    let list = root().join("fixtures/facts/lke_zi_2026_master.csv");
    let rows: Vec<BTreeMap<String, String>> =
        csv::Reader::from_path(list).unwrap().deserialize().map(|row| row.unwrap()).collect();
    let mut questions = 0;
    for question in rows.iter().filter(|row| row["level"] == "soal") {
        let sheet = book.worksheet_range(&question["sheet"]).unwrap();
        let at = |letters: &str| CellRef::parse(&format!("{letters}{}", question["row"])).unwrap();
        let text = |letters: &str| {
            let at = at(letters);
            sheet.get_value((at.row, at.col)).map(ToString::to_string).unwrap_or_default()
        };
        let label = text("G");
        assert_eq!(label.trim_start_matches("- "), question["label"].trim(), "{}", question["id"]);
        let node = (template.nodes.iter().position(|node| node.row == Some(at("A").row))).unwrap();
        for (role, column) in [(Role::Unit, "unit_answer_col"), (Role::Tpi, "tpi_answer_col")] {
            let is_filled = !matches!(common::filled(template)[role][node], Answer::Blank);
            assert_eq!(!text(&question[column]).is_empty(), is_filled, "{} {role:?}", question["id"]);
        }
        questions += 1;
    }
    assert_eq!(questions, 127);
    let sheet = book.worksheet_range("Jawaban").unwrap();
    let headings = |letters: &str| {
        let at = CellRef::parse(&format!("{letters}1")).unwrap();
        sheet.get_value((at.row, at.col)).map(ToString::to_string).unwrap_or_default()
    };
    assert_eq!(["K", "N"].map(headings), ["Jawaban Unit", "Jawaban TPI"]);
    assert!(["L", "Q"].iter().all(|note| headings(note).starts_with("Catatan")) && headings("M").contains("Bukti"));
}

/// Every satker gets its answers back as a clean worksheet of either year, worth what they were worth; percentages that were
/// typed without their counts (1904) cannot stand in it.
#[test]
fn every_satker_gets_a_clean_worksheet_of_its_answers() {
    let folder = tempfile::tempdir().unwrap();
    let more = ["", "template = \"lke-zi-2026\"\n"].map(|template| {
        let year = if template.is_empty() { "2021" } else { "2026" };
        format!("\n[[output]]\nkind = \"lke\"\n{template}path = \"../out/{year}/{{kode}}.xlsx\"\n")
    });
    let result = common::babel(folder.path(), |text| text + &more.concat());
    let mut compared = 0;
    for satker in result["satker"].as_array().unwrap() {
        let kode = satker["satker"].as_str().unwrap();
        for year in ["2021", "2026"] {
            let (read, _) = check(&folder.path().join("out").join(year).join(format!("{kode}.xlsx")));
            assert_eq!(read["template"], format!("lke-zi-{year}"), "{kode}");
            for role in ["unit", "tpi"].into_iter().filter(|_| kode != "1904") {
                let total = |of: &Value| of["roles"][role]["total"].as_f64();
                let (then, now) = (total(satker), total(&read));
                assert!(then == now || (then.unwrap() - now.unwrap()).abs() < 1e-9, "{kode} {role} {then:?} {now:?}");
                compared += usize::from(now.is_some());
            }
        }
    }
    assert!(compared > 20);
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(folder.path().join("out/2026/1900.xlsx")).unwrap();
    let evidence = book.worksheet_range("Jawaban").unwrap();
    let links = evidence.rows().filter(|row| row[11].to_string().starts_with("https://")).count();
    assert!(links > 50, "the evidence of the unit stands beside its answers: {links}");
}

#[test]
fn a_new_pipeline_runs_as_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("baru");
    let init = ["init", directory.to_str().unwrap()];
    assert_eq!(run(&init).status.code(), Some(0));
    assert_eq!(run(&init).status.code(), Some(2), "what is there is not overwritten");
    let output = run(&["run", "-q", directory.join("pipeline.toml").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "empty worksheets have no score");
    assert!(stdout(&output).contains("Tidak ada satu jawaban pun yang dapat dihitung"), "{}", stdout(&output));
    assert_eq!(fs::read_dir(directory.join("out")).unwrap().count(), 2);
}

#[test]
fn the_catalogue_and_the_completions_are_printed() {
    let text = stdout(&run(&["findings"]));
    assert!(text.contains("LKE012 peringatan – Hasil di lembar berbeda dari hitungan"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80));
    let one = stdout(&run(&["findings", "lke021", "--lang", "en"]));
    assert!(one.starts_with("LKE021 warning – No evidence"), "{one}");
    assert_eq!(run(&["findings", "LKE999"]).status.code(), Some(2));
    let all: serde_json::Value = serde_json::from_slice(&run(&["findings", "--format", "json"]).stdout).unwrap();
    assert_eq!(all.as_array().unwrap().len(), rekap::finding::Code::ALL.len());
    assert!(stdout(&run(&["completions", "bash"])).contains("rekap"));
}
