//! Frames read back, column by column.

use polars::prelude::*;

use crate::lke::Role;

/// The satker and role every computed frame of worksheets begins with.
///
/// # Errors
/// When the frame lacks them: a mistake of the program's, as in everything here.
pub fn keys(frame: &DataFrame) -> PolarsResult<Vec<(usize, Role)>> {
    let satker = frame.column("satker")?.u32()?.iter();
    let role = frame.column("role")?.str()?.iter();
    let role = role.map(|name| if name == Some(Role::Tpi.name()) { Role::Tpi } else { Role::Unit });
    Ok(satker.zip(role).map(|(satker, role)| (satker.unwrap_or_default() as usize, role)).collect())
}

/// Its column of numbers.
///
/// # Errors
/// When there is none.
pub fn numbers<'a>(frame: &'a DataFrame, name: &str) -> PolarsResult<impl Iterator<Item = Option<f64>> + 'a> {
    Ok(frame.column(name)?.f64()?.iter())
}

/// Its column of places; 0 for null, which no key is.
///
/// # Errors
/// When there is none.
pub fn places<'a>(frame: &'a DataFrame, name: &str) -> PolarsResult<impl Iterator<Item = usize> + 'a> {
    Ok(frame.column(name)?.u32()?.iter().map(|place| place.unwrap_or_default() as usize))
}

/// Its column of what is true or false.
///
/// # Errors
/// When there is none.
pub fn truths<'a>(frame: &'a DataFrame, name: &str) -> PolarsResult<impl Iterator<Item = Option<bool>> + 'a> {
    Ok(frame.column(name)?.bool()?.iter())
}
