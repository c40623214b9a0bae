//! *Sumber*: where every number came from.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{HEADER, Sheet};
use super::{Context, Name};

pub(super) fn write(context: &Context, sheet: Worksheet) -> Result<Worksheet, XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let title = format!(
        "{} – {} ({}), rekap {}",
        lang.pick("Sumber", "Sources"),
        data.template.title,
        data.template.regulation,
        env!("CARGO_PKG_VERSION")
    );
    let name = Name::Sources.text(lang);
    let mut sheet = Sheet::new(sheet, context, name, &title, &context.subtitle())?;
    let headings = [
        lang.pick("Kode satker", "Satker code"),
        "Satker",
        lang.pick("Lokasi", "Location"),
        lang.pick("Lembar", "Sheet"),
        "SHA-256",
        lang.pick("Ukuran (bita)", "Size (bytes)"),
        lang.pick("Waktu baca", "Read at"),
    ];
    sheet.header(HEADER, &headings)?;
    for (place, unit) in data.units.iter().enumerate() {
        let row = HEADER + 1 + place as u32;
        sheet.text(row, 0, &unit.satker.kode)?;
        sheet.text(row, 1, &unit.satker.nama)?;
        let source = unit.source.as_ref();
        sheet.text(row, 2, source.map(|s| &*s.location).unwrap_or("–"))?;
        sheet.text(row, 3, unit.lke.as_ref().map(|lke| &*lke.sheet).unwrap_or("–"))?;
        sheet.text(row, 4, source.map(|s| &*s.sha256).unwrap_or_default())?;
        sheet.count(row, 5, source.map(|s| s.bytes).filter(|&bytes| bytes > 0))?;
        let read_at = source.map(|s| s.read_at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
        sheet.text(row, 6, &read_at.unwrap_or_default())?;
    }
    sheet.finish(HEADER, 2, true)
}
