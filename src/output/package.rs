//! Workbooks as they are written: saved, opened again and read to the end, before anybody sees them.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use rust_xlsxwriter::{Workbook, XlsxError};
use zip::ZipArchive;

/// Saves a workbook, and makes sure that a program that is strict will open it.
///
/// # Errors
/// When it cannot be written, or a part of what was written is not well-formed.
pub(super) fn save(book: &mut Workbook, path: &Path) -> Result<(), XlsxError> {
    book.save(path)?;
    verify(path)?;
    Ok(())
}

/// Inflates every part of a workbook and parses it as XML, one after the other and without holding any.
///
/// # Errors
/// When the archive is damaged, or a part is not well-formed: the part, and what is wrong with it.
pub fn verify(path: &Path) -> io::Result<()> {
    let mut archive = ZipArchive::new(BufReader::new(File::open(path)?))?;
    if archive.is_empty() {
        return Err(io::Error::other("no parts"));
    }
    for place in 0..archive.len() {
        let part = archive.by_index(place)?;
        let name = String::from_utf8_lossy(part.name_raw()).into_owned();
        let scanned = Scanned { inner: part, tail: [0; 2] };
        well_formed(BufReader::with_capacity(1 << 16, scanned))
            .map_err(|error| io::Error::other(format!("{name}: {error}")))?;
    }
    Ok(())
}

/// Parses one part to its end.
fn well_formed(part: impl BufRead) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut reader = Reader::from_reader(part);
    let (mut buffer, mut depth, mut roots) = (Vec::new(), 0_usize, 0);
    loop {
        match reader.read_event_into(&mut buffer)? {
            Event::Start(element) => {
                attributes(&element)?;
                roots += usize::from(depth == 0);
                depth += 1;
            }
            Event::Empty(element) => {
                attributes(&element)?;
                roots += usize::from(depth == 0);
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::GeneralRef(reference) => {
                let is_known = match reference.resolve_char_ref()? {
                    Some(c) => is_allowed(c),
                    None => matches!(reference.as_ref(), "amp" | "lt" | "gt" | "quot" | "apos"),
                };
                if !is_known {
                    return Err(format!("&{};", reference.as_ref()).into());
                }
            }
            Event::Eof if depth == 0 && roots == 1 => return Ok(()),
            Event::Eof => return Err("no single root element that ends".into()),
            _ => {}
        }
        buffer.clear();
    }
}

/// Whether every attribute stands once, with a value that may stand there.
fn attributes(element: &BytesStart) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    for attribute in element.attributes() {
        let attribute = attribute?;
        if attribute.value.contains(['&', '<']) {
            let value = attribute.normalized_value(XmlVersion::Explicit1_0)?;
            if attribute.value.contains('<') || !value.chars().all(is_allowed) {
                return Err(format!("{}=\"{}\"", attribute.key.as_ref(), attribute.value).into());
            }
        }
    }
    Ok(())
}

/// Whether XML may hold a character.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// Bytes on their way to the parser, which does not look at single characters: looked through for those that XML may not
/// hold.
struct Scanned<R> {
    inner: R,
    /// The last two bytes before.
    tail: [u8; 2],
}

impl<R: Read> Read for Scanned<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let read = &buffer[..count];
        let is_control = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
        // Whole blocks, without a branch for each byte.
        let has_control = read.iter().fold(false, |found, &byte| found | is_control(byte));
        // U+FFFE and U+FFFF.
        let is_no_character = |bytes: [u8; 3]| matches!(bytes, [0xef, 0xbf, 0xbe | 0xbf]);
        let mut has_other = false;
        for at in memchr::memchr2_iter(0xbe, 0xbf, read) {
            let before = |back: usize| match at.checked_sub(back) {
                Some(at) => read[at],
                None => self.tail[2 + at - back],
            };
            has_other |= is_no_character([before(2), before(1), read[at]]);
        }
        if has_control || has_other {
            return Err(io::Error::other("a character that XML cannot hold"));
        }
        match *read {
            [] => {}
            [only] => self.tail = [self.tail[1], only],
            [.., last_but_one, last] => self.tail = [last_but_one, last],
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(xml: &[u8], block: usize) -> Result<(), String> {
        let scanned = Scanned { inner: xml, tail: [0; 2] };
        well_formed(BufReader::with_capacity(block, scanned)).map_err(|error| error.to_string())
    }

    #[test]
    fn what_no_program_would_open_is_found_out() {
        let good = "<?xml version=\"1.0\"?>\n<a b=\"x &amp; &#xA;\"><c>é 😀 &lt; &#9;\u{fffd}\u{ffbe}</c><d/></a>\n";
        let bad: [&[u8]; 15] = [
            b"",
            b"text",
            b"<a>",
            b"<a></b>",
            b"<a/><b/>",
            b"<a b=\"1\" b=\"2\"/>",
            b"<a b=\"<\"/>",
            b"<a b=\"&nbsp;\"/>",
            b"<a b=\"&#1;\"/>",
            b"<a>&nbsp;</a>",
            b"<a>&#xFFFF;</a>",
            b"<a>R & D</a>",
            b"<a b=\"\x01\"/>",
            b"<a>\xff</a>",
            "<a>\u{ffff}</a>".as_bytes(),
        ];
        for block in [1, 2, 3, 7, 4_096] {
            assert_eq!(read(good.as_bytes(), block), Ok(()), "{block}");
            for xml in bad {
                assert!(read(xml, block).is_err(), "{block}: {}", String::from_utf8_lossy(xml));
            }
        }
    }

    #[test]
    fn a_workbook_is_read_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xlsx");
        let mut book = Workbook::new();
        book.add_worksheet().write_string(0, 0, "isi").unwrap();
        save(&mut book, &path).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 60]).unwrap();
        assert!(verify(&path).is_err(), "cut short");
        // What the writer does not escape.
        let mut book = Workbook::new();
        book.add_worksheet().write_url(0, 0, "https://contoh.example/\u{1}").unwrap();
        let error = save(&mut book, &path).unwrap_err().to_string();
        assert!(error.contains("xl/worksheets/_rels/sheet1.xml.rels"), "{error}");
    }
}
