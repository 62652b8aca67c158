//! A private D-Bus session with gnome-keyring in it: the Secret Service that the app keeps its token in.

use crate::children::{Child, Program};
use crate::deadline;
use anyhow::{Context, Result};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

const START: Duration = Duration::from_secs(10);
const PASSWORD: &[u8] = b"test keyring";
/// A bus that starts nothing by itself: what is not started here is not there.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=FOLDER</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"#;

/// What state the keychain is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// It works.
    Open,
    /// It is there and locked, and nobody is there who could be asked for the password.
    Locked,
    /// There is a bus, but no keychain on it.
    Missing,
}

/// A D-Bus session, and a keyring in it.
#[derive(Debug)]
pub struct Keychain {
    bus: Child,
    keyring: Option<Child>,
    address: String,
    dir: TempDir,
}

impl Keychain {
    /// Starts a session with a keyring in that state.
    ///
    /// # Errors
    /// A program is missing or does not start.
    pub async fn start(lock: Lock) -> Result<Self> {
        let dir = TempDir::with_prefix("pizoo-keychain-")?;
        let config = dir.path().join("bus.xml");
        std::fs::write(&config, BUS.replace("FOLDER", &dir.path().display().to_string()))?;
        let mut bus = Program::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--print-address=1"])
            .piped_output()
            .log(dir.path().join("bus.log"))
            .spawn()
            .await?;
        let output = bus.output().context("the bus has no output")?;
        let mut address = String::new();
        tokio::time::timeout(START, BufReader::new(output).read_line(&mut address))
            .await
            .context("the bus is silent")??;
        let mut keychain = Self { bus, keyring: None, address: address.trim().to_owned(), dir };
        if lock == Lock::Missing {
            return Ok(keychain);
        }
        keychain.start_keyring(true).await?;
        if lock == Lock::Locked {
            // The first start made the keyring; without the password the second one cannot open it.
            keychain.lock().await?;
        }
        Ok(keychain)
    }

    /// Locks it, with what is in it; nobody is there who could be asked for the password.
    ///
    /// # Errors
    /// It does not end or start.
    pub async fn lock(&mut self) -> Result<()> {
        self.stop_keyring().await?;
        self.start_keyring(false).await
    }

    /// Opens it, with what is in it.
    ///
    /// # Errors
    /// It does not end or start.
    pub async fn unlock(&mut self) -> Result<()> {
        self.stop_keyring().await?;
        self.start_keyring(true).await
    }

    async fn start_keyring(&mut self, unlock: bool) -> Result<()> {
        let dir = self.dir.path();
        let mut program = Program::new("gnome-keyring-daemon").args(["--foreground", "--components=secrets"]);
        if unlock {
            program = program.arg("--unlock");
        }
        let mut keyring = program
            .arg(format!("--control-directory={}", dir.join("control").display()))
            .env("HOME", dir)
            .env("XDG_DATA_HOME", dir.join("data"))
            .env("XDG_RUNTIME_DIR", dir)
            .envs(&self.env())
            .without_env("DISPLAY")
            .piped_input()
            .log(dir.join("keyring.log"))
            .spawn()
            .await?;
        let mut input = keyring.input().context("the keyring has no input")?;
        if unlock {
            input.write_all(PASSWORD).await?;
        }
        drop(input);
        self.keyring = Some(keyring);
        deadline::until("gnome-keyring on the bus", START, async || self.has_service(true).await).await
    }

    async fn stop_keyring(&mut self) -> Result<()> {
        if let Some(keyring) = self.keyring.take() {
            keyring.stop().await?;
        }
        deadline::until("gnome-keyring off the bus", START, async || self.has_service(false).await).await
    }

    /// Whether it is certain that a Secret Service is, or is not, there.
    async fn has_service(&self, wanted: bool) -> bool {
        let question = ["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"];
        let answer = self.ask("org.freedesktop.DBus", "/org/freedesktop/DBus", &question).await;
        answer.is_ok_and(|text| text.contains(&format!("boolean {wanted}")))
    }

    /// Whether the keyring is locked; `None` when there is none.
    pub async fn locked(&self) -> Option<bool> {
        let keyring = "/org/freedesktop/secrets/collection/login";
        let collection = "string:org.freedesktop.Secret.Collection";
        let question = ["org.freedesktop.DBus.Properties.Get", collection, "string:Locked"];
        let answer = self.ask("org.freedesktop.secrets", keyring, &question).await.ok()?;
        Some(answer.contains("boolean true"))
    }

    async fn ask(&self, service: &str, object: &str, question: &[&str]) -> Result<String> {
        let answer = Program::new("dbus-send")
            .arg(format!("--bus={}", self.address))
            .args(["--print-reply", &format!("--dest={service}"), object])
            .args(question)
            .run(START)
            .await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// The variables that let a program find it.
    pub fn env(&self) -> Vec<(String, String)> {
        vec![("DBUS_SESSION_BUS_ADDRESS".into(), self.address.clone())]
    }

    /// Ends both.
    ///
    /// # Errors
    /// One does not end.
    pub async fn stop(mut self) -> Result<()> {
        if let Some(keyring) = self.keyring.take() {
            keyring.stop().await?;
        }
        self.bus.stop().await
    }
}
