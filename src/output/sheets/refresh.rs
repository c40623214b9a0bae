//! The refresh itself: one look at the spreadsheet, one request that changes all of it or nothing, and what came of it.

use std::fmt::Write as _;
use std::time::Duration;

use super::plan::{MOST_CELLS, Planned, STATE_FIELDS, plan as compare};
use super::{RefreshPlan, Wanted, wanted};
use crate::compute::Consolidation;
use crate::finding::Place;
use crate::lang::{Lang, Phrase};
use crate::source::SourceError;
use crate::source::google::{Again, Credentials, Google, GoogleSettings, SheetAddress};

/// How often a write is tried, each time for the client's deadline, looking in between whether it was carried out.
const TRIES: u32 = 3;
/// The pause before it is looked at again.
const PAUSE: Duration = Duration::from_millis(250);

/// What a refresh did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refreshed {
    /// The spreadsheet's title.
    pub title: String,
    /// Its address.
    pub address: SheetAddress,
    /// Its tabs of this pipeline, in the pipeline's order.
    pub tabs: Vec<(String, TabChange)>,
    /// What somebody should know.
    pub warnings: Vec<RefreshWarning>,
    /// Whether nothing was sent.
    pub dry_run: bool,
}

/// What happens to a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TabChange {
    /// It is new.
    Created,
    /// It is written anew.
    Updated {
        /// Rows of data.
        rows: usize,
    },
    /// It shows all this already.
    Unchanged,
}

/// Something somebody should know about a refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshWarning {
    /// A tab of somebody's own has the wanted title.
    TitleTaken {
        /// The title wanted.
        wanted: String,
        /// The title given in its place.
        given: String,
    },
    /// A tab that this pipeline made and no longer asks for; it is left as it is.
    NotWanted {
        /// Its title.
        tab: String,
    },
    /// Texts too long for a cell were cut.
    TextCut {
        /// Title of the tab.
        tab: String,
        /// How many.
        texts: usize,
    },
    /// The request is far larger than Google recommends.
    Large {
        /// About how large, in bytes.
        bytes: usize,
    },
}

/// Why a spreadsheet was not refreshed. It shows what it showed before.
#[derive(Debug, Clone, PartialEq)]
pub enum RefreshError {
    /// The address is none of a Google Sheets document.
    Address {
        /// The address as the pipeline has it.
        address: String,
        /// Why not.
        reason: Phrase,
    },
    /// An API key can only read.
    ReadOnlyKey,
    /// The account may not change the spreadsheet.
    NoAccess {
        /// Its address.
        spreadsheet: SheetAddress,
        /// Whom it must be shared with.
        account: String,
    },
    /// There is no such spreadsheet (any more).
    NotThere {
        /// Its address.
        spreadsheet: SheetAddress,
    },
    /// The tables do not fit.
    TooManyCells {
        /// Cells of tabs that are not this pipeline's.
        others: u64,
        /// Cells the tables need.
        ours: u64,
    },
    /// Google cannot be reached or refuses.
    Source {
        /// Its address.
        spreadsheet: SheetAddress,
        /// Why.
        error: SourceError,
    },
}

/// Makes the tabs of a spreadsheet show a run's results: one read request, and one write request where anything changed.
/// With `dry_run` nothing is sent. Made with `google`, whose `settings` also say what an address may be.
///
/// A write whose answer did not come may have been carried out: the spreadsheet is looked at again before it is repeated.
///
/// # Errors
/// [`RefreshError`]; the spreadsheet then shows what it showed before.
pub async fn refresh(
    google: &Google,
    settings: &GoogleSettings,
    plan: &RefreshPlan,
    data: &Consolidation,
    lang: Lang,
    dry_run: bool,
) -> Result<Refreshed, RefreshError> {
    let address = plan.address(settings)?;
    if matches!(settings.credentials, Some(Credentials::ApiKeyFile(_) | Credentials::ApiKeyVariable(_))) {
        return Err(RefreshError::ReadOnlyKey);
    }
    let wanted = wanted(plan, data, lang);
    let (title, mut planned) = look(google, &address, &plan.pipeline, &wanted).await?;
    let refreshed = Refreshed {
        title,
        address: address.clone(),
        tabs: std::mem::take(&mut planned.tabs),
        warnings: std::mem::take(&mut planned.warnings),
        dry_run,
    };
    let mut tries = 0;
    // Looked at before it is repeated. From then on the client may repeat it by itself: carried out twice it is refused.
    let mut again = Again::OnlyIfRefused;
    let mut was_wrong = false;
    while let Some(request) = planned.request.filter(|_| !dry_run) {
        let error = match google.batch_update(&address.id, request, again).await {
            Ok(_) => break,
            Err(error) => error,
        };
        tries += 1;
        // A request that is wrong stays wrong, unless another run did its work meanwhile.
        let is_lost = was_wrong && is_wrong(&error);
        if !matches!(error, SourceError::Unreachable(_)) || is_lost || tries == TRIES {
            return Err(RefreshError::of(&address, error));
        }
        was_wrong = is_wrong(&error);
        again = Again::Always;
        tokio::time::sleep(PAUSE).await;
        planned = look(google, &address, &plan.pipeline, &wanted).await?.1;
    }
    Ok(refreshed)
}

/// What a spreadsheet is called, and what there is to do.
async fn look(
    google: &Google,
    address: &SheetAddress,
    pipeline: &str,
    wanted: &[Wanted],
) -> Result<(String, Planned), RefreshError> {
    let state = google.spreadsheet(&address.id, STATE_FIELDS).await;
    let state = state.map_err(|error| RefreshError::of(address, error))?;
    let planned = compare(&state, pipeline, wanted)?;
    Ok((state.properties.and_then(|properties| properties.title).unwrap_or_default(), planned))
}

fn is_wrong(error: &SourceError) -> bool {
    matches!(error, SourceError::Unreachable(why) if why.starts_with("HTTP 400"))
}

impl RefreshPlan {
    /// The spreadsheet's address.
    ///
    /// # Errors
    /// [`RefreshError::Address`] when it is none.
    pub fn address(&self, settings: &GoogleSettings) -> Result<SheetAddress, RefreshError> {
        let wrong = |reason| RefreshError::Address { address: self.spreadsheet.clone(), reason };
        match SheetAddress::parse(&self.spreadsheet, settings) {
            Some(Ok(address)) => Ok(SheetAddress { gid: None, ..address }),
            Some(Err(SourceError::Address(reason))) => Err(wrong(reason)),
            Some(Err(_)) | None => Err(wrong(Phrase::new(
                "bukan alamat dokumen Google Sheets",
                "it is not the address of a Google Sheets document",
            ))),
        }
    }
}

impl RefreshError {
    fn of(spreadsheet: &SheetAddress, error: SourceError) -> Self {
        let spreadsheet = spreadsheet.clone();
        match error {
            SourceError::NoAccess { account } => RefreshError::NoAccess { spreadsheet, account },
            SourceError::NotThere => RefreshError::NotThere { spreadsheet },
            error => RefreshError::Source { spreadsheet, error },
        }
    }

    /// What is wrong and what to do about it.
    pub fn show(&self, lang: Lang) -> String {
        match self {
            RefreshError::Address { address, reason } => {
                let remedy = lang.pick(
                    "Salin alamat spreadsheet ringkasan dari peramban ke kunci \"spreadsheet\" di berkas pipeline.",
                    "Copy the summary spreadsheet's address from the browser to \"spreadsheet\" in the pipeline file.",
                );
                format!("{address}: {}. {remedy}", reason.text(lang))
            }
            RefreshError::ReadOnlyKey => lang
                .pick(
                    "Kunci API hanya dapat membaca; untuk memperbarui spreadsheet diperlukan akun layanan. Isi key_file di \
                     [google], dan bagikan spreadsheet itu kepada akun tersebut sebagai Editor.",
                    "An API key can only read; refreshing a spreadsheet needs a service account. Give key_file in \
                     [google], and share the spreadsheet with that account as Editor.",
                )
                .to_owned(),
            RefreshError::NoAccess { spreadsheet, account } => match lang {
                Lang::Id => format!(
                    "{spreadsheet}: tidak ada izin mengubahnya. Bagikan kepada {account} (Bagikan > Tambahkan orang > \
                     Editor)."
                ),
                Lang::En => format!(
                    "{spreadsheet}: no permission to change it. Share it with {account} (Share > Add people > Editor)."
                ),
            },
            RefreshError::NotThere { spreadsheet } => {
                let what = lang.pick(
                    "tidak ada spreadsheet di alamat ini; mungkin dihapus, atau alamatnya terpotong. Perbaiki kunci \
                     \"spreadsheet\" di berkas pipeline.",
                    "there is no spreadsheet at this address; it may have been deleted, or the address is cut short. \
                     Mend \"spreadsheet\" in the pipeline file.",
                );
                format!("{spreadsheet}: {what}")
            }
            RefreshError::TooManyCells { others, ours } => match lang {
                Lang::Id => format!(
                    "Spreadsheet dapat memuat {MOST_CELLS} sel; tab lain memakai {others}, dan tabel ini perlu {ours}. \
                     Hapus tab yang tidak dipakai, atau pilih lebih sedikit tabel di \"tabs\"."
                ),
                Lang::En => format!(
                    "A spreadsheet holds {MOST_CELLS} cells; other tabs take {others}, and these tables need {ours}. \
                     Delete tabs nobody uses, or choose fewer tables in \"tabs\"."
                ),
            },
            RefreshError::Source { spreadsheet, error } => {
                let address: std::sync::Arc<str> = spreadsheet.to_string().into();
                let finding = error.finding(&address);
                let place = finding.place.as_ref().map(Place::to_string).unwrap_or_default();
                format!("{place}: {} {}", finding.message(lang), finding.remedy(lang))
            }
        }
    }
}

impl RefreshWarning {
    /// In words.
    pub fn show(&self, lang: Lang) -> String {
        match (self, lang) {
            (RefreshWarning::TitleTaken { wanted, given }, Lang::Id) => {
                format!("Tab \"{wanted}\" bukan buatan rekap dan tidak disentuh; tabelnya ada di tab \"{given}\".")
            }
            (RefreshWarning::TitleTaken { wanted, given }, Lang::En) => {
                format!("Tab \"{wanted}\" was not made by rekap and is left alone; the table is in tab \"{given}\".")
            }
            (RefreshWarning::NotWanted { tab }, Lang::Id) => {
                format!("Tab \"{tab}\" tidak lagi diminta pipeline dan dibiarkan apa adanya; hapus bila tidak dipakai.")
            }
            (RefreshWarning::NotWanted { tab }, Lang::En) => {
                format!(
                    "The pipeline no longer asks for tab \"{tab}\"; it is left as it is. Delete it if nobody needs it."
                )
            }
            (RefreshWarning::TextCut { tab, texts }, Lang::Id) => {
                format!("Tab \"{tab}\": {texts} teks terlalu panjang untuk satu sel dan dipotong.")
            }
            (RefreshWarning::TextCut { tab, texts }, Lang::En) => {
                format!("Tab \"{tab}\": {texts} texts are too long for a cell and were cut.")
            }
            (RefreshWarning::Large { bytes }, Lang::Id) => format!(
                "Pembaruan ini kira-kira {} MiB; Google menyarankan paling banyak 2 MiB. Pilih lebih sedikit tabel di \
                 \"tabs\" bila Google menolaknya.",
                bytes.div_ceil(1 << 20)
            ),
            (RefreshWarning::Large { bytes }, Lang::En) => format!(
                "This refresh is about {} MiB; Google recommends no more than 2 MiB. Choose fewer tables in \"tabs\" \
                 should Google refuse it.",
                bytes.div_ceil(1 << 20)
            ),
        }
    }
}

impl Refreshed {
    /// Whether anything changed.
    pub fn is_changed(&self) -> bool {
        self.tabs.iter().any(|(_, change)| *change != TabChange::Unchanged)
    }

    /// In words: a line for the spreadsheet, one for every tab, one for every warning.
    pub fn show(&self, lang: Lang) -> String {
        let state = match (self.is_changed(), self.dry_run) {
            (true, false) => lang.pick("diperbarui", "refreshed"),
            (true, true) => lang.pick("akan diperbarui", "would be refreshed"),
            (false, _) => lang.pick("sudah mutakhir, tidak ada yang ditulis", "up to date, nothing written"),
        };
        let mut out = format!("\"{}\" ({}): {state}\n", self.title, self.address);
        for (tab, change) in &self.tabs {
            let change = match (change, self.dry_run) {
                (TabChange::Created, false) => lang.pick("dibuat", "created").to_owned(),
                (TabChange::Created, true) => lang.pick("akan dibuat", "would be created").to_owned(),
                (TabChange::Updated { rows }, false) => {
                    format!("{}, {rows} {}", lang.pick("ditulis ulang", "rewritten"), lang.pick("baris", "rows"))
                }
                (TabChange::Updated { rows }, true) => {
                    let would = lang.pick("akan ditulis ulang", "would be rewritten");
                    format!("{would}, {rows} {}", lang.pick("baris", "rows"))
                }
                (TabChange::Unchanged, _) => lang.pick("tetap", "unchanged").to_owned(),
            };
            // Writing to a string cannot fail.
            let _ = writeln!(out, "  {tab}: {change}");
        }
        for warning in &self.warnings {
            let _ = writeln!(out, "  {}", warning.show(lang));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address() -> SheetAddress {
        SheetAddress { id: "1aB-c_9".to_owned(), gid: None }
    }

    #[test]
    fn a_refresh_reads_as_a_few_lines() {
        let mut refreshed = Refreshed {
            title: "Ringkasan ZI".to_owned(),
            address: address(),
            tabs: vec![
                ("Ringkasan".to_owned(), TabChange::Updated { rows: 8 }),
                ("Sumber".to_owned(), TabChange::Unchanged),
            ],
            warnings: vec![RefreshWarning::NotWanted { tab: "Area".to_owned() }],
            dry_run: true,
        };
        assert_eq!(
            refreshed.show(Lang::Id),
            "\"Ringkasan ZI\" (https://docs.google.com/spreadsheets/d/1aB-c_9/edit): akan diperbarui\n  \
             Ringkasan: akan ditulis ulang, 8 baris\n  Sumber: tetap\n  Tab \"Area\" tidak lagi diminta pipeline dan \
             dibiarkan apa adanya; hapus bila tidak dipakai.\n"
        );
        refreshed.tabs.remove(0);
        assert!(refreshed.show(Lang::En).contains("up to date, nothing written"));
    }

    #[test]
    fn every_error_says_what_to_do() {
        let account = "rekap@uji.iam.gserviceaccount.com".to_owned();
        let shared = RefreshError::of(&address(), SourceError::NoAccess { account: account.clone() });
        for (error, part) in [
            (shared, "Editor"),
            (RefreshError::of(&address(), SourceError::NotThere), "\"spreadsheet\""),
            (RefreshError::ReadOnlyKey, "key_file"),
            (RefreshError::TooManyCells { others: 9_999_000, ours: 2_000 }, "9999000"),
            (RefreshError::of(&address(), SourceError::QuotaUsedUp), "1aB-c_9"),
        ] {
            for lang in [Lang::Id, Lang::En] {
                assert!(error.show(lang).contains(part), "{}", error.show(lang));
            }
        }
    }
}
