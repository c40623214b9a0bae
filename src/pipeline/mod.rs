//! A pipeline: the file people write, the satker registry it names, and the run over all of them.

mod config;
mod file;
pub mod job;
mod lock;
pub mod manifest;
mod outputs;
mod registry;
mod run;
mod services;
mod tell;
mod toml_words;

pub use config::ConfigError;
pub use file::{Pipeline, PlanSource, SurveyPlan};
pub use lock::{Holder, LockError, RunLock};
pub use outputs::{OutputKind, OutputPlan, TableKind};
pub use run::{Progress, run};
pub use services::ScheduleSettings;
