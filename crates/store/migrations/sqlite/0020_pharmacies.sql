-- Who dispenses, from a table that the operator supplies.
CREATE TABLE dispenser (
    -- By the Organisation Data Service.
    code TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Street, without the town.
    address TEXT NOT NULL,
    town TEXT NOT NULL,
    postcode TEXT NOT NULL,
    phone TEXT NOT NULL,
    website TEXT NOT NULL,
    -- What it offers, by code, with spaces between.
    services TEXT NOT NULL,
    -- When it is open, from Monday to Sunday, with semicolons between.
    hours TEXT NOT NULL,
    -- Degrees, WGS 84: of the table, or of its postcode.
    latitude REAL,
    longitude REAL,
    -- Since when the operator's table does not name it any more.
    closed_at TEXT,
    changed_at TEXT NOT NULL
) STRICT;
CREATE INDEX dispenser_near ON dispenser (latitude, longitude) WHERE closed_at IS NULL;
CREATE INDEX dispenser_kind ON dispenser (kind, name, code) WHERE closed_at IS NULL;

-- The words by which one that is open is found: of its name, street, town and postcode.
CREATE TABLE dispenser_word (
    word TEXT NOT NULL,
    code TEXT NOT NULL REFERENCES dispenser (code),
    PRIMARY KEY (word, code)
) STRICT, WITHOUT ROWID;

-- To whom a person's prescriptions go, for each kind of nomination. The highest version holds; those before are its history.
CREATE TABLE nomination (
    person_id BLOB NOT NULL REFERENCES person (id),
    slot TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- Absent: it was taken back.
    dispenser TEXT REFERENCES dispenser (code),
    chosen_by BLOB NOT NULL REFERENCES account (id),
    chosen_at TEXT NOT NULL,
    PRIMARY KEY (person_id, slot, version)
) STRICT;

-- To whom the prescription of an order goes; absent where that is decided later.
ALTER TABLE medicine_order ADD COLUMN dispenser TEXT REFERENCES dispenser (code);
-- It was chosen for this order alone, and is not the one that is nominated.
ALTER TABLE medicine_order ADD COLUMN dispenser_once INTEGER NOT NULL DEFAULT 0;
