//! *Indikator* and *Indikator TPI*: every indicator of every satker, answer and ratio; above them the scores, as formulas.

use std::sync::Arc;

use super::table::{CellValue, Cells, Columns, Rows, Size, Table};
use super::{Report, TableName};
use crate::lke::Role;
use crate::lke::template::{NodeIndex, NodeKind, Template};
use crate::text::shorten;

/// Code, label, weight, answer type.
const FIXED: usize = 4;
const WEIGHT: usize = 2;

/// The nodes that have rows: details have none.
fn nodes(template: &Template) -> impl Iterator<Item = NodeIndex> + Send {
    (0..template.nodes.len()).filter(|&node| template.nodes[node].kind != NodeKind::Detail)
}

fn row_of(template: &Template, node: NodeIndex) -> usize {
    nodes(template).take_while(|&other| other < node).count()
}

/// A satker's scores; its answers stand to the left.
fn column(unit: usize) -> usize {
    FIXED + 2 * unit + 1
}

/// The cell of a node's score.
pub(super) fn score(template: &Template, role: Role, unit: usize, node: NodeIndex) -> Cells {
    Cells::one(row_of(template, node), column(unit)).of(TableName::of_role(role))
}

pub(super) fn table(report: Report, role: Role) -> Table<Rows> {
    let Report { data, lang } = report;
    let template = &*data.template;
    let title = match role {
        Role::Unit => {
            lang.pick("Jawaban dan rasio per indikator menurut unit", "Answers and ratios per indicator, unit")
        }
        Role::Tpi => lang.pick("Jawaban dan rasio per indikator menurut TPI", "Answers and ratios per indicator, TPI"),
    };
    let is_indicator = |node: NodeIndex| template.nodes[node].kind == NodeKind::Indicator;
    let formulas = (0..template.nodes.len()).map(|node| (!is_indicator(node)).then(|| formula(template, node)));
    let formulas: Arc<[Option<NodeFormula>]> = formulas.collect();
    let mut columns = Columns::default();
    columns
        .add(report.text("Kode", "Code"), |node: NodeIndex| &template.nodes[node].code)
        .add(report.wrapped("Uraian", "Label"), |node| shorten(&template.nodes[node].label, 120))
        .add(report.number("Bobot", "Weight"), |node| template.nodes[node].weight)
        .add(report.text("Pilihan jawaban", "Answer type"), move |node| {
            template.nodes[node].type_label.as_deref().filter(|_| is_indicator(node)).unwrap_or_default()
        });
    for (place, unit) in data.units.iter().enumerate() {
        let result = unit.lke.as_ref().and_then(|lke| lke.role(role));
        let formulas = formulas.clone();
        columns
            .over(&unit.satker.nama, 2)
            .add(report.word("Jawaban", "Answer"), move |node| {
                let answer = result.filter(|_| is_indicator(node));
                answer.map(|result| result.shown_answer(template, node, lang)).unwrap_or_default()
            })
            .add(report.number("Nilai", "Score").heat(1.0), move |node| match (result, &formulas[node]) {
                (None, _) => CellValue::Empty,
                (Some(result), None) => result.nodes[node].ratio.map(|ratio| ratio.value).into(),
                (Some(result), Some((text, at))) => {
                    let in_column = |&(row, is_weight): &(usize, bool)| match is_weight {
                        true => Cells { is_column_fixed: true, ..Cells::one(row, WEIGHT) },
                        false => Cells::one(row, column(place)),
                    };
                    let at: Vec<Cells> = at.iter().map(in_column).collect();
                    CellValue::formula(text, at, result.nodes[node].score.score)
                }
            });
    }
    let section = columns.section_with(nodes(template), move |node, row| row.head_if(!is_indicator(node)));
    Table { size: Size::Wide, ..Table::new(title, report.subtitle(), 2, vec![section]) }
}

/// A node's formula with `{0}` … in place of rows, and the rows, each with whether its weight is meant.
type NodeFormula = (String, Vec<(usize, bool)>);

/// The regulation's arithmetic over the rows below: weight × mean of ratios, or the sum of scores, or both.
fn formula(template: &Template, index: NodeIndex) -> NodeFormula {
    let children = &template.nodes[index].children;
    let mut at: Vec<(usize, bool)> = children.iter().map(|&child| (row_of(template, child), false)).collect();
    let named = |places: std::ops::Range<usize>| places.map(|place| format!("{{{place}}}")).collect::<Vec<_>>();
    let cells = named(0..at.len()).join(",");
    let is_indicator = |&child: &NodeIndex| template.nodes[child].kind == NodeKind::Indicator;
    let sum = match children.iter().all(is_indicator) {
        true if children.iter().all(|&child| template.nodes[child].weight.is_none()) => {
            at.push((row_of(template, index), true));
            format!("{{{}}}*AVERAGE({cells})", at.len() - 1)
        }
        // Indicators with weights of their own: their rows hold ratios.
        true => {
            let count = at.len();
            at.extend(children.iter().map(|&child| (row_of(template, child), true)));
            let weights = named(count..2 * count).into_iter().zip(named(0..count));
            weights.map(|(weight, ratio)| format!("{weight}*N({ratio})")).collect::<Vec<_>>().join("+")
        }
        false => format!("SUM({cells})"),
    };
    (format!("IF(COUNT({cells})=0,\"\",{sum})"), at)
}
