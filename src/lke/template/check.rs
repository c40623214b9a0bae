//! Whether a template can be scored at all: what holds in the arithmetic (floor ≤ score ≤ ceiling ≤ weight, no number
//! that is none) must be wrong in no template that is loaded.

use super::{AnswerType, Measured, NodeIndex, NodeKind, Percentage, Template, TemplateError, wrong};
use crate::TOLERANCE;

/// Refuses what the arithmetic cannot bear.
///
/// # Errors
/// The first thing that is wrong, with the code or answer type it is wrong about.
pub(super) fn check(template: &Template) -> Result<(), TemplateError> {
    check_types(template)?;
    let no_weight = |weight: f64| !(weight >= 0.0 && weight.is_finite());
    if let Some(node) = template.nodes.iter().find(|node| node.weight.is_some_and(no_weight)) {
        return Err(wrong(format!("bobot {} bukan bilangan nol atau lebih", node.code)));
    }
    for node in 0..template.nodes.len() {
        check_place(template, node)?;
        check_weight(template, node)?;
    }
    check_percentages(template)?;
    check_rules(template)
}

fn check_types(template: &Template) -> Result<(), TemplateError> {
    for choice in &template.choices {
        let of = |what: &str| wrong(format!("pilihan jawaban {}: {what}", choice.answer_type));
        if choice.options.is_empty() {
            return Err(of("tidak ada pilihan"));
        }
        for (place, (option, ratio)) in choice.options.iter().enumerate() {
            if !(0.0..=1.0).contains(ratio) {
                return Err(of(&format!("{option} bernilai {ratio}, seharusnya 0 sampai 1")));
            }
            let same = |(other, _): &(String, f64)| other.trim().to_lowercase() == option.trim().to_lowercase();
            if option.trim().is_empty() || choice.options[..place].iter().any(same) {
                return Err(of(&format!("\"{option}\" kosong atau tertulis dua kali")));
            }
        }
    }
    for scale in &template.scales {
        if !(scale.maximum > 0.0 && scale.maximum.is_finite()) {
            let message = format!("{}: nilai tertinggi {}, seharusnya lebih dari 0", scale.answer_type, scale.maximum);
            return Err(wrong(message));
        }
    }
    Ok(())
}

/// Details stand under indicators, nothing under details, and nothing else under indicators.
fn check_place(template: &Template, index: NodeIndex) -> Result<(), TemplateError> {
    let node = &template.nodes[index];
    let above = node.parent.map(|parent| template.nodes[parent].kind);
    let fits = match node.kind {
        NodeKind::Detail => above == Some(NodeKind::Indicator),
        NodeKind::Indicator => {
            !matches!(above, None | Some(NodeKind::Indicator | NodeKind::Detail)) && is_answered(template, index)
        }
        _ => !matches!(above, Some(NodeKind::Indicator | NodeKind::Detail)) && !node.children.is_empty(),
    };
    let under = above.map_or("tingkat teratas", NodeKind::name);
    if fits {
        Ok(())
    } else {
        Err(wrong(format!("{}: {} tidak dapat dinilai di bawah {under}", node.code, node.kind.name())))
    }
}

/// Counts are details', everything else indicators'.
fn is_answered(template: &Template, index: NodeIndex) -> bool {
    !matches!(template.nodes[index].answer_type, None | Some(AnswerType::Count))
}

/// Everything above the indicators has a weight, and what stands below adds up to it; indicators either all have one or
/// share that of their subarea.
fn check_weight(template: &Template, index: NodeIndex) -> Result<(), TemplateError> {
    let node = &template.nodes[index];
    if matches!(node.kind, NodeKind::Indicator | NodeKind::Detail) {
        return Ok(());
    }
    let Some(weight) = node.weight else { return Err(wrong(format!("{} tanpa bobot", node.code))) };
    let below: Vec<f64> = node.children.iter().filter_map(|&child| template.nodes[child].weight).collect();
    if !below.is_empty() && below.len() < node.children.len() {
        return Err(wrong(format!("{}: sebagian di bawahnya berbobot, sebagian tidak", node.code)));
    }
    let sum: f64 = below.iter().sum();
    if !below.is_empty() && (sum - weight).abs() > TOLERANCE {
        return Err(wrong(format!("bobot {} adalah {weight}, tetapi jumlah bobot di bawahnya {sum}", node.code)));
    }
    Ok(())
}

fn check_percentages(template: &Template) -> Result<(), TemplateError> {
    for node in &template.nodes {
        let Some(rule) = &node.percentage else { continue };
        if node.answer_type != Some(AnswerType::Percentage) {
            return Err(wrong(format!("{}: [[percentage]] untuk pilihan jawaban yang bukan persentase", node.code)));
        }
        let (mut details, nothing) = match rule {
            Percentage::Share { part, whole, nothing_to_count, .. } => (vec![*part, *whole], nothing_to_count),
            Percentage::Decrease { before, after, nothing_to_count } => (vec![*before, *after], nothing_to_count),
        };
        if let Percentage::Share { whole_is_sum_of, also_within_whole, .. } = rule {
            details.extend(whole_is_sum_of.iter().chain(also_within_whole));
        }
        for detail in details {
            let detail = &template.nodes[detail];
            if detail.kind != NodeKind::Detail || detail.answer_type != Some(AnswerType::Count) {
                return Err(wrong(format!("{}: {} bukan baris jumlah", node.code, detail.code)));
            }
        }
        if nothing.is_some_and(|ratio| !(0.0..=1.0).contains(&ratio)) {
            return Err(wrong(format!("{}: nothing_to_count seharusnya 0 sampai 1", node.code)));
        }
    }
    Ok(())
}

/// Claims and thresholds are numbers that can be reached, about what the template has.
fn check_rules(template: &Template) -> Result<(), TemplateError> {
    for claim in &template.claims {
        let node = &template.nodes[claim.indicator];
        let Some(AnswerType::Choice(scale)) = node.answer_type else {
            return Err(wrong(format!("[[claim]] {}: bukan jawaban pilihan", node.code)));
        };
        let options = &template.choices[scale].options;
        if let Some(unknown) = claim.answers.iter().find(|answer| !options.iter().any(|(option, _)| option == *answer))
        {
            return Err(wrong(format!("[[claim]] {}: {unknown} bukan salah satu pilihannya", node.code)));
        }
        if !(0.0..=1.0).contains(&claim.at_least) {
            return Err(wrong(format!("[[claim]] {}: at_least seharusnya 0 sampai 1", node.code)));
        }
    }
    for predicate in &template.predicates {
        for (measured, at_least) in &predicate.thresholds {
            let (what, most) = match measured {
                Measured::Total => ("total".to_owned(), template.total_weight()),
                Measured::Node(node) => (template.nodes[*node].code.clone(), template.weight(*node)),
                Measured::AreaShare(area) => (template.areas[*area].code(), 1.0),
            };
            if !(-TOLERANCE..=most + TOLERANCE).contains(at_least) {
                let message = format!("{}: syarat {what} {at_least}, seharusnya 0 sampai {most}", predicate.name);
                return Err(wrong(message));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = include_str!("../templates/lke-zi-2021.toml");
    const NODES: &str = include_str!("../templates/lke-zi-2021.csv");

    fn refused(rules: &str, nodes: &str) -> String {
        Template::from_text(rules, nodes, None).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn a_template_that_contradicts_itself_is_refused() {
        assert!(refused(RULES, &NODES.replace("HASIL,40", "HASIL,41")).contains("bobot B adalah 41"));
        assert!(refused(RULES, &NODES.replace("B.II.a,", "B.I.b,")).contains("B.I.b tertulis dua kali"));
        assert!(refused(&RULES.replace("reform = \"A.II.6\"", "reform = \"A.II.7\""), NODES).contains("A.II.7"));
        assert!(refused(&RULES.replace("nothing_to_count", "nothing"), NODES).contains("unknown field `nothing`"));
    }

    #[test]
    fn rules_that_cannot_be_scored_are_refused() {
        for (from, to, message) in [
            ("maximum = 4.0", "maximum = 0.0", "nilai tertinggi 0"),
            ("maximum = 4.0", "maximum = nan", "nilai tertinggi NaN"),
            ("maximum = 4.0", "maximum = inf", "nilai tertinggi inf"),
            ("[\"B\", 0.67]", "[\"B\", 1.5]", "B bernilai 1.5"),
            ("[\"B\", 0.67]", "[\"B\", -0.1]", "B bernilai -0.1"),
            ("[\"B\", 0.67]", "[\"B\", nan]", "B bernilai NaN"),
            ("[\"B\", 0.67]", "[\"a\", 0.67]", "tertulis dua kali"),
            ("[\"B\", 0.67]", "[\" \", 0.67]", "kosong"),
            ("options = [[\"Ya\", 1.0], [\"Tidak\", 0.0]]", "options = []", "tidak ada pilihan"),
            ("nothing_to_count = 1.0", "nothing_to_count = 2.0", "nothing_to_count"),
            ("answers = [\"A\", \"B\"]", "answers = [\"Z\"]", "Z bukan salah satu"),
            ("at_least = 1.0", "at_least = 1.5", "at_least"),
            ("total = 75.0", "total = 175.0", "syarat total 175"),
            ("area_share = 0.60", "area_share = 60.0", "syarat area-1 60"),
            ("[\"B.I.a\", 15.75]", "[\"B.I.a\", nan]", "syarat B.I.a NaN"),
        ] {
            let rules = RULES.replace(from, to);
            assert_ne!(rules, RULES, "{from}");
            let error = refused(&rules, NODES);
            assert!(error.contains(message), "{to}: {error}");
        }
    }

    #[test]
    fn nodes_that_cannot_be_scored_are_refused() {
        let with = |line: &str| format!("{NODES}{line}\n");
        for (nodes, message) in [
            (with("B.I.c,indicator,Tambahan,,A/B/C"), "B.I: sebagian di bawahnya berbobot"),
            (with("B.I.c,indicator,Tambahan,-1,A/B/C"), "bobot B.I.c bukan"),
            (with("B.I.c,indicator,Tambahan,nan,A/B/C"), "bobot B.I.c bukan"),
            (with("B.I.c,subarea,Tambahan,0,"), "B.I.c"),
            (with("C,component,Lain,,"), "C"),
            (with("C,indicator,Lain,,A/B/C"), "C: indicator"),
            (with("B.I.a.1,indicator,Lain,,A/B/C"), "B.I.a.1: indicator"),
            (with("A.II.4.i.a.1.1,detail,Lain,,Jumlah"), "A.II.4.i.a.1.1: detail"),
            (with("A.II.4.i.b,indicator,Lain,,Jumlah"), "A.II.4.i.b: indicator"),
            (NODES.replace("Jumlah Sasaran Kinerja,,Jumlah", "Jumlah Sasaran Kinerja,,A/B/C"), "bukan baris jumlah"),
        ] {
            let error = refused(RULES, &nodes);
            assert!(error.contains(message), "{message}: {error}");
        }
    }
}
