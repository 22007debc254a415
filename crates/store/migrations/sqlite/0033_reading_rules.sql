-- Where a care team wants a measure to be, for one person, in thousandths of the measure's own unit. Each change is a version; the last
-- counts. One without any end is none any more.
CREATE TABLE reading_target (
    person_id BLOB NOT NULL REFERENCES person (id),
    measure TEXT NOT NULL,
    version INTEGER NOT NULL,
    first_low INTEGER,
    first_high INTEGER,
    second_low INTEGER,
    second_high INTEGER,
    why TEXT NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    set_by BLOB NOT NULL REFERENCES staff_member (id),
    set_at TEXT NOT NULL,
    PRIMARY KEY (person_id, measure, version)
) STRICT;

-- What a care team wants to be told of somebody's readings.
CREATE TABLE reading_rule (
    person_id BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    measure TEXT NOT NULL,
    -- `single`, `average`, `change`, `both`, `missing`; and all of the condition, as JSON.
    kind TEXT NOT NULL,
    condition TEXT NOT NULL,
    -- `amber`, `red`.
    colour TEXT NOT NULL,
    -- From which of the ready rules it was made; empty for one of their own.
    ready TEXT NOT NULL,
    -- What the person is to do, and why the rule is there.
    words TEXT NOT NULL,
    why TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_by BLOB NOT NULL REFERENCES staff_member (id),
    changed_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- How often what it raised was closed, and when last: what was written down until then raises nothing more.
    round INTEGER NOT NULL,
    settled_at TEXT,
    ended_at TEXT,
    PRIMARY KEY (person_id, id)
) STRICT;
CREATE INDEX reading_rule_missing ON reading_rule (person_id) WHERE kind = 'missing' AND ended_at IS NULL;

-- A rule as it was before it was changed or ended.
CREATE TABLE reading_rule_version (
    person_id BLOB NOT NULL,
    rule_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    condition TEXT NOT NULL,
    colour TEXT NOT NULL,
    words TEXT NOT NULL,
    why TEXT NOT NULL,
    changed_by BLOB NOT NULL REFERENCES staff_member (id),
    changed_at TEXT NOT NULL,
    PRIMARY KEY (person_id, rule_id, version),
    FOREIGN KEY (person_id, rule_id) REFERENCES reading_rule (person_id, id)
) STRICT;

-- When a care team looks at what its rules about somebody raise: on which days of the week, and between which minutes of the day.
CREATE TABLE reading_watch (
    person_id BLOB NOT NULL REFERENCES person (id),
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    days TEXT NOT NULL,
    opens INTEGER NOT NULL,
    closes INTEGER NOT NULL,
    changed_by BLOB NOT NULL REFERENCES staff_member (id),
    changed_at TEXT NOT NULL,
    PRIMARY KEY (person_id, organisation_id)
) STRICT;

-- A rule that came up: one thing, of which the care team is told once.
CREATE TABLE reading_alert (
    person_id BLOB NOT NULL,
    id BLOB NOT NULL,
    rule_id BLOB NOT NULL,
    -- The rule's round: one alert for each.
    round INTEGER NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    measure TEXT NOT NULL,
    -- Of two measures together, the other: who may not see both sees nothing of it.
    other_measure TEXT,
    colour TEXT NOT NULL,
    ready TEXT NOT NULL,
    -- What raised it, what the rule said, and what the person was to do, in the words of then.
    found TEXT NOT NULL,
    rule_said TEXT NOT NULL,
    words TEXT NOT NULL,
    -- The newest reading that raised it; absent where there was none.
    reading_id BLOB,
    raised_at TEXT NOT NULL,
    -- When it was put on the care team's list.
    told_at TEXT,
    -- `new`, `seen`, `acted`, `closed`.
    state TEXT NOT NULL,
    closed_at TEXT,
    -- Goes up with every change, also when more comes up that belongs to it.
    version INTEGER NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, rule_id, round),
    FOREIGN KEY (person_id, rule_id) REFERENCES reading_rule (person_id, id)
) STRICT;
CREATE INDEX reading_alert_untold ON reading_alert (raised_at) WHERE told_at IS NULL;

-- What was done with it, and what the person was told.
CREATE TABLE reading_alert_act (
    person_id BLOB NOT NULL,
    alert_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    -- `see`, `act`, `close`.
    act TEXT NOT NULL,
    words TEXT NOT NULL,
    member_id BLOB NOT NULL REFERENCES staff_member (id),
    at TEXT NOT NULL,
    PRIMARY KEY (person_id, alert_id, number),
    FOREIGN KEY (person_id, alert_id) REFERENCES reading_alert (person_id, id)
) STRICT;
