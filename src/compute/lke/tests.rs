//! Worksheets made in code: what is read from answers, details, columns and sheets that leave a doubt.

use jiff::Timestamp;

use super::*;
use crate::grid::{Cell, CellRange, GridBuilder, GridLimits, Value};
use crate::lke::template::{Node, NodeKind};

/// Header row; the template's rows begin below it.
const HEADER: u32 = 1;
const LABEL: u32 = 1;
const UNIT: u32 = 4;
const TPI: u32 = 6;

/// A sheet being filled in: the official rows, with one column of marks and one of labels.
struct Sheet {
    template: Arc<Template>,
    name: &'static str,
    title: String,
    header: Vec<String>,
    /// Rows left out, by code.
    without: Vec<&'static str>,
    cells: Vec<(u32, u32, Cell)>,
    merges: Vec<CellRange>,
}

impl Sheet {
    fn new() -> Self {
        let header =
            "|Penilaian|Bobot|Pilihan Jawaban|Jawaban Unit|Nilai Unit|Jawaban TPI|Nilai TPI|Daftar Bukti Dukung";
        Sheet {
            template: Template::lke_zi_2021(),
            name: "LKE",
            title: String::new(),
            header: header.split('|').map(str::to_owned).collect(),
            without: Vec::new(),
            cells: Vec::new(),
            merges: Vec::new(),
        }
    }

    fn row(&self, code: &str) -> u32 {
        let node = self.template.find(code).unwrap();
        let gone = self.without.iter().filter(|gone| self.template.find(gone).unwrap() < node).count();
        HEADER + 1 + node as u32 - gone as u32
    }

    fn put(&mut self, code: &str, col: u32, value: &str) {
        self.put_cell(code, col, typed(value));
    }

    fn put_cell(&mut self, code: &str, col: u32, cell: Cell) {
        self.cells.push((self.row(code), col, cell));
    }

    /// Answers of the unit, as `code=answer`.
    fn unit(mut self, answers: &[&str]) -> Self {
        for answer in answers {
            let (code, value) = answer.split_once('=').unwrap();
            self.put(code, UNIT, value);
        }
        self
    }

    fn grid(self) -> Grid {
        let mut builder = GridBuilder::new(self.name, false, GridLimits::default());
        builder.set(CellRef::new(0, LABEL), typed(&self.title)).unwrap();
        for (col, heading) in self.header.iter().enumerate() {
            builder.set(CellRef::new(HEADER, col as u32), typed(heading)).unwrap();
        }
        let nodes = self.template.nodes.iter().filter(|node| !self.without.contains(&node.code.as_str()));
        for (place, node) in nodes.enumerate() {
            let row = HEADER + 1 + place as u32;
            let mut set = |col, text: &str| builder.set(CellRef::new(row, col), typed(text)).unwrap();
            set(0, node.mark());
            set(LABEL, &node.label);
            set(3, node.type_label.as_deref().unwrap_or_default());
        }
        for (row, col, cell) in self.cells {
            builder.set(CellRef::new(row, col), cell).unwrap();
        }
        for merge in self.merges {
            builder.merge(merge);
        }
        builder.finish()
    }
}

/// Whole numbers as numbers, everything else as text.
fn typed(text: &str) -> Cell {
    let value = text.parse::<i32>().map_or_else(|_| Value::Text(text.into()), |number| Value::Number(number.into()));
    Cell { value, ..Cell::default() }
}

fn examined(sheets: Vec<Sheet>, year: Option<i16>) -> Examined {
    examined_of(sheets, year.map(|year| Period { year, semester: None }))
}

fn examined_of(sheets: Vec<Sheet>, period: Option<Period>) -> Examined {
    let info = SourceInfo::of("lke.xlsx", Timestamp::UNIX_EPOCH);
    let grids = sheets.into_iter().map(Sheet::grid).collect();
    examine(Book::of_grids(grids, info), &Template::lke_zi_2021(), None, period).unwrap()
}

/// Findings that tell of a doubt: those that come with every nearly empty sheet left out.
fn codes(examined: &Examined) -> Vec<&'static str> {
    let usual = ["LKE018", "LKE021", "LKE024", "LKE031"];
    examined.findings.iter().map(|finding| finding.code.entry().code).filter(|code| !usual.contains(code)).collect()
}

fn ratio(examined: &Examined, role: Role, code: &str) -> Option<f64> {
    let result = examined.result.as_ref().unwrap();
    result.role(role).unwrap().nodes[result.template.find(code).unwrap()].ratio.map(|ratio| ratio.value)
}

#[test]
fn answers_and_details_are_read_with_their_doubts() {
    for (answers, code, right, findings) in [
        (&["A.I.1.i.a=√"][..], "A.I.1.i.a", None, &["LKE019"][..]),
        (&["A.I.1.i.a=Belum"], "A.I.1.i.a", None, &["LKE019"]),
        (&["A.I.1.i.a=-"], "A.I.1.i.a", None, &[]),
        (&["A.I.1.i.a=\u{200b}ya\u{a0}"], "A.I.1.i.a", Some(1.0), &[]),
        (&["A.I.1.i.a=#N/A", "A.I.1.i.b=Memuat…"], "A.I.1.i.a", None, &["LKE039"]),
        (&["A.II.1.i.a=1,5"], "A.II.1.i.a", None, &["LKE035"]),
        (&["A.II.1.i.a=2"], "A.II.1.i.a", None, &["LKE035"]),
        (&["A.II.1.i.a=1"], "A.II.1.i.a", Some(1.0), &["LKE022"]),
        (&["A.II.1.i.a=75,5"], "A.II.1.i.a", Some(0.755), &["LKE022", "LKE020"]),
        // Details decide whatever is typed beside them.
        (&["A.II.1.i.a=1", "A.II.1.i.a.1=0", "A.II.1.i.a.2=0"], "A.II.1.i.a", None, &["LKE037"]),
        (&["A.II.1.i.a=1", "A.II.1.i.a.1=4"], "A.II.1.i.a", None, &["LKE037"]),
        (&["A.II.1.i.a=1", "A.II.1.i.a.1=4 orang", "A.II.1.i.a.2=2"], "A.II.1.i.a", None, &["LKE029"]),
        (&["A.II.1.i.a=1", "A.II.1.i.a.1=4", "A.II.1.i.a.2=2"], "A.II.1.i.a", Some(0.5), &["LKE012"]),
        (&["A.II.1.i.a=50%", "A.II.1.i.a.1=4", "A.II.1.i.a.2=2"], "A.II.1.i.a", Some(0.5), &[]),
        (&["A.II.1.i.a=?", "A.II.1.i.a.1=4", "A.II.1.i.a.2=2"], "A.II.1.i.a", Some(0.5), &[]),
        (&["A.II.4.i.a.1=1.200", "A.II.4.i.a.2=600"], "A.II.4.i.a", Some(0.5), &["LKE036"]),
        (&["A.II.4.i.a.1=±1200", "A.II.4.i.a.2=600"], "A.II.4.i.a", None, &["LKE029"]),
        // A part of a sum that cannot be read is not 0.
        (
            &["A.II.5.iii.a.1.2=1", "A.II.5.iii.a.1.3=4 orang", "A.II.5.iii.a.1.5=1"],
            "A.II.5.iii.a.1",
            None,
            &["LKE029"],
        ),
        (&["A.II.5.iii.a.1.2=1", "A.II.5.iii.a.1.3=4", "A.II.5.iii.a.1.5=1"], "A.II.5.iii.a.1", Some(0.2), &[]),
    ] {
        let examined = examined(vec![Sheet::new().unit(answers)], None);
        assert_eq!(ratio(&examined, Role::Unit, code), right, "{answers:?}");
        assert_eq!(codes(&examined), findings, "{answers:?}");
        let scores = &examined.result.as_ref().unwrap().role(Role::Unit).unwrap().total;
        assert!(scores.floor <= scores.score.unwrap_or(0.0) + 1e-9, "{answers:?}");
    }
}

#[test]
fn a_sum_that_lacks_a_parts_row_does_not_overrule_the_total() {
    let answers = ["A.II.5.iii.a.1.1=9", "A.II.5.iii.a.1.2=1", "A.II.5.iii.a.1.3=5", "A.II.5.iii.a.1.5=6"];
    let whole = examined(vec![Sheet::new().unit(&answers)], None);
    assert_eq!((ratio(&whole, Role::Unit, "A.II.5.iii.a.1"), codes(&whole)), (Some(1.0), vec!["LKE027"]));
    let cut = Sheet { without: vec!["A.II.5.iii.a.1.4"], ..Sheet::new() };
    let cut = examined(vec![cut.unit(&answers)], None);
    assert_eq!((ratio(&cut, Role::Unit, "A.II.5.iii.a.1"), codes(&cut)), (Some(6.0 / 9.0), vec!["LKE005"]));
}

#[test]
fn a_merged_answer_belongs_to_its_first_cell_alone() {
    let merge = |sheet: &mut Sheet, from: (&str, u32), to: (&str, u32)| {
        let (start, end) = (CellRef::new(sheet.row(from.0), from.1), CellRef::new(sheet.row(to.0), to.1));
        sheet.merges.push(CellRange { start, end });
    };
    let mut rows = Sheet::new().unit(&["A.I.1.ii.b=B"]);
    merge(&mut rows, ("A.I.1.ii.b", UNIT), ("A.I.1.ii.c", UNIT));
    let rows = examined(vec![rows], None);
    assert_eq!(ratio(&rows, Role::Unit, "A.I.1.ii.b"), Some(0.5));
    assert_eq!((ratio(&rows, Role::Unit, "A.I.1.ii.c"), codes(&rows)), (None, vec!["LKE038"]));

    let mut roles = Sheet::new().unit(&["A.I.1.ii.b=B"]);
    merge(&mut roles, ("A.I.1.ii.b", UNIT), ("A.I.1.ii.b", TPI));
    let roles = examined(vec![roles], None);
    assert_eq!(ratio(&roles, Role::Unit, "A.I.1.ii.b"), Some(0.5));
    assert_eq!((ratio(&roles, Role::Tpi, "A.I.1.ii.b"), codes(&roles)), (None, vec!["LKE038"]));

    let mut counts = Sheet::new().unit(&["A.II.4.i.a.1=5"]);
    merge(&mut counts, ("A.II.4.i.a.1", UNIT), ("A.II.4.i.a.2", UNIT));
    let counts = examined(vec![counts], None);
    assert_eq!((ratio(&counts, Role::Unit, "A.II.4.i.a"), codes(&counts)), (None, vec!["LKE038"]));

    let mut blank = Sheet::new().unit(&["A.I.1.i.a=Ya"]);
    merge(&mut blank, ("A.I.1.ii.b", UNIT), ("A.I.1.ii.c", UNIT));
    assert_eq!(codes(&examined(vec![blank], None)), [""; 0], "nothing is swallowed where nothing stands");
}

#[test]
fn a_sum_over_blank_parts_says_nothing_whatever_it_shows() {
    for value in [Value::Number(0.0), Value::Empty, Value::Text("".into())] {
        let mut sheet = Sheet::new().unit(&["A.II.5.iii.a.1=100%"]);
        let formula = Some("SUM(E180:E182)".into());
        sheet.put_cell("A.II.5.iii.a.1.1", UNIT, Cell { value: value.clone(), formula, link: None });
        let examined = examined(vec![sheet], None);
        assert_eq!(ratio(&examined, Role::Unit, "A.II.5.iii.a.1"), Some(1.0), "{value:?}");
        assert_eq!(codes(&examined), ["LKE022"], "{value:?}");
    }
}

#[test]
fn an_answer_worth_nothing_needs_no_evidence() {
    let told = |answer: &str| {
        let examined = examined(vec![Sheet::new().unit(&[answer])], None);
        examined.findings.iter().filter(|finding| finding.code == Code::NoEvidence).count()
    };
    assert_eq!((told("A.I.1.i.a=Ya"), told("A.I.1.i.a=Tidak"), told("A.I.1.i.b=C"), told("A.I.1.i.b=B")), (1, 0, 0, 1));
}

#[test]
fn the_sheet_of_the_year_is_read() {
    let sheet = |name: &'static str, title: &str, answers: &[&str]| {
        Sheet { name, title: title.to_owned(), ..Sheet::new() }.unit(answers)
    };
    let few: &[&str] = &["A.I.1.i.a=Ya"];
    let most: &[&str] = &["A.I.1.i.a=Ya", "A.I.1.i.b=A"];
    for (sheets, asked, read, findings) in [
        (vec![sheet("LKE 2025", "", few), sheet("LKE 2024", "", most)], None, "LKE 2025", &["LKE003"][..]),
        (vec![sheet("LKE 2025", "", few), sheet("LKE 2024", "", most)], Some(2024), "LKE 2024", &["LKE003"]),
        (vec![sheet("LKE 2025", "", few), sheet("LKE 2024", "", most)], Some(2023), "LKE 2025", &["LKE003", "LKE043"]),
        (vec![sheet("A", "LKE tahun 2024", most), sheet("B", "LKE tahun 2025", few)], None, "B", &["LKE003"]),
        (vec![sheet("LKE", "", few), sheet("LKE 2024", "", most)], Some(2025), "LKE", &["LKE003"]),
        (vec![sheet("LKE", "", few), sheet("LKE (2)", "", most)], Some(2025), "LKE (2)", &["LKE003"]),
        (vec![sheet("LKE", "Permenpan 90 Tahun 2021", few)], Some(2025), "LKE", &[]),
        (vec![sheet("LKE 2024", "", few)], Some(2025), "LKE 2024", &["LKE043"]),
        (vec![sheet("LKE 2024", "", few)], None, "LKE 2024", &[]),
        (vec![sheet("LKE ZI 2021", "", few)], Some(2025), "LKE ZI 2021", &[]),
    ] {
        let examined = examined(sheets, asked);
        assert_eq!(&*examined.result.as_ref().unwrap().sheet, read, "{asked:?}");
        assert_eq!(codes(&examined), findings, "{read} {asked:?}");
    }
}

#[test]
fn the_answer_column_of_the_year_is_read() {
    let header = |headings: &str| {
        let mut sheet = Sheet::new().unit(&["A.I.1.i.a=Ya"]);
        sheet.header.extend(headings.split('|').map(str::to_owned));
        sheet.put("A.I.1.i.a", 9, "Tidak");
        sheet
    };
    let with = |unit: &str, other: &str| {
        let mut sheet = header(other);
        sheet.header[UNIT as usize] = unit.to_owned();
        sheet
    };
    for (sheet, asked, right, findings) in [
        (with("Jawaban Unit 2025", "Jawaban Unit 2024"), None, Some(1.0), &["LKE041"][..]),
        (with("Jawaban Unit 2025", "Jawaban Unit 2024"), Some(2024), Some(0.0), &["LKE041"]),
        (with("Jawaban Unit", "Jawaban Unit Tahun Lalu"), None, Some(1.0), &["LKE045"]),
        (with("Jawaban Unit", "Jawaban Unit 2024"), Some(2025), Some(1.0), &["LKE041"]),
        (with("Jawaban Unit", "Jawaban TPN"), None, Some(1.0), &["LKE045"]),
        (with("Jawaban Unit 2024", "Jawaban TPN"), Some(2025), Some(1.0), &["LKE043", "LKE045"]),
    ] {
        let examined = examined(vec![sheet], asked);
        assert_eq!(ratio(&examined, Role::Unit, "A.I.1.i.a"), right, "{asked:?}");
        assert_eq!(codes(&examined), findings, "{asked:?}");
    }
    let rivals = examined(vec![with("Jawaban Unit", "Jawaban Unit (revisi)")], None);
    assert!(rivals.result.as_ref().unwrap().role(Role::Unit).is_none(), "nothing decides");
    assert_eq!(codes(&rivals), ["LKE042"]);
}

#[test]
fn only_an_lke_without_its_header_is_told_to_restore_it() {
    let advice = |sheet: Sheet| {
        let examined = examined(vec![sheet], None);
        assert_eq!(codes(&examined), ["LKE001"]);
        examined.findings[0].remedy(crate::lang::Lang::Id)
    };
    let lost = Sheet { header: Vec::new(), ..Sheet::new() };
    assert!(advice(lost).contains("Kembalikan baris judul"));
    let template = Template::lke_zi_2021();
    let without = template.nodes.iter().map(|node| &*node.code.clone().leak()).collect();
    let other = Sheet { header: vec!["Nama".to_owned(), "Nilai".to_owned()], without, ..Sheet::new() };
    assert!(!advice(other).contains("Kembalikan"));
}

#[test]
fn a_role_of_another_year_is_left_out() {
    for (unit, tpi, asked, read, findings) in [
        ("Jawaban Unit 2025", "Jawaban TPI 2024", None, [true, false], &["LKE044"][..]),
        ("Jawaban Unit 2025", "Jawaban TPI 2024", Some(2025), [true, false], &["LKE044"]),
        ("Jawaban Unit 2024", "Jawaban TPI 2025", Some(2024), [true, false], &["LKE044"]),
        ("Jawaban Unit 2024", "Jawaban TPI 2025", Some(2025), [false, true], &["LKE044"]),
        ("Jawaban Unit", "Jawaban TPI 2024", Some(2025), [true, false], &["LKE044"]),
        ("Jawaban Unit", "Jawaban TPI 2024", None, [true, true], &[]),
        ("Jawaban Unit 2025", "Jawaban TPI", Some(2025), [true, true], &[]),
        ("Jawaban Unit 2025", "Jawaban TPI 2025", None, [true, true], &[]),
        ("Jawaban Unit 2024", "Jawaban TPI 2024", Some(2025), [true, true], &["LKE043"]),
    ] {
        let mut sheet = Sheet::new().unit(&["A.I.1.i.a=Ya"]);
        sheet.header[UNIT as usize] = unit.to_owned();
        sheet.header[TPI as usize] = tpi.to_owned();
        sheet.put("A.I.1.i.a", TPI, "Tidak");
        let examined = examined(vec![sheet], asked);
        let result = examined.result.as_ref().unwrap();
        assert_eq!(Role::ALL.map(|role| result.role(role).is_some()), read, "{unit} {tpi} {asked:?}");
        assert_eq!(codes(&examined), findings, "{unit} {tpi} {asked:?}");
    }
}

#[test]
fn of_several_semesters_the_one_asked_for_is_read() {
    let sheet = |name: &'static str, answers: &[&str]| Sheet { name, ..Sheet::new() }.unit(answers);
    let (few, most): (&[&str], &[&str]) = (&["A.I.1.i.a=Ya"], &["A.I.1.i.a=Ya", "A.I.1.i.b=A"]);
    let asked = |text: &str| Period::parse(text);
    for (sheets, period, read, findings) in [
        (
            vec![sheet("Semester 1", most), sheet("Semester 2", few)],
            asked("2025-S2"),
            Some("Semester 2"),
            &["LKE003"][..],
        ),
        (vec![sheet("Semester 1", few), sheet("Semester 2", most)], asked("2025-S1"), Some("Semester 1"), &["LKE003"]),
        (vec![sheet("Semester 1", most), sheet("Semester 2", few)], asked("2025"), None, &["LKE046"]),
        (vec![sheet("LKE S1", most), sheet("LKE S2", few)], None, None, &["LKE046"]),
        (vec![sheet("Semester 1", few), sheet("Semester 2", &[])], None, Some("Semester 1"), &["LKE003"]),
        (
            vec![sheet("2024 S1", most), sheet("2025 S1", few), sheet("2025 S2", few)],
            asked("2025-S1"),
            Some("2025 S1"),
            &["LKE003"],
        ),
    ] {
        let examined = examined_of(sheets, period);
        assert_eq!(examined.result.as_ref().map(|result| &*result.sheet), read, "{period:?}");
        assert_eq!(codes(&examined), findings, "{read:?} {period:?}");
    }
}

#[test]
fn one_part_of_a_split_lke_is_never_the_whole() {
    let part = |name: &'static str, kept: &[&str]| {
        let template = Template::lke_zi_2021();
        let is_kept = |code: &str| kept.iter().any(|kept| code.starts_with(kept));
        let without = template.nodes.iter().filter(|node| !is_kept(&node.code)).map(|node| &*node.code.clone().leak());
        Sheet { name, without: without.collect(), ..Sheet::new() }
    };
    for sheets in [
        vec![part("Pemenuhan", &["A.I."]), part("Reform", &["A.II."]), part("Hasil", &["B"])],
        vec![part("Area 1", &["A.I.1", "A.II.1"]), part("Area 2–6", &["A.I.2", "A.I.3", "A.I.4", "A.I.5", "A.I.6"])],
        vec![part("Pengungkit", &["A"]), part("Hasil", &["B"])],
    ] {
        let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name).collect();
        let examined = examined(sheets, None);
        assert!(examined.result.is_none(), "{names:?}");
        assert_eq!(codes(&examined), ["LKE047"], "{names:?}");
    }
    let whole = examined(vec![Sheet::new().unit(&["A.I.1.i.a=Ya"]), part("Contoh area 1", &["A.I.1"])], None);
    assert_eq!(&*whole.result.unwrap().sheet, "LKE");
}

/// The answers of unit and TPI to the 127 questions of 2026, in the order of the ministry's list.
const ANSWERS_2026: [&str; 2] = [
    "Ya A Ya B B B B A Ya A B A D C B A A B A B A Ya A Tidak Ya A Tidak Ya A A C B A C A E Ya B B A A A Ya Ya Ya A Ya B Tidak A A B A E \
     A A A Ya A A A A B B A B C B A D A Tidak C A B A A A A A A A C B A Ya B 4 6 6 5 A D A A A D B B A A 3 1 1 12 10 A A A 5 1 4 1 7 2 9 \
     3 6 21 28 B 8 6 A 3.62 A 3.48",
    "Tidak C Ya B B C B B Tidak C B A D E A B B B A A A Ya B Tidak Tidak B Ya Ya A B A B A B B E Tidak A B C A A Tidak Tidak Tidak B \
     Tidak B Tidak C B B E D A B B Ya A C B B C B A C B A B C A Tidak D B B A C B C B A A B A B Tidak A 4 5 5 4 A A C B B A C E C B 3 1 \
     1 12 9 A A B 5 1 4 1 7 2 9 3 6 21 27 B 8 6 A 3.5 A 3.48",
];

/// A filled worksheet of 2026; `rows` makes of each node its mark, label and type, or leaves its row out.
fn sheet_2026(rows: impl Fn(&Node) -> Option<[String; 3]>) -> Grid {
    let template = &Template::shipped()[1];
    let mut builder = GridBuilder::new("Jawaban", false, GridLimits::default());
    let mut row = 0;
    let mut line = |cells: [String; 6]| {
        for (col, text) in (0..).zip(cells) {
            builder.set(CellRef::new(row, col), typed(&text)).unwrap();
        }
        row += 1;
    };
    line(["", "Penilaian", "Pilihan Jawaban", "Jawaban Unit Kerja", "Jawaban TPI", "Bukti Dukung"].map(str::to_owned));
    let mut answers = ANSWERS_2026.map(str::split_whitespace);
    for node in &template.nodes {
        let is_question = node.answer_type.is_some() && !node.is_optional;
        let given = answers.each_mut().map(|of| if is_question { of.next().unwrap() } else { "" });
        if let Some([mark, label, kind]) = rows(node) {
            line([mark, label, kind, given[0].to_owned(), given[1].to_owned(), String::new()]);
        }
    }
    assert!(answers.into_iter().all(|mut of| of.next().is_none()), "127 questions");
    builder.finish()
}

#[test]
fn a_worksheet_of_2026_is_read_in_any_layout() {
    let official =
        |node: &Node| [node.mark().to_owned(), node.label.clone(), node.type_label.clone().unwrap_or_default()];
    let unless_optional = |node: &Node| (!node.is_optional).then(|| official(node));
    let by_older_label = |node: &Node| {
        let older = Template::lke_zi_2021()
            .nodes
            .iter()
            .find(|of| of.code == node.code && !node.code.starts_with("A.II.5.iii"))?
            .label
            .clone();
        Some(older)
    };
    let sheets: [(&str, Grid); 6] = [
        ("official", sheet_2026(|node| Some(official(node)))),
        ("without rows of percentages", sheet_2026(unless_optional)),
        (
            "with the groups but no sums",
            sheet_2026(|node| (node.kind != NodeKind::Detail || !node.is_optional).then(|| official(node))),
        ),
        (
            "the ministry's names of types, marks within labels",
            sheet_2026(|node| {
                let [mark, label, kind] = unless_optional(node)?;
                let mark = if mark == "-" { String::new() } else { format!("{mark}. ") };
                let kind = match kind.as_str() {
                    "Ya/Tidak" => "YA_TIDAK".to_owned(),
                    "Nilai (0-4)" => "0-4".to_owned(),
                    kind => kind.replace('/', ""),
                };
                Some([String::new(), format!("{mark}{label}"), kind])
            }),
        ),
        (
            "neither marks nor types",
            sheet_2026(|node| unless_optional(node).map(|[_, label, _]| [String::new(), label, String::new()])),
        ),
        (
            "without the official misprints",
            sheet_2026(|node| {
                let [mark, label, kind] = official(node);
                Some([mark, by_older_label(node).unwrap_or(label), kind])
            }),
        ),
    ];
    for (layout, grid) in sheets {
        let book = || Book::of_grids(vec![grid.clone()], SourceInfo::of("lke.xlsx", Timestamp::UNIX_EPOCH));
        let examined = examine(book(), &Template::shipped()[1], None, None).unwrap();
        let result = examined.result.as_ref().unwrap();
        let totals = Role::ALL.map(|role| format!("{:.6}", result.total(role).unwrap()));
        assert_eq!(totals, ["84.968250", "74.135208"], "{layout}");
        let told: Vec<_> = codes(&examined).into_iter().filter(|code| *code != "LKE030").collect();
        assert_eq!(told, [""; 0], "{layout}");
        assert_eq!(examined.of.as_ref().map(|of| of.id.as_str()), Some("lke-zi-2026"), "{layout}");
        let other = examine(book(), &Template::lke_zi_2021(), None, None).unwrap();
        assert!(codes(&other).contains(&"LKE049"), "{layout}");
    }
    let older = examined(vec![Sheet::new().unit(&["A.I.1.i.a=Ya"])], None);
    assert_eq!(older.of.map(|of| of.id.clone()).as_deref(), Some("lke-zi-2021"));
}

#[test]
fn who_must_report_in_2026_is_the_sum_of_the_parts() {
    let read = |answers: &[&str]| {
        let sheet = Sheet { template: Template::shipped()[1].clone(), ..Sheet::new() }.unit(answers);
        let book = Book::of_grids(vec![sheet.grid()], SourceInfo::of("lke.xlsx", Timestamp::UNIX_EPOCH));
        let examined = examine(book, &Template::shipped()[1], None, None).unwrap();
        ratio(&examined, Role::Unit, "A.II.5.iii.a.1")
    };
    let code = |last: u8, count: &str| format!("A.II.5.iii.a.1.{last}={count}");
    let of = |counts: [&str; 4]| {
        let answers: Vec<String> =
            (2..).zip(counts).filter(|(_, count)| !count.is_empty()).map(|(last, count)| code(last, count)).collect();
        read(&answers.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert_eq!(of(["1", "2", "3", "5"]), Some(5.0 / 6.0));
    assert_eq!(of(["1", "", "", "1"]), Some(1.0), "blank parts count 0");
    assert_eq!(of(["", "", "", "5"]), None, "nobody is said to have to");
    assert_eq!(of(["1", "dua", "3", "5"]), None, "an unreadable part");
    assert_eq!(of(["0", "0", "0", "0"]), None);
}
