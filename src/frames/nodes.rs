//! A template as frames: its nodes and the rules on them, made once for everything computed by it.

use std::sync::Arc;

use polars::prelude::*;

use super::schema;
use crate::lke::template::{AnswerType, Measured, NodeIndex, NodeKind, Percentage, Template};

/// The frames of one template, ready to be joined.
#[derive(Debug, Clone)]
pub struct TemplateFrames {
    /// The template.
    pub template: Arc<Template>,
    /// [`schema::NODES`].
    pub nodes: DataFrame,
    /// [`schema::OPTIONS`].
    pub options: DataFrame,
    /// [`schema::ABOVE`].
    pub above: DataFrame,
    /// [`schema::TERMS`].
    pub terms: DataFrame,
    /// [`schema::PERCENTAGES`].
    pub percentages: DataFrame,
    /// [`schema::SIBLINGS`].
    pub siblings: DataFrame,
    /// [`schema::THRESHOLDS`].
    pub thresholds: DataFrame,
}

impl TemplateFrames {
    /// Writes a template out as frames.
    ///
    /// # Errors
    /// Only when the frames cannot be made, which no template that was loaded can cause.
    pub fn new(template: Arc<Template>) -> PolarsResult<Self> {
        Ok(TemplateFrames {
            nodes: nodes(&template)?,
            options: options(&template)?,
            above: above(&template)?,
            terms: terms(&template)?,
            percentages: percentages(&template)?,
            siblings: siblings(&template)?,
            thresholds: thresholds(&template)?,
            template,
        })
    }
}

/// The node of an area, of both its halves together.
pub fn area_node(template: &Template, area: usize) -> NodeIndex {
    template.nodes.len() + area
}

/// The node of the whole worksheet.
pub fn total_node(template: &Template) -> NodeIndex {
    template.nodes.len() + template.areas.len()
}

/// The node an indicator earns points of: its parent, or itself where it has a weight of its own.
fn holder(template: &Template, indicator: NodeIndex) -> NodeIndex {
    let node = &template.nodes[indicator];
    if node.weight.is_some() { indicator } else { node.parent.unwrap_or(indicator) }
}

fn key(place: usize) -> u32 {
    place as u32
}

fn nodes(template: &Template) -> PolarsResult<DataFrame> {
    type Row = (String, &'static str, String, Option<f64>, Option<AnswerType>, Option<NodeIndex>);
    let own = template.nodes.iter().enumerate().map(|(index, node)| -> Row {
        let holder = (node.kind == NodeKind::Indicator).then(|| holder(template, index));
        (node.code.clone(), node.kind.name(), node.label.clone(), node.weight, node.answer_type, holder)
    });
    let areas = template.areas.iter();
    let areas =
        areas.map(|area| -> Row { (area.code(), "area_of_both", area.label.clone(), Some(area.weight), None, None) });
    let total: Row = ("total".to_owned(), "total", template.title.clone(), Some(template.total_weight()), None, None);
    let rows: Vec<Row> = own.chain(areas).chain([total]).collect();
    let answered_by = |row: &Row| {
        row.4.map(|answer_type| match answer_type {
            AnswerType::Choice(_) => "choice",
            AnswerType::Percentage => "percentage",
            AnswerType::Scale(_) => "scale",
            AnswerType::Count => "count",
        })
    };
    let scale = |row: &Row| match row.4 {
        Some(AnswerType::Choice(scale)) => Some(key(scale)),
        _ => None,
    };
    let maximum = |row: &Row| match row.4 {
        Some(AnswerType::Scale(scale)) => Some(template.scales[scale].maximum),
        _ => None,
    };
    schema::NODES.hold(df!(
        "node" => (0..rows.len()).map(key).collect::<Vec<_>>(),
        "code" => rows.iter().map(|row| row.0.as_str()).collect::<Vec<_>>(),
        "kind" => rows.iter().map(|row| row.1).collect::<Vec<_>>(),
        "label" => rows.iter().map(|row| row.2.as_str()).collect::<Vec<_>>(),
        "weight" => rows.iter().map(|row| row.3).collect::<Vec<_>>(),
        "answered_by" => rows.iter().map(answered_by).collect::<Vec<_>>(),
        "scale" => rows.iter().map(scale).collect::<Vec<_>>(),
        "maximum" => rows.iter().map(maximum).collect::<Vec<_>>(),
        "holder" => rows.iter().map(|row| row.5.map(key)).collect::<Vec<_>>(),
        "points" => rows.iter().map(|row| row.5.map(|holder| template.weight(holder))).collect::<Vec<_>>(),
    )?)
}

fn options(template: &Template) -> PolarsResult<DataFrame> {
    let choices = template.choices.iter().enumerate();
    let rows: Vec<(u32, u32, f64)> = choices
        .flat_map(|(scale, choice)| {
            let options = choice.options.iter().enumerate();
            options.map(move |(option, (_, worth))| (key(scale), key(option), *worth))
        })
        .collect();
    schema::OPTIONS.hold(df!(
        "scale" => rows.iter().map(|row| row.0).collect::<Vec<_>>(),
        "option" => rows.iter().map(|row| row.1).collect::<Vec<_>>(),
        "worth" => rows.iter().map(|row| row.2).collect::<Vec<_>>(),
    )?)
}

fn above(template: &Template) -> PolarsResult<DataFrame> {
    let holders: std::collections::BTreeSet<NodeIndex> =
        template.indicators().map(|indicator| holder(template, indicator)).collect();
    let mut rows: Vec<(u32, u32)> = Vec::new();
    for holder in holders {
        let path: Vec<NodeIndex> = std::iter::successors(Some(holder), |&node| template.nodes[node].parent).collect();
        let areas = template.areas.iter().enumerate();
        let areas = areas.filter(|(_, area)| path.contains(&area.pemenuhan) || path.contains(&area.reform));
        let sums = areas.map(|(area, _)| area_node(template, area)).chain([total_node(template)]);
        rows.extend(path.iter().copied().chain(sums).map(|node| (key(holder), key(node))));
    }
    schema::ABOVE.hold(df!(
        "holder" => rows.iter().map(|row| row.0).collect::<Vec<_>>(),
        "node" => rows.iter().map(|row| row.1).collect::<Vec<_>>(),
    )?)
}

fn terms(template: &Template) -> PolarsResult<DataFrame> {
    let mut rows: Vec<(u32, &str, u32)> = Vec::new();
    for (index, node) in template.nodes.iter().enumerate() {
        let (part, whole, summands) = match &node.percentage {
            None => continue,
            Some(Percentage::Share { part, whole, whole_is_sum_of, .. }) => (*part, *whole, whole_is_sum_of.as_slice()),
            Some(Percentage::Decrease { before, after, .. }) => (*before, *after, &[][..]),
        };
        let summands = summands.iter().map(|summand| ("summand", *summand));
        let children = node.children.iter().map(|child| ("child", *child));
        let all = [("part", part), ("whole", whole)].into_iter().chain(summands).chain(children);
        rows.extend(all.map(|(term, detail)| (key(index), term, key(detail))));
    }
    schema::TERMS.hold(df!(
        "node" => rows.iter().map(|row| row.0).collect::<Vec<_>>(),
        "term" => rows.iter().map(|row| row.1).collect::<Vec<_>>(),
        "detail" => rows.iter().map(|row| row.2).collect::<Vec<_>>(),
    )?)
}

fn percentages(template: &Template) -> PolarsResult<DataFrame> {
    let rules = template.nodes.iter().enumerate().filter_map(|(index, node)| Some((index, node.percentage.as_ref()?)));
    let rows: Vec<(u32, bool, Option<f64>)> = rules
        .map(|(index, rule)| match rule {
            Percentage::Share { nothing_to_count, .. } => (key(index), false, *nothing_to_count),
            Percentage::Decrease { nothing_to_count, .. } => (key(index), true, *nothing_to_count),
        })
        .collect();
    schema::PERCENTAGES.hold(df!(
        "node" => rows.iter().map(|row| row.0).collect::<Vec<_>>(),
        "decreases" => rows.iter().map(|row| row.1).collect::<Vec<_>>(),
        "nothing_to_count" => rows.iter().map(|row| row.2).collect::<Vec<_>>(),
    )?)
}

fn siblings(template: &Template) -> PolarsResult<DataFrame> {
    let mut rows: Vec<(u32, u32, &str, f64)> = Vec::new();
    for node in template.indicators() {
        let of = holder(template, node);
        let siblings = template.indicators().filter(|&sibling| holder(template, sibling) == of);
        rows.extend(siblings.map(|sibling| {
            let place = match sibling.cmp(&node) {
                std::cmp::Ordering::Less => "before",
                std::cmp::Ordering::Equal => "own",
                std::cmp::Ordering::Greater => "after",
            };
            (key(node), key(sibling), place, template.weight(of))
        }));
    }
    schema::SIBLINGS.hold(df!(
        "node" => rows.iter().map(|row| row.0).collect::<Vec<_>>(),
        "sibling" => rows.iter().map(|row| row.1).collect::<Vec<_>>(),
        "place" => rows.iter().map(|row| row.2).collect::<Vec<_>>(),
        "points" => rows.iter().map(|row| row.3).collect::<Vec<_>>(),
    )?)
}

fn thresholds(template: &Template) -> PolarsResult<DataFrame> {
    let predicates = template.predicates.iter().enumerate();
    let rows: Vec<(u32, u32, u32, f64, f64)> = predicates
        .flat_map(|(predicate, rules)| {
            let thresholds = rules.thresholds.iter().enumerate();
            thresholds.map(move |(place, &(measured, threshold))| {
                let (node, per) = match measured {
                    Measured::Total => (total_node(template), 1.0),
                    Measured::Node(node) => (node, 1.0),
                    Measured::AreaShare(area) => (area_node(template, area), template.areas[area].weight),
                };
                (key(predicate), key(place), key(node), per, threshold)
            })
        })
        .collect();
    schema::THRESHOLDS.hold(df!(
        "predicate" => rows.iter().map(|row| row.0).collect::<Vec<_>>(),
        "place" => rows.iter().map(|row| row.1).collect::<Vec<_>>(),
        "node" => rows.iter().map(|row| row.2).collect::<Vec<_>>(),
        "per" => rows.iter().map(|row| row.3).collect::<Vec<_>>(),
        "threshold" => rows.iter().map(|row| row.4).collect::<Vec<_>>(),
    )?)
}
