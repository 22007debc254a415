-- One person acting for another: asked for, in force, or over.
CREATE TABLE relationship (
    person_id BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    -- Absent until an invitation is taken up.
    carer_account_id BLOB REFERENCES account (id),
    carer_name TEXT NOT NULL,
    relation TEXT NOT NULL,
    origin TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    evidence TEXT,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    reason_text TEXT,
    scopes TEXT NOT NULL,
    labels TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT,
    review_on TEXT,
    -- The organisation that decides, or decided; absent where the person did.
    organisation_id BLOB REFERENCES organisation (id),
    last_used_on TEXT,
    -- The last day on which somebody decided that it is in force: reviews look no further back.
    decided_on TEXT,
    -- Of what comes up until then both have been told.
    told_until TEXT,
    -- The last day on which the person's name stood in the carer's list.
    listed_on TEXT,
    -- Goes up with every change, so that of two who act at once one is told.
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (person_id, id)
) STRICT;
CREATE INDEX relationship_carer ON relationship (carer_account_id, created_at);
-- Nobody acts twice for the same person.
CREATE UNIQUE INDEX relationship_once ON relationship (person_id, carer_account_id)
    WHERE status IN ('proposed', 'active') OR (status = 'inactive' AND reason = 'ROLE_SUSPENDED_PENDING_REVIEW');

-- Every state that a relationship was in, and who brought it there.
CREATE TABLE relationship_change (
    person_id BLOB NOT NULL,
    relationship_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    by_account_id BLOB,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    reason_text TEXT,
    scopes TEXT NOT NULL,
    labels TEXT NOT NULL,
    ends_on TEXT,
    PRIMARY KEY (person_id, relationship_id, seq),
    FOREIGN KEY (person_id, relationship_id) REFERENCES relationship (person_id, id)
) STRICT;

-- Invitations to act for somebody. The link's token and the code told in person are kept as hashes only.
CREATE TABLE invitation (
    token_hash BLOB PRIMARY KEY,
    person_id BLOB NOT NULL,
    relationship_id BLOB NOT NULL,
    -- The form that it was sent with: sent twice, it is one invitation.
    submission_id BLOB NOT NULL,
    email TEXT NOT NULL,
    code_hash BLOB NOT NULL,
    attempts INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    UNIQUE (person_id, submission_id),
    FOREIGN KEY (person_id, relationship_id) REFERENCES relationship (person_id, id)
) STRICT;
CREATE INDEX invitation_relationship ON invitation (person_id, relationship_id);

-- Applications to act for somebody, as the applicant sees them: there is one whether or not the details fit a person.
CREATE TABLE application (
    account_id BLOB NOT NULL REFERENCES account (id),
    id BLOB NOT NULL,
    relation TEXT NOT NULL,
    -- Absent where the details fit nobody.
    person_id BLOB,
    relationship_id BLOB,
    created_at TEXT NOT NULL,
    withdrawn_at TEXT,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (person_id, relationship_id) REFERENCES relationship (person_id, id)
) STRICT;
CREATE INDEX application_relationship ON application (person_id, relationship_id);
CREATE INDEX relationship_open ON relationship (person_id, id)
    WHERE status IN ('proposed', 'active') OR (status = 'inactive' AND reason = 'ROLE_SUSPENDED_PENDING_REVIEW');

-- What a person hid from those who act for them: one entry or a whole category, from one of them or from all.
CREATE TABLE hiding (
    person_id BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    entry_id BLOB,
    category TEXT,
    -- Absent: from everybody who acts for them, now and later.
    relationship_id BLOB,
    created_at TEXT NOT NULL,
    PRIMARY KEY (person_id, id)
) STRICT;
CREATE INDEX hiding_entry ON hiding (person_id, entry_id);

-- How sensitive the person says that an entry is; what its source says stays beside it.
ALTER TABLE record_entry ADD COLUMN chosen_sensitivity TEXT;
-- From which other resources of its source the entry takes words, one `Type/id` a line; `=` before them where those also
-- decide its category. Absent until the entry is read again: then only its owner sees it.
ALTER TABLE record_entry ADD COLUMN mentions TEXT;

-- What a person answered when they were asked in private whether somebody makes them share. Nobody who acts for them reads it.
CREATE TABLE safety_answer (
    person_id BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    relationship_id BLOB,
    answer TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    PRIMARY KEY (person_id, id)
) STRICT;
