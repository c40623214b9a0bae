//! `spreadsheets.batchUpdate`: all or nothing, and each kind of request.

use serde_json::{Value, json};

use super::client::Client;
use crate::server::model::{Cell, Sheet, Spreadsheet};

/// Numbers 1 to 12 in A1:C4 of a sheet of 6 rows and 4 columns, and a second sheet.
fn client() -> Client {
    let mut spreadsheet = Spreadsheet::without_sheets("Uji");
    let mut sheet = Sheet::new(0, "Data", 6, 4);
    for at in 0..12 {
        *sheet.cell_mut(at / 3, at % 3) = Cell::number(f64::from(at + 1));
    }
    spreadsheet.sheets = vec![sheet, Sheet::new(5, "Lain", 10, 10)];
    Client::new(spreadsheet)
}

fn range(rows: [i32; 2], cols: [i32; 2]) -> Value {
    json!({"sheetId": 0, "startRowIndex": rows[0], "endRowIndex": rows[1], "startColumnIndex": cols[0], "endColumnIndex": cols[1]})
}

fn sheet(client: &Client, title: &str) -> Sheet {
    client.server.spreadsheet("uji").sheet(title).expect("a sheet").clone()
}

#[test]
fn one_refused_request_undoes_all_of_them() {
    let client = client();
    let refusal = client.refused(json!([
        {"addSheet": {"properties": {"title": "Ringkasan"}}},
        {"updateCells": {"start": {"sheetId": 0}, "rows": [{"values": [{"userEnteredValue": {"stringValue": "x"}}]}], "fields": "userEnteredValue"}},
        {"deleteSheet": {"sheetId": 99}},
    ]));
    assert_eq!(refusal, "Invalid requests[2].deleteSheet: No sheet with id: 99");
    assert_eq!(client.server.spreadsheet("uji").revision, 0);
    let replies =
        client.updated(json!([{"addSheet": {"properties": {"title": "Ringkasan"}}}, {"deleteSheet": {"sheetId": 5}}]));
    assert_eq!(replies[0]["addSheet"]["properties"]["title"], "Ringkasan");
    assert_eq!(replies[1], json!({}));
    assert_eq!(client.server.spreadsheet("uji").revision, 1);
    let whole = client
        .post(
            "uji:batchUpdate",
            &[],
            &json!({"requests": [{"deleteSheet": {"sheetId": 0}}], "includeSpreadsheetInResponse": true}),
        )
        .json();
    assert_eq!(whole["updatedSpreadsheet"]["sheets"][0]["properties"]["title"], "Ringkasan");
}

#[test]
fn what_google_does_not_know_is_refused() {
    let client = client();
    for (request, why) in [
        (
            json!({"addSheet": {"properties": {"titel": "x"}}}),
            "Invalid JSON payload received. In 'requests[0].addSheet': Unknown name \"titel\": Cannot find field.",
        ),
        (json!({"addSheets": {}}), "Unknown name"),
        (json!({"addSheet": {"properties": {"sheetId": "x"}}}), "Invalid value"),
        (json!({}), "exactly one kind of request"),
        (json!({"addSheet": {}, "deleteSheet": {}}), "exactly one kind of request"),
        (
            json!({"repeatCell": {"range": {"sheetId": 0}, "cell": {"userEnteredFormat": {"bold": true}}, "fields": "userEnteredFormat"}}),
            "Unknown name \"bold\"",
        ),
        (
            json!({"repeatCell": {"range": {"sheetId": 0}, "cell": {}, "fields": "userEnteredFormat.bold"}}),
            "Invalid value at 'fields', \"userEnteredFormat.bold\"",
        ),
        (
            json!({"updateSheetProperties": {"properties": {"sheetId": 0}, "fields": "gridProperties.frozenRows"}}),
            "Invalid value at 'fields', \"gridProperties.frozenRows\"",
        ),
        (
            json!({"updateSheetProperties": {"properties": {"sheetId": 0, "title": "x"}}}),
            "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)",
        ),
    ] {
        let refusal = client.refused(json!([request]));
        assert!(refusal.contains(why), "{request}: {refusal}");
    }
    assert_eq!(client.refused(json!([])), "Must specify at least one request.");
}

#[test]
fn sheets_are_added_moved_resized_and_deleted() {
    let client = client();
    let properties = json!({"title": "Tiga", "sheetId": 77, "index": 0, "gridProperties": {"rowCount": 3, "columnCount": 2, "frozenRowCount": 1}});
    let reply = client.updated(json!([{"addSheet": {"properties": properties}}]))[0]["addSheet"]["properties"].clone();
    assert_eq!(
        reply,
        json!({"title": "Tiga", "sheetId": 77, "index": 0, "sheetType": "GRID", "gridProperties": {"rowCount": 3, "columnCount": 2, "frozenRowCount": 1}})
    );
    let titles =
        || client.server.spreadsheet("uji").sheets.iter().map(|sheet| sheet.title().to_owned()).collect::<Vec<_>>();
    let set = |properties: Value, fields: &str| json!([{"updateSheetProperties": {"properties": properties, "fields": fields}}]);
    client.updated(set(json!({"sheetId": 77, "index": 2, "title": "tak dipakai"}), "index"));
    assert_eq!(titles(), ["Data", "Tiga", "Lain"], "places are counted before the move");
    client.updated(set(
        json!({"sheetId": 0, "title": "Isi", "gridProperties": {"rowCount": 2, "columnCount": 2}}),
        "title,gridProperties(rowCount,columnCount)",
    ));
    assert_eq!(sheet(&client, "Isi").shown(), [["1", "2"], ["4", "5"]], "what is beyond the grid is gone");
    client.updated(set(json!({"sheetId": 0, "hidden": true}), "hidden"));
    client.updated(json!([{"updateSpreadsheetProperties": {"properties": {"title": "Baru"}, "fields": "title"}}]));
    assert_eq!(
        client.get("uji", &[("fields", "properties(title,locale)")]).json()["properties"],
        json!({"title": "Baru", "locale": "in_ID"})
    );
    for (request, why) in [
        (
            json!({"addSheet": {"properties": {"title": "isi"}}}),
            "A sheet with the name \"isi\" already exists. Please enter another name.",
        ),
        (json!({"addSheet": {"properties": {"sheetId": 77}}}), "already in use"),
        (
            json!({"addSheet": {"properties": {"gridProperties": {"rowCount": 1_000_000, "columnCount": 11}}}}),
            "This action would increase the number of cells in the workbook above the limit of 10000000 cells.",
        ),
        (
            json!({"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 5_000_000}}),
            "above the limit of 10000000 cells.",
        ),
        (
            set(json!({"sheetId": 77, "gridProperties": {"frozenRowCount": 3}}), "gridProperties.frozenRowCount")[0]
                .clone(),
            "You can't freeze all visible rows",
        ),
        (set(json!({"sheetId": 1, "title": "x"}), "title")[0].clone(), "No grid with id: 1"),
    ] {
        let refusal = client.refused(json!([request]));
        assert!(refusal.contains(why), "{request}: {refusal}");
    }
    let refusal = client.refused(json!([{"deleteSheet": {"sheetId": 5}}, {"deleteSheet": {"sheetId": 77}}]));
    assert!(
        refusal.starts_with("Invalid requests[1].deleteSheet: You can't remove all the visible sheets"),
        "{refusal}"
    );
}

#[test]
fn cells_are_written_by_the_mask_alone() {
    let client = client();
    let bold = json!({"textFormat": {"bold": true}, "numberFormat": {"type": "NUMBER", "pattern": "0.00"}});
    client.updated(json!([
        {"repeatCell": {"range": range([0, 2], [0, 2]), "cell": {"userEnteredFormat": bold}, "fields": "userEnteredFormat(textFormat,numberFormat)"}},
        {"updateCells": {"range": range([1, 3], [0, 3]), "rows": [{"values": [
            {"userEnteredValue": {"stringValue": "=SUM(A1)"}, "userEnteredFormat": {"textFormat": {"italic": true}}},
            {"userEnteredValue": {"formulaValue": "=A1"}},
        ]}], "fields": "userEnteredValue,userEnteredFormat.textFormat.italic"}},
    ]));
    let data = sheet(&client, "Data");
    let text = data.at("A2");
    assert_eq!(text.formula, None, "a text stays one, whatever it looks like");
    assert_eq!(text.format.as_deref().unwrap()["textFormat"], json!({"bold": true, "italic": true}));
    assert_eq!(data.at("B2").formula.as_deref(), Some("=A1"));
    assert_eq!(
        data.shown()[1..],
        [["=SUM(A1)", "", ""], ["", "", ""], ["10", "11", "12"]],
        "the rest of the range is cleared"
    );
    assert_eq!(client.shown("A1:C1"), json!([["1,00", "2,00", "3"]]));
    client.updated(json!([{"updateCells": {"range": {"sheetId": 0}, "fields": "*"}}]));
    assert!(sheet(&client, "Data").used(|cell| !cell.is_blank()).rows.is_empty());
    let start = |row: i32, rows: Value| json!([{"updateCells": {"start": {"sheetId": 0, "rowIndex": row, "columnIndex": 3}, "rows": rows, "fields": "userEnteredValue"}}]);
    let one = json!({"userEnteredValue": {"numberValue": 1}});
    for (requests, why) in [
        (
            start(5, json!([{"values": [one]}, {"values": [one]}])),
            "Attempting to write row: 6, beyond the last requested row of: 5",
        ),
        (
            start(0, json!([{"values": [one, one]}])),
            "Attempting to write column: 4, beyond the last requested column of: 3",
        ),
        (start(6, json!([])), "GridCoordinate.rowIndex[6] is after last row in grid[6]"),
        (
            start(0, json!([{"values": [{"userEnteredValue": {"stringValue": "x".repeat(50_001)}}]}])),
            "50000 characters",
        ),
        (
            json!([{"repeatCell": {"range": {"sheetId": 0, "startRowIndex": 6, "startColumnIndex": 0, "endColumnIndex": 2}, "cell": {}, "fields": "*"}}]),
            "Range (Data!A7:B) exceeds grid limits. Max rows: 6, max columns: 4",
        ),
    ] {
        let refusal = client.refused(requests);
        assert!(refusal.contains(why), "{refusal}");
    }
}

#[test]
fn rows_and_columns_take_everything_along_that_is_told_by_its_place() {
    let client = client();
    let dimension = |dimension: &str, start: i32, end: i32| json!({"sheetId": 0, "dimension": dimension, "startIndex": start, "endIndex": end});
    client.updated(json!([
        {"mergeCells": {"range": range([2, 4], [0, 1]), "mergeType": "MERGE_ALL"}},
        {"addProtectedRange": {"protectedRange": {"range": range([2, 4], [0, 3]), "warningOnly": true, "description": "rekap"}}},
        {"addConditionalFormatRule": {"rule": {"ranges": [range([3, 4], [0, 3])], "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": {"textFormat": {"bold": true}}}}}},
        {"updateDimensionProperties": {"range": dimension("ROWS", 3, 4), "properties": {"pixelSize": 50}, "fields": "pixelSize"}},
        {"createDeveloperMetadata": {"developerMetadata": {"metadataKey": "baris", "visibility": "DOCUMENT", "location": {"dimensionRange": dimension("ROWS", 3, 4)}}}},
        {"insertDimension": {"range": dimension("ROWS", 1, 3)}},
        {"deleteDimension": {"range": dimension("COLUMNS", 1, 2)}},
        {"appendDimension": {"sheetId": 0, "dimension": "COLUMNS", "length": 3}},
    ]));
    let data = sheet(&client, "Data");
    assert_eq!(data.size(), (8, 6));
    assert_eq!(data.shown(), [["1", "3"], ["", ""], ["", ""], ["4", "6"], ["7", "9"], ["", "12"]]);
    let json = client.server.json("uji")["sheets"][0].clone();
    assert_eq!(json["merges"], json!([range([4, 6], [0, 1])]));
    assert_eq!(json["protectedRanges"][0]["range"], range([4, 6], [0, 2]));
    assert_eq!(json["conditionalFormats"][0]["ranges"][0], range([5, 6], [0, 2]));
    let rows = &json["data"][0]["rowMetadata"];
    assert_eq!((&rows[5]["pixelSize"], &rows[5]["developerMetadata"][0]["metadataKey"]), (&json!(50), &json!("baris")));
    client.updated(json!([{"deleteDimension": {"range": dimension("ROWS", 4, 6)}}, {"autoResizeDimensions": {"dimensions": dimension("COLUMNS", 0, 1)}}]));
    let json = client.server.json("uji");
    let gone = &json["sheets"][0];
    assert!(gone["merges"].is_null() && gone["protectedRanges"].is_null() && gone["conditionalFormats"].is_null());
    assert!(client.server.spreadsheet("uji").metadata.is_empty());
    for (request, why) in [
        (json!({"deleteDimension": {"range": dimension("ROWS", 0, 6)}}), "You can't delete all the rows on the sheet."),
        (json!({"deleteDimension": {"range": dimension("ROWS", 0, 7)}}), "is after last rows in grid[6]"),
        (json!({"insertDimension": {"range": dimension("ROWS", 9, 10)}}), "cannot be inserted at"),
        (json!({"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 0}}), "length must be positive."),
    ] {
        let refusal = client.refused(json!([request]));
        assert!(refusal.contains(why), "{refusal}");
    }
}

#[test]
fn metadata_is_found_by_what_it_says() {
    let client = client();
    let create = |id: Value, key: &str, location: Value| json!({"createDeveloperMetadata": {"developerMetadata": {"metadataId": id, "metadataKey": key, "metadataValue": "1", "visibility": "DOCUMENT", "location": location}}});
    let replies = client.updated(json!([
        create(json!(9), "rekap", json!({"spreadsheet": true})),
        create(Value::Null, "rekap-tab", json!({"sheetId": 5})),
        create(Value::Null, "rekap-tab", json!({"sheetId": 0})),
    ]));
    assert_eq!(
        replies[1]["createDeveloperMetadata"]["developerMetadata"],
        json!({"metadataId": 1, "metadataKey": "rekap-tab", "metadataValue": "1", "visibility": "DOCUMENT", "location": {"sheetId": 5, "locationType": "SHEET"}})
    );
    let answer = client
        .get(
            "uji",
            &[("fields", "developerMetadata.metadataId,sheets(properties.title,developerMetadata.metadataKey)")],
        )
        .json();
    assert_eq!(answer["developerMetadata"], json!([{"metadataId": 9}]));
    assert_eq!(answer["sheets"][1]["developerMetadata"], json!([{"metadataKey": "rekap-tab"}]));
    let lookup = |lookup: Value| json!({"developerMetadataLookup": lookup});
    let changed = client.updated(json!([{"updateDeveloperMetadata": {"dataFilters": [lookup(json!({"metadataKey": "rekap-tab", "metadataLocation": {"sheetId": 0}}))], "developerMetadata": {"metadataValue": "2"}, "fields": "metadataValue"}}]));
    assert_eq!(changed[0]["updateDeveloperMetadata"]["developerMetadata"].as_array().unwrap().len(), 1);
    let gone = client.updated(json!([{"deleteDeveloperMetadata": {"dataFilter": lookup(json!({"metadataKey": "rekap-tab", "metadataValue": "2"}))}}]));
    assert_eq!(gone[0]["deleteDeveloperMetadata"]["deletedDeveloperMetadata"][0]["location"]["sheetId"], 0);
    client.updated(json!([{"deleteSheet": {"sheetId": 5}}]));
    assert_eq!(client.server.spreadsheet("uji").metadata.len(), 1, "a sheet takes its metadata along");
    assert!(client.refused(json!([create(json!(9), "x", json!({"spreadsheet": true}))])).ends_with("already exists."));
    assert!(client.refused(json!([create(Value::Null, "x", json!({"sheetId": 5}))])).ends_with("No grid with id: 5"));
}

#[test]
fn ranges_are_merged_protected_coloured_and_filtered() {
    let client = client();
    let gradient = json!({"minpoint": {"type": "MIN"}, "maxpoint": {"type": "MAX"}});
    let replies = client.updated(json!([
        {"mergeCells": {"range": range([0, 2], [0, 2]), "mergeType": "MERGE_ROWS"}},
        {"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}, "warningOnly": true}}},
        {"addConditionalFormatRule": {"rule": {"ranges": [range([0, 9], [0, 1])], "gradientRule": gradient}, "index": 0}},
        {"setBasicFilter": {"filter": {"range": range([0, 4], [0, 3])}}},
    ]));
    assert_eq!(client.shown("A1:B2"), json!([["1"], ["4"]]), "only the left cell of a merged row keeps its value");
    let id = replies[1]["addProtectedRange"]["protectedRange"]["protectedRangeId"].clone();
    client.updated(json!([{"updateProtectedRange": {"protectedRange": {"protectedRangeId": id, "description": "rekap"}, "fields": "description"}}]));
    let json = client.server.json("uji")["sheets"][0].clone();
    assert_eq!(json["merges"], json!([range([0, 1], [0, 2]), range([1, 2], [0, 2])]));
    assert_eq!(
        (&json["protectedRanges"][0]["warningOnly"], &json["protectedRanges"][0]["description"]),
        (&json!(true), &json!("rekap"))
    );
    assert!(json["conditionalFormats"][0]["gradientRule"].is_object() && json["basicFilter"]["range"].is_object());
    for (request, why) in [
        (
            json!({"mergeCells": {"range": range([0, 1], [1, 3])}}),
            "You must select all cells in a merged range to merge or unmerge them.",
        ),
        (
            json!({"unmergeCells": {"range": range([0, 1], [0, 1])}}),
            "You must select all cells in a merged range to merge or unmerge them.",
        ),
        (json!({"deleteProtectedRange": {"protectedRangeId": 4}}), "No protected range with ID: 4"),
        (
            json!({"deleteConditionalFormatRule": {"sheetId": 0, "index": 1}}),
            "No conditional format on sheet: 0 at index: 1",
        ),
        (
            json!({"addConditionalFormatRule": {"rule": {"ranges": [range([0, 1], [0, 1])]}}}),
            "A rule must have either a booleanRule or a gradientRule.",
        ),
    ] {
        let refusal = client.refused(json!([request]));
        assert!(refusal.ends_with(why), "{refusal}");
    }
    client.updated(json!([
        {"unmergeCells": {"range": range([0, 2], [0, 2])}}, {"deleteProtectedRange": {"protectedRangeId": id}},
        {"deleteConditionalFormatRule": {"sheetId": 0, "index": 0}}, {"clearBasicFilter": {"sheetId": 0}},
    ]));
    let json = client.server.json("uji")["sheets"][0].clone();
    assert!(["merges", "protectedRanges", "conditionalFormats", "basicFilter"].iter().all(|name| json[name].is_null()));
}

#[test]
fn spreadsheets_are_created() {
    let client = client();
    let create = json!({"properties": {"title": "Ringkasan"}, "sheets": [{"properties": {"title": "Peringkat"}}]});
    let url = format!("{}v4/spreadsheets", client.server.url());
    let answer = client.send(reqwest::Method::POST, &url, &[], Some(create.to_string())).unwrap().json();
    let id = answer["spreadsheetId"].as_str().unwrap();
    assert_eq!(answer["spreadsheetUrl"], client.server.address(id, 0).split('#').next().unwrap());
    assert_eq!(client.server.spreadsheet(id).sheets[0].title(), "Peringkat");
    let first = client.get(id, &[("fields", "sheets.properties.title,properties.title")]).json();
    assert_eq!(
        first,
        json!({"properties": {"title": "Ringkasan"}, "sheets": [{"properties": {"title": "Peringkat"}}]})
    );
}
