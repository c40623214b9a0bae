//! `spreadsheets.values.*`: reading and writing plain values.

use std::ops::Range;

use google_sheets4::api::{
    AppendValuesResponse, BatchUpdateValuesRequest, BatchUpdateValuesResponse, UpdateValuesResponse, ValueRange,
};
use serde_json::{Value as Json, json};

use super::a1::{self, Area};
use super::error::ApiError;
use super::get::number;
use super::model::{Cell, Content, MAX_CELLS, MAX_TEXT, Sheet, Spreadsheet};
use super::number::{formatted, is_date, plain, typed};

/// How values are written into an answer.
#[derive(Debug, Clone, Copy)]
pub struct Rendering {
    formatted: bool,
    formula: bool,
    date_text: bool,
    by_column: bool,
}

impl Rendering {
    /// From `valueRenderOption`, `dateTimeRenderOption` and `majorDimension`, each as far as given.
    ///
    /// # Errors
    /// A value Google does not know.
    pub fn new(value: Option<&str>, date: Option<&str>, major: Option<&str>) -> Result<Rendering, ApiError> {
        let (formatted, formula) = match value {
            None | Some("FORMATTED_VALUE") => (true, false),
            Some("UNFORMATTED_VALUE") => (false, false),
            Some("FORMULA") => (false, true),
            Some(other) => return Err(unknown("value_render_option", other)),
        };
        let date_text = match date {
            None | Some("SERIAL_NUMBER") => false,
            Some("FORMATTED_STRING") => true,
            Some(other) => return Err(unknown("date_time_render_option", other)),
        };
        Ok(Rendering { formatted, formula, date_text, by_column: by_column(major)? })
    }

    fn value(self, cell: &Cell, locale: &str) -> Json {
        match (&cell.formula, &cell.content) {
            (Some(formula), _) if self.formula => json!(formula),
            (_, Content::Empty) => json!(""),
            _ if self.formatted || (self.date_text && is_date(cell)) => json!(formatted(cell, locale)),
            (_, Content::Number(value)) => number(*value),
            (_, Content::Bool(flag)) => json!(flag),
            (_, content) => json!(plain(content)),
        }
    }
}

fn unknown(field: &str, value: &str) -> ApiError {
    ApiError::invalid(format!("Invalid value at '{field}', \"{value}\""))
}

fn by_column(major: Option<&str>) -> Result<bool, ApiError> {
    match major {
        None | Some("ROWS" | "DIMENSION_UNSPECIFIED") => Ok(false),
        Some("COLUMNS") => Ok(true),
        Some(other) => Err(unknown("major_dimension", other)),
    }
}

/// Whether `valueInputOption` says to take values as they are.
///
/// # Errors
/// When it is missing or unknown.
pub fn is_raw(option: Option<&str>) -> Result<bool, ApiError> {
    match option {
        Some("RAW") => Ok(true),
        Some("USER_ENTERED") => Ok(false),
        Some(other) => Err(unknown("value_input_option", other)),
        None => Err(ApiError::invalid("'valueInputOption' is required but not specified")),
    }
}

/// The values of one range; empty ends of rows and of the whole are left out.
///
/// # Errors
/// A range that cannot be read.
pub fn get(spreadsheet: &Spreadsheet, range: &str, rendering: Rendering) -> Result<ValueRange, ApiError> {
    let (place, area) = a1::parse(spreadsheet, range)?;
    Ok(value_range(spreadsheet, place, &area, rendering))
}

fn value_range(spreadsheet: &Spreadsheet, place: usize, area: &Area, rendering: Rendering) -> ValueRange {
    let sheet = &spreadsheet.sheets[place];
    let used = sheet.used(|cell| !cell.is_empty());
    let rows = area.rows.start..area.rows.end.min(used.rows.end);
    let cols = area.cols.start..area.cols.end.min(used.cols.end);
    let value = |row: u32, col: u32| rendering.value(sheet.cell(row, col), &spreadsheet.locale);
    let mut lines: Vec<Vec<Json>> = if rendering.by_column {
        cols.map(|col| rows.clone().map(|row| value(row, col)).collect()).collect()
    } else {
        rows.map(|row| cols.clone().map(|col| value(row, col)).collect()).collect()
    };
    let is_nothing = |value: &Json| value.as_str() == Some("");
    for line in &mut lines {
        line.truncate(line.iter().rposition(|value| !is_nothing(value)).map_or(0, |last| last + 1));
    }
    lines.truncate(lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1));
    ValueRange {
        range: Some(area.show(sheet.title())),
        major_dimension: Some(if rendering.by_column { "COLUMNS" } else { "ROWS" }.to_owned()),
        values: Some(lines).filter(|lines| !lines.is_empty()),
    }
}

/// Writes values from the start of a range on.
///
/// # Errors
/// Values that do not fit into the range or the grid, or that no cell can hold.
pub fn update(
    spreadsheet: &mut Spreadsheet,
    id: &str,
    range: &str,
    values: ValueRange,
    raw: bool,
    echo: Option<Rendering>,
) -> Result<UpdateValuesResponse, ApiError> {
    let (place, area) = a1::parse(spreadsheet, range)?;
    let rows = in_rows(values)?;
    let (height, width) = extent(&rows);
    let title = spreadsheet.sheets[place].title().to_owned();
    let is_cell = area.rows.len() == 1 && area.cols.len() == 1;
    if !is_cell && (height > area.rows.len() as u32 || width > area.cols.len() as u32) {
        let place = if height > area.rows.len() as u32 {
            format!("row [{}]", area.rows.end + 1)
        } else {
            format!("column [{}]", rekap::grid::column_letters(area.cols.end))
        };
        let shown = area.show(&title);
        return Err(ApiError::invalid(format!(
            "Requested writing within range [{shown}], but tried writing to {place}"
        )));
    }
    write(spreadsheet, id, place, (area.rows.start, area.cols.start), rows, raw, echo)
}

fn in_rows(values: ValueRange) -> Result<Vec<Vec<Json>>, ApiError> {
    let lines = values.values.unwrap_or_default();
    if !by_column(values.major_dimension.as_deref())? {
        return Ok(lines);
    }
    let height = lines.iter().map(Vec::len).max().unwrap_or_default();
    let row = |row: usize| lines.iter().map(|line| line.get(row).cloned().unwrap_or_default()).collect();
    Ok((0..height).map(row).collect())
}

fn extent(rows: &[Vec<Json>]) -> (u32, u32) {
    (rows.len() as u32, rows.iter().map(Vec::len).max().unwrap_or_default() as u32)
}

fn write(
    spreadsheet: &mut Spreadsheet,
    id: &str,
    place: usize,
    (top, left): (u32, u32),
    rows: Vec<Vec<Json>>,
    raw: bool,
    echo: Option<Rendering>,
) -> Result<UpdateValuesResponse, ApiError> {
    let (height, width) = extent(&rows);
    let area = Area { rows: top..top + height.max(1), cols: left..left + width.max(1) };
    let locale = spreadsheet.locale.clone();
    let sheet = &mut spreadsheet.sheets[place];
    let size = sheet.size();
    if area.rows.end > size.0 || area.cols.end > size.1 {
        let shown = area.show(sheet.title());
        return Err(ApiError::invalid(format!(
            "Range ({shown}) exceeds grid limits. Max rows: {}, max columns: {}",
            size.0, size.1
        )));
    }
    let mut cells = 0;
    for (row, values) in (top..).zip(&rows) {
        for (col, value) in (left..).zip(values) {
            // null leaves a cell as it is.
            if !value.is_null() {
                enter(sheet.cell_mut(row, col), value, raw, &locale)?;
                cells += 1;
            }
        }
    }
    Ok(UpdateValuesResponse {
        spreadsheet_id: Some(id.to_owned()),
        updated_range: Some(area.show(sheet.title())),
        updated_rows: Some(height as i32),
        updated_columns: Some(width as i32),
        updated_cells: Some(cells),
        updated_data: echo.map(|rendering| value_range(spreadsheet, place, &area, rendering)),
    })
}

/// Puts one value into a cell, whose format stays.
fn enter(cell: &mut Cell, value: &Json, raw: bool, locale: &str) -> Result<(), ApiError> {
    let (entered, format) = match value {
        Json::String(text) if text.chars().count() > MAX_TEXT => {
            return Err(ApiError::invalid(format!(
                "Your input contains more than the maximum of {MAX_TEXT} characters in a single cell."
            )));
        }
        Json::String(text) if raw => (Cell::text(text), None),
        Json::String(text) => typed(text, locale),
        Json::Number(number) => (Cell::number(number.as_f64().unwrap_or_default()), None),
        Json::Bool(flag) => (Cell { content: Content::Bool(*flag), ..Cell::default() }, None),
        other => return Err(ApiError::invalid(format!("Invalid values[0][0]: {other}"))),
    };
    let (format_before, note) = (cell.format.take(), cell.note.take());
    *cell = Cell { format: format_before, note, ..entered };
    if let Some(number_format) = format
        && cell.number_format().is_none()
    {
        let mut format = cell.format.as_deref().cloned().unwrap_or_else(|| json!({}));
        format["numberFormat"] = number_format;
        cell.format = Some(format.into());
    }
    Ok(())
}

/// Writes several ranges, all or none.
///
/// # Errors
/// As [`update`].
pub fn batch_update(
    spreadsheet: &mut Spreadsheet,
    id: &str,
    request: BatchUpdateValuesRequest,
) -> Result<BatchUpdateValuesResponse, ApiError> {
    let raw = is_raw(request.value_input_option.as_deref())?;
    let rendering = Rendering::new(
        request.response_value_render_option.as_deref(),
        request.response_date_time_render_option.as_deref(),
        None,
    )?;
    let echo = request.include_values_in_response.unwrap_or_default().then_some(rendering);
    let mut responses = Vec::new();
    for data in request.data.unwrap_or_default() {
        let range = data.range.clone().ok_or_else(|| ApiError::invalid("Invalid data[0]: Unable to parse range: "))?;
        responses.push(update(spreadsheet, id, &range, data, raw, echo)?);
    }
    let sum = |count: fn(&UpdateValuesResponse) -> Option<i32>| responses.iter().filter_map(count).sum::<i32>();
    let sheets: std::collections::BTreeSet<_> =
        responses.iter().filter_map(|r| r.updated_range.as_ref()?.rsplit_once('!')).map(|(sheet, _)| sheet).collect();
    Ok(BatchUpdateValuesResponse {
        spreadsheet_id: Some(id.to_owned()),
        total_updated_rows: Some(sum(|response| response.updated_rows)),
        total_updated_columns: Some(sum(|response| response.updated_columns)),
        total_updated_cells: Some(sum(|response| response.updated_cells)),
        total_updated_sheets: Some(sheets.len() as i32),
        responses: Some(responses),
    })
}

/// Writes rows below the last table of a range, the grid grows where it must.
///
/// # Errors
/// As [`update`].
pub fn append(
    spreadsheet: &mut Spreadsheet,
    id: &str,
    range: &str,
    values: ValueRange,
    raw: bool,
    echo: Option<Rendering>,
) -> Result<AppendValuesResponse, ApiError> {
    let (place, area) = a1::parse(spreadsheet, range)?;
    let rows = in_rows(values)?;
    let sheet = &mut spreadsheet.sheets[place];
    let table = last_table(sheet, &area);
    let start = table.as_ref().map_or((area.rows.start, area.cols.start), |table| (table.rows.end, table.cols.start));
    let (height, width) = extent(&rows);
    let (all_rows, all_cols) = sheet.size();
    sheet.resize(all_rows.max(start.0 + height), all_cols.max(start.1 + width));
    let table_range = table.map(|table| table.show(sheet.title()));
    if spreadsheet.cells() > MAX_CELLS {
        return Err(ApiError::invalid(super::update::too_many_cells()));
    }
    let updates = write(spreadsheet, id, place, start, rows, raw, echo)?;
    Ok(AppendValuesResponse { spreadsheet_id: Some(id.to_owned()), table_range, updates: Some(updates) })
}

/// The last table in an area: from its last cell with content on as far as cells with content adjoin, also beyond the area.
fn last_table(sheet: &Sheet, area: &Area) -> Option<Area> {
    let used = sheet.used(|cell| !cell.is_empty());
    let filled = |rows: Range<u32>, cols: Range<u32>| {
        rows.clone().any(|row| cols.clone().any(|col| !sheet.cell(row, col).is_empty()))
    };
    let row = area.rows.clone().take(sheet.rows.len()).rev().find(|&row| filled(row..row + 1, area.cols.clone()))?;
    let col = area.cols.clone().find(|&col| !sheet.cell(row, col).is_empty())?;
    let mut table = Area { rows: row..row + 1, cols: col..col + 1 };
    loop {
        let before = table.clone();
        let Area { rows, cols } = &mut table;
        if rows.start > 0 && filled(rows.start - 1..rows.start, cols.clone()) {
            rows.start -= 1;
        }
        if rows.end < used.rows.end && filled(rows.end..rows.end + 1, cols.clone()) {
            rows.end += 1;
        }
        if cols.start > 0 && filled(rows.clone(), cols.start - 1..cols.start) {
            cols.start -= 1;
        }
        if cols.end < used.cols.end && filled(rows.clone(), cols.end..cols.end + 1) {
            cols.end += 1;
        }
        if table == before {
            return Some(table);
        }
    }
}

/// Empties a range; formats and notes stay. The range cleared.
///
/// # Errors
/// A range that cannot be read.
pub fn clear(spreadsheet: &mut Spreadsheet, range: &str) -> Result<String, ApiError> {
    let (place, area) = a1::parse(spreadsheet, range)?;
    let sheet = &mut spreadsheet.sheets[place];
    for row in sheet.rows.iter_mut().take(area.rows.end as usize).skip(area.rows.start as usize) {
        for cell in row.iter_mut().take(area.cols.end as usize).skip(area.cols.start as usize) {
            let (format, note) = (cell.format.take(), cell.note.take());
            *cell = Cell { format, note, ..Cell::default() };
        }
    }
    Ok(area.show(sheet.title()))
}
