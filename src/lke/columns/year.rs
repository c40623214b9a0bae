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
        let title = (0..grid.rows().min(HEADER_SEARCH_ROWS)).take_while(|&row| !mentions_an_answer(grid, row));
        let cells = title.flat_map(|row| (0..grid.cols()).filter_map(move |col| grid.cell(row, col).text()));
        let years: BTreeSet<i16> = cells.filter_map(year_in).collect();
        years.first().copied().filter(|_| years.len() == 1)
    })
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
}
