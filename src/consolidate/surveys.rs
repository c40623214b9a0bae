//! Surveys of all satker together, and against the LKE of the same satker.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Unit;
use crate::finding::{Arg, Code, Finding, Place};
use crate::grid::CellRange;
use crate::lke::answer::{Answer, show_answer};
use crate::lke::{LkeResult, Role};
use crate::period::Period;
use crate::survey::SurveyResult;
use crate::survey::index::CONVERSION;
use crate::survey::instrument::Instrument;

/// An LKE states an index with two decimals.
const STATED_TOLERANCE: f64 = 0.005 + 1e-9;

/// One survey of a province.
#[derive(Debug)]
pub struct ProvinceSurvey {
    /// What was asked.
    pub instrument: Arc<Instrument>,
    /// The period that counts.
    pub period: Period,
    /// NRR of each element over the responses of all satker, by its place in the instrument; none where nobody answered.
    pub nrr: Vec<Option<f64>>,
    /// Respondents of all satker.
    pub respondents: usize,
    /// Satker with a result.
    pub satker: usize,
    /// The index over all responses, 25–100.
    pub index: Option<f64>,
    /// The plain mean of the satker's indices, 25–100.
    pub mean_of_satker: Option<f64>,
}

impl ProvinceSurvey {
    /// Adds up the results of all satker; `place` is the survey's in the pipeline.
    pub(super) fn new(instrument: Arc<Instrument>, period: Period, place: usize, units: &[Unit]) -> Self {
        let results: Vec<&SurveyResult> = units.iter().filter_map(|unit| unit.surveys[place].result.as_ref()).collect();
        let mut sums = vec![(0.0, 0_usize); instrument.elements.len()];
        for element in results.iter().flat_map(|result| &result.index.elements) {
            sums[element.element].0 += element.sum;
            sums[element.element].1 += element.n;
        }
        let nrr: Vec<Option<f64>> = sums.into_iter().map(|(sum, n)| (n > 0).then(|| sum / n as f64)).collect();
        let mean = |values: &[f64]| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
        let measured: Vec<f64> = nrr.iter().flatten().copied().collect();
        ProvinceSurvey {
            index: mean(&measured).map(|mean| CONVERSION * mean),
            mean_of_satker: mean(&results.iter().map(|result| result.index.index).collect::<Vec<_>>()),
            respondents: results.iter().map(|result| result.index.n).sum(),
            satker: results.len(),
            nrr,
            instrument,
            period,
        }
    }
}

/// Where the LKE of a satker and its surveys contradict each other.
pub fn cross_check(lke: &LkeResult, location: &Arc<str>, surveys: &[&SurveyResult]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for role in Role::ALL {
        let Some(result) = lke.role(role) else { continue };
        for rule in &lke.template.survey_indices {
            let Answer::Scale(stated) = result.answers[rule.indicator] else { continue };
            let measured = rule.instruments.iter().find_map(|id| surveys.iter().find(|s| s.instrument.id == *id));
            let Some(survey) = measured.filter(|s| (s.index.mean - stated).abs() > STATED_TOLERANCE) else { continue };
            let args = [
                ("stated", Arg::Number(stated)),
                ("role", role.word().into()),
                ("short", survey.instrument.short.as_str().into()),
                ("computed", Arg::Number(survey.index.mean)),
                ("n", survey.index.n.into()),
            ];
            findings.push(at_answer(lke, location, role, rule.indicator, Finding::new(Code::PerceptionDiffers, args)));
        }
        for rule in &lke.template.survey_counts {
            let (Answer::Choice(_), Some(answer_type)) =
                (&result.answers[rule.indicator], lke.template.nodes[rule.indicator].answer_type)
            else {
                continue;
            };
            let answer =
                show_answer(&lke.template, answer_type, &result.answers[rule.indicator], crate::lang::Lang::Id);
            let Some((_, claimed)) = rule.at_least.iter().find(|(option, _)| *option == answer) else { continue };
            let of: Vec<&SurveyResult> =
                surveys.iter().copied().filter(|s| rule.instruments.contains(&s.instrument.id)).collect();
            let Some(year) = of.iter().filter_map(|survey| survey.period).map(|period| period.year).max() else {
                continue;
            };
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
