//! [`Snapshots`]: what was read, kept in the state folder, so that an unreachable source has its last copy and an earlier
//! run can be rebuilt.
//!
//! A copy is kept under a key. Of a file as it was received that is its SHA-256 alone: every version of the program reads it
//! anew. What was *read* and kept (sheets of Google's, responses without who gave them) carries the [`READER`] in its key as
//! well, since another reader would have read something else. Folder and files are their owner's alone.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Sha256;
use super::web::Validators;
use crate::grid::Grid;

/// The version of what readers make of bytes. The number behind the plus sign is raised when an unchanged file is read
/// differently before the program's own version is.
pub const READER: &str = concat!(env!("CARGO_PKG_VERSION"), "+1");

/// What a copy begins with: that it is one, and in which format. Raised when anything that is kept is laid out otherwise.
const HEAD: &[u8] = b"rekap salinan 1\n";
/// Bytes of the digest behind it: a copy cut short or changed is no copy.
const CHECK: usize = 32;
/// Where copies of this format lie. Those before it held files of respondents as they were, and no version reads them now.
const FOLDER: &str = "snapshots/v1";
const BEFORE: [&str; 3] = ["snapshots/content", "snapshots/latest", "snapshots/runs"];
/// What a copy being written is called; what a killed process left goes when old copies do.
const BESIDE: &str = ".baru-";
/// The library's own level: quick, and smaller than any worksheet needs.
const COMPRESSION: i32 = 3;

/// What is kept of one source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Kept {
    /// A file as it was.
    File {
        /// Its bytes.
        bytes: Vec<u8>,
        /// The name its only sheet has, where it is a table as text.
        name: String,
        /// Whether its name says that it is a table as text.
        is_csv: bool,
    },
    /// Every sheet, read.
    Grids(Vec<Grid>),
}

impl Kept {
    /// The key it is kept under, of the SHA-256 of what was received.
    pub fn key(&self, sha256: &str) -> String {
        match self {
            Kept::File { .. } => sha256.to_owned(),
            Kept::Grids(_) => read_key(sha256),
        }
    }
}

/// The key of something this reader made, of a SHA-256 of all it was made from.
pub fn read_key(sha256: &str) -> String {
    format!("{sha256}-{READER}")
}

/// The reader that made what is kept under a key; none where that is what was received.
pub fn reader_of(key: &str) -> Option<&str> {
    key.split_once('-').map(|(_, reader)| reader)
}

/// The last copy of an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    /// The address.
    pub location: String,
    /// Name of the pipeline that read it.
    pub pipeline: String,
    /// SHA-256 of what was received.
    pub sha256: String,
    /// Keys of what is kept of it: of a survey one for every instrument it was read by.
    pub copies: BTreeSet<String>,
    /// Bytes received.
    pub bytes: u64,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// What the server said of this version.
    pub validators: Validators,
}

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Last copies of addresses.
    pub latest: usize,
    /// Copies.
    pub copies: usize,
}

/// A folder of copies.
#[derive(Debug, Clone)]
pub struct Snapshots {
    folder: PathBuf,
}

impl Snapshots {
    /// The copies below a state folder; the folder is made, for its owner alone. Copies of earlier formats, which nothing
    /// reads, are removed.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(state: &Path) -> io::Result<Self> {
        let folder = state.join(FOLDER);
        for part in ["content", "latest", "runs"] {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder.join(part))?;
        }
        for before in BEFORE.map(|before| state.join(before)) {
            if before.is_dir() {
                fs::remove_dir_all(before)?;
            }
        }
        Ok(Snapshots { folder })
    }

    /// The copies below a state folder, to be read only; none where none are kept there.
    pub fn existing(state: &Path) -> Option<Self> {
        let folder = state.join(FOLDER);
        folder.is_dir().then_some(Snapshots { folder })
    }

    /// Keeps a copy under a key; one that is there and whole stays.
    ///
    /// # Errors
    /// When it cannot be written, or is not read back as it was written.
    pub fn keep(&self, key: &str, kept: &impl Serialize) -> io::Result<()> {
        if self.has(key) { Ok(()) } else { write(&self.content(key), kept) }
    }

    /// The copy of a key; none where it was not kept, is not kept any more, or is damaged.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        read(&self.content(key)).ok().flatten()
    }

    /// Whether there is a copy, and it is whole.
    pub fn has(&self, key: &str) -> bool {
        fs::read(self.content(key)).is_ok_and(|bytes| packed(&bytes).is_some())
    }

    /// The last copy of an address, where all of it is there.
    pub fn latest(&self, location: &str) -> Option<Latest> {
        let latest: Latest = read(&self.of_location(location)).ok().flatten()?;
        // Another address with the same digest would be a wonder; it would be no harm.
        (latest.location == location && latest.copies.iter().all(|key| self.has(key))).then_some(latest)
    }

    /// Notes the last copy of an address.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note(&self, latest: &Latest) -> io::Result<()> {
        write(&self.of_location(&latest.location), latest)
    }

    /// Keeps what an earlier run is rebuilt from.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_run(&self, run: i64, manifest: &impl Serialize) -> io::Result<()> {
        write(&self.of_run(run), manifest)
    }

    /// What a run is rebuilt from; none where it is not kept (any more).
    ///
    /// # Errors
    /// When it is there and cannot be read: what it needs is not known then.
    pub fn run<T: DeserializeOwned>(&self, run: i64) -> io::Result<Option<T>> {
        read(&self.of_run(run))
    }

    /// The runs that can be rebuilt, the earliest first.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn runs(&self) -> io::Result<Vec<i64>> {
        let entries = fs::read_dir(self.folder.join("runs"))?.flatten();
        let mut runs: Vec<i64> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
        runs.sort_unstable();
        Ok(runs)
    }

    /// Forgets how a run is rebuilt.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn forget_run(&self, run: i64) -> io::Result<()> {
        fs::remove_file(self.of_run(run))
    }

    /// Removes last copies that have `ended`, and every copy that is neither an address's last one nor in `needed`.
    ///
    /// # Errors
    /// When a folder or the last copy of an address cannot be read: what that needs is not known, so nothing is removed.
    pub fn prune(&self, needed: &BTreeSet<String>, ended: &dyn Fn(&Latest) -> bool) -> io::Result<Pruned> {
        let (mut stays, mut goes) = (needed.clone(), Vec::new());
        for path in entries(&self.folder.join("latest"))? {
            match read::<Latest>(&path)? {
                Some(latest) if !ended(&latest) => stays.extend(latest.copies),
                _ => goes.push(path),
            }
        }
        let mut pruned = Pruned { latest: goes.len(), copies: 0 };
        goes.into_iter().try_for_each(fs::remove_file)?;
        for path in entries(&self.folder.join("content"))? {
            if path.file_name().and_then(|name| name.to_str()).is_none_or(|name| !stays.contains(name)) {
                fs::remove_file(path)?;
                pruned.copies += 1;
            }
        }
        entries(&self.folder.join("runs"))?;
        Ok(pruned)
    }

    fn content(&self, key: &str) -> PathBuf {
        self.folder.join("content").join(key)
    }

    fn of_run(&self, run: i64) -> PathBuf {
        self.folder.join("runs").join(run.to_string())
    }

    fn of_location(&self, location: &str) -> PathBuf {
        self.folder.join("latest").join(&*Sha256::of(location.as_bytes()))
    }
}

/// The files of a folder; those a killed process was writing are removed.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_name().to_string_lossy().starts_with(BESIDE) {
            true => fs::remove_file(entry.path())?,
            false => paths.push(entry.path()),
        }
    }
    Ok(paths)
}

/// A value in few bytes.
pub(super) fn pack(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let bytes = postcard::to_stdvec(value).map_err(io::Error::other)?;
    zstd::encode_all(bytes.as_slice(), COMPRESSION)
}

/// The value of such bytes; none where they are not of its kind.
pub(super) fn unpack<T: DeserializeOwned>(packed: &[u8]) -> Option<T> {
    let mut value = Vec::new();
    zstd::Decoder::new(packed).ok()?.read_to_end(&mut value).ok()?;
    postcard::from_bytes(&value).ok()
}

/// Writes a value beside its place and renames it there, so that it survives a power failure whole or not at all; several
/// may write the same one at once.
fn write(path: &Path, value: &impl Serialize) -> io::Result<()> {
    let packed = pack(value)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    // Readable by its owner alone, as temporary files are; removed where it does not reach its place.
    let mut beside = tempfile::Builder::new().prefix(BESIDE).tempfile_in(folder)?;
    let bytes = [HEAD, digest(&SHA256, &packed).as_ref(), &packed].concat();
    beside.write_all(&bytes)?;
    beside.as_file().sync_all()?;
    beside.persist(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()?;
    match fs::read(path)? == bytes {
        true => Ok(()),
        false => Err(damaged(path)),
    }
}

/// What stands behind the head and the digest of a whole copy.
fn packed(bytes: &[u8]) -> Option<&[u8]> {
    let (check, packed) = bytes.strip_prefix(HEAD)?.split_at_checked(CHECK)?;
    (digest(&SHA256, packed).as_ref() == check).then_some(packed)
}

/// The value of a file; none where there is no file.
fn read<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        bytes => bytes?,
    };
    packed(&bytes).and_then(unpack).map(Some).ok_or_else(|| damaged(path))
}

fn damaged(path: &Path) -> io::Error {
    let name = path.display();
    io::Error::new(io::ErrorKind::InvalidData, format!("{name}: salinannya rusak / the copy is damaged"))
}

/// Sheets as the bytes their SHA-256 is of, where no file was read: the same sheets, the same bytes.
pub(super) fn canonical_bytes(grids: &[Grid]) -> Vec<u8> {
    postcard::to_stdvec(grids).expect("plain data always serialises")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::{Cell, CellRef, GridBuilder, GridLimits, Value};
    use std::os::unix::fs::PermissionsExt;

    fn kept() -> Kept {
        let mut builder = GridBuilder::new("LKE ZI", false, GridLimits::default());
        let cell = Cell { value: Value::Number(0.7838), formula: Some("1-A1".into()), link: None };
        builder.set(CellRef::new(3, 2), cell).unwrap();
        Kept::Grids(vec![builder.finish()])
    }

    fn latest(location: &str, key: &str) -> Latest {
        Latest {
            location: location.to_owned(),
            pipeline: "uji".to_owned(),
            sha256: key.to_owned(),
            copies: [key.to_owned()].into(),
            bytes: 7,
            fetched_at: Timestamp::UNIX_EPOCH,
            validators: Validators::default(),
        }
    }

    #[test]
    fn a_copy_comes_back_as_it_was_and_is_its_owners_alone() {
        let state = tempfile::tempdir().unwrap();
        let snapshots = Snapshots::open(state.path()).unwrap();
        snapshots.keep("ab", &kept()).unwrap();
        assert_eq!(snapshots.get("ab"), Some(kept()));
        assert_eq!(snapshots.get::<Kept>("cd"), None);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&state.path().join("snapshots")), 0o700);
        assert_eq!(mode(&snapshots.content("ab")), 0o600);
    }

    #[test]
    fn a_damaged_copy_is_none_and_is_written_again() {
        let state = tempfile::tempdir().unwrap();
        let snapshots = Snapshots::open(state.path()).unwrap();
        snapshots.keep("ab", &kept()).unwrap();
        let path = snapshots.content("ab");
        let whole = fs::read(&path).unwrap();
        assert!(whole.starts_with(HEAD));
        let mut shapes: Vec<Vec<u8>> =
            [0, 10, HEAD.len() + CHECK, whole.len() - 1].map(|length| whole[..length].to_vec()).into();
        for place in [0, HEAD.len() - 2, HEAD.len() + 5, whole.len() - 3] {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            shapes.push(changed);
        }
        for shape in shapes {
            fs::write(&path, &shape).unwrap();
            assert_eq!(snapshots.get::<Kept>("ab"), None, "{} bytes", shape.len());
            assert!(!snapshots.has("ab"));
            snapshots.keep("ab", &kept()).unwrap();
            assert_eq!(fs::read(&path).unwrap(), whole);
        }
    }

    #[test]
    fn what_a_reader_made_is_kept_for_that_reader_and_a_file_for_every_one() {
        let file = Kept::File { bytes: b"a;b".to_vec(), name: "x".to_owned(), is_csv: true };
        assert_eq!((file.key("ab").as_str(), reader_of("ab")), ("ab", None));
        assert_eq!(reader_of(&kept().key("ab")), Some(READER));
    }

    #[test]
    fn only_what_is_needed_stays() {
        let state = tempfile::tempdir().unwrap();
        let snapshots = Snapshots::open(state.path()).unwrap();
        for key in ["ab", "cd", "ef", "gh"] {
            snapshots.keep(key, &kept()).unwrap();
        }
        fs::write(snapshots.content(".baru-x"), "setengah").unwrap();
        let [stays, goes] = [("https://contoh.id/x", "cd"), ("https://contoh.id/y", "gh")].map(|(l, k)| latest(l, k));
        snapshots.note(&stays).unwrap();
        snapshots.note(&goes).unwrap();
        let pruned = snapshots.prune(&["ab".to_owned()].into(), &|latest| latest.location.ends_with('y')).unwrap();
        assert_eq!(pruned, Pruned { latest: 1, copies: 2 });
        assert!(snapshots.has("ab") && snapshots.has("cd") && !snapshots.has("ef") && !snapshots.has("gh"));
        assert!(!snapshots.content(".baru-x").exists());
        assert_eq!(snapshots.latest(&stays.location), Some(stays));
        assert_eq!(snapshots.latest(&goes.location), None);
    }

    #[test]
    fn nothing_is_removed_on_doubt() {
        let state = tempfile::tempdir().unwrap();
        let snapshots = Snapshots::open(state.path()).unwrap();
        snapshots.keep("ab", &kept()).unwrap();
        let last = latest("https://contoh.id/x", "ab");
        snapshots.note(&last).unwrap();
        let path = snapshots.of_location(&last.location);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(snapshots.prune(&BTreeSet::new(), &|_| false).is_err());
        assert!(snapshots.has("ab") && path.exists());
    }

    #[test]
    fn copies_of_an_earlier_format_go() {
        let state = tempfile::tempdir().unwrap();
        let before = state.path().join("snapshots/content");
        fs::create_dir_all(&before).unwrap();
        fs::write(before.join("ab"), "nama responden").unwrap();
        Snapshots::open(state.path()).unwrap();
        assert!(!before.exists());
    }
}
