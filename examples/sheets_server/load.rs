//! Spreadsheets from files, read as rekap reads them: values, formulas, errors, merged regions, links, hidden sheets.

use std::path::Path;

use jiff::Timestamp;
use rekap::grid::{Grid, Value};
use rekap::lang::Lang;
use rekap::source::{Book, Limits, SourceError};

use super::a1::Area;
use super::model::{Cell, Content, Sheet, Spreadsheet};
use super::number::serial;

/// Loads an xlsx, xls, ods or csv. The first sheet's gid is 0; the gids of the others depend on their names only.
///
/// # Errors
/// Why the file cannot be read, in English.
pub fn load(path: &Path) -> Result<Spreadsheet, String> {
    let shown = path.display().to_string();
    let say = |error: &SourceError| {
        let finding = error.finding(&shown.as_str().into());
        format!("{shown}: {}", finding.message(Lang::En))
    };
    let mut book = Book::open(path, &shown, Timestamp::UNIX_EPOCH, &Limits::default()).map_err(|e| say(&e.error))?;
    let title = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut spreadsheet = Spreadsheet::without_sheets(&title);
    for place in 0..book.sheets().len() {
        let grid = book.grid(place).map_err(|error| say(&error))?;
        let id = spreadsheet.free_id(&grid.name);
        spreadsheet.sheets.push(sheet(id, &grid));
    }
    if spreadsheet.sheets.is_empty() {
        spreadsheet.sheets.push(Sheet::new(0, "Sheet1", 1000, 26));
    }
    Ok(spreadsheet)
}

/// A sheet of a grid, at least as large as Google makes them.
fn sheet(id: i32, grid: &Grid) -> Sheet {
    let mut sheet = Sheet::new(id, &grid.name, grid.rows().max(1000), grid.cols().max(26));
    sheet.properties.hidden = grid.hidden.then_some(true);
    for (at, cell) in grid.used_cells() {
        // What a merged region covers is dropped when a file is imported.
        if grid.anchor(at.row, at.col) == at {
            *sheet.cell_mut(at.row, at.col) = imported(cell);
        }
    }
    let area = |merge: &rekap::grid::CellRange| Area {
        rows: merge.start.row..merge.end.row + 1,
        cols: merge.start.col..merge.end.col + 1,
    };
    sheet.merges = grid.merges().iter().map(area).collect();
    sheet
}

fn imported(cell: &rekap::grid::Cell) -> Cell {
    let mut out = match &cell.value {
        Value::Empty => Cell::default(),
        Value::Text(text) => Cell::text(text),
        Value::Number(number) => Cell::number(*number),
        Value::Bool(flag) => Cell { content: Content::Bool(*flag), ..Cell::default() },
        Value::Error(kind) => Cell { content: Content::Error(*kind), ..Cell::default() },
        Value::Date(date) if date.time() == jiff::civil::Time::midnight() => {
            Cell::date(serial(*date), "DATE", "dd/mm/yyyy")
        }
        Value::Date(date) => Cell::date(serial(*date), "DATE_TIME", "dd/mm/yyyy hh:mm:ss"),
    };
    out.formula = cell.formula.as_ref().map(|formula| format!("={formula}").into());
    out.link = cell.link.clone();
    out
}
