-- Readings that came from elsewhere: which import brought them, what measured them, what was written where that says something
-- else, and what of many readings they are (`each`, `lowest`, `highest`, `day`).
ALTER TABLE reading ADD COLUMN import_id UUID;
ALTER TABLE reading ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE reading ADD COLUMN original TEXT NOT NULL DEFAULT '';
ALTER TABLE reading ADD COLUMN kept TEXT NOT NULL DEFAULT 'each';
-- To find what is here already.
CREATE INDEX reading_same ON reading (person_id, measure, taken_at, first_value);
CREATE INDEX reading_of_hour ON reading (person_id, measure, taken_on) WHERE kept IN ('lowest', 'highest') AND removed_at IS NULL;
CREATE INDEX reading_imported ON reading (person_id, import_id, measure) WHERE import_id IS NOT NULL;

-- A file of readings that somebody brought in, from before it was read until after it was undone.
CREATE TABLE reading_import (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    made_by UUID NOT NULL REFERENCES account (id),
    made_at TIMESTAMPTZ NOT NULL,
    file_name TEXT NOT NULL,
    -- Whose it is; empty until that is known.
    origin TEXT NOT NULL,
    -- `reading`, `columns` (a table whose columns are not named), `ready`, `running`, `done`, `undoing`, `undone`.
    state TEXT NOT NULL,
    -- A table until it is confirmed, so that its columns can be named again.
    held BYTEA,
    found BIGINT NOT NULL,
    added BIGINT NOT NULL,
    -- What was here already.
    same BIGINT NOT NULL,
    confirmed_at TIMESTAMPTZ,
    undone_at TIMESTAMPTZ,
    undone_by UUID REFERENCES account (id),
    PRIMARY KEY (person_id, id)
);
CREATE INDEX reading_import_waiting ON reading_import (state, made_at) WHERE state NOT IN ('done', 'undone');

-- What was found in it and is not among the readings yet. The id is made of the import, the measure, the minute and the amount.
CREATE TABLE reading_found (
    person_id UUID NOT NULL,
    import_id UUID NOT NULL,
    id UUID NOT NULL,
    measure TEXT NOT NULL,
    taken_at TIMESTAMPTZ NOT NULL,
    -- The minute of that: from when until before when.
    minute_from TIMESTAMPTZ NOT NULL,
    minute_until TIMESTAMPTZ NOT NULL,
    taken_on DATE NOT NULL,
    first_value BIGINT NOT NULL,
    second_value BIGINT,
    unit TEXT NOT NULL,
    said TEXT NOT NULL,
    settings TEXT NOT NULL,
    note TEXT NOT NULL,
    device TEXT NOT NULL,
    original TEXT NOT NULL,
    kept TEXT NOT NULL,
    PRIMARY KEY (person_id, import_id, id),
    FOREIGN KEY (person_id, import_id) REFERENCES reading_import (person_id, id)
);

-- How often something in it was no reading here, and why.
CREATE TABLE reading_left (
    person_id UUID NOT NULL,
    import_id UUID NOT NULL,
    why TEXT NOT NULL,
    times BIGINT NOT NULL,
    PRIMARY KEY (person_id, import_id, why),
    FOREIGN KEY (person_id, import_id) REFERENCES reading_import (person_id, id)
);
