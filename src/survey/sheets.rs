//! Which sheets of the files hold the responses, and why the others are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::finding::{Arg, Code, Finding, Place, SheetFindings};
use crate::grid::Grid;
use crate::lang::Phrase;
use crate::period::Period;
use crate::source::Book;
use crate::survey::columns::{ColumnMap, Columns, HEAD_ROWS, Use, Wanted, recognise};
use crate::survey::dates::month_named;
use crate::survey::instrument::Instrument;
use crate::survey::rows::{Respondents, respondents};
use crate::survey::wording::{Said, Wording};
use crate::survey::written::Written;
use crate::text::normalise_label;

/// The beginning of every sheet of a file: enough to tell what its columns are.
pub struct Heads(Vec<Head>);

struct Head {
    /// Place of the file and of the sheet in it.
    book: usize,
    sheet: usize,
    hidden: bool,
    grid: Grid,
}

impl Heads {
    /// Reads them; sheets that cannot be read are passed over.
    pub fn read(books: &mut [Book]) -> Self {
        let mut heads = Vec::new();
        for (book, of) in books.iter_mut().enumerate() {
            for sheet in 0..of.sheets().len() {
                let hidden = of.sheets().get(sheet).is_some_and(|sheet| sheet.hidden);
                if let Ok(grid) = of.head(sheet, HEAD_ROWS) {
                    heads.push(Head { book, sheet, hidden, grid });
                }
            }
        }
        Heads(heads)
    }

    /// Whether nothing at all stands in them.
    pub fn are_empty(&self) -> bool {
        self.0.iter().all(|head| head.grid.rows() == 0)
    }

    /// How many elements of an instrument the best sheet asks for, when nobody named it.
    pub fn recognised(&self, instrument: &Instrument) -> usize {
        self.asked(instrument, false).0
    }

    /// The share of an instrument's elements that is asked, in thousandths.
    fn share(&self, instrument: &Instrument) -> usize {
        1000 * self.recognised(instrument) / instrument.elements.len().max(1)
    }

    /// How many elements of an instrument the best sheet asks for, and in which columns: sheet and column.
    fn asked(&self, instrument: &Instrument, is_named: bool) -> (usize, BTreeSet<(usize, u32)>) {
        let map = ColumnMap::new();
        let wanted = Wanted { instrument, is_named, map: &map, shows_wordings: false };
        let asked = self.0.iter().enumerate().map(|(at, head)| {
            let mut unheard = SheetFindings::new("", None);
            let Some(columns) = recognise(&head.grid, wanted, &mut unheard) else { return (0, BTreeSet::new()) };
            let questions =
                columns.columns.iter().filter(|column| matches!(column.used, Use::Element(_) | Use::Unanswered(_)));
            (columns.asked(instrument), questions.map(|column| (at, column.col)).collect())
        });
        // Of equally good sheets the first.
        asked.rev().max_by_key(|(asked, _)| *asked).unwrap_or_default()
    }

    /// The shipped instruments whose questions are there: first the one that is asked most wholly (at least half of it), then
    /// others that are asked in columns of their own.
    pub fn surveys(&self) -> Vec<Arc<Instrument>> {
        // Of equally whole ones the longest, then the first shipped.
        let best = |instrument: &&Arc<Instrument>| (self.share(instrument), instrument.elements.len());
        let first = Instrument::shipped().iter().rev().max_by_key(best).filter(|first| self.share(first) >= 500);
        first.map_or_else(Vec::new, |first| {
            let mut all = vec![first.clone()];
            all.extend(self.beside(&all));
            all
        })
    }

    /// Further surveys of the same form: shipped instruments of which two thirds are asked, in columns none of these uses.
    pub fn beside(&self, known: &[Arc<Instrument>]) -> Vec<Arc<Instrument>> {
        let mut used: BTreeSet<(usize, u32)> = known.iter().flat_map(|known| self.asked(known, true).1).collect();
        let mut found = Vec::new();
        let others = Instrument::shipped().iter().filter(|other| known.iter().all(|known| known.id != other.id));
        let mut others: Vec<&Arc<Instrument>> = others.collect();
        others.sort_by_key(|other| std::cmp::Reverse((self.share(other), other.elements.len())));
        for other in others {
            let (asked, columns) = self.asked(other, false);
            if 3 * asked >= 2 * other.elements.len() && columns.is_disjoint(&used) {
                used.extend(columns);
                found.push(other.clone());
            }
        }
        found
    }
}

/// A sheet of responses, read.
pub(super) struct ResponseSheet {
    /// Its columns.
    pub columns: Columns,
    /// Its rows, as they were written.
    pub written: Written,
    /// The rows that are respondents.
    pub rows: Respondents,
    /// What is wrong or doubtful of it.
    pub findings: SheetFindings,
    book: usize,
    hidden: bool,
    measured: usize,
    asked: usize,
}

impl ResponseSheet {
    /// How often the respondents gave each wording of a question, wording number 1 first.
    pub fn counts(&self, question: usize) -> Vec<usize> {
        let Some(column) = self.written.questions.get(question) else { return Vec::new() };
        let mut counts = vec![0; column.wordings.len() + 1];
        for &place in &self.rows.kept {
            let number = self.written.cells(place).get(question);
            if let Some(count) = number.and_then(|number| counts.get_mut(*number as usize)) {
                *count += 1;
            }
        }
        counts.split_off(1)
    }

    /// Whether it is a form that nobody filled in yet.
    fn is_empty_form(&self) -> bool {
        self.rows.kept.is_empty() && self.rows.left_out.is_empty()
    }

    fn answered(&self) -> usize {
        self.rows.kept.iter().filter(|&&place| self.written.cells(place).iter().any(|number| *number != 0)).count()
    }

    /// Whether it is a pivot table, by what heads its columns.
    fn is_pivot(&self) -> bool {
        self.columns.columns.iter().any(|column| column.asked.is_of_a_pivot())
    }

    /// Whether its answers are means: more numbers with decimals than without.
    fn is_of_means(&self) -> bool {
        let (mut whole, mut broken) = (0, 0);
        for question in &self.written.questions {
            for text in question.wordings.texts() {
                match Wording::read(text, |_| false).said {
                    Said::Number(number) if number.fract() != 0.0 => broken += 1,
                    Said::Nothing => {}
                    _ => whole += 1,
                }
            }
        }
        broken > whole
    }
}

const PARTIAL: Phrase = Phrase::new("hanya sebagian unsur", "only some of the elements");

/// What the name of a sheet says of its time.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SheetTime {
    year: Option<i16>,
    semester: Option<u8>,
    months: Option<RangeInclusive<i8>>,
}

/// The sheets that hold the responses, in the order of files and sheets. Sheets that are not read are told in `findings`.
pub(super) fn response_sheets(
    books: &mut [Book],
    heads: &Heads,
    wanted: Wanted,
    period: Option<Period>,
    findings: &mut Vec<Finding>,
) -> Option<Vec<ResponseSheet>> {
    let location = books.first().map(|book| book.info.location.clone()).unwrap_or_else(|| "".into());
    let mut left_out: Vec<(String, Phrase)> = Vec::new();
    let mut sheets: Vec<ResponseSheet> = Vec::new();
    for head in &heads.0 {
        let Some(book) = books.get_mut(head.book) else { continue };
        let location = book.info.location.clone();
        let mut of_sheet = SheetFindings::new(location.clone(), Some(&head.grid.name));
        let Some(columns) = recognise(&head.grid, wanted, &mut of_sheet) else {
            if head.grid.rows() > 0 {
                left_out.push((head.grid.name.clone(), Phrase::new("tanpa pertanyaan", "no questions")));
            }
            continue;
        };
        let (measured, asked) = (columns.measured(wanted.instrument), columns.asked(wanted.instrument));
        match Written::read(book, head.sheet, &columns) {
            Ok(written) => {
                let scale = wanted.instrument.scales.iter().copied().max().unwrap_or(4);
                let rows = respondents(&written, scale);
                let hidden = head.hidden;
                sheets.push(ResponseSheet {
                    columns,
                    written,
                    rows,
                    findings: of_sheet,
                    book: head.book,
                    hidden,
                    measured,
                    asked,
                });
            }
            Err(error) => findings.push(error.finding(&location)),
        }
    }
    let mut drop = |sheets: &mut Vec<ResponseSheet>, keeps: &dyn Fn(&ResponseSheet) -> bool, why: Phrase| {
        if sheets.iter().any(keeps) && !sheets.iter().all(keeps) {
            left_out
                .extend(sheets.iter().filter(|sheet| !keeps(sheet)).map(|sheet| (sheet.written.sheet.clone(), why)));
            sheets.retain(|sheet| keeps(sheet));
        }
    };
    // An empty form beside a guide or a list of answers is what it is: nobody responded.
    let most = sheets.iter().map(|sheet| sheet.asked).max().unwrap_or(0);
    if sheets.iter().any(|sheet| sheet.is_empty_form() && sheet.asked == most) {
        drop(&mut sheets, &|sheet| 3 * sheet.asked >= 2 * most, PARTIAL);
    }
    drop(&mut sheets, &|sheet| sheet.answered() > 0, Phrase::new("tanpa responden", "no respondents"));
    drop(&mut sheets, &|sheet| !sheet.is_pivot(), Phrase::new("tabel pivot", "a pivot table"));
    drop(&mut sheets, &|sheet| !sheet.is_of_means(), Phrase::new("rekap, bukan jawaban", "a summary, no responses"));
    // A hidden sheet gives way to a visible one, but not to a table of results that asks for little.
    let most = sheets.iter().map(|sheet| sheet.measured).max().unwrap_or(0);
    drop(&mut sheets, &|sheet| 2 * sheet.measured >= most, PARTIAL);
    drop(&mut sheets, &|sheet| !sheet.hidden, Phrase::new("tersembunyi", "hidden"));
    let most = sheets.iter().map(|sheet| sheet.measured).max().unwrap_or(0);
    drop(&mut sheets, &|sheet| 3 * sheet.measured >= 2 * most, PARTIAL);
    // The name of an only sheet is the file's or the form's: it chooses nothing.
    if let Some(period) = period.filter(|_| sheets.len() > 1) {
        let fits = |sheet: &ResponseSheet| time_of(&sheet.written.sheet).fits(period);
        if !sheets.iter().any(fits) && !sheets.is_empty() {
            // Every sheet says that it is of another time.
            let count: usize = sheets.iter().map(ResponseSheet::answered).sum();
            let args = [("period", Arg::from(period.to_string())), ("count", count.into())];
            findings.push(Finding::new(Code::NoResponsesInPeriod, args).at(Place::whole(location)));
            return None;
        }
        drop(&mut sheets, &fits, Phrase::new("periode lain", "another period"));
    }
    let copies: Vec<bool> =
        (0..sheets.len()).map(|at| sheets[..at].iter().any(|other| is_copy(other, &sheets[at]))).collect();
    let mut copies = copies.into_iter();
    let mut kept = Vec::new();
    for sheet in sheets {
        match copies.next() {
            Some(true) => {
                left_out
                    .push((sheet.written.sheet.clone(), Phrase::new("salinan lembar lain", "a copy of another sheet")));
            }
            _ => kept.push(sheet),
        }
    }
    for (code, lang_names) in told(&left_out) {
        findings.push(
            Finding::new(Code::SheetsLeftOut, [("sheets", Arg::from(lang_names)), ("why", Arg::from(code))])
                .at(Place::whole(location.clone())),
        );
    }
    let times: Vec<SheetTime> = kept.iter().map(|sheet| time_of(&sheet.written.sheet)).collect();
    let names = || Arg::from(kept.iter().map(|sheet| sheet.written.sheet.as_str()).collect::<Vec<_>>().join(", "));
    let differ = times.windows(2).any(|pair| pair[0].differs(&pair[1]));
    if period.is_none() && differ {
        findings.push(Finding::new(Code::SheetsOfPeriods, [("sheets", names())]).at(Place::whole(location)));
        return None;
    }
    // Of several files each must hold responses: without one of them the index would be another.
    for (at, book) in books.iter().enumerate().filter(|_| books.len() > 1) {
        if !heads.0.iter().any(|head| {
            head.book == at && kept.iter().any(|sheet| sheet.book == at && sheet.written.sheet == head.grid.name)
        }) {
            let args = [("title", Arg::from(wanted.instrument.title.as_str()))];
            findings.push(Finding::new(Code::NoQuestions, args).at(Place::whole(book.info.location.clone())));
            return None;
        }
    }
    if kept.len() > 1 {
        let counts: Vec<String> =
            kept.iter().map(|sheet| format!("{} ({})", sheet.written.sheet, sheet.answered())).collect();
        findings.push(
            Finding::new(Code::SheetsJoined, [("sheets", Arg::from(counts.join(", ")))]).at(Place::whole(location)),
        );
    }
    Some(kept)
}

/// The names of the sheets left out, by why.
fn told(left_out: &[(String, Phrase)]) -> Vec<(Phrase, String)> {
    let mut by_why: Vec<(Phrase, String)> = Vec::new();
    for (name, why) in left_out {
        match by_why.iter_mut().find(|(other, _)| other == why) {
            Some((_, names)) => {
                names.push_str(", ");
                names.push_str(name);
            }
            None => by_why.push((*why, name.clone())),
        }
    }
    by_why
}

/// Whether two sheets hold the same answers, row for row, be it that one has numbers for the other's words: then one of them
/// is a copy made to work on.
fn is_copy(one: &ResponseSheet, other: &ResponseSheet) -> bool {
    const FEWEST: usize = 5;
    let (a, b) = (&one.written, &other.written);
    let elements = |sheet: &Written| sheet.questions.iter().map(|question| question.element).collect::<Vec<_>>();
    let (places, others) = (&one.rows.kept, &other.rows.kept);
    if places.len() != others.len() || places.len() < FEWEST || elements(a) != elements(b) {
        return false;
    }
    let mut differs = false;
    let is_same = (0..a.questions.len()).all(|question| {
        // Every wording of one stands for one wording of the other, and back.
        let (mut there, mut back) = (BTreeMap::new(), BTreeMap::new());
        let same = places.iter().zip(others).all(|(&place, &copy)| {
            let (own, of_copy) = (a.wording(place, question), b.wording(copy, question));
            *there.entry(own).or_insert(of_copy) == of_copy && *back.entry(of_copy).or_insert(own) == own
        });
        differs |= there.len() > 1;
        same
    });
    // Where everybody answered alike, nothing tells.
    is_same && differs
}

impl SheetTime {
    /// Whether a sheet of this name may hold responses of a period.
    fn fits(&self, period: Period) -> bool {
        let months = match period.semester {
            Some(1) => 1..=6,
            Some(_) => 7..=12,
            None => 1..=12,
        };
        self.year.is_none_or(|year| year == period.year)
            && self.semester.is_none_or(|semester| period.semester.is_none_or(|other| other == semester))
            && self.months.as_ref().is_none_or(|own| own.start() <= months.end() && months.start() <= own.end())
    }

    /// Whether the names say two semesters or two years.
    fn differs(&self, other: &SheetTime) -> bool {
        let two = |a: Option<i16>, b: Option<i16>| matches!((a, b), (Some(a), Some(b)) if a != b);
        two(self.year, other.year) || two(self.semester.map(i16::from), other.semester.map(i16::from))
    }
}

/// What a sheet's name says of its time: `Semester 1`, `SKM 2025`, `Smt II 2024`, `Januari`, `TW III`.
fn time_of(name: &str) -> SheetTime {
    let label = normalise_label(name);
    let words: Vec<&str> = label.split(' ').collect();
    let year = words.iter().filter_map(|word| word.parse::<i16>().ok()).find(|year| (2000..=2100).contains(year));
    let number = |word: &str| match word {
        "1" | "i" | "satu" => Some(1),
        "2" | "ii" | "dua" => Some(2),
        "3" | "iii" | "tiga" => Some(3),
        "4" | "iv" | "empat" => Some(4),
        _ => None,
    };
    let after = |names: &[&str]| {
        let together = words.iter().find_map(|word| names.iter().find_map(|name| number(word.strip_prefix(name)?)));
        let apart = words.windows(2).find(|pair| names.contains(&pair[0])).and_then(|pair| number(pair[1]));
        together.or(apart)
    };
    let named = after(&["semester", "smt", "sem", "smstr"]).filter(|semester| *semester <= 2);
    let quarter = after(&["triwulan", "tw", "kuartal", "kwartal"]);
    let found: Vec<i8> = words.iter().filter_map(|word| month_named(word)).collect();
    let months = match found[..] {
        [first, last] if first <= last => Some(first..=last),
        [only] => Some(only..=only),
        _ => quarter.map(|quarter| 3 * quarter as i8 - 2..=3 * quarter as i8),
    };
    // `S1`, `S2`, and half a year by its months.
    let short = words.iter().filter(|_| words.len() <= 2).find_map(|word| match *word {
        "s1" => Some(1),
        "s2" => Some(2),
        _ => None,
    });
    let half = months.as_ref().and_then(|months| match (*months.start(), *months.end()) {
        (1, 6) => Some(1),
        (7, 12) => Some(2),
        _ => None,
    });
    SheetTime { year, semester: named.or(short).or(half), months }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_tell_their_time() {
        let time = |name: &str| {
            let time = time_of(name);
            (time.year, time.semester, time.months)
        };
        assert_eq!(time("Semester 1"), (None, Some(1), None));
        assert_eq!(time("SKM Smt II 2024"), (Some(2024), Some(2), None));
        assert_eq!(time("Januari"), (None, None, Some(1..=1)));
        assert_eq!(time("Agt 25"), (None, None, Some(8..=8)));
        assert_eq!(time("Nopember 2025"), (Some(2025), None, Some(11..=11)));
        assert_eq!(time("Jan-Jun 2025"), (Some(2025), Some(1), Some(1..=6)));
        assert_eq!(time("S2"), (None, Some(2), None));
        assert_eq!(time("Seputar layanan"), (None, None, None));
        assert_eq!(time("TW III 2025"), (Some(2025), None, Some(7..=9)));
        assert_eq!(time("Form Responses 1"), (None, None, None));
        let differs = |a: &str, b: &str| time_of(a).differs(&time_of(b));
        assert!(differs("Semester 1", "Semester 2") && differs("2024", "2025") && differs("Jan-Jun", "Jul-Des"));
        assert!(!differs("Januari", "Februari") && !differs("Layanan A", "Layanan B"));
        let period = Period { year: 2025, semester: Some(1) };
        assert!(time_of("Maret 2025").fits(period) && !time_of("Juli").fits(period) && !time_of("2024").fits(period));
    }
}
