//! Evidence links are asked for, politely, and what they answer is told per satker and indicator.

use crate::common;
use crate::host;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use common::make::sheet::{Shown, to_xlsx};
use common::make::worksheet::{Filled, Layout, lay_out, official_rows};
use common::{cell, codes, of_code, pipeline, rekap, run, stderr, stdout};
use host::{Host, answer, redirect};
use jiff::Timestamp;
use rekap::lang::Lang;
use rekap::links::{LinkSettings, LinkState, Trouble, check};
use rekap::lke::template::{LKE_ZI_2021, Template};
use rekap::source::web::guard::Lookup;
use rekap::source::{Book, Limits};
use rekap::stop::Stop;
use serde_json::Value;

/// As quick as a test should be; every name leads to this machine, but `tidak-ada.*`, which leads nowhere.
fn settings() -> LinkSettings {
    LinkSettings {
        private_hosts: vec!["127.0.0.1".to_owned(), "kantor.contoh.id".to_owned()],
        gap: Duration::from_millis(1),
        lookup: Lookup::new(|host| match host.starts_with("tidak-ada") {
            true => Err(std::io::ErrorKind::NotFound.into()),
            false => Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]),
        }),
        ..LinkSettings::default()
    }
}

fn now() -> Timestamp {
    "2025-12-21T07:00:00Z".parse().unwrap()
}

fn states(links: &[String], settings: &LinkSettings, cache: Option<&Path>, now: Timestamp) -> Vec<LinkState> {
    let checked = check(links.iter().map(String::as_str), settings, cache, now, &Stop::new(), &|_, _| {});
    assert!(checked.not_kept.is_none(), "{:?}", checked.not_kept);
    links.iter().map(|link| checked.states[link.as_str()].clone()).collect()
}

#[test]
fn every_link_is_asked_for_once_and_its_answer_understood() {
    let host = Host::start(|asked| match (asked.path.as_str(), asked.method.as_str()) {
        ("/ada", _) => answer("200 OK", &[], b""),
        ("/tanpa-head", "HEAD") => answer("405 Method Not Allowed", &[], b""),
        ("/tanpa-head", _) if asked.headers.get("range").is_some_and(|range| range == "bytes=0-0") => {
            answer("206 Partial Content", &[("Content-Range", "bytes 0-0/9")], b"a")
        }
        ("/salah-head", "HEAD") => answer("404 Not Found", &[], b""),
        ("/salah-head", _) => answer("200 OK", &[], b"a"),
        ("/pindah", _) => redirect("/ada"),
        ("/masuk", _) => redirect("https://accounts.google.com/v3/signin?continue=x"),
        ("/masuk-kantor", _) => redirect("https://login.microsoftonline.com/common/oauth2/authorize"),
        ("/masuk-lain", _) => redirect("https://contoh.id/ServiceLogin?x=1"),
        ("/terkunci", _) => answer("403 Forbidden", &[], b""),
        ("/dihapus", _) => answer("410 Gone", &[], b""),
        ("/hilang", _) => answer("404 Not Found", &[], b""),
        ("/rusak", _) => answer("500 Internal Server Error", &[], b""),
        ("/sibuk", _) if asked.before == 0 => answer("429 Too Many Requests", &[("Retry-After", "0")], b""),
        ("/sibuk", _) => answer("200 OK", &[], b""),
        ("/putar", _) => redirect("/putar"),
        ("/ke-dalam", _) => redirect("http://192.168.1.1/admin"),
        other => panic!("{other:?}"),
    });
    let gone = || LinkState::Gone;
    let cannot = LinkState::Unreachable;
    let expected = [
        (host.url("/ada"), LinkState::Reachable),
        (host.url("/ada#gid=7"), LinkState::Reachable),
        (host.url("/tanpa-head"), LinkState::Reachable),
        (host.url("/salah-head"), LinkState::Reachable),
        (host.url("/pindah"), LinkState::Reachable),
        (host.url("/sibuk"), LinkState::Reachable),
        (host.url("/masuk"), LinkState::NeedsPermission),
        (host.url("/masuk-kantor"), LinkState::NeedsPermission),
        (host.url("/masuk-lain"), LinkState::NeedsPermission),
        (host.url("/terkunci"), LinkState::NeedsPermission),
        (host.url("/dihapus"), gone()),
        (host.url("/hilang"), gone()),
        ("https://tidak-ada.contoh.id/x".to_owned(), gone()),
        (host.url("/rusak"), cannot(Trouble::Status(500))),
        (host.url("/putar"), cannot(Trouble::Redirects)),
        (host.url("/ke-dalam"), cannot(Trouble::NotPublic)),
        ("http://".to_owned(), cannot(Trouble::NotAnAddress)),
        ("https://ani:rahasia@contoh.id/".to_owned(), cannot(Trouble::NotAnAddress)),
    ];
    let mut links: Vec<String> = expected.iter().map(|(link, _)| link.clone()).collect();
    // What two indicators share is asked for once.
    links.extend(links.clone());
    let states = states(&links, &settings(), None, now());
    for ((link, expected), state) in expected.iter().zip(states) {
        assert_eq!(state, *expected, "{link}");
    }
    assert_eq!(host.methods("/hilang"), "HEAD GET");
    assert_eq!(host.methods("/terkunci"), "HEAD GET");
    assert_eq!(host.methods("/ada"), "HEAD HEAD", "once by itself and once by way of /pindah");
    assert_eq!(host.methods("/sibuk"), "HEAD HEAD");
    assert_eq!(host.methods("/putar").split(' ').count(), 11);
}

#[test]
fn connections_that_fail_are_told_with_their_reason() {
    let silent = Host::start(|_| Vec::new());
    let links = [silent.url("/"), "http://127.0.0.1:1/".to_owned()];
    let quick = LinkSettings { timeout: Duration::from_millis(300), ..settings() };
    let states = states(&links, &quick, None, now());
    assert_eq!(states[0], LinkState::Unreachable(Trouble::Timeout));
    let LinkState::Unreachable(Trouble::Connection(how)) = &states[1] else { panic!("{states:?}") };
    assert!(how.to_lowercase().contains("refused"), "{how}");
    assert_eq!(states[0].reason(Lang::Id).as_deref(), Some("tidak menjawab"));
}

#[test]
fn a_host_where_nobody_is_there_is_asked_no_more_and_what_was_not_asked_is_said() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let lookup = Lookup::new(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])
    });
    let one_by_one = LinkSettings { lookup, per_host: 1, ..settings() };
    let links: Vec<String> = (0..30).map(|n| format!("http://kantor.contoh.id:1/{n}")).collect();
    let found = states(&links, &one_by_one, None, now());
    assert!(found.iter().all(|state| matches!(state, LinkState::Unreachable(Trouble::Connection(_)))), "{found:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 1);

    // The host never answers: whoever is asked to end waits no longer.
    let silent = Host::start(|_| Vec::new());
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("tautan.json");
    let (stop, links) = (Stop::new(), [silent.url("/a"), silent.url("/b")]);
    let patient = LinkSettings { timeout: Duration::from_secs(3600), ..settings() };
    let wish = stop.clone();
    let checking = std::thread::spawn(move || {
        check(links.iter().map(String::as_str), &patient, Some(&cache), now(), &stop, &|_, _| {})
    });
    while silent.asked().is_empty() {
        std::thread::yield_now();
    }
    wish.request();
    let checked = checking.join().unwrap();
    assert!(checked.states.values().all(|state| *state == LinkState::Unreachable(Trouble::NotAsked)));
    let late = Stop::new().within(Duration::ZERO);
    let checked = check([silent.url("/c").as_str()], &settings(), None, now(), &late, &|_, _| {});
    let state = &checked.states[silent.url("/c").as_str()];
    assert_eq!(state.reason(Lang::Id).as_deref(), Some("belum sempat ditanya"));
}

#[test]
fn nothing_counts_as_gone_where_no_host_answers_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("tautan.json");
    let links = ["https://tidak-ada.contoh.id/x", "https://tidak-ada.lain.id/"].map(str::to_owned);
    let unknown = LinkState::Unreachable(Trouble::NoSuchHost);
    assert_eq!(states(&links, &settings(), Some(&cache), now()), [unknown.clone(), unknown]);
    let host = Host::start(|_| answer("200 OK", &[], b""));
    let links = [links[0].clone(), host.url("/x")];
    let expected = [LinkState::Gone, LinkState::Reachable];
    assert_eq!(states(&links, &settings(), Some(&cache), now()), expected);
}

#[test]
fn no_link_leads_into_the_office() {
    let host = Host::start(|_| answer("200 OK", &[], b""));
    let port = host.port;
    let addresses = ["localhost", "umum.contoh.id", "127.0.0.1", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"];
    let links: Vec<String> = addresses.map(|name| format!("http://{name}:{port}/x")).to_vec();
    let strict = LinkSettings { private_hosts: vec!["kantor.contoh.id".to_owned()], ..settings() };
    for (link, state) in links.iter().zip(states(&links, &strict, None, now())) {
        assert_eq!(state, LinkState::Unreachable(Trouble::NotPublic), "{link}");
    }
    assert!(host.asked().is_empty(), "{:?}", host.asked());
    let own = [format!("http://kantor.contoh.id:{port}/x")];
    assert_eq!(states(&own, &strict, None, now()), [LinkState::Reachable]);
}

#[test]
fn no_host_is_asked_by_more_than_two_at_once_nor_all_together_by_more_than_eight() {
    // An answer comes only when as many are waiting: fewer at once, and nothing would ever be answered.
    let two = Barrier::new(2);
    let host = Host::start(move |_| {
        two.wait();
        answer("200 OK", &[], b"")
    });
    let links: Vec<String> = (0..8).map(|n| host.url(&format!("/{n}"))).collect();
    assert_eq!(states(&links, &settings(), None, now()), vec![LinkState::Reachable; 8]);
    assert_eq!(host.asked().iter().map(|asked| asked.at_once).max(), Some(2));

    let eight = Barrier::new(8);
    let host = Host::start(move |_| {
        eight.wait();
        answer("200 OK", &[], b"")
    });
    let link = |n: usize| format!("http://h{}.kantor.contoh.id:{}/{n}", n % 12, host.port);
    let links: Vec<String> = (0..24).map(link).collect();
    assert_eq!(states(&links, &settings(), None, now()), vec![LinkState::Reachable; 24]);
    assert_eq!(host.asked().iter().map(|asked| asked.at_once).max(), Some(8));
}

#[test]
fn a_host_is_given_time_between_requests() {
    let host = Host::start(|_| answer("200 OK", &[], b""));
    let links: Vec<String> = (0..4).map(|n| host.url(&format!("/{n}"))).collect();
    let began = Instant::now();
    let slow = LinkSettings { gap: Duration::from_millis(60), ..settings() };
    assert_eq!(states(&links, &slow, None, now()), vec![LinkState::Reachable; 4]);
    assert!(began.elapsed() >= Duration::from_millis(180), "{:?}", began.elapsed());
}

#[test]
fn an_answer_counts_for_a_day() {
    let host = Host::start(|asked| match asked.path.as_str() {
        "/hilang" => answer("410 Gone", &[], b""),
        "/rusak" => answer("500 Internal Server Error", &[], b""),
        _ => answer("200 OK", &[], b""),
    });
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("tautan.json");
    let links = ["/ada", "/hilang", "/rusak"].map(|path| host.url(path));
    let first = states(&links, &settings(), Some(&cache), now());
    let later = now() + jiff::SignedDuration::from_hours(23);
    assert_eq!(states(&links, &settings(), Some(&cache), later), first);
    assert_eq!([host.methods("/ada"), host.methods("/hilang")], ["HEAD", "HEAD"]);
    assert_eq!(host.methods("/rusak"), "HEAD HEAD", "what could not be reached may be, the next time");
    let next_day = now() + jiff::SignedDuration::from_hours(25);
    states(&links, &settings(), Some(&cache), next_day);
    assert_eq!(host.methods("/ada"), "HEAD HEAD");
}

#[test]
fn a_check_may_be_called_from_a_runtime() {
    let host = Host::start(|_| answer("200 OK", &[], b""));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let links = [host.url("/x")];
    assert_eq!(runtime.block_on(async { states(&links, &settings(), None, now()) }), [LinkState::Reachable]);
}

/// A host as the evidence of the worksheet below stands on it.
fn evidence_host() -> Host {
    Host::start(|asked| match asked.path.as_str() {
        "/a-i-1-i-a/1" | "/a-i-1-i-b/1" | "/a-i-1-iii-a/1" => answer("404 Not Found", &[], b""),
        "/a-i-1-i-a/2" => answer("410 Gone", &[], b""),
        "/a-i-1-ii-a/1" => redirect("https://accounts.google.com/ServiceLogin"),
        "/a-i-1-ii-b/1" => answer("403 Forbidden", &[], b""),
        "/a-i-1-ii-c/1" => answer("500 Internal Server Error", &[], b""),
        _ => answer("200 OK", &[], b""),
    })
}

/// A worksheet whose evidence is on a host; A.I.1.iii.a has evidence but no answer.
fn worksheet(folder: &Path, host: &Host) -> PathBuf {
    let template = Template::named(LKE_ZI_2021, Path::new(".")).unwrap();
    let mut filled = Filled::default();
    for (code, answer, links) in [
        ("A.I.1.i.a", "Ya", 2),
        ("A.I.1.i.b", "A", 2),
        ("A.I.1.ii.a", "Ya", 1),
        ("A.I.1.ii.b", "B", 1),
        ("A.I.1.ii.c", "A", 1),
        ("A.I.1.iii.a", "", 1),
    ] {
        if !answer.is_empty() {
            filled.unit.insert(code.to_owned(), Shown::text(answer));
        }
        filled.evidence.insert(code.to_owned(), links);
    }
    let mut sheet = lay_out(&template, &Layout::official(), &official_rows(&template), &filled);
    let here = |text: &str| text.replace("https://drive.example.org", &host.url(""));
    for cell in sheet.cells.values_mut() {
        cell.link = cell.link.as_deref().map(here);
        if let Shown::Text(text) = &mut cell.shown {
            *text = here(text);
        }
    }
    let path = folder.join("lke.xlsx");
    std::fs::write(&path, to_xlsx(&[sheet]).unwrap()).unwrap();
    path
}

#[test]
fn the_links_of_one_worksheet_are_listed_with_what_is_wrong() {
    let (folder, host) = (tempfile::tempdir().unwrap(), evidence_host());
    let path = worksheet(folder.path(), &host);
    let cache = folder.path().join("tautan.json");
    let links = |more: &[&str]| {
        let mut command = rekap();
        // A proxy would resolve and connect out of the guard's sight: none is used.
        command.envs(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"].map(|name| (name, "http://127.0.0.1:1")));
        command.args(["links", "--private-host", "127.0.0.1", "--cache"]).args([&cache, &path]).args(more);
        command.output().unwrap()
    };
    let output = links(&["--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    let counts = ["reachable", "needs_permission", "gone", "unreachable"].map(|key| value["links"][key].as_u64());
    assert_eq!(counts, [Some(1), Some(2), Some(4), Some(1)]);
    let findings = &value["findings"];
    assert_eq!(codes(findings), ["BKT001", "BKT002", "BKT003", "BKT003"]);
    let gone = of_code(findings, "BKT001")[0];
    assert_eq!((gone["subject"].as_str(), gone["severity"].as_str()), (Some("A.I.1.i.a"), Some("warning")));
    assert!(
        gone["message"].as_str().unwrap().contains("Dijawab Ya, tetapi semua tautan bukti dukungnya (2)"),
        "{gone}"
    );
    assert!(cell(gone).starts_with('K'), "{gone}");
    let locked = of_code(findings, "BKT002")[0];
    assert!(locked["message"].as_str().unwrap().starts_with("2 tautan"), "{locked}");
    let partly = of_code(findings, "BKT003");
    let told: BTreeMap<_, _> = partly
        .iter()
        .map(|finding| (finding["subject"].as_str().unwrap(), finding["message"].as_str().unwrap()))
        .collect();
    assert!(told["A.I.1.i.b"].starts_with("1 dari 2"), "{told:?}");
    assert!(told["A.I.1.iii.a"].starts_with("1 dari 1"), "not answered: {told:?}");

    let before = host.asked().len();
    let output = links(&[]);
    let text = stdout(&output);
    assert!(text.contains("8 tautan: 1 terbuka, 2 perlu izin, 4 hilang, 1 tak terjangkau"), "{text}");
    assert!(text.lines().any(|line| line.starts_with("A.I.1.ii.b") && line.contains("perlu izin")), "{text}");
    assert!(!text.contains("a-i-1-i-b/2"), "what is open is not listed: {text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert_eq!(host.asked().len(), before + 1, "only the one that could not be reached is asked for again");
    assert!(stdout(&links(&["-v"])).contains("a-i-1-i-b/2"));
    assert!(stdout(&links(&["--lang", "en"])).contains("need permission"));
}

#[test]
fn what_holds_no_links_to_check_says_so_by_its_exit_status() {
    let folder = tempfile::tempdir().unwrap();
    let mut dead = evidence_host();
    dead.port = 1;
    let path = worksheet(folder.path(), &dead);
    let status = |arguments: &[&str]| run(arguments).status.code();
    let path = path.to_str().unwrap();
    assert_eq!(status(&["links", "--private-host", "127.0.0.1", path]), Some(1), "nothing answers");
    assert_eq!(status(&["links", "tidak-ada.xlsx"]), Some(1));
    assert_eq!(status(&["links", "fixtures/broken/dokumen-lain.xlsx", "--format", "json"]), Some(1));
    assert_eq!(status(&["links", "--template", "tidak-ada", path]), Some(2));
    assert_eq!(status(&["links"]), Some(2));
}

#[test]
fn a_run_tells_of_the_evidence_in_a_sheet_and_among_the_findings() {
    let (folder, host) = (tempfile::tempdir().unwrap(), evidence_host());
    let path = worksheet(folder.path(), &host);
    let pipeline = pipeline(folder.path(), &[("1971", path.to_str().unwrap()), ("1902", "tidak-ada.xlsx")]);
    let text = std::fs::read_to_string(&pipeline).unwrap();
    std::fs::write(&pipeline, format!("{text}\n[web]\nprivate_hosts = [\"127.0.0.1\"]\n")).unwrap();
    let open = || {
        let book = Book::open(&folder.path().join("out/rekap.xlsx"), "rekap.xlsx", now(), &Limits::default()).unwrap();
        let place = book.sheets().iter().position(|sheet| sheet.name == "Bukti Dukung");
        (book, place)
    };
    run(&["run", "-q", pipeline.to_str().unwrap()]);
    assert_eq!(open().1, None, "nothing was checked");

    let text = std::fs::read_to_string(&pipeline).unwrap();
    std::fs::write(&pipeline, format!("{text}\n[links]\ncheck = true\ndeadline = \"1h\"\n")).unwrap();
    let output = run(&["run", "-q", "--format", "json", pipeline.to_str().unwrap()]);
    let counted =
        |output: &Output| serde_json::from_slice::<Value>(&output.stdout).unwrap()["satker"][0]["links"].clone();
    let by_key = counted(&output);
    std::fs::write(&pipeline, text).unwrap();
    let output = run(&["run", "-q", "--format", "json", "--check-links", pipeline.to_str().unwrap()]);
    assert_eq!(counted(&output), by_key, "the pipeline asks for it as well");
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    let satker = &value["satker"][0];
    for code in ["BKT001", "BKT002", "BKT003"] {
        let found = of_code(&satker["findings"], code);
        assert!(!found.is_empty() && found.iter().all(|finding| finding["satker"] == "1971"), "{code}");
    }
    assert_eq!(satker["links"]["gone"], 4);
    assert!(value["satker"][1]["links"].is_null());

    let (mut book, place) = open();
    let grid = book.grid(place.expect("the sheet")).unwrap();
    let text = |row: u32, col: u32| grid.cell(row, col).text().unwrap_or_default().to_owned();
    let heading = 4;
    assert_eq!([text(heading, 0), text(heading, 1)], ["1971", "KPU 1971"]);
    let counts: Vec<_> = (8..12).map(|col| grid.cell(heading, col).number()).collect();
    assert_eq!(counts, [1.0, 2.0, 4.0, 1.0].map(Some));
    let link = host.url("/a-i-1-i-a/1");
    let first = heading + 1;
    assert_eq!([text(first, 2), text(first, 4), text(first, 5)], ["A.I.1.i.a", "Ya", link.as_str()]);
    assert_eq!(grid.cell(first, 5).link.as_deref(), Some(link.as_str()));
    assert_eq!(text(first, 6), "hilang");
    let broken = (first..grid.rows()).find(|&row| text(row, 2) == "A.I.1.ii.c").unwrap();
    assert_eq!([text(broken, 6), text(broken, 7)], ["tak terjangkau", "jawaban 500"]);
    let unread = grid.rows() - 1;
    assert_eq!([text(unread, 0), text(unread, 3)], ["1902", "LKE tidak terbaca"]);
}
