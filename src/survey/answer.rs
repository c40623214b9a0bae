//! One answer of a respondent: a word, a letter, a number, or several of these together.

use crate::grid::Seen;
use crate::survey::instrument::Instrument;
use crate::text::normalise_label;

/// What a cell says to a question on a scale from 1 to 4.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Nothing.
    Blank,
    /// A value from 1 to 4.
    Value(u8),
    /// A number that is not on the scale: 0, 5, 3.5.
    OutOfScale(String),
    /// A wording that is not known.
    Unknown(String),
}

impl Reply {
    /// The value, from 1 to 4.
    pub fn value(&self) -> Option<u8> {
        match self {
            Reply::Value(value) => Some(*value),
            _ => None,
        }
    }
}

/// Reads what stands in a cell as an answer to an element, by its place in the instrument.
///
/// `Sangat sesuai`, `d. Sangat sesuai`, `4 - Sangat sesuai`, `Sangat sesuai (4)`, `d`, `4` are all worth 4. A number or
/// letter beside words must say the same as they do.
pub fn read_reply(instrument: &Instrument, element: usize, seen: Seen) -> Reply {
    match seen {
        Seen::Blank => Reply::Blank,
        Seen::Number(number) => {
            on_scale(number).map_or_else(|| Reply::OutOfScale(seen.shown().into_owned()), Reply::Value)
        }
        Seen::Text(text) => read_text(instrument, element, text),
        Seen::Date(_) | Seen::Other(_) => Reply::Unknown(seen.shown().into_owned()),
    }
}

fn on_scale(number: f64) -> Option<u8> {
    [1_u8, 2, 3, 4].into_iter().find(|&value| f64::from(value) == number)
}

fn read_text(instrument: &Instrument, element: usize, text: &str) -> Reply {
    let wording = normalise_label(text);
    if wording.is_empty() {
        return Reply::Blank;
    }
    if let Some(number) = crate::number::read(text).and_then(crate::number::Number::decimal) {
        return on_scale(number).map_or_else(|| Reply::OutOfScale(text.to_owned()), Reply::Value);
    }
    if let Some(value) = instrument.worth(element, &wording).or_else(|| mark(&wording)) {
        return Reply::Value(value);
    }
    // A mark before or after the words, as forms number their choices.
    let words: Vec<&str> = wording.split(' ').collect();
    for (marked, rest) in [(words.first(), words.get(1..)), (words.last(), words.get(..words.len() - 1))] {
        let value = marked.and_then(|marked| mark(marked));
        let rest = rest.map(|rest| rest.join(" ")).and_then(|rest| instrument.worth(element, &rest));
        if let (Some(value), Some(rest)) = (value, rest)
            && value == rest
        {
            return Reply::Value(value);
        }
    }
    Reply::Unknown(text.to_owned())
}

/// `1`–`4`, or `a`–`d` in the regulation's order.
fn mark(word: &str) -> Option<u8> {
    Some(match word {
        "1" | "a" => 1,
        "2" | "b" => 2,
        "3" | "c" => 3,
        "4" | "d" => 4,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn reply(code: &str, text: &str) -> Reply {
        let skm = Instrument::named("skm-2017", Path::new(".")).unwrap();
        read_reply(&skm, skm.element(code).unwrap(), Seen::of_text(text))
    }

    #[test]
    fn answers_in_every_spelling() {
        for text in [
            "Sangat sesuai",
            "sangat  sesuai.",
            "d. Sangat sesuai",
            "4 - Sangat sesuai",
            "4. Sangat Sesuai",
            "Sangat sesuai (4)",
            "d",
            "D.",
            "4",
            " 4 ",
            "4,0",
        ] {
            assert_eq!(reply("U1", text), Reply::Value(4), "{text}");
        }
        assert_eq!(reply("U4", "a. Sangat mahal"), Reply::Value(1));
        assert_eq!(reply("U8", "Ada, tetapi tidak berfungsi"), Reply::Value(2));
        assert_eq!(
            reply("U7", "Kurang sopan & ramah"),
            Reply::Unknown("Kurang sopan & ramah".into()),
            "nothing is guessed"
        );
    }

    #[test]
    fn what_is_not_on_the_scale_is_told_apart() {
        for text in ["0", "5", "3,5", "-1"] {
            assert_eq!(reply("U1", text), Reply::OutOfScale(text.into()), "{text}");
        }
        assert_eq!(reply("U1", "Cukup"), Reply::Unknown("Cukup".into()));
        assert_eq!(
            reply("U1", "4 - Tidak sesuai"),
            Reply::Unknown("4 - Tidak sesuai".into()),
            "mark and words disagree"
        );
        assert_eq!(reply("U1", " - "), Reply::Blank);
        let skm = Instrument::named("skm-2017", Path::new(".")).unwrap();
        assert_eq!(read_reply(&skm, 0, Seen::Number(3.0)), Reply::Value(3));
        assert_eq!(read_reply(&skm, 0, Seen::Number(3.5)), Reply::OutOfScale("3.5".into()));
    }
}
