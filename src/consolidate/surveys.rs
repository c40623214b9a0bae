//! Surveys of all satker together, and against the LKE of the same satker.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Unit;
use crate::finding::{Arg, Code, Finding, Place};
use crate::grid::CellRange;
use crate::lke::answer::Answer;
use crate::lke::predicate::{Decision, decide_with};
use crate::lke::score::{NodeScore, Ratio};
use crate::lke::template::{NodeIndex, SurveyIndex};
use crate::lke::{LkeResult, Role, RoleResult};
use crate::period::Period;
use crate::survey::SurveyResult;
use crate::survey::index::conversion;
use crate::survey::instrument::Instrument;

/// An LKE states indices on a scale to 4.
const STATED_SCALE: f64 = 4.0;
/// An LKE states an index with two decimals.
const STATED_TOLERANCE: f64 = 0.005 + 1e-9;

/// One survey of a province.
#[derive(Debug)]
pub struct ProvinceSurvey {
    /// What was asked.
    pub instrument: Arc<Instrument>,
    /// The period that counts.
    pub period: Period,
    /// The scale means are shown on, by its highest value: the instrument's first, whichever a satker used.
    pub scale: u8,
    /// NRR of each element over the responses of all satker whose index is whole, by its place in the instrument; none where
    /// nobody answered.
    pub nrr: Vec<Option<f64>>,
    /// Respondents of these satker.
    pub respondents: usize,
    /// Satker whose index is whole.
    pub satker: usize,
    /// The index over all their responses, up to 100.
    pub index: Option<f64>,
    /// The plain mean of the satker's indices, up to 100.
    pub mean_of_satker: Option<f64>,
}

impl ProvinceSurvey {
    /// Adds up the results of all satker; `place` is the survey's in the pipeline.
    pub(super) fn new(instrument: Arc<Instrument>, period: Period, place: usize, units: &[Unit]) -> Self {
        let results = units.iter().filter_map(|unit| unit.surveys[place].result.as_ref());
        let results: Vec<&SurveyResult> = results.filter(|result| result.is_whole).collect();
        let scale = instrument.scales.first().copied().unwrap_or(4);
        let mut sums = vec![(0.0, 0_usize); instrument.elements.len()];
        for index in results.iter().map(|result| &result.index) {
            for element in &index.elements {
                sums[element.element].0 += element.sum * f64::from(scale) / f64::from(index.scale);
                sums[element.element].1 += element.n;
            }
        }
        let nrr: Vec<Option<f64>> = sums.into_iter().map(|(sum, n)| (n > 0).then(|| sum / n as f64)).collect();
        let mean = |values: &[f64]| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
        let measured: Vec<f64> = nrr.iter().flatten().copied().collect();
        ProvinceSurvey {
            index: mean(&measured).map(|mean| conversion(scale) * mean),
            scale,
            mean_of_satker: mean(&results.iter().map(|result| result.index.index).collect::<Vec<_>>()),
            respondents: results.iter().map(|result| result.index.n).sum(),
            satker: results.len(),
            nrr,
            instrument,
            period,
        }
    }
}

/// A mean on a survey's own scale (its highest value) as the LKE states it: on a scale to 4, proportionally.
pub fn of_four(mean: f64, scale: f64) -> f64 {
    STATED_SCALE * mean / scale
}

/// An index an LKE states, and what the satker's survey comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Contradiction {
    /// The indicator that states it.
    pub indicator: NodeIndex,
    /// As stated, 0–4.
    pub stated: f64,
    /// As measured, 0–4.
    pub measured: f64,
    /// The survey that counts, by its place among the satker's results.
    survey: usize,
}

/// The verdicts of a role with the surveys' indices in place of those the LKE states otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct BySurvey {
    /// What was replaced.
    pub contradictions: Vec<Contradiction>,
    /// The whole worksheet's score then.
    pub total: NodeScore,
    /// The verdicts then, in the template's order of predicates.
    pub decisions: Vec<Decision>,
}

/// Where the LKE of a satker and its surveys contradict each other, `period` being the LKE's.
pub fn cross_check(lke: &LkeResult, location: &Arc<str>, surveys: &[&SurveyResult], period: Period) -> Vec<Finding> {
    let mut findings = Vec::new();
    for role in Role::ALL {
        let Some(result) = lke.role(role) else { continue };
        for contradiction in contradictions(lke, result, surveys, period) {
            let survey = surveys[contradiction.survey];
            let of = survey.period.unwrap_or(period).to_string();
            let args = [
                ("stated", Arg::Number(contradiction.stated)),
                ("role", role.word().into()),
                ("short", survey.instrument.short.as_str().into()),
                ("period", of.into()),
                ("computed", Arg::Number(contradiction.measured)),
                ("n", survey.index.n.into()),
            ];
            let finding = Finding::new(Code::PerceptionDiffers, args);
            findings.push(at_answer(lke, location, role, contradiction.indicator, finding));
        }
        for rule in &lke.template.survey_counts {
            let Answer::Choice(_) = result.answers[rule.indicator] else { continue };
            let answer = result.shown_answer(&lke.template, rule.indicator, crate::lang::Lang::Id);
            let Some((_, claimed)) = rule.at_least.iter().find(|(option, _)| *option == answer) else { continue };
            let year = period.year;
            let of: Vec<&SurveyResult> = surveys
                .iter()
                .copied()
                .filter(|s| rule.instruments.iter().any(|name| s.instrument.answers_for(name)))
                .collect();
            if !of.iter().any(|survey| survey.period.is_none_or(|period| period.year == year)) {
                continue;
            }
            let found = held(&of, year, *claimed);
            if found.len() < usize::from(*claimed) {
                let found: Vec<String> = found.into_iter().collect();
                let args = [
                    ("answer", Arg::from(answer)),
                    ("role", role.word().into()),
                    ("claimed", usize::from(*claimed).into()),
                    ("year", year.to_string().into()),
                    ("found", found.join(", ").into()),
                ];
                findings.push(at_answer(lke, location, role, rule.indicator, Finding::new(Code::SurveysFewer, args)));
            }
        }
    }
    findings
}

/// The verdicts of both roles decided a second time, with the surveys' indices; none where the LKE states the same.
/// `held` are the predicates the satker already holds.
pub fn decide_by_survey(
    lke: &LkeResult,
    surveys: &[&SurveyResult],
    period: Period,
    held: &[String],
) -> [Option<BySurvey>; 2] {
    Role::ALL.map(|role| {
        let result = lke.role(role)?;
        let contradictions = contradictions(lke, result, surveys, period);
        if contradictions.is_empty() {
            return None;
        }
        let ratio = |c: &Contradiction| (c.indicator, Ratio::proven(c.measured / STATED_SCALE));
        let others: Vec<(NodeIndex, Ratio)> = contradictions.iter().map(ratio).collect();
        let (total, decisions) = decide_with(&lke.template, &result.ratios, &others, Some(held));
        Some(BySurvey { contradictions, total, decisions })
    })
}

/// The indices a role states otherwise than the surveys measure them.
fn contradictions(
    lke: &LkeResult,
    result: &RoleResult,
    surveys: &[&SurveyResult],
    period: Period,
) -> Vec<Contradiction> {
    let contradiction = |rule: &SurveyIndex| {
        let Answer::Scale(stated) = result.answers[rule.indicator] else { return None };
        let survey = rule.instruments.iter().find_map(|instrument| that_counts(surveys, instrument, period))?;
        let index = &surveys[survey].index;
        let measured = of_four(index.mean, f64::from(index.scale));
        let differs = (measured - stated).abs() > STATED_TOLERANCE;
        differs.then_some(Contradiction { indicator: rule.indicator, stated, measured, survey })
    };
    lke.template.survey_indices.iter().filter_map(contradiction).collect()
}

/// The survey of an instrument that an LKE of this period is held against, by its place: the one of its own period, else
/// the latest of its year. One that is not limited to a period counts for any.
fn that_counts(surveys: &[&SurveyResult], instrument: &str, period: Period) -> Option<usize> {
    let counts = |survey: &&SurveyResult| survey.is_whole && survey.instrument.answers_for(instrument);
    let of_instrument = surveys.iter().enumerate().filter(|(_, survey)| counts(survey));
    let of_year = of_instrument.map(|(place, survey)| (place, survey.period.unwrap_or(period)));
    let of_year = of_year.filter(|(_, of)| of.year == period.year);
    // The latest, and of a semester and the whole year it ends with the one closer to it.
    of_year.max_by_key(|(_, of)| (*of == period, of.days().1, of.days().0)).map(|(place, _)| place)
}

/// The semesters of a year with responses; quarters where more than two surveys are claimed.
fn held(surveys: &[&SurveyResult], year: i16, claimed: u8) -> BTreeSet<String> {
    let months = surveys.iter().flat_map(|survey| &survey.months).filter(|(of, _)| *of == year);
    months
        .map(|(year, month)| match claimed {
            0..=2 => format!("{year}-S{}", (month - 1) / 6 + 1),
            _ => format!("{year}-T{}", (month - 1) / 3 + 1),
        })
        .collect()
}

fn at_answer(lke: &LkeResult, location: &Arc<str>, role: Role, node: usize, finding: Finding) -> Finding {
    let cell = lke.role(role).and_then(|result| result.answer_cells[node]);
    let range = cell.map(|cell| CellRange { start: cell, end: cell });
    let place = Place { location: location.clone(), sheet: Some(lke.sheet.clone()), range };
    finding.about(lke.template.nodes[node].code.as_str()).at(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_on_any_scale_is_held_against_one_to_4() {
        for (mean, scale, stated) in
            [(3.5, 4.0, 3.5), (6.0, 6.0, 4.0), (4.5, 6.0, 3.0), (4.0, 5.0, 3.2), (7.5, 10.0, 3.0)]
        {
            assert!((of_four(mean, scale) - stated).abs() < 1e-12, "{mean} of {scale}");
        }
    }
}
