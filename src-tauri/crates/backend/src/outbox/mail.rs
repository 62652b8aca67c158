//! The sign-in mail: logged in development, sent by SMTP with `SMTP_URL`.

use super::delivery::DeliveryError;
use lettre::message::{Mailbox, MultiPart, header};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use secrecy::{ExposeSecret as _, SecretString};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use url::Url;

/// As many mock mails are remembered.
const KEPT: usize = 100;
const ANSWER: Duration = Duration::from_secs(15);

/// How mail is sent.
pub(crate) enum Mailer {
    /// One log line a mail.
    Mock(Mock),
    /// By SMTP.
    Smtp(Box<Smtp>),
    /// No way to send any.
    Absent,
}

/// Mails that were logged, newest first.
#[derive(Default)]
pub(crate) struct Mock(Mutex<VecDeque<Noted>>);

struct Noted {
    to: String,
    link: String,
    code: String,
}

/// A mail server and who writes.
pub(crate) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// `url` as lettre reads it: `smtps://user:password@host`, `smtp://host:25`, `smtp://host:587?tls=required`.
    pub(crate) fn new(url: &SecretString, from: &str) -> Result<Self, String> {
        let from = from.parse().map_err(|error| format!("MAIL_FROM is not an address: {error}"))?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .map_err(|_| "SMTP_URL is not the address of a mail server".to_owned())?;
        Ok(Self { transport: transport.timeout(Some(ANSWER)).build(), from })
    }
}

impl Mailer {
    pub(super) async fn send(&self, to: &str, link: &str, code: &str) -> Result<(), DeliveryError> {
        let Self::Smtp(smtp) = self else { return Ok(()) };
        let never = |_| DeliveryError::Never("the mail cannot be written".into());
        let to = to.parse().map_err(|_| DeliveryError::Never("the address is none".into()))?;
        let (plain, html) = texts(link, code);
        let mail = Message::builder()
            .from(smtp.from.clone())
            .to(Mailbox::new(None, to))
            .subject("Sign in to Pizoo")
            .header(header::MIME_VERSION_1_0)
            .multipart(MultiPart::alternative_plain_html(plain, html))
            .map_err(never)?;
        // The server's words may repeat the address: they are not passed on.
        match smtp.transport.send(mail).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(DeliveryError::Never("the mail server refused it".into())),
            Err(error) if error.is_timeout() => Err(DeliveryError::Later("the mail server did not answer".into())),
            Err(_) => Err(DeliveryError::Later("the mail server could not take it".into())),
        }
    }
}

fn texts(link: &str, code: &str) -> (String, String) {
    let note = "Both work once, for ten minutes. If you did not ask for this, ignore it: nobody gets in without it.";
    let plain =
        format!("Sign in to Pizoo with this link:\n\n{link}\n\nor type this code into the app: {code}\n\n{note}\n");
    // The link is made of the configured address and a token of URL-safe characters.
    let href = link.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let html = format!(
        "<p>Sign in to Pizoo with <a href=\"{href}\">this link</a>,</p>\
         <p>or type this code into the app: <b>{code}</b></p><p>{note}</p>"
    );
    (plain, html)
}

impl Mock {
    pub(super) fn note(&self, to: &str, link: &str, code: &str) {
        tracing::info!("MOCK EMAIL to {to}: {link} (code {code})");
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.truncate(KEPT - 1);
        noted.push_front(Noted { to: to.to_owned(), link: link.to_owned(), code: code.to_owned() });
    }

    pub(super) fn newest(&self, to: &str) -> Option<(String, String)> {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.iter().find(|mail| mail.to == to).map(|mail| (mail.link.clone(), mail.code.clone()))
    }
}

/// `{FRONTEND_URL}/auth/verify?token=...`, as the original's links.
pub(crate) fn link(frontend: &Url, token: &str) -> String {
    format!("{}/auth/verify?token={token}", frontend.as_str().trim_end_matches('/'))
}
