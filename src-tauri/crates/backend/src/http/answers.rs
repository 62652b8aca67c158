//! Answers that many routes have in common, for the OpenAPI document.

use pizoo_api::ErrorBody;
use std::collections::BTreeMap;
use utoipa::openapi::{ContentBuilder, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

/// Of a route that wants a bearer.
pub(crate) enum Guarded {}

/// Of a route that concerns one thing of the user's.
pub(crate) enum OrNone {}

/// Of a route that reads a JSON body.
pub(crate) enum WithBody {}

/// Of a route that reads parameters.
pub(crate) enum WithQuery {}

/// A 422's body, as FastAPI's.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is of use")]
#[expect(unused_qualifications, reason = "the derive writes them")]
struct Invalid {
    #[schema(inline)]
    detail: Vec<Complaint>,
}

/// One thing that is wrong with the request.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is of use")]
struct Complaint {
    #[schema(rename = "type")]
    kind: String,
    /// `body` or `query`, then the field if it is one.
    loc: Vec<String>,
    msg: String,
}

type Answers = BTreeMap<String, RefOr<Response>>;

fn answer<T: PartialSchema>(status: &str, description: &str) -> (String, RefOr<Response>) {
    let content = ContentBuilder::new().schema(Some(T::schema())).build();
    let answer = ResponseBuilder::new().description(description).content("application/json", content).build();
    (status.to_owned(), answer.into())
}

impl IntoResponses for Guarded {
    fn responses() -> Answers {
        [
            answer::<ErrorBody>("401", "The token opens nothing"),
            answer::<ErrorBody>("403", "No bearer token"),
            answer::<ErrorBody>("408", "The request took too long"),
        ]
        .into()
    }
}

impl IntoResponses for OrNone {
    fn responses() -> Answers {
        [answer::<ErrorBody>("404", "There is none, or it is not the user's")].into()
    }
}

impl IntoResponses for WithBody {
    fn responses() -> Answers {
        [answer::<ErrorBody>("413", "The body is too large"), answer::<Invalid>("422", "The body is not as described")]
            .into()
    }
}

impl IntoResponses for WithQuery {
    fn responses() -> Answers {
        [answer::<Invalid>("422", "A parameter is not as described")].into()
    }
}
