//! The documents offices send in place of what was asked for, and the words each is known by.

use crate::lang::Phrase;

/// A kind of document that is known by its words. All are as [`crate::text::normalise_label`] makes them.
pub(super) struct Kind {
    pub(super) kind: Phrase,
    /// Words of a title: a text alone in its row, at the top, or an only sheet's name.
    pub(super) titles: &'static [&'static str],
    /// Labels of rows, and how many of them must be there beside one of the headings.
    pub(super) labels: (usize, &'static [&'static str]),
    /// Headings, one of which must be there beside the labels.
    pub(super) headings: &'static [&'static str],
    /// Headers: each a row that has every one of these; a word may have several forms, parted by `/`;
    /// behind `!` those that stand nowhere.
    pub(super) headers: &'static [&'static [&'static str]],
    pub(super) advice: Phrase,
}

pub(super) const ELSEWHERE: Phrase = Phrase::new(
    "rekap tidak menilai dokumen ini; minta satker mengirim berkas yang dimaksud.",
    "rekap does not assess this document; ask the satker for the file that was meant.",
);

pub(super) const KINDS: &[Kind] = &[
    Kind {
        kind: Phrase::new("LKE AKIP", "LKE AKIP"),
        titles: &["akip", "sakip", "evaluasi akuntabilitas kinerja"],
        labels: (
            1,
            &[
                "perencanaan kinerja",
                "pengukuran kinerja",
                "pelaporan kinerja",
                "evaluasi akuntabilitas kinerja",
                "evaluasi akuntabilitas kinerja internal",
                "evaluasi internal",
                "capaian kinerja organisasi",
            ],
        ),
        headings: &["bobot", "sub komponen", "komponen sub komponen"],
        headers: &[],
        advice: ELSEWHERE,
    },
    Kind {
        kind: Phrase::new("PMPRB", "PMPRB"),
        titles: &[
            "pmprb",
            "penilaian mandiri pelaksanaan reformasi birokrasi",
            "evaluasi reformasi birokrasi",
            "rb general",
            "rb tematik",
        ],
        labels: (
            2,
            &[
                "hasil antara",
                "aspek hasil antara",
                "reform",
                "aspek pemenuhan",
                "aspek reform",
                "deregulasi kebijakan",
                "manajemen asn",
                "tim reformasi birokrasi",
                "road map reformasi birokrasi",
            ],
        ),
        headings: &["bobot", "nilai maksimal"],
        headers: &[],
        advice: ELSEWHERE,
    },
    Kind {
        kind: Phrase::new("PEKPPP", "PEKPPP"),
        titles: &[
            "pekppp",
            "pemantauan dan evaluasi kinerja penyelenggaraan pelayanan publik",
            "evaluasi kinerja penyelenggaraan pelayanan publik",
            "evaluasi kinerja unit penyelenggara pelayanan publik",
        ],
        labels: (
            3,
            &[
                "kebijakan pelayanan",
                "profesionalitas sdm",
                "profesionalisme sdm",
                "sarana prasarana",
                "sarana dan prasarana",
                "sistem informasi pelayanan publik",
                "konsultasi dan pengaduan",
                "inovasi",
                "inovasi pelayanan",
            ],
        ),
        headings: &["aspek", "bobot", "indikator", "pertanyaan"],
        headers: &[],
        advice: ELSEWHERE,
    },
    Kind {
        kind: Phrase::new("penilaian SPIP", "an SPIP assessment"),
        titles: &["spip", "maturitas penyelenggaraan", "sistem pengendalian intern pemerintah"],
        labels: (
            2,
            &["lingkungan pengendalian", "penilaian risiko", "kegiatan pengendalian", "informasi dan komunikasi"],
        ),
        headings: &["bobot", "skor", "level", "unsur", "sub unsur", "nilai"],
        headers: &[&["risiko/pernyataan risiko", "dampak", "kemungkinan/probabilitas"]],
        advice: ELSEWHERE,
    },
    Kind {
        kind: Phrase::new("penilaian SPBE", "an SPBE assessment"),
        titles: &["spbe", "sistem pemerintahan berbasis elektronik"],
        labels: (2, &["kebijakan spbe", "tata kelola spbe", "manajemen spbe", "layanan spbe"]),
        headings: &["bobot", "indeks", "domain", "level", "nilai"],
        headers: &[],
        advice: ELSEWHERE,
    },
    Kind {
        kind: Phrase::new("Perjanjian Kinerja", "a performance agreement (Perjanjian Kinerja)"),
        titles: &["perjanjian kinerja", "penetapan kinerja"],
        labels: (1, &[]),
        headings: &[],
        headers: &[],
        advice: ELSEWHERE,
    },
    Kind {
        kind: Phrase::new("Renja atau RKA", "a work plan with its budget (Renja, RKA)"),
        titles: &[
            "renja",
            "rencana kerja dan anggaran",
            "rka kl",
            "rkakl",
            "rencana kerja tahunan",
            "rencana strategis",
            "renstra",
        ],
        labels: (1, &[]),
        headings: &[],
        headers: &[
            &[
                "sasaran/sasaran kegiatan/sasaran program/kegiatan/program/program kegiatan/program kegiatan output/uraian",
                "pagu/pagu anggaran/anggaran/alokasi/alokasi anggaran/jumlah biaya/pagu rp/anggaran rp",
                // An action plan may say what it costs.
                "!waktu/target waktu/waktu pelaksanaan/batas waktu/jadwal/bulan/januari/jan/tw i/triwulan i",
            ],
            &["kro/ro/rincian output/klasifikasi rincian output", "volume/target/pagu/anggaran"],
        ],
        advice: ELSEWHERE,
    },
    Kind {
        kind: Phrase::new("tabel tindak lanjut rekomendasi", "a table of recommendations followed up"),
        titles: &["tindak lanjut", "tlhp"],
        labels: (1, &[]),
        headings: &[],
        headers: &[&[
            "rekomendasi/temuan/hasil evaluasi/catatan",
            "tindak lanjut/rencana tindak lanjut/status tindak lanjut",
        ]],
        advice: ELSEWHERE,
    },
    Kind {
        kind: Phrase::new("daftar hadir", "a list of people present"),
        titles: &["daftar hadir", "presensi"],
        labels: (1, &[]),
        headings: &[],
        headers: &[&["nama/nama lengkap", "tanda tangan/ttd/paraf"]],
        advice: ELSEWHERE,
    },
    Kind {
        kind: Phrase::new("tabel hasil (peringkat atau rekap nilai)", "a table of results (ranks or totals)"),
        titles: &[],
        labels: (1, &[]),
        headings: &[],
        headers: &[
            &[
                "peringkat/ranking/rangking/rank",
                "satker/satuan kerja/unit kerja/nama satker/nama/kabupaten kota/instansi",
                "nilai/total/skor/indeks/nilai akhir/ikm/total nilai",
            ],
            &[
                "satker/satuan kerja/unit kerja/nama satker/nama unit/kabupaten kota",
                "ikm/nilai ikm/nilai zi/nilai lke/nilai skm/ipak/ipkp/nilai akhir/total nilai/predikat/mutu",
            ],
            &[
                "unsur/unsur pelayanan/kode unsur/ruang lingkup",
                "nrr/nilai rata rata/rata rata/nilai unsur/nrr tertimbang/mutu/mutu pelayanan/indeks/ikm/nilai",
            ],
        ],
        advice: Phrase::new(
            "rekap menghitung sendiri dari asalnya: beri ekspor jawaban respondennya atau LKE-nya, bukan hasilnya.",
            "rekap computes from what the results were made of: give the export of responses or the LKE, not the results.",
        ),
    },
];
