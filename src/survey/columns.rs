//! Recognises what each column of an export is, by its header and by what stands in it.

use std::collections::BTreeMap;

use crate::finding::{Arg, Code, SheetFindings};
use crate::grid::{Cell, CellRef, Grid, Value, column_letters};
use crate::lang::Phrase;
use crate::survey::answer::{Reply, read_reply};
use crate::survey::dates::Stamp;
use crate::survey::instrument::Instrument;
use crate::survey::privacy::{OwnWords, is_personal_header, is_personal_value, scrub};
use crate::text::{normalise_label, shorten};

/// Rows looked at for the header, and below it for what a column holds.
const HEADER_ROWS: u32 = 20;
const SAMPLE_ROWS: u32 = 2_000;
/// Rows of a sheet that say what its columns are.
pub(super) const HEAD_ROWS: u32 = HEADER_ROWS + SAMPLE_ROWS;
/// A column is a question's from this share of answers on the scale on.
const MOSTLY: f64 = 0.5;

/// What responses are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// When the response was given.
    Timestamp,
    /// Consent to take part.
    Consent,
    /// A group the respondent belongs to.
    Group(Group),
    /// A question of an element, by its place in the instrument.
    Element(usize),
    /// Free text.
    Comment,
    /// Something that identifies the respondent: only used to scrub comments, never kept.
    Personal,
    /// Not used.
    Unused,
}

/// A column with what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Column from 0.
    pub col: u32,
    /// Header, shortened.
    pub header: String,
    /// What it is.
    pub used: Use,
}

/// The columns of an export.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    /// Row of the header, from 0; responses begin below it.
    pub header_row: u32,
    /// Every column with a header.
    pub columns: Vec<Column>,
}

impl Columns {
    /// The columns of a use.
    pub fn of(&self, used: Use) -> impl Iterator<Item = u32> + '_ {
        self.columns.iter().filter(move |column| column.used == used).map(|column| column.col)
    }

    /// How many elements have a question.
    pub fn measured(&self, instrument: &Instrument) -> usize {
        (0..instrument.elements.len()).filter(|&element| self.of(Use::Element(element)).next().is_some()).count()
    }
}

/// A pipeline's own map: from an element's code, `timestamp`, `consent`, a group's name, `comment` or `ignore` to headers or
/// column letters. It wins over everything recognised.
pub type ColumnMap = BTreeMap<String, Vec<String>>;

/// Recognises the columns of a sheet; `None` when no element has a question.
pub fn recognise(
    grid: &Grid,
    instrument: &Instrument,
    map: &ColumnMap,
    findings: &mut SheetFindings,
) -> Option<Columns> {
    let header_row = (0..grid.rows().min(HEADER_ROWS))
        .map(|row| (row, header_score(grid, instrument, row)))
        .max_by_key(|&(row, score)| (score, std::cmp::Reverse(row)))
        .map(|(row, _)| row)?;
    let mapped = mapped_columns(grid, instrument, header_row, map, findings);
    let mut columns = Columns { header_row, columns: Vec::new() };
    for col in 0..grid.cols() {
        let header = header_text(grid, header_row, col);
        if header.is_empty() && !mapped.contains_key(&col) {
            continue;
        }
        let sheet = Sheet { grid, instrument, header_row, col, header: &header };
        let used = mapped.get(&col).copied().unwrap_or_else(|| sheet.decide(findings));
        columns.columns.push(Column { col, header: shorten(&header, 60), used });
    }
    report(grid, instrument, map, &columns, findings);
    (columns.measured(instrument) > 0).then_some(columns)
}

fn header_text(grid: &Grid, row: u32, col: u32) -> String {
    let cell = grid.cell(row, col);
    cell.text().map(str::to_owned).or_else(|| cell.number().map(|n| n.to_string())).unwrap_or_default()
}

/// How much a row looks like a header.
fn header_score(grid: &Grid, instrument: &Instrument, row: u32) -> usize {
    (0..grid.cols())
        .filter(|&col| {
            let header = normalise_label(&header_text(grid, row, col));
            !header.is_empty()
                && (best_elements(instrument, &header).0 >= 3
                    || code_only(instrument, &header).is_some()
                    || group_of(&header).is_some()
                    || is_timestamp(&header)
                    || is_personal_header(&header))
        })
        .count()
}

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
    header: &'a str,
}

impl Sheet<'_> {
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

    /// The share of cells that answer an element's question, be it off the scale; 0 where not one is on it.
    fn answers(&self, element: usize) -> f64 {
        let reply = |cell: &Cell| match cell.value {
            Value::Date(_) => Reply::Blank,
            _ => read_reply(self.instrument, element, cell.seen()),
        };
        if self.share(|cell| matches!(reply(cell), Reply::Value(_))) == 0.0 {
            return 0.0;
        }
        self.share(|cell| matches!(reply(cell), Reply::Value(_) | Reply::OutOfScale(_)))
    }

    fn decide(&self, findings: &mut SheetFindings) -> Use {
        let header = normalise_label(question_part(self.header));
        let is_empty = self.cells().next().is_none();
        let (score, best) = best_elements(self.instrument, &header);
        if is_timestamp(&header) || self.share(|cell| Stamp::read(cell.seen()).is_time()) >= MOSTLY {
            return Use::Timestamp;
        }
        // Answers on the scale tell nobody's name, whatever the question mentions.
        let on_scale = best.first().is_some_and(|&element| self.answers(element) >= MOSTLY);
        if is_personal_header(&header) && !on_scale || self.share(|cell| is_personal_value(&cell.shown())) >= MOSTLY {
            return Use::Personal;
        }
        if score == 0
            && let Some(element) = code_only(self.instrument, &header)
        {
            return self.by_code(element, is_empty, findings);
        }
        let answers = best.iter().map(|&element| self.answers(element)).fold(0.0, f64::max);
        if score > 0 && (answers >= MOSTLY || is_empty && score >= 3) {
            return match best[..] {
                [element] => Use::Element(element),
                _ => {
                    let codes = best.iter().map(|&e| self.instrument.elements[e].code.as_str()).collect::<Vec<_>>();
                    self.find(Code::AmbiguousQuestion, findings, [("codes", Arg::from(codes.join(", ")))]);
                    Use::Unused
                }
            };
        }
        if let Some(group) = group_of(&header) {
            return Use::Group(group);
        }
        if is_comment(&header) || self.is_prose() {
            return Use::Comment;
        }
        if header.contains("bersedia") || header.contains("persetujuan") || header.contains("consent") {
            return Use::Consent;
        }
        if score >= 3 && !is_empty {
            let element = best[0];
            self.find(
                Code::MostlyUnknown,
                findings,
                [
                    ("code", Arg::from(self.instrument.elements[element].code.as_str())),
                    ("examples", Arg::from(self.unknown_examples(element))),
                ],
            );
            return Use::Unused;
        }
        if self.share(|cell| matches!(read_reply(self.instrument, 0, cell.seen()), Reply::Value(_))) >= 0.8 {
            self.find(Code::UnmatchedQuestion, findings, [("header", Arg::from(shorten(self.header, 80)))]);
        }
        Use::Unused
    }

    /// A header that is only a code is read in the order of the instrument's list.
    fn by_code(&self, element: usize, is_empty: bool, findings: &mut SheetFindings) -> Use {
        let code = &self.instrument.elements[element].code;
        if !is_empty && self.answers(element) < MOSTLY {
            let args = [("code", Arg::from(code.as_str())), ("examples", Arg::from(self.unknown_examples(element)))];
            self.find(Code::MostlyUnknown, findings, args);
            return Use::Unused;
        }
        if self.instrument.ambiguous_codes.contains(code) {
            let label = self.instrument.elements[element].label.as_str();
            self.find(
                Code::CodeByListOrder,
                findings,
                [("code", Arg::from(code.as_str())), ("label", Arg::from(label))],
            );
        }
        Use::Element(element)
    }

    /// Long texts, hardly two alike.
    fn is_prose(&self) -> bool {
        let texts: Vec<&str> = self.cells().filter_map(Cell::text).collect();
        let distinct = texts.iter().collect::<std::collections::HashSet<_>>().len();
        let letters: usize = texts.iter().map(|text| text.len()).sum();
        texts.len() >= 3 && distinct * 2 > texts.len() && letters > 24 * texts.len()
    }

    fn unknown_examples(&self, element: usize) -> String {
        let unknown = self.cells().filter_map(|cell| match read_reply(self.instrument, element, cell.seen()) {
            Reply::Unknown(text) => Some((text, 1)),
            _ => None,
        });
        examples(unknown)
    }

    fn find<const N: usize>(&self, code: Code, findings: &mut SheetFindings, args: [(&'static str, Arg); N]) {
        let letter = ("column", Arg::from(column_letters(self.col)));
        let at = CellRef::new(self.header_row, self.col);
        findings.add_at(code, None, at, args.into_iter().chain([letter]));
    }
}

/// What several columns together leave to be said.
fn report(grid: &Grid, instrument: &Instrument, map: &ColumnMap, columns: &Columns, findings: &mut SheetFindings) {
    for (place, element) in instrument.elements.iter().enumerate() {
        let of: Vec<u32> = columns.of(Use::Element(place)).collect();
        let letters = || of.iter().map(|&col| column_letters(col)).collect::<Vec<_>>().join(", ");
        if of.is_empty() {
            let args = [("code", Arg::from(element.code.as_str())), ("label", Arg::from(element.label.as_str()))];
            findings.add(Code::ElementMissing, Some(&element.code), None, args);
        } else if of.len() > 1 && !map.contains_key(&element.code) {
            let args = [("code", Arg::from(element.code.as_str())), ("columns", Arg::from(letters()))];
            findings.add_at(Code::SeveralQuestions, Some(&element.code), CellRef::new(columns.header_row, of[0]), args);
        }
    }
    let letters = |used: Use| columns.of(used).map(column_letters).collect::<Vec<_>>().join(", ");
    for (used, code) in [(Use::Personal, Code::PersonalDropped), (Use::Unused, Code::ColumnsUnused)] {
        let letters = letters(used);
        if !letters.is_empty() {
            findings.add(code, None, None, [("columns", Arg::from(letters))]);
        }
    }
    debug_assert!(columns.columns.iter().all(|column| column.col < grid.cols()));
}

/// A few of the texts with how often they occur, the most frequent first; never anything personal.
pub(super) fn examples(texts: impl Iterator<Item = (String, usize)>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (text, count) in texts {
        *counts.entry(shorten(&scrub(&text, &OwnWords::default()), 40)).or_insert(0) += count;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let more = if counts.len() > 5 { " …" } else { "" };
    let shown: Vec<String> = counts.iter().take(5).map(|(text, count)| format!("\"{text}\" {count}×")).collect();
    format!("{}{more}", shown.join(", "))
}

/// `Pertanyaan [Persyaratan]`, as a grid of questions is exported: the part in brackets.
fn question_part(header: &str) -> &str {
    let inside = header.trim_end().strip_suffix(']').and_then(|rest| rest.rsplit_once('[')).map(|(_, inside)| inside);
    inside.filter(|inside| !inside.trim().is_empty()).unwrap_or(header)
}

/// The elements a normalised header asks for most, and how strongly.
fn best_elements(instrument: &Instrument, header: &str) -> (u32, Vec<usize>) {
    let scores: Vec<u32> = (0..instrument.elements.len()).map(|element| instrument.asks_for(element, header)).collect();
    let most = scores.iter().copied().max().unwrap_or(0);
    let best = if most == 0 { Vec::new() } else { (0..scores.len()).filter(|&e| scores[e] == most).collect() };
    (most, best)
}

/// `u3`, `unsur 3`, `3`: the element of that number, where the header says nothing else.
fn code_only(instrument: &Instrument, header: &str) -> Option<usize> {
    let compact: String = header.split(' ').collect();
    let digits = compact.find(|c: char| c.is_ascii_digit())?;
    let (prefix, number) = compact.split_at(digits);
    let known = instrument.code_prefixes.iter().any(|known| known.replace(' ', "") == prefix);
    let number: usize = number.parse().ok()?;
    (known && (1..=instrument.elements.len()).contains(&number)).then(|| number - 1)
}

fn is_timestamp(header: &str) -> bool {
    ["timestamp", "stempel waktu", "cap waktu", "tanggal pengisian", "waktu pengisian", "tanggal survei", "tanggal"]
        .iter()
        .any(|name| header.starts_with(name))
}

fn is_comment(header: &str) -> bool {
    ["saran", "kritik", "masukan", "komentar", "pendapat lain", "catatan"].iter().any(|word| header.contains(word))
}

fn group_of(header: &str) -> Option<Group> {
    let has = |words: &[&str]| words.iter().any(|word| format!(" {header}").contains(&format!(" {word}")));
    if has(&["jenis kelamin", "kelamin", "gender"]) {
        Some(Group::Sex)
    } else if has(&["usia", "umur"]) {
        Some(Group::Age)
    } else if has(&["pendidikan"]) {
        Some(Group::Education)
    } else if has(&["pekerjaan", "profesi"]) {
        Some(Group::Occupation)
    } else if has(&[
        "jenis layanan",
        "jenis pelayanan",
        "layanan yang",
        "pelayanan yang",
        "nama layanan",
        "layanan apa",
    ]) || header == "layanan"
    {
        Some(Group::Service)
    } else {
        None
    }
}
