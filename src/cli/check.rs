//! `rekap check FILE`: one worksheet: what was read, its score, its findings.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{FAILED, Format, Shown, clock};
use crate::finding::Severity;
use crate::lke::template::{LKE_ZI_2021, Template};
use crate::lke::{Examined, examine};
use crate::output::{json, text};
use crate::source::{Book, Limits};

/// Periksa satu lembar kerja: isi, nilai, temuan
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Berkas xlsx, xls, ods, atau csv
    file: PathBuf,
    /// Templat LKE
    #[arg(long, default_value = LKE_ZI_2021)]
    template: String,
}

impl Check {
    pub(super) fn run(self, shown: &Shown) -> ExitCode {
        let template = match Template::named(&self.template, std::path::Path::new(".")) {
            Ok(template) => template,
            Err(error) => return shown.fail(&error.to_string()),
        };
        let location = self.file.to_string_lossy().into_owned();
        let examined = match Book::open(&self.file, &location, clock(), &Limits::default()) {
            Ok(book) => examine(book, &template, None),
            Err(unopened) => {
                let findings = vec![unopened.finding()];
                Examined { source: unopened.info, result: None, findings }
            }
        };
        let Examined { source, result, findings } = &examined;
        shown.print(&match shown.format {
            Format::Json => format!(
                "{}
",
                json::lke(&template, Some(source), result.as_ref(), findings, shown.lang)
            ),
            Format::Text => text::lke(&examined, &template, shown.lang, shown.verbose),
        });
        let failed = examined.findings.iter().any(|finding| finding.severity() == Severity::Error);
        if failed { FAILED.into() } else { ExitCode::SUCCESS }
    }
}
