//! A screen without a monitor, and what is to be seen on it.
//!
//! A picture taken by WebDriver shows the web view only, and pictures of a call may lie under it; so this looks at the
//! root window, which is what a person would see.

mod screen;
mod stamps;

pub use screen::{Pixels, Rectangle, Screen};
pub use stamps::{StampReader, StampsSeen};

use crate::children::{Child, Program};
use anyhow::{Context, Result};
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};

const START: Duration = Duration::from_secs(10);

/// A running X server of its own.
#[derive(Debug)]
pub struct Display {
    child: Child,
    name: String,
}

impl Display {
    /// Starts one of that size, in pixels, on a number that is free; what the server prints goes to `log`.
    ///
    /// # Errors
    /// Xvfb is missing or does not start.
    pub async fn start(width: u32, height: u32, log: &Path) -> Result<Self> {
        let mut child = Program::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset", "-screen", "0"])
            .arg(format!("{width}x{height}x24"))
            .piped_output()
            .log(log)
            .spawn()
            .await?;
        let output = child.output().context("the X server has no output")?;
        let mut number = String::new();
        let line = tokio::time::timeout(START, BufReader::new(output).read_line(&mut number)).await;
        line.context("the X server is silent")??;
        let number: u32 = number.trim().parse().context("the X server's display number")?;
        Ok(Self { child, name: format!(":{number}") })
    }

    /// Its name, such as `:7`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A connection to look at it.
    ///
    /// # Errors
    /// It does not answer.
    pub fn screen(&self) -> Result<Screen> {
        Screen::connect(&self.name)
    }

    /// The variables that make a program show itself here, and nowhere else.
    pub fn env(&self) -> Vec<(String, String)> {
        let variables = [("DISPLAY", self.name.as_str()), ("GDK_BACKEND", "x11"), ("NO_AT_BRIDGE", "1")];
        variables.map(|(name, value)| (name.into(), value.into())).into()
    }

    /// Ends it.
    ///
    /// # Errors
    /// It does not end.
    pub async fn stop(self) -> Result<()> {
        self.child.stop().await
    }
}
