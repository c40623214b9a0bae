//! [`Sources`]: opens what a pipeline reads. Addresses are fetched before, all of them side by side, into the snapshots;
//! files are read when they are opened. What came of every place is remembered, so that a run can be rebuilt.
//!
//! Of a survey the file is never kept: it stays in memory until it is read, and what its reader used of it, without who gave
//! it, is kept as a *reading*.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio::task::{Id, JoinSet};
use url::Url;

use super::google::{Google, GoogleSettings};
use super::location::Location;
use super::snapshot::{Kept, Latest, Snapshots, canonical_bytes, pack, read_key, unpack};
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
        /// SHA-256 of what was received.
        sha256: String,
        /// Keys of what is kept of it.
        copies: BTreeSet<String>,
        /// Bytes received.
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

/// Responses of a survey, opened.
pub struct OpenedSurvey {
    /// Where they are from.
    pub info: SourceInfo,
    /// Their sheets; none where only what was read of them earlier is kept.
    pub book: Option<Book>,
    /// That an earlier copy is used, where one is.
    pub stale: Option<Finding>,
}

/// The sources of one run.
#[derive(Debug)]
pub struct Sources {
    directory: PathBuf,
    google: GoogleSettings,
    /// Name of the pipeline.
    owner: String,
    /// The places that hold responses of surveys.
    surveys: BTreeSet<String>,
    /// What was fetched and is not kept, packed, by its place.
    held: Mutex<BTreeMap<String, Arc<Vec<u8>>>>,
    limits: Limits,
    /// None where nothing is recorded.
    snapshots: Option<Snapshots>,
    /// Copies that are read and never written: those of earlier runs, where this one is not recorded.
    earlier: Option<Snapshots>,
    /// Asked in every loop and wait.
    stop: Stop,
    outcomes: Mutex<BTreeMap<String, Outcome>>,
    /// Whether outcomes are those of an earlier run, and nothing else is read.
    is_replay: bool,
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
            owner: String::new(),
            surveys: BTreeSet::new(),
            held: Mutex::default(),
            outcomes: Mutex::default(),
            is_replay: false,
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
            owner: String::new(),
            surveys: BTreeSet::new(),
            held: Mutex::default(),
            outcomes: Mutex::new(outcomes),
            is_replay: true,
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

    /// The same for a pipeline of a name, of which some places hold responses of surveys.
    pub fn of(self, owner: &str, surveys: BTreeSet<String>) -> Self {
        Sources { owner: owner.to_owned(), surveys, ..self }
    }

    /// Copies that may be read.
    fn copies(&self) -> impl Iterator<Item = &Snapshots> {
        self.snapshots.iter().chain(&self.earlier)
    }

    /// What came of every place so far.
    pub fn outcomes(&self) -> BTreeMap<String, Outcome> {
        lock(&self.outcomes).clone()
    }

    fn settle(&self, location: &str, outcome: Outcome) {
        lock(&self.outcomes).insert(location.to_owned(), outcome);
    }

    fn outcome(&self, location: &str) -> Option<Outcome> {
        lock(&self.outcomes).get(location).cloned()
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
        let texts = sheets.values().flat_map(BTreeMap::values).flatten().chain(files.keys());
        if reach.offline {
            for text in texts {
                self.settle(text, self.last_copy(text, SourceError::Offline, now()));
            }
            return Ok(());
        }
        let files = files.into_iter().map(|(text, url)| {
            let latest = self.latest(&text);
            (text, (url, latest))
        });
        let fetched = fetch_all(sheets, files.collect(), reach, &self.stop)?;
        for (text, result) in fetched {
            let outcome = match result.and_then(|fetched| self.take(&text, fetched, now())) {
                Ok(outcome) => outcome,
                Err(error) if reach.allow_stale && error.may_pass() => self.last_copy(&text, error, now()),
                Err(error) => Outcome::Failed { error, at: now() },
            };
            self.settle(&text, outcome);
        }
        Ok(())
    }

    /// The last copy of an address from which it could be read again. A survey is always fetched whole, since its copy is not
    /// what was received.
    fn latest(&self, location: &str) -> Option<Latest> {
        self.snapshots.as_ref()?.latest(location).filter(|_| !self.surveys.contains(location))
    }

    /// Keeps what was fetched and notes it as the address's last copy; a survey, and what is not to be recorded, is only held.
    fn take(&self, location: &str, content: Content, now: Timestamp) -> Result<Outcome, SourceError> {
        let latest = match content {
            Content::Unchanged(latest) => Latest { fetched_at: now, ..latest },
            Content::New { kept, sha256, bytes, validators } => {
                let Some(snapshots) = self.snapshots.as_ref().filter(|_| !self.surveys.contains(location)) else {
                    let packed = pack(&kept).map_err(|error| not_kept(&error))?;
                    lock(&self.held).insert(location.to_owned(), Arc::new(packed));
                    return Ok(Outcome::Read { sha256, copies: BTreeSet::new(), bytes, read_at: now, stale: None });
                };
                let key = kept.key(&sha256);
                snapshots.keep(&key, &kept).map_err(|error| not_kept(&error))?;
                let (location, pipeline) = (location.to_owned(), self.owner.clone());
                Latest { location, pipeline, sha256, copies: [key].into(), bytes, fetched_at: now, validators }
            }
        };
        if let Some(snapshots) = &self.snapshots {
            snapshots.note(&latest).map_err(|error| not_kept(&error))?;
        }
        let Latest { sha256, copies, bytes, .. } = latest;
        Ok(Outcome::Read { sha256, copies, bytes, read_at: now, stale: None })
    }

    /// The last copy of an address in place of what could not be reached; the failure where there is none.
    fn last_copy(&self, location: &str, error: SourceError, now: Timestamp) -> Outcome {
        match self.copies().find_map(|copies| copies.latest(location)) {
            Some(Latest { sha256, copies, bytes, fetched_at, .. }) => {
                Outcome::Read { sha256, copies, bytes, read_at: fetched_at, stale: Some(error) }
            }
            None => Outcome::Failed { error, at: now },
        }
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
        let OpenedSurvey { info, book, stale } = self.open_survey(location, now)?;
        match book {
            Some(book) => Ok(Opened { book, stale }),
            None => {
                let gone = "salinannya tidak disimpan lagi / its copy is no longer kept";
                Err(Box::new(Unopened { info, error: SourceError::Unreadable(gone.to_owned()) }))
            }
        }
    }

    /// Opens responses of a survey, of which only a [reading](Sources::reading) may be kept.
    ///
    /// # Errors
    /// As [`Sources::open`].
    pub fn open_survey(&self, location: &str, now: Timestamp) -> Result<OpenedSurvey, Box<Unopened>> {
        let opened = self.open_any(location, now)?;
        match opened.book.as_ref().and_then(|book| own::refuse(book.sheets())) {
            Some(error) => Err(Box::new(Unopened { info: opened.info, error })),
            None => Ok(opened),
        }
    }

    fn open_any(&self, location: &str, now: Timestamp) -> Result<OpenedSurvey, Box<Unopened>> {
        let info = SourceInfo::of(location, now);
        let unopened = |info: SourceInfo, error| Err(Box::new(Unopened { info, error }));
        match Location::parse(location, &self.directory, &self.google) {
            Err(error) => unopened(info, error),
            Ok(Location::File(path)) if !self.is_replay => {
                let book = self.open_file(location, &path, info)?;
                Ok(OpenedSurvey { info: book.info.clone(), book: Some(book), stale: None })
            }
            Ok(_) => match self.outcome(location) {
                None => unopened(info, SourceError::Offline),
                Some(Outcome::Failed { error, at }) => unopened(SourceInfo { read_at: at, ..info }, error),
                Some(Outcome::Read { sha256, copies, bytes, read_at, stale }) => {
                    let info =
                        SourceInfo { sha256: Sha256::known(&sha256), bytes, read_at, stale: stale.is_some(), ..info };
                    let stale = stale.map(|error| stale_finding(&info, &error, now));
                    let book = match self.kept(location, &copies) {
                        None => None,
                        Some(Kept::Grids(grids)) => Some(Book::of_grids(grids, info.clone())),
                        Some(Kept::File { bytes, name, is_csv }) => {
                            let file = FileBytes { bytes: Arc::new(bytes), name, is_csv };
                            Some(Book::of_file(file, info.clone(), &self.limits, &self.stop)?)
                        }
                    };
                    Ok(OpenedSurvey { info, book, stale })
                }
            },
        }
    }

    /// What was fetched of a place: held, or kept.
    fn kept(&self, location: &str, copies: &BTreeSet<String>) -> Option<Kept> {
        let held = lock(&self.held).get(location).cloned();
        match held {
            Some(packed) => unpack(&packed),
            // What is kept of a survey was read already.
            None if self.surveys.contains(location) => None,
            None => copies.iter().find_map(|key| self.copies().find_map(|copies| copies.get(key))),
        }
    }

    fn open_file(&self, location: &str, path: &Path, info: SourceInfo) -> Result<Book, Box<Unopened>> {
        let read_at = info.read_at;
        let failed = |unopened: Box<Unopened>| {
            self.settle(location, Outcome::Failed { error: unopened.error.clone(), at: read_at });
            unopened
        };
        let file = match FileBytes::read(path, &self.limits) {
            Ok(file) => file,
            Err(error) => return Err(failed(Box::new(Unopened { info, error }))),
        };
        let copied = self.snapshots.as_ref().filter(|_| !self.surveys.contains(location)).map(|_| file.clone());
        let book = Book::of_file(file, info, &self.limits, &self.stop).map_err(failed)?;
        let sha256 = book.info.sha256.to_string();
        let mut copies = BTreeSet::new();
        if let (Some(snapshots), Some(FileBytes { bytes, name, is_csv })) = (&self.snapshots, copied) {
            let kept = Kept::File { bytes: Arc::unwrap_or_clone(bytes), name, is_csv };
            let key = kept.key(&sha256);
            if let Err(error) = snapshots.keep(&key, &kept) {
                let error = not_kept(&error);
                return Err(failed(Box::new(Unopened { info: book.info, error })));
            }
            copies.insert(key);
        }
        if self.snapshots.is_some() {
            self.settle(location, Outcome::Read { sha256, copies, bytes: book.info.bytes, read_at, stale: None });
        }
        Ok(book)
    }

    /// The key of what is read of some sources in some way; `how` is all that the reading depends on beside them.
    pub fn reading_key<'a>(sources: impl IntoIterator<Item = &'a SourceInfo>, how: &str) -> String {
        let sources: Vec<&str> = sources.into_iter().map(|source| &*source.sha256).collect();
        read_key(&Sha256::of(format!("{}\n{how}", sources.join(" ")).as_bytes()))
    }

    /// What was read of a survey earlier, by this reader and in this way.
    pub fn reading<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.copies().find_map(|copies| copies.get(key))
    }

    /// Keeps what was read of some places, where anything is kept.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_reading(&self, places: &[&str], key: &str, reading: &impl Serialize) -> Result<(), SourceError> {
        let Some(snapshots) = self.snapshots.as_ref().filter(|_| !self.is_replay) else { return Ok(()) };
        snapshots.keep(key, reading).map_err(|error| not_kept(&error))?;
        for place in places {
            let mut outcomes = lock(&self.outcomes);
            let Some(Outcome::Read { sha256, copies, bytes, read_at, .. }) = outcomes.get_mut(*place) else { continue };
            copies.insert(key.to_owned());
            let latest = Latest {
                location: (*place).to_owned(),
                pipeline: self.owner.clone(),
                sha256: sha256.clone(),
                copies: copies.clone(),
                bytes: *bytes,
                fetched_at: *read_at,
                validators: Validators::default(),
            };
            drop(outcomes);
            // Nothing stands in for a file that is not there.
            if !matches!(Location::parse(place, &self.directory, &self.google), Ok(Location::File(_))) {
                snapshots.note(&latest).map_err(|error| not_kept(&error))?;
            }
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One address's content, fetched.
enum Content {
    /// What was fetched last is still there.
    Unchanged(Latest),
    /// Something else.
    New { kept: Kept, sha256: String, bytes: u64, validators: Validators },
}

impl Content {
    fn of_grids(grids: Vec<Grid>) -> Self {
        let canonical = canonical_bytes(&grids);
        let sha256 = Sha256::of(&canonical).to_string();
        let bytes = canonical.len() as u64;
        Content::New { kept: Kept::Grids(grids), sha256, bytes, validators: Validators::default() }
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
    files: BTreeMap<String, (Url, Option<Latest>)>,
    reach: &Reach,
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
            for (text, (url, latest)) in files {
                let (web, places) = (web.clone(), places.clone());
                let (limits, stop) = (reach.limits, stop.clone());
                let texts = vec![text.clone()];
                let task = tasks.spawn(async move {
                    let _place = places.acquire_owned().await;
                    let content = fetch_file(web, &url, latest, limits, stop).await;
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

/// One file from the web, as it is; `latest` is what is known already. What cannot be opened is told as that, and takes no
/// good copy's place.
async fn fetch_file(
    web: Result<Web, SourceError>,
    url: &Url,
    latest: Option<Latest>,
    limits: Limits,
    stop: Stop,
) -> Result<Content, SourceError> {
    let validators = latest.as_ref().map(|latest| &latest.validators);
    let (file, validators) = match (web?.fetch(url, validators, &limits).await?, latest) {
        (Fetched::Unchanged, Some(latest)) => return Ok(Content::Unchanged(latest)),
        (Fetched::Unchanged, None) => return Err(SourceError::Unreachable("304".to_owned())),
        (Fetched::New { bytes, name, validators }, _) => (FileBytes::named(bytes, Path::new(&name)), validators),
    };
    let parse = move || {
        let copied = file.clone();
        let book = Book::of_file(file, SourceInfo::of("", Timestamp::UNIX_EPOCH), &limits, &stop);
        let SourceInfo { sha256, bytes, .. } = book.map_err(|unopened| unopened.error)?.info;
        let kept = Kept::File { bytes: Arc::unwrap_or_clone(copied.bytes), name: copied.name, is_csv: copied.is_csv };
        Ok(Content::New { kept, sha256: sha256.to_string(), bytes, validators })
    };
    let parsed = tokio::task::spawn_blocking(parse).await;
    parsed
        .unwrap_or_else(|error| Err(SourceError::Crashed(error.try_into_panic().map(panics::said).unwrap_or_default())))
}
