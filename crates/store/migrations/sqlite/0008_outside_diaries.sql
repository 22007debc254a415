-- Organisations whose appointments are kept in a system of their own, which is asked before anything counts.
CREATE TABLE outside_diary (
    organisation_id BLOB PRIMARY KEY REFERENCES organisation (id),
    -- Where its FHIR interface begins, without a slash at its end.
    base_url TEXT NOT NULL,
    created_at TEXT NOT NULL,
    -- When its free times were last taken over.
    refreshed_at TEXT,
    -- Since when that fails, and why, without anything personal.
    failing_since TEXT,
    fault TEXT
) STRICT;

-- What the other system calls a time and the place that it is at.
ALTER TABLE slot ADD COLUMN outside_id TEXT;
ALTER TABLE slot ADD COLUMN outside_place TEXT;
CREATE UNIQUE INDEX slot_outside ON slot (organisation_id, outside_id) WHERE outside_id IS NOT NULL;

-- What the other system calls an appointment.
ALTER TABLE appointment ADD COLUMN outside_id TEXT;

-- What another system is asked to do, written down in the act that wants it, and settled by its answer.
CREATE TABLE outside_ask (
    person_id BLOB NOT NULL,
    id BLOB NOT NULL,
    -- Whose system.
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    -- What is booked or cancelled.
    appointment_id BLOB NOT NULL,
    -- `book` or `cancel`.
    what TEXT NOT NULL,
    -- The appointment for which this one is given up.
    for_id BLOB,
    -- Who cancels it, as `appointment.cancelled_by` says it afterwards, and why.
    cancelled_by TEXT,
    cancel_reason TEXT,
    -- `asked`, `done`, `refused` or `given-up`.
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    next_try_at TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    settled_at TEXT,
    PRIMARY KEY (person_id, id),
    FOREIGN KEY (person_id, appointment_id) REFERENCES appointment (person_id, id)
) STRICT;
CREATE INDEX outside_ask_due ON outside_ask (next_try_at) WHERE state = 'asked';
-- Nothing is asked for twice at once.
CREATE UNIQUE INDEX outside_ask_open ON outside_ask (person_id, appointment_id) WHERE state = 'asked';
