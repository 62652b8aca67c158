//! What the log of a whole visit tells, at its finest level.

use crate::app::{LIVEKIT_SECRET, ONE, ROOM, SESSION_SECRET, TestApp};
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

const PASSWORD: &str = "five tall chairs in a log";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn log_holds_no_secret_but_the_mock_mails_link() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    // For every thread: the store has its own. Other tests write into it too, which can only add to what is searched.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let app = TestApp::start().await;
    let link = app.link(ONE).await;
    let session = app.verify(&link).await.body;
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let (access, refresh) = (text(&session["access_token"]), text(&session["refresh_token"]));
    let renewed = app.refresh(&refresh).await.body;
    assert_eq!(app.refresh(&refresh).await.status, 401);
    let person = crate::app::Person { id: String::new(), access: access.clone(), refresh: refresh.clone() };
    let call = text(&app.call_token(&person, ROOM).await.body["token"]);
    app.get("/api/me", "not-a-token-0123456789").await;
    let id = text(&session["user"]["id"]);
    let (old, new) = (text(&renewed["access_token"]), format!("pizoo.v1, bearer.{}", text(&renewed["access_token"])));
    let original = format!("/ws/{id}?token={old}");
    drop(crate::socket::open(&app.url(&original), &[]).await.ok().unwrap());
    drop(crate::socket::open(&app.url("/api/events"), &[("sec-websocket-protocol", &new)]).await.ok().unwrap());
    assert!(crate::socket::open(&app.url(&format!("/ws/{id}?token={LIVEKIT_SECRET}")), &[]).await.is_err());
    let renewed = [text(&renewed["access_token"]), text(&renewed["refresh_token"])];
    let form =
        serde_json::json!({"name": "Ada", "email": "ada@test.com", "password": PASSWORD, "terms_accepted": true});
    assert_eq!(app.post_raw("/api/auth/register", form.to_string()).await.status, 200);
    let wrong = serde_json::json!({"email": "ada@test.com", "password": format!("{PASSWORD}!")});
    assert_eq!(app.post_raw("/api/auth/login", wrong.to_string()).await.status, 401);
    app.shutdown().await;

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(&link)).collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("MOCK EMAIL") && lines[0].contains(ONE), "{lines:?}");
    let [new_access, new_refresh] = renewed;
    for secret in [&access, &refresh, &new_access, &new_refresh, &call] {
        // The signature is the secret part; it alone must not be there either.
        assert!(!log.contains(secret.rsplit('.').next().unwrap()), "a token is in the log");
    }
    for secret in [SESSION_SECRET, LIVEKIT_SECRET, "not-a-token-0123456789", PASSWORD, "$argon2id$v="] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
