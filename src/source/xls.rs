//! xls (Excel 97–2003), by calamine, after a look at its records: how far its cells reach, and which hold formulas.
//!
//! calamine says less of formulas here than it seems to: it knows none that cells share, and swaps two signs. What a
//! formula says or comes to is given only where it is certain.

use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use calamine::{Data, Reader as _, SheetVisible};

use super::xlsx::{date_value, error_kind, hyperlink_formula};
use super::xml::damaged;
use super::{Limits, SheetName, SourceError};
use crate::grid::{Cell, CellRange, CellRef, Grid, GridBuilder, GridTooLarge, Total, UNTOLD, Value};

/// An opened xls workbook.
pub(super) struct Xls {
    book: calamine::Xls<Cursor<Vec<u8>>>,
    records: Records,
}

impl Xls {
    pub(super) fn open(bytes: Arc<Vec<u8>>, limits: &Limits) -> Result<Self, SourceError> {
        let records = look_through(&bytes, limits)?;
        let mut bytes = Arc::unwrap_or_clone(bytes);
        if !records.claims.is_empty() {
            bytes = without_claims(bytes, &records.claims).map_err(damaged)?;
        }
        let book = calamine::Xls::new(Cursor::new(bytes)).map_err(|error| match error {
            calamine::XlsError::Password => SourceError::Protected,
            error => damaged(error),
        })?;
        Ok(Xls { book, records })
    }

    pub(super) fn sheets(&self) -> Vec<SheetName> {
        let sheets = self.book.sheets_metadata().iter();
        sheets.map(|s| SheetName { name: s.name.clone(), hidden: s.visible != SheetVisible::Visible }).collect()
    }

    pub(super) fn grid(&mut self, name: &str, mut builder: GridBuilder) -> Result<(Grid, Total), SourceError> {
        let values = self.book.worksheet_range(name).map_err(damaged)?;
        let formulas = self.book.worksheet_formula(name).map_err(damaged)?;
        let corner = |a: Option<(u32, u32)>, b: Option<(u32, u32)>, far: bool| {
            let (a, b) = (a.or(b).unwrap_or_default(), b.or(a).unwrap_or_default());
            if far { (a.0.max(b.0), a.1.max(b.1)) } else { (a.0.min(b.0), a.1.min(b.1)) }
        };
        let start = corner(values.start(), formulas.start(), false);
        let end = corner(values.end(), formulas.end(), true);
        let sheet = self.book.sheets_metadata().iter().position(|sheet| sheet.name == name);
        let is_formula = |at: CellRef| sheet.is_some_and(|sheet| self.records.formulas.contains(&(sheet, at)));
        // Zeros that may stand for texts. LibreOffice keeps a text here and there, Excel every one.
        let is_zero = |&(row, col, text): &(usize, usize, &String)| {
            let at = (start_of(&formulas).0 + row as u32, start_of(&formulas).1 + col as u32);
            may_be_text(&formula_text(text)) && values.get_value(at).map(value) == Some(Value::Number(0.0))
        };
        let zeros = formulas.used_cells().filter(is_zero).count();
        let texts = sheet.and_then(|sheet| self.records.texts.get(&sheet)).copied().unwrap_or_default();
        let keeps_texts = texts > zeros;
        for row in start.0..=end.0 {
            for col in start.1..=end.1 {
                let at = CellRef { row, col };
                let mut value = values.get_value((row, col)).map(value).unwrap_or_default();
                let text = formulas.get_value((row, col)).map(|text| formula_text(text));
                let formula = is_formula(at).then(|| text.unwrap_or_else(|| UNTOLD.to_owned()));
                if let Some(formula) = &formula
                    && value == Value::Number(0.0)
                    && !keeps_texts
                    && may_be_text(formula)
                {
                    value = Value::Empty;
                }
                let link = formula.as_deref().and_then(hyperlink_formula).map(Into::into);
                builder.set(at, Cell { value, formula: formula.map(Into::into), link })?;
            }
        }
        let links = self.records.links.iter().filter(|(of, ..)| Some(*of) == sheet);
        links.for_each(|(_, range, address)| builder.link(*range, address));
        for merge in self.book.merge_cells_by_sheet_name(name).unwrap_or_default() {
            let at = |(row, col)| CellRef { row, col };
            builder.merge(CellRange { start: at(merge.start), end: at(merge.end) });
        }
        Ok(builder.build()?)
    }
}

/// What the records say that calamine does not; sheets by their places.
#[derive(Debug, Default)]
struct Records {
    /// Cells that hold a formula.
    formulas: HashSet<(usize, CellRef)>,
    /// How many texts that formulas came to are kept as such. LibreOffice writes 0 in place of most.
    texts: HashMap<usize, usize>,
    /// Hyperlinks to web addresses.
    links: Vec<(usize, CellRange, String)>,
    /// Where records stand that claim a sheet to be larger than is permitted, or to end before it begins.
    claims: Vec<usize>,
}

/// The workbook without what it claims the size of its sheets to be; calamine reserves memory for as much.
fn without_claims(bytes: Vec<u8>, claims: &[usize]) -> std::io::Result<Vec<u8>> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes))?;
    let mut stream = file.open_stream(stream_name(&file))?;
    for &at in claims {
        stream.seek(SeekFrom::Start(at as u64))?;
        stream.write_all(&[0; 8])?;
    }
    stream.flush()?;
    drop(stream);
    Ok(file.into_inner().into_inner())
}

fn stream_name<F>(file: &cfb::CompoundFile<F>) -> &'static str {
    if file.exists("/Workbook") { "/Workbook" } else { "/Book" }
}

/// Where a range begins.
fn start_of<T: calamine::CellType>(range: &calamine::Range<T>) -> (u32, u32) {
    range.start().unwrap_or_default()
}

/// A sheet's hyperlinks beyond so many are left out.
const MOST_LINKS: usize = 100_000;

/// An HLINK record: its cells and the web address it opens; none for any other link.
fn hyperlink(record: &[u8]) -> Option<(CellRange, String)> {
    const URL_MONIKER: [u8; 16] =
        [0xE0, 0xC9, 0xEA, 0x79, 0xF9, 0xBA, 0xCE, 0x11, 0x8C, 0x82, 0x00, 0xAA, 0x00, 0x4B, 0xA9, 0x0B];
    let word = |at: usize| record.get(at..at + 2).map(|b| u32::from(u16::from_le_bytes([b[0], b[1]])));
    let long = |at: usize| record.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    let range = CellRange { start: CellRef::new(word(0)?, word(4)?), end: CellRef::new(word(2)?, word(6)?) };
    let flags = long(28)?;
    let mut at = 32_usize;
    // Display name and frame stand in front of the address: a count of characters each, then these.
    for flag in [0x10, 0x80] {
        if flags & flag != 0 {
            at = at.checked_add(4)?.checked_add((long(at)? as usize).checked_mul(2)?)?;
        }
    }
    let (start, length) = match flags & 0x101 {
        1 if record.get(at..at.checked_add(16)?)? == URL_MONIKER => (at + 20, long(at + 16)? as usize),
        0x101 => (at + 4, (long(at)? as usize).checked_mul(2)?),
        _ => return None,
    };
    let letters = record.get(start..start.checked_add(length)?)?.chunks_exact(2);
    let letters: Vec<u16> =
        letters.map(|b| u16::from_le_bytes([b[0], b[1]])).take_while(|letter| *letter != 0).collect();
    let address = String::from_utf16(&letters).ok()?;
    let is_web = ["http://", "https://"].iter().any(|scheme| address.to_ascii_lowercase().starts_with(scheme));
    is_web.then_some((range, address))
}

/// Whether a formula may come to a text: it holds one, names another cell alone, or nobody knows.
fn may_be_text(formula: &str) -> bool {
    formula == UNTOLD || formula.contains('"') || CellRef::parse(formula).is_some()
}

/// A formula as calamine 0.38 tells it, with `>` and `>=` put right: it takes each for the other.
fn formula_text(told: &str) -> String {
    if told.is_empty() || told.starts_with("Unrecognised formula") {
        return UNTOLD.to_owned();
    }
    let mut text = String::with_capacity(told.len() + 4);
    let mut quoted = false;
    let mut rest = told.chars().peekable();
    while let Some(c) = rest.next() {
        quoted ^= c == '"';
        if c != '>' || quoted || text.ends_with('<') {
            text.push(c);
        } else if rest.next_if_eq(&'=').is_some() {
            text.push('>');
        } else {
            text.push_str(">=");
        }
    }
    text
}

/// Reads the heads of all records.
///
/// calamine allocates the rectangle its cells span, so two cells far apart could exhaust memory: how far every cell
/// record reaches is read first.
fn look_through(bytes: &[u8], limits: &Limits) -> Result<Records, SourceError> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    let mut records = Vec::new();
    file.open_stream(stream_name(&file))
        .map_err(damaged)?
        .take(limits.entry)
        .read_to_end(&mut records)
        .map_err(damaged)?;
    let word = |at: usize| records.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]));
    let body = |at: usize, length: usize| records.get(at + 4..at + 4 + length).unwrap_or_default();
    // What all sheets come to: calamine reads them all at once.
    let mut total = Total::default();
    let mut found = Records::default();
    // Sheets are read from where they are said to begin, wherever that is, as calamine does.
    let starts = heads(&records, 0).filter(|(_, kind, _)| *kind == BOUND_SHEET).map(|(at, ..)| {
        let (low, high) = (word(at + 4).unwrap_or(u16::MAX), word(at + 6).unwrap_or(u16::MAX));
        (usize::from(high) << 16) | usize::from(low)
    });
    for (sheet, start) in starts.enumerate() {
        let (mut rows, mut cols, area_before) = (0_u64, 0_u64, total.area);
        for (at, kind, length) in heads(&records, start) {
            // Every kind of cell record begins with its row and column: FORMULA, BLANK, NUMBER, LABEL, BOOLERR, STRING
            // results aside, RK, MULRK, MULBLANK, LABELSST, RSTRING, ARRAY.
            let is_cell =
                matches!(kind, 0x0006 | 0x0201 | 0x0203 | 0x0204 | 0x0205 | 0x027E | 0x00BD | 0x00BE | 0x00FD | 0x00D6);
            if is_cell && let (Some(row), Some(col)) = (word(at + 4), word(at + 6)) {
                let last = match kind {
                    0x00BD | 0x00BE => word((at + 2 + length).max(at + 6)).unwrap_or(col),
                    _ => col,
                };
                rows = rows.max(u64::from(row) + 1);
                cols = cols.max(u64::from(last.max(col)) + 1);
                if rows * cols > limits.grid.area {
                    return Err(GridTooLarge::Area { area: rows * cols, limit: limits.grid.area }.into());
                }
                total.area = area_before + rows * cols;
                total.cells += u64::from(last.saturating_sub(col)) + 1;
                limits.grid.allow(total)?;
                if kind == 0x0006 {
                    found.formulas.insert((sheet, CellRef::new(row.into(), col.into())));
                    // The last word of a result that is no number, and what it is: a text, or an empty one.
                    let is_text = word(at + 16) == Some(0xFFFF) && matches!(records.get(at + 10), Some(0 | 3));
                    *found.texts.entry(sheet).or_default() += usize::from(is_text);
                }
            }
            match kind {
                // HLINK.
                0x01B8 if found.links.len() < MOST_LINKS => {
                    let link = hyperlink(body(at, length));
                    found.links.extend(link.map(|(range, address)| (sheet, range, address)));
                }
                // DIMENSIONS.
                0x0200 if !is_fair_claim(body(at, length), limits.grid.area) => found.claims.push(at + 4),
                _ => {}
            }
        }
    }
    Ok(found)
}

/// Where a sheet begins.
const BOUND_SHEET: u16 = 0x0085;

/// The records of a part of the stream: where each begins, its kind, the bytes of its body. Of a chart inside a sheet, which
/// has a beginning and an end of its own, there are none.
fn heads(records: &[u8], start: usize) -> impl Iterator<Item = (usize, u16, usize)> {
    let word = |at: usize| records.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]));
    let (mut at, mut depth) = (start, 0_u32);
    let all = std::iter::from_fn(move || {
        let (kind, length) = (word(at)?, usize::from(word(at + 2)?));
        let begins = at;
        at += 4 + length;
        Some((begins, kind, length))
    });
    let own = all.map_while(move |(at, kind, length)| {
        match kind {
            BEGIN => depth += 1,
            END if depth <= 1 => return None,
            END => depth -= 1,
            _ => {}
        }
        Some((at, kind, length, depth))
    });
    own.filter(|(.., depth)| *depth <= 1).map(|(at, kind, length, _)| (at, kind, length))
}

/// Where a part of the stream begins and ends.
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;

/// Whether the size a record claims its sheet to have is one that may be reserved.
fn is_fair_claim(body: &[u8], limit: u64) -> bool {
    let word = |at: usize| body.get(at..at + 2).map_or(0, |b| u64::from(u16::from_le_bytes([b[0], b[1]])));
    let long = |at: usize| word(at) | word(at + 2) << 16;
    let (first_row, row, first_col, col) = match body.len() {
        10 => (word(0), word(2), word(4), word(6)),
        _ => (long(0), long(4), word(8), word(10)),
    };
    // As calamine takes them: columns that make no sense begin with the first, nothing is one cell.
    let first_col = if first_col > 0xFF || col < first_col { 0 } else { first_col };
    let is_nothing = row == 0 || col == 0;
    is_nothing || row > first_row && col > first_col && (row - first_row) * (col - first_col) <= limit
}

fn value(data: &Data) -> Value {
    let text = |text: &str| Value::Text(text.into());
    match data {
        Data::Empty => Value::Empty,
        Data::String(own) | Data::DurationIso(own) => text(own),
        Data::DateTimeIso(iso) => iso.parse().map_or_else(|_| text(iso), Value::Date),
        Data::Int(number) => Value::Number(*number as f64),
        Data::Float(number) => Value::Number(*number),
        Data::Bool(flag) => Value::Bool(*flag),
        Data::Error(kind) => Value::Error(error_kind(kind)),
        Data::DateTime(date) => date_value(date),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, body: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes(), &(body.len() as u16).to_le_bytes(), body].concat()
    }

    const NUMBER_ONE: [u8; 8] = [0, 0, 0, 0, 0, 0, 0xF0, 0x3F];
    const ZERO: [u8; 8] = [0; 8];
    const TEXT: [u8; 8] = [0, 0, 0, 0, 0, 0, 0xFF, 0xFF];
    /// `A1` and 3, then the operator.
    const COMPARE: [u8; 8] = [0x44, 0, 0, 0, 0xC0, 0x1E, 3, 0];
    const SHARED: [u8; 5] = [0x01, 0, 0, 0, 0];
    /// `"x"`
    const QUOTED: [u8; 4] = [0x17, 1, 0, b'x'];

    fn formula(col: u16, result: [u8; 8], tokens: &[u8]) -> Vec<u8> {
        let length = (tokens.len() as u16).to_le_bytes();
        record(0x0006, &[&[0, 0], &col.to_le_bytes()[..], &[0, 0], &result, &[0; 6], &length, tokens].concat())
    }

    /// A workbook whose one sheet has these records.
    fn workbook(cells: &[Vec<u8>]) -> Xls {
        open(cells, &Limits::default()).unwrap()
    }

    fn open(cells: &[Vec<u8>], limits: &Limits) -> Result<Xls, SourceError> {
        let bof = |kind: u16| record(0x0809, &[&[0, 6], &kind.to_le_bytes()[..], &[0; 12]].concat());
        let globals = |start: u32| {
            let name = [&start.to_le_bytes()[..], &[0, 0, 1, 0, b'S']].concat();
            [bof(5), record(0x0085, &name), record(0x000A, &[])].concat()
        };
        let start = globals(0).len() as u32;
        let stream = [globals(start), bof(0x10), cells.concat(), record(0x000A, &[])].concat();
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream("/Workbook").unwrap().write_all(&stream).unwrap();
        file.flush().unwrap();
        Xls::open(Arc::new(file.into_inner().into_inner()), limits)
    }

    fn builder() -> GridBuilder {
        GridBuilder::new("S", false, Limits::default().grid)
    }

    fn cells(records: &[Vec<u8>]) -> Vec<(Value, Option<String>)> {
        let grid = workbook(records).grid("S", builder()).unwrap().0;
        (0..grid.cols())
            .map(|col| {
                let cell = grid.cell(0, col);
                (cell.value.clone(), cell.formula.as_deref().map(str::to_owned))
            })
            .collect()
    }

    #[test]
    fn a_claimed_size_is_not_reserved() {
        let claim = |first: u32, row: u32, col: u16| {
            record(
                0x0200,
                &[&first.to_le_bytes()[..], &row.to_le_bytes(), &[0, 0], &col.to_le_bytes(), &[0, 0]].concat(),
            )
        };
        let one = || formula(0, NUMBER_ONE, &QUOTED);
        for size in [claim(0, 1, 1), claim(0, 65_536, 256), claim(0, u32::MAX, 0xFFFF), claim(9, 3, 1), claim(5, 0, 0)]
        {
            assert_eq!(cells(&[size, one()]), [(Value::Number(1.0), Some("\"x\"".to_owned()))]);
        }
        assert!(is_fair_claim(&claim(0, 1_000, 20)[4..], 20_000) && !is_fair_claim(&claim(0, 1_001, 20)[4..], 20_000));
    }

    #[test]
    fn cells_are_counted_before_they_are_read() {
        let mut limits = Limits::default();
        limits.grid.total.cells = 10;
        // Ten numbers in one record.
        let numbers = || record(0x00BD, &[&[0, 0, 0, 0][..], &[0; 60], &[9, 0]].concat());
        assert!(open(&[numbers()], &limits).is_ok());
        match open(&[numbers(), formula(0, NUMBER_ONE, &QUOTED)], &limits) {
            Err(SourceError::TooLarge { found, .. }) => assert_eq!(found, "11"),
            other => panic!("{:?}", other.map(|_| ())),
        }
    }

    #[test]
    fn comparisons_are_told_as_they_are_written() {
        let operators = [(0x09_u8, "<"), (0x0A, "<="), (0x0B, "="), (0x0C, ">="), (0x0D, ">"), (0x0E, "<>")];
        for (token, sign) in operators {
            let read = cells(&[formula(0, NUMBER_ONE, &[&COMPARE[..], &[token]].concat())]);
            assert_eq!(read, [(Value::Number(1.0), Some(format!("A1{sign}3")))]);
        }
        assert_eq!(formula_text(r#"IF(A1>="a>b>=c",">","")"#), r#"IF(A1>"a>b>=c",">","")"#);
    }

    #[test]
    fn a_shared_formula_is_a_formula_of_which_nothing_is_told() {
        assert_eq!(cells(&[formula(0, NUMBER_ONE, &SHARED)]), [(Value::Number(1.0), Some(UNTOLD.to_owned()))]);
    }

    #[test]
    fn a_zero_that_may_be_a_text_left_out_is_no_result() {
        let compare = [&COMPARE[..], &[0x0B]].concat();
        let zeros = [formula(0, ZERO, &QUOTED), formula(1, ZERO, &SHARED), formula(2, ZERO, &compare)];
        let values = |records: &[Vec<u8>]| cells(records).into_iter().map(|(value, _)| value).collect::<Vec<_>>();
        assert_eq!(values(&zeros), [Value::Empty, Value::Empty, Value::Number(0.0)]);
        // Where another formula's text is kept, a zero is one.
        let string = record(0x0207, &[1, 0, 0, b'B']);
        let text = |col: u16| [formula(col, TEXT, &QUOTED), string.clone()].concat();
        let (number, text_of) = (|| Value::Number(0.0), || Value::Text("B".into()));
        // Where most texts are kept, a zero is one; a text here and there says nothing.
        let most = [zeros.concat(), text(3), text(4), text(5)];
        assert_eq!(values(&most), [number(), number(), number(), text_of(), text_of(), text_of()]);
        let one = [zeros.concat(), text(3)];
        assert_eq!(values(&one), [Value::Empty, Value::Empty, number(), text_of()]);
    }

    #[test]
    fn hyperlinks_are_read() {
        let utf16 = |text: &str| text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let link = |flags: u32, tail: &[u8]| {
            let cells = [1_u16, 1, 2, 3].map(u16::to_le_bytes).concat();
            [&cells[..], &[0; 16], &2_u32.to_le_bytes(), &flags.to_le_bytes(), tail].concat()
        };
        let counted = |text: &str| [&(text.len() as u32 + 1).to_le_bytes()[..], &utf16(text)].concat();
        let url = |text: &str| {
            let moniker = [0xE0, 0xC9, 0xEA, 0x79, 0xF9, 0xBA, 0xCE, 0x11, 0x8C, 0x82, 0, 0xAA, 0, 0x4B, 0xA9, 0x0B];
            let text = utf16(text);
            [&moniker[..], &(text.len() as u32).to_le_bytes(), &text].concat()
        };
        let range = CellRange { start: CellRef::new(1, 2), end: CellRef::new(1, 3) };
        let read = |record: &[u8]| hyperlink(record);
        let right = Some((range, "https://s.id/x".to_owned()));
        assert_eq!(read(&link(3, &url("https://s.id/x"))), right);
        assert_eq!(read(&link(0x13, &[counted("SK Tim"), url("https://s.id/x")].concat())), right);
        assert_eq!(read(&link(0x101, &counted("https://s.id/x"))), right);
        assert_eq!(read(&link(3, &url("mailto:a@b.id"))), None);
        assert_eq!(read(&link(8, &counted("Sheet1!A1"))), None);
        assert_eq!(read(&link(0x13, &[255; 8])), None);
        assert_eq!(read(&[1, 0]), None);
        let mut book = workbook(&[
            record(0x0203, &[1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            record(0x01B8, &link(3, &url("https://s.id/x"))),
        ]);
        let (grid, _) = book.grid("S", builder()).unwrap();
        assert_eq!(grid.links(1, 2).collect::<Vec<_>>(), ["https://s.id/x"]);
    }
}
