//! Tables that are like a plan and are none: what they are is told by what their headers say.

use crate::grid::Grid;
use crate::lang::Phrase;
use crate::plan::columns::own_texts;
use crate::text::normalise_label;

/// A kind of table: a header that names one of every group, and none of some others.
struct Kind {
    name: Phrase,
    names: &'static [&'static [&'static str]],
    /// A plan may name these.
    never: &'static [&'static str],
}

/// What is done, in the header of a plan.
pub(super) const ACTIONS: [&str; 4] = ["langkah", "aksi", "upaya", "rencana kegiatan"];
/// When, in the header of a plan.
pub(super) const TIMES: [&str; 6] = ["waktu", "jadwal", "timeline", "bulan", "tenggat", "deadline"];
const EVIDENCE: [&str; 7] = ["bukti", "data dukung", "eviden", "evidence", "dokumen", "output", "keluaran"];

/// Kinds, the more particular first.
const KINDS: [Kind; 8] = [
    Kind {
        name: Phrase::new("LKE AKIP", "an LKE AKIP"),
        names: &[&["komponen"], &["sub komponen", "subkomponen", "kriteria"], &["bobot"]],
        never: &["pilihan jawaban", "aksi", "langkah"],
    },
    Kind {
        name: Phrase::new("lembar kerja evaluasi (LKE)", "an evaluation worksheet (LKE)"),
        names: &[&["bobot"], &["nilai", "skor", "jawaban", "penilaian", "capaian"]],
        never: &["aksi", "langkah"],
    },
    Kind {
        name: Phrase::new("daftar risiko", "a register of risks"),
        names: &[&["risiko"], &["pengendalian", "dampak", "penyebab", "kemungkinan", "level", "mitigasi"]],
        never: &["area", "komponen"],
    },
    Kind {
        name: Phrase::new("tabel tindak lanjut rekomendasi", "a table of follow-ups"),
        names: &[&["rekomendasi", "temuan", "saran", "catatan", "hasil evaluasi"], &["tindak lanjut"]],
        never: &["area", "komponen", "sub kegiatan"],
    },
    Kind {
        name: Phrase::new("Renja atau dokumen anggaran", "a Renja or budget"),
        names: &[
            &["program", "kegiatan", "sasaran"],
            &["pagu", "anggaran", "sumber dana", "prakiraan maju", "kebutuhan dana", "rencana tahun", "lokasi"],
        ],
        never: &["area", "aksi", "langkah", "upaya"],
    },
    Kind {
        name: Phrase::new("rencana aksi kinerja (Perjanjian Kinerja)", "an action plan of a Perjanjian Kinerja"),
        names: &[
            &["sasaran"],
            &["indikator"],
            &["aksi", "langkah", "kegiatan"],
            &["waktu", "jadwal", "bulan", "target"],
        ],
        never: &["area", "komponen", "sub kegiatan", "triwulan", "tw"],
    },
    Kind {
        name: Phrase::new("Perjanjian Kinerja", "a Perjanjian Kinerja"),
        names: &[&["sasaran", "indikator kinerja", "iku"], &["target"]],
        never: &["aksi", "langkah", "upaya", "area", "komponen", "sub kegiatan", "waktu", "triwulan", "tw"],
    },
    Kind {
        name: Phrase::new("katalog atau daftar bukti dukung", "a catalogue, or a list of evidence"),
        names: &[&["indikator", "komponen", "area", "kode", "pertanyaan"], &EVIDENCE],
        never: &[
            "aksi", "langkah", "upaya", "kegiatan", "waktu", "jadwal", "bulan", "target", "jawaban", "triwulan", "tw",
        ],
    },
];

/// The kind of a table whose header has these normalised texts; none where it is none of the known, as a plan is.
pub(super) fn kind_of<'a>(header: impl Iterator<Item = &'a str> + Clone) -> Option<Phrase> {
    let has = |words: &[&str]| header.clone().any(|text| words.iter().any(|known| says(text, known)));
    let is = |kind: &&Kind| kind.names.iter().all(|names| has(names)) && !has(kind.never);
    KINDS.iter().find(is).map(|kind| kind.name)
}

/// What a sheet is that holds no plan, and the row that says so.
pub(super) fn kind_of_sheet(grid: &Grid, rows: u32) -> Option<(u32, Phrase)> {
    (0..grid.rows().min(rows)).find_map(|row| {
        let texts: Vec<String> = own_texts(grid, row).map(|(_, text)| normalise_label(&text)).collect();
        Some((row, kind_of(texts.iter().map(String::as_str))?))
    })
}

/// Whether a normalised text has a word, or words beside each other.
pub(super) fn says(text: &str, known: &str) -> bool {
    let words: Vec<&str> = text.split(' ').collect();
    let known: Vec<&str> = known.split(' ').collect();
    words.windows(known.len()).any(|window| window == known)
}
