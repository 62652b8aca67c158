//! Call tokens that many ask for at once.

use super::{Ask, Granted, MOST, WINDOW, free_at};
use crate::clock::UnixMs;
use crate::settings::Database;
use crate::store::Store;
use futures_util::future::join_all;

const NOW: UnixMs = UnixMs(1_800_000_000_000);

/// `a` to `d`, of whom each calls in a match with `z`.
async fn store(folder: &tempfile::TempDir) -> Store {
    let store = Store::open(&Database::Sqlite(folder.path().join("x.sqlite"))).await.unwrap();
    run(&store, "INSERT INTO users (id, name, language, verified, created_at) VALUES ('z', '', '', 1, 0)").await;
    for user in ["a", "b", "c", "d"] {
        for statement in [
            format!("INSERT INTO users (id, name, language, verified, created_at) VALUES ('{user}', '', '', 1, 0)"),
            format!("INSERT INTO matches (id, user1_id, user2_id, matched_at) VALUES ('{user}z', '{user}', 'z', 0)"),
            format!(
                "INSERT INTO sessions (id, user_id, refresh_jti, created_at, rotated_at, expires_at)
                 VALUES ('{user}-session', '{user}', '', 0, 0, 1900000000000)"
            ),
        ] {
            run(&store, &statement).await;
        }
    }
    store
}

async fn run(store: &Store, statement: &str) {
    let mut tx = store.write().await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

fn ask(user: &str, now: UnixMs) -> Ask {
    Ask { session: format!("{user}-session"), user: user.into(), match_id: format!("{user}z"), now }
}

async fn at_once(store: &Store, asks: Vec<Ask>) -> Vec<Option<Granted>> {
    let answers = join_all(asks.into_iter().map(|ask| store.tokens().ask(ask))).await;
    answers.into_iter().map(Result::unwrap).collect()
}

#[tokio::test]
async fn each_of_many_gets_their_own_answer() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    for _ in 0..3 {
        store.tokens().ask(ask("b", NOW)).await.unwrap();
    }
    run(&store, "UPDATE sessions SET revoked_at = 1 WHERE user_id = 'c'").await;
    let stranger = Ask { match_id: "az".into(), ..ask("d", NOW) };
    let answers = at_once(&store, vec![ask("c", NOW), ask("b", NOW), stranger, ask("a", NOW)]).await;
    let left: Vec<_> = answers.into_iter().map(|answer| answer.map(|granted| granted.left)).collect();
    assert_eq!(left, [None, Some(26), None, Some(29)]);
}

#[tokio::test]
async fn same_user_is_counted_exactly_however_many_ask_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let asks = (0..200).map(|n| ask(["a", "b"][n % 2], NOW)).collect();
    let mut left: Vec<i64> = at_once(&store, asks).await.into_iter().flatten().map(|granted| granted.left).collect();
    left.sort_unstable();
    assert_eq!(left, (0..MOST).flat_map(|left| [left, left]).collect::<Vec<_>>());
    assert_eq!(free_at(store.read(), "a", NOW).await.unwrap(), Some(NOW + WINDOW));
}

#[tokio::test]
async fn whoever_fails_costs_the_others_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    run(
        &store,
        "CREATE TRIGGER no BEFORE INSERT ON call_windows WHEN NEW.user_id = 'b' BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    .await;
    let asks = ["a", "b", "c", "d"].map(|user| store.tokens().ask(ask(user, NOW)));
    let answers: Vec<_> = join_all(asks).await.into_iter().map(|answer| answer.ok().flatten()).collect();
    let granted = Some(Granted { left: 29, next: NOW + WINDOW });
    assert_eq!(answers, [granted, None, granted, granted]);
}

/// The log of the previous version becomes the window of this one.
#[tokio::test]
async fn counted_tokens_outlive_the_change_of_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let mut tx = store.write().await.unwrap();
    for statement in [
        "CREATE TABLE call_tokens (id TEXT PRIMARY KEY, user_id TEXT NOT NULL, issued_at BIGINT NOT NULL)",
        "INSERT INTO call_tokens VALUES ('1', 'a', 1799999999000), ('2', 'a', 1799999999500), ('3', 'a', 1799990000000)",
    ] {
        sqlx::query(statement).execute(&mut *tx).await.unwrap();
    }
    let migration = include_str!("../../../migrations/0002_calls_events_and_more.sql");
    let from = migration.find("INSERT INTO call_windows").unwrap();
    let statement = migration[from..].split(';').next().unwrap();
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let next = UnixMs(1_799_999_999_000) + WINDOW;
    assert_eq!(store.tokens().ask(ask("a", NOW)).await.unwrap(), Some(Granted { left: 27, next }));
}
