//! One answer cell: what was answered, as far as it can be read without guessing.

use crate::grid::{Cell, ErrorKind, Value};
use crate::lke::template::{AnswerType, Template};
use crate::number::{self, Doubt, Number, Share};
use crate::text::{is_invisible, normalise_label};

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

/// What is doubtful about an answer as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerDoubt {
    /// A number above 2 was taken for a percentage without its sign: `78,38`.
    PercentAssumed,
    /// 150 % or 1.5 %; the answer is outside its scale.
    PercentAmbiguous,
    /// A count was read with thousands: `1.200`.
    Thousands,
}

/// Words that say an answer is still missing, as a form's own formulas do.
const BLANK_WORDS: [&str; 6] = ["blm diisi", "belum diisi", "blm di isi", "belum di isi", "kosong", "n a"];

/// Reads a cell as an answer of the given type, with what is doubtful about it.
///
/// Typists' slips that leave no doubt are read (`ya `, `b.`, `C `, `78,38%`, `0.78`, numbers stored as text);
/// everything else is [`Answer::Outside`]. What the template itself offers as an option outranks what words, signs and
/// numbers mean elsewhere.
pub fn read_answer(template: &Template, answer_type: AnswerType, cell: &Cell) -> (Answer, Option<AnswerDoubt>) {
    if let AnswerType::Choice(scale) = answer_type
        && let Some(option) = find_option(&template.choices[scale].options, cell)
    {
        return (Answer::Choice(option), None);
    }
    if let Some(kind) = cell.error() {
        return (Answer::Error(kind), None);
    }
    if cell.is_blank() {
        // A formula that came to an empty text has been calculated, if a function in it can come to one.
        let uncalculated = |formula: &str| cell.value == Value::Empty || !formula.contains('(');
        let uncalculated = cell.formula.as_deref().is_some_and(uncalculated);
        return (if uncalculated { Answer::Uncalculated } else { Answer::Blank }, None);
    }
    if cell.text().is_some_and(is_blank_word) {
        return (Answer::Blank, None);
    }
    let outside = || Answer::Outside(cell.shown().into());
    let number = match cell.value {
        Value::Number(number) => Some(Number::of_cell(number)),
        _ => cell.text().and_then(number::read),
    };
    let Some(number) = number else { return (outside(), None) };
    match answer_type {
        AnswerType::Choice(_) => (outside(), None),
        AnswerType::Percentage => match number.share() {
            Some(Share::Sure(share)) => (Answer::Percentage(share), None),
            Some(Share::Assumed(share)) => (Answer::Percentage(share), Some(AnswerDoubt::PercentAssumed)),
            // A formula divides; what a person types may have lost its sign.
            Some(Share::Doubtful) if cell.formula.is_some() => (Answer::Percentage(number.value), None),
            Some(Share::Doubtful) => (outside(), Some(AnswerDoubt::PercentAmbiguous)),
            None => (outside(), None),
        },
        AnswerType::Scale(scale) => {
            let value = number.decimal().filter(|n| (0.0..=template.scales[scale].maximum).contains(n));
            (value.map_or_else(outside, Answer::Scale), None)
        }
        AnswerType::Count => {
            let doubt = match number.doubt {
                _ if number.percent => return (outside(), None),
                None => None,
                Some(Doubt::Grouped(_)) => Some(AnswerDoubt::Thousands),
                Some(Doubt::Words | Doubt::About) => return (outside(), None),
            };
            let count = Some(number.value).filter(|n| *n >= 0.0 && n.fract() == 0.0 && *n < 1e9);
            count.map_or_else(|| (outside(), None), |count| (Answer::Count(count), doubt))
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

/// Whether a text says that an answer is still missing: dashes or dots to write on, `Blm Diisi`. Any other sign may be
/// meant as an answer.
pub(crate) fn is_blank_word(text: &str) -> bool {
    let is_placeholder =
        |c: char| c.is_whitespace() || is_invisible(c) || matches!(c, '-' | '–' | '—' | '−' | '_' | '.' | '…');
    text.chars().all(is_placeholder) || BLANK_WORDS.contains(&normalise_label(text).as_str())
}

/// `b.`, `(B)`, ` C `, `ya`, `Tdk`: the option meant, when there is exactly one.
fn find_option(options: &[(String, f64)], cell: &Cell) -> Option<usize> {
    let shown = cell.shown();
    if shown.is_empty() {
        return None;
    }
    let by_words = |text: &str| {
        let is_it = |option: &&(String, f64)| option.0.trim().to_lowercase() == text.trim().to_lowercase();
        options.iter().position(|option| is_it(&option)).or_else(|| {
            let word = normalise_label(text);
            let mut same = (0..options.len()).filter(|&at| !word.is_empty() && normalise_label(&options[at].0) == word);
            same.next().filter(|_| same.next().is_none())
        })
    };
    by_words(&shown).or_else(|| match (&cell.value, normalise_label(&shown).as_str()) {
        (Value::Bool(true), _) => by_words("Ya"),
        (Value::Bool(false), _) | (_, "tdk") => by_words("Tidak"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(label: &str, cell: Cell) -> Answer {
        let template = Template::lke_zi_2021();
        read_answer(&template, type_of(&template, label), &cell).0
    }

    fn type_of(template: &Template, label: &str) -> AnswerType {
        let mut answered = template.nodes.iter().filter(|node| node.answer_type.is_some());
        answered.find(|node| node.type_label.as_deref() == Some(label)).and_then(|node| node.answer_type).unwrap()
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
        assert_eq!(read("%", text("150 %")), Answer::Percentage(1.5));
        let divided = Cell { formula: Some("K9/K8".into()), ..number(1.2) };
        assert_eq!(read("%", divided), Answer::Percentage(1.2), "a formula divides");
    }

    #[test]
    fn numbers_that_may_mean_something_else_say_so() {
        for (label, cell, answer, doubt) in [
            ("%", text("50,0"), Answer::Percentage(0.5), Some(AnswerDoubt::PercentAssumed)),
            ("%", text("1,5"), Answer::Outside("1,5".into()), Some(AnswerDoubt::PercentAmbiguous)),
            ("%", text("2"), Answer::Outside("2".into()), Some(AnswerDoubt::PercentAmbiguous)),
            ("%", number(1.2), Answer::Outside("1.2".into()), Some(AnswerDoubt::PercentAmbiguous)),
            ("Jumlah", text("1.000"), Answer::Count(1000.0), Some(AnswerDoubt::Thousands)),
            ("Jumlah", text("12,444"), Answer::Count(12_444.0), Some(AnswerDoubt::Thousands)),
            ("Jumlah", text("1.234.567"), Answer::Count(1_234_567.0), None),
            ("Jumlah", text("37,0"), Answer::Count(37.0), None),
            ("Jumlah", text("10 orang"), Answer::Outside("10 orang".into()), None),
            ("Jumlah", text("±1200"), Answer::Outside("±1200".into()), None),
            ("Jumlah", text("37%"), Answer::Outside("37%".into()), None),
            ("Nilai (0-4)", text("3,962"), Answer::Scale(3.962), None),
            ("Nilai (0-4)", text("3.71"), Answer::Scale(3.71), None),
            ("Nilai (0-4)", text("3,71 (A)"), Answer::Outside("3,71 (A)".into()), None),
        ] {
            let template = Template::lke_zi_2021();
            let (read, found) = read_answer(&template, type_of(&template, label), &cell);
            assert_eq!((read, found), (answer, doubt), "{cell:?}");
        }
    }

    #[test]
    fn signs_and_words_that_are_no_answer_are_not_blank() {
        for typed in ["√", "✓", "?", "v", "x", "Belum", "blm", "*", "/", "sudah", "Ya/Tidak"] {
            assert_eq!(read("Ya/Tidak", text(typed)), Answer::Outside(typed.into()), "{typed}");
        }
    }

    #[test]
    fn what_the_template_offers_outranks_what_words_mean_elsewhere() {
        let options = |words: &[&str]| words.iter().map(|word| ((*word).to_owned(), 0.5)).collect::<Vec<_>>();
        let cell = |value: Value| Cell { value, ..Cell::default() };
        for (words, value, option) in [
            (&["Ya, seluruhnya", "Ya, sebagian", "Tidak"][..], Value::Text("ya,  sebagian.".into()), Some(1)),
            (&["Sudah", "Belum"], Value::Text("BELUM".into()), Some(1)),
            (&["√", "-"], Value::Text(" - ".into()), Some(1)),
            (&["√", "-"], Value::Text("√".into()), Some(0)),
            (&["1", "0"], Value::Number(0.0), Some(1)),
            (&["TRUE", "FALSE"], Value::Bool(false), Some(1)),
            (&["A+", "A", "B"], Value::Text("A+".into()), Some(0)),
            (&["A+", "A", "B"], Value::Text("a".into()), Some(1)),
            (&["A+", "A", "B"], Value::Text("(a)".into()), None),
            (&["≥ 80%", "< 80%"], Value::Text("80%".into()), None),
            (&["Tdk", "Tidak"], Value::Text("tdk".into()), Some(0)),
        ] {
            assert_eq!(find_option(&options(words), &cell(value.clone())), option, "{value:?}");
        }
    }

    #[test]
    fn blanks_errors_and_uncalculated_formulas_are_told_apart() {
        for typed in ["", "  ", "-", "–", "--", "….", "____", "\u{200b}", "Blm Diisi", "belum diisi", "BLM DI ISI"]
        {
            assert_eq!(read("A/B/C", text(typed)), Answer::Blank, "{typed:?}");
        }
        assert_eq!(read("%", text("#DIV/0!")), Answer::Error(ErrorKind::Div0));
        let formula = Cell { formula: Some("K99/K98".into()), ..Cell::default() };
        assert_eq!(read("%", formula), Answer::Uncalculated);
        let empty = |formula: &str| Cell { value: Value::Text("".into()), formula: Some(formula.into()), link: None };
        assert_eq!(read("A/B/C", empty(r#"IF(A9="","",A9)"#)), Answer::Blank, "an empty text is a result");
        assert_eq!(read("A/B/C", empty("Data!A1")), Answer::Uncalculated, "a reference never comes to one");
        for typed in ["#N/A", "#REF!", "#ref!", "#NAME?", "Loading...", "Memuat…", "#VALUE", "Err:508"] {
            assert!(matches!(read("A/B/C", text(typed)), Answer::Error(_)), "{typed}");
        }
    }
}
