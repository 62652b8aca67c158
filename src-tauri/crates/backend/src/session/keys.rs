//! The keys that sign and check session tokens, and what a token says.

use super::SessionError;
use crate::clock::UnixMs;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

const AUDIENCE: &str = "pizoo";
const ISSUER: &str = "pizoo-backend";
/// `typ` of every token's header.
const TYPE: &str = "JWT";
/// Clocks of two instances may differ by this much, in seconds.
const LEEWAY: i64 = 5;

/// One key signs, all of them check. A token names its key, so a key never checks what another one signed.
pub(crate) struct Keys {
    header: Header,
    sign: EncodingKey,
    check: Vec<(String, DecodingKey)>,
    rules: Validation,
    /// Hashed with short codes, so that the database alone does not tell them.
    pepper: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Purpose {
    Access,
    Refresh,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) sub: String,
    /// The session.
    pub(super) sid: String,
    pub(super) jti: String,
    #[serde(rename = "type")]
    pub(super) purpose: Purpose,
    pub(super) iss: String,
    pub(super) aud: String,
    pub(super) iat: i64,
    pub(super) nbf: i64,
    pub(super) exp: i64,
}

impl Claims {
    pub(super) fn new(
        purpose: Purpose,
        (user, session, jti): (&str, &str, &str),
        (now, end): (UnixMs, UnixMs),
    ) -> Self {
        Self {
            sub: user.to_owned(),
            sid: session.to_owned(),
            jti: jti.to_owned(),
            purpose,
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            iat: now.seconds(),
            nbf: now.seconds(),
            exp: end.seconds(),
        }
    }
}

/// A key's name: enough of its hash to tell keys apart, too little to guess from.
fn id(secret: &str) -> String {
    Sha256::digest(secret).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

fn pepper(secret: &str) -> String {
    Sha256::digest(format!("codes\n{secret}")).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Keys {
    /// `current` signs and checks; `previous` only checks, so that a change of keys ends no session.
    pub(crate) fn new(current: &str, previous: Option<&str>) -> Self {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_audience(&[AUDIENCE]);
        rules.set_issuer(&[ISSUER]);
        rules.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
        // Checked below by the clock that was passed in.
        rules.validate_exp = false;
        rules.validate_nbf = false;
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(id(current));
        let secrets = std::iter::once(current).chain(previous);
        let check = secrets.map(|secret| (id(secret), DecodingKey::from_secret(secret.as_bytes()))).collect();
        Self { header, sign: EncodingKey::from_secret(current.as_bytes()), check, rules, pepper: pepper(current) }
    }

    /// Whether it is a token of ours for either purpose.
    #[cfg(feature = "fuzzing")]
    pub(crate) fn accepts(&self, token: &str, now: UnixMs) -> bool {
        [Purpose::Access, Purpose::Refresh].into_iter().any(|purpose| self.check(token, purpose, now).is_ok())
    }

    /// Hashed with short codes.
    pub(crate) fn pepper(&self) -> &str {
        &self.pepper
    }

    pub(super) fn sign(&self, claims: &Claims) -> Result<String, SessionError> {
        jsonwebtoken::encode(&self.header, claims, &self.sign).map_err(SessionError::Sign)
    }

    /// What a token says, if one of the keys signed it for this purpose and it is in force.
    pub(super) fn check(&self, token: &str, purpose: Purpose, now: UnixMs) -> Result<Claims, SessionError> {
        let signed = |(id, key): &(String, DecodingKey)| {
            let token = jsonwebtoken::decode::<Claims>(token, key, &self.rules).ok()?;
            let named = token.header.kid.as_ref() == Some(id) && token.header.typ.as_deref() == Some(TYPE);
            named.then_some(token.claims)
        };
        let claims = self.check.iter().find_map(signed).ok_or(SessionError::Refused)?;
        let now = now.seconds();
        let in_force = claims.exp > now && claims.nbf <= now.saturating_add(LEEWAY);
        if claims.purpose == purpose && in_force { Ok(claims) } else { Err(SessionError::Refused) }
    }
}
