-- Who of a care team entered it for the person, and how they came to know it: `phone` or `practice`. Absent where the person, or somebody
-- who acts for them, wrote it down.
ALTER TABLE reading ADD COLUMN member_id UUID REFERENCES staff_member (id);
ALTER TABLE reading ADD COLUMN entered_how TEXT;
-- The weeks that have ended, as they are listed.
CREATE INDEX reading_week_over ON reading_week (person_id, first_on DESC, id DESC) WHERE ended_at IS NOT NULL;
