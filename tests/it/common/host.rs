//! A small HTTP host on this machine that answers as a test says, byte for byte: also as no proper server would.
//! Each test file uses only a part.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    /// By name in lower case.
    pub headers: BTreeMap<String, String>,
    /// What was sent along.
    pub body: Vec<u8>,
    /// How often the path was asked for before.
    pub before: usize,
    pub at: Instant,
    /// Requests being answered, this one included.
    pub at_once: usize,
}

/// A host; it answers until the test ends.
pub struct Host {
    pub port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Host {
    /// A host that answers every request by a function. An empty answer is silence: the connection stays open.
    pub fn start(answer: impl Fn(&Asked) -> Vec<u8> + Send + Sync + 'static) -> Host {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (asked.clone(), Arc::new(answer));
        let at_once = Arc::new(Mutex::new(0));
        std::thread::spawn(move || {
            let silent = Arc::new(Mutex::new(Vec::new()));
            for stream in listener.incoming().flatten() {
                let (log, answer, at_once, silent) = (log.clone(), answer.clone(), at_once.clone(), silent.clone());
                std::thread::spawn(move || {
                    let Some(mut asked) = read(&stream) else { return };
                    let now = {
                        let mut at_once = at_once.lock().expect("no panic");
                        *at_once += 1;
                        *at_once
                    };
                    {
                        let mut log = log.lock().expect("no panic");
                        asked.before = log.iter().filter(|one: &&Asked| one.path == asked.path).count();
                        asked.at_once = now;
                        log.push(asked.clone());
                    }
                    let bytes = answer(&asked);
                    *at_once.lock().expect("no panic") -= 1;
                    match bytes.is_empty() {
                        true => silent.lock().expect("no panic").push(stream),
                        // Whoever has heard enough hangs up.
                        false => drop((&stream).write_all(&bytes)),
                    }
                });
            }
        });
        Host { port, asked }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// All that was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }

    /// How a path was asked for, in order: `HEAD GET`.
    pub fn methods(&self, path: &str) -> String {
        let asked = self.asked();
        let methods = asked.iter().filter(|one| one.path == path).map(|one| one.method.as_str());
        methods.collect::<Vec<_>>().join(" ")
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let mut reader = BufReader::new(stream);
    let mut lines = reader.by_ref().lines();
    let first = lines.next()?.ok()?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers: BTreeMap<String, String> = lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())))
        .collect();
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body).ok()?;
    Some(Asked { method, path, headers, body, before: 0, at: Instant::now(), at_once: 0 })
}

/// An answer as a proper server gives it.
pub fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// An answer that sends on.
pub fn redirect(to: &str) -> Vec<u8> {
    answer("302 Found", &[("Location", to)], b"")
}
