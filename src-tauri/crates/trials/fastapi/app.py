"""The peer of the benchmark: the backend's five measured routes, written plainly with FastAPI over SQLite.

The same durability (WAL, synchronous=FULL), the same checks (session in the database, membership, sliding limit of 30 an
hour), LiveKit tokens by LiveKit's own package. Only what is measured is here. The backend also overwrites what it deletes
(`secure_delete`) and checks foreign keys; this service does neither.
"""

import datetime
import os
import secrets
import sqlite3
import time

import jwt
from fastapi import Depends, FastAPI, Header, HTTPException
from livekit import api
from pydantic import BaseModel

SECRET = os.environ["SECRET_KEY"]
KEY, LIVEKIT_SECRET, URL = os.environ["LIVEKIT_API_KEY"], os.environ["LIVEKIT_API_SECRET"], os.environ["LIVEKIT_URL"]
HOUR = 3600

app = FastAPI()
db = sqlite3.connect(os.environ["DATABASE"], isolation_level=None, check_same_thread=False)
db.executescript(
    """
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT, email TEXT, verified INTEGER);
    CREATE TABLE sessions (id TEXT PRIMARY KEY, user_id TEXT, jti TEXT, expires INTEGER);
    CREATE TABLE matches (id TEXT PRIMARY KEY, one TEXT, two TEXT);
    CREATE TABLE messages (id TEXT PRIMARY KEY, match_id TEXT, seq INTEGER, sender TEXT, receiver TEXT, content TEXT,
                           created REAL);
    CREATE INDEX messages_by_match ON messages (match_id, seq);
    CREATE TABLE call_tokens (user_id TEXT, at REAL);
    CREATE INDEX call_tokens_by_user ON call_tokens (user_id, at);
    """
)


class TokenRequest(BaseModel):
    match_id: str
    call_type: str = "video"
    participant_name: str | None = None


class RefreshRequest(BaseModel):
    refresh_token: str


class MessageRequest(BaseModel):
    content: str
    message_type: str = "text"


def pair(user: str, session: str, jti: str) -> tuple[str, str]:
    now = int(time.time())
    access = {"sub": user, "sid": session, "type": "access", "iat": now, "exp": now + HOUR}
    refresh = {"sub": user, "sid": session, "type": "refresh", "jti": jti, "iat": now, "exp": now + 7 * 24 * HOUR}
    return jwt.encode(access, SECRET, "HS256"), jwt.encode(refresh, SECRET, "HS256")


def claims(token: str, purpose: str) -> dict:
    try:
        found = jwt.decode(token, SECRET, algorithms=["HS256"])
    except jwt.PyJWTError as error:
        raise HTTPException(401, "Could not validate credentials") from error
    if found["type"] != purpose:
        raise HTTPException(401, "Could not validate credentials")
    return found


async def user(authorization: str = Header()) -> tuple:
    found = claims(authorization.removeprefix("Bearer "), "access")
    row = db.execute(
        "SELECT u.id, u.name, u.email, u.verified FROM sessions s JOIN users u ON u.id = s.user_id "
        "WHERE s.id = ? AND s.expires > ?",
        (found["sid"], time.time()),
    ).fetchone()
    if row is None:
        raise HTTPException(401, "Could not validate credentials")
    return row


def partner(match_id: str, me: str) -> str:
    row = db.execute(
        "SELECT one, two FROM matches WHERE id = ? AND (one = ? OR two = ?)", (match_id, me, me)
    ).fetchone()
    if row is None:
        raise HTTPException(404, "Match not found")
    return row[1] if row[0] == me else row[0]


@app.get("/health")
async def health():
    return {"status": "healthy"}


@app.get("/api/livekit/status")
async def status():
    return {"configured": True, "url": URL, "message": "LiveKit is ready"}


@app.get("/api/auth/me")
async def me(who: tuple = Depends(user)):
    return {"success": True, "user": {"id": who[0], "name": who[1], "email": who[2], "verified": bool(who[3])}}


@app.post("/api/auth/refresh")
async def refresh(body: RefreshRequest):
    old, jti = claims(body.refresh_token, "refresh"), secrets.token_hex(16)
    changed = db.execute(
        "UPDATE sessions SET jti = ? WHERE id = ? AND jti = ?", (jti, old["sid"], old["jti"])
    ).rowcount
    if changed != 1:
        raise HTTPException(401, "Invalid refresh token")
    access, new = pair(old["sub"], old["sid"], jti)
    return {"success": True, "access_token": access, "refresh_token": new, "token_type": "bearer", "expires_in": HOUR}


@app.post("/api/livekit/token")
async def token(body: TokenRequest, who: tuple = Depends(user)):
    if not who[3]:
        raise HTTPException(403, "Account not verified. Please complete verification to use calls.")
    partner(body.match_id, who[0])
    now = time.time()
    db.execute("BEGIN IMMEDIATE")
    try:
        db.execute("DELETE FROM call_tokens WHERE user_id = ? AND at <= ?", (who[0], now - HOUR))
        count = db.execute("SELECT COUNT(*) FROM call_tokens WHERE user_id = ?", (who[0],)).fetchone()[0]
        if count >= 30:
            raise HTTPException(429, "Rate limit exceeded.")
        db.execute("INSERT INTO call_tokens VALUES (?, ?)", (who[0], now))
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    room, name = f"pizoo-match-{body.match_id}", body.participant_name or f"User-{who[0][:8]}"
    sources = ["microphone", "camera"] if body.call_type == "video" else ["microphone"]
    grant = api.VideoGrants(
        room=room, room_join=True, can_publish=True, can_subscribe=True, can_publish_data=True,
        can_publish_sources=sources,
    )
    signed = (
        api.AccessToken(KEY, LIVEKIT_SECRET)
        .with_identity(who[0])
        .with_name(name)
        .with_grants(grant)
        .with_ttl(datetime.timedelta(minutes=10))
        .to_jwt()
    )
    return {
        "success": True, "token": signed, "url": URL, "room_name": room,
        "participant": {"identity": who[0], "name": name}, "call_type": body.call_type,
        "video_enabled": body.call_type == "video", "audio_enabled": True,
    }


@app.post("/api/conversations/{match_id}/messages")
async def send(match_id: str, body: MessageRequest, who: tuple = Depends(user)):
    other, new, now = partner(match_id, who[0]), secrets.token_hex(16), time.time()
    db.execute(
        "INSERT INTO messages VALUES (?, ?, (SELECT COALESCE(MAX(seq), 0) + 1 FROM messages WHERE match_id = ?), "
        "?, ?, ?, ?)",
        (new, match_id, match_id, who[0], other, body.content, now),
    )
    return {"message": "Message sent", "data": {"id": new, "match_id": match_id, "content": body.content}}


@app.post("/measured/pair")
async def make_pair():
    """Two people with sessions and a match: what the backend makes by mail and likes."""
    ids, people = [secrets.token_hex(16) for _ in range(2)], []
    match_id = secrets.token_hex(16)
    for one in ids:
        session, jti = secrets.token_hex(16), secrets.token_hex(16)
        db.execute("INSERT INTO users VALUES (?, 'Ada', ?, 1)", (one, f"{one}@trial.test"))
        db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (session, one, jti, time.time() + 7 * 24 * HOUR))
        access, refresh_token = pair(one, session, jti)
        people.append({"access": access, "refresh": refresh_token})
    db.execute("INSERT INTO matches VALUES (?, ?, ?)", (match_id, *ids))
    return {"match_id": match_id, "people": people}
