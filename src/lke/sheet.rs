//! Reads one workbook as an LKE: finds its sheet and reads that.

use std::collections::BTreeSet;

use crate::finding::{Arg, Code, Finding, SheetFindings};
use crate::grid::Grid;
use crate::lang::Phrase;
use crate::lke::columns::{semester_of_sheet, year_of_sheet};
use crate::lke::read::{Worksheet, read_worksheet};
use crate::lke::template::{NodeIndex, NodeKind, Template};
use crate::period::Period;
use crate::source::{Book, SourceInfo};
use crate::text::normalise_label;

/// A sheet counts as this LKE from this share of the template's indicators on.
const ENOUGH_INDICATORS: f64 = 0.4;

/// So many indicators that another sheet lacks make a sheet a part of the same LKE.
const FEWEST_OF_A_PART: usize = 3;

const RESTORE_HEADER: Phrase = Phrase::new(
    "Kembalikan baris judul seperti lembar resmi (`rekap template lke-zi-2021`).",
    "Restore the header as in the official worksheet (`rekap template lke-zi-2021`).",
);
const SEND_THE_LKE: Phrase = Phrase::new(
    "Pastikan berkas yang dikirim adalah LKE Zona Integritas satker ini, bukan dokumen lain.",
    "Make sure the file sent is this satker's LKE Zona Integritas and no other document.",
);

/// A workbook, read as an LKE.
#[derive(Debug)]
pub struct Read {
    /// Where it was read from.
    pub source: SourceInfo,
    /// Its sheet; none where the workbook holds no LKE of this template.
    pub sheet: Option<ReadSheet>,
    /// What is wrong or doubtful so far.
    pub findings: Vec<Finding>,
}

/// The sheet that is the LKE.
#[derive(Debug)]
pub struct ReadSheet {
    /// Its cells, which the audit holds against what they come to.
    pub grid: Grid,
    /// What was read from them.
    pub worksheet: Worksheet,
}

/// Reads a workbook as the LKE of a period, or of none in particular: where sheets or columns of several periods stand side
/// by side, those of that period are read.
///
/// Never fails: what cannot be read is a finding, and then there is no sheet.
pub fn read(mut book: Book, template: &Template, period: Option<Period>) -> Read {
    let mut findings = Vec::new();
    let chosen = choose_sheet(&mut book, template, period, &mut findings);
    findings.extend(book.take_findings());
    let is_trusted = findings.iter().all(|finding| finding.code != Code::SourceQuoteUnclosed);
    let sheet = chosen.filter(|_| is_trusted).map(|(grid, worksheet)| ReadSheet { grid, worksheet });
    Read { source: book.info, sheet, findings }
}

struct Candidate {
    grid: Grid,
    worksheet: Worksheet,
    matched: usize,
    year: Option<i16>,
    semester: Option<u8>,
}

/// The sheet that is the LKE: a visible one rather than a hidden one, then the one of the period, then the one with the
/// most indicators, then the one with the most answers.
fn choose_sheet(
    book: &mut Book,
    template: &Template,
    period: Option<Period>,
    findings: &mut Vec<Finding>,
) -> Option<(Grid, Worksheet)> {
    let year = period.map(|period| period.year);
    let location = book.info.location.clone();
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut unread = Vec::new();
    let (mut anything, mut labels) = (false, 0);
    for hidden in [false, true] {
        for sheet in 0..book.sheets().len() {
            if book.sheets()[sheet].hidden != hidden {
                continue;
            }
            let grid = match book.grid(sheet) {
                Ok(grid) => grid,
                Err(error) => {
                    unread.push((book.sheets()[sheet].name.clone(), error.finding(&location)));
                    continue;
                }
            };
            if let Some(worksheet) = read_worksheet(&grid, template, year) {
                let matched = worksheet.matched_indicators(template);
                let year = year_of_sheet(&grid).or(worksheet.columns.year);
                let semester = semester_of_sheet(&grid);
                candidates.push(Candidate { grid, worksheet, matched, year, semester });
            } else if grid.rows() > 0 {
                anything = true;
                labels = labels.max(known_labels(&grid, template));
            }
        }
        // Hidden sheets repeat the headings of the real one; they count only where no visible sheet will do.
        if candidates.iter().any(|candidate| is_enough(template, candidate.matched)) {
            break;
        }
    }
    let rivals = |hidden: bool| {
        let same = candidates.iter().enumerate().filter(move |(_, c)| c.grid.hidden == hidden);
        same.filter(|(_, c)| is_enough(template, c.matched)).map(|(i, _)| i).collect::<Vec<_>>()
    };
    let wanted = wanted_year(rivals(false).iter().map(|&i| candidates[i].year), year);
    let of_year = |i: usize| wanted.is_none_or(|(wanted, _)| wanted == candidates[i].year);
    let of_semesters = semester_wanted(&candidates, rivals(false).into_iter().filter(|&i| of_year(i)), period);
    let best = (0..candidates.len()).max_by_key(|&i| {
        let Candidate { grid, worksheet, matched, semester, .. } = &candidates[i];
        let of_semester = matches!(of_semesters, Some(Ok((wanted, _))) if *semester == Some(wanted));
        let enough = is_enough(template, *matched);
        (enough, !grid.hidden, of_year(i), of_semester, *matched, worksheet.answer_count(), std::cmp::Reverse(i))
    });
    let mut sheet_findings = |sheet: Option<&str>, code: Code, args: Vec<(&'static str, Arg)>| {
        let mut own = SheetFindings::new(location.clone(), sheet);
        own.add(code, None, None, args);
        findings.extend(own.finish());
    };
    if let Some(Err(sheets)) = of_semesters {
        sheet_findings(None, Code::SheetsCompete, vec![("sheets", sheets.into())]);
        return None;
    }
    if let Some(parts) = parts_of_one(template, &candidates, best) {
        sheet_findings(None, Code::SheetsSplit, vec![("sheets", parts.into())]);
        return None;
    }
    let chosen = best.filter(|&best| is_enough(template, candidates[best].matched));
    let Some(chosen) = chosen else {
        match best.map(|best| &candidates[best]) {
            Some(Candidate { grid, matched, .. }) => {
                let args = vec![
                    ("sheet", Arg::from(grid.name.as_str())),
                    ("template", Arg::from(template.title.as_str())),
                    ("matched", (*matched).into()),
                    ("indicators", template.indicator_count().into()),
                ];
                sheet_findings(Some(&grid.name), Code::OtherDocument, args);
            }
            None if anything => {
                let names: Vec<_> = book.sheets().iter().map(|sheet| sheet.name.as_str()).collect();
                let advice = if is_enough(template, labels) { RESTORE_HEADER } else { SEND_THE_LKE };
                let args = vec![("sheets", Arg::from(names.join(", "))), ("advice", advice.into())];
                sheet_findings(None, Code::NoHeader, args);
            }
            None if unread.is_empty() => sheet_findings(None, Code::SourceEmpty, Vec::new()),
            None => {}
        }
        // What could not be read may have been the LKE.
        findings.extend(unread.into_iter().map(|(_, finding)| finding));
        return None;
    };
    let hidden = candidates[chosen].grid.hidden;
    let others: Vec<String> =
        rivals(hidden).into_iter().filter(|&i| i != chosen).map(|i| candidates[i].grid.name.clone()).collect();
    let Candidate { grid, worksheet, year: found, .. } = candidates.swap_remove(chosen);
    if !hidden {
        let left = filled_hidden(book, template, year);
        if !left.is_empty() {
            let args = vec![("sheets", Arg::from(left.join(", "))), ("sheet", grid.name.as_str().into())];
            sheet_findings(None, Code::HiddenLeftOut, args);
        }
    }
    let sheet = ("sheet", Arg::from(grid.name.as_str()));
    if hidden {
        sheet_findings(Some(&grid.name), Code::HiddenSheet, vec![sheet.clone()]);
    }
    if !others.is_empty() {
        let most = Phrase::new("jawabannya paling lengkap", "most is answered there");
        let of_semester = of_semesters.and_then(Result::ok).map(|(_, reason)| reason);
        let reason = of_semester.or(wanted.map(|(_, reason)| reason)).filter(|_| !hidden).unwrap_or(most);
        let args = vec![sheet.clone(), ("others", others.join(", ").into()), ("reason", reason.into())];
        sheet_findings(Some(&grid.name), Code::SeveralSheets, args);
    }
    // The form may be named after its regulation.
    if let (Some(found), Some(year)) = (found, year)
        && found != year
        && !template.id.contains(&found.to_string())
    {
        let args = vec![sheet, ("found", found.to_string().into()), ("year", year.to_string().into())];
        sheet_findings(Some(&grid.name), Code::OtherYear, args);
    }
    // Of a template that is shipped another may be shipped that fits.
    let is_shipped = Template::shipped_ids().any(|id| id == template.id);
    if let Some(other) = worksheet.of.as_ref().filter(|of| is_shipped && of.id != template.id) {
        let args = vec![("other", Arg::from(other.id.as_str())), ("template", Arg::from(template.id.as_str()))];
        sheet_findings(Some(&grid.name), Code::OtherTemplate, args);
    }
    for (name, finding) in unread {
        let args = vec![("sheet", Arg::from(name)), ("reason", finding.code.entry().title.into())];
        sheet_findings(None, Code::SheetUnread, args);
    }
    Some((grid, worksheet))
}

/// The year of which several sheets' LKE is read, none for one that names no year, and why; `None` where years decide
/// nothing.
fn wanted_year(sheets: impl Iterator<Item = Option<i16>>, asked: Option<i16>) -> Option<(Option<i16>, Phrase)> {
    let years: BTreeSet<Option<i16>> = sheets.collect();
    if years.len() < 2 {
        return None;
    }
    if asked.is_some() && years.contains(&asked) {
        return Some((asked, Phrase::new("tahunnya yang diminta", "its year is the one asked for")));
    }
    if years.contains(&None) {
        let undated = Phrase::new("lembar lain dari tahun lain", "the others are of another year");
        return asked.map(|_| (None, undated));
    }
    years.last().map(|latest| (*latest, Phrase::new("tahunnya terbaru", "its year is the latest")))
}

/// The semester of which one of several sheets is read, and why; the sheets where all are filled in and none is asked for.
/// `None` where semesters decide nothing.
fn semester_wanted(
    candidates: &[Candidate],
    sheets: impl Iterator<Item = usize>,
    period: Option<Period>,
) -> Option<Result<(u8, Phrase), String>> {
    let sheets: Vec<&Candidate> = sheets.map(|i| &candidates[i]).collect();
    let semesters: BTreeSet<u8> = sheets.iter().filter_map(|sheet| sheet.semester).collect();
    if semesters.len() < 2 {
        return None;
    }
    if let Some(asked) = period.and_then(|period| period.semester) {
        return Some(Ok((asked, Phrase::new("semesternya yang diminta", "its semester is the one asked for"))));
    }
    let filled: Vec<&&Candidate> = sheets.iter().filter(|sheet| sheet.worksheet.answer_count() > 0).collect();
    if let [only] = filled[..] {
        return only
            .semester
            .map(|semester| Ok((semester, Phrase::new("hanya lembar itu yang terisi", "it alone is filled in"))));
    }
    Some(Err(sheets.iter().map(|sheet| sheet.grid.name.as_str()).collect::<Vec<_>>().join(", ")))
}

/// The visible sheets over which the indicators of one LKE are spread, with how many each has; none where the best sheet
/// is whole for itself.
fn parts_of_one(template: &Template, candidates: &[Candidate], best: Option<usize>) -> Option<String> {
    let best = best.filter(|&best| !candidates[best].grid.hidden)?;
    let has = |i: usize| template.indicators().filter(move |&node| candidates[i].worksheet.rows[node].is_some());
    let mut known: BTreeSet<NodeIndex> = has(best).collect();
    let mut parts = vec![best];
    for other in (0..candidates.len()).filter(|&i| i != best && !candidates[i].grid.hidden) {
        let more = has(other).filter(|node| !known.contains(node)).count();
        if more >= FEWEST_OF_A_PART && 2 * more > candidates[other].matched {
            known.extend(has(other));
            parts.push(other);
        }
    }
    parts.sort_unstable();
    let show = |&i: &usize| format!("{} ({})", candidates[i].grid.name, candidates[i].matched);
    (parts.len() > 1 && is_enough(template, known.len())).then(|| parts.iter().map(show).collect::<Vec<_>>().join(", "))
}

/// The hidden sheets that hold an LKE with answers.
fn filled_hidden(book: &mut Book, template: &Template, year: Option<i16>) -> Vec<String> {
    let hidden: Vec<usize> = (0..book.sheets().len()).filter(|&sheet| book.sheets()[sheet].hidden).collect();
    let is_filled = |grid: &Grid| {
        read_worksheet(grid, template, year).is_some_and(|worksheet| {
            is_enough(template, worksheet.matched_indicators(template)) && worksheet.answer_count() > 0
        })
    };
    let grids = hidden.into_iter().filter_map(|sheet| book.grid(sheet).ok());
    grids.filter(is_filled).map(|grid| grid.name).collect()
}

/// How many of the template's indicators have their label somewhere in a sheet.
fn known_labels(grid: &Grid, template: &Template) -> usize {
    let mut known: BTreeSet<NodeIndex> = BTreeSet::new();
    for (_, cell) in grid.used_cells() {
        let Some(text) = cell.text() else { continue };
        let label = normalise_label(text);
        known.extend(
            template.with_label(&label).iter().filter(|&&node| template.nodes[node].kind == NodeKind::Indicator),
        );
    }
    known.len()
}

fn is_enough(template: &Template, matched: usize) -> bool {
    matched as f64 >= ENOUGH_INDICATORS * template.indicator_count() as f64
}
