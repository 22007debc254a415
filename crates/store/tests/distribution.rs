//! How the schema spreads over the machines of a distributed PostgreSQL: which table by which key, that no key of a table of people's
//! stands without the person, and that statements carry the person. What is said in docs/OPERATIONS.md is what is here.
#![expect(clippy::unwrap_used, reason = "tests stop at the first thing that is not as it must be")]

use std::collections::{BTreeMap, BTreeSet};
use store::DatabaseUrl;
use testkit::Place;

/// Where a group of tables lies, as the handbook names it, and which they are.
const PLACES: [(&str, &[&str]); 7] = [
    (
        "By the person",
        &[
            "access_query",
            "activity_setting",
            "appointment",
            "appointment_notice",
            "correction",
            "correction_step",
            "document",
            "document_content",
            "document_read",
            "emergency",
            "given_article",
            "goal",
            "goal_event",
            "hiding",
            "import_run",
            "let_in",
            "linkage_code",
            "listing",
            "medicine_choice",
            "medicine_dose",
            "medicine_notice",
            "medicine_order",
            "medicine_order_item",
            "medicine_reminder",
            "nomination",
            "order_number",
            "order_reminder",
            "outside_ask",
            "own_medicine",
            "own_note",
            "own_note_version",
            "prescribing_ask",
            "prescription",
            "prescription_item",
            "prescription_item_status",
            "prescription_notice",
            "prescription_watch",
            "profile_version",
            "questionnaire_request",
            "questionnaire_response",
            "questionnaire_response_version",
            "reading",
            "reading_alert",
            "reading_alert_act",
            "reading_device",
            "reading_found",
            "reading_import",
            "reading_left",
            "reading_left_row",
            "reading_measure",
            "reading_photo",
            "reading_rule",
            "reading_rule_version",
            "reading_sent",
            "reading_target",
            "reading_version",
            "reading_watch",
            "reading_week",
            "reading_week_best",
            "reading_week_helper",
            "reading_week_notice",
            "record_count",
            "record_entry",
            "record_indexed",
            "record_term",
            "record_text",
            "registration",
            "relationship",
            "relationship_change",
            "reminder_choice",
            "resource",
            "result_choices",
            "result_comment",
            "result_fact",
            "result_hold",
            "result_link",
            "result_measured",
            "safety_answer",
            "saved_support",
            "sharing_choice",
            "source_failure",
            "visitor",
        ],
    ),
    ("Who the person is", &["person"]),
    ("By the chain", &["audit_event", "audit_head", "audit_mark"]),
    (
        "By the account",
        &[
            "account",
            "account_display",
            "account_person",
            "application",
            "authenticator",
            "device",
            "mobile",
            "passkey",
            "recovery_code",
            "submission",
        ],
    ),
    ("By a key of their own", &["invitation", "mailed_link", "throttle", "web_session"]),
    (
        "Everywhere",
        &[
            "clinic_template",
            "closed_day",
            "dictionary_code",
            "dispenser",
            "dispenser_word",
            "medicine_rules",
            "organisation",
            "outside_diary",
            "outside_prescribing",
            "place",
            "postcode",
            "practitioner",
            "questionnaire_rules",
            "result_rules",
            "service",
            "staff_member",
            "team",
            "team_member",
        ],
    ),
    (
        "On one machine",
        &[
            "audit_checkpoint",
            "clinic",
            "needs_version",
            "outbox",
            "person_source",
            "slot",
            "text_in",
            "text_in_reading",
            "work_item",
            "work_note",
        ],
    ),
];

/// The group of which every table begins its key with `person_id`.
const BY_PERSON: &str = "By the person";

/// Keys that are one of all people's, and so would need a table of their own: who has this number, this token or this time.
const OF_EVERYBODY: [(&str, &str); 5] = [
    ("appointment", "slot_id"),
    ("person", "nhs_number"),
    ("reading_device", "token_hash"),
    ("record_text", "place"),
    ("relationship", "id"),
];

/// To what tables of people's refer that does not lie with them: whose account did it, and the time that was booked.
const ELSEWHERE: [&str; 3] = ["account", "clinic", "slot"];

/// Statements about tables of people's that are not about one person, by name and first table: what is done in the background for whoever is
/// due, what a care team has before it, what the operator counts, and who somebody is that is known by something else.
const AMONG_PEOPLE: [(&str, &str); 57] = [
    ("ACTIVE", "registration"),
    ("AHEAD", "appointment"),
    ("ALL", "medicine_order"),
    ("APPLICATION", "relationship"),
    ("APPLICATIONS", "relationship"),
    ("ASKED", "medicine_order_item"),
    ("AT_CLINIC", "registration"),
    ("BOOKED", "appointment"),
    ("BY_ID_AT", "appointment"),
    ("BY_TOKEN", "reading_device"),
    ("CHANGE_BOOKED", "appointment"),
    ("COMING", "appointment"),
    ("DUE", "outside_ask"),
    ("DUE", "prescribing_ask"),
    ("DUE", "prescription_watch"),
    ("DUE", "reading_alert"),
    ("DUE_PEOPLE", "goal"),
    ("DUE_PEOPLE", "medicine_reminder"),
    ("DUE_PEOPLE", "reading_week"),
    ("EARLIER_DUE", "appointment"),
    ("ENTRY_COUNTS", "record_entry"),
    ("FLAGGED", "medicine_order_item"),
    ("INSERT", "appointment"),
    ("KEEP_HERE", "appointment"),
    ("LAST_BEFORE", "import_run"),
    ("LAST_SEEN", "appointment"),
    ("LINKED", "registration"),
    ("LOST", "appointment_notice"),
    ("MISSED", "appointment"),
    ("MOVED", "prescribing_ask"),
    ("NEEDS_AT_CLINIC", "appointment"),
    ("OF", "medicine_order"),
    ("OF_CARER", "relationship"),
    ("OF_CLINIC", "appointment"),
    ("OF_ORGANISATION", "emergency"),
    ("OPEN_AT", "prescribing_ask"),
    ("ORDER_PEOPLE", "medicine_choice"),
    ("OWN_BORN", "registration"),
    ("PEOPLE", "registration"),
    ("PEOPLE_AGAIN", "prescription_item"),
    ("PREPARED", "medicine_order_item"),
    ("REMOVE", "outside_ask"),
    ("REMOVE", "prescribing_ask"),
    ("RENEW_SLOT", "appointment"),
    ("STAYING", "record_entry"),
    ("TODAY", "listing"),
    ("TO_LOOK", "prescribing_ask"),
    ("TO_TELL", "result_hold"),
    ("UNINDEXED", "record_indexed"),
    ("WAITING", "access_query"),
    ("WAITING", "appointment"),
    ("WAITING", "prescribing_ask"),
    ("WAITING", "reading_import"),
    ("WARNED", "record_entry"),
    ("WHOSE", "emergency"),
    ("WHOSE", "medicine_order"),
    ("WHOSE", "relationship"),
];

/// Of all statements those in which a table is not found by the person, nor joined by it: by name and that table.
const APART: [(&str, &str); 27] = [
    ("AHEAD", "appointment"),
    ("AT_CLINIC", "appointment"),
    ("BY_ID_AT", "appointment"),
    ("BY_TOKEN", "reading_device"),
    ("CHANGE_BOOKED", "appointment"),
    ("DUE", "medicine_order"),
    ("DUE", "outside_ask"),
    ("DUE", "prescribing_ask"),
    ("KEEP_HERE", "appointment"),
    ("LAST_BEFORE", "import_run"),
    ("LAST_SEEN", "appointment"),
    ("MISSED", "appointment"),
    ("NEEDS_AT_CLINIC", "appointment"),
    ("PEOPLE", "registration"),
    ("REMOVE", "outside_ask"),
    ("REMOVE", "prescribing_ask"),
    ("RENEW_SLOT", "appointment"),
    ("STAYING", "record_entry"),
    ("TODAY", "listing"),
    ("WAITING", "access_query"),
    ("WAITING", "appointment"),
    ("WAITING", "prescribing_ask"),
    ("WAITING", "reading_import"),
    ("WARNED", "record_entry"),
    ("WHOSE", "emergency"),
    ("WHOSE", "medicine_order"),
    ("WHOSE", "relationship"),
];

/// What pages read and write all the time, by name and first table, none of which may be among people.
const HOT: [(&str, &str); 18] = [
    ("ALL", "record_entry"),
    ("ALL_OPEN", "record_entry"),
    ("OF_KIND", "record_entry"),
    ("OF_SOURCE", "record_entry"),
    ("COUNTS", "record_entry"),
    ("NEWEST", "record_entry"),
    ("NEWEST_OPEN", "record_entry"),
    ("FIRST_RESULTS", "record_entry"),
    ("NEXT_RESULTS", "record_entry"),
    ("NEWEST_OF_EACH", "result_fact"),
    ("TREND", "result_measured"),
    ("MEDICINES", "record_entry"),
    ("PAGE", "reading_photo"),
    ("SERIES", "reading"),
    ("DAYS", "reading"),
    ("ADD", "reading"),
    ("BETWEEN", "relationship"),
    ("OF_PERSON", "appointment"),
];

/// What pages read and write all the time by something else than the person: by name, and what the statement says of it.
const HOT_OTHERWISE: [(&str, &str); 9] = [
    ("TAKE_HEAD", "audit_head SET seq = seq + 1 WHERE chain_id = $1"),
    ("SET_HEAD", "audit_head SET hash = $2 WHERE chain_id = $1"),
    ("APPEND", "INTO audit_event (chain_id, hash,"),
    ("LATEST", "FROM audit_event WHERE chain_id = $1"),
    ("FILTERED", "FROM audit_event WHERE chain_id = $1"),
    ("BY_HASH", "WHERE s.id_hash = $1"),
    ("SAVE", "INTO web_session (id_hash, id,"),
    ("TOUCH", "web_session SET last_seen_at = $2 WHERE id_hash = $1"),
    ("BETWEEN", "FROM account_person WHERE account_id = $1 AND person_id = $2"),
];

fn placed(place: &str) -> BTreeSet<&'static str> {
    let found = PLACES.iter().find(|(name, _)| *name == place);
    found.into_iter().flat_map(|(_, tables)| tables.iter().copied()).collect()
}

/// A statement word by word, each other sign by itself.
fn words(sql: &str) -> Vec<&str> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '$');
    let (mut all, mut begins) = (Vec::new(), None);
    for (at, letter) in sql.char_indices() {
        if is_part(letter) {
            begins = begins.or(Some(at));
            continue;
        }
        all.extend(begins.take().map(|from| &sql[from..at]));
        if !letter.is_whitespace() {
            all.push(&sql[at..at + letter.len_utf8()]);
        }
    }
    all.extend(begins.map(|from| &sql[from..]));
    all
}

/// A table of people's in a statement, and the name that it has there.
struct Named<'a> {
    verb: &'a str,
    table: &'a str,
    alias: &'a str,
}

fn named<'a>(words: &[&'a str], tables: &BTreeSet<&str>) -> Vec<Named<'a>> {
    let at = |place: usize| words.get(place).copied().unwrap_or("");
    let mut found = Vec::new();
    for place in 0..words.len() {
        let (verb, table) = (at(place), at(place + 1));
        if !["FROM", "JOIN", "UPDATE", "INTO"].contains(&verb) || !tables.contains(table) {
            continue;
        }
        let after = if at(place + 2) == "AS" { at(place + 3) } else { at(place + 2) };
        let alias = if after.starts_with(|letter: char| letter.is_ascii_lowercase()) { after } else { table };
        found.push(Named { verb, table, alias });
    }
    found
}

/// Whether it is about one person, whose id is bound to it.
fn is_bound(words: &[&str]) -> bool {
    let compared = words.windows(3).any(|three| {
        (three[0] == "person_id" || three[0].ends_with(".person_id")) && three[1] == "=" && three[2].starts_with('$')
    });
    let added = words.first() == Some(&"INSERT") && words.get(4) == Some(&"person_id") && words.contains(&"VALUES");
    compared || added
}

/// Whether a table in it is found by the person or joined by it.
fn is_tied(words: &[&str], one: &Named<'_>) -> bool {
    if one.verb == "INTO" {
        let from = words.windows(2).position(|two| two[0] == "INTO" && two[1] == one.table).unwrap_or(0);
        return words[from..].iter().take_while(|word| **word != ")").any(|word| *word == "person_id");
    }
    let full = format!("{}.person_id", one.alias);
    let joined = words.windows(2).any(|two| (two[0] == full && two[1] == "=") || (two[0] == "=" && two[1] == full));
    let alone = one.alias == one.table;
    let bound = words.windows(3).any(|three| three[0] == "person_id" && three[1] == "=" && three[2].starts_with('$'));
    joined || (alone && bound)
}

#[test]
fn statements_about_people_carry_the_person_but_for_those_that_are_named() {
    let tables = placed(BY_PERSON);
    // A statement is known by its name and its first table: where two have both alike, the one would hide the other.
    let (mut among, mut apart, mut bound) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for (name, sql) in store::all_statements() {
        let words = words(sql);
        let found = named(&words, &tables);
        let Some(first) = found.first() else { continue };
        if is_bound(&words) {
            bound.insert((name, first.table));
        } else {
            among.push((name, first.table));
        }
        apart.extend(found.iter().find(|one| !is_tied(&words, one)).map(|one| (name, one.table)));
    }
    among.sort_unstable();
    assert_eq!(among, AMONG_PEOPLE, "statements without a person");
    assert_eq!(apart, BTreeSet::from(APART), "tables that are not joined by the person");
    for hot in HOT {
        assert!(bound.contains(&hot), "{hot:?} is not about one person, or is not there");
        assert!(!among.contains(&hot), "another {hot:?} is not about one person: give it another name");
    }
}

#[test]
fn the_audit_and_sessions_are_found_by_their_own_key() {
    let all = store::all_statements();
    for (name, says) in HOT_OTHERWISE {
        assert!(all.iter().any(|(found, sql)| *found == name && sql.contains(says)), "{name}: {says}");
    }
}

#[test]
fn a_statement_without_the_person_is_seen() {
    let tables = BTreeSet::from(["reading", "hiding"]);
    let told = |sql: &'static str| {
        let words = words(sql);
        let found = named(&words, &tables);
        (is_bound(&words), found.iter().filter(|one| !is_tied(&words, one)).map(|one| one.table).collect::<Vec<_>>())
    };
    assert_eq!(told("SELECT r.id FROM reading r WHERE r.person_id = $1"), (true, vec![]));
    assert_eq!(told("SELECT id FROM reading WHERE id = $1"), (false, vec!["reading"]));
    assert_eq!(
        told("SELECT r.id FROM reading r JOIN hiding h ON h.entry_id = r.id WHERE r.person_id = $1"),
        (true, vec!["hiding"])
    );
    assert_eq!(
        told("SELECT r.id FROM reading r JOIN hiding h ON h.person_id = r.person_id WHERE r.measure = $1"),
        (false, vec![])
    );
    assert_eq!(told("INSERT INTO reading (person_id, id) VALUES ($1, $2)"), (true, vec![]));
    assert_eq!(told("UPDATE reading SET note = $2 WHERE id = $1"), (false, vec!["reading"]));
}

type Two = (String, String);
type Three = (String, String, String);
type Five = (String, String, String, String, String);

/// What the live schema says: the columns of each primary key, of each key of which there is one, and of each reference.
#[derive(Default)]
struct Schema {
    primary: BTreeMap<String, Vec<String>>,
    unique: BTreeMap<Two, Vec<String>>,
    refers: BTreeMap<Three, Vec<Two>>,
}

const SQLITE_PRIMARY: &str = "SELECT t.name, c.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c \
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '\\_%' ESCAPE '\\' AND c.pk > 0 ORDER BY t.name, c.pk";
const SQLITE_UNIQUE: &str = "SELECT t.name, i.name, COALESCE(c.name, '') FROM pragma_table_list t JOIN pragma_index_list(t.name) i \
    JOIN pragma_index_info(i.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '\\_%' ESCAPE '\\' \
    AND i.\"unique\" = 1 ORDER BY t.name, i.name, c.seqno";
const SQLITE_REFERS: &str = "SELECT t.name, CAST(f.id AS TEXT), f.\"table\", f.\"from\", COALESCE(f.\"to\", '') FROM pragma_table_list t \
    JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, f.id, f.seq";
const POSTGRES_PRIMARY: &str = "SELECT t.relname::TEXT, a.attname::TEXT FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid \
    JOIN pg_namespace s ON s.oid = t.relnamespace CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k(attnum, n) \
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum \
    WHERE s.nspname = 'public' AND x.indisprimary AND t.relname NOT LIKE '\\_%' ORDER BY t.relname, k.n";
const POSTGRES_UNIQUE: &str = "SELECT t.relname::TEXT, i.relname::TEXT, COALESCE(a.attname, '')::TEXT FROM pg_index x \
    JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace s ON s.oid = t.relnamespace \
    CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k(attnum, n) \
    LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum \
    WHERE s.nspname = 'public' AND x.indisunique AND t.relname NOT LIKE '\\_%' AND k.n <= x.indnkeyatts ORDER BY t.relname, i.relname, k.n";
const POSTGRES_REFERS: &str = "SELECT t.relname::TEXT, c.conname::TEXT, f.relname::TEXT, a.attname::TEXT, b.attname::TEXT \
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid \
    JOIN pg_namespace s ON s.oid = t.relnamespace CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k(here, there, n) \
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.here JOIN pg_attribute b ON b.attrelid = f.oid AND b.attnum = k.there \
    WHERE c.contype = 'f' AND s.nspname = 'public' ORDER BY t.relname, c.conname, k.n";

async fn schema(place: &Place) -> Schema {
    let (primary, unique, refers): (Vec<Two>, Vec<Three>, Vec<Five>) = match &place.url {
        DatabaseUrl::Sqlite(path) => {
            let raw = sqlx::SqlitePool::connect(path.to_str().unwrap()).await.unwrap();
            let primary = sqlx::query_as(SQLITE_PRIMARY).fetch_all(&raw).await.unwrap();
            let unique = sqlx::query_as(SQLITE_UNIQUE).fetch_all(&raw).await.unwrap();
            let refers = sqlx::query_as(SQLITE_REFERS).fetch_all(&raw).await.unwrap();
            raw.close().await;
            (primary, unique, refers)
        }
        DatabaseUrl::Postgres(url) => {
            let raw = sqlx::PgPool::connect(url).await.unwrap();
            let primary = sqlx::query_as(POSTGRES_PRIMARY).fetch_all(&raw).await.unwrap();
            let unique = sqlx::query_as(POSTGRES_UNIQUE).fetch_all(&raw).await.unwrap();
            let refers = sqlx::query_as(POSTGRES_REFERS).fetch_all(&raw).await.unwrap();
            raw.close().await;
            (primary, unique, refers)
        }
    };
    let mut found = Schema::default();
    for (table, column) in primary {
        found.primary.entry(table).or_default().push(column);
    }
    for (table, index, column) in unique {
        found.unique.entry((table, index)).or_default().push(column);
    }
    for (table, key, to, here, there) in refers {
        found.refers.entry((table, key, to)).or_default().push((here, there));
    }
    found
}

testkit::both_engines! {
    async fn every_table_has_its_place_and_each_of_peoples_is_found_by_the_person(place: &Place) {
        let columns = place.store.columns().await.unwrap();
        let live: BTreeSet<&str> = columns.iter().filter_map(|column| Some(column.split_once('.')?.0)).collect();
        let all: Vec<&str> = PLACES.iter().flat_map(|(_, tables)| tables.iter().copied()).collect();
        assert_eq!(all.iter().copied().collect::<BTreeSet<_>>(), live);
        assert_eq!(all.len(), live.len(), "a table has two places");
        let schema = schema(place).await;
        let (people, everywhere) = (placed(BY_PERSON), placed("Everywhere"));
        for table in &live {
            let leads = schema.primary[*table][0].as_str();
            assert_eq!(leads == "person_id", people.contains(table), "{table} is found by {leads}");
        }
        let mut of_everybody = BTreeSet::new();
        for ((table, _), columns) in &schema.unique {
            let key = if table == "person" { "id" } else { "person_id" };
            if (people.contains(table.as_str()) || table == "person") && !columns.iter().any(|column| column == key) {
                of_everybody.insert((table.clone(), columns.join(", ")));
            }
        }
        // On PostgreSQL the place of an entry's words is one of its person's alone.
        let is_sqlite = place.store.engine_name() == "SQLite";
        let expected = OF_EVERYBODY.iter().filter(|(table, _)| is_sqlite || *table != "record_text");
        let expected: BTreeSet<_> = expected.map(|(table, key)| ((*table).to_owned(), (*key).to_owned())).collect();
        assert_eq!(of_everybody, expected);
        for ((table, _, to), columns) in schema.refers.iter().filter(|((table, ..), _)| people.contains(table.as_str())) {
            let by_person = columns.iter().any(|(here, there)| here == "person_id" && (there == "person_id" || to == "person"));
            let with_them = (people.contains(to.as_str()) || to == "person") && by_person;
            let allowed = with_them || everywhere.contains(to.as_str()) || ELSEWHERE.contains(&to.as_str());
            assert!(allowed, "{table} refers to {to} by {columns:?}");
        }
    }
}

#[test]
fn the_handbook_says_the_same() {
    let handbook = include_str!("../../../docs/OPERATIONS.md");
    for (place, tables) in PLACES {
        let line = handbook.lines().find_map(|line| line.strip_prefix(&format!("| {place} |"))).unwrap();
        let (_, last) = line.trim_end_matches('|').trim_end().rsplit_once('|').unwrap();
        let said: BTreeSet<&str> = last.split('`').skip(1).step_by(2).collect();
        assert_eq!(said, tables.iter().copied().collect::<BTreeSet<_>>(), "{place}");
    }
}
