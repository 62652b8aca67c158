//! Users and their profiles.

use super::{Result, Tx};
use crate::clock::UnixMs;
use sqlx::AnyConnection;
use sqlx::any::AnyExecutor;

/// A row of `users`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) verified: i64,
    pub(crate) verified_method: Option<String>,
    pub(crate) created_at: i64,
}

impl User {
    pub(crate) fn is_verified(&self) -> bool {
        self.verified != 0
    }
}

impl From<User> for pizoo_api::account::User {
    fn from(user: User) -> Self {
        Self {
            verified: user.is_verified(),
            id: user.id.into(),
            name: user.name,
            email: user.email,
            verified_method: user.verified_method,
        }
    }
}

/// A row of `profiles`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Profile {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) display_name: String,
    /// JSON list.
    pub(crate) photos: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

/// What a new account starts with.
pub(crate) struct NewUser<'a> {
    pub(crate) id: &'a str,
    pub(crate) profile_id: &'a str,
    pub(crate) email: &'a str,
    pub(crate) name: &'a str,
    pub(crate) verified: bool,
    pub(crate) now: UnixMs,
}

pub(crate) async fn by_email(db: impl AnyExecutor<'_>, email: &str) -> Result<Option<User>> {
    Ok(sqlx::query_as("SELECT * FROM users WHERE email = $1").bind(email).fetch_optional(db).await?)
}

pub(crate) async fn profile(db: impl AnyExecutor<'_>, user: &str) -> Result<Option<Profile>> {
    Ok(sqlx::query_as("SELECT * FROM profiles WHERE user_id = $1").bind(user).fetch_optional(db).await?)
}

/// Adds an account with its profile; nothing happens if its id or address is taken.
pub(crate) async fn add(db: &mut AnyConnection, user: &NewUser<'_>) -> Result<()> {
    let added = sqlx::query(
        "INSERT INTO users (id, email, name, language, verified, verified_method, created_at)
         VALUES ($1, $2, $3, 'en', $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind(user.id)
    .bind(user.email)
    .bind(user.name)
    .bind(i64::from(user.verified))
    .bind(user.verified.then_some(EMAIL_LINK))
    .bind(user.now.0)
    .execute(&mut *db)
    .await?;
    if added.rows_affected() == 1 {
        sqlx::query(
            "INSERT INTO profiles (id, user_id, display_name, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)",
        )
        .bind(user.profile_id)
        .bind(user.id)
        .bind(user.name)
        .bind(user.now.0)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// `verified_method` of an account that used a magic link.
const EMAIL_LINK: &str = "email_link";

/// The account of an address that was proved, made if it is new, verified from now on.
pub(crate) async fn prove_email(tx: &mut Tx, user: &NewUser<'_>) -> Result<User> {
    add(tx, user).await?;
    let user = sqlx::query_as(
        "UPDATE users SET verified_method = CASE verified WHEN 0 THEN $2 ELSE verified_method END, verified = 1
         WHERE email = $1 RETURNING *",
    )
    .bind(user.email)
    .bind(EMAIL_LINK)
    .fetch_one(&mut **tx)
    .await?;
    Ok(user)
}

/// The account of an e-mail address or phone number.
pub(crate) async fn by_address(db: impl AnyExecutor<'_>, address: &str) -> Result<Option<User>> {
    let find = "SELECT * FROM users WHERE email = $1 OR phone = $1";
    Ok(sqlx::query_as(find).bind(address).fetch_optional(db).await?)
}

/// Makes it verified, if it is not.
pub(crate) async fn verify(tx: &mut Tx, address: &str, method: &str) -> Result<Option<User>> {
    let user = sqlx::query_as(
        "UPDATE users SET verified_method = CASE verified WHEN 0 THEN $2 ELSE verified_method END, verified = 1
         WHERE email = $1 OR phone = $1 RETURNING *",
    )
    .bind(address)
    .bind(method)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(user)
}
