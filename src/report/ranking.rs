//! *Peringkat*: ranks overall and per area, of unit and TPI.

use super::table::{CellValue, Colour, Groups, Row, Rows, Section, Table, Tone, cells};
use super::{Report, changes::movement};
use crate::consolidate::{ProvinceSurvey, RankRow, Trend};

/// Columns before those of areas and surveys.
const FIXED: usize = 5;

pub(super) fn table(report: Report) -> Table<Rows> {
    let Report { data, lang } = report;
    let template = &*data.template;
    let trend = data.trend.as_ref().and_then(|trend| Some((trend, trend.place(&data.period)?)));
    let rank = || report.count("Peringkat", "Rank");
    let mut groups = Groups::none(FIXED);
    let mut columns = vec![
        report.text("Peran", "Role").id("peran"),
        rank().id("peringkat"),
        report.text("Kode", "Code").id("kode"),
        report.text("Satker", "Satker").id("nama"),
        report.number("Total", "Total").coloured(Colour::Heat(template.total_weight())).id("total"),
    ];
    if trend.is_some() {
        groups.over(lang.pick("Periode sebelumnya", "Period before"), 2);
        columns.extend([report.count("Semula", "Rank"), report.word("Gerak", "Moved")]);
    }
    for area in &template.areas {
        let id = format!("area_{}", area.number);
        groups.over(format!("{} {}", area.number, area.label), 2);
        columns.push(rank().id(format!("peringkat_{id}")));
        let score = report.number("Nilai", "Score").coloured(Colour::Heat(area.weight)).id(id);
        columns.insert(columns.len() - 1, score);
    }
    for (which, survey) in data.surveys.iter().enumerate() {
        let id = survey_id(&data.surveys[..which], survey);
        groups.over(format!("{} {}", survey.instrument.index, survey.period), 2);
        columns.extend([report.number("Indeks", "Index").id(&id), rank().id(format!("peringkat_{id}"))]);
    }
    groups.over("", 1);
    columns.push(report.wrapped("Keterangan", "Remark").id("keterangan"));
    let rows = data.ranking.iter().map(move |ranked| {
        let satker = &data.units[ranked.unit].satker;
        let role = CellValue::Word(ranked.role.word(), ranked.role.name());
        let mut row = cells![role, ranked.total.rank, &satker.kode, &satker.nama, ranked.total.score];
        if let Some((trend, place)) = trend {
            row.extend(moved(report, trend, place, ranked));
        }
        row.extend(ranked.areas.iter().flat_map(|area| cells![area.score, area.rank]));
        row.extend(ranked.surveys.iter().zip(&data.surveys).flat_map(|(ranked, survey)| {
            cells![ranked.score.map(|index| survey.instrument.scaled(index)), ranked.rank]
        }));
        row.push(data.remark_of(ranked, lang).into());
        Row::from(row)
    });
    let title = lang.pick(
        "Peringkat – nilai sama berbagi peringkat, peringkat berikutnya dilompati (1, 2, 2, 4)",
        "Ranking – equal scores share a rank and the next ranks are skipped (1, 2, 2, 4)",
    );
    let section = Section::new(columns, Box::new(rows) as Rows).grouped(groups);
    Table::new(title, report.subtitle(), FIXED - 1, vec![section])
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

/// The rank in the latest period before in which there was one, and how many ranks that is up or down.
fn moved(report: Report, trend: &Trend, place: usize, ranked: &RankRow) -> Vec<CellValue> {
    let satker = trend.satker(&report.data.units[ranked.unit].satker.kode);
    let since = satker.and_then(|satker| satker.moves[ranked.role as usize][place]);
    let before = satker.zip(since).and_then(|(satker, moved)| satker.ranks[ranked.role as usize][moved.since]);
    let text = match since {
        Some(moved) if moved.since + 1 == place => movement(moved.ranks),
        // Not ranked in the period right before.
        Some(moved) => format!("{} ({})", movement(moved.ranks), trend.periods[moved.since]),
        None if satker.is_some_and(|satker| satker.is_new(place)) => report.lang.pick("baru", "new").to_owned(),
        None => String::new(),
    };
    cells![before, CellValue::from(text).toned(since.and_then(|moved| Tone::of_ranks(moved.ranks)))]
}
