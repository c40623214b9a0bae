//! Reads one LKE sheet: its rows aligned to the template, the answers of both roles, the evidence links.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::address::{address_key, addresses_in};
use crate::grid::{CellRef, Grid};
use crate::lke::align::{Match, RowLabel, align};
use crate::lke::answer::{Answer, AnswerDoubt, read_answer};
use crate::lke::columns::{Columns, find_columns};
use crate::lke::template::{NodeIndex, NodeKind, Percentage, Template};
use crate::lke::{ByRole, Role};
use crate::text::{normalise_label, type_key};

/// Marks longer than this are labels.
const LONGEST_MARK: usize = 5;

/// One row below the header, as it stands in the sheet.
#[derive(Debug, Clone)]
pub struct SheetRow {
    /// Row from 0.
    pub row: u32,
    /// Outline mark as printed: `iv.`, `-`.
    pub mark: String,
    /// Label as printed.
    pub label: String,
}

/// A node's row in the sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeRow {
    /// Row from 0.
    pub row: u32,
    /// Label as printed, where it is not the official one.
    pub reworded: Option<String>,
    /// 1 for the official label, else the similarity to it.
    pub similarity: f64,
    /// Whether the row stands out of the official order.
    pub moved: bool,
}

/// What a row of totals adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TotalOf {
    /// One node, as in *TOTAL PENGUNGKIT*.
    Node(NodeIndex),
    /// The whole worksheet.
    Worksheet,
}

/// One answer as read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadAnswer {
    /// The answer.
    pub answer: Answer,
    /// What is doubtful about it.
    pub doubt: Option<AnswerDoubt>,
    /// Whether the cell holds a formula rather than something typed.
    pub is_formula: bool,
    /// The first cell of the merged region this cell is part of, where something stands there: that is the answer to
    /// the first cell's question alone.
    pub merged_into: Option<CellRef>,
}

impl ReadAnswer {
    const BLANK: ReadAnswer = ReadAnswer { answer: Answer::Blank, doubt: None, is_formula: false, merged_into: None };
}

/// What a *Jumlah* row under a percentage says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Detail {
    /// The sheet has no such row.
    Absent,
    /// Nothing.
    Blank,
    /// Something that is no count.
    Unreadable,
    /// A count.
    Count(f64),
}

impl Detail {
    /// What an answer says as a detail.
    pub fn of(answer: &Answer) -> Self {
        match answer {
            Answer::Count(count) => Detail::Count(*count),
            Answer::Blank => Detail::Blank,
            _ => Detail::Unreadable,
        }
    }

    /// The count, where it is one.
    pub fn count(self) -> Option<f64> {
        match self {
            Detail::Count(count) => Some(count),
            _ => None,
        }
    }

    /// Whether somebody wrote something.
    pub fn is_given(self) -> bool {
        matches!(self, Detail::Count(_) | Detail::Unreadable)
    }
}

/// One LKE sheet, read. Vectors by node are indexed like [`Template::nodes`].
#[derive(Debug, Clone)]
pub struct Worksheet {
    /// What the columns are.
    pub columns: Columns,
    /// The shipped template whose rows these plainly are.
    pub of: Option<Arc<Template>>,
    /// The row of every node that was found.
    pub rows: Vec<Option<NodeRow>>,
    /// Rows that look like indicators but are not the template's.
    pub added: Vec<SheetRow>,
    /// Rows with a mark but neither question nor answer.
    pub empty: Vec<SheetRow>,
    /// Rows of totals, from top to bottom.
    pub totals: Vec<(TotalOf, u32)>,
    /// Answers of the unit and of the TPI, by node; indicators and details only.
    pub answers: ByRole<Vec<ReadAnswer>>,
    /// Distinct evidence links on a node's own row, by node.
    pub evidence: Vec<BTreeSet<Arc<str>>>,
    /// Evidence links that are cut in two or mistyped, as they stand, by node: the cell of each.
    pub broken_evidence: Vec<Vec<(CellRef, String)>>,
}

impl Worksheet {
    /// A role's answer to a node.
    pub fn answer(&self, role: Role, node: NodeIndex) -> &Answer {
        &self.answers[role][node].answer
    }

    /// What a detail of a percentage says.
    ///
    /// A sum over parts that are all blank says nothing, whatever its formula shows.
    pub fn detail(&self, template: &Template, role: Role, node: NodeIndex) -> Detail {
        let own = |node: NodeIndex| match &self.answers[role][node] {
            _ if self.rows[node].is_none() => Detail::Absent,
            read if read.merged_into.is_some() => Detail::Unreadable,
            read => Detail::of(&read.answer),
        };
        let rule = template.nodes[node].parent.and_then(|above| template.nodes[above].percentage.as_ref());
        match rule {
            Some(Percentage::Share { whole, whole_is_sum_of, .. })
                if *whole == node
                    && self.answers[role][node].is_formula
                    && !whole_is_sum_of.is_empty()
                    && whole_is_sum_of.iter().all(|&part| own(part) == Detail::Blank) =>
            {
                Detail::Blank
            }
            _ => own(node),
        }
    }

    /// Whether a percentage was typed: a formula over details that have their rows answers nothing, one over counts that
    /// stand elsewhere may.
    pub fn is_typed(&self, template: &Template, role: Role, percentage: NodeIndex) -> bool {
        let has_rows = template.nodes[percentage].children.iter().any(|&detail| self.rows[detail].is_some());
        !(has_rows && self.answers[role][percentage].is_formula)
    }

    /// The cell of a role's answer to a node, where row and column exist.
    pub fn answer_cell(&self, role: Role, node: NodeIndex) -> Option<CellRef> {
        Some(CellRef::new(self.rows[node].as_ref()?.row, self.columns.role(role).answer?))
    }

    /// The cell of the sheet's own result for a node.
    pub fn result_cell(&self, role: Role, node: NodeIndex) -> Option<CellRef> {
        Some(CellRef::new(self.rows[node].as_ref()?.row, self.columns.role(role).result?))
    }

    /// How many of the template's indicators have a row.
    pub fn matched_indicators(&self, template: &Template) -> usize {
        template.indicators().filter(|&node| self.rows[node].is_some()).count()
    }

    /// How many answers either role gave.
    pub fn answer_count(&self) -> usize {
        self.answers.iter().flatten().filter(|read| read.answer.is_attempted()).count()
    }

    /// Distinct evidence links of an indicator, those on its details included.
    pub fn evidence_of(&self, template: &Template, indicator: NodeIndex) -> BTreeSet<Arc<str>> {
        let own = std::iter::once(&indicator).chain(&template.nodes[indicator].children);
        own.flat_map(|&node| &self.evidence[node]).cloned().collect()
    }

    /// Broken evidence links of an indicator, those on its details included.
    pub fn broken_evidence_of(&self, template: &Template, indicator: NodeIndex) -> impl Iterator<Item = &str> {
        let own = std::iter::once(&indicator).chain(&template.nodes[indicator].children).copied().collect::<Vec<_>>();
        own.into_iter().flat_map(|node| &self.broken_evidence[node]).map(|(_, text)| text.as_str())
    }
}

/// Reads a sheet as a worksheet of the template; `None` when it has no such header.
///
/// A sheet with the header but other rows is read too: how many indicators were found tells it apart. Of columns of several
/// years those of `year` are read, else the latest.
pub fn read_worksheet(grid: &Grid, template: &Template, year: Option<i16>) -> Option<Worksheet> {
    let columns = find_columns(grid, year)?;
    let sheet_rows = read_rows(grid, &columns);
    let labels: Vec<RowLabel> = sheet_rows.iter().map(|row| row_label(grid, &columns, row)).collect();
    let matches = align(template, &labels);
    let rows: Vec<Option<NodeRow>> =
        matches.iter().map(|found| found.map(|found| node_row(&sheet_rows[found.row], found))).collect();

    let links: Vec<Links> =
        rows.iter().map(|row| row.as_ref().map(|row| links(grid, &columns, row.row)).unwrap_or_default()).collect();
    let (evidence, broken_evidence) = links.into_iter().map(|links| (links.whole, links.broken)).unzip();
    let mut worksheet = Worksheet {
        answers: ByRole::of(|role| read_answers(grid, template, &columns, &rows, role)),
        of: Template::of_rows(labels.iter().map(|row| row.normalised.as_str())).cloned(),
        evidence,
        broken_evidence,
        rows,
        added: Vec::new(),
        empty: Vec::new(),
        totals: Vec::new(),
        columns,
    };
    let taken: BTreeSet<usize> = matches.iter().flatten().map(|found| found.row).collect();
    for (place, row) in sheet_rows.into_iter().enumerate() {
        if !taken.contains(&place) {
            sort_out(grid, template, &mut worksheet, row, &labels[place]);
        }
    }
    Some(worksheet)
}

fn node_row(row: &SheetRow, found: Match) -> NodeRow {
    NodeRow {
        row: row.row,
        reworded: (found.similarity < 1.0).then(|| row.label.clone()),
        similarity: found.similarity,
        moved: found.moved,
    }
}

/// The rows below the header that have a mark or a label.
fn read_rows(grid: &Grid, columns: &Columns) -> Vec<SheetRow> {
    let mut rows = Vec::new();
    for row in columns.header_end + 1..grid.rows() {
        let mut mark = String::new();
        let mut label = "";
        let mut last = None;
        for col in columns.label.0..=columns.label.1 {
            let Some(text) = grid.cell(row, col).text() else { continue };
            let at = grid.anchor(row, col);
            // What a merged region carries down belongs to the row it starts in.
            if at.row != row || last == Some(at) {
                continue;
            }
            last = Some(at);
            if label.is_empty() && is_mark(text) {
                mark = text.to_owned();
            } else if text.len() > label.len() {
                label = text;
            }
        }
        if let Some(number) = (columns.label.0..=columns.label.1).find_map(|col| grid.cell(row, col).number())
            && mark.is_empty()
        {
            // Area numbers are often real numbers.
            mark = number.to_string();
        }
        if mark.is_empty()
            && let Some((own_mark, rest)) = split_mark(label)
        {
            mark = own_mark.to_owned();
            label = rest;
        }
        if !mark.is_empty() || !label.is_empty() {
            rows.push(SheetRow { row, mark, label: label.to_owned() });
        }
    }
    rows
}

/// `A.`, `iv`, `b)`, `12.`, `-`, or a whole code such as `A.I.1.i.a`.
fn is_mark(text: &str) -> bool {
    if matches!(text, "-" | "–" | "—" | "•" | "●") {
        return true;
    }
    let parts: Vec<&str> = text.trim_end_matches(['.', ')']).split('.').collect();
    let short = |part: &&str| {
        let letters = part.chars().all(|c| "ivxlIVXL".contains(c)) || part.len() == 1;
        !part.is_empty()
            && part.len() <= LONGEST_MARK
            && part.chars().all(|c| c.is_ascii_alphanumeric())
            && (letters || part.chars().all(|c| c.is_ascii_digit()))
    };
    parts.iter().all(short)
}

/// A mark at the beginning of a label: `b. Penentuan anggota …`.
fn split_mark(label: &str) -> Option<(&str, &str)> {
    let (mark, rest) = label.split_once(char::is_whitespace)?;
    let marked = matches!(mark, "-" | "–" | "•") || (mark.ends_with(['.', ')']) && is_mark(mark));
    marked.then(|| (mark, rest.trim_start()))
}

fn row_label(grid: &Grid, columns: &Columns, row: &SheetRow) -> RowLabel {
    let type_text = columns.answer_type.and_then(|col| grid.cell(row.row, col).text());
    let mark = row.mark.trim_end_matches(['.', ')']);
    RowLabel {
        normalised: normalise_label(&row.label),
        mark: if matches!(mark, "–" | "—" | "•" | "●") { "-" } else { mark }.to_owned(),
        type_key: type_text.map(type_key).unwrap_or_default(),
    }
}

fn read_answers(
    grid: &Grid,
    template: &Template,
    columns: &Columns,
    rows: &[Option<NodeRow>],
    role: Role,
) -> Vec<ReadAnswer> {
    let column = columns.role(role).answer;
    template
        .nodes
        .iter()
        .zip(rows)
        .map(|(node, row)| match (node.answer_type, row, column) {
            (Some(answer_type), Some(row), Some(col)) => {
                let cell = grid.cell(row.row, col);
                let anchor = Some(grid.anchor(row.row, col)).filter(|at| *at != CellRef::new(row.row, col));
                if anchor.is_some() && !cell.is_blank() {
                    return ReadAnswer { merged_into: anchor, ..ReadAnswer::BLANK };
                }
                let (answer, doubt) = read_answer(template, answer_type, cell);
                ReadAnswer { answer, doubt, is_formula: cell.formula.is_some(), merged_into: None }
            }
            _ => ReadAnswer::BLANK,
        })
        .collect()
}

/// The evidence links of a row.
#[derive(Debug, Default)]
struct Links {
    whole: BTreeSet<Arc<str>>,
    broken: Vec<(CellRef, String)>,
}

/// Distinct web addresses in a row's evidence cells, as hyperlinks or in their text. Of an address that is cut in two a
/// spreadsheet may have linked the first half: that is none, while a whole hyperlink outweighs how its text is broken.
fn links(grid: &Grid, columns: &Columns, row: u32) -> Links {
    let mut links = Links::default();
    let mut known = BTreeSet::new();
    for &col in &columns.evidence {
        let written = addresses_in(grid.cell(row, col).text().unwrap_or_default());
        let is_half = |link: &str| written.broken.iter().any(|broken| address_key(&broken.cut) == address_key(link));
        let hyperlinks: Vec<String> = grid.links(row, col).filter(|link| !is_half(link)).map(str::to_owned).collect();
        let stands_for = |cut: &str| hyperlinks.iter().any(|link| address_key(link).starts_with(&address_key(cut)));
        let broken = written.broken.iter().filter(|broken| !stands_for(&broken.cut));
        links.broken.extend(broken.map(|broken| (grid.anchor(row, col), broken.seen.clone())));
        for link in hyperlinks.into_iter().chain(written.whole) {
            if known.insert(address_key(&link)) {
                links.whole.insert(link.into());
            }
        }
    }
    links
}

/// Tells what a row that is not the template's is: totals, an added indicator, a leftover, or nothing of interest.
fn sort_out(grid: &Grid, template: &Template, worksheet: &mut Worksheet, row: SheetRow, label: &RowLabel) {
    let columns = &worksheet.columns;
    if let Some(total) = total_of(template, &label.normalised) {
        worksheet.totals.push((total, row.row));
        return;
    }
    let is_type = !label.type_key.is_empty() && template.nodes.iter().any(|node| node.type_key == label.type_key);
    let answered = Role::ALL.into_iter().any(|role| {
        columns
            .role(role)
            .answer
            .is_some_and(|col| !grid.cell(row.row, col).is_blank() && grid.anchor(row.row, col).row == row.row)
    });
    if row.label.is_empty() {
        // A mark alone may be a signature's or a note's; with an answer type it was an indicator's.
        match (is_type, answered) {
            (true, true) => worksheet.added.push(row),
            (true, false) => worksheet.empty.push(row),
            _ => {}
        }
    } else if is_type || (answered && !row.mark.is_empty()) {
        worksheet.added.push(row);
    }
}

fn total_of(template: &Template, label: &str) -> Option<TotalOf> {
    let total = ["total", "jumlah nilai", "nilai total", "nilai akhir", "nilai evaluasi"];
    if !total.iter().any(|start| label.starts_with(start)) {
        return None;
    }
    // `TOTAL NILAI (PENGUNGKIT + HASIL)` is both components', hence the whole's.
    let names = |node: NodeIndex| format!(" {label} ").contains(&format!(" {} ", template.nodes[node].normalised));
    if template.roots.iter().filter(|&&root| names(root)).count() > 1 {
        return Some(TotalOf::Worksheet);
    }
    let named = template.nodes.iter().position(|node| {
        matches!(node.kind, NodeKind::Component | NodeKind::Section) && label.ends_with(node.normalised.as_str())
    });
    Some(named.map_or(TotalOf::Worksheet, TotalOf::Node))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_told_from_labels() {
        for mark in ["A.", "I.", "1.", "iv.", "a.", "b)", "-", "A.I.1.i.a", "12", "•"] {
            assert!(is_mark(mark), "{mark}");
        }
        for label in ["PENGUNGKIT", "SOP", "Lainnya", "a b", "%", "60,00", "Ya"] {
            assert!(!is_mark(label), "{label}");
        }
        assert_eq!(split_mark("b. Penentuan anggota"), Some(("b.", "Penentuan anggota")));
        assert_eq!(split_mark("- Jumlah Agen"), Some(("-", "Jumlah Agen")));
        assert_eq!(split_mark("SOP mengacu"), None);
        assert_eq!(split_mark("I PEMENUHAN"), None, "a letter without its point may be a word");
    }

    #[test]
    fn rows_of_totals_are_known_by_their_words() {
        let template = Template::lke_zi_2021();
        let node = |code| Some(TotalOf::Node(template.find(code).unwrap()));
        assert_eq!(total_of(&template, "total pengungkit"), node("A"));
        assert_eq!(total_of(&template, "total hasil"), node("B"));
        for whole in
            ["total nilai pengungkit hasil", "total pengungkit dan hasil", "jumlah nilai", "total hasil evaluasi"]
        {
            assert_eq!(total_of(&template, whole), Some(TotalOf::Worksheet), "{whole}");
        }
        assert_eq!(total_of(&template, "nilai evaluasi zona integritas"), Some(TotalOf::Worksheet));
        assert_eq!(total_of(&template, "jumlah agen perubahan"), None);
    }

    #[test]
    fn evidence_is_what_a_row_links_to_once_and_whole() {
        use crate::grid::{Cell, CellRange, GridBuilder, GridLimits, Value};
        // The text of a cell, what a spreadsheet made of it, the links that count, whether one is broken.
        for (text, hyperlink, whole, is_broken) in [
            ("(https://s.id/a1), s.id/a2", None, &["https://s.id/a1", "https://s.id/a2"][..], false),
            ("folder", Some("https://a.example/x"), &["https://a.example/x"], false),
            ("www.kpu.go.id/zi", Some("http://www.kpu.go.id/zi"), &["http://www.kpu.go.id/zi"], false),
            ("https://kpu.go.id/zi/", Some("https://kpu.go.id/zi"), &["https://kpu.go.id/zi"], false),
            ("https://drive.google.com/drive/\nfolders/1", Some("https://drive.google.com/drive/"), &[], true),
            (
                "https://drive.google.com/drive/\nfolders/1",
                Some("https://drive.google.com/drive/folders/1"),
                &["https://drive.google.com/drive/folders/1"],
                false,
            ),
            ("https:// s.id/abc", None, &[], true),
            ("https://s.id/a1 dan https:// s.id/a2", None, &["https://s.id/a1"], true),
            ("Terlampir, lihat SK No.10/HK", None, &[], false),
        ] {
            let mut builder = GridBuilder::new("x", false, GridLimits::default());
            let header = ["Penilaian", "Bobot", "Pilihan Jawaban", "Jawaban Unit", "Bukti Dukung"];
            for (col, title) in (0..).zip(header) {
                builder
                    .set(CellRef::new(0, col), Cell { value: Value::Text(title.into()), ..Cell::default() })
                    .unwrap();
            }
            let at = CellRef::new(1, 4);
            builder.set(at, Cell { value: Value::Text(text.into()), ..Cell::default() }).unwrap();
            hyperlink.into_iter().for_each(|address| builder.link(CellRange::of_cell(at), address));
            let grid = builder.finish();
            let columns = find_columns(&grid, None).unwrap();
            let found = links(&grid, &columns, 1);
            assert_eq!(found.whole.iter().map(|link| &**link).collect::<Vec<_>>(), whole, "{text}");
            assert_eq!(
                found.broken.iter().map(|(cell, _)| *cell).collect::<Vec<_>>(),
                if is_broken { vec![at] } else { vec![] },
                "{text}"
            );
        }
    }
}
