//! *Perubahan*: what changed from one consolidation to the next, as in the workbook.
//!
//! Where nothing changed since the last one there is nothing new to say, and what changed last stays to be read.

use super::Source;
use crate::consolidate::changes::RunRef;
use crate::output::changes::{Line, Shown, Tone as LineTone, lines};
use crate::output::sheets::table::{CellValue, Colour, Column, Format, Section, Table, Tone};
use crate::text::shorten;

/// Characters of a label, answer or link.
const TEXT: usize = 160;

pub(super) fn table(from: &Source) -> Table {
    let lang = from.lang;
    let title = lang.pick("Perubahan terakhir", "Latest changes");
    let changes = from.data.changes.as_ref();
    let compared = changes.and_then(|changes| Some((changes, changes.before.as_ref()?)));
    let Some((changes, before)) = compared.filter(|(changes, _)| !changes.is_empty()) else {
        let sentence = lang.pick("Belum ada perubahan yang tercatat.", "No changes have been recorded yet.");
        return Table { is_idle: true, ..Table::note(title, &from.subtitle(), sentence) };
    };
    let lines = lines(changes, lang);
    let rows = lines.iter().map(row).collect();
    Table {
        title: title.to_owned(),
        subtitle: from.subtitle(),
        sections: vec![runs(from, [before, &changes.after]), Section { rows, ..Section::new(columns(from, &lines)) }],
        frozen_columns: 2,
        is_idle: false,
    }
}

fn runs(from: &Source, runs: [&RunRef; 2]) -> Section {
    let columns = vec![
        from.column("Dibandingkan", "Compared", Column::of(Format::Text)),
        from.column("Dijalankan (UTC)", "Run at (UTC)", Column::of(Format::Moment)),
        from.column("Nomor", "Number", Column::of(Format::Count)),
        from.column("Periode", "Period", Column::of(Format::Text)),
    ];
    let words = [from.lang.pick("Sejak", "Since"), from.lang.pick("Sampai", "Until")];
    let rows = words.into_iter().zip(runs).map(|(word, run)| {
        vec![
            word.into(),
            CellValue::Moment(run.at),
            run.run.map_or(CellValue::Empty, CellValue::Run),
            run.period.as_str().into(),
        ]
    });
    Section { rows: rows.collect(), ..Section::new(columns) }
}

fn columns(from: &Source, lines: &[Line]) -> Vec<(String, Column)> {
    let score = || Column::of(Format::Number);
    let mut columns = from.satker_columns();
    columns.extend([
        from.column("Perubahan", "Change", Column { format: Format::Word, colour: words(lines) }),
        from.column("Peran", "Role", Column::of(Format::Text)),
        from.column("Kode", "Code", Column::of(Format::Text)),
        from.column("Uraian", "Label", Column::of(Format::Wrapped)),
        from.column("Sel", "Cell", Column::of(Format::Text)),
        from.column("Semula", "Before", score()),
        from.column("Menjadi", "After", score()),
        from.column("Selisih poin", "Points", Column::coloured(Format::Number, Colour::Points)),
        from.column("Subarea", "Subarea", Column::of(Format::Text)),
        from.column("Nilai subarea semula", "Subarea before", score()),
        from.column("Nilai subarea menjadi", "Subarea after", score()),
    ]);
    columns
}

/// The kinds of changes that are always taken in one way.
fn words(lines: &[Line]) -> Option<Colour> {
    let mut words: Vec<(&str, Option<LineTone>)> = Vec::new();
    for line in lines {
        match words.iter_mut().find(|(word, _)| *word == line.what) {
            Some((_, tone)) if *tone == Some(line.tone) => {}
            Some((_, tone)) => *tone = None,
            None => words.push((line.what, Some(line.tone))),
        }
    }
    let toned = words.into_iter().filter_map(|(word, tone)| {
        let tone = match tone? {
            LineTone::Plain => return None,
            LineTone::Good => Tone::Good,
            LineTone::Open => Tone::Open,
            LineTone::Bad => Tone::Bad,
        };
        Some((word.to_owned(), tone))
    });
    let toned: Vec<_> = toned.collect();
    (!toned.is_empty()).then_some(Colour::Words(toned))
}

fn row(line: &Line) -> Vec<CellValue> {
    let shown = |shown: &Shown| match shown {
        Shown::Nothing => CellValue::Empty,
        Shown::Text(text) => CellValue::written(&shorten(text, TEXT)),
        Shown::Number(number) => CellValue::number(Some(*number)),
    };
    let (node, score) = line.node.as_ref().map_or(("", None), |(code, score)| (&**code, Some(*score)));
    vec![
        (&*line.kode).into(),
        (&*line.nama).into(),
        line.what.into(),
        line.role.into(),
        (&*line.code).into(),
        shorten(&line.label, TEXT).into(),
        (&*line.cell).into(),
        shown(&line.before),
        shown(&line.after),
        CellValue::number(line.points),
        node.into(),
        CellValue::number(score.and_then(|score| score.before)),
        CellValue::number(score.and_then(|score| score.after)),
    ]
}
