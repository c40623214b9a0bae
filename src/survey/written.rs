//! [`Written`]: the rows of one sheet as they were written, before anything is decided of what they are worth. Wordings repeat
//! by the thousand; each is kept once, and a row holds their numbers.

use std::hash::{BuildHasher, Hash, Hasher};

use hashbrown::{DefaultHashBuilder, HashMap};

use crate::grid::Seen;
use crate::source::{Batch, Book, SourceError};
use crate::survey::columns::{Column, Columns, FREE_TEXT, Group, Use, says_nothing};
use crate::survey::dates::Stamp;
use crate::survey::groups::group_name;
use crate::survey::header::{Header, Other};
use crate::survey::privacy::{OwnWords, scrub};
use crate::survey::responses::Labels;
use crate::text::normalise_label;

/// A question's column.
#[derive(Debug)]
pub(super) struct QuestionColumn {
    /// Column from 0.
    pub col: u32,
    /// Its element, by its place in the instrument.
    pub element: usize,
    /// Its header.
    pub header: Header,
    /// Its wordings.
    pub wordings: Labels,
    /// Of wordings that hold something personal of the respondent's own, what may be shown, by number.
    pub scrubbed: HashMap<u32, Box<str>>,
}

impl QuestionColumn {
    /// The wordings, number 1 first, as they may be shown.
    pub fn shown(&self) -> impl Iterator<Item = &str> {
        let shown = |(number, text)| self.scrubbed.get(&number).map_or(text, |scrubbed| &**scrubbed);
        (1..).zip(self.wordings.texts()).map(shown)
    }
}

/// What can be said of a row before others are known.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks {
    /// A readable time, a running number, a person or a group stand in it, as in a respondent's.
    pub has_stamp: bool,
    /// A running number stands in it.
    pub has_number: bool,
    /// A person, a group or a comment stands in it.
    pub has_others: bool,
    /// Words stand where a running number would.
    pub has_word_for_number: bool,
    /// It is labelled as a sum, a mean, a tally.
    pub is_summary: bool,
    /// Wholly blank rows stand before it.
    pub after_gap: bool,
    /// It has fields beyond the header's last.
    pub is_too_long: bool,
}

/// The rows of one sheet.
#[derive(Debug)]
pub(super) struct Written {
    /// Name of the sheet.
    pub sheet: String,
    /// Row of the header, from 0.
    pub header_row: u32,
    /// The questions, in the sheet's order.
    pub questions: Vec<QuestionColumn>,
    /// Column of the timestamp.
    pub timestamp: Option<u32>,
    /// Whether there is a column of running numbers.
    pub has_numbers: bool,
    /// Of every row: its number from 1, its marks, time, person and groups.
    pub rows: Vec<u32>,
    pub marks: Vec<Marks>,
    pub stamps: Vec<Stamp>,
    pub persons: Vec<u64>,
    pub groups: Vec<[u32; 5]>,
    /// Of every row in turn, the number of the wording in each question's [`Labels`]; 0 is blank.
    pub cells: Vec<u32>,
    /// Names of the groups.
    pub labels: [Labels; 5],
    /// Free texts, scrubbed, with their row's place.
    pub comments: Vec<(usize, Box<str>)>,
    /// Dates that are none, with their row's place.
    pub unread_dates: Vec<(usize, Box<str>)>,
}

impl Written {
    /// Reads the rows below the header of a sheet.
    ///
    /// # Errors
    /// [`SourceError`] when the sheet is damaged or beyond the limits.
    pub fn read(book: &mut Book, sheet: usize, columns: &Columns) -> Result<Written, SourceError> {
        let name = book.sheets().get(sheet).map(|sheet| sheet.name.clone()).unwrap_or_default();
        let reader = Reader::new(&name, columns);
        let parts = book.map_batches(sheet, columns.header_row + 1, |batch| reader.part(batch))?;
        let mut all = reader.empty();
        for part in parts {
            all.append(part);
        }
        Ok(all)
    }

    /// The wordings of a row, by number, in the order of the questions.
    pub fn cells(&self, place: usize) -> &[u32] {
        let width = self.questions.len();
        self.cells.get(place * width..(place + 1) * width).unwrap_or_default()
    }

    /// The wording of a question's cell; none where it is blank.
    pub fn wording(&self, place: usize, question: usize) -> Option<&str> {
        let number = *self.cells(place).get(question)?;
        self.questions.get(question)?.wordings.text(number)
    }

    fn append(&mut self, other: Written) {
        let before = self.rows.len();
        let absorb = |(own, other): (&mut QuestionColumn, &QuestionColumn)| {
            let numbers = own.wordings.absorb(&other.wordings);
            let scrubbed = other.scrubbed.iter().map(|(number, text)| (numbers[*number as usize], text.clone()));
            own.scrubbed.extend(scrubbed);
            numbers
        };
        let numbers: Vec<Vec<u32>> = self.questions.iter_mut().zip(&other.questions).map(absorb).collect();
        let width = numbers.len().max(1);
        let renumber = |(at, number): (usize, &u32)| numbers[at % width][*number as usize];
        self.cells.extend(other.cells.iter().enumerate().map(renumber));
        let groups: Vec<Vec<u32>> =
            self.labels.iter_mut().zip(&other.labels).map(|(own, other)| own.absorb(other)).collect();
        self.groups.extend(other.groups.iter().map(|row| std::array::from_fn(|kind| groups[kind][row[kind] as usize])));
        self.rows.extend(other.rows);
        self.marks.extend(other.marks);
        self.stamps.extend(other.stamps);
        self.persons.extend(other.persons);
        self.comments.extend(other.comments.into_iter().map(|(place, text)| (before + place, text)));
        self.unread_dates.extend(other.unread_dates.into_iter().map(|(place, text)| (before + place, text)));
    }
}

/// What is wanted of a row.
struct Reader<'a> {
    name: &'a str,
    columns: &'a Columns,
    questions: Vec<u32>,
    timestamp: Option<u32>,
    numbers: Vec<u32>,
    groups: [Vec<u32>; 5],
    comments: Vec<u32>,
    /// Free text that is not read.
    free: Vec<u32>,
    personal: Vec<u32>,
    others: Vec<u32>,
    hasher: DefaultHashBuilder,
}

impl<'a> Reader<'a> {
    fn new(name: &'a str, columns: &'a Columns) -> Self {
        let is_question = |column: &&Column| matches!(column.used, Use::Element(_));
        let is_number =
            |column: &&Column| column.used == Use::Unused && column.asked.other(false) == Some(Other::Number);
        let is_free = |column: &&Column| column.used == Use::Unused && column.why == Some(FREE_TEXT);
        let unused = columns.columns.iter().filter(|column| matches!(column.used, Use::Unused | Use::Consent));
        let (free, others): (Vec<&Column>, Vec<&Column>) = unused.partition(is_free);
        let cols = |columns: Vec<&Column>| columns.into_iter().map(|column| column.col).collect();
        Reader {
            name,
            columns,
            questions: columns.columns.iter().filter(is_question).map(|column| column.col).collect(),
            timestamp: columns.of(Use::Timestamp).next(),
            numbers: columns.columns.iter().filter(is_number).map(|column| column.col).collect(),
            groups: Group::ALL.map(|group| columns.of(Use::Group(group)).collect()),
            comments: columns.of(Use::Comment).collect(),
            free: cols(free),
            personal: columns.of(Use::Personal).collect(),
            others: cols(others),
            hasher: DefaultHashBuilder::default(),
        }
    }

    fn empty(&self) -> Written {
        let questions = self.columns.columns.iter().filter_map(|column| match column.used {
            Use::Element(element) => Some(QuestionColumn {
                col: column.col,
                element,
                header: column.asked.clone(),
                wordings: Labels::default(),
                scrubbed: HashMap::new(),
            }),
            _ => None,
        });
        Written {
            sheet: self.name.to_owned(),
            header_row: self.columns.header_row,
            questions: questions.collect(),
            timestamp: self.timestamp,
            has_numbers: !self.numbers.is_empty(),
            rows: Vec::new(),
            marks: Vec::new(),
            stamps: Vec::new(),
            persons: Vec::new(),
            groups: Vec::new(),
            cells: Vec::new(),
            labels: Default::default(),
            comments: Vec::new(),
            unread_dates: Vec::new(),
        }
    }

    fn part(&self, batch: &mut Batch) -> Result<Written, SourceError> {
        let mut part = self.empty();
        let mut names: [HashMap<Box<str>, u32>; 5] = Default::default();
        let mut last = None;
        while let Some(row) = batch.next_row()? {
            let seen = |col: u32| row.seen(col);
            let is_blank = |cols: &[u32]| cols.iter().all(|&col| seen(col) == Seen::Blank);
            let has_groups = !self.groups.iter().all(|cols| is_blank(cols));
            let asks = !is_blank(&self.questions);
            let stamp = self.timestamp.map_or(Stamp::Blank, |col| Stamp::read_named(seen(col)));
            let mut marks = Marks {
                has_stamp: stamp.is_time(),
                has_number: self.numbers.iter().any(|&col| is_whole(seen(col))),
                has_word_for_number: self.numbers.iter().any(|&col| is_word(seen(col))),
                has_others: has_groups
                    || ![&self.comments, &self.free, &self.personal].iter().all(|cols| is_blank(cols)),
                is_too_long: row.is_overfull(),
                ..Marks::default()
            };
            if !asks && !marks.has_stamp && !marks.has_others {
                continue;
            }
            marks.is_summary = !marks.has_stamp && self.is_summary(&seen, &marks);
            marks.after_gap = last.is_some_and(|last| row.row() > last + 1);
            last = Some(row.row());
            for (&col, question) in self.questions.iter().zip(&mut part.questions) {
                let known = question.wordings.len();
                let number = match seen(col) {
                    Seen::Blank => 0,
                    Seen::Text(text) => question.wordings.number(text),
                    seen => question.wordings.number(&seen.shown()),
                };
                if question.wordings.len() > known {
                    // A wording may be shown: a name typed in the wrong place must not.
                    let text = seen(col).shown();
                    let scrubbed = scrub(&text, &self.own_words(&seen));
                    if scrubbed != text {
                        question.scrubbed.insert(number, scrubbed.into());
                    }
                }
                part.cells.push(number);
            }
            let mut groups = [0; 5];
            for (kind, (number, known)) in Group::ALL.into_iter().zip(groups.iter_mut().zip(&mut names)) {
                let first = self.groups[kind as usize].iter().map(|&col| seen(col)).find(|seen| *seen != Seen::Blank);
                if let Some(first) = first {
                    let text = first.shown();
                    *number = match known.get(&*text) {
                        Some(number) => *number,
                        None => {
                            let number = part.labels[kind as usize].number(&group_name(kind, &text));
                            known.insert((&*text).into(), number);
                            number
                        }
                    };
                }
            }
            if let Some(comment) = self.comment(&seen) {
                part.comments.push((part.rows.len(), comment.into()));
            }
            if stamp == Stamp::Unreadable
                && let Some(col) = self.timestamp
            {
                part.unread_dates.push((part.rows.len(), seen(col).shown().into()));
            }
            part.rows.push(row.row() + 1);
            part.marks.push(marks);
            part.stamps.push(stamp);
            part.groups.push(groups);
            part.persons.push(self.person(&seen));
        }
        Ok(part)
    }

    /// Whether a row is labelled as something computed from the rows above: a sum, a mean, the lowest, a tally.
    fn is_summary<'b>(&self, seen: &impl Fn(u32) -> Seen<'b>, marks: &Marks) -> bool {
        let labels = |cols: &[u32], whole: bool| {
            cols.iter().any(|&col| matches!(seen(col), Seen::Text(text) if is_summary_label(text, whole)))
        };
        let loose = || labels(&self.numbers, false) || self.timestamp.is_some_and(|col| labels(&[col], false));
        loose()
            || labels(&self.others, marks.has_others)
            || labels(&self.personal, true)
            || self.groups.iter().any(|cols| labels(cols, true))
            // A tally counts answers in place of numbering: `Sangat baik` where the rows above have 1, 2, 3.
            || self.numbers.iter().any(|&col| matches!(seen(col), Seen::Text(text) if crate::survey::wording::is_degree(text)))
    }

    /// A digest of what only one person would write: names, numbers, free text.
    fn person<'b>(&self, seen: &impl Fn(u32) -> Seen<'b>) -> u64 {
        let mut digest = self.hasher.build_hasher();
        let mut says = false;
        for &col in self.personal.iter().chain(&self.comments).chain(&self.free) {
            if let Seen::Text(text) = seen(col)
                && !says_nothing(text)
            {
                (col, text).hash(&mut digest);
                says = true;
            } else if let Seen::Number(number) = seen(col) {
                (col, number.to_bits()).hash(&mut digest);
                says = true;
            }
        }
        if says { digest.finish() | 1 } else { 0 }
    }

    /// What a row says in free text, scrubbed of anything personal; none where it says nothing.
    fn comment<'b>(&self, seen: &impl Fn(u32) -> Seen<'b>) -> Option<String> {
        let said = self.comments.iter().filter_map(|&col| match seen(col) {
            Seen::Text(text) => Some(text),
            _ => None,
        });
        let said: Vec<&str> = said.collect();
        if said.iter().all(|text| says_nothing(text)) {
            return None;
        }
        let own = self.own_words(seen);
        Some(said.iter().map(|text| scrub(text, &own)).collect::<Vec<_>>().join(" / "))
    }

    /// The words of a row's personal columns.
    fn own_words<'b>(&self, seen: &impl Fn(u32) -> Seen<'b>) -> OwnWords {
        OwnWords::new(self.personal.iter().map(|&col| seen(col).shown()))
    }
}

fn is_word(seen: Seen) -> bool {
    matches!(seen, Seen::Text(text) if !text.chars().any(|c| c.is_ascii_digit()) && text.chars().any(char::is_alphabetic))
}

fn is_whole(seen: Seen) -> bool {
    match seen {
        Seen::Number(number) => number.fract() == 0.0,
        Seen::Text(text) => text.trim_end_matches('.').parse::<u32>().is_ok(),
        _ => false,
    }
}

/// Whether a text labels a row of results: `Jumlah nilai 4`, `Rata-rata`, `NRR tertimbang`; as a whole: nothing beside the word.
fn is_summary_label(text: &str, whole: bool) -> bool {
    const WORDS: [&str; 30] = [
        "jumlah",
        "jml",
        "total",
        "subtotal",
        "grand",
        "rata",
        "ratarata",
        "rata2",
        "rerata",
        "mean",
        "average",
        "avg",
        "sum",
        "nrr",
        "nik",
        "ikm",
        "terendah",
        "tertinggi",
        "minimum",
        "maksimum",
        "minimal",
        "maksimal",
        "min",
        "max",
        "median",
        "modus",
        "indeks",
        "peringkat",
        "predikat",
        "mutu",
    ];
    const LOOSE: [&str; 17] = [
        "nilai",
        "skor",
        "bobot",
        "konversi",
        "kategori",
        "standar",
        "rekap",
        "rekapitulasi",
        "kinerja",
        "keterangan",
        "target",
        "ranking",
        "harapan",
        "responden",
        "persepsi",
        "tahun",
        "rata",
    ];
    let label = normalise_label(text);
    let mut words = label.split(' ');
    let first = words.next().unwrap_or_default();
    match whole {
        // `Nilai tertinggi` as well as `Terendah`.
        true => {
            (WORDS.contains(&first) || LOOSE.contains(&first) && label.split(' ').any(|word| WORDS.contains(&word)))
                && words.all(|word| {
                    WORDS.contains(&word)
                        || LOOSE.contains(&word)
                        || ["per", "unsur", "tertimbang", "lalu"].contains(&word)
                })
        }
        false => WORDS.contains(&first) || LOOSE.contains(&first),
    }
}
