//! A program to run, and one that runs.

use super::{GRACE, spawner};
use anyhow::{Context, Result, bail, ensure};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::process::{ChildStdin, ChildStdout, Command};

/// What to run, and with what.
#[derive(Clone, Debug)]
pub struct Program {
    name: String,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, Option<OsString>)>,
    log: Option<PathBuf>,
    input: bool,
    output: bool,
}

impl Program {
    /// A program, by name or path.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        let name = Path::new(program).file_name().unwrap_or(program).to_string_lossy().into_owned();
        Self { name, arguments: vec![program.into()], variables: vec![], log: None, input: false, output: false }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().into());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().into()));
        self
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.variables.push((name.as_ref().into(), Some(value.as_ref().into())));
        self
    }

    /// Sets variables of its environment.
    #[must_use]
    pub fn envs(mut self, variables: &[(String, String)]) -> Self {
        self.variables.extend(variables.iter().map(|(name, value)| (name.into(), Some(value.into()))));
        self
    }

    /// Hides a variable of our environment from it.
    #[must_use]
    pub fn without_env(mut self, name: &str) -> Self {
        self.variables.push((name.into(), None));
        self
    }

    /// Writes what it prints to a file (its errors only, if its output is piped); otherwise it is dropped.
    #[must_use]
    pub fn log(mut self, file: impl Into<PathBuf>) -> Self {
        self.log = Some(file.into());
        self
    }

    /// Pipes its standard input; see [`Child::input`].
    #[must_use]
    pub fn piped_input(mut self) -> Self {
        self.input = true;
        self
    }

    /// Pipes its standard output; see [`Child::output`].
    #[must_use]
    pub fn piped_output(mut self) -> Self {
        self.output = true;
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// It, or the file for its log, cannot be opened.
    pub async fn spawn(self) -> Result<Child> {
        let context = format!("{} cannot be started", self.name);
        let child = spawner::spawn(self.command()?).await.context(context)?;
        Ok(Child { name: self.name, child })
    }

    /// Runs it to its end and returns what it printed.
    ///
    /// # Errors
    /// It cannot be started, takes longer than `within`, or fails; then the error carries what it complained of.
    pub async fn run(self, within: Duration) -> Result<Vec<u8>> {
        let name = self.name.clone();
        let mut command = self.command()?;
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = spawner::spawn(command).await.with_context(|| format!("{name} cannot be started"))?;
        let output = tokio::time::timeout(within, child.wait_with_output()).await;
        let output = output.with_context(|| format!("{name} did not end within {:.1} s", within.as_secs_f64()))??;
        let complaint = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{name} failed ({}): {}", output.status, complaint.trim());
        Ok(output.stdout)
    }

    fn command(&self) -> Result<Command> {
        let mut words: Vec<&OsStr> = vec![];
        if cfg!(target_os = "linux") {
            words.extend(["setpriv", "--pdeathsig", "KILL", "--"].map(OsStr::new));
        }
        words.extend(self.arguments.iter().map(OsString::as_os_str));
        let [program, arguments @ ..] = &words[..] else { bail!("no program") };
        let mut command = Command::new(program);
        command.args(arguments).kill_on_drop(true);
        for (name, value) in &self.variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let log = || -> Result<Stdio> {
            let Some(path) = &self.log else { return Ok(Stdio::null()) };
            let file = std::fs::File::options().create(true).append(true).open(path);
            Ok(file.with_context(|| format!("the log {}", path.display()))?.into())
        };
        command.stdin(if self.input { Stdio::piped() } else { Stdio::null() });
        command.stdout(if self.output { Stdio::piped() } else { log()? });
        command.stderr(log()?);
        Ok(command)
    }
}

/// A running child; dropping it kills it.
#[derive(Debug)]
pub struct Child {
    name: String,
    child: tokio::process::Child,
}

impl Child {
    /// Its process id, until its end was noticed.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Its standard input, once, if it was piped.
    pub fn input(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// Its standard output, once, if it was piped.
    pub fn output(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// It does not end in time.
    pub async fn wait(&mut self, within: Duration) -> Result<ExitStatus> {
        let ended = tokio::time::timeout(within, self.child.wait()).await;
        Ok(ended.with_context(|| format!("{} does not end", self.name))??)
    }

    /// Asks it to end, and kills it when it does not.
    ///
    /// # Errors
    /// It does not end even then.
    pub async fn stop(mut self) -> Result<()> {
        #[cfg(unix)]
        if let Some(pid) = self.child.id().and_then(|pid| rustix::process::Pid::from_raw(pid as i32))
            && self.ended().is_none()
            && rustix::process::kill_process(pid, rustix::process::Signal::TERM).is_ok()
            && self.wait(GRACE).await.is_ok()
        {
            return Ok(());
        }
        self.kill().await
    }

    /// Kills it, as the kernel does when memory runs out.
    ///
    /// # Errors
    /// It does not end even then.
    pub async fn kill(mut self) -> Result<()> {
        let killed = tokio::time::timeout(GRACE, self.child.kill()).await;
        killed.with_context(|| format!("{} cannot be killed", self.name))??;
        Ok(())
    }
}
