//! From a spreadsheet as it is and the tables it should show to the one request that makes it so, or none.
//!
//! Whose a tab is [`state`](super::state) tells: only the pipeline's own are touched.

use std::collections::BTreeSet;

use google_sheets4::{FieldMask, api};

use super::layout::{GRID_FIELDS, PROTECTION, fill, grid_properties, weight};
use super::refresh::{RefreshError, RefreshWarning, TabChange};
use super::state::{
    DIGEST, MARK, area, find, free_id, free_title, has_size, is_marked, mark_of, marked_table, metadata, sheet_id,
    title,
};
use super::table::Table;
use super::tables::Wanted;

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
                (free_id(pipeline, name, &ids), given)
            }
        };
        ids.insert(id);
        titles.insert(tab_title.to_lowercase());
        if table.overlong() > 0 {
            warnings.push(RefreshWarning::TextCut { tab: tab_title.clone(), texts: table.overlong() });
        }
        let is_same = existing.is_some_and(|sheet| metadata(sheet, DIGEST) == Some(&*digest) && has_size(sheet, table));
        tabs.push(Tab { name, table, existing, id, title: tab_title, digest, is_written: !is_same });
    }
    let ours: BTreeSet<i32> = tabs.iter().map(|tab| tab.id).collect();
    let others = || sheets.iter().filter(|sheet| !ours.contains(&sheet_id(sheet)));
    for sheet in others().filter(|sheet| marked_table(sheet, pipeline).is_some()) {
        warnings.push(RefreshWarning::NotWanted { tab: title(sheet).to_owned() });
    }
    let of_others = others().map(area).sum();
    let of_ours = tabs.iter().map(|tab| tab.table.height() as u64 * tab.table.width() as u64).sum();
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
    let requests = requests(pipeline, &tabs);
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

    /// By how many cells it grows.
    fn growth(&self) -> i64 {
        let wanted = self.table.height() as u64 * self.table.width() as u64;
        wanted as i64 - self.existing.map_or(0, area) as i64
    }
}

/// One batch: first what is in the way is taken off, then tabs shrink, then others grow and new ones come, so that the
/// spreadsheet is never larger on the way than before or after; then each is filled.
fn requests(pipeline: &str, tabs: &[Tab]) -> Vec<api::Request> {
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
        requests.extend(mark(pipeline, tab));
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

/// Marks a tab with whose it is and what it shows.
fn mark(pipeline: &str, tab: &Tab) -> Vec<api::Request> {
    let mut requests = Vec::new();
    if tab.existing.is_none() {
        requests.push(create(tab.id, MARK, &mark_of(pipeline, tab.name, tab.id)));
    }
    let id = tab.existing.and_then(|sheet| find(sheet, DIGEST)?.metadata_id);
    requests.push(match id {
        None => create(tab.id, DIGEST, &tab.digest),
        Some(id) => {
            let lookup = api::DeveloperMetadataLookup { metadata_id: Some(id), ..Default::default() };
            let filter = api::DataFilter { developer_metadata_lookup: Some(lookup), ..Default::default() };
            let update = api::UpdateDeveloperMetadataRequest {
                data_filters: Some(vec![filter]),
                developer_metadata: Some(api::DeveloperMetadata {
                    metadata_value: Some(tab.digest.clone()),
                    ..Default::default()
                }),
                fields: Some(FieldMask::new(&["metadataValue"])),
            };
            api::Request { update_developer_metadata: Some(update), ..Default::default() }
        }
    });
    requests
}

fn create(sheet: i32, key: &str, value: &str) -> api::Request {
    let metadata = api::DeveloperMetadata {
        location: Some(api::DeveloperMetadataLocation { sheet_id: Some(sheet), ..Default::default() }),
        metadata_key: Some(key.to_owned()),
        metadata_value: Some(value.to_owned()),
        visibility: Some("DOCUMENT".to_owned()),
        ..Default::default()
    };
    let create = api::CreateDeveloperMetadataRequest { developer_metadata: Some(metadata) };
    api::Request { create_developer_metadata: Some(create), ..Default::default() }
}
