//! What a request may come back with when it does not come back with what was asked for, and what to do then.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use google_sheets4::hyper::HeaderMap;
use google_sheets4::hyper_util::client::legacy;
use jiff::Timestamp;
use serde_json::Value;

use super::credentials::bad;
use crate::lang::Phrase;
use crate::source::SourceError;
use crate::source::web::client::retry_after;

/// The longest pause between two tries that nobody asked for.
const LONGEST_PAUSE: Duration = Duration::from_secs(32);

/// Characters of what a server says that are passed on.
const LONGEST_QUOTE: usize = 200;

/// Whether a request may be sent again when nobody knows whether the first one was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Carrying it out twice is the same as once: it is repeated after everything that may pass.
    Always,
    /// Only after a refusal that says that nothing was done: too many requests, or no connection in the first place. A
    /// connection that broke while the answer was awaited is an error at once.
    OnlyIfRefused,
}

/// Why one try failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server answered with an error.
    Refused(Refusal),
    /// There is nobody to connect to: refused, no way there, no such name.
    NobodyThere(String),
    /// It was not sent, for a moment.
    NotSent(String),
    /// The connection broke, or no answer came; it may have been carried out.
    Broken(String),
    /// Nothing that passes by itself.
    Final(SourceError),
}

/// An answer that is an error.
#[derive(Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    /// What Google calls it, in all places where it does: `PERMISSION_DENIED`, `SERVICE_DISABLED`.
    reasons: Vec<String>,
    message: String,
    /// How long the server wants to be left alone.
    pub(super) retry_after: Option<Duration>,
}

/// What a refusal means.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// It may pass; the error to report when it does not.
    MayPass(SourceError),
    /// The token is no longer good.
    TokenRefused,
    /// It will not pass.
    Final(SourceError),
}

impl Refusal {
    pub(super) fn new(status: u16, headers: &HeaderMap, body: Option<&Value>) -> Self {
        let error = body.map_or(&Value::Null, |body| &body["error"]);
        let list = |name: &str| error[name].as_array().into_iter().flatten().map(|one| &one["reason"]);
        let reasons = std::iter::once(&error["status"]).chain(list("details")).chain(list("errors"));
        Refusal {
            status,
            reasons: reasons.filter_map(Value::as_str).map(str::to_owned).collect(),
            message: error["message"].as_str().unwrap_or_default().chars().take(LONGEST_QUOTE).collect(),
            retry_after: retry_after(headers, Timestamp::now()),
        }
    }

    fn says(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.reasons.iter().any(|reason| reason.contains(part)) || self.message.contains(part))
    }

    /// What it means for somebody whose documents are shared with `account`.
    pub(super) fn verdict(&self, account: &str) -> Verdict {
        let quoted = || match self.message.as_str() {
            "" => format!("HTTP {}", self.status),
            message => format!("HTTP {}: {message}", self.status),
        };
        let is_quota = ["rateLimitExceeded", "userRateLimitExceeded", "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"];
        match self.status {
            429 => Verdict::MayPass(SourceError::QuotaUsedUp),
            403 if self.says(&is_quota) => Verdict::MayPass(SourceError::QuotaUsedUp),
            500 | 502 | 503 | 504 => Verdict::MayPass(SourceError::Unreachable(quoted())),
            401 => Verdict::TokenRefused,
            400 | 403 if self.says(&["SERVICE_DISABLED", "has not been used in project"]) => Verdict::Final(bad(
                "Google Sheets API belum dinyalakan di proyek Google pemilik kunci (Google Cloud > APIs & Services)",
                "the Google Sheets API is not enabled in the key's Google project (Google Cloud > APIs & Services)",
            )),
            400 | 403 if self.says(&["API_KEY_", "API key not valid", "API key expired"]) => Verdict::Final(bad(
                "Google menolak kunci API ini, atau kunci ini tidak boleh dipakai untuk Google Sheets",
                "Google refuses this API key, or it may not be used for Google Sheets",
            )),
            403 if self.says(&["SCOPE_INSUFFICIENT", "CONSUMER_SUSPENDED", "BILLING_DISABLED", "CONSUMER_INVALID"]) => {
                Verdict::Final(SourceError::BadCredentials(quoted()))
            }
            403 => Verdict::Final(SourceError::NoAccess { account: account.to_owned() }),
            404 => Verdict::Final(SourceError::NotThere),
            // What Google Drive opens in the Sheets editor without it being a spreadsheet of Google's.
            400 if self.says(&["not supported for this document"]) => {
                Verdict::Final(SourceError::Address(Phrase::new(
                    "di sana ada berkas Excel di Google Drive, bukan Google Sheets; buka lalu pilih File > Simpan sebagai \
                 Google Spreadsheet, dan pakai alamat yang baru",
                    "it holds an Excel file in Google Drive, not a Google Sheets document; open it, choose File > Save as \
                 Google Sheets, and use the new address",
                )))
            }
            _ => Verdict::Final(SourceError::Unreachable(quoted())),
        }
    }
}

impl Failure {
    pub(super) fn of_connection(error: &legacy::Error) -> Self {
        let mut cause: &dyn std::error::Error = error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let why = cause.to_string();
        if error.is_connect() { Failure::NobodyThere(why) } else { Failure::Broken(why) }
    }

    pub(super) fn cut_short() -> Self {
        Failure::Broken("jawaban terputus / the answer broke off".to_owned())
    }

    pub(super) fn unreadable() -> Self {
        Failure::Final(unreadable())
    }
}

/// An answer that is not Google's.
pub(super) fn unreadable() -> SourceError {
    let why = "jawabannya bukan jawaban Google Sheets / the answer is not one of Google Sheets";
    SourceError::Unreachable(why.to_owned())
}

/// What to do about a failure.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    /// Try again after a pause, no shorter than given; the error to report when no time is left.
    Wait { at_least: Duration, last: SourceError },
    /// Try once more and no oftener; the error to report then, of whatever else is asked for in this run.
    OnceMore(SourceError),
    /// Get another token and try again.
    NewToken,
    /// Report.
    Stop(SourceError),
}

impl Failure {
    pub(super) fn next(self, again: Again, account: &str) -> Next {
        let wait = |last| Next::Wait { at_least: Duration::ZERO, last };
        match self {
            Failure::Final(error) => Next::Stop(error),
            Failure::NobodyThere(why) => Next::OnceMore(SourceError::Unreachable(why)),
            Failure::NotSent(why) => wait(SourceError::Unreachable(why)),
            Failure::Broken(why) if again == Again::OnlyIfRefused => Next::Stop(perhaps_done(&why)),
            Failure::Broken(why) => wait(SourceError::Unreachable(why)),
            Failure::Refused(refusal) => match refusal.verdict(account) {
                Verdict::Final(error) => Next::Stop(error),
                Verdict::TokenRefused => Next::NewToken,
                Verdict::MayPass(SourceError::Unreachable(why)) if again == Again::OnlyIfRefused => {
                    Next::Stop(perhaps_done(&why))
                }
                Verdict::MayPass(last) => Next::Wait { at_least: refusal.retry_after.unwrap_or_default(), last },
            },
        }
    }
}

fn perhaps_done(why: &str) -> SourceError {
    SourceError::Unreachable(format!(
        "{why}; perubahannya mungkin sudah tersimpan, mungkin belum / the change may or may not have been made"
    ))
}

/// A date as HTTP writes it.
pub(super) fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

/// The pause after so many failed tries: doubling, and anywhere in its upper half, so that requests refused together do not
/// return together. `share` is from 0 to 1.
pub(super) fn pause(first: Duration, failed: u32, share: f64) -> Duration {
    let whole = first.saturating_mul(1 << failed.saturating_sub(1).min(16)).min(LONGEST_PAUSE.max(first));
    whole.mul_f64(0.5 + share.clamp(0.0, 1.0) / 2.0)
}

/// A number from 0 to 1 nobody can foresee; the standard library's seeds are random enough for pauses.
pub(super) fn chance() -> f64 {
    RandomState::new().hash_one(0_u8) as f64 / u64::MAX as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal(status: u16, body: Value) -> Refusal {
        Refusal::new(status, &HeaderMap::new(), Some(&body))
    }

    fn error(code: u16, status: &str, message: &str, reason: &str) -> Value {
        let detail = json!({"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason});
        json!({"error": {"code": code, "status": status, "message": message, "details": [detail]}})
    }

    #[test]
    fn every_refusal_means_something() {
        let denied = refusal(403, error(403, "PERMISSION_DENIED", "The caller does not have permission", ""));
        let account = "rekap@uji.iam.gserviceaccount.com";
        assert_eq!(denied.verdict(account), Verdict::Final(SourceError::NoAccess { account: account.to_owned() }));
        let disabled = "Google Sheets API has not been used in project 12 before or it is disabled.";
        for refused in [
            refusal(403, error(403, "PERMISSION_DENIED", disabled, "SERVICE_DISABLED")),
            refusal(403, error(403, "PERMISSION_DENIED", disabled, "")),
        ] {
            let Verdict::Final(SourceError::BadCredentials(reason)) = refused.verdict(account) else { panic!() };
            assert!(reason.contains("APIs & Services"), "{reason}");
        }
        let wrong_key = refusal(400, error(400, "INVALID_ARGUMENT", "API key not valid.", "API_KEY_INVALID"));
        assert!(matches!(wrong_key.verdict(account), Verdict::Final(SourceError::BadCredentials(_))));
        let excel = error(400, "FAILED_PRECONDITION", "This operation is not supported for this document", "");
        assert!(matches!(refusal(400, excel).verdict(account), Verdict::Final(SourceError::Address(_))));
        let legacy = json!({"error": {"code": 403, "errors": [{"reason": "userRateLimitExceeded"}]}});
        assert_eq!(refusal(403, legacy).verdict(account), Verdict::MayPass(SourceError::QuotaUsedUp));
        assert_eq!(refusal(429, Value::Null).verdict(account), Verdict::MayPass(SourceError::QuotaUsedUp));
        assert_eq!(refusal(404, Value::Null).verdict(account), Verdict::Final(SourceError::NotThere));
        assert_eq!(refusal(401, Value::Null).verdict(account), Verdict::TokenRefused);
        for status in [500, 502, 503, 504] {
            let verdict = refusal(status, json!("x")).verdict(account);
            assert_eq!(verdict, Verdict::MayPass(SourceError::Unreachable(format!("HTTP {status}"))));
        }
        let other = refusal(400, error(400, "INVALID_ARGUMENT", "Unable to parse range: 'x'", "")).verdict(account);
        let expected = "HTTP 400: Unable to parse range: 'x'".to_owned();
        assert_eq!(other, Verdict::Final(SourceError::Unreachable(expected)));
    }

    #[test]
    fn what_may_have_been_done_is_not_repeated_unless_the_caller_says_so() {
        let refused = |status| Failure::Refused(refusal(status, Value::Null));
        let waits = |next: Next| matches!(next, Next::Wait { .. });
        for (failure, repeated) in [
            (Failure::NotSent("x".into()), true),
            (Failure::Broken("x".into()), false),
            (refused(429), true),
            (refused(500), false),
            (refused(503), false),
        ] {
            assert_eq!(waits(failure.next(Again::OnlyIfRefused, "")), repeated);
        }
        for failure in [Failure::NotSent("x".into()), Failure::Broken("x".into()), refused(429), refused(503)] {
            assert!(waits(failure.next(Again::Always, "")));
        }
        assert_eq!(refused(401).next(Again::OnlyIfRefused, ""), Next::NewToken);
        let nobody = Failure::NobodyThere("x".into()).next(Again::OnlyIfRefused, "");
        assert_eq!(nobody, Next::OnceMore(SourceError::Unreachable("x".into())));
    }

    #[test]
    fn a_server_says_how_long_to_wait_in_seconds_or_as_a_date() {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", "3".parse().unwrap());
        let next = Failure::Refused(Refusal::new(429, &headers, None)).next(Again::Always, "");
        assert_eq!(next, Next::Wait { at_least: Duration::from_secs(3), last: SourceError::QuotaUsedUp });
    }

    #[test]
    fn pauses_double_within_bounds_and_never_coincide() {
        let first = Duration::from_millis(500);
        let longest: Vec<u128> = (1..=8).map(|failed| pause(first, failed, 1.0).as_millis()).collect();
        assert_eq!(longest, [500, 1000, 2000, 4000, 8000, 16000, 32000, 32000]);
        assert_eq!(pause(first, 3, 0.0).as_millis(), 1000);
        assert_eq!(pause(first, u32::MAX, 1.0), LONGEST_PAUSE);
        let chances: Vec<f64> = (0..100).map(|_| chance()).collect();
        assert!(chances.iter().all(|chance| (0.0..=1.0).contains(chance)));
        assert!(chances.iter().any(|chance| *chance < 0.5) && chances.iter().any(|chance| *chance > 0.5));
    }
}
