//! *Peringkat*: ranks overall and per area, of unit and TPI.

use super::table::{CellValue, Columns, Rows, Table, Tone};
use super::{Report, changes::movement};
use crate::compute::{ProvinceSurvey, RankRow, Trend};

pub(super) fn table<'a>(report: Report<'a>) -> Table<Rows<'a>> {
    let Report { data, lang } = report;
    let template = &*data.template;
    let trend = data.trend.as_ref().and_then(|trend| Some((trend, trend.place(&data.period)?)));
    let rank = || report.count("Peringkat", "Rank");
    let satker = move |of: &RankRow| &data.units[of.unit].satker;
    let mut columns = Columns::default();
    columns
        .add(report.text("Peran", "Role").id("peran"), |of: &'a RankRow| {
            CellValue::Word(of.role.word(), of.role.name())
        })
        .add(rank().id("peringkat"), |of| of.total.rank)
        .add(report.text("Kode", "Code").id("kode"), move |of| &satker(of).kode)
        .add(report.text("Satker", "Satker").id("nama"), move |of| &satker(of).nama)
        .add(report.number("Total", "Total").heat(template.total_weight()).id("total"), |of| of.total.score);
    if let Some(trend) = trend {
        columns
            .over(lang.pick("Periode sebelumnya", "Period before"), 2)
            .add(report.count("Semula", "Rank"), move |of| before(report, trend, of))
            .add(report.word("Gerak", "Moved"), move |of| moved(report, trend, of));
    }
    for (which, area) in template.areas.iter().enumerate() {
        let id = format!("area_{}", area.number);
        columns
            .over(format!("{} {}", area.number, area.label), 2)
            .add(report.number("Nilai", "Score").heat(area.weight).id(&id), move |of| of.areas[which].score)
            .add(rank().id(format!("peringkat_{id}")), move |of| of.areas[which].rank);
    }
    for (which, survey) in data.surveys.iter().enumerate() {
        let id = survey_id(&data.surveys[..which], survey);
        let index = move |of: &RankRow| of.surveys[which].score.map(|index| survey.instrument.scaled(index));
        columns
            .over(format!("{} {}", survey.instrument.index, survey.period), 2)
            .add(report.number("Indeks", "Index").id(&id), index)
            .add(rank().id(format!("peringkat_{id}")), move |of| of.surveys[which].rank);
    }
    columns.add(report.wrapped("Keterangan", "Remark").id("keterangan"), move |of| data.remark_of(of, lang));
    let title = lang.pick(
        "Peringkat – nilai sama berbagi peringkat, peringkat berikutnya dilompati (1, 2, 2, 4)",
        "Ranking – equal scores share a rank and the next ranks are skipped (1, 2, 2, 4)",
    );
    Table::new(title, report.subtitle(), 4, vec![columns.section(data.ranking.iter())])
}

/// A survey's name among machines. The same one may be read from two places.
fn survey_id(before: &[ProvinceSurvey], survey: &ProvinceSurvey) -> String {
    let is_same =
        |other: &&ProvinceSurvey| other.instrument.id == survey.instrument.id && other.period == survey.period;
    let again = match before.iter().filter(is_same).count() {
        0 => String::new(),
        before => format!("_{}", before + 1),
    };
    format!("{}{again}_{}", survey.instrument.id.replace('-', "_"), survey.period)
}

/// The rank in the latest period before in which there was one.
fn before(report: Report, (trend, place): (&Trend, usize), of: &RankRow) -> Option<u32> {
    let satker = trend.satker(&report.data.units[of.unit].satker.kode)?;
    satker.ranks[of.role][satker.moves[of.role][place]?.since]
}

/// How many ranks up or down that is.
fn moved(report: Report, (trend, place): (&Trend, usize), of: &RankRow) -> CellValue {
    let Some(satker) = trend.satker(&report.data.units[of.unit].satker.kode) else { return CellValue::Empty };
    match satker.moves[of.role][place] {
        Some(moved) => {
            // Not ranked in the period right before.
            let since = (moved.since + 1 < place).then(|| format!(" ({})", trend.periods[moved.since]));
            let text = movement(moved.ranks) + &since.unwrap_or_default();
            CellValue::from(text).toned(Tone::of_ranks(moved.ranks))
        }
        None if satker.is_new(place) => report.lang.pick("baru", "new").into(),
        None => CellValue::Empty,
    }
}
