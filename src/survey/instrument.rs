//! Instruments: what a survey asks, how its questions are recognised, what answers are worth, how indices are graded.
//! An instrument is data (TOML); some are shipped inside the program.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use crate::TOLERANCE;
use crate::text::normalise_label;

/// What a value of the official scale of 4 is worth of 100.
pub const CONVERSION: f64 = 25.0;

/// What a value is worth of 100 on a scale, by its highest value.
pub fn conversion(scale: u8) -> f64 {
    100.0 / f64::from(scale)
}

/// The instruments shipped inside the program, in the order they are tried.
static SHIPPED: LazyLock<Vec<Arc<Instrument>>> = LazyLock::new(|| {
    [
        include_str!("instruments/skm-2017.toml"),
        include_str!("instruments/spkp-8.toml"),
        include_str!("instruments/spak-5.toml"),
        include_str!("instruments/ipk-10.toml"),
        include_str!("instruments/ikm-2004.toml"),
    ]
    .into_iter()
    .map(|text| {
        let instrument = Instrument::from_text(text).expect("the shipped instruments are tested");
        Arc::new(Instrument { shipped: true, ..instrument })
    })
    .collect()
});

/// Forms in which several surveys stand side by side: the name of the form, the instruments it holds.
const FORMS: [(&str, &[&str]); 1] = [("skm-online", &["skm-2017", "spak-5"])];

/// One thing a survey measures: an unsur, or an item of a perception index.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Element {
    /// Code: `U1`.
    pub code: String,
    /// Label.
    pub label: String,
    /// Keywords that make a question this element's.
    pub strong: Vec<String>,
    /// Keywords that only support it.
    #[serde(default)]
    pub weak: Vec<String>,
    /// Place in the questionnaire, from 1.
    pub asked: usize,
    /// The question as asked.
    pub question: String,
    /// The answers, worth 1 to the highest value; wordings of the same answer are parted by `|`. None are given where the
    /// scale is only numbers.
    #[serde(default)]
    pub answers: Vec<String>,
    /// Whether the element names a wrong (bribery, discrimination): then a header that claims the wrong, instead of denying
    /// it, turns the scale.
    #[serde(default)]
    pub misdeed: bool,
    /// Whether the highest answer is the worst, whatever the header says.
    #[serde(default)]
    pub reversed: bool,
}

impl Element {
    /// The answers as a questionnaire offers them, the lowest first: of several wordings the first.
    pub fn offered(&self) -> impl Iterator<Item = &str> {
        self.answers.iter().map(|answer| answer.split('|').next().unwrap_or_default().trim())
    }
}

/// A grade (*mutu*).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// `A` … `D`.
    pub letter: String,
    /// In words.
    pub label: String,
    /// Lowest index, 0–100.
    pub at_least: f64,
}

/// How an index is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shown {
    /// Up to 100.
    Hundred,
    /// Up to 4, as the LKE states it.
    Four,
}

impl Shown {
    /// Both.
    pub const ALL: [Shown; 2] = [Shown::Hundred, Shown::Four];

    /// Its lowest and highest value, for people.
    pub fn range(self) -> &'static str {
        match self {
            Shown::Hundred => "25–100",
            Shown::Four => "1–4",
        }
    }
}

/// An instrument.
#[derive(Debug, Clone)]
pub struct Instrument {
    /// Name in pipelines: `skm-2017`.
    pub id: String,
    /// Other names it is known by.
    pub also: Vec<String>,
    /// Title.
    pub title: String,
    /// Short title: `SKM`.
    pub short: String,
    /// Name of its index: `IKM`.
    pub index: String,
    /// The report it belongs to, by which an LKE asks for it: `skm`, `ipak`, `ipkp`.
    pub report: String,
    /// Where it comes from.
    pub source: String,
    /// How its index is shown.
    pub shown: Shown,
    /// The scales it is used on, each by its highest value; the first is the one taken where nothing tells.
    pub scales: Vec<u8>,
    /// Whether letters and numbered answers run from the best to the worst; none where each form must tell.
    pub best_first: Option<bool>,
    /// Prefixes of headers that are only a code.
    pub code_prefixes: Vec<String>,
    /// Codes that list and questionnaire number differently.
    pub ambiguous_codes: Vec<String>,
    /// Words that tell that a question is another survey's.
    pub avoid: Vec<String>,
    /// Grades, the best first.
    pub grades: Vec<Grade>,
    /// Elements, in the list's order.
    pub elements: Vec<Element>,
    /// Whether it is shipped inside the program; answers of one of the user's own are a declaration.
    pub shipped: bool,
    /// Normalised keywords by element: weight and words.
    pub(super) keywords: Vec<Vec<(u32, String)>>,
}

/// An instrument that cannot be used, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct InstrumentError(String);

impl fmt::Display for InstrumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InstrumentError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    #[serde(default)]
    also: Vec<String>,
    title: String,
    short: String,
    index: String,
    #[serde(default)]
    report: Option<String>,
    source: String,
    shown: Shown,
    #[serde(default)]
    scale: Option<Scales>,
    #[serde(default)]
    best_first: Option<bool>,
    #[serde(default)]
    code_prefixes: Vec<String>,
    #[serde(default)]
    ambiguous_codes: Vec<String>,
    #[serde(default)]
    avoid: Vec<String>,
    /// Words that answers were once declared with; degrees of any word are read now.
    #[serde(default, rename = "bases")]
    _bases: Vec<String>,
    grade: Vec<Grade>,
    element: Vec<Element>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Scales {
    One(u8),
    Several(Vec<u8>),
}

impl Instrument {
    /// The instruments shipped inside the program.
    pub fn shipped() -> &'static [Arc<Instrument>] {
        &SHIPPED
    }

    /// The shipped instrument of a name (its own or another it is known by), or one from a TOML file.
    ///
    /// # Errors
    /// When the name is unknown and no such file can be read, or what it says is not an instrument.
    pub fn named(name: &str, directory: &Path) -> Result<Arc<Instrument>, InstrumentError> {
        if let Some(shipped) = Instrument::known(name) {
            return Ok(shipped);
        }
        let path = directory.join(name);
        let text = std::fs::read_to_string(&path).map_err(|e| InstrumentError(format!("{}: {e}", path.display())))?;
        Instrument::from_text(&text).map(Arc::new)
    }

    /// The instruments of a form: those of a form of several surveys, or the one of the name.
    ///
    /// # Errors
    /// As [`Instrument::named`].
    pub fn of_form(name: &str, directory: &Path) -> Result<Vec<Arc<Instrument>>, InstrumentError> {
        match FORMS.iter().find(|(form, _)| *form == name) {
            Some((_, parts)) => parts.iter().map(|part| Instrument::named(part, directory)).collect(),
            None => Ok(vec![Instrument::named(name, directory)?]),
        }
    }

    /// The shipped instrument of a name, its own or another it is known by.
    pub fn known(name: &str) -> Option<Arc<Instrument>> {
        SHIPPED.iter().find(|instrument| instrument.is_called(name)).cloned()
    }

    /// Whether it is known by a name.
    pub fn is_called(&self, name: &str) -> bool {
        self.id == name || self.also.iter().any(|also| also == name)
    }

    /// Whether it is what an LKE asks for by a name: the instrument itself, or the report it belongs to.
    pub fn answers_for(&self, name: &str) -> bool {
        self.is_called(name) || self.report == name
    }

    /// Builds an instrument from its TOML.
    ///
    /// # Errors
    /// When it cannot be parsed, has no elements, doubled codes, a scale below 2 or above 10, answers that are not one for
    /// each value, or grades out of order.
    pub fn from_text(text: &str) -> Result<Instrument, InstrumentError> {
        let file: File = toml::from_str(text).map_err(|error| InstrumentError(error.to_string()))?;
        if file.element.len() < 2 {
            return Err(InstrumentError(format!("{}: perlu paling sedikit dua unsur", file.id)));
        }
        let scales = match file.scale {
            None => vec![4],
            Some(Scales::One(scale)) => vec![scale],
            Some(Scales::Several(scales)) => scales,
        };
        if scales.is_empty() || scales.iter().any(|scale| !SCALES.contains(scale)) {
            return Err(InstrumentError(format!("{}: scale harus dari 2 sampai 10", file.id)));
        }
        for (place, element) in file.element.iter().enumerate() {
            if file.element[..place].iter().any(|other| other.code == element.code) {
                return Err(InstrumentError(format!("kode {} tertulis dua kali", element.code)));
            }
            if !element.answers.is_empty() && !scales.iter().any(|&scale| element.answers.len() == usize::from(scale)) {
                let of = element.answers.len();
                return Err(InstrumentError(format!("{}: {of} jawaban, seharusnya {}", element.code, scales[0])));
            }
        }
        if file.grade.windows(2).any(|pair| pair[0].at_least <= pair[1].at_least) {
            return Err(InstrumentError("mutu harus urut dari yang terbaik".to_owned()));
        }
        let keywords = |element: &Element| {
            let of = |words: &[String], weight| {
                words.iter().map(move |word| (weight, normalise_label(word))).collect::<Vec<_>>()
            };
            [of(&element.strong, STRONG), of(&element.weak, 1)].concat()
        };
        Ok(Instrument {
            keywords: file.element.iter().map(keywords).collect(),
            report: file.report.unwrap_or_else(|| file.id.clone()),
            id: file.id,
            also: file.also,
            title: file.title,
            short: file.short,
            index: file.index,
            source: file.source,
            shown: file.shown,
            scales,
            best_first: file.best_first,
            code_prefixes: file.code_prefixes,
            ambiguous_codes: file.ambiguous_codes,
            avoid: file.avoid.iter().map(|word| normalise_label(word)).collect(),
            grades: file.grade,
            elements: file.element,
            shipped: false,
        })
    }

    /// The grade of an index up to 100, decided unrounded; none below the lowest.
    pub fn grade(&self, index: f64) -> Option<&Grade> {
        self.grades.iter().find(|grade| index + TOLERANCE >= grade.at_least)
    }

    /// An index up to 100 on the scale this instrument's is shown on.
    pub fn scaled(&self, index: f64) -> f64 {
        match self.shown {
            Shown::Hundred => index,
            Shown::Four => index / CONVERSION,
        }
    }

    /// The place of an element of a code.
    pub fn element(&self, code: &str) -> Option<usize> {
        self.elements.iter().position(|element| element.code.eq_ignore_ascii_case(code))
    }
}

/// The weight of a keyword that makes a question an element's; one that only supports it weighs 1.
pub(super) const STRONG: u32 = 3;

/// The scales there can be, by their highest value.
pub const SCALES: std::ops::RangeInclusive<u8> = 2..=10;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::header::asks_for;

    fn skm() -> Arc<Instrument> {
        Instrument::named("skm-2017", Path::new(".")).unwrap()
    }

    #[test]
    fn the_shipped_instruments_are_whole() {
        let sizes: Vec<_> = Instrument::shipped().iter().map(|i| (i.id.as_str(), i.elements.len())).collect();
        assert_eq!(sizes, [("skm-2017", 9), ("spkp-8", 8), ("spak-5", 5), ("ipk-10", 10), ("ikm-2004", 14)]);
        for instrument in Instrument::shipped() {
            for (place, element) in instrument.elements.iter().enumerate() {
                let question = normalise_label(&element.question);
                assert_eq!(asks_for(instrument, &question).claimed(), [place], "{} {}", instrument.id, element.code);
            }
        }
    }

    #[test]
    fn instruments_are_known_by_their_other_names() {
        let id = |name: &str| Instrument::named(name, Path::new(".")).unwrap().id.clone();
        assert_eq!((id("ipak"), id("ipkp")), ("ipk-10".to_owned(), "spkp-8".to_owned()));
        let form = Instrument::of_form("skm-online", Path::new(".")).unwrap();
        assert_eq!(form.iter().map(|i| i.id.as_str()).collect::<Vec<_>>(), ["skm-2017", "spak-5"]);
    }

    #[test]
    fn grades_are_decided_unrounded() {
        let letter = |index: f64| skm().grade(index).map(|grade| grade.letter.clone());
        for (index, expected) in [
            (88.31, "A"),
            (88.33, "A"),
            (88.3099, "B"),
            (76.61, "B"),
            (76.60999, "C"),
            (65.0, "C"),
            (64.99, "D"),
            (25.0, "D"),
        ] {
            assert_eq!(letter(index).as_deref(), Some(expected), "{index}");
        }
        assert_eq!(letter(24.9), None);
        // 3.5324 of 4 is the lowest A.
        assert_eq!(letter(25.0 * 3.5324).as_deref(), Some("A"));
    }

    #[test]
    fn a_broken_instrument_is_refused() {
        let text = include_str!("instruments/ipk-10.toml");
        let refused = |text: String| Instrument::from_text(&text).unwrap_err().to_string();
        assert!(refused(text.replace("code = \"P2\"", "code = \"P1\"")).contains("P1 tertulis dua kali"));
        assert!(refused(text.replace("at_least = 65.00", "at_least = 95.00")).contains("urut dari yang terbaik"));
        assert!(refused(text.replace("shown", "tampil")).contains("tampil"));
        assert!(refused(text.replace("shown =", "scale = 1\nshown =")).contains("2 sampai 10"));
        assert!(refused(text.replace("shown =", "scale = 5\nshown =")).contains("4 jawaban, seharusnya 5"));
    }
}
