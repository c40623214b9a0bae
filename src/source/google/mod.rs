//! Google Sheets: addresses, credentials, and a client that reads spreadsheets into grids and updates them.

mod account;
mod address;
mod cells;
mod client;
mod credentials;
mod limiter;
pub(in crate::source) mod read;
mod request;
mod way;

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::web::proxy::Proxies;

pub use address::SheetAddress;
pub use client::Google;
pub use read::{ReadSheet, ReadSpreadsheet};
pub use request::Again;

/// How Google is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoogleSettings {
    /// Where key or token come from; none where the pipeline names nothing.
    pub credentials: Option<Credentials>,
    /// Address of the Sheets service, `https://sheets.googleapis.com/` unless the pipeline says another.
    pub endpoint: Url,
    /// Address tokens come from; none is what the key file says.
    pub token_endpoint: Option<Url>,
    /// Read requests a minute, Google's quota per user.
    pub reads_per_minute: u32,
    /// Write requests a minute, Google's quota per user.
    pub writes_per_minute: u32,
    /// Requests a minute in all, Google's quota per project.
    pub requests_per_minute: u32,
    /// How long one request may be repeated before it counts as failed.
    pub deadline: Duration,
    /// The proxies Google and its token server are reached through.
    pub proxies: Proxies,
}

/// Where a key comes from. Never the key itself: that would stand in a pipeline file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A service account's key file.
    KeyFile(PathBuf),
    /// An environment variable that holds a service account's key.
    KeyVariable(String),
    /// A file that holds an API key, for sheets shared by link.
    ApiKeyFile(PathBuf),
    /// An environment variable that holds an API key.
    ApiKeyVariable(String),
}

impl Default for GoogleSettings {
    fn default() -> Self {
        GoogleSettings {
            credentials: None,
            endpoint: Url::parse("https://sheets.googleapis.com/").expect("a constant address"),
            token_endpoint: None,
            reads_per_minute: 60,
            writes_per_minute: 60,
            requests_per_minute: 300,
            deadline: Duration::from_secs(120),
            proxies: Proxies::default(),
        }
    }
}
