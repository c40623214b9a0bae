//! `rekap findings`: the catalogue of everything the program can find.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{Format, Shown};
use crate::finding::catalogue::CATALOGUE;
use crate::nearest::nearest;
use crate::output::text;

/// Tampilkan katalog temuan
#[derive(Debug, Args)]
pub(super) struct Findings {
    /// Hanya kode ini
    code: Option<String>,
}

impl Findings {
    pub(super) fn run(self, shown: &Shown) -> ExitCode {
        let wanted = |code: &str| self.code.as_ref().is_none_or(|only| only.eq_ignore_ascii_case(code));
        let entries: Vec<_> = CATALOGUE.iter().filter(|entry| wanted(entry.code)).collect();
        if entries.is_empty() {
            let code = self.code.unwrap_or_default();
            let (id, en) = match nearest(&code, CATALOGUE.iter().map(|entry| entry.code)) {
                Some(near) => (format!("; mungkin maksudnya {near}"), format!("; perhaps meant: {near}")),
                None => Default::default(),
            };
            let unknown = shown.lang.pick("kode tidak dikenal", "unknown code");
            return shown.fail(&format!("{code}: {unknown}{}", shown.lang.pick(&id, &en)));
        }
        shown.print(&match shown.format {
            Format::Text => entries.into_iter().map(|entry| text::catalogue_entry(entry, shown.lang)).collect(),
            Format::Json => {
                let entries = entries.into_iter().map(|entry| {
                    json!({
                        "code": entry.code,
                        "severity": entry.severity.name(),
                        "title": entry.title.text(shown.lang),
                        "example": entry.example_message(shown.lang),
                        "remedy": entry.example_remedy(shown.lang),
                    })
                });
                format!(
                    "{}
",
                    serde_json::Value::Array(entries.collect())
                )
            }
        });
        ExitCode::SUCCESS
    }
}
