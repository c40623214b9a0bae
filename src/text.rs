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
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A text without what nobody sees in it.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.contains(is_invisible) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|&c| !is_invisible(c)).collect())
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
        assert_eq!(visible("\u{feff}B\u{200b}"), "B");
        assert!(matches!(visible("sarana √"), Cow::Borrowed("sarana √")));
    }

    #[test]
    fn long_texts_are_cut_by_characters() {
        assert_eq!(shorten("Sarana √ prasarana", 9), "Sarana √…");
        assert_eq!(shorten("pendek", 9), "pendek");
    }
}
