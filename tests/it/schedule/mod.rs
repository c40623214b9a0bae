//! Pipelines run at their times: weeks lived in a moment by a clock set by hand, and the built program by its signals.

mod downtime;
mod files;
mod life;
mod office;
mod program;
