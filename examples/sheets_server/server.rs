//! A local Google Sheets server: the used part of the Sheets v4 service and of the token endpoint, over plain HTTP on
//! 127.0.0.1, with spreadsheets in memory. Shared by the program (`main.rs`) and the tests, each of which uses only a part.
//!
//! It answers in Google's shape, with google-sheets4's types; it is strict where Google is (atomic updates, writes
//! beyond the grid, unknown fields), and on request it throttles, delays, cuts connections, expires tokens and refuses.
//! It calculates nothing and rewrites no formula.
#![allow(dead_code)]

mod a1;
pub mod account;
mod error;
pub mod faults;
mod get;
mod http;
pub mod load;
mod mask;
pub mod model;
mod number;
mod page;
mod routes;
mod schema;
mod state;
mod update;
mod values;

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use faults::{Counts, Faults, Logged, Quota};
use model::Spreadsheet;

/// How a server begins.
#[derive(Debug, Clone)]
pub struct Options {
    /// Port on 127.0.0.1; 0 is any that is free.
    pub port: u16,
    /// What goes wrong.
    pub faults: Faults,
    /// Requests a minute.
    pub quota: Quota,
    /// How long a token is good for.
    pub token_life: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Options { port: 0, faults: Faults::default(), quota: Quota::default(), token_life: Duration::from_secs(3599) }
    }
}

/// A running server; it stops when this is dropped.
#[derive(Debug)]
pub struct Server {
    shared: Arc<http::Shared>,
    runtime: Option<Runtime>,
}

impl Server {
    /// Starts a server on a free port, for a test.
    ///
    /// # Panics
    /// When the machine has no port or thread to give.
    pub fn start(options: Options) -> Server {
        Server::bind(options).expect("a port on 127.0.0.1")
    }

    /// Starts a server.
    ///
    /// # Errors
    /// When the port is taken.
    pub fn bind(options: Options) -> io::Result<Server> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(4)
            // google-sheets4's types are large, and unoptimised code keeps several of them on the stack.
            .thread_stack_size(16 << 20)
            .enable_all()
            .build()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}/", listener.local_addr()?);
        let mut state = state::State { token_life: options.token_life.as_secs() as i64, ..state::State::default() };
        state.ledger.faults = options.faults;
        state.ledger.quota = options.quota;
        let shared = Arc::new(http::Shared::new(url, state));
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        runtime.spawn(http::listen(shared.clone(), listener));
        Ok(Server { shared, runtime: Some(runtime) })
    }

    /// Address of the Sheets service, `http://127.0.0.1:PORT/`.
    pub fn url(&self) -> &str {
        &self.shared.url
    }

    /// Address tokens come from.
    pub fn token_url(&self) -> String {
        format!("{}token", self.shared.url)
    }

    /// Address of a spreadsheet as a browser shows it.
    pub fn address(&self, id: &str, gid: i32) -> String {
        format!("{}spreadsheets/d/{id}/edit#gid={gid}", self.shared.url)
    }

    /// A service account's key file that this server, and only this server, accepts.
    pub fn key_json(&self) -> String {
        account::key_json(&self.token_url())
    }

    /// Holds a spreadsheet under an id, in place of what was there.
    pub fn add(&self, id: &str, spreadsheet: Spreadsheet) {
        self.shared.state().spreadsheets.insert(id.to_owned(), Arc::new(spreadsheet));
    }

    /// Removes a spreadsheet, as if its owner deleted it.
    pub fn remove(&self, id: &str) {
        self.shared.state().spreadsheets.remove(id);
    }

    /// The spreadsheet as it is now, to be looked at.
    ///
    /// # Panics
    /// When there is none of that id.
    pub fn spreadsheet(&self, id: &str) -> Arc<Spreadsheet> {
        self.shared.state().spreadsheets.get(id).cloned().expect("a spreadsheet of that id")
    }

    /// The whole spreadsheet as `spreadsheets.get` answers it with cells, to be compared.
    ///
    /// # Panics
    /// When there is none of that id.
    pub fn json(&self, id: &str) -> serde_json::Value {
        let spreadsheet = self.spreadsheet(id);
        get::spreadsheet(id, self.url(), &spreadsheet, &[], true, &mask::Mask::whole())
            .expect("no range that could be wrong")
    }

    /// How many requests have come.
    pub fn counts(&self) -> Counts {
        self.shared.state().ledger.counts.clone()
    }

    /// The requests that have come, in their order.
    pub fn log(&self) -> Vec<Logged> {
        self.shared.state().ledger.log.clone()
    }

    /// Forgets counts and log.
    pub fn reset_counts(&self) {
        let mut state = self.shared.state();
        state.ledger.counts = Counts::default();
        state.ledger.log.clear();
    }

    /// What goes wrong from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.shared.state().ledger.set_faults(faults);
    }

    /// Requests a minute from now on.
    pub fn set_quota(&self, quota: Quota) {
        self.shared.state().ledger.quota = quota;
    }

    /// Makes every token given out so far worthless.
    pub fn expire_tokens(&self) {
        self.shared.state().tokens.expire();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Also from within another runtime, where waiting is not allowed.
            runtime.shutdown_background();
        }
    }
}
