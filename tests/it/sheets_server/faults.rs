//! What goes wrong on request: always the same requests in the same way.

use std::time::{Duration, Instant};

use serde_json::json;

use super::client::Client;
use crate::server::faults::{Count, Failure, Faults, Quota};
use crate::server::model::Spreadsheet;

fn client() -> Client {
    Client::new(Spreadsheet::empty("Uji"))
}

#[test]
fn every_distinct_request_fails_the_first_time_and_then_never() {
    let mut client = client();
    client.server.reset_counts();
    let failures = vec![Failure::Status(429), Failure::Status(500), Failure::Cut];
    client.server.set_faults(Faults { first: true, failures, retry_after: Some(2), ..Faults::default() });
    let refused = client.get("uji", &[]);
    assert_eq!((refused.status, refused.headers["retry-after"].to_str().unwrap()), (429, "2"));
    assert_eq!(client.get("uji", &[("fields", "properties")]).error().0, 500);
    assert!(client.try_get("uji/values/A1", &[]).is_err(), "cut");
    for (path, query) in [("uji", &[][..]), ("uji", &[("fields", "properties")]), ("uji/values/A1", &[])] {
        assert_eq!(client.get(path, query).status, 200, "{path}");
    }
    let add = |title: &str| json!([{"addSheet": {"properties": {"title": title}}}]);
    assert_eq!(client.update(add("a")).status, 429);
    assert_eq!(client.update(add("b")).status, 500, "another body is another request");
    assert_eq!(client.update(add("a")).status, 200);
    client.server.set_faults(Faults { first: true, failures: vec![Failure::Status(503)], ..Faults::default() });
    let claims = super::client::claims(&client.server, "https://www.googleapis.com/auth/spreadsheets", 0);
    assert_eq!(client.ask_token(&claims).status, 503, "tokens, too");
    client.sign_in("https://www.googleapis.com/auth/spreadsheets");
    let counts = client.server.counts();
    assert_eq!((counts.reads, counts.writes, counts.tokens), (6, 3, 2));
    assert_eq!(counts.spreadsheets["uji"], Count { reads: 6, writes: 3 });
    let log = client.server.log();
    let statuses: Vec<u16> = log.iter().map(|logged| logged.status).collect();
    assert_eq!(statuses, [429, 500, 0, 200, 200, 200, 429, 500, 200, 503, 200]);
    assert_eq!((log[1].method.as_str(), log[1].path.as_str()), ("GET", "/v4/spreadsheets/uji?fields=properties"));
}

#[test]
fn every_nth_request_aimed_at_fails() {
    let client = client();
    client.server.set_faults(Faults { every: 3, only: Some("values".to_owned()), ..Faults::default() });
    let statuses: Vec<u16> = (0..9).map(|_| client.get("uji/values/A1", &[]).status).collect();
    assert_eq!(statuses, [200, 200, 503, 200, 200, 503, 200, 200, 503]);
    assert!((0..9).all(|_| client.get("uji", &[]).status == 200));
}

#[test]
fn a_lost_answer_and_half_an_answer_are_of_a_request_that_was_carried_out() {
    let client = client();
    for (failure, sheets) in [(Failure::Cut, 1), (Failure::CutAfter, 2), (Failure::Truncate, 3)] {
        client.server.set_faults(Faults { every: 1, failures: vec![failure], ..Faults::default() });
        assert!(client.try_post("uji:batchUpdate", &json!({"requests": [{"addSheet": {}}]})).is_err(), "{failure:?}");
        assert_eq!(client.server.spreadsheet("uji").sheets.len(), sheets, "{failure:?}");
    }
    client.server.set_faults(Faults::default());
    assert_eq!(client.get("uji", &[]).json()["sheets"].as_array().unwrap().len(), 3);
}

#[test]
fn an_answer_takes_as_long_as_it_is_told_to() {
    let client = client();
    client.server.set_faults(Faults { latency: Duration::from_millis(60), ..Faults::default() });
    let start = Instant::now();
    assert_eq!(client.get("uji", &[]).status, 200);
    assert!(start.elapsed() >= Duration::from_millis(60));
}

#[test]
fn more_requests_a_minute_than_the_quota_are_refused() {
    let client = client();
    let quota = Quota { reads: Some(2), writes: Some(1), minute: Duration::from_secs(3_600) };
    client.server.set_quota(quota.clone());
    assert_eq!(client.get("uji", &[]).status, 200);
    assert_eq!(client.get("uji/values/A1", &[]).status, 200);
    let (status, message) = client.get("uji", &[]).error();
    assert_eq!(status, 429);
    assert!(message.starts_with("RESOURCE_EXHAUSTED: Quota exceeded for quota metric 'Read requests'"), "{message}");
    assert_eq!(client.update(json!([{"addSheet": {}}])).status, 200, "writes are counted apart");
    assert!(client.update(json!([{"addSheet": {}}])).error().1.contains("'Write requests per minute per user'"));
    assert_eq!(client.server.spreadsheet("uji").sheets.len(), 2);
    client.server.set_quota(Quota { minute: Duration::ZERO, ..quota });
    assert!((0..3).all(|_| client.get("uji", &[]).status == 200), "after a minute");
}
