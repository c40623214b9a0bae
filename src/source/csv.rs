//! csv: one sheet of texts, whatever the delimiter and encoding.

use super::{Limits, SourceError, xml::damaged};
use crate::grid::{Cell, CellRef, Grid, GridBuilder, Value};

/// Reads a table as text. Numbers stay as typed: whether `1.234` is a thousand is the reader's question.
pub(super) fn read(bytes: &[u8], name: &str, limits: &Limits) -> Result<Grid, SourceError> {
    let text = decode(bytes);
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut builder = GridBuilder::new(name, false, limits.grid);
    for (row, record) in reader.records().enumerate() {
        for (col, field) in record.map_err(damaged)?.iter().enumerate() {
            if field.is_empty() {
                continue;
            }
            let at = CellRef::new(u32::try_from(row).unwrap_or(u32::MAX), u32::try_from(col).unwrap_or(u32::MAX));
            let link = super::super::grid::is_web_address(field.trim()).then(|| field.trim().into());
            builder.set(at, Cell { value: Value::Text(field.into()), formula: None, link })?;
        }
    }
    Ok(builder.finish())
}

/// UTF-8 with or without a mark, UTF-16 with its mark, else Windows-1252 (Excel on an Indonesian Windows).
fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    }
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

    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        let grid = read(bytes, "x", &Limits::default()).unwrap();
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
}
