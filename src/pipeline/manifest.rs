//! [`Manifest`]: what an earlier run is rebuilt from, kept beside the copies of its sources.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Pipeline;
use crate::source::FileBytes;
use crate::source::Sha256;
use crate::source::fetch::Outcome;
use crate::source::snapshot::{Kept, Snapshots};

/// Everything a run depended on, beside the program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The program's version.
    pub version: String,
    /// When the run began.
    pub started: Timestamp,
    /// The pipeline file: what it says of the numbers. Whom it tells, and how, may be secret, and so may what is commented
    /// out.
    pub pipeline: String,
    /// SHA-256 of the satker registry, of which a copy is kept.
    pub registry: String,
    /// What came of every place that was read.
    pub outcomes: BTreeMap<String, Outcome>,
}

impl Manifest {
    /// Takes down a run and keeps it and a copy of its registry.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(
        snapshots: &Snapshots,
        run: i64,
        pipeline: &Pipeline,
        started: Timestamp,
        outcomes: BTreeMap<String, Outcome>,
    ) -> io::Result<()> {
        let FileBytes { bytes, name, is_csv } = pipeline.registry.clone();
        let registry = Sha256::of(&bytes).to_string();
        snapshots.keep(&registry, &Kept::File { bytes: bytes.to_vec(), name, is_csv })?;
        let manifest = Manifest {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started,
            pipeline: without_secrets(&pipeline.text),
            registry,
            outcomes,
        };
        snapshots.keep_run(run, &manifest)
    }

    /// The copies it needs, by their SHA-256.
    pub fn needed(&self) -> impl Iterator<Item = &str> {
        let read = self.outcomes.values().filter_map(|outcome| match outcome {
            Outcome::Read { sha256, .. } => Some(sha256.as_str()),
            Outcome::Failed { .. } => None,
        });
        read.chain([self.registry.as_str()])
    }
}

/// A pipeline file's text without its comments and without whom it tells.
fn without_secrets(text: &str) -> String {
    let file: Result<toml::Table, _> = text.parse();
    file.map(|mut file| {
        file.remove("notify");
        file.to_string()
    })
    .unwrap_or_default()
}

/// Forgets all but the newest `keep` runs, and removes the copies none of those that stay needs.
///
/// # Errors
/// When the state folder cannot be read or changed.
pub fn forget_old_runs(snapshots: &Snapshots, keep: usize) -> io::Result<()> {
    let runs = snapshots.runs()?;
    let old = runs.len().saturating_sub(keep);
    if old == 0 {
        return Ok(());
    }
    for run in &runs[..old] {
        snapshots.forget_run(*run)?;
    }
    let kept = runs[old..].iter().filter_map(|run| snapshots.run::<Manifest>(*run));
    let needed: BTreeSet<String> =
        kept.flat_map(|manifest| manifest.needed().map(str::to_owned).collect::<Vec<_>>()).collect();
    snapshots.prune(&needed).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_pipeline_holds_no_secret() {
        let text = "# url = \"https://kait.contoh.id/rahasia\"\nname = \"uji\" # rahasia\nas_of = 2025-12-01\n\
            [[notify]]\nkind = \"webhook\"\nurl = \"https://kait.contoh.id/rahasia\"\n[lke]\nsource = \"{lke}\"\n";
        let kept = without_secrets(text);
        assert!(!kept.contains("rahasia") && !kept.contains("notify"), "{kept}");
        let (mut before, after): (toml::Table, toml::Table) = (text.parse().unwrap(), kept.parse().unwrap());
        before.remove("notify");
        assert_eq!(before, after);
    }
}
