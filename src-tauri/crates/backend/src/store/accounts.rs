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
    /// JSON object: what else the owner filled in.
    pub(crate) fields: String,
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
///
/// Until then anybody could have registered it. So what they left that would still open it or tell them of it ends with
/// the first proof: password, sessions, push subscriptions.
pub(crate) async fn prove_email(tx: &mut Tx, user: &NewUser<'_>) -> Result<User> {
    let get = "SELECT id FROM users WHERE email = $1";
    let known: Option<String> = sqlx::query_scalar(get).bind(user.email).fetch_optional(&mut **tx).await?;
    if let Some(known) = known {
        // It may be going; then it is made anew.
        lock_user(tx, &known).await?;
    }
    add(tx, user).await?;
    let id: String = sqlx::query_scalar(get).bind(user.email).fetch_one(&mut **tx).await?;
    lock_user(tx, &id).await?;
    let prove = "UPDATE users SET verified_method = $2, verified = 1 WHERE id = $1 AND verified = 0";
    if sqlx::query(prove).bind(&id).bind(EMAIL_LINK).execute(&mut **tx).await?.rows_affected() == 1 {
        sqlx::query("DELETE FROM passwords WHERE user_id = $1").bind(&id).execute(&mut **tx).await?;
        sqlx::query("DELETE FROM push_subscriptions WHERE user_id = $1").bind(&id).execute(&mut **tx).await?;
        super::sessions::revoke_all(tx, &id, user.now).await?;
    }
    Ok(sqlx::query_as("SELECT * FROM users WHERE id = $1").bind(&id).fetch_one(&mut **tx).await?)
}

/// Makes what changes how a user signs in, or what they filled in, run one after another.
pub(crate) async fn lock_user(tx: &mut Tx, id: &str) -> Result<()> {
    super::lock(tx, &format!("account/{id}")).await
}

/// Changes the name, the language or both. The name that others see follows, unless it was chosen apart. `None` if the
/// account is gone.
pub(crate) async fn update(tx: &mut Tx, id: &str, name: Option<&str>, language: Option<&str>) -> Result<Option<User>> {
    lock_user(tx, id).await?;
    if let Some(name) = name {
        let follow = "UPDATE profiles SET display_name = $2
                      WHERE user_id = $1 AND display_name = (SELECT name FROM users WHERE id = $1)";
        sqlx::query(follow).bind(id).bind(name).execute(&mut **tx).await?;
        sqlx::query("UPDATE users SET name = $2 WHERE id = $1").bind(id).bind(name).execute(&mut **tx).await?;
    }
    if let Some(language) = language {
        let set = "UPDATE users SET language = $2 WHERE id = $1";
        sqlx::query(set).bind(id).bind(language).execute(&mut **tx).await?;
    }
    Ok(sqlx::query_as("SELECT * FROM users WHERE id = $1").bind(id).fetch_optional(&mut **tx).await?)
}

/// Keeps a changed profile.
pub(crate) async fn set_profile(tx: &mut Tx, profile: &Profile) -> Result<()> {
    sqlx::query("UPDATE profiles SET display_name = $2, photos = $3, fields = $4, updated_at = $5 WHERE user_id = $1")
        .bind(&profile.user_id)
        .bind(&profile.display_name)
        .bind(&profile.photos)
        .bind(&profile.fields)
        .bind(profile.updated_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
