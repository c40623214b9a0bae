//! The terminal that results are written to: how wide it is, and whether it shows colours. Without one, results are 80 columns
//! wide and plain.

use std::sync::OnceLock;

use console::{Style, Term, colors_enabled};

/// Columns where there is no terminal.
const COLUMNS: usize = 80;
/// Lines of text are read no wider than this, and tables fit nothing narrower.
const WIDEST: usize = 120;
const NARROWEST: usize = 60;

static TERMINAL: OnceLock<Terminal> = OnceLock::new();

#[derive(Debug, Clone, Copy)]
struct Terminal {
    columns: usize,
    colours: bool,
}

/// What a colour says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Well.
    Good,
    /// Undecided, or to be looked at.
    Open,
    /// Bad.
    Bad,
    /// A heading.
    Strong,
}

/// Learns about the terminal that standard output is, if it is one; `NO_COLOR` and `CLICOLOR` are heeded. Once a process.
pub fn set_up() {
    let out = Term::stdout();
    if out.is_term() {
        let columns = out.size_checked().map_or(COLUMNS, |(_, columns)| usize::from(columns));
        let _ = TERMINAL.set(Terminal { columns: columns.clamp(NARROWEST, WIDEST), colours: colors_enabled() });
    }
}

/// Columns of a line.
pub fn columns() -> usize {
    TERMINAL.get().map_or(COLUMNS, |terminal| terminal.columns)
}

/// The text in a colour, where there are colours.
pub fn paint(text: &str, tone: Tone) -> String {
    if !TERMINAL.get().is_some_and(|terminal| terminal.colours) {
        return text.to_owned();
    }
    let style = Style::new().force_styling(true);
    let style = match tone {
        Tone::Good => style.green(),
        Tone::Open => style.yellow(),
        Tone::Bad => style.red(),
        Tone::Strong => style.bold(),
    };
    style.apply_to(text).to_string()
}
