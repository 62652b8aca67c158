//! A database that the first schema wrote is brought up to date with its data.

use crate::app::{ONE, ROOM, TWO, TestApp};
use crate::engine;
use pizoo_backend::{Database, Settings};
use serde_json::json;
use sqlx::{AnyConnection, Connection as _, Executor as _};
use std::borrow::Cow;

static ALL: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// A row of each table, as the first schema has them.
const ROWS: &str = "
    INSERT INTO users VALUES ('a-old', 'old-one@pizoo.example', NULL, 'Old One', 'en', 1, 'email_link', 1000);
    INSERT INTO users VALUES ('b-old', 'old-two@pizoo.example', '+15550001111', 'Old Two', 'de', 0, NULL, 1001);
    INSERT INTO profiles VALUES ('p-old', 'a-old', 'Oldie', '[\"https://pictures.example/1\"]', 1000, 1002);
    INSERT INTO magic_links VALUES ('00ff', 'old-one@pizoo.example', 'Old One', 1000, 2000, 1500);
    INSERT INTO sessions VALUES ('s-old', 'a-old', 'jti-old', 1000, 1000, 2000, NULL);
    INSERT INTO matches VALUES ('m-old', 'a-old', 'b-old', 1003);
    INSERT INTO messages VALUES ('t-old', 'm-old', 1, 'b-old', 'a-old', 'from before', 'text', 'k-old', 1004, NULL);
    INSERT INTO call_tokens VALUES ('c-old', 'a-old', 1700000000005);
    INSERT INTO locks VALUES ('calls/a-old');
    INSERT INTO made_up_secrets VALUES ('old', 'kept');
";

/// The database as the first version left it.
async fn write_first_version(settings: &Settings) {
    if let Database::Sqlite(path) = &settings.database {
        std::fs::File::create(path).unwrap();
    }
    let mut connection = AnyConnection::connect(&engine::address(&settings.database)).await.unwrap();
    let mut first = sqlx::migrate!("./migrations");
    first.migrations = Cow::Owned(ALL.iter().filter(|migration| migration.version == 1).cloned().collect());
    assert_eq!(first.migrations.len(), 1);
    first.run(&mut connection).await.unwrap();
    connection.execute(ROWS).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn first_schema_migrates_forward_with_its_data() {
    sqlx::any::install_default_drivers();
    let folder = tempfile::tempdir().unwrap();
    let mut fresh = Settings::development(&folder.path().join("first.sqlite"));
    let _own = engine::choose(&mut fresh);
    write_first_version(&fresh).await;
    let app = TestApp::start_with(|settings| settings.database = fresh.database.clone()).await;

    let person = app.sign_in("old-one@pizoo.example").await;
    assert_eq!(person.id, "a-old");
    let me = app.get("/api/me", &person.access).await;
    assert_eq!((me.status.as_u16(), &me.body["name"]), (200, &json!("Old One")));
    let profile = app.get("/api/profile/me", &person.access).await;
    assert_eq!(profile.body["display_name"], "Oldie");
    let messages = app.get("/api/conversations/m-old/messages", &person.access).await;
    assert_eq!(messages.body["messages"][0]["content"], "from before");
    let sent = json!({"content": "after", "message_type": "text", "idempotency_key": "new"});
    assert_eq!(app.post("/api/conversations/m-old/messages", &person.access, &sent).await.status, 200);
    let messages = app.get("/api/conversations/m-old/messages", &person.access).await;
    assert_eq!(messages.body["messages"][1]["content"], "after");
    assert_eq!(app.call_token(&person, "m-old").await.status, 200);
    let other = app.sign_in("old-two@pizoo.example").await;
    assert_eq!(other.id, "b-old");
    // What development adds is there beside it.
    let (one, two) = (app.sign_in(ONE).await, app.sign_in(TWO).await);
    assert_eq!(app.call_token(&one, ROOM).await.status, 200);
    assert_eq!(app.call_token(&two, ROOM).await.status, 200);
}

#[tokio::test]
async fn secrets_locks_and_links_survive_the_migration() {
    sqlx::any::install_default_drivers();
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::development(&folder.path().join("first.sqlite"));
    let _own = engine::choose(&mut settings);
    write_first_version(&settings).await;
    pizoo_backend::store::Store::open(&settings.database).await.unwrap().close().await;
    let mut connection = AnyConnection::connect(&engine::address(&settings.database)).await.unwrap();
    for (question, expected) in [
        ("SELECT value FROM made_up_secrets WHERE name = 'old'", "kept"),
        ("SELECT name FROM locks WHERE name = 'calls/a-old'", "calls/a-old"),
        ("SELECT token_hash FROM magic_links WHERE attempts = 0 AND code_hash IS NULL", "00ff"),
        ("SELECT refresh_jti FROM sessions WHERE id = 's-old' AND device IS NULL", "jti-old"),
        ("SELECT times FROM call_windows WHERE user_id = 'a-old'", "1700000000005"),
        ("SELECT fields FROM profiles WHERE id = 'p-old'", "{}"),
    ] {
        let found: String = sqlx::query_scalar(question).fetch_one(&mut connection).await.unwrap();
        assert_eq!(found, expected, "{question}");
    }
    connection.close().await.unwrap();
}
