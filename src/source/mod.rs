//! Opens what a satker sent and yields the grid of each sheet, whatever the format.
//!
//! Worksheets come from strangers, so nothing is inflated or allocated before its size is known to be within
//! [`Limits`], the content decides on the format (never the name), and whatever goes wrong is a [`SourceError`] that
//! says so in the words of the finding catalogue.

mod archive;
mod batch;
mod csv;
mod decode;
mod digest;
mod doubt;
pub mod fetch;
pub mod google;
mod html;
pub mod location;
mod mend;
mod ods;
mod own;
pub mod snapshot;
mod sniff;
pub mod web;
pub mod worker;
mod xls;
mod xlsx;
mod xml;

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::finding::{Arg, Code, Finding, Place};
use crate::grid::{CellRange, CellRef, Grid, GridBuilder, GridLimits, GridTooLarge, Measure, Total};
use crate::lang::Phrase;
use crate::stop::Stop;

use self::worker::{Answer, Bound, Question, Reader};

pub use batch::{Batch, Row};
pub use digest::Sha256;

/// Rows of a grid handed on at once.
const GRID_BATCH: u32 = 4_096;

/// What a source may cost, before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of a workbook.
    pub file: u64,
    /// Bytes of a table as text.
    pub text_file: u64,
    /// Rows of a table as text, where it is read batch by batch.
    pub records: u32,
    /// Entries of an archive.
    pub entries: usize,
    /// Bytes of one entry of an archive, inflated.
    pub entry: u64,
    /// Bytes of all entries read from an archive, inflated.
    pub inflated: u64,
    /// Sheets of a workbook.
    pub sheets: usize,
    /// Size of one sheet.
    pub grid: GridLimits,
    /// Bytes of memory its reader may take, where it is no table as text.
    pub memory: u64,
    /// The same of a table as text.
    pub text_memory: u64,
    /// How long its reader may take, where it is no table as text.
    pub time: Duration,
    /// The same of a table as text.
    pub text_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            file: 64 << 20,
            text_file: 512 << 20,
            records: 2_000_000,
            entries: 20_000,
            entry: 96 << 20,
            inflated: 128 << 20,
            sheets: 200,
            grid: GridLimits::default(),
            memory: 512 << 20,
            text_memory: 1536 << 20,
            time: Duration::from_secs(30),
            text_time: Duration::from_secs(120),
        }
    }
}

/// Where something was read from: the provenance every output carries.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceInfo {
    /// Path or address as the pipeline gives it.
    pub location: Arc<str>,
    /// SHA-256 of the bytes read, hexadecimal.
    pub sha256: Sha256,
    /// Number of bytes read.
    pub bytes: u64,
    /// When they were read; of an earlier copy, when that was fetched.
    pub read_at: Timestamp,
    /// Whether this is an earlier copy, since the source could not be reached now.
    pub stale: bool,
}

impl SourceInfo {
    /// Of a place nothing has been read from yet.
    pub fn of(location: &str, now: Timestamp) -> Self {
        let location = location::without_password(location).into();
        SourceInfo { location, sha256: Sha256::none(), bytes: 0, read_at: now, stale: false }
    }
}

/// A source that cannot be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SourceError {
    /// There is no such file; its path.
    Missing(String),
    /// The file cannot be opened; why.
    Unreadable(String),
    /// The content is something else; what.
    NotWorkbook(Phrase),
    /// The content breaks off or contradicts itself; how.
    Damaged(String),
    /// A password is needed.
    Protected,
    /// It is larger than the limits.
    TooLarge {
        /// What is too large.
        what: Phrase,
        /// How large it is.
        found: String,
        /// How large it may be.
        limit: String,
    },
    /// A library broke off; its message.
    Crashed(String),
    /// Reading it takes more memory than it may.
    Exhausted {
        /// How much it may.
        memory: String,
    },
    /// Reading it takes longer than it may.
    Slow {
        /// How long it may, in seconds.
        seconds: u64,
    },
    /// The address cannot be used; why.
    Address(Phrase),
    /// The host is not permitted.
    HostRefused {
        /// The host.
        host: String,
        /// Why not.
        reason: Phrase,
    },
    /// A Google Sheets address, and no key to read it with.
    NoCredentials,
    /// The key or token cannot be used; why, and never the key itself.
    BadCredentials(String),
    /// The account may not open the spreadsheet or file.
    NoAccess {
        /// Whom it must be shared with: the service account's address, or who has the link.
        account: String,
    },
    /// Nothing is at the address (any more).
    NotThere,
    /// The spreadsheet has no such sheet (any more).
    SheetGone {
        /// The gid asked for.
        gid: String,
        /// The sheets there are.
        sheets: String,
    },
    /// A page was sent in place of a file, most often a login page.
    PageInstead,
    /// The download broke off.
    CutShort {
        /// Bytes received, shown.
        received: String,
        /// Bytes announced, shown.
        expected: String,
    },
    /// The host cannot be reached or does not answer properly, however often it is asked; why.
    Unreachable(String),
    /// The quota stays used up.
    QuotaUsedUp,
    /// Google refuses tokens since this machine's clock is off by so many minutes.
    ClockOff {
        /// Minutes; positive is ahead.
        minutes: i64,
    },
    /// The network is not to be used, and there is no earlier copy.
    Offline,
    /// A quote in a table as text is never closed, and what it swallowed cannot be told.
    QuoteUnclosed {
        /// Where it stands.
        cell: CellRef,
        /// Lines from there on.
        lines: u64,
    },
    /// It is something else for which there is advice.
    Instead {
        /// What.
        kind: Phrase,
        /// What to do.
        advice: Phrase,
    },
}

impl SourceError {
    /// That nobody waited for it: the run was to end.
    pub(in crate::source) fn stopped() -> Self {
        SourceError::Unreachable("dihentikan / stopped".to_owned())
    }

    /// Whether the source may be there all the same: it was not reached, or not let in, now.
    pub fn may_pass(&self) -> bool {
        match self {
            SourceError::Unreachable(_)
            | SourceError::QuotaUsedUp
            | SourceError::CutShort { .. }
            | SourceError::ClockOff { .. }
            | SourceError::NoCredentials
            | SourceError::BadCredentials(_)
            | SourceError::NoAccess { .. }
            | SourceError::PageInstead
            | SourceError::Offline => true,
            // What is there, or that nothing is there, is known.
            SourceError::Missing(_)
            | SourceError::Unreadable(_)
            | SourceError::NotWorkbook(_)
            | SourceError::Damaged(_)
            | SourceError::Protected
            | SourceError::TooLarge { .. }
            | SourceError::QuoteUnclosed { .. }
            | SourceError::Instead { .. }
            | SourceError::Crashed(_)
            | SourceError::Exhausted { .. }
            | SourceError::Slow { .. }
            | SourceError::Address(_)
            | SourceError::HostRefused { .. }
            | SourceError::NotThere
            | SourceError::SheetGone { .. } => false,
        }
    }

    fn too_large(what: Phrase, found: u64, limit: u64) -> Self {
        SourceError::TooLarge { what, found: show_bytes(found), limit: show_bytes(limit) }
    }

    /// The finding that tells of it.
    pub fn finding(&self, location: &Arc<str>) -> Finding {
        let finding = match self {
            SourceError::Missing(path) => Finding::new(Code::SourceMissing, [("path", Arg::from(path.as_str()))]),
            SourceError::Unreadable(why) => Finding::new(Code::SourceUnreadable, [("reason", Arg::from(why.as_str()))]),
            SourceError::NotWorkbook(kind) => Finding::new(Code::SourceNotWorkbook, [("kind", Arg::from(*kind))]),
            SourceError::Damaged(how) => Finding::new(Code::SourceDamaged, [("reason", Arg::from(how.as_str()))]),
            SourceError::Protected => Finding::new(Code::SourceProtected, []),
            SourceError::TooLarge { what, found, limit } => Finding::new(
                Code::SourceTooLarge,
                [("what", Arg::from(*what)), ("found", found.as_str().into()), ("limit", limit.as_str().into())],
            ),
            SourceError::Instead { kind, advice } => {
                Finding::new(Code::SourceInstead, [("kind", Arg::from(*kind)), ("advice", Arg::from(*advice))])
            }
            SourceError::QuoteUnclosed { cell, lines } => {
                let args = [("cell", Arg::from(*cell)), ("lines", Arg::Count(*lines))];
                let range = Some(CellRange { start: *cell, end: *cell });
                let place = Place { range, ..Place::whole(location.clone()) };
                return Finding::new(Code::SourceQuoteUnclosed, args).at(place);
            }
            SourceError::Crashed(why) => Finding::new(Code::SourceCrashed, [("reason", Arg::from(why.as_str()))]),
            SourceError::Exhausted { memory } => {
                Finding::new(Code::SourceExhausted, [("memory", Arg::from(memory.as_str()))])
            }
            SourceError::Slow { seconds } => Finding::new(Code::SourceSlow, [("seconds", Arg::Count(*seconds))]),
            SourceError::Address(why) => Finding::new(Code::SourceAddress, [("reason", Arg::from(*why))]),
            SourceError::HostRefused { host, reason } => {
                Finding::new(Code::SourceHostRefused, [("host", host.as_str().into()), ("reason", Arg::from(*reason))])
            }
            SourceError::NoCredentials => Finding::new(Code::SourceNoCredentials, []),
            SourceError::BadCredentials(why) => {
                Finding::new(Code::SourceBadCredentials, [("reason", Arg::from(why.as_str()))])
            }
            SourceError::NoAccess { account } => {
                Finding::new(Code::SourceNoAccess, [("account", Arg::from(account.as_str()))])
            }
            SourceError::NotThere => Finding::new(Code::SourceNotThere, []),
            SourceError::SheetGone { gid, sheets } => {
                let args = [("gid", Arg::from(gid.as_str())), ("sheets", Arg::from(sheets.as_str()))];
                Finding::new(Code::SourceSheetGone, args)
            }
            SourceError::PageInstead => Finding::new(Code::SourcePageInstead, []),
            SourceError::CutShort { received, expected } => {
                let args = [("received", Arg::from(received.as_str())), ("expected", expected.as_str().into())];
                Finding::new(Code::SourceCutShort, args)
            }
            SourceError::Unreachable(why) => {
                Finding::new(Code::SourceUnreachable, [("reason", Arg::from(why.as_str()))])
            }
            SourceError::QuotaUsedUp => Finding::new(Code::SourceQuotaUsedUp, []),
            SourceError::ClockOff { minutes } => {
                let direction = if *minutes > 0 {
                    Phrase::new("lebih cepat", "ahead")
                } else {
                    Phrase::new("lebih lambat", "behind")
                };
                let args = [("minutes", Arg::Count(minutes.unsigned_abs())), ("direction", Arg::from(direction))];
                Finding::new(Code::SourceClockOff, args)
            }
            SourceError::Offline => Finding::new(Code::SourceOffline, []),
        };
        finding.at(Place::whole(location.clone()))
    }
}

impl From<(&str, Phrase)> for SourceError {
    /// A variable of the environment that names a proxy which cannot be used.
    fn from((name, why): (&str, Phrase)) -> Self {
        SourceError::Unreachable(format!("{name}: {} / {}", why.id, why.en))
    }
}

impl From<GridTooLarge> for SourceError {
    fn from(error: GridTooLarge) -> Self {
        let (what, found, limit) = match error {
            GridTooLarge::Reach { cell, limit: (rows, cols) } => {
                (Phrase::new("Sel terjauh", "The farthest cell"), cell.to_string(), format!("{rows} × {cols}"))
            }
            GridTooLarge::Area { area, limit } => {
                (Phrase::new("Luas lembar (sel)", "The sheet's area (cells)"), area.to_string(), limit.to_string())
            }
            GridTooLarge::Text { cell, limit } => {
                (Phrase::new("Teks satu sel", "The text of one cell"), cell.to_string(), show_bytes(limit as u64))
            }
            GridTooLarge::Total { measure: Measure::Text, found, limit } => {
                let what = Phrase::new("Teks seluruh sel bersama-sama", "The text of all cells together");
                return SourceError::too_large(what, found, limit);
            }
            GridTooLarge::Total { measure, found, limit } => {
                let what = match measure {
                    Measure::Area => Phrase::new("Luas semua lembar (sel)", "The area of all sheets (cells)"),
                    Measure::Merges => Phrase::new("Jumlah sel gabungan", "The number of merged regions"),
                    Measure::Merged => {
                        Phrase::new("Luas semua sel gabungan (sel)", "The area of all merged regions (cells)")
                    }
                    _ => Phrase::new("Jumlah sel terisi", "The number of cells"),
                };
                (what, found.to_string(), limit.to_string())
            }
        };
        SourceError::TooLarge { what, found, limit }
    }
}

fn show_bytes(bytes: u64) -> String {
    if bytes < 10 << 20 {
        format!("{} KiB", bytes.div_ceil(1 << 10))
    } else {
        format!("{} MiB", bytes.div_ceil(1 << 20))
    }
}

/// A sheet of a workbook, before it is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetName {
    /// Its name.
    pub name: String,
    /// Whether it is hidden.
    pub hidden: bool,
}

/// An opened source; its sheets are read one by one, on demand.
pub struct Book {
    /// Where it was read from.
    pub info: SourceInfo,
    sheets: Vec<SheetName>,
    content: Content,
    limits: Limits,
    /// What each sheet comes to, as far as it has been read.
    totals: Vec<Total>,
}

/// A source that could not be opened, with what is known of it all the same: time and digest, where it was read.
#[derive(Debug)]
pub struct Unopened {
    /// What is known of it.
    pub info: SourceInfo,
    /// Why not.
    pub error: SourceError,
}

impl Unopened {
    /// The finding that tells of it.
    pub fn finding(&self) -> Finding {
        self.error.finding(&self.info.location)
    }
}

enum Content {
    Xlsx(Box<xlsx::Xlsx>),
    Xls(Box<xls::Xls>),
    Csv(csv::Csv),
    /// Read as a whole when opened.
    Grids(Vec<Grid>),
    /// Opened by a reading process, which is asked for each sheet.
    Elsewhere(Reader),
}

impl Book {
    /// Opens a file. `location` is how the pipeline names it; `now` is recorded as the time of reading.
    ///
    /// # Errors
    /// [`Unopened`] when the file cannot be read, is no workbook, or is beyond the limits.
    pub fn open(path: &Path, location: &str, now: Timestamp, limits: &Limits) -> Result<Book, Box<Unopened>> {
        let info = SourceInfo::of(location, now);
        match FileBytes::read(path, limits) {
            Ok(file) => Book::of_file(file, info, limits, &Stop::new()),
            Err(error) => Err(Box::new(Unopened { info, error })),
        }
    }

    /// Opens a file that was read already, by a reading process where there are any ([`worker::set_up`]); digest and size
    /// of `info` become the file's. `stop` is asked for as long as such a process is waited for.
    ///
    /// # Errors
    /// [`Unopened`] when it is no workbook or beyond the limits.
    pub fn of_file(file: FileBytes, info: SourceInfo, limits: &Limits, stop: &Stop) -> Result<Book, Box<Unopened>> {
        match worker::pool() {
            Some(pool) => Book::of_file_elsewhere(pool, file, info, limits, stop),
            None => Book::of_file_here(file, info, limits),
        }
    }

    fn of_file_elsewhere(
        pool: &Arc<worker::Pool>,
        file: FileBytes,
        mut info: SourceInfo,
        limits: &Limits,
        stop: &Stop,
    ) -> Result<Book, Box<Unopened>> {
        let FileBytes { bytes, name, is_csv } = file;
        (info.bytes, info.sha256) = (bytes.len() as u64, Sha256::of_shared(&bytes));
        let bound = Bound::of(limits, is_csv || !sniff::is_binary(&bytes));
        let question = || Question::Open { name: name.clone(), is_csv, limits: *limits };
        let (sheets, content) = match Reader::ask(pool, bound, stop, question, &bytes) {
            Ok((reader, Answer::Sheets(sheets), _)) => (sheets, Content::Elsewhere(reader)),
            Ok((_, Answer::Table(table), text)) => match String::from_utf8(text) {
                Ok(text) => table_content(csv::Csv { text: decode::Text::Decoded(text), table }),
                Err(error) => return Err(Box::new(Unopened { info, error: SourceError::Crashed(error.to_string()) })),
            },
            Ok(_) => return Err(Box::new(Unopened { info, error: worker::misunderstood() })),
            Err(error) => return Err(Box::new(Unopened { info, error })),
        };
        Ok(Book::new(info, sheets, content, *limits))
    }

    fn of_file_here(file: FileBytes, mut info: SourceInfo, limits: &Limits) -> Result<Book, Box<Unopened>> {
        let FileBytes { bytes, name, is_csv } = file;
        info.bytes = bytes.len() as u64;
        match guarded(|| open_content(bytes, &name, is_csv, limits, &mut info.sha256)) {
            Ok((sheets, content)) => Ok(Book::new(info, sheets, content, *limits)),
            Err(error) => Err(Box::new(Unopened { info, error })),
        }
    }

    /// Sheets that are read already.
    pub fn of_grids(sheets: Vec<Grid>, info: SourceInfo) -> Book {
        let (sheets, content) = grids(sheets);
        Book::new(info, sheets, content, Limits::default())
    }

    fn new(info: SourceInfo, sheets: Vec<SheetName>, content: Content, limits: Limits) -> Book {
        let totals = vec![Total::default(); sheets.len()];
        Book { info, sheets, content, limits, totals }
    }

    /// Every sheet.
    ///
    /// # Errors
    /// [`SourceError`] when a sheet is damaged or beyond the limits.
    pub fn into_grids(mut self) -> Result<Vec<Grid>, SourceError> {
        (0..self.sheets.len()).map(|sheet| self.grid(sheet)).collect()
    }

    /// The sheets in the workbook's order.
    pub fn sheets(&self) -> &[SheetName] {
        &self.sheets
    }

    /// What is doubtful about the bytes themselves, as far as they have been read: quotes read as none, bytes that are no
    /// text. Each is handed over once; an examiner takes them when it has read.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        let Content::Csv(csv) = &mut self.content else { return Vec::new() };
        let doubts = std::mem::take(&mut csv.table.doubts).into_iter();
        doubts.map(|doubt| doubt.finding(&self.info.location, &csv.table.name)).collect()
    }

    /// The places of the sheets that are not hidden.
    pub fn visible(&self) -> Vec<usize> {
        (0..self.sheets.len()).filter(|&sheet| !self.sheets[sheet].hidden).collect()
    }

    /// Reads one sheet, by its place in [`Book::sheets`].
    ///
    /// # Errors
    /// [`SourceError`] when the sheet is damaged or beyond the limits.
    pub fn grid(&mut self, sheet: usize) -> Result<Grid, SourceError> {
        self.head(sheet, u32::MAX)
    }

    /// Reads no more than the first `rows` rows of a sheet; a sheet that is read whole anyway is given whole.
    ///
    /// # Errors
    /// [`SourceError`] when these rows are damaged or beyond the limits.
    pub fn head(&mut self, sheet: usize, rows: u32) -> Result<Grid, SourceError> {
        if let Content::Elsewhere(reader) = &mut self.content {
            return match reader.ask_again(Question::Head { sheet, rows })? {
                Answer::Grid(grid) => Ok(grid),
                _ => Err(worker::misunderstood()),
            };
        }
        let SheetName { name, hidden } = self.sheets[sheet].clone();
        let Book { content, limits, totals, .. } = self;
        let others = totals.iter().enumerate().filter(|(place, _)| *place != sheet);
        let others = others.fold(Total::default(), |sum, (_, total)| sum.zip(*total, u64::saturating_add));
        let builder = GridBuilder::new(&*name, hidden, limits.grid).after(others);
        let (grid, total) = guarded(move || match content {
            Content::Xlsx(book) => book.grid(sheet, &name, rows, builder),
            Content::Xls(book) => book.grid(&name, builder),
            Content::Csv(csv) => Ok((csv.grid(rows, limits)?, others)),
            Content::Grids(grids) => Ok((grids[sheet].clone(), others)),
            Content::Elsewhere(_) => Err(worker::misunderstood()),
        })?;
        self.totals[sheet] = self.totals[sheet].zip(total.zip(others, u64::saturating_sub), u64::max);
        Ok(grid)
    }

    /// What `read` makes of every batch of rows of a sheet from row `first` on, in the order of the rows; several threads
    /// take part. A table as text is never held cell by cell.
    ///
    /// # Errors
    /// [`SourceError`] when the sheet is damaged or beyond the limits.
    pub fn map_batches<T: Send>(
        &mut self,
        sheet: usize,
        first: u32,
        read: impl Fn(&mut Batch) -> Result<T, SourceError> + Sync,
    ) -> Result<Vec<T>, SourceError> {
        if let Content::Csv(csv) = &mut self.content {
            return guarded(|| csv.map_batches(first, &self.limits, read));
        }
        let grid = self.grid(sheet)?;
        let starts: Vec<u32> = (first..grid.rows()).step_by(GRID_BATCH as usize).collect();
        guarded(|| {
            let batch = |start: u32| Batch::of_grid(&grid, start..grid.rows().min(start + GRID_BATCH));
            starts.into_par_iter().map(|start| read(&mut batch(start))).collect()
        })
    }
}

/// A file, read.
#[derive(Debug, Clone)]
pub struct FileBytes {
    /// Its bytes.
    pub bytes: Arc<Vec<u8>>,
    /// The name its only sheet has, where it is a table as text.
    pub name: String,
    /// Whether its name says that it is a table as text.
    pub is_csv: bool,
}

impl FileBytes {
    /// A copy of a file; none where sheets were kept.
    pub fn of_kept(kept: snapshot::Kept) -> Option<FileBytes> {
        match kept {
            snapshot::Kept::File { bytes, name, is_csv } => Some(FileBytes { bytes: Arc::new(bytes), name, is_csv }),
            snapshot::Kept::Grids(_) => None,
        }
    }

    /// Reads a file within the limits.
    ///
    /// # Errors
    /// [`SourceError`] when it cannot be read or is too large.
    pub fn read(path: &Path, limits: &Limits) -> Result<FileBytes, SourceError> {
        let limit = if is_csv_name(path) { limits.text_file } else { limits.file };
        Ok(FileBytes::named(read_file(path, limit)?, path))
    }

    /// Bytes that have the name of a path.
    pub(crate) fn named(bytes: Vec<u8>, path: &Path) -> FileBytes {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        FileBytes { bytes: Arc::new(bytes), name, is_csv: is_csv_name(path) }
    }
}

/// Whether a file's name says that it is a table as text.
fn is_csv_name(path: &Path) -> bool {
    path.extension().is_some_and(|e| ["csv", "tsv", "tab"].iter().any(|csv| e.eq_ignore_ascii_case(csv)))
}

fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, SourceError> {
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => SourceError::Missing(path.display().to_string()),
        _ => SourceError::Unreadable(error.to_string()),
    };
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        // Opening a pipe waits for somebody to write, and a device could be read without end.
        return Err(SourceError::NotWorkbook(Phrase::new(
            "folder, pipa, atau perangkat",
            "a folder, a pipe or a device",
        )));
    }
    if metadata.len() > limit {
        return Err(SourceError::too_large(Phrase::new("Berkas", "The file"), metadata.len(), limit));
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::with_capacity(metadata.len().min(limit) as usize + 1);
    file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(SourceError::too_large(Phrase::new("Berkas", "The file"), bytes.len() as u64, limit));
    }
    Ok(bytes)
}

fn open_content(
    bytes: Arc<Vec<u8>>,
    name: &str,
    is_csv: bool,
    limits: &Limits,
    sha256: &mut Sha256,
) -> Result<(Vec<SheetName>, Content), SourceError> {
    let format = sniff::sniff(&bytes, name, is_csv, limits);
    if !matches!(format, Ok(sniff::Format::Csv)) {
        *sha256 = Sha256::of(&bytes);
    }
    let (sheets, content) = match format? {
        sniff::Format::Xlsx => {
            let book = xlsx::Xlsx::open(bytes, limits)?;
            (book.sheets(), Content::Xlsx(Box::new(book)))
        }
        sniff::Format::Xls => {
            let book = xls::Xls::open(bytes, limits)?;
            (book.sheets(), Content::Xls(Box::new(book)))
        }
        sniff::Format::Ods => grids(ods::read(&bytes, limits)?),
        sniff::Format::Html => grids(html::read(decode::decode(bytes)?.text.as_str(), name, limits)?),
        sniff::Format::Csv => {
            *sha256 = Sha256::of_shared(&bytes);
            table_content(csv::Csv::new(bytes, name)?)
        }
    };
    if sheets.len() > limits.sheets {
        return Err(SourceError::TooLarge {
            what: Phrase::new("Jumlah lembar", "The number of sheets"),
            found: sheets.len().to_string(),
            limit: limits.sheets.to_string(),
        });
    }
    Ok((sheets, content))
}

fn table_content(csv: csv::Csv) -> (Vec<SheetName>, Content) {
    (vec![SheetName { name: csv.table.name.clone(), hidden: false }], Content::Csv(csv))
}

fn grids(grids: Vec<Grid>) -> (Vec<SheetName>, Content) {
    let sheets = grids.iter().map(|grid| SheetName { name: grid.name.clone(), hidden: grid.hidden }).collect();
    (sheets, Content::Grids(grids))
}

/// Runs a reader; a panic in a library is that source's error, not the program's end.
fn guarded<T>(read: impl FnOnce() -> Result<T, SourceError>) -> Result<T, SourceError> {
    crate::panics::caught(read).unwrap_or_else(|message| Err(SourceError::Crashed(message)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    fn open(path: &Path) -> Result<Book, Box<Unopened>> {
        Book::open(path, "x", "2025-11-25T00:00:00Z".parse().unwrap(), &Limits::default())
    }

    fn too_large(error: SourceError) -> String {
        assert_eq!(error.finding(&"x".into()).code, Code::SourceTooLarge, "{error:?}");
        error.finding(&"x".into()).message(Lang::Id)
    }

    /// A workbook of sheets, given as their XML from `sheetData` on, and a part of shared texts.
    fn workbook(sheets: &[String], strings: &str) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let mut part = |name: &str, content: &str| {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut zip, content.as_bytes()).unwrap();
        };
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let relation = |id: usize, kind: &str, target: &str| {
            format!(r#"<Relationship Id="r{id}" Type="{office}/{kind}" Target="{target}"/>"#)
        };
        let (mut names, mut relations) = (String::new(), relation(0, "sharedStrings", "sharedStrings.xml"));
        for (id, sheet) in (1..).zip(sheets) {
            names += &format!(r#"<sheet name="S{id}" sheetId="{id}" r:id="r{id}"/>"#);
            relations += &relation(id, "worksheet", &format!("worksheets/sheet{id}.xml"));
            part(&format!("xl/worksheets/sheet{id}.xml"), &format!("<worksheet>{sheet}</worksheet>"));
        }
        part("[Content_Types].xml", "<Types/>");
        part(
            "_rels/.rels",
            &format!("<Relationships>{}</Relationships>", relation(1, "officeDocument", "xl/workbook.xml")),
        );
        part("xl/workbook.xml", &format!(r#"<workbook xmlns:r="{office}"><sheets>{names}</sheets></workbook>"#));
        part("xl/_rels/workbook.xml.rels", &format!("<Relationships>{relations}</Relationships>"));
        part("xl/sharedStrings.xml", strings);
        zip.finish().unwrap().into_inner()
    }

    fn cells(cells: &str) -> String {
        format!(r#"<sheetData><row r="1">{cells}</row></sheetData>"#)
    }

    const NO_STRINGS: &str = r#"<sst uniqueCount="0"></sst>"#;

    /// Every hostile sheet stands beside a healthy one of another satker, which comes through.
    #[test]
    fn a_workbook_that_would_take_too_much_is_refused_and_its_neighbour_read() {
        let page = "x".repeat(60_000);
        let far = r#"<c r="A1"><v>1</v></c></row><row r="4000"><c r="BXX4000"><v>1</v></c>"#;
        let long = format!("<sst uniqueCount=\"1\"><si><t>{page}</t></si></sst>");
        let merges = |count: usize, merge: &str| format!("<mergeCells>{}</mergeCells>", merge.repeat(count));
        let shared = format!(r#"<c r="A1"><f t="shared" ref="A1:A9000" si="0">"{page}"</f></c>"#);
        for (shape, sheet, strings, what) in [
            (
                "regions over regions",
                cells(far) + &merges(20_000, r#"<mergeCell ref="A1:XFD1048576"/>"#),
                NO_STRINGS,
                "Luas semua sel gabungan",
            ),
            (
                "regions beyond number",
                cells(far) + &merges(100_001, r#"<mergeCell ref="A9:B9"/>"#),
                NO_STRINGS,
                "Jumlah sel gabungan",
            ),
            (
                "one text again and again",
                cells(&r#"<c r="A1" t="s"><v>0</v></c>"#.repeat(3_000)),
                &long,
                "Teks seluruh sel bersama-sama",
            ),
            (
                "one formula again and again",
                cells(&(shared + &r#"<c r="A2"><f t="shared" si="0"/></c>"#.repeat(3_000))),
                NO_STRINGS,
                "Teks seluruh sel bersama-sama",
            ),
            (
                "a text over a region",
                cells(r#"<c r="A1" t="s"><v>0</v></c></row><row r="90"><c r="CV90"><v>1</v></c>"#)
                    + &merges(1, r#"<mergeCell ref="A1:CV90"/>"#),
                &long,
                "Teks seluruh sel bersama-sama",
            ),
            ("a claim of texts", cells(far), "<sst uniqueCount = '4000000000'></sst>", "Jumlah yang dinyatakan berkas"),
            (
                "a claim of formulas",
                cells("<c r='A1'><f t='shared' ref='A1:A9' si='4000000000'>1</f></c>"),
                NO_STRINGS,
                "Jumlah yang dinyatakan berkas",
            ),
            (
                "texts beyond number",
                cells(far),
                &format!("<sst>{}</sst>", "<si/>".repeat(1_000_001)),
                "Jumlah teks bersama",
            ),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let [bad, good] = ["buruk.xlsx", "baik.xlsx"].map(|name| folder.path().join(name));
            std::fs::write(&bad, workbook(&[sheet], strings)).unwrap();
            std::fs::write(&good, workbook(&[cells(r#"<c r="B1"><v>3.5</v></c>"#)], NO_STRINGS)).unwrap();
            let error = match open(&bad) {
                Ok(mut book) => book.grid(0).map(|_| ()).expect_err(shape),
                Err(unopened) => unopened.error,
            };
            let said = too_large(error);
            assert!(said.contains(what), "{shape}: {said}");
            let grid = open(&good).unwrap().grid(0).unwrap();
            assert_eq!(grid.cell(0, 1).number(), Some(3.5), "{shape}");
        }
    }

    #[test]
    fn the_sheets_of_a_workbook_are_bounded_together_and_may_be_read_again() {
        let far = r#"<c r="A1"><v>1</v></c></row><row r="4000"><c r="BXX4000"><v>1</v></c>"#;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.xlsx");
        std::fs::write(&path, workbook(&vec![cells(far); 4], NO_STRINGS)).unwrap();
        let mut book = open(&path).unwrap();
        for sheet in [0, 1, 2, 2, 1, 0] {
            assert_eq!(book.grid(sheet).unwrap().rows(), 4_000);
        }
        assert!(too_large(book.grid(3).unwrap_err()).contains("Luas semua lembar"));
        assert_eq!(book.grid(2).unwrap().cols(), 2_000, "what was read can be read again");
    }

    #[test]
    fn an_archive_of_more_entries_than_a_workbook_has_is_not_listed() {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for entry in 0..101 {
            zip.start_file(format!("xl/{entry}"), zip::write::SimpleFileOptions::default()).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        for (entries, is_open) in [(101, true), (100, false)] {
            assert_eq!(archive::open(&bytes, &Limits { entries, ..Limits::default() }).is_ok(), is_open);
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_plain_file_is_refused_before_it_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("lke.xlsx");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.is_ok_and(|status| status.success()));
        for path in [pipe.as_path(), Path::new("/dev/zero"), folder.path()] {
            let error = open(path).map(|_| ()).expect_err("no file").error;
            assert!(matches!(error, SourceError::NotWorkbook(_)), "{error:?}");
        }
    }

    #[test]
    fn a_library_that_falls_is_a_finding() {
        let none: Vec<u8> = Vec::new();
        let error = guarded(|| Ok(none[std::hint::black_box(3)])).unwrap_err();
        let finding = error.finding(&"x.xlsx".into());
        assert_eq!(finding.code, Code::SourceCrashed);
        assert!(finding.message(Lang::Id).contains("index out of bounds"), "{}", finding.message(Lang::Id));
    }
}
