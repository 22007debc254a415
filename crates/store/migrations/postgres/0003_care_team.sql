-- Somebody's place at an organisation.
CREATE TABLE staff_member (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    job TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX staff_member_account ON staff_member (account_id);
CREATE INDEX staff_member_organisation ON staff_member (organisation_id);
CREATE UNIQUE INDEX staff_member_once ON staff_member (account_id, organisation_id) WHERE ended_at IS NULL;

CREATE TABLE team (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation_id, name)
);

CREATE TABLE team_member (
    team_id UUID NOT NULL REFERENCES team (id),
    member_id UUID NOT NULL REFERENCES staff_member (id),
    PRIMARY KEY (team_id, member_id)
);

-- What waits for a team.
CREATE TABLE work_item (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- Absent: for every team of the organisation.
    team_id UUID REFERENCES team (id),
    kind TEXT NOT NULL,
    person_id UUID NOT NULL REFERENCES person (id),
    -- The application, the question, the check that it is about.
    about_id UUID NOT NULL,
    urgent BOOLEAN NOT NULL,
    waiting_since TIMESTAMPTZ NOT NULL,
    claimed_by UUID REFERENCES staff_member (id),
    claimed_at TIMESTAMPTZ,
    done_by UUID REFERENCES staff_member (id),
    done_at TIMESTAMPTZ,
    outcome TEXT,
    -- Goes up with every change, so that of two people who act at once one is told.
    version INTEGER NOT NULL,
    UNIQUE (organisation_id, kind, about_id)
);
CREATE INDEX work_item_waiting ON work_item (organisation_id, urgent DESC, waiting_since) WHERE done_at IS NULL;

CREATE TABLE work_note (
    work_item_id UUID NOT NULL REFERENCES work_item (id),
    id UUID NOT NULL,
    member_id UUID NOT NULL REFERENCES staff_member (id),
    text TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (work_item_id, id)
);

-- What a person chose to share, with which kind of organisation, for what; every choice is kept, the last one counts.
CREATE TABLE sharing_choice (
    person_id UUID NOT NULL REFERENCES person (id),
    purpose TEXT NOT NULL,
    organisation_kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- The labels that are shared; none is a refusal.
    labels TEXT NOT NULL,
    notice_version INTEGER NOT NULL,
    -- The form that it was sent with: sent twice, it is one choice.
    submission_id UUID NOT NULL,
    chosen_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, purpose, organisation_kind, version),
    UNIQUE (person_id, submission_id)
);

-- A record opened by a professional in an emergency.
CREATE TABLE emergency (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    member_id UUID NOT NULL REFERENCES staff_member (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    reason TEXT NOT NULL,
    reason_text TEXT NOT NULL,
    labels TEXT NOT NULL,
    -- The form that it was sent with: sent twice, it is opened once.
    submission_id UUID NOT NULL,
    began_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    -- Who of those who answer for privacy has looked at it.
    checked_by UUID REFERENCES staff_member (id),
    checked_at TIMESTAMPTZ,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, member_id, submission_id)
);
CREATE INDEX emergency_organisation ON emergency (organisation_id, began_at);
CREATE INDEX emergency_member ON emergency (person_id, member_id, ends_at);

-- "I don't recognise this": a person's question about who looked, and its answer.
CREATE TABLE access_query (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    audit_seq BIGINT NOT NULL,
    organisation_id UUID REFERENCES organisation (id),
    question TEXT NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    answer TEXT,
    answered_by UUID REFERENCES staff_member (id),
    answered_at TIMESTAMPTZ,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, audit_seq)
);

-- How surely whoever uses a code is the person: more than the letter shows, where they were checked when it was issued.
ALTER TABLE linkage_code ADD COLUMN level TEXT NOT NULL DEFAULT 'linked';
-- How they were checked.
ALTER TABLE linkage_code ADD COLUMN evidence TEXT;
