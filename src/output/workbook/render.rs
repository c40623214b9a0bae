//! Any table as a sheet.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::chart;
use super::sheet::{HEADER, Look, MOST_ROWS, Sheet, Style, cell};
use crate::lang::Lang;
use crate::report::TableName;
use crate::report::table::{
    CellValue, Cells, Chart, Colour, Column, Format, Formula, RowKind, Rows, Section, Seen, Size, Table,
};

/// The column of a sentence in place of rows: the first holds codes and is narrow.
const NOTE: u16 = 1;

/// What every sheet is written from.
pub(super) struct Context<'a> {
    style: &'a Style,
    lang: Lang,
    /// The zone times are shown in.
    zone: &'a TimeZone,
    /// When and in which run all this was made.
    stamp: String,
    /// The first row of every table, since formulas and links of others lead there.
    tops: BTreeMap<TableName, u32>,
}

/// The rows of headings of a table's first section, its line above them included.
fn headings(table: &Table<Rows>) -> u32 {
    let first = table.sections.first();
    first.map_or(0, |section| section.headings.len() as u32 + u32::from(section.title.is_some()))
}

impl<'a> Context<'a> {
    pub(super) fn new(
        style: &'a Style,
        lang: Lang,
        zone: &'a TimeZone,
        stamp: String,
        tables: &[(TableName, Table<Rows>)],
    ) -> Self {
        let tops = tables.iter().map(|(name, table)| (*name, HEADER + headings(table))).collect();
        Context { style, lang, zone, stamp, tops }
    }

    /// Writes a table as a sheet.
    pub(super) fn write(&self, out: Worksheet, name: TableName, table: Table<Rows>) -> Result<Worksheet, XlsxError> {
        let subtitle = format!("{} · {}", table.subtitle, self.stamp);
        let title = name.title().text(self.lang);
        let sheet = Sheet::new(out, (self.style, self.lang), title, [&table.title, &subtitle, &table.legend])?;
        let header_end = HEADER + headings(&table).saturating_sub(1);
        let headed = || table.sections.iter().filter(|section| !section.headings.is_empty());
        let is_one = headed().count() == 1;
        let is_alike = headed().all(|section| table.sections.first().is_some_and(|of| of.headings == section.headings));
        let is_titled = table.sections.first().is_some_and(|section| section.title.is_some());
        let (is_streamed, is_long) = (table.size != Size::Small, table.size == Size::Long);
        let beside = table.frozen_columns as u16;
        let mut writer = Writer {
            context: self,
            sheet,
            name: title,
            row: HEADER,
            first: HEADER,
            headings: HEADER,
            breaks: Vec::new(),
        };
        let mut is_sorted = is_one && table.size != Size::Wide;
        let mut first_end = HEADER;
        for (place, section) in table.sections.into_iter().enumerate() {
            writer.row += u32::from(place > 0);
            // A chart and its numbers are on one page.
            let is_paged = !is_one && !section.charts.is_empty();
            writer.breaks.extend((is_paged && place > 0).then_some(writer.row));
            let has_columns = !section.columns.is_empty();
            is_sorted &= writer.section(section, is_streamed, beside)? || !has_columns;
            writer.breaks.extend(is_paged.then_some(writer.row + 1));
            first_end = if place == 0 { writer.row } else { first_end };
        }
        let Writer { mut sheet, mut breaks, row: end, .. } = writer;
        breaks.dedup();
        sheet.out.set_page_breaks(&breaks)?;
        // The first headings head a page, and stay in sight, where they are those of most rows; their title where of all.
        let is_most = 2 * (first_end - HEADER) > end - HEADER;
        let repeated = (is_alike || is_most).then(|| HEADER + u32::from(is_titled && !is_one));
        let is_frozen = is_one || (repeated.is_some() && !is_titled);
        sheet.finish(header_end, (repeated, is_frozen), beside, (is_sorted, is_long), end)
    }
}

/// A sheet being written, section by section.
struct Writer<'a> {
    context: &'a Context<'a>,
    sheet: Sheet<'a>,
    name: &'static str,
    /// The next free row.
    row: u32,
    /// The first row of the section.
    first: u32,
    /// The row of the last headings.
    headings: u32,
    /// Rows that begin a page.
    breaks: Vec<u32>,
}

impl Writer<'_> {
    /// Writes a section; whether it has rows and they may be sorted, there being none that sums up others.
    fn section(&mut self, section: Section<Rows>, is_streamed: bool, beside: u16) -> Result<bool, XlsxError> {
        let section = section.seen(|seen| seen != Seen::Machines);
        if is_streamed {
            let looks: Vec<Look> = section.columns.iter().map(|column| Look::of_format(column.format)).collect();
            self.sheet.columns(&looks)?;
        }
        if let Some(title) = &section.title {
            self.sheet.title(self.row, title)?;
            self.row += 1;
        }
        self.header(&section)?;
        let Section { columns, rows, note, charts, .. } = section;
        self.first = self.row;
        let (mut measured, mut is_summed): (Vec<(u32, u32)>, bool) = (Vec::new(), false);
        for row in rows {
            if row.kind == RowKind::Sentence {
                let sentence = row.first().and_then(CellValue::as_text).unwrap_or_default();
                self.sheet.sentence(self.row, sentence)?;
            } else {
                for (col, (value, column)) in (0..).zip(row.iter().zip(&columns)) {
                    self.cell(col, value, column, row.kind)?;
                }
            }
            is_summed |= row.kind == RowKind::Closing;
            if row.kind != RowKind::Head && self.row < MOST_ROWS {
                match measured.last_mut() {
                    Some((_, last)) if *last + 1 == self.row => *last = self.row,
                    _ => measured.push((self.row, self.row)),
                }
            }
            self.row += 1;
        }
        self.heat(&measured, &columns)?;
        let has_rows = self.row > self.first;
        if let Some(note) = note.filter(|_| !has_rows) {
            match columns.is_empty() {
                true => self.sheet.note(self.row, NOTE, &note)?,
                false => self.sheet.text(self.row, NOTE, &note)?,
            }
            self.row += 1;
        }
        charts.iter().try_for_each(|chart| self.chart(chart, beside))?;
        Ok(has_rows && !is_summed)
    }

    fn header(&mut self, section: &Section<Rows>) -> Result<(), XlsxError> {
        for headings in &section.headings {
            let mut column = 0;
            let placed = headings.iter().map(|heading| {
                let first = column;
                column += heading.span;
                (first, heading)
            });
            let placed: Vec<_> = placed.collect();
            let is_text = |first: usize| {
                let format = section.columns.get(first).map(|column| column.format);
                format.is_some_and(|format| !matches!(format, Format::Number | Format::Count | Format::Share))
            };
            let told = placed.iter().map(|(first, heading)| (&*heading.text, heading.span, is_text(*first)));
            self.sheet.header_height(self.row, told)?;
            for (first, heading) in placed {
                let last = first + heading.span.saturating_sub(1);
                self.sheet.header(self.row, first as u16, last as u16, &heading.text)?;
            }
            self.headings = self.row;
            self.row += 1;
        }
        Ok(())
    }

    fn cell(&mut self, col: u16, value: &CellValue, column: &Column, kind: RowKind) -> Result<(), XlsxError> {
        let (value, tone) = value.apart();
        let format = if matches!(value, CellValue::Share(_)) { Format::Share } else { column.format };
        let plain = Look::of_format(format);
        let base = if kind == RowKind::Plain { plain } else { plain.as_heading() };
        let ruled = || column.colour.as_ref().and_then(|colour| look_of(colour, value));
        let look = tone.map(Look::of_tone).or_else(ruled).unwrap_or(base);
        let row = self.row;
        match value {
            CellValue::Empty => self.sheet.text_as(row, col, "", look),
            CellValue::Line(first, last) => self.sheet.sparkline(row, col, (*first as u16, *last as u16)),
            CellValue::Link(link) => self.sheet.web_link(row, col, link),
            CellValue::To(target) => {
                let at = self.address(&Cells::one(target.row, 0).of(target.table));
                self.sheet.link(row, col, &at, &target.text)
            }
            CellValue::Formula(formula) => {
                let text = self.formula(formula);
                self.sheet.formula_as(row, col, &text, formula.value, look)
            }
            CellValue::Day(day) | CellValue::Today(day) => self.text(col, &day.to_string(), look),
            CellValue::Moment(at) => {
                let at = self.context.lang.moment(&at.to_zoned(self.context.zone.clone()));
                self.text(col, &at, look)
            }
            value => match value.as_number() {
                Some(number) => self.sheet.number_as(row, col, number, look),
                None => self.text(col, value.as_text().unwrap_or_default(), look),
            },
        }
    }

    /// A text: one that looks like any other grows the row with it. Among numbers it looks like one of those.
    fn text(&mut self, col: u16, text: &str, look: Look) -> Result<(), XlsxError> {
        match look {
            Look::Text | Look::Wrapped | Look::Number | Look::Count | Look::Share => {
                self.sheet.text(self.row, col, text)
            }
            Look::HeadingNumber | Look::HeadingCount => self.sheet.text_as(self.row, col, text, Look::Heading),
            look => self.sheet.text_as(self.row, col, text, look),
        }
    }

    /// The text of a formula of this section.
    fn formula(&self, formula: &Formula) -> String {
        let mut parts = formula.text.split('{');
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let Some((place, rest)) = part.split_once('}') else { continue };
            let cells = place.parse().ok().and_then(|place: usize| formula.cells.get(place));
            text += &cells.map(|cells| self.address(cells)).unwrap_or_default();
            text += rest;
        }
        text
    }

    /// Address such as `F6`, `$C8`, `F6:F9`, `'Area'!F6`.
    fn address(&self, cells: &Cells) -> String {
        let top = match cells.table {
            Some(table) => self.context.tops.get(&table).copied().unwrap_or(HEADER + 1),
            None => self.first,
        };
        let fixed = if cells.is_column_fixed { "$" } else { "" };
        let one = |(row, column): (usize, usize)| format!("{fixed}{}", cell(top + row as u32, column as u16));
        let sheet = cells.table.map(|table| format!("'{}'!", table.title().text(self.context.lang)));
        let block = match cells.first == cells.last {
            true => one(cells.first),
            false => format!("{}:{}", one(cells.first), one(cells.last)),
        };
        sheet.unwrap_or_default() + &block
    }

    /// Colour scales, one for neighbouring columns of the same: columns of texts between them are taken along.
    fn heat(&mut self, rows: &[(u32, u32)], columns: &[Column]) -> Result<(), XlsxError> {
        let mut scales: Vec<(u16, u16, f64)> = Vec::new();
        let mut is_apart = true;
        for (col, column) in (0_u16..).zip(columns) {
            match (&column.colour, scales.last_mut()) {
                (Some(Colour::Heat(most)), Some((_, last, same))) if !is_apart && most == same => *last = col,
                (Some(Colour::Heat(most)), _) => scales.push((col, col, *most)),
                (None, _) if matches!(column.format, Format::Text | Format::Word) => continue,
                _ => {
                    is_apart = true;
                    continue;
                }
            }
            is_apart = false;
        }
        scales.into_iter().try_for_each(|(first, last, most)| self.sheet.heat(rows, (first, last), most))
    }

    /// Draws a chart below the rows, beside the columns that are repeated on every page, which would repeat it, too.
    fn chart(&mut self, chart: &Chart, beside: u16) -> Result<(), XlsxError> {
        if let Some(note) = &chart.note {
            self.sheet.note(self.row, NOTE, note)?;
        }
        let (drawn, rows) = chart::draw(chart, self.name, self.first, self.headings);
        self.sheet.out.insert_chart(self.row + 1, beside, &drawn)?;
        self.row += 1 + rows;
        Ok(())
    }
}

/// The look a column's colours give a value.
fn look_of(colour: &Colour, value: &CellValue) -> Option<Look> {
    match colour {
        Colour::Heat(_) => None,
        Colour::BadAboveZero => value.as_number().filter(|number| *number > 0.0).map(|_| Look::RedCount),
        Colour::Points => value.as_number().map(Look::of_points),
        Colour::Words(words) => {
            let text = value.as_text()?;
            words.iter().find(|(word, _)| word == text).map(|(_, tone)| Look::of_tone(*tone))
        }
    }
}
