//! Developer metadata: marks on spreadsheets, sheets, rows and columns.

use google_sheets4::api::{
    CreateDeveloperMetadataRequest, CreateDeveloperMetadataResponse, DataFilter, DeleteDeveloperMetadataRequest,
    DeleteDeveloperMetadataResponse, DeveloperMetadata, DeveloperMetadataLocation, UpdateDeveloperMetadataRequest,
    UpdateDeveloperMetadataResponse,
};
use serde_json::{Map, Value as Json};

use super::super::get::wire;
use super::super::model::Spreadsheet;
use super::{Refusal, Reply, place, take_mask, typed};

pub(super) fn create(spreadsheet: &mut Spreadsheet, body: Map<String, Json>) -> Reply {
    let mut data =
        typed::<CreateDeveloperMetadataRequest>(body)?.developer_metadata.ok_or("developerMetadata is required.")?;
    let free = (1..).find(|id| spreadsheet.metadata.iter().all(|data| data.metadata_id != Some(*id)));
    data.metadata_id = data.metadata_id.or(free);
    if spreadsheet.metadata.iter().any(|other| other.metadata_id == data.metadata_id) {
        return Err(
            format!("Developer metadata with ID {} already exists.", data.metadata_id.unwrap_or_default()).into()
        );
    }
    check(spreadsheet, &mut data)?;
    spreadsheet.metadata.push(data.clone());
    Ok(Some(wire(&CreateDeveloperMetadataResponse { developer_metadata: Some(data) })))
}

pub(super) fn update(spreadsheet: &mut Spreadsheet, mut body: Map<String, Json>) -> Reply {
    let mask = take_mask(&mut body, &DeveloperMetadata::default())?;
    let request: UpdateDeveloperMetadataRequest = typed(body)?;
    let given = wire(&request.developer_metadata.ok_or("developerMetadata is required.")?);
    let filters = request.data_filters.unwrap_or_default();
    let mut changed = Vec::new();
    for index in 0..spreadsheet.metadata.len() {
        let mut chosen = false;
        for filter in &filters {
            chosen |= matches(&spreadsheet.metadata[index], filter)?;
        }
        if chosen {
            let mut json = wire(&spreadsheet.metadata[index]);
            mask.copy(Some(&given), &mut json);
            let mut data: DeveloperMetadata =
                serde_json::from_value(json).map_err(|error| Refusal::Payload(error.to_string()))?;
            check(spreadsheet, &mut data)?;
            spreadsheet.metadata[index] = data.clone();
            changed.push(data);
        }
    }
    Ok(Some(wire(&UpdateDeveloperMetadataResponse { developer_metadata: Some(changed) })))
}

pub(super) fn delete(spreadsheet: &mut Spreadsheet, body: Map<String, Json>) -> Reply {
    let filter = typed::<DeleteDeveloperMetadataRequest>(body)?.data_filter.ok_or("dataFilter is required.")?;
    let (mut kept, mut gone) = (Vec::new(), Vec::new());
    for data in std::mem::take(&mut spreadsheet.metadata) {
        if matches(&data, &filter)? { gone.push(data) } else { kept.push(data) }
    }
    spreadsheet.metadata = kept;
    Ok(Some(wire(&DeleteDeveloperMetadataResponse { deleted_developer_metadata: Some(gone) })))
}

/// Refuses metadata without key, visibility or a location there is; names the kind of its location.
fn check(spreadsheet: &Spreadsheet, data: &mut DeveloperMetadata) -> Result<(), Refusal> {
    if data.metadata_key.as_deref().unwrap_or_default().is_empty() {
        return Err("Developer metadata must have a key.".into());
    }
    if !matches!(data.visibility.as_deref(), Some("DOCUMENT" | "PROJECT")) {
        return Err("Developer metadata must have a visibility.".into());
    }
    if data.metadata_id.is_some_and(|id| id <= 0) {
        return Err("Developer metadata IDs must be positive.".into());
    }
    let location = data.location.as_mut().ok_or("Developer metadata must have a location.")?;
    location.location_type = Some(kind(spreadsheet, location)?.to_owned());
    Ok(())
}

fn kind(spreadsheet: &Spreadsheet, location: &DeveloperMetadataLocation) -> Result<&'static str, Refusal> {
    match (location.spreadsheet, location.sheet_id, &location.dimension_range) {
        (Some(true), None, None) => Ok("SPREADSHEET"),
        (None, Some(id), None) => place(spreadsheet, Some(id)).map(|_| "SHEET"),
        (None, None, Some(range)) => {
            place(spreadsheet, range.sheet_id)?;
            if range.end_index.unwrap_or_default() - range.start_index.unwrap_or_default() != 1 {
                return Err("Developer metadata may be associated with a single row or column only.".into());
            }
            Ok(if range.dimension.as_deref() == Some("COLUMNS") { "COLUMN" } else { "ROW" })
        }
        _ => Err("Developer metadata must have exactly one location.".into()),
    }
}

fn matches(data: &DeveloperMetadata, filter: &DataFilter) -> Result<bool, Refusal> {
    let Some(lookup) = &filter.developer_metadata_lookup else {
        return Err("The local server looks developer metadata up by developerMetadataLookup only.".into());
    };
    fn fits<T: PartialEq>(wanted: &Option<T>, own: &Option<T>) -> bool {
        wanted.is_none() || wanted == own
    }
    let location = data.location.clone().unwrap_or_default();
    let at = match &lookup.metadata_location {
        None => true,
        Some(wanted) => {
            (wanted.spreadsheet.is_some() && wanted.spreadsheet == location.spreadsheet)
                || (wanted.sheet_id.is_some() && wanted.sheet_id == location.sheet_id)
        }
    };
    Ok(at
        && fits(&lookup.metadata_id, &data.metadata_id)
        && fits(&lookup.metadata_key, &data.metadata_key)
        && fits(&lookup.metadata_value, &data.metadata_value)
        && fits(&lookup.visibility, &data.visibility)
        && fits(&lookup.location_type, &location.location_type))
}
