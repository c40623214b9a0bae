//! Quotes that are opened and never closed: they make one field of all the rows that follow.
//!
//! Such a quote is read as if it were not there where that is certain: its line then has as many fields as the row before,
//! and so has the next. Anywhere else it is told, and nothing below it can be trusted.

use super::SourceError;
use super::csv::{record_end, split};
use super::doubt::{Doubt, cell_of};
use crate::finding::Code;

/// Broken quotes of one record that are tried as if they were not there.
const MOST_IN_A_RECORD: usize = 8;
/// Broken quotes of a text that are told.
const MOST: usize = 100;

/// What came of mending a text.
pub(super) struct Mended {
    /// The text without the quotes that are none; none where nothing was mended.
    pub(super) text: Option<String>,
    /// What was mended.
    pub(super) doubt: Option<Doubt>,
    /// The first quote that could not be.
    pub(super) refused: Option<SourceError>,
}

/// A record read without its broken quotes.
struct Attempt {
    after: usize,
    fields: usize,
    /// Where they stand, from the record's beginning.
    quotes: Vec<usize>,
}

pub(super) fn mend(text: &str, delimiter: u8) -> Mended {
    let mut left_out: Vec<usize> = Vec::new();
    let mut refused = None;
    let mut expected = None;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let record = record_end(rest.as_bytes(), delimiter, &[]);
        let Some(broken) = record.broken else {
            if record.end > 0 {
                expected = Some(count(&rest[..record.end], delimiter));
            }
            at += record.after;
            continue;
        };
        match attempt(rest, delimiter).filter(|attempt| is_certain(rest, delimiter, attempt, expected)) {
            Some(attempt) if left_out.len() < MOST => {
                left_out.extend(attempt.quotes.iter().map(|quote| at + quote));
                expected = Some(attempt.fields);
                at += attempt.after;
            }
            _ => {
                refused = Some(at + broken);
                break;
            }
        }
    }
    let mended = without(text, &left_out);
    let doubt = left_out.first().map(|first| {
        let cell = cell_of(&mended, delimiter, *first);
        Doubt { code: Code::SourceQuoteLeftOut, cell, count: left_out.len() }
    });
    let refused = refused.map(|quote| SourceError::QuoteUnclosed {
        cell: cell_of(&mended, delimiter, quote - left_out.len()),
        lines: text[quote..].lines().count() as u64,
    });
    Mended { text: (!left_out.is_empty()).then_some(mended), doubt, refused }
}

/// The record that begins a text, read as if its broken quotes were not there.
fn attempt(text: &str, delimiter: u8) -> Option<Attempt> {
    let mut quotes = Vec::new();
    loop {
        let record = record_end(text.as_bytes(), delimiter, &quotes);
        let Some(broken) = record.broken else {
            let fields = count(&without(&text[..record.end], &quotes), delimiter);
            return Some(Attempt { after: record.after, fields, quotes });
        };
        if quotes.len() == MOST_IN_A_RECORD {
            return None;
        }
        quotes.push(broken);
    }
}

/// Whether a record can only have been meant so: it has as many fields as the one before it, and the one after it, too; at
/// the end of the text, as long as that was not cut off in the midst of a line.
fn is_certain(text: &str, delimiter: u8, attempt: &Attempt, expected: Option<usize>) -> bool {
    let rest = text[attempt.after..].trim_start_matches(['\r', '\n']);
    let next = if rest.is_empty() { None } else { self::attempt(rest, delimiter).map(|next| next.fields) };
    if rest.is_empty() && !text.ends_with(['\r', '\n']) {
        return false;
    }
    attempt.fields > 1
        && expected.is_none_or(|expected| expected == attempt.fields)
        && (rest.is_empty() && expected.is_some() || next == Some(attempt.fields))
}

fn count(line: &str, delimiter: u8) -> usize {
    let mut fields = Vec::new();
    split(line, delimiter, &mut fields);
    fields.len()
}

/// A text without the bytes at some places, ascending.
fn without(text: &str, places: &[usize]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut from = 0;
    for &place in places {
        left.push_str(&text[from..place]);
        from = place + 1;
    }
    left + &text[from..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The text as mended, where the first quote stood that was left out, and where one that is refused.
    fn mended(text: &str) -> (String, Option<String>, Option<String>) {
        let Mended { text: mended, doubt, refused } = mend(text, b',');
        let refused = refused.map(|error| match error {
            SourceError::QuoteUnclosed { cell, .. } => cell.to_string(),
            other => panic!("{other:?}"),
        });
        (mended.unwrap_or_else(|| text.to_owned()), doubt.map(|doubt| doubt.cell.to_string()), refused)
    }

    #[test]
    fn a_quote_that_is_never_closed_is_read_as_none_where_that_is_certain() {
        for (text, right, cell) in [
            ("a,b,c\n1,\"2,3\n4,5,6\n", "a,b,c\n1,2,3\n4,5,6\n", "B2"),
            ("a,b,c\n1,2,3\n4,5,\"6\n", "a,b,c\n1,2,3\n4,5,6\n", "C3"),
            ("a,\"b,c\n1,2,3\n", "a,b,c\n1,2,3\n", "B1"),
            // Closed rows later by a quote that was meant to open.
            ("a,b,c\n1,\"2,3\n4,\"5, lima\",6\n7,8,9\n", "a,b,c\n1,2,3\n4,\"5, lima\",6\n7,8,9\n", "B2"),
            ("a,b,c\n1,\"2,3\n4,\"5,6\n7,8,9\n", "a,b,c\n1,2,3\n4,5,6\n7,8,9\n", "B2"),
            ("a,b,c\r\n\"1\r\n2\",\"2,3\r\n4,5,6\r\n", "a,b,c\r\n\"1\r\n2\",2,3\r\n4,5,6\r\n", "B2"),
        ] {
            assert_eq!(mended(text), (right.to_owned(), Some(cell.to_owned()), None), "{text}");
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_is_told_where_nothing_is_certain() {
        for (text, cell) in [
            // Cut off in the midst of a row.
            ("a,b,c\n1,2,3\n4,5,\"enam", "C3"),
            // Read as none, the row would have a field too many.
            ("a,b,c\n1,\"2, dua,3\n4,5,6\n", "B2"),
            ("a,b\n1,\"2\n\n\n3\n4,5\n", "B2"),
            ("\"a\nb\nc\n", "A1"),
        ] {
            assert_eq!(mended(text), (text.to_owned(), None, Some(cell.to_owned())), "{text}");
        }
    }

    #[test]
    fn quotes_that_close_are_left_alone() {
        for text in [
            "a,b\n\"1\n2\",3\n",
            "a,b\n\"x\"y,3\n",
            "a,b\nx\"y,\"\"\n",
            "a,\"b \"\"c\"\"\"\n\"\"\"1\"\"\",2",
            "a \"b,c\n1,2",
            "a,b\n\"1\n2\" ,3\n",
            "a,b\n3,\"1\n2\"  ",
        ] {
            assert_eq!(mended(text), (text.to_owned(), None, None), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_mended_is_whole(text in "(a|,|\"|\n|,\"|a,b\n|\"\"){0,24}") {
            let Mended { text: mended, refused, .. } = mend(&text, b',');
            if let (Some(mended), None) = (mended, refused) {
                let again = mend(&mended, b',');
                prop_assert!(again.text.is_none() && again.refused.is_none(), "{mended:?}");
            }
        }
    }
}
