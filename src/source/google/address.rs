//! Addresses of Google Sheets documents, as a browser shows them and people pass them on.

use std::fmt;

use url::Url;

use super::GoogleSettings;
use crate::lang::Phrase;
use crate::source::SourceError;

/// Where documents live.
const HOST: &str = "docs.google.com";

/// What stands behind the ID of an address that sends a file in place of the document.
const DOWNLOADS: [&str; 4] = ["export", "gviz", "pub", "pubhtml"];

/// What may follow an ID, and therefore is none itself where an address was cut.
const VIEWS: [&str; 6] = ["edit", "view", "preview", "copy", "htmlview", "htmlembed"];

/// A spreadsheet, and one sheet of it where the address names one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SheetAddress {
    /// The spreadsheet's ID; letters, digits, `-` and `_` only.
    pub id: String,
    /// The sheet's gid; none stands for the whole spreadsheet.
    pub gid: Option<i64>,
}

impl SheetAddress {
    /// Reads an address; `None` when it is not one of a Google Sheets document: a path, another host, or an address that
    /// sends a file (`/export?format=xlsx`, published with `/d/e/…/pub`), which is fetched like any other from the web.
    ///
    /// Besides Google's own host the configured endpoint's counts, so that a local server's documents are found.
    ///
    /// # Errors
    /// [`SourceError::Address`] when it is an address of Google Sheets, but ID or gid are missing or impossible.
    pub fn parse(text: &str, settings: &GoogleSettings) -> Option<Result<SheetAddress, SourceError>> {
        let text = text.trim().trim_start_matches(['<', '"', '\'']).split(char::is_whitespace).next()?;
        let text = text.trim_end_matches(['>', '"', '\'', ',', ';']);
        let without_scheme =
            text.get(..HOST.len() + 1).is_some_and(|start| start.eq_ignore_ascii_case("docs.google.com/"));
        let url = Url::parse(&if without_scheme { format!("https://{text}") } else { text.to_owned() }).ok()?;
        if !matches!(url.scheme(), "http" | "https") || !(url.host_str() == Some(HOST) || is_endpoint(&url, settings)) {
            return None;
        }
        let segments: Vec<&str> = url.path_segments()?.filter(|segment| !segment.is_empty()).collect();
        let ["spreadsheets", rest @ ..] = without_account(&segments) else { return None };
        match without_account(rest) {
            ["d", "e", ..] => None,
            ["d", _, download, ..] if DOWNLOADS.contains(download) => None,
            ["d", id, ..] if !VIEWS.contains(id) => Some(read(&url, id)),
            _ => Some(Err(SourceError::Address(Phrase::new(
                "alamat Google Sheets ini tidak memuat kode spreadsheet (bagian setelah /d/)",
                "this Google Sheets address has no spreadsheet ID (the part after /d/)",
            )))),
        }
    }
}

impl fmt::Display for SheetAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{HOST}/spreadsheets/d/{}/edit", self.id)?;
        match self.gid {
            Some(gid) => write!(f, "#gid={gid}"),
            None => Ok(()),
        }
    }
}

fn is_endpoint(url: &Url, settings: &GoogleSettings) -> bool {
    let endpoint = &settings.endpoint;
    url.host().is_some()
        && url.host() == endpoint.host()
        && url.port_or_known_default() == endpoint.port_or_known_default()
}

/// A browser with several accounts puts `/u/1`, one with an office's domain `/a/kpu.go.id` into the path.
fn without_account<'a, 'b>(segments: &'a [&'b str]) -> &'a [&'b str] {
    match segments {
        ["a" | "u", _, rest @ ..] => without_account(rest),
        _ => segments,
    }
}

fn read(url: &Url, id: &str) -> Result<SheetAddress, SourceError> {
    if !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return Err(SourceError::Address(Phrase::new(
            "kode spreadsheet setelah /d/ memuat tanda yang tidak mungkin",
            "the spreadsheet ID after /d/ has characters that no ID has",
        )));
    }
    // A browser keeps the sheet first opened in the query and the one shown now in the fragment.
    let gid = [url.fragment(), url.query()].into_iter().flatten().find_map(|part| {
        let mut pairs = url::form_urlencoded::parse(part.as_bytes());
        pairs.find(|(key, _)| key == "gid").map(|(_, value)| value.into_owned())
    });
    let gid = gid.map(|digits| {
        let only_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<i32>().ok().filter(|_| only_digits).map(i64::from).ok_or_else(|| {
            SourceError::Address(Phrase::new(
                "gid di alamat ini bukan nomor lembar; salin ulang alamatnya sampai akhir",
                "the gid in this address is no number of a sheet; copy the address to its end",
            ))
        })
    });
    Ok(SheetAddress { id: id.to_owned(), gid: gid.transpose()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Result<SheetAddress, SourceError>> {
        let endpoint = Url::parse("http://127.0.0.1:8123/").unwrap();
        SheetAddress::parse(text, &GoogleSettings { endpoint, ..GoogleSettings::default() })
    }

    #[test]
    fn any_address_a_browser_shows_is_read() {
        for (text, gid) in [
            ("https://docs.google.com/spreadsheets/d/1aB-c_9/edit?gid=1#gid=2", Some(2)),
            ("https://docs.google.com/spreadsheets/d/1aB-c_9/edit?gid=1", Some(1)),
            ("https://docs.google.com/spreadsheets/d/1aB-c_9/edit#gid=0", Some(0)),
            ("https://docs.google.com/spreadsheets/d/1aB-c_9/edit?usp=sharing", None),
            ("https://docs.google.com/spreadsheets/d/1aB-c_9", None),
            ("https://docs.google.com/spreadsheets/d/1aB-c_9/", None),
            ("https://docs.google.com/spreadsheets/u/1/d/1aB-c_9/edit#gid=7&range=A1:B2", Some(7)),
            ("https://docs.google.com/spreadsheets/d/1aB-c_9/edit#range=A1&gid=7", Some(7)),
            ("https://docs.google.com/u/0/spreadsheets/d/1aB-c_9/edit", None),
            ("https://docs.google.com/a/kpu.go.id/spreadsheets/d/1aB-c_9/edit#gid=12", Some(12)),
            ("https://docs.google.com/spreadsheets/d/1aB-c_9/htmlview?gid=5", Some(5)),
            ("https://docs.google.com/spreadsheets/d/1aB-c_9/preview", None),
            ("https://docs.google.com/spreadsheets/d/1aB-c_9/copy", None),
            ("HTTPS://Docs.Google.com/spreadsheets/d/1aB-c_9/edit?rtpof=true&sd=true", None),
            ("docs.google.com/spreadsheets/d/1aB-c_9/edit#gid=3", Some(3)),
            ("  <https://docs.google.com/spreadsheets/d/1aB-c_9/edit#gid=3>, (LKE 2025)", Some(3)),
            ("https://docs.google.com/spreadsheets/d/1aB-c_9/edit#gid=2147483647 diisi Sekretaris", Some(2147483647)),
            ("http://127.0.0.1:8123/spreadsheets/d/1aB-c_9/edit#gid=4", Some(4)),
        ] {
            assert_eq!(parse(text), Some(Ok(SheetAddress { id: "1aB-c_9".to_owned(), gid })), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_document_is_left_to_others() {
        for text in [
            "",
            "lke/lke-1971.xlsx",
            "/spreadsheets/d/1aB/edit",
            "C:\\LKE\\lke.xlsx",
            "https://example.org/spreadsheets/d/1aB/edit",
            "https://docs.google.com.example.org/spreadsheets/d/1aB/edit",
            "https://docs.google.com/document/d/1aB/edit",
            "https://docs.google.com/spreadsheets/d/1aB/export?format=xlsx&gid=0",
            "https://docs.google.com/spreadsheets/d/1aB/gviz/tq?tqx=out:csv",
            "https://docs.google.com/spreadsheets/d/e/2PACX-1v/pub?output=csv",
            "https://docs.google.com/spreadsheets/d/e/2PACX-1v/pubhtml",
            "http://127.0.0.1:8124/spreadsheets/d/1aB/edit",
            "http://127.0.0.1:8123/v4/spreadsheets/1aB",
            "ftp://docs.google.com/spreadsheets/d/1aB/edit",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        let default = SheetAddress::parse("http://127.0.0.1:8123/spreadsheets/d/1aB", &GoogleSettings::default());
        assert_eq!(default, None, "only the configured endpoint is one");
    }

    #[test]
    fn a_damaged_address_is_told_apart() {
        for (text, part) in [
            ("https://docs.google.com/spreadsheets/d/edit#gid=0", "no spreadsheet ID"),
            ("https://docs.google.com/spreadsheets/u/0/", "no spreadsheet ID"),
            ("https://docs.google.com/spreadsheets/d/", "no spreadsheet ID"),
            ("https://docs.google.com/spreadsheets/d/1aB…/edit", "characters"),
            ("https://docs.google.com/spreadsheets/d/1aB%2F..%2F/edit", "characters"),
            ("https://docs.google.com/spreadsheets/d/1aB/edit#gid=", "gid"),
            ("https://docs.google.com/spreadsheets/d/1aB/edit#gid=12x", "gid"),
            ("https://docs.google.com/spreadsheets/d/1aB/edit#gid=-1", "gid"),
            ("https://docs.google.com/spreadsheets/d/1aB/edit#gid=99999999999", "gid"),
        ] {
            let Some(Err(SourceError::Address(reason))) = parse(text) else { panic!("{text}: {:?}", parse(text)) };
            assert!(reason.text(crate::lang::Lang::En).contains(part), "{text}: {reason:?}");
        }
    }

    #[test]
    fn the_canonical_address_is_read_back() {
        for gid in [None, Some(0), Some(77)] {
            let address = SheetAddress { id: "1aB-c_9".to_owned(), gid };
            assert_eq!(parse(&address.to_string()), Some(Ok(address)));
        }
    }
}
