-- The bytes of files that come with a record, each once for a person, by their SHA-256.
CREATE TABLE document_content (
    person_id BLOB NOT NULL REFERENCES person (id),
    hash BLOB NOT NULL,
    -- Exactly as they were sent.
    bytes BLOB NOT NULL,
    PRIMARY KEY (person_id, hash)
) STRICT;

-- A file of an entry, as the version of which the entry tells has it.
CREATE TABLE document (
    person_id BLOB NOT NULL,
    id BLOB NOT NULL,
    entry_id BLOB NOT NULL,
    -- Its place among the files of the entry, from 0.
    place INTEGER NOT NULL,
    title TEXT,
    -- What kind it is said to be.
    content_type TEXT,
    -- What it is, by what it holds.
    kind TEXT NOT NULL,
    -- The id at the source of the Binary that holds it: whoever may not see that does not see the file.
    binary_id TEXT,
    -- In bytes.
    size INTEGER NOT NULL,
    -- Absent where there are no bytes: they were not sent, are damaged, or are more than are kept.
    hash BLOB,
    -- What became of its words.
    words TEXT NOT NULL,
    -- They, as plain text; to be found by, and for those who cannot see it.
    text TEXT,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, entry_id, place),
    FOREIGN KEY (person_id, entry_id) REFERENCES record_entry (person_id, id),
    FOREIGN KEY (person_id, hash) REFERENCES document_content (person_id, hash)
) STRICT;
CREATE INDEX document_bytes ON document (person_id, hash);

-- Which letters somebody has read, each reader their own, and in which version: a newer one is new again.
CREATE TABLE document_read (
    person_id BLOB NOT NULL,
    account_id BLOB NOT NULL REFERENCES account (id),
    entry_id BLOB NOT NULL,
    resource_id BLOB NOT NULL,
    PRIMARY KEY (person_id, account_id, entry_id),
    FOREIGN KEY (person_id, entry_id) REFERENCES record_entry (person_id, id)
) STRICT;
