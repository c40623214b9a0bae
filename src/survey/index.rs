//! The index: NRR, NIK and grade per element, the index with its interval, the priorities (PermenPANRB 14/2017).

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

use crate::TOLERANCE;
use crate::survey::instrument::SCALES;
use crate::survey::responses::Responses;

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
/// What a value of the official scale of 4 is worth of 100.
pub const CONVERSION: f64 = 25.0;

/// What a value is worth of 100 on a scale, by its highest value.
pub fn conversion(scale: u8) -> f64 {
    100.0 / f64::from(scale)
}

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

/// Computes the index of the responses at `places` on a scale, by its highest value; none when nobody answered anything.
pub fn compute(scale: u8, responses: &Responses, places: &[usize]) -> Option<Index> {
    let mut sums = Sums::new(responses.elements(), scale);
    for &place in places {
        sums.add(responses, place);
    }
    let elements = sums.elements();
    let sum: f64 = elements.iter().map(|element| element.nrr).sum();
    let index = sums.index()?;
    let weight = 1.0 / elements.len() as f64;
    let rounded = [2, 3].map(|decimals| {
        let places = 10_f64.powi(decimals);
        let weight = (weight * places).round() / places;
        RoundedWeight { weight, index: conversion(scale) * sum * weight }
    });
    Some(Index {
        scale,
        n: sums.n,
        mean: index / conversion(scale),
        index,
        interval: interval(responses, places, &sums, index),
        rounded,
        priorities: priorities(&elements),
        elements,
    })
}

/// What is added up over responses to make an index.
#[derive(Debug, Clone)]
pub struct Sums {
    /// Respondents who answered anything.
    pub n: usize,
    scale: u8,
    /// Per element: sum of the values, who answered, and how many gave each value (averages rounded).
    elements: Vec<(f64, usize, [usize; *SCALES.end() as usize])>,
}

impl Sums {
    /// Nothing yet, over so many elements, on a scale by its highest value.
    pub fn new(elements: usize, scale: u8) -> Self {
        Sums { n: 0, scale, elements: vec![(0.0, 0, [0; *SCALES.end() as usize]); elements] }
    }

    /// Adds a response; one without any answer adds nothing.
    pub fn add(&mut self, responses: &Responses, place: usize) {
        self.n += usize::from(responses.is_valid(place));
        for ((sum, n, worth), given) in self.elements.iter_mut().zip(responses.given(place)) {
            if let (Some(value), Some(rounded)) = (given.value(), given.rounded()) {
                *sum += value;
                *n += 1;
                worth[usize::from(rounded).clamp(1, worth.len()) - 1] += 1;
            }
        }
    }

    /// Adds other responses.
    pub fn merge(&mut self, other: &Sums) {
        self.n += other.n;
        for (own, other) in self.elements.iter_mut().zip(&other.elements) {
            own.0 += other.0;
            own.1 += other.1;
            for (own, other) in own.2.iter_mut().zip(other.2) {
                *own += other;
            }
        }
    }

    /// The index, up to 100: the mean of the NRR of the elements that were answered.
    pub fn index(&self) -> Option<f64> {
        mean_of_means(self.elements.iter().map(|&(sum, n, _)| (sum, n as f64)), self.scale)
    }

    fn elements(&self) -> Vec<ElementIndex> {
        let answered = self.elements.iter().enumerate().filter(|(_, (_, n, _))| *n > 0);
        answered
            .map(|(element, &(sum, n, worth))| {
                let nrr = sum / n as f64;
                let shares = worth.iter().take(usize::from(self.scale)).map(|w| *w as f64 / n as f64).collect();
                ElementIndex { element, n, sum, nrr, nik: conversion(self.scale) * nrr, shares }
            })
            .collect()
    }
}

/// The index from the sums and counts of its elements; none where no element was answered.
fn mean_of_means(sums: impl Iterator<Item = (f64, f64)>, scale: u8) -> Option<f64> {
    let (total, elements) = sums
        .filter(|(_, n)| *n > 0.0)
        .fold((0.0, 0.0), |(total, elements), (sum, n)| (total + sum / n, elements + 1.0));
    (elements > 0.0).then(|| conversion(scale) * total / elements)
}

/// The interval of an index: bootstrap over respondents up to [`SAMPLED`] of them, beyond that its normal limit, from which
/// it then differs by less than a hundredth.
fn interval(responses: &Responses, places: &[usize], sums: &Sums, index: f64) -> Option<(f64, f64)> {
    let valid = || places.iter().copied().filter(|&place| responses.is_valid(place));
    match sums.n {
        0..FEWEST => None,
        FEWEST..=SAMPLED => {
            let rows: Vec<Vec<Option<f64>>> = valid().map(|place| responses.values(place).collect()).collect();
            bootstrap(&rows, sums.scale)
        }
        _ => Some(normal_limit(valid().map(|place| responses.values(place)), sums, index)),
    }
}

/// The percentile interval of the index over samples of respondents drawn with replacement.
fn bootstrap(rows: &[Vec<Option<f64>>], scale: u8) -> Option<(f64, f64)> {
    let mut random = Pcg64Mcg::seed_from_u64(SEED);
    let mut sums = vec![(0.0, 0.0); rows.first()?.len()];
    let mut indices: Vec<f64> = (0..SAMPLES)
        .filter_map(|_| {
            sums.fill((0.0, 0.0));
            for _ in 0..rows.len() {
                // The upper half of a product: even over the rows for all practical purposes.
                let drawn = ((u128::from(random.next_u64()) * rows.len() as u128) >> 64) as usize;
                for (sum, value) in sums.iter_mut().zip(&rows[drawn]) {
                    if let Some(value) = value {
                        *sum = (sum.0 + value, sum.1 + 1.0);
                    }
                }
            }
            mean_of_means(sums.iter().copied(), scale)
        })
        .collect();
    if indices.is_empty() {
        return None;
    }
    indices.sort_by(f64::total_cmp);
    let at = |share: f64| indices[((indices.len() - 1) as f64 * share).round() as usize];
    Some((at((1.0 - LEVEL) / 2.0), at((1.0 + LEVEL) / 2.0)))
}

/// What the bootstrap comes to with many respondents: the spread of what each moves the index by.
fn normal_limit<V>(rows: impl Iterator<Item = V>, sums: &Sums, index: f64) -> (f64, f64)
where
    V: Iterator<Item = Option<f64>>,
{
    let answered = sums.elements.iter().filter(|(_, n, _)| *n > 0).count() as f64;
    let squares: f64 = rows
        .map(|values| {
            let moved = values.zip(&sums.elements).filter_map(|(value, &(sum, n, _))| {
                let n = n as f64;
                value.map(|value| (value - sum / n) / n)
            });
            (conversion(sums.scale) * moved.sum::<f64>() / answered).powi(2)
        })
        .sum();
    let half = NORMAL_QUANTILE * squares.sqrt();
    ((index - half).max(conversion(sums.scale)), (index + half).min(100.0))
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
    use crate::survey::instrument::Instrument;
    use crate::survey::responses::tests::responses;
    use proptest::prelude::*;
    use std::path::Path;

    fn skm() -> std::sync::Arc<Instrument> {
        Instrument::named("skm-2017", Path::new(".")).unwrap()
    }

    fn index_of(responses: &Responses) -> Option<Index> {
        compute(4, responses, &(0..responses.len()).collect::<Vec<_>>())
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
        let index = compute(6, &responses, &[0, 1]).unwrap();
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
        let places: Vec<usize> = (0..responses.len()).collect();
        let index = compute(4, &responses, &places).unwrap();
        let mut sums = Sums::new(9, 4);
        places.iter().for_each(|&place| sums.add(&responses, place));
        let limit = normal_limit(places.iter().map(|&place| responses.values(place)), &sums, index.index);
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
