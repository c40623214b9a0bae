//! The tables of a summary spreadsheet, made of a run's results. They show what the workbook's sheets of the same names
//! show, as values.

mod changes;
mod lists;
mod plans;
mod scores;
mod summary;
mod surveys;
mod update;

use super::table::{Column, Format, Table};
use super::{RefreshPlan, TabTable};
use crate::consolidate::Consolidation;
use crate::lang::Lang;

/// The name of the table that says when and from what the others were made.
const UPDATE: &str = "update";

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
    let from = Source { data, lang };
    let tables = plan.tabs.iter().map(|(table, title)| Wanted {
        name: table.name(),
        title: title.clone(),
        table: from.table(*table),
    });
    let update = Wanted {
        name: UPDATE,
        title: lang.pick("Pembaruan", "Update").to_owned(),
        table: update::table(&from, &plan.pipeline),
    };
    tables.chain([update]).collect()
}

/// What every table is made from.
struct Source<'a> {
    data: &'a Consolidation,
    lang: Lang,
}

impl Source<'_> {
    fn table(&self, table: TabTable) -> Table {
        match table {
            TabTable::Summary => summary::table(self),
            TabTable::Ranking => scores::ranking(self),
            TabTable::Areas => scores::areas(self),
            TabTable::Surveys => surveys::table(self),
            TabTable::Comments => surveys::comments(self),
            TabTable::Plans => plans::table(self),
            TabTable::Findings => lists::findings(self),
            TabTable::Changes => changes::table(self),
            TabTable::Sources => lists::sources(self),
        }
    }

    /// A heading in both languages with its column.
    fn column(&self, id: &str, en: &str, column: Column) -> (String, Column) {
        (self.lang.pick(id, en).to_owned(), column)
    }

    /// The columns that say whose row it is.
    fn satker_columns(&self) -> Vec<(String, Column)> {
        vec![
            self.column("Kode satker", "Satker code", Column::of(Format::Text)),
            self.column("Satker", "Satker", Column::of(Format::Text)),
        ]
    }

    /// Whose numbers these are. Not when: that would be another text every time.
    fn subtitle(&self) -> String {
        let satker = self.lang.pick("satker", "work units");
        format!("{} · {} · {} {satker}{}", self.data.title, self.data.period, self.data.units.len(), self.stale())
    }

    /// Which numbers are of earlier copies, behind the rest of a line.
    fn stale(&self) -> String {
        self.data.stale_note(self.lang).map(|note| format!(" · {note}")).unwrap_or_default()
    }
}
