//! Typed requests over one pooled HTTP client. Knows nothing of sessions.

use crate::error::RequestError;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use url::Url;

const CONNECT: Duration = Duration::from_secs(5);
const TOTAL: Duration = Duration::from_secs(15);
/// No answer of the contract comes near it.
const LARGEST_ANSWER: u64 = 8 * 1024 * 1024;

#[derive(Clone, Debug)]
pub(crate) struct Http {
    client: reqwest::Client,
    base: Url,
}

impl Http {
    pub(crate) fn new(base: Url) -> Result<Self, reqwest::Error> {
        // Another part of the program may have installed it already; both install the same one.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(TOTAL)
            // A redirect could carry a token to another host.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("pizoo/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, base })
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
        self.client.request(method, self.url(segments))
    }
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
    let response = request.send().await.map_err(offline)?;
    let status = response.status();
    let retry_after = retry_after(&response);
    if response.content_length().is_some_and(|length| length > LARGEST_ANSWER) {
        return Err(RequestError::Malformed("it is too large".into()));
    }
    let body = response.bytes().await.map_err(offline)?;
    if good(status) {
        let answer = serde_json::from_slice(&body).map_err(|error| RequestError::Malformed(error.to_string()))?;
        return Ok((status.as_u16(), answer));
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
    use super::detail;

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
