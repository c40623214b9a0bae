//! What changed between two runs, as text for a terminal and as JSON.

mod json;
mod text;

pub use json::{changes_json, run_ref};
pub use text::changes_text;
