//! From a spreadsheet as it is and the tables it should show to the one request that makes it so, or none.
//!
//! Whose a tab is [`state`](super::state) tells: only the pipeline's own are touched.

use std::collections::BTreeSet;

use google_sheets4::{FieldMask, api};

use super::Wanted;
use super::layout::{CELL_CHARACTERS, GRID_FIELDS, PROTECTION, fill, grid_properties, weight};
use super::refresh::{RefreshError, RefreshWarning, TabChange};
use super::state::{
    DIGEST, MARK, area, find, free_id, free_title, has_size, is_marked, mark_of, marked_table, metadata, sheet_id,
    title,
};
use crate::report::table::Table;

/// What is asked of a spreadsheet before it is refreshed: everything but its cells.
pub const STATE_FIELDS: &str = "spreadsheetId,properties.title,sheets(properties(sheetId,title,index,sheetType,\
     gridProperties(rowCount,columnCount)),developerMetadata(metadataId,metadataKey,metadataValue),\
     protectedRanges(protectedRangeId,description,warningOnly),conditionalFormats.ranges,basicFilter.range,merges)";
/// Cells a spreadsheet may have.
pub const MOST_CELLS: u64 = 10_000_000;
/// Bytes of a request from which on somebody should know: Google recommends 2 MB and ends what takes over three minutes.
const LARGE: usize = 10 << 20;

/// What a refresh comes to.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Everything to be done, or nothing.
    pub request: Option<api::BatchUpdateSpreadsheetRequest>,
    /// Every tab with what happens to it.
    pub tabs: Vec<(String, TabChange)>,
    /// What somebody should know.
    pub warnings: Vec<RefreshWarning>,
}

/// Compares a spreadsheet, fetched with [`STATE_FIELDS`], with the tables a pipeline wants in it.
///
/// # Errors
/// [`RefreshError::TooManyCells`] when they do not fit.
pub fn plan(state: &api::Spreadsheet, pipeline: &str, wanted: &[Wanted]) -> Result<Planned, RefreshError> {
    let none = Vec::new();
    let sheets = state.sheets.as_ref().unwrap_or(&none);
    let mut warnings = Vec::new();
    let mut titles: BTreeSet<String> = sheets.iter().map(|sheet| title(sheet).to_lowercase()).collect();
    let mut ids: BTreeSet<i32> = sheets.iter().map(sheet_id).collect();
    let mut tabs: Vec<Tab> = Vec::new();
    for Wanted { name, title: wanted_title, table } in wanted {
        let digest = table.digest();
        let existing = sheets.iter().find(|sheet| is_marked(sheet, pipeline, name));
        let (id, tab_title) = match existing {
            Some(sheet) => (sheet_id(sheet), title(sheet).to_owned()),
            None => {
                let given = free_title(wanted_title, &titles);
                if given != *wanted_title {
                    warnings.push(RefreshWarning::TitleTaken { wanted: wanted_title.clone(), given: given.clone() });
                }
                (free_id(&format!("{pipeline}/{name}"), &ids), given)
            }
        };
        ids.insert(id);
        titles.insert(tab_title.to_lowercase());
        let texts = table.overlong(CELL_CHARACTERS);
        if texts > 0 {
            warnings.push(RefreshWarning::TextCut { tab: tab_title.clone(), texts });
        }
        let is_same = existing
            .is_some_and(|sheet| table.is_idle || metadata(sheet, DIGEST) == Some(&*digest) && has_size(sheet, table));
        tabs.push(Tab { name, table, existing, id, title: tab_title, digest, is_written: !is_same });
    }
    let ours: BTreeSet<i32> = tabs.iter().map(|tab| tab.id).collect();
    let others = || sheets.iter().filter(|sheet| !ours.contains(&sheet_id(sheet)));
    for sheet in others().filter(|sheet| marked_table(sheet, pipeline).is_some()) {
        warnings.push(RefreshWarning::NotWanted { tab: title(sheet).to_owned() });
    }
    let of_others = others().map(area).sum();
    let of_ours = tabs.iter().map(Tab::cells).sum();
    if of_others + of_ours > MOST_CELLS {
        return Err(RefreshError::TooManyCells { others: of_others, ours: of_ours });
    }
    if tabs.iter().any(|tab| tab.is_written) {
        // What says when something was done must say so of this time.
        tabs.iter_mut().filter(|tab| tab.table.has_passing()).for_each(|tab| tab.is_written = true);
    }
    let bytes = tabs.iter().filter(|tab| tab.is_written).map(|tab| weight(tab.table)).sum();
    if bytes > LARGE {
        warnings.push(RefreshWarning::Large { bytes });
    }
    let marks = sheets.iter().flat_map(|sheet| sheet.developer_metadata.iter().flatten());
    let marks: BTreeSet<i32> = marks.filter_map(|metadata| metadata.metadata_id).collect();
    let requests = requests(pipeline, &tabs, &marks);
    let request = (!requests.is_empty())
        .then(|| api::BatchUpdateSpreadsheetRequest { requests: Some(requests), ..Default::default() });
    Ok(Planned { request, tabs: tabs.iter().map(|tab| (tab.title.clone(), tab.change())).collect(), warnings })
}

/// A tab on its way to what it should be.
struct Tab<'a> {
    name: &'static str,
    table: &'a Table,
    existing: Option<&'a api::Sheet>,
    id: i32,
    title: String,
    digest: String,
    is_written: bool,
}

impl Tab<'_> {
    fn change(&self) -> TabChange {
        match (self.existing, self.is_written) {
            (None, _) => TabChange::Created,
            (Some(_), true) => TabChange::Updated { rows: self.table.rows() },
            (Some(_), false) => TabChange::Unchanged,
        }
    }

    /// The cells it will have.
    fn cells(&self) -> u64 {
        let wanted = self.table.height() as u64 * self.table.width() as u64;
        self.existing.filter(|_| !self.is_written).map_or(wanted, area)
    }

    /// By how many cells it grows.
    fn growth(&self) -> i64 {
        self.cells() as i64 - self.existing.map_or(0, area) as i64
    }
}

/// One batch: first what is in the way is taken off, then tabs shrink, then others grow and new ones come, so that the
/// spreadsheet is never larger on the way than before or after; then each is filled.
fn requests(pipeline: &str, tabs: &[Tab], marks: &BTreeSet<i32>) -> Vec<api::Request> {
    let mut written: Vec<&Tab> = tabs.iter().filter(|tab| tab.is_written).collect();
    let mut requests: Vec<api::Request> = written
        .iter()
        .filter_map(|tab| Some((tab.id, tab.existing?)))
        .flat_map(|(id, sheet)| clear(id, sheet))
        .collect();
    // A stable sort: new tabs keep the pipeline's order among themselves.
    written.sort_by_key(|tab| if tab.existing.is_some() { tab.growth().min(0) } else { 1 });
    requests.extend(written.iter().map(|tab| place(tab)));
    for tab in written {
        requests.extend(fill(tab.table, tab.id));
        requests.extend(mark(pipeline, tab, marks));
    }
    requests
}

/// Takes off what the last refresh put over the cells. Rules go before the tab shrinks: those it loses its cells with would
/// be gone by themselves, and their places would be others'.
fn clear(id: i32, sheet: &api::Sheet) -> Vec<api::Request> {
    let rules = sheet.conditional_formats.as_ref().map_or(0, Vec::len);
    let mut requests: Vec<api::Request> = (0..rules)
        .rev()
        .map(|index| api::Request {
            delete_conditional_format_rule: Some(api::DeleteConditionalFormatRuleRequest {
                index: Some(super::layout::size(index)),
                sheet_id: Some(id),
            }),
            ..Default::default()
        })
        .collect();
    let own = |range: &&api::ProtectedRange| range.description.as_deref() == Some(PROTECTION);
    requests.extend(sheet.protected_ranges.iter().flatten().filter(own).map(|range| api::Request {
        delete_protected_range: Some(api::DeleteProtectedRangeRequest { protected_range_id: range.protected_range_id }),
        ..Default::default()
    }));
    if sheet.basic_filter.is_some() {
        requests.push(api::Request {
            clear_basic_filter: Some(api::ClearBasicFilterRequest { sheet_id: Some(id) }),
            ..Default::default()
        });
    }
    if sheet.merges.as_ref().is_some_and(|merges| !merges.is_empty()) {
        let range = api::GridRange { sheet_id: Some(id), ..Default::default() };
        requests.push(api::Request {
            unmerge_cells: Some(api::UnmergeCellsRequest { range: Some(range) }),
            ..Default::default()
        });
    }
    requests
}

/// Makes a tab the size of its table: a new one, or the one there is, whose title and place are its reader's.
fn place(tab: &Tab) -> api::Request {
    let grid_properties = Some(grid_properties(tab.table));
    let properties = api::SheetProperties { sheet_id: Some(tab.id), grid_properties, ..Default::default() };
    if tab.existing.is_some() {
        let update = api::UpdateSheetPropertiesRequest {
            properties: Some(properties),
            fields: Some(FieldMask::new(&GRID_FIELDS)),
        };
        return api::Request { update_sheet_properties: Some(update), ..Default::default() };
    }
    let properties = api::SheetProperties { title: Some(tab.title.clone()), ..properties };
    let add = api::AddSheetRequest { properties: Some(properties) };
    api::Request { add_sheet: Some(add), ..Default::default() }
}

/// Marks a tab with whose it is and what it shows. The mark of what it shows has an id of its own: with it, as with the ids
/// of new tabs, a batch that was carried out already is refused when it is sent again.
fn mark(pipeline: &str, tab: &Tab, taken: &BTreeSet<i32>) -> Vec<api::Request> {
    let mut requests = Vec::new();
    if tab.existing.is_none() {
        requests.push(create(tab.id, MARK, &mark_of(pipeline, tab.name, tab.id), None));
    }
    let old = tab.existing.and_then(|sheet| find(sheet, DIGEST)?.metadata_id);
    requests.extend(old.map(|id| {
        let lookup = api::DeveloperMetadataLookup { metadata_id: Some(id), ..Default::default() };
        let filter = api::DataFilter { developer_metadata_lookup: Some(lookup), ..Default::default() };
        let delete = api::DeleteDeveloperMetadataRequest { data_filter: Some(filter) };
        api::Request { delete_developer_metadata: Some(delete), ..Default::default() }
    }));
    let id = free_id(&format!("{}/{}", tab.id, tab.digest), taken);
    requests.push(create(tab.id, DIGEST, &tab.digest, Some(id)));
    requests
}

fn create(sheet: i32, key: &str, value: &str, id: Option<i32>) -> api::Request {
    let metadata = api::DeveloperMetadata {
        metadata_id: id,
        location: Some(api::DeveloperMetadataLocation { sheet_id: Some(sheet), ..Default::default() }),
        metadata_key: Some(key.to_owned()),
        metadata_value: Some(value.to_owned()),
        visibility: Some("DOCUMENT".to_owned()),
    };
    let create = api::CreateDeveloperMetadataRequest { developer_metadata: Some(metadata) };
    api::Request { create_developer_metadata: Some(create), ..Default::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::table::{CellValue, Column, Columns, Format};

    const PIPELINE: &str = "babel";

    fn table(rows: usize) -> Table {
        let mut columns = Columns::default();
        columns.over("Keduanya", 2).add(Column::of(Format::Text).under("Teks"), |_| "=1+1");
        columns.add(Column::of(Format::Number).under("Nilai"), |number: usize| number);
        Table::new("Uji", "x", 1, vec![columns.section(0..rows)]).outside()
    }

    fn timed(second: i64) -> Table {
        let at = jiff::Timestamp::from_second(second).unwrap();
        let mut table = table(0);
        table.sections[0].rows = vec![vec![CellValue::Empty, CellValue::Moment(at)].into()];
        table
    }

    fn want(name: &'static str, title: &str, table: Table) -> Wanted {
        Wanted { name, title: title.to_owned(), table }
    }

    /// A tab of somebody's own.
    fn own(id: i32, title: &str, rows: i32, columns: i32) -> api::Sheet {
        let grid = api::GridProperties { row_count: Some(rows), column_count: Some(columns), ..Default::default() };
        let properties = api::SheetProperties {
            sheet_id: Some(id),
            title: Some(title.to_owned()),
            grid_properties: Some(grid),
            ..Default::default()
        };
        api::Sheet { properties: Some(properties), ..Default::default() }
    }

    /// A tab as an earlier refresh left it, under whatever title.
    fn made(id: i32, title: &str, name: &str, table: &Table) -> api::Sheet {
        let data = |place: i32, key: &str, value: String| api::DeveloperMetadata {
            metadata_id: Some(id + place),
            metadata_key: Some(key.to_owned()),
            metadata_value: Some(value),
            ..Default::default()
        };
        let protection = api::ProtectedRange {
            protected_range_id: Some(id + 3),
            description: Some(PROTECTION.to_owned()),
            warning_only: Some(true),
            ..Default::default()
        };
        let of_reader = api::ProtectedRange { protected_range_id: Some(id + 4), ..Default::default() };
        api::Sheet {
            developer_metadata: Some(vec![data(1, MARK, mark_of(PIPELINE, name, id)), data(2, DIGEST, table.digest())]),
            protected_ranges: Some(vec![of_reader, protection]),
            conditional_formats: Some(vec![api::ConditionalFormatRule::default(); 2]),
            basic_filter: Some(api::BasicFilter::default()),
            merges: Some(vec![api::GridRange::default()]),
            ..own(id, title, table.height() as i32, table.width() as i32)
        }
    }

    fn run(sheets: Vec<api::Sheet>, wanted: &[Wanted]) -> Planned {
        let state = api::Spreadsheet { sheets: Some(sheets), ..Default::default() };
        plan(&state, PIPELINE, wanted).unwrap()
    }

    /// Every request as what it is and its JSON.
    fn sent(planned: &Planned) -> Vec<(String, serde_json::Value)> {
        let requests = planned.request.as_ref().and_then(|request| request.requests.as_ref());
        let one = |request: &api::Request| {
            let serde_json::Value::Object(fields) = serde_json::to_value(request).unwrap() else { panic!() };
            let mut set = fields.into_iter().filter(|(_, value)| !value.is_null());
            let only = set.next().unwrap();
            assert!(set.next().is_none(), "one kind a request");
            only
        };
        requests.into_iter().flatten().map(one).collect()
    }

    fn kinds(planned: &Planned) -> Vec<String> {
        sent(planned).into_iter().map(|(kind, _)| kind).collect()
    }

    /// Every sheet id anywhere in a request.
    fn touched(value: &serde_json::Value, into: &mut BTreeSet<i64>) {
        match value {
            serde_json::Value::Object(fields) => fields.iter().for_each(|(name, value)| {
                into.extend(value.as_i64().filter(|_| name == "sheetId"));
                touched(value, into);
            }),
            serde_json::Value::Array(values) => values.iter().for_each(|value| touched(value, into)),
            _ => {}
        }
    }

    #[test]
    fn new_tabs_are_made_filled_and_marked_in_one_batch() {
        let planned = run(vec![own(0, "Sheet1", 1000, 26)], &[want("summary", "Ringkasan", table(3))]);
        assert_eq!(planned.tabs, [("Ringkasan".to_owned(), TabChange::Created)]);
        let expected = [
            "addSheet",
            "updateCells",
            "mergeCells",
            "updateDimensionProperties",
            "updateDimensionProperties",
            "setBasicFilter",
            "addProtectedRange",
            "createDeveloperMetadata",
            "createDeveloperMetadata",
        ];
        assert_eq!(kinds(&planned), expected);
        let mut ids = BTreeSet::new();
        sent(&planned).iter().for_each(|(_, request)| touched(request, &mut ids));
        assert_eq!(ids.len(), 1, "only the new tab is touched");
        assert!(!ids.contains(&0));
    }

    #[test]
    fn a_formula_in_a_text_stays_text() {
        let planned = run(Vec::new(), &[want("summary", "Ringkasan", table(1))]);
        let text = serde_json::to_string(&sent(&planned)).unwrap();
        assert!(text.contains(r#""stringValue":"=1+1""#));
        assert!(!text.contains(r#""formulaValue":""#));
    }

    #[test]
    fn what_shows_all_this_already_is_left_alone() {
        let planned = run(vec![made(7, "Ringkasan", "summary", &table(3))], &[want("summary", "Ringkasan", table(3))]);
        assert!(planned.request.is_none());
        assert_eq!(planned.tabs, [("Ringkasan".to_owned(), TabChange::Unchanged)]);
    }

    #[test]
    fn times_alone_are_no_change_and_go_with_any_other() {
        let sheets = vec![made(7, "Ringkasan", "summary", &table(3)), made(70, "Pembaruan", "update", &timed(1))];
        let update = want("update", "Pembaruan", timed(2));
        let planned = run(sheets.clone(), &[want("summary", "Ringkasan", table(3)), update.clone()]);
        assert!(planned.request.is_none());
        let planned = run(sheets, &[want("summary", "Ringkasan", table(4)), update]);
        let changes: Vec<TabChange> = planned.tabs.iter().map(|(_, change)| *change).collect();
        assert_eq!(changes, [TabChange::Updated { rows: 4 }, TabChange::Updated { rows: 1 }]);
    }

    #[test]
    fn a_changed_tab_is_cleared_resized_and_filled_and_keeps_its_title_and_place() {
        let sheet = made(7, "Untuk Ketua", "summary", &table(9));
        let planned = run(vec![own(0, "Catatan", 10, 5), sheet], &[want("summary", "Ringkasan", table(3))]);
        assert_eq!(planned.tabs, [("Untuk Ketua".to_owned(), TabChange::Updated { rows: 3 })]);
        assert_eq!(planned.warnings, []);
        let expected = [
            "deleteConditionalFormatRule",
            "deleteConditionalFormatRule",
            "deleteProtectedRange",
            "clearBasicFilter",
            "unmergeCells",
            "updateSheetProperties",
            "updateCells",
            "mergeCells",
            "updateDimensionProperties",
            "updateDimensionProperties",
            "setBasicFilter",
            "addProtectedRange",
            "deleteDeveloperMetadata",
            "createDeveloperMetadata",
        ];
        assert_eq!(kinds(&planned), expected);
        let sent = sent(&planned);
        assert_eq!((&sent[0].1["index"], &sent[1].1["index"]), (&1.into(), &0.into()), "the last rule first");
        assert_eq!(sent[2].1["protectedRangeId"], 10, "a reader's own protection stays");
        let properties = &sent[5].1;
        assert_eq!(properties["properties"]["gridProperties"]["rowCount"], 8);
        assert!(!properties["fields"].as_str().unwrap().contains("title"));
        assert_eq!(sent[12].1["dataFilter"]["developerMetadataLookup"]["metadataId"], 9);
        assert_eq!(sent[13].1["developerMetadata"]["metadataValue"], table(3).digest());
    }

    #[test]
    fn a_tab_that_lost_rows_is_written_anew() {
        let mut sheet = made(7, "Ringkasan", "summary", &table(3));
        sheet.properties.as_mut().unwrap().grid_properties.as_mut().unwrap().row_count = Some(7);
        let planned = run(vec![sheet], &[want("summary", "Ringkasan", table(3))]);
        assert_eq!(planned.tabs[0].1, TabChange::Updated { rows: 3 });
    }

    #[test]
    fn what_has_nothing_to_say_leaves_what_was_said_last() {
        let idle = Table { is_idle: true, ..table(0) };
        let planned =
            run(vec![made(7, "Perubahan", "changes", &table(3))], &[want("changes", "Perubahan", idle.clone())]);
        assert!(planned.request.is_none());
        let planned = run(Vec::new(), &[want("changes", "Perubahan", idle)]);
        assert_eq!(planned.tabs[0].1, TabChange::Created);
    }

    #[test]
    fn a_title_that_somebody_has_is_theirs() {
        let planned = run(vec![own(5, "ringkasan", 10, 5)], &[want("summary", "Ringkasan", table(1))]);
        assert_eq!(planned.tabs, [("Ringkasan (2)".to_owned(), TabChange::Created)]);
        let (wanted, given) = ("Ringkasan".to_owned(), "Ringkasan (2)".to_owned());
        assert_eq!(planned.warnings, [RefreshWarning::TitleTaken { wanted, given }]);
    }

    #[test]
    fn a_copy_somebody_keeps_is_theirs() {
        let table = table(3);
        let mut copy = made(7, "Ringkasan semester 1", "summary", &table);
        copy.properties.as_mut().unwrap().sheet_id = Some(8);
        let sheets = vec![copy, made(7, "Ringkasan", "summary", &table)];
        let planned = run(sheets, &[want("summary", "Ringkasan", super::tests::table(2))]);
        assert_eq!(planned.tabs, [("Ringkasan".to_owned(), TabChange::Updated { rows: 2 })]);
        let mut ids = BTreeSet::new();
        sent(&planned).iter().for_each(|(_, request)| touched(request, &mut ids));
        assert_eq!(ids, BTreeSet::from([7]));
    }

    #[test]
    fn what_is_no_longer_wanted_is_left_and_told() {
        let sheets = vec![made(7, "Ringkasan", "summary", &table(3)), made(70, "Luas", "areas", &table(1))];
        let planned = run(sheets, &[want("summary", "Ringkasan", table(3))]);
        assert!(planned.request.is_none());
        assert_eq!(planned.warnings, [RefreshWarning::NotWanted { tab: "Luas".to_owned() }]);
    }

    #[test]
    fn tabs_shrink_before_others_grow() {
        let sheets = vec![made(7, "A", "summary", &table(1)), made(70, "B", "areas", &table(9))];
        let wanted = [want("sources", "C", table(2)), want("summary", "A", table(9)), want("areas", "B", table(1))];
        let planned = run(sheets, &wanted);
        let places: Vec<i64> = sent(&planned)
            .iter()
            .filter(|(kind, _)| ["addSheet", "updateSheetProperties"].contains(&kind.as_str()))
            .map(|(_, request)| request["properties"]["sheetId"].as_i64().unwrap())
            .collect();
        assert_eq!(&places[..2], [70, 7]);
        assert_eq!(places.len(), 3);
    }

    #[test]
    fn more_cells_than_a_spreadsheet_holds_are_refused_beforehand() {
        let wanted = [want("summary", "Ringkasan", table(5))];
        // Ten rows of two columns are needed.
        let room =
            |cells: i32| api::Spreadsheet { sheets: Some(vec![own(0, "Arsip", cells, 1)]), ..Default::default() };
        assert!(plan(&room(9_999_980), PIPELINE, &wanted).is_ok());
        let error = plan(&room(9_999_981), PIPELINE, &wanted).unwrap_err();
        assert_eq!(error, RefreshError::TooManyCells { others: 9_999_981, ours: 20 });
    }
}
