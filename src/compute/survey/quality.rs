//! How far an index can be trusted: repeated and thoughtless responses, sample size, consistency of the questions.

use hashbrown::{HashMap, HashSet};
use polars::lazy::dsl::{max_horizontal, min_horizontal, sum_horizontal};
use polars::prelude::*;

use crate::frames::responses::element;
use crate::frames::rows::places;
use crate::survey::columns::Group;
use crate::survey::responses::Responses;

/// A variance up to this is none.
const NO_VARIANCE: f64 = 1e-12;
/// A respondent must have answered this many elements for all-alike answers to mean anything.
const STRAIGHT_LINE: u32 = 5;

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

/// Judges some responses; `frame` are those of `responses` that count, `measured` the elements that have a question, by place.
///
/// # Errors
/// Only when the frame cannot be computed, which no input can cause.
pub fn judge(
    responses: &Responses,
    frame: &DataFrame,
    measured: &[usize],
    population: Option<u64>,
) -> PolarsResult<Quality> {
    let counted: Vec<usize> = places(frame, "place")?.collect();
    let (repeated, answers) =
        rayon::join(|| repeated(responses, &counted), || judge_answers(frame, measured, responses.elements()));
    let Repeated { duplicates, edited, alike } = repeated;
    Ok(Quality { duplicates, edited, alike, sample_needed: population.map(krejcie_morgan), ..answers? })
}

/// What their answers alone tell, of an instrument of so many elements.
fn judge_answers(frame: &DataFrame, measured: &[usize], elements: usize) -> PolarsResult<Quality> {
    let mut quality = Quality { item_total: vec![None; elements], ..Quality::default() };
    if measured.is_empty() {
        return Ok(quality);
    }
    let given = || measured.iter().map(|place| element(*place)).collect::<Vec<_>>();
    let number = sum_horizontal(given().into_iter().map(|given| given.is_not_null()).collect::<Vec<_>>(), true)?;
    let is_one_value = min_horizontal(given())?.eq(max_horizontal(given())?);
    let told = [number.alias("given"), is_one_value.alias("is one value")];
    let told = frame.clone().lazy().with_columns(told).collect()?;
    let places_where = |holds: Expr| -> PolarsResult<Vec<usize>> {
        let held = told.clone().lazy().filter(holds).select([col("place")]).collect()?;
        Ok(places(&held, "place")?.collect())
    };
    let asked = lit(measured.len() as u32);
    quality.incomplete = places_where(col("given").gt(lit(0)).and(col("given").lt(asked.clone())))?;
    quality.straight_lined = places_where(col("given").gt_eq(lit(STRAIGHT_LINE)).and(col("is one value")))?;
    let complete = told.clone().lazy().filter(col("given").eq(asked));
    (quality.cronbach_alpha, quality.item_total) = consistency(complete, measured, elements)?;
    if frame.height() > 1 {
        let is_one_value = measured.iter().map(|place| element(*place).min().eq(element(*place).max()));
        let row = frame.clone().lazy().select(is_one_value.zip(measured).map(named).collect::<Vec<_>>()).collect()?;
        for &place in measured {
            if row.column(&place.to_string())?.bool()?.get(0) == Some(true) {
                quality.without_variance.push(place);
            }
        }
    }
    Ok(quality)
}

fn named((expression, place): (Expr, &usize)) -> Expr {
    expression.alias(place.to_string())
}

/// Cronbach's alpha over complete responses, α = k/(k−1) · (1 − Σσ²ᵢ/σ²ₜ), and each measured element's correlation with the
/// sum of the others. All of it follows from sums of values, of squares and of products with the total; values being whole
/// numbers (or means of a few), nothing is lost by adding squares up.
fn consistency(
    complete: LazyFrame,
    measured: &[usize],
    elements: usize,
) -> PolarsResult<(Option<f64>, Vec<Option<f64>>)> {
    let value = |place: usize| element(place).cast(DataType::Float64);
    let total = sum_horizontal(measured.iter().map(|place| value(*place)).collect::<Vec<_>>(), true)?;
    let (sum_of, with_total) = (|place: usize| format!("sum {place}"), |place: usize| format!("with total {place}"));
    let variance_of = |place: usize| format!("variance {place}");
    let mut sums = vec![
        len().cast(DataType::Float64).alias("n"),
        col("total").sum().alias("sum"),
        col("total").var(1).alias("variance"),
    ];
    for &place in measured {
        sums.extend([
            value(place).sum().alias(sum_of(place)),
            value(place).var(1).alias(variance_of(place)),
            (value(place) * col("total")).sum().alias(with_total(place)),
        ]);
    }
    let sums = complete.with_column(total.alias("total")).select(sums);
    let known = |condition: Expr, value: Expr| when(condition).then(value).otherwise(lit(NULL).cast(DataType::Float64));
    let is_spread = |variance: Expr| variance.gt(lit(NO_VARIANCE));
    let k = measured.len() as f64;
    let of_items = sum_horizontal(measured.iter().map(|place| col(variance_of(*place))).collect::<Vec<_>>(), true)?;
    let alpha = lit(k / (k - 1.0)) * (lit(1.0) - of_items / col("variance"));
    let mut asked = vec![known(is_spread(col("variance")).and(lit(k >= 2.0)), alpha).alias("alpha")];
    for &place in measured {
        let own = || col(variance_of(place));
        let products = col(with_total(place)) - col(sum_of(place)) * col("sum") / col("n");
        let with_total = products / (col("n") - lit(1.0));
        let others = col("variance") + own() - lit(2.0) * with_total.clone();
        let correlation = (with_total - own()) / (own() * others.clone()).sqrt();
        asked.push(named((known(is_spread(own()).and(is_spread(others)), correlation), &place)));
    }
    let row = sums.select(asked).collect()?;
    let number = |name: &str| PolarsResult::Ok(row.column(name)?.f64()?.get(0).filter(|number| number.is_finite()));
    let mut item_total = vec![None; elements];
    for &place in measured {
        if let Some(of_element) = item_total.get_mut(place) {
            *of_element = number(&place.to_string())?;
        }
    }
    Ok((number("alpha")?, item_total))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frames::responses::tests::frame;
    use crate::survey::responses::tests::responses;

    fn quality(values: &[[u8; 9]]) -> Quality {
        let responses = responses(values);
        judge(&responses, &frame(&responses), &[0, 1, 2, 3, 4, 5, 6, 7, 8], Some(100)).unwrap()
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
        let judged = |responses: &Responses| {
            judge(responses, &frame(responses), &[0, 1, 2, 3, 4, 5, 6, 7, 8], Some(100)).unwrap()
        };
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
        let (alpha, item_total) = consistency(frame(&responses).lazy(), &[0, 1, 2], 3).unwrap();
        let alpha = alpha.unwrap();
        assert!(
            (alpha - 1.5 * (1.0 - (5.0 / 3.0 + 19.0 / 12.0 + 2.0 / 3.0) / (131.0 / 12.0))).abs() < 1e-12,
            "{alpha}"
        );
        let correlation = item_total[0].unwrap();
        assert!((correlation - 0.939_336_4).abs() < 1e-7, "{correlation}");
    }
}
