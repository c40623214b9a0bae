//! Reads strangers' files in processes of their own: this program once more, with a bound on memory and time. Whatever a
//! file does to its reader, it does to that process: one file is not read, and its neighbours are.
//!
//! A process reads one file after the other as long as it behaves. Where none was set up (in tests of a single reader),
//! files are read in the process itself.

mod serve;
mod wire;

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use self::wire::{Asked, read_bytes, receive, send};
use super::{Limits, SourceError};
use crate::stop::Stop;

pub(super) use self::wire::{Answer, Question};

/// The argument that makes this program a reading process; nobody is told of it.
pub const ARGUMENT: &str = "__baca";

/// Files one process reads before another takes its place: what libraries lose adds up.
const MOST_FILES: u32 = 200;
/// Bytes of what a dying process said.
const LAST_WORDS: u64 = 4 << 10;
/// How long a process that no longer answers is waited for.
const DYING: Duration = Duration::from_secs(2);
/// How often it is asked whether to go on, while a file is read.
const LOOK_UP: Duration = Duration::from_millis(50);

static POOL: OnceLock<Arc<Pool>> = OnceLock::new();

/// Has every file read by processes of a program, from now on: of this one ([`this_program`]), or, from a test, of rekap.
pub fn set_up(program: &Path) {
    POOL.get_or_init(|| Arc::new(Pool::new(program, &[ARGUMENT])));
}

/// The program that is running.
///
/// # Errors
/// When it is not known which one that is.
pub fn this_program() -> io::Result<PathBuf> {
    // The running file itself, be it replaced or deleted meanwhile.
    let running = Path::new("/proc/self/exe");
    if running.exists() { Ok(running.to_owned()) } else { std::env::current_exe() }
}

/// Reads for the process that started this one, until it asks no more.
pub fn serve() {
    serve::serve(io::stdin().lock(), io::stdout().lock());
}

/// The reading processes, where there are any.
pub(super) fn pool() -> Option<&'static Arc<Pool>> {
    POOL.get()
}

/// Reading processes that have nothing to do.
#[derive(Debug)]
pub(super) struct Pool {
    program: PathBuf,
    arguments: Vec<String>,
    idle: Mutex<Vec<Process>>,
}

/// A process, and the thread that speaks with it: whoever waits can stop waiting.
#[derive(Debug)]
struct Process {
    child: Child,
    to: Sender<(Asked, Arc<Vec<u8>>)>,
    from: Receiver<(Answer, Vec<u8>)>,
    /// Files it has read.
    files: u32,
}

impl Pool {
    fn new(program: &Path, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Pool { program: program.to_owned(), arguments, idle: Mutex::default() }
    }

    fn take(&self) -> io::Result<Process> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| Process::start(&self.program, &self.arguments), Ok)
    }

    fn give_back(&self, process: Process) {
        let at_once = std::thread::available_parallelism().map_or(1, usize::from);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if process.files < MOST_FILES && idle.len() < at_once {
            idle.push(process);
        }
    }
}

impl Process {
    fn start(program: &Path, arguments: &[String]) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Ctrl-C is for the program: what a file comes to does not depend on it.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
        let (mut stdin, mut stdout) = (child.stdin.take().ok_or_else(gone)?, child.stdout.take().ok_or_else(gone)?);
        let (to, asked) = channel::<(Asked, Arc<Vec<u8>>)>();
        let (answered, from) = channel();
        // It ends when nobody asks any more, and with the process.
        std::thread::Builder::new().spawn(move || {
            for (question, body) in asked {
                let answer = send(&mut stdin, &question, &body).and_then(|()| receive(&mut stdout));
                drop(body);
                let Ok(Some((answer, length))) = answer else { return };
                let Ok(text) = read_bytes(&mut stdout, length) else { return };
                if answered.send((answer, text)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Process { child, to, from, files: 0 })
    }

    /// Why it no longer answers.
    fn last_words(&mut self) -> Ended {
        let begun = Instant::now();
        let status = loop {
            match self.child.try_wait() {
                Ok(Some(status)) => break Some(status),
                Ok(None) if begun.elapsed() < DYING => std::thread::sleep(Duration::from_millis(5)),
                _ => break None,
            }
        };
        let Some(status) = status else { return Ended::Mute };
        let mut said = Vec::new();
        if let Some(stderr) = self.child.stderr.take() {
            // What cannot be read was not said.
            let _ = stderr.take(LAST_WORDS).read_to_end(&mut said);
        }
        let said = String::from_utf8_lossy(&said);
        let signal = std::os::unix::process::ExitStatusExt::signal(&status);
        // The system's own way to end a process that takes too much is the one signal nobody else sends.
        if said.contains("memory allocation of") || signal == Some(9) {
            return Ended::Exhausted;
        }
        if said.contains("overflowed its stack") {
            return Ended::Overflowed;
        }
        signal.map_or(Ended::Mute, Ended::Signal)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // What has ended already cannot be ended, and is waited for all the same.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer that is none to the question.
pub(super) fn misunderstood() -> SourceError {
    Ended::Mute.error(0)
}

/// How a process ended in the midst of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// It took more memory than it may.
    Exhausted,
    /// It went too deep.
    Overflowed,
    /// By a signal.
    Signal(i32),
    /// Without a word.
    Mute,
}

impl Ended {
    fn error(self, memory: u64) -> SourceError {
        match self {
            Ended::Exhausted => SourceError::Exhausted { memory: super::show_bytes(memory) },
            Ended::Overflowed => {
                SourceError::Crashed("isinya bersarang terlalu dalam / its content is nested too deeply".to_owned())
            }
            Ended::Signal(signal) => SourceError::Crashed(format!(
                "proses pembaca dihentikan sinyal {signal} / the reading process was ended by signal {signal}"
            )),
            Ended::Mute => SourceError::Crashed("proses pembaca berhenti / the reading process ended".to_owned()),
        }
    }
}

/// What one file may take of a reading process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    /// Bytes of memory.
    pub(super) memory: u64,
    /// Time in all.
    pub(super) time: Duration,
}

impl Bound {
    /// Of a file, or of Google's answers.
    pub(super) fn of(limits: &Limits, is_text: bool) -> Self {
        let (memory, time) =
            if is_text { (limits.text_memory, limits.text_time) } else { (limits.memory, limits.time) };
        Bound { memory, time }
    }
}

/// A process that reads one file; given back when dropped, unless the file was too much for it.
#[derive(Debug)]
pub(super) struct Reader {
    pool: Arc<Pool>,
    process: Option<Process>,
    bound: Bound,
    stop: Stop,
    left: Duration,
}

impl Reader {
    /// The first question to a process, with the bytes it is about; and the process, for further ones.
    ///
    /// # Errors
    /// [`SourceError`] as the answer is, or as the process ended.
    pub(super) fn ask(
        pool: &Arc<Pool>,
        bound: Bound,
        stop: &Stop,
        question: impl Fn() -> Question,
        body: &Arc<Vec<u8>>,
    ) -> Result<(Reader, Answer, Vec<u8>), SourceError> {
        loop {
            let process = pool.take().map_err(|error| {
                SourceError::Crashed(format!(
                    "proses pembaca tidak dapat dimulai / no reading process can be started: {error}"
                ))
            })?;
            let is_fresh = process.files == 0;
            let mut reader =
                Reader { pool: pool.clone(), process: Some(process), bound, stop: stop.clone(), left: bound.time };
            match reader.exchange(question(), body.clone()) {
                Ok((answer, text)) => return Ok((reader, answer, text)),
                // What earlier files left behind is not this one's.
                Err(Failed::Process(_)) if !is_fresh => {}
                Err(failed) => return Err(failed.into_error(bound.memory)),
            }
        }
    }

    /// A further question about the same file.
    ///
    /// # Errors
    /// As [`Reader::ask`].
    pub(super) fn ask_again(&mut self, question: Question) -> Result<Answer, SourceError> {
        let memory = self.bound.memory;
        self.exchange(question, Arc::default()).map(|(answer, _)| answer).map_err(|failed| failed.into_error(memory))
    }

    fn exchange(&mut self, question: Question, body: Arc<Vec<u8>>) -> Result<(Answer, Vec<u8>), Failed> {
        let Some(process) = &mut self.process else { return Err(Failed::Process(Ended::Mute)) };
        let begun = Instant::now();
        let asked = Asked { memory: self.bound.memory, question };
        let mut ended = process.to.send((asked, body)).is_err();
        while !ended {
            let left = self.left.saturating_sub(begun.elapsed());
            let given_up = if left.is_zero() {
                Some(SourceError::Slow { seconds: self.bound.time.as_secs() })
            } else {
                self.stop.requested().map(|_| SourceError::stopped())
            };
            if let Some(error) = given_up {
                self.process = None;
                return Err(Failed::Told(error));
            }
            match process.from.recv_timeout(left.min(LOOK_UP)) {
                Ok((answer, text)) => {
                    self.left = self.left.saturating_sub(begun.elapsed());
                    return match answer {
                        Answer::Failed(error) => Err(Failed::Told(error)),
                        answer => Ok((answer, text)),
                    };
                }
                Err(RecvTimeoutError::Disconnected) => ended = true,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        let why = process.last_words();
        self.process = None;
        Err(Failed::Process(why))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.files += 1;
            self.pool.give_back(process);
        }
    }
}

/// Why there is no answer.
enum Failed {
    /// The process says so, or was not waited for any longer.
    Told(SourceError),
    /// It ended.
    Process(Ended),
}

impl Failed {
    fn into_error(self, memory: u64) -> SourceError {
        match self {
            Failed::Told(error) => error,
            Failed::Process(ended) => ended.error(memory),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of a file whose reading process is a shell that does this.
    fn error_of(script: &str, time: Duration) -> SourceError {
        let pool = Arc::new(Pool::new(Path::new("/bin/sh"), &["-c", script]));
        let bound = Bound { memory: 512 << 20, time };
        let question = || Question::Head { sheet: 0, rows: 1 };
        Reader::ask(&pool, bound, &Stop::new(), question, &Arc::new(vec![7; 1 << 20])).map(|_| ()).unwrap_err()
    }

    #[test]
    fn however_a_process_ends_its_file_is_told_what_happened() {
        let long = Duration::from_secs(600);
        for (script, expected) in [
            ("kill -ABRT $$", "sinyal 6"),
            ("kill -SEGV $$", "sinyal 11"),
            ("echo 'thread main has overflowed its stack' >&2; kill -ABRT $$", "terlalu dalam"),
            ("exit 0", "berhenti"),
            ("exit 3", "berhenti"),
            ("printf 'not a word of this is a frame'", "berhenti"),
            ("printf 'RKAP\\377\\0\\0\\0and another version'", "berhenti"),
            ("printf 'RKAP\\1\\0\\0\\0\\377\\377\\377\\377\\377\\377\\377\\377'", "berhenti"),
        ] {
            let error = error_of(script, long);
            assert!(matches!(&error, SourceError::Crashed(why) if why.contains(expected)), "{script}: {error:?}");
        }
        for script in ["echo 'memory allocation of 99 bytes failed' >&2; kill -ABRT $$", "kill -KILL $$"] {
            assert_eq!(error_of(script, long), SourceError::Exhausted { memory: "512 MiB".to_owned() }, "{script}");
        }
        assert_eq!(error_of("exec sleep 600", Duration::ZERO), SourceError::Slow { seconds: 0 });
        let pool = Arc::new(Pool::new(Path::new("/tidak/ada"), &[]));
        let bound = Bound { memory: 0, time: long };
        let error =
            Reader::ask(&pool, bound, &Stop::new(), || Question::Outline, &Arc::default()).map(|_| ()).unwrap_err();
        assert!(matches!(&error, SourceError::Crashed(why) if why.contains("tidak dapat dimulai")), "{error:?}");
        let pool = Arc::new(Pool::new(Path::new("/bin/sh"), &["-c", "exec sleep 600"]));
        let stop = Stop::new();
        stop.request();
        let error = Reader::ask(&pool, bound, &stop, || Question::Outline, &Arc::default()).map(|_| ()).unwrap_err();
        assert_eq!(error, SourceError::stopped());
    }

    #[test]
    fn what_is_served_is_what_is_read_here() {
        let questions = |body: &[u8], name: &str, is_csv| {
            let mut asked = Vec::new();
            let open = Question::Open { name: name.to_owned(), is_csv, limits: Limits::default() };
            for (question, body) in
                [(open, body), (Question::Head { sheet: 0, rows: 1 }, &[]), (Question::Head { sheet: 7, rows: 1 }, &[])]
            {
                send(&mut asked, &Asked { memory: 1 << 40, question }, body).unwrap();
            }
            let mut told = Vec::new();
            serve::serve(asked.as_slice(), &mut told);
            let mut told = told.as_slice();
            let mut answers = Vec::new();
            while let Some((answer, length)) = receive::<Answer>(&mut told).unwrap() {
                answers.push((answer, String::from_utf8(read_bytes(&mut told, length).unwrap()).unwrap()));
            }
            answers
        };
        let answers = questions("a,\"b\n1,2\n".as_bytes(), "jawaban", true);
        let (Answer::Table(table), text) = &answers[0] else { panic!("{answers:?}") };
        assert_eq!((table.name.as_str(), text.as_str()), ("jawaban", "a,b\n1,2\n"));
        assert!(
            matches!(&answers[1].0, Answer::Failed(SourceError::Crashed(_))),
            "a table as text is handed over whole"
        );
        let answers =
            questions(b"<table><tr><td>x</td><td>y</td></tr><tr><td>1</td><td>2</td></tr></table>", "x", false);
        assert!(matches!(&answers[0].0, Answer::Sheets(sheets) if sheets.len() == 1), "{answers:?}");
        assert!(matches!(&answers[1].0, Answer::Grid(grid) if grid.cell(0, 1).shown() == "y"), "{answers:?}");
        assert!(matches!(&answers[2].0, Answer::Failed(SourceError::Crashed(_))), "no such sheet");
        assert!(matches!(questions(b"", "x", false)[0].0, Answer::Failed(SourceError::NotWorkbook(_))));
    }
}
