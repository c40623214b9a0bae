//! Which addresses may be asked: permitted hosts, and none that leads into a private network.
//!
//! A host's name says nothing of where it leads, and may lead elsewhere the next moment. So the addresses a name resolves
//! to are checked in the resolver itself, between resolving and connecting; nothing resolves the name a second time.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::proxy::Proxies;
use crate::lang::Phrase;
use crate::source::SourceError;

/// Why a host in a private network is refused.
pub(crate) const NOT_PUBLIC: Phrase =
    Phrase::new("alamatnya bukan alamat publik di internet", "its address is not a public one on the internet");

type Resolved = io::Result<Vec<IpAddr>>;

/// Resolves the name of a host to its addresses; an error of kind [`io::ErrorKind::NotFound`] says that there is no such
/// name. May block.
#[derive(Clone)]
pub struct Lookup(Arc<dyn Fn(&str) -> Resolved + Send + Sync>);

impl Lookup {
    /// Resolves by a function.
    pub fn new(resolve: impl Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static) -> Self {
        Lookup(Arc::new(resolve))
    }

    /// The addresses of a host.
    pub(crate) fn resolve(&self, host: &str) -> Resolved {
        (self.0)(&bare(host))
    }
}

impl Default for Lookup {
    /// Resolves as the system does.
    fn default() -> Self {
        Lookup::new(|host| match (host, 0).to_socket_addrs() {
            Ok(found) => Ok(found.map(|address| address.ip()).collect()),
            Err(error) => Err(by_its_words(error)),
        })
    }
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookup")
    }
}

/// The standard library keeps getaddrinfo's code to itself: that a name does not exist shows in the words alone, glibc's
/// or musl's.
fn by_its_words(error: io::Error) -> io::Error {
    let words = error.to_string();
    let none = ["Name or service not known", "No address associated with hostname", "Name does not resolve"];
    if none.iter().any(|none| words.contains(none)) { io::Error::new(io::ErrorKind::NotFound, words) } else { error }
}

/// Which hosts may be asked.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    /// Permitted public hosts; none is every one.
    hosts: Option<Vec<String>>,
    /// Hosts that may be private, too.
    private: Vec<String>,
}

impl Guard {
    /// Permits public hosts in the list, by https, and private ones.
    pub(crate) fn of_hosts(hosts: Vec<String>, private: Vec<String>) -> Self {
        Guard { hosts: Some(hosts), private }
    }

    /// Permits every public host, also by http, and private ones in the list.
    pub(crate) fn of_everything_public(private: Vec<String>) -> Self {
        Guard { hosts: None, private }
    }

    /// Whether an address may be asked, as far as it tells by itself. What its host's name resolves to is checked when a
    /// connection is made.
    ///
    /// # Errors
    /// [`SourceError::Address`] and [`SourceError::HostRefused`], which say why not.
    pub(crate) fn check(&self, url: &Url) -> Result<(), SourceError> {
        let wrong = |id, en| Err(SourceError::Address(Phrase::new(id, en)));
        if !matches!(url.scheme(), "https" | "http") {
            return wrong("bukan alamat http atau https", "not an http or https address");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return wrong(
                "alamatnya memuat nama pengguna atau kata sandi",
                "the address holds a user name or a password",
            );
        }
        let Some(host) = url.host() else { return wrong("tidak menyebut host", "it names no host") };
        let (name, ip) = match host {
            Host::Domain(name) => (bare(name), None),
            Host::Ipv4(ip) => (ip.to_string(), Some(IpAddr::V4(ip))),
            Host::Ipv6(ip) => (ip.to_string(), Some(IpAddr::V6(ip))),
        };
        if self.may_be_private(&name) {
            return Ok(());
        }
        let reason = match (&self.hosts, ip) {
            (None, Some(ip)) if !is_public(ip) => NOT_PUBLIC,
            (None, _) => return Ok(()),
            (Some(_), Some(_)) => Phrase::new("alamat IP, bukan nama host", "an IP address, not the name of a host"),
            (Some(hosts), None) if !hosts.iter().any(|listed| covers(listed, &name)) => {
                Phrase::new("tidak ada di daftar host", "it is not in the list of hosts")
            }
            _ if url.scheme() == "http" => Phrase::new("hanya https yang diizinkan", "only https is permitted"),
            _ => return Ok(()),
        };
        Err(SourceError::HostRefused { host: name, reason })
    }

    /// Whether a host was declared as one that may be private.
    pub(crate) fn may_be_private(&self, host: &str) -> bool {
        let host = bare(host);
        self.private.iter().any(|listed| covers(listed, &host))
    }

    /// Resolves names for connections, and lets no address through that is not public unless its host may be private, as
    /// an office's proxy may.
    pub(crate) fn resolver(&self, lookup: Lookup, proxies: &Proxies) -> Arc<dyn Resolve> {
        let proxies = proxies.hosts().map(bare).collect();
        Arc::new(GuardedResolver { guard: self.clone(), proxies, lookup })
    }
}

/// A name without the dot that only makes it absolute.
fn bare(name: &str) -> String {
    name.trim_end_matches('.').to_lowercase()
}

/// Whether a listed host is the host or one above it.
fn covers(listed: &str, host: &str) -> bool {
    host == listed || host.strip_suffix(listed).is_some_and(|below| below.ends_with('.'))
}

/// Why a name leads nowhere that may be asked; found again among the causes of a failed request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unresolved {
    /// There is no such name.
    NoSuchHost,
    /// Its addresses are not public.
    NotPublic,
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unresolved::NoSuchHost => "no such host",
            Unresolved::NotPublic => "not a public address",
        })
    }
}

impl std::error::Error for Unresolved {}

struct GuardedResolver {
    guard: Guard,
    proxies: Vec<String>,
    lookup: Lookup,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = bare(name.as_str());
        let may_be_private = self.guard.may_be_private(&host) || self.proxies.contains(&host);
        let lookup = self.lookup.clone();
        Box::pin(async move {
            let found = match tokio::task::spawn_blocking(move || lookup.resolve(&host)).await? {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Unresolved::NoSuchHost.into()),
                found => found?,
            };
            if found.is_empty() {
                return Err(Unresolved::NoSuchHost.into());
            }
            let usable = found.into_iter().filter(|&ip| may_be_private || is_public(ip));
            // The port is the address's own.
            let usable: Vec<SocketAddr> = usable.map(|ip| SocketAddr::new(ip, 0)).collect();
            if usable.is_empty() {
                return Err(Unresolved::NotPublic.into());
            }
            Ok(Box::new(usable.into_iter()) as Addrs)
        })
    }
}

/// The address of a service that is given a token, a key or results: by https, or by http where that stays on this
/// machine.
///
/// # Errors
/// What is wrong with it. The address itself is not in that: it may be a secret.
///
/// ```
/// use rekap::source::web::guard::service_address;
///
/// assert!(service_address("http://127.0.0.1:8080/").is_ok());
/// assert!(service_address("http://contoh.id/").is_err());
/// ```
pub fn service_address(text: &str) -> Result<Url, Phrase> {
    let url = Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
    let url = url.ok_or(Phrase::new(
        "seharusnya alamat utuh yang diawali https://",
        "expected a whole address that begins with https://",
    ))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Phrase::new(
            "nama pengguna dan kata sandi (rahasia) tidak ditulis di dalam alamat",
            "user names and passwords (secrets) do not belong in an address",
        ));
    }
    let is_here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if url.scheme() == "http" && !is_here {
        return Err(Phrase::new(
            "http hanya untuk komputer ini sendiri (localhost); pakai https",
            "http is for this machine itself (localhost) only; use https",
        ));
    }
    Ok(url)
}

/// Whether an address is one of the public internet: none that leads to this machine, an office's network, a machine room's
/// services, or nowhere. Addresses that carry another within them are what that other is.
///
/// After the special-purpose registries of IANA, RFC 6890 and its updates.
///
/// ```
/// use rekap::source::web::guard::is_public;
///
/// assert!(is_public("8.8.8.8".parse().unwrap()));
/// assert!(!is_public("169.254.169.254".parse().unwrap()));
/// assert!(!is_public("::ffff:10.0.0.1".parse().unwrap()));
/// ```
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Networks of IPv4 that are not public: first address, length of the prefix.
const NOT_PUBLIC_V4: [(Ipv4Addr, u32); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),       // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // shared behind a carrier's translation
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // this machine
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // the link, and clouds' metadata
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocols
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // 6to4 relays
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // reserved, broadcast
];

/// Networks within the global unicast addresses of IPv6 that are not public.
const NOT_PUBLIC_V6: [(Ipv6Addr, u32); 3] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocols: Teredo, benchmarks, ORCHID
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

fn is_public_v4(address: Ipv4Addr) -> bool {
    let bits = address.to_bits();
    !NOT_PUBLIC_V4.iter().any(|(network, prefix)| (bits ^ network.to_bits()) >> (32 - prefix) == 0)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let bits = address.to_bits();
    let segments = address.segments();
    match segments {
        // Mapped, or translated by the network (NAT64): the IPv4 address is the last 32 bits.
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => is_public_v4(Ipv4Addr::from_bits(bits as u32)),
        // 6to4: the IPv4 address follows the prefix.
        [0x2002, ..] => is_public_v4(Ipv4Addr::from_bits((bits >> 80) as u32)),
        // Of all the rest only 2000::/3 is given out: no loopback, unique-local, link-local, site-local, multicast.
        [first, ..] if first >> 13 != 1 => false,
        _ => !NOT_PUBLIC_V6.iter().any(|(network, prefix)| (bits ^ network.to_bits()) >> (128 - prefix) == 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses_are_told_from_all_others() {
        let others = "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.0.1 \
            169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.7 192.88.99.1 192.168.1.1 \
            198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 \
            :: ::1 ::2 ::7f00:1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.1.2.3 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::10.0.0.1 \
            64:ff9b:1::8.8.8.8 100::1 2001::1 2001:2::1 2001:10::1 2001:20::1 2001:1ff::1 2001:db8::1 2002:7f00:1::1 \
            2002:a00:1::1 2002:c0a8:101:: 3fff::1 3fff:fff::1 4000::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 febf::1 fec0::1 ff02::1 \
            ff0e::1";
        for address in others.split_whitespace() {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        let public = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 103.28.12.1 126.255.255.255 128.0.0.1 \
            169.253.255.255 169.255.0.1 172.15.255.255 172.32.0.1 191.255.255.255 192.0.1.1 192.0.3.1 192.167.255.255 192.169.0.1 \
            198.17.255.255 198.20.0.1 198.51.101.1 203.0.112.1 203.0.114.1 223.255.255.255 \
            ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2001:200::1 2001:4860:4860::8888 2002:808:808::1 2404:6800:4003::200e 2a00:1450::1 \
            3ffe::1 3fff:1000::1";
        for address in public.split_whitespace() {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    fn refusal(guard: &Guard, address: &str) -> Option<&'static str> {
        match guard.check(&Url::parse(address).unwrap()) {
            Ok(()) => None,
            Err(SourceError::Address(reason) | SourceError::HostRefused { reason, .. }) => Some(reason.en),
            Err(other) => panic!("{address}: {other:?}"),
        }
    }

    #[test]
    fn files_come_from_listed_hosts_by_https() {
        let guard = Guard::of_hosts(
            vec!["docs.google.com".to_owned(), "s.id".to_owned()],
            vec!["berkas.kantor".to_owned(), "10.1.2.3".to_owned(), "::1".to_owned()],
        );
        for fine in [
            "https://docs.google.com/x",
            "https://DOCS.google.com./x",
            "https://a.docs.google.com:8443/",
            "https://s.id/abc",
            "http://berkas.kantor:8080/",
            "http://a.berkas.kantor/",
            "http://10.1.2.3/",
            "http://[::1]:9/",
        ] {
            assert_eq!(refusal(&guard, fine), None, "{fine}");
        }
        for (address, reason) in [
            ("http://docs.google.com/x", "only https"),
            ("https://google.com/", "not in the list"),
            ("https://evildocs.google.com/", "not in the list"),
            ("https://docs.google.com.evil.id/", "not in the list"),
            ("https://docs.google.com@evil.id/", "a user name"),
            ("https://:rahasia@docs.google.com/", "a user name"),
            ("https://bit.ly/abc", "not in the list"),
            ("https://8.8.8.8/", "an IP address"),
            ("https://2130706433/", "an IP address"),
            ("http://0x7f.1/", "an IP address"),
            ("https://[::ffff:7f00:1]/", "an IP address"),
            ("ftp://docs.google.com/x", "not an http"),
            ("file:///etc/passwd", "not an http"),
        ] {
            assert!(refusal(&guard, address).is_some_and(|said| said.contains(reason)), "{address}");
        }
    }

    #[test]
    fn services_are_asked_by_https_or_on_this_machine() {
        for fine in [
            "https://sheets.googleapis.com/",
            " https://contoh.id/x?y ",
            "http://localhost:1/",
            "http://127.9.9.9/",
            "http://[::1]:8/",
        ] {
            assert!(service_address(fine).is_ok(), "{fine}");
        }
        for (wrong, reason) in [
            ("http://contoh.id/", "use https"),
            ("http://10.0.0.1/", "use https"),
            ("http://localhost.contoh.id/", "use https"),
            ("http://[::ffff:8.8.8.8]/", "use https"),
            ("https://ani:rahasia@contoh.id/", "passwords"),
            ("http://ani@localhost/", "passwords"),
            ("ftp://contoh.id/", "https://"),
            ("contoh.id/x", "https://"),
            ("localhost:8080", "https://"),
            ("", "https://"),
        ] {
            let said = service_address(wrong).unwrap_err();
            assert!(said.en.contains(reason) && !said.en.contains("contoh"), "{wrong}: {said:?}");
        }
    }

    #[test]
    fn links_go_anywhere_public() {
        let guard = Guard::of_everything_public(vec!["berkas.kantor".to_owned()]);
        for fine in ["http://contoh.id/", "https://8.8.8.8/x", "http://berkas.kantor/"] {
            assert_eq!(refusal(&guard, fine), None, "{fine}");
        }
        for address in ["http://127.0.0.1/", "https://192.168.0.1/", "http://[fd00::1]/", "http://0/", "http://[::]/"] {
            assert!(refusal(&guard, address).is_some_and(|said| said.contains("not a public")), "{address}");
        }
    }

    #[test]
    fn a_name_that_does_not_exist_is_told_from_a_resolver_that_fails() {
        let kind = |words: &str| by_its_words(io::Error::other(words.to_owned())).kind();
        let prefix = "failed to lookup address information";
        assert_eq!(kind(&format!("{prefix}: Name or service not known")), io::ErrorKind::NotFound);
        assert_eq!(kind(&format!("{prefix}: Temporary failure in name resolution")), io::ErrorKind::Other);
    }
}
