//! Who asks: a service account with its tokens, or an API key.

use std::sync::Arc;
use std::time::Duration;

use google_sheets4::common;
use google_sheets4::hyper::header::DATE;
use google_sheets4::hyper::{Method, Request};
use google_sheets4::hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use google_sheets4::hyper_util::client::legacy;
use google_sheets4::hyper_util::rt::TokioExecutor;
use google_sheets4::yup_oauth2::authenticator::Authenticator;
use google_sheets4::yup_oauth2::client::CustomHyperClientBuilder;
use google_sheets4::yup_oauth2::error::{AuthErrorCode, Error as TokenError};
use google_sheets4::yup_oauth2::{ServiceAccountAuthenticator, ServiceAccountKey};
use jiff::Timestamp;
use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::{Mutex, OnceCell};

use super::credentials::{Key, bad};
use super::limiter::Use;
use super::request::{Failure, http_date};
use super::way::{Way, deepest};
use crate::source::SourceError;
use crate::source::web::proxy::Proxies;

pub(super) type Connector = HttpsConnector<Way>;
pub(super) type Client = common::Client<Connector>;

/// What a token permits: no more than its request needs.
const MAY_READ: &str = "https://www.googleapis.com/auth/spreadsheets.readonly";
const MAY_WRITE: &str = "https://www.googleapis.com/auth/spreadsheets";

/// Minutes a clock may be off before that is taken for the cause of a refused token; Google bears with some five.
const CLOCK_MINUTES: i64 = 3;

/// What a token server calls what passes by itself.
const PASSING: [&str; 5] =
    ["temporarily_unavailable", "server_error", "internal_failure", "rate_limit_exceeded", "backendError"];

/// Who asks.
pub(super) enum Account {
    /// A service account; its tokens are kept in memory only.
    Service(Box<Service>),
    /// An API key.
    ApiKey(String),
}

pub(super) struct Service {
    key: ServiceAccountKey,
    authenticator: OnceCell<Authenticator<Connector>>,
    /// How the server that gives tokens is reached.
    connector: Connector,
    client: Client,
    /// Held while a token is fetched: forty satker that start together need one, not forty.
    fetching: Mutex<()>,
}

/// Bytes a token server may send over one connection; a token takes some two thousand, a certificate some more.
const MOST_OF_A_TOKEN_SERVER: u64 = 1 << 20;

/// Connectors for https, and for http where an address in the settings is one. The provider of cryptography is named,
/// since a process may have several and then no default one.
pub(super) fn connectors(plain: bool, proxies: &Proxies) -> Result<Connectors, SourceError> {
    proxies.checked()?;
    let provider = || ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let config = || provider().with_safe_default_protocol_versions().map_err(unsupported);
    let config = match config()?.with_native_roots() {
        Ok(config) => config.with_no_client_auth(),
        // A machine without certificates can still speak to a server of its own.
        Err(_) if plain => config()?.with_root_certificates(RootCertStore::empty()).with_no_client_auth(),
        Err(error) => {
            let why = format!("sertifikat akar tidak ada di komputer ini / no root certificates here ({error})");
            return Err(SourceError::Unreachable(why));
        }
    };
    let connector = |way: Way| {
        let builder = HttpsConnectorBuilder::new().with_tls_config(config.clone());
        let builder = if plain { builder.https_or_http() } else { builder.https_only() };
        builder.enable_all_versions().wrap_connector(way)
    };
    let way = Way::new(proxies);
    // The library that asks for tokens takes down whatever it is sent: the connection itself ends then.
    Ok(Connectors { api: connector(way.clone()), tokens: connector(way.no_more_than(MOST_OF_A_TOKEN_SERVER)) })
}

/// How Google is reached, and how the server that gives tokens.
pub(super) struct Connectors {
    pub(super) api: Connector,
    tokens: Connector,
}

fn unsupported(error: rustls::Error) -> SourceError {
    SourceError::Unreachable(format!("TLS: {error}"))
}

/// A client of the library's kind.
pub(super) fn client(connector: &Connector) -> Client {
    legacy::Client::builder(TokioExecutor::new()).build(connector.clone())
}

impl Account {
    pub(super) fn new(key: Key, connectors: &Connectors, client: &Client) -> Self {
        match key {
            Key::ApiKey(key) => Account::ApiKey(key),
            Key::ServiceAccount(key) => Account::Service(Box::new(Service {
                key: *key,
                authenticator: OnceCell::new(),
                connector: connectors.tokens.clone(),
                client: client.clone(),
                fetching: Mutex::new(()),
            })),
        }
    }

    /// Whom a document must be shared with.
    pub(super) fn name(&self) -> &str {
        match self {
            Account::Service(service) => &service.key.client_email,
            Account::ApiKey(_) => "siapa saja yang memiliki tautan / anyone with the link",
        }
    }

    /// A token, kept until shortly before it expires; another one in place of `refused`. None for an API key.
    pub(super) async fn token(&self, kind: Use, refused: Option<&str>) -> Result<Option<String>, Failure> {
        match self {
            Account::Service(service) => service.token(kind, refused).await.map(Some),
            Account::ApiKey(_) => Ok(None),
        }
    }
}

impl Service {
    async fn token(&self, kind: Use, refused: Option<&str>) -> Result<String, Failure> {
        let scopes = [match kind {
            Use::Read => MAY_READ,
            Use::Write => MAY_WRITE,
        }];
        let authenticator = self.authenticator.get_or_try_init(|| self.authenticator()).await?;
        let _one_at_a_time = self.fetching.lock().await;
        let mut token = authenticator.token(&scopes).await;
        // Somebody else may have replaced the refused one already. And the library takes any JSON for an answer, an overloaded
        // server's error too, and keeps the token that is not in it for good.
        if let Ok(kept) = &token
            && (kept.token().is_none() || kept.token() == refused)
        {
            token = authenticator.force_refreshed_token(&scopes).await;
        }
        match token {
            Ok(token) => token.token().map(str::to_owned).ok_or_else(no_token),
            Err(error) => Err(self.failure(error).await),
        }
    }

    /// Made at the first request, since the library makes it within a runtime. Nothing is kept on disk.
    async fn authenticator(&self) -> Result<Authenticator<Connector>, Failure> {
        let client = legacy::Client::builder(TokioExecutor::new()).build::<_, String>(self.connector.clone());
        let client = CustomHyperClientBuilder::from(client);
        let authenticator = ServiceAccountAuthenticator::with_client(self.key.clone(), client).build().await;
        authenticator.map_err(|_| Failure::Final(bad("private_key tidak terbaca", "the private_key cannot be read")))
    }

    async fn failure(&self, error: TokenError) -> Failure {
        match error {
            TokenError::AuthError(refusal) => {
                if matches!(&refusal.error, AuthErrorCode::Other(code) if PASSING.contains(&code.as_str())) {
                    return Failure::NotSent(refusal.error.as_str().to_owned());
                }
                if refusal.error == AuthErrorCode::InvalidGrant
                    && let Some(minutes) = self.clock_off().await
                {
                    return Failure::Final(SourceError::ClockOff { minutes });
                }
                let mut reason = refusal.error.as_str().to_owned();
                if let Some(description) = &refusal.error_description {
                    reason.push_str(": ");
                    reason.extend(description.chars().take(200));
                }
                Failure::Final(SourceError::BadCredentials(reason))
            }
            TokenError::HttpError(error) => Failure::NotSent(format!("token: {}", deepest(&error))),
            TokenError::HttpClientError(error) => {
                let why = format!("token: {}", deepest(&error));
                if is_connect(&error) { Failure::NobodyThere(why) } else { Failure::NotSent(why) }
            }
            _ => no_token(),
        }
    }

    /// Minutes this clock is ahead of the token server's, where that is enough to have tokens refused. The library keeps the
    /// headers of its answer to itself, so the server is asked once more, for nothing but the time.
    async fn clock_off(&self) -> Option<i64> {
        let request = Request::builder().method(Method::GET).uri(&self.key.token_uri).body(common::Body::default());
        let asked = self.client.request(request.ok()?);
        let answer = tokio::time::timeout(Duration::from_secs(10), asked).await.ok()?.ok()?;
        let there = http_date(answer.headers().get(DATE)?.to_str().ok()?)?;
        let minutes = minutes_ahead(Timestamp::now(), there);
        (minutes.abs() >= CLOCK_MINUTES).then_some(minutes)
    }
}

fn minutes_ahead(here: Timestamp, there: Timestamp) -> i64 {
    let seconds = here.duration_since(there).as_secs();
    (seconds + 30 * seconds.signum()) / 60
}

/// Anything that is no token and no refusal, a page of an overloaded server for example. Asking again does no harm.
fn no_token() -> Failure {
    Failure::NotSent("server token menjawab tanpa token / the token server answered without a token".to_owned())
}

/// Whether there was nobody to connect to.
fn is_connect(error: &(dyn std::error::Error + 'static)) -> bool {
    let causes = std::iter::successors(Some(error), |cause| cause.source());
    causes.filter_map(|cause| cause.downcast_ref::<legacy::Error>()).any(legacy::Error::is_connect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_compared_in_whole_minutes() {
        let there = http_date("Tue, 25 Nov 2025 06:00:00 GMT").unwrap();
        let here = |text: &str| minutes_ahead(text.parse().unwrap(), there);
        assert_eq!(here("2025-11-25T06:17:20Z"), 17);
        assert_eq!(here("2025-11-25T05:42:40Z"), -17);
        assert_eq!(here("2025-11-25T06:00:29Z"), 0);
    }
}
