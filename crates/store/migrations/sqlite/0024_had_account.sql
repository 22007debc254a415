-- Somebody had an account of their own once: what they kept from others stays so when it is unlinked.
ALTER TABLE person ADD COLUMN had_account INTEGER NOT NULL DEFAULT 0;
UPDATE person SET had_account = 1 WHERE id IN (SELECT person_id FROM account_person WHERE relation = 'self');
