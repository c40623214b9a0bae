//! Recognises what each column of an export is, by its header and by what stands in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::finding::{Arg, Code, SheetFindings};
use crate::grid::{Cell, CellRef, Grid, Value, column_letters};
use crate::lang::Phrase;
use crate::survey::dates::Stamp;
use crate::survey::header::{Asks, Header, Other, asks_for};
use crate::survey::instrument::Instrument;
use crate::survey::legend::Legend;
use crate::survey::privacy::{is_personal_value, scrub_label};
use crate::survey::wording::{Degree, Said, Wording, comparable};
use crate::text::{normalise_label, shorten};

/// Rows looked at for the header, and below it for what a column holds.
const HEADER_ROWS: u32 = 20;
const SAMPLE_ROWS: u32 = 2_000;
/// Rows of a sheet that say what its columns are.
pub(super) const HEAD_ROWS: u32 = HEADER_ROWS + SAMPLE_ROWS;
/// A column is a question's from this share of answers on a scale on.
const MOSTLY: f64 = 0.5;
/// Prefixes of codes that are no instrument's own: read only where the instrument is named and every number is there.
const ANY_PREFIX: [&str; 16] = [
    "",
    "u",
    "unsur",
    "p",
    "q",
    "x",
    "item",
    "butir",
    "pertanyaan",
    "jawaban",
    "soal",
    "pernyataan",
    "no",
    "nomor",
    "indikator",
    "aspek",
];

/// What responses are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Group {
    /// The service received.
    Service,
    /// Sex.
    Sex,
    /// Age, in bands.
    Age,
    /// Education.
    Education,
    /// Occupation.
    Occupation,
}

impl Group {
    /// All, in the order they are shown.
    pub const ALL: [Group; 5] = [Group::Service, Group::Sex, Group::Age, Group::Education, Group::Occupation];

    /// The name used in JSON and in a pipeline's map of columns.
    pub fn name(self) -> &'static str {
        match self {
            Group::Service => "service",
            Group::Sex => "sex",
            Group::Age => "age",
            Group::Education => "education",
            Group::Occupation => "occupation",
        }
    }

    /// The word people read.
    pub fn word(self) -> Phrase {
        match self {
            Group::Service => Phrase::new("Jenis layanan", "Service"),
            Group::Sex => Phrase::new("Jenis kelamin", "Sex"),
            Group::Age => Phrase::new("Usia", "Age"),
            Group::Education => Phrase::new("Pendidikan", "Education"),
            Group::Occupation => Phrase::new("Pekerjaan", "Occupation"),
        }
    }
}

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Use {
    /// When the response was given.
    Timestamp,
    /// Consent to take part.
    Consent,
    /// A group the respondent belongs to.
    Group(Group),
    /// A question of an element, by its place in the instrument.
    Element(usize),
    /// A question of an element that nobody answered: it was not asked.
    Unanswered(usize),
    /// Free text.
    Comment,
    /// Something that identifies the respondent: only used to scrub comments, never kept.
    Personal,
    /// Not used.
    Unused,
}

/// A column with what it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Column {
    /// Column from 0.
    pub col: u32,
    /// Header, shortened.
    pub header: String,
    /// What it is.
    pub used: Use,
    /// Why it is not used, where that can be told.
    pub why: Option<Phrase>,
    /// The header, taken apart; not kept.
    #[serde(skip)]
    pub(super) asked: Header,
}

/// The columns of an export.
#[derive(Debug, Clone)]
pub struct Columns {
    /// Row of the header, from 0; responses begin below it.
    pub header_row: u32,
    /// Every column with a header.
    pub columns: Vec<Column>,
    /// What stands above the header or beside the answers and tells of their scale.
    pub(super) notes: Vec<Header>,
    /// The highest whole number in columns of another survey of the form, where more than slips are above 4.
    pub(super) beside: Option<u8>,
}

impl Columns {
    /// The columns of a use.
    pub fn of(&self, used: Use) -> impl Iterator<Item = u32> + '_ {
        self.columns.iter().filter(move |column| column.used == used).map(|column| column.col)
    }

    /// How many elements have a question that was answered.
    pub fn measured(&self, instrument: &Instrument) -> usize {
        (0..instrument.elements.len()).filter(|&element| self.of(Use::Element(element)).next().is_some()).count()
    }

    /// How many elements have a question, be it that nobody answered it.
    pub fn asked(&self, instrument: &Instrument) -> usize {
        let is_asked = |used: Use| self.of(used).next().is_some();
        let asked = |&element: &usize| is_asked(Use::Element(element)) || is_asked(Use::Unanswered(element));
        (0..instrument.elements.len()).filter(asked).count()
    }
}

/// A pipeline's own map: from an element's code, `timestamp`, `consent`, a group's name, `comment`, `personal` or `ignore` to
/// headers or column letters. It wins over everything recognised.
pub type ColumnMap = BTreeMap<String, Vec<String>>;

/// How columns are to be recognised.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// What was asked.
    pub instrument: &'a Instrument,
    /// Whether somebody named the instrument: then headers that are only numbered are its questions.
    pub is_named: bool,
    /// The pipeline's own map.
    pub map: &'a ColumnMap,
    /// Whether wordings nobody understood are shown: to who checks one file.
    pub shows_wordings: bool,
}

/// Recognises the columns of a sheet; `None` when no element has a question.
pub fn recognise(grid: &Grid, wanted: Wanted, findings: &mut SheetFindings) -> Option<Columns> {
    let Wanted { instrument, map, .. } = wanted;
    let header_row = (0..grid.rows().min(HEADER_ROWS))
        .map(|row| (row, header_score(grid, instrument, row)))
        .max_by_key(|&(row, score)| (score, std::cmp::Reverse(row)))
        .map(|(row, _)| row)?;
    let mapped = mapped_columns(grid, instrument, header_row, map, findings);
    let mut columns = Columns { header_row, columns: Vec::new(), notes: Vec::new(), beside: None };
    for col in 0..grid.cols() {
        let text = header_text(grid, header_row, col);
        let asked = Header::new(&text);
        let sheet = Sheet { grid, instrument, header_row, col, header: &asked, shows_wordings: wanted.shows_wordings };
        let (used, why) = match mapped.get(&col) {
            Some(used) => (*used, None),
            None if asked.is_empty() && sheet.cells().next().is_none() => continue,
            None => sheet.decide(findings),
        };
        columns.columns.push(Column { col, header: shorten(&scrub_label(&text), 60), used, why, asked });
    }
    one_timestamp(&mut columns.columns, &mapped);
    leave_out_unscaled(&mut columns, grid, instrument, &mapped);
    by_codes(&mut columns, grid, wanted, findings);
    columns.notes = notes(grid, &columns);
    columns.beside = beside(grid, instrument, &columns);
    report(wanted, &columns, findings);
    (columns.asked(instrument) > 0).then_some(columns)
}

/// Texts above the header, or in columns that are nothing, that tell of a scale: `Keterangan: 1 = Sangat puas …`.
fn notes(grid: &Grid, columns: &Columns) -> Vec<Header> {
    let is_free = |col: u32| {
        let column = columns.columns.iter().find(|column| column.col == col);
        column.is_none_or(|column| column.used == Use::Unused)
    };
    let last = grid.rows().min(columns.header_row + 1 + SAMPLE_ROWS);
    let rows = (0..last).filter(|row| *row != columns.header_row);
    let cells = rows.flat_map(|row| (0..grid.cols()).map(move |col| (row, col)));
    let texts = cells.filter(|&(row, col)| row < columns.header_row || is_free(col));
    let texts = texts.filter_map(|(row, col)| grid.cell(row, col).text()).filter(|text| {
        (8..400).contains(&text.len())
            && text.contains(|c: char| c.is_ascii_digit() || "ABCabc".contains(c))
            && text.contains(['=', ':', '(', '.'])
    });
    // A legend may be parted over cells: `1 = Sangat tidak puas`, `5 = Sangat puas`.
    let told: Vec<&str> = texts.filter(|text| Legend::of(text).tells()).take(20).collect();
    if told.is_empty() { Vec::new() } else { vec![Header::new(&format!("({})", told.join(", ")))] }
}

/// The highest number in columns of another survey.
fn beside(grid: &Grid, instrument: &Instrument, columns: &Columns) -> Option<u8> {
    let others = columns.columns.iter().filter(|column| column.why == Some(OF_ANOTHER));
    let highest = others.filter_map(|column| {
        let sheet = Sheet::of(grid, instrument, columns.header_row, column);
        let numbers = sheet.cells().filter_map(|cell| match Wording::read(&cell.shown(), |_| false).said {
            Said::Number(number) => Some(number),
            _ => None,
        });
        let numbers: Vec<f64> = numbers.collect();
        let above = numbers.iter().filter(|number| **number > 4.0).count();
        let most = numbers.iter().copied().fold(0.0, f64::max);
        (20 * above > numbers.len() && most <= 10.0 && most.fract() == 0.0).then_some(most as u8)
    });
    highest.max()
}

fn header_text(grid: &Grid, row: u32, col: u32) -> String {
    let cell = grid.cell(row, col);
    cell.text().map(str::to_owned).or_else(|| cell.number().map(|n| n.to_string())).unwrap_or_default()
}

/// How much a row looks like a header: a column that asks in words counts twice, since codes may stand above or below it.
fn header_score(grid: &Grid, instrument: &Instrument, row: u32) -> usize {
    let heading = |col: u32| {
        let header = Header::new(&header_text(grid, row, col));
        if header.is_empty() || header.is_answer() {
            0
        } else if asks_for(instrument, header.question()).is_strong() {
            2
        } else {
            let is_code = |(prefix, _): (String, usize)| is_prefix(instrument, &prefix) && !prefix.is_empty();
            let is_heading = header.code().is_some_and(is_code)
                || header.group().is_some()
                || header.names_the_time().is_some()
                || header.is_personal();
            usize::from(is_heading)
        }
    };
    (0..grid.cols()).map(heading).sum()
}

fn is_prefix(instrument: &Instrument, prefix: &str) -> bool {
    is_own_prefix(instrument, prefix) || ANY_PREFIX.contains(&prefix)
}

fn is_own_prefix(instrument: &Instrument, prefix: &str) -> bool {
    instrument.code_prefixes.iter().any(|own| own.replace(' ', "") == prefix)
}

/// Of the columns that may be the response's time, the one that names it most surely stays.
fn one_timestamp(columns: &mut [Column], mapped: &BTreeMap<u32, Use>) {
    let surely = |column: &Column| match mapped.contains_key(&column.col) {
        true => u8::MAX,
        false => column.asked.names_the_time().unwrap_or_default(),
    };
    let times = columns.iter().filter(|column| column.used == Use::Timestamp);
    let Some(best) = times.max_by_key(|column| (surely(column), std::cmp::Reverse(column.col))).map(|c| c.col) else {
        return;
    };
    for column in columns.iter_mut().filter(|column| column.used == Use::Timestamp && column.col != best) {
        column.used = Use::Unused;
        column.why = Some(Phrase::new("waktu lain", "another time"));
    }
}

/// Leaves out columns of an element that hold no scale, where another column of the element does.
fn leave_out_unscaled(columns: &mut Columns, grid: &Grid, instrument: &Instrument, mapped: &BTreeMap<u32, Use>) {
    let header_row = columns.header_row;
    let scaled =
        |column: &Column, element: usize| Sheet::of(grid, instrument, header_row, column).answers(element) >= MOSTLY;
    for element in 0..instrument.elements.len() {
        let of: Vec<usize> =
            (0..columns.columns.len()).filter(|&at| columns.columns[at].used == Use::Element(element)).collect();
        let good: Vec<bool> = of.iter().map(|&at| scaled(&columns.columns[at], element)).collect();
        if good.contains(&true) {
            for (&at, _) in of.iter().zip(&good).filter(|(_, good)| !**good) {
                let column = &mut columns.columns[at];
                if !mapped.contains_key(&column.col) {
                    column.used = Use::Unused;
                    column.why = Some(NO_SCALE);
                }
            }
        }
    }
}

/// Gives elements to headers that are a code, in the order of the instrument's list: `U1` … `U9`. Prefixes that are not the
/// instrument's own count where it was named and exactly its numbers are there.
fn by_codes(columns: &mut Columns, grid: &Grid, wanted: Wanted, findings: &mut SheetFindings) {
    let instrument = wanted.instrument;
    let elements = instrument.elements.len();
    let mut numbered: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
    let mut too_many: BTreeSet<String> = BTreeSet::new();
    for (place, column) in columns.columns.iter().enumerate() {
        let is_open = column.used == Use::Unused && column.why.is_none();
        if let Some((prefix, number)) = column.asked.code().filter(|_| is_open)
            && is_prefix(instrument, &prefix)
            && (is_own_prefix(instrument, &prefix) || column.asked.is_only_code())
        {
            match number {
                0 => {}
                number if number <= elements => numbered.entry(prefix).or_default().push((place, number - 1)),
                // A tenth question is none of nine: this is another survey's list.
                number if number <= elements + 6 => {
                    too_many.insert(prefix);
                }
                _ => {}
            }
        }
    }
    numbered.retain(|prefix, _| !too_many.contains(prefix));
    let is_whole =
        |of: &Vec<(usize, usize)>| (0..elements).all(|element| of.iter().filter(|(_, e)| *e == element).count() == 1);
    let chosen = numbered.iter().find(|(prefix, _)| is_own_prefix(instrument, prefix)).or_else(|| {
        let is_open = columns.measured(instrument) == 0;
        numbered.iter().find(|(_, of)| wanted.is_named && is_open && is_whole(of))
    });
    for &(place, element) in chosen.map(|(_, of)| of).into_iter().flatten() {
        let column = &mut columns.columns[place];
        let sheet = Sheet::of(grid, instrument, columns.header_row, column);
        let is_blank = sheet.cells().next().is_none();
        let used = if is_blank { Use::Unanswered(element) } else { Use::Element(element) };
        let Some(spec) = instrument.elements.get(element) else { continue };
        if instrument.ambiguous_codes.contains(&spec.code) {
            let args = [("code", Arg::from(spec.code.as_str())), ("label", Arg::from(spec.label.as_str()))];
            sheet.find(Code::CodeByListOrder, findings, args);
        }
        column.used = used;
    }
}

/// Why a column that nothing tells of is not used.
pub(super) const FREE_TEXT: Phrase = Phrase::new("tulisan bebas", "free text");
const NO_SCALE: Phrase = Phrase::new("jawabannya bukan skala", "its answers are no scale");
/// Why a column of another survey of the form is not used.
pub(super) const OF_ANOTHER: Phrase = Phrase::new("pertanyaan survei lain", "a question of another survey");

/// The columns a pipeline maps by itself.
fn mapped_columns(
    grid: &Grid,
    instrument: &Instrument,
    header_row: u32,
    map: &ColumnMap,
    findings: &mut SheetFindings,
) -> BTreeMap<u32, Use> {
    let mut mapped = BTreeMap::new();
    for (key, wanted) in map {
        let used = use_of_key(instrument, key).unwrap_or(Use::Unused);
        for wanted in wanted {
            let by_header = (0..grid.cols())
                .find(|&col| normalise_label(&header_text(grid, header_row, col)) == normalise_label(wanted));
            let by_letter = (0..grid.cols()).find(|&col| column_letters(col).eq_ignore_ascii_case(wanted));
            match by_header.or(by_letter) {
                // One column cannot be two questions.
                Some(col) if mapped.get(&col).is_some_and(|other| *other != used) => {
                    let args = [("column", Arg::from(column_letters(col))), ("codes", Arg::from(key.as_str()))];
                    findings.add_at(Code::AmbiguousQuestion, None, CellRef::new(header_row, col), args);
                    mapped.insert(col, Use::Unused);
                }
                Some(col) => {
                    mapped.insert(col, used);
                }
                None => {
                    let args = [("key", Arg::from(key.as_str())), ("column", Arg::from(wanted.as_str()))];
                    findings.add(Code::MappedColumnMissing, Some(key), None, args);
                }
            }
        }
    }
    mapped
}

/// What a key of a pipeline's map means; none when it is unknown.
pub fn use_of_key(instrument: &Instrument, key: &str) -> Option<Use> {
    let group = Group::ALL.into_iter().find(|group| group.name() == key).map(Use::Group);
    group.or_else(|| match key {
        "timestamp" => Some(Use::Timestamp),
        "consent" => Some(Use::Consent),
        "comment" => Some(Use::Comment),
        "personal" => Some(Use::Personal),
        "ignore" => Some(Use::Unused),
        code => instrument.element(code).map(Use::Element),
    })
}

/// One column being decided.
struct Sheet<'a> {
    grid: &'a Grid,
    instrument: &'a Instrument,
    header_row: u32,
    col: u32,
    header: &'a Header,
    shows_wordings: bool,
}

impl<'a> Sheet<'a> {
    fn of(grid: &'a Grid, instrument: &'a Instrument, header_row: u32, column: &'a Column) -> Self {
        Sheet { grid, instrument, header_row, col: column.col, header: &column.asked, shows_wordings: false }
    }

    fn cells(&self) -> impl Iterator<Item = &Cell> {
        let last = self.grid.rows().min(self.header_row + 1 + SAMPLE_ROWS);
        (self.header_row + 1..last).map(|row| self.grid.cell(row, self.col)).filter(|cell| !cell.is_blank())
    }

    fn share(&self, holds: impl Fn(&Cell) -> bool) -> f64 {
        let (mut held, mut all) = (0, 0);
        for cell in self.cells() {
            all += 1;
            held += usize::from(holds(cell));
        }
        if all == 0 { 0.0 } else { held as f64 / all as f64 }
    }

    /// The share of cells that answer an element's question on some scale: whole numbers, letters, degrees, its own answers.
    fn answers(&self, element: usize) -> f64 {
        self.share(|cell| {
            let wording = Wording::read(&cell.shown(), |words| self.is_own(element, words));
            let is_very = wording.degree_of_any().is_some_and(|(degree, _)| degree == Degree::Very);
            !matches!(cell.value, Value::Date(_))
                && match &wording.said {
                    Said::Number(number) => (0.0..=10.0).contains(number) && number.fract() == 0.0,
                    Said::Letter(_) | Said::Degree(..) | Said::Neutral => true,
                    Said::Words(words) => wording.abbreviated().is_some() || is_very || self.is_own(element, words),
                    Said::Nothing => false,
                }
        })
    }

    fn is_own(&self, element: usize, words: &str) -> bool {
        let answers = self.instrument.elements.get(element).map(|of| of.answers.as_slice()).unwrap_or_default();
        answers.iter().flat_map(|answer| answer.split('|')).any(|own| comparable(own) == words)
    }

    /// Whether numbers stand below the header, and no words.
    fn is_counted(&self) -> bool {
        let is_number = |cell: &Cell| {
            cell.number().is_some()
                || matches!(Wording::read(&cell.shown(), |_| false).said, Said::Number(_) | Said::Nothing)
        };
        self.share(is_number) >= 1.0
    }

    /// What the column is, and why it is nothing.
    fn decide(&self, findings: &mut SheetFindings) -> (Use, Option<Phrase>) {
        let unused = |why: Phrase| (Use::Unused, Some(why));
        let header = self.header;
        if header.is_empty() {
            return unused(Phrase::new("tanpa judul", "no header"));
        }
        if header.is_answer() {
            return unused(Phrase::new("judulnya sebuah jawaban", "its header is an answer"));
        }
        if header.is_of_a_pivot() {
            return unused(Phrase::new("tabel pivot", "a pivot table"));
        }
        let asks = asks_for(self.instrument, header.question());
        let claimed = asks.claimed();
        let answers = claimed.iter().map(|&element| self.answers(element)).fold(0.0, f64::max);
        if header.names_the_time().is_some()
            && (self.cells().next().is_none() || self.share(|cell| Stamp::read_named(cell.seen()).is_time()) >= MOSTLY)
        {
            return (Use::Timestamp, None);
        }
        // Answers on a scale tell nobody's name, whatever the question mentions.
        if header.is_personal() && answers < MOSTLY || self.share(|cell| is_personal_value(&cell.shown())) >= MOSTLY {
            return (Use::Personal, None);
        }
        if let Some(other) = header.other(self.is_counted()) {
            return match other == Other::Fact && self.is_prose() {
                true if header.asks_what_to_improve() => (Use::Comment, None),
                true => unused(FREE_TEXT),
                false => unused(other.reason()),
            };
        }
        if !claimed.is_empty()
            && let Some(decided) = self.question(&asks, &claimed, answers, findings)
        {
            return decided;
        }
        let is_rated = self.answers(usize::MAX) >= 0.8;
        let of_another = |other: &std::sync::Arc<Instrument>| asks_for(other, header.question()).is_strong();
        if is_rated && Instrument::shipped().iter().any(of_another) {
            return unused(OF_ANOTHER);
        }
        if let Some(group) = header.group() {
            return if self.is_each_other() { unused(FREE_TEXT) } else { (Use::Group(group), None) };
        }
        if header.is_comment() {
            return (Use::Comment, None);
        }
        // What is long and hardly ever alike may hold anything: only a header says that it is meant to be read.
        if self.is_prose() {
            return unused(FREE_TEXT);
        }
        if header.is_consent() {
            return (Use::Consent, None);
        }
        if self.share(|cell| Stamp::read(cell.seen()).is_time()) >= MOSTLY {
            return unused(Phrase::new("tanggal lain", "another date"));
        }
        if header.code().is_none() && is_rated {
            self.find(
                Code::UnmatchedQuestion,
                findings,
                [("header", Arg::from(shorten(&scrub_label(&header.text), 80)))],
            );
        }
        (Use::Unused, None)
    }

    /// What a column is whose header asks for elements; none where it is no question after all.
    fn question(
        &self,
        asks: &Asks,
        claimed: &[usize],
        answers: f64,
        findings: &mut SheetFindings,
    ) -> Option<(Use, Option<Phrase>)> {
        let header = self.header;
        if self.cells().next().is_none() {
            return match claimed {
                [element] if asks.is_strong() && !header.is_comment() => Some((Use::Unanswered(*element), None)),
                _ => None,
            };
        }
        let is_scaled = answers >= MOSTLY;
        if header.is_comment() && !(is_scaled && asks.is_strong() && self.is_counted()) {
            return Some((Use::Comment, None));
        }
        if is_scaled && self.cells().all(|cell| says_nothing(&cell.shown())) {
            // `Tidak ada`, all of it: the lowest answer on complaints, or nothing to suggest.
            return Some((Use::Unused, Some(FREE_TEXT)));
        }
        let [element] = claimed else {
            if !is_scaled {
                return None;
            }
            let codes: Vec<&str> =
                claimed.iter().filter_map(|&e| Some(self.instrument.elements.get(e)?.code.as_str())).collect();
            self.find(Code::AmbiguousQuestion, findings, [("codes", Arg::from(codes.join(", ")))]);
            return Some((Use::Unused, Some(Phrase::new("bermakna ganda", "ambiguous"))));
        };
        if is_scaled {
            return Some((Use::Element(*element), None));
        }
        let is_date = self.share(|cell| Stamp::read(cell.seen()).is_time() || is_time_of_day(&cell.shown())) >= MOSTLY;
        if is_date {
            return Some((Use::Unused, Some(Phrase::new("tanggal atau jam", "dates or times of day"))));
        }
        if !asks.is_strong() {
            return None;
        }
        if self.is_prose() || answers == 0.0 && self.distinct() > 8 {
            return Some((Use::Unused, Some(FREE_TEXT)));
        }
        if header.group().is_some() && !header.is_asking() && answers == 0.0 {
            return None;
        }
        if answers == 0.0 && self.cells().all(|cell| is_plainly_no_scale(&cell.shown())) {
            let code = self.instrument.elements.get(*element).map_or("", |element| element.code.as_str());
            let shown = examples(self.cells().map(|cell| (cell.shown(), 1)), self.shows_wordings);
            self.find(Code::NoScale, findings, [("code", Arg::from(code)), ("examples", shown)]);
            return Some((Use::Unused, Some(NO_SCALE)));
        }
        // It asks for the element, and hardly an answer is understood: the scale will say so, and there is no index.
        Some((Use::Element(*element), None))
    }

    fn distinct(&self) -> usize {
        self.cells().filter_map(Cell::text).map(normalise_label).collect::<std::collections::HashSet<_>>().len()
    }

    /// Long texts, hardly two alike.
    fn is_prose(&self) -> bool {
        let texts: Vec<&str> = self.cells().filter_map(Cell::text).collect();
        let letters: usize = texts.iter().map(|text| text.len()).sum();
        texts.len() >= 3 && self.distinct() * 2 > texts.len() && letters > 24 * texts.len()
    }

    /// Hardly two answers alike: names of people, say, and no groups of them.
    fn is_each_other(&self) -> bool {
        let texts = self.cells().filter(|cell| cell.text().is_some()).count();
        texts >= 20 && self.distinct() * 2 > texts
    }

    fn find<const N: usize>(&self, code: Code, findings: &mut SheetFindings, args: [(&'static str, Arg); N]) {
        let letter = ("column", Arg::from(column_letters(self.col)));
        let at = CellRef::new(self.header_row, self.col);
        findings.add_at(code, None, at, args.into_iter().chain([letter]));
    }
}

/// `-`, `tidak ada` and the like say nothing.
pub(super) fn says_nothing(text: &str) -> bool {
    // Stars are no words, and answers all the same.
    if text.contains(['★', '⭐', '*']) {
        return false;
    }
    let text = normalise_label(text);
    ["", "tidak ada", "tidak", "nihil", "ok", "oke", "n a", "belum ada", "none", "tdk ada", "tidak ada saran"]
        .contains(&text.as_str())
}

/// Answers to another kind of question than how good something is.
const NO_RATINGS: [&str; 12] =
    ["ya", "tidak", "sudah", "belum", "pernah", "tidak pernah", "ada", "tidak ada", "pagi", "siang", "sore", "malam"];

/// `Ya`, `Rp10.000`, `< 5 menit`, `pagi`.
fn is_plainly_no_scale(text: &str) -> bool {
    let label = normalise_label(text);
    NO_RATINGS.contains(&label.as_str()) || label.chars().any(|c| c.is_ascii_digit()) && label.parse::<f64>().is_err()
}

/// `08.30`, `13:45`: a time of day.
fn is_time_of_day(text: &str) -> bool {
    let mut parts = text.trim().trim_end_matches("WIB").trim().split([':', '.']).map(|part| part.parse::<u8>());
    matches!((parts.next(), parts.next()), (Some(Ok(0..=23)), Some(Ok(0..=59))))
        && text.contains([':', '.'])
        && text.len() >= 4
}

/// What several columns together leave to be said.
fn report(wanted: Wanted, columns: &Columns, findings: &mut SheetFindings) {
    let Wanted { instrument, map, .. } = wanted;
    for (place, element) in instrument.elements.iter().enumerate() {
        let of: Vec<u32> = columns.of(Use::Element(place)).collect();
        let Some(&first) = of.first() else { continue };
        if of.len() > 1 && !map.contains_key(&element.code) {
            let letters = of.iter().map(|&col| column_letters(col)).collect::<Vec<_>>().join(", ");
            let args = [("code", Arg::from(element.code.as_str())), ("columns", Arg::from(letters))];
            findings.add_at(Code::SeveralQuestions, Some(&element.code), CellRef::new(columns.header_row, first), args);
        }
    }
    let personal: Vec<String> = columns.of(Use::Personal).map(column_letters).collect();
    if !personal.is_empty() {
        findings.add(Code::PersonalDropped, None, None, [("columns", Arg::from(personal.join(", ")))]);
    }
    let mut unused: Vec<(Phrase, Vec<String>)> = Vec::new();
    for column in columns.columns.iter().filter(|column| column.used == Use::Unused) {
        let why = column.why.unwrap_or(Phrase::new("tidak dikenali", "not recognised"));
        match unused.iter_mut().find(|(other, _)| *other == why) {
            Some((_, letters)) => letters.push(column_letters(column.col)),
            None => unused.push((why, vec![column_letters(column.col)])),
        }
    }
    for (why, letters) in unused {
        findings.add(
            Code::ColumnsUnused,
            None,
            None,
            [("columns", Arg::from(letters.join(", "))), ("why", why.into())],
        );
    }
}

/// A few of the texts with how often they occur, the most frequent first; never anything personal. Words nobody understood
/// may be anything, a name in the wrong place too: they are counted unless `shows_all`.
pub(super) fn examples(texts: impl Iterator<Item = (String, usize)>, shows_all: bool) -> Arg {
    let (mut counts, mut hidden) = (BTreeMap::<String, usize>::new(), 0);
    for (text, count) in texts {
        match shows_all || is_understood(&text) {
            true => *counts.entry(shorten(&scrub_label(&text), 40)).or_insert(0) += count,
            false => hidden += count as u64,
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let more = if counts.len() > 5 { " …" } else { "" };
    let shown: Vec<String> = counts.iter().take(5).map(|(text, count)| format!("\"{text}\" {count}×")).collect();
    Arg::Wordings { shown: format!("{}{more}", shown.join(", ")).into(), hidden }
}

/// Whether a wording says nothing but how good something is, or one of the plainest answers.
fn is_understood(text: &str) -> bool {
    let wording = Wording::read(text, |_| false);
    match &wording.said {
        Said::Number(number) => (0.0..=100.0).contains(number) && text.trim().len() <= 6,
        Said::Letter(_) | Said::Degree(..) | Said::Neutral | Said::Nothing => true,
        Said::Words(words) => wording.abbreviated().is_some() || NO_RATINGS.contains(&words.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::{GridBuilder, GridLimits};
    use std::path::Path;

    /// A column of a form beside two clear questions, recognised: its use, or why it has none.
    fn recognised(instrument: &str, header: &str, answers: &[&str]) -> String {
        let instrument = Instrument::named(instrument, Path::new(".")).unwrap();
        let mut grid = GridBuilder::new("Form Responses 1", false, GridLimits::default());
        let mut put = |row: usize, col: u32, text: &str| {
            let value = match text.parse::<f64>() {
                Ok(number) => Value::Number(number),
                Err(_) if text.is_empty() => Value::Empty,
                Err(_) => Value::Text(text.into()),
            };
            grid.set(CellRef::new(row as u32, col), Cell { value, ..Cell::default() }).unwrap();
        };
        put(0, 0, header);
        for (row, answer) in (1..).zip(answers) {
            put(row, 0, answer);
        }
        let known = &instrument.elements[instrument.elements.len() - 1].question;
        put(0, 1, known);
        put(1, 1, "4");
        let wanted = Wanted { instrument: &instrument, is_named: true, map: &ColumnMap::new(), shows_wordings: false };
        let mut findings = SheetFindings::new("x", None);
        let columns = recognise(&grid.finish(), wanted, &mut findings).expect("the known question");
        let column = &columns.columns[0];
        match column.used {
            Use::Element(element) => instrument.elements[element].code.clone(),
            Use::Unanswered(element) => format!("{} kosong", instrument.elements[element].code),
            Use::Group(group) => group.name().to_owned(),
            Use::Unused => column.why.map_or("?", |why| why.id).to_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn headers_and_answers_together_tell_what_a_column_is() {
        let scale: &[&str] = &["4", "3", "4"];
        for (header, answers, expected) in [
            // Questions, however they are put.
            ("Persyaratan", scale, "U1"),
            (
                "Bagaimana pendapat Saudara tentang kesesuaian persyaratan pelayanan?",
                &["Sesuai", "Sangat sesuai"],
                "U1",
            ),
            ("U1 Persyaratan", scale, "U1"),
            ("1. Persyaratan", scale, "U1"),
            ("Penilaian [Persyaratan]", scale, "U1"),
            ("Sistem, Mekanisme dan Prosedur", scale, "U2"),
            ("Alur pelayanan mudah dipahami", &["Setuju", "Sangat setuju"], "U2"),
            ("Jangka waktu penyelesaian", scale, "U3"),
            ("Kecepatan petugas", scale, "U3"),
            ("Lama pelayanan", &["Cepat", "Sangat cepat"], "U3"),
            ("Apakah waktu pelayanan sesuai jam kerja?", scale, "U3"),
            ("Waktu penyelesaian pelayanan sesuai standar", &["Setuju", "Tidak setuju"], "U3"),
            ("Biaya/tarif", &["Gratis", "Murah"], "U4"),
            ("Kewajaran biaya (1 = sangat mahal, 4 = gratis)", scale, "U4"),
            ("Produk Spesifikasi Jenis Pelayanan", scale, "U5"),
            ("Hasil pelayanan", &["Baik", "Cukup", "Kurang"], "U5"),
            ("Kompetensi Pelaksana", &["SB", "B", "K"], "U6"),
            ("Perilaku Pelaksana", &["d. Sangat sopan & ramah", "c. Sopan & ramah"], "U7"),
            ("Kesopanan dan keramahan petugas", &["a", "b", "a"], "U7"),
            ("Perilaku petugas", &["★★★★", "⭐⭐⭐"], "U7"),
            ("Penanganan Pengaduan, Saran dan Masukan", scale, "U8"),
            ("Pengaduan, saran, dan masukan", scale, "U8"),
            ("Penanganan pengaduan", &["Ada tetapi tidak berfungsi", "Tidak ada"], "U8"),
            ("Sarana dan prasarana", &["Baik", "Buruk"], "U9"),
            ("Fasilitas ruang tunggu (1-4)", scale, "U9"),
            ("Q5", scale, "?"),
            // Comments, whatever they mention.
            ("Saran dan masukan", &["Tidak ada", "Tidak ada", "-"], "Comment"),
            ("Kritik dan saran", &["Tambah kursi", "Baik"], "Comment"),
            ("Keluhan yang ingin disampaikan", &["Tidak ada", "Tidak ada"], "Comment"),
            ("Saran terhadap fasilitas kami", &["Baik", "Sudah memadai"], "Comment"),
            ("Masukan untuk waktu pelayanan", &["Cepat", "Baik"], "Comment"),
            ("Tuliskan pengaduan, kritik, atau saran Anda", &["Tidak ada"], "Comment"),
            ("Komentar", &["4", "oke"], "Comment"),
            ("Pengaduan", &["Tidak ada", "Tidak ada", "-"], "tulisan bebas"),
            (
                "Sarana yang perlu diperbaiki",
                &[
                    "Kursi di ruang tunggu kurang banyak",
                    "Pendingin ruangan di lantai dua",
                    "Toilet pengunjung perlu dibersihkan",
                ],
                "Comment",
            ),
            // Free text that nothing calls a comment may hold anything.
            (
                "Pengalaman",
                &[
                    "Saya datang bersama tetangga saya Contoh Dua",
                    "Petugas di loket dua menelepon saya kembali",
                    "Menunggu sejak pagi sampai tengah hari",
                ],
                "tulisan bebas",
            ),
            // Reasons, importance, hopes.
            ("Alasan memberi nilai waktu", &["Cepat", "Baik"], "alasan"),
            ("Mengapa biaya mahal?", &["Mahal"], "alasan"),
            ("Tingkat kepentingan persyaratan", scale, "tingkat kepentingan atau harapan"),
            ("Kepentingan [Prosedur]", scale, "tingkat kepentingan atau harapan"),
            ("Seberapa penting kecepatan pelayanan?", scale, "tingkat kepentingan atau harapan"),
            ("Harapan terhadap sarana", scale, "tingkat kepentingan atau harapan"),
            // Durations, amounts, counts.
            ("Waktu tunggu (menit)", &["3", "10", "4"], "ukuran: lama, jumlah, atau biaya"),
            ("Waktu pelayanan (jam)", &["1", "2", "1"], "ukuran: lama, jumlah, atau biaya"),
            ("Waktu penyelesaian dalam hari", &["1", "2", "1"], "ukuran: lama, jumlah, atau biaya"),
            ("Biaya yang dibayar (ribu rupiah)", &["0", "1"], "ukuran: lama, jumlah, atau biaya"),
            ("Berapa biaya yang Anda keluarkan?", &["0", "1"], "ukuran: lama, jumlah, atau biaya"),
            ("Berapa lama Anda menjadi pengguna layanan (tahun)?", &["1", "2"], "ukuran: lama, jumlah, atau biaya"),
            ("Lama menunggu (1 = <1 jam, 4 = >1 hari)", &["1", "1"], "ukuran: lama, jumlah, atau biaya"),
            ("Jumlah layanan yang diterima", &["1", "3"], "ukuran: lama, jumlah, atau biaya"),
            ("Berapa kali menggunakan layanan?", &["1", "4"], "ukuran: lama, jumlah, atau biaya"),
            ("Sumber informasi layanan", &["Media sosial", "Teman"], "sumber informasi"),
            // Times and numbers.
            ("Stempel waktu", &["03/06/2025 10:00:00"], "Timestamp"),
            ("Tanggal pengisian", &["5 Juni 2025"], "Timestamp"),
            ("Tanggal", &["2025-06-05"], "Timestamp"),
            ("Timestamp", &["45678.5"], "Timestamp"),
            ("Jam kedatangan waktu pelayanan", &["08.30", "13:45"], "keterangan, bukan penilaian"),
            ("Waktu dilayani", &["08.30", "13:45"], "tanggal atau jam"),
            ("No", &["1", "2"], "nomor urut"),
            // Respondents.
            ("Nama", &["Contoh Satu"], "Personal"),
            ("Nomor HP/WhatsApp", &["081200000000"], "Personal"),
            ("Tanggal lahir", &["12/05/1990"], "Personal"),
            ("Tempat tinggal", &["Kampung Contoh"], "Personal"),
            ("Jabatan dan nama lengkap", &["Staf, Contoh Satu"], "Personal"),
            ("Nama dan unit kerja", &["Contoh Satu, Umum"], "Personal"),
            ("Jenis kelamin (1=L, 2=P)", &["1", "2"], "sex"),
            ("Jenis kelamin", &["L", "P"], "sex"),
            ("Usia", &["21", "34"], "age"),
            ("Pendidikan terakhir", &["S1", "D3"], "education"),
            ("Jenis layanan yang diterima", &["Pindah memilih"], "service"),
            ("Bersedia mengisi survei?", &["Ya", "Ya"], "Consent"),
            // Two at once, another survey's, nobody's.
            ("Jangka waktu dan biaya", scale, "bermakna ganda"),
            ("Kesesuaian persyaratan dan prosedur", &["Sesuai"], "bermakna ganda"),
            ("Tidak ada pelayanan diluar prosedur/kecurangan", scale, "pertanyaan survei lain"),
            ("Tidak ada imbalan uang/barang/fasilitas", scale, "pertanyaan survei lain"),
            ("Seberapa aman parkirnya?", &["4", "3", "2"], "?"),
            // Not asked, and asked but not understood: never a group.
            ("Kompetensi petugas", &["", "", ""], "U6 kosong"),
            ("Bagaimana persyaratan layanan yang Anda terima?", &["Mantap", "Joss", "Mantap"], "U1"),
            ("Persyaratan", &["Oke", "Mantap", "Oke"], "U1"),
            ("Persyaratan", &["Ya", "Tidak", "Ya"], "jawabannya bukan skala"),
            ("Biaya", &["Rp10.000", "0 rupiah"], "jawabannya bukan skala"),
            // What meets a hope is no hope; what was used is no rating.
            ("Apakah waktu pelayanan sesuai harapan Anda?", scale, "U3"),
            ("Petugas ramah seperti yang diharapkan", scale, "U7"),
            ("Apakah Anda pernah menyampaikan pengaduan?", &["1", "2"], "keterangan, bukan penilaian"),
            ("Waktu kunjungan", &["1", "4"], "keterangan, bukan penilaian"),
            ("Fasilitas yang digunakan", &["1", "4"], "keterangan, bukan penilaian"),
            ("Kecepatan internet (Mbps)", &["4", "2"], "ukuran: lama, jumlah, atau biaya"),
            ("Saran perbaikan untuk penanganan pengaduan", &["Puas", "Tidak ada"], "Comment"),
            ("Persyaratan [Skala 1-4]", scale, "U1"),
            ("Persyaratan (1 = Tidak Baik s.d. 4 = Sangat Baik)", scale, "U1"),
            ("Persyaratan (1=SB, 2=B, 3=KB, 4=TB)", scale, "U1"),
            ("Sangat sopan dan ramah", &["Sopan dan ramah"], "judulnya sebuah jawaban"),
            ("Hitungan dari Persyaratan", scale, "tabel pivot"),
            ("JK", &["L", "P"], "sex"),
            ("Submission Date", &["2025-06-05 10:00:00"], "Timestamp"),
            ("Tidak ada biaya tambahan di luar tarif resmi", scale, "pertanyaan survei lain"),
        ] {
            assert_eq!(recognised("skm-2017", header, answers), expected, "{header} {answers:?}");
        }
        for (instrument, header, answers, expected) in [
            ("spak-5", "Tidak ada imbalan uang/barang/fasilitas diluar ketentuan", scale, "P3"),
            ("spak-5", "Tidak ada pelayanan diluar prosedur/kecurangan", scale, "P2"),
            ("spkp-8", "Petugas merespon keperluan Saudara dengan cepat", scale, "P7"),
            ("spkp-8", "Layanan konsultasi dan pengaduan mudah digunakan", scale, "P8"),
            ("ipk-10", "Petugas bebas dari benturan kepentingan", scale, "P8"),
            ("ikm-2004", "Kedisiplinan petugas", scale, "U4"),
        ] {
            assert_eq!(recognised(instrument, header, answers), expected, "{instrument} {header}");
        }
    }
}
