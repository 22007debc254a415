-- A prescription on its way to the person, as others tell of it.
CREATE TABLE prescription (
    person_id BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    -- Short form prescription id (EPS).
    number TEXT NOT NULL,
    -- How it is supplied; empty where nobody says.
    course TEXT NOT NULL,
    written_on TEXT,
    -- Who prescribed it; empty where nobody says.
    prescriber TEXT NOT NULL,
    -- Repeat dispensing: which issue this is, of how many, from when, and for how many days.
    issue INTEGER,
    issues INTEGER,
    issue_from TEXT,
    issue_days INTEGER,
    -- The pharmacy that has it, by its ODS code, and since when that is told; empty: none.
    dispenser_ods TEXT NOT NULL,
    dispenser_at TEXT,
    -- What was told with all details last: which pharmacy, and how it can be reached.
    facts_at TEXT,
    place_ods TEXT NOT NULL,
    place_name TEXT NOT NULL,
    place_phone TEXT NOT NULL,
    place_address TEXT NOT NULL,
    place_web TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, number)
) STRICT;
CREATE INDEX prescription_changed ON prescription (changed_at);
CREATE INDEX medicine_order_created ON medicine_order (created_at);

-- One item of a prescription.
CREATE TABLE prescription_item (
    person_id BLOB NOT NULL,
    id BLOB NOT NULL,
    prescription_id BLOB NOT NULL,
    -- What its source calls it; absent for one that is known from an order alone.
    number TEXT,
    -- Empty until somebody tells it.
    name TEXT NOT NULL,
    code_system TEXT,
    code TEXT,
    quantity TEXT NOT NULL,
    -- What the pharmacy wrote to it, and when.
    note TEXT NOT NULL,
    note_at TEXT,
    -- The ordered medicine that it answers.
    order_item_id BLOB,
    -- Of what the person was told, as words with spaces between: the issue and what it was.
    told TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, prescription_id, number),
    FOREIGN KEY (person_id, prescription_id) REFERENCES prescription (person_id, id)
) STRICT;
CREATE INDEX prescription_item_order ON prescription_item (person_id, order_item_id);

-- All that was ever told of where an item stands, by the clock of whoever told. What counts follows from the whole.
CREATE TABLE prescription_item_status (
    person_id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    at TEXT NOT NULL,
    status TEXT NOT NULL,
    -- `practice`, `asked` or `sent`.
    source TEXT NOT NULL,
    came_at TEXT NOT NULL,
    PRIMARY KEY (person_id, item_id, at, status),
    FOREIGN KEY (person_id, item_id) REFERENCES prescription_item (person_id, id)
) STRICT;

-- When it was asked where a person's prescriptions stand, and what came of it.
CREATE TABLE prescription_watch (
    person_id BLOB PRIMARY KEY REFERENCES person (id),
    asked_at TEXT NOT NULL,
    answered_at TEXT,
    -- Not before.
    next_at TEXT NOT NULL,
    -- How often it failed since it last went well, and how; empty where it went well.
    failures INTEGER NOT NULL,
    fault TEXT NOT NULL,
    -- Prescriptions that the source holds back, by number with spaces between, and whether it holds back others.
    held_back TEXT NOT NULL,
    more_held_back INTEGER NOT NULL,
    -- How many could not be read.
    unread INTEGER NOT NULL
) STRICT;
