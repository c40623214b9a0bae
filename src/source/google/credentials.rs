//! Keys: read from where the pipeline says, and never shown.
//!
//! No part of a key may reach a message, so nothing a library says about a key's content is passed on: a JSON parser quotes
//! what it did not expect.

use std::fmt;
use std::io::Read as _;
use std::path::Path;

use google_sheets4::yup_oauth2::ServiceAccountKey;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Map, Value};

use super::{Credentials, GoogleSettings};
use crate::source::SourceError;
use crate::source::web::guard::service_address;

/// Bytes of a key file; a real one has some 2,400.
const LONGEST_KEY: u64 = 64 << 10;

/// Where tokens come from when a key does not say.
const TOKEN_ADDRESS: &str = "https://oauth2.googleapis.com/token";

/// A key, shown as what it is and never as what it holds.
#[derive(Clone)]
pub(super) enum Key {
    /// Signs requests for tokens on behalf of a service account.
    ServiceAccount(Box<ServiceAccountKey>),
    /// Goes along with every request; opens what is shared by link.
    ApiKey(String),
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::ServiceAccount(key) => write!(f, "ServiceAccount({})", key.client_email),
            Key::ApiKey(_) => f.write_str("ApiKey"),
        }
    }
}

/// Reads the key the settings name.
///
/// # Errors
/// [`SourceError::NoCredentials`] when they name none, [`SourceError::BadCredentials`] when it is not there, can be read by
/// others, or is something else; which of these, and what mends it, is in the reason.
pub(super) fn load(settings: &GoogleSettings) -> Result<Key, SourceError> {
    match settings.credentials.as_ref().ok_or(SourceError::NoCredentials)? {
        Credentials::KeyFile(path) => service_account(&read_file(path)?, &path.display().to_string(), settings),
        Credentials::KeyVariable(name) => service_account(&read_variable(name)?, name, settings),
        Credentials::ApiKeyFile(path) => api_key(&read_file(path)?, &path.display().to_string()),
        Credentials::ApiKeyVariable(name) => api_key(&read_variable(name)?, name),
    }
}

/// The reason in both languages, since it is one text.
pub(super) fn bad(id: impl fmt::Display, en: impl fmt::Display) -> SourceError {
    SourceError::BadCredentials(format!("{id} / {en}"))
}

fn read_file(path: &Path) -> Result<String, SourceError> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            bad(format!("berkas kunci {shown} tidak ada"), format!("there is no key file {shown}"))
        }
        kind => bad(
            format!("berkas kunci {shown} tidak dapat dibaca ({kind})"),
            format!("the key file {shown} cannot be read ({kind})"),
        ),
    };
    // Asked before it is opened: opening a pipe waits for who writes to it.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(bad(format!("{shown} bukan berkas"), format!("{shown} is not a file")));
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    refuse_shared(path, &file.metadata().map_err(unreadable)?)?;
    let mut bytes = Vec::new();
    file.take(LONGEST_KEY + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    match String::from_utf8(bytes) {
        Ok(text) if text.len() as u64 <= LONGEST_KEY => Ok(text),
        _ => Err(bad(format!("{shown} bukan berkas kunci"), format!("{shown} is no key file"))),
    }
}

/// A key others on this machine can read is no secret.
#[cfg(unix)]
fn refuse_shared(path: &Path, metadata: &std::fs::Metadata) -> Result<(), SourceError> {
    use std::os::unix::fs::PermissionsExt as _;
    if metadata.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    let path = path.display().to_string();
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-~+,@%".contains(&byte));
    let quoted = if plain { path.clone() } else { format!("'{}'", path.replace('\'', "'\\''")) };
    Err(bad(
        format!("berkas kunci dapat dibuka orang lain; jalankan: chmod 600 {quoted}"),
        format!("others can open the key file; run: chmod 600 {quoted}"),
    ))
}

/// Elsewhere a file's permissions say nothing about this.
#[cfg(not(unix))]
fn refuse_shared(_: &Path, _: &std::fs::Metadata) -> Result<(), SourceError> {
    Ok(())
}

fn read_variable(name: &str) -> Result<String, SourceError> {
    match std::env::var(name) {
        Ok(text) if !text.trim().is_empty() => Ok(text),
        _ => Err(bad(
            format!("variabel lingkungan {name} belum diisi"),
            format!("the environment variable {name} is not set"),
        )),
    }
}

fn service_account(text: &str, origin: &str, settings: &GoogleSettings) -> Result<Key, SourceError> {
    let json: Value = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        bad(
            format!("isi {origin} bukan JSON (baris {line}, kolom {column})"),
            format!("{origin} does not hold JSON (line {line}, column {column})"),
        )
    })?;
    let no_account = || {
        bad(
            format!("isi {origin} bukan kunci akun layanan"),
            format!("{origin} does not hold the key of a service account"),
        )
    };
    let fields = json.as_object().ok_or_else(no_account)?;
    match fields.get("type").and_then(Value::as_str) {
        Some("service_account") => {}
        Some("authorized_user") => {
            return Err(bad(
                format!("{origin} berisi izin perorangan (authorized_user), bukan kunci akun layanan"),
                format!("{origin} holds a person's permission (authorized_user), not the key of a service account"),
            ));
        }
        None if fields.contains_key("installed") || fields.contains_key("web") => {
            return Err(bad(
                format!("{origin} berisi rahasia klien OAuth, bukan kunci akun layanan"),
                format!("{origin} holds an OAuth client's secret, not the key of a service account"),
            ));
        }
        _ => return Err(no_account()),
    }
    let private_key = field(fields, "private_key", origin)?;
    let readable = PrivateKeyDer::from_pem_slice(private_key.as_bytes())
        .is_ok_and(|key| rustls::crypto::ring::sign::RsaSigningKey::new(&key).is_ok());
    if !readable {
        return Err(bad(
            format!("private_key di {origin} rusak atau terpotong"),
            format!("the private_key in {origin} is damaged or cut short"),
        ));
    }
    let token_uri = match &settings.token_endpoint {
        Some(endpoint) => endpoint.to_string(),
        None => token_address(fields.get("token_uri").and_then(Value::as_str).unwrap_or(TOKEN_ADDRESS), origin)?,
    };
    Ok(Key::ServiceAccount(Box::new(ServiceAccountKey {
        key_type: Some("service_account".to_owned()),
        project_id: None,
        private_key_id: None,
        private_key,
        client_email: field(fields, "client_email", origin)?,
        client_id: None,
        auth_uri: None,
        token_uri,
        auth_provider_x509_cert_url: None,
        client_x509_cert_url: None,
    })))
}

fn field(fields: &Map<String, Value>, name: &str, origin: &str) -> Result<String, SourceError> {
    match fields.get(name).and_then(Value::as_str).map(str::trim) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(bad(format!("{name} tidak ada di {origin}"), format!("there is no {name} in {origin}"))),
    }
}

/// What signs for tokens does not travel unencrypted, unless it stays on this machine.
fn token_address(text: &str, origin: &str) -> Result<String, SourceError> {
    service_address(text).map(|url| url.to_string()).map_err(|wrong| {
        bad(
            format!("token_uri di {origin} bukan alamat https yang dapat dipakai ({})", wrong.id),
            format!("the token_uri in {origin} is no https address that can be used ({})", wrong.en),
        )
    })
}

fn api_key(text: &str, origin: &str) -> Result<Key, SourceError> {
    let text = text.trim();
    if text.starts_with('{') {
        return Err(bad(
            format!("{origin} berisi JSON, bukan kunci API; untuk kunci akun layanan pakai key_file atau key_env"),
            format!("{origin} holds JSON, not an API key; the key of a service account goes to key_file or key_env"),
        ));
    }
    if text.is_empty() || text.len() > 256 || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(bad(format!("isi {origin} bukan kunci API"), format!("{origin} does not hold an API key")));
    }
    Ok(Key::ApiKey(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    /// Made for these tests alone; it opens nothing.
    const PEM: &str = include_str!("../../../examples/sheets_server/worthless-key.pem");

    fn account_json(change: impl FnOnce(&mut Map<String, Value>)) -> String {
        let mut json = serde_json::json!({
            "type": "service_account", "private_key": PEM, "client_email": "rekap@uji.iam.gserviceaccount.com",
            "token_uri": "https://oauth2.googleapis.com/token", "private_key_id": "abc123",
        });
        change(json.as_object_mut().unwrap());
        json.to_string()
    }

    fn file(folder: &tempfile::TempDir, content: &str, mode: u32) -> std::path::PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let path = folder.path().join("kunci rekap.json");
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    fn settings(credentials: Credentials) -> GoogleSettings {
        GoogleSettings { credentials: Some(credentials), ..GoogleSettings::default() }
    }

    fn refusal(content: &str, mode: u32) -> String {
        let folder = tempfile::tempdir().unwrap();
        let error = load(&settings(Credentials::KeyFile(file(&folder, content, mode)))).unwrap_err();
        let shown = format!("{error:?} {:?}", error.finding(&"x".into()));
        for line in PEM.lines() {
            assert!(!shown.contains(line), "part of the key in {shown}");
        }
        let SourceError::BadCredentials(reason) = error else { panic!("{error:?}") };
        reason
    }

    #[test]
    fn a_key_file_that_is_in_order_is_read_and_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(&folder, &account_json(|_| {}), 0o600);
        let key = load(&settings(Credentials::KeyFile(path.clone()))).unwrap();
        let shown = format!("{key:?}");
        assert_eq!(shown, "ServiceAccount(rekap@uji.iam.gserviceaccount.com)");
        let elsewhere = Url::parse("http://127.0.0.1:8123/token").unwrap();
        let key =
            load(&GoogleSettings { token_endpoint: Some(elsewhere.clone()), ..settings(Credentials::KeyFile(path)) });
        let Ok(Key::ServiceAccount(key)) = key else { panic!() };
        assert_eq!(key.token_uri, elsewhere.as_str());
    }

    #[test]
    fn a_key_file_others_can_open_is_refused_with_the_command_that_mends_it() {
        for mode in [0o644, 0o640, 0o604, 0o620, 0o601] {
            let reason = refusal(&account_json(|_| {}), mode);
            assert!(reason.contains("chmod 600 '/") && reason.contains("kunci rekap.json'"), "{mode:o}: {reason}");
        }
    }

    #[test]
    fn every_wrong_key_has_its_own_message() {
        let wrong = [
            (PEM.to_owned(), "does not hold JSON (line 1"),
            (account_json(|_| {}).replace("service_account", "authorized_user"), "a person's permission"),
            (r#"{"installed": {"client_secret": "x"}}"#.to_owned(), "OAuth client's secret"),
            ("[]".to_owned(), "does not hold the key of a service account"),
            (account_json(|key| drop(key.remove("private_key"))), "there is no private_key"),
            (account_json(|key| drop(key.remove("client_email"))), "there is no client_email"),
            (account_json(|key| drop(key.insert("private_key".into(), PEM[..900].into()))), "cut short"),
            (account_json(|key| drop(key.insert("token_uri".into(), "http://example.org".into()))), "no https"),
        ];
        let reasons: Vec<String> = wrong.iter().map(|(content, _)| refusal(content, 0o600)).collect();
        for (reason, (_, expected)) in reasons.iter().zip(&wrong) {
            assert!(reason.contains(expected), "{reason}");
        }
        let folder = tempfile::tempdir().unwrap();
        let missing = load(&settings(Credentials::KeyFile(folder.path().join("tidak-ada.json")))).unwrap_err();
        assert!(format!("{missing:?}").contains("there is no key file"), "{missing:?}");
        let a_folder = load(&settings(Credentials::KeyFile(folder.path().to_owned()))).unwrap_err();
        assert!(format!("{a_folder:?}").contains("is not a file"), "{a_folder:?}");
        assert_eq!(load(&GoogleSettings::default()).unwrap_err(), SourceError::NoCredentials);
    }

    #[test]
    fn an_api_key_is_trimmed_and_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(&folder, "AIzaRahasia-123\n", 0o600);
        let key = load(&settings(Credentials::ApiKeyFile(path))).unwrap();
        assert!(matches!(&key, Key::ApiKey(key) if key == "AIzaRahasia-123"));
        assert_eq!(format!("{key:?}"), "ApiKey");
        for (content, expected) in [("  \n", "does not hold"), ("{\"a\": 1}", "key_file"), ("AIza Rahasia", "does not")]
        {
            let error = load(&settings(Credentials::ApiKeyFile(file(&folder, content, 0o600)))).unwrap_err();
            let shown = format!("{error:?}");
            assert!(shown.contains(expected) && !shown.contains("Rahasia"), "{shown}");
        }
        let unset = load(&settings(Credentials::ApiKeyVariable("REKAP_UJI_TIDAK_ADA".into()))).unwrap_err();
        assert!(format!("{unset:?}").contains("REKAP_UJI_TIDAK_ADA is not set"), "{unset:?}");
    }
}
