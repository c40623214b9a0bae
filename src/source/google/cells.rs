//! The cells of an answer, made into what every other source makes of them.

use std::collections::BTreeMap;

use calamine::{ExcelDateTime, ExcelDateTimeType};
use serde::Deserialize;

use crate::grid::{Cell, CellRef, ErrorKind, GridBuilder, Value, is_web_address};
use crate::source::SourceError;
use crate::source::xlsx::{date_value, hyperlink_formula};

/// What is asked of every cell: value, error, formula, links and what a number stands for, in one answer.
pub(super) const CELL_FIELDS: &str = "sheets(properties(sheetId),data(startRow,startColumn,rowData(values(effectiveValue,\
     userEnteredValue(formulaValue),hyperlink,textFormatRuns(format(link(uri))),chipRuns(chip(richLinkProperties(uri))),\
     effectiveFormat(numberFormat(type,pattern))))))";

/// The answer to a request for [`CELL_FIELDS`].
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CellsAnswer {
    pub(super) sheets: Vec<SheetAnswer>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SheetAnswer {
    pub(super) properties: SheetId,
    pub(super) data: Vec<Block>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct SheetId {
    pub(super) sheet_id: i64,
}

/// A rectangle of cells.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Block {
    start_row: u32,
    start_column: u32,
    row_data: Vec<BlockRow>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct BlockRow {
    values: Vec<ReadCell>,
}

impl Block {
    /// Puts the cells into a sheet, and notes for every column whether its last number so far was a date.
    pub(super) fn fill(self, builder: &mut GridBuilder, dates: &mut BTreeMap<u32, bool>) -> Result<(), SourceError> {
        for (row, cells) in (self.start_row..).zip(self.row_data) {
            for (col, read) in (self.start_column..).zip(cells.values) {
                match read.cell.value {
                    Value::Date(_) => drop(dates.insert(col, true)),
                    Value::Number(_) => drop(dates.insert(col, false)),
                    _ => {}
                }
                let at = CellRef { row, col };
                builder.set(at, read.cell)?;
                for address in read.further_links {
                    builder.further_link(at, &address);
                }
            }
        }
        Ok(())
    }
}

/// A cell as the grid keeps it; made while it is decoded, so that a long answer is never held in full.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "CellAnswer")]
pub(super) struct ReadCell {
    cell: Cell,
    further_links: Vec<Box<str>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct CellAnswer {
    effective_value: Extended,
    user_entered_value: Option<Entered>,
    hyperlink: Option<Box<str>>,
    text_format_runs: Vec<Run>,
    chip_runs: Vec<ChipRun>,
    effective_format: Option<Format>,
}

/// A value; one of the four is there, or none.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Extended {
    number_value: Option<f64>,
    string_value: Option<Box<str>>,
    bool_value: Option<bool>,
    error_value: Option<ErrorAnswer>,
}

impl Extended {
    fn value(self, is_date: bool) -> Value {
        let number = self.number_value.map(|number| number_value(number, is_date));
        let text = self.string_value.map(Value::Text);
        let error = self.error_value.map(|error| Value::Error(error_kind(&error.r#type)));
        number.or(text).or(self.bool_value.map(Value::Bool)).or(error).unwrap_or_default()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ErrorAnswer {
    r#type: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Entered {
    formula_value: Option<Box<str>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Run {
    format: RunFormat,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RunFormat {
    link: Target,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ChipRun {
    chip: Chip,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Chip {
    rich_link_properties: Target,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Target {
    uri: Option<Box<str>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Format {
    number_format: NumberFormat,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NumberFormat {
    r#type: String,
    pattern: String,
}

impl NumberFormat {
    /// Whether numbers shown by it are days and times; a length of time, `[h]:mm`, is none.
    fn is_date(&self) -> bool {
        let is_length = || {
            let pattern = self.pattern.to_ascii_lowercase();
            ["[h", "[m", "[s"].iter().any(|part| pattern.contains(part))
        };
        matches!(self.r#type.as_str(), "DATE" | "TIME" | "DATE_TIME") && !is_length()
    }
}

impl From<CellAnswer> for ReadCell {
    fn from(answer: CellAnswer) -> Self {
        let is_date = answer.effective_format.is_some_and(|format| format.number_format.is_date());
        let value = answer.effective_value.value(is_date);
        let formula = answer.user_entered_value.and_then(|entered| entered.formula_value);
        let formula = formula.map(|formula| formula.strip_prefix('=').map(Into::into).unwrap_or(formula));
        // A formula may come to an empty text; elsewhere one is nothing.
        if formula.is_none() && (value == Value::Empty || value == Value::Text("".into())) {
            // Nobody sees an address in an empty cell.
            return ReadCell::default();
        }
        let runs = answer.text_format_runs.into_iter().filter_map(|run| run.format.link.uri);
        let chips = answer.chip_runs.into_iter().filter_map(|run| run.chip.rich_link_properties.uri);
        let mut links: Vec<Box<str>> = Vec::new();
        for address in answer.hyperlink.into_iter().chain(runs).chain(chips) {
            if is_web_address(&address) && !links.contains(&address) {
                links.push(address);
            }
        }
        let mut links = links.into_iter();
        let link = links.next().or_else(|| formula.as_deref().and_then(hyperlink_formula).map(Into::into));
        ReadCell { cell: Cell { value, formula, link }, further_links: links.collect() }
    }
}

/// The answer to a request for plain values.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ValuesAnswer {
    pub(super) value_ranges: Vec<ValuesOfSheet>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ValuesOfSheet {
    values: Vec<Vec<PlainCell>>,
}

impl ValuesOfSheet {
    /// Puts the rows from `first` on into a sheet; numbers in columns of `dates` are dates.
    pub(super) fn fill(
        self,
        builder: &mut GridBuilder,
        first: u32,
        dates: &BTreeMap<u32, bool>,
    ) -> Result<(), SourceError> {
        for (row, cells) in (0..).zip(self.values).skip(first as usize) {
            for (col, PlainCell(value)) in (0..).zip(cells) {
                let value = match value {
                    Value::Number(number) => number_value(number, dates.get(&col) == Some(&true)),
                    value => value,
                };
                builder.set(CellRef { row, col }, Cell { value, ..Cell::default() })?;
            }
        }
        Ok(())
    }
}

#[derive(Debug, Deserialize)]
#[serde(from = "serde_json::Value")]
struct PlainCell(Value);

impl From<serde_json::Value> for PlainCell {
    fn from(value: serde_json::Value) -> Self {
        PlainCell(match value {
            serde_json::Value::Number(number) => number.as_f64().map_or(Value::Empty, Value::Number),
            serde_json::Value::Bool(flag) => Value::Bool(flag),
            // An error comes as the text that is shown for it.
            serde_json::Value::String(text) => match ErrorKind::parse(&text) {
                Some(kind) => Value::Error(kind),
                None if text.is_empty() => Value::Empty,
                None => Value::Text(text.into()),
            },
            _ => Value::Empty,
        })
    }
}

/// Days are counted from 30 December 1899 and rounded as those of xlsx are, by the same function. Before that day
/// xlsx knows no dates; such a one stays the number it is.
fn number_value(number: f64, is_date: bool) -> Value {
    match is_date && number >= 0.0 {
        true => date_value(&ExcelDateTime::new(number, ExcelDateTimeType::DateTime, false)),
        false => Value::Number(number),
    }
}

fn error_kind(name: &str) -> ErrorKind {
    match name {
        "DIVIDE_BY_ZERO" => ErrorKind::Div0,
        "VALUE" => ErrorKind::Value,
        "REF" => ErrorKind::Ref,
        "NAME" => ErrorKind::Name,
        "NUM" => ErrorKind::Num,
        "N_A" => ErrorKind::Na,
        "NULL_VALUE" => ErrorKind::Null,
        _ => ErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::{Grid, GridLimits};
    use serde_json::json;

    fn grid(answer: serde_json::Value) -> Grid {
        let answer: CellsAnswer = serde_json::from_str(&answer.to_string()).unwrap();
        let mut builder = GridBuilder::new("x", false, GridLimits::default());
        for block in answer.sheets.into_iter().flat_map(|sheet| sheet.data) {
            block.fill(&mut builder, &mut BTreeMap::new()).unwrap();
        }
        builder.finish()
    }

    fn cell(answer: serde_json::Value) -> Cell {
        grid(json!({"sheets": [{"data": [{"rowData": [{"values": [answer]}]}]}]})).cell(0, 0).clone()
    }

    fn number(number: f64, r#type: &str, pattern: &str) -> Value {
        let format = json!({"numberFormat": {"type": r#type, "pattern": pattern}});
        cell(json!({"effectiveValue": {"numberValue": number}, "effectiveFormat": format})).value
    }

    #[test]
    fn values_are_what_they_are_in_xlsx() {
        assert_eq!(cell(json!({"effectiveValue": {"numberValue": 0.7838}})).value, Value::Number(0.7838));
        assert_eq!(number(0.7838, "PERCENT", "0.00%"), Value::Number(0.7838));
        assert_eq!(cell(json!({"effectiveValue": {"boolValue": true}})).value, Value::Bool(true));
        assert_eq!(cell(json!({"effectiveValue": {"stringValue": " Ya "}})).value, Value::Text(" Ya ".into()));
        assert_eq!(cell(json!({"effectiveValue": {"stringValue": ""}})), Cell::default());
        assert_eq!(cell(json!({})), Cell::default());
        for (name, kind) in [
            ("DIVIDE_BY_ZERO", ErrorKind::Div0),
            ("VALUE", ErrorKind::Value),
            ("REF", ErrorKind::Ref),
            ("NAME", ErrorKind::Name),
            ("NUM", ErrorKind::Num),
            ("N_A", ErrorKind::Na),
            ("NULL_VALUE", ErrorKind::Null),
            ("ERROR", ErrorKind::Other),
            ("LOADING", ErrorKind::Other),
        ] {
            let answer = json!({"effectiveValue": {"errorValue": {"type": name, "message": "…"}}});
            assert_eq!(cell(answer).value, Value::Error(kind), "{name}");
        }
    }

    #[test]
    fn a_number_is_a_date_by_its_format() {
        let date = |text: &str| Value::Date(text.parse().unwrap());
        assert_eq!(number(45986.0, "DATE", "dd/mm/yyyy"), date("2025-11-25T00:00:00"));
        assert_eq!(number(45986.75, "DATE_TIME", ""), date("2025-11-25T18:00:00"));
        assert_eq!(number(45986.123456789, "DATE_TIME", ""), date("2025-11-25T02:57:46.667"));
        assert_eq!(number(0.5, "TIME", "h:mm"), date("1899-12-31T12:00:00"));
        assert_eq!(number(1.5, "TIME", "[h]:mm:ss"), Value::Number(1.5), "a length of time");
        assert_eq!(number(-400.0, "DATE", ""), Value::Number(-400.0));
        assert_eq!(number(45986.0, "NUMBER", "0"), Value::Number(45986.0));
    }

    #[test]
    fn formulas_and_links_are_kept() {
        let sum = cell(json!({"effectiveValue": {"numberValue": 3}, "userEnteredValue": {"formulaValue": "=A1+B1"}}));
        assert_eq!((sum.value, sum.formula.as_deref()), (Value::Number(3.0), Some("A1+B1")));
        let entered = json!({"formulaValue": "=HYPERLINK(\"https://example.org/a\"; \"SK\")"});
        let linked = cell(json!({"effectiveValue": {"stringValue": "SK"}, "userEnteredValue": entered}));
        assert_eq!(linked.link.as_deref(), Some("https://example.org/a"));
        let linked = cell(json!({"effectiveValue": {"stringValue": "SK"}, "hyperlink": "https://example.org/b"}));
        assert_eq!(linked.link.as_deref(), Some("https://example.org/b"));
        let inner = cell(json!({"effectiveValue": {"stringValue": "SK"}, "hyperlink": "#gid=0&range=A1"}));
        assert_eq!(inner.link, None, "a place in the spreadsheet itself");
        assert_eq!(cell(json!({"hyperlink": "https://example.org/b"})), Cell::default());
    }

    #[test]
    fn a_text_with_several_links_keeps_all_of_them() {
        let run = |uri: &str| json!({"startIndex": 3, "format": {"link": {"uri": uri}}});
        let answer = json!({
            "effectiveValue": {"stringValue": "SK, undangan, notulen"},
            "textFormatRuns": [run("https://a.example"), {"format": {}}, run("https://b.example"), run("https://a.example")],
            "chipRuns": [{}, {"chip": {"richLinkProperties": {"uri": "https://c.example"}}}],
        });
        let grid =
            grid(json!({"sheets": [{"data": [{"startRow": 4, "startColumn": 2, "rowData": [{"values": [answer]}]}]}]}));
        let links: Vec<&str> = grid.links(4, 2).collect();
        assert_eq!(links, ["https://a.example", "https://b.example", "https://c.example"]);
    }

    #[test]
    fn plain_values_take_their_dates_from_the_columns() {
        let answer =
            json!({"valueRanges": [{"values": [["Tanggal", "Nilai"], [45986.75, 4], ["", 45986, true, "#DIV/0!"]]}]});
        let answer: ValuesAnswer = serde_json::from_value(answer).unwrap();
        let mut builder = GridBuilder::new("x", false, GridLimits::default());
        let dates = BTreeMap::from([(0, true), (1, false)]);
        answer.value_ranges.into_iter().next().unwrap().fill(&mut builder, 1, &dates).unwrap();
        let grid = builder.finish();
        assert!(grid.cell(0, 0).is_blank(), "rows before the first are not its own");
        assert_eq!(grid.cell(1, 0).value, Value::Date("2025-11-25T18:00:00".parse().unwrap()));
        assert_eq!(grid.cell(2, 1).value, Value::Number(45986.0));
        assert_eq!(grid.cell(2, 2).value, Value::Bool(true));
        assert_eq!(grid.cell(2, 3).value, Value::Error(ErrorKind::Div0));
    }

    #[test]
    fn a_cell_costs_a_fraction_of_the_librarys() {
        assert!(size_of::<ReadCell>() <= 96, "{}", size_of::<ReadCell>());
        let library = size_of::<google_sheets4::api::CellData>();
        assert!(library > 2_000, "the library's cells became small ({library} bytes): use them");
    }
}
