//! Asking a run to end: by a signal, or because it outlived its deadline.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::clock::Clock;

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
    /// The number of the first signal; 0 is none.
    signal: AtomicI32,
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

    /// The signal it was first asked by, where it was one.
    pub fn signal(&self) -> Option<Signal> {
        Some(Signal(self.shared.signal.load(Ordering::Acquire))).filter(|signal| signal.0 != 0)
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
