-- Where the first number is wanted on waking, where that differs from before meals: of blood sugar.
ALTER TABLE reading_target ADD COLUMN waking_low BIGINT;
ALTER TABLE reading_target ADD COLUMN waking_high BIGINT;
