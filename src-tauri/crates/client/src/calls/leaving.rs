//! Rooms that were hung up in, until they are left.
//!
//! Good-bye is said at once. The connection itself stays open, with nothing sent or received, until the other side's
//! tracks are gone: LiveKit's library never frees a connection that is closed before
//! (<https://github.com/livekit/rust-sdks/issues/1378>).

use super::room::Joined;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long another Pizoo may take to leave too: a slow link both ways, and the 0.2 s that the server collects changes.
const PATIENCE: Duration = Duration::from_secs(2);
/// The same for a browser, which knows no good-bye: it sees the end of the call when we leave.
const BRIEFLY: Duration = Duration::from_millis(350);

/// Rooms that are being left. Dropping it closes them at once.
#[derive(Default)]
pub(super) struct Leaving {
    rooms: JoinSet<()>,
    hurry: CancellationToken,
}

/// Whether the other side knows what good-bye means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manners {
    /// A Pizoo.
    Known,
    /// Perhaps a browser.
    Unknown,
}

impl Leaving {
    /// Leaves a room for good. The other side is told, and waited for.
    pub(super) fn part(&mut self, room: Joined, other: Manners) {
        let patience = match other {
            Manners::Known => PATIENCE,
            Manners::Unknown => BRIEFLY,
        };
        let hurry = self.hurry.clone();
        self.rooms.spawn(async move { room.part(patience, hurry).await });
        // Those that are left make room.
        while self.rooms.try_join_next().is_some() {}
    }

    /// Leaves all, soon: for the end of the program, and before a room is joined, for it may be the same one, where one
    /// person is only once.
    pub(super) async fn settle(&mut self) {
        let all = async { while self.rooms.join_next().await.is_some() {} };
        if tokio::time::timeout(BRIEFLY, all).await.is_err() {
            std::mem::take(&mut self.hurry).cancel();
            while self.rooms.join_next().await.is_some() {}
        }
    }
}
