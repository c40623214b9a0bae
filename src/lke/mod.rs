//! LKE Zona Integritas: the template, and the reading of one worksheet.
//!
//! The way of the data: [`sheet`] finds the sheet that is the LKE, [`read`] its header ([`columns`]), aligns its rows
//! ([`align`]) and reads its answers ([`answer`]). What they are worth is [`compute`](crate::compute)'s.

use std::ops::{Index, IndexMut};

pub mod align;
pub mod answer;
pub mod columns;
pub mod read;
pub mod sheet;
pub mod template;

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

/// Something for each role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ByRole<T> {
    /// The unit's.
    pub unit: T,
    /// The TPI's.
    pub tpi: T,
}

impl<T> ByRole<T> {
    /// What a function makes of each role.
    pub fn of(mut of: impl FnMut(Role) -> T) -> Self {
        ByRole { unit: of(Role::Unit), tpi: of(Role::Tpi) }
    }

    /// Each role's, the unit's first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        [&self.unit, &self.tpi].into_iter()
    }
}

impl<T> Index<Role> for ByRole<T> {
    type Output = T;

    fn index(&self, role: Role) -> &T {
        match role {
            Role::Unit => &self.unit,
            Role::Tpi => &self.tpi,
        }
    }
}

impl<T> IndexMut<Role> for ByRole<T> {
    fn index_mut(&mut self, role: Role) -> &mut T {
        match role {
            Role::Unit => &mut self.unit,
            Role::Tpi => &mut self.tpi,
        }
    }
}
