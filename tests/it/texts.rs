//! Whatever a stranger writes, and wherever: the run goes on, the neighbour's numbers stay, and a strict reader opens every
//! output.

use crate::common;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, open_workbook};
use common::make::sheet::{Sheet, Shown, to_ods};
use common::{check, fixture, rekap, stderr};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rekap::compute::evidence::LinkReport;
use rekap::grid::Value as Cell;
use rekap::lang::Lang;
use rekap::links::LinkState;
use rekap::output::package::verify;
use rekap::output::workbook;
use rekap::pipeline::{Pipeline, Progress};
use rekap::source::fetch::Sources;
use rekap::source::{Book, Limits};
use rekap::text::{clean, units};
use serde_json::Value;

/// A stranger's texts by where they reach a file.
#[derive(Clone, Default)]
struct Texts {
    title: String,
    name: String,
    sheet: String,
    label: String,
    answer: String,
    link: String,
    header: String,
    group: String,
    comment: String,
    plan: String,
}

impl std::fmt::Debug for Texts {
    /// Without the long ones at their full length.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Texts { title, name, sheet, label, answer, link, header, group, comment, plan } = self;
        let all = [title, name, sheet, label, answer, link, header, group, comment, plan];
        f.debug_list().entries(all.map(|text| rekap::text::shorten(text, 60))).finish()
    }
}

/// The first sheet of a fixture, as it is read, to be changed.
fn sheet_of(name: &str) -> Sheet {
    let path = fixture(name);
    let mut book = Book::open(&path, name, Timestamp::UNIX_EPOCH, &Limits::default()).expect("a fixture");
    let place = book.visible()[0];
    let grid = book.grid(place).expect("a fixture");
    let mut sheet = Sheet::named("LKE");
    for row in 0..grid.rows() {
        for col in 0..grid.cols() {
            let cell = grid.cell(row, col);
            if (grid.anchor(row, col).row, grid.anchor(row, col).col) != (row, col) {
                continue;
            }
            let shown = match &cell.value {
                Cell::Empty => continue,
                Cell::Number(number) => Shown::Number(*number),
                _ => Shown::Text(cell.shown()),
            };
            let link = cell.link.as_deref().map(str::to_owned);
            sheet.put(row, col as u16, shown).link = link;
        }
    }
    let merges = grid.merges().iter();
    sheet.merges = merges.map(|m| (m.start.row, m.start.col as u16, m.end.row, m.end.col as u16)).collect();
    sheet
}

struct Quiet;

impl Progress for Quiet {
    fn done(&self, _: &rekap::compute::Unit) {}
}

/// The cells of a sheet that hold a text, from a row on.
fn text_cells(sheet: &Sheet, from: u32) -> Vec<(u32, u16)> {
    let is_text = |(at, cell): (&(u32, u16), &common::make::sheet::Out)| {
        (at.0 >= from && matches!(cell.shown, Shown::Text(_))).then_some(*at)
    };
    sheet.cells.iter().filter_map(is_text).collect()
}

fn write(path: &Path, sheet: &Sheet) {
    std::fs::write(path, to_ods(std::slice::from_ref(sheet))).expect("a folder to write in");
}

/// A satker whose files hold the texts, beside one whose files are good.
fn lay_out(folder: &Path, texts: &Texts) -> PathBuf {
    let mut lke = sheet_of("babel/lke-1901.xlsx");
    lke.name.clone_from(&texts.sheet);
    let cells = text_cells(&lke, 12);
    // Labels, answers, evidence and notes alike; most of the worksheet must stay what it is.
    for (place, at) in cells.iter().step_by(23).enumerate() {
        let text = if place % 2 == 0 { &texts.label } else { &texts.answer };
        let out = lke.put(at.0, at.1, Shown::text(text));
        out.link = Some(format!("http://127.0.0.1:9/{}", texts.link));
    }
    let linked: Vec<_> = lke.cells.iter().filter(|(_, cell)| cell.link.is_some()).map(|(at, _)| *at).collect();
    // Of this computer, which is never asked: no link leads into the network.
    for (place, at) in linked.into_iter().enumerate() {
        let link = texts.link.split('\0').cycle().nth(place).unwrap_or_default();
        lke.cells.get_mut(&at).expect("listed above").link = Some(format!("http://127.0.0.1:9/{place}/{link}"));
    }
    write(&folder.join("lke.ods"), &lke);

    let mut skm = sheet_of("babel/skm-1902.xlsx");
    let width = skm.cells.keys().map(|at| at.1).max().unwrap_or(0);
    let rows = skm.cells.keys().map(|at| at.0).max().unwrap_or(0);
    skm.put(0, width + 1, Shown::text("Saran dan masukan"));
    skm.put(0, width + 2, Shown::text(&texts.header));
    let group = skm.cells.iter().find(|(at, cell)| {
        at.0 == 0 && matches!(&cell.shown, Shown::Text(text) if text.to_lowercase().contains("pekerjaan"))
    });
    let group = group.map(|(at, _)| at.1);
    for row in 1..=rows {
        if row == 1 {
            skm.put(row, width + 1, Shown::text(&texts.comment));
        }
        if row % 8 == 0 {
            group.into_iter().for_each(|col| {
                skm.put(row, col, Shown::text(&texts.group));
            });
        }
    }
    skm.put(rows, width + 2, Shown::text(&texts.answer));
    write(&folder.join("skm.ods"), &skm);

    let mut plan = sheet_of("babel/rencana-aksi-1901.xlsx");
    for at in text_cells(&plan, 8).iter().step_by(17) {
        plan.put(at.0, at.1, Shown::text(&texts.plan));
    }
    write(&folder.join("plan.ods"), &plan);

    let mut registry = csv::Writer::from_path(folder.join("satker.csv")).expect("a folder to write in");
    let good =
        ["lke-1902.xlsx", "skm-1902.xlsx", "rencana-aksi-1902.xlsx"].map(|name| fixture(&format!("babel/{name}")));
    let [lke, skm, plan] = good.map(|path| path.to_str().expect("UTF-8").to_owned());
    registry.write_record(["kode", "nama", "jenis", "lke", "skm", "plan"]).expect("a registry");
    registry.write_record(["1901", &texts.name, &texts.group, "lke.ods", "skm.ods", "plan.ods"]).expect("a registry");
    registry.write_record(["1902", "KPU Kabupaten Belitung", "kabupaten", &lke, &skm, &plan]).expect("a registry");
    registry.flush().expect("a registry");

    let title = toml::Value::String(texts.title.clone());
    let outputs = [
        "kind = \"xlsx\"\npath = \"out/rekap.xlsx\"",
        "kind = \"csv\"\ndialect = \"rfc4180\"\ntable = \"ranking\"\npath = \"out/peringkat.csv\"",
        "kind = \"csv\"\ndialect = \"rfc4180\"\ntable = \"findings\"\npath = \"out/temuan.csv\"",
        "kind = \"ical\"\npath = \"out/tenggat.ics\"",
    ];
    let outputs: String = outputs.map(|output| format!("\n[[output]]\n{output}\n")).concat();
    let text = format!(
        "name = \"uji\"\ntitle = {title}\nyear = 2025\nsemester = 2\nsatker = \"satker.csv\"\nas_of = 2025-12-01\n\n\
         [lke]\nsource = \"{{lke}}\"\n\n[[survey]]\ninstrument = \"skm-2017\"\nsource = \"{{skm}}\"\nperiod = \"2025-S1\"\n\n\
         [plan]\nsource = \"{{plan}}\"\n{outputs}"
    );
    let path = folder.join("p.toml");
    std::fs::write(&path, text).expect("a folder to write in");
    path
}

/// Runs the pipeline and opens everything it wrote; what it says as JSON.
fn run(texts: &Texts) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let pipeline = lay_out(folder.path(), texts);
    let output =
        rekap().args(["run", "-q", "--no-history", "--format", "json"]).arg(&pipeline).output().expect("the program");
    assert!(matches!(output.status.code(), Some(0 | 1)), "{:?}: {}", output.status, stderr(&output));
    let value: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let out = folder.path().join("out");
    strict_xlsx(&out.join("rekap.xlsx"));
    strict_csv(&out.join("peringkat.csv"));
    strict_csv(&out.join("temuan.csv"));
    strict_ical(&out.join("tenggat.ics"));
    value
}

/// Every part is XML, every sheet is read by another reader, no text is longer than a cell holds or hides anything, no text
/// became a formula, no link leads elsewhere than to the web.
fn strict_xlsx(path: &Path) {
    verify(path).unwrap_or_else(|error| panic!("{error}"));
    let mut book: Xlsx<_> = open_workbook(path).expect("a workbook");
    for name in book.sheet_names() {
        let cells = book.worksheet_range(&name).unwrap_or_else(|error| panic!("{name}: {error}"));
        for (row, col, cell) in cells.used_cells() {
            if let Data::String(text) = cell {
                assert!(units(text) <= 32_767, "{name} {row} {col}");
                let text = text.replace("_x000D_", "\r");
                assert!(matches!(clean(&text), Cow::Borrowed(_)), "{name} {row} {col}: {text:?}");
            }
        }
        let formulas = book.worksheet_formula(&name).unwrap_or_else(|error| panic!("{name}: {error}"));
        for (row, col, formula) in formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty()) {
            assert!(!formula.contains("cmd"), "{name} {row} {col}: {formula}");
        }
    }
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).expect("a workbook")).expect("a workbook");
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).expect("a part");
        if String::from_utf8_lossy(part.name_raw()).contains("worksheets/_rels/") {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut part, &mut text).expect("UTF-8");
            for relation in text.split("<Relationship ").filter(|relation| relation.contains("/hyperlink\"")) {
                let target =
                    relation.split("Target=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a target");
                let target = target.replace("&amp;", "&");
                assert!(url::Url::parse(&target).is_ok_and(|url| url.has_host()), "{target}");
                assert!(!target.contains([' ', '<', '>', '\n']), "{target}");
            }
        }
    }
}

/// Every record has all columns, and no spreadsheet takes a text for a formula.
fn strict_csv(path: &Path) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(false).from_path(path).expect("a table");
    let records = reader.records().map(|record| record.expect("a record as long as the others"));
    for field in records.flat_map(|record| record.iter().map(str::to_owned).collect::<Vec<_>>()) {
        let is_formula = field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
        assert!(!is_formula || field.parse::<f64>().is_ok(), "{field:?}");
        assert!(matches!(clean(&field), Cow::Borrowed(_)), "{field:?}");
    }
}

/// Lines as RFC 5545 has them: ended by CR and LF, of some 75 octets (the library counts no blank of a last piece), each with a name, blocks that end as they began.
fn strict_ical(path: &Path) {
    let text = std::fs::read_to_string(path).expect("UTF-8");
    let body = text.strip_suffix("\r\n").expect("a last line that ends");
    for line in body.split("\r\n") {
        assert!(line.len() <= 76 && !line.contains(['\r', '\n']), "{} octets: {line:?}", line.len());
    }
    let unfolded = body.replace("\r\n ", "");
    let mut open: Vec<&str> = Vec::new();
    for line in unfolded.split("\r\n") {
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("{line:?}"));
        let name = name.split(';').next().unwrap_or_default();
        assert!(!name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'-'), "{line:?}");
        match name {
            "BEGIN" => open.push(value),
            "END" => assert_eq!(open.pop(), Some(value)),
            _ => {}
        }
    }
    assert!(open.is_empty());
}

/// What the run says of a satker.
fn of_satker<'a>(said: &'a Value, kode: &str) -> &'a Value {
    let all = said["satker"].as_array().expect("satker");
    all.iter().find(|one| one["satker"] == kode).unwrap_or_else(|| panic!("{said:#}"))
}

/// Findings of a code about a satker.
fn findings<'a>(said: &'a Value, code: &str, kode: &str) -> Vec<&'a Value> {
    let all = said["findings"].as_array().expect("findings").iter();
    all.filter(|finding| finding["code"] == code && finding["satker"] == kode).collect()
}

fn ordinary() -> Texts {
    Texts {
        title: "Uji".to_owned(),
        name: "KPU Kabupaten Bangka".to_owned(),
        sheet: "LKE".to_owned(),
        label: "Catatan".to_owned(),
        answer: "Ya".to_owned(),
        link: "bukti".to_owned(),
        header: "Lainnya".to_owned(),
        group: "Pelajar".to_owned(),
        comment: "Ruang tunggu ditambah".to_owned(),
        plan: "Sosialisasi".to_owned(),
    }
}

#[test]
fn a_text_no_cell_holds_is_cut_and_told() {
    let long = "Loket terlalu tinggi. ".repeat(1_500);
    let said = run(&Texts { comment: long.clone(), name: long, ..ordinary() });
    let cut = findings(&said, "KON007", "1901");
    let sheets: Vec<bool> = ["Saran", "Ringkasan"]
        .map(|sheet| cut.iter().any(|f| f["message"].as_str().is_some_and(|m| m.contains(sheet))))
        .into();
    assert_eq!(sheets, [true, true], "{said:#}");
    assert!(findings(&said, "KON007", "1902").is_empty());
    assert!(findings(&run(&ordinary()), "KON007", "1901").is_empty());
}

#[test]
fn no_character_in_a_link_leaves_a_workbook_nobody_opens() {
    let links =
        ["\u{1}\u{8}x", "\u{ffff}x", "\u{202e}gnp.exe", "a b\"<c>", "[x]{y}|z^`", "100%", "\u{d}\u{a}x", "bukti"];
    let folder = tempfile::tempdir().expect("a folder");
    let pipeline = lay_out(folder.path(), &Texts { link: links.join("\0"), ..ordinary() });
    let pipeline = Pipeline::read(&pipeline).unwrap_or_else(|error| panic!("{error}"));
    let sources = Sources::new(pipeline.directory(), &pipeline.google, None).expect("sources");
    let mut data = rekap::pipeline::run(&pipeline, &sources, &|| Timestamp::UNIX_EPOCH, &Quiet).expect("frames");
    let states: BTreeMap<_, _> = data
        .units
        .iter()
        .filter_map(|unit| unit.lke.as_ref())
        .flat_map(|lke| lke.evidence.iter().flatten())
        .map(|link| (link.clone(), LinkState::Gone))
        .collect();
    assert!(states.keys().filter(|link| link.starts_with("http://127.0.0.1:9/")).count() >= links.len());
    data.links = Some(LinkReport { checked_at: Timestamp::UNIX_EPOCH, states });
    let path = folder.path().join("a.xlsx");
    workbook::write(&data, Lang::Id, &path).expect("a workbook");
    strict_xlsx(&path);
}

/// Texts as strangers write them: of all planes, controls, formulas, escapes, markup, far too long.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "=cmd|'/c calc'!A0",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "\t=1",
        "\n=1+1",
        "\r=1",
        "@SUM(A1)",
        "_x0041_",
        "_xD800_",
        "_xFFFF_",
        "_x0000_",
        "_x005F_x0041_",
        "&#1;",
        "&nbsp;",
        "<a b='c'>",
        "]]>",
        "\"",
        "'",
        ";",
        ",",
        "\\n",
        "\u{202e}",
        "\u{2066}",
        "\u{ffff}",
        "\u{fdd0}",
        "\u{1fffe}",
        "\u{e0041}",
        "\u{feff}",
        "\u{200d}",
        "\u{85}",
        "\u{2028}",
        "\r\n",
        "\u{7f}",
        "\u{1b}[31m",
        "\r\nEND:VEVENT\r\nBEGIN:VEVENT",
        "https://s.id/a",
        "://",
        "#",
        "%",
        "{title}",
        "{{ 7 * 7 }}",
        "Ya",
        "4",
        " ",
    ]);
    let odd =
        prop::collection::vec(prop_oneof![pieces.prop_map(str::to_owned), any::<char>().prop_map(String::from)], 0..8);
    let controls = prop::collection::vec(1_u8..32, 1..6).prop_map(|bytes| bytes.into_iter().map(char::from).collect());
    let long = (any::<char>(), 33_000_usize..64_000).prop_map(|(c, bytes)| c.to_string().repeat(bytes / c.len_utf8()));
    prop_oneof![6 => odd.prop_map(|pieces| pieces.concat()), 2 => controls, 1 => long]
}

#[test]
fn whatever_is_written_wherever_every_output_opens_and_the_neighbour_stays() {
    let (alone, _) = check(&fixture("babel/lke-1902.xlsx"));
    let (survey, _) = check(&fixture("babel/skm-1902.xlsx"));
    let config = Config { cases: 8, failure_persistence: None, max_shrink_iters: 20, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let texts = prop::array::uniform10(text()).prop_map(|texts| {
        let [title, name, sheet, label, answer, link, header, group, comment, plan] = texts;
        Texts { title, name, sheet, label, answer, link, header, group, comment, plan }
    });
    let tried = runner.run(&texts, |texts| {
        let said = run(&texts);
        let neighbour = of_satker(&said, "1902");
        prop_assert_eq!(&neighbour["roles"]["unit"]["total"], &alone["roles"]["unit"]["total"]);
        prop_assert_eq!(&neighbour["surveys"][0]["n"], &survey["n"]);
        Ok(())
    });
    tried.unwrap_or_else(|error| panic!("{error}"));
}
