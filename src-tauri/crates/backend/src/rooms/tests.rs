//! Against the real server.

use super::Rooms;
use crate::clock::{Clock as _, SystemClock};
use crate::livekit_server::{LocalServer, LocalServerConfig};
use crate::settings::LiveKit;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

async fn ask(server: &LocalServer, rooms: &Rooms, method: &str, body: Value) -> Value {
    let claims = json!({"iss": server.key(), "exp": SystemClock.now().seconds() + 60,
                        "video": {"roomCreate": true, "roomList": true}});
    let key = EncodingKey::from_secret(server.secret().as_bytes());
    let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap();
    let url = format!("{}/twirp/livekit.RoomService/{method}", server.url().replacen("ws", "http", 1));
    rooms.http.post(url).bearer_auth(token).json(&body).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn room_of_a_match_that_is_gone_is_closed() {
    let server = LocalServer::start(LocalServerConfig::default()).await.unwrap();
    let rooms = Rooms::new().unwrap();
    for name in ["pizoo-match-a", "pizoo-match-b"] {
        ask(&server, &rooms, "CreateRoom", json!({"name": name})).await;
    }
    rooms.close(LiveKit::from(&server), "a", SystemClock.now());
    rooms.close(LiveKit::from(&server), "none", SystemClock.now());
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let list = ask(&server, &rooms, "ListRooms", json!({})).await;
        if list["rooms"].as_array().unwrap().len() == 1 {
            assert_eq!(list["rooms"][0]["name"], "pizoo-match-b");
            break;
        }
        assert!(Instant::now() < deadline, "{list}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    rooms.stop().await;
    server.stop().await;
}
