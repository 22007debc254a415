-- Organisations that give care or supply records.
CREATE TABLE organisation (
    id UUID PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- People whose record is held.
CREATE TABLE person (
    id UUID PRIMARY KEY,
    nhs_number TEXT UNIQUE,
    family_name TEXT NOT NULL,
    given_names JSONB NOT NULL,
    prefix TEXT,
    birth_date DATE,
    gender TEXT,
    deceased BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- Which person a source's own patient id means.
CREATE TABLE person_source (
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    logical_id TEXT NOT NULL,
    person_id UUID NOT NULL REFERENCES person (id),
    PRIMARY KEY (organisation_id, logical_id)
);
CREATE INDEX person_source_person ON person_source (person_id);

-- One run of an import, for one person.
CREATE TABLE import_run (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    ran_at TIMESTAMPTZ NOT NULL,
    report JSONB NOT NULL,
    PRIMARY KEY (person_id, id)
);

-- Every version of every resource, exactly as it was received.
CREATE TABLE resource (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    resource_type TEXT NOT NULL,
    logical_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    is_current BOOLEAN NOT NULL,
    source_version TEXT,
    source_updated_at TIMESTAMPTZ,
    full_url TEXT,
    hash BYTEA NOT NULL,
    import_id UUID NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    -- Last, so that the database need not read through it for what stands after it.
    raw TEXT NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, organisation_id, resource_type, logical_id, version)
);

-- What pages, search and charts read: one row for each thing in the record.
CREATE TABLE record_entry (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    resource_id UUID NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    resource_type TEXT NOT NULL,
    logical_id TEXT NOT NULL,
    category TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    code_system TEXT,
    code TEXT,
    code_display TEXT,
    status TEXT,
    happened TEXT,
    ended TEXT,
    recorded TEXT,
    sort_at TIMESTAMPTZ NOT NULL,
    value_text TEXT,
    value_number TEXT,
    value_unit TEXT,
    range_low TEXT,
    range_high TEXT,
    range_text TEXT,
    interpretation TEXT,
    author TEXT,
    place TEXT,
    details JSONB NOT NULL,
    none_known BOOLEAN NOT NULL,
    sensitivity TEXT NOT NULL,
    release TEXT NOT NULL,
    added_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, organisation_id, resource_type, logical_id)
);
CREATE INDEX record_entry_listed ON record_entry (person_id, category, release, sort_at DESC, id DESC, none_known);
CREATE INDEX record_entry_new ON record_entry (person_id, release, added_at DESC, sort_at DESC, id DESC);

-- Accounts: who signs in.
CREATE TABLE account (
    id UUID PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    email_confirmed_at TIMESTAMPTZ,
    password_hash TEXT,
    locked_until TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- Whose records an account may open, and on what evidence. One account may have several.
CREATE TABLE account_person (
    account_id UUID NOT NULL REFERENCES account (id),
    person_id UUID NOT NULL REFERENCES person (id),
    relation TEXT NOT NULL,
    level TEXT NOT NULL,
    evidence TEXT NOT NULL,
    linked_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account_id, person_id)
);

CREATE TABLE passkey (
    account_id UUID NOT NULL REFERENCES account (id),
    id UUID NOT NULL,
    name TEXT NOT NULL,
    credential_id BYTEA NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ,
    PRIMARY KEY (account_id, id)
);

CREATE TABLE authenticator (
    account_id UUID PRIMARY KEY REFERENCES account (id),
    secret BYTEA,
    confirmed_at TIMESTAMPTZ,
    pending_secret BYTEA,
    pending_at TIMESTAMPTZ,
    last_step BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE recovery_code (
    account_id UUID NOT NULL REFERENCES account (id),
    hash BYTEA NOT NULL,
    used_at TIMESTAMPTZ,
    PRIMARY KEY (account_id, hash)
);

-- Browsers that an account has signed in from, and whether it trusts them.
CREATE TABLE device (
    account_id UUID NOT NULL REFERENCES account (id),
    id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    label TEXT NOT NULL,
    trusted_until TIMESTAMPTZ,
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, token_hash)
);

-- Browser sessions. The cookie's id is never stored, only its SHA-256.
CREATE TABLE web_session (
    id_hash BYTEA PRIMARY KEY,
    id UUID NOT NULL UNIQUE,
    account_id UUID REFERENCES account (id),
    data TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX web_session_account ON web_session (account_id);
CREATE INDEX web_session_seen ON web_session (last_seen_at);

-- Links sent by mail: to confirm an address, to reset a password. One use each; the token is kept as SHA-256.
CREATE TABLE mailed_link (
    token_hash BYTEA PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    purpose TEXT NOT NULL,
    email TEXT,
    password_hash TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX mailed_link_account ON mailed_link (account_id);

-- Codes that a practice issued so that a person can link their record. Kept as an argon2id hash.
CREATE TABLE linkage_code (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    code_hash TEXT NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    attempts INTEGER NOT NULL,
    used_at TIMESTAMPTZ,
    PRIMARY KEY (person_id, id)
);

-- Counters behind rate limits. The key is a SHA-256, so that it holds no address.
CREATE TABLE throttle (
    key BYTEA PRIMARY KEY,
    began_at TIMESTAMPTZ NOT NULL,
    count INTEGER NOT NULL
);

-- Forms already acted on: a double click or a retry claims the same id and gets the first outcome.
CREATE TABLE submission (
    account_id UUID NOT NULL REFERENCES account (id),
    id UUID NOT NULL,
    outcome TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account_id, id)
);

-- Mail waiting to be sent, and sent.
CREATE TABLE outbox (
    id UUID PRIMARY KEY,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    next_try_at TIMESTAMPTZ NOT NULL,
    attempts INTEGER NOT NULL,
    sent_at TIMESTAMPTZ
);
CREATE INDEX outbox_waiting ON outbox (next_try_at) WHERE sent_at IS NULL;

-- Who did what. Each chain (a person's, an account's, or the service's own) is hashed event by event.
CREATE TABLE audit_event (
    chain_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    id UUID NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id UUID,
    subject_id UUID,
    action TEXT NOT NULL,
    basis TEXT NOT NULL,
    purpose TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (chain_id, seq)
);

CREATE TABLE audit_head (
    chain_id UUID PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL
);
