//! One answer cell: what was answered, as far as it can be read without guessing.

use crate::grid::{Cell, ErrorKind, Value};
use crate::lke::template::{AnswerType, Template};
use crate::number::{self, Number};

/// What an answer cell says.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Not answered: empty, a dash, `Blm Diisi`.
    Blank,
    /// The option of the type's [`ChoiceScale`](crate::lke::template::ChoiceScale), by its place.
    Choice(usize),
    /// A share, 1 being 100 %; not yet clamped.
    Percentage(f64),
    /// A number on the type's scale.
    Scale(f64),
    /// A count: whole, not negative.
    Count(f64),
    /// A formula's error stands in place of the answer.
    Error(ErrorKind),
    /// A formula that was saved without its result.
    Uncalculated,
    /// Something that is no answer of this type; the text as shown.
    Outside(Box<str>),
}

impl Answer {
    /// Whether somebody tried to answer, however it was read.
    pub fn is_attempted(&self) -> bool {
        !matches!(self, Answer::Blank)
    }
}

/// Words that say an answer is still missing.
const BLANK_WORDS: [&str; 8] =
    ["blm diisi", "belum diisi", "blm di isi", "belum di isi", "blm", "belum", "kosong", "n a"];

/// Reads a cell as an answer of the given type.
///
/// Typists' slips that leave no doubt are read (`ya `, `b.`, `C `, `78,38%`, `0.78`, numbers stored as text);
/// everything else is [`Answer::Outside`]. The flag tells that a percentage was written without its sign as a number
/// above 2 (`78,38`) and read as such.
pub fn read_answer(template: &Template, answer_type: AnswerType, cell: &Cell) -> (Answer, bool) {
    if let Some(kind) = cell.error() {
        return (Answer::Error(kind), false);
    }
    if cell.is_blank() {
        let answer = if cell.formula.is_some() { Answer::Uncalculated } else { Answer::Blank };
        return (answer, false);
    }
    if let Some(text) = cell.text()
        && is_blank_word(text)
    {
        return (Answer::Blank, false);
    }
    let outside = || Answer::Outside(cell.shown().into());
    match answer_type {
        AnswerType::Choice(scale) => {
            let options = &template.choices[scale].options;
            let option = match &cell.value {
                Value::Text(text) => find_option(options, text),
                Value::Bool(flag) => find_option(options, if *flag { "Ya" } else { "Tidak" }),
                _ => None,
            };
            (option.map_or_else(outside, Answer::Choice), false)
        }
        AnswerType::Percentage => match read_percentage(cell) {
            Some((share, assumed)) => (Answer::Percentage(share), assumed),
            None => (outside(), false),
        },
        AnswerType::Scale(scale) => {
            let number = cell_number(cell).filter(|n| (0.0..=template.scales[scale].maximum).contains(n));
            (number.map_or_else(outside, Answer::Scale), false)
        }
        AnswerType::Count => {
            let number = cell_number(cell).filter(|n| *n >= 0.0 && n.fract() == 0.0 && *n < 1e9);
            (number.map_or_else(outside, Answer::Count), false)
        }
    }
}

/// How an answer is shown to people: the option's own word, the number with as many decimals as it needs.
pub fn show_answer(template: &Template, answer_type: AnswerType, answer: &Answer, lang: crate::lang::Lang) -> String {
    match (answer, answer_type) {
        (Answer::Choice(option), AnswerType::Choice(scale)) => template.choices[scale].options[*option].0.clone(),
        (Answer::Percentage(share), _) => lang.percent(*share, 2),
        (Answer::Scale(number), _) => lang.short_number(*number, 4),
        (Answer::Count(number), _) => lang.number(*number, 0),
        (Answer::Error(kind), _) => kind.to_string(),
        (Answer::Outside(text), _) => text.to_string(),
        _ => String::new(),
    }
}

/// Whether a text says that an answer is still missing: a dash, `Blm Diisi`.
pub(crate) fn is_blank_word(text: &str) -> bool {
    let word = crate::text::normalise_label(text);
    word.is_empty() || BLANK_WORDS.contains(&word.as_str())
}

/// `b.`, `(B)`, ` C `, `ya`, `Tdk`: the option meant, when there is exactly one.
fn find_option(options: &[(String, f64)], text: &str) -> Option<usize> {
    let word = crate::text::normalise_label(text);
    let word = if word == "tdk" { "tidak" } else { &word };
    options.iter().position(|(option, _)| option.to_lowercase() == word)
}

fn cell_number(cell: &Cell) -> Option<f64> {
    cell.number().or_else(|| cell.text().and_then(number::read).and_then(Number::decimal))
}

/// A share from `0.7838`, `78,38%` or `78,38`; whether the last form was assumed.
///
/// A plain number up to 2 is a share (1.2 is 120 %), above that up to 100 it can only be a percentage.
fn read_percentage(cell: &Cell) -> Option<(f64, bool)> {
    if let Some(text) = cell.text()
        && let Some(number) = text.strip_suffix('%')
    {
        let number = number::read(number).and_then(Number::decimal);
        return number.filter(|n| (0.0..=1000.0).contains(n)).map(|n| (n / 100.0, false));
    }
    match cell_number(cell)? {
        number if (0.0..=2.0).contains(&number) => Some((number, false)),
        number if number > 2.0 && number <= 100.0 => Some((number / 100.0, true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(label: &str, cell: Cell) -> Answer {
        let template = Template::lke_zi_2021();
        let answer_type = template
            .nodes
            .iter()
            .find(|node| node.type_label.as_deref() == Some(label) && node.answer_type.is_some())
            .and_then(|node| node.answer_type)
            .unwrap();
        read_answer(&template, answer_type, &cell).0
    }

    fn text(value: &str) -> Cell {
        Cell { value: Value::Text(value.into()), ..Cell::default() }
    }

    fn number(value: f64) -> Cell {
        Cell { value: Value::Number(value), ..Cell::default() }
    }

    #[test]
    fn letters_are_read_through_a_typists_slips() {
        for typed in ["B", "b", " b.", "(B)", "B ", "b)", "\u{a0}B\n"] {
            assert_eq!(read("A/B/C", text(typed)), Answer::Choice(1), "{typed:?}");
        }
        for typed in ["ya ", "Ya", "YA.", "ya\u{a0}"] {
            assert_eq!(read("Ya/Tidak", text(typed)), Answer::Choice(0), "{typed:?}");
        }
        assert_eq!(read("Ya/Tidak", text("tdk")), Answer::Choice(1));
        assert_eq!(read("Ya/Tidak", Cell { value: Value::Bool(true), ..Cell::default() }), Answer::Choice(0));
    }

    #[test]
    fn what_is_no_answer_is_not_guessed() {
        for typed in ["D", "AB", "A/B", "1", "Ya", "A karena B"] {
            assert_eq!(read("A/B/C", text(typed)), Answer::Outside(typed.into()), "{typed}");
        }
        assert_eq!(read("Ya/Tidak", text("A")), Answer::Outside("A".into()));
        assert_eq!(read("Nilai (0-4)", number(4.01)), Answer::Outside("4.01".into()));
        assert_eq!(read("Nilai (0-4)", number(99.05)), Answer::Outside("99.05".into()));
        assert_eq!(read("Jumlah", text("o")), Answer::Outside("o".into()));
        assert_eq!(read("Jumlah", number(2.5)), Answer::Outside("2.5".into()));
        assert_eq!(read("Jumlah", number(-1.0)), Answer::Outside("-1".into()));
        assert_eq!(read("%", number(-0.5)), Answer::Outside("-0.5".into()));
        assert_eq!(read("%", number(101.0)), Answer::Outside("101".into()));
        assert_eq!(read("Nilai (0-4)", number(f64::NAN)), Answer::Outside("NaN".into()));
    }

    #[test]
    fn percentages_are_read_in_every_spelling() {
        for cell in [
            number(0.7838),
            text("78,38%"),
            text("78.38 %"),
            text("0.7838"),
            text("0,7838"),
            text("78,38"),
            number(78.38),
        ] {
            let Answer::Percentage(share) = read("%", cell.clone()) else { panic!("{cell:?}") };
            assert!((share - 0.7838).abs() < 1e-9, "{cell:?}");
        }
        assert_eq!(read("%", number(1.0)), Answer::Percentage(1.0));
        assert_eq!(read("%", number(1.2)), Answer::Percentage(1.2));
    }

    #[test]
    fn blanks_errors_and_uncalculated_formulas_are_told_apart() {
        for typed in ["", "  ", "-", "–", "Blm Diisi", "belum diisi", "BLM DI ISI"] {
            assert_eq!(read("A/B/C", text(typed)), Answer::Blank, "{typed:?}");
        }
        assert_eq!(read("%", text("#DIV/0!")), Answer::Error(ErrorKind::Div0));
        let formula = Cell { formula: Some("K99/K98".into()), ..Cell::default() };
        assert_eq!(read("%", formula), Answer::Uncalculated);
    }
}
