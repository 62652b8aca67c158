//! Notices that the computer slept or that its network is another one, and tells the client: its connections may be dead,
//! and nothing on them would say so for a minute.
//!
//! A sleep shows by the clocks, everywhere. Linux's own services say more, and sooner (`bus`). What a web view notices of
//! the network, its page tells by the command `network_changed`.

#[cfg(target_os = "linux")]
mod bus;

use pizoo_client::Client;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::info;

/// Between two looks at the clocks.
const TICK: Duration = Duration::from_secs(10);
/// A busy computer is late, too.
const LATE: Duration = Duration::from_secs(5);
/// Between two words to the client: a network that comes up is in the news several times.
const CALM: Duration = Duration::from_secs(2);

/// Tells the client until `stop`.
pub(super) async fn follow(client: Client, stop: CancellationToken) {
    // One word may wait; more would say the same.
    let (notice, mut noticed) = mpsc::channel(1);
    let tell = async {
        while let Some(what) = noticed.recv().await {
            info!("The connections are looked at: {what}.");
            client.network_changed();
            tokio::time::sleep(CALM).await;
        }
    };
    tokio::select! {
        () = tell => {}
        () = watch_clocks(&notice) => {}
        () = listen(&notice) => {}
        () = stop.cancelled() => {}
    }
}

/// Says what was noticed to whoever asks next.
fn say(notice: &mpsc::Sender<&'static str>, what: &'static str) {
    // Full means that one waits already.
    let _ = notice.try_send(what);
}

#[cfg(target_os = "linux")]
async fn listen(notice: &mpsc::Sender<&'static str>) {
    if let Err(error) = bus::listen(notice).await {
        info!("The system does not tell of sleep and network: {error}");
    }
    std::future::pending().await
}

#[cfg(not(target_os = "linux"))]
async fn listen(_notice: &mpsc::Sender<&'static str>) {
    std::future::pending().await
}

async fn watch_clocks(notice: &mpsc::Sender<&'static str>) {
    loop {
        let (steady, wall) = (Instant::now(), SystemTime::now());
        tokio::time::sleep(TICK).await;
        // One that was set back says nothing.
        if slept(steady.elapsed(), wall.elapsed().unwrap_or_default()) {
            say(notice, "the computer slept");
        }
    }
}

/// Whether what was to last a [`TICK`] lasted much longer. In a sleep the steady clock stands still on some systems and goes
/// on on others; that on the wall always goes on.
fn slept(steady: Duration, wall: Duration) -> bool {
    steady.max(wall) > TICK + LATE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleep_shows_by_either_clock() {
        let night = Duration::from_secs(8 * 3600);
        assert!(slept(TICK, night), "the steady clock stood still");
        assert!(slept(night, night), "it went on");
        assert!(slept(night, Duration::ZERO), "the other one was set back meanwhile");
        assert!(!slept(TICK, TICK));
        assert!(!slept(TICK + LATE, TICK), "only busy");
    }

    #[test]
    fn what_is_noticed_twice_is_said_once() {
        let (notice, mut noticed) = mpsc::channel(1);
        say(&notice, "one");
        say(&notice, "another");
        assert_eq!(noticed.try_recv().ok(), Some("one"));
        assert!(noticed.try_recv().is_err());
    }
}
