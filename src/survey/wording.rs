//! What the wording of an answer says by itself: a number, a letter, a degree of something. What that is worth is decided
//! for the column and the form as a whole, in [`scale`](super::scale).

use crate::number;
use crate::survey::instrument::SCALES;
use crate::text::normalise_label;

/// How much of something an answer says, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Degree {
    /// `Sangat tidak setuju`, `sangat kurang`, `sangat buruk`.
    VeryLittle,
    /// `Tidak setuju`, `buruk`.
    Not,
    /// `Kurang setuju`, `agak tidak setuju`.
    Little,
    /// `Cukup setuju`, `agak setuju`.
    Fairly,
    /// `Setuju`.
    Plain,
    /// `Sangat setuju`, `baik sekali`.
    Very,
}

/// What the wording of an answer says.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// Nothing: blank, a dash.
    Nothing,
    /// A number.
    Number(f64),
    /// A letter alone, `a` is 0; in a column of abbreviations it may be one itself.
    Letter(u8),
    /// A degree of something; of nothing named where it is bare (`kurang`, `cukup`).
    Degree(Degree, Option<String>),
    /// Neither for nor against: `netral`, `ragu-ragu`, `biasa saja`.
    Neutral,
    /// Any other words, as they are compared.
    Words(String),
}

/// The wording of an answer, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Wording {
    /// A number or letter beside the words, as forms mark their choices: 1 for `1` and `a`.
    pub mark: Option<u8>,
    /// What it says.
    pub said: Said,
    /// Its words as they are compared.
    pub words: String,
}

/// Words that offices have degrees of. Others are understood where the form itself has `sangat …` of them.
const BASES: [&str; 55] = [
    "sesuai",
    "mudah",
    "cepat",
    "wajar",
    "kompeten",
    "mampu",
    "sopan ramah",
    "sopan",
    "ramah",
    "baik",
    "bagus",
    "puas",
    "memuaskan",
    "setuju",
    "jelas",
    "lengkap",
    "nyaman",
    "memadai",
    "transparan",
    "adil",
    "tepat",
    "tanggap",
    "responsif",
    "disiplin",
    "bertanggung jawab",
    "aman",
    "terjangkau",
    "murah",
    "terampil",
    "profesional",
    "bersih",
    "ringan",
    "sederhana",
    "tersedia",
    "berkualitas",
    "optimal",
    "maksimal",
    "cekatan",
    "santun",
    "teratur",
    "tertib",
    "akurat",
    "efektif",
    "efisien",
    "mengerti",
    "paham",
    "tepat waktu",
    "membantu",
    "tinggi",
    "kuat",
    "luas",
    "terang",
    "terbuka",
    "pandai",
    "rajin",
];

/// Words of agreement and satisfaction: on their own, `tidak …` of these is the second answer of four.
pub const LIKERT: [&str; 3] = ["setuju", "puas", "memuaskan"];

/// Words that say the opposite of one above, with it: `lambat` is little of `cepat`, and `sangat lambat` still less.
const OPPOSITES: [(&str, &str); 34] = [
    ("lambat", "cepat"),
    ("lamban", "cepat"),
    ("lama", "cepat"),
    ("sulit", "mudah"),
    ("susah", "mudah"),
    ("rumit", "mudah"),
    ("berbelit", "mudah"),
    ("berbelit belit", "mudah"),
    ("kasar", "sopan"),
    ("ketus", "ramah"),
    ("judes", "ramah"),
    ("acuh", "ramah"),
    ("cuek", "ramah"),
    ("kotor", "bersih"),
    ("rendah", "tinggi"),
    ("lemah", "kuat"),
    ("mengecewakan", "memuaskan"),
    ("kecewa", "puas"),
    ("mahal", "murah"),
    ("sempit", "luas"),
    ("gelap", "terang"),
    ("kacau", "teratur"),
    ("berantakan", "teratur"),
    ("membingungkan", "jelas"),
    ("kabur", "jelas"),
    ("tertutup", "terbuka"),
    ("boros", "hemat"),
    ("bodoh", "pandai"),
    ("malas", "rajin"),
    ("diskriminatif", "adil"),
    ("memberatkan", "ringan"),
    ("berat", "ringan"),
    ("mempersulit", "mudah"),
    ("merugikan", "adil"),
];

/// Abbreviations of degrees, of more than one letter; a column that has one is a column of abbreviations.
const ABBREVIATIONS: [(&str, &str); 26] = [
    ("sts", "sangat tidak setuju"),
    ("ts", "tidak setuju"),
    ("ks", "kurang setuju"),
    ("cs", "cukup setuju"),
    ("ss", "sangat setuju"),
    ("stp", "sangat tidak puas"),
    ("tp", "tidak puas"),
    ("kp", "kurang puas"),
    ("cp", "cukup puas"),
    ("sp", "sangat puas"),
    ("stb", "sangat tidak baik"),
    ("tb", "tidak baik"),
    ("kb", "kurang baik"),
    ("cb", "cukup baik"),
    ("sb", "sangat baik"),
    ("bs", "baik sekali"),
    ("sk", "sangat kurang"),
    ("rr", "ragu ragu"),
    // Of one letter: only beside others.
    ("b", "baik"),
    ("c", "cukup"),
    ("k", "kurang"),
    ("s", "setuju"),
    ("p", "puas"),
    ("n", "netral"),
    ("r", "ragu ragu"),
    ("j", "jelek"),
];

/// A wording as wordings are compared: a label without `dan`, for which people write `&`, `/` or a comma.
pub fn comparable(text: &str) -> String {
    let label = normalise_label(text);
    if !label.split(' ').any(|word| word == "dan") {
        return label;
    }
    label.split(' ').filter(|word| *word != "dan").collect::<Vec<_>>().join(" ")
}

/// Whether words say a degree of something that is known.
pub fn is_degree(text: &str) -> bool {
    matches!(said(&comparable(text)), Said::Degree(..) | Said::Neutral)
}

/// Whether words say how much of anything: a degree that is known, or `sangat …`, `tidak …`, `kurang …` of whatever.
pub fn says_a_degree(text: &str) -> bool {
    is_degree(text) || matches!(degree(&comparable(text)), (degree, Some(_)) if degree != Degree::Plain)
}

impl Wording {
    /// Takes a wording apart: `Sangat sesuai`, `d. Sangat sesuai`, `4 - Sangat sesuai`, `Sangat sesuai (4)`, `d`, `4`, `★★★★`.
    /// `is_known` tells whether words are an answer of the question's own.
    pub fn read(text: &str, is_known: impl Fn(&str) -> bool) -> Wording {
        let words = comparable(text);
        let of = |mark: Option<u8>, said: Said, words: &str| Wording { mark, said, words: words.to_owned() };
        if let Some(stars) = stars(text) {
            return of(None, Said::Number(stars), "");
        }
        // `(3)`: a number in brackets and nothing else.
        let text = text.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
        if words.is_empty() {
            return of(None, Said::Nothing, "");
        }
        if let Some(number) = number::read(text).and_then(number::Number::decimal) {
            return of(None, Said::Number(number), "");
        }
        let understand = |words: &str| match said(words) {
            Said::Words(words) if is_known(&words) => Some(Said::Words(words)),
            Said::Words(_) => None,
            said => is_known(words).then(|| Said::Words(words.to_owned())).or(Some(said)),
        };
        if let Some(said) = understand(&words) {
            return of(None, said, &words);
        }
        let split: Vec<&str> = words.split(' ').collect();
        let ends = [split.split_first(), split.split_last()];
        for (marked, rest) in ends.into_iter().flatten() {
            let rest = rest.join(" ");
            if let Some(mark) = mark(marked)
                && let Some(said) = understand(&rest)
                && !matches!(said, Said::Letter(_) | Said::Number(_) | Said::Nothing)
            {
                return of(Some(mark), said, &rest);
            }
        }
        // A mark before words that only the form as a whole makes sense of.
        if let Some((first, rest)) = split.split_first()
            && !rest.is_empty()
            && let Some(mark) = mark(first)
        {
            let rest = rest.join(" ");
            return of(Some(mark), Said::Words(rest.clone()), &rest);
        }
        of(None, Said::Words(words.clone()), &words)
    }

    /// What it says in a column of abbreviations: `B` is *baik* beside `SB`, the letter b elsewhere.
    pub fn abbreviated(&self) -> Option<Said> {
        let whole = ABBREVIATIONS.iter().find(|(short, _)| *short == self.words).map(|(_, whole)| *whole)?;
        Some(said(whole))
    }

    /// Whether it is an abbreviation that is nothing else.
    pub fn is_abbreviation(&self) -> bool {
        let option = matches!(self.words.as_bytes(), [b'a'..=b'f']);
        !option && ABBREVIATIONS.iter().any(|(short, _)| *short == self.words)
    }

    /// The degree words say of something that only this form has degrees of: `sangat lincah` and `lincah`.
    pub fn degree_of_any(&self) -> Option<(Degree, String)> {
        let Said::Words(words) = &self.said else { return None };
        let (degree, base) = degree(words);
        base.map(|base| (degree, base))
    }
}

/// `1`–`10`, `a`–`f`, as a number.
fn mark(word: &str) -> Option<u8> {
    match word.as_bytes() {
        [letter @ b'a'..=b'f'] => Some(letter - b'a' + 1),
        _ => word.parse().ok().filter(|mark| *mark == 1 || SCALES.contains(mark)),
    }
}

fn stars(text: &str) -> Option<f64> {
    let mut count = 0;
    for c in text.trim().chars() {
        match c {
            '★' | '⭐' | '*' => count += 1,
            '☆' | ' ' | '\u{fe0f}' => {}
            _ => return None,
        }
    }
    (1..=10).contains(&count).then_some(f64::from(count))
}

/// What words say, as they are compared.
fn said(words: &str) -> Said {
    if let [letter @ b'a'..=b'f'] = words.as_bytes() {
        return Said::Letter(letter - b'a');
    }
    match words {
        "netral" | "ragu ragu" | "ragu" | "biasa saja" | "biasa" | "neutral" => return Said::Neutral,
        "buruk" | "jelek" => return Said::Degree(Degree::Not, Some("baik".to_owned())),
        "sangat buruk" | "sangat jelek" | "buruk sekali" => {
            return Said::Degree(Degree::VeryLittle, Some("baik".to_owned()));
        }
        "sangat kurang" | "kurang sekali" => return Said::Degree(Degree::VeryLittle, None),
        "kurang" => return Said::Degree(Degree::Little, None),
        "cukup" | "sedang" => return Said::Degree(Degree::Fairly, None),
        _ => {}
    }
    match degree(words) {
        (degree, Some(base)) if BASES.contains(&base.as_str()) => Said::Degree(degree, Some(base)),
        (degree, Some(base)) => match (opposite(&base), degree) {
            (Some(of), Degree::Plain) => Said::Degree(Degree::Not, Some(of.to_owned())),
            (Some(of), Degree::Very) => Said::Degree(Degree::VeryLittle, Some(of.to_owned())),
            _ => Said::Words(words.to_owned()),
        },
        _ => Said::Words(words.to_owned()),
    }
}

/// What a word says the opposite of.
fn opposite(word: &str) -> Option<&'static str> {
    OPPOSITES.iter().find(|(word_of_it, _)| *word_of_it == word).map(|(_, of)| *of)
}

/// Whether a wording names a bad thing by a word of its own (`lambat`), rather than by denying a good one.
pub fn is_opposite(words: &str) -> bool {
    opposite(words).is_some()
}

/// The degree words begin or end with, and what of; nothing where only the degree is there.
fn degree(words: &str) -> (Degree, Option<String>) {
    const BEGINNINGS: [(&str, Degree); 20] = [
        ("sangat tidak ", Degree::VeryLittle),
        ("sangat kurang ", Degree::VeryLittle),
        ("amat tidak ", Degree::VeryLittle),
        ("sgt tidak ", Degree::VeryLittle),
        ("sgt tdk ", Degree::VeryLittle),
        ("sangat tdk ", Degree::VeryLittle),
        ("sama sekali tidak ", Degree::VeryLittle),
        ("agak tidak ", Degree::Little),
        ("agak kurang ", Degree::Little),
        ("tidak ", Degree::Not),
        ("tdk ", Degree::Not),
        ("tak ", Degree::Not),
        ("kurang ", Degree::Little),
        ("krg ", Degree::Little),
        ("cukup ", Degree::Fairly),
        ("agak ", Degree::Fairly),
        ("lumayan ", Degree::Fairly),
        ("sangat ", Degree::Very),
        ("sgt ", Degree::Very),
        ("amat ", Degree::Very),
    ];
    let (mut degree, mut base) = (Degree::Plain, words);
    if let Some((beginning, of)) = BEGINNINGS.iter().find(|(beginning, _)| words.starts_with(beginning)) {
        (degree, base) = (*of, words.get(beginning.len()..).unwrap_or_default());
    }
    // `Tidak sopan dan tidak ramah` says its degree twice.
    let repeated = BEGINNINGS.iter().find(|(_, of)| *of == degree && degree != Degree::Plain).map(|(word, _)| *word);
    let once = repeated.map(|_| {
        let words_of = BEGINNINGS.iter().filter(|(_, of)| *of == degree).map(|(word, _)| word.trim_end());
        words_of.fold(format!(" {base} "), |base, word| base.replace(&format!(" {word} "), " "))
    });
    let once = once.map(|once| once.trim().to_owned());
    let mut base = once.as_deref().unwrap_or(base);
    if let Some(rest) = base.strip_suffix(" sama sekali").filter(|_| degree == Degree::Not) {
        (degree, base) = (Degree::VeryLittle, rest);
    } else if let Some(rest) = base.strip_suffix(" sekali") {
        match degree {
            Degree::Plain => (degree, base) = (Degree::Very, rest),
            Degree::Not | Degree::Little => (degree, base) = (Degree::VeryLittle, rest),
            _ => {}
        }
    }
    (degree, (!base.is_empty()).then(|| base.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<u8>, Said) {
        let wording = Wording::read(text, |words| words == "tidak ada");
        (wording.mark, wording.said)
    }

    #[test]
    fn wordings_say_what_people_mean() {
        let of = |degree: Degree, base: &str| Said::Degree(degree, Some(base.to_owned()));
        for (text, mark, said) in [
            ("Sangat sesuai", None, of(Degree::Very, "sesuai")),
            (" sangat  SESUAI. ", None, of(Degree::Very, "sesuai")),
            ("d. Sangat sesuai", Some(4), of(Degree::Very, "sesuai")),
            ("4 - Sangat sesuai", Some(4), of(Degree::Very, "sesuai")),
            ("Sangat sesuai (4)", Some(4), of(Degree::Very, "sesuai")),
            ("(1) Tidak baik", Some(1), of(Degree::Not, "baik")),
            ("Sopan & ramah", None, of(Degree::Plain, "sopan ramah")),
            ("Kurang sopan/ramah", None, of(Degree::Little, "sopan ramah")),
            ("sopan, dan ramah", None, of(Degree::Plain, "sopan ramah")),
            ("Sangat tidak setuju", None, of(Degree::VeryLittle, "setuju")),
            ("Tdk puas", None, of(Degree::Not, "puas")),
            ("Baik sekali", None, of(Degree::Very, "baik")),
            ("Tidak baik sama sekali", None, of(Degree::VeryLittle, "baik")),
            ("Buruk", None, of(Degree::Not, "baik")),
            ("Agak tidak setuju", None, of(Degree::Little, "setuju")),
            ("Kurang", None, Said::Degree(Degree::Little, None)),
            ("Cukup", None, Said::Degree(Degree::Fairly, None)),
            ("Ragu-ragu", None, Said::Neutral),
            ("4", None, Said::Number(4.0)),
            ("4,0", None, Said::Number(4.0)),
            ("★★★☆", None, Said::Number(3.0)),
            ("B", None, Said::Letter(1)),
            ("SB", None, Said::Words("sb".to_owned())),
            ("-", None, Said::Nothing),
            ("a. Tidak ada", Some(1), Said::Words("tidak ada".to_owned())),
            ("Mantap", None, Said::Words("mantap".to_owned())),
            ("1. Tidak lincah", Some(1), Said::Words("tidak lincah".to_owned())),
        ] {
            assert_eq!(read(text), (mark, said), "{text}");
        }
        let wording = |text: &str| Wording::read(text, |_| false);
        assert_eq!(wording("SB").abbreviated(), Some(of(Degree::Very, "baik")));
        assert!(wording("K").is_abbreviation() && !wording("B").is_abbreviation());
        assert_eq!(wording("Sangat lincah").degree_of_any(), Some((Degree::Very, "lincah".to_owned())));
    }
}
