//! What tells who somebody is, written wherever a respondent or an office may write it, and looked for in everything rekap
//! writes, says, keeps and sends.

use crate::common;
use crate::host;
use crate::server as sheets_server;

use std::fs;
use std::io::{Cursor, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use common::make::sheet::{Sheet, Shown, to_xlsx};
use common::{fixture, rekap, stderr};
use host::{Host, answer};
use sheets_server::model::Spreadsheet;
use sheets_server::{Options, Server, load};

/// Headers below which nothing is anybody's business.
const PERSONAL: [&str; 44] = [
    "Nama",
    "Nama Lengkap",
    "Nama lengkap Anda",
    "NAMA RESPONDEN",
    "Nama dan unit kerja",
    "Jabatan dan nama lengkap",
    "Nama (boleh dikosongkan)",
    "Nama panggilan",
    "Siapa nama Anda?",
    "Full name",
    "Nama Bapak/Ibu",
    "Inisial nama",
    "Jabatan",
    "Pangkat/Golongan",
    "NIK",
    "Nomor Induk Kependudukan (NIK)",
    "No. KTP",
    "NIP",
    "NIP/NRP",
    "NPWP",
    "No HP",
    "No. HP/WA",
    "Nomor WhatsApp",
    "Nomor telepon yang bisa dihubungi",
    "Kontak",
    "Telp.",
    "Handphone",
    "Email",
    "Alamat Email",
    "Alamat surel",
    "E-mail address",
    "Alamat",
    "Alamat rumah",
    "Tempat tinggal",
    "Domisili",
    "Desa/Kelurahan",
    "RT/RW",
    "Tempat lahir",
    "Tempat, tanggal lahir",
    "Nomor polisi kendaraan",
    "Plat nomor",
    "Akun Instagram",
    "Username media sosial",
    "No. rekening",
];
/// Headers nobody knows.
const UNKNOWN: [&str; 6] = ["Isian bebas", "Kolom 17", "Q-ekstra", "Lain-lain", "Diisi panitia", "Ket."];
/// Names of people there are not.
const BEGIN: [&str; 8] = ["Qasra", "Wiryo", "Xandra", "Zulqar", "Jwali", "Qomar", "Fuhai", "Xavri"];
const END: [&str; 8] = ["diningqu", "widjaxa", "kusumoq", "wiraxto", "negarqa", "sentoxo", "purboqu", "haryaxo"];

fn name(number: usize) -> String {
    format!("{}{} {}{}", BEGIN[number % 8], END[number / 8 % 8], BEGIN[(number + 3) % 8], END[(number / 8 + 5) % 8])
}

/// What tells who somebody is by its shape: the whole text, and what of it is looked for.
fn shaped(number: usize) -> (String, String) {
    let n = 100 + number;
    let whole = |text: String| (text.clone(), text);
    match number % 18 {
        0 => whole(format!("19710{n}05{n}0{n}1")),
        1 => whole(format!("0812-3456-7{n}")),
        2 => whole(format!("08523456{n}9")),
        3 => whole(format!("+62 813 4567 8{n}")),
        4 => whole(format!("6281345678{n}")),
        5 => whole(format!("(0717) 42{n}3")),
        6 => whole(format!("19850{n} 20101 1 {n}")),
        7 => whole(format!("19800{n}200501{n}1")),
        8 => whole(format!("01.{n}.567.8-304.{n}")),
        9 => whole(format!("BN 1{n} AQ")),
        10 => whole(format!("bn2{n}qa")),
        11 => whole(format!("orang.{n}@contoh.id")),
        12 => whole(format!("@akunku_{n}")),
        13 => (format!("ig: akun.saya{n}"), format!("akun.saya{n}")),
        14 => (format!("Jl. Melati Qya No. {n}"), format!("Melati Qya No. {n}")),
        15 => (format!("Jalan Kenanga Xu {n} blok B"), format!("Kenanga Xu {n}")),
        16 => (format!("RT 0{n}/RW 02"), format!("0{n}/RW")),
        _ => whole(format!("3 {n}0 1234 5678 {n}")),
    }
}

/// The column of comments.
const COMMENT: usize = 12;

/// Responses of one survey, and what must be found nowhere.
struct Form {
    rows: Vec<Vec<String>>,
    needles: Vec<String>,
}

/// A form of nine good answers a row, in which needles stand in columns of every kind; others in each of several forms.
fn form(seed: usize) -> Form {
    let questions: Vec<String> = (1..=9).map(|number| format!("U{number}")).collect();
    let mut header = vec!["Cap waktu".to_owned(), "Jenis layanan".to_owned(), "Pekerjaan".to_owned()];
    header.extend(questions);
    header.push("Saran dan masukan".to_owned());
    header.extend(PERSONAL.iter().chain(&UNKNOWN).map(|&text| text.to_owned()));
    let width = header.len();
    let (mut rows, mut needles) = (vec![header], Vec::new());
    for row in 0..120 {
        let mut cells = vec![String::new(); width];
        cells[0] = format!("{:02}/08/2025 08:{:02}:{:02}", 1 + row % 28, row % 60, (row * 7) % 60);
        cells[1] = "Informasi publik".to_owned();
        cells[2] = "PNS".to_owned();
        for col in 3..12 {
            cells[col] = ["3", "4"][(row * 7 + col * 3 + row * col) % 2].to_owned();
        }
        rows.push(cells);
    }
    let mut put = |row: usize, col: usize, text: String, looked_for: &[&str]| {
        let cell = &mut rows[1 + row][col];
        *cell = if cell.is_empty() || col < 12 { text } else { format!("{cell} {text}") };
        needles.extend(looked_for.iter().map(|&needle| needle.to_owned()));
    };
    let base = seed * 190;
    let person = |place: usize| name(seed * 21 + place);
    // A shape and a name below every personal and unknown header.
    for place in 0..PERSONAL.len() + UNKNOWN.len() {
        let (text, looked_for) = shaped(base + place);
        put(place, 13 + place, text, &[&looked_for]);
        let name = person(place);
        put(50 + place, 13 + place, name.clone(), &name.split(' ').collect::<Vec<_>>());
    }
    // Every shape in a comment, and names that are said to be names.
    for place in 0..54 {
        let (text, looked_for) = shaped(base + 50 + place);
        put(place, COMMENT, format!("Tolong dipercepat, hubungi {text} saja"), &[&looked_for]);
    }
    for place in 54..60 {
        let name = person(place);
        put(place, COMMENT, format!("Ramah sekali. Nama saya {name}."), &name.split(' ').collect::<Vec<_>>());
    }
    // Their own names, as the same row says them.
    for place in 60..70 {
        let name = person(place - 50);
        put(place, COMMENT, format!("{name} senang dilayani"), &name.split(' ').collect::<Vec<_>>());
    }
    // Beside or in place of a group.
    for place in 0..18 {
        let (text, looked_for) = shaped(base + 104 + place);
        put(70 + place, 2, format!("PNS {text}"), &[&looked_for]);
        let (text, looked_for) = shaped(base + 122 + place);
        put(90 + place, 1, text, &[&looked_for]);
    }
    // In place of an answer, rarely enough for an index.
    for place in 0..18 {
        let (text, looked_for) = shaped(base + 140 + place);
        put(place * 6 + 1, 3 + place % 9, text, &[&looked_for]);
    }
    Form { rows, needles }
}

impl Form {
    fn csv(&self) -> String {
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n";
        self.rows.iter().map(line).collect()
    }

    fn xlsx(&self) -> Vec<u8> {
        let mut sheet = Sheet::named("Form Responses 1");
        for (row, cells) in (0..).zip(&self.rows) {
            for (col, cell) in (0..).zip(cells) {
                let shown = cell.parse().ok().filter(|_| cell.len() == 1).map(Shown::Number);
                sheet.put(row, col, shown.unwrap_or_else(|| Shown::text(cell.as_str())));
            }
        }
        to_xlsx(&[sheet]).expect("a workbook")
    }
}

/// Bytes to look in, by what they are.
struct Hay(Vec<(String, Vec<u8>)>);

impl Hay {
    fn add(&mut self, what: &str, bytes: Vec<u8>) {
        // A workbook is looked into, and so is a copy.
        if let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes.as_slice())) {
            for place in 0..archive.len() {
                let mut part = archive.by_index(place).unwrap();
                let (name, mut content) = (format!("{what}/{}", part.name().unwrap()), Vec::new());
                part.read_to_end(&mut content).unwrap();
                self.put(name, content);
            }
        }
        if let Some(packed) = bytes.strip_prefix(b"rekap salinan 1\n").and_then(|rest| rest.get(32..)) {
            self.put(format!("{what}, unpacked"), zstd::decode_all(packed).unwrap());
        }
        self.put(what.to_owned(), bytes);
    }

    /// Capital letters are of no account.
    fn put(&mut self, what: String, mut bytes: Vec<u8>) {
        bytes.make_ascii_lowercase();
        self.0.push((what, bytes));
    }

    fn add_folder(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            match path.is_dir() {
                true => self.add_folder(&path),
                false => self.add(&path.display().to_string(), fs::read(&path).unwrap()),
            }
        }
    }

    fn add_output(&mut self, what: &str, output: &Output) {
        self.add(&format!("{what}, stdout"), output.stdout.clone());
        self.add(&format!("{what}, stderr"), output.stderr.clone());
    }

    /// Where a needle stands, however it is written.
    fn find(&self, needle: &str) -> Vec<&str> {
        let needle = needle.to_lowercase();
        let finder = memchr::memmem::Finder::new(needle.as_bytes());
        let is_in = |hay: &Vec<u8>| finder.find(hay).is_some();
        self.0.iter().filter(|(_, hay)| is_in(hay)).map(|(what, _)| what.as_str()).collect()
    }
}

#[test]
fn who_respondents_are_is_found_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let forms = [0, 1, 2].map(form);
    let needles: usize = forms.iter().map(|form| form.needles.len()).sum();
    assert!(needles >= 600, "{needles}");

    // One from the disk, one from the web, one from Google Sheets; the plan and the LKE hold an office's own.
    fs::write(folder.path().join("skm.csv"), forms[0].csv()).unwrap();
    let from_web = forms[1].csv();
    let web = Host::start(move |_| answer("200 OK", &[("Content-Type", "text/csv")], from_web.as_bytes()));
    let server = Server::start(Options::default());
    let export = folder.path().join("ekspor.xlsx");
    fs::write(&export, forms[2].xlsx()).unwrap();
    server.add("skm", load::load(&export).unwrap());
    fs::remove_file(&export).unwrap();
    server.add("ringkasan", Spreadsheet::empty("Ringkasan"));
    let key = folder.path().join("kunci.json");
    fs::write(&key, server.key_json()).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let told = Host::start(|_| answer("200 OK", &[], b""));

    let lke = "lke-Sastrobuqi-081377778888.xlsx";
    fs::write(folder.path().join(lke), lke_with("hubungi 0813-9999-1234")).unwrap();
    fs::write(folder.path().join("rencana.csv"), PLAN).unwrap();
    let addresses =
        ["skm.csv".to_owned(), web.url("/skm.csv"), "https://docs.google.com/spreadsheets/d/skm/edit".to_owned()];
    let rows =
        addresses.iter().enumerate().map(|(place, skm)| format!("{place},KPU {place},kota,{lke},{skm},rencana.csv\n"));
    let registry = format!("kode,nama,jenis,lke,skm,rencana\n{}", rows.collect::<String>());
    fs::write(folder.path().join("satker.csv"), registry).unwrap();
    let pipeline = format!(
        r#"name = "jarum"
title = "Jarum"
year = 2025
semester = 2
satker = "satker.csv"
as_of = 2025-12-01
[google]
key_file = "kunci.json"
endpoint = "{google}"
[web]
private_hosts = ["127.0.0.1"]
[lke]
source = "{{lke}}"
[[survey]]
instrument = "skm-2017"
source = "{{skm}}"
[plan]
source = "{{rencana}}"
[[output]]
kind = "xlsx"
path = "out/rekap.xlsx"
[[output]]
kind = "csv"
table = "ranking"
path = "out/peringkat.csv"
[[output]]
kind = "csv"
table = "findings"
path = "out/temuan.csv"
[[output]]
kind = "ical"
path = "out/tenggat.ics"
[[output]]
kind = "google-sheets"
spreadsheet = "https://docs.google.com/spreadsheets/d/ringkasan/edit"
[[notify]]
kind = "webhook"
url_env = "KAIT"
on = "always"
"#,
        google = server.url()
    );
    fs::write(folder.path().join("p.toml"), pipeline).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = rekap();
        command.args(arguments).current_dir(folder.path()).env("KAIT", told.url("/kait"));
        command.output().unwrap()
    };
    let mut hay = Hay(Vec::new());
    let first = run(&["run", "--format", "json", "p.toml"]);
    let value: serde_json::Value =
        serde_json::from_slice(&first.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(&first)));
    for satker in value["satker"].as_array().unwrap() {
        assert!(satker["surveys"][0]["index"].is_f64(), "{}", satker["surveys"][0]);
        assert!(satker["surveys"][0]["comments"].as_array().unwrap().len() > 40, "comments are kept, scrubbed");
    }
    hay.add_output("run", &first);
    for more in [&["run", "-v", "p.toml"][..], &["run", "--offline", "p.toml"], &["run", "--as-of", "1", "p.toml"]] {
        hay.add_output(&more.join(" "), &run(more));
    }
    for more in [&["history", "p.toml", "--format", "json"][..], &["history", "show", "1", "--format", "json"]] {
        hay.add_output(&more.join(" "), &run(more));
    }
    hay.add_folder(&folder.path().join("out"));
    hay.add_folder(&folder.path().join(".rekap"));
    let mut sent = Hay(Vec::new());
    sent.put("spreadsheet".to_owned(), server.json("ringkasan").to_string().into_bytes());
    told.asked().into_iter().for_each(|asked| sent.put("webhook".to_owned(), asked.body));
    assert!(sent.0.len() >= 4 && sent.0.iter().all(|(_, body)| body.len() > 500), "something was sent");
    let found = |hay: &Hay, needle: &str| {
        let places = hay.find(needle);
        (!places.is_empty()).then(|| format!("{needle}: {}", places.join(", ")))
    };
    let of_respondents = forms.iter().flat_map(|form| &form.needles);
    let lost: Vec<String> =
        of_respondents.filter_map(|needle| found(&hay, needle).or_else(|| found(&sent, needle))).collect();
    assert!(lost.is_empty(), "{} of {needles}:\n{}", lost.len(), lost.join("\n"));

    // What is the office's own stays in the office.
    for needle in ["Sastrobuqi", "081377778888", "0813-9999-1234", "Tejowuqani", "081355556666"] {
        assert_eq!(found(&sent, needle), None);
    }
}

/// A real worksheet with a text of somebody's in place of an answer.
fn lke_with(text: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(fs::read(fixture("babel/lke-1902.xlsx")).unwrap())).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).unwrap();
        let (name, mut content) = (part.name().unwrap().into_owned(), String::new());
        let is_strings = name.ends_with("sharedStrings.xml");
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if is_strings {
            content += &String::from_utf8(bytes).unwrap();
            // Every `A` among the answers.
            bytes = content.replacen("<t>A</t>", &format!("<t>{text}</t>"), 1).into_bytes();
            assert_ne!(bytes, content.into_bytes());
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut out, &bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

const PLAN: &str = "\
No,Area,Komponen,Indikator,Rencana Aksi,Output,Penanggung Jawab,Target
1,Manajemen Perubahan,Tim Kerja,Pembentukan tim kerja,Membentuk tim kerja; hubungi 081355556666,SK,Tejowuqani,Januari
2,Manajemen Perubahan,Rencana,Dokumen rencana kerja,Menyusun dokumen,Dokumen,Tejowuqani,Februari
";
