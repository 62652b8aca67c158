//! The OpenAPI 3.1 document: what the handlers say of themselves, and what is true of all of them.

use crate::routes;
use crate::settings::Mode;
use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

/// The document of a backend in that mode.
pub fn document(mode: Mode) -> Value {
    let (_, collected) = routes::routes(mode).split_for_parts();
    let (_, own) = routes::document::handlers().split_for_parts();
    complete(collected.merge_from(own))
}

/// Adds title, bearer scheme and shared answers to what the routes collected.
pub(crate) fn complete(collected: OpenApi) -> Value {
    // Types of ours whose serialisation cannot fail.
    let mut document = serde_json::to_value(&collected).unwrap_or_else(|_| json!({}));
    document["info"] = json!({
        "title": "Pizoo backend",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Accounts, matches, chat and call tokens. Errors are `{\"detail\": string}`, or a list of what is \
            wrong with the request for 422. Switch on the status, never on the text.",
        "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
    });
    document["servers"] = json!([{"url": "/"}]);
    document["components"]["securitySchemes"]["bearer"] =
        json!({"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token."});
    document["components"]["securitySchemes"]["metrics"] =
        json!({"type": "http", "scheme": "bearer", "description": "`METRICS_TOKEN`."});
    let schemas = &mut document["components"]["schemas"];
    schemas["Problem"] = problem();
    schemas["InvalidRequest"] = invalid();
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, item) in paths {
            let operations = item.as_object_mut().into_iter().flat_map(Map::iter_mut);
            for (method, operation) in operations.filter(|(method, _)| METHODS.contains(&method.as_str())) {
                operation["operationId"] = name(method, path).into();
                share(operation);
            }
        }
    }
    document
}

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Of method and path, `api_get_matches_id`: handlers of two modules may share a name, operations may not.
fn name(method: &str, path: &str) -> String {
    let words = path.trim_start_matches("/api").split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = std::iter::once(method).chain(words.filter(|word| !word.is_empty())).collect();
    let prefix = if path.starts_with("/api/") { "api_" } else { "" };
    format!("{prefix}{}", words.join("_"))
}

fn problem() -> Value {
    json!({
        "type": "object",
        "description": "The body of every error answer but 422.",
        "required": ["detail"],
        "properties": {"detail": {"type": "string", "description": "One sentence for a person."}},
    })
}

fn invalid() -> Value {
    let place = json!({"type": "array", "items": {"type": ["string", "integer"]}});
    let entry = json!({
        "type": "object",
        "required": ["type", "loc", "msg"],
        "properties": {"type": {"type": "string"}, "loc": place, "msg": {"type": "string"}},
    });
    let list = json!({"type": "array", "items": entry});
    // Some rules are told as a sentence.
    let detail = json!({"anyOf": [list, {"type": "string"}]});
    json!({
        "type": "object",
        "description": "What is wrong with a request, and where.",
        "required": ["detail"],
        "properties": {"detail": detail},
    })
}

/// What every route can answer, beside what it says itself.
fn share(operation: &mut Value) {
    let has_body = operation.get("requestBody").is_some();
    let mut shared = vec![
        ("408", "Problem", "The request, with its body, took too long."),
        ("413", "Problem", "The body is larger than 64 KiB."),
        ("500", "Problem", "Something failed that the log explains."),
    ];
    if has_body {
        shared.push(("422", "InvalidRequest", "The body is not what this route takes."));
    }
    let ways = operation.get("security").and_then(Value::as_array);
    if ways.is_some_and(|ways| ways.iter().any(|way| way.get("bearer").is_some())) {
        shared.push(("401", "Problem", "The access token opens nothing."));
        shared.push(("403", "Problem", "No bearer token, or not allowed."));
    }
    let answers = &mut operation["responses"];
    for (status, schema, description) in shared {
        if answers.get(status).is_none() {
            answers[status] = json!({"description": description});
        }
        // Also where a handler named the status only.
        if answers[status].get("content").is_none() {
            let schema = json!({"$ref": format!("#/components/schemas/{schema}")});
            answers[status]["content"] = json!({"application/json": {"schema": schema}});
        }
    }
    if let Some(answers) = answers.as_object_mut() {
        for (status, answer) in answers {
            if status.starts_with(['4', '5']) && answer.get("content").is_none() {
                let schema = json!({"$ref": "#/components/schemas/Problem"});
                answer["content"] = json!({"application/json": {"schema": schema}});
            }
        }
    }
}
