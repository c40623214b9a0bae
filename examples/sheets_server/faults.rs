//! What goes wrong on request, and what is counted.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

/// One way to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// An error of this HTTP status: 429, 500, 502, 503 or 504.
    Status(u16),
    /// The connection is cut before anything is done.
    Cut,
    /// The request is carried out, then the connection is cut before the answer.
    CutAfter,
    /// The request is carried out, and half of the answer's body is sent.
    Truncate,
}

/// What is to go wrong; nothing by default. Which request fails how depends on the requests' order alone.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Faults {
    /// How long every answer takes at least.
    pub latency: Duration,
    /// Every n-th request fails; 0 is none.
    pub every: u64,
    /// Every distinct request (method, address, body) fails the first time it comes.
    pub first: bool,
    /// How they fail, in turn; none is 503.
    pub failures: Vec<Failure>,
    /// Only requests whose path contains this fail, so that a test can aim.
    pub only: Option<String>,
    /// `Retry-After` in seconds, with 429 and 503.
    pub retry_after: Option<u64>,
    /// How far the server's clock is ahead of this machine's, in seconds.
    pub clock_skew: i64,
    /// The account is refused by every spreadsheet.
    pub refuse_account: bool,
}

/// Requests a minute; none is unlimited.
#[derive(Debug, Clone)]
pub struct Quota {
    /// Read requests.
    pub reads: Option<u32>,
    /// Write requests.
    pub writes: Option<u32>,
    /// How long a minute is: shorter for a test that must not wait.
    pub minute: Duration,
}

impl Default for Quota {
    fn default() -> Self {
        Quota { reads: None, writes: None, minute: Duration::from_secs(60) }
    }
}

/// What a request is, for quota and counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Reads a spreadsheet.
    Read,
    /// Changes one.
    Write,
    /// Asks for a token.
    Token,
    /// A page for a browser.
    Page,
}

/// Requests by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Read requests.
    pub reads: u64,
    /// Write requests.
    pub writes: u64,
}

/// How many requests have come, failed ones included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Read requests.
    pub reads: u64,
    /// Write requests.
    pub writes: u64,
    /// Requests for a token.
    pub tokens: u64,
    /// By spreadsheet.
    pub spreadsheets: BTreeMap<String, Count>,
    /// The most requests that were being answered at the same time.
    pub most_at_once: u64,
}

/// A request that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Method.
    pub method: String,
    /// Path with the query, as sent; keys and tokens left out.
    pub path: String,
    /// What was answered; 0 where the connection was cut or the answer is not out yet.
    pub status: u16,
}

/// Counts, log, and the memory by which faults and quota decide.
#[derive(Debug, Default)]
pub struct Ledger {
    /// What is to go wrong.
    pub faults: Faults,
    /// Requests a minute.
    pub quota: Quota,
    /// Counts.
    pub counts: Counts,
    /// Requests in the order they came.
    pub log: Vec<Logged>,
    at_once: u64,
    seen: HashSet<String>,
    aimed_at: u64,
    failed: usize,
    reads: VecDeque<Instant>,
    writes: VecDeque<Instant>,
}

impl Ledger {
    /// Sets what is to go wrong from now on; what came before is forgotten.
    pub fn set_faults(&mut self, faults: Faults) {
        self.faults = faults;
        self.seen.clear();
        (self.aimed_at, self.failed) = (0, 0);
    }

    /// Writes down a request that has come; its place in the log.
    pub fn arrive(&mut self, kind: Kind, spreadsheet: Option<&str>, method: &str, path: &str) -> usize {
        let counts = &mut self.counts;
        let mut own = Count::default();
        match kind {
            Kind::Read => own.reads = 1,
            Kind::Write => own.writes = 1,
            Kind::Token => counts.tokens += 1,
            Kind::Page => {}
        }
        counts.reads += own.reads;
        counts.writes += own.writes;
        if let Some(id) = spreadsheet {
            let count = counts.spreadsheets.entry(id.to_owned()).or_default();
            count.reads += own.reads;
            count.writes += own.writes;
        }
        self.at_once += 1;
        counts.most_at_once = counts.most_at_once.max(self.at_once);
        self.log.push(Logged { method: method.to_owned(), path: path.to_owned(), status: 0 });
        self.log.len() - 1
    }

    /// Writes down what was answered.
    pub fn leave(&mut self, place: usize, status: u16) {
        self.at_once = self.at_once.saturating_sub(1);
        if let Some(logged) = self.log.get_mut(place) {
            logged.status = status;
        }
    }

    /// Whether and how a request fails; `identity` tells distinct requests apart.
    pub fn failure(&mut self, path: &str, identity: String) -> Option<Failure> {
        if self.faults.only.as_ref().is_some_and(|only| !path.contains(only.as_str())) {
            return None;
        }
        self.aimed_at += 1;
        let by_turn = self.faults.every > 0 && self.aimed_at.is_multiple_of(self.faults.every);
        let by_first = self.faults.first && self.seen.insert(identity);
        if !by_turn && !by_first {
            return None;
        }
        let turn = self.failed;
        self.failed += 1;
        match self.faults.failures.as_slice() {
            [] => Some(Failure::Status(503)),
            failures => Some(failures[turn % failures.len()]),
        }
    }

    /// Whether a request is within the quota at a time; it counts only if it is.
    pub fn within_quota(&mut self, kind: Kind, now: Instant) -> bool {
        let (limit, recent) = match kind {
            Kind::Read => (self.quota.reads, &mut self.reads),
            Kind::Write => (self.quota.writes, &mut self.writes),
            Kind::Token | Kind::Page => return true,
        };
        let Some(limit) = limit else { return true };
        while recent.front().is_some_and(|at| now.saturating_duration_since(*at) >= self.quota.minute) {
            recent.pop_front();
        }
        let within = recent.len() < limit as usize;
        if within {
            recent.push_back(now);
        }
        within
    }
}
