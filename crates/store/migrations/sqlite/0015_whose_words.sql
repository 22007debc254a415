-- Which account wrote the reason: it stays theirs when somebody else changes the time. Of what a carer changed before, it is
-- not known.
ALTER TABLE appointment ADD COLUMN reason_by BLOB REFERENCES account (id);
UPDATE appointment SET reason_by = booked_by WHERE NOT (moved_from IS NOT NULL AND channel = 'carer');
-- Of all earlier times that there were until then the person was told, or saw them; absent: as it was booked.
ALTER TABLE appointment ADD COLUMN earlier_told_at TEXT;
-- Who waits for an earlier time, and which times came to be bookable since.
CREATE INDEX appointment_earlier ON appointment (starts_at, id) WHERE waits_for_earlier AND status IN ('pending', 'booked');
CREATE INDEX slot_bookable ON slot (service_id, bookable_from) WHERE status = 'free';
-- An appointment of which an organisation knows the id alone; and what was booked with it of late.
CREATE INDEX appointment_id ON appointment (id);
CREATE INDEX appointment_booked ON appointment (organisation_id, created_at);
-- What waits of one kind, whoever waits for it.
CREATE INDEX work_item_open ON work_item (kind) WHERE done_at IS NULL;
