-- What a clinic treats (NHS Data Dictionary, Treatment Function Code), where it takes people by referral.
ALTER TABLE service ADD COLUMN specialty TEXT;

-- The referral that an appointment was booked with: an entry of the person's record.
ALTER TABLE appointment ADD COLUMN referral_id BLOB;
CREATE INDEX appointment_referral ON appointment (person_id, referral_id) WHERE referral_id IS NOT NULL;
