//! A pipeline: the file people write, the satker registry it names, and the run over all of them.

mod begin;
mod compare;
mod config;
mod file;
pub mod forget;
pub mod job;
mod lock;
pub mod manifest;
mod outputs;
mod rebuild;
mod refresh;
mod registry;
mod run;
mod services;
mod switch;
mod tell;
mod toml_words;

pub use config::ConfigError;
pub use file::{Pipeline, PlanSource, SurveyPlan};
pub use lock::{Holder, LockError, RunLock};
pub use outputs::{OutputKind, OutputPlan};
pub use rebuild::rebuild;
pub use run::{Progress, Step, run};
pub use services::{LinkChecks, ScheduleSettings, duration};
pub use tell::tell_not_begun;
