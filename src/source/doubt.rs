//! [`Doubt`]: what is doubtful about the bytes of a source, whatever they mean.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::csv::{record_end, split};
use crate::finding::{Arg, Code, Finding, Place};
use crate::grid::{CellRange, CellRef};

/// Something doubtful about the bytes of a table as text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Doubt {
    pub(super) code: Code,
    /// The first time.
    pub(super) cell: CellRef,
    /// How often.
    pub(super) count: usize,
}

impl Doubt {
    /// The finding that tells of it.
    pub(super) fn finding(self, location: &Arc<str>, sheet: &str) -> Finding {
        let range = Some(CellRange::of_cell(self.cell));
        let args = [("count", Arg::from(self.count)), ("cell", Arg::from(self.cell))];
        Finding::new(self.code, args).at(Place { location: location.clone(), sheet: Some(sheet.into()), range })
    }
}

/// Something doubtful that happens several times in a text, the first time at a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) code: Code,
    pub(super) count: usize,
    pub(super) first: usize,
}

impl Flaw {
    /// The same, at the cell in which the byte stands.
    pub(super) fn resolve(self, text: &str, delimiter: u8) -> Doubt {
        Doubt { code: self.code, cell: cell_of(text, delimiter, self.first), count: self.count }
    }
}

/// The cell in which a byte of a table as text stands.
pub(super) fn cell_of(text: &str, delimiter: u8, byte: usize) -> CellRef {
    let (mut at, mut row) = (0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let record = record_end(rest.as_bytes(), delimiter, &[]);
        if byte < at + record.after || at + record.after == text.len() {
            let mut fields = Vec::new();
            split(text.get(at..byte).unwrap_or(rest), delimiter, &mut fields);
            return CellRef::new(row, fields.len().saturating_sub(1) as u32);
        }
        at += record.after;
        row += 1;
    }
    CellRef::new(row, 0)
}
