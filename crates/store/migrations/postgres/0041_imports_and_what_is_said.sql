-- When what a reading says (its numbers, when and how it was taken) was last changed, where that is not when it was changed last:
-- another note tells nobody anew.
ALTER TABLE reading ADD COLUMN said_at TIMESTAMPTZ;

-- How often a file was begun to be read: what an earlier reading of it found is not kept beside a later one.
ALTER TABLE reading_import ADD COLUMN read_times INTEGER NOT NULL DEFAULT 0;
-- Up to which of its readings it is taken out again.
ALTER TABLE reading_import ADD COLUMN undone_to UUID;
CREATE INDEX reading_to_undo ON reading (person_id, import_id, id) WHERE import_id IS NOT NULL AND removed_at IS NULL;

-- Rows of a table that were no readings here: the first hundred of an import.
CREATE TABLE reading_left_row (
    person_id UUID NOT NULL,
    import_id UUID NOT NULL,
    line BIGINT NOT NULL,
    measure TEXT NOT NULL,
    why TEXT NOT NULL,
    says TEXT NOT NULL,
    PRIMARY KEY (person_id, import_id, line),
    FOREIGN KEY (person_id, import_id) REFERENCES reading_import (person_id, id)
);
