//! The program's commands, a file each; what a command does is told at its top.

mod access;
mod check;
mod completions;
mod console;
mod files;
mod findings;
mod forget;
mod help;
mod history;
mod init;
mod links;
mod run;
mod schedule;
mod template;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use jiff::Timestamp;

use self::console::{Lost, lost, say};
use crate::lang::Lang;
use crate::output::terminal;
use crate::panics::caught;
use crate::source::worker;

/// Konsolidasi LKE Zona Integritas satker KPU: baca, hitung ulang, audit, peringkat
#[derive(Debug, Parser)]
#[command(name = "rekap", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Bentuk hasil
    #[arg(long, value_enum, default_value_t = Format::Text, global = true)]
    format: Format,
    /// Bahasa hasil
    #[arg(long, value_enum, default_value_t = Language::Id, global = true)]
    lang: Language,
    /// Hanya hasil dan galat
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Rincian lengkap
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    Id,
    En,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Id => Lang::Id,
            Language::En => Lang::En,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Schedule(schedule::Schedule),
    Check(check::Check),
    Findings(findings::Findings),
    Links(links::Links),
    Init(init::Init),
    Template(template::Template),
    History(history::History),
    Forget(forget::Forget),
    Completions(completions::Completions),
}

/// How results are shown: what every command is told.
struct Shown {
    format: Format,
    lang: Lang,
    quiet: bool,
    verbose: bool,
}

/// Exit status when some unit or some number is missing.
const FAILED: u8 = 1;
/// Exit status when nothing could be done: usage, configuration, an output that cannot be written.
const NOTHING_DONE: u8 = 2;

impl Shown {
    /// Prints a result. Whoever stops listening (`rekap findings | head`) has heard enough.
    fn print(&self, text: &str) {
        console::print(text, self.lang);
    }

    /// Says why nothing could be done.
    fn fail(&self, message: &str) -> ExitCode {
        say(format_args!("rekap: {message}"));
        NOTHING_DONE.into()
    }
}

/// The time, or what SOURCE_DATE_EPOCH says it is: then the same input gives the same output.
fn clock() -> Timestamp {
    let epoch = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    epoch.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or_else(Timestamp::now)
}

/// Shows help, the version, or what is wrong with the arguments.
fn usage(error: &clap::Error) -> ExitCode {
    // Not every argument need be text.
    let arguments = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    let mut arguments = arguments.skip_while(|argument| !argument.starts_with("--lang"));
    let english =
        arguments.next().is_some_and(|lang| lang == "--lang=en") || arguments.next().is_some_and(|lang| lang == "en");
    let text = error.render().to_string();
    let (text, lang) = if english { (text, Lang::En) } else { (help::in_indonesian(&text), Lang::Id) };
    if error.use_stderr() {
        say(text.trim_end());
        return NOTHING_DONE.into();
    }
    console::print(&text, lang);
    ExitCode::SUCCESS
}

/// The status of a program that did its work and could not print all of it: a result that is lost was the work, unless
/// the work is in the files it wrote.
fn with_lost(status: ExitCode, lost: Option<Lost>, writes_files: bool) -> ExitCode {
    match lost {
        Some(Lost::Result) if !writes_files => NOTHING_DONE.into(),
        Some(_) if status == ExitCode::SUCCESS => FAILED.into(),
        _ => status,
    }
}

/// Runs the program with the arguments of its process.
pub fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|argument| argument == worker::ARGUMENT) {
        worker::serve();
        return ExitCode::SUCCESS;
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return with_lost(usage(&error), lost(), false),
    };
    let shown = Shown {
        format: arguments.format,
        lang: arguments.lang.into(),
        quiet: arguments.quiet,
        verbose: arguments.verbose,
    };
    match worker::this_program() {
        Ok(program) => worker::set_up(&program),
        Err(error) => return shown.fail(&error.to_string()),
    }
    terminal::set_up();
    let command = arguments.command;
    let writes_files =
        matches!(command, Command::Run(_) | Command::Schedule(_) | Command::Init(_) | Command::Template(_));
    // What no reader caught is told like any other failure, and in which file of the program it happened.
    let status = caught(|| command.run(&shown)).unwrap_or_else(|panic| {
        let (id, en) = (
            "kesalahan di dalam rekap sendiri; laporkan baris ini kepada pembuatnya",
            "a mistake within rekap itself; report this line to its makers",
        );
        shown.fail(&format!("{}: {panic}", shown.lang.pick(id, en)))
    });
    with_lost(status, lost(), writes_files)
}

impl Command {
    fn run(self, shown: &Shown) -> ExitCode {
        match self {
            Command::Run(run) => run.run(shown),
            Command::Schedule(schedule) => schedule.run(shown),
            Command::Check(check) => check.run(shown),
            Command::Findings(findings) => findings.run(shown),
            Command::Links(links) => links.run(shown),
            Command::Init(init) => init.run(shown),
            Command::Template(template) => template.run(shown),
            Command::History(history) => history.run(shown),
            Command::Forget(forget) => forget.run(shown),
            Command::Completions(completions) => completions.run(shown),
        }
    }
}
