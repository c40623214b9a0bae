//! Who gets a token, and what is opened by it.

use serde_json::{Value, json};

use super::client::{Client, claims, signed};
use crate::server::Options;
use crate::server::account::API_KEY;
use crate::server::faults::Faults;
use crate::server::model::{Role, Spreadsheet};

const WRITE: &str = "https://www.googleapis.com/auth/spreadsheets";
const READ: &str = "https://www.googleapis.com/auth/spreadsheets.readonly";

fn changed(client: &Client, name: &str, value: Value) -> Value {
    let mut claims = claims(&client.server, WRITE, 0);
    claims[name] = value;
    claims
}

#[test]
fn a_rightly_signed_assertion_gets_a_token_and_no_other_does() {
    let client = Client::bare(Options::default());
    let good = client.ask_token(&claims(&client.server, WRITE, 0)).json();
    assert_eq!((&good["token_type"], &good["expires_in"]), (&json!("Bearer"), &json!(3599)));
    let google = json!("https://oauth2.googleapis.com/token");
    assert_eq!(client.ask_token(&changed(&client, "aud", google)).status, 200, "a key as Google gives it");
    let refused = |reply: super::client::Reply| {
        assert_eq!(reply.status, 400, "{}", reply.body);
        reply.json()["error_description"].as_str().unwrap().to_owned()
    };
    let assertion = signed(&client.server, &claims(&client.server, WRITE, 0));
    let (signed_part, _) = assertion.rsplit_once('.').unwrap();
    assert_eq!(refused(client.post_form(&format!("{signed_part}.AAAA"))), "Invalid JWT Signature.");
    assert_eq!(refused(client.post_form("a.b")), "Bad Request");
    let stranger = changed(&client, "iss", json!("lain@contoh.iam.gserviceaccount.com"));
    assert_eq!(refused(client.ask_token(&stranger)), "Invalid grant: account not found");
    assert_eq!(
        refused(client.ask_token(&changed(&client, "aud", json!("http://127.0.0.1/lain")))),
        "Invalid JWT: Failed audience check."
    );
    assert!(refused(client.ask_token(&changed(&client, "scope", json!("email")))).starts_with("Invalid OAuth scope"));
    assert_eq!(client.server.counts().tokens, 7);
}

#[test]
fn a_clock_more_than_five_minutes_off_gets_none_and_can_see_the_right_time() {
    let client = Client::bare(Options::default());
    for (ahead, status) in [(-290, 200), (290, 200), (-310, 400), (310, 400), (-86_400, 400)] {
        assert_eq!(client.ask_token(&claims(&client.server, WRITE, ahead)).status, status, "{ahead} s");
    }
    client.server.set_faults(Faults { clock_skew: -900, ..Faults::default() });
    let reply = client.ask_token(&claims(&client.server, WRITE, 0));
    assert_eq!(reply.status, 400);
    let why = reply.json();
    assert_eq!(why["error"], "invalid_grant");
    assert!(why["error_description"].as_str().unwrap().starts_with("Invalid JWT: Token must be a short-lived token"));
    let date = reply.headers["date"].to_str().unwrap();
    let there = jiff::fmt::rfc2822::parse(date).unwrap().timestamp().as_second();
    let behind = jiff::Timestamp::now().as_second() - there;
    assert!((895..=960).contains(&behind), "{date} is {behind} s behind");
}

#[test]
fn a_token_opens_what_is_shared_with_the_account_until_it_expires() {
    let mut client = Client::new(Spreadsheet::empty("Uji"));
    client.server.add("asing", Spreadsheet { account: Role::None, ..Spreadsheet::empty("Asing") });
    client.server.add("baca", Spreadsheet { account: Role::Viewer, ..Spreadsheet::empty("Baca") });
    client.server.add("excel", Spreadsheet { office_file: true, ..Spreadsheet::empty("Excel") });
    assert_eq!(client.get("uji", &[]).status, 200);
    assert_eq!(client.get("tiada", &[]).error(), (404, "NOT_FOUND: Requested entity was not found.".to_owned()));
    let denied = (403, "PERMISSION_DENIED: The caller does not have permission".to_owned());
    assert_eq!(client.get("asing", &[]).error(), denied);
    assert_eq!(client.get("baca", &[]).status, 200);
    assert_eq!(client.post("baca:batchUpdate", &[], &json!({"requests": []})).error(), denied);
    assert_eq!(
        client.get("excel", &[]).error(),
        (400, "FAILED_PRECONDITION: This operation is not supported for this document".to_owned())
    );
    client.server.set_faults(Faults { refuse_account: true, ..Faults::default() });
    assert_eq!(client.get("uji", &[]).error(), denied);
    client.server.set_faults(Faults::default());

    client.server.expire_tokens();
    let (status, message) = client.get("uji", &[]).error();
    assert_eq!(status, 401);
    assert!(message.starts_with("UNAUTHENTICATED: Request had invalid authentication credentials."), "{message}");
    client.sign_in(WRITE);
    client.server.set_faults(Faults { clock_skew: 3_599, ..Faults::default() });
    assert_eq!(client.get("uji", &[]).status, 401, "expired by its own time");
    client.server.set_faults(Faults::default());

    client.sign_in(READ);
    assert_eq!(client.get("uji", &[]).status, 200);
    let (status, message) = client.update(json!([{"addSheet": {}}])).error();
    assert_eq!((status, message.as_str()), (403, "PERMISSION_DENIED: Request had insufficient authentication scopes."));
}

#[test]
fn an_api_key_reads_what_is_shared_by_link() {
    let mut client = Client::new(Spreadsheet::empty("Uji"));
    client.server.add("umum", Spreadsheet { by_link: true, ..Spreadsheet::empty("Umum") });
    client.token = None;
    let key = [("key", API_KEY)];
    assert_eq!(client.get("umum", &key).status, 200);
    assert_eq!(client.get("uji", &key).status, 403);
    assert_eq!(client.post("umum:batchUpdate", &key, &json!({"requests": []})).status, 401);
    assert!(client.get("umum", &[("key", "lain")]).error().1.starts_with("INVALID_ARGUMENT: API key not valid."));
    assert!(client.get("umum", &[]).error().1.starts_with("PERMISSION_DENIED: Method doesn't allow unregistered"));
    assert!(client.server.log().iter().all(|logged| !logged.path.contains(API_KEY)), "no key in the log");
}
