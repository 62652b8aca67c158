//! Photos that the backend keeps: whose, for whom, and until when.

use crate::app::{Answer, ONE, Person, ROOM, TWO, TestApp, answer};
use crate::people::{block, delete};
use pizoo_backend::settings::throttles::{Limits, Rate};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const OWN: &str = "/api/profile/photo";
const LARGEST: usize = 512 * 1024;

/// Heads of pictures; nobody looks further.
fn jpeg(size: usize) -> Vec<u8> {
    let mut picture = b"\xff\xd8\xff\xc0\0\x11\x08\x02\0\x02\0\x03a face".to_vec();
    picture.resize(size.max(picture.len()), b'.');
    picture
}

fn png() -> Vec<u8> {
    b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\0\0\0\x02\0\x08\x02another face".to_vec()
}

fn webp() -> Vec<u8> {
    b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x01\0\xff\x01\0a third face".to_vec()
}

async fn put(app: &TestApp, person: &Person, kind: &str, picture: Vec<u8>) -> Answer {
    let request = app.request(Method::PUT, OWN).bearer_auth(&person.access).header("content-type", kind);
    answer(request.body(picture).send().await.unwrap()).await
}

/// Keeps a photo. Its address.
async fn upload(app: &TestApp, person: &Person, kind: &str, picture: Vec<u8>) -> String {
    let kept = put(app, person, kind, picture).await;
    assert_eq!(kept.status, 200, "{kept:?}");
    kept.body["photo"].as_str().unwrap().to_owned()
}

/// Status, headers and bytes at an address.
async fn look(app: &TestApp, person: &Person, address: &str) -> (u16, HeaderMap, Vec<u8>) {
    let answer = app.request(Method::GET, address).bearer_auth(&person.access).send().await.unwrap();
    (answer.status().as_u16(), answer.headers().clone(), answer.bytes().await.unwrap().to_vec())
}

/// What is answered to a body of that size before any of it is sent.
async fn announced(app: &TestApp, request: &str, size: usize) -> String {
    let head = format!("{request} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {size}\r\n\r\n");
    let mut stream = TcpStream::connect(app.url_of(0, "").trim_start_matches("http://")).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut text = String::new();
    let answered = stream.read_to_string(&mut text);
    tokio::time::timeout(Duration::from_secs(10), answered).await.unwrap().unwrap();
    text
}

async fn listed(app: &TestApp, person: &Person) -> Value {
    app.get("/api/profile/me", &person.access).await.body["photos"].clone()
}

async fn rewrite(app: &TestApp, person: &Person, photos: &Value) -> Answer {
    app.put("/api/profile/update", &person.access, &json!({"photos": photos})).await
}

#[tokio::test]
async fn photo_is_kept_and_everybody_sees_it() {
    let app = TestApp::start().await;
    let (one, two) = (app.sign_in(ONE).await, app.sign_in(TWO).await);
    let stranger = app.sign_in("stranger@test.com").await;
    for (kind, picture) in [("image/jpeg", jpeg(0)), ("image/png", png()), ("IMAGE/WebP", webp())] {
        let address = upload(&app, &one, kind, picture.clone()).await;
        let id = address.strip_prefix("/api/photos/").unwrap();
        assert!(id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit()), "{address}");
        for person in [&one, &two, &stranger] {
            let (status, headers, bytes) = look(&app, person, &address).await;
            assert_eq!((status, &bytes), (200, &picture));
            assert_eq!(headers["content-type"], kind.to_lowercase());
            assert_eq!(headers["cache-control"], "private, max-age=31536000, immutable");
            assert_eq!(headers["x-content-type-options"], "nosniff");
        }
        assert_eq!(listed(&app, &one).await, json!([address]));
        assert_eq!(app.get("/api/auth/me", &one.access).await.body["user"]["photo"], address);
        let link = app.link(ONE).await;
        assert_eq!(app.verify(&link).await.body["user"]["photo"], address);
        let conversations = app.get("/api/conversations", &two.access).await.body;
        let room =
            conversations["conversations"].as_array().unwrap().iter().find(|one| one["match_id"] == ROOM).unwrap();
        assert_eq!(room["user"]["photo"], address);
        let found = app.get("/api/profiles/discover?limit=100", &stranger.access).await.body;
        let found =
            found["profiles"].as_array().unwrap().iter().find(|found| found["user_id"] == one.id.as_str()).unwrap();
        assert_eq!(found["photos"], json!([address]));
    }
    assert_eq!(app.get("/api/auth/me", &two.access).await.body["user"]["photo"], Value::Null);
}

#[tokio::test]
async fn new_photo_takes_the_place_of_the_old_one_before_other_addresses() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let other = "https://pictures.example/1.jpg";
    assert_eq!(rewrite(&app, &one, &json!([other])).await.status, 200);
    let first = upload(&app, &one, "image/jpeg", jpeg(0)).await;
    let second = upload(&app, &one, "image/jpeg", jpeg(0)).await;
    assert_ne!(first, second, "the same picture again");
    assert_eq!(listed(&app, &one).await, json!([second, other]));
    assert_eq!(look(&app, &one, &first).await.0, 404);
    assert_eq!(look(&app, &one, &second).await.0, 200);
    for _ in 0..2 {
        let gone = delete(&app, OWN, &one).await;
        assert_eq!((gone.status.as_u16(), &gone.body), (200, &json!({"photo": null})), "once more changes nothing");
        assert_eq!(listed(&app, &one).await, json!([other]));
        assert_eq!(look(&app, &one, &second).await.0, 404);
    }
    assert!(app.rows("SELECT id FROM photos").await.is_empty());
}

#[tokio::test]
async fn photos_that_come_at_once_leave_one() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let kept = crate::app::at_once(8, async || upload(&app, &one, "image/png", png()).await).await;
    let left = app.rows("SELECT id FROM photos").await;
    let [left] = left.as_slice() else { panic!("{left:?}") };
    assert!(kept.contains(&format!("/api/photos/{left}")));
    assert_eq!(listed(&app, &one).await, json!([format!("/api/photos/{left}")]));
}

#[tokio::test]
async fn what_is_no_picture_is_refused_in_words() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    let huge = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xff\xff\0\0\xff\xff\x08\x02".to_vec();
    let no_picture = "A photo is a JPEG, PNG or WebP picture";
    let mislabelled = "The content type is not that of the picture";
    for (kind, picture, words) in [
        ("image/svg+xml", svg.clone(), no_picture),
        ("image/png", svg, no_picture),
        ("image/gif", b"GIF89a\x01\0\x01\0".to_vec(), no_picture),
        ("image/jpeg", Vec::new(), no_picture),
        ("image/jpeg", png(), mislabelled),
        ("text/html", jpeg(0), mislabelled),
        ("", png(), mislabelled),
        ("image/png", huge, "A photo has 1 to 4096 pixels a side"),
    ] {
        let refused = put(&app, &one, kind, picture).await;
        assert_eq!((refused.status.as_u16(), &refused.body["detail"][0]["msg"]), (422, &json!(words)), "{kind}");
    }
    assert_eq!(listed(&app, &one).await, json!([]));
}

#[tokio::test]
async fn half_a_megabyte_is_the_most_and_only_for_a_photo() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let address = upload(&app, &one, "image/jpeg", jpeg(LARGEST)).await;
    assert_eq!(look(&app, &one, &address).await.2.len(), LARGEST);
    for (request, size, words) in [
        ("PUT /api/profile/photo", LARGEST + 1, "The body is larger than 512 KiB"),
        ("POST /api/profile/photo", LARGEST, "The body is larger than 64 KiB"),
        ("PUT /api/profile/update", LARGEST, "The body is larger than 64 KiB"),
    ] {
        let refused = announced(&app, request, size).await;
        assert!(refused.starts_with("HTTP/1.1 413 ") && refused.contains(words), "{request}: {refused}");
    }
    assert_eq!(listed(&app, &one).await, json!([address]));
}

#[tokio::test]
async fn nobody_sees_or_sets_a_photo_without_a_session() {
    let app = TestApp::start().await;
    let one = app.sign_in(ONE).await;
    let address = upload(&app, &one, "image/jpeg", jpeg(0)).await;
    for (method, path) in [(Method::GET, &*address), (Method::PUT, OWN), (Method::DELETE, OWN)] {
        let none = app.request(method.clone(), path).header("content-type", "image/png").body(png());
        assert_eq!(answer(none.send().await.unwrap()).await.status, 403, "{method}");
        let bad = app.request(method.clone(), path).bearer_auth("x").header("content-type", "image/png").body(png());
        assert_eq!(answer(bad.send().await.unwrap()).await.status, 401, "{method}");
    }
    assert_eq!(look(&app, &one, &address).await.2, jpeg(0));
    for nowhere in [format!("/api/photos/{}", "0".repeat(32)), "/api/photos/x".into(), "/api/photos/a%00b".into()] {
        assert_eq!(look(&app, &one, &nowhere).await.0, 404, "{nowhere}");
    }
}

#[tokio::test]
async fn block_hides_the_photos_of_both_until_it_is_taken_back() {
    let app = TestApp::start().await;
    let (one, two, three) = (app.sign_in(ONE).await, app.sign_in(TWO).await, app.sign_in("three@test.com").await);
    let ones = upload(&app, &one, "image/jpeg", jpeg(0)).await;
    let twos = upload(&app, &two, "image/png", png()).await;
    block(&app, &one, &two).await;
    for (reader, address, status) in
        [(&one, &twos, 404), (&two, &ones, 404), (&one, &ones, 200), (&three, &ones, 200), (&three, &twos, 200)]
    {
        assert_eq!(look(&app, reader, address).await.0, status);
    }
    assert_eq!(delete(&app, &format!("/api/block/{}", two.id), &one).await.status, 200);
    assert_eq!(look(&app, &one, &twos).await.0, 200);
    assert_eq!(look(&app, &two, &ones).await.0, 200);
}

#[tokio::test]
async fn list_is_rewritten_with_the_own_photo_and_with_nobody_elses() {
    let app = TestApp::start().await;
    let (one, two) = (app.sign_in(ONE).await, app.sign_in(TWO).await);
    let others: Vec<String> = (0..9).map(|i| format!("https://pictures.example/{i}")).collect();
    assert_eq!(rewrite(&app, &one, &json!(others)).await.status, 200);
    let own = upload(&app, &one, "image/jpeg", jpeg(0)).await;
    let foreign = upload(&app, &two, "image/jpeg", jpeg(0)).await;
    let list = listed(&app, &one).await;
    assert_eq!(list.as_array().unwrap().len(), 10);
    let unchanged = rewrite(&app, &one, &list).await;
    assert_eq!((unchanged.status.as_u16(), &unchanged.body["profile"]["photos"]), (200, &list));
    let made_up = format!("/api/photos/{}", "a".repeat(32));
    for bad in [json!([foreign]), json!([own, foreign]), json!([made_up]), json!(["/api/photos/x"])] {
        assert_eq!(rewrite(&app, &one, &bad).await.status, 422, "{bad}");
    }
    assert_eq!(listed(&app, &one).await, list, "nothing was half done");
    assert_eq!(look(&app, &one, &own).await.0, 200);
    // Who leaves it out does not want it any more.
    assert_eq!(rewrite(&app, &one, &json!([others[0]])).await.status, 200);
    assert_eq!(look(&app, &one, &own).await.0, 404);
    assert_eq!(rewrite(&app, &one, &json!([own])).await.status, 422, "it is gone");
    assert_eq!(app.get("/api/auth/me", &one.access).await.body["user"]["photo"], Value::Null);
    assert_eq!(look(&app, &one, &foreign).await.0, 200);
}

#[tokio::test]
async fn photo_is_exported_and_goes_with_the_account() {
    let app = TestApp::start().await;
    let (one, two) = (app.sign_in(ONE).await, app.sign_in(TWO).await);
    let address = upload(&app, &one, "image/jpeg", jpeg(0)).await;
    let export = app.get("/api/account/export", &one.access).await.body;
    let photo = &export["photos"][0];
    assert_eq!(format!("/api/photos/{}", photo["id"].as_str().unwrap()), address);
    let content = "/9j/wAARCAIAAgADYSBmYWNl";
    assert_eq!((&photo["content_type"], &photo["content_base64"]), (&json!("image/jpeg"), &json!(content)));
    assert!(photo["created_at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{photo}");
    assert_eq!(app.get("/api/account/export", &two.access).await.body["photos"], json!([]));
    assert_eq!(app.delete("/api/account", &one.access, &json!({"confirm": "DELETE"})).await.status, 200);
    assert_eq!(look(&app, &two, &address).await.0, 404);
    assert!(app.rows("SELECT id FROM photos").await.is_empty());
}

#[tokio::test]
async fn photos_are_throttled_by_account() {
    let much = Rate { most: 100_000, per: Duration::from_secs(60) };
    let few = Rate { most: 2, per: Duration::from_secs(3600) };
    let app = TestApp::start_with(|settings| {
        settings.throttles.photo = Limits { account: few, address: much, pair: None };
    })
    .await;
    let (one, two) = (app.sign_in(ONE).await, app.sign_in(TWO).await);
    let to_first = async |person: &Person| {
        let request = app.request_of(0, Method::PUT, OWN).bearer_auth(&person.access);
        answer(request.header("content-type", "image/png").body(png()).send().await.unwrap()).await
    };
    for expected in [200, 200, 429] {
        assert_eq!(to_first(&one).await.status, expected);
    }
    assert_eq!(to_first(&two).await.status, 200, "another account is free");
    assert_eq!(delete(&app, OWN, &one).await.status, 200, "taking one down is never too often");
}
