//! `/api/account`: what is stored about oneself, and the end of it.

use super::profile::Profile;
use crate::clock::UnixMs;
use crate::http::bearer::Bearer;
use crate::http::body::JsonBody;
use crate::http::client::ClientAddress;
use crate::http::problem::Problem;
use crate::state::Backend;
use crate::store::{accounts, export, farewell};
use crate::throttle::Route;
use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, HeaderName};
use pizoo_api::account::Done;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(export_all)).routes(routes!(delete))
}

const ATTACHMENT: [(HeaderName, &str); 1] = [(CONTENT_DISPOSITION, "attachment; filename=\"pizoo-account.json\"")];

/// Everything that is stored about the user, but for secrets and what others wrote.
#[utoipa::path(
    get,
    path = "/api/account/export",
    tag = "account",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "An attachment", body = Object),
        (status = 401, description = "The token opens nothing"),
        (status = 403, description = "No bearer"),
        (status = 429, description = "Too many exports"),
    )
)]
async fn export_all(
    State(backend): State<Backend>,
    client: ClientAddress,
    Bearer(user): Bearer,
) -> Result<([(HeaderName, &'static str); 1], Json<Map<String, Value>>), Problem> {
    backend.throttle(Route::Export, client, Some(&user.id))?;
    let mut all = export::lists(backend.store.read(), &user.id).await?;
    let profile = accounts::profile(backend.store.read(), &user.id).await?.map(Profile::from);
    all.insert("exported_at".into(), backend.now().iso().into());
    all.insert("profile".into(), json!(profile));
    all.insert(
        "user".into(),
        json!({
            "id": user.id, "email": user.email, "phone": user.phone, "name": user.name, "language": user.language,
            "verified": user.is_verified(), "verified_method": user.verified_method,
            "created_at": UnixMs(user.created_at).iso(),
        }),
    );
    Ok((ATTACHMENT, Json(all)))
}

#[derive(Deserialize, ToSchema)]
struct DeleteRequest {
    /// `DELETE`, so that no slip deletes an account.
    confirm: String,
}

/// Deletes the account with everything that is the user's. It cannot be undone.
#[utoipa::path(
    delete,
    path = "/api/account",
    tag = "account",
    request_body = DeleteRequest,
    security(("bearer" = [])),
    responses(
        (status = 200, description = "It is gone, and its sessions with it", body = Done),
        (status = 401, description = "The token opens nothing"),
        (status = 403, description = "No bearer"),
        (status = 413, description = "The body is too large"),
        (status = 422, description = "`confirm` is not `DELETE`"),
    )
)]
async fn delete(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    JsonBody(body): JsonBody<DeleteRequest>,
) -> Result<Json<Done>, Problem> {
    if body.confirm != "DELETE" {
        return Err(Problem::invalid("value_error", &["confirm"], "it must be DELETE"));
    }
    let mut tx = backend.store.write().await?;
    let gone = farewell::delete(&mut tx, &user, backend.now()).await?;
    tx.commit().await?;
    gone.iter().for_each(|id| backend.close_room(id));
    tracing::info!(user = user.id, "the account is deleted");
    Ok(Json(Done { success: true, message: "The account is deleted".into() }))
}
