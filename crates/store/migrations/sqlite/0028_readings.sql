-- Something that somebody measured or noted themselves, in thousandths of the measure's own unit.
CREATE TABLE reading (
    person_id BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    submission_id BLOB NOT NULL,
    measure TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    -- The day of that in London.
    taken_on TEXT NOT NULL,
    first_value INTEGER NOT NULL,
    second_value INTEGER,
    -- The unit in which it was typed (UCUM), and what was typed.
    unit TEXT NOT NULL,
    said TEXT NOT NULL,
    -- How it was taken, such as `arm=left position=sitting`.
    settings TEXT NOT NULL,
    note TEXT NOT NULL,
    -- `typed`.
    source TEXT NOT NULL,
    created_by BLOB NOT NULL REFERENCES account (id),
    created_at TEXT NOT NULL,
    changed_by BLOB NOT NULL REFERENCES account (id),
    changed_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id)
) STRICT;
CREATE INDEX reading_taken ON reading (person_id, measure, taken_at DESC, id DESC) WHERE removed_at IS NULL;
CREATE INDEX reading_day ON reading (person_id, measure, taken_on, first_value, second_value) WHERE removed_at IS NULL;

-- A reading as it was before it was changed or removed.
CREATE TABLE reading_version (
    person_id BLOB NOT NULL,
    reading_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    taken_at TEXT NOT NULL,
    first_value INTEGER NOT NULL,
    second_value INTEGER,
    unit TEXT NOT NULL,
    said TEXT NOT NULL,
    settings TEXT NOT NULL,
    note TEXT NOT NULL,
    changed_by BLOB NOT NULL REFERENCES account (id),
    changed_at TEXT NOT NULL,
    PRIMARY KEY (person_id, reading_id, version),
    FOREIGN KEY (person_id, reading_id) REFERENCES reading (person_id, id)
) STRICT;

-- What of all measures somebody has ever recorded, so that the newest of each is found without reading all.
CREATE TABLE reading_measure (
    person_id BLOB NOT NULL REFERENCES person (id),
    measure TEXT NOT NULL,
    PRIMARY KEY (person_id, measure)
) STRICT;
