-- When the free times of a system could last not be taken over.
ALTER TABLE outside_diary ADD COLUMN failed_at TEXT;
UPDATE outside_diary SET failed_at = failing_since WHERE failing_since IS NOT NULL;

-- When a prescribing system last answered, since when it does not, and when it last did not; each is written down at most once in five
-- minutes while nothing changes.
ALTER TABLE outside_prescribing ADD COLUMN answered_at TEXT;
ALTER TABLE outside_prescribing ADD COLUMN failing_since TEXT;
ALTER TABLE outside_prescribing ADD COLUMN failed_at TEXT;
