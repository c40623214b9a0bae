//! The local Google Sheets server does what Google does, as far as rekap and its tests rely on it.

#[path = "../../examples/sheets_server/server.rs"]
mod sheets_server;

mod client;
mod faults;
mod reading;
mod token;
mod updates;
mod values;
