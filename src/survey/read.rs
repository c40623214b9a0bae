//! Reads files as the responses of a survey.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::finding::{Arg, Code, Finding, Place};
use crate::grid::{CellRef, column_letters};
use crate::period::Period;
use crate::source::Book;
use crate::survey::columns::{Column, ColumnMap, Group, HEAD_ROWS, Use, Wanted, examples};
use crate::survey::dates::{Stamp, decide_order};
use crate::survey::instrument::Instrument;
use crate::survey::report::{report_rows, report_scale};
use crate::survey::responses::{Given, Responses};
use crate::survey::scale::{Beside, Declared, FormReading, Question, Worth, read_form};
use crate::survey::sheets::{Heads, ResponseSheet, response_sheets};

/// A group of fewer respondents is not shown: its members could be told.
pub const FEWEST_SHOWN: usize = 5;
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

/// Responses as they were read of the files of one survey, without anything that tells who gave them: all that its result is
/// made of. It is what is kept of a survey.
#[derive(Debug, Serialize, Deserialize)]
pub struct Reading {
    /// What is wrong or doubtful so far.
    pub findings: Vec<Finding>,
    pub(crate) location: String,
    pub(crate) read: Option<Read>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Read {
    pub(crate) responses: Responses,
    pub(crate) scale: u8,
    pub(crate) sheets: Vec<ReadSheet>,
    /// Whether something makes an index impossible; that is told.
    pub(crate) is_refused: bool,
}

/// What is to be known of a sheet whose responses were read.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReadSheet {
    pub(crate) name: String,
    pub(crate) respondents: usize,
    pub(crate) has_time: bool,
    pub(crate) columns: Vec<Column>,
}

impl ReadSheet {
    pub(crate) fn has(&self, used: Use) -> bool {
        self.columns.iter().any(|column| column.used == used)
    }
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
