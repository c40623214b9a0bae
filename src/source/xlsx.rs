//! xlsx: cells with values and formulas in one pass by calamine, merged regions and links from the sheet's tail.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;

use calamine::{CellErrorType, DataRef, Reader as _, SheetVisible};
use jiff::civil::DateTime;
use quick_xml::events::Event;

use super::archive::{Shared, Stored, store};
use super::xml::{attribute, damaged, next, reader};
use super::{Limits, SheetName, SourceError};
use crate::grid::{Cell, CellRange, CellRef, ErrorKind, Grid, GridBuilder, Value};
use crate::lang::Phrase;

/// An opened xlsx workbook.
pub(super) struct Xlsx {
    book: calamine::Xlsx<Cursor<Shared>>,
    stored: Stored,
    /// Path of each sheet's part in the archive.
    paths: Vec<String>,
    limits: Limits,
}

impl Xlsx {
    pub(super) fn open(bytes: Arc<Vec<u8>>, limits: &Limits) -> Result<Self, SourceError> {
        let stored = store(&bytes, limits, is_wanted)?;
        drop(bytes);
        refuse_absurd_counts(&stored)?;
        let book = calamine::Xlsx::new(Cursor::new(stored.bytes.clone())).map_err(damaged)?;
        let paths = sheet_paths(&stored)?;
        Ok(Xlsx { book, stored, paths, limits: *limits })
    }

    pub(super) fn sheets(&self) -> Vec<SheetName> {
        let sheets = self.book.sheets_metadata().iter();
        sheets.map(|s| SheetName { name: s.name.clone(), hidden: s.visible != SheetVisible::Visible }).collect()
    }

    /// The first `rows` rows of a sheet.
    pub(super) fn grid(&mut self, sheet: usize, name: &str, hidden: bool, rows: u32) -> Result<Grid, SourceError> {
        let mut builder = GridBuilder::new(name, hidden, self.limits.grid);
        let mut cells = match self.book.worksheet_cells_reader(name) {
            Ok(cells) => cells,
            // A chart sheet has no cells.
            Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(builder.finish()),
            Err(error) => return Err(damaged(error)),
        };
        while let Some(record) = cells.next_cell_with_formula().map_err(damaged)? {
            let (row, col) = record.pos;
            if row >= rows {
                break;
            }
            let formula = record.formula.filter(|formula| !formula.is_empty());
            let link = formula.as_deref().and_then(hyperlink_formula).map(Into::into);
            let cell = Cell { value: value(record.value), formula: formula.map(Into::into), link };
            builder.set(CellRef { row, col }, cell)?;
        }
        if let Some(path) = self.paths.get(sheet) {
            read_tail(&self.stored, path, &mut builder)?;
        }
        Ok(builder.finish())
    }
}

/// The parts that are read. Pictures, charts, caches and comments are never inflated.
fn is_wanted(name: &str) -> bool {
    let unread = [
        "xl/media/",
        "xl/drawings/",
        "xl/charts/",
        "xl/theme/",
        "xl/comments",
        "xl/threadedComments/",
        "xl/calcChain",
        "xl/pivot",
        "xl/externalLinks/",
        "xl/ctrlProps/",
        "xl/printerSettings/",
        "customXml/",
        "docProps/",
    ];
    (name.ends_with(".xml") || name.ends_with(".rels")) && !unread.iter().any(|start| name.starts_with(start))
}

/// calamine reserves memory for what these counts claim; a claim beyond the file's own size is a lie.
fn refuse_absurd_counts(stored: &Stored) -> Result<(), SourceError> {
    for (name, content) in stored.entries() {
        let claim = if name.ends_with("sharedStrings.xml") { &b" uniqueCount=\""[..] } else { &b" si=\""[..] };
        let mut rest = content;
        while let Some(at) = find(rest, claim) {
            rest = &rest[at + claim.len()..];
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let count = std::str::from_utf8(&rest[..digits]).ok().and_then(|text| text.parse::<u64>().ok());
            if digits > 0 && count.is_none_or(|count| count > content.len() as u64) {
                return Err(SourceError::TooLarge {
                    what: Phrase::new("Jumlah yang dinyatakan berkas", "A count the file claims"),
                    found: format!("{name}: {}", count.map_or_else(|| "…".to_owned(), |count| count.to_string())),
                    limit: content.len().to_string(),
                });
            }
        }
    }
    Ok(())
}

fn find(content: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(content, wanted)
}

/// The part of every sheet, in the workbook's order: workbook.xml names relations, the relations name parts.
fn sheet_paths(stored: &Stored) -> Result<Vec<String>, SourceError> {
    let root = relations(stored.entry("_rels/.rels"), "/officeDocument")?;
    let workbook = root.into_values().next().unwrap_or_else(|| "xl/workbook.xml".to_owned());
    let workbook = workbook.trim_start_matches('/');
    let (folder, file) = workbook.rsplit_once('/').unwrap_or(("", workbook));
    let parts = relations(stored.entry(&format!("{folder}/_rels/{file}.rels")), "")?;
    let mut paths = Vec::new();
    let mut xml = reader(stored.entry(workbook));
    loop {
        match next(&mut xml)? {
            Event::Start(element) if element.local_name().as_ref() == "sheet" => {
                let target = attribute(&element, "id").and_then(|id| parts.get(&id).cloned()).unwrap_or_default();
                paths.push(match target.strip_prefix('/') {
                    Some(absolute) => absolute.to_owned(),
                    None => format!("{folder}/{target}"),
                });
            }
            Event::Eof => return Ok(paths),
            _ => {}
        }
    }
}

/// Targets of a relations part by their id, of types that end as given.
fn relations(content: &[u8], type_end: &str) -> Result<HashMap<String, String>, SourceError> {
    let mut targets = HashMap::new();
    let mut xml = reader(content);
    loop {
        match next(&mut xml)? {
            Event::Start(element) if element.local_name().as_ref() == "Relationship" => {
                let of_type = attribute(&element, "Type").is_some_and(|kind| kind.ends_with(type_end));
                if let (true, Some(id), Some(target)) =
                    (of_type, attribute(&element, "Id"), attribute(&element, "Target"))
                {
                    targets.insert(id, target);
                }
            }
            Event::Eof => return Ok(targets),
            _ => {}
        }
    }
}

/// Merged regions and links stand behind the cells, so only the part's tail is parsed a second time.
fn read_tail(stored: &Stored, path: &str, builder: &mut GridBuilder) -> Result<(), SourceError> {
    let content = stored.entry(path);
    let Some(end) = memchr::memmem::rfind(content, b"sheetData>") else { return Ok(()) };
    let mut xml = reader(&content[end + b"sheetData>".len()..]);
    let mut links: Option<HashMap<String, String>> = None;
    loop {
        match next(&mut xml)? {
            Event::Start(element) if element.local_name().as_ref() == "mergeCell" => {
                if let Some(range) = attribute(&element, "ref").and_then(|range| CellRange::parse(&range)) {
                    builder.merge(range);
                }
            }
            Event::Start(element) if element.local_name().as_ref() == "hyperlink" => {
                if links.is_none() {
                    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
                    links = Some(relations(stored.entry(&format!("{folder}/_rels/{file}.rels")), "/hyperlink")?);
                }
                let range = attribute(&element, "ref").and_then(|range| CellRange::parse(&range));
                let target = attribute(&element, "id").and_then(|id| links.as_ref()?.get(&id));
                if let (Some(range), Some(target)) = (range, target) {
                    builder.link(range, target);
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The address in `HYPERLINK("https://…"; …)`.
pub(super) fn hyperlink_formula(formula: &str) -> Option<&str> {
    let start = formula.get(..10)?;
    if !start.eq_ignore_ascii_case("HYPERLINK(") {
        return None;
    }
    let address = formula[10..].trim_start().strip_prefix('"')?.split('"').next()?;
    crate::grid::is_web_address(address).then_some(address)
}

/// A text with the characters Excel writes as `_x000D_`, and its parser leaves so.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        out.push_str(before);
        let code = after.get(..5).and_then(|code| code.strip_suffix('_'));
        let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match code.and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?)) {
            Some(c) => {
                out.push(c);
                rest = &after[5..];
            }
            None => {
                out.push_str("_x");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn value(data: DataRef) -> Value {
    let text = |text: &str| Value::Text(unescaped(text).into());
    match data {
        DataRef::Empty => Value::Empty,
        DataRef::String(own) => text(&own),
        DataRef::SharedString(shared) => text(shared),
        DataRef::DateTimeIso(iso) => iso.parse().map_or_else(|_| text(&iso), Value::Date),
        DataRef::DurationIso(iso) => text(&iso),
        DataRef::Int(number) => Value::Number(number as f64),
        DataRef::Float(number) => Value::Number(number),
        DataRef::Bool(flag) => Value::Bool(flag),
        DataRef::Error(kind) => Value::Error(error_kind(&kind)),
        DataRef::DateTime(date) => date_value(&date),
    }
}

pub(super) fn error_kind(kind: &CellErrorType) -> ErrorKind {
    match kind {
        CellErrorType::Div0 => ErrorKind::Div0,
        CellErrorType::NA => ErrorKind::Na,
        CellErrorType::Name => ErrorKind::Name,
        CellErrorType::Null => ErrorKind::Null,
        CellErrorType::Num => ErrorKind::Num,
        CellErrorType::Ref => ErrorKind::Ref,
        CellErrorType::Value => ErrorKind::Value,
        _ => ErrorKind::Other,
    }
}

/// A date; a duration stays its number of days.
pub(super) fn date_value(date: &calamine::ExcelDateTime) -> Value {
    if !date.is_datetime() {
        return Value::Number(date.as_f64());
    }
    let (year, month, day, hour, minute, second, milli) = date.to_ymd_hms_milli();
    let civil = DateTime::new(
        year as i16,
        month as i8,
        day as i8,
        hour as i8,
        minute as i8,
        second as i8,
        i32::from(milli) * 1_000_000,
    );
    civil.map_or_else(|_| Value::Number(date.as_f64()), Value::Date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_characters_are_themselves() {
        for (written, meant) in [
            ("Ya_x000D_\n", "Ya\r\n"),
            ("_x005F_x000D_", "_x000D_"),
            ("a_x_b", "a_x_b"),
            ("_x00é_", "_x00é_"),
            ("_xD800_", "_xD800_"),
            ("_x000", "_x000"),
            ("biasa", "biasa"),
        ] {
            assert_eq!(unescaped(written), meant, "{written}");
        }
    }
}
