//! Never two runs of one pipeline at once, in this process or another.
//!
//! The lock is the operating system's own on a file in the state folder: it ends with its process, however that ends. The
//! file says who holds it, for whoever comes second. On a network file system such a lock may not reach other machines,
//! so there a name that was not wiped out counts, too.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::lang::Lang;
use crate::store::make_folder;

/// The file in the state folder.
const FILE: &str = "run.lock";
/// More than this is no entry of ours.
const LONGEST: u64 = 4096;

/// Who runs a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The machine.
    pub host: String,
    /// The process there.
    pub pid: u32,
    /// Since when, in UTC.
    pub since: String,
}

/// A lock that was not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockError {
    /// The pipeline is running; by whom, where that is known already.
    Running(Option<Holder>),
    /// It was started on another machine that shares the folder, and nothing says that it ended.
    Elsewhere {
        /// By whom.
        holder: Holder,
        /// The file that says so.
        file: PathBuf,
    },
    /// The file cannot be made, written or locked.
    Unusable {
        /// The file or its folder.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl LockError {
    /// What is wrong and what to do, as one line.
    pub fn show(&self, lang: Lang) -> String {
        let since = |holder: &Holder| {
            let at: Option<Timestamp> = holder.since.parse().ok();
            at.map_or_else(|| holder.since.clone(), |at| at.to_zoned(TimeZone::system()).strftime("%F %R").to_string())
        };
        match self {
            LockError::Running(None) => {
                lang.pick("sedang dijalankan proses lain", "is being run by another process").to_owned()
            }
            LockError::Running(Some(holder)) => {
                let (since, Holder { host, pid, .. }) = (since(holder), holder);
                match lang {
                    Lang::Id => format!("sedang berjalan sejak {since} oleh proses {pid} di {host}"),
                    Lang::En => format!("has been running since {since} as process {pid} on {host}"),
                }
            }
            LockError::Elsewhere { holder, file } => {
                let (since, Holder { host, pid, .. }, file) = (since(holder), holder, file.display());
                match lang {
                    Lang::Id => format!(
                        "dijalankan sejak {since} oleh proses {pid} di komputer {host} dan belum tercatat selesai; bila \
                         di sana tidak berjalan lagi, hapus {file}"
                    ),
                    Lang::En => format!(
                        "was started at {since} as process {pid} on {host} and is not known to have ended; if it is no \
                         longer running there, delete {file}"
                    ),
                }
            }
            LockError::Unusable { path, reason } => {
                let (id, en) = ("kunci tidak dapat dibuat di", "cannot lock");
                format!("{} {}: {reason}", lang.pick(id, en), path.display())
            }
        }
    }
}

impl std::fmt::Display for LockError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.show(Lang::Id))
    }
}

impl std::error::Error for LockError {}

/// The right to run a pipeline; given back when dropped.
#[derive(Debug)]
pub struct RunLock {
    file: File,
}

impl RunLock {
    /// Takes the lock of the pipeline whose state folder this is; the folder is made if need be.
    ///
    /// # Errors
    /// [`LockError`] when the pipeline is running already, here or on another machine, or the folder cannot be written to.
    pub fn acquire(state: &Path, now: Timestamp) -> Result<RunLock, LockError> {
        RunLock::acquire_as(state, now, &host(), is_shared)
    }

    fn acquire_as(
        state: &Path,
        now: Timestamp,
        host: &str,
        is_shared: impl Fn(&File) -> bool,
    ) -> Result<RunLock, LockError> {
        let path = state.join(FILE);
        let unusable =
            |error: &dyn std::fmt::Display| LockError::Unusable { path: path.clone(), reason: error.to_string() };
        make_folder(state).map_err(|error| unusable(&error))?;
        let mut file = loop {
            let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
            let file = open.map_err(|error| unusable(&error))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(LockError::Running(read_holder(&file))),
                Err(TryLockError::Error(error)) => return Err(unusable(&error)),
            }
            // Whoever deleted the file meanwhile has let somebody else lock its successor.
            let is_same =
                |there: fs::Metadata, held: fs::Metadata| (there.dev(), there.ino()) == (held.dev(), held.ino());
            if fs::metadata(&path).and_then(|there| Ok(is_same(there, file.metadata()?))).unwrap_or(false) {
                break file;
            }
        };
        if let Some(holder) = read_holder(&file).filter(|holder| holder.host != host)
            && is_shared(&file)
        {
            unlock(&file);
            return Err(LockError::Elsewhere { holder, file: path });
        }
        let holder = Holder { host: host.to_owned(), pid: std::process::id(), since: now.to_string() };
        let written = serde_json::to_vec(&holder).map_err(std::io::Error::from).and_then(|text| {
            file.set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&text)?;
            file.sync_all()
        });
        match written {
            Ok(()) => Ok(RunLock { file }),
            Err(error) => {
                // Nothing half written may look like somebody's name.
                let _ = file.set_len(0);
                unlock(&file);
                Err(unusable(&error))
            }
        }
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // Wiped out before it is given back; what fails here is told to whoever comes next from another machine.
        let _ = self.file.set_len(0).and_then(|()| self.file.sync_all());
        unlock(&self.file);
    }
}

/// Gives the lock back even where a process just being started still shares the open file; closing alone would not.
fn unlock(file: &File) {
    // What cannot be unlocked is unlocked by being closed.
    let _ = file.unlock();
}

fn read_holder(mut file: &File) -> Option<Holder> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0)).ok()?;
    file.take(LONGEST).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

/// This machine's name.
fn host() -> String {
    let name = ["/proc/sys/kernel/hostname", "/etc/hostname"].iter().find_map(|path| fs::read_to_string(path).ok());
    name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).unwrap_or_else(|| "localhost".to_owned())
}

/// Whether other machines can see the file: then their locks may be unknown here. On a disk of this machine's own they are
/// all known, whatever name the machine (or container) had.
fn is_shared(file: &File) -> bool {
    // As linux/magic.h and the file systems' own sources have them.
    const SHARED: [u32; 13] = [
        0x6969,      // NFS
        0x517b,      // SMB
        0xff53_4d42, // CIFS
        0xfe53_4d42, // SMB 2
        0x6573_5546, // FUSE: sshfs, rclone, virtiofs
        0x0102_1997, // 9P
        0x00c3_6400, // Ceph
        0x5346_414f, // AFS
        0x7461_636f, // OCFS2
        0x0116_1970, // GFS2
        0x0bd0_0bd0, // Lustre
        0x4750_4653, // GPFS
        0x786f_4256, // VirtualBox shared folder
    ];
    rustix::fs::fstatfs(file).map_or(true, |found| SHARED.contains(&(found.f_type as u32)))
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    use super::*;

    fn now() -> Timestamp {
        "2025-11-24T23:00:00Z".parse().unwrap()
    }

    #[test]
    fn one_at_a_time_and_told_who() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("baru/uji");
        let lock = RunLock::acquire(&state, now()).unwrap();
        let error = RunLock::acquire(&state, now()).unwrap_err();
        let holder = Holder { host: host(), pid: std::process::id(), since: "2025-11-24T23:00:00Z".to_owned() };
        assert_eq!(error, LockError::Running(Some(holder)));
        assert!(error.show(Lang::Id).contains(&format!("oleh proses {}", std::process::id())), "{error}");
        drop(lock);
        assert_eq!(fs::read_to_string(state.join(FILE)).unwrap(), "", "released");
        drop(RunLock::acquire(&state, now()).unwrap());
    }

    /// Plays both parts: started again by itself with a folder to lock, it holds the lock until it is killed.
    #[test]
    fn a_killed_process_leaves_no_lock() {
        const FOLDER: &str = "REKAP_TEST_LOCK";
        if let Some(state) = std::env::var_os(FOLDER) {
            let lock = RunLock::acquire(Path::new(&state), now());
            println!("\nheld {}", lock.is_ok());
            let _ = std::io::stdin().read(&mut [0]);
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "pipeline::lock::tests::a_killed_process_leaves_no_lock", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told = lines.find_map(|line| line.ok().filter(|line| line.starts_with("held")));
        assert_eq!(told.as_deref(), Some("held true"));
        let error = RunLock::acquire(folder.path(), now()).unwrap_err();
        assert!(matches!(&error, LockError::Running(Some(holder)) if holder.pid == child.id()), "{error}");
        child.kill().unwrap();
        child.wait().unwrap();
        assert_ne!(fs::read_to_string(folder.path().join(FILE)).unwrap(), "", "it could not wipe its name out");
        drop(RunLock::acquire(folder.path(), now()).unwrap());
    }

    #[test]
    fn another_machine_counts_where_the_folder_is_shared() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path();
        // What another machine crashed in.
        std::mem::forget(RunLock::acquire_as(state, now(), "lain", |_| true).unwrap());
        let file = state.join(FILE);
        let crashed = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        fs::write(&file, crashed).unwrap();
        let error = RunLock::acquire_as(state, now(), "sini", |_| true).unwrap_err();
        let shown = error.show(Lang::Id);
        assert!(shown.contains("di komputer lain") && shown.contains(&format!("hapus {}", file.display())), "{shown}");
        // The same machine, or a folder nobody else can see: the operating system alone decides.
        drop(RunLock::acquire_as(state, now(), "lain", |_| true).unwrap());
        fs::write(&file, serde_json::to_vec(&Holder { host: "lain".into(), pid: 7, since: String::new() }).unwrap())
            .unwrap();
        drop(RunLock::acquire_as(state, now(), "sini", |_| false).unwrap());
        drop(RunLock::acquire_as(state, now(), "sini", |_| true).unwrap());
    }

    #[test]
    fn a_lock_is_given_back_though_the_file_is_open_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let lock = RunLock::acquire(folder.path(), now()).unwrap();
        let shared = lock.file.try_clone().unwrap();
        drop(lock);
        drop(RunLock::acquire(folder.path(), now()).unwrap());
        drop(shared);
    }

    #[test]
    fn a_folder_that_cannot_be_is_said() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("berkas"), "").unwrap();
        let error = RunLock::acquire(&folder.path().join("berkas/uji"), now()).unwrap_err();
        assert!(matches!(error, LockError::Unusable { .. }), "{error}");
        // Rubbish is nobody's name.
        fs::write(folder.path().join(FILE), "\u{0}\u{0}rubbish").unwrap();
        drop(RunLock::acquire(folder.path(), now()).unwrap());
    }
}
