//! csv: one sheet of texts, whatever the delimiter and encoding.

use std::borrow::Cow;
use std::sync::Arc;

use memchr::{memchr, memchr_iter, memchr3};
use rayon::prelude::*;

use super::{Batch, Limits, SourceError};
use crate::grid::{Cell, CellRef, Grid, GridBuilder, GridTooLarge, Value, is_web_address};

/// Bytes of a table handed on at once when it is read batch by batch.
const BATCH: usize = 1 << 20;

/// A table as text. Numbers stay as typed: whether `1.234` is a thousand is the reader's question.
pub(super) struct Csv {
    name: String,
    text: Text,
    delimiter: u8,
}

enum Text {
    /// The bytes themselves, from a place on.
    Utf8(Arc<Vec<u8>>, usize),
    /// Decoded from another encoding.
    Decoded(String),
}

impl Text {
    fn as_str(&self) -> &str {
        match self {
            // Looked through once when opened, so it holds.
            Text::Utf8(bytes, from) => std::str::from_utf8(&bytes[*from..]).unwrap_or_default(),
            Text::Decoded(text) => text,
        }
    }
}

impl Csv {
    pub(super) fn new(bytes: Arc<Vec<u8>>, name: &str) -> Self {
        let text = decode(bytes);
        Csv { name: name.to_owned(), delimiter: delimiter(text.as_str()), text }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The first `rows` rows as a grid.
    pub(super) fn grid(&self, rows: u32, limits: &Limits) -> Result<Grid, SourceError> {
        let mut builder = GridBuilder::new(&*self.name, false, limits.grid);
        let mut records = Records::new(self.text.as_str(), 0, self.delimiter, limits);
        while let Some(row) = records.advance()? {
            if row >= rows {
                break;
            }
            for (col, field) in records.fields.iter().enumerate().filter(|(_, field)| !field.is_empty()) {
                let link = is_web_address(field.trim()).then(|| field.trim().into());
                let cell = Cell { value: Value::Text((&**field).into()), formula: None, link };
                builder.set(CellRef::new(row, u32::try_from(col).unwrap_or(u32::MAX)), cell)?;
            }
        }
        Ok(builder.finish())
    }

    /// What `read` makes of every batch of rows from `first` on, in the order of the rows. One thread tells the batches
    /// apart, all take part in reading them.
    pub(super) fn map_batches<T: Send>(
        &self,
        first: u32,
        limits: &Limits,
        read: impl Fn(&mut Batch) -> Result<T, SourceError> + Sync,
    ) -> Result<Vec<T>, SourceError> {
        let batches = Batches { text: self.text.as_str(), row: 0, delimiter: self.delimiter, bytes: BATCH };
        let batches = batches.skip_rows(first).enumerate().par_bridge();
        let read = |(place, (text, row)): (usize, (&str, u32))| {
            Ok((place, read(&mut Batch::of_records(Records::new(text, row, self.delimiter, limits)))?))
        };
        let mut results: Vec<(usize, T)> = batches.map(read).collect::<Result<_, SourceError>>()?;
        results.sort_unstable_by_key(|(place, _)| *place);
        Ok(results.into_iter().map(|(_, result)| result).collect())
    }
}

/// The text in pieces of whole records, each with its first row.
struct Batches<'a> {
    text: &'a str,
    row: u32,
    delimiter: u8,
    bytes: usize,
}

impl<'a> Batches<'a> {
    /// From row `first` on.
    fn skip_rows(mut self, first: u32) -> Self {
        while self.row < first && !self.text.is_empty() {
            self.text = &self.text[record_end(self.text.as_bytes(), self.delimiter).1..];
            self.row += 1;
        }
        self
    }
}

impl<'a> Iterator for Batches<'a> {
    type Item = (&'a str, u32);

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.row;
        let mut end = 0;
        while end < self.bytes.min(self.text.len()) {
            end += record_end(&self.text.as_bytes()[end..], self.delimiter).1;
            self.row = self.row.saturating_add(1);
        }
        let batch;
        (batch, self.text) = self.text.split_at(end);
        (!batch.is_empty()).then_some((batch, first))
    }
}

/// The records of a text, one after the other, with the row a spreadsheet shows each in: an empty line is a row too.
/// Fields are kept where they stand in the text. What stands between quotes may hold delimiters and line breaks; a quote
/// within a field is itself (as RFC 4180 has it, and, where that says nothing, as the `csv` crate does).
pub struct Records<'a> {
    text: &'a str,
    next: u32,
    delimiter: u8,
    limits: &'a Limits,
    fields: Vec<Cow<'a, str>>,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, first: u32, delimiter: u8, limits: &'a Limits) -> Self {
        Records { text, next: first, delimiter, limits, fields: Vec::new() }
    }

    /// The field of a column of the record come to.
    pub(super) fn field(&self, col: usize) -> Option<&str> {
        self.fields.get(col).map(AsRef::as_ref)
    }

    /// Comes to the next record; its row, none after the last.
    pub(super) fn advance(&mut self) -> Result<Option<u32>, SourceError> {
        self.fields.clear();
        while !self.text.is_empty() {
            let row = self.next;
            self.next = row.saturating_add(1);
            let (end, after) = record_end(self.text.as_bytes(), self.delimiter);
            let line = &self.text[..end];
            self.text = &self.text[after..];
            if !line.is_empty() {
                split(line, self.delimiter, &mut self.fields);
                self.check(row, line)?;
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    fn check(&self, row: u32, line: &str) -> Result<(), GridTooLarge> {
        if row >= self.limits.records || self.fields.len() > self.limits.grid.cols as usize {
            let cell = CellRef::new(row, self.fields.len().saturating_sub(1) as u32);
            return Err(GridTooLarge::Reach { cell, limit: (self.limits.records, self.limits.grid.cols) });
        }
        let limit = self.limits.grid.text;
        if line.len() > limit
            && let Some(col) = self.fields.iter().position(|field| field.len() > limit)
        {
            return Err(GridTooLarge::Text { cell: CellRef::new(row, col as u32), limit });
        }
        Ok(())
    }
}

/// Where the record that begins a text is over, without and with its line break.
fn record_end(text: &[u8], delimiter: u8) -> (usize, usize) {
    let mut from = 0;
    while let Some(found) = memchr3(b'"', b'\n', b'\r', &text[from..]).map(|found| from + found) {
        from = match text[found] {
            b'"' if found == 0 || text[found - 1] == delimiter => after_quoted(text, found),
            b'"' => found + 1,
            b'\r' if text.get(found + 1) == Some(&b'\n') => return (found, found + 2),
            _ => return (found, found + 1),
        };
    }
    (text.len(), text.len())
}

/// Where what stands between quotes is over; `open` is where the first quote stands.
fn after_quoted(text: &[u8], open: usize) -> usize {
    let mut from = open + 1;
    while let Some(found) = memchr(b'"', &text[from..]).map(|found| from + found) {
        if text.get(found + 1) != Some(&b'"') {
            return found + 1;
        }
        from = found + 2;
    }
    text.len()
}

/// Splits a record, without its line break, at its delimiters.
fn split<'a>(line: &'a str, delimiter: u8, fields: &mut Vec<Cow<'a, str>>) {
    let bytes = line.as_bytes();
    if memchr(b'"', bytes).is_none() {
        let mut from = 0;
        for end in memchr_iter(delimiter, bytes).chain([bytes.len()]) {
            fields.push(Cow::Borrowed(&line[from..end]));
            from = end + 1;
        }
        return;
    }
    let mut from = 0;
    loop {
        let quoted = (bytes.get(from) == Some(&b'"')).then(|| after_quoted(bytes, from));
        let after = quoted.unwrap_or(from);
        let end = memchr(delimiter, &bytes[after..]).map_or(bytes.len(), |found| after + found);
        fields.push(match quoted {
            Some(after) => unquoted(&line[from + 1..after], &line[after..end]),
            None => Cow::Borrowed(&line[from..end]),
        });
        if end == bytes.len() {
            return;
        }
        from = end + 1;
    }
}

/// What is meant between quotes, from behind the first to behind the last (which may be missing), and what follows them.
fn unquoted<'a>(quoted: &'a str, following: &str) -> Cow<'a, str> {
    let inner = match quoted.strip_suffix('"') {
        // A doubled quote at the end of the text is one that was never closed.
        Some(inner) if (quoted.len() - quoted.trim_end_matches('"').len()) % 2 == 1 => inner,
        _ => quoted,
    };
    if following.is_empty() && !inner.contains('"') {
        return Cow::Borrowed(inner);
    }
    Cow::Owned(inner.replace("\"\"", "\"") + following)
}

/// UTF-8 with or without a mark, UTF-16 with its mark, else Windows-1252 (Excel on an Indonesian Windows).
fn decode(bytes: Arc<Vec<u8>>) -> Text {
    let (encoding, mark) = encoding_rs::Encoding::for_bom(&bytes).unwrap_or((encoding_rs::UTF_8, 0));
    if encoding == encoding_rs::UTF_8 && std::str::from_utf8(&bytes[mark..]).is_ok() {
        return Text::Utf8(bytes, mark);
    }
    let encoding = if mark == 0 { encoding_rs::WINDOWS_1252 } else { encoding };
    Text::Decoded(encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned())
}

/// The delimiter that parts the first lines most evenly: the one whose smallest count outside quotes is largest.
fn delimiter(text: &str) -> u8 {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(20).collect();
    let count = |line: &str, delimiter: u8| {
        line.split('"').step_by(2).map(|outside| outside.bytes().filter(|&b| b == delimiter).count()).sum::<usize>()
    };
    let total = |delimiter: u8| lines.iter().map(|line| count(line, delimiter)).sum::<usize>();
    let even = |delimiter: u8| lines.iter().filter(|line| count(line, delimiter) > 0).count();
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|&d| (even(d), total(d))).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        let grid = Csv::new(bytes.to_vec().into(), "x").grid(u32::MAX, &Limits::default()).unwrap();
        (0..grid.rows()).map(|row| (0..grid.cols()).map(|col| grid.cell(row, col).shown()).collect()).collect()
    }

    #[test]
    fn delimiters_and_encodings_are_told_from_the_content() {
        let expected = vec![vec!["satker", "nilai"], vec!["Évian, kota", "3,5"]];
        assert_eq!(cells("satker;nilai\n\"Évian, kota\";3,5\n".as_bytes()), expected);
        assert_eq!(cells("\u{feff}satker\tnilai\nÉvian, kota\t3,5\n".as_bytes()), expected);
        assert_eq!(cells(b"satker,nilai\n\"\xC9vian, kota\",\"3,5\"\n"), expected);
    }

    #[test]
    fn ragged_rows_and_broken_quotes_are_read_as_far_as_they_go() {
        assert_eq!(cells(b"a,b\n1\n1,2,3\n").len(), 3);
        assert_eq!(cells(b"a,\"b\nc"), vec![vec!["a", "b\nc"]]);
        assert!(cells(b"").is_empty());
    }

    fn records(text: &str, delimiter: u8) -> Vec<(u32, Vec<String>)> {
        let limits = Limits::default();
        let mut records = Records::new(text, 0, delimiter, &limits);
        let mut all = Vec::new();
        while let Some(row) = records.advance().unwrap() {
            all.push((row, records.fields.iter().map(|field| field.clone().into_owned()).collect()));
        }
        all
    }

    #[test]
    fn rows_are_those_a_spreadsheet_shows() {
        let rows = |text: &str| records(text, b',').into_iter().map(|(row, _)| row).collect::<Vec<_>>();
        assert_eq!(rows("\na\n\n\n\"b\nc\",d\ne\n\nf"), [1, 4, 5, 7]);
        assert_eq!(rows("a\r\n\r\n\"b\r\nc\"\r\nd\r\n"), [0, 2, 3]);
        assert_eq!(rows("a\rb\r\rc"), [0, 1, 3]);
        assert_eq!(rows("a\nb"), [0, 1]);
    }

    #[test]
    fn batches_come_in_the_order_of_the_rows_whoever_reads_them() {
        let text: String = (0..400_000).map(|row| format!("{row};\"x\ny\"\n")).collect();
        let csv = Csv::new(text.into_bytes().into(), "x");
        let read = |batch: &mut Batch| {
            let mut numbers = Vec::new();
            while let Some(row) = batch.next_row()? {
                assert_eq!(row.seen(0).shown(), row.row().to_string());
                numbers.push(row.row());
            }
            Ok(numbers)
        };
        let batches = csv.map_batches(3, &Limits::default(), read).unwrap();
        assert!(batches.len() > 3);
        assert!(batches.into_iter().flatten().eq(3..400_000));
        let limits = Limits { records: 100, ..Limits::default() };
        assert!(matches!(csv.map_batches(0, &limits, read), Err(SourceError::TooLarge { .. })));
    }

    proptest! {
        #[test]
        fn records_are_those_the_csv_crate_reads(text in "([a-b,;\" ]|\n|\r\n|\"\"|,\"|\",){0,40}") {
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> =
                reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
            let ours: Vec<Vec<String>> = records(&text, b',').into_iter().map(|(_, fields)| fields).collect();
            prop_assert_eq!(&ours, &theirs);
            let batches = Batches { text: &text, row: 0, delimiter: b',', bytes: 8 };
            let pieces: Vec<_> = batches.collect();
            prop_assert_eq!(pieces.iter().map(|(piece, _)| *piece).collect::<String>(), text.clone());
            let limits = Limits::default();
            let by_piece = pieces.into_iter().flat_map(|(piece, row)| {
                let mut records = Records::new(piece, row, b',', &limits);
                let mut rows = Vec::new();
                while let Some(row) = records.advance().unwrap() {
                    rows.push(row);
                }
                rows
            });
            prop_assert!(by_piece.eq(records(&text, b',').into_iter().map(|(row, _)| row)));
        }
    }
}
