//! What a workbook has no room for, said beforehand as findings of the satker whose texts and rows those are.

use super::sheet::MOST_LINES;
use crate::compute::evidence::of_indicators;
use crate::compute::{Consolidation, Unit};
use crate::finding::{Arg, Code, Finding, sort_findings};
use crate::lke::Role;
use crate::lke::answer::Answer;
use crate::output::LONGEST_TEXT;
use crate::report::{TableName, comments};
use crate::text::{is_longer, shorten};

/// Places of cut texts that are named.
const NAMED: usize = 5;

/// Adds to every satker's findings which of its texts the workbook shortens, and which of its rows it leaves out.
pub fn note_cuts(data: &mut Consolidation) {
    let mut found: Vec<Vec<Finding>> = data.units.iter().map(texts).collect();
    // Findings are rows, too: the sheet of them says itself what it has no room for.
    let sheets = [TableName::Respondents, TableName::Comments, TableName::Plans, TableName::Evidence];
    // What is said alike shares a row, which matters only where a row each would be too many.
    let comments: usize =
        data.units.iter().flat_map(|unit| unit.survey_results()).map(|result| result.comments.len()).sum();
    let is_open = |sheet: &TableName| *sheet != TableName::Comments || comments > MOST_LINES;
    for sheet in sheets.into_iter().filter(is_open) {
        let left_out = left_out(data.units.iter().map(|unit| rows(data, unit, sheet)), MOST_LINES);
        for (count, found) in left_out.zip(&mut found) {
            found.extend((count > 0).then(|| full(sheet, count)));
        }
    }
    for (unit, found) in data.units.iter_mut().zip(found).filter(|(_, found)| !found.is_empty()) {
        unit.findings.extend(found.into_iter().map(|finding| finding.of(unit.satker.kode.as_str())));
        sort_findings(&mut unit.findings);
    }
}

/// How many of each satker's rows a sheet has no room for.
fn left_out(rows: impl Iterator<Item = usize>, mut room: usize) -> impl Iterator<Item = usize> {
    rows.map(move |rows| {
        let left_out = rows.saturating_sub(room);
        room = room.saturating_sub(rows);
        left_out
    })
}

fn full(sheet: TableName, count: usize) -> Finding {
    Finding::new(Code::SheetFull, [("count", Arg::from(count)), ("sheet", Arg::from(sheet.title()))])
}

/// The texts of a satker that no cell holds, sheet by sheet: findings and what is shortened everywhere aside.
fn texts(unit: &Unit) -> Vec<Finding> {
    let is_long = |text: &str| is_longer(text, LONGEST_TEXT);
    let mut cut: Vec<(TableName, Vec<String>)> = Vec::new();
    let mut add = |sheet: TableName, place: String| match cut.iter_mut().find(|(of, _)| *of == sheet) {
        Some((_, places)) => places.push(place),
        None => cut.push((sheet, vec![place])),
    };
    for (name, text) in [("kode", &unit.satker.kode), ("nama", &unit.satker.nama)] {
        if is_long(text) {
            add(TableName::Summary, name.to_owned());
        }
    }
    for (lke, role) in unit.lke.iter().flat_map(|lke| Role::ALL.map(|role| (lke, role))) {
        let results = lke.role(role).map_or(&[][..], |result| &result.nodes);
        for (result, node) in results.iter().zip(&lke.template.nodes) {
            if matches!(&result.answer, Answer::Outside(text) if is_long(text)) {
                add(TableName::of_role(role), node.code.clone());
            }
        }
    }
    for result in unit.survey_results() {
        let short = &result.instrument.short;
        for group in result.breakdowns.iter().flat_map(|by| &by.rows).filter(|group| is_long(&group.label)) {
            add(TableName::Respondents, format!("{short} (n = {})", group.n));
        }
        for (row, _) in result.comments.iter().filter(|(_, comment)| is_long(comment)) {
            add(TableName::Comments, format!("{short} {row}"));
        }
        for row in comments::too_many_wordings(&result.comments, LONGEST_TEXT) {
            add(TableName::Comments, format!("{short} {row}"));
        }
    }
    let sources = unit.source.iter().chain(unit.surveys.iter().flat_map(|survey| &survey.sources));
    let sources = sources.chain(unit.plan.iter().flat_map(|plan| &plan.sources));
    for source in sources.filter(|source| is_long(&source.location)) {
        add(TableName::Sources, shorten(&source.location, 40));
    }
    let finding = |(sheet, mut places): (TableName, Vec<String>)| {
        let count = places.len();
        if count > NAMED {
            places.truncate(NAMED);
            places.push("…".to_owned());
        }
        let args = [
            ("count", Arg::from(count)),
            ("most", Arg::from(LONGEST_TEXT)),
            ("sheet", Arg::from(sheet.title())),
            ("places", Arg::from(places.join(", "))),
        ];
        Finding::new(Code::TextCut, args)
    };
    cut.into_iter().map(finding).collect()
}

/// Rows a satker has on a sheet.
fn rows(data: &Consolidation, unit: &Unit, sheet: TableName) -> usize {
    let results = || unit.survey_results().into_iter();
    match (sheet, &unit.lke, &data.links) {
        (TableName::Respondents, ..) => results()
            .flat_map(|result| &result.breakdowns)
            .map(|by| by.rows.len() + usize::from(by.not_shown > 0))
            .sum(),
        (TableName::Comments, ..) => results().map(|result| comments::height(&result.comments)).sum(),
        (TableName::Plans, ..) => unit.plan.as_ref().map_or(0, |plan| plan.standings.len()),
        (TableName::Evidence, Some(lke), Some(report)) => {
            1 + of_indicators(lke, &report.states).map(|indicator| indicator.links.len()).sum::<usize>()
        }
        (TableName::Evidence, None, Some(_)) => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    #[test]
    fn rows_beyond_the_last_are_told_of_the_satker_whose_they_are() {
        let of = |rows: &[usize], room| left_out(rows.iter().copied(), room).collect::<Vec<_>>();
        assert_eq!(of(&[3, 0, 2], 5), [0, 0, 0]);
        assert_eq!(of(&[3, 4, 2], 5), [0, 2, 2]);
        assert_eq!(of(&[1_200_000, 1], MOST_LINES), [151_429, 1]);
        let told = full(TableName::Comments, 151_429).message(Lang::Id);
        assert!(told.contains("151429 baris") && told.contains("lembar Saran"), "{told}");
    }
}
