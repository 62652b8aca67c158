-- When the callee refused a ring: over for them, while it goes on for the caller, who is not to learn of it.
ALTER TABLE calls ADD COLUMN declined_at BIGINT;

-- How far somebody has read without telling the other side, as a place in the conversation.
CREATE TABLE private_reads (
    match_id TEXT NOT NULL REFERENCES matches (id) ON DELETE CASCADE,
    user_id  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    seq      BIGINT NOT NULL,
    PRIMARY KEY (match_id, user_id)
);
