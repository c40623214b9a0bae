//! Damage: by chance, and the same for the same dice. An archive's is done to its inflated parts, which are packed again.

use std::io::{Cursor, Read, Write};

pub use super::make::units::Dice;

/// Words that have meant trouble somewhere.
const WORDS: [&str; 36] = [
    "0",
    "-1",
    "1",
    "65536",
    "4294967295",
    "2147483648",
    "18446744073709551616",
    "1e308",
    "-1e308",
    "NaN",
    "inf",
    "1.000",
    "1,5",
    "\"",
    "\"\"",
    "<",
    ">",
    "&#x1;",
    "&amp;",
    "]]>",
    "<!--",
    "\u{0}",
    "\u{202e}",
    "\u{feff}",
    "\t",
    "\n",
    "\r\n",
    "=",
    "A1:XFD1048576",
    "XFD1048576",
    "#REF!",
    "=A1",
    "Setiap bulan",
    "Januari - Desember 2025",
    "√",
    "kurang",
];

fn at(dice: &mut Dice, length: usize) -> usize {
    if length == 0 { 0 } else { dice.roll(length as u64) as usize }
}

/// A stretch of at most so many bytes.
fn stretch(dice: &mut Dice, length: usize, most: usize) -> std::ops::Range<usize> {
    let start = at(dice, length);
    start..(start + 1 + at(dice, most)).min(length)
}

/// Damages text, XML, JSON: one to four wounds.
pub fn text(data: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut data = data.to_vec();
    for _ in 0..1 + dice.roll(4) {
        wound(&mut data, dice);
    }
    data
}

fn wound(data: &mut Vec<u8>, dice: &mut Dice) {
    let word = WORDS[at(dice, WORDS.len())].as_bytes();
    let length = data.len();
    match dice.roll(10) {
        0 => drop(data.drain(stretch(dice, length, 200))),
        1 => {
            // Again and again.
            let piece = data[stretch(dice, length, 400)].to_vec();
            let place = at(dice, length);
            drop(data.splice(place..place, piece.repeat(1 + at(dice, 60))));
        }
        2 => {
            // From somewhere to elsewhere.
            let piece = data[stretch(dice, length, 400)].to_vec();
            let place = stretch(dice, length, 40);
            drop(data.splice(place, piece));
        }
        3 => data.truncate(at(dice, length)),
        4 if length > 0 => {
            let place = at(dice, length);
            data[place] = dice.roll(256) as u8;
        }
        5 | 6 => {
            // A number becomes another.
            let from = at(dice, length);
            let Some(start) = (from..length).find(|&at| data[at].is_ascii_digit()) else { return };
            let end = (start..length).find(|&at| !data[at].is_ascii_digit()).unwrap_or(length);
            drop(data.splice(start..end, word.iter().copied()));
        }
        7 => {
            // What stands in quotes or between marks becomes something else.
            let from = at(dice, length);
            let is_mark = |at: &usize| matches!(data[*at], b'"' | b'>' | b'<' | b'\t' | b',' | b';');
            let Some(start) = (from..length).find(is_mark) else { return };
            let end = (start + 1..length).find(is_mark).unwrap_or(length);
            drop(data.splice(start + 1..end.max(start + 1), word.iter().copied()));
        }
        _ => {
            let place = at(dice, length);
            drop(data.splice(place..place, word.iter().copied()));
        }
    }
}

/// Damages bytes that are no text.
fn bytes(data: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut data = data.to_vec();
    for _ in 0..1 + dice.roll(6) {
        if data.is_empty() {
            break;
        }
        let place = at(dice, data.len());
        match dice.roll(6) {
            0 => data.truncate(place),
            1 => {
                let end = (place + 4).min(data.len());
                data[place..end].fill(if dice.roll(2) == 0 { 0xFF } else { 0 });
            }
            _ => data[place] = dice.roll(256) as u8,
        }
    }
    data
}

/// Damages one part of an archive, inflated; now and then the archive itself.
pub fn archive(data: &[u8], dice: &mut Dice) -> Vec<u8> {
    if dice.roll(12) == 0 {
        return bytes(data, dice);
    }
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(data)) else { return bytes(data, dice) };
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for index in 0..archive.len() {
        let Ok(part) = archive.by_index(index) else { continue };
        let Ok(name) = part.name().map(|name| name.into_owned()) else { continue };
        let mut content = Vec::new();
        // What was damaged before may inflate to anything.
        let _ = part.take(8 << 20).read_to_end(&mut content);
        parts.push((name, content));
    }
    if parts.is_empty() {
        return bytes(data, dice);
    }
    // The larger parts are the ones that hold something.
    let (first, second) = (at(dice, parts.len()), at(dice, parts.len()));
    let chosen = if parts[first].1.len() > parts[second].1.len() { first } else { second };
    parts[chosen].1 = text(&parts[chosen].1, dice);
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in &parts {
        if out.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).is_err() {
            continue;
        }
        let _ = out.write_all(content);
    }
    out.finish().map_or_else(|_| data.to_vec(), Cursor::into_inner)
}

/// Damages the records of a workbook in a compound file; now and then the file itself.
pub fn compound(data: &[u8], dice: &mut Dice) -> Vec<u8> {
    let records = (|| {
        let mut file = cfb::CompoundFile::open(Cursor::new(data)).ok()?;
        let mut records = Vec::new();
        file.open_stream("/Workbook").ok()?.take(8 << 20).read_to_end(&mut records).ok()?;
        Some(records)
    })();
    let Some(mut records) = records.filter(|_| dice.roll(8) > 0) else { return bytes(data, dice) };
    for _ in 0..1 + dice.roll(3) {
        let starts = starts_of(&records);
        let Some(&start) = starts.get(at(dice, starts.len())) else { break };
        let length = usize::from(u16::from_le_bytes([records[start + 2], records[start + 3]]));
        let end = (start + 4 + length).min(records.len());
        match dice.roll(7) {
            0 => drop(records.drain(start..end)),
            1 => {
                let again = records[start..end].to_vec();
                drop(records.splice(end..end, again.repeat(1 + at(dice, 20))));
            }
            2 => {
                // Another length than it has.
                let claimed = (dice.roll(1 << 16) as u16).to_le_bytes();
                records[start + 2..start + 4].copy_from_slice(&claimed);
            }
            3 => {
                // Shorter or longer, and honest about it.
                let length = at(dice, length + 40);
                let mut body = records[start + 4..end].to_vec();
                body.resize(length, 0xFF);
                let head = [records[start], records[start + 1], length as u8, (length >> 8) as u8];
                drop(records.splice(start..end, head.into_iter().chain(body)));
            }
            4 => {
                let kind = starts[at(dice, starts.len())];
                let kind = [records[kind], records[kind + 1]];
                records[start..start + 2].copy_from_slice(&kind);
            }
            _ if end > start + 4 => {
                let place = start + 4 + at(dice, end - start - 4);
                let wide = (place + 1 + at(dice, 4)).min(end);
                let value = [0, 0xFF, dice.roll(256) as u8, 0x80][at(dice, 4)];
                records[place..wide].fill(value);
            }
            _ => {}
        }
    }
    let written = (|| {
        let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).ok()?;
        file.create_stream("/Workbook").ok()?.write_all(&records).ok()?;
        file.flush().ok()?;
        Some(file.into_inner().into_inner())
    })();
    written.unwrap_or_else(|| data.to_vec())
}

/// Where the records begin.
fn starts_of(records: &[u8]) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut at = 0;
    while let Some(head) = records.get(at..at + 4) {
        starts.push(at);
        at += 4 + usize::from(u16::from_le_bytes([head[2], head[3]]));
    }
    starts
}
