//! Examines one export as the responses of a survey.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashMap;
use rayon::prelude::*;

use crate::finding::{Arg, Code, Finding, Place, SheetFindings, sort_findings};
use crate::grid::Grid;
use crate::lang::Phrase;
use crate::period::Period;
use crate::source::{Book, SourceInfo};
use crate::survey::columns::{Column, ColumnMap, Columns, Group, HEAD_ROWS, Use, recognise};
use crate::survey::index::{Index, Sums, compute};
use crate::survey::instrument::Instrument;
use crate::survey::quality::{Quality, judge};
use crate::survey::read::read_responses;
use crate::survey::responses::Responses;

/// A group of fewer respondents is not shown: its members could be told.
pub const FEWEST_SHOWN: usize = 5;
/// Below this alpha the questions do not measure one thing.
const LOW_ALPHA: f64 = 0.6;

/// How a survey is to be read.
#[derive(Debug, Clone, Default)]
pub struct SurveyOptions {
    /// Only responses of this period count.
    pub period: Option<Period>,
    /// How many were served, for the sample size.
    pub population: Option<u64>,
    /// Whether responses sent twice are left out of the index (then both indices are shown).
    pub exclude_duplicates: bool,
    /// The pipeline's own map of columns.
    pub columns: ColumnMap,
}

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
    /// Name of the sheet.
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
    /// The index with responses sent twice counted, where they were excluded.
    pub with_duplicates: Option<Index>,
    /// By group and by month.
    pub breakdowns: Vec<Breakdown>,
    /// How far to trust it.
    pub quality: Quality,
    /// Comments, scrubbed, with the row they stand in.
    pub comments: Vec<(u32, Box<str>)>,
    /// Months in which anybody responded, whatever the period: year and month.
    pub months: BTreeSet<(i16, i8)>,
    /// What each column was recognised as.
    pub columns: Vec<Column>,
}

/// What came of one export.
#[derive(Debug)]
pub struct ExaminedSurvey {
    /// Where it was read from.
    pub source: SourceInfo,
    /// The result; none where the export holds no such survey.
    pub result: Option<SurveyResult>,
    /// What is wrong or doubtful.
    pub findings: Vec<Finding>,
}

/// The beginning of every visible sheet of an export: enough to tell what its columns are.
pub struct Heads(Vec<(usize, Grid)>);

impl Heads {
    /// Reads them; sheets that cannot be read are passed over.
    pub fn read(book: &mut Book) -> Self {
        Heads(book.visible().into_iter().filter_map(|sheet| Some((sheet, book.head(sheet, HEAD_ROWS).ok()?))).collect())
    }

    /// How many elements of an instrument the best sheet asks for.
    pub fn recognised(&self, instrument: &Instrument, map: &ColumnMap) -> usize {
        self.best(instrument, map).0
    }

    /// How many elements the best sheet asks for; its place and head. Of equally good ones the first.
    fn best(&self, instrument: &Instrument, map: &ColumnMap) -> (usize, Option<&(usize, Grid)>) {
        let measured = |grid: &Grid| {
            let mut unheard = SheetFindings::new("", None);
            recognise(grid, instrument, map, &mut unheard).map_or(0, |columns| columns.measured(instrument))
        };
        let sheets = self.0.iter().rev().map(|head| (measured(&head.1), head));
        sheets.max_by_key(|(measured, _)| *measured).map_or((0, None), |(measured, head)| (measured, Some(head)))
    }
}

/// Examines an export as responses to an instrument. Never fails: what cannot be read is a finding, and then there is no
/// result.
pub fn examine(mut book: Book, instrument: &Arc<Instrument>, options: &SurveyOptions) -> ExaminedSurvey {
    let mut findings = Vec::new();
    let result = examine_book(&mut book, instrument, options, &mut findings);
    findings.extend(book.take_findings());
    sort_findings(&mut findings);
    ExaminedSurvey { source: book.info, result, findings }
}

fn examine_book(
    book: &mut Book,
    instrument: &Arc<Instrument>,
    options: &SurveyOptions,
    findings: &mut Vec<Finding>,
) -> Option<SurveyResult> {
    let location = book.info.location.clone();
    let heads = Heads::read(book);
    let (measured, best) = heads.best(instrument, &options.columns);
    let elsewhere = Instrument::shipped()
        .iter()
        .filter(|other| other.id != instrument.id)
        .map(|other| (heads.recognised(other, &ColumnMap::new()), other))
        .max_by_key(|(measured, _)| *measured);
    if let Some((of_other, other)) = elsewhere
        && of_other > measured
        && (2 * of_other > other.elements.len() && 2 * measured < instrument.elements.len()
            || of_other == other.elements.len() && measured < instrument.elements.len())
    {
        let args = [
            ("title", Arg::from(instrument.title.as_str())),
            ("other", Arg::from(other.title.as_str())),
            ("id", Arg::from(other.id.as_str())),
        ];
        findings.push(Finding::new(Code::OtherSurvey, args).at(Place::whole(location)));
        return None;
    }
    let Some((sheet, head)) = best else {
        // No visible sheet could be read: the first says why.
        let error = (0..book.sheets().len()).find_map(|sheet| book.head(sheet, HEAD_ROWS).err());
        let empty = || Finding::new(Code::SourceEmpty, []).at(Place::whole(location.clone()));
        findings.push(error.map_or_else(empty, |error| error.finding(&location)));
        return None;
    };
    if head.rows() == 0 {
        findings.push(Finding::new(Code::SourceEmpty, []).at(Place::whole(location)));
        return None;
    }
    let mut sheet_findings = SheetFindings::new(location.clone(), Some(&head.name));
    let Some(columns) = recognise(head, instrument, &options.columns, &mut sheet_findings) else {
        sheet_findings.add(Code::NoQuestions, None, None, [("title", Arg::from(instrument.title.as_str()))]);
        findings.extend(sheet_findings.finish());
        return None;
    };
    let result = match read_responses(book, *sheet, instrument, &columns, &mut sheet_findings) {
        Ok(responses) => assess(&responses, &head.name, instrument, options, columns, &mut sheet_findings),
        Err(error) => {
            findings.push(error.finding(&location));
            None
        }
    };
    findings.extend(sheet_findings.finish());
    result
}

fn assess(
    all: &Responses,
    sheet: &str,
    instrument: &Arc<Instrument>,
    options: &SurveyOptions,
    columns: Columns,
    findings: &mut SheetFindings,
) -> Option<SurveyResult> {
    if all.is_empty() {
        findings.add(Code::NoResponses, None, None, []);
        return None;
    }
    let counted = of_period(all, &columns, options.period, findings);
    let outside_period = all.len() - counted.len();
    let measured: Vec<usize> =
        (0..instrument.elements.len()).filter(|&e| columns.of(Use::Element(e)).next().is_some()).collect();
    let quality = judge(all, &counted, &measured, options.population);
    let excluded = options.exclude_duplicates && !quality.duplicates.is_empty();
    let is_excluded = |place: usize| excluded && quality.duplicates.binary_search(&all.row(place)).is_ok();
    let kept: Vec<usize> = counted.iter().copied().filter(|&place| !is_excluded(place)).collect();
    let Some(index) = compute(instrument, all, &kept) else {
        let period = options.period.map_or_else(|| "–".to_owned(), |period| period.to_string());
        findings.add(
            Code::NoResponsesInPeriod,
            None,
            None,
            [("period", Arg::from(period)), ("count", outside_period.into())],
        );
        return None;
    };
    report(instrument, &quality, &index, options, findings);
    let groups: Vec<Group> =
        Group::ALL.into_iter().filter(|group| columns.of(Use::Group(*group)).next().is_some()).collect();
    let mut breakdowns: Vec<Breakdown> = groups
        .into_par_iter()
        .map(|group| {
            let label = |number: u32| all.labels(group).text(number).map(str::to_owned);
            break_down(all, &kept, (group.name(), group.word()), |place| all.group(group, place), label)
        })
        .collect();
    if kept.iter().any(|&place| all.at[place].is_some()) {
        let month = |place: usize| {
            all.at[place]
                .map_or(0, |at| u32::from(at.year().unsigned_abs()) * 100 + u32::from(at.month().unsigned_abs()))
        };
        let label = |number: u32| (number > 0).then(|| format!("{:04}-{:02}", number / 100, number % 100));
        breakdowns.push(break_down(all, &kept, ("month", Phrase::new("Bulan", "Month")), month, label));
    }
    let places = || 0..all.len();
    Some(SurveyResult {
        sheet: sheet.into(),
        period: options.period,
        responses: counted.len(),
        valid: counted.iter().filter(|&&place| all.is_valid(place)).count(),
        outside_period,
        with_duplicates: excluded.then(|| compute(instrument, all, &counted)).flatten(),
        breakdowns,
        comments: comments(all, &kept),
        months: places()
            .filter(|&p| all.is_valid(p))
            .filter_map(|p| all.at[p])
            .map(|at| (at.year(), at.month()))
            .collect(),
        instrument: instrument.clone(),
        index,
        quality,
        columns: columns.columns,
    })
}

/// Comments of the responses at `places` (ascending), with their rows.
fn comments(all: &Responses, places: &[usize]) -> Vec<(u32, Box<str>)> {
    let kept = all.comments.iter().filter(|(place, _)| places.binary_search(place).is_ok());
    kept.map(|(place, text)| (all.row(*place), text.clone())).collect()
}

/// The places of the responses that count. Without a timestamp all do.
fn of_period(all: &Responses, columns: &Columns, period: Option<Period>, findings: &mut SheetFindings) -> Vec<usize> {
    let everything = || (0..all.len()).collect();
    let Some(period) = period else { return everything() };
    if columns.of(Use::Timestamp).next().is_none() {
        findings.add(Code::NoTimestamp, None, None, [("period", Arg::from(period.to_string()))]);
        return everything();
    }
    let inside: Vec<usize> = (0..all.len()).filter(|&p| all.at[p].is_none_or(|at| period.contains(at))).collect();
    let outside = all.len() - inside.len();
    if outside > 0 && !inside.is_empty() {
        let args = [("count", outside.into()), ("period", Arg::from(period.to_string()))];
        findings.add(Code::OutsidePeriod, None, None, args);
    }
    inside
}

fn report(
    instrument: &Instrument,
    quality: &Quality,
    index: &Index,
    options: &SurveyOptions,
    findings: &mut SheetFindings,
) {
    let rows = |rows: &[u32]| {
        let shown: Vec<String> = rows.iter().take(8).map(u32::to_string).collect();
        Arg::from(format!("{}{}", shown.join(", "), if rows.len() > 8 { " …" } else { "" }))
    };
    let repeated = if options.exclude_duplicates { Code::DuplicatesExcluded } else { Code::DuplicatesCounted };
    for (code, of) in [
        (Code::IncompleteResponses, &quality.incomplete),
        (repeated, &quality.duplicates),
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

/// The index by group, groups of fewer than five left out. Spellings that differ in case only are one group.
fn break_down(
    all: &Responses,
    places: &[usize],
    (by, title): (&'static str, Phrase),
    group: impl Fn(usize) -> u32,
    label: impl Fn(u32) -> Option<String>,
) -> Breakdown {
    let mut by_number: HashMap<u32, Sums> = HashMap::new();
    for &place in places {
        by_number.entry(group(place)).or_insert_with(|| Sums::new(all.elements())).add(all, place);
    }
    let mut groups: BTreeMap<String, (String, Sums)> = BTreeMap::new();
    let mut not_shown = 0;
    let mut numbers: Vec<(u32, Sums)> = by_number.into_iter().collect();
    numbers.sort_unstable_by_key(|(number, _)| *number);
    for (number, sums) in numbers {
        match label(number) {
            Some(label) => {
                let group = groups.entry(label.to_lowercase());
                group.and_modify(|(_, all)| all.merge(&sums)).or_insert((label, sums));
            }
            None => not_shown += sums.n,
        }
    }
    let mut rows = Vec::new();
    for (label, sums) in groups.into_values() {
        match sums.index() {
            Some(index) if sums.n >= FEWEST_SHOWN => rows.push(BreakdownRow { label, n: sums.n, index }),
            _ => not_shown += sums.n,
        }
    }
    Breakdown { by, title, rows, not_shown }
}
