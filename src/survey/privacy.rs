//! Privacy at the door: what identifies a respondent never leaves the reader.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// What stands in a comment where something personal stood.
pub const SCRUBBED: &str = "[disamarkan]";

static EMAIL: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)[a-z0-9._%+-]+\s?@\s?[a-z0-9-]+(\.[a-z0-9-]+)+"));
/// Ten digits and more, however grouped: telephone, NIK (16), NIP (18), accounts.
static DIGITS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\+?\d(?:[\s.\-()]{0,2}\d){9,}"));
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i:\b(?:nama saya|saya bernama|atas nama|a\.n\.|an\.)\s*:?\s*)((?:\p{Lu}[\p{L}\p{N}'.]*\s*){1,4})")
});
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:(?:jalan|jln\.?|jl\.|gang|gg\.|perumahan|kompleks?|dusun)\s+[^,;.\n]{2,50}|r[tw]\s*[.:/]?\s*\d+(?:\s*/\s*(?:rw\s*)?\d+)?)",
    )
});
/// Telephone numbers of eight digits and more, which begin with a nought or with the country's.
static TELEPHONE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\(?(?:\+\s?62|\b62|\b0)(?:[\s.\-()]{0,2}\d){7,}"));
/// Taxpayers' numbers, by their grouping.
static TAXPAYER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b\d{2}[.\s]\d{3}[.\s]\d{3}[.\s]\d[-.\s]\d{3}[.\s]\d{3}\b"));
/// Number plates, by the areas that there are.
static PLATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:[abdefghklmnprstwz]|aa|ab|ad|ae|ag|b[abdeghklmnp]|d[abcdeghklmnprstw]|e[abd]|k[bhtu]|p[abgst])[\s-]?\d{2,4}[\s-]?[a-z]{1,3}\b",
    )
});
/// Accounts: `@contoh_satu`, `ig: contoh.satu`.
static HANDLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:\B@[a-z0-9_.]{3,}|\b(?:ig|instagram|fb|facebook|twitter|tiktok|telegram|line|akun)\s*(?:saya)?\s*[:=]\s*@?[\w.]{3,})",
    )
});

static WORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\p{L}\p{N}]+"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern that is tested")
}

/// What has a name and is no person.
const THINGS: [&str; 27] = [
    "layanan",
    "pelayanan",
    "satker",
    "satuan",
    "unit",
    "kegiatan",
    "instansi",
    "informasi",
    "produk",
    "lembaga",
    "kantor",
    "dinas",
    "badan",
    "organisasi",
    "perusahaan",
    "institusi",
    "sekolah",
    "kampus",
    "universitas",
    "aplikasi",
    "program",
    "acara",
    "loket",
    "survei",
    "survey",
    "partai",
    "bagian",
];

/// Words of which one in a header asks for something personal.
const PERSONAL: [&str; 64] = [
    "email",
    "surel",
    "telepon",
    "telpon",
    "telp",
    "tlp",
    "tlpn",
    "telephone",
    "hp",
    "handphone",
    "ponsel",
    "gawai",
    "whatsapp",
    "whatsap",
    "wa",
    "phone",
    "mobile",
    "kontak",
    "contact",
    "fax",
    "nik",
    "nip",
    "nrp",
    "nidn",
    "nisn",
    "nim",
    "nis",
    "ktp",
    "npwp",
    "sim",
    "kk",
    "paspor",
    "passport",
    "bpjs",
    "identitas",
    "username",
    "nickname",
    "panggilan",
    "akun",
    "account",
    "instagram",
    "ig",
    "facebook",
    "fb",
    "twitter",
    "tiktok",
    "telegram",
    "linkedin",
    "medsos",
    "rekening",
    "norek",
    "alamat",
    "address",
    "domisili",
    "kelurahan",
    "dusun",
    "rt",
    "rw",
    "nopol",
    "plat",
    "jabatan",
    "pangkat",
    "ttl",
    "ttd",
];

/// Two words and more that ask for something personal.
const PERSONAL_PHRASES: [&str; 22] = [
    "e mail",
    "nomor yang dapat dihubungi",
    "dapat dihubungi",
    "bisa dihubungi",
    "tempat tinggal",
    "tinggal di",
    "kode pos",
    "desa",
    "tempat lahir",
    "tanggal lahir",
    "tgl lahir",
    "kota lahir",
    "tempat tanggal lahir",
    "kelahiran",
    "tanda tangan",
    "nomor polisi",
    "no polisi",
    "nomor kendaraan",
    "kartu keluarga",
    "media sosial anda",
    "identity number",
    "date of birth",
];

/// Whether a normalised header asks for something personal, whatever else it asks for: a name, an address, where somebody was
/// born, a position, a telephone, an identity, an account, a number plate.
pub fn is_personal_header(header: &str) -> bool {
    let words: Vec<&str> = header.split(' ').collect();
    let padded = format!(" {header} ");
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    let of_things = has(&["layanan", "pelayanan", "satker", "unit", "kegiatan", "instansi", "informasi", "produk"]);
    // `Nama layanan` names a thing; `Nama dan unit kerja` a person and a thing.
    let is_name = |(at, word): (usize, &&str)| {
        let next = words.get(at + 1).filter(|next| **next != "jenis").or_else(|| words.get(at + 2));
        match *word {
            "nama" | "name" => next.is_none_or(|next| !THINGS.contains(next)),
            "namanya" | "fullname" => true,
            _ => false,
        }
    };
    // What is rated or asked of a service has an address, a contact and positions, too.
    let of_persons =
        has(&PERSONAL) && (!of_things || has(&["nik", "nip", "ktp", "npwp", "hp", "wa", "whatsapp", "jabatan"]));
    words.iter().enumerate().any(is_name)
        || of_persons
        || PERSONAL_PHRASES.iter().any(|phrase| padded.contains(&format!(" {phrase} ")))
}

/// Whether a value is an e-mail address, a telephone number, a NIK or NIP and nothing else.
pub fn is_personal_value(value: &str) -> bool {
    let value = value.trim();
    let whole = |found: Option<regex::Match>| found.is_some_and(|found| found.as_str().len() + 2 >= value.len());
    whole(EMAIL.find(value)) || whole(DIGITS.find(value))
}

/// The words of a response's personal columns: the respondent's own name wherever it stands.
#[derive(Debug, Clone, Default)]
pub struct OwnWords(Vec<String>);

impl OwnWords {
    /// The words of texts; those of one or two letters also stand for other things.
    pub fn new<T: AsRef<str>>(texts: impl Iterator<Item = T>) -> Self {
        let words =
            |text: T| WORD.find_iter(text.as_ref()).map(|word| word.as_str().to_lowercase()).collect::<Vec<_>>();
        OwnWords(texts.flat_map(words).filter(|word| word.chars().count() >= 3).collect())
    }
}

/// A name of a group, a heading or a short answer without what identifies anybody. Number plates look like too much else
/// there: `20 s/d 30 thn`.
pub fn scrub_label(label: &str) -> String {
    let mut text = Cow::Borrowed(label);
    for pattern in [&EMAIL, &TAXPAYER, &DIGITS, &TELEPHONE, &HANDLE, &ADDRESS] {
        if let Cow::Owned(scrubbed) = pattern.replace_all(&text, SCRUBBED) {
            text = Cow::Owned(scrubbed);
        }
    }
    text.into_owned()
}

/// A comment without what identifies anybody, as far as that can be told: addresses, numbers, accounts, and the respondent's
/// own words. Somebody else's name is a word like any other.
pub fn scrub(comment: &str, own: &OwnWords) -> String {
    let mut text = Cow::Owned(scrub_label(comment));
    if let Cow::Owned(scrubbed) = PLATE.replace_all(&text, SCRUBBED) {
        text = Cow::Owned(scrubbed);
    }
    let named = |found: &regex::Captures| {
        let (all, name) = (&found[0], &found[1]);
        format!("{}{SCRUBBED} ", &all[..all.len() - name.len()])
    };
    if let Cow::Owned(scrubbed) = NAMED.replace_all(&text, named) {
        text = Cow::Owned(scrubbed.trim_end().to_owned());
    }
    if own.0.is_empty() {
        return text.into_owned();
    }
    let word = |found: &regex::Captures| {
        let word = &found[0];
        if own.0.contains(&word.to_lowercase()) { SCRUBBED.to_owned() } else { word.to_owned() }
    };
    WORD.replace_all(&text, word).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_headers_are_known() {
        for header in [
            "nama",
            "nama lengkap",
            "alamat email",
            "no hp wa",
            "nomor telepon",
            "nik",
            "nip",
            "alamat",
            "email address",
            "username",
            "nama dan unit kerja",
            "unit kerja dan nama",
            "tempat tinggal",
            "jabatan dan nama lengkap",
            "jabatan",
            "tempat tanggal lahir",
            "nomor polisi kendaraan",
            "akun instagram",
            "no rekening",
            "nama petugas yang melayani",
        ] {
            assert!(is_personal_header(header), "{header}");
        }
        for header in [
            "nama layanan yang diterima",
            "jenis kelamin",
            "pendidikan",
            "penanganan pengaduan",
            "usia",
            "unit kerja",
            "jenis layanan",
            "nama jenis layanan",
            "nama instansi",
            "kontak layanan",
            "petugas mudah ditemui",
        ] {
            assert!(!is_personal_header(header), "{header}");
        }
    }

    #[test]
    fn personal_values_are_known() {
        for value in
            ["contoh@example.org", "0812-3456-7890", "+62 812 3456 7890", "1971012345678901", "198001012005011001"]
        {
            assert!(is_personal_value(value), "{value}");
        }
        for value in [
            "Sangat baik",
            "25",
            "2025-06-01 10:00",
            "03/01/2025 08.00.00",
            "S1",
            "Hubungi 08123456789 untuk kelanjutan layanan ini",
        ] {
            assert!(!is_personal_value(value), "{value}");
        }
    }

    #[test]
    fn comments_are_scrubbed() {
        let own = OwnWords::new(["Contoh Sari", "08"].into_iter());
        let text = "Nama saya Budi Contoh, hubungi 0812 3456 7890 atau budi@example.org, Jl. Merdeka No 5, NIK 1971012345678901. Petugas ramah, kata sari.";
        let scrubbed = scrub(text, &own);
        for personal in ["Budi", "Contoh", "0812", "7890", "budi@", "Merdeka", "1971", "sari"] {
            assert!(!scrubbed.contains(personal), "{personal}: {scrubbed}");
        }
        assert!(scrubbed.contains("Petugas ramah"), "{scrubbed}");
        for personal in [
            "(0717) 42345",
            "0717-423456",
            "+62 812 345 678",
            "01.234.567.8-901.000",
            "BN 1234 AB",
            "bn1234ab",
            "@contoh_satu",
            "ig: contoh.satu",
            "Gg. Mawar 3",
            "RT 05/RW 02",
        ] {
            let scrubbed = scrub(&format!("Lapor ke {personal}, terima kasih"), &OwnWords::default());
            assert_eq!(scrubbed, format!("Lapor ke {SCRUBBED}, terima kasih"), "{personal}");
        }
        for plain in ["di 2024 ada antrean", "Loket 2 dan 3 tutup jam 12", "Tanggal 12-05-2025 penuh"] {
            assert_eq!(scrub(plain, &OwnWords::default()), plain);
        }
        assert_eq!(
            scrub("Pelayanan tahun 2024 lebih cepat 10 menit", &OwnWords::default()),
            "Pelayanan tahun 2024 lebih cepat 10 menit"
        );
    }
}
