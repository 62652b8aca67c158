//! The real LiveKit server tells the backend what happens in its rooms.

use crate::app::{SESSION_SECRET, http};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use pizoo_backend::livekit_server::{LocalServer, LocalServerConfig};
use pizoo_backend::settings::{Calls, LiveKit};
use pizoo_backend::{Settings, serve};
use serde_json::json;
use sqlx::Connection as _;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

async fn ask(server: &LocalServer, method: &str, body: serde_json::Value) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({"iss": server.key(), "exp": now + 60, "video": {"roomCreate": true}});
    let key = EncodingKey::from_secret(server.secret().as_bytes());
    let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap();
    let url = format!("{}/twirp/livekit.RoomService/{method}", server.url().replacen("ws", "http", 1));
    let answer = http().post(url).bearer_auth(token).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn local_server_tells_of_rooms_and_is_believed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backend.sqlite");
    // The server must know the backend's address and the backend the server's keys: the port is chosen first.
    let addr = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let webhook = Some(format!("http://{addr}/api/livekit/webhook"));
    let server = LocalServer::start(LocalServerConfig { webhook, ..LocalServerConfig::default() }).await.unwrap();
    let mut settings = Settings::development(&file);
    settings.addr = addr;
    settings.secret_key = Some(SESSION_SECRET.into());
    settings.calls = Calls::Configured(LiveKit::from(&server));
    assert_eq!(LiveKit::new(server.url(), server.key(), server.secret().into()).unwrap().url, server.url());
    let running = serve(settings).await.unwrap();
    ask(&server, "CreateRoom", json!({"name": "pizoo-match-test-room-123"})).await;
    ask(&server, "DeleteRoom", json!({"room": "pizoo-match-test-room-123"})).await;
    let deadline = Instant::now() + Duration::from_secs(20);
    let mut database = sqlx::AnyConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    loop {
        let taken: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM livekit_hooks").fetch_one(&mut database).await.unwrap();
        if taken >= 2 {
            break;
        }
        assert!(Instant::now() < deadline, "{taken} of room_started and room_finished");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    database.close().await.unwrap();
    running.shutdown().await;
    server.stop().await;
}
