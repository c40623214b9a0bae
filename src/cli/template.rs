//! `rekap template NAME`: an empty official worksheet with formulas that are right, or an empty response sheet of a survey.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::Shown;
use crate::lke::template::{Template as LkeTemplate, TemplateError};
use crate::nearest::unusable;
use crate::output::{file, response_sheet, worksheet};
use crate::survey::instrument::Instrument;

/// Tulis lembar kerja LKE atau lembar jawaban survei yang kosong
#[derive(Debug, Args)]
pub(super) struct Template {
    /// Nama templat atau instrumen, misalnya lke-zi-2021 atau skm-2017
    name: String,
    /// Berkas yang ditulis; bawaan: NAMA.xlsx
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// Timpa berkas yang sudah ada
    #[arg(long)]
    force: bool,
}

/// What can be written.
enum Sheet {
    Lke(Arc<LkeTemplate>),
    Survey(Arc<Instrument>),
}

impl Template {
    pub(super) fn run(self, shown: &Shown) -> ExitCode {
        let sheet = match Sheet::named(&self.name) {
            Ok(sheet) => sheet,
            Err(error) => {
                let known = Instrument::shipped().iter().map(|instrument| instrument.id.as_str());
                let [id, en] = unusable(&self.name, Path::new("."), &error, LkeTemplate::shipped_ids().chain(known));
                return shown.fail(shown.lang.pick(&id, &en));
            }
        };
        let path = self.output.unwrap_or_else(|| PathBuf::from(format!("{}.xlsx", sheet.id())));
        if path.exists() && !self.force {
            let exists = shown.lang.pick("sudah ada; timpa dengan --force", "exists; overwrite with --force");
            return shown.fail(&format!("{} {exists}", path.display()));
        }
        let write = |to: &Path| match &sheet {
            Sheet::Lke(template) => worksheet::write(template, None, shown.lang, to),
            Sheet::Survey(instrument) => response_sheet::write(instrument, shown.lang, to),
        };
        match file::stage(&path, write).and_then(file::Staged::put) {
            Ok(()) => {
                shown.print(&format!("{}: {}\n", shown.lang.pick("Ditulis", "Written"), path.display()));
                ExitCode::SUCCESS
            }
            Err(error) => shown.fail(&error.to_string()),
        }
    }
}

impl Sheet {
    /// A template or instrument shipped inside the program, or one's own by its path.
    fn named(name: &str) -> Result<Sheet, TemplateError> {
        let here = Path::new(".");
        if let Ok(instrument) = Instrument::named(name, here) {
            return Ok(Sheet::Survey(instrument));
        }
        LkeTemplate::named(name, here).map(Sheet::Lke)
    }

    fn id(&self) -> &str {
        match self {
            Sheet::Lke(template) => &template.id,
            Sheet::Survey(instrument) => &instrument.id,
        }
    }
}
