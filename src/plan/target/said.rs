//! What a target text says, part by part, and the months it means.

use super::words::Every;
use crate::plan::timeline::{PlanMonth, Target};

/// Months from the first of a target to its last, at most.
const MOST_MONTHS: i32 = 12;

/// One end of a span, as it is said.
#[derive(Debug, Default)]
pub(super) struct End {
    pub(super) month: u8,
    pub(super) year: Option<i16>,
    pub(super) weeks: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct Span {
    pub(super) first: End,
    pub(super) last: Option<End>,
    /// Its months are so many apart: 1, or those of quarters and semesters.
    pub(super) step: u8,
    /// `mulai`: to the end of the year.
    pub(super) goes_on: bool,
}

impl Span {
    /// The end said last.
    pub(super) fn end(&self) -> &End {
        self.last.as_ref().unwrap_or(&self.first)
    }

    pub(super) fn end_mut(&mut self) -> &mut End {
        self.last.as_mut().unwrap_or(&mut self.first)
    }

    fn is_one_month(&self) -> bool {
        self.last.is_none() && !self.goes_on
    }
}

/// All that a text says.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) spans: Vec<Span>,
    pub(super) every: Option<Every>,
    /// Whether the frequency was said behind a span.
    pub(super) is_every_last: bool,
    /// Weeks and year of the frequency.
    pub(super) every_weeks: Vec<u8>,
    pub(super) every_year: Option<i16>,
}

impl Said {
    /// The months meant. None where they are not certain, or reach over more than twelve.
    pub(super) fn target(mut self, year: Option<i16>) -> Option<Target> {
        self.date(year)?;
        let of_year = self.spans.first().map_or(self.every_year.or(year), |span| span.first.year);
        if self.every_year.is_some_and(|year| self.spans.iter().any(|span| span.first.year != Some(year))) {
            return None;
        }
        let ends = |step: u8| (1..=12_u8).filter(move |month| month.is_multiple_of(step));
        let dated = |month: u8| PlanMonth { year: of_year, month };
        let mut target = Target::default();
        let mut every_months: Vec<PlanMonth> = Vec::new();
        match (self.every, self.spans.as_slice()) {
            (None | Some(Every::Year), []) => return None,
            (Some(Every::Month), []) => every_months = (1..=12).map(dated).collect(),
            (Some(Every::Months(step)), []) => every_months = ends(step).map(dated).collect(),
            // After one month, the later ends of quarters.
            (Some(Every::Months(step)), [span]) if self.is_every_last && span.is_one_month() && span.step == 1 => {
                target.months.push(dated(span.first.month));
                every_months = ends(step).filter(|&month| month >= span.first.month).map(dated).collect();
            }
            (every, spans) => {
                if spans.len() > 1 && spans.iter().any(|span| span.goes_on && span.last.is_none()) {
                    return None;
                }
                for span in spans {
                    // Every month of a quarter is more than its last.
                    let mut months = if every.is_some() { span.covered() } else { span.months() }?;
                    if let Some(Every::Months(step)) = every {
                        let is_end = |month: &PlanMonth| month.month.is_multiple_of(step);
                        // Of a range the ends that lie in it; a month that is named must be one.
                        months.retain(is_end);
                    }
                    (!months.is_empty()).then_some(())?;
                    target.months.extend(months);
                }
                if !self.every_weeks.is_empty() {
                    every_months.clone_from(&target.months);
                }
            }
        }
        let every_weeks = every_months.iter().flat_map(|of| self.every_weeks.iter().map(|&week| (of.month, week)));
        target.weeks.extend(every_weeks);
        target.months.extend(&every_months);
        for end in self.spans.iter().flat_map(|span| [Some(&span.first), span.last.as_ref()]).flatten() {
            target.weeks.extend(end.weeks.iter().map(|&week| (end.month, week)));
        }
        target.months.sort_unstable();
        target.months.dedup();
        target.weeks.sort_unstable();
        target.weeks.dedup();
        let reach = target.months.last()?.place() - target.months.first()?.place();
        let is_planned = |month: u8| target.months.iter().any(|planned| planned.month == month);
        let is_sure = reach < MOST_MONTHS && target.weeks.iter().all(|(month, _)| is_planned(*month));
        is_sure.then_some(target)
    }

    /// Gives every end its year. Where none is said, all have the plan's; where some are, a month without one stands in the
    /// order of time before or behind its neighbours, and what does not follow in time is not certain.
    fn date(&mut self, plan: Option<i16>) -> Option<()> {
        for span in &mut self.spans {
            let first = span.first.month;
            if let Some(last) = &mut span.last {
                let across = i16::from(last.month < first);
                match (span.first.year, last.year) {
                    (None, Some(year)) => span.first.year = Some(year - across),
                    (Some(year), None) => last.year = Some(year + across),
                    _ => {}
                }
            }
        }
        let are_dated = self.spans.iter().filter(|span| span.first.year.is_some()).count();
        if are_dated == 0 {
            let year = self.every_year.or(plan);
            self.spans.iter_mut().for_each(|span| span.set_year(year));
            return Some(());
        }
        if are_dated == self.spans.len() {
            return Some(());
        }
        let mut next: Option<PlanMonth> = None;
        for span in self.spans.iter_mut().rev() {
            if let Some(next) = next.filter(|_| span.first.year.is_none()) {
                let before = next.year.map(|year| year - 1);
                span.set_year(if span.end().month <= next.month { next.year } else { plan.or(before) });
            }
            next = span.first.year.map(|year| PlanMonth { year: Some(year), month: span.first.month });
        }
        let mut before: Option<PlanMonth> = None;
        for span in &mut self.spans {
            if let Some(before) = before.filter(|_| span.first.year.is_none()) {
                span.set_year(if span.first.month > before.month { before.year } else { plan });
            }
            let (first, last) = (span.first.at(), span.end().at());
            if first.year.is_none() || before.is_some_and(|before| before > first) {
                return None;
            }
            before = Some(last);
        }
        Some(())
    }
}

impl End {
    fn at(&self) -> PlanMonth {
        PlanMonth { year: self.year, month: self.month }
    }
}

impl Span {
    fn set_year(&mut self, year: Option<i16>) {
        self.first.year = year;
        self.end_mut().year = year;
    }

    /// Its months, with those of its quarters or semesters that are not the last.
    fn covered(&self) -> Option<Vec<PlanMonth>> {
        let first = End { month: self.first.month + 1 - self.step, weeks: Vec::new(), ..self.first };
        let last = End { weeks: Vec::new(), ..*self.end() };
        let goes_on = self.goes_on && self.last.is_none();
        Span { first, last: (!goes_on).then_some(last), step: 1, goes_on }.months()
    }

    /// Its months; none where it runs backwards or over more than twelve.
    fn months(&self) -> Option<Vec<PlanMonth>> {
        let first = self.first.at();
        let last = match &self.last {
            Some(last) => last.at(),
            None if self.goes_on => PlanMonth { month: 12, ..first },
            None => first,
        };
        (0..MOST_MONTHS).contains(&(last.place() - first.place())).then_some(())?;
        let months = (first.place()..=last.place()).step_by(usize::from(self.step)).map(|place| PlanMonth {
            year: first.year.map(|_| (place.div_euclid(12)) as i16),
            month: place.rem_euclid(12) as u8 + 1,
        });
        Some(months.collect())
    }
}
