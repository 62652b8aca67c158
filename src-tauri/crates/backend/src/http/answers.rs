//! Answers that many routes have in common, for the OpenAPI document.

use pizoo_api::ErrorBody;
use std::collections::BTreeMap;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{ContentBuilder, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema as _};

/// Of a route that wants a bearer.
pub(crate) enum Guarded {}

/// Of a route that concerns one thing of the user's.
pub(crate) enum OrNone {}

/// Of a route that reads a JSON body.
pub(crate) enum WithBody {}

/// Of a route that reads parameters.
pub(crate) enum WithQuery {}

type Answers = BTreeMap<String, RefOr<Response>>;

fn answer(status: &str, description: &str, schema: RefOr<Schema>) -> (String, RefOr<Response>) {
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let answer = ResponseBuilder::new().description(description).content("application/json", content).build();
    (status.to_owned(), answer.into())
}

fn problem(status: &str, description: &str) -> (String, RefOr<Response>) {
    answer(status, description, ErrorBody::schema())
}

/// A 422, whose body is FastAPI's: a list of what is wrong where.
fn invalid(description: &str) -> (String, RefOr<Response>) {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let complaint = ObjectBuilder::new()
        .property("type", text())
        .property("loc", text().to_array_builder())
        .property("msg", text())
        .required("type")
        .required("loc")
        .required("msg");
    let body = ObjectBuilder::new().property("detail", complaint.to_array_builder()).required("detail");
    answer("422", description, body.build().into())
}

impl IntoResponses for Guarded {
    fn responses() -> Answers {
        [
            problem("401", "The token opens nothing"),
            problem("403", "No bearer token"),
            problem("408", "The request took too long"),
        ]
        .into()
    }
}

impl IntoResponses for OrNone {
    fn responses() -> Answers {
        [problem("404", "There is none, or it is not the user's")].into()
    }
}

impl IntoResponses for WithBody {
    fn responses() -> Answers {
        [problem("413", "The body is too large"), invalid("The body is not as described")].into()
    }
}

impl IntoResponses for WithQuery {
    fn responses() -> Answers {
        [invalid("A parameter is not as described")].into()
    }
}
