//! The web as a source: files fetched from permitted hosts only, within limits.
//!
//! [`guard`] decides which addresses may be asked and [`proxy`] by which way, [`fetch`] asks for a file and takes it down,
//! [`address`] turns what people paste into where the file itself is.

mod address;
pub mod client;
mod fetch;
pub mod guard;
pub mod proxy;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::SourceError;
use crate::stop::Stop;
use guard::{Guard, Lookup};
use proxy::Proxies;

/// Hosts files may be fetched from unless the pipeline says others: Google's.
const GOOGLE_HOSTS: [&str; 4] =
    ["docs.google.com", "drive.google.com", "drive.usercontent.google.com", "googleusercontent.com"];

/// What may be fetched, and how long that may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSettings {
    /// Permitted hosts; each stands for its subdomains, too.
    pub hosts: Vec<String>,
    /// Hosts of an office's own network: http and addresses that are not public are permitted for them alone.
    pub private_hosts: Vec<String>,
    /// How long one file may take.
    pub timeout: Duration,
    /// The proxies files are fetched through.
    pub proxies: Proxies,
}

impl Default for WebSettings {
    fn default() -> Self {
        WebSettings {
            hosts: GOOGLE_HOSTS.map(str::to_owned).to_vec(),
            private_hosts: Vec::new(),
            timeout: Duration::from_secs(60),
            proxies: Proxies::default(),
        }
    }
}

/// Fetches files. Its copies share their connections, and at which hosts nobody is there.
#[derive(Debug, Clone)]
pub struct Web {
    client: client::Guarded,
    timeout: Duration,
    /// Hosts, with their ports, at which nobody was there, and why: in this run they are not asked again.
    nobody_there: Arc<Mutex<BTreeMap<String, SourceError>>>,
    stop: Stop,
}

/// What a server calls a version of a file by, to be asked whether it changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// Its `ETag`.
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    pub last_modified: Option<String>,
}

/// What was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The file is still the known one.
    Unchanged,
    /// The file.
    New {
        /// Its content.
        bytes: Vec<u8>,
        /// Its name, `Unduhan LKE.xlsx`. It names the sheet of a table as text, and ends in `.csv` where the server says
        /// that it is one; on anything else the content decides.
        name: String,
        /// What this version is called by.
        validators: Validators,
    },
}

impl Web {
    /// Ready to fetch, with the names of hosts resolved as the system does.
    ///
    /// # Errors
    /// [`SourceError::Unreachable`] when the system has no certificates to trust.
    pub fn new(settings: &WebSettings) -> Result<Web, SourceError> {
        Web::with_lookup(settings, Lookup::default())
    }

    /// Ready to fetch, with the names of hosts resolved by `lookup`.
    ///
    /// # Errors
    /// [`SourceError::Unreachable`] when the system has no certificates to trust.
    pub fn with_lookup(settings: &WebSettings, lookup: Lookup) -> Result<Web, SourceError> {
        let guard = Guard::of_hosts(settings.hosts.clone(), settings.private_hosts.clone());
        let timeouts = client::Timeouts {
            connect: (settings.timeout / 4).min(Duration::from_secs(15)),
            idle: settings.timeout / 2,
            whole: settings.timeout,
        };
        let client = client::build(guard, lookup, &settings.proxies, timeouts)?;
        Ok(Web { client, timeout: settings.timeout, nobody_there: Arc::default(), stop: Stop::new() })
    }

    /// The same, saying what it waits for to those who watch this run.
    pub fn heeding(self, stop: &Stop) -> Web {
        Web { stop: stop.clone(), ..self }
    }
}
