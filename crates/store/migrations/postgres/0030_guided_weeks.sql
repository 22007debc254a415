-- Something that is measured at set times for some days in a row. The readings are those of `reading`: nothing of them is kept here.
CREATE TABLE reading_week (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    submission_id UUID NOT NULL,
    protocol TEXT NOT NULL,
    -- Its first day and its last, each from 4am in London; the last is that on which it ended, where that was sooner.
    first_on DATE NOT NULL,
    last_on DATE NOT NULL,
    -- Of peak flow: the personal best in thousandths, and the per cent of it at which the green and the amber zone begin.
    best_value BIGINT,
    green_percent INTEGER,
    amber_percent INTEGER,
    -- When its reminders come, such as `08:00, 20:00`, and how.
    times TEXT NOT NULL,
    by_mail BOOLEAN NOT NULL,
    by_text BOOLEAN NOT NULL,
    -- The first reminder that has not been looked at; absent where none will come.
    next_due_at TIMESTAMPTZ,
    paused_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    -- `finished`, `stopped` or `over`.
    end_reason TEXT,
    created_by UUID NOT NULL REFERENCES account (id),
    created_at TIMESTAMPTZ NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id)
);
-- Of each one at a time.
CREATE UNIQUE INDEX reading_week_running ON reading_week (person_id, protocol) WHERE ended_at IS NULL;
CREATE INDEX reading_week_due ON reading_week (next_due_at) WHERE next_due_at IS NOT NULL;

-- What was put into the outbox about a reminder: each thing once.
CREATE TABLE reading_week_notice (
    person_id UUID NOT NULL,
    week_id UUID NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    -- As in the outbox: `mail` or `text`.
    channel TEXT NOT NULL,
    mail_id UUID NOT NULL,
    PRIMARY KEY (person_id, week_id, due_at, channel),
    FOREIGN KEY (person_id, week_id) REFERENCES reading_week (person_id, id)
);
