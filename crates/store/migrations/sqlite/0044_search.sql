-- The words by which an entry is found: each once, as `domain::search` makes them, with a space between. Where it stands in time is its
-- number, so that what was found is read newest first and no further than a page.
CREATE TABLE record_text (
    person_id BLOB NOT NULL REFERENCES person (id),
    entry_id BLOB NOT NULL,
    place INTEGER NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (person_id, entry_id),
    FOREIGN KEY (person_id, entry_id) REFERENCES record_entry (person_id, id)
) STRICT;
CREATE UNIQUE INDEX record_text_place ON record_text (place);

-- The same, the other way round. Each word begins with the end of the person's id, so that it leads to their entries alone.
CREATE VIRTUAL TABLE record_words USING fts5(words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
CREATE TRIGGER record_text_added AFTER INSERT ON record_text BEGIN
    INSERT INTO record_words (rowid, words)
    VALUES (new.place, replace(' ' || new.words, ' ', ' p' || lower(substr(hex(new.person_id), -10))));
END;
CREATE TRIGGER record_text_removed AFTER DELETE ON record_text BEGIN
    DELETE FROM record_words WHERE rowid = old.place;
END;

-- Which words stand in somebody's entries, and in how many of them: for what is mistyped.
CREATE TABLE record_term (
    person_id BLOB NOT NULL REFERENCES person (id),
    term TEXT NOT NULL,
    uses INTEGER NOT NULL,
    PRIMARY KEY (person_id, term)
) STRICT, WITHOUT ROWID;

-- Of whom every entry can be found, by the words of which program.
CREATE TABLE record_indexed (
    person_id BLOB PRIMARY KEY REFERENCES person (id),
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
