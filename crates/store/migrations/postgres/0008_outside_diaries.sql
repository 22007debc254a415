-- Organisations whose appointments are kept in a system of their own, which is asked before anything counts.
CREATE TABLE outside_diary (
    organisation_id UUID PRIMARY KEY REFERENCES organisation (id),
    -- Where its FHIR interface begins, without a slash at its end.
    base_url TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    -- When its free times were last taken over.
    refreshed_at TIMESTAMPTZ,
    -- Since when that fails, and why, without anything personal.
    failing_since TIMESTAMPTZ,
    fault TEXT
);

-- What the other system calls a time and the place that it is at.
ALTER TABLE slot ADD COLUMN outside_id TEXT;
ALTER TABLE slot ADD COLUMN outside_place TEXT;
CREATE UNIQUE INDEX slot_outside ON slot (organisation_id, outside_id) WHERE outside_id IS NOT NULL;

-- What the other system calls an appointment.
ALTER TABLE appointment ADD COLUMN outside_id TEXT;

-- What another system is asked to do, written down in the act that wants it, and settled by its answer.
CREATE TABLE outside_ask (
    person_id UUID NOT NULL,
    id UUID NOT NULL,
    -- Whose system.
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- What is booked or cancelled.
    appointment_id UUID NOT NULL,
    -- `book` or `cancel`.
    what TEXT NOT NULL,
    -- The appointment for which this one is given up.
    for_id UUID,
    -- Who cancels it, as `appointment.cancelled_by` says it afterwards, and why.
    cancelled_by TEXT,
    cancel_reason TEXT,
    -- `asked`, `done`, `refused` or `given-up`.
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    next_try_at TIMESTAMPTZ NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    settled_at TIMESTAMPTZ,
    PRIMARY KEY (person_id, id),
    FOREIGN KEY (person_id, appointment_id) REFERENCES appointment (person_id, id)
);
CREATE INDEX outside_ask_due ON outside_ask (next_try_at) WHERE state = 'asked';
-- Nothing is asked for twice at once.
CREATE UNIQUE INDEX outside_ask_open ON outside_ask (person_id, appointment_id) WHERE state = 'asked';
