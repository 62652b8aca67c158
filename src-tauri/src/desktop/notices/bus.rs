//! Notifications of Linux desktops, over the session bus (`org.freedesktop.Notifications`). Without a bus, or without
//! anybody on it who shows them, there are none.

use super::screen::Screen;
use super::{About, Bubble, Notifier, Press, Words};
use crate::desktop::service::NotificationsProxy;
use futures_util::StreamExt as _;
use std::collections::HashMap;
use std::time::Duration;
use tauri::AppHandle;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, info};
use zbus::zvariant::Value;

/// Nobody may hold up the ones after it for longer.
const ANSWER: Duration = Duration::from_secs(5);
/// The freedesktop specification's word for a click on the notification itself.
const CLICK: &str = "default";

enum Order {
    Show(Bubble),
    Close(About),
}

struct Bus(mpsc::UnboundedSender<Order>);

impl Notifier for Bus {
    // Without a receiver there is nobody to show anything.
    fn show(&self, bubble: Bubble) {
        drop(self.0.send(Order::Show(bubble)));
    }

    fn close(&self, about: About) {
        drop(self.0.send(Order::Close(about)));
    }
}

/// The desktop's notifications.
pub(super) fn notifier(
    _app: &AppHandle,
    pressed: mpsc::UnboundedSender<(About, Press)>,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) -> Box<dyn Notifier> {
    let (orders, to_do) = mpsc::unbounded_channel();
    let stop = stop.clone();
    tasks.spawn(async move {
        let session = async { zbus::connection::Builder::session()?.method_timeout(ANSWER).build().await };
        let system = async { zbus::connection::Builder::system()?.method_timeout(ANSWER).build().await };
        let (session, system) = tokio::select! {
            connected = async { tokio::join!(session, system) } => connected,
            () = stop.cancelled() => return,
        };
        let served = match session {
            Ok(connection) => serve(&connection, Screen::on(system.ok().as_ref()).await, to_do, pressed).await,
            Err(error) => Err(error),
        };
        if let Err(error) = served {
            info!("There are no notifications here: {error}");
        }
    });
    Box::new(Bus(orders))
}

/// Carries out orders until nobody gives any more.
async fn serve(
    connection: &zbus::Connection,
    screen: Screen,
    mut orders: mpsc::UnboundedReceiver<Order>,
    pressed: mpsc::UnboundedSender<(About, Press)>,
) -> zbus::Result<()> {
    let desktop = NotificationsProxy::new(connection).await?;
    let (mut actions, mut closed) =
        (desktop.receive_action_invoked().await?, desktop.receive_notification_closed().await?);
    let mut shown: HashMap<About, u32> = HashMap::new();
    loop {
        tokio::select! {
            // In this order: what is gone is gone before a press on it counts.
            biased;
            Some(gone) = closed.next() => {
                let id = gone.args()?.id;
                shown.retain(|_, known| *known != id);
            }
            order = orders.recv() => match order {
                Some(Order::Show(bubble)) => {
                    let replaces = shown.get(&bubble.about).copied().unwrap_or_default();
                    let words = bubble.said(screen.is_locked().await);
                    match show(&desktop, &bubble, words, replaces).await {
                        Ok(id) => drop(shown.insert(bubble.about, id)),
                        Err(error) => debug!("A notification is not shown: {error}"),
                    }
                }
                Some(Order::Close(about)) => {
                    if let Some(id) = shown.remove(&about)
                        && let Err(error) = desktop.close_notification(id).await
                    {
                        debug!("A notification is not taken back: {error}");
                    }
                }
                None => return Ok(()),
            },
            Some(action) = actions.next() => {
                let action = action.args()?;
                let about = shown.iter().find(|(_, id)| **id == action.id).map(|(about, _)| about.clone());
                if let (Some(about), Some(press)) = (about, press(&action.action_key)) {
                    drop(pressed.send((about, press)));
                }
            }
        }
    }
}

async fn show(
    desktop: &NotificationsProxy<'_>,
    bubble: &Bubble,
    Words { title, body }: &Words,
    replaces: u32,
) -> zbus::Result<u32> {
    let mut actions = vec![CLICK, ""];
    for (press, words) in &bubble.buttons {
        match press {
            Press::Open => actions[1] = words,
            Press::Accept | Press::AcceptVoice | Press::Decline => actions.extend([key(*press), *words]),
        }
    }
    let is_ring = matches!(bubble.about, About::Ring(_));
    let mut hints = HashMap::from([
        ("desktop-entry", Value::from("Pizoo")),
        ("category", Value::from(if is_ring { "call.incoming" } else { "im.received" })),
    ]);
    if is_ring {
        // Stays until it is answered; the app rings by itself.
        hints.insert("urgency", Value::from(2_u8));
        hints.insert("suppress-sound", Value::from(true));
    }
    let expires = if is_ring { 0 } else { -1 };
    desktop.notify("Pizoo", replaces, "pizoo", title, body, &actions, hints, expires).await
}

fn key(press: Press) -> &'static str {
    match press {
        Press::Open => CLICK,
        Press::Accept => "accept",
        Press::AcceptVoice => "accept-voice",
        Press::Decline => "decline",
    }
}

fn press(action: &str) -> Option<Press> {
    let all = [Press::Open, Press::Accept, Press::AcceptVoice, Press::Decline];
    all.into_iter().find(|press| key(*press) == action)
}

#[cfg(test)]
mod tests;
