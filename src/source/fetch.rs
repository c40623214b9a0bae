//! [`Sources`]: opens what a pipeline reads. Addresses are fetched before, all of them side by side, into the snapshots;
//! files are read when they are opened. What came of every place is remembered, so that a run can be rebuilt.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio::task::{Id, JoinSet};
use url::Url;

use super::google::{Google, GoogleSettings};
use super::location::Location;
use super::snapshot::{Kept, Latest, Snapshots, canonical_bytes};
use super::web::{Fetched, Validators, Web, WebSettings};
use super::{Book, FileBytes, Limits, Sha256, SourceError, SourceInfo, Unopened, own};
use crate::finding::{Arg, Code, Finding, Place};
use crate::grid::Grid;
use crate::panics;
use crate::stop::Stop;

/// Spreadsheets and files under way at once: enough to hide a request's latency, few enough to bound memory.
const AT_ONCE: usize = 8;

/// How sources are reached.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// Google Sheets.
    pub google: GoogleSettings,
    /// The web.
    pub web: WebSettings,
    /// What a file may come to.
    pub limits: Limits,
    /// Whether the last copy may stand in for a source that cannot be reached.
    pub allow_stale: bool,
    /// Whether the network is not to be used: the last copy is read then.
    pub offline: bool,
}

/// What came of reading one place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// It was read, and a copy is kept.
    Read {
        /// SHA-256 of what was read.
        sha256: String,
        /// Bytes read.
        bytes: u64,
        /// When it was read; of an earlier copy, when that was fetched.
        read_at: Timestamp,
        /// Why an earlier copy is used, where one is.
        stale: Option<SourceError>,
    },
    /// It could not be read.
    Failed {
        /// Why not.
        error: SourceError,
        /// When that was found.
        at: Timestamp,
    },
}

/// An opened source.
pub struct Opened {
    /// Its sheets.
    pub book: Book,
    /// That an earlier copy is used, where one is.
    pub stale: Option<Finding>,
}

/// The sources of one run.
#[derive(Debug)]
pub struct Sources {
    directory: PathBuf,
    google: GoogleSettings,
    limits: Limits,
    /// None where nothing is recorded and nothing was fetched.
    snapshots: Option<Snapshots>,
    /// Copies that are read and never written: those of earlier runs, where this one is not recorded.
    earlier: Option<Snapshots>,
    /// Asked in every loop and wait.
    stop: Stop,
    outcomes: Mutex<BTreeMap<String, Outcome>>,
    /// Whether outcomes are those of an earlier run, and nothing else is read.
    is_replay: bool,
    /// Copies that go when the run does, where there is no state folder.
    _passing: Option<tempfile::TempDir>,
}

impl Sources {
    /// Sources relative to a folder, copied to the state folder where there is one.
    ///
    /// # Errors
    /// When the folder for copies cannot be made.
    pub fn new(directory: &Path, google: &GoogleSettings, state: Option<&Path>) -> io::Result<Self> {
        Ok(Sources {
            directory: directory.to_owned(),
            google: google.clone(),
            limits: Limits::default(),
            snapshots: state.map(Snapshots::open).transpose()?,
            earlier: None,
            stop: Stop::new(),
            outcomes: Mutex::default(),
            is_replay: false,
            _passing: None,
        })
    }

    /// The sources as an earlier run read them.
    pub fn replay(
        directory: &Path,
        google: &GoogleSettings,
        snapshots: Snapshots,
        outcomes: BTreeMap<String, Outcome>,
    ) -> Self {
        Sources {
            directory: directory.to_owned(),
            google: google.clone(),
            limits: Limits::default(),
            snapshots: Some(snapshots),
            earlier: None,
            stop: Stop::new(),
            outcomes: Mutex::new(outcomes),
            is_replay: true,
            _passing: None,
        }
    }

    /// The same sources, read and fetched only as long as they are wanted.
    pub fn heeding(self, stop: &Stop) -> Self {
        Sources { stop: stop.clone(), ..self }
    }

    /// The same sources, with the copies of a state folder to stand in for what cannot be reached; nothing is kept there.
    pub fn beside(self, state: &Path) -> Self {
        Sources { earlier: Snapshots::existing(state), ..self }
    }

    /// The wish that reading may end.
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// The last copy of an address in place of what could not be reached; the failure where there is none.
    fn last_copy(&self, location: &str, error: SourceError, now: Timestamp) -> Outcome {
        let mut copies = self.snapshots.iter().chain(&self.earlier);
        match copies.find_map(|copies| copies.latest(location)) {
            Some(Latest { sha256, bytes, fetched_at, .. }) => {
                Outcome::Read { sha256, bytes, read_at: fetched_at, stale: Some(error) }
            }
            None => Outcome::Failed { error, at: now },
        }
    }

    /// What came of every place so far.
    pub fn outcomes(&self) -> BTreeMap<String, Outcome> {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn settle(&self, location: &str, outcome: Outcome) {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).insert(location.to_owned(), outcome);
    }

    fn outcome(&self, location: &str) -> Option<Outcome> {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).get(location).cloned()
    }

    /// Fetches every address among the locations, each once, several at a time. What fails is told when it is opened.
    ///
    /// # Errors
    /// When no folder for copies can be made or no thread be started.
    pub fn fetch(
        &mut self,
        locations: impl IntoIterator<Item = String>,
        reach: &Reach,
        now: &(dyn Fn() -> Timestamp + Sync),
    ) -> io::Result<()> {
        self.limits = reach.limits;
        let mut sheets: BTreeMap<String, BTreeMap<Option<i64>, Vec<String>>> = BTreeMap::new();
        let mut files: BTreeMap<String, Url> = BTreeMap::new();
        for text in locations {
            match Location::parse(&text, &self.directory, &self.google) {
                Ok(Location::Web(url)) => _ = files.insert(text, url),
                Ok(Location::Sheet(address)) => {
                    let texts = sheets.entry(address.id).or_default().entry(address.gid).or_default();
                    if !texts.contains(&text) {
                        texts.push(text);
                    }
                }
                // A file is read when it is opened, and a wrong address told then.
                Ok(Location::File(_)) | Err(_) => {}
            }
        }
        if self.is_replay || (sheets.is_empty() && files.is_empty()) {
            return Ok(());
        }
        let snapshots = match &self.snapshots {
            Some(snapshots) => snapshots.clone(),
            None => {
                let passing = tempfile::tempdir()?;
                let snapshots = Snapshots::open(passing.path())?;
                (self.snapshots, self._passing) = (Some(snapshots.clone()), Some(passing));
                snapshots
            }
        };
        let texts = sheets.values().flat_map(BTreeMap::values).flatten().chain(files.keys());
        if reach.offline {
            for text in texts {
                self.settle(text, self.last_copy(text, SourceError::Offline, now()));
            }
            return Ok(());
        }
        let fetched = fetch_all(sheets, files, reach, &snapshots, &self.stop)?;
        for (text, result) in fetched {
            let outcome = match result.and_then(|fetched| fetched.keep(&snapshots, &text, now())) {
                Ok(outcome) => outcome,
                Err(error) if reach.allow_stale && error.may_pass() => self.last_copy(&text, error, now()),
                Err(error) => Outcome::Failed { error, at: now() },
            };
            self.settle(&text, outcome);
        }
        Ok(())
    }

    /// Opens a place as the pipeline names it; addresses must have been fetched.
    ///
    /// # Errors
    /// [`Unopened`] when it cannot be read, is no workbook or one that rekap wrote, or is beyond the limits.
    pub fn open(&self, location: &str, now: Timestamp) -> Result<Opened, Box<Unopened>> {
        if self.stop.requested().is_some() {
            // Nothing comes of a run that is to end.
            return Err(Box::new(Unopened { info: SourceInfo::of(location, now), error: SourceError::stopped() }));
        }
        let Opened { book, stale } = self.open_any(location, now)?;
        match own::refuse(book.sheets()) {
            Some(error) => Err(Box::new(Unopened { info: book.info, error })),
            None => Ok(Opened { book, stale }),
        }
    }

    fn open_any(&self, location: &str, now: Timestamp) -> Result<Opened, Box<Unopened>> {
        let info = SourceInfo::of(location, now);
        let unopened = |info: SourceInfo, error| Err(Box::new(Unopened { info, error }));
        match Location::parse(location, &self.directory, &self.google) {
            Err(error) => unopened(info, error),
            Ok(Location::File(path)) if !self.is_replay => self.open_file(&path, info),
            Ok(_) => match self.outcome(location) {
                None => unopened(info, SourceError::Offline),
                Some(Outcome::Failed { error, at }) => unopened(SourceInfo { read_at: at, ..info }, error),
                Some(Outcome::Read { sha256, bytes, read_at, stale }) => {
                    let info =
                        SourceInfo { sha256: Sha256::known(&sha256), bytes, read_at, stale: stale.is_some(), ..info };
                    let mut copies = self.snapshots.iter().chain(&self.earlier);
                    let Some(kept) = copies.find_map(|copies| copies.get(&sha256)) else {
                        let gone = "salinannya tidak disimpan lagi / its copy is no longer kept";
                        return unopened(info, SourceError::Unreadable(gone.to_owned()));
                    };
                    let stale = stale.map(|error| stale_finding(&info, &error, now));
                    let book = match kept {
                        Kept::Grids(grids) => Book::of_grids(grids, info),
                        Kept::File { bytes, name, is_csv } => {
                            let file = FileBytes { bytes: Arc::new(bytes), name, is_csv };
                            Book::of_file(file, info, &self.limits, &self.stop)?
                        }
                    };
                    Ok(Opened { book, stale })
                }
            },
        }
    }

    fn open_file(&self, path: &Path, info: SourceInfo) -> Result<Opened, Box<Unopened>> {
        let location = info.location.clone();
        let read_at = info.read_at;
        let failed = |unopened: Box<Unopened>| {
            self.settle(&location, Outcome::Failed { error: unopened.error.clone(), at: read_at });
            unopened
        };
        let file = match FileBytes::read(path, &self.limits) {
            Ok(file) => file,
            Err(error) => return Err(failed(Box::new(Unopened { info, error }))),
        };
        let copied = self.snapshots.as_ref().map(|_| file.clone());
        let book = Book::of_file(file, info, &self.limits, &self.stop).map_err(failed)?;
        if let (Some(snapshots), Some(FileBytes { bytes, name, is_csv })) = (&self.snapshots, copied) {
            let sha256 = &*book.info.sha256;
            if !snapshots.has(sha256) {
                let kept = Kept::File { bytes: Arc::unwrap_or_clone(bytes), name, is_csv };
                if let Err(error) = snapshots.keep(sha256, &kept) {
                    let error = not_kept(&error);
                    return Err(failed(Box::new(Unopened { info: book.info, error })));
                }
            }
            let (sha256, bytes) = (sha256.to_owned(), book.info.bytes);
            self.settle(&location, Outcome::Read { sha256, bytes, read_at, stale: None });
        }
        Ok(Opened { book, stale: None })
    }
}

/// One address's content, fetched.
enum Content {
    /// What was fetched last is still there.
    Unchanged(Latest),
    /// Something else.
    New { kept: Option<Kept>, sha256: String, bytes: u64, validators: Validators },
}

impl Content {
    /// Keeps the copy and notes it as the address's last one.
    fn keep(self, snapshots: &Snapshots, location: &str, now: Timestamp) -> Result<Outcome, SourceError> {
        let latest = match self {
            Content::Unchanged(latest) => Latest { fetched_at: now, ..latest },
            Content::New { kept, sha256, bytes, validators } => {
                if let Some(kept) = kept {
                    snapshots.keep(&sha256, &kept).map_err(|error| not_kept(&error))?;
                }
                Latest { location: location.to_owned(), sha256, bytes, fetched_at: now, validators }
            }
        };
        snapshots.note(&latest).map_err(|error| not_kept(&error))?;
        Ok(Outcome::Read { sha256: latest.sha256, bytes: latest.bytes, read_at: now, stale: None })
    }

    fn of_grids(grids: Vec<Grid>) -> Self {
        let canonical = canonical_bytes(&grids);
        let sha256 = Sha256::of(&canonical).to_string();
        let bytes = canonical.len() as u64;
        Content::New { kept: Some(Kept::Grids(grids)), sha256, bytes, validators: Validators::default() }
    }
}

fn not_kept(error: &io::Error) -> SourceError {
    SourceError::Unreadable(format!("salinannya tidak dapat disimpan / its copy cannot be kept: {error}"))
}

fn stale_finding(info: &SourceInfo, error: &SourceError, now: Timestamp) -> Finding {
    let fetched = info.read_at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let age = now.duration_since(info.read_at).as_secs();
    let reason = error.finding(&info.location).code.entry().title;
    let args = [("reason", Arg::Phrase(reason)), ("fetched", Arg::from(fetched)), ("age", Arg::Age(age))];
    Finding::new(Code::SourceStale, args).at(Place::whole(info.location.clone()))
}

type Results = Vec<(String, Result<Content, SourceError>)>;

/// Fetches spreadsheets and files side by side, until all are there or `stop` is asked for.
fn fetch_all(
    sheets: BTreeMap<String, BTreeMap<Option<i64>, Vec<String>>>,
    files: BTreeMap<String, Url>,
    reach: &Reach,
    snapshots: &Snapshots,
    stop: &Stop,
) -> io::Result<Results> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let results = runtime.block_on(async {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let mut tasks: JoinSet<Results> = JoinSet::new();
        let mut texts_of: HashMap<Id, Vec<String>> = HashMap::new();
        if !sheets.is_empty() {
            let google = Google::new(&reach.google).map(|google| google.heeding(stop));
            for (id, wanted) in sheets {
                let (google, places, limits) = (google.clone(), places.clone(), reach.limits);
                let texts = wanted.values().flatten().cloned().collect();
                let task = tasks.spawn(async move {
                    let _place = places.acquire_owned().await;
                    fetch_spreadsheet(google, &id, wanted, &limits).await
                });
                texts_of.insert(task.id(), texts);
            }
        }
        if !files.is_empty() {
            let web = Web::new(&reach.web).map(|web| web.heeding(stop));
            for (text, url) in files {
                let (web, places, snapshots) = (web.clone(), places.clone(), snapshots.clone());
                let (limits, stop) = (reach.limits, stop.clone());
                let texts = vec![text.clone()];
                let task = tasks.spawn(async move {
                    let _place = places.acquire_owned().await;
                    let content = fetch_file(web, &text, &url, &snapshots, limits, stop).await;
                    vec![(text, content)]
                });
                texts_of.insert(task.id(), texts);
            }
        }
        let mut results = Results::new();
        while let Ok(Some(joined)) = stop.unless(tasks.join_next()).await {
            match joined {
                Ok(fetched) => results.extend(fetched),
                // Only a panic ends a task early.
                Err(error) => {
                    let texts = texts_of.remove(&error.id()).unwrap_or_default();
                    let crashed = SourceError::Crashed(error.try_into_panic().map(panics::said).unwrap_or_default());
                    results.extend(texts.into_iter().map(|text| (text, Err(crashed.clone()))));
                }
            }
        }
        // What is still under way is dropped with its tasks.
        results
    });
    // A name being resolved, a file being read cannot be broken off: they are left behind.
    runtime.shutdown_background();
    Ok(results)
}

/// One spreadsheet, for every address that names it or a sheet of it.
async fn fetch_spreadsheet(
    google: Result<Google, SourceError>,
    id: &str,
    wanted: BTreeMap<Option<i64>, Vec<String>>,
    limits: &Limits,
) -> Results {
    let gids: BTreeSet<Option<i64>> = wanted.keys().copied().collect();
    let read = match google {
        Ok(google) => google.read(id, &gids, limits).await,
        Err(error) => Err(error),
    };
    let mut results = Results::new();
    for (gid, texts) in wanted {
        for text in texts {
            let content = match (&read, gid) {
                (Err(error), _) => Err(error.clone()),
                (Ok(read), Some(gid)) => match read.sheets.iter().find(|sheet| sheet.gid == gid) {
                    Some(sheet) => Ok(Content::of_grids(vec![sheet.grid.clone()])),
                    None => Err(read.missing.get(&gid).cloned().unwrap_or(SourceError::NotThere)),
                },
                (Ok(read), None) => Ok(Content::of_grids(read.sheets.iter().map(|sheet| sheet.grid.clone()).collect())),
            };
            results.push((text, content));
        }
    }
    results
}

/// One file from the web; what is known already is not parsed again.
async fn fetch_file(
    web: Result<Web, SourceError>,
    text: &str,
    url: &Url,
    snapshots: &Snapshots,
    limits: Limits,
    stop: Stop,
) -> Result<Content, SourceError> {
    let latest = snapshots.latest(text);
    let validators = latest.as_ref().map(|latest| &latest.validators);
    let (file, validators) = match (web?.fetch(url, validators, &limits).await?, latest) {
        (Fetched::Unchanged, Some(latest)) => return Ok(Content::Unchanged(latest)),
        (Fetched::Unchanged, None) => return Err(SourceError::Unreachable("304".to_owned())),
        (Fetched::New { bytes, name, validators }, _) => (FileBytes::named(bytes, Path::new(&name)), validators),
    };
    let snapshots = snapshots.clone();
    let parse = move || {
        let sha256 = Sha256::of(&file.bytes).to_string();
        let bytes = file.bytes.len() as u64;
        if snapshots.has(&sha256) {
            return Ok(Content::New { kept: None, sha256, bytes, validators });
        }
        let copied = file.clone();
        let book = Book::of_file(file, SourceInfo::of("", Timestamp::UNIX_EPOCH), &limits, &stop);
        let book = book.map_err(|unopened| unopened.error)?;
        // A table as text is never held cell by cell.
        let kept = if copied.is_csv && !copied.bytes.starts_with(b"PK") {
            Kept::File { bytes: Arc::unwrap_or_clone(copied.bytes), name: copied.name, is_csv: true }
        } else {
            Kept::Grids(book.into_grids()?)
        };
        Ok(Content::New { kept: Some(kept), sha256, bytes, validators })
    };
    let parsed = tokio::task::spawn_blocking(parse).await;
    parsed
        .unwrap_or_else(|error| Err(SourceError::Crashed(error.try_into_panic().map(panics::said).unwrap_or_default())))
}
