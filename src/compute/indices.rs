//! The indices of a province: over the responses of all satker, and as the plain mean of the satker's.

use polars::prelude::*;

use super::{grouped, in_order};
use crate::frames::schema;

/// The frames [`schema::PROVINCE_ELEMENTS`] and [`schema::PROVINCE_INDICES`] of [`schema::INDICES`] and
/// [`schema::ELEMENTS`]; `scales` is the scale each survey is shown on, by its highest value.
///
/// Satker whose index is not whole are left out. Values on another scale count proportionally.
///
/// # Errors
/// Only when the frames cannot be computed, which no input can cause.
pub fn province(indices: &DataFrame, elements: &DataFrame, scales: &[u8]) -> PolarsResult<(DataFrame, DataFrame)> {
    let shown = df!(
        "survey" => (0..scales.len() as u32).collect::<Vec<_>>(),
        "shown" => scales.iter().map(|scale| f64::from(*scale)).collect::<Vec<_>>(),
    )?
    .lazy();
    let whole = indices.clone().lazy().filter(col("whole"));
    let of_survey = || [col("survey")];
    let key = || ["satker", "survey"].map(col);
    let inner = || in_order(JoinType::Inner);
    let shown_on = |frame: LazyFrame| frame.join(shown.clone(), of_survey(), of_survey(), inner());
    let elements = elements.clone().lazy().join(whole.clone().select(key()), key(), key(), inner());
    let nrr =
        grouped(shown_on(elements), ["survey", "element", "shown"])
            .agg([((col("sum") * col("shown") / col("scale")).sum() / col("answered").sum()).alias("nrr")]);
    let nrr = schema::PROVINCE_ELEMENTS.collect(nrr)?;
    // What is no whole index was left out: the third column says the same of every row.
    let index =
        grouped(shown_on(nrr.clone().lazy().with_column(lit(true).alias("whole"))), ["survey", "shown", "whole"])
            .agg([(lit(100.0) * col("nrr").mean()).alias("index")])
            .with_column(col("index") / col("shown"));
    let provinces = grouped(shown_on(whole), ["survey", "shown", "whole"])
        .agg([col("index").mean().alias("mean_of_satker"), col("respondents").sum(), len().alias("satker")])
        .join(index, of_survey(), of_survey(), in_order(JoinType::Left));
    Ok((nrr, schema::PROVINCE_INDICES.collect(provinces)?))
}
