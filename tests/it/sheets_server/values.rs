//! `spreadsheets.values.*`: rendering, writing, appending, clearing.

use serde_json::{Value, json};

use super::client::Client;
use crate::server::model::{Cell, Content, Spreadsheet};

const RAW: (&str, &str) = ("valueInputOption", "RAW");
const TYPED: (&str, &str) = ("valueInputOption", "USER_ENTERED");

#[test]
fn values_come_as_they_are_asked_for() {
    let mut spreadsheet = Spreadsheet::empty("Uji");
    let sheet = &mut spreadsheet.sheets[0];
    sheet.set("A1", Cell::number(1234.5));
    sheet.set("B1", Cell::date(45_992.0, "DATE", "dd/mm/yyyy"));
    sheet.set(
        "C1",
        Cell { content: Content::Error(rekap::grid::ErrorKind::Div0), formula: Some("=1/0".into()), ..Cell::default() },
    );
    sheet.set("B3", Cell { content: Content::Bool(true), ..Cell::default() });
    sheet.set(
        "C3",
        Cell {
            format: Some(json!({"numberFormat": {"type": "PERCENT", "pattern": "0.00%"}}).into()),
            ..Cell::number(29.0 / 37.0)
        },
    );
    let client = Client::new(spreadsheet);
    let values = |query: &[(&str, &str)]| client.get("uji/values/A1:Z", query).json()["values"].clone();
    assert_eq!(values(&[]), json!([["1234,5", "01/12/2025", "#DIV/0!"], [], ["", "TRUE", "78,38%"]]));
    let unformatted = ("valueRenderOption", "UNFORMATTED_VALUE");
    assert_eq!(values(&[unformatted]), json!([[1234.5, 45992, "#DIV/0!"], [], ["", true, 29.0 / 37.0]]));
    assert_eq!(values(&[unformatted, ("dateTimeRenderOption", "FORMATTED_STRING")])[0][1], "01/12/2025");
    assert_eq!(values(&[("valueRenderOption", "FORMULA")])[0][2], "=1/0");
    assert_eq!(
        values(&[("majorDimension", "COLUMNS"), unformatted]),
        json!([[1234.5], [45992, "", true], ["#DIV/0!", "", 29.0 / 37.0]])
    );
    assert!(client.get("uji/values/D1:Z", &[]).json().get("values").is_none(), "nothing is no list");
    assert_eq!(client.get("uji/values/A1", &[("valueRenderOption", "LAIN")]).status, 400);
    let fields = client
        .get("uji/values:batchGet", &[("ranges", "A1"), ("ranges", "B3"), ("fields", "valueRanges.values")])
        .json();
    assert_eq!(fields, json!({"valueRanges": [{"values": [["1234,5"]]}, {"values": [["TRUE"]]}]}));
}

#[test]
fn raw_values_stay_what_they_are_and_typed_ones_are_read() {
    let client = Client::new(Spreadsheet::empty("Uji"));
    let row = json!(["=1+1", "12,5", "7.000", "35%", "TRUE", "1/12/2025", "'007", "#N/A", " dua ", "1.5", "-3"]);
    let written = client.put("uji/values/Sheet1!A1", &[RAW], &json!({"values": [row]})).json();
    assert_eq!(
        written,
        json!({"spreadsheetId": "uji", "updatedRange": "Sheet1!A1:K1", "updatedRows": 1, "updatedColumns": 11, "updatedCells": 11})
    );
    let unformatted = [("valueRenderOption", "FORMULA")];
    assert_eq!(client.get("uji/values/1:1", &unformatted).json()["values"][0], row);
    client.put("uji/values/Sheet1!A2", &[TYPED], &json!({"values": [row]}));
    assert_eq!(
        client.get("uji/values/2:2", &unformatted).json()["values"][0],
        json!(["=1+1", 12.5, 7000, 0.35, true, 45992, "007", "#N/A", " dua ", "1.5", -3]),
        "the spreadsheet's locale is Indonesian"
    );
    assert_eq!(client.shown("D2:F2"), json!([["35%", "TRUE", "01/12/2025"]]));
    let link = json!({"values": [["=HYPERLINK(\"https://a.go.id/x\";\"bukti\")"]]});
    client.put("uji/values/A3", &[TYPED], &link);
    let spreadsheet = client.server.spreadsheet("uji");
    assert_eq!(spreadsheet.sheets[0].at("A3").link.as_deref(), Some("https://a.go.id/x"));
    assert_eq!(client.shown("A3"), json!([["bukti"]]));
    assert_eq!(client.put("uji/values/A1", &[], &json!({"values": [[1]]})).status, 400, "how is never guessed");
}

#[test]
fn writing_keeps_within_the_range_and_the_grid() {
    let client = Client::new(Spreadsheet::empty("Uji"));
    let put = |range: &str, body: Value| client.put(&format!("uji/values/{range}"), &[RAW], &body);
    assert_eq!(put("A1", json!({"values": [["a", "b"], ["c"]]})).status, 200, "one cell is a start");
    assert_eq!(put("A1:B1", json!({"values": [[null, "x"]]})).json()["updatedCells"], 1, "null leaves a cell alone");
    assert_eq!(client.shown("A1:B2"), json!([["a", "x"], ["c"]]));
    assert_eq!(put("D1", json!({"majorDimension": "COLUMNS", "values": [[1, 2], [3]]})).status, 200);
    assert_eq!(client.shown("D1:E2"), json!([["1", "3"], ["2"]]));
    let refused = |reply: super::client::Reply| reply.error().1;
    assert_eq!(
        refused(put("A1:B1", json!({"values": [[1], [2]]}))),
        "INVALID_ARGUMENT: Requested writing within range [Sheet1!A1:B1], but tried writing to row [2]"
    );
    assert_eq!(
        refused(put("A1:B1", json!({"values": [[1, 2, 3]]}))),
        "INVALID_ARGUMENT: Requested writing within range [Sheet1!A1:B1], but tried writing to column [C]"
    );
    assert_eq!(
        refused(put("Z1000", json!({"values": [[1, 2]]}))),
        "INVALID_ARGUMENT: Range (Sheet1!Z1000:AA1000) exceeds grid limits. Max rows: 1000, max columns: 26"
    );
    assert!(refused(put("A1", json!({"values": [["x".repeat(50_001)]]}))).contains("50000 characters"));
    let before = client.server.json("uji");
    let several = json!({"valueInputOption": "RAW", "data": [
        {"range": "A1", "values": [["baru"]]}, {"range": "Lain!A1", "values": [["baru"]]},
    ]});
    assert_eq!(client.post("uji/values:batchUpdate", &[], &several).status, 400);
    assert_eq!(client.server.json("uji"), before, "all ranges or none");
    let several = json!({"valueInputOption": "RAW", "includeValuesInResponse": true, "data": [
        {"range": "A1", "values": [["baru"]]}, {"range": "Sheet1!B2:C2", "values": [[1, 2]]},
    ]});
    let answer = client.post("uji/values:batchUpdate", &[], &several).json();
    assert_eq!((&answer["totalUpdatedCells"], &answer["totalUpdatedSheets"]), (&json!(3), &json!(1)));
    assert_eq!(answer["responses"][1]["updatedData"]["values"], json!([["1", "2"]]));
}

#[test]
fn rows_are_appended_below_the_last_table() {
    let mut spreadsheet = Spreadsheet::empty("Uji");
    spreadsheet.sheets[0].resize(4, 2);
    let client = Client::new(spreadsheet);
    let append = |range: &str, rows: Value| {
        client.post(&format!("uji/values/{range}:append"), &[RAW], &json!({"values": rows})).json()
    };
    let first = append("Sheet1", json!([["a", "b"]]));
    assert_eq!(first["updates"]["updatedRange"], "Sheet1!A1:B1");
    assert!(first["tableRange"].is_null());
    assert_eq!(append("Sheet1!A1", json!([["c"]]))["tableRange"], "Sheet1!A1:B1");
    let grown = append("Sheet1%21A%3AB", json!([[1], [2], [3]]));
    assert_eq!(grown["updates"]["updatedRange"], "Sheet1!A3:A5", "the grid grows");
    assert_eq!(client.server.spreadsheet("uji").sheets[0].size(), (5, 2));
    assert_eq!(client.post("uji/values/A2:B4:clear", &[], &json!({})).json()["clearedRange"], "Sheet1!A2:B4");
    assert_eq!(client.shown("Sheet1"), json!([["a", "b"], [], [], [], ["3"]]));
    let cleared = client.post("uji/values:batchClear", &[], &json!({"ranges": ["A5", "B1"]})).json();
    assert_eq!(cleared["clearedRanges"], json!(["Sheet1!A5", "Sheet1!B1"]));
    assert_eq!(client.shown("Sheet1"), json!([["a"]]));
}
