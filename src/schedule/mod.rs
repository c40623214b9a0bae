//! Runs pipelines at their times, without anybody at the keyboard.
//!
//! [`engine`] is the loop: it asks [`ScheduleSettings`] when a pipeline is due, holds its [`lock`] while it runs, and keeps
//! in a [`mark`] which times are settled, so that a run is missed or run twice neither by a crash nor by a clock that
//! jumps. What a run is, it does not know: that is the [`Work`]. Time comes from a [`clock`], so that a test lives a week
//! in a second; a [`Stop`] asks a run to end at a safe point; the [`log`] tells what happened. [`systemd`] writes the units
//! for those who would rather have systemd keep the time.

pub mod clock;
pub mod engine;
pub mod lock;
pub mod log;
pub mod mark;
mod occurrence;
pub mod stop;
pub mod systemd;
mod work;

use std::time::Duration;

use croner::Cron;
use jiff::tz::TimeZone;

pub use engine::{Outcome, Scheduler};
pub use lock::{LockError, RunLock};
pub use stop::{Stop, StopReason};
pub use work::{Loaded, Occasion, Report, RunEnd, Trigger, Work};

/// When a pipeline runs.
#[derive(Debug, Clone)]
pub struct ScheduleSettings {
    /// The cron expression, read: minute, hour, day of month, month, day of week.
    pub cron: Cron,
    /// The expression as written.
    pub expression: String,
    /// The zone it is meant in.
    pub timezone: TimeZone,
    /// How long a run may take before it is stopped.
    pub deadline: Duration,
    /// How often a run that could do nothing is tried again.
    pub retries: u32,
}
