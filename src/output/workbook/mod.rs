//! The consolidated workbook: one file a sheet, totals as live formulas over the detail sheets.

mod area;
mod changes;
mod criteria;
mod cuts;
mod evidence;
mod findings;
mod gaps;
mod indicator;
mod plans;
mod ranking;
mod sheet;
mod sources;
mod summary;
mod surveys;
mod trend;

use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use crate::consolidate::Consolidation;
use crate::lang::Lang;
use crate::lke::Role;
use crate::output::package;
use crate::survey::instrument::Shown;
use crate::text::clip;
use sheet::Style;

pub use cuts::note_cuts;
pub(super) use plans::what as planned;
pub(super) use summary::remark;

/// The longest title among a workbook's properties.
const LONGEST_TITLE: usize = 255;

/// What every sheet is written from.
struct Context<'a> {
    data: &'a Consolidation,
    style: &'a Style,
    lang: Lang,
}

impl Context<'_> {
    /// Whose numbers these are, below the title of every sheet but the first.
    fn subtitle(&self) -> String {
        format!("{} · {}", self.data.title, self.run_line())
    }

    /// Period, satker and time, and which numbers are of earlier copies.
    fn run_line(&self) -> String {
        let satker = self.lang.pick("satker", "work units");
        let run = self.lang.pick("dijalankan", "run at");
        let at = self.data.shown_time(self.data.run_at, self.lang);
        let number = self.data.run.map(|run| format!(" · {} {run}", self.lang.pick("konsolidasi nomor", "run number")));
        let number = number.unwrap_or_default();
        let stale = self.data.stale_note(self.lang).map(|note| format!(" · {note}")).unwrap_or_default();
        format!("{} · {} {satker} · {run} {at}{number}{stale}", self.data.period, self.data.units.len())
    }
}

/// The name of a sheet in the language of the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Summary,
    Ranking,
    Changes,
    Trend,
    Area,
    Indicator(Role),
    Gaps,
    Criteria,
    Surveys(Shown),
    Respondents,
    Comments,
    Plans,
    Schedule,
    Traces,
    Evidence,
    Findings,
    Sources,
}

impl Name {
    fn text(self, lang: Lang) -> &'static str {
        match self {
            Name::Summary => lang.pick("Ringkasan", "Summary"),
            Name::Ranking => lang.pick("Peringkat", "Ranking"),
            Name::Changes => lang.pick("Perubahan", "Changes"),
            Name::Trend => lang.pick("Tren", "Trend"),
            Name::Area => "Area",
            Name::Indicator(Role::Unit) => lang.pick("Indikator", "Indicators"),
            Name::Indicator(Role::Tpi) => lang.pick("Indikator TPI", "Indicators TPI"),
            Name::Gaps => lang.pick("Selisih TPI", "TPI differences"),
            Name::Criteria => lang.pick("Syarat WBK-WBBM", "WBK-WBBM criteria"),
            Name::Surveys(Shown::Hundred) => "SKM",
            Name::Surveys(Shown::Four) => "IPAK-IPKP",
            Name::Respondents => lang.pick("Responden", "Respondents"),
            Name::Comments => lang.pick("Saran", "Comments"),
            Name::Plans => lang.pick("Rencana Aksi", "Action plans"),
            Name::Schedule => lang.pick("Jadwal", "Schedule"),
            Name::Traces => lang.pick("Ketertelusuran", "Traceability"),
            Name::Evidence => lang.pick("Bukti Dukung", "Evidence"),
            Name::Findings => lang.pick("Temuan", "Findings"),
            Name::Sources => lang.pick("Sumber", "Sources"),
        }
    }
}

/// Writes the workbook to a file that is then renamed into place by its caller.
///
/// # Errors
/// When the file cannot be written.
pub fn write(data: &Consolidation, lang: Lang, path: &Path) -> Result<(), XlsxError> {
    let style = Style::new();
    let context = Context { data, style: &style, lang };
    let mut book = Workbook::new();
    book.set_tempdir(path.parent().unwrap_or(Path::new(".")))?;
    let created = ExcelDateTime::from_timestamp(data.run_at.as_second())?;
    let properties = DocProperties::new()
        .set_title(clip(&data.title, LONGEST_TITLE))
        .set_author("rekap")
        .set_creation_datetime(&created);
    book.set_properties(&properties);
    // A nation's workbook is 49 MB of XML: deflating it harder takes as long as reading every worksheet.
    book.set_zip_compression_level(1);
    style.register(&mut book);
    // Sheets that grow with the satker are streamed, so that memory does not. They are written side by side; those that
    // share a table of their texts by one thread, so that the table's order is always the same.
    let mut inline = || book.new_worksheet_with_constant_memory();
    let (unit, tpi, gaps_sheet) = (inline()?, inline()?, inline()?);
    let mut shared = || book.new_worksheet_with_low_memory();
    let (criteria_sheet, findings_sheet, comments_sheet, plans_sheet) = (shared()?, shared()?, shared()?, shared()?);
    let has = |shown: Shown| data.surveys.iter().any(|survey| survey.instrument.shown == shown);
    type Written = Result<Vec<Worksheet>, XlsxError>;
    let (of_texts, of_numbers): (Written, Written) = rayon::join(
        || {
            let mut sheets = vec![gaps::write(&context, gaps_sheet)?, criteria::write(&context, criteria_sheet)?];
            if !data.surveys.is_empty() {
                sheets.push(surveys::write_respondents(&context, Worksheet::new())?);
                sheets.push(surveys::write_comments(&context, comments_sheet)?);
            }
            if data.has_plans() {
                sheets.push(plans::write(&context, plans_sheet)?);
                sheets.push(plans::write_schedule(&context, Worksheet::new())?);
                sheets.push(plans::write_traces(&context, Worksheet::new())?);
            }
            if let Some(report) = &data.links {
                sheets.push(evidence::write(&context, Worksheet::new(), report)?);
            }
            sheets.push(findings::write(&context, findings_sheet)?);
            sheets.push(sources::write(&context, Worksheet::new())?);
            Ok(sheets)
        },
        || {
            let mut sheets =
                vec![summary::write(&context, Worksheet::new())?, ranking::write(&context, Worksheet::new())?];
            if let Some(changes) = &data.changes {
                sheets.push(changes::write(&context, Worksheet::new(), changes)?);
            }
            // One period is no trend.
            if let Some(trend) = data.trend.as_ref().filter(|trend| trend.periods.len() > 1) {
                sheets.push(trend::write(&context, Worksheet::new(), trend)?);
            }
            for shown in [Shown::Hundred, Shown::Four].into_iter().filter(|&shown| has(shown)) {
                sheets.push(surveys::write(&context, Worksheet::new(), shown)?);
            }
            sheets.push(area::write(&context, Worksheet::new())?);
            sheets.push(indicator::write(&context, unit, Role::Unit)?);
            sheets.push(indicator::write(&context, tpi, Role::Tpi)?);
            Ok(sheets)
        },
    );
    for sheet in of_numbers?.into_iter().chain(of_texts?) {
        book.push_worksheet(sheet);
    }
    package::save(&mut book, path)
}
