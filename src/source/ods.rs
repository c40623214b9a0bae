//! ods: read by quick-xml alone.
//!
//! calamine's ods reader leaves out links and merged regions and expands repeated cells to gigabytes, so this one reads
//! `content.xml` itself, with the grid's limits.

use std::collections::HashMap;

use jiff::civil::{Date, DateTime};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::xml::{attribute, next, reader};
use super::{Limits, SourceError, archive};
use crate::grid::{Cell, CellRange, CellRef, ErrorKind, Grid, GridBuilder, GridLimits, GridTooLarge, Total, Value};

/// Reads every sheet.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, SourceError> {
    let parts = archive::read(bytes, limits, &["content.xml", "META-INF/manifest.xml"])?;
    let part = |name: &str| parts.get(name).map(Vec::as_slice).unwrap_or_default();
    if memchr::memmem::find(part("META-INF/manifest.xml"), b"encryption-data").is_some() {
        return Err(SourceError::Protected);
    }
    let mut xml = reader(part("content.xml"));
    let mut hidden_styles: HashMap<String, bool> = HashMap::new();
    let mut style = None;
    let mut grids = Vec::new();
    let mut total = Total::default();
    loop {
        let table = match next(&mut xml)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "style" => {
                    style = attribute(&element, "name");
                    None
                }
                "table-properties" => {
                    let hidden = attribute(&element, "display").is_some_and(|display| display == "false");
                    if let Some(style) = &style {
                        hidden_styles.insert(style.clone(), hidden);
                    }
                    None
                }
                "table" => {
                    let hidden =
                        attribute(&element, "style-name").is_some_and(|s| hidden_styles.get(&s) == Some(&true));
                    Some((attribute(&element, "name").unwrap_or_default(), hidden))
                }
                _ => None,
            },
            Event::Eof if grids.is_empty() => return Err(SourceError::Damaged("content.xml".to_owned())),
            Event::Eof => return Ok(grids),
            _ => None,
        };
        if let Some((name, hidden)) = table {
            if grids.len() >= limits.sheets {
                return Ok(grids);
            }
            let builder = GridBuilder::new(name, hidden, limits.grid).after(total);
            let (grid, with_it) = read_table(&mut xml, builder, &limits.grid)?;
            total = with_it;
            grids.push(grid);
        }
    }
}

fn repeats(element: &BytesStart, name: &str) -> u32 {
    attribute(element, name).and_then(|count| count.parse().ok()).unwrap_or(1).max(1)
}

fn read_table(
    xml: &mut Reader<&[u8]>,
    mut builder: GridBuilder,
    limits: &GridLimits,
) -> Result<(Grid, Total), SourceError> {
    let mut row = 0_u32;
    loop {
        let repeat = match next(xml)? {
            Event::Start(element) if element.local_name().as_ref() == "table-row" => {
                repeats(&element, "number-rows-repeated")
            }
            Event::End(element) if element.local_name().as_ref() == "table" => return Ok(builder.build()?),
            Event::Eof => return Err(SourceError::Damaged("table:table".to_owned())),
            _ => continue,
        };
        let cells = read_row(xml, row, limits)?;
        if !cells.is_empty() {
            // Rows with content that repeat themselves are few; empty ones were skipped by count.
            for offset in 0..repeat {
                for (col, repeat, span, cell) in &cells {
                    for col in *col..col.saturating_add(*repeat) {
                        let start = CellRef { row: row.saturating_add(offset), col };
                        builder.set(start, cell.clone())?;
                        let end =
                            CellRef::new(start.row.saturating_add(span.0 - 1), start.col.saturating_add(span.1 - 1));
                        builder.merge(CellRange { start, end });
                        builder.check()?;
                    }
                }
            }
        }
        row = row.saturating_add(repeat);
    }
}

/// The cells of a row that hold or span something: column, repetitions, span in rows and columns, cell.
type RowCells = Vec<(u32, u32, (u32, u32), Cell)>;

fn read_row(xml: &mut Reader<&[u8]>, row: u32, limits: &GridLimits) -> Result<RowCells, SourceError> {
    let mut cells = Vec::new();
    let mut col = 0_u32;
    loop {
        let (repeat, span, mut cell, is_string) = match next(xml)? {
            Event::Start(element) if matches!(element.local_name().as_ref(), "table-cell" | "covered-table-cell") => {
                let (cell, is_string) = cell_of(&element);
                let covered = element.local_name().as_ref() == "covered-table-cell";
                let span = (repeats(&element, "number-rows-spanned"), repeats(&element, "number-columns-spanned"));
                let cell = if covered { Cell::default() } else { cell };
                (repeats(&element, "number-columns-repeated"), span, cell, is_string && !covered)
            }
            Event::End(element) if element.local_name().as_ref() == "table-row" => return Ok(cells),
            Event::Eof => return Err(SourceError::Damaged("table:table-row".to_owned())),
            _ => continue,
        };
        let too_long = GridTooLarge::Text { cell: CellRef { row, col }, limit: limits.text };
        let (text, link) = read_cell_text(xml, limits.text)?.ok_or(too_long)?;
        if cell.link.is_none() {
            cell.link = link.map(Into::into);
        }
        // LibreOffice marks an error by its text alone.
        if let Some(kind) = ErrorKind::parse(text.trim())
            && cell.formula.is_some()
        {
            cell.value = Value::Error(kind);
        } else if is_string && !(text.is_empty() && cell.formula.is_none()) {
            cell.value = Value::Text(text.into());
        }
        // What nobody sees is not repeated a million times.
        cell.clean();
        if !cell.is_nothing() || span != (1, 1) {
            cells.push((col, repeat, span, cell));
        }
        col = col.saturating_add(repeat);
    }
}

/// What a cell's attributes say, and whether its text is its value.
fn cell_of(element: &BytesStart) -> (Cell, bool) {
    let formula = attribute(element, "formula").map(|formula| a1_formula(&formula));
    let kind = attribute(element, "value-type").unwrap_or_default();
    let value = match kind.as_str() {
        "float" | "percentage" | "currency" => {
            attribute(element, "value").and_then(|value| value.parse().ok()).map_or(Value::Empty, Value::Number)
        }
        "boolean" => attribute(element, "boolean-value").map_or(Value::Empty, |value| Value::Bool(value == "true")),
        "date" => attribute(element, "date-value").and_then(|value| date_of(&value)).map_or(Value::Empty, Value::Date),
        "string" => {
            attribute(element, "string-value").filter(|s| !s.is_empty()).map_or(Value::Empty, |s| Value::Text(s.into()))
        }
        _ => Value::Empty,
    };
    let link = formula.as_deref().and_then(super::xlsx::hyperlink_formula).map(Into::into);
    let is_string = kind == "string" && value == Value::Empty;
    (Cell { value, formula: formula.map(Into::into), link }, is_string)
}

fn date_of(text: &str) -> Option<DateTime> {
    text.parse::<DateTime>().ok().or_else(|| text.parse::<Date>().ok().map(Date::into))
}

/// `of:=AVERAGE([.L8:.L9])*[.H7]` as `AVERAGE(L8:L9)*H7`.
fn a1_formula(formula: &str) -> String {
    let body = formula.split_once('=').map_or(formula, |(_, body)| body);
    let mut out = String::with_capacity(body.len());
    let mut quoted = false;
    let mut reference = false;
    for c in body.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                out.push(c);
            }
            _ if quoted => out.push(c),
            '[' => reference = true,
            ']' => reference = false,
            // `[$Data.B3]` names a sheet, `[.B3]` this one.
            '.' if reference => {
                if out.ends_with(|c: char| c.is_alphanumeric() || c == '\'') {
                    out.push('!');
                }
            }
            ';' => out.push(','),
            _ => out.push(c),
        }
    }
    out
}

/// The text of a cell, paragraphs as lines, comments left out; and the first address it links to. None where the text is
/// longer than so many bytes.
fn read_cell_text(xml: &mut Reader<&[u8]>, most: usize) -> Result<Option<(String, Option<String>)>, SourceError> {
    let mut text = String::new();
    let mut link = None;
    let mut paragraphs = 0;
    let mut annotations = 0;
    loop {
        if text.len() > most {
            return Ok(None);
        }
        match next(xml)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "annotation" => annotations += 1,
                _ if annotations > 0 => {}
                "p" => {
                    if paragraphs > 0 {
                        text.push('\n');
                    }
                    paragraphs += 1;
                }
                "s" => text.extend(std::iter::repeat_n(' ', repeats(&element, "c").min(1_000) as usize)),
                "tab" => text.push('\t'),
                "line-break" => text.push('\n'),
                "a" => link = link.or_else(|| attribute(&element, "href").filter(|a| crate::grid::is_web_address(a))),
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "annotation" => annotations -= 1,
                "table-cell" | "covered-table-cell" => return Ok(Some((text, link))),
                _ => {}
            },
            Event::Text(content) if annotations == 0 && paragraphs > 0 => text.push_str(&content.xml10_content()),
            Event::GeneralRef(entity) if annotations == 0 && paragraphs > 0 => push_entity(&entity, &mut text),
            Event::Eof => return Err(SourceError::Damaged("table:table-cell".to_owned())),
            _ => {}
        }
    }
}

fn push_entity(entity: &quick_xml::events::BytesRef, text: &mut String) {
    match entity.resolve_char_ref() {
        Ok(Some(c)) => text.push(c),
        _ => text.push_str(quick_xml::escape::resolve_predefined_entity(entity).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    fn table(rows: &str) -> Result<Grid, SourceError> {
        let content = format!("<t>{rows}</table:table></t>");
        let mut xml = reader(content.as_bytes());
        let limits = Limits::default().grid;
        read_table(&mut xml, GridBuilder::new("x", false, limits), &limits).map(|(grid, _)| grid)
    }

    #[test]
    fn values_formulas_links_and_merges() {
        let grid = table(
            r#"<table:table-row><table:table-cell office:value-type="string" table:number-columns-spanned="2"><text:p>Judul &amp; isi</text:p><office:annotation><text:p>catatan</text:p></office:annotation></table:table-cell><table:covered-table-cell/><table:table-cell office:value-type="percentage" office:value="0.78" table:formula="of:=[.B2]/[$Data.B3]"><text:p>78 %</text:p></table:table-cell></table:table-row>
            <table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3"/><table:table-cell office:value-type="string"><text:p><text:a xlink:href="https://example.org/a">bukti</text:a></text:p></table:table-cell></table:table-row>
            <table:table-row><table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell></table:table-row>"#,
        )
        .unwrap();
        assert_eq!(grid.cell(0, 1).text(), Some("Judul & isi"));
        assert_eq!(grid.cell(0, 2).number(), Some(0.78));
        assert_eq!(grid.cell(0, 2).formula.as_deref(), Some("B2/$Data!B3"));
        assert_eq!(grid.cell(2, 3).link.as_deref(), Some("https://example.org/a"));
        assert_eq!(grid.cell(3, 0).error(), Some(ErrorKind::Div0));
        assert_eq!(a1_formula(r#"of:=IF([.K8]="a;b";AVERAGE([.L8:.L9]);0)"#), r#"IF(K8="a;b",AVERAGE(L8:L9),0)"#);
    }

    #[test]
    fn repeated_emptiness_costs_nothing_and_repeated_content_is_bounded() {
        let row = |rows: u32, cols: u32, cell: &str| {
            format!(
                r#"<table:table-row table:number-rows-repeated="{rows}"><table:table-cell {cell} table:number-columns-repeated="{cols}"/></table:table-row>"#
            )
        };
        assert_eq!(table(&row(1_048_576, 16_384, "")).unwrap().rows(), 0);
        let full = row(1_048_576, 16_384, r#"office:value-type="float" office:value="1""#);
        assert!(matches!(table(&full), Err(SourceError::TooLarge { .. })));
    }

    #[test]
    fn repeats_and_spans_are_bounded_whatever_repeats() {
        let spanned = r#"table:number-columns-spanned="2" table:number-rows-spanned="2""#;
        let text = |inner: &str| format!(r#"office:value-type="string"><text:p>{inner}</text:p></table:table-cell"#);
        let row = |cell: &str| {
            table(&format!(
                r#"<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" {cell}></table:table-row>"#
            ))
        };
        for (cell, what) in [
            (format!("{spanned}/"), Some("Jumlah sel gabungan")),
            (text("x"), Some("Sel terjauh")),
            (text(&r#"<text:s text:c="1000"/>"#.repeat(100)), Some("Teks satu sel")),
            // A text nobody sees, and none, are nothing, however often.
            (text("\u{200b}"), None),
            ("/".to_owned(), None),
        ] {
            match (row(&cell), what) {
                (Err(SourceError::TooLarge { what: said, .. }), Some(what)) => assert_eq!(said.text(Lang::Id), what),
                (Ok(grid), None) => assert_eq!(grid.rows(), 0, "{cell}"),
                (other, _) => panic!("{cell}: {other:?}"),
            }
        }
    }

    #[test]
    fn the_sheets_of_a_file_are_bounded_together() {
        let limits = Limits::default();
        let far = r#"<table:table><table:table-row table:number-rows-repeated="3999"/><table:table-row><table:table-cell table:number-columns-repeated="1999"/><table:table-cell office:value-type="float" office:value="1"/></table:table-row></table:table>"#;
        let file = |sheets: usize| {
            let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
            zip.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut zip, format!("<a>{}</a>", far.repeat(sheets)).as_bytes()).unwrap();
            read(&zip.finish().unwrap().into_inner(), &limits)
        };
        assert_eq!(file(2).unwrap().len(), 2);
        match file(150) {
            Err(SourceError::TooLarge { what, .. }) => assert_eq!(what.text(Lang::Id), "Luas semua lembar (sel)"),
            other => panic!("{:?}", other.map(|grids| grids.len())),
        }
    }
}
