//! The sections of a pipeline file about what stands around the worksheets: Google, the web, the schedule, who is told.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use croner::Cron;
use jiff::tz::TimeZone;
use serde::Deserialize;
use toml::Spanned;
use url::Url;

use super::config::ConfigError;
use super::file::Mistakes;
use crate::lang::Phrase;
use crate::nearest::unknown;
use crate::notify::{Channel, NotifySettings, Occasion, WebhookAddress};
use crate::source::Limits;
use crate::source::google::{Credentials, GoogleSettings};
use crate::source::web::WebSettings;
use crate::source::web::guard::service_address;
use crate::source::web::proxy::{self, Proxies};

/// When a pipeline runs.
#[derive(Debug, Clone)]
pub struct ScheduleSettings {
    /// The cron expression, read: minute, hour, day of month, month, day of week.
    pub cron: Cron,
    /// The expression as written.
    pub expression: String,
    /// The zone it is meant in.
    pub timezone: TimeZone,
    /// How long a run may take before it is stopped.
    pub deadline: Duration,
    /// How often a run that could do nothing is tried again.
    pub retries: u32,
}

/// Whether and how long evidence links are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkChecks {
    /// Whether every run does.
    pub check: bool,
    /// How long that may take; what has not answered then is asked the next time.
    pub deadline: Duration,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinksSection {
    #[serde(default)]
    check: bool,
    deadline: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GoogleSection {
    key_file: Option<Spanned<String>>,
    key_env: Option<Spanned<String>>,
    api_key_file: Option<Spanned<String>>,
    api_key_env: Option<Spanned<String>>,
    endpoint: Option<Spanned<String>>,
    token_endpoint: Option<Spanned<String>>,
    reads_per_minute: Option<Spanned<u32>>,
    writes_per_minute: Option<Spanned<u32>>,
    requests_per_minute: Option<Spanned<u32>>,
    deadline: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WebSection {
    hosts: Option<Spanned<Vec<String>>>,
    #[serde(default)]
    private_hosts: Vec<String>,
    timeout: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadingSection {
    memory_mib: Option<Spanned<u64>>,
    text_memory_mib: Option<Spanned<u64>>,
    time: Option<Spanned<String>>,
    text_time: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NetworkSection {
    proxy: Option<Spanned<String>>,
    no_proxy: Option<Spanned<Vec<String>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScheduleSection {
    cron: Spanned<String>,
    timezone: Option<Spanned<String>>,
    deadline: Option<Spanned<String>>,
    retries: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NotifySection {
    kind: Spanned<String>,
    on: Option<Spanned<String>>,
    template: Option<Spanned<String>>,
    url: Option<Spanned<String>>,
    url_env: Option<Spanned<String>>,
    secret_env: Option<Spanned<String>>,
    server: Option<Spanned<String>>,
    user_env: Option<Spanned<String>>,
    password_env: Option<Spanned<String>>,
    from: Option<Spanned<String>>,
    to: Option<Spanned<Vec<String>>>,
    attach: Option<Spanned<bool>>,
    link: Option<Spanned<String>>,
}

/// How Google is reached.
pub(super) fn read_google(
    mistakes: &Mistakes,
    directory: &Path,
    section: GoogleSection,
    proxies: &Proxies,
) -> Result<GoogleSettings, ConfigError> {
    let defaults = GoogleSettings::default();
    let file = |path: &Spanned<String>| directory.join(path.get_ref());
    let given = [
        section.key_file.as_ref().map(|path| (path.span(), Credentials::KeyFile(file(path)))),
        section.key_env.as_ref().map(|name| (name.span(), Credentials::KeyVariable(name.get_ref().clone()))),
        section.api_key_file.as_ref().map(|path| (path.span(), Credentials::ApiKeyFile(file(path)))),
        section.api_key_env.as_ref().map(|name| (name.span(), Credentials::ApiKeyVariable(name.get_ref().clone()))),
    ];
    let mut given = given.into_iter().flatten();
    let credentials = given.next();
    if let Some((span, _)) = given.next() {
        let known = "key_file, key_env, api_key_file, api_key_env";
        let (id, en) = (format!("cukup satu dari {known}"), format!("only one of {known}"));
        return Err(mistakes.at(span, id, en));
    }
    for name in [&section.key_env, &section.api_key_env].into_iter().flatten() {
        check_variable(mistakes, name)?;
    }
    let quota = |given: Option<Spanned<u32>>, default: u32| match given {
        None => Ok(default),
        Some(number) if *number.get_ref() == 0 => {
            Err(mistakes.at(number.span(), "paling sedikit 1".to_owned(), "at least 1".to_owned()))
        }
        Some(number) => Ok(number.into_inner()),
    };
    Ok(GoogleSettings {
        credentials: credentials.map(|(_, credentials)| credentials),
        endpoint: section.endpoint.map_or(Ok(defaults.endpoint), |text| read_address(mistakes, &text))?,
        token_endpoint: section.token_endpoint.map(|text| read_address(mistakes, &text)).transpose()?,
        reads_per_minute: quota(section.reads_per_minute, defaults.reads_per_minute)?,
        writes_per_minute: quota(section.writes_per_minute, defaults.writes_per_minute)?,
        requests_per_minute: quota(section.requests_per_minute, defaults.requests_per_minute)?,
        deadline: read_duration(mistakes, section.deadline, defaults.deadline)?,
        proxies: proxies.clone(),
    })
}

/// What may be fetched from the web.
pub(super) fn read_web(
    mistakes: &Mistakes,
    section: WebSection,
    proxies: &Proxies,
) -> Result<WebSettings, ConfigError> {
    let defaults = WebSettings::default();
    let lower = |hosts: Vec<String>| hosts.iter().map(|host| host.trim().to_lowercase()).collect::<Vec<_>>();
    if let Some(hosts) = &section.hosts
        && let Some(wrong) = hosts.get_ref().iter().find(|host| host.contains(['/', ':', '*', ' ']) || host.is_empty())
    {
        let id = format!("\"{wrong}\" bukan nama host; tulis misalnya \"docs.google.com\"");
        let en = format!("\"{wrong}\" is no host name; write for example \"docs.google.com\"");
        return Err(mistakes.at(hosts.span(), id, en));
    }
    Ok(WebSettings {
        hosts: section.hosts.map_or(defaults.hosts, |hosts| lower(hosts.into_inner())),
        private_hosts: lower(section.private_hosts),
        timeout: read_duration(mistakes, section.timeout, defaults.timeout)?,
        proxies: proxies.clone(),
    })
}

/// What the reading of one file may take.
pub(super) fn read_reading(mistakes: &Mistakes, section: ReadingSection) -> Result<Limits, ConfigError> {
    let defaults = Limits::default();
    let memory = |given: Option<Spanned<u64>>, default: u64| match given {
        None => Ok(default),
        Some(mib) if (1..=1 << 20).contains(mib.get_ref()) => Ok(mib.into_inner() << 20),
        Some(mib) => Err(mistakes.at(
            mib.span(),
            "MiB: paling sedikit 1, paling banyak 1048576".to_owned(),
            "MiB: at least 1, at most 1048576".to_owned(),
        )),
    };
    Ok(Limits {
        memory: memory(section.memory_mib, defaults.memory)?,
        text_memory: memory(section.text_memory_mib, defaults.text_memory)?,
        time: read_duration(mistakes, section.time, defaults.time)?,
        text_time: read_duration(mistakes, section.text_time, defaults.text_time)?,
        ..defaults
    })
}

/// Whether evidence links are asked for.
pub(super) fn read_links(mistakes: &Mistakes, section: LinksSection) -> Result<LinkChecks, ConfigError> {
    let deadline = read_duration(mistakes, section.deadline, Duration::from_secs(600))?;
    Ok(LinkChecks { check: section.check, deadline })
}

/// The proxies connections go out through: the section's, else the environment's.
pub(super) fn read_network(
    mistakes: &Mistakes,
    section: NetworkSection,
    environment: Proxies,
) -> Result<Proxies, ConfigError> {
    let mut proxies = environment;
    if let Some(text) = section.proxy {
        let wrong = |Phrase { id, en }| mistakes.at(text.span(), id.to_owned(), en.to_owned());
        // An empty one is none, whatever the environment says.
        let proxy = Some(text.get_ref().trim()).filter(|text| !text.is_empty()).map(proxy::address);
        let proxy = proxy.transpose().map_err(wrong)?;
        if proxy.as_ref().is_some_and(|proxy| !proxy.username().is_empty() || proxy.password().is_some()) {
            return Err(wrong(Phrase::new(
                "kata sandi proksi tidak ditulis di berkas pipeline; hapus proxy dan isi variabel lingkungan HTTPS_PROXY",
                "a proxy's password does not belong in a pipeline file; remove proxy and set the environment variable \
                 HTTPS_PROXY",
            )));
        }
        proxies = proxies.through(proxy);
    }
    if let Some(hosts) = section.no_proxy {
        let is_wrong =
            |host: &&String| host.trim().is_empty() || host.contains(['@', ',', ' ']) || host.contains("://");
        if let Some(wrong) = hosts.get_ref().iter().find(is_wrong) {
            let id = format!("\"{wrong}\" bukan nama host; tulis misalnya \"kpu.go.id\" atau \"10.0.0.0/8\"");
            let en = format!("\"{wrong}\" is no host name; write for example \"kpu.go.id\" or \"10.0.0.0/8\"");
            return Err(mistakes.at(hosts.span(), id, en));
        }
        proxies = proxies.except(hosts.get_ref());
    }
    Ok(proxies)
}

/// A zone by its name.
pub(super) fn read_zone(mistakes: &Mistakes, name: Option<Spanned<String>>) -> Result<Option<TimeZone>, ConfigError> {
    let read = |name: Spanned<String>| {
        TimeZone::get(name.get_ref()).map_err(|_| {
            let zones = ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Asia/Pontianak", "UTC"];
            let [id, en] = unknown(name.get_ref(), zones);
            mistakes.at(name.span(), format!("zona waktu {id}"), format!("the time zone {en}"))
        })
    };
    name.map(read).transpose()
}

/// A schedule, in the pipeline's zone unless it names its own.
pub(super) fn read_schedule(
    mistakes: &Mistakes,
    section: ScheduleSection,
    of_pipeline: &TimeZone,
) -> Result<ScheduleSettings, ConfigError> {
    let expression = section.cron.get_ref();
    let wrong = |reason: String| {
        let example = "\"0 6 * * 1-5\"";
        let id = format!("\"{expression}\" bukan jadwal cron ({reason}); contoh, hari kerja pukul 06.00: {example}");
        let en = format!("\"{expression}\" is no cron expression ({reason}); weekdays at six are {example}");
        mistakes.at(section.cron.span(), id, en)
    };
    let cron = Cron::from_str(expression).map_err(|error| wrong(error.to_string()))?;
    let timezone = read_zone(mistakes, section.timezone)?.unwrap_or_else(|| of_pipeline.clone());
    // 30 February can be written, and never comes.
    let start = jiff::civil::date(2024, 1, 1).at(0, 0, 0, 0).to_zoned(timezone.clone());
    if start.ok().is_none_or(|start| cron.find_next_occurrence(&start, true).is_err()) {
        return Err(wrong("waktu itu tidak pernah tiba / that time never comes".to_owned()));
    }
    Ok(ScheduleSettings {
        expression: expression.clone(),
        cron,
        timezone,
        deadline: read_duration(mistakes, section.deadline, Duration::from_secs(3600))?,
        retries: section.retries.unwrap_or(3),
    })
}

/// Who is told after a run.
pub(super) fn read_notify(
    mistakes: &Mistakes,
    directory: &Path,
    section: NotifySection,
) -> Result<NotifySettings, ConfigError> {
    let missing = |key: &str| {
        let (id, en) = (format!("kunci \"{key}\" belum ada"), format!("missing \"{key}\""));
        mistakes.at(section.kind.span(), id, en)
    };
    for name in [&section.url_env, &section.secret_env, &section.user_env, &section.password_env].into_iter().flatten()
    {
        check_variable(mistakes, name)?;
    }
    let name = |name: &Option<Spanned<String>>| name.as_ref().map(|name| name.get_ref().clone());
    let channel = match section.kind.get_ref().as_str() {
        "webhook" => Channel::Webhook {
            address: match (&section.url, &section.url_env) {
                (Some(url), None) => WebhookAddress::Written(read_address(mistakes, url)?),
                (None, Some(name)) => WebhookAddress::Variable(name.get_ref().clone()),
                (None, None) => return Err(missing("url_env")),
                (Some(_), Some(name)) => {
                    let (id, en) = ("cukup satu dari url, url_env", "only one of url, url_env");
                    return Err(mistakes.at(name.span(), id.to_owned(), en.to_owned()));
                }
            },
            secret_env: name(&section.secret_env),
        },
        "mail" => Channel::Mail {
            server: read_mail_server(mistakes, section.server.as_ref().ok_or_else(|| missing("server"))?)?,
            user_env: name(&section.user_env),
            password_env: name(&section.password_env),
            from: read_mailbox(mistakes, section.from.as_ref().ok_or_else(|| missing("from"))?)?,
            to: read_recipients(mistakes, section.to.as_ref().ok_or_else(|| missing("to"))?)?,
            attach: section.attach.as_ref().is_some_and(|attach| *attach.get_ref()),
            link: name(&section.link),
        },
        _ => return Err(mistakes.unknown(&section.kind, ["webhook", "mail"])),
    };
    let of_webhook = [&section.url, &section.url_env, &section.secret_env];
    let of_mail = [&section.server, &section.user_env, &section.password_env, &section.from, &section.link];
    let foreign = match channel {
        Channel::Webhook { .. } => of_mail.into_iter().flatten().map(Spanned::span).next(),
        Channel::Mail { .. } => of_webhook.into_iter().flatten().map(Spanned::span).next(),
    };
    if let Some(span) = foreign {
        let kind = section.kind.get_ref();
        let id = format!("kunci ini bukan untuk kind = \"{kind}\"");
        return Err(mistakes.at(span, id, format!("this key does not go with kind = \"{kind}\"")));
    }
    let on = match &section.on {
        None => Occasion::Always,
        Some(on) => match on.get_ref().as_str() {
            "always" => Occasion::Always,
            "failure" => Occasion::Failure,
            "change" => Occasion::Change,
            _ => return Err(mistakes.unknown(on, ["always", "failure", "change"])),
        },
    };
    let template = section.template.map(|template| {
        let path = directory.join(template.get_ref());
        if path.is_file() {
            return Ok(path);
        }
        let shown = path.display();
        let (id, en) = (format!("templat tidak ada: {shown}"), format!("there is no template at {shown}"));
        Err(mistakes.at(template.span(), id, en))
    });
    Ok(NotifySettings { channel, on, template: template.transpose()? })
}

/// The address of a service. It is not repeated where it is wrong: it may be a secret.
fn read_address(mistakes: &Mistakes, text: &Spanned<String>) -> Result<Url, ConfigError> {
    let wrong = |Phrase { id, en }: Phrase| mistakes.at(text.span(), id.to_owned(), en.to_owned());
    service_address(text.get_ref()).map_err(wrong)
}

fn read_mail_server(mistakes: &Mistakes, text: &Spanned<String>) -> Result<Url, ConfigError> {
    let schemes = ["smtps", "smtp+starttls", "smtp"];
    let url = Url::parse(text.get_ref()).ok().filter(|url| schemes.contains(&url.scheme()) && url.has_host());
    match url {
        Some(url) if url.username().is_empty() && url.password().is_none() => Ok(url),
        Some(_) => {
            let id = "rahasia tidak ditulis di berkas pipeline; pakai user_env dan password_env".to_owned();
            let en = "secrets do not belong in a pipeline file; use user_env and password_env".to_owned();
            Err(mistakes.at(text.span(), id, en))
        }
        None => {
            let known = "smtps://host, smtp+starttls://host:587, smtp://host:25";
            let id = format!("\"{}\" bukan alamat server surel; contoh: {known}", text.get_ref());
            let en = format!("\"{}\" is no mail server; write {known}", text.get_ref());
            Err(mistakes.at(text.span(), id, en))
        }
    }
}

fn read_mailbox(mistakes: &Mistakes, text: &Spanned<String>) -> Result<String, ConfigError> {
    check_mailbox(mistakes, text.span(), text.get_ref()).map(|()| text.get_ref().clone())
}

fn read_recipients(mistakes: &Mistakes, to: &Spanned<Vec<String>>) -> Result<Vec<String>, ConfigError> {
    if to.get_ref().is_empty() {
        return Err(mistakes.at(to.span(), "belum ada penerima".to_owned(), "no recipient".to_owned()));
    }
    for one in to.get_ref() {
        check_mailbox(mistakes, to.span(), one)?;
    }
    Ok(to.get_ref().clone())
}

fn check_mailbox(mistakes: &Mistakes, span: std::ops::Range<usize>, text: &str) -> Result<(), ConfigError> {
    text.parse::<lettre::message::Mailbox>().map(|_| ()).map_err(|_| {
        let id = format!("\"{text}\" bukan alamat surel");
        mistakes.at(span, id, format!("\"{text}\" is no e-mail address"))
    })
}

/// What names an environment variable must not be the secret itself.
fn check_variable(mistakes: &Mistakes, name: &Spanned<String>) -> Result<(), ConfigError> {
    let is_name = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    if is_name(name.get_ref()) {
        return Ok(());
    }
    // What stands there may be the secret: it is not repeated.
    let id = "seharusnya nama variabel lingkungan (huruf besar, angka, _), bukan rahasianya sendiri".to_owned();
    let en = "expected the name of an environment variable (capitals, digits, _), not the secret itself".to_owned();
    Err(mistakes.at(name.span(), id, en))
}

/// `90s`, `30m`, `2h`; no more than a week.
pub fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    let seconds = number.parse::<u64>().ok().filter(|&number| number > 0)?.checked_mul(unit)?;
    Some(Duration::from_secs(seconds)).filter(|duration| duration.as_secs() <= 7 * 86_400)
}

/// A [`duration`], or the default.
fn read_duration(
    mistakes: &Mistakes,
    text: Option<Spanned<String>>,
    default: Duration,
) -> Result<Duration, ConfigError> {
    let Some(text) = text else { return Ok(default) };
    duration(text.get_ref()).ok_or_else(|| {
        let id = format!("\"{}\" bukan lama waktu; tulis 90s, 30m, atau 2h", text.get_ref());
        mistakes.at(text.span(), id, format!("\"{}\" is no duration; write 90s, 30m or 2h", text.get_ref()))
    })
}
