//! The worker against a real push service on loopback, which decrypts what it gets and checks who sent it.

use super::subscription::BASE64;
use super::{Push, Pusher, Vapid};
use crate::Database;
use crate::clock::{Clock, MockClock};
use crate::settings::Mode;
use crate::store::push::Subscription;
use crate::store::{self, Store};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint as _;
use web_push_native::p256::{PublicKey, SecretKey};

const VAPID: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
/// The receiver of RFC 8291, appendix A.
const RECEIVER: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
const RING: Duration = Duration::from_secs(30);

fn receiver() -> SecretKey {
    SecretKey::from_slice(&BASE64.decode(RECEIVER).unwrap()).unwrap()
}

fn decrypt(body: &[u8]) -> Vec<u8> {
    let auth = <[u8; 16]>::try_from(BASE64.decode(AUTH).unwrap()).unwrap();
    web_push_native::decrypt(body.to_vec(), &receiver(), &auth.into()).unwrap()
}

type Answers = Arc<Mutex<VecDeque<(u16, Option<&'static str>)>>>;

/// Notes requests and answers as told, by default with 201.
#[derive(Clone)]
struct Script {
    answers: Answers,
    got: mpsc::UnboundedSender<(HeaderMap, Bytes)>,
}

async fn take(State(script): State<Script>, headers: HeaderMap, body: Bytes) -> (StatusCode, HeaderMap) {
    script.got.send((headers, body)).unwrap();
    let (status, retry_after) = script.answers.lock().unwrap().pop_front().unwrap_or((201, None));
    let mut headers = HeaderMap::new();
    if let Some(text) = retry_after {
        headers.insert("retry-after", text.parse().unwrap());
    }
    (StatusCode::from_u16(status).unwrap(), headers)
}

struct Scene {
    push: Push,
    pusher: Pusher,
    store: Store,
    clock: Arc<MockClock>,
    service: String,
    received: mpsc::UnboundedReceiver<(HeaderMap, Bytes)>,
    _folder: tempfile::TempDir,
}

impl Scene {
    /// One user, `bob`, with one subscription at a service with these answers.
    async fn new(answers: &[(u16, Option<&'static str>)]) -> Self {
        let (got, received) = mpsc::unbounded_channel();
        let script = Script { answers: Arc::new(Mutex::new(answers.iter().copied().collect())), got };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let service = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new().route("/wpush/{id}", post(take)).with_state(script);
        tokio::spawn(axum::serve(listener, routes).into_future());
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Database::Sqlite(folder.path().join("x.sqlite"))).await.unwrap();
        let clock = Arc::new(MockClock::default());
        let vapid = Vapid::new(&VAPID.into(), "mailto:ops@pizoo.example").unwrap();
        let given: Arc<dyn Clock> = clock.clone();
        let (push, pusher) = Push::start(Some(vapid), Mode::Development, &store, &given).unwrap();
        let pusher = pusher.unwrap();
        let scene = Self { push, pusher, store, clock, service, received, _folder: folder };
        let mut tx = scene.store.write().await.unwrap();
        let add = "INSERT INTO users (id, name, language, created_at) VALUES ('bob', 'Bob', 'en', 0)";
        sqlx::query(add).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        scene.subscribe("a").await;
        scene
    }

    async fn subscribe(&self, name: &str) {
        let new = Subscription {
            id: name.to_owned(),
            endpoint: format!("{}/wpush/{name}", self.service),
            p256dh: BASE64.encode(receiver().public_key().to_encoded_point(false).as_bytes()),
            auth: AUTH.to_owned(),
            created_at: 0,
        };
        let mut tx = self.store.write().await.unwrap();
        store::push::add(&mut tx, "bob", &new).await.unwrap();
        tx.commit().await.unwrap();
    }

    fn ring(&self, call: &str) {
        self.push.ring(call, "match-1", "bob", self.clock.now() + RING);
    }

    /// The next request; nothing here takes longer.
    async fn next(&mut self) -> (HeaderMap, Bytes) {
        tokio::time::timeout(Duration::from_secs(20), self.received.recv()).await.unwrap().unwrap()
    }

    async fn payload(&mut self) -> Value {
        serde_json::from_slice(&decrypt(&self.next().await.1)).unwrap()
    }

    /// Lets the worker finish; what is left was never sent.
    async fn end(self) -> (Vec<String>, mpsc::UnboundedReceiver<(HeaderMap, Bytes)>) {
        self.pusher.stop().await;
        let left = store::push::of(self.store.read(), "bob").await.unwrap();
        self.store.close().await;
        (left.into_iter().map(|subscription| subscription.id).collect(), self.received)
    }
}

/// The claims, if the token is signed by the key beside it and is for that audience.
fn claims(authorization: &str, audience: &str) -> (Value, String) {
    let (token, key) = authorization.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    let point = BASE64.decode(key).unwrap();
    assert!(point.len() == 65 && PublicKey::from_sec1_bytes(&point).is_ok());
    let mut rules = Validation::new(Algorithm::ES256);
    rules.set_audience(&[audience]);
    rules.set_required_spec_claims(&["aud", "exp", "sub"]);
    let decoded = jsonwebtoken::decode::<Value>(token, &DecodingKey::from_ec_der(&point), &rules).unwrap();
    (decoded.claims, key.to_owned())
}

#[test]
fn the_example_of_the_rfc_decrypts() {
    let body = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK\
                6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
    let plain = decrypt(&BASE64.decode(body).unwrap());
    assert_eq!(plain, b"When I grow up, I want to be a watermelon");
}

#[tokio::test]
async fn ring_arrives_encrypted_and_signed() {
    let mut scene = Scene::new(&[]).await;
    scene.ring("call-1");
    let (headers, body) = scene.next().await;
    let payload: Value = serde_json::from_slice(&decrypt(&body)).unwrap();
    assert_eq!(payload, json!({"type": "call.incoming", "call_id": "call-1", "match_id": "match-1"}));
    assert_eq!((&headers["ttl"], &headers["urgency"]), (&"30".parse().unwrap(), &"high".parse().unwrap()));
    assert_eq!(headers["content-encoding"], "aes128gcm");
    let (claims, key) = claims(headers["authorization"].to_str().unwrap(), &scene.service);
    assert_eq!((claims["sub"].as_str(), Some(&*key)), (Some("mailto:ops@pizoo.example"), scene.push.public_key()));
    let left = claims["exp"].as_i64().unwrap() - scene.clock.now().seconds();
    assert!((1..=86_400).contains(&left), "{left}");
}

#[tokio::test]
async fn missed_call_takes_the_place_of_its_ring() {
    let mut scene = Scene::new(&[]).await;
    scene.ring("call-1");
    let (ring, _) = scene.next().await;
    scene.push.missed("call-1", "match-1", "bob");
    let (missed, body) = scene.next().await;
    let payload: Value = serde_json::from_slice(&decrypt(&body)).unwrap();
    assert_eq!(payload, json!({"type": "call.missed", "call_id": "call-1", "match_id": "match-1"}));
    assert_eq!((&missed["ttl"], &missed["urgency"]), (&"86400".parse().unwrap(), &"normal".parse().unwrap()));
    assert_eq!(ring["topic"], missed["topic"]);
    scene.ring("call-2");
    assert_ne!(scene.next().await.0["topic"], ring["topic"]);
}

#[tokio::test]
async fn ring_that_waits_for_another_try_ends_with_the_missed_call() {
    let mut scene = Scene::new(&[(429, Some("1")), (429, Some("1"))]).await;
    scene.ring("call-1");
    assert_eq!(scene.payload().await["type"], "call.incoming");
    scene.push.missed("call-1", "match-1", "bob");
    for _ in 0..2 {
        assert_eq!(scene.payload().await["type"], "call.missed");
    }
    assert!(scene.end().await.1.try_recv().is_err());
}

#[tokio::test]
async fn every_device_of_the_callee_is_told() {
    let mut scene = Scene::new(&[]).await;
    scene.subscribe("b").await;
    scene.ring("call-1");
    assert_eq!(scene.payload().await, scene.payload().await);
    let (left, mut received) = scene.end().await;
    assert_eq!((left, received.try_recv().is_err()), (vec!["a".to_owned(), "b".to_owned()], true));
}

#[tokio::test]
async fn subscription_that_has_ended_is_removed() {
    for status in [404, 410] {
        let mut scene = Scene::new(&[(status, None)]).await;
        scene.ring("call-1");
        scene.next().await;
        assert!(scene.end().await.0.is_empty(), "{status}");
    }
}

#[tokio::test]
async fn busy_or_failing_service_is_asked_again() {
    let mut scene = Scene::new(&[(429, Some("1")), (503, None)]).await;
    scene.ring("call-1");
    for _ in 0..3 {
        assert_eq!(scene.payload().await["call_id"], "call-1");
    }
    assert_eq!(scene.end().await.0, ["a"]);
}

#[tokio::test]
async fn ring_is_given_up_when_the_service_wants_longer_than_it_rings() {
    let mut scene = Scene::new(&[(429, Some("30"))]).await;
    scene.ring("call-1");
    scene.next().await;
    scene.ring("call-2");
    assert_eq!(scene.payload().await["call_id"], "call-2");
    assert!(scene.end().await.1.try_recv().is_err());
}

#[tokio::test]
async fn ring_that_is_over_is_not_sent() {
    let mut scene = Scene::new(&[]).await;
    let expires = scene.clock.now() + RING;
    scene.clock.advance(RING);
    scene.push.ring("call-1", "match-1", "bob", expires);
    scene.push.missed("call-2", "match-1", "bob");
    assert_eq!(scene.payload().await["call_id"], "call-2");
    assert!(scene.end().await.1.try_recv().is_err());
}

#[tokio::test]
async fn refused_push_is_not_sent_again_and_redirect_not_followed() {
    for status in [400, 403, 307] {
        let mut scene = Scene::new(&[(status, None)]).await;
        scene.ring("call-1");
        scene.next().await;
        let (left, mut received) = scene.end().await;
        assert_eq!((left, received.try_recv().is_err()), (vec!["a".to_owned()], true), "{status}");
    }
}

#[tokio::test]
async fn what_waits_when_the_backend_ends_is_tried_once() {
    let scene = Scene::new(&[(503, Some("5"))]).await;
    scene.push.missed("call-1", "match-1", "bob");
    let (_, mut received) = scene.end().await;
    assert!(received.try_recv().is_ok() && received.try_recv().is_err());
}

#[tokio::test]
async fn production_does_not_connect_to_this_computer() {
    use reqwest::dns::Resolve as _;
    let resolve = async |loopback| super::address::Guard { loopback }.resolve("localhost".parse().unwrap()).await;
    assert!(resolve(false).await.is_err());
    assert!(resolve(true).await.unwrap().all(|address| address.ip().is_loopback()));
}

#[test]
fn unusable_key_or_subject_is_refused_without_telling_it() {
    let subject = "mailto:ops@pizoo.example";
    for key in ["", "short", "!", &"A".repeat(43), &"_".repeat(43), &VAPID[1..]] {
        assert!(Vapid::new(&key.into(), subject).is_err(), "{key}");
    }
    for subject in ["", "ops@pizoo.example", "mailto:", "http://pizoo.example"] {
        assert!(Vapid::new(&VAPID.into(), subject).is_err(), "{subject}");
    }
    assert!(Vapid::new(&VAPID.into(), "https://pizoo.example").is_ok());
}
