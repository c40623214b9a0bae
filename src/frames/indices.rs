//! What surveys come to, as frames.

use polars::prelude::*;

use super::schema;
use crate::compute::survey::SurveyResult;

/// The result of a survey of a satker: the satker's place, the survey's among the pipeline's, and the result.
pub type OfSatker<'a> = (usize, usize, &'a SurveyResult);

/// The frame [`schema::INDICES`] of results.
///
/// # Errors
/// Only when the frame cannot be made, which no input can cause.
pub fn indices(results: &[OfSatker]) -> PolarsResult<DataFrame> {
    schema::INDICES.hold(df!(
        "satker" => results.iter().map(|of| of.0 as u32).collect::<Vec<_>>(),
        "survey" => results.iter().map(|of| of.1 as u32).collect::<Vec<_>>(),
        "index" => results.iter().map(|of| of.2.index.index).collect::<Vec<_>>(),
        "respondents" => results.iter().map(|of| of.2.index.n as u32).collect::<Vec<_>>(),
        "whole" => results.iter().map(|of| of.2.is_whole).collect::<Vec<_>>(),
    )?)
}

/// The frame [`schema::ELEMENTS`] of results.
///
/// # Errors
/// Only when the frame cannot be made, which no input can cause.
pub fn elements(results: &[OfSatker]) -> PolarsResult<DataFrame> {
    let rows = || results.iter().flat_map(|of| of.2.index.elements.iter().map(move |element| (of, element)));
    schema::ELEMENTS.hold(df!(
        "satker" => rows().map(|(of, _)| of.0 as u32).collect::<Vec<_>>(),
        "survey" => rows().map(|(of, _)| of.1 as u32).collect::<Vec<_>>(),
        "element" => rows().map(|(_, element)| element.element as u32).collect::<Vec<_>>(),
        "scale" => rows().map(|(of, _)| f64::from(of.2.index.scale)).collect::<Vec<_>>(),
        "answered" => rows().map(|(_, element)| element.n as u32).collect::<Vec<_>>(),
        "sum" => rows().map(|(_, element)| element.sum).collect::<Vec<_>>(),
    )?)
}
