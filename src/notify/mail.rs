//! An e-mail: text and page, with the workbook attached or linked.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{SmtpTransport, Transport};
use ring::digest;
use url::{Host, Url};

use super::event::{hex, one_line};
use super::retry::Failure;
use super::words::{Message, Workbook, words};
use super::{Channel, Telling, Told};
use crate::lang::{Lang, Phrase};
use crate::text::shorten;

/// Bytes of the largest workbook that is attached: encoded it is a third larger, and the usual limit of a mail is 25 MB.
pub const ATTACHMENT_LIMIT: u64 = 18_000_000;
/// How long the server may take over one command.
const TIMEOUT: Duration = Duration::from_secs(30);
/// What is waited for.
const ANSWER: Phrase = Phrase::new("server surel", "the mail server");
/// The media type of an xlsx workbook.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

impl Telling<'_> {
    /// Tells the recipients of a mail; one that the server refuses does not keep the others from being told.
    ///
    /// # Errors
    /// What was missing before the first attempt.
    pub(super) fn by_mail(&self, channel: &Channel, template: Option<&Path>) -> Result<Vec<Told>, String> {
        let Channel::Mail { server, user_env, password_env, from, to, attach, link } = channel else {
            return Ok(Vec::new());
        };
        let credentials = self.credentials(server, user_env.as_deref(), password_env.as_deref())?;
        let transport = transport(server, credentials).map_err(|error| failure(&error, self.lang).error)?;
        let from = mailbox(from, self.lang)?;
        let to = to.iter().map(|to| mailbox(to, self.lang)).collect::<Result<Vec<_>, _>>()?;

        let mut workbook = Workbook { link: link.as_deref().map(one_line), ..Workbook::of(self.event) };
        let mut attachment = None;
        if *attach && let Some(output) = self.event.workbook() {
            match attachable(&output.path, self.lang) {
                Ok(bytes) => attachment = Some(bytes),
                Err(reason) => workbook.not_attached = Some(reason),
            }
        }
        workbook.attached = attachment.is_some();
        let message = words(self.event, template, &workbook, self.lang);
        let attachment = attachment.map(|bytes| (workbook.name.clone().unwrap_or_default(), bytes));
        let id = message_id(&self.event.id(), &from, &to);
        let mail: Arc<[u8]> = compose(&message, attachment, (&from, &to), id, (self.surroundings.now)().into())?.into();

        let outcomes = self.retry.in_rounds(&to, self.surroundings, |to| {
            let envelope = Envelope::new(Some(from.email.clone()), vec![to.email.clone()]);
            let envelope = envelope.map_err(|error| lasting(error.to_string()))?;
            let _waiting = self.surroundings.stop.waiting(ANSWER, server.host_str().unwrap_or_default(), TIMEOUT);
            let (transport, mail) = (transport.clone(), mail.clone());
            match self.surroundings.stop.leave_behind(move || transport.send_raw(&envelope, &mail)) {
                Ok(sent) => sent.map(|_| ()).map_err(|error| {
                    let failure = failure(&error, self.lang);
                    let beside = self.beside_the_proxy(server).filter(|_| error.status().is_none());
                    Failure { error: format!("{}{}", failure.error, beside.unwrap_or_default()), ..failure }
                }),
                Err(_) => Err(Failure::left_off(self.lang)),
            }
        });
        let unattached = workbook.not_attached.map(|reason| {
            format!("{}: {reason}", self.lang.pick("buku kerja tidak dilampirkan", "the workbook is not attached"))
        });
        let notes: Vec<String> = message.note.into_iter().chain(unattached).collect();
        let told = to.iter().zip(outcomes).map(|(to, outcome)| Told {
            channel: format!("mail {}", to.email),
            attempts: outcome.attempts,
            error: outcome.failures.last().filter(|_| !outcome.done).cloned(),
            failures: outcome.failures,
            note: Some(notes.join("; ")).filter(|note| !note.is_empty()),
            told_at: outcome.at,
        });
        Ok(told.collect())
    }

    /// What to do where the server is not reached and everything else goes through a proxy: mail does not.
    fn beside_the_proxy(&self, server: &Url) -> Option<&'static str> {
        let as_web = Url::parse(&format!("https://{}/", server.host_str()?)).ok()?;
        self.surroundings.proxies.of(&as_web)?;
        let id = "; surel tidak lewat proksi: pakai server surel di jaringan kantor, atau kind = \"webhook\"";
        let en =
            "; mail does not go through the proxy: use a mail server in the office's network, or kind = \"webhook\"";
        Some(self.lang.pick(id, en))
    }

    fn credentials(
        &self,
        server: &Url,
        user_env: Option<&str>,
        password_env: Option<&str>,
    ) -> Result<Option<Credentials>, String> {
        let (user, password) = match (user_env, password_env) {
            (None, None) => return Ok(None),
            (Some(user), Some(password)) => (self.variable(user)?, self.variable(password)?),
            _ => {
                let id = "user_env dan password_env harus diisi keduanya";
                return Err(self.lang.pick(id, "user_env and password_env must be given together").to_owned());
            }
        };
        let here = matches!(server.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if server.scheme() == "smtp" && !here {
            let id = "kata sandi tidak dikirim tanpa enkripsi; pakai smtp+starttls:// atau smtps://";
            let en = "a password is not sent unencrypted; use smtp+starttls:// or smtps://";
            return Err(self.lang.pick(id, en).to_owned());
        }
        Ok(Some(Credentials::new(user, password)))
    }
}

/// A sender or recipient. The parser takes line breaks for part of a name, and the encoder stumbles over them.
fn mailbox(text: &str, lang: Lang) -> Result<Mailbox, String> {
    let text = one_line(text);
    text.parse().map_err(|_| {
        let id = format!("\"{text}\" bukan alamat surel");
        lang.pick(&id, &format!("\"{text}\" is no e-mail address")).to_owned()
    })
}

/// The bare address of a recipient, without the name.
pub(super) fn address(text: &str) -> String {
    mailbox(text, Lang::Id).map_or_else(|_| one_line(text), |mailbox| mailbox.email.to_string())
}

/// How the server is spoken to: encrypted from the start, encrypted before anything is said, or not at all.
fn transport(server: &Url, credentials: Option<Credentials>) -> Result<SmtpTransport, lettre::transport::smtp::Error> {
    let host = match server.host() {
        // In brackets it is no name a certificate could be for.
        Some(Host::Ipv6(ip)) => ip.to_string(),
        Some(host) => host.to_string(),
        None => String::new(),
    };
    let mut builder = match server.scheme() {
        "smtps" => SmtpTransport::relay(&host)?,
        "smtp+starttls" => SmtpTransport::starttls_relay(&host)?,
        _ => SmtpTransport::builder_dangerous(&host),
    };
    if let Some(port) = server.port() {
        builder = builder.port(port);
    }
    if let Some(credentials) = credentials {
        builder = builder.credentials(credentials);
    }
    Ok(builder.timeout(Some(TIMEOUT)).build())
}

/// A workbook's bytes, or why it is not attached.
fn attachable(path: &Path, lang: Lang) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(ATTACHMENT_LIMIT + 1).read_to_end(&mut bytes));
    match read {
        Err(error) => {
            let reason = one_line(&error.to_string());
            Err(format!("{} ({reason})", lang.pick("berkasnya tidak dapat dibuka", "its file cannot be opened")))
        }
        Ok(read) if read as u64 > ATTACHMENT_LIMIT => {
            let most = ATTACHMENT_LIMIT / 1_000_000;
            let id = format!("ukurannya melebihi {most} MB, batas lampiran surel");
            Err(lang.pick(&id, &format!("it is larger than {most} MB, the limit of an attachment")).to_owned())
        }
        Ok(_) => Ok(bytes),
    }
}

/// The same for every attempt, so that a mail that arrives twice is seen to be one; different for other recipients.
fn message_id(event: &str, from: &Mailbox, to: &[Mailbox]) -> String {
    let to: String = to.iter().map(|to| format!(" {}", to.email)).collect();
    let digest = digest::digest(&digest::SHA256, format!("{event}{to}").as_bytes());
    format!("<{}.rekap@{}>", hex(&digest.as_ref()[..16]), from.email.domain())
}

/// The mail as it is sent.
fn compose(
    message: &Message,
    attachment: Option<(String, Vec<u8>)>,
    (from, to): (&Mailbox, &[Mailbox]),
    id: String,
    date: SystemTime,
) -> Result<Vec<u8>, String> {
    let mut builder = lettre::Message::builder()
        .from(from.clone())
        .subject(message.subject.clone())
        .message_id(Some(id))
        .date(date)
        // No machine answers this with a notice of absence (RFC 3834).
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
    for to in to {
        builder = builder.to(to.clone());
    }
    let text = SinglePart::plain(message.text.clone());
    let attachment = match attachment {
        None => None,
        Some((name, bytes)) => {
            let kind = ContentType::parse(XLSX).map_err(|error| error.to_string())?;
            Some(Attachment::new(name).body(bytes, kind))
        }
    };
    let alternatives =
        message.html.as_ref().map(|html| MultiPart::alternative_plain_html(message.text.clone(), html.clone()));
    let mail = match (alternatives, attachment) {
        (None, None) => builder.singlepart(text),
        (Some(alternatives), None) => builder.multipart(alternatives),
        (None, Some(file)) => builder.multipart(MultiPart::mixed().singlepart(text).singlepart(file)),
        (Some(alternatives), Some(file)) => {
            builder.multipart(MultiPart::mixed().multipart(alternatives).singlepart(file))
        }
    };
    mail.map(|mail| mail.formatted()).map_err(|error| error.to_string())
}

fn lasting(error: String) -> Failure {
    Failure { error, passing: false, everyone: false, after: None }
}

/// What an error of the mail server means for another attempt.
fn failure(error: &lettre::transport::smtp::Error, lang: Lang) -> Failure {
    let source = std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
    let status = error.status().map(|code| code.to_string());
    let words = match &status {
        Some(code) => format!("{} {code}{source}", lang.pick("server surel menjawab", "the mail server answers")),
        None if error.is_timeout() => {
            lang.pick("server surel tidak menjawab", "the mail server does not answer").to_owned()
        }
        None => format!("{}: {error}", lang.pick("server surel tidak dapat dipakai", "the mail server cannot be used")),
    };
    // Codes about the session, not about this recipient: going away, no such mechanism, authentication wanted or refused.
    let of_session = ["421", "454", "530", "534", "535", "538"];
    Failure {
        error: shorten(&one_line(&words), 300),
        passing: !error.is_permanent() && !error.is_client(),
        everyone: status.is_none_or(|code| of_session.contains(&code.as_str())),
        after: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn composed(subject: &str, from: &str, name: &str) -> String {
        let message = Message {
            subject: subject.to_owned(),
            text: "Lengkap.\n.\nQUIT\n".to_owned(),
            html: Some("<p>Lengkap.</p>".to_owned()),
            note: None,
        };
        let from = mailbox(&format!("{from} <rekap@contoh.id>"), Lang::Id).unwrap();
        let to = ["Ani Lestari <ani@contoh.id>".parse().unwrap(), "budi@contoh.id".parse().unwrap()];
        let id = message_id("0123", &from, &to);
        let attachment = Some((name.to_owned(), b"PK".to_vec()));
        String::from_utf8(compose(&message, attachment, (&from, &to), id, SystemTime::UNIX_EPOCH).unwrap()).unwrap()
    }

    /// Names of the headers before the first blank line.
    fn headers(mail: &str) -> Vec<&str> {
        let head = mail.split_once("\r\n\r\n").unwrap().0;
        let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        lines.map(|line| line.split_once(':').unwrap().0).collect()
    }

    #[test]
    fn no_name_and_no_title_can_add_a_header() {
        let plain = headers(&composed("Lengkap", "Rekap", "rekap.xlsx")).join(" ");
        assert_eq!(
            plain, "From Subject Message-ID Date Auto-Submitted To MIME-Version Content-Type",
            "what a mail has and no more"
        );
        let evil = "Rekap\r\nBcc: semua@contoh.id\r\n\r\n<b>isi</b>\n.\n\"; x=\"";
        for from in ["Rekap\r\nBcc semua", "Rekap\n\nisi\u{0}", "\"Rekap\r\nBcc: semua\""] {
            let mail = composed(evil, from, evil);
            assert_eq!(headers(&mail).join(" "), plain);
            assert!(!mail.contains("\nBcc:") && !mail.contains("\n<b>isi"), "{mail}");
        }
        let mail = composed(evil, "Réka Ångström", evil);
        assert!(mail.lines().all(|line| line.len() <= 998), "a line longer than mail allows");
    }

    #[test]
    fn the_date_is_the_clock_s_and_the_number_the_event_s() {
        let mail = composed("Lengkap", "Rekap", "rekap.xlsx");
        assert!(mail.contains("\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000\r\n"), "{mail}");
        assert_eq!(mail.matches("\r\nMessage-ID: <").count(), 1);
        assert!(mail.contains(".rekap@contoh.id>\r\n"), "{mail}");
        let (from, to): (Mailbox, [Mailbox; 1]) = ("a@b.id".parse().unwrap(), ["c@d.id".parse().unwrap()]);
        assert_eq!(message_id("1", &from, &to), message_id("1", &from, &to));
        assert_ne!(message_id("1", &from, &to), message_id("1", &from, &[]));
    }

    #[test]
    fn a_workbook_too_large_or_gone_is_not_attached_and_that_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rekap.xlsx");
        assert!(attachable(&path, Lang::Id).unwrap_err().starts_with("berkasnya tidak dapat dibuka"));
        // A sparse file: nothing of it is on the disk.
        File::create(&path).unwrap().set_len(ATTACHMENT_LIMIT + 1).unwrap();
        assert_eq!(attachable(&path, Lang::Id).unwrap_err(), "ukurannya melebihi 18 MB, batas lampiran surel");
        std::fs::write(&path, b"PK").unwrap();
        assert_eq!(attachable(&path, Lang::Id).unwrap(), b"PK");
    }

    #[test]
    fn servers_are_spoken_to_as_their_address_says() {
        for server in
            ["smtps://surel.contoh.id", "smtp+starttls://surel.contoh.id:587", "smtp://127.0.0.1", "smtps://[::1]"]
        {
            assert!(transport(&Url::parse(server).unwrap(), None).is_ok(), "{server}");
        }
        assert_eq!(address("Ani Lestari <ani@contoh.id>"), "ani@contoh.id");
    }
}
