-- A device that may add readings by itself. What it sent belongs to an import of the same id, so that it is taken out as one.
CREATE TABLE reading_device (
    person_id UUID NOT NULL,
    id UUID NOT NULL,
    -- What people call it.
    name TEXT NOT NULL,
    -- What it may send, with a space between.
    measures TEXT NOT NULL,
    -- SHA-256 of its token, and how that begins.
    token_hash BYTEA NOT NULL,
    token_begins TEXT NOT NULL,
    made_by UUID NOT NULL REFERENCES account (id),
    made_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    stopped_at TIMESTAMPTZ,
    stopped_by UUID REFERENCES account (id),
    PRIMARY KEY (person_id, id),
    UNIQUE (token_hash),
    FOREIGN KEY (person_id, id) REFERENCES reading_import (person_id, id)
);

-- A reading that it sent, as it called it, and which version of it is the last that the device knows of.
CREATE TABLE reading_sent (
    person_id UUID NOT NULL,
    reading_id UUID NOT NULL,
    device_id UUID NOT NULL,
    identifier_system TEXT NOT NULL,
    identifier_value TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (person_id, reading_id),
    FOREIGN KEY (person_id, reading_id) REFERENCES reading (person_id, id),
    FOREIGN KEY (person_id, device_id) REFERENCES reading_device (person_id, id)
);
