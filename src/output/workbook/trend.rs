//! *Tren*: satker × period, a block a measure, with the province below and its movement beside it.

use rust_xlsxwriter::{
    Chart, ChartEmptyCells, ChartFont, ChartLegendPosition, ChartLine, ChartMarker, ChartMarkerType, ChartSolidFill,
    ChartType, Color, Worksheet, XlsxError,
};

use super::sheet::{HEADER, Look, Sheet, cell};
use super::{Context, Name};
use crate::consolidate::Trend;
use crate::consolidate::trend::{Measure, Presence, SatkerTrend};
use crate::lang::Lang;
use crate::lke::Role;
use crate::output::changes::{movement, run_name};
use crate::output::trend::{shown, standing};

/// Code, name.
const FIXED: u16 = 2;
/// Satker a chart shows before its lines cannot be told apart, and charts a measure has.
const LINES: usize = 10;
const CHARTS: usize = 4;
/// Rows a chart covers, and their height in pixels.
const CHART_ROWS: u32 = 20;
const ROW_PIXELS: u32 = 20;
/// Pixels across a chart.
const CHART_WIDTH: u32 = 860;
/// Colours that are told apart on paper, too.
const COLOURS: [u32; LINES] =
    [0x0072B2, 0xE69F00, 0x009E73, 0xCC79A7, 0x56B4E9, 0xD55E00, 0x7F7F7F, 0x8C564B, 0xBCBD22, 0x9467BD];

pub(super) fn write(context: &Context, sheet: Worksheet, trend: &Trend) -> Result<Worksheet, XlsxError> {
    let lang = context.lang;
    let title = lang.pick(
        "Tren – abu-abu: satker tidak terdaftar pada periode itu; kosong: tanpa nilai; miring: belum dapat dibandingkan",
        "Trend – grey: satker not listed in that period; blank: no score; slanted: not comparable",
    );
    let reruns: String = trend
        .reruns
        .iter()
        .map(|(period, run)| {
            format!(" · {period} {} {}", lang.pick("dihitung ulang:", "computed again:"), run_name(run, lang))
        })
        .collect();
    let subtitle = format!("{}{reruns}", context.subtitle());
    let mut sheet = Sheet::new(sheet, context, Name::Trend.text(lang), title, &subtitle)?;
    let mut headings = vec![lang.pick("Kode", "Code").to_owned(), "Satker".to_owned()];
    headings.extend(trend.periods.iter().map(ToString::to_string));
    for (id, en) in [("Garis", "Line"), ("Gerak", "Moved"), ("Keterangan", "Remark")] {
        headings.push(lang.pick(id, en).to_owned());
    }
    sheet.header(HEADER, &headings.iter().map(String::as_str).collect::<Vec<_>>())?;
    let mut writer = Writer { sheet, trend, lang, row: HEADER + 1, breaks: Vec::new() };
    for (which, measure) in trend.measures.iter().enumerate() {
        writer.values(which, measure)?;
        if let Measure::Total(role) = measure {
            writer.ranks(*role)?;
        }
    }
    writer.sheet.out.set_page_breaks(&writer.breaks)?;
    writer.sheet.finish(HEADER, FIXED, false)
}

struct Writer<'a> {
    sheet: Sheet<'a>,
    trend: &'a Trend,
    lang: Lang,
    /// The next free row.
    row: u32,
    /// Rows that begin a page, so that no chart is cut in two.
    breaks: Vec<u32>,
}

impl Writer<'_> {
    /// Columns of the first and last period, and those after: line, movement, remark.
    fn columns(&self) -> (u16, u16, u16) {
        let last = FIXED + self.trend.periods.len() as u16 - 1;
        (FIXED, last, last + 1)
    }

    /// A grey row that says what the block shows.
    fn head(&mut self, title: &str) -> Result<(), XlsxError> {
        let (_, _, after) = self.columns();
        self.sheet.heading(self.row, 0, "")?;
        self.sheet.heading(self.row, 1, title)?;
        for col in FIXED..after + 3 {
            self.sheet.heading(self.row, col, "")?;
        }
        self.row += 1;
        Ok(())
    }

    /// One measure: satker, province, and charts of what most look for.
    fn values(&mut self, which: usize, measure: &Measure) -> Result<(), XlsxError> {
        let is_charted = match measure {
            Measure::Total(role) => *role == Role::Unit,
            Measure::Area { .. } => false,
            Measure::Index { name, .. } => &**name == "IKM",
        };
        if is_charted && self.row > HEADER + 1 {
            self.breaks.push(self.row);
        }
        self.head(&measure.title(self.lang))?;
        let first_row = self.row;
        for satker in &self.trend.satker {
            let values = &satker.values[which];
            self.start(satker)?;
            for (place, value) in values.iter().enumerate() {
                let col = FIXED + place as u16;
                let look = match value {
                    None => absent(satker, place),
                    Some(_) if satker.is_comparable(measure, place) => Look::Number,
                    Some(_) => Look::Barely,
                };
                self.sheet.number_as(self.row, col, value.map(|value| shown(measure, value)), look)?;
            }
            self.movement(measure, values)?;
            self.remark(satker)?;
        }
        self.province(which, measure, first_row)?;
        let most = match measure {
            Measure::Total(_) => 100.0,
            Measure::Index { .. } => shown(measure, 100.0),
            Measure::Area { .. } => 0.0,
        };
        if most > 0.0 {
            let (first, last, _) = self.columns();
            self.sheet.heat((first_row, first), (self.row - 1, last), most)?;
        }
        self.row += 1;
        if is_charted {
            self.charts(which, measure, first_row)?;
            self.breaks.push(self.row);
        }
        Ok(())
    }

    fn start(&mut self, satker: &SatkerTrend) -> Result<(), XlsxError> {
        self.sheet.text(self.row, 0, &satker.kode)?;
        self.sheet.text(self.row, 1, &satker.nama)
    }

    /// Line and difference of the latest value to the one before, as a formula.
    fn movement(&mut self, measure: &Measure, values: &[Option<f64>]) -> Result<(), XlsxError> {
        let (first, last, after) = self.columns();
        self.sheet.sparkline(self.row, after, (first, last))?;
        let before = values[..values.len() - 1].iter().rposition(Option::is_some);
        let latest = values.last().copied().flatten();
        match (before, latest) {
            (Some(before), Some(latest)) => {
                let points = values[before].map_or(0.0, |before| shown(measure, latest) - shown(measure, before));
                let formula = format!("{}-{}", cell(self.row, last), cell(self.row, FIXED + before as u16));
                self.sheet.formula_as(self.row, after + 1, &formula, Some(points), Look::of_points(points))
            }
            _ => self.sheet.number(self.row, after + 1, None),
        }
    }

    fn remark(&mut self, satker: &SatkerTrend) -> Result<(), XlsxError> {
        let (_, _, after) = self.columns();
        let remark = standing(self.trend, satker, self.lang).unwrap_or_default();
        self.sheet.text(self.row, after + 2, &remark)?;
        self.row += 1;
        Ok(())
    }

    /// The plain mean of the satker, as formulas where all of them count.
    fn province(&mut self, which: usize, measure: &Measure, first_row: u32) -> Result<(), XlsxError> {
        let (lang, last_row) = (self.lang, self.row - 1);
        let values = &self.trend.province.values[which];
        let (_, _, after) = self.columns();
        self.sheet.heading(self.row, 0, "")?;
        self.sheet.heading(self.row, 1, lang.pick("Rata-rata satker", "Mean of satker"))?;
        for (place, value) in values.iter().enumerate() {
            let col = FIXED + place as u16;
            let all_count = self.trend.satker.iter().all(|satker| satker.is_comparable(measure, place));
            match value {
                Some(value) if all_count => {
                    let formula = format!("AVERAGE({}:{})", cell(first_row, col), cell(last_row, col));
                    let result = Some(shown(measure, *value));
                    self.sheet.formula_as(self.row, col, &formula, result, Look::HeadingNumber)?;
                }
                // A formula over nothing would leave a text, which charts take for 0.
                value => {
                    let value = value.map(|value| shown(measure, value));
                    self.sheet.number_as(self.row, col, value, Look::HeadingNumber)?;
                }
            }
        }
        self.movement(measure, values)?;
        let note = match measure {
            Measure::Total(Role::Unit) => {
                let (scored, listed) = (self.trend.province.scored.last(), self.trend.province.listed.last());
                let of = lang.pick("satker bernilai dari", "satker scored of");
                format!("{} {of} {}", scored.unwrap_or(&0), listed.unwrap_or(&0))
            }
            _ => String::new(),
        };
        self.sheet.heading(self.row, after + 2, &note)?;
        self.row += 1;
        Ok(())
    }

    /// Overall ranks in a role.
    fn ranks(&mut self, role: Role) -> Result<(), XlsxError> {
        self.head(&format!("{} ({})", self.lang.pick("Peringkat", "Rank"), role.word()))?;
        let (_, _, after) = self.columns();
        for satker in &self.trend.satker {
            self.start(satker)?;
            for (place, rank) in satker.ranks[role as usize].iter().enumerate() {
                let look = if rank.is_none() { absent(satker, place) } else { Look::Count };
                self.sheet.number_as(self.row, FIXED + place as u16, rank.map(f64::from), look)?;
            }
            self.sheet.text(self.row, after, "")?;
            match satker.moves[role as usize].last().copied().flatten() {
                Some(moved) => {
                    let look = Look::of_ranks(moved.ranks);
                    self.sheet.text_as(self.row, after + 1, &movement(moved.ranks), look)?;
                }
                None => self.sheet.word(self.row, after + 1, "")?,
            }
            self.remark(satker)?;
        }
        self.row += 1;
        Ok(())
    }

    /// Lines of the province and of the satker, as many charts as keep them apart.
    fn charts(&mut self, which: usize, measure: &Measure, first_row: u32) -> Result<(), XlsxError> {
        let lang = self.lang;
        // Beside others nobody is drawn who answered too little.
        let drawn = |satker: &SatkerTrend| {
            let mut values = satker.values[which].iter();
            let all_count = (0..self.trend.periods.len()).all(|place| satker.is_comparable(measure, place));
            all_count && values.any(Option::is_some)
        };
        let satker: Vec<usize> = (0..self.trend.satker.len()).filter(|&s| drawn(&self.trend.satker[s])).collect();
        let province_row = self.row - 2;
        for (number, part) in satker.chunks(LINES).take(CHARTS).enumerate() {
            let rows: Vec<u32> = part.iter().map(|&satker| first_row + satker as u32).collect();
            let values = part.iter().flat_map(|&satker| &self.trend.satker[satker].values[which]);
            let values = values.chain(&self.trend.province.values[which]).flatten();
            let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                let value = shown(measure, *value);
                (low.min(value), high.max(value))
            });
            let mut title = format!("{} {}", measure.title(lang), lang.pick("per periode", "by period"));
            if satker.len() > LINES {
                title += &format!(" ({})", number + 1);
            }
            let chart = self.chart(&title, &rows, province_row, (low, high));
            self.sheet.out.insert_chart(self.row, 1, &chart)?;
            self.row += CHART_ROWS + 2;
        }
        if satker.len() > LINES * CHARTS {
            let note = lang.pick("Grafik memuat 40 satker pertama.", "The charts show the first 40 satker.");
            self.sheet.note(self.row, 1, note)?;
            self.row += 1;
        }
        Ok(())
    }

    fn chart(&self, title: &str, rows: &[u32], province_row: u32, (low, high): (f64, f64)) -> Chart {
        let name = Name::Trend.text(self.lang);
        let (first, last, _) = self.columns();
        let mut chart = Chart::new(ChartType::Line);
        let mut add = |row: u32, colour: u32, width: f64| {
            // A satker with one value between gaps has no line, only its mark.
            let mut marker = ChartMarker::new();
            marker.set_type(ChartMarkerType::Circle).set_size(6);
            marker.set_format(ChartSolidFill::new().set_color(Color::RGB(colour)));
            chart
                .add_series()
                .set_name((name, row, 1))
                .set_categories((name, HEADER, first, HEADER, last))
                .set_values((name, row, first, row, last))
                .set_marker(&marker)
                .set_format(ChartLine::new().set_color(Color::RGB(colour)).set_width(width));
        };
        for (row, colour) in rows.iter().zip(COLOURS) {
            add(*row, colour, 1.75);
        }
        add(province_row, 0x000000, 3.5);
        chart.show_empty_cells_as(ChartEmptyCells::Gaps);
        chart.title().set_name(title).set_font(ChartFont::new().set_size(12));
        chart.legend().set_position(ChartLegendPosition::Right);
        // Lines near the top of a scale from 0 could not be told apart.
        let step = if high > 4.0 { 5.0 } else { 0.25 };
        chart.y_axis().set_min((low / step).floor() * step).set_max((high / step).ceil() * step).set_num_format("0");
        chart.set_width(CHART_WIDTH).set_height(CHART_ROWS * ROW_PIXELS);
        chart
    }
}

/// How the cell of a missing number looks.
fn absent(satker: &SatkerTrend, place: usize) -> Look {
    match satker.presence[place] {
        Presence::Present | Presence::NoScore => Look::Text,
        Presence::Missing | Presence::NotYet | Presence::Left => Look::Absent,
    }
}
