//! The local Google Sheets server does what Google does, as far as rekap and its tests rely on it.

mod client;
mod faults;
mod reading;
mod token;
mod updates;
mod values;
