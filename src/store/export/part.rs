//! One Parquet file, written a batch of rows at a time so that memory stays bounded.

use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::Arc;

use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{Column, DataFrame, ParquetWriter, PolarsResult};

use crate::store::intervals::Cell;

/// Rows held in memory.
const BATCH: usize = 100_000;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Whole,
    Real,
    Flag,
}

/// One value.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Null,
    Text(Arc<str>),
    Whole(i64),
    Real(f64),
    Flag(bool),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.into())
    }
}

impl From<Arc<str>> for Value {
    fn from(text: Arc<str>) -> Self {
        Value::Text(text)
    }
}

impl From<Cell> for Value {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::None => Value::Null,
            Cell::Whole(value) => Value::Whole(value),
            Cell::Real(value) => Value::Real(value),
        }
    }
}

/// A file being written; without rows there is none.
pub(super) struct Part {
    path: PathBuf,
    columns: Vec<(&'static str, Kind)>,
    rows: Vec<Vec<Value>>,
    writer: Option<BatchedWriter<File>>,
    written: u64,
}

impl Part {
    pub(super) fn new(path: PathBuf, columns: Vec<(&'static str, Kind)>) -> Self {
        Part { path, columns, rows: Vec::new(), writer: None, written: 0 }
    }

    pub(super) fn push(&mut self, row: Vec<Value>) -> PolarsResult<()> {
        debug_assert_eq!(row.len(), self.columns.len(), "{}", self.path.display());
        self.rows.push(row);
        if self.rows.len() == BATCH { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> PolarsResult<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.rows);
        let columns = self.columns.iter().enumerate().map(|(place, (name, kind))| {
            let values = rows.iter().map(|row| &row[place]);
            let name = (*name).into();
            match kind {
                Kind::Text => Column::new(
                    name,
                    values
                        .map(|value| if let Value::Text(text) = value { Some(&**text) } else { None })
                        .collect::<Vec<_>>(),
                ),
                Kind::Whole => Column::new(
                    name,
                    values
                        .map(|value| if let Value::Whole(value) = value { Some(*value) } else { None })
                        .collect::<Vec<_>>(),
                ),
                Kind::Real => Column::new(
                    name,
                    values
                        .map(|value| if let Value::Real(value) = value { Some(*value) } else { None })
                        .collect::<Vec<_>>(),
                ),
                Kind::Flag => Column::new(
                    name,
                    values
                        .map(|value| if let Value::Flag(value) = value { Some(*value) } else { None })
                        .collect::<Vec<_>>(),
                ),
            }
        });
        let frame = DataFrame::new(rows.len(), columns.collect())?;
        if self.writer.is_none() {
            if let Some(folder) = self.path.parent() {
                fs::create_dir_all(folder)?;
            }
            self.writer = Some(ParquetWriter::new(File::create(&self.path)?).batched(frame.schema())?);
        }
        self.written += rows.len() as u64;
        self.writer.as_mut().map_or(Ok(()), |writer| writer.write_batch(&frame))
    }

    /// Ends the file, safely on disk; tells how many rows it has.
    pub(super) fn finish(mut self) -> PolarsResult<u64> {
        self.flush()?;
        if let Some(writer) = self.writer {
            writer.finish()?;
            File::open(&self.path)?.sync_all()?;
        }
        Ok(self.written)
    }
}
