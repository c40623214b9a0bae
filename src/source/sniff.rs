//! Tells the format of a file by its content.

use std::io::Cursor;

use super::SourceError;
use crate::lang::Phrase;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Xlsx,
    Xls,
    Ods,
    Csv,
}

/// What the content is, or the finding that says what it is instead. Text counts as a table only where the name says so.
pub(super) fn sniff(bytes: &[u8], named_csv: bool) -> Result<Format, SourceError> {
    let other = |id, en| Err(SourceError::NotWorkbook(Phrase::new(id, en)));
    if bytes.is_empty() && !named_csv {
        return other("berkas kosong", "an empty file");
    }
    if bytes.starts_with(b"PK") {
        return sniff_zip(bytes);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return sniff_compound(bytes);
    }
    let start = bytes[..bytes.len().min(512)].to_ascii_lowercase();
    let has = |text: &[u8]| start.windows(text.len()).any(|window| window == text);
    if start.starts_with(b"%pdf") {
        other("PDF", "PDF")
    } else if start.starts_with(b"\x89png") || bytes.starts_with(b"\xFF\xD8\xFF") || start.starts_with(b"gif8") {
        other("gambar", "a picture")
    } else if has(b"<html") || has(b"<!doctype html") {
        other("halaman web (mungkin halaman masuk Google)", "a web page (perhaps Google's sign-in page)")
    } else if start.starts_with(b"rar!") || start.starts_with(b"7z\xbc\xaf") || start.starts_with(b"\x1f\x8b") {
        other("arsip", "an archive")
    } else if named_csv && (!bytes.contains(&0) || bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF")) {
        Ok(Format::Csv)
    } else if bytes.contains(&0) {
        other("berkas biner yang tidak dikenal", "an unknown binary file")
    } else {
        other("teks biasa", "plain text")
    }
}

fn sniff_zip(bytes: &[u8]) -> Result<Format, SourceError> {
    let archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| SourceError::Damaged(error.to_string()))?;
    let has = |start: &str| archive.file_names().flatten().any(|name| name.starts_with(start));
    let other = |id, en| Err(SourceError::NotWorkbook(Phrase::new(id, en)));
    if has("xl/workbook.bin") {
        other("buku kerja biner (.xlsb)", "a binary workbook (.xlsb)")
    } else if has("word/") {
        other("dokumen Word", "a Word document")
    } else if has("ppt/") {
        other("presentasi", "a presentation")
    } else if has("content.xml") && has("META-INF/manifest.xml") {
        Ok(Format::Ods)
    } else if has("[Content_Types].xml") || has("xl/") {
        Ok(Format::Xlsx)
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
