//! Where a request comes from.

use crate::settings::{Proxies, ProxyHeader};
use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderName, header};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The client's address, for throttles: the peer's, or what a trusted proxy says. A router that was not served over TCP
/// has none: then it is this computer's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or_else(|| Self(peer(&parts.extensions))))
    }
}

impl ClientAddress {
    /// Looks at the proxies' header, once, for every handler behind it.
    pub(crate) fn of(request: &Request, proxies: &Proxies) -> Self {
        Self(client(peer(request.extensions()), request.headers(), proxies))
    }
}

/// Who is connected.
pub(crate) fn peer(extensions: &Extensions) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or(Ipv4Addr::LOCALHOST.into(), |ConnectInfo(peer)| peer.ip().to_canonical())
}

/// Whether a proxy passed it on, believed or not.
pub(crate) fn is_forwarded(headers: &HeaderMap) -> bool {
    [X_FORWARDED_FOR, header::FORWARDED, header::VIA].iter().any(|name| headers.contains_key(name))
        || headers.keys().any(|name| name.as_str().starts_with("x-forwarded-") || name == "x-real-ip")
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// From the right, the first address that is no trusted proxy. Left of it, everything is the client's own word.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &Proxies) -> IpAddr {
    let mut address = peer;
    if !proxies.trusts(address) {
        return address;
    }
    let name = match proxies.header {
        ProxyHeader::XForwardedFor => X_FORWARDED_FOR,
        ProxyHeader::Forwarded => header::FORWARDED,
    };
    let lines: Vec<&str> = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or_default()).collect();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let hop = match proxies.header {
            ProxyHeader::XForwardedFor => hop.trim(),
            ProxyHeader::Forwarded => forwarded_for(hop),
        };
        // Not an address (`unknown`, or nonsense): the last proxy that could be named answers for it.
        let Some(next) = parse(hop) else { break };
        address = next;
        if !proxies.trusts(address) {
            break;
        }
    }
    address
}

/// The `for` of one hop: `for="[2001:db8::1]:4711";proto=https`.
fn forwarded_for(hop: &str) -> &str {
    let pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
    let mut found = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    found.next().map_or("", |(_, value)| value.trim().trim_matches('"'))
}

/// With or without a port, with or without brackets.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = || text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
    text.parse::<SocketAddr>().ok().map(|address| address.ip()).or_else(bare).map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(peer: &str, header: ProxyHeader, lines: &[&str]) -> String {
        let proxies = Proxies { trusted: vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()], header };
        let mut headers = HeaderMap::new();
        let name = if header == ProxyHeader::Forwarded { header::FORWARDED } else { X_FORWARDED_FOR };
        for line in lines {
            headers.append(&name, line.parse().unwrap());
        }
        client(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_up_to_the_first_stranger() {
        let x = |peer, lines: &[&str]| found(peer, ProxyHeader::XForwardedFor, lines);
        assert_eq!(x("192.0.2.1", &["198.51.100.1"]), "192.0.2.1", "a stranger says who it is");
        assert_eq!(x("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(x("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(x("10.0.0.1", &["1.2.3.4, 198.51.100.1"]), "198.51.100.1", "the left one is the client's own");
        assert_eq!(x("10.0.0.1", &["1.2.3.4", "198.51.100.1, 10.1.1.1"]), "198.51.100.1");
        assert_eq!(x("10.0.0.1", &["198.51.100.1, nonsense"]), "10.0.0.1");
        assert_eq!(x("10.0.0.1", &["10.0.0.2"]), "10.0.0.2", "all are ours");
        assert_eq!(x("::1", &["2001:db8::1"]), "2001:db8::1");
        assert_eq!(x("10.0.0.1", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(x("10.0.0.1", &["::ffff:198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn address_is_a_strangers_own_whatever_it_claims() {
        use axum::body::Body;
        let proxies = Proxies { trusted: vec!["10.0.0.0/8".parse().unwrap()], header: ProxyHeader::XForwardedFor };
        for (peer, expected) in [("10.0.0.1:5", "198.51.100.1"), ("192.0.2.1:5", "192.0.2.1")] {
            let mut request = Request::new(Body::empty());
            request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
            for name in ["x-forwarded-for", "x-real-ip", "forwarded"] {
                request.headers_mut().insert(name, "198.51.100.1".parse().unwrap());
            }
            assert_eq!(ClientAddress::of(&request, &proxies).0.to_string(), expected);
        }
    }

    #[test]
    fn forwarded_is_read_when_it_is_the_proxys_header() {
        let f = |lines: &[&str]| found("10.0.0.1", ProxyHeader::Forwarded, lines);
        assert_eq!(f(&["for=198.51.100.1;proto=https"]), "198.51.100.1");
        assert_eq!(f(&["for=1.2.3.4, For=\"[2001:db8::7]:4711\""]), "2001:db8::7");
        assert_eq!(f(&["for=unknown"]), "10.0.0.1");
        assert_eq!(f(&["for=_hidden, for=198.51.100.9"]), "198.51.100.9");
    }
}
