//! csv: one sheet of texts, whatever the delimiter and encoding.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use memchr::{memchr, memchr_iter, memchr2, memchr3};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::decode::{Decoded, Text, decode};
use super::doubt::Doubt;
use super::mend::{Mended, mend};
use super::{Batch, Limits, SourceError};
use crate::grid::{Cell, CellRef, Grid, GridBuilder, GridTooLarge, Value};

/// Bytes of a table handed on at once when it is read batch by batch.
const BATCH: usize = 1 << 20;
/// Records looked at for what an exporter does with every row.
const HABIT_ROWS: usize = 256;

/// A table as text. Numbers stay as typed: whether `1.234` is a thousand is the reader's question.
pub(super) struct Csv {
    pub(super) text: Text,
    pub(super) table: Table,
}

/// What is known of a table as text beside the text itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Table {
    /// The name its only sheet has.
    pub(super) name: String,
    delimiter: u8,
    /// What is doubtful about the bytes.
    pub(super) doubts: Vec<Doubt>,
    /// A quote that is never closed and cannot be mended: what stands below it cannot be read.
    unclosed: Option<SourceError>,
}

impl Csv {
    /// A table from bytes that [`super::sniff`] took for one, its broken quotes mended where that is certain.
    ///
    /// # Errors
    /// [`SourceError::Damaged`] when the bytes end in nothing.
    pub(super) fn new(bytes: Arc<Vec<u8>>, name: &str) -> Result<Self, SourceError> {
        let Decoded { text, doubts } = decode(bytes)?;
        let delimiter = delimiter(text.as_str());
        let mut doubts: Vec<Doubt> = doubts.into_iter().map(|doubt| doubt.resolve(text.as_str(), delimiter)).collect();
        let (mut text, mut unclosed) = (text, None);
        if has_broken_quote(text.as_str().as_bytes(), delimiter) {
            let Mended { text: mended, doubt, refused } = mend(text.as_str(), delimiter);
            unclosed = refused;
            if unclosed.is_none() {
                doubts.extend(doubt);
                text = mended.map_or(text, Text::Decoded);
            }
        }
        Ok(Csv { text, table: Table { name: name.to_owned(), delimiter, doubts, unclosed } })
    }

    /// The first `rows` rows as a grid.
    pub(super) fn grid(&self, rows: u32, limits: &Limits) -> Result<Grid, SourceError> {
        let mut records = Records::new(self.text.as_str(), 0, self.table.delimiter, limits);
        let grid = read_grid(&mut records, &self.table.name, rows, limits);
        self.table.readable(records.is_broken)?;
        grid
    }

    /// What `read` makes of every batch of rows from `first` on, in the order of the rows. One thread tells the batches
    /// apart, all take part in reading them.
    pub(super) fn map_batches<T: Send>(
        &self,
        first: u32,
        limits: &Limits,
        read: impl Fn(&mut Batch) -> Result<T, SourceError> + Sync,
    ) -> Result<Vec<T>, SourceError> {
        let delimiter = self.table.delimiter;
        let is_broken = AtomicBool::new(false);
        let width = self.width(first);
        let batches = Batches { text: self.text.as_str(), row: 0, delimiter, bytes: BATCH, is_broken: &is_broken };
        let batches = batches.skip_rows(first).enumerate().par_bridge();
        let read = |(place, (text, row)): (usize, (&str, u32))| {
            let records = Records { width, ..Records::new(text, row, delimiter, limits) };
            Ok((place, read(&mut Batch::of_records(records))?))
        };
        let results: Result<Vec<(usize, T)>, SourceError> = batches.map(read).collect();
        self.table.readable(is_broken.into_inner())?;
        let mut results = results?;
        results.sort_unstable_by_key(|(place, _)| *place);
        Ok(results.into_iter().map(|(_, result)| result).collect())
    }

    /// How many fields a record below row `first` has at most: as many as the header above it, or more where an exporter
    /// ends every row with the same empty ones.
    fn width(&self, first: u32) -> usize {
        let limits = Limits::default();
        let mut records = Records::new(self.text.as_str(), 0, self.table.delimiter, &limits);
        let (mut header, mut habit, mut seen) = (0, None, 0);
        while let Ok(Some(row)) = records.advance() {
            let fields = records.fields.len();
            if row < first {
                header = fields;
                continue;
            }
            let is_filled = records.fields.iter().skip(header).any(|field| !field.trim().is_empty());
            if is_filled || habit.is_some_and(|habit| habit != fields) {
                return header;
            }
            (habit, seen) = (Some(fields), seen + 1);
            if seen == HABIT_ROWS {
                break;
            }
        }
        // One row is no habit.
        if seen > 1 { header.max(habit.unwrap_or_default()) } else { header }
    }
}

impl Table {
    /// Whether what was read, a broken quote or not, can be trusted.
    fn readable(&self, is_broken: bool) -> Result<(), SourceError> {
        self.unclosed.clone().filter(|_| is_broken).map_or(Ok(()), Err)
    }
}

/// Whether a quote of a text does not end as it should.
fn has_broken_quote(mut text: &[u8], delimiter: u8) -> bool {
    if memchr(b'"', text).is_none() {
        return false;
    }
    while !text.is_empty() {
        let record = record_end(text, delimiter, &[]);
        if record.broken.is_some() {
            return true;
        }
        text = text.get(record.after..).unwrap_or_default();
    }
    false
}

/// The first `rows` rows of a table.
fn read_grid(records: &mut Records, name: &str, rows: u32, limits: &Limits) -> Result<Grid, SourceError> {
    let mut builder = GridBuilder::new(name, false, limits.grid);
    while let Some(row) = records.advance()? {
        if row >= rows {
            break;
        }
        for (col, field) in records.fields.iter().enumerate().filter(|(_, field)| !field.is_empty()) {
            let cell = Cell { value: Value::Text((&**field).into()), ..Cell::default() };
            builder.set(CellRef::new(row, u32::try_from(col).unwrap_or(u32::MAX)), cell)?;
        }
    }
    Ok(builder.build()?.0)
}

/// The text in pieces of whole records, each with its first row.
struct Batches<'a> {
    text: &'a str,
    row: u32,
    delimiter: u8,
    bytes: usize,
    /// Set where a quote was found that does not end as it should.
    is_broken: &'a AtomicBool,
}

impl<'a> Batches<'a> {
    /// From row `first` on.
    fn skip_rows(mut self, first: u32) -> Self {
        while self.row < first && !self.text.is_empty() {
            let record = record_end(self.text.as_bytes(), self.delimiter, &[]);
            self.text = &self.text[record.after..];
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
            let record = record_end(&self.text.as_bytes()[end..], self.delimiter, &[]);
            if record.broken.is_some() {
                self.is_broken.store(true, Ordering::Relaxed);
            }
            end += record.after;
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
    /// How many fields a record should have at most.
    width: usize,
    /// Whether a quote was found that does not end as it should.
    is_broken: bool,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, first: u32, delimiter: u8, limits: &'a Limits) -> Self {
        Records { text, next: first, delimiter, limits, fields: Vec::new(), width: usize::MAX, is_broken: false }
    }

    /// Whether the record come to has a field too many.
    pub(super) fn is_overfull(&self) -> bool {
        self.fields.len() > self.width
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
            let record = record_end(self.text.as_bytes(), self.delimiter, &[]);
            self.is_broken |= record.broken.is_some();
            let line = &self.text[..record.end];
            self.text = &self.text[record.after..];
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

/// Where the record that begins a text is over.
pub(super) struct RecordEnd {
    /// Without its line break.
    pub(super) end: usize,
    /// With it.
    pub(super) after: usize,
    /// Where a quote stands that is never closed, or closed rows later in the midst of something.
    pub(super) broken: Option<usize>,
}

/// Where the record that begins a text is over; quotes at the places `plain` open nothing.
pub(super) fn record_end(text: &[u8], delimiter: u8, plain: &[usize]) -> RecordEnd {
    let mut from = 0;
    let mut broken = None;
    while let Some(found) = memchr3(b'"', b'\n', b'\r', &text[from..]).map(|found| from + found) {
        from = match text[found] {
            b'"' if (found == 0 || text[found - 1] == delimiter) && !plain.contains(&found) => {
                let after = after_quoted(text, found);
                if broken.is_none() && !closes(text, found, after, delimiter) {
                    broken = Some(found);
                }
                after
            }
            b'"' => found + 1,
            b'\r' if text.get(found + 1) == Some(&b'\n') => return RecordEnd { end: found, after: found + 2, broken },
            _ => return RecordEnd { end: found, after: found + 1, broken },
        };
    }
    RecordEnd { end: text.len(), after: text.len(), broken }
}

/// Whether what stands between quotes ends as a field does, blanks aside. Text behind a closing quote in the same line is a
/// typist's; in another line the quote that closes was meant to open.
fn closes(text: &[u8], open: usize, after: usize, delimiter: u8) -> bool {
    let next = text[after..].iter().find(|&&byte| byte == delimiter || !matches!(byte, b' ' | b'\t'));
    match next {
        None => after > open + 1 && quotes_at_end(&text[open + 1..after]) % 2 == 1,
        Some(&next) => {
            next == delimiter || matches!(next, b'\n' | b'\r') || memchr2(b'\n', b'\r', &text[open..after]).is_none()
        }
    }
}

fn quotes_at_end(text: &[u8]) -> usize {
    text.iter().rev().take_while(|&&byte| byte == b'"').count()
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
pub(super) fn split<'a>(line: &'a str, delimiter: u8, fields: &mut Vec<Cow<'a, str>>) {
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
        Some(inner) if quotes_at_end(quoted.as_bytes()) % 2 == 1 => inner,
        _ => quoted,
    };
    if following.is_empty() && !inner.contains('"') {
        return Cow::Borrowed(inner);
    }
    Cow::Owned(inner.replace("\"\"", "\"") + following)
}

/// The delimiter that parts the first lines most evenly: the one whose smallest count outside quotes is largest.
pub(super) fn delimiter(text: &str) -> u8 {
    // Excel's own way to say it, in a first line that it does not show.
    if let Some(&[said]) = text.lines().next().and_then(|line| line.trim_end().strip_prefix("sep=")).map(str::as_bytes)
    {
        return said;
    }
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(20).collect();
    let count = |line: &str, delimiter: u8| {
        line.split('"').step_by(2).map(|outside| outside.bytes().filter(|&b| b == delimiter).count()).sum::<usize>()
    };
    let total = |delimiter: u8| lines.iter().map(|line| count(line, delimiter)).sum::<usize>();
    let even = |delimiter: u8| lines.iter().filter(|line| count(line, delimiter) > 0).count();
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|&d| (even(d), total(d))).unwrap_or(b',')
}

/// Whether a text that may be cut off is a table: most of its first records have the same number of fields.
pub(super) fn is_table(text: &str, is_cut: bool) -> bool {
    let delimiter = delimiter(text);
    let limits = Limits::default();
    let mut records = Records::new(text, 0, delimiter, &limits);
    let mut counts = Vec::new();
    while let Ok(Some(_)) = records.advance() {
        counts.push(records.fields.len());
    }
    if is_cut {
        counts.pop();
    }
    // Commas and bars stand in sentences, too.
    let fewest = if matches!(delimiter, b'\t' | b';') { 2 } else { 3 };
    let of = |wanted: usize| counts.iter().filter(|count| **count == wanted).count();
    counts.len() > 1 && counts.iter().any(|&count| count >= fewest && 3 * of(count) >= 2 * counts.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Code;
    use proptest::prelude::*;

    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        let grid = Csv::new(bytes.to_vec().into(), "x").unwrap().grid(u32::MAX, &Limits::default()).unwrap();
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
        let unclosed = Csv::new(b"a,\"b\nc".to_vec().into(), "x").unwrap().grid(u32::MAX, &Limits::default());
        assert_eq!(unclosed, Err(SourceError::QuoteUnclosed { cell: CellRef::new(0, 1), lines: 2 }));
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
        let csv = Csv::new(text.into_bytes().into(), "x").unwrap();
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

    /// The rows of a table from row 1 on that have a field too many.
    fn overfull(text: &str) -> Vec<u32> {
        let csv = Csv::new(text.as_bytes().to_vec().into(), "x").unwrap();
        let read = |batch: &mut Batch| {
            let mut rows = Vec::new();
            while let Some(row) = batch.next_row()? {
                rows.extend(row.is_overfull().then_some(row.row()));
            }
            Ok(rows)
        };
        csv.map_batches(1, &Limits::default(), read).unwrap().into_iter().flatten().collect()
    }

    #[test]
    fn a_row_with_a_field_too_many_is_known() {
        assert_eq!(overfull("a,b,c\n1,2,3\n4,5, lima,6\n7,8,9\n"), [2]);
        assert_eq!(
            overfull("a,b,c\n1,2,3\n4,5,6,\n7,8,9\n"),
            [2],
            "an empty one, too: what stands before it has moved"
        );
        assert_eq!(overfull("a,b,c\n1,2\n4\n7,8,9\n"), [0; 0], "blanks at the end may be left out");
        assert_eq!(overfull("a,b,c\n1,2,3,\n4,5,6,\n7,8,9,\n"), [0; 0], "an exporter's habit");
        assert_eq!(overfull("a,b,c,\n1,2,3,\n4,5,6,\n"), [0; 0]);
        assert_eq!(overfull("a,b,c\n1,2,3,x\n4,5,6,y\n"), [1, 2]);
        assert_eq!(overfull("a,b,c\n1,2,3,\n"), [1], "one row is no habit");
    }

    #[test]
    fn a_broken_quote_is_mended_wherever_it_is_read() {
        let rows: String = (0..200_000).map(|row| format!("{row},x y,z\n")).collect();
        for (at, seen) in [("3,x y,z\n", 3), ("150000,x y,z\n", 150_000)] {
            let text = rows.replacen(&format!("\n{at}"), &format!("\n{}", at.replace("x y", "\"x y")), 1);
            let csv = Csv::new(text.into_bytes().into(), "x").unwrap();
            assert_eq!(csv.grid(10, &Limits::default()).unwrap().rows(), 10);
            let read = |batch: &mut Batch| {
                let mut rows = 0;
                while let Some(row) = batch.next_row()? {
                    assert_eq!(row.seen(0).shown(), row.row().to_string());
                    rows += 1;
                }
                Ok(rows)
            };
            assert_eq!(csv.map_batches(0, &Limits::default(), read).unwrap().iter().sum::<u32>(), 200_000);
            let [doubt] = &csv.table.doubts[..] else { panic!("{:?}", csv.table.doubts) };
            assert_eq!((doubt.code, doubt.cell), (Code::SourceQuoteLeftOut, CellRef::new(seen, 1)));
        }
    }

    proptest! {
        #[test]
        fn records_are_those_the_csv_crate_reads(text in "([a-b,;\" ]|\n|\r\n|\"\"|,\"|\",){0,40}") {
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> =
                reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
            let ours: Vec<Vec<String>> = records(&text, b',').into_iter().map(|(_, fields)| fields).collect();
            prop_assert_eq!(&ours, &theirs);
            let is_broken = AtomicBool::new(false);
            let batches = Batches { text: &text, row: 0, delimiter: b',', bytes: 8, is_broken: &is_broken };
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
