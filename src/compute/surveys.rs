//! Surveys of all satker together, and against the LKE of the same satker.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polars::prelude::{DataFrame, PolarsResult};

use crate::compute::criteria::Decision;
use crate::compute::indices::province;
use crate::compute::lke::with_others;
use crate::compute::survey::SurveyResult;
use crate::compute::{LkeResult, NodeScore, RoleResult};
use crate::finding::{Arg, Code, Finding, Place};
use crate::frames::TemplateFrames;
use crate::frames::rows::{numbers, places};
use crate::grid::CellRange;
use crate::lke::answer::Answer;
use crate::lke::template::{NodeIndex, SurveyIndex};
use crate::lke::{ByRole, Role};
use crate::period::Period;
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
    /// The surveys of a pipeline, in its order, over all satker.
    ///
    /// # Errors
    /// Only when the frames cannot be computed, which no input can cause.
    pub(super) fn all(
        surveys: Vec<(Arc<Instrument>, Period)>,
        (indices, elements): (&DataFrame, &DataFrame),
    ) -> PolarsResult<Vec<Self>> {
        let none = |(instrument, period): (Arc<Instrument>, Period)| ProvinceSurvey {
            scale: instrument.scales.first().copied().unwrap_or(4),
            nrr: vec![None; instrument.elements.len()],
            respondents: 0,
            satker: 0,
            index: None,
            mean_of_satker: None,
            instrument,
            period,
        };
        let mut all: Vec<Self> = surveys.into_iter().map(none).collect();
        let scales: Vec<u8> = all.iter().map(|survey| survey.scale).collect();
        let (of_elements, of_surveys) = province(indices, elements, &scales)?;
        let nrr = places(&of_elements, "survey")?.zip(places(&of_elements, "element")?);
        for ((survey, element), nrr) in nrr.zip(numbers(&of_elements, "nrr")?) {
            all[survey].nrr[element] = nrr;
        }
        let means = numbers(&of_surveys, "index")?.zip(numbers(&of_surveys, "mean_of_satker")?);
        let counts = places(&of_surveys, "respondents")?.zip(places(&of_surveys, "satker")?);
        for ((survey, (index, mean)), (respondents, satker)) in places(&of_surveys, "survey")?.zip(means).zip(counts) {
            let survey = &mut all[survey];
            (survey.index, survey.mean_of_satker) = (index, mean);
            (survey.respondents, survey.satker) = (respondents, satker);
        }
        Ok(all)
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
            let Answer::Choice(_) = result.nodes[rule.indicator].answer else { continue };
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

/// The indices each role states otherwise than the surveys measure them, `period` being the LKE's.
pub fn all_contradictions(lke: &LkeResult, surveys: &[&SurveyResult], period: Period) -> ByRole<Vec<Contradiction>> {
    ByRole::of(|role| lke.role(role).map_or_else(Vec::new, |result| contradictions(lke, result, surveys, period)))
}

/// The verdicts decided a second time, with the surveys' indices, of satker by their place in `computed`; none for a role
/// that states the same. `holding` are the predicates each already holds.
///
/// # Errors
/// Only when the frames cannot be computed, which no input can cause.
pub fn decide_by_survey(
    frames: &TemplateFrames,
    ratios: &DataFrame,
    contradictions: BTreeMap<usize, ByRole<Vec<Contradiction>>>,
    holding: &[(usize, Option<&[String]>)],
) -> PolarsResult<BTreeMap<usize, ByRole<Option<BySurvey>>>> {
    let of_roles = contradictions.iter().flat_map(|(satker, of)| Role::ALL.map(|role| (*satker, role, &of[role])));
    let others = of_roles.flat_map(|(satker, role, of)| {
        of.iter().map(move |c| (satker, role, c.indicator, (c.measured / STATED_SCALE).clamp(0.0, 1.0)))
    });
    let mut decided = with_others(frames, ratios, &others.collect::<Vec<_>>(), holding)?;
    let by_survey = contradictions.into_iter().map(|(satker, mut of)| {
        let of_role = |role: Role| {
            let (total, decisions) = decided.remove(&(satker, role))?;
            Some(BySurvey { contradictions: std::mem::take(&mut of[role]), total, decisions })
        };
        (satker, ByRole::of(of_role))
    });
    Ok(by_survey.collect())
}

/// The indices a role states otherwise than the surveys measure them.
fn contradictions(
    lke: &LkeResult,
    result: &RoleResult,
    surveys: &[&SurveyResult],
    period: Period,
) -> Vec<Contradiction> {
    let contradiction = |rule: &SurveyIndex| {
        let Answer::Scale(stated) = result.nodes[rule.indicator].answer else { return None };
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
    let cell = lke.role(role).and_then(|result| result.nodes[node].answer_cell);
    let range = cell.map(CellRange::of_cell);
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
