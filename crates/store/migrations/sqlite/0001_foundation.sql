-- Organisations that give care or supply records.
CREATE TABLE organisation (
    id BLOB PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

-- People whose record is held.
CREATE TABLE person (
    id BLOB PRIMARY KEY,
    nhs_number TEXT UNIQUE,
    family_name TEXT NOT NULL,
    given_names TEXT NOT NULL,
    prefix TEXT,
    birth_date TEXT,
    gender TEXT,
    deceased INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

-- Which person a source's own patient id means.
CREATE TABLE person_source (
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    logical_id TEXT NOT NULL,
    person_id BLOB NOT NULL REFERENCES person (id),
    PRIMARY KEY (organisation_id, logical_id)
) STRICT;
CREATE INDEX person_source_person ON person_source (person_id);

-- One run of an import, for one person.
CREATE TABLE import_run (
    person_id BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    ran_at TEXT NOT NULL,
    report TEXT NOT NULL,
    PRIMARY KEY (person_id, id)
) STRICT;

-- Every version of every resource, exactly as it was received.
CREATE TABLE resource (
    person_id BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    resource_type TEXT NOT NULL,
    logical_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    is_current INTEGER NOT NULL,
    source_version TEXT,
    source_updated_at TEXT,
    full_url TEXT,
    hash BLOB NOT NULL,
    import_id BLOB NOT NULL,
    received_at TEXT NOT NULL,
    -- Last, so that the database need not read through it for what stands after it.
    raw TEXT NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, organisation_id, resource_type, logical_id, version)
) STRICT;

-- What pages, search and charts read: one row for each thing in the record.
CREATE TABLE record_entry (
    person_id BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    resource_id BLOB NOT NULL,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
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
    sort_at TEXT NOT NULL,
    value_text TEXT,
    value_number TEXT,
    value_unit TEXT,
    range_low TEXT,
    range_high TEXT,
    range_text TEXT,
    interpretation TEXT,
    author TEXT,
    place TEXT,
    details TEXT NOT NULL,
    none_known INTEGER NOT NULL,
    sensitivity TEXT NOT NULL,
    release TEXT NOT NULL,
    added_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, organisation_id, resource_type, logical_id)
) STRICT;
CREATE INDEX record_entry_listed ON record_entry (person_id, category, release, sort_at DESC, id DESC, none_known);
CREATE INDEX record_entry_new ON record_entry (person_id, release, added_at DESC, sort_at DESC, id DESC);

-- Accounts: who signs in.
CREATE TABLE account (
    id BLOB PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    email_confirmed_at TEXT,
    password_hash TEXT,
    locked_until TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

-- Whose records an account may open, and on what evidence. One account may have several.
CREATE TABLE account_person (
    account_id BLOB NOT NULL REFERENCES account (id),
    person_id BLOB NOT NULL REFERENCES person (id),
    relation TEXT NOT NULL,
    level TEXT NOT NULL,
    evidence TEXT NOT NULL,
    linked_at TEXT NOT NULL,
    PRIMARY KEY (account_id, person_id)
) STRICT;

CREATE TABLE passkey (
    account_id BLOB NOT NULL REFERENCES account (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    credential_id BLOB NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_used_at TEXT,
    PRIMARY KEY (account_id, id)
) STRICT;

CREATE TABLE authenticator (
    account_id BLOB PRIMARY KEY REFERENCES account (id),
    secret BLOB,
    confirmed_at TEXT,
    pending_secret BLOB,
    pending_at TEXT,
    last_step INTEGER NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE recovery_code (
    account_id BLOB NOT NULL REFERENCES account (id),
    hash BLOB NOT NULL,
    used_at TEXT,
    PRIMARY KEY (account_id, hash)
) STRICT;

-- Browsers that an account has signed in from, and whether it trusts them.
CREATE TABLE device (
    account_id BLOB NOT NULL REFERENCES account (id),
    id BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    label TEXT NOT NULL,
    trusted_until TEXT,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, token_hash)
) STRICT;

-- Browser sessions. The cookie's id is never stored, only its SHA-256.
CREATE TABLE web_session (
    id_hash BLOB PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    account_id BLOB REFERENCES account (id),
    data TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;
CREATE INDEX web_session_account ON web_session (account_id);
CREATE INDEX web_session_seen ON web_session (last_seen_at);

-- Links sent by mail: to confirm an address, to reset a password. One use each; the token is kept as SHA-256.
CREATE TABLE mailed_link (
    token_hash BLOB PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES account (id),
    purpose TEXT NOT NULL,
    email TEXT,
    password_hash TEXT,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
) STRICT;
CREATE INDEX mailed_link_account ON mailed_link (account_id);

-- Codes that a practice issued so that a person can link their record. Kept as an argon2id hash.
CREATE TABLE linkage_code (
    person_id BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    code_hash TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    used_at TEXT,
    PRIMARY KEY (person_id, id)
) STRICT;

-- Counters behind rate limits. The key is a SHA-256, so that it holds no address.
CREATE TABLE throttle (
    key BLOB PRIMARY KEY,
    began_at TEXT NOT NULL,
    count INTEGER NOT NULL
) STRICT;

-- Forms already acted on: a double click or a retry claims the same id and gets the first outcome.
CREATE TABLE submission (
    account_id BLOB NOT NULL REFERENCES account (id),
    id BLOB NOT NULL,
    outcome TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
) STRICT;

-- Mail waiting to be sent, and sent.
CREATE TABLE outbox (
    id BLOB PRIMARY KEY,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL,
    next_try_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    sent_at TEXT
) STRICT;
CREATE INDEX outbox_waiting ON outbox (next_try_at) WHERE sent_at IS NULL;

-- Who did what. Each chain (a person's, an account's, or the service's own) is hashed event by event.
CREATE TABLE audit_event (
    chain_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    id BLOB NOT NULL,
    at TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id BLOB,
    subject_id BLOB,
    action TEXT NOT NULL,
    basis TEXT NOT NULL,
    purpose TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (chain_id, seq)
) STRICT;

CREATE TABLE audit_head (
    chain_id BLOB PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;
