//! Long frames with fixed schemas, declared once here: one row a (satker, role, measure).

use polars::prelude::*;

use super::Unit;
use crate::lke::Role;
use crate::lke::score::NodeScore;

/// Scores are compared and ranked with this many decimals: representation aside, they are then equal.
const COMPARED_DECIMALS: f64 = 1e9;

/// One row a satker, role and measure; the measures are `total`, `area-1` … as [`Area::code`] has them, and `survey-0` …
/// for the indices of the pipeline's surveys (role `unit`, bounds the index's interval).
///
/// Columns: `satker` (code), `role` (`unit`, `tpi`), `measure`, `score` (points, null where there is none), `compared`
/// (the score rounded to 1e-9; null where the role is not comparable), `floor`, `ceiling`, `answered`, `indicators`.
///
/// [`Area::code`]: crate::lke::template::Area::code
pub fn scores(units: &[Unit]) -> PolarsResult<DataFrame> {
    let mut rows: Vec<(&str, Role, String, NodeScore, bool)> = Vec::new();
    for unit in units {
        for (place, survey) in unit.surveys.iter().enumerate() {
            let Some(result) = survey.result.as_ref().filter(|result| result.is_whole) else { continue };
            let (floor, ceiling) = result.index.interval.unwrap_or((result.index.index, result.index.index));
            let score = NodeScore { score: Some(result.index.index), floor, ceiling, ..NodeScore::default() };
            rows.push((&unit.satker.kode, Role::Unit, survey_measure(place), score, true));
        }
        let Some(lke) = &unit.lke else { continue };
        for role in Role::ALL {
            let Some(result) = lke.role(role) else { continue };
            let comparable = result.scores.total.is_comparable();
            rows.push((&unit.satker.kode, role, "total".to_owned(), result.scores.total, comparable));
            for (area, score) in lke.template.areas.iter().zip(&result.scores.areas) {
                rows.push((&unit.satker.kode, role, area.code(), *score, comparable));
            }
        }
    }
    let compared = |score: f64| (score * COMPARED_DECIMALS).round() / COMPARED_DECIMALS;
    df!(
        "satker" => rows.iter().map(|r| r.0).collect::<Vec<_>>(),
        "role" => rows.iter().map(|r| r.1.name()).collect::<Vec<_>>(),
        "measure" => rows.iter().map(|r| r.2.as_str()).collect::<Vec<_>>(),
        "score" => rows.iter().map(|r| r.3.score).collect::<Vec<_>>(),
        "compared" => rows.iter().map(|r| r.3.score.filter(|_| r.4).map(compared)).collect::<Vec<_>>(),
        "floor" => rows.iter().map(|r| r.3.floor).collect::<Vec<_>>(),
        "ceiling" => rows.iter().map(|r| r.3.ceiling).collect::<Vec<_>>(),
        "answered" => rows.iter().map(|r| r.3.answered).collect::<Vec<_>>(),
        "indicators" => rows.iter().map(|r| r.3.indicators).collect::<Vec<_>>(),
    )
}

/// The measure of a survey's index, by its place in the pipeline.
pub fn survey_measure(place: usize) -> String {
    format!("survey-{place}")
}
