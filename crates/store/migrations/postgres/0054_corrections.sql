-- A mistake that somebody reported in an entry of a record: for the organisation that sent the entry, and for no other.
CREATE TABLE correction (
    person_id UUID NOT NULL,
    id UUID NOT NULL,
    entry_id UUID NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- Which version of the entry's resource it is about.
    entry_version INTEGER NOT NULL,
    wrong TEXT NOT NULL,
    should_say TEXT NOT NULL,
    why TEXT NOT NULL,
    state TEXT NOT NULL,
    reported_by UUID NOT NULL REFERENCES account (id),
    reported_at TIMESTAMPTZ NOT NULL,
    -- The version that was there when the organisation agreed; and the one that was there when it was corrected.
    accepted_version INTEGER,
    corrected_version INTEGER,
    changed_at TIMESTAMPTZ NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (person_id, id),
    FOREIGN KEY (person_id, entry_id) REFERENCES record_entry (person_id, id)
);
CREATE INDEX correction_about ON correction (person_id, entry_id);

-- Each state that it reached, with what was said; none is ever altered.
CREATE TABLE correction_step (
    person_id UUID NOT NULL,
    correction_id UUID NOT NULL,
    version INTEGER NOT NULL,
    submission_id UUID NOT NULL,
    state TEXT NOT NULL,
    words TEXT NOT NULL,
    -- Whose account; absent where the service found it by itself.
    account_id UUID REFERENCES account (id),
    -- Who of the organisation.
    member_id UUID REFERENCES staff_member (id),
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, correction_id, version),
    UNIQUE (person_id, submission_id),
    FOREIGN KEY (person_id, correction_id) REFERENCES correction (person_id, id)
);
