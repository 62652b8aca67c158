-- Accounts: passwords, phone codes, the short code beside a magic link, profile fields.

-- Whether the owner of the address has used a link or code: whoever registered it before may be somebody else.
ALTER TABLE users ADD COLUMN email_proved BIGINT NOT NULL DEFAULT 0;
UPDATE users SET email_proved = verified;

CREATE TABLE passwords (
    user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    hash    TEXT NOT NULL,                     -- argon2id, PHC string
    -- E.164; signs in together with the password, but proves nothing: anybody may claim a number, also a taken one.
    phone   TEXT,
    set_at  BIGINT NOT NULL
);
CREATE INDEX passwords_by_phone ON passwords (phone);

ALTER TABLE magic_links ADD COLUMN code_hash TEXT;              -- of the short code in the same mail
ALTER TABLE magic_links ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
CREATE INDEX magic_links_by_email ON magic_links (email);

CREATE TABLE phone_codes (
    id         TEXT PRIMARY KEY,
    phone      TEXT NOT NULL,                  -- E.164
    code_hash  TEXT NOT NULL,
    attempts   BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX phone_codes_by_phone ON phone_codes (phone, created_at);

ALTER TABLE profiles ADD COLUMN fields TEXT NOT NULL DEFAULT '{}';  -- JSON object: what else the owner filled in

-- Sessions: which device it is, for a list of them.
ALTER TABLE sessions ADD COLUMN device TEXT;

-- People: swipes, blocks, reports.

CREATE TABLE swipes (
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    target_id  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    action     TEXT NOT NULL,                  -- like, pass
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, target_id)
);
CREATE INDEX swipes_by_target ON swipes (target_id, user_id);
CREATE INDEX profiles_by_age ON profiles (created_at, user_id);

CREATE TABLE blocks (
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    blocked_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, blocked_id)
);
CREATE INDEX blocks_by_blocked ON blocks (blocked_id, user_id);

-- Kept when an account goes: whoever reads reports needs them.
CREATE TABLE reports (
    id          TEXT PRIMARY KEY,
    reporter_id TEXT NOT NULL,
    reported_id TEXT NOT NULL,
    reason      TEXT NOT NULL,
    details     TEXT NOT NULL,
    evidence    TEXT NOT NULL,                 -- JSON list: the newest messages between the two
    created_at  BIGINT NOT NULL
);
CREATE INDEX reports_by_reported ON reports (reported_id, created_at);

-- Calls.

-- Who agreed to be called in a match.
CREATE TABLE calling (
    match_id TEXT NOT NULL REFERENCES matches (id) ON DELETE CASCADE,
    user_id  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    since    BIGINT NOT NULL,
    PRIMARY KEY (match_id, user_id)
);

CREATE TABLE calls (
    id          TEXT PRIMARY KEY,
    match_id    TEXT NOT NULL REFERENCES matches (id) ON DELETE CASCADE,
    caller_id   TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    callee_id   TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    call_type   TEXT NOT NULL,
    state       TEXT NOT NULL,                 -- ringing, active, ended
    outcome     TEXT,                          -- once it is ended; see crate api
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,               -- of the ring
    accepted_at BIGINT,
    accepted_by TEXT,                          -- the session that accepted
    ended_at    BIGINT,
    reach       TEXT NOT NULL,                 -- what the callee sees of the ring: shown, busy, hidden
    empty_since BIGINT                         -- of an active call's room, as LiveKit's webhooks say
);
CREATE INDEX calls_by_match ON calls (match_id, created_at);
CREATE INDEX calls_by_caller ON calls (caller_id, created_at);
CREATE INDEX calls_by_callee ON calls (callee_id, created_at);
CREATE INDEX calls_open ON calls (expires_at) WHERE state <> 'ended';
CREATE INDEX calls_open_by_caller ON calls (caller_id) WHERE state <> 'ended';
CREATE INDEX calls_open_by_callee ON calls (callee_id) WHERE state <> 'ended';

-- Who is in a room, as LiveKit's webhooks say.
CREATE TABLE room_participants (
    match_id  TEXT NOT NULL,
    identity  TEXT NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (match_id, identity)
);

-- Webhooks that were taken: a repeated one changes nothing.
CREATE TABLE livekit_hooks (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL
);
CREATE INDEX livekit_hooks_by_time ON livekit_hooks (at);

-- The times of a user's newest 30 call tokens, newest first, 13 digits each: one row, so that one statement asks and
-- counts on both engines.
CREATE TABLE call_windows (
    user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    times   TEXT NOT NULL
);
INSERT INTO call_windows (user_id, times)
    SELECT user_id, substr(string_agg(CAST(issued_at AS TEXT), '' ORDER BY issued_at DESC), 1, 390)
    FROM call_tokens GROUP BY user_id;
DROP TABLE call_tokens;

-- A system line that only one of the two sees; none: both. The other must not learn of it.
ALTER TABLE messages ADD COLUMN only_for TEXT;

-- The event stream.

CREATE TABLE event_heads (
    user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    seq     BIGINT NOT NULL
);
CREATE TABLE events (
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    seq        BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    body       TEXT NOT NULL,                  -- JSON
    PRIMARY KEY (user_id, seq)
);
CREATE INDEX events_by_time ON events (created_at);

-- Leases: an instance of the backend holds a socket of this user until then.
CREATE TABLE presence (
    user_id  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    instance TEXT NOT NULL,
    until    BIGINT NOT NULL,
    PRIMARY KEY (user_id, instance)
);

CREATE TABLE push_subscriptions (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    endpoint   TEXT NOT NULL,
    p256dh     TEXT NOT NULL,
    auth       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (user_id, endpoint)
);
