//! Examines the files of one satker as its action plan.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use crate::finding::{Arg, Code, Finding, Place, SheetFindings, sort_findings};
use crate::grid::{CellRange, CellRef, Grid};
use crate::plan::area::Family;
use crate::plan::columns::layout_at;
use crate::plan::read::{Item, Reading, read_plan};
use crate::plan::trace::{Reference, Row, Traced, Tracer};
use crate::source::{Book, SourceError, SourceInfo};
use crate::text::{normalise_label, shorten};

/// A sheet with so many texts in one column, and hardly any beside, is a scan's text.
const SCAN_ROWS: usize = 15;
const SCAN_SHARE: f64 = 0.9;
/// Rows in which a plan's first header stands.
const HEAD_ROWS: u32 = 60;
/// Rows listed in a finding about many.
const LISTED: usize = 6;

/// How a plan is to be read.
#[derive(Debug, Clone, Default)]
pub struct PlanOptions {
    /// The family the pipeline says it is.
    pub family: Option<Family>,
    /// The pipeline's year.
    pub year: Option<i16>,
}

/// One row of a plan, with where it stands and what it was traced to.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanItem {
    /// What it says.
    pub item: Item,
    /// Sheet and file.
    pub place: Place,
    /// The LKE's indicator, by its place among the references.
    pub traced: Option<Traced>,
}

/// A plan, examined.
#[derive(Debug, Clone)]
pub struct PlanResult {
    /// Its family.
    pub family: Family,
    /// Its rows, in order.
    pub items: Vec<PlanItem>,
    /// The year it is for, where it says so.
    pub year: Option<i16>,
    /// When it was decreed.
    pub decreed: Option<Date>,
    /// References no row was traced to, by place; empty for a plan of the RB family.
    pub unplanned: Vec<usize>,
}

/// What came of the files of one plan.
#[derive(Debug)]
pub struct ExaminedPlan {
    /// The files, in order.
    pub sources: Vec<SourceInfo>,
    /// The plan; none where no file holds one.
    pub result: Option<PlanResult>,
    /// What is wrong or doubtful.
    pub findings: Vec<Finding>,
}

/// Examines files as one plan: its parts in their order. Never fails: what cannot be read is a finding.
pub fn examine(books: Vec<Book>, tracer: &Tracer, options: &PlanOptions) -> ExaminedPlan {
    let mut findings = Vec::new();
    let mut readings: Vec<(Place, Reading)> = Vec::new();
    let mut sources = Vec::new();
    for mut book in books {
        match read_book(&mut book, &mut findings) {
            Ok(of_book) if of_book.is_empty() => findings.push(no_plan(&mut book)),
            Ok(of_book) => readings.extend(of_book),
            Err(error) => findings.push(error.finding(&book.info.location)),
        }
        findings.extend(book.take_findings());
        sources.push(book.info);
    }
    let result = assemble(readings, tracer, options, &mut findings);
    sort_findings(&mut findings);
    ExaminedPlan { sources, result, findings }
}

/// Whether a visible sheet has the header of a plan.
pub fn looks_like_a_plan(book: &mut Book) -> bool {
    let has_header = |grid: Grid| (0..grid.rows()).any(|row| layout_at(&grid, row).is_some());
    book.visible().into_iter().any(|sheet| book.head(sheet, HEAD_ROWS).is_ok_and(has_header))
}

/// The tables of the visible sheets.
fn read_book(book: &mut Book, findings: &mut Vec<Finding>) -> Result<Vec<(Place, Reading)>, SourceError> {
    let mut readings = Vec::new();
    for sheet in book.visible() {
        let grid = book.grid(sheet)?;
        let mut of_sheet = SheetFindings::new(book.info.location.clone(), Some(&grid.name));
        if let Some(reading) = read_plan(&grid, &mut of_sheet) {
            let place = Place { sheet: Some(grid.name.as_str().into()), ..Place::whole(book.info.location.clone()) };
            readings.push((place, reading));
            findings.extend(of_sheet.finish());
        }
    }
    Ok(readings)
}

/// Why a file holds no plan: nothing at all, a scan's text in one column, or something else.
fn no_plan(book: &mut Book) -> Finding {
    let location = book.info.location.clone();
    let grids: Vec<_> = (0..book.sheets().len()).filter_map(|sheet| book.grid(sheet).ok()).collect();
    if grids.iter().all(|grid| grid.rows() == 0) {
        return Finding::new(Code::SourceEmpty, []).at(Place::whole(location));
    }
    let scan = grids.iter().find_map(|grid| {
        let mut by_column: BTreeMap<u32, usize> = BTreeMap::new();
        for (at, cell) in grid.used_cells() {
            *by_column.entry(at.col).or_default() += usize::from(cell.text().is_some());
        }
        let (col, most) = by_column.iter().max_by_key(|(_, texts)| **texts)?;
        let all: usize = by_column.values().sum();
        (*most >= SCAN_ROWS && *most as f64 >= all as f64 * SCAN_SHARE).then_some((grid, *col))
    });
    let Some((grid, col)) = scan else { return Finding::new(Code::PlanNoTable, []).at(Place::whole(location)) };
    let cell = CellRef::new(0, col);
    let range = Some(CellRange { start: cell, end: CellRef::new(grid.rows() - 1, col) });
    let args = [("rows", Arg::from(grid.rows() as usize))];
    Finding::new(Code::PlanScanned, args).at(Place { location, sheet: Some(grid.name.as_str().into()), range })
}

fn assemble(
    readings: Vec<(Place, Reading)>,
    tracer: &Tracer,
    options: &PlanOptions,
    findings: &mut Vec<Finding>,
) -> Option<PlanResult> {
    let rows_of = |family: Family| {
        readings
            .iter()
            .filter(|(_, reading)| reading.family == family)
            .map(|(_, reading)| reading.items.len())
            .sum::<usize>()
    };
    let family = match options.family {
        Some(family) if rows_of(family) > 0 => family,
        _ if readings.is_empty() => return None,
        _ if rows_of(Family::Rb) > rows_of(Family::Zi) => Family::Rb,
        _ => Family::Zi,
    };
    let wanted = options.family.unwrap_or(family);
    for (place, reading) in readings.iter().filter(|(_, reading)| reading.family != wanted) {
        let args = [("family", Arg::from(reading.family.title())), ("wanted", Arg::from(wanted.title()))];
        findings.push(Finding::new(Code::PlanOtherFamily, args).at(place.clone()));
    }
    let kept = || readings.iter().filter(|(_, reading)| reading.family == family);
    let year = kept().find_map(|(_, reading)| reading.year);
    let decreed = kept().find_map(|(_, reading)| reading.decreed);
    let mut items: Vec<PlanItem> = kept()
        .flat_map(|(place, reading)| {
            reading.items.iter().map(|item| PlanItem { item: item.clone(), place: place.clone(), traced: None })
        })
        .collect();
    if items.is_empty() {
        findings.extend(kept().map(|(place, _)| Finding::new(Code::PlanNoRows, []).at(place.clone())));
        return None;
    }
    if family == Family::Zi {
        let rows: Vec<Row> = items
            .iter()
            .map(|PlanItem { item, .. }| Row {
                area: item.area,
                component: &item.component,
                indicator: &item.indicator,
            })
            .collect();
        for (traced, item) in tracer.trace(&rows).into_iter().zip(&mut items) {
            item.traced = traced;
        }
    }
    let planned: BTreeSet<usize> = items.iter().filter_map(|item| Some(item.traced?.reference)).collect();
    let unplanned: Vec<usize> = match family {
        Family::Zi => (0..tracer.references().len()).filter(|reference| !planned.contains(reference)).collect(),
        Family::Rb => Vec::new(),
    };
    let result = PlanResult { family, items, year, decreed, unplanned };
    report(&result, tracer.references(), options, findings);
    Some(result)
}

fn report(result: &PlanResult, references: &[Reference], options: &PlanOptions, findings: &mut Vec<Finding>) {
    let whole = || result.items[0].place.clone();
    check_years(result, options, findings);
    let at = |item: &PlanItem| Place {
        range: Some(CellRange { start: item.item.cell, end: item.item.cell }),
        ..item.place.clone()
    };
    let without: Vec<&PlanItem> =
        result.items.iter().filter(|item| item.item.months.is_none_or(|months| months.is_empty())).collect();
    let (unread, without): (Vec<_>, Vec<_>) =
        without.into_iter().partition(|item| item.item.months.is_none() && !item.item.target.is_empty());
    for item in unread {
        findings.push(
            Finding::new(Code::PlanTargetUnread, [("text", Arg::from(shorten(&item.item.target, 60)))]).at(at(item)),
        );
    }
    if let Some(first) = without.first() {
        let args = [("count", Arg::from(without.len())), ("cells", Arg::from(cells(&without)))];
        findings.push(Finding::new(Code::PlanRowsWithoutMonth, args).at(at(first)));
    }
    for (item, first) in duplicates(&result.items) {
        findings.push(
            Finding::new(Code::PlanRowRepeated, [("first", Arg::from(first.item.cell.to_string()))]).at(at(item)),
        );
    }
    if let Some(decreed) = result.decreed
        && result.year.is_none_or(|year| year == decreed.year())
    {
        let is_before = |month: u8| (month as i8) < decreed.month();
        let early: Vec<&PlanItem> = result
            .items
            .iter()
            .filter(|item| item.item.months.is_some_and(|months| months.iter().any(is_before)))
            .collect();
        if let Some(first) = early.first() {
            let args =
                [("count", Arg::from(early.len())), ("date", Arg::Day(decreed)), ("cells", Arg::from(cells(&early)))];
            findings.push(Finding::new(Code::PlanBeforeDecree, args).at(at(first)));
        }
    }
    if result.family != Family::Zi {
        return;
    }
    for item in result.items.iter().filter(|item| item.traced.is_none()) {
        let args = [("text", Arg::from(shorten(&item.item.indicator, 60)))];
        findings.push(Finding::new(Code::PlanRowUntraced, args).at(at(item)));
    }
    if !result.unplanned.is_empty() {
        let codes: Vec<&str> = result.unplanned.iter().map(|&place| references[place].code.as_str()).collect();
        let shown = codes.iter().take(2 * LISTED).copied().collect::<Vec<_>>().join(", ");
        let more = if codes.len() > 2 * LISTED { " …" } else { "" };
        let args = [("count", Arg::from(codes.len())), ("codes", Arg::from(format!("{shown}{more}")))];
        findings.push(Finding::new(Code::PlanIndicatorsMissing, args).at(whole()));
    }
}

/// Years that contradict the pipeline's, in the title or in targets.
fn check_years(result: &PlanResult, options: &PlanOptions, findings: &mut Vec<Finding>) {
    let mut by_year: BTreeMap<i16, Vec<&PlanItem>> = BTreeMap::new();
    for item in &result.items {
        for year in &item.item.years {
            by_year.entry(*year).or_default().push(item);
        }
    }
    let most = by_year.iter().max_by_key(|(_, items)| items.len()).map(|(year, _)| *year);
    let Some(expected) = options.year.or(result.year).or(most) else { return };
    let place = result.items[0].place.clone();
    let mut say = |found: i16, place: Place| {
        let args = [("found", Arg::from(found.to_string())), ("expected", Arg::from(expected.to_string()))];
        findings.push(Finding::new(Code::PlanOtherYear, args).at(place));
    };
    if let Some(year) = result.year.filter(|year| *year != expected) {
        say(year, place);
    }
    for (year, items) in by_year {
        // Once for the title and all the rows that agree with it.
        if year != expected && result.year != Some(year) {
            let cell = items[0].item.cell;
            say(year, Place { range: Some(CellRange { start: cell, end: cell }), ..items[0].place.clone() });
        }
    }
}

/// Rows that repeat an earlier one word by word, each with the first.
fn duplicates(items: &[PlanItem]) -> Vec<(&PlanItem, &PlanItem)> {
    let mut seen: HashMap<String, &PlanItem> = HashMap::new();
    let mut repeated = Vec::new();
    for item in items {
        let Item { area, component, sub, indicator, action, evidence, months, .. } = &item.item;
        if indicator.is_empty() {
            continue;
        }
        let texts = [component, sub, indicator, action, evidence].map(|text| normalise_label(text));
        let key = format!("{area:?}|{}|{months:?}", texts.join("|"));
        match seen.get(&key) {
            Some(first) => repeated.push((item, *first)),
            None => {
                seen.insert(key, item);
            }
        }
    }
    repeated
}

/// The cells rows begin in: `C12, C15 …`.
fn cells(items: &[&PlanItem]) -> String {
    let shown: Vec<String> = items.iter().take(LISTED).map(|item| item.item.cell.to_string()).collect();
    format!("{}{}", shown.join(", "), if items.len() > LISTED { " …" } else { "" })
}
