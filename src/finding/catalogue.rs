//! The catalogue: every finding the program can make, in one table.

use super::{Arg, Severity, fill};
use crate::grid::CellRef;
use crate::lang::{Lang, Phrase};

/// One row of the catalogue.
#[derive(Debug)]
pub struct Entry {
    /// Code people quote: `LKE012`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is, in a few words.
    pub title: Phrase,
    /// What is wrong; particulars stand in braces.
    pub message: Phrase,
    /// What to do about it.
    pub remedy: Phrase,
    /// Particulars of the example, by name.
    pub example: &'static [(&'static str, Sample)],
}

/// A particular of an example, in a form a table can hold.
#[derive(Debug, Clone, Copy)]
pub enum Sample {
    /// A text.
    Text(&'static str),
    /// A number.
    Number(f64),
    /// A share 0–1.
    Share(f64),
    /// A whole number.
    Count(u64),
    /// A cell, row and column from 0.
    Cell(u32, u32),
    /// A wording in both languages.
    Both(&'static str, &'static str),
}

impl From<Sample> for Arg {
    fn from(sample: Sample) -> Arg {
        match sample {
            Sample::Text(text) => Arg::from(text),
            Sample::Number(number) => Arg::Number(number),
            Sample::Share(share) => Arg::Share(share),
            Sample::Count(count) => Arg::Count(count),
            Sample::Cell(row, col) => Arg::from(CellRef::new(row, col)),
            Sample::Both(id, en) => Arg::Phrase(Phrase::new(id, en)),
        }
    }
}

impl Entry {
    /// The particulars of the example.
    pub fn example(&self) -> Vec<(&'static str, Arg)> {
        self.example.iter().map(|(name, sample)| (*name, Arg::from(*sample))).collect()
    }

    /// The message with the example's particulars.
    pub fn example_message(&self, lang: Lang) -> String {
        fill(self.message.text(lang), &self.example(), lang)
    }

    /// The remedy with the example's particulars.
    pub fn example_remedy(&self, lang: Lang) -> String {
        fill(self.remedy.text(lang), &self.example(), lang)
    }
}

macro_rules! catalogue {
    ($($name:ident $code:literal $severity:ident
        $title_id:literal / $title_en:literal
        $message_id:literal / $message_en:literal
        $remedy_id:literal / $remedy_en:literal
        { $($arg:ident: $sample:ident($($value:expr),+)),* })+) => {
        /// What a finding is. Each is explained by its [`Entry`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = concat!($code, ": ", $title_en)] $name,)+
        }

        impl Code {
            /// Every code, in the catalogue's order.
            pub const ALL: &[Code] = &[$(Code::$name),+];

            /// The code's row in the catalogue.
            pub fn entry(self) -> &'static Entry {
                &CATALOGUE[self as usize]
            }
        }

        /// The whole catalogue, in the order of [`Code::ALL`].
        pub static CATALOGUE: &[Entry] = &[$(Entry {
            code: $code,
            severity: Severity::$severity,
            title: Phrase::new($title_id, $title_en),
            message: Phrase::new($message_id, $message_en),
            remedy: Phrase::new($remedy_id, $remedy_en),
            example: &[$((stringify!($arg), Sample::$sample($($value),+))),*],
        }),+];
    };
}

catalogue! {
    SourceMissing "SRC001" Error
        "Berkas tidak ditemukan" / "File not found"
        "Berkas {path} tidak ada." / "The file {path} does not exist."
        "Minta satker mengirim berkasnya, atau perbaiki alamatnya di daftar satker."
        / "Ask the satker for the file, or correct its address in the satker registry."
        { path: Text("lke-1906.xlsx") }
    SourceUnreadable "SRC002" Error
        "Berkas tidak dapat dibuka" / "File cannot be opened"
        "Berkas tidak dapat dibuka: {reason}." / "The file cannot be opened: {reason}."
        "Periksa izin berkas dan sambungan ke tempat penyimpanannya."
        / "Check the file's permissions and the connection to where it is kept."
        { reason: Text("Permission denied") }
    SourceNotWorkbook "SRC003" Error
        "Bukan lembar kerja" / "Not a workbook"
        "Isi berkas bukan xlsx, xls, ods, atau csv, melainkan {kind}."
        / "The content is not xlsx, xls, ods or csv but {kind}."
        "Simpan ulang dari Excel atau Google Sheets sebagai .xlsx; mengganti akhiran nama saja tidak cukup."
        / "Save it again from Excel or Google Sheets as .xlsx; renaming the file is not enough."
        { kind: Text("PDF") }
    SourceDamaged "SRC004" Error
        "Berkas rusak" / "Damaged file"
        "Berkas rusak atau terpotong: {reason}." / "The file is damaged or cut short: {reason}."
        "Unduh atau salin ulang; bila tetap rusak, buka di Excel (ia menawarkan perbaikan) lalu simpan kembali."
        / "Download or copy it again; if it stays damaged, open it in Excel (which offers a repair) and save it."
        { reason: Text("invalid Zip archive") }
    SourceProtected "SRC005" Error
        "Berkas dilindungi kata sandi" / "Password-protected file"
        "Berkas dilindungi kata sandi sehingga tidak dapat dibaca." / "The file is protected by a password and cannot be read."
        "Hapus kata sandi pembuka di Excel (Berkas > Info > Proteksi), lalu kirim ulang."
        / "Remove the opening password in Excel (File > Info > Protect) and send it again."
        {}
    SourceTooLarge "SRC006" Error
        "Melebihi batas ukuran" / "Beyond the size limits"
        "{what} melebihi batas: {found}, paling banyak {limit}." / "{what} is beyond the limit: {found}, at most {limit}."
        "Hapus baris, kolom, dan gambar yang tidak terpakai, lalu simpan ulang sebagai .xlsx."
        / "Delete unused rows, columns and pictures, and save it again as .xlsx."
        { what: Both("Sel terjauh", "The farthest cell"), found: Text("A1048576"), limit: Text("200000 × 2000") }
    SourceEmpty "SRC007" Error
        "Tidak ada isi" / "Nothing in it"
        "Tidak ada satu sel pun yang terisi." / "Not a single cell is filled in."
        "Pastikan berkas yang dikirim adalah yang sudah diisi." / "Make sure the file sent is the one that was filled in."
        {}
    SourceCrashed "SRC008" Error
        "Pembacaan terhenti" / "Reading broke off"
        "Pembacaan berkas terhenti tidak semestinya: {reason}." / "Reading the file broke off unexpectedly: {reason}."
        "Buka dan simpan ulang berkas di Excel atau LibreOffice; laporkan berkasnya kepada pengelola rekap."
        / "Open and save the file in Excel or LibreOffice; report it to the maintainers of rekap."
        { reason: Text("index out of bounds") }
    SourceUnnamed "SRC009" Error
        "Alamat belum diisi" / "No address given"
        "Kolom {column} untuk satker ini kosong di daftar satker." / "Column {column} of this satker is empty in the registry."
        "Isi alamat berkas di daftar satker." / "Fill in the file's address in the satker registry."
        { column: Text("lke") }

    NoHeader "LKE001" Error
        "Judul kolom tidak dikenali" / "No recognisable header"
        "Tidak ada baris judul LKE (Penilaian, Jawaban …) di lembar mana pun: {sheets}."
        / "No sheet has an LKE header (Penilaian, Jawaban …): {sheets}."
        "Kembalikan baris judul seperti lembar resmi (`rekap template lke-zi-2021`)."
        / "Restore the header as in the official worksheet (`rekap template lke-zi-2021`)."
        { sheets: Text("Sheet1") }
    OtherDocument "LKE002" Error
        "Bukan LKE ini" / "Another document"
        "Lembar {sheet} bukan {template}: hanya {matched} dari {indicators} pertanyaan yang dikenali."
        / "Sheet {sheet} is not {template}: only {matched} of {indicators} indicators are recognised."
        "Pastikan berkas yang dikirim adalah LKE Zona Integritas satker ini, bukan dokumen lain."
        / "Make sure the file sent is this satker's LKE Zona Integritas and no other document."
        { sheet: Text("Sheet1"), template: Text("LKE Zona Integritas"), matched: Count(3), indicators: Count(113) }
    SeveralSheets "LKE003" Warning
        "Beberapa lembar memuat LKE" / "Several sheets hold an LKE"
        "Selain lembar {sheet}, LKE juga termuat di {others}; yang dibaca {sheet} karena jawabannya paling lengkap."
        / "Besides sheet {sheet}, {others} hold an LKE too; {sheet} was read because most is answered there."
        "Sisakan satu lembar LKE, atau sembunyikan yang tidak dinilai."
        / "Keep one LKE sheet, or hide those that are not assessed."
        { sheet: Text("LKE 2025"), others: Text("LKE 2024") }
    HiddenSheet "LKE004" Warning
        "Dibaca dari lembar tersembunyi" / "Read from a hidden sheet"
        "LKE hanya ditemukan di lembar tersembunyi {sheet}." / "The LKE was found only in the hidden sheet {sheet}."
        "Tampilkan lembar itu bila memang itu yang dinilai." / "Show that sheet if it is the one to assess."
        { sheet: Text("LKE ZI") }
    IndicatorMissing "LKE005" Warning
        "Baris hilang" / "Row missing"
        "Baris \"{label}\" tidak ada di lembar." / "The row \"{label}\" is not in the sheet."
        "Sisipkan kembali baris itu di tempatnya menurut lembar resmi."
        / "Put the row back where the official worksheet has it."
        { label: Text("Sudah ditetapkan agen perubahan") }
    RowAdded "LKE006" Warning
        "Baris tambahan" / "Row added"
        "Baris \"{label}\" tidak ada di lembar resmi dan tidak ikut dinilai."
        / "The row \"{label}\" is not in the official worksheet and is not scored."
        "Hapus baris itu, atau pindahkan isinya ke baris resmi."
        / "Delete the row, or move its content to an official row."
        { label: Text("Inovasi lain satker") }
    RowMoved "LKE007" Warning
        "Baris berpindah" / "Row moved"
        "Baris \"{label}\" berada di luar urutan lembar resmi; dikenali dari bunyinya."
        / "The row \"{label}\" stands out of the official order; it was recognised by its wording."
        "Kembalikan urutan barisnya; rumus rata-rata di lembar bisa keliru."
        / "Restore the order of rows; the sheet's averages may be wrong."
        { label: Text("Terdapat monitoring dan evaluasi") }
    MatchedBySimilarity "LKE008" Info
        "Dikenali dari kemiripan" / "Matched by similarity only"
        "Baris \"{found}\" dianggap {code} karena mirip {share} dengan \"{label}\"."
        / "The row \"{found}\" is taken for {code} because it is {share} similar to \"{label}\"."
        "Samakan bunyi baris dengan lembar resmi bila memang itu maksudnya."
        / "Give the row its official wording if that is what is meant."
        { found: Text("Ditetapkan agen perubahan"), code: Text("A.I.1.iv.b"), share: Share(0.89), label: Text("Sudah ditetapkan agen perubahan") }
    EmptyRow "LKE009" Info
        "Baris kosong tersisa" / "Leftover empty row"
        "Baris bernomor \"{mark}\" tanpa pertanyaan dan tanpa jawaban." / "A row marked \"{mark}\" has neither question nor answer."
        "Hapus baris itu." / "Delete the row."
        { mark: Text("d.") }
    WeightDiffers "LKE010" Warning
        "Bobot berbeda dari peraturan" / "Weight differs from the regulation"
        "Bobot {found}, menurut peraturan {expected}; yang dipakai bobot peraturan."
        / "Weight {found}, by the regulation {expected}; the regulation's is used."
        "Kembalikan bobotnya." / "Restore the weight."
        { found: Text("0,75"), expected: Number(0.5) }
    TypeDiffers "LKE011" Warning
        "Pilihan jawaban berbeda dari peraturan" / "Answer type differs from the regulation"
        "Pilihan jawaban tertulis \"{found}\", menurut peraturan {expected}; yang dipakai pilihan peraturan."
        / "The answer type reads \"{found}\", by the regulation {expected}; the regulation's is used."
        "Kembalikan isi kolom Pilihan Jawaban." / "Restore the answer type."
        { found: Text("Ya"), expected: Text("Ya/Tidak") }
    ResultDiffers "LKE012" Warning
        "Hasil di lembar berbeda dari hitungan" / "Worksheet result differs from the recomputation"
        "Lembar menunjukkan {workbook}, hitungan ulang ({role}) {computed}; isi sel: {formula}."
        / "The sheet shows {workbook}, the recomputation ({role}) gives {computed}; the cell holds {formula}."
        "Perbaiki rumusnya menurut lembar resmi; yang dipakai angka hitungan ulang."
        / "Correct the formula after the official worksheet; the recomputed number is used."
        { workbook: Text("1,50"), computed: Text("2,00"), role: Text("unit"), formula: Text("=AVERAGE(L176:L180)*H175") }
    ErrorFromBlanks "LKE013" Warning
        "Galat rumus karena sel kosong" / "Formula error from blank cells"
        "{cells} menampilkan {error} karena {blanks} kosong atau nol."
        / "{cells} shows {error} because {blanks} are blank or zero."
        "Isi jumlah di {blanks}; yang dipakai hitungan ulang." / "Fill in the counts in {blanks}; the recomputation is used."
        { cells: Cell(98, 10), error: Text("#DIV/0!"), blanks: Cell(99, 10) }
    ErrorInherited "LKE014" Info
        "Galat rumus terbawa" / "Formula error carried over"
        "{cells} menampilkan {error} yang terbawa dari {root}." / "{cells} shows {error}, carried over from {root}."
        "Perbaiki {root}; sel ini ikut benar." / "Mend {root} and this cell is right too."
        { cells: Cell(4, 11), error: Text("#DIV/0!"), root: Cell(98, 10) }
    ErrorFromNoAnswers "LKE015" Info
        "Galat rumus karena belum ada jawaban" / "Formula error because nothing is answered"
        "{cells} menampilkan {error} karena belum ada jawaban {role} yang dapat dihitung."
        / "{cells} shows {error} because there is no answer of the {role} to reckon with."
        "Tidak perlu tindakan; hilang setelah {role} mengisi." / "Nothing to do; it goes once the {role} has answered."
        { cells: Cell(6, 16), error: Text("#DIV/0!"), role: Text("TPI") }
    ErrorFromText "LKE016" Warning
        "Galat rumus karena teks ikut dihitung" / "Formula error from text in arithmetic"
        "{cells} menampilkan {error} karena rumusnya menghitung teks: {texts}."
        / "{cells} shows {error} because its formula reckons with text: {texts}."
        "Ganti teks itu dengan angka atau betulkan rumusnya; yang dipakai hitungan ulang."
        / "Replace the text by a number or correct the formula; the recomputation is used."
        { cells: Cell(168, 11), error: Text("#VALUE!"), texts: Text("J169 \"%\"") }
    ErrorUnexplained "LKE017" Warning
        "Galat rumus" / "Formula error"
        "{cells} menampilkan {error}; isinya {formula}." / "{cells} shows {error}; it holds {formula}."
        "Betulkan rumusnya menurut lembar resmi; yang dipakai hitungan ulang."
        / "Correct the formula after the official worksheet; the recomputation is used."
        { cells: Cell(6, 11), error: Text("#REF!"), formula: Text("=#REF!*H7") }
    FormulasUncalculated "LKE018" Info
        "Rumus tersimpan tanpa hasil" / "Formulas saved without results"
        "{count} rumus tersimpan tanpa hasil, sehingga tidak ada yang dapat dibandingkan; misalnya {cells}."
        / "{count} formulas were saved without results, so there is nothing to compare; such as {cells}."
        "Buka dan simpan berkas di Excel atau LibreOffice." / "Open and save the file in Excel or LibreOffice."
        { count: Count(187), cells: Cell(3, 11) }
    AnswerOutside "LKE019" Error
        "Jawaban di luar pilihan" / "Answer outside its scale"
        "Jawaban {role} \"{answer}\" bukan pilihan {scale}; indikator ini dianggap belum dijawab."
        / "The {role}'s answer \"{answer}\" is not one of {scale}; the indicator counts as unanswered."
        "Isi menurut pilihan {scale}." / "Answer within {scale}."
        { role: Text("unit"), answer: Text("E"), scale: Text("A/B/C") }
    PercentAssumed "LKE020" Info
        "Persentase tanpa tanda %" / "Percentage without its sign"
        "\"{answer}\" dibaca sebagai {share}." / "\"{answer}\" was read as {share}."
        "Tulis dengan tanda % atau sebagai pecahan (0,7838)." / "Write it with a % sign or as a fraction (0.7838)."
        { answer: Text("78.38"), share: Share(0.7838) }
    NoEvidence "LKE021" Warning
        "Tanpa bukti dukung" / "No evidence"
        "Dijawab {answer} tanpa satu pun tautan bukti dukung." / "Answered {answer} without a single evidence link."
        "Cantumkan tautan bukti dukungnya." / "Give a link to the evidence."
        { answer: Text("A") }
    PercentUnproven "LKE022" Warning
        "Persentase tanpa rincian" / "Percentage without details"
        "{share} ({role}) diketik langsung, padahal rinciannya kosong; dihitung dalam nilai, tidak dalam batas bawah."
        / "{share} ({role}) was typed in while its details are empty; it counts in the score, not in the floor."
        "Isi baris rincian (Jumlah) di bawahnya." / "Fill in the detail rows (Jumlah) below it."
        { share: Share(1.0), role: Text("unit") }
    Unanswered "LKE023" Warning
        "Belum dijawab" / "Unanswered"
        "Belum dijawab oleh {role}: \"{label}\"; rata-rata resmi melewatinya."
        / "Not answered by the {role}: \"{label}\"; the official average skips it."
        "Jawab pertanyaan ini; batas bawah dan atas menunjukkan pengaruhnya."
        / "Answer it; floor and ceiling show what it can change."
        { role: Text("unit"), label: Text("Telah membangun database pelayanan yang terintegrasi") }
    RoleBarelyAnswered "LKE024" Info
        "Peran belum atau baru mulai mengisi" / "A role has not or barely answered"
        "Baru {answered} dari {indicators} pertanyaan dijawab {role}; yang belum dijawab tidak dirinci."
        / "Only {answered} of {indicators} indicators are answered by the {role}; the unanswered are not listed."
        "Nilai {role} belum dapat diperbandingkan sampai lebih banyak diisi."
        / "The {role} score cannot be compared until more is answered."
        { role: Text("TPI"), answered: Count(1), indicators: Count(113) }
    RoleColumnMissing "LKE025" Info
        "Kolom peran tidak ada" / "No columns of a role"
        "Lembar tidak memuat kolom jawaban {role}." / "The sheet has no answer column of the {role}."
        "Gunakan lembar resmi bila {role} akan menilai." / "Use the official worksheet if the {role} is to assess."
        { role: Text("TPI") }
    DetailsExceed "LKE026" Warning
        "Rincian bertentangan" / "Details contradict"
        "\"{part}\" {part_count} melebihi \"{whole}\" {whole_count}." / "\"{part}\" {part_count} exceeds \"{whole}\" {whole_count}."
        "Betulkan kedua jumlah; rasio dibatasi 100 %." / "Correct both counts; the ratio is capped at 100%."
        { part: Text("Jumlah Sasaran Kinerja yang tercapai 100% atau lebih"), part_count: Count(39), whole: Text("Jumlah Sasaran Kinerja"), whole_count: Count(37) }
    DetailsSumDiffers "LKE027" Warning
        "Jumlah berbeda dari rinciannya" / "A total differs from its parts"
        "\"{whole}\" tertulis {whole_count}, padahal rinciannya berjumlah {sum}; yang dipakai jumlah rinciannya."
        / "\"{whole}\" reads {whole_count} while its parts add up to {sum}; the sum is used."
        "Kembalikan rumus jumlahnya atau betulkan rinciannya." / "Restore the sum or correct the parts."
        { whole: Text("Jumlah yang harus melaporkan"), whole_count: Count(9), sum: Count(6) }
    HandledExceeds "LKE028" Warning
        "Penanganan melebihi yang harus ditangani" / "More handled than there is to handle"
        "Diproses dan selesai berjumlah {sum}, padahal \"{whole}\" {whole_count}."
        / "In process and completed add up to {sum} while \"{whole}\" is {whole_count}."
        "Betulkan ketiga jumlah." / "Correct the three counts."
        { sum: Count(5), whole: Text("Jumlah pengaduan masyarakat yang harus ditindaklanjuti"), whole_count: Count(4) }
    CountInvalid "LKE029" Warning
        "Jumlah tidak terbaca" / "Count not readable"
        "Jumlah {role} \"{answer}\" bukan bilangan bulat; rincian ini dianggap kosong."
        / "The {role}'s count \"{answer}\" is not a whole number; the detail counts as empty."
        "Tulis bilangan bulat saja, keterangan di kolom catatan." / "Write a whole number only, remarks in the note column."
        { role: Text("unit"), answer: Text("13 orang") }
    ClaimUnsupported "LKE030" Warning
        "Jawaban tidak didukung capaian" / "Answer not borne out"
        "Dijawab {answer} ({role}), padahal {needs} ({needs_label}) baru {share}."
        / "Answered {answer} ({role}) while {needs} ({needs_label}) is only {share}."
        "Turunkan jawaban atau betulkan jumlah sasaran yang tercapai."
        / "Lower the answer or correct the number of targets reached."
        { answer: Text("A"), role: Text("unit"), needs: Text("A.II.4.i.a"), needs_label: Text("Persentase Sasaran dengan capaian 100% atau lebih"), share: Share(0.7838) }
    NoScore "LKE031" Error
        "Tidak ada nilai" / "No score"
        "Tidak ada satu pertanyaan pun yang dijawab, oleh unit maupun TPI."
        / "Not a single indicator is answered, neither by the unit nor by the TPI."
        "Minta satker mengisi LKE; sampai itu satker tidak diperingkat."
        / "Ask the satker to fill in the LKE; until then it is not ranked."
        {}
    AnswerUnseenBySheet "LKE032" Warning
        "Rumus lembar tidak mengenali jawaban" / "The sheet's formula misses the answer"
        "Jawaban {role} \"{answer}\" ({cells}) terbaca {read}, tetapi rumus lembar menunjukkan \"{workbook}\"."
        / "The {role}'s answer \"{answer}\" ({cells}) reads {read}, but the sheet's formula shows \"{workbook}\"."
        "Ketik jawaban persis seperti pilihannya, tanpa titik atau spasi."
        / "Type the answer exactly as the choice, without points or blanks."
        { role: Text("unit"), answer: Text("b."), cells: Cell(8, 10), read: Text("B"), workbook: Text("Blm Diisi") }
    AnswerUncalculated "LKE033" Warning
        "Jawaban berupa rumus tanpa hasil" / "Answer is a formula without a result"
        "Jawaban {role} adalah rumus yang tersimpan tanpa hasil: {formula}."
        / "The {role}'s answer is a formula saved without its result: {formula}."
        "Buka dan simpan berkas di Excel atau LibreOffice, atau ketik angkanya."
        / "Open and save the file in Excel or LibreOffice, or type the number."
        { role: Text("unit"), formula: Text("=K100/K99") }
    ResultInherited "LKE034" Info
        "Hasil berbeda karena terbawa" / "Result differs because of cells below"
        "Lembar menunjukkan {workbook}, hitungan ulang ({role}) {computed}; selisihnya terbawa dari {cells}."
        / "The sheet shows {workbook}, the recomputation ({role}) gives {computed}; the difference comes from {cells}."
        "Perbaiki {cells}; sel ini ikut benar." / "Mend {cells} and this cell is right too."
        { workbook: Text("56,20"), computed: Text("55,70"), role: Text("unit"), cells: Cell(6, 11) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_complete_in_both_languages() {
        for (place, code) in Code::ALL.iter().enumerate() {
            let entry = code.entry();
            assert_eq!(*code as usize, place);
            for lang in [Lang::Id, Lang::En] {
                for wording in [entry.title, entry.message, entry.remedy] {
                    assert!(!wording.text(lang).is_empty(), "{}", entry.code);
                    for name in wording.text(lang).split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                        assert!(entry.example.iter().any(|(given, _)| *given == name), "{}: {name}", entry.code);
                    }
                }
                assert!(!entry.example_message(lang).contains(['{', '}']), "{}", entry.code);
            }
            assert_ne!(entry.title.id, entry.title.en, "{}", entry.code);
        }
    }

    #[test]
    fn codes_are_unique_and_in_order() {
        let codes: Vec<_> = CATALOGUE.iter().map(|entry| entry.code).collect();
        for pair in codes.windows(2) {
            assert!(pair[0][..3] != pair[1][..3] || pair[0] < pair[1], "{pair:?}");
        }
        let mut unique = codes.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), codes.len());
    }
}
