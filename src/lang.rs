//! The two languages results are written in, and how numbers look in each.
//!
//! Results are Indonesian by default (`88,48`); `--lang en` gives English (`88.48`). Both wordings
//! stand side by side where a text is made, so that neither can be forgotten.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use jiff::Zoned;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::number::rounded;

/// The months of a year.
pub const MONTHS: [Phrase; 12] = [
    Phrase::new("Januari", "January"),
    Phrase::new("Februari", "February"),
    Phrase::new("Maret", "March"),
    Phrase::new("April", "April"),
    Phrase::new("Mei", "May"),
    Phrase::new("Juni", "June"),
    Phrase::new("Juli", "July"),
    Phrase::new("Agustus", "August"),
    Phrase::new("September", "September"),
    Phrase::new("Oktober", "October"),
    Phrase::new("November", "November"),
    Phrase::new("Desember", "December"),
];

/// Language of everything a user reads in a result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lang {
    /// Indonesian.
    #[default]
    Id,
    /// English.
    En,
}

impl Lang {
    /// The wording for this language.
    pub fn pick<'a>(self, id: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Id => id,
            Lang::En => en,
        }
    }

    /// A day in words: `30 September 2025`.
    pub fn day(self, day: Date) -> String {
        let month = MONTHS[usize::from(day.month().unsigned_abs()) - 1].text(self);
        format!("{} {month} {}", day.day(), day.year())
    }

    /// The time of a day: `06.07`.
    pub fn clock(self, at: &Zoned) -> String {
        format!("{:02}{}{:02}", at.hour(), self.pick(".", ":"), at.minute())
    }

    /// A time in words: `26 November 2026 06.07 WIB`.
    pub fn moment(self, at: &Zoned) -> String {
        format!("{} {} {}", self.day(at.date()), self.clock(at), at.strftime("%Z"))
    }

    /// How long something took or ago it was, in the one unit that says it: `3 hari`, `40 menit`.
    pub fn age(self, seconds: i64) -> String {
        let units = [
            (86_400, Phrase::new("hari", "days"), "day"),
            (3_600, Phrase::new("jam", "hours"), "hour"),
            (60, Phrase::new("menit", "minutes"), "minute"),
        ];
        let fits = units.into_iter().find(|(length, ..)| seconds >= *length);
        let (length, many, one) = fits.unwrap_or((1, Phrase::new("detik", "seconds"), "second"));
        let count = seconds.max(0) / length;
        format!("{count} {}", if count == 1 { self.pick(many.id, one) } else { many.text(self) })
    }

    /// A number with exactly `decimals` decimals, [rounded](rounded) only here.
    pub fn number(self, value: f64, decimals: usize) -> String {
        self.localise(rounded(value, decimals))
    }

    /// A number with at least two and at most `most` decimals, as few as say it.
    pub fn short_number(self, value: f64, most: usize) -> String {
        self.with_decimals(value, 2, most)
    }

    /// A number with as few decimals as say it, at most `most`: `60`, `22,5`.
    pub fn plain_number(self, value: f64, most: usize) -> String {
        self.with_decimals(value, 0, most)
    }

    fn with_decimals(self, value: f64, least: usize, most: usize) -> String {
        let text = rounded(value, most);
        let zeros = text.bytes().rev().take_while(|&b| b == b'0').count();
        let decimals = most - zeros.min(most - least);
        self.number(value, decimals)
    }

    /// A share 0–1 as a percentage with `decimals` decimals: `70,2 %` or `70.2%`.
    pub fn percent(self, share: f64, decimals: usize) -> String {
        let number = self.number(share * 100.0, decimals);
        match self {
            Lang::Id => format!("{number} %"),
            Lang::En => format!("{number}%"),
        }
    }

    fn localise(self, mut text: String) -> String {
        // `-0.00` says something that is not so.
        if text.starts_with('-') && text[1..].chars().all(|c| c == '0' || c == '.') {
            text.remove(0);
        }
        match self {
            Lang::Id => text.replace('.', ","),
            Lang::En => text,
        }
    }
}

/// A short text in both languages, chosen when it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phrase {
    /// Indonesian wording.
    pub id: &'static str,
    /// English wording.
    pub en: &'static str,
}

impl Phrase {
    /// Pairs the two wordings.
    pub const fn new(id: &'static str, en: &'static str) -> Self {
        Phrase { id, en }
    }

    /// The wording for `lang`.
    pub fn text(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Id => self.id,
            Lang::En => self.en,
        }
    }
}

impl Serialize for Phrase {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.id, self.en).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Phrase {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (id, en) = <(String, String)>::deserialize(deserializer)?;
        Ok(Phrase { id: intern(id), en: intern(en) })
    }
}

/// A wording of the program's that was kept, as one that lives as long as the program; each is there once.
pub fn intern(text: String) -> &'static str {
    static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    match known.get(text.as_str()) {
        Some(text) => text,
        None => {
            let text: &'static str = text.leak();
            known.insert(text);
            text
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.pick("id", "en"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_look_as_their_readers_write_them() {
        assert_eq!(Lang::Id.number(88.483193, 2), "88,48");
        assert_eq!(Lang::En.number(88.483193, 2), "88.48");
        assert_eq!(Lang::Id.number(-0.001, 2), "0,00");
        assert_eq!(Lang::Id.short_number(0.67, 4), "0,67");
        assert_eq!(Lang::Id.short_number(4.56757, 4), "4,5676");
        assert_eq!(Lang::Id.short_number(2.0, 4), "2,00");
        assert_eq!(Lang::Id.plain_number(60.0, 2), "60");
        assert_eq!(Lang::Id.plain_number(22.5, 2), "22,5");
        assert_eq!(Lang::Id.percent(0.7838, 1), "78,4 %");
        assert_eq!(Lang::En.percent(0.7838, 1), "78.4%");
    }
}
