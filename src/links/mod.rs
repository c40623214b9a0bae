//! Whether evidence links can be reached.
//!
//! Each distinct link is asked for once, politely (`ask`), and what was learned is kept for a day (`cache`).
//! `report` tells what it means for a satker: which indicator's evidence is gone, what needs permission.

mod ask;
mod cache;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::lang::Lang;
use crate::output::file::WriteError;
use crate::source::web::guard::Lookup;
use crate::source::web::proxy::Proxies;
use crate::stop::Stop;
use cache::Cache;

/// How links are asked for.
#[derive(Debug, Clone)]
pub struct LinkSettings {
    /// Hosts of an office's own network: addresses that are not public are permitted for them alone.
    pub private_hosts: Vec<String>,
    /// How long one request may take.
    pub timeout: Duration,
    /// Least time between two requests to one host.
    pub gap: Duration,
    /// Requests to one host at once.
    pub per_host: usize,
    /// Requests in all at once.
    pub at_once: usize,
    /// How long an answer counts before a link is asked for again.
    pub keep: SignedDuration,
    /// How names of hosts are resolved.
    pub lookup: Lookup,
    /// The proxies they are asked through.
    pub proxies: Proxies,
}

impl Default for LinkSettings {
    fn default() -> Self {
        LinkSettings {
            private_hosts: Vec::new(),
            timeout: Duration::from_secs(20),
            gap: Duration::from_millis(250),
            per_host: 2,
            at_once: 8,
            keep: SignedDuration::from_hours(24),
            lookup: Lookup::default(),
            proxies: Proxies::default(),
        }
    }
}

/// How a link stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkState {
    /// Anyone can open it.
    Reachable,
    /// It asks to sign in, or refuses whoever is not let in.
    NeedsPermission,
    /// There is nothing any more.
    Gone,
    /// It cannot be told, now.
    Unreachable(Trouble),
}

/// Why a link could not be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It is no web address.
    NotAnAddress,
    /// Its host has no address, but neither did any other host answer: this computer may see only part of the internet.
    NoSuchHost,
    /// It leads into a private network, where nobody else can follow.
    NotPublic,
    /// It was not asked, since the time for it was over.
    NotAsked,
    /// No answer in time.
    Timeout,
    /// It leads round in a circle.
    Redirects,
    /// The host answers with a status of its own.
    Status(u16),
    /// The connection fails; how.
    Connection(String),
}

impl LinkState {
    /// The name used in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            LinkState::Reachable => "reachable",
            LinkState::NeedsPermission => "needs_permission",
            LinkState::Gone => "gone",
            LinkState::Unreachable(_) => "unreachable",
        }
    }

    /// The word people read.
    pub fn word(&self, lang: Lang) -> &'static str {
        match self {
            LinkState::Reachable => lang.pick("terbuka", "reachable"),
            LinkState::NeedsPermission => lang.pick("perlu izin", "needs permission"),
            LinkState::Gone => lang.pick("hilang", "gone"),
            LinkState::Unreachable(_) => lang.pick("tak terjangkau", "unreachable"),
        }
    }

    /// Why it could not be reached; none where it was.
    pub fn reason(&self, lang: Lang) -> Option<String> {
        let LinkState::Unreachable(trouble) = self else { return None };
        Some(match trouble {
            Trouble::NotAnAddress => lang.pick("bukan alamat web", "no web address").to_owned(),
            Trouble::NoSuchHost => lang.pick("nama host tidak ditemukan", "host not found").to_owned(),
            Trouble::NotPublic => lang.pick("di jaringan tertutup", "in a private network").to_owned(),
            Trouble::NotAsked => lang.pick("belum sempat ditanya", "not asked yet").to_owned(),
            Trouble::Timeout => lang.pick("tidak menjawab", "no answer").to_owned(),
            Trouble::Redirects => lang.pick("berputar-putar", "leads in a circle").to_owned(),
            Trouble::Status(status) => format!("{} {status}", lang.pick("jawaban", "status")),
            Trouble::Connection(how) => how.clone(),
        })
    }
}

/// What came of asking for links.
#[derive(Debug)]
pub struct Checked {
    /// How every link stands.
    pub states: BTreeMap<Arc<str>, LinkState>,
    /// Why the answers could not be kept for the next time; nothing else is wrong then.
    pub not_kept: Option<WriteError>,
}

/// Answers are written to the cache after so many, so that an interrupted check does not begin anew.
const SAVE_EVERY: usize = 200;

/// Asks for each distinct link once. Answers younger than [`LinkSettings::keep`] are taken from the file `cache`, where
/// there is one, and new ones are kept there; what could not be reached is not, since it may be reached the next time.
/// `progress` is told how many of the links asked for are done.
///
/// Blocks until all have answered, or `stop` is asked for: the others are then [not asked](Trouble::NotAsked). May be called
/// on a thread of an asynchronous runtime.
pub fn check<'a>(
    links: impl IntoIterator<Item = &'a str>,
    settings: &LinkSettings,
    cache: Option<&Path>,
    now: Timestamp,
    stop: &Stop,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Checked {
    let mut kept = cache.map(|path| Cache::read(path, now, settings.keep)).unwrap_or_default();
    let mut states = BTreeMap::new();
    let mut open: Vec<Arc<str>> = Vec::new();
    for link in links {
        if states.contains_key(link) {
            continue;
        }
        let known = kept.state(link);
        if known.is_none() {
            open.push(link.into());
        }
        // Until it has answered.
        states.insert(Arc::from(link), known.unwrap_or(LinkState::Unreachable(Trouble::NotAsked)));
    }
    let mut not_kept = None;
    let mut done = 0;
    let all = open.len();
    progress(done, all);
    ask::ask(open, settings, stop, &mut |link, state| {
        kept.keep(&link, &state, now);
        states.insert(link, state);
        done += 1;
        progress(done, all);
        if let Some(path) = cache.filter(|_| done % SAVE_EVERY == 0) {
            not_kept = kept.write(path).err();
        }
    });
    if let Some(path) = cache.filter(|_| done % SAVE_EVERY != 0) {
        not_kept = kept.write(path).err();
    }
    Checked { states, not_kept }
}

/// The state of a link as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    Reachable,
    NeedsPermission,
    Gone,
}

impl Kept {
    fn of(state: &LinkState) -> Option<Kept> {
        match state {
            LinkState::Reachable => Some(Kept::Reachable),
            LinkState::NeedsPermission => Some(Kept::NeedsPermission),
            LinkState::Gone => Some(Kept::Gone),
            LinkState::Unreachable(_) => None,
        }
    }

    fn state(self) -> LinkState {
        match self {
            Kept::Reachable => LinkState::Reachable,
            Kept::NeedsPermission => LinkState::NeedsPermission,
            Kept::Gone => LinkState::Gone,
        }
    }
}
