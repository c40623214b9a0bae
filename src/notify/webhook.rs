//! A webhook: the event as JSON by POST, signed. What its receiver checks is told at the top of [`super`].

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, ClientBuilder, Response, StatusCode, redirect};
use ring::hmac;
use serde::Serialize;
use tokio::runtime::{Builder, Runtime};
use url::Url;

use super::event::{Event, hex, one_line};
use super::retry::Failure;
use super::words::{Workbook, words};
use super::{Telling, Told};
use crate::lang::{Lang, Phrase};
use crate::source::web::client::retry_after;
use crate::text::shorten;

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What is waited for.
const ANSWER: Phrase = Phrase::new("jawaban webhook", "the webhook");

/// What is sent: the event, and the same in words under `text`, which is what chat rooms show.
#[derive(Serialize)]
struct Payload<'a> {
    id: &'a str,
    event: &'a str,
    subject: &'a str,
    text: &'a str,
    #[serde(flatten)]
    run: &'a Event,
}

impl Telling<'_> {
    /// Tells a webhook.
    ///
    /// # Errors
    /// What was missing before the first attempt.
    pub(super) fn by_webhook(
        &self,
        url: &Url,
        secret_env: Option<&str>,
        template: Option<&Path>,
    ) -> Result<Vec<Told>, String> {
        let secret = secret_env.map(|name| self.variable(name)).transpose()?;
        let message = words(self.event, template, &Workbook::of(self.event), self.lang);
        let (id, event) = (self.event.id(), format!("run.{}", self.event.facts.status.name()));
        let payload =
            Payload { id: &id, event: &event, subject: &message.subject, text: &message.text, run: self.event };
        let body = serde_json::to_vec(&payload).map_err(|error| error.to_string())?;
        let (client, runtime) = self.client()?;
        let through = self.surroundings.proxies.of(url);
        let outcomes = self.retry.in_rounds(&[url], self.surroundings, |url| {
            let timestamp = (self.surroundings.now)().as_second();
            let mut request = client
                .post((*url).clone())
                .header(CONTENT_TYPE, "application/json")
                .header("X-Rekap-Event", &event)
                .header("X-Rekap-Id", &id)
                .header("X-Rekap-Timestamp", timestamp);
            if let Some(secret) = &secret {
                request = request.header("X-Rekap-Signature", sign(secret, timestamp, &body));
            }
            let _waiting = self.surroundings.stop.waiting(ANSWER, url.host_str().unwrap_or_default(), TIMEOUT);
            // Sent within the runtime.
            let sent = self.surroundings.stop.unless(async { request.body(body.clone()).send().await });
            match runtime.block_on(sent) {
                Ok(Ok(response)) => judge(&response, self.lang),
                Ok(Err(error)) => Err(unsent(error, through.as_deref(), self.lang)),
                Err(_) => Err(Failure::left_off(self.lang)),
            }
        });
        // A name that is still being resolved is of no interest any more.
        runtime.shutdown_background();
        let told = outcomes.into_iter().map(|outcome| Told {
            channel: format!("webhook {}", super::host(url)),
            attempts: outcome.attempts,
            error: outcome.failures.last().filter(|_| !outcome.done).cloned(),
            failures: outcome.failures,
            note: message.note.clone(),
            told_at: outcome.at,
        });
        Ok(told.collect())
    }

    /// The client and what drives it; nothing of either outlives the telling.
    fn client(&self) -> Result<(Client, Runtime), String> {
        // The HTTP client has no cryptography of its own. One that is installed already will do as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let agent = concat!("rekap/", env!("CARGO_PKG_VERSION"));
        let builder = Client::builder().user_agent(agent).timeout(TIMEOUT).redirect(redirect::Policy::none());
        let proxies = self.surroundings.proxies;
        proxies.checked().map_err(|(name, why)| format!("{name}: {}", why.text(self.lang)))?;
        let client = proxies.apply(builder).and_then(ClientBuilder::build).map_err(root)?;
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        Ok((client, runtime))
    }
}

/// The signature of a body sent at a time in seconds since 1970.
fn sign(secret: &str, timestamp: i64, body: &[u8]) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()));
    context.update(format!("{timestamp}.").as_bytes());
    context.update(body);
    format!("sha256={}", hex(context.sign().as_ref()))
}

fn judge(response: &Response, lang: Lang) -> Result<(), Failure> {
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    Err(Failure {
        error: format!("{} {status}", lang.pick("server menjawab", "the server answers")),
        passing: status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS,
        everyone: true,
        after: retry_after(response.headers(), Timestamp::now()),
    })
}

fn unsent(error: reqwest::Error, through: Option<&str>, lang: Lang) -> Failure {
    let passing = !error.is_builder();
    let through = through.map(|proxy| format!(" ({} {proxy})", lang.pick("lewat proksi", "through the proxy")));
    let error = if error.is_timeout() {
        lang.pick("tidak menjawab dalam 10 detik", "no answer within 10 seconds").to_owned()
    } else {
        let through = through.unwrap_or_default();
        format!("{}{through}: {}", lang.pick("tidak dapat dihubungi", "cannot be reached"), root(error))
    };
    Failure { error, passing, everyone: true, after: None }
}

/// What is at the bottom of an error, without the address: that may be secret.
fn root(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    shorten(&one_line(&cause.to_string()), 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_hmac_of_time_and_body() {
        // printf '1766300400.{"a":1}' | openssl dgst -sha256 -hmac kunci
        let expected = "sha256=f50325158f37582134ca5f457860ee68bb10384123fc07831e450563b69bc20b";
        assert_eq!(sign("kunci", 1_766_300_400, br#"{"a":1}"#), expected);
        assert_ne!(sign("kunci", 1_766_300_401, br#"{"a":1}"#), expected);
    }

    #[test]
    fn the_underlying_code_gives_what_the_standard_says() {
        // RFC 4231, test case 2.
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"Jefe");
        let tag = hmac::sign(&key, b"what do ya want for nothing?");
        assert_eq!(hex(tag.as_ref()), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
