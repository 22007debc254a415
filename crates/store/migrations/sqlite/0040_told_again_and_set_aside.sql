-- What the answers weighed of whose danger a care team was told, as far as they still weigh it. More than this is told anew.
ALTER TABLE questionnaire_response ADD COLUMN alerted_weight INTEGER NOT NULL DEFAULT 0;
-- What was told before is not told again as long as nothing about it changes; how much it weighed is not known.
UPDATE questionnaire_response SET alerted_weight = 1 WHERE alerted_at IS NOT NULL AND crisis = 1;

-- One that was begun long ago can be set aside (`stopped`) for a new one.
DROP INDEX questionnaire_response_begun;
CREATE UNIQUE INDEX questionnaire_response_begun ON questionnaire_response (person_id, questionnaire)
    WHERE completed_at IS NULL AND status <> 'stopped';
