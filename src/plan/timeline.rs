//! When something is planned: months and weeks, from target texts and back.

use std::fmt::Write as _;

use strsim::osa_distance;

use crate::lang::MONTHS;

/// Other spellings of a month, by its number from 1.
const SPELLINGS: [(&str, u8); 27] = [
    ("jan", 1),
    ("january", 1),
    ("feb", 2),
    ("peb", 2),
    ("pebruari", 2),
    ("february", 2),
    ("mar", 3),
    ("mrt", 3),
    ("march", 3),
    ("apr", 4),
    ("may", 5),
    ("jun", 6),
    ("june", 6),
    ("jul", 7),
    ("july", 7),
    ("agu", 8),
    ("agt", 8),
    ("ags", 8),
    ("agust", 8),
    ("aug", 8),
    ("sep", 9),
    ("sept", 9),
    ("okt", 10),
    ("oct", 10),
    ("nov", 11),
    ("nop", 11),
    ("des", 12),
];
/// Words that change nothing about the months beside them.
const FILLERS: [&str; 25] = [
    "pada",
    "di",
    "bulan",
    "tahun",
    "thn",
    "paling",
    "lambat",
    "selambatnya",
    "awal",
    "akhir",
    "pertengahan",
    "tanggal",
    "tgl",
    "mulai",
    "sejak",
    "dari",
    "target",
    "waktu",
    "pelaksanaan",
    "t",
    "a",
    "ta",
    "ke",
    "minimal",
    "jadwal",
];

/// Months of one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub struct Months(u16);

impl Months {
    /// January to December.
    pub const ALL: Months = Months(0x0fff);

    /// Whether month `month` (from 1) is among them.
    pub fn contains(self, month: u8) -> bool {
        (1..=12).contains(&month) && self.0 & (1 << (month - 1)) != 0
    }

    /// Adds a month (from 1).
    pub fn add(&mut self, month: u8) {
        debug_assert!((1..=12).contains(&month));
        self.0 |= 1 << (month - 1);
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// In the order of the year.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (1..=12).filter(move |&month| self.contains(month))
    }

    /// The last month of every run of months without a gap: when what was planned there should be done.
    pub fn deadlines(self) -> impl Iterator<Item = u8> {
        self.iter().filter(move |&month| month == 12 || !self.contains(month + 1))
    }
}

impl FromIterator<u8> for Months {
    fn from_iter<I: IntoIterator<Item = u8>>(months: I) -> Self {
        let mut all = Months::default();
        months.into_iter().for_each(|month| all.add(month));
        all
    }
}

/// What a target text says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    /// Months.
    pub months: Months,
    /// Weeks of months, both from 1, in order.
    pub weeks: Vec<(u8, u8)>,
    /// Years named, in order.
    pub years: Vec<i16>,
}

impl Target {
    /// The text that says it: `Agustus–Desember`, `Juni, September, Desember 2022`, `April minggu ke 1, 3`. Of a target with
    /// weeks, months are listed one by one. [`read_target`] reads it back the same.
    pub fn text(&self) -> String {
        let months: Vec<u8> = self.months.iter().collect();
        let weeks = |month: u8| self.weeks.iter().filter(move |(of, _)| *of == month).map(|(_, week)| *week);
        let mut parts: Vec<String> = Vec::new();
        let mut rest = months.as_slice();
        while let [first, ..] = rest {
            let run = rest.iter().zip(*first..).take_while(|(month, expected)| **month == *expected).count();
            let run = if self.weeks.is_empty() && run > 2 { run } else { 1 };
            let mut part = month_name(*first).to_owned();
            if run > 1 {
                let _ = write!(part, "–{}", month_name(rest[run - 1]));
            }
            let of_month: Vec<String> = weeks(*first).map(|week| week.to_string()).collect();
            if !of_month.is_empty() {
                let _ = write!(part, " minggu ke {}", of_month.join(", "));
            }
            parts.push(part);
            rest = &rest[run..];
        }
        let mut text = match parts.as_slice() {
            [first, second] if self.weeks.is_empty() => format!("{first} dan {second}"),
            parts => parts.join(", "),
        };
        for year in &self.years {
            let _ = write!(text, " {year}");
        }
        text
    }
}

/// Name of a month, from 1.
pub fn month_name(month: u8) -> &'static str {
    MONTHS[usize::from(month) - 1].id
}

/// The month a word names: its name, an abbreviation, or a slip of one letter when only one month fits.
pub fn month_of(word: &str) -> Option<u8> {
    let names = || (1..).zip(MONTHS.map(|name| name.id.to_lowercase()));
    let known = names().find(|(_, name)| name == word).map(|(month, _)| month);
    known.or_else(|| SPELLINGS.iter().find(|(spelling, _)| *spelling == word).map(|(_, month)| *month)).or_else(|| {
        let mut near = names().filter(|(_, name)| word.chars().count() > 3 && osa_distance(name, word) <= 1);
        match (near.next(), near.next()) {
            (Some((month, _)), None) => Some(month),
            _ => None,
        }
    })
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    Month(u8),
    Year(i16),
    Number(u8),
    /// `-`, `s.d.`, `sampai`.
    Until,
    /// `,`, `dan`, `/`.
    And,
    Week,
    Each,
    Quarter,
    Semester,
    /// `bulanan`, or `bulan` after `tiap`.
    Monthly,
    Yearly,
}

/// Reads a target text. `None` where anything in it cannot be read for certain; an empty target where it says that nothing
/// is planned (`-`, `NIHIL`).
pub fn read_target(text: &str) -> Option<Target> {
    let tokens = tokens(text)?;
    let mut target = Target::default();
    let mut last: Option<u8> = None;
    // Whether a range has been begun at `last`; months that the next weeks belong to.
    let mut open = false;
    let mut of_weeks: Vec<u8> = Vec::new();
    let mut rest = tokens.as_slice();
    while let [token, after @ ..] = rest {
        rest = after;
        if open && !matches!(token, Token::Month(_) | Token::Year(_) | Token::Number(_)) {
            return None;
        }
        match *token {
            Token::Month(month) => {
                let first = if std::mem::take(&mut open) { last? } else { month };
                if first > month {
                    return None;
                }
                (first..=month).for_each(|month| target.months.add(month));
                (last, of_weeks) = (Some(month), vec![month]);
            }
            Token::Year(year) => {
                if !target.years.contains(&year) {
                    target.years.push(year);
                }
            }
            // A day: `31 Desember`.
            Token::Number(day) => {
                if !matches!(rest.first(), Some(Token::Month(_))) || !(1..=31).contains(&day) {
                    return None;
                }
            }
            Token::Until => {
                last?;
                open = true;
            }
            Token::And => {}
            Token::Week => {
                if of_weeks.is_empty() {
                    return None;
                }
                let (weeks, after) = numbers(rest, 5)?;
                target.weeks.extend(of_weeks.iter().flat_map(|&month| weeks.iter().map(move |&week| (month, week))));
                rest = after;
            }
            Token::Each | Token::Monthly | Token::Yearly | Token::Quarter | Token::Semester => {
                let (months, after) = repeated(*token, rest, last)?;
                months.iter().for_each(|&month| target.months.add(month));
                (of_weeks, rest) = (months, after);
            }
        }
    }
    target.weeks.sort_unstable();
    target.weeks.dedup();
    (!open).then_some(target)
}

/// `tiap triwulan`, `per semester`, `setiap bulan`, `triwulan II`: the months meant, from the first month named on.
fn repeated(token: Token, rest: &[Token], first: Option<u8>) -> Option<(Vec<u8>, &[Token])> {
    let from = first.unwrap_or(1);
    let (what, rest) = match (token, rest) {
        (Token::Each, [what, rest @ ..]) => (*what, rest),
        (Token::Each, []) => return None,
        // One quarter or semester, by its number: what is planned for it is due in its last month.
        (Token::Quarter | Token::Semester, rest) => {
            let (parts, months) = if token == Token::Quarter { (4, 3) } else { (2, 6) };
            let (numbers, rest) = numbers(rest, parts)?;
            return Some((numbers.into_iter().map(|number| number * months).collect(), rest));
        }
        (what, rest) => (what, rest),
    };
    let months: Vec<u8> = match what {
        Token::Quarter => [3, 6, 9, 12].into_iter().filter(|&month| month >= from).collect(),
        Token::Semester => [6, 12].into_iter().filter(|&month| month >= from).collect(),
        Token::Monthly => (from..=12).collect(),
        Token::Yearly if first.is_none() => (1..=12).collect(),
        _ => return None,
    };
    Some((months, rest))
}

/// The numbers that follow `minggu ke` or `triwulan`, up to `most`: `3`, `3,4,5`, `3-5`, `3 dan 4`.
fn numbers(mut rest: &[Token], most: u8) -> Option<(Vec<u8>, &[Token])> {
    let mut numbers = Vec::new();
    loop {
        let [Token::Number(number), after @ ..] = rest else { return None };
        if !(1..=most).contains(number) {
            return None;
        }
        numbers.push(*number);
        rest = after;
        match rest {
            // What comes before a month is its day.
            [Token::And, Token::Number(_), after @ ..] if !matches!(after.first(), Some(Token::Month(_))) => {
                rest = &rest[1..];
            }
            [Token::Until, Token::Number(to), after @ ..] if (*number..=most).contains(to) => {
                numbers.extend(*number + 1..=*to);
                return Some((numbers, after));
            }
            _ => return Some((numbers, rest)),
        }
    }
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let text = text.to_lowercase().replace("s.d.", " sampai ").replace("s.d", " sampai ").replace("s/d", " sampai ");
    let text = text.replace("ke-", "ke ");
    if ["", "-", "–", "—", "nihil", "tidak ada"].contains(&text.trim()) {
        return Some(Vec::new());
    }
    let mut tokens = Vec::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric();
        let end = if is_word(first) {
            // A word ends where letters turn into digits: `TW2`.
            rest.find(|c: char| !is_word(c) || c.is_numeric() != first.is_numeric()).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at(end);
        rest = after;
        match word {
            "-" | "–" | "—" | "−" | "‐" | "~" => tokens.push(Token::Until),
            "," | ";" | "/" | "&" | "+" => tokens.push(Token::And),
            _ if first.is_whitespace() || "().:'\"".contains(first) => {}
            _ => match token(word, tokens.last()) {
                Some(Some(token)) => tokens.push(token),
                Some(None) => {}
                None => return None,
            },
        }
    }
    Some(tokens)
}

/// The token of a word; `Some(None)` for one that changes nothing, `None` for one nobody knows.
fn token(word: &str, before: Option<&Token>) -> Option<Option<Token>> {
    if let Ok(number) = word.parse::<u16>() {
        return match number {
            1..=31 => Some(Some(Token::Number(number as u8))),
            1990..=2100 => Some(Some(Token::Year(number as i16))),
            _ => None,
        };
    }
    let ordinals = ["pertama", "kedua", "ketiga", "keempat", "kelima"];
    let romans = ["i", "ii", "iii", "iv", "v"];
    let is_counted = matches!(before, Some(Token::Week | Token::Quarter | Token::Semester | Token::And | Token::Until));
    let counted = [ordinals, romans].iter().find_map(|words| words.iter().position(|known| *known == word));
    if let Some(number) = counted.filter(|_| is_counted) {
        return Some(Some(Token::Number(number as u8 + 1)));
    }
    let after_each = before == Some(&Token::Each);
    Some(match word {
        "sampai" | "hingga" | "sd" => Some(Token::Until),
        // `sampai dengan` is one word.
        "dengan" if before == Some(&Token::Until) => None,
        "dan" | "serta" => Some(Token::And),
        "minggu" | "mgg" | "pekan" | "week" => Some(Token::Week),
        "tiap" | "setiap" | "per" => Some(Token::Each),
        "triwulan" | "tw" | "kuartal" | "triwulanan" => Some(Token::Quarter),
        "semester" | "semesteran" => Some(Token::Semester),
        "bulan" if after_each => Some(Token::Monthly),
        "bulanan" => Some(Token::Monthly),
        "tahun" if after_each => return None,
        "sepanjang" | "selama" => Some(Token::Yearly),
        _ if FILLERS.contains(&word) => None,
        _ => Some(Token::Month(month_of(word)?)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn months(text: &str) -> Option<Vec<u8>> {
        read_target(text).map(|target| target.months.iter().collect())
    }

    #[test]
    fn targets_as_the_documents_write_them() {
        let range = |first: u8, last: u8| (first..=last).collect::<Vec<_>>();
        for (text, expected) in [
            ("Agustus-Desember", range(8, 12)),
            ("Januari – Desember 2022", range(1, 12)),
            ("Agustus- Desember", range(8, 12)),
            ("Okttober-Desember", range(10, 12)),
            ("Oktober dan Desember", vec![10, 12]),
            ("Juni, September, Desember 2022", vec![6, 9, 12]),
            ("April Minggu ke 3 April 2022", vec![4]),
            ("April Minggu ke 3 April 2022, tiap triwulan minggu ke 3,4,5", vec![4, 6, 9, 12]),
            ("tiap triwulan", vec![3, 6, 9, 12]),
            ("per semester", vec![6, 12]),
            ("Maret, setiap semester", vec![3, 6, 12]),
            ("Juli s.d. Sept", vec![7, 8, 9]),
            ("Jan s/d Mrt 2025", vec![1, 2, 3]),
            ("AGT sampai dengan NOP", vec![8, 9, 10, 11]),
            ("setiap bulan", range(1, 12)),
            ("Triwulan II dan IV", vec![6, 12]),
            ("TW 1-3", vec![3, 6, 9]),
            ("Semester I", vec![6]),
            ("paling lambat 31 Desember 2025", vec![12]),
            ("-", vec![]),
            ("NIHIL", vec![]),
        ] {
            assert_eq!(months(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn weeks_belong_to_the_months_before_them() {
        let weeks = |text: &str| read_target(text).map(|target| target.weeks);
        assert_eq!(weeks("April Minggu ke 3 April 2022"), Some(vec![(4, 3)]));
        assert_eq!(weeks("April minggu ke-2 dan ke-4"), Some(vec![(4, 2), (4, 4)]));
        assert_eq!(weeks("April minggu II - IV 2022"), Some(vec![(4, 2), (4, 3), (4, 4)]));
        assert_eq!(weeks("Juni dan Juli minggu pertama"), Some(vec![(7, 1)]));
        let quarterly = weeks("tiap triwulan minggu ke 4,5").unwrap();
        assert_eq!(quarterly, [(3, 4), (3, 5), (6, 4), (6, 5), (9, 4), (9, 5), (12, 4), (12, 5)]);
        assert_eq!(weeks("minggu ke 3"), None);
        assert_eq!(weeks("April minggu ke 9"), None);
    }

    #[test]
    fn what_is_not_certain_is_not_read() {
        for text in [
            "segera",
            "Agustus kecuali ada pilkada",
            "Desember-Maret",
            "Agustus-",
            "- Agustus",
            "Juii",
            "13",
            "2025-08",
            "menyesuaikan",
            "tiap",
            "triwulan",
            "Agustus 45",
            "per tahun",
        ] {
            assert_eq!(read_target(text), None, "{text}");
        }
    }

    #[test]
    fn slips_of_one_letter_are_read_where_one_month_fits() {
        assert_eq!(month_of("agusuts"), Some(8));
        assert_eq!(month_of("desembr"), Some(12));
        assert_eq!(month_of("juli"), Some(7));
        assert_eq!(month_of("juti"), None, "Juni or Juli");
        assert_eq!(month_of("mau"), None);
    }

    #[test]
    fn deadlines_end_every_run() {
        let months: Months = [2, 3, 4, 7, 12].into_iter().collect();
        assert_eq!(months.deadlines().collect::<Vec<_>>(), [4, 7, 12]);
        assert_eq!(Months::ALL.deadlines().collect::<Vec<_>>(), [12]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read_back_the_same(
            months in prop::collection::btree_set(1..=12_u8, 1..12),
            weeks in prop::collection::btree_set((0..12_usize, 1..=5_u8), 0..5),
            year in prop::option::of(1990..=2100_i16),
        ) {
            let listed: Vec<u8> = months.iter().copied().collect();
            let mut weeks: Vec<(u8, u8)> =
                weeks.into_iter().map(|(place, week)| (listed[place % listed.len()], week)).collect();
            weeks.sort_unstable();
            weeks.dedup();
            let target = Target { months: months.into_iter().collect(), weeks, years: year.into_iter().collect() };
            prop_assert_eq!(read_target(&target.text()), Some(target.clone()), "{}", target.text());
        }

        #[test]
        fn no_text_is_too_strange(text in ".{0,60}") {
            let _ = read_target(&text);
        }
    }
}
