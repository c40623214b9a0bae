//! The predicates that satker hold already, as a frame.

use polars::prelude::*;

use super::schema;
use crate::lke::template::Template;

/// The frame [`schema::HELD`] of what the registry tells of satker: the place of each and the predicates it holds, none
/// where the registry does not tell.
///
/// # Errors
/// Only when the frame cannot be made, which no input can cause.
pub fn held(template: &Template, held: &[(usize, Option<&[String]>)]) -> PolarsResult<DataFrame> {
    let mut rows: Vec<(u32, u32, u32, Option<bool>)> = Vec::new();
    for (satker, held) in held {
        for (predicate, rule) in template.predicates.iter().enumerate() {
            let Some(earlier) = &rule.holds else { continue };
            let holds = held.map(|held| held.contains(earlier));
            rows.push((*satker as u32, predicate as u32, rule.thresholds.len() as u32, holds));
        }
    }
    schema::HELD.hold(df!(
        "satker" => rows.iter().map(|row| row.0).collect::<Vec<_>>(),
        "predicate" => rows.iter().map(|row| row.1).collect::<Vec<_>>(),
        "place" => rows.iter().map(|row| row.2).collect::<Vec<_>>(),
        "holds" => rows.iter().map(|row| row.3).collect::<Vec<_>>(),
    )?)
}
