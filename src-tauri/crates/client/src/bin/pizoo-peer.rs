//! `pizoo-peer`: a client without a window. Signs in, answers the calls of a match (or rings), sends a test source and
//! reports what it receives as JSON, one line an event. For demonstrations, QA and load.

use anyhow::{Context as _, bail};
use clap::{Parser, ValueEnum};
use pizoo_api::MatchId;
use pizoo_api::livekit::CallType;
use pizoo_client::view::{
    CallAvailability, CallPhase, CallView, CameraStart, ErrorCode, Picture, SessionView, UserError,
};
use pizoo_client::{CameraSource, Client, ClientConfig, KeychainChoice};
use pizoo_media::audio::{AudioConfig, Input, Output};
use pizoo_pattern::{Scene, read_luma};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::time::Duration;
use tokio::sync::watch;
use url::Url;

/// A head-less Pizoo client.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// The backend.
    #[arg(long, env = "PIZOO_API_URL", default_value = "http://127.0.0.1:8001")]
    server: Url,
    /// The account. Signs in with the newest mock mail of a development backend unless a link is given.
    #[arg(long)]
    email: String,
    /// A magic link or its code.
    #[arg(long)]
    link: Option<String>,
    /// Rings instead of answering, again and again until somebody answers.
    #[arg(long)]
    ring: bool,
    /// The match it is about.
    #[arg(long = "match", default_value = "test-room-123")]
    match_id: String,
    /// Voice or video.
    #[arg(long, value_enum, default_value = "video")]
    call: Kind,
    /// What is sent as sound.
    #[arg(long, value_enum, default_value = "speech")]
    sound: Sound,
    /// Which of the two test pictures is sent.
    #[arg(long, value_enum, default_value = "two")]
    scene: Side,
    /// Plays what it hears on the default loudspeaker.
    #[arg(long)]
    listen: bool,
    /// Hangs up after so many seconds together; without it, it stays, and waits again after each call.
    #[arg(long)]
    seconds: Option<u64>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Audio,
    Video,
}

#[derive(Clone, Copy, ValueEnum)]
enum Sound {
    Speech,
    Tone,
    None,
}

#[derive(Clone, Copy, ValueEnum)]
enum Side {
    One,
    Two,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let options = Options::parse();
    let client = Client::start(ClientConfig {
        server: options.server.clone(),
        profile: "peer".into(),
        keychain: KeychainChoice::Memory,
        camera: CameraSource::Pattern(match options.scene {
            Side::One => Scene::One,
            Side::Two => Scene::Two,
        }),
        audio: AudioConfig {
            input: match options.sound {
                Sound::Speech => Input::Speech,
                Sound::Tone => Input::Tone(440),
                Sound::None => Input::None,
            },
            output: if options.listen { Output::Default } else { Output::None },
        },
        folder: None,
        on_this_computer: true,
    })?;
    let result = tokio::select! {
        result = run(&client, &options) => result,
        () = stopped() => Ok(()),
    };
    client.shutdown().await;
    result
}

async fn run(client: &Client, options: &Options) -> anyhow::Result<()> {
    sign_in(client, options).await?;
    let match_id = MatchId::from(options.match_id.as_str());
    let mut conversations = client.conversations();
    let known = conversations.wait_for(|view| view.loaded);
    let view = tokio::time::timeout(Duration::from_secs(20), known).await.context("the server does not answer")??;
    if !view.list.iter().any(|c| c.match_id == match_id) {
        bail!("this account has no match {match_id}");
    }
    drop(view);
    let mut server = client.server();
    let rings = server.wait_for(|view| view.calls != CallAvailability::Unknown).await?.rings;
    if rings && let Err(error) = client.allow_calling(&match_id, true).await {
        bail!("calls cannot be agreed to: {:?} {}", error.code, error.detail.unwrap_or_default());
    }
    say(&json!({"event": "ready", "match_id": match_id}));
    loop {
        let call_type = match options.call {
            Kind::Audio => CallType::Audio,
            Kind::Video => CallType::Video,
        };
        let started = match rings && !options.ring {
            true => answer(client, &match_id, call_type).await?,
            false => client.start_call(&match_id, call_type, CameraStart::On).await,
        };
        match started {
            Ok(()) => say(&json!({"event": "joined", "match_id": match_id})),
            // Given up while it was being answered.
            Err(UserError { code: ErrorCode::CallOver, .. }) => continue,
            Err(error) => bail!("the call cannot be started: {:?} {}", error.code, error.detail.unwrap_or_default()),
        }
        let talked = call(client, options.seconds.map(Duration::from_secs)).await?;
        if talked && options.seconds.is_some() {
            return Ok(());
        }
    }
}

/// Waits for a ring of that match, and answers it.
async fn answer(client: &Client, match_id: &MatchId, call_type: CallType) -> anyhow::Result<Result<(), UserError>> {
    let mut incoming = client.incoming();
    let ring = incoming.wait_for(|ring| ring.as_ref().is_some_and(|ring| ring.match_id == *match_id)).await?.clone();
    let Some(ring) = ring else { return Ok(Ok(())) };
    say(&json!({"event": "rung", "call_id": ring.call_id}));
    let call_type = if ring.call_type == CallType::Audio { CallType::Audio } else { call_type };
    Ok(client.accept_call(&ring.call_id, call_type, CameraStart::On).await)
}

async fn sign_in(client: &Client, options: &Options) -> anyhow::Result<()> {
    let signed_in = match &options.link {
        Some(link) => client.verify_link(link, "").await,
        None => match client.send_link(&options.email, "").await {
            Ok(()) => client.development_link(&options.email).await,
            refused => refused,
        },
    };
    if let Err(error) = signed_in {
        bail!("cannot sign in: {:?} {}", error.code, error.detail.unwrap_or_default());
    }
    match &*client.session().borrow() {
        SessionView::SignedIn { user, .. } => say(&json!({"event": "signed_in", "user": user.id})),
        other => bail!("cannot sign in: {other:?}"),
    }
    Ok(())
}

/// Stays in the call until it is over or `limit` of being together has passed; tells whether both ever were.
async fn call(client: &Client, limit: Option<Duration>) -> anyhow::Result<bool> {
    let mut view = client.call();
    let mut picture = client.picture(Picture::Remote);
    let mut stamps = BTreeSet::new();
    let mut phase = None;
    let (mut together, mut ended, mut talked) = (None, false, false);
    while !ended {
        tokio::select! {
            changed = view.changed() => changed.context("the client stopped")?,
            changed = picture.changed() => {
                changed.context("the client stopped")?;
                if let Some(frame) = picture.borrow_and_update().clone() {
                    let (y, _, _) = frame.planes();
                    let (width, height) = (frame.width as usize, frame.height as usize);
                    stamps.extend(read_luma(y, width, width, height).map(|stamp| stamp.0));
                }
            }
            () = until(together, limit) => {
                let _ = client.end_call().await;
                together = None;
            }
        }
        let now = current(&mut view);
        if now != phase {
            say(&json!({"event": "phase", "phase": now}));
            if now == Some(CallPhase::Active) && !talked {
                talked = true;
                together = Some(tokio::time::Instant::now());
            }
            ended = matches!(now, None | Some(CallPhase::Ended { .. }));
            phase = now;
        }
    }
    say(&json!({"event": "ended", "received": client.statistics(), "stamps_read": stamps.len()}));
    let _ = client.dismiss_call().await;
    Ok(talked)
}

fn current(view: &mut watch::Receiver<Option<CallView>>) -> Option<CallPhase> {
    view.borrow_and_update().as_ref().map(|call| call.phase)
}

async fn until(together: Option<tokio::time::Instant>, limit: Option<Duration>) {
    match (together, limit) {
        (Some(since), Some(limit)) => tokio::time::sleep_until(since + limit).await,
        _ => std::future::pending().await,
    }
}

fn say(line: &serde_json::Value) {
    let mut out = std::io::stdout().lock();
    // A reader that went away is no reason to leave the call.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

#[cfg(unix)]
async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! { _ = terminate.recv() => {}, _ = tokio::signal::ctrl_c() => {} }
}

#[cfg(not(unix))]
async fn stopped() {
    let _ = tokio::signal::ctrl_c().await;
}
