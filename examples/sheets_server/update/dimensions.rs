//! Rows and columns: appended, inserted, deleted, sized. Formulas are not rewritten.

use std::collections::BTreeMap;
use std::ops::Range;

use google_sheets4::api::{
    AppendDimensionRequest, AutoResizeDimensionsRequest, DeleteDimensionRequest, DimensionProperties, DimensionRange,
    GridRange, InsertDimensionRequest, UpdateDimensionPropertiesRequest,
};
use serde_json::{Map, Value as Json};

use super::super::get::wire;
use super::super::model::{Cell, Sheet, Spreadsheet};
use super::{Refusal, Reply, place, take_mask, typed, within_limits};

/// Which way.
#[derive(Clone, Copy, PartialEq)]
enum Axis {
    Rows,
    Cols,
}

fn axis(name: Option<&str>) -> Result<Axis, Refusal> {
    match name {
        Some("ROWS") => Ok(Axis::Rows),
        Some("COLUMNS") => Ok(Axis::Cols),
        _ => Err("The dimension must be ROWS or COLUMNS.".into()),
    }
}

impl Axis {
    fn size(self, sheet: &Sheet) -> u32 {
        if self == Axis::Rows { sheet.size().0 } else { sheet.size().1 }
    }

    fn resize(self, sheet: &mut Sheet, size: u32) {
        let (rows, cols) = sheet.size();
        if self == Axis::Rows { sheet.resize(size, cols) } else { sheet.resize(rows, size) }
    }

    fn properties(self, sheet: &mut Sheet) -> &mut BTreeMap<u32, DimensionProperties> {
        if self == Axis::Rows { &mut sheet.row_properties } else { &mut sheet.col_properties }
    }

    fn name(self) -> &'static str {
        if self == Axis::Rows { "rows" } else { "columns" }
    }
}

fn target(spreadsheet: &Spreadsheet, range: Option<&DimensionRange>) -> Result<(usize, Axis, Range<u32>), Refusal> {
    let range = range.ok_or("range is required")?;
    let place = place(spreadsheet, range.sheet_id)?;
    let axis = axis(range.dimension.as_deref())?;
    let size = axis.size(&spreadsheet.sheets[place]);
    let (start, end) = (range.start_index.unwrap_or_default(), range.end_index.unwrap_or(size as i32));
    if start < 0 || end <= start {
        return Err(format!("range [{start}, {end}) is empty or negative.").into());
    }
    if end as u32 > size {
        return Err(format!("range.endIndex[{end}] is after last {} in grid[{size}]", axis.name()).into());
    }
    Ok((place, axis, start as u32..end as u32))
}

pub(super) fn append(spreadsheet: &mut Spreadsheet, body: Map<String, Json>) -> Reply {
    let request: AppendDimensionRequest = typed(body)?;
    let place = place(spreadsheet, request.sheet_id)?;
    let axis = axis(request.dimension.as_deref())?;
    let length = request.length.and_then(|length| u32::try_from(length).ok()).filter(|length| *length > 0);
    let size = axis.size(&spreadsheet.sheets[place]).saturating_add(length.ok_or("length must be positive.")?);
    axis.resize(&mut spreadsheet.sheets[place], size.min(i32::MAX as u32));
    within_limits(spreadsheet)?;
    Ok(None)
}

pub(super) fn insert(spreadsheet: &mut Spreadsheet, body: Map<String, Json>) -> Reply {
    let request: InsertDimensionRequest = typed(body)?;
    let range = request.range.as_ref().ok_or("range is required")?;
    let place = place(spreadsheet, range.sheet_id)?;
    let axis = axis(range.dimension.as_deref())?;
    let size = axis.size(&spreadsheet.sheets[place]);
    let (start, end) = (range.start_index.unwrap_or_default(), range.end_index.unwrap_or_default());
    if start < 0 || end <= start {
        return Err(format!("range [{start}, {end}) is empty or negative.").into());
    }
    let (at, count) = (start as u32, (end - start) as u32);
    if at > size || (at == 0 && request.inherit_from_before == Some(true)) {
        return Err(format!("range.startIndex[{at}] cannot be inserted at in a grid of {size} {}.", axis.name()).into());
    }
    let sheet = &mut spreadsheet.sheets[place];
    axis.resize(sheet, size.saturating_add(count).min(i32::MAX as u32));
    within_limits(spreadsheet)?;
    let sheet = &mut spreadsheet.sheets[place];
    let at = at as usize;
    let blanks = std::iter::repeat_n(Cell::default(), count as usize);
    match axis {
        Axis::Rows if at < sheet.rows.len() => {
            sheet.rows.splice(at..at, std::iter::repeat_n(Vec::new(), count as usize)).for_each(drop);
        }
        Axis::Rows => {}
        Axis::Cols => sheet.rows.iter_mut().filter(|row| at < row.len()).for_each(|row| {
            row.splice(at..at, blanks.clone()).for_each(drop);
        }),
    }
    let at = at as u32;
    rearrange(spreadsheet, place, axis, &|span| {
        let moved = |place: u32, is_behind: bool| if is_behind { place.saturating_add(count) } else { place };
        moved(span.start, span.start >= at)..moved(span.end, span.end > at)
    });
    Ok(None)
}

pub(super) fn delete(spreadsheet: &mut Spreadsheet, body: Map<String, Json>) -> Reply {
    let request: DeleteDimensionRequest = typed(body)?;
    let (place, axis, cut) = target(spreadsheet, request.range.as_ref())?;
    let sheet = &mut spreadsheet.sheets[place];
    let size = axis.size(sheet);
    let count = cut.len() as u32;
    if count == size {
        return Err(format!("You can't delete all the {} on the sheet.", axis.name()).into());
    }
    let grid = sheet.properties.grid_properties.get_or_insert_default();
    let frozen = if axis == Axis::Rows { &mut grid.frozen_row_count } else { &mut grid.frozen_column_count };
    if let Some(frozen) = frozen {
        let kept = (*frozen as u32).saturating_sub((*frozen as u32).min(cut.end).saturating_sub(cut.start));
        if kept >= size - count {
            return Err(format!("Sorry, it is not possible to delete all non-frozen {}.", axis.name()).into());
        }
        *frozen = kept as i32;
    }
    let part = cut.start as usize..cut.end as usize;
    let trim = |len: usize| part.start.min(len)..part.end.min(len);
    match axis {
        Axis::Rows => sheet.rows.drain(trim(sheet.rows.len())).for_each(drop),
        Axis::Cols => sheet.rows.iter_mut().for_each(|row| row.drain(trim(row.len())).for_each(drop)),
    }
    rearrange(spreadsheet, place, axis, &|span| {
        let moved = |place: u32| if place <= cut.start { place } else { place.saturating_sub(count).max(cut.start) };
        moved(span.start)..moved(span.end)
    });
    axis.resize(&mut spreadsheet.sheets[place], size - count);
    Ok(None)
}

/// Moves everything that is told by its place: merged, protected, conditional and filtered ranges, properties, metadata.
fn rearrange(spreadsheet: &mut Spreadsheet, place: usize, axis: Axis, moved: &dyn Fn(Range<u32>) -> Range<u32>) {
    let sheet = &mut spreadsheet.sheets[place];
    let id = sheet.id();
    for merge in &mut sheet.merges {
        let span = if axis == Axis::Rows { &mut merge.rows } else { &mut merge.cols };
        *span = moved(span.clone());
    }
    sheet.merges.retain(|merge| merge.rows.len() * merge.cols.len() > 1);
    let keep = |range: &mut GridRange| {
        let (start, end) = match axis {
            Axis::Rows => (&mut range.start_row_index, &mut range.end_row_index),
            Axis::Cols => (&mut range.start_column_index, &mut range.end_column_index),
        };
        keep_span(start, end, moved)
    };
    sheet.protected.retain_mut(|protected| protected.range.as_mut().is_none_or(&keep));
    sheet.conditional.retain_mut(|rule| {
        let Some(ranges) = rule.ranges.as_mut() else { return true };
        ranges.retain_mut(&keep);
        !ranges.is_empty()
    });
    if sheet.filter.as_mut().and_then(|filter| filter.range.as_mut()).is_some_and(|range| !keep(range)) {
        sheet.filter = None;
    }
    let properties = axis.properties(sheet);
    let shifted = std::mem::take(properties).into_iter().filter_map(|(place, value)| {
        let span = moved(place..place + 1);
        (!span.is_empty()).then_some((span.start, value))
    });
    *properties = shifted.collect();
    spreadsheet.metadata.retain_mut(|data| {
        let Some(range) = data.location.as_mut().and_then(|at| at.dimension_range.as_mut()) else { return true };
        let name = if axis == Axis::Rows { "ROWS" } else { "COLUMNS" };
        range.sheet_id.unwrap_or_default() != id
            || range.dimension.as_deref() != Some(name)
            || keep_span(&mut range.start_index, &mut range.end_index, moved)
    });
}

/// Moves a span whose ends may be open; whether anything is left of it.
fn keep_span(start: &mut Option<i32>, end: &mut Option<i32>, moved: &dyn Fn(Range<u32>) -> Range<u32>) -> bool {
    let place = |end: Option<i32>, open: u32| end.and_then(|end| u32::try_from(end).ok()).unwrap_or(open);
    let span = moved(place(*start, 0)..place(*end, u32::MAX));
    *start = start.map(|_| span.start as i32);
    *end = end.map(|_| span.end as i32);
    !span.is_empty()
}

pub(super) fn update(spreadsheet: &mut Spreadsheet, mut body: Map<String, Json>) -> Reply {
    let mask = take_mask(&mut body, &DimensionProperties::default())?;
    let request: UpdateDimensionPropertiesRequest = typed(body)?;
    let (place, axis, span) = target(spreadsheet, request.range.as_ref())?;
    let given = wire(&request.properties.unwrap_or_default());
    let properties = axis.properties(&mut spreadsheet.sheets[place]);
    for index in span {
        let mut json = wire(&properties.get(&index).cloned().unwrap_or_default());
        mask.copy(Some(&given), &mut json);
        let changed = serde_json::from_value(json).map_err(|error| Refusal::Payload(error.to_string()))?;
        properties.insert(index, changed);
    }
    Ok(None)
}

pub(super) fn auto_resize(spreadsheet: &mut Spreadsheet, body: Map<String, Json>) -> Reply {
    let request: AutoResizeDimensionsRequest = typed(body)?;
    let (place, axis, span) = target(spreadsheet, request.dimensions.as_ref())?;
    let sheet = &mut spreadsheet.sheets[place];
    for index in span {
        let pixels = match axis {
            Axis::Rows => 21,
            Axis::Cols => {
                let lengths = sheet.rows.iter().filter_map(|row| row.get(index as usize));
                let longest = lengths.map(|cell| super::super::number::plain(&cell.content).chars().count()).max();
                // About what letters of size 10 take.
                (longest.unwrap_or_default() as i32 * 7 + 10).clamp(21, 2_000)
            }
        };
        axis.properties(sheet).entry(index).or_default().pixel_size = Some(pixels);
    }
    Ok(None)
}
