//! LKE Zona Integritas: template, reading, scoring, verdicts and audit of one worksheet.
//!
//! The way of the data: [`read`] finds the header ([`columns`]), aligns rows ([`align`]) and reads answers
//! ([`answer`]); [`score`] and [`predicate`] compute; [`audit`] compares with what the sheet itself claims.

pub mod align;
pub mod answer;
pub mod audit;
pub mod columns;
pub mod predicate;
pub mod read;
pub mod score;
pub mod template;

mod examine;

pub use examine::{Examined, LkeResult, RoleResult, examine, examine_of_period};

/// Who answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The unit's own answer.
    Unit,
    /// The internal assessor (Tim Penilai Internal).
    Tpi,
}

impl Role {
    /// Both, the unit first.
    pub const ALL: [Role; 2] = [Role::Unit, Role::Tpi];

    /// The name used in JSON and frames.
    pub fn name(self) -> &'static str {
        match self {
            Role::Unit => "unit",
            Role::Tpi => "tpi",
        }
    }

    /// The word people read, the same in both languages.
    pub fn word(self) -> &'static str {
        match self {
            Role::Unit => "unit",
            Role::Tpi => "TPI",
        }
    }
}
