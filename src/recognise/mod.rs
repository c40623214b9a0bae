//! What a file is that is not what it was taken for: nobody who sends a survey is told to restore the header of an LKE.
//!
//! What a document says of itself decides: its title, the names of its sheets, its headers, the labels of its rows. A kind is
//! a row of `kinds`; what has no fixed wording (a survey's columns, a plan, an LKE) is looked at by its shape.

mod kinds;

use std::collections::BTreeSet;

use crate::finding::{Arg, Code, Finding, Place, Severity};
use crate::grid::{Cell, Grid, Seen, column_letters};
use crate::lang::Phrase;
use crate::lke::columns::find_columns;
use crate::number;
use crate::plan::{looks_like_a_plan, table_like_a_plan};
use crate::source::Book;
use crate::text::normalise_label;
use kinds::{KINDS, Kind};

/// Rows of a sheet that are looked at.
const HEAD_ROWS: u32 = 200;
/// Rows in which a title stands.
const TITLE_ROWS: u32 = 12;
/// Longer texts are no labels and no headings.
const LONGEST_LABEL: usize = 80;
/// So many columns with answers on a scale make a survey.
const FEWEST_QUESTIONS: usize = 3;
/// The highest value of any scale in use.
const HIGHEST: f64 = 10.0;
/// The share of a column's cells that answer on a scale.
const MOSTLY: f64 = 0.9;

/// The findings that say that a file is not what it was read as, without saying what it is.
const REFUSALS: [Code; 4] = [Code::NoHeader, Code::OtherDocument, Code::NoQuestions, Code::PlanNoTable];

/// What a file was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Whatever rekap reads.
    Any,
    /// An LKE Zona Integritas.
    Lke,
    /// Responses to a survey.
    Survey,
    /// An action plan.
    Plan,
}

impl Wanted {
    fn phrase(self) -> Phrase {
        match self {
            Wanted::Any => Phrase::new(
                "LKE Zona Integritas, jawaban survei, atau rencana aksi",
                "an LKE Zona Integritas, responses to a survey, or an action plan",
            ),
            Wanted::Lke => Phrase::new("LKE Zona Integritas", "an LKE Zona Integritas"),
            Wanted::Survey => Phrase::new("jawaban survei", "responses to a survey"),
            Wanted::Plan => Phrase::new("rencana aksi", "an action plan"),
        }
    }
}

/// What a file looks like.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    /// What people call it.
    pub kind: Phrase,
    /// What it may be read as; none where rekap reads no such thing.
    pub reads_as: Option<Wanted>,
    /// Where that shows, in letters of columns and numbers; may be empty.
    pub detail: String,
    /// What to do.
    pub advice: Phrase,
}

const OWN: Phrase = Phrase::new(
    "Beri berkas asli dari satker, bukan keluaran rekap.",
    "Give the satker's own file, not what rekap wrote.",
);

/// Words of answers; a text that has one, and few others, is an answer.
const ANSWERS: &[&str] = &[
    "setuju",
    "puas",
    "baik",
    "sesuai",
    "mudah",
    "cepat",
    "mampu",
    "kompeten",
    "sopan",
    "ramah",
    "jelas",
    "murah",
    "gratis",
    "wajar",
    "buruk",
    "kurang",
    "cukup",
    "jarang",
    "sering",
    "selalu",
    "pernah",
    "penting",
    "memuaskan",
];

/// Says what a refused file is, in place of the finding that only says what it is not. `open` opens it once more.
pub fn name_refusal(findings: &mut [Finding], wanted: Wanted, open: impl FnOnce() -> Option<Book>) {
    let Some(place) = findings.iter().position(|finding| REFUSALS.contains(&finding.code)) else { return };
    let Some(mut book) = open() else { return };
    let location = Place::whole(book.info.location.clone());
    let looks = Looks::at(&mut book);
    let named = match looks.recognise(&mut book) {
        // An LKE that is wanted as anything is wanted as an LKE.
        Some(likeness)
            if likeness.reads_as != Some(wanted)
                && !(wanted == Wanted::Any && likeness.reads_as == Some(Wanted::Lke)) =>
        {
            likeness.finding(wanted)
        }
        // It lacks what it should have, and the finding says what.
        Some(_) => return,
        None if wanted == Wanted::Any && findings[place].code == Code::NoHeader && !looks.speaks_of_zi() => {
            Finding::new(Code::SourceUnknown, [("sheets", Arg::from(looks.sizes()))])
        }
        None => return,
    };
    findings[place] = named.at(location);
}

/// Whether a finding says that a file as such was refused, not merely that a number is missing.
pub fn is_refusal(finding: &Finding) -> bool {
    REFUSALS.contains(&finding.code)
        || [Code::OtherSurvey, Code::SheetsCompete, Code::SheetsSplit].contains(&finding.code)
        || [Code::PlanScanned, Code::PlanOtherKind, Code::PlanOtherAreas].contains(&finding.code)
        || finding.severity() == Severity::Error
            && finding.code != Code::SourceStale
            && finding.code.entry().code.starts_with("SRC")
}

/// What a file looks like, whatever it was taken for; none where nothing is known.
pub fn recognise(book: &mut Book) -> Option<Likeness> {
    Looks::at(book).recognise(book)
}

/// The beginnings of the sheets; hidden ones say nothing of what was sent.
fn heads(book: &mut Book) -> Vec<Grid> {
    book.visible().into_iter().filter_map(|sheet| book.head(sheet, HEAD_ROWS).ok()).collect()
}

impl Likeness {
    fn finding(&self, wanted: Wanted) -> Finding {
        let detail = if self.detail.is_empty() { String::new() } else { format!(" ({})", self.detail) };
        // What it is read as when that is said is no longer excluded.
        let wanted = if wanted == Wanted::Any && self.reads_as.is_some() { Wanted::Lke } else { wanted };
        let args = [
            ("kind", Arg::from(self.kind)),
            ("detail", Arg::from(detail)),
            ("wanted", Arg::from(wanted.phrase())),
            ("advice", Arg::from(self.advice)),
        ];
        Finding::new(Code::SourceOther, args)
    }
}

/// The beginnings of the sheets, and their words.
struct Looks {
    grids: Vec<Grid>,
    names: Vec<String>,
    /// Texts that stand alone in their rows at the top, and the name of an only sheet.
    titles: Vec<String>,
    /// Every short text.
    labels: BTreeSet<String>,
    /// The short texts of each row that has several.
    rows: Vec<BTreeSet<String>>,
}

impl Looks {
    fn at(book: &mut Book) -> Self {
        let names = book.sheets().iter().map(|sheet| sheet.name.clone()).collect();
        Looks::of(heads(book), names)
    }

    fn of(grids: Vec<Grid>, names: Vec<String>) -> Self {
        let mut looks =
            Looks { titles: Vec::new(), labels: BTreeSet::new(), rows: Vec::new(), grids: Vec::new(), names };
        if let [only] = &looks.names[..] {
            looks.titles.push(normalise_label(only));
        }
        for grid in &grids {
            for row in 0..grid.rows().min(HEAD_ROWS) {
                let mut texts: Vec<String> = (0..grid.cols())
                    .filter(|&col| grid.anchor(row, col).row == row)
                    .filter_map(|col| grid.cell(row, col).text())
                    .map(normalise_label)
                    .filter(|text| !text.is_empty())
                    .collect();
                texts.dedup();
                if let ([title], true) = (&texts[..], row < TITLE_ROWS) {
                    looks.titles.push(title.clone());
                }
                texts.retain(|text| text.len() <= LONGEST_LABEL);
                looks.labels.extend(texts.iter().cloned());
                if texts.len() > 1 {
                    looks.rows.push(texts.into_iter().collect());
                }
            }
        }
        Looks { grids, ..looks }
    }

    fn recognise(&self, book: &mut Book) -> Option<Likeness> {
        let reads_as = |wanted: Wanted, detail: String, advice: Phrase| {
            Some(Likeness { kind: wanted.phrase(), reads_as: Some(wanted), detail, advice })
        };
        if let Some(own) = self.own() {
            return Some(own);
        }
        if let Some(kind) = self.document() {
            return Some(Likeness { kind: kind.kind, reads_as: None, detail: String::new(), advice: kind.advice });
        }
        if self.speaks_of_zi() && self.grids.iter().any(|grid| find_columns(grid, None).is_some()) {
            let advice = Phrase::new(
                "Isikan berkas ini di kolom lke; minta satker mengirim berkas yang dimaksud.",
                "Name this file in the column lke; ask the satker for the file that was meant.",
            );
            return reads_as(Wanted::Lke, String::new(), advice);
        }
        if looks_like_a_plan(book) {
            let advice = Phrase::new(
                "Baca dengan `rekap check BERKAS --plan`, atau isikan di kolom rencana aksi daftar satker.",
                "Read it with `rekap check FILE --plan`, or name it in the registry's column of action plans.",
            );
            return reads_as(Wanted::Plan, String::new(), advice);
        }
        if let Some(table) = table_like_a_plan(book) {
            let (advice, reads_as) = match table.is_plan {
                true => (
                    Phrase::new(
                        "Baca dengan `rekap check BERKAS --plan`, atau isikan di kolom rencana aksi daftar satker.",
                        "Read it with `rekap check FILE --plan`, or name it in the registry's column of action plans.",
                    ),
                    Some(Wanted::Plan),
                ),
                false => (kinds::ELSEWHERE, None),
            };
            return Some(Likeness { kind: table.kind, reads_as, detail: String::new(), advice });
        }
        if let Some((grid, columns, highest)) =
            self.grids.iter().find_map(|grid| Some((grid, scale_columns(grid)?))).map(|(g, (c, h))| (g, c, h))
        {
            let letters = columns.iter().map(|&col| column_letters(col)).collect::<Vec<_>>();
            let shown = match &letters[..] {
                [first, .., last] if columns.windows(2).all(|pair| pair[0] + 1 == pair[1]) => format!("{first}–{last}"),
                _ => letters.join(", "),
            };
            let scale = highest.map_or_else(String::new, |highest| format!(": 1–{highest}"));
            let advice = Phrase::new(
                "Baca dengan `rekap check BERKAS --instrument skm-2017` (atau spak-5, spkp-8, instrumen TOML sendiri), dan pastikan judul kolomnya memuat kata unsurnya atau U1–U9.",
                "Read it with `rekap check FILE --instrument skm-2017` (or spak-5, spkp-8, a TOML of your own), and see that its headers have the elements' words or U1–U9.",
            );
            return reads_as(Wanted::Survey, format!("{} {shown}{scale}", grid.name), advice);
        }
        let filled = |grid: &Grid| {
            (0..grid.rows()).filter(|&row| (0..grid.cols()).any(|col| !grid.cell(row, col).is_blank())).count()
        };
        let rows: usize = self.grids.iter().map(filled).sum();
        (rows == 1 && self.rows.iter().any(|row| row.len() > 2)).then(|| Likeness {
            kind: Phrase::new("templat kosong: hanya ada baris judul", "an empty template: there is only a header"),
            reads_as: None,
            detail: String::new(),
            advice: Phrase::new("Kirim berkas yang sudah diisi.", "Send the file that was filled in."),
        })
    }

    /// A table rekap wrote itself, or one of the files that tell it what to do.
    fn own(&self) -> Option<Likeness> {
        let first = self.grids.first()?;
        let header: Vec<String> = (0..first.cols()).map(|col| first.cell(0, col).shown().to_lowercase()).collect();
        let begins =
            |names: &[&str]| header.len() >= names.len() && header.iter().zip(names).all(|(cell, name)| cell == name);
        let table = begins(&["kode", "nama", "peran", "peringkat", "total"])
            || begins(&["satker", "severity", "code", "subject"]);
        let (kind, advice) = if table {
            (Phrase::new("tabel keluaran rekap sendiri", "a table that rekap wrote itself"), OWN)
        } else if header.iter().any(|name| name == "kode")
            && header.iter().any(|name| name == "nama")
            && header.iter().any(|name| ["lke", "skm", "jenis", "wbk"].contains(&name.as_str()))
        {
            let advice = Phrase::new(
                "Daftar satker dipakai lewat berkas pipeline: `rekap run`.",
                "A registry is used by a pipeline file: `rekap run`.",
            );
            (Phrase::new("daftar satker untuk pipeline", "a registry of satker for a pipeline"), advice)
        } else {
            return None;
        };
        Some(Likeness { kind, reads_as: None, detail: String::new(), advice })
    }

    /// A document that is known by its words. One that also has the areas of Zona Integritas is another only by its title or
    /// by labels that an LKE of Zona Integritas has not.
    fn document(&self) -> Option<&'static Kind> {
        // A survey, and an action plan, may be about anything its title names.
        if self.is_of_responses() {
            return None;
        }
        let of_zi = self.speaks_of_zi();
        let words = |text: &str, words: &str| format!(" {text} ").contains(&format!(" {words} "));
        let is_titled = |title: &&str| self.titles.iter().any(|text| words(text, title));
        let is_plan = ["rencana aksi", "renaksi", "zona integritas"].iter().any(is_titled);
        KINDS.iter().find(|kind| {
            let titled = !is_plan && kind.titles.iter().any(is_titled);
            let (fewest, labels) = kind.labels;
            let labels: Vec<&str> = labels.iter().copied().filter(|label| !of_zi || *label != "reform").collect();
            let headed = kind.headings.iter().any(|heading| self.labels.contains(*heading));
            let labelled = headed && labels.iter().filter(|label| self.labels.contains(**label)).count() >= fewest;
            let labelled = labelled && !(of_zi && fewest < 2);
            let has = |texts: &BTreeSet<String>, forms: &str| forms.split('/').any(|form| texts.contains(form));
            let holds = |row: &BTreeSet<String>, forms: &str| match forms.strip_prefix('!') {
                Some(absent) => !has(&self.labels, absent),
                None => has(row, forms),
            };
            let has_header = kind
                .headers
                .iter()
                .any(|header| self.rows.iter().any(|row| header.iter().all(|forms| holds(row, forms))));
            titled || labelled || has_header && !of_zi
        })
    }

    /// Whether respondents are asked who they are.
    fn is_of_responses(&self) -> bool {
        let stamps = ["timestamp", "stempel waktu", "cap waktu", "jenis kelamin", "umur", "usia"];
        stamps.iter().any(|stamp| self.labels.contains(*stamp))
    }

    /// Whether the words of an LKE Zona Integritas are there.
    fn speaks_of_zi(&self) -> bool {
        let said = |word: &str| self.labels.contains(word);
        said("pengungkit") || said("manajemen perubahan") && said("penataan tatalaksana")
    }

    /// The sheets with their sizes.
    fn sizes(&self) -> String {
        let shown = self.grids.iter().take(6).map(|grid| format!("{} ({} × {})", grid.name, grid.rows(), grid.cols()));
        shown.collect::<Vec<_>>().join(", ")
    }
}

/// The columns of a sheet whose cells answer on one scale, and its highest value where they are numbers; none where these are
/// too few for a survey.
fn scale_columns(grid: &Grid) -> Option<(Vec<u32>, Option<u8>)> {
    let texts = |row: u32| (0..grid.cols()).filter(|&col| grid.cell(row, col).text().is_some()).count();
    let header = (0..grid.rows().min(30)).max_by_key(|&row| (texts(row), std::cmp::Reverse(row)))?;
    let mut columns = Vec::new();
    let mut highest = None;
    for col in 0..grid.cols() {
        let title = normalise_label(&grid.cell(header, col).shown());
        if ["no", "nomor", "usia", "umur", "no urut"].contains(&title.as_str()) {
            continue;
        }
        let cells: Vec<&Cell> =
            (header + 1..grid.rows()).map(|row| grid.cell(row, col)).filter(|cell| !cell.is_blank()).collect();
        let values: Vec<f64> = cells.iter().filter_map(|cell| value(cell)).collect();
        let is_numbering = values.len() > 2 && values.windows(2).all(|pair| pair[1] == pair[0] + 1.0);
        let answers = values.len() + cells.iter().filter(|cell| is_answer(cell)).count();
        if cells.len() > 1 && !is_numbering && answers as f64 >= MOSTLY * cells.len() as f64 {
            columns.push(col);
            let most = values.into_iter().fold(0.0, f64::max) as u8;
            highest = highest.max(Some(most).filter(|&most| most > 0));
        }
    }
    (columns.len() >= FEWEST_QUESTIONS).then_some((columns, highest))
}

/// A whole number from 1 to the highest of any scale.
fn value(cell: &Cell) -> Option<f64> {
    let number = match cell.seen() {
        Seen::Number(number) => Some(number),
        Seen::Text(text) => number::read(text).and_then(number::Number::decimal),
        _ => None,
    };
    number.filter(|number| number.fract() == 0.0 && (1.0..=HIGHEST).contains(number))
}

fn is_answer(cell: &Cell) -> bool {
    let Some(text) = cell.text() else { return false };
    let text = normalise_label(text);
    text.split(' ').count() <= 6 && text.split(' ').any(|word| ANSWERS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::source::{FileBytes, Limits, SourceInfo};
    use crate::stop::Stop;
    use jiff::Timestamp;
    use std::path::Path;

    fn book(csv: &str) -> Book {
        let file = FileBytes::named(csv.as_bytes().to_vec(), Path::new("x.csv"));
        Book::of_file(file, SourceInfo::of("x.csv", Timestamp::UNIX_EPOCH), &Limits::default(), &Stop::new())
            .unwrap_or_else(|_| panic!("{csv}"))
    }

    /// What a table as text is taken for, in English; a dash where it is not known.
    fn taken_for(csv: &str) -> &'static str {
        recognise(&mut book(csv)).map_or("–", |likeness| likeness.kind.text(Lang::En))
    }

    #[test]
    fn documents_are_known_by_what_they_say_of_themselves() {
        for (csv, kind) in [
            ("NO,KOMPONEN,SUB-KOMPONEN,BOBOT\nA,Perencanaan Kinerja,,30\n,,Pemenuhan,6\n", "LKE AKIP"),
            (
                "Lembar Kerja Evaluasi AKIP\nNo,Komponen/Sub Komponen/Kriteria,Bobot,Jawaban\n1,Perencanaan Kinerja,30,A\n",
                "LKE AKIP",
            ),
            ("Kertas Kerja PMPRB 2025\nNo,Penilaian,Bobot\nA,Pemenuhan,20\n", "PMPRB"),
            ("Penilaian,Bobot,Nilai\nHasil Antara,10,7\nReform,30,20\n", "PMPRB"),
            ("F01 PEKPPP\nAspek,Pertanyaan,Jawaban\nKebijakan Pelayanan,Apakah,a\n", "PEKPPP"),
            ("Aspek,Bobot\nKebijakan Pelayanan,24\nProfesionalitas SDM,18\nInovasi,5\n", "PEKPPP"),
            (
                "PERJANJIAN KINERJA TAHUN 2025\nNo,Sasaran Strategis,Indikator Kinerja,Target\n1,Terwujudnya,Nilai,80\n",
                "a performance agreement (Perjanjian Kinerja)",
            ),
            (
                "No,Sasaran Kegiatan,Indikator,Target,Pagu\n1,Terlaksananya,Jumlah,12,5000000\n",
                "a work plan with its budget (Renja, RKA)",
            ),
            (
                "No,Rekomendasi,Rencana Tindak Lanjut,Batas Waktu,PIC,Status\n1,Melengkapi SOP,Menyusun,30 Juni 2026,Sekretaris,Proses\n",
                "a table of recommendations followed up",
            ),
            ("No,Nama,Jabatan,Tanda Tangan\n1,Anu,Staf,\n", "a list of people present"),
            (
                "Peringkat,Satker,Nilai\n1,KPU Kota Anu,88.2\n2,KPU Kabupaten Anu,80.1\n",
                "a table of results (ranks or totals)",
            ),
            (
                "No,Unsur Pelayanan,NRR,Mutu\n1,Persyaratan,3.5,A\n2,Prosedur,3.2,B\n",
                "a table of results (ranks or totals)",
            ),
            ("kode,nama,peran,peringkat,total\n1971,KPU Kota Anu,unit,1,88.2\n", "a table that rekap wrote itself"),
            ("satker,severity,code,subject,location\n1971,error,LKE001,,x\n", "a table that rekap wrote itself"),
            ("kode,nama,jenis,lke\n1971,KPU Kota Anu,kota,x.xlsx\n", "a registry of satker for a pipeline"),
            ("No,Q1,Q2,Q3,Keterangan\n1,4,3,4,\n2,3,5,4,\n3,2,4,4,\n", "responses to a survey"),
            ("Q1,Q2,Q3\nSangat setuju,Setuju,Setuju\nTidak setuju,Setuju,Setuju\n", "responses to a survey"),
            (
                "No,Komponen,Indikator,Langkah Aksi,Target Waktu\n1,Manajemen Perubahan,Tim,Rapat,Maret\n",
                "an action plan",
            ),
            ("Komponen,Nilai,Jawaban\n", "an empty template: there is only a header"),
            (
                "Kertas Kerja PMPRB\nPenilaian,Bobot,Jawaban,Nilai\nPENGUNGKIT,60,,\nMANAJEMEN PERUBAHAN,2,,\nPENATAAN TATALAKSANA,1,,\n",
                "PMPRB",
            ),
            (
                "Lembar Kerja Evaluasi\nPenilaian,Bobot,Jawaban,Nilai\nPENGUNGKIT,60,,\nTim Reformasi Birokrasi,2,,\nDeregulasi Kebijakan,1,,\n",
                "PMPRB",
            ),
            (
                "LKE Zona Integritas\nPenilaian,Bobot,Jawaban,Nilai\nPENGUNGKIT,60,,\nReform,30,,\n",
                "an LKE Zona Integritas",
            ),
            (
                "No,Sasaran,Indikator Kinerja,TW I,TW II,TW III,TW IV\n1,x,Nilai RB,20,40,60,80\n",
                "an action plan by quarters",
            ),
            (
                "RENCANA AKSI 2025\nNo,Sasaran,Indikator Kinerja,TW I,TW II,TW III,TW IV\n1,x,Nilai RB,20,40,60,80\n",
                "an action plan",
            ),
            (
                "KATALOG INOVASI\nNo,Nama Inovasi,Deskripsi,Tahun,Link\n1,A,Aplikasi,2024,x\n",
                "a catalogue, or a list of examples",
            ),
            (
                "No,Risiko,Penyebab,Dampak,Pengendalian,Waktu\n1,Lambat,SDM,Laporan,Rapat,Januari\n",
                "a register of risks",
            ),
            (
                "CAPAIAN KINERJA TRIWULAN III\nNo,Sasaran,Indikator Kinerja,Target,Realisasi,Capaian (%)\n1,x,Nilai,BB,BB,100\n",
                "a Perjanjian Kinerja",
            ),
            ("Barang,Harga\nKertas,50000\nTinta,75000\n", "–"),
            ("catatan\n", "–"),
        ] {
            assert_eq!(taken_for(csv), kind, "{csv}");
        }
    }

    #[test]
    fn what_merely_mentions_a_document_is_none() {
        let survey = "Survei tindak lanjut SAKIP\nStempel waktu,Usia,U1,U2,U3\n1/1/2025,20,4,4,3\n1/2/2025,30,3,4,3\n";
        assert_eq!(taken_for(survey), "responses to a survey");
    }

    #[test]
    fn a_survey_says_which_columns_and_which_scale() {
        let likeness =
            recognise(&mut book("No,Nama,Q1,Q2,Q3,Q4\n1,Anu,6,3,4,1\n2,Ina,3,5,4,2\n3,Uun,2,4,4,2\n")).unwrap();
        assert_eq!(likeness.detail, "x C–F: 1–6");
        let finding = likeness.finding(Wanted::Any);
        assert!(finding.message(Lang::Id).contains("jawaban survei (x C–F: 1–6)"), "{}", finding.message(Lang::Id));
    }

    #[test]
    fn a_refusal_names_what_the_file_is() {
        let refused = |csv: &'static str, code: Code, wanted: Wanted| {
            let mut findings = vec![Finding::new(code, code.entry().example())];
            name_refusal(&mut findings, wanted, || Some(book(csv)));
            findings[0].code
        };
        let survey = "Q1,Q2,Q3\n4,3,3\n2,3,3\n1,2,3\n";
        assert_eq!(refused(survey, Code::NoHeader, Wanted::Any), Code::SourceOther);
        assert_eq!(refused(survey, Code::NoHeader, Wanted::Lke), Code::SourceOther);
        assert_eq!(refused(survey, Code::NoQuestions, Wanted::Survey), Code::NoQuestions, "it lacks its headers");
        let list = "Barang,Harga\nKertas,50000\nTinta,75000\n";
        assert_eq!(refused(list, Code::NoHeader, Wanted::Any), Code::SourceUnknown);
        assert_eq!(refused(list, Code::NoHeader, Wanted::Lke), Code::NoHeader);
        assert_eq!(refused(list, Code::PlanNoTable, Wanted::Plan), Code::PlanNoTable);
        assert_eq!(refused(list, Code::NoScore, Wanted::Any), Code::NoScore, "another matter");
        let lke = "LKE Zona Integritas\nPenilaian,Bobot,Jawaban,Nilai\nPENGUNGKIT,60,,\nReform,30,,\n";
        assert_eq!(refused(lke, Code::OtherDocument, Wanted::Any), Code::OtherDocument, "no LKE instead of an LKE");
        assert_eq!(refused(lke, Code::OtherDocument, Wanted::Lke), Code::OtherDocument);
        assert_eq!(refused(lke, Code::PlanNoTable, Wanted::Plan), Code::SourceOther);
        assert_eq!(refused("A,PENGUNGKIT,60\nB,HASIL,40\n", Code::NoHeader, Wanted::Any), Code::NoHeader);
    }
}
