//! Cells: written, formatted, merged.

use std::collections::HashSet;
use std::sync::Arc;

use google_sheets4::api::{CellData, GridCoordinate, GridRange, MergeCellsRequest, UnmergeCellsRequest};
use rekap::grid::ErrorKind;
use serde_json::{Map, Value as Json};

use super::super::a1::Area;
use super::super::mask::Mask;
use super::super::model::{Cell, Content, MAX_TEXT, Sheet, Spreadsheet};
use super::super::number::formula;
use super::super::schema;
use super::{Refusal, Reply, area, place, take_mask, typed, unknown_name};

/// Fields of a cell the server keeps.
const FIELDS: [&str; 4] = ["userEnteredValue", "userEnteredFormat", "note", "textFormatRuns"];

pub(super) fn update(spreadsheet: &mut Spreadsheet, mut body: Map<String, Json>) -> Reply {
    let mask = cell_mask(&mut body)?;
    let rows = rows(body.remove("rows"))?;
    let (place, area, bounded) = match (body.remove("range"), body.remove("start")) {
        (Some(range), None) => {
            let (place, area) = area(spreadsheet, Some(&typed::<GridRange>(object(range)?)?))?;
            (place, area, true)
        }
        (None, Some(start)) => {
            let start: GridCoordinate = typed(object(start)?)?;
            let place = place(spreadsheet, start.sheet_id)?;
            let (rows, cols) = spreadsheet.sheets[place].size();
            let index = |index: Option<i32>| u32::try_from(index.unwrap_or_default()).map_err(|_| "A negative index.");
            let (row, col) = (index(start.row_index)?, index(start.column_index)?);
            if row >= rows {
                return Err(format!("GridCoordinate.rowIndex[{row}] is after last row in grid[{rows}]").into());
            }
            if col >= cols {
                return Err(format!("GridCoordinate.columnIndex[{col}] is after last column in grid[{cols}]").into());
            }
            (place, Area { rows: row..rows, cols: col..cols }, false)
        }
        _ => return Err("One of 'start' and 'range' must be set.".into()),
    };
    if let Some(name) = body.keys().next() {
        return Err(Refusal::Payload(format!("Unknown name \"{name}\": Cannot find field.")));
    }
    if rows.len() as u64 > area.rows.len() as u64 {
        let (tried, last) = (area.rows.end, area.rows.end - 1);
        return Err(format!("Attempting to write row: {tried}, beyond the last requested row of: {last}").into());
    }
    if rows.iter().any(|row| row.len() as u64 > area.cols.len() as u64) {
        let (tried, last) = (area.cols.end, area.cols.end - 1);
        return Err(format!("Attempting to write column: {tried}, beyond the last requested column of: {last}").into());
    }
    let sheet = &mut spreadsheet.sheets[place];
    for (row, values) in area.rows.clone().zip(&rows) {
        for (col, value) in area.cols.clone().zip(values) {
            write(sheet.cell_mut(row, col), value, &mask)?;
        }
    }
    if bounded {
        // What a range holds and no row mentions is cleared.
        for (offset, row) in area.rows.clone().enumerate() {
            let written = rows.get(offset).map_or(0, Vec::len) as u32;
            for col in area.cols.start + written..area.cols.end {
                if !sheet.cell(row, col).is_blank() {
                    write(sheet.cell_mut(row, col), &Json::Null, &mask)?;
                }
            }
        }
    }
    Ok(None)
}

pub(super) fn repeat(spreadsheet: &mut Spreadsheet, mut body: Map<String, Json>) -> Reply {
    let mask = cell_mask(&mut body)?;
    let cell = body.remove("cell").unwrap_or_default();
    let mut seen = HashSet::new();
    check_cell(&cell, &mut seen)?;
    let range: Option<GridRange> = body.remove("range").map(|range| typed(object(range)?)).transpose()?;
    let (place, area) = area(spreadsheet, range.as_ref())?;
    let sheet = &mut spreadsheet.sheets[place];
    let mut fresh = Cell::default();
    write(&mut fresh, &cell, &mask)?;
    for row in area.rows {
        for col in area.cols.clone() {
            // Blank cells all share one format.
            if sheet.cell(row, col).is_blank() {
                if !fresh.is_blank() {
                    *sheet.cell_mut(row, col) = fresh.clone();
                }
            } else {
                write(sheet.cell_mut(row, col), &cell, &mask)?;
            }
        }
    }
    Ok(None)
}

fn object(value: Json) -> Result<Map<String, Json>, Refusal> {
    match value {
        Json::Object(fields) => Ok(fields),
        _ => Err(Refusal::Payload("Invalid value".to_owned())),
    }
}

fn cell_mask(body: &mut Map<String, Json>) -> Result<Mask, Refusal> {
    let mask = take_mask(body, &schema::cell())?;
    let unknown = mask.children().map(|(name, _)| name).find(|name| !FIELDS.contains(name)).map(str::to_owned);
    match unknown {
        Some(name) => {
            Err(Refusal::Payload(format!("Invalid field mask: {name} (the local server keeps no such field)")))
        }
        None => Ok(mask),
    }
}

/// The cells of `rows`, each held against google-sheets4's type.
fn rows(rows: Option<Json>) -> Result<Vec<Vec<Json>>, Refusal> {
    let wrong = || Refusal::Payload("Invalid value at 'rows'".to_owned());
    let Json::Array(rows) = rows.unwrap_or_else(|| Json::Array(Vec::new())) else { return Err(wrong()) };
    let mut seen = HashSet::new();
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let Json::Object(mut row) = row else { return Err(wrong()) };
        let cells = match row.remove("values") {
            Some(Json::Array(cells)) => cells,
            None => Vec::new(),
            Some(_) => return Err(wrong()),
        };
        if let Some(name) = row.keys().next() {
            return Err(Refusal::Payload(format!("Unknown name \"{name}\": Cannot find field.")));
        }
        for cell in &cells {
            check_cell(cell, &mut seen)?;
        }
        out.push(cells);
    }
    Ok(out)
}

/// Refuses what is no [`CellData`]. Thousands of cells have few shapes, and each shape is looked at once.
fn check_cell(cell: &Json, seen: &mut HashSet<String>) -> Result<(), Refusal> {
    let mut form = String::new();
    shape(cell, &mut form);
    if !seen.insert(form) || cell.is_null() {
        return Ok(());
    }
    let typed: CellData =
        serde_json::from_value(cell.clone()).map_err(|error| Refusal::Payload(format!("Invalid value ({error})")))?;
    let known = serde_json::to_value(&typed).map_err(|error| Refusal::Payload(error.to_string()))?;
    match unknown_name(cell, &known) {
        Some(name) => Err(Refusal::Payload(format!("Unknown name \"{name}\": Cannot find field."))),
        None => Ok(()),
    }
}

fn shape(value: &Json, out: &mut String) {
    match value {
        Json::Object(fields) => {
            for (name, value) in fields {
                *out += name;
                out.push('{');
                shape(value, out);
                out.push('}');
            }
        }
        Json::Array(values) => values.iter().for_each(|value| {
            out.push('[');
            shape(value, out);
        }),
        Json::Null => out.push('0'),
        Json::Bool(_) => out.push('b'),
        Json::Number(number) => out.push(if number.is_f64() { 'f' } else { 'n' }),
        Json::String(_) => out.push('s'),
    }
}

/// Sets the fields of the mask.
fn write(cell: &mut Cell, data: &Json, mask: &Mask) -> Result<(), Refusal> {
    if mask.under("userEnteredValue").is_some() {
        let entered = entered(data.get("userEnteredValue").unwrap_or(&Json::Null))?;
        let (format, note) = (cell.format.take(), cell.note.take());
        *cell = Cell { format, note, ..entered };
    }
    if let Some(mask) = mask.under("userEnteredFormat") {
        let mut format = cell.format.as_deref().cloned().unwrap_or_default();
        mask.copy(data.get("userEnteredFormat"), &mut format);
        let is_plain = format.is_null() || format.as_object().is_some_and(Map::is_empty);
        cell.format = if is_plain { None } else { Some(Arc::new(format)) };
    }
    if mask.under("note").is_some() {
        cell.note = data.get("note").and_then(Json::as_str).filter(|note| !note.is_empty()).map(Into::into);
    }
    if mask.under("textFormatRuns").is_some() {
        cell.runs = data.get("textFormatRuns").filter(|runs| !runs.is_null()).cloned().map(Box::new);
        if cell.runs.is_some() && !matches!(cell.content, Content::Text(_)) {
            return Err("Text format runs can only be set on a cell with text.".into());
        }
    }
    Ok(())
}

/// The cell of a `userEnteredValue`; unlike what `values` takes, a text is never read as anything else.
fn entered(value: &Json) -> Result<Cell, Refusal> {
    let Some((kind, value)) = value.as_object().and_then(|fields| fields.iter().find(|(_, value)| !value.is_null()))
    else {
        return Ok(Cell::default());
    };
    match (kind.as_str(), value) {
        ("numberValue", Json::Number(number)) => Ok(Cell::number(number.as_f64().unwrap_or_default())),
        ("boolValue", Json::Bool(flag)) => Ok(Cell { content: Content::Bool(*flag), ..Cell::default() }),
        ("stringValue" | "formulaValue", Json::String(text)) if text.chars().count() > MAX_TEXT => {
            Err(format!("Your input contains more than the maximum of {MAX_TEXT} characters in a single cell.").into())
        }
        ("stringValue", Json::String(text)) => Ok(Cell::text(text)),
        ("formulaValue", Json::String(text)) if text.starts_with('=') => Ok(formula(text)),
        ("formulaValue", _) => Ok(Cell {
            content: Content::Error(ErrorKind::Other),
            formula: value.as_str().map(Into::into),
            ..Cell::default()
        }),
        _ => Err("A value of this kind cannot be entered.".into()),
    }
}

pub(super) fn merge(spreadsheet: &mut Spreadsheet, body: Map<String, Json>) -> Reply {
    let request: MergeCellsRequest = typed(body)?;
    let (place, area) = area(spreadsheet, request.range.as_ref())?;
    let sheet = &mut spreadsheet.sheets[place];
    let parts: Vec<Area> = match request.merge_type.as_deref() {
        None | Some("MERGE_ALL") => vec![area.clone()],
        Some("MERGE_ROWS") => {
            area.rows.clone().map(|row| Area { rows: row..row + 1, cols: area.cols.clone() }).collect()
        }
        Some("MERGE_COLUMNS") => {
            area.cols.clone().map(|col| Area { rows: area.rows.clone(), cols: col..col + 1 }).collect()
        }
        Some(other) => return Err(Refusal::Payload(format!("Invalid value at 'merge_type', \"{other}\""))),
    };
    check_overlap(sheet, &area)?;
    sheet.merges.retain(|merge| !area.covers(merge));
    for part in parts.into_iter().filter(|part| part.rows.len() * part.cols.len() > 1) {
        // Only the top left cell's value is kept.
        for row in part.rows.clone() {
            for col in part.cols.clone() {
                if (row, col) != (part.rows.start, part.cols.start) && !sheet.cell(row, col).is_empty() {
                    let cell = sheet.cell_mut(row, col);
                    *cell = Cell { format: cell.format.take(), ..Cell::default() };
                }
            }
        }
        sheet.merges.push(part);
    }
    Ok(None)
}

pub(super) fn unmerge(spreadsheet: &mut Spreadsheet, body: Map<String, Json>) -> Reply {
    let request: UnmergeCellsRequest = typed(body)?;
    let (place, area) = area(spreadsheet, request.range.as_ref())?;
    check_overlap(&spreadsheet.sheets[place], &area)?;
    spreadsheet.sheets[place].merges.retain(|merge| !area.covers(merge));
    Ok(None)
}

fn check_overlap(sheet: &Sheet, area: &Area) -> Result<(), Refusal> {
    if sheet.merges.iter().any(|merge| merge.meets(area) && !area.covers(merge)) {
        return Err("You must select all cells in a merged range to merge or unmerge them.".into());
    }
    Ok(())
}
