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
/// When it cannot be read, lacks `kode` or `nama`, or has a row without code, a doubled code, or an unclear `wbk`.
pub(super) fn read_registry(path: &Path, file: FileBytes) -> Result<(Vec<Satker>, BTreeSet<String>), ConfigError> {
    let location = path.display().to_string();
    // The time of reading is not kept for a registry.
    let info = SourceInfo::of(&location, Timestamp::UNIX_EPOCH);
    let mut book =
        Book::of_file(file, info, &Limits::default()).map_err(|unopened| unreadable(path, &unopened.finding()))?;
    let sheet = book.sheets().iter().position(|sheet| !sheet.hidden).unwrap_or(0);
    let grid = book.grid(sheet).map_err(|error| unreadable(path, &error.finding(&location.as_str().into())))?;
    let header: Vec<String> = (0..grid.cols()).map(|col| grid.cell(0, col).shown().to_lowercase()).collect();
    for (place, name) in header.iter().enumerate() {
        if !name.is_empty() && header[..place].contains(name) {
            let (id, en) = (format!("kolom \"{name}\" ada dua"), format!("column \"{name}\" stands twice"));
            return Err(ConfigError::at_line(path, 1, id, en));
        }
    }
    for required in ["kode", "nama"] {
        if !header.iter().any(|name| name == required) {
            let found = header.join(", ");
            let id = format!("kolom \"{required}\" belum ada; baris pertama berisi: {found}");
            let en = format!("column \"{required}\" is missing; the first line has: {found}");
            return Err(ConfigError::at_line(path, 1, id, en));
        }
    }
    let mut satker: Vec<Satker> = Vec::new();
    for row in 1..grid.rows() {
        let columns = row_columns(&grid, row, &header);
        if columns.values().all(String::is_empty) {
            continue;
        }
        let one = read_satker(path, row as usize + 1, columns)?;
        if satker.iter().any(|other| other.kode == one.kode) {
            let (id, en) = (format!("kode {} ada dua", one.kode), format!("code {} stands twice", one.kode));
            return Err(ConfigError::at_line(path, row as usize + 1, id, en));
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

fn read_satker(path: &Path, line: usize, columns: BTreeMap<String, String>) -> Result<Satker, ConfigError> {
    let column = |name: &str| columns.get(name).cloned().unwrap_or_default();
    let kode = column("kode");
    if kode.is_empty() {
        return Err(ConfigError::at_line(path, line, "kode satker kosong", "the satker's code is empty"));
    }
    let wbk = column("wbk").to_lowercase();
    let held: &[&str] = match wbk.as_str() {
        "" | "tidak" | "belum" | "-" | "0" | "false" | "no" => &[],
        "ya" | "wbk" | "1" | "true" | "yes" => &["WBK"],
        "wbbm" => &["WBK", "WBBM"],
        other => {
            let id = format!("wbk \"{other}\" tidak jelas; seharusnya ya, tidak, atau wbbm");
            let en = format!("wbk \"{other}\" is not clear; expected ya, tidak or wbbm");
            return Err(ConfigError::at_line(path, line, id, en));
        }
    };
    Ok(Satker {
        nama: Some(column("nama")).filter(|nama| !nama.is_empty()).unwrap_or_else(|| kode.clone()),
        jenis: column("jenis"),
        holds: held.iter().map(|&name| name.to_owned()).collect(),
        kode,
        columns,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
