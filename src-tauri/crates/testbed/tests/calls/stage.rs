//! What every test here stands on.

use pizoo_api::livekit::CallType;
use pizoo_client::view::Picture;
use pizoo_pattern::{Scene, Stamp, read_luma};
use pizoo_testbed::backend::Backend;
use pizoo_testbed::children;
use pizoo_testbed::people::{Person, alice, bob};
use pizoo_testbed::sfu::Sfu;
use std::collections::BTreeSet;
use std::time::Duration;

pub(crate) const SOON: Duration = Duration::from_secs(15);

/// A LiveKit server and a backend.
pub(crate) struct Stage {
    pub(crate) sfu: Sfu,
    pub(crate) backend: Backend,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        children::adopt_orphans();
        let sfu = Sfu::start(None).await.unwrap();
        let backend = Backend::start(&sfu).await.unwrap();
        Self { sfu, backend }
    }

    /// Both people in one video call, each with the other's picture.
    pub(crate) async fn call(&self) -> (Person, Person) {
        let (alice, bob) = tokio::try_join!(alice(&self.backend), bob(&self.backend)).unwrap();
        meet(&alice, &bob, CallType::Video).await;
        (alice, bob)
    }

    pub(crate) async fn strike(self) {
        self.backend.stop().await;
        self.sfu.stop().await;
        children::end_all().await.unwrap();
    }
}

/// Both press the button, and meet.
pub(crate) async fn meet(alice: &Person, bob: &Person, kind: CallType) {
    tokio::try_join!(alice.call(kind), bob.call(kind)).unwrap();
    tokio::try_join!(alice.talks(), bob.talks()).unwrap();
    if kind == CallType::Video {
        tokio::join!(picture_of(alice), picture_of(bob));
    }
}

/// Waits for a picture of the other side that carries a stamp, and tells both.
pub(crate) async fn picture_of(person: &Person) -> (Scene, Stamp) {
    let mut picture = person.client.picture(Picture::Remote);
    let found = async {
        loop {
            picture.changed().await.unwrap();
            let Some(frame) = picture.borrow_and_update().clone() else { continue };
            let (y, u, v) = frame.planes();
            let (width, height) = (frame.width as usize, frame.height as usize);
            if let (Some(scene), Some(stamp)) = (Scene::recognise(u, v), read_luma(y, width, width, height)) {
                return (scene, stamp);
            }
        }
    };
    let found = tokio::time::timeout(SOON, found).await;
    let told = || format!("{:?} {:?}", person.client.call().borrow().clone(), person.client.statistics());
    found.unwrap_or_else(|_| panic!("no picture of the other side: {}", told()))
}

/// The different stamps that arrive in a while.
pub(crate) async fn stamps_for(person: &Person, while_: Duration) -> BTreeSet<Stamp> {
    let mut stamps = BTreeSet::new();
    let until = tokio::time::Instant::now() + while_;
    while let Ok((_, stamp)) = tokio::time::timeout_at(until, picture_of(person)).await {
        stamps.insert(stamp);
    }
    stamps
}

/// Hangs up and ends both clients.
pub(crate) async fn part(people: [Person; 2]) {
    for person in people {
        person.client.shutdown().await;
    }
}
