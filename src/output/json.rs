//! Results as JSON (DESIGN 12): numbers unrounded, a missing number `null`.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use super::links::worksheet_links;
use crate::compute::Consolidation;
use crate::compute::criteria::Decision;
use crate::compute::standings::references;
use crate::compute::survey::index::{ElementIndex, Index, LEVEL};
use crate::compute::survey::{ExaminedSurvey, SurveyResult};
use crate::compute::{LkeResult, RoleResult};
use crate::finding::{Code, Finding, count_by_severity};
use crate::grid::column_letters;
use crate::lang::Lang;
use crate::lke::Role;
use crate::lke::answer::{Answer, show_answer};
use crate::lke::template::{AnswerType, NodeKind, Template};
use crate::report::criteria::{criterion_code, criterion_label};
use crate::source::SourceInfo;
use crate::survey::columns::Use;
use crate::survey::instrument::Instrument;

/// One examined LKE. Without a result, `roles` is empty and the findings say why.
pub fn lke(
    template: &Template,
    source: Option<&SourceInfo>,
    result: Option<&LkeResult>,
    findings: &[Finding],
    lang: Lang,
) -> Value {
    let mut roles = serde_json::Map::new();
    for role in Role::ALL {
        if let Some((result, of_role)) = result.and_then(|result| Some((result, result.role(role)?))) {
            roles.insert(role.name().to_owned(), role_result(result, of_role, lang));
        }
    }
    json!({
        "kind": "lke",
        "template": template.id,
        "source": source.map(|info| source_info(info, result.map(|result| &*result.sheet))),
        "roles": roles,
        "findings": findings.iter().map(|found| finding(found, lang)).collect::<Vec<_>>(),
    })
}

/// A file that was refused: what it was taken for, where that is known, and why.
pub fn refused(source: &SourceInfo, findings: &[Finding], lang: Lang) -> Value {
    json!({
        "kind": null,
        "taken_for": findings.iter().find_map(|finding| taken_for(finding, lang)),
        "source": source_info(source, None),
        "findings": findings.iter().map(|found| finding(found, lang)).collect::<Vec<_>>(),
    })
}

/// What a finding says a file is instead.
fn taken_for(finding: &Finding, lang: Lang) -> Option<String> {
    match finding.code {
        Code::SourceNotWorkbook | Code::SourceInstead | Code::SourceOther => finding.particular("kind", lang),
        Code::OtherSurvey => finding.particular("other", lang),
        _ => None,
    }
}

/// A run: itself, every satker's LKE, all findings, the files written.
pub fn run(data: &Consolidation, outputs: &[PathBuf], lang: Lang) -> Value {
    let [errors, warnings, infos] = count_by_severity(data.findings());
    let references = references(&data.template);
    let satker = data.units.iter().map(|unit| {
        let mut value = lke(&data.template, unit.source.as_ref(), unit.lke.as_ref(), &unit.findings, lang);
        value["satker"] = json!(unit.satker.kode);
        value["name"] = json!(unit.satker.nama);
        for role in Role::ALL {
            let Some(by_survey) = &unit.by_survey[role] else { continue };
            let predicates = value.pointer_mut(&format!("/roles/{}/predicates", role.name()));
            for (predicate, decided) in
                predicates.and_then(Value::as_array_mut).into_iter().flatten().zip(&by_survey.decisions)
            {
                predicate["by_survey"] = decision(&data.template, decided, lang);
            }
        }
        if let (Some(lke), Some(report)) = (&unit.lke, &data.links) {
            value["links"] = worksheet_links(lke, &report.states, lang);
        }
        value["surveys"] = unit
            .surveys
            .iter()
            .zip(&data.surveys)
            .map(|(of_unit, head)| survey(&head.instrument, &of_unit.sources, of_unit.result.as_ref(), &[], lang))
            .collect();
        if unit.plan.is_some() {
            value["plan"] = super::plan::of_unit(unit, &references, lang);
        }
        value["ranks"] = Role::ALL
            .into_iter()
            .map(|role| {
                let rank =
                    data.ranking.iter().find(|row| row.role == role && data.units[row.unit].satker == unit.satker);
                (role.name().to_owned(), json!(rank.and_then(|row| row.total.rank)))
            })
            .collect();
        value
    });
    json!({
        "run": {
            "title": data.title,
            "period": data.period,
            "started": data.run_at.to_string(),
            "template": data.template.id,
            "satker": data.units.len(),
            "as_of": data.as_of.to_string(),
            "errors": errors,
            "warnings": warnings,
            "infos": infos,
        },
        "satker": satker.collect::<Vec<_>>(),
        "surveys": data.surveys.iter().map(|survey| json!({
            "instrument": survey.instrument.id,
            "period": survey.period.to_string(),
            "respondents": survey.respondents,
            "satker": survey.satker,
            "index": survey.index,
            "mean_of_satker": survey.mean_of_satker,
            "nrr": survey.nrr,
        })).collect::<Vec<_>>(),
        "findings": data.findings().map(|found| finding(found, lang)).collect::<Vec<_>>(),
        "outputs": outputs.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
    })
}

/// The surveys of one form: the first, and `also` the others with the same keys.
pub fn surveys<'a>(surveys: impl Iterator<Item = (&'a Arc<Instrument>, &'a ExaminedSurvey)>, lang: Lang) -> Value {
    let mut all =
        surveys.map(|(instrument, of)| survey(instrument, &of.sources, of.result.as_ref(), &of.findings, lang));
    let mut first = all.next().unwrap_or_default();
    let also: Vec<Value> = all.collect();
    if let (Value::Object(first), false) = (&mut first, also.is_empty()) {
        first.insert("also".to_owned(), also.into());
    }
    first
}

/// One survey. Without a result only kind, instrument, source and findings are there.
pub fn survey(
    instrument: &Instrument,
    sources: &[SourceInfo],
    result: Option<&SurveyResult>,
    findings: &[Finding],
    lang: Lang,
) -> Value {
    let sheet = result.map(|result| &*result.sheet);
    let mut value = json!({
        "kind": "survey",
        "instrument": instrument.id,
        "source": sources.first().map(|info| source_info(info, sheet)),
        "sources": sources.iter().map(|info| source_info(info, sheet)).collect::<Vec<_>>(),
        "findings": findings.iter().map(|found| finding(found, lang)).collect::<Vec<_>>(),
    });
    let Some(result) = result else { return value };
    let index = &result.index;
    let interval = |index: &Index| index.interval.map(|(low, high)| json!({"level": LEVEL, "low": low, "high": high}));
    let letter = |index: f64| instrument.grade(index).map(|grade| grade.letter.as_str());
    let element = |element: &ElementIndex| {
        let spec = &instrument.elements[element.element];
        json!({
            "code": spec.code,
            "label": spec.label,
            "n": element.n,
            "sum": element.sum,
            "nrr": element.nrr,
            "nik": element.nik,
            "grade": letter(element.nik),
            "shares": element.shares,
            "item_total": result.quality.item_total[element.element],
        })
    };
    let more = json!({
        "scale": index.scale,
        "period": result.period.map(|period| period.to_string()),
        "responses": result.responses,
        "valid": result.valid,
        "outside_period": result.outside_period,
        "n": index.n,
        "index": index.index,
        "mean": index.mean,
        "grade": result.grade().map(|grade| grade.letter.as_str()),
        "interval": interval(index),
        "rounded": index.rounded.iter().map(|r| json!({"weight": r.weight, "index": r.index})).collect::<Vec<_>>(),
        "elements": index.elements.iter().map(element).collect::<Vec<_>>(),
        "priorities": index.priorities.iter().map(|&p| &instrument.elements[index.elements[p].element].code).collect::<Vec<_>>(),
        "with_duplicates": result.with_duplicates.as_ref().map(|with| json!({"n": with.n, "index": with.index, "interval": interval(with)})),
        "breakdowns": result.breakdowns.iter().map(|breakdown| json!({
            "by": breakdown.by,
            "rows": breakdown.rows.iter().map(|row| json!({"label": row.label, "n": row.n, "index": row.index})).collect::<Vec<_>>(),
            "not_shown": breakdown.not_shown,
        })).collect::<Vec<_>>(),
        "quality": {
            "cronbach_alpha": result.quality.cronbach_alpha,
            "sample_needed": result.quality.sample_needed,
            "incomplete": result.quality.incomplete.len(),
            "duplicates": result.quality.duplicates.len(),
            "edited": result.quality.edited.len(),
            "alike": result.quality.alike.len(),
            "straight_lined": result.quality.straight_lined.len(),
        },
        "columns": result.columns.iter().map(|column| json!({
            "column": column_letters(column.col),
            "used": column_use(instrument, column.used),
        })).collect::<Vec<_>>(),
        "comments": result.comments.iter().map(|(row, text)| json!({"row": row, "text": text})).collect::<Vec<_>>(),
    });
    if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
        value.extend(more);
    }
    value
}

/// What a column is, by the name a pipeline's map uses.
fn column_use(instrument: &Instrument, used: Use) -> String {
    match used {
        Use::Timestamp => "timestamp".to_owned(),
        Use::Consent => "consent".to_owned(),
        Use::Group(group) => group.name().to_owned(),
        Use::Element(element) => instrument.elements[element].code.clone(),
        Use::Unanswered(_) => "unanswered".to_owned(),
        Use::Comment => "comment".to_owned(),
        Use::Personal => "personal".to_owned(),
        Use::Unused => "unused".to_owned(),
    }
}

/// Where something was read from.
pub(super) fn source_info(info: &SourceInfo, sheet: Option<&str>) -> Value {
    json!({
        "location": &*info.location,
        "sheet": sheet,
        "sha256": &*info.sha256,
        "bytes": info.bytes,
        "read_at": info.read_at.to_string(),
        "stale": info.stale,
    })
}

/// One finding, in words.
pub fn finding(finding: &Finding, lang: Lang) -> Value {
    json!({
        "code": finding.code.entry().code,
        "severity": finding.severity().name(),
        "satker": finding.satker.as_deref(),
        "subject": finding.subject.as_deref(),
        "place": finding.place.as_ref().map(ToString::to_string),
        "message": finding.message(lang),
        "remedy": finding.remedy(lang),
    })
}

fn role_result(result: &LkeResult, of_role: &RoleResult, lang: Lang) -> Value {
    let template = &result.template;
    let total = of_role.total;
    json!({
        "total": total.score,
        "floor": total.floor,
        "ceiling": total.ceiling,
        "answered": total.answered,
        "indicators": total.indicators,
        "comparable": total.is_comparable(),
        "workbook_total": of_role.workbook_total,
        "areas": template.areas.iter().zip(&of_role.areas).map(|(area, score)| json!({
            "code": area.code(),
            "label": area.label,
            "weight": area.weight,
            "score": score.score,
            "floor": score.floor,
            "ceiling": score.ceiling,
            "ratio": score.ratio,
            "answered": score.answered,
            "indicators": score.indicators,
        })).collect::<Vec<_>>(),
        "nodes": (0..template.nodes.len()).map(|node| node_result(result, of_role, node)).collect::<Vec<_>>(),
        "predicates": of_role.decisions.iter().map(|d| decision(template, d, lang)).collect::<Vec<_>>(),
    })
}

fn node_result(result: &LkeResult, of_role: &RoleResult, index: usize) -> Value {
    let node = &result.template.nodes[index];
    let score = of_role.nodes[index].score;
    // Without a weight of its own a node has a ratio but no points.
    let points = |number: f64| node.weight.map(|_| number);
    let mut value = json!({
        "code": node.code,
        "kind": node.kind.name(),
        "label": node.label,
        "weight": node.weight,
        "score": score.score,
        "floor": points(score.floor),
        "ceiling": points(score.ceiling),
        "ratio": score.ratio,
        "answered": score.answered,
        "indicators": score.indicators,
        "workbook_score": of_role.nodes[index].workbook_score,
        "cell": of_role.nodes[index].cell.map(|cell| cell.to_string()),
    });
    if let Some(answer_type) = node.answer_type {
        value["answer_type"] = json!(node.type_label);
        value["answer"] = answer(&result.template, answer_type, of_role, index);
    }
    if node.kind == NodeKind::Indicator {
        value["evidence"] = json!(result.evidence[index].len());
        value["proven"] = json!(of_role.nodes[index].ratio.map(|ratio| ratio.proven));
    }
    value
}

/// An answer as it counts: the option's letter or word, a number, for a percentage the ratio it comes to, or null.
fn answer(template: &Template, answer_type: AnswerType, of_role: &RoleResult, node: usize) -> Value {
    match &of_role.nodes[node].answer {
        _ if answer_type == AnswerType::Percentage => json!(of_role.nodes[node].ratio.map(|ratio| ratio.value)),
        Answer::Scale(number) | Answer::Count(number) => json!(number),
        answer @ Answer::Choice(_) => json!(show_answer(template, answer_type, answer, Lang::Id)),
        _ => Value::Null,
    }
}

fn decision(template: &Template, decision: &Decision, lang: Lang) -> Value {
    json!({
        "name": decision.name,
        "verdict": decision.verdict.name(),
        "reached": decision.reached,
        "criteria": decision.criteria.iter().map(|criterion| json!({
            "code": criterion_code(template, criterion),
            "label": criterion_label(template, decision, criterion, lang),
            "value": criterion.value,
            "floor": criterion.floor,
            "ceiling": criterion.ceiling,
            "threshold": criterion.threshold,
            "distance": criterion.distance(),
            "reached": criterion.reached(),
            "reached_at_floor": criterion.reached_at_floor(),
            "reached_at_ceiling": criterion.reached_at_ceiling(),
            "verdict": criterion.verdict.name(),
        })).collect::<Vec<_>>(),
    })
}
