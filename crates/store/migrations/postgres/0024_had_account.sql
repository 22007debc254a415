-- Somebody had an account of their own once: what they kept from others stays so when it is unlinked.
ALTER TABLE person ADD COLUMN had_account BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE person SET had_account = TRUE WHERE id IN (SELECT person_id FROM account_person WHERE relation = 'self');
