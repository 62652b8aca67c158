//! Who this backend is to a push service (RFC 8292): a key pair and somebody to write to.

use super::subscription::BASE64;
use crate::clock::UnixMs;
use base64::Engine as _;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use std::time::Duration;
use url::Url;
use web_push_native::p256::SecretKey;
use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint as _;
use web_push_native::p256::pkcs8::EncodePrivateKey as _;

/// The RFC allows a day; this leaves room for clocks that differ.
const VALID: Duration = Duration::from_secs(12 * 3600);

/// Signs requests to push services.
pub(crate) struct Vapid {
    sign: EncodingKey,
    public_key: String,
    subject: String,
}

/// A key or subject that cannot be used. It does not tell the key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VapidError {
    #[error("it is not a P-256 private key: 32 bytes in base64url")]
    Key,
    #[error("it is neither a mailto: nor an https: address")]
    Subject,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: String,
    exp: i64,
    sub: &'a str,
}

impl Vapid {
    pub(crate) fn new(private_key: &SecretString, subject: &str) -> Result<Self, VapidError> {
        let bytes = BASE64.decode(private_key.expose_secret()).map_err(|_| VapidError::Key)?;
        let secret = SecretKey::from_slice(&bytes).ok().filter(|_| bytes.len() == 32).ok_or(VapidError::Key)?;
        let der = secret.to_pkcs8_der().map_err(|_| VapidError::Key)?;
        let url = Url::parse(subject).map_err(|_| VapidError::Subject)?;
        let good = match url.scheme() {
            "mailto" => url.path().contains('@'),
            scheme => scheme == "https",
        };
        if !good {
            return Err(VapidError::Subject);
        }
        Ok(Self {
            sign: EncodingKey::from_ec_der(der.as_bytes()),
            public_key: BASE64.encode(secret.public_key().to_encoded_point(false).as_bytes()),
            subject: subject.to_owned(),
        })
    }

    /// The uncompressed point in base64url.
    pub(crate) fn public_key(&self) -> &str {
        &self.public_key
    }

    /// The `Authorization` header of a request to that endpoint.
    pub(super) fn authorization(&self, endpoint: &Url, now: UnixMs) -> Result<String, jsonwebtoken::errors::Error> {
        let aud = endpoint.origin().ascii_serialization();
        let claims = Claims { aud, exp: (now + VALID).seconds(), sub: &self.subject };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::ES256), &claims, &self.sign)?;
        Ok(format!("vapid t={token}, k={}", self.public_key))
    }
}
