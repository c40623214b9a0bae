//! A table as a tab shows it: title, sections of headings, columns and rows. Numbers are numbers with a format; how they
//! are shown is the reader's spreadsheet's business.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::source::Sha256;
use crate::survey::privacy::scrub_label;
use crate::text::{clip, is_longer};

/// Part of every digest: raised when tabs are laid out differently, so that all of them are written anew.
const LAYOUT: u32 = 1;
/// Characters a cell of Google Sheets may hold, counted as UTF-16 does.
pub const CELL_CHARACTERS: usize = 50_000;

/// What a tab shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// First row.
    pub title: String,
    /// Second row.
    pub subtitle: String,
    /// What follows, from top to bottom, a blank row above each.
    pub sections: Vec<Section>,
    /// Columns that stay in sight.
    pub frozen_columns: usize,
    /// Whether it has nothing to say that a tab made earlier does not say better: only a new tab shows it.
    pub is_idle: bool,
}

/// Rows under headings of their own.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Section {
    /// A line above the headings.
    pub title: Option<String>,
    /// Rows of headings; each spans all columns.
    pub headings: Vec<Vec<Heading>>,
    /// How each column looks.
    pub columns: Vec<Column>,
    /// The rows; each is as long as the columns.
    pub rows: Vec<Vec<CellValue>>,
    /// How many of the last rows sum up the others.
    pub closing: usize,
    /// A sentence in place of rows that there are none of.
    pub note: Option<String>,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Heading {
    /// What it says.
    pub text: String,
    /// Columns it stands over.
    pub span: usize,
}

/// How a column looks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    /// How its values are shown.
    pub format: Format,
    /// What colours them.
    pub colour: Option<Colour>,
}

/// How values are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Format {
    /// Text on one line.
    Text,
    /// Text that wraps.
    Wrapped,
    /// A word or letter, in the middle.
    Word,
    /// Two decimals.
    Number,
    /// No decimals.
    Count,
    /// A share 0–1 as a percentage.
    Share,
    /// A day.
    Day,
    /// A time, UTC.
    Moment,
}

/// What colours a column's values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Colour {
    /// Red at half of it or less, over yellow, to green.
    Heat(f64),
    /// Numbers above 0 are bad to have.
    BadAboveZero,
    /// Numbers above 0 are good, those below bad.
    Points,
    /// Words and their tones.
    Words(Vec<(String, Tone)>),
}

/// A colour that says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Tone {
    /// Well.
    Good,
    /// Undecided.
    Open,
    /// Bad.
    Bad,
}

/// What a cell holds. What differs from run to run without anything having changed is not part of the table's digest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum CellValue {
    /// Nothing.
    Empty,
    /// A text, and never a formula, whatever it begins with.
    Text(String),
    /// A number.
    Number(f64),
    /// A day.
    #[serde(serialize_with = "as_text")]
    Day(Date),
    /// When something was done; not part of the digest.
    #[serde(serialize_with = "as_nothing")]
    Moment(Timestamp),
    /// The number of a run; not part of the digest.
    #[serde(serialize_with = "as_nothing")]
    Run(i64),
    /// The day of a run; not part of the digest.
    #[serde(serialize_with = "as_nothing")]
    Today(Date),
}

fn as_text<S: Serializer>(value: &impl ToString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.to_string())
}

fn as_nothing<S: Serializer>(_: &impl ToString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_unit()
}

impl CellValue {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { CellValue::Empty } else { CellValue::Text(text) }
    }

    /// A text that somebody wrote, as it may leave the office: without what identifies anybody, as far as that can be told.
    pub fn written(text: &str) -> Self {
        CellValue::text(scrub_label(text))
    }

    /// A number; nothing where there is none.
    pub fn number(number: Option<f64>) -> Self {
        // JSON knows no other numbers.
        number.filter(|number| number.is_finite()).map_or(CellValue::Empty, CellValue::Number)
    }

    /// A whole number.
    pub fn count(count: usize) -> Self {
        CellValue::Number(count as f64)
    }

    /// Whether it is left out of the digest.
    fn is_passing(&self) -> bool {
        matches!(self, CellValue::Moment(_) | CellValue::Run(_) | CellValue::Today(_))
    }
}

impl From<&str> for CellValue {
    fn from(text: &str) -> Self {
        CellValue::text(text)
    }
}

impl From<String> for CellValue {
    fn from(text: String) -> Self {
        CellValue::text(text)
    }
}

impl Column {
    /// A column without colours.
    pub fn of(format: Format) -> Self {
        Column { format, colour: None }
    }

    /// A coloured one.
    pub fn coloured(format: Format, colour: Colour) -> Self {
        Column { format, colour: Some(colour) }
    }
}

impl Section {
    /// A section that only says a sentence.
    pub fn note(sentence: &str) -> Self {
        Section { note: Some(sentence.to_owned()), ..Section::default() }
    }

    /// A section under one row of headings.
    pub fn new(columns: Vec<(String, Column)>) -> Self {
        let (headings, columns): (Vec<Heading>, Vec<Column>) =
            columns.into_iter().map(|(text, column)| (Heading { text, span: 1 }, column)).unzip();
        Section { headings: vec![headings], columns, ..Section::default() }
    }

    /// The same section under a line of its own.
    pub fn titled(mut self, title: &str) -> Self {
        self.title = Some(title.to_owned());
        self
    }

    /// The same section with a sentence that stands there when it has no rows.
    pub fn or_note(mut self, sentence: &str) -> Self {
        if self.rows.is_empty() {
            self.note = Some(sentence.to_owned());
        }
        self
    }

    /// Rows it takes.
    pub fn height(&self) -> usize {
        usize::from(self.title.is_some()) + self.headings.len() + self.rows.len() + usize::from(self.note.is_some())
    }
}

impl Table {
    /// A table that only says a sentence.
    pub fn note(title: &str, subtitle: &str, sentence: &str) -> Self {
        Table {
            title: title.to_owned(),
            subtitle: subtitle.to_owned(),
            sections: vec![Section::note(sentence)],
            frozen_columns: 0,
            is_idle: false,
        }
    }

    /// Rows of the whole tab.
    pub fn height(&self) -> usize {
        2 + self.sections.iter().map(|section| 1 + section.height()).sum::<usize>()
    }

    /// Columns of the whole tab.
    pub fn width(&self) -> usize {
        self.sections.iter().map(|section| section.columns.len()).max().unwrap_or(0).max(1)
    }

    /// Rows of data.
    pub fn rows(&self) -> usize {
        self.sections.iter().map(|section| section.rows.len()).sum()
    }

    /// Whether it says when something was done: then it is written anew whenever anything is.
    pub fn has_passing(&self) -> bool {
        self.sections.iter().flat_map(|section| &section.rows).flatten().any(CellValue::is_passing)
    }

    /// Texts that are too long for a cell and will be cut.
    pub fn overlong(&self) -> usize {
        let cells = self.sections.iter().flat_map(|section| &section.rows).flatten();
        cells.filter(|cell| matches!(cell, CellValue::Text(text) if is_longer(text, CELL_CHARACTERS))).count()
    }

    /// SHA-256 of everything it shows, times aside.
    pub fn digest(&self) -> String {
        let bytes = serde_json::to_vec(&(LAYOUT, self)).expect("texts and finite numbers");
        String::from(&*Sha256::of(&bytes))
    }
}

/// A text as long as a cell may be.
pub(super) fn fit(text: &str) -> String {
    clip(text, CELL_CHARACTERS).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cells: Vec<CellValue>) -> Table {
        let columns = cells.iter().map(|_| ("Kolom".to_owned(), Column::of(Format::Text))).collect();
        let section = Section { rows: vec![cells], ..Section::new(columns) };
        Table {
            title: "Uji".to_owned(),
            subtitle: String::new(),
            sections: vec![section],
            frozen_columns: 0,
            is_idle: false,
        }
    }

    #[test]
    fn times_do_not_count_as_change() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let day = jiff::civil::date;
        let one = table(vec![CellValue::Moment(at(1)), CellValue::Run(1), CellValue::Today(day(2025, 12, 1))]);
        let two = table(vec![CellValue::Moment(at(2)), CellValue::Run(2), CellValue::Today(day(2025, 12, 2))]);
        assert_eq!(one.digest(), two.digest());
        assert!(one.has_passing());
        let [a, b] = [1, 2].map(|d| table(vec![CellValue::Day(day(2025, 12, d))]));
        assert_ne!(a.digest(), b.digest());
        assert!(!a.has_passing());
        assert_ne!(table(vec![CellValue::Number(1.0)]).digest(), table(vec!["1".into()]).digest());
    }

    #[test]
    fn texts_are_cut_by_what_a_cell_may_hold() {
        let exact = "a".repeat(CELL_CHARACTERS);
        assert_eq!(fit(&exact), exact);
        let cut = fit(&"😀".repeat(CELL_CHARACTERS));
        assert!(cut.ends_with(" […]"));
        assert_eq!(cut.encode_utf16().count(), CELL_CHARACTERS);
        assert_eq!(table(vec![CellValue::Text(exact.clone()), CellValue::Text(exact + "b")]).overlong(), 1);
    }

    #[test]
    fn only_finite_numbers_are_numbers() {
        for none in [Some(f64::NAN), Some(f64::INFINITY), None] {
            assert_eq!(CellValue::number(none), CellValue::Empty);
        }
    }
}
