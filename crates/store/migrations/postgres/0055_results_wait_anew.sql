-- The version that was shown before the one that waits: it stays so meanwhile. Absent where none was.
ALTER TABLE result_hold ADD COLUMN before_id UUID;
