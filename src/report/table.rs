//! A table as people see it: title, sections of headings, columns and rows. It knows nothing of where it is shown: the
//! workbook writes formulas and links, a tab in Google and CSV write their values, and each says in its own way what a colour
//! rule means.
//!
//! Rows come one by one ([`Rows`]), so that a table of a nation need not be held; what leaves the office is held
//! ([`Table::outside`]), without what stays in it.

use std::ops::Deref;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Serialize, Serializer};

use super::TableName;
use crate::lang::Lang;
use crate::source::Sha256;
use crate::survey::privacy::scrub_label;
use crate::text::is_longer;

/// Part of every digest: raised when tabs are laid out differently, so that all of them are written anew.
const LAYOUT: u32 = 3;

/// Red, yellow and green of a heat scale.
pub const HEAT: [u32; 3] = [0xF8A5A5, 0xFFF0B3, 0xA9D8A5];

/// Rows that are made when they are asked for.
pub type Rows<'a> = Box<dyn Iterator<Item = Row> + Send + 'a>;

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table<R = Vec<Row>> {
    /// First row.
    pub title: String,
    /// Second row.
    pub subtitle: String,
    /// What its colours say, where they need words; the third row, otherwise blank.
    pub legend: String,
    /// What follows, from top to bottom, a blank row above each.
    pub sections: Vec<Section<R>>,
    /// Columns that stay in sight.
    pub frozen_columns: usize,
    /// Whether it has nothing to say that a tab made earlier does not say better: only a new tab shows it.
    pub is_idle: bool,
    /// How large it grows with the satker.
    #[serde(skip)]
    pub size: Size,
}

/// How large a table grows with the satker.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Size {
    /// A few rows a satker, or fewer.
    #[default]
    Small,
    /// Many rows a satker, most of them with texts that others have, too.
    Long,
    /// Columns for every satker, most of them numbers.
    Wide,
}

/// Rows under headings of their own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section<R = Vec<Row>> {
    /// A line above the headings.
    pub title: Option<String>,
    /// Rows of headings; each spans all columns.
    pub headings: Vec<Vec<Heading>>,
    /// What each column holds.
    pub columns: Vec<Column>,
    /// The rows; each is as long as the columns.
    pub rows: R,
    /// A sentence in place of rows that there are none of.
    pub note: Option<String>,
    /// What draws its numbers, where charts can be drawn.
    #[serde(skip)]
    pub charts: Vec<Chart>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// What it is among the others.
    pub kind: RowKind,
    /// Its cells.
    pub cells: Vec<CellValue>,
    /// Whether it stays in the office.
    pub in_office: bool,
}

/// What a row is among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum RowKind {
    /// One of them.
    Plain,
    /// It heads those below it, and is measured by no scale of theirs.
    Head,
    /// It sums up those above it.
    Closing,
    /// It is a sentence, and takes the width of the table.
    Sentence,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Heading {
    /// What it says.
    pub text: String,
    /// Columns it stands over.
    pub span: usize,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    /// How its values are shown.
    pub format: Format,
    /// What colours them.
    pub colour: Option<Colour>,
    /// Who sees it.
    pub seen: Seen,
    /// Its name among machines; without one it is no part of a table for them.
    #[serde(skip)]
    pub id: Option<String>,
}

/// Who sees a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Seen {
    /// Everybody.
    Everywhere,
    /// The office alone.
    Office,
    /// Machines alone.
    Machines,
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
    /// An address on the web.
    Link,
    /// A day.
    Day,
    /// A time.
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
    /// There was nothing to be measured.
    Absent,
    /// A number that is held against no other.
    Barely,
}

impl Tone {
    /// What it is filled with, if with anything, and written in; red, green, blue.
    pub fn inks(self) -> (Option<u32>, u32) {
        match self {
            Tone::Good => (Some(0xC6EFCE), 0x006100),
            Tone::Open => (Some(0xFFEB9C), 0x7F6000),
            Tone::Bad => (Some(0xFFC7CE), 0x9C0006),
            Tone::Absent => (Some(0xD9D9D9), 0x000000),
            Tone::Barely => (None, 0x7F7F7F),
        }
    }

    /// Of ranks gained or lost.
    pub fn of_ranks(ranks: i64) -> Option<Tone> {
        match ranks {
            0 => None,
            1.. => Some(Tone::Good),
            _ => Some(Tone::Bad),
        }
    }
}

/// What a cell holds. What differs from run to run without anything having changed is not part of the table's digest.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub enum CellValue {
    /// Nothing.
    #[default]
    Empty,
    /// A text, and never a formula, whatever it begins with.
    Text(String),
    /// A text that somebody wrote: it leaves the office without what identifies anybody, as far as that can be told.
    Written(String),
    /// A text that stays in the office, and what stands in its place outside.
    Office(String, &'static str),
    /// A word of the program's own, and the name machines know it by.
    Word(&'static str, &'static str),
    /// A text that leads to an address on the web, or what was given for one.
    Link(Box<WebLink>),
    /// A text that leads to a row of another table.
    To(Box<Target>),
    /// A number.
    Number(f64),
    /// A share among other numbers.
    Share(f64),
    /// A number that follows from others.
    Formula(Box<Formula>),
    /// A line of the row's numbers from one column to another.
    Line(usize, usize),
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
    /// A value whose colour no rule of its column can tell.
    Toned(Box<CellValue>, Tone),
}

/// An address on the web and what stands for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WebLink {
    /// What it says.
    pub text: String,
    /// The address, or what was given for one.
    #[serde(skip)]
    pub address: String,
}

/// Where a text leads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Target {
    /// What it says.
    pub text: String,
    /// The table.
    #[serde(skip)]
    pub table: TableName,
    /// The row, from 0.
    #[serde(skip)]
    pub row: usize,
}

/// A live formula with the result the program computed, so that readers that do not recalculate see it, too.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Formula {
    /// Its text, with `{0}`, `{1}` … in place of the cells.
    #[serde(skip)]
    pub text: String,
    /// The cells.
    #[serde(skip)]
    pub cells: Vec<Cells>,
    /// What it comes to; none where that is no number.
    pub value: Option<f64>,
}

/// A cell or a block of cells: rows and columns count from 0, rows within their section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cells {
    /// The table, where it is another.
    pub table: Option<TableName>,
    /// Row and column of the first.
    pub first: (usize, usize),
    /// Row and column of the last.
    pub last: (usize, usize),
    /// Whether the column stays the same when the formula is copied.
    pub is_column_fixed: bool,
}

impl Cells {
    /// One cell.
    pub fn one(row: usize, column: usize) -> Self {
        Cells::block((row, column), (row, column))
    }

    /// A block of cells.
    pub fn block(first: (usize, usize), last: (usize, usize)) -> Self {
        Cells { table: None, first, last, is_column_fixed: false }
    }

    /// The same cells of another table's first section.
    pub fn of(self, table: TableName) -> Self {
        Cells { table: Some(table), ..self }
    }
}

/// A drawing of numbers of a section.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// How it draws them.
    pub kind: ChartKind,
    /// What it is called.
    pub title: String,
    /// What it draws, one beside or above the other.
    pub series: Vec<Series>,
    /// Where its scale begins and ends.
    pub scale: (f64, f64),
    /// What stands above it.
    pub note: Option<String>,
}

/// How a chart draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartKind {
    /// Bars along the page, a row each, stacked.
    Bars,
    /// Columns, one a column of the table.
    Columns,
    /// Lines, a row each; the last of them stands out.
    Lines,
    /// Columns, one a row, under lines that they reach or not.
    Thresholds,
}

/// Numbers that are drawn alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What they are called; where it is none, the row's name in the second column.
    pub name: Option<String>,
    /// Rows of the section they stand in.
    pub rows: Vec<usize>,
    /// Columns they stand in, the first and the last.
    pub columns: (usize, usize),
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

    /// A text that somebody wrote.
    pub fn written(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { CellValue::Empty } else { CellValue::Written(text) }
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

    /// A number that follows from others.
    pub fn formula(text: impl Into<String>, cells: impl Into<Vec<Cells>>, value: Option<f64>) -> Self {
        CellValue::Formula(Box::new(Formula { text: text.into(), cells: cells.into(), value }))
    }

    /// The sum of the numbers among some cells, and nothing where there are none.
    pub fn sum_of(cells: Cells, value: Option<f64>) -> Self {
        CellValue::formula("IF(COUNT({0})=0,\"\",SUM({0}))", [cells], value)
    }

    /// An address that stands for itself.
    pub fn link(address: &str) -> Self {
        CellValue::text(address).leading_to(Some(address.to_owned()))
    }

    /// The same text as one that leads to an address, where there is one.
    pub fn leading_to(self, address: Option<String>) -> Self {
        match (self, address) {
            (CellValue::Text(text), Some(address)) => CellValue::Link(Box::new(WebLink { text, address })),
            (value, _) => value,
        }
    }

    /// A text that leads to a row of another table.
    pub fn to(text: &str, table: TableName, row: usize) -> Self {
        CellValue::To(Box::new(Target { text: text.to_owned(), table, row }))
    }

    /// The value beneath a colour of its own, and that colour.
    pub fn apart(&self) -> (&CellValue, Option<Tone>) {
        match self {
            CellValue::Toned(value, tone) => (value, Some(*tone)),
            value => (value, None),
        }
    }

    /// The same value in a colour of its own.
    pub fn toned(self, tone: Option<Tone>) -> Self {
        match tone {
            Some(tone) => CellValue::Toned(Box::new(self), tone),
            None => self,
        }
    }

    /// What it says, where it is a text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            CellValue::Text(text) | CellValue::Written(text) | CellValue::Office(text, _) => Some(text),
            CellValue::Link(link) => Some(&link.text),
            CellValue::Word(word, _) => Some(word),
            CellValue::To(target) => Some(&target.text),
            CellValue::Toned(value, _) => value.as_text(),
            _ => None,
        }
    }

    /// Its number, where it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            CellValue::Number(number) | CellValue::Share(number) => Some(*number),
            CellValue::Run(run) => Some(*run as f64),
            CellValue::Formula(formula) => formula.value,
            CellValue::Toned(value, _) => value.as_number(),
            _ => None,
        }
    }

    /// The value as it leaves the office, and without anything that lives.
    fn outside(self) -> Self {
        match self {
            CellValue::Written(text) => CellValue::text(scrub_label(&text)),
            CellValue::Office(_, instead) => CellValue::text(instead),
            CellValue::Word(word, _) => CellValue::text(word),
            CellValue::Link(link) => CellValue::text(link.text),
            CellValue::To(target) => CellValue::text(target.text),
            CellValue::Formula(formula) => CellValue::number(formula.value),
            CellValue::Line(..) => CellValue::Empty,
            CellValue::Toned(value, tone) => CellValue::Toned(Box::new(value.outside()), tone),
            value => value,
        }
    }

    /// Whether it is left out of the digest.
    fn is_passing(&self) -> bool {
        matches!(self, CellValue::Moment(_) | CellValue::Run(_) | CellValue::Today(_))
    }
}

macro_rules! made_of {
    ($($from:ty: |$value:ident| $made:expr),* $(,)?) => {
        $(impl From<$from> for CellValue {
            fn from($value: $from) -> Self {
                $made
            }
        })*
    };
}

made_of! {
    &str: |text| CellValue::text(text),
    &String: |text| CellValue::text(text),
    String: |text| CellValue::text(text),
    Option<f64>: |number| CellValue::number(number),
    Option<u32>: |count| CellValue::number(count.map(f64::from)),
    Option<usize>: |count| count.map_or(CellValue::Empty, CellValue::count),
    usize: |count| CellValue::count(count),
}

/// The cells of a row, each of anything a [`CellValue`] can be made of.
macro_rules! cells {
    ($($value:expr),* $(,)?) => { vec![$($crate::report::table::CellValue::from($value)),*] };
}
pub(super) use cells;

impl From<Vec<CellValue>> for Row {
    fn from(cells: Vec<CellValue>) -> Self {
        Row { kind: RowKind::Plain, cells, in_office: false }
    }
}

impl Deref for Row {
    type Target = [CellValue];

    fn deref(&self) -> &[CellValue] {
        &self.cells
    }
}

impl Row {
    /// The row as one that heads others, where it is one.
    pub fn head_if(self, is_head: bool) -> Self {
        Row { kind: if is_head { RowKind::Head } else { self.kind }, ..self }
    }

    /// The row as one that sums up others, made as long as they are.
    pub fn closing(mut self, width: usize) -> Self {
        self.cells.resize(width, CellValue::Empty);
        Row { kind: RowKind::Closing, ..self }
    }
}

impl Column {
    /// A column without colours.
    pub fn of(format: Format) -> Self {
        Column { format, colour: None, seen: Seen::Everywhere, id: None }
    }

    /// The column under its heading.
    pub fn under(self, heading: impl Into<String>) -> Headed {
        Headed { heading: heading.into(), column: self }
    }
}

/// A column under its heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Headed {
    heading: String,
    column: Column,
}

impl Headed {
    /// The same column in colours.
    pub fn coloured(mut self, colour: Colour) -> Self {
        self.column.colour = Some(colour);
        self
    }

    /// The same column in colours from red, at half of the most there is or less, to green.
    pub fn heat(self, most: f64) -> Self {
        self.coloured(Colour::Heat(most))
    }

    /// The same column with a name for machines.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.column.id = Some(id.into());
        self
    }

    /// The same column for some to see.
    pub fn seen(mut self, seen: Seen) -> Self {
        self.column.seen = seen;
        self
    }
}

/// Columns, each with how its cell is made of one of the things a table has rows of; and headings over several of them.
pub struct Columns<'a, T> {
    columns: Vec<Headed>,
    cells: Vec<Box<dyn Fn(T) -> CellValue + Send + 'a>>,
    groups: Vec<(usize, Heading)>,
}

impl<T> Default for Columns<'_, T> {
    fn default() -> Self {
        Columns { columns: Vec::new(), cells: Vec::new(), groups: Vec::new() }
    }
}

impl<'a, T: Clone + 'a> Columns<'a, T> {
    /// Adds a column.
    pub fn add<V: Into<CellValue>>(&mut self, column: Headed, cell: impl Fn(T) -> V + Send + 'a) -> &mut Self {
        self.columns.push(column);
        self.cells.push(Box::new(move |of| cell(of).into()));
        self
    }

    /// Puts a heading over the next columns.
    pub fn over(&mut self, text: impl Into<String>, span: usize) -> &mut Self {
        self.groups.push((self.columns.len(), Heading { text: text.into(), span }));
        self
    }

    /// Columns so far.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// The section with a row of each thing.
    pub fn section(&mut self, of: impl Iterator<Item = T> + Send + 'a) -> Section<Rows<'a>> {
        self.section_with(of, |_, row| row)
    }

    /// The same with what more there is to say of a row.
    pub fn section_with(
        &mut self,
        of: impl Iterator<Item = T> + Send + 'a,
        said: impl Fn(T, Row) -> Row + Send + 'a,
    ) -> Section<Rows<'a>> {
        let Columns { columns, cells, groups } = std::mem::take(self);
        let cells = move |of: &T| Row::from(cells.iter().map(|cell| cell(T::clone(of))).collect::<Vec<_>>());
        let rows = of.map(move |of| {
            let row = cells(&of);
            said(of, row)
        });
        let mut section = Section::new(columns, Box::new(rows) as Rows);
        if !groups.is_empty() {
            let mut over: Vec<Heading> = Vec::new();
            let mut next = 0;
            let blank = || Heading { text: String::new(), span: 1 };
            for (first, heading) in groups {
                over.extend((next..first).map(|_| blank()));
                next = first + heading.span;
                over.push(heading);
            }
            over.extend((next..section.columns.len()).map(|_| blank()));
            section.headings.insert(0, over);
        }
        section
    }
}

impl<R> Section<R> {
    /// Rows under one row of headings.
    pub fn new(columns: Vec<Headed>, rows: R) -> Self {
        let (headings, columns): (Vec<Heading>, Vec<Column>) =
            columns.into_iter().map(|of| (Heading { text: of.heading, span: 1 }, of.column)).unzip();
        Section { title: None, headings: vec![headings], columns, rows, note: None, charts: Vec::new() }
    }

    /// The same section under a line of its own.
    pub fn titled(mut self, title: &str) -> Self {
        self.title = Some(title.to_owned());
        self
    }

    /// The same section with a sentence that stands there when it has no rows.
    pub fn or_note(mut self, sentence: &str) -> Self {
        self.note = Some(sentence.to_owned());
        self
    }
}

impl<R> Table<R> {
    /// A table of some sections.
    pub fn new(
        title: impl Into<String>,
        subtitle: impl Into<String>,
        frozen: usize,
        sections: Vec<Section<R>>,
    ) -> Self {
        let (title, subtitle) = (title.into(), subtitle.into());
        let legend = String::new();
        Table { title, subtitle, legend, sections, frozen_columns: frozen, is_idle: false, size: Size::Small }
    }
}

impl<R> Table<R> {
    /// The same table with a legend of the colours its columns have; words in colours speak for themselves.
    pub fn explained(mut self, lang: Lang) -> Self {
        let mut said: Vec<&str> = Vec::new();
        let colours = self.sections.iter().flat_map(|section| &section.columns).filter_map(|of| of.colour.as_ref());
        for colour in colours {
            let words = match colour {
                Colour::Heat(_) => lang.pick(
                    "merah: setengah dari nilai tertinggi atau kurang, kuning: tiga perempat, hijau: tertinggi",
                    "red: half of the highest or less, yellow: three quarters, green: the highest",
                ),
                Colour::BadAboveZero => lang.pick("merah: ada yang perlu ditangani", "red: something to be done"),
                Colour::Points => lang.pick("hijau: naik, merah: turun", "green: up, red: down"),
                Colour::Words(_) => continue,
            };
            if !said.contains(&words) {
                said.push(words);
            }
        }
        if !said.is_empty() {
            self.legend = format!("{}: {}", lang.pick("Warna", "Colours"), said.join("; "));
        }
        self
    }
}

impl<'a> Section<Rows<'a>> {
    /// Sentences under a title.
    pub fn sentences(title: &str, sentences: Vec<String>) -> Self {
        let of = |text: String| Row { kind: RowKind::Sentence, ..vec![CellValue::text(text)].into() };
        let rows: Rows = Box::new(sentences.into_iter().map(of));
        let columns = vec![Column::of(Format::Wrapped).under("")];
        Section { headings: Vec::new(), ..Section::new(columns, rows) }.titled(title)
    }

    /// A section that only says a sentence.
    pub fn note(sentence: &str) -> Self {
        let rows: Rows = Box::new(std::iter::empty());
        Section { headings: Vec::new(), ..Section::new(Vec::new(), rows) }.or_note(sentence)
    }
}

impl<'a> Section<Rows<'a>> {
    /// The same section without the columns somebody does not see.
    pub fn seen(self, by: impl Fn(Seen) -> bool) -> Self {
        let kept: Vec<bool> = self.columns.iter().map(|column| by(column.seen)).collect();
        if kept.iter().all(|kept| *kept) {
            return self;
        }
        let Section { mut headings, mut columns, rows, .. } = self;
        for headings in &mut headings {
            let mut first = 0;
            headings.retain_mut(|heading| {
                let of = first..first + heading.span;
                first = of.end;
                heading.span = kept.get(of).map_or(0, |kept| kept.iter().filter(|kept| **kept).count());
                heading.span > 0
            });
        }
        columns.retain(|column| by(column.seen));
        let rows = rows.map(move |mut row| {
            let mut kept = kept.iter();
            row.cells.retain(|_| kept.next().copied().unwrap_or(true));
            row
        });
        Section { headings, columns, rows: Box::new(rows), ..self }
    }
}

impl<'a> Table<Rows<'a>> {
    /// The table as it leaves the office: with its rows, as values, without what is the office's own.
    pub fn outside(self) -> Table {
        let sections = self.sections.into_iter().map(|section| {
            let section = section.seen(|seen| seen == Seen::Everywhere);
            let rows = section.rows.filter(|row| !row.in_office);
            let rows =
                rows.map(|row| Row { cells: row.cells.into_iter().map(CellValue::outside).collect(), ..row }).collect();
            let Section { title, headings, columns, note, .. } = section;
            Section { title, headings, columns, rows, note, charts: Vec::new() }
        });
        let sections = sections.collect();
        let (legend, is_idle) = (self.legend, self.is_idle);
        Table { legend, is_idle, ..Table::new(self.title, self.subtitle, self.frozen_columns, sections) }
    }
}

impl Section {
    /// The sentence in place of its rows, where it has none.
    pub fn said(&self) -> Option<&str> {
        self.note.as_deref().filter(|_| self.rows.is_empty())
    }

    /// Rows it takes.
    pub fn height(&self) -> usize {
        let lines = usize::from(self.title.is_some()) + usize::from(self.said().is_some());
        lines + self.headings.len() + self.rows.len()
    }
}

impl Table {
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

    /// All cells of data.
    pub fn cells(&self) -> impl Iterator<Item = &CellValue> {
        self.sections.iter().flat_map(|section| &section.rows).flat_map(|row| &row.cells)
    }

    /// Whether it says when something was done: then it is written anew whenever anything is.
    pub fn has_passing(&self) -> bool {
        self.cells().any(CellValue::is_passing)
    }

    /// Texts of more characters than a cell holds: they will be cut.
    pub fn overlong(&self, most: usize) -> usize {
        self.cells().filter(|cell| cell.as_text().is_some_and(|text| is_longer(text, most))).count()
    }

    /// SHA-256 of everything it shows, times aside.
    pub fn digest(&self) -> String {
        let bytes = serde_json::to_vec(&(LAYOUT, self)).expect("texts and finite numbers");
        String::from(&*Sha256::of(&bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cells: Vec<CellValue>) -> Table {
        let columns = cells.iter().map(|_| Column::of(Format::Text).under("Kolom")).collect();
        Table::new("Uji", "", 0, vec![Section::new(columns, vec![cells.into()])])
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
    fn texts_longer_than_a_cell_are_counted() {
        let exact = "a".repeat(10);
        assert_eq!(table(vec![CellValue::Text(exact.clone()), CellValue::Text(exact + "b")]).overlong(10), 1);
    }

    #[test]
    fn only_finite_numbers_are_numbers() {
        for none in [Some(f64::NAN), Some(f64::INFINITY), None] {
            assert_eq!(CellValue::number(none), CellValue::Empty);
        }
    }

    #[test]
    fn what_is_the_offices_own_stays_there() {
        let formula = CellValue::formula("1+1", [], Some(2.0));
        let local = CellValue::Office("a.xlsx".into(), "berkas");
        let rows = [
            [const { CellValue::Empty }; 4].map(|_| formula.clone()),
            [CellValue::written("surel a@b.id"), "x".into(), "y".into(), local],
        ];
        let mut columns = Columns::default();
        columns.over("satu", 2);
        let seen = [Seen::Everywhere, Seen::Office, Seen::Machines, Seen::Everywhere];
        for (place, seen) in seen.into_iter().enumerate() {
            columns.add(Column::of(Format::Text).under("K").seen(seen), move |row: &[CellValue; 4]| row[place].clone());
        }
        let mut section = columns.section(rows.iter());
        let kept = Row { in_office: true, ..Row::from(vec![formula.clone(); 4]) };
        section.rows = Box::new([kept].into_iter().chain(section.rows));
        let outside = Table::new("Uji", "", 0, vec![section]).outside();
        let section = &outside.sections[0];
        assert_eq!(
            section.headings[0].iter().map(|heading| (&*heading.text, heading.span)).collect::<Vec<_>>(),
            [("satu", 1), ("", 1)]
        );
        assert_eq!(section.rows[0].cells, [CellValue::Number(2.0), CellValue::Number(2.0)]);
        let text = section.rows[1][0].as_text().unwrap();
        assert!(text.starts_with("surel") && !text.contains('@'), "{text}");
        assert_eq!(section.rows[1][1], CellValue::text("berkas"));
    }
}
