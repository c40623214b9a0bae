//! Refreshes a summary spreadsheet in Google Sheets.
//!
//! [`wanted`] are the [report](crate::report)'s tables as they leave the office, [`layout`] lays one out in a tab, [`plan`]
//! compares a spreadsheet as it is with what it should show, and [`refresh()`] sends what there is to change: one request,
//! carried out whole or not at all. Only tabs it made itself are ever touched; it knows them by developer metadata.

mod layout;
mod looks;
pub mod plan;
mod refresh;
pub mod state;

pub use refresh::{RefreshError, RefreshWarning, Refreshed, TabChange, refresh};

use crate::compute::Consolidation;
use crate::lang::Lang;
use crate::report::table::Table;
use crate::report::{Report, TableName};

/// A summary spreadsheet to be refreshed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshPlan {
    /// The pipeline's name: its tabs are known by it.
    pub pipeline: String,
    /// Address of the spreadsheet, as a browser shows it.
    pub spreadsheet: String,
    /// The tables it shows and the tab of each, in order.
    pub tabs: Vec<(TableName, String)>,
}

/// A table and the tab it is wanted in.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// What the table is called among machines.
    pub name: &'static str,
    /// The tab's title, where it can be had.
    pub title: String,
    /// What it shows.
    pub table: Table,
}

/// The tables a plan wants, and *Pembaruan* after them.
pub fn wanted(plan: &RefreshPlan, data: &Consolidation, lang: Lang) -> Vec<Wanted> {
    let report = Report { data, lang };
    let tables = plan.tabs.iter().filter_map(|(name, title)| {
        Some(Wanted { name: name.name(), title: title.clone(), table: report.table(*name)?.outside() })
    });
    let update = TableName::Update;
    let title = update.title().text(lang).to_owned();
    let update = Wanted { name: update.name(), title, table: report.update(&plan.pipeline).outside() };
    tables.chain([update]).collect()
}
