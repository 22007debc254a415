-- Whether an answer told which pharmacy has it: what a pharmacy told by itself no answer takes away by saying nothing.
ALTER TABLE prescription ADD COLUMN dispenser_answered BOOLEAN NOT NULL DEFAULT TRUE;
-- The same of what the pharmacy wrote to an item.
ALTER TABLE prescription_item ADD COLUMN note_answered BOOLEAN NOT NULL DEFAULT TRUE;
-- What was told of while no issue was known is told of the first.
UPDATE prescription_item SET told = TRIM(REPLACE(' ' || told, ' 0:', ' 1:')) WHERE told LIKE '%0:%';
-- To forget the words of one alone.
CREATE INDEX dispenser_word_code ON dispenser_word (code);
