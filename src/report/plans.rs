//! *Rencana Aksi*: every row on a calendar, and, in a summary, how the plans stand. *Jadwal*: what is due and late by satker
//! and month. *Ketertelusuran*: plan, answer and evidence of every indicator, side by side.

use jiff::civil::Date;

use super::table::{CellValue, Colour, Format, Groups, Row, Rows, Section, Size, Table, Tone, cells};
use super::{Report, row_of};
use crate::consolidate::plans::{Deadline, Standing, Status, UnitPlan, is_traced, references};
use crate::consolidate::{Consolidation, Unit};
use crate::lang::{Lang, MONTHS, Phrase};
use crate::lke::Role;
use crate::period::Period;
use crate::plan::PlanItem;
use crate::plan::timeline::PlanMonth;
use crate::text::shorten;

/// Characters of a text shown in a row.
const TEXT: usize = 120;
/// What a planned month shows; one of another year shows the year.
const PLANNED: &str = "●";
/// How rows can stand, with the headings of their counts.
const STATUSES: [(Status, Phrase); 5] = [
    (Status::Done, Phrase::new("Selesai", "Done")),
    (Status::Late, Phrase::new("Terlambat", "Late")),
    (Status::Ahead, Phrase::new("Belum jatuh tempo", "Ahead")),
    (Status::Due, Phrase::new("Jatuh tempo", "Due")),
    (Status::Undated, Phrase::new("Tanpa bulan", "No month")),
];

fn short_months(lang: Lang) -> impl Iterator<Item = &'static str> {
    MONTHS.iter().map(move |month| &month.text(lang)[..3])
}

/// The plan of a satker that could be read.
fn plan_of(unit: &Unit) -> Option<&UnitPlan> {
    unit.plan.as_ref().filter(|plan| plan.result.is_some())
}

/// *Rencana Aksi* on a calendar.
pub(super) fn calendar(report: Report) -> Table<Rows> {
    let Report { data, lang } = report;
    let title = format!(
        "{} {} – {}",
        lang.pick("Rencana aksi per", "Action plans on"),
        lang.day(data.as_of),
        lang.pick(
            "hijau selesai, merah terlambat, kuning belum jatuh tempo atau tidak diketahui",
            "green done, red late, yellow ahead or unknown"
        )
    );
    let mut columns = Vec::from(report.satker_columns());
    columns.extend([
        report.count("Area", "Area"),
        report.wrapped("Komponen atau kegiatan", "Component or activity"),
        report.wrapped("Indikator", "Indicator"),
        report.text("Kode LKE", "LKE code"),
        report.number("Kemiripan", "Similarity"),
    ]);
    columns.extend(short_months(lang).map(|month| report.word(month, month)));
    let tones = [Status::Done, Status::Late, Status::Ahead, Status::Due].into_iter();
    let tones = tones.filter_map(|status| Some((status.word(lang).to_owned(), tone(status)?))).collect();
    columns.extend([
        report.text("Tenggat", "Due"),
        report.word("Status", "Status").coloured(Colour::Words(tones)),
        report.text("Sel", "Cell"),
    ]);
    let year = year_of(data);
    let rows = data.units.iter().flat_map(move |unit| {
        unit.plan.iter().flat_map(UnitPlan::rows).map(move |(item, standing)| {
            let mut months = [const { CellValue::Empty }; 12];
            for month in item.item.months.iter().flatten() {
                let other = month.year.filter(|of| *of != year).map(|of| of.to_string());
                let text = CellValue::text(other.unwrap_or_else(|| PLANNED.to_owned()));
                months[usize::from(month.month) - 1] = text.toned(Some(month_tone(standing, month, year, data.as_of)));
            }
            // The deadline that matters now: the first still to come, else the last.
            let next = standing.deadlines.iter().find(|deadline| !deadline.is_past).or(standing.deadlines.last());
            let due = next.map_or_else(|| shorten(&item.item.target, 20), |deadline| deadline.day.to_string());
            let mut cells = cells![
                item.item.area.map(u32::from),
                CellValue::written(shorten(&item.item.component, 30)),
                CellValue::written(shorten(what(item), TEXT)),
                code_of(data, standing),
                item.traced.map(|traced| traced.score),
            ];
            cells.extend(months);
            cells.extend(cells![CellValue::written(due), standing.status.word(lang), item.item.cell.to_string()]);
            row_of(unit, cells)
        })
    });
    let none = lang.pick("Tidak ada rencana aksi yang terbaca.", "No action plan could be read.");
    let section = Section::new(columns, Box::new(rows) as Rows).or_note(none);
    Table { size: Size::Long, ..Table::new(title, report.subtitle(), 2, vec![section]) }
}

/// The year whose months have columns.
fn year_of(data: &Consolidation) -> i16 {
    Period::parse(&data.period).map_or(data.as_of.year(), |period| period.year)
}

/// What a row is about.
fn what(item: &PlanItem) -> &str {
    let texts = [&item.item.indicator, &item.item.sub, &item.item.action];
    texts.into_iter().find(|text| !text.is_empty()).map_or("–", |text| text)
}

/// The code of the indicator a row was traced to.
fn code_of<'a>(data: &'a Consolidation, standing: &Standing) -> &'a str {
    standing.node.map_or("", |node| &data.template.nodes[node].code)
}

/// A late row's months are red up to now, yellow from then on.
fn month_tone(standing: &Standing, month: &PlanMonth, year: i16, as_of: Date) -> Tone {
    let is_past = (month.year.unwrap_or(year), month.month as i8) < (as_of.year(), as_of.month());
    match standing.status {
        Status::Done => Tone::Good,
        Status::Late if is_past => Tone::Bad,
        _ => Tone::Open,
    }
}

fn tone(status: Status) -> Option<Tone> {
    match status {
        Status::Done => Some(Tone::Good),
        Status::Late => Some(Tone::Bad),
        Status::Ahead | Status::Due => Some(Tone::Open),
        Status::Undated => None,
    }
}

/// *Jadwal*.
pub(super) fn schedule(report: Report) -> Table<Rows> {
    let Report { data, lang } = report;
    let title = lang.pick(
        "Jadwal: baris yang jatuh tempo setiap bulan, dan yang terlambat",
        "Schedule: rows due in each month, and those late",
    );
    let mut columns = Vec::from(report.satker_columns());
    columns.push(report.count("Baris", "Rows"));
    let mut groups = Groups::none(columns.len());
    let others = [lang.pick("Tahun lain", "Other years"), lang.pick("Jumlah", "All")];
    for group in short_months(lang).chain(others) {
        groups.over(group, 2);
        columns.push(report.count("tempo", "due"));
        columns.push(report.count("lambat", "late").coloured(Colour::BadAboveZero));
    }
    let year = year_of(data);
    let rows = data.units.iter().map(move |unit| {
        let plan = plan_of(unit);
        let mut cells = cells![plan.map(|plan| plan.standings.len())];
        let (mut all_due, mut all_late) = (0, 0);
        let mut add = |due: usize, late: usize| {
            let some = |count: usize| plan.map(|_| count).filter(|count| *count > 0);
            cells.extend(cells![some(due), some(late)]);
        };
        // The twelve months, then what is due in other years.
        for month in (1..=12_i8).map(Some).chain([None]) {
            let is_here =
                |deadline: &Deadline| month == Some(deadline.day.month()).filter(|_| deadline.day.year() == year);
            let rows = || plan.into_iter().flat_map(|plan| &plan.standings);
            let due = rows().filter(|s| s.deadlines.iter().any(is_here)).count();
            let is_late =
                |s: &&Standing| s.status == Status::Late && s.deadlines.iter().any(|d| d.is_past && is_here(d));
            let late = rows().filter(is_late).count();
            (all_due, all_late) = (all_due + due, all_late + late);
            add(due, late);
        }
        add(all_due, all_late);
        row_of(unit, cells)
    });
    let section = Section::new(columns, Box::new(rows) as Rows).grouped(groups);
    Table::new(title, report.subtitle(), 2, vec![section])
}

/// *Ketertelusuran*.
pub(super) fn traces(report: Report) -> Table<Rows> {
    let Report { data, lang } = report;
    let template = &*data.template;
    let title = lang.pick(
        "Ketertelusuran: R direncanakan, J dijawab, B berbukti",
        "Traceability: R planned, J answered, B evidenced",
    );
    let mut columns = vec![report.text("Kode", "Code"), report.wrapped("Indikator", "Indicator")];
    columns.extend(data.units.iter().map(|unit| report.word(&unit.satker.kode, &unit.satker.kode)));
    let planned: Vec<Option<Vec<bool>>> = data
        .units
        .iter()
        .map(|unit| {
            let plan = plan_of(unit).filter(|plan| plan.result.as_ref().is_some_and(is_traced))?;
            let mut planned = vec![false; template.nodes.len()];
            plan.standings.iter().filter_map(|standing| standing.node).for_each(|node| planned[node] = true);
            Some(planned)
        })
        .collect();
    let rows = references(template).into_iter().filter_map(move |reference| {
        let node = template.find(&reference.code)?;
        let mut cells = cells![reference.code, shorten(&reference.label, TEXT)];
        cells.extend(data.units.iter().zip(&planned).map(|(unit, planned)| {
            let of_unit = unit.lke.as_ref().and_then(|lke| Some((lke, lke.role(Role::Unit)?)));
            let answered = of_unit.is_some_and(|(_, unit)| unit.ratios[node].is_some());
            let evidenced = of_unit.is_some_and(|(lke, _)| !lke.evidence[node].is_empty());
            let planned = planned.as_ref().map(|planned| planned[node]);
            let marks = [(planned == Some(true), "R"), (answered, "J"), (evidenced, "B")];
            let text: String = marks.into_iter().map(|(holds, mark)| if holds { mark } else { "·" }).collect();
            CellValue::text(text).toned(match (planned, answered, evidenced) {
                (Some(true), true, true) => Some(Tone::Good),
                (Some(true), false, false) => Some(Tone::Bad),
                (None, ..) | (Some(false), true, true) => None,
                _ => Some(Tone::Open),
            })
        }));
        Some(Row::from(cells))
    });
    let section = Section::new(columns, Box::new(rows) as Rows);
    Table { size: Size::Long, ..Table::new(title, report.subtitle(), 2, vec![section]) }
}

/// How the plans of every satker stand, and the rows that are late.
pub(super) fn standings(report: Report) -> Table<Rows> {
    let lang = report.lang;
    let title = lang.pick("Rencana aksi: keadaan per satker", "Action plans: how they stand");
    let sections = match report.data.has_plans() {
        true => vec![counts(report), late(report)],
        false => {
            let none = lang.pick("Pipeline ini tidak membaca rencana aksi.", "This pipeline reads no action plans.");
            vec![Section::note(none)]
        }
    };
    Table::new(title, report.subtitle(), 2, sections)
}

fn counts(report: Report) -> Section<Rows> {
    let mut columns = Vec::from(report.satker_columns());
    columns.push(report.count("Baris", "Rows"));
    for (status, heading) in STATUSES {
        let column = report.count(heading.id, heading.en);
        columns.push(if status == Status::Late { column.coloured(Colour::BadAboveZero) } else { column });
    }
    columns.push(report.wrapped("Keterangan", "Remark"));
    let rows = report.data.units.iter().map(move |unit| {
        let read = plan_of(unit);
        let mut cells = cells![read.map(|plan| plan.standings.len())];
        cells.extend(STATUSES.map(|(status, _)| CellValue::from(read.map(|plan| plan.count(status)))));
        let failure = unit.plan.as_ref().and_then(|plan| plan.failure.as_ref());
        cells.push(CellValue::written(failure.map(|failure| failure.message(report.lang)).unwrap_or_default()));
        row_of(unit, cells)
    });
    Section::new(columns, Box::new(rows) as Rows)
}

fn late(report: Report) -> Section<Rows> {
    let Report { data, lang } = report;
    let mut columns = Vec::from(report.satker_columns());
    columns.extend([
        report.count("Area", "Area"),
        report.column(Format::Day, "Tenggat", "Due"),
        report.text("Kode LKE", "LKE code"),
        report.text("Belum ada", "Lacks"),
        report.text("Sel", "Cell"),
        report.text("Komponen atau kegiatan", "Component or activity"),
        report.wrapped("Indikator", "Indicator"),
    ]);
    let rows = data.units.iter().flat_map(move |unit| {
        let late = unit.plan.iter().flat_map(|plan| plan.rows()).filter(|(_, row)| row.status == Status::Late);
        late.map(move |(item, standing)| {
            let due = standing.deadlines.iter().find(|deadline| deadline.is_past);
            let lacks = standing.shown.map_or("", |shown| match (shown.answered, shown.evidenced) {
                (false, false) => lang.pick("jawaban dan bukti", "answer and evidence"),
                (false, true) => lang.pick("jawaban", "an answer"),
                _ => lang.pick("bukti", "evidence"),
            });
            let cells = cells![
                item.item.area.map(u32::from),
                due.map_or(CellValue::Empty, |deadline| CellValue::Day(deadline.day)),
                code_of(data, standing),
                lacks,
                item.item.cell.to_string(),
                CellValue::written(shorten(&item.item.component, TEXT)),
                CellValue::written(shorten(what(item), TEXT)),
            ];
            row_of(unit, cells)
        })
    });
    let title = lang.pick(
        "Terlambat: lewat tenggat, jawaban atau bukti di LKE belum ada",
        "Late: past due, not shown done in the LKE",
    );
    let none = lang.pick("Tidak ada yang terlambat.", "Nothing is late.");
    Section::new(columns, Box::new(rows) as Rows).titled(title).or_note(none)
}
