-- A device that may add readings by itself. What it sent belongs to an import of the same id, so that it is taken out as one.
CREATE TABLE reading_device (
    person_id BLOB NOT NULL,
    id BLOB NOT NULL,
    -- What people call it.
    name TEXT NOT NULL,
    -- What it may send, with a space between.
    measures TEXT NOT NULL,
    -- SHA-256 of its token, and how that begins.
    token_hash BLOB NOT NULL,
    token_begins TEXT NOT NULL,
    made_by BLOB NOT NULL REFERENCES account (id),
    made_at TEXT NOT NULL,
    used_at TEXT,
    stopped_at TEXT,
    stopped_by BLOB REFERENCES account (id),
    PRIMARY KEY (person_id, id),
    UNIQUE (token_hash),
    FOREIGN KEY (person_id, id) REFERENCES reading_import (person_id, id)
) STRICT;

-- A reading that it sent, as it called it, and which version of it is the last that the device knows of.
CREATE TABLE reading_sent (
    person_id BLOB NOT NULL,
    reading_id BLOB NOT NULL,
    device_id BLOB NOT NULL,
    identifier_system TEXT NOT NULL,
    identifier_value TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (person_id, reading_id),
    FOREIGN KEY (person_id, reading_id) REFERENCES reading (person_id, id),
    FOREIGN KEY (person_id, device_id) REFERENCES reading_device (person_id, id)
) STRICT;
