//! A local Google Sheets server, for tests and for trying rekap out without an account.
//!
//! `cargo run --example sheets-server -- --key-out kunci.json LKE1=fixtures/babel/lke-1901.xlsx fixtures/babel --empty ringkasan`
//!
//! Serves the used part of the Sheets v4 service and of the token endpoint over plain HTTP on 127.0.0.1, and every
//! spreadsheet as a page for a browser. What is written is kept in memory and gone when the program ends. The program
//! in `server.rs` is shared with the tests.

#[path = "server.rs"]
mod server;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;
use server::account::{API_KEY, EMAIL};
use server::faults::{Failure, Faults, Quota};
use server::model::{Role, Spreadsheet};
use server::{Options, Server, load};

/// A local Google Sheets server with spreadsheets loaded from files.
#[derive(Debug, Parser)]
#[command(name = "sheets-server")]
struct Arguments {
    /// Spreadsheets: ID=FILE (xlsx, xls, ods, csv), or a folder, each file of which is a spreadsheet named after it
    #[arg(value_name = "ID=FILE|FOLDER")]
    spreadsheets: Vec<String>,
    /// An empty spreadsheet of this id, to be written to; may be repeated
    #[arg(long, value_name = "ID")]
    empty: Vec<String>,
    /// A spreadsheet the account may not open; may be repeated
    #[arg(long, value_name = "ID")]
    unshared: Vec<String>,
    /// A spreadsheet shared with the account only, not by link; may be repeated
    #[arg(long, value_name = "ID")]
    private: Vec<String>,
    /// Port on 127.0.0.1; 0 is any that is free
    #[arg(long, default_value_t = 8484)]
    port: u16,
    /// Writes the service account's key file, readable by its owner only
    #[arg(long, value_name = "FILE")]
    key_out: Option<PathBuf>,
    /// Milliseconds every answer takes at least
    #[arg(long, value_name = "MS", default_value_t = 0)]
    latency: u64,
    /// Every distinct request fails the first time it comes
    #[arg(long)]
    fail_first: bool,
    /// Every n-th request fails
    #[arg(long, value_name = "N", default_value_t = 0)]
    fail_every: u64,
    /// How requests fail, in turn: 429, 500, 502, 503, 504, cut (before anything is done), cut-after (the answer is lost),
    /// truncate (half the answer)
    #[arg(long, value_name = "HOW,…", value_delimiter = ',', value_parser = failure, default_value = "503")]
    fail_with: Vec<Failure>,
    /// Only requests whose path contains this fail
    #[arg(long, value_name = "TEXT")]
    fail_only: Option<String>,
    /// Retry-After, in seconds, with 429 and 503
    #[arg(long, value_name = "S")]
    retry_after: Option<u64>,
    /// Read requests a minute, as Google's quota (60 a user)
    #[arg(long, value_name = "N")]
    reads_per_minute: Option<u32>,
    /// Write requests a minute, as Google's quota (60 a user)
    #[arg(long, value_name = "N")]
    writes_per_minute: Option<u32>,
    /// Seconds a token is good for
    #[arg(long, value_name = "S", default_value_t = 3599)]
    token_life: u64,
    /// Seconds the server's clock is ahead of this machine's
    #[arg(long, value_name = "S", default_value_t = 0, allow_negative_numbers = true)]
    clock_skew: i64,
    /// Refuses the account everything
    #[arg(long)]
    refuse_account: bool,
}

fn failure(text: &str) -> Result<Failure, String> {
    match text {
        "cut" => Ok(Failure::Cut),
        "cut-after" => Ok(Failure::CutAfter),
        "truncate" => Ok(Failure::Truncate),
        "429" | "500" | "502" | "503" | "504" => text.parse().map(Failure::Status).map_err(|_| text.to_owned()),
        _ => Err("one of 429, 500, 502, 503, 504, cut, cut-after, truncate".to_owned()),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut spreadsheets = BTreeMap::new();
    for id in &arguments.empty {
        spreadsheets.insert(id.clone(), Spreadsheet::empty(id));
    }
    for given in &arguments.spreadsheets {
        match given.split_once('=') {
            Some((id, file)) => {
                spreadsheets.insert(id.to_owned(), load::load(Path::new(file))?);
            }
            None if Path::new(given).is_dir() => {
                for (id, spreadsheet) in folder(Path::new(given))? {
                    spreadsheets.insert(id, spreadsheet);
                }
            }
            None => return Err(format!("{given}: neither ID=FILE nor a folder").into()),
        }
    }
    for (id, spreadsheet) in &mut spreadsheets {
        spreadsheet.by_link = !arguments.private.contains(id) && !arguments.unshared.contains(id);
        if arguments.unshared.contains(id) {
            spreadsheet.account = Role::None;
        }
    }
    let faults = Faults {
        latency: Duration::from_millis(arguments.latency),
        every: arguments.fail_every,
        first: arguments.fail_first,
        failures: arguments.fail_with,
        only: arguments.fail_only,
        retry_after: arguments.retry_after,
        clock_skew: arguments.clock_skew,
        refuse_account: arguments.refuse_account,
    };
    let quota = Quota { reads: arguments.reads_per_minute, writes: arguments.writes_per_minute, ..Quota::default() };
    let token_life = Duration::from_secs(arguments.token_life);
    let server = Server::bind(Options { port: arguments.port, faults, quota, token_life })
        .map_err(|error| format!("127.0.0.1:{}: {error}", arguments.port))?;
    println!("Listening on {}", server.url());
    for (id, spreadsheet) in spreadsheets {
        let gid = spreadsheet.sheets.iter().find(|sheet| !sheet.hidden()).map_or(0, |sheet| sheet.id());
        println!("  {}  (https://docs.google.com/spreadsheets/d/{id}/edit#gid={gid})", server.address(&id, gid));
        server.add(&id, spreadsheet);
    }
    println!("Account {EMAIL}; API key {API_KEY}. Neither opens anything but this server.");
    if let Some(path) = &arguments.key_out {
        write_key(path, &server.key_json())?;
        println!("In a pipeline:\n\n[google]\nkey_file = \"{}\"\nendpoint = \"{}\"\n", path.display(), server.url());
    }
    loop {
        std::thread::park();
    }
}

/// Every workbook and table of a folder, by its name without the ending.
fn folder(path: &Path) -> Result<Vec<(String, Spreadsheet)>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(path)? {
        let file = entry?.path();
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if let (true, Some(stem)) = (["xlsx", "xls", "ods", "csv"].contains(&ending), file.file_stem()) {
            found.push((stem.to_string_lossy().into_owned(), load::load(&file)?));
        }
    }
    Ok(found)
}

/// Writes the key anew, so that nobody else could read it before either.
fn write_key(path: &Path, key: &str) -> Result<(), Box<dyn Error>> {
    let say = |error: std::io::Error| format!("{}: {error}", path.display());
    if path.exists() {
        fs::remove_file(path).map_err(say)?;
    }
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path).map_err(say)?;
    file.write_all(key.as_bytes()).map_err(say)?;
    Ok(())
}
