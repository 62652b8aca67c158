//! What the app is told from outside: arguments and environment, read once, here.
//!
//! An embedded backend has settings of its own (`pizoo_backend::Settings`), which it reads by itself. `PIZOO_DATA_DIR` is
//! one of both, so it has no argument.

use clap::{Parser, ValueEnum};
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use url::Url;

/// Quiet libraries, and everything of ours that a developer wants to see without asking, such as mock mails.
const LOG: &str =
    "warn,pizoo=info,pizoo_app=info,pizoo_backend=info,pizoo_call=info,pizoo_client=info,pizoo_media=info";

/// What the app is told from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Keeps several accounts on one computer apart.
    pub(crate) profile: String,
    /// The backend to use; without one, this computer's.
    pub(crate) server: Option<Url>,
    /// Where a backend on this computer is looked for, and where it listens if this app hosts it.
    pub(crate) listen: SocketAddr,
    /// How pictures get on the screen; without a choice, the best way of the system.
    pub(crate) pictures: Option<Pictures>,
    /// Where the app keeps its files: the embedded backend's database, and each profile's.
    pub(crate) data: PathBuf,
    /// What is logged, in the syntax of `RUST_LOG`.
    pub(crate) log: String,
    /// Links that this start is to open.
    pub(crate) links: Links,
    /// The system is to open such links with this program from now on.
    pub(crate) register_links: bool,
}

/// What the system handed over to be opened; a link's token is in it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Links(pub(crate) Vec<String>);

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Links({})", self.0.len())
    }
}

/// How pictures get on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pictures {
    /// Drawn by this program under the page (Linux).
    Native,
    /// Drawn by the page.
    Canvas,
}

/// Pizoo: voice and video calls between matched people.
#[derive(Parser)]
#[command(name = "pizoo", version)]
struct Arguments {
    /// Keeps several accounts on one computer apart; one window each
    #[arg(long, env = "PIZOO_PROFILE", value_name = "NAME", default_value = "default", value_parser = profile)]
    profile: String,
    /// The backend to use; without one, the app uses or hosts one on this computer
    #[arg(long, env = "PIZOO_API_URL", value_name = "URL", value_parser = server)]
    server: Option<Url>,
    /// Where a backend on this computer is looked for or hosted
    #[arg(long, env = "PIZOO_ADDR", value_name = "IP:PORT", default_value = "127.0.0.1:8001", value_parser = listen)]
    listen: SocketAddr,
    /// How pictures get on the screen [default: native on Linux, canvas elsewhere]
    #[arg(long, env = "PIZOO_PICTURES", value_name = "WAY")]
    pictures: Option<Pictures>,
    /// What is logged
    #[arg(long, env = "RUST_LOG", value_name = "DIRECTIVES", default_value = LOG)]
    log: String,
    /// Makes this program the one that opens pizoo:// links (Linux and Windows; installed packages do it by themselves)
    #[arg(long)]
    register_links: bool,
    /// A sign-in link to open, as the system hands it over
    #[arg(value_name = "LINK")]
    links: Vec<String>,
}

/// The settings cannot be used, or were asked about (`--help`).
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    /// An argument or variable is wrong, or help was wanted.
    #[error(transparent)]
    Arguments(#[from] clap::Error),
    /// The system names no place for files.
    #[error("This system names no folder for Pizoo's files. Set PIZOO_DATA_DIR.")]
    NoFolder,
}

impl SettingsError {
    /// Tells the person at the terminal, and with which code to end.
    pub(crate) fn explain(&self) -> ExitCode {
        match self {
            Self::Arguments(error) => {
                // Without a terminal there is nobody to tell.
                drop(error.print());
                u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
            }
            Self::NoFolder => {
                eprintln!("{self}");
                ExitCode::FAILURE
            }
        }
    }
}

impl Settings {
    /// Reads arguments and environment.
    pub(crate) fn read() -> Result<Self, SettingsError> {
        Self::of(Arguments::try_parse()?, std::env::var_os("PIZOO_DATA_DIR"))
    }

    fn of(arguments: Arguments, data: Option<OsString>) -> Result<Self, SettingsError> {
        let Arguments { profile, server, listen, pictures, log, links, register_links } = arguments;
        let data = match data.filter(|folder| !folder.is_empty()) {
            Some(folder) => PathBuf::from(folder),
            None => directories::ProjectDirs::from("app", "Pizoo", "Pizoo")
                .ok_or(SettingsError::NoFolder)?
                .data_local_dir()
                .to_path_buf(),
        };
        Ok(Self { profile, server, listen, pictures, data, log, links: Links(links), register_links })
    }

    /// Where this profile's files are kept.
    pub(crate) fn profile_folder(&self) -> PathBuf {
        self.data.join("profiles").join(&self.profile)
    }
}

/// Becomes part of file, keychain and D-Bus names.
fn profile(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if (1..=32).contains(&text.len()) && text.chars().all(fits) {
        return Ok(text.to_owned());
    }
    Err("a profile's name has 1 to 32 letters, digits, `-` or `_`".to_owned())
}

fn server(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("a backend's address begins with http:// or https://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a backend's address holds no user name or password".to_owned());
    }
    Ok(url)
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|_| "this is no IP address with a port".to_owned())?;
    if !address.ip().is_loopback() {
        return Err("the app hosts for this computer only; to host for others, run pizoo-backend".to_owned());
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Settings, SettingsError> {
        Settings::of(Arguments::try_parse_from(["pizoo"].iter().chain(arguments))?, Some("files".into()))
    }

    fn refusal(arguments: &[&str]) -> String {
        read(arguments).unwrap_err().to_string()
    }

    #[test]
    fn without_arguments_everything_has_a_value() {
        let settings = read(&[]).unwrap();
        assert_eq!(settings.profile, "default");
        assert_eq!(settings.listen, "127.0.0.1:8001".parse().unwrap());
        assert_eq!((settings.server.as_ref(), settings.pictures), (None, None));
        assert_eq!(settings.profile_folder(), PathBuf::from("files/profiles/default"));
    }

    #[test]
    fn arguments_are_taken_over() {
        let settings =
            read(&["--profile", "two", "--server", "https://pizoo.example/base", "--pictures", "canvas"]).unwrap();
        assert_eq!(settings.profile, "two");
        assert_eq!(settings.server.unwrap().as_str(), "https://pizoo.example/base");
        assert_eq!(settings.pictures, Some(Pictures::Canvas));
    }

    #[test]
    fn profile_names_that_are_no_file_names_are_refused() {
        for name in ["", ".", "../x", "a b", "a/b", "ü", &"x".repeat(33)] {
            assert!(refusal(&["--profile", name]).contains("1 to 32 letters"), "{name}");
        }
    }

    #[test]
    fn backend_addresses_are_checked() {
        assert!(refusal(&["--server", "pizoo.example"]).contains("relative URL"));
        assert!(refusal(&["--server", "ftp://pizoo.example"]).contains("http://"));
        assert!(refusal(&["--server", "https://me:secret@pizoo.example"]).contains("no user name"));
    }

    #[test]
    fn the_app_listens_for_this_computer_only() {
        assert!(refusal(&["--listen", "0.0.0.0:8001"]).contains("this computer only"));
        assert!(refusal(&["--listen", "8001"]).contains("no IP address"));
        assert!(read(&["--listen", "[::1]:0"]).is_ok());
    }

    #[test]
    fn links_may_stand_anywhere_among_the_arguments() {
        let settings = read(&["--profile", "two", "pizoo://verify?token=x", "--register-links"]).unwrap();
        assert_eq!((&settings.links.0, settings.register_links), (&vec!["pizoo://verify?token=x".to_owned()], true));
        assert_eq!(format!("{:?}", settings.links), "Links(1)", "no token in it");
    }

    #[test]
    fn help_is_not_a_failure() {
        let Err(SettingsError::Arguments(error)) = read(&["--help"]) else { panic!("no help") };
        assert_eq!(error.exit_code(), 0);
    }
}
