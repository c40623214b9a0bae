//! The consolidated workbook: the tables of the [report](crate::report), a sheet each, totals as live formulas.

mod chart;
mod cuts;
mod render;
mod sheet;

use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use crate::compute::Consolidation;
use crate::lang::Lang;
use crate::output::package;
use crate::report::table::Size;
use crate::report::{Report, TableName};
use crate::text::clip;
use render::Context;
use sheet::Style;

pub use cuts::note_cuts;

/// The longest title among a workbook's properties.
const LONGEST_TITLE: usize = 255;

/// Writes the workbook to a file that is then renamed into place by its caller.
///
/// # Errors
/// When the file cannot be written.
pub fn write(data: &Consolidation, lang: Lang, path: &Path) -> Result<(), XlsxError> {
    let report = Report { data, lang };
    let style = Style::new();
    let mut book = Workbook::new();
    book.set_tempdir(path.parent().unwrap_or(Path::new(".")))?;
    let created = ExcelDateTime::from_timestamp(data.run_at.as_second())?;
    let properties = DocProperties::new()
        .set_title(clip(&data.title, LONGEST_TITLE))
        .set_author("rekap")
        .set_creation_datetime(&created);
    book.set_properties(&properties);
    // A nation's workbook is 49 MB of XML: deflating it harder takes as long as reading every worksheet.
    book.set_zip_compression_level(1);
    style.register(&mut book);
    let tables: Vec<_> = report.sheets().collect();
    let context = Context::new(&style, lang, &data.zone, report.stamp(), &tables);
    // Sheets that grow with the satker are streamed, so that memory does not. They are written side by side; those that
    // share a table of their texts by one thread, so that the table's order is always the same.
    let (mut of_texts, mut others) = (Vec::new(), Vec::new());
    for (place, (name, table)) in tables.into_iter().enumerate() {
        match table.size {
            Size::Small => others.push((place, Worksheet::new(), name, table)),
            Size::Wide => others.push((place, book.new_worksheet_with_constant_memory()?, name, table)),
            Size::Long => of_texts.push((place, book.new_worksheet_with_low_memory()?, name, table)),
        }
    }
    type Sheets = Result<Vec<(usize, Worksheet)>, XlsxError>;
    let write = |sheets: Vec<(usize, Worksheet, TableName, _)>| -> Sheets {
        let written = sheets.into_iter().map(|(place, out, name, table)| Ok((place, context.write(out, name, table)?)));
        written.collect()
    };
    let (of_texts, others) = rayon::join(|| write(of_texts), || write(others));
    let mut sheets = of_texts?;
    sheets.extend(others?);
    sheets.sort_by_key(|(place, _)| *place);
    for (_, sheet) in sheets {
        book.push_worksheet(sheet);
    }
    package::save(&mut book, path)
}
