//! What changed, as JSON: numbers unrounded, indices 25–100, a missing number `null`.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::compute::changes::{Changes, Membership, Pair, RoleChanges, RunRef, SatkerChanges};
use crate::compute::record::FindingRecord;
use crate::lke::Role;

/// The two runs, the province, and every satker at which anything changed; the codes of the others.
pub fn changes_json(changes: &Changes) -> Value {
    let province = &changes.province;
    let of_roles = |of: &dyn Fn(Role) -> Value| -> Map<String, Value> {
        Role::ALL.into_iter().map(|role| (role.name().to_owned(), of(role))).collect()
    };
    let unchanged = changes.satker.iter().filter(|satker| !satker.is_changed());
    json!({
        "kind": "changes",
        "before": changes.before.as_ref().map(run_ref),
        "after": run_ref(&changes.after),
        "changed": !changes.is_empty(),
        "province": {
            "satker": pair(province.satker),
            "mean_total": of_roles(&|role| pair(province.totals[role])),
            "answered": of_roles(&|role| pair(province.answered[role])),
            "answers_changed": province.answers,
            "links_added": province.links_added,
            "links_gone": province.links_gone,
            "findings_appeared": province.appeared,
            "findings_resolved": province.resolved,
        },
        "satker": changes.changed().map(satker).collect::<Vec<_>>(),
        "unchanged": unchanged.map(|satker| &*satker.kode).collect::<Vec<_>>(),
    })
}

/// A run as it is named.
pub fn run_ref(run: &RunRef) -> Value {
    json!({"run": run.run, "at": run.at.timestamp().to_string(), "period": run.period})
}

fn pair<T: Serialize>(pair: Pair<T>) -> Value {
    json!({"before": pair.before, "after": pair.after})
}

fn satker(satker: &SatkerChanges) -> Value {
    let roles: Map<String, Value> =
        satker.roles.iter().map(|changes| (changes.role.name().to_owned(), role(changes))).collect();
    json!({
        "satker": &*satker.kode,
        "name": &*satker.nama,
        "membership": match satker.membership {
            Membership::Stayed => "stayed",
            Membership::New => "new",
            Membership::Gone => "gone",
        },
        "lke_read": pair(satker.lke_read),
        "roles": roles,
        "evidence": satker.evidence.iter().map(|evidence| json!({
            "code": &*evidence.code,
            "label": &*evidence.label,
            "added": evidence.added.iter().map(|link| &**link).collect::<Vec<_>>(),
            "gone": evidence.gone.iter().map(|link| &**link).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "surveys": satker.surveys.iter().map(|survey| json!({
            "instrument": &*survey.instrument,
            "index_name": &*survey.index_name,
            "period": {"before": survey.period.before.as_deref(), "after": survey.period.after.as_deref()},
            "index": pair(survey.index),
            "n": pair(survey.n),
        })).collect::<Vec<_>>(),
        "findings_appeared": satker.appeared.iter().map(finding).collect::<Vec<_>>(),
        "findings_resolved": satker.resolved.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn role(changes: &RoleChanges) -> Value {
    json!({
        "total": pair(changes.total),
        "rank": pair(changes.rank),
        "answered": pair(changes.answered),
        "answers": changes.answers.iter().map(|answer| json!({
            "code": &*answer.code,
            "label": &*answer.label,
            "cell": &*answer.cell,
            "from": answer.from.as_deref(),
            "to": answer.to.as_deref(),
            "node": &*answer.node,
        })).collect::<Vec<_>>(),
        "nodes": changes.nodes.iter().map(|node| json!({
            "code": &*node.code,
            "label": &*node.label,
            "score": pair(node.score),
            "gain": node.score.gain(),
        })).collect::<Vec<_>>(),
    })
}

fn finding(finding: &FindingRecord) -> Value {
    json!({
        "code": &*finding.code,
        "severity": finding.severity.name(),
        "subject": &*finding.subject,
        "place": &*finding.place,
        "message": &*finding.message,
    })
}
