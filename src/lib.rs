//! `rekap` turns the worksheets that election offices fill in into consolidated workbooks and ranking tables.
//!
//! The way of the data, one module after the other:
//!
//! 1. [`pipeline`] reads the pipeline file and the satker registry, and runs the rest for every satker.
//! 2. [`source`] opens a file and yields the [`grid`] of each sheet, whatever its format, within safe limits.
//! 3. [`lke`] reads a grid as an LKE worksheet; [`survey`] makes an index of responses; [`plan`] puts action plans on a
//!    calendar. None of the three knows the others; [`recognise`] says what a file is that none of them reads.
//! 4. [`frames`] makes polars tables of it, each with its schema; [`compute`] scores them from the regulation, audits what the
//!    sheets show, decides, ranks, and checks LKE, surveys and plans against each other.
//! 5. [`report`] says what people are shown, every table once; [`output`] makes workbook, CSV and summary spreadsheets of it,
//!    each whole or not at all.
//! 6. [`store`] remembers the run; [`notify`] tells people of it; [`schedule`] does all of it at its times.
//!
//! [`finding`]s (what, where, how bad) travel alongside. [`cli`] is the program's commands.

pub mod address;
pub mod cli;
pub mod compute;
pub mod finding;
pub mod frames;
pub mod grid;
pub mod lang;
pub mod links;
pub mod lke;
pub mod nearest;
pub mod notify;
pub mod number;
pub mod output;
mod panics;
pub mod period;
pub mod pipeline;
pub mod plan;
pub mod recognise;
pub mod report;
pub mod satker;
pub mod schedule;
pub mod source;
pub mod stop;
pub mod store;
pub mod survey;
pub mod text;

/// What two numbers may differ by and still count as equal: binary representation, nothing more. Thresholds are decided
/// on unrounded numbers with this.
pub const TOLERANCE: f64 = 1e-9;
