//! The service account: its key, the tokens it gets, who is asking.

use std::collections::BTreeMap;

use ring::rsa::KeyPair;
use ring::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value as Json, json};

/// A throwaway key that opens nothing but this server.
const KEY: &str = include_str!("worthless-key.pem");
/// Whose key it is: whom spreadsheets are shared with.
pub const EMAIL: &str = "rekap-uji@server-lokal.iam.gserviceaccount.com";
/// The API key the server knows, worthless as well.
pub const API_KEY: &str = "kunci-api-uji-server-lokal";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// What Google's own keys have as audience; a client may be told of this server without changing its key.
const GOOGLE: &str = "https://oauth2.googleapis.com/token";
/// Seconds a clock may be off.
const TOLERANCE: i64 = 300;
const UNTIMELY: &str = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.";

/// The key file of the service account, tokens to be got at `token_url`.
pub fn key_json(token_url: &str) -> String {
    let key = json!({
        "type": "service_account",
        "project_id": "server-lokal",
        "private_key_id": "tidak-bernilai",
        "private_key": KEY,
        "client_email": EMAIL,
        "client_id": "0",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": token_url,
        "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
        "client_x509_cert_url": "https://www.googleapis.com/robot/v1/metadata/x509/rekap-uji",
    });
    format!("{key:#}\n")
}

/// What a token permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// Whether to write.
    pub may_write: bool,
    expires: i64,
}

/// The tokens given out.
#[derive(Debug, Default)]
pub struct Tokens {
    given: BTreeMap<String, Grant>,
    count: u64,
}

/// A refused grant: `error` and `error_description` of OAuth.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused(pub &'static str, pub String);

impl Refused {
    /// The body.
    pub fn body(&self) -> Json {
        json!({"error": self.0, "error_description": self.1})
    }
}

impl Tokens {
    /// What a token permits at a time (seconds since 1970); none where it is unknown or has expired.
    pub fn check(&self, token: &str, now: i64) -> Option<Grant> {
        self.given.get(token).copied().filter(|grant| now < grant.expires)
    }

    /// Makes every token given out so far worthless.
    pub fn expire(&mut self) {
        self.given.clear();
    }

    /// Grants a token for a signed assertion, for `life` seconds; the answer's body.
    ///
    /// # Errors
    /// What is wrong with the assertion.
    pub fn grant(&mut self, form: &[(String, String)], token_url: &str, now: i64, life: i64) -> Result<Json, Refused> {
        let field = |name: &str| form.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
        if field("grant_type") != Some(GRANT) {
            let given = field("grant_type").unwrap_or_default();
            return Err(Refused("unsupported_grant_type", format!("Invalid grant_type: {given}")));
        }
        let claims = verified(field("assertion").unwrap_or_default())?;
        let invalid = |why: &str| Refused("invalid_grant", why.to_owned());
        if claims["iss"] != EMAIL {
            return Err(invalid("Invalid grant: account not found"));
        }
        if claims["aud"] != token_url && claims["aud"] != GOOGLE {
            return Err(invalid("Invalid JWT: Failed audience check."));
        }
        let (Some(iat), Some(exp)) = (claims["iat"].as_i64(), claims["exp"].as_i64()) else {
            return Err(invalid(UNTIMELY));
        };
        if (iat - now).abs() > TOLERANCE || exp <= now || exp - iat > 3600 {
            return Err(invalid(UNTIMELY));
        }
        let scopes =
            claims["scope"].as_str().unwrap_or_default().split(' ').filter_map(|scope| scope.rsplit('/').next());
        let (mut may_read, mut may_write) = (false, false);
        for scope in scopes {
            may_write |= matches!(scope, "spreadsheets" | "drive" | "drive.file");
            may_read |= matches!(scope, "spreadsheets.readonly" | "drive.readonly");
        }
        if !may_read && !may_write {
            return Err(Refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.".to_owned()));
        }
        self.count += 1;
        let token = format!("ya29.server-lokal-{}", self.count);
        self.given.insert(token.clone(), Grant { may_write, expires: now + life });
        Ok(json!({"access_token": token, "expires_in": life, "token_type": "Bearer"}))
    }
}

/// The claims of an assertion whose signature is right.
fn verified(assertion: &str) -> Result<Json, Refused> {
    let malformed = || Refused("invalid_grant", "Bad Request".to_owned());
    let (signed, signature) = assertion.rsplit_once('.').ok_or_else(malformed)?;
    let (header, claims) = signed.split_once('.').ok_or_else(malformed)?;
    let part = |text: &str| serde_json::from_slice::<Json>(&base64url(text)?).ok();
    let header = part(header).ok_or_else(malformed)?;
    let claims = part(claims).ok_or_else(malformed)?;
    let signature = base64url(signature).ok_or_else(malformed)?;
    let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).expect("the key beside this file");
    let pair = KeyPair::from_pkcs8(key.secret_der()).expect("the key beside this file");
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref());
    if header["alg"] != "RS256" || public.verify(signed.as_bytes(), &signature).is_err() {
        return Err(Refused("invalid_grant", "Invalid JWT Signature.".to_owned()));
    }
    Ok(claims)
}

/// Base64 for URLs, with or without padding.
fn base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}
