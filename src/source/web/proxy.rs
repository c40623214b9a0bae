//! Which connections go out through a proxy: what the pipeline declares, or what the environment says, as curl reads it.
//!
//! A proxy resolves names and connects by itself, out of sight of the guard's resolver. So what is fetched for strangers is
//! resolved here first ([`super::client::Guarded`]), and what leads into a private network is never asked of a proxy.
//! This machine itself is never reached through one.

use std::fmt;

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::lang::Phrase;

/// Never reached through a proxy, whatever else is not.
const THIS_MACHINE: &str = "localhost,127.0.0.0/8,::1";

/// The proxies connections go out through; none at all by default. Passwords in them are never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    http: Option<Url>,
    https: Option<Url>,
    /// Hosts that are reached without one, parted by commas.
    direct: String,
    /// A variable that names no proxy that can be used, and why; told when a connection is wanted.
    wrong: Option<(&'static str, Phrase)>,
}

impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = |proxy: &Option<Url>| proxy.as_ref().map(shown);
        f.debug_struct("Proxies")
            .field("http", &host(&self.http))
            .field("https", &host(&self.https))
            .field("direct", &self.direct)
            .finish_non_exhaustive()
    }
}

/// A proxy as it may be shown: host and port.
fn shown(proxy: &Url) -> String {
    let host = proxy.host_str().unwrap_or_default();
    proxy.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

impl Proxies {
    /// Every connection as it comes.
    pub const NONE: Proxies = Proxies { http: None, https: None, direct: String::new(), wrong: None };

    /// As the environment says: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, each in small letters, too.
    pub fn of_environment() -> Self {
        Proxies::of_variables(|name| std::env::var(name).ok())
    }

    /// As variables say.
    ///
    /// ```
    /// use rekap::source::web::proxy::Proxies;
    ///
    /// let proxies = Proxies::of_variables(|name| (name == "https_proxy").then(|| "ani:rahasia@proksi.kantor:8080".to_owned()));
    /// assert_eq!(proxies.of(&"https://docs.google.com/".parse().unwrap()), Some("proksi.kantor:8080".to_owned()));
    /// assert_eq!(proxies.of(&"http://contoh.id/".parse().unwrap()), None);
    /// assert_eq!(proxies.of(&"https://127.0.0.1/".parse().unwrap()), None);
    /// assert!(!format!("{proxies:?}").contains("rahasia"));
    /// ```
    pub fn of_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let given = |name: &str| variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let mut wrong = None;
        let mut proxy = |names: [&'static str; 2]| {
            let (name, value) = names.into_iter().find_map(|name| Some((name, given(name)?)))?;
            address(&value).map_err(|why| wrong = wrong.or(Some((name, why)))).ok()
        };
        let (http, https) = (proxy(["http_proxy", "HTTP_PROXY"]), proxy(["https_proxy", "HTTPS_PROXY"]));
        let all = if http.is_some() && https.is_some() { None } else { proxy(["all_proxy", "ALL_PROXY"]) };
        let direct = given("no_proxy").or_else(|| given("NO_PROXY")).unwrap_or_default();
        Proxies { http: http.or_else(|| all.clone()), https: https.or(all), direct, wrong }
    }

    /// Everything through one proxy, or through none; hosts reached without one stay as they are.
    pub fn through(self, proxy: Option<Url>) -> Self {
        Proxies { http: proxy.clone(), https: proxy, wrong: None, ..self }
    }

    /// The same proxies, but for other hosts that are reached without one.
    pub fn except(self, hosts: &[String]) -> Self {
        Proxies { direct: hosts.join(","), ..self }
    }

    /// The proxy an address is reached through, as it may be shown; none where it is reached without one.
    pub fn of(&self, url: &Url) -> Option<String> {
        let intercepted = self.matcher().intercept(&url.as_str().parse().ok()?)?;
        intercepted.uri().authority().map(ToString::to_string)
    }

    /// Refuses what the environment says where that is no proxy that can be used.
    ///
    /// # Errors
    /// The variable and what is wrong with it, never what stands in it.
    pub(crate) fn checked(&self) -> Result<(), (&'static str, Phrase)> {
        self.wrong.map_or(Ok(()), Err)
    }

    /// Whether there is none.
    pub(crate) fn is_none(&self) -> bool {
        self.http.is_none() && self.https.is_none()
    }

    /// The proxies' own hosts, which may be private: somebody of the office declared them.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = &str> {
        [&self.http, &self.https].into_iter().flatten().filter_map(Url::host_str)
    }

    fn direct(&self) -> String {
        if self.direct.is_empty() { THIS_MACHINE.to_owned() } else { format!("{THIS_MACHINE},{}", self.direct) }
    }

    /// Says of every address whether it is reached through a proxy, and which.
    pub(crate) fn matcher(&self) -> Matcher {
        let text = |proxy: &Option<Url>| proxy.as_ref().map(Url::to_string).unwrap_or_default();
        Matcher::builder().http(text(&self.http)).https(text(&self.https)).no(self.direct()).build()
    }

    /// The same for a client of reqwest's, which asks no environment of its own then.
    pub(crate) fn apply(&self, client: reqwest::ClientBuilder) -> reqwest::Result<reqwest::ClientBuilder> {
        let except = || reqwest::NoProxy::from_string(&self.direct());
        let mut client = client.no_proxy();
        if let Some(proxy) = &self.http {
            client = client.proxy(reqwest::Proxy::http(proxy.clone())?.no_proxy(except()));
        }
        if let Some(proxy) = &self.https {
            client = client.proxy(reqwest::Proxy::https(proxy.clone())?.no_proxy(except()));
        }
        Ok(client)
    }
}

/// The address of a proxy, `http://host:port`, or as curl takes it, without `http://`.
///
/// # Errors
/// What is wrong with it. The address itself is not in that: it may hold a password.
pub fn address(text: &str) -> Result<Url, Phrase> {
    let text = text.trim();
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    match Url::parse(&whole).ok().filter(Url::has_host) {
        Some(url) if url.scheme() == "http" => Ok(url),
        Some(_) => Err(Phrase::new(
            "hanya proksi HTTP yang dapat dipakai; tulis http://host:port",
            "only HTTP proxies can be used; write http://host:port",
        )),
        None => Err(Phrase::new(
            "bukan alamat proksi; tulis http://host:port",
            "is no address of a proxy; write http://host:port",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Proxies {
        Proxies::of_variables(|name| {
            variables.iter().find(|(given, _)| *given == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn by(proxies: &Proxies, address: &str) -> Option<String> {
        proxies.of(&Url::parse(address).unwrap())
    }

    #[test]
    fn the_environment_is_read_as_curl_reads_it() {
        let proxies = of(&[
            ("HTTPS_PROXY", "http://proksi.kantor:3128/"),
            ("ALL_PROXY", "cadangan:81"),
            ("NO_PROXY", "kpu.go.id, .lokal,10.0.0.0/8"),
        ]);
        let (https, other) = (Some("proksi.kantor:3128".to_owned()), Some("cadangan:81".to_owned()));
        for (address, expected) in [
            ("https://docs.google.com/x", &https),
            ("http://contoh.id/x", &other),
            ("https://kpu.go.id/", &None),
            ("https://babel.kpu.go.id/", &None),
            ("https://bukankpu.go.id/", &https),
            ("https://berkas.lokal/", &None),
            ("http://10.2.3.4/", &None),
            ("https://localhost:8443/", &None),
            ("http://127.3.4.5/", &None),
            ("http://[::1]:8080/", &None),
        ] {
            assert_eq!(&by(&proxies, address), expected, "{address}");
        }
        assert!(of(&[]).is_none() && of(&[("HTTP_PROXY", " ")]).is_none());
        // Small letters win, as with curl.
        let both = of(&[("https_proxy", "a:1"), ("HTTPS_PROXY", "b:2")]);
        assert_eq!(by(&both, "https://contoh.id/").as_deref(), Some("a:1"));
    }

    #[test]
    fn what_is_declared_wins_over_the_environment() {
        let environment = || of(&[("ALL_PROXY", "lain:1"), ("NO_PROXY", "kpu.go.id")]);
        let declared = environment().through(Some(address("http://proksi.kantor:3128").unwrap()));
        assert_eq!(by(&declared, "https://contoh.id/").as_deref(), Some("proksi.kantor:3128"));
        assert_eq!(by(&declared, "https://kpu.go.id/"), None, "what the environment excepts still is");
        let except = declared.except(&["contoh.id".to_owned()]);
        assert_eq!(by(&except, "https://contoh.id/"), None);
        assert!(by(&except, "https://kpu.go.id/").is_some());
        assert!(environment().through(None).is_none());
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_told_by_its_variable_and_never_by_its_password() {
        for value in
            ["socks5://ani:rahasia@proksi:1080", "https://ani:rahasia@proksi", "http://", "http://a b:rahasia@"]
        {
            let proxies = of(&[("HTTPS_PROXY", value)]);
            let said = format!("{:?}", proxies.checked().unwrap_err());
            assert!(said.contains("HTTPS_PROXY") && said.contains("http://host:port"), "{said}");
            assert!(!said.contains("rahasia") && !format!("{proxies:?}").contains("rahasia"), "{said}");
            // What a pipeline declares takes its place.
            assert!(proxies.through(None).checked().is_ok());
        }
        let shown = format!("{:?}", of(&[("HTTPS_PROXY", "http://ani:rahasia@proksi:3128")]));
        assert!(shown.contains("proksi:3128") && !shown.contains("rahasia") && !shown.contains("ani"), "{shown}");
    }
}
