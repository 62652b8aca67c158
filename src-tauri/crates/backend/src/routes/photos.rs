//! `/api/profile/photo` and `/api/photos/{id}`: the photo that the backend keeps of a person.

use crate::http::answers::{Guarded, OrNone};
use crate::http::bearer::Bearer;
use crate::http::body::RawBody;
use crate::http::client::ClientAddress;
use crate::http::id::Id;
use crate::http::problem::Problem;
use crate::photo::picture::{self, Refused};
use crate::photo::{self, PhotoError};
use crate::state::Backend;
use crate::store::photos;
use crate::throttle::Route;
use axum::Json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, StatusCode};
use pizoo_api::ErrorBody;
use pizoo_api::photos::PhotoResponse;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(set, remove)).routes(routes!(get))
}

/// A photo never changes: another one has another address. Others must not be given it from a shared cache.
const KEEP: &str = "private, max-age=31536000, immutable";

/// Keeps a picture as the user's photo, in place of the one before, whose address leads nowhere from then on.
#[utoipa::path(
    put,
    path = "/api/profile/photo",
    tag = "account",
    security(("bearer" = [])),
    request_body(description = "The picture's bytes, at most 512 KiB and 4096 pixels a side",
        content(("image/jpeg"), ("image/png"), ("image/webp"))),
    responses(
        (status = 200, description = "It is kept, and first in the profile's list", body = PhotoResponse),
        Guarded, OrNone,
        (status = 413, description = "The body is larger than 512 KiB", body = ErrorBody),
        (status = 422, description = "It is no such picture, too many pixels wide or high, or called another type"),
        (status = 429, description = "Too many photos", body = ErrorBody),
    )
)]
async fn set(
    State(backend): State<Backend>,
    client: ClientAddress,
    Bearer(user): Bearer,
    headers: HeaderMap,
    RawBody(content): RawBody,
) -> Result<Json<PhotoResponse>, Problem> {
    backend.throttle(Route::Photo, client, Some(&user.id))?;
    let kind = picture::look(&content)?;
    let called = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !called.eq_ignore_ascii_case(kind.mime()) {
        return Err(Refused::Mislabelled.into());
    }
    let photo = photo::keep(&backend, &user.id, kind, content.into()).await?;
    Ok(Json(PhotoResponse { photo: Some(photo) }))
}

/// Deletes the user's photo, if there is one. Other addresses stay in the profile's list.
#[utoipa::path(
    delete,
    path = "/api/profile/photo",
    tag = "account",
    security(("bearer" = [])),
    responses((status = 200, description = "There is none now", body = PhotoResponse), Guarded, OrNone)
)]
async fn remove(State(backend): State<Backend>, Bearer(user): Bearer) -> Result<Json<PhotoResponse>, Problem> {
    photo::remove(&backend, &user.id).await?;
    Ok(Json(PhotoResponse { photo: None }))
}

/// Somebody's photo. Whom they have blocked, or who has blocked them, finds none.
#[utoipa::path(
    get,
    path = "/api/photos/{id}",
    tag = "people",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "As in the address that a profile or conversation names")),
    responses(
        (status = 200, description = "The picture", content(("image/jpeg"), ("image/png"), ("image/webp"))),
        Guarded, OrNone,
    )
)]
async fn get(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    Id(id): Id,
) -> Result<([(HeaderName, String); 2], Vec<u8>), Problem> {
    let found = photos::seen_by(backend.store.read(), &user.id, &id).await?;
    let photo = found.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "Photo not found"))?;
    Ok(([(CONTENT_TYPE, photo.kind), (CACHE_CONTROL, KEEP.to_owned())], photo.content))
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self::invalid("value_error", &[], &refused.to_string())
    }
}

impl From<PhotoError> for Problem {
    fn from(error: PhotoError) -> Self {
        match error {
            PhotoError::NotTheirs => Self::invalid("value_error", &["photos"], &error.to_string()),
            PhotoError::NoProfile => Self::new(StatusCode::NOT_FOUND, "Profile not found"),
            PhotoError::Store(error) => error.into(),
        }
    }
}
