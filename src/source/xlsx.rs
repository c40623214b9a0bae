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
use crate::grid::{Cell, CellRange, CellRef, ErrorKind, Grid, GridBuilder, Total, Value};
use crate::lang::Phrase;

/// An opened xlsx workbook.
pub(super) struct Xlsx {
    book: calamine::Xlsx<Cursor<Shared>>,
    stored: Stored,
    /// Path of each sheet's part in the archive.
    paths: Vec<String>,
}

impl Xlsx {
    pub(super) fn open(bytes: Arc<Vec<u8>>, limits: &Limits) -> Result<Self, SourceError> {
        let stored = store(&bytes, limits, is_wanted)?;
        drop(bytes);
        refuse_absurd_counts(&stored)?;
        let book = calamine::Xlsx::new(Cursor::new(stored.bytes.clone())).map_err(damaged)?;
        let paths = sheet_paths(&stored)?;
        Ok(Xlsx { book, stored, paths })
    }

    pub(super) fn sheets(&self) -> Vec<SheetName> {
        let sheets = self.book.sheets_metadata().iter();
        sheets.map(|s| SheetName { name: s.name.clone(), hidden: s.visible != SheetVisible::Visible }).collect()
    }

    /// The first `rows` rows of a sheet.
    pub(super) fn grid(
        &mut self,
        sheet: usize,
        name: &str,
        rows: u32,
        mut builder: GridBuilder,
    ) -> Result<(Grid, Total), SourceError> {
        let mut cells = match self.book.worksheet_cells_reader(name) {
            Ok(cells) => cells,
            // A chart sheet has no cells.
            Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(builder.build()?),
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
        Ok(builder.build()?)
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

/// Shared texts and formulas of a workbook. calamine reserves memory for as many as the file claims.
const MOST_SHARED: u64 = 1_000_000;

/// calamine reserves memory for what these counts claim, and holds every shared text: a claim beyond the file's own size is
/// a lie, one beyond what a workbook holds is refused.
fn refuse_absurd_counts(stored: &Stored) -> Result<(), SourceError> {
    let refused = |what: Phrase, name: &str, found: Option<u64>, limit: u64| {
        let found = format!("{name}: {}", found.map_or_else(|| "…".to_owned(), |found| found.to_string()));
        SourceError::TooLarge { what, found, limit: limit.to_string() }
    };
    for (name, content) in stored.entries() {
        let is_strings = name.ends_with("sharedStrings.xml");
        let limit = MOST_SHARED.min(content.len() as u64);
        for claim in claims(content, if is_strings { "uniqueCount" } else { "si" }) {
            if claim.is_none_or(|claim| claim > limit) {
                let what = Phrase::new("Jumlah yang dinyatakan berkas", "A count the file claims");
                return Err(refused(what, name, claim, limit));
            }
        }
        let count = if is_strings { shared_texts(content) } else { 0 };
        if count > MOST_SHARED {
            let what = Phrase::new("Jumlah teks bersama", "The number of shared texts");
            return Err(refused(what, name, Some(count), MOST_SHARED));
        }
    }
    Ok(())
}

/// The numbers an attribute is given in a part, in whichever quotes; none for one that is too long to be a number.
fn claims<'a>(content: &'a [u8], name: &'a str) -> impl Iterator<Item = Option<u64>> + 'a {
    memchr::memmem::find_iter(content, name).filter_map(move |at| {
        let value = content[at + name.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'"))?.trim_ascii_start();
        let value = value.strip_prefix(b"+").unwrap_or(value);
        let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let digits = std::str::from_utf8(&value[..digits]).ok()?;
        (!digits.is_empty()).then(|| digits.parse().ok())
    })
}

/// How many texts a part of shared texts holds at most, whatever their elements' prefix: with one their ends count, too.
fn shared_texts(content: &[u8]) -> u64 {
    let begins = |at: &usize| {
        let is_named = matches!(content.get(at.wrapping_sub(1)), Some(b'<' | b':'));
        is_named && matches!(content.get(at + 2), Some(b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n'))
    };
    memchr::memmem::find_iter(content, "si").filter(begins).count() as u64
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
    fn counts_are_seen_however_they_are_quoted() {
        for (part, found) in [
            (r#"<sst uniqueCount="12" count="9">"#, vec![Some(12)]),
            ("<sst uniqueCount='12'>", vec![Some(12)]),
            ("<sst\n\tuniqueCount \n=\t'+0012' >", vec![Some(12)]),
            ("<sst uniqueCount=\"99999999999999999999999\">", vec![None]),
            ("<sst count=\"12\">uniqueCount = x", vec![]),
        ] {
            assert_eq!(claims(part.as_bytes(), "uniqueCount").collect::<Vec<_>>(), found, "{part}");
        }
        let part = b"<f t='shared' si='3' ref='A1:A9'/><t>organisasi si = </t><f t=\"shared\"si=\"4\"/>";
        assert_eq!(claims(part, "si").collect::<Vec<_>>(), [Some(3), Some(4)]);
        assert_eq!(shared_texts(b"<si/><si><t>si</t></si><x:si ><t>organisasi</t></x:si>"), 4);
    }

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
