-- What the account of who did what was at a moment, signed with a key that is kept outside the database. Each covers the
-- checkpoint before it and the chains that have grown since.
CREATE TABLE audit_checkpoint (
    number BIGINT PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    chains BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    public_key BYTEA NOT NULL,
    signature BYTEA NOT NULL
);

-- The end of a chain as a checkpoint saw it.
CREATE TABLE audit_mark (
    chain_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    number BIGINT NOT NULL REFERENCES audit_checkpoint (number),
    PRIMARY KEY (chain_id, seq)
);
CREATE INDEX audit_mark_number ON audit_mark (number, chain_id);

-- Who has looked at a person's record before: a relationship, or a place at an organisation.
CREATE TABLE visitor (
    person_id UUID NOT NULL REFERENCES person (id),
    visitor_id UUID NOT NULL,
    first_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, visitor_id)
);

-- What a person chose about the account of who looked. Without a row they are told.
CREATE TABLE activity_setting (
    person_id UUID PRIMARY KEY REFERENCES person (id),
    tell_new_visitor BOOLEAN NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
