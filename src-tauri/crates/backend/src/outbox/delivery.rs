//! One message, tried a few times.

use super::{Mailer, Message, Texter};
use std::time::Duration;

/// A mail server that restarts is back after the last one.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(20)];

/// Why a try failed. Neither holds the address.
#[derive(Debug, thiserror::Error)]
pub(super) enum DeliveryError {
    /// It may work later.
    #[error("{0}")]
    Later(String),
    /// It never will.
    #[error("{0}")]
    Never(String),
}

/// Tries until it is accepted, refused for good, or given up.
pub(super) async fn deliver(mailer: &Mailer, texter: &Texter, message: &Message) {
    let kind = match message {
        Message::Mail { .. } => "mail",
        Message::Text { .. } => "text message",
    };
    let mut pauses = PAUSES.iter();
    loop {
        let tried = match message {
            Message::Mail { to, link, code } => mailer.send(to, link, code).await,
            Message::Text { to, code } => texter.send(to, code).await,
        };
        match (tried, pauses.next()) {
            (Ok(()), _) => return,
            (Err(DeliveryError::Later(error)), Some(pause)) => {
                tracing::warn!(kind, error, "not sent yet");
                tokio::time::sleep(*pause).await;
            }
            (Err(error), _) => return tracing::error!(kind, %error, "not sent"),
        }
    }
}
