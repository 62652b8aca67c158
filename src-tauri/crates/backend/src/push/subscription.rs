//! What a browser hands over to be pushed to, checked.

use crate::settings::Mode;
use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use url::{Host, Url};
use web_push_native::{Auth, p256};

/// Real ones have a few hundred characters.
const ENDPOINT: usize = 2048;
/// An uncompressed point (SEC 1).
const POINT: usize = 65;

/// Browsers leave the padding out, libraries do not.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_encode_padding(false).with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What is wrong with it. Each names its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SubscriptionError {
    #[error("the endpoint is not an https address of a push service")]
    Endpoint,
    #[error("the key is not an uncompressed P-256 point in base64url")]
    Key,
    #[error("the secret is not 16 bytes in base64url")]
    Auth,
}

/// Whom a push is encrypted for.
pub(crate) struct Keys {
    pub(super) public: p256::PublicKey,
    pub(super) auth: Auth,
}

impl Keys {
    pub(crate) fn parse(p256dh: &str, auth: &str) -> Result<Self, SubscriptionError> {
        let point = BASE64.decode(p256dh).ok().filter(|point| point.len() == POINT).ok_or(SubscriptionError::Key)?;
        let public = p256::PublicKey::from_sec1_bytes(&point).map_err(|_| SubscriptionError::Key)?;
        let auth = BASE64.decode(auth).ok().and_then(|auth| <[u8; 16]>::try_from(auth).ok());
        Ok(Self { public, auth: auth.ok_or(SubscriptionError::Auth)?.into() })
    }
}

/// An address that may be pushed to. What its name resolves to is checked when it is connected to.
pub(crate) fn endpoint(text: &str, mode: Mode) -> Result<Url, SubscriptionError> {
    let url = Url::parse(text).map_err(|_| SubscriptionError::Endpoint)?;
    let here = mode == Mode::Development;
    let (local, public) = match url.host().ok_or(SubscriptionError::Endpoint)? {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            let local = name == "localhost" || name.ends_with(".localhost");
            (local, name.contains('.'))
        }
        Host::Ipv4(ip) => (ip.is_loopback(), false),
        Host::Ipv6(ip) => (ip.is_loopback(), false),
    };
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && here && local);
    let reachable = if local { here } else { public };
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let good = scheme && reachable && plain && url.as_str().len() <= ENDPOINT;
    if good { Ok(url) } else { Err(SubscriptionError::Endpoint) }
}

#[cfg(test)]
mod tests {
    use super::{Keys, SubscriptionError, endpoint};
    use crate::settings::Mode;

    #[test]
    fn production_pushes_to_public_https_names_only() {
        for good in ["https://fcm.googleapis.com/fcm/send/abc", "https://updates.push.services.mozilla.com/wpush/v2/x"]
        {
            assert!(endpoint(good, Mode::Production).is_ok(), "{good}");
        }
        for bad in [
            "http://push.example/x",
            "https://127.0.0.1/x",
            "https://2130706433/x",
            "https://0x7f.1/x",
            "https://localhost/x",
            "https://a.localhost./x",
            "https://[::1]/x",
            "https://[fd00::1]/x",
            "https://10.0.0.1/x",
            "https://1.1.1.1/x",
            "https://169.254.169.254/latest",
            "https://intranet/x",
            "https://me:pass@push.example/x",
            "ftp://push.example/x",
            "https://push.example/x#y",
            "push.example",
            "",
            "https://",
        ] {
            assert_eq!(endpoint(bad, Mode::Production), Err(SubscriptionError::Endpoint), "{bad}");
        }
        assert!(endpoint(&format!("https://push.example/{}", "x".repeat(2048)), Mode::Production).is_err());
    }

    #[test]
    fn development_adds_this_computer_only() {
        assert!(endpoint("http://127.0.0.1:9/x", Mode::Development).is_ok());
        assert!(endpoint("http://[::1]:9/x", Mode::Development).is_ok());
        for bad in ["http://push.example/x", "http://10.0.0.1/x", "https://10.0.0.1/x"] {
            assert!(endpoint(bad, Mode::Development).is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_are_a_point_of_the_curve_and_sixteen_bytes() {
        let point = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        let auth = "BTBZMqHH6r4Tts7J_aSIgg";
        assert!(Keys::parse(point, auth).is_ok());
        assert!(Keys::parse(&format!("{point}="), &format!("{auth}==")).is_ok());
        assert_eq!(Keys::parse(point, "c2hvcnQ").err(), Some(SubscriptionError::Auth));
        for bad in ["", "?", &"B".repeat(87), &point[..44], &"A".repeat(87)] {
            assert_eq!(Keys::parse(bad, auth).err(), Some(SubscriptionError::Key), "{bad}");
        }
    }
}
