//! The fields there are, so that a mask with a wrong name is refused as Google refuses it, and not silently empty.

use google_sheets4::api::{
    BasicFilter, CellData, CellFormat, ConditionalFormatRule, DeveloperMetadata, DeveloperMetadataLocation,
    DimensionProperties, DimensionRange, ErrorValue, ExtendedValue, GridData, GridProperties, GridRange, NumberFormat,
    ProtectedRange, RowData, Sheet, SheetProperties, Spreadsheet, SpreadsheetProperties, TextFormat, TextFormatRun,
};
use serde::Serialize;
use serde_json::Value as Json;

use super::mask::Mask;

/// The first name of a mask that a sample of the type does not have; below a field that is unset anything goes.
pub fn unknown(mask: &Mask, sample: &impl Serialize) -> Option<String> {
    missing(mask, &serde_json::to_value(sample).unwrap_or_default())
}

fn missing(mask: &Mask, sample: &Json) -> Option<String> {
    match sample {
        Json::Array(samples) => samples.first().and_then(|sample| missing(mask, sample)),
        Json::Object(fields) => mask.children().find_map(|(name, mask)| match fields.get(name) {
            Some(sample) => missing(mask, sample).map(|below| format!("{name}.{below}")),
            None if name == "*" => None,
            None => Some(name.to_owned()),
        }),
        _ => None,
    }
}

/// A cell with every field set that has fields of its own.
pub fn cell() -> CellData {
    let value = || ExtendedValue { error_value: Some(ErrorValue::default()), ..ExtendedValue::default() };
    let text_format = || TextFormat { link: Some(Default::default()), ..TextFormat::default() };
    let format = || CellFormat {
        number_format: Some(NumberFormat::default()),
        text_format: Some(text_format()),
        ..CellFormat::default()
    };
    CellData {
        effective_value: Some(value()),
        user_entered_value: Some(value()),
        effective_format: Some(format()),
        user_entered_format: Some(format()),
        text_format_runs: Some(vec![TextFormatRun { format: Some(text_format()), ..TextFormatRun::default() }]),
        ..CellData::default()
    }
}

/// Properties of a sheet.
pub fn sheet_properties() -> SheetProperties {
    SheetProperties { grid_properties: Some(GridProperties::default()), ..SheetProperties::default() }
}

/// A whole spreadsheet.
pub fn spreadsheet() -> Spreadsheet {
    let location = DeveloperMetadataLocation { dimension_range: Some(DimensionRange::default()), ..Default::default() };
    let metadata = DeveloperMetadata { location: Some(location), ..DeveloperMetadata::default() };
    let range = GridRange::default;
    let data = GridData {
        row_data: Some(vec![RowData { values: Some(vec![cell()]) }]),
        row_metadata: Some(vec![DimensionProperties::default()]),
        column_metadata: Some(vec![DimensionProperties::default()]),
        ..GridData::default()
    };
    let sheet = Sheet {
        properties: Some(sheet_properties()),
        data: Some(vec![data]),
        merges: Some(vec![range()]),
        protected_ranges: Some(vec![ProtectedRange { range: Some(range()), ..ProtectedRange::default() }]),
        conditional_formats: Some(vec![ConditionalFormatRule { ranges: Some(vec![range()]), ..Default::default() }]),
        basic_filter: Some(BasicFilter { range: Some(range()), ..BasicFilter::default() }),
        developer_metadata: Some(vec![metadata.clone()]),
        ..Sheet::default()
    };
    Spreadsheet {
        properties: Some(SpreadsheetProperties::default()),
        sheets: Some(vec![sheet]),
        developer_metadata: Some(vec![metadata]),
        ..Spreadsheet::default()
    }
}
