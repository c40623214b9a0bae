//! Asks for links: HEAD, and a GET of the first byte where that is refused; few at once, and never one host in a hurry.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::RANGE;
use reqwest::{Method, Response};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;
use url::Url;

use super::{LinkSettings, LinkState, Trouble};
use crate::source::SourceError;
use crate::source::web::client::{self, Failure, Guarded, REDIRECTS, Timeouts, is_login_page, retry_after, sent_on};
use crate::source::web::guard::{Guard, Unresolved};
use crate::stop::Stop;

/// How often a host that asks for patience is asked again.
const RETRIES: usize = 2;
/// The longest it is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// A host that asks for patience without saying how long is left alone for so many gaps.
const GAPS: u32 = 8;

/// Asks for every link and tells each one's state as soon as it is known, until `stop` is asked for.
pub(super) fn ask(
    links: Vec<Arc<str>>,
    settings: &LinkSettings,
    stop: &Stop,
    tell: &mut (dyn FnMut(Arc<str>, LinkState) + Send),
) {
    // What follows `#` is never sent: links that differ in nothing else are asked for once.
    let mut pages: BTreeMap<Url, Vec<Arc<str>>> = BTreeMap::new();
    for link in links {
        match Url::parse(&link) {
            Ok(mut url) => {
                url.set_fragment(None);
                pages.entry(url).or_default().push(link);
            }
            Err(_) => tell(link, LinkState::Unreachable(Trouble::NotAnAddress)),
        }
    }
    if pages.is_empty() {
        return;
    }
    // On a thread of its own, since whoever calls may be on a runtime already, and two cannot stand on one thread.
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            match runtime.map_err(|error| error.to_string()).and_then(|runtime| Ok((runtime, Asker::new(settings)?))) {
                Ok((runtime, asker)) => {
                    // Whoever has not answered until then has not been told.
                    let _ = runtime.block_on(stop.unless(asker.ask(pages, tell)));
                    // A name still being resolved is of no interest any more.
                    runtime.shutdown_background();
                }
                Err(why) => {
                    for link in pages.into_values().flatten() {
                        tell(link, LinkState::Unreachable(Trouble::Connection(why.clone())));
                    }
                }
            }
        });
    });
}

/// A host's name and port.
type Host = (String, Option<u16>);

struct Asker {
    client: Guarded,
    gap: Duration,
    per_host: usize,
    room: Semaphore,
    gates: Mutex<HashMap<Host, Arc<Gate>>>,
    /// Whether any host has answered.
    heard: AtomicBool,
}

/// Where the requests to one host queue up.
struct Gate {
    room: Semaphore,
    /// When the next may be sent.
    next: Mutex<Instant>,
    /// How its links stand where nobody is there to connect to: it is not asked again.
    nobody_there: OnceLock<LinkState>,
}

impl Gate {
    fn new(per_host: usize) -> Self {
        Gate { room: Semaphore::new(per_host), next: Mutex::new(Instant::now()), nobody_there: OnceLock::new() }
    }

    /// The moment the next request may be sent, which is then taken.
    fn turn(&self, gap: Duration) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = (*next).max(Instant::now());
        *next = turn + gap;
        turn
    }

    fn close_for(&self, wait: Duration) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        *next = (*next).max(Instant::now() + wait);
    }
}

impl Asker {
    fn new(settings: &LinkSettings) -> Result<Self, String> {
        let guard = Guard::of_everything_public(settings.private_hosts.clone());
        let timeout = settings.timeout;
        let timeouts = Timeouts { connect: timeout, idle: timeout, whole: timeout };
        let built = client::build(guard, settings.lookup.clone(), &settings.proxies, timeouts);
        let client = built.map_err(|error| match error {
            SourceError::Unreachable(why) => why,
            other => format!("{other:?}"),
        })?;
        Ok(Asker {
            client,
            gap: settings.gap,
            per_host: settings.per_host.max(1),
            room: Semaphore::new(settings.at_once.max(1)),
            gates: Mutex::new(HashMap::new()),
            heard: AtomicBool::new(false),
        })
    }

    async fn ask(self, pages: BTreeMap<Url, Vec<Arc<str>>>, tell: &mut (dyn FnMut(Arc<str>, LinkState) + Send)) {
        let asker = Arc::new(self);
        let mut tasks = JoinSet::new();
        let mut nameless = Vec::new();
        for (url, links) in pages {
            let asker = asker.clone();
            tasks.spawn(async move { (links, asker.state(url).await) });
        }
        while let Some(joined) = tasks.join_next().await {
            // Nothing aborts a task, and a panic in one is this program's own.
            let (links, state) = joined.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
            if state == LinkState::Unreachable(Trouble::NoSuchHost) {
                nameless.extend(links);
                continue;
            }
            for link in links {
                tell(link, state.clone());
            }
        }
        // Cut off from the internet, many a resolver says of every name that there is none. Only where some host did
        // answer, a name without one is gone.
        let is_gone = asker.heard.load(Ordering::Relaxed);
        let state = if is_gone { LinkState::Gone } else { LinkState::Unreachable(Trouble::NoSuchHost) };
        for link in nameless {
            tell(link, state.clone());
        }
    }

    async fn state(&self, mut url: Url) -> LinkState {
        let mut method = Method::HEAD;
        let (mut redirects, mut retries) = (0, 0);
        loop {
            if let Err(refused) = self.client.admit(&url).await {
                return LinkState::Unreachable(match refused {
                    SourceError::HostRefused { .. } => Trouble::NotPublic,
                    _ => Trouble::NotAnAddress,
                });
            }
            let gate = self.gate(&url);
            let response = match self.send(&gate, &method, &url).await {
                Ok(response) => {
                    self.heard.store(true, Ordering::Relaxed);
                    response
                }
                Err(state) => return state,
            };
            if let Some(next) = sent_on(&response) {
                redirects += 1;
                if is_login_page(&next) {
                    return LinkState::NeedsPermission;
                }
                if redirects > REDIRECTS {
                    return LinkState::Unreachable(Trouble::Redirects);
                }
                url = next;
                continue;
            }
            match response.status().as_u16() {
                // Many hosts know no HEAD, or answer it as they would not answer a reader.
                400 | 403 | 404 | 405 | 501 if method == Method::HEAD => method = Method::GET,
                429 | 503 if retries < RETRIES => {
                    retries += 1;
                    let asked = retry_after(response.headers(), Timestamp::now());
                    gate.close_for(asked.unwrap_or(self.gap * GAPS).min(LONGEST_WAIT));
                }
                status => return answered(status),
            }
        }
    }

    /// One request, when the host's turn has come. Of the body nothing is taken.
    ///
    /// # Errors
    /// How the link stands where there is no answer; where nobody was there before, it is not asked for.
    async fn send(&self, gate: &Gate, method: &Method, url: &Url) -> Result<Response, LinkState> {
        // The host's own room first: those who wait for one host keep no other waiting.
        let _at_host = gate.room.acquire().await.expect("never closed");
        let nobody_there = || gate.nobody_there.get().map_or(Ok(()), |state| Err(state.clone()));
        nobody_there()?;
        tokio::time::sleep_until(gate.turn(self.gap)).await;
        nobody_there()?;
        let _in_all = self.room.acquire().await.expect("never closed");
        let mut request = self.client.request(method.clone(), url.clone());
        if *method == Method::GET {
            request = request.header(RANGE, "bytes=0-0");
        }
        request.send().await.map_err(|error| {
            let state = unanswered(self.client.failure(url, &error));
            if error.is_connect() {
                // Whoever noticed it first has said it.
                let _ = gate.nobody_there.set(state.clone());
            }
            state
        })
    }

    fn gate(&self, url: &Url) -> Arc<Gate> {
        let host = (url.host_str().unwrap_or_default().to_owned(), url.port_or_known_default());
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        gates.entry(host).or_insert_with(|| Arc::new(Gate::new(self.per_host))).clone()
    }
}

/// What a status says of a link.
fn answered(status: u16) -> LinkState {
    match status {
        // 416: there is a page, but it has no first byte.
        200..=299 | 304 | 416 => LinkState::Reachable,
        401 | 403 | 407 => LinkState::NeedsPermission,
        404 | 410 => LinkState::Gone,
        status => LinkState::Unreachable(Trouble::Status(status)),
    }
}

fn unanswered(failure: Failure) -> LinkState {
    match failure {
        Failure::Unresolved(Unresolved::NoSuchHost) => LinkState::Unreachable(Trouble::NoSuchHost),
        Failure::Unresolved(Unresolved::NotPublic) => LinkState::Unreachable(Trouble::NotPublic),
        Failure::Timeout => LinkState::Unreachable(Trouble::Timeout),
        Failure::Broken(how) => LinkState::Unreachable(Trouble::Connection(how)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_host_is_never_asked_in_a_hurry() {
        let gap = Duration::from_millis(250);
        let start = Instant::now();
        let gate = Gate::new(2);
        assert_eq!(
            [gate.turn(gap), gate.turn(gap), gate.turn(gap)].map(|turn| turn - start),
            [Duration::ZERO, gap, 2 * gap]
        );
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(gate.turn(gap), Instant::now(), "time not used is not saved up");
        gate.close_for(Duration::from_secs(7));
        assert_eq!(gate.turn(gap), Instant::now() + Duration::from_secs(7));
    }

    #[test]
    fn a_status_tells_how_a_link_stands() {
        assert_eq!(answered(206), LinkState::Reachable);
        assert_eq!(answered(416), LinkState::Reachable);
        assert_eq!(answered(401), LinkState::NeedsPermission);
        assert_eq!(answered(410), LinkState::Gone);
        assert_eq!(answered(500), LinkState::Unreachable(Trouble::Status(500)));
    }
}
