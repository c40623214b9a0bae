//! What people are shown, said once: a file a table. The workbook's sheets, the tabs of a summary spreadsheet and CSV are
//! made of these and of nothing else.

pub mod changes;
pub(crate) mod comments;
pub mod criteria;
pub(crate) mod findings;
pub mod leaders;
pub mod plans;
pub mod summary;
pub mod table;
pub mod trend;

mod areas;
mod evidence;
mod gaps;
mod indicators;
mod ranking;
mod sources;
mod surveys;
mod update;

use table::{Column, Columns, Format, Headed, Rows, Table};

use crate::compute::{Consolidation, Unit};
use crate::lang::{Lang, Phrase};
use crate::lke::Role;
use crate::survey::instrument::Shown;

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableName {
    /// What somebody with a minute must know.
    Leaders,
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

/// Every table in the order of its name above: what it is called in pipeline files and to know tabs again, and by people.
/// The workbook has the first of them as sheets, in this order.
const WORDS: [(TableName, &str, Phrase); 23] = [
    (TableName::Leaders, "leaders", Phrase::new("Lembar Pimpinan", "For leaders")),
    (TableName::Summary, "summary", Phrase::new("Ringkasan", "Summary")),
    (TableName::Ranking, "ranking", Phrase::new("Peringkat", "Ranking")),
    (TableName::Changes, "changes", Phrase::new("Perubahan", "Changes")),
    (TableName::Trend, "trend", Phrase::new("Tren", "Trend")),
    (TableName::Satisfaction, "satisfaction", Phrase::new("SKM", "SKM")),
    (TableName::Perception, "perception", Phrase::new("IPAK-IPKP", "IPAK-IPKP")),
    (TableName::Areas, "areas", Phrase::new("Area", "Area")),
    (TableName::Indicators, "indicators", Phrase::new("Indikator", "Indicators")),
    (TableName::IndicatorsTpi, "indicators-tpi", Phrase::new("Indikator TPI", "Indicators TPI")),
    (TableName::Gaps, "gaps", Phrase::new("Selisih TPI", "TPI differences")),
    (TableName::Criteria, "criteria", Phrase::new("Syarat WBK-WBBM", "WBK-WBBM criteria")),
    (TableName::Respondents, "respondents", Phrase::new("Responden", "Respondents")),
    (TableName::Comments, "comments", Phrase::new("Saran", "Comments")),
    (TableName::Plans, "calendar", Phrase::new("Rencana Aksi", "Action plans")),
    (TableName::Schedule, "schedule", Phrase::new("Jadwal", "Schedule")),
    (TableName::Traces, "traces", Phrase::new("Ketertelusuran", "Traceability")),
    (TableName::Evidence, "evidence", Phrase::new("Bukti Dukung", "Evidence")),
    (TableName::Findings, "findings", Phrase::new("Temuan", "Findings")),
    (TableName::Sources, "sources", Phrase::new("Sumber", "Sources")),
    (TableName::Surveys, "surveys", Phrase::new("Survei", "Surveys")),
    (TableName::Standings, "plans", Phrase::new("Rencana Aksi", "Action plans")),
    (TableName::Update, "update", Phrase::new("Pembaruan", "Update")),
];
/// How many of them are sheets of the workbook.
const SHEETS: usize = 20;

impl TableName {
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

    /// The name used in pipeline files and to know tabs again.
    pub fn name(self) -> &'static str {
        WORDS[self as usize].1
    }

    /// What people read.
    pub fn title(self) -> Phrase {
        WORDS[self as usize].2
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
        let table = match name {
            TableName::Leaders => leaders::table(self),
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
            TableName::Comments => comments::table(self),
            TableName::Plans => plans::calendar(self),
            TableName::Schedule => plans::schedule(self),
            TableName::Traces => plans::traces(self),
            TableName::Evidence => evidence::table(self)?,
            TableName::Findings => findings::table(self),
            TableName::Sources => sources::table(self),
            TableName::Surveys => surveys::all(self),
            TableName::Standings => plans::standings(self),
            TableName::Update => return None,
        };
        Some(table.explained(self.lang))
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
        let sheets = WORDS.into_iter().take(SHEETS).map(|(name, ..)| name);
        sheets.filter(is_there).filter_map(move |name| Some((name, self.table(name)?)))
    }

    /// When and in which run it was made. It is another text every time, so what is rewritten only when something has
    /// changed does not show it.
    pub fn stamp(self) -> String {
        let run = self.lang.pick("dijalankan", "run at");
        let at = self.data.shown_time(self.data.run_at, self.lang);
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
        [self.text("Kode satker", "Satker code").id("satker"), self.text("Satker", "Satker")]
    }

    /// Columns of things of which each is of a satker.
    fn columns<T: Clone + 'a>(self, unit: impl Fn(T) -> &'a Unit + Copy + Send + 'a) -> Columns<'a, T> {
        let [kode, nama] = self.satker_columns();
        let mut columns = Columns::default();
        columns.add(kode, move |of| &unit(of).satker.kode).add(nama, move |of| &unit(of).satker.nama);
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_in_the_order_of_names() {
        assert!(WORDS.iter().enumerate().all(|(place, (name, ..))| *name as usize == place));
    }
}
