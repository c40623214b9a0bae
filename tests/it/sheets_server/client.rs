//! A plain HTTP client for the tests, and assertions signed by hand.

use reqwest::{Method, StatusCode, Url};
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::RSA_PKCS1_SHA256;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::server::account::EMAIL;
use crate::server::model::Spreadsheet;
use crate::server::{Options, Server};

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub bytes: Vec<u8>,
    /// The bytes as text.
    pub body: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// Google's message of an error, with its status.
    pub fn error(&self) -> (u16, String) {
        let error = &self.json()["error"];
        assert_eq!(error["code"], self.status, "{error}");
        (self.status, format!("{}: {}", error["status"].as_str().unwrap(), error["message"].as_str().unwrap()))
    }
}

/// A server and somebody who asks it.
pub struct Client {
    pub server: Server,
    pub token: Option<String>,
    http: reqwest::Client,
    runtime: Runtime,
}

impl Client {
    /// With one spreadsheet, `uji`, and a token.
    pub fn new(spreadsheet: Spreadsheet) -> Client {
        let mut client = Client::bare(Options::default());
        client.server.add("uji", spreadsheet);
        client.sign_in("https://www.googleapis.com/auth/spreadsheets");
        client
    }

    /// Without anything.
    pub fn bare(options: Options) -> Client {
        // reqwest looks for a provider of TLS even where there is none to be spoken.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Client { server: Server::start(options), token: None, http: reqwest::Client::new(), runtime }
    }

    pub fn sign_in(&mut self, scope: &str) {
        let reply = self.ask_token(&claims(&self.server, scope, 0));
        assert_eq!(reply.status, 200, "{}", reply.body);
        self.token = Some(reply.json()["access_token"].as_str().unwrap().to_owned());
    }

    pub fn ask_token(&self, claims: &Value) -> Reply {
        self.post_form(&signed(&self.server, claims))
    }

    pub fn post_form(&self, assertion: &str) -> Reply {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
            .append_pair("assertion", assertion)
            .finish();
        self.send(Method::POST, &self.server.token_url(), &[], Some(body)).unwrap()
    }

    /// Sends a request to a path below the service's address.
    pub fn send(
        &self,
        method: Method,
        url: &str,
        query: &[(&str, &str)],
        body: Option<String>,
    ) -> Result<Reply, reqwest::Error> {
        let mut url = Url::parse(url).unwrap();
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = self.http.request(method, url);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        self.runtime.block_on(async {
            let response = request.send().await?;
            let (status, headers): (StatusCode, _) = (response.status(), response.headers().clone());
            let bytes = response.bytes().await?.to_vec();
            let body = String::from_utf8_lossy(&bytes).into_owned();
            Ok(Reply { status: status.as_u16(), headers, bytes, body })
        })
    }

    fn path(&self, path: &str) -> String {
        format!("{}v4/spreadsheets/{path}", self.server.url())
    }

    pub fn try_get(&self, path: &str, query: &[(&str, &str)]) -> Result<Reply, reqwest::Error> {
        self.send(Method::GET, &self.path(path), query, None)
    }

    pub fn get(&self, path: &str, query: &[(&str, &str)]) -> Reply {
        self.try_get(path, query).unwrap()
    }

    pub fn put(&self, path: &str, query: &[(&str, &str)], body: &Value) -> Reply {
        self.send(Method::PUT, &self.path(path), query, Some(body.to_string())).unwrap()
    }

    pub fn try_post(&self, path: &str, body: &Value) -> Result<Reply, reqwest::Error> {
        self.send(Method::POST, &self.path(path), &[], Some(body.to_string()))
    }

    pub fn post(&self, path: &str, query: &[(&str, &str)], body: &Value) -> Reply {
        self.send(Method::POST, &self.path(path), query, Some(body.to_string())).unwrap()
    }

    /// A batch update of `uji`.
    pub fn update(&self, requests: Value) -> Reply {
        self.post("uji:batchUpdate", &[], &json!({ "requests": requests }))
    }

    /// A batch update that must succeed; its replies.
    pub fn updated(&self, requests: Value) -> Value {
        let reply = self.update(requests);
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()["replies"].clone()
    }

    /// A batch update that must be refused, and change nothing; what Google says.
    pub fn refused(&self, requests: Value) -> String {
        let before = self.server.json("uji");
        let reply = self.update(requests);
        assert_eq!(before, self.server.json("uji"), "nothing changes");
        let (status, message) = reply.error();
        assert_eq!(status, 400, "{message}");
        message.strip_prefix("INVALID_ARGUMENT: ").expect("400").to_owned()
    }

    /// The formatted values of a range.
    pub fn shown(&self, range: &str) -> Value {
        self.get(&format!("uji/values/{range}"), &[]).json()["values"].clone()
    }
}

/// Claims of somebody whose clock is so many seconds ahead.
pub fn claims(server: &Server, scope: &str, ahead: i64) -> Value {
    let now = jiff::Timestamp::now().as_second() + ahead;
    json!({"iss": EMAIL, "scope": scope, "aud": server.token_url(), "iat": now, "exp": now + 3600})
}

/// An assertion of claims, signed with the server's key.
pub fn signed(server: &Server, claims: &Value) -> String {
    let key: Value = serde_json::from_str(&server.key_json()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(key["private_key"].as_str().unwrap().as_bytes()).unwrap();
    let pair = KeyPair::from_pkcs8(key.secret_der()).unwrap();
    let head = format!("{}.{}", base64url(br#"{"alg":"RS256","typ":"JWT"}"#), base64url(claims.to_string().as_bytes()));
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), head.as_bytes(), &mut signature).unwrap();
    format!("{head}.{}", base64url(&signature))
}

fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(DIGITS[(bits >> (18 - 6 * place)) as usize & 63] as char);
        }
    }
    text
}
