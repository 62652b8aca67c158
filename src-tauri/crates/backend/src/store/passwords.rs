//! Password hashes, and the phone number that was given with one.

use super::Result;
use super::accounts::User;
use crate::clock::UnixMs;
use sqlx::AnyConnection;
use sqlx::any::AnyExecutor;

/// Who signs in, by what they type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Login<'a> {
    Email(&'a str),
    Phone(&'a str),
}

/// An account with what its password is checked against.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Account {
    #[sqlx(flatten)]
    pub(crate) user: User,
    pub(crate) hash: Option<String>,
}

/// The account that they mean. A number's proved owner comes first, then verified people who gave it, then the first.
pub(crate) async fn account(db: impl AnyExecutor<'_>, login: Login<'_>) -> Result<Option<Account>> {
    let (get, key) = match login {
        Login::Email(email) => (
            "SELECT users.*, passwords.hash FROM users LEFT JOIN passwords ON passwords.user_id = users.id
             WHERE users.email = $1",
            email,
        ),
        Login::Phone(phone) => (
            "SELECT users.*, passwords.hash FROM users LEFT JOIN passwords ON passwords.user_id = users.id
             WHERE users.phone = $1 OR users.id IN (SELECT user_id FROM passwords WHERE phone = $1)
             ORDER BY CASE WHEN users.phone = $1 THEN 0 ELSE 1 END, users.verified DESC, users.created_at, users.id
             LIMIT 1",
            phone,
        ),
    };
    Ok(sqlx::query_as(get).bind(key).fetch_optional(db).await?)
}

/// A user's hash, if they have a password.
pub(crate) async fn hash(db: impl AnyExecutor<'_>, user: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar("SELECT hash FROM passwords WHERE user_id = $1").bind(user).fetch_optional(db).await?)
}

/// Keeps a first or a new hash. A number given before stays.
pub(crate) async fn set(
    db: &mut AnyConnection,
    user: &str,
    hash: &str,
    phone: Option<&str>,
    now: UnixMs,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO passwords (user_id, hash, phone, set_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at",
    )
    .bind(user)
    .bind(hash)
    .bind(phone)
    .bind(now.0)
    .execute(db)
    .await?;
    Ok(())
}
