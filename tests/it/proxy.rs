//! Every connection goes out through the proxy that is declared, and nothing that leads into a private network is asked of it.

use crate::common;
use crate::host;
use crate::server;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use common::{pipeline, run, stderr, stdout};
use host::{Asked, Host, answer, redirect};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rekap::lang::Lang;
use rekap::links::{LinkSettings, LinkState, Trouble, check};
use rekap::notify::{
    Channel, Event, NotifySettings, Occasion, RetryPolicy, RunFacts, Surroundings, Told, WebhookAddress, tell,
};
use rekap::source::google::{Credentials, Google, GoogleSettings};
use rekap::source::web::guard::Lookup;
use rekap::source::web::proxy::Proxies;
use rekap::source::web::{Fetched, Web, WebSettings};
use rekap::source::{Limits, SourceError};
use rekap::stop::Stop;
use rekap::store::{RunStatus, Trigger};
use url::Url;

/// `ani:rahasia`, as a proxy is sent it.
const BASIC: &str = "Basic YW5pOnJhaGFzaWE=";

/// A proxy that refuses tunnels, and answers what it is asked for in the clear by itself.
fn proxy() -> Host {
    Host::start(|asked: &Asked| match (asked.method.as_str(), asked.path.as_str()) {
        ("CONNECT", _) => answer("407 Proxy Authentication Required", &[], b""),
        (_, path) if path.ends_with("/ke-dalam") => redirect("http://dalam.contoh.id/admin"),
        (_, path) if path.starts_with("http://") => answer("200 OK", &[("Content-Type", "text/csv")], b"U1,U2\n4,3\n"),
        other => panic!("{other:?}"),
    })
}

/// Everything through it, by a name that leads to this machine: a proxy may be a private one.
fn through(proxy: &Host) -> Proxies {
    Proxies::of_variables(|name| {
        (name == "ALL_PROXY").then(|| format!("http://ani:rahasia@proksi.contoh.id:{}", proxy.port))
    })
}

/// `dalam.*` leads into a private network and `proksi.*` to this machine; `tidak-ada.*` is known to the proxy alone.
fn lookup() -> Lookup {
    Lookup::new(|host| {
        let address = |text: &str| Ok(vec![text.parse::<IpAddr>().expect("an address")]);
        match host.split('.').next() {
            Some("tidak-ada") => Err(std::io::ErrorKind::NotFound.into()),
            Some("dalam") => address("10.1.2.3"),
            Some("proksi") => address("127.0.0.1"),
            _ => address("203.0.112.9"),
        }
    })
}

fn web(proxy: &Host) -> Web {
    let settings = WebSettings {
        hosts: vec!["contoh.id".to_owned()],
        private_hosts: vec!["kantor.contoh.id".to_owned()],
        timeout: Duration::from_secs(4),
        proxies: through(proxy),
    };
    Web::with_lookup(&settings, lookup()).unwrap()
}

async fn fetch(web: &Web, address: &str) -> Result<Fetched, SourceError> {
    web.fetch(&Url::parse(address).unwrap(), None, &Limits::default()).await
}

fn holds_no_password(shown: &str) {
    assert!(!shown.contains("rahasia") && !shown.contains("YW5p"), "{shown}");
}

#[tokio::test]
async fn files_come_through_the_proxy_and_private_names_are_never_asked_of_it() {
    let proxy = proxy();
    let web = web(&proxy);
    // In the clear the proxy is asked for the address as a whole.
    match fetch(&web, "http://kantor.contoh.id/skm").await {
        Ok(Fetched::New { bytes, .. }) => assert_eq!(bytes, b"U1,U2\n4,3\n"),
        other => panic!("{other:?}"),
    }
    assert_eq!(proxy.methods("http://kantor.contoh.id/skm"), "GET");
    // By https it is asked for a tunnel; what is unknown here may be known to it.
    for host in ["berkas.contoh.id", "tidak-ada.contoh.id"] {
        let error = fetch(&web, &format!("https://{host}/lke.xlsx")).await.unwrap_err();
        let SourceError::Unreachable(why) = &error else { panic!("{error:?}") };
        assert!(why.contains("proksi.contoh.id") && why.to_lowercase().contains("authorization"), "{why}");
        holds_no_password(why);
        assert!(proxy.methods(&format!("{host}:443")).starts_with("CONNECT"));
    }
    for asked in proxy.asked() {
        assert_eq!(asked.headers.get("proxy-authorization").map(String::as_str), Some(BASIC), "{}", asked.path);
    }
    let before = proxy.asked().len();
    for address in ["https://dalam.contoh.id/x", "https://10.1.2.3/x", "https://localhost/x", "https://lain.id/x"] {
        let error = fetch(&web, address).await.unwrap_err();
        assert!(matches!(error, SourceError::HostRefused { .. }), "{address}: {error:?}");
    }
    assert_eq!(proxy.asked().len(), before);
    // Neither when somebody sends on to it.
    let error = fetch(&web, "http://kantor.contoh.id/ke-dalam").await.unwrap_err();
    assert!(matches!(error, SourceError::HostRefused { .. }), "{error:?}");
    assert_eq!(proxy.asked().len(), before + 1);
}

#[test]
fn links_are_asked_through_the_proxy() {
    let proxy = proxy();
    let settings = LinkSettings {
        gap: Duration::from_millis(1),
        lookup: lookup(),
        proxies: through(&proxy),
        ..LinkSettings::default()
    };
    let links = ["http://bukti.contoh.id/a", "http://dalam.contoh.id/b", "http://tidak-ada.contoh.id/ke-dalam"];
    let now = Timestamp::UNIX_EPOCH;
    let checked = check(links, &settings, None, now, &Stop::new(), &|_, _| {});
    let not_public = || LinkState::Unreachable(Trouble::NotPublic);
    for (link, expected) in links.iter().zip([LinkState::Reachable, not_public(), not_public()]) {
        assert_eq!(checked.states[*link], expected, "{link}");
    }
    let asked: BTreeSet<String> = proxy.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(asked, BTreeSet::from([links[0].to_owned(), links[2].to_owned()]));
    // A link to the proxy itself is one into a private network.
    let own = format!("http://proksi.contoh.id:{}/", proxy.port);
    let checked = check([own.as_str()], &settings, None, now, &Stop::new(), &|_, _| {});
    assert_eq!(checked.states[own.as_str()], not_public());
}

#[test]
fn google_and_its_token_server_are_reached_through_the_proxy() {
    let proxy = proxy();
    let server = server::Server::start(server::Options::default());
    let folder = tempfile::tempdir().unwrap();
    let key_file = folder.path().join("kunci.json");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = |credentials: Credentials, content: &str| {
        std::fs::write(&key_file, content).unwrap();
        std::fs::set_permissions(&key_file, std::fs::Permissions::from_mode(0o600)).unwrap();
        let settings = GoogleSettings {
            credentials: Some(credentials),
            endpoint: "https://sheets.contoh.id/".parse().unwrap(),
            token_endpoint: Some("https://token.contoh.id/".parse().unwrap()),
            deadline: Duration::from_millis(300),
            // Google's names are its own: they need no look here.
            proxies: Proxies::of_variables(|name| {
                (name == "https_proxy").then(|| format!("ani:rahasia@127.0.0.1:{}", proxy.port))
            }),
            ..GoogleSettings::default()
        };
        let google = Google::with_first_pause(&settings, Duration::from_millis(1)).unwrap();
        let read = runtime.block_on(google.read("x", &BTreeSet::from([None]), &Limits::default()));
        let shown = format!("{:?} {settings:?} {google:?}", read.expect_err("no tunnel"));
        holds_no_password(&shown);
        shown
    };
    let by_key = error(Credentials::KeyFile(key_file.clone()), &server.key_json());
    assert!(by_key.contains("proxy 127.0.0.1"), "{by_key}");
    assert!(proxy.methods("token.contoh.id:443").starts_with("CONNECT"), "{:?}", proxy.asked());
    let by_api_key = error(Credentials::ApiKeyFile(key_file.clone()), "AIzaX");
    assert!(by_api_key.contains("proxy 127.0.0.1"), "{by_api_key}");
    assert!(proxy.methods("sheets.contoh.id:443").starts_with("CONNECT"), "{:?}", proxy.asked());
    assert!(proxy.asked().iter().all(|asked| asked.headers["proxy-authorization"] == BASIC));
}

fn told(channel: Channel, proxies: &Proxies) -> Told {
    let now = || Timestamp::UNIX_EPOCH;
    let surroundings =
        Surroundings { variable: &|_| None, wait: &|_| false, now: &now, proxies, ..Surroundings::default() };
    let facts = RunFacts {
        pipeline: "babel".to_owned(),
        title: "Rekap".to_owned(),
        period: "2025-S2".to_owned(),
        run: None,
        trigger: Trigger::Hand,
        status: RunStatus::Failed,
        started: now(),
        ended: now(),
        zone: TimeZone::UTC,
        outputs: Vec::new(),
        error: None,
    };
    let settings = [NotifySettings { channel, on: Occasion::Always, template: None }];
    let retry = RetryPolicy::default();
    tell(&settings, &Event::of_nothing(facts), false, Lang::En, &retry, &surroundings).remove(0)
}

#[test]
fn webhooks_go_through_the_proxy_and_mail_says_that_it_does_not() {
    let proxy = proxy();
    let proxies = Proxies::of_variables(|name| {
        (name == "HTTPS_PROXY").then(|| format!("http://ani:rahasia@127.0.0.1:{}", proxy.port))
    });
    let address = WebhookAddress::Written("https://kait.contoh.id/T0".parse().unwrap());
    let webhook = told(Channel::Webhook { address, secret_env: None }, &proxies);
    let error = webhook.error.as_deref().unwrap();
    assert!(error.contains("through the proxy 127.0.0.1"), "{error}");
    holds_no_password(&format!("{webhook:?}"));
    assert!(proxy.methods("kait.contoh.id:443").starts_with("CONNECT"));

    // Nobody listens at port 1; the first address is this machine, but is not written as such.
    let mail = |server: &str| Channel::Mail {
        server: server.parse().unwrap(),
        user_env: None,
        password_env: None,
        from: "rekap@contoh.id".to_owned(),
        to: vec!["ani@contoh.id".to_owned()],
        attach: false,
        link: None,
    };
    let there = told(mail("smtp://0.0.0.0:1"), &proxies);
    assert!(there.error.as_deref().unwrap().contains("does not go through the proxy"), "{there:?}");
    let here = told(mail("smtp://127.0.0.1:1"), &proxies);
    assert!(!here.error.as_deref().unwrap().contains("proxy"), "{here:?}");
}

#[test]
fn a_pipeline_declares_its_proxy_and_the_environment_serves_where_it_does_not() {
    let proxy = proxy();
    let folder = tempfile::tempdir().unwrap();
    let network = |lines: &str| {
        let path = pipeline(folder.path(), &[("1971", "https://docs.google.com/x/export?format=csv")]);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{text}\n[web]\ntimeout = \"1s\"\n\n[network]\n{lines}\n")).unwrap();
        path
    };
    let declared = network(&format!("proxy = \"127.0.0.1:{}\"", proxy.port));
    let output = run(&["run", "--no-history", declared.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{} {}", stdout(&output), stderr(&output));
    assert!(proxy.methods("docs.google.com:443").starts_with("CONNECT"));
    let before = proxy.asked().len();
    let of_environment = |path: &std::path::Path, variables: &[(&str, String)]| {
        let mut command = common::rekap();
        command.envs(variables.iter().map(|(name, value)| (*name, value.as_str())));
        command.args(["run", "--no-history", path.to_str().unwrap()]).output().unwrap()
    };
    let own = [("HTTPS_PROXY", format!("http://ani:rahasia@127.0.0.1:{}", proxy.port))];
    let output = of_environment(&network(""), &own);
    assert!(proxy.asked().len() > before);
    holds_no_password(&format!("{}{}", stdout(&output), stderr(&output)));
    let wrong = [("HTTPS_PROXY", "socks5://ani:rahasia@127.0.0.1:9".to_owned())];
    let output = of_environment(&network(""), &wrong);
    let shown = format!("{}{}", stdout(&output), stderr(&output));
    holds_no_password(&shown);
    for (lines, words) in [
        ("proxy = \"http://ani:rahasia@proksi.kantor:3128\"", "HTTPS_PROXY"),
        ("proxy = \"socks5://proksi.kantor\"", "http://host:port"),
        ("no_proxy = [\"https://kpu.go.id\"]", "kpu.go.id"),
        ("proksi = \"x\"", "proxy"),
    ] {
        let output = run(&["run", network(lines).to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2), "{lines}");
        let said = stderr(&output);
        assert!(said.contains(words), "{lines}: {said}");
        holds_no_password(&said);
    }
}
