//! *Temuan* and *Sumber*: what was found, and where every number came from.

use super::Source;
use crate::consolidate::Unit;
use crate::finding::{Finding, Severity};
use crate::output::sheets::table::{CellValue, Colour, Column, Format, Section, Table, Tone};
use crate::source::SourceInfo;

pub(super) fn findings(from: &Source) -> Table {
    let lang = from.lang;
    let [errors, warnings, infos] = from.data.finding_counts();
    let title = match lang {
        crate::lang::Lang::Id => format!("Temuan: {errors} galat, {warnings} peringatan, {infos} info"),
        crate::lang::Lang::En => format!("Findings: {errors} errors, {warnings} warnings, {infos} infos"),
    };
    let words = [(Severity::Error, Tone::Bad), (Severity::Warning, Tone::Open)];
    let words = words.map(|(severity, tone)| (severity.word(lang).to_owned(), tone));
    let mut columns = from.satker_columns();
    columns.extend([
        from.column("Tingkat", "Severity", Column::coloured(Format::Word, Colour::Words(words.to_vec()))),
        from.column("Kode", "Code", Column::of(Format::Text)),
        from.column("Mengenai", "About", Column::of(Format::Text)),
        from.column("Lembar", "Sheet", Column::of(Format::Text)),
        from.column("Sel", "Cell", Column::of(Format::Text)),
        from.column("Temuan", "Finding", Column::of(Format::Wrapped)),
        from.column("Tindakan", "What to do", Column::of(Format::Wrapped)),
    ]);
    let of_unit = |unit: &Unit, finding: &Finding| -> Vec<CellValue> {
        let place = finding.place.as_ref();
        vec![
            unit.satker.kode.as_str().into(),
            unit.satker.nama.as_str().into(),
            finding.severity().word(lang).into(),
            finding.code.entry().code.into(),
            finding.subject.as_deref().unwrap_or_default().into(),
            place.and_then(|place| place.sheet.as_deref()).unwrap_or_default().into(),
            place.map(|place| place.cells()).unwrap_or_default().into(),
            CellValue::written(&finding.message(lang)),
            finding.remedy(lang).into(),
        ]
    };
    let units = from.data.units.iter();
    let rows = units.flat_map(|unit| unit.findings.iter().map(move |finding| of_unit(unit, finding)));
    let section = Section { rows: rows.collect(), ..Section::new(columns) };
    let none = lang.pick("Tidak ada temuan.", "There are no findings.");
    Table { title, subtitle: from.subtitle(), sections: vec![section.or_note(none)], frozen_columns: 2, is_idle: false }
}

/// Something a satker was or should have been read from: what it is, where, and the sheet that was read.
pub(super) struct Read<'a> {
    pub(super) unit: &'a Unit,
    pub(super) content: &'a str,
    pub(super) source: Option<&'a SourceInfo>,
    pub(super) sheet: Option<&'a str>,
}

impl Read<'_> {
    /// Whether it is new, old or missing.
    pub(super) fn state(&self, from: &Source) -> &'static str {
        let [fresh, stale, none] = states(from);
        match self.source {
            Some(source) if source.stale => stale,
            Some(_) if self.sheet.is_some() => fresh,
            _ => none,
        }
    }

    /// Where it is: an address as it stands. The names of an office's own files are its own business.
    pub(super) fn location(&self, from: &Source) -> &str {
        match self.source {
            None => "–",
            Some(source) if source.location.contains("://") => &source.location,
            Some(_) => from.lang.pick("berkas kantor", "a file of the office"),
        }
    }

    /// When it was read.
    pub(super) fn at(&self) -> CellValue {
        self.source.map_or(CellValue::Empty, |source| CellValue::Moment(source.read_at))
    }
}

fn states(from: &Source) -> [&'static str; 3] {
    let lang = from.lang;
    [lang.pick("terbaca", "read"), lang.pick("salinan lama", "earlier copy"), lang.pick("tidak terbaca", "not read")]
}

/// The column of those words.
pub(super) fn state_column(from: &Source) -> (String, Column) {
    let [fresh, stale, none] = states(from).map(str::to_owned);
    let words = Colour::Words(vec![(fresh, Tone::Good), (stale, Tone::Open), (none, Tone::Bad)]);
    from.column("Keadaan", "State", Column::coloured(Format::Word, words))
}

/// Everything the satker were read from.
pub(super) fn read<'a>(from: &Source<'a>) -> impl Iterator<Item = Read<'a>> {
    let (data, lang) = (from.data, from.lang);
    data.units.iter().flat_map(move |unit| {
        let lke = Read {
            unit,
            content: "LKE",
            source: unit.source.as_ref(),
            sheet: unit.lke.as_ref().map(|lke| &*lke.sheet),
        };
        let surveys = data.surveys.iter().zip(&unit.surveys).flat_map(move |(head, survey)| {
            survey.lines().map(move |source| Read {
                unit,
                content: &head.instrument.short,
                source,
                sheet: survey.result.as_ref().map(|result| &*result.sheet),
            })
        });
        let plans = unit.plan.iter().flat_map(move |plan| {
            plan.sources.iter().map(move |source| Read {
                unit,
                content: lang.pick("Rencana aksi", "Action plan"),
                source: Some(source),
                sheet: plan.result.as_ref().and_then(|result| {
                    let of_source = result.items.iter().find(|item| item.place.location == source.location);
                    of_source.and_then(|item| item.place.sheet.as_deref())
                }),
            })
        });
        [lke].into_iter().chain(surveys).chain(plans)
    })
}

pub(super) fn sources(from: &Source) -> Table {
    let (data, lang) = (from.data, from.lang);
    let title = format!("{} – {} ({})", lang.pick("Sumber", "Sources"), data.template.title, data.template.regulation);
    let mut columns = from.satker_columns();
    columns.extend([
        from.column("Isi", "Content", Column::of(Format::Text)),
        from.column("Lokasi", "Location", Column::of(Format::Text)),
        from.column("Lembar", "Sheet", Column::of(Format::Text)),
        from.column("Ukuran (bita)", "Size (bytes)", Column::of(Format::Count)),
        from.column("Waktu baca (UTC)", "Read at (UTC)", Column::of(Format::Moment)),
        state_column(from),
        ("SHA-256".to_owned(), Column::of(Format::Text)),
    ]);
    let rows = read(from).map(|read| {
        let bytes = read.source.map(|source| source.bytes).filter(|&bytes| bytes > 0);
        vec![
            read.unit.satker.kode.as_str().into(),
            read.unit.satker.nama.as_str().into(),
            read.content.into(),
            read.location(from).into(),
            read.sheet.unwrap_or("–").into(),
            CellValue::number(bytes.map(|bytes| bytes as f64)),
            read.at(),
            read.state(from).into(),
            read.source.map_or("", |source| &*source.sha256).into(),
        ]
    });
    let section = Section { rows: rows.collect(), ..Section::new(columns) };
    Table { title, subtitle: from.subtitle(), sections: vec![section], frozen_columns: 2, is_idle: false }
}
