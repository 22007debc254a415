-- What the account of who did what was at a moment, signed with a key that is kept outside the database. Each covers the
-- checkpoint before it and the chains that have grown since.
CREATE TABLE audit_checkpoint (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    chains INTEGER NOT NULL,
    hash BLOB NOT NULL,
    public_key BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;

-- The end of a chain as a checkpoint saw it.
CREATE TABLE audit_mark (
    chain_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    number INTEGER NOT NULL REFERENCES audit_checkpoint (number),
    PRIMARY KEY (chain_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_mark_number ON audit_mark (number, chain_id);

-- Who has looked at a person's record before: a relationship, or a place at an organisation.
CREATE TABLE visitor (
    person_id BLOB NOT NULL REFERENCES person (id),
    visitor_id BLOB NOT NULL,
    first_at TEXT NOT NULL,
    PRIMARY KEY (person_id, visitor_id)
) STRICT, WITHOUT ROWID;

-- What a person chose about the account of who looked. Without a row they are told.
CREATE TABLE activity_setting (
    person_id BLOB PRIMARY KEY REFERENCES person (id),
    tell_new_visitor INTEGER NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;
