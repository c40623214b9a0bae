//! The catalogue: every finding the program can make, in one table.

use serde::{Deserialize, Serialize};

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
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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

/// What people read in place of a severity where nothing is to be done.
pub const NO_ACTION: Phrase = Phrase::new("tidak perlu tindakan", "no action needed");

impl Code {
    /// Whether what it names as `cells` are the cells it stands in.
    pub fn names_its_cells(self) -> bool {
        matches!(
            self,
            Code::ErrorFromBlanks
                | Code::ErrorInherited
                | Code::ErrorFromNoAnswers
                | Code::ErrorFromText
                | Code::ErrorUnexplained
                | Code::AnswerLost
        )
    }

    /// Whether anybody has to do anything about it. What needs no action is listed apart and counted with nothing else.
    pub fn needs_action(self) -> bool {
        !matches!(
            self,
            Code::ErrorFromNoAnswers
                | Code::SheetUnread
                | Code::ColumnsLeftOut
                | Code::OutsidePeriod
                | Code::NoVariance
                | Code::BestFirst
                | Code::RowsLeftOut
                | Code::SheetsJoined
                | Code::SheetsLeftOut
                | Code::ScaleConverted
        )
    }
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
        "Minta berkas aslinya dari Excel atau Google Sheets sebagai .xlsx; cetakan, foto, atau dokumen tidak memuat selnya, dan mengganti akhiran nama saja tidak cukup."
        / "Ask for the original from Excel or Google Sheets as .xlsx; a print, a picture or a document does not hold its cells, and renaming the file is not enough."
        { kind: Text("PDF") }
    SourceDamaged "SRC004" Error
        "Berkas rusak" / "Damaged file"
        "Berkas rusak atau terpotong sehingga tidak dapat dibaca (keterangan teknis: {reason})."
        / "The file is damaged or cut short and cannot be read (technical detail: {reason})."
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
        "Hapus baris, kolom, sel gabungan, dan gambar yang tidak terpakai, lalu simpan ulang sebagai .xlsx."
        / "Delete unused rows, columns, merged cells and pictures, and save it again as .xlsx."
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

    SurveyUnnamed "SRC010" Info
        "Alamat survei belum diisi" / "No address of a survey"
        "Kolom {column} untuk satker ini kosong; {title} tidak dihitung." / "Column {column} of this satker is empty; {title} is not computed."
        "Isi alamat ekspor survei di daftar satker." / "Fill in the address of the survey's export in the registry."
        { column: Text("ipkp"), title: Text("Indeks Persepsi Kualitas Pelayanan") }
    PlanUnnamed "SRC011" Info
        "Alamat rencana aksi belum diisi" / "No address of an action plan"
        "Kolom {column} untuk satker ini kosong; rencana aksinya tidak dibaca." / "Column {column} of this satker is empty; no plan is read."
        "Isi alamatnya di daftar satker." / "Fill in the address in the registry."
        { column: Text("rencana_aksi") }

    SourceAddress "SRC012" Error
        "Alamat tidak dapat dipakai" / "Address cannot be used"
        "Alamat ini tidak dapat dipakai: {reason}." / "This address cannot be used: {reason}."
        "Salin ulang alamat dari bilah alamat peramban ke daftar satker."
        / "Copy the address from the browser's address bar into the satker registry again."
        { reason: Both("bukan alamat http atau https", "not an http or https address") }
    SourceHostRefused "SRC013" Error
        "Host tidak diizinkan" / "Host not permitted"
        "{host} tidak diizinkan: {reason}." / "{host} is not permitted: {reason}."
        "Bila alamat itu memang benar, tambahkan hostnya ke [web] hosts (atau private_hosts untuk jaringan kantor) di berkas pipeline."
        / "If the address is right, add its host to [web] hosts (or private_hosts for the office's network) in the pipeline file."
        { host: Text("contoh.id"), reason: Both("tidak ada di daftar host", "it is not in the list of hosts") }
    SourceNoCredentials "SRC014" Error
        "Kunci Google belum ada" / "No key for Google"
        "Alamat Google Sheets memerlukan kunci, dan pipeline tidak menyebut satu pun."
        / "A Google Sheets address needs a key, and the pipeline names none."
        "Isi key_file (akun layanan) atau api_key_file di bagian [google] berkas pipeline."
        / "Give key_file (a service account) or api_key_file in the section [google] of the pipeline file."
        {}
    SourceBadCredentials "SRC015" Error
        "Kunci Google tidak dapat dipakai" / "Key for Google cannot be used"
        "Kunci Google tidak dapat dipakai: {reason}." / "The key for Google cannot be used: {reason}."
        "Periksa berkas kunci atau variabel lingkungannya; bila dicabut, buat kunci baru di Google Cloud."
        / "Check the key file or its environment variable; if it was revoked, make a new key in Google Cloud."
        { reason: Text("invalid_grant") }
    SourceNoAccess "SRC016" Error
        "Tidak ada akses" / "No access"
        "Tidak ada izin membuka alamat ini." / "There is no permission to open this address."
        "Minta pemiliknya membagikannya kepada {account} (Bagikan > Tambahkan orang > Pelihat)."
        / "Ask its owner to share it with {account} (Share > Add people > Viewer)."
        { account: Text("rekap@proyek.iam.gserviceaccount.com") }
    SourceNotThere "SRC017" Error
        "Tidak ada di alamat itu" / "Nothing at the address"
        "Di alamat ini tidak ada apa-apa; mungkin dihapus, atau alamatnya terpotong."
        / "There is nothing at this address; it may have been deleted, or the address is cut short."
        "Buka alamatnya di peramban, lalu salin ulang yang benar ke daftar satker."
        / "Open the address in a browser and copy the right one into the satker registry."
        {}
    SourceSheetGone "SRC018" Error
        "Lembar tidak ada lagi" / "Sheet gone"
        "Spreadsheet ini tidak punya lembar dengan gid {gid}; yang ada: {sheets}."
        / "This spreadsheet has no sheet with gid {gid}; there are: {sheets}."
        "Buka lembar yang benar di peramban, lalu salin ulang alamatnya."
        / "Open the right sheet in a browser and copy its address again."
        { gid: Text("12345"), sheets: Text("LKE ZI (0), Rekap (77)") }
    SourcePageInstead "SRC019" Error
        "Halaman web, bukan berkas" / "A web page, not a file"
        "Yang dikirim adalah halaman web (biasanya halaman masuk), bukan berkas."
        / "What was sent is a web page (most often a login page), not a file."
        "Bagikan berkasnya kepada siapa saja yang memiliki tautan, atau pakai alamat Google Sheets dengan kunci."
        / "Share the file with anyone who has the link, or use a Google Sheets address with a key."
        {}
    SourceCutShort "SRC020" Error
        "Unduhan terputus" / "Download broke off"
        "Unduhan terputus setelah {received} dari {expected}." / "The download broke off after {received} of {expected}."
        "Jalankan ulang; bila terulang, periksa sambungan internet." / "Run again; if it happens again, check the connection."
        { received: Text("12 KiB"), expected: Text("90 KiB") }
    SourceUnreachable "SRC021" Error
        "Tidak dapat dijangkau" / "Unreachable"
        "Alamat tidak dapat dijangkau: {reason}." / "The address cannot be reached: {reason}."
        "Periksa sambungan internet lalu jalankan ulang; salinan terakhir dipakai bila ada, kecuali dengan stale = refuse."
        / "Check the connection and run again; the last copy is used where there is one, unless stale = refuse."
        { reason: Text("connection refused") }
    SourceQuotaUsedUp "SRC022" Error
        "Kuota Google habis" / "Google's quota used up"
        "Google menolak karena kuota per menit habis, juga setelah diulang."
        / "Google refuses because the quota per minute is used up, even when asked again."
        "Kecilkan reads_per_minute di [google] bila proyek Google dipakai bersama program lain, lalu jalankan ulang."
        / "Lower reads_per_minute in [google] if other programs use the same Google project, and run again."
        {}
    SourceClockOff "SRC023" Error
        "Jam komputer meleset" / "Clock is off"
        "Jam komputer ini {minutes} menit {direction} dari Google, sehingga kuncinya ditolak."
        / "This computer's clock is {minutes} minutes {direction} of Google's, so that the key is refused."
        "Nyalakan penyelarasan waktu (timedatectl set-ntp true), lalu jalankan ulang."
        / "Turn on time synchronisation (timedatectl set-ntp true) and run again."
        { minutes: Count(17), direction: Both("lebih lambat", "behind") }
    SourceOffline "SRC024" Error
        "Belum pernah diambil" / "Never fetched"
        "Alamat ini belum pernah diambil, dan jaringan tidak dipakai (--offline)."
        / "This address was never fetched, and the network is not used (--offline)."
        "Jalankan sekali tanpa --offline." / "Run once without --offline."
        {}
    SourceStale "SRC025" Error
        "Memakai salinan terakhir" / "Last copy used"
        "Sumber tidak dapat dijangkau ({reason}); yang dipakai salinan tanggal {fetched}, umurnya {age}."
        / "The source cannot be reached ({reason}); the copy of {fetched} is used, {age} old."
        "Angka satker ini mungkin sudah berubah: jalankan ulang setelah sumbernya dapat dijangkau."
        / "This satker's numbers may have changed: run again when the source can be reached."
        { reason: Text("connection refused"), fetched: Text("2025-11-20 06:00 UTC"), age: Both("3 hari", "3 days") }
    SourceQuoteUnclosed "SRC026" Error
        "Tanda kutip tidak ditutup" / "Quote never closed"
        "Tanda kutip yang dibuka di {cell} tidak pernah ditutup, sehingga {lines} baris sejak itu tertelan menjadi satu isian."
        / "The quote opened in {cell} is never closed, so that the {lines} lines from there on became one field."
        "Hapus tanda kutip di {cell}, atau ekspor ulang berkasnya; sebelum itu tidak ada angka yang dihitung."
        / "Remove the quote in {cell}, or export the file again; no number is computed before."
        { cell: Cell(6, 1), lines: Count(40) }
    SourceQuoteLeftOut "SRC027" Warning
        "Tanda kutip diabaikan" / "Quotes ignored"
        "{count} tanda kutip dibuka tetapi tidak pernah ditutup, yang pertama di {cell}; dibaca seolah tidak ada, karena barisnya lalu selengkap baris lain."
        / "{count} quotes are opened and never closed, the first in {cell}; they are read as if they were not there, since their rows then are as complete as the others."
        "Periksa barisnya, lalu hapus tanda kutip itu." / "Look at the rows, and remove those quotes."
        { count: Count(1), cell: Cell(6, 1) }
    SourceBadBytes "SRC028" Warning
        "Huruf tidak terbaca" / "Unreadable letters"
        "{count} bagian teks bukan huruf yang sah dalam penyandian berkas ini, yang pertama di {cell}."
        / "{count} pieces of the text are no letters in the file's encoding, the first in {cell}."
        "Periksa isiannya; simpan ulang berkas sebagai CSV UTF-8." / "Look at the cell; save the file again as CSV UTF-8."
        { count: Count(1), cell: Cell(6, 1) }
    SourceZeroBytes "SRC029" Warning
        "Bita kosong di dalam teks" / "Zero bytes in the text"
        "{count} bita kosong (NUL) di dalam teks diabaikan, yang pertama di {cell}."
        / "{count} zero bytes (NUL) in the text are left out, the first in {cell}."
        "Periksa isiannya; ekspor ulang berkasnya dari aplikasi asalnya." / "Look at the cell; export the file again."
        { count: Count(10), cell: Cell(1, 1) }
    SourceInstead "SRC030" Error
        "Bukan berkas data" / "Not a data file"
        "Isi berkas bukan lembar kerja satker, melainkan {kind}." / "The content is no worksheet of a satker but {kind}."
        "{advice}" / "{advice}"
        { kind: Both("berkas kunci (~$…)", "a lock file (~$…)"), advice: Both("Pakai berkas bernama sama tanpa ~$.", "Use the file of the same name without ~$.") }
    SourceOther "SRC031" Error
        "Dokumen lain" / "Another document"
        "Berkas ini tampaknya {kind}{detail}, bukan {wanted}." / "This file looks like {kind}{detail}, not {wanted}."
        "{advice}" / "{advice}"
        { kind: Text("LKE AKIP"), detail: Text(""), wanted: Both("LKE Zona Integritas", "an LKE Zona Integritas"), advice: Both("Minta satker mengirim berkas yang dimaksud.", "Ask the satker for the file that was meant.") }
    SourceUnknown "SRC032" Error
        "Tidak dikenali" / "Not recognised"
        "Berkas ini tidak dikenali sebagai LKE Zona Integritas, jawaban survei, atau rencana aksi; lembarnya: {sheets}."
        / "This file is recognised neither as an LKE Zona Integritas, nor as responses to a survey, nor as an action plan; its sheets: {sheets}."
        "Bila ini LKE, kembalikan baris judulnya (`rekap template lke-zi-2021`); bila survei, pakai --instrument; bila rencana aksi, pakai --plan."
        / "If it is an LKE, restore its header (`rekap template lke-zi-2021`); if a survey, use --instrument; if an action plan, use --plan."
        { sheets: Text("Sheet1 (12 × 5)") }
    FurtherFindings "SRC033" Info
        "Temuan sejenis lainnya" / "More of the same kind"
        "… dan {count} {kind} lagi, yang tidak disebut satu per satu." / "… and {count} more of {kind}, which are not told one by one."
        "Perbaiki dahulu yang disebut, lalu jalankan ulang." / "Mend those that are told first, and run again."
        { count: Count(4312), kind: Text("LKE012") }
    SourceExhausted "SRC034" Error
        "Memakan terlalu banyak memori" / "Takes too much memory"
        "Membaca berkas ini memerlukan lebih dari {memory} memori, maka dihentikan." / "Reading this file takes more than {memory} of memory and was stopped."
        "Salin isi lembar yang diperlukan (nilainya saja) ke berkas baru, atau hapus lembar, gambar, dan gaya yang tidak dipakai; bila berkasnya memang sebesar itu, naikkan [reading] memory_mib."
        / "Copy what is needed (values only) into a new file, or delete sheets, pictures and styles not in use; if the file really is that large, raise [reading] memory_mib."
        { memory: Text("512 MiB") }
    SourceSlow "SRC035" Error
        "Terlalu lama dibaca" / "Takes too long to read"
        "Berkas ini belum selesai dibaca setelah {seconds} detik, maka dihentikan." / "This file was not read after {seconds} seconds and was stopped."
        "Salin isi lembar yang diperlukan (nilainya saja) ke berkas baru; bila berkasnya memang sebesar itu, naikkan [reading] time."
        / "Copy what is needed (values only) into a new file; if the file really is that large, raise [reading] time."
        { seconds: Count(30) }

    EvidenceGone "BKT001" Warning
        "Semua bukti dukung hilang" / "All evidence gone"
        "Dijawab {answer}, tetapi semua tautan bukti dukungnya ({links}) tidak ada lagi."
        / "Answered {answer}, but all its evidence links ({links}) are gone."
        "Minta satker mengunggah ulang buktinya dan mengganti tautannya."
        / "Ask the satker to upload the evidence again and to replace the links."
        { answer: Text("Ya"), links: Count(2) }
    EvidenceLocked "BKT002" Info
        "Bukti dukung perlu izin" / "Evidence needs permission"
        "{links} tautan bukti dukung tidak dapat dibuka tanpa izin." / "{links} evidence links cannot be opened without permission."
        "Minta satker membagikan folder buktinya kepada siapa saja yang memiliki tautan."
        / "Ask the satker to share its evidence folder with anyone who has the link."
        { links: Count(14) }
    EvidencePartlyGone "BKT003" Info
        "Sebagian bukti dukung hilang" / "Some evidence gone"
        "{gone} dari {links} tautan bukti dukung tidak ada lagi." / "{gone} of {links} evidence links are gone."
        "Minta satker mengganti tautan yang mati." / "Ask the satker to replace the dead links."
        { gone: Count(1), links: Count(3) }
    EvidenceBroken "BKT004" Warning
        "Tautan bukti dukung terputus" / "Evidence link broken"
        "Tautan bukti dukung terputus oleh spasi atau ganti baris, atau salah ketik, sehingga tidak dihitung: {text}."
        / "The evidence link is cut in two by a blank or a line break, or mistyped, and does not count: {text}."
        "Salin ulang tautannya dari peramban, utuh dalam satu baris." / "Copy the link from the browser again, whole and in one line."
        { text: Text("https:// s.id/bukti") }

    NoHeader "LKE001" Error
        "Judul kolom tidak dikenali" / "No recognisable header"
        "Tidak ada baris judul LKE (Penilaian, Jawaban …) di lembar mana pun: {sheets}."
        / "No sheet has an LKE header (Penilaian, Jawaban …): {sheets}."
        "{advice}" / "{advice}"
        { sheets: Text("Sheet1"), advice: Both("Kembalikan baris judul seperti lembar resmi (`rekap template lke-zi-2021`).", "Restore the header as in the official worksheet (`rekap template lke-zi-2021`).") }
    OtherDocument "LKE002" Error
        "Bukan LKE ini" / "Another document"
        "Lembar {sheet} bukan {template}: hanya {matched} dari {indicators} pertanyaan yang dikenali."
        / "Sheet {sheet} is not {template}: only {matched} of {indicators} indicators are recognised."
        "Pastikan berkas yang dikirim adalah LKE Zona Integritas satker ini, bukan dokumen lain."
        / "Make sure the file sent is this satker's LKE Zona Integritas and no other document."
        { sheet: Text("Sheet1"), template: Text("LKE Zona Integritas"), matched: Count(3), indicators: Count(113) }
    SeveralSheets "LKE003" Warning
        "Beberapa lembar memuat LKE" / "Several sheets hold an LKE"
        "Selain lembar {sheet}, LKE juga termuat di {others}; yang dibaca {sheet} karena {reason}."
        / "Besides sheet {sheet}, {others} hold an LKE too; {sheet} was read because {reason}."
        "Sisakan satu lembar LKE, atau sembunyikan yang tidak dinilai."
        / "Keep one LKE sheet, or hide those that are not assessed."
        { sheet: Text("LKE 2025"), others: Text("LKE 2024"), reason: Both("itulah LKE tahun 2025", "it is the LKE of 2025") }
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
        "Isi jumlah di {blanks}, bukan di {cells}; yang dipakai hitungan ulang."
        / "Fill in the counts in {blanks}, not in {cells}; the recomputation is used."
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
        "Kembalikan rumusnya menurut lembar resmi; bila teks itu isian, bukan hasil rumus, ganti dengan angka. Yang dipakai hitungan ulang."
        / "Restore the formula after the official worksheet; if the text was typed and is no formula's result, replace it by a number. The recomputation is used."
        { cells: Cell(168, 11), error: Text("#VALUE!"), texts: Text("J169 \"%\"") }
    ErrorUnexplained "LKE017" Warning
        "Galat rumus" / "Formula error"
        "{cells} menampilkan {error}; isinya {formula}." / "{cells} shows {error}; it holds {formula}."
        "Betulkan rumusnya menurut lembar resmi; yang dipakai hitungan ulang."
        / "Correct the formula after the official worksheet; the recomputation is used."
        { cells: Cell(6, 11), error: Text("#REF!"), formula: Text("=#REF!*H7") }
    FormulasUncalculated "LKE018" Info
        "Rumus tersimpan tanpa hasil" / "Formulas saved without results"
        "{count} rumus tersimpan tanpa hasil yang dapat dipakai, sehingga tidak ada yang dibandingkan; misalnya {cells}."
        / "{count} formulas were saved without a usable result, so there is nothing to compare; such as {cells}."
        "Buka dan simpan berkas di Excel atau LibreOffice." / "Open and save the file in Excel or LibreOffice."
        { count: Count(187), cells: Cell(3, 11) }
    AnswerOutside "LKE019" Error
        "Jawaban di luar pilihan" / "Answer outside its scale"
        "Jawaban {role} \"{answer}\" bukan pilihan {scale}; indikator ini dianggap belum dijawab."
        / "The {role}'s answer \"{answer}\" is not one of {scale}; the indicator counts as unanswered."
        "Isi dengan salah satu pilihan {scale}; bila selnya berisi rumus, betulkan sel yang dibaca rumus itu."
        / "Answer with one of {scale}; where the cell holds a formula, correct the cells it reads."
        { role: Text("unit"), answer: Text("E"), scale: Text("A/B/C") }
    PercentAssumed "LKE020" Info
        "Persentase tanpa tanda %" / "Percentage without its sign"
        "\"{answer}\" dibaca sebagai {share}." / "\"{answer}\" was read as {share}."
        "Tulis dengan tanda % atau sebagai pecahan (0,7838); bila selnya berisi rumus, kembalikan rumus lembar resmi."
        / "Write it with a % sign or as a fraction (0.7838); where the cell holds a formula, restore the official one."
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
        "Belum ada jawaban {role} yang dapat dihitung: \"{label}\"; rata-rata resmi melewatinya."
        / "There is no answer of the {role} to reckon with: \"{label}\"; the official average skips it."
        "Jawab pertanyaan ini, atau lengkapi jumlah di baris rinciannya bila ada; batas bawah dan atas menunjukkan pengaruhnya."
        / "Answer it, or complete the counts in its detail rows where it has any; floor and ceiling show what it can change."
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
        "Jumlah {role} \"{answer}\" bukan bilangan bulat 0 atau lebih; persentase yang dihitung darinya dianggap belum dijawab."
        / "The {role}'s count \"{answer}\" is not a whole number of 0 or more; a percentage that follows from it counts as unanswered."
        "Tulis bilangan bulat saja, ribuan tanpa titik (1200), keterangan di kolom catatan; bila selnya berisi rumus, betulkan sel yang dibaca rumus itu."
        / "Write a whole number only, thousands without a mark (1200), remarks in the note column; where the cell holds a formula, correct the cells it reads."
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
        "Tidak ada satu jawaban pun yang dapat dihitung, dari unit maupun TPI."
        / "Not a single answer can be scored, neither of the unit nor of the TPI."
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
        "Jawaban {role} adalah rumus yang tersimpan tanpa hasil yang dapat dipakai: {formula}."
        / "The {role}'s answer is a formula saved without a usable result: {formula}."
        "Buka dan simpan berkas di Excel atau LibreOffice sehingga rumusnya dihitung; bila tetap tanpa hasil, betulkan sel yang dibacanya."
        / "Open and save the file in Excel or LibreOffice, so that the formula is calculated; if it still has no result, correct the cells it reads."
        { role: Text("unit"), formula: Text("=K100/K99") }
    ResultInherited "LKE034" Info
        "Hasil berbeda karena terbawa" / "Result differs because of cells below"
        "Lembar menunjukkan {workbook}, hitungan ulang ({role}) {computed}; selisihnya terbawa dari {root}."
        / "The sheet shows {workbook}, the recomputation ({role}) gives {computed}; the difference comes from {root}."
        "Perbaiki {root}; sel ini ikut benar." / "Mend {root} and this cell is right too."
        { workbook: Text("56,20"), computed: Text("55,70"), role: Text("unit"), root: Cell(6, 11) }
    PercentAmbiguous "LKE035" Error
        "Persentase bermakna ganda" / "Ambiguous percentage"
        "Persentase {role} \"{answer}\" dapat berarti {answer} % atau {answer} kali 100 %; indikator ini dianggap belum dijawab."
        / "The {role}'s percentage \"{answer}\" may mean {answer}% or {answer} times 100%; the indicator counts as unanswered."
        "Isi baris rincian (Jumlah) di bawahnya; bila selnya tidak berisi rumus, boleh pula ditulis dengan tanda %."
        / "Fill in the detail rows (Jumlah) below it; where the cell holds no formula, it may be written with a % sign instead."
        { role: Text("unit"), answer: Text("1,5") }
    CountOfThousands "LKE036" Warning
        "Jumlah dibaca sebagai ribuan" / "Count read as thousands"
        "Jumlah {role} \"{answer}\" dibaca sebagai ribuan: {count}; tanda itu dapat pula berarti pecahan."
        / "The {role}'s count \"{answer}\" was read as thousands: {count}; the mark might part decimals, too."
        "Tulis {count} tanpa titik atau koma bila memang itu maksudnya." / "Write {count} without a mark if that is meant."
        { role: Text("unit"), answer: Text("1.200"), count: Count(1200) }
    DetailsUndecided "LKE037" Error
        "Rincian tidak menghasilkan persentase" / "Details come to no percentage"
        "Tertulis {share} ({role}), tetapi tidak dapat dihitung dari rinciannya karena {reason}; dianggap belum dijawab."
        / "It says {share} ({role}), but no percentage follows from its details because {reason}; it counts as unanswered."
        "Lengkapi atau betulkan jumlah di baris rinciannya." / "Complete or correct the counts in its detail rows."
        { share: Share(1.0), role: Text("unit"), reason: Both("pembaginya 0", "its denominator is 0") }
    AnswerMerged "LKE038" Error
        "Satu jawaban digabung untuk beberapa sel" / "One answer merged over several cells"
        "Sel {first} (\"{answer}\") digabung dengan {cells}; isinya hanya milik {first}, yang lain dianggap belum dijawab."
        / "Cell {first} (\"{answer}\") is merged with {cells}; it answers for {first} alone, the others count as unanswered."
        "Pisahkan sel gabungan itu, lalu isi tiap jawaban di selnya sendiri."
        / "Unmerge the cells and give every answer in its own cell."
        { first: Cell(10, 10), answer: Text("B"), cells: Cell(11, 10) }
    AnswerLost "LKE039" Error
        "Jawaban tidak termuat" / "Answers not loaded"
        "{count} sel jawaban berisi {error}: lembar belum selesai dimuat saat disimpan, atau sumbernya tidak ada lagi; dianggap belum dijawab: {cells}."
        / "{count} answer cells hold {error}: the sheet had not finished loading when it was saved, or its source is gone; they count as unanswered: {cells}."
        "Buka lembarnya sampai semua sel terisi, lalu unduh lagi; bila tetap galat, hubungkan kembali sumbernya."
        / "Open the sheet until every cell is filled and download it again; if the error stays, connect its source again."
        { count: Count(2), error: Text("#N/A, Loading…"), cells: Cell(7, 10) }
    SheetUnread "LKE040" Info
        "Lembar lain tidak terbaca" / "Another sheet is unreadable"
        "Lembar {sheet} tidak dapat dibaca dan dilewati ({reason})." / "Sheet {sheet} cannot be read and is passed over ({reason})."
        "Tidak perlu tindakan bila lembar itu bukan LKE." / "Nothing to do if that sheet is no LKE."
        { sheet: Text("Foto"), reason: Both("Berkas terlalu besar", "File too large") }
    ColumnChosen "LKE041" Warning
        "Beberapa kolom untuk satu peran" / "Several columns of one role"
        "Beberapa kolom memuat jawaban {role}: {columns}; yang dibaca {used} karena {reason}."
        / "Several columns hold answers of the {role}: {columns}; {used} was read because {reason}."
        "Hapus kolom yang tidak dinilai, atau tulis tahunnya di judul kolom."
        / "Delete the columns that are not assessed, or write the year in their headings."
        { role: Text("unit"), columns: Text("K2 \"Jawaban Unit 2024\", L2 \"Jawaban Unit 2025\""), used: Cell(1, 11), reason: Both("itulah tahun 2025", "it is the year 2025") }
    ColumnsCompete "LKE042" Error
        "Kolom jawaban tidak dapat dipilih" / "Answer columns compete"
        "Beberapa kolom memuat jawaban {role} yang berbeda: {columns}; tidak ada yang dibaca."
        / "Several columns hold different answers of the {role}: {columns}; none of them was read."
        "Sisakan satu kolom jawaban {role}, atau tulis tahunnya di judul kolom."
        / "Keep one answer column of the {role}, or write the year in their headings."
        { role: Text("unit"), columns: Text("K2 \"Jawaban Unit\", L2 \"Jawaban Unit (revisi)\"") }
    OtherYear "LKE043" Warning
        "LKE tahun lain" / "LKE of another year"
        "Lembar {sheet} adalah LKE tahun {found}, sedangkan yang diminta tahun {year}."
        / "Sheet {sheet} is the LKE of {found} while {year} is asked for."
        "Pastikan berkasnya LKE tahun {year}; bila hanya namanya tertinggal, betulkan nama lembar atau judulnya."
        / "Make sure the file is the LKE of {year}; if only its name is left over, correct the name or title of the sheet."
        { sheet: Text("LKE 2024"), found: Text("2024"), year: Text("2025") }

    RoleOfOtherYear "LKE044" Warning
        "Jawaban tahun lain" / "Answers of another year"
        "Kolom {column} memuat jawaban {role} tahun {year}, bukan tahun LKE ini; tidak dibaca."
        / "Column {column} holds answers of the {role} of {year}, not of this LKE's year; it was not read."
        "Bila judulnya yang keliru, betulkan tahunnya; jawaban tahun lain tidak dinilai."
        / "If only the heading is wrong, correct its year; answers of another year are not assessed."
        { column: Text("P2 \"Jawaban TPI 2024\""), role: Text("TPI"), year: Text("2024") }
    ColumnsLeftOut "LKE045" Info
        "Kolom jawaban lain" / "Other columns of answers"
        "Kolom jawaban yang bukan milik unit atau TPI tahun ini tidak dibaca: {columns}."
        / "Columns of answers that are neither the unit's nor the TPI's of this year were not read: {columns}."
        "Tidak perlu tindakan bila kolom itu memang tidak dinilai di sini." / "Nothing to do if those columns are not assessed here."
        { columns: Text("P2 \"Jawaban TPN\"") }
    SheetsCompete "LKE046" Error
        "Lembar semester tidak dapat dipilih" / "Sheets of several semesters compete"
        "Lembar {sheets} memuat LKE beberapa semester yang sama-sama terisi; tidak ada yang dibaca."
        / "Sheets {sheets} hold the LKE of several semesters, all filled in; none of them was read."
        "Sebut semesternya: `rekap check BERKAS --period 2025-S2`, atau `year` dan `semester` di berkas pipeline; atau kirim satu lembar saja."
        / "Say which semester: `rekap check FILE --period 2025-S2`, or `year` and `semester` in the pipeline file; or send one sheet alone."
        { sheets: Text("Semester 1, Semester 2") }
    SheetsSplit "LKE047" Error
        "LKE terbagi beberapa lembar" / "An LKE in several sheets"
        "Pertanyaan LKE terbagi atas lembar {sheets}; bagian-bagiannya tidak dibaca sebagai satu LKE."
        / "The indicators of the LKE are spread over the sheets {sheets}; the parts were not read as one LKE."
        "Satukan semua barisnya dalam satu lembar seperti LKE resmi (`rekap template lke-zi-2021`), lalu kirim lagi."
        / "Put all rows into one sheet as in the official LKE (`rekap template lke-zi-2021`) and send it again."
        { sheets: Text("Pemenuhan (66), Reform (40), Hasil (7)") }
    HiddenLeftOut "LKE048" Info
        "LKE di lembar tersembunyi" / "An LKE on a hidden sheet"
        "Lembar tersembunyi {sheets} juga memuat LKE yang terisi; tidak dibaca karena {sheet} terlihat."
        / "Hidden sheets hold a filled LKE, too: {sheets}; they were not read because {sheet} is visible."
        "Bila lembar tersembunyi itulah yang dinilai, tampilkan dan sembunyikan yang lain."
        / "If the hidden sheet is the one to assess, show it and hide the other."
        { sheets: Text("LKE (lama)"), sheet: Text("LKE") }
    OtherTemplate "LKE049" Warning
        "LKE tahun lain" / "LKE of another year"
        "Barisnya baris templat {other}, bukan {template}; dibaca sebagai {template} sejauh barisnya sama."
        / "Its rows are those of the template {other}, not of {template}; it was read as {template} where the rows agree."
        "Bila memang LKE itu yang dinilai, tulis template = \"{other}\" di [lke]; bila bukan, minta lembar yang benar."
        / "If it is the one to assess, write template = \"{other}\" under [lke]; if not, ask for the right worksheet."
        { other: Text("lke-zi-2026"), template: Text("lke-zi-2021") }

    NoQuestions "SKM001" Error
        "Pertanyaan survei tidak dikenali" / "No recognisable question"
        "Tidak ada kolom yang dikenali sebagai pertanyaan {title}." / "No column is recognised as a question of {title}."
        "Pastikan ini ekspor jawaban survei itu, atau petakan kolomnya di pipeline ([survey.columns])."
        / "Make sure this is an export of that survey, or map its columns in the pipeline ([survey.columns])."
        { title: Text("Survei Kepuasan Masyarakat") }
    OtherSurvey "SKM002" Error
        "Survei lain" / "Another survey"
        "Berkas ini bukan {title}, melainkan {other}." / "This file is not {title} but {other}."
        "Perbaiki alamat berkas di daftar satker, atau baca dengan instrumen {id}."
        / "Correct the file's address in the registry, or read it with the instrument {id}."
        { title: Text("Survei Kepuasan Masyarakat"), other: Text("Indeks Persepsi Anti Korupsi"), id: Text("ipk-10") }
    NoResponses "SKM003" Error
        "Belum ada responden" / "No responses"
        "Judul kolomnya ada, tetapi belum ada satu pun jawaban." / "The header is there, but not a single response."
        "Pastikan berkas yang dikirim adalah ekspor setelah survei berjalan."
        / "Make sure the file was exported after the survey began."
        {}
    NoResponsesInPeriod "SKM004" Error
        "Tidak ada jawaban pada periode ini" / "No responses in the period"
        "Tidak ada jawaban yang dapat dihitung pada periode {period}; {count} berada di luarnya."
        / "No response can be counted in the period {period}; {count} lie outside it."
        "Periksa tahun dan semester pipeline, atau minta ekspor periode ini."
        / "Check the pipeline's year and semester, or ask for an export of the period."
        { period: Text("2025-S1"), count: Count(60) }
    ElementMissing "SKM005" Warning
        "Unsur tidak ditanyakan" / "Element not asked"
        "Tidak ada pertanyaan untuk {code} {label}; indeks dihitung dari unsur yang ada."
        / "There is no question for {code} {label}; the index is computed from the others."
        "Lengkapi kuesioner, atau petakan kolomnya bila judulnya tidak dikenali."
        / "Complete the questionnaire, or map its column if the header is not recognised."
        { code: Text("U9"), label: Text("Sarana dan prasarana") }
    SeveralQuestions "SKM006" Warning
        "Beberapa kolom untuk satu unsur" / "Several columns for one element"
        "Kolom {columns} sama-sama menanyakan {code}; jawabannya dirata-ratakan per responden."
        / "Columns {columns} all ask for {code}; their answers are averaged per respondent."
        "Bila memang begitu maksudnya, petakan di pipeline; bila tidak, kecualikan salah satunya (ignore)."
        / "If that is meant, map them in the pipeline; if not, exclude one (ignore)."
        { columns: Text("H, K"), code: Text("U3") }
    AmbiguousQuestion "SKM007" Warning
        "Pertanyaan bermakna ganda" / "Ambiguous question"
        "Kolom {column} dapat berarti {codes}; tidak dipakai." / "Column {column} may mean {codes}; it is not used."
        "Petakan kolom itu di pipeline ([survey.columns])." / "Map the column in the pipeline ([survey.columns])."
        { column: Text("J"), codes: Text("U2, U3") }
    MostlyUnknown "SKM008" Error
        "Terlalu banyak jawaban tidak dikenali" / "Too many unknown answers"
        "Kolom {columns}: {count} dari {given} jawaban tidak dikenali: {examples}. Yang hilang tidak acak, jadi indeks tidak dihitung."
        / "Columns {columns}: {count} of {given} answers are not known: {examples}. What is lost is not lost by chance, so there is no index."
        "Samakan jawabannya dengan pilihan resmi atau angka; kolom yang bukan pertanyaan dikecualikan di pipeline ([survey.columns] ignore)."
        / "Use the official answers or numbers; leave out a column that is no question in the pipeline ([survey.columns] ignore)."
        { columns: Text("F"), count: Count(41), given: Count(60), examples: Text("\"Oke\" 41×") }
    UnknownWordings "SKM009" Warning
        "Jawaban tidak dikenali" / "Unknown wordings"
        "Kolom {column}: {count} jawaban tidak dikenali dan tidak dihitung: {examples}."
        / "Column {column}: {count} answers are not known and not counted: {examples}."
        "Samakan dengan pilihan jawaban resmi." / "Give them the official wording."
        { column: Text("G"), count: Count(3), examples: Text("\"Cukup\" 3×") }
    RepliesOutOfScale "SKM010" Warning
        "Jawaban di luar skala" / "Answers off the scale"
        "Kolom {column}: {count} jawaban di luar skala 1–{scale} dan tidak dihitung: {examples}."
        / "Column {column}: {count} answers are not on the scale 1–{scale} and not counted: {examples}."
        "Betulkan di sumbernya." / "Correct them at the source."
        { column: Text("H"), count: Count(2), examples: Text("\"5\" 1×, \"0\" 1×"), scale: Count(4) }
    UnmatchedQuestion "SKM011" Warning
        "Pertanyaan berskala di luar instrumen" / "A question of no element"
        "Kolom {column} \"{header}\" berisi jawaban berskala tetapi bukan unsur instrumen ini; tidak dipakai."
        / "Column {column} \"{header}\" holds answers on the scale but is no element of this instrument; it is not used."
        "Petakan ke unsurnya di pipeline, atau pakai instrumen sendiri."
        / "Map it to its element in the pipeline, or use an instrument of your own."
        { column: Text("P"), header: Text("Seberapa aman parkirnya?") }
    CodeByListOrder "SKM012" Info
        "Kode dibaca menurut urutan daftar" / "Code read in list order"
        "Judul kolom {column} hanya \"{code}\"; dibaca sebagai {label} menurut daftar peraturan (kuesionernya menukar U8 dan U9)."
        / "The header of column {column} is only \"{code}\"; it is read as {label} by the regulation's list (its questionnaire swaps U8 and U9)."
        "Tulis nama unsurnya di judul kolom, atau petakan." / "Write the element's name in the header, or map it."
        { column: Text("M"), code: Text("U8"), label: Text("Penanganan pengaduan, saran, dan masukan") }
    DateOrderUndecided "SKM013" Warning
        "Urutan hari dan bulan tidak pasti" / "Order of day and month undecided"
        "Tanggal di kolom {column} dapat dibaca hari/bulan maupun bulan/hari; dibaca hari/bulan."
        / "The dates of column {column} can be read day/month as well as month/day; they are read day/month."
        "Ekspor sebagai xlsx, atau tulis tanggal sebagai 2025-06-30."
        / "Export as xlsx, or write dates as 2025-06-30."
        { column: Text("A") }
    DatesUnreadable "SKM014" Warning
        "Tanggal tidak terbaca" / "Dates not readable"
        "Kolom {column}: {count} tanggal tidak terbaca: {examples}; tanpa periode jawabannya tetap dihitung."
        / "Column {column}: {count} dates are not readable: {examples}; without a period their responses are counted."
        "Betulkan tanggalnya." / "Correct the dates."
        { column: Text("A"), count: Count(1), examples: Text("\"kemarin\" 1×") }
    NoTimestamp "SKM015" Warning
        "Tanpa cap waktu" / "No timestamp"
        "Tidak ada kolom waktu, jadi semua jawaban dihitung sebagai {period}."
        / "There is no column of times, so every response counts as {period}."
        "Ekspor ulang beserta kolom Stempel waktu." / "Export again with the timestamp column."
        { period: Text("2025-S1") }
    OutsidePeriod "SKM016" Info
        "Jawaban di luar periode" / "Responses outside the period"
        "{count} jawaban di luar periode {period} tidak dihitung." / "{count} responses outside the period {period} are not counted."
        "Tidak perlu tindakan bila berkas memuat beberapa semester." / "Nothing to do if the file holds several semesters."
        { count: Count(12), period: Text("2025-S1") }
    IncompleteResponses "SKM017" Info
        "Jawaban tidak lengkap" / "Incomplete responses"
        "{count} jawaban tidak mengisi semua unsur (baris {rows}); yang terisi tetap dihitung."
        / "{count} responses left elements open (rows {rows}); what they answered is counted."
        "Wajibkan semua pertanyaan di formulir." / "Make every question of the form required."
        { count: Count(2), rows: Text("14, 31") }
    DuplicatesCounted "SKM018" Warning
        "Jawaban ganda" / "Responses sent twice"
        "{count} jawaban sama persis dengan jawaban lain pada detik yang sama (baris {rows}); tetap dihitung."
        / "{count} responses equal another of the same second to the word (rows {rows}); they are counted."
        "Periksa baris itu; keluarkan dengan exclude_duplicates = true di pipeline."
        / "Look at the rows; leave them out with exclude_duplicates = true in the pipeline."
        { count: Count(3), rows: Text("8, 9, 10") }
    DuplicatesExcluded "SKM019" Warning
        "Jawaban ganda dikeluarkan" / "Responses sent twice left out"
        "{count} jawaban ganda (baris {rows}) dikeluarkan; indeks dengan dan tanpanya ditampilkan."
        / "{count} responses sent twice (rows {rows}) are left out; the index with and without them is shown."
        "Periksa baris itu." / "Look at the rows."
        { count: Count(3), rows: Text("8, 9, 10") }
    StraightLined "SKM020" Info
        "Jawaban seragam" / "Straight-lined responses"
        "{count} responden memberi nilai sama untuk semua unsur (baris {rows})."
        / "{count} respondents gave every element the same value (rows {rows})."
        "Wajar bila sedikit; bila banyak, periksa cara kuesioner dibagikan."
        / "A few are natural; if many, look at how the questionnaire was handed out."
        { count: Count(18), rows: Text("2, 5, 7") }
    SampleTooSmall "SKM021" Warning
        "Responden kurang" / "Too few respondents"
        "{count} responden, padahal untuk {population} pengguna layanan perlu {needed} (Krejcie & Morgan)."
        / "{count} respondents while {population} served need {needed} (Krejcie & Morgan)."
        "Tambah responden sebelum periode berakhir." / "Find more respondents before the period ends."
        { count: Count(60), needed: Count(80), population: Count(100) }
    LowAlpha "SKM022" Warning
        "Jawaban tidak konsisten" / "Inconsistent answers"
        "Alfa Cronbach {alpha}, di bawah 0,6: pertanyaan tidak mengukur satu hal yang sama."
        / "Cronbach's alpha {alpha}, below 0.6: the questions do not measure one thing."
        "Periksa urutan pilihan jawaban dan pengisian yang asal." / "Look for answers in reverse order and thoughtless filling in."
        { alpha: Number(0.41) }
    NegativeItemTotal "SKM023" Warning
        "Unsur berlawanan arah" / "Element against the others"
        "{label} berkorelasi {correlation} dengan unsur lain: mungkin pilihan jawabannya terbalik."
        / "{label} correlates {correlation} with the others: its answers may be in reverse order."
        "Periksa urutan pilihan jawaban unsur ini." / "Check the order of its answers."
        { label: Text("Waktu penyelesaian"), correlation: Number(-0.32) }
    NoVariance "SKM024" Info
        "Semua menjawab sama" / "All answered alike"
        "Semua responden memberi nilai sama untuk {label}." / "All respondents gave {label} the same value."
        "Tidak perlu tindakan; unsur ini tidak membedakan responden." / "Nothing to do; it does not tell respondents apart."
        { label: Text("Biaya/tarif") }
    PersonalDropped "SKM025" Info
        "Data pribadi tidak dibaca" / "Personal data not read"
        "Kolom {columns} berisi data pribadi dan tidak dibaca." / "Columns {columns} hold personal data and are not read."
        "Jangan kumpulkan data pribadi yang tidak diperlukan." / "Do not collect personal data that is not needed."
        { columns: Text("B, C") }
    ColumnsUnused "SKM026" Info
        "Kolom tidak dipakai" / "Columns not used"
        "Kolom {columns} tidak dipakai: {why}." / "Columns {columns} are not used: {why}."
        "Petakan di pipeline bila seharusnya dipakai." / "Map them in the pipeline if they should be used."
        { columns: Text("Q"), why: Both("tingkat kepentingan atau harapan", "importance or expectation") }
    MappedColumnMissing "SKM027" Warning
        "Kolom yang dipetakan tidak ada" / "Mapped column missing"
        "Pipeline memetakan {key} ke \"{column}\", tetapi kolom itu tidak ada."
        / "The pipeline maps {key} to \"{column}\", but there is no such column."
        "Perbaiki [survey.columns], atau sebut huruf kolomnya." / "Correct [survey.columns], or name the column's letter."
        { key: Text("U3"), column: Text("Kecepatan") }
    OtherScale "SKM028" Error
        "Skala lain" / "Another scale"
        "Kolom {columns}: jawabannya bukan skala 1–{scale}: {examples}. Indeks tidak dihitung."
        / "Columns {columns}: the answers are not on the scale 1–{scale}: {examples}. There is no index."
        "Nyatakan skalanya (scale = {likely} di [[survey]], atau --scale {likely}); angka yang salah ketik dibetulkan di sumbernya."
        / "Declare the scale (scale = {likely} in [[survey]], or --scale {likely}); correct slips at the source."
        { columns: Text("F, G"), examples: Text("\"5\" 24×, \"6\" 3×"), scale: Count(4), likely: Count(6) }
    NoDirection "SKM029" Error
        "Arah huruf tidak diketahui" / "Direction of letters unknown"
        "Kolom {columns} dijawab dengan huruf ({examples}), dan tidak ada yang menyebut apakah a terbaik atau terburuk. Indeks tidak dihitung."
        / "Columns {columns} are answered in letters ({examples}), and nothing tells whether a is the best or the worst. There is no index."
        "Tulis arti hurufnya di judul kolom, atau nyatakan best_first = true atau false di [[survey]] (--best-first)."
        / "Write what the letters mean in the header, or declare best_first = true or false in [[survey]] (--best-first)."
        { columns: Text("F"), examples: Text("\"a\" 40×, \"b\" 12×") }
    ClaimsAWrong "SKM030" Error
        "Arah pernyataan tidak diketahui" / "Direction of a statement unknown"
        "Kolom {columns} menyatakan pelanggaran (bukan ketiadaannya) dan dijawab dengan angka atau huruf: tidak diketahui apakah nilai tertinggi berarti baik. Indeks tidak dihitung."
        / "Columns {columns} state a wrong (not its absence) and are answered in numbers or letters: whether the highest is good is not known. There is no index."
        "Petakan kolomnya di pipeline ke unsur dengan reversed = true dalam instrumen sendiri, atau ubah pernyataannya menjadi ketiadaan pelanggaran."
        / "Use an instrument of your own with reversed = true for the element, or state the absence of the wrong."
        { columns: Text("F, G") }
    OneElement "SKM031" Error
        "Satu unsur bukan indeks" / "One element is no index"
        "Hanya {codes} dari {of} unsur yang ditanyakan; dari satu unsur tidak ada indeks."
        / "Only {codes} of {of} elements is asked for; one element makes no index."
        "Pastikan ini ekspor survei itu, atau petakan kolomnya di pipeline ([survey.columns])."
        / "Make sure this is an export of that survey, or map its columns in the pipeline ([survey.columns])."
        { codes: Text("U7"), of: Count(9) }
    TooFewElements "SKM032" Error
        "Unsur kurang dari dua pertiga" / "Fewer than two thirds of the elements"
        "Hanya {count} dari {of} unsur yang ditanyakan; indeksnya diberikan tanpa mutu dan tanpa peringkat. Belum ada: {missing}."
        / "Only {count} of {of} elements are asked for; the index is given without a grade and is not ranked. Missing: {missing}."
        "Lengkapi kuesioner, atau petakan kolom yang judulnya tidak dikenali."
        / "Complete the questionnaire, or map columns whose header is not recognised."
        { count: Count(5), of: Count(9), missing: Text("U6, U7, U8, U9") }
    NotIsSecond "SKM033" Warning
        "\"Tidak setuju\" dibaca 2" / "\"Tidak setuju\" is read as 2"
        "Kolom {columns}: \"tidak …\" dibaca sebagai jawaban kedua dari empat, karena \"kurang …\" maupun \"sangat tidak …\" tidak ada di seluruh formulir."
        / "Columns {columns}: \"tidak …\" is read as the second of four answers, since neither \"kurang …\" nor \"sangat tidak …\" stands anywhere in the form."
        "Pastikan pilihan jawabannya; bila \"tidak …\" yang terendah, pakai instrumen sendiri yang menyebut jawabannya."
        / "Make sure which answers there were; if \"tidak …\" is the lowest, use an instrument of your own that names them."
        { columns: Text("F, G, H") }
    LittleIsLowest "SKM034" Warning
        "\"Kurang\" dibaca 1" / "\"Kurang\" is read as 1"
        "Kolom {columns}: \"kurang\" dibaca sebagai jawaban terendah; \"cukup\" tidak ada di seluruh formulir."
        / "Columns {columns}: \"kurang\" is read as the lowest answer; \"cukup\" stands nowhere in the form."
        "Pastikan pilihan jawabannya: kurang, cukup, baik, sangat baik." / "Make sure the answers were kurang, cukup, baik, sangat baik."
        { columns: Text("F, G, H") }
    ReversedItems "SKM035" Warning
        "Skala dibalik" / "Scale turned"
        "Kolom {columns} menyatakan pelanggaran atau butir terbalik, jadi skalanya dibalik."
        / "Columns {columns} state a wrong or are reversed items, so the scale is turned."
        "Pastikan maksud pernyataannya." / "Make sure what the statement means."
        { columns: Text("F, G") }
    BestFirst "SKM036" Info
        "Pilihan urut dari yang terbaik" / "Answers from the best on"
        "Kolom {columns}: huruf atau angka urut dari yang terbaik, jadi dibalik."
        / "Columns {columns}: letters or numbers run from the best to the worst, so they are turned."
        "Tidak perlu tindakan bila memang begitu." / "Nothing to do if that is so."
        { columns: Text("F, G") }
    ScaleTaken "SKM037" Info
        "Skala diambil" / "Scale taken"
        "Tidak ada yang menyebut skalanya dan tidak ada jawaban di atas {scale}, jadi dibaca 1–{scale}; instrumen ini dipakai pula dengan skala {others}."
        / "Nothing tells the scale and no answer is above {scale}, so it is read as 1–{scale}; this instrument is also used with {others}."
        "Nyatakan skalanya bila lain (scale di [[survey]], atau --scale)." / "Declare another scale (scale in [[survey]], or --scale)."
        { scale: Count(4), others: Text("6") }
    RowsLeftOut "SKM038" Info
        "Baris bukan responden" / "Rows that are no respondents"
        "{count} baris bukan responden ({why}): {rows}." / "{count} rows are no respondents ({why}): {rows}."
        "Tidak perlu tindakan." / "Nothing to do."
        { count: Count(2), rows: Text("64, 65"), why: Both("jumlah, rata-rata, atau rekap", "sums, means or tallies") }
    RowsTooLong "SKM039" Warning
        "Baris kelebihan kolom" / "Rows with fields too many"
        "{count} baris memuat kolom lebih banyak daripada judulnya ({why}), sehingga jawabannya bergeser; tidak dihitung: {rows}."
        / "{count} rows have more fields than the header ({why}), so that their answers are shifted; not counted: {rows}."
        "Betulkan tanda koma atau kutip di baris itu, atau ekspor ulang sebagai xlsx."
        / "Correct the comma or quote in the row, or export again as xlsx."
        { count: Count(1), rows: Text("4"), why: Both("kelebihan kolom", "too many fields") }
    SheetsJoined "SKM040" Info
        "Beberapa lembar jawaban" / "Several response sheets"
        "Jawaban dibaca dari beberapa lembar bersama-sama: {sheets}." / "Responses are read from several sheets together: {sheets}."
        "Tidak perlu tindakan bila memang satu survei." / "Nothing to do if they are one survey."
        { sheets: Text("Januari (31), Februari (28)") }
    SheetsLeftOut "SKM041" Info
        "Lembar tidak dibaca" / "Sheets not read"
        "Lembar {sheets} tidak dibaca: {why}." / "The sheets {sheets} are not read: {why}."
        "Tidak perlu tindakan bila memang bukan jawaban." / "Nothing to do if they hold no responses."
        { sheets: Text("Rekap"), why: Both("rekap, bukan jawaban", "a summary, no responses") }
    SheetsOfPeriods "SKM042" Error
        "Lembar beberapa periode" / "Sheets of several periods"
        "Lembar {sheets} dari periode yang berbeda; tanpa periode tidak dicampur, jadi indeks tidak dihitung."
        / "The sheets {sheets} are of different periods; without a period they are not mixed, so there is no index."
        "Sebut periodenya (period di [[survey]], atau --period 2025-S1)." / "Name the period (period in [[survey]], or --period 2025-S1)."
        { sheets: Text("Semester 1, Semester 2") }
    UndatedResponses "SKM043" Warning
        "Jawaban tanpa tanggal" / "Responses without a date"
        "{count} jawaban tanpa tanggal yang terbaca (baris {rows}) tidak masuk periode mana pun dan tidak dihitung pada {period}."
        / "{count} responses without a readable date (rows {rows}) are of no period and not counted in {period}."
        "Lengkapi tanggalnya." / "Fill in the dates."
        { count: Count(1), rows: Text("3"), period: Text("2025-S1") }
    EditedResponses "SKM044" Warning
        "Jawaban yang disunting" / "Edited responses"
        "{count} jawaban dikirim pada detik yang sama dengan jawaban lain dan data respondennya sama, tetapi nilainya berbeda (baris {rows}); keduanya dihitung."
        / "{count} responses were sent in the same second as another and with the same particulars, but differ from it (rows {rows}); both are counted."
        "Periksa apakah salah satunya hasil suntingan." / "See whether one of them is an edited copy."
        { count: Count(1), rows: Text("9") }
    AlikeResponses "SKM045" Warning
        "Jawaban serupa tanpa waktu" / "Alike responses without a time"
        "{count} jawaban sama persis dengan jawaban lain atas nama yang sama (baris {rows}); tanpa jam tidak diketahui apakah dikirim dua kali, jadi dihitung."
        / "{count} responses equal another in the same name to the word (rows {rows}); without a time whether they were sent twice is not known, so they are counted."
        "Periksa baris itu." / "Look at the rows."
        { count: Count(1), rows: Text("3") }
    FitsAnother "SKM046" Warning
        "Lebih mirip survei lain" / "More like another survey"
        "Dibaca sebagai {title} karena diminta, padahal semua butir {other} ada di berkas ini."
        / "Read as {title} since that was asked for, while every item of {other} is in this file."
        "Periksa alamat berkas di daftar satker, atau baca dengan instrumen {id}."
        / "Check the file's address in the registry, or read it with the instrument {id}."
        { title: Text("Survei Kepuasan Masyarakat"), other: Text("Indeks Persepsi Kualitas Pelayanan"), id: Text("spkp-8") }
    ScaleConverted "SKM047" Info
        "Skala dikonversi" / "Scale converted"
        "Survei ini memakai skala 1–{scale}; {index} dan perbandingannya dengan LKE memakai 4 × rata-rata / {scale}. Peraturan tidak menyebut cara lain."
        / "This survey is on a scale of 1–{scale}; {index} and its comparison with the LKE take 4 × mean / {scale}. No regulation says another way."
        "Tidak perlu tindakan." / "Nothing to do."
        { scale: Count(6), index: Text("IPAK") }
    NoScale "SKM048" Warning
        "Jawaban bukan skala" / "Answers that are no scale"
        "Kolom {column} menyebut {code}, tetapi jawabannya bukan penilaian berskala: {examples}; tidak dipakai."
        / "Column {column} mentions {code}, but its answers rate nothing on a scale: {examples}; it is not used."
        "Bila memang pertanyaan survei, pakai pilihan jawaban resmi; bila bukan, kecualikan kolomnya di pipeline ([survey.columns] ignore)."
        / "If it is a question of the survey, use the official answers; if not, leave the column out in the pipeline ([survey.columns] ignore)."
        { column: Text("F"), code: Text("U1"), examples: Text("\"Ya\" 41×, \"Tidak\" 3×") }

    PlanNoTable "RAK001" Error
        "Tabel rencana aksi tidak ditemukan" / "No action plan found"
        "Tidak ada lembar dengan judul kolom rencana aksi." / "No sheet has the header of an action plan."
        "Perlu kolom indikator dan langkah aksi atau kegiatan, serta target waktu atau dua belas bulan."
        / "It needs columns of indicators and of actions or activities, and a target or twelve months."
        {}
    PlanScanned "RAK002" Error
        "Teks hasil pindai dalam satu kolom" / "A scan's text in one column"
        "{rows} baris teks berada dalam satu kolom; tabelnya tidak dapat dipulihkan."
        / "{rows} rows of text stand in one column; their table cannot be recovered."
        "Ketik ulang sebagai tabel, satu kolom untuk setiap hal." / "Type it as a table, a column for each thing."
        { rows: Count(140) }
    PlanNoRows "RAK003" Error
        "Rencana aksi belum berisi" / "An empty action plan"
        "Judul kolomnya ada, tetapi belum ada satu pun baris." / "The header is there, but not a single row."
        "Isi rencananya, atau perbaiki alamat berkas." / "Fill it in, or correct the file's address."
        {}
    PlanOtherFamily "RAK004" Warning
        "Rencana aksi jenis lain" / "A plan of the other family"
        "Ini rencana aksi {family}, padahal diharapkan {wanted}." / "This is a plan of {family} where {wanted} is expected."
        "Perbaiki alamat berkas, atau family di [plan]." / "Correct the file's address, or family in [plan]."
        { family: Text("Reformasi Birokrasi"), wanted: Text("Zona Integritas") }
    PlanWithoutTime "RAK005" Warning
        "Tabel tanpa bulan" / "A table without months"
        "Tidak ada kolom target waktu maupun dua belas kolom bulan; tenggatnya tidak diketahui."
        / "There is neither a target column nor twelve columns of months; no deadline is known."
        "Tambahkan kolom waktu." / "Add a column of times."
        {}
    PlanAreaUnknown "RAK006" Warning
        "Area perubahan tidak dikenal" / "Unknown area of change"
        "\"{text}\" bukan area {family}; barisnya dibaca tanpa area." / "\"{text}\" is no area of {family}; its rows are read without one."
        "Tulis nama area seperti dalam peraturan." / "Write the area's name as the regulation does."
        { text: Text("AREA INOVASI"), family: Text("Zona Integritas") }
    PlanOtherYear "RAK007" Warning
        "Tahun rencana berbeda" / "A plan of another year"
        "Tertulis tahun {found}, seharusnya {expected}." / "The year written is {found}, expected is {expected}."
        "Periksa apakah rencana tahun yang benar yang dikirim." / "Make sure the right year's plan was sent."
        { found: Text("2022"), expected: Text("2025") }
    PlanRowsWithoutMonth "RAK008" Warning
        "Baris tanpa bulan" / "Rows without a month"
        "{count} baris tidak menyebut bulan: {cells}." / "{count} rows name no month: {cells}."
        "Lengkapi target waktunya." / "Give them a month."
        { count: Count(3), cells: Text("D14, D20, D31") }
    PlanTargetUnread "RAK009" Warning
        "Target waktu tidak terbaca" / "Target not readable"
        "\"{text}\" tidak dapat dibaca dengan pasti sebagai bulan." / "\"{text}\" cannot be read for certain as months."
        "Tulis sebagai Agustus–Desember, atau Juni, September, Desember."
        / "Write it as Agustus–Desember, or Juni, September, Desember."
        { text: Text("menyesuaikan") }
    PlanMarkUnread "RAK010" Warning
        "Isi kolom bulan bukan tanda" / "No mark in a month's column"
        "\"{text}\" di kolom bulan tidak dibaca sebagai rencana." / "\"{text}\" in a month's column is not read as planned."
        "Beri tanda √ pada bulan yang direncanakan; jumlah ditulis di keterangan."
        / "Mark planned months with √; numbers belong in the remarks."
        { text: Text("2 Orang") }
    PlanMarkBeyond "RAK011" Info
        "Tanda di luar dua belas bulan" / "Marks beyond twelve months"
        "{count} tanda berada setelah kolom Desember; tidak dihitung." / "{count} marks stand after December; they do not count."
        "Pastikan kolom bulannya tidak bergeser." / "Make sure the months have not slipped."
        { count: Count(12) }
    PlanRowRepeated "RAK012" Warning
        "Baris ganda" / "A repeated row"
        "Baris ini sama persis dengan {first}." / "This row is the same as {first}."
        "Hapus salah satunya." / "Delete one of them."
        { first: Text("C97") }
    PlanBeforeDecree "RAK013" Warning
        "Rencana sebelum keputusan" / "Planned before the decree"
        "{count} baris merencanakan bulan sebelum keputusan ditetapkan ({date}): {cells}."
        / "{count} rows plan months before the decree ({date}): {cells}."
        "Periksa bulan atau tanggal keputusannya." / "Check the months or the date of the decree."
        { count: Count(2), date: Both("4 Agustus 2025", "4 August 2025"), cells: Text("C9, C12") }
    PlanRowUntraced "RAK014" Warning
        "Baris tidak terlacak ke LKE" / "A row traced to no indicator"
        "\"{text}\" tidak cukup mirip dengan indikator LKE mana pun di areanya."
        / "\"{text}\" is not like enough to any indicator of its area in the LKE."
        "Pakai bunyi indikator LKE." / "Use the wording of the LKE."
        { text: Text("Sarana olahraga pegawai tersedia") }
    PlanIndicatorsMissing "RAK015" Warning
        "Indikator tanpa rencana" / "Indicators without a plan"
        "{count} indikator pemenuhan tidak ada di rencana aksi: {codes}." / "{count} indicators of pemenuhan have no row in the plan: {codes}."
        "Tambahkan barisnya." / "Add rows for them."
        { count: Count(5), codes: Text("A.I.1.ii.b, A.I.2.ii.a") }
    PlanDateOrder "RAK016" Info
        "Urutan hari dan bulan tidak pasti" / "Day or month first"
        "Tanggal target dapat dibaca dua cara (5/6: 5 Juni atau 6 Mei); hari dibaca lebih dahulu."
        / "Dates of targets can be read two ways (5/6: 5 June or May 6th); they are read with the day first."
        "Tulis nama bulannya: 5 Juni 2025." / "Write the month's name: 5 Juni 2025."
        {}
    PlanOtherKind "RAK017" Error
        "Bukan rencana aksi ZI atau RB" / "No plan of ZI or RB"
        "Tabel ini tampaknya {kind}." / "This table looks like {kind}."
        "Perbaiki alamat berkas. Rencana aksi memuat komponen atau kegiatan, indikator, langkah aksi, serta waktu atau dua belas bulan."
        / "Correct the file's address. A plan has components or activities, indicators, actions, and a time or twelve months."
        { kind: Both("LKE AKIP", "an LKE AKIP") }
    PlanOtherAreas "RAK018" Error
        "Rencana aksi dengan area lain" / "A plan of other areas"
        "Kolom areanya memuat {count} nama yang bukan area ZI maupun RB, di antaranya \"{text}\"; ini rencana aksi lain."
        / "Its column of areas has {count} names that are no area of ZI or RB, among them \"{text}\"; it is another plan."
        "Perbaiki alamat berkas, atau tulis nama area seperti dalam peraturan."
        / "Correct the file's address, or write the areas' names as the regulation does."
        { count: Count(3), text: Text("Tata Kelola SPBE") }
    PlanRowsWithoutArea "RAK019" Warning
        "Baris tanpa area" / "Rows without an area"
        "{count} baris tidak berada di bawah area perubahan, dan tidak berbunyi seperti indikator LKE: {cells}."
        / "{count} rows stand under no area of change, and are not worded like an indicator of the LKE: {cells}."
        "Tulis area perubahannya, sekali di atas barisnya." / "Write their area of change, once above them."
        { count: Count(17), cells: Text("C2, C3, C4 …") }
    PlanYearLeftOut "RAK020" Info
        "Rencana tahun lain dilewati" / "A plan of another year left out"
        "Rencana tahun {found} tidak dibaca; yang dibaca rencana tahun {read}."
        / "The plan of {found} was not read; the plan of {read} was."
        "Bila tahun itu yang diminta, sebut tahunnya: `--period {found}`, atau `year` di berkas pipeline."
        / "If that is the year wanted, say so: `--period {found}`, or `year` in the pipeline file."
        { found: Text("2024"), read: Text("2025") }

    PerceptionDiffers "KON001" Warning
        "Indeks di LKE berbeda dari survei" / "An index of the LKE differs from the survey"
        "LKE mencantumkan {stated} ({role}), jawaban survei {short} {period} menghasilkan {computed} (skala 1–4, {n} responden)."
        / "The LKE states {stated} ({role}), the responses of {short} {period} come to {computed} (scale 1–4, {n} respondents)."
        "Samakan LKE dengan hasil survei, atau lampirkan jawaban survei yang dipakai."
        / "Bring the LKE in line with the survey, or attach the responses it was taken from."
        { stated: Number(3.96), role: Text("unit"), short: Text("IPAK"), period: Text("2025-S2"), computed: Number(3.71), n: Count(100) }
    SurveysFewer "KON002" Warning
        "Survei lebih sedikit dari jawaban LKE" / "Fewer surveys than the LKE claims"
        "Dijawab {answer} ({role}; paling sedikit {claimed} kali setahun), padahal jawaban survei tahun {year} hanya ada pada {found}."
        / "Answered {answer} ({role}; at least {claimed} a year), but in {year} there are responses in {found} only."
        "Turunkan jawaban, atau lampirkan jawaban survei periode lainnya."
        / "Lower the answer, or attach the responses of the other periods."
        { answer: Text("C"), role: Text("unit"), claimed: Count(2), year: Text("2025"), found: Text("2025-S1") }
    PlanLate "KON003" Warning
        "Rencana aksi terlambat" / "A plan is late"
        "\"{label}\" direncanakan selesai {due}, tetapi per {as_of} LKE belum menunjukkannya selesai."
        / "\"{label}\" was due on {due}, but on {as_of} the LKE does not show it done."
        "Selesaikan rencananya, atau ubah tenggatnya." / "Carry out the plan, or change its deadline."
        { label: Text("Sudah ditetapkan agen perubahan"), due: Both("30 September 2025", "30 September 2025"), as_of: Both("1 Desember 2025", "1 December 2025") }
    SameFile "KON004" Warning
        "Satu berkas untuk beberapa satker" / "One file for several satker"
        "Isi berkas ini sama persis dengan berkas {others}: beberapa satker dinilai dari satu isian."
        / "The content of this file is exactly that of {others}: several satker are judged by one file."
        "Periksa alamat di daftar satker, lalu minta berkas yang benar dari satker yang keliru."
        / "Check the addresses in the satker registry, and ask the satker that is wrong for its own file."
        { others: Text("1902") }
    PopulationUnread "KON005" Warning
        "Jumlah pengguna layanan tidak terbaca" / "The number of people served is not readable"
        "Jumlah pengguna layanan \"{text}\" ({short}, baris {row} daftar satker) tidak terbaca sebagai bilangan; kecukupan sampel tidak dihitung."
        / "The number of people served \"{text}\" ({short}, row {row} of the satker registry) is not readable as a number; the sample needed is not computed."
        "Tulis angkanya saja di daftar satker, misalnya 1200." / "Write the number alone in the satker registry, such as 1200."
        { text: Text("seribu"), short: Text("SKM"), row: Count(4) }

    RegistryUnread "KON006" Warning
        "Isi daftar satker tidak dikenal" / "A value of the satker registry is not known"
        "Isi \"{text}\" di kolom {column}, baris {row} daftar satker, tidak dikenal dan tidak dipakai."
        / "The value \"{text}\" in column {column}, row {row} of the satker registry, is not known and not used."
        "Tulis di jenis: provinsi, kabupaten, kota, atau pusat; di wbk_sejak: tahunnya, misalnya 2023."
        / "Write in jenis: provinsi, kabupaten, kota or pusat; in wbk_sejak: the year, such as 2023."
        { column: Text("jenis"), text: Text("propinsi"), row: Count(4) }
    TextCut "KON007" Info
        "Teks dipotong" / "Text cut"
        "{count} teks lebih panjang daripada yang dimuat sel buku kerja ({most} karakter); di lembar {sheet} dipotong dengan tanda […]: {places}."
        / "{count} texts are longer than a cell of the workbook holds ({most} characters); on the sheet {sheet} they are cut, marked […]: {places}."
        "Baca teks utuhnya di berkas sumber; angka tidak terpengaruh." / "Read the whole text in the source; no number is affected."
        { count: Count(1), most: Count(32_767), sheet: Both("Saran", "Comments"), places: Text("SKM 17") }
    SheetFull "KON008" Info
        "Baris tidak dimuat" / "Rows left out"
        "{count} baris satker ini tidak termuat di lembar {sheet}: satu lembar buku kerja memuat paling banyak 1.048.576 baris."
        / "{count} rows of this satker are not on the sheet {sheet}: a sheet of the workbook has 1,048,576 rows at most."
        "Bagi satker ke beberapa pipeline; angka tidak terpengaruh." / "Split the satker over several pipelines; no number is affected."
        { count: Count(5_200), sheet: Both("Saran", "Comments") }
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
    fn what_needs_no_action_says_so_and_is_never_bad() {
        for code in Code::ALL {
            let entry = code.entry();
            let says_so = entry.remedy.id.starts_with("Tidak perlu tindakan");
            assert_eq!(says_so, !code.needs_action(), "{}", entry.code);
            assert_eq!(says_so, entry.remedy.en.starts_with("Nothing to do"), "{}", entry.code);
            assert!(!says_so || entry.severity == Severity::Info, "{}", entry.code);
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
