//! `rekap template NAME`: an empty official worksheet with formulas that are right.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::Shown;
use crate::lke::template::Template as LkeTemplate;
use crate::output::{file, worksheet};

/// Tulis lembar kerja resmi yang kosong
#[derive(Debug, Args)]
pub(super) struct Template {
    /// Nama templat, misalnya lke-zi-2021
    name: String,
    /// Berkas yang ditulis; bawaan: NAMA.xlsx
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// Timpa berkas yang sudah ada
    #[arg(long)]
    force: bool,
}

impl Template {
    pub(super) fn run(self, shown: &Shown) -> ExitCode {
        let template = match LkeTemplate::named(&self.name, Path::new(".")) {
            Ok(template) => template,
            Err(error) => {
                let unknown = shown.lang.pick("templat tidak dapat dipakai", "the template cannot be used");
                return shown.fail(&format!("{unknown}: {error}"));
            }
        };
        let path = self.output.unwrap_or_else(|| PathBuf::from(format!("{}.xlsx", template.id)));
        if path.exists() && !self.force {
            let exists = shown.lang.pick("sudah ada; timpa dengan --force", "exists; overwrite with --force");
            return shown.fail(&format!("{} {exists}", path.display()));
        }
        let written =
            file::stage(&path, |to| worksheet::write(&template, None, shown.lang, to)).and_then(file::Staged::put);
        match written {
            Ok(()) => {
                println!("{}: {}", shown.lang.pick("Ditulis", "Written"), path.display());
                ExitCode::SUCCESS
            }
            Err(error) => shown.fail(&error.to_string()),
        }
    }
}
