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
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(?:jalan|jln\.?|jl\.)\s+[^,;.\n]{2,50}"));

static WORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\p{L}\p{N}]+"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern that is tested")
}

/// Whether a normalised header asks for something personal: name, telephone, e-mail, NIK, NIP, address, account.
pub fn is_personal_header(header: &str) -> bool {
    let words: Vec<&str> = header.split(' ').collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    let of_things = has(&["layanan", "pelayanan", "satker", "unit", "kegiatan", "instansi", "informasi", "produk"]);
    let name = has(&["nama", "name", "nickname"]) && !of_things;
    let contact = has(&[
        "email",
        "surel",
        "telepon",
        "telp",
        "tlp",
        "hp",
        "handphone",
        "ponsel",
        "whatsapp",
        "wa",
        "phone",
        "kontak",
    ]) || header.contains("e mail")
        || header.contains("nomor yang dapat dihubungi");
    let identity = has(&["nik", "nip", "ktp", "npwp", "username", "instagram", "facebook"]);
    let address = has(&["alamat", "address", "domisili"]) && !of_things;
    name || contact || identity || address
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

/// A comment without what identifies anybody: addresses, numbers, and the respondent's own words.
pub fn scrub(comment: &str, own: &OwnWords) -> String {
    let mut text = EMAIL.replace_all(comment, SCRUBBED);
    for pattern in [&DIGITS, &ADDRESS] {
        if let Cow::Owned(scrubbed) = pattern.replace_all(&text, SCRUBBED) {
            text = Cow::Owned(scrubbed);
        }
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
        assert_eq!(
            scrub("Pelayanan tahun 2024 lebih cepat 10 menit", &OwnWords::default()),
            "Pelayanan tahun 2024 lebih cepat 10 menit"
        );
    }
}
