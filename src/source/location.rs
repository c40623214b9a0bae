//! [`Location`]: what a pipeline's text about a place means.

use std::path::{Path, PathBuf};

use url::Url;

use super::SourceError;
use super::google::{GoogleSettings, SheetAddress};
use crate::grid::is_web_address;
use crate::lang::Phrase;

/// Hosts whose addresses are known for such without `https://`, as browsers show them.
const GOOGLE_HOSTS: [&str; 3] = ["docs.google.com", "drive.google.com", "sheets.google.com"];

/// Whether a text is a host and a path on it.
fn is_below(text: &str, host: &str) -> bool {
    text.split_at_checked(host.len())
        .is_some_and(|(start, rest)| start.eq_ignore_ascii_case(host) && rest.starts_with('/'))
}

/// A place as it may be shown and kept: without the user name and password an address holds, which is refused for them.
pub fn without_password(text: &str) -> String {
    let one = |text: &str| match text.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
            match authority.rsplit_once('@') {
                Some((_, host)) => format!("{scheme}://…@{host}{path}"),
                None => text.to_owned(),
            }
        }
        None => text.to_owned(),
    };
    // Several places are parted so.
    text.split(';').map(one).collect::<Vec<_>>().join(";")
}

/// Where something is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A file.
    File(PathBuf),
    /// A file on the web.
    Web(Url),
    /// A spreadsheet in Google Sheets, or one sheet of it.
    Sheet(SheetAddress),
}

impl Location {
    /// Reads a path, relative to a folder, or an address.
    ///
    /// # Errors
    /// [`SourceError::Address`] when an address cannot be used.
    pub fn parse(text: &str, directory: &Path, google: &GoogleSettings) -> Result<Location, SourceError> {
        let text = text.trim();
        let with_scheme = GOOGLE_HOSTS.iter().any(|host| is_below(text, host)).then(|| format!("https://{text}"));
        let text = with_scheme.as_deref().unwrap_or(text);
        if !is_web_address(text) {
            return Ok(Location::File(directory.join(text)));
        }
        if let Some(address) = SheetAddress::parse(text, google) {
            return address.map(Location::Sheet);
        }
        let wrong = Phrase::new("bukan alamat http atau https yang utuh", "not a whole http or https address");
        Url::parse(text).ok().filter(Url::has_host).map(Location::Web).ok_or(SourceError::Address(wrong))
    }

    /// Whether the network is needed to read it.
    pub fn is_remote(&self) -> bool {
        !matches!(self, Location::File(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_without_a_password() {
        for (text, shown) in [
            ("https://ani:rahasia@contoh.id/x?y=@", "https://…@contoh.id/x?y=@"),
            ("a.xlsx; https://rahasia@contoh.id", "a.xlsx; https://…@contoh.id"),
            ("https://contoh.id/@ani/x", "https://contoh.id/@ani/x"),
            ("https://a:p@ss@contoh.id#b", "https://…@contoh.id#b"),
            ("lke/ani@contoh.xlsx", "lke/ani@contoh.xlsx"),
            ("", ""),
        ] {
            assert_eq!(without_password(text), shown, "{text}");
        }
    }

    #[test]
    fn an_address_is_known_without_its_scheme() {
        let parse = |text: &str| Location::parse(text, Path::new("dir"), &GoogleSettings::default()).unwrap();
        for text in [
            "docs.google.com/spreadsheets/d/1aB/edit#gid=7",
            " Docs.Google.com/spreadsheets/d/1aB/edit#gid=7",
            "https://docs.google.com/spreadsheets/d/1aB/edit#gid=7",
        ] {
            assert_eq!(parse(text), Location::Sheet(SheetAddress { id: "1aB".to_owned(), gid: Some(7) }), "{text}");
        }
        let web = |text: &str| Location::Web(Url::parse(text).unwrap());
        let export = "docs.google.com/spreadsheets/d/1aB/export?format=xlsx";
        assert_eq!(parse(export), web(&format!("https://{export}")));
        assert_eq!(parse("drive.google.com/file/d/1aB/view"), web("https://drive.google.com/file/d/1aB/view"));
        for file in ["lke.xlsx", "docs.google.com.xlsx", "docs.google.com", "lama/docs.google.com/x", "docs"] {
            assert_eq!(parse(file), Location::File(Path::new("dir").join(file)), "{file}");
        }
    }
}
