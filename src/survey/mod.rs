//! Surveys: SKM and the perception indices, from raw responses.
//!
//! The way of the data: [`instrument`]s say what is asked and what answers are worth; [`columns`] recognises what each
//! column of an export is; [`read`] takes the responses in and leaves everything personal at the door ([`privacy`]);
//! [`responses`] holds them; [`index`] computes; [`quality`] tells how far the index can be trusted.

pub mod answer;
pub mod columns;
pub mod dates;
pub mod index;
pub mod instrument;
pub mod privacy;
pub mod quality;
pub mod read;
pub mod responses;

mod examine;

pub use examine::{Breakdown, BreakdownRow, ExaminedSurvey, Heads, SurveyOptions, SurveyResult, examine};
