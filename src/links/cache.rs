//! What links answered, kept in a file for a day.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Kept, LinkState};
use crate::output::file::{WriteError, stage};

/// Answers by link.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Cache {
    links: BTreeMap<String, Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    state: Kept,
    /// When it answered, as RFC 3339 has it.
    at: String,
}

impl Cache {
    /// The answers in a file that are younger than `keep`. A file that is missing or broken holds none: all that is lost
    /// is time.
    pub(super) fn read(path: &Path, now: Timestamp, keep: SignedDuration) -> Self {
        let text = fs::read(path).unwrap_or_default();
        let mut cache: Cache = serde_json::from_slice(&text).unwrap_or_default();
        cache.links.retain(|_, entry| {
            // Of a clock that was ahead, neither.
            let age = entry.at.parse::<Timestamp>().map(|at| now.duration_since(at));
            age.is_ok_and(|age| !age.is_negative() && age < keep)
        });
        cache
    }

    pub(super) fn state(&self, link: &str) -> Option<LinkState> {
        self.links.get(link).map(|entry| entry.state.state())
    }

    /// Notes an answer, if it is one that lasts.
    pub(super) fn keep(&mut self, link: &str, state: &LinkState, now: Timestamp) {
        if let Some(state) = Kept::of(state) {
            self.links.insert(link.to_owned(), Entry { state, at: now.to_string() });
        }
    }

    /// Writes the file, whole or not at all. Only its owner may read it: an evidence link can be all it takes to open a
    /// folder.
    pub(super) fn write(&self, path: &Path) -> Result<(), WriteError> {
        let text = serde_json::to_vec(self).expect("texts and names of states");
        let write = |beside: &Path| {
            fs::set_permissions(beside, fs::Permissions::from_mode(0o600))?;
            fs::write(beside, &text)
        };
        stage(path, write)?.put()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::Trouble;

    #[test]
    fn answers_last_a_day_and_are_their_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keadaan/tautan.json");
        let now: Timestamp = "2025-11-20T06:00:00Z".parse().unwrap();
        let (hour, day) = (SignedDuration::from_hours(1), SignedDuration::from_hours(24));
        let mut cache = Cache::read(&path, now, day);
        cache.keep("https://a.id/", &LinkState::Gone, now);
        cache.keep("https://b.id/", &LinkState::NeedsPermission, now + 12 * hour);
        cache.keep("https://c.id/", &LinkState::Unreachable(Trouble::Timeout), now);
        cache.write(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let states = |now| {
            let cache = Cache::read(&path, now, day);
            ["https://a.id/", "https://b.id/", "https://c.id/"].map(|link| cache.state(link))
        };
        let needs = Some(LinkState::NeedsPermission);
        assert_eq!(states(now + 13 * hour), [Some(LinkState::Gone), needs.clone(), None]);
        assert_eq!(states(now + day), [None, needs, None]);
        assert_eq!(states(now - hour), [None, None, None], "a clock that was ahead");
        fs::write(&path, "{\"links\": 7").unwrap();
        assert_eq!(states(now), [None, None, None], "a broken file");
    }
}
