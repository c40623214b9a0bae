//! Where the store lies: a folder and a file for their owner alone, on a disk of this machine or of another.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::error::StoreError;

/// The store's file in the state folder.
pub const FILE: &str = "riwayat.sqlite";

/// What a folder of pipelines' states is called, unless they say otherwise.
const STATES: &str = ".rekap";

/// What keeps a folder out of a repository and out of archives: what is in it is about people, and can grow.
const BESIDE: [(&str, &str); 2] = [
    (".gitignore", "*\n"),
    (
        "CACHEDIR.TAG",
        "Signature: 8a477f597d28d172789f06886806bc55\n# Riwayat dan salinan sumber rekap. / History and copies of sources of rekap.\n",
    ),
];

/// Makes a state folder where there is none, for its owner alone; one that is there keeps its mode. The folder of all
/// states, or one made here, is kept out of repositories.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let states = folder.ancestors().find(|above| above.file_name().is_some_and(|name| name == STATES));
    let outer = match states {
        Some(states) => Some(states),
        // Somebody else's folder is not to be hidden.
        None => Some(folder).filter(|folder| !folder.exists()),
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    for (name, content) in BESIDE {
        let Some(path) = outer.map(|outer| outer.join(name)) else { break };
        let file = OpenOptions::new().write(true).create_new(true).open(path);
        // One that is there is its owner's; without one, the folder is as good.
        if let Ok(mut file) = file {
            let _ = file.write_all(content.as_bytes());
        }
    }
    Ok(())
}

/// Makes the folder and an empty file where there are none yet.
pub(super) fn prepare(folder: &Path) -> Result<PathBuf, StoreError> {
    let failed = |path: &Path, error: &io::Error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::full(path),
        _ => StoreError::not_writable(path, error),
    };
    make_folder(folder).map_err(|error| failed(folder, &error))?;
    let path = folder.join(FILE);
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
    file.map_err(|error| failed(&path, &error))?;
    Ok(path)
}

/// The network file system a folder lies on, where it does: there, write-ahead logging would not see other hosts.
pub(super) fn network(folder: &Path) -> Option<&'static str> {
    // The lower 32 bits are the magic number on every platform, whatever the type around them.
    network_name(rustix::fs::statfs(folder).ok()?.f_type & 0xFFFF_FFFF)
}

/// Names a network file system by its magic number in `statfs(2)`.
fn network_name(magic: rustix::fs::FsWord) -> Option<&'static str> {
    Some(match magic {
        0x6969 => "NFS",
        0x517B | 0xFF53_4D42 | 0xFE53_4D42 => "SMB/CIFS",
        // sshfs and rclone among them; the kernel does not tell which, so local ones are taken for one, too.
        0x6573_5546 => "FUSE",
        0x0102_1997 => "9p",
        0x00C3_6400 => "Ceph",
        0x5346_414F | 0x6B41_4653 => "AFS",
        0x7375_7245 => "Coda",
        0x0BD0_0BD0 | 0x0BD0_0BD3 => "Lustre",
        0x4750_4653 => "GPFS",
        0x1983_0326 => "BeeGFS",
        0x0116_1970 => "GFS2",
        0x7461_636F => "OCFS2",
        0x786F_4256 => "vboxsf",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::store::StoreErrorKind;

    #[test]
    fn network_file_systems_are_told_from_local_ones() {
        for (magic, name) in [
            (0x6969, Some("NFS")),
            (0xFF53_4D42, Some("SMB/CIFS")),
            (0x6573_5546, Some("FUSE")),
            (0x0102_1997, Some("9p")),
            (0x00C3_6400, Some("Ceph")),
            (0xEF53, None),
            (0x5846_5342, None),
            (0x9123_683E, None),
            (0x0102_1994, None),
        ] {
            assert_eq!(network_name(magic), name, "{magic:x}");
        }
    }

    #[test]
    fn folder_and_file_are_their_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("a/b");
        let path = prepare(&state).unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!([mode(&state), mode(&path), mode(&folder.path().join("a"))], [0o700, 0o600, 0o700]);
        assert_eq!(prepare(&state).unwrap(), path, "and a second time");
    }

    #[test]
    fn a_state_folder_stays_out_of_repositories_and_other_folders_stay_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let names = |path: &Path| {
            let mut names: Vec<_> =
                path.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        };
        let states = folder.path().join(STATES);
        make_folder(&states.join("uji")).unwrap();
        assert_eq!(names(&states), [".gitignore", "CACHEDIR.TAG", "uji"]);
        assert_eq!(std::fs::read_to_string(states.join(".gitignore")).unwrap(), "*\n");
        let tag = std::fs::read_to_string(states.join("CACHEDIR.TAG")).unwrap();
        assert!(tag.starts_with("Signature: 8a477f597d28d172789f06886806bc55\n"));
        // What its owner wrote there stays.
        std::fs::write(states.join(".gitignore"), "snapshots\n").unwrap();
        make_folder(&states.join("lain")).unwrap();
        assert_eq!(std::fs::read_to_string(states.join(".gitignore")).unwrap(), "snapshots\n");
        // A folder of one's own is marked when it is made, and left alone when it was there.
        make_folder(&folder.path().join("riwayat")).unwrap();
        assert_eq!(names(&folder.path().join("riwayat")), [".gitignore", "CACHEDIR.TAG"]);
        let own = folder.path().join("kerja");
        std::fs::create_dir(&own).unwrap();
        make_folder(&own).unwrap();
        assert_eq!(names(&own), [""; 0]);
    }

    #[test]
    fn modes_an_owner_tightened_or_opened_stay() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("a");
        let path = prepare(&state).unwrap();
        let set = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        set(&path, 0o640);
        set(&state, 0o750);
        prepare(&state).unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!([mode(&state), mode(&path)], [0o750, 0o640]);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_told() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("berkas"), "").unwrap();
        let error = prepare(&folder.path().join("berkas/state")).unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::NotWritable);
        // Not even root writes there.
        assert_eq!(prepare(Path::new("/proc/rekap")).unwrap_err().kind, StoreErrorKind::NotWritable);
    }
}
