-- Whether readings are taken from text messages of this number.
ALTER TABLE mobile ADD COLUMN takes_readings BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX mobile_texting ON mobile (number) WHERE takes_readings;

-- A text message that came in, by the id of whoever handed it over. What it said is not kept.
CREATE TABLE text_in (
    id TEXT PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL
);

-- A reading that it told.
CREATE TABLE text_in_reading (
    text_id TEXT NOT NULL REFERENCES text_in (id),
    person_id UUID NOT NULL,
    reading_id UUID NOT NULL,
    account_id UUID NOT NULL REFERENCES account (id),
    PRIMARY KEY (text_id, reading_id),
    FOREIGN KEY (person_id, reading_id) REFERENCES reading (person_id, id)
);
CREATE INDEX text_in_reading_account ON text_in_reading (account_id, person_id);
