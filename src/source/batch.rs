//! [`Batch`]: some consecutive rows of a sheet, for readers of tables too long to be held cell by cell.

use std::ops::Range;

use super::SourceError;
use super::csv::Records;
use crate::grid::{Grid, Seen};

/// Consecutive rows of a sheet, to be read once from first to last. Rows and columns count from 0.
pub struct Batch<'a>(Rows<'a>);

enum Rows<'a> {
    /// Of a grid: the rows still to come.
    Grid(&'a Grid, Range<u32>),
    /// Of a table as text.
    Records(Records<'a>),
}

impl<'a> Batch<'a> {
    pub(super) fn of_grid(grid: &'a Grid, rows: Range<u32>) -> Self {
        Batch(Rows::Grid(grid, rows))
    }

    pub(super) fn of_records(records: Records<'a>) -> Self {
        Batch(Rows::Records(records))
    }

    /// The next row; none after the last.
    ///
    /// # Errors
    /// [`SourceError`] when the row is beyond the limits.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, SourceError> {
        match &mut self.0 {
            Rows::Grid(grid, rows) => Ok(rows.next().map(|row| Row::Grid(grid, row))),
            Rows::Records(records) => {
                let Some(row) = records.advance()? else { return Ok(None) };
                Ok(Some(Row::Record(records, row)))
            }
        }
    }
}

/// One row of a batch.
#[derive(Clone, Copy)]
pub enum Row<'a> {
    /// A row of a grid.
    Grid(&'a Grid, u32),
    /// The record the table has come to, and its row.
    Record(&'a Records<'a>, u32),
}

impl<'a> Row<'a> {
    /// The row of the sheet.
    pub fn row(self) -> u32 {
        match self {
            Row::Grid(_, row) | Row::Record(_, row) => row,
        }
    }

    /// What stands in a column.
    pub fn seen(self, col: u32) -> Seen<'a> {
        match self {
            Row::Grid(grid, row) => grid.cell(row, col).seen(),
            Row::Record(records, _) => records.field(col as usize).map_or(Seen::Blank, Seen::of_text),
        }
    }

    /// Whether the row has more fields than the header above it, so that what stands in it may stand in a wrong column.
    /// Only a table as text has such rows.
    pub fn is_overfull(self) -> bool {
        match self {
            Row::Grid(..) => false,
            Row::Record(records, _) => records.is_overfull(),
        }
    }
}
