//! What is wrong with a file people write: where, and what was expected.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::lang::Lang;

/// A mistake in a pipeline file or satker registry. Nothing is run and nothing written then.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigError {
    /// The file.
    pub path: PathBuf,
    /// Line and column from 1, where one place can be named.
    pub at: Option<(usize, usize)>,
    /// What is wrong, in Indonesian and English.
    pub message: [String; 2],
}

impl ConfigError {
    /// A mistake in a file as a whole.
    pub fn new(path: &Path, id: impl Into<String>, en: impl Into<String>) -> Self {
        ConfigError { path: path.to_owned(), at: None, message: [id.into(), en.into()] }
    }

    /// A mistake at a line.
    pub fn at_line(path: &Path, line: usize, id: impl Into<String>, en: impl Into<String>) -> Self {
        ConfigError { at: Some((line, 1)), ..ConfigError::new(path, id, en) }
    }

    /// A mistake at a stretch of the file's text.
    pub fn at_span(path: &Path, text: &str, span: Range<usize>, id: impl Into<String>, en: impl Into<String>) -> Self {
        ConfigError { at: Some(line_and_column(text, span.start)), ..ConfigError::new(path, id, en) }
    }

    /// What the TOML parser or the file's shape objects to.
    pub fn from_toml(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let message = error.message();
        let at = error.span().map(|span| line_and_column(text, span.start));
        ConfigError { path: path.to_owned(), at, message: [in_indonesian(message), message.to_owned()] }
    }

    /// The mistake as one line: `babel.toml:12:1: kunci "templat" tidak dikenal; …`.
    pub fn show(&self, lang: Lang) -> String {
        let [id, en] = &self.message;
        let place = self.at.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        format!("{}{place}: {}", self.path.display(), lang.pick(id, en))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show(Lang::Id))
    }
}

impl std::error::Error for ConfigError {}

fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// The messages serde makes, in Indonesian; what the TOML grammar objects to keeps its own words.
fn in_indonesian(message: &str) -> String {
    let quoted = |text: &str| text.replace('`', "\"");
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let (field, expected) = rest.split_once(", expected ").unwrap_or((rest, ""));
        let expected = quoted(expected.trim_start_matches("one of "));
        return format!("kunci {} tidak dikenal; yang dikenal: {expected}", quoted(field));
    }
    if let Some(field) = message.strip_prefix("missing field ") {
        return format!("kunci {} belum ada", quoted(field));
    }
    if let Some(rest) = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: ")) {
        let (found, expected) = rest.split_once(", expected ").unwrap_or((rest, "?"));
        return format!("tertulis {}, seharusnya {}", kind(found), kind(expected));
    }
    if let Some(field) = message.strip_prefix("duplicate key") {
        return format!("kunci ganda{}", quoted(field));
    }
    format!("penulisan TOML keliru: {message}")
}

fn kind(text: &str) -> String {
    let words = [
        ("a string", "teks dalam tanda kutip"),
        ("string ", "teks "),
        ("integer ", "bilangan "),
        ("floating point ", "bilangan pecahan "),
        ("boolean ", "nilai "),
        ("map", "tabel"),
        ("sequence", "daftar"),
        ("a sequence", "daftar"),
        ("a boolean", "true atau false"),
    ];
    for (en, id) in words {
        if text == en || (en.ends_with(' ') && text.starts_with(en)) {
            return text.replacen(en, id, 1).replace('`', "");
        }
    }
    if text.starts_with('i') || text.starts_with('u') { "bilangan bulat".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_told_with_line_and_column() {
        let text = "a = 1\nb = \"dua\"\n";
        let error = ConfigError::at_span(Path::new("x.toml"), text, 10..15, "salah", "wrong");
        assert_eq!(error.show(Lang::Id), "x.toml:2:5: salah");
        assert_eq!(error.show(Lang::En), "x.toml:2:5: wrong");
    }

    #[test]
    fn what_the_parser_says_is_told_in_indonesian() {
        for (en, id) in [
            (
                "unknown field `templat`, expected one of `template`, `source`",
                "kunci \"templat\" tidak dikenal; yang dikenal: \"template\", \"source\"",
            ),
            ("missing field `title`", "kunci \"title\" belum ada"),
            ("invalid type: string \"dua\", expected u8", "tertulis teks \"dua\", seharusnya bilangan bulat"),
            ("invalid type: integer `5`, expected a string", "tertulis bilangan 5, seharusnya teks dalam tanda kutip"),
        ] {
            assert_eq!(in_indonesian(en), id);
        }
    }
}
