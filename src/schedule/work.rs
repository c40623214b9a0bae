//! What the scheduler runs, seen from the scheduler.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;

use crate::pipeline::{ConfigError, Pipeline, ScheduleSettings};
use crate::stop::Stop;

/// What is run at its time.
pub trait Work {
    /// A pipeline, read.
    type Pipeline;

    /// Reads a pipeline file with all it names.
    ///
    /// # Errors
    /// [`ConfigError`] when it cannot be run; a file without `[schedule]` cannot.
    fn load(&self, path: &Path) -> Result<Loaded<Self::Pipeline>, ConfigError>;

    /// Does a whole run: reads, records, writes the outputs, tells people. The run's lock is held meanwhile. Where `stop`
    /// is asked for, it ends at the next safe point, with outputs new or as they were.
    fn run(&self, pipeline: &Self::Pipeline, occasion: &Occasion, stop: &Stop) -> Report;

    /// Tells people of a run that could not even begin, or fell without a word; whom it could not tell, in words.
    fn tell_not_begun(
        &self,
        pipeline: &Self::Pipeline,
        occasion: &Occasion,
        stop: &Stop,
        reason: &[String; 2],
    ) -> Vec<String>;
}

/// A pipeline that can be scheduled.
#[derive(Debug, Clone)]
pub struct Loaded<P> {
    /// Short name.
    pub name: String,
    /// Where its runs are recorded; the lock and the mark are here.
    pub state: PathBuf,
    /// When it runs.
    pub schedule: ScheduleSettings,
    /// What is run.
    pub pipeline: P,
}

impl Loaded<Pipeline> {
    /// Reads a pipeline file that is to run by itself.
    ///
    /// # Errors
    /// [`ConfigError`] as [`Pipeline::read`] has it, and when the section `[schedule]` is missing.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let pipeline = Pipeline::read(path)?;
        let Some(schedule) = pipeline.schedule.clone() else {
            let example = "[schedule], cron = \"0 6 * * 1-5\", timezone = \"Asia/Jakarta\"";
            let id = format!("bagian [schedule] belum ada; tulis misalnya {example}");
            return Err(ConfigError::new(path, id, format!("missing section [schedule]; write for example {example}")));
        };
        Ok(Loaded { name: pipeline.name.clone(), state: pipeline.state.clone(), schedule, pipeline })
    }
}

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion {
    /// The time it was due.
    pub occurrence: Timestamp,
    /// Why it runs now.
    pub trigger: Trigger,
    /// Which try it is, from 1; those that were cut off count.
    pub attempt: u32,
}

/// Why a run runs now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// Its time has come.
    OnTime,
    /// Its time was missed: the program was off, the machine suspended, an earlier run took long.
    CatchUp,
    /// An earlier try could do nothing.
    Retry,
    /// An earlier try was cut off by the end of the program.
    Resumed,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunEnd {
    /// All was read, all was written.
    Clean,
    /// Outputs were written; some unit or number is missing.
    Incomplete,
    /// Nothing could be done, and trying again may help; why, in Indonesian and English.
    NothingDone([String; 2]),
    /// It was asked to stop, and did before its outputs were put in place.
    Stopped,
}

/// What a run says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// How it ended.
    pub end: RunEnd,
    /// What people should read of it in one line, in Indonesian and English; may be empty.
    pub summary: [String; 2],
    /// The same for machines, such as the run's number and how many satker failed.
    pub details: Vec<(&'static str, Value)>,
}

impl From<RunEnd> for Report {
    fn from(end: RunEnd) -> Self {
        Report { end, summary: Default::default(), details: Vec::new() }
    }
}
