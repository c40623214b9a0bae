//! What a header asks: which element of an instrument, or one of the many other things forms ask.

use std::sync::LazyLock;

use regex::Regex;

use crate::lang::Phrase;
use crate::survey::columns::Group;
use crate::survey::instrument::{Instrument, STRONG};
use crate::survey::privacy::is_personal_header;
use crate::survey::wording::says_a_degree;
use crate::text::normalise_label;

/// A header, taken apart once.
#[derive(Debug, Clone)]
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
            Other::Number => Phrase::new("nomor urut", "running number"),
        }
    }
}

/// Words that measure, where a header ends with one or has it in brackets.
const UNITS: [&str; 17] = [
    "menit", "jam", "hari", "minggu", "bulan", "tahun", "detik", "rupiah", "rp", "ribu", "juta", "orang", "kali",
    "buah", "berkas", "dokumen", "km",
];

/// `(1-5)`, `(1 s.d. 6)`: a scale in brackets; `skala 1 sampai 6`, `bintang 1-6`, `skala 5`: a scale by its name.
static BRACKETED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\(\s*1\s*(?:-|–|—|s\.?\s?/?\s?d\.?|sampai|hingga|to)\s*(\d{1,2})\s*\)"));
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:(?:skala|bintang|rating|scale)(?:\s+likert)?\s*:?\s*(?:1\s*(?:-|–|—|s\.?\s?/?\s?d\.?|sampai|hingga|to)\s*)?|(?:nilai|skor|angka)\s*1\s*(?:-|–|—|s\.?\s?/?\s?d\.?|sampai|hingga|to)\s*)(\d{1,2})\b",
    )
});
/// `a. Sangat sesuai`, `1 = Tidak baik`, `(4) Baik`: a mark with its words.
static LEGEND: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)(?:^|[\s(\[,;/])\(?([a-f]|\d{1,2})\s*(?:[.)=:]|[-–]\s)\s*([^,;/=:()\[\]\n0-9]{1,60})")
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern that is tested")
}

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
        if !conflict
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
            || self.has(&["tanggal", "tgl"])
                && self.has(&[
                    "kunjungan",
                    "berkunjung",
                    "surat",
                    "permohonan",
                    "layanan",
                    "pelayanan",
                    "pengambilan",
                    "selesai",
                ])
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
        (is_counted && self.is_measure()).then_some(Other::Measure)
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
        self.text.matches('=').count() >= 2 && self.legend().is_empty()
    }

    /// Marks with what they stand for, where the header tells and degrees are among it: mark (1 for `1` and `a`) and wording.
    pub fn legend(&self) -> Vec<(u8, String)> {
        let pairs = LEGEND.captures_iter(&self.text).filter_map(|found| {
            let mark = found.get(1)?.as_str();
            let number = match mark.parse::<u8>() {
                Ok(number) => number,
                Err(_) => mark.to_ascii_lowercase().bytes().next()?.checked_sub(b'a')? + 1,
            };
            Some((number, found.get(2)?.as_str().trim().to_owned()))
        });
        let pairs: Vec<_> = pairs.collect();
        let tells = pairs.len() >= 2 && pairs.iter().any(|(_, words)| says_a_degree(words));
        if tells { pairs } else { Vec::new() }
    }

    /// The highest value of the scale, where the header says it.
    pub fn scale(&self) -> Option<u8> {
        let said = BRACKETED.captures(&self.text).or_else(|| NAMED.captures(&self.text));
        let said = said.and_then(|found| found.get(1)?.as_str().parse::<u8>().ok());
        let legend = self.legend().into_iter().map(|(mark, _)| mark).max().filter(|&most| most > 2);
        said.or(legend).filter(|scale| (3..=10).contains(scale))
    }

    /// Whether a statement claims a wrong instead of denying it: `Terdapat pungutan liar`, `Petugas meminta imbalan`.
    pub fn claims_a_wrong(&self) -> bool {
        let denied =
            ["tidak", "tak", "tiada", "tanpa", "bebas", "bukan", "belum", "anti", "nihil", "menolak", "menghindari"];
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
        asks && !only_facilities && !self.is_of_handling()
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
            "completion",
            "created",
        ]);
        let bare =
            ["tanggal", "tgl", "waktu", "date", "tanggal dan waktu", "tanggal waktu", "hari tanggal", "tanggal jam"];
        if self.whole.is_empty() || self.other(false).is_some() {
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

    /// Whether it asks for something personal.
    pub fn is_personal(&self) -> bool {
        is_personal_header(&self.whole)
    }

    /// Whether it asks for consent.
    pub fn is_consent(&self) -> bool {
        self.has_beginning(&["bersedia", "persetujuan", "consent"])
    }

    /// The group of respondents it asks for.
    pub fn group(&self) -> Option<Group> {
        let header = self.whole.as_str();
        if self.has_beginning(&["jenis kelamin", "kelamin", "gender"]) {
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
        let compact: String = self.question.split(' ').collect();
        let digits = compact.find(|c: char| c.is_ascii_digit())?;
        let prefix = compact.get(..digits)?;
        let number: String = compact.get(digits..)?.chars().take_while(char::is_ascii_digit).collect();
        // What follows the number must be another word: `u3kecepatan` was `u3 kecepatan`.
        let code = format!("{prefix}{number}");
        let first: String = self
            .question
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
        let compact: String = self.question.split(' ').collect();
        self.code().is_some_and(|(prefix, number)| compact == format!("{prefix}{number}"))
    }
}

/// `Pertanyaan [Persyaratan]`, as a grid of questions is exported: the part in brackets.
fn question_part(header: &str) -> &str {
    let inside = header.trim_end().strip_suffix(']').and_then(|rest| rest.rsplit_once('[')).map(|(_, inside)| inside);
    inside.filter(|inside| !inside.trim().is_empty()).unwrap_or(header)
}

/// What stands in round brackets.
fn bracketed(text: &str) -> impl Iterator<Item = &str> {
    text.split('(').skip(1).filter_map(|rest| rest.split_once(')').map(|(inside, _)| inside))
}
