//! `/api/profiles/discover`, `/api/swipe`, `/api/block` and `/api/report`.

use crate::http::answers::{Guarded, OrNone, WithBody, WithQuery};
use crate::http::bearer::Bearer;
use crate::http::body::JsonBody;
use crate::http::id::Id;
use crate::http::problem::Problem;
use crate::http::query::Parameters;
use crate::input;
use crate::people;
use crate::state::Backend;
use crate::store;
use axum::Json;
use axum::extract::State;
use pizoo_api::people::{
    BlockRequest, BlockedUsersResponse, DiscoverResponse, Notice, ReportRequest, SwipeRequest, SwipeResponse,
};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(discover))
        .routes(routes!(swipe))
        .routes(routes!(block))
        .routes(routes!(unblock))
        .routes(routes!(blocked))
        .routes(routes!(report))
}

/// People of one answer, unless the client says how many.
const SHOWN: i64 = 20;
/// People that one answer can hold.
const MOST: i64 = 100;
/// Longest reason of a report in the reporter's own words, in characters.
const REASON: usize = 200;
/// Longest details of a report, in characters.
const DETAILS: usize = 2000;
const REASONS: [&str; 6] = ["spam", "harassment", "fake_profile", "inappropriate", "underage", OTHER];
const OTHER: &str = "other";

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Discover {
    /// How many.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<i64>,
}

/// People to swipe: neither swiped before, nor matched, nor blocked by either side.
#[utoipa::path(
    get,
    path = "/api/profiles/discover",
    tag = "people",
    security(("bearer" = [])),
    params(Discover),
    responses((status = 200, description = "The people", body = DiscoverResponse), Guarded, WithQuery)
)]
async fn discover(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    Parameters(query): Parameters<Discover>,
) -> Result<Json<DiscoverResponse>, Problem> {
    let limit = query.limit.unwrap_or(SHOWN);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::invalid_query(&["limit"], "A limit is 1 to 100"));
    }
    let cards = store::people::discover(backend.store.read(), &user.id, limit).await?;
    Ok(Json(DiscoverResponse { profiles: cards.into_iter().map(Into::into).collect() }))
}

/// Says yes or no to somebody. Two yeses make a match; saying it again changes nothing.
#[utoipa::path(
    post,
    path = "/api/swipe",
    tag = "people",
    security(("bearer" = [])),
    request_body = SwipeRequest,
    responses((status = 200, description = "It is kept", body = SwipeResponse), Guarded, OrNone, WithBody)
)]
async fn swipe(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    JsonBody(body): JsonBody<SwipeRequest>,
) -> Result<Json<SwipeResponse>, Problem> {
    let match_id = people::swipe(&backend, &user.id, body.swiped_user_id.as_str(), body.action).await?;
    let is_match = match_id.is_some();
    Ok(Json(SwipeResponse { success: true, is_match, action: body.action, remaining_likes: None, match_id }))
}

/// Blocks somebody: a match with them ends, and neither meets the other again.
#[utoipa::path(
    post,
    path = "/api/block",
    tag = "people",
    security(("bearer" = [])),
    request_body = BlockRequest,
    responses((status = 200, description = "They are blocked", body = Notice), Guarded, OrNone, WithBody)
)]
async fn block(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    JsonBody(body): JsonBody<BlockRequest>,
) -> Result<Json<Notice>, Problem> {
    people::block(&backend, &user.id, body.blocked_user_id.as_str()).await?;
    Ok(Json(Notice { message: "User blocked".into() }))
}

/// Takes a block back.
#[utoipa::path(
    delete,
    path = "/api/block/{id}",
    tag = "people",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Who was blocked")),
    responses((status = 200, description = "They are not blocked any more", body = Notice), Guarded, OrNone)
)]
async fn unblock(State(backend): State<Backend>, Bearer(user): Bearer, Id(id): Id) -> Result<Json<Notice>, Problem> {
    people::unblock(&backend, &user.id, &id).await?;
    Ok(Json(Notice { message: "User unblocked".into() }))
}

/// Whom the user has blocked, newest first.
#[utoipa::path(
    get,
    path = "/api/blocked-users",
    tag = "people",
    security(("bearer" = [])),
    responses((status = 200, description = "The people", body = BlockedUsersResponse), Guarded)
)]
async fn blocked(State(backend): State<Backend>, Bearer(user): Bearer) -> Result<Json<BlockedUsersResponse>, Problem> {
    let cards = store::blocks::list(backend.store.read(), &user.id).await?;
    Ok(Json(BlockedUsersResponse { blocked_users: cards.into_iter().map(Into::into).collect() }))
}

/// Reports somebody to the operators, with the newest messages between the two. A repetition within a minute is
/// answered the same and not kept.
#[utoipa::path(
    post,
    path = "/api/report",
    tag = "people",
    security(("bearer" = [])),
    request_body = ReportRequest,
    responses((status = 200, description = "It is kept", body = Notice), Guarded, OrNone, WithBody)
)]
async fn report(
    State(backend): State<Backend>,
    Bearer(user): Bearer,
    JsonBody(body): JsonBody<ReportRequest>,
) -> Result<Json<Notice>, Problem> {
    let (reason, details) = reasons(&body)?;
    people::report(&backend, &user.id, body.reported_user_id.as_str(), (reason, &details)).await?;
    Ok(Json(Notice { message: "Report received".into() }))
}

/// The reason as one of [`REASONS`], and the details; a reason in own words stands before them.
fn reasons(body: &ReportRequest) -> Result<(&'static str, String), Problem> {
    let said = input::lines(&body.reason);
    let details = input::lines(body.details.as_deref().unwrap_or_default());
    if said.is_empty() || said.chars().count() > REASON {
        return Err(Problem::invalid("value_error", &["reason"], "A reason has 1 to 200 characters"));
    }
    if details.chars().count() > DETAILS {
        return Err(Problem::invalid("value_error", &["details"], "Details have up to 2000 characters"));
    }
    let word = said.to_lowercase().replace([' ', '-'], "_");
    Ok(match REASONS.iter().find(|reason| **reason == word) {
        Some(reason) => (reason, details),
        None if details.is_empty() => (OTHER, said),
        None => (OTHER, format!("{said}\n{details}")),
    })
}

#[cfg(test)]
mod tests {
    use crate::routes::{chat, matches};
    use serde_json::Value;

    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn documented_routes_name_their_answers_and_known_types() {
        let routes = super::routes().merge(chat::routes()).merge(matches::routes());
        let document = serde_json::to_value(routes.split_for_parts().1).unwrap();
        let paths = document["paths"].as_object().unwrap();
        assert_eq!(paths.len(), 12);
        for (path, operations) in paths {
            for (method, operation) in operations.as_object().unwrap() {
                let answers = &operation["responses"];
                assert!(["200", "401", "403", "408"].iter().all(|status| answers[status].is_object()), "{path}");
                assert_eq!(operation["requestBody"].is_object(), answers["413"].is_object(), "{method} {path}");
                assert_eq!(operation["security"][0]["bearer"], serde_json::json!([]), "{method} {path}");
            }
        }
        let mut wanted = Vec::new();
        references(&document, &mut wanted);
        assert!(!wanted.is_empty());
        for reference in wanted {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
        }
    }
}
