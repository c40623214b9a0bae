//! *Saran*: what respondents wrote, without anything that tells who they are, what says the same in one row. Only what a
//! survey may publish leaves the office, and never the row it stands in.

use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use super::table::{CellValue, Row, Rows, Seen, Size, Table};
use crate::compute::Unit;
use crate::compute::survey::SurveyResult;
use crate::text::{is_longer, normalise_label};

/// The share of the words of two comments together that both must have to say the same.
const ALIKE: f64 = 0.75;
/// Rows that are named of what says the same.
const ROWS: usize = 20;
/// Words that say nothing of what is wished.
const FILLERS: [&str; 28] = [
    "yang", "dan", "di", "ke", "untuk", "agar", "supaya", "sudah", "telah", "lebih", "lagi", "semoga", "mohon",
    "harap", "tolong", "saya", "kami", "nya", "ini", "itu", "sangat", "sekali", "the", "to", "and", "please", "very",
    "more",
];

/// Comments of a survey of a satker that say the same.
#[derive(Debug, Default, PartialEq)]
struct Alike<'a> {
    /// How it is said, the most frequent wording first; each once.
    wordings: Vec<&'a str>,
    /// Rows of the sheet, ascending.
    rows: Vec<u32>,
}

/// The words a comment is known by; its whole text where it has no others.
fn words(text: &str) -> BTreeSet<String> {
    let label = normalise_label(text);
    let words: BTreeSet<String> =
        label.split(' ').filter(|word| !word.is_empty() && !FILLERS.contains(word)).map(str::to_owned).collect();
    if words.is_empty() { BTreeSet::from([label]) } else { words }
}

/// Words that turn what is said into its opposite.
fn turns(words: &BTreeSet<String>) -> impl Iterator<Item = &String> {
    let negations = ["tidak", "tdk", "tak", "bukan", "belum", "jangan", "kurang", "tanpa", "no", "not", "less"];
    words.iter().filter(move |word| negations.contains(&word.as_str()))
}

/// Comments with their rows, what says the same together: most of the words of each, and no `tidak` or `kurang` more. The
/// most frequent first, then as they come.
fn alike<'a>(comments: impl Iterator<Item = (u32, &'a str)>) -> Vec<Alike<'a>> {
    // First what is the same but for case and marks, so that the many `Tidak ada` cost nothing.
    let mut same: BTreeMap<String, (Vec<u32>, BTreeMap<&str, usize>)> = BTreeMap::new();
    for (row, text) in comments {
        let (rows, wordings) = same.entry(normalise_label(text)).or_default();
        rows.push(row);
        *wordings.entry(text).or_default() += 1;
    }
    let mut same: Vec<_> = same.into_values().collect();
    same.sort_by_key(|(rows, _)| (std::cmp::Reverse(rows.len()), rows.first().copied()));
    let mut groups: Vec<(BTreeSet<String>, Alike)> = Vec::new();
    let mut having: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (rows, wordings) in same {
        let mut wordings: Vec<(&str, usize)> = wordings.into_iter().collect();
        wordings.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        // Of one wording but for case and marks the most frequent stands for all.
        let Some(&(wording, _)) = wordings.first() else { continue };
        let own = words(wording);
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for word in &own {
            having.get(word).into_iter().flatten().for_each(|group| *shared.entry(*group).or_default() += 1);
        }
        let group = shared.into_iter().find(|&(group, both)| {
            groups.get(group).is_some_and(|(words, _)| {
                let either = words.len() + own.len() - both;
                both as f64 >= ALIKE * either as f64 && turns(words).eq(turns(&own))
            })
        });
        let place = group.map_or_else(
            || {
                own.iter().for_each(|word| having.entry(word.clone()).or_default().push(groups.len()));
                groups.push((own.clone(), Alike::default()));
                groups.len() - 1
            },
            |(group, _)| group,
        );
        if let Some((_, of)) = groups.get_mut(place) {
            of.wordings.push(wording);
            of.rows.extend(rows);
        }
    }
    let mut groups: Vec<Alike> = groups.into_iter().map(|(_, of)| of).collect();
    groups.iter_mut().for_each(|of| of.rows.sort_unstable());
    groups.sort_by_key(|of| (std::cmp::Reverse(of.rows.len()), of.rows.first().copied()));
    groups
}

/// A survey's comments, a row of the table each.
fn groups(comments: &[(u32, Box<str>)]) -> Vec<Alike<'_>> {
    alike(comments.iter().map(|(row, comment)| (*row, &**comment)))
}

impl Alike<'_> {
    /// The wordings beside the most frequent, a line each.
    fn others(&self) -> String {
        self.wordings.get(1..).unwrap_or_default().join("\n")
    }
}

/// Rows the table has of a survey.
pub(crate) fn height(comments: &[(u32, Box<str>)]) -> usize {
    groups(comments).len()
}

/// The sheet's first row of everything that is said alike in more wordings than a cell of so many characters holds.
pub(crate) fn too_many_wordings(comments: &[(u32, Box<str>)], most: usize) -> Vec<u32> {
    // Most surveys are shorter as a whole, and need not be grouped to know it.
    let bytes: usize = comments.iter().map(|(_, comment)| comment.len() + 1).sum();
    let groups = if bytes > most { groups(comments) } else { Vec::new() };
    let long = groups.iter().filter(|group| is_longer(&group.others(), most));
    long.filter_map(|group| group.rows.first().copied()).collect()
}

/// What respondents of a satker's survey say alike: count, wording, other wordings, rows.
type Of<'a> = (&'a Unit, &'a SurveyResult, [CellValue; 4]);

pub(super) fn table<'a>(report: Report<'a>) -> Table<Rows<'a>> {
    let Report { data, lang } = report;
    let title = lang.pick(
        "Saran responden – yang serupa digabung; data pribadi disamarkan",
        "Respondents' comments – alike ones together; personal data scrubbed",
    );
    let mut columns = report.columns(|(unit, ..): Of<'a>| unit);
    let cell = |place: usize| move |(.., cells): Of<'a>| cells[place].clone();
    columns
        .add(report.text("Survei", "Survey"), |(_, result, _)| &result.instrument.short)
        .add(report.count("Jumlah", "Count"), cell(0))
        .add(report.wrapped("Saran", "Comment"), cell(1))
        .add(report.wrapped("Ungkapan lain", "Other wordings"), cell(2))
        .add(report.wrapped("Baris", "Rows").seen(Seen::Office), cell(3));
    let rows = data.units.iter().flat_map(|unit| {
        let results = unit.surveys.iter().filter_map(|survey| survey.result.as_ref());
        results.flat_map(move |of| groups(&of.comments).into_iter().map(move |group| (unit, of, cells(&group))))
    });
    let section = columns.section_with(rows, |(_, of, _), row| Row { in_office: !of.publishes_comments, ..row });
    let section = section.or_note(lang.pick("Tidak ada saran.", "No comments."));
    Table { size: Size::Long, ..Table::new(title, report.subtitle(), 2, vec![section]) }
}

/// Count, wording, other wordings, rows.
fn cells(group: &Alike) -> [CellValue; 4] {
    let mut rows: Vec<String> = group.rows.iter().take(ROWS).map(u32::to_string).collect();
    if group.rows.len() > ROWS {
        rows.push(format!("+{}", group.rows.len() - ROWS));
    }
    [
        CellValue::count(group.rows.len()),
        CellValue::written(group.wordings.first().copied().unwrap_or_default()),
        CellValue::written(group.others()),
        CellValue::text(rows.join(", ")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_the_same_is_one_row_and_its_opposite_another() {
        let comments = [
            (2, "Pelayanan sudah baik"),
            (3, "pelayanan baik."),
            (4, "Pelayanan tidak baik"),
            (5, "Tambah kursi di ruang tunggu"),
            (6, "Mohon tambah kursi ruang tunggu"),
            (7, "Tambah jam layanan"),
            (8, "Pelayanan baik"),
            (9, "…"),
        ];
        let groups = alike(comments.into_iter());
        let found: Vec<(&str, &[u32])> = groups.iter().map(|of| (of.wordings[0], &*of.rows)).collect();
        let expected: [(&str, &[u32]); 5] = [
            ("Pelayanan baik", &[2, 3, 8]),
            ("Tambah kursi di ruang tunggu", &[5, 6]),
            ("Pelayanan tidak baik", &[4]),
            ("Tambah jam layanan", &[7]),
            ("…", &[9]),
        ];
        assert_eq!(found, expected);
        assert_eq!(groups[0].wordings, ["Pelayanan baik", "Pelayanan sudah baik"]);
    }

    #[test]
    fn more_wordings_than_a_cell_holds_are_told() {
        let base = "mesin antrean di depan loket pelayanan sering mati pagi hari ";
        let texts: Vec<String> = (0..30).map(|n| format!("{}kata{n}", base.repeat(30))).collect();
        let comments: Vec<(u32, Box<str>)> = (2..).zip(texts.into_iter().map(Into::into)).collect();
        assert_eq!(height(&comments), 1);
        assert_eq!(too_many_wordings(&comments, 32_767), [2]);
        assert!(too_many_wordings(&comments, 100_000).is_empty());
    }

    #[test]
    fn no_comment_is_lost() {
        let texts: Vec<String> = (0..400).map(|n| format!("Saran nomor {} tentang {}", n % 37, n % 11)).collect();
        let groups = alike((1..).zip(texts.iter().map(String::as_str)));
        let mut rows: Vec<u32> = groups.iter().flat_map(|of| of.rows.clone()).collect();
        rows.sort_unstable();
        assert_eq!(rows, (1..=400).collect::<Vec<_>>());
    }
}
