//! Which rows are respondents, and why the others are none: numbering, repeated headers, tallies, sums, further tables.

use std::collections::BTreeMap;

use crate::lang::Phrase;
use crate::survey::wording::{Said, Wording};
use crate::survey::written::Written;
use crate::text::normalise_label;

/// Why a row is no respondent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LeftOut {
    /// It numbers the columns.
    Numbering,
    /// It repeats or goes on with the header.
    Header,
    /// It is a sum, a mean, a tally of the rows above.
    Summary,
    /// It belongs to a table below the responses.
    Below,
    /// It has more fields than the header, so that answers stand in other columns.
    TooLong,
}

impl LeftOut {
    /// Why, in words.
    pub fn reason(self) -> Phrase {
        match self {
            LeftOut::Numbering => Phrase::new("penomoran kolom", "numbers of the columns"),
            LeftOut::Header => Phrase::new("judul kolom", "headers"),
            LeftOut::Summary => Phrase::new("jumlah, rata-rata, atau rekap", "sums, means or tallies"),
            LeftOut::Below => Phrase::new("tabel lain di bawah data", "another table below the data"),
            LeftOut::TooLong => Phrase::new("kelebihan kolom", "too many fields"),
        }
    }
}

/// The rows of a sheet that are respondents, by place, and those that are none.
#[derive(Debug, Default)]
pub(super) struct Respondents {
    /// Places of the respondents.
    pub kept: Vec<usize>,
    /// Rows (from 1) that are none, by why.
    pub left_out: BTreeMap<LeftOut, Vec<u32>>,
}

/// A share of rows from which on what they have is what respondents have.
const MOST: f64 = 0.8;

/// Tells the respondents of a sheet; `scale` is the highest value an answer can have.
pub(super) fn respondents(written: &Written, scale: u8) -> Respondents {
    let words = Words::new(written);
    let all = written.rows.len().max(1) as f64;
    let usual = |has: fn(&crate::survey::written::Marks) -> bool| {
        written.marks.iter().filter(|marks| has(marks)).count() as f64
            >= MOST * (all - written.marks.iter().filter(|m| m.is_summary).count() as f64).max(1.0)
    };
    let (stamped, numbered) = (usual(|marks| marks.has_stamp), written.has_numbers && usual(|marks| marks.has_number));
    let others = usual(|marks| marks.has_others);
    // Where most rows are longer than the header, a header is missing rather than a comma too many.
    let long = written.marks.iter().filter(|marks| marks.is_too_long).count() as f64;
    let shifted = long < 0.5 * all;
    let mut found = Respondents::default();
    let mut sums = Sums::new(written.questions.len());
    let mut below = false;
    for place in 0..written.rows.len() {
        let marks = written.marks[place];
        let cells = written.cells(place);
        let looks_like_one = stamped && marks.has_stamp
            || numbered && marks.has_number
            || !stamped && !numbered && others && marks.has_others;
        // Words stand where the other rows are numbered: `Kinerja`, `Target`, `Sangat baik`.
        let labelled = numbered && marks.has_word_for_number && !marks.has_stamp;
        let tells = stamped || numbered || others;
        let why = if marks.is_too_long && shifted {
            Some(LeftOut::TooLong)
        } else if words.are_headers(cells) {
            Some(LeftOut::Header)
        } else if found.kept.is_empty() && !marks.has_stamp && !marks.has_others && words.are_numbering(written, place)
        {
            Some(LeftOut::Numbering)
        } else if found.kept.is_empty()
            && !(stamped && marks.has_stamp)
            && !marks.has_number
            && words.are_more_headers(cells)
        {
            Some(LeftOut::Header)
        } else if marks.is_summary || labelled || !looks_like_one && sums.explain(&words, cells, scale) {
            below = true;
            Some(LeftOut::Summary)
        } else if (below || marks.after_gap) && !looks_like_one && (tells || below || !words.are_mostly_answers(cells))
        {
            below = true;
            Some(LeftOut::Below)
        } else {
            None
        };
        match why {
            Some(why) => found.left_out.entry(why).or_default().push(written.rows[place]),
            None => {
                below = false;
                sums.add(&words, cells);
                found.kept.push(place);
            }
        }
    }
    found
}

/// What the wordings of each question are, by their number.
struct Words {
    numbers: Vec<Vec<Option<f64>>>,
    headers: Vec<Vec<bool>>,
    answers: Vec<Vec<bool>>,
    /// Wordings given more than once.
    repeated: Vec<Vec<bool>>,
}

impl Words {
    fn new(written: &Written) -> Self {
        let mut words = Words { numbers: Vec::new(), headers: Vec::new(), answers: Vec::new(), repeated: Vec::new() };
        let headers: Vec<String> =
            written.questions.iter().map(|question| normalise_label(&question.header.text)).collect();
        for (question, header) in written.questions.iter().zip(&headers) {
            let (mut numbers, mut is_header, mut is_answer) = (vec![None], vec![false], vec![false]);
            for text in question.wordings.texts() {
                let said = Wording::read(text, |_| false).said;
                numbers.push(match said {
                    Said::Number(number) => Some(number),
                    _ => None,
                });
                let label = normalise_label(text);
                is_header.push(!label.is_empty() && (label == *header || is_code(&label)));
                is_answer.push(!matches!(said, Said::Words(_)) && !matches!(said, Said::Number(n) if n.fract() != 0.0));
            }
            words.numbers.push(numbers);
            words.headers.push(is_header);
            words.answers.push(is_answer);
        }
        for question in 0..written.questions.len() {
            let mut counts = vec![0_usize; words.numbers[question].len()];
            for place in 0..written.rows.len() {
                if let Some(count) =
                    written.cells(place).get(question).and_then(|number| counts.get_mut(*number as usize))
                {
                    *count += 1;
                }
            }
            words
                .repeated
                .push(counts.into_iter().enumerate().map(|(number, count)| number > 0 && count > 1).collect());
        }
        words
    }

    fn count(of: &[Vec<bool>], cells: &[u32]) -> usize {
        of.iter().zip(cells).filter(|(known, number)| known.get(**number as usize) == Some(&true)).count()
    }

    fn given(cells: &[u32]) -> usize {
        cells.iter().filter(|number| **number != 0).count()
    }

    /// Whether the row says the header again, or the codes of its columns.
    fn are_headers(&self, cells: &[u32]) -> bool {
        let headers = Words::count(&self.headers, cells);
        headers > 0 && 2 * headers > Words::given(cells)
    }

    /// Whether the row below the header goes on with it: words in most columns, and not one of them an answer.
    fn are_more_headers(&self, cells: &[u32]) -> bool {
        Words::given(cells) >= 2 && Words::count(&self.answers, cells) == 0 && Words::count(&self.repeated, cells) == 0
    }

    fn are_mostly_answers(&self, cells: &[u32]) -> bool {
        2 * Words::count(&self.answers, cells) >= Words::given(cells)
    }

    fn number(&self, question: usize, number: u32) -> Option<f64> {
        *self.numbers.get(question)?.get(number as usize)?
    }

    /// Whether the row numbers the columns: one more with every column, at least three of them, none left out.
    fn are_numbering(&self, written: &Written, place: usize) -> bool {
        let cells = written.cells(place);
        let numbers: Option<Vec<(u32, f64)>> = (written.questions.iter().zip(cells).enumerate())
            .map(|(question, (column, &number))| Some((column.col, self.number(question, number)?)))
            .collect();
        let Some(numbers) = numbers else { return false };
        numbers.len() >= 3 && numbers.windows(2).all(|pair| pair[1].1 - pair[0].1 == f64::from(pair[1].0 - pair[0].0))
    }
}

/// `u1`, `q 3`: a code and nothing else.
fn is_code(label: &str) -> bool {
    let compact: String = label.split(' ').collect();
    let digits = compact.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let prefix = compact.len() - digits.len();
    (1..=5).contains(&prefix) && digits.parse::<u8>().is_ok()
}

/// Sums of the rows so far, question by question.
struct Sums(Vec<(f64, usize)>);

impl Sums {
    fn new(questions: usize) -> Self {
        Sums(vec![(0.0, 0); questions])
    }

    fn add(&mut self, words: &Words, cells: &[u32]) {
        for (question, (sum, number)) in self.0.iter_mut().zip(cells).enumerate() {
            if let Some(value) = words.number(question, *number) {
                *sum = (sum.0 + value, sum.1 + 1);
            }
        }
    }

    /// Whether a row is the sums or the means of the rows above it: only where one of its numbers can be no answer.
    fn explain(&self, words: &Words, cells: &[u32], scale: u8) -> bool {
        let mut sum = true;
        let mut mean = true;
        let mut is_no_answer = false;
        let mut numbers = 0;
        for (question, (&(total, n), &number)) in self.0.iter().zip(cells).enumerate() {
            let Some(value) = words.number(question, number) else {
                if number != 0 {
                    return false;
                }
                continue;
            };
            if n < 2 {
                return false;
            }
            numbers += 1;
            is_no_answer |= value.fract() != 0.0 || value > f64::from(scale);
            sum &= value == total;
            mean &= (value - total / n as f64).abs() < 0.051;
        }
        numbers > 0 && is_no_answer && (sum || mean)
    }
}
