//! A network interface with an address: WebRTC does not use the loopback interface, so without another one no call
//! connects, not even on one machine.

use anyhow::{Context, Result, bail};
use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::process::Command;

/// Set in the environment of a process that was started again inside a network of its own.
const INSIDE: &str = "PIZOO_OWN_NETWORK";
/// Makes a bridge that nothing is attached to: an interface that is up, has an address and leads nowhere.
const BUILD: &str = "ip link set lo up && ip link add pizoo0 type bridge && ip addr add 10.99.0.1/24 dev pizoo0 \
                     && ip link set pizoo0 up && ip route add default via 10.99.0.1 && exec \"$@\"";

/// The address of an interface other than loopback, if there is one.
pub fn address() -> Option<IpAddr> {
    // Connecting a UDP socket sends nothing; it makes the kernel choose the interface. The address is one that is
    // reserved for documentation.
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

/// Makes sure that calls can connect: where there is no usable interface, this process is replaced by itself inside a
/// network namespace that has one. To be called first of all, before any thread.
///
/// # Errors
/// There is no interface, and none can be made.
pub fn ensure() -> Result<()> {
    let program = std::env::current_exe().context("this program's own path")?;
    if address().is_some() {
        return Ok(());
    }
    replace(program.as_os_str(), std::env::args_os().skip(1))
}

/// Replaces this process by a command, in a network where calls can connect.
///
/// # Errors
/// The command cannot be started, or no interface can be made.
pub fn replace(
    program: impl AsRef<std::ffi::OsStr>,
    arguments: impl IntoIterator<Item = std::ffi::OsString>,
) -> Result<()> {
    let mut command = if address().is_some() {
        Command::new(program)
    } else if std::env::var_os(INSIDE).is_some() {
        bail!("no interface with an address, although a network namespace was made for it")
    } else {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--net", "--", "sh", "-c", BUILD, "sh"]).arg(program).env(INSIDE, "1");
        command
    };
    command.args(arguments);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        Err(command.exec()).context("no network interface has an address, and none could be made (unshare)")
    }
    #[cfg(not(unix))]
    bail!("no network interface has an address; connect the computer to a network")
}
