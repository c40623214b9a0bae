//! A pipeline: the file people write, the satker registry it names, and the run over all of them.

mod config;
mod file;
pub mod job;
mod lock;
pub mod manifest;
mod registry;
mod run;
mod services;

pub use config::ConfigError;
pub use file::{OutputKind, OutputPlan, Pipeline, PlanSource, SurveyPlan, TableKind};
pub use lock::{Holder, LockError, RunLock};
pub use run::{Progress, run};
pub use services::ScheduleSettings;
