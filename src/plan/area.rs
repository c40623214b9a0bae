//! The areas of change: eight in plans of bureaucratic reform (RB), six in plans of integrity zones (ZI).

use strsim::osa_distance;

use crate::text::normalise_label;

/// The families of plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Reformasi birokrasi: kegiatan, sub kegiatan, twelve columns of months.
    Rb,
    /// Zona integritas: komponen, langkah aksi, bukti fisik, a target as text.
    Zi,
    /// A plan of performance: target and realisation of every quarter, without areas.
    Quarterly,
}

impl Family {
    /// Its name in pipelines and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Family::Rb => "rb",
            Family::Zi => "zi",
            Family::Quarterly => "triwulan",
        }
    }

    /// The family of a name.
    pub fn named(name: &str) -> Option<Family> {
        [Family::Rb, Family::Zi, Family::Quarterly].into_iter().find(|family| family.name() == name)
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Family::Rb => "Reformasi Birokrasi",
            Family::Zi => "Zona Integritas",
            Family::Quarterly => "Triwulanan",
        }
    }

    /// Its areas, number 1 first.
    pub fn areas(self) -> &'static [Area] {
        match self {
            Family::Rb => &RB,
            Family::Zi => &ZI,
            Family::Quarterly => &[],
        }
    }
}

/// One area of change.
#[derive(Debug)]
pub struct Area {
    /// Its name.
    pub label: &'static str,
    /// One of these names it; each is one or two words.
    keys: &'static [&'static str],
    /// Words its name may hold besides.
    others: &'static [&'static str],
    /// The ZI area it corresponds to, from 1; none for the two that only RB has.
    pub zi: Option<u8>,
}

const MANAGEMENT: Area = Area {
    label: "Manajemen Perubahan",
    keys: &["manajemen perubahan"],
    others: &["dan", "mental", "aparatur"],
    zi: Some(1),
};
const DEREGULATION: Area = Area {
    label: "Penataan Peraturan Perundang-undangan/Deregulasi Kebijakan",
    keys: &["perundang", "perundangan", "perundangundangan", "deregulasi"],
    others: &["penataan", "penguatan", "peraturan", "undangan", "kebijakan", "dan", "sistem"],
    zi: None,
};
const ORGANISATION: Area = Area {
    label: "Penataan Organisasi/Kelembagaan",
    keys: &["organisasi", "kelembagaan"],
    others: &["penataan", "penguatan", "dan"],
    zi: None,
};
const PROCEDURES: Area = Area {
    label: "Penataan Tatalaksana",
    keys: &["tata laksana", "tatalaksana", "ketatalaksanaan"],
    others: &["penataan", "penguatan"],
    zi: Some(2),
};
const STAFF: Area = Area {
    label: "Penataan Sistem Manajemen SDM Aparatur",
    keys: &["sdm", "sumber daya", "aparatur"],
    others: &["penataan", "penguatan", "sistem", "manajemen", "manusia", "aparatur", "sdm", "sumber", "daya", "asn"],
    zi: Some(3),
};
const ACCOUNTABILITY: Area = Area {
    label: "Penguatan Akuntabilitas",
    keys: &["akuntabilitas"],
    others: &["penguatan", "penataan", "peningkatan", "kinerja", "kapasitas", "dan"],
    zi: Some(4),
};
const SUPERVISION: Area = Area {
    label: "Penguatan Pengawasan",
    keys: &["pengawasan"],
    others: &["penguatan", "peningkatan", "penataan", "sistem"],
    zi: Some(5),
};
const SERVICE: Area = Area {
    label: "Peningkatan Kualitas Pelayanan Publik",
    keys: &["pelayanan publik", "layanan publik", "kualitas pelayanan", "kualitas layanan"],
    others: &["peningkatan", "penguatan", "penataan", "kualitas", "pelayanan"],
    zi: Some(6),
};
static RB: [Area; 8] =
    [MANAGEMENT, DEREGULATION, ORGANISATION, PROCEDURES, STAFF, ACCOUNTABILITY, SUPERVISION, SERVICE];
static ZI: [Area; 6] = [MANAGEMENT, PROCEDURES, STAFF, ACCOUNTABILITY, SUPERVISION, SERVICE];

/// What a text says of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// This one, from 1.
    Area(u8),
    /// Calls itself an area (`Area Inovasi`, `AREA IX`), but is none of the family's.
    Unknown,
}

/// The area a text names, by its name in any spelling or, where it only has one, by its number. `None` when the text does not
/// name one: a component that mentions accountability is not the area of that name.
pub fn area_named(family: Family, text: &str) -> Option<Named> {
    let normalised = normalise_label(text);
    let words: Vec<&str> = normalised.split(' ').filter(|word| !word.is_empty()).collect();
    let (before, words) = without_number(&words);
    let called = CALLED.into_iter().find(|prefix| words.starts_with(prefix)).unwrap_or_default();
    let (after, words) = without_number(&words[called.len()..]);
    // `… (Area 6)`, where that is all that follows.
    let behind = CALLED_BEHIND.into_iter().find_map(|name| {
        let at = words.windows(name.len()).position(|window| window == name)?;
        match without_number(&words[at + name.len()..]) {
            (Some(number), []) => Some((number, &words[..at])),
            _ => None,
        }
    });
    let (behind, words) = behind.map_or((None, words), |(number, words)| (Some(number), words));
    let is_called_area =
        called.first().is_some_and(|first| !matches!(*first, "bidang" | "program")) || behind.is_some();
    let is_known = |number: &u8| usize::from(*number) <= family.areas().len();
    let by_name = (1..).zip(family.areas()).find(|(_, area)| area.is_named_by(words));
    match (by_name, behind.or(after).or(before)) {
        (Some((number, _)), _) => Some(Named::Area(number)),
        (None, Some(number)) if is_called_area && is_known(&number) && (words.is_empty() || behind.is_some()) => {
            Some(Named::Area(number))
        }
        _ => is_called_area.then_some(Named::Unknown),
    }
}

/// What the name of an area may begin with; groups of work (*pokja*) are one an area.
const CALLED: [&[&str]; 6] =
    [&["area", "perubahan"], &["area"], &["pokja"], &["kelompok", "kerja"], &["bidang"], &["program"]];
/// What may stand with its number behind the name of an area.
const CALLED_BEHIND: [&[&str]; 4] = [&["area", "perubahan"], &["area"], &["pokja"], &["kelompok", "kerja"]];

/// The number at the front, `4`, `IV` or `d`, and what follows it.
fn without_number<'a, 'b>(words: &'b [&'a str]) -> (Option<u8>, &'b [&'a str]) {
    const ROMANS: [&str; 10] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"];
    const LETTERS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let [first, rest @ ..] = words else { return (None, words) };
    let place = |known: &[&str]| known.iter().position(|known| known == first).map(|place| place as u8 + 1);
    let number = first.parse().ok().filter(|number| (1..=20).contains(number));
    match number.or_else(|| place(&ROMANS)).or_else(|| place(&LETTERS)) {
        Some(number) => (Some(number), rest),
        None => (None, words),
    }
}

impl Area {
    /// Whether these words are its name: one of its keys, and nothing that names do not hold. Slips of one letter count
    /// in words of six and more.
    fn is_named_by(&self, words: &[&str]) -> bool {
        let same = |word: &str, known: &str| {
            word == known || word.len() > 5 && word.len() < known.len() + 5 && osa_distance(word, known) <= 1
        };
        let is_key = |key: &&&str| {
            let key: Vec<&str> = key.split(' ').collect();
            words.windows(key.len()).any(|window| window.iter().zip(&key).all(|(word, known)| same(word, known)))
        };
        let Some(_) = self.keys.iter().find(is_key) else { return false };
        let known = || self.keys.iter().flat_map(|key| key.split(' ')).chain(self.others.iter().copied());
        words.iter().all(|word| known().any(|known| same(word, known)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_in_the_spellings_of_the_documents() {
        for (family, text, number) in [
            (Family::Zi, "MANAJEMEN PERUBAHAN", 1),
            (Family::Zi, "Area Manajemen Perubahan", 1),
            (Family::Zi, "1. Area Perubahan Manajemen Perubahan", 1),
            (Family::Zi, "PENATAAN TATALAKSANA", 2),
            (Family::Zi, "Penataan Tata Laksana", 2),
            (Family::Zi, "PENATAAN SISTEM MANAJEMEN SDM APARATUR", 3),
            (Family::Zi, "III. PENATAAN SISTEM MANAJEMEN SDM", 3),
            (Family::Rb, "Sistem Manajemen Sumber Daya Manusia", 5),
            (Family::Rb, "Penataan Peraturan Perundangan/Deregulasi Kebijakan", 2),
            (Family::Rb, "2.Penataan Peraturan Perundang-undangan", 2),
            (Family::Rb, "Penataan Organisasi/Kelembagaan", 3),
            (Family::Rb, "Penguatan Akuntabiltas", 6),
            (Family::Rb, "VII Pengawasan", 7),
            (Family::Zi, "AREA V", 5),
            (Family::Zi, "Peningkatan Kualitas Pelayanan Publik", 6),
            (Family::Rb, "Pelayanan Publik", 8),
            (Family::Zi, "VI. Peningkatan Kualitas Pelayanan", 6),
            (Family::Zi, "POKJA VI", 6),
            (Family::Zi, "Pokja 6 : Peningkatan Kualitas Pelayanan", 6),
            (Family::Zi, "KELOMPOK KERJA V", 5),
            (Family::Zi, "PENINGKATAN KUALITAS PELAYANAN PUBLIK (AREA 6)", 6),
            (Family::Zi, "Pelayanan Prima (Area VI)", 6),
            (Family::Zi, "Penguatan Pengawasan - Pokja 5", 5),
        ] {
            assert_eq!(area_named(family, text), Some(Named::Area(number)), "{text}");
        }
    }

    #[test]
    fn what_only_mentions_an_area_is_none() {
        for text in [
            "Pengelolaan Akuntabilitas Kinerja",
            "Penanganan Benturan Kepentingan",
            "Mengelola akuntabilitas kinerja",
            "Standar Pelayanan",
            "Pengawasan internal oleh atasan langsung",
            "Kualitas pelayanan diukur tiap bulan",
            "Sosialisasi di area 6 lokasi",
            "4",
            "IV",
            "",
        ] {
            assert_eq!(area_named(Family::Zi, text), None, "{text}");
        }
        assert_eq!(area_named(Family::Zi, "Area Inovasi Daerah"), Some(Named::Unknown));
        assert_eq!(area_named(Family::Zi, "AREA IX"), Some(Named::Unknown));
        assert_eq!(area_named(Family::Zi, "POKJA Kehumasan"), Some(Named::Unknown));
        assert_eq!(area_named(Family::Zi, "Penataan Organisasi"), None, "only RB has it");
    }

    #[test]
    fn rb_areas_correspond_to_those_of_zi_by_name() {
        for area in &RB {
            let zi = area.zi.map(|number| ZI[usize::from(number) - 1].label);
            assert_eq!(zi, area.zi.map(|_| area.label));
        }
    }
}
