//! How a command that is given places reaches them: with a pipeline's settings, or a key of its own.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{Shown, clock};
use crate::pipeline::Pipeline;
use crate::source::fetch::{Reach, Sources};
use crate::source::google::{Credentials, GoogleSettings};
use crate::source::web::WebSettings;
use crate::source::web::proxy::Proxies;

/// The arguments about it.
#[derive(Debug, Args)]
pub(super) struct Access {
    /// Ambil kunci Google dan host yang diizinkan dari pipeline ini
    #[arg(long, value_name = "PIPELINE")]
    pipeline: Option<PathBuf>,
    /// Berkas kunci akun layanan Google
    #[arg(long, value_name = "BERKAS", conflicts_with = "pipeline")]
    key_file: Option<PathBuf>,
}

impl Access {
    /// How places are reached.
    ///
    /// # Errors
    /// The exit status, when the pipeline cannot be read; said already.
    pub(super) fn reach(&self, shown: &Shown) -> Result<Reach, ExitCode> {
        let pipeline = self.pipeline.as_ref().map(|path| Pipeline::read(path)).transpose();
        let pipeline = pipeline.map_err(|error| shown.fail(&error.report(shown.lang)))?;
        Ok(match &pipeline {
            Some(pipeline) => pipeline.reach(),
            None => {
                let proxies = Proxies::of_environment();
                let credentials = self.key_file.clone().map(Credentials::KeyFile);
                Reach {
                    google: GoogleSettings { credentials, proxies: proxies.clone(), ..GoogleSettings::default() },
                    web: WebSettings { proxies, ..WebSettings::default() },
                    ..Reach::default()
                }
            }
        })
    }

    /// Fetches the places that are addresses; paths are relative to the current folder.
    ///
    /// # Errors
    /// The exit status, when the pipeline cannot be read or no copy be made; said already.
    pub(super) fn fetch(&self, locations: &[String], shown: &Shown) -> Result<Sources, ExitCode> {
        let reach = self.reach(shown)?;
        // What is only looked at leaves no copy.
        let sources = Sources::new(Path::new(""), &reach.google, None);
        let fetched = sources.and_then(|mut sources| {
            sources.fetch(locations.iter().cloned(), &reach, &clock)?;
            Ok(sources)
        });
        fetched.map_err(|error| shown.fail(&error.to_string()))
    }
}
