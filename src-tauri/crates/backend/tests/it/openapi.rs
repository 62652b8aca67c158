//! The document that the backend tells of itself, and the page that shows it.

use crate::app::TestApp;
use pizoo_backend::Mode;
use reqwest::Method;
use serde_json::{Map, Value};
use std::path::Path;

const METHODS: [&str; 5] = ["get", "post", "put", "delete", "patch"];

async fn document(app: &TestApp) -> Value {
    let answer = app.get("/api/openapi.json", "").await;
    assert_eq!((answer.status.as_u16(), &answer.headers["content-type"]), (200, &"application/json".parse().unwrap()));
    answer.body
}

/// Path, method, operation.
fn operations(document: &Value) -> Vec<(String, String, Map<String, Value>)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.push((path.clone(), method.clone(), operation.as_object().unwrap().clone()));
        }
    }
    all
}

/// Every object in it.
fn walk(value: &Value, see: &mut impl FnMut(&Map<String, Value>)) {
    match value {
        Value::Object(fields) => {
            see(fields);
            fields.values().for_each(|value| walk(value, see));
        }
        Value::Array(values) => values.iter().for_each(|value| walk(value, see)),
        _ => {}
    }
}

#[tokio::test]
async fn document_has_the_shape_of_openapi_3_1() {
    let app = TestApp::start().await;
    let document = document(&app).await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    assert!(document["info"]["title"].is_string() && document["info"]["version"].is_string());
    let mut names = std::collections::HashSet::new();
    for (path, method, operation) in operations(&document) {
        let place = format!("{method} {path}");
        assert!(path.starts_with('/') && METHODS.contains(&method.as_str()), "{place}");
        assert!(names.insert(operation["operationId"].clone()), "{place}: its operationId is another's");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{place}");
        let answers = operation["responses"].as_object().unwrap();
        assert!(answers.contains_key("500") && answers.keys().any(|status| !status.starts_with(['4', '5'])), "{place}");
        for (status, answer) in answers {
            assert!(status.parse::<u16>().is_ok() && answer["description"].is_string(), "{place} {status}");
            assert!(!status.starts_with(['4', '5']) || answer["content"].is_object(), "{place} {status}");
        }
        let parameters = operation.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
        let named =
            |name: &str| parameters.iter().any(|it| it["in"] == "path" && it["name"] == name && it["required"] == true);
        let in_path = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        assert!(in_path.clone().all(named), "{place}: a parameter of the path is not described");
        assert_eq!(in_path.count(), parameters.iter().filter(|it| it["in"] == "path").count(), "{place}");
        for scheme in operation.get("security").and_then(Value::as_array).into_iter().flatten() {
            for name in scheme.as_object().unwrap().keys() {
                assert!(document["components"]["securitySchemes"][name].is_object(), "{place} {name}");
            }
        }
    }
    walk(&document, &mut |object| {
        if let Some(target) = object.get("$ref").and_then(Value::as_str) {
            let pointer = target.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{target} leads nowhere");
        }
        assert!(!object.contains_key("nullable"), "that is OpenAPI 3.0");
    });
}

#[tokio::test]
async fn documented_routes_exist_and_take_no_other_method() {
    let app = TestApp::start().await;
    let document = document(&app).await;
    for (path, item) in document["paths"].as_object().unwrap() {
        let at = path.replace(['{', '}'], "");
        for method in METHODS {
            let request = app.request(Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), &at);
            let answer = crate::app::answer(request.send().await.unwrap()).await;
            let exists = answer.status != 405 && answer.body["detail"] != "Not Found";
            assert_eq!(exists, item.get(method).is_some(), "{method} {path}: {answer:?}");
        }
    }
}

/// What is registered with `.route` works but stands in no document.
#[test]
fn every_route_is_registered_with_its_description() {
    fn look(folder: &Path) {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                look(&path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let plain = std::fs::read_to_string(&path).unwrap().contains(".route(");
                assert!(!plain, "{} has a route without a description", path.display());
            }
        }
    }
    look(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/routes"));
}

#[tokio::test]
async fn printed_document_is_the_served_one() {
    let app = TestApp::start().await;
    assert_eq!(document(&app).await, pizoo_backend::openapi::document(Mode::Development));
    let production = pizoo_backend::openapi::document(Mode::Production);
    assert!(!production.to_string().contains("/api/development/"));
    let app = app.restart_with(|settings| settings.mode = Mode::Production).await;
    assert_eq!(document(&app).await, production);
}

#[tokio::test]
async fn page_loads_nothing_from_elsewhere() {
    let app = TestApp::start().await;
    for (path, kind) in
        [("/api/docs", "text/html"), ("/api/docs/page.js", "text/javascript"), ("/api/docs/page.css", "text/css")]
    {
        let answer = app.get(path, "").await;
        let header = |name| answer.headers[name].to_str().unwrap().to_owned();
        assert!(answer.status == 200 && header("content-type").starts_with(kind), "{path}");
        let policy = header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe") && !policy.contains("http"),
            "{policy}"
        );
        let text = answer.body.as_str().unwrap();
        for foreign in ["http://", "https://", "//cdn", "eval(", "innerHTML", "style=", "onclick"] {
            assert!(!text.contains(foreign), "{path}: {foreign}");
        }
    }
}
