//! Which proxies are believed when they say who asks.

use super::SettingsError;
use super::values::Values;
use ipnet::IpNet;
use std::net::IpAddr;

/// The header that a trusted proxy writes. Only one is read: a proxy passes the other one on as the client wrote it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// Proxies in front of this backend. Without any, every header about the client's address is ignored.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    /// `TRUSTED_PROXIES`: addresses and networks, separated by commas.
    pub trusted: Vec<IpNet>,
    /// `TRUSTED_PROXY_HEADER`: `x-forwarded-for` (the default) or `forwarded`.
    pub header: ProxyHeader,
}

impl Proxies {
    pub(super) fn read(values: &Values) -> Result<Self, SettingsError> {
        let network = |text: &str| {
            let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
            match network {
                Some(network) if network.prefix_len() > 0 => Ok(network),
                Some(_) => Err(SettingsError::bad("TRUSTED_PROXIES", "everybody cannot be trusted")),
                None => Err(SettingsError::bad("TRUSTED_PROXIES", "each must be an address or a network: 10.0.0.0/8")),
            }
        };
        values.default_is("TRUSTED_PROXIES", "none");
        values.default_is("TRUSTED_PROXY_HEADER", "x-forwarded-for");
        let listed = values.get("TRUSTED_PROXIES").unwrap_or_default();
        let trusted =
            listed.split(',').map(str::trim).filter(|text| !text.is_empty()).map(network).collect::<Result<_, _>>()?;
        let header = match values.get("TRUSTED_PROXY_HEADER").map(str::to_ascii_lowercase).as_deref() {
            None | Some("x-forwarded-for") => ProxyHeader::XForwardedFor,
            Some("forwarded") => ProxyHeader::Forwarded,
            Some(_) => {
                return Err(SettingsError::bad("TRUSTED_PROXY_HEADER", "it is neither x-forwarded-for nor forwarded"));
            }
        };
        Ok(Self { trusted, header })
    }

    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }
}
