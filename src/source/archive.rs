//! Inflates the parts of an archive that are read, within limits.
//!
//! The parsers above bound nothing (a workbook of half a megabyte can inflate to half a gigabyte), and what an archive
//! declares of its own sizes may be a lie. So every wanted entry is inflated here, once, against the limits; xlsx is
//! handed on as an archive of stored entries, which its parser can read as often as it likes at no further cost.

use std::collections::HashMap;
use std::io::{Cursor, Read, Write};
use std::ops::Range;
use std::sync::Arc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::decode::xml_as_utf8;
use super::{Limits, SourceError};
use crate::lang::Phrase;

/// What every entry of an archive begins with in its list.
const LISTED: &[u8] = b"PK\x01\x02";

const INFLATED: Phrase = Phrase::new("Isi berkas setelah dimekarkan", "The inflated content");

/// Bytes that are read from several places at once.
#[derive(Debug, Clone)]
pub(super) struct Shared(pub(super) Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// An archive of stored entries, with where each one lies.
pub(super) struct Stored {
    pub(super) bytes: Shared,
    entries: HashMap<String, Range<usize>>,
}

impl Stored {
    /// An entry's content; empty where there is none of that name.
    pub(super) fn entry(&self, name: &str) -> &[u8] {
        self.entries.get(name).map_or(&[], |range| &self.bytes.0[range.clone()])
    }

    /// The names and contents of all entries.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.entries.iter().map(|(name, range)| (name.as_str(), &self.bytes.0[range.clone()]))
    }
}

fn damaged(error: impl std::fmt::Display) -> SourceError {
    SourceError::Damaged(error.to_string())
}

/// Opens an archive. Its list of entries is read as a whole, so that they are counted before.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<ZipArchive<Cursor<&'a [u8]>>, SourceError> {
    let count = memchr::memmem::find_iter(bytes, LISTED).take(limits.entries + 1).count();
    if count > limits.entries {
        return Err(SourceError::TooLarge {
            what: Phrase::new("Jumlah berkas di dalam arsip", "The number of files in the archive"),
            found: format!("> {}", limits.entries),
            limit: limits.entries.to_string(),
        });
    }
    ZipArchive::new(Cursor::new(bytes)).map_err(damaged)
}

/// Inflates the entries whose names are wanted, and calls `take` with each.
fn inflate(
    bytes: &[u8],
    limits: &Limits,
    wanted: impl Fn(&str) -> bool,
    mut take: impl FnMut(&str, &[u8]) -> Result<(), SourceError>,
) -> Result<(), SourceError> {
    let mut archive = open(bytes, limits)?;
    let mut total = 0;
    let mut content = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(damaged)?;
        let name = entry.name().map_err(damaged)?.replace('\\', "/");
        if !wanted(&name) {
            continue;
        }
        let most = limits.entry.min(limits.inflated - total);
        if entry.size() > most {
            return Err(SourceError::too_large(INFLATED, total + entry.size(), limits.inflated.min(limits.entry)));
        }
        content.clear();
        content.reserve(entry.size() as usize + 1);
        // Not what the entry declares, what it inflates to.
        entry.take(most + 1).read_to_end(&mut content).map_err(damaged)?;
        total += content.len() as u64;
        if content.len() as u64 > most {
            return Err(SourceError::too_large(INFLATED, total, limits.inflated.min(limits.entry)));
        }
        take(&name, &xml_as_utf8(&content))?;
    }
    Ok(())
}

/// The archive with its wanted entries stored rather than deflated.
pub(super) fn store(bytes: &[u8], limits: &Limits, wanted: impl Fn(&str) -> bool) -> Result<Stored, SourceError> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len() * 8)));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    inflate(bytes, limits, wanted, |name, content| {
        writer.start_file(name, options).map_err(damaged)?;
        writer.write_all(content).map_err(damaged)
    })?;
    let stored = writer.finish().map_err(damaged)?.into_inner();
    let mut archive = ZipArchive::new(Cursor::new(&stored)).map_err(damaged)?;
    let mut entries = HashMap::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(damaged)?;
        let start = entry.data_start().unwrap_or_default() as usize;
        let name = entry.name().map_err(damaged)?.into_owned();
        entries.insert(name, start..start + entry.size() as usize);
    }
    Ok(Stored { bytes: Shared(Arc::new(stored)), entries })
}

/// The content of single entries, by name.
pub(super) fn read(bytes: &[u8], limits: &Limits, names: &[&str]) -> Result<HashMap<String, Vec<u8>>, SourceError> {
    let mut contents = HashMap::new();
    inflate(
        bytes,
        limits,
        |name| names.contains(&name),
        |name, content| {
            contents.insert(name.to_owned(), content.to_vec());
            Ok(())
        },
    )?;
    Ok(contents)
}
