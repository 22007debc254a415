-- The visit in which something was done, where its source says: the id that the visit has there.
ALTER TABLE record_entry ADD COLUMN visit TEXT;

-- All that happened, newest first; the same of one source, with its kind, so that what it sent is counted in the index; and the same of
-- one label, without the label that nearly all have. The words of each are those of the statements that use it.
CREATE INDEX record_entry_timeline ON record_entry (person_id, release, sort_at DESC, id DESC)
    WHERE category NOT IN ('people', 'other');
CREATE INDEX record_entry_source ON record_entry (person_id, organisation_id, release, sort_at DESC, id DESC, category)
    WHERE category NOT IN ('people', 'other');
CREATE INDEX record_entry_label ON record_entry (person_id, COALESCE(chosen_sensitivity, sensitivity), release, sort_at DESC, id DESC)
    WHERE category NOT IN ('people', 'other') AND COALESCE(chosen_sensitivity, sensitivity) <> 'general';

-- What a source sent about somebody that could not be taken in: the last time, and since when nothing could.
CREATE TABLE source_failure (
    person_id BLOB NOT NULL REFERENCES person (id),
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    -- Absent again once something was taken in.
    failing_since TEXT,
    failed_at TEXT NOT NULL,
    -- unreadable, not-matched or ours.
    reason TEXT NOT NULL,
    PRIMARY KEY (person_id, organisation_id)
) STRICT;
CREATE INDEX import_run_source ON import_run (person_id, organisation_id, ran_at DESC);
