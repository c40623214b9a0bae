//! `rekap forget SATKER|--before DATE`: removes what is kept of a satker, or from before a day.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, Args};
use jiff::civil::Date;
use serde_json::json;

use super::history::only_pipeline;
use super::{Format, Shown, clock};
use crate::lang::Lang;
use crate::pipeline::Pipeline;
use crate::pipeline::forget::{Forget as What, Removed, forget};

/// Hapus yang disimpan tentang satu satker, atau dari sebelum suatu tanggal: salinan dan riwayat
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["satker", "before"])))]
pub(super) struct Forget {
    /// Kode satker
    satker: Option<String>,
    /// Semua konsolidasi dan salinan dari sebelum tanggal ini: 2024-01-01
    #[arg(long, value_name = "TANGGAL")]
    before: Option<String>,
    /// Berkas pipeline (TOML); tanpa ini, satu-satunya pipeline di folder ini
    #[arg(long, value_name = "PIPELINE")]
    pipeline: Option<PathBuf>,
}

impl Forget {
    pub(super) fn run(self, shown: &Shown) -> ExitCode {
        match self.forget(shown) {
            Ok(text) => {
                shown.print(&text);
                ExitCode::SUCCESS
            }
            Err(message) => shown.fail(&message),
        }
    }

    fn forget(self, shown: &Shown) -> Result<String, String> {
        let what = match (self.satker, self.before) {
            (_, Some(text)) => {
                let expected = ("seharusnya tanggal, misalnya 2024-01-01", "expected a date such as 2024-01-01");
                let day: Result<Date, _> = text.parse();
                What::Before(day.map_err(|_| format!("{text}: {}", shown.lang.pick(expected.0, expected.1)))?)
            }
            (satker, None) => What::Satker(satker.unwrap_or_default()),
        };
        let path = self.pipeline.map_or_else(|| only_pipeline(shown), Ok)?;
        let pipeline = Pipeline::read(&path).map_err(|error| error.report(shown.lang))?;
        let removed = forget(&pipeline, &what, clock()).map_err(|error| error.show(shown.lang))?;
        if let What::Satker(kode) = &what
            && removed == Removed::default()
        {
            let unknown = (
                "tidak ada satker berkode ini di daftar, riwayat, atau salinan",
                "no satker of this code in registry, history or copies",
            );
            return Err(format!("{kode}: {}", shown.lang.pick(unknown.0, unknown.1)));
        }
        Ok(match shown.format {
            Format::Json => {
                let Removed { history, copies, runs, is_listed } = &removed;
                let value = json!({
                    "runs": history.runs, "values": history.values, "backups": history.backups, "copies": copies.copies,
                    "latest": copies.latest, "not_rebuildable": runs, "still_listed": is_listed,
                });
                format!("{value}\n")
            }
            Format::Text => told(&what, &removed, shown.lang),
        })
    }
}

/// What was removed, in words.
fn told(what: &What, removed: &Removed, lang: Lang) -> String {
    let Removed { history, copies, runs, is_listed } = removed;
    let runs: Vec<String> = runs.iter().map(i64::to_string).collect();
    let (of, ended) = match what {
        What::Satker(_) => (lang.pick("dari konsolidasi", "from runs"), runs.join(", ")),
        What::Before(_) => (lang.pick("dari konsolidasi yang dihapus", "of runs removed"), runs.join(", ")),
    };
    let mut text = format!(
        "{}: {} {} ({} {of})\n{}: {}, {}: {}\n",
        lang.pick("Riwayat", "History"),
        history.values,
        lang.pick("nilai dihapus", "values removed"),
        history.runs,
        lang.pick("Salinan dihapus", "Copies removed"),
        copies.copies,
        lang.pick("salinan terakhir sumber", "last copies of sources"),
        copies.latest,
    );
    let mut line = |id: &str, en: &str| text.push_str(&(lang.pick(id, en).to_owned() + "\n"));
    if !ended.is_empty() {
        line(
            &format!("Tidak dapat dibangun ulang lagi (--as-of): {ended}"),
            &format!("Can no longer be rebuilt (--as-of): {ended}"),
        );
    }
    if history.backups > 0 {
        line(
            &format!("Cadangan riwayat dihapus: {}", history.backups),
            &format!("Backups removed: {}", history.backups),
        );
    }
    if *is_listed {
        line(
            "Satker ini masih ada di daftar satker: konsolidasi berikutnya membacanya lagi.",
            "This satker still stands in the registry: the next run reads it again.",
        );
    }
    text
}
