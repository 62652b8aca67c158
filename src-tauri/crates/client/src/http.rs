//! Typed requests over one pooled HTTP client. Knows nothing of sessions.

use crate::error::RequestError;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use url::Url;

const CONNECT: Duration = Duration::from_secs(5);
const TOTAL: Duration = Duration::from_secs(15);
/// No answer of the contract comes near it.
const LARGEST_ANSWER: u64 = 8 * 1024 * 1024;

#[derive(Clone, Debug)]
pub(crate) struct Http {
    client: Arc<RwLock<reqwest::Client>>,
    base: Url,
}

impl Http {
    pub(crate) fn new(base: Url) -> Result<Self, reqwest::Error> {
        // Another part of the program may have installed it already; both install the same one.
        drop(rustls::crypto::ring::default_provider().install_default());
        Ok(Self { client: Arc::new(RwLock::new(client()?)), base })
    }

    /// Makes new connections from now on, for all clones: a request on one that died unnoticed would wait for its time
    /// limit. Requests that are on their way go on.
    pub(crate) fn forget_connections(&self) {
        match client() {
            Ok(new) => *self.client.write().unwrap_or_else(PoisonError::into_inner) = new,
            Err(error) => tracing::warn!(%error, "the connections stay"),
        }
    }

    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// A path of segments, each percent-encoded.
    pub(crate) fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// A request to such a path.
    pub(crate) fn request(&self, method: Method, segments: &[&str]) -> RequestBuilder {
        let client = self.client.read().unwrap_or_else(PoisonError::into_inner);
        client.request(method, self.url(segments))
    }
}

fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .timeout(TOTAL)
        // A redirect could carry a token to another host.
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("pizoo/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// Sends, and reads a JSON answer.
pub(crate) async fn fetch<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, RequestError> {
    exchange(request, |status| status.is_success()).await.map(|(_, answer)| answer)
}

/// Sends, and reads a JSON answer with its status, if it is a `good` one.
pub(crate) async fn exchange<T: DeserializeOwned>(
    request: RequestBuilder,
    good: impl Fn(StatusCode) -> bool,
) -> Result<(u16, T), RequestError> {
    exchange_limited(request, good).await.map(|(status, _, answer)| (status, answer))
}

/// The same, with what the server says of its limit.
pub(crate) async fn exchange_limited<T: DeserializeOwned>(
    request: RequestBuilder,
    good: impl Fn(StatusCode) -> bool,
) -> Result<(u16, Option<Limit>, T), RequestError> {
    let response = request.send().await.map_err(offline)?;
    let status = response.status();
    let (retry_after, limit) = (retry_after(&response), limit(&response));
    if response.content_length().is_some_and(|length| length > LARGEST_ANSWER) {
        return Err(RequestError::Malformed("it is too large".into()));
    }
    let body = response.bytes().await.map_err(offline)?;
    if good(status) {
        let answer = serde_json::from_slice(&body).map_err(|error| RequestError::Malformed(error.to_string()))?;
        return Ok((status.as_u16(), limit, answer));
    }
    Err(RequestError::Status { status: status.as_u16(), detail: detail(&body), retry_after })
}

/// Sends, and reads an answer that is not JSON: its content type, and its bytes, of which there may be so many.
pub(crate) async fn fetch_bytes(request: RequestBuilder, most: usize) -> Result<(String, Vec<u8>), RequestError> {
    let mut response = request.send().await.map_err(offline)?;
    let (status, retry_after) = (response.status(), retry_after(&response));
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(offline)? {
        body.extend_from_slice(&chunk);
        if body.len() > most {
            return Err(RequestError::Malformed("it is too large".into()));
        }
    }
    if status.is_success() {
        return Ok((kind, body));
    }
    Err(RequestError::Status { status: status.as_u16(), detail: detail(&body), retry_after })
}

/// Sends `body` as JSON, and reads a JSON answer.
pub(crate) async fn post<T: DeserializeOwned>(
    request: RequestBuilder,
    body: &(impl Serialize + Sync),
) -> Result<T, RequestError> {
    fetch(request.json(body)).await
}

fn offline(error: reqwest::Error) -> RequestError {
    // The address may hold an e-mail or a token in its query.
    RequestError::Offline(error.without_url().to_string())
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(reqwest::header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// What is left of a limit (IETF draft `draft-ietf-httpapi-ratelimit-headers`): `"calls";r=29;t=3600`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    /// So many more.
    pub(crate) left: u32,
    /// Until there is one more.
    pub(crate) more_in: Duration,
}

impl Limit {
    /// `None` for anything else than one limit with both parts.
    fn parse(text: &str) -> Option<Self> {
        let part = |name: &str| {
            let mut parts = text.split(';').skip(1).filter_map(|part| part.trim().split_once('='));
            parts.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        Some(Self { left: part("r")?.parse().ok()?, more_in: Duration::from_secs(part("t")?.parse().ok()?) })
    }
}

fn limit(response: &Response) -> Option<Limit> {
    response.headers().get("ratelimit")?.to_str().ok().and_then(Limit::parse)
}

/// The sentence in an error body of any shape: `{"detail": "..."}`, FastAPI's list of objects, plain text.
fn detail(body: &[u8]) -> String {
    let text = match serde_json::from_slice::<serde_json::Value>(body) {
        Ok(value) => sentence(value.get("detail").unwrap_or(&value)),
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    text.chars().take(300).collect()
}

fn sentence(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(sentence).filter(|s| !s.is_empty()).collect::<Vec<_>>().join("; "),
        Value::Object(object) => ["msg", "message", "detail", "error"]
            .iter()
            .find_map(|key| object.get(*key))
            .map(sentence)
            .unwrap_or_default(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::extract::ConnectInfo;
    use axum::routing::get;
    use std::net::SocketAddr;

    /// A server that answers who asks.
    async fn mirror() -> Http {
        let asker = |ConnectInfo(asker): ConnectInfo<SocketAddr>| async move { axum::Json(asker) };
        let routes = Router::new().route("/who", get(asker)).into_make_service_with_connect_info::<SocketAddr>();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Http::new(base.parse().unwrap()).unwrap()
    }

    #[tokio::test]
    async fn connection_is_used_again_until_it_is_forgotten() {
        let http = mirror().await;
        let ask = async || fetch::<SocketAddr>(http.request(Method::GET, &["who"])).await.unwrap();
        let mut used = Vec::new();
        // A connection is free again a moment after its answer.
        let again = async {
            loop {
                let one = ask().await;
                if used.contains(&one) {
                    break;
                }
                used.push(one);
            }
        };
        tokio::time::timeout(TOTAL, again).await.unwrap();
        http.clone().forget_connections();
        assert!(!used.contains(&ask().await));
    }

    #[test]
    fn limit_is_read_as_the_draft_writes_it() {
        let limit = |left, seconds| Some(Limit { left, more_in: Duration::from_secs(seconds) });
        assert_eq!(Limit::parse("\"calls\";r=29;t=3600"), limit(29, 3600));
        assert_eq!(Limit::parse("\"calls\"; t=5; r=0"), limit(0, 5));
        for other in ["", "r=1;t=2", "\"calls\";r=1", "\"calls\";r=-1;t=2", "\"calls\";r=x;t=2", "29, 30;w=3600"] {
            assert_eq!(Limit::parse(other), None, "{other}");
        }
    }

    #[test]
    fn errors_of_any_shape_become_text() {
        for (body, text) in [
            (r#"{"detail":"Match not found"}"#, "Match not found"),
            (r#"{"detail":[{"loc":["body","email"],"msg":"field required"},{"msg":"bad"}]}"#, "field required; bad"),
            (r#"{"detail":{"code":7,"message":"nested"}}"#, "nested"),
            (r#"{"detail":{"code":7}}"#, ""),
            (r#"["a","b"]"#, "a; b"),
            ("Internal Server Error", "Internal Server Error"),
            ("", ""),
            ("12", ""),
        ] {
            assert_eq!(detail(body.as_bytes()), text, "{body}");
        }
    }
}
