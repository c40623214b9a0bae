//! Reads the responses of an export, once its columns are known.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use crate::finding::{Arg, Code, SheetFindings};
use crate::grid::{CellRef, Seen, column_letters};
use crate::source::{Batch, Book, SourceError};
use crate::survey::answer::{Reply, read_reply};
use crate::survey::columns::{Columns, Group, Use, examples};
use crate::survey::dates::{Stamp, decide_order};
use crate::survey::instrument::Instrument;
use crate::survey::privacy::{OwnWords, scrub};
use crate::survey::responses::{Given, Responses};
use crate::text::{normalise_label, shorten};

/// Reads every response below the header; what cannot be read for certain becomes a finding.
///
/// # Errors
/// [`SourceError`] when the sheet is damaged or beyond the limits.
pub fn read_responses(
    book: &mut Book,
    sheet: usize,
    instrument: &Instrument,
    columns: &Columns,
    findings: &mut SheetFindings,
) -> Result<Responses, SourceError> {
    let reader = Reader::new(instrument, columns);
    let parts = book.map_batches(sheet, columns.header_row + 1, |batch| reader.part(batch))?;
    let mut responses = Responses::new(instrument.elements.len());
    let mut stamps = Vec::new();
    let mut unread_dates = Wordings::default();
    let mut doubts = Doubts::default();
    for part in parts {
        responses.append(part.responses);
        stamps.extend(part.stamps);
        unread_dates.merge(part.unread_dates);
        for (col, replies) in part.replies {
            doubts.take(col, replies);
        }
    }
    if let Some(col) = reader.timestamp {
        let decided = decide_order(&stamps);
        responses.at = stamps.iter().map(|stamp| stamp.at(decided.order)).collect();
        let column = ("column", Arg::from(column_letters(col)));
        let header = CellRef::new(columns.header_row, col);
        if decided.undecided {
            findings.add_at(Code::DateOrderUndecided, None, header, [column.clone()]);
        }
        let first = stamps.iter().position(|stamp| *stamp == Stamp::Unreadable);
        if let Some(first) = first {
            let args = [
                column,
                ("count", unread_dates.total().into()),
                ("examples", Arg::from(examples(unread_dates.0.into_iter()))),
            ];
            let at = CellRef::new(responses.row(first) - 1, col);
            findings.add_at(Code::DatesUnreadable, None, at, args);
        }
    }
    doubts.report(columns, findings);
    Ok(responses)
}

/// Texts with how often they occur.
#[derive(Default)]
struct Wordings(BTreeMap<String, usize>);

impl Wordings {
    fn add(&mut self, text: String, count: usize) {
        *self.0.entry(text).or_insert(0) += count;
    }

    fn merge(&mut self, other: Wordings) {
        for (text, count) in other.0 {
            self.add(text, count);
        }
    }

    fn total(&self) -> usize {
        self.0.values().sum()
    }
}

/// What every wording of a column was read as, and how often it occurs.
type Replies = HashMap<Box<str>, (Reply, usize)>;

/// What came of one batch.
struct Part {
    responses: Responses,
    stamps: Vec<Stamp>,
    unread_dates: Wordings,
    replies: Vec<(u32, Replies)>,
}

/// What is wanted of a row.
struct Reader<'a> {
    instrument: &'a Instrument,
    timestamp: Option<u32>,
    /// Question columns with their element.
    questions: Vec<(u32, usize)>,
    groups: [Vec<u32>; 5],
    comments: Vec<u32>,
    personal: Vec<u32>,
    /// Columns in which something must stand for a row to be a response.
    telling: Vec<u32>,
}

impl<'a> Reader<'a> {
    fn new(instrument: &'a Instrument, columns: &Columns) -> Self {
        let questions = columns.columns.iter().filter_map(|column| match column.used {
            Use::Element(element) => Some((column.col, element)),
            _ => None,
        });
        let telling = columns.columns.iter().filter(|c| !matches!(c.used, Use::Unused | Use::Personal));
        Reader {
            instrument,
            timestamp: columns.of(Use::Timestamp).next(),
            questions: questions.collect(),
            groups: Group::ALL.map(|group| columns.of(Use::Group(group)).collect()),
            comments: columns.of(Use::Comment).collect(),
            personal: columns.of(Use::Personal).collect(),
            telling: telling.map(|column| column.col).collect(),
        }
    }

    fn part(&self, batch: &mut Batch) -> Result<Part, SourceError> {
        let elements = self.instrument.elements.len();
        let mut part = Part {
            responses: Responses::new(elements),
            stamps: Vec::new(),
            unread_dates: Wordings::default(),
            replies: self.questions.iter().map(|(col, _)| (*col, Replies::new())).collect(),
        };
        let mut groups: [HashMap<Box<str>, Box<str>>; 5] = Default::default();
        let mut given = vec![Given::default(); elements];
        while let Some(row) = batch.next_row()? {
            let seen = |col: u32| row.seen(col);
            if self.telling.iter().all(|&col| seen(col) == Seen::Blank) {
                continue;
            }
            given.fill(Given::default());
            for (&(col, element), (_, replies)) in self.questions.iter().zip(&mut part.replies) {
                if let Some(value) = self.reply(element, seen(col), replies, &seen) {
                    given[element].add(value);
                }
            }
            let mut names = [""; 5];
            for (kind, (name, known)) in Group::ALL.into_iter().zip(names.iter_mut().zip(&mut groups)) {
                let first = self.groups[kind as usize].iter().map(|&col| seen(col)).find(|seen| *seen != Seen::Blank);
                if let Some(first) = first {
                    let text = first.shown();
                    if !known.contains_key(&*text) {
                        known.insert((&*text).into(), group_name(kind, &text).into());
                    }
                    *name = &known[&*text];
                }
            }
            if let Some(comment) = self.comment(&seen) {
                part.responses.comments.push((part.responses.len(), comment.into()));
            }
            part.responses.push(row.row() + 1, given.iter().copied(), names);
            if let Some(col) = self.timestamp {
                let stamp = Stamp::read(seen(col));
                if stamp == Stamp::Unreadable {
                    part.unread_dates.add(seen(col).shown().into_owned(), 1);
                }
                part.stamps.push(stamp);
            }
        }
        Ok(part)
    }

    fn reply<'b>(
        &self,
        element: usize,
        cell: Seen,
        known: &mut Replies,
        seen: &impl Fn(u32) -> Seen<'b>,
    ) -> Option<u8> {
        // Wordings repeat by the thousand; each is read once.
        let text = cell.shown();
        if let Some((reply, count)) = known.get_mut(&*text) {
            *count += 1;
            return reply.value();
        }
        let mut reply = read_reply(self.instrument, element, cell);
        if let Reply::Unknown(wording) = &mut reply {
            // It will be shown: a name typed in the wrong place must not.
            *wording = scrub(wording, &self.own_words(seen));
        }
        let value = reply.value();
        known.insert(text.into(), (reply, 1));
        value
    }

    fn own_words<'b>(&self, seen: &impl Fn(u32) -> Seen<'b>) -> OwnWords {
        OwnWords::new(self.personal.iter().map(|&col| seen(col).shown()))
    }

    /// What a row says in free text, scrubbed of anything personal; none where it says nothing.
    fn comment<'b>(&self, seen: &impl Fn(u32) -> Seen<'b>) -> Option<String> {
        let said = self.comments.iter().filter_map(|&col| match seen(col) {
            Seen::Text(text) => Some(text),
            _ => None,
        });
        let said: Vec<&str> = said.collect();
        if !said.iter().any(|text| is_saying_something(text)) {
            return None;
        }
        let own = self.own_words(seen);
        Some(said.iter().map(|text| scrub(text, &own)).collect::<Vec<_>>().join(" / "))
    }
}

/// `-`, `tidak ada` and the like are no comments.
fn is_saying_something(comment: &str) -> bool {
    let text = normalise_label(comment);
    !["", "tidak ada", "tidak", "nihil", "ok", "oke", "n a", "belum ada", "none"].contains(&text.as_str())
}

/// Answers that could not be read, by column.
#[derive(Default)]
struct Doubts {
    unknown: BTreeMap<u32, Wordings>,
    out_of_scale: BTreeMap<u32, Wordings>,
}

impl Doubts {
    fn take(&mut self, col: u32, replies: Replies) {
        for (reply, count) in replies.into_values() {
            match reply {
                Reply::Unknown(text) => self.unknown.entry(col).or_default().add(text, count),
                Reply::OutOfScale(text) => self.out_of_scale.entry(col).or_default().add(text, count),
                Reply::Blank | Reply::Value(_) => {}
            }
        }
    }

    fn report(self, columns: &Columns, findings: &mut SheetFindings) {
        for (code, doubts) in [(Code::UnknownWordings, self.unknown), (Code::RepliesOutOfScale, self.out_of_scale)] {
            for (col, texts) in doubts {
                let args = [
                    ("column", Arg::from(column_letters(col))),
                    ("count", texts.total().into()),
                    ("examples", Arg::from(examples(texts.0.into_iter()))),
                ];
                findings.add_at(code, None, CellRef::new(columns.header_row, col), args);
            }
        }
    }
}

/// The name a group is shown by.
fn group_name(group: Group, text: &str) -> String {
    let text = shorten(&scrub(&text.split_whitespace().collect::<Vec<_>>().join(" "), &OwnWords::default()), 60);
    match group {
        Group::Sex => sex(&text).map_or(text, str::to_owned),
        Group::Age => age_band(&text).map_or(text, str::to_owned),
        _ => text,
    }
}

fn sex(text: &str) -> Option<&'static str> {
    match normalise_label(text).as_str() {
        "l" | "lk" | "laki laki" | "laki" | "pria" | "male" => Some("Laki-laki"),
        "p" | "pr" | "perempuan" | "wanita" | "female" => Some("Perempuan"),
        _ => None,
    }
}

/// An age in years as its band; bands and words stay as they are.
fn age_band(text: &str) -> Option<&'static str> {
    let years = text.trim_end_matches("tahun").trim_end_matches("th").trim();
    Some(match years.parse::<u32>().ok()? {
        0..=20 => "0–20",
        21..=30 => "21–30",
        31..=40 => "31–40",
        41..=50 => "41–50",
        51..=60 => "51–60",
        _ => "61+",
    })
}
