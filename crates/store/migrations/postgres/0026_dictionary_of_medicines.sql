-- The dictionary of medicines and devices (dm+d), as the operator loads it.
CREATE TABLE dictionary_code (
    code TEXT PRIMARY KEY,
    -- vtm, vmp or amp; previous: known only as the code of before of another.
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Of an AMP its VMP, of a VMP its VTM.
    parent TEXT,
    -- It is not in use any more.
    invalid BOOLEAN NOT NULL,
    -- The code that took its place; absent too where several did.
    present TEXT
);
