//! *Rencana Aksi*: every row on a calendar, and, in a summary, how the plans stand. *Jadwal*: what is due and late by satker
//! and month. *Ketertelusuran*: plan, answer and evidence of every indicator, side by side.

use std::collections::BTreeSet;

use super::Report;
use super::table::{CellValue, Colour, Columns, Format, Rows, Section, Size, Table, Tone};
use crate::compute::standings::{Deadline, Standing, Status, UnitPlan, is_traced, references};
use crate::compute::{Consolidation, Unit};
use crate::lang::{Lang, MONTHS, Phrase};
use crate::lke::Role;
use crate::lke::template::NodeIndex;
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
    let year = year_of(data);
    let tones = [Status::Done, Status::Late, Status::Ahead, Status::Due].into_iter();
    let tones = tones.filter_map(|status| Some((status.word(lang).to_owned(), tone(status)?))).collect();
    let mut columns = plan_columns(report);
    columns
        .add(report.count("Area", "Area"), |(_, item, _)| item.item.area.map(u32::from))
        .add(report.wrapped("Komponen atau kegiatan", "Component or activity"), |(_, item, _)| {
            CellValue::written(shorten(&item.item.component, 30))
        })
        .add(report.wrapped("Indikator", "Indicator"), |(_, item, _)| CellValue::written(shorten(what(item), TEXT)))
        .add(report.text("Kode LKE", "LKE code"), move |(.., of)| code_of(data, of))
        .add(report.number("Kemiripan", "Similarity"), |(_, item, _)| item.traced.map(|traced| traced.score));
    for (month, number) in short_months(lang).zip(1..) {
        columns.add(report.word(month, month), move |(_, item, standing)| {
            // Of several in one month the last stands there.
            let mut months = item.item.months.iter().flatten().filter(|month| month.month == number);
            months.next_back().map_or(CellValue::Empty, |month| {
                let other = month.year.filter(|of| *of != year).map(|of| of.to_string());
                let text = CellValue::text(other.unwrap_or_else(|| PLANNED.to_owned()));
                text.toned(Some(month_tone(standing, month, year)))
            })
        });
    }
    columns
        .add(report.text("Tenggat", "Due"), |(_, item, standing)| {
            // The deadline that matters now: the first still to come, else the last.
            let next = standing.deadlines.iter().find(|deadline| !deadline.is_past).or(standing.deadlines.last());
            let day = next.map(|deadline| deadline.day.to_string());
            CellValue::written(day.unwrap_or_else(|| shorten(&item.item.target, 20)))
        })
        .add(report.word("Status", "Status").coloured(Colour::Words(tones)), move |(.., of)| of.status.word(lang))
        .add(report.text("Sel", "Cell"), |(_, item, _)| item.item.cell.to_string());
    let none = lang.pick("Tidak ada rencana aksi yang terbaca.", "No action plan could be read.");
    let section = columns.section(rows_of(report)).or_note(none);
    Table { size: Size::Long, ..Table::new(title, report.subtitle(), 2, vec![section]) }
}

/// A row of a satker's plan, and how it stands.
type Of<'a> = (&'a Unit, &'a PlanItem, &'a Standing);

/// Columns of such rows.
fn plan_columns<'a>(report: Report<'a>) -> Columns<'a, Of<'a>> {
    report.columns(|(unit, ..): Of<'a>| unit)
}

fn rows_of(report: Report) -> impl Iterator<Item = Of> {
    let rows = |unit| move |(item, standing)| (unit, item, standing);
    report.data.units.iter().flat_map(move |unit| unit.plan.iter().flat_map(UnitPlan::rows).map(rows(unit)))
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

/// A late row's months are red where their deadline is past, yellow from then on.
fn month_tone(standing: &Standing, month: &PlanMonth, year: i16) -> Tone {
    let due = (month.year.unwrap_or(year), month.month as i8);
    let is_past = standing.deadlines.iter().any(|of| of.is_past && (of.day.year(), of.day.month()) == due);
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
pub(super) fn schedule<'a>(report: Report<'a>) -> Table<Rows<'a>> {
    let Report { data, lang } = report;
    let title = lang.pick(
        "Jadwal: baris yang jatuh tempo setiap bulan, dan yang terlambat",
        "Schedule: rows due in each month, and those late",
    );
    let mut columns = report.columns(|unit: &'a Unit| unit);
    columns.add(report.count("Baris", "Rows"), |unit| plan_of(unit).map(|plan| plan.standings.len()));
    let year = year_of(data);
    let of_month =
        move |month: Option<i8>, of: &Deadline| month == Some(of.day.month()).filter(|_| of.day.year() == year);
    let mut add = |group: &str, months: Vec<Option<i8>>| {
        // Every row once, with some deadline in these months: what is late here is late everywhere.
        let count = move |unit: &Unit, months: &[Option<i8>], is_late: bool| {
            let counts = |row: &Standing, month: Option<i8>| {
                let is_status = !is_late || row.status == Status::Late;
                is_status && row.deadlines.iter().any(|of| (!is_late || of.is_past) && of_month(month, of))
            };
            let rows = plan_of(unit).into_iter().flat_map(|plan| &plan.standings);
            let all = rows.filter(|row| months.iter().any(|month| counts(row, *month))).count();
            Some(all).filter(|count| *count > 0)
        };
        let again = months.clone();
        columns.over(group, 2).add(report.count("tempo", "due"), move |unit| count(unit, &months, false));
        let late = report.count("lambat", "late").coloured(Colour::BadAboveZero);
        columns.add(late, move |unit| count(unit, &again, true));
    };
    // The twelve months, then what is due in other years.
    let months = (1..=12).map(Some).chain([None]);
    let names = short_months(lang).chain([lang.pick("Tahun lain", "Other years")]);
    names.zip(months.clone()).for_each(|(name, month)| add(name, vec![month]));
    add(lang.pick("Jumlah baris", "Rows in all"), months.collect());
    Table::new(title, report.subtitle(), 2, vec![columns.section(data.units.iter())])
}

/// *Ketertelusuran*.
pub(super) fn traces(report: Report) -> Table<Rows> {
    let Report { data, lang } = report;
    let template = &*data.template;
    let title = lang.pick(
        "Ketertelusuran: R direncanakan, J dijawab, B berbukti",
        "Traceability: R planned, J answered, B evidenced",
    );
    let mut columns = Columns::default();
    columns
        .add(report.text("Kode", "Code"), |node: NodeIndex| &template.nodes[node].code)
        .add(report.wrapped("Indikator", "Indicator"), |node| shorten(&template.nodes[node].label, TEXT));
    for unit in &data.units {
        let plan = plan_of(unit).filter(|plan| plan.result.as_ref().is_some_and(is_traced));
        let planned: Option<BTreeSet<NodeIndex>> =
            plan.map(|plan| plan.standings.iter().filter_map(|standing| standing.node).collect());
        let of_unit = unit.lke.as_ref().and_then(|lke| Some((lke, lke.role(Role::Unit)?)));
        columns.add(report.word(&unit.satker.kode, &unit.satker.kode), move |node| {
            let answered = of_unit.is_some_and(|(_, unit)| unit.nodes[node].ratio.is_some());
            let evidenced = of_unit.is_some_and(|(lke, _)| !lke.evidence[node].is_empty());
            let planned = planned.as_ref().map(|planned| planned.contains(&node));
            let marks = [(planned == Some(true), "R"), (answered, "J"), (evidenced, "B")];
            let text: String = marks.into_iter().map(|(holds, mark)| if holds { mark } else { "·" }).collect();
            CellValue::text(text).toned(match (planned, answered, evidenced) {
                (Some(true), true, true) => Some(Tone::Good),
                (Some(true), false, false) => Some(Tone::Bad),
                (None, ..) | (Some(false), true, true) => None,
                _ => Some(Tone::Open),
            })
        });
    }
    let nodes: Vec<NodeIndex> = references(template).iter().filter_map(|of| template.find(&of.code)).collect();
    let section = columns.section(nodes.into_iter());
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

fn counts<'a>(report: Report<'a>) -> Section<Rows<'a>> {
    let mut columns = report.columns(|unit: &'a Unit| unit);
    columns.add(report.count("Baris", "Rows"), |unit| plan_of(unit).map(|plan| plan.standings.len()));
    for (status, heading) in STATUSES {
        let column = report.count(heading.id, heading.en);
        let column = if status == Status::Late { column.coloured(Colour::BadAboveZero) } else { column };
        columns.add(column, move |unit| plan_of(unit).map(|plan| plan.count(status)));
    }
    columns.add(report.wrapped("Keterangan", "Remark"), move |unit| {
        let failure = unit.plan.as_ref().and_then(|plan| plan.failure.as_ref());
        CellValue::written(failure.map(|failure| failure.message(report.lang)).unwrap_or_default())
    });
    columns.section(report.data.units.iter())
}

fn late(report: Report) -> Section<Rows> {
    let Report { data, lang } = report;
    let mut columns = plan_columns(report);
    columns
        .add(report.count("Area", "Area"), |(_, item, _)| item.item.area.map(u32::from))
        .add(report.column(Format::Day, "Tenggat", "Due"), |(.., of)| {
            let due = of.deadlines.iter().find(|deadline| deadline.is_past);
            due.map_or(CellValue::Empty, |deadline| CellValue::Day(deadline.day))
        })
        .add(report.text("Kode LKE", "LKE code"), move |(.., of)| code_of(data, of))
        .add(report.text("Belum ada", "Lacks"), move |(.., of)| {
            of.shown.map_or("", |shown| match (shown.answered, shown.evidenced) {
                (false, false) => lang.pick("jawaban dan bukti", "answer and evidence"),
                (false, true) => lang.pick("jawaban", "an answer"),
                _ => lang.pick("bukti", "evidence"),
            })
        })
        .add(report.text("Sel", "Cell"), |(_, item, _)| item.item.cell.to_string())
        .add(report.text("Komponen atau kegiatan", "Component or activity"), |(_, item, _)| {
            CellValue::written(shorten(&item.item.component, TEXT))
        })
        .add(report.wrapped("Indikator", "Indicator"), |(_, item, _)| CellValue::written(shorten(what(item), TEXT)));
    let title = lang.pick(
        "Terlambat: lewat tenggat, jawaban atau bukti di LKE belum ada",
        "Late: past due, not shown done in the LKE",
    );
    let none = lang.pick("Tidak ada yang terlambat.", "Nothing is late.");
    let late = rows_of(report).filter(|(.., standing)| standing.status == Status::Late);
    columns.section(late).titled(title).or_note(none)
}
