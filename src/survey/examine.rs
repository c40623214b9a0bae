//! Examines files as the responses of a survey.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashMap;
use rayon::prelude::*;

use crate::finding::{Arg, Code, Finding, Place, SheetFindings, sort_findings};
use crate::grid::{CellRef, column_letters};
use crate::lang::{Lang, Phrase};
use crate::period::Period;
use crate::source::{Book, SourceInfo};
use crate::survey::columns::{Column, ColumnMap, Group, HEAD_ROWS, Use, Wanted, examples};
use crate::survey::dates::{Stamp, decide_order};
use crate::survey::index::{Index, Sums, compute};
use crate::survey::instrument::{Grade, Instrument};
use crate::survey::quality::{Quality, judge};
use crate::survey::report::{report_quality, report_rows, report_scale, shown_rows};
use crate::survey::responses::{Given, Responses};
use crate::survey::scale::{Declared, FormReading, Question, Worth, read_form};
use crate::survey::sheets::{Heads, ResponseSheet, response_sheets};

/// A group of fewer respondents is not shown: its members could be told.
pub const FEWEST_SHOWN: usize = 5;

/// What stands in place of a grade where too few elements were asked.
pub const PARTIAL: Phrase = Phrase::new("kurang unsur", "too few");

/// How a survey is to be read.
#[derive(Debug, Clone, Default)]
pub struct SurveyOptions {
    /// Whether somebody named the instrument, in a pipeline or a command.
    pub is_named: bool,
    /// Only responses of this period count.
    pub period: Option<Period>,
    /// How many were served, for the sample size.
    pub population: Option<u64>,
    /// Whether responses sent twice are left out of the index (then both indices are shown).
    pub exclude_duplicates: bool,
    /// The pipeline's own map of columns.
    pub columns: ColumnMap,
    /// What is declared of the scale.
    pub declared: Declared,
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

/// Examines files as responses to an instrument; all of them together are one survey. Never fails: what cannot be read is a
/// finding, and then there is no result.
pub fn examine(mut books: Vec<Book>, instrument: &Arc<Instrument>, options: &SurveyOptions) -> ExaminedSurvey {
    let mut findings = Vec::new();
    let result = examine_books(&mut books, instrument, options, &mut findings);
    for book in &mut books {
        findings.extend(book.take_findings());
    }
    // A quote that is never closed swallowed rows: what is left is no survey.
    let is_trusted = findings.iter().all(|finding| finding.code != Code::SourceQuoteUnclosed);
    let result = result.filter(|_| is_trusted);
    sort_findings(&mut findings);
    ExaminedSurvey { sources: books.into_iter().map(|book| book.info).collect(), result, findings }
}

fn examine_books(
    books: &mut [Book],
    instrument: &Arc<Instrument>,
    options: &SurveyOptions,
    findings: &mut Vec<Finding>,
) -> Option<SurveyResult> {
    let location = books.first()?.info.location.clone();
    let heads = Heads::read(books);
    if heads.are_empty() {
        // No sheet could be read: the first says why.
        let error = books
            .iter_mut()
            .find_map(|book| (0..book.sheets().len()).find_map(|sheet| book.head(sheet, HEAD_ROWS).err()));
        let empty = || Finding::new(Code::SourceEmpty, []).at(Place::whole(location.clone()));
        findings.push(error.map_or_else(empty, |error| error.finding(&location)));
        return None;
    }
    let wanted = Wanted { instrument, is_named: options.is_named, map: &options.columns };
    let mut of_sheets = Vec::new();
    let sheets = response_sheets(books, &heads, wanted, options.period, &mut of_sheets);
    if sheets.as_ref().is_some_and(Vec::is_empty) {
        let none = |finding: &Finding| finding.code != Code::SheetsLeftOut;
        findings.extend(of_sheets.into_iter().filter(none));
        let none = || Finding::new(Code::NoQuestions, [("title", Arg::from(instrument.title.as_str()))]);
        let finding = of_another(&heads, instrument, Code::OtherSurvey).unwrap_or_else(none);
        findings.push(finding.at(Place::whole(location)));
        return None;
    }
    findings.extend(of_sheets);
    let mut sheets = sheets?;
    let few = |sheet: &ResponseSheet| sheet.columns.asked(instrument) < instrument.elements.len();
    if sheets.iter().all(few) {
        let finding = of_another(&heads, instrument, Code::FitsAnother);
        findings.extend(finding.map(|finding| finding.at(Place::whole(location.clone()))));
    }
    let reading = read_scale(&sheets, instrument, options.declared);
    report_scale(&mut sheets, instrument, &reading);
    report_rows(&mut sheets);
    let responses = gather(&mut sheets, instrument, &reading, options.period);
    let mut together = SheetFindings::new(location, None);
    let result = if responses.is_empty()
        || !(0..responses.len()).any(|place| responses.is_valid(place)) && reading.refusals.is_empty()
    {
        together.add(Code::NoResponses, None, None, []);
        None
    } else if reading.refusals.is_empty() {
        assess(&responses, &sheets, instrument, reading.scale, options, &mut together)
    } else {
        None
    };
    for sheet in sheets {
        findings.extend(sheet.findings.finish());
    }
    findings.extend(together.finish());
    result
}

/// A finding that another survey is in the files wholly, more so than the one that is wanted.
fn of_another(heads: &Heads, instrument: &Instrument, code: Code) -> Option<Finding> {
    let whole = |other: &Instrument| heads.recognised(other) == other.elements.len();
    if whole(instrument) {
        return None;
    }
    let others = Instrument::shipped().iter().filter(|other| other.id != instrument.id && whole(other));
    let other = others.max_by_key(|other| other.elements.len())?;
    let args = [
        ("title", Arg::from(instrument.title.as_str())),
        ("other", Arg::from(other.title.as_str())),
        ("id", Arg::from(other.id.as_str())),
    ];
    Some(Finding::new(code, args))
}

/// Decides what the answers of all sheets are worth, together.
fn read_scale(sheets: &[ResponseSheet], instrument: &Instrument, declared: Declared) -> FormReading {
    let questions = sheets.iter().flat_map(|sheet| {
        let questions = sheet.written.questions.iter().enumerate();
        questions.map(|(at, question)| Question {
            element: question.element,
            header: &question.header,
            answers: question.wordings.texts().zip(sheet.counts(at)).collect(),
        })
    });
    read_form(instrument, declared, &questions.collect::<Vec<_>>())
}

/// The respondents of all sheets, one after the other.
fn gather(
    sheets: &mut [ResponseSheet],
    instrument: &Instrument,
    reading: &FormReading,
    period: Option<Period>,
) -> Responses {
    let mut all = Responses::new(instrument.elements.len());
    let mut worth = reading.worth.iter();
    for sheet in sheets {
        let values: Vec<Vec<Option<u8>>> = (worth.by_ref().take(sheet.written.questions.len()))
            .map(|of| std::iter::once(None).chain(of.iter().map(|worth| value_of(*worth))).collect())
            .collect();
        all.append(of_sheet(sheet, instrument, &values, period));
    }
    all
}

fn value_of(worth: Worth) -> Option<u8> {
    match worth {
        Worth::Value(value) => Some(value),
        _ => None,
    }
}

/// The respondents of a sheet; `values` are those of each question's wordings by number, 0 for a blank.
fn of_sheet(
    sheet: &mut ResponseSheet,
    instrument: &Instrument,
    values: &[Vec<Option<u8>>],
    period: Option<Period>,
) -> Responses {
    let written = &sheet.written;
    let mut responses = Responses::new(instrument.elements.len());
    let stamps: Vec<Stamp> = sheet.rows.kept.iter().filter_map(|&place| written.stamps.get(place).copied()).collect();
    let decided = decide_order(&stamps);
    let mut comments = written.comments.iter().peekable();
    let mut given = vec![Given::default(); instrument.elements.len()];
    for (&place, stamp) in sheet.rows.kept.iter().zip(&stamps) {
        given.fill(Given::default());
        for ((number, question), values) in written.cells(place).iter().zip(&written.questions).zip(values) {
            if let (Some(Some(value)), Some(given)) = (values.get(*number as usize), given.get_mut(question.element)) {
                given.add(*value);
            }
        }
        let groups = Group::ALL.map(|group| {
            let number = written.groups.get(place).map_or(0, |row| row[group as usize]);
            written.labels[group as usize].text(number).unwrap_or_default()
        });
        while comments.next_if(|(at, _)| *at < place).is_some() {}
        if let Some((_, text)) = comments.next_if(|(at, _)| *at == place) {
            responses.comments.push((responses.len(), text.clone()));
        }
        responses.push(written.rows[place], given.iter().copied(), groups);
        let last = responses.len() - 1;
        responses.at[last] = stamp.at(decided.order);
        responses.persons[last] = written.persons[place];
    }
    let header_row = written.header_row;
    if let Some(col) = written.timestamp {
        let column = ("column", Arg::from(column_letters(col)));
        if decided.undecided {
            sheet.findings.add_at(Code::DateOrderUndecided, None, CellRef::new(header_row, col), [column.clone()]);
        }
        let unread: usize = sheet.written.unread_dates.values().sum();
        if unread > 0 && period.is_none() {
            let texts = sheet.written.unread_dates.clone().into_iter();
            let args = [column, ("count", unread.into()), ("examples", Arg::from(examples(texts)))];
            sheet.findings.add_at(Code::DatesUnreadable, None, CellRef::new(header_row, col), args);
        }
    }
    responses
}

/// Makes a result of responses that were read; none where nothing can be counted.
fn assess(
    all: &Responses,
    sheets: &[ResponseSheet],
    instrument: &Arc<Instrument>,
    scale: u8,
    options: &SurveyOptions,
    findings: &mut SheetFindings,
) -> Option<SurveyResult> {
    let row = |place: usize| shown_row(all, sheets, place);
    let counted = of_period(all, sheets, options.period, &row, findings);
    let outside_period = all.len() - counted.len();
    let is_asked = |element: usize| sheets.iter().any(|sheet| sheet.columns.of(Use::Element(element)).next().is_some());
    let measured: Vec<usize> = (0..instrument.elements.len()).filter(|&element| is_asked(element)).collect();
    for (_, spec) in instrument.elements.iter().enumerate().filter(|(element, _)| !measured.contains(element)) {
        let args = [("code", Arg::from(spec.code.as_str())), ("label", Arg::from(spec.label.as_str()))];
        findings.add(Code::ElementMissing, Some(&spec.code), None, args);
    }
    let quality = judge(all, &counted, &measured, options.population);
    let excluded = options.exclude_duplicates && !quality.duplicates.is_empty();
    let is_excluded = |place: usize| excluded && quality.duplicates.binary_search(&place).is_ok();
    let kept: Vec<usize> = counted.iter().copied().filter(|&place| !is_excluded(place)).collect();
    let Some(index) = compute(scale, all, &kept) else {
        let period = options.period.map_or_else(|| "–".to_owned(), |period| period.to_string());
        findings.add(
            Code::NoResponsesInPeriod,
            None,
            None,
            [("period", Arg::from(period)), ("count", outside_period.into())],
        );
        return None;
    };
    let of = instrument.elements.len();
    let asked: Vec<&str> =
        index.elements.iter().filter_map(|e| Some(instrument.elements.get(e.element)?.code.as_str())).collect();
    if asked.len() < 2 {
        findings.add(Code::OneElement, None, None, [("codes", Arg::from(asked.join(", "))), ("of", of.into())]);
        return None;
    }
    let is_whole = 3 * asked.len() >= 2 * of;
    if !is_whole {
        let missing = instrument.elements.iter().filter(|element| !asked.contains(&element.code.as_str()));
        let missing: Vec<&str> = missing.map(|element| element.code.as_str()).collect();
        let args = [("count", asked.len().into()), ("of", of.into()), ("missing", Arg::from(missing.join(", ")))];
        findings.add(Code::TooFewElements, None, None, args);
    }
    report_quality(instrument, &quality, &index, options, &row, findings);
    let has_group = |group: &Group| sheets.iter().any(|sheet| sheet.columns.of(Use::Group(*group)).next().is_some());
    let groups: Vec<Group> = Group::ALL.into_iter().filter(has_group).collect();
    let mut breakdowns: Vec<Breakdown> = groups
        .into_par_iter()
        .map(|group| {
            let label = |number: u32| all.labels(group).text(number).map(str::to_owned);
            break_down(all, &kept, scale, (group.name(), group.word()), |place| all.group(group, place), label)
        })
        .collect();
    if kept.iter().any(|&place| all.at[place].is_some()) {
        let month = |place: usize| {
            all.at[place].map_or(0, |moment| {
                u32::from(moment.at.year().unsigned_abs()) * 100 + u32::from(moment.at.month().unsigned_abs())
            })
        };
        let label = |number: u32| (number > 0).then(|| format!("{:04}-{:02}", number / 100, number % 100));
        breakdowns.push(break_down(all, &kept, scale, ("month", Phrase::new("Bulan", "Month")), month, label));
    }
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.written.sheet.as_str()).collect();
    Some(SurveyResult {
        sheet: names.join(", ").into(),
        period: options.period,
        responses: counted.len(),
        valid: counted.iter().filter(|&&place| all.is_valid(place)).count(),
        outside_period,
        with_duplicates: excluded.then(|| compute(scale, all, &counted)).flatten(),
        breakdowns,
        comments: comments(all, &kept),
        months: (0..all.len())
            .filter(|&p| all.is_valid(p))
            .filter_map(|p| all.at[p])
            .map(|moment| (moment.at.year(), moment.at.month()))
            .collect(),
        instrument: instrument.clone(),
        index,
        is_whole,
        quality,
        columns: sheets.first().map(|sheet| sheet.columns.columns.clone()).unwrap_or_default(),
    })
}

/// The row of a response, with its sheet where there are several.
fn shown_row(all: &Responses, sheets: &[ResponseSheet], place: usize) -> String {
    let row = all.row(place);
    let mut before = 0;
    for sheet in sheets.iter().filter(|_| sheets.len() > 1) {
        before += sheet.rows.kept.len();
        if place < before {
            return format!("{}!{row}", sheet.written.sheet);
        }
    }
    row.to_string()
}

/// Comments of the responses at `places` (ascending), with their rows.
fn comments(all: &Responses, places: &[usize]) -> Vec<(u32, Box<str>)> {
    let kept = all.comments.iter().filter(|(place, _)| places.binary_search(place).is_ok());
    kept.map(|(place, text)| (all.row(*place), text.clone())).collect()
}

/// The places of the responses that count. Without a column of times all of a sheet do; with one, a response without a
/// date is of no period.
fn of_period(
    all: &Responses,
    sheets: &[ResponseSheet],
    period: Option<Period>,
    row: &dyn Fn(usize) -> String,
    findings: &mut SheetFindings,
) -> Vec<usize> {
    let Some(period) = period else { return (0..all.len()).collect() };
    let has_time =
        sheets.iter().flat_map(|sheet| std::iter::repeat_n(sheet.written.timestamp.is_some(), sheet.rows.kept.len()));
    let has_time: Vec<bool> = has_time.collect();
    if has_time.contains(&false) {
        findings.add(Code::NoTimestamp, None, None, [("period", Arg::from(period.to_string()))]);
    }
    let undated: Vec<usize> = (0..all.len()).filter(|&place| has_time[place] && all.at[place].is_none()).collect();
    if !undated.is_empty() {
        let args = [
            ("count", undated.len().into()),
            ("rows", shown_rows(undated.iter().map(|&place| row(place)))),
            ("period", Arg::from(period.to_string())),
        ];
        findings.add(Code::UndatedResponses, None, None, args);
    }
    let is_inside = |&place: &usize| !has_time[place] || all.at[place].is_some_and(|moment| period.contains(moment.at));
    let inside: Vec<usize> = (0..all.len()).filter(is_inside).collect();
    let outside = all.len() - inside.len() - undated.len();
    if outside > 0 && !inside.is_empty() {
        let args = [("count", outside.into()), ("period", Arg::from(period.to_string()))];
        findings.add(Code::OutsidePeriod, None, None, args);
    }
    inside
}

/// The index by group, groups of fewer than five left out, and where what is left out could be worked out from the whole,
/// the smallest of the others with it. Spellings that differ in case only are one group.
fn break_down(
    all: &Responses,
    places: &[usize],
    scale: u8,
    (by, title): (&'static str, Phrase),
    group: impl Fn(usize) -> u32,
    label: impl Fn(u32) -> Option<String>,
) -> Breakdown {
    let mut by_number: HashMap<u32, Sums> = HashMap::new();
    for &place in places {
        by_number.entry(group(place)).or_insert_with(|| Sums::new(all.elements(), scale)).add(all, place);
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
            Some(index) if sums.n >= FEWEST_SHOWN => {
                rows.push(BreakdownRow { label, n: sums.n, index: hundredths(index) })
            }
            _ => not_shown += sums.n,
        }
    }
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
