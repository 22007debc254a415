-- A photo of a reading, made anew from what was sent: two JPEGs that hold the picture and nothing else. One that is removed, or in whose
-- place another was put, is kept and shown to nobody.
CREATE TABLE reading_photo (
    person_id BLOB NOT NULL,
    id BLOB NOT NULL,
    submission_id BLOB NOT NULL,
    reading_id BLOB NOT NULL,
    -- What it shows, for whoever cannot see it.
    words TEXT NOT NULL,
    large BLOB NOT NULL,
    small BLOB NOT NULL,
    added_by BLOB NOT NULL REFERENCES account (id),
    added_at TEXT NOT NULL,
    removed_by BLOB REFERENCES account (id),
    removed_at TEXT,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id),
    FOREIGN KEY (person_id, reading_id) REFERENCES reading (person_id, id)
) STRICT;
CREATE UNIQUE INDEX reading_photo_shown ON reading_photo (person_id, reading_id) WHERE removed_at IS NULL;
CREATE INDEX reading_photo_added ON reading_photo (person_id, reading_id, added_at DESC, id DESC);
