//! The client: every request passes the limiter, is repeated while that may help, and fails with what to do about it.
//!
//! Requests and answers are typed by `google-sheets4`, save for the cells of whole sheets: the library decodes a cell into
//! more than two kilobytes, whatever was asked for (measured by a test in `cells`). Sent and received they are here, since
//! the library holds an answer of any size.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use google_sheets4::api::{BatchUpdateSpreadsheetRequest, BatchUpdateSpreadsheetResponse, Spreadsheet};
use google_sheets4::common::{self, NoToken};
use google_sheets4::hyper::body::Body as _;
use google_sheets4::hyper::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use google_sheets4::hyper::{Method, Request};
use google_sheets4::{Sheets, hyper};
use serde::de::{DeserializeOwned, IgnoredAny};
use tokio::time::Instant;
use url::Url;

use super::GoogleSettings;
use super::account::{Account, Client, Connector, client, connectors};
use super::credentials::{Key, bad, load};
use super::limiter::{Limiter, Use};
use super::request::{Again, Failure, Next, Refusal, chance, pause};
use crate::lang::Phrase;
use crate::source::SourceError;
use crate::stop::Stop;

/// Bytes of an answer that holds no cells.
const MOST_ANSWER: u64 = 32 << 20;

/// The pause after the first failure.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// One try may take no more than this share of the deadline, so that a silent connection does not use up all of it.
const TRIES_AT_LEAST: u32 = 3;

/// How often it is tried to connect where nobody is there.
const CONNECTIONS: u32 = 2;

/// What is waited for.
const ANSWER: Phrase = Phrase::new("jawaban", "an answer from");
const NEXT_TRY: Phrase = Phrase::new("percobaan berikutnya ke", "the next try to reach");

/// Google Sheets, read and written with one key. Cheap to clone; the clones share limiter, connections and tokens, and
/// that nobody is there.
#[derive(Clone)]
pub struct Google(Arc<Inner>, pub(super) Stop);

struct Inner {
    account: Account,
    client: Client,
    endpoint: Url,
    limiter: Limiter,
    deadline: Duration,
    first_pause: Duration,
    /// Why nobody was there: in this run it is not tried again.
    nobody_there: OnceLock<SourceError>,
}

impl fmt::Debug for Google {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Google({} as {})", self.0.endpoint, self.0.account.name())
    }
}

impl Google {
    /// A client by the settings. Nothing is sent yet, and no runtime is needed yet; its requests need a tokio runtime.
    ///
    /// # Errors
    /// [`SourceError::NoCredentials`] and [`SourceError::BadCredentials`] as the key is, [`SourceError::Unreachable`] when
    /// this machine has no root certificates.
    pub fn new(settings: &GoogleSettings) -> Result<Google, SourceError> {
        Google::with_first_pause(settings, FIRST_PAUSE)
    }

    /// As [`Google::new`], with another pause after the first failure; each further one doubles it.
    ///
    /// # Errors
    /// As [`Google::new`].
    pub fn with_first_pause(settings: &GoogleSettings, first_pause: Duration) -> Result<Google, SourceError> {
        let key = load(settings)?;
        let mut plain = settings.endpoint.scheme() == "http";
        if let Key::ServiceAccount(key) = &key {
            plain |= key.token_uri.starts_with("http:");
        }
        let mut endpoint = settings.endpoint.clone();
        if !endpoint.path().ends_with('/') {
            endpoint.set_path(&format!("{}/", endpoint.path()));
        }
        let connectors = connectors(plain, &settings.proxies)?;
        let client = client(&connectors.api);
        let inner = Inner {
            account: Account::new(key, &connectors, &client),
            client,
            endpoint,
            limiter: Limiter::new(settings),
            deadline: settings.deadline,
            first_pause,
            nobody_there: OnceLock::new(),
        };
        Ok(Google(Arc::new(inner), Stop::new()))
    }

    /// The same client, saying what it waits for to those who watch this run.
    pub fn heeding(self, stop: &Stop) -> Google {
        Google(self.0, stop.clone())
    }

    /// What `fields` (a field mask) selects of a spreadsheet; one read request. The library decodes every cell
    /// into kilobytes: for the cells of whole sheets there is [`Google::read`].
    ///
    /// # Errors
    /// [`SourceError`] as the spreadsheet cannot be read.
    pub async fn spreadsheet(&self, id: &str, fields: &str) -> Result<Spreadsheet, SourceError> {
        self.get(id, None, &[("fields", fields)], MOST_ANSWER).await
    }

    /// Makes all changes of a request, or none; one write request, and more when it is repeated. `again` says whether it may
    /// be repeated when nobody knows whether it was carried out: with [`Again::OnlyIfRefused`] a connection that broke while
    /// the answer was awaited is an error that says so, and the caller looks before it tries again.
    ///
    /// # Errors
    /// [`SourceError`] as the spreadsheet cannot be changed; [`SourceError::BadCredentials`] for an API key, which cannot write.
    pub async fn batch_update(
        &self,
        id: &str,
        request: BatchUpdateSpreadsheetRequest,
        again: Again,
    ) -> Result<BatchUpdateSpreadsheetResponse, SourceError> {
        if let Account::ApiKey(_) = &self.0.account {
            return Err(bad(
                "kunci API hanya dapat membaca; untuk menulis pakai kunci akun layanan (key_file)",
                "an API key can only read; writing takes the key of a service account (key_file)",
            ));
        }
        let crashed = |error: serde_json::Error| SourceError::Crashed(error.to_string());
        let mut body = serde_json::to_value(&request).map_err(crashed)?;
        // What is not set is not sent: Google takes a null for a choice made.
        common::remove_json_null_values(&mut body);
        let body = serde_json::to_vec(&body).map_err(crashed)?;
        let url = self.url(&[&format!("{id}:batchUpdate")], &[]);
        let send = |hub: Hub| {
            let (url, body) = (url.clone(), body.clone());
            async move { decoded(hub.receive(url, Some(body), MOST_ANSWER).await?).await }
        };
        self.repeat(Use::Write, again, send).await
    }

    /// An answer decoded into `T`, no longer than `limit` bytes; one read request. `method` comes behind the
    /// spreadsheet's ID.
    pub(super) async fn get<T: DeserializeOwned + Send + 'static>(
        &self,
        id: &str,
        method: Option<&str>,
        query: &[(&str, &str)],
        limit: u64,
    ) -> Result<T, SourceError> {
        let path: Vec<&str> = [id].into_iter().chain(method).collect();
        let url = &self.url(&path, query);
        let send = |hub: Hub| async move { decoded(hub.receive(url.clone(), None, limit).await?).await };
        self.repeat(Use::Read, Again::Always, send).await
    }

    /// As [`Google::get`], the answer as it is: whole JSON, not yet decoded.
    pub(super) async fn get_raw(
        &self,
        id: &str,
        method: Option<&str>,
        query: &[(&str, &str)],
        limit: u64,
    ) -> Result<Vec<u8>, SourceError> {
        let path: Vec<&str> = [id].into_iter().chain(method).collect();
        let url = &self.url(&path, query);
        let send = |hub: Hub| async move {
            let bytes = hub.receive(url.clone(), None, limit).await?;
            decoded::<IgnoredAny>(bytes.clone()).await.map(|_| bytes)
        };
        self.repeat(Use::Read, Again::Always, send).await
    }

    /// The address of a spreadsheet's own, asked for plain JSON.
    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.0.endpoint.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["v4", "spreadsheets"]).extend(path);
        }
        url.query_pairs_mut().extend_pairs(query).extend_pairs([("alt", "json"), ("prettyPrint", "false")]);
        url
    }

    /// Sends until it works, it cannot work, or the deadline is reached. The deadline counts tries and pauses; time
    /// spent waiting for the quota is nobody's failure.
    async fn repeat<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        kind: Use,
        again: Again,
        send: impl Fn(Hub) -> F,
    ) -> Result<T, SourceError> {
        let Inner { account, limiter, deadline, first_pause, nobody_there, endpoint, .. } = &*self.0;
        let host = endpoint.host_str().unwrap_or_default();
        let longest = *deadline / TRIES_AT_LEAST;
        let mut left = *deadline;
        let (mut failed, mut connections) = (0, 0);
        let mut refused: Option<String> = None;
        loop {
            if let Some(error) = nobody_there.get() {
                return Err(error.clone());
            }
            limiter.admit(kind, &self.1).await;
            if let Some(error) = nobody_there.get() {
                return Err(error.clone());
            }
            let start = Instant::now();
            let waiting = self.1.waiting(ANSWER, host, longest.min(left));
            let mut token = None;
            let attempt = async {
                token = account.token(kind, refused.as_deref()).await?;
                send(self.hub(token.clone())).await
            };
            let failure = match tokio::time::timeout(longest.min(left), attempt).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(failure)) => failure,
                Err(_) if token.is_none() && matches!(account, Account::Service(_)) => {
                    Failure::NotSent("token: tidak ada jawaban / no answer".to_owned())
                }
                Err(_) => Failure::Broken(format!("tidak ada jawaban / no answer ({} s)", start.elapsed().as_secs())),
            };
            drop(waiting);
            failed += 1;
            let (at_least, last) = match failure.next(again, account.name()) {
                Next::Stop(error) => return Err(error),
                Next::NewToken if token.is_some() && refused.is_none() => {
                    refused = token;
                    left = left.saturating_sub(start.elapsed());
                    continue;
                }
                Next::NewToken => return Err(self.refused()),
                Next::OnceMore(error) => {
                    connections += 1;
                    if connections == CONNECTIONS {
                        // Whoever noticed it first has said it.
                        let _ = nobody_there.set(error.clone());
                        return Err(error);
                    }
                    (Duration::ZERO, error)
                }
                Next::Wait { at_least, last } => (at_least, last),
            };
            let pause = pause(*first_pause, failed, chance()).max(at_least);
            left = left.saturating_sub(start.elapsed());
            if pause >= left {
                return Err(last);
            }
            let _waiting = self.1.waiting(NEXT_TRY, host, pause);
            tokio::time::sleep(pause).await;
            left -= pause;
        }
    }

    /// Google knows neither token nor key.
    fn refused(&self) -> SourceError {
        match &self.0.account {
            Account::Service(_) => bad(
                "Google menolak tokennya, juga yang baru; mungkin kuncinya dicabut",
                "Google refuses the token, and a new one too; the key may have been revoked",
            ),
            Account::ApiKey(_) => bad("Google menolak kunci API ini", "Google refuses this API key"),
        }
    }

    fn hub(&self, token: Option<String>) -> Hub {
        let Inner { account, client, endpoint, .. } = &*self.0;
        let mut sheets = match token {
            Some(token) => Sheets::new(client.clone(), token),
            None => Sheets::new(client.clone(), NoToken),
        };
        sheets.base_url(endpoint.to_string());
        sheets.root_url(endpoint.to_string());
        sheets.user_agent(concat!("rekap/", env!("CARGO_PKG_VERSION")).to_owned());
        let api_key = match account {
            Account::ApiKey(key) => Some(key.clone()),
            Account::Service(_) => None,
        };
        Hub { sheets, api_key }
    }
}

/// The library's hub with what one try is authorised by.
struct Hub {
    sheets: Sheets<Connector>,
    api_key: Option<String>,
}

impl Hub {
    /// The bytes of an answer, to some JSON where there is any.
    async fn receive(&self, mut url: Url, sent: Option<Vec<u8>>, limit: u64) -> Result<Vec<u8>, Failure> {
        if let Some(key) = &self.api_key {
            url.query_pairs_mut().append_pair("key", key);
        }
        let token = self.sheets.auth.get_token(&[]).await.ok().flatten();
        let method = if sent.is_some() { Method::POST } else { Method::GET };
        let mut request = Request::builder().method(method).uri(url.as_str());
        if let Some(sent) = &sent {
            request = request.header(CONTENT_TYPE, "application/json").header(CONTENT_LENGTH, sent.len());
        }
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(common::to_body(sent)).map_err(|_| Failure::unreadable())?;
        let answer = self.sheets.client.request(request).await.map_err(|error| Failure::of_connection(&error))?;
        let (head, body) = answer.into_parts();
        if !head.status.is_success() {
            let body = collect(body, &head.headers, 1 << 20).await.unwrap_or_default();
            let json = serde_json::from_slice(&body).ok();
            return Err(Failure::Refused(Refusal::new(head.status.as_u16(), &head.headers, json.as_ref())));
        }
        collect(body, &head.headers, limit).await
    }
}

/// An answer, decoded on another thread: megabytes of it would keep the answers to other requests waiting.
async fn decoded<T: DeserializeOwned + Send + 'static>(bytes: Vec<u8>) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(move || serde_json::from_slice(&bytes)).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) if error.is_eof() => Err(Failure::cut_short()),
        Ok(Err(_)) => Err(Failure::unreadable()),
        Err(error) => Err(Failure::Final(SourceError::Crashed(error.to_string()))),
    }
}

/// All of a body, as far as it is no longer than permitted.
async fn collect(mut body: hyper::body::Incoming, headers: &hyper::HeaderMap, limit: u64) -> Result<Vec<u8>, Failure> {
    let too_large = |found: u64| {
        let what = Phrase::new("Jawaban Google", "Google's answer");
        Failure::Final(SourceError::too_large(what, found, limit))
    };
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if let Some(announced) = announced.filter(|announced| *announced > limit) {
        return Err(too_large(announced));
    }
    let mut bytes = Vec::with_capacity(announced.unwrap_or_default() as usize);
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(data) = frame.map_err(|_| Failure::cut_short())?.into_data() else { continue };
        if (bytes.len() + data.len()) as u64 > limit {
            return Err(too_large((bytes.len() + data.len()) as u64));
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::google::Credentials;

    #[test]
    fn a_request_can_be_made_on_any_thread() {
        fn sendable<T: Send>(_: &T) {}
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kunci");
        std::fs::write(&path, "AIzaRahasia").unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let settings = GoogleSettings { credentials: Some(Credentials::ApiKeyFile(path)), ..GoogleSettings::default() };
        let google = Google::new(&settings);
        // A machine without root certificates has nothing more to say.
        let Ok(google) = google else { return };
        sendable(&google);
        sendable(&google.spreadsheet("x", "y"));
        sendable(&google.batch_update("x", BatchUpdateSpreadsheetRequest::default(), Again::Always));
        sendable(&google.read("x", &std::collections::BTreeSet::new(), &crate::source::Limits::default()));
        let shown = format!("{google:?} {settings:?}");
        assert!(shown.contains("anyone with the link") && !shown.contains("Rahasia"), "{shown}");
    }
}
