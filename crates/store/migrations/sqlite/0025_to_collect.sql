-- How somebody is reminded to collect what is ready: by mail, where they chose nothing.
ALTER TABLE medicine_choice ADD COLUMN collect_by_mail INTEGER NOT NULL DEFAULT 1;
ALTER TABLE medicine_choice ADD COLUMN collect_by_text INTEGER NOT NULL DEFAULT 0;

-- When it is looked at whether an item of which somebody was told that it is ready still is; absent where it was, or need not be.
ALTER TABLE prescription_item ADD COLUMN again_at TEXT;
CREATE INDEX prescription_item_again ON prescription_item (again_at) WHERE again_at IS NOT NULL;

-- The messages about an item that may still wait in the outbox, so that they are taken back when it is so no more.
CREATE TABLE prescription_notice (
    person_id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    mail_id BLOB NOT NULL,
    -- To whom it goes.
    account_id BLOB NOT NULL REFERENCES account (id),
    -- What it tells, as in `prescription_item.told`; empty where it is a second one.
    word TEXT NOT NULL,
    -- It tells of what is to be collected, so that the person may choose how.
    collects INTEGER NOT NULL,
    PRIMARY KEY (person_id, item_id, mail_id),
    FOREIGN KEY (person_id, item_id) REFERENCES prescription_item (person_id, id)
) STRICT;
