//! What the server holds: spreadsheets, their sheets, and the cells of these.
//!
//! Nothing is calculated here: a formula keeps the result it was loaded with, and one that is entered later has none,
//! `HYPERLINK` excepted.

use std::collections::BTreeMap;
use std::sync::Arc;

use google_sheets4::api::{
    BasicFilter, ConditionalFormatRule, DeveloperMetadata, DimensionProperties, GridProperties, ProtectedRange,
    SheetProperties,
};
use rekap::grid::{CellRef, ErrorKind};
use serde_json::Value as Json;

use super::a1::Area;

/// Cells a spreadsheet may have, empty ones included.
pub const MAX_CELLS: u64 = 10_000_000;
/// Columns a sheet may have.
pub const MAX_COLS: u32 = 18_278;
/// Characters a cell may hold.
pub const MAX_TEXT: usize = 50_000;

/// What a cell shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Content {
    /// Nothing.
    #[default]
    Empty,
    /// A number; a date is the number of days since 30 December 1899.
    Number(f64),
    /// Text.
    Text(Box<str>),
    /// TRUE or FALSE.
    Bool(bool),
    /// A formula's error.
    Error(ErrorKind),
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// What it shows; of a formula, its result.
    pub content: Content,
    /// Formula, with its `=`.
    pub formula: Option<Box<str>>,
    /// Address the whole cell links to.
    pub link: Option<Box<str>>,
    /// `textFormatRuns`, as Google writes them: how links of parts of a text are kept.
    pub runs: Option<Box<Json>>,
    /// Note.
    pub note: Option<Box<str>>,
    /// `userEnteredFormat`, as Google writes it.
    pub format: Option<Arc<Json>>,
}

impl Cell {
    /// A text.
    pub fn text(text: &str) -> Cell {
        let content = if text.is_empty() { Content::Empty } else { Content::Text(text.into()) };
        Cell { content, ..Cell::default() }
    }

    /// A number.
    pub fn number(number: f64) -> Cell {
        Cell { content: Content::Number(number), ..Cell::default() }
    }

    /// A date as a serial number, with the format that makes it one.
    pub fn date(serial: f64, kind: &str, pattern: &str) -> Cell {
        let format = serde_json::json!({"numberFormat": {"type": kind, "pattern": pattern}});
        Cell { content: Content::Number(serial), format: Some(Arc::new(format)), ..Cell::default() }
    }

    /// A text, parts of which link to addresses; parts are given by where they start, counted in UTF-16 units.
    pub fn linked_text(text: &str, runs: &[(usize, Option<&str>)]) -> Cell {
        let run = |(start, link): &(usize, Option<&str>)| match link {
            Some(uri) => {
                serde_json::json!({"startIndex": start, "format": {"underline": true, "link": {"uri": uri}}})
            }
            None => serde_json::json!({"startIndex": start, "format": {}}),
        };
        Cell { runs: Some(Box::new(runs.iter().map(run).collect())), ..Cell::text(text) }
    }

    /// Whether there is anything in it, a format included.
    pub fn is_blank(&self) -> bool {
        *self == Cell::default()
    }

    /// Whether it shows and calculates nothing.
    pub fn is_empty(&self) -> bool {
        self.content == Content::Empty && self.formula.is_none()
    }

    /// `userEnteredFormat`'s number format, if any.
    pub fn number_format(&self) -> Option<&Json> {
        self.format.as_ref()?.get("numberFormat")
    }
}

/// A sheet.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Its properties; `index` is left out, since the sheet's place says it.
    pub properties: SheetProperties,
    /// Rows as far as they hold anything.
    pub rows: Vec<Vec<Cell>>,
    /// Merged regions.
    pub merges: Vec<Area>,
    /// Protected ranges.
    pub protected: Vec<ProtectedRange>,
    /// Conditional formats, the first counts most.
    pub conditional: Vec<ConditionalFormatRule>,
    /// Filter.
    pub filter: Option<BasicFilter>,
    /// Heights and hiddenness of rows that have been changed.
    pub row_properties: BTreeMap<u32, DimensionProperties>,
    /// Widths and hiddenness of columns that have been changed.
    pub col_properties: BTreeMap<u32, DimensionProperties>,
}

static BLANK: Cell = Cell { content: Content::Empty, formula: None, link: None, runs: None, note: None, format: None };

impl Sheet {
    /// An empty sheet.
    pub fn new(id: i32, title: &str, rows: u32, cols: u32) -> Sheet {
        let grid = GridProperties {
            row_count: Some(rows as i32),
            column_count: Some(cols as i32),
            ..GridProperties::default()
        };
        let properties = SheetProperties {
            sheet_id: Some(id),
            title: Some(title.to_owned()),
            sheet_type: Some("GRID".to_owned()),
            grid_properties: Some(grid),
            ..SheetProperties::default()
        };
        Sheet {
            properties,
            rows: Vec::new(),
            merges: Vec::new(),
            protected: Vec::new(),
            conditional: Vec::new(),
            filter: None,
            row_properties: BTreeMap::new(),
            col_properties: BTreeMap::new(),
        }
    }

    /// Its gid.
    pub fn id(&self) -> i32 {
        self.properties.sheet_id.unwrap_or_default()
    }

    /// Its name.
    pub fn title(&self) -> &str {
        self.properties.title.as_deref().unwrap_or_default()
    }

    /// Whether it is hidden.
    pub fn hidden(&self) -> bool {
        self.properties.hidden.unwrap_or_default()
    }

    /// Rows and columns of its grid.
    pub fn size(&self) -> (u32, u32) {
        let grid = self.properties.grid_properties.as_ref();
        let count = |count: Option<i32>| count.and_then(|count| u32::try_from(count).ok()).unwrap_or_default();
        (count(grid.and_then(|grid| grid.row_count)), count(grid.and_then(|grid| grid.column_count)))
    }

    /// Changes the size of the grid; what lies beyond it is gone.
    pub fn resize(&mut self, rows: u32, cols: u32) {
        let grid = self.properties.grid_properties.get_or_insert_default();
        grid.row_count = Some(rows as i32);
        grid.column_count = Some(cols as i32);
        self.rows.truncate(rows as usize);
        for row in &mut self.rows {
            row.truncate(cols as usize);
        }
        for merge in &mut self.merges {
            merge.rows.end = merge.rows.end.min(rows);
            merge.cols.end = merge.cols.end.min(cols);
        }
        self.merges.retain(|merge| merge.rows.len() * merge.cols.len() > 1);
        self.row_properties.retain(|&row, _| row < rows);
        self.col_properties.retain(|&col, _| col < cols);
    }

    /// The cell at a position.
    pub fn cell(&self, row: u32, col: u32) -> &Cell {
        self.rows.get(row as usize).and_then(|row| row.get(col as usize)).unwrap_or(&BLANK)
    }

    /// The cell at an address such as `L175`.
    ///
    /// # Panics
    /// When the address is none; it is a test's own.
    pub fn at(&self, address: &str) -> &Cell {
        let at = CellRef::parse(address).expect("a cell's address");
        self.cell(at.row, at.col)
    }

    /// The cell at a position, to be changed.
    pub fn cell_mut(&mut self, row: u32, col: u32) -> &mut Cell {
        let (row, col) = (row as usize, col as usize);
        if self.rows.len() <= row {
            self.rows.resize(row + 1, Vec::new());
        }
        if self.rows[row].len() <= col {
            self.rows[row].resize(col + 1, Cell::default());
        }
        &mut self.rows[row][col]
    }

    /// Puts a cell at an address such as `L175`.
    ///
    /// # Panics
    /// When the address is none; it is a test's own.
    pub fn set(&mut self, address: &str, cell: Cell) {
        let at = CellRef::parse(address).expect("a cell's address");
        *self.cell_mut(at.row, at.col) = cell;
    }

    /// What the cells show as text, as far as they show anything: for a test to look at.
    pub fn shown(&self) -> Vec<Vec<String>> {
        let area = self.used(|cell| !cell.is_empty());
        let show =
            |row: u32| (0..area.cols.end).map(|col| super::number::plain(&self.cell(row, col).content)).collect();
        (0..area.rows.end).map(show).collect()
    }

    /// The area from A1 to the last row and column with a cell of a kind.
    pub fn used(&self, counts: impl Fn(&Cell) -> bool) -> Area {
        let mut used = Area { rows: 0..0, cols: 0..0 };
        for (row, cells) in self.rows.iter().enumerate() {
            if let Some(last) = cells.iter().rposition(&counts) {
                used.rows.end = row as u32 + 1;
                used.cols.end = used.cols.end.max(last as u32 + 1);
            }
        }
        used
    }
}

/// What an account may do with a spreadsheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Nothing.
    None,
    /// Read.
    Viewer,
    /// Read and write.
    Editor,
}

/// A spreadsheet.
#[derive(Debug, Clone)]
pub struct Spreadsheet {
    /// Name.
    pub title: String,
    /// Google's code for language and country, `in_ID` for Indonesian.
    pub locale: String,
    /// IANA name.
    pub time_zone: String,
    /// Sheets in their order.
    pub sheets: Vec<Sheet>,
    /// Developer metadata of every location.
    pub metadata: Vec<DeveloperMetadata>,
    /// What the service account may do.
    pub account: Role,
    /// Whether everyone with the link may read.
    pub by_link: bool,
    /// Whether it is an uploaded Office file, which the Sheets service refuses to touch.
    pub office_file: bool,
    /// How often it has been changed.
    pub revision: u64,
}

impl Spreadsheet {
    /// A spreadsheet without sheets, to be edited by the service account.
    pub fn without_sheets(title: &str) -> Spreadsheet {
        Spreadsheet {
            title: title.to_owned(),
            locale: "in_ID".to_owned(),
            time_zone: "Asia/Jakarta".to_owned(),
            sheets: Vec::new(),
            metadata: Vec::new(),
            account: Role::Editor,
            by_link: false,
            office_file: false,
            revision: 0,
        }
    }

    /// A spreadsheet as Google makes it: one empty sheet of 1000 rows and 26 columns.
    pub fn empty(title: &str) -> Spreadsheet {
        let mut spreadsheet = Spreadsheet::without_sheets(title);
        spreadsheet.sheets.push(Sheet::new(0, "Sheet1", 1000, 26));
        spreadsheet
    }

    /// The sheet of a name.
    pub fn sheet(&self, title: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.title() == title)
    }

    /// The place of the sheet of a gid.
    pub fn place(&self, id: i32) -> Option<usize> {
        self.sheets.iter().position(|sheet| sheet.id() == id)
    }

    /// Cells of all grids.
    pub fn cells(&self) -> u64 {
        self.sheets.iter().map(|sheet| u64::from(sheet.size().0) * u64::from(sheet.size().1)).sum()
    }

    /// A gid no sheet has: the first of an empty spreadsheet is 0, the others look arbitrary and are the same each time.
    pub fn free_id(&self, title: &str) -> i32 {
        if self.sheets.is_empty() {
            return 0;
        }
        let hash = title.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let mut id = (hash >> 1) as i32;
        while self.place(id).is_some() {
            id = (id + 1) & i32::MAX;
        }
        id
    }
}
