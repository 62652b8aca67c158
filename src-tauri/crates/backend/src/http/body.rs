//! Bodies. JSON is read whatever the `Content-Type` says: the specification's curl lines send none.

use super::problem::Problem;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A body that was JSON of the right shape.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let mut value = read(request, state).await?;
        without_nul(&mut value);
        Ok(Self(shaped(&value)?))
    }
}

/// A body that may be missing: empty or `null`.
pub(crate) struct MaybeJsonBody<T>(pub(crate) Option<T>);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for MaybeJsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        if bytes.trim_ascii().is_empty() {
            return Ok(Self(None));
        }
        let mut value = parsed(&bytes)?;
        without_nul(&mut value);
        Ok(Self(shaped(&value)?))
    }
}

/// As [`JsonBody`], each NUL kept: for passwords, of which every byte counts. What else is in it must be cleaned.
pub(crate) struct ExactBody<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for ExactBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Ok(Self(shaped(&read(request, state).await?)?))
    }
}

/// A body as it came, whatever it is.
pub(crate) struct RawBody(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Ok(Self(Bytes::from_request(request, state).await.map_err(unread)?))
    }
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Value, Problem> {
    parsed(&Bytes::from_request(request, state).await.map_err(unread)?)
}

fn parsed(bytes: &[u8]) -> Result<Value, Problem> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| match error.column() {
        0 if bytes.is_empty() => Problem::invalid("missing", &[], "Field required"),
        _ => Problem::invalid("json_invalid", &[], &format!("JSON decode error: {error}")),
    })?;
    // Serde would take the fields of a structure in their order from a list.
    if value.is_array() {
        return Err(Problem::invalid("value_error", &[], "The body is a JSON object"));
    }
    Ok(value)
}

fn shaped<T: DeserializeOwned>(value: &Value) -> Result<T, Problem> {
    T::deserialize(value).map_err(|error| misshapen(&error.to_string()))
}

/// Postgres keeps no text with a NUL in it, and no text of ours needs one.
fn without_nul(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|c| c != '\0'),
        Value::Array(values) => values.iter_mut().for_each(without_nul),
        Value::Object(fields) => fields.values_mut().for_each(without_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn unread(rejection: BytesRejection) -> Problem {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large"),
        status => Problem::new(status, "The body could not be read"),
    }
}

/// Names the missing field as FastAPI does; other complaints are about the body as a whole.
fn misshapen(message: &str) -> Problem {
    match message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        Some(field) => Problem::invalid("missing", &[field], "Field required"),
        None => Problem::invalid("value_error", &[], &message.chars().take(200).collect::<String>()),
    }
}
