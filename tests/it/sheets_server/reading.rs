//! `spreadsheets.get`: shapes, masks, ranges, and what is loaded from files.

use google_sheets4::api;
use rekap::source::{Book, Limits};
use serde_json::{Value, json};

use super::client::Client;
use crate::server::load::load;
use crate::server::model::{Cell, Content, Spreadsheet};

fn fixture(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

fn small() -> Spreadsheet {
    let mut spreadsheet = Spreadsheet::empty("Uji");
    let sheet = &mut spreadsheet.sheets[0];
    sheet.set("A1", Cell::text("<Nilai> & \"bukti\""));
    sheet.set("B1", Cell::number(2.0));
    sheet.set("D2", Cell { content: Content::Bool(true), ..Cell::default() });
    sheet.set("A3", Cell::date(46_000.5, "DATE_TIME", "dd/mm/yyyy hh:mm:ss"));
    sheet.set("B3", Cell::linked_text("dua bukti", &[(0, Some("https://a.go.id/")), (4, Some("https://b.go.id/"))]));
    sheet.set("C3", Cell { link: Some("https://c.go.id/".into()), ..Cell::text("satu") });
    spreadsheet
}

/// Without what is null, and whole numbers alike however they are written.
fn plain(mut value: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.retain(|_, value| !value.is_null());
                fields.values_mut().for_each(walk);
            }
            Value::Array(values) => values.iter_mut().for_each(walk),
            Value::Number(number) => *value = json!(number.as_f64()),
            _ => {}
        }
    }
    walk(&mut value);
    value
}

#[test]
fn answers_are_what_google_sheets4_reads_and_nothing_more() {
    let client = Client::new(load(&fixture("babel/lke-1901.xlsx")).unwrap());
    for answer in [client.get("uji", &[("includeGridData", "true")]).json(), {
        client.server.add("uji", small());
        client.get("uji", &[("fields", "*")]).json()
    }] {
        let typed: api::Spreadsheet = serde_json::from_value(answer.clone()).unwrap();
        assert_eq!(plain(serde_json::to_value(&typed).unwrap()), plain(answer), "every field is one of the type's");
    }
}

#[test]
fn a_loaded_workbook_answers_what_the_file_holds() {
    let client = Client::new(small());
    let fields =
        "properties.title,sheets(properties,merges,data(rowData(values(effectiveValue,userEnteredValue,hyperlink))))";
    let (mut numbers, mut errors, mut links, mut formulas) = (0, 0, 0, 0);
    for name in ["lke-1901.xlsx", "lke-1903.xlsx", "lke-1905.ods"] {
        let path = fixture("babel").join(name);
        client.server.add("uji", load(&path).unwrap());
        let answer = client.get("uji", &[("fields", fields)]).json();
        let mut book = Book::open(&path, "x", jiff::Timestamp::UNIX_EPOCH, &Limits::default()).unwrap();
        assert_eq!(answer["sheets"].as_array().unwrap().len(), book.sheets().len());
        for place in 0..book.sheets().len() {
            let grid = book.grid(place).unwrap();
            let sheet = &answer["sheets"][place];
            assert_eq!(sheet["properties"]["title"], grid.name.as_str());
            assert_eq!(sheet["properties"]["hidden"].as_bool().unwrap_or_default(), grid.hidden);
            assert_eq!(sheet["properties"]["index"], place);
            assert_eq!(sheet["properties"]["sheetId"] == 0, place == 0, "the first gid is 0");
            assert_eq!(sheet["merges"].as_array().map_or(0, Vec::len), grid.merges().len());
            for row in 0..grid.rows() {
                for col in 0..grid.cols() {
                    let seen = &sheet["data"][0]["rowData"][row as usize]["values"][col as usize];
                    let anchor = grid.anchor(row, col);
                    if (anchor.row, anchor.col) != (row, col) {
                        assert!(seen["effectiveValue"].is_null(), "what a merged region covers is dropped");
                        continue;
                    }
                    let cell = grid.cell(row, col);
                    let value = &seen["effectiveValue"];
                    if let Some(number) = cell.number() {
                        // serde_json may be off by the last bit when it reads a number.
                        let seen = value["numberValue"].as_f64().unwrap();
                        assert!((seen - number).abs() <= number.abs() * f64::EPSILON, "{seen} {number}");
                        numbers += 1;
                    } else if let rekap::grid::Value::Error(_) = cell.value {
                        assert!(value["errorValue"]["type"].is_string());
                        errors += 1;
                    } else if let rekap::grid::Value::Text(text) = &cell.value {
                        assert_eq!(value["stringValue"], text.as_ref());
                    }
                    if let Some(formula) = &cell.formula {
                        assert_eq!(seen["userEnteredValue"]["formulaValue"], format!("={formula}"));
                        formulas += 1;
                    }
                    assert_eq!(seen["hyperlink"].as_str(), cell.link.as_deref());
                    links += usize::from(cell.link.is_some());
                }
            }
        }
        let ids = |spreadsheet: &Spreadsheet| spreadsheet.sheets.iter().map(|sheet| sheet.id()).collect::<Vec<_>>();
        assert_eq!(ids(&load(&path).unwrap()), ids(&client.server.spreadsheet("uji")), "gids are the same each time");
    }
    assert!(numbers > 100 && formulas > 100, "{numbers} numbers, {formulas} formulas");
    assert!(errors > 0 && links > 0, "{errors} errors, {links} links");
    let csv = load(&fixture("babel/skm-1901.csv")).unwrap();
    assert_eq!((csv.sheets.len(), csv.sheets[0].id()), (1, 0));
    assert!(!csv.sheets[0].at("A2").is_empty());
    assert!(load(&fixture("babel/tiada.xlsx")).unwrap_err().contains("tiada.xlsx"));
}

#[test]
fn a_mask_leaves_only_what_it_names() {
    let client = Client::new(small());
    let got = |fields: &str| client.get("uji", &[("fields", fields)]).json();
    assert_eq!(got("spreadsheetId"), json!({"spreadsheetId": "uji"}));
    assert_eq!(
        got("properties/title,sheets.properties.sheetId"),
        json!({"properties": {"title": "Uji"}, "sheets": [{"properties": {"sheetId": 0}}]})
    );
    assert_eq!(
        got("sheets(properties(title,gridProperties(rowCount)))"),
        json!({"sheets": [{"properties": {"title": "Sheet1", "gridProperties": {"rowCount": 1000}}}]})
    );
    assert_eq!(
        got("sheets(data(row_data(values(effective_value))))"),
        json!({"sheets": [{"data": [{"rowData": [
            {"values": [{"effectiveValue": {"stringValue": "<Nilai> & \"bukti\""}}, {"effectiveValue": {"numberValue": 2}}]},
            {"values": [{}, {}, {}, {"effectiveValue": {"boolValue": true}}]},
            {"values": [{"effectiveValue": {"numberValue": 46000.5}}, {"effectiveValue": {"stringValue": "dua bukti"}}, {"effectiveValue": {"stringValue": "satu"}}]},
        ]}]}]}),
        "empty ends are left out, and grid data comes without being asked for twice"
    );
    let row = &got(
        "sheets/data/rowData/values(hyperlink,textFormatRuns(startIndex,format.link),formattedValue,effectiveFormat.numberFormat.type)",
    )["sheets"][0]["data"][0]["rowData"][2];
    assert_eq!(
        row["values"],
        json!([
            {"formattedValue": "09/12/2025 12:00:00", "effectiveFormat": {"numberFormat": {"type": "DATE_TIME"}}},
            {"formattedValue": "dua bukti", "textFormatRuns": [
                {"startIndex": 0, "format": {"link": {"uri": "https://a.go.id/"}}},
                {"startIndex": 4, "format": {"link": {"uri": "https://b.go.id/"}}},
            ]},
            {"formattedValue": "satu", "hyperlink": "https://c.go.id/"},
        ])
    );
    assert!(client.get("uji", &[]).json()["sheets"][0]["data"].is_null(), "no cells unless they are wanted");
    assert_eq!(got("sheets.*.title")["sheets"][0]["properties"]["title"], "Sheet1");
    for wrong in ["sheets(", "sheets)", "", "sheets(data(rowData(values(hyperLink))))", "sheet", "sheets..data", "a b"]
    {
        let (status, message) = client.get("uji", &[("fields", wrong)]).error();
        assert_eq!(status, 400, "{wrong}");
        assert!(message.contains("Invalid field selection"), "{wrong}: {message}");
    }
}

#[test]
fn ranges_choose_sheets_and_cells() {
    let mut spreadsheet = small();
    spreadsheet.sheets.push(crate::server::model::Sheet::new(7, "Triwulan I's", 20, 5));
    spreadsheet.sheets.push(crate::server::model::Sheet::new(8, "Q1", 20, 5));
    let client = Client::new(spreadsheet);
    for (range, shown) in [
        ("Sheet1!A1:B2", "Sheet1!A1:B2"),
        ("B2:A1", "Sheet1!A1:B2"),
        ("A2:C", "Sheet1!A2:C1000"),
        ("B:D", "Sheet1!B1:D1000"),
        ("2:3", "Sheet1!A2:Z3"),
        ("$B$3", "Sheet1!B3"),
        ("Sheet1!Y999:ZZ5000", "Sheet1!Y999:Z1000"),
        ("Sheet1", "Sheet1!A1:Z1000"),
        ("'Triwulan I''s'", "'Triwulan I''s'!A1:E20"),
        ("Triwulan I's!C3:C", "'Triwulan I''s'!C3:C20"),
        ("'Q1'!A1", "'Q1'!A1"),
        ("Q1", "Sheet1!Q1"),
    ] {
        let reply = client.get("uji/values:batchGet", &[("ranges", range)]);
        assert_eq!(reply.json()["valueRanges"][0]["range"], shown, "{range}");
    }
    for (range, why) in [
        ("Lain!A1", "Unable to parse range: Lain!A1"),
        ("Sheet1!A0", "Unable to parse range: Sheet1!A0"),
        ("Sheet1!A2:3B", "Unable to parse range: Sheet1!A2:3B"),
        ("Sheet1!", "Unable to parse range: Sheet1!"),
        ("A1001", "Range (Sheet1!A1001) exceeds grid limits. Max rows: 1000, max columns: 26"),
        ("AA1:AB2", "Range (Sheet1!AA1:AB2) exceeds grid limits. Max rows: 1000, max columns: 26"),
    ] {
        let reply = client.get("uji/values:batchGet", &[("ranges", range)]);
        assert_eq!(reply.error(), (400, format!("INVALID_ARGUMENT: {why}")));
    }
    let fields = ("fields", "sheets(properties.sheetId,data)");
    let answer = client.get("uji", &[("ranges", "C3:Z"), ("ranges", "A1"), ("ranges", "'Q1'"), fields]).json();
    let sheets = answer["sheets"].as_array().unwrap();
    assert_eq!(sheets.iter().map(|sheet| sheet["properties"]["sheetId"].as_i64().unwrap()).collect::<Vec<_>>(), [0, 8]);
    let data = &sheets[0]["data"];
    assert_eq!((&data[0]["startRow"], &data[0]["startColumn"]), (&json!(2), &json!(2)));
    assert_eq!(data[0]["rowData"][0]["values"][0]["formattedValue"], "satu");
    assert!(data[1]["startRow"].is_null() && data[1]["rowData"][0]["values"][0]["formattedValue"].is_string());
}

#[test]
fn a_person_can_look_at_it_and_fetch_it_as_a_file() {
    let mut client = Client::new(small());
    client.token = None;
    let page =
        |path: &str| client.send(reqwest::Method::GET, &format!("{}{path}", client.server.url()), &[], None).unwrap();
    let view = page("spreadsheets/d/uji/edit?gid=0");
    assert!(view.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(view.body.contains("&lt;Nilai&gt; &amp; &quot;bukti&quot;") && !view.body.contains("<Nilai>"));
    assert!(page("").body.contains("/spreadsheets/d/uji/edit"));
    assert!(page("spreadsheets/d/uji/export?format=xlsx").body.contains("Sign in"), "not shared by link");
    client.server.add("umum", Spreadsheet { by_link: true, ..small() });
    assert_eq!(
        page("spreadsheets/d/umum/export?format=csv").body.lines().nth(2),
        Some("09/12/2025 12:00:00,dua bukti,satu,")
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.xlsx");
    let file = page("spreadsheets/d/umum/export?format=xlsx");
    assert!(file.headers["content-type"].to_str().unwrap().ends_with("spreadsheetml.sheet"));
    std::fs::write(&path, &file.bytes).unwrap();
    let again = load(&path).unwrap();
    assert_eq!(again.sheets[0].shown(), small().sheets[0].shown());
    assert_eq!(again.sheets[0].at("C3").link.as_deref(), Some("https://c.go.id/"));
    assert_eq!(page("spreadsheets/d/tiada/edit").status, 404);
    let counts = client.server.counts();
    assert_eq!((counts.reads, counts.writes), (0, 0), "a person's pages cost no quota");
}
