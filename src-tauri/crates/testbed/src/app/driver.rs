//! One app process and the driver it hangs on.

use super::{Usage, built};
use crate::children::{Child, Process, Program, processes_below};
use crate::deadline;
use crate::display::Rectangle;
use anyhow::{Context, Result, anyhow, bail};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

const START: Duration = Duration::from_secs(30);
const END: Duration = Duration::from_secs(10);
/// How long the user interface may take to show what it is about to show.
const SHOW: Duration = Duration::from_secs(15);
const INVOKE: &str = "const [command, args, done] = arguments;
    window.__TAURI_INTERNALS__.invoke(command, args).then(value => done({ value }), error => done({ error }));";
/// Edges of an element in device pixels of the page.
const PLACE: &str = "const box = document.querySelector(arguments[0]).getBoundingClientRect();
    return [box.x, box.y, box.width, box.height].map(edge => Math.round(edge * window.devicePixelRatio));";

/// What an app is started with.
#[derive(Clone, Debug)]
pub struct AppSettings {
    /// Arguments after the program's name.
    pub arguments: Vec<String>,
    /// Variables for the app, its web processes and the driver.
    pub env: Vec<(String, String)>,
    /// Variables for the app and its web processes only: what is preloaded must not get into the driver.
    pub app_env: Vec<(String, String)>,
    /// Where the app's output goes.
    pub log: PathBuf,
}

/// A running app.
#[derive(Debug)]
pub struct App {
    driver: Child,
    client: Client,
    process: Process,
}

impl App {
    /// Starts the app that cargo built, and waits until its page answers.
    ///
    /// # Errors
    /// It is not built, the driver is missing, or there is no page in time.
    pub async fn start(settings: AppSettings) -> Result<Self> {
        let program = built("pizoo").context("`cargo build` builds the app")?;
        let port = free_port()?;
        let driver = Program::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(&settings.env)
            .log(&settings.log)
            .spawn()
            .await?;
        // The app is the driver's child, so it is tied to the driver as the driver is to us.
        let mut arguments = ["--pdeathsig", "KILL", "--", "env"].map(String::from).to_vec();
        arguments.extend(settings.app_env.iter().map(|(name, value)| format!("{name}={value}")));
        arguments.push(program.display().to_string());
        arguments.extend(settings.arguments);
        let options = json!({ "binary": which("setpriv")?, "args": arguments });
        let wish = [("webkitgtk:browserOptions".to_owned(), options)].into_iter().collect();
        deadline::until("the WebDriver", START, async || {
            tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok()
        })
        .await?;
        let mut session = ClientBuilder::new(HttpConnector::new());
        let address = format!("http://127.0.0.1:{port}");
        // An app that ends at once leaves the driver waiting for it for ever.
        let session = tokio::time::timeout(START, session.capabilities(wish).connect(&address))
            .await
            .map_err(anyhow::Error::from)
            .and_then(|connected| Ok(connected?))
            .with_context(|| format!("the app's session; see {}", settings.log.display()))?;
        let driver_pid = driver.pid().context("the WebDriver ended")?;
        let process = deadline::eventually("the app's process", START, async || {
            processes_below(driver_pid).into_iter().find(|process| process.program().as_deref() == Some(&program))
        })
        .await?;
        Ok(Self { driver, client: session, process })
    }

    /// Its process.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// What it and its web processes use.
    pub fn usage(&self) -> Usage {
        let now = processes_below(std::process::id()).into_iter().find(|process| process.pid == self.process.pid);
        now.as_ref().map(Usage::of).unwrap_or_default()
    }

    /// Calls a command of the app, as its page does.
    ///
    /// # Errors
    /// The command's own error, or there is no answer.
    pub async fn invoke(&self, command: &str, arguments: Value) -> Result<Value> {
        let answer = self.client.execute_async(INVOKE, vec![json!(command), arguments]).await?;
        match answer.get("error") {
            Some(error) => bail!("{command}: {error}"),
            None => Ok(answer.get("value").cloned().unwrap_or(Value::Null)),
        }
    }

    /// Runs JavaScript in the page.
    ///
    /// # Errors
    /// It throws, or the page is gone.
    pub async fn script(&self, code: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(code, arguments).await?)
    }

    /// The page's document as it stands, for a search.
    ///
    /// # Errors
    /// The page is gone.
    pub async fn document(&self) -> Result<String> {
        Ok(self.client.source().await?)
    }

    async fn find(&self, selector: &str) -> Option<Element> {
        let element = self.client.find(Locator::Css(selector)).await.ok()?;
        element.is_displayed().await.ok()?.then_some(element)
    }

    /// Waits until something that a selector finds is shown.
    ///
    /// # Errors
    /// It is not shown in time.
    pub async fn wait_for_selector(&self, selector: &str, within: Duration) -> Result<()> {
        deadline::until(selector, within, async || self.find(selector).await.is_some()).await
    }

    /// Waits until the element with that test id is shown.
    ///
    /// # Errors
    /// It is not shown in time.
    pub async fn wait_for(&self, id: &str, within: Duration) -> Result<()> {
        self.wait_for_selector(&selector(id), within).await
    }

    /// Whether the element with that test id is shown now.
    pub async fn shows(&self, id: &str) -> bool {
        self.shows_selector(&selector(id)).await
    }

    /// Whether something that a selector finds is shown now.
    pub async fn shows_selector(&self, selector: &str) -> bool {
        self.find(selector).await.is_some()
    }

    /// Clicks on the element with that test id as soon as it is shown and enabled.
    ///
    /// # Errors
    /// It cannot be clicked in time.
    pub async fn click(&self, id: &str) -> Result<()> {
        self.click_selector(&selector(id)).await
    }

    /// Clicks on what a selector finds, as soon as it is shown and enabled.
    ///
    /// # Errors
    /// It cannot be clicked in time.
    pub async fn click_selector(&self, selector: &str) -> Result<()> {
        deadline::until(&format!("a click on {selector}"), SHOW, async || {
            let Some(element) = self.find(selector).await else { return false };
            element.is_enabled().await.unwrap_or(false) && element.click().await.is_ok()
        })
        .await
    }

    /// Types into the field with that test id; what stood there is replaced.
    ///
    /// # Errors
    /// The field does not take it in time.
    pub async fn enter(&self, id: &str, text: &str) -> Result<()> {
        deadline::until(&format!("text in {id}"), SHOW, async || {
            let Some(field) = self.find(&selector(id)).await else { return false };
            field.clear().await.is_ok() && field.send_keys(text).await.is_ok()
        })
        .await
    }

    /// The text of the element with that test id.
    ///
    /// # Errors
    /// There is no such element.
    pub async fn text(&self, id: &str) -> Result<String> {
        Ok(self.client.find(Locator::Css(&selector(id))).await?.text().await?)
    }

    /// An attribute of the element with that test id, if both are there.
    pub async fn attribute(&self, id: &str, name: &str) -> Option<String> {
        self.client.find(Locator::Css(&selector(id))).await.ok()?.attr(name).await.ok()?
    }

    /// Waits until the call screen shows a phase of the call.
    ///
    /// # Errors
    /// It does not in time.
    pub async fn wait_for_phase(&self, phase: &str, within: Duration) -> Result<()> {
        let what = format!("call phase {phase}");
        let shown = async || self.attribute("call-screen", "data-phase").await;
        match deadline::until(&what, within, async || shown().await.as_deref() == Some(phase)).await {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(format!("the call screen shows {:?}", shown().await))),
        }
    }

    /// Presses a call button, and accepts the ground rules if they are asked about.
    ///
    /// # Errors
    /// The button cannot be pressed, or no call comes of it in time.
    pub async fn call(&self, button: &str) -> Result<()> {
        self.click(button).await?;
        deadline::until("the ground rules or the call", SHOW, async || {
            if let Some(accept) = self.find(&selector("ground-rules-accept")).await {
                // It may be going away already: then the next look finds the call.
                let _ = accept.click().await;
            }
            self.shows("call-screen").await
        })
        .await
    }

    /// Takes the blur off the other side's picture, as soon as there is one.
    ///
    /// # Errors
    /// There is no such picture in time.
    pub async fn unblur(&self) -> Result<()> {
        self.click("show-remote").await
    }

    /// Where the element with that test id is in the window, in device pixels.
    ///
    /// # Errors
    /// There is no such element.
    pub async fn place(&self, id: &str) -> Result<Rectangle> {
        let edges = self.client.execute(PLACE, vec![json!(selector(id))]).await?;
        let edge = |index: usize| edges[index].as_f64().map(|edge| edge.max(0.0) as u32);
        let [Some(x), Some(y), Some(width), Some(height)] = [0, 1, 2, 3].map(edge) else {
            return Err(anyhow!("{id} has no place: {edges}"));
        };
        Ok(Rectangle { x, y, width, height })
    }

    /// Closes the app, as the end of its session, and then the driver.
    ///
    /// # Errors
    /// The app stays.
    pub async fn close(self) -> Result<()> {
        // A page that is gone already answers with an error; what counts is the process.
        let _ = tokio::time::timeout(END, self.client.close()).await;
        let pid = self.process.pid;
        let gone = deadline::until("the end of the app", END, async || {
            processes_below(std::process::id()).iter().all(|process| process.pid != pid)
        });
        let gone = gone.await;
        self.driver.stop().await?;
        gone
    }
}

fn selector(id: &str) -> String {
    format!("[data-testid='{id}']")
}

/// A port that was free a moment ago: the driver cannot choose one itself.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// The path of a program: the driver does not search for one.
fn which(program: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").context("PATH is not set")?;
    let found = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file());
    found.with_context(|| format!("{program} is not installed"))
}
