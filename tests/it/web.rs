//! Files come over the web: within limits, from permitted hosts alone, and what goes wrong is told apart.

use crate::host;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use host::{Asked, Host, answer, redirect};
use jiff::Timestamp;
use rekap::finding::Finding;
use rekap::lang::Lang;
use rekap::source::web::guard::Lookup;
use rekap::source::web::{Fetched, Validators, Web, WebSettings};
use rekap::source::{Book, Limits, SourceError};
use url::Url;

const LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn settings() -> WebSettings {
    WebSettings {
        hosts: vec!["berkas.contoh.id".to_owned(), "pendek.contoh.id".to_owned()],
        private_hosts: vec!["127.0.0.1".to_owned(), "kantor.contoh.id".to_owned()],
        timeout: Duration::from_secs(4),
        ..WebSettings::default()
    }
}

/// Every name leads to this machine, but `tidak-ada.*`, which leads nowhere.
fn web() -> Web {
    let lookup = Lookup::new(|host| match host.starts_with("tidak-ada") {
        true => Err(std::io::ErrorKind::NotFound.into()),
        false => Ok(vec![LOCAL]),
    });
    Web::with_lookup(&settings(), lookup).unwrap()
}

fn small() -> Limits {
    Limits { file: 1_500, text_file: 3_000, ..Limits::default() }
}

async fn fetch(address: &str) -> Result<Fetched, SourceError> {
    web().fetch(&Url::parse(address).unwrap(), None, &small()).await
}

async fn finding(address: &str) -> Finding {
    let error = fetch(address).await.expect_err(address);
    error.finding(&address.into())
}

fn new(fetched: Fetched) -> (Vec<u8>, String, Validators) {
    match fetched {
        Fetched::New { bytes, name, validators } => (bytes, name, validators),
        Fetched::Unchanged => panic!("unchanged"),
    }
}

#[tokio::test]
async fn a_file_is_fetched_once_and_asked_after_later() {
    let host = Host::start(|asked: &Asked| {
        let headers = [
            ("ETag", "\"v7\""),
            ("Last-Modified", "Thu, 20 Nov 2025 06:00:00 GMT"),
            ("Content-Type", "text/csv"),
            ("Content-Disposition", "attachment; filename*=UTF-8''SKM%20Jawaban.csv"),
        ];
        match asked.headers.get("if-none-match").map(String::as_str) {
            Some("\"v7\"") => answer("304 Not Modified", &headers, b""),
            _ => answer("200 OK", &headers, b"U1,U2\n4,3\n"),
        }
    });
    let url = Url::parse(&host.url("/ekspor")).unwrap();
    let (bytes, name, validators) = new(web().fetch(&url, None, &small()).await.unwrap());
    assert_eq!((bytes.as_slice(), name.as_str()), (b"U1,U2\n4,3\n".as_slice(), "SKM Jawaban.csv"));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(&name), &bytes).unwrap();
    let mut book = Book::open(&folder.path().join(&name), &name, Timestamp::UNIX_EPOCH, &Limits::default()).unwrap();
    assert_eq!(book.sheets()[0].name, "SKM Jawaban");
    assert_eq!(book.grid(0).unwrap().rows(), 2);

    let kept: Validators = serde_json::from_str(&serde_json::to_string(&validators).unwrap()).unwrap();
    assert_eq!(web().fetch(&url, Some(&kept), &small()).await, Ok(Fetched::Unchanged));
    let asked = host.asked();
    assert_eq!(asked[1].headers["if-modified-since"], "Thu, 20 Nov 2025 06:00:00 GMT");
    assert!(!asked[0].headers.contains_key("accept-encoding"), "what is inflated elsewhere is not bounded here");
    let other = Validators { etag: Some("\"v6\"".to_owned()), last_modified: None };
    assert_eq!(new(web().fetch(&url, Some(&other), &small()).await.unwrap()).0, bytes);
}

#[tokio::test]
async fn every_bad_answer_is_a_finding_of_its_own() {
    let host = Host::start(|asked| match asked.path.as_str() {
        "/halaman" => answer("200 OK", &[("Content-Type", "application/vnd.ms-excel")], b"\n<!DOCTYPE html><html>"),
        "/masuk" => redirect("https://accounts.google.com/ServiceLogin?continue=x"),
        "/401" => answer("401 Unauthorized", &[], b""),
        "/403" => answer("403 Forbidden", &[], b"<html>minta akses</html>"),
        "/404" => answer("404 Not Found", &[], b"<html>"),
        "/410" => answer("410 Gone", &[], b""),
        "/503" => answer("503 Service Unavailable", &[], b""),
        "/429" => answer("429 Too Many Requests", &[], b""),
        "/418" => answer("418 I'm a teapot", &[], b""),
        "/potong" => b"HTTP/1.1 200 OK\r\nContent-Length: 2900\r\n\r\na,b\n".to_vec(),
        "/potong-bagian" => b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\na,b\n".to_vec(),
        "/putar" => redirect("/putar"),
        "/keluar" => redirect("https://lain.contoh.org/x.xlsx"),
        "/dalam" => redirect("http://169.254.169.254/latest/meta-data/"),
        "/berkas" => redirect("file:///etc/passwd"),
        "/turun" => redirect("http://berkas.contoh.id/x.xlsx"),
        "/tanpa-tujuan" => answer("302 Found", &[], b""),
        other => panic!("{other}"),
    });
    for (path, code, words) in [
        ("/halaman", "SRC019", "halaman web"),
        ("/masuk", "SRC019", "halaman web"),
        ("/401", "SRC016", "izin"),
        ("/403", "SRC016", "izin"),
        ("/404", "SRC017", "tidak ada apa-apa"),
        ("/410", "SRC017", "tidak ada apa-apa"),
        ("/503", "SRC021", "503"),
        ("/429", "SRC021", "429"),
        ("/418", "SRC021", "418"),
        ("/potong", "SRC020", "1 KiB dari 3 KiB"),
        ("/potong-bagian", "SRC020", "1 KiB dari ?"),
        ("/putar", "SRC021", "redirects"),
        ("/keluar", "SRC013", "lain.contoh.org tidak diizinkan: tidak ada di daftar host"),
        ("/dalam", "SRC013", "169.254.169.254 tidak diizinkan: alamat IP"),
        ("/berkas", "SRC012", "bukan alamat http"),
        ("/turun", "SRC013", "hanya https"),
        ("/tanpa-tujuan", "SRC021", "302"),
    ] {
        let finding = finding(&host.url(path)).await;
        let said = finding.message(Lang::Id);
        assert_eq!(finding.code.entry().code, code, "{path}: {said}");
        assert!(said.contains(words), "{path}: {said}");
    }
    assert_eq!(host.methods("/404"), "GET", "what will not change is not asked again");
    assert_eq!(host.methods("/503").split(' ').count(), 5);
    assert_eq!(host.methods("/potong").split(' ').count(), 5);
    assert_eq!(host.methods("/putar").split(' ').count(), 11);
    let remedy = finding(&host.url("/403")).await.remedy(Lang::Id);
    assert!(remedy.contains("siapa saja yang memiliki tautan"), "{remedy}");
}

#[tokio::test]
async fn bad_addresses_are_findings_before_anything_is_sent() {
    for (address, code, words) in [
        ("https://ani:rahasia@berkas.contoh.id/x", "SRC012", "kata sandi"),
        ("ftp://berkas.contoh.id/x", "SRC012", "bukan alamat http"),
        ("https://bit.ly/abc", "SRC013", "tidak ada di daftar host"),
        ("http://berkas.contoh.id/x", "SRC013", "hanya https"),
        ("https://10.0.0.1/x", "SRC013", "alamat IP"),
        ("https://tidak-ada.berkas.contoh.id/x", "SRC021", "no such host: tidak-ada.berkas.contoh.id"),
        ("http://127.0.0.1:1/x", "SRC021", "refused"),
    ] {
        let finding = finding(address).await;
        let said = finding.message(Lang::Id);
        assert_eq!(finding.code.entry().code, code, "{address}: {said}");
        assert!(said.contains(words) && !said.contains("rahasia"), "{address}: {said}");
    }
}

#[tokio::test]
async fn a_name_that_leads_into_the_office_is_refused_after_it_is_resolved() {
    let host = Host::start(|asked| match asked.path.as_str() {
        "/ke-dalam" => {
            redirect(&format!("https://berkas.contoh.id:{}/x", asked.headers["host"].rsplit(':').next().unwrap()))
        }
        _ => answer("200 OK", &[], b"a,b\n"),
    });
    let port = host.port;
    let refused = |address: String| async move {
        let finding = finding(&address).await;
        assert_eq!(finding.code.entry().code, "SRC013", "{address}");
        let said = finding.message(Lang::Id);
        assert!(said.contains("berkas.contoh.id tidak diizinkan: alamatnya bukan alamat publik"), "{said}");
    };
    refused(format!("https://berkas.contoh.id:{port}/x")).await;
    refused(format!("http://kantor.contoh.id:{port}/ke-dalam")).await;
    let asked: Vec<String> = host.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(asked, ["/ke-dalam"], "no connection is made to what is refused");
    // The same machine by a name the pipeline permits.
    assert!(fetch(&format!("http://kantor.contoh.id:{port}/x")).await.is_ok());
}

#[tokio::test]
async fn a_name_is_resolved_once_so_that_it_cannot_change_between_check_and_connection() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let lookup = Lookup::new(move |_| {
        // First a private address, then one that would be let through.
        Ok(vec![if count.fetch_add(1, Ordering::SeqCst) == 0 { LOCAL } else { IpAddr::V4(Ipv4Addr::new(8, 8, 8, 8)) }])
    });
    let web = Web::with_lookup(&settings(), lookup).unwrap();
    let url = Url::parse("https://berkas.contoh.id/x").unwrap();
    let error = web.fetch(&url, None, &small()).await.unwrap_err();
    assert!(matches!(error, SourceError::HostRefused { .. }), "{error:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_host_where_nobody_is_there_is_given_up_once_for_all() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let lookup = Lookup::new(move |host| {
        count.fetch_add(1, Ordering::SeqCst);
        if host.starts_with("tidak-ada") { Err(std::io::ErrorKind::NotFound.into()) } else { Ok(vec![LOCAL]) }
    });
    let web = Web::with_lookup(&settings(), lookup).unwrap();
    // Nobody listens at port 1.
    for host in ["https://tidak-ada.berkas.contoh.id", "http://kantor.contoh.id:1"] {
        asked.store(0, Ordering::SeqCst);
        for satker in 0..20 {
            let url = Url::parse(&format!("{host}/{satker}")).unwrap();
            let error = web.clone().fetch(&url, None, &small()).await.unwrap_err();
            assert!(matches!(error, SourceError::Unreachable(_)), "{error:?}");
        }
        assert_eq!(asked.load(Ordering::SeqCst), 2, "{host}: tried twice, for the first satker");
    }
    // That another port is closed says nothing of this one.
    let host = Host::start(|_| answer("200 OK", &[], b"a,b\n"));
    let url = Url::parse(&format!("http://kantor.contoh.id:{}/x", host.port)).unwrap();
    assert!(web.fetch(&url, None, &small()).await.is_ok());
}

#[tokio::test]
async fn a_shortened_address_is_followed_to_a_permitted_host() {
    let host = Host::start(|asked| match asked.path.as_str() {
        "/3xYz" => redirect("/berkas/LKE%201971.xlsx"),
        _ => answer("200 OK", &[], b"PK\x03\x04"),
    });
    let (bytes, name, _) = new(fetch(&host.url("/3xYz")).await.unwrap());
    assert_eq!((bytes.as_slice(), name.as_str()), (b"PK\x03\x04".as_slice(), "LKE 1971.xlsx"));
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_is_taken_down() {
    let host = Host::start(|asked| {
        let workbook = [b"PK\x03\x04".as_slice(), &[7; 1_996]].concat();
        match asked.path.as_str() {
            "/diumumkan" => b"HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n".to_vec(),
            "/buku" => answer("200 OK", &[], &workbook),
            "/buku-terumum" => {
                [b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n".as_slice(), &workbook[..16]].concat()
            }
            "/teks" => answer("200 OK", &[], &[b'7'; 2_000]),
            // A piece, again and again, without ever saying how many.
            "/tanpa-akhir" => {
                let piece = [b"400\r\n".as_slice(), &[b'7'; 0x400], b"\r\n"].concat().repeat(200);
                [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".as_slice(), &piece].concat()
            }
            other => panic!("{other}"),
        }
    });
    for (path, words) in [
        ("/diumumkan", "8584 MiB"),
        ("/buku", "2 KiB"),
        ("/buku-terumum", "2 KiB"),
        ("/tanpa-akhir", "paling banyak 3 KiB"),
    ] {
        let finding = finding(&host.url(path)).await;
        let said = finding.message(Lang::Id);
        assert_eq!(finding.code, rekap::finding::Code::SourceTooLarge, "{path}: {said}");
        assert!(said.contains(words), "{path}: {said}");
        assert_eq!(host.methods(path), "GET");
    }
    assert_eq!(new(fetch(&host.url("/teks")).await.unwrap()).0.len(), 2_000);
}

#[tokio::test]
async fn what_fails_for_a_moment_is_asked_again() {
    let host = Host::start(|asked| match (asked.path.as_str(), asked.before) {
        ("/sibuk", 0 | 1) => answer("503 Service Unavailable", &[("Retry-After", "0")], b""),
        ("/putus", 0) => b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\na,b".to_vec(),
        ("/putus", 1) => b"HT".to_vec(),
        _ => answer("200 OK", &[], b"a,b\n1,2\n"),
    });
    for path in ["/sibuk", "/putus"] {
        assert_eq!(new(fetch(&host.url(path)).await.unwrap()).0, b"a,b\n1,2\n", "{path}");
        assert_eq!(host.methods(path), "GET GET GET", "{path}");
    }
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_is_not_begun() {
    let host = Host::start(|_| answer("503 Service Unavailable", &[("Retry-After", "3600")], b""));
    let began = Instant::now();
    assert!(matches!(fetch(&host.url("/x")).await, Err(SourceError::Unreachable(_))));
    assert!(began.elapsed() < Duration::from_secs(2));
    assert_eq!(host.methods("/x"), "GET");
}

#[tokio::test]
async fn a_host_that_says_nothing_is_not_waited_for_without_end() {
    let host = Host::start(|_| Vec::new());
    let patient = WebSettings { timeout: Duration::from_millis(400), ..settings() };
    let url = Url::parse(&host.url("/x")).unwrap();
    let error = Web::new(&patient).unwrap().fetch(&url, None, &small()).await.unwrap_err();
    assert_eq!(error, SourceError::Unreachable("timeout, 0.4 s".to_owned()));
}
