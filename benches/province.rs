//! How fast and how lean a nation-sized run is: 552 satker, made in a temporary folder.
//!
//! `cargo bench` measures the whole run and its stages, beside what calamine alone needs to read the same values on the
//! same cores, and the program's peak memory. `cargo bench -- 100` does it with 100 satker.

#[path = "../fixtures/make/mod.rs"]
mod make;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use calamine::Reader;
use jiff::Timestamp;
use make::sheet::{Shown, to_xlsx};
use make::units::{Dice, Profile, answers, review};
use make::worksheet::{Layout, lay_out, official_rows};
use rayon::prelude::*;
use rekap::consolidate::Unit;
use rekap::lang::Lang;
use rekap::lke::examine;
use rekap::lke::template::Template;
use rekap::output::{file, table, workbook};
use rekap::pipeline::{Pipeline, Progress, run};
use rekap::source::{Book, Limits};

/// Work units of the nation.
const SATKER: usize = 552;
/// Timed runs of each stage; the median is shown.
const ROUNDS: usize = 5;

struct Silent;

impl Progress for Silent {
    fn done(&self, _: &Unit) {}
}

fn main() {
    let satker = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(SATKER);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = make_province(folder.path(), satker);
    let bytes: u64 = files.iter().map(|file| file.metadata().expect("a file just written").len()).sum();
    println!("{satker} satker, {} KiB each, {} threads", bytes / 1024 / satker as u64, rayon::current_num_threads());

    let calamine = median(|| {
        let cells: usize = files.par_iter().map(|file| read_with_calamine(file)).sum();
        assert!(cells > satker * 1000);
    });
    let read = median(|| {
        files.par_iter().for_each(|file| {
            let mut book = open(file);
            book.grid(0).expect("a good worksheet");
        });
    });
    let template = Template::lke_zi_2021();
    let examined = median(|| {
        files.par_iter().for_each(|file| {
            assert!(examine(open(file), &template, Some(&[])).result.is_some());
        });
    });
    let pipeline = Pipeline::read(&folder.path().join("p.toml")).expect("a good pipeline");
    let whole = median(|| {
        let data = run(&pipeline, &Timestamp::now, &Silent).expect("a run");
        write(&pipeline, &data);
    });
    let data = run(&pipeline, &Timestamp::now, &Silent).expect("a run");
    let written = median(|| write(&pipeline, &data));
    let line = |what: &str, time: Duration| {
        println!("{what:<58} {:>7.3} s {:>6.2} ×", time.as_secs_f64(), time.as_secs_f64() / calamine.as_secs_f64());
    };
    line("calamine alone, values", calamine);
    line("stage: values, formulas, merges, links into grids", read);
    line("stage: the same, aligned, scored, audited", examined);
    line("stage: workbook and tables written", written);
    line("whole run", whole);
    println!("findings {}, target for the whole run 2.5 ×", data.findings().count());
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

fn write(pipeline: &Pipeline, data: &rekap::consolidate::Consolidation) {
    let book =
        file::stage(&pipeline.outputs[0].path, |path| workbook::write(data, Lang::Id, path)).expect("room to write");
    let ranks =
        file::stage(&pipeline.outputs[1].path, |path| table::ranking(data, Lang::Id, path)).expect("room to write");
    book.put().expect("room to write");
    ranks.put().expect("room to write");
}

fn median(mut stage: impl FnMut()) -> Duration {
    stage();
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            stage();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
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
            filled.notes.insert(code.clone(), sentence(&mut dice, 12));
        }
        let mut sheet = lay_out(&template, &Layout::official(), &rows, &filled);
        for row in 3..sheet.cells.keys().map(|at| at.0).max().unwrap_or(3) {
            let lines: Vec<String> = (0..3 + dice.roll(3)).map(|_| sentence(&mut dice, 9)).collect();
            sheet.put(row, 8, Shown::text(lines.join("\n")));
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
    let vocabulary = [
        "dokumen",
        "rapat",
        "laporan",
        "tim",
        "kegiatan",
        "pegawai",
        "layanan",
        "berkala",
        "lengkap",
        "evaluasi",
        "triwulan",
        "sosialisasi",
        "pimpinan",
        "tersedia",
        "diperbarui",
        "seluruh",
        "sebagian",
        "arsip",
        "jadwal",
        "tindak lanjut",
    ];
    let count = words / 2 + dice.roll(words);
    (0..count).map(|_| vocabulary[dice.roll(vocabulary.len() as u64) as usize]).collect::<Vec<_>>().join(" ")
}

/// Peak memory of the program itself, at all and at a quarter of the satker, and what one more costs.
fn memory(folder: &Path, satker: usize) {
    let registry = fs::read_to_string(folder.join("satker.csv")).expect("written above");
    let peak = |count: usize| {
        let part: String = registry.lines().take(count + 1).map(|line| format!("{line}\n")).collect();
        fs::write(folder.join("satker.csv"), part).expect("room to write");
        peak_of_run(&folder.join("p.toml"))
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

/// The highest resident size of a run, in KiB, as the kernel tells while it runs.
fn peak_of_run(pipeline: &Path) -> Option<u64> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rekap"))
        .args(["run", "-q"])
        .arg(pipeline)
        .stdout(Stdio::null())
        .spawn()
        .expect("the built program");
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak = None;
    while child.try_wait().expect("a child").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let kib = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        peak = peak.max(kib);
        std::thread::sleep(Duration::from_millis(2));
    }
    peak
}
