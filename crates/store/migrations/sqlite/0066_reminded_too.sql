-- Who acts for a person and asked to be reminded of a week too, beside the person. What was put into the outbox for them stands in
-- `reading_week_notice` as well, with `mail` and their account as its channel.
CREATE TABLE reading_week_helper (
    person_id BLOB NOT NULL,
    week_id BLOB NOT NULL,
    account_id BLOB NOT NULL REFERENCES account (id),
    asked_at TEXT NOT NULL,
    PRIMARY KEY (person_id, week_id, account_id),
    FOREIGN KEY (person_id, week_id) REFERENCES reading_week (person_id, id)
) STRICT;
