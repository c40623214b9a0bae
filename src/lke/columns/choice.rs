//! Which of several columns is a role's, and of which year: what is chosen is said, and what cannot be is not read.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::{Field, Heading, Owner, Rivals, RoleColumns};
use crate::grid::{CellRef, Grid};
use crate::lang::Phrase;
use crate::lke::{ByRole, Role};

/// The answer columns of unit and TPI: by their owner's name, else the first is the unit's and the second the TPI's.
pub(super) fn answer_columns(
    grid: &Grid,
    answers: &[(u32, Heading)],
    bottom: u32,
    year: Option<i16>,
) -> (ByRole<Option<u32>>, Vec<Rivals>) {
    let owned = |owner: Option<Owner>| answers.iter().copied().filter(|(_, h)| h.owner == owner).collect::<Vec<_>>();
    let mut rivals = Vec::new();
    let mut choose = |role: Role, columns: &[(u32, Heading)]| {
        let (chosen, reason) = choose(grid, columns, bottom, year)?;
        if columns.len() > 1 && (chosen.is_none() || reason.is_some()) {
            rivals.push(Rivals { role, headings: columns.iter().map(|(_, heading)| heading.at).collect(), reason });
        }
        chosen
    };
    let named = ByRole::of(|role| owned(Some(Owner::Role(role))));
    let mut chosen = ByRole::of(|role| choose(role, &named[role]));
    // Columns nobody is named for: one a role, or one a role and year.
    let unnamed = owned(None);
    let years: BTreeSet<Option<i16>> = unnamed.iter().map(|(_, heading)| heading.year()).collect();
    let of_year = |place: usize| {
        let of = |year: &Option<i16>| unnamed.iter().copied().filter(|(_, h)| h.year() == *year).nth(place);
        years.iter().filter_map(of).collect::<Vec<_>>()
    };
    let mut place = 0;
    for role in Role::ALL {
        if named[role].is_empty() {
            chosen[role] = choose(role, &of_year(place));
            place += 1;
        }
    }
    (chosen, rivals)
}

/// The column to read of those that claim one role, and why that one; no reason where they need none. `None` where there
/// is none to choose from, no column where nothing decides.
fn choose(
    grid: &Grid,
    columns: &[(u32, Heading)],
    bottom: u32,
    year: Option<i16>,
) -> Option<(Option<u32>, Option<Phrase>)> {
    let (first, _) = *columns.first()?;
    let years: BTreeSet<Option<i16>> = columns.iter().map(|(_, heading)| heading.year()).collect();
    let (wanted, by_year) = if years.len() == 1 {
        (years.first().copied().flatten(), None)
    } else if year.is_some() && years.contains(&year) {
        (year, Some(Phrase::new("itulah tahun yang diminta", "its year is the one asked for")))
    } else if years.contains(&None) && (year.is_some() || years.len() == 2) {
        (None, Some(Phrase::new("judulnya tanpa tahun lain", "its heading names no other year")))
    } else {
        (years.last().copied().flatten(), Some(Phrase::new("tahunnya terbaru", "its year is the latest")))
    };
    let of_year: Vec<u32> = columns.iter().filter(|(_, h)| h.year() == wanted).map(|(col, _)| *col).collect();
    if let [only] = of_year[..] {
        return Some((Some(only), by_year));
    }
    let written = |&col: &u32| -> Vec<(u32, String)> {
        let cells = (bottom + 1..grid.rows()).filter(|&row| !grid.cell(row, col).is_blank());
        cells.map(|row| (row, grid.cell(row, col).shown())).collect()
    };
    let filled: Vec<(u32, Vec<(u32, String)>)> =
        of_year.iter().map(|col| (*col, written(col))).filter(|(_, written)| !written.is_empty()).collect();
    match &filled[..] {
        [] => Some((Some(of_year.first().copied().unwrap_or(first)), None)),
        [(only, _)] => Some((Some(*only), Some(Phrase::new("hanya kolom itu yang terisi", "it alone is filled in")))),
        [(same, written), others @ ..] if others.iter().all(|(_, other)| other == written) => {
            Some((Some(*same), Some(Phrase::new("isinya sama", "they hold the same"))))
        }
        _ => Some((None, None)),
    }
}

/// Takes away the role whose answers are of another year than the other's, or than the one asked for where the other's may be
/// of that; and says which.
pub(super) fn outdated(
    answers: &[(u32, Heading)],
    chosen: &mut ByRole<Option<u32>>,
    asked: Option<i16>,
) -> Option<(Role, CellRef, i16)> {
    let heading = |col: Option<u32>| answers.iter().find(|(at, _)| Some(*at) == col).map(|(_, heading)| *heading);
    let [unit, tpi] = [heading(chosen.unit)?, heading(chosen.tpi)?];
    let years = [unit.year(), tpi.year()];
    let wanted = match years {
        // Who reviews without a year reviews what the unit answered.
        [_, None] => return None,
        [None, Some(_)] => Some(asked?),
        [Some(_), Some(_)] if years.contains(&asked) => asked,
        [unit, tpi] => unit.max(tpi),
    };
    let (role, heading, year) = Role::ALL.into_iter().zip([unit, tpi]).find_map(|(role, heading)| {
        let year = heading.year().filter(|year| Some(*year) != wanted)?;
        Some((role, heading, year))
    })?;
    chosen[role] = None;
    Some((role, heading.at, year))
}

/// The columns of a role: its answer, and of the results that are its own the first behind the answer.
pub(super) fn role_columns(
    named: &[(u32, Heading)],
    answers: &[(u32, Heading)],
    chosen: ByRole<Option<u32>>,
    asked: Option<i16>,
    role: Role,
) -> RoleColumns {
    let Some(answer) = chosen[role] else { return RoleColumns::default() };
    let year = answers.iter().find(|(col, _)| *col == answer).and_then(|(_, heading)| heading.year()).or(asked);
    let is_own = |col: u32, heading: Heading| match heading.owner {
        Some(owner) => owner == Owner::Role(role),
        // Beside which answer column it stands, read or not: one to the left preferred.
        None => {
            let columns = answers.iter().map(|(at, _)| *at);
            let left = columns.clone().filter(|at| *at < col).max();
            left.or_else(|| columns.filter(|at| *at > col).min()) == Some(answer)
        }
    };
    let result = |field: Field| {
        let own = named.iter().filter(|(col, heading)| heading.field == field && is_own(*col, *heading));
        let own = own.filter(|(_, heading)| heading.year().is_none() || year.is_none() || heading.year() == year);
        // One of the answer's year, then one without a year, then the latest; one behind the answer before one in front.
        own.min_by_key(|(col, heading)| {
            let of_year = heading.year();
            (of_year != year, of_year.is_some(), Reverse(of_year), *col < answer, *col)
        })
        .map(|(col, _)| *col)
    };
    RoleColumns { answer: Some(answer), result: result(Field::Result), percent: result(Field::Percent) }
}
