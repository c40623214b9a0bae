//! *Indikator* and *Indikator TPI*: every indicator of every satker, answer and ratio; above them the scores, as formulas.

use super::table::{CellValue, Cells, Colour, Groups, Row, Rows, Section, Size, Table, cells};
use super::{Report, TableName};
use crate::lke::Role;
use crate::lke::template::{NodeIndex, NodeKind, Template};
use crate::text::shorten;

/// Code, label, weight, answer type.
const FIXED: usize = 4;
const WEIGHT: usize = 2;

/// The nodes that have rows: details have none.
fn nodes(template: &Template) -> impl Iterator<Item = NodeIndex> {
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
    let mut groups = Groups::none(FIXED);
    let mut columns = vec![
        report.text("Kode", "Code"),
        report.wrapped("Uraian", "Label"),
        report.number("Bobot", "Weight"),
        report.text("Pilihan jawaban", "Answer type"),
    ];
    for unit in &data.units {
        groups.over(&unit.satker.nama, 2);
        columns.push(report.word("Jawaban", "Answer"));
        columns.push(report.number("Nilai", "Score").coloured(Colour::Heat(1.0)));
    }
    let rows = nodes(template).map(move |index| {
        let node = &template.nodes[index];
        let is_indicator = node.kind == NodeKind::Indicator;
        let answers = node.type_label.as_deref().filter(|_| is_indicator).unwrap_or_default();
        let mut cells = cells![&node.code, shorten(&node.label, 120), node.weight, answers];
        let formula = if is_indicator { None } else { Some(formula(template, index)) };
        for (place, unit) in data.units.iter().enumerate() {
            let Some(result) = unit.lke.as_ref().and_then(|lke| lke.role(role)) else {
                cells.extend([CellValue::Empty, CellValue::Empty]);
                continue;
            };
            cells.extend(match &formula {
                None => {
                    cells![result.shown_answer(template, index, lang), result.ratios[index].map(|ratio| ratio.value)]
                }
                Some((text, at)) => {
                    let in_column = |&(row, is_weight): &(usize, bool)| match is_weight {
                        true => Cells { is_column_fixed: true, ..Cells::one(row, WEIGHT) },
                        false => Cells::one(row, column(place)),
                    };
                    let at: Vec<Cells> = at.iter().map(in_column).collect();
                    vec![CellValue::Empty, CellValue::formula(text, at, result.scores.nodes[index].score)]
                }
            });
        }
        Row::from(cells).head_if(!is_indicator)
    });
    let section = Section::new(columns, Box::new(rows) as Rows).grouped(groups);
    Table { size: Size::Wide, ..Table::new(title, report.subtitle(), 2, vec![section]) }
}

/// The regulation's arithmetic over the rows below: weight × mean of ratios, or the sum of scores, or both; and the rows, each
/// with whether its weight is meant.
fn formula(template: &Template, index: NodeIndex) -> (String, Vec<(usize, bool)>) {
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
