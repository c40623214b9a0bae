//! [`Sha256`]: the digest of what was read, computed beside the reading where that is long.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use ring::digest::{SHA256, digest};

/// Bytes from which on a digest is computed on a thread of its own.
const LARGE: usize = 8 << 20;

/// A SHA-256 in hexadecimal; empty where nothing was read. Looking at it waits until it is there.
#[derive(Clone)]
pub struct Sha256(Arc<OnceLock<String>>);

impl Sha256 {
    /// Of nothing.
    pub fn none() -> Self {
        Sha256(Arc::new(OnceLock::from(String::new())))
    }

    /// One that is known already.
    pub(super) fn known(hex: &str) -> Self {
        Sha256(Arc::new(OnceLock::from(hex.to_owned())))
    }

    /// Of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Sha256(Arc::new(OnceLock::from(hex(bytes))))
    }

    /// Of some bytes that others read meanwhile.
    pub(super) fn of_shared(bytes: &Arc<Vec<u8>>) -> Self {
        if bytes.len() < LARGE {
            return Sha256::of(bytes);
        }
        let (later, shared) = (Sha256(Arc::default()), bytes.clone());
        let cell = later.0.clone();
        let spawned = std::thread::Builder::new().spawn(move || cell.get_or_init(|| hex(&shared)).len());
        if spawned.is_err() { Sha256::of(bytes) } else { later }
    }
}

fn hex(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Deref for Sha256 {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.wait()
    }
}

impl PartialEq for Sha256 {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_and_small_alike() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((&*Sha256::of(b"abc"), &*Sha256::none()), (abc, ""));
        let large = Arc::new(vec![7; LARGE + 1]);
        assert_eq!(Sha256::of_shared(&large), Sha256::of(&large));
    }
}
