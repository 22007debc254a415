-- What waits of one kind at an organisation, the longest first.
CREATE INDEX work_item_kind_waiting ON work_item (organisation_id, kind, waiting_since, id) WHERE done_at IS NULL;
-- What waits of an order, with all by which the queue is narrowed.
CREATE INDEX medicine_order_item_waits ON medicine_order_item (person_id, order_id, status, prepared_at, overused, review_on, early_reason)
    WHERE status IN ('requested', 'question');
