//! The one way the program prints. Whoever closed a pipe has heard enough, and nothing more is said; what a full disk
//! swallowed is remembered, and the exit status tells of it.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::lang::Lang;

static RESULT_LOST: AtomicBool = AtomicBool::new(false);
static WORD_LOST: AtomicBool = AtomicBool::new(false);

/// What could not be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// Some of a result.
    Result,
    /// Some of what is said beside it.
    Word,
}

/// Prints a result, whole.
pub(super) fn print(text: &str, lang: Lang) {
    let mut out = io::stdout().lock();
    if let Err(error) = written(out.write_all(text.as_bytes()).and_then(|()| out.flush())) {
        RESULT_LOST.store(true, Ordering::Relaxed);
        let (id, en) = ("hasil tidak dapat ditulis ke keluaran", "the result cannot be written to the output");
        say(format_args!("rekap: {}: {error}", lang.pick(id, en)));
    }
}

/// Says a line beside the result.
pub(super) fn say(line: impl Display) {
    // In one piece: other threads speak, too.
    if written(io::stderr().lock().write_all(format!("{line}\n").as_bytes())).is_err() {
        WORD_LOST.store(true, Ordering::Relaxed);
    }
}

/// What could not be printed so far; the worse of both.
pub(super) fn lost() -> Option<Lost> {
    let lost = [(&RESULT_LOST, Lost::Result), (&WORD_LOST, Lost::Word)];
    lost.into_iter().find(|(is_lost, _)| is_lost.load(Ordering::Relaxed)).map(|(_, lost)| lost)
}

/// Nobody listening is no failure.
fn written(done: io::Result<()>) -> io::Result<()> {
    done.or_else(|error| if error.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
}
