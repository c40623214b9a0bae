//! Findings: what is wrong or doubtful, where exactly, how bad, and what to do about it.
//!
//! Every code stands once in [`catalogue`], with its wording in both languages, a remedy and an example; the program
//! prints that catalogue itself. A finding keeps its particulars as data and is put into words only when it is shown.

pub mod catalogue;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use catalogue::Code;

use crate::grid::{CellRange, CellRef};
use crate::lang::{Lang, Phrase, intern};
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// What people wrote: what may be shown of it, and how much more there is that may not.
    Wordings {
        /// Wordings with how often each occurs.
        shown: Box<str>,
        /// How often others occur.
        hidden: u64,
    },
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
            Arg::Wordings { shown, hidden: 0 } => shown.to_string(),
            Arg::Wordings { shown, hidden } => {
                let more = lang.pick(
                    "isian lain (hanya tampil di rekap check BERKAS)",
                    "others (shown by rekap check FILE alone)",
                );
                let parted = if shown.is_empty() { "" } else { ", " };
                format!("{shown}{parted}{hidden} {more}")
            }
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

/// Cells that are named one by one; of more, neighbours are named together.
const NAMED_CELLS: usize = 6;

fn show_cells(cells: &[CellRef], lang: Lang) -> String {
    let names: Vec<String> = match cells.len() {
        ..=NAMED_CELLS => cells.iter().map(CellRef::to_string).collect(),
        _ => {
            CellRange::joined(cells.iter().copied().map(CellRange::of_cell)).iter().map(CellRange::to_string).collect()
        }
    };
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
        self.range.map(|range| range.to_string()).unwrap_or_default()
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
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

/// A finding as it is kept: words of the program's by what they are.
#[derive(Serialize, Deserialize)]
struct Written {
    code: String,
    satker: Option<String>,
    subject: Option<String>,
    place: Option<(String, Option<String>, Option<CellRange>)>,
    args: Vec<(String, Arg)>,
}

impl From<Finding> for Written {
    fn from(finding: Finding) -> Self {
        let text = |text: Arc<str>| text.to_string();
        Written {
            code: finding.code.entry().code.to_owned(),
            satker: finding.satker.map(text),
            subject: finding.subject.map(text),
            place: finding.place.map(|place| (text(place.location), place.sheet.map(text), place.range)),
            args: finding.args.into_iter().map(|(name, arg)| (name.to_owned(), arg)).collect(),
        }
    }
}

impl TryFrom<Written> for Finding {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let code = Code::ALL.iter().copied().find(|code| code.entry().code == written.code).ok_or(written.code)?;
        let place = |(location, sheet, range): (String, Option<String>, _)| Place {
            location: location.into(),
            sheet: sheet.map(Into::into),
            range,
        };
        Ok(Finding {
            code,
            satker: written.satker.map(Into::into),
            subject: written.subject.map(Into::into),
            place: written.place.map(place),
            args: written.args.into_iter().map(|(name, arg)| (intern(name), arg)).collect(),
        })
    }
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

    /// Of what kind there are how many more, where it says so.
    fn further(&self) -> Option<(Code, u64)> {
        match self.args.as_slice() {
            [(_, Arg::Count(count)), (_, Arg::Text(kind))] if self.code == Code::FurtherFindings => {
                Some((Code::ALL.iter().copied().find(|code| code.entry().code == &**kind)?, *count))
            }
            _ => None,
        }
    }

    /// The cells it stands in: those it names as its own, else those of its place.
    pub fn cells(&self) -> Vec<CellRange> {
        match self.cells_named("cells").filter(|_| self.code.names_its_cells()) {
            Some(cells) => cells.iter().copied().map(CellRange::of_cell).collect(),
            None => self.place.iter().filter_map(|place| place.range).collect(),
        }
    }

    /// The cells that what it shows comes from; none where it stands at its cause.
    pub fn inherited_from(&self) -> &[CellRef] {
        self.cells_named("root").unwrap_or_default()
    }

    fn cells_named(&self, name: &str) -> Option<&[CellRef]> {
        self.args.iter().find_map(|(given, arg)| match arg {
            Arg::Cells(cells) if *given == name => Some(cells.as_slice()),
            _ => None,
        })
    }

    /// The same finding of so many cells, which it then counts and no longer names.
    pub fn of_cells(&self, count: u64, lang: Lang) -> Finding {
        let mut finding = self.clone();
        let own = finding.args.iter_mut().find(|(name, _)| *name == "cells").filter(|_| self.code.names_its_cells());
        if let Some((_, arg)) = own {
            *arg = Arg::from(format!("{count} {}", lang.pick("sel", "cells")));
        }
        finding
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
    /// So many are gathered before those of one kind are counted.
    room: usize,
}

impl SheetFindings {
    /// Findings at a location, in a sheet when one was found.
    pub fn new(location: impl Into<Arc<str>>, sheet: Option<&str>) -> Self {
        SheetFindings { location: location.into(), sheet: sheet.map(Into::into), list: Vec::new(), room: ROOM }
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
        if self.list.len() >= self.room {
            sort_findings(&mut self.list);
            self.room = ROOM.max(2 * self.list.len());
        }
    }

    /// Adds a finding at one cell.
    pub fn add_at(
        &mut self,
        code: Code,
        subject: Option<&str>,
        cell: CellRef,
        args: impl IntoIterator<Item = (&'static str, Arg)>,
    ) {
        self.add(code, subject, Some(CellRange::of_cell(cell)), args);
    }

    /// The findings, the worst first, then from top to bottom.
    pub fn finish(self) -> Vec<Finding> {
        let mut list = self.list;
        sort_findings(&mut list);
        list
    }
}

/// Findings of one kind about one satker that are told one by one. An LKE has fewer questions of both roles.
const MOST_OF_A_KIND: usize = 500;
/// Findings of a sheet gathered before those of one kind are counted.
const ROOM: usize = 50_000;

/// Sorts findings: by satker, the worst first, by code, by file and sheet, then from top to bottom. Of more than can be told
/// of one kind and satker the first stay, and one finding says how many more there are.
pub fn sort_findings(findings: &mut Vec<Finding>) {
    fn key(f: &Finding) -> impl Ord {
        let place = f.place.as_ref();
        let start = place.and_then(|place| place.range).map(|range| range.start);
        let file = place.map(|place| (&*place.location, place.sheet.as_deref()));
        (f.satker.as_deref(), f.severity(), f.code.entry().code, file, start)
    }
    let mut further: BTreeMap<(Option<Arc<str>>, Code), u64> = BTreeMap::new();
    findings.retain(|finding| {
        let Some((code, count)) = finding.further() else { return true };
        *further.entry((finding.satker.clone(), code)).or_default() += count;
        false
    });
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    // Those of one kind stand together now.
    let (mut kind, mut told, mut places) = (None, 0, BTreeMap::new());
    findings.retain(|finding| {
        let this = (finding.satker.clone(), finding.code);
        told = if kind.as_ref() == Some(&this) { told + 1 } else { 1 };
        if told > MOST_OF_A_KIND {
            *further.entry(this.clone()).or_default() += 1;
        }
        if told == 1 {
            places.insert(this.clone(), finding.place.as_ref().map(|place| Place::whole(place.location.clone())));
        }
        kind = Some(this);
        told <= MOST_OF_A_KIND
    });
    if further.is_empty() {
        return;
    }
    findings.extend(further.into_iter().map(|(kind, count)| {
        let place = places.remove(&kind).flatten();
        let args = [("count", Arg::Count(count)), ("kind", Arg::from(kind.1.entry().code))];
        Finding { satker: kind.0, place, ..Finding::new(Code::FurtherFindings, args) }
    }));
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
    fn a_finding_that_was_kept_is_the_same() {
        for code in Code::ALL {
            let place = Place { sheet: Some("S".into()), ..Place::whole("x.xlsx") };
            let finding = Finding::new(*code, code.entry().example()).about("U1").of("1971").at(place);
            let bytes = postcard::to_stdvec(&finding).unwrap();
            assert_eq!(postcard::from_bytes::<Finding>(&bytes).unwrap(), finding);
        }
    }

    #[test]
    fn what_people_wrote_is_counted_where_it_is_not_shown() {
        let shown = |shown: &str, hidden| Arg::Wordings { shown: shown.into(), hidden }.show(Lang::En);
        assert_eq!(shown("\"5\" 2×", 0), "\"5\" 2×");
        assert_eq!(shown("", 3), "3 others (shown by rekap check FILE alone)");
        assert!(shown("\"5\" 2×", 3).starts_with("\"5\" 2×, 3 others"));
    }

    #[test]
    fn cells_are_listed_as_a_person_would() {
        let cells = |text: &str| text.split(' ').map(|c| CellRef::parse(c).unwrap()).collect::<Vec<_>>();
        assert_eq!(show_cells(&cells("L7"), Lang::Id), "L7");
        assert_eq!(show_cells(&cells("L7 M7"), Lang::Id), "L7 dan M7");
        assert_eq!(show_cells(&cells("L7 L10 M7"), Lang::En), "L7, L10 and M7");
        assert_eq!(show_cells(&cells("K7 K8 K9 K12 L12 M12 K30"), Lang::Id), "K7:K9, K12:M12 dan K30");
    }

    #[test]
    fn of_one_kind_so_many_are_told_and_the_rest_is_counted() {
        let many = |rows: std::ops::Range<u32>| {
            let mut findings = SheetFindings::new("x.xlsx", Some("S"));
            for row in rows {
                let code = if row % 100 == 7 { Code::AnswerOutside } else { Code::NoEvidence };
                findings.add_at(code, None, CellRef::new(row, 0), code.entry().example());
            }
            findings.finish()
        };
        let told = |findings: &[Finding], code: Code| findings.iter().filter(|finding| finding.code == code).count();
        let further = |findings: &[Finding]| findings.iter().filter_map(Finding::further).collect::<Vec<_>>();
        let few = many(0..500);
        assert_eq!((few.len(), further(&few)), (500, Vec::new()));
        // As many as a sheet gathers before it counts, and more.
        let mut findings = many(0..120_000);
        assert_eq!(told(&findings, Code::NoEvidence), MOST_OF_A_KIND);
        assert_eq!(told(&findings, Code::AnswerOutside), MOST_OF_A_KIND);
        assert_eq!(further(&findings), [(Code::AnswerOutside, 700), (Code::NoEvidence, 118_300)]);
        let first: Vec<String> =
            findings.iter().take(2).map(|finding| finding.place.clone().unwrap().cells()).collect();
        assert_eq!(first, ["A8", "A108"], "the first from the top");
        // Those of several sheets together, and of each satker for itself.
        findings.extend(many(0..1_000));
        findings.extend(few.into_iter().map(|finding| finding.of("1971")));
        sort_findings(&mut findings);
        assert_eq!(further(&findings), [(Code::AnswerOutside, 710), (Code::NoEvidence, 119_290)]);
        assert_eq!(findings.iter().filter(|finding| finding.satker.is_some()).count(), 500);
        let again = findings.clone();
        sort_findings(&mut findings);
        assert_eq!(findings, again);
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
