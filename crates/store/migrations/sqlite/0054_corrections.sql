-- A mistake that somebody reported in an entry of a record: for the organisation that sent the entry, and for no other.
CREATE TABLE correction (
    person_id BLOB NOT NULL,
    id BLOB NOT NULL,
    entry_id BLOB NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    -- Which version of the entry's resource it is about.
    entry_version INTEGER NOT NULL,
    wrong TEXT NOT NULL,
    should_say TEXT NOT NULL,
    why TEXT NOT NULL,
    state TEXT NOT NULL,
    reported_by BLOB NOT NULL REFERENCES account (id),
    reported_at TEXT NOT NULL,
    -- The version that was there when the organisation agreed; and the one that was there when it was corrected.
    accepted_version INTEGER,
    corrected_version INTEGER,
    changed_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (person_id, id),
    FOREIGN KEY (person_id, entry_id) REFERENCES record_entry (person_id, id)
) STRICT;
CREATE INDEX correction_about ON correction (person_id, entry_id);

-- Each state that it reached, with what was said; none is ever altered.
CREATE TABLE correction_step (
    person_id BLOB NOT NULL,
    correction_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    submission_id BLOB NOT NULL,
    state TEXT NOT NULL,
    words TEXT NOT NULL,
    -- Whose account; absent where the service found it by itself.
    account_id BLOB REFERENCES account (id),
    -- Who of the organisation.
    member_id BLOB REFERENCES staff_member (id),
    at TEXT NOT NULL,
    PRIMARY KEY (person_id, correction_id, version),
    UNIQUE (person_id, submission_id),
    FOREIGN KEY (person_id, correction_id) REFERENCES correction (person_id, id)
) STRICT;
