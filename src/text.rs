//! How texts of worksheets are compared: what a typist varies (case, blanks, punctuation) does not count. And how a
//! stranger's text is made safe: [`clean`] and [`web_address`] where it enters, [`clip`] and [`unformula`] where it leaves.

use std::borrow::Cow;
use std::fmt::Write;

use url::Url;

use crate::grid::is_web_address;

/// What stands where a text was cut to fit.
pub const CUT: &str = " […]";

/// A label as labels are compared: lower case, words of letters and digits, one blank between them.
///
/// `"Ya, jika Tim  telah dibentuk."` becomes `ya jika tim telah dibentuk`. Percent signs are kept, since they are
/// all that some headers say.
pub fn normalise_label(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    if text.is_ascii() {
        // Nearly every label is; looked up by the hundred thousand in a nation's worksheets.
        for &byte in text.as_bytes() {
            if byte == b'%' || byte.is_ascii_alphanumeric() {
                if gap && !out.is_empty() {
                    out.push(' ');
                }
                gap = false;
                out.push(byte.to_ascii_lowercase() as char);
            } else {
                gap = true;
            }
        }
        return out;
    }
    for c in text.chars() {
        if c == '%' || c.is_alphanumeric() {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.extend(c.to_lowercase());
        } else if !is_invisible(c) {
            gap = true;
        }
    }
    out
}

/// An answer type as types are compared: `Ya / Tidak` and the ministry's `YA_TIDAK` are `ya/tidak`, `ABC` is `a/b/c`, `0-4`
/// `nilai(0-4)`.
pub fn type_key(label: &str) -> String {
    let seen = label.chars().filter(|&c| !c.is_whitespace() && !is_invisible(c)).flat_map(char::to_lowercase);
    let key: String = seen.map(|c| if c == '_' { '/' } else { c }).collect();
    match key.as_str() {
        "abc" | "abcd" | "abcde" => key.chars().map(String::from).collect::<Vec<_>>().join("/"),
        "0-4" => "nilai(0-4)".to_owned(),
        _ => key,
    }
}

/// Whether nobody sees a character at all: zero-width blanks and joiners, marks of direction, a byte order mark, a soft
/// hyphen. Copied from pages and chats, they make equal texts differ.
pub fn is_invisible(c: char) -> bool {
    seen_as(c).is_none()
}

/// A text as a person sees it: what has no width is nothing, every kind of blank is one, a line ends one way. All text enters
/// through here.
pub fn clean(text: &str) -> Cow<'_, str> {
    match is_clean(text) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.chars().filter_map(seen_as).collect()),
    }
}

/// Whether a text may stay as it is. Tables of a hundred megabytes come through here: bytes are looked at, not characters.
fn is_clean(text: &str) -> bool {
    let is_control = |byte: u8| byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t') || byte == 0x7f;
    let is_plain = |chunk: &[u8]| !chunk.iter().fold(false, |odd, &byte| odd | !byte.is_ascii() | is_control(byte));
    if text.as_bytes().chunks(1_024).all(is_plain) {
        return true;
    }
    !text.bytes().enumerate().any(|(at, byte)| match byte {
        // What the odd characters below begin with.
        0xc2 | 0xcd | 0xd8 | 0xe1 | 0xe2 | 0xe3 | 0xef..=0xf4 => {
            text[at..].chars().next().is_some_and(|c| seen_as(c) != Some(c))
        }
        byte => is_control(byte),
    })
}

/// What a person sees of a character; none where it has no width.
fn seen_as(c: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\t' | ' '..='~' => Some(c),
        '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        // Blanks that are fixed, thin or wide.
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Some(' '),
        // What Unicode says is not to be drawn: a soft hyphen, joiners, fillers, marks of direction, of byte order, of how an
        // emoji is drawn, tags.
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' => None,
        '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => None,
        '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' => None,
        '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => None,
        // What is no character and never will be: no XML may hold the last two of the first plane.
        '\u{fdd0}'..='\u{fdef}' => None,
        c if u32::from(c) & 0xfffe == 0xfffe => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// An address as a link may hold it: http or https with a host, without what nobody sees, percent-encoded where no address
/// may hold a character as it is. None where it is no such address, or where no program could follow it.
pub fn web_address(text: &str) -> Option<String> {
    let text = clean(text.trim());
    let text = text.trim();
    if !is_web_address(text) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let is_encoded =
            || text.as_bytes().get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        match c {
            // As browsers take these.
            '\t' | '\n' | '\r' => {}
            '\\' => out.push('/'),
            ' ' | '"' | '<' | '>' | '^' | '`' | '{' | '|' | '}' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{:02X}", u32::from(c));
            }
            '%' if !is_encoded() => out.push_str("%25"),
            c => out.push(c),
        }
    }
    Url::parse(&out).is_ok_and(|url| url.has_host()).then_some(out)
}

/// How long spreadsheets count a text: in units of UTF-16.
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Whether a text is longer than so many units of UTF-16.
pub fn is_longer(text: &str, most: usize) -> bool {
    // Bytes are never fewer than units.
    text.len() > most && units(text) > most
}

/// A text that is at most so many units of UTF-16 long, the cut shown by [`CUT`].
pub fn clip(text: &str, most: usize) -> Cow<'_, str> {
    if !is_longer(text, most) {
        return Cow::Borrowed(text);
    }
    let mut used = units(CUT);
    let fits = |c: &char| {
        used += c.len_utf16();
        used <= most
    };
    Cow::Owned(text.chars().take_while(fits).chain(CUT.chars()).collect())
}

/// A text that no spreadsheet takes for a formula: where it begins as one, an apostrophe marks it as text. For outputs
/// whose cells do not say themselves what they hold.
pub fn unformula(text: &str) -> Cow<'_, str> {
    // Full-width signs count as the plain ones in some programs, and what stands before a sign is taken off in others.
    let begins = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(begins) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A text cut to at most `most` characters, the cut shown by an ellipsis.
pub fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

/// A word with its first letter in upper case.
pub fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A label in capitals as a sentence; any other as it is, since it may hold abbreviations.
pub fn sentence_case(label: &str) -> String {
    if label.chars().any(char::is_lowercase) { label.to_owned() } else { capital(&label.to_lowercase()) }
}

/// Lines a text takes in a column of the given width, broken at blanks.
pub fn wrapped_lines(text: &str, width: usize) -> usize {
    let mut lines = 0;
    for paragraph in text.split('\n') {
        lines += 1;
        let mut used = 0;
        for word in paragraph.split(' ').map(|word| word.chars().count()) {
            if used > 0 && used + 1 + word > width {
                lines += 1;
                used = 0;
            }
            // A word longer than the column is broken, too.
            lines += word.saturating_sub(1) / width;
            used += word % width + usize::from(used > 0);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_as_they_will_break() {
        assert_eq!(wrapped_lines("", 10), 1);
        assert_eq!(wrapped_lines("satu dua", 10), 1);
        assert_eq!(wrapped_lines("satu dua tiga", 10), 2);
        assert_eq!(wrapped_lines("satu\ndua", 10), 2);
        assert_eq!(wrapped_lines("https://contoh.example/panjang", 10), 3);
    }

    #[test]
    fn labels_compare_by_their_words() {
        assert_eq!(normalise_label("  Whistle-Blowing\nSystem (WBS). "), "whistle blowing system wbs");
        assert_eq!(normalise_label("%"), "%");
        assert_eq!(normalise_label("—"), "");
    }

    #[test]
    fn what_nobody_sees_does_not_count() {
        assert_eq!(normalise_label("Tim\u{200b}\u{a0}Kerja\u{ad} ZI\u{feff}"), "tim kerja zi");
        assert_eq!(type_key("\u{200e}Ya / Tidak\u{200d}"), "ya/tidak");
    }

    #[test]
    fn long_texts_are_cut_by_characters() {
        assert_eq!(shorten("Sarana √ prasarana", 9), "Sarana √…");
        assert_eq!(shorten("pendek", 9), "pendek");
    }

    #[test]
    fn texts_are_as_a_person_sees_them() {
        for (typed, seen) in [
            ("Ya\u{200b}", "Ya"),
            ("\u{feff}Sangat\u{a0}baik\u{ad}", "Sangat baik"),
            ("\u{202a}4\u{202c}", "4"),
            ("✔\u{fe0f}", "✔"),
            ("satu\u{2028}dua\u{b}tiga", "satu\ndua\ntiga"),
            ("a\tb\r\nc – é", "a\tb\r\nc – é"),
            ("\u{200b}\u{0}", ""),
            ("Ya\u{fffe}\u{ffff}\u{fdd0}\u{1fffe}\u{10ffff}\u{e0041}\u{3164}", "Ya"),
            ("\u{f0fc} 👍", "\u{f0fc} 👍"),
        ] {
            assert_eq!(clean(typed), seen, "{typed:?}");
        }
        for c in (0..=0x0010_ffff).filter_map(char::from_u32) {
            assert_eq!(is_clean(&c.to_string()), seen_as(c) == Some(c), "{c:?}");
        }
    }

    #[test]
    fn links_are_such_as_every_program_can_follow() {
        for (written, link) in [
            (" https://s.id/a1 ", Some("https://s.id/a1")),
            ("HTTPS://contoh.example/x", Some("HTTPS://contoh.example/x")),
            ("https://contoh.example/map é?q=a%3Db#c", Some("https://contoh.example/map%20é?q=a%3Db#c")),
            ("https://contoh.example/\u{1}\u{202e}a\u{ffff}\nb", Some("https://contoh.example/ab")),
            ("https://contoh.example/\"><script>", Some("https://contoh.example/%22%3E%3Cscript%3E")),
            ("https://contoh.example/100%/%2", Some("https://contoh.example/100%25/%252")),
            ("https://contoh.example/{a}|b\\c", Some("https://contoh.example/%7Ba%7D%7Cb/c")),
            ("https://jahat.example\\@contoh.example", Some("https://jahat.example/@contoh.example")),
            ("https://", None),
            ("https://contoh.example:port/", None),
            ("javascript:alert(1)", None),
            ("file:///etc/passwd", None),
            ("", None),
        ] {
            assert_eq!(web_address(written).as_deref(), link, "{written:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_cut_and_marked() {
        assert_eq!(clip("√√√√√", 5), "√√√√√");
        assert_eq!(clip("√√√√√√", 5), "√ […]");
        assert_eq!(clip("😀😀😀", 5), " […]", "half a character is none");
        assert_eq!(units(&clip(&"😀".repeat(50_000), 32_767)), 32_766);
    }

    #[test]
    fn what_looks_like_a_formula_is_marked_as_text() {
        for text in ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x"] {
            assert_eq!(unformula(text), format!("'{text}"));
        }
        for text in ["", "KPU Kota", "1-2", "'=1", "–", "−1"] {
            assert_eq!(unformula(text), text);
        }
    }
}
