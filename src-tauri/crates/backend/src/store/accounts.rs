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

/// Without the photo, which is in another table.
impl From<User> for pizoo_api::account::User {
    fn from(user: User) -> Self {
        Self {
            verified: user.is_verified(),
            id: user.id.into(),
            name: user.name,
            email: user.email,
            verified_method: user.verified_method,
            photo: None,
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

impl Profile {
    /// The addresses of the photos, the first one first.
    pub(crate) fn listed_photos(&self) -> Vec<String> {
        serde_json::from_str(&self.photos).unwrap_or_else(|error| {
            tracing::warn!(%error, "a stored list of photos cannot be read");
            Vec::new()
        })
    }

    pub(crate) fn set_listed_photos(&mut self, addresses: &[String]) {
        self.photos = serde_json::Value::from(addresses).to_string();
    }
}

/// What a new account starts with.
pub(crate) struct NewUser<'a> {
    pub(crate) id: &'a str,
    pub(crate) profile_id: &'a str,
    pub(crate) email: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) name: &'a str,
    /// How it was verified, if it is.
    pub(crate) method: Option<Method>,
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
        "INSERT INTO users (id, email, name, language, verified, verified_method, created_at, phone,
                            email_proved)
         VALUES ($1, $2, $3, 'en', $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    )
    .bind(user.id)
    .bind(user.email)
    .bind(user.name)
    .bind(i64::from(user.method.is_some()))
    .bind(user.method.map(Method::as_str))
    .bind(user.now.0)
    .bind(user.phone)
    .bind(i64::from(user.method == Some(Method::EmailLink)))
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

/// How an account was verified: `verified_method`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    EmailLink,
    PhoneCode,
}

impl Method {
    fn as_str(self) -> &'static str {
        match self {
            Self::EmailLink => "email_link",
            Self::PhoneCode => "phone_otp",
        }
    }
}

/// The account of an address that was proved, made if it is new, verified from now on.
///
/// Until then anybody could have registered it. So what they left that would still open it or tell them of it ends with
/// the first proof: password, telephone number, sessions, push subscriptions.
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
    let prove =
        "UPDATE users SET verified_method = CASE verified WHEN 0 THEN $2 ELSE verified_method END, verified = 1,
                        email_proved = 1, phone = NULL
                 WHERE id = $1 AND email_proved = 0";
    if sqlx::query(prove).bind(&id).bind(Method::EmailLink.as_str()).execute(&mut **tx).await?.rows_affected() == 1 {
        sqlx::query("DELETE FROM passwords WHERE user_id = $1").bind(&id).execute(&mut **tx).await?;
        sqlx::query("DELETE FROM push_subscriptions WHERE user_id = $1").bind(&id).execute(&mut **tx).await?;
        super::sessions::revoke_all(tx, &id, user.now).await?;
    }
    // Whose verification was taken back proves it again.
    let again = "UPDATE users SET verified_method = $2, verified = 1 WHERE id = $1 AND verified = 0";
    sqlx::query(again).bind(&id).bind(Method::EmailLink.as_str()).execute(&mut **tx).await?;
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

/// The account of a number that was proved, made if it is new, verified from now on.
pub(crate) async fn prove_phone(tx: &mut Tx, user: &NewUser<'_>) -> Result<User> {
    super::lock(tx, &format!("phone/{}", user.phone.unwrap_or_default())).await?;
    add(tx, user).await?;
    let prove = "UPDATE users SET verified_method = CASE verified WHEN 0 THEN $2 ELSE verified_method END, verified = 1
                 WHERE phone = $1 RETURNING *";
    Ok(sqlx::query_as(prove).bind(user.phone).bind(Method::PhoneCode.as_str()).fetch_one(&mut **tx).await?)
}

/// Gives an account the number that its owner proved. `None`: the number is another account's.
pub(crate) async fn attach_phone(tx: &mut Tx, id: &str, phone: &str) -> Result<Option<User>> {
    super::lock(tx, &format!("phone/{phone}")).await?;
    let attach = "UPDATE users SET phone = $2, verified = 1,
                         verified_method = CASE verified WHEN 0 THEN $3 ELSE verified_method END
                  WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM users o WHERE o.phone = $2 AND o.id <> $1) RETURNING *";
    let attach = sqlx::query_as(attach).bind(id).bind(phone).bind(Method::PhoneCode.as_str());
    Ok(attach.fetch_optional(&mut **tx).await?)
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
