//! Protected ranges, conditional formats, filters.

use google_sheets4::api::{
    AddConditionalFormatRuleRequest, AddProtectedRangeRequest, AddProtectedRangeResponse, ClearBasicFilterRequest,
    DeleteConditionalFormatRuleRequest, DeleteConditionalFormatRuleResponse, DeleteProtectedRangeRequest,
    ProtectedRange, SetBasicFilterRequest, UpdateProtectedRangeRequest,
};
use serde_json::{Map, Value as Json};

use super::super::get::wire;
use super::super::model::Spreadsheet;
use super::{Refusal, Reply, area, place, take_mask, typed};

pub(super) fn protect(spreadsheet: &mut Spreadsheet, body: Map<String, Json>) -> Reply {
    let mut protected =
        typed::<AddProtectedRangeRequest>(body)?.protected_range.ok_or("protectedRange is required.")?;
    let place = check_protected(spreadsheet, &protected)?;
    let ids: Vec<_> = all(spreadsheet).map(|(_, other)| other.protected_range_id).collect();
    match protected.protected_range_id {
        Some(id) if ids.contains(&Some(id)) => {
            return Err(format!("A protected range with ID {id} already exists.").into());
        }
        Some(_) => {}
        None => protected.protected_range_id = (1_000_001..).find(|id| !ids.contains(&Some(*id))),
    }
    protected.requesting_user_can_edit = Some(true);
    spreadsheet.sheets[place].protected.push(protected.clone());
    Ok(Some(wire(&AddProtectedRangeResponse { protected_range: Some(protected) })))
}

pub(super) fn update_protected(spreadsheet: &mut Spreadsheet, mut body: Map<String, Json>) -> Reply {
    let mask = take_mask(&mut body, &ProtectedRange::default())?;
    let given = typed::<UpdateProtectedRangeRequest>(body)?.protected_range.ok_or("protectedRange is required.")?;
    let (from, before) = find(spreadsheet, given.protected_range_id)?;
    let mut json = wire(&before);
    mask.copy(Some(&wire(&given)), &mut json);
    let mut after: ProtectedRange =
        serde_json::from_value(json).map_err(|error| Refusal::Payload(error.to_string()))?;
    after.protected_range_id = before.protected_range_id;
    let to = check_protected(spreadsheet, &after)?;
    spreadsheet.sheets[from].protected.retain(|other| other.protected_range_id != before.protected_range_id);
    spreadsheet.sheets[to].protected.push(after);
    Ok(None)
}

pub(super) fn unprotect(spreadsheet: &mut Spreadsheet, body: Map<String, Json>) -> Reply {
    let id = typed::<DeleteProtectedRangeRequest>(body)?.protected_range_id;
    let (place, _) = find(spreadsheet, id)?;
    spreadsheet.sheets[place].protected.retain(|other| other.protected_range_id != id);
    Ok(None)
}

fn all(spreadsheet: &Spreadsheet) -> impl Iterator<Item = (usize, &ProtectedRange)> {
    spreadsheet
        .sheets
        .iter()
        .enumerate()
        .flat_map(|(place, sheet)| sheet.protected.iter().map(move |range| (place, range)))
}

fn find(spreadsheet: &Spreadsheet, id: Option<i32>) -> Result<(usize, ProtectedRange), Refusal> {
    let found = all(spreadsheet).find(|(_, range)| range.protected_range_id == id);
    found
        .map(|(place, range)| (place, range.clone()))
        .ok_or_else(|| format!("No protected range with ID: {}", id.unwrap_or_default()).into())
}

fn check_protected(spreadsheet: &Spreadsheet, protected: &ProtectedRange) -> Result<usize, Refusal> {
    let (place, _) = area(spreadsheet, protected.range.as_ref())?;
    if protected.warning_only == Some(true) && protected.editors.is_some() {
        return Err("Editors cannot be set on a range that is protected by a warning only.".into());
    }
    Ok(place)
}

pub(super) fn add_conditional(spreadsheet: &mut Spreadsheet, body: Map<String, Json>) -> Reply {
    let request: AddConditionalFormatRuleRequest = typed(body)?;
    let rule = request.rule.ok_or("rule is required.")?;
    let ranges = rule.ranges.clone().unwrap_or_default();
    let mut places = ranges.iter().map(|range| area(spreadsheet, Some(range)).map(|(place, _)| place));
    let place = places.next().ok_or("A rule must have at least one range.")??;
    for other in places {
        if other? != place {
            return Err("All ranges of a rule must be on the same sheet.".into());
        }
    }
    if rule.boolean_rule.is_some() == rule.gradient_rule.is_some() {
        return Err("A rule must have either a booleanRule or a gradientRule.".into());
    }
    let rules = &mut spreadsheet.sheets[place].conditional;
    let index = usize::try_from(request.index.unwrap_or_default()).ok().filter(|index| *index <= rules.len());
    rules.insert(index.ok_or("The index is beyond the last rule.")?, rule);
    Ok(None)
}

pub(super) fn delete_conditional(spreadsheet: &mut Spreadsheet, body: Map<String, Json>) -> Reply {
    let request: DeleteConditionalFormatRuleRequest = typed(body)?;
    let place = place(spreadsheet, request.sheet_id)?;
    let rules = &mut spreadsheet.sheets[place].conditional;
    let index = usize::try_from(request.index.unwrap_or_default()).ok().filter(|index| *index < rules.len());
    let Some(index) = index else {
        return Err(format!(
            "No conditional format on sheet: {} at index: {}",
            request.sheet_id.unwrap_or_default(),
            request.index.unwrap_or_default()
        )
        .into());
    };
    let rule = rules.remove(index);
    Ok(Some(wire(&DeleteConditionalFormatRuleResponse { rule: Some(rule) })))
}

pub(super) fn set_filter(spreadsheet: &mut Spreadsheet, body: Map<String, Json>) -> Reply {
    let filter = typed::<SetBasicFilterRequest>(body)?.filter.ok_or("filter is required.")?;
    let (place, _) = area(spreadsheet, filter.range.as_ref())?;
    spreadsheet.sheets[place].filter = Some(filter);
    Ok(None)
}

pub(super) fn clear_filter(spreadsheet: &mut Spreadsheet, body: Map<String, Json>) -> Reply {
    let request: ClearBasicFilterRequest = typed(body)?;
    let place = place(spreadsheet, request.sheet_id)?;
    spreadsheet.sheets[place].filter = None;
    Ok(None)
}
