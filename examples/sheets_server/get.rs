//! `spreadsheets.get`: a spreadsheet as Google answers it.
//!
//! The frame is made of google-sheets4's own types; cells are written straight as JSON, only what is wanted of them,
//! since a sheet has thousands (`tests/sheets_server.rs` holds them against the type).

use google_sheets4::api::{
    DeveloperMetadata, DimensionProperties, GridRange, Sheet as WireSheet, Spreadsheet as WireSpreadsheet,
    SpreadsheetProperties,
};
use rekap::grid::ErrorKind;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::a1::{self, Area};
use super::error::ApiError;
use super::mask::Mask;
use super::model::{Cell, Content, Sheet, Spreadsheet};
use super::number::formatted;

/// A value of google-sheets4 as JSON: what is unset left out, whole numbers without a point.
pub fn wire(value: &impl Serialize) -> Json {
    // These types are numbers, texts, lists and maps with text keys: nothing that JSON cannot hold.
    let mut json = serde_json::to_value(value).unwrap_or_default();
    tidy(&mut json);
    json
}

fn tidy(value: &mut Json) {
    match value {
        Json::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(tidy);
        }
        Json::Array(values) => values.iter_mut().for_each(tidy),
        Json::Number(number) => {
            if let (Some(float), false) = (number.as_f64(), number.is_i64() || number.is_u64()) {
                *value = self::number(float);
            }
        }
        _ => {}
    }
}

/// A number as Google writes it: `1`, not `1.0`.
pub fn number(number: f64) -> Json {
    if number.fract() == 0.0 && number.abs() < 1e15 { json!(number as i64) } else { json!(number) }
}

/// The whole answer, as far as the mask wants it. `ranges` chooses sheets and the part of their cells.
///
/// # Errors
/// A range that cannot be read.
pub fn spreadsheet(
    id: &str,
    url: &str,
    spreadsheet: &Spreadsheet,
    ranges: &[String],
    grid_data: bool,
    mask: &Mask,
) -> Result<Json, ApiError> {
    let ranges = ranges.iter().map(|range| a1::parse(spreadsheet, range)).collect::<Result<Vec<_>, _>>()?;
    let frame = WireSpreadsheet {
        spreadsheet_id: Some(id.to_owned()),
        spreadsheet_url: Some(format!("{url}spreadsheets/d/{id}/edit")),
        properties: Some(properties(spreadsheet)),
        developer_metadata: Some(metadata(spreadsheet, |at| at.spreadsheet == Some(true)))
            .filter(|list| !list.is_empty()),
        ..WireSpreadsheet::default()
    };
    let mut answer = wire(&frame);
    mask.filter(&mut answer);
    if let Some(mask) = mask.under("sheets") {
        let wanted = |place: &usize| ranges.is_empty() || ranges.iter().any(|(sheet, _)| sheet == place);
        let sheets = (0..spreadsheet.sheets.len()).filter(wanted).map(|place| {
            let areas: Vec<&Area> = ranges.iter().filter(|(sheet, _)| *sheet == place).map(|(_, area)| area).collect();
            sheet(spreadsheet, place, &areas, grid_data, mask)
        });
        answer["sheets"] = sheets.collect();
    }
    Ok(answer)
}

/// Title, locale and time zone.
pub fn properties(spreadsheet: &Spreadsheet) -> SpreadsheetProperties {
    SpreadsheetProperties {
        title: Some(spreadsheet.title.clone()),
        locale: Some(spreadsheet.locale.clone()),
        time_zone: Some(spreadsheet.time_zone.clone()),
        auto_recalc: Some("ON_CHANGE".to_owned()),
        ..SpreadsheetProperties::default()
    }
}

/// Metadata of some location.
fn metadata(
    spreadsheet: &Spreadsheet,
    is_here: impl Fn(&google_sheets4::api::DeveloperMetadataLocation) -> bool,
) -> Vec<DeveloperMetadata> {
    spreadsheet.metadata.iter().filter(|data| data.location.as_ref().is_some_and(&is_here)).cloned().collect()
}

/// A rectangle as a [`GridRange`].
pub fn grid_range(sheet: i32, area: &Area) -> GridRange {
    GridRange {
        sheet_id: Some(sheet),
        start_row_index: Some(area.rows.start as i32),
        end_row_index: Some(area.rows.end as i32),
        start_column_index: Some(area.cols.start as i32),
        end_column_index: Some(area.cols.end as i32),
    }
}

/// Properties of the sheet at a place, its index among them.
pub fn sheet_properties(spreadsheet: &Spreadsheet, place: usize) -> google_sheets4::api::SheetProperties {
    let mut properties = spreadsheet.sheets[place].properties.clone();
    properties.index = Some(place as i32);
    properties
}

fn sheet(spreadsheet: &Spreadsheet, place: usize, areas: &[&Area], grid_data: bool, mask: &Mask) -> Json {
    let sheet = &spreadsheet.sheets[place];
    let own = |at: &google_sheets4::api::DeveloperMetadataLocation| at.sheet_id == Some(sheet.id());
    fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
        if list.is_empty() { None } else { Some(list) }
    }
    let frame = WireSheet {
        properties: Some(sheet_properties(spreadsheet, place)),
        merges: some(sheet.merges.iter().map(|merge| grid_range(sheet.id(), merge)).collect()),
        protected_ranges: some(sheet.protected.clone()),
        conditional_formats: some(sheet.conditional.clone()),
        basic_filter: sheet.filter.clone(),
        developer_metadata: some(metadata(spreadsheet, own)),
        ..WireSheet::default()
    };
    let mut answer = wire(&frame);
    mask.filter(&mut answer);
    if let (Some(mask), true) = (mask.under("data"), grid_data) {
        let all = sheet.used(|cell| !cell.is_blank());
        let parts: Vec<Json> = match areas {
            [] => vec![data(spreadsheet, sheet, &all, &all, mask)],
            areas => areas.iter().map(|area| data(spreadsheet, sheet, area, &all, mask)).collect(),
        };
        answer["data"] = parts.into();
    }
    answer
}

/// One [`google_sheets4::api::GridData`].
fn data(spreadsheet: &Spreadsheet, sheet: &Sheet, area: &Area, used: &Area, mask: &Mask) -> Json {
    let mut out = Map::new();
    for (name, start) in [("startRow", area.rows.start), ("startColumn", area.cols.start)] {
        if start > 0 && mask.under(name).is_some() {
            out.insert(name.to_owned(), json!(start));
        }
    }
    if let Some(mask) = mask.under("rowData") {
        let cells = mask.under("values");
        let rows = area.rows.start..area.rows.end.min(used.rows.end);
        let mut rows: Vec<Json> = rows
            .map(|row| cells.map_or_else(|| json!({}), |mask| row_data(spreadsheet, sheet, row, area, mask)))
            .collect();
        while rows.last().is_some_and(|row| row.as_object().is_some_and(Map::is_empty)) && cells.is_some() {
            rows.pop();
        }
        if !rows.is_empty() {
            out.insert("rowData".to_owned(), rows.into());
        }
    }
    let size = sheet.size();
    let whole = std::ptr::eq(area, used);
    let spans = [
        ("rowMetadata", area.rows.start..if whole { size.0 } else { area.rows.end }, &sheet.row_properties, 21, "ROWS"),
        (
            "columnMetadata",
            area.cols.start..if whole { size.1 } else { area.cols.end },
            &sheet.col_properties,
            100,
            "COLUMNS",
        ),
    ];
    for (name, span, changed, pixels, dimension) in spans {
        if let Some(mask) = mask.under(name) {
            let mut plain = wire(&DimensionProperties { pixel_size: Some(pixels), ..DimensionProperties::default() });
            mask.filter(&mut plain);
            let one = |place: u32| {
                let here = |at: &google_sheets4::api::DeveloperMetadataLocation| {
                    at.dimension_range.as_ref().is_some_and(|range| {
                        range.sheet_id.unwrap_or_default() == sheet.id()
                            && range.dimension.as_deref() == Some(dimension)
                            && range.start_index == Some(place as i32)
                    })
                };
                let own = if spreadsheet.metadata.is_empty() { Vec::new() } else { metadata(spreadsheet, here) };
                if own.is_empty() && !changed.contains_key(&place) {
                    return plain.clone();
                }
                let mut properties = changed.get(&place).cloned().unwrap_or_default();
                properties.pixel_size = properties.pixel_size.or(Some(pixels));
                properties.developer_metadata = Some(own).filter(|own| !own.is_empty());
                let mut json = wire(&properties);
                mask.filter(&mut json);
                json
            };
            out.insert(name.to_owned(), span.map(one).collect());
        }
    }
    Json::Object(out)
}

fn row_data(spreadsheet: &Spreadsheet, sheet: &Sheet, row: u32, area: &Area, mask: &Mask) -> Json {
    let mut values: Vec<Json> = Vec::new();
    let mut used = 0;
    for col in area.cols.clone() {
        let cell = sheet.cell(row, col);
        if !cell.is_blank() {
            used = values.len() + 1;
        }
        values.push(cell_data(cell, &spreadsheet.locale, mask));
    }
    values.truncate(used);
    if values.is_empty() { json!({}) } else { json!({"values": values}) }
}

/// One [`google_sheets4::api::CellData`].
pub fn cell_data(cell: &Cell, locale: &str, mask: &Mask) -> Json {
    let mut out = Map::new();
    let mut put = |name: &str, value: &dyn Fn() -> Option<Json>| {
        if let Some(mask) = mask.under(name)
            && let Some(mut value) = value()
        {
            mask.filter(&mut value);
            out.insert(name.to_owned(), value);
        }
    };
    put("userEnteredValue", &|| match &cell.formula {
        Some(formula) => Some(json!({"formulaValue": formula})),
        None => extended_value(&cell.content),
    });
    put("effectiveValue", &|| extended_value(&cell.content));
    put("formattedValue", &|| (cell.content != Content::Empty).then(|| json!(formatted(cell, locale))));
    put("userEnteredFormat", &|| cell.format.as_deref().cloned());
    put("effectiveFormat", &|| cell.format.as_deref().cloned());
    put("hyperlink", &|| link(cell).map(|link| json!(link)));
    put("note", &|| cell.note.as_deref().map(|note| json!(note)));
    put("textFormatRuns", &|| cell.runs.as_deref().cloned());
    Json::Object(out)
}

/// The address a whole cell links to.
pub fn link(cell: &Cell) -> Option<&str> {
    let by_format = || cell.format.as_ref()?.pointer("/textFormat/link/uri")?.as_str();
    // A single run over the whole text is a link of the whole cell.
    let by_run = || match cell.runs.as_deref()?.as_array()?.as_slice() {
        [run] if run.get("startIndex").and_then(Json::as_u64).unwrap_or_default() == 0 => {
            run.pointer("/format/link/uri")?.as_str()
        }
        _ => None,
    };
    cell.link.as_deref().or_else(by_format).or_else(by_run)
}

fn extended_value(content: &Content) -> Option<Json> {
    Some(match content {
        Content::Empty => return None,
        Content::Number(value) => json!({"numberValue": number(*value)}),
        Content::Text(text) => json!({"stringValue": text}),
        Content::Bool(flag) => json!({"boolValue": flag}),
        Content::Error(kind) => {
            let (name, message) = error(*kind);
            json!({"errorValue": {"type": name, "message": message}})
        }
    })
}

fn error(kind: ErrorKind) -> (&'static str, &'static str) {
    match kind {
        ErrorKind::Div0 => ("DIVIDE_BY_ZERO", "Function DIVIDE parameter 2 cannot be zero."),
        ErrorKind::Value => (
            "VALUE",
            "Function ADD parameter 1 expects number values. But it is a text and cannot be coerced to a number.",
        ),
        ErrorKind::Ref => ("REF", "Reference does not exist."),
        ErrorKind::Name => ("NAME", "Unknown range name."),
        ErrorKind::Num => ("NUM", "Result was not a number."),
        ErrorKind::Na => ("N_A", "Value not available."),
        ErrorKind::Null => ("NULL_VALUE", "Ranges do not intersect."),
        ErrorKind::Other => ("ERROR", "Formula parse error."),
    }
}
