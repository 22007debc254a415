-- A questionnaire that somebody fills in, or filled in.
CREATE TABLE questionnaire_response (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    submission_id UUID NOT NULL,
    -- Which questionnaire, which version of its file, and what that called it.
    questionnaire TEXT NOT NULL,
    file_version TEXT NOT NULL,
    title TEXT NOT NULL,
    sensitivity TEXT NOT NULL,
    -- `in-progress`, `completed` or `amended`.
    status TEXT NOT NULL,
    -- The items of a FHIR QuestionnaireResponse, with the words in which each was asked and answered.
    items TEXT NOT NULL,
    score INTEGER,
    highest INTEGER,
    -- What the score means, in the words of that file.
    band TEXT NOT NULL,
    -- An answer may tell of danger to life.
    crisis BOOLEAN NOT NULL,
    -- When a care team was told of that, once, and which.
    alerted_at TIMESTAMPTZ,
    alerted_organisation_id UUID REFERENCES organisation (id),
    created_by UUID NOT NULL REFERENCES account (id),
    created_at TIMESTAMPTZ NOT NULL,
    changed_by UUID NOT NULL REFERENCES account (id),
    changed_at TIMESTAMPTZ NOT NULL,
    -- When it was whole for the first time.
    completed_at TIMESTAMPTZ,
    version INTEGER NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id)
);
CREATE UNIQUE INDEX questionnaire_response_begun ON questionnaire_response (person_id, questionnaire) WHERE completed_at IS NULL;
CREATE INDEX questionnaire_response_newest ON questionnaire_response (person_id, created_at DESC, id DESC);

-- A response as it was before it was changed, once it had been whole.
CREATE TABLE questionnaire_response_version (
    person_id UUID NOT NULL,
    response_id UUID NOT NULL,
    version INTEGER NOT NULL,
    items TEXT NOT NULL,
    score INTEGER,
    band TEXT NOT NULL,
    changed_by UUID NOT NULL REFERENCES account (id),
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, response_id, version),
    FOREIGN KEY (person_id, response_id) REFERENCES questionnaire_response (person_id, id)
);

-- A care team's asking somebody to fill one in.
CREATE TABLE questionnaire_request (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    submission_id UUID NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    member_id UUID NOT NULL REFERENCES staff_member (id),
    questionnaire TEXT NOT NULL,
    title TEXT NOT NULL,
    sensitivity TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    -- The response that did it.
    response_id UUID,
    done_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id),
    FOREIGN KEY (person_id, response_id) REFERENCES questionnaire_response (person_id, id)
);
CREATE UNIQUE INDEX questionnaire_request_open ON questionnaire_request (person_id, organisation_id, questionnaire)
    WHERE done_at IS NULL AND withdrawn_at IS NULL;

-- Whether an organisation is told of answers that may tell of danger to life. Absent: it is not.
CREATE TABLE questionnaire_rules (
    organisation_id UUID PRIMARY KEY REFERENCES organisation (id),
    alerts BOOLEAN NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    version INTEGER NOT NULL
);
