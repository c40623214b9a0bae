//! The names of the groups respondents belong to: one name for what people write in many ways.

use crate::survey::columns::Group;
use crate::survey::privacy::scrub_label;
use crate::text::{normalise_label, shorten};

/// The name a group is shown by.
pub(super) fn group_name(group: Group, text: &str) -> String {
    let text = shorten(&scrub_label(&text.split_whitespace().collect::<Vec<_>>().join(" ")), 60);
    match group {
        Group::Sex => sex(&text).map_or(text, str::to_owned),
        // A year or a day of birth tells who somebody is.
        Group::Age if is_birth(&text) => String::new(),
        Group::Age => age_band(&text).map_or_else(|| age_range(&text), str::to_owned),
        Group::Education => education(&text).unwrap_or(text),
        Group::Service | Group::Occupation => text,
    }
}

/// `L`, `Laki - laki (L)`, `1. Pria` are one; so are `P`, `Perempuan`, `Wanita (P)`.
fn sex(text: &str) -> Option<&'static str> {
    const MEN: [&str; 6] = ["l", "lk", "laki", "lelaki", "pria", "male"];
    const WOMEN: [&str; 5] = ["p", "pr", "perempuan", "wanita", "female"];
    let label = normalise_label(text);
    let words: Vec<&str> = label.split(' ').filter(|word| word.parse::<u8>().is_err()).collect();
    let all = |of: &[&str]| !words.is_empty() && words.iter().all(|word| of.contains(word));
    if all(&MEN) {
        Some("Laki-laki")
    } else if all(&WOMEN) {
        Some("Perempuan")
    } else {
        None
    }
}

/// Whether a text is a year or a day of birth rather than an age.
fn is_birth(text: &str) -> bool {
    let year = text.trim().parse::<f64>().is_ok_and(|year| (1900.0..=2100.0).contains(&year));
    year || crate::survey::dates::Stamp::read(crate::grid::Seen::of_text(text)).is_time()
}

/// A range of ages as one name: `20 – 30 tahun` and `20-30 Tahun`, `di atas 50` and `> 50 tahun`.
fn age_range(text: &str) -> String {
    let text = text.to_lowercase().replace(['–', '—'], "-").replace(" s/d ", "-").replace(" sampai ", "-");
    let text = text.replace("tahun", "").replace("thn", "").replace("th", "");
    let text = ["diatas", "di atas", "lebih dari"].iter().fold(text, |text, above| text.replace(above, ">"));
    let text = ["dibawah", "di bawah", "kurang dari"].iter().fold(text, |text, below| text.replace(below, "<"));
    let joined: String = text.chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
    let is_range = joined.chars().all(|c| c.is_ascii_digit() || "-<>=≥≤+".contains(c))
        && joined.contains(|c: char| c.is_ascii_digit());
    if is_range { format!("{} tahun", joined.replace('>', "> ").replace('<', "< ")) } else { text.trim().to_owned() }
}

/// An age in years as its band: `25`, `25 Tahun`, `24 thn`, `25th.`; bands and words stay as they are.
fn age_band(text: &str) -> Option<&'static str> {
    let text = text.trim().to_lowercase();
    let text = text.strip_suffix(",0").or_else(|| text.strip_suffix(".0")).unwrap_or(&text);
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (years, unit) = text.split_at(digits);
    if !["", "tahun", "thn", "th", "tahun.", "thn.", "th."].contains(&unit.trim()) {
        return None;
    }
    Some(match years.parse::<u32>().ok()? {
        0..=20 => "0–20",
        21..=30 => "21–30",
        31..=40 => "31–40",
        41..=50 => "41–50",
        51..=60 => "51–60",
        _ => "61+",
    })
}

/// `S-1`, `S 1`, `Strata 1`, `Sarjana (S1)` are S1; `SLTA`, `SMU`, `SMA/SMK` are SMA.
fn education(text: &str) -> Option<String> {
    let label = normalise_label(text);
    let compact: String = label.split(' ').collect();
    let degree =
        |letters: &str| ["1", "2", "3", "4"].iter().find(|n| compact.contains(&format!("{letters}{n}"))).copied();
    let roman = |word: &str| {
        ["i", "ii", "iii", "iv"]
            .iter()
            .zip(1..)
            .find(|(n, _)| label.ends_with(&format!("{word} {n}")))
            .map(|(_, n)| n.to_string())
    };
    // Two degrees named at once (`D3/S1`) are a group of their own.
    let named = ["s1", "s2", "s3", "d1", "d2", "d3", "d4"].iter().filter(|degree| compact.contains(*degree)).count();
    if named > 1 {
        return None;
    }
    if let Some(number) =
        degree("strata").map(str::to_owned).or_else(|| roman("strata")).or_else(|| degree("s").map(str::to_owned))
    {
        return Some(format!("S{number}"));
    }
    if let Some(number) = degree("diploma")
        .map(str::to_owned)
        .or_else(|| roman("diploma"))
        .or_else(|| roman("d"))
        .or_else(|| degree("d").map(str::to_owned))
    {
        return Some(format!("D{number}"));
    }
    let whole = match label.as_str() {
        "sarjana" => "S1",
        "magister" | "pascasarjana" => "S2",
        "doktor" => "S3",
        "sd" | "sd sederajat" | "sekolah dasar" => "SD",
        "smp" | "sltp" | "smp sederajat" | "smp sltp" | "sltp sederajat" | "sltp smp" => "SMP",
        "sma" | "smk" | "smu" | "slta" | "stm" | "sma smk" | "sma sederajat" | "smu smk" | "slta sederajat"
        | "sma smk sederajat" | "slta sma" | "sma slta" | "smk sederajat" => "SMA",
        _ => return None,
    };
    Some(whole.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_group_are_one() {
        let names = |group: Group, texts: &[&str]| texts.iter().map(|text| group_name(group, text)).collect::<Vec<_>>();
        for name in names(Group::Sex, &["L", "Laki-Laki", "Laki - laki (L)", "laki laki", "Pria", "1. Laki-laki"]) {
            assert_eq!(name, "Laki-laki");
        }
        for name in names(Group::Sex, &["P", "Perempuan", "perempuan (P)", "Wanita", "PR"]) {
            assert_eq!(name, "Perempuan");
        }
        for name in names(Group::Age, &["25", "25 Tahun", "24 thn", "23th", "30 th."]) {
            assert_eq!(name, "21–30");
        }
        assert_eq!(names(Group::Age, &["17-25 tahun", "> 45 tahun"]), ["17-25 tahun", "> 45 tahun"]);
        for name in names(Group::Age, &["20 – 30 tahun", "20-30 Tahun", "20 s/d 30 thn"]) {
            assert_eq!(name, "20-30 tahun");
        }
        for name in names(Group::Age, &["Di atas 50", "diatas 50 tahun", ">50", "> 50 th"]) {
            assert_eq!(name, "> 50 tahun");
        }
        assert_eq!(names(Group::Age, &["1990", "12/05/1990"]), ["", ""], "a birth is no age");
        for name in names(Group::Education, &["S1", "S-1", "s 1", "Strata 1", "Strata-I", "Sarjana (S1)", "Sarjana"]) {
            assert_eq!(name, "S1");
        }
        for name in names(Group::Education, &["D3", "D-III", "Diploma 3", "Diploma III"]) {
            assert_eq!(name, "D3");
        }
        for name in names(Group::Education, &["SMA", "SLTA", "SMA/SMK", "SMK", "SMA Sederajat"]) {
            assert_eq!(name, "SMA");
        }
        assert_eq!(names(Group::Education, &["D3/S1", "Pesantren"]), ["D3/S1", "Pesantren"]);
    }
}
