//! What is wrong with a file people write: where, and what was expected.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::toml_words;
use crate::lang::Lang;

/// Characters of a line that are shown.
const LONGEST_LINE: usize = 120;

/// A mistake in a pipeline file or satker registry. Nothing is run and nothing written then.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigError {
    /// The file.
    pub path: PathBuf,
    /// Line (or row) and column from 1, where one place can be named.
    pub at: Option<(usize, usize)>,
    /// What is wrong, in Indonesian and English.
    pub message: [String; 2],
    /// The line it is in, where that can be shown.
    excerpt: Option<Box<Excerpt>>,
}

/// A line of a file, and the stretch of it that is meant.
#[derive(Debug, Clone, PartialEq)]
struct Excerpt {
    text: String,
    before: usize,
    length: usize,
}

impl ConfigError {
    /// A mistake in a file as a whole.
    pub fn new(path: &Path, id: impl Into<String>, en: impl Into<String>) -> Self {
        ConfigError { path: path.to_owned(), at: None, message: [id.into(), en.into()], excerpt: None }
    }

    /// A mistake in a cell of a table, by row and column from 1.
    pub fn at_cell(path: &Path, at: (usize, usize), id: impl Into<String>, en: impl Into<String>) -> Self {
        ConfigError { at: Some(at), ..ConfigError::new(path, id, en) }
    }

    /// A mistake at a stretch of the file's text.
    pub fn at_span(path: &Path, text: &str, span: Range<usize>, id: impl Into<String>, en: impl Into<String>) -> Self {
        let at = Some(line_and_column(text, span.start));
        ConfigError { at, excerpt: Some(Box::new(Excerpt::of(text, span))), ..ConfigError::new(path, id, en) }
    }

    /// What the TOML parser or the file's shape objects to.
    pub fn from_toml(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let [id, en] = toml_words::told(text, error);
        match error.span() {
            Some(span) => ConfigError::at_span(path, text, span, id, en),
            None => ConfigError::new(path, id, en),
        }
    }

    /// A file that cannot be read.
    pub fn unreadable(path: &Path, error: &io::Error) -> Self {
        let (id, en) = match error.kind() {
            io::ErrorKind::NotFound => ("berkas ini tidak ada", "there is no such file"),
            io::ErrorKind::PermissionDenied => {
                ("tidak boleh dibaca; beri izin baca", "may not be read; permit reading it")
            }
            io::ErrorKind::IsADirectory => ("ini folder; tulis berkasnya", "this is a folder; name the file in it"),
            _ => {
                return ConfigError::new(
                    path,
                    format!("tidak dapat dibaca: {error}"),
                    format!("cannot be read: {error}"),
                );
            }
        };
        ConfigError::new(path, id, en)
    }

    /// The mistake as one line, for logs: `babel.toml:12:1: kunci "templat" tidak dikenal; …`.
    pub fn show(&self, lang: Lang) -> String {
        let [id, en] = &self.message;
        let place = self.at.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        format!("{}{place}: {}", self.path.display(), lang.pick(id, en))
    }

    /// The mistake for people: as [`ConfigError::show`], and below it the line with what is meant underlined.
    pub fn report(&self, lang: Lang) -> String {
        let (Some(Excerpt { text, before, length }), Some((line, _))) = (self.excerpt.as_deref(), self.at) else {
            return self.show(lang);
        };
        let margin = " ".repeat(line.to_string().len());
        let (blanks, marks) = (" ".repeat(*before), "^".repeat(*length));
        format!("{}\n{margin} |\n{line} | {text}\n{margin} | {blanks}{marks}", self.show(lang))
    }
}

impl Excerpt {
    /// The line a stretch begins in. What may be a secret in it is left out.
    fn of(text: &str, span: Range<usize>) -> Excerpt {
        let start = span.start.min(text.len());
        let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        let line = line_at(text, start);
        let chars = |from: usize, to: usize| text.get(from..to.max(from)).map_or(0, |part| part.chars().count());
        let (mut shown, mut before) = (line.to_owned(), chars(line_start, start));
        let mut length = chars(start, span.end.min(line_start + line.len()));
        if toml_words::is_secret(line) {
            let key = line.split('=').next().unwrap_or_default().trim_end();
            (shown, before, length) = (format!("{key} = …"), 0, key.chars().count());
        }
        // A line is shown as one, and what is underlined stays below what it means.
        let plain = |c: char| if c.is_control() { ' ' } else { c };
        let shown: String = shown.chars().map(plain).take(LONGEST_LINE).collect();
        let width = shown.chars().count();
        let before = before.min(width);
        Excerpt { text: shown.trim_end().to_owned(), before, length: length.clamp(1, (width - before).max(1)) }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show(Lang::Id))
    }
}

impl std::error::Error for ConfigError {}

/// The text of a file, which must be UTF-8; a mark at its beginning that says so is left out.
///
/// # Errors
/// [`ConfigError`] that says how the file is to be saved, and the first line that is not UTF-8.
pub(super) fn text_of(path: &Path, bytes: Vec<u8>) -> Result<String, ConfigError> {
    let utf_16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    // Latin letters in UTF-16 are every other byte nothing.
    if utf_16 || bytes.iter().take(100).filter(|&&byte| byte == 0).count() > bytes.len().min(100) / 3 {
        let id = "tersimpan sebagai UTF-16 (\"Unicode\"); simpan ulang sebagai UTF-8";
        return Err(ConfigError::new(path, id, "is saved as UTF-16 (\"Unicode\"); save it as UTF-8"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(error.as_bytes().get(..good).unwrap_or_default()).into_owned();
        let id = "di sini ada huruf yang bukan UTF-8; simpan ulang berkas ini sebagai UTF-8";
        let en = "here is a character that is not UTF-8; save this file as UTF-8";
        ConfigError::at_span(path, &before, good..good, id, en)
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The line an offset is in.
pub(super) fn line_at(text: &str, offset: usize) -> &str {
    let offset = offset.min(text.len());
    let (before, after) = text.split_at_checked(offset).unwrap_or((text, ""));
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let end = after.find('\n').map_or(text.len(), |newline| offset + newline);
    text.get(start..end).unwrap_or_default()
}

fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_told_with_line_and_column() {
        let text = "a = 1\nb = \"dua\"\n";
        let error = ConfigError::at_span(Path::new("x.toml"), text, 10..15, "salah", "wrong");
        assert_eq!(error.show(Lang::Id), "x.toml:2:5: salah");
        assert_eq!(error.report(Lang::En), "x.toml:2:5: wrong\n  |\n2 | b = \"dua\"\n  |     ^^^^^");
        let whole = ConfigError::new(Path::new("x.toml"), "salah", "wrong");
        assert_eq!(whole.report(Lang::Id), "x.toml: salah");
    }

    #[test]
    fn any_stretch_of_any_text_can_be_shown() {
        for text in ["", "\n", "é = 1", "\ta\t=\t1", "a = \"…\"\r\nb", &"x".repeat(500)] {
            for start in 0..=text.len() + 2 {
                for end in start..=text.len() + 2 {
                    let error = ConfigError::at_span(Path::new("x"), text, start..end, "", "");
                    assert!(error.report(Lang::Id).contains('^'), "{text:?} {start}..{end}");
                }
            }
        }
    }

    #[test]
    fn a_line_that_may_hold_a_secret_is_not_shown() {
        for line in [
            "url = \"https://kait.contoh.id/T0/rahasia\"",
            "password = \"rahasia\"",
            "secret_env = 'rahasia'",
            "source = \"https://ani:rahasia@contoh.id/x\"",
            "server = \"smtps://ani:rahasia@contoh.id\"",
            "  api_key_env=\"rahasia\"",
        ] {
            let error = ConfigError::at_span(Path::new("x"), line, line.len() - 4..line.len(), "salah", "wrong");
            assert!(!error.report(Lang::Id).contains("rahasia"), "{}", error.report(Lang::Id));
        }
    }

    #[test]
    fn a_file_is_utf_8_or_told_how_to_become_it() {
        let read = |bytes: &[u8]| text_of(Path::new("x"), bytes.to_vec()).map_err(|error| error.show(Lang::En));
        assert_eq!(read("\u{feff}a = 1".as_bytes()), Ok("a = 1".to_owned()));
        assert_eq!(read("nama = \"Café\"".as_bytes()), Ok("nama = \"Café\"".to_owned()));
        let wide = |mark: &[u8], turn: fn(u16) -> [u8; 2]| {
            mark.iter().copied().chain("nama = 1".encode_utf16().flat_map(turn)).collect::<Vec<u8>>()
        };
        for bytes in
            [wide(&[0xFF, 0xFE], u16::to_le_bytes), wide(&[0xFE, 0xFF], u16::to_be_bytes), wide(&[], u16::to_le_bytes)]
        {
            assert!(read(&bytes).unwrap_err().contains("UTF-16"), "{bytes:?}");
        }
        assert!(read(b"a = 1\nb = \"Caf\xe9\"").unwrap_err().starts_with("x:2:9: "));
    }
}
