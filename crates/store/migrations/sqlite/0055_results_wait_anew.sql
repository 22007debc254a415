-- The version that was shown before the one that waits: it stays so meanwhile. Absent where none was.
ALTER TABLE result_hold ADD COLUMN before_id BLOB;
-- By when it is shown whatever it waits for; absent where it waits for what it first did.
ALTER TABLE result_hold ADD COLUMN latest_at TEXT;
