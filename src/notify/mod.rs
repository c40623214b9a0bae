//! Tells people after a run: a webhook, or e-mail.
//!
//! An [`Event`] is what there is to tell. [`tell`] decides who is told of it, puts it into words ([`words`]) and sends it;
//! what came of that is a [`Told`] for each receiver, to be recorded. Telling people never makes a run fail.
//!
//! A webhook's receiver checks `X-Rekap-Signature: sha256=HEX`, which is the HMAC-SHA256 of `X-Rekap-Timestamp`, a point and
//! the body as it came, and drops an `X-Rekap-Id` it has seen. `X-Rekap-Event` is `run.clean`, `run.incomplete`, `run.failed`
//! or `run.stopped`; the body is the event as JSON, with the same in words under `text`, which is what chat rooms show.

mod event;
mod mail;
mod retry;
mod webhook;
mod words;

use std::path::PathBuf;

use jiff::Timestamp;
use url::Url;

pub use event::{
    ChangeSummary, Event, Failed, FindingCounts, OutputFile, Placing, RankLine, RunFacts, ScoreChange, StaleSource,
};
pub use mail::ATTACHMENT_LIMIT;
pub use retry::{RetryPolicy, Surroundings};
pub use words::{Message, Workbook, words};

use crate::lang::Lang;
use crate::panics::caught;
use crate::source::web::guard::service_address;
use crate::store::RunStatus;

/// Who is told, when and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifySettings {
    /// How.
    pub channel: Channel,
    /// When.
    pub on: Occasion,
    /// A template of one's own for the text; none is the built-in one.
    pub template: Option<PathBuf>,
}

/// After which runs people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// After every run.
    Always,
    /// When a satker or a number is missing, or nothing could be done.
    Failure,
    /// When something changed since the last run, or nothing could be told of that.
    Change,
}

impl Occasion {
    /// Whether people are told of a run that ended like this.
    fn holds(self, status: RunStatus, changed: bool) -> bool {
        match self {
            Occasion::Always => true,
            Occasion::Failure => status != RunStatus::Clean,
            Occasion::Change => changed || !matches!(status, RunStatus::Clean | RunStatus::Incomplete),
        }
    }
}

/// How people are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// JSON by POST.
    Webhook {
        /// Where to.
        address: WebhookAddress,
        /// The environment variable that holds the secret it is signed with.
        secret_env: Option<String>,
    },
    /// An e-mail.
    Mail {
        /// The server: `smtps://host`, `smtp+starttls://host:587`, or `smtp://host:25` for one in the office's own network.
        server: Url,
        /// The environment variables that hold user and password.
        user_env: Option<String>,
        /// See `user_env`.
        password_env: Option<String>,
        /// Sender.
        from: String,
        /// Recipients.
        to: Vec<String>,
        /// Whether the workbook is attached.
        attach: bool,
        /// Where the workbook can be opened, where that is to be told.
        link: Option<String>,
    },
}

/// Where a webhook's address stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookAddress {
    /// In the pipeline file.
    Written(Url),
    /// In the environment variable of this name, since for many services the address is the secret.
    Variable(String),
}

/// What came of telling one receiver. Nothing secret is in it: of a webhook's address the host alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// `webhook contoh.id`, `mail a@contoh.id`.
    pub channel: String,
    /// How often it was tried; 0 where something was missing before the first try.
    pub attempts: u32,
    /// Why each attempt failed that did, in their order.
    pub failures: Vec<String>,
    /// Why it was not told in the end; none where it was.
    pub error: Option<String>,
    /// What went otherwise than asked though it was told: a template that was not used, a workbook not attached.
    pub note: Option<String>,
    /// When the last attempt ended.
    pub told_at: Timestamp,
}

impl Told {
    /// One line for the log: whom, with what result.
    pub fn line(&self, lang: Lang) -> String {
        let note = self.note.iter().map(|note| format!("; {note}")).collect::<String>();
        match &self.error {
            None if self.attempts > 1 => {
                let tries = lang.pick("terkirim pada percobaan ke-", "told at attempt ");
                format!("{}: {tries}{}{note}", self.channel, self.attempts)
            }
            None => format!("{}: {}{note}", self.channel, lang.pick("terkirim", "told")),
            Some(error) => {
                let (failed, after) = (lang.pick("tidak terkirim", "not told"), lang.pick("percobaan", "attempts"));
                format!("{}: {failed} ({} {after}): {error}{note}", self.channel, self.attempts)
            }
        }
    }
}

/// Tells everybody who wants to know of this run. `changed` is whether something changed since the last one, or went wrong
/// with this one as a whole.
///
/// The channels do not wait for one another, and none fails because another does. What comes back is in the settings' order,
/// one for each webhook and each recipient of a mail; who is not concerned by this run is not in it.
pub fn tell(
    settings: &[NotifySettings],
    event: &Event,
    changed: bool,
    lang: Lang,
    retry: &RetryPolicy,
    surroundings: &Surroundings<'_>,
) -> Vec<Told> {
    let telling = Telling { event, lang, retry, surroundings };
    std::thread::scope(|scope| {
        let concerned = settings.iter().filter(|settings| settings.on.holds(event.facts.status, changed));
        let sending: Vec<_> =
            concerned.map(|settings| (settings, scope.spawn(move || caught(|| telling.through(settings))))).collect();
        let told = sending.into_iter().flat_map(|(settings, thread)| match thread.join() {
            Ok(Ok(told)) => told,
            Ok(Err(panic)) => telling.unsent(receivers(&settings.channel), &panic),
            Err(_) => telling.unsent(receivers(&settings.channel), "panic"),
        });
        told.collect()
    })
}

/// An event being told.
#[derive(Clone, Copy)]
struct Telling<'a> {
    event: &'a Event,
    lang: Lang,
    retry: &'a RetryPolicy,
    surroundings: &'a Surroundings<'a>,
}

impl Telling<'_> {
    fn through(&self, settings: &NotifySettings) -> Vec<Told> {
        let sent = match &settings.channel {
            Channel::Webhook { address, secret_env } => self
                .webhook_url(address)
                .and_then(|url| self.by_webhook(&url, secret_env.as_deref(), settings.template.as_deref())),
            Channel::Mail { .. } => self.by_mail(&settings.channel, settings.template.as_deref()),
        };
        sent.unwrap_or_else(|error| self.unsent(receivers(&settings.channel), &error))
    }

    /// A webhook's address; what is wrong with one does not repeat it.
    fn webhook_url(&self, address: &WebhookAddress) -> Result<Url, String> {
        match address {
            WebhookAddress::Written(url) => Ok(url.clone()),
            WebhookAddress::Variable(name) => {
                service_address(&self.variable(name)?).map_err(|wrong| format!("{name}: {}", wrong.text(self.lang)))
            }
        }
    }

    /// What stands in an environment variable.
    fn variable(&self, name: &str) -> Result<String, String> {
        (self.surroundings.variable)(name).filter(|value| !value.is_empty()).ok_or_else(|| {
            let id = format!("variabel lingkungan {name} belum diisi");
            self.lang.pick(&id, &format!("the environment variable {name} is not set")).to_owned()
        })
    }

    /// Nobody was told, since something was missing before the first attempt.
    fn unsent(&self, receivers: Vec<String>, error: &str) -> Vec<Told> {
        let told_at = (self.surroundings.now)();
        let told = |channel| Told {
            channel,
            attempts: 0,
            failures: Vec::new(),
            error: Some(event::one_line(error)),
            note: None,
            told_at,
        };
        receivers.into_iter().map(told).collect()
    }
}

/// Who is told through a channel, without anything secret.
fn receivers(channel: &Channel) -> Vec<String> {
    match channel {
        Channel::Webhook { address: WebhookAddress::Written(url), .. } => vec![format!("webhook {}", host(url))],
        Channel::Webhook { address: WebhookAddress::Variable(name), .. } => vec![format!("webhook {name}")],
        Channel::Mail { to, .. } => to.iter().map(|to| format!("mail {}", mail::address(to))).collect(),
    }
}

/// Host and port of an address. Its path is left out, since for many services that is the secret.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_occasion_decides_by_status_and_change() {
        let all = [RunStatus::Clean, RunStatus::Incomplete, RunStatus::Failed, RunStatus::Stopped];
        assert_eq!(all.map(|status| Occasion::Always.holds(status, false)), [true; 4]);
        assert_eq!(all.map(|status| Occasion::Failure.holds(status, true)), [false, true, true, true]);
        assert_eq!(all.map(|status| Occasion::Change.holds(status, true)), [true; 4]);
        assert_eq!(all.map(|status| Occasion::Change.holds(status, false)), [false, false, true, true]);
    }

    fn webhook(url: &str, secret_env: Option<&str>, on: Occasion) -> NotifySettings {
        let channel = Channel::Webhook {
            address: WebhookAddress::Written(Url::parse(url).unwrap()),
            secret_env: secret_env.map(str::to_owned),
        };
        NotifySettings { channel, on, template: None }
    }

    fn mail(server: &str, to: &[&str]) -> NotifySettings {
        let channel = Channel::Mail {
            server: Url::parse(server).unwrap(),
            user_env: Some("SUREL_USER".to_owned()),
            password_env: Some("SUREL_SANDI".to_owned()),
            from: "Rekap <rekap@contoh.id>".to_owned(),
            to: to.iter().map(|to| (*to).to_owned()).collect(),
            attach: false,
            link: None,
        };
        NotifySettings { channel, on: Occasion::Always, template: None }
    }

    #[test]
    fn a_missing_variable_is_named_and_others_are_told_all_the_same() {
        let settings = [
            webhook("http://127.0.0.1:9/rahasia?token=rahasia", Some("KAIT_RAHASIA"), Occasion::Always),
            webhook("http://127.0.0.1:9/", None, Occasion::Change),
            mail("smtps://127.0.0.1:9", &["Ani <ani@contoh.id>", "budi@contoh.id"]),
            webhook("http://127.0.0.1:9/rahasia?token=rahasia", None, Occasion::Failure),
        ];
        let waits = Mutex::new(Vec::new());
        let wait = |wait: Duration| {
            waits.lock().unwrap().push(wait.as_secs());
            true
        };
        let now = || Timestamp::from_second(1_766_300_400).unwrap();
        let surroundings = Surroundings { variable: &|_| None, wait: &wait, now: &now, ..Surroundings::default() };
        let event = event::tests::incomplete();
        let told = tell(&settings, &event, false, Lang::Id, &RetryPolicy::default(), &surroundings);
        let channels: Vec<_> = told.iter().map(|told| (told.channel.as_str(), told.attempts)).collect();
        let expected = [
            ("webhook 127.0.0.1:9", 0),
            ("mail ani@contoh.id", 0),
            ("mail budi@contoh.id", 0),
            ("webhook 127.0.0.1:9", 3),
        ];
        assert_eq!(channels, expected);
        assert_eq!(told[0].error.as_deref(), Some("variabel lingkungan KAIT_RAHASIA belum diisi"));
        assert_eq!(told[1].error.as_deref(), Some("variabel lingkungan SUREL_USER belum diisi"));
        assert_eq!(told[3].failures.len(), 3);
        assert!(told.iter().all(|told| !format!("{told:?}").contains("rahasia?")), "{told:#?}");
        assert_eq!(*waits.lock().unwrap(), [2, 8], "only the one that could be tried waits, longer each time");
        assert!(told[3].line(Lang::Id).starts_with("webhook 127.0.0.1:9: tidak terkirim (3 percobaan): "));
    }

    #[test]
    fn a_run_that_is_told_to_end_does_not_wait_for_another_attempt() {
        let now = || Timestamp::from_second(1_766_300_400).unwrap();
        let surroundings = Surroundings { variable: &|_| None, wait: &|_| false, now: &now, ..Surroundings::default() };
        let settings = [webhook("http://127.0.0.1:9/", None, Occasion::Always)];
        let event = event::tests::incomplete();
        let told = tell(&settings, &event, false, Lang::En, &RetryPolicy::default(), &surroundings);
        assert_eq!((told.len(), told[0].attempts, told[0].error.is_some()), (1, 1, true), "{told:?}");
    }

    #[test]
    fn a_password_is_not_sent_in_the_clear_through_a_network() {
        let now = || Timestamp::from_second(1_766_300_400).unwrap();
        let variable = |_: &str| Some("kunci".to_owned());
        let surroundings = Surroundings { variable: &variable, wait: &|_| true, now: &now, ..Surroundings::default() };
        let event = event::tests::incomplete();
        let settings = [mail("smtp://surel.contoh.id:25", &["ani@contoh.id"])];
        let told = tell(&settings, &event, false, Lang::En, &RetryPolicy::default(), &surroundings);
        assert_eq!(told[0].attempts, 0);
        assert!(told[0].error.as_deref().unwrap().contains("smtp+starttls://"), "{told:?}");
    }
}
