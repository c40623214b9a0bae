//! Runs pipelines at their times, without anybody at the keyboard.

use std::time::Duration;

use croner::Cron;
use jiff::tz::TimeZone;

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
