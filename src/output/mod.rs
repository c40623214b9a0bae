//! Results in the forms people and machines read: text, JSON, workbook, tables. Files appear whole or not at all.

pub mod changes;
pub mod file;
pub mod history;
pub mod json;
pub mod links;
pub mod package;
pub mod plan;
pub mod response_sheet;
pub mod sheets;
pub mod table;
pub mod terminal;
pub mod text;
pub mod trend;
pub mod workbook;
pub mod worksheet;

/// The longest text of a cell of a workbook, in UTF-16 units.
const LONGEST_TEXT: usize = 32_767;
