//! The satker registry: one row a work unit, as CSV or xlsx.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::config::ConfigError;
use crate::grid::Grid;
use crate::lang::Lang;
use crate::number::{self, Doubt};
use crate::satker::Satker;
use crate::source::{Book, FileBytes, Limits, SourceInfo};
use crate::stop::Stop;

/// A registry's content.
///
/// # Errors
/// When it cannot be read.
pub(super) fn load_registry(path: &Path) -> Result<FileBytes, ConfigError> {
    let location = Arc::from(path.display().to_string());
    FileBytes::read(path, &Limits::default()).map_err(|error| unreadable(path, &error.finding(&location)))
}

/// Reads a registry: its satker, and the names of its columns.
///
/// # Errors
/// When it cannot be read, lacks `kode` or `nama`, or has a row without code, a doubled code, or an unclear `wbk`. What
/// says nothing known elsewhere is told as a finding on its satker.
pub(super) fn read_registry(path: &Path, file: FileBytes) -> Result<(Vec<Satker>, BTreeSet<String>), ConfigError> {
    let location = path.display().to_string();
    // The time of reading is not kept for a registry.
    let info = SourceInfo::of(&location, Timestamp::UNIX_EPOCH);
    let mut book = Book::of_file(file, info, &Limits::default(), &Stop::new())
        .map_err(|unopened| unreadable(path, &unopened.finding()))?;
    let sheet = book.sheets().iter().position(|sheet| !sheet.hidden).unwrap_or(0);
    let grid = book.grid(sheet).map_err(|error| unreadable(path, &error.finding(&location.as_str().into())))?;
    let header: Vec<String> = (0..grid.cols()).map(|col| grid.cell(0, col).shown().to_lowercase()).collect();
    for (place, name) in header.iter().enumerate() {
        if !name.is_empty() && header[..place].contains(name) {
            let (id, en) = (format!("kolom \"{name}\" ada dua"), format!("column \"{name}\" stands twice"));
            return Err(ConfigError::at_cell(path, (1, 1), id, en));
        }
    }
    for required in ["kode", "nama"] {
        if !header.iter().any(|name| name == required) {
            let found = header.join(", ");
            let id = format!("kolom \"{required}\" belum ada; baris pertama berisi: {found}");
            let en = format!("column \"{required}\" is missing; the first line has: {found}");
            return Err(ConfigError::at_cell(path, (1, 1), id, en));
        }
    }
    let mut satker: Vec<Satker> = Vec::new();
    for row in 1..grid.rows() {
        let columns = row_columns(&grid, row, &header);
        if columns.values().all(String::is_empty) {
            continue;
        }
        let at = |column: &str| (row as usize + 1, header.iter().position(|name| name == column).unwrap_or(0) + 1);
        let one = read_satker(path, at, columns)?;
        if let Some(other) = satker.iter().find(|other| other.kode == one.kode) {
            let (kode, first) = (&one.kode, other.row);
            let id = format!("kode {kode} ada dua: baris ini dan baris {first}; setiap satker punya kode sendiri");
            let en = format!("code {kode} stands twice: in this row and row {first}; every satker has its own");
            return Err(ConfigError::at_cell(path, at("kode"), id, en));
        }
        satker.push(one);
    }
    if satker.is_empty() {
        return Err(ConfigError::new(path, "daftar satker tidak berisi satker", "the registry has no satker"));
    }
    Ok((satker, header.into_iter().filter(|name| !name.is_empty()).collect()))
}

/// What a number of people may be called beside the number.
const PEOPLE: [&str; 19] = [
    "orang",
    "org",
    "jiwa",
    "pengguna",
    "layanan",
    "pemohon",
    "pengunjung",
    "responden",
    "penduduk",
    "penerima",
    "pemilih",
    "pelanggan",
    "pegawai",
    "warga",
    "masyarakat",
    "peserta",
    "per",
    "setahun",
    "tahun",
];

/// How many people are served, as registries say it: `1200`, `1.200`, `1.200 orang`; none where that is not one certain
/// whole number of people. Nobody serves 1.2 people, so a lone mark parts thousands.
pub(super) fn read_population(text: &str) -> Option<u64> {
    let number = number::read(text).filter(|number| !number.percent && number.value >= 0.0)?;
    let is_people = || {
        let words = text.to_lowercase();
        let mut words = words.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        words.all(|word| PEOPLE.contains(&word))
    };
    match number.doubt {
        None | Some(Doubt::Grouped(_)) => {}
        Some(Doubt::Words) if is_people() => {}
        Some(_) => return None,
    }
    (number.value.fract() == 0.0 && number.value < 1e10).then_some(number.value as u64)
}

fn unreadable(path: &Path, finding: &crate::finding::Finding) -> ConfigError {
    ConfigError::new(path, finding.message(Lang::Id), finding.message(Lang::En))
}

fn row_columns(grid: &Grid, row: u32, header: &[String]) -> BTreeMap<String, String> {
    let named = header.iter().enumerate().filter(|(_, name)| !name.is_empty());
    named.map(|(col, name)| (name.clone(), grid.cell(row, col as u32).shown())).collect()
}

/// What `wbk` may say, and the predicates a satker then holds.
const HELD: [(&[&str], &[&str]); 3] = [
    (&["", "tidak", "belum", "-", "0", "false", "no"], &[]),
    (&["ya", "wbk", "1", "true", "yes"], &["WBK"]),
    (&["wbbm"], &["WBK", "WBBM"]),
];

/// What `jenis` may say, and what that is called.
const KINDS: [(&[&str], &str); 5] = [
    (&["", "-"], ""),
    (&["provinsi", "prov", "prov."], "provinsi"),
    (&["kabupaten", "kab", "kab."], "kabupaten"),
    (&["kota"], "kota"),
    (&["pusat"], "pusat"),
];

/// A row of the registry; `at` is where in it a column stands.
fn read_satker(
    path: &Path,
    at: impl Fn(&str) -> (usize, usize),
    columns: BTreeMap<String, String>,
) -> Result<Satker, ConfigError> {
    let column = |name: &str| columns.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let kode = column("kode");
    if kode.is_empty() {
        return Err(ConfigError::at_cell(path, at("kode"), "kode satker kosong", "the satker's code is empty"));
    }
    // Files and folders may be called by it.
    if kode.starts_with('.') || kode.contains(|c: char| matches!(c, '/' | '\\') || c.is_control()) {
        let id = "kode satker memuat garis miring atau diawali titik; tulis huruf dan angkanya saja, misalnya 1971";
        let en = "the satker's code has a slash or begins with a point; write letters and digits, such as 1971";
        return Err(ConfigError::at_cell(path, at("kode"), id, en));
    }
    let wbk = column("wbk").to_lowercase();
    let Some((_, held)) = HELD.iter().find(|(words, _)| words.contains(&wbk.as_str())) else {
        let id = format!("wbk \"{wbk}\" tidak jelas; seharusnya ya, tidak, atau wbbm");
        let en = format!("wbk \"{wbk}\" is not clear; expected ya, tidak or wbbm");
        return Err(ConfigError::at_cell(path, at("wbk"), id, en));
    };
    let mut unread = Vec::new();
    let jenis = column("jenis").to_lowercase();
    let jenis = jenis.strip_prefix("kpu ").or_else(|| jenis.strip_prefix("kip ")).unwrap_or(&jenis);
    let kind = KINDS.iter().find(|(words, _)| words.contains(&jenis));
    if kind.is_none() {
        unread.push("jenis".to_owned());
    }
    if !is_since(&column("wbk_sejak")) {
        unread.push("wbk_sejak".to_owned());
    }
    Ok(Satker {
        nama: Some(column("nama")).filter(|nama| !nama.is_empty()).unwrap_or_else(|| kode.clone()),
        jenis: kind.map(|(_, name)| (*name).to_owned()).unwrap_or_default(),
        holds: held.iter().map(|&name| name.to_owned()).collect(),
        row: at("kode").0,
        unread,
        kode,
        columns,
    })
}

/// Whether a text says since when, as a year or a day of one; or nothing.
fn is_since(text: &str) -> bool {
    let mut years = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() == 4);
    let is_year = |word: &str| word.parse::<u16>().is_ok_and(|year| (2000..=2100).contains(&year));
    matches!(text, "" | "-") || years.next().is_some_and(is_year) && !years.any(is_year)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a registry of these lines, as CSV.
    fn read(lines: &str) -> Result<Vec<Satker>, String> {
        let path = Path::new("satker.csv");
        let file = FileBytes { bytes: lines.as_bytes().to_vec().into(), name: "satker".to_owned(), is_csv: true };
        read_registry(path, file).map(|(satker, _)| satker).map_err(|error| error.show(Lang::Id))
    }

    #[test]
    fn a_value_that_says_nothing_known_is_told_with_its_column() {
        for (jenis, since, kind, unread) in [
            ("provinsi", "2023", "provinsi", vec![]),
            ("Prov.", "", "provinsi", vec![]),
            ("KPU Kabupaten", "-", "kabupaten", vec![]),
            ("KIP Kota", "1 Desember 2023", "kota", vec![]),
            ("", "2023-12-01", "", vec![]),
            ("propinsi", "", "", vec!["jenis"]),
            ("kabupaten/kota", "dua tahun", "", vec!["jenis", "wbk_sejak"]),
            ("kota", "20230", "kota", vec!["wbk_sejak"]),
            ("kota", "0023", "kota", vec!["wbk_sejak"]),
            ("kota", "2021 atau 2022", "kota", vec!["wbk_sejak"]),
        ] {
            let satker = read(&format!("kode,nama,jenis,wbk_sejak\n1,A,{jenis},{since}\n")).unwrap();
            assert_eq!(
                (satker[0].jenis.as_str(), &satker[0].unread),
                (kind, &unread.iter().map(|&name| name.to_owned()).collect()),
                "{jenis} {since}"
            );
            assert_eq!(satker[0].row, 2);
        }
    }

    #[test]
    fn a_registry_that_is_wrong_says_in_which_row_and_column() {
        for (lines, said) in [
            ("nama,kode\nA,1\nB,2\nC,1\n", "satker.csv:4:2: kode 1 ada dua: baris ini dan baris 2"),
            ("kode,nama,wbk\n1,A,mungkin\n", "satker.csv:2:3: wbk \"mungkin\" tidak jelas"),
            ("kode,nama\n../x,A\n", "satker.csv:2:1: kode satker memuat garis miring"),
            ("kode,nama\n.x,A\n", "satker.csv:2:1: kode satker memuat garis miring"),
            ("kode,nama\n,A\n", "satker.csv:2:1: kode satker kosong"),
        ] {
            let error = read(lines).unwrap_err();
            assert!(error.starts_with(said), "{error}");
        }
    }

    #[test]
    fn populations_are_read_or_not_at_all() {
        for (text, people) in [
            ("1200", Some(1200)),
            (" 1200 ", Some(1200)),
            ("1.200", Some(1200)),
            ("1,200", Some(1200)),
            ("1200.0", Some(1200)),
            ("1.200,00", Some(1200)),
            ("1\u{a0}200", Some(1200)),
            ("12.345.678", Some(12_345_678)),
            ("1200 orang", Some(1200)),
            ("1.200 Jiwa", Some(1200)),
            ("1200 pengguna layanan", Some(1200)),
            ("1200 orang/tahun", Some(1200)),
            ("0", Some(0)),
            ("1200 per bulan", None),
            ("100 berkas", None),
            ("±1200", None),
            ("sekitar 1200", None),
            ("> 1000", None),
            ("1000-1200", None),
            ("seribu", None),
            ("12 ribu", None),
            ("1 200", None),
            ("1e3", None),
            ("1200,5", None),
            ("-5", None),
            ("80%", None),
            ("tidak ada data", None),
        ] {
            assert_eq!(read_population(text), people, "{text:?}");
        }
    }
}
