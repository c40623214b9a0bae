//! `rekap init DIR`: a pipeline that runs, to be edited.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use jiff::Zoned;

use super::{Shown, clock};
use crate::lke::template::Template;
use crate::output::{file, worksheet};

/// Siapkan pipeline baru untuk disunting
#[derive(Debug, Args)]
pub(super) struct Init {
    /// Folder pipeline
    directory: PathBuf,
}

const SATKER: &str = "\
kode,nama,jenis,wbk,lke
0001,KPU Kabupaten Contoh,kabupaten,,lke/lke-0001.xlsx
0002,KPU Kota Contoh,kota,ya,lke/lke-0002.xlsx
";

impl Init {
    pub(super) fn run(self, shown: &Shown) -> ExitCode {
        match self.write(shown) {
            Ok(written) => {
                let done = shown.lang.pick("Ditulis", "Written");
                let lines = written.iter().map(|path| format!("{done}: {}\n", path.display())).collect::<String>();
                let next = shown.lang.pick("Berikutnya: sunting satker.csv, lalu", "Next: edit satker.csv, then");
                shown.print(&format!("{lines}{next} rekap run {}\n", written[0].display()));
                ExitCode::SUCCESS
            }
            Err(error) => shown.fail(&error),
        }
    }

    /// Writes what is missing; refuses to touch what is there.
    fn write(&self, shown: &Shown) -> Result<Vec<PathBuf>, String> {
        let directory = &self.directory;
        let paths =
            ["pipeline.toml", "satker.csv", "lke/lke-0001.xlsx", "lke/lke-0002.xlsx"].map(|name| directory.join(name));
        if let Some(there) = paths.iter().find(|path| path.exists()) {
            return Err(format!("{} {}", there.display(), shown.lang.pick("sudah ada", "exists already")));
        }
        let text = |path: &Path, content: &str| {
            file::stage(path, |to| fs::write(to, content))
                .and_then(file::Staged::put)
                .map_err(|error| error.to_string())
        };
        text(&paths[0], &pipeline_file())?;
        text(&paths[1], SATKER)?;
        for path in &paths[2..] {
            let write = |to: &Path| worksheet::write(&Template::lke_zi_2021(), None, shown.lang, to);
            file::stage(path, write).and_then(file::Staged::put).map_err(|error| error.to_string())?;
        }
        Ok(paths.to_vec())
    }
}

/// A pipeline of the semester it is.
fn pipeline_file() -> String {
    let today = Zoned::new(clock(), jiff::tz::TimeZone::UTC).date();
    let semester = if today.month() <= 6 { 1 } else { 2 };
    format!(
        r#"# Pipeline rekap. Alamat berkas relatif terhadap berkas ini.

name = "konsolidasi"
title = "Konsolidasi Zona Integritas"
year = {}
semester = {semester}
satker = "satker.csv"            # kode, nama, jenis, wbk (ya/tidak/wbbm), dan kolom lain sesuka Anda

[lke]
template = "lke-zi-2021"
source = "{{lke}}"                 # {{kolom}} diambil dari satker.csv

# Survei, satu bagian setiap instrumen (skm-2017, ipak, ipkp); tambahkan dulu kolom skm ke satker.csv.
# [[survey]]
# instrument = "skm-2017"
# source = "{{skm}}"

# Rencana aksi; tambahkan dulu kolom rencana_aksi ke satker.csv.
# [plan]
# source = "{{rencana_aksi}}"

[[output]]
kind = "xlsx"                    # buku kerja konsolidasi
path = "out/rekap-{{year}}-S{{semester}}.xlsx"

[[output]]
kind = "csv"
table = "ranking"                # atau "findings"
# dialect = "rfc4180"            # koma dan titik desimal, bagi program lain; tanpa ini untuk Excel berbahasa Indonesia
path = "out/peringkat-{{year}}-S{{semester}}.csv"
"#,
        today.year()
    )
}
