//! How texts of worksheets are compared: what a typist varies (case, blanks, punctuation) does not count.

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
        } else {
            gap = true;
        }
    }
    out
}

/// An answer type as types are compared: `Ya / Tidak` is `ya/tidak`.
pub fn type_key(label: &str) -> String {
    label.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// A number as people type it into a text cell: `0,78`, `0.78`, `1.234,5`, ` 78 `; no unit, no percent sign.
pub fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim().trim_start_matches('\'');
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'+')) {
        return None;
    }
    let plain = match (text.rfind(','), text.rfind('.')) {
        // Both: the later one is the decimal mark.
        (Some(comma), Some(point)) if comma > point => text.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => text.replace(',', ""),
        (Some(_), None) => text.replace(',', "."),
        _ => text.to_owned(),
    };
    plain.parse().ok().filter(|number: &f64| number.is_finite())
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
    fn numbers_are_read_as_typed() {
        for (text, number) in
            [("0,78", 0.78), (" 78 ", 78.0), ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("-3", -3.0), ("'37", 37.0)]
        {
            assert_eq!(parse_number(text), Some(number), "{text}");
        }
        for text in ["", "-", "o", "3 orang", "1.2.3", "78%", "1e9", "٣"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn long_texts_are_cut_by_characters() {
        assert_eq!(shorten("Sarana √ prasarana", 9), "Sarana √…");
        assert_eq!(shorten("pendek", 9), "pendek");
    }
}
