//! What the end-to-end tests share: the built program, folders of their own, the fixtures' makers.
//! Each test file uses only a part.
#![allow(dead_code)]

pub mod crash;
#[path = "../../../fixtures/make/mod.rs"]
pub mod make;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rekap::lke::ByRole;
use rekap::lke::answer::Answer;
use rekap::lke::template::{AnswerType, Template};
use rekap::output::worksheet::Filled;
use serde_json::Value;

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A fixture's path.
pub fn fixture(name: &str) -> PathBuf {
    root().join("fixtures").join(name)
}

/// The program, to be given arguments; its clock stands still.
pub fn rekap() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rekap"));
    command.env("SOURCE_DATE_EPOCH", "1766300400").current_dir(root());
    command
}

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Output {
    rekap().args(arguments).output().expect("the built program")
}

/// Standard output as text.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// Standard error as text.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// What `rekap check --format json` says of a file, and its exit status.
pub fn check(path: &Path) -> (Value, i32) {
    let output = run(&["check", "--format", "json", path.to_str().expect("UTF-8")]);
    let value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(&output)));
    (value, output.status.code().expect("an exit status"))
}

/// The node of a code.
pub fn node<'a>(role: &'a Value, code: &str) -> &'a Value {
    role["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .find(|node| node["code"] == code)
        .unwrap_or_else(|| panic!("{code}"))
}

/// Codes of findings, in their order.
pub fn codes(findings: &Value) -> Vec<&str> {
    findings.as_array().expect("findings").iter().map(|finding| finding["code"].as_str().expect("a code")).collect()
}

/// Findings of one code.
pub fn of_code<'a>(findings: &'a Value, code: &str) -> Vec<&'a Value> {
    findings.as_array().expect("findings").iter().filter(|finding| finding["code"] == code).collect()
}

/// The cells a finding names as its place.
pub fn cell(finding: &Value) -> &str {
    finding["place"].as_str().expect("a place").rsplit('!').next().expect("a cell")
}

/// Whether two numbers are the same but for representation.
pub fn is_close(value: &Value, expected: f64) -> bool {
    value.as_f64().is_some_and(|value| (value - expected).abs() < 1e-6)
}

/// A pipeline in a folder of its own: registry and files as given, each satker's LKE by its own path.
pub fn pipeline(folder: &Path, satker: &[(&str, &str)]) -> PathBuf {
    let mut registry = String::from("kode,nama,jenis,wbk,lke\n");
    for (kode, lke) in satker {
        registry += &format!("{kode},KPU {kode},kota,,{lke}\n");
    }
    std::fs::write(folder.join("satker.csv"), registry).expect("a folder to write in");
    let path = folder.join("p.toml");
    let text = "name = \"uji\"\ntitle = \"Uji\"\nyear = 2025\nsemester = 2\nsatker = \"satker.csv\"\n\n[lke]\nsource = \"{lke}\"\n\n[[output]]\nkind = \"xlsx\"\npath = \"out/rekap.xlsx\"\n\n[[output]]\nkind = \"csv\"\ntable = \"ranking\"\npath = \"out/peringkat.csv\"\n";
    std::fs::write(&path, text).expect("a folder to write in");
    path
}

/// Answers of both roles to most of a template, always the same.
pub fn filled(template: &Template) -> Filled {
    let mut dice = make::units::Dice::new(11);
    ByRole::of(|role| {
        let nodes = template.nodes.iter().enumerate();
        nodes
            .map(|(index, node)| match node.answer_type {
                _ if dice.roll(10) == 0 => Answer::Blank,
                Some(AnswerType::Choice(scale)) => {
                    Answer::Choice(dice.roll(template.choices[scale].options.len() as u64) as usize)
                }
                Some(AnswerType::Scale(_)) => Answer::Scale(dice.roll(401) as f64 / 100.0),
                // Sums of parts are formulas of the worksheet's own.
                Some(AnswerType::Count) if node.code.ends_with(".1.1") => Answer::Blank,
                Some(AnswerType::Count) => Answer::Count((10 - index as u64 % 5 - role as u64).min(9) as f64),
                _ => Answer::Blank,
            })
            .collect()
    })
}

/// Runs the province's pipeline, changed or not, in a folder of its own; what it says as JSON.
pub fn babel(folder: &Path, change: impl Fn(String) -> String) -> Value {
    let pipelines = folder.join("pipelines");
    std::fs::create_dir_all(&pipelines).expect("a folder to write in");
    // Its outputs go beside it, so only the fixtures may be the repository's own.
    std::os::unix::fs::symlink(root().join("fixtures"), folder.join("fixtures")).expect("a folder to write in");
    std::fs::copy(root().join("pipelines/satker-babel.csv"), pipelines.join("satker-babel.csv")).expect("a registry");
    let text = std::fs::read_to_string(root().join("pipelines/babel.toml")).expect("a pipeline");
    std::fs::write(pipelines.join("babel.toml"), change(text)).expect("a folder to write in");
    let output = rekap()
        .args(["run", "-q", "--format", "json", "pipelines/babel.toml"])
        .current_dir(folder)
        .output()
        .expect("the built program");
    // One survey of the province has too many unread answers for an index.
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}
