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
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    -- Since when the operator's table does not name it any more.
    closed_at TIMESTAMPTZ,
    changed_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX dispenser_near ON dispenser (latitude, longitude) WHERE closed_at IS NULL;
CREATE INDEX dispenser_kind ON dispenser (kind, name, code) WHERE closed_at IS NULL;

-- The words by which one that is open is found: of its name, street, town and postcode.
CREATE TABLE dispenser_word (
    word TEXT COLLATE "C" NOT NULL,
    code TEXT NOT NULL REFERENCES dispenser (code),
    PRIMARY KEY (word, code)
);

-- To whom a person's prescriptions go, for each kind of nomination. The highest version holds; those before are its history.
CREATE TABLE nomination (
    person_id UUID NOT NULL REFERENCES person (id),
    slot TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- Absent: it was taken back.
    dispenser TEXT REFERENCES dispenser (code),
    chosen_by UUID NOT NULL REFERENCES account (id),
    chosen_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, slot, version)
);

-- To whom the prescription of an order goes; absent where that is decided later.
ALTER TABLE medicine_order ADD COLUMN dispenser TEXT REFERENCES dispenser (code);
-- It was chosen for this order alone, and is not the one that is nominated.
ALTER TABLE medicine_order ADD COLUMN dispenser_once BOOLEAN NOT NULL DEFAULT FALSE;
