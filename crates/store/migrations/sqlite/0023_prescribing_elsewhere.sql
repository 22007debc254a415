-- Practices that decide about orders of medicines in a prescribing system of their own.
CREATE TABLE outside_prescribing (
    organisation_id BLOB PRIMARY KEY REFERENCES organisation (id),
    -- Where its FHIR interface begins, without a slash at its end.
    base_url TEXT NOT NULL,
    since TEXT NOT NULL
) STRICT;

-- What such a system is asked to do, written down in the act that wants it, and settled by its answer.
CREATE TABLE prescribing_ask (
    person_id BLOB NOT NULL,
    -- Every request about it carries it, and what is made there is known by it.
    id BLOB NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    item_id BLOB NOT NULL,
    -- `order` or `cancel`.
    what TEXT NOT NULL,
    -- What the other system calls what may be given again, and its identifiers (`system|value`, one a line).
    plan TEXT,
    identifiers TEXT NOT NULL,
    -- `asked`, `done`, `refused`, `given-up`, or `moved` where the practice decides here since.
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    next_try_at TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    settled_at TEXT,
    -- Why the last try was no certain answer, without anything personal.
    fault TEXT,
    -- Why it was refused.
    refusal TEXT,
    -- What the other system calls the order, how far it is there, and what it calls the prescription.
    task_id TEXT,
    progress TEXT,
    prescription TEXT,
    -- When somebody last set out to ask how it stands, when that was answered, and when it is asked next.
    looked_at TEXT,
    heard_at TEXT,
    next_look_at TEXT,
    PRIMARY KEY (person_id, id),
    FOREIGN KEY (person_id, item_id) REFERENCES medicine_order_item (person_id, id)
) STRICT;
CREATE INDEX prescribing_ask_due ON prescribing_ask (next_try_at) WHERE state = 'asked';
CREATE INDEX prescribing_ask_look ON prescribing_ask (next_look_at) WHERE next_look_at IS NOT NULL;
CREATE INDEX prescribing_ask_item ON prescribing_ask (person_id, item_id);
-- Nothing is asked for twice at once.
CREATE UNIQUE INDEX prescribing_ask_open ON prescribing_ask (person_id, item_id) WHERE state = 'asked';
