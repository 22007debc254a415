-- Since when a service's own system is known to let nobody cancel: until a day later nobody is offered it.
ALTER TABLE service ADD COLUMN cancel_refused_at TEXT;

-- When somebody last set out to ask whether what is booked in another system still stands.
ALTER TABLE appointment ADD COLUMN outside_checked_at TEXT;
CREATE INDEX appointment_outside ON appointment (person_id, organisation_id, starts_at)
    WHERE outside_id IS NOT NULL AND status = 'booked';

-- What stood in a system that is not asked any more is kept here.
UPDATE appointment SET outside_id = NULL WHERE outside_id IS NOT NULL
    AND organisation_id NOT IN (SELECT organisation_id FROM outside_diary)
    AND NOT EXISTS (SELECT 1 FROM outside_ask q WHERE q.person_id = appointment.person_id AND q.appointment_id = appointment.id
        AND q.state = 'asked');
-- Its times, and those that were made here before an organisation moved to a system of its own, are nobody's to book.
UPDATE slot SET status = 'withdrawn', held_by = NULL, held_until = NULL WHERE status = 'free' AND outside_id IS NOT NULL
    AND organisation_id NOT IN (SELECT organisation_id FROM outside_diary);
UPDATE slot SET status = 'withdrawn', held_by = NULL, held_until = NULL WHERE status = 'free' AND outside_id IS NULL
    AND organisation_id IN (SELECT organisation_id FROM outside_diary);
UPDATE clinic_template SET ended_at = (SELECT d.created_at FROM outside_diary d WHERE d.organisation_id = clinic_template.organisation_id)
    WHERE ended_at IS NULL AND organisation_id IN (SELECT organisation_id FROM outside_diary);
