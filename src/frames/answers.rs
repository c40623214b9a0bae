//! What worksheets say, as a frame.

use polars::prelude::*;

use super::schema;
use crate::lke::Role;
use crate::lke::answer::Answer;
use crate::lke::read::Detail;
use crate::lke::template::{NodeIndex, NodeKind, Template};

/// What one cell of answers says.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// Place of the satker in what is computed together.
    pub satker: usize,
    /// Who answers.
    pub role: Role,
    /// The indicator or detail.
    pub node: NodeIndex,
    /// What is answered.
    pub answer: &'a Answer,
    /// What it says as a count below a percentage; of details only.
    pub detail: Detail,
    /// Whether a percentage was typed rather than left to its formula.
    pub typed: bool,
}

impl Given<'_> {
    fn word(&self, template: &Template) -> &'static str {
        if template.nodes[self.node].kind == NodeKind::Detail {
            return match self.detail {
                Detail::Absent => "absent",
                Detail::Blank => "blank",
                Detail::Unreadable => "unreadable",
                Detail::Count(_) => "count",
            };
        }
        match self.answer {
            Answer::Choice(_) => "choice",
            Answer::Scale(_) => "scale",
            Answer::Percentage(_) => "percentage",
            _ => "none",
        }
    }

    fn number(&self, template: &Template) -> Option<f64> {
        if template.nodes[self.node].kind == NodeKind::Detail {
            return self.detail.count();
        }
        match self.answer {
            Answer::Scale(number) | Answer::Percentage(number) => Some(*number),
            _ => None,
        }
    }
}

/// The frame [`schema::ANSWERS`] of what cells say to indicators and details.
///
/// # Errors
/// Only when the frame cannot be made, which no input can cause.
pub fn answers(template: &Template, given: &[Given]) -> PolarsResult<DataFrame> {
    let option = |given: &Given| match given.answer {
        Answer::Choice(option) => Some(*option as u32),
        _ => None,
    };
    schema::ANSWERS.hold(df!(
        "satker" => given.iter().map(|given| given.satker as u32).collect::<Vec<_>>(),
        "role" => given.iter().map(|given| given.role.name()).collect::<Vec<_>>(),
        "node" => given.iter().map(|given| given.node as u32).collect::<Vec<_>>(),
        "given" => given.iter().map(|given| given.word(template)).collect::<Vec<_>>(),
        "option" => given.iter().map(option).collect::<Vec<_>>(),
        "number" => given.iter().map(|given| given.number(template)).collect::<Vec<_>>(),
        "typed" => given.iter().map(|given| given.typed).collect::<Vec<_>>(),
    )?)
}
