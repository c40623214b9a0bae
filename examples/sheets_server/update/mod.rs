//! `spreadsheets.batchUpdate`: every request or none.

mod cells;
mod dimensions;
mod metadata;
mod rules;
mod sheets;

use google_sheets4::api::GridRange;
use rekap::grid::column_letters;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};

use super::a1::Area;
use super::error::ApiError;
use super::mask::Mask;
use super::model::{MAX_CELLS, MAX_COLS, Spreadsheet};
use super::schema;

/// Why a request is refused.
enum Refusal {
    /// It cannot be carried out: Google's words behind `Invalid requests[0].addSheet: `.
    Invalid(String),
    /// It is not the JSON it should be.
    Payload(String),
}

impl From<String> for Refusal {
    fn from(message: String) -> Self {
        Refusal::Invalid(message)
    }
}

impl From<&str> for Refusal {
    fn from(message: &str) -> Self {
        Refusal::Invalid(message.to_owned())
    }
}

/// What a request answers, and most answer nothing.
type Reply = Result<Option<Json>, Refusal>;

/// Carries out the requests one after the other; the replies, one for each.
///
/// The spreadsheet is changed as far as the first refusal: the caller hands in a copy and keeps it only when all is well.
///
/// # Errors
/// The first refusal, with the request's place.
pub fn apply(spreadsheet: &mut Spreadsheet, requests: Vec<Json>) -> Result<Vec<Json>, ApiError> {
    if requests.is_empty() {
        return Err(ApiError::invalid("Must specify at least one request."));
    }
    let mut replies = Vec::new();
    for (place, request) in requests.into_iter().enumerate() {
        let Json::Object(request) = request else {
            return Err(ApiError::payload(format!("Invalid value at 'requests[{place}]'")));
        };
        let mut kinds = request.into_iter().filter(|(_, body)| !body.is_null());
        let (Some((kind, body)), None) = (kinds.next(), kinds.next()) else {
            return Err(ApiError::invalid(format!(
                "Invalid requests[{place}]: exactly one kind of request must be set."
            )));
        };
        match one(spreadsheet, &kind, body) {
            Ok(None) => replies.push(json!({})),
            Ok(Some(reply)) => replies.push(json!({ kind: reply })),
            Err(Refusal::Invalid(why)) => {
                return Err(ApiError::invalid(format!("Invalid requests[{place}].{kind}: {why}")));
            }
            Err(Refusal::Payload(why)) => {
                return Err(ApiError::payload(format!("In 'requests[{place}].{kind}': {why}")));
            }
        }
    }
    Ok(replies)
}

fn one(spreadsheet: &mut Spreadsheet, kind: &str, body: Json) -> Reply {
    let Json::Object(body) = body else { return Err(Refusal::Payload("Invalid value".to_owned())) };
    match kind {
        "addSheet" => sheets::add(spreadsheet, body),
        "deleteSheet" => sheets::delete(spreadsheet, body),
        "updateSheetProperties" => sheets::update(spreadsheet, body),
        "updateSpreadsheetProperties" => sheets::update_spreadsheet(spreadsheet, body),
        "updateCells" => cells::update(spreadsheet, body),
        "repeatCell" => cells::repeat(spreadsheet, body),
        "mergeCells" => cells::merge(spreadsheet, body),
        "unmergeCells" => cells::unmerge(spreadsheet, body),
        "appendDimension" => dimensions::append(spreadsheet, body),
        "insertDimension" => dimensions::insert(spreadsheet, body),
        "deleteDimension" => dimensions::delete(spreadsheet, body),
        "updateDimensionProperties" => dimensions::update(spreadsheet, body),
        "autoResizeDimensions" => dimensions::auto_resize(spreadsheet, body),
        "createDeveloperMetadata" => metadata::create(spreadsheet, body),
        "updateDeveloperMetadata" => metadata::update(spreadsheet, body),
        "deleteDeveloperMetadata" => metadata::delete(spreadsheet, body),
        "addProtectedRange" => rules::protect(spreadsheet, body),
        "updateProtectedRange" => rules::update_protected(spreadsheet, body),
        "deleteProtectedRange" => rules::unprotect(spreadsheet, body),
        "addConditionalFormatRule" => rules::add_conditional(spreadsheet, body),
        "deleteConditionalFormatRule" => rules::delete_conditional(spreadsheet, body),
        "setBasicFilter" => rules::set_filter(spreadsheet, body),
        "clearBasicFilter" => rules::clear_filter(spreadsheet, body),
        _ => Err(Refusal::Payload("Unknown name (the local server knows no such request)".to_owned())),
    }
}

/// A request as google-sheets4's type; a name that type does not have is refused, as Google does.
fn typed<T: DeserializeOwned + Serialize>(body: Map<String, Json>) -> Result<T, Refusal> {
    let body = Json::Object(body);
    let value: T =
        serde_json::from_value(body.clone()).map_err(|error| Refusal::Payload(format!("Invalid value ({error})")))?;
    let known = serde_json::to_value(&value).map_err(|error| Refusal::Payload(error.to_string()))?;
    match unknown_name(&body, &known) {
        Some(name) => Err(Refusal::Payload(format!("Unknown name \"{name}\": Cannot find field."))),
        None => Ok(value),
    }
}

fn unknown_name(given: &Json, known: &Json) -> Option<String> {
    match (given, known) {
        (Json::Object(given), Json::Object(known)) => given.iter().find_map(|(name, value)| match known.get(name) {
            Some(known) => unknown_name(value, known),
            None => Some(name.clone()),
        }),
        (Json::Array(given), Json::Array(known)) => given.iter().zip(known).find_map(|(a, b)| unknown_name(a, b)),
        _ => None,
    }
}

/// Takes the update mask out of a request: google-sheets4's type of it reads neither parentheses nor owned text.
/// A name the type (by a sample of it) does not have is refused.
fn take_mask(body: &mut Map<String, Json>, sample: &impl Serialize) -> Result<Mask, Refusal> {
    match body.remove("fields") {
        Some(Json::String(fields)) if !fields.is_empty() => {
            let wrong = |at: String| Refusal::Payload(format!("Invalid value at 'fields', \"{at}\""));
            let mask = Mask::parse(&fields).map_err(wrong)?;
            schema::unknown(&mask, sample).map_or(Ok(mask), |name| Err(wrong(name)))
        }
        _ => Err("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)".into()),
    }
}

/// The place of a sheet by its id.
fn place(spreadsheet: &Spreadsheet, id: Option<i32>) -> Result<usize, Refusal> {
    let id = id.unwrap_or_default();
    spreadsheet.place(id).ok_or_else(|| format!("No grid with id: {id}").into())
}

/// A [`GridRange`] as a place and an area. As Google has it, what is unset reaches to the sheet's edge, what ends beyond the
/// edge is cut off there, no cell at all is fine, and what begins beyond the edge is refused.
fn area(spreadsheet: &Spreadsheet, range: Option<&GridRange>) -> Result<(usize, Area), Refusal> {
    let range = range.ok_or("range is required")?;
    let place = place(spreadsheet, range.sheet_id)?;
    let sheet = &spreadsheet.sheets[place];
    let (rows, cols) = sheet.size();
    let span = |start: Option<i32>, end: Option<i32>, size: u32| {
        let (first, last) = (start.unwrap_or_default(), end.unwrap_or(size as i32));
        if first < 0 || first > last && end.is_some() {
            return Err(format!("The range's indices [{first}, {last}) are negative or out of order."));
        }
        Ok(first as u32..(last as u32).min(size).max(first as u32))
    };
    let area = Area {
        rows: span(range.start_row_index, range.end_row_index, rows)?,
        cols: span(range.start_column_index, range.end_column_index, cols)?,
    };
    if area.rows.start >= rows || area.cols.start >= cols {
        let first = format!("{}{}", column_letters(area.cols.start), area.rows.start + 1);
        let column = range.end_column_index.map(|end| column_letters(end.max(1) as u32 - 1)).unwrap_or_default();
        let row = range.end_row_index.map(|end| end.to_string()).unwrap_or_default();
        let title = sheet.title();
        let corner = if format!("{column}{row}") == first { String::new() } else { format!(":{column}{row}") };
        return Err(format!(
            "Range ({title}!{first}{corner}) exceeds grid limits. Max rows: {rows}, max columns: {cols}"
        )
        .into());
    }
    Ok((place, area))
}

/// Google's words for a spreadsheet that would get too large.
pub fn too_many_cells() -> String {
    format!("This action would increase the number of cells in the workbook above the limit of {MAX_CELLS} cells.")
}

/// Refuses a spreadsheet that has got too large.
fn within_limits(spreadsheet: &Spreadsheet) -> Result<(), Refusal> {
    if spreadsheet.sheets.iter().any(|sheet| sheet.size().1 > MAX_COLS) || spreadsheet.cells() > MAX_CELLS {
        return Err(too_many_cells().into());
    }
    Ok(())
}
