//! The year that headings, titles and sheet names speak of.

use std::collections::BTreeSet;

use super::{HEADER_SEARCH_ROWS, mentions_an_answer};
use crate::grid::Grid;
use crate::text::normalise_label;

pub(super) fn as_year(number: f64) -> Option<i16> {
    ((2010.0..2100.0).contains(&number) && number.fract() == 0.0).then_some(number as i16)
}

/// The year a text names, when it names exactly one and is not a regulation's.
pub(in crate::lke) fn year_in(text: &str) -> Option<i16> {
    let text = normalise_label(text);
    if text.split(' ').any(|word| word.starts_with("permen") || matches!(word, "peraturan" | "nomor" | "no" | "uu")) {
        return None;
    }
    let digits = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 4);
    let years: BTreeSet<i16> = digits.filter_map(|digits| digits.parse().ok()).filter_map(as_year).collect();
    years.first().copied().filter(|_| years.len() == 1)
}

/// The year a sheet is of: its name says it, else its title above the header.
pub(in crate::lke) fn year_of_sheet(grid: &Grid) -> Option<i16> {
    year_in(&grid.name).or_else(|| {
        let years: BTreeSet<i16> = titles(grid).filter_map(year_in).collect();
        years.first().copied().filter(|_| years.len() == 1)
    })
}

/// The semester a text names, when it names exactly one.
pub(in crate::lke) fn semester_in(text: &str) -> Option<u8> {
    let text = normalise_label(text);
    let words: Vec<&str> = text.split(' ').collect();
    let number = |word: &str| match word {
        "1" | "i" | "satu" | "pertama" | "ganjil" => Some(1),
        "2" | "ii" | "dua" | "kedua" | "genap" => Some(2),
        _ => None,
    };
    let named = words.iter().enumerate().filter_map(|(place, word)| {
        let rest = ["semester", "smt", "sem", "s"].into_iter().find_map(|name| word.strip_prefix(name))?;
        if rest.is_empty() { words.get(place + 1).and_then(|next| number(next)) } else { number(rest) }
    });
    let named: BTreeSet<u8> = named.collect();
    named.first().copied().filter(|_| named.len() == 1)
}

/// The semester a sheet is of: its name says it, else its title above the header.
pub(in crate::lke) fn semester_of_sheet(grid: &Grid) -> Option<u8> {
    semester_in(&grid.name).or_else(|| {
        let semesters: BTreeSet<u8> = titles(grid).filter_map(semester_in).collect();
        semesters.first().copied().filter(|_| semesters.len() == 1)
    })
}

/// What stands above the header.
fn titles(grid: &Grid) -> impl Iterator<Item = &str> {
    let rows = (0..grid.rows().min(HEADER_SEARCH_ROWS)).take_while(|&row| !mentions_an_answer(grid, row));
    rows.flat_map(move |row| (0..grid.cols()).filter_map(move |col| grid.cell(row, col).text()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_one_that_is_named_alone() {
        for (text, year) in [
            ("LKE 2025", Some(2025)),
            ("LKE ZI TAHUN 2024 (final)", Some(2024)),
            ("LKE_2025_S1", Some(2025)),
            ("2024-2025", None),
            ("PermenPANRB 90/2021", None),
            ("Peraturan Menteri PANRB Nomor 90 Tahun 2021", None),
            ("LKE 1971", None),
            ("LKE", None),
        ] {
            assert_eq!(year_in(text), year, "{text}");
        }
    }

    #[test]
    fn a_semester_is_one_that_is_named_alone() {
        for (text, semester) in [
            ("Semester 1", Some(1)),
            ("LKE SEMESTER II 2025", Some(2)),
            ("LKE_2025_S1", Some(1)),
            ("Smt-2", Some(2)),
            ("LKE Sem. Ganjil", Some(1)),
            ("S2", Some(2)),
            ("Semester 1 dan Semester 2", None),
            ("Semester", None),
            ("LKE 2", None),
            ("Sasaran 1", None),
        ] {
            assert_eq!(semester_in(text), semester, "{text}");
        }
    }
}
