//! How texts of worksheets are compared: what a typist varies (case, blanks, punctuation) does not count.

use std::borrow::Cow;

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

/// An answer type as types are compared: `Ya / Tidak` is `ya/tidak`.
pub fn type_key(label: &str) -> String {
    label.chars().filter(|&c| !c.is_whitespace() && !is_invisible(c)).flat_map(char::to_lowercase).collect()
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
        0xc2 | 0xd8 | 0xe1 | 0xe2 | 0xe3 | 0xef => text[at..].chars().next().is_some_and(|c| seen_as(c) != Some(c)),
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
        // A soft hyphen, joiners, marks of direction and of byte order, and how an emoji is to be drawn.
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => None,
        '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert_eq!(clean(typed), seen, "{typed:?}");
        }
        for c in (0..=0x0010_ffff).filter_map(char::from_u32) {
            assert_eq!(is_clean(&c.to_string()), seen_as(c) == Some(c), "{c:?}");
        }
    }
}
