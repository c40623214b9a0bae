//! An action plan as text with a small calendar, as JSON, and its deadlines as a calendar file.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use chrono::{DateTime, NaiveDate};
use icalendar::{Calendar, Component, Event, EventLike, Property};
use serde_json::{Value, json};

use super::json::{finding, source_info};
use super::text;
use crate::compute::standings::Status;
use crate::compute::{Consolidation, Unit};
use crate::finding::Finding;
use crate::lang::{Lang, MONTHS};
use crate::plan::read::Quarter;
use crate::plan::timeline::{PlanMonth, Target};
use crate::plan::trace::Reference;
use crate::plan::{ExaminedPlan, Family, PlanItem, PlanResult};
use crate::source::SourceInfo;
use crate::text::{sentence_case, shorten};

/// Characters of a name or code and of a description in a calendar: the library folds lines in the square of their length.
const NAME: usize = 200;
const DESCRIPTION: usize = 2_000;
/// Width of an area's name, and of a month.
const LABEL: usize = 34;
const MONTH: usize = 3;

/// An examined plan in at most 80 columns: rows and months by area; every row with `all`.
pub fn plan_text(examined: &ExaminedPlan, references: &[Reference], lang: Lang, all: bool) -> String {
    let mut out = String::new();
    if let Some(result) = &examined.result {
        let title = lang.pick("Rencana aksi", "Action plan");
        let year = result.year.map_or_else(String::new, |year| format!(" {year}"));
        let decreed = result
            .decreed
            .map_or_else(String::new, |day| format!(", {} {}", lang.pick("ditetapkan", "decreed on"), lang.day(day)));
        text::wrap(&mut out, &format!("{title} {}{year}{decreed}", result.family.title()), "", "  ");
    }
    for source in &examined.sources {
        let _ = writeln!(out, "{}", source.location);
    }
    if let Some(result) = &examined.result {
        out.push('\n');
        calendar(&mut out, result, lang);
        if result.family == Family::Zi {
            let traced = result.items.iter().filter(|item| item.traced.is_some()).count();
            let words = lang.pick("Terlacak ke indikator LKE", "Traced to indicators of the LKE");
            let _ = writeln!(out, "{words}: {traced}/{}", result.items.len());
        }
        if all {
            out.push('\n');
            result.items.iter().for_each(|item| row(&mut out, item, result.main_year(), references, lang));
        }
    }
    out.push('\n');
    text::findings(&mut out, &examined.findings, lang, all);
    out
}

/// How many rows of each area are planned in each month.
fn calendar(out: &mut String, result: &PlanResult, lang: Lang) {
    let months: String = MONTHS.iter().map(|month| format!("{:>MONTH$}", &month.text(lang)[..1])).collect();
    let year = result.main_year();
    let head = [lang.pick("Area", "Area"), lang.pick("Baris", "Rows")];
    text::push(out, &format!("{:<LABEL$}{:>6}{months}", head[0], head[1]));
    let mut line = |label: &str, items: Vec<&PlanItem>| {
        let cells: String = (1..=12)
            .map(|month| match planned(&items, |of| of.month == month && (of.year.is_none() || of.year == year)) {
                0 => format!("{:>MONTH$}", "·"),
                count => format!("{count:>MONTH$}"),
            })
            .collect();
        text::push(out, &format!("{:<LABEL$}{:>6}{cells}", shorten(label, LABEL - 1), items.len()));
    };
    for (number, area) in (1..).zip(result.family.areas()) {
        let items = result.items.iter().filter(|item| item.item.area == Some(number)).collect();
        line(&format!("{number} {}", area.label), items);
    }
    let elsewhere: Vec<&PlanItem> = result.items.iter().filter(|item| item.item.area.is_none()).collect();
    if !elsewhere.is_empty() && !result.family.areas().is_empty() {
        line(lang.pick("Tanpa area", "No area"), elsewhere);
    }
    line(lang.pick("Jumlah", "All"), result.items.iter().collect());
    let months = result.items.iter().flat_map(|item| item.item.months.iter().flatten());
    let other: BTreeSet<PlanMonth> =
        months.filter(|month| month.year.is_some() && month.year != year).copied().collect();
    if !other.is_empty() {
        let items: Vec<&PlanItem> = result.items.iter().collect();
        let count = |month: &PlanMonth| {
            let name = MONTHS.get(usize::from(month.month) - 1).map_or("", |name| name.text(lang));
            let year = month.year.unwrap_or_default();
            format!("{name} {year} ({})", planned(&items, |of| of == month))
        };
        let listed: Vec<String> = other.iter().map(count).collect();
        text::wrap(
            out,
            &format!("{}: {}", lang.pick("Di luar tahunnya", "Out of its year"), listed.join(", ")),
            "",
            "  ",
        );
    }
}

/// How many rows plan such a month.
fn planned(items: &[&PlanItem], is_one: impl Fn(&PlanMonth) -> bool) -> usize {
    items.iter().filter(|item| item.item.months.iter().flatten().any(&is_one)).count()
}

/// `C12    A.I.1.i.a 1,00  Agustus  Unit kerja telah …`.
fn row(out: &mut String, item: &PlanItem, main_year: Option<i16>, references: &[Reference], lang: Lang) {
    let code = item.traced.map_or_else(String::new, |traced| {
        format!("{} {} ", references[traced.reference].code, lang.number(traced.score, 2))
    });
    let what = [&item.item.indicator, &item.item.sub, &item.item.action].into_iter().find(|text| !text.is_empty());
    let when = item.item.months.as_deref().map_or_else(|| "?".to_owned(), |months| months_text(months, main_year));
    let line = format!("{} {code}{when}: {}", item.item.cell, what.map_or("–", |text| text));
    text::wrap(out, &line, "", "  ");
}

/// Months in words; with their years where they are not all of the plan's own.
fn months_text(months: &[PlanMonth], main_year: Option<i16>) -> String {
    let is_own = months.iter().all(|month| month.year.is_none() || month.year == main_year);
    let month = |month: &PlanMonth| PlanMonth { year: month.year.filter(|_| !is_own), ..*month };
    let target = Target { months: months.iter().map(month).collect(), weeks: Vec::new() };
    if months.is_empty() { "–".to_owned() } else { target.text() }
}

/// An examined plan (DESIGN 12). Without a result only kind, sources and findings are there.
pub fn plan_json(
    sources: &[SourceInfo],
    result: Option<&PlanResult>,
    findings: &[Finding],
    references: &[Reference],
    lang: Lang,
) -> Value {
    let mut value = json!({
        "kind": "plan",
        "source": sources.first().map(|info| source_info(info, result.and_then(|r| r.items[0].place.sheet.as_deref()))),
        "sources": sources.iter().map(|info| source_info(info, None)).collect::<Vec<_>>(),
        "findings": findings.iter().map(|found| finding(found, lang)).collect::<Vec<_>>(),
    });
    let Some(result) = result else { return value };
    value["family"] = json!(result.family.name());
    value["year"] = json!(result.year);
    value["decreed"] = json!(result.decreed.map(|day| day.to_string()));
    value["rows"] = json!(result.items.len());
    value["areas"] = (1..)
        .zip(result.family.areas())
        .map(|(number, area)| {
            let rows = result.items.iter().filter(|item| item.item.area == Some(number)).count();
            json!({"no": number, "label": area.label, "zi": area.zi, "rows": rows})
        })
        .collect();
    value["items"] = (1..).zip(&result.items).map(|(row, item)| item_json(row, item, references)).collect();
    value["unplanned"] = result.unplanned.iter().map(|&place| json!(references[place].code)).collect();
    value
}

fn item_json(row: usize, plan_item: &PlanItem, references: &[Reference]) -> Value {
    let item = &plan_item.item;
    let mut value = json!({
        "row": row,
        "area": item.area,
        "component": item.component,
        "sub": item.sub,
        "indicator": item.indicator,
        "action": item.action,
        "evidence": item.evidence,
        "lke_code": plan_item.traced.map(|traced| references[traced.reference].code.as_str()),
        "similarity": plan_item.traced.map(|traced| traced.score),
        "months": item.months.as_ref().map(|months| months.iter().map(|month| month.month).collect::<Vec<_>>()),
        "years": item.months.as_ref().map(|months| months.iter().map(|month| month.year).collect::<Vec<_>>()),
        "weeks": item.weeks,
        "target": item.target,
        "note": item.note,
        "cell": item.cell.to_string(),
    });
    if !item.quarters.is_empty() {
        let quarter = |quarter: &Quarter| json!({"target": quarter.target, "realised": quarter.realised});
        value["quarters"] = item.quarters.iter().map(quarter).collect();
    }
    value
}

/// The plan of a satker in a run: its rows with their status.
pub fn of_unit(unit: &Unit, references: &[Reference], lang: Lang) -> Value {
    let Some(plan) = &unit.plan else { return Value::Null };
    let mut value = plan_json(&plan.sources, plan.result.as_ref(), &[], references, lang);
    for (place, (_, standing)) in plan.rows().enumerate() {
        value["items"][place]["status"] = json!(standing.status.name());
        value["items"][place]["due"] = standing.deadlines.iter().map(|d| json!(d.day.to_string())).collect();
    }
    value["late"] = json!(plan.count(Status::Late));
    value
}

/// Writes every deadline of every satker's plan as an all-day event.
///
/// # Errors
/// When the file cannot be written.
pub fn ical(data: &Consolidation, lang: Lang, path: &Path) -> io::Result<()> {
    // The library escapes what it knows to be text, and only line feeds as ends of lines.
    let lines = |text: &str, most: usize| shorten(&text.replace("\r\n", "\n").replace('\r', "\n"), most);
    let title = lines(&data.title, NAME);
    let mut calendar = Calendar::new();
    calendar.append_property(Property::new("NAME", title.as_str()).add_parameter("VALUE", "TEXT").done());
    calendar.append_property(Property::new("X-WR-CALNAME", title));
    let stamp = DateTime::from_timestamp(data.run_at.as_second(), 0).unwrap_or_default();
    for unit in &data.units {
        let is_stale = unit.plan.iter().flat_map(|plan| &plan.sources).any(|source| source.stale);
        let stale =
            is_stale.then(|| data.stale_of(unit, lang)).flatten().map_or_else(String::new, |copy| format!("\n{copy}"));
        for (place, (item, standing)) in unit.plan.iter().flat_map(|plan| plan.rows()).enumerate() {
            for deadline in &standing.deadlines {
                let day = deadline.day;
                let date = NaiveDate::from_ymd_opt(day.year().into(), day.month() as u32, day.day() as u32);
                let Some(date) = date else { continue };
                let text = [&item.item.indicator, &item.item.sub, &item.item.action];
                let text = text.into_iter().find(|text| !text.is_empty()).map_or("–", |text| text.as_str());
                let code = standing.node.map_or("", |node| data.template.nodes[node].code.as_str());
                let description = format!(
                    "{code} {}\n{}\n{}{stale}",
                    shorten(text, DESCRIPTION),
                    shorten(&item.item.action, DESCRIPTION),
                    standing.status.word(lang)
                );
                let mut event = Event::new();
                event
                    .uid(&format!("{}-{}-{day}@rekap", lines(&unit.satker.kode, NAME), place + 1))
                    .timestamp(stamp)
                    .summary(&format!("{}: {}", lines(&unit.satker.nama, NAME), lines(&sentence_case(text), 100)))
                    .description(&lines(&description, 3 * DESCRIPTION))
                    .starts(date)
                    .ends(date.succ_opt().unwrap_or(date));
                calendar.push(event);
            }
        }
    }
    fs::write(path, calendar.to_string())
}
