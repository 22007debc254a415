-- The notes of a person's own in the order of time, beside the entries of services.
CREATE INDEX own_note_day ON own_note (person_id, happened_on, id) WHERE removed_at IS NULL;
