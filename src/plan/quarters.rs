//! Columns of quarters: a target, and often what was realised, for each.

use crate::grid::{CellRef, Grid};
use crate::plan::columns::own_text;
use crate::text::normalise_label;

/// Words of a header that say what is realised.
const REALISED: [&str; 2] = ["realisasi", "capaian"];
/// Words of a header of quarters that tell nothing of the quarter.
const ASIDE: [&str; 5] = ["target", "rencana", "tahun", "kinerja", "output"];
/// Words of what stands beside target and realisation and is neither.
const NEITHER: [&str; 8] = ["%", "persen", "persentase", "anggaran", "kendala", "keterangan", "ket", "bukti"];

/// The columns of one quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuarterColumns {
    /// What is planned.
    pub target: u32,
    /// What came of it.
    pub realised: Option<u32>,
}

/// Whether a text of a header names a quarter, or what stands in its columns: `TW I`, `Target Triwulan 2`, `IV`, `Realisasi`.
pub(super) fn is_of_quarters(text: &str) -> bool {
    let text = normalise_label(text);
    names_quarter(&text).is_some() || is_group(&text) || bare_quarter(&text).is_some() || says(&text, &REALISED)
}

/// The quarter a normalised text names: `tw ii`, `triwulan 3`, `q4`, `target tw 1`.
pub(super) fn names_quarter(text: &str) -> Option<u8> {
    let mut words: Vec<&str> = text.split(' ').filter(is_own).collect();
    words.retain(|word| *word != "ke");
    match words.as_slice() {
        ["tw" | "twl" | "triwulan" | "kuartal" | "quarter", number] => bare_quarter(number),
        [word] => ["triwulan", "tw", "q"].iter().find_map(|known| word.strip_prefix(known)).and_then(bare_quarter),
        _ => None,
    }
}

fn is_own(word: &&str) -> bool {
    let is_year = word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    !(is_year || ASIDE.contains(word) || REALISED.contains(word))
}

/// A heading over columns of quarters: `Triwulan`, `Target Triwulan`.
pub(super) fn is_group(text: &str) -> bool {
    let words: Vec<&str> = text.split(' ').filter(is_own).collect();
    matches!(words.as_slice(), ["tw" | "triwulan" | "kuartal"])
}

fn bare_quarter(text: &str) -> Option<u8> {
    let place = |known: [&str; 4]| (1..).zip(known).find(|(_, known)| *known == text).map(|(quarter, _)| quarter);
    place(["i", "ii", "iii", "iv"]).or_else(|| place(["1", "2", "3", "4"]))
}

fn says(text: &str, known: &[&str]) -> bool {
    text.split(' ').any(|word| known.contains(&word))
}

/// The columns of the four quarters of a header that stands in some rows; none where it does not name all four.
pub(super) fn quarter_columns(grid: &Grid, header: std::ops::Range<u32>) -> Option<[QuarterColumns; 4]> {
    let mut targets: [Option<u32>; 4] = [None; 4];
    let mut realised: [Option<u32>; 4] = [None; 4];
    for col in 0..grid.cols() {
        // A column without a heading of its own is none of a heading beside it.
        if header.clone().all(|row| own_text(grid, row, col).is_none()) {
            continue;
        }
        let texts: Vec<String> = header.clone().filter_map(|row| over(grid, row, col)).collect();
        let is_grouped = || texts.iter().any(|text| is_group(text));
        let named = texts.iter().find_map(|text| names_quarter(text));
        let quarter = named.or_else(|| texts.iter().filter(|_| is_grouped()).find_map(|text| bare_quarter(text)));
        let Some(place) = quarter.map(|quarter| usize::from(quarter) - 1) else { continue };
        if texts.iter().any(|text| says(text, &NEITHER)) {
            continue;
        }
        let is_realised = texts.iter().any(|text| says(text, &REALISED));
        let slot = if is_realised { realised.get_mut(place) } else { targets.get_mut(place) };
        // Two columns of one quarter, as a plan of two years has them: which is meant is not certain.
        if slot?.replace(col).is_some() {
            return None;
        }
    }
    let columns: Vec<QuarterColumns> = targets
        .iter()
        .zip(realised)
        .map_while(|(target, realised)| Some(QuarterColumns { target: (*target)?, realised }))
        .collect();
    columns.try_into().ok()
}

/// The header text of a column in a row: its own, its merged region's, or, where headings over several columns are not merged,
/// that of the heading to its left.
fn over(grid: &Grid, row: u32, col: u32) -> Option<String> {
    let text = |col: u32| normalise_label(&grid.cell(row, col).shown());
    let own = text(col);
    if !own.is_empty() {
        return Some(own);
    }
    if grid.anchor(row, col) != CellRef::new(row, col) {
        return None;
    }
    let left = (col.saturating_sub(8)..col).rev().map(text).find(|text| !text.is_empty())?;
    is_of_quarters(&left).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{grid, merged};

    #[test]
    fn a_heading_over_several_columns_is_of_the_first() {
        let sheet = merged(&[&["Indikator", "TW I", "", "TW II", "TW III", "TW IV"]], &["B1:C1"]);
        let found = quarter_columns(&sheet, 0..1).map(|quarters| quarters.map(|quarter| quarter.target));
        assert_eq!(found, Some([1, 3, 4, 5]));
    }

    #[test]
    fn quarters_stand_in_one_row_or_two() {
        let columns = |rows: &[&[&str]]| {
            let grid = grid(rows);
            let found = quarter_columns(&grid, 0..grid.rows())?;
            Some(found.map(|quarter| (quarter.target, quarter.realised)))
        };
        let plain = Some([(1, None), (2, None), (3, None), (4, None)]);
        assert_eq!(columns(&[&["Indikator", "TW I", "TW II", "TW III", "TW IV", "Ket"]]), plain);
        assert_eq!(columns(&[&["Indikator", "Triwulan 1", "Triwulan 2", "Triwulan 3", "Triwulan 4"]]), plain);
        assert_eq!(columns(&[&["Indikator", "Q1", "Q2", "Q3", "Q4", ""], &[]]), plain);
        assert_eq!(columns(&[&["Indikator", "Target Triwulan"], &["", "I", "II", "III", "IV"]]), plain);
        let beside = Some([(1, Some(2)), (3, Some(4)), (5, Some(6)), (7, Some(8))]);
        let head: &[&str] = &["Indikator", "TW I", "", "TW II", "", "TW III", "", "TW IV", ""];
        let below: &[&str] =
            &["", "Target", "Realisasi", "Target", "Realisasi", "Target", "Capaian", "Target", "Realisasi"];
        assert_eq!(columns(&[head, below]), beside);
        let apart = Some([(1, Some(5)), (2, Some(6)), (3, Some(7)), (4, Some(8))]);
        let head: &[&str] = &["Indikator", "Target", "", "", "", "Realisasi", "", "", ""];
        let below: &[&str] = &["", "TW I", "TW II", "TW III", "TW IV", "TW I", "TW II", "TW III", "TW IV"];
        assert_eq!(columns(&[&["Indikator"], below]), None, "without saying what is what");
        assert_eq!(columns(&[head, below]), apart);
        assert_eq!(columns(&[&["Indikator", "TW I", "TW II", "TW III"]]), None);
        assert_eq!(columns(&[&["No", "1", "2", "3", "4"]]), None);
    }
}
