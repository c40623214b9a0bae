//! What the program and a reading process say to each other: frames of a known version, each a head and bytes as they are.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::super::csv::Table;
use super::super::google::read::{Built, Tab};
use super::super::{Limits, SheetName, SourceError};
use crate::grid::{Grid, GridLimits};

/// The format's version: whoever speaks another is not understood.
const VERSION: u32 = 1;
/// What a frame begins with.
const MARK: [u8; 4] = *b"RKAP";
/// Bytes of a head that are a head's.
const LONGEST_HEAD: u64 = 1 << 30;

/// What a reading process is asked.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::source) enum Question {
    /// To open the file whose bytes come with it.
    Open {
        /// Its name, where it is a table as text the name of its only sheet.
        name: String,
        /// Whether its name says that it is a table as text.
        is_csv: bool,
        /// What it may come to.
        limits: Limits,
    },
    /// The first rows of a sheet of the file opened last.
    Head {
        /// The sheet's place.
        sheet: usize,
        /// How many rows.
        rows: u32,
    },
    /// The sheets of a spreadsheet, from the answer of Google's that comes with it.
    Outline,
    /// The grids of a spreadsheet's sheets, from the answers of Google's that come with it, one behind the other.
    Cells {
        /// The sheets.
        tabs: Vec<Tab>,
        /// Bytes of the first answer: cells. What follows are plain values.
        cells: usize,
        /// What they may come to.
        limits: GridLimits,
    },
}

/// A question and the memory its answer may take, in bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) memory: u64,
    pub(super) question: Question,
}

/// What a reading process answers.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::source) enum Answer {
    /// The sheets of a workbook, to be read one by one.
    Sheets(Vec<SheetName>),
    /// A table as text; the text comes with it.
    Table(Table),
    /// Rows of a sheet.
    Grid(Grid),
    /// Name and sheets of a spreadsheet.
    Outline(String, Vec<Tab>),
    /// Its grids, each by the sheet's gid.
    Built(Built),
    /// Why there is none.
    Failed(SourceError),
}

/// Writes a frame.
///
/// # Errors
/// When the other side has gone.
pub(super) fn send(to: &mut impl Write, head: &impl Serialize, body: &[u8]) -> io::Result<()> {
    let head = postcard::to_stdvec(head).map_err(io::Error::other)?;
    to.write_all(&MARK)?;
    to.write_all(&VERSION.to_le_bytes())?;
    for length in [head.len(), body.len()] {
        to.write_all(&(length as u64).to_le_bytes())?;
    }
    to.write_all(&head)?;
    to.write_all(body)?;
    to.flush()
}

/// Reads a frame: its head at once, its body when asked for; none where the other side has ended.
///
/// # Errors
/// When it breaks off or is none of this version.
pub(super) fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<(T, u64)>> {
    let mut mark = [0; 4];
    if from.read(&mut mark[..1])? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut mark[1..])?;
    let mut version = [0; 4];
    from.read_exact(&mut version)?;
    if mark != MARK || u32::from_le_bytes(version) != VERSION {
        return Err(io::Error::other(
            "bukan jawaban proses pembaca versi ini / no answer of this version's reading process",
        ));
    }
    let mut lengths = [[0; 8]; 2];
    for length in &mut lengths {
        from.read_exact(length)?;
    }
    let [head, body] = lengths.map(u64::from_le_bytes);
    if head > LONGEST_HEAD {
        return Err(io::Error::other("head"));
    }
    let head = read_bytes(from, head)?;
    Ok(Some((postcard::from_bytes(&head).map_err(io::Error::other)?, body)))
}

/// Reads so many bytes.
///
/// # Errors
/// When there are fewer.
pub(super) fn read_bytes(from: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
