-- One SQL text for SQLite and, later, Postgres: ids are TEXT, times BIGINT milliseconds since 1970, booleans BIGINT 0 or 1.

CREATE TABLE users (
    id              TEXT PRIMARY KEY,
    email           TEXT UNIQUE,               -- lower case; an account made by phone has none
    phone           TEXT UNIQUE,
    name            TEXT NOT NULL,
    language        TEXT NOT NULL,
    verified        BIGINT NOT NULL DEFAULT 0,
    verified_method TEXT,
    created_at      BIGINT NOT NULL
);

CREATE TABLE profiles (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    display_name TEXT NOT NULL,
    photos       TEXT NOT NULL DEFAULT '[]',   -- JSON list of addresses
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);

-- The account comes into being when the link is used, not when it is asked for.
CREATE TABLE magic_links (
    token_hash TEXT PRIMARY KEY,               -- SHA-256, hexadecimal
    email      TEXT NOT NULL,
    name       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX magic_links_by_end ON magic_links (expires_at);

CREATE TABLE sessions (
    id          TEXT PRIMARY KEY,
    user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    refresh_jti TEXT NOT NULL,                 -- the one refresh token that is good
    created_at  BIGINT NOT NULL,
    rotated_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    revoked_at  BIGINT
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE matches (
    id         TEXT PRIMARY KEY,
    user1_id   TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user2_id   TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    matched_at BIGINT NOT NULL,
    CHECK (user1_id < user2_id),               -- one row a pair
    UNIQUE (user1_id, user2_id)
);
CREATE INDEX matches_by_user2 ON matches (user2_id);

CREATE TABLE messages (
    id              TEXT PRIMARY KEY,
    match_id        TEXT NOT NULL REFERENCES matches (id) ON DELETE CASCADE,
    seq             BIGINT NOT NULL,           -- order within the match; times may be equal or step back
    sender_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    receiver_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    content         TEXT NOT NULL,
    message_type    TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    read_at         BIGINT,
    UNIQUE (match_id, seq),
    UNIQUE (match_id, sender_id, idempotency_key)
);
CREATE INDEX messages_unread ON messages (match_id, receiver_id, read_at);

-- Every call token of the last hour: the sliding window is a log.
CREATE TABLE call_tokens (
    id        TEXT PRIMARY KEY,
    user_id   TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    issued_at BIGINT NOT NULL
);
CREATE INDEX call_tokens_by_user ON call_tokens (user_id, issued_at);

-- Written first by a transaction that reads before it writes, so that its like waits.
CREATE TABLE locks (
    name TEXT PRIMARY KEY
);

-- What a development backend made up for itself.
CREATE TABLE made_up_secrets (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
