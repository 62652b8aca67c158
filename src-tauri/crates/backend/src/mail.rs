//! Sign-in mail. A development backend logs it and keeps the newest for the development route; sending real mail is a
//! variant still to come, so a production backend says that it cannot.

use crate::settings::Mode;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use url::Url;

/// As many mock mails are remembered.
const KEPT: usize = 100;

#[derive(Debug)]
pub(crate) enum Mail {
    /// One log line a mail.
    Mock(Mutex<VecDeque<(String, String)>>),
    /// No way to send any.
    Absent,
}

impl Mail {
    pub(crate) fn new(mode: Mode) -> Self {
        match mode {
            Mode::Development => Self::Mock(Mutex::default()),
            Mode::Production => Self::Absent,
        }
    }

    /// Whether mail can be sent at all.
    pub(crate) fn works(&self) -> bool {
        matches!(self, Self::Mock(_))
    }

    pub(crate) fn send(&self, email: &str, link: &str) {
        let Self::Mock(sent) = self else { return };
        tracing::info!("MOCK EMAIL to {email}: {link}");
        let mut sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.truncate(KEPT - 1);
        sent.push_front((email.to_owned(), link.to_owned()));
    }

    /// The link in the newest mock mail to an address.
    pub(crate) fn newest(&self, email: &str) -> Option<String> {
        let Self::Mock(sent) = self else { return None };
        let sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.iter().find(|(to, _)| to == email).map(|(_, link)| link.clone())
    }
}

/// `{FRONTEND_URL}/auth/verify?token=...`, as the original's links.
pub(crate) fn link(frontend: &Url, token: &str) -> String {
    format!("{}/auth/verify?token={token}", frontend.as_str().trim_end_matches('/'))
}
