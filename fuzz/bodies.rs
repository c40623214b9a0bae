//! What every fuzz target does with what it is given, what it begins with, and how that is damaged.
//!
//! Shared by the targets of `cargo fuzz`, the campaign (`drive.rs`) and the test that replays the corpus. A target fails by a
//! panic of this program's own; a panic in a library while a file is read is a finding about that file, and counted.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use rekap::compute::examine;
use rekap::compute::standings::tracer;
use rekap::compute::survey::examine as examine_survey;
use rekap::grid::{Cell, CellRange, CellRef, ErrorKind, Grid, GridBuilder, GridLimits, Value};
use rekap::lke::template::Template;
use rekap::plan::PlanOptions;
use rekap::plan::trace::Tracer;
use rekap::recognise::recognise;
use rekap::source::google::ReadSpreadsheet;
use rekap::source::{Book, FileBytes, Limits, SourceError, SourceInfo};
use rekap::stop::Stop;
use rekap::survey::SurveyOptions;
use rekap::survey::instrument::Instrument;

use super::damage::{self, Dice};
use super::make;

/// Where damaged input comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// An xlsx workbook, to its grids.
    Xlsx,
    /// An ods workbook, to its grids.
    Ods,
    /// An xls workbook, to its grids.
    Xls,
    /// A table as text, to its grid and batches.
    Csv,
    /// The three answers of Google Sheets, one a line, to grids.
    Google,
    /// A grid, to what it comes to as a worksheet, a survey, a plan.
    Grid,
}

/// What came of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was read.
    Read,
    /// It was refused, with a finding.
    Refused,
    /// A library fell, which is a finding.
    Fell(String),
}

impl Target {
    pub const ALL: [Target; 6] = [Target::Xlsx, Target::Ods, Target::Xls, Target::Csv, Target::Google, Target::Grid];

    pub fn name(self) -> &'static str {
        match self {
            Target::Xlsx => "xlsx",
            Target::Ods => "ods",
            Target::Xls => "xls",
            Target::Csv => "csv",
            Target::Google => "google",
            Target::Grid => "grid",
        }
    }

    /// Does with the input what the program would.
    pub fn run(self, data: &[u8]) -> Outcome {
        match self {
            Target::Xlsx | Target::Ods | Target::Xls => read(data, false),
            Target::Csv => read(data, true),
            Target::Google => {
                let mut answers = data.split(|byte| *byte == b'\n');
                let mut next = || answers.next().unwrap_or_default();
                match ReadSpreadsheet::of_answers([next(), next(), next()], &limits()) {
                    Ok(read) if read.sheets.is_empty() => Outcome::Refused,
                    Ok(_) => Outcome::Read,
                    Err(error) => refused(&error),
                }
            }
            Target::Grid => match grid_of(&String::from_utf8_lossy(data)) {
                Some(grid) => examined(grid),
                None => Outcome::Refused,
            },
        }
    }

    /// The input, damaged; the same dice damage it alike.
    pub fn damaged(self, data: &[u8], dice: &mut Dice) -> Vec<u8> {
        match self {
            Target::Xlsx | Target::Ods => damage::archive(data, dice),
            Target::Xls => damage::compound(data, dice),
            Target::Csv | Target::Google | Target::Grid => damage::text(data, dice),
        }
    }

    /// What damage begins with, made here.
    pub fn seeds(self) -> Vec<Vec<u8>> {
        use make::sheet::{to_ods, to_xlsx};
        use make::xls::to_xls;
        let template = template();
        let lke = || make::units::workbook(template, "1971");
        match self {
            Target::Xlsx => vec![to_xlsx(&lke()).expect("a workbook"), to_xlsx(&small()).expect("a workbook")],
            Target::Ods => vec![to_ods(&lke()), to_ods(&small())],
            Target::Xls => vec![to_xls(&lke()), to_xls(&small())],
            Target::Csv => vec![
                "Cap waktu;U1;U2;U3\n5/6/2025 10.00.00;4;3;\"2\"\n6/6/2025 11.00.00;3;\"a \"\"b\"\"\nc\";1\n".into(),
                "Nama,U1,U2,Saran\r\nA,4,3,\"ya, baik\"\r\nB,1,2,\r\n".into(),
            ],
            Target::Google => vec![GOOGLE.into()],
            Target::Grid => {
                let of = |bytes: Vec<u8>, is_csv: bool| {
                    let file = FileBytes { bytes: Arc::new(bytes), name: "x".to_owned(), is_csv };
                    let book = Book::of_file(file, info(), &limits(), &Stop::new()).expect("a seed that can be read");
                    book.into_grids().expect("a seed that can be read").iter().map(text_of).collect::<Vec<_>>()
                };
                let fixture = |name: &str| {
                    let path = root().join("fixtures").join(name);
                    std::fs::read(path).expect("a fixture")
                };
                let mut grids = of(to_xlsx(&lke()).expect("a workbook"), false);
                for name in ["plans/zi-tegal-2022.xlsx", "plans/rb-mesuji-2025.xlsx", "babel/ipak-1900.xlsx"] {
                    grids.extend(of(fixture(name), false));
                }
                grids.extend(of(fixture("babel/skm-1904.csv"), true));
                grids.into_iter().map(String::into_bytes).collect()
            }
        }
    }
}

/// Answers of Google Sheets: outline, cells, plain values.
const GOOGLE: &str = concat!(
    r#"{"properties":{"title":"LKE"},"sheets":[{"properties":{"sheetId":7,"title":"LKE ZI","index":0,"sheetType":"GRID","gridProperties":{"rowCount":9,"columnCount":4}},"merges":[{"startRowIndex":0,"endRowIndex":1,"startColumnIndex":0,"endColumnIndex":3}]}]}"#,
    "\n",
    r#"{"sheets":[{"properties":{"sheetId":7},"data":[{"startRow":0,"rowData":[{"values":[{"effectiveValue":{"stringValue":"Penilaian"}},{"effectiveValue":{"numberValue":45986.5},"effectiveFormat":{"numberFormat":{"type":"DATE_TIME","pattern":"d/m/yyyy"}}},{"effectiveValue":{"errorValue":{"type":"DIVIDE_BY_ZERO"}},"userEnteredValue":{"formulaValue":"=A1/0"}},{"effectiveValue":{"boolValue":true},"hyperlink":"https://s.id/x","textFormatRuns":[{"format":{"link":{"uri":"https://s.id/y"}}}]}]}]}]}]}"#,
    "\n",
    r#"{"valueRanges":[{"values":[["Penilaian",45986.5,"x",true],[1,2.5,null,""]]}]}"#,
);

/// The repository.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    if here.ends_with("fuzz") { here.join("..") } else { here.to_owned() }
}

/// The inputs of a target that once meant trouble, by name.
pub fn corpus(target: Target) -> Vec<(String, Vec<u8>)> {
    let folder = root().join("fuzz/kept").join(target.name());
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    let read = |path: PathBuf| (path.display().to_string(), std::fs::read(&path).expect("a readable file"));
    paths.into_iter().map(read).collect()
}

fn template() -> &'static Arc<Template> {
    static TEMPLATE: OnceLock<Arc<Template>> = OnceLock::new();
    TEMPLATE.get_or_init(Template::lke_zi_2021)
}

fn limits() -> Limits {
    Limits::default()
}

fn info() -> SourceInfo {
    SourceInfo::of("masukan", Timestamp::UNIX_EPOCH)
}

fn refused(error: &SourceError) -> Outcome {
    match error {
        SourceError::Crashed(why) => {
            // Ours is told by a path that is relative to the repository.
            assert!(!why.contains("(src/"), "{why}");
            Outcome::Fell(why.clone())
        }
        _ => Outcome::Refused,
    }
}

fn read(data: &[u8], is_csv: bool) -> Outcome {
    let file = FileBytes { bytes: Arc::new(data.to_vec()), name: "masukan".to_owned(), is_csv };
    let mut book = match Book::of_file(file, info(), &limits(), &Stop::new()) {
        Ok(book) => book,
        Err(unopened) => return refused(&unopened.error),
    };
    let mut worst = Outcome::Read;
    for sheet in 0..book.sheets().len() {
        let head = book.head(sheet, 20).map(|_| ());
        let whole = book.grid(sheet).map(|_| ());
        let batches = match is_csv {
            true => book
                .map_batches(sheet, 1, |batch| {
                    let mut rows = 0;
                    while batch.next_row()?.is_some() {
                        rows += 1;
                    }
                    Ok(rows)
                })
                .map(|_| ()),
            false => Ok(()),
        };
        for error in [head, whole, batches].into_iter().filter_map(Result::err) {
            if !matches!(worst, Outcome::Fell(_)) {
                worst = refused(&error);
            }
        }
    }
    book.take_findings();
    worst
}

/// Everything a grid can be taken for.
fn examined(grid: Grid) -> Outcome {
    static TRACER: OnceLock<Tracer> = OnceLock::new();
    let book = || Book::of_grids(vec![grid.clone()], info());
    let lke = examine(book(), template(), Some(&[]), None).expect("frames");
    let mut is_read = lke.result.is_some();
    for instrument in Instrument::shipped() {
        let options = SurveyOptions { is_named: true, ..SurveyOptions::default() };
        is_read |= examine_survey(vec![book()], instrument, &options).is_ok_and(|examined| examined.result.is_some());
    }
    let tracer = TRACER.get_or_init(|| tracer(template()));
    is_read |= rekap::plan::examine(vec![book()], tracer, &PlanOptions::default()).result.is_some();
    recognise(&mut book());
    if is_read { Outcome::Read } else { Outcome::Refused }
}

/// A sheet with one of everything a cell can be.
fn small() -> Vec<make::sheet::Sheet> {
    use make::sheet::{Sheet, Shown};
    let mut sheet = Sheet::named("Rekap ✓");
    let texts = ["Penilaian", "Jawaban\nunit", "=SUM(A1)", "08123", " ", "√"];
    for (row, text) in (0..).zip(texts) {
        sheet.put(row, 0, Shown::text(text)).link = (row == 1).then(|| "https://contoh.id/x".to_owned());
    }
    sheet.put(1, 1, Shown::Number(45_986.5)).formula = Some("A1+1".to_owned());
    sheet.put(2, 1, Shown::Percent(0.5));
    sheet.put(3, 1, Shown::Error("#DIV/0!"));
    sheet.merges.push((0, 0, 0, 3));
    let mut hidden = Sheet::named("Tersembunyi");
    hidden.hidden = true;
    hidden.put(4, 2, Shown::Number(-0.125));
    vec![sheet, hidden]
}

/// A line feed within a cell.
const FEED: char = '␊';

/// A grid as text: its merged regions in the first line, then a line a row, its cells parted by tabs; a formula stands behind
/// its value and `␞`, a link behind `␟`.
pub fn text_of(grid: &Grid) -> String {
    let mut text = grid.merges().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    for row in 0..grid.rows() {
        text.push('\n');
        for col in 0..grid.cols() {
            if col > 0 {
                text.push('\t');
            }
            if grid.anchor(row, col) != CellRef::new(row, col) {
                continue;
            }
            let cell = grid.cell(row, col);
            text += &match &cell.value {
                Value::Empty => String::new(),
                Value::Text(text) => text.replace(['\n', '\t'], &FEED.to_string()),
                Value::Number(number) => format!("={number}"),
                Value::Bool(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
                Value::Date(date) => format!("@{date}"),
                Value::Error(kind) => kind.to_string(),
            };
            for (mark, part) in [('␞', &cell.formula), ('␟', &cell.link)] {
                if let Some(part) = part {
                    text.push(mark);
                    text += &part.replace(['\n', '\t'], " ");
                }
            }
        }
    }
    text
}

/// The grid of such a text; none where it is beyond the limits.
fn grid_of(text: &str) -> Option<Grid> {
    let mut lines = text.split('\n');
    let mut builder = GridBuilder::new("LKE ZI", false, GridLimits::default());
    let merges: Vec<_> = lines.next()?.split(' ').filter_map(CellRange::parse).collect();
    for (row, line) in (0..).zip(lines) {
        for (col, cell) in (0..).zip(line.split('\t')) {
            let (cell, link) = cell.split_once('␟').map_or((cell, None), |(cell, link)| (cell, Some(link.into())));
            let (shown, formula) =
                cell.split_once('␞').map_or((cell, None), |(shown, formula)| (shown, Some(formula.into())));
            let value = match shown {
                "" => Value::Empty,
                "TRUE" => Value::Bool(true),
                "FALSE" => Value::Bool(false),
                _ => {
                    let number = shown.strip_prefix('=').and_then(|number| number.parse().ok()).map(Value::Number);
                    let date = shown.strip_prefix('@').and_then(|date| date.parse().ok()).map(Value::Date);
                    let error = ErrorKind::parse(shown).map(Value::Error);
                    number.or(date).or(error).unwrap_or_else(|| Value::Text(shown.replace(FEED, "\n").into()))
                }
            };
            builder.set(CellRef::new(row, col), Cell { value, formula, link }).ok()?;
        }
    }
    merges.into_iter().for_each(|merge| builder.merge(merge));
    builder.build().ok().map(|(grid, _)| grid)
}
