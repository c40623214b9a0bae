//! What is said of a survey: what was decided of its scale, which rows are no respondents.
//! Each cause is said once a sheet.

use std::collections::BTreeMap;

use crate::finding::{Arg, Code};
use crate::grid::{CellRef, column_letters};
use crate::survey::columns::examples;
use crate::survey::instrument::Instrument;
use crate::survey::rows::LeftOut;
use crate::survey::scale::{FormReading, Refusal, Remark, Worth};
use crate::survey::sheets::ResponseSheet;

/// Some questions of a sheet: by their place in it, and in the form.
struct Questions<'a> {
    sheet: &'a ResponseSheet,
    reading: &'a FormReading,
    places: Vec<(usize, usize)>,
    shows_wordings: bool,
}

impl Questions<'_> {
    fn letters(&self) -> String {
        let columns = self.places.iter().filter_map(|(question, _)| self.sheet.written.questions.get(*question));
        columns.map(|question| column_letters(question.col)).collect::<Vec<_>>().join(", ")
    }

    fn cell(&self) -> CellRef {
        let first = self.places.first().and_then(|(question, _)| self.sheet.written.questions.get(*question));
        CellRef::new(self.sheet.written.header_row, first.map_or(0, |question| question.col))
    }

    /// The answers of a kind, as they may be shown, with how often each was given; all of them where no kind is asked for.
    fn answers(&self, kind: Option<Worth>) -> Vec<(String, usize)> {
        let mut answers = Vec::new();
        for &(question, place) in &self.places {
            let (Some(column), Some(worth)) =
                (self.sheet.written.questions.get(question), self.reading.worth.get(place))
            else {
                continue;
            };
            for ((text, count), worth) in column.shown().zip(self.sheet.counts(question)).zip(worth) {
                if count > 0 && kind.is_none_or(|kind| kind == *worth) {
                    answers.push((text.to_owned(), count));
                }
            }
        }
        answers
    }
}

fn total(answers: &[(String, usize)]) -> usize {
    answers.iter().map(|(_, count)| count).sum()
}

/// Says what was decided of the scale, refused or assumed.
pub(super) fn report_scale(
    sheets: &mut [ResponseSheet],
    instrument: &Instrument,
    reading: &FormReading,
    shows_wordings: bool,
) {
    let mut before = 0;
    for sheet in sheets.iter_mut() {
        let own = before..before + sheet.written.questions.len();
        let mut refused: BTreeMap<Refusal, Vec<(usize, usize)>> = BTreeMap::new();
        for &(refusal, place) in reading.refusals.iter().filter(|(_, place)| own.contains(place)) {
            refused.entry(refusal).or_default().push((place - before, place));
        }
        let mut remarked: BTreeMap<Remark, Vec<(usize, usize)>> = BTreeMap::new();
        for &(remark, place) in reading.remarks.iter().filter(|(_, place)| own.contains(place)) {
            remarked.entry(remark).or_default().push((place - before, place));
        }
        let mut found = Vec::new();
        for (refusal, places) in refused {
            let of = Questions { sheet, reading, places, shows_wordings };
            found.push((of.cell(), refusal_finding(refusal, &of)));
        }
        for (remark, places) in remarked {
            let code = match remark {
                Remark::NotIsSecond => Code::NotIsSecond,
                Remark::LittleIsLowest => Code::LittleIsLowest,
                Remark::Reversed => Code::ReversedItems,
                Remark::BestFirst => Code::BestFirst,
            };
            let of = Questions { sheet, reading, places, shows_wordings };
            found.push((of.cell(), (code, vec![("columns", Arg::from(of.letters()))])));
        }
        for place in own.clone() {
            let of = Questions { sheet, reading, places: vec![(place - before, place)], shows_wordings };
            found.extend(slips(&of, place).into_iter().map(|finding| (of.cell(), finding)));
        }
        for (cell, (code, args)) in found {
            sheet.findings.add_at(code, None, cell, args);
        }
        before = own.end;
    }
    if reading.taken
        && reading.refusals.is_empty()
        && let Some(sheet) = sheets.first_mut()
    {
        let others = instrument.scales.iter().filter(|&&scale| scale != reading.scale).map(u8::to_string);
        let others = Arg::from(others.collect::<Vec<_>>().join(", "));
        let args = [("scale", usize::from(reading.scale).into()), ("others", others)];
        sheet.findings.add(Code::ScaleTaken, None, None, args);
    }
}

type Said = (Code, Vec<(&'static str, Arg)>);

/// Why some questions make an index impossible.
fn refusal_finding(refusal: Refusal, of: &Questions) -> Said {
    let answers = match refusal {
        Refusal::OtherScale => of.answers(Some(Worth::OffScale)),
        Refusal::NoDirection | Refusal::Unread => of.answers(Some(Worth::Unread)),
        Refusal::ClaimsAWrong => Vec::new(),
    };
    let count = total(&answers);
    // Where the header alone says another scale, all that was answered shows it.
    let shown = if answers.is_empty() { of.answers(None) } else { answers };
    let numbers = shown.iter().filter_map(|(text, _)| text.parse::<f64>().ok());
    let likely = numbers.fold(5.0, f64::max).clamp(5.0, 10.0) as usize;
    let mut args =
        vec![("columns", Arg::from(of.letters())), ("examples", examples(shown.into_iter(), of.shows_wordings))];
    let code = match refusal {
        Refusal::OtherScale => {
            args.extend([("scale", usize::from(of.reading.scale).into()), ("likely", likely.into())]);
            Code::OtherScale
        }
        Refusal::NoDirection => Code::NoDirection,
        Refusal::ClaimsAWrong => Code::ClaimsAWrong,
        Refusal::Unread => {
            args.extend([("count", count.into()), ("given", total(&of.answers(None)).into())]);
            Code::MostlyUnknown
        }
    };
    (code, args)
}

/// The few answers of a question that are not counted.
fn slips(of: &Questions, place: usize) -> Vec<Said> {
    let is_told = |refusal: Refusal| of.reading.refusals.contains(&(refusal, place));
    let kinds = [
        (
            Code::UnknownWordings,
            Worth::Unread,
            is_told(Refusal::Unread) || is_told(Refusal::NoDirection) || is_told(Refusal::OtherScale),
        ),
        (Code::RepliesOutOfScale, Worth::OffScale, is_told(Refusal::OtherScale)),
    ];
    let told = kinds.into_iter().filter(|(.., is_told)| !is_told).filter_map(|(code, kind, _)| {
        let answers = of.answers(Some(kind));
        let count = total(&answers);
        let args = vec![
            ("column", Arg::from(of.letters())),
            ("count", count.into()),
            ("examples", examples(answers.into_iter(), of.shows_wordings)),
            ("scale", usize::from(of.reading.scale).into()),
        ];
        (count > 0).then_some((code, args))
    });
    told.collect()
}

/// Says which rows are no respondents, and why.
pub(super) fn report_rows(sheets: &mut [ResponseSheet]) {
    for sheet in sheets {
        for (why, rows) in &sheet.rows.left_out {
            let args = [
                ("count", rows.len().into()),
                ("rows", shown_rows(rows.iter().map(u32::to_string))),
                ("why", Arg::from(why.reason())),
            ];
            let code = if *why == LeftOut::TooLong { Code::RowsTooLong } else { Code::RowsLeftOut };
            sheet.findings.add(code, None, None, args);
        }
    }
}

/// A few rows, and that there are more.
pub(crate) fn shown_rows(rows: impl ExactSizeIterator<Item = String>) -> Arg {
    let more = if rows.len() > 8 { " …" } else { "" };
    Arg::from(format!("{}{more}", rows.take(8).collect::<Vec<_>>().join(", ")))
}
