//! Examines the files of one satker as its action plan.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use crate::finding::{Arg, Code, Finding, Place, SheetFindings, sort_findings};
use crate::grid::{CellRange, CellRef, Grid};
use crate::lang::Phrase;
use crate::plan::area::Family;
use crate::plan::columns::{Layout, layout_at, own_texts};
use crate::plan::kinds::{kind_of_sheet, says};
use crate::plan::read::{Item, Reading, code_in, read_plan};
use crate::plan::target::{Known, date_order, read_target};
use crate::plan::timeline::PlanMonth;
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

impl PlanResult {
    /// The year its title names, else the one most of its months have; none where nothing says one.
    pub fn main_year(&self) -> Option<i16> {
        let mut counts: BTreeMap<i16, usize> = BTreeMap::new();
        for year in self.items.iter().flat_map(|item| item.item.months.iter().flatten()).filter_map(|month| month.year)
        {
            *counts.entry(year).or_default() += 1;
        }
        self.year.or(counts.into_iter().max_by_key(|(_, count)| *count).map(|(year, _)| year))
    }
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
            Ok(of_book) => {
                let (others, plans): (Vec<_>, Vec<_>) =
                    of_book.into_iter().partition(|(_, reading)| reading.other_areas.is_some());
                findings.extend(others.into_iter().filter_map(|(place, reading)| other_areas(place, reading)));
                readings.extend(plans);
            }
            Err(error) => findings.push(error.finding(&book.info.location)),
        }
        findings.extend(book.take_findings());
        sources.push(book.info);
    }
    let result = assemble(readings, tracer, options, &mut findings);
    sort_findings(&mut findings);
    ExaminedPlan { sources, result, findings }
}

/// Whether a visible sheet has the header of a plan of ZI or RB. Plans by quarters are read only where they are called plans:
/// too many tables have quarters.
pub fn looks_like_a_plan(book: &mut Book) -> bool {
    let is_plan = |grid: &Grid, row: u32, layout: &Layout| {
        let called = || (0..row).flat_map(|row| own_texts(grid, row)).any(|(_, text)| is_called_plan(&text));
        layout.family != Family::Quarterly || called()
    };
    let has_header = |grid: Grid| {
        (0..grid.rows()).any(|row| layout_at(&grid, row).is_some_and(|layout| is_plan(&grid, row, &layout)))
    };
    book.visible().into_iter().any(|sheet| book.head(sheet, HEAD_ROWS).is_ok_and(has_header))
}

fn is_called_plan(title: &str) -> bool {
    let title = normalise_label(title);
    ["rencana aksi", "renaksi"].iter().any(|name| says(&title, name))
}

/// A table that is like a plan.
#[derive(Debug, Clone, Copy)]
pub struct TableKind {
    /// What people call it.
    pub kind: Phrase,
    /// Whether it can be read as one where it is called a plan.
    pub is_plan: bool,
}

/// What a visible sheet holds that is like a plan: one by quarters, which is read where it is called a plan, or another kind
/// of table.
pub fn table_like_a_plan(book: &mut Book) -> Option<TableKind> {
    let of_sheet = |grid: Grid| {
        if (0..grid.rows()).any(|row| layout_at(&grid, row).is_some()) {
            let kind = Phrase::new("rencana aksi triwulan", "an action plan by quarters");
            return Some(TableKind { kind, is_plan: true });
        }
        kind_of_sheet(&grid, HEAD_ROWS).map(|(_, kind)| TableKind { kind, is_plan: false })
    };
    book.visible().into_iter().find_map(|sheet| book.head(sheet, HEAD_ROWS).ok().and_then(of_sheet))
}

/// The tables of the visible sheets.
fn read_book(book: &mut Book, findings: &mut Vec<Finding>) -> Result<Vec<(Place, Reading)>, SourceError> {
    let mut readings = Vec::new();
    for sheet in book.visible() {
        let grid = book.grid(sheet)?;
        let mut of_sheet = SheetFindings::new(book.info.location.clone(), Some(&grid.name));
        if let Some(reading) = read_plan(&grid, &mut of_sheet) {
            let place = Place { sheet: Some(grid.name.as_str().into()), ..Place::whole(book.info.location.clone()) };
            if reading.other_areas.is_none() {
                findings.extend(of_sheet.finish());
            }
            readings.push((place, reading));
        }
    }
    Ok(readings)
}

/// That the areas of a table are none of ZI or RB.
fn other_areas(place: Place, reading: Reading) -> Option<Finding> {
    let (cell, text, count) = reading.other_areas?;
    let args = [("text", Arg::from(shorten(&text, 40))), ("count", Arg::from(count))];
    Some(Finding::new(Code::PlanOtherAreas, args).at(Place { range: Some(CellRange::of_cell(cell)), ..place }))
}

/// Why a file holds no plan: nothing at all, another kind of table, a scan's text in one column, or something else.
fn no_plan(book: &mut Book) -> Finding {
    let location = book.info.location.clone();
    let grids: Vec<_> = (0..book.sheets().len()).filter_map(|sheet| book.grid(sheet).ok()).collect();
    if grids.iter().all(|grid| grid.rows() == 0) {
        return Finding::new(Code::SourceEmpty, []).at(Place::whole(location));
    }
    let kinds = grids.iter().filter(|grid| !grid.hidden);
    if let Some((grid, (row, kind))) = kinds.filter_map(|grid| Some((grid, kind_of_sheet(grid, HEAD_ROWS)?))).next() {
        let range =
            Some(CellRange { start: CellRef::new(row, 0), end: CellRef::new(row, grid.cols().saturating_sub(1)) });
        let place = Place { location, sheet: Some(grid.name.as_str().into()), range };
        return Finding::new(Code::PlanOtherKind, [("kind", Arg::from(kind))]).at(place);
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

/// Of plans of several years the one asked for, else the latest; the others are named. Parts that name no year stay.
fn of_one_year(
    mut readings: Vec<(Place, Reading)>,
    asked: Option<i16>,
    findings: &mut Vec<Finding>,
) -> Vec<(Place, Reading)> {
    let of_name = |place: &Place| {
        let name = place.sheet.as_deref().unwrap_or_default();
        let years = name.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 4);
        let years: BTreeSet<i16> = years.filter_map(|y| y.parse().ok()).filter(|y| (2010..2100).contains(y)).collect();
        years.first().copied().filter(|_| years.len() == 1)
    };
    let year_of = |(place, reading): &(Place, Reading)| of_name(place).or(reading.year);
    let years: BTreeSet<i16> = readings.iter().filter_map(year_of).collect();
    let Some(wanted) = asked.filter(|asked| years.contains(asked)).or(years.last().copied()) else { return readings };
    let mut reported = BTreeSet::new();
    readings.retain(|reading| match year_of(reading) {
        Some(year) if year != wanted => {
            if reported.insert((reading.0.sheet.clone(), year)) {
                let args = [("found", Arg::from(year.to_string())), ("read", Arg::from(wanted.to_string()))];
                findings.push(Finding::new(Code::PlanYearLeftOut, args).at(reading.0.clone()));
            }
            false
        }
        _ => true,
    });
    readings
}

fn assemble(
    readings: Vec<(Place, Reading)>,
    tracer: &Tracer,
    options: &PlanOptions,
    findings: &mut Vec<Finding>,
) -> Option<PlanResult> {
    let readings = of_one_year(readings, options.year, findings);
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
        // The one with the most rows; of equals ZI.
        _ => {
            let is_there = |family: &Family| readings.iter().any(|(_, reading)| reading.family == *family);
            let all = [Family::Quarterly, Family::Rb, Family::Zi].into_iter().filter(is_there);
            all.max_by_key(|family| rows_of(*family))?
        }
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
    set_months(&mut items, year.or(options.year), findings);
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
                code: code_in(&item.code).or_else(|| code_in(&item.indicator)),
            })
            .collect();
        for (traced, item) in tracer.trace(&rows).into_iter().zip(&mut items) {
            let area = traced.and_then(|traced| tracer.references().get(traced.reference)).map(|of| of.area);
            item.item.area = item.item.area.or(area);
            item.traced = traced;
        }
    }
    let planned: BTreeSet<usize> = items.iter().filter_map(|item| Some(item.traced?.reference)).collect();
    let unplanned: Vec<usize> = match family {
        Family::Zi => (0..tracer.references().len()).filter(|reference| !planned.contains(reference)).collect(),
        Family::Rb | Family::Quarterly => Vec::new(),
    };
    let result = PlanResult { family, items, year, decreed, unplanned };
    report(&result, tracer.references(), options, findings);
    Some(result)
}

/// Reads the target texts, and gives every month its year where the plan's is known.
fn set_months(items: &mut [PlanItem], year: Option<i16>, findings: &mut Vec<Finding>) {
    let order = date_order(items.iter().map(|item| item.item.target.as_str()));
    let known = Known { year, month_first: order.month_first };
    let mut undecided = None;
    for PlanItem { item, place, .. } in items {
        item.months.iter_mut().flatten().for_each(|month| month.year = month.year.or(year));
        if item.target.is_empty() {
            continue;
        }
        let target = read_target(&item.target, known);
        if order.is_open
            && undecided.is_none()
            && target != read_target(&item.target, Known { month_first: true, ..known })
        {
            undecided = Some(Place { range: Some(CellRange::of_cell(item.cell)), ..place.clone() });
        }
        (item.months, item.weeks) = target.map_or_else(Default::default, |target| (Some(target.months), target.weeks));
    }
    if let Some(place) = undecided {
        findings.push(Finding::new(Code::PlanDateOrder, []).at(place));
    }
}

fn report(result: &PlanResult, references: &[Reference], options: &PlanOptions, findings: &mut Vec<Finding>) {
    let whole = || result.items[0].place.clone();
    check_years(result, options, findings);
    let at = |item: &PlanItem| Place { range: Some(CellRange::of_cell(item.item.cell)), ..item.place.clone() };
    let of_target = |item: &PlanItem| {
        let cell = item.item.target_cell.unwrap_or(item.item.cell);
        Place { range: Some(CellRange::of_cell(cell)), ..item.place.clone() }
    };
    let without: Vec<&PlanItem> =
        result.items.iter().filter(|item| item.item.months.as_ref().is_none_or(Vec::is_empty)).collect();
    let (unread, without): (Vec<_>, Vec<_>) =
        without.into_iter().partition(|item| item.item.months.is_none() && !item.item.target.is_empty());
    for item in unread {
        findings.push(
            Finding::new(Code::PlanTargetUnread, [("text", Arg::from(shorten(&item.item.target, 60)))])
                .at(of_target(item)),
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
        let is_before = |month: &PlanMonth| {
            (month.year.unwrap_or(decreed.year()), month.month as i8) < (decreed.year(), decreed.month())
        };
        let is_early = |item: &&PlanItem| item.item.months.iter().flatten().any(is_before);
        let early: Vec<&PlanItem> = result.items.iter().filter(is_early).collect();
        if let Some(first) = early.first() {
            let args =
                [("count", Arg::from(early.len())), ("date", Arg::Day(decreed)), ("cells", Arg::from(cells(&early)))];
            findings.push(Finding::new(Code::PlanBeforeDecree, args).at(at(first)));
        }
    }
    if result.family != Family::Zi {
        return;
    }
    let untraced = || result.items.iter().filter(|item| item.traced.is_none());
    let without_area: Vec<&PlanItem> = untraced().filter(|item| item.item.area.is_none()).collect();
    // An area that is unknown has been told.
    let is_told = findings.iter().any(|finding| finding.code == Code::PlanAreaUnknown);
    if let Some(first) = without_area.first().filter(|_| !is_told) {
        let args = [("count", Arg::from(without_area.len())), ("cells", Arg::from(cells(&without_area)))];
        findings.push(Finding::new(Code::PlanRowsWithoutArea, args).at(at(first)));
    }
    for item in untraced().filter(|item| item.item.area.is_some()) {
        let args = [("text", Arg::from(shorten(&item.item.indicator, 60)))];
        findings.push(Finding::new(Code::PlanRowUntraced, args).at(at(item)));
    }
    // Where no row could be traced, that is what has to be mended.
    if !result.unplanned.is_empty() && result.items.iter().any(|item| item.traced.is_some()) {
        let codes: Vec<&str> = result.unplanned.iter().map(|&place| references[place].code.as_str()).collect();
        let shown = codes.iter().take(2 * LISTED).copied().collect::<Vec<_>>().join(", ");
        let more = if codes.len() > 2 * LISTED { " …" } else { "" };
        let args = [("count", Arg::from(codes.len())), ("codes", Arg::from(format!("{shown}{more}")))];
        findings.push(Finding::new(Code::PlanIndicatorsMissing, args).at(whole()));
    }
}

/// Years that contradict the pipeline's, in the title or in targets.
fn check_years(result: &PlanResult, options: &PlanOptions, findings: &mut Vec<Finding>) {
    let Some(expected) = options.year.or(result.year) else { return };
    // A target that reaches over New Year is planned in the year expected, too.
    let mut elsewhere: BTreeMap<i16, &PlanItem> = BTreeMap::new();
    for item in &result.items {
        let years: BTreeSet<i16> = item.item.months.iter().flatten().filter_map(|month| month.year).collect();
        if let Some(year) = years.first().filter(|_| !years.contains(&expected)) {
            elsewhere.entry(*year).or_insert(item);
        }
    }
    let place = result.items[0].place.clone();
    let mut say = |found: i16, place: Place| {
        let args = [("found", Arg::from(found.to_string())), ("expected", Arg::from(expected.to_string()))];
        findings.push(Finding::new(Code::PlanOtherYear, args).at(place));
    };
    if let Some(year) = result.year.filter(|year| *year != expected) {
        say(year, place);
    }
    for (year, item) in elsewhere {
        // Once for the title and all the rows that agree with it.
        if result.year != Some(year) {
            let cell = item.item.cell;
            say(year, Place { range: Some(CellRange::of_cell(cell)), ..item.place.clone() });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{grid, merged};
    use jiff::Timestamp;

    const ZI: [&str; 6] = ["No", "Komponen", "Indikator", "Langkah Aksi", "Bukti Fisik", "Target Waktu"];

    fn book(sheets: Vec<Grid>) -> Book {
        Book::of_grids(sheets, SourceInfo::of("rencana.xlsx", Timestamp::UNIX_EPOCH))
    }

    fn tracer() -> Tracer {
        let reference = |code: &str, area: u8, label: &str| Reference {
            code: code.to_owned(),
            area,
            component: "Tim Kerja".to_owned(),
            label: label.to_owned(),
        };
        Tracer::new(vec![
            reference("A.I.1.i.a", 1, "Tim pembangunan telah dibentuk"),
            reference("A.I.2.i.a", 2, "Prosedur mengacu pada peta proses bisnis"),
        ])
    }

    fn examined(sheet: Grid) -> ExaminedPlan {
        examine(vec![book(vec![sheet])], &tracer(), &PlanOptions::default())
    }

    fn codes(examined: &ExaminedPlan) -> Vec<&'static str> {
        examined.findings.iter().map(|finding| finding.code.entry().code).collect()
    }

    fn months(item: &PlanItem) -> Vec<u8> {
        item.item.months.iter().flatten().map(|month| month.month).collect()
    }

    #[test]
    fn tables_of_other_kinds_are_refused_by_name() {
        for (header, kind) in [
            (&["NO", "KOMPONEN", "SUB-KOMPONEN", "BOBOT"][..], "LKE AKIP"),
            (&["No", "Komponen/Sub Komponen/Kriteria", "Bobot", "Jawaban", "Nilai"], "LKE AKIP"),
            (&["No", "Penilaian", "Bobot", "Jawaban", "Nilai", "Rencana"], "lembar kerja evaluasi (LKE)"),
            (&["No", "Indikator", "Komponen", "Bobot", "Target", "Capaian"], "lembar kerja evaluasi (LKE)"),
            (&["No", "Sasaran Strategis", "Indikator Kinerja", "Target"], "Perjanjian Kinerja"),
            (&["No", "Sasaran Kegiatan", "Indikator Kinerja", "Target", "Satuan"], "Perjanjian Kinerja"),
            (&["No", "Sasaran Program", "Indikator Kinerja", "Target 2026"], "Perjanjian Kinerja"),
            (&["No", "Rencana Hasil Kerja", "Indikator Kinerja Individu", "Target"], "sasaran kinerja pegawai (SKP)"),
            (&["No", "Komponen/Sub Komponen/Kriteria", "Bobot", "Nilai", "Rencana Aksi", "Indikator"], "LKE AKIP"),
            (
                &["No", "Sasaran", "Indikator Kinerja", "Target", "Rencana Aksi", "Waktu"],
                "rencana aksi kinerja (Perjanjian Kinerja)",
            ),
            (
                &["Kode", "Program/Kegiatan/Sub Kegiatan", "Indikator Kinerja", "Target", "Pagu Indikatif"],
                "Renja atau dokumen anggaran",
            ),
            (
                &["Program", "Kegiatan", "Sub Kegiatan", "Indikator", "Waktu Pelaksanaan", "Anggaran"],
                "Renja atau dokumen anggaran",
            ),
            (&["Program", "Kegiatan", "Sub Kegiatan", "Indikator", "Target", "Satuan"], "Renja atau daftar kegiatan"),
            (&["No", "Area", "Komponen", "Indikator", "Bukti Dukung", "Tautan"], "katalog atau daftar bukti dukung"),
            (&["Kode", "Indikator", "Definisi", "Formula", "Satuan"], "katalog atau daftar contoh"),
            (&["No", "Indikator", "Contoh Rencana Aksi", "Contoh Bukti"], "katalog atau daftar contoh"),
            (
                &["No", "Rekomendasi", "Rencana Tindak Lanjut", "Batas Waktu", "PIC", "Status", "Bukti Dukung"],
                "tabel tindak lanjut rekomendasi",
            ),
            (&["No", "Temuan", "Indikator", "Rencana Aksi", "Batas Waktu"], "tabel tindak lanjut rekomendasi"),
            (&["No", "Risiko", "Penyebab", "Rencana Aksi", "Indikator", "Waktu"], "daftar risiko"),
        ] {
            let row: Vec<&str> = header.iter().map(|_| "isi").collect();
            let sheet = || grid(&[&["TAHUN 2025"], header, &row]);
            assert!(!looks_like_a_plan(&mut book(vec![sheet()])), "{header:?}");
            let examined = examined(sheet());
            assert!(examined.result.is_none(), "{header:?}");
            assert_eq!(codes(&examined), ["RAK017"], "{header:?}");
            let message = examined.findings.first().map(|f| f.message(crate::lang::Lang::Id)).unwrap_or_default();
            assert_eq!(message, format!("Tabel ini tampaknya {kind}."), "{header:?}");
        }
    }

    #[test]
    fn a_title_may_call_it_a_catalogue_and_an_empty_plan_is_one() {
        let row = ["1", "Tim Kerja", "Tim dibentuk", "Bentuk", "SK", "Juni"];
        assert_eq!(codes(&examined(grid(&[&["KATALOG BUKTI DUKUNG"], &ZI, &row]))), ["RAK017"]);
        assert!(!codes(&examined(grid(&[&["RENCANA AKSI 2025"], &ZI, &row]))).contains(&"RAK017"));
        let months = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];
        let header = [&["Kegiatan", "Sub Kegiatan", "Indikator"][..], &months].concat();
        let unticked = [&["", "", ""][..], &["FALSE"; 12]].concat();
        assert_eq!(codes(&examined(grid(&[&header, &unticked]))), ["RAK003"]);
    }

    #[test]
    fn plans_are_known_by_their_headers() {
        let months = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"];
        let with = |texts: &[&'static str]| [texts, &months].concat();
        for (header, family) in [
            (ZI.to_vec(), Family::Zi),
            (vec!["Komponen", "Indikator", "Langkah Aksi"], Family::Zi),
            (vec!["Kode Indikator", "Rencana Aksi", "Batas Waktu"], Family::Zi),
            (vec!["No", "Area", "Indikator", "Rencana Aksi", "Penanggung Jawab", "Jadwal"], Family::Zi),
            (vec!["No", "Komponen", "Indikator", "Rencana Aksi", "Rekomendasi", "Waktu", "Status"], Family::Zi),
            (vec!["No", "Program", "Kegiatan", "Indikator", "Target", "Waktu"], Family::Zi),
            (with(&["Area", "Kegiatan", "Sub Kegiatan", "Indikator"]), Family::Rb),
            (with(&["No", "Kegiatan", "Sub Kegiatan", "Indikator", "Target"]), Family::Rb),
            (with(&["Area", "Kegiatan", "Sub Kegiatan", "Indikator", "Anggaran"]), Family::Rb),
        ] {
            let row: Vec<&str> = header.iter().map(|_| "v").collect();
            let sheet = || grid(&[&header, &row]);
            assert!(looks_like_a_plan(&mut book(vec![sheet()])), "{header:?}");
            assert_eq!(layout_at(&sheet(), 0).map(|layout| layout.family), Some(family), "{header:?}");
        }
    }

    #[test]
    fn months_of_a_header_may_have_years_and_be_dates() {
        let labels = |label: fn(usize) -> String| (1..=12).map(label).collect::<Vec<String>>();
        for months in [
            labels(|month| format!("{} 2025", crate::lang::MONTHS[month - 1].id)),
            labels(|month| format!("{}-25", &crate::lang::MONTHS[month - 1].id[..3])),
            labels(|month| format!("2025-{month:02}-01T00:00:00")),
        ] {
            let mut header = vec!["Kegiatan", "Sub Kegiatan", "Indikator"];
            header.extend(months.iter().map(String::as_str));
            assert!(layout_at(&grid(&[&header]), 0).is_some_and(|layout| layout.months.is_some()), "{months:?}");
        }
    }

    #[test]
    fn a_plan_by_quarters_keeps_target_and_realisation_apart() {
        let header = ["No", "Sasaran", "Indikator Kinerja", "TW I", "", "TW II", "", "TW III", "", "TW IV", ""];
        let below =
            ["", "", "", "Target", "Realisasi", "Target", "Realisasi", "Target", "Realisasi", "Target", "Realisasi"];
        let rows: [&[&str]; 4] = [
            &header,
            &below,
            &["1", "Tata kelola baik", "Nilai SAKIP", "-", "", "50%", "45%", "", "", "100 %", ""],
            &["2", "", "Nilai RB", "0", "", "0", "", "√", "", "-", ""],
        ];
        let sheet = || merged(&rows, &["D1:E1", "F1:G1", "H1:I1", "J1:K1"]);
        assert!(!looks_like_a_plan(&mut book(vec![sheet()])));
        let examined = examined(sheet());
        assert_eq!(codes(&examined), [""; 0]);
        let result = examined.result.expect("a plan");
        assert_eq!((result.family, result.items.len()), (Family::Quarterly, 2));
        assert_eq!(result.items.iter().map(months).collect::<Vec<_>>(), [vec![6, 12], vec![9]]);
        let quarter = &result.items[0].item.quarters[1];
        assert_eq!((&*quarter.target, &*quarter.realised), ("50%", "45%"));
        assert_eq!(result.items[0].item.component, "Tata kelola baik");
    }

    #[test]
    fn a_plan_of_zi_may_have_quarters_for_a_time() {
        let header = ["No", "Komponen", "Indikator", "Langkah Aksi", "Bukti", "TW I", "TW II", "TW III", "TW IV"];
        let row = ["1", "Manajemen Perubahan", "Tim pembangunan telah dibentuk", "Bentuk", "SK", "", "v", "", "v"];
        let result = examined(grid(&[&header, &row])).result.expect("a plan");
        assert_eq!((result.family, months(&result.items[0])), (Family::Zi, vec![6, 12]));
        assert!(result.items[0].traced.is_some());
    }

    #[test]
    fn checkboxes_are_marks_and_empty_ones_nothing() {
        let header = [
            "Area",
            "Kegiatan",
            "Sub Kegiatan",
            "Indikator",
            "1",
            "2",
            "3",
            "4",
            "5",
            "6",
            "7",
            "8",
            "9",
            "10",
            "11",
            "12",
        ];
        let row = |texts: [&'static str; 4], ticked: &'static str, empty: &'static str| {
            let marks = (1..=12).map(move |month| if month % 6 == 0 { ticked } else { empty });
            texts.into_iter().chain(marks).collect::<Vec<&str>>()
        };
        let rows = [
            header.to_vec(),
            row(["Manajemen Perubahan", "Tim", "Rapat", "Rapat diadakan"], "TRUE", "FALSE"),
            row(["", "", "Laporan", "Laporan dibuat"], "BENAR", "SALAH"),
            row(["", "", "Evaluasi", "Evaluasi dibuat"], "FALSE", "FALSE"),
            row([""; 4], "FALSE", "FALSE"),
            row(["Pengawasan", "", "", ""], "FALSE", "FALSE"),
            row(["", "UPG", "Sosialisasi", "Sosialisasi diadakan"], "x", "-"),
        ];
        let examined = examined(grid(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>()));
        assert_eq!(codes(&examined), ["RAK008"], "the row without a tick");
        let result = examined.result.expect("a plan");
        assert_eq!(
            result.items.iter().map(months).collect::<Vec<_>>(),
            [vec![6, 12], vec![6, 12], vec![], vec![6, 12]]
        );
        assert_eq!(
            result.items.iter().map(|item| item.item.area).collect::<Vec<_>>(),
            [Some(1), Some(1), Some(1), Some(7)]
        );
    }

    #[test]
    fn an_area_named_once_holds_for_what_follows() {
        let tim = "Tim pembangunan telah dibentuk";
        let other = "Prosedur mengacu pada peta proses bisnis";
        let first = ["1", "Manajemen Perubahan", tim, "Bentuk", "SK", "Juni"];
        let rows: [&[&str]; 3] = [&ZI, &first, &["2", "", "Tim bekerja", "Rapat", "Notula", "Juli"]];
        let areas = |sheet: Grid| -> Vec<Option<u8>> {
            examined(sheet).result.iter().flat_map(|result| &result.items).map(|item| item.item.area).collect()
        };
        assert_eq!(areas(grid(&rows)), [Some(1), Some(1)], "then blank");
        assert_eq!(areas(merged(&rows, &["B2:B3"])), [Some(1), Some(1)], "merged");
        // Where components stand below it in the same column.
        let mixed: [&[&str]; 4] = [
            &ZI,
            &["", "Manajemen Perubahan", "", "", "", ""],
            &["1", "Tim Kerja", tim, "Bentuk", "SK", "Juni"],
            &["2", "Penataan Tatalaksana", other, "Susun", "SOP", "Juli"],
        ];
        assert_eq!(areas(grid(&mixed)), [Some(1), Some(2)]);
        let by_area = ["No", "Area", "Indikator", "Rencana Aksi", "Bukti", "Waktu"];
        assert_eq!(areas(grid(&[&by_area, &first, rows[2]])), [Some(1), Some(1)]);
        // Without any area only what is worded the same is traced; the rest is told once.
        let without: [&[&str]; 4] = [
            &ZI,
            &["1", "", other, "Susun", "SOP", "Juli"],
            &["2", "", "Tim bekerja", "Rapat", "Notula", "Juli"],
            &["3", "", "Tim makan", "Rapat", "Notula", "Juli"],
        ];
        let examined = examined(grid(&without));
        assert_eq!(codes(&examined), ["RAK015", "RAK019"]);
        let result = examined.result.expect("a plan");
        assert_eq!(result.items.iter().filter(|item| item.traced.is_some()).count(), 1);
    }

    #[test]
    fn areas_of_another_plan_refuse_it() {
        let header = ["No", "Area", "Indikator", "Rencana Aksi", "Bukti", "Waktu"];
        let row = |area: &'static str| ["1", area, "Layanan tersedia", "Susun", "SK", "Juni"];
        let sheet = |areas: &[&'static str]| {
            let rows: Vec<[&str; 6]> = areas.iter().map(|area| row(area)).collect();
            let rows: Vec<&[&str]> = [&header[..]].into_iter().chain(rows.iter().map(|row| &row[..])).collect();
            grid(&rows)
        };
        let refused = examined(sheet(&["Tata Kelola SPBE", "Arsitektur SPBE", "Tata Kelola SPBE"]));
        assert!(refused.result.is_none());
        assert_eq!(codes(&refused), ["RAK018"]);
        let read = examined(sheet(&["Manajemen Perubahan", "Tata Kelola SPBE", "-"]));
        assert_eq!(read.result.map(|result| result.items.len()), Some(3));
        let of_rb = examined(sheet(&["Penataan Organisasi", "Deregulasi Kebijakan", "II"]));
        assert_eq!(of_rb.result.map(|result| result.family), Some(Family::Rb), "areas tell the family");
    }

    #[test]
    fn codes_and_amounts_keep_their_digits() {
        for (indicator, read) in [
            ("1.1.1.1", "1.1.1.1"),
            ("1.1 Rapat", "1.1 Rapat"),
            ("1.000 orang dilatih", "1.000 orang dilatih"),
            ("12 - 15 orang dilatih", "12 - 15 orang dilatih"),
            ("1. Rapat", "Rapat"),
            ("2.Rapat", "Rapat"),
            ("(3) Rapat", "Rapat"),
            ("a) Rapat", "Rapat"),
            ("iv. 2 rapat", "2 rapat"),
            ("2 - Rapat", "Rapat"),
        ] {
            let header = ["Kode Indikator", "Rencana Aksi", "Batas Waktu"];
            let result = examined(grid(&[&header, &[indicator, "Rapat persiapan", "30 Juni 2026"]])).result;
            let items = result.map(|result| result.items).unwrap_or_default();
            assert_eq!(items.first().map(|item| item.item.indicator.as_str()), Some(read), "{indicator}");
            assert_eq!(items.first().map(months), Some(vec![6]));
        }
        let both = ["Kode Indikator", "Indikator", "Rencana Aksi", "Batas Waktu"];
        let result = examined(grid(&[&both, &["1.2", "Rapat diadakan", "Rapat", "Juni"]])).result.expect("a plan");
        assert_eq!(result.items[0].item.indicator, "Rapat diadakan");
    }

    #[test]
    fn years_are_those_of_the_months() {
        let row = |target: &'static str| ["1", "Manajemen Perubahan", target, "Bentuk", "SK", target];
        let sheet = |targets: &[&'static str]| {
            let rows: Vec<[&str; 6]> = targets.iter().map(|target| row(target)).collect();
            let rows: Vec<&[&str]> = [&ZI[..]].into_iter().chain(rows.iter().map(|row| &row[..])).collect();
            grid(&rows)
        };
        let options = PlanOptions { year: Some(2025), ..PlanOptions::default() };
        let examined = |targets: &[&'static str]| examine(vec![book(vec![sheet(targets)])], &tracer(), &options);
        let of = |targets: &[&'static str], code: &str| {
            examined(targets).findings.iter().filter(|finding| finding.code.entry().code == code).count()
        };
        assert_eq!(of(&["Desember 2025, Januari 2026"], "RAK007"), 0, "it begins in the year expected");
        assert_eq!(of(&["Mei 2024", "Juni 2024"], "RAK007"), 1);
        assert_eq!(of(&["5/6/2025"], "RAK016"), 1);
        assert_eq!(of(&["5/6/2025", "30/6/2025"], "RAK016"), 0);
        let months = examined(&["Juni"]).result.expect("a plan").items[0].item.months.clone();
        assert_eq!(months, Some(vec![PlanMonth { year: Some(2025), month: 6 }]));
    }

    #[test]
    fn a_target_that_is_an_amount_is_no_time() {
        let header = ["No", "Komponen", "Indikator", "Langkah Aksi", "Bukti", "Target"];
        let sheet = |target: &'static str| {
            grid(&[&header, &["1", "Manajemen Perubahan", "Tim pembangunan telah dibentuk", "Bentuk", "SK", target]])
        };
        assert!(codes(&examined(sheet("100%"))).contains(&"RAK005"));
        assert!(!codes(&examined(sheet("Juni"))).contains(&"RAK005"));
    }

    #[test]
    fn an_unknown_area_is_never_the_one_before() {
        let area = |heading: &str| {
            let rows: [&[&str]; 5] = [
                &ZI,
                &["1. MANAJEMEN PERUBAHAN"],
                &["1", "Tim", "Tim pembangunan telah dibentuk", "a", "b", "Jan"],
                &[heading],
                &["1", "Std", "Terdapat kebijakan standar", "a", "b", "Mar"],
            ];
            let examined = examined(grid(&rows));
            let told = codes(&examined).contains(&"RAK006");
            (examined.result.unwrap().items[1].item.area, told)
        };
        for (heading, right) in [
            ("VI. Peningkatan Kualitas Pelayanan", (Some(6), false)),
            ("POKJA VI", (Some(6), false)),
            ("POKJA 6 : PENINGKATAN KUALITAS PELAYANAN", (Some(6), false)),
            ("PENINGKATAN KUALITAS PELAYANAN PUBLIK (AREA 6)", (Some(6), false)),
            ("VI. Pelayanan kepada Pemilih", (None, true)),
            ("INOVASI DAERAH", (None, true)),
            ("7. Inovasi daerah", (None, true)),
            ("POKJA IX", (None, true)),
            ("A. PEMENUHAN", (Some(1), false)),
        ] {
            assert_eq!(area(heading), right, "{heading}");
        }
    }

    #[test]
    fn codes_of_the_lke_stay_whole_and_trace() {
        for (rows, indicators) in [
            (
                vec![
                    &["Kode Indikator", "Rencana Aksi", "Batas Waktu"][..],
                    &["A.I.1.i.a", "Rapat", "30 Juni 2025"],
                    &["A.I.2.i.a.", "Rapat", "Juni"],
                    &["A.I.9.i.a", "Rapat", "Juni"],
                ],
                ["A.I.1.i.a", "A.I.2.i.a.", "A.I.9.i.a"],
            ),
            (
                vec![
                    &["Kode Indikator", "Indikator", "Rencana Aksi", "Bukti Fisik", "Target Waktu"],
                    &["A.I.1.i.a", "Membentuk", "Rapat", "SK", "Juni 2025"],
                    &["a.i.2.i.a", "Menyusun", "Susun", "SOP", "Juli 2025"],
                    &["", "Lain", "Susun", "SOP", "Juli 2025"],
                ],
                ["Membentuk", "Menyusun", "Lain"],
            ),
            (
                vec![
                    &["Indikator", "Rencana Aksi", "Target Waktu"],
                    &["A.I.1.i.a Membentuk", "Rapat", "Juni 2025"],
                    &["A.I.2.i.a. Menyusun", "Susun", "Juli 2025"],
                    &["1. Lain", "Susun", "Juli 2025"],
                ],
                ["A.I.1.i.a Membentuk", "A.I.2.i.a. Menyusun", "Lain"],
            ),
        ] {
            let result = examined(grid(&rows)).result.unwrap();
            let said: Vec<&str> = result.items.iter().map(|item| &*item.item.indicator).collect();
            assert_eq!(said, indicators);
            let traced: Vec<Option<usize>> =
                result.items.iter().map(|item| item.traced.map(|traced| traced.reference)).collect();
            assert_eq!(traced, [Some(0), Some(1), None], "{indicators:?}");
            assert_eq!(result.items[1].item.area, Some(2), "of the code");
        }
    }

    #[test]
    fn of_plans_of_several_years_one_is_read() {
        let sheet = |name: &str, title: &str, target: &str| {
            let mut sheet = grid(&[
                &[title],
                &ZI,
                &["MANAJEMEN PERUBAHAN"],
                &["1", "Tim", "Tim pembangunan telah dibentuk", "a", "b", target],
            ]);
            sheet.name = name.to_owned();
            sheet
        };
        let two = || {
            vec![
                sheet("2024", "RENCANA AKSI ZI 2024", "Januari 2024"),
                sheet("2025", "RENCANA AKSI ZI 2025", "Februari 2025"),
            ]
        };
        let named = || vec![sheet("2024", "", "Januari"), sheet("2025", "", "Februari")];
        let titled =
            || vec![sheet("A", "RENCANA AKSI ZI 2025", "Februari"), sheet("B", "RENCANA AKSI ZI 2024", "Januari")];
        let parts = || vec![sheet("A", "RENCANA AKSI ZI 2025", "Februari"), sheet("B", "", "Januari")];
        for (sheets, year, right, told) in [
            (two(), None, vec![2], true),
            (two(), Some(2024), vec![1], true),
            (two(), Some(2026), vec![2], true),
            (named(), None, vec![2], true),
            (named(), Some(2024), vec![1], true),
            (titled(), None, vec![2], true),
            (parts(), None, vec![2, 1], false),
        ] {
            let options = PlanOptions { year, ..PlanOptions::default() };
            let examined = examine(vec![book(sheets)], &tracer(), &options);
            let read: Vec<u8> = examined.result.iter().flat_map(|plan| &plan.items).flat_map(self::months).collect();
            assert_eq!(read, right, "{year:?}");
            assert_eq!(codes(&examined).contains(&"RAK020"), told, "{year:?}");
        }
    }

    #[test]
    fn a_year_nobody_stated_is_not_contradicted() {
        let of = |title: &str| {
            let rows: [&[&str]; 5] = [
                &[title],
                &ZI,
                &["MANAJEMEN PERUBAHAN"],
                &["1", "T", "Tim pembangunan telah dibentuk", "a", "b", "Desember 2025"],
                &["2", "T", "Sudah ditetapkan", "a", "b", "Januari 2026"],
            ];
            codes(&examined(grid(&rows))).contains(&"RAK007")
        };
        assert_eq!((of(""), of("RENCANA AKSI ZI 2025")), (false, true));
    }

    #[test]
    fn an_unread_target_is_shown_in_its_own_cell() {
        let rows: [&[&str]; 3] =
            [&ZI, &["MANAJEMEN PERUBAHAN"], &["1", "T", "Tim pembangunan telah dibentuk", "a", "b", "menyesuaikan"]];
        let examined = examined(grid(&rows));
        let unread = examined.findings.iter().find(|finding| finding.code == Code::PlanTargetUnread).unwrap();
        let place = unread.place.as_ref().unwrap();
        assert_eq!(place.range.map(|range| range.start.to_string()).as_deref(), Some("F3"));
    }
}
