//! Spreadsheets are read from Google Sheets as they are from files, within the quota, whatever the connection does; what
//! cannot be read says why and what to do.

use crate::common;
use crate::host;
use crate::server;

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use google_sheets4::api::{AddSheetRequest, BatchUpdateSpreadsheetRequest, Request, SheetProperties};
use host::{Host, answer};
use jiff::Timestamp;
use rekap::compute::{Examined, LkeResult, examine};
use rekap::grid::{Grid, Value};
use rekap::lang::Lang;
use rekap::lke::Role;
use rekap::lke::template::Template;
use rekap::source::google::{Again, Credentials, Google, GoogleSettings, ReadSpreadsheet, SheetAddress};
use rekap::source::{Book, Limits, Sha256, SourceError, SourceInfo};
use server::account::{API_KEY, EMAIL};
use server::faults::{Failure, Faults};
use server::load::load;
use server::model::{Cell, Role as Access, Sheet, Spreadsheet};
use server::{Options, Server};
use tokio::runtime::Runtime;

/// All ways to fail that pass.
const PASSING: [Failure; 8] = [
    Failure::Status(429),
    Failure::Status(500),
    Failure::Status(502),
    Failure::Status(503),
    Failure::Status(504),
    Failure::Cut,
    Failure::CutAfter,
    Failure::Truncate,
];

/// A server, and what a pipeline needs to reach it.
struct Stage {
    server: Server,
    folder: tempfile::TempDir,
    runtime: Runtime,
}

impl Stage {
    fn new(options: Options) -> Stage {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Stage { server: Server::start(options), folder: tempfile::tempdir().unwrap(), runtime }
    }

    fn plain() -> Stage {
        Stage::new(Options::default())
    }

    fn key_file(&self, content: &str, mode: u32) -> PathBuf {
        let path = self.folder.path().join("kunci.json");
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    fn settings(&self) -> GoogleSettings {
        GoogleSettings {
            credentials: Some(Credentials::KeyFile(self.key_file(&self.server.key_json(), 0o600))),
            endpoint: self.server.url().parse().unwrap(),
            deadline: Duration::from_secs(20),
            reads_per_minute: 10_000,
            writes_per_minute: 10_000,
            requests_per_minute: 10_000,
            ..GoogleSettings::default()
        }
    }

    fn settings_without_key(&self) -> GoogleSettings {
        GoogleSettings { credentials: None, ..self.settings() }
    }

    fn by_api_key(&self, key: &str) -> GoogleSettings {
        let settings = self.settings_without_key();
        let credentials = Some(Credentials::ApiKeyFile(self.key_file(&format!("{key}\n"), 0o600)));
        GoogleSettings { credentials, ..settings }
    }

    fn client(&self, settings: &GoogleSettings) -> Google {
        Google::with_first_pause(settings, Duration::from_millis(2)).unwrap()
    }

    fn read(&self, google: &Google, id: &str, gids: &[Option<i64>]) -> Result<ReadSpreadsheet, SourceError> {
        let gids: BTreeSet<Option<i64>> = gids.iter().copied().collect();
        self.runtime.block_on(google.read(id, &gids, &Limits::default()))
    }

    fn error(&self, settings: &GoogleSettings, id: &str) -> SourceError {
        let error = self.read(&self.client(settings), id, &[None]).expect_err("nothing that could be read");
        self.holds_no_secret(&error);
        error
    }

    /// Neither message nor debugging output of an error holds any part of a key or token.
    fn holds_no_secret(&self, error: &SourceError) {
        let finding = error.finding(&"x".into());
        let shown = format!("{error:?} {finding:?} {} {}", finding.message(Lang::Id), finding.message(Lang::En));
        let key: serde_json::Value = serde_json::from_str(&self.server.key_json()).unwrap();
        let private = key["private_key"].as_str().unwrap();
        for secret in private.lines().filter(|line| !line.is_empty()).chain([API_KEY, "ya29", "eyJ"]) {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}

fn grids_of(path: &Path) -> Vec<Grid> {
    let mut book = Book::open(path, "x", Timestamp::UNIX_EPOCH, &Limits::default()).unwrap();
    (0..book.sheets().len()).map(|sheet| book.grid(sheet).unwrap()).collect()
}

fn assert_equal(file: &Grid, google: &Grid) {
    assert_eq!((&file.name, file.hidden), (&google.name, google.hidden));
    assert_eq!((file.rows(), file.cols()), (google.rows(), google.cols()), "{}", file.name);
    assert_eq!(file.merges(), google.merges(), "{}", file.name);
    for row in 0..file.rows() {
        for col in 0..file.cols() {
            let at = file.anchor(row, col);
            assert_eq!(at, google.anchor(row, col), "{}", file.name);
            assert_eq!(file.cell(row, col), google.cell(row, col), "{}!{at}", file.name);
            assert!(file.links(row, col).eq(google.links(row, col)), "{}!{at}", file.name);
        }
    }
}

fn examined(sheets: Vec<Grid>) -> Examined {
    let info = SourceInfo {
        location: "x".into(),
        sha256: Sha256::none(),
        bytes: 0,
        read_at: Timestamp::UNIX_EPOCH,
        stale: false,
    };
    examine(Book::of_grids(sheets, info), &Template::lke_zi_2021(), None, None).unwrap()
}

fn into_grids(read: ReadSpreadsheet) -> Vec<Grid> {
    read.sheets.into_iter().map(|sheet| sheet.grid).collect()
}

fn worksheets() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = ["babel", "plans"]
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(common::fixture(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "xlsx"))
        .collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

#[test]
fn a_worksheet_read_from_google_is_the_one_read_from_a_file() {
    let stage = Stage::plain();
    let google = stage.client(&stage.settings());
    let paths = worksheets();
    assert!(paths.len() > 20, "{paths:?}");
    for path in &paths {
        let id = name(path);
        stage.server.add(id, load(path).unwrap());
        let read = stage.read(&google, id, &[None]).unwrap();
        assert_eq!((read.title.as_str(), read.missing.len()), (id, 0));
        let file = grids_of(path);
        assert_eq!(file.len(), read.sheets.len(), "{id}");
        file.iter().zip(&read.sheets).for_each(|(file, read)| assert_equal(file, &read.grid));
        assert_eq!(stage.server.counts().spreadsheets[id].reads, 2, "{id}");
        if id.starts_with("lke") {
            let (from_file, from_google) = (examined(file), examined(into_grids(read)));
            assert_eq!(from_file.findings, from_google.findings, "{id}");
            let (from_file, from_google) = (from_file.result.unwrap(), from_google.result.unwrap());
            assert_eq!(from_file.evidence, from_google.evidence, "{id}");
            for role in Role::ALL {
                assert_eq!(from_file.total(role), from_google.total(role), "{id}");
                let answers = |of: &LkeResult| {
                    of.role(role)
                        .map(|of| format!("{:?}", of.nodes.iter().map(|node| &node.answer).collect::<Vec<_>>()))
                };
                assert_eq!(answers(&from_file), answers(&from_google), "{id}");
            }
        }
    }
    assert_eq!(stage.server.counts().tokens, 1, "one token does for all of them");
}

#[test]
fn a_connection_that_fails_every_first_time_changes_nothing() {
    let stage = Stage::plain();
    let ids = ["lke-1902", "lke-1971", "skm-1902", "ipak-1900"];
    for id in ids {
        stage.server.add(id, load(&common::fixture(&format!("babel/{id}.xlsx"))).unwrap());
    }
    // Every way to fail meets every request: the turn begins with another one each time.
    for start in 0..PASSING.len() {
        let mut failures = PASSING.to_vec();
        failures.rotate_left(start);
        stage.server.set_faults(Faults { first: true, failures, ..Faults::default() });
        let google = stage.client(&stage.settings());
        for id in ids {
            let read = stage.read(&google, id, &[None]).unwrap();
            let file = grids_of(&common::fixture(&format!("babel/{id}.xlsx")));
            file.iter().zip(&read.sheets).for_each(|(file, read)| assert_equal(file, &read.grid));
        }
    }
    let failed = stage.server.log().iter().filter(|logged| logged.status != 200).count();
    // A token and two reads a spreadsheet; a truncated answer is logged as one that was given.
    assert_eq!(failed, (PASSING.len() - 1) * (1 + 2 * ids.len()));
}

#[test]
fn only_the_sheets_asked_for_are_read() {
    let stage = Stage::plain();
    let mut spreadsheet = Spreadsheet::without_sheets("Rekap");
    for (gid, title) in [(0, "LKE 'ZI' 2025"), (77, "Rekap"), (5, "A1")] {
        let mut sheet = Sheet::new(gid, title, 1000, 26);
        sheet.set("B2", Cell::text(title));
        spreadsheet.sheets.push(sheet);
    }
    spreadsheet.sheets[2].properties.hidden = Some(true);
    stage.server.add("satu", spreadsheet);
    let google = stage.client(&stage.settings());
    let read = stage.read(&google, "satu", &[Some(0), Some(5), Some(404)]).unwrap();
    let sheets: Vec<(i64, &str, bool)> =
        read.sheets.iter().map(|sheet| (sheet.gid, sheet.grid.cell(1, 1).text().unwrap(), sheet.grid.hidden)).collect();
    assert_eq!(sheets, [(0, "LKE 'ZI' 2025", false), (5, "A1", true)]);
    let listed = "LKE 'ZI' 2025 (0), Rekap (77), A1 (5)".to_owned();
    assert_eq!(read.missing[&404], SourceError::SheetGone { gid: "404".to_owned(), sheets: listed });
    let before = stage.server.counts().reads;
    let read = stage.read(&google, "satu", &[Some(404)]).unwrap();
    assert_eq!((read.sheets.len(), read.missing.len(), stage.server.counts().reads - before), (0, 1, 1));
}

#[test]
fn a_long_list_takes_three_requests_and_no_more() {
    let stage = Stage::plain();
    let mut sheet = Sheet::new(3, "Respons", 60_000, 12);
    for row in 0..2_000 {
        *sheet.cell_mut(row, 0) = Cell::date(45_900.25 + f64::from(row), "DATE_TIME", "dd/mm/yyyy hh:mm:ss");
        *sheet.cell_mut(row, 1) = Cell::number(f64::from(row % 4 + 1));
        *sheet.cell_mut(row, 2) = Cell::text("sangat baik");
    }
    let mut spreadsheet = Spreadsheet::without_sheets("SKM");
    spreadsheet.sheets.push(sheet);
    stage.server.add("skm", spreadsheet);
    let read = stage.read(&stage.client(&stage.settings()), "skm", &[Some(3)]).unwrap();
    let grid = &read.sheets[0].grid;
    assert_eq!((grid.rows(), grid.cols()), (2_000, 3));
    for row in 0..2_000 {
        assert!(matches!(grid.cell(row, 0).value, Value::Date(date) if date.hour() == 6), "row {row}");
        assert_eq!(grid.cell(row, 1).number(), Some(f64::from(row % 4 + 1)));
        assert_eq!(grid.cell(row, 2).text(), Some("sangat baik"));
    }
    assert_eq!(stage.server.counts().reads, 3);
}

#[test]
fn every_link_of_a_text_is_kept() {
    let stage = Stage::plain();
    let mut spreadsheet = Spreadsheet::empty("Bukti");
    let runs = [(0, Some("https://a.example/sk")), (2, None), (4, Some("https://b.example/undangan"))];
    spreadsheet.sheets[0].set("C3", Cell::linked_text("SK, undangan", &runs));
    stage.server.add("bukti", spreadsheet);
    let read = stage.read(&stage.client(&stage.settings()), "bukti", &[None]).unwrap();
    let links: Vec<&str> = read.sheets[0].grid.links(2, 2).collect();
    assert_eq!(links, ["https://a.example/sk", "https://b.example/undangan"]);
}

#[test]
fn what_cannot_be_read_says_why() {
    let stage = Stage::plain();
    let (mut foreign, mut office) = (Spreadsheet::empty("Asing"), Spreadsheet::empty("Excel"));
    foreign.account = Access::None;
    office.office_file = true;
    stage.server.add("asing", foreign);
    stage.server.add("excel", office);
    stage.server.add("ada", Spreadsheet::empty("Ada"));
    let settings = stage.settings();
    assert_eq!(stage.error(&settings, "asing"), SourceError::NoAccess { account: EMAIL.to_owned() });
    assert_eq!(stage.error(&settings, "hilang"), SourceError::NotThere);
    assert!(matches!(stage.error(&settings, "excel"), SourceError::Address(reason) if reason.en.contains("Excel")));

    let short = GoogleSettings { deadline: Duration::from_millis(300), ..settings.clone() };
    let always = |status| Faults { every: 1, failures: vec![Failure::Status(status)], ..Faults::default() };
    let only_reads = |faults: Faults| Faults { only: Some("/v4/".to_owned()), ..faults };
    stage.server.set_faults(only_reads(always(429)));
    assert_eq!(stage.error(&short, "ada"), SourceError::QuotaUsedUp);
    stage.server.set_faults(only_reads(always(503)));
    assert!(matches!(stage.error(&short, "ada"), SourceError::Unreachable(reason) if reason.contains("503")));
    stage.server.set_faults(always(503));
    assert!(matches!(stage.error(&short, "ada"), SourceError::Unreachable(reason) if reason.contains("token")));
    stage.server.set_faults(Faults { latency: Duration::from_secs(30), ..Faults::default() });
    assert!(matches!(stage.error(&short, "ada"), SourceError::Unreachable(reason) if reason.contains("no answer")));
    stage.server.set_faults(Faults { clock_skew: 17 * 60, ..Faults::default() });
    assert_eq!(stage.error(&settings, "ada"), SourceError::ClockOff { minutes: -17 });
    stage.server.set_faults(Faults { clock_skew: -3 * 3600, ..Faults::default() });
    assert_eq!(stage.error(&settings, "ada"), SourceError::ClockOff { minutes: 180 });
    stage.server.set_faults(Faults { refuse_account: true, ..Faults::default() });
    assert_eq!(stage.error(&settings, "ada"), SourceError::NoAccess { account: EMAIL.to_owned() });
    stage.server.set_faults(Faults::default());
    assert!(stage.read(&stage.client(&settings), "ada", &[None]).is_ok(), "and all of it passes");

    let nobody = GoogleSettings { endpoint: "http://127.0.0.1:1/".parse().unwrap(), ..short };
    let error = stage.error(&nobody, "ada");
    assert!(matches!(&error, SourceError::Unreachable(reason) if reason.contains("refused")), "{error:?}");
}

#[test]
fn a_token_server_that_answers_without_end_is_not_heard_out() {
    let stage = Stage::plain();
    let host = Host::start(|_| answer("200 OK", &[], &vec![b' '; 8 << 20]));
    let token_endpoint = Some(host.url("/token").parse().unwrap());
    let settings = GoogleSettings { token_endpoint, deadline: Duration::from_secs(5), ..stage.settings() };
    let error = stage.error(&settings, "ada");
    assert!(matches!(&error, SourceError::Unreachable(reason) if reason.contains("too long")), "{error:?}");
}

#[test]
fn a_key_is_refused_with_what_mends_it_and_never_shown() {
    let stage = Stage::plain();
    stage.server.add("ada", Spreadsheet::empty("Ada"));
    let mut settings = stage.settings();
    let path = stage.key_file(&stage.server.key_json(), 0o644);
    settings.credentials = Some(Credentials::KeyFile(path.clone()));
    let error = Google::new(&settings).unwrap_err();
    stage.holds_no_secret(&error);
    let expected = format!("chmod 600 {}", path.display());
    assert!(matches!(&error, SourceError::BadCredentials(reason) if reason.contains(&expected)), "{error:?}");
    assert_eq!(stage.server.log().len(), 0, "nothing was sent");
    assert_eq!(Google::new(&stage.settings_without_key()).unwrap_err(), SourceError::NoCredentials);

    // Another account's key: the server does not know who signed.
    let other = stage.server.key_json().replace(EMAIL, "lain@server-lokal.iam.gserviceaccount.com");
    settings.credentials = Some(Credentials::KeyFile(stage.key_file(&other, 0o600)));
    let error = stage.error(&settings, "ada");
    assert!(matches!(&error, SourceError::BadCredentials(reason) if reason.contains("invalid_grant")), "{error:?}");

    let google = stage.client(&stage.settings());
    assert_eq!(format!("{google:?}"), format!("Google({} as {EMAIL})", stage.server.url()));
}

#[test]
fn an_api_key_reads_what_is_shared_by_link() {
    let stage = Stage::plain();
    let mut shared = load(&common::fixture("babel/lke-1902.xlsx")).unwrap();
    shared.by_link = true;
    stage.server.add("tautan", shared);
    stage.server.add("tertutup", Spreadsheet::empty("Tertutup"));
    let settings = stage.by_api_key(API_KEY);
    let google = stage.client(&settings);
    assert!(!format!("{google:?} {settings:?}").contains(API_KEY));
    let read = stage.read(&google, "tautan", &[None]).unwrap();
    let file = grids_of(&common::fixture("babel/lke-1902.xlsx"));
    file.iter().zip(&read.sheets).for_each(|(file, read)| assert_equal(file, &read.grid));
    assert_eq!(stage.server.counts().tokens, 0);
    let SourceError::NoAccess { account } = stage.error(&settings, "tertutup") else { panic!() };
    assert!(account.contains("anyone with the link"), "{account}");
    let error = stage.error(&stage.by_api_key("kunci-yang-salah"), "tautan");
    assert!(matches!(&error, SourceError::BadCredentials(reason) if !reason.contains("yang-salah")), "{error:?}");
    let update = google.batch_update("tautan", BatchUpdateSpreadsheetRequest::default(), Again::Always);
    let error = stage.runtime.block_on(update).unwrap_err();
    assert!(matches!(&error, SourceError::BadCredentials(reason) if reason.contains("only read")), "{error:?}");
}

#[test]
fn a_token_that_is_no_longer_good_is_replaced_once() {
    let stage = Stage::plain();
    stage.server.add("ada", Spreadsheet::empty("Ada"));
    let google = stage.client(&stage.settings());
    stage.read(&google, "ada", &[None]).unwrap();
    stage.server.expire_tokens();
    let many = async {
        let gids = BTreeSet::from([None]);
        let limits = Limits::default();
        let reads: Vec<_> = (0..8)
            .map(|_| {
                let (google, gids) = (google.clone(), gids.clone());
                tokio::spawn(async move { google.read("ada", &gids, &limits).await })
            })
            .collect();
        for read in reads {
            read.await.unwrap().unwrap();
        }
    };
    stage.runtime.block_on(many);
    assert_eq!(stage.server.counts().tokens, 2, "eight readers that are refused get one new token");

    let faults =
        Faults { only: Some("/v4/".into()), every: 1, failures: vec![Failure::Status(401)], ..Faults::default() };
    stage.server.set_faults(faults);
    let error = stage.read(&google, "ada", &[None]).unwrap_err();
    stage.holds_no_secret(&error);
    assert!(matches!(&error, SourceError::BadCredentials(reason) if reason.contains("revoked")), "{error:?}");
    assert_eq!(stage.server.counts().tokens, 3);
}

#[test]
fn the_server_is_left_alone_as_long_as_it_asks() {
    let stage = Stage::plain();
    stage.server.add("ada", Spreadsheet::empty("Ada"));
    let failures = vec![Failure::Status(429)];
    let faults = Faults { first: true, failures, only: Some("/v4/".into()), retry_after: Some(1), ..Faults::default() };
    stage.server.set_faults(faults.clone());
    let start = Instant::now();
    stage.read(&stage.client(&stage.settings()), "ada", &[None]).unwrap();
    assert!(start.elapsed() >= Duration::from_secs(2), "two requests, each refused once: {:?}", start.elapsed());
    // What it asks for is longer than the deadline: there is nothing to wait for.
    stage.server.set_faults(Faults { retry_after: Some(600), ..faults });
    assert_eq!(stage.error(&stage.settings(), "ada"), SourceError::QuotaUsedUp);
}

fn new_sheet(title: &str) -> BatchUpdateSpreadsheetRequest {
    let properties = SheetProperties { title: Some(title.to_owned()), ..SheetProperties::default() };
    let request = Request { add_sheet: Some(AddSheetRequest { properties: Some(properties) }), ..Request::default() };
    BatchUpdateSpreadsheetRequest { requests: Some(vec![request]), ..BatchUpdateSpreadsheetRequest::default() }
}

#[test]
fn a_change_whose_answer_was_lost_is_not_made_twice() {
    let stage = Stage::plain();
    stage.server.add("rekap", Spreadsheet::empty("Rekap"));
    let google = stage.client(&stage.settings());
    let update = |title: &str, again| stage.runtime.block_on(google.batch_update("rekap", new_sheet(title), again));
    let answer = update("Peringkat", Again::OnlyIfRefused).unwrap();
    assert!(answer.replies.unwrap()[0].add_sheet.is_some());

    let first =
        |failure| Faults { first: true, failures: vec![failure], only: Some("/v4/".into()), ..Faults::default() };
    stage.server.set_faults(first(Failure::Status(429)));
    update("Temuan", Again::OnlyIfRefused).unwrap();
    assert!(stage.server.spreadsheet("rekap").sheet("Temuan").is_some(), "what was refused is repeated");

    stage.server.set_faults(first(Failure::CutAfter));
    let error = update("Sumber", Again::OnlyIfRefused).unwrap_err();
    assert!(matches!(&error, SourceError::Unreachable(reason) if reason.contains("may or may not")), "{error:?}");
    assert!(stage.server.spreadsheet("rekap").sheet("Sumber").is_some(), "it had been made");
    let writes = stage.server.counts().writes;
    assert_eq!(writes, 4, "and was not repeated");

    for failure in [Failure::Cut, Failure::Status(503)] {
        stage.server.set_faults(first(failure));
        update(&format!("{failure:?}"), Again::Always).unwrap();
    }
    let mut viewer = Spreadsheet::empty("Baca saja");
    viewer.account = Access::Viewer;
    stage.server.set_faults(Faults::default());
    stage.server.add("rekap", viewer);
    assert_eq!(update("x", Again::Always).unwrap_err(), SourceError::NoAccess { account: EMAIL.to_owned() });
}

#[test]
fn an_address_of_the_local_server_is_one_of_google_sheets() {
    let stage = Stage::plain();
    let address = SheetAddress::parse(&stage.server.address("lke-1971", 7), &stage.settings()).unwrap().unwrap();
    assert_eq!(address, SheetAddress { id: "lke-1971".to_owned(), gid: Some(7) });
}
