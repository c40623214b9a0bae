//! Words people wrote that are not known, and the known word they most likely meant.

use std::fmt::Display;
use std::path::Path;

use strsim::osa_distance;

/// The known word nearest to what was written, where one is near enough to be meant; case and the marks between the parts
/// of a word do not count.
///
/// ```
/// use rekap::nearest::nearest;
///
/// assert_eq!(nearest("Xslx", ["xlsx", "csv", "ical"]), Some("xlsx"));
/// assert_eq!(nearest("pdf", ["xlsx", "csv", "ical"]), None);
/// ```
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |word: &str| word.to_lowercase().replace(['-', '_', ' ', '.'], "");
    let meant = plain(written);
    let near = known.into_iter().filter_map(|word| {
        let known = plain(word);
        let distance = osa_distance(&meant, &known);
        // A third of the longer one's letters may be wrong.
        (distance <= meant.chars().count().max(known.chars().count()) / 3).then_some((distance, word))
    });
    near.min_by_key(|&(distance, _)| distance).map(|(_, word)| word)
}

/// That a word is not known, in Indonesian and English: the one most likely meant, and all that are.
pub fn unknown<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> [String; 2] {
    let known: Vec<&str> = known.into_iter().collect();
    let meant = nearest(written, known.iter().copied());
    let said = |meant_to_be: &str| meant.map(|word| format!("{meant_to_be} \"{word}\"; ")).unwrap_or_default();
    let (id, en) = (said("mungkin maksudnya"), said("perhaps meant:"));
    let known = known.join(", ");
    [
        format!("\"{written}\" tidak dikenal; {id}yang dikenal: {known}"),
        format!("\"{written}\" is not known; {en}known are: {known}"),
    ]
}

/// That a template or instrument cannot be used, in Indonesian and English: its name is none of those shipped and no
/// file's, or the file is wrong.
pub fn unusable<'a>(
    name: &str,
    directory: &Path,
    error: &dyn Display,
    shipped: impl IntoIterator<Item = &'a str>,
) -> [String; 2] {
    if directory.join(name).is_file() {
        return [format!("{name} tidak dapat dipakai: {error}"), format!("{name} cannot be used: {error}")];
    }
    let [id, en] = unknown(name, shipped);
    [format!("{id}; atau berkas TOML sendiri"), format!("{en}; or a TOML file of one's own")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_or_none() {
        let known = ["xlsx", "csv", "ical", "google-sheets", "skm-2017", "skm-online", "kabupaten"];
        for (written, meant) in [
            ("xslx", Some("xlsx")),
            ("XLSX", Some("xlsx")),
            ("google_sheets", Some("google-sheets")),
            ("googlesheet", Some("google-sheets")),
            ("skm 2017", Some("skm-2017")),
            ("skm-2071", Some("skm-2017")),
            ("kabupten", Some("kabupaten")),
            ("cvs", Some("csv")),
            ("pdf", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(nearest(written, known), meant, "{written}");
        }
        assert_eq!(nearest("", [""]), Some(""));
    }

    #[test]
    fn what_is_known_is_said_in_both_languages() {
        let [id, en] = unknown("cvs", ["xlsx", "csv"]);
        assert_eq!(id, "\"cvs\" tidak dikenal; mungkin maksudnya \"csv\"; yang dikenal: xlsx, csv");
        assert_eq!(en, "\"cvs\" is not known; perhaps meant: \"csv\"; known are: xlsx, csv");
        assert_eq!(unknown("pdf", ["csv"])[0], "\"pdf\" tidak dikenal; yang dikenal: csv");
    }
}
