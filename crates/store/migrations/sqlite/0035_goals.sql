-- A goal that somebody set, or that a care team proposes to them.
CREATE TABLE goal (
    person_id BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    submission_id BLOB NOT NULL,
    -- What it is about, and the words of one of their own.
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    -- Where they begin and where they want to be: thousandths of the measure's own unit.
    start_value INTEGER,
    target_value INTEGER,
    -- In which unit the person writes both, by its UCUM code; empty for the measure's own.
    unit TEXT NOT NULL,
    by_on TEXT,
    why TEXT NOT NULL,
    first_step TEXT NOT NULL,
    -- `proposed`, `active`, `paused`, `reached`, `let-go` or `declined`.
    state TEXT NOT NULL,
    -- Who in a care team proposed it.
    proposed_organisation_id BLOB REFERENCES organisation (id),
    proposed_member_id BLOB REFERENCES staff_member (id),
    -- Who asked to be reminded once a week, the first reminder that was not looked at yet, and the last message.
    remind_account_id BLOB REFERENCES account (id),
    next_due_at TEXT,
    mail_id BLOB,
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id)
) STRICT;
CREATE INDEX goal_due ON goal (next_due_at) WHERE next_due_at IS NOT NULL;

-- Everything that was done with a goal: nothing of it is ever changed.
CREATE TABLE goal_event (
    person_id BLOB NOT NULL,
    goal_id BLOB NOT NULL,
    id BLOB NOT NULL,
    -- Of a form that may come twice.
    submission_id BLOB,
    -- `set`, `changed`, `proposed`, the word of an act, `check-in` or `comment`.
    what TEXT NOT NULL,
    -- What the goal says from then on, or how the week went.
    said TEXT NOT NULL,
    note TEXT NOT NULL,
    -- Who: the person or who acts for them, or somebody of a care team.
    account_id BLOB REFERENCES account (id),
    organisation_id BLOB REFERENCES organisation (id),
    member_id BLOB REFERENCES staff_member (id),
    at TEXT NOT NULL,
    PRIMARY KEY (person_id, goal_id, id),
    FOREIGN KEY (person_id, goal_id) REFERENCES goal (person_id, id)
) STRICT;
CREATE UNIQUE INDEX goal_event_submission ON goal_event (person_id, submission_id) WHERE submission_id IS NOT NULL;

-- Something that a care team gave somebody to read.
CREATE TABLE given_article (
    person_id BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    submission_id BLOB NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    member_id BLOB NOT NULL REFERENCES staff_member (id),
    article TEXT NOT NULL,
    title TEXT NOT NULL,
    sensitivity TEXT NOT NULL,
    note TEXT NOT NULL,
    created_at TEXT NOT NULL,
    -- `done` or `not-for-me`; absent where nobody has said yet.
    answer TEXT,
    answered_by BLOB REFERENCES account (id),
    answered_at TEXT,
    withdrawn_at TEXT,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id)
) STRICT;
CREATE UNIQUE INDEX given_article_open ON given_article (person_id, organisation_id, article)
    WHERE answer IS NULL AND withdrawn_at IS NULL;

-- An app, a group or a helpline that somebody keeps in their list.
CREATE TABLE saved_support (
    person_id BLOB NOT NULL REFERENCES person (id),
    support TEXT NOT NULL,
    name TEXT NOT NULL,
    sensitivity TEXT NOT NULL,
    saved_by BLOB NOT NULL REFERENCES account (id),
    saved_at TEXT NOT NULL,
    PRIMARY KEY (person_id, support)
) STRICT;
