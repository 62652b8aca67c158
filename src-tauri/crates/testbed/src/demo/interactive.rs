//! The app on the user's own screen, with the user's own devices, and somebody who waits for their call.

use crate::app::built;
use crate::backend::{Backend, MATCH, USER_ONE, USER_TWO};
use crate::children::Program;
use crate::people::spoken;
use crate::sfu::Sfu;
use anyhow::{Context, Result, ensure};
use pizoo_client::view::SessionView;
use pizoo_client::{CameraSource, Client, ClientConfig, KeychainChoice};
use pizoo_media::audio::AudioConfig;
use std::path::Path;
use std::time::Duration;

const RESTORE: Duration = Duration::from_secs(20);
const PROFILE: &str = "demo";
/// Longer than anybody looks at a demo.
const AS_LONG_AS_IT_TAKES: Duration = Duration::from_secs(24 * 3600);

/// Starts LiveKit, the backend, User Two, and the app with User One signed in; returns when the app is closed. Logs go to
/// the folder `out`.
///
/// # Errors
/// A part of it does not start.
pub async fn with_display(out: &Path) -> Result<()> {
    std::fs::create_dir_all(out).with_context(|| format!("{}", out.display()))?;
    let sfu = Sfu::start(Some(&out.join("livekit-server.log"))).await?;
    let backend = Backend::start(&sfu).await?;
    let server = backend.url()?;
    let user = sign_in(&backend).await;
    let program = |name: &str| -> Result<Program> {
        let path = built(&format!("{name}{}", std::env::consts::EXE_SUFFIX))?;
        Ok(Program::new(path).env("PIZOO_API_URL", server.as_str()).log(out.join(format!("{name}.log"))))
    };
    let peer = program("pizoo-peer")?.args(["--email", USER_TWO, "--match", MATCH]).spawn().await?;
    let mut app = program("pizoo")?.args(["--profile", PROFILE]).spawn().await?;
    match &user {
        Ok(_) => println!("User Two waits in the chat {MATCH}: press the video button. The demo ends with the app."),
        Err(error) => println!("Sign in as {USER_ONE} ({error}), then press the video button in the chat {MATCH}."),
    }
    let ended = app.wait(AS_LONG_AS_IT_TAKES).await;
    peer.stop().await?;
    let cleared = if user.is_ok() { sign_out(&backend).await } else { Ok(()) };
    backend.stop().await;
    sfu.stop().await;
    ensure!(ended?.success(), "the app failed; see {}", out.join("pizoo.log").display());
    cleared
}

/// Signs User One in and leaves the session in this computer's keychain, where the app finds it.
async fn sign_in(backend: &Backend) -> Result<()> {
    let link = backend.link(USER_ONE).await?;
    let client = start(backend)?;
    client.verify_link(&link, "").await.map_err(spoken)?;
    client.shutdown().await;
    // Only a client that starts anew knows whether the session was stored.
    let again = start(backend)?;
    let stored = restored(&again).await;
    again.shutdown().await;
    ensure!(stored, "this computer's keychain did not keep the session");
    Ok(())
}

/// Leaves nothing behind in the keychain.
async fn sign_out(backend: &Backend) -> Result<()> {
    let client = start(backend)?;
    let signed_out = if restored(&client).await { client.sign_out().await.map_err(spoken) } else { Ok(()) };
    client.shutdown().await;
    signed_out
}

async fn restored(client: &Client) -> bool {
    let mut session = client.session();
    let settled = session.wait_for(|view| !matches!(view, SessionView::Starting { .. }));
    let settled = tokio::time::timeout(RESTORE, settled).await;
    matches!(settled, Ok(Ok(view)) if matches!(*view, SessionView::SignedIn { .. }))
}

fn start(backend: &Backend) -> Result<Client> {
    Ok(Client::start(ClientConfig {
        server: backend.url()?,
        profile: PROFILE.into(),
        keychain: KeychainChoice::System,
        camera: CameraSource::None,
        audio: AudioConfig::default(),
        folder: None,
        on_this_computer: true,
    })?)
}
