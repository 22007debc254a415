-- How somebody is reached, whom to tell and who they are, as they keep it here: a row for each change, none is ever altered.
CREATE TABLE profile_version (
    person_id UUID NOT NULL REFERENCES person (id),
    version INTEGER NOT NULL,
    submission_id UUID NOT NULL,
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
    account_id UUID NOT NULL REFERENCES account (id),
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, version),
    UNIQUE (person_id, submission_id)
);

-- What somebody needs: of a person, or of an account that has no record of its own. A row for each change.
CREATE TABLE needs_version (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID REFERENCES person (id),
    owner_id UUID REFERENCES account (id),
    version INTEGER NOT NULL,
    submission_id UUID NOT NULL,
    -- Words with a space between.
    chosen TEXT NOT NULL,
    interpreter TEXT NOT NULL,
    other_language TEXT NOT NULL,
    impairments TEXT NOT NULL,
    own_words TEXT NOT NULL,
    account_id UUID NOT NULL REFERENCES account (id),
    at TIMESTAMPTZ NOT NULL,
    CHECK ((person_id IS NULL) <> (owner_id IS NULL))
);
CREATE UNIQUE INDEX needs_of_person ON needs_version (person_id, version) WHERE person_id IS NOT NULL;
CREATE UNIQUE INDEX needs_of_account ON needs_version (owner_id, version) WHERE owner_id IS NOT NULL;
CREATE UNIQUE INDEX needs_submission_person ON needs_version (person_id, submission_id) WHERE person_id IS NOT NULL;
CREATE UNIQUE INDEX needs_submission_account ON needs_version (owner_id, submission_id) WHERE owner_id IS NOT NULL;

-- How pages look for whoever signs in to an account.
CREATE TABLE account_display (
    account_id UUID NOT NULL PRIMARY KEY REFERENCES account (id),
    settings TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);

-- What somebody wrote down for themself; with its versions, of which none is ever altered.
CREATE TABLE own_note (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    submission_id UUID NOT NULL,
    -- The entry that it is about.
    entry_id UUID,
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    happened_on DATE NOT NULL,
    -- Those who may see what it is about may read it too.
    shared BOOLEAN NOT NULL,
    written_by UUID NOT NULL REFERENCES account (id),
    created_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    removed_at TIMESTAMPTZ,
    version INTEGER NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id)
);
CREATE INDEX own_note_about ON own_note (person_id, entry_id) WHERE entry_id IS NOT NULL;

CREATE TABLE own_note_version (
    person_id UUID NOT NULL,
    note_id UUID NOT NULL,
    version INTEGER NOT NULL,
    -- `written`, `changed` or `removed`.
    what TEXT NOT NULL,
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    happened_on DATE NOT NULL,
    shared BOOLEAN NOT NULL,
    account_id UUID NOT NULL REFERENCES account (id),
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, note_id, version),
    FOREIGN KEY (person_id, note_id) REFERENCES own_note (person_id, id)
);
