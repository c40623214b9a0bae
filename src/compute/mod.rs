//! What is computed: every number rekap shows, as polars expressions over [`frames`](crate::frames), a file a question.
//!
//! [`ratios`] says what answers are worth, [`scores`] what they come to, [`criteria`] what that decides, [`gaps`] where unit
//! and TPI differ; [`lke`] takes worksheets through all of it at once, whether one or a province's, and [`audit`] holds what
//! the sheets themselves show against it. A [`Consolidation`] is all of it for a province, with [`survey`] and [`surveys`], [`standings`]
//! of plans, [`evidence`], and what was different in earlier runs ([`record`], [`changes`], [`trend`]).

pub mod audit;
pub mod changes;
pub mod criteria;
pub mod evidence;
pub mod gaps;
pub mod indices;
pub mod lke;
#[cfg(test)]
mod made;
pub mod ranking;
pub mod ratios;
pub mod record;
pub mod scores;
pub mod standings;
pub mod survey;
pub mod surveys;
pub mod trend;
pub mod uses;

mod province;

pub use changes::{Changes, RunRef};
pub use gaps::Gap;
pub use lke::{Examined, LkeResult, NodeResult, NodeScore, Ratio, RoleResult, examine, is_comparable};
pub use province::{Consolidation, Unit, UnitSurvey};
pub use ranking::{RankRow, Ranked, Unranked};
pub use standings::{Standing, Status, UnitPlan};
pub use surveys::{BySurvey, ProvinceSurvey, all_contradictions, cross_check, decide_by_survey};
pub use trend::Trend;

use polars::prelude::{Expr, JoinArgs, JoinType, LazyFrame, LazyGroupBy, MaintainOrderJoin, col};

/// The columns that name a row of a satker and role: these, and more.
fn row(more: &[&str]) -> Vec<Expr> {
    ["satker", "role"].into_iter().chain(more.iter().copied()).map(|name: &str| col(name)).collect()
}

/// A join that keeps the order of rows: what is added up over them then comes to the same number in its last bit, however
/// many threads there are.
fn in_order(how: JoinType) -> JoinArgs {
    JoinArgs { maintain_order: MaintainOrderJoin::LeftRight, ..JoinArgs::new(how) }
}

/// Groups in the order they come, by columns that are three so that polars adds up each group in one go: of fewer it may take
/// parts to several threads, as a random sample tells it, and a sum then differs in its last bit from run to run.
fn grouped(query: LazyFrame, keys: [&str; 3]) -> LazyGroupBy {
    query.group_by_stable(keys.map(col))
}
