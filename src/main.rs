//! The program: parses its arguments, runs a command, sets the exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    rekap::cli::main()
}
