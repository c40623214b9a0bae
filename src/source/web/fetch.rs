//! Asks for a file, again where that may help, and takes it down within the limits.

use std::hash::{BuildHasher, RandomState};
use std::sync::PoisonError;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{
    CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use reqwest::{Method, Response, StatusCode};
use tokio::time::Instant;
use url::Url;

use super::client::{Failure, REDIRECTS, is_login_page, retry_after, sent_on};
use super::guard::{NOT_PUBLIC, Unresolved};
use super::{Fetched, Validators, Web, address};
use crate::lang::Phrase;
use crate::source::{Limits, SourceError, show_bytes};

/// How often a file is asked for.
const ATTEMPTS: u32 = 5;
/// How often it is tried to connect where nobody is there.
const CONNECTIONS: u32 = 2;
/// What is waited for.
const ANSWER: Phrase = Phrase::new("jawaban", "an answer from");
/// The first wait between two attempts is this part of the time a file may take; each further one is twice as long.
const FIRST_WAIT: u32 = 120;
/// By these first bytes it is known whether a page came in place of a file.
const TELLING: usize = 1_024;
/// Characters of a file's name that are kept.
const NAME: usize = 120;

/// An attempt that came to nothing.
enum Failed {
    /// Asking again would not help.
    ForGood(SourceError),
    /// Asking again may; not before so long, where the server says.
    ForNow(SourceError, Option<Duration>),
    /// There is nobody to connect to at a host, by its name and port.
    NobodyThere(SourceError, String),
}

impl From<SourceError> for Failed {
    fn from(error: SourceError) -> Self {
        Failed::ForGood(error)
    }
}

impl Web {
    /// Fetches the file at an address; `known` is the version there is a copy of. All attempts together take no longer
    /// than the settings say.
    ///
    /// # Errors
    /// [`SourceError`] says what is wrong: the address, the host, permission, size, the connection, a page in place of a
    /// file.
    pub async fn fetch(&self, url: &Url, known: Option<&Validators>, limits: &Limits) -> Result<Fetched, SourceError> {
        let url = address::of_file(url);
        let deadline = Instant::now() + self.timeout;
        let mut wait = self.timeout / FIRST_WAIT;
        let (mut attempt, mut connections) = (1, 0);
        let _waiting = self.stop.waiting(ANSWER, url.host_str().unwrap_or_default(), self.timeout);
        loop {
            let (error, asked) = match tokio::time::timeout_at(deadline, self.attempt(&url, known, limits)).await {
                Ok(Ok(fetched)) => return Ok(fetched),
                Ok(Err(Failed::ForGood(error))) => return Err(error),
                Ok(Err(Failed::ForNow(error, asked))) => (error, asked),
                Ok(Err(Failed::NobodyThere(error, host))) => {
                    connections += 1;
                    if connections == CONNECTIONS {
                        self.nobody_there.lock().unwrap_or_else(PoisonError::into_inner).insert(host, error.clone());
                        return Err(error);
                    }
                    (error, None)
                }
                Err(_) => return Err(self.too_slow()),
            };
            let pause = asked.unwrap_or(wait) + jitter(wait);
            if attempt == ATTEMPTS || Instant::now() + pause >= deadline {
                return Err(error);
            }
            tokio::time::sleep(pause).await;
            wait *= 2;
            attempt += 1;
        }
    }

    async fn attempt(&self, url: &Url, known: Option<&Validators>, limits: &Limits) -> Result<Fetched, Failed> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            self.client.admit(&url).await?;
            if let Some(error) = self.nobody_there.lock().unwrap_or_else(PoisonError::into_inner).get(&at(&url)) {
                return Err(error.clone().into());
            }
            let mut request = self.client.request(Method::GET, url.clone());
            let validators = known.map_or((None, None), |known| (known.etag.as_ref(), known.last_modified.as_ref()));
            for (name, value) in [(IF_NONE_MATCH, validators.0), (IF_MODIFIED_SINCE, validators.1)] {
                if let Some(value) = value {
                    request = request.header(name, value);
                }
            }
            let response = request.send().await.map_err(|error| self.failed(&url, &error))?;
            match sent_on(&response) {
                Some(next) if is_login_page(&next) => return Err(SourceError::PageInstead.into()),
                Some(next) => url = next,
                None if response.status() == StatusCode::NOT_MODIFIED && known.is_some() => {
                    return Ok(Fetched::Unchanged);
                }
                None => {
                    judge(&response)?;
                    return self.take(response, limits).await;
                }
            }
        }
        Err(SourceError::Unreachable(format!("more than {REDIRECTS} redirects")).into())
    }

    /// Takes down the body, no more of it than the limits allow.
    async fn take(&self, mut response: Response, limits: &Limits) -> Result<Fetched, Failed> {
        let what = Phrase::new("Berkas", "The file");
        let expected = response.content_length();
        let most = limits.file.max(limits.text_file);
        if let Some(announced) = expected.filter(|&announced| announced > most) {
            return Err(SourceError::too_large(what, announced, most).into());
        }
        let mut bytes = Vec::new();
        let mut is_told = false;
        loop {
            let chunk = match response.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(error) if error.is_timeout() => return Err(Failed::ForNow(self.too_slow(), None)),
                Err(_) => {
                    let received = show_bytes(bytes.len() as u64);
                    // A body sent in pieces does not say how many are to come.
                    let expected = expected.map_or_else(|| "?".to_owned(), show_bytes);
                    return Err(Failed::ForNow(SourceError::CutShort { received, expected }, None));
                }
            };
            bytes.extend_from_slice(&chunk);
            let limit = if is_workbook(&bytes) { limits.file } else { limits.text_file };
            let size = expected.unwrap_or(0).max(bytes.len() as u64);
            if bytes.len() >= 8 && size > limit || bytes.len() as u64 > limit {
                return Err(SourceError::too_large(what, size, limit).into());
            }
            if !is_told && bytes.len() >= TELLING {
                is_told = true;
                if is_page(&bytes) {
                    return Err(SourceError::PageInstead.into());
                }
            }
        }
        if is_page(&bytes) {
            return Err(SourceError::PageInstead.into());
        }
        let text = |name| response.headers().get(name)?.to_str().ok().map(str::to_owned);
        let validators = Validators { etag: text(ETAG), last_modified: text(LAST_MODIFIED) };
        Ok(Fetched::New { bytes, name: file_name(response.headers(), response.url()), validators })
    }

    fn failed(&self, url: &Url, error: &reqwest::Error) -> Failed {
        match self.client.failure(url, error) {
            Failure::Unresolved(Unresolved::NotPublic) => {
                let host = url.host_str().unwrap_or_default().to_owned();
                Failed::ForGood(SourceError::HostRefused { host, reason: NOT_PUBLIC })
            }
            Failure::Unresolved(Unresolved::NoSuchHost) => {
                let host = url.host_str().unwrap_or_default();
                let error = SourceError::Unreachable(format!("{}: {host}", Unresolved::NoSuchHost));
                Failed::NobodyThere(error, at(url))
            }
            Failure::Timeout if error.is_connect() => Failed::NobodyThere(self.too_slow(), at(url)),
            Failure::Broken(cause) if error.is_connect() => {
                Failed::NobodyThere(SourceError::Unreachable(cause), at(url))
            }
            Failure::Timeout => Failed::ForNow(self.too_slow(), None),
            Failure::Broken(cause) => Failed::ForNow(SourceError::Unreachable(cause), None),
        }
    }

    fn too_slow(&self) -> SourceError {
        SourceError::Unreachable(format!("timeout, {} s", self.timeout.as_secs_f64()))
    }
}

/// Host and port of an address.
fn at(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

/// What a response's status says, unless it is that the file follows.
fn judge(response: &Response) -> Result<(), Failed> {
    let status = response.status();
    let for_now = |error| Failed::ForNow(error, retry_after(response.headers(), Timestamp::now()));
    Err(match status.as_u16() {
        200..=299 => return Ok(()),
        401 | 403 => SourceError::NoAccess { account: "siapa saja yang memiliki tautan".to_owned() }.into(),
        404 | 410 => SourceError::NotThere.into(),
        429 if response.url().host_str().is_some_and(is_google) => for_now(SourceError::QuotaUsedUp),
        408 | 429 | 500..=599 => for_now(SourceError::Unreachable(status.to_string())),
        _ => SourceError::Unreachable(status.to_string()).into(),
    })
}

fn is_google(host: &str) -> bool {
    [".google.com", ".googleusercontent.com"].iter().any(|google| host.ends_with(google))
}

/// Up to half of a wait, so that those who failed together do not come back together.
fn jitter(wait: Duration) -> Duration {
    // Every state of the standard library's hashing is seeded anew, which is as random as this needs.
    let random = RandomState::new().hash_one(0_u8) as f64 / u64::MAX as f64;
    wait.mul_f64(random / 2.0)
}

/// Whether content begins as a workbook does: a zip archive or a compound file.
fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK") || bytes.starts_with(b"\xD0\xCF\x11\xE0")
}

/// Whether content begins as a web page does.
fn is_page(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let start = start[..start.len().min(TELLING)].to_ascii_lowercase();
    let begins = |start: &[u8]| start.starts_with(b"<!doctype html") || start.starts_with(b"<html");
    // XHTML says first that it is XML, and a comment may stand before all.
    let is_prefaced = start.starts_with(b"<?xml") || start.starts_with(b"<!--");
    begins(&start) || is_prefaced && (0..start.len()).any(|at| start[at] == b'<' && begins(&start[at..]))
}

/// The file's name as the server says it, else the end of the address.
fn file_name(headers: &HeaderMap, url: &Url) -> String {
    let header = |name| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let said = header(CONTENT_DISPOSITION).and_then(|text| disposed_name(&text));
    let of_path = || url.path_segments().and_then(|mut segments| segments.next_back()).map(percent_decoded);
    let name = said.or_else(of_path).unwrap_or_default();
    // Whatever a server says, it is a name and no path.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME).collect();
    let is_csv =
        header(CONTENT_TYPE).is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/csv"));
    let lower = name.to_ascii_lowercase();
    if is_csv && !lower.ends_with(".csv") && !lower.ends_with(".tsv") { format!("{name}.csv") } else { name }
}

/// The name in `attachment; filename="x.csv"; filename*=UTF-8''x%20y.csv`, the encoded one rather than the plain.
fn disposed_name(text: &str) -> Option<String> {
    let mut plain = None;
    let mut rest = text.split_once(';')?.1;
    while !rest.trim().is_empty() {
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        // A quoted name may hold semicolons.
        let (value, further) = match after.strip_prefix('"').and_then(|quoted| quoted.split_once('"')) {
            Some((value, further)) => (value, further.trim_start().strip_prefix(';').unwrap_or_default()),
            None => after.split_once(';').unwrap_or((after, "")),
        };
        match key.trim().to_ascii_lowercase().as_str() {
            "filename*" => {
                let encoded = value.trim().splitn(3, '\'').nth(2).map(percent_decoded);
                if let Some(name) = encoded.filter(|name| !name.is_empty()) {
                    return Some(name);
                }
            }
            "filename" => plain = Some(value.trim().to_owned()).filter(|name| !name.is_empty()),
            _ => {}
        }
        rest = further;
    }
    plain
}

/// `%20` and the like as what they stand for.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = |at: usize| after.get(at).and_then(|&digit| char::from(digit).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_by_their_beginning() {
        for page in [
            "<!DOCTYPE html><html>",
            "\u{feff}\r\n  <!doctype HTML>",
            "<HTML lang=id>",
            "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"x\">",
            "<!-- masuk --><html>",
        ] {
            assert!(is_page(page.as_bytes()), "{page}");
        }
        for other in ["", "a,b\n1,<html>\n", "PK\u{3}\u{4}", "<?xml version=\"1.0\"?><data/>", "{\"a\": \"<html>\"}"] {
            assert!(!is_page(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn files_are_named_as_the_server_says() {
        let name = |disposition: &str, kind: &str, address: &str| {
            let mut headers = HeaderMap::new();
            for (key, value) in [(CONTENT_DISPOSITION, disposition), (CONTENT_TYPE, kind)] {
                if !value.is_empty() {
                    headers.insert(key, value.parse().unwrap());
                }
            }
            file_name(&headers, &Url::parse(address).unwrap())
        };
        let export = "https://docs.google.com/spreadsheets/d/1A/export?format=csv";
        let google = "attachment; filename=\"SKM-Jawaban.csv\"; filename*=UTF-8''SKM%20-%20Jawaban%3B1.csv";
        assert_eq!(name(google, "text/csv", export), "SKM - Jawaban;1.csv");
        assert_eq!(name("attachment; filename=\"a;b.xlsx\"", "", export), "a;b.xlsx");
        assert_eq!(name("attachment; filename=data", "text/csv; charset=utf-8", export), "data.csv");
        assert_eq!(name("attachment; filename=\"../../etc/passwd\"", "", export), "passwd");
        assert_eq!(name("inline", "", "https://contoh.id/a/LKE%201971.xlsx?x=1"), "LKE 1971.xlsx");
        assert_eq!(name("", "text/csv", "https://contoh.id/"), ".csv");
        assert_eq!(name("attachment; filename", "", "https://contoh.id/50%"), "50%");
    }

    #[test]
    fn only_google_speaks_of_its_quota() {
        assert!(is_google("docs.google.com") && is_google("doc-1.googleusercontent.com"));
        assert!(!is_google("notgoogle.com") && !is_google("docs.google.com.evil.id"));
    }

    #[test]
    fn waits_differ_by_chance_and_never_by_more_than_half() {
        let wait = Duration::from_secs(2);
        let waits: Vec<Duration> = (0..20).map(|_| jitter(wait)).collect();
        assert!(waits.iter().all(|jitter| *jitter <= wait / 2));
        assert!(waits.iter().any(|jitter| *jitter != waits[0]));
    }
}
