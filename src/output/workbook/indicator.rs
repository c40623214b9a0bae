//! *Indikator* and *Indikator TPI*: every indicator of every satker, answer and ratio; above them the scores, as formulas.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{HEADER, Look, Sheet, cell};
use super::{Context, Name};
use crate::lke::Role;
use crate::lke::template::{NodeIndex, NodeKind, Template};

/// Code, label, weight, answer type.
const FIXED: u16 = 4;
const WEIGHT: u16 = 2;

/// The row of a node; details have none.
pub(super) fn node_row(template: &Template, node: NodeIndex) -> u32 {
    HEADER + 2 + template.nodes[..node].iter().filter(|node| node.kind != NodeKind::Detail).count() as u32
}

/// The column of a satker's scores; its answers stand to the left.
pub(super) fn score_column(unit: usize) -> u16 {
    FIXED + 2 * unit as u16 + 1
}

pub(super) fn write(context: &Context, sheet: Worksheet, role: Role) -> Result<Worksheet, XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let template = &*data.template;
    let title = match role {
        Role::Unit => {
            lang.pick("Jawaban dan rasio per indikator menurut unit", "Answers and ratios per indicator, unit")
        }
        Role::Tpi => lang.pick("Jawaban dan rasio per indikator menurut TPI", "Answers and ratios per indicator, TPI"),
    };
    let name = Name::Indicator(role).text(lang);
    let mut sheet = Sheet::new(sheet, context, name, title, &context.subtitle())?;
    let fixed = [
        lang.pick("Kode", "Code"),
        lang.pick("Uraian", "Label"),
        lang.pick("Bobot", "Weight"),
        lang.pick("Pilihan jawaban", "Answer type"),
    ];
    let mut looks = vec![Look::Text, Look::Wrapped, Look::Number, Look::Text];
    looks.extend([Look::Word, Look::Number].repeat(data.units.len()));
    sheet.columns(&looks)?;
    sheet.out.set_row_height(HEADER, 38)?;
    sheet.header(HEADER, &["", "", "", ""])?;
    for (place, unit) in data.units.iter().enumerate() {
        let col = score_column(place);
        sheet.header_over(HEADER, col - 1, col, &unit.satker.nama)?;
    }
    let mut headings = fixed.to_vec();
    for _ in &data.units {
        headings.extend([lang.pick("Jawaban", "Answer"), lang.pick("Nilai", "Score")]);
    }
    sheet.header(HEADER + 1, &headings)?;
    for node in 0..template.nodes.len() {
        if template.nodes[node].kind != NodeKind::Detail {
            write_node(&mut sheet, context, role, node)?;
        }
    }
    heat(&mut sheet, template, data.units.len())?;
    sheet.finish(HEADER + 1, 2, false)
}

fn write_node(sheet: &mut Sheet, context: &Context, role: Role, index: NodeIndex) -> Result<(), XlsxError> {
    let template = &*context.data.template;
    let node = &template.nodes[index];
    let row = node_row(template, index);
    let is_indicator = node.kind == NodeKind::Indicator;
    let label = crate::text::shorten(&node.label, 120);
    if is_indicator {
        sheet.text(row, 0, &node.code)?;
        sheet.text(row, 1, &label)?;
        sheet.number(row, WEIGHT, node.weight)?;
        sheet.text(row, 3, node.type_label.as_deref().unwrap_or_default())?;
    } else {
        sheet.heading(row, 0, &node.code)?;
        sheet.heading(row, 1, &label)?;
        sheet.number_as(row, WEIGHT, node.weight, Look::HeadingNumber)?;
        sheet.heading(row, 3, "")?;
    }
    for (place, unit) in context.data.units.iter().enumerate() {
        let col = score_column(place);
        let result = unit.lke.as_ref().and_then(|lke| lke.role(role));
        if is_indicator {
            let answer = result.map(|result| result.shown_answer(template, index, context.lang)).unwrap_or_default();
            sheet.word(row, col - 1, &answer)?;
            sheet.number(row, col, result.and_then(|result| result.ratios[index]).map(|ratio| ratio.value))?;
        } else if let Some(result) = result {
            let formula = score_formula(template, index, col);
            sheet.formula_as(row, col, &formula, result.scores.nodes[index].score, Look::HeadingNumber)?;
        }
    }
    Ok(())
}

/// The regulation's arithmetic over the rows below: weight × mean of ratios, or the sum of scores, or both.
fn score_formula(template: &Template, index: NodeIndex, col: u16) -> String {
    let children = &template.nodes[index].children;
    let at = |node: NodeIndex| cell(node_row(template, node), col);
    let weight = |node: NodeIndex| format!("${}", cell(node_row(template, node), WEIGHT));
    let cells = children.iter().map(|&child| at(child)).collect::<Vec<_>>().join(",");
    let is_indicator = |&child: &NodeIndex| template.nodes[child].kind == NodeKind::Indicator;
    let sum = match children.iter().all(is_indicator) {
        true if children.iter().all(|&child| template.nodes[child].weight.is_none()) => {
            format!("{}*AVERAGE({cells})", weight(index))
        }
        // Indicators with weights of their own: their rows hold ratios.
        true => children.iter().map(|&c| format!("{}*N({})", weight(c), at(c))).collect::<Vec<_>>().join("+"),
        false => format!("SUM({cells})"),
    };
    format!("IF(COUNT({cells})=0,\"\",{sum})")
}

/// Heat colours on the ratios of indicators; scores of nodes have weights of their own.
fn heat(sheet: &mut Sheet, template: &Template, units: usize) -> Result<(), XlsxError> {
    if units == 0 {
        return Ok(());
    }
    let last_col = score_column(units - 1);
    let rows: Vec<u32> = template.indicators().map(|node| node_row(template, node)).collect();
    let mut ranges: Vec<String> = Vec::new();
    let mut start = rows[0];
    for (place, &row) in rows.iter().enumerate() {
        if rows.get(place + 1) != Some(&(row + 1)) {
            ranges.push(format!("{}:{}", cell(start, FIXED), cell(row, last_col)));
            start = rows.get(place + 1).copied().unwrap_or(row);
        }
    }
    let last_row = rows[rows.len() - 1];
    sheet.heat_ranges((rows[0], FIXED), (last_row, last_col), 1.0, Some(&ranges.join(" ")))
}
