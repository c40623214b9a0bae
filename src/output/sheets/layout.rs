//! A [`Table`] laid out in a tab: the requests that make a tab, empty and of the right size, show it.

use google_sheets4::{FieldMask, api};

use super::looks::{format, heading_format, rules_of, subtitle_format, title_format};
use crate::grid::is_web_address;
use crate::report::table::{CellValue, Column, Format, RowKind, Section, Table};
use crate::text::clip;

/// Told to whoever is about to change a tab by hand; also how the program knows its own protection again.
pub(super) const PROTECTION: &str =
    "rekap: tab ini ditulis ulang setiap pembaruan / this tab is rewritten by every refresh";

/// Characters a cell of Google Sheets may hold, counted as UTF-16 does.
pub(super) const CELL_CHARACTERS: usize = 50_000;
/// Behind the heading of times: a spreadsheet's have no zone.
const ZONE: &str = " (UTC)";
/// Pixels of a character, and of what stands around a text.
const CHARACTER: usize = 7;
const PADDING: usize = 18;
/// Narrowest and widest column, in characters.
const NARROWEST: usize = 6;
const WIDEST: usize = 60;
/// Characters of a number.
const NUMBER: usize = 7;
/// Characters of a time.
const MOMENT: usize = 17;

/// A tab's size and what stays in sight.
pub(super) fn grid_properties(table: &Table) -> api::GridProperties {
    let headed = match table.sections.as_slice() {
        [section] if !section.headings.is_empty() => 3 + usize::from(section.title.is_some()) + section.headings.len(),
        [] | [_] => 0,
        _ => 1,
    };
    // Google refuses to freeze everything.
    api::GridProperties {
        row_count: Some(size(table.height())),
        column_count: Some(size(table.width())),
        frozen_row_count: Some(size(headed.min(table.height() - 1))),
        frozen_column_count: Some(size(table.frozen_columns.min(table.width() - 1))),
        ..Default::default()
    }
}

/// The fields of [`grid_properties`].
pub(super) const GRID_FIELDS: [&str; 4] = [
    "gridProperties.rowCount",
    "gridProperties.columnCount",
    "gridProperties.frozenRowCount",
    "gridProperties.frozenColumnCount",
];

/// The requests that fill a tab of that size.
pub(super) fn fill(table: &Table, sheet: i32) -> Vec<api::Request> {
    let tab = Tab { table, sheet };
    let mut requests = vec![tab.cells()];
    requests.extend(tab.merges());
    requests.extend(tab.widths());
    requests.extend(tab.rules());
    requests.extend(tab.filter());
    requests.push(tab.protection());
    requests
}

/// About how many bytes they are on their way.
pub(super) fn weight(table: &Table) -> usize {
    let bytes = |cell: &CellValue| match cell {
        CellValue::Empty => 2,
        cell => cell.as_text().map_or(130, |text| text.len() + 44),
    };
    table.cells().map(bytes).sum()
}

struct Tab<'a> {
    table: &'a Table,
    sheet: i32,
}

impl Tab<'_> {
    /// Every section with the row of its title, or of its headings where it has none.
    fn sections(&self) -> impl Iterator<Item = (usize, &Section)> {
        self.table.sections.iter().scan(2, |next, section| {
            let top = *next + 1;
            *next = top + section.height();
            Some((top, section))
        })
    }

    fn range(&self, rows: (usize, usize), columns: (usize, usize)) -> api::GridRange {
        api::GridRange {
            sheet_id: Some(self.sheet),
            start_row_index: Some(size(rows.0)),
            end_row_index: Some(size(rows.1)),
            start_column_index: Some(size(columns.0)),
            end_column_index: Some(size(columns.1)),
        }
    }

    /// All cells at once: what is not given is cleared.
    fn cells(&self) -> api::Request {
        let mut rows = vec![
            row([cell(&CellValue::text(&*self.table.title), Some(title_format(14)))]),
            row([cell(&CellValue::text(&*self.table.subtitle), Some(subtitle_format()))]),
        ];
        for (place, section) in self.table.sections.iter().enumerate() {
            let legend = Some(&*self.table.legend).filter(|legend| place == 0 && !legend.is_empty());
            rows.push(row(legend.map(|legend| cell(&CellValue::text(legend), Some(subtitle_format())))));
            if let Some(title) = &section.title {
                rows.push(row([cell(&CellValue::text(&**title), Some(title_format(11)))]));
            }
            for headings in &section.headings {
                let mut columns = section.columns.iter();
                let cells = headings.iter().flat_map(|heading| {
                    let formats = columns.by_ref().take(heading.span).map(|column| column.format);
                    let is_time = formats.fold(false, |_, format| format == Format::Moment);
                    let text = format!("{}{}", heading.text, if is_time { ZONE } else { "" });
                    let first = cell(&CellValue::text(text), Some(heading_format()));
                    let rest = (1..heading.span).map(|_| cell(&CellValue::Empty, Some(heading_format())));
                    [first].into_iter().chain(rest)
                });
                rows.push(row(cells));
            }
            for of in &section.rows {
                let is_bold = matches!(of.kind, RowKind::Head | RowKind::Closing);
                let cells = of.iter().zip(&section.columns).map(|(value, column)| {
                    let (own, tone) = value.apart();
                    let format =
                        (*value != CellValue::Empty || is_bold).then(|| format(column.format, is_bold, tone)).flatten();
                    cell(value, led(own, format))
                });
                rows.push(row(cells));
            }
            rows.extend(section.said().map(|note| row([cell(&CellValue::text(note), None)])));
        }
        let update = api::UpdateCellsRequest {
            range: Some(self.range((0, self.table.height()), (0, self.table.width()))),
            rows: Some(rows),
            fields: Some(FieldMask::new(&["userEnteredValue", "userEnteredFormat"])),
            start: None,
        };
        api::Request { update_cells: Some(update), ..Default::default() }
    }

    /// Headings that stand over several columns.
    fn merges(&self) -> Vec<api::Request> {
        let mut requests = Vec::new();
        for (top, section) in self.sections() {
            let first = top + usize::from(section.title.is_some());
            for (row, headings) in (first..).zip(&section.headings) {
                let mut column = 0;
                for heading in headings {
                    if heading.span > 1 {
                        let merge = api::MergeCellsRequest {
                            merge_type: Some("MERGE_ALL".to_owned()),
                            range: Some(self.range((row, row + 1), (column, column + heading.span))),
                        };
                        requests.push(api::Request { merge_cells: Some(merge), ..Default::default() });
                    }
                    column += heading.span;
                }
            }
        }
        requests
    }

    /// Widths of columns, one request for neighbours of one width.
    fn widths(&self) -> Vec<api::Request> {
        let mut widths = vec![NARROWEST; self.table.width()];
        for section in &self.table.sections {
            for headings in &section.headings {
                let mut column = 0;
                for heading in headings {
                    if heading.span == 1 {
                        // Headings wrap at blanks: the longest word must fit.
                        let longest = heading.text.split_whitespace().map(|word| word.chars().count()).max();
                        widths[column] = widths[column].max(longest.unwrap_or(0) + 1);
                    }
                    column += heading.span;
                }
            }
            for (column, value) in section.rows.iter().flat_map(|row| row.iter().enumerate()) {
                widths[column] = widths[column].max(characters(value));
            }
        }
        let pixels: Vec<usize> = widths.into_iter().map(|width| width.min(WIDEST) * CHARACTER + PADDING).collect();
        let mut requests = Vec::new();
        let mut start = 0;
        for same in pixels.chunk_by(|a, b| a == b) {
            let update = api::UpdateDimensionPropertiesRequest {
                range: Some(api::DimensionRange {
                    sheet_id: Some(self.sheet),
                    dimension: Some("COLUMNS".to_owned()),
                    start_index: Some(size(start)),
                    end_index: Some(size(start + same.len())),
                }),
                properties: Some(api::DimensionProperties { pixel_size: Some(size(same[0])), ..Default::default() }),
                fields: Some(FieldMask::new(&["pixelSize"])),
                ..Default::default()
            };
            requests.push(api::Request { update_dimension_properties: Some(update), ..Default::default() });
            start += same.len();
        }
        requests
    }

    /// Colours, as rules: they follow the values when a reader sorts.
    fn rules(&self) -> Vec<api::Request> {
        let mut rules = Vec::new();
        for (top, section) in self.sections() {
            let first = top + usize::from(section.title.is_some()) + section.headings.len();
            for (column, Column { colour, .. }) in section.columns.iter().enumerate() {
                let Some(colour) = colour.as_ref().filter(|_| !section.rows.is_empty()) else { continue };
                let range = self.range((first, first + section.rows.len()), (column, column + 1));
                rules.extend(rules_of(colour).into_iter().map(|mut rule| {
                    rule.ranges = Some(vec![range.clone()]);
                    rule
                }));
            }
        }
        let request = |(index, rule)| {
            let add = api::AddConditionalFormatRuleRequest { index: Some(size(index)), rule: Some(rule) };
            api::Request { add_conditional_format_rule: Some(add), ..Default::default() }
        };
        rules.into_iter().enumerate().map(request).collect()
    }

    /// A filter over the rows, where they are the only ones.
    fn filter(&self) -> Option<api::Request> {
        let [section] = self.table.sections.as_slice() else { return None };
        if section.rows.is_empty() {
            return None;
        }
        let (top, _) = self.sections().next()?;
        let headings = top + usize::from(section.title.is_some()) + section.headings.len() - 1;
        let range = self.range((headings, headings + 1 + section.rows.len()), (0, section.columns.len()));
        let filter = api::BasicFilter { range: Some(range), ..Default::default() };
        let set = api::SetBasicFilterRequest { filter: Some(filter) };
        Some(api::Request { set_basic_filter: Some(set), ..Default::default() })
    }

    /// A warning before anybody changes a cell by hand.
    fn protection(&self) -> api::Request {
        let protected = api::ProtectedRange {
            range: Some(api::GridRange { sheet_id: Some(self.sheet), ..Default::default() }),
            description: Some(PROTECTION.to_owned()),
            warning_only: Some(true),
            ..Default::default()
        };
        let add = api::AddProtectedRangeRequest { protected_range: Some(protected) };
        api::Request { add_protected_range: Some(add), ..Default::default() }
    }
}

/// Sizes and places of tables held in memory are far below what an `i32` holds; what is not is refused as too many cells.
pub(super) fn size(size: usize) -> i32 {
    i32::try_from(size).unwrap_or(i32::MAX)
}

fn row(cells: impl IntoIterator<Item = api::CellData>) -> api::RowData {
    api::RowData { values: Some(cells.into_iter().collect()) }
}

/// A cell with its value as it is. Never a formula: only `formula_value` would make one.
fn cell(value: &CellValue, format: Option<api::CellFormat>) -> api::CellData {
    api::CellData { user_entered_value: entered(value), user_entered_format: format, ..Default::default() }
}

/// The format of a cell that leads to an address on the web where its value does.
fn led(value: &CellValue, format: Option<api::CellFormat>) -> Option<api::CellFormat> {
    let CellValue::Link(link) = value else { return format };
    if !is_web_address(&link.address) {
        return format;
    }
    let mut format = format.unwrap_or_default();
    let text = format.text_format.get_or_insert_with(api::TextFormat::default);
    text.link = Some(api::Link { uri: Some(link.address.clone()) });
    Some(format)
}

/// A value as Google Sheets holds it.
fn entered(value: &CellValue) -> Option<api::ExtendedValue> {
    let number = |number: f64| {
        number.is_finite().then(|| api::ExtendedValue { number_value: Some(number), ..Default::default() })
    };
    let day = |day: &jiff::civil::Date| number(serial(day.to_datetime(jiff::civil::Time::midnight())));
    match value {
        CellValue::Day(of) | CellValue::Today(of) => day(of),
        CellValue::Moment(at) => number(serial(at.to_zoned(jiff::tz::TimeZone::UTC).datetime())),
        value => match (value.as_number(), value.as_text()) {
            (Some(of), _) => number(of),
            (None, Some(text)) => Some(api::ExtendedValue { string_value: Some(fit(text)), ..Default::default() }),
            (None, None) => None,
        },
    }
}

/// A text as long as a cell may be.
fn fit(text: &str) -> String {
    clip(text, CELL_CHARACTERS).into_owned()
}

/// Days since 30 December 1899, as spreadsheets count time; to the second.
fn serial(at: jiff::civil::DateTime) -> f64 {
    let seconds = jiff::civil::date(1899, 12, 30).at(0, 0, 0, 0).duration_until(at).as_secs();
    seconds as f64 / 86_400.0
}

fn characters(value: &CellValue) -> usize {
    match value {
        CellValue::Moment(_) | CellValue::Day(_) | CellValue::Today(_) => MOMENT,
        value => match value.as_text() {
            Some(text) => text.lines().map(|line| line.chars().count()).max().unwrap_or(0),
            None => value.as_number().map_or(0, |_| NUMBER),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::table::{Colour, Columns};
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn time_counts_as_spreadsheets_do() {
        assert_eq!(serial(date(1900, 1, 1).at(0, 0, 0, 0)), 2.0);
        assert_eq!(serial(date(2025, 12, 1).at(18, 0, 0, 0)), 45_992.75);
    }

    #[test]
    fn a_cell_leads_to_its_address_on_the_web_alone() {
        let leading = |address: &str| {
            let value = CellValue::text("M120").leading_to(Some(address.to_owned()));
            let format = led(&value, None).and_then(|format| format.text_format);
            format.and_then(|text| text.link).and_then(|link| link.uri)
        };
        assert_eq!(
            leading("https://contoh.go.id/lke#range=M120").as_deref(),
            Some("https://contoh.go.id/lke#range=M120")
        );
        assert_eq!(leading("javascript:alert(1)"), None);
        assert!(led(&CellValue::text("M120"), None).is_none());
    }

    #[test]
    fn something_is_never_frozen() {
        let section = Section::new(vec![Column::of(Format::Text).under("Kolom")], Vec::new());
        let table: Table = Table::new("Uji", "", 2, vec![section]);
        let grid = grid_properties(&table);
        assert_eq!((grid.row_count, grid.frozen_row_count), (Some(4), Some(3)));
        assert_eq!((grid.column_count, grid.frozen_column_count), (Some(1), Some(0)));
    }

    #[test]
    fn sections_stand_below_each_other_with_their_rules_and_merges() {
        let heat = |heading| Column::of(Format::Number).under(heading).coloured(Colour::Heat(10.0));
        let section = |title| {
            let mut columns = Columns::default();
            columns.over("AB", 2).add(heat("A"), |number: usize| number).add(heat("B"), |number| number);
            columns.section(0..3).titled(title)
        };
        let table = Table::new("Uji", "x", 0, vec![section("Satu"), section("Dua")]).outside();
        // Title, subtitle, then twice a blank, a title, two rows of headings, three rows.
        assert_eq!(table.height(), 16);
        let requests = fill(&table, 7);
        let rows = requests[0].update_cells.as_ref().unwrap().rows.as_ref().unwrap();
        assert_eq!(rows.len(), 16);
        let merges: Vec<_> = requests.iter().filter_map(|r| r.merge_cells.as_ref()?.range.as_ref()).collect();
        assert_eq!(merges.iter().map(|range| range.start_row_index.unwrap()).collect::<Vec<_>>(), [4, 11]);
        let rules: Vec<_> = requests.iter().filter_map(|r| r.add_conditional_format_rule.as_ref()).collect();
        let at = |rule: &api::AddConditionalFormatRuleRequest| {
            let range = &rule.rule.as_ref().unwrap().ranges.as_ref().unwrap()[0];
            (rule.index.unwrap(), range.start_row_index.unwrap(), range.end_row_index.unwrap())
        };
        assert_eq!(rules.into_iter().map(at).collect::<Vec<_>>(), [(0, 6, 9), (1, 6, 9), (2, 13, 16), (3, 13, 16)]);
        assert!(requests.iter().all(|request| request.set_basic_filter.is_none()), "two tables share no filter");
    }

    #[test]
    fn texts_are_cut_by_what_a_cell_may_hold() {
        let exact = "a".repeat(CELL_CHARACTERS);
        assert_eq!(fit(&exact), exact);
        let cut = fit(&"😀".repeat(CELL_CHARACTERS));
        assert!(cut.ends_with(" […]"));
        assert_eq!(cut.encode_utf16().count(), CELL_CHARACTERS);
    }

    proptest! {
        #[test]
        fn a_text_stays_a_text_and_a_number_a_number(text in "[=+@'\\-]?.{1,40}", bits in any::<u64>()) {
            let value = entered(&CellValue::text(text.clone())).unwrap();
            prop_assert_eq!(value.string_value.as_deref(), Some(text.as_str()));
            prop_assert!(value.formula_value.is_none() && value.number_value.is_none());
            let number = f64::from_bits(bits);
            let value = entered(&CellValue::number(Some(number)));
            prop_assert_eq!(value.and_then(|value| value.number_value), Some(number).filter(|n| n.is_finite()));
        }

        #[test]
        fn times_come_back_to_the_second(second in 0_i64..4_000_000_000) {
            let at = jiff::Timestamp::from_second(second).unwrap();
            let number = entered(&CellValue::Moment(at)).unwrap().number_value.unwrap();
            prop_assert_eq!(((number - 25_569.0) * 86_400.0).round() as i64, second);
        }
    }
}
