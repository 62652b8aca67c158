//! What the system's package manager has to bring: libraries to build against, and the servers that the head-less demo
//! and the tests run.

use super::Purpose;
use crate::place::Place;
use anyhow::Result;

/// One package.
#[cfg(target_os = "linux")]
struct Package {
    /// Its name on Debian and what descends from it.
    debian: &'static str,
    /// How to find out elsewhere whether it is there.
    sign: Sign,
    why: &'static str,
}

#[cfg(target_os = "linux")]
enum Sign {
    /// A library that pkg-config knows.
    Library(&'static str),
    /// A program on the search path.
    Program(&'static str),
    /// Something one cannot look for in the same way everywhere.
    None,
}

#[cfg(target_os = "linux")]
const BUILD: &[Package] = &[
    Package { debian: "build-essential", sign: Sign::Program("cc"), why: "linker and C compiler" },
    Package { debian: "pkg-config", sign: Sign::Program("pkg-config"), why: "finds the libraries below" },
    Package {
        debian: "libwebkit2gtk-4.1-dev",
        sign: Sign::Library("webkit2gtk-4.1"),
        why: "the web view and its windows",
    },
    Package { debian: "libasound2-dev", sign: Sign::Library("alsa"), why: "microphone and loudspeaker" },
    Package { debian: "libdbus-1-dev", sign: Sign::Library("dbus-1"), why: "the window toolkit's desktop bus" },
    Package { debian: "libclang-dev", sign: Sign::None, why: "reads the camera interface's C headers" },
    Package { debian: "clang", sign: Sign::Program("clang"), why: "tells libclang where headers are" },
];

#[cfg(target_os = "linux")]
const HEADLESS: &[Package] = &[
    Package { debian: "xvfb", sign: Sign::Program("Xvfb"), why: "a display without a screen" },
    Package { debian: "webkit2gtk-driver", sign: Sign::Program("WebKitWebDriver"), why: "presses the app's buttons" },
    Package { debian: "dbus", sign: Sign::Program("dbus-daemon"), why: "a private desktop bus" },
    Package { debian: "gnome-keyring", sign: Sign::Program("gnome-keyring-daemon"), why: "a keychain" },
    Package { debian: "pulseaudio", sign: Sign::Program("pulseaudio"), why: "a private sound server" },
    Package { debian: "pulseaudio-utils", sign: Sign::Program("pactl"), why: "its controls" },
    Package { debian: "espeak-ng", sign: Sign::Program("espeak-ng"), why: "speech to send" },
    Package { debian: "iproute2", sign: Sign::Program("ip"), why: "a private network on a machine without one" },
    Package { debian: "fonts-dejavu-core", sign: Sign::None, why: "letters on a machine without fonts" },
    Package { debian: "fonts-noto-color-emoji", sign: Sign::None, why: "emoji in messages" },
];

#[cfg(target_os = "linux")]
const TESTS: &[Package] = &[
    Package { debian: "postgresql", sign: Sign::None, why: "the database of several backends" },
    Package { debian: "redis-server", sign: Sign::Program("redis-server"), why: "what they tell each other through" },
    Package { debian: "chromium", sign: Sign::Program("chromium"), why: "looks at the app's pages" },
];

#[cfg(target_os = "linux")]
const PIP: [Package; 2] = [
    Package { debian: "python3-pip", sign: Sign::Program("pip3"), why: "fetches what PyPI carries" },
    Package { debian: "python3-venv", sign: Sign::None, why: "keeps that apart" },
];

/// Installs what is missing where the package manager is Debian's; elsewhere says what is missing.
#[cfg(target_os = "linux")]
pub(super) fn install(place: &Place, purpose: Purpose) -> Result<()> {
    let lists = [(Purpose::App, BUILD), (Purpose::HeadlessDemo, HEADLESS), (Purpose::Tests, TESTS)];
    let wanted: Vec<&Package> = lists.iter().filter(|(of, _)| *of <= purpose).flat_map(|(_, list)| *list).collect();
    if crate::place::on_path("dpkg-query") && crate::place::on_path("apt-get") {
        linux::install_debian(place, &wanted)
    } else {
        linux::complain(place, &wanted)
    }
}

/// Installs pip where the package manager is Debian's.
#[cfg(target_os = "linux")]
pub(super) fn install_pip(place: &Place) -> Result<()> {
    if crate::place::on_path("apt-get") {
        linux::install_debian(place, &PIP.each_ref())?;
    }
    Ok(())
}

/// Checks for what Apple's command line tools bring.
#[cfg(target_os = "macos")]
pub(super) fn install(place: &Place, _purpose: Purpose) -> Result<()> {
    use anyhow::Context;
    let tools = crate::run::output(crate::run::program(place, "xcode-select").arg("-p"));
    tools.map(|_| ()).context("Apple's command line tools are missing: install them with `xcode-select --install`")
}

/// Nothing to check that cargo itself would not need first.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn install(_place: &Place, _purpose: Purpose) -> Result<()> {
    if cfg!(windows) {
        println!("Windows: the app needs the WebView2 runtime, which Windows 11 has.");
    }
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use super::{Package, Sign};
    use crate::{
        place::{Place, on_path},
        run,
    };
    use anyhow::{Context, Result, bail};

    pub(super) fn install_debian(place: &Place, wanted: &[&Package]) -> Result<()> {
        let missing = missing_debian(place, wanted)?;
        if missing.is_empty() {
            return Ok(());
        }
        run::heading("setup", "system packages (apt-get)");
        for package in &missing {
            println!("    {:<24} {}", package.debian, package.why);
        }
        let names = missing.iter().map(|package| package.debian);
        let apt = |arguments: &[&str]| {
            let mut command = if rustix::process::geteuid().is_root() {
                run::program(place, "apt-get")
            } else {
                let mut command = run::program(place, "sudo");
                command.args(["--preserve-env=DEBIAN_FRONTEND", "apt-get"]);
                command
            };
            command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
            command
        };
        run::run_at_terminal(&mut apt(&["update", "-q"]))?;
        run::run_at_terminal(apt(&["install", "-q", "-y", "--no-install-recommends"]).args(names))
            .context("apt-get could not install them; the list is above")
    }

    fn missing_debian<'a>(place: &Place, wanted: &[&'a Package]) -> Result<Vec<&'a Package>> {
        // It fails when it does not know a name, but still prints the others.
        let mut query = run::program(place, "dpkg-query");
        query.args(["--show", "--showformat", "${db:Status-Abbrev} ${binary:Package}\n"]);
        let output =
            query.args(wanted.iter().map(|package| package.debian)).output().context("cannot start dpkg-query")?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(wanted.iter().copied().filter(|package| !is_installed(&text, package.debian)).collect())
    }

    pub(super) fn is_installed(listing: &str, name: &str) -> bool {
        listing.lines().any(|line| {
            // `ii  name:amd64`
            let mut words = line.split_whitespace();
            words.next() == Some("ii") && words.next().and_then(|word| word.split(':').next()) == Some(name)
        })
    }

    pub(super) fn complain(place: &Place, wanted: &[&Package]) -> Result<()> {
        let missing: Vec<_> = wanted
            .iter()
            .filter_map(|package| match package.sign {
                Sign::Library(library) => {
                    let known = run::output(run::program(place, "pkg-config").args(["--exists", library])).is_ok();
                    (!known).then(|| format!("    library {library}: {} (Debian: {})", package.why, package.debian))
                }
                Sign::Program(program) => (!on_path(program))
                    .then(|| format!("    program {program}: {} (Debian: {})", package.why, package.debian)),
                Sign::None => None,
            })
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        bail!("these are missing; install them with your system's package manager:\n{}", missing.join("\n"))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::linux::is_installed;

    #[test]
    fn only_wholly_installed_packages_count() {
        let listing = "ii  xvfb\nii  libclang-dev:amd64\nrc  dbus\nun  clang\n";
        assert!(is_installed(listing, "xvfb"));
        assert!(is_installed(listing, "libclang-dev"));
        assert!(!is_installed(listing, "dbus"));
        assert!(!is_installed(listing, "clang"));
        assert!(!is_installed(listing, "libclang"));
    }
}
