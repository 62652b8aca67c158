//! No log and no view tells a secret.

use super::stage::{SOON, Stage, meet};
use pizoo_api::livekit::CallType;
use pizoo_client::view::PicturePath;
use pizoo_testbed::backend::{Backend, USER_ONE};
use pizoo_testbed::people::{alice, bob};
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::EnvFilter;

/// Everything that is logged, by this process and the libraries in it.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_log_and_no_view_holds_a_token_or_key() {
    let log = Log::default();
    let writer = log.clone();
    let filter = EnvFilter::new("trace,hyper_util=debug,h2=info,sqlx=debug,tungstenite=debug");
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(move || writer.clone()).init();

    let stage = Stage::set().await;
    let secret = secrecy::ExposeSecret::expose_secret(&stage.sfu.livekit().secret).to_owned();
    let session = stage.backend.session(USER_ONE).await.unwrap();
    let mut views = String::new();
    let (alice, bob) = tokio::try_join!(alice(&stage.backend), bob(&stage.backend)).unwrap();
    meet(&alice, &bob, CallType::Video).await;
    for person in [&alice, &bob] {
        views += &serde_json::to_string(&person.client.snapshot(PicturePath::Canvas)).unwrap();
        views += &serde_json::to_string(&person.client.statistics()).unwrap();
    }
    alice.client.end_call().await.unwrap();
    tokio::try_join!(alice.is_through(SOON), bob.is_through(SOON)).unwrap();
    // A server that does not know the token quotes it in its refusal.
    let wrong = pizoo_backend::LiveKit {
        secret: "another secret than that server has".to_owned().into(),
        ..stage.sfu.livekit()
    };
    let strange = Backend::start_with(pizoo_backend::settings::Calls::Configured(wrong)).await.unwrap();
    let strangers =
        tokio::try_join!(pizoo_testbed::people::alice(&strange), pizoo_testbed::people::bob(&strange)).unwrap();
    tokio::try_join!(strangers.0.call(CallType::Video), strangers.1.call(CallType::Video)).unwrap();
    tokio::try_join!(strangers.0.is_through(SOON), strangers.1.is_through(SOON)).unwrap();
    for person in [alice, bob, strangers.0, strangers.1] {
        views += &serde_json::to_string(&person.client.snapshot(PicturePath::Canvas)).unwrap();
        person.client.shutdown().await;
    }
    strange.stop().await;
    stage.strike().await;

    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("MOCK EMAIL"), "the log was not caught");
    for (name, text) in [("log", &log), ("view", &views)] {
        // Every JSON Web Token begins like this; a magic link's token stands in the mock mail alone.
        for secret in ["eyJ", &secret, &session.access_token, &session.refresh_token] {
            let line = text.lines().find(|line| line.contains(secret));
            assert!(line.is_none(), "the {name} has a secret: {}", line.unwrap_or_default().replace(secret, "***"));
        }
        let links = text.lines().filter(|line| line.contains("auth/verify?token=") && !line.contains("MOCK EMAIL"));
        assert_eq!(links.collect::<Vec<_>>(), Vec::<&str>::new(), "the {name} has a magic link");
    }
}
