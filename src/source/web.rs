//! The web as a source: files fetched from permitted hosts only, within limits.

use std::time::Duration;

/// Hosts files may be fetched from unless the pipeline says others: Google's.
const GOOGLE_HOSTS: [&str; 3] = ["docs.google.com", "drive.google.com", "googleusercontent.com"];

/// What may be fetched, and how long that may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSettings {
    /// Permitted hosts; each stands for its subdomains, too.
    pub hosts: Vec<String>,
    /// Hosts of an office's own network: http and addresses that are not public are permitted for them alone.
    pub private_hosts: Vec<String>,
    /// How long one file may take.
    pub timeout: Duration,
}

impl Default for WebSettings {
    fn default() -> Self {
        WebSettings {
            hosts: GOOGLE_HOSTS.map(str::to_owned).to_vec(),
            private_hosts: Vec::new(),
            timeout: Duration::from_secs(60),
        }
    }
}
