//! Instruments: what a survey asks, how its questions are recognised, what answers are worth, how indices are graded.
//! An instrument is data (TOML); four are shipped inside the program.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use crate::TOLERANCE;
use crate::survey::index::CONVERSION;
use crate::text::normalise_label;

/// The instruments shipped inside the program, in the order they are tried.
static SHIPPED: LazyLock<Vec<Arc<Instrument>>> = LazyLock::new(|| {
    [
        include_str!("instruments/skm-2017.toml"),
        include_str!("instruments/ipak.toml"),
        include_str!("instruments/ipkp.toml"),
        include_str!("instruments/ikm-2004.toml"),
    ]
    .into_iter()
    .map(|text| Arc::new(Instrument::from_text(text).expect("the shipped instruments are tested")))
    .collect()
});

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
    pub weak: Vec<String>,
    /// Place in the questionnaire, from 1.
    pub asked: usize,
    /// The question as asked.
    pub question: String,
    /// The four answers, worth 1 to 4.
    pub answers: [String; 4],
}

/// A grade (*mutu*).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// `A` … `D`.
    pub letter: String,
    /// In words.
    pub label: String,
    /// Lowest index, 25–100.
    pub at_least: f64,
}

/// How an index is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shown {
    /// From 25 to 100.
    Hundred,
    /// From 1 to 4.
    Four,
}

/// An instrument.
#[derive(Debug, Clone)]
pub struct Instrument {
    /// Name in pipelines: `skm-2017`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Short title: `SKM`.
    pub short: String,
    /// Name of its index: `IKM`.
    pub index: String,
    /// Where it comes from.
    pub source: String,
    /// How its index is shown.
    pub shown: Shown,
    /// Prefixes of headers that are only a code.
    pub code_prefixes: Vec<String>,
    /// Codes that list and questionnaire number differently.
    pub ambiguous_codes: Vec<String>,
    /// Grades, the best first.
    pub grades: Vec<Grade>,
    /// Elements, in the list's order.
    pub elements: Vec<Element>,
    /// What a wording is worth for any element; and for one element, by its place.
    general: HashMap<String, u8>,
    own: Vec<HashMap<String, u8>>,
    /// Normalised keywords by element: weight and words.
    keywords: Vec<Vec<(u32, String)>>,
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
    title: String,
    short: String,
    index: String,
    source: String,
    shown: Shown,
    #[serde(default)]
    code_prefixes: Vec<String>,
    #[serde(default)]
    ambiguous_codes: Vec<String>,
    #[serde(default)]
    bases: Vec<String>,
    grade: Vec<Grade>,
    element: Vec<Element>,
}

impl Instrument {
    /// The instruments shipped inside the program.
    pub fn shipped() -> &'static [Arc<Instrument>] {
        &SHIPPED
    }

    /// The shipped instrument of a name, or one from a TOML file.
    ///
    /// # Errors
    /// When the name is unknown and no such file can be read, or what it says is not an instrument.
    pub fn named(name: &str, directory: &Path) -> Result<Arc<Instrument>, InstrumentError> {
        if let Some(shipped) = SHIPPED.iter().find(|instrument| instrument.id == name) {
            return Ok(shipped.clone());
        }
        let path = directory.join(name);
        let text = std::fs::read_to_string(&path).map_err(|e| InstrumentError(format!("{}: {e}", path.display())))?;
        Instrument::from_text(&text).map(Arc::new)
    }

    /// Builds an instrument from its TOML.
    ///
    /// # Errors
    /// When it cannot be parsed, has no elements, doubled codes, or grades out of order.
    pub fn from_text(text: &str) -> Result<Instrument, InstrumentError> {
        let file: File = toml::from_str(text).map_err(|error| InstrumentError(error.to_string()))?;
        if file.element.len() < 2 {
            return Err(InstrumentError(format!("{}: perlu paling sedikit dua unsur", file.id)));
        }
        for (place, element) in file.element.iter().enumerate() {
            if file.element[..place].iter().any(|other| other.code == element.code) {
                return Err(InstrumentError(format!("kode {} tertulis dua kali", element.code)));
            }
        }
        if file.grade.windows(2).any(|pair| pair[0].at_least <= pair[1].at_least) {
            return Err(InstrumentError("mutu harus urut dari yang terbaik".to_owned()));
        }
        let degrees = [("tidak ", 1), ("kurang ", 2), ("", 3), ("sangat ", 4)];
        let bases = file.bases.iter().map(|base| normalise_label(base));
        let general =
            bases.flat_map(|base| degrees.map(|(degree, worth)| (format!("{degree}{base}"), worth))).collect();
        let own = |element: &Element| {
            (1..).zip(&element.answers).map(|(worth, answer)| (normalise_label(answer), worth)).collect()
        };
        let keywords = |element: &Element| {
            let of = |words: &[String], weight| {
                words.iter().map(move |word| (weight, normalise_label(word))).collect::<Vec<_>>()
            };
            [of(&element.strong, 3), of(&element.weak, 1)].concat()
        };
        Ok(Instrument {
            own: file.element.iter().map(own).collect(),
            keywords: file.element.iter().map(keywords).collect(),
            general,
            id: file.id,
            title: file.title,
            short: file.short,
            index: file.index,
            source: file.source,
            shown: file.shown,
            code_prefixes: file.code_prefixes,
            ambiguous_codes: file.ambiguous_codes,
            grades: file.grade,
            elements: file.element,
        })
    }

    /// The grade of an index from 25 to 100, decided unrounded; none below the lowest.
    pub fn grade(&self, index: f64) -> Option<&Grade> {
        self.grades.iter().find(|grade| index + TOLERANCE >= grade.at_least)
    }

    /// An index from 25 to 100 on the scale this instrument's is shown on.
    pub fn scaled(&self, index: f64) -> f64 {
        match self.shown {
            Shown::Hundred => index,
            Shown::Four => index / CONVERSION,
        }
    }

    /// What a normalised wording is worth for an element, by its place: its own answers first, then degrees of anything.
    pub fn worth(&self, element: usize, wording: &str) -> Option<u8> {
        self.own[element].get(wording).or_else(|| self.general.get(wording)).copied()
    }

    /// How strongly a normalised text asks for an element: 0 not at all, 3 and more for one of its strong keywords.
    pub fn asks_for(&self, element: usize, text: &str) -> u32 {
        let padded = format!(" {text} ");
        // A keyword inside a longer one (`prosedur` in `prosedur pelayanan`) counts once.
        self.keywords[element].iter().filter(|(_, word)| contains_word(&padded, word)).map(|(weight, _)| *weight).sum()
    }

    /// The place of an element of a code.
    pub fn element(&self, code: &str) -> Option<usize> {
        self.elements.iter().position(|element| element.code.eq_ignore_ascii_case(code))
    }
}

/// Whether a keyword stands in a text (padded with blanks) at the beginning of a word: `keramahan` asks for `ramah` only
/// where it is a keyword itself, `sarananya` for `sarana`.
fn contains_word(padded: &str, word: &str) -> bool {
    padded.contains(&format!(" {word}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skm() -> Arc<Instrument> {
        Instrument::named("skm-2017", Path::new(".")).unwrap()
    }

    #[test]
    fn the_shipped_instruments_are_whole() {
        let sizes: Vec<_> = Instrument::shipped().iter().map(|i| (i.id.as_str(), i.elements.len())).collect();
        assert_eq!(sizes, [("skm-2017", 9), ("ipak", 10), ("ipkp", 8), ("ikm-2004", 14)]);
        for instrument in Instrument::shipped() {
            for (place, element) in instrument.elements.iter().enumerate() {
                let question = normalise_label(&element.question);
                let best = (0..instrument.elements.len()).max_by_key(|&e| instrument.asks_for(e, &question));
                assert_eq!(best, Some(place), "{} {} asks for itself", instrument.id, element.code);
                for (worth, answer) in (1..).zip(&element.answers) {
                    assert_eq!(instrument.worth(place, &normalise_label(answer)), Some(worth), "{answer}");
                }
            }
        }
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
    fn own_answers_outweigh_general_ones() {
        let skm = skm();
        let worth = |code: &str, wording: &str| skm.worth(skm.element(code).unwrap(), wording);
        assert_eq!((worth("U4", "sangat mahal"), worth("U4", "gratis")), (Some(1), Some(4)));
        assert_eq!((worth("U8", "tidak ada"), worth("U1", "tidak ada")), (Some(1), None));
        assert_eq!((worth("U9", "cukup"), worth("U1", "cukup")), (Some(2), None));
        assert_eq!((worth("U3", "sangat baik"), worth("U3", "kurang cepat")), (Some(4), Some(2)));
    }

    #[test]
    fn a_broken_instrument_is_refused() {
        let text = include_str!("instruments/ipak.toml");
        let refused = |text: String| Instrument::from_text(&text).unwrap_err().to_string();
        assert!(refused(text.replace("code = \"P2\"", "code = \"P1\"")).contains("P1 tertulis dua kali"));
        assert!(refused(text.replace("at_least = 65.00", "at_least = 95.00")).contains("urut dari yang terbaik"));
        assert!(refused(text.replace("shown", "tampil")).contains("tampil"));
    }
}
