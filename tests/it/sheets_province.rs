//! A province whose LKE are in Google Sheets: read through a server that fails half of the time, consolidated as if from
//! files, its summary spreadsheet refreshed; and what is done when Google cannot be reached.

use crate::common;
use crate::server as sheets_server;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use calamine::{Data, Reader, Xlsx, open_workbook};
use common::{codes, is_close, rekap, root, stderr, stdout};
use serde_json::Value;
use sheets_server::faults::{Failure, Faults, Quota};
use sheets_server::model::Spreadsheet;
use sheets_server::{Options, Server, load};

/// A server with the eight LKE and an empty summary.
fn server() -> Server {
    let server = Server::start(Options::default());
    for kode in ["1900", "1901", "1902", "1903", "1904", "1906", "1971"] {
        let path = root().join(format!("fixtures/babel/lke-{kode}.xlsx"));
        server.add(&format!("lke-{kode}"), load::load(&path).unwrap());
    }
    server.add("lke-1905", load::load(&root().join("fixtures/babel/lke-1905.ods")).unwrap());
    server.add("ringkasan", Spreadsheet::empty("Ringkasan"));
    server
}

/// The province's pipeline on that server, in a folder of its own.
fn prepare(folder: &Path, server: &Server, change: impl Fn(String) -> String) {
    let pipelines = folder.join("pipelines");
    fs::create_dir_all(&pipelines).unwrap();
    std::os::unix::fs::symlink(root().join("fixtures"), folder.join("fixtures")).unwrap();
    let copy = |name: &str| fs::copy(root().join("pipelines").join(name), pipelines.join(name)).unwrap();
    copy("satker-babel-sheets.csv");
    copy("satker-babel.csv");
    copy("babel.toml");
    fs::create_dir_all(folder.join("out")).unwrap();
    let key = folder.join("out/kunci.json");
    fs::write(&key, server.key_json()).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let text = fs::read_to_string(root().join("pipelines/babel-sheets.toml")).unwrap();
    let text = text.replace("http://127.0.0.1:8484/", server.url());
    fs::write(pipelines.join("babel-sheets.toml"), change(text)).unwrap();
}

/// From now on failures are repeated for a second only; a busy machine may need longer to succeed.
fn be_impatient(folder: &Path, is_impatient: bool) {
    let path = folder.join("pipelines/babel-sheets.toml");
    let text = fs::read_to_string(&path).unwrap().replace("[google]\ndeadline = \"1s\"", "[google]");
    let text = if is_impatient { text.replace("[google]", "[google]\ndeadline = \"1s\"") } else { text };
    fs::write(path, text).unwrap();
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    rekap().args(arguments).current_dir(folder).output().unwrap()
}

fn run_sheets(folder: &Path, more: &[&str]) -> Output {
    run(folder, &[&["run", "-q", "pipelines/babel-sheets.toml"], more].concat())
}

fn cells(path: &Path) -> BTreeMap<String, Vec<Vec<Data>>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let names = book.sheet_names();
    let rows =
        |book: &mut Xlsx<_>, name: &str| book.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect();
    names.into_iter().map(|name| (name.clone(), rows(&mut book, &name))).collect()
}

#[test]
fn a_province_in_google_sheets_is_the_one_in_files_though_half_of_the_requests_fail() {
    let (folder, server) = (tempfile::tempdir().unwrap(), server());
    prepare(folder.path(), &server, |text| text);
    let failures = vec![Failure::Status(503), Failure::Cut, Failure::Status(429), Failure::Truncate];
    server.set_faults(Faults { first: true, failures, ..Faults::default() });
    let from_sheets = run_sheets(folder.path(), &[]);
    // One survey of the province has too many unread answers for an index: status 1, however it is read.
    assert_eq!(from_sheets.status.code(), Some(1), "{}", stderr(&from_sheets));
    assert!(stdout(&from_sheets).contains("Ringkasan: dibuat"), "{}", stdout(&from_sheets));
    server.set_faults(Faults::default());
    let from_files = run(folder.path(), &["run", "-q", "pipelines/babel.toml"]);
    assert_eq!(from_files.status.code(), Some(1), "{}", stderr(&from_files));

    let sheets = cells(&folder.path().join("out/rekap-sheets-2025-S2.xlsx"));
    let files = cells(&folder.path().join("out/rekap-2025-S2.xlsx"));
    assert_eq!(sheets.keys().collect::<Vec<_>>(), files.keys().collect::<Vec<_>>());
    for (name, rows) in &files {
        // Where a number came from differs, and so does the zone of the schedule in the subtitle.
        let same = |rows: &[Vec<Data>]| match name.as_str() {
            "Temuan" => rows.iter().skip(2).map(|row| [&row[..5], &row[7..]].concat()).collect(),
            _ => rows.iter().skip(2).cloned().collect::<Vec<_>>(),
        };
        if name != "Sumber" {
            assert_eq!(same(&sheets[name]), same(rows), "{name}");
        }
    }
    // Findings lead to their cells: an address's part behind # stands beside the link itself.
    let book = fs::File::open(folder.path().join("out/rekap-sheets-2025-S2.xlsx")).unwrap();
    let (mut archive, mut links) = (zip::ZipArchive::new(book).unwrap(), String::new());
    for part in 0..archive.len() {
        archive.by_index(part).unwrap().read_to_string(&mut links).unwrap();
    }
    assert!(links.contains("Target=\"https://docs.google.com/spreadsheets/d/lke-1900/edit\""), "to the spreadsheet");
    assert!(links.contains("location=\"gid=0&amp;range=M120\""), "to the cell");

    let summary = server.spreadsheet("ringkasan");
    let shown = summary.sheet("Ringkasan").unwrap().shown();
    assert!(shown.iter().flatten().any(|cell| cell == "KPU Kota Pangkalpinang"), "{shown:?}");
}

#[test]
fn nothing_is_written_twice_and_a_refusal_leaves_the_last_whole_state() {
    let (folder, server) = (tempfile::tempdir().unwrap(), server());
    prepare(folder.path(), &server, |text| text);
    assert_eq!(run_sheets(folder.path(), &[]).status.code(), Some(1));
    let written = server.spreadsheet("ringkasan").revision;
    let again = run_sheets(folder.path(), &[]);
    assert!(
        stdout(&again).contains("tidak ada yang ditulis") || stdout(&again).contains("Perubahan"),
        "{}",
        stdout(&again)
    );
    let before = server.json("ringkasan");

    // A number changes, and the write of it is cut off every time.
    fs::remove_file(folder.path().join("pipelines/satker-babel-sheets.csv")).unwrap();
    let registry = fs::read_to_string(root().join("pipelines/satker-babel-sheets.csv")).unwrap();
    let without_last: Vec<&str> = registry.lines().take(8).collect();
    fs::write(folder.path().join("pipelines/satker-babel-sheets.csv"), without_last.join("\n")).unwrap();
    let only = Some(":batchUpdate".to_owned());
    server.set_faults(Faults { every: 1, failures: vec![Failure::Cut], only, ..Faults::default() });
    be_impatient(folder.path(), true);
    let failed = run_sheets(folder.path(), &[]);
    be_impatient(folder.path(), false);
    assert_eq!(failed.status.code(), Some(1), "the files are there, the summary is not");
    assert!(stderr(&failed).contains("ringkasan"), "{}", stderr(&failed));
    assert_eq!(server.json("ringkasan"), before, "a reader sees the last whole state");
    server.set_faults(Faults::default());
    let dry = run_sheets(folder.path(), &["--dry-run"]);
    assert!(stdout(&dry).contains("Akan ditulis"), "{}", stdout(&dry));
    assert_eq!(server.json("ringkasan"), before, "a dry run sends nothing");
    assert_eq!(run_sheets(folder.path(), &[]).status.code(), Some(1));
    assert!(server.spreadsheet("ringkasan").revision > written);
}

#[test]
fn what_cannot_be_reached_has_its_last_copy_and_that_is_said() {
    let (folder, server) = (tempfile::tempdir().unwrap(), server());
    prepare(folder.path(), &server, |text| text.replace("stale = \"allow\"", ""));
    assert_eq!(run_sheets(folder.path(), &[]).status.code(), Some(1));
    server.set_faults(Faults { refuse_account: true, ..Faults::default() });

    let json = |more: &[&str]| -> (Value, Option<i32>) {
        let output = run_sheets(folder.path(), &[&["--format", "json"], more].concat());
        (serde_json::from_slice(&output.stdout).unwrap(), output.status.code())
    };
    let (refused, status) = json(&["--stale", "refuse"]);
    assert_eq!(status, Some(1));
    assert!(codes(&refused["findings"]).contains(&"SRC016"), "{:?}", codes(&refused["findings"]));
    let message = refused["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "SRC016").unwrap();
    assert!(message["remedy"].as_str().unwrap().contains("iam.gserviceaccount.com"), "{message}");

    let (stale, _) = json(&["--stale", "allow"]);
    let found = codes(&stale["findings"]);
    assert_eq!(found.iter().filter(|code| **code == "SRC025").count(), 8, "{found:?}");
    assert!(is_close(&stale["satker"][7]["roles"]["unit"]["total"], 88.483193), "the numbers of the copy");
    assert_eq!(stale["satker"][7]["source"]["stale"], true);
    let sheets = cells(&folder.path().join("out/rekap-sheets-2025-S2.xlsx"));
    let says = |name: &str, text: &str| sheets[name].iter().flatten().any(|cell| cell.to_string().contains(text));
    assert!(says("Ringkasan", "salinan tanggal") && says("Sumber", "salinan lama"));

    // Without the network at all: the copies again, and not one request.
    server.reset_counts();
    let (offline, status) = json(&["--offline"]);
    assert_eq!(status, Some(1));
    assert_eq!(codes(&offline["findings"]).iter().filter(|code| **code == "SRC025").count(), 8);
    assert_eq!(server.log().len(), 0);
    let never = tempfile::tempdir().unwrap();
    prepare(never.path(), &server, |text| text);
    let output = run(never.path(), &["run", "-q", "--offline", "--format", "json", "pipelines/babel-sheets.toml"]);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(codes(&value["findings"]).iter().filter(|code| **code == "SRC024").count(), 8);
}

#[test]
fn forty_satker_are_read_side_by_side() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::start(Options::default()));
    prepare(folder.path(), &server, |text| {
        let text = text.replace("[google]", "[google]\nreads_per_minute = 1000\nrequests_per_minute = 1000");
        let (before, _) = text.split_once("[[survey]]").unwrap();
        let (_, outputs) = text.split_once("[[output]]").unwrap();
        format!("{before}[[output]]{}", outputs.split_once("[[output]]").unwrap().0)
    });
    let one = load::load(&root().join("fixtures/babel/lke-1971.xlsx")).unwrap();
    let mut registry = "kode,nama,jenis,wbk,lke\n".to_owned();
    for satker in 0..40 {
        server.add(&format!("lke-{satker}"), one.clone());
        registry +=
            &format!("{satker},KPU {satker},kota,,https://docs.google.com/spreadsheets/d/lke-{satker}/edit#gid=0\n");
    }
    fs::write(folder.path().join("pipelines/satker-babel-sheets.csv"), registry).unwrap();
    server.set_faults(Faults { latency: Duration::from_millis(20), ..Faults::default() });
    let output = run_sheets(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let counts = server.counts();
    assert_eq!(counts.reads, 2 * 40, "{counts:?}");
    assert!(counts.most_at_once > 4, "{counts:?}");
}

#[test]
fn one_worksheet_at_an_address_is_checked_with_a_pipelines_key() {
    let (folder, server) = (tempfile::tempdir().unwrap(), server());
    prepare(folder.path(), &server, |text| text);
    let check = |address: &str| {
        let arguments = ["check", "--format", "json", "--pipeline", "pipelines/babel-sheets.toml", address];
        let output = run(folder.path(), &arguments);
        (serde_json::from_slice::<Value>(&output.stdout).unwrap(), output.status.code())
    };
    let (value, status) = check("https://docs.google.com/spreadsheets/d/lke-1971/edit#gid=0");
    assert_eq!((status, &value["kind"]), (Some(0), &Value::from("lke")));
    let (value, status) = check("https://docs.google.com/spreadsheets/d/lke-1971/edit#gid=999");
    assert_eq!((status, codes(&value["findings"])), (Some(1), vec!["SRC018"]));
    let (value, _) = check("https://docs.google.com/spreadsheets/d/hilang/edit");
    assert_eq!(codes(&value["findings"]), ["SRC017"]);
    let (value, _) = check("https://contoh.id/lke.xlsx");
    assert_eq!(codes(&value["findings"]), ["SRC013"]);
    let lke = "https://docs.google.com/spreadsheets/d/lke-1971/edit#gid=0";
    let without_key = run(folder.path(), &["check", "--format", "json", lke]);
    assert_eq!(codes(&serde_json::from_slice::<Value>(&without_key.stdout).unwrap()["findings"]), ["SRC014"]);
    server.set_faults(Faults { clock_skew: 17 * 60, ..Faults::default() });
    assert_eq!(codes(&check(lke).0["findings"]), ["SRC023"]);
    server.set_faults(Faults::default());
    server.set_quota(Quota { reads: Some(0), ..Quota::default() });
    be_impatient(folder.path(), true);
    assert_eq!(codes(&check(lke).0["findings"]), ["SRC022"]);
    be_impatient(folder.path(), false);
    server.set_quota(Quota::default());
    let key = folder.path().join("out/kunci.json");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let (value, _) = check("https://docs.google.com/spreadsheets/d/lke-1971/edit#gid=0");
    assert_eq!(codes(&value["findings"]), ["SRC015"]);
    assert!(value["findings"][0]["message"].as_str().unwrap().contains("chmod 600"), "{}", value["findings"][0]);
}
