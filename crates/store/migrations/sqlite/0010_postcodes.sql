-- Where postcodes are, from an open data table that the operator supplies.
CREATE TABLE postcode (
    -- Without its space, as TA11AA; a district alone, as TA1, stands for the middle of its postcodes.
    code TEXT PRIMARY KEY,
    -- Degrees, WGS 84.
    latitude REAL NOT NULL,
    longitude REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- The day of the week that the clock in London shows: 1 is Monday, 7 is Sunday.
ALTER TABLE slot ADD COLUMN weekday INTEGER NOT NULL DEFAULT 0;
UPDATE slot SET weekday = (CAST(strftime('%w', day) AS INTEGER) + 6) % 7 + 1;

-- A search reads the times of each service that the person may book by themselves: of a kind as a whole it asks nothing any more.
DROP INDEX slot_search;
CREATE INDEX slot_with ON slot (service_id, practitioner_id, starts_at, id) WHERE status = 'free';
CREATE INDEX service_kind ON service (kind) WHERE ended_at IS NULL;
