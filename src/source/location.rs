//! [`Location`]: what a pipeline's text about a place means.

use std::path::{Path, PathBuf};

use url::Url;

use super::SourceError;
use super::google::{GoogleSettings, SheetAddress};
use crate::grid::is_web_address;
use crate::lang::Phrase;

/// Where something is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A file.
    File(PathBuf),
    /// A file on the web.
    Web(Url),
    /// A spreadsheet in Google Sheets, or one sheet of it.
    Sheet(SheetAddress),
}

impl Location {
    /// Reads a path, relative to a folder, or an address.
    ///
    /// # Errors
    /// [`SourceError::Address`] when an address cannot be used.
    pub fn parse(text: &str, directory: &Path, google: &GoogleSettings) -> Result<Location, SourceError> {
        let text = text.trim();
        if !is_web_address(text) {
            return Ok(Location::File(directory.join(text)));
        }
        if let Some(address) = SheetAddress::parse(text, google) {
            return address.map(Location::Sheet);
        }
        let wrong = Phrase::new("bukan alamat http atau https yang utuh", "not a whole http or https address");
        Url::parse(text).ok().filter(Url::has_host).map(Location::Web).ok_or(SourceError::Address(wrong))
    }

    /// Whether the network is needed to read it.
    pub fn is_remote(&self) -> bool {
        !matches!(self, Location::File(_))
    }
}
