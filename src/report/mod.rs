//! What people are shown, said once: a file a table. The workbook's sheets, the tabs of a summary spreadsheet and CSV are
//! made of these and of nothing else.

pub mod changes;
pub mod criteria;
pub mod plans;
pub mod summary;
pub mod table;
pub mod trend;

mod areas;
mod evidence;
mod findings;
mod gaps;
mod indicators;
mod ranking;
mod sources;
mod surveys;
mod update;

use table::{Column, Format, Headed, Row, Rows, Table, cells};

use crate::consolidate::{Consolidation, Unit};
use crate::lang::{Lang, Phrase};
use crate::lke::Role;
use crate::survey::instrument::Shown;

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableName {
    /// Totals, bounds, areas, verdicts of every satker.
    Summary,
    /// Ranks, overall and per area.
    Ranking,
    /// What changed since the last run.
    Changes,
    /// The periods side by side.
    Trend,
    /// Indices and elements of the surveys shown from 25 to 100.
    Satisfaction,
    /// Those of the surveys shown from 1 to 4.
    Perception,
    /// Area scores of both roles.
    Areas,
    /// Answers and ratios of the unit.
    Indicators,
    /// Answers and ratios of the TPI.
    IndicatorsTpi,
    /// Where the TPI scored differently.
    Gaps,
    /// The criteria of the predicates.
    Criteria,
    /// Who answered the surveys.
    Respondents,
    /// What respondents wrote; outside the office, of the surveys that may publish it.
    Comments,
    /// Every row of the action plans on a calendar.
    Plans,
    /// What is due and late, by month.
    Schedule,
    /// Plan, answer and evidence of every indicator.
    Traces,
    /// How the evidence links stand.
    Evidence,
    /// Findings.
    Findings,
    /// Where every number came from.
    Sources,
    /// All surveys.
    Surveys,
    /// How the action plans stand, and the rows that are late.
    Standings,
    /// When and from what the others were made.
    Update,
}

impl TableName {
    /// The sheets of the workbook, in its order.
    pub const SHEETS: [TableName; 19] = [
        TableName::Summary,
        TableName::Ranking,
        TableName::Changes,
        TableName::Trend,
        TableName::Satisfaction,
        TableName::Perception,
        TableName::Areas,
        TableName::Indicators,
        TableName::IndicatorsTpi,
        TableName::Gaps,
        TableName::Criteria,
        TableName::Respondents,
        TableName::Comments,
        TableName::Plans,
        TableName::Schedule,
        TableName::Traces,
        TableName::Evidence,
        TableName::Findings,
        TableName::Sources,
    ];

    /// The tabs a summary spreadsheet can have, in its order; *Pembaruan* follows them.
    pub const TABS: [TableName; 9] = [
        TableName::Summary,
        TableName::Ranking,
        TableName::Areas,
        TableName::Surveys,
        TableName::Comments,
        TableName::Standings,
        TableName::Findings,
        TableName::Changes,
        TableName::Sources,
    ];

    /// The name used in pipeline files and to know tabs again, and what people read.
    fn words(self) -> (&'static str, Phrase) {
        let (name, id, en) = match self {
            TableName::Summary => ("summary", "Ringkasan", "Summary"),
            TableName::Ranking => ("ranking", "Peringkat", "Ranking"),
            TableName::Changes => ("changes", "Perubahan", "Changes"),
            TableName::Trend => ("trend", "Tren", "Trend"),
            TableName::Satisfaction => ("satisfaction", "SKM", "SKM"),
            TableName::Perception => ("perception", "IPAK-IPKP", "IPAK-IPKP"),
            TableName::Areas => ("areas", "Area", "Area"),
            TableName::Indicators => ("indicators", "Indikator", "Indicators"),
            TableName::IndicatorsTpi => ("indicators-tpi", "Indikator TPI", "Indicators TPI"),
            TableName::Gaps => ("gaps", "Selisih TPI", "TPI differences"),
            TableName::Criteria => ("criteria", "Syarat WBK-WBBM", "WBK-WBBM criteria"),
            TableName::Respondents => ("respondents", "Responden", "Respondents"),
            TableName::Comments => ("comments", "Saran", "Comments"),
            TableName::Plans => ("calendar", "Rencana Aksi", "Action plans"),
            TableName::Schedule => ("schedule", "Jadwal", "Schedule"),
            TableName::Traces => ("traces", "Ketertelusuran", "Traceability"),
            TableName::Evidence => ("evidence", "Bukti Dukung", "Evidence"),
            TableName::Findings => ("findings", "Temuan", "Findings"),
            TableName::Sources => ("sources", "Sumber", "Sources"),
            TableName::Surveys => ("surveys", "Survei", "Surveys"),
            TableName::Standings => ("plans", "Rencana Aksi", "Action plans"),
            TableName::Update => ("update", "Pembaruan", "Update"),
        };
        (name, Phrase::new(id, en))
    }

    /// The name used in pipeline files and to know tabs again.
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// What people read.
    pub fn title(self) -> Phrase {
        self.words().1
    }

    /// The indicators in a role.
    pub(crate) fn of_role(role: Role) -> TableName {
        match role {
            Role::Unit => TableName::Indicators,
            Role::Tpi => TableName::IndicatorsTpi,
        }
    }
}

/// What every table is made from.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The results of all satker.
    pub data: &'a Consolidation,
    /// The language people read.
    pub lang: Lang,
}

impl<'a> Report<'a> {
    /// A table; none where there is nothing to make it of.
    pub fn table(self, name: TableName) -> Option<Table<Rows<'a>>> {
        Some(match name {
            TableName::Summary => summary::table(self),
            TableName::Ranking => ranking::table(self),
            TableName::Changes => changes::table(self),
            TableName::Trend => trend::table(self)?,
            TableName::Satisfaction => surveys::shown(self, Shown::Hundred)?,
            TableName::Perception => surveys::shown(self, Shown::Four)?,
            TableName::Areas => areas::table(self),
            TableName::Indicators => indicators::table(self, Role::Unit),
            TableName::IndicatorsTpi => indicators::table(self, Role::Tpi),
            TableName::Gaps => gaps::table(self),
            TableName::Criteria => criteria::table(self),
            TableName::Respondents => surveys::respondents(self),
            TableName::Comments => surveys::comments(self),
            TableName::Plans => plans::calendar(self),
            TableName::Schedule => plans::schedule(self),
            TableName::Traces => plans::traces(self),
            TableName::Evidence => evidence::table(self)?,
            TableName::Findings => findings::table(self),
            TableName::Sources => sources::table(self),
            TableName::Surveys => surveys::all(self),
            TableName::Standings => plans::standings(self),
            TableName::Update => return None,
        })
    }

    /// *Pembaruan* of a pipeline's tabs.
    pub fn update(self, pipeline: &str) -> Table<Rows<'a>> {
        update::table(self, pipeline)
    }

    /// The sheets of a workbook: those the pipeline gives anything to show on.
    pub fn sheets(self) -> impl Iterator<Item = (TableName, Table<Rows<'a>>)> {
        let is_there = move |name: &TableName| match name {
            TableName::Changes => self.data.changes.is_some(),
            TableName::Respondents | TableName::Comments => !self.data.surveys.is_empty(),
            TableName::Plans | TableName::Schedule | TableName::Traces => self.data.has_plans(),
            _ => true,
        };
        TableName::SHEETS.into_iter().filter(is_there).filter_map(move |name| Some((name, self.table(name)?)))
    }

    /// When and in which run it was made. It is another text every time, so what is rewritten only when something has
    /// changed does not show it.
    pub fn stamp(self) -> String {
        let run = self.lang.pick("dijalankan", "run at");
        let at = self.data.shown_time(self.data.run_at);
        let number = self.data.run.map(|run| format!(" · {} {run}", self.lang.pick("konsolidasi nomor", "run number")));
        format!("{run} {at}{}", number.unwrap_or_default())
    }

    /// Whose numbers these are, and which of them are of earlier copies.
    fn subtitle(self) -> String {
        format!("{} · {}", self.data.title, self.short_subtitle())
    }

    /// The same below a title that says whose.
    fn short_subtitle(self) -> String {
        let satker = self.lang.pick("satker", "work units");
        let stale = self.data.stale_note(self.lang).map(|note| format!(" · {note}")).unwrap_or_default();
        format!("{} · {} {satker}{stale}", self.data.period, self.data.units.len())
    }

    fn column(self, format: Format, id: &str, en: &str) -> Headed {
        Column::of(format).under(self.lang.pick(id, en))
    }

    fn text(self, id: &str, en: &str) -> Headed {
        self.column(Format::Text, id, en)
    }

    fn wrapped(self, id: &str, en: &str) -> Headed {
        self.column(Format::Wrapped, id, en)
    }

    fn word(self, id: &str, en: &str) -> Headed {
        self.column(Format::Word, id, en)
    }

    fn number(self, id: &str, en: &str) -> Headed {
        self.column(Format::Number, id, en)
    }

    fn count(self, id: &str, en: &str) -> Headed {
        self.column(Format::Count, id, en)
    }

    /// The columns that say whose row it is.
    fn satker_columns(self) -> [Headed; 2] {
        [self.text("Kode satker", "Satker code"), self.text("Satker", "Satker")]
    }
}

/// The row of a satker, begun with whose it is.
fn row_of(unit: &Unit, more: Vec<table::CellValue>) -> Row {
    let mut cells = cells![&unit.satker.kode, &unit.satker.nama];
    cells.extend(more);
    cells.into()
}
