//! The long poll, without a web view.

use super::*;

fn canvas(patience: Duration) -> Arc<Canvas> {
    let mut canvas = Canvas::new(TaskTracker::new(), CancellationToken::new());
    canvas.patience = patience;
    Arc::new(canvas)
}

fn request(address: &str) -> Request<()> {
    Request::builder().uri(address).header(header::ORIGIN, "tauri://localhost").body(()).unwrap()
}

fn show(canvas: &Canvas, sequence: u64) {
    canvas.remote.newest.send_replace(Newest { sequence, frame: Some(Arc::new(Frame::new(16, 16))) });
}

const TILE: DeviceTile = DeviceTile { picture: Picture::Remote, x: 0, y: 0, width: 16, height: 16, blurred: false };
const SOON: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_waiting_page_gets_the_next_frame() {
    let canvas = canvas(LONG);
    canvas.place(&[TILE]);
    show(&canvas, 1);
    let waiting = tokio::spawn({
        let canvas = Arc::clone(&canvas);
        async move { canvas.respond(&request("vid://localhost/remote?after=1")).await }
    });
    while canvas.waiters.available_permits() == WAITERS {
        tokio::task::yield_now().await;
    }
    show(&canvas, 2);
    let response = waiting.await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.body()[..8], 2u64.to_le_bytes());
    assert_eq!(response.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "tauri://localhost");
}

#[tokio::test]
async fn a_slow_page_gets_the_newest_frame_only() {
    let canvas = canvas(LONG);
    canvas.place(&[TILE]);
    (1..=9).for_each(|sequence| show(&canvas, sequence));
    let response = canvas.respond(&request("vid://localhost/remote?after=1")).await;
    assert_eq!(response.body()[..8], 9u64.to_le_bytes());
}

#[tokio::test]
async fn without_a_new_frame_or_a_tile_there_is_no_content() {
    let canvas = canvas(SOON);
    show(&canvas, 1);
    assert_eq!(canvas.respond(&request("vid://localhost/remote?after=0")).await.status(), StatusCode::NO_CONTENT);
    canvas.place(&[TILE]);
    assert_eq!(canvas.respond(&request("vid://localhost/remote?after=1")).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(canvas.respond(&request("vid://localhost/own?after=0")).await.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn waiters_are_limited_and_leave_when_the_app_ends() {
    let canvas = canvas(LONG);
    let ask = || {
        let canvas = Arc::clone(&canvas);
        tokio::spawn(async move { canvas.respond(&request("vid://localhost/own?after=0")).await.status() })
    };
    let waiting: Vec<_> = (0..WAITERS).map(|_| ask()).collect();
    while canvas.waiters.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(ask().await.unwrap(), StatusCode::TOO_MANY_REQUESTS);
    canvas.stop.cancel();
    for task in waiting {
        assert_eq!(task.await.unwrap(), StatusCode::NO_CONTENT);
    }
}

#[tokio::test]
async fn strangers_get_nothing() {
    let canvas = canvas(SOON);
    canvas.place(&[TILE]);
    show(&canvas, 1);
    let foreign = Request::builder().uri("vid://localhost/remote").header(header::ORIGIN, "https://example.org");
    let response = canvas.respond(&foreign.body(()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert!(response.body().is_empty() && !response.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
    assert_eq!(canvas.respond(&request("vid://localhost/else")).await.status(), StatusCode::NOT_FOUND);
}
