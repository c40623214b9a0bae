//! Reads a spreadsheet into grids, with at most three requests whatever its size.
//!
//! 1. its sheets, their sizes and merged regions: what is too large is refused before a cell is fetched;
//! 2. the cells of all wanted sheets, with values, formulas, links and formats in one answer;
//! 3. only where that answer would be too long (see [`MOST_CELLS`]): in place of 2 the plain values of everything, and then
//!    2 for the first [`HEAD_ROWS`] rows of each sheet. What is given up are the formulas and the links behind text further
//!    down; what numbers are dates there is taken from the column's last number above. Worksheets end before that row; only
//!    long lists of survey responses reach it, and they have neither.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use google_sheets4::api;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::cells::{CELL_FIELDS, CellsAnswer, SheetAnswer, ValuesAnswer, ValuesOfSheet};
use super::client::Google;
use super::request::unreadable;
use crate::grid::{CellRange, CellRef, Grid, GridBuilder, GridLimits, Total};
use crate::lang::Phrase;
use crate::source::worker::{self, Answer, Bound, Question, Reader};
use crate::source::{Limits, SourceError};
use crate::stop::Stop;

/// What is asked of a spreadsheet before its cells.
const OUTLINE_FIELDS: &str = "properties(title),sheets(properties(sheetId,title,index,sheetType,hidden,\
     gridProperties(rowCount,columnCount)),merges)";

/// Cells (rows × columns, used or not) asked for with everything in one answer. A cell takes some 130 bytes of the answer,
/// some 80 decoded and 90 in the grid, so that this many stay below 150 MB; ten sheets as new ones are (1,000 × 26) are half
/// of it.
const MOST_CELLS: u64 = 500_000;

/// Rows of a sheet beyond [`MOST_CELLS`] that are read with everything; an LKE has some 220.
const HEAD_ROWS: u32 = 300;

/// How much larger than the limits a sheet may call itself before it is refused unread: people leave thousands of
/// empty rows below their tables. The used part is held against the limits themselves.
const NOMINAL: u64 = 10;

/// What was read of a spreadsheet.
#[derive(Debug, Clone)]
pub struct ReadSpreadsheet {
    /// Its name.
    pub title: String,
    /// The sheets asked for, in the spreadsheet's order.
    pub sheets: Vec<ReadSheet>,
    /// Sheets asked for that are not there ([`SourceError::SheetGone`]) or cannot be read (too large), by gid; they do not
    /// keep the others from being read.
    pub missing: BTreeMap<i64, SourceError>,
}

impl ReadSpreadsheet {
    /// What is read of a spreadsheet's answers: its outline, its cells, its plain values; an empty one was not asked for.
    ///
    /// # Errors
    /// When one is no answer of Google's, or the spreadsheet is beyond the limits.
    pub fn of_answers([outline, cells, values]: [&[u8]; 3], limits: &Limits) -> Result<Self, SourceError> {
        let (title, tabs) = outline_answer(outline)?;
        let (wanted, missing) = choose(permitted(tabs, limits)?, &BTreeSet::from([None]), &limits.grid);
        let mut read = ReadSpreadsheet { title, sheets: Vec::new(), missing };
        read.take(build_answers(wanted, cells, values, limits.grid)?);
        Ok(read)
    }

    fn take(&mut self, built: Built) {
        for (gid, grid) in built {
            match grid {
                Ok(grid) => self.sheets.push(ReadSheet { gid, grid }),
                Err(error) => drop(self.missing.insert(gid, error)),
            }
        }
    }
}

/// The sheets of a spreadsheet, where they are not too many.
fn permitted(tabs: Vec<Tab>, limits: &Limits) -> Result<Vec<Tab>, SourceError> {
    if tabs.len() <= limits.sheets {
        return Ok(tabs);
    }
    Err(SourceError::TooLarge {
        what: Phrase::new("Jumlah lembar", "The number of sheets"),
        found: tabs.len().to_string(),
        limit: limits.sheets.to_string(),
    })
}

/// One sheet.
#[derive(Debug, Clone)]
pub struct ReadSheet {
    /// Its gid.
    pub gid: i64,
    /// Its cells.
    pub grid: Grid,
}

impl Google {
    /// Reads sheets by their gid; `None` among the gids stands for all, hidden ones included. Two read requests, three where
    /// the sheets are very large.
    ///
    /// # Errors
    /// [`SourceError`] when the spreadsheet as a whole cannot be read.
    pub async fn read(
        &self,
        id: &str,
        gids: &BTreeSet<Option<i64>>,
        limits: &Limits,
    ) -> Result<ReadSpreadsheet, SourceError> {
        let limits = *limits;
        let stop = self.1.clone();
        let answer = self.get_raw(id, None, &[("fields", OUTLINE_FIELDS)], limits.inflated).await?;
        let (title, tabs) = apart(move || outline_apart(answer, &limits, &stop)).await?;
        let (wanted, missing) = choose(permitted(tabs, &limits)?, gids, &limits.grid);
        let area: u64 = wanted.iter().map(Tab::area).sum();
        let (mut cells, mut values) = (Vec::new(), Vec::new());
        if area > MOST_CELLS {
            values = self.values(id, &wanted, &limits).await?;
            cells = self.cells(id, wanted.iter().map(|tab| tab.range(Some(HEAD_ROWS))), &limits).await?;
        } else if !wanted.is_empty() {
            cells = self.cells(id, wanted.iter().map(|tab| tab.range(None)), &limits).await?;
        }
        let stop = self.1.clone();
        let built = apart(move || build_apart(wanted, cells, &values, &limits, &stop)).await?;
        let mut read = ReadSpreadsheet { title, sheets: Vec::new(), missing };
        read.take(built);
        Ok(read)
    }

    async fn cells(
        &self,
        id: &str,
        ranges: impl Iterator<Item = String>,
        limits: &Limits,
    ) -> Result<Vec<u8>, SourceError> {
        let ranges: Vec<String> = ranges.collect();
        let mut query: Vec<(&str, &str)> = ranges.iter().map(|range| ("ranges", range.as_str())).collect();
        query.push(("fields", CELL_FIELDS));
        self.get_raw(id, None, &query, limits.inflated).await
    }

    async fn values(&self, id: &str, wanted: &[Tab], limits: &Limits) -> Result<Vec<u8>, SourceError> {
        let ranges: Vec<String> = wanted.iter().map(|tab| tab.range(None)).collect();
        let mut query: Vec<(&str, &str)> = ranges.iter().map(|range| ("ranges", range.as_str())).collect();
        query.extend([
            ("valueRenderOption", "UNFORMATTED_VALUE"),
            ("dateTimeRenderOption", "SERIAL_NUMBER"),
            ("fields", "valueRanges(values)"),
        ]);
        self.get_raw(id, Some("values:batchGet"), &query, limits.inflated).await
    }
}

/// Megabytes are not moved about on a thread that other requests wait for.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SourceError> + Send + 'static,
) -> Result<T, SourceError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(SourceError::Crashed(error.to_string())))
}

/// The sheets an answer tells of, told apart by a reading process where there are any.
fn outline_apart(answer: Vec<u8>, limits: &Limits, stop: &Stop) -> Result<(String, Vec<Tab>), SourceError> {
    let Some(pool) = worker::pool() else { return outline_answer(&answer) };
    match Reader::ask(pool, Bound::of(limits, false), stop, || Question::Outline, &Arc::new(answer))?.1 {
        Answer::Outline(title, tabs) => Ok((title, tabs)),
        _ => Err(unreadable()),
    }
}

/// The grids of answers, built by a reading process where there are any.
fn build_apart(
    wanted: Vec<Tab>,
    cells: Vec<u8>,
    values: &[u8],
    limits: &Limits,
    stop: &Stop,
) -> Result<Built, SourceError> {
    let Some(pool) = worker::pool() else { return build_answers(wanted, &cells, values, limits.grid) };
    let (length, mut answers) = (cells.len(), cells);
    answers.extend_from_slice(values);
    let question = || Question::Cells { tabs: wanted.clone(), cells: length, limits: limits.grid };
    match Reader::ask(pool, Bound::of(limits, false), stop, question, &Arc::new(answers))?.1 {
        Answer::Built(built) => Ok(built),
        _ => Err(unreadable()),
    }
}

/// The sheets an answer tells of.
///
/// # Errors
/// When it is not Google's.
pub(in crate::source) fn outline_answer(answer: &[u8]) -> Result<(String, Vec<Tab>), SourceError> {
    Ok(outline(decoded(answer)?))
}

/// The grids of the sheets, from the answers with their cells and their plain values; empty where none was asked for.
///
/// # Errors
/// When an answer is not Google's.
pub(in crate::source) fn build_answers(
    wanted: Vec<Tab>,
    cells: &[u8],
    values: &[u8],
    limits: GridLimits,
) -> Result<Built, SourceError> {
    Ok(build(wanted, decoded(cells)?, decoded(values)?, limits))
}

fn decoded<T: DeserializeOwned + Default>(answer: &[u8]) -> Result<T, SourceError> {
    if answer.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_slice(answer).map_err(|_| unreadable())
}

/// The grids of a spreadsheet, each by its sheet's gid.
pub(in crate::source) type Built = Vec<(i64, Result<Grid, SourceError>)>;

/// A sheet before its cells are fetched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::source) struct Tab {
    gid: i64,
    title: String,
    hidden: bool,
    rows: u64,
    cols: u64,
    merges: Vec<CellRange>,
}

impl Tab {
    fn area(&self) -> u64 {
        self.rows * self.cols
    }

    /// The sheet as a range, or its first rows. Quoted, since a name may look like a cell.
    fn range(&self, rows: Option<u32>) -> String {
        let name = format!("'{}'", self.title.replace('\'', "''"));
        match rows {
            Some(head) => format!("{name}!1:{}", self.rows.min(head.into()).max(1)),
            None => name,
        }
    }
}

/// Name and sheets of a spreadsheet. Charts on a sheet of their own and sheets that show a database have no cells.
fn outline(spreadsheet: api::Spreadsheet) -> (String, Vec<Tab>) {
    let title = spreadsheet.properties.and_then(|properties| properties.title).unwrap_or_default();
    let mut tabs = Vec::new();
    for sheet in spreadsheet.sheets.unwrap_or_default() {
        let properties = sheet.properties.unwrap_or_default();
        if properties.sheet_type.is_some_and(|kind| kind != "GRID") {
            continue;
        }
        let size = properties.grid_properties.unwrap_or_default();
        let count = |count: Option<i32>| u64::from(count.unwrap_or_default().max(0).unsigned_abs());
        let (rows, cols) = (count(size.row_count), count(size.column_count));
        let merges = sheet.merges.unwrap_or_default().iter().filter_map(|range| inclusive(range, rows, cols)).collect();
        let tab = Tab {
            gid: properties.sheet_id.unwrap_or_default().into(),
            title: properties.title.unwrap_or_default(),
            hidden: properties.hidden.unwrap_or_default(),
            rows,
            cols,
            merges,
        };
        tabs.push((properties.index.unwrap_or_default(), tab));
    }
    tabs.sort_by_key(|(index, _)| *index);
    (title, tabs.into_iter().map(|(_, tab)| tab).collect())
}

/// A range of Google's ends before its end, and leaves out a side where it goes on to the sheet's.
fn inclusive(range: &api::GridRange, rows: u64, cols: u64) -> Option<CellRange> {
    let start = |index: Option<i32>| u32::try_from(index.unwrap_or_default()).ok();
    let last = |index: Option<i32>, size: u64| match index {
        Some(index) => u32::try_from(index).ok()?.checked_sub(1),
        None => u32::try_from(size).ok()?.checked_sub(1),
    };
    let start = CellRef::new(start(range.start_row_index)?, start(range.start_column_index)?);
    let end = CellRef::new(last(range.end_row_index, rows)?, last(range.end_column_index, cols)?);
    (start.row <= end.row && start.col <= end.col).then_some(CellRange { start, end })
}

/// The sheets to read, and why others cannot be.
fn choose(tabs: Vec<Tab>, gids: &BTreeSet<Option<i64>>, limits: &GridLimits) -> (Vec<Tab>, BTreeMap<i64, SourceError>) {
    let known: Vec<String> = tabs.iter().map(|tab| format!("{} ({})", tab.title, tab.gid)).collect();
    let gone = gids.iter().flatten().filter(|gid| tabs.iter().all(|tab| tab.gid != **gid));
    let gone = gone.map(|gid| (*gid, SourceError::SheetGone { gid: gid.to_string(), sheets: known.join(", ") }));
    let mut missing: BTreeMap<i64, SourceError> = gone.collect();
    let mut wanted = Vec::new();
    for tab in tabs {
        if !gids.contains(&None) && !gids.contains(&Some(tab.gid)) {
            continue;
        }
        let fits = tab.rows <= NOMINAL * u64::from(limits.rows)
            && tab.cols <= NOMINAL * u64::from(limits.cols)
            && tab.area() <= NOMINAL * limits.area;
        if fits {
            wanted.push(tab);
            continue;
        }
        let error = SourceError::TooLarge {
            what: Phrase::new("Ukuran lembar (baris × kolom)", "The size of the sheet (rows × columns)"),
            found: format!("{} × {}", tab.rows, tab.cols),
            limit: format!("{} × {}", limits.rows, limits.cols),
        };
        missing.insert(tab.gid, error);
    }
    (wanted, missing)
}

/// The grids. `values` holds plain values of the same sheets in the same order, or nothing.
fn build(wanted: Vec<Tab>, cells: CellsAnswer, values: ValuesAnswer, limits: GridLimits) -> Built {
    let mut answers: BTreeMap<i64, SheetAnswer> = BTreeMap::new();
    for sheet in cells.sheets {
        answers.entry(sheet.properties.sheet_id).or_default().data.extend(sheet.data);
    }
    let mut values = values.value_ranges.into_iter();
    let mut total = Total::default();
    let sheets = wanted.into_iter().map(|tab| {
        let answer = answers.remove(&tab.gid).unwrap_or_default();
        let builder = GridBuilder::new(tab.title.clone(), tab.hidden, limits).after(total);
        let grid = fill(builder, &tab, answer, values.next()).map(|(grid, with_it)| {
            total = with_it;
            grid
        });
        (tab.gid, grid)
    });
    sheets.collect()
}

fn fill(
    mut builder: GridBuilder,
    tab: &Tab,
    answer: SheetAnswer,
    values: Option<ValuesOfSheet>,
) -> Result<(Grid, Total), SourceError> {
    let mut dates = BTreeMap::new();
    for block in answer.data {
        block.fill(&mut builder, &mut dates)?;
    }
    if let Some(values) = values {
        values.fill(&mut builder, HEAD_ROWS, &dates)?;
    }
    for range in &tab.merges {
        builder.merge(*range);
    }
    Ok(builder.build()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn tabs(sheets: serde_json::Value) -> Vec<Tab> {
        let spreadsheet = json!({"properties": {"title": "LKE 2025"}, "sheets": sheets});
        let (title, tabs) = outline(serde_json::from_value(spreadsheet).unwrap());
        assert_eq!(title, "LKE 2025");
        tabs
    }

    fn sheet(gid: i64, index: usize, title: &str, rows: u32, cols: u32) -> serde_json::Value {
        let size = json!({"rowCount": rows, "columnCount": cols});
        json!({"properties": {"sheetId": gid, "index": index, "title": title, "sheetType": "GRID", "gridProperties": size}})
    }

    #[test]
    fn sheets_come_in_their_order_and_charts_are_none() {
        let chart = json!({"properties": {"sheetId": 9, "index": 1, "title": "Grafik", "sheetType": "OBJECT"}});
        let tabs = tabs(json!([sheet(77, 2, "Rekap", 10, 5), chart, sheet(0, 0, "LKE 'ZI'", 1000, 26)]));
        let names: Vec<&str> = tabs.iter().map(|tab| tab.title.as_str()).collect();
        assert_eq!(names, ["LKE 'ZI'", "Rekap"]);
        assert_eq!(tabs[0].range(None), "'LKE ''ZI'''");
        assert_eq!(tabs[0].range(Some(HEAD_ROWS)), "'LKE ''ZI'''!1:300");
        assert_eq!(tabs[1].range(Some(HEAD_ROWS)), "'Rekap'!1:10");
    }

    #[test]
    fn a_gid_that_is_gone_is_told_with_what_there_is_and_keeps_nobody_from_reading() {
        let all = tabs(json!([sheet(0, 0, "LKE ZI", 1000, 26), sheet(77, 1, "Rekap", 10, 5)]));
        let limits = GridLimits::default();
        let (wanted, missing) = choose(all.clone(), &BTreeSet::from([Some(77), Some(5)]), &limits);
        assert_eq!(wanted, all[1..]);
        let expected = SourceError::SheetGone { gid: "5".to_owned(), sheets: "LKE ZI (0), Rekap (77)".to_owned() };
        assert_eq!(missing, BTreeMap::from([(5, expected)]));
        let (wanted, missing) = choose(all.clone(), &BTreeSet::from([None, Some(77)]), &limits);
        assert_eq!((wanted, missing.len()), (all, 0));
    }

    #[test]
    fn only_an_absurd_size_is_refused_unread() {
        let limits = GridLimits { rows: 100, cols: 100, area: 1_000, text: 100, ..GridLimits::default() };
        let all =
            tabs(json!([sheet(1, 0, "biasa", 1000, 10), sheet(2, 1, "besar", 1001, 5), sheet(3, 2, "luas", 500, 21)]));
        let (wanted, missing) = choose(all, &BTreeSet::from([None]), &limits);
        assert_eq!(wanted.iter().map(|tab| tab.gid).collect::<Vec<_>>(), [1]);
        assert_eq!(missing.keys().copied().collect::<Vec<_>>(), [2, 3]);
        assert!(matches!(&missing[&2], SourceError::TooLarge { found, .. } if found == "1001 × 5"));
    }

    #[test]
    fn merged_regions_end_with_their_last_cell() {
        let range = |json: serde_json::Value| inclusive(&serde_json::from_value(json).unwrap(), 50, 8);
        let whole = json!({"startRowIndex": 2, "endRowIndex": 5, "startColumnIndex": 1, "endColumnIndex": 2});
        assert_eq!(range(whole).unwrap().to_string(), "B3:B5");
        assert_eq!(range(json!({"endRowIndex": 1})).unwrap().to_string(), "A1:H1", "to the sheet's end");
        assert_eq!(range(json!({"startRowIndex": 5, "endRowIndex": 5})), None);
        assert_eq!(range(json!({"startRowIndex": -1, "endRowIndex": 5})), None);
    }

    #[test]
    fn a_long_list_is_read_in_full_at_its_head_and_plainly_below() {
        let date = json!({"effectiveValue": {"numberValue": 45986.5}, "effectiveFormat": {"numberFormat": {"type": "DATE_TIME"}}});
        let head = json!({"sheets": [{"properties": {"sheetId": 7}, "data": [{"rowData": [
            {"values": [{"effectiveValue": {"stringValue": "Cap waktu"}}, {"effectiveValue": {"stringValue": "U1"}}]},
            {"values": [date, {"effectiveValue": {"numberValue": 4}}]},
        ]}]}]});
        let mut rows = vec![json!(["Cap waktu", "U1"])];
        rows.extend((1..310).map(|row| json!([45986.5 + f64::from(row), 4])));
        let values = json!({"valueRanges": [{"values": rows}]});
        let tab = tabs(json!([sheet(7, 0, "Respons", 1_000_000, 2)]));
        let built = build(
            tab,
            serde_json::from_value(head).unwrap(),
            serde_json::from_value(values).unwrap(),
            GridLimits::default(),
        );
        let [(7, Ok(grid))] = built.as_slice() else { panic!("{built:?}") };
        assert_eq!(grid.rows(), 310);
        assert!(matches!(grid.cell(1, 0).value, crate::grid::Value::Date(_)));
        assert!(matches!(grid.cell(309, 0).value, crate::grid::Value::Date(_)), "as the column's numbers above");
        assert_eq!(grid.cell(309, 1).number(), Some(4.0));
        assert!(grid.cell(2, 0).is_blank(), "the head is read with everything, and only that counts");
    }
}
