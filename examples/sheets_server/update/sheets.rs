//! Sheets: added, deleted, renamed, moved, resized.

use google_sheets4::api::{
    AddSheetRequest, AddSheetResponse, DeleteSheetRequest, SheetProperties, SpreadsheetProperties,
    UpdateSheetPropertiesRequest, UpdateSpreadsheetPropertiesRequest,
};
use serde_json::{Map, Value as Json};

use super::super::get::{properties, sheet_properties, wire};
use super::super::model::{Sheet, Spreadsheet};
use super::super::schema;
use super::{Refusal, Reply, place, take_mask, typed, within_limits};

pub(super) fn add(spreadsheet: &mut Spreadsheet, body: Map<String, Json>) -> Reply {
    let given = typed::<AddSheetRequest>(body)?.properties.unwrap_or_default();
    let free =
        || (1..).map(|n| format!("Sheet{n}")).find(|title| spreadsheet.sheet(title).is_none()).unwrap_or_default();
    let title = given.title.clone().unwrap_or_else(free);
    check_title(spreadsheet, &title, None)?;
    let id = given.sheet_id.unwrap_or_else(|| spreadsheet.free_id(&title));
    if id < 0 {
        return Err(format!("SheetId must be a non-negative number: {id}").into());
    }
    if spreadsheet.place(id).is_some() {
        return Err(format!("The specified sheet ID is already in use: {id}").into());
    }
    let mut sheet = Sheet::new(id, &title, 1000, 26);
    let mut properties = SheetProperties { index: None, sheet_id: Some(id), title: Some(title), ..given.clone() };
    properties.sheet_type = Some("GRID".to_owned());
    let grid = properties.grid_properties.get_or_insert_default();
    grid.row_count = grid.row_count.or(Some(1000));
    grid.column_count = grid.column_count.or(Some(26));
    check_grid(&properties)?;
    sheet.properties = properties;
    let at = match given.index {
        Some(index) => {
            usize::try_from(index).ok().filter(|at| *at <= spreadsheet.sheets.len()).ok_or("Invalid index.")?
        }
        None => spreadsheet.sheets.len(),
    };
    spreadsheet.sheets.insert(at, sheet);
    within_limits(spreadsheet)?;
    Ok(Some(wire(&AddSheetResponse { properties: Some(sheet_properties(spreadsheet, at)) })))
}

pub(super) fn delete(spreadsheet: &mut Spreadsheet, body: Map<String, Json>) -> Reply {
    let id = typed::<DeleteSheetRequest>(body)?.sheet_id.unwrap_or_default();
    let at = spreadsheet.place(id).ok_or_else(|| format!("No sheet with id: {id}"))?;
    if spreadsheet.sheets.len() == 1 {
        return Err("You can't remove all the sheets in a document.".into());
    }
    spreadsheet.sheets.remove(at);
    if spreadsheet.sheets.iter().all(Sheet::hidden) {
        return Err("You can't remove all the visible sheets in a document.".into());
    }
    spreadsheet.metadata.retain(|data| {
        let location = data.location.as_ref();
        let rows = location.and_then(|at| at.dimension_range.as_ref()).map(|range| range.sheet_id.unwrap_or_default());
        location.and_then(|at| at.sheet_id).or(rows) != Some(id)
    });
    Ok(None)
}

pub(super) fn update(spreadsheet: &mut Spreadsheet, mut body: Map<String, Json>) -> Reply {
    let mask = take_mask(&mut body, &schema::sheet_properties())?;
    let given = typed::<UpdateSheetPropertiesRequest>(body)?.properties.unwrap_or_default();
    let at = place(spreadsheet, given.sheet_id)?;
    let before = &spreadsheet.sheets[at];
    let (id, size) = (before.id(), before.size());
    let mut json = wire(&before.properties);
    mask.copy(Some(&wire(&given)), &mut json);
    let mut properties: SheetProperties =
        serde_json::from_value(json).map_err(|error| Refusal::Payload(error.to_string()))?;
    properties.sheet_id = Some(id);
    properties.sheet_type = Some("GRID".to_owned());
    properties.index = None;
    check_title(spreadsheet, properties.title.as_deref().unwrap_or_default(), Some(id))?;
    let grid = properties.grid_properties.get_or_insert_default();
    // A mask that takes in the size without saying one keeps it.
    grid.row_count = grid.row_count.or(Some(size.0 as i32));
    grid.column_count = grid.column_count.or(Some(size.1 as i32));
    check_grid(&properties)?;
    let sheet = &mut spreadsheet.sheets[at];
    sheet.properties = properties;
    let (rows, cols) = sheet.size();
    sheet.resize(rows, cols);
    if spreadsheet.sheets.iter().all(Sheet::hidden) {
        return Err("You can't hide all the sheets in a document.".into());
    }
    if let (Some(index), Some(_)) = (given.index, mask.under("index")) {
        // Places are counted before the move.
        let index = usize::try_from(index).ok().filter(|to| *to <= spreadsheet.sheets.len()).ok_or("Invalid index.")?;
        let sheet = spreadsheet.sheets.remove(at);
        spreadsheet.sheets.insert(if index > at { index - 1 } else { index }, sheet);
    }
    within_limits(spreadsheet)?;
    Ok(None)
}

pub(super) fn update_spreadsheet(spreadsheet: &mut Spreadsheet, mut body: Map<String, Json>) -> Reply {
    let mask = take_mask(&mut body, &SpreadsheetProperties::default())?;
    let given = typed::<UpdateSpreadsheetPropertiesRequest>(body)?.properties.unwrap_or_default();
    let mut json = wire(&properties(spreadsheet));
    mask.copy(Some(&wire(&given)), &mut json);
    let new: SpreadsheetProperties =
        serde_json::from_value(json).map_err(|error| Refusal::Payload(error.to_string()))?;
    spreadsheet.title = new.title.filter(|title| !title.is_empty()).ok_or("Title may not be empty.")?;
    spreadsheet.locale = new.locale.unwrap_or_else(|| "en_US".to_owned());
    spreadsheet.time_zone = new.time_zone.unwrap_or_else(|| "Etc/GMT".to_owned());
    Ok(None)
}

fn check_title(spreadsheet: &Spreadsheet, title: &str, own: Option<i32>) -> Result<(), Refusal> {
    if title.is_empty() || title.chars().count() > 100 {
        return Err(format!("The sheet name \"{title}\" must have 1 to 100 characters.").into());
    }
    let taken = |sheet: &Sheet| Some(sheet.id()) != own && sheet.title().to_lowercase() == title.to_lowercase();
    if spreadsheet.sheets.iter().any(taken) {
        return Err(format!("A sheet with the name \"{title}\" already exists. Please enter another name.").into());
    }
    Ok(())
}

fn check_grid(properties: &SheetProperties) -> Result<(), Refusal> {
    let Some(grid) = &properties.grid_properties else { return Ok(()) };
    let axes =
        [(grid.row_count, grid.frozen_row_count, "row"), (grid.column_count, grid.frozen_column_count, "column")];
    for (count, frozen, name) in axes {
        let (count, frozen) = (count.unwrap_or_default(), frozen.unwrap_or_default());
        if count < 1 {
            return Err(format!("A grid must have at least one {name}: {count}").into());
        }
        if frozen < 0 || frozen >= count {
            return Err(format!("You can't freeze all visible {name}s on the sheet.").into());
        }
    }
    Ok(())
}
