//! Results of tests: what belongs to which report and which order, what waits for an answer, and one thing over time.
//!
//! Every statement that reads goes through the same clauses as the rest of the record: what is not open to the reader is not
//! there, and a report that is closed leaves its values standing by themselves.

use super::{Filter, Import, LineRow, NewEntry, ROWS, Source, sort_at};
use crate::dialect::Each;
use crate::{StoreError, Tx, on, statements};
use chrono::{DateTime, Utc};
use domain::record::{LinkRole, OrderRole, Release, ResultFacts, Value};
use domain::result::measures;
use domain::when::LAST_INSTANT;
use domain::{EntryId, PersonId, When};
use serde::Deserialize;
use sqlx::QueryBuilder;
use sqlx::types::Json;
use uuid::Uuid;

/// How many entries [`targets`] asks of at once.
pub const AT_ONCE: usize = 20;

/// What a result says beside what lists read, of `result_fact x`, as [`ResultRow`].
macro_rules! result {
    () => {
        ", e.resource_type, e.code_system, e.code, e.organisation_id, e.logical_id, o.name AS organisation, x.analyte, x.unit_code, x.more"
    };
}

macro_rules! facts_of {
    () => {
        " JOIN organisation o ON o.id = e.organisation_id LEFT JOIN result_fact x ON x.person_id = e.person_id AND x.entry_id = e.id"
    };
}

/// What is linked to by up to 20 entries in one way, that may be shown.
macro_rules! targets {
    () => {
        " FROM result_link l JOIN record_entry e ON e.person_id = l.person_id AND e.organisation_id = l.organisation_id \
         AND e.resource_type = l.resource_type AND e.logical_id = l.logical_id"
    };
}

macro_rules! of_these {
    () => {
        " WHERE l.person_id = $1 AND l.role = $2 AND l.place < $3 AND l.entry_id IN ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, \
         $15, $16, $17, $18, $19, $20, $21, $22, $23) AND e.release = 'released'"
    };
}

/// What links to a resource in one way, that may be shown.
macro_rules! origins {
    () => {
        " FROM result_link l JOIN record_entry e ON e.person_id = l.person_id AND e.id = l.entry_id \
         WHERE l.person_id = $1 AND l.organisation_id = $2 AND l.resource_type = $3 AND l.logical_id = $4 AND l.role = $5 \
         AND e.release = 'released'"
    };
}

macro_rules! results {
    () => {
        " FROM record_entry e JOIN organisation o ON o.id = e.organisation_id \
         LEFT JOIN result_fact x ON x.person_id = e.person_id AND x.entry_id = e.id \
         WHERE e.person_id = $1 AND e.category = 'results' AND e.release = 'released'"
    };
}

/// The words of the index `record_entry_awaited`, as they stand there. They are found by it, not among all results that are released.
macro_rules! awaited {
    () => {
        " FROM record_entry e WHERE e.person_id = $1 AND e.category = 'results' \
         AND e.resource_type IN ('ServiceRequest', 'DiagnosticReport') \
         AND e.status IN ('active', 'on-hold', 'registered', 'partial', 'preliminary') \
         AND CASE WHEN e.release = 'released' THEN 1 ELSE 0 END = 1"
    };
}

/// The entry of this row is shown.
macro_rules! is_shown {
    ($row:literal, $open:expr) => {
        concat!(
            " EXISTS (SELECT 1 FROM record_entry e WHERE e.person_id = ",
            $row,
            ".person_id AND e.id = ",
            $row,
            ".entry_id AND e.release = 'released'",
            $open,
            ")"
        )
    };
}

/// The entry of this row is shown, and a result: that somebody was scanned says nothing of what was found, nor does a test that is only
/// registered, or was called off.
macro_rules! answers {
    ($row:literal, $open:expr) => {
        is_shown!(
            $row,
            concat!(
                " AND e.resource_type <> 'ImagingStudy' \
                 AND NOT (e.resource_type = 'Observation' AND COALESCE(e.status, '') IN ('registered', 'cancelled'))",
                $open
            )
        )
    };
}

/// Another entry `a` with a number that the order `n` has.
macro_rules! same_number {
    () => {
        "a.person_id = n.person_id AND a.system = n.system AND a.value = n.value AND a.entry_id <> n.entry_id"
    };
}

/// Where several orders of one source have one number, whatever they ask for, it stands for all of them: only the one that is about the
/// same is meant, and none where that is several. So it is where it is the number of a group, of which the others may not be known.
macro_rules! is_meant {
    () => {
        " AND NOT EXISTS (SELECT 1 FROM order_number s WHERE s.person_id = n.person_id AND s.system = n.system AND s.value = n.value \
         AND s.role IN ('asks', 'beside') AND s.entry_id <> n.entry_id AND s.organisation_id = n.organisation_id \
         AND (s.about = n.about OR CASE WHEN n.about = a.about THEN 0 ELSE 1 END = 1)) \
         AND (NOT (n.is_group OR a.is_group) OR n.about = a.about)"
    };
}

/// The number `n` is not one that so many have that it says nothing, as where a source puts one word on all that it sends.
macro_rules! tells_apart {
    () => {
        " AND (SELECT COUNT(*) FROM (SELECT 1 FROM order_number s WHERE s.person_id = n.person_id AND s.system = n.system \
         AND s.value = n.value LIMIT 201) t) <= 200"
    };
}

/// That `a` is an order too, of another source: as a laboratory has one of its own for the one that it was sent.
macro_rules! is_copy {
    () => {
        "a.role = 'asks' AND a.organisation_id <> n.organisation_id"
    };
}

/// What refers to the order `a` as what it answers, in the same source.
macro_rules! refers_to_it {
    () => {
        "l.person_id = a.person_id AND l.organisation_id = a.organisation_id AND l.resource_type = 'ServiceRequest' \
         AND l.logical_id = a.logical_id AND l.role = 'order'"
    };
}

/// The entries `e` of what was found by its number, that may be shown; each is found by its id, not among all that is released.
macro_rules! of_numbers {
    ($found:expr, $open:expr) => {
        concat!(
            " FROM (",
            $found,
            ") f CROSS JOIN record_entry e WHERE e.person_id = $1 AND e.id = f.entry_id AND e.release = 'released'",
            $open,
            " ORDER BY e.sort_at DESC, e.id DESC LIMIT 20"
        )
    };
}

/// What answers the order `$2` by its number, that may be shown: what tells the number, and what answers another source's order with
/// it. From the order on, in this order (CROSS JOIN), so that only what has its number is looked at.
macro_rules! answering {
    ($open:expr) => {
        of_numbers!(
            concat!(
                "SELECT a.entry_id FROM order_number n CROSS JOIN order_number a WHERE n.person_id = $1 AND n.entry_id = $2 \
                 AND n.role = 'asks' AND a.role = 'answers' AND ",
                same_number!(),
                tells_apart!(),
                is_meant!(),
                " UNION SELECT l.entry_id FROM order_number n CROSS JOIN order_number a CROSS JOIN result_link l \
                 WHERE n.person_id = $1 AND n.entry_id = $2 AND n.role = 'asks' AND ",
                is_copy!(),
                " AND ",
                same_number!(),
                " AND ",
                refers_to_it!(),
                " AND",
                is_shown!("a", $open),
                tells_apart!(),
                is_meant!()
            ),
            $open
        )
    };
}

/// The orders that `$2` answers so, that may be shown. With the place of its links they are found by their entry, not among all.
macro_rules! answered {
    ($open:expr) => {
        of_numbers!(
            concat!(
                "SELECT n.entry_id FROM order_number a CROSS JOIN order_number n WHERE a.person_id = $1 AND a.entry_id = $2 \
                 AND a.role = 'answers' AND n.role = 'asks' AND ",
                same_number!(),
                tells_apart!(),
                is_meant!(),
                " UNION SELECT n.entry_id FROM result_link l CROSS JOIN order_number a CROSS JOIN order_number n \
                 WHERE l.person_id = $1 AND l.entry_id = $2 AND l.place >= 0 AND ",
                refers_to_it!(),
                " AND ",
                is_copy!(),
                " AND n.role = 'asks' AND ",
                same_number!(),
                " AND",
                is_shown!("a", $open),
                tells_apart!(),
                is_meant!()
            ),
            $open
        )
    };
}

/// That an entry `e` is an order that no result that is shown answers, in its own source or by its number, and not what only looks like an
/// order.
macro_rules! is_open_order {
    ($open:expr) => {
        concat!(
            "(e.kind = 'Test ordered' AND NOT EXISTS (SELECT 1 FROM result_link l \
             WHERE l.person_id = e.person_id AND l.organisation_id = e.organisation_id AND l.resource_type = 'ServiceRequest' \
             AND l.logical_id = e.logical_id AND l.role = 'order' AND",
            answers!("l", $open),
            ") AND NOT EXISTS (SELECT 1 FROM order_number n CROSS JOIN order_number a WHERE n.person_id = e.person_id \
             AND n.entry_id = e.id AND n.role = 'asks'",
            tells_apart!(),
            " AND ",
            same_number!(),
            " AND (a.role = 'answers' OR ",
            is_copy!(),
            " AND EXISTS (SELECT 1 FROM result_link l WHERE ",
            refers_to_it!(),
            " AND",
            answers!("l", $open),
            ")) AND",
            answers!("a", $open),
            is_meant!(),
            "))"
        )
    };
}

/// Without the orders that were answered, what only looks like an order, and early reports of which a value is shown: these stand with
/// their values among the results.
macro_rules! unanswered {
    ($open:expr) => {
        concat!(
            " AND (e.resource_type = 'DiagnosticReport' AND NOT EXISTS (SELECT 1 FROM result_link v WHERE v.person_id = e.person_id \
             AND v.entry_id = e.id AND v.role = 'member' AND EXISTS (SELECT 1 FROM record_entry e WHERE e.person_id = v.person_id \
             AND e.organisation_id = v.organisation_id AND e.resource_type = v.resource_type AND e.logical_id = v.logical_id \
             AND e.release = 'released' AND e.resource_type = 'Observation' AND COALESCE(e.status, '') NOT IN ('registered', 'cancelled')",
            $open,
            ")) OR ",
            is_open_order!($open),
            ")"
        )
    };
}

/// Without the orders that are awaited: these stand above the results.
macro_rules! not_awaited {
    ($open:expr) => {
        concat!(
            " AND NOT (e.resource_type = 'ServiceRequest' AND COALESCE(e.status, '') IN ('active', 'on-hold') AND ",
            is_open_order!($open),
            ")"
        )
    };
}

/// Results `x` of one thing with their entries `e`.
macro_rules! of_one {
    () => {
        " FROM result_fact x JOIN record_entry e ON e.person_id = x.person_id AND e.id = x.entry_id"
    };
}

/// Results `x` that tell of one thing, by themselves or in a part (`t`), with their entries `e`.
macro_rules! telling {
    () => {
        " FROM result_measured t JOIN record_entry e ON e.person_id = t.person_id AND e.id = t.entry_id \
         JOIN result_fact x ON x.person_id = t.person_id AND x.entry_id = t.entry_id"
    };
}

/// What up to 20 entries `e` are called at their source, and their codes. They are found by their ids, not among all that is released.
macro_rules! coded {
    () => {
        "SELECT e.id, e.title, e.code_system, e.code FROM record_entry e WHERE e.person_id = $1 AND e.id IN ($2, $3, $4, $5, $6, $7, $8, \
         $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) AND CASE WHEN e.release = 'released' THEN 1 ELSE 0 END = 1"
    };
}

/// Those that say something: a value, or several parts. What a result says beside the rest is text on one engine and a document on
/// the other, which writes a space after a colon; a word of a source can hold neither spelling.
macro_rules! says_something {
    () => {
        " AND e.category = 'results' AND e.release = 'released' AND (e.value_text IS NOT NULL \
         OR CAST(x.more AS TEXT) NOT LIKE '%\"parts\":[]%' AND CAST(x.more AS TEXT) NOT LIKE '%\"parts\": []%') \
         AND (e.status IS NULL OR e.status <> 'cancelled')"
    };
}

macro_rules! stretch {
    () => {
        concat!(
            " WHERE t.person_id = $1 AND t.analyte = $2 AND t.sort_at >= $3 AND (t.sort_at, t.entry_id) < ($4, $5)",
            says_something!()
        )
    };
}

macro_rules! trend {
    () => {
        concat!(telling!(), " JOIN organisation o ON o.id = e.organisation_id", stretch!())
    };
}

/// By what an entry is found, and another that is not the same as a whole: the newest of them, which is found along one index.
macro_rules! shared {
    ($open:expr) => {
        concat!(
            "SELECT t.analyte FROM result_measured t JOIN result_fact w ON w.person_id = t.person_id AND w.entry_id = t.entry_id \
             WHERE t.person_id = $1 AND t.entry_id = $2 AND (SELECT n.entry_id FROM result_measured n \
             JOIN record_entry e ON e.person_id = n.person_id AND e.id = n.entry_id \
             JOIN result_fact x ON x.person_id = n.person_id AND x.entry_id = n.entry_id \
             WHERE n.person_id = $1 AND n.analyte = t.analyte AND n.entry_id <> $2 \
             AND NOT EXISTS (SELECT 1 FROM result_measured m WHERE m.person_id = $1 AND m.entry_id = n.entry_id \
             AND m.analyte = w.analyte)",
            says_something!(),
            $open,
            " ORDER BY n.sort_at DESC, n.entry_id DESC LIMIT 1) IS NOT NULL ORDER BY t.analyte"
        )
    };
}

/// Those that may hold a number: as their value, at the beginning of it, or in parts.
macro_rules! may_be_drawn {
    () => {
        " AND (e.value_number IS NOT NULL OR SUBSTR(e.value_text, 1, 1) IN ('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '-') \
         OR CAST(x.more AS TEXT) NOT LIKE '%\"parts\":[]%' AND CAST(x.more AS TEXT) NOT LIKE '%\"parts\": []%')"
    };
}

/// The newest result of each thing by itself that may hold a number, which a few steps in the index for each thing find, however many
/// results there are.
macro_rules! newest_of_each {
    ($open:expr) => {
        concat!(
            "WITH RECURSIVE a(analyte) AS (SELECT MIN(x.analyte) FROM result_fact x WHERE x.person_id = $1 AND x.analyte IS NOT NULL \
             UNION ALL SELECT (SELECT MIN(x.analyte) FROM result_fact x WHERE x.person_id = $1 AND x.analyte > a.analyte) FROM a \
             WHERE a.analyte IS NOT NULL), \
             n(analyte, entry_id) AS MATERIALIZED (SELECT a.analyte, (SELECT x.entry_id",
            of_one!(),
            " WHERE x.person_id = $1 AND x.analyte = a.analyte",
            says_something!(),
            may_be_drawn!(),
            $open,
            " ORDER BY x.sort_at DESC, x.entry_id DESC LIMIT 1) FROM a WHERE a.analyte IS NOT NULL) \
             SELECT n.analyte AS of_analyte, ",
            line!(),
            ", x.more FROM n JOIN record_entry e ON e.person_id = $1 AND e.id = n.entry_id \
             JOIN result_fact x ON x.person_id = $1 AND x.entry_id = n.entry_id ORDER BY e.sort_at DESC, e.id DESC LIMIT 200"
        )
    };
}

/// Results of one thing with no more of each than a picture needs, as [`MeasuredRow`]: all of them are one text, because a row for each of hundreds
/// takes longer to hand over than to find. What a result says beside the rest is in it only where that has parts.
macro_rules! measured {
    ($all:literal, $one:literal, $more:literal, $end:literal, $open:expr) => {
        concat!(
            "SELECT ",
            $all,
            $one,
            "(n.kind, n.status, n.happened, n.value_text, n.value_number, n.value_unit, n.range_low, n.range_high, n.range_text, \
             n.interpretation, n.unit_code, n.analyte, ",
            $more,
            ")",
            $end,
            " FROM (SELECT e.kind, e.status, e.happened, e.value_text, e.value_number, e.value_unit, e.range_low, e.range_high, \
             e.range_text, e.interpretation, x.unit_code, x.analyte, CASE WHEN CAST(x.more AS TEXT) LIKE '%\"parts\":[]%' \
             OR CAST(x.more AS TEXT) LIKE '%\"parts\": []%' THEN NULL ELSE x.more END AS more",
            telling!(),
            stretch!(),
            $open,
            " ORDER BY t.sort_at DESC, t.entry_id DESC LIMIT $6 OFFSET $7) n"
        )
    };
}

macro_rules! measured_each {
    ($open:expr) => {
        Each {
            sqlite: measured!("json_group_array(", "json_array", "json(n.more)", ")", $open),
            postgres: measured!("COALESCE(CAST(json_agg(", "json_build_array", "n.more", ") AS TEXT), '[]')", $open),
        }
    };
}

/// The reports and groups `e` that hold up to 20 values `v`, as `by_itself!` counts them. From the values on, in this order (CROSS JOIN).
macro_rules! wholes {
    () => {
        " FROM record_entry v CROSS JOIN result_link l CROSS JOIN record_entry e WHERE v.person_id = $1 \
         AND v.id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) \
         AND v.resource_type = 'Observation' AND l.person_id = v.person_id AND l.organisation_id = v.organisation_id \
         AND l.resource_type = 'Observation' AND l.logical_id = v.logical_id AND l.role = 'member' \
         AND (l.from_type = 'DiagnosticReport' OR NOT EXISTS (SELECT 1 FROM result_link m \
         WHERE m.person_id = v.person_id AND m.entry_id = v.id AND m.role = 'member')) \
         AND e.person_id = l.person_id AND e.id = l.entry_id AND e.release = 'released'"
    };
}

/// A report before a group, and the newest before others.
macro_rules! wholes_order {
    () => {
        " ORDER BY v.id, CASE WHEN l.from_type = 'DiagnosticReport' THEN 0 ELSE 1 END, e.sort_at DESC, e.id DESC"
    };
}

/// When up to 20 reports and groups `w` were added, and each of their values `e`. From these on, in this order (CROSS JOIN); with the place
/// of its links they are found by their entry, not among all.
macro_rules! values_added {
    () => {
        "SELECT DISTINCT w.id AS of_entry, w.added_at AS whole_at, e.id, e.added_at FROM record_entry w CROSS JOIN result_link l \
         CROSS JOIN record_entry e WHERE w.person_id = $1 \
         AND w.id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) \
         AND l.person_id = w.person_id AND l.entry_id = w.id AND l.role = 'member' AND l.place >= 0 AND e.person_id = l.person_id \
         AND e.organisation_id = l.organisation_id AND e.resource_type = l.resource_type AND e.logical_id = l.logical_id \
         AND e.release = 'released'"
    };
}

const MEASURED: Each = measured_each!(opened!("$8"));
const MEASURED_OPEN: Each = measured_each!(open!("$8", "$9", "$10", "$11"));

statements! {
    FORGET_FACTS = "DELETE FROM result_fact WHERE person_id = $1 AND entry_id = $2";
    FORGET_MEASURED = "DELETE FROM result_measured WHERE person_id = $1 AND entry_id = $2";
    FORGET_LINKS = "DELETE FROM result_link WHERE person_id = $1 AND entry_id = $2";
    FORGET_NUMBERS = "DELETE FROM order_number WHERE person_id = $1 AND entry_id = $2";
    FACTS = concat!("SELECT ", line!(), result!(), " FROM record_entry e", facts_of!(), " WHERE e.person_id = $1 AND e.id = $2 AND e.release = 'released'", opened!("$3"));
    FACTS_OPEN = concat!(
        "SELECT ", line!(), result!(), " FROM record_entry e", facts_of!(),
        " WHERE e.person_id = $1 AND e.id = $2 AND e.release = 'released'", open!("$3", "$4", "$5", "$6")
    );
    TARGETS = concat!(
        "SELECT l.entry_id AS of_entry, l.place AS at_place, ", line!(), result!(), targets!(), facts_of!(), of_these!(), opened!("$24"), " ORDER BY l.entry_id, l.place"
    );
    TARGETS_OPEN = concat!(
        "SELECT l.entry_id AS of_entry, l.place AS at_place, ", line!(), result!(), targets!(), facts_of!(), of_these!(), open!("$24", "$25", "$26", "$27"),
        " ORDER BY l.entry_id, l.place"
    );
    /// What a report names and nobody sent.
    NAMED = "SELECT l.place AS at_place, l.name FROM result_link l WHERE l.person_id = $1 AND l.entry_id = $2 AND l.role = 'member' \
             AND l.name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM resource r WHERE r.person_id = l.person_id \
             AND r.organisation_id = l.organisation_id AND r.resource_type = l.resource_type AND r.logical_id = l.logical_id) \
             ORDER BY l.place LIMIT 1000";
    ORIGINS = concat!("SELECT ", line!(), origins!(), opened!("$6"), " ORDER BY e.sort_at DESC, e.id DESC LIMIT 20");
    ORIGINS_OPEN = concat!("SELECT ", line!(), origins!(), open!("$6", "$7", "$8", "$9"), " ORDER BY e.sort_at DESC, e.id DESC LIMIT 20");
    ANSWERING = concat!("SELECT ", line!(), answering!(opened!("$3")));
    ANSWERING_OPEN = concat!("SELECT ", line!(), answering!(open!("$3", "$4", "$5", "$6")));
    ANSWERED = concat!("SELECT ", line!(), answered!(opened!("$3")));
    ANSWERED_OPEN = concat!("SELECT ", line!(), answered!(open!("$3", "$4", "$5", "$6")));
    FIRST_RESULTS = concat!(
        "SELECT ", line!(), result!(), results!(), opened!("$3"), by_itself!("", opened!("$3")), not_awaited!(opened!("$3")),
        " ORDER BY e.sort_at DESC, e.id DESC LIMIT $2"
    );
    FIRST_RESULTS_OPEN = concat!(
        "SELECT ", line!(), result!(), results!(), open!("$3", "$4", "$5", "$6"), by_itself!("", open!("$3", "$4", "$5", "$6")),
        not_awaited!(open!("$3", "$4", "$5", "$6")), " ORDER BY e.sort_at DESC, e.id DESC LIMIT $2"
    );
    NEXT_RESULTS = concat!(
        "SELECT ", line!(), result!(), results!(), opened!("$5"), by_itself!("", opened!("$5")), not_awaited!(opened!("$5")),
        " AND (e.sort_at, e.id) < ($3, $4) ORDER BY e.sort_at DESC, e.id DESC LIMIT $2"
    );
    NEXT_RESULTS_OPEN = concat!(
        "SELECT ", line!(), result!(), results!(), open!("$5", "$6", "$7", "$8"), by_itself!("", open!("$5", "$6", "$7", "$8")),
        not_awaited!(open!("$5", "$6", "$7", "$8")),
        " AND (e.sort_at, e.id) < ($3, $4) ORDER BY e.sort_at DESC, e.id DESC LIMIT $2"
    );
    WHOLES = concat!("SELECT v.id AS of_entry, ", line!(), wholes!(), opened!("$22"), wholes_order!());
    WHOLES_OPEN = concat!("SELECT v.id AS of_entry, ", line!(), wholes!(), open!("$22", "$23", "$24", "$25"), wholes_order!());
    VALUES_ADDED = concat!(values_added!(), opened!("$22"));
    VALUES_ADDED_OPEN = concat!(values_added!(), open!("$22", "$23", "$24", "$25"));
    CODED = concat!(coded!(), opened!("$22"));
    CODED_OPEN = concat!(coded!(), open!("$22", "$23", "$24", "$25"));
    AWAITED = concat!("SELECT ", line!(), ", e.code_system, e.code", awaited!(), opened!("$3"), unanswered!(opened!("$3")), " ORDER BY e.sort_at DESC, e.id DESC LIMIT $2");
    AWAITED_OPEN = concat!(
        "SELECT ", line!(), ", e.code_system, e.code", awaited!(), open!("$3", "$4", "$5", "$6"), unanswered!(open!("$3", "$4", "$5", "$6")),
        " ORDER BY e.sort_at DESC, e.id DESC LIMIT $2"
    );
    NEWEST_OF_EACH = newest_of_each!(opened!("$2"));
    NEWEST_OF_EACH_OPEN = newest_of_each!(open!("$2", "$3", "$4", "$5"));
    SHARED = shared!(opened!("$3"));
    SHARED_OPEN = shared!(open!("$3", "$4", "$5", "$6"));
    TREND = concat!("SELECT ", line!(), result!(), trend!(), opened!("$7"), " ORDER BY t.sort_at DESC, t.entry_id DESC LIMIT $6");
    TREND_OPEN = concat!(
        "SELECT ", line!(), result!(), trend!(), open!("$7", "$8", "$9", "$10"), " ORDER BY t.sort_at DESC, t.entry_id DESC LIMIT $6"
    );
}

const NEW_FACTS: &str = "INSERT INTO result_fact (person_id, entry_id, analyte, unit_code, sort_at, more) ";
const NEW_MEASURED: &str = "INSERT INTO result_measured (person_id, entry_id, analyte, sort_at) ";
const NEW_LINKS: &str = "INSERT INTO result_link (person_id, entry_id, from_type, role, place, organisation_id, resource_type, \
                         logical_id, name) ";
const NEW_NUMBERS: &str =
    "INSERT INTO order_number (person_id, entry_id, role, organisation_id, logical_id, system, value, about, is_group) ";

/// A result with what lists do not read of it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ResultRow {
    /// What lists read.
    #[sqlx(flatten)]
    pub line: LineRow,
    /// The FHIR type of its resource.
    pub resource_type: String,
    /// The system of its code.
    pub code_system: Option<String>,
    /// Its code.
    pub code: Option<String>,
    /// From whom.
    pub organisation_id: Uuid,
    /// Its resource's id at the source.
    pub logical_id: String,
    /// Their name.
    pub organisation: String,
    /// By what other results of the same thing are known.
    pub analyte: Option<String>,
    /// Its unit in UCUM.
    pub unit_code: Option<String>,
    /// Its ranges, parts and files; absent for what was taken in before they were read.
    pub more: Option<Json<ResultFacts>>,
}

impl ResultRow {
    /// Which resource it shows.
    #[must_use]
    pub fn source(&self) -> Source<'_> {
        Source {
            organisation: domain::OrganisationId::from_uuid(self.organisation_id),
            resource_type: &self.resource_type,
            logical_id: &self.logical_id,
        }
    }
}

/// An order or a report that is not whole.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AwaitedRow {
    /// What lists read.
    #[sqlx(flatten)]
    pub line: LineRow,
    /// The system of its code.
    pub code_system: Option<String>,
    /// Its code.
    pub code: Option<String>,
}

/// One of the results of one thing, with what a picture and a sentence need of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct MeasuredRow {
    /// What sort of thing it is, in plain words.
    pub kind: String,
    /// The source's status word.
    pub status: Option<String>,
    happened: Option<String>,
    value_text: Option<String>,
    value_number: Option<String>,
    value_unit: Option<String>,
    range_low: Option<String>,
    range_high: Option<String>,
    range_text: Option<String>,
    interpretation: Option<String>,
    /// Its unit in UCUM.
    pub unit_code: Option<String>,
    /// What it is itself; where that is something else, one of its parts is what was asked for.
    pub analyte: Option<String>,
    /// What it says beside that; absent where it has no parts.
    pub more: Option<ResultFacts>,
}

impl MeasuredRow {
    /// When it happened.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is no date.
    pub fn happened(&self) -> Result<Option<When>, StoreError> {
        super::when(self.happened.as_deref())
    }

    /// Its value.
    #[must_use]
    pub fn value(&self) -> Option<Value> {
        let (shown, range) =
            ([&self.value_text, &self.value_number, &self.value_unit], [&self.range_low, &self.range_high, &self.range_text]);
        super::value(shown, range, self.interpretation.as_deref())
    }
}

/// What an entry links to.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TargetRow {
    /// Which entry links.
    pub of_entry: Uuid,
    /// Its place there.
    pub at_place: i32,
    /// What it links to.
    #[sqlx(flatten)]
    pub result: ResultRow,
}

/// A report or a group, as what holds a value.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WholeRow {
    /// Which value.
    pub of_entry: Uuid,
    /// What lists read of the report or the group.
    #[sqlx(flatten)]
    pub line: LineRow,
}

/// What a result is called at its source, and its code.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CodedRow {
    /// Which result.
    pub id: Uuid,
    /// Its name there.
    pub title: String,
    /// The system of its code.
    pub code_system: Option<String>,
    /// Its code.
    pub code: Option<String>,
}

/// When a report or a group was added, and one of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AddedRow {
    /// Which report or group.
    pub of_entry: Uuid,
    /// When it was added.
    pub whole_at: DateTime<Utc>,
    /// When the value was.
    pub added_at: DateTime<Utc>,
}

/// The newest result of one thing.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NewestRow {
    /// By what other results of the same thing are known.
    pub of_analyte: String,
    /// What lists read of it.
    #[sqlx(flatten)]
    pub line: LineRow,
    /// Its ranges, parts and files; absent for what was taken in before they were read.
    pub more: Option<Json<ResultFacts>>,
}

/// What a report names.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NamedMemberRow {
    /// Its place in the report.
    pub at_place: i32,
    /// What it is called.
    pub name: String,
}

/// Keeps what results say, of entries that are new.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn add(tx: &mut Tx, import: Import, entries: &[NewEntry]) -> Result<(), StoreError> {
    let entries: Vec<_> = entries.iter().map(|entry| (import, entry)).collect();
    add_of(tx, &entries, ROWS).await
}

/// The same of several runs, so many rows with each statement.
pub(super) async fn add_of(tx: &mut Tx, entries: &[(Import, &NewEntry)], at_once: usize) -> Result<(), StoreError> {
    let told: Vec<(Import, &NewEntry, &ResultFacts)> =
        entries.iter().filter_map(|(import, entry)| Some((*import, *entry, entry.facts.result.as_deref()?))).collect();
    for told in told.chunks(at_once) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW_FACTS);
            insert.push_values(told, |mut b, (import, entry, facts)| {
                // Links have a table of their own.
                let more = ResultFacts { links: Vec::new(), ..(*facts).clone() };
                b.push_bind(import.person.as_uuid())
                    .push_bind(entry.id.as_uuid())
                    .push_bind(&facts.analyte)
                    .push_bind(&facts.unit_code)
                    .push_bind(sort_at(&entry.facts))
                    .push_bind(Json(more));
            });
            insert.build().persistent(told.len() == at_once).execute(c).await.map(|_| ())
        })?;
    }
    let (mut found, mut links) = (Vec::new(), Vec::new());
    for (import, entry, facts) in told {
        found.extend(measures(facts).into_iter().map(|analyte| (import, entry, analyte)));
        for (place, link) in (0_i32..).zip(&facts.links) {
            links.push((import, entry, place, link));
        }
    }
    for found in found.chunks(at_once) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW_MEASURED);
            insert.push_values(found, |mut b, (import, entry, analyte)| {
                b.push_bind(import.person.as_uuid())
                    .push_bind(entry.id.as_uuid())
                    .push_bind(*analyte)
                    .push_bind(sort_at(&entry.facts));
            });
            insert.build().persistent(found.len() == at_once).execute(c).await.map(|_| ())
        })?;
    }
    for links in links.chunks(at_once) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW_LINKS);
            insert.push_values(links, |mut b, (import, entry, place, link)| {
                let known = !link.logical_id.is_empty();
                b.push_bind(import.person.as_uuid())
                    .push_bind(entry.id.as_uuid())
                    .push_bind(&entry.resource_type)
                    .push_bind(link.role.code())
                    .push_bind(*place)
                    .push_bind(import.organisation.as_uuid())
                    .push_bind(known.then_some(&link.resource_type))
                    .push_bind(known.then_some(&link.logical_id))
                    .push_bind(&link.name);
            });
            insert.build().persistent(links.len() == at_once).execute(c).await.map(|_| ())
        })?;
    }
    add_numbers(tx, entries, at_once).await
}

/// Keeps by which numbers orders and answers know each other; what is shown to nobody is known by none.
async fn add_numbers(tx: &mut Tx, entries: &[(Import, &NewEntry)], at_once: usize) -> Result<(), StoreError> {
    let mut numbers = Vec::new();
    for (import, entry) in entries.iter().filter(|(_, entry)| entry.facts.release == Release::Released) {
        let Some(ordered) = entry.facts.ordered.as_deref() else { continue };
        numbers.extend(ordered.numbers.iter().map(|one| (import, entry, ordered, one)));
    }
    for numbers in numbers.chunks(at_once) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW_NUMBERS);
            insert.push_values(numbers, |mut b, (import, entry, ordered, number)| {
                b.push_bind(import.person.as_uuid())
                    .push_bind(entry.id.as_uuid())
                    .push_bind(ordered.role.code())
                    .push_bind(import.organisation.as_uuid())
                    .push_bind(&entry.logical_id)
                    .push_bind(&number.system)
                    .push_bind(&number.value)
                    .push_bind(&ordered.about)
                    .push_bind(number.is_group);
            });
            insert.build().persistent(numbers.len() == at_once).execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Forgets what a result says beside what every entry says.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn forget(tx: &mut Tx, import: Import, entry: EntryId) -> Result<(), StoreError> {
    for statement in [FORGET_FACTS, FORGET_MEASURED, FORGET_LINKS, FORGET_NUMBERS] {
        on!(tx, c, sqlx::query(statement).bind(import.person.as_uuid()).bind(entry.as_uuid()).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// Forgets by which numbers an entry is known, because it is shown to nobody now.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn forget_numbers(tx: &mut Tx, import: Import, entry: EntryId) -> Result<(), StoreError> {
    on!(tx, c, sqlx::query(FORGET_NUMBERS).bind(import.person.as_uuid()).bind(entry.as_uuid()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Keeps what a result says now in place of what it said.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change(tx: &mut Tx, import: Import, entry: &NewEntry) -> Result<(), StoreError> {
    forget(tx, import, entry.id).await?;
    add(tx, import, std::slice::from_ref(entry)).await
}

/// A result that may be shown.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn one(tx: &mut Tx, person: PersonId, filter: &Filter, id: EntryId) -> Result<Option<ResultRow>, StoreError> {
    let statement = filter.choose(FACTS, FACTS_OPEN);
    Ok(on!(
        tx,
        c,
        bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()).bind(id.as_uuid()), filter).fetch_optional(c).await
    )?)
}

/// What up to [`AT_ONCE`] entries link to in this way and may be shown, the first `places` of each, in their order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn targets(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    (role, places): (LinkRole, i32),
    entries: &[Uuid],
) -> Result<Vec<TargetRow>, StoreError> {
    let Some(last) = entries.last() else { return Ok(Vec::new()) };
    let statement = filter.choose(TARGETS, TARGETS_OPEN);
    Ok(on!(tx, c, {
        let mut query = sqlx::query_as(statement).bind(person.as_uuid()).bind(role.code()).bind(places);
        for place in 0..AT_ONCE {
            query = query.bind(entries.get(place).unwrap_or(last));
        }
        bind_filter!(query, filter).fetch_all(c).await
    })?)
}

/// What of these entries is a value of a report or a group that may be shown, with each that holds it: a report first. [`AT_ONCE`] at most.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn wholes(tx: &mut Tx, person: PersonId, filter: &Filter, values: &[Uuid]) -> Result<Vec<WholeRow>, StoreError> {
    let Some(last) = values.last() else { return Ok(Vec::new()) };
    let statement = filter.choose(WHOLES, WHOLES_OPEN);
    Ok(on!(tx, c, {
        let mut query = sqlx::query_as(statement).bind(person.as_uuid());
        for place in 0..AT_ONCE {
            query = query.bind(values.get(place).unwrap_or(last));
        }
        bind_filter!(query, filter).fetch_all(c).await
    })?)
}

/// What these results that may be shown are called at their source, with their codes. [`AT_ONCE`] at most.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn coded(tx: &mut Tx, person: PersonId, filter: &Filter, results: &[Uuid]) -> Result<Vec<CodedRow>, StoreError> {
    let Some(last) = results.last() else { return Ok(Vec::new()) };
    let statement = filter.choose(CODED, CODED_OPEN);
    Ok(on!(tx, c, {
        let mut query = sqlx::query_as(statement).bind(person.as_uuid());
        for place in 0..AT_ONCE {
            query = query.bind(results.get(place).unwrap_or(last));
        }
        bind_filter!(query, filter).fetch_all(c).await
    })?)
}

/// When these reports and groups were added, and each of their values that may be shown. [`AT_ONCE`] at most.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn values_added(tx: &mut Tx, person: PersonId, filter: &Filter, of: &[Uuid]) -> Result<Vec<AddedRow>, StoreError> {
    let Some(last) = of.last() else { return Ok(Vec::new()) };
    let statement = filter.choose(VALUES_ADDED, VALUES_ADDED_OPEN);
    Ok(on!(tx, c, {
        let mut query = sqlx::query_as(statement).bind(person.as_uuid());
        for place in 0..AT_ONCE {
            query = query.bind(of.get(place).unwrap_or(last));
        }
        bind_filter!(query, filter).fetch_all(c).await
    })?)
}

/// What a report names of which nothing was ever received: for its owner alone, because others are told such names by the report
/// as they may read it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn named(tx: &mut Tx, person: PersonId, report: EntryId) -> Result<Vec<NamedMemberRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(NAMED).bind(person.as_uuid()).bind(report.as_uuid()).fetch_all(c).await)?)
}

/// What links to a resource in this way and may be shown, the newest first, twenty at most.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn origins(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    role: LinkRole,
    to: Source<'_>,
) -> Result<Vec<LineRow>, StoreError> {
    let statement = filter.choose(ORIGINS, ORIGINS_OPEN);
    Ok(on!(tx, c, {
        let query = sqlx::query_as(statement).bind(person.as_uuid()).bind(to.organisation.as_uuid());
        let query = query.bind(to.resource_type).bind(to.logical_id).bind(role.code());
        bind_filter!(query, filter).fetch_all(c).await
    })?)
}

/// What knows an entry by the number of an order, whoever sent them, and may be shown: where it is the order what answers it, and where it is an
/// answer the orders; the newest first, twenty at most.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_number(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    (role, id): (OrderRole, EntryId),
) -> Result<Vec<LineRow>, StoreError> {
    let statement = match role {
        OrderRole::Asks => filter.choose(ANSWERING, ANSWERING_OPEN),
        OrderRole::Answers => filter.choose(ANSWERED, ANSWERED_OPEN),
        OrderRole::Beside => return Ok(Vec::new()),
    };
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()).bind(id.as_uuid()), filter).fetch_all(c).await)?)
}

/// The results that stand by themselves, reports, and orders that are not awaited ([`awaited`]), the newest first, from after the given
/// place.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn page(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    after: Option<(DateTime<Utc>, EntryId)>,
    limit: i64,
) -> Result<Vec<ResultRow>, StoreError> {
    let statement = match after {
        Some(_) => filter.choose(NEXT_RESULTS, NEXT_RESULTS_OPEN),
        None => filter.choose(FIRST_RESULTS, FIRST_RESULTS_OPEN),
    };
    Ok(on!(tx, c, {
        let query = sqlx::query_as(statement).bind(person.as_uuid()).bind(limit);
        match after {
            Some((at, id)) => bind_filter!(query.bind(at).bind(id.as_uuid()), filter).fetch_all(c).await,
            None => bind_filter!(query, filter).fetch_all(c).await,
        }
    })?)
}

/// Orders of tests of which no answer is shown, and early reports of which no value is, the newest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn awaited(tx: &mut Tx, person: PersonId, filter: &Filter, limit: i64) -> Result<Vec<AwaitedRow>, StoreError> {
    let statement = filter.choose(AWAITED, AWAITED_OPEN);
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()).bind(limit), filter).fetch_all(c).await)?)
}

/// Which results of one thing.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'a> {
    /// Of what.
    pub analyte: &'a str,
    /// From this moment on.
    pub from: DateTime<Utc>,
    /// Those before this place alone.
    pub before: Option<(DateTime<Utc>, EntryId)>,
    /// So many.
    pub limit: i64,
}

impl Stretch<'_> {
    /// Before which place: after everything, and before the ids that are never given, where it is not said.
    fn place(&self) -> (DateTime<Utc>, Uuid) {
        self.before.map_or((LAST_INSTANT, Uuid::max()), |(at, id)| (at, id.as_uuid()))
    }
}

/// The results of one thing, whoever measured it and whether by itself or with others, the newest first. Where a result is something
/// else itself ([`ResultRow::analyte`]), the one of its parts that has this key is meant.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn trend(tx: &mut Tx, person: PersonId, filter: &Filter, which: Stretch<'_>) -> Result<Vec<ResultRow>, StoreError> {
    let statement = filter.choose(TREND, TREND_OPEN);
    let (at, id) = which.place();
    Ok(on!(tx, c, {
        let query = sqlx::query_as(statement).bind(person.as_uuid()).bind(which.analyte).bind(which.from);
        bind_filter!(query.bind(at).bind(id).bind(which.limit), filter).fetch_all(c).await
    })?)
}

/// The same with what a picture needs of each, without the first `skipped` of them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn measured(
    tx: &mut Tx,
    person: PersonId,
    filter: &Filter,
    which: Stretch<'_>,
    skipped: i64,
) -> Result<Vec<MeasuredRow>, StoreError> {
    let each = match filter {
        Filter::Everything { .. } => MEASURED,
        Filter::Only { .. } => MEASURED_OPEN,
    };
    let statement = each.of(tx);
    let (at, id) = which.place();
    let (rows,): (String,) = on!(tx, c, {
        let query = sqlx::query_as(statement).bind(person.as_uuid()).bind(which.analyte).bind(which.from);
        bind_filter!(query.bind(at).bind(id).bind(which.limit).bind(skipped), filter).fetch_one(c).await
    })?;
    serde_json::from_str(&rows).map_err(|_| StoreError::corrupt("results of one thing are no list"))
}

/// By which of what an entry is found another that may be shown is found too, other than those that are the same as it in whole: its
/// parts that have a line beyond that of the whole.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn shared(tx: &mut Tx, person: PersonId, filter: &Filter, id: EntryId) -> Result<Vec<String>, StoreError> {
    let statement = filter.choose(SHARED, SHARED_OPEN);
    let rows: Vec<(String,)> =
        on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()).bind(id.as_uuid()), filter).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(analyte,)| analyte).collect())
}

/// The newest result of each thing that may be shown and was measured by itself, the newest first, 200 at most.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn newest_of_each(tx: &mut Tx, person: PersonId, filter: &Filter) -> Result<Vec<NewestRow>, StoreError> {
    let statement = filter.choose(NEWEST_OF_EACH, NEWEST_OF_EACH_OPEN);
    Ok(on!(tx, c, bind_filter!(sqlx::query_as(statement).bind(person.as_uuid()), filter).fetch_all(c).await)?)
}
