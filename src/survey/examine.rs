//! Examines files as the responses of a survey.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashMap;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::finding::{Arg, Code, Finding, Place, SheetFindings, sort_findings};
use crate::grid::{CellRef, column_letters};
use crate::lang::{Lang, Phrase};
use crate::period::Period;
use crate::source::{Book, SourceInfo};
use crate::survey::columns::{Column, ColumnMap, Group, HEAD_ROWS, Use, Wanted, examples};
use crate::survey::dates::{Stamp, decide_order};
use crate::survey::index::{Index, Sums, compute};
use crate::survey::instrument::{Grade, Instrument, Shown};
use crate::survey::quality::{Quality, judge};
use crate::survey::report::{report_quality, report_rows, report_scale, shown_rows};
use crate::survey::responses::{Given, Responses};
use crate::survey::scale::{Beside, Declared, FormReading, Question, Worth, read_form};
use crate::survey::sheets::{Heads, ResponseSheet, response_sheets};

/// A group of fewer respondents is not shown: its members could be told.
pub const FEWEST_SHOWN: usize = 5;
/// Comments of a survey that are shown.
const MOST_COMMENTS: usize = 5_000;

/// What stands in place of a grade where too few elements were asked.
pub const PARTIAL: Phrase = Phrase::new("kurang unsur", "too few");

/// How far the comments of a survey's respondents go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Comments {
    /// Nowhere: they are not read.
    None,
    /// Into the office's own workbook; what leaves the office counts them.
    #[default]
    Office,
    /// Into what leaves the office as well.
    Publish,
}

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
    /// How far comments go.
    pub comments: Comments,
    /// Whether wordings nobody understood are shown rather than counted: to who checks one file.
    pub shows_wordings: bool,
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

/// Responses as they were read of the files of one survey, without anything that tells who gave them: all that its result is
/// made of. It is what is kept of a survey.
#[derive(Debug, Serialize, Deserialize)]
pub struct Reading {
    /// What is wrong or doubtful so far.
    pub findings: Vec<Finding>,
    location: String,
    read: Option<Read>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Read {
    responses: Responses,
    scale: u8,
    sheets: Vec<ReadSheet>,
    /// Whether something makes an index impossible; that is told.
    is_refused: bool,
}

/// What is to be known of a sheet whose responses were read.
#[derive(Debug, Serialize, Deserialize)]
struct ReadSheet {
    name: String,
    respondents: usize,
    has_time: bool,
    columns: Vec<Column>,
}

impl ReadSheet {
    fn has(&self, used: Use) -> bool {
        self.columns.iter().any(|column| column.used == used)
    }
}

/// Examines files as responses to an instrument; all of them together are one survey. Never fails: what cannot be read is a
/// finding, and then there is no result.
pub fn examine(mut books: Vec<Book>, instrument: &Arc<Instrument>, options: &SurveyOptions) -> ExaminedSurvey {
    let reading = read(&mut books, instrument, options);
    let (result, findings) = conclude(reading, instrument, options);
    ExaminedSurvey { sources: books.into_iter().map(|book| book.info).collect(), result, findings }
}

/// Reads files as responses to an instrument.
pub fn read(books: &mut [Book], instrument: &Arc<Instrument>, options: &SurveyOptions) -> Reading {
    let mut findings = Vec::new();
    let location = books.first().map(|book| book.info.location.to_string()).unwrap_or_default();
    let read = read_books(books, instrument, options, &mut findings);
    for book in books {
        findings.extend(book.take_findings());
    }
    // A quote that is never closed swallowed rows: what is left is no survey.
    let is_trusted = findings.iter().all(|finding| finding.code != Code::SourceQuoteUnclosed);
    Reading { findings, location, read: read.filter(|_| is_trusted) }
}

/// The result of responses that were read, and everything that is wrong or doubtful.
pub fn conclude(
    reading: Reading,
    instrument: &Arc<Instrument>,
    options: &SurveyOptions,
) -> (Option<SurveyResult>, Vec<Finding>) {
    let Reading { mut findings, location, read } = reading;
    let mut together = SheetFindings::new(location, None);
    let result = read.and_then(|Read { responses, scale, sheets, is_refused }| {
        let is_empty =
            responses.is_empty() || !(0..responses.len()).any(|place| responses.is_valid(place)) && !is_refused;
        if is_empty {
            together.add(Code::NoResponses, None, None, []);
        }
        (!is_empty && !is_refused)
            .then(|| assess(&responses, &sheets, instrument, scale, options, &mut together))
            .flatten()
    });
    findings.extend(together.finish());
    sort_findings(&mut findings);
    (result, findings)
}

fn read_books(
    books: &mut [Book],
    instrument: &Arc<Instrument>,
    options: &SurveyOptions,
    findings: &mut Vec<Finding>,
) -> Option<Read> {
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
    let SurveyOptions { is_named, shows_wordings, .. } = *options;
    let wanted = Wanted { instrument, is_named, map: &options.columns, shows_wordings };
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
    report_scale(&mut sheets, instrument, &reading, shows_wordings);
    report_rows(&mut sheets);
    let mut responses = gather(&mut sheets, instrument, &reading, options);
    responses.make_anonymous(FEWEST_SHOWN);
    let sheets = sheets.into_iter().map(|sheet| {
        findings.extend(sheet.findings.finish());
        ReadSheet {
            name: sheet.written.sheet,
            respondents: sheet.rows.kept.len(),
            has_time: sheet.written.timestamp.is_some(),
            columns: sheet.columns.columns,
        }
    });
    let sheets = sheets.collect();
    Some(Read { responses, scale: reading.scale, sheets, is_refused: !reading.refusals.is_empty() })
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
    let beside = Beside {
        notes: sheets.iter().flat_map(|sheet| sheet.columns.notes.iter().cloned()).collect(),
        highest: sheets.iter().filter_map(|sheet| sheet.columns.beside).max(),
    };
    read_form(instrument, declared, &beside, &questions.collect::<Vec<_>>())
}

/// The respondents of all sheets, one after the other.
fn gather(
    sheets: &mut [ResponseSheet],
    instrument: &Instrument,
    reading: &FormReading,
    options: &SurveyOptions,
) -> Responses {
    let mut all = Responses::new(instrument.elements.len());
    let mut worth = reading.worth.iter();
    for sheet in sheets {
        let values: Vec<Vec<Option<u8>>> = (worth.by_ref().take(sheet.written.questions.len()))
            .map(|of| std::iter::once(None).chain(of.iter().map(|worth| value_of(*worth))).collect())
            .collect();
        all.append(of_sheet(sheet, instrument, &values, options));
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
    options: &SurveyOptions,
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
        if let Some((_, text)) = comments.next_if(|(at, _)| *at == place && options.comments != Comments::None) {
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
        let unread =
            sheet.written.unread_dates.iter().filter(|(place, _)| sheet.rows.kept.binary_search(place).is_ok());
        let unread: Vec<(String, usize)> = unread.map(|(_, text)| (text.to_string(), 1)).collect();
        if !unread.is_empty() && options.period.is_none() {
            let count = ("count", unread.len().into());
            let args = [column, count, ("examples", examples(unread.into_iter(), options.shows_wordings))];
            sheet.findings.add_at(Code::DatesUnreadable, None, CellRef::new(header_row, col), args);
        }
    }
    responses
}

/// Makes a result of responses that were read; none where nothing can be counted.
fn assess(
    all: &Responses,
    sheets: &[ReadSheet],
    instrument: &Arc<Instrument>,
    scale: u8,
    options: &SurveyOptions,
    findings: &mut SheetFindings,
) -> Option<SurveyResult> {
    let row = |place: usize| shown_row(all, sheets, place);
    let counted = of_period(all, sheets, options.period, &row, findings);
    let outside_period = all.len() - counted.len();
    let is_asked = |element: usize| sheets.iter().any(|sheet| sheet.has(Use::Element(element)));
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
    if scale != 4 && instrument.shown == Shown::Four {
        let args = [("scale", usize::from(scale).into()), ("index", Arg::from(instrument.index.as_str()))];
        findings.add(Code::ScaleConverted, None, None, args);
    }
    report_quality(instrument, &quality, &index, options, &row, findings);
    let has_group = |group: &Group| sheets.iter().any(|sheet| sheet.has(Use::Group(*group)));
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
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    Some(SurveyResult {
        sheet: names.join(", ").into(),
        period: options.period,
        responses: counted.len(),
        valid: counted.iter().filter(|&&place| all.is_valid(place)).count(),
        outside_period,
        with_duplicates: excluded.then(|| compute(scale, all, &counted)).flatten(),
        breakdowns,
        comments: comments(all, &kept, findings),
        publishes_comments: options.comments == Comments::Publish,
        months: (0..all.len())
            .filter(|&p| all.is_valid(p))
            .filter_map(|p| all.at[p])
            .map(|moment| (moment.at.year(), moment.at.month()))
            .collect(),
        instrument: instrument.clone(),
        index,
        is_whole,
        quality,
        columns: sheets.first().map(|sheet| sheet.columns.clone()).unwrap_or_default(),
    })
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

/// The places of the responses that count. Without a column of times all of a sheet do; with one, a response without a
/// date is of no period.
fn of_period(
    all: &Responses,
    sheets: &[ReadSheet],
    period: Option<Period>,
    row: &dyn Fn(usize) -> String,
    findings: &mut SheetFindings,
) -> Vec<usize> {
    let Some(period) = period else { return (0..all.len()).collect() };
    let has_time = sheets.iter().flat_map(|sheet| std::iter::repeat_n(sheet.has_time, sheet.respondents));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::{Cell, Grid, GridBuilder, GridLimits, Value};
    use crate::source::{FileBytes, Limits};
    use crate::stop::Stop;
    use jiff::Timestamp;
    use proptest::prelude::*;
    use std::path::Path;

    /// The nine unsur by their names.
    const UNSUR: &str = "Persyaratan;Prosedur;Waktu;Biaya;Produk;Kompetensi;Perilaku;Penanganan pengaduan;Sarana";

    fn instrument(id: &str) -> Arc<Instrument> {
        Instrument::named(id, Path::new(".")).unwrap()
    }

    /// A sheet of cells parted by `;`, lines by line feeds; what reads as a number is one.
    fn sheet(name: &str, text: &str) -> Grid {
        let mut grid = GridBuilder::new(name, false, GridLimits::default());
        for (row, line) in (0..).zip(text.lines()) {
            for (col, text) in (0..).zip(line.split(';').map(str::trim)) {
                let value = match text.parse::<f64>() {
                    Ok(number) => Value::Number(number),
                    Err(_) if text.is_empty() => continue,
                    Err(_) => Value::Text(text.into()),
                };
                grid.set(CellRef::new(row, col), Cell { value, ..Cell::default() }).unwrap();
            }
        }
        grid.finish()
    }

    fn named(period: Option<&str>) -> SurveyOptions {
        let period = period.map(|text| Period::parse(text).unwrap());
        SurveyOptions { is_named: true, period, ..SurveyOptions::default() }
    }

    fn of_sheets(sheets: Vec<Grid>, options: &SurveyOptions) -> ExaminedSurvey {
        let book = Book::of_grids(sheets, SourceInfo::of("skm.xlsx", Timestamp::UNIX_EPOCH));
        examine(vec![book], &instrument("skm-2017"), options)
    }

    /// Respondents and index to four decimals, or nothing; with the codes of what is said.
    fn summary(examined: &ExaminedSurvey) -> (Option<(usize, String)>, Vec<&'static str>) {
        let codes = examined.findings.iter().map(|finding| finding.code.entry().code).collect();
        let result = examined.result.as_ref();
        (result.map(|result| (result.index.n, format!("{:.4}", result.index.index))), codes)
    }

    #[test]
    fn only_respondents_are_counted() {
        let header = format!("No;{UNSUR}");
        let fours = "1;4;4;4;4;4;4;4;4;4\n2;4;4;4;4;4;4;4;4;4\n3;3;3;3;3;3;3;3;3;3";
        let expected = Some((3, "91.6667".to_owned()));
        for (kind, text) in [
            ("as it is", format!("{header}\n{fours}")),
            ("a title block", format!("REKAPITULASI\nSemester I 2025\n\n{header}\n{fours}")),
            ("numbers of the columns", format!("{header}\n1;2;3;4;5;6;7;8;9;10\n{fours}")),
            ("codes below the header", format!("{header}\n;U1;U2;U3;U4;U5;U6;U7;U8;U9\n{fours}")),
            (
                "the header again",
                format!("{header}\n1;4;4;4;4;4;4;4;4;4\n{header}\n2;4;4;4;4;4;4;4;4;4\n3;3;3;3;3;3;3;3;3;3"),
            ),
            ("a blank row", format!("{header}\n1;4;4;4;4;4;4;4;4;4\n\n2;4;4;4;4;4;4;4;4;4\n3;3;3;3;3;3;3;3;3;3")),
            ("a sum", format!("{header}\n{fours}\nJumlah;11;11;11;11;11;11;11;11;11")),
            (
                "sums per answer",
                format!("{header}\n{fours}\nJumlah nilai 4;2;2;2;2;2;2;2;2;2\nJumlah nilai 3;1;1;1;1;1;1;1;1;1"),
            ),
            (
                "means",
                format!(
                    "{header}\n{fours}\nNRR;3.67;3.67;3.67;3.67;3.67;3.67;3.67;3.67;3.67\nNRR tertimbang;0.4;0.4;0.4;0.4;0.4;0.4;0.4;0.4;0.4"
                ),
            ),
            (
                "the lowest and the highest",
                format!("{header}\n{fours}\nTerendah;3;3;3;3;3;3;3;3;3\nTertinggi;4;4;4;4;4;4;4;4;4"),
            ),
            ("a sum without a label", format!("{header}\n{fours}\n;11;11;11;11;11;11;11;11;11")),
            ("a mean without a label", format!("{header}\n{fours}\n;3.67;3.67;3.67;3.67;3.67;3.67;3.67;3.67;3.67")),
            (
                "a tally below",
                format!(
                    "{header}\n{fours}\n\nRekap jawaban\nTidak baik;0;0;0;0;0;0;0;0;0\nBaik;1;1;1;1;1;1;1;1;1\nSangat baik;2;2;2;2;2;2;2;2;2"
                ),
            ),
            ("a table below", format!("{header}\n{fours}\n\n;Unsur;NRR\n;Persyaratan;3.67\n;Prosedur;3.67")),
            (
                "sums of pages between",
                format!(
                    "{header}\n1;4;4;4;4;4;4;4;4;4\n2;4;4;4;4;4;4;4;4;4\nJumlah;8;8;8;8;8;8;8;8;8\n3;3;3;3;3;3;3;3;3;3"
                ),
            ),
        ] {
            let examined = of_sheets(vec![sheet("Data", &text)], &named(None));
            let (read, codes) = summary(&examined);
            assert_eq!(read, expected, "{kind}");
            let is_plain = ["as it is", "a title block", "a blank row"].contains(&kind);
            assert_eq!(codes.contains(&"SKM038"), !is_plain, "{kind}: {codes:?}");
        }
        // Without numbering, times or names, what can be no answer tells the rows below the data.
        for (kind, text) in [
            (
                "a sum",
                format!("{UNSUR}\n4;4;4;4;4;4;4;4;4\n4;4;4;4;4;4;4;4;4\n3;3;3;3;3;3;3;3;3\n11;11;11;11;11;11;11;11;11"),
            ),
            (
                "a table below",
                format!(
                    "{UNSUR}\n4;4;4;4;4;4;4;4;4\n4;4;4;4;4;4;4;4;4\n3;3;3;3;3;3;3;3;3\n\nUnsur;Nilai\nPersyaratan;3.67"
                ),
            ),
        ] {
            assert_eq!(summary(&of_sheets(vec![sheet("Data", &text)], &named(None))).0, expected, "{kind}");
        }
        let headless = of_sheets(vec![sheet("Data", "4;4;4\n3;3;3")], &named(None));
        assert_eq!(summary(&headless), (None, vec!["SKM001"]), "data without a header is not eaten");
    }

    #[test]
    fn the_sheets_of_responses_are_read_together_and_no_others() {
        let of = |value: u8, rows: usize| {
            let row = [value.to_string().as_str(); 9].join(";");
            format!("{UNSUR}\n{}", vec![row; rows].join("\n"))
        };
        let means =
            format!("Layanan;{UNSUR}\nA;3.5;3.2;3.1;3.7;3.3;3.2;3.3;3.4;3.5\nNRR;3.5;3.2;3.1;3.7;3.3;3.2;3.3;3.4;3.5");
        let named_sheets = |sheets: &[(&str, String)], options: &SurveyOptions| {
            summary(&of_sheets(sheets.iter().map(|(name, text)| sheet(name, text)).collect(), options))
        };
        let (read, codes) = named_sheets(&[("Januari", of(4, 3)), ("Februari", of(2, 3))], &named(None));
        assert_eq!((read, codes.contains(&"SKM040")), (Some((6, "75.0000".to_owned())), true), "months are one survey");
        let (read, codes) = named_sheets(&[("Layanan A", of(4, 3)), ("Rekap", means)], &named(None));
        assert_eq!((read, codes.contains(&"SKM041")), (Some((3, "100.0000".to_owned())), true), "a summary never wins");
        let semesters = [("Semester 1", of(4, 2)), ("Semester 2", of(2, 2))];
        assert_eq!(named_sheets(&semesters, &named(None)), (None, vec!["SKM042"]));
        let (read, codes) = named_sheets(&semesters, &named(Some("2025-S2")));
        assert_eq!((read, codes.contains(&"SKM041")), (Some((2, "50.0000".to_owned())), true), "the period chooses");
        let (read, _) = named_sheets(&[("2024", of(1, 2)), ("2025", of(3, 2))], &named(Some("2025")));
        assert_eq!(read, Some((2, "75.0000".to_owned())));
        let same = format!(
            "{UNSUR}\n4;4;4;4;4;4;4;4;4\n3;3;3;3;3;3;3;3;3\n2;2;2;2;2;2;2;2;2\n4;3;4;3;4;3;4;3;4\n1;2;1;2;1;2;1;2;1"
        );
        let (read, codes) = named_sheets(&[("Jawaban", same.clone()), ("Olah data", same)], &named(None));
        assert_eq!((read.map(|(n, _)| n), codes.contains(&"SKM041")), (Some(5), true), "a copy is not counted twice");
    }

    #[test]
    fn the_hidden_sheet_of_responses_is_read_where_no_other_is() {
        let mut hidden = GridBuilder::new("Form Responses 1", true, GridLimits::default());
        for (at, cell) in sheet("x", &format!("{UNSUR}\n4;4;4;4;4;4;4;4;4")).used_cells() {
            hidden.set(at, cell.clone()).unwrap();
        }
        let summary_sheet = sheet("Rekap", &format!("Unsur;{UNSUR}\nNRR;3;3;3;3;3;3;3;3;3"));
        let examined = of_sheets(vec![hidden.finish(), summary_sheet], &named(None));
        assert_eq!(summary(&examined).0, Some((1, "100.0000".to_owned())));
    }

    #[test]
    fn times_say_which_responses_are_of_a_period() {
        let answers = |value: &str| [value; 9].join(";");
        for (kind, header, inside, outside) in [
            ("day first", "Stempel waktu", "25/06/2025 10:00:00", "25/06/2024 10:00:00"),
            ("words", "Stempel waktu", "Kamis, 5 Juni 2025 10.00", "5 Juni 2024 10.00"),
            ("short words", "Tanggal", "5-Jun-25", "5-Jun-24"),
            ("English", "Timestamp", "Jun 5, 2025", "Jun 5, 2024"),
            ("ISO", "Timestamp", "2025-06-05T10:00:00Z", "2024-06-05T10:00:00Z"),
            ("serial numbers", "Stempel waktu", "45800.5", "45300.5"),
        ] {
            let text = format!("{header};{UNSUR}\n{inside};{}\n{outside};{}", answers("4"), answers("1"));
            let (read, codes) = summary(&of_sheets(vec![sheet("Data", &text)], &named(Some("2025-S1"))));
            assert_eq!(read, Some((1, "100.0000".to_owned())), "{kind} {codes:?}");
        }
        let undated =
            format!("Stempel waktu;{UNSUR}\n25/06/2025;{}\n;{}\nkemarin;{}", answers("4"), answers("1"), answers("1"));
        let (read, codes) = summary(&of_sheets(vec![sheet("Data", &undated)], &named(Some("2025-S1"))));
        assert_eq!(
            (read, codes.contains(&"SKM043")),
            (Some((1, "100.0000".to_owned())), true),
            "undated, of no period"
        );
        let born = format!("Tanggal lahir;{UNSUR}\n12/05/1990;{}", answers("4"));
        let (read, codes) = summary(&of_sheets(vec![sheet("Data", &born)], &named(Some("2025-S1"))));
        assert_eq!((read, codes.contains(&"SKM015")), (Some((1, "100.0000".to_owned())), true));
    }

    #[test]
    fn a_response_is_sent_twice_only_at_one_second_by_one_person() {
        let answers = "4;3;4;3;4;3;4;3;4";
        let codes = |header: &str, rows: &[&str]| {
            let text = format!(
                "{header};{UNSUR}\n{}",
                rows.iter().map(|row| format!("{row};{answers}")).collect::<Vec<_>>().join("\n")
            );
            let (_, codes) = summary(&of_sheets(vec![sheet("Data", &text)], &named(None)));
            ["SKM018", "SKM044", "SKM045"].into_iter().filter(|code| codes.contains(code)).collect::<Vec<_>>()
        };
        let none: Vec<&str> = Vec::new();
        assert_eq!(codes("Stempel waktu;Nama", &["25/06/2025 10:00:00;Ani", "25/06/2025 10:00:00;Ani"]), ["SKM018"]);
        assert_eq!(codes("Stempel waktu;Nama", &["25/06/2025 10:00:00;Ani", "25/06/2025 10:00:00;Budi"]), none);
        assert_eq!(codes("Stempel waktu;Nama", &["25/06/2025 10:00:00;Ani", "25/06/2025 10:01:00;Ani"]), none);
        assert_eq!(codes("Tanggal;Jenis kelamin", &["25/06/2025;L", "25/06/2025;L"]), none, "a day is no time");
        assert_eq!(codes("Tanggal;Nama", &["25/06/2025;Ani", "25/06/2025;Ani"]), ["SKM045"]);
        assert_eq!(codes("No;Nama", &["1;Ani", "2;Ani"]), ["SKM045"]);
        assert_eq!(codes("No", &["1", "2"]), none, "the same answers are no person");
        let edited = format!(
            "Stempel waktu;{UNSUR}\n25/06/2025 10:00:00;4;3;4;3;4;3;4;3;4\n25/06/2025 10:00:00;4;3;4;3;4;3;4;3;3"
        );
        let (_, codes) = summary(&of_sheets(vec![sheet("Data", &edited)], &named(None)));
        assert!(codes.contains(&"SKM044") && !codes.contains(&"SKM018"), "{codes:?}");
    }

    #[test]
    fn few_elements_have_no_grade_and_one_is_no_index() {
        let few = of_sheets(vec![sheet("Data", "Persyaratan;Prosedur;Waktu;Biaya;Produk\n4;4;4;4;4")], &named(None));
        let result = few.result.as_ref().unwrap();
        assert_eq!((result.index.index, result.is_whole, result.grade_word(Lang::Id)), (100.0, false, "kurang unsur"));
        assert!(summary(&few).1.contains(&"SKM032"));
        let six = of_sheets(
            vec![sheet("Data", "Persyaratan;Prosedur;Waktu;Biaya;Produk;Kompetensi\n4;4;4;4;4;4")],
            &named(None),
        );
        assert_eq!(six.result.unwrap().grade_word(Lang::Id), "A", "two thirds");
        let one = of_sheets(vec![sheet("Data", "No;Sikap petugas\n1;Setuju\n2;Tidak setuju")], &named(None));
        assert!(one.result.is_none() && summary(&one).1.contains(&"SKM031"));
    }

    #[test]
    fn groups_that_could_be_worked_out_are_hidden_as_well() {
        let rows = |label: &str, n: usize| vec![format!("{label};4;4;4;4;4;4;4;4;4"); n].join("\n");
        let text = |groups: &[(&str, usize)]| {
            let rows = groups.iter().map(|(label, n)| rows(label, *n)).collect::<Vec<_>>().join("\n");
            format!("Pendidikan;{UNSUR}\n{rows}")
        };
        let shown = |groups: &[(&str, usize)]| {
            let result = of_sheets(vec![sheet("Data", &text(groups))], &named(None)).result.unwrap();
            let by = result.breakdowns.into_iter().find(|breakdown| breakdown.by == "education").unwrap();
            (by.rows.into_iter().map(|row| row.label).collect::<Vec<_>>(), by.not_shown)
        };
        assert_eq!(shown(&[("S1", 8), ("S2", 2)]), (vec![], 10));
        assert_eq!(shown(&[("S1", 8), ("SMA", 6), ("S2", 2)]), (vec!["S1".to_owned()], 8));
        assert_eq!(shown(&[("S1", 8), ("S2", 2), ("S3", 3)]), (vec!["S1".to_owned()], 5), "five cannot be told apart");
        assert_eq!(shown(&[("S1", 8), ("S2", 5)]), (vec!["S1".to_owned(), "S2".to_owned()], 0));
    }

    #[test]
    fn several_files_are_one_survey_and_a_quote_left_open_is_none() {
        let book = |text: &str| {
            let file = FileBytes { bytes: Arc::new(text.as_bytes().to_vec()), name: "skm".to_owned(), is_csv: true };
            Book::of_file(file, SourceInfo::of("skm.csv", Timestamp::UNIX_EPOCH), &Limits::default(), &Stop::new())
                .unwrap()
        };
        let (a, b) = (format!("{UNSUR}\n4;4;4;4;4;4;4;4;4\n"), format!("{UNSUR}\n2;2;2;2;2;2;2;2;2\n"));
        let examined = examine(vec![book(&a), book(&b)], &instrument("skm-2017"), &named(None));
        assert_eq!((examined.sources.len(), summary(&examined).0), (2, Some((2, "75.0000".to_owned()))));
    }

    #[test]
    fn an_instrument_of_ones_own_is_read_on_its_scale() {
        let answers = r#"answers = ["Sangat tidak setuju", "Tidak setuju", "Ragu-ragu", "Setuju", "Sangat setuju"]"#;
        let element = |code: &str, word: &str| {
            format!(
                "[[element]]\ncode = \"{code}\"\nlabel = \"{word}\"\nstrong = [\"{word}\"]\nasked = 1\nquestion = \"{word}\"\n{answers}\n"
            )
        };
        let own = format!(
            "id = \"kita\"\ntitle = \"Survei kita\"\nshort = \"KITA\"\nindex = \"IK\"\nsource = \"-\"\nshown = \"hundred\"\nscale = 5\n\n\
             [[grade]]\nletter = \"A\"\nlabel = \"Baik\"\nat_least = 0.0\n\n{}\n{}",
            element("A", "terang"),
            element("B", "teduh")
        );
        let own = Arc::new(Instrument::from_text(&own).unwrap());
        let grid = sheet("Data", "Ruangan terang;Ruangan teduh\nSetuju;Ragu-ragu\nSangat setuju;Sangat tidak setuju");
        let book = Book::of_grids(vec![grid], SourceInfo::of("x", Timestamp::UNIX_EPOCH));
        let result = examine(vec![book], &own, &named(None)).result.unwrap();
        assert!((result.index.mean - 3.25).abs() < 1e-12 && (result.index.index - 65.0).abs() < 1e-12);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_says_nothing_of_the_answers_changes_no_index(
            values in prop::collection::vec(prop::collection::vec(1..=4_u8, 9), 3..12),
            seed in any::<u64>(),
        ) {
            // The order of columns and rows, from the seed.
            let order = |n: usize| {
                let mut order: Vec<usize> = (0..n).collect();
                order.sort_by_key(|&place| (place as u64 + 1).wrapping_mul(seed | 1).rotate_left(17));
                order
            };
            let headers: Vec<&str> = UNSUR.split(';').collect();
            let table = |columns: &[usize], rows: &[usize], before: &str, between: &str, more: (&str, &str)| {
                let header = columns.iter().map(|&col| headers[col]).collect::<Vec<_>>().join(";");
                let line = |(at, &row): (usize, &usize)| {
                    let cells = columns.iter().map(|&col| values[row][col].to_string()).collect::<Vec<_>>().join(";");
                    let gap = if at == 1 { between } else { "" };
                    format!("{gap}P{row};{cells}{}", more.1)
                };
                let rows = rows.iter().enumerate().map(line).collect::<Vec<_>>().join("\n");
                format!("{before}Nama;{header}{}\n{rows}", more.0)
            };
            let (cols, rows): (Vec<usize>, Vec<usize>) = ((0..9).collect(), (0..values.len()).collect());
            let index = |sheets: Vec<Grid>| of_sheets(sheets, &named(None)).result.map(|result| result.index.index);
            let plain = table(&cols, &rows, "", "", ("", ""));
            let expected = index(vec![sheet("Data", &plain)]);
            prop_assert!(expected.is_some());
            let expected = expected.unwrap_or_default();
            let means = format!("Unsur;{UNSUR}\nNRR;3.1;3.2;3.3;3.4;3.5;3.6;3.7;3.8;3.9");
            for (kind, sheets) in [
                ("rows", vec![sheet("Data", &table(&cols, &order(values.len()), "", "", ("", "")))]),
                ("columns", vec![sheet("Data", &table(&order(9), &rows, "", "", ("", "")))]),
                ("comments", vec![sheet("Data", &table(&cols, &rows, "", "", (";Saran", ";Tidak ada")))]),
                ("importance", vec![sheet("Data", &table(&cols, &rows, "", "", (";Tingkat kepentingan waktu", ";4")))]),
                ("title", vec![sheet("Data", &table(&cols, &rows, "SURVEI KEPUASAN\nTahun 2025\n\n", "", ("", "")))]),
                ("blank row", vec![sheet("Data", &table(&cols, &rows, "", "\n", ("", "")))]),
                ("summary sheet", vec![sheet("Rekap", &means), sheet("Data", &plain)]),
            ] {
                let got = index(sheets);
                prop_assert!(got.is_some_and(|got| (got - expected).abs() < 1e-9), "{}: {:?} {}", kind, got, expected);
            }
        }
    }
}
