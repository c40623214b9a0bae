//! Finds the table of a plan by what its header says; a plan repeats its header on every page, and its columns may move.

use crate::grid::{CellRef, Grid};
use crate::plan::area::{Family, Named, area_named};
use crate::plan::kinds::{self, ACTIONS, TIMES, is_refused};
use crate::plan::quarters::{QuarterColumns, is_group, is_of_quarters, names_quarter, quarter_columns};
use crate::plan::target::{Known, read_target};
use crate::text::normalise_label;

/// Rows a header may have.
const HEADER_ROWS: u32 = 5;
/// Rows looked at for names of areas.
pub(super) const SAMPLE_ROWS: u32 = 500;
/// Words of a header; longer texts are contents.
pub(super) const HEADER_WORDS: usize = 6;
/// Kinds of columns a row must name to be a header.
const FEWEST_USES: usize = 3;

/// What a column of a plan holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Use {
    /// A row's number.
    Number,
    /// Area of change.
    Area,
    /// ZI: komponen; RB: kegiatan.
    Component,
    /// RB: sub kegiatan.
    Sub,
    /// Indicator.
    Indicator,
    /// The LKE's code of the indicator, beside it.
    Code,
    /// ZI: langkah aksi.
    Action,
    /// ZI: bukti fisik.
    Evidence,
    /// ZI: when, as text.
    Target,
    /// Remarks.
    Note,
}

/// The columns as a header gives them.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// Family the columns belong to.
    pub family: Family,
    /// The first row below the header.
    pub first_row: u32,
    /// Columns with what they hold.
    pub columns: Vec<(u32, Use)>,
    /// The columns of the twelve months, where there are such.
    pub months: Option<[u32; 12]>,
    /// The columns of the four quarters, where there are such and none of months.
    pub quarters: Option<[QuarterColumns; 4]>,
}

impl Layout {
    /// The column of a use.
    pub fn of(&self, wanted: Use) -> Option<u32> {
        self.columns.iter().find(|(_, used)| *used == wanted).map(|(col, _)| *col)
    }

    /// Whether it says when anything is planned.
    pub fn has_time(&self) -> bool {
        self.months.is_some() || self.quarters.is_some() || self.of(Use::Target).is_some()
    }
}

/// The texts that stand in a row themselves: not those merged down from above.
pub(super) fn own_texts(grid: &Grid, row: u32) -> impl Iterator<Item = (u32, String)> + '_ {
    (0..grid.cols()).filter_map(move |col| Some((col, own_text(grid, row, col)?)))
}

/// The text of a cell that begins at a position.
pub(super) fn own_text(grid: &Grid, row: u32, col: u32) -> Option<String> {
    let cell = grid.cell(row, col);
    // Blank cells first: finding out what they are merged with is slow.
    if cell.is_blank() || grid.anchor(row, col) != CellRef::new(row, col) {
        return None;
    }
    let text = cell.shown();
    (!text.trim().is_empty()).then_some(text)
}

/// The layout of the header that begins at a row; none where no header does.
pub fn layout_at(grid: &Grid, row: u32) -> Option<Layout> {
    let texts: Vec<(u32, String)> = own_texts(grid, row).map(|(col, text)| (col, normalise_label(&text))).collect();
    let of_quarter = |text: &str| names_quarter(text).is_some() || is_group(text);
    let uses = texts.iter().filter(|(_, text)| !of_quarter(text));
    let mut columns: Vec<(u32, Use, String)> =
        uses.filter_map(|(col, text)| Some((*col, use_of(text)?, text.clone()))).collect();
    let named = |used: Use| columns.iter().any(|column| column.1 == used);
    if !(named(Use::Indicator) || named(Use::Sub)) {
        return None;
    }
    let last_row = (row + 1..grid.rows().min(row + HEADER_ROWS)).take_while(|&below| is_header_row(grid, below)).last();
    let last_row = last_row.unwrap_or(row);
    let first_col = columns.first()?.0;
    let months = (row..=last_row).rev().find_map(|row| month_columns(grid, row, first_col));
    let quarters = quarter_columns(grid, row..last_row + 1).filter(|_| months.is_none());
    let uses =
        [Use::Number, Use::Area, Use::Component, Use::Sub, Use::Indicator, Use::Action, Use::Evidence, Use::Target];
    let kinds = uses.into_iter().filter(|&used| named(used)).count() + usize::from(quarters.is_some());
    let says = |words: &[&str]| columns.iter().any(|column| words.iter().any(|word| kinds::says(&column.2, word)));
    let has_activity = columns.iter().any(|(_, used, text)| {
        *used == Use::Component && kinds::says(text, "kegiatan") && !kinds::says(text, "sasaran")
    });
    // A plan says what is done, and when; a list of actions may leave out when.
    let has_time = months.is_some() || quarters.is_some() || named(Use::Target) && says(&TIMES);
    let is_plan = named(Use::Action) || has_time && (named(Use::Sub) || has_activity) || quarters.is_some();
    if kinds < FEWEST_USES || !is_plan || is_refused(grid, row, &texts) {
        return None;
    }
    let has = |words: &str| columns.iter().any(|column| column.2.contains(words));
    let is_of_areas = named(Use::Area) || named(Use::Sub) || has("komponen") || has("langkah");
    let is_zi = has("komponen") || has("langkah") || named(Use::Evidence) || !named(Use::Sub) && months.is_none();
    let family = match () {
        () if quarters.is_some() && !is_of_areas => Family::Quarterly,
        () if is_zi => Family::Zi,
        () => Family::Rb,
    };
    if has("komponen") && !named(Use::Action) {
        // Beside `komponen`, `kegiatan` is what is done about it.
        columns.iter_mut().filter(|column| column.2.contains("kegiatan")).for_each(|column| column.1 = Use::Action);
    }
    // Beside indicators, `kode indikator` is only their code.
    let is_code = |column: &(u32, Use, String)| column.1 == Use::Indicator && kinds::says(&column.2, "kode");
    if columns.iter().any(|column| column.1 == Use::Indicator && !is_code(column)) {
        columns.iter_mut().filter(|column| is_code(column)).for_each(|column| column.1 = Use::Code);
    }
    // `Target` beside `Waktu` is how much, not when.
    if columns.iter().filter(|column| column.1 == Use::Target).count() > 1 {
        let tells_time = |text: &str| TIMES.iter().any(|word| text.contains(word));
        columns.retain(|column| column.1 != Use::Target || tells_time(&column.2));
    }
    // A target that is no time in any row is how much, too.
    let is_amount = |col: u32, text: &str| {
        let rows = last_row + 1..grid.rows().min(last_row + SAMPLE_ROWS);
        let mut texts = rows.filter_map(|row| own_text(grid, row, col)).peekable();
        let is_time = |text: String| read_target(&text, Known::default()).is_some_and(|t| !t.months.is_empty());
        !TIMES.iter().any(|word| text.contains(word)) && texts.peek().is_some() && !texts.any(is_time)
    };
    columns.retain(|(col, used, text)| *used != Use::Target || !is_amount(*col, text));
    if months.is_some() || quarters.is_some() {
        columns.retain(|column| column.1 != Use::Target);
    }
    let mut columns: Vec<(u32, Use)> = columns.into_iter().map(|(col, used, _)| (col, used)).collect();
    if !columns.iter().any(|(_, used)| *used == Use::Area) {
        // Areas may stand under any name: `Program`.
        let named = |col: u32| columns.iter().find(|(of, _)| *of == col).map(|(_, used)| *used);
        let may_be = |col: &u32| matches!(named(*col), None | Some(Use::Component));
        let beside = columns.iter().find(|(_, used)| *used == Use::Indicator).map(|(col, _)| *col);
        let is_one = |col: &u32| names_areas(grid, *col, last_row + 1, family, beside);
        if let Some(col) = (0..grid.cols()).filter(may_be).find(is_one) {
            columns.retain(|(of, _)| *of != col);
            columns.push((col, Use::Area));
        }
    }
    // Areas that only RB has tell more than the names of columns.
    let of_areas = columns.iter().find(|(_, used)| *used == Use::Area).map(|(col, _)| *col);
    let family = match of_areas {
        Some(col) if names_areas_of_rb(grid, col, last_row + 1) => Family::Rb,
        _ => family,
    };
    // A plan of performance has goals where others have components.
    let goal = texts.iter().find(|(_, text)| kinds::says(text, "sasaran")).map(|(col, _)| *col);
    if let Some(col) = goal.filter(|col| columns.iter().all(|(of, used)| of != col && *used != Use::Component)) {
        columns.push((col, Use::Component));
    }
    Some(Layout { family, first_row: last_row + 1, columns, months, quarters })
}

/// Whether the texts of a column below a header are names of areas: two at least, and half of them, beside an indicator.
/// Those above their rows are headings.
fn names_areas(grid: &Grid, col: u32, first_row: u32, family: Family, beside: Option<u32>) -> bool {
    let rows = first_row..grid.rows().min(first_row + SAMPLE_ROWS);
    let is_beside = |row: u32| beside.is_none_or(|col| own_text(grid, row, col).is_some());
    let texts = rows.filter_map(|row| Some((row, own_text(grid, row, col)?)));
    let is_area =
        |(row, text): (u32, String)| is_beside(row) && matches!(area_named(family, &text), Some(Named::Area(_)));
    let named: Vec<bool> = texts.map(is_area).collect();
    let areas = named.iter().filter(|is_area| **is_area).count();
    areas >= 2 && 2 * areas >= named.len()
}

/// Whether a column below a header names an area that ZI has not.
fn names_areas_of_rb(grid: &Grid, col: u32, first_row: u32) -> bool {
    let names = |family: Family, text: &str| matches!(area_named(family, text), Some(Named::Area(_)));
    (first_row..grid.rows().min(first_row + SAMPLE_ROWS))
        .filter_map(|row| own_text(grid, row, col))
        .any(|text| names(Family::Rb, &text) && !names(Family::Zi, &text))
}

/// What a normalised header text says its column holds.
fn use_of(text: &str) -> Option<Use> {
    let words: Vec<&str> = text.split(' ').collect();
    if words.len() > HEADER_WORDS {
        return None;
    }
    let has =
        |known: &[&str]| known.iter().any(|known| words.contains(known) || known.contains(' ') && text.contains(known));
    Some(if ["no", "nomor", "no urut", "nomor urut"].contains(&text) {
        Use::Number
    } else if has(&["sub kegiatan", "subkegiatan"]) || text == "sub" {
        Use::Sub
    } else if has(&["indikator", "pertanyaan"]) {
        Use::Indicator
    } else if has(&["bukti", "data dukung", "eviden", "evidence", "output", "keluaran"]) {
        Use::Evidence
    } else if has(&ACTIONS) {
        Use::Action
    } else if has(&["target"]) || has(&TIMES) {
        Use::Target
    } else if has(&["area"]) {
        Use::Area
    } else if has(&["komponen", "subkomponen", "kegiatan"]) {
        Use::Component
    } else if has(&["keterangan", "ket"]) {
        Use::Note
    } else if has(&["kode"]) {
        Use::Code
    } else {
        return None;
    })
}

/// Whether a row belongs to the header above it: months, a year, numbers of columns, names of columns.
fn is_header_row(grid: &Grid, row: u32) -> bool {
    let is_header = |raw: &str| {
        let text = normalise_label(raw);
        let bare = text.strip_prefix("tahun ").or_else(|| text.strip_prefix("bulan ")).unwrap_or(&text);
        bare.parse::<u16>().is_ok()
            || bare == "bulan"
            || month_named(raw).is_some()
            || letter_of_month(&text)
            || use_of(&text).is_some()
            || is_of_quarters(&text)
    };
    let texts: Vec<String> = own_texts(grid, row).map(|(_, text)| text).collect();
    // One name alone is an area's heading.
    let is_alone = texts.len() == 1 && (use_of(&normalise_label(&texts[0])).is_some() || is_of_quarters(&texts[0]));
    !texts.is_empty() && !is_alone && texts.iter().all(|text| is_header(text))
}

/// The month a text of a header names: `Jan`, `Januari 2025`, or the first day of it.
fn month_named(text: &str) -> Option<u8> {
    match read_target(text, Known::default())?.months.as_slice() {
        [month] => Some(month.month),
        _ => None,
    }
}

fn letter_of_month(text: &str) -> bool {
    text.len() == 1 && "jfmasond".contains(text)
}

/// The columns of a row that are labelled as the twelve months, in order and by one scheme: names, numbers, or first letters.
fn month_columns(grid: &Grid, row: u32, first_col: u32) -> Option<[u32; 12]> {
    let labels: Vec<(u32, String)> = own_texts(grid, row).collect();
    let schemes: [fn(u8, &str) -> bool; 3] = [
        |month, label| month_named(label) == Some(month),
        |month, label| label.parse() == Ok(month),
        |month, label| {
            let letter = "jfmamjjasond".get(usize::from(month) - 1..usize::from(month));
            letter.is_some_and(|letter| label.trim().eq_ignore_ascii_case(letter))
        },
    ];
    let is_run = |run: &&[(u32, String)]| {
        schemes.iter().any(|scheme| (1..).zip(run.iter()).all(|(month, (_, label))| scheme(month, label)))
    };
    // Numbers that begin in the table's first column number its columns.
    let is_numbering = labels.first().is_some_and(|(col, label)| *col == first_col && label == "1");
    let run = labels.windows(12).skip(usize::from(is_numbering)).find(is_run)?;
    run.iter().map(|(col, _)| *col).collect::<Vec<_>>().try_into().ok()
}
