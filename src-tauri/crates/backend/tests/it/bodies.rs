//! What cannot be read, on every route that reads.

use crate::app::TestApp;
use serde_json::json;

const ROUTES: [&str; 3] = ["/api/auth/email/send-link", "/api/auth/email/verify", "/api/auth/refresh"];

#[tokio::test]
async fn malformed_bodies_are_422_with_a_list() {
    let app = TestApp::start().await;
    let deep = "[".repeat(50_000);
    for path in ROUTES {
        for body in [
            "",
            "{",
            "null",
            "[]",
            "1",
            "{}",
            "\u{0}",
            "{\"token\": 7}",
            "{\"token\": NaN}",
            "{\"email\": \"\\ud800\"}",
            &deep,
        ] {
            let answer = app.post_raw(path, body.to_owned()).await;
            assert_eq!(answer.status, 422, "{path} {body:.20}: {answer:?}");
            let problem = &answer.body["detail"][0];
            assert!(problem["msg"].is_string() && problem["type"].is_string(), "{answer:?}");
            assert_eq!(problem["loc"][0], "body");
        }
    }
    assert_eq!(app.post_raw(ROUTES[1], b"\xff\xfe{}".to_vec()).await.status, 422);
    let missing = app.post_raw(ROUTES[1], "{}").await;
    assert_eq!(
        missing.body["detail"][0],
        json!({"type": "missing", "loc": ["body", "token"], "msg": "Field required"})
    );
}

#[tokio::test]
async fn addresses_that_cannot_be_are_422() {
    let app = TestApp::start().await;
    for email in ["", "x", "a@b@c", "a b@c.d", "a@b.c\r\nBcc: x@y.z", &format!("{}@x.y", "a".repeat(300))] {
        let answer = app.post_raw(ROUTES[0], json!({"email": email, "name": "X"}).to_string()).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["detail"][0]["loc"]),
            (422, &json!(["body", "email"])),
            "{email}"
        );
    }
}

#[tokio::test]
async fn too_large_a_body_is_413() {
    let app = TestApp::start().await;
    let answer = app.post_raw(ROUTES[0], json!({"email": "a@b.c", "name": "x".repeat(70_000)}).to_string()).await;
    assert_eq!(answer.status, 413);
    assert!(answer.body["detail"].is_string());
}

#[tokio::test]
async fn content_type_does_not_matter() {
    let app = TestApp::start().await;
    for kind in ["application/json", "application/x-www-form-urlencoded", "text/plain", "nonsense"] {
        let request = app.request(reqwest::Method::POST, ROUTES[0]).header("content-type", kind);
        let sent = request.body(json!({"email": "a@b.c", "name": "A"}).to_string()).send().await.unwrap();
        assert_eq!(sent.status(), 200, "{kind}");
    }
}

#[tokio::test]
async fn unknown_routes_and_methods_answer_json() {
    let app = TestApp::start().await;
    let missing = app.get("/api/nothing", "").await;
    assert_eq!((missing.status.as_u16(), &missing.body), (404, &json!({"detail": "Not Found"})));
    let method = app.get(ROUTES[0], "").await;
    assert_eq!((method.status.as_u16(), &method.body), (405, &json!({"detail": "Method Not Allowed"})));
}
