-- The outbox carries text messages beside mail: `mail` or `text`.
ALTER TABLE outbox ADD COLUMN channel TEXT NOT NULL DEFAULT 'mail';
-- Waits through the night, so that it wakes nobody.
ALTER TABLE outbox ADD COLUMN waits_for_day INTEGER NOT NULL DEFAULT 0;
-- From when on it is of no use to anybody.
ALTER TABLE outbox ADD COLUMN useless_from TEXT;
-- When it was given up: too late, refused for good, or tried too often.
ALTER TABLE outbox ADD COLUMN given_up_at TEXT;
DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (next_try_at) WHERE sent_at IS NULL AND given_up_at IS NULL;

-- Where an account gets text messages, once a code has shown that it is theirs; and a number that waits for its code.
CREATE TABLE mobile (
    account_id BLOB PRIMARY KEY REFERENCES account (id),
    -- With + and the code of the country.
    number TEXT,
    confirmed_at TEXT,
    pending_number TEXT,
    -- SHA-256 of the account, the number and the code.
    pending_code BLOB,
    pending_at TEXT
) STRICT;

ALTER TABLE reminder_choice ADD COLUMN by_text INTEGER NOT NULL DEFAULT 0;
