use super::*;
use crate::grid::{Cell, CellRef, Grid, GridBuilder, GridLimits, Value};
use crate::source::{FileBytes, Limits};
use crate::stop::Stop;
use jiff::Timestamp;
use proptest::prelude::*;
use std::path::Path;

/// The nine unsur by their names.
const UNSUR: &str = "Persyaratan;Prosedur;Waktu;Biaya;Produk;Kompetensi;Perilaku;Penanganan pengaduan;Sarana";

fn instrument(id: &str) -> Arc<Instrument> {
    Instrument::named(id, Path::new(".")).unwrap()
}

/// A sheet of cells parted by `;`, lines by line feeds; what reads as a number is one.
fn sheet(name: &str, text: &str) -> Grid {
    let mut grid = GridBuilder::new(name, false, GridLimits::default());
    for (row, line) in (0..).zip(text.lines()) {
        for (col, text) in (0..).zip(line.split(';').map(str::trim)) {
            let value = match text.parse::<f64>() {
                Ok(number) => Value::Number(number),
                Err(_) if text.is_empty() => continue,
                Err(_) => Value::Text(text.into()),
            };
            grid.set(CellRef::new(row, col), Cell { value, ..Cell::default() }).unwrap();
        }
    }
    grid.finish()
}

fn named(period: Option<&str>) -> SurveyOptions {
    let period = period.map(|text| Period::parse(text).unwrap());
    SurveyOptions { is_named: true, period, ..SurveyOptions::default() }
}

fn of_sheets(sheets: Vec<Grid>, options: &SurveyOptions) -> ExaminedSurvey {
    let book = Book::of_grids(sheets, SourceInfo::of("skm.xlsx", Timestamp::UNIX_EPOCH));
    examine(vec![book], &instrument("skm-2017"), options).unwrap()
}

/// Respondents and index to four decimals, or nothing; with the codes of what is said.
fn summary(examined: &ExaminedSurvey) -> (Option<(usize, String)>, Vec<&'static str>) {
    let codes = examined.findings.iter().map(|finding| finding.code.entry().code).collect();
    let result = examined.result.as_ref();
    (result.map(|result| (result.index.n, format!("{:.4}", result.index.index))), codes)
}

#[test]
fn only_respondents_are_counted() {
    let header = format!("No;{UNSUR}");
    let fours = "1;4;4;4;4;4;4;4;4;4\n2;4;4;4;4;4;4;4;4;4\n3;3;3;3;3;3;3;3;3;3";
    let expected = Some((3, "91.6667".to_owned()));
    for (kind, text) in [
        ("as it is", format!("{header}\n{fours}")),
        ("a title block", format!("REKAPITULASI\nSemester I 2025\n\n{header}\n{fours}")),
        ("numbers of the columns", format!("{header}\n1;2;3;4;5;6;7;8;9;10\n{fours}")),
        ("codes below the header", format!("{header}\n;U1;U2;U3;U4;U5;U6;U7;U8;U9\n{fours}")),
        (
            "the header again",
            format!("{header}\n1;4;4;4;4;4;4;4;4;4\n{header}\n2;4;4;4;4;4;4;4;4;4\n3;3;3;3;3;3;3;3;3;3"),
        ),
        ("a blank row", format!("{header}\n1;4;4;4;4;4;4;4;4;4\n\n2;4;4;4;4;4;4;4;4;4\n3;3;3;3;3;3;3;3;3;3")),
        ("a sum", format!("{header}\n{fours}\nJumlah;11;11;11;11;11;11;11;11;11")),
        (
            "sums per answer",
            format!("{header}\n{fours}\nJumlah nilai 4;2;2;2;2;2;2;2;2;2\nJumlah nilai 3;1;1;1;1;1;1;1;1;1"),
        ),
        (
            "means",
            format!(
                "{header}\n{fours}\nNRR;3.67;3.67;3.67;3.67;3.67;3.67;3.67;3.67;3.67\nNRR tertimbang;0.4;0.4;0.4;0.4;0.4;0.4;0.4;0.4;0.4"
            ),
        ),
        (
            "the lowest and the highest",
            format!("{header}\n{fours}\nTerendah;3;3;3;3;3;3;3;3;3\nTertinggi;4;4;4;4;4;4;4;4;4"),
        ),
        ("a sum without a label", format!("{header}\n{fours}\n;11;11;11;11;11;11;11;11;11")),
        ("a mean without a label", format!("{header}\n{fours}\n;3.67;3.67;3.67;3.67;3.67;3.67;3.67;3.67;3.67")),
        (
            "a tally below",
            format!(
                "{header}\n{fours}\n\nRekap jawaban\nTidak baik;0;0;0;0;0;0;0;0;0\nBaik;1;1;1;1;1;1;1;1;1\nSangat baik;2;2;2;2;2;2;2;2;2"
            ),
        ),
        ("a table below", format!("{header}\n{fours}\n\n;Unsur;NRR\n;Persyaratan;3.67\n;Prosedur;3.67")),
        (
            "sums of pages between",
            format!(
                "{header}\n1;4;4;4;4;4;4;4;4;4\n2;4;4;4;4;4;4;4;4;4\nJumlah;8;8;8;8;8;8;8;8;8\n3;3;3;3;3;3;3;3;3;3"
            ),
        ),
    ] {
        let examined = of_sheets(vec![sheet("Data", &text)], &named(None));
        let (read, codes) = summary(&examined);
        assert_eq!(read, expected, "{kind}");
        let is_plain = ["as it is", "a title block", "a blank row"].contains(&kind);
        assert_eq!(codes.contains(&"SKM038"), !is_plain, "{kind}: {codes:?}");
    }
    // Without numbering, times or names, what can be no answer tells the rows below the data.
    for (kind, text) in [
        (
            "a sum",
            format!("{UNSUR}\n4;4;4;4;4;4;4;4;4\n4;4;4;4;4;4;4;4;4\n3;3;3;3;3;3;3;3;3\n11;11;11;11;11;11;11;11;11"),
        ),
        (
            "a table below",
            format!(
                "{UNSUR}\n4;4;4;4;4;4;4;4;4\n4;4;4;4;4;4;4;4;4\n3;3;3;3;3;3;3;3;3\n\nUnsur;Nilai\nPersyaratan;3.67"
            ),
        ),
    ] {
        assert_eq!(summary(&of_sheets(vec![sheet("Data", &text)], &named(None))).0, expected, "{kind}");
    }
    let headless = of_sheets(vec![sheet("Data", "4;4;4\n3;3;3")], &named(None));
    assert_eq!(summary(&headless), (None, vec!["SKM001"]), "data without a header is not eaten");
}

#[test]
fn the_sheets_of_responses_are_read_together_and_no_others() {
    let of = |value: u8, rows: usize| {
        let row = [value.to_string().as_str(); 9].join(";");
        format!("{UNSUR}\n{}", vec![row; rows].join("\n"))
    };
    let means =
        format!("Layanan;{UNSUR}\nA;3.5;3.2;3.1;3.7;3.3;3.2;3.3;3.4;3.5\nNRR;3.5;3.2;3.1;3.7;3.3;3.2;3.3;3.4;3.5");
    let named_sheets = |sheets: &[(&str, String)], options: &SurveyOptions| {
        summary(&of_sheets(sheets.iter().map(|(name, text)| sheet(name, text)).collect(), options))
    };
    let (read, codes) = named_sheets(&[("Januari", of(4, 3)), ("Februari", of(2, 3))], &named(None));
    assert_eq!((read, codes.contains(&"SKM040")), (Some((6, "75.0000".to_owned())), true), "months are one survey");
    let (read, codes) = named_sheets(&[("Layanan A", of(4, 3)), ("Rekap", means)], &named(None));
    assert_eq!((read, codes.contains(&"SKM041")), (Some((3, "100.0000".to_owned())), true), "a summary never wins");
    let semesters = [("Semester 1", of(4, 2)), ("Semester 2", of(2, 2))];
    assert_eq!(named_sheets(&semesters, &named(None)), (None, vec!["SKM042"]));
    let (read, codes) = named_sheets(&semesters, &named(Some("2025-S2")));
    assert_eq!((read, codes.contains(&"SKM041")), (Some((2, "50.0000".to_owned())), true), "the period chooses");
    let (read, _) = named_sheets(&[("2024", of(1, 2)), ("2025", of(3, 2))], &named(Some("2025")));
    assert_eq!(read, Some((2, "75.0000".to_owned())));
    let same = format!(
        "{UNSUR}\n4;4;4;4;4;4;4;4;4\n3;3;3;3;3;3;3;3;3\n2;2;2;2;2;2;2;2;2\n4;3;4;3;4;3;4;3;4\n1;2;1;2;1;2;1;2;1"
    );
    let (read, codes) = named_sheets(&[("Jawaban", same.clone()), ("Olah data", same)], &named(None));
    assert_eq!((read.map(|(n, _)| n), codes.contains(&"SKM041")), (Some(5), true), "a copy is not counted twice");
}

#[test]
fn the_hidden_sheet_of_responses_is_read_where_no_other_is() {
    let mut hidden = GridBuilder::new("Form Responses 1", true, GridLimits::default());
    for (at, cell) in sheet("x", &format!("{UNSUR}\n4;4;4;4;4;4;4;4;4")).used_cells() {
        hidden.set(at, cell.clone()).unwrap();
    }
    let summary_sheet = sheet("Rekap", &format!("Unsur;{UNSUR}\nNRR;3;3;3;3;3;3;3;3;3"));
    let examined = of_sheets(vec![hidden.finish(), summary_sheet], &named(None));
    assert_eq!(summary(&examined).0, Some((1, "100.0000".to_owned())));
}

#[test]
fn times_say_which_responses_are_of_a_period() {
    let answers = |value: &str| [value; 9].join(";");
    for (kind, header, inside, outside) in [
        ("day first", "Stempel waktu", "25/06/2025 10:00:00", "25/06/2024 10:00:00"),
        ("words", "Stempel waktu", "Kamis, 5 Juni 2025 10.00", "5 Juni 2024 10.00"),
        ("short words", "Tanggal", "5-Jun-25", "5-Jun-24"),
        ("English", "Timestamp", "Jun 5, 2025", "Jun 5, 2024"),
        ("ISO", "Timestamp", "2025-06-05T10:00:00Z", "2024-06-05T10:00:00Z"),
        ("serial numbers", "Stempel waktu", "45800.5", "45300.5"),
    ] {
        let text = format!("{header};{UNSUR}\n{inside};{}\n{outside};{}", answers("4"), answers("1"));
        let (read, codes) = summary(&of_sheets(vec![sheet("Data", &text)], &named(Some("2025-S1"))));
        assert_eq!(read, Some((1, "100.0000".to_owned())), "{kind} {codes:?}");
    }
    let undated =
        format!("Stempel waktu;{UNSUR}\n25/06/2025;{}\n;{}\nkemarin;{}", answers("4"), answers("1"), answers("1"));
    let (read, codes) = summary(&of_sheets(vec![sheet("Data", &undated)], &named(Some("2025-S1"))));
    assert_eq!((read, codes.contains(&"SKM043")), (Some((1, "100.0000".to_owned())), true), "undated, of no period");
    let born = format!("Tanggal lahir;{UNSUR}\n12/05/1990;{}", answers("4"));
    let (read, codes) = summary(&of_sheets(vec![sheet("Data", &born)], &named(Some("2025-S1"))));
    assert_eq!((read, codes.contains(&"SKM015")), (Some((1, "100.0000".to_owned())), true));
}

#[test]
fn a_response_is_sent_twice_only_at_one_second_by_one_person() {
    let answers = "4;3;4;3;4;3;4;3;4";
    let codes = |header: &str, rows: &[&str]| {
        let text = format!(
            "{header};{UNSUR}\n{}",
            rows.iter().map(|row| format!("{row};{answers}")).collect::<Vec<_>>().join("\n")
        );
        let (_, codes) = summary(&of_sheets(vec![sheet("Data", &text)], &named(None)));
        ["SKM018", "SKM044", "SKM045"].into_iter().filter(|code| codes.contains(code)).collect::<Vec<_>>()
    };
    let none: Vec<&str> = Vec::new();
    assert_eq!(codes("Stempel waktu;Nama", &["25/06/2025 10:00:00;Ani", "25/06/2025 10:00:00;Ani"]), ["SKM018"]);
    assert_eq!(codes("Stempel waktu;Nama", &["25/06/2025 10:00:00;Ani", "25/06/2025 10:00:00;Budi"]), none);
    assert_eq!(codes("Stempel waktu;Nama", &["25/06/2025 10:00:00;Ani", "25/06/2025 10:01:00;Ani"]), none);
    assert_eq!(codes("Tanggal;Jenis kelamin", &["25/06/2025;L", "25/06/2025;L"]), none, "a day is no time");
    assert_eq!(codes("Tanggal;Nama", &["25/06/2025;Ani", "25/06/2025;Ani"]), ["SKM045"]);
    assert_eq!(codes("No;Nama", &["1;Ani", "2;Ani"]), ["SKM045"]);
    assert_eq!(codes("No", &["1", "2"]), none, "the same answers are no person");
    let edited =
        format!("Stempel waktu;{UNSUR}\n25/06/2025 10:00:00;4;3;4;3;4;3;4;3;4\n25/06/2025 10:00:00;4;3;4;3;4;3;4;3;3");
    let (_, codes) = summary(&of_sheets(vec![sheet("Data", &edited)], &named(None)));
    assert!(codes.contains(&"SKM044") && !codes.contains(&"SKM018"), "{codes:?}");
}

#[test]
fn few_elements_have_no_grade_and_one_is_no_index() {
    let few = of_sheets(vec![sheet("Data", "Persyaratan;Prosedur;Waktu;Biaya;Produk\n4;4;4;4;4")], &named(None));
    let result = few.result.as_ref().unwrap();
    assert_eq!((result.index.index, result.is_whole, result.grade_word(Lang::Id)), (100.0, false, "kurang unsur"));
    assert!(summary(&few).1.contains(&"SKM032"));
    let six =
        of_sheets(vec![sheet("Data", "Persyaratan;Prosedur;Waktu;Biaya;Produk;Kompetensi\n4;4;4;4;4;4")], &named(None));
    assert_eq!(six.result.unwrap().grade_word(Lang::Id), "A", "two thirds");
    let one = of_sheets(vec![sheet("Data", "No;Sikap petugas\n1;Setuju\n2;Tidak setuju")], &named(None));
    assert!(one.result.is_none() && summary(&one).1.contains(&"SKM031"));
}

#[test]
fn groups_that_could_be_worked_out_are_hidden_as_well() {
    let rows = |label: &str, n: usize| vec![format!("{label};4;4;4;4;4;4;4;4;4"); n].join("\n");
    let text = |groups: &[(&str, usize)]| {
        let rows = groups.iter().map(|(label, n)| rows(label, *n)).collect::<Vec<_>>().join("\n");
        format!("Pendidikan;{UNSUR}\n{rows}")
    };
    let shown = |groups: &[(&str, usize)]| {
        let result = of_sheets(vec![sheet("Data", &text(groups))], &named(None)).result.unwrap();
        let by = result.breakdowns.into_iter().find(|breakdown| breakdown.by == "education").unwrap();
        (by.rows.into_iter().map(|row| row.label).collect::<Vec<_>>(), by.not_shown)
    };
    assert_eq!(shown(&[("S1", 8), ("S2", 2)]), (vec![], 10));
    assert_eq!(shown(&[("S1", 8), ("SMA", 6), ("S2", 2)]), (vec!["S1".to_owned()], 8));
    assert_eq!(shown(&[("S1", 8), ("S2", 2), ("S3", 3)]), (vec!["S1".to_owned()], 5), "five cannot be told apart");
    assert_eq!(shown(&[("S1", 8), ("S2", 5)]), (vec!["S1".to_owned(), "S2".to_owned()], 0));
}

#[test]
fn several_files_are_one_survey_and_a_quote_left_open_is_none() {
    let book = |text: &str| {
        let file = FileBytes { bytes: Arc::new(text.as_bytes().to_vec()), name: "skm".to_owned(), is_csv: true };
        Book::of_file(file, SourceInfo::of("skm.csv", Timestamp::UNIX_EPOCH), &Limits::default(), &Stop::new()).unwrap()
    };
    let (a, b) = (format!("{UNSUR}\n4;4;4;4;4;4;4;4;4\n"), format!("{UNSUR}\n2;2;2;2;2;2;2;2;2\n"));
    let examined = examine(vec![book(&a), book(&b)], &instrument("skm-2017"), &named(None)).unwrap();
    assert_eq!((examined.sources.len(), summary(&examined).0), (2, Some((2, "75.0000".to_owned()))));
}

#[test]
fn an_instrument_of_ones_own_is_read_on_its_scale() {
    let answers = r#"answers = ["Sangat tidak setuju", "Tidak setuju", "Ragu-ragu", "Setuju", "Sangat setuju"]"#;
    let element = |code: &str, word: &str| {
        format!(
            "[[element]]\ncode = \"{code}\"\nlabel = \"{word}\"\nstrong = [\"{word}\"]\nasked = 1\nquestion = \"{word}\"\n{answers}\n"
        )
    };
    let own = format!(
        "id = \"kita\"\ntitle = \"Survei kita\"\nshort = \"KITA\"\nindex = \"IK\"\nsource = \"-\"\nshown = \"hundred\"\nscale = 5\n\n\
         [[grade]]\nletter = \"A\"\nlabel = \"Baik\"\nat_least = 0.0\n\n{}\n{}",
        element("A", "terang"),
        element("B", "teduh")
    );
    let own = Arc::new(Instrument::from_text(&own).unwrap());
    let grid = sheet("Data", "Ruangan terang;Ruangan teduh\nSetuju;Ragu-ragu\nSangat setuju;Sangat tidak setuju");
    let book = Book::of_grids(vec![grid], SourceInfo::of("x", Timestamp::UNIX_EPOCH));
    let result = examine(vec![book], &own, &named(None)).unwrap().result.unwrap();
    assert!((result.index.mean - 3.25).abs() < 1e-12 && (result.index.index - 65.0).abs() < 1e-12);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_says_nothing_of_the_answers_changes_no_index(
        values in prop::collection::vec(prop::collection::vec(1..=4_u8, 9), 3..12),
        seed in any::<u64>(),
    ) {
        // The order of columns and rows, from the seed.
        let order = |n: usize| {
            let mut order: Vec<usize> = (0..n).collect();
            order.sort_by_key(|&place| (place as u64 + 1).wrapping_mul(seed | 1).rotate_left(17));
            order
        };
        let headers: Vec<&str> = UNSUR.split(';').collect();
        let table = |columns: &[usize], rows: &[usize], before: &str, between: &str, more: (&str, &str)| {
            let header = columns.iter().map(|&col| headers[col]).collect::<Vec<_>>().join(";");
            let line = |(at, &row): (usize, &usize)| {
                let cells = columns.iter().map(|&col| values[row][col].to_string()).collect::<Vec<_>>().join(";");
                let gap = if at == 1 { between } else { "" };
                format!("{gap}P{row};{cells}{}", more.1)
            };
            let rows = rows.iter().enumerate().map(line).collect::<Vec<_>>().join("\n");
            format!("{before}Nama;{header}{}\n{rows}", more.0)
        };
        let (cols, rows): (Vec<usize>, Vec<usize>) = ((0..9).collect(), (0..values.len()).collect());
        let index = |sheets: Vec<Grid>| of_sheets(sheets, &named(None)).result.map(|result| result.index.index);
        let plain = table(&cols, &rows, "", "", ("", ""));
        let expected = index(vec![sheet("Data", &plain)]);
        prop_assert!(expected.is_some());
        let expected = expected.unwrap_or_default();
        let means = format!("Unsur;{UNSUR}\nNRR;3.1;3.2;3.3;3.4;3.5;3.6;3.7;3.8;3.9");
        for (kind, sheets) in [
            ("rows", vec![sheet("Data", &table(&cols, &order(values.len()), "", "", ("", "")))]),
            ("columns", vec![sheet("Data", &table(&order(9), &rows, "", "", ("", "")))]),
            ("comments", vec![sheet("Data", &table(&cols, &rows, "", "", (";Saran", ";Tidak ada")))]),
            ("importance", vec![sheet("Data", &table(&cols, &rows, "", "", (";Tingkat kepentingan waktu", ";4")))]),
            ("title", vec![sheet("Data", &table(&cols, &rows, "SURVEI KEPUASAN\nTahun 2025\n\n", "", ("", "")))]),
            ("blank row", vec![sheet("Data", &table(&cols, &rows, "", "\n", ("", "")))]),
            ("summary sheet", vec![sheet("Rekap", &means), sheet("Data", &plain)]),
        ] {
            let got = index(sheets);
            prop_assert!(got.is_some_and(|got| (got - expected).abs() < 1e-9), "{}: {:?} {}", kind, got, expected);
        }
    }
}
