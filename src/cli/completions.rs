//! `rekap completions SHELL`: completion of commands and options.

use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Shown;

/// Cetak pelengkap perintah untuk shell
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// Shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, shown: &Shown) -> ExitCode {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::Arguments::command(), "rekap", &mut script);
        shown.print(&String::from_utf8_lossy(&script));
        ExitCode::SUCCESS
    }
}
