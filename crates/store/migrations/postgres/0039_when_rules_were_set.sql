-- When a rule's condition and colour were last set: other words about it make no new rule of it.
ALTER TABLE reading_rule ADD COLUMN set_at TIMESTAMPTZ NOT NULL DEFAULT '1970-01-01T00:00:00Z';
UPDATE reading_rule SET set_at = changed_at;

-- What waits until it is closed.
CREATE INDEX reading_alert_open ON reading_alert (person_id) WHERE closed_at IS NULL;
