//! A table as CSV: commas, UTF-8, decimal points, so that any program reads it.

use std::fs::File;
use std::path::Path;

use polars::prelude::{Column, CsvWriter, DataFrame, PolarsResult, SerWriter};

use crate::report::table::{CellValue, Format, Row, Rows, Table};
use crate::text::unformula;

/// Columns that come first, whatever their place among the others.
const FIRST: [&str; 2] = ["kode", "nama"];

/// Writes the columns of a table's first section that machines have a name for.
///
/// # Errors
/// When the file cannot be written.
pub fn write(table: Table<Rows>, path: &Path) -> PolarsResult<()> {
    let Some(section) = table.sections.into_iter().next() else { return Ok(()) };
    let rows: Vec<Row> = section.rows.collect();
    let named = section.columns.iter().enumerate();
    let mut named: Vec<(usize, &str, Format)> =
        named.filter_map(|(place, column)| Some((place, column.id.as_deref()?, column.format))).collect();
    named.sort_by_key(|(_, id, _)| FIRST.iter().position(|first| first == id).unwrap_or(FIRST.len()));
    let columns = named.into_iter().map(|(place, id, format)| {
        let cells = || rows.iter().map(move |row| row.get(place));
        let numbers = || cells().map(|cell| cell.and_then(CellValue::as_number));
        match format {
            Format::Count => {
                Column::new(id.into(), numbers().map(|number| number.map(|number| number as i64)).collect::<Vec<_>>())
            }
            Format::Number | Format::Share => Column::new(id.into(), numbers().collect::<Vec<_>>()),
            _ => Column::new(id.into(), cells().map(|cell| cell.and_then(text)).collect::<Vec<_>>()),
        }
    });
    let mut frame = DataFrame::new(rows.len(), columns.collect())?;
    CsvWriter::new(File::create(path)?).include_header(true).finish(&mut frame)
}

/// What a cell says to machines; nothing that a spreadsheet would take for a formula.
fn text(cell: &CellValue) -> Option<String> {
    match cell {
        CellValue::Word(_, name) => Some((*name).to_owned()),
        cell => cell.as_text().map(|text| unformula(text).into_owned()),
    }
}
