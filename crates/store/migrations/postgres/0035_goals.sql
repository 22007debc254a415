-- A goal that somebody set, or that a care team proposes to them.
CREATE TABLE goal (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    submission_id UUID NOT NULL,
    -- What it is about, and the words of one of their own.
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    -- Where they begin and where they want to be: thousandths of the measure's own unit.
    start_value BIGINT,
    target_value BIGINT,
    -- In which unit the person writes both, by its UCUM code; empty for the measure's own.
    unit TEXT NOT NULL,
    by_on DATE,
    why TEXT NOT NULL,
    first_step TEXT NOT NULL,
    -- `proposed`, `active`, `paused`, `reached`, `let-go` or `declined`.
    state TEXT NOT NULL,
    -- Who in a care team proposed it.
    proposed_organisation_id UUID REFERENCES organisation (id),
    proposed_member_id UUID REFERENCES staff_member (id),
    -- Who asked to be reminded once a week, the first reminder that was not looked at yet, and the last message.
    remind_account_id UUID REFERENCES account (id),
    next_due_at TIMESTAMPTZ,
    mail_id UUID,
    created_at TIMESTAMPTZ NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id)
);
CREATE INDEX goal_due ON goal (next_due_at) WHERE next_due_at IS NOT NULL;

-- Everything that was done with a goal: nothing of it is ever changed.
CREATE TABLE goal_event (
    person_id UUID NOT NULL,
    goal_id UUID NOT NULL,
    id UUID NOT NULL,
    -- Of a form that may come twice.
    submission_id UUID,
    -- `set`, `changed`, `proposed`, the word of an act, `check-in` or `comment`.
    what TEXT NOT NULL,
    -- What the goal says from then on, or how the week went.
    said TEXT NOT NULL,
    note TEXT NOT NULL,
    -- Who: the person or who acts for them, or somebody of a care team.
    account_id UUID REFERENCES account (id),
    organisation_id UUID REFERENCES organisation (id),
    member_id UUID REFERENCES staff_member (id),
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, goal_id, id),
    FOREIGN KEY (person_id, goal_id) REFERENCES goal (person_id, id)
);
CREATE UNIQUE INDEX goal_event_submission ON goal_event (person_id, submission_id) WHERE submission_id IS NOT NULL;

-- Something that a care team gave somebody to read.
CREATE TABLE given_article (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    submission_id UUID NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    member_id UUID NOT NULL REFERENCES staff_member (id),
    article TEXT NOT NULL,
    title TEXT NOT NULL,
    sensitivity TEXT NOT NULL,
    note TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    -- `done` or `not-for-me`; absent where nobody has said yet.
    answer TEXT,
    answered_by UUID REFERENCES account (id),
    answered_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id)
);
CREATE UNIQUE INDEX given_article_open ON given_article (person_id, organisation_id, article)
    WHERE answer IS NULL AND withdrawn_at IS NULL;

-- An app, a group or a helpline that somebody keeps in their list.
CREATE TABLE saved_support (
    person_id UUID NOT NULL REFERENCES person (id),
    support TEXT NOT NULL,
    name TEXT NOT NULL,
    sensitivity TEXT NOT NULL,
    saved_by UUID NOT NULL REFERENCES account (id),
    saved_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, support)
);
