//! What is computed: every number rekap shows, as polars expressions over [`frames`](crate::frames), a file a question.
//!
//! [`ratios`] says what answers are worth, [`scores`] what they come to, [`criteria`] what that decides, [`gaps`] where unit
//! and TPI differ; [`lke`] takes worksheets through all of it at once, whether one or a province's, and [`audit`] holds what
//! the sheets themselves show against it.

pub mod audit;
pub mod criteria;
pub mod gaps;
pub mod indices;
pub mod lke;
#[cfg(test)]
mod made;
pub mod ranking;
pub mod ratios;
pub mod scores;

pub use lke::{Examined, LkeResult, NodeResult, NodeScore, Ratio, RoleResult, examine, is_comparable};

use polars::prelude::{Expr, JoinArgs, JoinType, MaintainOrderJoin, col};

/// The columns that name a row of a satker and role: these, and more.
fn row(more: &[&str]) -> Vec<Expr> {
    ["satker", "role"].into_iter().chain(more.iter().copied()).map(|name: &str| col(name)).collect()
}

/// A join that keeps the order of rows: what is added up over them then comes to the same number in its last bit, however
/// many threads there are.
fn in_order(how: JoinType) -> JoinArgs {
    JoinArgs { maintain_order: MaintainOrderJoin::LeftRight, ..JoinArgs::new(how) }
}
