//! *Temuan*: what was found, with its cells and what to do about it. What only shows elsewhere what another did is told with
//! its cause, and findings that say the same of several cells are told together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Report;
use super::table::{CellValue, Colour, Rows, Seen, Size, Table, Tone};
use crate::compute::Unit;
use crate::finding::catalogue::NO_ACTION;
use crate::finding::{Code, Finding, Place, Severity};
use crate::grid::CellRange;
use crate::lang::Lang;
use crate::source::google::{GoogleSettings, SheetAddress};
use crate::text::web_address;

/// What is told in one row: findings that say the same, with the cells that only inherit what they did.
#[derive(Debug)]
pub(crate) struct Told<'a> {
    /// The first of them.
    pub first: &'a Finding,
    /// How many they are.
    pub count: usize,
    subjects: Vec<&'a str>,
    /// The cells they stand in.
    pub cells: Vec<CellRange>,
    /// The cells that only inherit what they did.
    pub inherited: Vec<CellRange>,
}

impl Told<'_> {
    /// What they are about.
    pub fn subjects(&self) -> String {
        self.subjects.join(", ")
    }

    /// The cells they stand in, neighbours joined: `K12:K19, L30`.
    pub fn cells(&self) -> String {
        listed(&self.cells)
    }

    /// What is wrong, in words, and where it is inherited.
    pub fn message(&self, lang: Lang) -> String {
        let inherited = carried(&self.inherited, lang).map(|sentence| format!(" {sentence}"));
        self.of_all(lang, Finding::message) + &inherited.unwrap_or_default()
    }

    /// What to do about it, in words.
    pub fn remedy(&self, lang: Lang) -> String {
        self.of_all(lang, Finding::remedy)
    }

    /// Words of the first that hold for all of them.
    fn of_all(&self, lang: Lang, words: impl Fn(&Finding, Lang) -> String) -> String {
        match self.count {
            1 => words(self.first, lang),
            _ => words(&self.first.of_cells(counted(&self.cells), lang), lang),
        }
    }

    /// Where its cells are on the web: in a spreadsheet of Google's the first of them, where it is known in which of its
    /// sheets; else the file.
    fn address(&self, settings: &GoogleSettings) -> Option<String> {
        let (range, place) = (self.cells.first()?, self.first.place.as_ref()?);
        match SheetAddress::parse(&place.location, settings) {
            None => web_address(&place.location),
            Some(Ok(sheet)) if sheet.gid.is_some() => Some(format!("{sheet}&range={range}")),
            Some(sheet) => sheet.ok().map(|sheet| sheet.to_string()),
        }
    }
}

fn counted(cells: &[CellRange]) -> u64 {
    cells.iter().map(|range| range.area()).sum()
}

/// `K12:K19, L30`.
pub(crate) fn listed(cells: &[CellRange]) -> String {
    cells.iter().map(CellRange::to_string).collect::<Vec<_>>().join(", ")
}

/// `Terbawa ke 12 sel: L4:M6, L10.`, where anything is inherited.
pub(crate) fn carried(cells: &[CellRange], lang: Lang) -> Option<String> {
    let (count, cells) = (counted(cells), listed(cells));
    (count > 0).then(|| match lang {
        Lang::Id => format!("Terbawa ke {count} sel: {cells}."),
        Lang::En if count == 1 => format!("Carried over to 1 cell: {cells}."),
        Lang::En => format!("Carried over to {count} cells: {cells}."),
    })
}

/// The findings of a satker or file as they are told, in their order.
pub(crate) fn told(findings: &[Finding]) -> Vec<Told<'_>> {
    let causes = causes(findings);
    let (mut rows, mut row_of): (Vec<Told>, _) = (Vec::new(), vec![0; findings.len()]);
    let mut known = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(at, _)| causes[*at].is_empty()) {
        let place = finding.place.as_ref().map(|place| (&place.location, &place.sheet));
        let of_any = finding.of_cells(0, Lang::Id);
        let row = *known
            .entry((finding.code, place, of_any.message(Lang::Id), of_any.remedy(Lang::Id)))
            .or_insert_with(|| {
                let (subjects, cells, inherited) = Default::default();
                rows.push(Told { first: finding, count: 0, subjects, cells, inherited });
                rows.len() - 1
            });
        row_of[at] = row;
        rows[row].count += 1;
        rows[row].subjects.extend(finding.subject.as_deref());
        rows[row].cells.extend(finding.cells());
    }
    for (finding, causes) in findings.iter().zip(&causes) {
        causes.iter().for_each(|&cause| rows[row_of[cause]].inherited.extend(finding.cells()));
    }
    for row in &mut rows {
        let mut seen = BTreeSet::new();
        row.subjects.retain(|subject| seen.insert(*subject));
        row.cells = CellRange::joined(row.cells.drain(..));
        row.inherited = CellRange::joined(row.inherited.drain(..));
    }
    rows
}

/// Of every finding those that it follows from in the end, where they are found, too.
fn causes(findings: &[Finding]) -> Vec<BTreeSet<usize>> {
    let cells: Vec<Vec<CellRange>> = findings.iter().map(Finding::cells).collect();
    let sheet = |finding: &Finding| finding.place.as_ref().map(|place| (place.location.clone(), place.sheet.clone()));
    let mut of_row: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| can_be_inherited(finding.code)) {
        for row in cells[at].iter().map(|range| range.start.row).collect::<BTreeSet<_>>() {
            of_row.entry((sheet(finding), row)).or_default().push(at);
        }
    }
    let nearest = |at: usize, finding: &Finding| -> BTreeSet<usize> {
        let role = finding.particular("role", Lang::Id);
        let of_cell = |cell: &crate::grid::CellRef| {
            let beside = of_row.get(&(sheet(finding), cell.row)).into_iter().flatten().copied();
            let beside: Vec<usize> = beside.filter(|&other| other != at).collect();
            let (exact, others): (Vec<usize>, Vec<usize>) =
                beside.into_iter().partition(|&other| cells[other].iter().any(|range| range.contains(*cell)));
            // A percentage is found wrong where it is answered, beside the result that shows it.
            let is_of_role = |&other: &usize| role.is_some() && findings[other].particular("role", Lang::Id) == role;
            if exact.is_empty() { others.into_iter().filter(is_of_role).collect() } else { exact }
        };
        finding.inherited_from().iter().flat_map(of_cell).collect()
    };
    let nearest: Vec<BTreeSet<usize>> = findings.iter().enumerate().map(|(at, of)| nearest(at, of)).collect();
    let in_the_end = |at: usize| {
        let (mut last, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![at]);
        while let Some(next) = open.pop().filter(|_| !nearest[at].is_empty()) {
            if nearest[next].is_empty() {
                last.insert(next);
            } else if seen.insert(next) {
                open.extend(&nearest[next]);
            }
        }
        last
    };
    (0..findings.len()).map(in_the_end).collect()
}

/// Whether it can make the results of other cells wrong.
fn can_be_inherited(code: Code) -> bool {
    matches!(
        code,
        Code::ErrorFromBlanks
            | Code::ErrorInherited
            | Code::ErrorFromText
            | Code::ErrorUnexplained
            | Code::ResultDiffers
            | Code::ResultInherited
            | Code::AnswerLost
            | Code::AnswerUnseenBySheet
            | Code::AnswerUncalculated
            | Code::AnswerOutside
            | Code::PercentUnproven
            | Code::PercentAmbiguous
            | Code::DetailsUndecided
    )
}

/// Every row with the place of its satker: the worst first, the satker of the same severity in the registry's order; at the
/// end what needs no action.
fn rows(report: Report<'_>) -> Vec<(usize, Told<'_>)> {
    let units = report.data.units.iter().enumerate();
    let mut rows: Vec<_> =
        units.flat_map(|(place, unit)| told(&unit.findings).into_iter().map(move |told| (place, told))).collect();
    rows.sort_by_key(|(_, told)| (!told.first.code.needs_action(), told.first.severity()));
    rows
}

/// The row of every satker's first finding, if it has any.
pub(super) fn first_rows(report: Report) -> Vec<Option<usize>> {
    let mut first = vec![None; report.data.units.len()];
    for (row, (unit, _)) in rows(report).into_iter().enumerate() {
        first[unit].get_or_insert(row);
    }
    first
}

/// `Temuan: 3 galat, 40 peringatan, 12 info (5 terbawa) dalam 37 baris; 8 lagi tidak perlu tindakan`.
fn title(report: Report, rows: &[(usize, Told)]) -> String {
    let Report { data, lang } = report;
    let [errors, warnings, infos] = data.finding_counts();
    let counted = errors + warnings + infos;
    let told = |needs_action: bool| {
        rows.iter().map(|(_, of)| of).filter(move |of| of.first.code.needs_action() == needs_action)
    };
    let (lines, inherited) = (told(true).count(), counted - told(true).map(|of| of.count).sum::<usize>());
    let idle: usize = told(false).map(|of| of.count).sum();
    let of_them = |word: &str| if inherited > 0 { format!(" ({inherited} {word})") } else { String::new() };
    let mut title = match lang {
        Lang::Id => format!("Temuan: {errors} galat, {warnings} peringatan, {infos} info{}", of_them("terbawa")),
        Lang::En => {
            format!("Findings: {errors} errors, {warnings} warnings, {infos} infos{}", of_them("carried over"))
        }
    };
    if lines != counted {
        title += &format!(" {} {lines} {}", lang.pick("dalam", "in"), lang.pick("baris", "rows"));
    }
    if idle > 0 {
        title += &format!("; {idle} {}", lang.pick("lagi tidak perlu tindakan", "more need no action"));
    }
    title
}

pub(super) fn table<'a>(report: Report<'a>) -> Table<Rows<'a>> {
    let Report { data, lang } = report;
    let rows = rows(report);
    let title = title(report, &rows);
    let words = [(Severity::Error, Tone::Bad), (Severity::Warning, Tone::Open)];
    let words = words.map(|(severity, tone)| (severity.word(lang).to_owned(), tone));
    type Of<'a> = (&'a Unit, Arc<Told<'a>>);
    fn place<'a>(of: &Told<'a>) -> Option<&'a Place> {
        of.first.place.as_ref()
    }
    let settings = GoogleSettings::default();
    let mut columns = report.columns(|(unit, _): Of<'a>| unit);
    columns
        .add(
            report.word("Tingkat", "Severity").coloured(Colour::Words(words.to_vec())).id("severity"),
            move |(_, of)| {
                let severity = of.first.severity();
                let word = if of.first.code.needs_action() { severity.word(lang) } else { NO_ACTION.text(lang) };
                CellValue::Word(word, severity.name())
            },
        )
        .add(report.text("Kode", "Code").id("code"), |(_, of)| of.first.code.entry().code)
        .add(report.count("Jumlah", "Count").id("count"), |(_, of)| of.count)
        .add(report.text("Mengenai", "About").id("subject"), |(_, of)| of.subjects())
        .add(report.text("Lokasi", "Location").id("location").seen(Seen::Machines), move |(_, of)| {
            place(&of).map_or("", |place| &*place.location)
        })
        .add(report.text("Lembar", "Sheet").id("sheet"), move |(_, of)| {
            place(&of).and_then(|place| place.sheet.as_deref()).unwrap_or_default()
        })
        .add(report.text("Sel", "Cell").id("cell"), move |(_, of)| {
            CellValue::text(of.cells()).leading_to(of.address(&settings))
        })
        .add(report.wrapped("Temuan", "Finding").id("message"), move |(_, of)| CellValue::written(of.message(lang)))
        .add(report.wrapped("Tindakan", "What to do").id("remedy"), move |(_, of)| of.remedy(lang));
    let rows = rows.into_iter().map(|(place, told)| (&data.units[place], Arc::new(told)));
    let section = columns.section(rows).or_note(lang.pick("Tidak ada temuan.", "There are no findings."));
    Table { size: Size::Long, ..Table::new(title, report.subtitle(), 2, vec![section]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Arg, SheetFindings};
    use crate::grid::CellRef;

    fn cells(text: &str) -> Vec<CellRef> {
        text.split(' ').map(|cell| CellRef::parse(cell).unwrap()).collect()
    }

    /// Adds a formula error shown by some cells.
    fn error(findings: &mut SheetFindings, code: Code, shown: &str, extra: (&'static str, Arg)) {
        let shown = cells(shown);
        let args = [("cells", Arg::Cells(shown.clone())), ("error", Arg::from("#DIV/0!")), extra];
        findings.add_at(code, Some("A.I"), shown[0], args);
    }

    /// Adds a result that differs, and inherits that from cells, if from any.
    fn result(findings: &mut SheetFindings, at: &str, from: Option<&str>, role: &str) {
        let (code, extra) = match from {
            Some(from) => (Code::ResultInherited, ("root", Arg::Cells(cells(from)))),
            None => (Code::ResultDiffers, ("formula", Arg::from("=1"))),
        };
        let args = [("workbook", Arg::from(at)), ("computed", Arg::from("2")), ("role", Arg::from(role)), extra];
        findings.add_at(code, Some(at), cells(at)[0], args);
    }

    fn shown(findings: &[Finding]) -> Vec<(String, usize, String)> {
        told(findings).iter().map(|of| (of.cells(), of.count, listed(&of.inherited))).collect()
    }

    fn row(cells: &str, count: usize, inherited: &str) -> (String, usize, String) {
        (cells.to_owned(), count, inherited.to_owned())
    }

    #[test]
    fn what_an_error_does_elsewhere_is_told_with_it() {
        let mut findings = SheetFindings::new("lke.xlsx", Some("LKE ZI"));
        error(&mut findings, Code::ErrorFromBlanks, "K160 L160", ("blanks", Arg::Cells(cells("K161"))));
        for inherited in ["L4 M4", "L5 M5", "L204"] {
            error(&mut findings, Code::ErrorInherited, inherited, ("root", Arg::Cells(cells("K160"))));
        }
        // Whose cause nobody told stands for itself, and one of another sheet is another.
        error(&mut findings, Code::ErrorInherited, "L8", ("root", Arg::Cells(cells("K9"))));
        error(&mut findings, Code::ErrorInherited, "L10 M10", ("root", Arg::Cells(cells("K9"))));
        let mut other = SheetFindings::new("lke.xlsx", Some("Salinan"));
        error(&mut other, Code::ErrorInherited, "L30", ("root", Arg::Cells(cells("K160"))));
        let findings: Vec<Finding> = findings.finish().into_iter().chain(other.finish()).collect();
        let rows = [row("K160:L160", 1, "L4:M5, L204"), row("L8, L10:M10", 2, ""), row("L30", 1, "")];
        assert_eq!(shown(&findings), rows);
        let told = told(&findings);
        let message = told[0].message(Lang::Id);
        assert!(message.starts_with("K160 dan L160 menampilkan #DIV/0!"), "{message}");
        assert!(message.ends_with(" Terbawa ke 5 sel: L4:M5, L204."), "{message}");
        assert_eq!(told[1].message(Lang::Id), "3 sel menampilkan #DIV/0! yang terbawa dari K9.");
        assert!(told[2].message(Lang::En).starts_with("L30 shows"));
    }

    #[test]
    fn a_result_is_told_with_all_that_it_comes_from() {
        let mut findings = SheetFindings::new("lke.xlsx", Some("LKE ZI"));
        result(&mut findings, "L7", None, "unit");
        result(&mut findings, "K12", None, "unit");
        result(&mut findings, "P12", None, "TPI");
        result(&mut findings, "L4", Some("L5"), "unit");
        result(&mut findings, "L5", Some("L6 L10"), "unit");
        result(&mut findings, "L6", Some("L7"), "unit");
        result(&mut findings, "L10", Some("L12"), "unit");
        // Of nothing that was found.
        result(&mut findings, "L41", Some("L42"), "unit");
        result(&mut findings, "L36", Some("L41"), "unit");
        let rows = [row("L7", 1, "L4:L6"), row("K12", 1, "L4:L5, L10"), row("P12", 1, ""), row("L41", 1, "L36")];
        assert_eq!(shown(&findings.finish()), rows);
    }

    #[test]
    fn results_in_a_circle_are_told_each_for_itself() {
        let mut findings = SheetFindings::new("lke.xlsx", None);
        result(&mut findings, "L4", Some("L5"), "unit");
        result(&mut findings, "L5", Some("L4"), "unit");
        result(&mut findings, "L6", Some("L6"), "unit");
        assert_eq!(shown(&findings.finish()).len(), 3);
    }

    #[test]
    fn what_says_the_same_of_several_cells_is_told_once() {
        let mut findings = SheetFindings::new("lke.xlsx", Some("LKE ZI"));
        let mut add = |subject: &str, at: &str, answer: &str| {
            findings.add_at(Code::NoEvidence, Some(subject), cells(at)[0], [("answer", Arg::from(answer))]);
        };
        for (subject, at) in [("A.I.1.i.a", "S8"), ("A.I.1.i.b", "S9"), ("A.I.1.i.c", "S10"), ("A.I.2.i.a", "S25")] {
            add(subject, at, "A");
        }
        add("A.I.2.i.b", "S26", "B");
        add("A.I.2.i.b", "S27", "B");
        let findings = findings.finish();
        let told = told(&findings);
        assert_eq!(shown(&findings), [row("S8:S10, S25", 4, ""), row("S26:S27", 2, "")]);
        assert_eq!(told[0].subjects(), "A.I.1.i.a, A.I.1.i.b, A.I.1.i.c, A.I.2.i.a");
        assert_eq!(told[1].subjects(), "A.I.2.i.b");
        assert_eq!(told[0].message(Lang::Id), findings[0].message(Lang::Id));
        assert_eq!(told.iter().map(|of| of.count).sum::<usize>(), findings.len());
    }

    #[test]
    fn cells_lead_to_where_they_are_on_the_web() {
        let leads = |location: &str, at: &str| {
            let mut findings = SheetFindings::new(location, Some("LKE ZI"));
            result(&mut findings, at, None, "unit");
            told(&findings.finish())[0].address(&GoogleSettings::default())
        };
        let sheet = "https://docs.google.com/spreadsheets/d/1aB-c_9/edit";
        assert_eq!(leads(&format!("{sheet}?usp=sharing#gid=7"), "K12"), Some(format!("{sheet}#gid=7&range=K12")));
        assert_eq!(leads("docs.google.com/spreadsheets/d/1aB-c_9", "K12").as_deref(), Some(sheet));
        let file = "https://contoh.id/lke 1971.xlsx";
        assert_eq!(leads(file, "K12").as_deref(), Some("https://contoh.id/lke%201971.xlsx"));
        for local in
            ["lke/1971.xlsx", "C:\\LKE\\1971.xlsx", "\\\\server\\lke.xlsx", "file:///lke.xlsx", "javascript:1", ""]
        {
            assert_eq!(leads(local, "K12"), None, "{local}");
        }
        let mut whole = SheetFindings::new(sheet, None);
        whole.add(Code::NoScore, None, None, []);
        assert_eq!(told(&whole.finish())[0].address(&GoogleSettings::default()), None, "nothing to stand there");
    }

    #[test]
    fn thousands_of_findings_take_no_time() {
        let mut findings = SheetFindings::new("lke.xlsx", None);
        for row in 0..10_000 {
            let (at, below) = (CellRef::new(row, 11), CellRef::new(row + 1, 11));
            let args = [("workbook", 1.0.into()), ("computed", 2.0.into()), ("role", "unit".into())];
            findings.add_at(Code::ResultInherited, None, at, args.into_iter().chain([("root", below.into())]));
        }
        let findings = findings.finish();
        // Of one kind no more are told; a chain as long as that is no more than that.
        assert_eq!(told(&findings).iter().map(|of| of.count).sum::<usize>(), 2);
    }
}
