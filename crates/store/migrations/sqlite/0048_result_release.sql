-- About which results an organisation writes to people before they read them: by kind, so many days at most.
CREATE TABLE result_rules (
    organisation_id BLOB PRIMARY KEY REFERENCES organisation (id),
    days TEXT NOT NULL,
    version INTEGER NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;

-- When somebody wants to read results: by kind, what is not at once.
CREATE TABLE result_choices (
    person_id BLOB PRIMARY KEY REFERENCES person (id),
    choices TEXT NOT NULL,
    version INTEGER NOT NULL,
    chosen_at TEXT NOT NULL
) STRICT;

-- A result that the person did not read as soon as it came, and from when on it is shown: worked out from the other columns whenever
-- one of them changes, so that it opens by itself.
CREATE TABLE result_hold (
    person_id BLOB NOT NULL,
    entry_id BLOB NOT NULL,
    -- The report with which it came, or itself: what came as one opens as one.
    lead_id BLOB NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    kind TEXT NOT NULL,
    received_at TEXT NOT NULL,
    -- What the organisation's rule gave when it came; and how long it waits for words, by that or by the person's choice.
    rule_days INTEGER,
    comment_days INTEGER,
    asks INTEGER NOT NULL,
    commented_at TEXT,
    ready_at TEXT,
    opens_at TEXT NOT NULL,
    -- From when on there is something for the person to do or to read, and when they were told.
    tell_at TEXT NOT NULL,
    told_at TEXT,
    PRIMARY KEY (person_id, entry_id),
    FOREIGN KEY (person_id, entry_id) REFERENCES record_entry (person_id, id)
) STRICT;
CREATE INDEX result_hold_opens ON result_hold (person_id, opens_at, entry_id);
CREATE INDEX result_hold_lead ON result_hold (person_id, lead_id);
CREATE INDEX result_hold_to_tell ON result_hold (tell_at) WHERE told_at IS NULL;

-- What a care team wrote about it, or that it let it go without words; and which versions it had before it.
CREATE TABLE result_comment (
    person_id BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    lead_id BLOB NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    member_id BLOB NOT NULL REFERENCES staff_member (id),
    words TEXT NOT NULL,
    seen TEXT NOT NULL,
    written_at TEXT NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, lead_id)
) STRICT;
