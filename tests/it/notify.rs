//! Telling people, against real servers on this computer: a web server in the test, and a mail server process.
//!
//! The mail server needs Python and aiosmtpd (`pip install aiosmtpd`); the interpreter is that of REKAP_PYTHON, else python3.
//! Where it is missing, the tests of mail say so and pass, unless REKAP_NEEDS_SMTP is set, as CI does.

use crate::common;

use std::convert::Infallible;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use common::{fixture, root};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderMap;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rekap::compute::changes::{Changes, RunRef};
use rekap::compute::record::RunRecord;
use rekap::compute::{Consolidation, Unit};
use rekap::lang::Lang;
use rekap::notify::{
    Channel, Event, NotifySettings, Occasion, OutputFile, RetryPolicy, RunFacts, Surroundings, Told, WebhookAddress,
    tell,
};
use rekap::pipeline::{self, Pipeline, Progress};
use rekap::source::fetch::Sources;
use rekap::store::{RunStatus, Trigger};
use ring::hmac;
use serde_json::Value;
use tokio::net::TcpListener;
use url::Url;

const SECRET: &str = "kunci-kait";
const PASSWORD: &str = "sandi√surel";

fn now() -> Timestamp {
    Timestamp::from_second(1_766_300_400).unwrap()
}

struct Silent;

impl Progress for Silent {
    fn done(&self, _: &Unit) {}
}

/// The province as its pipeline consolidates it, every satker having gained a rank since the run before.
static BABEL: LazyLock<Consolidation> = LazyLock::new(|| {
    let pipeline = Pipeline::read(&root().join("pipelines/babel.toml")).unwrap();
    let mut data = consolidated(&pipeline);
    let record = RunRecord::new(&data);
    let mut before = record.clone();
    for satker in &mut before.satker {
        satker.ranks.unit = satker.ranks.unit.map(|rank| rank + 1);
    }
    let run = |run| RunRef { run: Some(run), at: now().to_zoned(jiff::tz::TimeZone::UTC), period: data.period.clone() };
    data.changes = Some(Changes::between((&run(6), &before), (&run(7), &record)));
    data
});

fn consolidated(pipeline: &Pipeline) -> Consolidation {
    let sources = Sources::new(pipeline.directory(), &pipeline.google, None).unwrap();
    pipeline::run(pipeline, &sources, &now, &Silent).unwrap()
}

/// A run that wrote a workbook of these bytes.
fn facts(folder: &Path, workbook: &[u8]) -> RunFacts {
    let path = folder.join("rekap-2025-S2 – Babel.xlsx");
    std::fs::write(&path, workbook).unwrap();
    RunFacts {
        pipeline: "konsolidasi-babel".to_owned(),
        title: "Konsolidasi Zona Integritas KPU se-Kepulauan Bangka Belitung".to_owned(),
        period: "2025-S2".to_owned(),
        run: Some(7),
        trigger: Trigger::Hand,
        status: RunStatus::Clean,
        started: now(),
        ended: now(),
        zone: TimeZone::get("Asia/Jakarta").unwrap(),
        outputs: vec![OutputFile { kind: "xlsx".to_owned(), path }],
        error: None,
    }
}

/// What is told of the province's run.
fn event(folder: &Path, workbook: &[u8]) -> Event {
    Event::from_run(&BABEL, facts(folder, workbook), Lang::Id)
}

/// Tells with waits that take no time; what was told, and the waits in seconds.
fn told(settings: &[NotifySettings], event: &Event) -> (Vec<Told>, Vec<u64>) {
    let waits = Mutex::new(Vec::new());
    let wait = |wait: Duration| {
        waits.lock().unwrap().push(wait.as_secs());
        true
    };
    let variable = |name: &str| match name {
        "KAIT" => Some(SECRET.to_owned()),
        "SUREL_USER" => Some("rekap".to_owned()),
        "SUREL_SANDI" => Some(PASSWORD.to_owned()),
        "SUREL_SANDI_LAMA" => Some("sandi lama".to_owned()),
        _ => None,
    };
    let surroundings = Surroundings { variable: &variable, wait: &wait, now: &now, ..Surroundings::default() };
    let told = tell(settings, event, false, Lang::Id, &RetryPolicy::default(), &surroundings);
    (told, waits.into_inner().unwrap())
}

fn webhook(url: &str) -> NotifySettings {
    let channel = Channel::Webhook {
        address: WebhookAddress::Written(Url::parse(url).unwrap()),
        secret_env: Some("KAIT".to_owned()),
    };
    NotifySettings { channel, on: Occasion::Always, template: None }
}

/// What a web server was sent.
type Requests = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

/// An answer's status, and a header that goes with it.
type Answer = (u16, Option<(&'static str, String)>);

/// A web server that gives one answer after the other, the last one ever after; its address.
fn web_server(answers: Vec<Answer>) -> (String, Requests) {
    let requests = Requests::default();
    let seen = requests.clone();
    let answers = Arc::new(answers);
    let (tell, port) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(listener.local_addr().unwrap().port()).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (seen, answers) = (seen.clone(), answers.clone());
                let service = service_fn(move |request: Request<Incoming>| {
                    let (seen, answers) = (seen.clone(), answers.clone());
                    async move {
                        let (head, body) = request.into_parts();
                        let body = body.collect().await.unwrap().to_bytes();
                        let mut seen = seen.lock().unwrap();
                        let (status, header) = &answers[seen.len().min(answers.len() - 1)];
                        seen.push((head.headers, body));
                        let mut response = Response::builder().status(*status);
                        if let Some((name, value)) = header {
                            response = response.header(*name, value);
                        }
                        Ok::<_, Infallible>(response.body(Empty::<Bytes>::new()).unwrap())
                    }
                });
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
                );
            }
        });
    });
    (format!("http://127.0.0.1:{}/kait?token=rahasia", port.recv().unwrap()), requests)
}

#[test]
fn a_webhook_is_tried_until_it_is_taken_and_its_signature_holds() {
    let (url, requests) = web_server(vec![(503, None), (429, Some(("Retry-After", "30".to_owned()))), (204, None)]);
    let folder = tempfile::tempdir().unwrap();
    let (told, waits) = told(&[webhook(&url)], &event(folder.path(), b"PK"));
    assert_eq!((told.len(), told[0].attempts, told[0].error.as_deref()), (1, 3, None), "{told:?}");
    assert_eq!(told[0].failures.len(), 2);
    assert!(told[0].failures[0].contains("503") && told[0].failures[1].contains("429"), "{told:?}");
    assert_eq!(waits, [2, 30]);
    assert!(!format!("{told:?}").contains("rahasia"), "{told:?}");

    let requests = requests.lock().unwrap();
    assert_eq!(requests.len(), 3);
    let header = |at: usize, name: &str| requests[at].0[name].to_str().unwrap().to_owned();
    for at in 0..3 {
        assert_eq!(header(at, "content-type"), "application/json");
        assert_eq!(header(at, "x-rekap-event"), "run.clean");
        assert_eq!(header(at, "x-rekap-id"), header(0, "x-rekap-id"), "the same over all attempts");
        // As a receiver checks it.
        let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
        let signed = [header(at, "x-rekap-timestamp").as_bytes(), b".", &requests[at].1].concat();
        let signature = header(at, "x-rekap-signature");
        let signature = signature.strip_prefix("sha256=").unwrap();
        let bytes: Vec<u8> =
            (0..32).map(|byte| u8::from_str_radix(&signature[byte * 2..byte * 2 + 2], 16).unwrap()).collect();
        hmac::verify(&key, &signed, &bytes).unwrap();
    }
    let body: Value = serde_json::from_slice(&requests[2].1).unwrap();
    assert_eq!(body["id"], header(2, "x-rekap-id"));
    assert_eq!((&body["satker"], &body["read"], &body["run"]), (&8.into(), &8.into(), &7.into()));
    assert_eq!(body["ranking"].as_array().unwrap().len(), 8);
    assert_eq!((&body["ranking"][0]["unit"]["rank"], &body["ranking"][0]["unit"]["movement"]), (&1.into(), &1.into()));
    assert!(body["text"].as_str().unwrap().contains("Lengkap: 8 dari 8 satker terbaca."), "{}", body["text"]);
    let text = String::from_utf8(requests[2].1.to_vec()).unwrap();
    assert!(!text.contains("drive.google") && !text.contains(SECRET), "no evidence and no secret leaves the house");
}

#[test]
fn a_webhook_that_refuses_or_sends_elsewhere_is_not_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let event = Event::of_nothing(facts(folder.path(), b"PK"));
    let (elsewhere, untouched) = web_server(vec![(200, None)]);
    for (answer, status) in [((404, None), "404"), ((307, Some(("Location", elsewhere))), "307")] {
        let (url, requests) = web_server(vec![answer]);
        let (told, waits) = told(&[webhook(&url)], &event);
        assert_eq!((told[0].attempts, waits.len(), requests.lock().unwrap().len()), (1, 0, 1));
        assert!(told[0].error.as_deref().unwrap().starts_with(&format!("server menjawab {status}")), "{told:?}");
    }
    assert!(untouched.lock().unwrap().is_empty(), "no redirect is followed");
}

#[test]
fn an_event_of_a_province_in_trouble_names_the_satker_and_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = common::pipeline(
        folder.path(),
        &[("1", fixture("babel/lke-1971.xlsx").to_str().unwrap()), ("2", "tidak-ada.xlsx"), ("3", "")],
    );
    let pipeline = Pipeline::read(&path).unwrap();
    let data = consolidated(&pipeline);
    let facts = RunFacts { status: RunStatus::Incomplete, run: None, ..facts(folder.path(), b"PK") };
    let event = Event::from_run(&data, facts, Lang::Id);
    assert_eq!((event.satker, event.read), (3, 1));
    let failed: Vec<_> = event.failed.iter().map(|one| (one.kode.as_str(), one.content.as_str(), one.more)).collect();
    assert_eq!(failed, [("2", "LKE", 0), ("3", "LKE", 0)]);
    assert!(event.failed[0].message.ends_with("tidak-ada.xlsx tidak ada."), "{:?}", event.failed);
    assert_eq!(event.failed[1].message, "Kolom lke untuk satker ini kosong di daftar satker.");
    assert_eq!(event.findings.error, data.finding_counts()[0]);
    assert_eq!(event.ranking[0].unit.rank, Some(1));
    assert_eq!(event.ranking[1].unit.total, None);
}

/// The mail server; it ends with its standard input.
struct MailServer {
    process: Child,
    input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
    port: u16,
    folder: PathBuf,
}

impl MailServer {
    /// Starts it, or says that it is missing.
    fn start(folder: &Path, arguments: &[&str]) -> Option<Self> {
        let python = std::env::var_os("REKAP_PYTHON").unwrap_or_else(|| "python3".into());
        let known = Command::new(&python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
        if !known.is_ok_and(|status| status.success()) {
            assert!(std::env::var_os("REKAP_NEEDS_SMTP").is_none(), "aiosmtpd is not installed");
            eprintln!("aiosmtpd is not installed: no mail was sent");
            return None;
        }
        let folder = folder.join("surat");
        std::fs::create_dir_all(&folder).unwrap();
        let mut process = Command::new(&python)
            .arg(root().join("tests/smtp_server.py"))
            .arg(&folder)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.next().expect("a port").unwrap().parse().unwrap();
        Some(MailServer { input: process.stdin.take(), process, lines, port, folder })
    }

    /// Ends it; what it said, and the mails it took with their recipients.
    fn end(mut self) -> (Vec<String>, Vec<(String, Vec<u8>)>) {
        drop(self.input.take());
        let said = self.lines.by_ref().map(Result::unwrap).collect();
        assert!(self.process.wait().unwrap().success());
        let mails = (1..).map_while(|number| {
            let mail = std::fs::read(self.folder.join(format!("{number}.eml"))).ok()?;
            Some((std::fs::read_to_string(self.folder.join(format!("{number}.to"))).unwrap(), mail))
        });
        (said, mails.collect())
    }
}

fn mail(server: &str, to: &[&str]) -> NotifySettings {
    let channel = Channel::Mail {
        server: Url::parse(server).unwrap(),
        user_env: None,
        password_env: None,
        from: "Rekap Zona Integritas – Babel <rekap@contoh.id>".to_owned(),
        to: to.iter().map(|to| (*to).to_owned()).collect(),
        attach: true,
        link: Some("https://contoh.id/rekap".to_owned()),
    };
    NotifySettings { channel, on: Occasion::Always, template: None }
}

fn with_password(mut settings: NotifySettings, variable: &str) -> NotifySettings {
    if let Channel::Mail { user_env, password_env, .. } = &mut settings.channel {
        (*user_env, *password_env) = (Some("SUREL_USER".to_owned()), Some(variable.to_owned()));
    }
    settings
}

/// What an independent program makes of a mail: its headers decoded, its parts with their types and contents.
fn parsed(mail: &[u8], folder: &Path) -> Value {
    const PROGRAM: &str = r#"
import base64, email, email.policy, json, sys
mail = email.message_from_bytes(open(sys.argv[1], "rb").read(), policy=email.policy.default)
def part(one):
    return {"type": one.get_content_type(), "name": one.get_filename(), "text": one.get_content() if one.get_content_maintype() == "text" else None,
            "hex": one.get_payload(decode=True).hex()}
print(json.dumps({"headers": [[name, str(value)] for name, value in mail.items()],
                  "types": [one.get_content_type() for one in mail.walk()],
                  "defects": [str(defect) for one in mail.walk() for defect in one.defects],
                  "parts": [part(one) for one in mail.walk() if not one.is_multipart()]}))
"#;
    let path = folder.join("satu.eml");
    std::fs::write(&path, mail).unwrap();
    let python = std::env::var_os("REKAP_PYTHON").unwrap_or_else(|| "python3".into());
    let output = Command::new(python).args(["-c", PROGRAM]).arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn header<'a>(mail: &'a Value, name: &str) -> &'a str {
    let mut found = mail["headers"].as_array().unwrap().iter().filter(|header| header[0] == name);
    let value = found.next().unwrap_or_else(|| panic!("no {name}"))[1].as_str().unwrap();
    assert!(found.next().is_none(), "{name} twice");
    value
}

#[test]
fn a_mail_arrives_as_it_was_meant_with_the_workbook() {
    let folder = tempfile::tempdir().unwrap();
    let Some(server) = MailServer::start(folder.path(), &["--auth", "rekap", PASSWORD]) else { return };
    // All bytes there are, and lines that end a mail when sent as they are.
    let workbook: Vec<u8> = (0..=255u8).cycle().take(200_000).chain(*b"\r\n.\r\nQUIT\r\n").collect();
    let settings =
        mail(&format!("smtp://127.0.0.1:{}", server.port), &["Ani Lestari <ani@contoh.id>", "budi@contoh.id"]);
    let settings = with_password(settings, "SUREL_SANDI");
    let event = event(folder.path(), &workbook);
    let (told, _) = told(&[settings], &event);
    assert!(told.iter().all(|told| told.error.is_none() && told.attempts == 1 && told.note.is_none()), "{told:?}");
    let channels: Vec<_> = told.iter().map(|told| told.channel.as_str()).collect();
    assert_eq!(channels, ["mail ani@contoh.id", "mail budi@contoh.id"]);

    let (said, mails) = server.end();
    let expected = ["password right", "taken plain ani@contoh.id", "password right", "taken plain budi@contoh.id"];
    assert_eq!(said, expected);
    assert_eq!(mails[0].0, "ani@contoh.id");
    assert_eq!(mails[0].1, mails[1].1, "one mail for all");
    let mail = parsed(&mails[0].1, folder.path());
    assert_eq!(mail["defects"], serde_json::json!([]));
    let title = "Konsolidasi Zona Integritas KPU se-Kepulauan Bangka Belitung";
    assert_eq!(header(&mail, "Subject"), format!("[2025-S2] Lengkap: {title}"));
    assert_eq!(header(&mail, "From"), "Rekap Zona Integritas – Babel <rekap@contoh.id>");
    assert_eq!(header(&mail, "To"), "Ani Lestari <ani@contoh.id>, budi@contoh.id");
    assert_eq!(header(&mail, "Date"), "Sun, 21 Dec 2025 07:00:00 +0000");
    assert_eq!(header(&mail, "Auto-Submitted"), "auto-generated");
    let id = header(&mail, "Message-ID");
    assert!(id.starts_with('<') && id.ends_with(".rekap@contoh.id>"), "{id}");
    let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let types = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", xlsx];
    assert_eq!(mail["types"], serde_json::json!(types));
    let text = mail["parts"][0]["text"].as_str().unwrap();
    assert!(text.contains("Lengkap: 8 dari 8 satker terbaca.") && text.contains("▲1"), "{text}");
    let line = "Buku kerja: terlampir (rekap-2025-S2 – Babel.xlsx); dapat juga dibuka di https://contoh.id/rekap";
    assert!(text.contains(line), "{text}");
    assert!(mail["parts"][1]["text"].as_str().unwrap().contains("<h1"));
    assert_eq!(mail["parts"][2]["name"], "rekap-2025-S2 – Babel.xlsx");
    let bytes: String = workbook.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(mail["parts"][2]["hex"] == bytes, "the workbook arrives byte for byte");
}

#[test]
fn a_busy_server_is_tried_again_and_one_that_refuses_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let Some(server) = MailServer::start(folder.path(), &["--busy", "1", "--refuse", "salah@contoh.id"]) else {
        return;
    };
    let mut settings =
        mail(&format!("smtp://127.0.0.1:{}", server.port), &["ani@contoh.id", "salah@contoh.id", "budi@contoh.id"]);
    let event = event(folder.path(), b"PK");
    std::fs::remove_file(&event.facts.outputs[0].path).unwrap();
    settings.template = Some(folder.path().join("tidak-ada.txt"));
    let (told, waits) = told(&[settings], &event);
    let outcomes: Vec<_> = told.iter().map(|told| (told.attempts, told.failures.len(), told.error.is_none())).collect();
    assert_eq!(outcomes, [(2, 1, true), (1, 1, false), (1, 0, true)], "{told:?}");
    assert_eq!(waits, [2]);
    assert!(told[0].failures[0].contains("451") && told[0].failures[0].contains("Greylisted"), "{told:?}");
    assert_eq!(told[1].error.as_deref(), Some("server surel menjawab 550: 5.1.1 No such user"));
    let note = told[2].note.as_deref().unwrap();
    assert!(note.contains("templat tidak-ada.txt") && note.contains("buku kerja tidak dilampirkan"), "{note}");

    let (said, mails) = server.end();
    let expected =
        ["busy ani@contoh.id", "refused salah@contoh.id", "taken plain budi@contoh.id", "taken plain ani@contoh.id"];
    assert_eq!(said, expected);
    let mail = parsed(&mails[0].1, folder.path());
    assert_eq!(mail["types"], serde_json::json!(["multipart/alternative", "text/plain", "text/html"]));
    let text = mail["parts"][0]["text"].as_str().unwrap();
    assert!(text.contains("\nBuku kerja tidak dilampirkan: berkasnya tidak dapat dibuka"), "{text}");
    assert!(text.contains("\nCatatan: templat tidak-ada.txt tidak dapat dipakai"), "{text}");
}

#[test]
fn a_wrong_password_is_tried_once_and_never_told() {
    let folder = tempfile::tempdir().unwrap();
    let Some(server) = MailServer::start(folder.path(), &["--auth", "rekap", PASSWORD]) else { return };
    let settings = mail(&format!("smtp://127.0.0.1:{}", server.port), &["ani@contoh.id", "budi@contoh.id"]);
    let settings = with_password(settings, "SUREL_SANDI_LAMA");
    let (told, waits) = told(&[settings], &Event::of_nothing(facts(folder.path(), b"PK")));
    assert_eq!((told.len(), waits.len()), (2, 0));
    assert!(told.iter().all(|told| told.error.as_deref().unwrap().contains("535")), "{told:?}");
    assert!(!format!("{told:?}").contains("sandi lama"), "{told:?}");
    assert_eq!(server.end().0, ["password wrong"]);
}

#[test]
fn nothing_is_said_to_a_server_that_does_not_encrypt_when_that_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let Some(server) = MailServer::start(folder.path(), &["--auth", "rekap", PASSWORD]) else { return };
    let settings = mail(&format!("smtp+starttls://127.0.0.1:{}", server.port), &["ani@contoh.id"]);
    let (told, _) = told(&[with_password(settings, "SUREL_SANDI")], &Event::of_nothing(facts(folder.path(), b"PK")));
    assert_eq!(told[0].attempts, 1, "{told:?}");
    assert!(told[0].error.as_deref().unwrap().contains("STARTTLS is not supported"), "{told:?}");
    assert_eq!(server.end().0, [""; 0], "neither password nor recipient");
}

/// Names the certificate a process of its own must trust, since that is read from the environment.
const TRUSTING: &str = "REKAP_TEST_MAIL_PORT";

#[test]
fn an_encrypted_server_is_trusted_by_its_certificate_alone() {
    let folder = tempfile::tempdir().unwrap();
    if let Ok(port) = std::env::var(TRUSTING) {
        let settings = mail(&format!("smtp+starttls://localhost:{port}"), &["ani@contoh.id"]);
        let (told, _) =
            told(&[with_password(settings, "SUREL_SANDI")], &Event::of_nothing(facts(folder.path(), b"PK")));
        assert_eq!(told[0].error, None);
        return;
    }
    let (certificate, key) = (folder.path().join("sertifikat.pem"), folder.path().join("kunci.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args([Path::new("-keyout"), &key, Path::new("-out"), &certificate])
        .output();
    if !made.is_ok_and(|made| made.status.success()) {
        assert!(std::env::var_os("REKAP_NEEDS_SMTP").is_none(), "openssl is not installed");
        eprintln!("openssl is not installed: nothing was sent encrypted");
        return;
    }
    let tls = ["--tls", certificate.to_str().unwrap(), key.to_str().unwrap(), "--auth", "rekap", PASSWORD];
    let Some(server) = MailServer::start(folder.path(), &tls) else { return };
    let settings = mail(&format!("smtp+starttls://localhost:{}", server.port), &["ani@contoh.id"]);
    let (told, _) = told(&[with_password(settings, "SUREL_SANDI")], &Event::of_nothing(facts(folder.path(), b"PK")));
    assert!(told[0].error.as_deref().unwrap().contains("certificate"), "{told:?}");
    let trusting = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "notify::an_encrypted_server_is_trusted_by_its_certificate_alone"])
        .env(TRUSTING, server.port.to_string())
        .env("SSL_CERT_FILE", &certificate)
        .output()
        .unwrap();
    assert!(trusting.status.success(), "{}", String::from_utf8_lossy(&trusting.stdout));
    assert_eq!(server.end().0, ["password right", "taken tls ani@contoh.id"]);
}
