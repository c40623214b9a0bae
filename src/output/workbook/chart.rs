//! A [`Chart`](Drawing) as spreadsheet programs draw it.

use rust_xlsxwriter::{
    Chart, ChartEmptyCells, ChartFont, ChartLegendPosition, ChartLine, ChartMarker, ChartMarkerType, ChartSolidFill,
    ChartType, Color,
};

use crate::grid::column_letters;
use crate::report::table::{Chart as Drawing, ChartKind, Series};

/// Pixels of a row, and rows left free below a chart.
const ROW_PIXELS: u32 = 20;
const FREE: u32 = 2;
/// Pixels across a chart that fit a page beside the repeated columns, whatever width a program gives columns.
const FITS: u32 = 560;
/// The column of the rows' names.
const NAMES: u16 = 1;
/// Colours that are told apart on paper, too.
const COLOURS: [u32; 10] =
    [0x0072B2, 0xE69F00, 0x009E73, 0xCC79A7, 0x56B4E9, 0xD55E00, 0x7F7F7F, 0x8C564B, 0xBCBD22, 0x9467BD];

/// Draws a chart of a section whose rows begin at `first`, under headings; and the rows it takes.
pub(super) fn draw(drawing: &Drawing, sheet: &str, first: u32, headings: u32) -> (Chart, u32) {
    let mut chart = Chart::new(match drawing.kind {
        ChartKind::Bars => ChartType::BarStacked,
        ChartKind::Columns | ChartKind::Thresholds => ChartType::Column,
        ChartKind::Lines => ChartType::Line,
    });
    let mut over = Chart::new(ChartType::Line);
    for (place, series) in drawing.series.iter().enumerate() {
        let Series { name, rows, columns: (left, right) } = series;
        let (left, right) = (*left as u16, *right as u16);
        let rows: Vec<u32> = rows.iter().map(|row| first + *row as u32).collect();
        let Some(&row) = rows.first() else { continue };
        let is_line = drawing.kind == ChartKind::Thresholds && place > 0;
        let added = if is_line { over.add_series() } else { chart.add_series() };
        match name {
            Some(name) => added.set_name(name.as_str()),
            None => added.set_name((sheet, row, NAMES)),
        };
        if matches!(drawing.kind, ChartKind::Bars | ChartKind::Thresholds) {
            added.set_categories(range(sheet, NAMES, &rows).as_str()).set_values(range(sheet, left, &rows).as_str());
        } else {
            added.set_categories((sheet, headings, left, headings, right)).set_values((sheet, row, left, row, right));
        }
        match drawing.kind {
            ChartKind::Bars => added.set_gap(40),
            ChartKind::Columns => added.set_gap(60),
            ChartKind::Thresholds if is_line => {
                let colour = Color::RGB(COLOURS[place % COLOURS.len()]);
                added.set_format(ChartLine::new().set_color(colour).set_width(1.75))
            }
            ChartKind::Thresholds => added.set_gap(60),
            ChartKind::Lines => {
                let is_last = place + 1 == drawing.series.len();
                let colour = Color::RGB(if is_last { 0x000000 } else { COLOURS[place % COLOURS.len()] });
                // A line with one value between gaps has no line, only its mark.
                let mut marker = ChartMarker::new();
                marker.set_type(ChartMarkerType::Circle).set_size(6);
                marker.set_format(ChartSolidFill::new().set_color(colour));
                let width = if is_last { 3.5 } else { 1.75 };
                added.set_marker(&marker).set_format(ChartLine::new().set_color(colour).set_width(width))
            }
        };
    }
    chart.title().set_name(&drawing.title).set_font(ChartFont::new().set_size(12));
    let (low, high) = drawing.scale;
    let (width, height) = match drawing.kind {
        ChartKind::Bars => {
            chart.legend().set_position(ChartLegendPosition::Bottom);
            chart.y_axis().set_reverse();
            chart.x_axis().set_min(low).set_max(high);
            (FITS, 160 + 26 * drawing.series.first().map_or(0, |series| series.rows.len() as u32))
        }
        ChartKind::Columns => {
            chart.legend().set_hidden();
            chart.y_axis().set_min(low).set_max(high);
            (FITS, 380)
        }
        ChartKind::Thresholds => {
            chart.legend().set_position(ChartLegendPosition::Bottom);
            chart.y_axis().set_min(low).set_max(high);
            chart.combine(&over);
            (820, 220)
        }
        ChartKind::Lines => {
            chart.show_empty_cells_as(ChartEmptyCells::Gaps);
            chart.legend().set_position(ChartLegendPosition::Right);
            chart.y_axis().set_min(low).set_max(high).set_num_format("0");
            (FITS, 400)
        }
    };
    chart.set_width(width).set_height(height);
    (chart, height.div_ceil(ROW_PIXELS) + FREE)
}

/// Cells of a column in the given rows, whether they follow one another or not, as a chart names them.
fn range(sheet: &str, col: u16, rows: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for &row in rows {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == row => *last = row,
            _ => runs.push((row, row)),
        }
    }
    let column = column_letters(u32::from(col));
    let runs = runs.iter().map(|(first, last)| format!("'{sheet}'!${column}${}:${column}${}", first + 1, last + 1));
    let runs: Vec<String> = runs.collect();
    if runs.len() == 1 { format!("={}", runs.concat()) } else { format!("=({})", runs.join(",")) }
}
