-- What waits of one kind at an organisation, the longest first.
CREATE INDEX work_item_kind_waiting ON work_item (organisation_id, kind, waiting_since, id) WHERE done_at IS NULL;
