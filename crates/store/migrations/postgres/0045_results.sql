-- What a result says beside what every entry says: by what other results of the same thing are known, its unit in UCUM, and its
-- ranges, parts and files (ResultFacts as JSON). When it happened stands here too, so that a trend is one range of one index.
CREATE TABLE result_fact (
    person_id UUID NOT NULL,
    entry_id UUID NOT NULL,
    analyte TEXT,
    unit_code TEXT,
    sort_at TIMESTAMPTZ NOT NULL,
    more JSONB NOT NULL,
    PRIMARY KEY (person_id, entry_id),
    FOREIGN KEY (person_id, entry_id) REFERENCES record_entry (person_id, id)
);
CREATE INDEX result_fact_trend ON result_fact (person_id, analyte, sort_at DESC, entry_id DESC) WHERE analyte IS NOT NULL;

-- To what an entry belongs: a report to its values, an answer to its order. By what the source calls them, so that it makes no
-- difference which of them comes first. What is only named has no type and no id.
CREATE TABLE result_link (
    person_id UUID NOT NULL,
    entry_id UUID NOT NULL,
    -- What sort of resource the entry itself tells of.
    from_type TEXT NOT NULL,
    role TEXT NOT NULL,
    place INTEGER NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    resource_type TEXT,
    logical_id TEXT,
    name TEXT,
    PRIMARY KEY (person_id, entry_id, role, place),
    FOREIGN KEY (person_id, entry_id) REFERENCES record_entry (person_id, id)
);
CREATE INDEX result_link_to ON result_link (person_id, organisation_id, resource_type, logical_id, role, entry_id);

-- Orders without an answer, and reports that are not whole.
CREATE INDEX record_entry_awaited ON record_entry (person_id, sort_at DESC, id DESC)
    WHERE category = 'results' AND resource_type IN ('ServiceRequest', 'DiagnosticReport')
    AND status IN ('active', 'on-hold', 'registered', 'partial', 'preliminary');
