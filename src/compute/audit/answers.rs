//! Answers: outside their scale, missing, without evidence, not borne out by others.

use std::collections::BTreeMap;

use super::{Audit, results};
use crate::TOLERANCE;
use crate::compute::RoleResult;
use crate::finding::{Arg, Code, SheetFindings};
use crate::grid::CellRef;
use crate::lang::{Lang, Phrase};
use crate::lke::Role;
use crate::lke::answer::{Answer, AnswerDoubt, show_answer};
use crate::lke::read::Detail;
use crate::lke::template::{AnswerType, NodeIndex, Percentage};
use crate::text::shorten;

/// Below this share of answered indicators the unanswered are counted, not listed.
const BARELY: f64 = 0.25;

pub(super) fn audit(audit: &Audit, role: Role, result: &RoleResult, findings: &mut SheetFindings) {
    let total = result.total;
    let barely = f64::from(total.answered) < BARELY * f64::from(total.indicators);
    if barely {
        let args = [
            ("role", role.word().into()),
            ("answered", Arg::Count(u64::from(total.answered))),
            ("indicators", Arg::Count(u64::from(total.indicators))),
        ];
        findings.add(Code::RoleBarelyAnswered, None, None, args);
    }
    for (node, read) in audit.worksheet.answers[role].iter().enumerate() {
        let (Some(cell), Some(answer_type)) =
            (audit.worksheet.answer_cell(role, node), audit.template.nodes[node].answer_type)
        else {
            continue;
        };
        let subject = Some(audit.code(node));
        match &read.answer {
            // Details decide a percentage; what its own cell says is compared with them below.
            Answer::Outside(_) if answer_type == AnswerType::Percentage && result.nodes[node].counted.has_details => {}
            Answer::Outside(text) if read.doubt == Some(AnswerDoubt::PercentAmbiguous) => {
                let args = [("role", role.word().into()), ("answer", Arg::from(shorten(text, 40)))];
                findings.add_at(Code::PercentAmbiguous, subject, cell, args);
            }
            Answer::Outside(text) => {
                let answer = ("answer", Arg::from(shorten(text, 40)));
                let role = ("role", Arg::from(role.word()));
                if answer_type == AnswerType::Count {
                    findings.add_at(Code::CountInvalid, subject, cell, [role, answer]);
                } else {
                    let scale = audit.template.nodes[node].type_label.clone().unwrap_or_default();
                    findings.add_at(Code::AnswerOutside, subject, cell, [role, answer, ("scale", scale.into())]);
                }
            }
            // Percentages and sums of parts are recomputed, so what their formulas show does not matter.
            Answer::Uncalculated if answer_type != AnswerType::Percentage && !is_sum_of_parts(audit, node) => {
                let formula = audit.grid.cell(cell.row, cell.col).formula.as_deref().unwrap_or_default();
                let args = [("role", role.word().into()), ("formula", Arg::from(shorten(&format!("={formula}"), 80)))];
                findings.add_at(Code::AnswerUncalculated, subject, cell, args);
            }
            Answer::Percentage(share) if read.doubt == Some(AnswerDoubt::PercentAssumed) => {
                let args = [("answer", shown(audit, cell).into()), ("share", Arg::Share(*share))];
                findings.add_at(Code::PercentAssumed, subject, cell, args);
            }
            Answer::Count(count) if read.doubt == Some(AnswerDoubt::Thousands) => {
                let answer = ("answer", Arg::from(shown(audit, cell)));
                let args = [("role", role.word().into()), answer, ("count", Arg::Count(*count as u64))];
                findings.add_at(Code::CountOfThousands, subject, cell, args);
            }
            _ => {}
        }
    }
    for node in audit.template.indicators() {
        audit_indicator(audit, role, result, node, barely, findings);
    }
    if role == Role::Unit {
        audit_broken_evidence(audit, findings);
    }
    for claim in &audit.template.claims {
        audit_claim(audit, role, result, claim, findings);
    }
}

fn shown(audit: &Audit, cell: CellRef) -> String {
    audit.grid.cell(cell.row, cell.col).shown()
}

fn is_sum_of_parts(audit: &Audit, node: NodeIndex) -> bool {
    audit.template.nodes.iter().any(|of| {
        matches!(&of.percentage, Some(Percentage::Share { whole, whole_is_sum_of, .. })
            if *whole == node && !whole_is_sum_of.is_empty())
    })
}

fn audit_indicator(
    audit: &Audit,
    role: Role,
    result: &RoleResult,
    node: NodeIndex,
    barely: bool,
    findings: &mut SheetFindings,
) {
    let Some(cell) = audit.worksheet.answer_cell(role, node) else { return };
    let subject = Some(audit.code(node));
    let Some(ratio) = result.nodes[node].ratio else {
        audit_unanswered(audit, role, result, node, barely, findings);
        return;
    };
    if !ratio.proven {
        let args = [("share", Arg::Share(ratio.value)), ("role", role.word().into())];
        findings.add_at(Code::PercentUnproven, subject, cell, args);
    }
    // Nobody proves that something is not there; evidence that is broken was told already.
    if let (Role::Unit, Some(&col), true) = (role, audit.worksheet.columns.evidence.first(), ratio.value > 0.0)
        && audit.worksheet.evidence_of(audit.template, node).is_empty()
        && audit.worksheet.broken_evidence_of(audit.template, node).next().is_none()
    {
        let at = CellRef::new(cell.row, col);
        findings.add_at(Code::NoEvidence, subject, at, [("answer", answer_as_shown(audit, role, result, node))]);
    }
}

/// Tells that an indicator is unanswered, where nothing else has told why.
fn audit_unanswered(
    audit: &Audit,
    role: Role,
    result: &RoleResult,
    node: NodeIndex,
    barely: bool,
    findings: &mut SheetFindings,
) {
    let Some(cell) = audit.worksheet.answer_cell(role, node) else { return };
    let subject = Some(audit.code(node));
    let read = &audit.worksheet.answers[role][node];
    let is_told = match (&read.answer, &audit.template.nodes[node].percentage) {
        (_, Some(rule)) if result.nodes[node].counted.has_details => {
            if details_of(rule).any(|at| audit.worksheet.detail(audit.template, role, at) == Detail::Unreadable) {
                true
            } else if let Answer::Percentage(share) = read.answer {
                let args = [
                    ("share", Arg::Share(share)),
                    ("role", role.word().into()),
                    ("reason", missing_detail(audit, role, result, node, rule)),
                ];
                findings.add_at(Code::DetailsUndecided, subject, cell, args);
                true
            } else {
                false
            }
        }
        (Answer::Outside(_), _) | (Answer::Uncalculated, None) => true,
        (Answer::Error(_), _) => results::is_lost_answer(audit, cell),
        _ => read.merged_into.is_some(),
    };
    if !barely && !is_told {
        let args = [("role", role.word().into()), ("label", audit.label(node).into())];
        findings.add_at(Code::Unanswered, subject, cell, args);
    }
}

/// The details a percentage follows from.
fn details_of(rule: &Percentage) -> impl Iterator<Item = NodeIndex> {
    let (ends, parts) = match rule {
        Percentage::Share { part, whole, whole_is_sum_of, .. } => ([*part, *whole], whole_is_sum_of.as_slice()),
        Percentage::Decrease { before, after, .. } => ([*before, *after], &[][..]),
    };
    ends.into_iter().chain(parts.iter().copied())
}

/// Why readable details come to no percentage.
fn missing_detail(audit: &Audit, role: Role, result: &RoleResult, node: NodeIndex, rule: &Percentage) -> Arg {
    let detail = |at: NodeIndex| audit.worksheet.detail(audit.template, role, at);
    let (ends, zero) = match rule {
        Percentage::Share { part, whole, .. } => ([*part, *whole], result.nodes[node].counted.whole == Some(0.0)),
        Percentage::Decrease { before, after, .. } => ([*before, *after], detail(*before).count() == Some(0.0)),
    };
    let is_blank = ends.iter().any(|&at| !detail(at).is_given());
    Arg::Phrase(match (zero, is_blank) {
        (true, false) => Phrase::new("pembaginya 0", "its denominator is 0"),
        _ => Phrase::new("salah satu jumlahnya kosong", "one of its counts is blank"),
    })
}

/// Tells of merged cells that reach over several answers: what stands in them is the first cell's alone.
pub(super) fn audit_merges(audit: &Audit, findings: &mut SheetFindings) {
    let mut swallowed: BTreeMap<CellRef, Vec<(CellRef, NodeIndex)>> = BTreeMap::new();
    for role in Role::ALL {
        for (node, read) in audit.worksheet.answers[role].iter().enumerate() {
            if let (Some(first), Some(cell)) = (read.merged_into, audit.worksheet.answer_cell(role, node)) {
                swallowed.entry(first).or_default().push((cell, node));
            }
        }
    }
    for (first, cells) in swallowed {
        let subject = cells.first().map(|(_, node)| audit.code(*node));
        let args = [
            ("answer", Arg::from(shorten(&shown(audit, first), 40))),
            ("first", first.into()),
            ("cells", Arg::Cells(cells.iter().map(|(cell, _)| *cell).collect())),
        ];
        findings.add_at(Code::AnswerMerged, subject, first, args);
    }
}

/// Links that are cut in two or mistyped, a finding for each cell.
fn audit_broken_evidence(audit: &Audit, findings: &mut SheetFindings) {
    for (node, broken) in audit.worksheet.broken_evidence.iter().enumerate() {
        for of_cell in broken.chunk_by(|one, next| one.0 == next.0) {
            let texts: Vec<&str> = of_cell.iter().map(|(_, text)| text.as_str()).collect();
            let args = [("text", Arg::from(shorten(&texts.join("; "), 120)))];
            findings.add_at(Code::EvidenceBroken, Some(audit.code(node)), of_cell[0].0, args);
        }
    }
}

/// The answer, for a percentage the ratio it comes to.
fn answer_as_shown(audit: &Audit, role: Role, result: &RoleResult, node: NodeIndex) -> Arg {
    match (audit.template.nodes[node].answer_type, result.nodes[node].ratio) {
        (Some(AnswerType::Percentage), Some(ratio)) => Arg::Share(ratio.value),
        (Some(answer_type), _) => match audit.worksheet.answer(role, node) {
            Answer::Scale(number) => Arg::Number(*number),
            answer => Arg::from(show_answer(audit.template, answer_type, answer, Lang::Id)),
        },
        (None, _) => Arg::from(""),
    }
}

fn audit_claim(
    audit: &Audit,
    role: Role,
    result: &RoleResult,
    claim: &crate::lke::template::Claim,
    findings: &mut SheetFindings,
) {
    let (Answer::Choice(option), Some(AnswerType::Choice(scale))) =
        (audit.worksheet.answer(role, claim.indicator), audit.template.nodes[claim.indicator].answer_type)
    else {
        return;
    };
    let option = &audit.template.choices[scale].options[*option].0;
    let (Some(cell), Some(needed)) =
        (audit.worksheet.answer_cell(role, claim.indicator), result.nodes[claim.needs].ratio)
    else {
        return;
    };
    if claim.answers.contains(option) && needed.value + TOLERANCE < claim.at_least {
        let args = [
            ("answer", Arg::from(option.as_str())),
            ("role", role.word().into()),
            ("needs", audit.code(claim.needs).into()),
            ("needs_label", audit.label(claim.needs).into()),
            ("share", Arg::Share(needed.value)),
        ];
        findings.add_at(Code::ClaimUnsupported, Some(audit.code(claim.indicator)), cell, args);
    }
}
