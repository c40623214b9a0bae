//! Action plans (*rencana aksi*): both families read into rows, put on a calendar, and traced to the LKE's indicators.
//!
//! [`read`] finds the tables ([`columns`]) and reads their rows, [`target`] makes months of target texts, [`timeline`] deadlines
//! of months, [`area`] knows the areas by name and number, [`trace`] finds each row's indicator, and [`examine`] puts it all
//! together.

pub mod area;
pub mod columns;
mod examine;
mod kinds;
pub mod quarters;
pub mod read;
pub mod target;
pub mod timeline;
pub mod trace;

#[cfg(test)]
use crate::grid::{Cell, CellRange, CellRef, Grid, GridBuilder, GridLimits, Value};
pub use area::Family;
pub use examine::{ExaminedPlan, PlanItem, PlanOptions, PlanResult, examine, looks_like_a_plan, table_like_a_plan};

/// A sheet of texts; `merges` are of its cells.
#[cfg(test)]
fn merged(rows: &[&[&str]], merges: &[&str]) -> Grid {
    let mut grid = GridBuilder::new("Rencana", false, GridLimits::default());
    for (row, texts) in (0..).zip(rows) {
        for (col, text) in (0..).zip(*texts).filter(|(_, text)| !text.is_empty()) {
            let cell = Cell { value: Value::Text((*text).into()), ..Cell::default() };
            grid.set(CellRef::new(row, col), cell).expect("within the limits");
        }
    }
    for range in merges {
        let (start, end) = range.split_once(':').expect("a range");
        let cell = |text| CellRef::parse(text).expect("an address");
        grid.merge(CellRange { start: cell(start), end: cell(end) });
    }
    grid.finish()
}

#[cfg(test)]
fn grid(rows: &[&[&str]]) -> Grid {
    merged(rows, &[])
}
