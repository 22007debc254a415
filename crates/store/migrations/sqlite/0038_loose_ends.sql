-- Where a reading came as a text message its source says so, as that of an imported one does.
UPDATE reading SET source = 'text-message'
WHERE source = 'typed'
    AND EXISTS (SELECT 1 FROM text_in_reading t WHERE t.person_id = reading.person_id AND t.reading_id = reading.id);

-- Messages are forgotten once they are old.
CREATE INDEX text_in_at ON text_in (at);

-- The personal best of a diary of peak flow and its zones, as they were before they were changed; absent where none was known.
CREATE TABLE reading_week_best (
    person_id BLOB NOT NULL,
    week_id BLOB NOT NULL,
    -- The version of the diary that held it.
    version INTEGER NOT NULL,
    best_value INTEGER,
    green_percent INTEGER,
    amber_percent INTEGER,
    -- Who changed it then, and when.
    changed_by BLOB NOT NULL REFERENCES account (id),
    changed_at TEXT NOT NULL,
    PRIMARY KEY (person_id, week_id, version),
    FOREIGN KEY (person_id, week_id) REFERENCES reading_week (person_id, id)
) STRICT;

-- Where the first number is wanted after meals, where that differs: of blood sugar.
ALTER TABLE reading_target ADD COLUMN after_low INTEGER;
ALTER TABLE reading_target ADD COLUMN after_high INTEGER;
