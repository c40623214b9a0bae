//! The HTTP client beneath fetching and the checking of links: guarded names, redirects left to the caller.

use std::error::Error;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Client, Method, RequestBuilder, Response};
use url::{Host, Url};

use super::guard::{Guard, Lookup, NOT_PUBLIC, Unresolved, is_public};
use super::proxy::Proxies;
use crate::source::SourceError;

/// Redirects followed, one after the other.
pub(crate) const REDIRECTS: usize = 10;

/// The longest a server is taken to mean when it asks to be left alone: a clock can still be set that far ahead.
const LONGEST_WISH: Duration = Duration::from_secs(86_400);

/// Hosts that ask people to sign in.
const LOGIN_HOSTS: [&str; 3] = ["accounts.google.com", "login.microsoftonline.com", "login.live.com"];

/// How long requests may take.
pub(crate) struct Timeouts {
    /// Until a connection stands, resolving the name included.
    pub(crate) connect: Duration,
    /// Without a byte received.
    pub(crate) idle: Duration,
    /// In all.
    pub(crate) whole: Duration,
}

/// A client whose every connection passes the guard. Its copies share their connections.
#[derive(Debug, Clone)]
pub(crate) struct Guarded {
    client: Client,
    guard: Guard,
    lookup: Lookup,
    proxies: Proxies,
    /// How long a name may take to be resolved before a proxy is asked all the same.
    patience: Duration,
}

impl Guarded {
    /// Whether an address may be asked: by itself, and where a proxy resolves names in place of this machine, by where its
    /// name leads when it is resolved here. In an office that knows names of its own only, none is found here; such a name
    /// is the proxy's to find.
    ///
    /// # Errors
    /// As [`Guard::check`].
    pub(crate) async fn admit(&self, url: &Url) -> Result<(), SourceError> {
        self.guard.check(url)?;
        let Some(Host::Domain(name)) = url.host() else { return Ok(()) };
        if self.proxies.is_none() || self.guard.may_be_private(name) {
            return Ok(());
        }
        let (lookup, host) = (self.lookup.clone(), name.to_owned());
        let resolving = tokio::task::spawn_blocking(move || lookup.resolve(&host));
        match tokio::time::timeout(self.patience, resolving).await {
            Ok(Ok(Ok(found))) if !found.iter().all(|&ip| is_public(ip)) => {
                Err(SourceError::HostRefused { host: name.to_owned(), reason: NOT_PUBLIC })
            }
            _ => Ok(()),
        }
    }

    /// A request for an address that was admitted.
    pub(crate) fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Why a request for an address failed.
    pub(crate) fn failure(&self, url: &Url, error: &reqwest::Error) -> Failure {
        match (Failure::of(error), self.proxies.of(url)) {
            (Failure::Broken(cause), Some(proxy)) => Failure::Broken(format!("proksi / proxy {proxy}: {cause}")),
            (failure, _) => failure,
        }
    }
}

/// A client by its guard and the proxies it goes through.
///
/// # Errors
/// [`SourceError::Unreachable`] when the system has no certificates to trust, or names a proxy that cannot be used.
pub(crate) fn build(
    guard: Guard,
    lookup: Lookup,
    proxies: &Proxies,
    timeouts: Timeouts,
) -> Result<Guarded, SourceError> {
    // Whoever is first in the process says which cryptography is used; it is the same everywhere in this one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .user_agent(concat!("rekap/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(guard.resolver(lookup.clone(), proxies))
        // Every redirect passes the guard first.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(timeouts.connect)
        .read_timeout(timeouts.idle)
        .timeout(timeouts.whole);
    proxies.checked()?;
    let built = proxies.apply(builder).and_then(reqwest::ClientBuilder::build);
    let client = built.map_err(|error| SourceError::Unreachable(cause(&error)))?;
    Ok(Guarded { client, guard, lookup, proxies: proxies.clone(), patience: timeouts.connect })
}

/// Where a response sends on to; none where it does not.
pub(crate) fn sent_on(response: &Response) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    response.url().join(location).ok()
}

/// Whether an address is a page to sign in on.
pub(crate) fn is_login_page(url: &Url) -> bool {
    url.host_str().is_some_and(|host| LOGIN_HOSTS.contains(&host)) || url.path().contains("ServiceLogin")
}

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The name leads to nothing, or into a private network.
    Unresolved(Unresolved),
    /// Too slow.
    Timeout,
    /// Anything else, in the words of who noticed; never the address, which may hold a key.
    Broken(String),
}

impl Failure {
    fn of(error: &reqwest::Error) -> Self {
        let mut source = error.source();
        while let Some(cause) = source {
            if let Some(unresolved) = cause.downcast_ref::<Unresolved>() {
                return Failure::Unresolved(*unresolved);
            }
            source = cause.source();
        }
        if error.is_timeout() { Failure::Timeout } else { Failure::Broken(cause(error)) }
    }
}

/// The innermost cause, which is the one that says something.
fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    if innermost.is::<reqwest::Error>() { "request failed".to_owned() } else { innermost.to_string() }
}

/// How long a server asks to be left alone: seconds, or until a moment.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(LONGEST_WISH));
    }
    let moment = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Some(Duration::try_from(moment.duration_since(now)).unwrap_or(Duration::ZERO).min(LONGEST_WISH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_says_when_to_come_back_in_either_way() {
        let now: Timestamp = "2025-11-20T06:00:00Z".parse().unwrap();
        let after = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers, now)
        };
        assert_eq!(after("7"), Some(Duration::from_secs(7)));
        assert_eq!(after("Thu, 20 Nov 2025 06:00:30 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(after("Thu, 20 Nov 2025 05:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(after("soon"), None);
        for far in ["18446744073709551615", "Sat, 20 Nov 9999 05:00:00 GMT"] {
            assert_eq!(after(far), Some(LONGEST_WISH), "{far}");
        }
        assert_eq!(after("99999999999999999999999"), None);
    }

    #[test]
    fn login_pages_are_known_by_their_address() {
        let is = |address: &str| is_login_page(&Url::parse(address).unwrap());
        assert!(is("https://accounts.google.com/v3/signin/identifier?continue=x"));
        assert!(is("https://contoh.id/ServiceLogin?x"));
        assert!(is("https://login.microsoftonline.com/common/oauth2/authorize"));
        assert!(!is("https://drive.google.com/file/d/x/view"));
        assert!(!is("https://accounts.google.com.evil.id/"));
    }
}
