//! Reads the rows of a plan from the grid of a sheet, whatever page breaks, merged cells and typists did to them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use crate::finding::{Arg, Code, SheetFindings};
use crate::grid::{CellRef, Grid};
use crate::plan::area::{Family, Named, area_named};
use crate::plan::columns::{Layout, Use, layout_at, own_texts};
use crate::plan::quarters::QuarterColumns;
use crate::plan::target::{Known, read_target};
use crate::plan::timeline::{PlanMonth, month_of};
use crate::text::{normalise_label, shorten};

/// A cell merged over so many columns and alone in its row is a heading.
const HEADING_COLUMNS: u32 = 3;

/// One row of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Where its text begins.
    pub cell: CellRef,
    /// Where its target stands; none where it has none of its own.
    pub target_cell: Option<CellRef>,
    /// The LKE's code, as written, where it has a column of its own.
    pub code: String,
    /// Area of change, by its number in the family; none under a heading that names no area.
    pub area: Option<u8>,
    /// ZI: komponen; RB: kegiatan.
    pub component: String,
    /// RB: sub kegiatan.
    pub sub: String,
    /// Indicator.
    pub indicator: String,
    /// ZI: langkah aksi.
    pub action: String,
    /// ZI: bukti fisik.
    pub evidence: String,
    /// Months planned, in order of time; none where the plan does not say, or not for certain.
    pub months: Option<Vec<PlanMonth>>,
    /// Weeks of months.
    pub weeks: Vec<(u8, u8)>,
    /// The target as written; of a plan with columns of months empty.
    pub target: String,
    /// Of a plan by quarters, what each aims at and what came of it, as written.
    pub quarters: Vec<Quarter>,
    /// Remarks, and whatever stands behind the twelfth month.
    pub note: String,
}

/// One quarter of a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Quarter {
    /// What is planned: a tick, a number, a share.
    pub target: String,
    /// What came of it; empty where the plan has no column for it, too.
    pub realised: String,
}

/// The table of one sheet, read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Family of its first header.
    pub family: Family,
    /// Its rows.
    pub items: Vec<Item>,
    /// The year its title names.
    pub year: Option<i16>,
    /// When it was decreed.
    pub decreed: Option<Date>,
    /// Where most areas of its column are none of any family: the first, as written, and how many. Then it is another plan.
    pub other_areas: Option<(CellRef, String, usize)>,
}

static DECREED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)pada\s+tanggal\s*:?\s*(\d{1,2})\s+(\p{L}+)\s+(\d{4})"));
static TITLE_YEAR: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)rencana\s+(?:aksi|kerja).*\b(20\d\d)\b"));
static YEAR: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^\s*tahun\s+(20\d\d)\s*$"));
static CLOSING: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^\s*(?:ditetapkan\s+di|pada\s+tanggal|salinan\s+sesuai|tembusan)"));
static NUMBERING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^\s*\(?(?:\d{1,2}|[ivxIVX]{1,4}|[a-zA-Z])(?:[.)]+(?:\s+(\S)|([^\s\d.)]))|\s+-\s+(\p{L}))")
});
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)^\s*((?:\d{1,2}|[ivx]{1,4}|[a-z])(?:\.(?:\d{1,2}|[ivx]{1,4}|[a-z])){2,})[.):]?(?:\s|$)")
});
static ROMAN: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*[IVX]{1,4}[.):\s]"));
static PAGE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^\W*(?:halaman|hal\.?|page)?\W*\d{1,3}\W*(?:dari\s+\d+)?\W*$"));
static MARKUP: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)</?[a-z][^<>]{0,80}>|&nbsp;|&#160;"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern that is tested")
}

/// Reads the plan of a sheet; none where it has no table of one.
pub fn read_plan(grid: &Grid, findings: &mut SheetFindings) -> Option<Reading> {
    let mut reader = Reader {
        grid,
        findings,
        layout: None,
        state: State::default(),
        reading: None,
        marks: Marks::default(),
        areas: BTreeSet::new(),
        other_areas: BTreeMap::new(),
    };
    let mut row = 0;
    while row < grid.rows() {
        match layout_at(grid, row) {
            Some(layout) => {
                let first_row = layout.first_row;
                reader.begin_page(layout, row);
                row = first_row;
            }
            None => {
                reader.row(row);
                row += 1;
            }
        }
    }
    reader.finish()
}

/// What is carried from row to row.
#[derive(Default)]
struct State {
    area: Option<u8>,
    /// The column areas were announced in, alone in their rows.
    area_col: Option<u32>,
    component: String,
    sub: String,
    /// No row was read since the last header.
    is_page_new: bool,
    /// Below the signatures nothing belongs to the table.
    is_closed: bool,
    year: Option<i16>,
    decreed: Option<Date>,
}

/// What stood in columns of months and was no mark, and what stood behind them.
#[derive(Default)]
struct Marks {
    unread: Vec<(CellRef, String)>,
    beyond: Vec<CellRef>,
}

struct Reader<'a> {
    grid: &'a Grid,
    findings: &'a mut SheetFindings,
    layout: Option<Layout>,
    state: State,
    reading: Option<Reading>,
    marks: Marks,
    /// Texts of the column of areas: those that name one, and those that do not, with the first cell.
    areas: BTreeSet<String>,
    other_areas: BTreeMap<String, CellRef>,
}

impl Reader<'_> {
    fn begin_page(&mut self, layout: Layout, header: u32) {
        if self.reading.is_none() {
            if !layout.has_time() {
                self.findings.add_at(Code::PlanWithoutTime, None, CellRef::new(header, 0), []);
            }
            self.reading = Some(Reading {
                family: layout.family,
                items: Vec::new(),
                year: None,
                decreed: None,
                other_areas: None,
            });
        }
        let of_header = (header..layout.first_row).flat_map(|row| own_texts(self.grid, row));
        let year = of_header.filter_map(|(_, text)| YEAR.captures(&text)?[1].parse().ok()).next();
        self.state.year = self.state.year.or(year);
        self.state.is_page_new = true;
        self.state.is_closed = false;
        // A table is of one family on all its pages.
        let family = self.reading.as_ref().map_or(layout.family, |reading| reading.family);
        self.layout = Some(Layout { family, ..layout });
    }

    fn row(&mut self, row: u32) {
        // An empty checkbox says nothing: whole columns are filled with them.
        let texts: Vec<(u32, String)> = own_texts(self.grid, row).filter(|(_, text)| !is_unticked(text)).collect();
        self.look_for_dates(&texts);
        let Some(layout) = self.layout.clone().filter(|_| !self.state.is_closed) else { return };
        if texts.is_empty() || texts.len() == 1 && PAGE.is_match(&texts[0].1) {
            return;
        }
        if texts.iter().any(|(_, text)| CLOSING.is_match(text)) {
            self.state.is_closed = true;
            return;
        }
        if !self.heading(row, &texts, &layout) {
            self.item(row, &layout);
        }
    }

    fn look_for_dates(&mut self, texts: &[(u32, String)]) {
        for (_, text) in texts {
            if let Some(found) = DECREED.captures(text) {
                let month = month_of(&found[2].to_lowercase());
                let date =
                    month.and_then(|month| Date::new(found[3].parse().ok()?, month as i8, found[1].parse().ok()?).ok());
                self.state.decreed = self.state.decreed.or(date);
            }
            if self.layout.is_none()
                && let Some(found) = TITLE_YEAR.captures(text)
            {
                self.state.year = found[1].parse().ok();
            }
        }
    }

    /// A row with one text only, that of an area or merged over columns, is a heading.
    fn heading(&mut self, row: u32, texts: &[(u32, String)], layout: &Layout) -> bool {
        let said: Vec<&(u32, String)> = texts.iter().filter(|(_, text)| !is_number(text)).collect();
        let [(col, text)] = said.as_slice() else { return false };
        let text = clean(text);
        // With its number, for those who write `AREA` in one cell and `IV` in the next.
        let with_number = texts.iter().map(|(_, text)| clean(text)).collect::<Vec<_>>().join(" ");
        let is_wide = self.width(row, *col) >= HEADING_COLUMNS;
        let in_front = layout.of(Use::Indicator).is_none_or(|indicator| *col < indicator);
        match area_named(layout.family, &text).or_else(|| area_named(layout.family, &with_number)) {
            Some(Named::Area(number)) if is_wide || in_front => {
                self.state.is_page_new = false;
                self.state.area_col = Some(*col);
                self.enter(Some(number));
                true
            }
            found if is_wide || in_front && (found.is_some() || self.announces(layout, *col, &text)) => {
                let is_capital = !text.chars().any(char::is_lowercase);
                if found.is_some() || is_capital && !is_section(&text) || self.announces(layout, *col, &text) {
                    self.enter_unknown(layout, CellRef::new(row, *col), &text);
                }
                true
            }
            _ => false,
        }
    }

    /// Whether a text alone in its row stands where areas were announced, as one of them would, and is none that is known.
    fn announces(&self, layout: &Layout, col: u32, text: &str) -> bool {
        let has_own_column =
            [Use::Component, Use::Sub].into_iter().any(|used| layout.of(used).is_some_and(|of| of > col));
        let is_capital = !text.chars().any(char::is_lowercase);
        let is_name = normalise_label(text).split(' ').count() > 1;
        self.state.area_col == Some(col)
            && is_name
            && !is_section(text)
            && (is_capital || ROMAN.is_match(text) || has_own_column)
    }

    /// Enters the area a text names; false where it names none.
    fn enter_named(&mut self, layout: &Layout, text: &str) -> bool {
        let Some(Named::Area(number)) = area_named(layout.family, text) else { return false };
        self.enter(Some(number));
        true
    }

    fn enter(&mut self, area: Option<u8>) {
        if self.state.area != area || area.is_none() {
            self.state.area = area;
            self.state.component.clear();
            self.state.sub.clear();
        }
    }

    /// What follows stands under no area of the family.
    fn enter_unknown(&mut self, layout: &Layout, cell: CellRef, text: &str) {
        self.enter(None);
        let args = [("text", Arg::from(shorten(text, 60))), ("family", Arg::from(layout.family.title()))];
        self.findings.add_at(Code::PlanAreaUnknown, None, cell, args);
    }

    /// Columns over which the cell that begins at a position is merged.
    fn width(&self, row: u32, col: u32) -> u32 {
        let start = CellRef::new(row, col);
        (col..self.grid.cols()).take_while(|&col| self.grid.anchor(row, col) == start).count() as u32
    }

    /// The text of a use in a row, and whether it begins in this very row.
    fn text(&self, layout: &Layout, row: u32, used: Use) -> (String, bool) {
        let Some(col) = layout.of(used) else { return (String::new(), false) };
        let anchor = self.grid.anchor(row, col);
        let text = clean(&self.grid.cell(row, col).shown());
        let begins = anchor.row == row && !text.is_empty();
        (text, begins)
    }

    fn item(&mut self, row: u32, layout: &Layout) {
        let text = |used: Use| self.text(layout, row, used);
        let (area, component, sub) = (text(Use::Area), text(Use::Component), text(Use::Sub));
        let (indicator, action, evidence, target) =
            (text(Use::Indicator), text(Use::Action), text(Use::Evidence), text(Use::Target));
        let note = text(Use::Note).0;
        let quarters = self.quarters(layout, row);
        let (months, has_marks, beyond) =
            if quarters.is_empty() { self.months(layout, row) } else { months_of(&quarters) };
        if area.1 && mark(&area.0) != Mark::Not {
            self.area_cell(layout, row, &area.0);
        }
        let component = match layout.of(Use::Area) {
            // Where no column is one of areas, an area may stand once where components do.
            None if component.1 && self.enter_named(layout, &component.0) => (String::new(), false),
            _ => component,
        };
        let is_new_page = std::mem::take(&mut self.state.is_page_new);
        let goes_on = |(text, begins): &(String, bool)| !begins || text.starts_with(char::is_lowercase);
        if is_new_page
            && !has_marks
            && goes_on(&indicator)
            && goes_on(&sub)
            && (!target.1 || self.last_target_is_cut())
            && let Some(last) = self.reading.as_mut().and_then(|reading| reading.items.last_mut())
        {
            for (own, (text, begins)) in [
                (&mut last.indicator, indicator),
                (&mut last.action, action),
                (&mut last.evidence, evidence),
                (&mut last.target, target),
            ] {
                if begins {
                    own.push(' ');
                    own.push_str(&text);
                }
            }
            return;
        }
        if component.1 {
            let label = without_numbering(component.0.trim_end_matches("(lanjutan)"));
            if normalise_label(&label) != normalise_label(&self.state.component) {
                self.state.sub.clear();
            }
            self.state.component = label;
        }
        if sub.1 {
            self.state.sub = without_numbering(&sub.0);
        }
        let is_row = indicator.1 || has_marks || sub.1 || action.1 && target.1;
        if !is_row {
            // A second action or piece of evidence of the row above.
            if let Some(last) = self.reading.as_mut().and_then(|reading| reading.items.last_mut()) {
                for (own, (text, begins)) in [(&mut last.action, action), (&mut last.evidence, evidence)] {
                    if begins {
                        own.push_str("; ");
                        own.push_str(&text);
                    }
                }
            }
            return;
        }
        let begins = [(Use::Indicator, indicator.1), (Use::Sub, sub.1), (Use::Action, action.1)];
        let place = begins.into_iter().find(|(_, begins)| *begins).and_then(|(used, _)| layout.of(used));
        let item = Item {
            cell: CellRef::new(row, place.or(layout.of(Use::Indicator)).unwrap_or_default()),
            target_cell: layout.of(Use::Target).filter(|_| target.1).map(|col| CellRef::new(row, col)),
            code: self.text(layout, row, Use::Code).0,
            area: self.state.area,
            component: self.state.component.clone(),
            sub: if layout.of(Use::Sub).is_some() { self.state.sub.clone() } else { String::new() },
            indicator: without_numbering(&indicator.0),
            action: action.0,
            evidence: evidence.0,
            months,
            weeks: Vec::new(),
            target: target.0,
            quarters,
            note: [note, beyond].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" "),
        };
        if let Some(reading) = &mut self.reading {
            reading.items.push(item);
        }
    }

    fn last_target_is_cut(&self) -> bool {
        let last = self.reading.as_ref().and_then(|reading| reading.items.last());
        last.is_some_and(|item| !item.target.is_empty() && read_target(&item.target, Known::default()).is_none())
    }

    /// The area a cell of the area column names; by its number too.
    fn area_cell(&mut self, layout: &Layout, row: u32, text: &str) {
        let named = |family| match area_named(family, text).or_else(|| area_named(family, &format!("area {text}"))) {
            Some(Named::Area(number)) => Some(number),
            _ => None,
        };
        let cell = CellRef::new(row, layout.of(Use::Area).unwrap_or_default());
        if [Family::Zi, Family::Rb].into_iter().any(|family| named(family).is_some()) {
            self.areas.insert(normalise_label(text));
        } else {
            self.other_areas.entry(normalise_label(text)).or_insert(cell);
        }
        match named(layout.family) {
            Some(number) => self.enter(Some(number)),
            None => self.enter_unknown(layout, cell, text),
        }
    }

    /// What stands in the columns of quarters.
    fn quarters(&self, layout: &Layout, row: u32) -> Vec<Quarter> {
        let text = |col: u32| clean(&self.grid.cell(row, col).shown());
        let quarter = |columns: &QuarterColumns| Quarter {
            target: text(columns.target),
            realised: columns.realised.map(text).unwrap_or_default(),
        };
        layout.quarters.iter().flatten().map(quarter).collect()
    }

    /// The months marked in a row (none where every cell is blank), whether a mark begins in it, and what stands behind
    /// the twelfth month.
    fn months(&mut self, layout: &Layout, row: u32) -> (Option<Vec<PlanMonth>>, bool, String) {
        let Some(cols) = layout.months else { return (None, false, String::new()) };
        let (mut months, mut is_blank, mut begins) = (Vec::new(), true, false);
        for (month, col) in (1..).zip(cols) {
            let text = clean(&self.grid.cell(row, col).shown());
            if text.is_empty() {
                continue;
            }
            is_blank = false;
            begins |= !is_unticked(&text) && self.grid.anchor(row, col).row == row;
            match mark(&text) {
                Mark::Planned => months.push(PlanMonth { year: None, month }),
                Mark::Not => {}
                Mark::Unknown => self.marks.unread.push((CellRef::new(row, col), text)),
            }
        }
        let note = layout.of(Use::Note);
        let mut beyond = Vec::new();
        for col in cols[11] + 1..self.grid.cols() {
            let text = clean(&self.grid.cell(row, col).shown());
            if text.is_empty() || self.grid.anchor(row, col) != CellRef::new(row, col) {
                continue;
            }
            if mark(&text) == Mark::Planned {
                self.marks.beyond.push(CellRef::new(row, col));
            }
            if Some(col) != note {
                beyond.push(text);
            }
        }
        ((!is_blank).then_some(months), begins, beyond.join(" "))
    }

    fn finish(self) -> Option<Reading> {
        let mut reading = self.reading?;
        (reading.year, reading.decreed) = (self.state.year, self.state.decreed);
        if self.other_areas.len() > self.areas.len() {
            let first = self.other_areas.iter().min_by_key(|(_, cell)| **cell);
            reading.other_areas = first
                .map(|(_, cell)| (*cell, clean(&self.grid.cell(cell.row, cell.col).shown()), self.other_areas.len()));
        }
        for (cell, text) in self.marks.unread {
            self.findings.add_at(Code::PlanMarkUnread, None, cell, [("text", Arg::from(shorten(&text, 40)))]);
        }
        if let Some(first) = self.marks.beyond.first() {
            let count = self.marks.beyond.len();
            self.findings.add_at(Code::PlanMarkBeyond, None, *first, [("count", Arg::from(count))]);
        }
        Some(reading)
    }
}

/// As [`Reader::months`], of quarters: each is due in its last month, and whatever is no sign of nothing plans it.
fn months_of(quarters: &[Quarter]) -> (Option<Vec<PlanMonth>>, bool, String) {
    let planned = |quarter: &&(u8, &Quarter)| !quarter.1.target.is_empty() && mark(&quarter.1.target) != Mark::Not;
    let months: Vec<(u8, &Quarter)> = (3..).step_by(3).zip(quarters).collect();
    let months: Vec<PlanMonth> =
        months.iter().filter(planned).map(|(month, _)| PlanMonth { year: None, month: *month }).collect();
    let is_blank = quarters.iter().all(|quarter| quarter.target.is_empty());
    let has_marks = !months.is_empty();
    ((!is_blank).then_some(months), has_marks, String::new())
}

#[derive(Debug, PartialEq)]
enum Mark {
    Planned,
    Not,
    Unknown,
}

fn mark(text: &str) -> Mark {
    // Checkboxes of Google Sheets are exported as words, in the language of the spreadsheet.
    match text.to_lowercase().as_str() {
        "√" | "✓" | "✔" | "✅" | "☑" | "v" | "x" | "●" | "•" | "■" | "1" | "\u{f0fc}" | "true" | "benar" => {
            Mark::Planned
        }
        "-" | "–" | "—" | "−" | "0" | "_" | "☐" | "nihil" | "false" | "salah" => Mark::Not,
        _ => Mark::Unknown,
    }
}

/// An empty checkbox of Google Sheets, as it is exported.
fn is_unticked(text: &str) -> bool {
    ["false", "salah"].iter().any(|known| text.eq_ignore_ascii_case(known))
}

/// A cell's text without leftovers of HTML, in one line.
fn clean(text: &str) -> String {
    let text = MARKUP.replace_all(text, " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The parts of an LKE above and beside its areas.
fn is_section(text: &str) -> bool {
    let words = normalise_label(text);
    words
        .split(' ')
        .any(|word| ["pengungkit", "pemenuhan", "reform", "hasil", "komponen", "total", "jumlah"].contains(&word))
}

/// A code as the LKE has them, `A.I.1.i.a` or `1.1.1.1`, at the beginning of a text.
pub(super) fn code_in(text: &str) -> Option<&str> {
    CODE.captures(text).and_then(|found| found.get(1)).map(|code| code.as_str())
}

/// `1.`, `IV`, `d)`: no text but a number.
fn is_number(text: &str) -> bool {
    let text = normalise_label(text);
    text.parse::<u16>().is_ok()
        || text.len() == 1
        || !text.is_empty() && text.len() < 6 && text.bytes().all(|b| b"ivx".contains(&b))
}

/// A text without the number in front of it: `2.Text`, `a) Text`. Codes (`1.1.1.1`) and amounts (`1.000 orang`) are texts.
fn without_numbering(text: &str) -> String {
    if code_in(text).is_some() {
        return text.trim().to_owned();
    }
    match NUMBERING.captures(text).and_then(|found| found.iter().skip(1).flatten().next()) {
        Some(first) => text[first.start()..].trim().to_owned(),
        None => text.trim().to_owned(),
    }
}
