//! The consolidated workbook: one file a sheet, totals as live formulas over the detail sheets.

mod area;
mod criteria;
mod findings;
mod gaps;
mod indicator;
mod ranking;
mod sheet;
mod sources;
mod summary;

use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::consolidate::Consolidation;
use crate::lang::Lang;
use crate::lke::Role;
use sheet::Style;

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

    /// Period, satker and time.
    fn run_line(&self) -> String {
        let satker = self.lang.pick("satker", "work units");
        let run = self.lang.pick("dijalankan", "run at");
        let at = self.data.run_at.strftime("%Y-%m-%d %H:%M UTC");
        format!("{} · {} {satker} · {run} {at}", self.data.period, self.data.units.len())
    }
}

/// The name of a sheet in the language of the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Summary,
    Ranking,
    Area,
    Indicator(Role),
    Gaps,
    Criteria,
    Findings,
    Sources,
}

impl Name {
    fn text(self, lang: Lang) -> &'static str {
        match self {
            Name::Summary => lang.pick("Ringkasan", "Summary"),
            Name::Ranking => lang.pick("Peringkat", "Ranking"),
            Name::Area => "Area",
            Name::Indicator(Role::Unit) => lang.pick("Indikator", "Indicators"),
            Name::Indicator(Role::Tpi) => lang.pick("Indikator TPI", "Indicators TPI"),
            Name::Gaps => lang.pick("Selisih TPI", "TPI differences"),
            Name::Criteria => lang.pick("Syarat WBK-WBBM", "WBK-WBBM criteria"),
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
    let properties = DocProperties::new().set_title(&data.title).set_author("rekap").set_creation_datetime(&created);
    book.set_properties(&properties);
    summary::write(&context, &mut book)?;
    ranking::write(&context, &mut book)?;
    area::write(&context, &mut book)?;
    for role in Role::ALL {
        indicator::write(&context, &mut book, role)?;
    }
    gaps::write(&context, &mut book)?;
    criteria::write(&context, &mut book)?;
    findings::write(&context, &mut book)?;
    sources::write(&context, &mut book)?;
    book.save(path)
}
