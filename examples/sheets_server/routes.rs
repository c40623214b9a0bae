//! Which request is which, and what it answers.

use std::sync::Arc;

use google_sheets4::api::{
    BatchClearValuesRequest, BatchClearValuesResponse, BatchGetValuesResponse, BatchUpdateValuesRequest,
    ClearValuesResponse, ValueRange,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};

use super::error::ApiError;
use super::faults::Kind;
use super::get::{self, wire};
use super::http::{Answer, Call, Shared};
use super::mask::Mask;
use super::model::{Role, Spreadsheet};
use super::values::{self, Rendering};
use super::{page, schema, update};

/// A request the server knows; names are Google's own.
#[derive(Debug, Clone, PartialEq)]
pub enum Route {
    /// A token.
    Token,
    /// `spreadsheets.create`
    Create,
    /// `spreadsheets.get`
    Get(String),
    /// `spreadsheets.batchUpdate`
    BatchUpdate(String),
    /// `spreadsheets.values.get`, with the range.
    ValuesGet(String, String),
    /// `spreadsheets.values.update`, with the range.
    ValuesUpdate(String, String),
    /// `spreadsheets.values.append`, with the range.
    ValuesAppend(String, String),
    /// `spreadsheets.values.clear`, with the range.
    ValuesClear(String, String),
    /// `spreadsheets.values.batchGet`
    ValuesBatchGet(String),
    /// `spreadsheets.values.batchUpdate`
    ValuesBatchUpdate(String),
    /// `spreadsheets.values.batchClear`
    ValuesBatchClear(String),
    /// A list of the spreadsheets, for a browser.
    Index,
    /// A spreadsheet, for a browser.
    View(String),
    /// A spreadsheet as a file.
    Export(String),
}

impl Route {
    /// The route of a request; none where the server knows no such.
    pub fn of(call: &Call) -> Option<Route> {
        let parts: Vec<&str> = call.path.trim_start_matches('/').split('/').collect();
        let id = |part: &str| decoded(part);
        // The last colon belongs to the method, since those of a range are encoded or stand before it.
        let verb = |part: &str| part.rsplit_once(':').map(|(noun, verb)| (decoded(noun), verb.to_owned()));
        match (call.method.as_str(), parts.as_slice()) {
            ("POST", ["token"]) => Some(Route::Token),
            ("POST", ["v4", "spreadsheets"]) => Some(Route::Create),
            ("GET", ["v4", "spreadsheets", part]) => Some(Route::Get(id(part))),
            ("POST", ["v4", "spreadsheets", part]) => match verb(part)? {
                (id, verb) if verb == "batchUpdate" => Some(Route::BatchUpdate(id)),
                _ => None,
            },
            ("GET", ["v4", "spreadsheets", part, "values:batchGet"]) => Some(Route::ValuesBatchGet(id(part))),
            ("POST", ["v4", "spreadsheets", part, "values:batchUpdate"]) => Some(Route::ValuesBatchUpdate(id(part))),
            ("POST", ["v4", "spreadsheets", part, "values:batchClear"]) => Some(Route::ValuesBatchClear(id(part))),
            ("GET", ["v4", "spreadsheets", part, "values", range]) => Some(Route::ValuesGet(id(part), decoded(range))),
            ("PUT", ["v4", "spreadsheets", part, "values", range]) => {
                Some(Route::ValuesUpdate(id(part), decoded(range)))
            }
            ("POST", ["v4", "spreadsheets", part, "values", range]) => match verb(range)? {
                (range, verb) if verb == "append" => Some(Route::ValuesAppend(id(part), range)),
                (range, verb) if verb == "clear" => Some(Route::ValuesClear(id(part), range)),
                _ => None,
            },
            ("GET" | "HEAD", [""]) => Some(Route::Index),
            ("GET" | "HEAD", ["spreadsheets", "d", part, "edit" | ""] | ["spreadsheets", "d", part]) => {
                Some(Route::View(id(part)))
            }
            ("GET" | "HEAD", ["spreadsheets", "d", part, "export"]) => Some(Route::Export(id(part))),
            _ => None,
        }
    }

    /// What it counts as.
    pub fn kind(&self) -> Kind {
        match self {
            Route::Token => Kind::Token,
            Route::Get(_) | Route::ValuesGet(..) | Route::ValuesBatchGet(_) => Kind::Read,
            Route::Index | Route::View(_) | Route::Export(_) => Kind::Page,
            _ => Kind::Write,
        }
    }

    /// The id of the spreadsheet it is about.
    pub fn spreadsheet(&self) -> Option<&str> {
        match self {
            Route::Token | Route::Create | Route::Index => None,
            Route::Get(id)
            | Route::BatchUpdate(id)
            | Route::ValuesBatchGet(id)
            | Route::ValuesBatchUpdate(id)
            | Route::ValuesBatchClear(id)
            | Route::View(id)
            | Route::Export(id)
            | Route::ValuesGet(id, _)
            | Route::ValuesUpdate(id, _)
            | Route::ValuesAppend(id, _)
            | Route::ValuesClear(id, _) => Some(id),
        }
    }
}

/// Percent-decodes a part of a path, where unlike in a query a plus is a plus.
fn decoded(part: &str) -> String {
    let field = part.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(field.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

/// The answer to a request.
pub fn answer(shared: &Shared, call: &Call, route: Option<Route>) -> Answer {
    match route {
        None => ApiError::not_found().into(),
        Some(Route::Token) => token(shared, call),
        Some(Route::Index) => page::index(shared),
        Some(Route::View(id)) => page::view(shared, &id, call.field("gid")),
        Some(Route::Export(id)) => page::export(shared, &id, call.field("format"), call.field("gid")),
        Some(route) => match answer_json(shared, call, &route) {
            Ok(json) => Answer::json(&json),
            Err(error) => error.into(),
        },
    }
}

/// An answer of the service, as far as `fields` wants it.
fn answer_json(shared: &Shared, call: &Call, route: &Route) -> Result<Json, ApiError> {
    let mask = call.field("fields").map(parse_mask).transpose()?;
    let mut json = api(shared, call, route, mask.as_ref())?;
    if let Some(mask) = mask {
        mask.filter(&mut json);
    }
    Ok(json)
}

fn token(shared: &Shared, call: &Call) -> Answer {
    let form: Vec<_> = url::form_urlencoded::parse(&call.body).into_owned().collect();
    let mut state = shared.state();
    let (now, life) = (state.now(), state.token_life);
    match state.tokens.grant(&form, &format!("{}token", shared.url), now, life) {
        Ok(json) => Answer::json(&json),
        Err(refused) => Answer { status: 400, ..Answer::json(&refused.body()) },
    }
}

fn parse_mask(fields: &str) -> Result<Mask, ApiError> {
    Mask::parse(fields).map_err(|at| wrong_mask(&at))
}

fn wrong_mask(at: &str) -> ApiError {
    ApiError::invalid(format!("Request contains an invalid argument. Invalid field selection {at}"))
}

fn body<T: DeserializeOwned>(call: &Call) -> Result<T, ApiError> {
    serde_json::from_slice(&call.body).map_err(ApiError::payload)
}

fn api(shared: &Shared, call: &Call, route: &Route, mask: Option<&Mask>) -> Result<Json, ApiError> {
    let caller = shared.state().caller(call, route.kind())?;
    let read = |id: &str| shared.state().open(id, caller, Role::Viewer).cloned();
    // A write works on a copy that takes the place of the original when all is well, so a refusal changes nothing;
    // other requests wait, as they do at Google.
    let write = |id: &str, change: &mut dyn FnMut(&mut Spreadsheet) -> Result<Json, ApiError>| {
        let mut state = shared.state();
        let mut copy = Spreadsheet::clone(state.open(id, caller, Role::Editor)?);
        let answer = change(&mut copy)?;
        copy.revision += 1;
        state.spreadsheets.insert(id.to_owned(), Arc::new(copy));
        Ok(answer)
    };
    let rendering = |major: Option<&str>| {
        Rendering::new(call.field("valueRenderOption"), call.field("dateTimeRenderOption"), major)
    };
    let echo = || -> Result<Option<Rendering>, ApiError> {
        let (value, date) = (call.field("responseValueRenderOption"), call.field("responseDateTimeRenderOption"));
        let rendering = Rendering::new(value, date, None)?;
        Ok((call.field("includeValuesInResponse") == Some("true")).then_some(rendering))
    };
    match route {
        Route::Get(id) => {
            let spreadsheet = read(id)?;
            if let Some(name) = mask.and_then(|mask| schema::unknown(mask, &schema::spreadsheet())) {
                return Err(wrong_mask(&name));
            }
            // A mask decides by itself whether cells are wanted.
            let grid_data = mask.is_some() || call.field("includeGridData") == Some("true");
            let mask = mask.cloned().unwrap_or_else(Mask::whole);
            get::spreadsheet(id, &shared.url, &spreadsheet, &call.fields("ranges"), grid_data, &mask)
        }
        Route::Create => create(shared, call),
        Route::BatchUpdate(id) => {
            let mut request: Map<String, Json> = body(call)?;
            let requests = match request.remove("requests") {
                Some(Json::Array(requests)) => requests,
                None => Vec::new(),
                Some(_) => return Err(ApiError::payload("Invalid value at 'requests'")),
            };
            let flag = |name: &str| request.get(name).and_then(Json::as_bool).unwrap_or_default();
            let (echo, grid_data) = (flag("includeSpreadsheetInResponse"), flag("responseIncludeGridData"));
            let mut requests = Some(requests);
            write(id, &mut |spreadsheet| {
                let replies = update::apply(spreadsheet, requests.take().unwrap_or_default())?;
                let mut answer = json!({"spreadsheetId": id, "replies": replies});
                if echo {
                    answer["updatedSpreadsheet"] =
                        get::spreadsheet(id, &shared.url, spreadsheet, &[], grid_data, &Mask::whole())?;
                }
                Ok(answer)
            })
        }
        Route::ValuesGet(id, range) => {
            Ok(wire(&values::get(&*read(id)?, range, rendering(call.field("majorDimension"))?)?))
        }
        Route::ValuesBatchGet(id) => {
            let spreadsheet = read(id)?;
            let rendering = rendering(call.field("majorDimension"))?;
            let ranges = call.fields("ranges").into_iter().map(|range| values::get(&spreadsheet, &range, rendering));
            let value_ranges = Some(ranges.collect::<Result<_, _>>()?);
            Ok(wire(&BatchGetValuesResponse { spreadsheet_id: Some(id.clone()), value_ranges }))
        }
        Route::ValuesUpdate(id, range) => {
            let (values, raw, echo) =
                (body::<ValueRange>(call)?, values::is_raw(call.field("valueInputOption"))?, echo()?);
            write(id, &mut |copy| Ok(wire(&values::update(copy, id, range, values.clone(), raw, echo)?)))
        }
        Route::ValuesAppend(id, range) => {
            let (values, raw, echo) =
                (body::<ValueRange>(call)?, values::is_raw(call.field("valueInputOption"))?, echo()?);
            write(id, &mut |copy| Ok(wire(&values::append(copy, id, range, values.clone(), raw, echo)?)))
        }
        Route::ValuesBatchUpdate(id) => {
            let request: BatchUpdateValuesRequest = body(call)?;
            write(id, &mut |copy| Ok(wire(&values::batch_update(copy, id, request.clone())?)))
        }
        Route::ValuesClear(id, range) => write(id, &mut |copy| {
            let cleared_range = Some(values::clear(copy, range)?);
            Ok(wire(&ClearValuesResponse { spreadsheet_id: Some(id.clone()), cleared_range }))
        }),
        Route::ValuesBatchClear(id) => {
            let ranges = body::<BatchClearValuesRequest>(call)?.ranges.unwrap_or_default();
            write(id, &mut |copy| {
                let cleared = ranges.iter().map(|range| values::clear(copy, range)).collect::<Result<_, _>>()?;
                Ok(wire(&BatchClearValuesResponse { spreadsheet_id: Some(id.clone()), cleared_ranges: Some(cleared) }))
            })
        }
        Route::Token | Route::Index | Route::View(_) | Route::Export(_) => Err(ApiError::not_found()),
    }
}

/// `spreadsheets.create`: title and sheets as wished, cells not.
fn create(shared: &Shared, call: &Call) -> Result<Json, ApiError> {
    let wished: google_sheets4::api::Spreadsheet = body(call)?;
    let properties = wished.properties.unwrap_or_default();
    let title = properties.title.unwrap_or_else(|| "Untitled spreadsheet".to_owned());
    let mut spreadsheet = Spreadsheet::without_sheets(&title);
    spreadsheet.locale = properties.locale.unwrap_or_else(|| "en_US".to_owned());
    spreadsheet.time_zone = properties.time_zone.unwrap_or_else(|| "Etc/GMT".to_owned());
    let sheets = wished.sheets.unwrap_or_default();
    if sheets.is_empty() {
        spreadsheet.sheets = Spreadsheet::empty(&title).sheets;
    } else {
        let add = |sheet: google_sheets4::api::Sheet| json!({"addSheet": {"properties": wire(&sheet.properties.unwrap_or_default())}});
        update::apply(&mut spreadsheet, sheets.into_iter().map(add).collect())?;
    }
    let mut state = shared.state();
    let id =
        (1..).map(|n| format!("lembar-baru-{n}")).find(|id| !state.spreadsheets.contains_key(id)).unwrap_or_default();
    let answer = get::spreadsheet(&id, &shared.url, &spreadsheet, &[], false, &Mask::whole())?;
    state.spreadsheets.insert(id, Arc::new(spreadsheet));
    Ok(answer)
}
