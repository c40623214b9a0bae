//! Every test of the built program and of its library, in one binary: linking it is most of what a test costs.

#[path = "../../fuzz/bodies.rs"]
mod bodies;
mod common;
#[path = "../../fuzz/damage.rs"]
mod damage;
#[path = "common/host.rs"]
mod host;
#[path = "../../examples/sheets_server/server.rs"]
mod server;

use common::make;

mod arithmetic;
mod broken;
mod check;
mod console;
mod fixtures;
mod google;
mod gspread;
mod history;
mod libreoffice;
mod links;
mod needles;
mod notify;
mod plan;
mod proxy;
mod reach;
mod recorded;
mod refresh;
mod run;
mod schedule;
mod sheets_province;
mod sheets_server;
mod survey;
mod tables;
mod template;
mod texts;
mod trend;
mod web;
