//! Bytes → text: which encoding, and what in it is no text at all.

use std::borrow::Cow;
use std::sync::Arc;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::{memchr, memchr_iter};

use super::SourceError;
use super::doubt::Flaw;
use crate::finding::Code;
use crate::text::clean;

/// Bytes looked at to tell UTF-16 that does not say so.
const HEAD: usize = 4_096;
/// So many zero bytes at the end were never written: the file was not saved whole.
const UNWRITTEN: usize = 512;

/// A text as it can be read.
pub(super) enum Text {
    /// The bytes themselves, from a place on.
    Utf8(Arc<Vec<u8>>, usize),
    /// Decoded from another encoding, or put right.
    Decoded(String),
}

impl Text {
    pub(super) fn as_str(&self) -> &str {
        match self {
            // Looked through once when opened, so it holds.
            Text::Utf8(bytes, from) => std::str::from_utf8(&bytes[*from..]).unwrap_or_default(),
            Text::Decoded(text) => text,
        }
    }
}

/// A text with what is wrong with its bytes.
pub(super) struct Decoded {
    pub(super) text: Text,
    pub(super) doubts: Vec<Flaw>,
}

/// Reads bytes as text: UTF-8 or UTF-16, with a mark or without, else Windows-1252 (Excel on an Indonesian Windows). Single
/// bad bytes make no other encoding of a text; zero bytes and what nobody sees are left out.
///
/// # Errors
/// [`SourceError::Damaged`] when the bytes end in nothing.
pub(super) fn decode(bytes: Arc<Vec<u8>>) -> Result<Decoded, SourceError> {
    if bytes.iter().rev().take(UNWRITTEN).filter(|&&byte| byte == 0).count() == UNWRITTEN {
        return Err(SourceError::Damaged("0x00 … 0x00".to_owned()));
    }
    let (encoding, mark) = encoding_of(&bytes);
    let mut doubts = Vec::new();
    let text = match std::str::from_utf8(&bytes[mark..]) {
        Ok(text) if encoding == UTF_8 => {
            let is_plain = memchr(0, text.as_bytes()).is_none() && matches!(clean(text), Cow::Borrowed(_));
            if is_plain {
                return Ok(Decoded { text: Text::Utf8(bytes, mark), doubts });
            }
            text.to_owned()
        }
        Err(_) if encoding == UTF_8 => decode_mostly_utf8(&bytes[mark..], &mut doubts),
        _ => encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned(),
    };
    let text = without_zeros(text, &mut doubts);
    let text = match clean(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(clean) => clean,
    };
    Ok(Decoded { text: Text::Decoded(text), doubts })
}

/// The encoding by its mark, or of UTF-16 by its zero bytes; and how long the mark is.
pub(super) fn encoding_of(bytes: &[u8]) -> (&'static Encoding, usize) {
    if let Some(marked) = Encoding::for_bom(bytes) {
        return marked;
    }
    let head = &bytes[..bytes.len().min(HEAD) & !1];
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|&&byte| byte == 0).count();
    // Of each pair of a European text one byte is nearly always zero, the other never.
    match (zeros(0), zeros(1)) {
        (0, low) if low * 5 >= head.len() => (UTF_16LE, 0),
        (high, 0) if high * 5 >= head.len() => (UTF_16BE, 0),
        _ => (UTF_8, 0),
    }
}

/// Text that is not UTF-8 throughout: with at least as many of its letters as bad bytes it is, but for these.
fn decode_mostly_utf8(bytes: &[u8], doubts: &mut Vec<Flaw>) -> String {
    let (mut good, mut bad, mut first, mut place) = (0, 0, None, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        place += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            bad += 1;
            first.get_or_insert(place);
            place += chunk.invalid().len();
        }
    }
    let text = if good >= bad {
        String::from_utf8_lossy(bytes).into_owned()
    } else {
        WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
    };
    if good > 0 {
        // Before the first bad byte both encodings are of one length but for letters beyond ASCII.
        let first = text.char_indices().map(|(at, _)| at).take_while(|&at| at <= first.unwrap_or_default()).last();
        doubts.push(Flaw { code: Code::SourceBadBytes, count: bad, first: first.unwrap_or_default() });
    }
    text
}

fn without_zeros(text: String, doubts: &mut Vec<Flaw>) -> String {
    let Some(first) = memchr(0, text.as_bytes()) else { return text };
    let count = memchr_iter(0, text.as_bytes()).count();
    doubts.push(Flaw { code: Code::SourceZeroBytes, count, first });
    text.replace('\0', "")
}

/// A part of an archive as UTF-8, whatever encoding it says it is in.
pub(super) fn xml_as_utf8(content: &[u8]) -> Cow<'_, [u8]> {
    let (mut encoding, mark) = encoding_of(content);
    if encoding == UTF_8 && mark == 0 {
        // One of two bytes a letter would have been told by its zero bytes.
        encoding = declared_encoding(content).filter(|declared| declared.is_ascii_compatible()).unwrap_or(UTF_8);
    }
    if encoding == UTF_8 {
        return Cow::Borrowed(content);
    }
    let text = encoding.decode_without_bom_handling(content.get(mark..).unwrap_or_default()).0;
    // What it said of itself holds no longer.
    let body = text.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")).map(|(_, body)| body);
    Cow::Owned(body.unwrap_or(&text).as_bytes().to_vec())
}

/// What the first line of an XML part says.
fn declared_encoding(content: &[u8]) -> Option<&'static Encoding> {
    let line = content.strip_prefix(b"<?xml")?.split(|&byte| byte == b'>').next()?;
    let (_, rest) = std::str::from_utf8(line).ok()?.split_once("encoding=")?;
    Encoding::for_label(rest.get(1..)?.split(['"', '\'']).next()?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, Vec<(Code, usize, usize)>) {
        let Decoded { text, doubts } = decode(bytes.to_vec().into()).unwrap();
        (text.as_str().to_owned(), doubts.into_iter().map(|flaw| (flaw.code, flaw.count, flaw.first)).collect())
    }

    fn utf16(text: &str, is_little: bool) -> Vec<u8> {
        let bytes = |unit: u16| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn texts_are_read_in_the_encoding_they_are_in() {
        let text = "satker\tnilai\nÉvian\t“baik”\n";
        let marked = "\u{feff}satker\tnilai\nÉvian\t“baik”\n";
        let (cp1252, _, _) = WINDOWS_1252.encode(text);
        for bytes in [
            text.as_bytes().to_vec(),
            marked.as_bytes().to_vec(),
            utf16(marked, true),
            utf16(marked, false),
            utf16(text, true),
            utf16(text, false),
            cp1252.into_owned(),
        ] {
            assert_eq!(read(&bytes), (text.to_owned(), Vec::new()), "{bytes:?}");
        }
    }

    #[test]
    fn a_few_bad_bytes_leave_a_text_what_it_is() {
        let bytes = [&b"caf\xC3\xA9,\xE2\x80\x93,r\xFFusak\n"[..], "é".as_bytes()].concat();
        assert_eq!(read(&bytes), ("café,–,r\u{fffd}usak\né".to_owned(), vec![(Code::SourceBadBytes, 1, 11)]));
        // Pasted into a text of Windows-1252, one letter in UTF-8.
        let (text, doubts) = read(b"\xC9vian\xE9-\xE8 \xC3\xA9");
        assert_eq!((text.as_str(), doubts), ("Éviané-è Ã©", vec![(Code::SourceBadBytes, 3, 0)]));
    }

    #[test]
    fn zero_bytes_are_left_out_and_said_and_what_nobody_sees_is_nothing() {
        let (text, doubts) = read(b"a,Infor\0masi\0\nb\0\n");
        assert_eq!((text.as_str(), doubts), ("a,Informasi\nb\n", vec![(Code::SourceZeroBytes, 3, 7)]));
        assert_eq!(read("Ya\u{200b},\u{ad}Sangat\u{a0}baik\n".as_bytes()), ("Ya,Sangat baik\n".to_owned(), Vec::new()));
        let unwritten = [b"a,b\n1,2\n".to_vec(), vec![0; 4_096]].concat();
        assert!(matches!(decode(unwritten.into()), Err(SourceError::Damaged(_))));
    }

    #[test]
    fn parts_in_other_encodings_are_read_and_say_nothing_wrong_of_themselves() {
        let part = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>É</a>";
        for is_little in [true, false] {
            assert_eq!(&*xml_as_utf8(&utf16(&format!("\u{feff}{part}"), is_little)), "<a>É</a>".as_bytes());
            assert_eq!(&*xml_as_utf8(&utf16(part, is_little)), "<a>É</a>".as_bytes());
        }
        let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xC9</a>";
        assert_eq!(&*xml_as_utf8(latin), "<a>É</a>".as_bytes());
        assert!(matches!(xml_as_utf8(b"<?xml version='1.0' encoding='utf-8'?><a/>"), Cow::Borrowed(_)));
        assert!(matches!(xml_as_utf8(b"<a/>"), Cow::Borrowed(_)));
    }
}
