-- At which practice a person is, or was, registered. The one that has not ended counts them as its own.
CREATE TABLE registration (
    person_id BLOB NOT NULL REFERENCES person (id),
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    registered_at TEXT NOT NULL,
    ended_at TEXT,
    PRIMARY KEY (person_id, organisation_id)
) STRICT;
CREATE UNIQUE INDEX registration_once ON registration (person_id) WHERE ended_at IS NULL;

-- Until now it was the practice that last supplied records.
INSERT INTO registration (person_id, organisation_id, registered_at, ended_at)
SELECT i.person_id, i.organisation_id, MIN(i.ran_at), CASE WHEN i.organisation_id = (
    SELECT l.organisation_id FROM import_run l JOIN organisation p ON p.id = l.organisation_id
    WHERE l.person_id = i.person_id AND p.kind = 'practice' ORDER BY l.ran_at DESC, l.id DESC LIMIT 1
) THEN NULL ELSE MAX(i.ran_at) END
FROM import_run i JOIN organisation o ON o.id = i.organisation_id
WHERE o.kind = 'practice' GROUP BY i.person_id, i.organisation_id;

-- The last day on which somebody's name stood in a list that this member of staff read: noted once a day.
CREATE TABLE listing (
    person_id BLOB NOT NULL REFERENCES person (id),
    member_id BLOB NOT NULL REFERENCES staff_member (id),
    list TEXT NOT NULL,
    listed_on TEXT NOT NULL,
    PRIMARY KEY (person_id, member_id, list)
) STRICT;
CREATE INDEX listing_member ON listing (member_id, list, listed_on);

-- Who made the letter: nobody opens a record with a letter of their own making.
ALTER TABLE linkage_code ADD COLUMN issued_by BLOB REFERENCES account (id);

-- Organisations that a person let in although they hold nothing of theirs; every time is kept.
CREATE TABLE let_in (
    person_id BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    -- The form that it was sent with: sent twice, it is once.
    submission_id BLOB NOT NULL,
    began_at TEXT NOT NULL,
    -- Its last day, and when the person ended it before.
    ends_on TEXT NOT NULL,
    ended_at TEXT,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id)
) STRICT;
CREATE UNIQUE INDEX let_in_once ON let_in (person_id, organisation_id) WHERE ended_at IS NULL;
CREATE INDEX let_in_organisation ON let_in (organisation_id) WHERE ended_at IS NULL;
