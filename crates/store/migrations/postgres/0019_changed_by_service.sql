-- When the service gave an appointment to somebody else, or moved it to another place, so that its page can say so.
ALTER TABLE appointment ADD COLUMN practitioner_changed_at TIMESTAMPTZ;
ALTER TABLE appointment ADD COLUMN place_changed_at TIMESTAMPTZ;
