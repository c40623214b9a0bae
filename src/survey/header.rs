//! What a header asks: which element of an instrument, or one of the many other things forms ask.

use crate::lang::Phrase;
use crate::survey::columns::Group;
use crate::survey::instrument::{Instrument, STRONG};
use crate::survey::legend::Legend;
use crate::survey::privacy::is_personal_header;
use crate::survey::wording::is_degree;
use crate::text::normalise_label;

/// A header, taken apart once.
#[derive(Debug, Clone, Default)]
pub struct Header {
    /// As it stands.
    pub text: String,
    /// The whole of it as labels are compared.
    whole: String,
    /// The question alone, as labels are compared: without what stands in brackets after it, or only that where a grid of
    /// questions is exported as `Pertanyaan [Persyaratan]`.
    question: String,
}

/// How strongly a header asks for each element, by its place in the instrument.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asks(Vec<u32>);

impl Asks {
    /// The elements it claims: those of a strong keyword; where there is none, those of the most weak ones.
    pub fn claimed(&self) -> Vec<usize> {
        let strong: Vec<usize> = self.at_least(STRONG);
        match self.0.iter().copied().max() {
            Some(most) if strong.is_empty() && most > 0 => self.at_least(most),
            _ => strong,
        }
    }

    fn at_least(&self, least: u32) -> Vec<usize> {
        (0..self.0.len()).filter(|&element| self.0[element] >= least).collect()
    }

    /// Whether a keyword that makes a question an element's stands in it.
    pub fn is_strong(&self) -> bool {
        self.0.iter().any(|&weight| weight >= STRONG)
    }
}

/// How strongly a normalised header asks for the elements of an instrument. A keyword begins at the beginning of a word
/// (`sarananya` asks for `sarana`); one inside a longer keyword of any element counts as part of that alone; a header that
/// names what another survey asks asks for none.
pub fn asks_for(instrument: &Instrument, header: &str) -> Asks {
    let padded = format!(" {header} ");
    if instrument.avoid.iter().any(|word| padded.contains(&format!(" {word}"))) {
        return Asks(vec![0; instrument.elements.len()]);
    }
    let mut found: Vec<(usize, usize, usize, u32)> = Vec::new();
    for (element, keywords) in instrument.keywords.iter().enumerate() {
        for (weight, word) in keywords {
            let starts = padded.match_indices(word.as_str()).map(|(at, _)| at);
            let starts = starts.filter(|&at| padded[..at].ends_with(' '));
            found.extend(starts.map(|at| (at, at + word.len(), element, *weight)));
        }
    }
    let mut weights = vec![0; instrument.elements.len()];
    for &(start, end, element, weight) in &found {
        let is_inside = |&(s, e, ..): &(usize, usize, usize, u32)| s <= start && end <= e && e - s > end - start;
        if !found.iter().any(is_inside) {
            weights[element] += weight;
        }
    }
    Asks(weights)
}

/// Something other than a question of an element, told by the header alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Other {
    /// How important something is, or what is hoped for.
    Importance,
    /// Why an answer was given.
    Reason,
    /// A duration, an amount, how many.
    Measure,
    /// Where respondents heard of the service.
    InformationSource,
    /// A day that is not the response's: a birth, a visit, a letter.
    OtherDay,
    /// What was used, visited, known or is to be improved: a fact about the respondent, no rating.
    Fact,
    /// The running number of the row.
    Number,
}

impl Other {
    /// Why such a column is left out, in words.
    pub fn reason(self) -> Phrase {
        match self {
            Other::Importance => Phrase::new("tingkat kepentingan atau harapan", "importance or expectation"),
            Other::Reason => Phrase::new("alasan", "reasons"),
            Other::Measure => Phrase::new("ukuran: lama, jumlah, atau biaya", "a measure: duration, count or amount"),
            Other::InformationSource => Phrase::new("sumber informasi", "source of information"),
            Other::OtherDay => Phrase::new("tanggal lain", "another date"),
            Other::Fact => Phrase::new("keterangan, bukan penilaian", "a fact, no rating"),
            Other::Number => Phrase::new("nomor urut", "running number"),
        }
    }
}

/// Words that measure, where a header ends with one or has it in brackets.
const UNITS: [&str; 19] = [
    "mbps", "kbps", "menit", "jam", "hari", "minggu", "bulan", "tahun", "detik", "rupiah", "rp", "ribu", "juta",
    "orang", "kali", "buah", "berkas", "dokumen", "km",
];

impl Header {
    /// Takes a header apart.
    pub fn new(text: &str) -> Self {
        let question = question_part(text);
        Header { text: text.to_owned(), whole: normalise_label(text), question: normalise_label(question) }
    }

    /// Whether nothing stands in it.
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty()
    }

    /// The question alone, as labels are compared.
    pub fn question(&self) -> &str {
        &self.question
    }

    fn has(&self, phrases: &[&str]) -> bool {
        let padded = format!(" {} ", self.whole);
        phrases.iter().any(|phrase| padded.contains(&format!(" {phrase} ")))
    }

    fn has_beginning(&self, beginnings: &[&str]) -> bool {
        let padded = format!(" {}", self.whole);
        beginnings.iter().any(|beginning| padded.contains(&format!(" {beginning}")))
    }

    /// What a header asks that is never a question of an element, whatever it mentions; `is_counted` says that numbers
    /// stand below it and no words.
    pub fn other(&self, is_counted: bool) -> Option<Other> {
        let conflict = self.has(&["benturan kepentingan", "konflik kepentingan"]);
        // `Sesuai harapan` rates what was done.
        let meets = self.has_beginning(&[
            "sesuai harapan",
            "sesuai dengan harapan",
            "memenuhi harapan",
            "melebihi harapan",
            "seperti yang diharapkan",
            "sesuai yang diharapkan",
            "sesuai dengan yang diharapkan",
        ]);
        if !conflict
            && !meets
            && self.has(&["kepentingan", "importance", "harapan", "ekspektasi", "penting", "pentingnya", "diharapkan"])
        {
            return Some(Other::Importance);
        }
        if self.has(&["alasan", "alasannya", "mengapa", "kenapa", "jelaskan", "sebutkan", "uraikan", "reason"]) {
            return Some(Other::Reason);
        }
        if self.has(&[
            "sumber informasi",
            "dari mana",
            "darimana",
            "mengetahui layanan",
            "mengetahui informasi",
            "memperoleh informasi dari",
        ]) {
            return Some(Other::InformationSource);
        }
        if self.has(&["lahir", "kelahiran", "ttl"])
            || self.has(&["tanggal", "tgl"]) && self.has(&["surat", "permohonan", "pengambilan", "selesai", "terbit"])
        {
            return Some(Other::OtherDay);
        }
        if [
            "no",
            "nomor",
            "no urut",
            "nomor urut",
            "no responden",
            "nomor responden",
            "id",
            "id responden",
            "responden",
        ]
        .contains(&self.whole.as_str())
            || self.text.trim() == "#"
        {
            return Some(Other::Number);
        }
        if self.is_fact() {
            return Some(Other::Fact);
        }
        (is_counted && self.is_measure()).then_some(Other::Measure)
    }

    /// Whether it asks what was used, visited or known, or what should be better.
    fn is_fact(&self) -> bool {
        let always =
            self.has(&["pernah", "yang paling", "yang perlu", "perlu diperbaiki", "perlu ditingkatkan", "apa yang"])
                && !self.has(&["tidak pernah"]);
        let of_use = self.has(&[
            "yang digunakan",
            "yang dipakai",
            "yang diketahui",
            "yang diterima",
            "yang dipilih",
            "kunjungan",
            "kedatangan",
            "pengisian",
        ]);
        let rates = self.has_beginning(&[
            "sesuai",
            "kesesuaian",
            "mudah",
            "kemudahan",
            "cepat",
            "kecepatan",
            "baik",
            "kualitas",
            "memadai",
            "jelas",
            "kejelasan",
            "puas",
            "kepuasan",
            "wajar",
            "kewajaran",
            "nyaman",
            "kenyamanan",
            "bagaimana",
            "penilaian",
            "tepat",
            "ketepatan",
            "kompeten",
        ]);
        always && !rates
            || of_use && !rates && !self.has(&["jenis layanan", "jenis pelayanan", "layanan"])
            || of_use && !rates && self.has(&["produk"])
    }

    /// Whether it asks how long, how much, how many.
    fn is_measure(&self) -> bool {
        let asked = ["lama", "kali", "banyak", "menit", "jam", "hari", "tahun", "biaya", "rupiah", "jumlah", "orang"]
            .iter()
            .any(|of| self.has(&[&format!("berapa {of}")]));
        let bracketed = bracketed(&self.text).any(|inside| {
            let inside = normalise_label(inside);
            !inside.is_empty()
                && inside.split(' ').all(|word| UNITS.contains(&word) || ["dalam", "satuan", "per"].contains(&word))
        });
        let last = self.whole.rsplit(' ').next().unwrap_or_default();
        let ends = self.whole.contains(' ') && UNITS.contains(&last);
        let named = self.has(&[
            "jumlah",
            "banyaknya",
            "frekuensi",
            "nominal",
            "dibayar",
            "dikeluarkan",
            "lama menunggu",
            "waktu tunggu",
            "dalam menit",
            "dalam jam",
            "dalam hari",
            "dalam rupiah",
        ]);
        asked || bracketed || ends || named || self.is_coded()
    }

    /// Whether it says what its numbers stand for, and that is no scale: `(1 = <1 jam, 4 = >1 hari)`, `(1=L, 2=P)`.
    fn is_coded(&self) -> bool {
        self.text.matches('=').count() >= 2 && !Legend::of(&self.text).tells()
    }

    /// What it says of its scale; `own` ranks a question's own answers.
    pub fn legend(&self, own: &dyn Fn(&str) -> Option<u8>) -> Legend {
        Legend::read(&self.text, own)
    }

    /// The highest value of the scale, where the header says it.
    pub fn scale(&self) -> Option<u8> {
        Legend::of(&self.text).highest()
    }

    /// Whether it is an answer rather than a question: the first response, where there is no header.
    pub fn is_answer(&self) -> bool {
        is_degree(&self.text)
    }

    /// Whether a statement claims a wrong instead of denying it: `Terdapat pungutan liar`, `Petugas meminta imbalan`.
    pub fn claims_a_wrong(&self) -> bool {
        let denied = [
            "tidak",
            "tak",
            "tiada",
            "tanpa",
            "bebas",
            "bukan",
            "belum",
            "anti",
            "nihil",
            "menolak",
            "menghindari",
            "jarang",
            "ketiadaan",
        ];
        let claimed = [
            "terdapat",
            "ada",
            "adanya",
            "masih",
            "melakukan",
            "meminta",
            "menerima",
            "memungut",
            "menawarkan",
            "memberi",
            "memberikan",
            "membayar",
            "diminta",
            "dimintai",
            "terjadi",
            "pernah",
            "menemukan",
            "menjumpai",
            "melihat",
            "mengalami",
            "praktik",
            "praktek",
            "potensi",
            "keberadaan",
            "indikasi",
            "dugaan",
            "marak",
            "sering",
            "banyak",
            "melalui",
            "lewat",
            "bila",
            "jika",
        ];
        !self.has(&denied) && self.has(&claimed)
    }

    /// Whether it asks for free text: suggestions, criticism, complaints one may write down; not how those are handled.
    pub fn is_comment(&self) -> bool {
        let asks = self.has_beginning(&[
            "saran",
            "kritik",
            "masukan",
            "komentar",
            "pendapat lain",
            "catatan",
            "keluhan",
            "pesan",
            "kesan",
            "usul",
            "ulasan",
            "testimoni",
            "aspirasi",
        ]);
        // `sarana` begins like `saran`.
        let only_facilities =
            self.has_beginning(&["sarana"]) && !self.has(&["saran", "kritik", "masukan", "komentar", "keluhan"]);
        // `Saran perbaikan untuk penanganan pengaduan` asks for suggestions on it.
        let begins = ["saran ", "kritik ", "masukan ", "komentar ", "usul ", "usulan "]
            .iter()
            .any(|word| self.whole.starts_with(word));
        let on_something =
            begins && self.has(&["perbaikan", "untuk", "terhadap", "tentang", "mengenai", "anda", "saudara", "kepada"]);
        asks && !only_facilities && (on_something || !self.is_of_handling())
    }

    /// Whether it asks how complaints and suggestions are dealt with.
    fn is_of_handling(&self) -> bool {
        self.has_beginning(&[
            "penanganan",
            "pengelolaan",
            "menangani",
            "ditangani",
            "dikelola",
            "tindak lanjut",
            "ditindaklanjuti",
            "menindaklanjuti",
            "tanggapan atas",
            "respon",
        ]) || self.has(&["kotak saran", "sarana pengaduan", "layanan pengaduan", "media pengaduan", "kanal pengaduan"])
            || self.has(&[
                "pengaduan saran dan masukan",
                "pengaduan saran masukan",
                "pengaduan dan saran",
                "pengaduan saran",
            ]) && !self.has(&["anda", "kami", "bapak", "ibu", "saudara", "tuliskan", "sampaikan", "disampaikan"])
    }

    /// Whether it puts a question or a statement about the service, rather than asking which service it was.
    pub fn is_asking(&self) -> bool {
        self.has_beginning(&[
            "bagaimana",
            "apakah",
            "seberapa",
            "kesesuaian",
            "kemudahan",
            "kecepatan",
            "kewajaran",
            "kualitas",
            "penilaian",
            "pendapat",
            "kepuasan",
        ])
    }

    /// How surely it names the response's own time: 3 as forms name it, 1 a bare date; none where it does not.
    pub fn names_the_time(&self) -> Option<u8> {
        let begins = |names: &[&str]| names.iter().any(|name| self.whole.starts_with(name));
        let says_time = self.has(&["waktu", "tanggal", "tgl", "jam", "time", "date"]);
        let says_given = self.has_beginning(&[
            "isi",
            "pengisian",
            "mengisi",
            "diisi",
            "submit",
            "kirim",
            "dikirim",
            "pengiriman",
            "input",
            "entri",
            "entry",
            "survei",
            "survey",
            "responden mengisi",
            "submission",
            "completion",
            "created",
        ]);
        let bare = [
            "tanggal",
            "tgl",
            "waktu",
            "date",
            "tanggal dan waktu",
            "tanggal waktu",
            "hari tanggal",
            "tanggal jam",
            "tanggal pelayanan",
            "tanggal layanan",
            "tanggal kunjungan",
            "tanggal berkunjung",
        ];
        if self.whole.is_empty() || self.other(false).is_some_and(|other| other != Other::Fact) {
            None
        } else if begins(&["timestamp", "stempel waktu", "cap waktu", "time stamp"]) {
            Some(4)
        } else if says_time && says_given || begins(&["waktu selesai", "created at", "submitted at"]) {
            Some(3)
        } else if begins(&["start time", "waktu mulai"]) {
            Some(2)
        } else {
            bare.contains(&self.whole.as_str()).then_some(1)
        }
    }

    /// Whether it asks what should be better, so that free text below it is a comment.
    pub fn asks_what_to_improve(&self) -> bool {
        self.has(&["yang perlu", "perlu diperbaiki", "perlu ditingkatkan", "perlu dibenahi"])
    }

    /// Whether it asks for something personal.
    pub fn is_personal(&self) -> bool {
        is_personal_header(&self.whole)
    }

    /// Whether it heads a column of a pivot table: `Hitungan dari Persyaratan`, `Average of Waktu`, `Label Baris`.
    pub fn is_of_a_pivot(&self) -> bool {
        let beginnings = [
            "hitungan dari",
            "hitung dari",
            "count of",
            "average of",
            "sum of",
            "rata rata dari",
            "jumlah dari",
            "counta of",
            "average dari",
            "max of",
            "min of",
            "label baris",
            "label kolom",
            "row labels",
            "column labels",
            "grand total",
            "total keseluruhan",
        ];
        beginnings.iter().any(|beginning| self.whole.starts_with(beginning))
    }

    /// Whether it asks for consent.
    pub fn is_consent(&self) -> bool {
        self.has_beginning(&["bersedia", "persetujuan", "consent"])
    }

    /// The group of respondents it asks for.
    pub fn group(&self) -> Option<Group> {
        let header = self.whole.as_str();
        if self.has_beginning(&["jenis kelamin", "kelamin", "gender"]) || ["jk", "l p", "lp"].contains(&header) {
            Some(Group::Sex)
        } else if self.has_beginning(&["usia", "umur"]) {
            Some(Group::Age)
        } else if self.has_beginning(&["pendidikan"]) {
            Some(Group::Education)
        } else if self.has_beginning(&["pekerjaan", "profesi"]) {
            Some(Group::Occupation)
        } else if self.has_beginning(&[
            "jenis layanan",
            "jenis pelayanan",
            "layanan yang",
            "pelayanan yang",
            "nama layanan",
            "layanan apa",
        ]) || ["layanan", "unit layanan"].contains(&header)
        {
            Some(Group::Service)
        } else {
            None
        }
    }

    /// `u3`, `unsur 3`, `Q3`, `P3. …`: the code a header begins with: its prefix and its number.
    pub fn code(&self) -> Option<(String, usize)> {
        // `Pertanyaan ke-1` is `Pertanyaan 1`.
        let question = self.question.replacen(" ke ", " ", 1);
        let compact: String = question.split(' ').collect();
        let digits = compact.find(|c: char| c.is_ascii_digit())?;
        let prefix = compact.get(..digits)?;
        let number: String = compact.get(digits..)?.chars().take_while(char::is_ascii_digit).collect();
        // What follows the number must be another word: `u3kecepatan` was `u3 kecepatan`.
        let code = format!("{prefix}{number}");
        let first: String = question
            .split(' ')
            .scan(String::new(), |sofar, word| {
                sofar.push_str(word);
                Some(sofar.clone())
            })
            .find(|sofar| sofar.len() >= code.len())?;
        (first == code && prefix.len() <= 12 && prefix.chars().all(char::is_alphabetic)).then_some(())?;
        Some((prefix.to_owned(), number.parse().ok()?))
    }

    /// Whether it is nothing but a code.
    pub fn is_only_code(&self) -> bool {
        let compact: String = self.question.replacen(" ke ", " ", 1).split(' ').collect();
        self.code().is_some_and(|(prefix, number)| compact == format!("{prefix}{number}"))
    }
}

/// `Pertanyaan [Persyaratan]`, as a grid of questions is exported: the part in brackets; brackets that say a scale or what
/// is rated are none of a grid.
fn question_part(header: &str) -> &str {
    let Some((outside, inside)) = header.trim_end().strip_suffix(']').and_then(|rest| rest.rsplit_once('[')) else {
        return header;
    };
    let label = normalise_label(inside);
    let says_a_scale = label.starts_with(|c: char| c.is_ascii_digit()) || label.starts_with("skala");
    let says_what =
        ["kinerja", "kenyataan", "kepuasan", "kepentingan", "harapan", "persepsi", "wajib"].contains(&label.as_str());
    if label.is_empty() || says_a_scale || says_what { outside } else { inside }
}

/// What stands in round brackets.
fn bracketed(text: &str) -> impl Iterator<Item = &str> {
    text.split('(').skip(1).filter_map(|rest| rest.split_once(')').map(|(inside, _)| inside))
}
