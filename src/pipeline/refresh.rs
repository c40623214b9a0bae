//! Summary spreadsheets, refreshed after the outputs are in their places.

use super::Pipeline;
use super::job::JobOptions;
use crate::compute::Consolidation;
use crate::output::sheets::{Refreshed, refresh};
use crate::source::google::Google;

/// Refreshes the summary spreadsheets, or finds out what that would change; and what went wrong. Where the run is to end
/// meanwhile, the rest is left as it is.
pub(super) fn refresh_all(
    pipeline: &Pipeline,
    data: &Consolidation,
    options: &JobOptions,
) -> (Vec<Refreshed>, Vec<String>) {
    let (mut refreshed, mut problems) = (Vec::new(), Vec::new());
    let Some(first) = pipeline.refreshes.first().filter(|_| !options.offline) else { return (refreshed, problems) };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return (refreshed, vec![error.to_string()]),
    };
    let google = match Google::new(&pipeline.google) {
        Ok(google) => google.heeding(&options.stop),
        Err(error) => {
            let finding = error.finding(&first.spreadsheet.as_str().into());
            return (refreshed, vec![format!("{} {}", finding.message(options.lang), finding.remedy(options.lang))]);
        }
    };
    for plan in &pipeline.refreshes {
        let refresh = refresh(&google, &pipeline.google, plan, data, options.lang, options.is_dry);
        match runtime.block_on(options.stop.unless(refresh)) {
            Ok(Ok(done)) => refreshed.push(done),
            Ok(Err(error)) => problems.push(format!("{}: {}", plan.spreadsheet, error.show(options.lang))),
            Err(_) => {
                let text = options.lang.pick(
                    "dihentikan sebelum pembaruannya pasti; jalankan ulang",
                    "stopped before its refresh was certain; run again",
                );
                problems.push(format!("{}: {text}", plan.spreadsheet));
            }
        }
    }
    // A name that is still being resolved is of no interest any more.
    runtime.shutdown_background();
    (refreshed, problems)
}
