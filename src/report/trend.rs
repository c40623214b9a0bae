//! *Tren*: satker × period, a block a measure, with the province below and its movement beside it.

use super::Report;
use super::changes::{movement, run_name, scaled, shown_on};
use super::table::{
    CellValue, Cells, Chart, ChartKind, Colour, Column, Format, Headed, Row, Rows, Section, Series, Table, Tone, cells,
};
use crate::compute::Trend;
use crate::compute::trend::{Measure, Presence, SatkerTrend};
use crate::lang::Lang;
use crate::lke::Role;

/// Code, name.
const FIXED: usize = 2;
/// Satker a chart shows before its lines cannot be told apart, and charts a measure has.
const LINES: usize = 10;
const CHARTS: usize = 4;

/// The table; none of a single period, which is no trend.
pub(super) fn table(report: Report) -> Option<Table<Rows>> {
    let Report { data, lang } = report;
    let trend = data.trend.as_ref().filter(|trend| trend.periods.len() > 1)?;
    let title = lang.pick(
        "Tren – abu-abu: satker tidak terdaftar pada periode itu; kosong: tanpa nilai; miring: belum dapat dibandingkan",
        "Trend – grey: satker not listed in that period; blank: no score; slanted: not comparable",
    );
    let again = lang.pick("dihitung ulang:", "computed again:");
    let reruns = trend.reruns.iter().map(|(period, run)| format!(" · {period} {again} {}", run_name(run, lang)));
    let subtitle = report.subtitle() + &reruns.collect::<String>();
    let mut sections = Vec::new();
    for (which, measure) in trend.measures.iter().enumerate() {
        sections.push(values(report, trend, which));
        if let Measure::Total(role) = measure {
            sections.push(ranks(report, trend, *role));
        }
    }
    Some(Table::new(title, subtitle, FIXED, sections))
}

/// The columns, those of the periods being of a format and movements of another.
fn columns(report: Report, trend: &Trend, (value, colour): (Format, Option<Colour>), moved: Headed) -> Vec<Headed> {
    let mut columns = vec![report.text("Kode", "Code"), report.text("Satker", "Satker")];
    columns.extend(trend.periods.iter().map(|period| {
        let column = Column::of(value).under(period.to_string());
        if let Some(colour) = &colour { column.coloured(colour.clone()) } else { column }
    }));
    columns.extend([report.text("Garis", "Line"), moved, report.text("Keterangan", "Remark")]);
    columns
}

/// What a block shows, and on what scale.
fn title(measure: &Measure, lang: Lang) -> String {
    let scale = match measure {
        Measure::Total(_) | Measure::Area { .. } => lang.pick("poin", "points").to_owned(),
        Measure::Index { instrument, .. } => {
            format!("{} {}", lang.pick("skala", "scale"), shown_on(instrument).range())
        }
    };
    format!("{}, {scale}", measure.title(lang))
}

/// One measure: satker, province, and charts of what most look for.
fn values<'a>(report: Report<'a>, trend: &'a Trend, which: usize) -> Section<Rows<'a>> {
    let lang = report.lang;
    let measure = &trend.measures[which];
    let most = match measure {
        Measure::Total(_) => Some(100.0),
        Measure::Index { .. } => Some(shown(measure, 100.0)),
        Measure::Area { .. } => None,
    };
    let moved = report.number("Gerak", "Moved").coloured(Colour::Points);
    let columns = columns(report, trend, (Format::Number, most.map(Colour::Heat)), moved);
    let mut rows: Vec<Row> = Vec::new();
    for satker in &trend.satker {
        let mut cells = cells![&*satker.kode, &*satker.nama];
        cells.extend(satker.values[which].iter().enumerate().map(|(place, value)| {
            let tone = match value {
                None => absent(satker, place),
                Some(_) => (!satker.is_comparable(measure, place)).then_some(Tone::Barely),
            };
            CellValue::from(value.map(|value| shown(measure, value))).toned(tone)
        }));
        cells.extend(movements(rows.len(), measure, &satker.values[which]));
        cells.push(standing(trend, satker, lang).unwrap_or_default().into());
        rows.push(cells.into());
    }
    rows.push(province(trend, which, rows.len(), lang));
    let charts = charts(trend, which, lang);
    Section { title: Some(title(measure, lang)), charts, ..Section::new(columns, Box::new(rows.into_iter())) }
}

/// Line and difference of the latest value to the one before, as a formula.
fn movements(row: usize, measure: &Measure, values: &[Option<f64>]) -> [CellValue; 2] {
    let last = values.len() - 1;
    let line = CellValue::Line(FIXED, FIXED + last);
    let before = values[..last].iter().rposition(Option::is_some);
    let moved = before.and_then(|place| Some((place, shown(measure, values[last]?) - shown(measure, values[place]?))));
    let moved = moved.map_or(CellValue::Empty, |(place, points)| {
        let cells = [FIXED + last, FIXED + place].map(|column| Cells::one(row, column));
        CellValue::formula("{0}-{1}", cells, Some(points))
    });
    [line, moved]
}

/// The plain mean of the satker, as formulas where all of them count.
fn province(trend: &Trend, which: usize, row: usize, lang: Lang) -> Row {
    let (measure, values) = (&trend.measures[which], &trend.province.values[which]);
    let mut cells = cells!["", lang.pick("Rata-rata satker", "Mean of satker")];
    cells.extend(values.iter().enumerate().map(|(place, value)| {
        let all_count = trend.satker.iter().all(|satker| satker.is_comparable(measure, place));
        let value = value.map(|value| shown(measure, value));
        match value.filter(|_| all_count) {
            Some(_) => {
                let block = Cells::block((0, FIXED + place), (row - 1, FIXED + place));
                CellValue::formula("AVERAGE({0})", [block], value)
            }
            // A formula over nothing would leave a text, which charts take for 0.
            None => value.into(),
        }
    }));
    cells.extend(movements(row, measure, values));
    let (scored, listed) = (trend.province.scored.last(), trend.province.listed.last());
    let of = lang.pick("satker bernilai dari", "satker scored of");
    cells.push(match measure {
        Measure::Total(Role::Unit) => format!("{} {of} {}", scored.unwrap_or(&0), listed.unwrap_or(&0)).into(),
        _ => CellValue::Empty,
    });
    let width = cells.len();
    Row::from(cells).closing(width)
}

/// Overall ranks in a role.
fn ranks<'a>(report: Report<'a>, trend: &'a Trend, role: Role) -> Section<Rows<'a>> {
    let lang = report.lang;
    let columns = columns(report, trend, (Format::Count, None), report.word("Gerak", "Moved"));
    let title = format!("{} ({})", lang.pick("Peringkat", "Rank"), role.word());
    let rows = trend.satker.iter().map(move |satker| {
        let mut cells = cells![&*satker.kode, &*satker.nama];
        let ranks = satker.ranks[role].iter().enumerate();
        cells.extend(ranks.map(|(place, rank)| {
            CellValue::from(*rank).toned(if rank.is_none() { absent(satker, place) } else { None })
        }));
        let moved = satker.moves[role].last().copied().flatten();
        let moved = moved.map_or(CellValue::Empty, |moved| {
            CellValue::from(movement(moved.ranks)).toned(Tone::of_ranks(moved.ranks))
        });
        cells.extend(cells!["", moved, standing(trend, satker, lang).unwrap_or_default()]);
        Row::from(cells)
    });
    Section { title: Some(title), ..Section::new(columns, Box::new(rows)) }
}

/// Lines of the province and of the satker, as many charts as keep them apart.
fn charts(trend: &Trend, which: usize, lang: Lang) -> Vec<Chart> {
    let measure = &trend.measures[which];
    let is_charted = match measure {
        Measure::Total(role) => *role == Role::Unit,
        Measure::Area { .. } => false,
        Measure::Index { name, .. } => &**name == "IKM",
    };
    // Beside others nobody is drawn who answered too little.
    let drawn = |satker: &SatkerTrend| {
        let mut values = satker.values[which].iter();
        let all_count = (0..trend.periods.len()).all(|place| satker.is_comparable(measure, place));
        is_charted && all_count && values.any(Option::is_some)
    };
    let satker: Vec<usize> = (0..trend.satker.len()).filter(|&satker| drawn(&trend.satker[satker])).collect();
    let columns = (FIXED, FIXED + trend.periods.len() - 1);
    let charts = satker.chunks(LINES).take(CHARTS).enumerate().map(|(number, part)| {
        let values = part.iter().flat_map(|&satker| &trend.satker[satker].values[which]);
        let values = values.chain(&trend.province.values[which]).flatten();
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            let value = shown(measure, *value);
            (low.min(value), high.max(value))
        });
        // Lines near the top of a scale from 0 could not be told apart.
        let step = if high > 4.0 { 5.0 } else { 0.25 };
        let mut title = format!("{} {}", measure.title(lang), lang.pick("per periode", "by period"));
        if satker.len() > LINES {
            title += &format!(" ({})", number + 1);
        }
        // The province's comes last.
        let rows = part.iter().copied().chain([trend.satker.len()]);
        let series = rows.map(|row| Series { name: None, rows: vec![row], columns });
        let more = lang.pick("Grafik memuat 40 satker pertama.", "The charts show the first 40 satker.");
        Chart {
            kind: ChartKind::Lines,
            title,
            series: series.collect(),
            scale: ((low / step).floor() * step, (high / step).ceil() * step),
            note: (number + 1 == CHARTS && satker.len() > LINES * CHARTS).then(|| more.to_owned()),
        }
    });
    charts.collect()
}

/// How the cell of a missing number looks.
fn absent(satker: &SatkerTrend, place: usize) -> Option<Tone> {
    match satker.presence[place] {
        Presence::Present | Presence::NoScore => None,
        Presence::Missing | Presence::NotYet | Presence::Left => Some(Tone::Absent),
    }
}

/// Why a satker has gaps, or values of the unit that are held against nobody: `baru sejak 2025-S1; tidak ada pada 2024-S2; bergabung
/// ke 1971`. None where it has none.
pub fn standing(trend: &Trend, satker: &SatkerTrend, lang: Lang) -> Option<String> {
    let periods = |wanted: Presence| {
        let of = trend.periods.iter().zip(&satker.presence).filter(|(_, presence)| **presence == wanted);
        of.map(|(period, _)| period.to_string()).collect::<Vec<_>>()
    };
    let mut parts = Vec::new();
    if let Some(first) = (0..trend.periods.len()).find(|&place| satker.is_new(place)) {
        parts.push(format!("{} {}", lang.pick("baru sejak", "new since"), trend.periods[first]));
    }
    let missing = periods(Presence::Missing);
    if !missing.is_empty() {
        parts.push(format!("{} {}", lang.pick("tidak terdaftar pada", "not listed in"), missing.join(", ")));
    }
    let no_score = periods(Presence::NoScore);
    if !no_score.is_empty() {
        parts.push(format!("{} {}", lang.pick("tanpa nilai pada", "no score in"), no_score.join(", ")));
    }
    let barely = trend.periods.iter().zip(&satker.barely[Role::Unit]).filter(|(_, barely)| **barely);
    let barely: Vec<String> = barely.map(|(period, _)| period.to_string()).collect();
    if !barely.is_empty() {
        parts.push(format!(
            "{} {}",
            lang.pick("belum dapat dibandingkan pada", "not comparable in"),
            barely.join(", ")
        ));
    }
    match (&satker.merged_into, periods(Presence::Left).first()) {
        (Some(kode), _) => parts.push(format!("{} {kode}", lang.pick("bergabung ke", "merged into"))),
        (None, Some(since)) => {
            parts.push(format!("{} {since}", lang.pick("tidak terdaftar lagi sejak", "not listed any more since")));
        }
        (None, None) => {}
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// A value of a measure on the scale it is shown on.
pub fn shown(measure: &Measure, value: f64) -> f64 {
    match measure {
        Measure::Index { instrument, .. } => scaled(instrument, value),
        _ => value,
    }
}
