//! Action plans (*rencana aksi*): both families read into rows, put on a calendar, and traced to the LKE's indicators.
//!
//! [`read`] finds the tables ([`columns`]) and reads their rows, [`target`] makes months of target texts, [`timeline`] deadlines
//! of months, [`area`] knows the areas by name and number, [`trace`] finds each row's indicator, and [`examine`] puts it all
//! together.

pub mod area;
pub mod columns;
mod examine;
pub mod read;
pub mod target;
pub mod timeline;
pub mod trace;

pub use area::Family;
pub use examine::{ExaminedPlan, PlanItem, PlanOptions, PlanResult, examine, looks_like_a_plan};
