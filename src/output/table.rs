//! Tables as CSV: commas, UTF-8, decimal points, so that any program reads them.

use std::fs::File;
use std::path::Path;

use polars::prelude::*;

use crate::consolidate::{Consolidation, ProvinceSurvey, frames};
use crate::lang::Lang;
use crate::text::unformula;

/// Writes the ranks: one row a satker and role, as on the sheet *Peringkat*.
///
/// # Errors
/// When the file cannot be written.
pub fn ranking(data: &Consolidation, lang: Lang, path: &Path) -> PolarsResult<()> {
    let rows = &data.ranking;
    let satker = |row: usize| &data.units[rows[row].unit].satker;
    let all = 0..rows.len();
    let mut columns = vec![
        Column::new("kode".into(), all.clone().map(|r| unformula(&satker(r).kode).into_owned()).collect::<Vec<_>>()),
        Column::new("nama".into(), all.clone().map(|r| unformula(&satker(r).nama).into_owned()).collect::<Vec<_>>()),
        Column::new("peran".into(), rows.iter().map(|row| row.role.name()).collect::<Vec<_>>()),
        Column::new("peringkat".into(), rows.iter().map(|row| row.total.rank).collect::<Vec<_>>()),
        Column::new("total".into(), rows.iter().map(|row| row.total.score).collect::<Vec<_>>()),
    ];
    for (which, area) in data.template.areas.iter().enumerate() {
        let (score, rank) = (format!("area_{}", area.number), format!("peringkat_area_{}", area.number));
        columns.push(Column::new(score.into(), rows.iter().map(|row| row.areas[which].score).collect::<Vec<_>>()));
        columns.push(Column::new(rank.into(), rows.iter().map(|row| row.areas[which].rank).collect::<Vec<_>>()));
    }
    for (which, survey) in data.surveys.iter().enumerate() {
        // The same survey may be read from two places.
        let is_same =
            |other: &&ProvinceSurvey| other.instrument.id == survey.instrument.id && other.period == survey.period;
        let again = match data.surveys[..which].iter().filter(is_same).count() {
            0 => String::new(),
            before => format!("_{}", before + 1),
        };
        let name = format!("{}{again}", survey.instrument.id.replace('-', "_"));
        let scaled =
            |row: &crate::consolidate::RankRow| row.surveys[which].score.map(|index| survey.instrument.scaled(index));
        columns
            .push(Column::new(format!("{name}_{}", survey.period).into(), rows.iter().map(scaled).collect::<Vec<_>>()));
        let ranks = rows.iter().map(|row| row.surveys[which].rank).collect::<Vec<_>>();
        columns.push(Column::new(format!("peringkat_{name}_{}", survey.period).into(), ranks));
    }
    let remarks: Vec<_> =
        rows.iter().map(|row| Some(data.remark_of(row, lang)).filter(|remark| !remark.is_empty())).collect();
    columns.push(Column::new("keterangan".into(), remarks));
    write(&mut DataFrame::new(rows.len(), columns)?, path)
}

/// Writes the findings: one row each.
///
/// # Errors
/// When the file cannot be written.
pub fn findings(data: &Consolidation, lang: Lang, path: &Path) -> PolarsResult<()> {
    let frame = frames::findings(data.findings(), lang)?;
    let escaped = frame
        .columns()
        .iter()
        .map(|column| {
            let texts: Vec<Option<String>> =
                column.str()?.iter().map(|text| text.map(|text| unformula(text).into_owned())).collect();
            Ok(Column::new(column.name().clone(), texts))
        })
        .collect::<PolarsResult<Vec<_>>>()?;
    write(&mut DataFrame::new(frame.height(), escaped)?, path)
}

fn write(frame: &mut DataFrame, path: &Path) -> PolarsResult<()> {
    CsvWriter::new(File::create(path)?).include_header(true).finish(frame)
}
