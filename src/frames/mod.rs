//! The frames: what the readers made, as polars tables with fixed schemas, declared once in [`schema`].
//!
//! Every frame is long and tidy: one row a thing, keys first. What is computed from them stands in [`compute`](crate::compute).

pub mod answers;
pub mod criteria;
pub mod indices;
pub mod nodes;
pub mod responses;
pub mod rows;
pub mod schema;

pub use answers::{Given, answers};
pub use criteria::held;
pub use nodes::TemplateFrames;
pub use responses::responses;
