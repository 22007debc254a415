-- One person acting for another: asked for, in force, or over.
CREATE TABLE relationship (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    -- Absent until an invitation is taken up.
    carer_account_id UUID REFERENCES account (id),
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
    starts_on DATE NOT NULL,
    ends_on DATE,
    review_on DATE,
    -- The organisation that decides, or decided; absent where the person did.
    organisation_id UUID REFERENCES organisation (id),
    last_used_on DATE,
    -- The last day on which somebody decided that it is in force: reviews look no further back.
    decided_on DATE,
    -- Of what comes up until then both have been told.
    told_until DATE,
    -- The last day on which the person's name stood in the carer's list.
    listed_on DATE,
    -- Goes up with every change, so that of two who act at once one is told.
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, id)
);
CREATE INDEX relationship_carer ON relationship (carer_account_id, created_at);
-- Nobody acts twice for the same person.
CREATE UNIQUE INDEX relationship_once ON relationship (person_id, carer_account_id)
    WHERE status IN ('proposed', 'active') OR (status = 'inactive' AND reason = 'ROLE_SUSPENDED_PENDING_REVIEW');

-- Every state that a relationship was in, and who brought it there.
CREATE TABLE relationship_change (
    person_id UUID NOT NULL,
    relationship_id UUID NOT NULL,
    seq INTEGER NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    by_whom TEXT NOT NULL,
    by_account_id UUID,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    reason_text TEXT,
    scopes TEXT NOT NULL,
    labels TEXT NOT NULL,
    ends_on DATE,
    PRIMARY KEY (person_id, relationship_id, seq),
    FOREIGN KEY (person_id, relationship_id) REFERENCES relationship (person_id, id)
);

-- Invitations to act for somebody. The link's token and the code told in person are kept as hashes only.
CREATE TABLE invitation (
    token_hash BYTEA PRIMARY KEY,
    person_id UUID NOT NULL,
    relationship_id UUID NOT NULL,
    -- The form that it was sent with: sent twice, it is one invitation.
    submission_id UUID NOT NULL,
    email TEXT NOT NULL,
    code_hash BYTEA NOT NULL,
    attempts INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    UNIQUE (person_id, submission_id),
    FOREIGN KEY (person_id, relationship_id) REFERENCES relationship (person_id, id)
);
CREATE INDEX invitation_relationship ON invitation (person_id, relationship_id);

-- Applications to act for somebody, as the applicant sees them: there is one whether or not the details fit a person.
CREATE TABLE application (
    account_id UUID NOT NULL REFERENCES account (id),
    id UUID NOT NULL,
    relation TEXT NOT NULL,
    -- Absent where the details fit nobody.
    person_id UUID,
    relationship_id UUID,
    created_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (person_id, relationship_id) REFERENCES relationship (person_id, id)
);
CREATE INDEX application_relationship ON application (person_id, relationship_id);
CREATE INDEX relationship_open ON relationship (person_id, id)
    WHERE status IN ('proposed', 'active') OR (status = 'inactive' AND reason = 'ROLE_SUSPENDED_PENDING_REVIEW');

-- What a person hid from those who act for them: one entry or a whole category, from one of them or from all.
CREATE TABLE hiding (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    entry_id UUID,
    category TEXT,
    -- Absent: from everybody who acts for them, now and later.
    relationship_id UUID,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, id)
);
CREATE INDEX hiding_entry ON hiding (person_id, entry_id);

-- How sensitive the person says that an entry is; what its source says stays beside it.
ALTER TABLE record_entry ADD COLUMN chosen_sensitivity TEXT;
-- From which other resources of its source the entry takes words, one `Type/id` a line; `=` before them where those also
-- decide its category. Absent until the entry is read again: then only its owner sees it.
ALTER TABLE record_entry ADD COLUMN mentions TEXT;

-- What a person answered when they were asked in private whether somebody makes them share. Nobody who acts for them reads it.
CREATE TABLE safety_answer (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    relationship_id UUID,
    answer TEXT NOT NULL,
    answered_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, id)
);
