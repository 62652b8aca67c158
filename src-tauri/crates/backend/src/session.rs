//! Session tokens: JWTs whose algorithm, audience and purpose are pinned, and which name a session that can be ended.

use crate::clock::UnixMs;
use crate::state::Backend;
use crate::store::sessions::{self, Session};
use crate::store::{StoreError, accounts::User};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use std::time::Duration;

/// How long an access token lives.
pub(crate) const ACCESS: Duration = Duration::from_secs(3600);
/// How long a refresh token, and with it an unused session, lives.
const REFRESH: Duration = Duration::from_secs(7 * 24 * 3600);
/// A used refresh token that comes again this soon is a doubled request, later it is a stolen one.
const DOUBLED: Duration = Duration::from_secs(10);
const AUDIENCE: &str = "pizoo";

/// A token that opens nothing, or a failure to make or check one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    #[error("the token opens nothing")]
    Refused,
    #[error("the token cannot be signed: {0}")]
    Sign(jsonwebtoken::errors::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Signs and checks.
pub(crate) struct Keys {
    sign: EncodingKey,
    check: DecodingKey,
    rules: Validation,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Purpose {
    Access,
    Refresh,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    /// The session.
    sid: String,
    jti: String,
    #[serde(rename = "type")]
    purpose: Purpose,
    aud: String,
    iat: i64,
    exp: i64,
}

/// An access token and the refresh token that renews it.
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Keys {
    pub(crate) fn new(secret: &str) -> Self {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["exp", "aud", "sub"]);
        // Checked below by the clock that was passed in.
        rules.validate_exp = false;
        let secret = secret.as_bytes();
        Self { sign: EncodingKey::from_secret(secret), check: DecodingKey::from_secret(secret), rules }
    }

    fn sign(&self, claims: &Claims) -> Result<String, SessionError> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.sign).map_err(SessionError::Sign)
    }

    fn check(&self, token: &str, purpose: Purpose, now: UnixMs) -> Result<Claims, SessionError> {
        let claims =
            jsonwebtoken::decode::<Claims>(token, &self.check, &self.rules).map_err(|_| SessionError::Refused)?.claims;
        if claims.purpose == purpose && claims.exp > now.seconds() { Ok(claims) } else { Err(SessionError::Refused) }
    }
}

fn pair(backend: &Backend, user: &str, session: &Session<'_>, now: UnixMs) -> Result<Pair, SessionError> {
    let claims = |purpose, jti: String, end: UnixMs| Claims {
        sub: user.to_owned(),
        sid: session.id.to_owned(),
        jti,
        purpose,
        aud: AUDIENCE.to_owned(),
        iat: now.seconds(),
        exp: end.seconds(),
    };
    Ok(Pair {
        access: backend.keys.sign(&claims(Purpose::Access, backend.new_id(), now + ACCESS))?,
        refresh: backend.keys.sign(&claims(Purpose::Refresh, session.jti.to_owned(), session.ends))?,
    })
}

/// Opens a session for a user.
pub(crate) async fn open(backend: &Backend, db: &mut AnyConnection, user: &str) -> Result<Pair, SessionError> {
    let now = backend.now();
    let (id, jti) = (backend.new_id(), backend.new_id());
    let session = Session { id: &id, jti: &jti, ends: now + REFRESH };
    let pair = pair(backend, user, &session, now)?;
    sessions::open(db, user, &session, now).await?;
    Ok(pair)
}

/// Trades a refresh token for a new pair, once. A used one ends the whole session: somebody has a copy.
pub(crate) async fn refresh(backend: &Backend, token: &str) -> Result<Pair, SessionError> {
    let now = backend.now();
    let old = backend.keys.check(token, Purpose::Refresh, now)?;
    let jti = backend.new_id();
    let session = Session { id: &old.sid, jti: &jti, ends: now + REFRESH };
    let pair = pair(backend, &old.sub, &session, now)?;
    let mut tx = backend.store.write().await?;
    let rotated = sessions::rotate(&mut tx, &old.jti, &session, now).await?;
    if !rotated && sessions::revoke_older(&mut tx, &old.sid, now - DOUBLED, now).await? {
        tracing::warn!(user = old.sub, "a used refresh token came again: the session is ended");
    }
    tx.commit().await?;
    if rotated { Ok(pair) } else { Err(SessionError::Refused) }
}

/// Whose access token it is, while its session lives.
pub(crate) async fn user(backend: &Backend, token: &str) -> Result<User, SessionError> {
    let now = backend.now();
    let claims = backend.keys.check(token, Purpose::Access, now)?;
    let user = sessions::user(backend.store.read(), &claims.sid, now).await?;
    user.filter(|user| user.id == claims.sub).ok_or(SessionError::Refused)
}

/// An access token that opens something, with what a long connection must check again.
pub(crate) struct Access {
    pub(crate) user: User,
    /// The session.
    pub(crate) session: String,
    /// When the token ends.
    pub(crate) ends: UnixMs,
}

/// As [`user`], for connections that outlive a request.
pub(crate) async fn access(backend: &Backend, token: &str) -> Result<Access, SessionError> {
    let now = backend.now();
    let claims = backend.keys.check(token, Purpose::Access, now)?;
    let user = sessions::user(backend.store.read(), &claims.sid, now).await?;
    let user = user.filter(|user| user.id == claims.sub).ok_or(SessionError::Refused)?;
    Ok(Access { user, session: claims.sid, ends: UnixMs(claims.exp.saturating_mul(1000)) })
}
