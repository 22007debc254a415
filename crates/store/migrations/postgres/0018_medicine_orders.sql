-- What a practice lets its people order here. Absent: nothing.
CREATE TABLE medicine_rules (
    organisation_id UUID PRIMARY KEY REFERENCES organisation (id),
    takes_orders BOOLEAN NOT NULL,
    -- Whether each medicine that is ordered needs a reason.
    asks_reason BOOLEAN NOT NULL,
    -- How many days before a medicine runs out it can be ordered.
    early_days INTEGER NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    version INTEGER NOT NULL
);

-- An order of repeat medicines, sent to one practice.
CREATE TABLE medicine_order (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    submission_id UUID NOT NULL,
    -- What whoever ordered wrote to the practice.
    note TEXT NOT NULL,
    -- How it was ordered: `self` or `carer`.
    channel TEXT NOT NULL,
    ordered_by UUID NOT NULL REFERENCES account (id),
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id, organisation_id)
);
CREATE INDEX medicine_order_id ON medicine_order (id);
CREATE INDEX medicine_order_person ON medicine_order (person_id, created_at DESC);

-- One medicine of an order, as its source told of it when it was ordered.
CREATE TABLE medicine_order_item (
    person_id UUID NOT NULL,
    id UUID NOT NULL,
    order_id UUID NOT NULL,
    entry_id UUID NOT NULL,
    name TEXT NOT NULL,
    dose TEXT NOT NULL,
    quantity TEXT NOT NULL,
    last_issued DATE,
    runs_out DATE,
    review_on DATE,
    -- More was given in the last half year than was used up.
    overused BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    -- Why it is wanted before its time.
    early_reason TEXT NOT NULL,
    status TEXT NOT NULL,
    -- The practice's question, and what was answered.
    question TEXT NOT NULL,
    reply TEXT NOT NULL,
    -- What the practice wrote to its decision.
    answer TEXT NOT NULL,
    prepared_by UUID REFERENCES staff_member (id),
    prepared_at TIMESTAMPTZ,
    decided_by UUID REFERENCES staff_member (id),
    decided_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (person_id, id),
    FOREIGN KEY (person_id, order_id) REFERENCES medicine_order (person_id, id)
);
-- Of one medicine one order waits.
CREATE UNIQUE INDEX medicine_order_item_open ON medicine_order_item (person_id, entry_id) WHERE status IN ('requested', 'question');
CREATE INDEX medicine_order_item_order ON medicine_order_item (person_id, order_id);
CREATE INDEX medicine_order_item_given ON medicine_order_item (person_id, entry_id, decided_at) WHERE status IN ('approved', 'changed');

-- A medicine that the person takes of their own accord, as they wrote it.
CREATE TABLE own_medicine (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    submission_id UUID NOT NULL,
    name TEXT NOT NULL,
    dose TEXT NOT NULL,
    reason TEXT NOT NULL,
    started_on DATE,
    stopped_on DATE,
    added_by UUID NOT NULL REFERENCES account (id),
    created_at TIMESTAMPTZ NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id)
);
