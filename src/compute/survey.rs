//! What a survey comes to: the index of its responses, by group and month, and how far it can be trusted.
//!
//! [`index`] and [`quality`] are expressions over the frame of responses; what stands here decides which responses count and
//! what is said of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polars::prelude::*;

use crate::finding::{Arg, Code, Finding, SheetFindings, sort_findings};
use crate::frames::responses::{month_number, responses};
use crate::frames::rows::{places, truths};
use crate::lang::{Lang, Phrase};
use crate::period::Period;
use crate::source::{Book, SourceInfo};
use crate::survey::columns::{Column, Group, Use};
use crate::survey::instrument::{Grade, Instrument, Shown};
use crate::survey::read::{Read, ReadSheet, Reading, read};
use crate::survey::report::shown_rows;
use crate::survey::responses::Responses;
use crate::survey::{Comments, FEWEST_SHOWN, SurveyOptions};

pub mod index;
pub mod quality;

use index::{Index, OfGroup, by_group, compute};
use quality::{Quality, judge};

/// Below this alpha the questions do not measure one thing.
const LOW_ALPHA: f64 = 0.6;
/// What stands in place of a grade where too few elements were asked.
pub const PARTIAL: Phrase = Phrase::new("kurang unsur", "too few");
/// Comments of a survey that are shown.
const MOST_COMMENTS: usize = 5_000;

/// One group of respondents, large enough to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakdownRow {
    /// The group.
    pub label: String,
    /// Respondents.
    pub n: usize,
    /// Index, 25–100.
    pub index: f64,
}

/// The index by group.
#[derive(Debug, Clone, PartialEq)]
pub struct Breakdown {
    /// What the groups are: a [`Group`]'s name, or `month`.
    pub by: &'static str,
    /// In words.
    pub title: Phrase,
    /// The groups of at least five.
    pub rows: Vec<BreakdownRow>,
    /// Respondents in groups that are not shown, or who did not say.
    pub not_shown: usize,
}

/// The responses of one survey, examined.
#[derive(Debug, Clone)]
pub struct SurveyResult {
    /// What was asked.
    pub instrument: Arc<Instrument>,
    /// Names of the sheets, parted by commas.
    pub sheet: Arc<str>,
    /// The period that counts, where one was asked for.
    pub period: Option<Period>,
    /// Responses of the period.
    pub responses: usize,
    /// Those of them with any answer.
    pub valid: usize,
    /// Responses outside the period.
    pub outside_period: usize,
    /// The index.
    pub index: Index,
    /// Whether enough elements were asked (two thirds) for the index to have a grade, to be ranked and averaged.
    pub is_whole: bool,
    /// The index with responses sent twice counted, where they were excluded.
    pub with_duplicates: Option<Index>,
    /// By group and by month.
    pub breakdowns: Vec<Breakdown>,
    /// How far to trust it.
    pub quality: Quality,
    /// Comments, scrubbed, with the row they stand in.
    pub comments: Vec<(u32, Box<str>)>,
    /// Whether comments may leave the office.
    pub publishes_comments: bool,
    /// Months in which anybody responded, whatever the period: year and month.
    pub months: BTreeSet<(i16, i8)>,
    /// What each column was recognised as; of several sheets those of the first.
    pub columns: Vec<Column>,
}

impl SurveyResult {
    /// The grade of the index; none where too few elements were asked.
    pub fn grade(&self) -> Option<&Grade> {
        self.instrument.grade(self.index.index).filter(|_| self.is_whole)
    }

    /// The letter of its grade, or what stands in its place.
    pub fn grade_word(&self, lang: Lang) -> &str {
        match self.grade() {
            _ if !self.is_whole => PARTIAL.text(lang),
            Some(grade) => &grade.letter,
            None => "–",
        }
    }
}

/// What came of the files of one survey.
#[derive(Debug)]
pub struct ExaminedSurvey {
    /// Where they were read from.
    pub sources: Vec<SourceInfo>,
    /// The result; none where they hold no such survey, or nothing that can be counted for certain.
    pub result: Option<SurveyResult>,
    /// What is wrong or doubtful.
    pub findings: Vec<Finding>,
}

/// Examines files as responses to an instrument; all of them together are one survey. What cannot be read is a finding,
/// and then there is no result.
///
/// # Errors
/// Only when a frame cannot be computed, which no input can cause.
pub fn examine(
    mut books: Vec<Book>,
    instrument: &Arc<Instrument>,
    options: &SurveyOptions,
) -> PolarsResult<ExaminedSurvey> {
    let reading = read(&mut books, instrument, options);
    let (result, findings) = conclude(reading, instrument, options)?;
    Ok(ExaminedSurvey { sources: books.into_iter().map(|book| book.info).collect(), result, findings })
}

/// The result of responses that were read, and everything that is wrong or doubtful.
///
/// # Errors
/// Only when a frame cannot be computed, which no input can cause.
pub fn conclude(
    reading: Reading,
    instrument: &Arc<Instrument>,
    options: &SurveyOptions,
) -> PolarsResult<(Option<SurveyResult>, Vec<Finding>)> {
    let Reading { mut findings, location, read } = reading;
    let mut together = SheetFindings::new(location, None);
    let mut result = None;
    if let Some(Read { responses, scale, sheets, is_refused }) = read {
        let is_empty =
            responses.is_empty() || !(0..responses.len()).any(|place| responses.is_valid(place)) && !is_refused;
        if is_empty {
            together.add(Code::NoResponses, None, None, []);
        } else if !is_refused {
            result = assess(&responses, &sheets, instrument, scale, options, &mut together)?;
        }
    }
    findings.extend(together.finish());
    sort_findings(&mut findings);
    Ok((result, findings))
}

/// The result of responses that were read; none where nothing can be counted.
fn assess(
    all: &Responses,
    sheets: &[ReadSheet],
    instrument: &Arc<Instrument>,
    scale: u8,
    options: &SurveyOptions,
    findings: &mut SheetFindings,
) -> PolarsResult<Option<SurveyResult>> {
    let row = |place: usize| shown_row(all, sheets, place);
    let is_asked = |element: &usize| sheets.iter().any(|sheet| sheet.has(Use::Element(*element)));
    let (measured, missing): (Vec<usize>, Vec<usize>) = (0..instrument.elements.len()).partition(is_asked);
    let timed = sheets.iter().flat_map(|sheet| std::iter::repeat_n(sheet.has_time, sheet.respondents));
    let timed: Vec<bool> = timed.take(all.len()).collect();
    let frame = responses(all, &timed)?;
    let counted = of_period(&frame, options.period, &row, findings)?;
    let outside_period = frame.height() - counted.height();
    for spec in missing.iter().filter_map(|element| instrument.elements.get(*element)) {
        let args = [("code", Arg::from(spec.code.as_str())), ("label", Arg::from(spec.label.as_str()))];
        findings.add(Code::ElementMissing, Some(&spec.code), None, args);
    }
    let quality = judge(all, &counted, &measured, options.population)?;
    let excluded = options.exclude_duplicates && !quality.duplicates.is_empty();
    let kept = match excluded {
        true => {
            let is_kept = |place| quality.duplicates.binary_search(&place).is_err();
            counted.filter(&places(&counted, "place")?.map(|place| Some(is_kept(place))).collect::<BooleanChunked>())?
        }
        false => counted.clone(),
    };
    let Some(index) = compute(scale, &kept, &measured)? else {
        let period = options.period.map_or_else(|| "–".to_owned(), |period| period.to_string());
        let args = [("period", Arg::from(period)), ("count", outside_period.into())];
        findings.add(Code::NoResponsesInPeriod, None, None, args);
        return Ok(None);
    };
    let of = instrument.elements.len();
    let asked: Vec<&str> =
        index.elements.iter().filter_map(|e| Some(instrument.elements.get(e.element)?.code.as_str())).collect();
    if asked.len() < 2 {
        findings.add(Code::OneElement, None, None, [("codes", Arg::from(asked.join(", "))), ("of", of.into())]);
        return Ok(None);
    }
    let is_whole = 3 * asked.len() >= 2 * of;
    if !is_whole {
        let missing = instrument.elements.iter().filter(|element| !asked.contains(&element.code.as_str()));
        let missing: Vec<&str> = missing.map(|element| element.code.as_str()).collect();
        let args = [("count", asked.len().into()), ("of", of.into()), ("missing", Arg::from(missing.join(", ")))];
        findings.add(Code::TooFewElements, None, None, args);
    }
    if scale != 4 && instrument.shown == Shown::Four {
        let args = [("scale", usize::from(scale).into()), ("index", Arg::from(instrument.index.as_str()))];
        findings.add(Code::ScaleConverted, None, None, args);
    }
    report_quality(instrument, &quality, &index, options, &row, findings);
    let mut breakdowns = Vec::new();
    for group in Group::ALL.into_iter().filter(|group| sheets.iter().any(|sheet| sheet.has(Use::Group(*group)))) {
        let label = |number: u32| all.labels(group).text(number).map(str::to_owned);
        let groups = by_group(scale, &kept, &measured, group.name())?;
        breakdowns.push(break_down(groups, (group.name(), group.word()), label));
    }
    if kept.column("month")?.null_count() < kept.height() {
        let label = |number: u32| Some(format!("{:04}-{:02}", number / 100, number % 100));
        let groups = by_group(scale, &kept, &measured, "month")?;
        breakdowns.push(break_down(groups, ("month", Phrase::new("Bulan", "Month")), label));
    }
    let months = frame.clone().lazy().filter(col("valid")).select([col("month").unique()]).collect()?;
    let months = months.column("month")?.u32()?;
    let months = months
        .iter()
        .flatten()
        .filter_map(|month| Some((i16::try_from(month / 100).ok()?, i8::try_from(month % 100).ok()?)));
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    Ok(Some(SurveyResult {
        sheet: names.join(", ").into(),
        period: options.period,
        responses: counted.height(),
        valid: truths(&counted, "valid")?.filter(|valid| *valid == Some(true)).count(),
        outside_period,
        with_duplicates: if excluded { compute(scale, &counted, &measured)? } else { None },
        breakdowns,
        comments: comments(all, &places(&kept, "place")?.collect::<Vec<_>>(), findings),
        publishes_comments: options.comments == Comments::Publish,
        months: months.collect(),
        instrument: instrument.clone(),
        index,
        is_whole,
        quality,
        columns: sheets.first().map(|sheet| sheet.columns.clone()).unwrap_or_default(),
    }))
}

/// The row of a response, with its sheet where there are several.
fn shown_row(all: &Responses, sheets: &[ReadSheet], place: usize) -> String {
    let row = all.row(place);
    let mut before = 0;
    for sheet in sheets.iter().filter(|_| sheets.len() > 1) {
        before += sheet.respondents;
        if place < before {
            return format!("{}!{row}", sheet.name);
        }
    }
    row.to_string()
}

/// Comments of the responses at `places` (ascending), with their rows; of very many the first.
fn comments(all: &Responses, places: &[usize], findings: &mut SheetFindings) -> Vec<(u32, Box<str>)> {
    let kept = || all.comments.iter().filter(|(place, _)| places.binary_search(place).is_ok());
    let more = kept().count().saturating_sub(MOST_COMMENTS);
    if more > 0 {
        let kind = Phrase::new("saran", "comments");
        findings.add(Code::FurtherFindings, None, None, [("count", Arg::from(more)), ("kind", Arg::from(kind))]);
    }
    kept().take(MOST_COMMENTS).map(|(place, text)| (all.row(*place), text.clone())).collect()
}

/// The responses that count. Without a column of times all of a sheet do; with one, a response without a date is of no
/// period.
fn of_period(
    all: &DataFrame,
    period: Option<Period>,
    row: &dyn Fn(usize) -> String,
    findings: &mut SheetFindings,
) -> PolarsResult<DataFrame> {
    let Some(period) = period else { return Ok(all.clone()) };
    let name = || Arg::from(period.to_string());
    if truths(all, "timed")?.any(|timed| timed == Some(false)) {
        findings.add(Code::NoTimestamp, None, None, [("period", name())]);
    }
    let is_undated = || col("timed").and(col("month").is_null());
    let undated = all.clone().lazy().filter(is_undated()).select([col("place")]).collect()?;
    let undated: Vec<usize> = places(&undated, "place")?.collect();
    if !undated.is_empty() {
        let rows = shown_rows(undated.iter().map(|&place| row(place)));
        findings.add(
            Code::UndatedResponses,
            None,
            None,
            [("count", undated.len().into()), ("rows", rows), ("period", name())],
        );
    }
    let (first, last) = period.days();
    let of_period = col("month").gt_eq(lit(month_number(first))).and(col("month").lt_eq(lit(month_number(last))));
    let inside = all.clone().lazy().filter(col("timed").not().or(of_period)).collect()?;
    let outside = all.height() - inside.height() - undated.len();
    if outside > 0 && inside.height() > 0 {
        findings.add(Code::OutsidePeriod, None, None, [("count", outside.into()), ("period", name())]);
    }
    Ok(inside)
}

/// The index by group, groups of fewer than five left out, and where what is left out could be worked out from the whole,
/// the smallest of the others with it.
fn break_down(
    groups: Vec<OfGroup>,
    (by, title): (&'static str, Phrase),
    label: impl Fn(u32) -> Option<String>,
) -> Breakdown {
    let mut rows = BTreeMap::new();
    let mut not_shown = 0;
    for (number, n, index) in groups {
        match (number.and_then(&label), index) {
            (Some(label), Some(index)) if n >= FEWEST_SHOWN => {
                rows.insert(label.to_lowercase(), BreakdownRow { label, n, index: hundredths(index) });
            }
            _ => not_shown += n,
        }
    }
    let mut rows: Vec<BreakdownRow> = rows.into_values().collect();
    // What is hidden is the whole without what is shown: it must be five as well.
    while (1..FEWEST_SHOWN).contains(&not_shown)
        && let Some(smallest) = (0..rows.len()).min_by_key(|&row| rows[row].n)
    {
        not_shown += rows.remove(smallest).n;
    }
    Breakdown { by, title, rows, not_shown }
}

/// A value of a group, to two decimals: more would tell of its members.
fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Says how far the index can be trusted.
fn report_quality(
    instrument: &Instrument,
    quality: &Quality,
    index: &Index,
    options: &SurveyOptions,
    row: &dyn Fn(usize) -> String,
    findings: &mut SheetFindings,
) {
    let rows = |places: &[usize]| shown_rows(places.iter().map(|&place| row(place)));
    let repeated = if options.exclude_duplicates { Code::DuplicatesExcluded } else { Code::DuplicatesCounted };
    for (code, of) in [
        (Code::IncompleteResponses, &quality.incomplete),
        (repeated, &quality.duplicates),
        (Code::EditedResponses, &quality.edited),
        (Code::AlikeResponses, &quality.alike),
        (Code::StraightLined, &quality.straight_lined),
    ] {
        if !of.is_empty() {
            findings.add(code, None, None, [("count", of.len().into()), ("rows", rows(of))]);
        }
    }
    if let Some(needed) = quality.sample_needed.filter(|&needed| (index.n as u64) < needed) {
        let population = options.population.unwrap_or_default();
        let args = [("count", index.n.into()), ("needed", Arg::Count(needed)), ("population", Arg::Count(population))];
        findings.add(Code::SampleTooSmall, None, None, args);
    }
    if let Some(alpha) = quality.cronbach_alpha.filter(|&alpha| alpha < LOW_ALPHA) {
        findings.add(Code::LowAlpha, None, None, [("alpha", Arg::Number(alpha))]);
    }
    for (element, correlation) in quality.item_total.iter().enumerate() {
        let spec = &instrument.elements[element];
        if let Some(correlation) = correlation.filter(|&correlation| correlation < 0.0) {
            let args = [("label", Arg::from(spec.label.as_str())), ("correlation", Arg::Number(correlation))];
            findings.add(Code::NegativeItemTotal, Some(&spec.code), None, args);
        }
    }
    for &element in &quality.without_variance {
        let spec = &instrument.elements[element];
        findings.add(Code::NoVariance, Some(&spec.code), None, [("label", Arg::from(spec.label.as_str()))]);
    }
}

#[cfg(test)]
mod tests;
