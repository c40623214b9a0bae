//! `rekap check FILE|URL`: one worksheet or export: what was read, its score or index, its findings.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::access::Access;
use super::{FAILED, Format, Shown, clock};
use crate::consolidate::plans::tracer;
use crate::finding::{Finding, Severity};
use crate::lke::template::{LKE_ZI_2021, Template};
use crate::lke::{self, Examined};
use crate::output::{self, json, text};
use crate::period::Period;
use crate::plan::{self, ExaminedPlan, PlanOptions};
use crate::source::fetch::Sources;
use crate::source::{Book, Unopened};
use crate::survey::instrument::Instrument;
use crate::survey::scale::Declared;
use crate::survey::{self, ExaminedSurvey, Heads, SurveyOptions};

/// Periksa satu berkas: isi, nilai atau indeks, temuan
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Berkas xlsx, xls, ods, atau csv; atau alamat https, Google Sheets termasuk
    #[arg(value_name = "BERKAS|ALAMAT")]
    location: String,
    #[command(flatten)]
    access: Access,
    /// Templat LKE
    #[arg(long, default_value = LKE_ZI_2021)]
    template: String,
    /// Baca sebagai jawaban survei: skm-2017, ipak, ipkp, ikm-2004, atau berkas TOML
    #[arg(long)]
    instrument: Option<String>,
    /// Nilai tertinggi skala survei itu: 4, 5, 6, …
    #[arg(long, value_parser = clap::value_parser!(u8).range(2..=10))]
    scale: Option<u8>,
    /// Apakah huruf dan angka jawaban urut dari yang terbaik
    #[arg(long, num_args = 0..=1, default_missing_value = "true")]
    best_first: Option<bool>,
    /// Baca sebagai rencana aksi
    #[arg(long, conflicts_with = "instrument")]
    plan: bool,
    /// Hanya jawaban periode ini: 2025-S1 atau 2025
    #[arg(long)]
    period: Option<String>,
    /// Jumlah pengguna layanan, untuk kecukupan sampel
    #[arg(long)]
    population: Option<u64>,
}

impl Check {
    pub(super) fn run(self, shown: &Shown) -> ExitCode {
        let sources = match self.access.fetch(&self.location, shown) {
            Ok(sources) => sources,
            Err(status) => return status,
        };
        let template = match Template::named(&self.template, Path::new(".")) {
            Ok(template) => template,
            Err(error) => return shown.fail(&error.to_string()),
        };
        let instrument = match self.instrument.as_ref().map(|name| Instrument::named(name, Path::new("."))).transpose()
        {
            Ok(instrument) => instrument.or_else(|| self.looks_like_a_survey(&sources)),
            Err(error) => return shown.fail(&error.to_string()),
        };
        match instrument {
            _ if self.plan => self.check_plan(&sources, &template, shown),
            Some(instrument) => self.check_survey(&sources, &instrument, shown),
            None if self.open(&sources).is_ok_and(|(mut book, _)| plan::looks_like_a_plan(&mut book)) => {
                self.check_plan(&sources, &template, shown)
            }
            None => self.check_lke(&sources, &template, shown),
        }
    }

    /// The book, and that it is an earlier copy where it is one.
    fn open(&self, sources: &Sources) -> Result<(Book, Option<Finding>), Box<Unopened>> {
        sources.open(&self.location, clock()).map(|opened| (opened.book, opened.stale))
    }

    /// The shipped instrument a file answers at least half of, where there is no doubt that it is no LKE.
    fn looks_like_a_survey(&self, sources: &Sources) -> Option<Arc<Instrument>> {
        let heads = Heads::read(&mut [self.open(sources).ok()?.0]);
        let measured = Instrument::shipped().iter().map(|instrument| (heads.recognised(instrument), instrument));
        // Of equally good ones the first shipped.
        let share = |(measured, instrument): &(usize, &Arc<Instrument>)| 1000 * measured / instrument.elements.len();
        let (measured, instrument) = measured.rev().max_by_key(share)?;
        (2 * measured >= instrument.elements.len()).then(|| instrument.clone())
    }

    fn check_lke(&self, sources: &Sources, template: &Arc<Template>, shown: &Shown) -> ExitCode {
        let examined = match self.open(sources) {
            Ok((book, stale)) => {
                let mut examined = lke::examine(book, template, None);
                examined.findings.extend(stale);
                examined
            }
            Err(unopened) => {
                let findings = vec![unopened.finding()];
                Examined { source: unopened.info, result: None, findings }
            }
        };
        let Examined { source, result, findings } = &examined;
        shown.print(&match shown.format {
            Format::Json => format!("{}\n", json::lke(template, Some(source), result.as_ref(), findings, shown.lang)),
            Format::Text => text::lke(&examined, template, shown.lang, shown.verbose),
        });
        status(findings)
    }

    fn check_plan(&self, sources: &Sources, template: &Template, shown: &Shown) -> ExitCode {
        let tracer = tracer(template);
        let examined = match self.open(sources) {
            Ok((book, stale)) => {
                let mut examined = plan::examine(vec![book], &tracer, &PlanOptions::default());
                examined.findings.extend(stale);
                examined
            }
            Err(unopened) => {
                let findings = vec![unopened.finding()];
                ExaminedPlan { sources: vec![unopened.info], result: None, findings }
            }
        };
        let ExaminedPlan { sources, result, findings } = &examined;
        shown.print(&match shown.format {
            Format::Json => {
                let value =
                    output::plan::plan_json(sources, result.as_ref(), findings, tracer.references(), shown.lang);
                format!("{value}\n")
            }
            Format::Text => output::plan::plan_text(&examined, tracer.references(), shown.lang, shown.verbose),
        });
        status(findings)
    }

    fn check_survey(&self, sources: &Sources, instrument: &Arc<Instrument>, shown: &Shown) -> ExitCode {
        let period = match &self.period {
            None => None,
            Some(text) => match Period::parse(text) {
                Some(period) => Some(period),
                None => {
                    let expected =
                        shown.lang.pick("periode ditulis 2025-S1 atau 2025", "a period is written 2025-S1 or 2025");
                    return shown.fail(&format!("{text}: {expected}"));
                }
            },
        };
        let options = SurveyOptions {
            is_named: self.instrument.is_some(),
            period,
            population: self.population,
            declared: Declared { scale: self.scale, best_first: self.best_first },
            ..SurveyOptions::default()
        };
        let examined = match self.open(sources) {
            Ok((book, stale)) => {
                let mut examined = survey::examine(vec![book], instrument, &options);
                examined.findings.extend(stale);
                examined
            }
            Err(unopened) => {
                let findings = vec![unopened.finding()];
                ExaminedSurvey { sources: vec![unopened.info], result: None, findings }
            }
        };
        let ExaminedSurvey { sources, result, findings } = &examined;
        shown.print(&match shown.format {
            Format::Json => {
                format!("{}\n", json::survey(instrument, sources, result.as_ref(), findings, shown.lang))
            }
            Format::Text => text::survey(&examined, instrument, shown.lang, shown.verbose),
        });
        status(findings)
    }
}

fn status(findings: &[Finding]) -> ExitCode {
    let failed = findings.iter().any(|finding| finding.severity() == Severity::Error);
    if failed { FAILED.into() } else { ExitCode::SUCCESS }
}
