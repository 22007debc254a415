-- Whose account a record is linked to is asked by the person in almost every act.
CREATE INDEX account_person_of ON account_person (person_id, linked_at, account_id);
