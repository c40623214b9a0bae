//! One sheet of the workbook being written: title, header, cells, and what makes it fit for screen and paper.
//!
//! Sheets are written row by row, since large ones are streamed to keep memory flat. Text is always written as text,
//! so nothing a satker typed can become a formula.

use rust_xlsxwriter::{
    Color, ConditionalFormat3ColorScale, ConditionalFormatType, Format, FormatAlign, FormatBorder, FormatUnderline,
    Formula, Sparkline, Url, Workbook, Worksheet, XlsxError,
};

use crate::TOLERANCE;
use crate::grid::is_web_address;
use crate::lang::Lang;
use crate::output::LONGEST_TEXT;
use crate::report::table::{Format as Shown, HEAT, Tone, WebLink};
use crate::text::{clip, units, wrapped_lines};

/// First row of the header, below title, subtitle and a blank.
pub(super) const HEADER: u32 = 3;
/// Narrowest and widest column, in characters; longer texts wrap.
const NARROWEST: usize = 5;
const WIDEST: usize = 52;
/// Characters that fit a line of the widest column: letters of running text are narrower than digits.
const FITS_WIDEST: usize = 66;
/// Height of one line of text, in points.
const LINE: f64 = 12.0;
/// Characters that stand in a column under one heading with others, and at least in one of texts.
const OVER: usize = 8;
const TEXT_COLUMN: usize = 12;
/// Width of a character of the sheet's font, in the units of column widths.
const CHARACTER: f64 = 0.86;
/// Points across and down a page of A4 on its side, within the margins and between header and footer.
const PAGE: (f64, f64) = (770.0, 430.0);
/// The smallest scale of a page in percent: it leaves letters of 9 points larger than 7.
const SMALLEST: f64 = 78.0;
/// Points of title, subtitle and headings.
const TOP: f64 = 90.0;
/// How much wider a program may make columns that lacks the font they are measured in.
const WIDER: f64 = 1.36;
/// Points of a column beside and a character of it.
const COLUMN: (f64, f64) = (3.75, 5.25);
/// Highest row, in points: what Excel opens.
const HIGHEST: f64 = 409.0;
/// Characters of title and subtitle each in the head of a page, which holds 255 with what formats it.
const HEAD: usize = 95;
/// The most rows of a sheet.
pub(super) const MOST_ROWS: u32 = 1_048_576;
/// Rows of a sheet below its header; the last row of all says what did not fit.
pub(super) const MOST_LINES: usize = (MOST_ROWS - HEADER - 2) as usize;
/// The longest address a cell can link to, and the most links of a sheet.
const LONGEST_LINK: usize = 2_079;
const MOST_LINKS: usize = 65_530;
/// Width of a line of numbers in a cell, in characters.
const SPARKLINE: usize = 18;
/// A4.
const PAPER: u8 = 9;

/// How a cell looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Text,
    Wrapped,
    /// A word or letter, in the middle.
    Word,
    Heading,
    HeadingNumber,
    HeadingCount,
    /// Two decimals.
    Number,
    Count,
    Share,
    Link,
    WrappedLink,
    Green,
    Yellow,
    Red,
    /// A number that is bad to have.
    RedCount,
    /// Points gained or lost, with their sign: neither, gained, lost.
    Difference,
    Gain,
    Loss,
    /// Nothing, since there was nothing to be measured.
    Absent,
    /// A number that is held against no other.
    Barely,
}

impl Look {
    const ALL: [Look; 20] = [
        Look::Text,
        Look::Wrapped,
        Look::Word,
        Look::Heading,
        Look::HeadingNumber,
        Look::HeadingCount,
        Look::Number,
        Look::Count,
        Look::Share,
        Look::Link,
        Look::WrappedLink,
        Look::Green,
        Look::Yellow,
        Look::Red,
        Look::RedCount,
        Look::Difference,
        Look::Gain,
        Look::Loss,
        Look::Absent,
        Look::Barely,
    ];

    /// Of values shown so.
    pub(super) fn of_format(format: Shown) -> Look {
        match format {
            Shown::Text | Shown::Day | Shown::Moment => Look::Text,
            Shown::Wrapped => Look::Wrapped,
            Shown::Word => Look::Word,
            Shown::Number => Look::Number,
            Shown::Count => Look::Count,
            Shown::Share => Look::Share,
            Shown::Link => Look::Link,
        }
    }

    /// The same on a row that heads others or sums them up.
    pub(super) fn as_heading(self) -> Look {
        match self {
            Look::Number | Look::Share => Look::HeadingNumber,
            Look::Count => Look::HeadingCount,
            _ => Look::Heading,
        }
    }

    pub(super) fn of_tone(tone: Tone) -> Look {
        match tone {
            Tone::Good => Look::Green,
            Tone::Open => Look::Yellow,
            Tone::Bad => Look::Red,
            Tone::Absent => Look::Absent,
            Tone::Barely => Look::Barely,
        }
    }

    /// Of points gained or lost.
    pub(super) fn of_points(points: f64) -> Look {
        match points {
            points if points > TOLERANCE => Look::Gain,
            points if points < -TOLERANCE => Look::Loss,
            _ => Look::Difference,
        }
    }

    fn on(self, base: &Format) -> Format {
        let base = base.clone();
        let points = |base: Format| base.set_num_format("+0.00;−0.00;0.00");
        let inked = |tone: Tone| {
            let (fill, ink) = tone.inks();
            let base = base.clone().set_font_color(Color::RGB(ink));
            if let Some(fill) = fill { base.set_background_color(Color::RGB(fill)) } else { base }
        };
        let link = |base: Format| base.set_font_color(Color::RGB(0x0563C1)).set_underline(FormatUnderline::Single);
        let coloured = |tone: Tone| inked(tone).set_align(FormatAlign::Center);
        let heading = base.clone().set_bold().set_background_color(Color::RGB(0xEDEDED));
        match self {
            Look::Text => base,
            Look::Wrapped => base.set_text_wrap(),
            Look::Word => base.set_align(FormatAlign::Center),
            Look::Heading => heading,
            Look::HeadingNumber => heading.set_num_format("0.00"),
            Look::HeadingCount => heading.set_num_format("0"),
            Look::Number => base.set_num_format("0.00"),
            Look::Count => base.set_num_format("0"),
            Look::Share => base.set_num_format("0.0%"),
            Look::Link => link(base),
            Look::WrappedLink => link(base).set_text_wrap(),
            Look::Green => coloured(Tone::Good),
            Look::Yellow => coloured(Tone::Open),
            Look::Red => coloured(Tone::Bad),
            Look::RedCount => inked(Tone::Bad).set_num_format("0"),
            Look::Difference => points(base),
            Look::Gain => points(inked(Tone::Good)),
            Look::Loss => points(inked(Tone::Bad)),
            Look::Absent => inked(Tone::Absent),
            Look::Barely => inked(Tone::Barely).set_num_format("0.00").set_italic(),
        }
    }
}

/// The formats in use: cells of small sheets have borders, those of streamed ones lie on gridlines, since a format
/// looked up for each of a million cells is what writing them costs.
pub(super) struct Style {
    title: Format,
    subtitle: Format,
    section: Format,
    sentence: Format,
    header: Format,
    bordered: Vec<Format>,
    plain: Vec<Format>,
}

impl Style {
    pub(super) fn new() -> Self {
        let base = Format::new().set_font_name("Arial").set_font_size(9);
        let cell = base.clone().set_align(FormatAlign::Top);
        let bordered = cell.clone().set_border(FormatBorder::Thin).set_border_color(Color::RGB(0xBFBFBF));
        Style {
            title: base.clone().set_bold().set_font_size(14),
            section: base.clone().set_bold().set_font_size(11),
            sentence: base.clone().set_text_wrap().set_align(FormatAlign::Top),
            subtitle: base.set_font_color(Color::RGB(0x595959)),
            header: bordered
                .clone()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(Color::RGB(0x1F3864))
                .set_font_color(Color::White),
            bordered: Look::ALL.iter().map(|look| look.on(&bordered)).collect(),
            plain: Look::ALL.iter().map(|look| look.on(&cell)).collect(),
        }
    }

    /// Makes the formats known in a fixed order, so that sheets written side by side give the same file every time.
    pub(super) fn register(&self, book: &mut Workbook) {
        let lines = [&self.title, &self.subtitle, &self.section, &self.sentence, &self.header];
        for format in lines.into_iter().chain(&self.bordered).chain(&self.plain) {
            book.register_format(format);
        }
    }
}

/// A sheet being written.
pub(super) struct Sheet<'a> {
    pub(super) out: Worksheet,
    style: &'a Style,
    formats: &'a [Format],
    pub(super) lang: Lang,
    /// The look whole columns have already; none on small sheets.
    columns: Vec<Look>,
    widths: Vec<usize>,
    last_row: u32,
    /// The last row asked for, whether or not the sheet has it.
    asked: u32,
    /// Title and subtitle, for the head of pages that do not show their rows.
    head: [String; 2],
    /// Columns under one heading: no page breaks between them.
    spans: Vec<(u16, u16)>,
    /// Lines of the tallest cell of the last row.
    lines: usize,
    /// Points of the rows above it, and the last row of the first page.
    height: f64,
    page_end: u32,
    /// Links written so far.
    links: usize,
}

impl<'a> Sheet<'a> {
    /// Begins a sheet with its title and a line on what it shows.
    pub(super) fn new(
        mut out: Worksheet,
        (style, lang): (&'a Style, Lang),
        name: &str,
        [title, subtitle, legend]: [&str; 3],
    ) -> Result<Self, XlsxError> {
        out.set_name(name)?.set_screen_gridlines(false);
        // A formula without a number shows nothing, not the writer's default 0.
        out.set_formula_result_default("");
        out.set_row_height(0, 22)?;
        out.write_string_with_format(0, 0, clip(title, LONGEST_TEXT), &style.title)?;
        out.write_string_with_format(1, 0, clip(subtitle, LONGEST_TEXT), &style.subtitle)?;
        if !legend.is_empty() {
            out.write_string_with_format(2, 0, clip(legend, LONGEST_TEXT), &style.subtitle)?;
        }
        Ok(Sheet {
            head: [title.to_owned(), subtitle.to_owned()],
            spans: Vec::new(),
            out,
            style,
            formats: &style.bordered,
            lang,
            columns: Vec::new(),
            widths: Vec::new(),
            last_row: HEADER,
            asked: HEADER,
            lines: 1,
            height: TOP,
            page_end: HEADER,
            links: 0,
        })
    }

    /// Gives whole columns their look, and gridlines in place of borders: for sheets that are streamed.
    pub(super) fn columns(&mut self, looks: &[Look]) -> Result<(), XlsxError> {
        self.formats = &self.style.plain;
        self.columns = looks.to_vec();
        for (col, look) in looks.iter().enumerate() {
            self.out.set_column_format(col as u16, &self.formats[*look as usize])?;
        }
        self.out.set_screen_gridlines(true);
        Ok(())
    }

    /// The format a cell needs of its own; none where its column has it.
    fn own_format(&self, col: u16, look: Look) -> Option<&'a Format> {
        (self.columns.get(usize::from(col)) != Some(&look)).then(|| &self.formats[look as usize])
    }

    /// Writes a line above a part of the sheet.
    pub(super) fn title(&mut self, row: u32, title: &str) -> Result<(), XlsxError> {
        self.out.write_string_with_format(row, 0, clip(title, LONGEST_TEXT), &self.style.section)?;
        Ok(())
    }

    /// Makes a row of the header as high as its headings need: not every program fits it by itself. Each is told with the
    /// columns it stands over and whether they hold text, which may make them wider than the heading does.
    pub(super) fn header_height<'h>(
        &mut self,
        row: u32,
        headings: impl Iterator<Item = (&'h str, usize, bool)>,
    ) -> Result<(), XlsxError> {
        let needed = headings.map(|(heading, span, is_text)| {
            let width = if span > 1 { span * OVER } else { longest_word(heading) + 2 };
            wrapped_lines(heading, if is_text { width.max(TEXT_COLUMN) } else { width })
        });
        match needed.max() {
            Some(lines) if lines > 1 => self.out.set_row_height(row, lines as f64 * LINE + 2.0).map(drop),
            _ => Ok(()),
        }
    }

    /// Writes a heading of the header, over one column or several.
    pub(super) fn header(&mut self, row: u32, first: u16, last: u16, heading: &str) -> Result<(), XlsxError> {
        let text = clip(heading, LONGEST_TEXT);
        if first == last {
            self.out.write_string_with_format(row, first, text, &self.style.header)?;
            // Headings wrap at blanks: the longest word must fit.
            self.widen(first, longest_word(heading) + 2);
        } else {
            self.out.merge_range(row, first, row, last, &text, &self.style.header)?;
            self.spans.push((first, last));
        }
        self.last_row = self.last_row.max(row);
        Ok(())
    }

    fn widen(&mut self, col: u16, characters: usize) {
        let col = usize::from(col);
        if self.widths.len() <= col {
            self.widths.resize(col + 1, NARROWEST);
        }
        self.widths[col] = self.widths[col].max(characters.min(WIDEST));
    }

    /// Whether a sheet has such a row; those it has not are counted.
    fn has_row(&mut self, row: u32) -> bool {
        self.asked = self.asked.max(row);
        row < MOST_ROWS - 1
    }

    fn reached(&mut self, row: u32, col: u16, characters: usize) {
        if row > self.last_row {
            self.height += self.lines as f64 * LINE + 2.0;
            if self.height * SMALLEST / 100.0 <= PAGE.1 {
                self.page_end = row;
            }
            self.last_row = row;
            self.lines = 1;
        }
        self.widen(col, characters);
    }

    /// Text; longer than a column may be wide it wraps, and the row grows with it.
    pub(super) fn text(&mut self, row: u32, col: u16, text: &str) -> Result<(), XlsxError> {
        if !self.has_row(row) {
            return Ok(());
        }
        let wraps = self.columns.get(usize::from(col)) == Some(&Look::Wrapped);
        let wraps = self.grow(row, col, text)? || wraps;
        self.text_as(row, col, text, if wraps { Look::Wrapped } else { Look::Text })
    }

    /// Makes a row as high as a text needs that wraps; whether it does.
    fn grow(&mut self, row: u32, col: u16, text: &str) -> Result<bool, XlsxError> {
        let lines = wrapped_lines(text, FITS_WIDEST);
        self.reached(row, col, 0);
        if lines > self.lines {
            // Not every program fits the height of rows by itself.
            self.lines = lines;
            self.out.set_row_height(row, (lines as f64 * LINE + 2.0).min(HIGHEST))?;
        }
        Ok(lines > 1)
    }

    pub(super) fn text_as(&mut self, row: u32, col: u16, text: &str, look: Look) -> Result<(), XlsxError> {
        if !self.has_row(row) {
            return Ok(());
        }
        let text = &*clip(text, LONGEST_TEXT);
        match (text.is_empty(), self.own_format(col, look)) {
            (true, None) => &mut self.out,
            (true, Some(format)) => self.out.write_blank(row, col, format)?,
            (false, None) => self.out.write_string(row, col, text)?,
            (false, Some(format)) => self.out.write_string_with_format(row, col, text, format)?,
        };
        self.reached(row, col, text.lines().map(|line| line.chars().count()).max().unwrap_or(0) + 1);
        Ok(())
    }

    pub(super) fn number_as(&mut self, row: u32, col: u16, number: f64, look: Look) -> Result<(), XlsxError> {
        if !self.has_row(row) {
            return Ok(());
        }
        match self.own_format(col, look) {
            None => self.out.write_number(row, col, number)?,
            Some(format) => self.out.write_number_with_format(row, col, number, format)?,
        };
        self.reached(row, col, 7);
        Ok(())
    }

    /// A live formula with the result the program computed, so that readers that do not recalculate see it too.
    pub(super) fn formula_as(
        &mut self,
        row: u32,
        col: u16,
        formula: &str,
        result: Option<f64>,
        look: Look,
    ) -> Result<(), XlsxError> {
        if !self.has_row(row) {
            return Ok(());
        }
        let result = result.map(|number| number.to_string()).unwrap_or_default();
        let formula = Formula::new(formula).set_result(result);
        match self.own_format(col, look) {
            None => self.out.write_formula(row, col, formula)?,
            Some(format) => self.out.write_formula_with_format(row, col, formula, format)?,
        };
        self.reached(row, col, 7);
        Ok(())
    }

    /// A link to a cell of this workbook.
    pub(super) fn link(&mut self, row: u32, col: u16, target: &str, text: &str) -> Result<(), XlsxError> {
        if self.links >= MOST_LINKS || !self.has_row(row) {
            return self.text_as(row, col, text, Look::Text);
        }
        self.links += 1;
        let text = clip(text, LONGEST_TEXT);
        let url = Url::new(format!("internal:{target}")).set_text(&*text);
        self.out.write_url_with_format(row, col, url, &self.formats[Look::Link as usize])?;
        self.reached(row, col, text.chars().count() + 1);
        Ok(())
    }

    /// A link to the web; as text alone where it is longer than a workbook can link to, or one too many for a sheet.
    pub(super) fn web_link(&mut self, row: u32, col: u16, link: &WebLink) -> Result<(), XlsxError> {
        let WebLink { text, address } = link;
        let fits = is_web_address(address) && units(address) <= LONGEST_LINK && self.links < MOST_LINKS;
        if !self.has_row(row) {
            return Ok(());
        }
        // An address is no text to be read to its end.
        let wraps = text != address && self.grow(row, col, text)?;
        if !fits {
            return self.text_as(row, col, text, if wraps { Look::Wrapped } else { Look::Text });
        }
        self.links += 1;
        let text = clip(text, LONGEST_TEXT);
        let look = if wraps { Look::WrappedLink } else { Look::Link };
        self.out.write_url_with_format(row, col, Url::new(address).set_text(&*text), &self.formats[look as usize])?;
        self.reached(row, col, text.chars().count() + 1);
        Ok(())
    }

    /// A sentence beside the table, of no look and no part of its widths.
    pub(super) fn note(&mut self, row: u32, col: u16, sentence: &str) -> Result<(), XlsxError> {
        self.out.write_string(row, col, clip(sentence, LONGEST_TEXT))?;
        Ok(())
    }

    /// A sentence over the whole width there is so far, as high as it needs.
    pub(super) fn sentence(&mut self, row: u32, sentence: &str) -> Result<(), XlsxError> {
        let (sentence, last) = (clip(sentence, LONGEST_TEXT), self.widths.len().saturating_sub(1));
        let height = wrapped_lines(&sentence, self.widths.iter().sum::<usize>().max(WIDEST)) as f64 * LINE + 2.0;
        self.out.set_row_height(row, height.min(HIGHEST))?;
        match last {
            0 => self.out.write_string_with_format(row, 0, sentence, &self.style.sentence)?,
            last => self.out.merge_range(row, 0, row, last as u16, &sentence, &self.style.sentence)?,
        };
        self.last_row = self.last_row.max(row);
        Ok(())
    }

    /// A line of the row's numbers in a cell of its own; blank cells are gaps in it.
    pub(super) fn sparkline(&mut self, row: u32, col: u16, (first, last): (u16, u16)) -> Result<(), XlsxError> {
        let name = self.out.name();
        let line = Sparkline::new()
            .set_range((name.as_str(), row, first, row, last))
            .show_markers(true)
            .set_line_weight(1.5)
            .set_sparkline_color(Color::RGB(0x1F3864))
            .set_markers_color(Color::RGB(0x1F3864));
        self.out.add_sparkline(row, col, &line)?;
        self.text_as(row, col, "", Look::Number)?;
        self.reached(row, col, SPARKLINE);
        Ok(())
    }

    /// Colours numbers from red (half or less of `most`) over yellow to green (`most`), in some rows of some columns.
    pub(super) fn heat(&mut self, rows: &[(u32, u32)], columns: (u16, u16), most: f64) -> Result<(), XlsxError> {
        let (Some((first, _)), Some((_, last))) = (rows.first(), rows.last()) else { return Ok(()) };
        let mut scale = ConditionalFormat3ColorScale::new()
            .set_minimum(ConditionalFormatType::Number, most / 2.0)
            .set_midpoint(ConditionalFormatType::Number, most * 0.75)
            .set_maximum(ConditionalFormatType::Number, most)
            .set_minimum_color(Color::RGB(HEAT[0]))
            .set_midpoint_color(Color::RGB(HEAT[1]))
            .set_maximum_color(Color::RGB(HEAT[2]));
        if rows.len() > 1 {
            let range = |(first, last): &(u32, u32)| format!("{}:{}", cell(*first, columns.0), cell(*last, columns.1));
            scale = scale.set_multi_range(rows.iter().map(range).collect::<Vec<_>>().join(" "));
        }
        self.out.add_conditional_format(*first, columns.0, *last, columns.1, &scale)?;
        Ok(())
    }

    /// Fits columns, freezes header and first columns, adds the filter and sets up the page. Of a sheet that is set for the
    /// screen (`is_long`) the first page is printed alone, unless somebody clears its print area. Rows from `repeated` to the
    /// header's end head each page. `end` is the row below all there is, charts included.
    pub(super) fn finish(
        mut self,
        header_end: u32,
        (repeated, is_frozen): (Option<u32>, bool),
        frozen_columns: u16,
        (filter, is_long): (bool, bool),
        end: u32,
    ) -> Result<Worksheet, XlsxError> {
        for (col, width) in self.widths.iter().enumerate() {
            self.out.set_column_width(col as u16, *width as f64 * CHARACTER + 1.0)?;
        }
        let last_col = self.widths.len().saturating_sub(1) as u16;
        if self.asked >= MOST_ROWS - 1 {
            let more = self.asked - (MOST_ROWS - 2);
            let sentence = match self.lang {
                Lang::Id => format!("… dan {more} baris lagi: satu lembar memuat paling banyak {MOST_ROWS} baris"),
                Lang::En => format!("… and {more} more rows: a sheet has {MOST_ROWS} rows at most"),
            };
            self.note(MOST_ROWS - 1, 0, &sentence)?;
        }
        if filter && self.last_row > header_end {
            self.out.autofilter(header_end, 0, self.last_row, last_col)?;
        }
        self.out.set_freeze_panes(if is_frozen { header_end + 1 } else { HEADER }, frozen_columns)?;
        self.out.set_landscape().set_paper_size(PAPER).set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
        if let Some(first) = repeated {
            self.out.set_repeat_rows(first, header_end)?;
        }
        let number = self.lang.pick("Halaman &P dari &N", "Page &P of &N");
        // Letters stay large enough to read: what is wider breaks by columns, and the first are repeated on each page.
        let widths: Vec<f64> =
            self.widths.iter().map(|of| COLUMN.0 + COLUMN.1 * (*of as f64 * CHARACTER + 1.0)).collect();
        let is_one_wide = PAGE.0 / widths.iter().sum::<f64>() * 100.0 >= SMALLEST;
        if is_one_wide {
            self.out.set_print_fit_to_pages(1, 0);
        } else {
            self.out.set_repeat_columns(0, frozen_columns.saturating_sub(1))?;
            self.out.set_print_scale(SMALLEST as u16);
            self.out.set_vertical_page_breaks(&column_breaks(&widths, usize::from(frozen_columns), &self.spans))?;
            // Where columns are repeated a title over them would be cut: it heads the page.
            let [title, subtitle] = self.head.each_ref().map(|text| clip(text, HEAD).replace('&', "&&"));
            self.out.set_header(format!("&L&\"Arial,Bold\"&12{title}\n&\"Arial,Regular\"&8 {subtitle}"));
            self.out.set_margins(0.4, 0.4, 0.8, 0.6, 0.3, 0.3);
            self.out.set_print_area(HEADER, 0, end.max(header_end + 1), last_col)?;
        }
        let mut note = String::new();
        if is_long && self.page_end < self.last_row {
            let last = self.page_end.max(header_end + 1).min(self.last_row);
            self.out.set_print_area(if is_one_wide { 0 } else { HEADER }, 0, last, last_col)?;
            note = self
                .lang
                .pick(
                    " – halaman pertama saja; hapus area cetak untuk mencetak semuanya",
                    " – first page only; clear the print area to print all",
                )
                .to_owned();
        }
        self.out.set_footer(format!("&L&8&F – &A{note}&R&8{number}"));
        Ok(self.out)
    }
}

/// Columns that begin a page, some being repeated on each and those of a span staying together.
fn column_breaks(widths: &[f64], repeated: usize, spans: &[(u16, u16)]) -> Vec<u32> {
    let beside: f64 = widths.iter().take(repeated).sum();
    let room = PAGE.0 * 100.0 / SMALLEST / WIDER - beside;
    let start_of = |col: usize| {
        let within = spans.iter().find(|(first, last)| usize::from(*first) < col && col <= usize::from(*last));
        within.map_or(col, |(first, _)| usize::from(*first))
    };
    let (mut breaks, mut begun, mut used) = (Vec::new(), repeated, 0.0);
    for (col, width) in widths.iter().enumerate().skip(repeated) {
        if used + width > room && col > begun {
            // A span wider than a page is broken all the same.
            begun = Some(start_of(col)).filter(|start| *start > begun).unwrap_or(col);
            breaks.push(begun as u32);
            used = widths.get(begun..col).map_or(0.0, |between| between.iter().sum());
        }
        used += width;
    }
    breaks
}

fn longest_word(text: &str) -> usize {
    text.split([' ', '\n']).map(|word| word.chars().count()).max().unwrap_or(0)
}

/// Address such as `F6`, row and column from 0.
pub(super) fn cell(row: u32, col: u16) -> String {
    crate::grid::CellRef::new(row, u32::from(col)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_break_beside_the_repeated_columns_and_never_within_a_heading() {
        let widths = [50.0, 100.0, 150.0, 150.0, 100.0, 100.0, 150.0];
        assert_eq!(column_breaks(&widths, 2, &[]), [6]);
        assert_eq!(column_breaks(&widths, 2, &[(3, 4), (5, 6)]), [5]);
        assert_eq!(column_breaks(&widths, 2, &[(2, 6)]), [6], "a span wider than a page");
        assert_eq!(column_breaks(&[], 2, &[]), [0_u32; 0]);
    }

    #[test]
    fn a_sheet_that_is_full_says_how_much_it_left_out() {
        let style = Style::new();
        let mut sheet = Sheet {
            head: Default::default(),
            spans: Vec::new(),
            out: Worksheet::new(),
            style: &style,
            formats: &style.bordered,
            lang: Lang::Id,
            columns: Vec::new(),
            widths: Vec::new(),
            last_row: HEADER,
            asked: HEADER,
            lines: 1,
            height: TOP,
            page_end: HEADER,
            links: 0,
        };
        let link = WebLink { text: "contoh".to_owned(), address: "https://contoh.example/".to_owned() };
        for row in MOST_ROWS - 3..MOST_ROWS + 5 {
            sheet.text(row, 0, "x").unwrap();
            sheet.number_as(row, 1, 1.0, Look::Number).unwrap();
            sheet.formula_as(row, 2, "1+1", None, Look::Number).unwrap();
            sheet.link(row, 3, "Sheet1!A1", "x").unwrap();
            sheet.web_link(row, 4, &link).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xlsx");
        let mut book = Workbook::new();
        style.register(&mut book);
        book.push_worksheet(sheet.finish(HEADER, (Some(HEADER), true), 1, (true, false), HEADER + 1).unwrap());
        crate::output::package::save(&mut book, &path).unwrap();
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(&path).unwrap();
        let cells = calamine::Reader::worksheet_range(&mut book, "Sheet1").unwrap();
        let text = |row: u32| cells.get_value((row, 0)).map(ToString::to_string);
        assert_eq!(text(MOST_ROWS - 2).as_deref(), Some("x"));
        let last = text(MOST_ROWS - 1).unwrap();
        assert!(last.starts_with("… dan 6 baris lagi"), "{last}");
    }
}
