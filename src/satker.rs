//! The work unit (*satuan kerja*), as the registry tells of it.

use std::collections::BTreeMap;

/// A work unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Satker {
    /// Code, such as `1971`.
    pub kode: String,
    /// Name.
    pub nama: String,
    /// Kind: provinsi, kabupaten, kota, pusat; empty where the registry says none that is known.
    pub jenis: String,
    /// Predicates it already holds: WBK, WBBM.
    pub holds: Vec<String>,
    /// Every column of its registry row by name, for placeholders.
    pub columns: BTreeMap<String, String>,
    /// Its row there, from 1.
    pub row: usize,
    /// Columns of that row whose value says nothing that is known.
    pub unread: Vec<String>,
}
