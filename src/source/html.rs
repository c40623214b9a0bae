//! Tables of a web page, which web applications send as "Excel": one sheet a table, texts as they are shown.

use memchr::{memchr, memrchr};

use super::{Limits, SourceError};
use crate::grid::{Cell, CellRange, CellRef, Grid, GridBuilder, Total, Value, is_web_address};
use crate::lang::Phrase;

/// Quotes within tags that are never closed, and are looked for to the end of the page.
const MOST_UNCLOSED: u32 = 10;
/// Letters of an entity.
const LONGEST_ENTITY: usize = 8;

/// Reads every table; those within a cell are part of its text.
pub(super) fn read(text: &str, name: &str, limits: &Limits) -> Result<Vec<Grid>, SourceError> {
    let lower = text.to_ascii_lowercase();
    let mut reader = Reader { name, limits, table: None, depth: 0, grids: Vec::new(), total: Total::default() };
    let last_end = memrchr(b'>', text.as_bytes()).unwrap_or_default();
    let mut patience = MOST_UNCLOSED;
    let mut at = 0;
    while let Some(open) = memchr(b'<', &text.as_bytes()[at..]).map(|found| at + found) {
        reader.text(&text[at..open]);
        let rest = &text[open..];
        if rest.starts_with("<!--") {
            at = rest.find("-->").map_or(text.len(), |end| open + end + 3);
            continue;
        }
        let Some(tag) = (open < last_end).then(|| Tag::read(rest, &mut patience)).flatten() else {
            // `< 5` is text.
            reader.text("<");
            at = open + 1;
            continue;
        };
        at = open + tag.length;
        if ["script", "style", "title"].iter().any(|skipped| tag.is(skipped)) && !tag.is_end {
            let end = format!("</{}", tag.name.to_ascii_lowercase());
            at = lower.get(at..).and_then(|rest| rest.find(&end)).map_or(text.len(), |end| at + end);
            continue;
        }
        reader.tag(&tag)?;
    }
    if reader.depth > 0 {
        return Err(SourceError::Damaged("</table>".to_owned()));
    }
    let is_form = lower.contains("type=\"password\"") || lower.contains("accounts.google.com");
    if is_form || !reader.grids.iter().any(|grid| grid.rows() > 1 && grid.cols() > 1) {
        let kind = match is_form {
            true => {
                Phrase::new("halaman web (mungkin halaman masuk Google)", "a web page (perhaps Google's sign-in page)")
            }
            false => Phrase::new("halaman web tanpa tabel", "a web page without a table"),
        };
        return Err(SourceError::NotWorkbook(kind));
    }
    Ok(reader.grids)
}

struct Reader<'a> {
    name: &'a str,
    limits: &'a Limits,
    table: Option<Table>,
    /// How many tables the place lies in.
    depth: usize,
    grids: Vec<Grid>,
    /// What the tables come to so far.
    total: Total,
}

/// A table being read.
struct Table {
    builder: GridBuilder,
    /// The next row.
    next_row: u32,
    next_col: u32,
    cell: Option<Open>,
    /// For every column the first row that no cell from above reaches down into.
    free: Vec<u32>,
}

/// A cell being read.
struct Open {
    at: CellRef,
    text: String,
    links: Vec<String>,
}

impl Reader<'_> {
    fn text(&mut self, raw: &str) {
        let Some(cell) = self.table.as_mut().and_then(|table| table.cell.as_mut()) else { return };
        // Lines and blanks of the source are one blank.
        for (place, word) in raw.split(|c: char| c.is_ascii_whitespace()).enumerate() {
            if place > 0 && !cell.text.ends_with([' ', '\n']) {
                cell.text.push(' ');
            }
            push_unescaped(word, &mut cell.text);
        }
    }

    fn tag(&mut self, tag: &Tag) -> Result<(), SourceError> {
        if tag.is("table") {
            return self.table_tag(tag.is_end);
        }
        let Some(table) = &mut self.table else { return Ok(()) };
        if self.depth > 1 || !(tag.is("tr") || tag.is("td") || tag.is("th")) {
            if let Some(cell) = &mut table.cell {
                cell.tag(tag);
            }
            return Ok(());
        }
        table.end_cell()?;
        if tag.is_end {
            return Ok(());
        }
        if tag.is("tr") {
            table.next_row += 1;
            table.next_col = 0;
        } else {
            table.next_row = table.next_row.max(1);
            table.begin_cell(tag, self.limits)?;
        }
        Ok(())
    }

    fn table_tag(&mut self, is_end: bool) -> Result<(), SourceError> {
        match (is_end, self.depth) {
            (false, 0) if self.grids.len() < self.limits.sheets => {
                let name = match self.grids.len() {
                    0 => self.name.to_owned(),
                    earlier => format!("{} ({})", self.name, earlier + 1),
                };
                self.table = Some(Table {
                    builder: GridBuilder::new(name, false, self.limits.grid).after(self.total),
                    next_row: 0,
                    next_col: 0,
                    cell: None,
                    free: Vec::new(),
                });
                self.depth = 1;
            }
            (false, _) => self.depth += 1,
            (true, 1) => {
                self.depth = 0;
                if let Some(mut table) = self.table.take() {
                    table.end_cell()?;
                    let (grid, total) = table.builder.build()?;
                    self.total = total;
                    self.grids.push(grid);
                }
            }
            (true, depth) => self.depth = depth.saturating_sub(1),
        }
        Ok(())
    }
}

impl Table {
    fn begin_cell(&mut self, tag: &Tag, limits: &Limits) -> Result<(), SourceError> {
        let row = self.next_row - 1;
        while self.free.get(self.next_col as usize).is_some_and(|free| *free > row) {
            self.next_col += 1;
        }
        let at = CellRef::new(row, self.next_col);
        let count = |name: &str| tag.attribute(name).and_then(|count| count.trim().parse().ok()).unwrap_or(1_u32);
        let (rows, cols) = (count("rowspan").clamp(1, limits.grid.rows), count("colspan").clamp(1, limits.grid.cols));
        self.next_col = self.next_col.saturating_add(cols);
        if rows > 1 {
            let (from, behind) = (at.col.min(limits.grid.cols) as usize, self.next_col.min(limits.grid.cols) as usize);
            if self.free.len() < behind {
                self.free.resize(behind, 0);
            }
            self.free[from..behind].fill(row.saturating_add(rows));
        }
        let end = CellRef::new(row.saturating_add(rows - 1), at.col.saturating_add(cols - 1));
        self.builder.merge(CellRange { start: at, end });
        self.builder.check()?;
        self.cell = Some(Open { at, text: String::new(), links: Vec::new() });
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), SourceError> {
        let Some(Open { at, text, links }) = self.cell.take() else { return Ok(()) };
        let text = text.trim();
        let value = if text.is_empty() { Value::Empty } else { Value::Text(text.into()) };
        let mut links = links.into_iter();
        self.builder.set(at, Cell { value, formula: None, link: links.next().map(Into::into) })?;
        links.for_each(|link| self.builder.further_link(at, &link));
        Ok(())
    }
}

impl Open {
    fn tag(&mut self, tag: &Tag) {
        if tag.is("a") && !tag.is_end {
            self.links.extend(tag.attribute("href").filter(|address| is_web_address(address)));
        }
        let breaks = ["br", "p", "div", "li", "tr"].iter().any(|name| tag.is(name));
        if breaks && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        } else if (tag.is("td") || tag.is("th")) && !self.text.ends_with([' ', '\n']) {
            self.text.push(' ');
        }
    }
}

/// A tag.
struct Tag<'a> {
    name: &'a str,
    is_end: bool,
    attributes: &'a str,
    length: usize,
}

impl<'a> Tag<'a> {
    /// The tag a text begins with. `patience` is how many more quotes that are never closed are looked for to the end.
    fn read(text: &'a str, patience: &mut u32) -> Option<Tag<'a>> {
        let inner = text.strip_prefix('<')?;
        let (inner, is_end) = inner.strip_prefix('/').map_or((inner, false), |inner| (inner, true));
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?') {
            return None;
        }
        let mut quote = None;
        let end = (*patience > 0).then(|| {
            inner.bytes().position(|byte| {
                match (quote, byte) {
                    (None, b'"' | b'\'') => quote = Some(byte),
                    (Some(open), byte) if open == byte => quote = None,
                    _ => {}
                }
                quote.is_none() && byte == b'>'
            })
        });
        // A quote that is never closed hides the end.
        let end = end.flatten().or_else(|| {
            *patience = patience.saturating_sub(1);
            inner.find('>')
        })?;
        let body = &inner[..end];
        let name = body.split(|c: char| c.is_ascii_whitespace() || c == '/').next().unwrap_or_default();
        let length = text.len() - inner.len() + end + 1;
        Some(Tag { name, is_end, attributes: &body[name.len()..], length })
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value of an attribute, entities resolved.
    fn attribute(&self, wanted: &str) -> Option<String> {
        let mut rest = self.attributes;
        while let Some((name, after)) = rest.split_once('=') {
            let name = name.split_ascii_whitespace().last().unwrap_or_default();
            let after = after.trim_start();
            let (value, next) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => after[1..].split_once(quote)?,
                _ => after.split_at(after.find(|c: char| c.is_ascii_whitespace()).unwrap_or(after.len())),
            };
            if name.eq_ignore_ascii_case(wanted) {
                let mut text = String::new();
                push_unescaped(value, &mut text);
                return Some(text);
            }
            rest = next;
        }
        None
    }
}

/// Adds a text with its entities resolved; an unknown one stays as it is written.
fn push_unescaped(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let near = &after.as_bytes()[..after.len().min(LONGEST_ENTITY + 1)];
        let entity = memchr(b';', near).map(|end| (&after[..end], &after[end + 1..]));
        match entity.and_then(|(name, next)| Some((resolve(name)?, next))) {
            Some((c, next)) => {
                out.push(c);
                rest = next;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
}

fn resolve(entity: &str) -> Option<char> {
    if let Some(number) = entity.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let code = hex.map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
        return code.and_then(char::from_u32);
    }
    Some(match entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "hellip" => '…',
        "bull" => '•',
        "middot" => '·',
        "radic" => '√',
        "check" => '✓',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    /// The tables as rows of texts parted by bars.
    fn tables(html: &str) -> Vec<Vec<String>> {
        let rows = |grid: &Grid| {
            let row = |row| (0..grid.cols()).map(|col| grid.cell(row, col).shown()).collect::<Vec<_>>().join("|");
            (0..grid.rows()).map(row).collect()
        };
        read(html, "x", &Limits::default()).unwrap().iter().map(rows).collect()
    }

    #[test]
    fn a_table_is_a_sheet_of_its_texts() {
        for (html, rows) in [
            ("<table><tr><th>No<th>U1<tr><td>1<td>4</table>", vec!["No|U1", "1|4"]),
            (
                "<TABLE border=1><TBODY><TR><TD>a&amp;b</TD><TD> c\n  d </TD></TR><tr><td>&gt; 45</td><td>&#52;</td></tr></TBODY></TABLE>",
                vec!["a&b|c d", "> 45|4"],
            ),
            (
                "<table><tr><td colspan='2'>Judul</td><td>x</td></tr><tr><td>1</td><td>2</td><td>3</td></tr></table>",
                vec!["Judul|Judul|x", "1|2|3"],
            ),
            (
                "<table><tr><td rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr><tr><td>d</td><td>e</td></tr></table>",
                vec!["a|b", "a|c", "d|e"],
            ),
            (
                "<table><!-- <tr><td>no</td></tr> --><script>'<td>'</script><tr><td>1 < 2</td><td>satu<br/>dua</td></tr><tr><td></td><td title=\"a>b\">y</td></tr></table>",
                vec!["1 < 2|satu\ndua", "|y"],
            ),
            (
                "<table><tr><td>a</td><td><table><tr><td>b</td><td>c</td></tr></table></td></tr><tr><td>d</td><td>e</td></tr></table>",
                vec!["a|b c", "d|e"],
            ),
            (
                "<table><tr><td>&nosuch; &</td><td>R&D;</td></tr><tr><td>1</td><td>2</td></tr></table>",
                vec!["&nosuch; &|R&D;", "1|2"],
            ),
        ] {
            assert_eq!(tables(html), [rows], "{html}");
        }
        let two = tables(
            "<table><tr><td>Survei</td></tr></table><p>x</p><table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></table>",
        );
        assert_eq!(two, [vec!["Survei"], vec!["a|b", "1|2"]]);
    }

    #[test]
    fn links_of_a_cell_are_its_own() {
        let html = "<table><tr><td><a href=\"https://a.example/?x=1&amp;y=2\">bukti</a> <a href='javascript:x'>y</a></td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>";
        let grid = &read(html, "x", &Limits::default()).unwrap()[0];
        assert_eq!(grid.links(0, 0).collect::<Vec<_>>(), ["https://a.example/?x=1&y=2"]);
        assert_eq!(grid.cell(0, 0).shown(), "bukti y");
    }

    #[test]
    fn what_is_no_table_is_said_so() {
        let kind = |html: &str| match read(html, "x", &Limits::default()) {
            Err(SourceError::NotWorkbook(kind)) => kind.text(Lang::Id).to_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(kind("<html><body>Halo</body></html>"), "halaman web tanpa tabel");
        assert_eq!(kind("<table><tr><td>satu</td></tr></table>"), "halaman web tanpa tabel");
        let login = "<table><tr><td>a</td><td>b</td></tr><tr><td><input type=\"password\"></td><td>c</td></tr></table>";
        assert!(kind(login).contains("halaman masuk"));
        let cut = "<table><tr><td>a</td><td>b</td></tr><tr><td>1";
        assert!(matches!(read(cut, "x", &Limits::default()), Err(SourceError::Damaged(_))));
        for odd in [
            "<",
            "<table",
            "<table><tr><td a=\"",
            "</table></table><td>",
            "<table><tr><td rowspan=4294967295 colspan=4294967295>",
        ] {
            assert!(read(odd, "x", &Limits::default()).is_err(), "{odd}");
        }
    }
}
