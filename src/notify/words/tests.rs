use std::path::PathBuf;

use super::*;
use crate::notify::event::tests::incomplete;
use crate::notify::{ChangeSummary, Failed, FindingCounts, RunFacts};
use crate::store::Trigger;

const INDONESIAN: &str = "\
Konsolidasi Zona Integritas KPU se-Kepulauan Bangka Belitung
Periode semester 2 tahun 2025

Tidak lengkap: 6 dari 7 satker terbaca, 2 satker bermasalah.

SATKER BERMASALAH
- KPU Kabupaten Bangka Selatan (1904), LKE: Berkas dilindungi kata sandi sehingga tidak dapat dibaca. Masih ada 1 masalah lain.
- KPU Kabupaten Bangka Tengah (1905), SKM: Berkas skm-1905.xlsx tidak ada.

DATA LAMA (sumbernya tidak terjangkau, salinan terakhir yang dipakai)
- KPU Kabupaten Bangka Barat (1903), LKE: salinan 22 November 2025 pukul 06.00 WIB

PERINGKAT (nilai unit sendiri; TPI bila sudah menilai)
1. KPU Kota Pangkalpinang: 88,48 ▲2 (TPI 86,10)
2. KPU Kabupaten Bangka: 87,01 ▼1
3. KPU Provinsi Kepulauan Bangka Belitung: 85,00 ▼1 (TPI 84,25)
4. KPU Kabupaten Belitung: 80,00 =
4. KPU Kabupaten Bangka Barat: 80,00
… dan 1 satker lain.
Belum bernilai: 1 satker.

PERUBAHAN SEJAK PELAKSANAAN NO. 11
14 jawaban berubah, 2 nilai satker berubah:
- KPU Kota Pangkalpinang, unit: 86,12 → 88,48 (+2,36)
- KPU Provinsi Kepulauan Bangka Belitung, TPI: – → 84,25

Temuan: 2 galat, 31 peringatan, 140 info; rinciannya di lembar Temuan.
Buku kerja: terlampir (rekap-2025-S2.xlsx)

--
Pelaksanaan no. 12, menurut jadwal, 25 November 2025 pukul 06.00–06.02 WIB (2 menit 5 detik).
Dikirim otomatis oleh rekap, pipeline konsolidasi-babel.
";

const ENGLISH: &str = "\
Konsolidasi Zona Integritas KPU se-Kepulauan Bangka Belitung
Period: semester 2 of 2025

Incomplete: 6 of 7 satker were read, 2 satker in trouble.

SATKER IN TROUBLE
- KPU Kabupaten Bangka Selatan (1904), LKE: Berkas dilindungi kata sandi sehingga tidak dapat dibaca. There are more problems: 1.
- KPU Kabupaten Bangka Tengah (1905), SKM: Berkas skm-1905.xlsx tidak ada.

OLD DATA (the source could not be reached, the last copy was used)
- KPU Kabupaten Bangka Barat (1903), LKE: copy of 22 November 2025, 06:00 WIB

RANKING (the unit's own score; TPI where it has assessed)
1. KPU Kota Pangkalpinang: 88.48 ▲2 (TPI 86.10)
2. KPU Kabupaten Bangka: 87.01 ▼1
3. KPU Provinsi Kepulauan Bangka Belitung: 85.00 ▼1 (TPI 84.25)
4. KPU Kabupaten Belitung: 80.00 =
4. KPU Kabupaten Bangka Barat: 80.00
… and 1 more satker.
Without a score: 1 satker.

CHANGES SINCE RUN NO. 11
Answers changed: 14; scores changed: 2:
- KPU Kota Pangkalpinang, unit: 86.12 → 88.48 (+2.36)
- KPU Provinsi Kepulauan Bangka Belitung, TPI: – → 84.25

Findings: errors 2, warnings 31, infos 140; see the sheet Findings.
Workbook: attached (rekap-2025-S2.xlsx)

--
Run no. 12, by schedule, 25 November 2025, 06:00–06:02 WIB (2 min 5 s).
Sent automatically by rekap, pipeline konsolidasi-babel.
";

fn attached() -> Workbook {
    Workbook { attached: true, ..Workbook::of(&incomplete()) }
}

fn facts(status: RunStatus) -> RunFacts {
    let facts = incomplete().facts;
    RunFacts { status, outputs: Vec::new(), run: None, trigger: Trigger::Hand, ..facts }
}

#[test]
fn a_run_is_told_in_both_languages() {
    let id = words(&incomplete(), None, &attached(), Lang::Id);
    assert_eq!(id.text, INDONESIAN);
    assert_eq!(
        id.subject,
        "[2025-S2] Tidak lengkap, 2 satker bermasalah: Konsolidasi Zona Integritas KPU se-Kepulauan Bangka Belitung"
    );
    assert_eq!(words(&incomplete(), None, &attached(), Lang::En).text, ENGLISH);
}

#[test]
fn the_page_says_what_the_text_says() {
    for (lang, text) in [(Lang::Id, INDONESIAN), (Lang::En, ENGLISH)] {
        let page = words(&incomplete(), None, &attached(), lang).html.unwrap();
        let numbers =
            ["88,48", "▲2", "86,10", "+2,36", "1904", "1905", "140", "22 November 2025", "rekap-2025-S2.xlsx"];
        for said in numbers.map(|number| if lang == Lang::Id { number.to_owned() } else { number.replace(',', ".") }) {
            assert!(page.contains(&said) && text.contains(&said), "{lang}: {said}");
        }
        assert!(page.starts_with("<!DOCTYPE html>\n") && page.contains(&format!("<html lang=\"{lang}\">")));
    }
}

#[test]
fn a_run_that_came_to_nothing_says_why_and_that_the_last_results_stand() {
    let mut facts = facts(RunStatus::Failed);
    facts.error = Some("daftar satker tidak ada:\n/data/satker.csv".to_owned());
    facts.ended = facts.started;
    let event = Event::of_nothing(facts);
    let message = words(&event, None, &Workbook::of(&event), Lang::Id);
    assert_eq!(
        message.text,
        "Konsolidasi Zona Integritas KPU se-Kepulauan Bangka Belitung
Periode semester 2 tahun 2025

Gagal: tidak ada yang dapat dikerjakan. Keluaran sebelumnya tetap berlaku.
Sebabnya: daftar satker tidak ada: /data/satker.csv

--
Dijalankan langsung, 25 November 2025 pukul 06.00 WIB (kurang dari 1 detik).
Dikirim otomatis oleh rekap, pipeline konsolidasi-babel.
"
    );
    assert!(message.subject.starts_with("[2025-S2] Gagal: Konsolidasi"));
}

#[test]
fn a_clean_run_without_changes_is_short() {
    let changes = Some(ChangeSummary { since: Some(11), ..ChangeSummary::default() });
    let event = Event { satker: 8, read: 8, changes, ..Event::of_nothing(facts(RunStatus::Clean)) };
    let link = "https://contoh.id/rekap?a=1&b=2".to_owned();
    let workbook = Workbook { link: Some(link), ..Workbook::default() };
    let message = words(&event, None, &workbook, Lang::Id);
    let expected = "\nLengkap: 8 dari 8 satker terbaca.\n\nPERUBAHAN SEJAK PELAKSANAAN NO. 11\nTidak ada jawaban atau nilai yang berubah.\n\nTemuan: 0 galat, 0 peringatan, 0 info.\nBuku kerja: https://contoh.id/rekap?a=1&b=2\n\n--\n";
    assert!(message.text.contains(expected), "{}", message.text);
    assert!(message.subject.starts_with("[2025-S2] Lengkap: "), "{}", message.subject);
    let changes = Some(ChangeSummary { answers: 1, ..ChangeSummary::default() });
    let message = words(&Event { changes, ..event }, None, &workbook, Lang::En);
    assert!(message.subject.starts_with("[2025-S2] Complete, 1 answer changed: "), "{}", message.subject);
}

#[test]
fn whatever_an_event_lacks_it_can_be_told() {
    for status in [RunStatus::Clean, RunStatus::Incomplete, RunStatus::Failed, RunStatus::Stopped] {
        for lang in [Lang::Id, Lang::En] {
            let mut full = incomplete();
            full.facts.status = status;
            full.failed = vec![full.failed[0].clone(); 40];
            full.stale = vec![full.stale[0].clone(); 40];
            full.ranking = vec![full.ranking[0].clone(); 552];
            let scores = vec![full.changes.unwrap().scores.remove(0); 40];
            full.changes = Some(ChangeSummary { since: None, answers: 0, scores });
            let not_attached = Some("ukurannya melebihi batas".to_owned());
            let workbook = Workbook { not_attached, ..Workbook::of(&full) };
            let message = words(&full, None, &workbook, lang);
            assert!(message.text.contains("melebihi batas") && message.text.len() < 6_000, "{}", message.text);
            let bare = Event::of_nothing(facts(status));
            let message = words(&bare, None, &Workbook::default(), lang);
            assert!(message.text.contains("Konsolidasi") && message.html.unwrap().contains("Konsolidasi"));
        }
    }
}

#[test]
fn what_strangers_wrote_stays_text() {
    let mut event = incomplete();
    let evil = "<script>alert('x')</script>{{ 7 * 7 }}\"'><img src=x>";
    event.facts.title = evil.to_owned();
    event.failed[0] = Failed { nama: evil.to_owned(), message: evil.to_owned(), ..event.failed[0].clone() };
    event.ranking[0].nama = evil.to_owned();
    let workbook = Workbook { link: Some("javascript:alert(1)".to_owned()), ..Workbook::of(&event) };
    let message = words(&event, None, &workbook, Lang::Id);
    let page = message.html.unwrap();
    assert!(!page.contains("<script") && !page.contains("<img") && page.contains("&lt;script&gt;"), "{page}");
    assert!(!page.contains("href") && page.contains("javascript:alert(1)"), "{page}");
    assert!(!page.contains("49") && message.text.contains("{{ 7 * 7 }}"));
    let workbook = Workbook { link: Some("https://contoh.id/\"onclick=\"x".to_owned()), ..Workbook::of(&event) };
    let page = words(&event, None, &workbook, Lang::Id).html.unwrap();
    assert!(page.contains("<a href=\"https:&#x2f;&#x2f;contoh.id&#x2f;&quot;onclick=&quot;x\">"), "{page}");
}

/// What comes of a template of one's own.
fn with_template(name: &str, source: &str) -> Message {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join(name);
    std::fs::write(&path, source).unwrap();
    words(&incomplete(), Some(&path), &attached(), Lang::Id)
}

#[test]
fn a_template_of_one_s_own_takes_the_place_of_the_text_or_the_page() {
    let source =
        "{{ title }} {{ findings.error }} {{ ranking[0].unit.total | number }} {{ started | moment }} {{ when }}\n";
    let message = with_template("surat.txt", source);
    let expected = "Konsolidasi Zona Integritas KPU se-Kepulauan Bangka Belitung 2 88,48 25 November 2025 pukul 06.00 WIB 25 November 2025 pukul 06.00–06.02 WIB\n";
    assert_eq!((message.text.as_str(), message.html, message.note), (expected, None, None));
    // A page is a page by what it holds, and what strangers wrote is escaped in it.
    for name in ["surat.html", "surat.HTML", "surat.htm", "surat.txt", "surat.jinja", "surat.html.bak", "surat"] {
        let message = with_template(name, "<p>{{ '<&>' }} {{ status_word }}</p>");
        assert_eq!(message.html.as_deref(), Some("<p>&lt;&amp;&gt; tidak lengkap</p>"), "{name}");
        assert_eq!((message.text.as_str(), message.note), (INDONESIAN, None), "{name}");
    }
    let message = with_template("surat.txt", "nilai < 75 {{ '<&>' }} <rekap@contoh.id>");
    assert_eq!((message.text.as_str(), message.html), ("nilai < 75 <&> <rekap@contoh.id>\n", None));
}

#[test]
fn a_broken_template_is_left_aside_and_that_is_said() {
    let cases = [
        ("surat.txt", "satu\ndua {{ judull }}", "baris 2: undefined value"),
        ("surat.txt", "{% if %}", "baris 1: syntax error"),
        ("surat.txt", "{% if run.nomor %}", "baris 1: "),
        ("surat.html", "{{ title | tebal }}", "baris 1: "),
        ("surat.txt", "{% include 'rahasia' %}", "baris 1: syntax error: unknown statement include"),
        ("surat.txt", &" ".repeat(300_000), "lebih dari 256 KiB"),
    ];
    for (name, source, reason) in cases {
        let message = with_template(name, source);
        let note = message.note.expect("a note");
        assert!(note.starts_with(&format!("templat {name} tidak dapat dipakai ({reason}")), "{note}");
        assert!(message.text.contains(&format!("\nCatatan: {note}.\n")), "{}", message.text);
        assert!(message.text.contains("PERINGKAT") && message.html.unwrap().contains("Catatan: templat"));
    }
    let message = words(&incomplete(), Some(Path::new("tidak-ada.txt")), &attached(), Lang::En);
    assert!(message.note.unwrap().starts_with("the template tidak-ada.txt cannot be used ("));
    assert_eq!(incomplete().findings, FindingCounts { error: 2, warning: 31, info: 140 });
}

#[test]
fn times_and_durations_read_as_people_say_them() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap().to_zoned(TimeZone::get("Asia/Jayapura").unwrap());
    let (start, end) = (at("2025-11-24T14:59:00Z"), at("2025-11-24T15:01:00Z"));
    let expected = "24 November 2025 pukul 23.59 WIT – 25 November 2025 pukul 00.01 WIT";
    assert_eq!(when(&start, &end, Lang::Id), expected);
    assert_eq!(when(&start, &start, Lang::En), "24 November 2025, 23:59 WIT");
    let durations = [0, 14, 125, 120, 3_600, 3_605, 90_061].map(|seconds| duration(seconds, Lang::Id));
    let expected =
        ["kurang dari 1 detik", "14 detik", "2 menit 5 detik", "2 menit", "1 jam", "1 jam", "25 jam 1 menit"];
    assert_eq!(durations, expected);
    assert_eq!(period_words("2025", Lang::Id), "tahun 2025");
    assert_eq!(period_words("akhir\ntahun", Lang::Id), "akhir tahun");
}
