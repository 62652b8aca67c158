//! What the server is told: to stay on loopback with everything it opens.

use serde_json::json;
use std::io;
use tokio::net::{TcpListener, UdpSocket};

/// Two ports that were free a moment ago.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ports {
    /// Signalling.
    pub(super) http: u16,
    /// Media.
    pub(super) udp: u16,
}

impl Ports {
    pub(super) async fn free() -> io::Result<Self> {
        let http = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
        let udp = UdpSocket::bind("127.0.0.1:0").await?.local_addr()?.port();
        Ok(Self { http, udp })
    }
}

/// What not every server is told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extras<'a> {
    /// Where it tells what happens in its rooms.
    pub(super) webhook: Option<&'a str>,
    /// The Redis that makes several servers one.
    pub(super) redis: Option<&'a str>,
}

/// The configuration as YAML, of which JSON is a part.
///
/// Without `ips` UDP would open on every address, with a `tcp_port` TCP would, and without `stun_servers` clients would be
/// sent to public ones: port 9 answers nobody.
pub(super) fn text(ports: Ports, (key, secret): (&str, &str), extras: &Extras<'_>) -> String {
    let mut text = json!({
        "port": ports.http,
        "bind_addresses": ["127.0.0.1"],
        "keys": {key: secret},
        "rtc": {
            "tcp_port": 0,
            "udp_port": ports.udp,
            "use_external_ip": false,
            "node_ip": "127.0.0.1",
            "enable_loopback_candidate": true,
            "ips": {"includes": ["127.0.0.0/8"]},
            "stun_servers": ["127.0.0.1:9"],
        },
    });
    if let Some(webhook) = extras.webhook {
        text["webhook"] = json!({"api_key": key, "urls": [webhook]});
    }
    if let Some(address) = extras.redis {
        text["redis"] = json!({"address": address});
    }
    text.to_string()
}
