-- A service that can be booked, and what it asks and allows.
CREATE TABLE service (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    about TEXT NOT NULL,
    -- What to bring, and how to prepare.
    prepare TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    registered_only BOOLEAN NOT NULL,
    min_age INTEGER,
    max_age INTEGER,
    referral_needed BOOLEAN NOT NULL,
    asks_reason BOOLEAN NOT NULL,
    -- `at-once`, `days:14`, `day-at:08:00`.
    release TEXT NOT NULL,
    may_cancel BOOLEAN NOT NULL,
    cancel_hours INTEGER NOT NULL,
    confirms BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    UNIQUE (organisation_id, name)
);

CREATE TABLE place (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    postcode TEXT NOT NULL,
    directions TEXT NOT NULL,
    phone TEXT NOT NULL,
    -- Degrees, WGS 84.
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    UNIQUE (organisation_id, name)
);

-- Who holds clinics. They need no account.
CREATE TABLE practitioner (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    job TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    UNIQUE (organisation_id, name)
);

-- A clinic as it recurs. Minutes of the day are those of the clock in London.
CREATE TABLE clinic_template (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    service_id UUID NOT NULL REFERENCES service (id),
    place_id UUID NOT NULL REFERENCES place (id),
    practitioner_id UUID NOT NULL REFERENCES practitioner (id),
    mode TEXT NOT NULL,
    days TEXT NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    every_weeks INTEGER NOT NULL,
    from_day DATE NOT NULL,
    until_day DATE,
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX clinic_template_organisation ON clinic_template (organisation_id);

-- Days on which an organisation has no clinics: public holidays and others.
CREATE TABLE closed_day (
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    day DATE NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (organisation_id, day)
);

-- A clinic on one day.
CREATE TABLE clinic (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    template_id UUID REFERENCES clinic_template (id),
    service_id UUID NOT NULL REFERENCES service (id),
    place_id UUID NOT NULL REFERENCES place (id),
    practitioner_id UUID NOT NULL REFERENCES practitioner (id),
    mode TEXT NOT NULL,
    day DATE NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    cancelled_at TIMESTAMPTZ,
    -- Goes up with every change, so that of two people who act at once one is told.
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX clinic_once ON clinic (template_id, day) WHERE template_id IS NOT NULL;
CREATE INDEX clinic_day ON clinic (organisation_id, day);

-- A time that can be booked. What a search asks for stands in the row itself.
CREATE TABLE slot (
    id UUID PRIMARY KEY,
    clinic_id UUID NOT NULL REFERENCES clinic (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    service_id UUID NOT NULL REFERENCES service (id),
    place_id UUID NOT NULL REFERENCES place (id),
    practitioner_id UUID NOT NULL REFERENCES practitioner (id),
    kind TEXT NOT NULL,
    mode TEXT NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    -- The day and the minute of the day that the clock in London shows.
    day DATE NOT NULL,
    minute INTEGER NOT NULL,
    bookable_from TIMESTAMPTZ NOT NULL,
    -- `free`, `taken` or `withdrawn`.
    status TEXT NOT NULL,
    -- By whom it is held while they decide, and until when.
    held_by UUID REFERENCES account (id),
    held_until TIMESTAMPTZ,
    UNIQUE (clinic_id, starts_at)
);
CREATE INDEX slot_search ON slot (kind, starts_at, id) WHERE status = 'free';
CREATE INDEX slot_service ON slot (service_id, starts_at, id) WHERE status = 'free';
CREATE INDEX slot_held ON slot (held_by) WHERE held_by IS NOT NULL;

-- What a person has booked, or had.
CREATE TABLE appointment (
    person_id UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    slot_id UUID NOT NULL REFERENCES slot (id),
    clinic_id UUID NOT NULL REFERENCES clinic (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    service_id UUID NOT NULL REFERENCES service (id),
    place_id UUID NOT NULL REFERENCES place (id),
    practitioner_id UUID NOT NULL REFERENCES practitioner (id),
    mode TEXT NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- How it was booked: `self`, `carer` or `team`.
    channel TEXT NOT NULL,
    booked_by UUID REFERENCES account (id),
    submission_id UUID NOT NULL,
    -- The one that was given up for it.
    moved_from UUID,
    cancelled_by TEXT,
    cancel_reason TEXT,
    arrived_at TIMESTAMPTZ,
    -- Wants to be told when an earlier one opens.
    waits_for_earlier BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (person_id, id),
    UNIQUE (person_id, submission_id)
);
-- Nobody shares a slot.
CREATE UNIQUE INDEX appointment_slot ON appointment (slot_id) WHERE status <> 'cancelled';
CREATE INDEX appointment_person ON appointment (person_id, starts_at DESC);
CREATE INDEX appointment_clinic ON appointment (clinic_id, starts_at);
CREATE INDEX appointment_waits ON appointment (service_id, starts_at) WHERE waits_for_earlier AND status IN ('pending', 'booked');
CREATE INDEX appointment_coming ON appointment (starts_at) WHERE status = 'booked';

-- How a person is reminded. Absent: by mail, two days before.
CREATE TABLE reminder_choice (
    person_id UUID PRIMARY KEY REFERENCES person (id),
    by_mail BOOLEAN NOT NULL,
    days_before INTEGER NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);

-- What was put into the outbox about an appointment: each thing once.
CREATE TABLE appointment_notice (
    person_id UUID NOT NULL,
    appointment_id UUID NOT NULL,
    what TEXT NOT NULL,
    mail_id UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, appointment_id, what),
    FOREIGN KEY (person_id, appointment_id) REFERENCES appointment (person_id, id)
);
