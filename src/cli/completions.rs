//! `rekap completions SHELL`: completion of commands and options.

use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// Cetak pelengkap perintah untuk shell
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// Shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> ExitCode {
        clap_complete::generate(self.shell, &mut super::Arguments::command(), "rekap", &mut std::io::stdout());
        ExitCode::SUCCESS
    }
}
