//! What target texts mean: a grammar over the whole text, so that a text is read for certain or not at all.
//!
//! `target := part (sep part)*`, `part := [frequency] [from] [span] [weeks] [year]`. A span is a month, a quarter, a semester, or
//! one `sampai` another, with a year at either end; what a part lacks it has from its neighbours or from the plan.
//!
//! `plain` says dates and phrases in plain words, `words` knows the words, `parse` the grammar, and `said` makes months
//! of what was said.

mod parse;
mod plain;
mod said;
mod words;

pub use plain::{DateOrder, date_order};

use crate::plan::timeline::Target;

/// What a target's text does not say itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known {
    /// The plan's year, where it is known.
    pub year: Option<i16>,
    /// Whether dates of the plan are written with the month first.
    pub month_first: bool,
}

/// Reads a target text. `None` where anything in it cannot be read for certain; an empty target where it says that nothing
/// is planned (`-`, `NIHIL`).
pub fn read_target(text: &str, known: Known) -> Option<Target> {
    let text = text.trim().to_lowercase();
    if ["", "-", "–", "—", "−", "nihil", "tidak ada", "false", "salah"].contains(&text.as_str()) {
        return Some(Target::default());
    }
    let tokens = words::tokens(&plain::plain(&text, known)?)?;
    parse::parse(&tokens)?.target(known.year)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::timeline::PlanMonth;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<Target> {
        read_target(text, Known::default())
    }

    /// Months as `8-12`, `6,9`, `12/2025,1/2026`; weeks behind a colon.
    fn shown(target: &Target) -> String {
        let month = |month: &PlanMonth| match month.year {
            Some(year) => format!("{}/{year}", month.month),
            None => month.month.to_string(),
        };
        let months: Vec<String> = target.months.iter().map(month).collect();
        let weeks: Vec<String> = target.weeks.iter().map(|(month, week)| format!("{month}w{week}")).collect();
        let listed = months.join(",");
        if weeks.is_empty() { listed } else { format!("{listed}:{}", weeks.join(",")) }
    }

    const YEAR: &str = "1,2,3,4,5,6,7,8,9,10,11,12";
    const UNREAD: &str = "?";

    fn all_are_read_so(table: &[(&str, &str)], known: Known) {
        let wrong: Vec<String> = table
            .iter()
            .map(|(text, right)| {
                (text, read_target(text, known).map_or_else(|| UNREAD.to_owned(), |t| shown(&t)), right)
            })
            .filter(|(_, read, right)| read != *right)
            .map(|(text, read, right)| format!("{text}: {read}, not {right}"))
            .collect();
        assert_eq!(wrong, [""; 0]);
    }

    #[test]
    fn months_as_the_documents_write_them() {
        let table = [
            ("Agustus", "8"),
            ("Agustus-Desember", "8,9,10,11,12"),
            ("Agustus- Desember", "8,9,10,11,12"),
            ("Agustus – Oktober", "8,9,10"),
            ("Okttober-Desember", "10,11,12"),
            ("Oktober dan Desember", "10,12"),
            ("Juni & Desember", "6,12"),
            ("Juni / Juli", "6,7"),
            ("Maret, Juni, dan September", "3,6,9"),
            ("Juni Juli September", "6,7,9"),
            ("Jan s/d Mrt", "1,2,3"),
            ("Jan s.d Mar", "1,2,3"),
            ("Jan s. d. Mar", "1,2,3"),
            ("Juli s.d. Sept", "7,8,9"),
            ("Jan sd Maret;", "1,2,3"),
            ("AGT sampai dengan NOP", "8,9,10,11"),
            ("Agt–Nop", "8,9,10,11"),
            ("Pebruari hingga Apr.", "2,3,4"),
            ("dari bulan Maret sampai bulan Juni", "3,4,5,6"),
            ("Januari-Maret, Juli-September", "1,2,3,7,8,9"),
            ("paling lambat akhir Juni", "6"),
            ("Selambat-lambatnya bulan Juni", "6"),
            ("B06", "6"),
            ("B03, B06, B09, B12", "3,6,9,12"),
            ("-", ""),
            ("NIHIL", ""),
            ("FALSE", ""),
        ];
        all_are_read_so(&table, Known::default());
    }

    #[test]
    fn frequencies_are_limited_by_spans() {
        let table = [
            ("setiap bulan", YEAR),
            ("Tiap akhir bulan", YEAR),
            ("bulanan", YEAR),
            ("setiap hari", YEAR),
            ("sepanjang tahun", YEAR),
            ("selama 1 tahun", YEAR),
            ("tanggal 5 setiap bulan", YEAR),
            ("Setiap bulan Juni dan Desember", "6,12"),
            ("Setiap bulan Agustus-Desember", "8,9,10,11,12"),
            ("Setiap bulan (Januari s.d. Juni)", "1,2,3,4,5,6"),
            ("Januari - Juni, setiap bulan", "1,2,3,4,5,6"),
            ("Maret, Juni, setiap bulan", "3,6"),
            ("Selama Januari-Maret", "1,2,3"),
            ("Selama Maret", "3"),
            ("per bulan Juni", "6"),
            ("per Juni", "6"),
            ("Maret setiap tahun", "3"),
            ("Setiap bulan mulai Maret", "3,4,5,6,7,8,9,10,11,12"),
            ("Mulai Juli", "7,8,9,10,11,12"),
            ("Mulai Juli, setiap bulan", "7,8,9,10,11,12"),
            ("Sejak Januari", YEAR),
            ("mulai dari Maret s.d. Mei", "3,4,5"),
            ("tiap triwulan", "3,6,9,12"),
            ("triwulanan", "3,6,9,12"),
            ("setiap akhir triwulan", "3,6,9,12"),
            ("per semester", "6,12"),
            ("Tiap triwulan mulai April", "6,9,12"),
            ("Tiap semester mulai Juli", "12"),
            ("Januari - Juni, tiap triwulan", "3,6"),
            ("tiap triwulan (Maret, Juni, September, Desember)", "3,6,9,12"),
            ("Tiap triwulan Maret", "3"),
            ("Maret, tiap triwulan", "3,6,9,12"),
            ("April, tiap triwulan", "4,6,9,12"),
            ("Juni dan Desember, tiap triwulan", "6,12"),
            ("Maret, setiap semester", "3,6,12"),
            ("Februari dan Agustus, tiap triwulan", UNREAD),
            ("Tiap triwulan Maret dan Agustus", UNREAD),
            ("Tiap triwulan April", UNREAD),
            ("Tiap triwulan April - Mei", UNREAD),
            ("setiap 3 bulan", UNREAD),
            ("Setiap bulan, tiap triwulan", UNREAD),
            ("mulai Maret dan Juni", UNREAD),
            ("dari Maret ke Juni", UNREAD),
            ("per tahun", UNREAD),
            ("selama triwulan I", "1,2,3"),
            ("setiap bulan di triwulan II", "4,5,6"),
            ("Semester II, tiap bulan", "7,8,9,10,11,12"),
            ("tiap triwulan, semester II", "9,12"),
            ("Setiap hari kerja", YEAR),
            ("Setiap triwulan (TW I, II, III, IV)", "3,6,9,12"),
        ];
        all_are_read_so(&table, Known::default());
    }

    #[test]
    fn quarters_and_semesters_are_due_in_their_last_month() {
        let table = [
            ("TW II", "6"),
            ("TW-II", "6"),
            ("TW2", "6"),
            ("Q3", "9"),
            ("Triwulan ke-3", "9"),
            ("triwulan pertama", "3"),
            ("Triwulan II dan IV", "6,12"),
            ("TW I, II, III, IV", "3,6,9,12"),
            ("TW 1-3", "3,6,9"),
            ("Triwulan I s.d. IV", "3,6,9,12"),
            ("Triwulan I s.d. Triwulan III", "3,6,9"),
            ("tiap triwulan II", "6"),
            ("TW IV 2025 - TW II 2026", "12/2025,3/2026,6/2026"),
            ("Semester 1", "6"),
            ("Semester I dan II", "6,12"),
            ("akhir Semester II 2025", "12/2025"),
            ("Juni (semester I)", "6"),
            ("TW I, 30 Juni", "3,6"),
            ("TWI s.d. TWIV", "3,6,9,12"),
            ("Triwulan II (April - Juni)", "4,5,6"),
            ("April - Juni (TW II)", "4,5,6"),
            ("TW II (April)", UNREAD),
            ("TW II (April - Mei)", UNREAD),
            ("awal triwulan II", UNREAD),
            ("TW V", UNREAD),
            ("TW I - Juni", UNREAD),
            ("Februari (triwulan I)", UNREAD),
            ("triwulan", UNREAD),
        ];
        all_are_read_so(&table, Known::default());
    }

    #[test]
    fn years_belong_to_their_part() {
        let table = [
            ("Agustus 2025", "8/2025"),
            ("TA 2025 Juni", "6/2025"),
            ("T.A. 2025: Juni", "6/2025"),
            ("Juni, September, Desember 2022", "6/2022,9/2022,12/2022"),
            ("Juni 2025, September", "6/2025,9/2025"),
            ("Jan s/d Mrt 2025", "1/2025,2/2025,3/2025"),
            ("Desember 2025, Januari 2026", "12/2025,1/2026"),
            ("Januari 2026 dan Desember 2025", "12/2025,1/2026"),
            ("Desember, Januari 2026", "12/2025,1/2026"),
            ("Desember 2025, Januari", UNREAD),
            ("November 2025 - Januari 2026", "11/2025,12/2025,1/2026"),
            ("November - Januari 2026", "11/2025,12/2025,1/2026"),
            ("November 2025 s.d. Januari", "11/2025,12/2025,1/2026"),
            ("November 2025-Januari 2026, Maret 2026", "11/2025,12/2025,1/2026,3/2026"),
            ("Mulai November 2025", "11/2025,12/2025"),
            ("tiap triwulan 2025", "3/2025,6/2025,9/2025,12/2025"),
            ("April, tiap triwulan tahun 2025", "4/2025,6/2025,9/2025,12/2025"),
            ("akhir tahun 2025", "12/2025"),
            ("Juni '25", "6/2025"),
            ("Juni dan Desember, 2025", "6/2025,12/2025"),
            ("Juni 2025, 2026", UNREAD),
            ("tiap triwulan, tahun 2025", "3/2025,6/2025,9/2025,12/2025"),
            ("Juli 2024 - Desember 2025", UNREAD),
            ("Januari 2025 dan Januari 2026", UNREAD),
            ("Februari 2025 - Januari 2025", UNREAD),
            ("November - Januari", UNREAD),
            ("Desember-Maret", UNREAD),
            ("2025", UNREAD),
            ("2025/2026", UNREAD),
            ("Juni 2025 2026", UNREAD),
            ("April 2022, tiap triwulan 2023", UNREAD),
        ];
        all_are_read_so(&table, Known::default());
        let table = [
            ("Desember, Januari 2026", "12/2025,1/2026"),
            ("Juni", "6/2025"),
            ("Juni 2024", "6/2024"),
            ("Juni, September 2022", "6/2022,9/2022"),
            ("Desember 2024, Januari", "12/2024,1/2025"),
            ("Desember 2025, Januari", UNREAD),
            ("November - Januari", UNREAD),
        ];
        all_are_read_so(&table, Known { year: Some(2025), ..Known::default() });
        let of_2026 = Known { year: Some(2026), ..Known::default() };
        all_are_read_so(&[("Desember, Januari 2026", UNREAD), ("Desember, Januari 2027", "12/2026,1/2027")], of_2026);
    }

    #[test]
    fn weeks_belong_to_the_nearest_month_of_their_part() {
        let quarters = "3,6,9,12:3w4,3w5,6w4,6w5,9w4,9w5,12w4,12w5";
        let table = [
            ("April Minggu ke 3 April 2022", "4/2022:4w3"),
            ("April Minggu ke 4 2022", "4/2022:4w4"),
            ("Minggu ke-3 April", "4:4w3"),
            ("minggu pertama bulan Juni", "6:6w1"),
            ("Juni (minggu IV)", "6:6w4"),
            ("April minggu ke-2 dan ke-4", "4:4w2,4w4"),
            ("April minggu II - IV 2022", "4/2022:4w2,4w3,4w4"),
            ("minggu ke 1 dan 3 April", "4:4w1,4w3"),
            ("April minggu ke 1, 3 Mei", "4,5:4w1"),
            ("April minggu ke 3, minggu ke 1 Mei", "4,5:4w3,5w1"),
            ("Mei, minggu pertama Juni", "5,6:6w1"),
            ("Juni dan Juli minggu pertama", "6,7:7w1"),
            ("Minggu I April s.d. Minggu IV Mei", "4,5:4w1,5w4"),
            ("April, minggu ke 3", "4:4w3"),
            ("tiap triwulan minggu ke 4,5", quarters),
            ("Setiap minggu ke 2 Juni dan Juli", "6,7:6w2"),
            ("minggu ke-4 setiap triwulan", "3,6,9,12:3w4,6w4,9w4,12w4"),
            (
                "April Minggu ke 3 April 2022, tiap triwulan minggu ke 3,4,5",
                "4/2022,6/2022,9/2022,12/2022:4w3,6w3,6w4,6w5,9w3,9w4,9w5,12w3,12w4,12w5",
            ),
            ("minggu ke 3", UNREAD),
            ("April minggu ke 9", UNREAD),
            ("April, minggu ke 3, Mei", UNREAD),
            ("April minggu ke 3 Mei", UNREAD),
        ];
        all_are_read_so(&table, Known::default());
    }

    #[test]
    fn dates_are_their_months() {
        let table = [
            ("31 Januari 2025", "1/2025"),
            ("paling lambat 31 Desember 2025", "12/2025"),
            ("Selambat-lambatnya tanggal 30 Juni 2025", "6/2025"),
            ("Senin, 30 Juni 2025", "6/2025"),
            ("Minggu, 29 Juni 2025", "6/2025"),
            ("Jum'at 5 Mei 2025", "5/2025"),
            ("1 dan 15 Juni", "6"),
            ("1-31 Januari 2025", "1/2025"),
            ("15 November 2025 - 20 Januari 2026", "11/2025,12/2025,1/2026"),
            ("2025-06-30", "6/2025"),
            ("2025-06-30T00:00:00", "6/2025"),
            ("2025-06-30 00:00:00", "6/2025"),
            ("30/06/2025", "6/2025"),
            ("30-06-2025 s.d. 31-08-2025", "6/2025,7/2025,8/2025"),
            ("30.6.25", "6/2025"),
            ("6/30/2025", "6/2025"),
            ("05/06/2025", "6/2025"),
            ("5-Jun-25", "6/2025"),
            ("25-Jun", "6"),
            ("Jun-25", "6/2025"),
            ("Jun-25 - Agu-25", "6/2025,7/2025,8/2025"),
            ("45838", "6/2025"),
            ("30/13/2025", UNREAD),
            ("2025-13-01", UNREAD),
            ("50000", UNREAD),
            ("2025-08", UNREAD),
            ("30/06", UNREAD),
            ("Agustus 45", UNREAD),
            ("Agustus 25", UNREAD),
        ];
        all_are_read_so(&table, Known::default());
        let month_first = Known { month_first: true, year: None };
        all_are_read_so(&[("5/6/2025", "5/2025"), ("6/30/2025", "6/2025"), ("30/06/2025", "6/2025")], month_first);
    }

    #[test]
    fn one_date_that_can_be_read_one_way_decides_for_all() {
        let order = |texts: &[&str]| date_order(texts.iter().copied());
        assert_eq!(order(&["5/6/2025", "30/6/2025"]), DateOrder { month_first: false, is_open: false });
        assert_eq!(order(&["5/6/2025", "6/30/2025"]), DateOrder { month_first: true, is_open: false });
        assert_eq!(order(&["5/6/2025"]), DateOrder { month_first: false, is_open: true });
        assert_eq!(order(&["6/6/2025", "Juni"]), DateOrder { month_first: false, is_open: false });
        assert_eq!(order(&["5/6/2025", "6/30/2025", "30/6/2025"]), DateOrder { month_first: false, is_open: true });
    }

    #[test]
    fn what_is_not_certain_is_not_read() {
        for text in [
            "segera",
            "menyesuaikan",
            "sewaktu-waktu",
            "Agustus kecuali ada pilkada",
            "Juni atau Juli",
            "sebelum Juni",
            "sampai Desember",
            "Juni s.d. selesai",
            "2 minggu setelah penetapan",
            "30 hari kerja",
            "Agustus-",
            "- Agustus",
            "Juni dan",
            "dan Juni",
            "Januari - Maret - Juni",
            "Juii",
            "13",
            "6",
            "bulan ke-3",
            "tiap",
            "mulai",
            "target waktu",
            "pertengahan tahun",
            "100%",
            "1 dokumen",
            "BB",
            "√",
            "#REF!",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read_back_the_same(
            months in prop::collection::btree_set(0..12_i32, 1..12),
            weeks in prop::collection::btree_set((0..12_usize, 1..=5_u8), 0..5),
            first in prop::option::of((1995..=2090_i32, 0..12_i32)),
        ) {
            let months: Vec<PlanMonth> = months.iter().map(|place| match first {
                Some((year, first)) => PlanMonth {
                    year: Some((year + (place + first) / 12) as i16),
                    month: ((place + first) % 12) as u8 + 1,
                },
                None => PlanMonth { year: None, month: *place as u8 + 1 },
            }).collect();
            let mut weeks: Vec<(u8, u8)> =
                weeks.into_iter().map(|(place, week)| (months[place % months.len()].month, week)).collect();
            weeks.sort_unstable();
            weeks.dedup();
            let target = Target { months, weeks };
            prop_assert_eq!(read(&target.text()), Some(target.clone()), "{}", target.text());
        }

        #[test]
        fn no_text_is_too_strange(text in ".{0,60}") {
            let _ = read(&text);
        }

        #[test]
        fn no_order_of_known_words_is_too_strange(
            words in prop::collection::vec(prop::sample::select(vec![
                "Juni", "setiap", "bulan", "triwulan", "II", "-", ",", "2025", "minggu", "ke", "3", "mulai", "akhir", "tahun",
                "semester", "dan", "Desember", "selama", "31",
            ]), 0..12),
        ) {
            if let Some(target) = read(&words.join(" ")) {
                prop_assert!(target.months.windows(2).all(|pair| pair[0] < pair[1]));
                prop_assert!(target.months.len() <= 12);
            }
        }
    }
}
