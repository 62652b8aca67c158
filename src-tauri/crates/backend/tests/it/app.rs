//! A backend to ask, and people signed in to it.

use crate::engine;
use pizoo_backend::clock::MockClock;
use pizoo_backend::random::SystemRandom;
use pizoo_backend::settings::{Calls, LiveKit};
use pizoo_backend::store::Store;
use pizoo_backend::{Running, Settings, keys, serve_with};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;
use tempfile::TempDir;

pub(crate) const LIVEKIT_KEY: &str = "test-key";
pub(crate) const LIVEKIT_SECRET: &str = "livekit-secret-of-the-tests-0123456789";
pub(crate) const SESSION_SECRET: &str = "session-secret-of-the-tests-0123456789";
pub(crate) const ONE: &str = "user1@livekit-test.com";
pub(crate) const TWO: &str = "user2@livekit-test.com";
pub(crate) const ROOM: &str = "test-room-123";

pub(crate) struct TestApp {
    instances: Vec<Running>,
    next: AtomicUsize,
    pub(crate) clock: Arc<MockClock>,
    pub(crate) settings: Settings,
    http: Client,
    folder: TempDir,
    /// Held until the instances have ended.
    own: engine::Own,
}

/// Somebody signed in.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) access: String,
    pub(crate) refresh: String,
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

pub(crate) fn http() -> Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder().timeout(Duration::from_secs(10)).build().unwrap()
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::development(&folder.path().join("backend.sqlite"));
        let own = engine::choose(&mut settings);
        settings.secret_key = Some(SESSION_SECRET.into());
        settings.calls =
            Calls::Configured(LiveKit::new("ws://127.0.0.1:7", LIVEKIT_KEY, LIVEKIT_SECRET.into()).unwrap());
        change(&mut settings);
        let clock = Arc::new(MockClock::default());
        let instances = instances(&settings, &clock).await;
        Self { instances, next: AtomicUsize::new(0), clock, settings, http: http(), folder, own }
    }

    /// The same database and clock in a new backend.
    pub(crate) async fn restart_with(self, change: impl FnOnce(&mut Settings)) -> Self {
        let Self { instances: running, clock, mut settings, http, folder, own, .. } = self;
        for instance in running {
            instance.shutdown().await;
        }
        change(&mut settings);
        let instances = instances(&settings, &clock).await;
        Self { instances, next: AtomicUsize::new(0), clock, settings, http, folder, own }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        self.url_of(turn, path)
    }

    /// On that instance, as far as there are several.
    pub(crate) fn url_of(&self, instance: usize, path: &str) -> String {
        format!("http://{}{path}", self.instances[instance % self.instances.len()].addr())
    }

    /// Ends one of several instances at once, as a crash would. False if there is but one.
    pub(crate) fn kill_one(&mut self) -> bool {
        let several = self.instances.len() > 1;
        if several {
            drop(self.instances.remove(0));
        }
        several
    }

    pub(crate) async fn shutdown(self) -> TempDir {
        for instance in self.instances {
            instance.shutdown().await;
        }
        self.folder
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, self.url(path))
    }

    /// To that instance, as far as there are several.
    pub(crate) fn request_of(&self, instance: usize, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, self.url_of(instance, path))
    }

    /// To the first instance, without a bearer: some things are each instance's own.
    pub(crate) async fn post_to_first(&self, path: &str, body: &Value) -> Answer {
        answer(self.request_of(0, Method::POST, path).body(body.to_string()).send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        answer(self.request(Method::GET, path).bearer_auth(token).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        answer(self.request(Method::POST, path).bearer_auth(token).body(body.to_string()).send().await.unwrap()).await
    }

    pub(crate) async fn put(&self, path: &str, token: &str, body: &Value) -> Answer {
        answer(self.request(Method::PUT, path).bearer_auth(token).body(body.to_string()).send().await.unwrap()).await
    }

    pub(crate) async fn delete(&self, path: &str, token: &str, body: &Value) -> Answer {
        answer(self.request(Method::DELETE, path).bearer_auth(token).body(body.to_string()).send().await.unwrap()).await
    }

    /// A body as it is, without a bearer.
    pub(crate) async fn post_raw(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        answer(self.request(Method::POST, path).body(body).send().await.unwrap()).await
    }

    /// The token in a fresh magic link.
    pub(crate) async fn link(&self, email: &str) -> String {
        let body = json!({"email": email, "name": "Ada"}).to_string();
        let request = self.http.post(self.url_of(0, "/api/auth/email/send-link")).body(body);
        let sent = answer(request.send().await.unwrap()).await;
        assert_eq!(sent.status, 200, "{sent:?}");
        self.mail(email).await["link"].as_str().unwrap().split_once("token=").unwrap().1.to_owned()
    }

    /// The newest mock mail of the first instance: each remembers its own.
    pub(crate) async fn mail(&self, email: &str) -> Value {
        let path = self.url_of(0, &format!("/api/development/mail?email={email}"));
        answer(self.http.get(path).send().await.unwrap()).await.body
    }

    pub(crate) async fn verify(&self, token: &str) -> Answer {
        self.post_raw("/api/auth/email/verify", json!({"token": token}).to_string()).await
    }

    pub(crate) async fn sign_in(&self, email: &str) -> Person {
        let link = self.link(email).await;
        let answer = self.verify(&link).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Person {
            id: text(&answer.body["user"]["id"]),
            access: text(&answer.body["access_token"]),
            refresh: text(&answer.body["refresh_token"]),
        }
    }

    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        self.post_raw("/api/auth/refresh", json!({"refresh_token": token}).to_string()).await
    }

    pub(crate) async fn call_token(&self, person: &Person, match_id: &str) -> Answer {
        self.post("/api/livekit/token", &person.access, &json!({"match_id": match_id, "call_type": "video"})).await
    }

    /// Every text in the database's files.
    pub(crate) fn database_holds(&self, text: &str) -> bool {
        engine::dump(&self.settings.database, self.folder.path())
            .iter()
            .any(|file| file.windows(text.len()).any(|window| window == text.as_bytes()))
    }

    /// As `pizoo-backend keys rotate` does.
    pub(crate) async fn rotate_keys(&self) {
        let store = Store::open(&self.settings.database).await.unwrap();
        keys::rotate(&store, &SystemRandom).await.unwrap();
        store.close().await;
    }

    /// The first column of what a query finds, texts.
    pub(crate) async fn rows(&self, query: &'static str) -> Vec<String> {
        use sqlx::Connection as _;
        let mut connection = sqlx::AnyConnection::connect(&engine::address(&self.settings.database)).await.unwrap();
        let rows = sqlx::query_scalar(query).fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        rows
    }

    /// Changes the database behind the backend's back.
    pub(crate) async fn sql(&self, statement: &'static str) {
        use sqlx::Connection as _;
        let mut connection = sqlx::AnyConnection::connect(&engine::address(&self.settings.database)).await.unwrap();
        sqlx::query(statement).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// One column of text, read behind the backend's back.
    pub(crate) async fn column(&self, statement: &'static str, binds: &[&str]) -> Vec<String> {
        use sqlx::Connection as _;
        let mut connection = sqlx::AnyConnection::connect(&engine::address(&self.settings.database)).await.unwrap();
        let mut query = sqlx::query_scalar(statement);
        for bind in binds {
            query = query.bind((*bind).to_owned());
        }
        let rows = query.fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        rows
    }

    /// What a person was told, in order.
    pub(crate) async fn told(&self, user: &str) -> Vec<Value> {
        let rows = self.column("SELECT body FROM events WHERE user_id = $1 ORDER BY seq", &[user]).await;
        rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect()
    }
}

/// Two where the engine is a cluster.
async fn instances(settings: &Settings, clock: &Arc<MockClock>) -> Vec<Running> {
    let mut instances = Vec::new();
    for _ in 0..engine::instances() {
        instances.push(serve_with(settings.clone(), clock.clone(), Arc::new(SystemRandom)).await.unwrap());
    }
    instances
}

pub(crate) async fn answer(response: Response) -> Answer {
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Answer { status, headers, body }
}

/// Runs them at once, on one thread: they are all under way before the first is answered.
pub(crate) async fn at_once<T>(count: usize, make: impl AsyncFn() -> T) -> Vec<T> {
    let mut running: Vec<Pin<Box<dyn Future<Output = T> + '_>>> = Vec::new();
    running.resize_with(count, || Box::pin(make()));
    let mut done = Vec::new();
    poll_fn(|context| {
        running.retain_mut(|future| match future.as_mut().poll(context) {
            Poll::Ready(value) => {
                done.push(value);
                false
            }
            Poll::Pending => true,
        });
        if running.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done
}
