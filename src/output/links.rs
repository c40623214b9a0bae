//! The evidence links of one worksheet, as text and as JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::json::{finding, source_info};
use super::terminal::columns;
use super::text::{self, push};
use crate::compute::LkeResult;
use crate::compute::evidence::{Counts, of_indicators};
use crate::finding::Finding;
use crate::lang::Lang;
use crate::links::LinkState;
use crate::source::SourceInfo;
use crate::text::shorten;

/// Columns of a state in the table.
const STATE: usize = 17;

/// The links that are not open to anyone, all of them with `all`; how many there are of each kind; what is wrong.
pub fn links_text(
    source: &SourceInfo,
    lke: &LkeResult,
    states: &BTreeMap<Arc<str>, LinkState>,
    findings: &[Finding],
    lang: Lang,
    all: bool,
) -> String {
    let mut out = String::new();
    push(&mut out, &format!("{} · {}", lke.template.title, lke.template.regulation));
    push(&mut out, &format!("{}, {} \"{}\"", source.location, lang.pick("lembar", "sheet"), lke.sheet));
    out.push('\n');
    push(&mut out, &count_line(&Counts::of_worksheet(lke, states), lang));
    let mut lines = String::new();
    for indicator in of_indicators(lke, states) {
        let code = &lke.template.nodes[indicator.node].code;
        for (link, state) in indicator.links.into_iter().filter(|(_, state)| all || **state != LinkState::Reachable) {
            let link = if all { link.to_owned() } else { shorten(link, columns() - CODE - STATE) };
            push(&mut lines, &format!("{code:<CODE$}{:<STATE$}{link}", state.word(lang)));
            if let Some(reason) = state.reason(lang) {
                push(
                    &mut lines,
                    &format!("{:<indent$}{}", "", shorten(&reason, columns() - CODE - STATE), indent = CODE + STATE),
                );
            }
        }
    }
    if !lines.is_empty() {
        let heading = [lang.pick("Indikator", "Indicator"), lang.pick("Keadaan", "State"), lang.pick("Tautan", "Link")];
        out.push('\n');
        push(&mut out, &format!("{:<CODE$}{:<STATE$}{}", heading[0], heading[1], heading[2]));
        out.push_str(&lines);
    }
    out.push('\n');
    text::findings(&mut out, findings, lang, all);
    out
}

/// Columns of an indicator's code.
const CODE: usize = 15;

fn count_line(counts: &Counts, lang: Lang) -> String {
    let Counts { reachable, needs_permission, gone, unreachable } = counts;
    match lang {
        Lang::Id => format!(
            "{} tautan: {reachable} terbuka, {needs_permission} perlu izin, {gone} hilang, {unreachable} tak terjangkau",
            counts.all()
        ),
        Lang::En => format!(
            "{} links: {reachable} reachable, {needs_permission} need permission, {gone} gone, {unreachable} unreachable",
            counts.all()
        ),
    }
}

/// The same as JSON, with every link.
pub fn links_json(
    source: &SourceInfo,
    lke: Option<&LkeResult>,
    (states, checked_at): (&BTreeMap<Arc<str>, LinkState>, Timestamp),
    findings: &[Finding],
    lang: Lang,
) -> Value {
    json!({
        "kind": "links",
        "source": source_info(source, lke.map(|lke| &*lke.sheet)),
        "checked_at": checked_at.to_string(),
        "links": lke.map(|lke| worksheet_links(lke, states, lang)),
        "findings": findings.iter().map(|found| finding(found, lang)).collect::<Vec<_>>(),
    })
}

/// The links of a worksheet: counted, and by indicator.
pub(super) fn worksheet_links(lke: &LkeResult, states: &BTreeMap<Arc<str>, LinkState>, lang: Lang) -> Value {
    let counts = Counts::of_worksheet(lke, states);
    let indicators = of_indicators(lke, states).map(|indicator| {
        let links = indicator
            .links
            .into_iter()
            .map(|(link, state)| json!({"link": link, "state": state.name(), "reason": state.reason(lang)}));
        json!({
            "code": lke.template.nodes[indicator.node].code,
            "links": links.collect::<Vec<_>>(),
        })
    });
    json!({
        "reachable": counts.reachable,
        "needs_permission": counts.needs_permission,
        "gone": counts.gone,
        "unreachable": counts.unreachable,
        "indicators": indicators.collect::<Vec<_>>(),
    })
}
