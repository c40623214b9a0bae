//! `rekap links FILE|URL`: the evidence links of one worksheet: which open, which need permission, which are gone.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::access::Access;
use super::console::say;
use super::{FAILED, Format, Shown, clock};
use crate::compute::Examined;
use crate::compute::evidence::{findings, links_of};
use crate::compute::examine;
use crate::finding::{Code, sort_findings};
use crate::links::{Checked, LinkSettings, LinkState, check};
use crate::lke::template::{LKE_ZI_2021, Template};
use crate::nearest::unusable;
use crate::output::file::WriteError;
use crate::output::{links, text};
use crate::pipeline::duration;
use crate::stop::Stop;

/// Periksa tautan bukti dukung satu LKE
#[derive(Debug, Args)]
pub(super) struct Links {
    /// Berkas xlsx, xls, ods, atau csv; atau alamat https, Google Sheets termasuk
    #[arg(value_name = "BERKAS|ALAMAT")]
    location: String,
    #[command(flatten)]
    access: Access,
    /// Templat LKE
    #[arg(long, default_value = LKE_ZI_2021)]
    template: String,
    /// Simpan jawaban sehari di berkas ini
    #[arg(long, value_name = "BERKAS")]
    cache: Option<PathBuf>,
    /// Berhenti bertanya setelah selama ini: 90s, 10m, 1h
    #[arg(long, value_name = "LAMA", value_parser = deadline)]
    deadline: Option<Duration>,
    /// Host jaringan kantor yang juga boleh ditanya
    #[arg(long, value_name = "HOST")]
    private_host: Vec<String>,
}

impl Links {
    pub(super) fn run(self, shown: &Shown) -> ExitCode {
        let template = match Template::named(&self.template, Path::new(".")) {
            Ok(template) => template,
            Err(error) => {
                let [id, en] = unusable(&self.template, Path::new("."), &error, Template::shipped_ids());
                return shown.fail(shown.lang.pick(&id, &en));
            }
        };
        let proxies = match self.access.reach(shown) {
            Ok(reach) => reach.web.proxies,
            Err(status) => return status,
        };
        let sources = match self.access.fetch(std::slice::from_ref(&self.location), shown) {
            Ok(sources) => sources,
            Err(status) => return status,
        };
        let now = clock();
        let examined = match sources.open(&self.location, now) {
            Ok(opened) => match examine(opened.book, &template, None, None) {
                Ok(examined) => examined,
                Err(error) => return shown.fail(&error.to_string()),
            },
            Err(unopened) => {
                let findings = vec![unopened.finding()];
                Examined { source: unopened.info, result: None, of: None, findings }
            }
        };
        let Some(lke) = &examined.result else {
            shown.print(&match shown.format {
                Format::Json => {
                    let none = (&Default::default(), now);
                    format!("{}\n", links::links_json(&examined.source, None, none, &examined.findings, shown.lang))
                }
                Format::Text => text::lke(&examined, &template, shown.lang, shown.verbose),
            });
            return FAILED.into();
        };
        let private_hosts = self.private_host.iter().map(|host| host.to_lowercase()).collect();
        let settings = LinkSettings { private_hosts, proxies, ..LinkSettings::default() };
        let stop = self.deadline.map_or_else(Stop::new, |deadline| Stop::new().within(deadline));
        let Checked { states, not_kept } =
            with_bar(shown, |progress| check(links_of(lke), &settings, self.cache.as_deref(), now, &stop, progress));
        if let Some(error) = not_kept {
            tell_not_kept(&error, shown);
        }
        let mut found = findings(lke, &examined.source.location, &states);
        found.extend(examined.findings.iter().filter(|finding| finding.code == Code::EvidenceBroken).cloned());
        sort_findings(&mut found);
        shown.print(&match shown.format {
            Format::Json => {
                let value = links::links_json(&examined.source, Some(lke), (&states, now), &found, shown.lang);
                format!("{value}\n")
            }
            Format::Text => links::links_text(&examined.source, lke, &states, &found, shown.lang, shown.verbose),
        });
        // Where nothing answers there is no result: most likely this computer is offline.
        let is_silent = |state: &LinkState| matches!(state, LinkState::Unreachable(_));
        if !states.is_empty() && states.values().all(is_silent) { FAILED.into() } else { ExitCode::SUCCESS }
    }
}

/// Reads how long may be asked.
fn deadline(text: &str) -> Result<Duration, String> {
    duration(text).ok_or_else(|| "90s, 10m, 1h".to_owned())
}

/// The links themselves are checked: a cache that cannot be written only costs time, the next time.
fn tell_not_kept(error: &WriteError, shown: &Shown) {
    let not_kept = shown.lang.pick("jawaban tautan tidak tersimpan", "the links' answers are not kept");
    say(format_args!("rekap: {not_kept}: {error}"));
}

/// Shows how far a check is.
fn with_bar<T>(shown: &Shown, check: impl FnOnce(&(dyn Fn(usize, usize) + Sync)) -> T) -> T {
    let bar = bar(shown);
    let checked = check(&|done, all| {
        if let Some(bar) = &bar {
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        }
    });
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    checked
}

/// A bar on a terminal.
fn bar(shown: &Shown) -> Option<ProgressBar> {
    (!shown.quiet && std::io::stderr().is_terminal()).then(|| {
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len}");
        ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    })
}
