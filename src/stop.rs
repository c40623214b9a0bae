//! Asking a run to end, by a signal or because it outlived a deadline; and what it waits for meanwhile.
//!
//! One [`Stop`] is handed to everything that takes long: reading, fetching, links, refreshing, telling. It is asked in every
//! loop and wakes every wait.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tokio::sync::Notify;

use crate::lang::{Lang, Phrase};

/// How often it is asked whether to go on, while another thread is waited for.
const LOOK_UP: Duration = Duration::from_millis(50);

/// Why a run shall end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// The program was asked to end.
    Signal,
    /// The run took longer than it may.
    Deadline,
}

/// A signal that asks the program to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal(i32);

impl Signal {
    /// The exit status of a program that ended because of it, as shells have it: 130 for Ctrl-C, 143 for SIGTERM.
    pub fn status(self) -> u8 {
        u8::try_from(self.0).map_or(u8::MAX, |number| number.saturating_add(128))
    }
}

/// What is left of a deadline.
type Left = Arc<dyn Fn() -> Duration + Send + Sync>;

/// A wish that whatever runs may end, shared by all its clones. Long work asks [`Stop::requested`] at every point where it
/// can end with nothing half done: between two satker, before an output is put in its place. Asking costs next to nothing.
#[derive(Clone, Default)]
pub struct Stop {
    shared: Arc<Shared>,
    deadlines: Vec<Left>,
    /// How long after a signal there is still time.
    grace: Duration,
}

#[derive(Default)]
struct Shared {
    requested: OnceLock<Instant>,
    /// The number of the first signal; 0 is none.
    signal: AtomicI32,
    lock: Mutex<()>,
    changed: Condvar,
    awake: Notify,
    waits: Mutex<BTreeMap<u64, Wait>>,
    next_wait: AtomicU64,
}

impl Stop {
    /// One that nobody has asked for yet.
    pub fn new() -> Self {
        Stop::default()
    }

    /// The same wish for one run, which also has to end once nothing is `left`.
    pub fn until(&self, left: impl Fn() -> Duration + Send + Sync + 'static) -> Stop {
        let mut stop = self.clone();
        stop.deadlines.push(Arc::new(left));
        stop
    }

    /// The same wish for one piece of work, which also has to end after `limit`.
    pub fn within(&self, limit: Duration) -> Stop {
        let begun = Instant::now();
        self.until(move || limit.saturating_sub(begun.elapsed()))
    }

    /// The wish of the whole program, without any deadline, for what must still be done when it comes: it takes effect
    /// `grace` later.
    pub fn with_grace(&self, grace: Duration) -> Stop {
        Stop { shared: self.shared.clone(), deadlines: Vec::new(), grace }
    }

    /// Asks everything that shares this wish to end.
    pub fn request(&self) {
        let _held = self.shared.lock.lock().unwrap_or_else(PoisonError::into_inner);
        // Only the first time counts.
        let _ = self.shared.requested.set(Instant::now());
        self.shared.changed.notify_all();
        self.shared.awake.notify_waiters();
    }

    /// Whether the run shall end, and why.
    pub fn requested(&self) -> Option<StopReason> {
        if self.shared.requested.get().is_some_and(|at| self.grace.is_zero() || at.elapsed() >= self.grace) {
            return Some(StopReason::Signal);
        }
        self.deadlines.iter().any(|left| left().is_zero()).then_some(StopReason::Deadline)
    }

    /// How long the run may still take; none is without end.
    pub fn left(&self) -> Option<Duration> {
        let grace = self.shared.requested.get().map(|at| self.grace.saturating_sub(at.elapsed()));
        self.deadlines.iter().map(|left| left()).chain(grace).min()
    }

    /// The signal it was first asked by, where it was one.
    pub fn signal(&self) -> Option<Signal> {
        Some(Signal(self.shared.signal.load(Ordering::Acquire))).filter(|signal| signal.0 != 0)
    }

    /// Waits for `time`, or less when the run shall end before: what to wait with between two tries.
    pub fn wait(&self, time: Duration) -> Option<StopReason> {
        let begun = Instant::now();
        let mut held = self.shared.lock.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let left = time.saturating_sub(begun.elapsed());
            let reason = self.requested();
            if left.is_zero() || reason.is_some() {
                return reason;
            }
            let slice = self.left().map_or(left, |least| least.min(left));
            held = self.shared.changed.wait_timeout(held, slice).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Ends when the run shall.
    pub async fn asked(&self) -> StopReason {
        loop {
            let mut awake = pin!(self.shared.awake.notified());
            awake.as_mut().enable();
            if let Some(reason) = self.requested() {
                return reason;
            }
            match self.left() {
                // Woken or not, it is looked at again.
                Some(left) => _ = tokio::time::timeout(left, awake).await,
                None => awake.await,
            }
        }
    }

    /// Does work unless the run shall end before it is done; it is left off then.
    ///
    /// # Errors
    /// Why it was left off.
    pub async fn unless<T>(&self, work: impl Future<Output = T>) -> Result<T, StopReason> {
        tokio::select! {
            biased;
            reason = self.asked() => Err(reason),
            done = work => Ok(done),
        }
    }

    /// Does work that cannot be woken, on a thread of its own; where the run shall end before it is done, it is left
    /// behind and ends by itself or with the program.
    ///
    /// # Errors
    /// Why it was left behind; none where it fell or no thread could be had.
    pub fn leave_behind<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Option<StopReason>> {
        let (tell, told) = channel();
        // Whoever was left behind is listened to no more.
        let work = move || _ = tell.send(work());
        std::thread::Builder::new().spawn(work).map_err(|_| None)?;
        loop {
            match told.recv_timeout(LOOK_UP) {
                Ok(done) => return Ok(done),
                Err(RecvTimeoutError::Disconnected) => return Err(None),
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(reason) = self.requested() {
                        return Err(Some(reason));
                    }
                }
            }
        }
    }

    /// Says what is waited for, and how long at most, for as long as what comes back is held.
    pub fn waiting(&self, what: Phrase, whom: &str, at_most: Duration) -> Waiting {
        let number = self.shared.next_wait.fetch_add(1, Ordering::Relaxed);
        let at_most = self.left().map_or(at_most, |left| left.min(at_most));
        let wait = Wait { what, whom: whom.into(), since: Instant::now(), at_most };
        self.shared.waits.lock().unwrap_or_else(PoisonError::into_inner).insert(number, wait);
        Waiting { shared: self.shared.clone(), number }
    }

    /// What has been waited for longest; none where nothing is.
    pub fn longest_wait(&self) -> Option<Wait> {
        let waits = self.shared.waits.lock().unwrap_or_else(PoisonError::into_inner);
        waits.values().min_by_key(|wait| wait.since).cloned()
    }

    /// A wish that SIGTERM, SIGINT or SIGHUP makes. `told` is called at the first; the second ends the program at once,
    /// with its status. Outputs stay whole even then.
    ///
    /// # Errors
    /// When signals cannot be handled.
    pub fn on_signals(told: impl Fn() + Send + 'static) -> io::Result<Stop> {
        let stop = Stop::new();
        let wish = stop.clone();
        let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP])?;
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for signal in signals.forever() {
                if wish.requested().is_some() {
                    std::process::exit(Signal(signal).status().into());
                }
                wish.shared.signal.store(signal, Ordering::Release);
                wish.request();
                told();
            }
        })?;
        Ok(stop)
    }
}

impl std::fmt::Debug for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stop").field("requested", &self.requested()).finish_non_exhaustive()
    }
}

/// Something that is waited for.
#[derive(Debug, Clone)]
pub struct Wait {
    what: Phrase,
    whom: Arc<str>,
    since: Instant,
    at_most: Duration,
}

impl Wait {
    /// How long it has been waited for.
    pub fn so_far(&self) -> Duration {
        self.since.elapsed()
    }

    /// `menunggu jawaban docs.google.com, paling lama 42 detik lagi`.
    pub fn show(&self, lang: Lang) -> String {
        let left = self.at_most.saturating_sub(self.so_far());
        let left = lang.age(i64::try_from(left.as_secs().saturating_add(1)).unwrap_or(i64::MAX));
        let what = format!("{} {}", self.what.text(lang), self.whom);
        let what = what.trim_end();
        match lang {
            Lang::Id => format!("menunggu {what}, paling lama {left} lagi"),
            Lang::En => format!("waiting for {what}, at most {left} more"),
        }
    }
}

/// That something is waited for; over when dropped.
#[derive(Debug)]
pub struct Waiting {
    shared: Arc<Shared>,
    number: u64,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.shared.waits.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.number);
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_is_woken() {
        let stop = Stop::new();
        assert_eq!(stop.wait(Duration::from_millis(1)), None);
        let (other, left) = (stop.clone(), stop.clone());
        let waiting = std::thread::spawn(move || other.wait(Duration::from_secs(600)));
        let leaving = std::thread::spawn(move || left.leave_behind(|| std::thread::sleep(Duration::from_secs(600))));
        stop.request();
        assert_eq!(waiting.join().unwrap(), Some(StopReason::Signal));
        assert_eq!(leaving.join().unwrap(), Err(Some(StopReason::Signal)));
        assert_eq!(stop.leave_behind(|| 7), Ok(7), "what is done at once is done");
        assert_eq!(Stop::new().leave_behind(|| panic!("jatuh")), Err::<(), _>(None));
    }

    #[tokio::test]
    async fn requests_are_left_off() {
        let stop = Stop::new();
        assert_eq!(stop.unless(async { 7 }).await, Ok(7));
        let wish = stop.clone();
        let (asked, ()) = tokio::join!(stop.unless(std::future::pending::<()>()), async move {
            tokio::task::yield_now().await;
            wish.request();
        });
        assert_eq!(asked, Err(StopReason::Signal));
        let late = Stop::new().within(Duration::ZERO);
        assert_eq!(late.unless(std::future::pending::<()>()).await, Err(StopReason::Deadline));
    }

    #[test]
    fn a_deadline_is_one_runs_own_and_a_part_has_no_more_than_the_whole() {
        let clock = Arc::new(Mutex::new(Duration::ZERO));
        let now = clock.clone();
        let program = Stop::new();
        let run = program.until(move || Duration::from_secs(60).saturating_sub(*now.lock().unwrap()));
        *clock.lock().unwrap() = Duration::from_secs(59);
        assert_eq!((run.requested(), run.left()), (None, Some(Duration::from_secs(1))));
        assert_eq!(run.within(Duration::from_secs(600)).left(), Some(Duration::from_secs(1)));
        *clock.lock().unwrap() = Duration::from_secs(60);
        assert_eq!(run.requested(), Some(StopReason::Deadline));
        assert_eq!(run.within(Duration::from_secs(600)).requested(), Some(StopReason::Deadline));
        assert_eq!(run.wait(Duration::from_secs(600)), Some(StopReason::Deadline));
        assert_eq!(program.requested(), None);
        let telling = run.with_grace(Duration::from_secs(600));
        assert_eq!(telling.requested(), None, "what must be done is done past a deadline");
        program.request();
        assert_eq!(run.requested(), Some(StopReason::Signal));
        assert_eq!(telling.requested(), None);
        assert!(telling.left().is_some());
        assert_eq!(run.with_grace(Duration::ZERO).requested(), Some(StopReason::Signal));
    }

    #[test]
    fn what_is_waited_for_is_known_until_it_is_over() {
        let stop = Stop::new();
        let run = stop.within(Duration::from_secs(90));
        assert!(stop.longest_wait().is_none());
        let answer = Phrase::new("jawaban", "an answer from");
        let first = run.waiting(answer, "contoh.id", Duration::from_secs(3600));
        let second = stop.waiting(answer, "lain.id", Duration::from_secs(5));
        let said = stop.longest_wait().unwrap();
        assert_eq!(
            said.show(Lang::Id),
            "menunggu jawaban contoh.id, paling lama 1 menit lagi",
            "the run's deadline counts"
        );
        drop(first);
        assert!(
            stop.longest_wait().unwrap().show(Lang::En).starts_with("waiting for an answer from lain.id, at most 5 s")
        );
        drop(second);
        assert!(stop.longest_wait().is_none());
    }
}
