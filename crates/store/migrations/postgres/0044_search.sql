-- The words by which an entry is found: each once, as `domain::search` makes them, with a space between. Where it stands in time is its
-- number, so that what was found is read newest first and no further than a page.
CREATE TABLE record_text (
    person_id UUID NOT NULL REFERENCES person (id),
    entry_id UUID NOT NULL,
    place BIGINT NOT NULL,
    words TEXT NOT NULL,
    -- The same, the other way round. Each word begins with the end of the person's id, so that it leads to their entries alone.
    found TSVECTOR NOT NULL GENERATED ALWAYS AS (array_to_tsvector(string_to_array(
        substr(replace(' ' || words, ' ', ' p' || right(replace(CAST(person_id AS TEXT), '-', ''), 10)), 2), ' '))) STORED,
    PRIMARY KEY (person_id, entry_id),
    FOREIGN KEY (person_id, entry_id) REFERENCES record_entry (person_id, id)
);
CREATE INDEX record_text_place ON record_text (person_id, place);
CREATE INDEX record_text_found ON record_text USING GIN (found);

-- Which words stand in somebody's entries, and in how many of them: for what is mistyped.
CREATE TABLE record_term (
    person_id UUID NOT NULL REFERENCES person (id),
    term TEXT COLLATE "C" NOT NULL,
    uses BIGINT NOT NULL,
    PRIMARY KEY (person_id, term)
);

-- Of whom every entry can be found, by the words of which program.
CREATE TABLE record_indexed (
    person_id UUID PRIMARY KEY REFERENCES person (id),
    version BIGINT NOT NULL
);
