//! The work unit (*satuan kerja*), as the registry tells of it.

use std::collections::BTreeMap;

/// A work unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Satker {
    /// Code, such as `1971`.
    pub kode: String,
    /// Name.
    pub nama: String,
    /// Kind: provinsi, kabupaten, kota.
    pub jenis: String,
    /// Predicates it already holds: WBK, WBBM.
    pub holds: Vec<String>,
    /// Every column of its registry row by name, for placeholders.
    pub columns: BTreeMap<String, String>,
}
