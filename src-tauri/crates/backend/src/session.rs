//! Session tokens: JWTs whose algorithm, audience and purpose are pinned, and which name a session that can be ended.

mod keys;

pub(crate) use keys::Keys;

use crate::clock::UnixMs;
use crate::http::agent::UserAgent;
use crate::state::Backend;
use crate::store::sessions::{self, Session};
use crate::store::{StoreError, accounts::User};
use keys::{Claims, Purpose};
use sqlx::AnyConnection;
use std::time::Duration;

/// How long an access token lives.
pub(crate) const ACCESS: Duration = Duration::from_secs(3600);
/// How long a refresh token, and with it an unused session, lives.
const REFRESH: Duration = Duration::from_secs(7 * 24 * 3600);
/// A used refresh token that comes again this soon is a doubled request, later it is a stolen one.
///
/// A doubled request ends nothing, but gets no second pair either: of parallel renewals exactly one wins, or a thief who is
/// as quick as the owner would share the session unseen. A client whose answer was lost therefore signs in anew; its old
/// access token works until it expires.
const DOUBLED: Duration = Duration::from_secs(10);

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

/// An access token and the refresh token that renews it.
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

fn pair(backend: &Backend, user: &str, session: &Session<'_>, now: UnixMs) -> Result<Pair, SessionError> {
    let access = (user, session.id, &*backend.new_id());
    let refresh = (user, session.id, session.jti);
    Ok(Pair {
        access: backend.keys.sign(&Claims::new(Purpose::Access, access, (now, now + ACCESS)))?,
        refresh: backend.keys.sign(&Claims::new(Purpose::Refresh, refresh, (now, session.ends)))?,
    })
}

/// Opens a session for a user on a device.
pub(crate) async fn open(
    backend: &Backend,
    db: &mut AnyConnection,
    user: &str,
    agent: &UserAgent,
) -> Result<Pair, SessionError> {
    let now = backend.now();
    let (id, jti) = (backend.new_id(), backend.new_id());
    let session = Session { id: &id, jti: &jti, ends: now + REFRESH };
    let pair = pair(backend, user, &session, now)?;
    sessions::open(db, user, &session, agent.device(), now).await?;
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
        tx.note_sessions(&old.sub);
        tracing::warn!(user = old.sub, "a used refresh token came again: the session is ended");
    }
    tx.commit().await?;
    if rotated { Ok(pair) } else { Err(SessionError::Refused) }
}

/// Whose access token it is, while its session lives.
pub(crate) async fn user(backend: &Backend, token: &str) -> Result<User, SessionError> {
    Ok(access(backend, token).await?.user)
}

/// An access token that opens something, with what a long connection must check again.
pub(crate) struct Access {
    pub(crate) user: User,
    /// The session.
    pub(crate) session: String,
    /// When the token ends.
    pub(crate) ends: UnixMs,
}

/// As [`user`], with the session. One read.
pub(crate) async fn access(backend: &Backend, token: &str) -> Result<Access, SessionError> {
    claimed(backend, token)?.access(backend).await
}

/// What a good access token says. Its session may have ended.
pub(crate) struct Claimed {
    pub(crate) user: String,
    pub(crate) session: String,
    ends: UnixMs,
}

/// Looks at the token alone.
pub(crate) fn claimed(backend: &Backend, token: &str) -> Result<Claimed, SessionError> {
    let claims = backend.keys.check(token, Purpose::Access, backend.now())?;
    Ok(Claimed { user: claims.sub, session: claims.sid, ends: UnixMs(claims.exp.saturating_mul(1000)) })
}

impl Claimed {
    /// While the session lives.
    pub(crate) async fn access(self, backend: &Backend) -> Result<Access, SessionError> {
        let user = sessions::user(backend.store.read(), &self.session, backend.now()).await?;
        let user = user.filter(|user| user.id == self.user).ok_or(SessionError::Refused)?;
        Ok(Access { user, session: self.session, ends: self.ends })
    }
}
