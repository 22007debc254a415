-- Who is in hospital, and whose details are told: with the release, so that they are not looked for among all that is released.
-- First, because it keeps entries from being written until all of this is done: none comes between what is counted and the count.
DROP INDEX record_entry_stay;
CREATE INDEX record_entry_stay ON record_entry (person_id, release) WHERE resource_type = 'Encounter' AND kind = 'Hospital stay'
    AND release = 'released' AND status IN ('arrived', 'triaged', 'in-progress', 'onleave', 'planned');
CREATE INDEX record_entry_card ON record_entry (person_id, release) WHERE resource_type = 'Patient';

-- How many entries of each kind each source sent that may be shown at all, and how many of these say that there is none: kept with each
-- entry that is written, so that a page need not read all of them to say how many there are. What is not shown yet is among them.
CREATE TABLE record_count (
    person_id BLOB NOT NULL REFERENCES person (id),
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    category TEXT NOT NULL,
    entries INTEGER NOT NULL,
    none_known INTEGER NOT NULL,
    PRIMARY KEY (person_id, organisation_id, category)
) STRICT, WITHOUT ROWID;
INSERT INTO record_count (person_id, organisation_id, category, entries, none_known)
    SELECT person_id, organisation_id, category, COUNT(*), SUM(CASE WHEN none_known THEN 1 ELSE 0 END)
    FROM record_entry WHERE release = 'released' GROUP BY person_id, organisation_id, category;
