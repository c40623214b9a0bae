//! How far an index can be trusted: repeated and thoughtless responses, sample size, consistency of the questions.

use crate::survey::columns::Group;
use crate::survey::responses::{Given, Responses};
use hashbrown::{HashMap, HashSet};

/// A variance up to this is none.
const NO_VARIANCE: f64 = 1e-12;
/// A respondent must have answered this many elements for all-alike answers to mean anything.
const STRAIGHT_LINE: usize = 5;

/// What can be said of the responses.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Quality {
    /// Places of responses that left a measured element open.
    pub incomplete: Vec<usize>,
    /// Places of responses that repeat an earlier one of the same second and the same person's words.
    pub duplicates: Vec<usize>,
    /// Places of responses of one person's words and one second that differ in their answers.
    pub edited: Vec<usize>,
    /// Places of responses that equal another to the word, where no time tells whether one was sent twice.
    pub alike: Vec<usize>,
    /// Places of responses that gave every element the same value.
    pub straight_lined: Vec<usize>,
    /// Respondents needed for the population (Krejcie & Morgan), where it is known.
    pub sample_needed: Option<u64>,
    /// Cronbach's alpha over complete responses; none where number or variance does not allow.
    pub cronbach_alpha: Option<f64>,
    /// Corrected item–total correlation of each element, by its place in the instrument; none where variance does not allow.
    pub item_total: Vec<Option<f64>>,
    /// Elements all respondents gave the same value, by place.
    pub without_variance: Vec<usize>,
}

/// Judges the responses at `places`; `measured` are the elements that have a question, by place.
pub fn judge(responses: &Responses, places: &[usize], measured: &[usize], population: Option<u64>) -> Quality {
    let places_where = |holds: &dyn Fn(&[Given]) -> bool| -> Vec<usize> {
        places.iter().copied().filter(|&place| holds(responses.given(place))).collect()
    };
    let is_open = |given: &[Given]| measured.iter().any(|&element| given[element] == Given::default());
    let (moments, repeated) =
        rayon::join(|| Moments::of_complete(responses, places, measured), || repeated(responses, places));
    let mut item_total = vec![None; responses.elements()];
    for (item, &element) in measured.iter().enumerate() {
        item_total[element] = moments.corrected_item_total(item);
    }
    let has_no_variance = |element: usize| {
        let mut values = places.iter().filter_map(|&place| responses.given(place)[element].value());
        values.next().is_some_and(|first| places.len() > 1 && values.all(|value| value == first))
    };
    Quality {
        incomplete: places_where(&|given| is_open(given) && given.iter().any(|given| given.value().is_some())),
        duplicates: repeated.duplicates,
        edited: repeated.edited,
        alike: repeated.alike,
        straight_lined: places_where(&is_straight_lined),
        sample_needed: population.map(krejcie_morgan),
        cronbach_alpha: moments.cronbach_alpha(),
        without_variance: measured.iter().copied().filter(|&element| has_no_variance(element)).collect(),
        item_total,
    }
}

/// Respondents needed for a population: s = χ²NP(1−P) / (d²(N−1) + χ²P(1−P)), χ² = 3.841, P = 0.5, d = 0.05, rounded to
/// the nearest, as the published table does.
pub fn krejcie_morgan(population: u64) -> u64 {
    let n = population as f64;
    let spread = 3.841 * 0.25;
    (spread * n / (0.0025 * (n - 1.0) + spread)).round() as u64
}

/// Responses that may be one sent twice.
#[derive(Default)]
struct Repeated {
    duplicates: Vec<usize>,
    edited: Vec<usize>,
    alike: Vec<usize>,
}

/// Responses of one second, one person's words and the same groups: the same answers are sent twice, others are an edited
/// response. Where no time of day tells, responses of one person's words that are the same are only named.
fn repeated(responses: &Responses, places: &[usize]) -> Repeated {
    let mut found = Repeated::default();
    let mut timed: HashMap<_, usize> = HashMap::new();
    let mut answered: HashSet<_> = HashSet::new();
    let mut untimed: HashSet<_> = HashSet::new();
    for &place in places.iter().filter(|&&place| responses.is_valid(place)) {
        let groups = Group::ALL.map(|group| responses.group(group, place));
        let (person, given) = (responses.persons[place], responses.given(place));
        match responses.at[place].filter(|moment| moment.has_time) {
            Some(moment) => {
                let key = (moment.at, person, groups);
                if !answered.insert((key, given)) {
                    found.duplicates.push(place);
                } else if timed.insert(key, place).is_some() {
                    found.edited.push(place);
                }
            }
            None if person != 0 && !untimed.insert((responses.at[place], person, groups, given)) => {
                found.alike.push(place);
            }
            None => {}
        }
    }
    found
}

fn is_straight_lined(given: &[Given]) -> bool {
    let mut values = given.iter().filter_map(|given| given.value());
    let Some(first) = values.next() else { return false };
    let mut alike = 1;
    values.all(|value| {
        alike += 1;
        value == first
    }) && alike >= STRAIGHT_LINE
}

/// Sums of the values of some items, of their squares and products, over complete responses. Values being whole numbers (or
/// means of a few), nothing is lost by adding squares up.
struct Moments {
    n: f64,
    /// Per item: sum, sum of squares, sum of products with the response's total.
    items: Vec<(f64, f64, f64)>,
    /// Sum and sum of squares of the totals.
    total: (f64, f64),
}

impl Moments {
    fn of_complete(responses: &Responses, places: &[usize], measured: &[usize]) -> Self {
        let mut moments = Moments { n: 0.0, items: vec![(0.0, 0.0, 0.0); measured.len()], total: (0.0, 0.0) };
        let mut values = vec![0.0; measured.len()];
        for &place in places {
            let given = responses.given(place);
            let complete = values.iter_mut().zip(measured).all(|(value, &element)| match given[element].value() {
                Some(given) => {
                    *value = given;
                    true
                }
                None => false,
            });
            if !complete {
                continue;
            }
            let total: f64 = values.iter().sum();
            moments.n += 1.0;
            moments.total = (moments.total.0 + total, moments.total.1 + total * total);
            for (item, value) in moments.items.iter_mut().zip(&values) {
                *item = (item.0 + value, item.1 + value * value, item.2 + value * total);
            }
        }
        moments
    }

    /// The sample covariance from the sums of two quantities and of their products; none with fewer than two responses.
    fn covariance(&self, a: f64, b: f64, products: f64) -> Option<f64> {
        (self.n >= 2.0).then(|| (products - a * b / self.n) / (self.n - 1.0))
    }

    fn variance(&self, sum: f64, squares: f64) -> Option<f64> {
        self.covariance(sum, sum, squares)
    }

    /// α = k/(k−1) · (1 − Σσ²ᵢ/σ²ₜ).
    fn cronbach_alpha(&self) -> Option<f64> {
        let k = self.items.len() as f64;
        let total = self.variance(self.total.0, self.total.1).filter(|total| *total > NO_VARIANCE)?;
        let of_items: f64 = self.items.iter().filter_map(|item| self.variance(item.0, item.1)).sum();
        (k >= 2.0).then(|| k / (k - 1.0) * (1.0 - of_items / total))
    }

    /// Correlation of an item with the sum of the others.
    fn corrected_item_total(&self, item: usize) -> Option<f64> {
        let (sum, squares, with_total) = self.items[item];
        let own = self.variance(sum, squares)?;
        let with_total = self.covariance(sum, self.total.0, with_total)?;
        let others = self.variance(self.total.0, self.total.1)? + own - 2.0 * with_total;
        (own > NO_VARIANCE && others > NO_VARIANCE).then(|| (with_total - own) / (own * others).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::responses::tests::responses;

    fn quality(values: &[[u8; 9]]) -> Quality {
        let responses = responses(values);
        judge(&responses, &(0..values.len()).collect::<Vec<_>>(), &(0..9).collect::<Vec<_>>(), Some(100))
    }

    #[test]
    fn the_published_table_of_sample_sizes() {
        for (population, sample) in [
            (10, 10),
            (50, 44),
            (100, 80),
            (200, 132),
            (500, 217),
            (1000, 278),
            (10_000, 370),
            (75_000, 382),
            (1_000_000, 384),
        ] {
            assert_eq!(krejcie_morgan(population), sample, "{population}");
        }
    }

    #[test]
    fn repeated_incomplete_and_thoughtless_responses_are_told() {
        let mut responses = responses(&[
            [4, 3, 4, 3, 4, 3, 4, 3, 4],
            [4, 3, 4, 3, 4, 3, 4, 3, 4],
            [4, 4, 4, 4, 4, 4, 4, 4, 4],
            [4, 3, 0, 3, 4, 3, 4, 3, 2],
        ]);
        let places = [0, 1, 2, 3];
        let judged = |responses: &Responses| judge(responses, &places, &(0..9).collect::<Vec<_>>(), Some(100));
        assert_eq!(judged(&responses).duplicates, [] as [usize; 0], "a second apart they are two");
        responses.at[1] = responses.at[0];
        responses.at[3] = responses.at[0];
        let quality = judged(&responses);
        assert_eq!((quality.duplicates, quality.straight_lined, quality.incomplete), (vec![1], vec![2], vec![3]));
        assert_eq!(quality.edited, [3], "the same second and nobody's words, other answers");
        responses.persons[1] = 7;
        assert_eq!(judged(&responses).duplicates, [] as [usize; 0], "another person");
        responses.at.fill(None);
        responses.persons = vec![7, 7, 0, 0];
        assert_eq!((judged(&responses).duplicates.len(), judged(&responses).alike), (0, vec![1]));
        assert_eq!(quality.sample_needed, Some(80));
        assert_eq!(quality.without_variance, [0, 2, 4, 6]);
    }

    #[test]
    fn what_number_or_variance_do_not_allow_is_missing_never_nan() {
        for responses in [&[[4; 9]; 5][..], &[[4; 9]], &[]] {
            let quality = quality(responses);
            assert_eq!(quality.cronbach_alpha, None);
            assert!(quality.item_total.iter().all(Option::is_none));
        }
    }

    #[test]
    fn alpha_and_item_total_by_a_worked_example() {
        // Three items, four respondents: variances 5/3, 19/12, 2/3 of the items, 131/12 of the totals 4, 8, 9, 12.
        let responses = responses(&[[1, 1, 2], [2, 3, 3], [3, 3, 3], [4, 4, 4]]);
        let moments = Moments::of_complete(&responses, &[0, 1, 2, 3], &[0, 1, 2]);
        let alpha = moments.cronbach_alpha().unwrap();
        assert!(
            (alpha - 1.5 * (1.0 - (5.0 / 3.0 + 19.0 / 12.0 + 2.0 / 3.0) / (131.0 / 12.0))).abs() < 1e-12,
            "{alpha}"
        );
        let correlation = moments.corrected_item_total(0).unwrap();
        assert!((correlation - 0.939_336_4).abs() < 1e-7, "{correlation}");
    }
}
