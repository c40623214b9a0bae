//! Answers: outside their scale, missing, without evidence, not borne out by others.

use super::Audit;
use crate::TOLERANCE;
use crate::finding::{Arg, Code, SheetFindings};
use crate::lang::Lang;
use crate::lke::Role;
use crate::lke::answer::{Answer, show_answer};
use crate::lke::examine::RoleResult;
use crate::lke::template::{AnswerType, NodeIndex, Percentage};
use crate::text::shorten;

/// Below this share of answered indicators the unanswered are counted, not listed.
const BARELY: f64 = 0.25;

pub(super) fn audit(audit: &Audit, role: Role, result: &RoleResult, findings: &mut SheetFindings) {
    let total = result.scores.total;
    let barely = f64::from(total.answered) < BARELY * f64::from(total.indicators);
    if barely {
        let args = [
            ("role", role.word().into()),
            ("answered", Arg::Count(u64::from(total.answered))),
            ("indicators", Arg::Count(u64::from(total.indicators))),
        ];
        findings.add(Code::RoleBarelyAnswered, None, None, args);
    }
    for (node, read) in audit.worksheet.answers[role as usize].iter().enumerate() {
        let (Some(cell), Some(answer_type)) =
            (audit.worksheet.answer_cell(role, node), audit.template.nodes[node].answer_type)
        else {
            continue;
        };
        let subject = Some(audit.code(node));
        match &read.answer {
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
            Answer::Percentage(share) if read.percent_assumed => {
                let shown = audit.grid.cell(cell.row, cell.col).shown();
                findings.add_at(
                    Code::PercentAssumed,
                    subject,
                    cell,
                    [("answer", shown.into()), ("share", Arg::Share(*share))],
                );
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
    let Some(ratio) = result.ratios[node] else {
        // An answer outside its scale has said so already.
        if !barely && !matches!(audit.worksheet.answer(role, node), Answer::Outside(_)) {
            let args = [("role", role.word().into()), ("label", audit.label(node).into())];
            findings.add_at(Code::Unanswered, subject, cell, args);
        }
        return;
    };
    if !ratio.proven {
        let args = [("share", Arg::Share(ratio.value)), ("role", role.word().into())];
        findings.add_at(Code::PercentUnproven, subject, cell, args);
    }
    // Evidence that is broken was told already.
    if let (Role::Unit, Some(&col)) = (role, audit.worksheet.columns.evidence.first())
        && audit.worksheet.evidence_of(audit.template, node).is_empty()
        && audit.worksheet.broken_evidence_of(audit.template, node).next().is_none()
    {
        let at = crate::grid::CellRef::new(cell.row, col);
        findings.add_at(Code::NoEvidence, subject, at, [("answer", answer_as_shown(audit, role, result, node))]);
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
    match (audit.template.nodes[node].answer_type, result.ratios[node]) {
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
    let (Some(cell), Some(needed)) = (audit.worksheet.answer_cell(role, claim.indicator), result.ratios[claim.needs])
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
