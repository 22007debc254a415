-- Goes up with every change, so that of two who change at once one is told.
ALTER TABLE service ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE place ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE practitioner ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- What of one kind waits, or waited, about a person.
CREATE INDEX work_item_about ON work_item (kind, person_id);

-- Who is in hospital, or is to be. The words are those of `store::record`.
CREATE INDEX record_entry_stay ON record_entry (person_id) WHERE resource_type = 'Encounter' AND kind = 'Hospital stay'
    AND release = 'released' AND status IN ('arrived', 'triaged', 'in-progress', 'onleave', 'planned');
