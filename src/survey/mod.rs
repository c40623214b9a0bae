//! Surveys: SKM and the perception indices, from raw responses.
//!
//! The way of the data: [`instrument`]s say what is asked and what answers are worth; [`header`] tells what a header asks,
//! [`columns`] what each column of a sheet is; [`sheets`] chooses the sheets that hold responses; [`written`] takes their rows
//! in and leaves everything personal at the door ([`privacy`]); [`rows`] tells respondents from sums and tallies; [`wording`]
//! takes answers apart, [`legend`] reads what headers say of them, and [`scale`] decides what they are worth, for the form as a whole; [`responses`] holds them;
//! [`index`] computes; [`quality`] tells how far the index can be trusted.

pub mod columns;
pub mod dates;
pub mod header;
pub mod index;
pub mod instrument;
pub mod legend;
pub mod privacy;
pub mod quality;
pub mod responses;
pub mod scale;
pub mod wording;

mod examine;
mod groups;
mod report;
mod rows;
mod sheets;
mod written;

pub use examine::{
    Breakdown, BreakdownRow, Comments, ExaminedSurvey, PARTIAL, Reading, SurveyOptions, SurveyResult, conclude,
    examine, read,
};
pub use sheets::Heads;
