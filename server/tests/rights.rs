//! Serving with an account of PostgreSQL that may change neither the schema nor what the audit holds.

use crate::common::TestApp;
use axum::http::StatusCode;
use domain::access::Actor;
use std::process::Command;
use store::{DatabaseUrl, Options, Store, StoreError};
use testkit::Place;

const RIGHTS: &str = include_str!("../../deploy/serving-rights.sql");
/// "insufficient_privilege" (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
const DENIED: &str = "42501";
const SAM: &str = "sam.rivers@example.org";

#[tokio::test(flavor = "multi_thread")]
async fn an_account_with_the_rights_to_serve_serves_and_changes_neither_the_schema_nor_the_audit() {
    let mut place = testkit::fresh("postgres").await;
    let DatabaseUrl::Postgres(owner) = place.url.clone() else { panic!("another engine") };
    let name = owner.rsplit('/').next().unwrap().split('?').next().unwrap();
    let role = format!("{name}_serving");
    place.alter(&format!("CREATE ROLE {role} NOLOGIN;\n{}", RIGHTS.replace("selfheal_serving", &role))).await;
    let joint = if owner.contains('?') { '&' } else { '?' };
    let url = format!("{owner}{joint}options=-c%20role%3D{role}");
    let serving: DatabaseUrl = url.parse().unwrap();
    place.store.close().await;
    place.store = Store::open(&serving, Options::default()).await.unwrap();
    place.store.migrate().await.unwrap();
    place.store.ready().await.unwrap();

    // What is taken in, looked at, changed and cleared away.
    let app = TestApp::over(&place);
    let person = app.person("999 000 0018", "Rivers", "Asthma").await;
    let account = app.account(SAM, Some(person)).await;
    let mut sam = app.signed_in(SAM).await;
    for path in ["/record", "/readings", "/activity", "/account"] {
        assert_eq!(sam.get(path).await.status, StatusCode::OK, "{path}");
    }
    app.services.accounts.end_sessions(&Actor::Operator, account).await.unwrap();
    app.services.sessions.purge().await.unwrap();
    app.services.accounts.tidy().await.unwrap();
    assert_eq!(app.services.activity.verify().await.unwrap().faults, Vec::<String>::new());
    for command in [&["migrate"][..], &["audit", "checkpoint"], &["audit", "verify"], &["verify"]] {
        let run = Command::new(env!("CARGO_BIN_EXE_selfheal"))
            .args(command)
            .current_dir(place.folder.path())
            .env("SELFHEAL_DATABASE_URL", &url)
            .env("SELFHEAL_AUDIT_KEY_FILE", place.folder.path().join("audit-key"))
            .env("SELFHEAL_LOG", "warn")
            .output()
            .unwrap();
        assert!(run.status.success(), "{command:?}: {}", String::from_utf8_lossy(&run.stderr));
    }

    // What it may not.
    for statement in [
        "CREATE TABLE more (x INTEGER)",
        "DROP TABLE web_session",
        "ALTER TABLE account ADD COLUMN more TEXT",
        "UPDATE audit_event SET detail = detail",
        "DELETE FROM audit_event",
        "DELETE FROM audit_checkpoint",
        "UPDATE audit_mark SET seq = seq",
        "DELETE FROM _sqlx_migrations",
    ] {
        assert_eq!(Place::refusal(&serving, statement).await.as_deref(), Some(DENIED), "{statement}");
    }
    // A table that a later migration makes is written to without more rights.
    place.alter("CREATE TABLE later (x INTEGER)").await;
    assert_eq!(Place::refusal(&serving, "INSERT INTO later VALUES (1)").await, None);
    // Where there is something to migrate, it says who can.
    place.alter("DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)").await;
    let Err(StoreError::Schema(why)) = place.store.migrate().await else { panic!("it migrated") };
    assert!(why.contains("selfheal migrate"), "{why}");

    app.services.core.store().close().await;
    place.store.close().await;
    place.alter(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
    place.clear().await;
}
