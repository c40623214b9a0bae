//! *Peringkat*: ranks overall and per area, of unit and TPI.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{HEADER, Look, Sheet};
use super::{Context, Name};
use crate::consolidate::Trend;
use crate::lke::Role;
use crate::output::changes::movement;

/// Role, rank, code, name, total.
const FIXED: u16 = 5;
/// Rank before, and the movement since.
const MOVED: u16 = 2;

pub(super) fn write(context: &Context, sheet: Worksheet) -> Result<Worksheet, XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let template = &*data.template;
    let trend = data.trend.as_ref().and_then(|trend| Some((trend, trend.place(&data.period)?)));
    let title = lang.pick(
        "Peringkat – nilai sama berbagi peringkat, peringkat berikutnya dilompati (1, 2, 2, 4)",
        "Ranking – equal scores share a rank and the next ranks are skipped (1, 2, 2, 4)",
    );
    let name = Name::Ranking.text(lang);
    let mut sheet = Sheet::new(sheet, context, name, title, &context.subtitle())?;
    sheet.header(HEADER, &["", "", "", "", ""])?;
    let mut headings =
        vec![lang.pick("Peran", "Role"), lang.pick("Peringkat", "Rank"), lang.pick("Kode", "Code"), "Satker", "Total"];
    let mut areas = FIXED;
    if trend.is_some() {
        sheet.header_over(HEADER, FIXED, FIXED + 1, lang.pick("Periode sebelumnya", "Period before"))?;
        headings.extend([lang.pick("Semula", "Rank"), lang.pick("Gerak", "Moved")]);
        areas += MOVED;
    }
    for (which, area) in template.areas.iter().enumerate() {
        let col = areas + 2 * which as u16;
        sheet.header_over(HEADER, col, col + 1, &format!("{} {}", area.number, area.label))?;
        headings.extend([lang.pick("Nilai", "Score"), lang.pick("Peringkat", "Rank")]);
    }
    let surveys = areas + 2 * template.areas.len() as u16;
    for (which, survey) in data.surveys.iter().enumerate() {
        let col = surveys + 2 * which as u16;
        sheet.header_over(HEADER, col, col + 1, &format!("{} {}", survey.instrument.index, survey.period))?;
        headings.extend([lang.pick("Indeks", "Index"), lang.pick("Peringkat", "Rank")]);
    }
    let remark = surveys + 2 * data.surveys.len() as u16;
    sheet.header_over(HEADER, remark, remark, "")?;
    headings.push(lang.pick("Keterangan", "Remark"));
    sheet.out.set_row_height(HEADER, 38)?;
    sheet.header(HEADER + 1, &headings)?;
    for (line, ranked) in data.ranking.iter().enumerate() {
        let row = HEADER + 2 + line as u32;
        let satker = &data.units[ranked.unit].satker;
        sheet.text(row, 0, ranked.role.word())?;
        sheet.count(row, 1, ranked.total.rank.map(u64::from))?;
        sheet.text(row, 2, &satker.kode)?;
        sheet.text(row, 3, &satker.nama)?;
        sheet.number(row, 4, ranked.total.score)?;
        if let Some((trend, place)) = trend {
            moved(&mut sheet, row, trend, place, (&satker.kode, ranked.role))?;
        }
        for (which, area) in ranked.areas.iter().enumerate() {
            let col = areas + 2 * which as u16;
            sheet.number(row, col, area.score)?;
            sheet.count(row, col + 1, area.rank.map(u64::from))?;
        }
        for (which, survey) in ranked.surveys.iter().enumerate() {
            let col = surveys + 2 * which as u16;
            sheet.number(row, col, survey.score.map(|index| data.surveys[which].instrument.scaled(index)))?;
            sheet.count(row, col + 1, survey.rank.map(u64::from))?;
        }
        sheet.text(row, remark, &data.remark_of(ranked, lang))?;
    }
    let last = HEADER + 1 + data.ranking.len() as u32;
    sheet.heat((HEADER + 2, 4), (last, 4), template.total_weight())?;
    for (which, area) in template.areas.iter().enumerate() {
        let col = areas + 2 * which as u16;
        sheet.heat((HEADER + 2, col), (last, col), area.weight)?;
    }
    sheet.finish(HEADER + 1, 4, true)
}

/// The rank in the latest period before in which there was one, and how many ranks that is up or down.
fn moved(
    sheet: &mut Sheet,
    row: u32,
    trend: &Trend,
    place: usize,
    (kode, role): (&str, Role),
) -> Result<(), XlsxError> {
    let satker = trend.satker(kode);
    let since = satker.and_then(|satker| satker.moves[role as usize][place]);
    let before = satker.zip(since).and_then(|(satker, moved)| satker.ranks[role as usize][moved.since]);
    sheet.count(row, FIXED, before.map(u64::from))?;
    let (text, look) = match since {
        Some(moved) if moved.since + 1 == place => (movement(moved.ranks), Look::of_ranks(moved.ranks)),
        // Not ranked in the period right before.
        Some(moved) => {
            let since = trend.periods[moved.since];
            (format!("{} ({since})", movement(moved.ranks)), Look::of_ranks(moved.ranks))
        }
        None if satker.is_some_and(|satker| satker.is_new(place)) => {
            (sheet.lang.pick("baru", "new").to_owned(), Look::Word)
        }
        None => (String::new(), Look::Word),
    };
    sheet.text_as(row, FIXED + 1, &text, look)
}
