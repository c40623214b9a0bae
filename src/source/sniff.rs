//! Tells the format of a file by its content.

use std::io::Cursor;

use super::csv::is_table;
use super::decode::encoding_of;
use super::{Limits, SourceError};
use crate::lang::Phrase;

/// Bytes at the beginning of a text that tell what it is.
const HEAD: usize = 2_048;
/// Bytes in which a table shows itself: its header alone may be a page.
const TABLE: usize = 64 << 10;
/// Of a text no more than one in so many bytes is a zero byte or a control character.
const ODD_BYTES: usize = 10;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Xlsx,
    Xls,
    Ods,
    Csv,
    Html,
}

fn other<T>(id: &'static str, en: &'static str) -> Result<T, SourceError> {
    Err(SourceError::NotWorkbook(Phrase::new(id, en)))
}

fn instead<T>(kind: (&'static str, &'static str), advice: (&'static str, &'static str)) -> Result<T, SourceError> {
    let (kind, advice) = (Phrase::new(kind.0, kind.1), Phrase::new(advice.0, advice.1));
    Err(SourceError::Instead { kind, advice })
}

/// Whether the content is an archive or a compound file: anything else is read as text, if at all.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK") || bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
}

/// What the content of a file of that name is, or the finding that says what it is instead. Text counts as a table where
/// the name says so or its lines do.
pub(super) fn sniff(bytes: &[u8], name: &str, named_csv: bool, limits: &Limits) -> Result<Format, SourceError> {
    if name.starts_with("~$") || name.starts_with(".~lock.") {
        return instead(
            (
                "berkas kunci (~$…) yang dibuat Excel selama berkas aslinya terbuka",
                "a lock file (~$…) Excel keeps while the real file is open",
            ),
            (
                "Tutup berkasnya di Excel, lalu pakai berkas bernama sama tanpa ~$.",
                "Close the file in Excel, and use the file of the same name without ~$.",
            ),
        );
    }
    if bytes.is_empty() && !named_csv {
        return other("berkas kosong", "an empty file");
    }
    if bytes.starts_with(b"PK") {
        return sniff_zip(bytes, limits);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return sniff_compound(bytes);
    }
    let start = bytes[..bytes.len().min(16)].to_ascii_lowercase();
    let starts = |marks: &[&[u8]]| marks.iter().any(|mark| start.starts_with(mark));
    if starts(&[b"%pdf"]) {
        other("PDF", "PDF")
    } else if starts(&[b"\x89png", b"\xff\xd8\xff", b"gif8", b"bm\x36", b"ii*\0", b"mm\0*"])
        || starts(&[b"riff"]) && bytes.get(8..12) == Some(b"WEBP")
        || bytes.get(4..8) == Some(b"ftyp")
    {
        other("gambar atau video", "a picture or film")
    } else if starts(&[b"rar!", b"7z\xbc\xaf", b"\x1f\x8b"]) {
        other("arsip", "an archive")
    } else {
        sniff_text(bytes, named_csv)
    }
}

fn sniff_text(bytes: &[u8], named_csv: bool) -> Result<Format, SourceError> {
    let (encoding, mark) = encoding_of(bytes);
    let head = &bytes[mark..bytes.len().min(mark + HEAD)];
    let is_odd = |byte: &&u8| **byte == 0 || **byte < 32 && !b"\t\n\r\x0c\x1a".contains(*byte);
    if encoding == encoding_rs::UTF_8 && head.iter().filter(is_odd).count() * ODD_BYTES > head.len() {
        return other("berkas biner yang tidak dikenal", "an unknown binary file");
    }
    let text = encoding.decode_without_bom_handling(head).0;
    let lower = text.trim_start().to_ascii_lowercase();
    let has = |part: &str| lower.contains(part);
    if has("urn:schemas-microsoft-com:office:spreadsheet") && !has("<html") {
        return other(
            "Spreadsheet XML 2003 (bernama .xls atau .xml)",
            "an XML spreadsheet of 2003 (named .xls or .xml)",
        );
    }
    if has("<office:document") {
        return other("OpenDocument datar (.fods)", "a flat OpenDocument (.fods)");
    }
    if lower.starts_with("mime-version:") || has("\nmime-version:") {
        return other("arsip halaman web (.mht)", "a web archive (.mht)");
    }
    if has("<html") || has("<!doctype html") || lower.starts_with('<') && (has("<table") || has("<meta")) {
        return Ok(Format::Html);
    }
    if lower.starts_with("{\\rtf") {
        return other("dokumen RTF", "an RTF document");
    }
    if lower.starts_with("begin:vcalendar") {
        return instead(
            ("kalender (.ics), mungkin keluaran rekap sendiri", "a calendar (.ics), perhaps one rekap wrote"),
            ("Beri berkas rencana aksinya, bukan kalendernya.", "Give the action plan, not its calendar."),
        );
    }
    let is_address =
        lower.starts_with("[internetshortcut]") || lower.starts_with('{') && has("https://docs.google.com");
    if is_address && bytes.len() <= HEAD {
        return instead(
            (
                "pintasan ke alamat web (.gsheet atau .url), tanpa isi",
                "a shortcut to a web address (.gsheet or .url), without content",
            ),
            (
                "Buka pintasannya, lalu unduh lembarnya sebagai .xlsx, atau pakai alamatnya.",
                "Open the shortcut and download the sheet as .xlsx, or use its address.",
            ),
        );
    }
    if has("[lke]") || has("[[output]]") || has("[[survey]]") {
        return instead(
            ("berkas pipeline rekap", "a pipeline file of rekap"),
            ("Jalankan dengan `rekap run`.", "Run it with `rekap run`."),
        );
    }
    if named_csv {
        return Ok(Format::Csv);
    }
    let rows = &bytes[mark..bytes.len().min(mark + TABLE)];
    match is_table(&encoding.decode_without_bom_handling(rows).0, bytes.len() > mark + TABLE) {
        true => Ok(Format::Csv),
        false => other("teks biasa", "plain text"),
    }
}

fn sniff_zip(bytes: &[u8], limits: &Limits) -> Result<Format, SourceError> {
    let archive = super::archive::open(bytes, limits)?;
    let has = |start: &str| archive.file_names().flatten().any(|name| name.starts_with(start));
    let ends = |end: &str| archive.file_names().flatten().any(|name| name.ends_with(end));
    let head = &bytes[..bytes.len().min(128)];
    if has("xl/workbook.bin") {
        other("buku kerja biner (.xlsb)", "a binary workbook (.xlsb)")
    } else if has("word/") || memchr::memmem::find(head, b"opendocument.text").is_some() {
        other("dokumen Word", "a Word document")
    } else if has("ppt/") || memchr::memmem::find(head, b"opendocument.presentation").is_some() {
        other("presentasi", "a presentation")
    } else if has("content.xml") && has("META-INF/manifest.xml") {
        Ok(Format::Ods)
    } else if has("[Content_Types].xml") || has("xl/") {
        Ok(Format::Xlsx)
    } else if ends(".iwa") {
        other("lembar kerja Apple Numbers", "an Apple Numbers spreadsheet")
    } else if ends(".xlsx") || ends(".xls") || ends(".csv") || ends(".ods") {
        other(
            "arsip zip; keluarkan dulu lembar kerja di dalamnya",
            "a zip archive; take the worksheets out of it first",
        )
    } else {
        other("arsip zip", "a zip archive")
    }
}

fn sniff_compound(bytes: &[u8]) -> Result<Format, SourceError> {
    let file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|error| SourceError::Damaged(error.to_string()))?;
    if file.exists("/EncryptedPackage") {
        Err(SourceError::Protected)
    } else if file.exists("/Workbook") || file.exists("/Book") {
        Ok(Format::Xls)
    } else {
        Err(SourceError::NotWorkbook(Phrase::new("dokumen Office lama", "an old Office document")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    /// What a content named .xls is taken for.
    fn taken_for(bytes: &[u8]) -> String {
        match sniff(bytes, "x", false, &Limits::default()) {
            Ok(format) => format!("{format:?}"),
            Err(SourceError::NotWorkbook(kind) | SourceError::Instead { kind, .. }) => kind.text(Lang::En).to_owned(),
            Err(other) => format!("{other:?}"),
        }
    }

    #[test]
    fn contents_are_told_whatever_the_name_says() {
        for (content, kind) in [
            (&b"%PDF-1.7"[..], "PDF"),
            (b"\xff\xd8\xff\xe0", "a picture or film"),
            (b"", "an empty file"),
            (b"Kepada Yth., Bapak Ketua\ndi tempat\n\nBersama ini kami kirim\n", "plain text"),
            (
                b"{\"url\": \"https://docs.google.com/open?id=1\", \"doc_id\": \"1\"}",
                "a shortcut to a web address (.gsheet or .url), without content",
            ),
            (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "a calendar (.ics), perhaps one rekap wrote"),
            (b"name = \"x\"\n[lke]\nsource = \"{lke}\"\n", "a pipeline file of rekap"),
            (
                b"<?xml version=\"1.0\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">",
                "an XML spreadsheet of 2003 (named .xls or .xml)",
            ),
            (b"MIME-Version: 1.0\nContent-Type: multipart/related", "a web archive (.mht)"),
            (b"\x00\x01\x02\x03\x00\x00\x00\x04rekap", "an unknown binary file"),
            (b"\xef\xbb\xbf<html><table>", "Html"),
            (b"<table><tr><td>1</td></tr></table>", "Html"),
            (b"No\tNama\tNilai\r\n1\tA\t4\r\n2\tB\t3\r\n", "Csv"),
            (b"No;Nilai\n1;4\n2;3\n", "Csv"),
            (b"\xff\xfeN\0o\0\t\0U\x001\0\n\x001\0\t\x004\0\n\0", "Csv"),
        ] {
            assert_eq!(taken_for(content), kind, "{}", String::from_utf8_lossy(content));
        }
        assert!(matches!(sniff(b"\x05Admin", "~$lke", false, &Limits::default()), Err(SourceError::Instead { .. })));
        assert_eq!(sniff(b"a,Infor\0masi\n", "x", true, &Limits::default()), Ok(Format::Csv));
    }
}
