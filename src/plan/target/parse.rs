//! The grammar of target texts.

use super::said::{End, Said, Span};
use super::words::{Every, Token};

/// What a text of these tokens says; none where they are no target.
pub(super) fn parse(tokens: &[Token]) -> Option<Said> {
    let mut parser = Parser { rest: tokens, said: Said::default() };
    parser.target()?;
    Some(parser.said)
}

struct Parser<'a> {
    rest: &'a [Token],
    said: Said,
}

/// What is known of a part while it is read.
#[derive(Default)]
struct Part {
    /// Spans of the parts before.
    before: usize,
    has_every: bool,
    goes_on: bool,
    /// `sampai` was said, its end not yet.
    is_open: bool,
    /// `triwulan II (April …`: the month that has to come last.
    ends_in: Option<u8>,
    /// Weeks and a year said before their month.
    weeks: Vec<u8>,
    year: Option<i16>,
}

impl Parser<'_> {
    fn target(&mut self) -> Option<()> {
        loop {
            self.part()?;
            let [Token::And, rest @ ..] = self.rest else { return self.rest.is_empty().then_some(()) };
            // `Juni, dan Juli`.
            self.rest = rest.strip_prefix(&[Token::And]).unwrap_or(rest);
        }
    }

    fn part(&mut self) -> Option<()> {
        use Token::*;
        let mut part = Part { before: self.said.spans.len(), ..Part::default() };
        match self.rest {
            [] | [And, ..] => return None,
            // `Desember, 2025`.
            [Year(year), rest @ ..] | [YearWord, Year(year), rest @ ..] if matches!(rest, [] | [And, ..]) => {
                let is_before = self.said.every.is_some() || !self.said.spans.is_empty();
                let own = self.said.spans.last_mut().map_or(&mut self.said.every_year, |span| &mut span.end_mut().year);
                self.rest = rest;
                return (is_before && *own.get_or_insert(*year) == *year).then_some(());
            }
            _ => {}
        }
        loop {
            let all = self.rest;
            let [token, rest @ ..] = all else { break };
            self.rest = match (*token, rest) {
                (And, _) => break,
                // `per Juni`, `tiap triwulan II`, `setiap akhir semester 1`: no frequency.
                (Each, [Month(_) | Number(_), ..] | [Early | Late, Month(_), ..]) => rest,
                (Each, [Term(_), Number(_), ..] | [Early | Late, Term(_), Number(_), ..]) => rest,
                (Each, [MonthWord | Day, after @ ..] | [Early | Late, MonthWord, after @ ..]) => {
                    self.every(Every::Month, &mut part)?;
                    after
                }
                (Each, [Week, after @ ..]) => {
                    self.every(Every::Month, &mut part)?;
                    // `setiap minggu ke 3` names a week of every month.
                    if matches!(after, [Number(_), ..]) { rest } else { after }
                }
                (Each, [Term(months), after @ ..] | [Late, Term(months), after @ ..]) => {
                    self.every(Every::Months(*months), &mut part)?;
                    after
                }
                (Each, [YearWord, after @ ..]) if !matches!(after, [Year(_), ..]) => {
                    self.every(Every::Year, &mut part)?;
                    after
                }
                (Often(every), _) => {
                    self.every(every, &mut part)?;
                    rest
                }
                (Whole, [YearWord, after @ ..]) => {
                    self.every(Every::Month, &mut part)?;
                    after
                }
                // `selama triwulan I` is all of it, not its end.
                (Whole, [Year(_) | Term(_), ..]) => {
                    self.every(Every::Month, &mut part)?;
                    rest
                }
                (Whole, [Month(_) | MonthWord | Early | Late | Number(_), ..]) => rest,
                (From, _) if !part.goes_on && !self.has_span(&part) => {
                    part.goes_on = true;
                    rest
                }
                (Early | Late, [Month(_), ..] | [MonthWord, Month(_), ..]) => rest,
                (Late, [Term(_), ..]) => rest,
                (MonthWord, [Month(_), ..]) => rest,
                (YearWord, [Year(_), ..]) => rest,
                (Number(_), _) => after_days(all)?,
                (Month(month), _) => {
                    self.end(month, 1, &mut part)?;
                    rest
                }
                (Term(months), _) => {
                    // `TW-II`.
                    let rest = if let [Until, Number(_), ..] = rest { rest.get(1..)? } else { rest };
                    let (numbers, after) = numbers(rest, 12 / months, false)?;
                    numbers.into_iter().try_for_each(|number| self.end(number * months, months, &mut part))?;
                    after
                }
                (Until, [Number(year @ 20..=49), after @ ..]) if !matches!(after, [Month(_) | MonthWord, ..]) => {
                    // `Jun-25`, as spreadsheets show months.
                    self.year(2000 + i16::from(*year), &mut part)?;
                    after
                }
                (Until, _) => {
                    let span = self.said.spans.get(part.before..)?.last()?;
                    if part.is_open || span.last.is_some() {
                        return None;
                    }
                    part.is_open = true;
                    rest
                }
                (Year(year), _) => {
                    self.year(year, &mut part)?;
                    rest
                }
                (Week, _) => self.weeks(rest, &mut part)?,
                _ => return None,
            };
        }
        self.close(part)
    }

    fn close(&mut self, mut part: Part) -> Option<()> {
        if part.has_every && !self.has_span(&part) {
            self.said.every_year = part.year.take().or(self.said.every_year);
        }
        let needs_span = part.goes_on && !self.has_span(&part);
        let last = self.said.spans.last().map(|span| span.end().month);
        let is_whole = part.ends_in.is_none_or(|month| last == Some(month));
        (is_whole && !part.is_open && part.weeks.is_empty() && part.year.is_none() && !needs_span).then_some(())
    }

    fn has_span(&self, part: &Part) -> bool {
        self.said.spans.len() > part.before
    }

    fn every(&mut self, every: Every, part: &mut Part) -> Option<()> {
        part.has_every = true;
        self.said.is_every_last |= !self.said.spans.is_empty();
        (*self.said.every.get_or_insert(every) == every).then_some(())
    }

    /// A month, or the last one of a quarter or semester.
    fn end(&mut self, month: u8, step: u8, part: &mut Part) -> Option<()> {
        let end = || End { month, year: None, weeks: Vec::new() };
        let own = self.said.spans.get_mut(part.before..)?;
        match own.last_mut() {
            Some(span) if part.is_open => {
                part.is_open = false;
                (span.step == step).then_some(())?;
                span.last = Some(End { weeks: std::mem::take(&mut part.weeks), ..end() });
            }
            // `April minggu ke 3 April 2022`, `Juni (semester I)`.
            Some(span) if span.end().month == month => span.end_mut().weeks.append(&mut part.weeks),
            // `Triwulan II (April - Juni)` is the same in other words.
            Some(span) if step == 1 && span.last.is_none() && month + span.step == span.first.month + 1 => {
                part.ends_in = Some(span.first.month);
                span.first.month = month;
                span.step = 1;
            }
            // Months side by side, as lines of a cell are.
            Some(span) if part.goes_on || span.step != step || !span.end().weeks.is_empty() || part.year.is_some() => {
                return None;
            }
            _ => {
                let first = End { weeks: std::mem::take(&mut part.weeks), year: part.year.take(), ..end() };
                self.said.spans.push(Span { first, last: None, step, goes_on: part.goes_on });
            }
        }
        Some(())
    }

    /// A year belongs to the end before it, to the frequency where its part has none, else to the end that follows.
    fn year(&mut self, year: i16, part: &mut Part) -> Option<()> {
        if part.is_open {
            return None;
        }
        let own = match self.said.spans.get_mut(part.before..)?.last_mut() {
            Some(span) => &mut span.end_mut().year,
            None if part.has_every => &mut self.said.every_year,
            None => &mut part.year,
        };
        (*own.get_or_insert(year) == year).then_some(())
    }

    /// Weeks belong to the nearest month of their part; where it has none, to the frequency or to the month before.
    fn weeks<'t>(&mut self, rest: &'t [Token], part: &mut Part) -> Option<&'t [Token]> {
        use Token::*;
        let has_month = self.has_span(part) && !part.is_open;
        let (weeks, after) = numbers(rest, 5, !has_month)?;
        let comes = matches!(after, [Month(_), ..] | [MonthWord, Month(_), ..]);
        let own = if has_month {
            &mut self.said.spans.last_mut()?.end_mut().weeks
        } else if comes || part.is_open {
            &mut part.weeks
        } else if part.has_every || matches!(after, [Each, MonthWord | Term(_), ..]) {
            &mut self.said.every_weeks
        } else if matches!(after, [] | [Year(_)] | [And, Week | Each, ..]) {
            &mut self.said.spans.last_mut()?.end_mut().weeks
        } else {
            return None;
        };
        own.extend(weeks);
        Some(after)
    }
}

/// What follows the days in front of a month: `31 Desember`, `1 dan 15 Juni`, `1-31 Januari`, `5-Jun`, `tanggal 5 setiap bulan`.
fn after_days(tokens: &[Token]) -> Option<&[Token]> {
    use Token::*;
    let (_, after) = numbers(tokens, 31, true)?;
    match after {
        [Month(_), ..] | [Each, MonthWord, ..] => Some(after),
        [MonthWord | Until, rest @ ..] if matches!(rest, [Month(_), ..]) => Some(rest),
        _ => None,
    }
}

/// The numbers that follow `minggu ke` or `triwulan`, up to `most`: `3`, `3,4,5`, `3-5`, `3 dan 4`. Unless `all` are wanted,
/// one in front of a month is its day.
fn numbers(mut rest: &[Token], most: u8, all: bool) -> Option<(Vec<u8>, &[Token])> {
    use Token::*;
    let mut numbers = Vec::new();
    loop {
        let [Number(number), after @ ..] = rest else { return None };
        if !(1..=most).contains(number) {
            return None;
        }
        numbers.push(*number);
        let is_day = |after: &[Token]| !all && matches!(after, [Month(_) | MonthWord, ..]);
        rest = match after {
            [And, Number(_), beyond @ ..] if !is_day(beyond) => after.get(1..)?,
            [And, And, Number(_), beyond @ ..] if !is_day(beyond) => after.get(2..)?,
            [Until, Number(to), after @ ..] if (*number..=most).contains(to) && !is_day(after) => {
                numbers.extend(*number + 1..=*to);
                return Some((numbers, after));
            }
            _ => return Some((numbers, after)),
        };
    }
}
