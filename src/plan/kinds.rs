//! Tables that are like a plan and are none: what they are is told by what their headers say.

use std::collections::BTreeSet;

use crate::grid::Grid;
use crate::lang::Phrase;
use crate::plan::area::{Family, Named, area_named};
use crate::plan::columns::{HEADER_WORDS, SAMPLE_ROWS, own_texts};
use crate::text::normalise_label;

/// What is done, in the header of a plan.
pub(super) const ACTIONS: [&str; 4] = ["langkah", "aksi", "upaya", "rencana kegiatan"];
/// When, in the header of a plan.
pub(super) const TIMES: [&str; 6] = ["waktu", "jadwal", "timeline", "bulan", "tenggat", "deadline"];

/// Rows above a header that are titles.
const TITLE_ROWS: u32 = 12;

/// A kind of table.
struct Kind {
    name: Phrase,
    /// Its header names one of every group …
    names: &'static [&'static [&'static str]],
    /// … and none of these.
    never: &'static [&'static str],
    refuses: Refuses,
}

/// Whether a header of a kind is refused where it has a plan's columns as well.
enum Refuses {
    Always,
    /// Not where the sheet names areas of change.
    WithoutAreas,
    /// What is no plan anyway is only named.
    Never,
}

const CATALOGUE: Kind = Kind {
    name: Phrase::new("katalog atau daftar contoh", "a catalogue, or a list of examples"),
    names: &[&["katalog", "contoh", "definisi", "formula", "rumus", "sumber data"]],
    never: &[],
    refuses: Refuses::WithoutAreas,
};

/// Kinds, the more particular first.
const KINDS: [Kind; 11] = [
    Kind {
        name: Phrase::new("LKE AKIP", "an LKE AKIP"),
        names: &[&["komponen"], &["sub komponen", "subkomponen", "kriteria"], &["bobot"]],
        never: &["pilihan jawaban"],
        refuses: Refuses::WithoutAreas,
    },
    Kind {
        name: Phrase::new("lembar kerja evaluasi (LKE)", "an evaluation worksheet (LKE)"),
        names: &[&["bobot"], &["nilai", "skor", "jawaban", "penilaian", "capaian"]],
        never: &["aksi", "langkah"],
        refuses: Refuses::Always,
    },
    Kind {
        name: Phrase::new("daftar risiko", "a register of risks"),
        names: &[&["risiko"], &["pengendalian", "dampak", "penyebab", "kemungkinan", "level", "mitigasi"]],
        never: &["area", "komponen"],
        refuses: Refuses::WithoutAreas,
    },
    Kind {
        name: Phrase::new("tabel tindak lanjut rekomendasi", "a table of follow-ups"),
        names: &[&["rekomendasi", "temuan", "saran", "hasil evaluasi"], &["tindak lanjut", "aksi", "status"]],
        never: &["area", "komponen", "sub kegiatan"],
        refuses: Refuses::WithoutAreas,
    },
    CATALOGUE,
    Kind {
        name: Phrase::new("Renja atau dokumen anggaran", "a Renja or budget"),
        names: &[
            &["program", "kegiatan", "sasaran"],
            &["pagu", "anggaran", "sumber dana", "prakiraan maju", "kebutuhan dana", "lokasi"],
        ],
        never: &["area", "aksi", "langkah", "upaya"],
        refuses: Refuses::WithoutAreas,
    },
    Kind {
        name: Phrase::new("rencana aksi kinerja (Perjanjian Kinerja)", "an action plan of a Perjanjian Kinerja"),
        names: &[
            &["sasaran"],
            &["indikator"],
            &["aksi", "langkah", "upaya", "=kegiatan"],
            &["waktu", "jadwal", "bulan", "tenggat", "target"],
        ],
        never: &["area", "komponen", "sub kegiatan", "triwulan", "tw"],
        refuses: Refuses::WithoutAreas,
    },
    Kind {
        name: Phrase::new("sasaran kinerja pegawai (SKP)", "an employee's targets (SKP)"),
        names: &[&["hasil kerja", "kinerja individu"]],
        never: &[],
        refuses: Refuses::WithoutAreas,
    },
    Kind {
        name: Phrase::new("Perjanjian Kinerja", "a Perjanjian Kinerja"),
        names: &[&["sasaran", "indikator kinerja", "iku"], &["target"]],
        never: &[
            "aksi",
            "langkah",
            "upaya",
            "area",
            "komponen",
            "=program",
            "program kegiatan",
            "sub kegiatan",
            "waktu",
            "triwulan",
            "tw",
        ],
        refuses: Refuses::Never,
    },
    Kind {
        name: Phrase::new("Renja atau daftar kegiatan", "a Renja, or a list of activities"),
        names: &[
            &["program", "kegiatan", "sub kegiatan"],
            &["indikator", "keluaran", "output"],
            &["target", "satuan", "volume"],
        ],
        never: &["aksi", "langkah", "upaya", "area"],
        refuses: Refuses::Never,
    },
    Kind {
        name: Phrase::new("katalog atau daftar bukti dukung", "a catalogue, or a list of evidence"),
        names: &[
            &["indikator", "komponen", "area", "kode", "pertanyaan"],
            &["bukti", "data dukung", "eviden", "evidence", "dokumen"],
        ],
        never: &["aksi", "langkah", "upaya", "kegiatan", "waktu", "jadwal", "bulan", "target", "jawaban"],
        refuses: Refuses::Never,
    },
];

/// The kind of a table whose header has these normalised texts; none where it is none of the known, as a plan is.
fn kind_of(header: &[(u32, String)]) -> Option<&'static Kind> {
    let has = |words: &[&str]| header.iter().any(|(_, text)| words.iter().any(|known| says(text, known)));
    let is = |kind: &&Kind| header.len() > 2 && kind.names.iter().all(|names| has(names)) && !has(kind.never);
    KINDS.iter().find(is)
}

/// Whether a row above a header calls the table a catalogue.
fn is_called_catalogue(grid: &Grid, row: u32) -> bool {
    (0..row.min(TITLE_ROWS)).any(|row| own_texts(grid, row).any(|(_, text)| says(&normalise_label(&text), "katalog")))
}

/// Whether a header in a row that may be a plan's is one of another kind of table.
pub(super) fn is_refused(grid: &Grid, row: u32, header: &[(u32, String)]) -> bool {
    is_called_catalogue(grid, row)
        || kind_of(header).is_some_and(|kind| match kind.refuses {
            Refuses::Always => true,
            Refuses::WithoutAreas => !names_two_areas(grid),
            Refuses::Never => false,
        })
}

fn names_two_areas(grid: &Grid) -> bool {
    let mut named = BTreeSet::new();
    (0..grid.rows().min(SAMPLE_ROWS)).any(|row| {
        for (_, text) in own_texts(grid, row) {
            if let Some(Named::Area(number)) = area_named(Family::Rb, &text) {
                named.insert(number);
            }
        }
        named.len() > 1
    })
}

/// What a sheet is that holds no plan, and the row that says so, among its first ones.
pub(super) fn kind_of_sheet(grid: &Grid, rows: u32) -> Option<(u32, Phrase)> {
    (0..grid.rows().min(rows)).find_map(|row| {
        let texts: Vec<(u32, String)> = own_texts(grid, row).map(|(col, text)| (col, normalise_label(&text))).collect();
        // Longer texts are contents.
        let is_header = texts.iter().all(|(_, text)| text.split(' ').count() <= HEADER_WORDS);
        let is_catalogue = || texts.len() > 2 && is_called_catalogue(grid, row);
        let kind = kind_of(&texts).map(|kind| kind.name).or_else(|| is_catalogue().then_some(CATALOGUE.name));
        Some((row, kind.filter(|_| is_header)?))
    })
}

/// Whether a normalised text has a word, or words beside each other; behind `=`, whether it is that.
pub(super) fn says(text: &str, known: &str) -> bool {
    if let Some(whole) = known.strip_prefix('=') {
        return text == whole;
    }
    let words: Vec<&str> = text.split(' ').collect();
    let known: Vec<&str> = known.split(' ').collect();
    words.windows(known.len()).any(|window| window == known)
}
