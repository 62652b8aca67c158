//! Session tokens against who makes, bends or mixes them up.

use crate::app::{LIVEKIT_SECRET, ONE, Person, ROOM, SESSION_SECRET, TestApp};
use crate::auth::assert_refused;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const OTHER_SECRET: &str = "another-secret-0123456789-0123456789";

fn part(token: &str, at: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap()).unwrap()).unwrap()
}

fn kid(secret: &str) -> String {
    Sha256::digest(secret).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

fn header(algorithm: Algorithm, kid: Option<String>) -> Header {
    Header { kid, ..Header::new(algorithm) }
}

fn sign(header: &Header, claims: &Value, secret: &str) -> String {
    jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// What a forger who has the key can do, and how one claim differs from a good token's.
struct Forger {
    claims: Value,
    header: Header,
}

impl Forger {
    fn new(token: &str) -> Self {
        Self { claims: part(token, 1), header: header(Algorithm::HS256, Some(kid(SESSION_SECRET))) }
    }

    fn with(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        claims[name] = value;
        sign(&self.header, &claims, SESSION_SECRET)
    }

    fn without(&self, name: &str) -> String {
        let mut claims = self.claims.clone();
        claims.as_object_mut().unwrap().remove(name);
        sign(&self.header, &claims, SESSION_SECRET)
    }
}

async fn assert_opens_nothing(app: &TestApp, tokens: impl IntoIterator<Item = (&'static str, String)>) {
    for (what, token) in tokens {
        let answer = app.get("/api/me", &token).await;
        assert_eq!(answer.status, 401, "{what}: {answer:?}");
        assert_refused(&answer);
    }
}

#[tokio::test]
async fn header_names_type_and_key_but_not_the_secret() {
    let app = TestApp::start().await;
    let person = app.sign_in(ONE).await;
    for token in [&person.access, &person.refresh] {
        assert_eq!(part(token, 0), json!({"typ": "JWT", "alg": "HS256", "kid": kid(SESSION_SECRET)}));
        let claims = part(token, 1);
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!("pizoo-backend"), &json!("pizoo")));
        assert_eq!(claims["nbf"], claims["iat"]);
    }
    assert_ne!(part(&person.access, 1)["jti"], part(&app.sign_in(ONE).await.access, 1)["jti"]);
}

#[tokio::test]
async fn unsigned_and_tampered_tokens_open_nothing() {
    let app = TestApp::start().await;
    let person = app.sign_in(ONE).await;
    let parts: Vec<&str> = person.access.split('.').collect();
    let mut longer = part(&person.access, 1);
    longer["exp"] = json!(9_999_999_999_i64);
    let none = |name: &str| encoded(&json!({"alg": name, "typ": "JWT", "kid": kid(SESSION_SECRET)}));
    let (last, rest) = (parts[2].chars().next().unwrap(), &parts[2][1..]);
    let flipped = if last == 'A' { 'B' } else { 'A' };
    assert_opens_nothing(
        &app,
        [
            ("alg none", format!("{}.{}.", none("none"), parts[1])),
            ("alg None", format!("{}.{}.", none("None"), parts[1])),
            ("alg none, signed", format!("{}.{}.{}", none("none"), parts[1], parts[2])),
            ("longer", format!("{}.{}.{}", parts[0], encoded(&longer), parts[2])),
            ("another signature", format!("{}.{}.{flipped}{rest}", parts[0], parts[1])),
            ("no signature", format!("{}.{}.", parts[0], parts[1])),
            ("two parts", format!("{}.{}", parts[0], parts[1])),
            ("four parts", format!("{}.x", person.access)),
            ("a word", "x".into()),
            ("dots", "..".into()),
            ("long", "a".repeat(5000)),
        ],
    )
    .await;
}

#[tokio::test]
async fn other_algorithms_and_keys_open_nothing() {
    let app = TestApp::start().await;
    let person = app.sign_in(ONE).await;
    let claims = part(&person.access, 1);
    let ours = Some(kid(SESSION_SECRET));
    let hs256 = |kid| header(Algorithm::HS256, kid);
    assert_eq!(app.get("/api/me", &sign(&hs256(ours.clone()), &claims, SESSION_SECRET)).await.status, 200);
    let untyped = Header { typ: None, ..hs256(ours.clone()) };
    let other_type = Header { typ: Some("at+jwt".into()), ..hs256(ours.clone()) };
    assert_opens_nothing(
        &app,
        [
            ("HS384", sign(&header(Algorithm::HS384, ours.clone()), &claims, SESSION_SECRET)),
            ("HS512", sign(&header(Algorithm::HS512, ours.clone()), &claims, SESSION_SECRET)),
            ("another key", sign(&hs256(ours.clone()), &claims, OTHER_SECRET)),
            ("LiveKit's key", sign(&hs256(ours), &claims, LIVEKIT_SECRET)),
            ("another key by its own name", sign(&hs256(Some(kid(OTHER_SECRET))), &claims, OTHER_SECRET)),
            ("unknown name", sign(&hs256(Some("00000000".into())), &claims, SESSION_SECRET)),
            ("no name", sign(&hs256(None), &claims, SESSION_SECRET)),
            ("no type", sign(&untyped, &claims, SESSION_SECRET)),
            ("another type", sign(&other_type, &claims, SESSION_SECRET)),
        ],
    )
    .await;
}

#[tokio::test]
async fn claims_must_all_be_there_and_right() {
    let app = TestApp::start().await;
    let person = app.sign_in(ONE).await;
    let forger = Forger::new(&person.access);
    assert_eq!(app.get("/api/me", &forger.with("jti", json!("x"))).await.status, 200, "the forger is a good one");
    let now = forger.claims["iat"].as_i64().unwrap();
    assert_eq!(app.get("/api/me", &forger.with("nbf", json!(now + 3))).await.status, 200, "clocks differ a little");
    for name in ["sub", "sid", "jti", "type", "iss", "aud", "iat", "nbf", "exp"] {
        assert_refused(&app.get("/api/me", &forger.without(name)).await);
        assert_refused(&app.get("/api/me", &forger.with(name, Value::Null)).await);
    }
    assert_opens_nothing(
        &app,
        [
            ("expired", forger.with("exp", json!(1))),
            ("just expired", forger.with("exp", json!(now))),
            ("not yet", forger.with("nbf", json!(now + 60))),
            ("other audience", forger.with("aud", json!("elsewhere"))),
            ("other issuer", forger.with("iss", json!("elsewhere"))),
            ("other purpose", forger.with("type", json!("refresh"))),
            ("unknown purpose", forger.with("type", json!("admin"))),
            ("no session", forger.with("sid", json!("none"))),
            ("another's session", forger.with("sub", json!("ea53be2b-a927-496a-bc4f-374f760712c5"))),
            ("text for a number", forger.with("exp", json!("9999999999"))),
        ],
    )
    .await;
}

#[tokio::test]
async fn tokens_serve_their_own_purpose_only() {
    let app = TestApp::start().await;
    let person = app.sign_in(ONE).await;
    assert_refused(&app.get("/api/auth/me", &person.refresh).await);
    assert_refused(&app.refresh(&person.access).await);
    let call = app.call_token(&person, ROOM).await;
    let call = call.body["token"].as_str().unwrap();
    assert_refused(&app.get("/api/auth/me", call).await);
    assert_refused(&app.refresh(call).await);
}

#[tokio::test]
async fn changed_key_keeps_sessions_until_the_previous_one_is_dropped() {
    let app = TestApp::start().await;
    let person = app.sign_in(ONE).await;
    let app = app
        .restart_with(|settings| {
            settings.secret_key = Some(OTHER_SECRET.into());
            settings.secret_key_previous = Some(SESSION_SECRET.into());
        })
        .await;
    assert_eq!(app.get("/api/me", &person.access).await.status, 200);
    let claims = part(&person.access, 1);
    let mixed = sign(&header(Algorithm::HS256, Some(kid(OTHER_SECRET))), &claims, SESSION_SECRET);
    assert_opens_nothing(&app, [("the old key by the new one's name", mixed)]).await;
    let renewed = app.refresh(&person.refresh).await;
    assert_eq!(renewed.status, 200);
    let text = |name: &str| renewed.body[name].as_str().unwrap().to_owned();
    let new = Person { id: person.id.clone(), access: text("access_token"), refresh: text("refresh_token") };
    assert_eq!(part(&new.access, 0)["kid"], kid(OTHER_SECRET).as_str(), "the previous key signs nothing");
    let app = app.restart_with(|settings| settings.secret_key_previous = None).await;
    assert_refused(&app.get("/api/me", &person.access).await);
    assert_eq!(app.get("/api/me", &new.access).await.status, 200);
    assert_eq!(app.refresh(&new.refresh).await.status, 200);
}

#[tokio::test]
async fn changing_a_made_up_key_keeps_sessions_once() {
    let app = TestApp::start_with(|settings| settings.secret_key = None).await;
    let person = app.sign_in(ONE).await;
    app.rotate_keys().await;
    assert_eq!(app.get("/api/me", &person.access).await.status, 200, "what runs goes on with the old key");
    let app = app.restart_with(|_| {}).await;
    assert_eq!(app.get("/api/me", &person.access).await.status, 200);
    let fresh = app.sign_in(ONE).await;
    assert_ne!(part(&fresh.access, 0)["kid"], part(&person.access, 0)["kid"]);
    app.rotate_keys().await;
    let app = app.restart_with(|_| {}).await;
    assert_refused(&app.get("/api/me", &person.access).await);
    assert_eq!(app.get("/api/me", &fresh.access).await.status, 200);
}
