-- When something last came from a source, whomever it was about.
CREATE INDEX import_run_organisation ON import_run (organisation_id, ran_at DESC);
