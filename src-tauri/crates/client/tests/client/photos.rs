//! Photos against a scripted backend: a real HTTP server that counts who asks, and another one that nobody may ask.

use crate::person::{code, signed_in};
use crate::server::{serve, session, user};
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use pizoo_client::Client;
use pizoo_client::view::{ErrorCode, SessionView};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

const FACE: &[u8] = b"\xff\xd8\xff a face";
const MOST: usize = 1024 * 1024;

#[derive(Default)]
struct Script {
    asked: AtomicU64,
    /// The first access token is not taken any more.
    stale: AtomicBool,
    refreshes: AtomicU64,
    /// The own photo: content type and bytes.
    own: Mutex<Option<(String, Vec<u8>)>>,
}

impl Script {
    fn user(&self) -> Value {
        let photo = self.own.lock().unwrap().as_ref().map(|_| address('a'));
        let mut user = user();
        user["photo"] = json!(photo);
        user
    }

    fn session(&self, access: &str) -> Value {
        session(access, "refresh", &self.user())
    }

    fn opens(&self, headers: &HeaderMap) -> bool {
        let token = headers.get("authorization").map(|value| value.as_bytes());
        token == Some(b"Bearer second".as_slice()) || (token == Some(b"Bearer first") && !self.stale.load(SeqCst))
    }
}

/// Of the photo whose id is that digit only.
fn address(digit: char) -> String {
    format!("/api/photos/{}", digit.to_string().repeat(32))
}

fn refused(status: StatusCode) -> Response {
    (status, Json(json!({"detail": format!("A sentence about {}", status.as_u16())}))).into_response()
}

type Shared = State<Arc<Script>>;

async fn photo(State(script): Shared, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if !script.opens(&headers) {
        return refused(StatusCode::UNAUTHORIZED);
    }
    script.asked.fetch_add(1, SeqCst);
    let endless = || futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![0; 65_536])));
    match id.as_bytes()[0] {
        b'a' => ([(header::CONTENT_TYPE, "image/jpeg")], FACE).into_response(),
        b'b' => ([(header::CONTENT_TYPE, "text/html")], "<script>").into_response(),
        b'c' => ([(header::CONTENT_TYPE, "image/png")], vec![0; MOST + 1]).into_response(),
        b'd' => ([(header::CONTENT_TYPE, "image/png")], Body::from_stream(endless())).into_response(),
        _ => refused(StatusCode::NOT_FOUND),
    }
}

async fn keep(State(script): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers["content-type"].to_str().unwrap().to_owned();
    if !script.opens(&headers) {
        return refused(StatusCode::UNAUTHORIZED);
    }
    if body.is_empty() {
        return refused(StatusCode::UNPROCESSABLE_ENTITY);
    }
    *script.own.lock().unwrap() = Some((kind, body.to_vec()));
    Json(json!({"photo": address('a')})).into_response()
}

async fn remove(State(script): Shared) -> Response {
    *script.own.lock().unwrap() = None;
    Json(json!({"photo": null})).into_response()
}

/// A signed-in client and its server.
async fn start() -> (Arc<Script>, Client) {
    let script = Arc::new(Script::default());
    let verify = |State(script): Shared| async move { Json(script.session("first")) };
    let refresh = |State(script): Shared| async move {
        script.refreshes.fetch_add(1, SeqCst);
        Json(script.session("second"))
    };
    let me = |State(script): Shared| async move { Json(json!({"success": true, "user": script.user()})) };
    let routes = Router::new()
        .route("/api/auth/email/verify", post(verify))
        .route("/api/auth/refresh", post(refresh))
        .route("/api/auth/me", get(me))
        .route("/api/photos/{id}", get(photo))
        .route("/api/profile/photo", put(keep).delete(remove))
        .with_state(Arc::clone(&script));
    let client = signed_in(&serve(routes).await).await;
    (script, client)
}

fn own(client: &Client) -> Option<String> {
    match &*client.session().borrow() {
        SessionView::SignedIn { user, .. } => user.photo.clone(),
        _ => Some("nobody is signed in".into()),
    }
}

#[tokio::test]
async fn photo_is_fetched_with_the_session_and_once() {
    let (script, client) = start().await;
    for _ in 0..3 {
        let photo = client.photo(&address('a')).await.unwrap();
        assert_eq!((photo.kind, photo.bytes.as_slice()), ("image/jpeg", FACE));
    }
    assert_eq!(script.asked.load(SeqCst), 1);
    assert_eq!(code(client.photo(&address('0')).await), ErrorCode::NotFound);
    assert_eq!(code(client.photo(&address('0')).await), ErrorCode::NotFound);
    assert_eq!(script.asked.load(SeqCst), 3, "what was not there may come");
}

#[tokio::test]
async fn no_address_but_the_own_servers_is_followed() {
    let visits = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&visits);
    let anywhere = move || {
        seen.fetch_add(1, SeqCst);
        async { ([(header::CONTENT_TYPE, "image/jpeg")], FACE) }
    };
    let elsewhere = serve(Router::new().fallback(anywhere)).await;
    let host = elsewhere.trim_start_matches("http:").to_owned();
    let (script, client) = start().await;
    for address in [
        format!("{elsewhere}/1.jpg"),
        format!("{elsewhere}{}", address('a')),
        format!("{host}{}", address('a')),
        format!("{}@{host}", address('a')),
        format!("/api/photos/../profile/{}", "a".repeat(32)),
        "/api/auth/me".into(),
        String::new(),
    ] {
        assert_eq!(code(client.photo(&address).await), ErrorCode::NotFound, "{address}");
    }
    assert_eq!((visits.load(SeqCst), script.asked.load(SeqCst)), (0, 0));
}

#[tokio::test]
async fn what_is_no_picture_or_too_large_is_not_taken() {
    let (_script, client) = start().await;
    for digit in ['b', 'c', 'd'] {
        assert_eq!(code(client.photo(&address(digit)).await), ErrorCode::ServerFailed, "{digit}");
    }
}

#[tokio::test]
async fn many_photos_with_an_old_token_renew_it_once() {
    let (script, client) = start().await;
    script.stale.store(true, SeqCst);
    let asking: Vec<_> = (0..20)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.photo(&address('a')).await })
        })
        .collect();
    for asked in asking {
        asked.await.unwrap().unwrap();
    }
    assert_eq!(script.refreshes.load(SeqCst), 1);
}

#[tokio::test]
async fn nobody_signed_in_sees_no_photo_not_even_a_kept_one() {
    let (script, client) = start().await;
    client.photo(&address('a')).await.unwrap();
    client.sign_out().await.unwrap();
    assert_eq!(code(client.photo(&address('a')).await), ErrorCode::SignedOut);
    assert_eq!(script.asked.load(SeqCst), 1);
}

#[tokio::test]
async fn own_photo_is_set_and_removed_and_the_session_says_so() {
    let (script, client) = start().await;
    assert_eq!(own(&client), None);
    script.stale.store(true, SeqCst);
    client.set_photo(FACE.to_vec(), "image/jpeg").await.unwrap();
    assert_eq!(*script.own.lock().unwrap(), Some(("image/jpeg".into(), FACE.to_vec())), "sent whole, also again");
    assert_eq!(own(&client), Some(address('a')));
    let refused = client.set_photo(Vec::new(), "image/png").await.unwrap_err();
    assert_eq!((refused.code, refused.detail.as_deref()), (ErrorCode::Refused, Some("A sentence about 422")));
    assert_eq!(code(client.set_photo(FACE.to_vec(), "text/html\r\nx: y").await), ErrorCode::Refused);
    client.remove_photo().await.unwrap();
    assert_eq!(own(&client), None);
}
