//! The words of target texts.

use crate::plan::timeline::month_of;

/// Words that change nothing about the months beside them.
const FILLERS: [&str; 22] = [
    "pada",
    "di",
    "dalam",
    "paling",
    "lambat",
    "selambatnya",
    "lambatnya",
    "tanggal",
    "tgl",
    "target",
    "waktu",
    "pelaksanaan",
    "dilaksanakan",
    "jadwal",
    "periode",
    "ke",
    "minimal",
    "maksimal",
    "dgn",
    "dengan",
    "batas",
    "timeline",
];
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token {
    Month(u8),
    Year(i16),
    Number(u8),
    /// `-`, `s.d.`, `sampai`.
    Until,
    /// `,`, `dan`, `/`.
    And,
    /// `mulai`, `dari`.
    From,
    /// `tiap`, `per`.
    Each,
    /// `bulanan`, `triwulanan`, `setahun`: a frequency in a word.
    Often(Every),
    /// `sepanjang`, `selama`.
    Whole,
    Early,
    Late,
    Day,
    Week,
    /// `bulan`, beside its name or after `tiap`.
    MonthWord,
    /// A quarter or semester, by how many months it has.
    Term(u8),
    YearWord,
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Every {
    Month,
    /// At the end of every so many months.
    Months(u8),
    Year,
}

/// The tokens of a text; none where it has a word that nobody knows.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text;
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
            "-" | "–" | "—" | "−" | "‐" | "‑" | "~" => tokens.push(Token::Until),
            "," | ";" | "/" | "&" | "+" => tokens.push(Token::And),
            "'" | "’" | "‘" => {
                // `Juni '25`.
                if let Some((year, after)) = rest.split_at_checked(2).filter(|(year, _)| year.parse::<u8>().is_ok()) {
                    tokens.push(Token::Year(2000 + year.parse::<i16>().ok()?));
                    rest = after;
                }
            }
            _ if first.is_whitespace() || "().:\"".contains(first) => {}
            _ => tokens.extend(token(word, tokens.last())?),
        }
    }
    Some(tokens)
}

/// The token of a word; `Some(None)` for one that changes nothing, `None` for one nobody knows.
fn token(word: &str, before: Option<&Token>) -> Option<Option<Token>> {
    if word.starts_with(|c: char| c.is_numeric()) {
        return match word.parse::<i16>() {
            Ok(number @ 1..=99) => Some(Some(Token::Number(number as u8))),
            Ok(year @ 1990..=2100) => Some(Some(Token::Year(year))),
            _ => None,
        };
    }
    let ordinals = ["pertama", "kedua", "ketiga", "keempat", "kelima"];
    let romans = ["i", "ii", "iii", "iv", "v"];
    let is_counted = matches!(before, Some(Token::Week | Token::Term(_) | Token::And | Token::Until));
    let counted = [ordinals, romans].iter().find_map(|words| words.iter().position(|known| *known == word));
    if let Some(number) = counted.filter(|_| is_counted) {
        return Some(Some(Token::Number(number as u8 + 1)));
    }
    Some(Some(match word {
        "sampai" | "hingga" | "sd" => Token::Until,
        "dan" | "serta" => Token::And,
        "mulai" | "dari" => Token::From,
        "tiap" | "setiap" | "per" => Token::Each,
        "bulanan" | "mingguan" | "harian" | "setahun" => Token::Often(Every::Month),
        "triwulanan" => Token::Often(Every::Months(3)),
        "semesteran" => Token::Often(Every::Months(6)),
        "sepanjang" | "selama" => Token::Whole,
        "awal" | "pertengahan" => Token::Early,
        "akhir" => Token::Late,
        "hari" => Token::Day,
        "minggu" | "mgg" | "mg" | "pekan" | "week" => Token::Week,
        "bulan" | "bln" => Token::MonthWord,
        "triwulan" | "tw" | "kuartal" | "twl" | "q" => Token::Term(3),
        "semester" | "smt" | "sem" => Token::Term(6),
        "tahun" => Token::YearWord,
        _ if FILLERS.contains(&word) => return Some(None),
        _ => Token::Month(month_of(word)?),
    }))
}
