//! `/api/push`: where the user wants to be woken for calls.

use crate::clock::UnixMs;
use crate::http::answers::{Guarded, OrNone, WithBody};
use crate::http::bearer::{Bearer, Device};
use crate::http::body::JsonBody;
use crate::http::id::Id;
use crate::http::problem::Problem;
use crate::push::subscription::{self, Keys, SubscriptionError};
use crate::session::SessionError;
use crate::state::Backend;
use crate::store::push::{self, Subscription};
use crate::store::{accounts, sessions};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use pizoo_api::ErrorBody;
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(key)).routes(routes!(subscribe, list)).routes(routes!(unsubscribe))
}

/// `GET /api/push/key`.
#[derive(Serialize, ToSchema)]
struct PushKey {
    /// The `applicationServerKey`: an uncompressed P-256 point in base64url. Null when pushes are not configured.
    key: Option<String>,
}

/// `POST /api/push/subscriptions`: a browser's `PushSubscription.toJSON()`.
#[derive(Deserialize, ToSchema)]
struct SubscribeRequest {
    /// The push service's `https` address.
    endpoint: String,
    keys: SubscriptionKeys,
}

/// What pushes are encrypted with.
#[derive(Deserialize, ToSchema)]
struct SubscriptionKeys {
    /// The browser's public key: an uncompressed P-256 point in base64url.
    p256dh: String,
    /// 16 secret bytes in base64url.
    auth: String,
}

/// The answer to it.
#[derive(Serialize, ToSchema)]
struct Subscribed {
    id: String,
}

/// One of `GET /api/push/subscriptions`.
#[derive(Serialize, ToSchema)]
struct SubscriptionEntry {
    id: String,
    /// The endpoint's host only: whoever knows the whole can push to it.
    endpoint: String,
    /// ISO 8601.
    created_at: String,
}

/// What a browser subscribes with.
#[utoipa::path(get, path = "/api/push/key", tag = "push",
    responses(
        (status = 200, description = "The key, or null when pushes are not configured", body = PushKey),
        (status = 408, description = "The request took too long", body = ErrorBody),
    ))]
async fn key(State(backend): State<Backend>) -> Json<PushKey> {
    Json(PushKey { key: backend.push.public_key().map(str::to_owned) })
}

/// Keeps a subscription. The same endpoint again renews it; beyond ten, the oldest goes.
#[utoipa::path(post, path = "/api/push/subscriptions", tag = "push", security(("bearer" = [])),
    request_body = SubscribeRequest,
    responses(
        (status = 200, description = "It is kept", body = Subscribed),
        Guarded, WithBody,
        (status = 503, description = "Pushes are not configured", body = ErrorBody),
    ))]
async fn subscribe(
    State(backend): State<Backend>,
    Device(access): Device,
    JsonBody(body): JsonBody<SubscribeRequest>,
) -> Result<Json<Subscribed>, Problem> {
    if backend.push.public_key().is_none() {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Push messages are not configured"));
    }
    let endpoint = subscription::endpoint(&body.endpoint, backend.mode)?.into();
    Keys::parse(&body.keys.p256dh, &body.keys.auth)?;
    let now = backend.now();
    let new = Subscription {
        id: backend.new_id(),
        endpoint,
        p256dh: body.keys.p256dh,
        auth: body.keys.auth,
        created_at: now.0,
    };
    let mut tx = backend.store.write().await?;
    accounts::lock_user(&mut tx, &access.user.id).await?;
    // A session that has ended meanwhile subscribes nobody: what ends it may also end the subscriptions.
    if sessions::user(&mut *tx, &access.session, now).await?.is_none() {
        return Err(SessionError::Refused.into());
    }
    let id = push::add(&mut tx, &access.user.id, &new).await?;
    tx.commit().await?;
    Ok(Json(Subscribed { id }))
}

/// One's own subscriptions, newest first.
#[utoipa::path(get, path = "/api/push/subscriptions", tag = "push", security(("bearer" = [])),
    responses(
        (status = 200, description = "At most ten", body = Vec<SubscriptionEntry>),
        Guarded,
    ))]
async fn list(State(backend): State<Backend>, Bearer(user): Bearer) -> Result<Json<Vec<SubscriptionEntry>>, Problem> {
    let entry = |subscription: Subscription| {
        let host = Url::parse(&subscription.endpoint).ok().and_then(|url| url.host_str().map(str::to_owned));
        SubscriptionEntry {
            id: subscription.id,
            endpoint: host.unwrap_or_default(),
            created_at: UnixMs(subscription.created_at).iso(),
        }
    };
    Ok(Json(push::of(backend.store.read(), &user.id).await?.into_iter().map(entry).collect()))
}

/// Ends one's own subscription.
#[utoipa::path(delete, path = "/api/push/subscriptions/{id}", tag = "push", security(("bearer" = [])),
    params(("id" = String, Path, description = "The subscription")),
    responses(
        (status = 204, description = "It is gone"),
        Guarded, OrNone,
    ))]
async fn unsubscribe(State(backend): State<Backend>, Bearer(user): Bearer, Id(id): Id) -> Result<StatusCode, Problem> {
    let mut tx = backend.store.write().await?;
    if !push::remove(&mut tx, &user.id, &id).await? {
        return Err(Problem::new(StatusCode::NOT_FOUND, "Subscription not found"));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<SubscriptionError> for Problem {
    fn from(error: SubscriptionError) -> Self {
        let place: &[&str] = match error {
            SubscriptionError::Endpoint => &["endpoint"],
            SubscriptionError::Key => &["keys", "p256dh"],
            SubscriptionError::Auth => &["keys", "auth"],
        };
        Self::invalid("value_error", place, &error.to_string())
    }
}
