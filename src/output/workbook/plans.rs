//! *Rencana Aksi*: every row on a calendar. *Jadwal*: what is due and late by satker and month. *Ketertelusuran*: plan, answer
//! and evidence of every indicator, side by side.

use jiff::civil::Date;
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{HEADER, Look, Sheet};
use super::{Context, Name};
use crate::consolidate::Consolidation;
use crate::consolidate::plans::{Deadline, Standing, Status, UnitPlan, is_traced, references};
use crate::lang::{Lang, MONTHS};
use crate::lke::Role;
use crate::period::Period;
use crate::plan::PlanItem;
use crate::plan::timeline::PlanMonth;
use crate::text::shorten;

/// Characters of a text shown in a row.
const TEXT: usize = 120;
/// What a planned month shows; one of another year shows the year.
const PLANNED: &str = "●";

fn short_months(lang: Lang) -> impl Iterator<Item = &'static str> {
    MONTHS.iter().map(move |month| &month.text(lang)[..3])
}

/// Writes *Rencana Aksi*.
pub(super) fn write(context: &Context, sheet: Worksheet) -> Result<Worksheet, XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let title = format!(
        "{} {} – {}",
        lang.pick("Rencana aksi per", "Action plans on"),
        lang.day(data.as_of),
        lang.pick(
            "hijau selesai, merah terlambat, kuning belum jatuh tempo atau tidak diketahui",
            "green done, red late, yellow ahead or unknown"
        )
    );
    let name = Name::Plans.text(lang);
    let mut sheet = Sheet::new(sheet, context, name, &title, &context.subtitle())?;
    let mut headings = vec![
        lang.pick("Kode satker", "Satker code"),
        "Satker",
        "Area",
        lang.pick("Komponen atau kegiatan", "Component or activity"),
        lang.pick("Indikator", "Indicator"),
        lang.pick("Kode LKE", "LKE code"),
        lang.pick("Kemiripan", "Similarity"),
    ];
    let first_month = headings.len() as u16;
    headings.extend(short_months(lang));
    let after = first_month + 12;
    headings.extend([lang.pick("Tenggat", "Due"), "Status", lang.pick("Sel", "Cell")]);
    let mut looks = vec![Look::Text, Look::Text, Look::Count, Look::Wrapped, Look::Wrapped, Look::Text, Look::Number];
    looks.extend([Look::Word; 12]);
    looks.extend([Look::Text, Look::Word, Look::Text]);
    sheet.columns(&looks)?;
    sheet.header(HEADER, &headings)?;
    let (mut row, year) = (HEADER, year_of(data));
    for unit in &data.units {
        for (item, standing) in unit.plan.iter().flat_map(UnitPlan::rows) {
            row += 1;
            sheet.text(row, 0, &unit.satker.kode)?;
            sheet.text(row, 1, &unit.satker.nama)?;
            sheet.count(row, 2, item.item.area.map(u64::from))?;
            sheet.text(row, 3, &shorten(&item.item.component, 30))?;
            sheet.text(row, 4, &shorten(what(item), TEXT))?;
            sheet.text(row, 5, standing.node.map_or("", |node| &data.template.nodes[node].code))?;
            sheet.number(row, 6, item.traced.map(|traced| traced.score))?;
            for month in item.item.months.iter().flatten() {
                let other = month.year.filter(|of| *of != year).map(|of| of.to_string());
                let look = month_look(standing, month, year, data.as_of);
                sheet.text_as(
                    row,
                    first_month + u16::from(month.month) - 1,
                    other.as_deref().unwrap_or(PLANNED),
                    look,
                )?;
            }
            // The deadline that matters now: the first still to come, else the last.
            let next = standing.deadlines.iter().find(|deadline| !deadline.is_past).or(standing.deadlines.last());
            let shown = next.map_or_else(|| shorten(&item.item.target, 20), |deadline| deadline.day.to_string());
            sheet.text(row, after, &shown)?;
            sheet.text_as(row, after + 1, standing.status.word(lang), status_look(standing.status))?;
            sheet.text(row, after + 2, &item.item.cell.to_string())?;
        }
    }
    if row == HEADER {
        sheet.text(
            HEADER + 1,
            1,
            lang.pick("Tidak ada rencana aksi yang terbaca.", "No action plan could be read."),
        )?;
    }
    sheet.finish(HEADER, 2, row > HEADER)
}

/// The year whose months have columns.
fn year_of(data: &Consolidation) -> i16 {
    Period::parse(&data.period).map_or(data.as_of.year(), |period| period.year)
}

/// What a row is about.
pub(in crate::output) fn what(item: &PlanItem) -> &str {
    let texts = [&item.item.indicator, &item.item.sub, &item.item.action];
    texts.into_iter().find(|text| !text.is_empty()).map_or("–", |text| text)
}

/// A late row's months are red up to now, yellow from then on.
fn month_look(standing: &Standing, month: &PlanMonth, year: i16, as_of: Date) -> Look {
    let is_past = (month.year.unwrap_or(year), month.month as i8) < (as_of.year(), as_of.month());
    match standing.status {
        Status::Done => Look::Green,
        Status::Late if is_past => Look::Red,
        _ => Look::Yellow,
    }
}

fn status_look(status: Status) -> Look {
    match status {
        Status::Done => Look::Green,
        Status::Late => Look::Red,
        Status::Ahead | Status::Due => Look::Yellow,
        Status::Undated => Look::Word,
    }
}

/// Writes *Jadwal*.
pub(super) fn write_schedule(context: &Context, sheet: Worksheet) -> Result<Worksheet, XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let title = lang.pick(
        "Jadwal: baris yang jatuh tempo setiap bulan, dan yang terlambat",
        "Schedule: rows due in each month, and those late",
    );
    let name = Name::Schedule.text(lang);
    let mut sheet = Sheet::new(sheet, context, name, title, &context.subtitle())?;
    let fixed = [lang.pick("Kode satker", "Satker code"), "Satker", lang.pick("Baris", "Rows")];
    let year = year_of(data);
    let others = [lang.pick("Tahun lain", "Other years"), lang.pick("Jumlah", "All")];
    let groups: Vec<&str> = short_months(lang).chain(others).collect();
    sheet.header(HEADER, &["", "", ""])?;
    for (which, group) in groups.iter().enumerate() {
        let col = fixed.len() as u16 + 2 * which as u16;
        sheet.header_over(HEADER, col, col + 1, group)?;
    }
    let of_month = [lang.pick("tempo", "due"), lang.pick("lambat", "late")];
    let headings: Vec<&str> = fixed.into_iter().chain(groups.iter().flat_map(|_| of_month)).collect();
    sheet.header(HEADER + 1, &headings)?;
    for (row, unit) in (HEADER + 2..).zip(&data.units) {
        sheet.text(row, 0, &unit.satker.kode)?;
        sheet.text(row, 1, &unit.satker.nama)?;
        let plan = unit.plan.as_ref().filter(|plan| plan.result.is_some());
        sheet.count(row, 2, plan.map(|plan| plan.standings.len() as u64))?;
        let (mut all_due, mut all_late) = (0, 0);
        // The twelve months, then what is due in other years.
        for (col, month) in (3..).step_by(2).zip((1..=12_i8).map(Some).chain([None])) {
            let is_here =
                |deadline: &&Deadline| month == Some(deadline.day.month()).filter(|_| deadline.day.year() == year);
            let rows = || plan.into_iter().flat_map(|plan| &plan.standings);
            let due = rows().filter(|s| s.deadlines.iter().any(|d| is_here(&d))).count() as u64;
            let is_late =
                |s: &&Standing| s.status == Status::Late && s.deadlines.iter().any(|d| d.is_past && is_here(&d));
            let late = rows().filter(is_late).count() as u64;
            (all_due, all_late) = (all_due + due, all_late + late);
            counts(&mut sheet, row, col, plan.map(|_| (due, late)))?;
        }
        counts(&mut sheet, row, 3 + 26, plan.map(|_| (all_due, all_late)))?;
    }
    sheet.finish(HEADER + 1, 2, false)
}

fn counts(sheet: &mut Sheet, row: u32, col: u16, counts: Option<(u64, u64)>) -> Result<(), XlsxError> {
    let is_late = counts.is_some_and(|(_, late)| late > 0);
    sheet.count(row, col, counts.map(|(due, _)| due).filter(|due| *due > 0))?;
    let look = if is_late { Look::RedCount } else { Look::Count };
    sheet.number_as(row, col + 1, counts.map(|(_, late)| late as f64).filter(|late| *late > 0.0), look)
}

/// Writes *Ketertelusuran*.
pub(super) fn write_traces(context: &Context, sheet: Worksheet) -> Result<Worksheet, XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let template = &data.template;
    let title = lang.pick(
        "Ketertelusuran: R direncanakan, J dijawab, B berbukti",
        "Traceability: R planned, J answered, B evidenced",
    );
    let name = Name::Traces.text(lang);
    let mut sheet = Sheet::new(sheet, context, name, title, &context.subtitle())?;
    let mut headings = vec![lang.pick("Kode", "Code").to_owned(), lang.pick("Indikator", "Indicator").to_owned()];
    headings.extend(data.units.iter().map(|unit| unit.satker.kode.clone()));
    let mut looks = vec![Look::Text, Look::Wrapped];
    looks.extend(data.units.iter().map(|_| Look::Word));
    sheet.columns(&looks)?;
    sheet.header(HEADER, &headings.iter().map(String::as_str).collect::<Vec<_>>())?;
    let planned: Vec<Option<Vec<bool>>> = data
        .units
        .iter()
        .map(|unit| {
            let plan = unit.plan.as_ref().filter(|plan| plan.result.as_ref().is_some_and(is_traced))?;
            let mut planned = vec![false; template.nodes.len()];
            plan.standings.iter().filter_map(|standing| standing.node).for_each(|node| planned[node] = true);
            Some(planned)
        })
        .collect();
    for (row, reference) in (HEADER + 1..).zip(references(template)) {
        let Some(node) = template.find(&reference.code) else { continue };
        sheet.text(row, 0, &reference.code)?;
        sheet.text(row, 1, &shorten(&reference.label, TEXT))?;
        for (col, (unit, planned)) in (2..).zip(data.units.iter().zip(&planned)) {
            let of_unit = unit.lke.as_ref().and_then(|lke| Some((lke, lke.role(Role::Unit)?)));
            let answered = of_unit.is_some_and(|(_, unit)| unit.ratios[node].is_some());
            let evidenced = of_unit.is_some_and(|(lke, _)| !lke.evidence[node].is_empty());
            let planned = planned.as_ref().map(|planned| planned[node]);
            let marks = [(planned == Some(true), "R"), (answered, "J"), (evidenced, "B")];
            let text: String = marks.into_iter().map(|(holds, mark)| if holds { mark } else { "·" }).collect();
            let look = match (planned, answered, evidenced) {
                (Some(true), true, true) => Look::Green,
                (Some(true), false, false) => Look::Red,
                (None, ..) | (Some(false), true, true) => Look::Word,
                _ => Look::Yellow,
            };
            sheet.text_as(row, col, &text, look)?;
        }
    }
    sheet.finish(HEADER, 2, false)
}
