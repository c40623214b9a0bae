//! Asking a run to end: by a signal, or because it outlived its deadline.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::clock::Clock;

/// Why a run shall end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// The program was asked to end.
    Signal,
    /// The run took longer than it may.
    Deadline,
}

/// A wish that whatever runs may end, shared by all its clones. Long work asks [`Stop::requested`] at every point where it
/// can end with nothing half done: between two satker, before an output is put in its place. Asking costs next to nothing.
#[derive(Clone, Default)]
pub struct Stop {
    shared: Arc<Shared>,
    deadline: Option<(Arc<dyn Clock>, Duration)>,
}

#[derive(Default)]
struct Shared {
    is_requested: AtomicBool,
    lock: Mutex<()>,
    changed: Condvar,
}

impl Stop {
    /// One that nobody has asked for yet.
    pub fn new() -> Self {
        Stop::default()
    }

    /// The same wish for one run, which also has to end once the clock has run for `limit` from now.
    pub fn with_deadline(&self, clock: &Arc<dyn Clock>, limit: Duration) -> Stop {
        Stop { shared: self.shared.clone(), deadline: Some((clock.clone(), clock.elapsed().saturating_add(limit))) }
    }

    /// Asks everything that shares this wish to end.
    pub fn request(&self) {
        let _held = self.shared.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.shared.is_requested.store(true, Ordering::Release);
        self.shared.changed.notify_all();
    }

    /// Whether the run shall end, and why.
    pub fn requested(&self) -> Option<StopReason> {
        if self.shared.is_requested.load(Ordering::Acquire) {
            return Some(StopReason::Signal);
        }
        self.deadline.as_ref().filter(|(clock, at)| clock.elapsed() >= *at).map(|_| StopReason::Deadline)
    }

    /// Waits for `time`, or less when the run shall end before: what to wait with between two tries.
    pub fn wait(&self, time: Duration) -> Option<StopReason> {
        let left = self.deadline.as_ref().map(|(clock, at)| at.saturating_sub(clock.elapsed()));
        let until = Instant::now() + left.map_or(time, |left| left.min(time));
        let mut held = self.shared.lock.lock().unwrap_or_else(PoisonError::into_inner);
        while !self.shared.is_requested.load(Ordering::Acquire) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            held = self.shared.changed.wait_timeout(held, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(held);
        self.requested()
    }

    /// A wish that SIGTERM, SIGINT or SIGHUP makes. `told` is called at the first; the second ends the program at once,
    /// with status 130 at a terminal and 143 elsewhere. Outputs stay whole even then.
    ///
    /// # Errors
    /// When signals are handled already, or cannot be.
    pub fn on_signals(told: impl Fn() + Send + 'static) -> Result<Stop, ctrlc::Error> {
        let stop = Stop::new();
        let wish = stop.clone();
        ctrlc::set_handler(move || {
            if wish.requested().is_some() {
                // Which signal it was is not told here; at a terminal it is Ctrl-C.
                std::process::exit(if std::io::stdin().is_terminal() { 130 } else { 143 });
            }
            wish.request();
            told();
        })?;
        Ok(stop)
    }
}

impl std::fmt::Debug for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stop").field("requested", &self.requested()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::clock::ManualClock;
    use super::*;

    #[test]
    fn who_waits_is_woken() {
        let stop = Stop::new();
        assert_eq!(stop.wait(Duration::from_millis(1)), None);
        let other = stop.clone();
        let waiting = std::thread::spawn(move || other.wait(Duration::from_secs(600)));
        stop.request();
        assert_eq!(waiting.join().unwrap(), Some(StopReason::Signal));
    }

    #[test]
    fn a_deadline_is_one_runs_own() {
        let manual = ManualClock::new("2025-11-25T00:00:00Z".parse().unwrap());
        let clock: Arc<dyn Clock> = manual.clone();
        let program = Stop::new();
        let run = program.with_deadline(&clock, Duration::from_secs(60));
        // The clock on the wall may jump; how long a run takes is another matter.
        manual.jump(jiff::SignedDuration::from_hours(-5));
        manual.advance(Duration::from_secs(59));
        assert_eq!(run.requested(), None);
        manual.advance(Duration::from_secs(1));
        assert_eq!(run.requested(), Some(StopReason::Deadline));
        assert_eq!(run.wait(Duration::from_secs(600)), Some(StopReason::Deadline));
        assert_eq!(program.requested(), None);
        program.request();
        assert_eq!(run.requested(), Some(StopReason::Signal));
    }
}
