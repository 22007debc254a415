-- How somebody is reached, whom to tell and who they are, as they keep it here: a row for each change, none is ever altered.
CREATE TABLE profile_version (
    person_id BLOB NOT NULL REFERENCES person (id),
    version INTEGER NOT NULL,
    submission_id BLOB NOT NULL,
    -- Which part was changed: `contact`, `people` or `about`.
    part TEXT NOT NULL,
    -- Its lines, without the postcode.
    address TEXT NOT NULL,
    postcode TEXT NOT NULL,
    mobile TEXT NOT NULL,
    phone TEXT NOT NULL,
    email TEXT NOT NULL,
    -- `phone`, `text`, `email` or `letter`; empty where they did not say.
    preferred TEXT NOT NULL,
    -- Whom to tell, as JSON.
    contacts TEXT NOT NULL,
    -- A code of the NHS Data Dictionary; empty where they were not asked.
    ethnicity TEXT NOT NULL,
    language TEXT NOT NULL,
    other_language TEXT NOT NULL,
    account_id BLOB NOT NULL REFERENCES account (id),
    at TEXT NOT NULL,
    PRIMARY KEY (person_id, version),
    UNIQUE (person_id, submission_id)
) STRICT;

-- What somebody needs: of a person, or of an account that has no record of its own. A row for each change.
CREATE TABLE needs_version (
    id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB REFERENCES person (id),
    owner_id BLOB REFERENCES account (id),
    version INTEGER NOT NULL,
    submission_id BLOB NOT NULL,
    -- Words with a space between.
    chosen TEXT NOT NULL,
    interpreter TEXT NOT NULL,
    other_language TEXT NOT NULL,
    impairments TEXT NOT NULL,
    own_words TEXT NOT NULL,
    account_id BLOB NOT NULL REFERENCES account (id),
    at TEXT NOT NULL,
    CHECK ((person_id IS NULL) <> (owner_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX needs_of_person ON needs_version (person_id, version) WHERE person_id IS NOT NULL;
CREATE UNIQUE INDEX needs_of_account ON needs_version (owner_id, version) WHERE owner_id IS NOT NULL;
CREATE UNIQUE INDEX needs_submission_person ON needs_version (person_id, submission_id) WHERE person_id IS NOT NULL;
CREATE UNIQUE INDEX needs_submission_account ON needs_version (owner_id, submission_id) WHERE owner_id IS NOT NULL;

-- How pages look for whoever signs in to an account.
CREATE TABLE account_display (
    account_id BLOB NOT NULL PRIMARY KEY REFERENCES account (id),
    settings TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;

-- What somebody wrote down for themself; with its versions, of which none is ever altered.
CREATE TABLE own_note (
    person_id BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    submission_id BLOB NOT NULL,
    -- The entry that it is about.
    entry_id BLOB,
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    happened_on TEXT NOT NULL,
    -- Those who may see what it is about may read it too.
    shared INTEGER NOT NULL,
    written_by BLOB NOT NULL REFERENCES account (id),
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    removed_at TEXT,
    version INTEGER NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id)
) STRICT;
CREATE INDEX own_note_about ON own_note (person_id, entry_id) WHERE entry_id IS NOT NULL;

CREATE TABLE own_note_version (
    person_id BLOB NOT NULL,
    note_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    -- `written`, `changed` or `removed`.
    what TEXT NOT NULL,
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    happened_on TEXT NOT NULL,
    shared INTEGER NOT NULL,
    account_id BLOB NOT NULL REFERENCES account (id),
    at TEXT NOT NULL,
    PRIMARY KEY (person_id, note_id, version),
    FOREIGN KEY (person_id, note_id) REFERENCES own_note (person_id, id)
) STRICT;
