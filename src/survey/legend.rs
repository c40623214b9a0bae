//! What a header or a note says of its scale: which mark stands for what, how high it goes, which end is the best.

use std::sync::LazyLock;

use regex::Regex;

use crate::survey::wording::{Degree, Said, Wording, comparable};

/// Words of a phrase that are looked at.
const LONGEST: usize = 4;

/// `1-5`, `1 s.d. 6`, `1 sampai 10` …
const RANGE: &str = r"1\s*(?:-|–|—|s\.?\s?/?\s?d\.?|sampai|hingga|to)\s*(\d{1,2})";

/// A scale in brackets and nothing else: `(1-5)`, `[1 s.d. 6]`, `[Skala 1-4]`.
static BRACKETED: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"(?i)[(\[]\s*(?:skala\s*)?(?:likert\s*)?{RANGE}\s*[)\]]")));
/// A scale by its name: `skala 1 sampai 6`, `bintang 1-6`, `skala 5`, `nilai 1-4`, `maksimal 5`.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?i)\b(?:(?:skala|bintang|rating|scale)(?:\s+likert)?\s*:?\s*(?:{RANGE}|(\d{{1,2}})\b)|(?:nilai|skor|angka|dari)\s*{RANGE}|(?:nilai\s+)?(?:maksimal|maksimum|tertinggi)\s*:?\s*(\d{{1,2}})\b)"
    ))
});
static IN_WORDS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\bskala\s+(?:likert\s+)?(tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh)\b"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern that is tested")
}

/// How good something is, the worst first; only its order counts.
type Rank = u8;

/// A mark with what it stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Pair {
    /// 1 for `1` and `a`.
    mark: u8,
    is_letter: bool,
    rank: Rank,
    in_brackets: bool,
}

/// What a text says of a scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Legend {
    pairs: Vec<Pair>,
    highest: Option<u8>,
    best_first: Option<bool>,
}

/// A word or a sign of a text.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Sign(char),
}

impl Legend {
    /// Reads a text; `own` ranks a question's own answers.
    pub fn read(text: &str, own: &dyn Fn(&str) -> Option<Rank>) -> Legend {
        let tokens = tokens(text);
        let mut pairs = Vec::new();
        let mut depth = 0_usize;
        let mut listed = Vec::new();
        let mut most = 0;
        for (at, token) in tokens.iter().enumerate() {
            match token {
                Token::Sign('(' | '[') => depth += 1,
                Token::Sign(')' | ']') => depth = depth.saturating_sub(1),
                Token::Word(word) => {
                    let Some((mark, is_letter)) = mark(word) else { continue };
                    if depth > 0 && !is_letter {
                        listed.push(mark);
                    }
                    let after = phrase_after(&tokens, at);
                    let before = phrase_before(&tokens, at);
                    if !after.is_empty() || !before.is_empty() {
                        most = most.max(mark);
                    }
                    let rank = longest(&after, own, false).or_else(|| longest(&before, own, true));
                    pairs.extend(rank.map(|rank| Pair { mark, is_letter, rank, in_brackets: depth > 0 }));
                }
                Token::Sign(_) => {}
            }
        }
        let best_first = direction(&pairs).or_else(|| in_general(text));
        Legend { highest: highest(text, &pairs, most, &listed), best_first, pairs }
    }

    /// Reads a text by degrees alone.
    pub fn of(text: &str) -> Legend {
        Legend::read(text, &|_| None)
    }

    /// Whether any mark is told by a degree.
    pub fn tells(&self) -> bool {
        !self.pairs.is_empty()
    }

    /// The scale's highest value, where the text says it.
    pub fn highest(&self) -> Option<u8> {
        self.highest
    }

    /// Whether marks run from the best to the worst, where the text says it.
    pub fn best_first(&self) -> Option<bool> {
        self.best_first
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
            continue;
        }
        if !word.is_empty() {
            tokens.push(Token::Word(std::mem::take(&mut word)));
        }
        if !c.is_whitespace() {
            tokens.push(Token::Sign(c));
        }
    }
    tokens
}

/// `1`–`10`, `a`–`f`, and whether it is a letter.
fn mark(word: &str) -> Option<(u8, bool)> {
    match word.as_bytes() {
        [letter @ b'a'..=b'f'] => Some((letter - b'a' + 1, true)),
        _ => word.parse().ok().filter(|mark| (1..=10).contains(mark)).map(|mark| (mark, false)),
    }
}

/// The words after a mark, up to the next mark or a sign that parts.
fn phrase_after(tokens: &[Token], at: usize) -> Vec<&str> {
    let mut words = Vec::new();
    for token in tokens.iter().skip(at + 1) {
        match token {
            Token::Word(word) if mark(word).is_some() && !words.is_empty() => break,
            Token::Word(word) if mark(word).is_some() => return Vec::new(),
            Token::Word(word) => words.push(word.as_str()),
            Token::Sign('.' | ')' | '=' | ':' | '-' | '–' | '—' | '(') if words.is_empty() => {}
            Token::Sign('&') => {}
            Token::Sign(_) => break,
        }
        if words.len() == LONGEST {
            break;
        }
    }
    words
}

/// The words before a mark that an equals sign parts from it: `Sangat puas = 1`.
fn phrase_before(tokens: &[Token], at: usize) -> Vec<&str> {
    let before = tokens.get(..at).unwrap_or_default();
    let Some((Token::Sign('=' | ':' | '('), rest)) = before.split_last() else { return Vec::new() };
    let mut words = Vec::new();
    for token in rest.iter().rev() {
        match token {
            Token::Word(word) if mark(word).is_none() && words.len() < LONGEST => words.push(word.as_str()),
            _ => break,
        }
    }
    words.reverse();
    words
}

/// The rank of the longest beginning (or end) of a phrase that has one.
fn longest(words: &[&str], own: &dyn Fn(&str) -> Option<Rank>, ends: bool) -> Option<Rank> {
    (1..=words.len()).rev().find_map(|length| {
        let part = if ends { words.get(words.len() - length..)? } else { words.get(..length)? };
        rank(&comparable(&part.join(" ")), own)
    })
}

fn rank(words: &str, own: &dyn Fn(&str) -> Option<Rank>) -> Option<Rank> {
    if let Some(rank) = own(words) {
        return Some(rank);
    }
    match words {
        "terbaik" | "paling baik" | "tertinggi" | "paling tinggi" | "paling puas" | "best" => Some(VERY),
        "terburuk" | "paling buruk" | "terendah" | "paling rendah" | "paling jelek" | "worst" => Some(0),
        _ => {
            let wording = Wording::read(words, |_| false);
            match wording.abbreviated().unwrap_or(wording.said) {
                Said::Degree(degree, _) => Some(degree as u8 * 2),
                Said::Neutral => Some(Degree::Fairly as u8 * 2 + 1),
                _ => None,
            }
        }
    }
}

const VERY: Rank = Degree::Very as u8 * 2;

/// Whether the marks run from the best on. One mark in brackets tells where it is an end of the scale.
fn direction(pairs: &[Pair]) -> Option<bool> {
    let mut ranks: Vec<(u8, Rank)> = pairs.iter().map(|pair| (pair.mark, pair.rank)).collect();
    ranks.sort_unstable();
    ranks.dedup();
    if ranks.len() >= 2 {
        let rises = ranks.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1);
        let falls = ranks.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 > pair[1].1);
        return (rises != falls).then_some(falls);
    }
    let only = pairs.first().filter(|pair| pair.in_brackets)?;
    let low = only.rank <= Degree::Not as u8 * 2;
    match (only.mark, only.rank >= VERY) {
        (1, true) => Some(true),
        (1, false) if low => Some(false),
        (3.., true) => Some(false),
        (3.., false) if low => Some(true),
        _ => None,
    }
}

/// `Semakin kecil semakin baik`.
fn in_general(text: &str) -> Option<bool> {
    let text = crate::text::normalise_label(text).replace("makin", "semakin").replace("sesemakin", "semakin");
    let says = |words: &[&str]| words.iter().any(|word| text.contains(&format!("semakin {word} semakin baik")));
    match (says(&["kecil", "rendah"]), says(&["besar", "tinggi"])) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

fn highest(text: &str, pairs: &[Pair], most: u8, listed: &[u8]) -> Option<u8> {
    let number =
        |found: regex::Captures| found.iter().skip(1).flatten().find_map(|group| group.as_str().parse::<u8>().ok());
    let words = ["tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh"];
    let in_words = IN_WORDS.captures(text).and_then(|found| {
        let word = found.get(1)?.as_str().to_lowercase();
        words.iter().position(|known| *known == word).map(|place| place as u8 + 3)
    });
    // A legend goes as far as its last mark; one end alone tells where it is above the usual four.
    let is_end = pairs.iter().any(|pair| pair.mark == most && pair.in_brackets && pair.rank >= VERY);
    let told = Some(most).filter(|most| *most >= 3 && (pairs.len() >= 2 || is_end && *most > 4));
    // `(1, 2, 3, 4, 5)`
    let counted = listed.len() >= 3 && listed.iter().zip(1..).all(|(mark, number)| *mark == number);
    let counted = counted.then_some(listed.len() as u8);
    let said = BRACKETED.captures(text).and_then(number).or_else(|| NAMED.captures(text).and_then(number));
    said.or(in_words).or(told).or(counted).filter(|scale| (3..=10).contains(scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_header_says_of_its_scale() {
        for (text, best_first, highest) in [
            ("Persyaratan", None, None),
            ("1. Persyaratan", None, None),
            ("U1 Persyaratan", None, None),
            ("3. Sangat mudah memenuhi persyaratan", None, None),
            ("Persyaratan (1-4)", None, Some(4)),
            ("Persyaratan [Skala 1-4]", None, Some(4)),
            ("Persyaratan (1 s.d. 6)", None, Some(6)),
            ("Persyaratan, skala 5", None, Some(5)),
            ("Persyaratan (skala lima)", None, Some(5)),
            ("Persyaratan (maksimal 5)", None, Some(5)),
            ("Persyaratan (1, 2, 3, 4, 5)", None, Some(5)),
            ("Persyaratan (1 = tidak baik, 4 = sangat baik)", Some(false), Some(4)),
            ("Persyaratan (1 = Tidak Baik s.d. 4 = Sangat Baik)", Some(false), Some(4)),
            ("Persyaratan (1: Sangat Puas - 4: Tidak Puas)", Some(true), Some(4)),
            ("Persyaratan (1 Sangat Puas – 4 Tidak Puas)", Some(true), Some(4)),
            ("Persyaratan (1 = Sangat Baik)", Some(true), None),
            ("Persyaratan (4 = Sangat Baik)", Some(false), None),
            ("Persyaratan (5 = sangat puas)", Some(false), Some(5)),
            ("Persyaratan (1 sangat tidak puas, 5 sangat puas)", Some(false), Some(5)),
            ("Persyaratan (1 terbaik, 4 terburuk)", Some(true), Some(4)),
            ("Persyaratan (nilai 1 paling baik)", Some(true), None),
            ("Persyaratan (semakin kecil semakin baik)", Some(true), None),
            ("Persyaratan (1=SB, 2=B, 3=KB, 4=TB)", Some(true), Some(4)),
            ("Persyaratan (Sangat Puas = 1, Puas = 2, Kurang Puas = 3, Tidak Puas = 4)", Some(true), Some(4)),
            ("a. Tidak sesuai b. Kurang sesuai c. Sesuai d. Sangat sesuai", Some(false), Some(4)),
            ("Persyaratan (A=Sangat Baik s.d. D=Tidak Baik)", Some(true), Some(4)),
            ("Persyaratan (A: SB; B: B; C: KB; D: TB)", Some(true), Some(4)),
            ("Biaya (a. Sangat mahal b. Cukup mahal c. Murah d. Gratis)", Some(false), Some(4)),
            ("1. Tidak Puas 2. Kurang Puas 3. Puas 4. Sangat Puas", Some(false), Some(4)),
            ("Keterangan: 1 = Sangat tidak puas … 5 = Sangat puas", Some(false), Some(5)),
            ("Waktu penyelesaian 1-3 hari", None, None),
            ("Jenis kelamin (1=L, 2=P)", None, None),
        ] {
            let legend = Legend::of(text);
            assert_eq!((legend.best_first(), legend.highest()), (best_first, highest), "{text}");
        }
    }
}
