//! What must be known of a schedule after a restart: up to which time everything due is settled, and which run is owed.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::output::file::{WriteError, stage};
use crate::pipeline::ScheduleSettings;

/// The file in the state folder.
const FILE: &str = "schedule.json";

/// What is remembered of one pipeline's schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Everything due up to here was run, given up or never asked for.
    pub settled: Timestamp,
    /// A run that was begun, or tried in vain, and is owed still.
    pub owed: Option<Owed>,
    /// The cron expression and zone that were in force.
    pub rule: [String; 2],
}

/// A run that is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owed {
    /// When it was due.
    pub occurrence: Timestamp,
    /// How often it was tried in vain, the try that is under way included: one that kills the process counts, too.
    pub failures: u32,
}

/// The file's form: times as text in UTC.
#[derive(Serialize, Deserialize)]
struct Written {
    settled: String,
    owed: Option<(String, u32)>,
    cron: String,
    timezone: String,
}

impl Mark {
    /// One that nothing is owed by.
    pub fn new(settled: Timestamp, schedule: &ScheduleSettings) -> Mark {
        Mark { settled, owed: None, rule: rule(schedule) }
    }

    /// Reads a pipeline's mark; none where there is none yet.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn read(state: &Path) -> Result<Option<Mark>, String> {
        let path = state.join(FILE);
        let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            Err(error) => return Err(failed(&error)),
        };
        let written: Written = serde_json::from_slice(&text).map_err(|error| failed(&error))?;
        let time = |text: &str| text.parse::<Timestamp>().map_err(|error| failed(&error));
        let owed = written.owed.map(|(at, failures)| time(&at).map(|occurrence| Owed { occurrence, failures }));
        let (settled, owed) = (time(&written.settled)?, owed.transpose()?);
        Ok(Some(Mark { settled, owed, rule: [written.cron, written.timezone] }))
    }

    /// Writes the mark, whole or not at all. The run's lock must be held.
    ///
    /// # Errors
    /// [`WriteError`] when the folder cannot be written to or is full.
    pub fn write(&self, state: &Path) -> Result<(), WriteError> {
        let [cron, timezone] = self.rule.clone();
        let owed = self.owed.map(|owed| (owed.occurrence.to_string(), owed.failures));
        let written = Written { settled: self.settled.to_string(), owed, cron, timezone };
        stage(&state.join(FILE), |path| fs::write(path, serde_json::to_vec(&written).map_err(std::io::Error::from)?))?
            .put()
    }
}

/// What makes a schedule this one.
pub(super) fn rule(schedule: &ScheduleSettings) -> [String; 2] {
    [schedule.expression.clone(), schedule.timezone.iana_name().unwrap_or_default().to_owned()]
}

#[cfg(test)]
mod tests {
    use super::super::occurrence::tests::schedule;
    use super::*;

    #[test]
    fn a_mark_survives() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path();
        assert_eq!(Mark::read(state), Ok(None));
        let time: Timestamp = "2025-11-24T23:00:00.25Z".parse().unwrap();
        let mut mark = Mark::new(time, &schedule("0 6 * * 1-5", "Asia/Jakarta"));
        mark.write(state).unwrap();
        assert_eq!(Mark::read(state), Ok(Some(mark.clone())));
        mark.owed = Some(Owed { occurrence: time, failures: 2 });
        mark.write(state).unwrap();
        assert_eq!(Mark::read(state), Ok(Some(mark)));
        fs::write(state.join(FILE), "{\"settled\":").unwrap();
        assert!(Mark::read(state).unwrap_err().contains(FILE));
    }
}
