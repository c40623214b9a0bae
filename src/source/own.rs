//! Tells a consolidated workbook of rekap's own, so that no result is ever read as what it was made of.

use super::{SheetName, SourceError};
use crate::lang::Phrase;

/// Sheets every version has written, in both languages: who has them all is rekap's.
const ALWAYS: [[&str; 3]; 2] = [["Ringkasan", "Temuan", "Sumber"], ["Summary", "Findings", "Sources"]];
/// Sheets that are hardly anybody else's: one is enough beside one of the others.
const OWN: [&str; 9] = [
    "Indikator TPI",
    "Indicators TPI",
    "Selisih TPI",
    "TPI differences",
    "Syarat WBK-WBBM",
    "WBK-WBBM criteria",
    "IPAK-IPKP",
    "Ketertelusuran",
    "Traceability",
];
const OTHERS: [&str; 8] = ["Ringkasan", "Summary", "Peringkat", "Ranking", "Temuan", "Findings", "Sumber", "Sources"];

/// The error that refuses a workbook rekap wrote; none for one somebody else made.
pub(super) fn refuse(sheets: &[SheetName]) -> Option<SourceError> {
    let has = |names: &[&str]| names.iter().filter(|name| sheets.iter().any(|sheet| sheet.name == **name)).count();
    let is_own = ALWAYS.iter().any(|names| has(names) == names.len()) || has(&OWN) > 0 && has(&OWN) + has(&OTHERS) > 1;
    is_own.then_some(SourceError::Instead {
        kind: Phrase::new("buku konsolidasi keluaran rekap sendiri", "a consolidated workbook that rekap wrote itself"),
        advice: Phrase::new(
            "Beri berkas asli dari satker, bukan keluaran rekap.",
            "Give the satker's own file, not what rekap wrote.",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workbook_rekap_wrote_is_known_by_its_sheets() {
        for (names, own) in [
            ("Ringkasan|Peringkat|Area|Indikator|Temuan|Sumber", true),
            ("Ringkasan|Temuan|Sumber", true),
            ("Summary|Ranking|Area|Findings|Sources", true),
            ("Ringkasan|Peringkat|SKM|IPAK-IPKP|Area|Indikator|Indikator TPI|Selisih TPI|Syarat WBK-WBBM", true),
            ("Peringkat|Syarat WBK-WBBM", true),
            ("Indikator TPI|Selisih TPI", true),
            ("Ranking|TPI differences", true),
            ("Rencana Aksi|Jadwal|Ketertelusuran|Temuan|Sumber", true),
            ("LKE ZI", false),
            ("Ringkasan|LKE", false),
            ("Ringkasan|Temuan|LKE", false),
            ("Indikator|Peringkat|LKE", false),
            ("Selisih TPI|LKE ZI", false),
            ("IPAK-IPKP", false),
            ("Area|Indikator", false),
        ] {
            let sheets: Vec<SheetName> =
                names.split('|').map(|name| SheetName { name: name.to_owned(), hidden: false }).collect();
            assert_eq!(refuse(&sheets).is_some(), own, "{names}");
        }
    }
}
