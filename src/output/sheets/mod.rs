//! Refreshes a summary spreadsheet in Google Sheets.
//!
//! [`tables`] makes the tables of a run's results, [`layout`] lays one out in a tab, [`plan`] compares a spreadsheet as it
//! is with what it should show, and [`refresh()`] sends what there is to change: one request, carried out whole or not at all.
//! Only tabs it made itself are ever touched; it knows them by developer metadata.

mod layout;
mod looks;
pub mod plan;
mod refresh;
pub mod state;
pub mod table;
pub mod tables;

pub use refresh::{RefreshError, RefreshWarning, Refreshed, TabChange, refresh};

/// A summary spreadsheet to be refreshed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshPlan {
    /// The pipeline's name: its tabs are known by it.
    pub pipeline: String,
    /// Address of the spreadsheet, as a browser shows it.
    pub spreadsheet: String,
    /// The tables it shows and the tab of each, in order.
    pub tabs: Vec<(TabTable, String)>,
}

/// A table that can be shown in a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TabTable {
    /// Totals, bounds, areas, verdicts of every satker.
    Summary,
    /// Ranks, overall and per area.
    Ranking,
    /// Area scores of both roles.
    Areas,
    /// Indices and elements of every survey.
    Surveys,
    /// What respondents wrote, of the surveys that may publish it.
    Comments,
    /// How the action plans stand.
    Plans,
    /// Findings.
    Findings,
    /// What changed since the last run.
    Changes,
    /// Where every number came from.
    Sources,
}

impl TabTable {
    /// Every table, in the order of its tabs.
    pub const ALL: [TabTable; 9] = [
        TabTable::Summary,
        TabTable::Ranking,
        TabTable::Areas,
        TabTable::Surveys,
        TabTable::Comments,
        TabTable::Plans,
        TabTable::Findings,
        TabTable::Changes,
        TabTable::Sources,
    ];

    /// The name used in pipeline files.
    pub fn name(self) -> &'static str {
        match self {
            TabTable::Summary => "summary",
            TabTable::Ranking => "ranking",
            TabTable::Areas => "areas",
            TabTable::Surveys => "surveys",
            TabTable::Comments => "comments",
            TabTable::Plans => "plans",
            TabTable::Findings => "findings",
            TabTable::Changes => "changes",
            TabTable::Sources => "sources",
        }
    }

    /// The tab's name unless the pipeline says another.
    pub fn title(self) -> &'static str {
        match self {
            TabTable::Summary => "Ringkasan",
            TabTable::Ranking => "Peringkat",
            TabTable::Areas => "Area",
            TabTable::Surveys => "Survei",
            TabTable::Comments => "Saran",
            TabTable::Plans => "Rencana Aksi",
            TabTable::Findings => "Temuan",
            TabTable::Changes => "Perubahan",
            TabTable::Sources => "Sumber",
        }
    }
}
