//! Time, so that it can be another than the machine's.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::stop::Stop;

/// How long is slept at a time: a clock that is set, or a machine that was suspended, is noticed within this.
const SLICE: Duration = Duration::from_secs(30);

/// The time, and waiting for it.
pub trait Clock: Send + Sync {
    /// The time of day; it can be set, forward and back.
    fn now(&self) -> Timestamp;

    /// How long the clock has been running; it never goes back.
    fn elapsed(&self) -> Duration;

    /// Sleeps until the time has come, as long as it seemed to take at first has passed, or `stop` is asked for. Who
    /// needs to know which looks again.
    fn sleep_until(&self, time: Timestamp, stop: &Stop);
}

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// The machine's clock, running from now on.
    pub fn new() -> Arc<Self> {
        Arc::new(SystemClock { start: Instant::now() })
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep_until(&self, time: Timestamp, stop: &Stop) {
        let left = |now: Timestamp| Duration::try_from(time.duration_since(now)).unwrap_or_default();
        let latest = self.elapsed().saturating_add(left(self.now()));
        loop {
            let left = left(self.now()).min(latest.saturating_sub(self.elapsed()));
            if left.is_zero() || stop.wait(left.min(SLICE)).is_some() {
                return;
            }
        }
    }
}

/// A clock that is set by hand: sleeping takes no time but moves it on.
#[derive(Debug)]
pub struct ManualClock {
    state: Mutex<Manual>,
}

#[derive(Debug)]
struct Manual {
    now: Timestamp,
    elapsed: Duration,
    end: Option<Timestamp>,
}

impl ManualClock {
    /// A clock that stands at `now`.
    pub fn new(now: Timestamp) -> Arc<Self> {
        Arc::new(ManualClock { state: Mutex::new(Manual { now, elapsed: Duration::ZERO, end: None }) })
    }

    /// Whoever sleeps to `end` or beyond is asked to stop there.
    pub fn stop_at(&self, end: Timestamp) {
        self.state().end = Some(end);
    }

    /// Lets time pass.
    pub fn advance(&self, time: Duration) {
        let mut state = self.state();
        state.elapsed = state.elapsed.saturating_add(time);
        state.now = state.now.checked_add(time).unwrap_or(Timestamp::MAX);
    }

    /// Sets the time of day forward or back, as a correction of the clock or a suspended machine does.
    pub fn jump(&self, by: SignedDuration) {
        let mut state = self.state();
        state.now = state.now.checked_add(by).unwrap_or(state.now);
    }

    fn state(&self) -> MutexGuard<'_, Manual> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.state().now
    }

    fn elapsed(&self) -> Duration {
        self.state().elapsed
    }

    fn sleep_until(&self, time: Timestamp, stop: &Stop) {
        let (now, end) = (self.now(), self.state().end);
        let target = end.map_or(time, |end| end.min(time));
        self.advance(Duration::try_from(target.duration_since(now)).unwrap_or_default());
        if end.is_some_and(|end| end <= time) {
            stop.request();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_clock_waits_and_can_be_woken() {
        let clock = SystemClock::new();
        let stop = Stop::new();
        let until = clock.now() + SignedDuration::from_millis(5);
        clock.sleep_until(until, &stop);
        assert!(clock.elapsed() >= Duration::from_millis(4), "{:?}", clock.elapsed());
        clock.sleep_until(until, &stop);
        let wish = stop.clone();
        let far = clock.now() + SignedDuration::from_hours(1);
        let sleeping = std::thread::spawn(move || clock.sleep_until(far, &wish));
        stop.request();
        sleeping.join().unwrap();
    }

    #[test]
    fn a_clock_set_by_hand_moves_on_by_sleeping() {
        let start: Timestamp = "2025-11-25T00:00:00Z".parse().unwrap();
        let clock = ManualClock::new(start);
        let (hour, stop) = (SignedDuration::from_hours(1), Stop::new());
        clock.stop_at(start + hour * 2);
        clock.sleep_until(start + hour, &stop);
        assert_eq!((clock.now(), clock.elapsed(), stop.requested()), (start + hour, Duration::from_secs(3600), None));
        clock.sleep_until(start + hour * 5, &stop);
        assert_eq!(clock.now(), start + hour * 2);
        assert!(stop.requested().is_some());
    }
}
