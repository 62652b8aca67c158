-- Photos that the backend keeps itself, one a person. The profile's list names it as `/api/photos/ID`.

CREATE TABLE photos (
    id         TEXT PRIMARY KEY,               -- 128 random bits, hexadecimal: another one with each upload
    user_id    TEXT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,                  -- image/jpeg, image/png, image/webp
    content    BYTEA NOT NULL,                 -- SQLite knows no such type, and keeps bytes as bytes in it
    created_at BIGINT NOT NULL
);
