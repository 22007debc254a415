//! A person's record: every version of every resource as it was received, and the entries that pages read.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, Utc};
use domain::access::{Audience, View};
use domain::appointment::{FromUntil, Stay, visit_span};
use domain::record::{Category, Code, Detail, EntryFacts, Range, Release, Sensitivity, Value};
use domain::release::{Held, Terms};
use domain::when::{FIRST_INSTANT, LAST_INSTANT};
use domain::{AccountId, EntryId, ImportId, OrganisationId, PersonId, ResourceId, When};
use sqlx::QueryBuilder;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What lists read of an entry, of `record_entry e`, as [`LineRow`].
macro_rules! line {
    () => {
        "e.id, e.category, e.kind, e.title, e.status, e.happened, e.recorded, e.value_text, e.value_number, e.value_unit, e.range_low, e.range_high, \
         e.range_text, e.interpretation, e.author, e.place, e.none_known, COALESCE(e.chosen_sensitivity, e.sensitivity) AS sensitivity, \
         (SELECT s.name FROM organisation s WHERE s.id = e.organisation_id) AS sent_by"
    };
}

/// What a visit is told with beside that: when it ends, whose it is, and the number of their place of that name, or the one
/// number that all their places have.
macro_rules! giver {
    () => {
        ", e.ended, e.organisation_id, (SELECT o.name FROM organisation o WHERE o.id = e.organisation_id) AS organisation, \
         COALESCE((SELECT MIN(p.phone) FROM place p JOIN organisation o ON o.id = p.organisation_id AND o.name = p.name \
         WHERE p.organisation_id = e.organisation_id AND p.ended_at IS NULL AND p.phone <> ''), \
         (SELECT MIN(p.phone) FROM place p WHERE p.organisation_id = e.organisation_id AND p.ended_at IS NULL AND p.phone <> '' \
         HAVING COUNT(DISTINCT p.phone) = 1)) AS phone"
    };
}

/// What its own page reads further, and of which entry.
macro_rules! entry {
    () => {
        ", e.organisation_id, e.resource_type, e.logical_id, e.code_system, e.code, e.code_display, e.ended, e.details, \
         o.name AS organisation, o.kind AS organisation_kind, r.version, r.is_current, r.received_at \
         FROM record_entry e JOIN organisation o ON o.id = e.organisation_id \
         JOIN resource r ON r.person_id = e.person_id AND r.id = e.resource_id \
         WHERE e.person_id = $1 AND e.id = $2 AND e.release = 'released'"
    };
}

/// What may be shown to anybody at all, of entries `e`: whoever adds a reason to hold an entry back adds it here, and to what is counted
/// (`record_count`). The timeline, the search and the page of the sources read nothing without it.
macro_rules! shown {
    () => {
        " AND e.release = 'released'"
    };
}

macro_rules! newest {
    () => {
        " AND e.release = 'released' AND e.category NOT IN ('people', 'other')"
    };
}

/// Results that stand by themselves: those that are not part of a report that is shown. A group within a group stands by itself
/// too, unless a report holds it, so that two that hold each other are both there. `$of` says more of the links `l` that count.
macro_rules! by_itself {
    ($of:expr, $open:expr) => {
        concat!(
            " AND NOT (e.resource_type = 'Observation' AND EXISTS (SELECT 1 FROM result_link l WHERE l.person_id = e.person_id \
             AND l.organisation_id = e.organisation_id AND l.resource_type = 'Observation' AND l.logical_id = e.logical_id \
             AND l.role = 'member' AND (l.from_type = 'DiagnosticReport' OR NOT EXISTS (SELECT 1 FROM result_link m \
             WHERE m.person_id = e.person_id AND m.entry_id = e.id AND m.role = 'member'))",
            $of,
            " AND EXISTS (SELECT 1 FROM record_entry e WHERE e.person_id = l.person_id AND e.id = l.entry_id AND e.release = 'released'",
            $open,
            ")))"
        )
    };
}

/// Without the values of what came with them or after them: that stands for them. A value that came after its report is there.
macro_rules! not_with_its_whole {
    ($open:expr) => {
        by_itself!(
            " AND (SELECT w.added_at FROM record_entry w WHERE w.person_id = l.person_id AND w.id = l.entry_id) >= e.added_at",
            $open
        )
    };
}

macro_rules! newest_order {
    () => {
        " ORDER BY e.added_at DESC, e.sort_at DESC, e.id DESC"
    };
}

macro_rules! coming {
    () => {
        " AND e.category = 'visits' AND e.release = 'released' AND e.sort_at >= $2 \
         AND (e.status IS NULL OR e.status NOT IN ('cancelled', 'revoked', 'noshow', 'entered-in-error'))"
    };
}

/// Visits that began before and do not go on, whatever became of them, and those that were called off; what was entered in error was none.
macro_rules! visited {
    () => {
        " AND e.category = 'visits' AND e.release = 'released' AND e.resource_type IN ('Encounter', 'Appointment') \
         AND (e.sort_at < $2 OR e.status IN ('cancelled', 'revoked', 'noshow')) \
         AND (e.status IS NULL OR e.status NOT IN ('entered-in-error', 'arrived', 'triaged', 'in-progress', 'onleave'))"
    };
}

/// Stays in hospital that go on or are planned, with when they end and since when the entry says what it says.
macro_rules! stay {
    () => {
        ", e.ended, e.updated_at FROM record_entry e WHERE e.person_id = $1 AND e.resource_type = 'Encounter' \
         AND e.kind = 'Hospital stay' AND e.release = 'released' \
         AND e.status IN ('arrived', 'triaged', 'in-progress', 'onleave', 'planned')"
    };
}

/// Referrals that are still open, as their source says.
macro_rules! referrals {
    () => {
        " AND e.category = 'visits' AND e.release = 'released' AND e.resource_type = 'ServiceRequest' AND e.kind = 'Referral' \
         AND (e.status IS NULL OR e.status = 'active')"
    };
}

/// Problems that somebody has now, as their sources say.
macro_rules! problems {
    () => {
        " FROM record_entry e WHERE e.person_id = $1 AND e.category = 'problems' AND e.release = 'released' AND NOT e.none_known \
         AND (e.status IS NULL OR e.status IN ('active', 'recurrence', 'relapse'))"
    };
}

/// What notes of the person's own are about, with which resource it is told by: each found by its id, not among all that is released.
macro_rules! noted {
    () => {
        ", e.resource_type, e.logical_id FROM (SELECT DISTINCT o.entry_id FROM own_note o WHERE o.person_id = $1 AND o.entry_id IS NOT NULL) n \
         JOIN record_entry e ON e.person_id = $1 AND e.id = n.entry_id WHERE CASE WHEN e.release = 'released' THEN 1 ELSE 0 END = 1"
    };
}

/// What somebody is allergic to now, with what says that there is none.
macro_rules! allergies {
    () => {
        concat!(
            " FROM record_entry e WHERE e.person_id = $1 AND e.category = 'allergies' AND e.release = 'released' AND ",
            part_of_list!(),
            " = 'current'"
        )
    };
}

/// What somebody wants, and what was decided with them, that holds now; the kinds are those of [`domain::wish::Wish`].
macro_rules! wishes {
    () => {
        concat!(
            " FROM record_entry e WHERE e.person_id = $1 AND e.category = 'care' AND e.release = 'released' AND e.kind IN \
             ('DNACPR decision', 'Decision about CPR', 'ReSPECT plan', 'Advance decision to refuse treatment', \
             'Advance decision taken back', 'Lasting power of attorney for health and welfare', 'Treatment escalation plan', \
             'Advance statement', 'Advance care plan', 'Preferred place of care', 'Preferred place of death') AND ",
            part_of_list!(),
            " = 'current'"
        )
    };
}

/// From whose system an entry comes, by name.
macro_rules! source_name {
    () => {
        ", (SELECT o.name FROM organisation o WHERE o.id = e.organisation_id) AS source"
    };
}

/// What sources say of who the person is.
macro_rules! own_details {
    () => {
        " FROM record_entry e WHERE e.person_id = $1 AND e.category = 'people' AND e.resource_type = 'Patient' AND e.release = 'released'"
    };
}

/// What was ever ordered: each found by its id, not among all that is released.
macro_rules! ordered {
    () => {
        " FROM (SELECT DISTINCT i.entry_id FROM medicine_order_item i WHERE i.person_id = $1) n \
         JOIN record_entry e ON e.person_id = $1 AND e.id = n.entry_id WHERE CASE WHEN e.release = 'released' THEN 1 ELSE 0 END = 1"
    };
}

/// All entries about medicines that somebody has, also those that nobody is shown; what was entered in error tells of none, and what was
/// given out is told of by its prescription.
macro_rules! named {
    () => {
        " FROM record_entry e WHERE e.person_id = $1 AND e.category = 'medicines' \
         AND e.resource_type NOT IN ('Medication', 'MedicationDispense', 'DetectedIssue') AND (e.status IS NULL OR e.status <> 'entered-in-error')"
    };
}

/// Those of them that are shown at all.
macro_rules! released {
    () => {
        concat!(named!(), " AND e.release = 'released'")
    };
}

/// Medicines with what their sources said of them; what only describes a medicine is not one that somebody has.
macro_rules! medicines {
    ($types:literal) => {
        concat!(
            ", e.code_system, e.code, e.code_display, e.details, e.organisation_id, o.name AS organisation, o.kind AS organisation_kind, \
             r.full_url, r.raw FROM record_entry e \
             JOIN organisation o ON o.id = e.organisation_id JOIN resource r ON r.person_id = e.person_id AND r.id = e.resource_id \
             WHERE e.person_id = $1 AND e.category = 'medicines' AND e.release = 'released' AND e.resource_type ",
            $types
        )
    };
}

/// Whether an entry is `past` or `current`, by its status.
macro_rules! part_of_list {
    () => {
        "CASE WHEN e.status IN ('inactive', 'remission', 'resolved', 'completed', 'stopped', 'cancelled', 'ended', \
         'finished', 'declined', 'revoked', 'rejected', 'not-taken', 'not-done', 'refuted') THEN 'past' ELSE 'current' END"
    };
}

/// Of category `$2`, and of the part `$3` of it.
macro_rules! listed {
    () => {
        concat!(" AND e.category = $2 AND e.release = 'released' AND ($3 = 'all' OR ", part_of_list!(), " = $3)")
    };
}

/// What says that there is none of something in one of these categories, and still holds.
macro_rules! none_known {
    ($categories:literal) => {
        concat!(
            " FROM record_entry e WHERE e.person_id = $1 AND e.category IN (",
            $categories,
            ") AND e.release = 'released' AND e.none_known AND ",
            part_of_list!(),
            " = 'current'"
        )
    };
}

/// Without results that are not shown yet at this instant ([`domain::release`]). Every statement that reads entries `e` of the person
/// `$1` to be shown has it.
macro_rules! opened {
    ($at:literal) => {
        opened!("$1", $at)
    };
    ($person:literal, $at:literal) => {
        concat!(
            " AND e.id NOT IN (SELECT x.entry_id FROM result_hold x WHERE x.person_id = ",
            $person,
            " AND x.opens_at > ",
            $at,
            ")"
        )
    };
}

/// How many entries each source sent of each kind that the owner of the record `$1` is shown at this instant, as rows `n` to be added up:
/// what was counted as it was written (`record_count`), and what is taken off it because it is not shown yet (`opened!`).
macro_rules! tallied {
    ($at:literal) => {
        concat!(
            "(SELECT t.organisation_id, t.category, t.entries, t.none_known FROM record_count t WHERE t.person_id = $1 \
             UNION ALL SELECT w.organisation_id, w.category, -1, CASE WHEN w.none_known THEN -1 ELSE 0 END \
             FROM result_hold x CROSS JOIN record_entry w WHERE x.person_id = $1 AND x.opens_at > ",
            $at,
            " AND w.person_id = x.person_id AND w.id = x.entry_id AND CASE WHEN w.release = 'released' THEN 1 ELSE 0 END = 1) n"
        )
    };
}

/// Only runs `r` of sources of the person `$1` that its owner may be told of: that sent nothing yet, or of which something is shown at
/// this instant. Where nothing of the whole record is kept from its owner no source need be looked at.
macro_rules! told_of {
    ($at:literal) => {
        concat!(
            " AND ((NOT EXISTS (SELECT 1 FROM result_hold x WHERE x.person_id = $1 AND x.opens_at > ",
            $at,
            ") AND NOT EXISTS (SELECT 1 FROM record_entry w WHERE w.person_id = $1 AND w.release = 'withheld')) \
             OR NOT EXISTS (SELECT 1 FROM record_entry w WHERE w.person_id = $1 AND w.organisation_id = r.organisation_id) \
             OR (SELECT COALESCE(SUM(n.entries), 0) FROM ",
            tallied!($at),
            " WHERE n.organisation_id = r.organisation_id) > 0)"
        )
    };
}

/// A result `e` that was held, `x`, and who sent it, or a letter that waits with one, which tells nothing of it.
macro_rules! waiting {
    () => {
        "SELECT x.lead_id, x.entry_id, x.kind, x.before_id, x.rule_days, x.comment_days, x.asks, x.received_at, x.commented_at, x.ready_at, x.latest_at, x.is_letter, o.name AS organisation, \
         CASE WHEN EXISTS (SELECT 1 FROM staff_member m WHERE m.organisation_id = o.id AND m.role = 'clinician' AND m.ended_at IS NULL) THEN TRUE ELSE FALSE END AS may_write \
         FROM result_hold x JOIN record_entry e ON e.person_id = x.person_id AND e.id = x.entry_id \
         JOIN organisation o ON o.id = x.organisation_id WHERE x.person_id = $1 AND e.release = 'released' \
         AND (x.before_id IS NOT NULL OR NOT x.is_letter)"
    };
}

/// How many of the results that came as one with entry `$2`, sent by `$3`.
macro_rules! of_lead {
    () => {
        "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT DISTINCT y.entry_id FROM result_hold y WHERE y.person_id = $1 AND y.lead_id = $2 \
         AND y.organisation_id = $3) n JOIN record_entry e ON e.person_id = $1 AND e.id = n.entry_id \
         WHERE CASE WHEN e.release = 'released' THEN 1 ELSE 0 END = 1"
    };
}

/// Beside what is counted of a category `c`: how many results are held at this instant and how many entries are withheld, whatever else
/// becomes of them, and of letters how many this account has not read as they are now; of which letters, whoever uses it says behind it.
macro_rules! kept_and_unread {
    ($at:literal, $account:literal) => {
        concat!(
            ", (SELECT CAST(COUNT(*) AS BIGINT) FROM result_hold x WHERE x.person_id = $1 AND x.opens_at > ",
            $at,
            ") AS held, (SELECT CAST(COUNT(*) AS BIGINT) FROM record_entry w WHERE w.person_id = $1 AND w.release = 'withheld') AS withheld, \
             CASE WHEN c.category = 'documents' THEN (SELECT CAST(COUNT(*) AS BIGINT) FROM record_entry e \
             WHERE e.person_id = $1 AND e.category = 'documents' AND e.release = 'released' AND NOT EXISTS (SELECT 1 FROM document_read d \
             WHERE d.person_id = e.person_id AND d.account_id = ",
            $account,
            " AND d.entry_id = e.id AND d.resource_id = e.resource_id)"
        )
    };
}

/// The end of that: what is counted belongs to no source.
macro_rules! counted_here {
    () => {
        ") ELSE 0 END AS unread, CAST(NULL AS UUID) AS source_id, CAST(NULL AS TEXT) AS source, CAST(NULL AS TIMESTAMPTZ) AS last_updated"
    };
}

/// Rows of sources behind those, with when something was last received of each; of which, whoever uses it says behind it.
macro_rules! and_source {
    () => {
        " UNION ALL SELECT '', 0, 0, NULL, 0, 0, 0, o.id, o.name, "
    };
}

/// Without what the person hid from this relationship; for an organisation, which has none, nothing is hidden.
///
/// What was given out tells of the medicine that was ordered: it is closed with every entry of medicines that is hidden and has its code
/// or its title, and with the prescription that it names: by its id, by a version of it, or by the address that it had in any version of
/// its source.
macro_rules! hidden {
    ($relationship:literal) => {
        concat!(
            " AND NOT EXISTS (SELECT 1 FROM hiding h WHERE h.person_id = e.person_id AND h.entry_id = e.id AND (h.relationship_id = ",
            $relationship,
            " OR (h.relationship_id IS NULL AND ",
            $relationship,
            " IS NOT NULL))) AND (e.resource_type <> 'MedicationDispense' OR NOT EXISTS (SELECT 1 FROM hiding h \
             JOIN record_entry hm ON hm.person_id = h.person_id AND hm.id = h.entry_id AND hm.category = 'medicines' \
             AND hm.resource_type <> 'MedicationDispense' \
             JOIN resource hr ON hr.person_id = e.person_id AND hr.id = e.resource_id \
             LEFT JOIN resource hp ON hp.person_id = hm.person_id AND hp.organisation_id = hm.organisation_id \
             AND hp.resource_type = hm.resource_type AND hp.logical_id = hm.logical_id WHERE h.person_id = e.person_id AND (h.relationship_id = ",
            $relationship,
            " OR (h.relationship_id IS NULL AND ",
            $relationship,
            " IS NOT NULL)) AND (hm.code = e.code OR LOWER(hm.title) = LOWER(e.title) \
             OR hr.raw LIKE '%' || hm.resource_type || '/' || hm.logical_id || '\"%' OR hr.raw LIKE '%:' || hm.logical_id || '\"%' \
             OR hr.raw LIKE '%' || hm.resource_type || '/' || hm.logical_id || '/_history/%' \
             OR hr.raw LIKE '%\"' || hp.full_url || '\"%')))"
        )
    };
}

/// Only what is open: the pairs allowed, or what the viewer's own organisation supplied; without what is hidden.
///
/// What only other entries put into its category (`=`) stays with its owner: there it would tell of them.
macro_rules! open {
    ($allowed:literal, $organisation:literal, $relationship:literal, $at:literal) => {
        concat!(open_to!($allowed, $organisation, $relationship), opened!($at))
    };
}

/// The same of results whether they are shown yet or not, for what tells only that they exist.
macro_rules! open_to {
    ($allowed:literal, $organisation:literal, $relationship:literal) => {
        concat!(
            " AND ((",
            $allowed,
            " LIKE '%,' || e.category || '.' || COALESCE(e.chosen_sensitivity, e.sensitivity) || ',%' \
             AND (e.mentions NOT LIKE '=%' OR (e.mentions IS NULL AND e.resource_type <> 'ServiceRequest'))) \
             OR e.organisation_id = ",
            $organisation,
            ")",
            hidden!($relationship)
        )
    };
}

statements! {
    HELD = "SELECT r.id, r.resource_type, r.logical_id, r.version, r.is_current, r.source_updated_at, r.hash, e.id AS entry_id, e.release AS entry_release, \
            e.status AS entry_status, e.resource_id AS entry_tells \
            FROM resource r LEFT JOIN record_entry e ON e.person_id = r.person_id AND e.organisation_id = r.organisation_id \
            AND e.resource_type = r.resource_type AND e.logical_id = r.logical_id \
            WHERE r.person_id = $1 AND r.organisation_id = $2 ORDER BY r.version";
    HELD_ONE = "SELECT r.id, r.resource_type, r.logical_id, r.version, r.is_current, r.source_updated_at, r.hash, e.id AS entry_id, e.release AS entry_release, \
            e.status AS entry_status, e.resource_id AS entry_tells \
                FROM resource r LEFT JOIN record_entry e ON e.person_id = r.person_id AND e.organisation_id = r.organisation_id \
                AND e.resource_type = r.resource_type AND e.logical_id = r.logical_id \
                WHERE r.person_id = $1 AND r.organisation_id = $2 AND r.resource_type = $3 AND r.logical_id = $4 ORDER BY r.version";
    RETIRE = "UPDATE resource SET is_current = FALSE WHERE person_id = $1 AND id = $2";
    CHANGE_ENTRY = "UPDATE record_entry SET resource_id = $3, category = $4, kind = $5, title = $6, code_system = $7, code = $8, \
                    code_display = $9, status = $10, happened = $11, ended = $12, recorded = $13, sort_at = $14, value_text = $15, \
                    value_number = $16, value_unit = $17, range_low = $18, range_high = $19, range_text = $20, interpretation = $21, \
                    author = $22, place = $23, details = $24, none_known = $25, sensitivity = $26, release = $27, mentions = $28, visit = $29, \
                    updated_at = $30 \
                    WHERE person_id = $1 AND id = $2";
    FORGET_COUNTS = "DELETE FROM record_count WHERE person_id = $1 AND organisation_id = $2";
    COUNT_AGAIN = "INSERT INTO record_count (person_id, organisation_id, category, entries, none_known) \
                   SELECT person_id, organisation_id, category, COUNT(*), SUM(CASE WHEN none_known THEN 1 ELSE 0 END) FROM record_entry \
                   WHERE person_id = $1 AND organisation_id = $2 AND release = 'released' GROUP BY person_id, organisation_id, category";
    WITHHOLD = "UPDATE record_entry SET release = 'withheld', updated_at = $3 WHERE person_id = $1 AND id = $2";
    ADDED_AS_RECEIVED = "UPDATE record_entry SET added_at = COALESCE((SELECT r.received_at FROM resource r \
                         WHERE r.person_id = record_entry.person_id AND r.id = record_entry.resource_id), added_at) \
                         WHERE person_id = $1 AND organisation_id = $2 AND added_at = $3";
    NEW_RUN = "INSERT INTO import_run (person_id, id, organisation_id, ran_at, report) VALUES ($1, $2, $3, $4, $5)";
    /// Whether the practice at which somebody is registered has told who they are.
    PRACTICE_PATIENT = "SELECT CAST(COUNT(*) AS BIGINT) FROM resource r \
                        JOIN registration g ON g.person_id = r.person_id AND g.organisation_id = r.organisation_id AND g.ended_at IS NULL \
                        WHERE r.person_id = $1 AND r.resource_type = 'Patient' AND r.is_current";
    OTHER_PATIENT = "SELECT MAX(source_updated_at) FROM resource \
                     WHERE person_id = $1 AND organisation_id <> $2 AND resource_type = 'Patient' AND is_current";
    COUNTS = concat!(
        "SELECT c.category, c.entries, c.none_known, \
         (SELECT e.happened FROM record_entry e WHERE e.person_id = $1 AND e.category = c.category AND e.release = 'released'",
        opened!("$2"),
        " AND e.sort_at <= $4 ORDER BY e.sort_at DESC, e.id DESC LIMIT 1) AS latest",
        kept_and_unread!("$2", "$3"),
        opened!("$2"),
        counted_here!(),
        " FROM (SELECT n.category, CAST(SUM(n.entries - n.none_known) AS BIGINT) AS entries, \
               CAST(SUM(n.none_known) AS BIGINT) AS none_known FROM ",
        tallied!("$2"),
        " GROUP BY n.category HAVING SUM(n.entries) > 0) c",
        and_source!(),
        "MAX(r.ran_at) FROM import_run r JOIN organisation o ON o.id = r.organisation_id WHERE r.person_id = $1",
        told_of!("$2"),
        " GROUP BY o.id, o.name"
    );
    COUNTS_OPEN = concat!(
        "SELECT c.category, c.entries, c.none_known, \
         (SELECT e.happened FROM record_entry e WHERE e.person_id = $1 AND e.category = c.category AND e.release = 'released'",
        open!("$2", "$3", "$4", "$5"),
        " AND e.sort_at <= $7 ORDER BY e.sort_at DESC, e.id DESC LIMIT 1) AS latest",
        kept_and_unread!("$5", "$6"),
        open!("$2", "$3", "$4", "$5"),
        counted_here!(),
        " FROM (SELECT e.category, CAST(SUM(CASE WHEN e.none_known THEN 0 ELSE 1 END) AS BIGINT) AS entries, \
               CAST(SUM(CASE WHEN e.none_known THEN 1 ELSE 0 END) AS BIGINT) AS none_known \
               FROM record_entry e WHERE e.person_id = $1 AND e.release = 'released'",
        open!("$2", "$3", "$4", "$5"),
        " GROUP BY e.category) c",
        and_source!(),
        "MAX(e.updated_at) FROM record_entry e JOIN organisation o ON o.id = e.organisation_id \
         WHERE e.person_id = $1 AND e.release = 'released'",
        open!("$2", "$3", "$4", "$5"),
        " GROUP BY o.id, o.name"
    );
    NONE_KNOWN = concat!(
        "SELECT ", line!(), none_known!("$4, $5, $6, $7, $8, $9, $10, $11, $12, $13"), opened!("$3"), " ORDER BY e.sort_at DESC, e.id DESC LIMIT $2"
    );
    NONE_KNOWN_OPEN = concat!(
        "SELECT ", line!(), none_known!("$7, $8, $9, $10, $11, $12, $13, $14, $15, $16"), open!("$3", "$4", "$5", "$6"),
        " ORDER BY e.sort_at DESC, e.id DESC LIMIT $2"
    );
    NEWEST = concat!(
        "SELECT ", line!(), " FROM record_entry e WHERE e.person_id = $1", newest!(), opened!("$3"), not_with_its_whole!(opened!("$3")),
        newest_order!(), " LIMIT $2"
    );
    NEWEST_OPEN = concat!(
        "SELECT ", line!(), " FROM record_entry e WHERE e.person_id = $1", newest!(), open!("$3", "$4", "$5", "$6"),
        not_with_its_whole!(open!("$3", "$4", "$5", "$6")), newest_order!(), " LIMIT $2"
    );
    COMING = concat!("SELECT ", line!(), giver!(), " FROM record_entry e WHERE e.person_id = $1", coming!(), opened!("$4"), " ORDER BY e.sort_at, e.id LIMIT $3");
    COMING_OPEN = concat!(
        "SELECT ", line!(), giver!(), " FROM record_entry e WHERE e.person_id = $1", coming!(), open!("$4", "$5", "$6", "$7"),
        " ORDER BY e.sort_at, e.id LIMIT $3"
    );
    VISITED = concat!(
        "SELECT ", line!(), giver!(), " FROM record_entry e WHERE e.person_id = $1", visited!(), opened!("$4"),
        " ORDER BY e.sort_at DESC, e.id DESC LIMIT $3"
    );
    VISITED_OPEN = concat!(
        "SELECT ", line!(), giver!(), " FROM record_entry e WHERE e.person_id = $1", visited!(), open!("$4", "$5", "$6", "$7"),
        " ORDER BY e.sort_at DESC, e.id DESC LIMIT $3"
    );
    REFERRALS = concat!(
        "SELECT ", line!(), " FROM record_entry e WHERE e.person_id = $1", referrals!(), opened!("$3"), " ORDER BY e.sort_at, e.id LIMIT $2"
    );
    REFERRALS_OPEN = concat!(
        "SELECT ", line!(), " FROM record_entry e WHERE e.person_id = $1", referrals!(), open!("$3", "$4", "$5", "$6"),
        " ORDER BY e.sort_at, e.id LIMIT $2"
    );
    PROBLEMS = concat!("SELECT DISTINCT e.code_system, e.code, e.title", problems!(), opened!("$2"));
    PROBLEMS_OPEN = concat!("SELECT DISTINCT e.code_system, e.code, e.title", problems!(), open!("$2", "$3", "$4", "$5"));
    /// Which of what was ever ordered may be shown.
    ORDERED = concat!("SELECT e.id", ordered!(), opened!("$2"));
    ORDERED_OPEN = concat!("SELECT e.id", ordered!(), open!("$2", "$3", "$4", "$5"));
    NAMED_MEDICINES = concat!("SELECT e.id, e.title, e.code_system, e.code", named!(), " ORDER BY e.sort_at DESC, e.id DESC");
    OPEN_MEDICINES = concat!("SELECT e.id", released!(), opened!("$2"));
    OPEN_MEDICINES_ONLY = concat!("SELECT e.id", released!(), open!("$2", "$3", "$4", "$5"));
    MEDICINES = concat!("SELECT ", line!(), medicines!("NOT IN ('Medication', 'MedicationDispense', 'DetectedIssue')"), opened!("$3"), " ORDER BY e.sort_at DESC, e.id DESC LIMIT $2");
    MEDICINES_OPEN = concat!("SELECT ", line!(), medicines!("NOT IN ('Medication', 'MedicationDispense', 'DetectedIssue')"), open!("$3", "$4", "$5", "$6"), " ORDER BY e.sort_at DESC, e.id DESC LIMIT $2");
    WARNINGS = concat!("SELECT ", line!(), medicines!("= 'DetectedIssue'"), opened!("$3"), " ORDER BY e.sort_at DESC, e.id DESC LIMIT $2");
    WARNINGS_OPEN = concat!("SELECT ", line!(), medicines!("= 'DetectedIssue'"), open!("$3", "$4", "$5", "$6"), " ORDER BY e.sort_at DESC, e.id DESC LIMIT $2");
    /// Of whom of these an organisation's own system warned of anything about their medicines.
    WARNED = "SELECT DISTINCT e.person_id FROM record_entry e WHERE e.organisation_id = $1 AND e.resource_type = 'DetectedIssue' \
              AND e.release = 'released' AND e.person_id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
              $18, $19, $20, $21, $22, $23, $24, $25, $26)";
    STAYS = concat!("SELECT ", line!(), stay!(), opened!("$2"), " ORDER BY e.sort_at, e.id");
    STAYS_OPEN = concat!("SELECT ", line!(), stay!(), open!("$2", "$3", "$4", "$5"), " ORDER BY e.sort_at, e.id");
    /// The words of the index `record_entry_stay`, as they stand there.
    STAYING = "SELECT DISTINCT person_id FROM record_entry WHERE resource_type = 'Encounter' AND kind = 'Hospital stay' \
               AND release = 'released' AND status IN ('arrived', 'triaged', 'in-progress', 'onleave', 'planned')";
    LISTED_ALL = concat!(
        "SELECT CAST(COALESCE(SUM(n.entries), 0) AS BIGINT) FROM ", tallied!("$3"), " WHERE n.category = $2"
    );
    LISTED = concat!("SELECT CAST(COUNT(*) AS BIGINT) FROM record_entry e WHERE e.person_id = $1", listed!(), opened!("$4"));
    LISTED_OPEN = concat!(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM record_entry e WHERE e.person_id = $1", listed!(), open!("$4", "$5", "$6", "$7")
    );
    PLACE = concat!(
        "SELECT e.sort_at FROM record_entry e WHERE e.person_id = $1 AND e.id = $2 AND e.category = $3 AND e.release = 'released'",
        opened!("$4")
    );
    PLACE_OPEN = concat!(
        "SELECT e.sort_at FROM record_entry e WHERE e.person_id = $1 AND e.id = $2 AND e.category = $3 AND e.release = 'released'",
        open!("$4", "$5", "$6", "$7")
    );
    FIRST_PAGE = concat!(
        "SELECT ", line!(), " FROM record_entry e WHERE e.person_id = $1", listed!(), opened!("$5"), " ORDER BY e.sort_at DESC, e.id DESC LIMIT $4"
    );
    FIRST_PAGE_OPEN = concat!(
        "SELECT ", line!(), " FROM record_entry e WHERE e.person_id = $1", listed!(), open!("$5", "$6", "$7", "$8"),
        " ORDER BY e.sort_at DESC, e.id DESC LIMIT $4"
    );
    NEXT_PAGE = concat!(
        "SELECT ", line!(), " FROM record_entry e WHERE e.person_id = $1", listed!(), opened!("$7"),
        " AND (e.sort_at, e.id) < ($5, $6) ORDER BY e.sort_at DESC, e.id DESC LIMIT $4"
    );
    NEXT_PAGE_OPEN = concat!(
        "SELECT ", line!(), " FROM record_entry e WHERE e.person_id = $1", listed!(), open!("$7", "$8", "$9", "$10"),
        " AND (e.sort_at, e.id) < ($5, $6) ORDER BY e.sort_at DESC, e.id DESC LIMIT $4"
    );
    ENTRY = concat!("SELECT ", line!(), entry!(), opened!("$3"));
    ENTRY_OPEN = concat!("SELECT ", line!(), entry!(), open!("$3", "$4", "$5", "$6"));
    NOTED = concat!("SELECT ", line!(), noted!(), opened!("$2"));
    NOTED_OPEN = concat!("SELECT ", line!(), noted!(), open!("$2", "$3", "$4", "$5"));
    CARD_OPEN = concat!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS held, CAST(COALESCE(SUM(CASE WHEN TRUE",
        open!("$2", "$3", "$4", "$5"),
        " THEN 1 ELSE 0 END), 0) AS BIGINT) AS open FROM record_entry e \
         WHERE e.person_id = $1 AND e.resource_type = 'Patient' AND e.release = 'released'"
    );
    /// As many as there are: one that is missing may harm.
    ALLERGIES = concat!(
        "SELECT ", line!(), ", e.details", source_name!(), allergies!(), opened!("$2"), " ORDER BY e.sort_at DESC, e.id DESC"
    );
    ALLERGIES_OPEN = concat!(
        "SELECT ", line!(), ", e.details", source_name!(), allergies!(), open!("$2", "$3", "$4", "$5"),
        " ORDER BY e.sort_at DESC, e.id DESC"
    );
    WISHES = concat!(
        "SELECT ", line!(), ", e.details", source_name!(), wishes!(), opened!("$2"), " ORDER BY e.sort_at DESC, e.id DESC"
    );
    WISHES_OPEN = concat!(
        "SELECT ", line!(), ", e.details", source_name!(), wishes!(), open!("$2", "$3", "$4", "$5"),
        " ORDER BY e.sort_at DESC, e.id DESC"
    );
    OWN_DETAILS = concat!(
        "SELECT ", line!(), ", e.details", source_name!(), own_details!(), opened!("$2"), " ORDER BY e.sort_at DESC, e.id DESC LIMIT 20"
    );
    OWN_DETAILS_OPEN = concat!(
        "SELECT ", line!(), ", e.details", source_name!(), own_details!(), open!("$2", "$3", "$4", "$5"),
        " ORDER BY e.sort_at DESC, e.id DESC LIMIT 20"
    );
    TOLD = "SELECT e.id AS entry_id, e.organisation_id, e.mentions, r.full_url, r.raw FROM record_entry e \
            JOIN resource r ON r.person_id = e.person_id AND r.id = e.resource_id \
            WHERE e.person_id = $1 AND (e.mentions IS NULL OR e.mentions <> '') AND e.id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
            $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)";
    /// Those of so many entries that tell of people and places, with the resource that each tells of.
    WHO = "SELECT e.id AS entry_id, e.organisation_id, e.resource_type, e.logical_id, e.mentions, r.raw FROM record_entry e \
           JOIN resource r ON r.person_id = e.person_id AND r.id = e.resource_id \
           WHERE e.person_id = $1 AND e.category = 'people' AND e.id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
           $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)";
    MENTIONED = concat!(
        "SELECT r.resource_type, r.logical_id, r.full_url, r.raw, CASE WHEN e.id IS NULL \
         THEN r.resource_type IN ('HealthcareService', 'Device', 'Specimen', 'Substance') \
         ELSE e.release = 'released' AND ((e.category IN ('people', 'other') \
         AND $3 LIKE '%.' || COALESCE(e.chosen_sensitivity, e.sensitivity) || ',%'",
        hidden!("$5"),
        opened!("$6"),
        ") OR (TRUE",
        open!("$3", "$4", "$5", "$6"),
        ")) END AS open \
         FROM (VALUES ($7, $8), ($9, $10), ($11, $12), ($13, $14), ($15, $16), ($17, $18), ($19, $20), ($21, $22), ($23, $24), \
           ($25, $26), ($27, $28), ($29, $30), ($31, $32), ($33, $34), ($35, $36), ($37, $38), ($39, $40), ($41, $42), \
           ($43, $44), ($45, $46), ($47, $48), ($49, $50), ($51, $52), ($53, $54), ($55, $56), ($57, $58), ($59, $60), \
           ($61, $62), ($63, $64), ($65, $66), ($67, $68), ($69, $70)) AS k \
         JOIN resource r ON r.person_id = $1 AND r.organisation_id = $2 AND r.resource_type = k.column1 AND r.logical_id = k.column2 \
         AND r.is_current \
         LEFT JOIN record_entry e ON e.person_id = r.person_id AND e.organisation_id = r.organisation_id \
         AND e.resource_type = r.resource_type AND e.logical_id = r.logical_id"
    );
    /// The same for the owner, to whom nothing is closed but what is not shown.
    MENTIONED_OWN = concat!(
        "SELECT r.resource_type, r.logical_id, r.full_url, r.raw, CASE WHEN e.id IS NULL THEN TRUE WHEN e.release = 'released'",
        opened!("$3"),
        " THEN TRUE ELSE FALSE END AS open \
         FROM (VALUES ($4, $5), ($6, $7), ($8, $9), ($10, $11), ($12, $13), ($14, $15), ($16, $17), ($18, $19), ($20, $21), \
           ($22, $23), ($24, $25), ($26, $27), ($28, $29), ($30, $31), ($32, $33), ($34, $35), ($36, $37), ($38, $39), \
           ($40, $41), ($42, $43), ($44, $45), ($46, $47), ($48, $49), ($50, $51), ($52, $53), ($54, $55), ($56, $57), \
           ($58, $59), ($60, $61), ($62, $63), ($64, $65), ($66, $67)) AS k \
         JOIN resource r ON r.person_id = $1 AND r.organisation_id = $2 AND r.resource_type = k.column1 AND r.logical_id = k.column2 \
         AND r.is_current \
         LEFT JOIN record_entry e ON e.person_id = r.person_id AND e.organisation_id = r.organisation_id \
         AND e.resource_type = r.resource_type AND e.logical_id = r.logical_id"
    );
    /// Whether an entry is one of those that may be open to somebody else, whatever keeps it from everybody now.
    MAY_KNOW_OF = concat!(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM record_entry e WHERE e.person_id = $1 AND e.id = $2",
        open_to!("$3", "$4", "$5")
    );
    /// Results that exist and are not shown yet, each of those that came as one.
    WAITING = concat!(
        waiting!(), " AND x.opens_at > $2 ORDER BY x.received_at DESC, x.lead_id, x.entry_id LIMIT 200"
    );
    WAITING_OPEN = concat!(
        waiting!(), open_to!("$2", "$3", "$4"), " AND x.opens_at > $5 ORDER BY x.received_at DESC, x.lead_id, x.entry_id LIMIT 200"
    );
    OPEN_OF_LEAD = concat!(of_lead!(), opened!("$4"));
    OPEN_OF_LEAD_ONLY = concat!(of_lead!(), open!("$4", "$5", "$6", "$7"));
    /// What its owner is not shown, by source, type and id; with it the Binaries that hold its files, which have entries of their own. From what
    /// is not shown on, in this order (CROSS JOIN), so that not all letters are looked through; one may be there twice.
    CLOSED = "SELECT e.organisation_id, e.resource_type, e.logical_id FROM record_entry e WHERE e.person_id = $1 AND e.release = 'withheld' \
              UNION ALL SELECT e.organisation_id, e.resource_type, e.logical_id FROM result_hold x \
              JOIN record_entry e ON e.person_id = x.person_id AND e.id = x.entry_id WHERE x.person_id = $1 AND x.opens_at > $2 \
              UNION ALL SELECT e.organisation_id, 'Binary', d.binary_id FROM record_entry e CROSS JOIN document d \
              WHERE e.person_id = $1 AND e.release = 'withheld' AND d.person_id = e.person_id AND d.entry_id = e.id \
              AND d.binary_id IS NOT NULL \
              UNION ALL SELECT e.organisation_id, 'Binary', d.binary_id FROM result_hold x CROSS JOIN document d CROSS JOIN record_entry e \
              WHERE x.person_id = $1 AND x.opens_at > $2 AND d.person_id = x.person_id AND d.entry_id = x.entry_id \
              AND d.binary_id IS NOT NULL AND e.person_id = x.person_id AND e.id = x.entry_id";
    /// The account names whoever has read them; a letter that they have read in another version is read in this one.
    SEE_LETTERS = concat!(
        "INSERT INTO document_read (person_id, account_id, entry_id, resource_id) SELECT e.person_id, a.id, e.id, e.resource_id \
         FROM record_entry e JOIN account a ON a.id = $2 WHERE e.person_id = $1 AND e.category = 'documents' AND e.release = 'released'",
        opened!("$3"),
        " ON CONFLICT (person_id, account_id, entry_id) DO UPDATE SET resource_id = excluded.resource_id"
    );
    SEE_LETTERS_OPEN = concat!(
        "INSERT INTO document_read (person_id, account_id, entry_id, resource_id) SELECT e.person_id, a.id, e.id, e.resource_id \
         FROM record_entry e JOIN account a ON a.id = $2 WHERE e.person_id = $1 AND e.category = 'documents' AND e.release = 'released'",
        open!("$3", "$4", "$5", "$6"),
        " ON CONFLICT (person_id, account_id, entry_id) DO UPDATE SET resource_id = excluded.resource_id"
    );
    LABEL = concat!(
        "SELECT e.sensitivity, e.chosen_sensitivity FROM record_entry e WHERE e.person_id = $1 AND e.id = $2 AND e.release = 'released'",
        opened!("$3")
    );
    RELABEL = "UPDATE record_entry SET chosen_sensitivity = $3 WHERE person_id = $1 AND id = $2";
    MENTIONING = concat!(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM record_entry e JOIN record_entry m ON m.person_id = e.person_id AND m.id = $2 \
         WHERE e.person_id = $1 AND e.organisation_id = m.organisation_id AND e.release = 'released' \
         AND e.mentions LIKE '%' || CAST($3 AS TEXT) || m.resource_type || '/' || m.logical_id || CAST($3 AS TEXT) || '%'",
        opened!("$4")
    );
    VERSIONS = "SELECT version, is_current, received_at, source_updated_at FROM resource \
                WHERE person_id = $1 AND organisation_id = $2 AND resource_type = $3 AND logical_id = $4 \
                ORDER BY is_current DESC, version DESC";
    VERSION = "SELECT id, full_url, raw, received_at FROM resource \
               WHERE person_id = $1 AND organisation_id = $2 AND resource_type = $3 AND logical_id = $4 AND version = $5";
    NAMING = "SELECT full_url, raw FROM resource WHERE person_id = $1 AND organisation_id = $2 AND is_current AND resource_type IN \
              ('Practitioner', 'PractitionerRole', 'Organization', 'Location', 'HealthcareService', 'Medication', 'Encounter')";
    CURRENT = "SELECT id, organisation_id, resource_type, logical_id FROM resource WHERE person_id = $1 AND is_current";
    CURRENT_RELEASED = concat!(
        "SELECT r.id, r.organisation_id, r.resource_type, r.logical_id, COALESCE(e.resource_id = r.id, FALSE) AS told \
         FROM resource r LEFT JOIN record_entry e ON e.person_id = r.person_id AND e.organisation_id = r.organisation_id \
         AND e.resource_type = r.resource_type AND e.logical_id = r.logical_id \
         WHERE r.person_id = $1 AND r.is_current AND (e.id IS NULL OR (e.release = 'released'",
        opened!("$2"),
        "))"
    );
    /// Of one source, what came of kinds that no page shows. By the index of what each source sent, and in its order.
    UNSHOWN = "SELECT r.id, r.organisation_id, r.resource_type, r.logical_id FROM resource r \
               LEFT JOIN record_entry e ON e.person_id = r.person_id AND e.organisation_id = r.organisation_id \
               AND e.resource_type = r.resource_type AND e.logical_id = r.logical_id \
               WHERE r.person_id = $1 AND r.organisation_id = $2 AND r.resource_type IN ('ClinicalImpression', 'Communication', \
               'MedicationAdministration', 'NutritionOrder', 'QuestionnaireResponse', 'RiskAssessment') AND r.is_current AND e.id IS NULL \
               ORDER BY r.resource_type, r.logical_id LIMIT 200";
    BINARIES = "SELECT organisation_id, logical_id, full_url FROM resource WHERE person_id = $1 AND resource_type = 'Binary' AND is_current";
    /// Of every version: what refers to it may have come with an older one. By the index of what each source sent.
    ADDRESSES = "SELECT DISTINCT r.resource_type, r.logical_id, r.full_url FROM (VALUES ($3, $4), ($5, $6), ($7, $8), ($9, $10), ($11, $12), ($13, $14), ($15, $16), \
                 ($17, $18), ($19, $20), ($21, $22), ($23, $24), ($25, $26), ($27, $28), ($29, $30), ($31, $32), ($33, $34), ($35, $36), \
                 ($37, $38), ($39, $40), ($41, $42), ($43, $44), ($45, $46), ($47, $48), ($49, $50), ($51, $52), ($53, $54), ($55, $56), \
                 ($57, $58), ($59, $60), ($61, $62), ($63, $64), ($65, $66)) AS k \
                 JOIN resource r ON r.person_id = $1 AND r.organisation_id = $2 AND r.resource_type = k.column1 AND r.logical_id = k.column2 \
                 WHERE r.full_url IS NOT NULL";
    /// Of every version: what names somebody may have come with an older one.
    OTHER_PEOPLE = "SELECT organisation_id, logical_id, full_url FROM resource \
                    WHERE person_id = $1 AND resource_type IN ('RelatedPerson', 'Person')";
    /// By the index of what each source sent.
    OTHER_PEOPLE_OF = "SELECT organisation_id, logical_id, full_url FROM resource \
                       WHERE person_id = $1 AND organisation_id = $2 AND resource_type IN ('RelatedPerson', 'Person')";
    /// Of results that wait, the versions that were shown before.
    BEFORE_RELEASED = "SELECT r.id, r.organisation_id, r.resource_type, r.logical_id FROM result_hold x \
                       JOIN record_entry e ON e.person_id = x.person_id AND e.id = x.entry_id \
                       JOIN resource r ON r.person_id = x.person_id AND r.id = x.before_id \
                       WHERE x.person_id = $1 AND x.opens_at > $2 AND e.release = 'released'";
    /// By the index of what each source sent.
    PATIENT = "SELECT r.raw FROM person_source s JOIN resource r ON r.person_id = s.person_id \
               AND r.organisation_id = s.organisation_id AND r.resource_type = 'Patient' AND r.logical_id = s.logical_id \
               AND r.is_current \
               WHERE s.person_id = $1 ORDER BY r.received_at DESC, r.id DESC";
    RAW = "SELECT id, full_url, raw FROM resource WHERE person_id = $1 AND id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
           $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)";
}

/// How many resources [`raw`] fetches at once.
pub const RAW_AT_ONCE: usize = 32;
/// How many rows one insert statement holds: a full one is prepared once and used again.
const ROWS: usize = 64;

const NEW_RESOURCE: &str = "INSERT INTO resource (person_id, id, organisation_id, resource_type, logical_id, version, is_current, \
                            source_version, source_updated_at, full_url, raw, hash, import_id, received_at) ";
const NEW_ENTRY: &str = "INSERT INTO record_entry (person_id, id, resource_id, organisation_id, resource_type, logical_id, category, kind, \
                         title, code_system, code, code_display, status, happened, ended, recorded, sort_at, value_text, value_number, \
                         value_unit, range_low, range_high, range_text, interpretation, author, place, details, none_known, sensitivity, \
                         release, mentions, visit, added_at, updated_at) ";
const NEW_COUNTS: &str = "INSERT INTO record_count (person_id, organisation_id, category, entries, none_known) ";
const COUNTED_TOO: &str = " ON CONFLICT (person_id, organisation_id, category) DO UPDATE SET entries = record_count.entries + excluded.entries, \
                           none_known = record_count.none_known + excluded.none_known";

/// What every row of one import has in common.
#[derive(Clone, Copy, Debug)]
pub struct Import {
    /// Whose record.
    pub person: PersonId,
    /// From whom.
    pub organisation: OrganisationId,
    /// Which run.
    pub id: ImportId,
    /// When.
    pub at: DateTime<Utc>,
}

/// A version of a resource that is held.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HeldRow {
    /// Its id.
    pub id: Uuid,
    /// Its FHIR type.
    pub resource_type: String,
    /// Its id at the source.
    pub logical_id: String,
    /// Its number, from 1 in the order in which versions arrived.
    pub version: i32,
    /// It is the one that counts.
    pub is_current: bool,
    /// When the source last changed it.
    pub source_updated_at: Option<DateTime<Utc>>,
    /// SHA-256 of its text.
    pub hash: Vec<u8>,
    /// The entry that shows the resource, if there is one.
    pub entry_id: Option<Uuid>,
    /// Whether that may be shown: [`domain::record::Release`] by code.
    pub entry_release: Option<String>,
    /// The source's status word in it.
    pub entry_status: Option<String>,
    /// The version that it tells of.
    pub entry_tells: Option<Uuid>,
}

/// A version of a resource to be added.
#[derive(Clone, Debug)]
pub struct NewResource {
    /// Its id.
    pub id: ResourceId,
    /// Its FHIR type.
    pub resource_type: String,
    /// Its id at the source.
    pub logical_id: String,
    /// Its number.
    pub version: i32,
    /// It is the one that counts.
    pub is_current: bool,
    /// The source's own word for the version.
    pub source_version: Option<String>,
    /// When the source last changed it.
    pub source_updated_at: Option<DateTime<Utc>>,
    /// The address under which it stood in its Bundle.
    pub full_url: Option<String>,
    /// Exactly as received.
    pub raw: String,
    /// SHA-256 of that.
    pub hash: Vec<u8>,
}

/// An entry to be added, or its facts to be changed.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// Its id.
    pub id: EntryId,
    /// The version that it tells of.
    pub resource_id: ResourceId,
    /// The FHIR type of that.
    pub resource_type: String,
    /// Its id at the source.
    pub logical_id: String,
    /// What it says.
    pub facts: EntryFacts,
}

/// An entry as lists read it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LineRow {
    /// Its id.
    pub id: Uuid,
    /// [`Category`] by code.
    pub category: String,
    /// What sort of thing it is, in plain words.
    pub kind: String,
    /// Its name.
    pub title: String,
    /// The source's status word.
    pub status: Option<String>,
    /// When it happened, as a FHIR date or time.
    pub happened: Option<String>,
    /// When it was written down, as a FHIR date or time.
    pub recorded: Option<String>,
    /// Its value as shown.
    pub value_text: Option<String>,
    /// Decimal text.
    pub value_number: Option<String>,
    /// As recorded.
    pub value_unit: Option<String>,
    /// Decimal text.
    pub range_low: Option<String>,
    /// Decimal text.
    pub range_high: Option<String>,
    /// In words.
    pub range_text: Option<String>,
    /// What the laboratory said of the value.
    pub interpretation: Option<String>,
    /// Who recorded it.
    pub author: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// It says that there is none.
    pub none_known: bool,
    /// [`Sensitivity`] by code.
    pub sensitivity: String,
    /// The name of the organisation that sent it.
    pub sent_by: String,
}

impl LineRow {
    /// Where it belongs.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn category(&self) -> Result<Category, StoreError> {
        Category::from_code(&self.category).ok_or_else(|| StoreError::corrupt("an entry has an unknown category"))
    }

    /// How sensitive it is.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn sensitivity(&self) -> Result<Sensitivity, StoreError> {
        label(&self.sensitivity)
    }

    /// When it happened.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is no date.
    pub fn happened(&self) -> Result<Option<When>, StoreError> {
        when(self.happened.as_deref())
    }

    /// When it was written down.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is no date.
    pub fn recorded(&self) -> Result<Option<When>, StoreError> {
        when(self.recorded.as_deref())
    }

    /// Its value.
    #[must_use]
    pub fn value(&self) -> Option<Value> {
        let (shown, range) =
            ([&self.value_text, &self.value_number, &self.value_unit], [&self.range_low, &self.range_high, &self.range_text]);
        value(shown, range, self.interpretation.as_deref())
    }
}

/// A stay in hospital that goes on or is planned.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StayRow {
    /// What lists read.
    #[sqlx(flatten)]
    pub line: LineRow,
    /// When it ends, as a FHIR date or time.
    pub ended: Option<String>,
    /// Since when the entry says what it says now.
    pub updated_at: DateTime<Utc>,
}

impl StayRow {
    /// What it says; `None` where that keeps nobody from anything.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when one of its dates is none.
    pub fn stay(&self) -> Result<Option<Stay>, StoreError> {
        let status = self.line.status.as_deref().unwrap_or_default();
        Ok(Stay::read(status, self.line.happened()?, when(self.ended.as_deref())?))
    }
}

/// A visit, and when it ends.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct VisitRow {
    /// What lists read.
    #[sqlx(flatten)]
    pub line: LineRow,
    /// When it ends, as a FHIR date or time.
    pub ended: Option<String>,
    /// Which organisation sent it.
    pub organisation_id: Uuid,
    /// That organisation's name.
    pub organisation: String,
    /// That organisation's phone number, where it is clear which.
    pub phone: Option<String>,
}

impl VisitRow {
    /// From when until when it is, where that is known to the minute; absent for a stay in hospital, which [`StayRow`] tells
    /// of.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when one of its dates is none.
    pub fn span(&self) -> Result<Option<FromUntil>, StoreError> {
        if self.line.kind == "Hospital stay" {
            return Ok(None);
        }
        Ok(visit_span(self.line.happened()?, when(self.ended.as_deref())?))
    }
}

/// An entry as its own page reads it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EntryRow {
    /// What lists read.
    #[sqlx(flatten)]
    pub line: LineRow,
    /// The source.
    pub organisation_id: Uuid,
    /// The FHIR type of the resource.
    pub resource_type: String,
    /// The resource's id at the source.
    pub logical_id: String,
    /// Of the code.
    pub code_system: Option<String>,
    /// Of what it is about.
    pub code: Option<String>,
    /// The words that came with the code.
    pub code_display: Option<String>,
    /// As a FHIR date or time.
    pub ended: Option<String>,
    /// Further facts.
    pub details: Json<Vec<Detail>>,
    /// The source's name.
    pub organisation: String,
    /// What sort of organisation it is, by the word of `service::OrganisationKind`.
    pub organisation_kind: String,
    /// The number of the version that it tells of.
    pub version: i32,
    /// Whether that version is the one that counts: if not, the one that counts could not be read.
    pub is_current: bool,
    /// When that version was received.
    pub received_at: DateTime<Utc>,
}

impl EntryRow {
    /// The code of what it is about.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        let (system, code) = (self.code_system.clone()?, self.code.clone()?);
        Some(Code { system, code, display: self.code_display.clone() })
    }

    /// When it ended.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is no date.
    pub fn ended(&self) -> Result<Option<When>, StoreError> {
        when(self.ended.as_deref())
    }

    /// Which resource it shows.
    #[must_use]
    pub fn source(&self) -> Source<'_> {
        Source {
            organisation: OrganisationId::from_uuid(self.organisation_id),
            resource_type: &self.resource_type,
            logical_id: &self.logical_id,
        }
    }
}

fn when(text: Option<&str>) -> Result<Option<When>, StoreError> {
    text.map(When::parse).transpose().map_err(|_| StoreError::corrupt("an entry has a date that is none"))
}

/// A value of what its columns hold: its text, number and unit; the low, the high and the words of its range; and what was said of it.
fn value(shown: [&Option<String>; 3], range: [&Option<String>; 3], interpretation: Option<&str>) -> Option<Value> {
    let ([text, number, unit], [low, high, words]) = (shown.map(Clone::clone), range.map(Clone::clone));
    let range = Some(Range { low, high, text: words }).filter(|range| *range != Range::default());
    text.map(|text| Value { text, number, unit, range, interpretation: interpretation.map(str::to_owned) })
}

/// Which resource: all of its versions have this in common.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// From whom.
    pub organisation: OrganisationId,
    /// Its FHIR type.
    pub resource_type: &'a str,
    /// Its id at the source.
    pub logical_id: &'a str,
}

/// What of a record is read: everything, or only what is open to somebody else than its owner; as of which instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Whatever its owner may see.
    Everything {
        /// Results that open later are not there.
        at: DateTime<Utc>,
    },
    /// What is open to somebody else.
    Only {
        /// The pairs of category and sensitivity that are open: `,problems.general,results.general,`.
        allowed: String,
        /// The organisation that reads: what it supplied itself is open to it. Nil where a carer reads.
        organisation: Uuid,
        /// The relationship through which a carer reads: what is hidden from it is not there. Absent for an organisation.
        relationship: Option<Uuid>,
        /// Results that open later are not there.
        at: DateTime<Utc>,
    },
}

impl Filter {
    /// The filter for a view at this instant. Whoever gives care reads results as soon as they come
    /// ([`domain::release::decide`]).
    #[must_use]
    pub fn of(view: &View, now: DateTime<Utc>) -> Self {
        match view.audience() {
            Audience::Owner | Audience::Carer(_) => Self::waiting(view, now),
            Audience::Organisation(_) | Audience::Desk(_) => Self::waiting(view, LAST_INSTANT),
        }
    }

    /// The same for the person themself, who looks at what others see of it: they too wait for their results there.
    #[must_use]
    pub fn waiting(view: &View, at: DateTime<Utc>) -> Self {
        let (organisation, relationship) = match view.audience() {
            Audience::Owner => return Self::Everything { at },
            Audience::Carer(relationship) => (Uuid::nil(), Some(relationship.as_uuid())),
            Audience::Organisation(organisation) => (organisation.as_uuid(), None),
            Audience::Desk(_) => (Uuid::nil(), None),
        };
        let mut allowed = ",".to_owned();
        for (category, sensitivity) in view.pairs() {
            allowed.extend([category.code(), ".", sensitivity.code(), ","]);
        }
        Self::Only { allowed, organisation, relationship, at }
    }

    /// The same with every result that waits: for what is known of an entry whose earlier version was shown, never for what it says.
    #[must_use]
    pub fn with_what_waits(&self) -> Self {
        let mut all = self.clone();
        match &mut all {
            Self::Everything { at } | Self::Only { at, .. } => *at = LAST_INSTANT,
        }
        all
    }

    /// As of which instant.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Everything { at } | Self::Only { at, .. } => *at,
        }
    }

    /// The owner's statement, or the one for everybody else.
    pub(crate) const fn choose(&self, own: &'static str, open: &'static str) -> &'static str {
        match self {
            Self::Everything { .. } => own,
            Self::Only { .. } => open,
        }
    }
}

/// Binds what a filter holds, in the order of `open!`; for the owner the instant alone, as in `opened!`.
macro_rules! bind_filter {
    ($query:expr, $filter:expr) => {{
        let query = $query;
        match $filter {
            Filter::Everything { at } => query.bind(*at),
            Filter::Only { allowed, organisation, relationship, at } => {
                query.bind(allowed).bind(*organisation).bind(*relationship).bind(*at)
            }
        }
    }};
}

/// A problem that somebody has now.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ProblemRow {
    /// The system of its code.
    pub code_system: Option<String>,
    /// Its code.
    pub code: Option<String>,
    /// What it is called.
    pub title: String,
}

/// An entry about a medicine, by name and code.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NamedRow {
    /// Which entry.
    pub id: Uuid,
    /// The medicine's name.
    pub title: String,
    /// The system of its code.
    pub code_system: Option<String>,
    /// Its code.
    pub code: Option<String>,
}

/// The text of an entry that takes words from others, to be told anew without what is not open.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ToldRow {
    /// Which entry.
    pub entry_id: Uuid,
    /// The source.
    pub organisation_id: Uuid,
    /// From which resources it takes words; absent where that is not known.
    pub mentions: Option<String>,
    /// The address under which it stood in its Bundle.
    pub full_url: Option<String>,
    /// Exactly as received.
    pub raw: String,
}

impl ToldRow {
    /// The resources from which it takes words, by type and id.
    pub fn mentioned(&self) -> impl Iterator<Item = (&str, &str)> {
        resources_in(self.mentions.as_deref())
    }

    /// The addresses by which it names what its own file did not hold.
    pub fn addressed(&self) -> impl Iterator<Item = &str> {
        self.mentions.as_deref().unwrap_or_default().lines().filter(|line| line.contains(':'))
    }

    /// Notes that it takes words from this too.
    pub fn mention(&mut self, kind: &str, id: &str) {
        let mentions = self.mentions.get_or_insert_default();
        mentions.push('\n');
        mentions.push_str(kind);
        mentions.push('/');
        mentions.push_str(id);
    }
}

fn resources_in(mentions: Option<&str>) -> impl Iterator<Item = (&str, &str)> {
    mentions.unwrap_or_default().lines().filter_map(|line| line.split_once('/')).filter(|(kind, _)| !kind.is_empty())
}

/// Of whom or what an entry among people and places tells.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WhoRow {
    /// Which entry.
    pub entry_id: Uuid,
    /// The source.
    pub organisation_id: Uuid,
    /// The FHIR type of its resource.
    pub resource_type: String,
    /// The id of that at the source.
    pub logical_id: String,
    /// From which resources it takes words; absent where that is not known.
    pub mentions: Option<String>,
    /// Exactly as received.
    pub raw: String,
}

impl WhoRow {
    /// The resources from which it takes words, by type and id.
    pub fn mentioned(&self) -> impl Iterator<Item = (&str, &str)> {
        resources_in(self.mentions.as_deref())
    }
}

/// A resource from which an entry takes words.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MentionedRow {
    /// Its FHIR type.
    pub resource_type: String,
    /// Its id at the source.
    pub logical_id: String,
    /// The address under which it stood in its Bundle.
    pub full_url: Option<String>,
    /// Exactly as received.
    pub raw: String,
    /// It may be told of.
    pub open: bool,
}

/// How many of the person's own details (Patient) are held, and how many of them are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CardRow {
    /// How many may be shown to their owner.
    pub held: i64,
    /// How many of those are open.
    pub open: i64,
}

/// How sensitive an entry is.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LabelRow {
    /// What its source says, by code.
    pub sensitivity: String,
    /// What the person says, by code; absent where they said nothing.
    pub chosen_sensitivity: Option<String>,
}

impl LabelRow {
    /// What its source says.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn sensitivity(&self) -> Result<Sensitivity, StoreError> {
        label(&self.sensitivity)
    }

    /// What the person says.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn chosen(&self) -> Result<Option<Sensitivity>, StoreError> {
        self.chosen_sensitivity.as_deref().map(label).transpose()
    }
}

fn label(code: &str) -> Result<Sensitivity, StoreError> {
    Sensitivity::from_code(code).ok_or_else(|| StoreError::corrupt("an entry has an unknown sensitivity"))
}

/// What is counted of one category, or a source.
#[derive(sqlx::FromRow)]
struct TallyRow {
    category: String,
    entries: i64,
    none_known: i64,
    latest: Option<String>,
    held: i64,
    withheld: i64,
    unread: i64,
    source_id: Option<Uuid>,
    source: Option<String>,
    last_updated: Option<DateTime<Utc>>,
}

/// How many entries of one category there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountRow {
    /// [`Category`] by code.
    pub category: String,
    /// Entries that say something.
    pub entries: i64,
    /// Entries that say that there is none.
    pub none_known: i64,
    /// When the newest of them that is not still to come happened, as a FHIR date or time.
    pub latest: Option<String>,
    /// How many results of the person are held, of which those that wait are some: the same of every category.
    pub held: i64,
    /// How many entries of the person their sources withhold: the same of every category.
    pub withheld: i64,
    /// Of letters: how many the account that was named has not read as they are now; where none was, all.
    pub unread: i64,
}

impl CountRow {
    /// When the newest happened.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is no date.
    pub fn latest(&self) -> Result<Option<When>, StoreError> {
        when(self.latest.as_deref())
    }
}

/// A source of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    /// Which organisation.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// When something was last received from it.
    pub last_updated: DateTime<Utc>,
}

/// A version of a resource, without its text.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct VersionRow {
    /// Its number.
    pub version: i32,
    /// It is the one that counts.
    pub is_current: bool,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// When the source last changed it.
    pub source_updated_at: Option<DateTime<Utc>>,
}

/// The text of a version of a resource.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct VersionTextRow {
    /// Its id.
    pub id: Uuid,
    /// The address under which it stood in its Bundle.
    pub full_url: Option<String>,
    /// Exactly as received.
    pub raw: String,
    /// When it was received.
    pub received_at: DateTime<Utc>,
}

/// The text of a resource that others refer to by name.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NamingRow {
    /// The address under which it stood in its Bundle.
    pub full_url: Option<String>,
    /// Exactly as received.
    pub raw: String,
}

/// Which resource is current, for an export.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CurrentRow {
    /// Its id.
    pub id: Uuid,
    /// From whom.
    pub organisation_id: Uuid,
    /// Its FHIR type.
    pub resource_type: String,
    /// Its id at the source.
    pub logical_id: String,
}

/// Which resource is current and not held back by its entry, for an export.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ReleasedRow {
    /// Which.
    #[sqlx(flatten)]
    pub current: CurrentRow,
    /// An entry tells of this very version and may be shown. If not, no entry has looked at what the version says: its
    /// type is not shown, or it could not be read.
    pub told: bool,
}

/// The text of a resource by its id.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RawRow {
    /// Its id.
    pub id: Uuid,
    /// The address under which it stood in its Bundle.
    pub full_url: Option<String>,
    /// Exactly as received.
    pub raw: String,
}

/// The stays in hospital of a person that go on or are planned, as far as they are open, the earliest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn stays(tx: &mut Tx, person: PersonId, filter: &Filter) -> Result<Vec<StayRow>, StoreError> {
    let query = filter.choose(STAYS, STAYS_OPEN);
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(query).bind(person.as_uuid()), filter).fetch_all(c).await)?)
}

/// Everybody who is in hospital, or is to be.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn staying(tx: &mut Tx) -> Result<Vec<PersonId>, StoreError> {
    let rows: Vec<(Uuid,)> = on!(tx, c, sqlx::query_as(STAYING).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| PersonId::from_uuid(id)).collect())
}

/// Every version of everything that is held of a person from one source, oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn held(tx: &mut Tx, person: PersonId, organisation: OrganisationId) -> Result<Vec<HeldRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(HELD).bind(person.as_uuid()).bind(organisation.as_uuid()).fetch_all(c).await)?)
}

/// Every version of one resource that is held, oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn held_of(tx: &mut Tx, person: PersonId, source: Source<'_>) -> Result<Vec<HeldRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(HELD_ONE)
            .bind(person.as_uuid())
            .bind(source.organisation.as_uuid())
            .bind(source.resource_type)
            .bind(source.logical_id)
            .fetch_all(c)
            .await
    )?)
}

/// Makes a version history.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn retire(tx: &mut Tx, person: PersonId, id: ResourceId) -> Result<(), StoreError> {
    Ok(on!(tx, c, sqlx::query(RETIRE).bind(person.as_uuid()).bind(id.as_uuid()).execute(c).await.map(|_| ()))?)
}

/// Adds versions of resources.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_resources(tx: &mut Tx, import: Import, rows: &[NewResource]) -> Result<(), StoreError> {
    let rows: Vec<_> = rows.iter().map(|row| (import, row)).collect();
    add_resources_of(tx, &rows, ROWS).await
}

/// The same of several runs, so many rows with each statement.
async fn add_resources_of(tx: &mut Tx, rows: &[(Import, &NewResource)], at_once: usize) -> Result<(), StoreError> {
    for rows in rows.chunks(at_once) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW_RESOURCE);
            insert.push_values(rows, |mut b, (import, row)| {
                b.push_bind(import.person.as_uuid())
                    .push_bind(row.id.as_uuid())
                    .push_bind(import.organisation.as_uuid())
                    .push_bind(&row.resource_type)
                    .push_bind(&row.logical_id)
                    .push_bind(row.version)
                    .push_bind(row.is_current)
                    .push_bind(&row.source_version)
                    .push_bind(row.source_updated_at)
                    .push_bind(&row.full_url)
                    .push_bind(&row.raw)
                    .push_bind(&row.hash)
                    .push_bind(import.id.as_uuid())
                    .push_bind(import.at);
            });
            insert.build().persistent(rows.len() == at_once).execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Where an entry stands in lists: by when it happened, else was written down, else ended; what has no date comes last.
#[must_use]
pub fn sort_at(facts: &EntryFacts) -> DateTime<Utc> {
    let when = facts.happened.or(facts.recorded).or(facts.ended);
    // Both engines keep microseconds.
    when.and_then(|when| DateTime::from_timestamp_micros(when.sort_key().timestamp_micros()))
        .map_or(FIRST_INSTANT, |at| at.max(FIRST_INSTANT))
}

/// From which other resources an entry takes words, as it is stored: one `Type/id` a line, each line ended; after a `=` where
/// those also decide its category.
fn mentions(facts: &EntryFacts) -> String {
    let mut text = String::new();
    if facts.placed_by_others {
        text.push('=');
    }
    if !facts.mentions.is_empty() {
        text.push('\n');
    }
    for mention in &facts.mentions {
        text.push_str(mention);
        text.push('\n');
    }
    text
}

/// The columns that follow from an entry's facts, in the order of both statements that write them.
macro_rules! facts {
    ($b:expr, $bind:ident, $facts:expr) => {{
        let facts = $facts;
        let (code, value) = (facts.code.as_ref(), facts.value.as_ref());
        let range = value.and_then(|value| value.range.as_ref());
        $b.$bind(facts.category.code())
            .$bind(&facts.kind)
            .$bind(&facts.title)
            .$bind(code.map(|code| &code.system))
            .$bind(code.map(|code| &code.code))
            .$bind(code.and_then(|code| code.display.as_ref()))
            .$bind(&facts.status)
            .$bind(facts.happened.map(|when| when.to_string()))
            .$bind(facts.ended.map(|when| when.to_string()))
            .$bind(facts.recorded.map(|when| when.to_string()))
            .$bind(sort_at(facts))
            .$bind(value.map(|value| &value.text))
            .$bind(value.and_then(|value| value.number.as_ref()))
            .$bind(value.and_then(|value| value.unit.as_ref()))
            .$bind(range.and_then(|range| range.low.as_ref()))
            .$bind(range.and_then(|range| range.high.as_ref()))
            .$bind(range.and_then(|range| range.text.as_ref()))
            .$bind(value.and_then(|value| value.interpretation.as_ref()))
            .$bind(&facts.author)
            .$bind(&facts.place)
            .$bind(Json(&facts.details))
            .$bind(facts.none_known)
            .$bind(facts.sensitivity.code())
            .$bind(facts.release.code())
            .$bind(mentions(facts))
            .$bind(&facts.visit)
    }};
}

/// Adds entries.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_entries(tx: &mut Tx, import: Import, rows: &[NewEntry]) -> Result<(), StoreError> {
    let rows: Vec<_> = rows.iter().map(|row| (import, row)).collect();
    add_entries_of(tx, &rows, ROWS).await
}

/// The same of several runs, so many rows with each statement.
async fn add_entries_of(tx: &mut Tx, rows: &[(Import, &NewEntry)], at_once: usize) -> Result<(), StoreError> {
    for rows in rows.chunks(at_once) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW_ENTRY);
            insert.push_values(rows, |mut b, (import, row)| {
                b.push_bind(import.person.as_uuid())
                    .push_bind(row.id.as_uuid())
                    .push_bind(row.resource_id.as_uuid())
                    .push_bind(import.organisation.as_uuid())
                    .push_bind(&row.resource_type)
                    .push_bind(&row.logical_id);
                facts!(b, push_bind, &row.facts).push_bind(import.at).push_bind(import.at);
            });
            insert.build().persistent(rows.len() == at_once).execute(c).await.map(|_| ())
        })?;
    }
    count_added(tx, rows).await
}

/// Counts what may be shown of entries that were added.
async fn count_added(tx: &mut Tx, rows: &[(Import, &NewEntry)]) -> Result<(), StoreError> {
    let mut counted: BTreeMap<(PersonId, OrganisationId, &str), (i64, i64)> = BTreeMap::new();
    for (import, row) in rows.iter().filter(|(_, row)| row.facts.release == Release::Released) {
        let (entries, none_known) = counted.entry((import.person, import.organisation, row.facts.category.code())).or_default();
        *entries += 1;
        *none_known += i64::from(row.facts.none_known);
    }
    let counted: Vec<_> = counted.into_iter().collect();
    for rows in counted.chunks(ROWS) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW_COUNTS);
            insert.push_values(rows, |mut b, ((person, organisation, category), (entries, none_known))| {
                b.push_bind(person.as_uuid())
                    .push_bind(organisation.as_uuid())
                    .push_bind(*category)
                    .push_bind(*entries)
                    .push_bind(*none_known);
            });
            insert.push(COUNTED_TOO);
            insert.build().persistent(rows.len() == ROWS).execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Lets what was added at the instant of this run be as new as what it tells of: that was received before, and is no news now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn date_as_received(tx: &mut Tx, import: Import) -> Result<(), StoreError> {
    run!(tx, ADDED_AS_RECEIVED, import.person.as_uuid(), import.organisation.as_uuid(), import.at)?;
    Ok(())
}

/// Makes entries of the source tell of another version, and holds entries back from the person they are about; what these say stays as it
/// was. Then what may be shown of all that the source sent is counted again, once.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change_entries(tx: &mut Tx, import: Import, changed: &[&NewEntry], withheld: &[EntryId]) -> Result<(), StoreError> {
    for entry in changed {
        change_entry(tx, import, entry).await?;
    }
    for entry in withheld {
        run!(tx, WITHHOLD, import.person.as_uuid(), entry.as_uuid(), import.at)?;
    }
    run!(tx, FORGET_COUNTS, import.person.as_uuid(), import.organisation.as_uuid())?;
    run!(tx, COUNT_AGAIN, import.person.as_uuid(), import.organisation.as_uuid())?;
    Ok(())
}

/// Makes an entry tell of another version, which is not counted yet.
async fn change_entry(tx: &mut Tx, import: Import, entry: &NewEntry) -> Result<(), StoreError> {
    Ok(on!(tx, c, {
        let change =
            sqlx::query(CHANGE_ENTRY).bind(import.person.as_uuid()).bind(entry.id.as_uuid()).bind(entry.resource_id.as_uuid());
        facts!(change, bind, &entry.facts).bind(import.at).execute(c).await.map(|_| ())
    })?)
}

/// Notes a run of an import and what it did.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add_run(tx: &mut Tx, import: Import, report: &serde_json::Value) -> Result<(), StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query(NEW_RUN)
            .bind(import.person.as_uuid())
            .bind(import.id.as_uuid())
            .bind(import.organisation.as_uuid())
            .bind(import.at)
            .bind(Json(report))
            .execute(c)
            .await
            .map(|_| ())
    )?)
}

/// A medicine, with what its source said of it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MedicineRow {
    /// As lists read it.
    #[sqlx(flatten)]
    pub line: LineRow,
    /// The system of its code.
    pub code_system: Option<String>,
    /// Its code, which may be that of another resource: the medicine to which it refers.
    pub code: Option<String>,
    /// What the code means.
    pub code_display: Option<String>,
    /// What else it says.
    pub details: Json<Vec<Detail>>,
    /// From whom.
    pub organisation_id: Uuid,
    /// Their name.
    pub organisation: String,
    /// Of what sort they are, by the word by which it is stored.
    pub organisation_kind: String,
    /// The address under which it stood in its Bundle.
    pub full_url: Option<String>,
    /// Exactly as received.
    pub raw: String,
}

/// Up to `limit` entries about medicines, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn medicines(tx: &mut Tx, person: PersonId, filter: &Filter, limit: i64) -> Result<Vec<MedicineRow>, StoreError> {
    let statement = filter.choose(MEDICINES, MEDICINES_OPEN);
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()).bind(limit), filter).fetch_all(c).await)?)
}

/// Up to `limit` warnings about medicines, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn warnings(tx: &mut Tx, person: PersonId, filter: &Filter, limit: i64) -> Result<Vec<MedicineRow>, StoreError> {
    let statement = filter.choose(WARNINGS, WARNINGS_OPEN);
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()).bind(limit), filter).fetch_all(c).await)?)
}

/// Of whom of these this organisation's own system warned of anything about their medicines.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn warned_people(tx: &mut Tx, at: OrganisationId, people: &[PersonId]) -> Result<Vec<PersonId>, StoreError> {
    /// How many places the statement has.
    const AT_ONCE: usize = 25;
    let mut found = Vec::new();
    for some in people.chunks(AT_ONCE) {
        let Some(last) = some.last() else { continue };
        let rows: Vec<(Uuid,)> = on!(tx, c, {
            let mut query = sqlx::query_as(WARNED).bind(at.as_uuid());
            for place in 0..AT_ONCE {
                query = query.bind(some.get(place).unwrap_or(last).as_uuid());
            }
            query.fetch_all(c).await
        })?;
        found.extend(rows.into_iter().map(|(id,)| PersonId::from_uuid(id)));
    }
    Ok(found)
}

/// Referrals that are still open, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn referrals(tx: &mut Tx, person: PersonId, filter: &Filter, limit: i64) -> Result<Vec<LineRow>, StoreError> {
    let statement = filter.choose(REFERRALS, REFERRALS_OPEN);
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()).bind(limit), filter).fetch_all(c).await)?)
}

/// The problems that somebody has now, each once.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn problems(tx: &mut Tx, person: PersonId, filter: &Filter) -> Result<Vec<ProblemRow>, StoreError> {
    let statement = filter.choose(PROBLEMS, PROBLEMS_OPEN);
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()), filter).fetch_all(c).await)?)
}

/// When another source than this last changed what it says of who the person is.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn told_elsewhere(
    tx: &mut Tx,
    person: PersonId,
    organisation: OrganisationId,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let (at,): (Option<DateTime<Utc>>,) =
        on!(tx, c, sqlx::query_as(OTHER_PATIENT).bind(person.as_uuid()).bind(organisation.as_uuid()).fetch_one(c).await)?;
    Ok(at)
}

/// Whether the practice at which the person is registered now has told who they are.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn told_by_practice(tx: &mut Tx, person: PersonId) -> Result<bool, StoreError> {
    let (count,): (i64,) = on!(tx, c, sqlx::query_as(PRACTICE_PATIENT).bind(person.as_uuid()).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Up to `limit` entries of these categories, ten at most, that say that there is none, and still do, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn none_known(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    (categories, limit): (&[Category], i64),
) -> Result<Vec<LineRow>, StoreError> {
    /// How many places the statement has.
    const PLACES: usize = 10;
    let Some(last) = categories.last() else { return Ok(Vec::new()) };
    let statement = filter.choose(NONE_KNOWN, NONE_KNOWN_OPEN);
    Ok(on!(tx, c, {
        let mut query = bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()).bind(limit), filter);
        for place in 0..PLACES {
            query = query.bind(categories.get(place).unwrap_or(last).code());
        }
        query.fetch_all(c).await
    })?)
}

/// How many entries of each category may be shown, when the newest of them was that is not still to come now, and how many letters this
/// account has not read; and where the record comes from. To its owner it tells when something was last received; to others, of each
/// source from which something is open to them, when the newest of that was.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn tally(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    (reader, now): (Option<AccountId>, DateTime<Utc>),
) -> Result<(Vec<CountRow>, Vec<SourceRow>), StoreError> {
    let (statement, reader) = (filter.choose(COUNTS, COUNTS_OPEN), reader.map(|reader| reader.as_uuid()));
    let rows: Vec<TallyRow> = on!(
        tx,
        c,
        bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()), filter).bind(reader).bind(now).fetch_all(c).await
    )?;
    let (mut counts, mut sources) = (Vec::new(), Vec::new());
    for TallyRow { category, entries, none_known, latest, held, withheld, unread, source_id, source, last_updated } in rows {
        match source_id.zip(source).zip(last_updated) {
            Some(((id, name), last_updated)) => sources.push(SourceRow { id, name, last_updated }),
            None => counts.push(CountRow { category, entries, none_known, latest, held, withheld, unread }),
        }
    }
    Ok((counts, sources))
}

/// The entries that were added last, without the values of a report or a group that came with them or later.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn newest(tx: &mut Tx, person: PersonId, filter: &Filter, limit: i64) -> Result<Vec<LineRow>, StoreError> {
    let statement = filter.choose(NEWEST, NEWEST_OPEN);
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()).bind(limit), filter).fetch_all(c).await)?)
}

/// Visits from this moment on that were not called off, the next one first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn coming(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    from: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<VisitRow>, StoreError> {
    let statement = filter.choose(COMING, COMING_OPEN);
    Ok(on!(
        tx,
        c,
        bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()).bind(from).bind(limit), filter).fetch_all(c).await
    )?)
}

/// Visits that began before this moment and do not go on, and those that were called off, the last one first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn visited(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<VisitRow>, StoreError> {
    let statement = filter.choose(VISITED, VISITED_OPEN);
    Ok(on!(
        tx,
        c,
        bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()).bind(before).bind(limit), filter).fetch_all(c).await
    )?)
}

/// How many entries a list has. `which` is `all`, `current` or `past`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn listed(tx: &mut Tx, person: PersonId, filter: &Filter, category: Category, which: &str) -> Result<i64, StoreError> {
    let (count,): (i64,) = on!(tx, c, {
        if let (true, Filter::Everything { at }) = (which == "all", filter) {
            sqlx::query_as(LISTED_ALL).bind(person.as_uuid()).bind(category.code()).bind(*at).fetch_one(c).await
        } else {
            let query = sqlx::query_as(filter.choose(LISTED, LISTED_OPEN));
            let query = query.bind(person.as_uuid()).bind(category.code()).bind(which);
            bind_filter!(query, filter).fetch_one(c).await
        }
    })?;
    Ok(count)
}

/// Where in its list an entry stands.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn place(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    category: Category,
    id: EntryId,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let statement = filter.choose(PLACE, PLACE_OPEN);
    let found: Option<(DateTime<Utc>,)> = on!(tx, c, {
        let query = sqlx::query_as(statement).bind(person.as_uuid()).bind(id.as_uuid()).bind(category.code());
        bind_filter!(query, filter).fetch_optional(c).await
    })?;
    Ok(found.map(|(at,)| at))
}

/// Which part of a list.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The category.
    pub category: Category,
    /// `all`, `current` or `past`.
    pub which: &'a str,
    /// From after this place.
    pub after: Option<(DateTime<Utc>, EntryId)>,
    /// So many.
    pub limit: i64,
}

/// A part of a list, newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn page(tx: &mut Tx, person: PersonId, filter: &Filter, part: Part<'_>) -> Result<Vec<LineRow>, StoreError> {
    let statement = match part.after {
        Some(_) => filter.choose(NEXT_PAGE, NEXT_PAGE_OPEN),
        None => filter.choose(FIRST_PAGE, FIRST_PAGE_OPEN),
    };
    Ok(on!(tx, c, {
        let query = sqlx::query_as(statement).bind(person.as_uuid());
        let query = query.bind(part.category.code()).bind(part.which).bind(part.limit);
        match part.after {
            Some((at, id)) => bind_filter!(query.bind(at).bind(id.as_uuid()), filter).fetch_all(c).await,
            None => bind_filter!(query, filter).fetch_all(c).await,
        }
    })?)
}

/// An entry that may be shown.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn entry(tx: &mut Tx, person: PersonId, filter: &Filter, id: EntryId) -> Result<Option<EntryRow>, StoreError> {
    let statement = filter.choose(ENTRY, ENTRY_OPEN);
    Ok(on!(
        tx,
        c,
        bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()).bind(id.as_uuid()), filter).fetch_optional(c).await
    )?)
}

/// Whether a reader may know that there is an entry, whatever keeps it from everybody now: what waits to be shown, and what its source
/// withholds.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn may_know_of(tx: &mut Tx, person: PersonId, filter: &Filter, id: EntryId) -> Result<bool, StoreError> {
    let Filter::Only { allowed, organisation, relationship, .. } = filter else { return Ok(true) };
    let (many,): (i64,) = on!(
        tx,
        c,
        sqlx::query_as(MAY_KNOW_OF)
            .bind(person.as_uuid())
            .bind(id.as_uuid())
            .bind(allowed)
            .bind(*organisation)
            .bind(*relationship)
            .fetch_one(c)
            .await
    )?;
    Ok(many > 0)
}

/// An entry that a note of the person's own is about.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NotedRow {
    /// As lists read it.
    #[sqlx(flatten)]
    pub line: LineRow,
    /// The FHIR type of its resource.
    pub resource_type: String,
    /// The id of that at the source.
    pub logical_id: String,
}

/// The entries that notes of the person's own are about, as far as they may be shown, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn noted(tx: &mut Tx, person: PersonId, filter: &Filter) -> Result<Vec<NotedRow>, StoreError> {
    let statement = filter.choose(NOTED, NOTED_OPEN);
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()), filter).fetch_all(c).await)?)
}

/// Which entries of all that was ever ordered may be shown.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn ordered(tx: &mut Tx, person: PersonId, filter: &Filter) -> Result<BTreeSet<Uuid>, StoreError> {
    let statement = filter.choose(ORDERED, ORDERED_OPEN);
    let rows: Vec<(Uuid,)> =
        on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()), filter).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Every entry about a medicine by name and code, the newest first, whoever may see it, and also where nobody is shown it: to be
/// compared, never to be shown.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn named_medicines(tx: &mut Tx, person: PersonId) -> Result<Vec<NamedRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(NAMED_MEDICINES).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// Which of these may be shown.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn open_medicines(tx: &mut Tx, person: PersonId, filter: &Filter) -> Result<BTreeSet<Uuid>, StoreError> {
    let statement = filter.choose(OPEN_MEDICINES, OPEN_MEDICINES_ONLY);
    let rows: Vec<(Uuid,)> =
        on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()), filter).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// How much of the person's own details is open; to their owner, everything.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn card(tx: &mut Tx, person: PersonId, filter: &Filter) -> Result<CardRow, StoreError> {
    let Filter::Only { .. } = filter else { return Ok(CardRow { held: 1, open: 1 }) };
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(CARD_OPEN).bind(person.as_uuid()), filter).fetch_one(c).await)?)
}

/// What a source says of who the person is, or of an allergy.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnDetailsRow {
    /// As lists read it.
    #[sqlx(flatten)]
    pub line: LineRow,
    /// What it says.
    pub details: Json<Vec<Detail>>,
    /// The organisation whose system says so, by name.
    pub source: String,
}

/// What sources say of the allergies that a person has now, and of there being none, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn allergies(tx: &mut Tx, person: PersonId, filter: &Filter) -> Result<Vec<OwnDetailsRow>, StoreError> {
    let statement = filter.choose(ALLERGIES, ALLERGIES_OPEN);
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()), filter).fetch_all(c).await)?)
}

/// What the person wants and what was decided with them ([`domain::wish`]) that holds now, all of it, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn wishes(tx: &mut Tx, person: PersonId, filter: &Filter) -> Result<Vec<OwnDetailsRow>, StoreError> {
    let statement = filter.choose(WISHES, WISHES_OPEN);
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()), filter).fetch_all(c).await)?)
}

/// What sources say of who the person is, the newest first; twenty sources at most.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn own_details(tx: &mut Tx, person: PersonId, filter: &Filter) -> Result<Vec<OwnDetailsRow>, StoreError> {
    let statement = filter.choose(OWN_DETAILS, OWN_DETAILS_OPEN);
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()), filter).fetch_all(c).await)?)
}

/// The texts of those of up to [`RAW_AT_ONCE`] entries that take words from others, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn told(tx: &mut Tx, person: PersonId, entries: &[Uuid]) -> Result<Vec<ToldRow>, StoreError> {
    let Some(last) = entries.last() else { return Ok(Vec::new()) };
    Ok(on!(tx, c, {
        let mut query = sqlx::query_as(TOLD).bind(person.as_uuid());
        for place in 0..RAW_AT_ONCE {
            query = query.bind(entries.get(place).unwrap_or(last));
        }
        query.fetch_all(c).await
    })?)
}

/// Of whom or what those of up to [`RAW_AT_ONCE`] entries tell that are among people and places, in no order: to be compared, never to be
/// shown.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn who(tx: &mut Tx, person: PersonId, entries: &[Uuid]) -> Result<Vec<WhoRow>, StoreError> {
    let Some(last) = entries.last() else { return Ok(Vec::new()) };
    Ok(on!(tx, c, {
        let mut query = sqlx::query_as(WHO).bind(person.as_uuid());
        for place in 0..RAW_AT_ONCE {
            query = query.bind(entries.get(place).unwrap_or(last));
        }
        query.fetch_all(c).await
    })?)
}

/// The current versions of up to [`RAW_AT_ONCE`] resources of a source, by type and id, and whether each may be told of: its
/// entry is open. The names of people and places are open wherever an entry of that sensitivity is, unless they are hidden. To the
/// owner everything is open that is shown.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn mentioned(
    tx: &mut Tx,
    person: PersonId,
    organisation: OrganisationId,
    filter: &Filter,
    which: &[(String, String)],
) -> Result<Vec<MentionedRow>, StoreError> {
    let Some(last) = which.last() else { return Ok(Vec::new()) };
    let statement = filter.choose(MENTIONED_OWN, MENTIONED);
    let mut rows: Vec<MentionedRow> = on!(tx, c, {
        let query = sqlx::query_as(statement).bind(person.as_uuid()).bind(organisation.as_uuid());
        let mut query = bind_filter!(query, filter);
        for place in 0..RAW_AT_ONCE {
            let (kind, id) = which.get(place).unwrap_or(last);
            query = query.bind(kind).bind(id);
        }
        query.fetch_all(c).await
    })?;
    // The last one is asked for again in the places that are left over.
    rows.sort_by(|a, b| (&a.resource_type, &a.logical_id).cmp(&(&b.resource_type, &b.logical_id)));
    rows.dedup_by(|a, b| a.resource_type == b.resource_type && a.logical_id == b.logical_id);
    Ok(rows)
}

/// Notes that somebody has read every letter that may be shown to them, as it is now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn see_letters(tx: &mut Tx, person: PersonId, filter: &Filter, reader: AccountId) -> Result<(), StoreError> {
    let statement = filter.choose(SEE_LETTERS, SEE_LETTERS_OPEN);
    Ok(on!(
        tx,
        c,
        bind_filter!(sqlx::query(statement).bind(person.as_uuid()).bind(reader.as_uuid()), filter).execute(c).await.map(|_| ())
    )?)
}

/// A result that exists and is not shown yet.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WaitingRow {
    /// The entry with which it came, or itself.
    pub lead_id: Uuid,
    /// Which entry.
    pub entry_id: Uuid,
    /// [`domain::release::ResultKind`] by code.
    pub kind: String,
    /// The version of it that was shown before.
    pub before_id: Option<Uuid>,
    /// How many days its organisation said.
    pub rule_days: Option<i32>,
    /// How many days it waits for words.
    pub comment_days: Option<i32>,
    /// It waits for the person.
    pub asks: bool,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// When somebody wrote about it.
    pub commented_at: Option<DateTime<Utc>>,
    /// When the person said that they were ready.
    pub ready_at: Option<DateTime<Utc>>,
    /// By when it is shown in any case.
    pub latest_at: Option<DateTime<Utc>>,
    /// It is a letter that waits with results.
    pub is_letter: bool,
    /// Who sent it.
    pub organisation: String,
    /// A clinician works there who can write about it.
    pub may_write: bool,
}

impl WaitingRow {
    /// What is known of it, for the decision.
    #[must_use]
    pub fn held(&self) -> Held {
        held_result((self.comment_days, self.asks), self.received_at, [self.commented_at, self.ready_at, self.latest_at])
    }
}

/// A result of a record as the decision about it reads it.
pub(crate) fn held_result(
    (comment_days, asks): (Option<i32>, bool),
    received_at: DateTime<Utc>,
    [commented_at, ready_at, latest]: [Option<DateTime<Utc>>; 3],
) -> Held {
    let comment_days = comment_days.and_then(|days| u8::try_from(days).ok());
    Held { source: Release::Released, terms: Terms { comment_days, asks }, received_at, commented_at, ready_at, latest }
}

/// Results that exist and are not shown yet, as far as a view opens their kind; those that came as one have one `lead_id`.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn waiting(tx: &mut Tx, person: PersonId, filter: &Filter) -> Result<Vec<WaitingRow>, StoreError> {
    let statement = filter.choose(WAITING, WAITING_OPEN);
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()), filter).fetch_all(c).await)?)
}

/// How many of the results that came as one are open to a reader, of those that this organisation sent.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn open_of_lead(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    (lead, organisation): (EntryId, OrganisationId),
) -> Result<i64, StoreError> {
    let statement = filter.choose(OPEN_OF_LEAD, OPEN_OF_LEAD_ONLY);
    let (count,): (i64,) = on!(tx, c, {
        let query = sqlx::query_as(statement).bind(person.as_uuid()).bind(lead.as_uuid()).bind(organisation.as_uuid());
        bind_filter!(query, filter).fetch_one(c).await
    })?;
    Ok(count)
}

/// A resource whose entry its owner is not shown, or a Binary that holds a file of one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, sqlx::FromRow)]
pub struct ClosedRow {
    /// From whom.
    pub organisation_id: Uuid,
    /// Its FHIR type.
    pub resource_type: String,
    /// Its id at the source.
    pub logical_id: String,
}

/// What the owner of a record is not shown at this instant, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn closed(tx: &mut Tx, person: PersonId, at: DateTime<Utc>) -> Result<Vec<ClosedRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(CLOSED).bind(person.as_uuid()).bind(at).fetch_all(c).await)?)
}

/// How sensitive an entry is that is shown at this instant.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn label_of(tx: &mut Tx, person: PersonId, id: EntryId, at: DateTime<Utc>) -> Result<Option<LabelRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(LABEL).bind(person.as_uuid()).bind(id.as_uuid()).bind(at).fetch_optional(c).await)?)
}

/// Notes how sensitive the person says that an entry is; `None` takes that back.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn relabel(tx: &mut Tx, person: PersonId, id: EntryId, chosen: Option<Sensitivity>) -> Result<(), StoreError> {
    let chosen = chosen.map(Sensitivity::code);
    Ok(on!(tx, c, sqlx::query(RELABEL).bind(person.as_uuid()).bind(id.as_uuid()).bind(chosen).execute(c).await.map(|_| ()))?)
}

/// How many other entries of its source, of those that are shown at this instant, take words from an entry.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn mentioning(tx: &mut Tx, person: PersonId, id: EntryId, at: DateTime<Utc>) -> Result<i64, StoreError> {
    let (count,): (i64,) =
        on!(tx, c, sqlx::query_as(MENTIONING).bind(person.as_uuid()).bind(id.as_uuid()).bind("\n").bind(at).fetch_one(c).await)?;
    Ok(count)
}

/// The versions of a resource: the one that counts, then the others, the last received first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn versions(tx: &mut Tx, person: PersonId, source: Source<'_>) -> Result<Vec<VersionRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(VERSIONS)
            .bind(person.as_uuid())
            .bind(source.organisation.as_uuid())
            .bind(source.resource_type)
            .bind(source.logical_id)
            .fetch_all(c)
            .await
    )?)
}

/// One version of a resource.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn version(
    tx: &mut Tx,
    person: PersonId,
    source: Source<'_>,
    number: i32,
) -> Result<Option<VersionTextRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(VERSION)
            .bind(person.as_uuid())
            .bind(source.organisation.as_uuid())
            .bind(source.resource_type)
            .bind(source.logical_id)
            .bind(number)
            .fetch_optional(c)
            .await
    )?)
}

/// What other resources of a source refer to by name: people, organisations, places, medicines and visits.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn naming(tx: &mut Tx, person: PersonId, organisation: OrganisationId) -> Result<Vec<NamingRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(NAMING).bind(person.as_uuid()).bind(organisation.as_uuid()).fetch_all(c).await)?)
}

/// Which resources are current, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn current(tx: &mut Tx, person: PersonId) -> Result<Vec<CurrentRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(CURRENT).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// Which resources are current and, at this instant, not held back by their entries from the person they are about, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn current_released(tx: &mut Tx, person: PersonId, at: DateTime<Utc>) -> Result<Vec<ReleasedRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(CURRENT_RELEASED).bind(person.as_uuid()).bind(at).fetch_all(c).await)?)
}

/// The most that [`unshown`] gives.
pub const MOST_UNSHOWN: usize = 200;

/// What one source sent about a person that no page shows and that may matter to them: answers to forms, diets, doses that were given; and
/// what clinicians thought, risks and messages, where they could not be read or were not read again since they are shown. At most
/// [`MOST_UNSHOWN`] of it, whether or not it may be told of.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn unshown(tx: &mut Tx, person: PersonId, organisation: OrganisationId) -> Result<Vec<CurrentRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(UNSHOWN).bind(person.as_uuid()).bind(organisation.as_uuid()).fetch_all(c).await)?)
}

/// A Binary, by which others may refer to it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BinaryRow {
    /// From whom.
    pub organisation_id: Uuid,
    /// Its id at the source.
    pub logical_id: String,
    /// The address under which it stood in its Bundle.
    pub full_url: Option<String>,
}

/// The current Binaries of a record, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn binaries(tx: &mut Tx, person: PersonId) -> Result<Vec<BinaryRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BINARIES).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// An address under which a resource stood in a Bundle.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AddressRow {
    /// Its FHIR type.
    pub resource_type: String,
    /// Its id at the source.
    pub logical_id: String,
    /// The address.
    pub full_url: String,
}

/// The addresses under which up to [`RAW_AT_ONCE`] resources of a source, by type and id, stood in their Bundles, in whichever version, in
/// no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn addresses(
    tx: &mut Tx,
    person: PersonId,
    organisation: OrganisationId,
    which: &[(String, String)],
) -> Result<Vec<AddressRow>, StoreError> {
    let Some(last) = which.last() else { return Ok(Vec::new()) };
    Ok(on!(tx, c, {
        let mut query = sqlx::query_as(ADDRESSES).bind(person.as_uuid()).bind(organisation.as_uuid());
        for place in 0..RAW_AT_ONCE {
            let (kind, id) = which.get(place).unwrap_or(last);
            query = query.bind(kind).bind(id);
        }
        query.fetch_all(c).await
    })?)
}

/// A person other than the patient of whom a source told, by which others may refer to them.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OtherPersonRow {
    /// The source.
    pub organisation_id: Uuid,
    /// Their id there.
    pub logical_id: String,
    /// The address under which they stood in their Bundle.
    pub full_url: Option<String>,
}

/// The people other than the patient of whom the sources of a record told, in all versions, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn other_people(tx: &mut Tx, person: PersonId) -> Result<Vec<OtherPersonRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OTHER_PEOPLE).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// The same of one source.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn other_people_of(
    tx: &mut Tx,
    person: PersonId,
    organisation: OrganisationId,
) -> Result<Vec<OtherPersonRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OTHER_PEOPLE_OF).bind(person.as_uuid()).bind(organisation.as_uuid()).fetch_all(c).await)?)
}

/// Of the results that wait at this instant, the versions that were shown before, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn before_released(tx: &mut Tx, person: PersonId, at: DateTime<Utc>) -> Result<Vec<CurrentRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BEFORE_RELEASED).bind(person.as_uuid()).bind(at).fetch_all(c).await)?)
}

/// What each source says now of who a person is, what came last first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn patient(tx: &mut Tx, person: PersonId) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = on!(tx, c, sqlx::query_as(PATIENT).bind(person.as_uuid()).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(raw,)| raw).collect())
}

/// The texts of up to [`RAW_AT_ONCE`] resources, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn raw(tx: &mut Tx, person: PersonId, ids: &[Uuid]) -> Result<Vec<RawRow>, StoreError> {
    let Some(last) = ids.last() else { return Ok(Vec::new()) };
    Ok(on!(tx, c, {
        let mut query = sqlx::query_as(RAW).bind(person.as_uuid());
        for place in 0..RAW_AT_ONCE {
            query = query.bind(ids.get(place).unwrap_or(last));
        }
        query.fetch_all(c).await
    })?)
}

// After the macros that it shares.
pub mod bulk;
mod own;
pub mod result;
mod sources;
mod text;
mod timeline;

pub use own::{NoteInTimeRow, OwnDays, notes_in_time};
pub use sources::{
    ConnectedRow, DeliveryRow, Failure, FailureRow, KindRow, RunRow, clear_failure, connected, deliveries, failures,
    kinds_of_sources, last_delivery, last_runs, note_failure,
};
pub use text::{
    Found, FoundRow, Text, find, has_resources, index, mark_indexed, place_in_text, starting, starting_with, unindexed,
};
pub use timeline::{
    Narrowed, PartRow, SourceOf, TimelineRow, VISITS_AT_ONCE, VisitOfRow, parts, place_in_time, sources_open, timeline,
    visits_named,
};

/// Every statement of what is read of a whole record.
pub(crate) const MORE_STATEMENTS: [&[(&str, &str)]; 4] =
    [own::STATEMENTS, sources::STATEMENTS, text::STATEMENTS, timeline::STATEMENTS];

#[cfg(test)]
mod tests {
    use super::*;
    use domain::RelationshipId;
    use domain::access::{Access, Actor, Ask, Assurance, Decision, Standing, decide};
    use domain::relationship::{Delegation, LegalBasis, Reason, Standing as Stands, Status};
    use domain::scope::{Categories, Labels, Scope, Scopes};
    use domain::wish::Wish;

    #[test]
    fn every_kind_of_wish_is_looked_for() {
        for wish in Wish::ALL {
            assert!(WISHES.contains(&format!("'{}'", wish.code())), "{wish:?}");
        }
        for over in domain::wish::OVER {
            assert!(WISHES.contains(&format!("'{over}'")), "what is {over} holds no more");
        }
    }

    #[test]
    fn a_filter_names_each_pair_between_commas_and_hides_from_its_carer() {
        let id = RelationshipId::from_uuid(Uuid::from_u128(7));
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let delegation = Delegation {
            id,
            standing: Stands { status: Status::Active, reason: Reason::RoleActivated },
            legal_basis: LegalBasis::Consent,
            scopes: Scopes::NONE.with(Scope::Tests).with(Scope::Conditions),
            labels: Labels::NONE.with(Sensitivity::General).with(Sensitivity::Social),
            hidden: Categories::NONE,
            starts_on: today,
            ends_on: None,
            closes_on: None,
        };
        let actor = Actor::Account { id: AccountId::from_uuid(Uuid::nil()), assurance: Assurance::SecondStep };
        let decision = decide(&actor, &Standing::Carer(delegation), Ask::ReadRecord, today);
        let Decision::Allow(Access { view, .. }) = decision else { panic!("allowed") };
        let now = DateTime::<Utc>::UNIX_EPOCH;
        let Filter::Only { allowed, organisation, relationship, at } = Filter::of(&view, now) else { panic!("not everything") };
        assert_eq!(allowed, ",problems.general,problems.social,results.general,results.social,");
        assert_eq!((organisation, relationship, at), (Uuid::nil(), Some(id.as_uuid()), now));
        assert_eq!(Filter::of(&View::everything(), now), Filter::Everything { at: now });
    }

    /// Statements that read entries and leave what is not shown yet in, and why they may.
    const WHOLE: &[(&str, &str)] = &[
        ("HELD", "what an import compares with"),
        ("HELD_ONE", "what an import compares with"),
        ("NAMED_MEDICINES", "compared, never shown; no result is a medicine"),
        ("WARNED", "an organisation's own warnings about medicines"),
        ("STAYING", "whose appointments are looked at; no result is a stay"),
        ("TOLD", "of entries that another statement gave"),
        ("WHO", "of entries that another statement gave"),
        ("CLOSED", "it is what is not shown"),
        ("BEFORE_RELEASED", "versions that were shown before"),
        ("WAITING", "it tells only that something exists"),
        ("WAITING_OPEN", "it tells only that something exists"),
        ("MAY_KNOW_OF", "whether something of it may be known, not what it says"),
        ("UNSHOWN", "what has no entry"),
    ];
    /// The same of statements in other files.
    const ELSEWHERE: &[(&str, &str)] = &[
        ("OF_PERSON", "only what was shown can be hidden, and what is shown stays so"),
        ("OF_ENTRY", "only what was shown can be hidden, and what is shown stays so"),
        ("OF_CATEGORY", "only what was shown can be hidden, and what is shown stays so"),
        ("ONE", "only what was shown can be hidden, and what is shown stays so"),
        ("ENTRY_COUNTS", "how many people of a practice have anything, for planning"),
        ("FLAGGED", "an organisation's own warnings about medicines"),
        ("OF", "files of an entry that another statement gave"),
        ("SHOWN", "files of an entry that another statement gave"),
        ("TEXTS", "files of an entry that another statement gave"),
        ("SEEN", "of entries that another statement gave"),
        ("VERSION", "which version an entry has that another statement gave"),
        ("RUNNING", "results that are not shown yet, for those who decide about them"),
        ("TO_TELL", "whom to tell, not of what"),
        ("ENTRY_NOW", "which version there is, not what it says"),
        ("REPORTED", "which version there is, not what it says"),
    ];

    /// What reads how many entries there are (`tallied!`) rather than the entries.
    const COUNTED: &str = "FROM record_count t WHERE t.person_id = $1";

    #[test]
    fn every_statement_that_reads_entries_leaves_out_what_is_not_shown_yet() {
        let reads = |sql: &str| sql.starts_with("SELECT") && sql.contains("record_entry");
        for (name, sql) in STATEMENTS.iter().filter(|(_, sql)| reads(sql)) {
            if WHOLE.iter().any(|(other, _)| other == name) {
                continue;
            }
            // As often as entries are read, and of the person in `$1`.
            let (read, left_out) =
                (sql.matches("record_entry e ").count(), sql.matches("x.person_id = $1 AND x.opens_at > $").count());
            let counted = sql.contains(COUNTED);
            assert!(
                (read > 0 || counted) && left_out >= read.max(1),
                "{name}: {read} reads and {left_out} times what is not shown yet"
            );
        }
        let here: Vec<&str> = STATEMENTS.iter().map(|(_, sql)| *sql).collect();
        for (name, sql) in crate::all_statements() {
            if !reads(sql) || here.contains(&sql) || ELSEWHERE.iter().any(|(other, _)| *other == name) {
                continue;
            }
            let (read, left_out) =
                (sql.matches("record_entry e ").count(), sql.matches("x.person_id = $1 AND x.opens_at > $").count());
            let counted = sql.contains(COUNTED);
            assert!(
                (read > 0 || counted) && left_out >= read.max(1),
                "{name}: {read} reads and {left_out} times what is not shown yet"
            );
        }
    }
}
