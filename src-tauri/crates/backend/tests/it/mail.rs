//! Sign-in mail: the link and the code in it, and how it travels.

use crate::app::{Answer, ONE, TestApp, at_once};
use crate::smtp::{Mail, MailServer};
use pizoo_backend::Settings;
use pizoo_backend::settings::Smtp;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);
const SOON: Duration = Duration::from_secs(30);

async fn send_link(app: &TestApp, email: &str) -> Answer {
    app.post_raw("/api/auth/email/send-link", json!({"email": email, "name": "Ada"}).to_string()).await
}

async fn with_code(app: &TestApp, email: &str, code: &str) -> Answer {
    app.post_raw("/api/auth/email/verify", json!({"email": email, "code": code}).to_string()).await
}

/// The code in a fresh mail.
async fn code(app: &TestApp, email: &str) -> String {
    app.link(email).await;
    app.mail(email).await["code"].as_str().unwrap().to_owned()
}

/// One that is wrong.
fn other(code: &str) -> String {
    code.chars().map(|c| if c == '0' { '1' } else { '0' }).collect()
}

#[tokio::test]
async fn code_signs_in_as_the_link_does_and_either_works_once() {
    let app = TestApp::start().await;
    let code = code(&app, "ada@test.com").await;
    let link = app.mail("ada@test.com").await["link"].as_str().unwrap().split_once("token=").unwrap().1.to_owned();
    assert_eq!(code.split(' ').map(str::len).collect::<Vec<_>>(), [4, 4], "{code}");
    let signed_in = with_code(&app, " Ada@Test.com ", &code.replace(' ', "")).await;
    assert_eq!(signed_in.status, 200, "{signed_in:?}");
    assert_eq!(signed_in.body["user"]["verified"], true);
    assert_eq!(with_code(&app, "ada@test.com", &code).await.status, 400);
    assert_eq!(app.verify(&link).await.status, 400, "the code used the link up");
}

#[tokio::test]
async fn code_is_for_its_address_and_ten_minutes() {
    let app = TestApp::start().await;
    let code = code(&app, "ada@test.com").await;
    assert_eq!(with_code(&app, "eve@test.com", &code).await.status, 400);
    app.clock.advance(10 * MINUTE);
    assert_eq!(with_code(&app, "ada@test.com", &code).await.status, 400);
}

#[tokio::test]
async fn five_wrong_codes_at_most_also_at_once() {
    let app = TestApp::start().await;
    let right = code(&app, "ada@test.com").await;
    let wrong = other(&right);
    let answers = at_once(50, async || with_code(&app, "ada@test.com", &wrong).await.status.as_u16()).await;
    assert!(answers.iter().all(|status| *status == 400), "{answers:?}");
    assert_eq!(with_code(&app, "ada@test.com", &right).await.status, 400, "the right one comes too late");
    let link = app.mail("ada@test.com").await["link"].as_str().unwrap().split_once("token=").unwrap().1.to_owned();
    assert_eq!(app.verify(&link).await.status, 200, "nobody is locked out: the link still works");
}

#[tokio::test]
async fn twenty_uses_of_one_code_at_once_have_one_winner() {
    let app = TestApp::start().await;
    let code = code(&app, "race@test.com").await;
    let answers = at_once(20, async || with_code(&app, "race@test.com", &code).await.status.as_u16()).await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
}

#[tokio::test]
async fn database_holds_no_code() {
    let app = TestApp::start().await;
    let code = code(&app, "ada@test.com").await;
    assert!(!app.database_holds(&code) && !app.database_holds(&code.replace(' ', "")));
}

#[tokio::test]
async fn looking_at_a_link_consumes_nothing() {
    let app = TestApp::start().await;
    let link = app.link(ONE).await;
    for _ in 0..3 {
        let page = app.get(&format!("/auth/verify?token={link}"), "").await;
        assert_eq!(page.status, 200);
        assert!(page.body.as_str().unwrap().contains(&format!("pizoo://verify?token={link}")));
        assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
        assert_eq!(app.get(&format!("/api/auth/email/verify?token={link}"), "").await.status, 405);
    }
    let hostile = app.get("/auth/verify?token=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "").await;
    assert!(!hostile.body.as_str().unwrap().contains("<script"));
    assert_eq!(app.verify(&link).await.status, 200);
}

#[tokio::test]
async fn known_and_unknown_addresses_take_the_same_time() {
    let app = TestApp::start().await;
    app.sign_in("known@test.com").await;
    let mut took = [Vec::new(), Vec::new()];
    for n in 0..60 {
        for (kind, email) in ["known@test.com".to_owned(), format!("unknown{n}@test.com")].into_iter().enumerate() {
            let started = Instant::now();
            assert_eq!(send_link(&app, &email).await.status, 200);
            took[kind].push(started.elapsed());
        }
    }
    let [known, unknown] = took.map(|mut times| {
        times.sort();
        times[times.len() / 2].as_secs_f64()
    });
    assert!(known / unknown < 2.0 && unknown / known < 2.0, "{known} {unknown}");
}

fn by_smtp(server: &MailServer) -> impl FnOnce(&mut Settings) + use<> {
    let url = server.url();
    move |settings| settings.smtp = Some(Smtp { url: url.into(), from: "Pizoo <hello@pizoo.example>".into() })
}

async fn next(server: &mut MailServer) -> Mail {
    tokio::time::timeout(SOON, server.mails.recv()).await.expect("a mail in time").unwrap()
}

/// The token in a mail as it travels, quoted-printable.
fn token(mail: &str) -> String {
    let plain = mail.replace("=\r\n", "").replace("=3D", "=");
    let rest = plain.split_once("token=").unwrap().1;
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}

#[tokio::test]
async fn real_mail_carries_link_and_code() {
    let mut server = MailServer::start().await;
    let app = TestApp::start_with(by_smtp(&server)).await;
    assert_eq!(send_link(&app, "ada@test.com").await.status, 200);
    let Mail::Accepted(mail) = next(&mut server).await else { panic!("refused") };
    assert!(mail.contains("From: Pizoo <hello@pizoo.example>") && mail.contains("Subject: Sign in to Pizoo"), "{mail}");
    assert!(mail.contains("text/plain") && mail.contains("text/html"));
    let code: String = mail.split_once("into the app: ").unwrap().1.chars().take(9).collect();
    assert_eq!(app.verify(&token(&mail)).await.status, 200);
    assert_eq!(with_code(&app, "ada@test.com", &code).await.status, 400, "it was used with the link");
    assert_eq!(send_link(&app, "ada@test.com").await.status, 200);
    let Mail::Accepted(mail) = next(&mut server).await else { panic!("refused") };
    let code: String = mail.split_once("into the app: ").unwrap().1.chars().take(9).collect();
    assert_eq!(with_code(&app, "ada@test.com", &code).await.status, 200);
}

#[tokio::test]
async fn mail_waits_for_a_server_that_comes_back() {
    let server = MailServer::start().await;
    let (addr, change) = (server.addr, by_smtp(&server));
    drop(server);
    let app = TestApp::start_with(change).await;
    assert_eq!(send_link(&app, "ada@test.com").await.status, 200, "the request does not wait for the mail");
    let mut server = MailServer::start_on(addr).await;
    let Mail::Accepted(mail) = next(&mut server).await else { panic!("refused") };
    assert_eq!(app.verify(&token(&mail)).await.status, 200);
}

#[tokio::test]
async fn refused_address_gets_the_same_answer() {
    let mut server = MailServer::start().await;
    let app = TestApp::start_with(by_smtp(&server)).await;
    let (good, bad) = (send_link(&app, "ada@test.com").await, send_link(&app, "nobody@test.com").await);
    assert_eq!((good.status, &good.body), (bad.status, &bad.body));
    let (first, second) = (next(&mut server).await, next(&mut server).await);
    let refused = [&first, &second].iter().filter(|mail| matches!(mail, Mail::Refused)).count();
    assert_eq!(refused, 1, "{first:?} {second:?}");
}

#[tokio::test]
async fn objects_in_place_of_strings_are_422() {
    let app = TestApp::start().await;
    for body in
        [json!({"email": {"$gt": ""}, "name": "x"}), json!({"email": ["a@b.c"], "name": "x"}), json!({"email": null})]
    {
        assert_eq!(app.post_raw("/api/auth/email/send-link", body.to_string()).await.status, 422, "{body}");
    }
    for body in [json!({"token": {"$ne": null}}), json!({"email": "a@b.c", "code": 7}), json!({}), Value::Null] {
        assert_eq!(app.post_raw("/api/auth/email/verify", body.to_string()).await.status, 422, "{body}");
    }
}
