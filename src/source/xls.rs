//! xls (Excel 97–2003), by calamine, after a look at how far its cells reach.

use std::io::{Cursor, Read};
use std::sync::Arc;

use calamine::{Data, Reader as _, SheetVisible};

use super::xlsx::{date_value, error_kind, hyperlink_formula};
use super::xml::damaged;
use super::{Limits, SheetName, SourceError};
use crate::grid::{Cell, CellRange, CellRef, Grid, GridBuilder, GridTooLarge, Value};

/// An opened xls workbook.
pub(super) struct Xls {
    book: calamine::Xls<Cursor<Vec<u8>>>,
    limits: Limits,
}

impl Xls {
    pub(super) fn open(bytes: Arc<Vec<u8>>, limits: &Limits) -> Result<Self, SourceError> {
        refuse_far_cells(&bytes, limits)?;
        let book = calamine::Xls::new(Cursor::new(Arc::unwrap_or_clone(bytes))).map_err(|error| match error {
            calamine::XlsError::Password => SourceError::Protected,
            error => damaged(error),
        })?;
        Ok(Xls { book, limits: *limits })
    }

    pub(super) fn sheets(&self) -> Vec<SheetName> {
        let sheets = self.book.sheets_metadata().iter();
        sheets.map(|s| SheetName { name: s.name.clone(), hidden: s.visible != SheetVisible::Visible }).collect()
    }

    pub(super) fn grid(&mut self, name: &str, hidden: bool) -> Result<Grid, SourceError> {
        let mut builder = GridBuilder::new(name, hidden, self.limits.grid);
        let values = self.book.worksheet_range(name).map_err(damaged)?;
        let formulas = self.book.worksheet_formula(name).map_err(damaged)?;
        let corner = |a: Option<(u32, u32)>, b: Option<(u32, u32)>, far: bool| {
            let (a, b) = (a.or(b).unwrap_or_default(), b.or(a).unwrap_or_default());
            if far { (a.0.max(b.0), a.1.max(b.1)) } else { (a.0.min(b.0), a.1.min(b.1)) }
        };
        let start = corner(values.start(), formulas.start(), false);
        let end = corner(values.end(), formulas.end(), true);
        for row in start.0..=end.0 {
            for col in start.1..=end.1 {
                let formula = formulas.get_value((row, col)).filter(|formula| !formula.is_empty());
                let link = formula.and_then(|formula| hyperlink_formula(formula)).map(Into::into);
                let value = values.get_value((row, col)).map(value).unwrap_or_default();
                let cell = Cell { value, formula: formula.map(|f| f.as_str().into()), link };
                builder.set(CellRef { row, col }, cell)?;
            }
        }
        for merge in self.book.merge_cells_by_sheet_name(name).unwrap_or_default() {
            let at = |(row, col)| CellRef { row, col };
            builder.merge(CellRange { start: at(merge.start), end: at(merge.end) });
        }
        Ok(builder.finish())
    }
}

/// calamine allocates the rectangle its cells span, so two cells far apart could exhaust memory: how far every cell
/// record reaches is read from the record heads first.
fn refuse_far_cells(bytes: &[u8], limits: &Limits) -> Result<(), SourceError> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    let name = if file.exists("/Workbook") { "/Workbook" } else { "/Book" };
    let mut records = Vec::new();
    file.open_stream(name).map_err(damaged)?.take(limits.entry).read_to_end(&mut records).map_err(damaged)?;
    let word = |at: usize| records.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]));
    let mut at = 0;
    let (mut rows, mut cols) = (0_u64, 0_u64);
    while let (Some(kind), Some(length)) = (word(at), word(at + 2)) {
        // Every kind of cell record begins with its row and column: FORMULA, BLANK, NUMBER, LABEL, BOOLERR, STRING
        // results aside, RK, MULRK, MULBLANK, LABELSST, RSTRING, ARRAY.
        let is_cell =
            matches!(kind, 0x0006 | 0x0201 | 0x0203 | 0x0204 | 0x0205 | 0x027E | 0x00BD | 0x00BE | 0x00FD | 0x00D6);
        if is_cell && let (Some(row), Some(col)) = (word(at + 4), word(at + 6)) {
            let last = match kind {
                0x00BD | 0x00BE => word((at + 2 + usize::from(length)).max(at + 6)).unwrap_or(col),
                _ => col,
            };
            rows = rows.max(u64::from(row) + 1);
            cols = cols.max(u64::from(last.max(col)) + 1);
            if rows * cols > limits.grid.area {
                return Err(GridTooLarge::Area { area: rows * cols, limit: limits.grid.area }.into());
            }
        }
        at += 4 + usize::from(length);
    }
    Ok(())
}

fn value(data: &Data) -> Value {
    let text = |text: &str| if text.is_empty() { Value::Empty } else { Value::Text(text.into()) };
    match data {
        Data::Empty => Value::Empty,
        Data::String(own) | Data::DurationIso(own) => text(own),
        Data::DateTimeIso(iso) => iso.parse().map_or_else(|_| text(iso), Value::Date),
        Data::Int(number) => Value::Number(*number as f64),
        Data::Float(number) => Value::Number(*number),
        Data::Bool(flag) => Value::Bool(*flag),
        Data::Error(kind) => Value::Error(error_kind(kind)),
        Data::DateTime(date) => date_value(date),
    }
}
