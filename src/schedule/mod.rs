//! Runs pipelines at their times, without anybody at the keyboard.
//!
//! [`engine`] is the loop: it asks a pipeline's settings when it is due, holds its lock while it runs, and keeps
//! in a [`mark`] which times are settled, so that a run is missed or run twice neither by a crash nor by a clock that
//! jumps. What a run is, it does not know: that is the [`Work`]. Time comes from a [`clock`], so that a test lives a week
//! in a second; a [`Stop`](crate::stop::Stop) asks a run to end at a safe point; the [`log`] tells what happened. [`systemd`] writes the units
//! for those who would rather have systemd keep the time.

pub mod clock;
pub mod engine;
pub mod log;
pub mod mark;
mod occurrence;
pub mod systemd;
mod work;

pub use engine::{Outcome, Scheduler};
pub use work::{Loaded, Occasion, Report, RunEnd, Trigger, Work};
