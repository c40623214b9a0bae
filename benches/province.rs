//! How fast and how lean a nation-sized run is: 552 satker, made in a temporary folder.
//!
//! `cargo bench` measures the whole run and its stages, beside what calamine alone needs to read the same values on the
//! same cores, and the program's peak memory. `cargo bench -- 100` does it with 100 satker; `cargo bench -- 552 DIR`
//! only makes the province in a folder, to be looked at with a profiler.

#[path = "../fixtures/make/mod.rs"]
mod make;
#[path = "peak.rs"]
mod peak;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use calamine::Reader;
use jiff::Timestamp;
use make::sheet::{Shown, to_xlsx};
use make::units::{Dice, Profile, answers, review};
use make::worksheet::{Layout, lay_out, official_rows};
use rayon::prelude::*;
use rekap::compute::Unit;
use rekap::compute::examine;
use rekap::lang::Lang;
use rekap::lke::template::Template;
use rekap::output::table::Dialect;
use rekap::output::{file, table, workbook};
use rekap::pipeline::{Pipeline, Progress, run};
use rekap::report::{Report, TableName};
use rekap::source::fetch::Sources;
use rekap::source::{Book, Limits};

/// Work units of the nation.
const SATKER: usize = 552;
/// Timed rounds over all stages; the medians are shown.
const ROUNDS: usize = 9;

/// A name and what is timed.
type Stage<'a> = (&'static str, Box<dyn FnMut() + 'a>);

struct Silent;

impl Progress for Silent {
    fn done(&self, _: &Unit) {}
}

fn main() {
    // cargo itself adds an option.
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let satker = arguments.next().and_then(|argument| argument.parse().ok()).unwrap_or(SATKER);
    if let Some(folder) = arguments.next() {
        make_province(Path::new(&folder), satker);
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = make_province(folder.path(), satker);
    let bytes: u64 = files.iter().map(|file| file.metadata().expect("a file just written").len()).sum();
    println!("{satker} satker, {} KiB each, {} threads", bytes / 1024 / satker as u64, rayon::current_num_threads());

    let template = Template::lke_zi_2021();
    let pipeline = Pipeline::read(&folder.path().join("p.toml")).expect("a good pipeline");
    let data = run(&pipeline, &sources(&pipeline), &Timestamp::now, &Silent).expect("a run");
    let mut stages: Vec<Stage> = vec![
        (
            "calamine alone, values",
            Box::new(|| {
                let cells: usize = files.par_iter().map(|file| read_with_calamine(file)).sum();
                assert!(cells > satker * 1000);
            }),
        ),
        (
            "stage: values, formulas, merges, links into grids",
            Box::new(|| {
                files.par_iter().for_each(|file| drop(open(file).grid(0).expect("a good worksheet")));
            }),
        ),
        (
            "stage: the same, aligned, scored, audited",
            Box::new(|| {
                files.par_iter().for_each(|file| {
                    assert!(examine(open(file), &template, Some(&[]), None).expect("frames").result.is_some())
                });
            }),
        ),
        ("stage: workbook and tables written", Box::new(|| write(&pipeline, &data))),
        (
            "whole run",
            Box::new(|| {
                write(&pipeline, &run(&pipeline, &sources(&pipeline), &Timestamp::now, &Silent).expect("a run"))
            }),
        ),
    ];
    // Stage after stage in every round, so that a machine that slows down slows them all.
    let mut times = vec![Vec::new(); stages.len()];
    for round in 0..=ROUNDS {
        for ((_, stage), times) in stages.iter_mut().zip(&mut times) {
            let start = Instant::now();
            stage();
            if round > 0 {
                times.push(start.elapsed().as_secs_f64());
            }
        }
    }
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    for ((name, _), own) in stages.iter().zip(&times) {
        let ratio = median(own.iter().zip(&times[0]).map(|(own, alone)| own / alone).collect());
        println!("{name:<58} {:>7.3} s {ratio:>6.2} ×", median(own.clone()));
    }
    println!("findings {}, target for the whole run 2.5 ×", data.findings().count());
    drop(stages);
    drop(data);
    memory(folder.path(), satker);
}

fn open(file: &Path) -> Book {
    Book::open(file, "x", Timestamp::UNIX_EPOCH, &Limits::default())
        .unwrap_or_else(|unopened| panic!("{:?}", unopened.error))
}

fn read_with_calamine(file: &Path) -> usize {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(file).expect("a good workbook");
    let range = book.worksheet_range_at(0).expect("a sheet").expect("a good sheet");
    range.used_cells().count()
}

fn write(pipeline: &Pipeline, data: &rekap::compute::Consolidation) {
    let book =
        file::stage(&pipeline.outputs[0].path, |path| workbook::write(data, Lang::Id, path)).expect("room to write");
    let ranking = || Report { data, lang: Lang::Id }.table(TableName::Ranking).expect("a ranking");
    let ranks = file::stage(&pipeline.outputs[1].path, |path| table::write(ranking(), Dialect::Excel, path))
        .expect("room to write");
    book.put().expect("room to write");
    ranks.put().expect("room to write");
}

/// Worksheets as long-worded as real ones, no two alike, and a pipeline over them.
fn make_province(folder: &Path, satker: usize) -> Vec<PathBuf> {
    let template = Template::lke_zi_2021();
    let rows = official_rows(&template);
    let files: Vec<PathBuf> = (0..satker).map(|n| folder.join(format!("lke-{n:04}.xlsx"))).collect();
    files.par_iter().enumerate().for_each(|(n, path)| {
        let mut dice = Dice::new(n as u64);
        let profile =
            Profile { seed: n as u64, best: 40 + dice.roll(55), open: dice.roll(12), evidence: 70 + dice.roll(30) };
        let mut filled = answers(&template, &profile);
        if dice.roll(3) > 0 {
            review(&template, &mut filled, n as u64, 10);
        }
        for code in filled.unit.keys() {
            filled.notes.insert(code.clone(), sentence(&mut dice, 30));
        }
        let mut sheet = lay_out(&template, &Layout::official(), &rows, &filled);
        let last = sheet.cells.keys().map(|at| at.0).max().unwrap_or(3);
        for row in 3..last {
            let lines: Vec<String> = (0..3 + dice.roll(3)).map(|_| sentence(&mut dice, 22)).collect();
            sheet.put(row, 8, Shown::text(lines.join("\n")));
        }
        // Google's export writes every cell of the sheet, blank ones too.
        for at in (3..last + 20).flat_map(|row| (0..19).map(move |col| (row, col))) {
            if !sheet.cells.contains_key(&at) {
                sheet.put(at.0, at.1, Shown::Nothing);
            }
        }
        fs::write(path, to_xlsx(&[sheet]).expect("a sheet that can be written")).expect("room to write");
    });
    let mut registry = String::from("kode,nama,jenis,wbk,lke\n");
    for n in 0..satker {
        registry += &format!("{n:04},KPU Kabupaten Nomor {n},kabupaten,,lke-{n:04}.xlsx\n");
    }
    fs::write(folder.join("satker.csv"), registry).expect("room to write");
    let pipeline = "name = \"nasional\"\ntitle = \"Nasional\"\nyear = 2025\nsemester = 2\nsatker = \"satker.csv\"\n[lke]\nsource = \"{lke}\"\n[[output]]\nkind = \"xlsx\"\npath = \"out/rekap.xlsx\"\n[[output]]\nkind = \"csv\"\ntable = \"ranking\"\npath = \"out/peringkat.csv\"\n";
    fs::write(folder.join("p.toml"), pipeline).expect("room to write");
    files
}

fn sentence(dice: &mut Dice, words: u64) -> String {
    let syllables = [
        "pe", "la", "ya", "nan", "ka", "wai", "do", "ku", "men", "ra", "pat", "ti", "dak", "se", "lu", "ruh", "ber",
        "ja", "lan", "tan",
    ];
    let mut text = String::new();
    for _ in 0..words / 2 + dice.roll(words) {
        for _ in 0..1 + dice.roll(4) {
            text += syllables[dice.roll(syllables.len() as u64) as usize];
        }
        text.push(' ');
    }
    text
}

/// Peak memory of the program itself, at all and at a quarter of the satker, and what one more costs.
fn memory(folder: &Path, satker: usize) {
    let registry = fs::read_to_string(folder.join("satker.csv")).expect("written above");
    let peak = |count: usize| {
        let part: String = registry.lines().take(count + 1).map(|line| format!("{line}\n")).collect();
        fs::write(folder.join("satker.csv"), part).expect("room to write");
        peak::of(Command::new(env!("CARGO_BIN_EXE_rekap")).args(["run", "-q"]).arg(folder.join("p.toml")))
    };
    let quarter = satker / 4;
    let (few, all) = (peak(quarter), peak(satker));
    let (Some(few), Some(all)) = (few, all) else { return println!("peak memory: only measured where /proc is") };
    let growth = (all as f64 - few as f64) / (satker - quarter) as f64 / 1024.0;
    println!(
        "peak memory {} MB at {satker} satker, {} MB at {quarter}: {growth:.2} MB a satker",
        all / 1024,
        few / 1024
    );
    println!("targets: 300 MB at 552 satker, 0.3 MB a satker");
}

/// The pipeline's sources, all of them files.
fn sources(pipeline: &Pipeline) -> Sources {
    Sources::new(pipeline.directory(), &pipeline.google, None).expect("no folder is made")
}
