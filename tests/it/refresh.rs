//! A summary spreadsheet refreshed on a local Google Sheets server, through the library.

use crate::common;
use crate::server;

use std::sync::OnceLock;
use std::time::Duration;

use common::root;
use jiff::Timestamp;
use rekap::compute::{Consolidation, Unit};
use rekap::lang::Lang;
use rekap::lke::Role;
use rekap::output::sheets::{RefreshError, RefreshPlan, RefreshWarning, Refreshed, TabChange, plan, refresh, wanted};
use rekap::pipeline::{Pipeline, Progress, run};
use rekap::report::{Report, TableName};
use rekap::source::fetch::Sources;
use rekap::source::google::{Again, Credentials, Google, GoogleSettings};
use serde_json::Value;
use server::account::{API_KEY, EMAIL};
use server::faults::{Failure, Faults};
use server::model::{Cell, Content, Role as May, Sheet, Spreadsheet};
use server::{Options, Server};

const ID: &str = "ringkasan-1";

struct Quiet;

impl Progress for Quiet {
    fn done(&self, _: &Unit) {}
}

/// The results of the province's first satker at a time.
fn consolidated(satker: usize, second: i64) -> Consolidation {
    let mut pipeline = Pipeline::read(&root().join("pipelines/babel.toml")).expect("a pipeline");
    pipeline.outputs.clear();
    pipeline.satker.truncate(satker);
    let now = move || Timestamp::from_second(second).expect("a time");
    // Frames are not computed within a runtime of one thread.
    std::thread::scope(|scope| scope.spawn(|| run(&pipeline, &sources(&pipeline), &now, &Quiet)).join())
        .expect("no panic")
        .expect("results")
}

/// The results of two satker, once; and later, to be changed.
fn data() -> &'static Consolidation {
    static DATA: OnceLock<Consolidation> = OnceLock::new();
    DATA.get_or_init(|| consolidated(2, 1_766_300_400))
}

fn later() -> Consolidation {
    consolidated(2, 1_766_386_800)
}

/// A server with an empty summary spreadsheet, a client for it, and what is wanted.
struct Setting {
    server: Server,
    settings: GoogleSettings,
    google: Google,
    plan: RefreshPlan,
    folder: tempfile::TempDir,
}

impl Setting {
    fn new() -> Self {
        let server = Server::start(Options::default());
        server.add(ID, Spreadsheet::empty("Ringkasan ZI"));
        let folder = tempfile::tempdir().expect("a folder");
        let key = folder.path().join("kunci.json");
        write_private(&key, &server.key_json());
        let endpoint = server.url().parse().expect("an address");
        let settings = GoogleSettings {
            credentials: Some(Credentials::KeyFile(key)),
            endpoint,
            writes_per_minute: 1_000,
            reads_per_minute: 1_000,
            requests_per_minute: 2_000,
            ..GoogleSettings::default()
        };
        let google = Google::with_first_pause(&settings, Duration::from_millis(1)).expect("a client");
        let tabs = TableName::TABS.map(|table| (table, table.title().id.to_owned())).to_vec();
        let plan = RefreshPlan { pipeline: "babel".to_owned(), spreadsheet: server.address(ID, 0), tabs };
        Setting { server, settings, google, plan, folder }
    }

    async fn refresh(&self, data: &Consolidation) -> Result<Refreshed, RefreshError> {
        refresh(&self.google, &self.settings, &self.plan, data, Lang::Id, false).await
    }

    /// Reads and writes since the last time this was asked.
    fn counted(&self) -> (u64, u64) {
        let counts = self.server.counts();
        self.server.reset_counts();
        (counts.reads, counts.writes)
    }
}

fn write_private(path: &std::path::Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text).expect("a folder to write in");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("a file of ours");
}

fn change<'a>(refreshed: &'a Refreshed, tab: &str) -> &'a TabChange {
    &refreshed.tabs.iter().find(|(title, _)| title == tab).unwrap_or_else(|| panic!("{tab}")).1
}

/// The row of a heading and its column.
fn heading(sheet: &Sheet, heading: &str) -> (u32, u32) {
    let shown = sheet.shown();
    let found = shown.iter().enumerate().find_map(|(row, cells)| Some((row, cells.iter().position(|c| c == heading)?)));
    let (row, col) = found.unwrap_or_else(|| panic!("{heading}: {shown:?}"));
    (row as u32, col as u32)
}

fn number(cell: &Cell) -> Option<f64> {
    match cell.content {
        Content::Number(number) => Some(number),
        Content::Empty => None,
        ref other => panic!("{other:?}"),
    }
}

/// A number that has been through JSON, which is read to one unit in the last place.
fn assert_close(cell: &Cell, expected: Option<f64>) {
    let found = number(cell);
    let is_close = found.zip(expected).is_some_and(|(found, expected)| (found - expected).abs() < 1e-9);
    assert!(is_close || found == expected, "{found:?} is not {expected:?}");
}

/// The spreadsheet but for what the server counts up by itself.
fn contents(server: &Server) -> Value {
    let mut json = server.json(ID);
    strip(&mut json);
    json
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !["metadataId", "protectedRangeId", "spreadsheetUrl"].contains(&name.as_str()));
            fields.values_mut().for_each(strip);
        }
        Value::Array(values) => values.iter_mut().for_each(strip),
        _ => {}
    }
}

#[tokio::test]
async fn a_summary_is_made_and_then_only_touched_when_something_changed() {
    let setting = Setting::new();
    let data = consolidated(8, 1_766_300_400);
    let mut own = Spreadsheet::empty("Ringkasan ZI");
    own.sheets[0].properties.title = Some("Catatan".to_owned());
    own.sheets[0].set("B2", Cell::text("milik kami"));
    setting.server.add(ID, own);
    let first = setting.refresh(&data).await.expect("a refresh");
    assert_eq!(setting.counted(), (1, 1));
    assert_eq!((first.tabs.len(), first.warnings.len(), &*first.title), (10, 0, "Ringkasan ZI"));
    assert!(first.tabs.iter().all(|(_, change)| *change == TabChange::Created));

    let made = setting.server.spreadsheet(ID);
    let summary = made.sheet("Ringkasan").expect("a tab");
    let (header, total) = heading(summary, "Total");
    let columns = ["Batas bawah", "IKM 2025-S1", "Galat"].map(|name| heading(summary, name).1);
    let (kode, nama) = (heading(summary, "Kode").1, heading(summary, "Satker").1);
    for (row, unit) in (header + 1..).zip(&data.units) {
        assert_eq!(summary.cell(row, kode).content, Content::Text(unit.satker.kode.as_str().into()));
        let result = unit.lke.as_ref().and_then(|lke| lke.role(Role::Unit));
        let score = result.and_then(|result| result.total.score);
        assert_close(summary.cell(row, total), score);
        assert_close(summary.cell(row, columns[0]), score.and(result.map(|result| result.total.floor)));
        let index = unit.surveys[0].result.as_ref().map(|result| result.index.index);
        assert_close(summary.cell(row, columns[1]), index);
        let errors = unit.findings.iter().filter(|f| f.severity() == rekap::finding::Severity::Error).count();
        assert_eq!(number(summary.cell(row, columns[2])), Some(errors as f64));
        let format = summary.cell(row, total).number_format().and_then(|format| format["pattern"].as_str());
        assert_eq!(format, score.map(|_| "0.00"));
    }
    let ranking = made.sheet("Peringkat").expect("a tab");
    let (header, score) = heading(ranking, "Total");
    for (row, ranked) in (header + 1..).zip(&data.ranking) {
        assert_close(ranking.cell(row, score), ranked.total.score);
        assert_eq!(number(ranking.cell(row, 1)), ranked.total.rank.map(f64::from));
    }
    let findings = made.sheet("Temuan").expect("a tab");
    let rows = Report { data: &data, lang: Lang::Id }.table(TableName::Findings).expect("a table").outside().rows();
    assert_eq!(findings.size().0 as usize, 4 + rows);
    assert!(rows < data.findings().count(), "what says the same is told once");
    let frozen = findings.properties.grid_properties.as_ref().and_then(|grid| grid.frozen_row_count);
    assert_eq!((frozen, findings.protected.len(), findings.filter.is_some()), (Some(4), 1, true));
    assert_eq!(findings.protected[0].warning_only, Some(true));
    let update = made.sheet("Pembaruan").expect("a tab").shown().concat();
    assert!(update.iter().any(|cell| cell == "berkas kantor") && update.iter().any(|cell| cell == "terbaca"));
    assert!(!update.iter().any(|cell| cell.contains(".xlsx")), "names of files stay in the office");

    // Later, with the same worksheets.
    let before = setting.server.json(ID);
    let second = setting.refresh(&consolidated(8, 1_766_386_800)).await.expect("a refresh");
    assert_eq!(setting.counted(), (1, 0));
    assert!(second.tabs.iter().all(|(_, change)| *change == TabChange::Unchanged));
    assert_eq!(setting.server.json(ID), before);

    // A satker goes, its texts are odd, a reader renamed and moved a tab.
    let mut after = made.as_ref().clone();
    let place = after.sheets.iter().position(|sheet| sheet.title() == "Ringkasan").expect("a tab");
    let mut moved = after.sheets.remove(place);
    moved.properties.title = Some("Untuk Ketua".to_owned());
    after.sheets.insert(0, moved);
    setting.server.add(ID, after);
    let mut changed = consolidated(8, 1_766_386_800);
    let gone = changed.units.len() - 1;
    changed.ranking.retain(|row| row.unit != gone);
    changed.units.pop();
    changed.units[0].satker.nama = "=HYPERLINK(\"https://contoh.id\")".to_owned();
    let third = setting.refresh(&changed).await.expect("a refresh");
    assert_eq!(setting.counted(), (1, 1));
    assert_eq!(*change(&third, "Untuk Ketua"), TabChange::Updated { rows: gone });
    assert!(matches!(change(&third, "Pembaruan"), TabChange::Updated { .. }));
    let now = setting.server.spreadsheet(ID);
    assert_eq!(now.sheets[0].title(), "Untuk Ketua");
    assert_eq!(now.sheets[0].size().0, 4 + gone as u32, "the tab shrinks to fit");
    let name = now.sheets[0].cell(4, nama);
    assert_eq!(name.content, Content::Text("=HYPERLINK(\"https://contoh.id\")".into()));
    assert_eq!(name.formula, None);
    for (title, sheet) in now.sheets.iter().map(|sheet| (sheet.title(), sheet)) {
        assert!(sheet.protected.len() <= 1, "{title}: one protection replaces the other");
    }
    let own = |json: &Value| {
        json["sheets"].as_array().unwrap().iter().find(|s| s["properties"]["title"] == "Catatan").cloned()
    };
    let (mut old, mut new) = (own(&before).unwrap(), own(&setting.server.json(ID)).unwrap());
    // The reader moved a tab before it.
    for sheet in [&mut old, &mut new] {
        sheet["properties"].as_object_mut().unwrap().remove("index");
    }
    assert_eq!(old, new, "somebody's own tab is never touched");

    // And back: the same as if nothing had happened in between.
    setting.refresh(&data).await.expect("a refresh");
    let texts = |spreadsheet: &Spreadsheet, title: &str| spreadsheet.sheet(title).expect("a tab").shown();
    assert_eq!(texts(&setting.server.spreadsheet(ID), "Temuan"), texts(&made, "Temuan"));
}

#[tokio::test]
async fn somebody_elses_title_is_left_to_them() {
    let setting = Setting::new();
    let mut spreadsheet = Spreadsheet::empty("Ringkasan ZI");
    spreadsheet.sheets.push(Sheet::new(5, "Ringkasan", 3, 3));
    setting.server.add(ID, spreadsheet);
    let refreshed = setting.refresh(data()).await.expect("a refresh");
    let taken = RefreshWarning::TitleTaken { wanted: "Ringkasan".to_owned(), given: "Ringkasan (2)".to_owned() };
    assert_eq!(refreshed.warnings, [taken]);
    assert!(refreshed.show(Lang::Id).contains("bukan buatan rekap"));
    let now = setting.server.spreadsheet(ID);
    assert_eq!(now.sheet("Ringkasan").map(Sheet::size), Some((3, 3)));
    assert!(!now.sheet("Ringkasan (2)").expect("ours").shown().is_empty());
}

#[tokio::test]
async fn an_answer_that_is_lost_is_looked_for_before_anything_is_sent_again() {
    let setting = Setting::new();
    setting.refresh(data()).await.expect("a refresh");
    let mut changed = later();
    changed.units[0].satker.nama = "KPU Lain".to_owned();
    for failure in [Failure::CutAfter, Failure::Truncate] {
        changed.units[0].satker.nama.push('!');
        let only = Some(":batchUpdate".to_owned());
        setting.server.set_faults(Faults { first: true, failures: vec![failure], only, ..Faults::default() });
        setting.counted();
        setting.refresh(&changed).await.expect("a refresh");
        assert_eq!(setting.counted(), (2, 1), "{failure:?}");
    }
    let now = setting.server.spreadsheet(ID);
    assert!(now.sheets.iter().all(|sheet| sheet.protected.len() <= 1));
    assert!(now.sheet("Ringkasan").unwrap().shown().concat().contains(&"KPU Lain!!".to_owned()));
}

#[tokio::test]
async fn half_of_the_requests_may_fail() {
    let plain = Setting::new();
    plain.refresh(data()).await.expect("a refresh");
    let failures = [503, 429, 500, 502, 504].map(Failure::Status).into_iter();
    let failures: Vec<_> = failures.chain([Failure::Cut, Failure::CutAfter, Failure::Truncate]).collect();
    let failures = || failures.clone();
    let only = || Some("/v4/spreadsheets/".to_owned());
    for faults in [
        Faults { first: true, failures: failures(), only: only(), ..Faults::default() },
        Faults { every: 2, failures: failures(), only: only(), ..Faults::default() },
    ] {
        let setting = Setting::new();
        setting.server.set_faults(faults);
        let mut changed = later();
        for round in 0..3 {
            changed.units[0].satker.nama = format!("Putaran {round}");
            setting.refresh(&changed).await.expect("a refresh");
        }
        setting.refresh(data()).await.expect("a refresh");
        setting.server.set_faults(Faults::default());
        assert_eq!(contents(&setting.server), contents(&plain.server));
    }
}

#[tokio::test]
async fn what_fails_in_the_middle_leaves_the_last_whole_state() {
    let setting = Setting::new();
    setting.refresh(data()).await.expect("a refresh");
    let before = setting.server.json(ID);
    let mut changed = later();
    changed.units[0].satker.nama = "KPU Lain".to_owned();

    // The last of the requests cannot be carried out.
    let state = setting.google.spreadsheet(ID, plan::STATE_FIELDS).await.expect("a spreadsheet");
    let wanted = wanted(&setting.plan, &changed, Lang::Id);
    let mut request = plan::plan(&state, "babel", &wanted).expect("room").request.expect("changes");
    let mut broken = request.requests.take().expect("requests");
    let last = broken.iter().rposition(|request| request.update_cells.is_some()).expect("cells");
    let range = broken[last].update_cells.as_mut().and_then(|cells| cells.range.as_mut()).expect("a range");
    range.sheet_id = Some(424_242);
    request.requests = Some(broken);
    setting.google.batch_update(ID, request, Again::OnlyIfRefused).await.expect_err("no such sheet");
    assert_eq!(setting.server.json(ID), before);

    // The connection breaks before it is carried out, every time.
    let only = Some(":batchUpdate".to_owned());
    let faults = Faults { every: 1, failures: vec![Failure::Cut], only, ..Faults::default() };
    setting.server.set_faults(faults);
    let hasty = GoogleSettings { deadline: Duration::from_millis(500), ..setting.settings.clone() };
    let google = Google::with_first_pause(&hasty, Duration::from_millis(1)).expect("a client");
    let error = refresh(&google, &hasty, &setting.plan, &changed, Lang::Id, false).await.expect_err("no connection");
    assert!(error.show(Lang::Id).contains(ID), "{}", error.show(Lang::Id));
    assert_eq!(setting.server.json(ID), before);

    // The program is killed while it waits.
    setting.server.set_faults(Faults { latency: Duration::from_secs(30), ..Faults::default() });
    let killed = tokio::time::timeout(Duration::from_millis(50), setting.refresh(&changed)).await;
    assert!(killed.is_err());
    assert_eq!(setting.server.json(ID), before);
    setting.server.set_faults(Faults::default());
    setting.refresh(&changed).await.expect("a refresh");
    assert_ne!(setting.server.json(ID), before);
}

#[tokio::test]
async fn a_request_that_is_wrong_is_not_sent_over_and_over() {
    let setting = Setting::new();
    let only = Some(":batchUpdate".to_owned());
    let faults = Faults { every: 1, failures: vec![Failure::Status(400)], only, ..Faults::default() };
    setting.server.set_faults(faults);
    setting.refresh(data()).await.expect_err("a refusal");
    assert_eq!(setting.counted(), (2, 2));
}

#[tokio::test]
async fn a_dry_run_tells_and_sends_nothing() {
    let setting = Setting::new();
    let before = setting.server.json(ID);
    let refreshed =
        refresh(&setting.google, &setting.settings, &setting.plan, data(), Lang::Id, true).await.expect("a look");
    assert_eq!(setting.counted(), (1, 0));
    assert_eq!(setting.server.json(ID), before);
    let text = refreshed.show(Lang::Id);
    assert!(text.contains("akan diperbarui") && text.contains("  Pembaruan: akan dibuat\n"), "{text}");
}

#[tokio::test]
async fn who_may_not_write_is_told_what_to_do() {
    let mut setting = Setting::new();
    for account in [May::None, May::Viewer] {
        setting.server.add(ID, Spreadsheet { account, ..Spreadsheet::empty("Ringkasan ZI") });
        let error = setting.refresh(data()).await.expect_err("no access");
        assert!(matches!(&error, RefreshError::NoAccess { account, .. } if account == EMAIL), "{error:?}");
        assert!(error.show(Lang::Id).contains("Editor"));
    }
    setting.server.remove(ID);
    let error = setting.refresh(data()).await.expect_err("nothing there");
    assert!(matches!(error, RefreshError::NotThere { .. }), "{error:?}");
    setting.plan.spreadsheet = "https://contoh.id/spreadsheets/d/1aB/edit".to_owned();
    let error = setting.refresh(data()).await.expect_err("no address");
    assert!(matches!(error, RefreshError::Address { .. }), "{error:?}");

    let key = setting.folder.path().join("kunci-api");
    write_private(&key, API_KEY);
    setting.settings.credentials = Some(Credentials::ApiKeyFile(key));
    setting.google = Google::new(&setting.settings).expect("a client");
    setting.plan.spreadsheet = setting.server.address(ID, 0);
    let error = setting.refresh(data()).await.expect_err("a key that only reads");
    assert_eq!(error, RefreshError::ReadOnlyKey);
}

#[tokio::test]
async fn a_full_spreadsheet_is_said_to_be_full() {
    let setting = Setting::new();
    let mut spreadsheet = Spreadsheet::empty("Ringkasan ZI");
    spreadsheet.sheets[0].resize(9_999_000, 1);
    setting.server.add(ID, spreadsheet);
    let error = setting.refresh(data()).await.expect_err("no room");
    assert!(matches!(error, RefreshError::TooManyCells { others: 9_999_000, .. }), "{error:?}");
    assert_eq!(setting.counted(), (1, 0));
}

/// The pipeline's sources, all of them files.
fn sources(pipeline: &Pipeline) -> Sources {
    Sources::new(pipeline.directory(), &pipeline.google, None).expect("no folder is made")
}
