//! A client that nobody here wrote, gspread, reads and writes what the local Sheets server holds.
//!
//! gspread must be installed (`pip install gspread`); where it is not, this test says so and passes, unless
//! REKAP_NEEDS_GSPREAD is set, as CI does. REKAP_PYTHON names the interpreter, python3 by default.

use crate::server as sheets_server;

use std::path::Path;
use std::process::Command;

use sheets_server::load::load;
use sheets_server::model::{Role, Spreadsheet};
use sheets_server::{Options, Server};

#[test]
fn gspread_reads_and_writes_spreadsheets_of_the_local_server() {
    let python = std::env::var_os("REKAP_PYTHON").unwrap_or_else(|| "python3".into());
    let installed = Command::new(&python).args(["-c", "import gspread"]).output();
    if !installed.is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("REKAP_NEEDS_GSPREAD").is_none(), "gspread is not installed for {python:?}");
        eprintln!("gspread is not installed for {python:?}: nothing was tried");
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let server = Server::start(Options::default());
    server.add("lke", load(&root.join("fixtures/babel/lke-1901.xlsx")).unwrap());
    server.add("ringkasan", Spreadsheet::empty("Ringkasan"));
    server.add("asing", Spreadsheet { account: Role::None, ..Spreadsheet::empty("Asing") });
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("kunci.json");
    std::fs::write(&key, server.key_json()).unwrap();
    let output = Command::new(&python)
        .arg(root.join("tests/gspread.py"))
        .args([server.url().as_ref(), key.as_os_str()])
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    eprintln!("{}", String::from_utf8_lossy(&output.stdout));
    let ringkasan = server.spreadsheet("ringkasan");
    assert_eq!(ringkasan.sheets.iter().map(|sheet| sheet.title()).collect::<Vec<_>>(), ["Lain"]);
    assert!(ringkasan.sheets[0].at("A1").is_empty() && ringkasan.sheets[0].at("A1").note.is_some());
}
