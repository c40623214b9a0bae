//! Numbers as people type them, and as they are shown: the one reader and the one rounding.

/// How far a number on a sheet, rounded to two decimals, may be from the computed one and still agree with it.
pub const AGREES_WITHIN: f64 = 0.005 + 1e-9;

/// Whether a number that a sheet shows with two decimals says the same as a computed one.
pub fn agrees(shown: f64, computed: f64) -> bool {
    (shown - computed).abs() <= AGREES_WITHIN
}

/// A number as typed, with what makes it doubtful.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// The number; where a mark may part thousands or decimals, with thousands. A percentage keeps its figure: `78 %`
    /// is 78.
    pub value: f64,
    /// Whether a percent sign, or *persen*, stands behind it.
    pub percent: bool,
    /// Why it may mean something else.
    pub doubt: Option<Doubt>,
}

/// Why a typed number may mean something else than it seems to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Doubt {
    /// `1.000`, `12,444`: the mark may part thousands, or decimals; then it is this number.
    Grouped(f64),
    /// Words or signs stand beside it: `10 orang`, `(3)`.
    Words,
    /// It is said to be rough: `±1200`, `sekitar 50`, `> 100`, `100-an`.
    About,
}

/// A percentage as typed, as a share: 1 is 100 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Share {
    /// `78,38 %`, `0.7838`, `1`.
    Sure(f64),
    /// `78,38`: without its sign, but it can only be a percentage.
    Assumed(f64),
    /// `1,5`, `2`: 150 % or 1.5 %.
    Doubtful,
}

impl Number {
    /// A number that a cell holds as such.
    pub fn of_cell(value: f64) -> Self {
        Number { value, percent: false, doubt: None }
    }

    /// The number where nothing stands beside it, a lone mark taken for a decimal mark: for numbers that are too small
    /// to have thousands.
    pub fn decimal(self) -> Option<f64> {
        if self.percent { None } else { self.figure() }
    }

    /// The number read as a percentage; `None` when it cannot be one.
    pub fn share(self) -> Option<Share> {
        let figure = self.figure().filter(|figure| (0.0..=1000.0).contains(figure))?;
        match figure {
            _ if self.percent => Some(Share::Sure(figure / 100.0)),
            ..=1.0 => Some(Share::Sure(figure)),
            ..=2.0 => Some(Share::Doubtful),
            ..=100.0 => Some(Share::Assumed(figure / 100.0)),
            _ => None,
        }
    }

    fn figure(self) -> Option<f64> {
        match self.doubt {
            None => Some(self.value),
            Some(Doubt::Grouped(decimal)) => Some(decimal),
            Some(Doubt::Words | Doubt::About) => None,
        }
    }
}

/// Words that say a number is rough.
const ABOUT: [&str; 13] = [
    "sekitar",
    "kira",
    "kurang",
    "lebih",
    "ca",
    "lk",
    "an",
    "hampir",
    "minimal",
    "maksimal",
    "lebihnya",
    "kurangnya",
    "perkiraan",
];
/// Words that multiply what stands before them; the figure alone is then another number.
const MULTIPLIES: [&str; 14] = [
    "puluh", "puluhan", "belas", "ratus", "ratusan", "ribu", "ribuan", "rb", "juta", "jt", "miliar", "milyar", "lusin",
    "setengah",
];

/// Reads a text as one number; `None` when it holds none, more than one, or one that cannot be made out
/// (`1.2.3`, `1O`, `10 ribu`, `seribu`).
pub fn read(text: &str) -> Option<Number> {
    let text: String =
        text.trim().trim_start_matches('\'').chars().filter(|&c| !crate::text::is_invisible(c)).collect();
    let start = text.find(|c: char| c.is_ascii_digit())?;
    // `,5` and `.5` begin with their mark.
    let start = if text[..start].ends_with([',', '.']) && !text[..start - 1].ends_with(char::is_alphabetic) {
        start - 1
    } else {
        start
    };
    let rest = &text[start..];
    let end = rest.find(|c: char| !(c.is_ascii_digit() || is_mark(c))).unwrap_or(rest.len());
    let (before, after) = (&text[..start], &rest[end..]);
    if before.chars().chain(after.chars()).any(char::is_numeric) {
        return None;
    }
    let (digits, after) = match rest[..end].strip_suffix([',', '.']) {
        // `1.200,-` is how sums of money are written.
        Some(digits) if after.starts_with('-') => (digits, &after[1..]),
        Some(digits) => (digits, after),
        None => (&rest[..end], after),
    };
    let negative = before.ends_with(['-', '−']) && before.trim_end_matches(['-', '−']).trim().is_empty();
    let before = if negative || before == "+" { "" } else { before };
    let Figures { value, decimal } = figures(digits)?;
    let signed = |number: f64| if negative { -number } else { number };
    let (percent, beside) = beside(before, after)?;
    let doubt = beside.or(decimal.map(|decimal| Doubt::Grouped(signed(decimal))));
    Some(Number { value: signed(value), percent, doubt })
}

/// Marks inside a number; no-break blanks part thousands where a program wrote them.
fn is_mark(c: char) -> bool {
    matches!(c, '.' | ',' | '\u{a0}' | '\u{202f}')
}

struct Figures {
    value: f64,
    /// The other reading, where the only mark may be a decimal mark as well.
    decimal: Option<f64>,
}

/// Digits with their marks: which are thousands', which is the decimal mark.
fn figures(text: &str) -> Option<Figures> {
    let text: String = text.trim_end_matches(['\u{a0}', '\u{202f}']).replace('\u{202f}', "\u{a0}");
    let (last, mark) = text.char_indices().rfind(|&(_, c)| is_mark(c)).unzip();
    let (Some(last), Some(mark)) = (last, mark) else { return clear(&text) };
    let (whole, fraction) = (&text[..last], &text[last + mark.len_utf8()..]);
    let others: Vec<char> = whole.chars().filter(|&c| is_mark(c)).collect();
    let thousands = || are_thousands(&text, mark).then(|| text.replace(mark, ""));
    match others.first() {
        None if mark == '\u{a0}' => clear(&thousands()?),
        None => {
            let decimal = clear(&format!("{whole}.{fraction}"))?;
            Some(match thousands() {
                Some(digits) => Figures { value: digits.parse().ok()?, decimal: Some(decimal.value) },
                None => decimal,
            })
        }
        // `1.234.567`
        Some(&first) if first == mark && others.iter().all(|&c| c == mark) => clear(&thousands()?),
        // `1.234,5`: the last mark parts the decimals.
        Some(&first) if first != mark && mark != '\u{a0}' && others.iter().all(|&c| c == first) => {
            are_thousands(whole, first).then(|| clear(&format!("{}.{fraction}", whole.replace(first, ""))))?
        }
        Some(_) => None,
    }
}

fn clear(digits: &str) -> Option<Figures> {
    let value = digits.parse().ok().filter(|number: &f64| number.is_finite())?;
    Some(Figures { value, decimal: None })
}

/// Whether marks part a number as thousands do: one to three digits, not beginning with 0, then always three.
fn are_thousands(text: &str, mark: char) -> bool {
    let mut groups = text.split(mark);
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len()) && !first.starts_with('0') && groups.all(|group| group.len() == 3)
}

/// What stands beside a number: whether a percent sign, and what makes the number doubtful. `None` when it is then
/// another number, or none.
fn beside(before: &str, after: &str) -> Option<(bool, Option<Doubt>)> {
    // `1O`, `l0`: a letter that looks like a digit.
    let touching = |word: &str| !word.is_empty() && word.chars().all(|c| matches!(c, 'o' | 'O' | 'l' | 'I' | '|'));
    let last = before.rsplit(|c: char| !(c.is_alphabetic() || c == '|')).next().unwrap_or_default();
    let first = after.split(|c: char| !(c.is_alphabetic() || c == '|')).next().unwrap_or_default();
    if touching(last) || touching(first) {
        return None;
    }
    let beside = format!("{before} {after}").to_lowercase();
    let words: Vec<&str> = beside.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    if words.iter().any(|word| MULTIPLIES.contains(word)) || matches!(words[..], ["k"] | ["m"]) {
        return None;
    }
    let percent = after.trim_start().starts_with('%') || words.first() == Some(&"persen") && before.trim().is_empty();
    let about = beside.contains(['±', '~', '≈', '<', '>', '≤', '≥', '+']) || words.iter().any(|w| ABOUT.contains(w));
    let rest = beside.replacen('%', "", 1);
    let nothing = rest.trim().is_empty() || percent && rest.trim() == "persen";
    Some((percent, if about { Some(Doubt::About) } else { (!nothing).then_some(Doubt::Words) }))
}

/// A number with `decimals` decimals as Excel shows it: of its fifteen significant digits, half away from zero.
pub fn rounded(value: f64, decimals: usize) -> String {
    let digits = format!("{value:.14e}").parse().unwrap_or(value);
    // The nearest double to a half may lie on either side of it; the next one outwards lies on the right side.
    let outwards = match digits {
        above if above > 0.0 => above.next_up(),
        below if below < 0.0 => below.next_down(),
        zero => zero,
    };
    format!("{outwards:.decimals$}")
}

/// The number that [`rounded`] shows.
pub fn round(value: f64, decimals: usize) -> f64 {
    rounded(value, decimals).parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_their_doubt() {
        use Doubt::{About, Grouped, Words};
        let sure = |value| Some((value, None));
        let doubtful = |value, doubt| Some((value, Some(doubt)));
        for (text, right) in [
            ("0", sure(0.0)),
            (" 78 ", sure(78.0)),
            ("'37", sure(37.0)),
            ("0,78", sure(0.78)),
            ("0.78", sure(0.78)),
            (",5", sure(0.5)),
            ("4.", sure(4.0)),
            ("4,0", sure(4.0)),
            ("1,5", sure(1.5)),
            ("12.50", sure(12.5)),
            ("1200.0", sure(1200.0)),
            ("1000.000", sure(1000.0)),
            ("3.9620", sure(3.962)),
            ("0.125", sure(0.125)),
            ("0,000", sure(0.0)),
            ("1.234,5", sure(1234.5)),
            ("1,234.5", sure(1234.5)),
            ("1.000,00", sure(1000.0)),
            ("1.234.567", sure(1_234_567.0)),
            ("1,234,567", sure(1_234_567.0)),
            ("1.234.567,89", sure(1_234_567.89)),
            ("12\u{a0}345", sure(12_345.0)),
            ("1\u{202f}234,5", sure(1234.5)),
            ("-3", sure(-3.0)),
            ("−3", sure(-3.0)),
            ("+3", sure(3.0)),
            ("10\u{200b}", sure(10.0)),
            ("1.000", doubtful(1000.0, Grouped(1.0))),
            ("1.200", doubtful(1200.0, Grouped(1.2))),
            ("12,444", doubtful(12_444.0, Grouped(12.444))),
            ("-1.500", doubtful(-1500.0, Grouped(-1.5))),
            ("100.000", doubtful(100_000.0, Grouped(100.0))),
            ("10 orang", doubtful(10.0, Words)),
            ("10org", doubtful(10.0, Words)),
            ("1.200 orang", doubtful(1200.0, Words)),
            ("25 Tahun", doubtful(25.0, Words)),
            ("24thn.", doubtful(24.0, Words)),
            ("10 (sepuluh)", doubtful(10.0, Words)),
            ("Rp1.200,-", doubtful(1200.0, Words)),
            ("(3)", doubtful(3.0, Words)),
            ("=10", doubtful(10.0, Words)),
            ("±1200", doubtful(1200.0, About)),
            ("± 1.200 orang", doubtful(1200.0, About)),
            ("~50", doubtful(50.0, About)),
            ("sekitar 50", doubtful(50.0, About)),
            ("kurang lebih 1200 jiwa", doubtful(1200.0, About)),
            ("> 100", doubtful(100.0, About)),
            ("100+", doubtful(100.0, About)),
            ("100-an", doubtful(100.0, About)),
            ("", None),
            ("-", None),
            ("o", None),
            ("seribu", None),
            ("1.2.3", None),
            ("1,2,3", None),
            ("12.34.567", None),
            ("1.234,567,8", None),
            ("1..5", None),
            ("1e9", None),
            ("1O", None),
            ("l0", None),
            ("1½", None),
            ("٣", None),
            ("10 12", None),
            ("10/12", None),
            ("10 dari 12", None),
            ("21-30", None),
            ("12/10/2025", None),
            ("10 ribu", None),
            ("1,2 juta", None),
            ("5 ratus", None),
            ("2k", None),
        ] {
            let read = read(text).map(|number| {
                assert!(!number.percent, "{text:?}");
                (number.value, number.doubt)
            });
            assert_eq!(read, right, "{text:?}");
        }
    }

    #[test]
    fn a_percent_sign_is_part_of_the_number() {
        for (text, value, doubt) in [
            ("78,38%", 78.38, None),
            ("78.38 %", 78.38, None),
            ("150%", 150.0, None),
            ("78 persen", 78.0, None),
            ("78.380%", 78_380.0, Some(Doubt::Grouped(78.38))),
            ("± 80%", 80.0, Some(Doubt::About)),
            ("80% pegawai", 80.0, Some(Doubt::Words)),
        ] {
            assert_eq!(read(text), Some(Number { value, percent: true, doubt }), "{text}");
        }
        assert_eq!(read("80% dari 10"), None);
    }

    #[test]
    fn a_percentage_without_its_sign_may_be_doubtful() {
        use Share::{Assumed, Doubtful, Sure};
        for (text, share) in [
            ("78,38%", Some(Sure(0.7838))),
            ("78.380 %", Some(Sure(0.7838))),
            ("1,5 %", Some(Sure(0.015))),
            ("150 persen", Some(Sure(1.5))),
            ("0,7838", Some(Sure(0.7838))),
            ("0", Some(Sure(0.0))),
            ("1", Some(Sure(1.0))),
            ("1.000", Some(Sure(1.0))),
            ("1,5", Some(Doubtful)),
            ("2", Some(Doubtful)),
            ("2,5", Some(Assumed(0.025))),
            ("78,38", Some(Assumed(0.7838))),
            ("100", Some(Assumed(1.0))),
            ("101", None),
            ("-5%", None),
            ("±80%", None),
            ("80% pegawai", None),
        ] {
            let read = read(text).and_then(Number::share);
            let close = |a: f64, b: f64| (a - b).abs() < 1e-12;
            let same = match (read, share) {
                (Some(Sure(a)), Some(Sure(b))) | (Some(Assumed(a)), Some(Assumed(b))) => close(a, b),
                (a, b) => a == b,
            };
            assert!(same, "{text}: {read:?}");
        }
        assert_eq!(Number::of_cell(f64::NAN).share(), None);
    }

    #[test]
    fn a_lone_mark_is_a_decimal_mark_where_thousands_cannot_be() {
        let decimal = |text: &str| read(text).and_then(Number::decimal);
        assert_eq!(decimal("3,962"), Some(3.962));
        assert_eq!(decimal("4,0"), Some(4.0));
        for text in ["4 orang", "±4", "4%", "empat"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn rounding_is_half_away_from_zero() {
        for (value, decimals, shown) in [
            (0.125, 2, "0.13"),
            (-0.125, 2, "-0.13"),
            (99.625, 2, "99.63"),
            (1.005, 2, "1.01"),
            (2.675, 2, "2.68"),
            (1.115, 2, "1.12"),
            (0.285, 2, "0.29"),
            (0.5, 0, "1"),
            (1.5, 0, "2"),
            (2.5, 0, "3"),
            (-2.5, 0, "-3"),
            (0.1 + 0.025, 2, "0.13"),
            (99.624_999_999_999_97, 2, "99.63"),
            (0.124_999, 2, "0.12"),
            (88.483_193, 2, "88.48"),
            (99.995, 2, "100.00"),
            (78.378_378_378_378_38, 2, "78.38"),
            (0.0, 2, "0.00"),
            (1e15, 0, "1000000000000000"),
        ] {
            assert_eq!(rounded(value, decimals), shown, "{value:e}");
        }
        assert_eq!(round(1.005, 2), 1.01);
        assert!(round(f64::NAN, 2).is_nan());
    }

    #[test]
    fn a_sheets_number_agrees_up_to_its_rounding() {
        assert!(agrees(0.13, 0.125) && agrees(0.12, 0.125) && agrees(99.63, 99.625));
        assert!(!agrees(0.13, 0.1249) && !agrees(1.5, 2.0));
    }
}
