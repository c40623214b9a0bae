//! An independent program opens what is written, recalculates every formula and arrives at the same numbers.
//!
//! LibreOffice must be installed (`apt-get install libreoffice-calc`); where it is not, these tests say so and pass,
//! unless REKAP_NEEDS_LIBREOFFICE is set, as CI does.

use crate::common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use calamine::{Data, DataType, Reader, Xlsx, open_workbook};
use common::{fixture, rekap, root};
use rekap::lang::Lang;
use rekap::lke::template::Template;
use rekap::output::worksheet;

/// LibreOffice's setting to recalculate whatever it loads.
const RECALCULATE: &str = r#"<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"#;

/// The workbook recalculated, or none where LibreOffice is missing.
fn recalculated(path: &Path, folder: &Path) -> Option<PathBuf> {
    if Command::new("soffice").arg("--version").output().is_err() {
        assert!(std::env::var_os("REKAP_NEEDS_LIBREOFFICE").is_none(), "soffice is not installed");
        eprintln!("soffice is not installed: nothing was recalculated");
        return None;
    }
    let profile = folder.join("profile/user");
    std::fs::create_dir_all(&profile).unwrap();
    std::fs::write(profile.join("registrymodifications.xcu"), RECALCULATE).unwrap();
    let out = folder.join("dihitung");
    let user = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let output = Command::new("soffice")
        .args([&user, "--headless", "--convert-to", "xlsx", "--outdir"])
        .args([&out, path])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(out.join(path.file_name().unwrap()))
}

/// Compares every formula's saved result with the recalculated one; how many there were.
fn compare(path: &Path, recalculated: &Path) -> usize {
    let mut ours: Xlsx<_> = open_workbook(path).unwrap();
    let mut theirs: Xlsx<_> = open_workbook(recalculated).unwrap();
    let mut compared = 0;
    for name in ours.sheet_names() {
        let formulas = ours.worksheet_formula(&name).unwrap();
        let (a, b) = (ours.worksheet_range(&name).unwrap(), theirs.worksheet_range(&name).unwrap());
        let start = formulas.start().unwrap_or_default();
        for (row, col, formula) in formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty()) {
            let at = (start.0 + row as u32, start.1 + col as u32);
            let blank = Data::Empty;
            let (a, b) = (a.get_value(at).unwrap_or(&blank), b.get_value(at).unwrap_or(&blank));
            let same = match (a.as_f64(), b.as_f64()) {
                (Some(a), Some(b)) => (a - b).abs() < 1e-9,
                _ => a.to_string() == b.to_string(),
            };
            assert!(same, "{name} {at:?} ={formula}: saved {a:?}, recalculated {b:?}");
            compared += 1;
        }
    }
    compared
}

#[test]
fn the_consolidated_workbook_recalculates_to_the_same_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("rekap.xlsx");
    let text = std::fs::read_to_string(root().join("pipelines/babel.toml")).unwrap();
    let registry = std::fs::read_to_string(root().join("pipelines/satker-babel.csv")).unwrap();
    let text = text.replace("../out/rekap-{year}-S{semester}.xlsx", out.to_str().unwrap());
    let text = text.replace("../out", folder.path().to_str().unwrap());
    std::fs::write(folder.path().join("p.toml"), text).unwrap();
    std::fs::write(folder.path().join("satker-babel.csv"), registry.replace("..", root().to_str().unwrap())).unwrap();
    let status = rekap().args(["run", "-q", "p.toml"]).current_dir(folder.path()).output().unwrap().status;
    assert_eq!(status.code(), Some(1), "one survey has no index");
    if let Some(theirs) = recalculated(&out, folder.path()) {
        assert!(compare(&out, &theirs) > 1_000);
    }
}

#[test]
fn the_official_worksheet_recalculates_to_the_same_numbers() {
    Template::shipped().iter().for_each(recalculates);
}

fn recalculates(template: &Arc<Template>) {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("kosong.xlsx");
    worksheet::write(template, None, Lang::Id, &empty).unwrap();
    if let Some(theirs) = recalculated(&empty, folder.path()) {
        assert!(compare(&empty, &theirs) > 400);
    }
    let filled = common::filled(template);
    let full = folder.path().join("terisi.xlsx");
    worksheet::write(template, Some(&filled), Lang::Id, &full).unwrap();
    if let Some(theirs) = recalculated(&full, folder.path()) {
        assert!(compare(&full, &theirs) > 400);
    }
}

#[test]
fn the_fixtures_carry_the_results_a_spreadsheet_program_would_save() {
    let folder = tempfile::tempdir().unwrap();
    for kode in ["1900", "1901", "1903", "1971"] {
        let path = fixture(&format!("babel/lke-{kode}.xlsx"));
        if let Some(theirs) = recalculated(&path, folder.path()) {
            assert!(compare(&path, &theirs) > 200, "{kode}");
        }
    }
}
