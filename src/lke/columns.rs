//! Finds the header of an LKE sheet and what each column is, by what the header says, not by where it stands.

use std::collections::{HashMap, HashSet};

use crate::grid::{CellRef, Grid};
use crate::lang::Phrase;
use crate::lke::{ByRole, Role};
use crate::text::normalise_label;

mod choice;
mod year;

use choice::{answer_columns, outdated, role_columns};
use year::{as_year, year_in};
pub(super) use year::{semester_of_sheet, year_of_sheet};

/// How far down a header is looked for, in rows.
const HEADER_SEARCH_ROWS: u32 = 120;
/// How many rows a header may have: a title over groups over fields.
const HEADER_MOST_ROWS: u32 = 4;
/// Longer texts are no headings.
const LONGEST_HEADING: usize = 160;

/// The columns of one role, from 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RoleColumns {
    /// *Jawaban*: the answer.
    pub answer: Option<u32>,
    /// *Nilai*: the sheet's own result.
    pub result: Option<u32>,
    /// *%*: the sheet's own share.
    pub percent: Option<u32>,
}

/// What the columns of a sheet are. Columns and rows count from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The header's last row; the worksheet's rows begin below it.
    pub header_end: u32,
    /// The columns of outline marks and labels (*Penilaian*), first and last.
    pub label: (u32, u32),
    /// *Bobot*.
    pub weight: Option<u32>,
    /// *Pilihan Jawaban*.
    pub answer_type: Option<u32>,
    /// *Bukti dukung* and *link*, of the unit.
    pub evidence: Vec<u32>,
    /// Columns of the unit.
    pub unit: RoleColumns,
    /// Columns of the TPI.
    pub tpi: RoleColumns,
    /// The year the headings of the answers that are read name.
    pub year: Option<i16>,
    /// Roles that several answer columns claim.
    pub rivals: Vec<Rivals>,
    /// Headings of answers that are nobody's here: last year's, the national assessor's.
    pub asides: Vec<CellRef>,
    /// A role whose answers are of another year than what is read, with that year.
    pub outdated: Option<(Role, CellRef, i16)>,
}

/// Several answer columns that claim one role; the one that was read, if any, is the role's answer column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rivals {
    /// The role.
    pub role: Role,
    /// Their headings.
    pub headings: Vec<CellRef>,
    /// Why one of them was read; none where nothing decides.
    pub reason: Option<Phrase>,
}

impl Columns {
    /// The columns of a role.
    pub fn role(&self, role: Role) -> RoleColumns {
        match role {
            Role::Unit => self.unit,
            Role::Tpi => self.tpi,
        }
    }

    /// The role a column belongs to, if it is one of its three.
    pub fn role_of(&self, col: u32) -> Option<Role> {
        Role::ALL.into_iter().find(|&role| {
            let columns = self.role(role);
            [columns.answer, columns.result, columns.percent].contains(&Some(col))
        })
    }
}

/// What a header says of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Label,
    Weight,
    AnswerType,
    Criteria,
    Answer,
    Result,
    Percent,
    Note,
    Evidence,
    /// Something beside the assessment itself: the highest possible result, last year's, a target.
    Aside,
}

impl Field {
    /// Whether it holds what somebody assessed.
    fn is_assessed(self) -> bool {
        matches!(self, Field::Answer | Field::Result | Field::Percent | Field::Evidence)
    }
}

/// Whose column a header says it is; `Other` is a third assessor, whose columns are left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Role(Role),
    Other,
}

#[derive(Debug, Clone, Copy)]
struct Heading {
    field: Field,
    owner: Option<Owner>,
    /// The year it names, and where.
    year: Option<(i16, CellRef)>,
    /// The cell that says the field.
    at: CellRef,
}

impl Heading {
    fn year(self) -> Option<i16> {
        self.year.map(|(year, _)| year)
    }
}

/// The header with the most recognised columns; `None` when no row looks like one.
///
/// A header needs the label column and an answer column. Of equally good ones the one that ends first wins. Where
/// columns of several years claim one role, `year` decides, else the latest.
pub fn find_columns(grid: &Grid, year: Option<i16>) -> Option<Columns> {
    let mut best: Option<(usize, Columns)> = None;
    let mut tried = HashSet::new();
    let mut words = Words::new();
    for row in (0..grid.rows().min(HEADER_SEARCH_ROWS)).filter(|&row| mentions_an_answer(grid, row)) {
        for top in row.saturating_sub(HEADER_MOST_ROWS - 1)..=row {
            for bottom in row..(top + HEADER_MOST_ROWS).min(grid.rows()) {
                if !tried.insert((top, bottom)) {
                    continue;
                }
                let Some((found, columns)) = columns_of(grid, &mut words, (top, bottom), year) else { continue };
                let height = |columns: &Columns| columns.header_end;
                let is_better = |(most, earlier): &(usize, Columns)| {
                    found > *most || found == *most && height(&columns) < height(earlier)
                };
                if best.as_ref().is_none_or(is_better) {
                    best = Some((found, columns));
                }
            }
        }
    }
    best.map(|(_, columns)| columns)
}

/// Every header has a column of answers; looked for by letters alone, since most rows have none.
fn mentions_an_answer(grid: &Grid, row: u32) -> bool {
    (0..grid.cols()).any(|col| {
        let text = grid.cell(row, col).text().filter(|text| text.len() <= LONGEST_HEADING);
        text.is_some_and(|text| text.as_bytes().windows(5).any(|letters| letters.eq_ignore_ascii_case(b"jawab")))
    })
}

/// Reads the rows `top..=bottom` as a header: how many columns it names, and which.
fn columns_of(
    grid: &Grid,
    words: &mut Words,
    (top, bottom): (u32, u32),
    year: Option<i16>,
) -> Option<(usize, Columns)> {
    let mut headings: Vec<Option<Heading>> =
        (0..grid.cols()).map(|col| heading(grid, words, col, top, bottom)).collect();
    // A year in a title that reaches over the labels, too, tells no columns apart.
    let beside = headings.iter().flatten().filter(|heading| !heading.field.is_assessed());
    let titles: HashSet<CellRef> = beside.filter_map(|heading| heading.year.map(|(_, at)| at)).collect();
    for heading in headings.iter_mut().flatten() {
        heading.year = heading.year.filter(|(_, at)| !titles.contains(at));
    }
    // A merged heading names its first column only; the label's extent is taken up below.
    let first_of_merge = |col: u32| {
        let above = |col: u32| (top..=bottom).map(|row| grid.anchor(row, col)).collect::<Vec<CellRef>>();
        col == 0 || above(col) != above(col - 1)
    };
    let named: Vec<(u32, Heading)> = headings
        .iter()
        .enumerate()
        .filter_map(|(col, heading)| heading.map(|heading| (col as u32, heading)))
        .filter(|(col, heading)| heading.field == Field::Label || first_of_merge(*col))
        .collect();
    let only = |field: Field| named.iter().filter(move |(_, heading)| heading.field == field);
    let first = |field: Field| only(field).map(|(col, _)| *col).next();

    let answers: Vec<(u32, Heading)> = only(Field::Answer).copied().collect();
    let (mut chosen, rivals) = answer_columns(grid, &answers, bottom, year);
    if chosen == ByRole::default() && rivals.is_empty() {
        return None;
    }
    let label = label_columns(grid, &headings)?;
    let outdated = outdated(&answers, &mut chosen, year);
    let asides = named.iter().filter(|(_, heading)| match heading.field {
        Field::Answer => heading.owner == Some(Owner::Other),
        field => field == Field::Aside && answers_aside(grid, heading.at),
    });
    let columns = Columns {
        header_end: bottom,
        label,
        weight: first(Field::Weight),
        answer_type: first(Field::AnswerType),
        evidence: only(Field::Evidence)
            .filter(|(_, heading)| heading.owner != Some(Owner::Other) && heading.owner != Some(Owner::Role(Role::Tpi)))
            .map(|(col, _)| *col)
            .collect(),
        unit: role_columns(&named, &answers, chosen, year, Role::Unit),
        tpi: role_columns(&named, &answers, chosen, year, Role::Tpi),
        year: answers
            .iter()
            .filter(|(col, _)| chosen.iter().any(|of| *of == Some(*col)))
            .find_map(|(_, heading)| heading.year()),
        asides: asides.map(|(_, heading)| heading.at).collect(),
        outdated,
        rivals,
    };
    let fields = [Field::Label, Field::Weight, Field::AnswerType, Field::Criteria, Field::Note, Field::Evidence];
    let roles = [columns.unit, columns.tpi].map(|r| [r.answer, r.result, r.percent].iter().flatten().count());
    let of_roles = if columns.rivals.is_empty() && columns.outdated.is_none() {
        roles[0] + roles[1]
    } else {
        // Columns that were passed over were recognised as well as those that were not.
        named.iter().filter(|(_, h)| h.field.is_assessed() && h.field != Field::Evidence).count()
    };
    let found = fields.iter().filter(|&&field| first(field).is_some()).count() + of_roles;
    // A label and an answer alone are too little to tell an LKE from any other form.
    (found >= 3).then_some((found, columns))
}

/// Whether a heading beside the assessment is one of answers.
fn answers_aside(grid: &Grid, at: CellRef) -> bool {
    let text = grid.cell(at.row, at.col).text().map(normalise_label).unwrap_or_default();
    field_of_words(&text) == Some(Field::Answer)
}

/// The label's columns: from the first heading that says so over everything unnamed up to the next named column.
fn label_columns(grid: &Grid, headings: &[Option<Heading>]) -> Option<(u32, u32)> {
    let is_label = |col: usize| headings[col].is_some_and(|heading| heading.field == Field::Label);
    let others = |col: usize| headings[col].is_some() && !is_label(col);
    let first = match (0..headings.len()).find(|&col| is_label(col)) {
        Some(first) => first,
        // The label's own heading was left blank: what stands before the first named column.
        None => {
            let named = (0..headings.len()).find(|&col| others(col))?;
            if named == 0 {
                return None;
            }
            return Some((0, named as u32 - 1));
        }
    };
    let next_other = (first..headings.len()).find(|&col| others(col));
    let last = match next_other {
        Some(next) => next - 1,
        None => (first..headings.len()).rfind(|&col| is_label(col)).unwrap_or(first),
    };
    debug_assert!((last as u32) < grid.cols());
    Some((first as u32, last as u32))
}

/// What each heading cell says, kept since every cell is part of several attempts.
type Words = HashMap<CellRef, (Option<Field>, Option<Owner>, Option<i16>)>;

/// What the cells above a column say, the lowest first; owner and year may be named by any of them.
fn heading(grid: &Grid, words: &mut Words, col: u32, top: u32, bottom: u32) -> Option<Heading> {
    let (mut field, mut owner, mut year) = (None, None, None);
    for row in (top..=bottom).rev() {
        let cell = grid.cell(row, col);
        let at = grid.anchor(row, col);
        year = year.or(cell.number().and_then(as_year).map(|year| (year, at)));
        let Some(text) = cell.text().filter(|text| text.len() <= LONGEST_HEADING) else { continue };
        let (says, whose, when) = *words.entry(at).or_insert_with(|| {
            let text = normalise_label(text);
            (field_of(&text), owner_of(&text), year_in(&text))
        });
        field = field.or(says.map(|says| (says, CellRef { row, col })));
        owner = owner.or(whose);
        year = year.or(when.map(|when| (when, at)));
    }
    let (field, at) = field?;
    Some(Heading { field, owner, year, at })
}

fn field_of(text: &str) -> Option<Field> {
    let field = field_of_words(text)?;
    let word = |wanted: &[&str]| text.split(' ').any(|word| wanted.contains(&word));
    let aside = word(&["maksimal", "maksimum", "maks", "max", "minimal", "minimum", "min", "tertinggi", "terendah"])
        || word(&["standar", "target", "ideal", "selisih", "gap", "kenaikan", "lalu", "sebelumnya"])
        || text.contains("rata rata");
    Some(if field.is_assessed() && aside { Field::Aside } else { field })
}

fn field_of_words(text: &str) -> Option<Field> {
    let word = |wanted: &[&str]| text.split(' ').any(|word| wanted.contains(&word));
    let part = |wanted: &[&str]| wanted.iter().any(|part| text.contains(part));
    Some(if part(&["pilihan jawaban", "tipe jawaban", "jenis jawaban", "opsi jawaban"]) {
        Field::AnswerType
    } else if part(&["bukti", "eviden", "data dukung"]) || word(&["link", "tautan"]) {
        Field::Evidence
    } else if word(&["catatan", "keterangan"]) || part(&["penjelasan atas", "penjelasan reviu"]) {
        Field::Note
    } else if word(&["kriteria", "penjelasan", "kondisi"]) {
        Field::Criteria
    } else if word(&["bobot"]) {
        Field::Weight
    } else if word(&["jawaban", "jawab"]) {
        Field::Answer
    } else if word(&["%", "persen", "persentase"]) {
        Field::Percent
    } else if word(&["nilai", "skor"]) {
        Field::Result
    } else if word(&["penilaian", "uraian", "pertanyaan", "komponen", "indikator", "no", "nomor", "kode"]) {
        Field::Label
    } else {
        return None;
    })
}

fn owner_of(text: &str) -> Option<Owner> {
    let word = |wanted: &[&str]| text.split(' ').any(|word| wanted.contains(&word));
    if word(&["tpn"]) || text.contains("penilai nasional") {
        Some(Owner::Other)
    } else if word(&["tpi", "reviu", "review", "evaluator"]) || text.contains("penilai internal") {
        Some(Owner::Role(Role::Tpi))
    } else if word(&["unit", "satker", "mandiri"]) || text.contains("satuan kerja") {
        Some(Owner::Role(Role::Unit))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::{Cell, CellRange, GridBuilder, GridLimits, Value};

    /// A grid from rows of cells parted by `|`; `<` merges with the cell to the left.
    fn grid(rows: &[&str]) -> Grid {
        let mut builder = GridBuilder::new("x", false, GridLimits::default());
        for (row, line) in rows.iter().enumerate() {
            let mut start = 0;
            for (col, text) in line.split('|').enumerate() {
                let at = CellRef::new(row as u32, col as u32);
                if text.trim() == "<" {
                    builder.merge(CellRange { start: CellRef::new(row as u32, start), end: at });
                    continue;
                }
                start = col as u32;
                builder.set(at, Cell { value: Value::Text(text.trim().into()), ..Cell::default() }).unwrap();
            }
        }
        builder.finish()
    }

    fn found(rows: &[&str]) -> Option<Columns> {
        find_columns(&grid(rows), None)
    }

    #[test]
    fn the_official_header() {
        let columns = found(&[
            "LKE ZI",
            "Penilaian|<|<|Bobot|Kriteria Nilai|Pilihan Jawaban|Jawaban Unit|Nilai Unit|%|Catatan/Keterangan/Penjelasan atas Jawaban Unit|Daftar Bukti Dukung dan Link Unit|Jawaban TPI|Nilai|%|Catatan/Keterangan/Penjelasan Reviu TPI",
            "A.|PENGUNGKIT|x|60",
        ])
        .unwrap();
        assert_eq!(columns.header_end, 1);
        assert_eq!(columns.label, (0, 2));
        assert_eq!((columns.weight, columns.answer_type), (Some(3), Some(5)));
        assert_eq!(columns.unit, RoleColumns { answer: Some(6), result: Some(7), percent: Some(8) });
        assert_eq!(columns.tpi, RoleColumns { answer: Some(11), result: Some(12), percent: Some(13) });
        assert_eq!(columns.evidence, [10]);
    }

    #[test]
    fn the_header_as_scanned_has_results_of_the_tpi_only() {
        let columns = found(&[
            "Penilaian|Bobot|Kriteria Nilai|Pilihan Jawaban|Jawaban Unit|Catatan/Keterangan/Penjelasan atas Jawaban Unit|Daftar Bukti Dukung dan Link Unit|Jawaban TPI|Nilai|%|Catatan/Keterangan/Penjelasan Reviu TPI",
        ])
        .unwrap();
        assert_eq!(columns.unit, RoleColumns { answer: Some(4), result: None, percent: None });
        assert_eq!(columns.tpi, RoleColumns { answer: Some(7), result: Some(8), percent: Some(9) });
    }

    #[test]
    fn groups_above_the_fields_say_whose_they_are() {
        let columns = found(&[
            "No|Uraian|TIM PENILAI INTERNAL|<|UNIT KERJA|<|<|Bukti|Bobot|Pilihan|TPN|<",
            "|x|Jawaban|Nilai|Jawaban|Nilai|%|<|<|Jawaban|Jawaban|Nilai",
        ])
        .unwrap();
        assert_eq!(columns.header_end, 1);
        assert_eq!(columns.tpi, RoleColumns { answer: Some(2), result: Some(3), percent: None });
        assert_eq!(columns.unit, RoleColumns { answer: Some(4), result: Some(5), percent: Some(6) });
        assert_eq!(columns.label, (0, 1));
    }

    #[test]
    fn a_row_of_owners_alone_belongs_to_the_header() {
        let columns =
            found(&["|TIM PENILAI INTERNAL (TPI)|<|UNIT KERJA|<", "Penilaian|Jawaban|Nilai|Jawaban|Nilai"]).unwrap();
        assert_eq!((columns.unit.answer, columns.tpi.answer), (Some(3), Some(1)));
        assert_eq!((columns.unit.result, columns.tpi.result), (Some(4), Some(2)));
    }

    #[test]
    fn one_heading_over_two_roles() {
        let columns = found(&["Penilaian|Bobot|Jawaban|<|Nilai|<", "|x|Unit|TPI|Unit|TPI"]).unwrap();
        assert_eq!((columns.unit.answer, columns.tpi.answer), (Some(2), Some(3)));
        assert_eq!((columns.unit.result, columns.tpi.result), (Some(4), Some(5)));
    }

    #[test]
    fn what_stands_beside_the_assessment_is_no_result() {
        for aside in [
            "Nilai Maksimal",
            "Nilai Maks.",
            "Skor Maksimum",
            "Nilai Tahun Lalu",
            "Jawaban Tahun Sebelumnya",
            "Target Nilai",
            "Nilai Standar",
            "Nilai rata-rata provinsi",
            "Selisih Nilai",
        ] {
            let columns = found(&[&format!("Penilaian|Bobot|{aside}|Jawaban Unit|Nilai Unit|Jawaban TPI|Nilai TPI")]);
            let columns = columns.unwrap_or_else(|| panic!("{aside}"));
            assert_eq!(columns.unit, RoleColumns { answer: Some(3), result: Some(4), percent: None }, "{aside}");
            assert_eq!(columns.tpi, RoleColumns { answer: Some(5), result: Some(6), percent: None }, "{aside}");
        }
    }

    #[test]
    fn of_several_years_the_one_asked_for_is_read() {
        let two = ["Penilaian|Bobot|Jawaban Unit 2024|Nilai 2024|Jawaban Unit 2025|Nilai 2025"].as_slice();
        let groups = ["|x|2024|<|2025|<", "Penilaian|Bobot|Jawaban|Nilai|Jawaban|Nilai"].as_slice();
        let roles = ["|x|2025|<|<|<|2024|<", "Penilaian|Bobot|Jawaban Unit|Nilai|Jawaban TPI|Nilai|Jawaban Unit|Nilai"]
            .as_slice();
        let undated = ["Penilaian|Bobot|Jawaban Unit 2024|Nilai|Jawaban Unit|Nilai"].as_slice();
        for (rows, asked, answer, told) in [
            (two, Some(2024), 2, 1),
            (two, Some(2025), 4, 1),
            (two, Some(2026), 4, 1),
            (two, None, 4, 1),
            (groups, Some(2024), 2, 1),
            (groups, None, 4, 1),
            (roles, None, 2, 1),
            (roles, Some(2024), 6, 1),
            (undated, Some(2025), 4, 1),
            (undated, Some(2024), 2, 1),
            (undated, None, 4, 1),
        ] {
            let columns = find_columns(&grid(rows), asked).unwrap();
            let unit = RoleColumns { answer: Some(answer), result: Some(answer + 1), percent: None };
            assert_eq!(columns.unit, unit, "{rows:?} {asked:?}");
            assert_eq!(columns.rivals.len(), told, "{rows:?} {asked:?}");
            assert!(columns.rivals.iter().all(|rivals| rivals.reason.is_some()), "{rows:?}");
        }
        let below = ["|x|Unit|<|TPI|<", "Penilaian|Bobot|Jawaban|<|Jawaban|<", "|x|2024|2025|2024|2025"];
        for (asked, unit, tpi) in [(None, 3, 5), (Some(2024), 2, 4)] {
            let columns = find_columns(&grid(&below), asked).unwrap();
            assert_eq!((columns.unit.answer, columns.tpi.answer), (Some(unit), Some(tpi)), "{asked:?}");
        }
        let results = ["Penilaian|Bobot|Nilai Unit 2023|Nilai Unit 2024|Jawaban Unit|Nilai Unit 2025"];
        for (asked, result) in [(None, 5), (Some(2025), 5), (Some(2024), 3)] {
            assert_eq!(find_columns(&grid(&results), asked).unwrap().unit.result, Some(result), "{asked:?}");
        }
        // One column, or one title over everything, leaves nothing to choose.
        for rows in [
            ["Penilaian|Bobot|Jawaban Unit 2024|Nilai|Jawaban TPI|Nilai"].as_slice(),
            &["LKE ZI 2024|<|<|<", "Penilaian|Bobot|Jawaban|Nilai|Jawaban|Nilai"],
        ] {
            let columns = find_columns(&grid(rows), Some(2025)).unwrap();
            assert_eq!(
                (columns.unit.answer, columns.tpi.answer, columns.rivals.len()),
                (Some(2), Some(4), 0),
                "{rows:?}"
            );
        }
    }

    #[test]
    fn of_columns_without_a_year_what_stands_in_them_decides() {
        let header = "Penilaian|Bobot|Jawaban Unit|Jawaban Unit (perbaikan)|Nilai";
        for (rows, answer, told) in [
            (&["a|1||Ya", "b|1||A"][..], Some(3), 1),
            (&["a|1|Ya|", "b|1|A|"], Some(2), 1),
            (&["a|1|Ya|Ya", "b|1|A|A"], Some(2), 1),
            (&["a|1|Ya|Ya", "b|1|A|B"], None, 1),
            (&["a|1||", "b|1||"], Some(2), 0),
        ] {
            let rows: Vec<&str> = [header].iter().chain(rows).copied().collect();
            let columns = found(&rows).unwrap();
            assert_eq!((columns.unit.answer, columns.rivals.len()), (answer, told), "{rows:?}");
            assert_eq!(columns.rivals.iter().any(|rivals| rivals.reason.is_none()), answer.is_none());
        }
    }

    #[test]
    fn what_is_no_lke_header_is_none() {
        assert_eq!(found(&["No|Nama|Jabatan|Nilai", "1|Anu|Staf|9"]), None);
        assert_eq!(found(&["Pertanyaan|Jawaban"]), None, "a form is no worksheet");
        assert_eq!(found(&["Bobot|Nilai|%"]), None);
    }
}
