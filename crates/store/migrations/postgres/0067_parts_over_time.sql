-- By what a result is found over time: what it is itself, and each of its parts that is known by a code of its own. When it happened
-- stands here too, so that a trend is one range of one index. Parts of what is held are added when it is read again.
CREATE TABLE result_measured (
    person_id UUID NOT NULL,
    entry_id UUID NOT NULL,
    analyte TEXT NOT NULL,
    sort_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, entry_id, analyte),
    FOREIGN KEY (person_id, entry_id) REFERENCES record_entry (person_id, id)
);
CREATE INDEX result_measured_trend ON result_measured (person_id, analyte, sort_at DESC, entry_id DESC);
INSERT INTO result_measured (person_id, entry_id, analyte, sort_at)
    SELECT person_id, entry_id, analyte, sort_at FROM result_fact WHERE analyte IS NOT NULL;
