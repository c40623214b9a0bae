//! Surveys: SKM and the perception indices, from raw responses.
//!
//! The way of the data: [`instrument`]s say what is asked and what answers are worth; [`header`] tells what a header asks,
//! [`columns`] what each column of a sheet is; [`sheets`] chooses the sheets that hold responses; [`written`] takes their rows
//! in and leaves everything personal at the door ([`privacy`]); [`rows`] tells respondents from sums and tallies; [`wording`]
//! takes answers apart, [`legend`] reads what headers say of them, and [`scale`] decides what they are worth, for the form as a whole; [`responses`] holds them. What they come to is computed in
//! [`compute::survey`](crate::compute::survey).

pub mod columns;
pub mod dates;
pub mod header;
pub mod instrument;
pub mod legend;
pub mod privacy;
pub mod responses;
pub mod scale;
pub mod wording;

pub(crate) mod read;
pub(crate) mod report;

mod groups;
mod rows;
mod sheets;
mod written;

pub use read::{Comments, FEWEST_SHOWN, Reading, SurveyOptions, read};
pub use sheets::Heads;
