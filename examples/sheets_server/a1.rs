//! A1 notation: `Sheet1!A1:B2`, `'Triwulan I'!A2:C`, `B:D`, a whole sheet by its name.

use std::ops::Range;

use rekap::grid::column_letters;

use super::error::ApiError;
use super::model::Spreadsheet;

/// A rectangle of a sheet, ends outside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Rows from 0.
    pub rows: Range<u32>,
    /// Columns from 0.
    pub cols: Range<u32>,
}

impl Area {
    /// Whether a cell lies in it.
    pub fn contains(&self, row: u32, col: u32) -> bool {
        self.rows.contains(&row) && self.cols.contains(&col)
    }

    /// Whether another area shares a cell with it.
    pub fn meets(&self, other: &Area) -> bool {
        self.rows.start < other.rows.end
            && other.rows.start < self.rows.end
            && self.cols.start < other.cols.end
            && other.cols.start < self.cols.end
    }

    /// Whether another area lies in it whole.
    pub fn covers(&self, other: &Area) -> bool {
        self.rows.start <= other.rows.start
            && other.rows.end <= self.rows.end
            && self.cols.start <= other.cols.start
            && other.cols.end <= self.cols.end
    }

    /// As Google writes it back, the sheet's name quoted where it must be.
    pub fn show(&self, title: &str) -> String {
        let first = format!("{}{}", column_letters(self.cols.start), self.rows.start + 1);
        let last = format!("{}{}", column_letters(self.cols.end.max(1) - 1), self.rows.end);
        let title = quoted(title);
        if first == last { format!("{title}!{first}") } else { format!("{title}!{first}:{last}") }
    }
}

fn quoted(title: &str) -> String {
    let is_word = title.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && title.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if is_word && corner(title).is_none_or(|corner| corner.0.is_none() || corner.1.is_none()) {
        title.to_owned()
    } else {
        format!("'{}'", title.replace('\'', "''"))
    }
}

/// One corner: column and row from 0, either of which may be missing.
fn corner(text: &str) -> Option<(Option<u32>, Option<u32>)> {
    let text = text.strip_prefix('$').unwrap_or(text);
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = text.split_at(letters);
    let row = row.strip_prefix('$').unwrap_or(row);
    if letters > 3 || !row.bytes().all(|b| b.is_ascii_digit()) || (letters == 0 && row.is_empty()) {
        return None;
    }
    let col = column.bytes().fold(0, |n, b| n * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1).checked_sub(1);
    let row = if row.is_empty() { None } else { Some(row.parse::<u32>().ok()?.checked_sub(1)?) };
    Some((col, row))
}

/// `A1:B2` or `A1`, within a sheet of so many rows and columns; none where the text is no such thing.
fn cells(text: &str, size: (u32, u32)) -> Option<Area> {
    let (first, last) = match text.split_once(':') {
        Some((first, last)) => (corner(first)?, corner(last)?),
        None => {
            let cell = corner(text)?;
            cell.0.and(cell.1)?;
            (cell, cell)
        }
    };
    let span = |a: Option<u32>, b: Option<u32>, size: u32| match (a, b) {
        (Some(a), Some(b)) => a.min(b)..a.max(b).saturating_add(1),
        (Some(a), None) => a..size,
        (None, Some(b)) => 0..b.saturating_add(1),
        (None, None) => 0..size,
    };
    // `A2:3` and `2:C` name nothing.
    if (first.0.is_none() && last.0.is_some()) || (first.0.is_some() && last.0.is_none() && last.1.is_none()) {
        return None;
    }
    Some(Area { rows: span(first.1, last.1, size.0), cols: span(first.0, last.0, size.1) })
}

/// Reads a range: the sheet's place and the area, cut off at the sheet's edge.
///
/// # Errors
/// Google's refusal of a range that cannot be read, names no sheet, or starts beyond the sheet.
pub fn parse(spreadsheet: &Spreadsheet, text: &str) -> Result<(usize, Area), ApiError> {
    let unreadable = || ApiError::invalid(format!("Unable to parse range: {text}"));
    let named = |title: &str| spreadsheet.sheets.iter().position(|sheet| sheet.title() == title);
    let unquote = |title: &str| match title.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(inner) => inner.replace("''", "'"),
        None => title.to_owned(),
    };
    let whole = |sheet: usize| {
        let (rows, cols) = spreadsheet.sheets[sheet].size();
        Ok((sheet, Area { rows: 0..rows, cols: 0..cols }))
    };
    let (sheet, range) = match text.rfind('!').filter(|_| !text.ends_with('\'')) {
        Some(mark) => (named(&unquote(&text[..mark])).ok_or_else(unreadable)?, &text[mark + 1..]),
        None if text.starts_with('\'') => return whole(named(&unquote(text)).ok_or_else(unreadable)?),
        None => {
            let first = spreadsheet.sheets.first().ok_or_else(unreadable)?;
            match cells(text, first.size()) {
                Some(_) => (0, text),
                None => return whole(named(text).ok_or_else(unreadable)?),
            }
        }
    };
    let (rows, cols) = spreadsheet.sheets[sheet].size();
    let mut area = cells(range, (rows, cols)).ok_or_else(unreadable)?;
    if area.rows.start >= rows || area.cols.start >= cols {
        let shown = area.show(spreadsheet.sheets[sheet].title());
        return Err(ApiError::invalid(format!(
            "Range ({shown}) exceeds grid limits. Max rows: {rows}, max columns: {cols}"
        )));
    }
    area.rows.end = area.rows.end.min(rows);
    area.cols.end = area.cols.end.min(cols);
    Ok((sheet, area))
}
