//! One's own account: name and language, profile, export, deletion.

use crate::app::{Answer, ONE, Person, ROOM, TWO, TestApp, answer};
use crate::auth::assert_refused;
use reqwest::Method;
use serde_json::{Value, json};

async fn put_raw(app: &TestApp, path: &str, person: &Person, body: &'static str) -> Answer {
    answer(app.request(Method::PUT, path).bearer_auth(&person.access).body(body).send().await.unwrap()).await
}

#[tokio::test]
async fn name_and_language_are_changed_one_or_both() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let me = app.put("/api/me", &one.access, &json!({"name": " Ada\r\nL. ", "language": "pt-BR"})).await;
    let expected = json!({"id": one.id, "email": ONE, "phone": null, "name": "Ada L.", "language": "pt-BR", "premium_tier": "free"});
    assert_eq!((me.status.as_u16(), &me.body), (200, &expected));
    assert_eq!(app.get("/api/profile/me", &one.access).await.body["display_name"], "Ada L.", "others see it too");
    assert_eq!(app.put("/api/me", &one.access, &json!({"language": "tr"})).await.body["name"], "Ada L.");
    app.put("/api/profile/update", &one.access, &json!({"display_name": "Countess"})).await;
    app.put("/api/me", &one.access, &json!({"name": "Ada"})).await;
    assert_eq!(app.get("/api/profile/me", &one.access).await.body["display_name"], "Countess", "it was chosen apart");
    for body in [json!({"name": " \u{202e}"}), json!({"language": "xx"}), json!({"language": "EN"}), json!({"name": 1})]
    {
        assert_eq!(app.put("/api/me", &one.access, &body).await.status, 422, "{body}");
    }
    let unchanged = app.put("/api/me", &one.access, &json!({})).await.body;
    assert_eq!((&unchanged["name"], &unchanged["language"]), (&json!("Ada"), &json!("tr")));
}

#[tokio::test]
async fn profile_takes_known_and_simple_fields() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let before = app.get("/api/profile/me", &one.access).await.body;
    let change = json!({"display_name": "Ada", "photos": ["https://x.example/1.jpg"], "bio": "a\nb", "height": 172,
        "interests": ["tea"], "id": "mine", "user_id": "mine"});
    let updated = app.put("/api/profile/update", &one.access, &change).await;
    assert_eq!(updated.status, 200, "{updated:?}");
    assert!(updated.body["message"].is_string());
    let after = app.get("/api/profile/me", &one.access).await.body;
    assert_eq!(updated.body["profile"], after);
    for name in ["display_name", "photos", "bio", "height", "interests"] {
        assert_eq!(after[name], change[name]);
    }
    for name in ["id", "user_id", "created_at"] {
        assert_eq!(after[name], before[name], "{name} is the server's");
    }
    let matches = app.get("/api/matches", &app.sign_in(TWO).await.access).await.body;
    assert_eq!(matches["matches"][0]["profile"]["photos"], change["photos"]);
    app.put("/api/profile/update", &one.access, &json!({"height": null, "bio": null})).await;
    let fewer = app.get("/api/profile/me", &one.access).await.body;
    assert!(fewer.get("height").is_none() && fewer["bio"].is_null() && fewer["interests"] == json!(["tea"]));
}

#[tokio::test]
async fn profile_refuses_what_is_too_much_or_broken() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let many: serde_json::Map<String, Value> = (0..33).map(|i| (format!("f{i}"), json!(i))).collect();
    for body in [
        json!({"photos": ["http://x.example"]}),
        json!({"photos": vec!["https://x.example"; 10]}),
        json!({"text": "x".repeat(9000)}),
        json!({"deep": {"er": {"est": 1}}}),
        json!({"display_name": ""}),
        Value::Object(many),
        json!([]),
        json!("x"),
    ] {
        let answer = app.put("/api/profile/update", &one.access, &body).await;
        assert_eq!(answer.status, 422, "{:.40}: {answer:?}", body.to_string());
    }
    for path in ["/api/profile/update", "/api/me"] {
        for body in ["", "{\"a\": NaN}", "{\"a\": 1e400}", "{\"name\": \"\\ud800\", \"bio\": \"\\udfff\"}", "{"] {
            assert_eq!(put_raw(&app, path, &one, body).await.status, 422, "{path} {body}");
        }
    }
    let cleaned = put_raw(&app, "/api/profile/update", &one, "{\"city\": \"a\\u0000b\", \"tiny\": 1e-400}").await;
    assert_eq!(cleaned.body["profile"]["city"], "ab");
    assert_eq!(app.get("/api/profile/me", &one.access).await.body["display_name"], "User One", "nothing was half done");
}

#[tokio::test]
async fn fields_set_at_once_are_all_kept() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let count = std::sync::atomic::AtomicUsize::new(0);
    crate::app::at_once(10, async || {
        let name = format!("f{}", count.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        assert_eq!(app.put("/api/profile/update", &one.access, &json!({name: 1})).await.status, 200);
    })
    .await;
    let profile = app.get("/api/profile/me", &one.access).await.body;
    assert!((0..10).all(|i| profile[format!("f{i}")] == 1), "{profile}");
}

#[tokio::test]
async fn account_made_by_phone_works_on_every_route() {
    let app = TestApp::start().await;
    let person = app.sign_in("phone@test.com").await;
    app.sql("UPDATE users SET email = NULL, phone = '+905320000001', verified_method = 'phone' WHERE email = 'phone@test.com'")
        .await;
    for path in [
        "/api/me",
        "/api/auth/me",
        "/api/user/profile",
        "/api/profile/me",
        "/api/auth/sessions",
        "/api/account/export",
        "/api/matches",
        "/api/conversations",
    ] {
        let answer = app.get(path, &person.access).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
    }
    assert_eq!(app.get("/api/me", &person.access).await.body["phone"], "+905320000001");
    assert_eq!(app.get("/api/auth/me", &person.access).await.body["user"]["email"], Value::Null);
    assert_eq!(app.put("/api/me", &person.access, &json!({"name": "P"})).await.body["email"], Value::Null);
    let password = json!({"new_password": "three tall chairs"});
    assert_eq!(app.post("/api/auth/password", &person.access, &password).await.status, 200);
    let login = json!({"phone": "+905320000001", "password": "three tall chairs"});
    let signed_in = app.post_raw("/api/auth/login", login.to_string()).await;
    assert_eq!((signed_in.status.as_u16(), &signed_in.body["user"]["email"]), (200, &Value::Null));
    assert_eq!(app.delete("/api/account", &person.access, &json!({"confirm": "DELETE"})).await.status, 200);
}

/// Something in every table that has to do with user one.
async fn fill(app: &TestApp, one: &Person, two: &Person) {
    for (person, text) in [(one, "my own words"), (two, "a stranger's words")] {
        let path = format!("/api/conversations/{ROOM}/messages");
        assert_eq!(app.post(&path, &person.access, &json!({"content": text})).await.status, 200);
    }
    assert_eq!(app.call_token(one, ROOM).await.status, 200);
    let password = json!({"new_password": "three tall chairs"});
    assert_eq!(app.post("/api/auth/password", &one.access, &password).await.status, 200);
    for statement in [
        "INSERT INTO swipes (user_id, target_id, action, created_at)
         SELECT a.id, b.id, 'like', 1 FROM users a, users b
         WHERE a.email = 'user1@livekit-test.com' AND b.email = 'user2@livekit-test.com'",
        "INSERT INTO blocks (user_id, blocked_id, created_at)
         SELECT a.id, b.id, 1 FROM users a, users b
         WHERE a.email = 'user1@livekit-test.com' AND b.email = 'user1@test.com'",
        "INSERT INTO calls (id, match_id, caller_id, callee_id, call_type, state, reach, outcome, created_at, expires_at)
         SELECT 'call-1', 'test-room-123', a.id, b.id, 'video', 'ended', 'shown', 'declined', 1, 2 FROM users a, users b
         WHERE a.email = 'user1@livekit-test.com' AND b.email = 'user2@livekit-test.com'",
        "INSERT INTO push_subscriptions (id, user_id, endpoint, p256dh, auth, created_at)
         SELECT 'push-1', id, 'https://push.example/secret-path', 'secret-p256dh', 'secret-auth', 1 FROM users
         WHERE email = 'user1@livekit-test.com'",
        "INSERT INTO reports (id, reporter_id, reported_id, reason, details, evidence, created_at)
         SELECT 'report-1', b.id, a.id, 'spam', 'details', '[]', 1 FROM users a, users b
         WHERE a.email = 'user1@livekit-test.com' AND b.email = 'user2@livekit-test.com'",
        "INSERT INTO event_heads (user_id, seq) SELECT id, 100 FROM users WHERE email LIKE '%@livekit-test.com'
         ON CONFLICT (user_id) DO UPDATE SET seq = 100",
        "INSERT INTO events (user_id, seq, created_at, body)
         SELECT id, 100, 1, '{\"type\":\"test\",\"match_id\":\"test-room-123\",\"content\":\"my own words\"}'
         FROM users WHERE email LIKE '%@livekit-test.com'",
    ] {
        app.sql(statement).await;
    }
}

#[tokio::test]
async fn export_holds_what_is_stored_and_no_secret() {
    let app = TestApp::start().await;
    let (one, two) = (app.sign_in(ONE).await, app.sign_in(TWO).await);
    fill(&app, &one, &two).await;
    let answer = app.get("/api/account/export", &one.access).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"pizoo-account.json\"");
    let all = &answer.body;
    assert_eq!((&all["user"]["email"], &all["profile"]["display_name"]), (&json!(ONE), &json!("User One")));
    let first = |list: &str| all[list].as_array().unwrap_or_else(|| panic!("{list} in {all}")).first().unwrap().clone();
    let created = all["user"]["created_at"].as_str().unwrap();
    assert!(created.parse::<jiff::Timestamp>().is_ok(), "{created}");
    assert!(
        all["matches"].as_array().unwrap().iter().any(|one| one["id"] == ROOM && one["partner_id"] == two.id.as_str())
    );
    let messages = all["messages"].as_array().unwrap();
    assert!(messages.iter().any(|message| message["content"] == "my own words"));
    assert_eq!(first("swipes")["action"], "like");
    assert!(first("blocks")["blocked_id"].is_string());
    assert_eq!((&first("calls")["direction"], &first("calls")["outcome"]), (&json!("outgoing"), &json!("unavailable")));
    assert!(first("sessions")["created_at"].is_string() && first("call_windows")["times"].is_string());
    assert!(first("password")["set_at"].is_string());
    assert!(all["sign_in_links"].is_array(), "{all}");
    assert_eq!(first("push_subscriptions")["endpoint_url"], "https://push.example");
    let text = all.to_string();
    for secret in ["argon2", "refresh_jti", "token_hash", "secret-", "a stranger's words", one.refresh.as_str()] {
        assert!(!text.contains(secret), "{secret} is in the export");
    }
    let other = app.get("/api/account/export", &two.access).await.body;
    assert_eq!(other["calls"][0]["outcome"], "declined", "the callee may know");
    assert!(!other.to_string().contains("my own words"));
}

#[tokio::test]
async fn deletion_must_be_confirmed() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    for body in [Value::Null, json!({}), json!({"confirm": "delete"}), json!({"confirm": true})] {
        assert_eq!(app.delete("/api/account", &one.access, &body).await.status, 422, "{body}");
    }
    assert_eq!(app.get("/api/me", &one.access).await.status, 200);
}

#[tokio::test]
async fn deletion_leaves_nothing_but_reports_and_tells_partners() {
    let app = TestApp::start().await;
    let (one, two) = (app.sign_in(ONE).await, app.sign_in(TWO).await);
    fill(&app, &one, &two).await;
    app.link(ONE).await;
    let renamed = json!({"name": "Zanzibar Quux", "bio": "words of a bio"});
    app.put("/api/me", &one.access, &renamed).await;
    assert!(app.database_holds(ONE) && app.database_holds("my own words"), "the search works");
    assert_eq!(app.delete("/api/account", &one.access, &json!({"confirm": "DELETE"})).await.status, 200);
    assert_refused(&app.get("/api/me", &one.access).await);
    assert_refused(&app.refresh(&one.refresh).await);
    assert_refused(&app.delete("/api/account", &one.access, &json!({"confirm": "DELETE"})).await);
    let login = json!({"email": ONE, "password": "three tall chairs"}).to_string();
    assert_refused(&app.post_raw("/api/auth/login", login).await);
    assert_eq!(app.get(&format!("/api/matches/{ROOM}"), &two.access).await.status, 404);
    let conversations = app.get("/api/conversations", &two.access).await.body;
    assert_eq!(conversations["conversations"], json!([]));
    let events = app.rows("SELECT body FROM events ORDER BY seq").await;
    let removed = json!({"type": "match.removed", "match_id": ROOM});
    let of_room: Vec<Value> = events.iter().map(|body| serde_json::from_str(body).unwrap()).collect();
    assert!(of_room.iter().filter(|event| **event == removed).count() >= 2, "also what was said before: {of_room:?}");
    assert_eq!(app.rows("SELECT reported_id FROM reports").await, [one.id.as_str()], "reports stay");
    assert_eq!(app.rows("SELECT content FROM messages").await, [""; 0]);
    let new = app.sign_in(ONE).await;
    assert_ne!(new.id, one.id, "the address may come again");
}

#[tokio::test]
async fn deleted_account_is_in_no_file() {
    let app = TestApp::start().await;
    let person = app.sign_in("somebody.else@test.com").await;
    app.put("/api/me", &person.access, &json!({"name": "Zanzibar Quux"})).await;
    app.put("/api/profile/update", &person.access, &json!({"bio": "words of a bio"})).await;
    assert_eq!(app.delete("/api/account", &person.access, &json!({"confirm": "DELETE"})).await.status, 200);
    // Closing the files writes SQLite's log into the database.
    let app = app.restart_with(|_| {}).await;
    for text in ["somebody.else", "Zanzibar Quux", "words of a bio", person.id.as_str()] {
        assert!(!app.database_holds(text), "{text} is still there");
    }
}

#[tokio::test]
async fn deletion_in_the_middle_of_everything_fails_nobody() {
    let app = TestApp::start().await;
    for round in 0..4 {
        let email = format!("going{round}@test.com");
        let person = app.sign_in(&email).await;
        let password = json!({"new_password": "three tall chairs"});
        assert_eq!(app.post("/api/auth/password", &person.access, &password).await.status, 200);
        let link = app.link(&email).await;
        let login = json!({"email": email, "password": "three tall chairs"}).to_string();
        let change = json!({"new_password": "four very old words", "current_password": "three tall chairs"});
        let (name, bio, confirm) = (json!({"name": "Gone"}), json!({"bio": "Gone"}), json!({"confirm": "DELETE"}));
        let answers = tokio::join!(
            app.post_raw("/api/auth/login", login),
            app.post("/api/auth/password", &person.access, &change),
            app.put("/api/me", &person.access, &name),
            app.put("/api/profile/update", &person.access, &bio),
            app.delete("/api/account", &person.access, &confirm),
            app.verify(&link),
            app.refresh(&person.refresh),
            app.get("/api/account/export", &person.access),
            app.delete("/api/account", &person.access, &confirm),
        );
        let (a, b, c, d, e, f, g, h, i) = answers;
        assert!(e.status == 200 || i.status == 200, "{e:?} {i:?}");
        for answer in [a, b, c, d, e, f, g, h, i] {
            assert!(answer.status.as_u16() < 500, "{answer:?}");
        }
        assert_refused(&app.get("/api/me", &person.access).await);
    }
}

#[tokio::test]
async fn two_matched_people_may_go_at_once() {
    let app = TestApp::start().await;
    for _ in 0..4 {
        let (one, two) = (app.sign_in("pair1@test.com").await, app.sign_in("pair2@test.com").await);
        app.sql(
            "INSERT INTO matches (id, user1_id, user2_id, matched_at)
             SELECT 'pair', MIN(id), MAX(id), 1 FROM users WHERE email LIKE 'pair%'",
        )
        .await;
        let confirm = json!({"confirm": "DELETE"});
        let (first, second) = tokio::join!(
            app.delete("/api/account", &one.access, &confirm),
            app.delete("/api/account", &two.access, &confirm)
        );
        assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 200), "{first:?} {second:?}");
    }
}
