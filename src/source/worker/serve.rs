//! The other side: a reading process answers one question after the other, within its bound of memory, until nobody asks.

use std::io::{BufReader, BufWriter, Read, Write};
use std::time::Duration;

use super::super::csv::Csv;
use super::super::google::read::{build_answers, outline_answer};
use super::super::{Book, Content, FileBytes, SourceError, SourceInfo};
use super::wire::{Answer, Asked, Question, read_bytes, receive, send};
use crate::panics::caught;

/// How often it is looked whether whoever asked is there still.
const LOOK_UP: Duration = Duration::from_secs(1);
/// Room for the process itself, beside what a file may take.
#[cfg(target_os = "linux")]
const OWN: u64 = 16 << 20;

/// Answers until nobody asks any more.
pub(in crate::source) fn serve(from: impl Read, to: impl Write) {
    end_with_parent();
    let (mut from, mut to) = (BufReader::new(from), BufWriter::new(to));
    let mut opened: Option<Book> = None;
    // Whoever breaks off has gone, or is no version of this program: there is nobody to tell.
    while let Ok(Some((Asked { memory, question }, length))) = receive(&mut from) {
        if let Question::Open { .. } = question {
            // What was read before does not count.
            opened = None;
        }
        bound_memory(memory);
        let Ok(body) = read_bytes(&mut from, length) else { return };
        let answered = caught(|| answer(question, body, &mut opened));
        let (answer, text) = answered.unwrap_or_else(|message| (failed(SourceError::Crashed(message)), None));
        let text = text.as_ref().map(|table| table.text.as_str().as_bytes()).unwrap_or_default();
        if send(&mut to, &answer, text).is_err() {
            return;
        }
    }
}

fn failed(error: SourceError) -> Answer {
    Answer::Failed(error)
}

/// The answer to a question; with it the table whose text goes along, where it is one as text.
fn answer(question: Question, body: Vec<u8>, opened: &mut Option<Book>) -> (Answer, Option<Csv>) {
    let answer = match question {
        Question::Open { name, is_csv, limits } => {
            let file = FileBytes { bytes: body.into(), name, is_csv };
            match Book::of_file_here(file, SourceInfo::of("", jiff::Timestamp::UNIX_EPOCH), &limits) {
                Err(unopened) => failed(unopened.error),
                Ok(Book { content: Content::Csv(csv), .. }) => return (Answer::Table(csv.table.clone()), Some(csv)),
                Ok(book) => Answer::Sheets(opened.insert(book).sheets().to_vec()),
            }
        }
        Question::Head { sheet, rows } => match opened {
            Some(book) if sheet < book.sheets().len() => book.head(sheet, rows).map_or_else(failed, Answer::Grid),
            _ => failed(SourceError::Crashed("tiada lembar itu / no such sheet".to_owned())),
        },
        Question::Outline => outline_answer(&body).map_or_else(failed, |(title, tabs)| Answer::Outline(title, tabs)),
        Question::Cells { tabs, cells, limits } => {
            let (cells, values) = body.split_at(cells.min(body.len()));
            build_answers(tabs, cells, values, limits).map_or_else(failed, Answer::Built)
        }
    };
    (answer, None)
}

/// Bounds what this process may take from now on; where the system has no such bound, time alone ends it.
fn bound_memory(bytes: u64) {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let taken = status.lines().find_map(|line| line.strip_prefix("VmData:")?.trim().strip_suffix(" kB"));
        let taken = taken.and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or_default();
        let current = taken.saturating_mul(1024).saturating_add(bytes).saturating_add(OWN);
        let maximum = getrlimit(Resource::Data).maximum;
        let current = Some(maximum.map_or(current, |maximum| current.min(maximum)));
        // What cannot be bounded is bounded by time.
        let _ = setrlimit(Resource::Data, Rlimit { current, maximum });
    }
    #[cfg(not(target_os = "linux"))]
    let _ = bytes;
}

/// Ends this process when the one that started it has ended, whatever it is reading.
fn end_with_parent() {
    let parent = rustix::process::getppid();
    let watch = move || {
        while rustix::process::getppid() == parent {
            std::thread::sleep(LOOK_UP);
        }
        std::process::exit(0);
    };
    // Without the watch it ends when its file is read.
    let _ = std::thread::Builder::new().stack_size(64 << 10).spawn(watch);
}
