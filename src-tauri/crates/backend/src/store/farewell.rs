//! The end of an account.

use super::accounts::{self, User};
use super::{Result, Tx, events, ringing};
use crate::clock::UnixMs;
use pizoo_api::events::Event;

#[derive(sqlx::FromRow)]
struct Pair {
    match_id: String,
    user1_id: String,
    user2_id: String,
    partner_id: String,
}

/// Deletes a user with everything that is theirs. Their partners are told that the match is gone, no more; what the
/// partners were told before about it is replaced by that. Reports stay: whoever reads them needs them. The matches that
/// are gone come back: their rooms are to be closed after the commit.
pub(crate) async fn delete(tx: &mut Tx, user: &User, now: UnixMs) -> Result<Vec<String>> {
    // First, as in a sign-in: it uses the link or code, then takes the account's lock.
    sqlx::query("DELETE FROM magic_links WHERE email = $1").bind(&user.email).execute(&mut **tx).await?;
    sqlx::query("DELETE FROM phone_codes WHERE phone = $1").bind(&user.phone).execute(&mut **tx).await?;
    accounts::lock_user(tx, &user.id).await?;
    let pairs = pairs_of(tx, &user.id).await?;
    let mut busy: Vec<String> = pairs.iter().map(|pair| format!("busy/{}", pair.partner_id)).collect();
    busy.push(format!("busy/{}", user.id));
    busy.sort();
    for name in &busy {
        super::lock(tx, name).await?;
    }
    // What is on its way between the two is waited for; what comes later finds no match.
    let mut of_pairs: Vec<String> =
        pairs.iter().map(|pair| format!("pair/{}/{}", pair.user1_id, pair.user2_id)).collect();
    of_pairs.sort();
    let mut of_matches: Vec<String> = pairs.iter().map(|pair| format!("messages/{}", pair.match_id)).collect();
    of_matches.sort();
    for name in of_pairs.iter().chain(&of_matches) {
        super::lock(tx, name).await?;
    }
    // A partner may have gone meanwhile.
    let pairs = pairs_of(tx, &user.id).await?;
    let mut ended = Vec::new();
    for pair in &pairs {
        ended.extend(ringing::end_calls_of_match(tx, &pair.match_id, now).await?);
        let body = serde_json::to_string(&removed(pair)).map_err(|error| sqlx::Error::Encode(error.into()))?;
        let named = format!("%\"match_id\":\"{}\"%", pair.match_id);
        let forget = "UPDATE events SET body = $3 WHERE user_id = $1 AND body LIKE $2";
        sqlx::query(forget).bind(&pair.partner_id).bind(named).bind(body).execute(&mut **tx).await?;
    }
    tx.note_sessions(&user.id);
    sqlx::query("DELETE FROM users WHERE id = $1").bind(&user.id).execute(&mut **tx).await?;
    sqlx::query("DELETE FROM room_participants WHERE identity = $1").bind(&user.id).execute(&mut **tx).await?;
    let own = ["account", "busy"].map(|kind| format!("{kind}/{}", user.id));
    for name in own.iter().chain(&of_pairs).chain(&of_matches) {
        sqlx::query("DELETE FROM locks WHERE name = $1").bind(name).execute(&mut **tx).await?;
    }
    let calls = ended.iter().filter(|(told, _)| *told != user.id).map(|(told, event)| (&**told, event.clone()));
    let told = calls.chain(pairs.iter().map(|pair| (&*pair.partner_id, removed(pair)))).collect();
    events::append(tx, told, now).await?;
    Ok(pairs.into_iter().map(|pair| pair.match_id).collect())
}

async fn pairs_of(tx: &mut Tx, user: &str) -> Result<Vec<Pair>> {
    let get = "SELECT id AS match_id, user1_id, user2_id,
                      CASE user1_id WHEN $1 THEN user2_id ELSE user1_id END AS partner_id
               FROM matches WHERE user1_id = $1 OR user2_id = $1 ORDER BY user1_id, user2_id";
    Ok(sqlx::query_as(get).bind(user).fetch_all(&mut **tx).await?)
}

fn removed(pair: &Pair) -> Event {
    Event::MatchRemoved { match_id: pair.match_id.as_str().into() }
}
