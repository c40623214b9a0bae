//! How fast the index of a nation's responses is: a million as CSV, a hundred thousand as xlsx.
//!
//! `cargo bench --bench survey` times the whole way from file to finished index, beside what polars alone needs to read and
//! group the same CSV, and what calamine alone needs to read the same xlsx, on the same cores; and the program's peak
//! memory. `cargo bench --bench survey -- 1000` does it with a thousandth.

#[path = "peak.rs"]
mod peak;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use calamine::Reader;
use jiff::Timestamp;
use jiff::civil::date;
use polars::prelude::*;
use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};
use rekap::compute::survey::{conclude, examine};
use rekap::source::{Book, Limits};
use rekap::survey::SurveyOptions;
use rekap::survey::instrument::Instrument;
use rust_xlsxwriter::Workbook;

const CSV_RESPONSES: usize = 1_000_000;
const XLSX_RESPONSES: usize = 100_000;
const ROUNDS: usize = 7;

fn main() {
    let part = std::env::args().skip(1).find_map(|argument| argument.parse::<usize>().ok()).unwrap_or(1);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let skm = Instrument::named("skm-2017", Path::new(".")).expect("a shipped instrument");
    let (csv, xlsx) = (folder.path().join("skm.csv"), folder.path().join("skm.xlsx"));
    write_csv(&csv, &skm, CSV_RESPONSES / part);
    write_xlsx(&xlsx, &skm, XLSX_RESPONSES / part);
    let megabytes = |path: &Path| path.metadata().expect("a file just written").len() >> 20;
    println!(
        "{} responses as CSV, {} MiB; {} threads",
        CSV_RESPONSES / part,
        megabytes(&csv),
        rayon::current_num_threads()
    );
    compare(
        "polars alone: read, group by each question",
        &|| group_with_polars(&csv, &skm),
        &|| index(&csv, &skm),
        2.0,
    );
    let start = Instant::now();
    let mut books = [Book::open(&csv, "x", Timestamp::UNIX_EPOCH, &Limits::default()).expect("a good file")];
    let reading = rekap::survey::read(&mut books, &skm, &SurveyOptions::default());
    let read = start.elapsed().as_secs_f64();
    conclude(reading, &skm, &SurveyOptions::default()).expect("frames that can be computed");
    println!("of it once: reading {read:.2} s, computing {:.2} s", start.elapsed().as_secs_f64() - read);
    println!("{} responses as xlsx, {} MiB", XLSX_RESPONSES / part, megabytes(&xlsx));
    compare("calamine alone: read the values", &|| read_with_calamine(&xlsx), &|| index(&xlsx, &skm), 1.5);
    for path in [&csv, &xlsx] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rekap"));
        if let Some(kib) = peak::of(command.arg("check").arg(path).args(["--instrument", "skm-2017"])) {
            println!(
                "peak memory of `rekap check {}`: {} MB",
                path.extension().unwrap_or_default().display(),
                kib / 1024
            );
        }
    }
}

/// Times both in turn and prints the medians with their ratio.
fn compare(name: &str, alone: &dyn Fn(), whole: &dyn Fn(), target: f64) {
    let time = |run: &dyn Fn()| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    };
    let pairs: Vec<(f64, f64)> = (0..=ROUNDS).map(|_| (time(alone), time(whole))).skip(1).collect();
    let median = |values: &mut Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    println!("{name:<46} {:>6.2} s", median(&mut pairs.iter().map(|pair| pair.0).collect()));
    println!(
        "{:<46} {:>6.2} s {:>5.2} × (target {target} ×)",
        "file to finished index",
        median(&mut pairs.iter().map(|pair| pair.1).collect()),
        median(&mut pairs.iter().map(|pair| pair.1 / pair.0).collect())
    );
}

fn index(path: &Path, skm: &Arc<Instrument>) {
    let book = Book::open(path, "x", Timestamp::UNIX_EPOCH, &Limits::default()).expect("a good file");
    let result = examine(vec![book], skm, &SurveyOptions::default())
        .expect("frames that can be computed")
        .result
        .expect("a result");
    assert!(result.index.index > 50.0);
}

fn group_with_polars(path: &Path, skm: &Instrument) {
    let frame = CsvReadOptions::default()
        .try_into_reader_with_file_path(Some(path.to_owned()))
        .and_then(|reader| reader.finish())
        .expect("a good table");
    for element in &skm.elements {
        let groups = frame.group_by([element.question.as_str()]).and_then(|groups| groups.groups()).expect("groups");
        assert!(groups.height() <= 5);
    }
}

fn read_with_calamine(path: &Path) {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).expect("a good workbook");
    let range = book.worksheet_range_at(0).expect("a sheet").expect("a good sheet");
    assert!(range.used_cells().count() > 100);
}

/// Responses one after the other, as a form exports them: words, now and then a comment, some questions left open.
struct Form<'a> {
    skm: &'a Instrument,
    dice: Pcg64Mcg,
    row: u64,
}

impl<'a> Form<'a> {
    fn new(skm: &'a Instrument) -> Self {
        Form { skm, dice: Pcg64Mcg::seed_from_u64(3), row: 0 }
    }

    fn header(&self) -> Vec<String> {
        let particulars = ["Stempel waktu", "Jenis layanan", "Jenis kelamin", "Usia", "Pendidikan", "Pekerjaan"];
        let questions = self.skm.elements.iter().map(|element| element.question.clone());
        particulars.map(str::to_owned).into_iter().chain(questions).chain(["Saran".to_owned()]).collect()
    }

    fn roll(&mut self, below: u64) -> usize {
        (self.dice.next_u64() % below) as usize
    }

    fn response(&mut self, cells: &mut Vec<String>) {
        cells.clear();
        self.row += 1;
        let at = date(2025, 1, 1).at(0, 0, 0, 0) + jiff::Span::new().seconds(self.row as i64 * 15);
        cells.push(at.strftime("%d/%m/%Y %H:%M:%S").to_string());
        cells.push(["Informasi publik", "Helpdesk pencalonan", "Pindah memilih", "Pengaduan"][self.roll(4)].to_owned());
        cells.push(["Laki-laki", "Perempuan"][self.roll(2)].to_owned());
        cells.push((18 + self.roll(50)).to_string());
        cells.push(["SMA", "D3", "S1", "S2"][self.roll(4)].to_owned());
        cells.push(["Pelajar/Mahasiswa", "PNS", "Swasta", "Wiraswasta"][self.roll(4)].to_owned());
        let mood = self.roll(3);
        for element in 0..self.skm.elements.len() {
            let open = self.roll(200) == 0;
            let worth = (1 + mood + self.roll(2)).min(3);
            cells.push(if open {
                String::new()
            } else {
                self.skm.elements[element].offered().nth(worth).expect("an answer for every value").to_owned()
            });
        }
        cells.push(match self.roll(10) {
            0 => "Ruang tunggu perlu ditambah kursi".to_owned(),
            1 => format!("Hubungi 0812{:08} tentang formulir", self.row),
            _ => String::new(),
        });
    }
}

fn write_csv(path: &Path, skm: &Instrument, responses: usize) {
    let mut form = Form::new(skm);
    let mut text = form.header().join(",") + "\r\n";
    let mut cells = Vec::new();
    for _ in 0..responses {
        form.response(&mut cells);
        let _ = write!(text, "{}\r\n", cells.join(","));
    }
    fs::write(path, text).expect("room to write");
}

fn write_xlsx(path: &Path, skm: &Instrument, responses: usize) {
    let mut form = Form::new(skm);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let mut cells = form.header();
    for row in 0..=responses {
        for (col, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            sheet.write_string(row as u32, col as u16, text).expect("room in a sheet");
        }
        form.response(&mut cells);
    }
    book.save(path).expect("room to write");
}
