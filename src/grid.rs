//! [`Grid`]: the cells of one sheet, as every source yields them and every reader reads them.
//!
//! A reader never learns whether a grid came from xlsx, ods, csv or a Google spreadsheet; a source never
//! learns what a grid means. Rows and columns count from 0; addresses are written A1.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::text::{clean, web_address};

/// Address of one cell, row and column from 0; shown as `L175`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CellRef {
    /// Row from 0.
    pub row: u32,
    /// Column from 0.
    pub col: u32,
}

impl CellRef {
    /// The cell at `row`, `col`, both from 0.
    pub fn new(row: u32, col: u32) -> Self {
        CellRef { row, col }
    }

    /// Reads `L175` or `$L$175`; `None` when the text is not a cell address.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('$').unwrap_or(text);
        let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (column, row) = text.split_at(letters);
        let row = row.strip_prefix('$').unwrap_or(row);
        if !(1..=3).contains(&letters) || row.is_empty() || !row.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let col = column.bytes().fold(0, |n, b| n * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
        Some(CellRef { row: row.parse::<u32>().ok()?.checked_sub(1)?, col: col - 1 })
    }
}

/// Letters of a column: 0 is `A`, 26 is `AA`.
pub fn column_letters(col: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(col) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(b'A' + (rest % 26) as u8);
        rest /= 26;
    }
    letters.iter().rev().map(|&b| b as char).collect()
}

impl fmt::Display for CellRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", column_letters(self.col), u64::from(self.row) + 1)
    }
}

/// A rectangle of cells, both corners inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CellRange {
    /// Top left cell.
    pub start: CellRef,
    /// Bottom right cell.
    pub end: CellRef,
}

impl CellRange {
    /// Reads `B2:D9` or `B2`, corners in any order.
    pub fn parse(text: &str) -> Option<Self> {
        let (a, b) = match text.split_once(':') {
            Some((a, b)) => (CellRef::parse(a)?, CellRef::parse(b)?),
            None => (CellRef::parse(text)?, CellRef::parse(text)?),
        };
        Some(CellRange {
            start: CellRef::new(a.row.min(b.row), a.col.min(b.col)),
            end: CellRef::new(a.row.max(b.row), a.col.max(b.col)),
        })
    }

    /// How many cells it has.
    pub fn area(self) -> u64 {
        let side = |start: u32, end: u32| u64::from(end.saturating_sub(start)) + 1;
        side(self.start.row, self.end.row) * side(self.start.col, self.end.col)
    }

    /// The rectangle of one cell.
    pub fn of_cell(cell: CellRef) -> Self {
        CellRange { start: cell, end: cell }
    }

    /// Whether a cell is inside it.
    pub fn contains(self, cell: CellRef) -> bool {
        (self.start.row..=self.end.row).contains(&cell.row) && (self.start.col..=self.end.col).contains(&cell.col)
    }

    /// The same cells in fewer rectangles, from top to bottom: neighbours of a row, then rows of the same columns, are joined.
    pub fn joined(ranges: impl IntoIterator<Item = CellRange>) -> Vec<CellRange> {
        let mut ranges: Vec<CellRange> = ranges.into_iter().collect();
        ranges.sort_unstable_by_key(|range| (range.start.row, range.end.row, range.start.col));
        ranges.dedup_by(|next, last| {
            let is_beside = next.start.row == last.start.row
                && next.end.row == last.end.row
                && next.start.col <= last.end.col.saturating_add(1);
            last.end.col = if is_beside { last.end.col.max(next.end.col) } else { last.end.col };
            is_beside
        });
        ranges.sort_unstable_by_key(|range| (range.start.col, range.end.col, range.start.row));
        ranges.dedup_by(|next, last| {
            let is_below = next.start.col == last.start.col
                && next.end.col == last.end.col
                && next.start.row <= last.end.row.saturating_add(1);
            last.end.row = if is_below { last.end.row.max(next.end.row) } else { last.end.row };
            is_below
        });
        ranges.sort_unstable_by_key(|range| (range.start.row, range.start.col));
        ranges
    }

    /// The cells of the rectangle, row by row.
    pub fn cells(self) -> impl Iterator<Item = CellRef> {
        (self.start.row..=self.end.row)
            .flat_map(move |row| (self.start.col..=self.end.col).map(move |col| CellRef { row, col }))
    }
}

impl fmt::Display for CellRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.start == self.end { self.start.fmt(f) } else { write!(f, "{}:{}", self.start, self.end) }
    }
}

/// The error a formula left in its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ErrorKind {
    /// `#DIV/0!`
    Div0,
    /// `#VALUE!`
    Value,
    /// `#REF!`
    Ref,
    /// `#NAME?`
    Name,
    /// `#NUM!`
    Num,
    /// `#N/A`
    Na,
    /// `#NULL!`
    Null,
    /// Any other, such as `#ERROR!` of Google Sheets, or `Loading…` where a sheet was saved before it had its values.
    Other,
}

impl ErrorKind {
    /// Recognises an error by the text a spreadsheet shows for it, LibreOffice's `Err:502` included.
    pub fn parse(text: &str) -> Option<Self> {
        let start = text.bytes().next()?;
        // Nearly every text is none of these.
        if !matches!(start, b'#' | b'E' | b'e' | b'L' | b'l' | b'M' | b'm' | b'S' | b's') || text.len() > 24 {
            return None;
        }
        let text = text.to_ascii_uppercase();
        if let Some(code) = text.strip_prefix("ERR:") {
            return code.parse::<u16>().ok().map(|code| match code {
                532 => ErrorKind::Div0,
                502 | 504 | 519 => ErrorKind::Value,
                524 => ErrorKind::Ref,
                525 => ErrorKind::Name,
                503 => ErrorKind::Num,
                _ => ErrorKind::Other,
            });
        }
        let Some(name) = text.strip_prefix('#') else {
            let waiting = text.strip_suffix('…').or_else(|| text.strip_suffix("..."))?;
            return matches!(waiting.trim_end(), "LOADING" | "MEMUAT" | "SEDANG MEMUAT").then_some(ErrorKind::Other);
        };
        Some(match name.trim_end_matches(['!', '?']) {
            "DIV/0" => ErrorKind::Div0,
            "VALUE" => ErrorKind::Value,
            "REF" => ErrorKind::Ref,
            "NAME" => ErrorKind::Name,
            "NUM" => ErrorKind::Num,
            "N/A" => ErrorKind::Na,
            "NULL" => ErrorKind::Null,
            "GETTING_DATA" | "BUSY" | "ERROR" | "SPILL" | "CALC" | "CONNECT" | "BLOCKED" | "UNKNOWN" | "FIELD"
            | "EXTERNAL" => ErrorKind::Other,
            _ => return None,
        })
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ErrorKind::Div0 => "#DIV/0!",
            ErrorKind::Value => "#VALUE!",
            ErrorKind::Ref => "#REF!",
            ErrorKind::Name => "#NAME?",
            ErrorKind::Num => "#NUM!",
            ErrorKind::Na => "#N/A",
            ErrorKind::Null => "#NULL!",
            ErrorKind::Other => "#ERROR!",
        })
    }
}

/// What a cell holds; for a formula, the result last saved with it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum Value {
    /// Nothing, or a formula saved without a result.
    #[default]
    Empty,
    /// Text, as typed; empty where a formula came to an empty text.
    Text(Box<str>),
    /// A number; a percentage is its share (78,38 % is 0.7838).
    Number(f64),
    /// TRUE or FALSE.
    Bool(bool),
    /// A date, with its time of day.
    Date(DateTime),
    /// A formula's error.
    Error(ErrorKind),
}

impl Value {
    /// What a person sees; text trimmed, numbers unrounded.
    fn shown(&self) -> String {
        match self {
            Value::Empty => String::new(),
            Value::Text(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
            Value::Date(date) => date.to_string(),
            Value::Error(kind) => kind.to_string(),
        }
    }
}

/// Stands for the text of a formula that cannot be told.
pub const UNTOLD: &str = "…";

/// One cell, or one merged region seen as one cell.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Cell {
    /// Value, or result last saved with the formula.
    pub value: Value,
    /// Formula text without its `=`; [`UNTOLD`] where the file's format does not tell it.
    pub formula: Option<Box<str>>,
    /// Address the cell links to, external addresses only.
    pub link: Option<Box<str>>,
}

impl Cell {
    /// The text, trimmed, when the cell holds text that is not only blanks.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// The number, when the cell holds one.
    pub fn number(&self) -> Option<f64> {
        match self.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The error, when the cell holds one, be it as an error value or as the text of one.
    pub fn error(&self) -> Option<ErrorKind> {
        match &self.value {
            Value::Error(kind) => Some(*kind),
            Value::Text(text) => ErrorKind::parse(text.trim()),
            _ => None,
        }
    }

    /// Whether nobody would see anything in the cell.
    pub fn is_blank(&self) -> bool {
        match &self.value {
            Value::Empty => true,
            Value::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// What a person sees in the cell, for messages; text trimmed, numbers unrounded.
    pub fn shown(&self) -> String {
        self.value.shown()
    }

    /// Leaves what nobody sees out of the text. An empty text is a formula's result, or nothing.
    pub(crate) fn clean(&mut self) {
        if let Value::Text(text) = &mut self.value {
            if let Cow::Owned(seen) = clean(text) {
                *text = seen.into();
            }
            if text.is_empty() && self.formula.is_none() {
                self.value = Value::Empty;
            }
        }
    }

    /// Whether it holds neither value nor formula nor link.
    pub(crate) fn is_nothing(&self) -> bool {
        self.value == Value::Empty && self.formula.is_none() && self.link.is_none()
    }

    /// Bytes of its text.
    fn text_bytes(&self) -> usize {
        match &self.value {
            Value::Text(text) => text.len(),
            _ => 0,
        }
    }

    /// What stands in the cell, borrowed.
    pub fn seen(&self) -> Seen<'_> {
        match &self.value {
            Value::Empty => Seen::Blank,
            Value::Text(text) => Seen::of_text(text),
            Value::Number(number) => Seen::Number(*number),
            Value::Date(date) => Seen::Date(*date),
            other => Seen::Other(other),
        }
    }
}

/// What stands in a place, borrowed: how readers of long tables see a cell of a [`Grid`] and a field of a record alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Seen<'a> {
    /// Nothing anybody would see.
    Blank,
    /// Text, trimmed.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// A date, with its time of day.
    Date(DateTime),
    /// TRUE, FALSE, or an error.
    Other(&'a Value),
}

impl<'a> Seen<'a> {
    /// A text as typed.
    pub fn of_text(text: &'a str) -> Self {
        match text.trim() {
            "" => Seen::Blank,
            text => Seen::Text(text),
        }
    }

    /// What a person sees, as [`Cell::shown`] writes it.
    pub fn shown(&self) -> Cow<'a, str> {
        match *self {
            Seen::Blank => Cow::Borrowed(""),
            Seen::Text(text) => Cow::Borrowed(text),
            Seen::Number(number) => Cow::Owned(number.to_string()),
            Seen::Date(date) => Cow::Owned(date.to_string()),
            Seen::Other(value) => Cow::Owned(value.shown()),
        }
    }
}

/// The cells of one sheet. A merged region shows its top left cell everywhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Kept")]
pub struct Grid {
    /// Name of the sheet.
    pub name: String,
    /// Whether the sheet is hidden in its workbook.
    pub hidden: bool,
    rows: u32,
    cols: u32,
    /// For every position of the used rectangle, row by row, the place in `cells` of its own cell; 0 is the blank cell.
    slots: Vec<u32>,
    /// The blank cell, then every used cell with its address.
    cells: Vec<(CellRef, Cell)>,
    /// The merged regions, none over another.
    merges: Vec<CellRange>,
    further_links: BTreeMap<CellRef, Vec<Box<str>>>,
    /// Where the merged regions lie.
    #[serde(skip)]
    spans: Spans,
}

/// A [`Grid`] as it is kept.
#[derive(Deserialize)]
struct Kept {
    name: String,
    hidden: bool,
    rows: u32,
    cols: u32,
    slots: Vec<u32>,
    cells: Vec<(CellRef, Cell)>,
    merges: Vec<CellRange>,
    further_links: BTreeMap<CellRef, Vec<Box<str>>>,
}

impl From<Kept> for Grid {
    fn from(kept: Kept) -> Grid {
        let Kept { name, hidden, rows, cols, slots, cells, merges, further_links } = kept;
        let merges = disjoint(merges);
        let spans = Spans::of(&merges, rows);
        Grid { name, hidden, rows, cols, slots, cells, merges, further_links, spans }
    }
}

/// The parts of rows that merged regions take, to be looked up.
#[derive(Debug, Clone, PartialEq, Default)]
struct Spans {
    /// For every row down to the last with a merged region where its spans begin, and behind the last where they end.
    starts: Vec<u32>,
    /// First and last column and the region, row by row, from left to right.
    spans: Vec<(u32, u32, u32)>,
}

impl Spans {
    /// Of regions none of which is over another, as far down as the sheet goes.
    fn of(merges: &[CellRange], rows: u32) -> Spans {
        let within = |merge: &CellRange| merge.start.row..merge.end.row.saturating_add(1).min(rows);
        let last = merges.iter().map(|merge| within(merge).end).max().unwrap_or_default();
        let mut counts = vec![0_u32; if merges.is_empty() { 0 } else { last as usize + 1 }];
        for row in merges.iter().flat_map(within) {
            counts[row as usize] += 1;
        }
        let mut total = 0;
        let starts: Vec<u32> = counts
            .iter()
            .map(|count| {
                total += count;
                total - count
            })
            .collect();
        let mut next = starts.clone();
        let mut spans = vec![(0, 0, 0); total as usize];
        for (place, merge) in (0..).zip(merges) {
            for row in within(merge) {
                spans[next[row as usize] as usize] = (merge.start.col, merge.end.col, place);
                next[row as usize] += 1;
            }
        }
        for row in starts.windows(2) {
            spans[row[0] as usize..row[1] as usize].sort_unstable();
        }
        Spans { starts, spans }
    }

    /// The region over a position.
    fn at(&self, row: u32, col: u32) -> Option<usize> {
        let row = row as usize;
        let (&start, &end) = (self.starts.get(row)?, self.starts.get(row + 1)?);
        let spans = self.spans.get(start as usize..end as usize)?;
        let (_, last, place) = *spans[..spans.partition_point(|span| span.0 <= col)].last()?;
        (col <= last).then_some(place as usize)
    }
}

/// Merged regions without those that lie over another: of two, the one that begins first is kept, of two that begin
/// together the larger.
fn disjoint(mut merges: Vec<CellRange>) -> Vec<CellRange> {
    merges.sort_unstable_by_key(|merge| (merge.start, std::cmp::Reverse(merge.end)));
    // Regions that may reach down to the row come to, by their first column.
    let mut open: BTreeMap<u32, CellRange> = BTreeMap::new();
    merges.retain(|merge| {
        while let Some((&col, above)) = open.range(..=merge.end.col).next_back() {
            if above.end.col < merge.start.col {
                break;
            }
            if above.end.row >= merge.start.row {
                return false;
            }
            open.remove(&col);
        }
        open.insert(merge.start.col, *merge);
        true
    });
    merges
}

impl Grid {
    /// Number of rows down to the last used one.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Number of columns up to the last used one.
    pub fn cols(&self) -> u32 {
        self.cols
    }

    /// The cell at a position; inside a merged region its top left cell; outside the used area a blank.
    pub fn cell(&self, row: u32, col: u32) -> &Cell {
        &self.cells[self.slot(row, col)].1
    }

    /// Where the cell shown at a position stands: the top left of its merged region, else the position itself.
    pub fn anchor(&self, row: u32, col: u32) -> CellRef {
        self.spans.at(row, col).map_or(CellRef { row, col }, |merge| self.merges[merge].start)
    }

    /// The merged regions, from top to bottom; none is over another.
    pub fn merges(&self) -> &[CellRange] {
        &self.merges
    }

    /// All addresses the cell shown at a position links to; text in Google Sheets may hold several.
    pub fn links(&self, row: u32, col: u32) -> impl Iterator<Item = &str> {
        let further = match self.slot(row, col) {
            0 => None,
            slot => self.further_links.get(&self.cells[slot].0),
        };
        let further = further.into_iter().flatten().map(|address| &**address);
        self.cell(row, col).link.as_deref().into_iter().chain(further)
    }

    /// What cells link to besides [`Cell::link`], by their own address.
    pub fn further_links(&self) -> &BTreeMap<CellRef, Vec<Box<str>>> {
        &self.further_links
    }

    /// Every used cell with its own address, in the order they were set.
    pub fn used_cells(&self) -> impl Iterator<Item = (CellRef, &Cell)> {
        self.cells.iter().skip(1).map(|(at, cell)| (*at, cell))
    }

    fn slot(&self, row: u32, col: u32) -> usize {
        if row >= self.rows || col >= self.cols {
            return 0;
        }
        let at = self.anchor(row, col);
        self.slots[at.row as usize * self.cols as usize + at.col as usize] as usize
    }
}

/// How large a sheet may be before it is refused; see `source` for what is refused before that.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GridLimits {
    /// Rows, down to the last one with content.
    pub rows: u32,
    /// Columns, up to the last one with content.
    pub cols: u32,
    /// Positions of the used rectangle, rows × columns.
    pub area: u64,
    /// Bytes of one cell's text, or of its formula.
    pub text: usize,
    /// All sheets of a file together.
    pub total: Total,
}

impl Default for GridLimits {
    fn default() -> Self {
        GridLimits { rows: 200_000, cols: 2_000, area: 8_000_000, text: 65_536, total: Total::MOST }
    }
}

impl GridLimits {
    /// Whether what a file comes to is permitted.
    ///
    /// # Errors
    /// [`GridTooLarge::Total`] when it is not.
    pub fn allow(&self, total: Total) -> Result<(), GridTooLarge> {
        let over = total.each().into_iter().zip(self.total.each()).find(|(found, limit)| found.1 > limit.1);
        over.map_or(Ok(()), |((measure, found), (_, limit))| Err(GridTooLarge::Total { measure, found, limit }))
    }
}

/// What the sheets of a file come to together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Total {
    /// Positions of the used rectangles.
    pub area: u64,
    /// Cells that were set, one that was set again counted again.
    pub cells: u64,
    /// Bytes of texts, formulas and links, as often as they are shown: what a merged region shows counts for each of its
    /// positions.
    pub text: u64,
    /// Merged regions.
    pub merges: u64,
    /// Positions of the merged regions within the used rectangles.
    pub merged: u64,
}

impl Total {
    const MOST: Total =
        Total { area: 24_000_000, cells: 4_000_000, text: 128 << 20, merges: 100_000, merged: 2_000_000 };

    fn each(self) -> [(Measure, u64); 5] {
        let Total { area, cells, text, merges, merged } = self;
        [
            (Measure::Area, area),
            (Measure::Cells, cells),
            (Measure::Text, text),
            (Measure::Merges, merges),
            (Measure::Merged, merged),
        ]
    }

    /// One made of two, measure by measure.
    pub fn zip(self, other: Total, of: impl Fn(u64, u64) -> u64) -> Total {
        Total {
            area: of(self.area, other.area),
            cells: of(self.cells, other.cells),
            text: of(self.text, other.text),
            merges: of(self.merges, other.merges),
            merged: of(self.merged, other.merged),
        }
    }
}

/// Something the sheets of a file have too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Positions.
    Area,
    /// Cells.
    Cells,
    /// Bytes of text.
    Text,
    /// Merged regions.
    Merges,
    /// Positions of merged regions.
    Merged,
}

/// A sheet beyond its limits.
#[derive(Debug, Clone, PartialEq)]
pub enum GridTooLarge {
    /// A cell with content lies beyond the last permitted row or column.
    Reach {
        /// The cell.
        cell: CellRef,
        /// The limits as `rows × columns`.
        limit: (u32, u32),
    },
    /// The used rectangle has more positions than permitted.
    Area {
        /// Positions.
        area: u64,
        /// Permitted positions.
        limit: u64,
    },
    /// A text or formula is longer than permitted.
    Text {
        /// The cell.
        cell: CellRef,
        /// Permitted bytes.
        limit: usize,
    },
    /// The sheets of the file together have more of something than permitted.
    Total {
        /// Of what.
        measure: Measure,
        /// How much, as far as it was read.
        found: u64,
        /// How much is permitted.
        limit: u64,
    },
}

/// Collects the cells of a sheet in any order and makes the [`Grid`].
#[derive(Debug)]
pub struct GridBuilder {
    name: String,
    hidden: bool,
    limits: GridLimits,
    cells: Vec<(CellRef, Cell)>,
    merges: Vec<CellRange>,
    links: Vec<(CellRange, Box<str>)>,
    further_links: BTreeMap<CellRef, Vec<Box<str>>>,
    rows: u32,
    cols: u32,
    /// What the file comes to so far.
    total: Total,
}

impl GridBuilder {
    /// An empty sheet.
    pub fn new(name: impl Into<String>, hidden: bool, limits: GridLimits) -> Self {
        GridBuilder {
            name: clean(&name.into()).into_owned(),
            hidden,
            limits,
            cells: vec![(CellRef::new(0, 0), Cell::default())],
            merges: Vec::new(),
            links: Vec::new(),
            further_links: BTreeMap::new(),
            rows: 0,
            cols: 0,
            total: Total::default(),
        }
    }

    /// The same sheet in a file whose other sheets come to so much.
    pub fn after(mut self, others: Total) -> Self {
        self.total = others;
        self
    }

    /// Adds one cell, its text and link without what nobody sees; a cell with neither value nor formula nor link is nothing and is
    /// not kept.
    ///
    /// # Errors
    /// [`GridTooLarge`] when the cell lies beyond the limits or its text is too long.
    pub fn set(&mut self, at: CellRef, mut cell: Cell) -> Result<(), GridTooLarge> {
        cell.clean();
        cell.link = cell.link.and_then(|link| web_address(&link)).map(Into::into);
        if cell.is_nothing() {
            return Ok(());
        }
        if at.row >= self.limits.rows || at.col >= self.limits.cols {
            return Err(GridTooLarge::Reach { cell: at, limit: (self.limits.rows, self.limits.cols) });
        }
        let (text, formula) = (cell.text_bytes(), cell.formula.as_deref().map_or(0, str::len));
        if text.max(formula) > self.limits.text {
            return Err(GridTooLarge::Text { cell: at, limit: self.limits.text });
        }
        self.rows = self.rows.max(at.row + 1);
        self.cols = self.cols.max(at.col + 1);
        let area = u64::from(self.rows) * u64::from(self.cols);
        if area > self.limits.area {
            return Err(GridTooLarge::Area { area, limit: self.limits.area });
        }
        self.total.cells += 1;
        self.total.text += (text + formula + cell.link.as_deref().map_or(0, str::len)) as u64;
        if self.total.cells > self.limits.total.cells || self.total.text > self.limits.total.text {
            self.check()?;
        }
        self.cells.push((at, cell));
        Ok(())
    }

    /// Whether the file is within its limits so far.
    ///
    /// # Errors
    /// [`GridTooLarge::Total`] when it is not.
    pub fn check(&self) -> Result<(), GridTooLarge> {
        self.limits.allow(self.total)
    }

    /// Declares a merged region. More than permitted are counted and not kept.
    pub fn merge(&mut self, range: CellRange) {
        if range.start != range.end {
            self.total.merges += 1;
            if self.total.merges <= self.limits.total.merges {
                self.merges.push(range);
            }
        }
    }

    /// Gives the cells of a range, as far as they are used, an address to link to.
    pub fn link(&mut self, range: CellRange, address: &str) {
        if let Some(address) = web_address(address)
            && self.counts(address.len())
        {
            self.links.push((range, address.into()));
        }
    }

    /// Counts some text; whether it is to be kept.
    fn counts(&mut self, bytes: usize) -> bool {
        self.total.text += bytes as u64;
        self.total.text <= self.limits.total.text
    }

    /// Gives a used cell one more address to link to, besides its [`Cell::link`].
    pub fn further_link(&mut self, at: CellRef, address: &str) {
        if let Some(address) = web_address(address)
            && self.counts(address.len())
        {
            self.further_links.entry(at).or_default().push(address.into());
        }
    }

    /// The finished sheet, and what its file comes to with it.
    ///
    /// # Errors
    /// [`GridTooLarge::Total`] when that is beyond the limits.
    pub fn build(self) -> Result<(Grid, Total), GridTooLarge> {
        self.check()?;
        let GridBuilder { name, hidden, limits, mut cells, merges, links, further_links, rows, cols, mut total } = self;
        // Where no formula of a sheet came to anything, an empty text is no result either: some programs write it instead.
        let came_to_nothing = |cell: &Cell| matches!(&cell.value, Value::Text(text) if text.is_empty());
        let is_result = |cell: &Cell| cell.formula.is_some() && cell.value != Value::Empty && !came_to_nothing(cell);
        if !cells.iter().any(|(_, cell)| is_result(cell)) {
            for (_, cell) in cells.iter_mut().filter(|(_, cell)| came_to_nothing(cell)) {
                cell.value = Value::Empty;
            }
        }
        total.area += u64::from(rows) * u64::from(cols);
        let within = |range: &CellRange| {
            let end = CellRef::new(range.end.row.min(rows.checked_sub(1)?), range.end.col.min(cols.checked_sub(1)?));
            (range.start.row <= end.row && range.start.col <= end.col).then_some(CellRange { start: range.start, end })
        };
        // Before regions over others are left out: how many there are is not to be paid for.
        total.merged += merges.iter().filter_map(within).map(CellRange::area).sum::<u64>();
        limits.allow(total)?;
        let mut slots = vec![0_u32; rows as usize * cols as usize];
        let position = |at: CellRef| at.row as usize * cols as usize + at.col as usize;
        for (index, (at, _)) in cells.iter().enumerate().skip(1) {
            slots[position(*at)] = index as u32;
        }
        let merges = disjoint(merges);
        let spans = Spans::of(&merges, rows);
        for merge in merges.iter().filter_map(within) {
            let shown = cells[slots[position(merge.start)] as usize].1.text_bytes() as u64;
            total.text += shown * (merge.area() - 1);
        }
        // A link over many cells is rare, and one over a whole sheet a stranger's: so many cells in all, and no more.
        let mut budget = slots.len();
        for (range, address) in links {
            let Some(within) = within(&range) else { continue };
            let painted = if within.start == within.end { 1 } else { budget };
            for at in within.cells().take(painted) {
                budget = budget.saturating_sub(1);
                let shown = spans.at(at.row, at.col).map_or(at, |merge| merges[merge].start);
                match slots[position(shown)] {
                    0 => {}
                    slot => {
                        total.text += address.len() as u64;
                        limits.allow(total)?;
                        cells[slot as usize].1.link = Some(address.clone());
                    }
                }
            }
        }
        limits.allow(total)?;
        Ok((Grid { name, hidden, rows, cols, slots, cells, merges, further_links, spans }, total))
    }

    /// The finished sheet of a test.
    #[cfg(test)]
    pub(crate) fn finish(self) -> Grid {
        self.build().expect("within the limits").0
    }
}

/// Whether an address is one a reader of a result may be sent to: http or https, nothing else.
pub fn is_web_address(address: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Cell {
        Cell { value: Value::Text(value.into()), ..Cell::default() }
    }

    #[test]
    fn addresses_read_back() {
        for (row, col, shown) in
            [(0, 0, "A1"), (174, 11, "L175"), (9, 25, "Z10"), (0, 26, "AA1"), (1, 701, "ZZ2"), (1, 702, "AAA2")]
        {
            assert_eq!(CellRef::new(row, col).to_string(), shown);
            assert_eq!(CellRef::parse(shown), Some(CellRef::new(row, col)));
        }
        assert_eq!(CellRef::parse("$L$175"), Some(CellRef::new(174, 11)));
        for wrong in ["", "L", "175", "L0", "LLLL1", "L1x", "L-1"] {
            assert_eq!(CellRef::parse(wrong), None, "{wrong}");
        }
        assert_eq!(CellRange::parse("D9:B2").unwrap().to_string(), "B2:D9");
    }

    #[test]
    fn neighbouring_cells_are_joined() {
        let joined = |text: &str| {
            let ranges = text.split_whitespace().map(|range| CellRange::parse(range).unwrap());
            CellRange::joined(ranges).iter().map(CellRange::to_string).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(joined(""), "");
        assert_eq!(joined("L30 K12 K14 K13 K13"), "K12:K14, L30");
        assert_eq!(joined("L4 M4 L5 M5 L6 M6 L10 M10 L203"), "L4:M6, L10:M10, L203");
        assert_eq!(joined("K3 L3 K4"), "K3:L3, K4");
        assert_eq!(joined("A1:C3 B2 A4:C9"), "A1:C9, B2");
        assert_eq!(joined("XFD1048576 XFD1048575"), "XFD1048575:XFD1048576");
    }

    #[test]
    fn a_merged_region_shows_its_top_left_cell_everywhere() {
        let mut builder = GridBuilder::new("x", false, GridLimits::default());
        builder.set(CellRef::new(0, 0), text("head")).unwrap();
        builder.set(CellRef::new(2, 3), text("end")).unwrap();
        builder.merge(CellRange::parse("A1:B2").unwrap());
        builder.merge(CellRange::parse("C1:C2").unwrap());
        let grid = builder.finish();
        assert_eq!(grid.cell(1, 1).text(), Some("head"));
        assert_eq!(grid.anchor(1, 1), CellRef::new(0, 0));
        assert_eq!(grid.anchor(1, 2), CellRef::new(0, 2), "a merged blank knows where it starts");
        assert_eq!((grid.rows(), grid.cols()), (3, 4));
        assert!(grid.cell(7, 7).is_blank());
    }

    #[test]
    fn a_sheet_beyond_its_limits_is_refused_before_it_is_built() {
        let limits = GridLimits { rows: 10, cols: 10, area: 30, text: 4, ..GridLimits::default() };
        let mut builder = GridBuilder::new("x", false, limits);
        assert!(builder.set(CellRef::new(1_048_575, 0), Cell::default()).is_ok(), "nothing is nothing anywhere");
        assert!(matches!(builder.set(CellRef::new(10, 0), text("a")), Err(GridTooLarge::Reach { .. })));
        assert!(matches!(builder.set(CellRef::new(0, 0), text("abcde")), Err(GridTooLarge::Text { .. })));
        builder.set(CellRef::new(9, 0), text("a")).unwrap();
        assert!(matches!(builder.set(CellRef::new(0, 9), text("a")), Err(GridTooLarge::Area { .. })));
    }

    /// What a sheet is refused for.
    fn refused(limits: GridLimits, fill: impl FnOnce(&mut GridBuilder) -> Result<(), GridTooLarge>) -> Option<Measure> {
        let mut builder = GridBuilder::new("x", false, limits);
        match fill(&mut builder).and_then(|()| builder.build()) {
            Ok(_) => None,
            Err(GridTooLarge::Total { measure, .. }) => Some(measure),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_a_file_comes_to_is_bounded_however_it_comes_to_it() {
        let total = Total { area: 40, cells: 20, text: 200, merges: 5, merged: 30 };
        let limits = GridLimits { total, ..GridLimits::default() };
        let at = |text: &str| CellRef::parse(text).unwrap();
        let range = |text: &str| CellRange::parse(text).unwrap();
        let formula = |text: String| Cell { formula: Some(text.into()), ..Cell::default() };
        type Fill<'a> = &'a dyn Fn(&mut GridBuilder) -> Result<(), GridTooLarge>;
        let shapes: [(&str, Option<Measure>, Fill); 10] = [
            ("a small sheet", None, &|b| {
                b.merge(range("A1:C1"));
                b.set(at("A1"), text("judul"))?;
                b.set(at("C9"), text("akhir"))
            }),
            ("one cell again and again", Some(Measure::Cells), &|b| {
                (0..21).try_for_each(|_| b.set(at("A1"), text("a")))
            }),
            ("a shared text", Some(Measure::Text), &|b| {
                (0..20).try_for_each(|row| b.set(CellRef::new(row, 0), text("sebelas kata")))
            }),
            ("a shared formula", Some(Measure::Text), &|b| {
                (0..20).try_for_each(|row| b.set(CellRef::new(row, 0), formula("1+".repeat(9))))
            }),
            ("a text over a region", Some(Measure::Text), &|b| {
                b.set(at("A1"), text("sebelas kata"))?;
                b.set(at("D6"), text("a"))?;
                b.merge(range("A1:D6"));
                Ok(())
            }),
            ("a link over a region", Some(Measure::Text), &|b| {
                (0..9).try_for_each(|row| b.set(CellRef::new(row, 0), text("a")))?;
                b.link(range("A1:XFD1048576"), "https://contoh.example/bukti");
                Ok(())
            }),
            ("links of one cell", Some(Measure::Text), &|b| {
                b.set(at("A1"), text("a"))?;
                (0..20).for_each(|_| b.further_link(at("A1"), "https://contoh.example"));
                Ok(())
            }),
            ("regions", Some(Measure::Merges), &|b| {
                (0..9).for_each(|row| b.merge(CellRange { start: CellRef::new(row, 0), end: CellRef::new(row, 1) }));
                Ok(())
            }),
            ("one region again and again", Some(Measure::Merged), &|b| {
                b.set(at("D4"), text("a"))?;
                (0..2).for_each(|_| b.merge(range("A1:XFD1048576")));
                Ok(())
            }),
            ("two cells far apart", Some(Measure::Area), &|b| b.set(at("A41"), text("a"))),
        ];
        for (shape, measure, fill) in shapes {
            assert_eq!(refused(limits, fill), measure, "{shape}");
        }
        // What the other sheets of the file come to counts.
        let builder = || GridBuilder::new("x", false, limits).after(Total { cells: 20, ..Total::default() });
        assert!(builder().set(at("A1"), text("a")).is_err());
    }

    #[test]
    fn merged_regions_are_looked_up_whatever_they_look_like() {
        let range = |text: &str| CellRange::parse(text).unwrap();
        let grid = |merges: &[&str]| {
            let mut builder = GridBuilder::new("x", false, GridLimits::default());
            for (row, col) in (0..8).flat_map(|row| (0..8).map(move |col| (row, col))) {
                builder.set(CellRef::new(row, col), text(&CellRef::new(row, col).to_string())).unwrap();
            }
            merges.iter().for_each(|merge| builder.merge(range(merge)));
            builder.finish()
        };
        for (merges, kept) in [
            (vec!["B2:C3", "D2:D8", "E1:H1", "A4:C4", "A5:A8", "E2:E2"], 5),
            // Of regions over one another the first from the top, and of two there the larger.
            (vec!["A1:B1", "A1:C1", "C1:C4", "B1:B2"], 1),
            (vec!["A1:H8", "A1:H8", "C3:D4"], 1),
            (vec!["A1:A8", "B3:H3", "A8:B8", "B4:B8", "H3:H5"], 3),
        ] {
            let grid = grid(&merges);
            assert_eq!(grid.merges().len(), kept, "{merges:?}");
            for (row, col) in (0..9).flat_map(|row| (0..9).map(move |col| (row, col))) {
                let at = CellRef::new(row, col);
                let over = grid.merges().iter().find(|merge| merge.contains(at));
                let anchor = over.map_or(at, |merge| merge.start);
                assert_eq!(grid.anchor(row, col), anchor, "{at} of {merges:?}");
                let shown = if row < 8 && col < 8 { anchor.to_string() } else { String::new() };
                assert_eq!(grid.cell(row, col).shown(), shown);
            }
            let kept: Grid = postcard::from_bytes(&postcard::to_stdvec(&grid).unwrap()).unwrap();
            assert_eq!(kept, grid);
        }
    }

    #[test]
    fn what_nobody_sees_is_not_in_a_text() {
        let mut builder = GridBuilder::new("x", false, GridLimits::default());
        builder.set(CellRef::new(0, 0), text("\u{feff}Jawaban\u{200b} Unit")).unwrap();
        builder.set(CellRef::new(0, 1), text("\u{200b}")).unwrap();
        let grid = builder.finish();
        assert_eq!(grid.cell(0, 0).text(), Some("Jawaban Unit"));
        assert_eq!((grid.cell(0, 1).is_blank(), grid.used_cells().count()), (true, 1));
    }

    #[test]
    fn an_empty_text_is_a_formulas_result_where_formulas_have_results() {
        let formula = |value: Value| Cell { value, formula: Some("A9".into()), link: None };
        for (beside, kept) in [(Value::Number(1.0), true), (Value::Text("".into()), false), (Value::Empty, false)] {
            let mut builder = GridBuilder::new("x", false, GridLimits::default());
            builder.set(CellRef::new(0, 0), formula(Value::Text("".into()))).unwrap();
            builder.set(CellRef::new(0, 1), formula(beside.clone())).unwrap();
            builder.set(CellRef::new(0, 2), text("typed")).unwrap();
            let value = builder.finish().cell(0, 0).value.clone();
            assert_eq!(value, if kept { Value::Text("".into()) } else { Value::Empty }, "{beside:?}");
        }
    }

    #[test]
    fn only_web_addresses_are_links() {
        let mut builder = GridBuilder::new("x", false, GridLimits::default());
        builder.set(CellRef::new(0, 0), text("a")).unwrap();
        builder.set(CellRef::new(1, 0), text("b")).unwrap();
        builder.link(CellRange::parse("A1").unwrap(), "file:///etc/passwd");
        builder.link(CellRange::parse("A2").unwrap(), "HTTPS://example.org/x");
        let grid = builder.finish();
        assert_eq!(grid.cell(0, 0).link, None);
        assert_eq!(grid.cell(1, 0).link.as_deref(), Some("HTTPS://example.org/x"));
        assert!(!is_web_address("javascript:alert(1)"));
    }

    #[test]
    fn a_link_over_several_cells_is_each_ones() {
        let mut builder = GridBuilder::new("x", false, GridLimits::default());
        for at in ["A1", "A2", "B2", "C3"] {
            builder.set(CellRef::parse(at).unwrap(), text("folder")).unwrap();
        }
        builder.link(CellRange::parse("A1:B2").unwrap(), "https://a.example");
        builder.link(CellRange::parse("C3:XFD1048576").unwrap(), "https://b.example");
        let grid = builder.finish();
        let link = |row, col| grid.cell(row, col).link.as_deref();
        assert_eq!([link(0, 0), link(1, 0), link(1, 1)], [Some("https://a.example"); 3]);
        assert_eq!((link(0, 1), link(2, 2)), (None, Some("https://b.example")));
    }

    #[test]
    fn text_enters_as_it_is_seen() {
        let mut builder = GridBuilder::new("x", false, GridLimits::default());
        builder.set(CellRef::new(0, 0), text("Ya\u{200b}")).unwrap();
        builder.set(CellRef::new(1, 0), text("\u{200b}")).unwrap();
        let grid = builder.finish();
        assert_eq!((grid.rows(), grid.cell(0, 0).text()), (1, Some("Ya")));
        assert!(grid.cell(1, 0).is_blank());
    }

    #[test]
    fn a_cell_may_link_to_several_addresses() {
        let mut builder = GridBuilder::new("x", false, GridLimits::default());
        builder.set(CellRef::new(0, 0), Cell { link: Some("https://a.example".into()), ..text("a, b") }).unwrap();
        builder.further_link(CellRef::new(0, 0), "https://b.example");
        builder.further_link(CellRef::new(0, 0), "javascript:alert(1)");
        builder.set(CellRef::new(1, 1), text("end")).unwrap();
        builder.merge(CellRange::parse("A1:B1").unwrap());
        let grid = builder.finish();
        assert_eq!(grid.links(0, 1).collect::<Vec<_>>(), ["https://a.example", "https://b.example"]);
        assert_eq!(grid.links(1, 1).count() + grid.links(1, 0).count(), 0);
    }

    #[test]
    fn an_error_is_one_however_it_is_written() {
        assert_eq!(text(" #DIV/0! ").error(), Some(ErrorKind::Div0));
        assert_eq!(Cell { value: Value::Error(ErrorKind::Value), ..Cell::default() }.error(), Some(ErrorKind::Value));
        for (shown, kind) in [
            ("#ref!", ErrorKind::Ref),
            ("#N/A", ErrorKind::Na),
            ("#NAME?", ErrorKind::Name),
            ("#VALUE", ErrorKind::Value),
            ("#SPILL!", ErrorKind::Other),
            ("Err:508", ErrorKind::Other),
            ("Loading...", ErrorKind::Other),
            ("Memuat…", ErrorKind::Other),
            ("#GETTING_DATA", ErrorKind::Other),
        ] {
            assert_eq!(text(shown).error(), Some(kind), "{shown}");
        }
        for none in ["Blm Diisi", "Memuat data", "#1", "#zi", "Loading", "Err", "…"] {
            assert_eq!(text(none).error(), None, "{none}");
        }
    }
}
