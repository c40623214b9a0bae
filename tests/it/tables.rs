//! One table is the same wherever it is shown: sheet of the workbook, tab of the summary spreadsheet and CSV of a province are
//! held against each other cell by cell.

use crate::common;

use crate::server;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use calamine::{Data, DataType, Reader, Xlsx, open_workbook};
use common::root;
use jiff::Timestamp;
use rekap::compute::{Consolidation, Unit};
use rekap::lang::Lang;
use rekap::output::sheets::{RefreshPlan, refresh};
use rekap::output::table::Dialect;
use rekap::output::{table, workbook};
use rekap::pipeline::{Pipeline, Progress, run};
use rekap::report::table::{CellValue, Row, Seen};
use rekap::report::{Report, TableName};
use rekap::source::fetch::Sources;
use rekap::source::google::{Credentials, Google, GoogleSettings};
use rekap::survey::privacy::scrub_label;
use server::model::{Content, Spreadsheet};
use server::{Options, Server};

struct Quiet;

impl Progress for Quiet {
    fn done(&self, _: &Unit) {}
}

/// The results of the fixtures' province.
fn province() -> Consolidation {
    let mut pipeline = Pipeline::read(&root().join("pipelines/babel.toml")).expect("a pipeline");
    pipeline.outputs.clear();
    let sources = Sources::new(pipeline.directory(), &pipeline.google, None).expect("no folder is made");
    let now = || Timestamp::from_second(1_766_300_400).expect("a time");
    run(&pipeline, &sources, &now, &Quiet).expect("results")
}

/// The cells of a sheet.
fn sheet(path: &Path, name: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = open_workbook(path).expect("a workbook");
    book.worksheet_range(name).expect("a sheet").rows().map(<[Data]>::to_vec).collect()
}

/// The summary spreadsheet after a refresh with every tab.
fn refreshed(data: &Consolidation, folder: &Path) -> std::sync::Arc<Spreadsheet> {
    let server = Server::start(Options::default());
    server.add("ringkasan", Spreadsheet::empty("Ringkasan"));
    let key = folder.join("kunci.json");
    std::fs::write(&key, server.key_json()).expect("a folder to write in");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("a file of ours");
    let endpoint = server.url().parse().expect("an address");
    let credentials = Some(Credentials::KeyFile(key));
    let settings = GoogleSettings { credentials, endpoint, ..GoogleSettings::default() };
    let google = Google::new(&settings).expect("a client");
    let tabs = TableName::TABS.map(|table| (table, table.title().id.to_owned())).to_vec();
    let plan = RefreshPlan { pipeline: "babel".to_owned(), spreadsheet: server.address("ringkasan", 0), tabs };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(refresh(&google, &settings, &plan, data, Lang::Id, false)).expect("a refresh");
    server.spreadsheet("ringkasan")
}

fn is_close(one: f64, other: Option<f64>) -> bool {
    other.is_some_and(|other| (one - other).abs() < 1e-9)
}

#[test]
fn the_workbook_the_tab_and_the_csv_of_a_table_say_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = province();
    let report = Report { data: &data, lang: Lang::Id };
    let path = folder.path().join("rekap.xlsx");
    workbook::write(&data, Lang::Id, &path).expect("a workbook");
    let tabs = refreshed(&data, folder.path());
    for name in [TableName::Summary, TableName::Ranking, TableName::Areas, TableName::Findings, TableName::Sources] {
        let title = name.title().id;
        let section = report.table(name).expect("a table").sections.remove(0);
        let (columns, top) = (section.columns, 3 + section.headings.len());
        let rows: Vec<Row> = section.rows.collect();
        let book = sheet(&path, title);
        let tab = tabs.sheet(title).expect("a tab");
        assert!(rows.len() >= data.units.len() && book.len() == top + rows.len(), "{title}: {}", book.len());
        assert_eq!(tab.size().0 as usize, book.len(), "{title}");
        let csv = folder.path().join("tabel.csv");
        table::write(report.table(name).expect("a table"), Dialect::Rfc4180, &csv).expect("a file");
        let mut csv = csv::Reader::from_path(csv).expect("a CSV");
        let excel = folder.path().join("excel.csv");
        table::write(report.table(name).expect("a table"), Dialect::Excel, &excel).expect("a file");
        let excel = std::fs::read_to_string(excel).expect("UTF-8");
        let excel = excel.strip_prefix('\u{feff}').expect("a byte order mark");
        let mut excel = csv::ReaderBuilder::new().delimiter(b';').from_reader(excel.as_bytes());
        let headings = excel.headers().expect("headings").clone();
        assert!(headings.iter().all(|heading| !heading.is_empty()), "{title}: {headings:?}");
        let excel: Vec<csv::StringRecord> = excel.records().map(|line| line.expect("a line")).collect();
        assert_eq!(excel.len(), rows.len(), "{title}");
        let ids = csv.headers().expect("headings").clone();
        let lines: Vec<csv::StringRecord> = csv.records().map(|line| line.expect("a line")).collect();
        assert!(lines.len() == rows.len() || ids.is_empty(), "{title}");

        let (mut of_book, mut of_tab, mut compared) = (0, 0, 0);
        for (place, column) in columns.iter().enumerate() {
            let of_csv = column.id.as_deref().and_then(|id| ids.iter().position(|of| of == id));
            for (number, row) in rows.iter().enumerate() {
                let at = || format!("{title}, column {place}, row {number}: {:?}", row[place]);
                if column.seen != Seen::Machines {
                    let shown = &book[top + number][of_book];
                    match (row[place].as_number(), row[place].as_text()) {
                        (Some(number), _) => assert!(is_close(number, shown.as_f64()), "{} {shown}", at()),
                        (None, Some(text)) => assert_eq!(shown.to_string(), text, "{}", at()),
                        (None, None) => assert!(
                            shown.is_empty() || *shown == "" || matches!(row[place], CellValue::Moment(_)),
                            "{} {shown}",
                            at()
                        ),
                    }
                }
                if column.seen != Seen::Machines {
                    let text = &excel[number][of_book];
                    match (row[place].as_number(), row[place].as_text()) {
                        (Some(number), _) => {
                            let shown = text.replace(',', ".").parse().ok();
                            assert!(!text.contains('.') && is_close(number, shown), "{} {text}", at());
                        }
                        (None, own) => {
                            assert_eq!(text.trim_start_matches('\''), own.unwrap_or_default(), "{} {text}", at());
                        }
                    }
                }
                if column.seen == Seen::Everywhere {
                    let shown = &tab.cell((top + number) as u32, of_tab as u32).content;
                    match (shown, &row[place]) {
                        (Content::Number(_), CellValue::Moment(_)) => {}
                        (Content::Number(number), value) => assert!(is_close(*number, value.as_number()), "{}", at()),
                        (Content::Text(text), CellValue::Office(local, instead)) => {
                            assert!(**text == **instead && !text.contains(&**local), "{}", at());
                        }
                        (Content::Text(text), CellValue::Written(own)) => assert_eq!(**text, scrub_label(own)),
                        (Content::Text(text), value) => assert_eq!(Some(&**text), value.as_text(), "{}", at()),
                        (Content::Empty, value) => assert_eq!((value.as_number(), value.as_text()), (None, None)),
                        (other, _) => panic!("{}: {other:?}", at()),
                    }
                }
                if let Some(of_csv) = of_csv {
                    match (&lines[number][of_csv], &row[place]) {
                        (text, CellValue::Word(_, name)) => assert_eq!(text, *name, "{}", at()),
                        ("", value) => assert_eq!((value.as_number(), value.as_text()), (None, None), "{}", at()),
                        (text, value) => match value.as_number() {
                            Some(number) => assert!(is_close(number, text.parse().ok()), "{} {text}", at()),
                            None => assert_eq!(Some(text.trim_start_matches('\'')), value.as_text(), "{}", at()),
                        },
                    }
                    compared += 1;
                }
            }
            of_book += usize::from(column.seen != Seen::Machines);
            of_tab += usize::from(column.seen == Seen::Everywhere);
        }
        assert_eq!(tab.size().1 as usize, of_tab, "{title}");
        let is_csv = matches!(name, TableName::Ranking | TableName::Findings);
        assert!(!is_csv || compared == ids.len() * rows.len() && ids.len() > 8, "{title}: {compared}");
    }
}

#[test]
fn leaders_are_told_who_meets_what_and_what_to_do_on_the_first_sheet() {
    let data = province();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.xlsx");
    workbook::write(&data, Lang::Id, &path).unwrap();
    let book: Xlsx<_> = open_workbook(&path).unwrap();
    assert_eq!(book.sheet_names().first().map(String::as_str), Some("Lembar Pimpinan"));
    let cells = sheet(&path, "Lembar Pimpinan");
    let rows: Vec<String> =
        cells.iter().map(|row| row.iter().map(Data::to_string).collect::<Vec<_>>().join("|")).collect();
    let row =
        |start: &str| rows.iter().find(|row| row.starts_with(start)).unwrap_or_else(|| panic!("{start}: {rows:#?}"));
    // By rank, whoever has none last; the worse of two shortfalls first.
    assert!(row("1|").starts_with("1|KPU Kota Pangkalpinang|1971|88.4"), "{}", row("1|"));
    assert!(row("1|").contains("|memenuhi|tidak memenuhi|WBBM: belum berpredikat WBK|75|85"), "{}", row("1|"));
    let missed = "WBK: Pelayanan publik yang prima kurang 0,17 (13,83 dari 14,00); Nilai Survey Persepsi Korupsi \
                  (Survei Eksternal) kurang 0,13 (15,62 dari 15,75)";
    assert!(row("2|KPU Kabupaten Belitung|").contains(missed), "{}", row("2|"));
    assert!(row("|KPU Kabupaten Bangka Selatan|1905||–|–|belum ada jawaban").ends_with("|75|85"));
    row("WBK: 2 dari 8 satker memenuhi (1971, 1904)");
    row("1904 KPU Kabupaten Bangka Tengah: WBK memenuhi, menurut survei tidak memenuhi – ");
    row("1. Minta LKE yang belum ada nilainya: 1905 KPU Kabupaten Bangka Selatan (belum ada jawaban).");
    row("4. Kejar WBK yang paling dekat: 1900 KPU Provinsi Kepulauan Bangka Belitung (1 syarat kurang); 1902 ");
    assert!(!rows.iter().any(|row| row.starts_with("6. ")), "five are enough");
}
