//! The index: NRR, NIK and grade per element, the index with its interval, the priorities (PermenPANRB 14/2017).

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

use polars::lazy::dsl::sum_horizontal;
use polars::prelude::*;

use crate::TOLERANCE;
use crate::frames::responses::element;
#[cfg(doc)]
use crate::frames::schema;
use crate::survey::instrument::conversion;

/// Level of the interval.
pub const LEVEL: f64 = 0.95;
/// Samples the interval is made of, and their seed: the same responses give the same interval.
const SAMPLES: usize = 2_000;
const SEED: u64 = 14_2017;
/// Respondents below which an interval says nothing.
const FEWEST: usize = 5;
/// Respondents up to whom samples are drawn.
const SAMPLED: usize = 5_000;
/// The normal distribution's quantile at (1 + [`LEVEL`]) / 2.
const NORMAL_QUANTILE: f64 = 1.959_963_984_540_054;

/// One element, measured.
#[derive(Debug, Clone, PartialEq)]
pub struct ElementIndex {
    /// Place in the instrument.
    pub element: usize,
    /// Respondents who answered it.
    pub n: usize,
    /// Sum of their values.
    pub sum: f64,
    /// Mean (*nilai rata-rata*), from 1 to the scale's highest.
    pub nrr: f64,
    /// Converted value, up to 100.
    pub nik: f64,
    /// Share of the answers worth 1, 2 and so on to the scale's highest; averages of several questions rounded.
    pub shares: Vec<f64>,
}

/// What an index would be with a rounded weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoundedWeight {
    /// The weight: 0.11.
    pub weight: f64,
    /// The index then.
    pub index: f64,
}

/// An index.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// The scale's highest value: 4, the official one, or another.
    pub scale: u8,
    /// Respondents who answered anything.
    pub n: usize,
    /// The elements that were measured, in the instrument's order.
    pub elements: Vec<ElementIndex>,
    /// Mean of the elements' NRR, from 1 to the scale's highest.
    pub mean: f64,
    /// The index, up to 100 (25–100 on the scale of 4).
    pub index: f64,
    /// Interval of the index at [`LEVEL`]; none with fewer than five respondents.
    pub interval: Option<(f64, f64)>,
    /// What published reports would have made of it: weights of two and three decimals.
    pub rounded: [RoundedWeight; 2],
    /// The three lowest elements and whatever ties with the third, the lowest first, but none that no other exceeds; places in
    /// `elements`.
    pub priorities: Vec<usize>,
}

impl Index {
    /// A mean of this survey on another scale, by its highest value, proportionally.
    pub fn on(&self, scale: u8, mean: f64) -> f64 {
        if scale == self.scale { mean } else { mean * f64::from(scale) / f64::from(self.scale) }
    }
}

/// What is said of each element, its mean over those that were answered, converted to 100.
fn over_elements(elements: &[usize], scale: u8, of: impl Fn(Expr) -> Expr) -> PolarsResult<Expr> {
    let each: Vec<Expr> = elements.iter().map(|place| of(element(*place))).collect();
    let answered: Vec<Expr> = elements.iter().map(|place| element(*place).count().gt(0)).collect();
    Ok(lit(conversion(scale)) * sum_horizontal(each, true)? / sum_horizontal(answered, true)?)
}

/// The index: the mean of the elements' NRR.
fn index_of(elements: &[usize], scale: u8) -> PolarsResult<Expr> {
    over_elements(elements, scale, Expr::mean)
}

/// Computes the index of some [`responses`](schema::RESPONSES) on a scale, by its highest value, from the elements that have
/// a question; none when nobody answered anything.
///
/// # Errors
/// Only when the frame cannot be computed, which no input can cause.
pub fn compute(scale: u8, responses: &DataFrame, elements: &[usize]) -> PolarsResult<Option<Index>> {
    if elements.is_empty() {
        return Ok(None);
    }
    let of = |place: usize, what: &str| format!("{what} {place}");
    let mut asked = vec![
        col("valid").sum().cast(DataType::Float64).alias("respondents"),
        index_of(elements, scale)?.alias("index"),
    ];
    for &place in elements {
        let nrr = || element(place).mean();
        asked.extend([
            element(place).count().cast(DataType::Float64).alias(of(place, "n")),
            element(place).sum().cast(DataType::Float64).alias(of(place, "sum")),
            nrr().alias(of(place, "nrr")),
            (lit(conversion(scale)) * nrr()).alias(of(place, "nik")),
        ]);
        asked.extend((1..=scale).map(|value| {
            let rounds_to = |from: f64, to: f64| element(place).gt_eq(lit(from)).and(element(place).lt(lit(to)));
            let value = f64::from(value);
            rounds_to(value - 0.5, value + 0.5).mean().alias(of(place, &format!("share {value}")))
        }));
    }
    let row = responses.clone().lazy().select(asked).collect()?;
    let number = |name: &str| PolarsResult::Ok(row.column(name)?.f64()?.get(0));
    let Some(index) = number("index")?.filter(|index| index.is_finite()) else { return Ok(None) };
    let mut measured = Vec::new();
    for &place in elements {
        let (Some(nrr), Some(nik)) = (number(&of(place, "nrr"))?, number(&of(place, "nik"))?) else { continue };
        let shares = (1..=scale).map(|value| Ok(number(&of(place, &format!("share {value}")))?.unwrap_or_default()));
        measured.push(ElementIndex {
            element: place,
            n: number(&of(place, "n"))?.unwrap_or_default() as usize,
            sum: number(&of(place, "sum"))?.unwrap_or_default(),
            nrr,
            nik,
            shares: shares.collect::<PolarsResult<_>>()?,
        });
    }
    let sum: f64 = measured.iter().map(|element| element.nrr).sum();
    let weight = 1.0 / measured.len() as f64;
    let rounded = [2, 3].map(|decimals| {
        let places = 10_f64.powi(decimals);
        let weight = (weight * places).round() / places;
        RoundedWeight { weight, index: conversion(scale) * sum * weight }
    });
    let n = number("respondents")?.unwrap_or_default() as usize;
    let interval = match n {
        0..FEWEST => None,
        FEWEST..=SAMPLED => bootstrap(&values(responses, elements)?, scale),
        _ => Some(normal_limit(responses, elements, scale, index)?),
    };
    let priorities = priorities(&measured);
    Ok(Some(Index {
        scale,
        n,
        mean: index / conversion(scale),
        index,
        interval,
        rounded,
        priorities,
        elements: measured,
    }))
}

/// A group of respondents: its number, none of those who did not say; how many; their index, none where nothing is answered.
pub type OfGroup = (Option<u32>, usize, Option<f64>);

/// Respondents and index of each group of some responses, by the group's number, in the order of the numbers; those who did
/// not say are of none. The index is null where a group answered nothing.
///
/// # Errors
/// Only when the frame cannot be computed, which no input can cause.
pub fn by_group(scale: u8, responses: &DataFrame, elements: &[usize], group: &str) -> PolarsResult<Vec<OfGroup>> {
    let groups = responses
        .clone()
        .lazy()
        .group_by_stable([col(group)])
        .agg([
            col("valid").sum().cast(DataType::UInt32).alias("respondents"),
            index_of(elements, scale)?.alias("index"),
        ])
        .sort([group], SortMultipleOptions::default())
        .collect()?;
    let (respondents, index) = (groups.column("respondents")?.u32()?, groups.column("index")?.f64()?);
    let rows = groups.column(group)?.u32()?.iter().zip(respondents.iter()).zip(index.iter());
    Ok(rows
        .map(|((number, n), index)| (number, n.unwrap_or_default() as usize, index.filter(|index| index.is_finite())))
        .collect())
}

/// The values of the elements, of responses that answer anything: a row an element.
fn values(responses: &DataFrame, elements: &[usize]) -> PolarsResult<Vec<Vec<Option<f64>>>> {
    let columns: Vec<Expr> = elements.iter().map(|place| element(*place).cast(DataType::Float64)).collect();
    let valid = responses.clone().lazy().filter(col("valid")).select(columns).collect()?;
    valid.columns().iter().map(|column| Ok(column.f64()?.iter().collect())).collect()
}

/// The percentile interval of the index over samples of respondents drawn with replacement; `columns` are the values of each
/// element.
fn bootstrap(columns: &[Vec<Option<f64>>], scale: u8) -> Option<(f64, f64)> {
    let respondents = columns.first()?.len();
    let mut random = Pcg64Mcg::seed_from_u64(SEED);
    let mut sums = vec![(0.0, 0.0); columns.len()];
    let mut indices: Vec<f64> = (0..SAMPLES)
        .filter_map(|_| {
            sums.fill((0.0, 0.0));
            for _ in 0..respondents {
                // The upper half of a product: even over the rows for all practical purposes.
                let drawn = ((u128::from(random.next_u64()) * respondents as u128) >> 64) as usize;
                for (sum, column) in sums.iter_mut().zip(columns) {
                    if let Some(value) = column[drawn] {
                        *sum = (sum.0 + value, sum.1 + 1.0);
                    }
                }
            }
            let means: Vec<f64> = sums.iter().filter(|(_, n)| *n > 0.0).map(|(sum, n)| sum / n).collect();
            (!means.is_empty()).then(|| conversion(scale) * means.iter().sum::<f64>() / means.len() as f64)
        })
        .collect();
    if indices.is_empty() {
        return None;
    }
    indices.sort_by(f64::total_cmp);
    let at = |share: f64| indices[((indices.len() - 1) as f64 * share).round() as usize];
    Some((at((1.0 - LEVEL) / 2.0), at((1.0 + LEVEL) / 2.0)))
}

/// What the bootstrap comes to with many respondents, from which it differs by less than a hundredth beyond [`SAMPLED`]: the
/// spread of what each moves the index by.
fn normal_limit(responses: &DataFrame, elements: &[usize], scale: u8, index: f64) -> PolarsResult<(f64, f64)> {
    let moved = over_elements(elements, scale, |given| {
        (given.clone() - given.clone().mean()) / given.count().cast(DataType::Float64)
    })?;
    let squares = responses.clone().lazy().select([(moved.clone() * moved).sum().alias("squares")]).collect()?;
    let half = NORMAL_QUANTILE * squares.column("squares")?.f64()?.get(0).unwrap_or_default().sqrt();
    Ok(((index - half).max(conversion(scale)), (index + half).min(100.0)))
}

fn priorities(elements: &[ElementIndex]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..elements.len()).collect();
    order.sort_by(|&a, &b| elements[a].nrr.total_cmp(&elements[b].nrr));
    let Some(third) = order.get(2).map(|&place| elements[place].nrr) else { return order };
    let highest = elements.iter().map(|element| element.nrr).fold(0.0, f64::max);
    order.retain(|&place| elements[place].nrr <= third + TOLERANCE && elements[place].nrr < highest - TOLERANCE);
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frames::responses::tests::frame;
    use crate::survey::instrument::Instrument;
    use crate::survey::responses::Responses;
    use crate::survey::responses::tests::responses;
    use proptest::prelude::*;
    use std::path::Path;

    fn skm() -> std::sync::Arc<Instrument> {
        Instrument::named("skm-2017", Path::new(".")).unwrap()
    }

    fn on(scale: u8, responses: &Responses) -> Option<Index> {
        let elements: Vec<usize> = (0..responses.elements()).collect();
        compute(scale, &frame(responses), &elements).unwrap()
    }

    fn index_of(responses: &Responses) -> Option<Index> {
        on(4, responses)
    }

    /// Responses of `n` respondents whose values add up to the given sums.
    fn with_sums(n: usize, sums: &[usize]) -> Responses {
        let value = |row: usize, sum: &usize| (sum / n + usize::from(row < sum % n)) as u8;
        responses(&(0..n).map(|row| sums.iter().map(|sum| value(row, sum)).collect::<Vec<_>>()).collect::<Vec<_>>())
    }

    #[test]
    fn the_published_skm() {
        let responses = with_sums(60, &[229, 224, 212, 240, 223, 218, 221, 219, 196]);
        let index = index_of(&responses).unwrap();
        let nrr: Vec<_> = index.elements.iter().map(|element| format!("{:.2}", element.nrr)).collect();
        assert_eq!(nrr, ["3.82", "3.73", "3.53", "4.00", "3.72", "3.63", "3.68", "3.65", "3.27"]);
        assert!((index.index - 91.759259).abs() < 1e-6 && (index.mean - 3.670370).abs() < 1e-6);
        let grades: String = index.elements.iter().map(|e| skm().grade(e.nik).unwrap().letter.clone()).collect();
        assert_eq!(grades, "AAAAAAAAB", "3.53 is an A only unrounded");
        let priorities: Vec<_> = index.priorities.iter().map(|&p| index.elements[p].element).collect();
        assert_eq!(priorities, [8, 2, 5]);
        assert!((index.rounded[0].index - 25.0 * 0.11 * 1982.0 / 60.0).abs() < 1e-9);
        assert_eq!((index.rounded[0].weight, index.rounded[1].weight), (0.11, 0.111));
        let (low, high) = index.interval.unwrap();
        assert!(low < index.index && index.index < high && high - low < 8.0);
        assert_eq!(index_of(&responses), Some(index), "the same responses, the same interval");
    }

    #[test]
    fn other_published_indices_are_exact() {
        let bandung = with_sums(57, &[198, 203, 196, 226, 190, 196, 202, 190, 214]);
        let index = index_of(&bandung).unwrap();
        assert!((index.index - 88.450_292_4).abs() < 1e-6, "{}", index.index);
        assert!((index.rounded[0].index - 87.565_789_5).abs() < 1e-6, "{}", index.rounded[0].index);
        let letter = |index: f64| skm().grade(index).map(|grade| grade.letter.clone());
        assert_eq!((letter(index.index).as_deref(), letter(index.rounded[0].index).as_deref()), (Some("A"), Some("B")));
        // A total of 3386 over nine unsur and 108 respondents, however it is parted.
        let jabar = with_sums(108, &[376, 376, 376, 376, 376, 376, 376, 377, 377]);
        assert!((index_of(&jabar).unwrap().index - 87.088_477_4).abs() < 1e-6);
    }

    #[test]
    fn the_published_ipak() {
        let responses = with_sums(100, &[392, 400, 397, 400, 397, 391, 391, 397, 397, 400]);
        let index = index_of(&responses).unwrap();
        assert!((index.mean - 3.962).abs() < 1e-9 && (index.index - 99.05).abs() < 1e-9);
    }

    #[test]
    fn who_did_not_answer_does_not_count() {
        let two = responses(&[[4, 0, 0, 0, 0, 0, 0, 0, 2], [0, 0, 0, 0, 0, 0, 0, 0, 4]]);
        let index = index_of(&two).unwrap();
        assert_eq!(
            index.elements.iter().map(|e| (e.element, e.n, e.nrr)).collect::<Vec<_>>(),
            [(0, 1, 4.0), (8, 2, 3.0)]
        );
        assert!((index.mean - 3.5).abs() < 1e-12, "two elements measured, each worth a half");
        assert_eq!(index.interval, None);
        assert_eq!(index_of(&responses(&[[0_u8; 9]])), None);
    }

    #[test]
    fn ties_with_the_third_lowest_are_named() {
        let responses = with_sums(10, &[40, 40, 30, 30, 30, 30, 40, 40, 40]);
        assert_eq!(index_of(&responses).unwrap().priorities.len(), 4);
        let alike = with_sums(10, &[40; 9]);
        assert_eq!(index_of(&alike).unwrap().priorities, [] as [usize; 0], "nothing is lower than the rest");
    }

    #[test]
    fn other_scales_come_to_a_hundred_as_well() {
        let responses = responses(&[[6, 5], [4, 5]]);
        let index = on(6, &responses).unwrap();
        assert!((index.mean - 5.0).abs() < 1e-12 && (index.index - 100.0 * 5.0 / 6.0).abs() < 1e-12);
        assert_eq!(index.elements[0].shares, [0.0, 0.0, 0.0, 0.5, 0.0, 0.5]);
    }

    #[test]
    fn many_respondents_have_the_interval_samples_would_give() {
        let mut random = Pcg64Mcg::seed_from_u64(7);
        let values: Vec<Vec<u8>> = (0..3_000)
            .map(|_| (0..9).map(|_| [0, 1, 2, 3, 3, 3, 4, 4][(random.next_u64() >> 61) as usize]).collect())
            .collect();
        let responses = responses(&values);
        let index = index_of(&responses).unwrap();
        let limit = normal_limit(&frame(&responses), &[0, 1, 2, 3, 4, 5, 6, 7, 8], 4, index.index).unwrap();
        let sampled = index.interval.unwrap();
        // Two thousand samples know a bound to some hundredths themselves.
        assert!((limit.0 - sampled.0).abs() < 0.05 && (limit.1 - sampled.1).abs() < 0.05, "{limit:?} {sampled:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_index_is_bounded_and_the_order_of_rows_does_not_matter(
            values in prop::collection::vec(prop::collection::vec(0..=4_u8, 9), 1..30)
        ) {
            let Some(index) = index_of(&responses(&values)) else { return Ok(()) };
            prop_assert!((25.0..=100.0).contains(&index.index) && (1.0..=4.0).contains(&index.mean));
            for element in &index.elements {
                prop_assert!((element.shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            }
            if let Some((low, high)) = index.interval {
                prop_assert!(low <= high && (25.0..=100.0).contains(&low) && (25.0..=100.0).contains(&high));
            }
            let reversed: Vec<_> = values.into_iter().rev().collect();
            let reversed = index_of(&responses(&reversed)).unwrap();
            prop_assert!((reversed.index - index.index).abs() < 1e-9);
        }
    }
}
