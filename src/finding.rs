//! Findings: what is wrong or doubtful, where exactly, how bad, and what to do about it.
//!
//! Every code stands once in [`catalogue`], with its wording in both languages, a remedy and an example; the program
//! prints that catalogue itself. A finding keeps its particulars as data and is put into words only when it is shown.

pub mod catalogue;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

pub use catalogue::Code;

use crate::grid::{CellRange, CellRef};
use crate::lang::{Lang, Phrase};
use crate::text::{clean, shorten};

/// Characters of a text that a finding quotes at most.
const QUOTED: usize = 2_000;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A number cannot be computed, or a unit cannot be read.
    Error,
    /// The number was computed but is doubtful.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// All, the worst first.
    pub const ALL: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

    /// The name used in JSON and tables.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }

    /// The word people read.
    pub fn word(self, lang: Lang) -> &'static str {
        match self {
            Severity::Error => lang.pick("galat", "error"),
            Severity::Warning => lang.pick("peringatan", "warning"),
            Severity::Info => "info",
        }
    }
}

/// A particular of a finding, put into words when shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// A text as it stands.
    Text(Box<str>),
    /// A wording in both languages.
    Phrase(Phrase),
    /// A number, shown with two to four decimals.
    Number(f64),
    /// A share 0–1, shown as a percentage.
    Share(f64),
    /// A whole number.
    Count(u64),
    /// A day, shown as `30 September 2025`.
    Day(Date),
    /// How long ago something was, in seconds; shown as `3 hari`.
    Age(i64),
    /// Cells, shown as `L7, L10 dan M12`.
    Cells(Vec<CellRef>),
}

impl Arg {
    fn show(&self, lang: Lang) -> String {
        match self {
            Arg::Text(text) => text.to_string(),
            Arg::Phrase(phrase) => phrase.text(lang).to_owned(),
            Arg::Number(number) => lang.short_number(*number, 4),
            Arg::Share(share) => lang.percent(*share, 2),
            Arg::Count(count) => count.to_string(),
            Arg::Day(day) => lang.day(*day),
            Arg::Age(seconds) => lang.age(*seconds),
            Arg::Cells(cells) => show_cells(cells, lang),
        }
    }
}

impl From<&str> for Arg {
    /// A text without what nobody sees: names of files and sheets and the words of libraries come through here, too.
    fn from(text: &str) -> Self {
        Arg::Text(shorten(&clean(text), QUOTED).into())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Arg::from(text.as_str())
    }
}

impl From<f64> for Arg {
    fn from(number: f64) -> Self {
        Arg::Number(number)
    }
}

impl From<usize> for Arg {
    fn from(count: usize) -> Self {
        Arg::Count(count as u64)
    }
}

impl From<Phrase> for Arg {
    fn from(phrase: Phrase) -> Self {
        Arg::Phrase(phrase)
    }
}

impl From<CellRef> for Arg {
    fn from(cell: CellRef) -> Self {
        Arg::Cells(vec![cell])
    }
}

fn show_cells(cells: &[CellRef], lang: Lang) -> String {
    let names: Vec<String> = cells.iter().map(CellRef::to_string).collect();
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} {} {last}", rest.join(", "), lang.pick("dan", "and")),
    }
}

/// Where something stands: a file or address, its sheet, a cell or range.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Path or address as the pipeline gives it.
    pub location: Arc<str>,
    /// Sheet name.
    pub sheet: Option<Arc<str>>,
    /// Cells, when one place can be named.
    pub range: Option<CellRange>,
}

impl Place {
    /// The whole of a file or address.
    pub fn whole(location: impl Into<Arc<str>>) -> Self {
        Place { location: location.into(), sheet: None, range: None }
    }

    /// The cell or range alone, without file and sheet; empty where none is named.
    pub fn cells(&self) -> String {
        match self.range {
            Some(range) if range.start == range.end => range.start.to_string(),
            Some(range) => range.to_string(),
            None => String::new(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.location)?;
        if let Some(sheet) = &self.sheet {
            write!(f, "!{sheet}")?;
        }
        match self.cells() {
            cells if cells.is_empty() => Ok(()),
            cells => write!(f, "!{cells}"),
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Its code in the catalogue.
    pub code: Code,
    /// Code of the satker, where findings of several are told together.
    pub satker: Option<Arc<str>>,
    /// What it is about: a node code, an unsur, a plan row.
    pub subject: Option<Arc<str>>,
    /// Where.
    pub place: Option<Place>,
    args: Vec<(&'static str, Arg)>,
}

impl Finding {
    /// A finding with its particulars by the names its message uses.
    pub fn new(code: Code, args: impl IntoIterator<Item = (&'static str, Arg)>) -> Self {
        let args: Vec<_> = args.into_iter().collect();
        debug_assert!(
            code.entry().example.iter().all(|(name, _)| args.iter().any(|(given, _)| given == name)),
            "{} needs other particulars than {args:?}",
            code.entry().code
        );
        Finding { code, satker: None, subject: None, place: None, args }
    }

    /// The same finding about a subject.
    pub fn about(mut self, subject: impl Into<Arc<str>>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// The same finding at a place.
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same finding about a satker.
    pub fn of(mut self, satker: impl Into<Arc<str>>) -> Self {
        self.satker = Some(satker.into());
        self
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.code.entry().severity
    }

    /// One of its particulars by name, in words.
    pub fn particular(&self, name: &str, lang: Lang) -> Option<String> {
        self.args.iter().find(|(given, _)| *given == name).map(|(_, arg)| arg.show(lang))
    }

    /// What is wrong, in words.
    pub fn message(&self, lang: Lang) -> String {
        fill(self.code.entry().message.text(lang), &self.args, lang)
    }

    /// What to do about it, in words.
    pub fn remedy(&self, lang: Lang) -> String {
        fill(self.code.entry().remedy.text(lang), &self.args, lang)
    }
}

/// Puts particulars into a wording's `{name}` places.
pub(crate) fn fill(wording: &str, args: &[(&'static str, Arg)], lang: Lang) -> String {
    let mut out = String::with_capacity(wording.len() + 32);
    let mut rest = wording;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        if let Some((_, arg)) = args.iter().find(|(given, _)| *given == name) {
            out.push_str(&arg.show(lang));
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Findings of one sheet being read: they share the location and the sheet.
#[derive(Debug)]
pub struct SheetFindings {
    location: Arc<str>,
    sheet: Option<Arc<str>>,
    list: Vec<Finding>,
}

impl SheetFindings {
    /// Findings at a location, in a sheet when one was found.
    pub fn new(location: impl Into<Arc<str>>, sheet: Option<&str>) -> Self {
        SheetFindings { location: location.into(), sheet: sheet.map(Into::into), list: Vec::new() }
    }

    /// Adds a finding about `subject` at a range, or at the sheet as a whole.
    pub fn add(
        &mut self,
        code: Code,
        subject: Option<&str>,
        range: Option<CellRange>,
        args: impl IntoIterator<Item = (&'static str, Arg)>,
    ) {
        let mut finding =
            Finding::new(code, args).at(Place { location: self.location.clone(), sheet: self.sheet.clone(), range });
        finding.subject = subject.map(Into::into);
        self.list.push(finding);
    }

    /// Adds a finding at one cell.
    pub fn add_at(
        &mut self,
        code: Code,
        subject: Option<&str>,
        cell: CellRef,
        args: impl IntoIterator<Item = (&'static str, Arg)>,
    ) {
        self.add(code, subject, Some(CellRange { start: cell, end: cell }), args);
    }

    /// The findings, the worst first, then from top to bottom.
    pub fn finish(self) -> Vec<Finding> {
        let mut list = self.list;
        sort_findings(&mut list);
        list
    }
}

/// Sorts findings: by satker, the worst first, by code, by file and sheet, then from top to bottom.
pub fn sort_findings(findings: &mut [Finding]) {
    fn key(f: &Finding) -> impl Ord {
        let place = f.place.as_ref();
        let start = place.and_then(|place| place.range).map(|range| range.start);
        let file = place.map(|place| (&*place.location, place.sheet.as_deref()));
        (f.satker.as_deref(), f.severity(), f.code.entry().code, file, start)
    }
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
}

/// How many findings of each severity: errors, warnings, infos.
pub fn count_by_severity<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> [usize; 3] {
    let mut counts = BTreeMap::from(Severity::ALL.map(|severity| (severity, 0)));
    for finding in findings {
        *counts.entry(finding.severity()).or_insert(0) += 1;
    }
    Severity::ALL.map(|severity| counts[&severity])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_reads_as_a_sentence_with_its_place() {
        let mut findings = SheetFindings::new("lke-1971.xlsx", Some("LKE ZI"));
        findings.add_at(
            Code::ResultDiffers,
            Some("A.II.5.iii"),
            CellRef::parse("L175").unwrap(),
            [
                ("role", Arg::from("unit")),
                ("workbook", Arg::from("1,50")),
                ("computed", Arg::from("2,00")),
                ("formula", Arg::from("=AVERAGE(L176:L180)*H175")),
            ],
        );
        let finding = &findings.finish()[0];
        assert_eq!(finding.place.as_ref().unwrap().to_string(), "lke-1971.xlsx!LKE ZI!L175");
        let message = finding.message(Lang::Id);
        assert!(message.contains("1,50") && message.contains("2,00") && message.contains("=AVERAGE(L176:L180)*H175"));
    }

    #[test]
    fn cells_are_listed_as_a_person_would() {
        let cells = |text: &str| text.split(' ').map(|c| CellRef::parse(c).unwrap()).collect::<Vec<_>>();
        assert_eq!(show_cells(&cells("L7"), Lang::Id), "L7");
        assert_eq!(show_cells(&cells("L7 M7"), Lang::Id), "L7 dan M7");
        assert_eq!(show_cells(&cells("L7 L10 M7"), Lang::En), "L7, L10 and M7");
    }

    #[test]
    fn the_worst_comes_first() {
        let mut findings = SheetFindings::new("x", None);
        for (code, cell) in
            [(Code::NoEvidence, "S9"), (Code::Unanswered, "K5"), (Code::AnswerOutside, "K7"), (Code::NoEvidence, "S2")]
        {
            findings.add_at(code, None, CellRef::parse(cell).unwrap(), code.entry().example());
        }
        let order: Vec<_> = findings.finish().iter().map(|f| (f.code, f.place.as_ref().unwrap().cells())).collect();
        assert_eq!(order[0], (Code::AnswerOutside, "K7".to_owned()));
        assert_eq!(order[1], (Code::NoEvidence, "S2".to_owned()));
    }
}
