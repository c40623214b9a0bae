//! [`Snapshots`]: what was read, kept in the state folder by its SHA-256, so that an unreachable source has its last
//! copy, an unchanged one is not parsed again, and an earlier run can be rebuilt.
//!
//! A copy holds what a satker sent, respondents and all: folder and files are their owner's alone.

use std::collections::BTreeSet;
use std::fs;
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

/// Bytes of the digest a copy begins with: a copy cut short or changed is no copy.
const CHECK: usize = 32;
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

/// The last copy of an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    /// The address.
    pub location: String,
    /// SHA-256 of what was read: the copy's name.
    pub sha256: String,
    /// Bytes read.
    pub bytes: u64,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// What the server said of this version.
    pub validators: Validators,
}

/// A folder of copies.
#[derive(Debug, Clone)]
pub struct Snapshots {
    folder: PathBuf,
}

impl Snapshots {
    /// The copies below a state folder; the folder is made, for its owner alone.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(state: &Path) -> io::Result<Self> {
        let folder = state.join("snapshots");
        for part in ["", "content", "latest", "runs"] {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder.join(part))?;
        }
        Ok(Snapshots { folder })
    }

    /// The copies below a state folder, to be read only; none where none are kept there.
    pub fn existing(state: &Path) -> Option<Self> {
        let folder = state.join("snapshots");
        folder.is_dir().then_some(Snapshots { folder })
    }

    /// Keeps a copy under the SHA-256 of what was read; one that is there already stays.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, sha256: &str, kept: &Kept) -> io::Result<()> {
        let path = self.content(sha256);
        if path.exists() { Ok(()) } else { write(&path, kept) }
    }

    /// The copy of a SHA-256; none where it was not kept, is not kept any more, or is damaged.
    pub fn get(&self, sha256: &str) -> Option<Kept> {
        read(&self.content(sha256))
    }

    /// Whether there is a copy.
    pub fn has(&self, sha256: &str) -> bool {
        self.content(sha256).exists()
    }

    /// The last copy of an address.
    pub fn latest(&self, location: &str) -> Option<Latest> {
        // Another address with the same digest would be a wonder; it would be no harm.
        read(&self.of_location(location))
            .filter(|latest: &Latest| latest.location == location && self.has(&latest.sha256))
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
        write(&self.folder.join("runs").join(run.to_string()), manifest)
    }

    /// What a run is rebuilt from; none where it is not kept (any more).
    pub fn run<T: DeserializeOwned>(&self, run: i64) -> Option<T> {
        read(&self.folder.join("runs").join(run.to_string()))
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
        fs::remove_file(self.folder.join("runs").join(run.to_string()))
    }

    /// Removes every copy that is neither an address's last one nor in `needed`; how many.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn prune(&self, needed: &BTreeSet<String>) -> io::Result<usize> {
        let latest = fs::read_dir(self.folder.join("latest"))?.flatten();
        let latest: Vec<Latest> = latest.filter_map(|entry| read(&entry.path())).collect();
        let mut removed = 0;
        for entry in fs::read_dir(self.folder.join("content"))?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !needed.contains(&name) && !latest.iter().any(|latest| latest.sha256 == name) {
                fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    fn content(&self, sha256: &str) -> PathBuf {
        self.folder.join("content").join(sha256)
    }

    fn of_location(&self, location: &str) -> PathBuf {
        self.folder.join("latest").join(&*Sha256::of(location.as_bytes()))
    }
}

/// Writes a value beside its place and renames it there; several may write the same one at once.
fn write(path: &Path, value: &impl Serialize) -> io::Result<()> {
    let packed = postcard::to_stdvec(value).map_err(io::Error::other)?;
    let packed = zstd::encode_all(packed.as_slice(), COMPRESSION)?;
    // Readable by its owner alone, as temporary files are; removed where it does not reach its place.
    let mut beside = tempfile::Builder::new().prefix(BESIDE).tempfile_in(path.parent().unwrap_or(Path::new(".")))?;
    beside.write_all(digest(&SHA256, &packed).as_ref())?;
    beside.write_all(&packed)?;
    beside.persist(path).map(|_| ()).map_err(|error| error.error)
}

fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let bytes = fs::read(path).ok()?;
    let (check, packed) = bytes.split_at_checked(CHECK)?;
    if digest(&SHA256, packed).as_ref() != check {
        return None;
    }
    let mut value = Vec::new();
    zstd::Decoder::new(packed).ok()?.read_to_end(&mut value).ok()?;
    postcard::from_bytes(&value).ok()
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

    #[test]
    fn a_copy_comes_back_as_it_was_and_is_its_owners_alone() {
        let state = tempfile::tempdir().unwrap();
        let snapshots = Snapshots::open(state.path()).unwrap();
        snapshots.keep("ab", &kept()).unwrap();
        assert_eq!(snapshots.get("ab"), Some(kept()));
        assert_eq!(snapshots.get("cd"), None);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&state.path().join("snapshots")), 0o700);
        assert_eq!(mode(&state.path().join("snapshots/content/ab")), 0o600);
    }

    #[test]
    fn a_damaged_copy_is_none() {
        let state = tempfile::tempdir().unwrap();
        let snapshots = Snapshots::open(state.path()).unwrap();
        snapshots.keep("ab", &kept()).unwrap();
        let path = state.path().join("snapshots/content/ab");
        let whole = fs::read(&path).unwrap();
        for length in [0, 10, CHECK, whole.len() - 1] {
            fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(snapshots.get("ab"), None, "{length} bytes");
        }
        let mut changed = whole;
        changed[CHECK + 5] ^= 1;
        fs::write(&path, &changed).unwrap();
        assert_eq!(snapshots.get("ab"), None);
    }

    #[test]
    fn only_what_is_needed_stays() {
        let state = tempfile::tempdir().unwrap();
        let snapshots = Snapshots::open(state.path()).unwrap();
        for sha256 in ["ab", "cd", "ef"] {
            snapshots.keep(sha256, &kept()).unwrap();
        }
        let latest = Latest {
            location: "https://contoh.id/x".to_owned(),
            sha256: "cd".to_owned(),
            bytes: 7,
            fetched_at: Timestamp::UNIX_EPOCH,
            validators: Validators::default(),
        };
        snapshots.note(&latest).unwrap();
        assert_eq!(snapshots.prune(&["ab".to_owned()].into()).unwrap(), 1);
        assert!(snapshots.has("ab") && snapshots.has("cd") && !snapshots.has("ef"));
        assert_eq!(snapshots.latest("https://contoh.id/x"), Some(latest));
        assert_eq!(snapshots.latest("https://contoh.id/y"), None);
    }
}
