//! Where the store lies: a folder and a file for their owner alone, on a disk of this machine or of another.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::error::StoreError;

/// The store's file in the state folder.
pub const FILE: &str = "riwayat.sqlite";

/// Makes the folder and an empty file where there are none yet.
pub(super) fn prepare(folder: &Path) -> Result<PathBuf, StoreError> {
    let failed = |path: &Path, error: &io::Error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::full(path),
        _ => StoreError::not_writable(path, error),
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| failed(folder, &error))?;
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
    fn a_folder_that_cannot_be_made_is_told() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("berkas"), "").unwrap();
        let error = prepare(&folder.path().join("berkas/state")).unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::NotWritable);
        // Not even root writes there.
        assert_eq!(prepare(Path::new("/proc/rekap")).unwrap_err().kind, StoreErrorKind::NotWritable);
    }
}
