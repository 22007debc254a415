-- Who removed it and can have it put back. Absent where it left with the whole of what it came with, or where whoever sent or entered it
-- took it back as wrong.
ALTER TABLE reading ADD COLUMN removed_by BLOB REFERENCES account (id);
UPDATE reading SET removed_by = changed_by WHERE removed_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM reading_import i WHERE i.person_id = reading.person_id AND i.id = reading.import_id
                    AND i.undone_at = reading.removed_at)
    AND NOT EXISTS (SELECT 1 FROM reading_sent s WHERE s.person_id = reading.person_id AND s.reading_id = reading.id
                    AND s.version = reading.version);
CREATE INDEX reading_removed ON reading (person_id, measure, removed_at DESC, id DESC) WHERE removed_by IS NOT NULL;
-- When this version was removed, where it was: what it said before it was put back.
ALTER TABLE reading_version ADD COLUMN removed_at TEXT;
