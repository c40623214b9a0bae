//! Ratios made up for tests, and what they come to.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use polars::prelude::*;
use proptest::prelude::*;

use super::lke::{Computed, Ratio, RoleResult, results};
use crate::frames::{TemplateFrames, held, schema};
use crate::lke::Role;
use crate::lke::template::{NodeKind, Template};

/// The shipped template, as frames.
pub static FRAMES: LazyLock<TemplateFrames> = LazyLock::new(|| TemplateFrames::new(Template::lke_zi_2021()).unwrap());

/// A ratio of every node, used at indicators only.
pub type Ratios = Vec<Option<Ratio>>;

pub fn proven(value: f64) -> Option<Ratio> {
    Some(Ratio { value, proven: true })
}

pub fn claimed(value: f64) -> Option<Ratio> {
    Some(Ratio { value, proven: false })
}

/// The ratios of indicators by their codes.
pub fn by_code(of: impl Fn(&str) -> Option<Ratio>) -> Ratios {
    let nodes = FRAMES.template.nodes.iter();
    nodes.map(|node| of(&node.code).filter(|_| node.kind == NodeKind::Indicator)).collect()
}

/// The frame of ratios of satker, by place and role.
pub fn frame<'a>(of: impl IntoIterator<Item = (usize, Role, &'a Ratios)>) -> DataFrame {
    let indicators: Vec<usize> = FRAMES.template.indicators().collect();
    let rows: Vec<(usize, Role, usize, Option<Ratio>)> = of
        .into_iter()
        .flat_map(|(satker, role, ratios)| indicators.iter().map(move |&node| (satker, role, node, ratios[node])))
        .collect();
    let nothing = || vec![None::<f64>; rows.len()];
    let ratios = df!(
        "satker" => rows.iter().map(|row| row.0 as u32).collect::<Vec<_>>(),
        "role" => rows.iter().map(|row| row.1.name()).collect::<Vec<_>>(),
        "node" => rows.iter().map(|row| row.2 as u32).collect::<Vec<_>>(),
        "ratio" => rows.iter().map(|row| row.3.map(|ratio| ratio.value)).collect::<Vec<_>>(),
        "proven" => rows.iter().map(|row| row.3.is_some_and(|ratio| ratio.proven)).collect::<Vec<_>>(),
        "raw" => nothing(),
        "whole" => nothing(),
        "sum" => nothing(),
        "has_details" => vec![false; rows.len()],
    );
    schema::RATIOS.hold(ratios.unwrap()).unwrap()
}

/// What ratios of units come to, by place; `holds` are the predicates all of them hold.
pub fn of_units(units: &[Ratios], holds: Option<&[String]>) -> Vec<RoleResult> {
    let ratios = frame(units.iter().enumerate().map(|(satker, ratios)| (satker, Role::Unit, ratios)));
    let holding: Vec<_> = (0..units.len()).map(|satker| (satker, holds)).collect();
    let held = held(&FRAMES.template, &holding).unwrap();
    let computed = Computed::new(&FRAMES, ratios, &held).unwrap();
    let mut results: BTreeMap<_, _> = results(&computed, &FRAMES.template).unwrap();
    (0..units.len()).map(|satker| results.remove(&(satker, Role::Unit)).unwrap()).collect()
}

/// What the ratios of one unit come to.
pub fn of_unit(of: impl Fn(&str) -> Option<Ratio>) -> RoleResult {
    of_units(&[by_code(of)], None).remove(0)
}

/// The ratios of some satker; whatever they are.
pub fn any_ratios(satker: usize) -> impl Strategy<Value = Vec<Ratios>> {
    let ratio = prop_oneof![
        1 => Just(None),
        3 => (0.0..=1.0_f64, any::<bool>()).prop_map(|(value, proven)| Some(Ratio { value, proven })),
    ];
    let nodes = Arc::clone(&FRAMES.template).nodes.len();
    prop::collection::vec(prop::collection::vec(ratio, nodes), satker)
}
