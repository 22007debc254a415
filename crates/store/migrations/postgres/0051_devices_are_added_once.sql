-- The one-time id of the form that added it: sent twice, it adds one device. Those of before were not told apart by it.
ALTER TABLE reading_device ADD COLUMN submission_id UUID;
CREATE UNIQUE INDEX reading_device_submission ON reading_device (person_id, submission_id);
