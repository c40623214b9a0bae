//! A table as CSV, for a spreadsheet program in Indonesia or for machines.

use std::fs::File;
use std::path::Path;

use polars::prelude::{Column, CsvWriter, DataFrame, PolarsResult, SerWriter};

use crate::report::table::{self, CellValue, Format, Heading, Row, Rows, Seen, Table};
use crate::text::unformula;

/// Columns that come first for machines, whatever their place among the others.
const FIRST: [&str; 2] = ["kode", "nama"];

/// How a CSV is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dialect {
    /// As a spreadsheet program set to Indonesian opens it by itself: semicolons, decimal commas, a byte order mark, lines
    /// ended by CR and LF; the columns, headings and words people see in the workbook.
    #[default]
    Excel,
    /// As RFC 4180 and any program have it: commas, decimal points; the columns machines have a name for, under that name.
    Rfc4180,
}

impl Dialect {
    /// Every one, by its name in pipelines.
    pub const ALL: [(&str, Dialect); 2] = [("excel", Dialect::Excel), ("rfc4180", Dialect::Rfc4180)];
}

/// Writes the first section of a table.
///
/// # Errors
/// When the file cannot be written.
pub fn write(table: Table<Rows>, dialect: Dialect, path: &Path) -> PolarsResult<()> {
    let Some(section) = table.sections.into_iter().next() else { return Ok(()) };
    let rows: Vec<Row> = section.rows.collect();
    let columns = match dialect {
        Dialect::Excel => for_people(&section.headings, &section.columns),
        Dialect::Rfc4180 => for_machines(&section.columns),
    };
    let columns = columns.into_iter().map(|(place, name, format)| {
        let cells = || rows.iter().map(move |row| row.get(place));
        let numbers = || cells().map(|cell| cell.and_then(CellValue::as_number));
        match format {
            Format::Count => {
                Column::new(name.into(), numbers().map(|number| number.map(|number| number as i64)).collect::<Vec<_>>())
            }
            Format::Number | Format::Share => Column::new(name.into(), numbers().collect::<Vec<_>>()),
            _ => {
                let texts = cells().map(|cell| cell.and_then(|cell| text(cell, dialect)));
                Column::new(name.into(), texts.collect::<Vec<_>>())
            }
        }
    });
    let mut frame = DataFrame::new(rows.len(), columns.collect())?;
    let writer = CsvWriter::new(File::create(path)?).include_header(true);
    let mut writer = match dialect {
        Dialect::Rfc4180 => writer,
        Dialect::Excel => {
            writer.include_bom(true).with_separator(b';').with_decimal_comma(true).with_line_terminator("\r\n".into())
        }
    };
    writer.finish(&mut frame)
}

/// A column of a CSV: its place in the table, its heading, its format.
type Written = (usize, String, Format);

/// The columns the office sees, each under all that is above it: `1 Manajemen Perubahan – Nilai`. What would be called the
/// same twice is numbered.
fn for_people(headings: &[Vec<Heading>], columns: &[table::Column]) -> Vec<Written> {
    let mut names = vec![String::new(); columns.len()];
    for heading in headings {
        let spread = heading.iter().flat_map(|heading| std::iter::repeat_n(&heading.text, heading.span));
        for (name, text) in names.iter_mut().zip(spread).filter(|(_, text)| !text.is_empty()) {
            let parted = if name.is_empty() { "" } else { " – " };
            *name = format!("{name}{parted}{}", unformula(text));
        }
    }
    let mut written: Vec<Written> = Vec::new();
    for (place, (name, column)) in names.into_iter().zip(columns).enumerate() {
        if column.seen == Seen::Machines {
            continue;
        }
        let same = |number: usize| if number == 1 { name.clone() } else { format!("{name} ({number})") };
        let is_new = |name: &String| written.iter().all(|(_, other, _)| other != name);
        let name = (1..=columns.len()).map(same).find(is_new).unwrap_or_default();
        written.push((place, name, column.format));
    }
    written
}

/// The columns that machines have a name for.
fn for_machines(columns: &[table::Column]) -> Vec<Written> {
    let named = columns.iter().enumerate();
    let mut named: Vec<Written> =
        named.filter_map(|(place, column)| Some((place, column.id.clone()?, column.format))).collect();
    named.sort_by_key(|(_, id, _)| FIRST.iter().position(|first| first == id).unwrap_or(FIRST.len()));
    named
}

/// What a cell says; nothing that a spreadsheet would take for a formula.
fn text(cell: &CellValue, dialect: Dialect) -> Option<String> {
    match (cell, dialect) {
        (CellValue::Word(_, name), Dialect::Rfc4180) => Some((*name).to_owned()),
        (cell, _) => cell.as_text().map(|text| unformula(text).into_owned()),
    }
}
