-- A reminder to take a medicine: when, and how. A change ends one and begins another, so that what was due before stays as it was.
CREATE TABLE medicine_reminder (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    submission_id UUID NOT NULL,
    -- The medicine: an entry of the record, or one that was added.
    entry_id UUID,
    own_id UUID,
    -- What the person calls it.
    name TEXT NOT NULL,
    -- Times of day in London, such as `08:00, 22:30`, and days of the week, such as `mon tue`.
    times TEXT NOT NULL,
    days TEXT NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE,
    by_mail BOOLEAN NOT NULL,
    by_text BOOLEAN NOT NULL,
    -- They chose to be written to between 10pm and 7am too.
    at_night BOOLEAN NOT NULL,
    -- The instants from which, and before which, its doses count.
    starts_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    -- `changed`, `ended`, or what the record says of the medicine: `stopped` or `paused`.
    end_reason TEXT,
    -- The first dose that has not been looked at; absent where none will come.
    next_due_at TIMESTAMPTZ,
    created_by UUID NOT NULL REFERENCES account (id),
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id),
    CHECK ((entry_id IS NULL) <> (own_id IS NULL))
);
CREATE INDEX medicine_reminder_due ON medicine_reminder (next_due_at) WHERE ended_at IS NULL;

-- What somebody said of a dose. Absent: nobody said anything.
CREATE TABLE medicine_dose (
    person_id UUID NOT NULL,
    reminder_id UUID NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    -- `taken` or `skipped`.
    answer TEXT NOT NULL,
    note TEXT NOT NULL,
    answered_by UUID NOT NULL REFERENCES account (id),
    answered_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, reminder_id, due_at),
    FOREIGN KEY (person_id, reminder_id) REFERENCES medicine_reminder (person_id, id)
);
CREATE INDEX medicine_dose_due ON medicine_dose (person_id, due_at);

-- What was put into the outbox about a dose: each thing once. One message may be about several doses.
CREATE TABLE medicine_notice (
    person_id UUID NOT NULL,
    reminder_id UUID NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    -- As in the outbox: `mail` or `text`.
    channel TEXT NOT NULL,
    mail_id UUID NOT NULL,
    PRIMARY KEY (person_id, reminder_id, due_at, channel),
    FOREIGN KEY (person_id, reminder_id) REFERENCES medicine_reminder (person_id, id)
);

-- What a person chose about their medicines as a whole. Absent: nothing.
CREATE TABLE medicine_choice (
    person_id UUID PRIMARY KEY REFERENCES person (id),
    -- Who sees the diary of doses: `nobody`, `carers` or `team` (these and the care team).
    diary TEXT NOT NULL,
    -- Reminders to order: how, and who chose that.
    order_by_mail BOOLEAN NOT NULL,
    order_by_text BOOLEAN NOT NULL,
    order_chosen_by UUID REFERENCES account (id),
    -- The last day on which it was looked whether something is to be ordered.
    order_checked_on DATE,
    changed_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX medicine_choice_order ON medicine_choice (order_checked_on) WHERE order_by_mail OR order_by_text;

-- Of which supply of a medicine somebody was reminded that it can be ordered again.
CREATE TABLE order_reminder (
    person_id UUID NOT NULL REFERENCES person (id),
    entry_id UUID NOT NULL,
    -- The day on which that supply was given.
    supply_on DATE NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, entry_id, supply_on)
);
