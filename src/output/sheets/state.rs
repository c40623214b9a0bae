//! Whose the tabs of a spreadsheet are.
//!
//! They are known by developer metadata on the sheet, never by their titles: [`MARK`] says whose table it is and on which
//! sheet it was put, so that a copy somebody keeps is not taken for it; [`DIGEST`] says what it shows.

use std::collections::BTreeSet;

use google_sheets4::api;

use crate::report::table::Table;
use crate::source::Sha256;

/// Key of the metadata that says which table of which pipeline a tab shows.
pub const MARK: &str = "rekap.table";
/// Key of the metadata that says what it shows.
pub const DIGEST: &str = "rekap.digest";
/// Characters of a tab's title.
const TITLE: usize = 100;

fn properties(sheet: &api::Sheet) -> Option<&api::SheetProperties> {
    sheet.properties.as_ref()
}

pub(super) fn title(sheet: &api::Sheet) -> &str {
    properties(sheet).and_then(|properties| properties.title.as_deref()).unwrap_or_default()
}

pub(super) fn sheet_id(sheet: &api::Sheet) -> i32 {
    properties(sheet).and_then(|properties| properties.sheet_id).unwrap_or(0)
}

/// Rows and columns.
fn grid(sheet: &api::Sheet) -> Option<(u64, u64)> {
    let grid = properties(sheet)?.grid_properties.as_ref()?;
    let count = |count: Option<i32>| u64::try_from(count.unwrap_or(0)).unwrap_or(0);
    Some((count(grid.row_count), count(grid.column_count)))
}

pub(super) fn area(sheet: &api::Sheet) -> u64 {
    grid(sheet).map_or(0, |(rows, columns)| rows * columns)
}

/// A tab whose rows or columns somebody deleted or inserted no longer shows its table.
pub(super) fn has_size(sheet: &api::Sheet, table: &Table) -> bool {
    grid(sheet) == Some((table.height() as u64, table.width() as u64))
}

pub(super) fn find<'a>(sheet: &'a api::Sheet, key: &str) -> Option<&'a api::DeveloperMetadata> {
    sheet.developer_metadata.iter().flatten().find(|metadata| metadata.metadata_key.as_deref() == Some(key))
}

pub(super) fn metadata<'a>(sheet: &'a api::Sheet, key: &str) -> Option<&'a str> {
    find(sheet, key)?.metadata_value.as_deref()
}

/// `konsolidasi-babel/summary/1804289383`.
pub(super) fn mark_of(pipeline: &str, table: &str, sheet: i32) -> String {
    format!("{pipeline}/{table}/{sheet}")
}

/// The table of this pipeline that a tab shows.
pub(super) fn marked_table<'a>(sheet: &'a api::Sheet, pipeline: &str) -> Option<&'a str> {
    let (table, on) = metadata(sheet, MARK)?.strip_prefix(pipeline)?.strip_prefix('/')?.split_once('/')?;
    (on.parse() == Ok(sheet_id(sheet))).then_some(table)
}

pub(super) fn is_marked(sheet: &api::Sheet, pipeline: &str, table: &str) -> bool {
    marked_table(sheet, pipeline) == Some(table)
}

/// A title nobody has: the one wanted, or with a number after it. Google takes no notice of case.
pub(super) fn free_title(wanted: &str, taken: &BTreeSet<String>) -> String {
    let numbered = |number: u32| {
        let suffix = if number == 1 { String::new() } else { format!(" ({number})") };
        let kept = wanted.trim().chars().take(TITLE - suffix.len()).collect::<String>();
        kept + &suffix
    };
    (1..).map(numbered).find(|title| !taken.contains(&title.to_lowercase())).expect("fewer titles than numbers")
}

/// A number above 0 that nobody has, always the same for a name.
pub(super) fn free_id(name: &str, taken: &BTreeSet<i32>) -> i32 {
    let first = u32::from_str_radix(&Sha256::of(name.as_bytes())[..8], 16).expect("eight hexadecimal digits") >> 1;
    let candidates = (0..).map(|step: u32| (first.wrapping_add(step) & (u32::MAX >> 1)) as i32);
    candidates.filter(|id| *id != 0).find(|id| !taken.contains(id)).expect("fewer ids taken than there are")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(id: i32, mark: &str) -> api::Sheet {
        let mark = api::DeveloperMetadata {
            metadata_key: Some(MARK.to_owned()),
            metadata_value: Some(mark.to_owned()),
            ..Default::default()
        };
        api::Sheet {
            properties: Some(api::SheetProperties { sheet_id: Some(id), ..Default::default() }),
            developer_metadata: Some(vec![mark]),
            ..Default::default()
        }
    }

    #[test]
    fn only_the_pipelines_own_tabs_are_known() {
        assert_eq!(marked_table(&sheet(5, &mark_of("babel", "summary", 5)), "babel"), Some("summary"));
        for foreign in ["babel/summary/6", "babel-2/summary/5", "babel/x/summary/5", "summary/5", "babel/summary", ""] {
            assert_eq!(marked_table(&sheet(5, foreign), "babel"), None, "{foreign}");
        }
    }

    #[test]
    fn a_title_that_is_taken_gets_a_number() {
        let taken = BTreeSet::from(["ringkasan".to_owned(), "sumber".to_owned(), "sumber (2)".to_owned()]);
        assert_eq!(free_title("Area", &taken), "Area");
        assert_eq!(free_title("Ringkasan", &taken), "Ringkasan (2)");
        assert_eq!(free_title(" SUMBER ", &taken), "SUMBER (3)");
        let long = "√".repeat(TITLE + 5);
        let cut = free_title(&long, &BTreeSet::from(["√".repeat(TITLE)]));
        assert_eq!((cut.chars().count(), cut.ends_with(" (2)")), (TITLE, true));
    }

    #[test]
    fn an_id_is_always_the_same_and_nobody_elses() {
        let id = free_id("babel/summary", &BTreeSet::new());
        assert!(id > 0);
        assert_eq!(free_id("babel/summary", &BTreeSet::new()), id);
        assert_eq!(free_id("babel/summary", &BTreeSet::from([id])), id + 1);
        assert_ne!(free_id("babel/areas", &BTreeSet::new()), id);
    }
}
