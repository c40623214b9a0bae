//! [`Manifest`]: what an earlier run is rebuilt from, kept beside the copies of its sources.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Pipeline;
use crate::source::FileBytes;
use crate::source::Sha256;
use crate::source::fetch::Outcome;
use crate::source::snapshot::{Kept, Latest, READER, Snapshots};

/// Everything a run depended on, beside the program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The program's version.
    pub version: String,
    /// The reader that read its sources, see [`READER`].
    pub reader: String,
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
            reader: READER.to_owned(),
            started,
            pipeline: without_secrets(&pipeline.text),
            registry,
            outcomes,
        };
        snapshots.keep_run(run, &manifest)
    }

    /// The copies it needs, by their keys.
    pub fn needed(&self) -> impl Iterator<Item = &str> {
        let read = self.outcomes.values().filter_map(|outcome| match outcome {
            Outcome::Read { copies, .. } => Some(copies.iter().map(String::as_str)),
            Outcome::Failed { .. } => None,
        });
        read.flatten().chain([self.registry.as_str()])
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

/// Ends copies: of all but the newest `keep_runs` runs, of runs and last copies older than `keep_days`, and the last copies
/// of satker that left the registry. What the runs that stay need is left alone.
///
/// # Errors
/// When the state folder cannot be read or changed. Where what a run that stays needs cannot be read, no copy is removed.
pub fn forget_old_runs(snapshots: &Snapshots, pipeline: &Pipeline, now: Timestamp) -> io::Result<()> {
    let days = Duration::from_secs(u64::from(pipeline.keep_days) * 86_400);
    let oldest = now.checked_sub(days).unwrap_or(Timestamp::MIN);
    let runs = snapshots.runs()?;
    let (old, new) = runs.split_at(runs.len().saturating_sub(pipeline.keep_runs));
    old.iter().try_for_each(|run| snapshots.forget_run(*run))?;
    let (mut needed, mut doubt) = (BTreeSet::new(), None);
    for run in new {
        match snapshots.run::<Manifest>(*run) {
            Ok(Some(manifest)) if manifest.started < oldest => snapshots.forget_run(*run)?,
            Ok(manifest) => needed.extend(manifest.iter().flat_map(Manifest::needed).map(str::to_owned)),
            Err(error) => doubt = Some(error),
        }
    }
    let places = pipeline.locations();
    let ended = |latest: &Latest| {
        latest.fetched_at < oldest || latest.pipeline == pipeline.name && !places.contains(&latest.location)
    };
    doubt.map_or(Ok(()), Err)?;
    snapshots.prune(&needed, &ended).map(|_| ())
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
