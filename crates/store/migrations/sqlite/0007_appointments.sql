-- A service that can be booked, and what it asks and allows.
CREATE TABLE service (
    id BLOB PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    about TEXT NOT NULL,
    -- What to bring, and how to prepare.
    prepare TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    registered_only INTEGER NOT NULL,
    min_age INTEGER,
    max_age INTEGER,
    referral_needed INTEGER NOT NULL,
    asks_reason INTEGER NOT NULL,
    -- `at-once`, `days:14`, `day-at:08:00`.
    release TEXT NOT NULL,
    may_cancel INTEGER NOT NULL,
    cancel_hours INTEGER NOT NULL,
    confirms INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    ended_at TEXT,
    UNIQUE (organisation_id, name)
) STRICT;

CREATE TABLE place (
    id BLOB PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    postcode TEXT NOT NULL,
    directions TEXT NOT NULL,
    phone TEXT NOT NULL,
    -- Degrees, WGS 84.
    latitude REAL,
    longitude REAL,
    created_at TEXT NOT NULL,
    ended_at TEXT,
    UNIQUE (organisation_id, name)
) STRICT;

-- Who holds clinics. They need no account.
CREATE TABLE practitioner (
    id BLOB PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    job TEXT NOT NULL,
    created_at TEXT NOT NULL,
    ended_at TEXT,
    UNIQUE (organisation_id, name)
) STRICT;

-- A clinic as it recurs. Minutes of the day are those of the clock in London.
CREATE TABLE clinic_template (
    id BLOB PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    service_id BLOB NOT NULL REFERENCES service (id),
    place_id BLOB NOT NULL REFERENCES place (id),
    practitioner_id BLOB NOT NULL REFERENCES practitioner (id),
    mode TEXT NOT NULL,
    days TEXT NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    every_weeks INTEGER NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT,
    created_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;
CREATE INDEX clinic_template_organisation ON clinic_template (organisation_id);

-- Days on which an organisation has no clinics: public holidays and others.
CREATE TABLE closed_day (
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (organisation_id, day)
) STRICT;

-- A clinic on one day.
CREATE TABLE clinic (
    id BLOB PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    template_id BLOB REFERENCES clinic_template (id),
    service_id BLOB NOT NULL REFERENCES service (id),
    place_id BLOB NOT NULL REFERENCES place (id),
    practitioner_id BLOB NOT NULL REFERENCES practitioner (id),
    mode TEXT NOT NULL,
    day TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    cancelled_at TEXT,
    -- Goes up with every change, so that of two people who act at once one is told.
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX clinic_once ON clinic (template_id, day) WHERE template_id IS NOT NULL;
CREATE INDEX clinic_day ON clinic (organisation_id, day);

-- A time that can be booked. What a search asks for stands in the row itself.
CREATE TABLE slot (
    id BLOB PRIMARY KEY,
    clinic_id BLOB NOT NULL REFERENCES clinic (id),
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    service_id BLOB NOT NULL REFERENCES service (id),
    place_id BLOB NOT NULL REFERENCES place (id),
    practitioner_id BLOB NOT NULL REFERENCES practitioner (id),
    kind TEXT NOT NULL,
    mode TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    -- The day and the minute of the day that the clock in London shows.
    day TEXT NOT NULL,
    minute INTEGER NOT NULL,
    bookable_from TEXT NOT NULL,
    -- `free`, `taken` or `withdrawn`.
    status TEXT NOT NULL,
    -- By whom it is held while they decide, and until when.
    held_by BLOB REFERENCES account (id),
    held_until TEXT,
    UNIQUE (clinic_id, starts_at)
) STRICT;
CREATE INDEX slot_search ON slot (kind, starts_at, id) WHERE status = 'free';
CREATE INDEX slot_service ON slot (service_id, starts_at, id) WHERE status = 'free';
CREATE INDEX slot_held ON slot (held_by) WHERE held_by IS NOT NULL;

-- What a person has booked, or had.
CREATE TABLE appointment (
    person_id BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    slot_id BLOB NOT NULL REFERENCES slot (id),
    clinic_id BLOB NOT NULL REFERENCES clinic (id),
    organisation_id BLOB NOT NULL REFERENCES organisation (id),
    service_id BLOB NOT NULL REFERENCES service (id),
    place_id BLOB NOT NULL REFERENCES place (id),
    practitioner_id BLOB NOT NULL REFERENCES practitioner (id),
    mode TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- How it was booked: `self`, `carer` or `team`.
    channel TEXT NOT NULL,
    booked_by BLOB REFERENCES account (id),
    submission_id BLOB NOT NULL,
    -- The one that was given up for it.
    moved_from BLOB,
    cancelled_by TEXT,
    cancel_reason TEXT,
    arrived_at TEXT,
    -- Wants to be told when an earlier one opens.
    waits_for_earlier INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id)
) STRICT;
-- Nobody shares a slot.
CREATE UNIQUE INDEX appointment_slot ON appointment (slot_id) WHERE status <> 'cancelled';
CREATE INDEX appointment_person ON appointment (person_id, starts_at DESC);
CREATE INDEX appointment_clinic ON appointment (clinic_id, starts_at);
CREATE INDEX appointment_waits ON appointment (service_id, starts_at) WHERE waits_for_earlier AND status IN ('pending', 'booked');
CREATE INDEX appointment_coming ON appointment (starts_at) WHERE status = 'booked';

-- How a person is reminded. Absent: by mail, two days before.
CREATE TABLE reminder_choice (
    person_id BLOB PRIMARY KEY REFERENCES person (id),
    by_mail INTEGER NOT NULL,
    days_before INTEGER NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;

-- What was put into the outbox about an appointment: each thing once.
CREATE TABLE appointment_notice (
    person_id BLOB NOT NULL,
    appointment_id BLOB NOT NULL,
    what TEXT NOT NULL,
    mail_id BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (person_id, appointment_id, what),
    FOREIGN KEY (person_id, appointment_id) REFERENCES appointment (person_id, id)
) STRICT;
