-- By which numbers an order of a test and what answers it know each other, whoever sent them: an order its own, an answer those of the
-- orders that it answers; and what may share a number with an order of a test, its own. Those of what is held are added when it is read again.
CREATE TABLE order_number (
    person_id BLOB NOT NULL,
    entry_id BLOB NOT NULL,
    role TEXT NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    -- What its source calls the entry's resource.
    logical_id TEXT NOT NULL,
    system TEXT NOT NULL,
    value TEXT NOT NULL,
    -- By what others of the same thing are known.
    about TEXT,
    -- It stands for several orders, of which only one may be held.
    is_group INTEGER NOT NULL,
    PRIMARY KEY (person_id, entry_id, system, value),
    FOREIGN KEY (person_id, entry_id) REFERENCES record_entry (person_id, id)
) STRICT;
CREATE INDEX order_number_same ON order_number (person_id, system, value, role, entry_id);
CREATE INDEX order_number_of ON order_number (person_id, organisation_id, logical_id, role);

-- A letter that waits with the result to which it refers: that one waits is told by the result.
ALTER TABLE result_hold ADD COLUMN is_letter INTEGER NOT NULL DEFAULT 0;
-- To which resources of its source it refers, one a line.
ALTER TABLE result_hold ADD COLUMN letter TEXT;
