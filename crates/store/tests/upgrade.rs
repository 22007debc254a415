//! What was there in the first schema is there, and is what it was, when all later migrations have run over it.

use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use store::{DatabaseUrl, Options, Store};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// The first schema there was.
const FIRST: i64 = 1;

/// What a program with the first schema wrote: somebody with an account, two sources, a result and the event of its import. `{ID}` is the
/// beginning of an id, `{BYTES}` of bytes, `{YES}` and `{NO}` are truth.
const WRITTEN: &str = "
INSERT INTO organisation (id, code, name, kind, created_at) VALUES
    ({ID}00000000000000000000000000000001', 'Y90001', 'Marsh Lane Surgery', 'practice', '2026-01-02T03:04:05.000000Z'),
    ({ID}00000000000000000000000000000002', 'Y90002', 'Larch Hospital', 'hospital', '2026-01-02T03:04:05.000000Z');
INSERT INTO person (id, nhs_number, family_name, given_names, birth_date, deceased, created_at, updated_at) VALUES
    ({ID}00000000000000000000000000000003', '9000000009', 'Larkspur', '[\"Margaret\"]', '1942-03-31', {NO},
     '2026-01-02T03:04:05.000000Z', '2026-01-02T03:04:05.000000Z');
INSERT INTO person_source (organisation_id, logical_id, person_id) VALUES
    ({ID}00000000000000000000000000000001', 'p1', {ID}00000000000000000000000000000003');
INSERT INTO import_run (person_id, id, organisation_id, ran_at, report) VALUES
    ({ID}00000000000000000000000000000003', {ID}00000000000000000000000000000004', {ID}00000000000000000000000000000001',
     '2026-01-02T03:04:05.000000Z', '{}');
INSERT INTO resource (person_id, id, organisation_id, resource_type, logical_id, version, is_current, hash, import_id, received_at, raw)
VALUES ({ID}00000000000000000000000000000003', {ID}00000000000000000000000000000005', {ID}00000000000000000000000000000001',
    'Observation', 'o1', 1, {YES}, {BYTES}0a0b', {ID}00000000000000000000000000000004', '2026-01-02T03:04:05.000000Z', '{\"a\": 1}');
INSERT INTO record_entry (person_id, id, resource_id, organisation_id, resource_type, logical_id, category, kind, title, sort_at,
    value_text, details, none_known, sensitivity, release, added_at, updated_at)
VALUES ({ID}00000000000000000000000000000003', {ID}00000000000000000000000000000006', {ID}00000000000000000000000000000005',
    {ID}00000000000000000000000000000001', 'Observation', 'o1', 'results', 'Result', 'HbA1c', '2025-12-31T00:00:00.000000Z', '48',
    '{}', {NO}, '', 'released', '2026-01-02T03:04:05.000000Z', '2026-01-02T03:04:05.000000Z');
INSERT INTO account (id, email, email_key, created_at, updated_at) VALUES
    ({ID}00000000000000000000000000000007', 'm@example.org', 'm@example.org', '2026-01-02T03:04:05.000000Z', '2026-01-02T03:04:05.000000Z');
INSERT INTO account_person (account_id, person_id, relation, level, evidence, linked_at) VALUES
    ({ID}00000000000000000000000000000007', {ID}00000000000000000000000000000003', 'self', 'full', 'code', '2026-01-02T03:04:05.000000Z');
INSERT INTO audit_event (chain_id, seq, id, at, actor_kind, action, basis, purpose, detail, hash) VALUES
    ({ID}00000000000000000000000000000003', 1, {ID}00000000000000000000000000000008', '2026-01-02T03:04:05.000000Z', 'system', 'import',
     'system', 'operations', '{}', {BYTES}0c0d');
INSERT INTO audit_head (chain_id, seq, hash) VALUES ({ID}00000000000000000000000000000003', 1, {BYTES}0c0d');
";

/// What is asked when all migrations have run: each finds one row.
const FOUND: [&str; 12] = [
    "SELECT COUNT(*) FROM organisation WHERE code = 'Y90001' AND name = 'Marsh Lane Surgery' AND kind = 'practice'",
    "SELECT COUNT(*) FROM person WHERE nhs_number = '9000000009' AND family_name = 'Larkspur'",
    "SELECT COUNT(*) FROM person_source WHERE logical_id = 'p1'",
    "SELECT COUNT(*) FROM import_run",
    "SELECT COUNT(*) FROM resource WHERE logical_id = 'o1' AND raw = '{\"a\": 1}' AND version = 1",
    "SELECT COUNT(*) FROM record_entry WHERE title = 'HbA1c' AND value_text = '48' AND release = 'released'",
    "SELECT COUNT(*) FROM account JOIN account_person ON account_person.account_id = account.id WHERE relation = 'self'",
    "SELECT COUNT(*) FROM audit_event JOIN audit_head ON audit_head.chain_id = audit_event.chain_id \
     AND audit_head.seq = audit_event.seq AND audit_head.hash = audit_event.hash",
    // What later schemas keep besides was made of what was there.
    "SELECT COUNT(*) FROM registration JOIN organisation ON organisation.id = registration.organisation_id \
     WHERE code = 'Y90001' AND ended_at IS NULL",
    "SELECT COUNT(*) FROM person WHERE had_account",
    "SELECT COUNT(*) FROM record_count WHERE category = 'results' AND entries = 1 AND none_known = 0",
    "SELECT COUNT(*) FROM registration",
];

fn written(id: &str, bytes: &str, (yes, no): (&str, &str)) -> AssertSqlSafe<String> {
    AssertSqlSafe(WRITTEN.replace("{ID}", id).replace("{BYTES}", bytes).replace("{YES}", yes).replace("{NO}", no))
}

#[tokio::test]
async fn what_the_first_schema_held_in_an_embedded_database_is_there_after_all_migrations() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let raw = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&path).create_if_missing(true)).await.unwrap();
    SQLITE.run_to(FIRST, &raw).await.unwrap();
    sqlx::raw_sql(written("X'", "X'", ("1", "0"))).execute(&raw).await.unwrap();
    raw.close().await;
    let store = Store::open(&DatabaseUrl::Sqlite(path.clone()), Options::default()).await.unwrap();
    store.migrate().await.unwrap();
    store.ready().await.unwrap();
    store.close().await;
    let raw = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&path)).await.unwrap();
    for question in FOUND {
        assert_eq!(sqlx::query_scalar::<_, i64>(question).fetch_one(&raw).await.unwrap(), 1, "{question}");
    }
    let loose = sqlx::query("PRAGMA foreign_key_check").fetch_all(&raw).await.unwrap();
    assert!(loose.is_empty(), "{} rows refer to nothing", loose.len());
    raw.close().await;
}

#[tokio::test]
async fn what_the_first_schema_held_in_postgresql_is_there_after_all_migrations() {
    let place = testkit::fresh("postgres").await;
    let DatabaseUrl::Postgres(url) = &place.url else { panic!("PostgreSQL") };
    let raw = PgPool::connect(url).await.unwrap();
    sqlx::raw_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public").execute(&raw).await.unwrap();
    POSTGRES.run_to(FIRST, &raw).await.unwrap();
    sqlx::raw_sql(written("'", "'\\x", ("TRUE", "FALSE"))).execute(&raw).await.unwrap();
    place.store.migrate().await.unwrap();
    place.store.ready().await.unwrap();
    for question in FOUND {
        assert_eq!(sqlx::query_scalar::<_, i64>(question).fetch_one(&raw).await.unwrap(), 1, "{question}");
    }
    raw.close().await;
    place.clear().await;
}
