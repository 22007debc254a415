//! Whatever another hand does to the events, their ends or the checkpoints is found and named.

use crate::audit::world::{World, key};
use service::ServiceError;
use service::activity::{Verification, Witness};
use std::collections::BTreeMap;
use store::audit::AuditRow;
use testkit::Place;
use uuid::Uuid;

/// Those that refer to others first.
const TABLES: [&str; 4] = ["audit_mark", "audit_checkpoint", "audit_event", "audit_head"];

/// Keeps what is there, so that each change can be undone.
async fn keep(place: &Place) {
    for table in TABLES {
        place.alter(&format!("CREATE TABLE _kept_{table} AS SELECT * FROM {table}")).await;
    }
}

/// Makes one change to what was kept.
async fn change(place: &Place, sql: &str) {
    let delete: String = TABLES.iter().map(|table| format!("DELETE FROM {table};")).collect();
    let restore: String = TABLES.iter().rev().map(|table| format!("INSERT INTO {table} SELECT * FROM _kept_{table};")).collect();
    place.alter(&format!("{delete}{restore}{sql}")).await;
}

async fn events(world: &World<'_>) -> Vec<AuditRow> {
    let mut tx = world.services.core.store().read().await.unwrap();
    store::audit::across(&mut tx, (Uuid::nil(), 0), 10_000).await.unwrap()
}

async fn verify(world: &World<'_>, witness: &Witness) -> Verification {
    world.services.activity.verify_with(witness).await.unwrap()
}

/// A world in which a few things happened, signed twice.
async fn signed<'a>(place: &'a Place) -> (World<'a>, Witness) {
    let world = World::at(place).await;
    let mut witness = Witness { key: Some(key()), written: BTreeMap::new() };
    for _ in 0..2 {
        assert!(world.look(&world.sam).await);
        assert!(
            !world
                .look(&crate::audit::world::citizen(world.account(&format!("{}@example.org", witness.written.len())).await))
                .await
        );
        world.services.people.list(&domain::access::Actor::Operator, None).await.unwrap();
        world.clock.advance(chrono::TimeDelta::minutes(5));
        let new = world.services.activity.checkpoint(&witness).await.unwrap();
        assert_eq!(new.len(), 1);
        witness.written.extend(new.into_iter().map(|checkpoint| (checkpoint.number, checkpoint)));
    }
    assert_eq!(world.services.activity.checkpoint(&witness).await.unwrap(), []);
    let found = verify(&world, &witness).await;
    assert_eq!((found.faults.clone(), found.checkpoints), (Vec::<String>::new(), 2));
    (world, witness)
}

/// The changes of one event, each with what it is called.
fn changes(place: &Place, row: &AuditRow, other: &AuditRow) -> Vec<(&'static str, String)> {
    let sql = |id| place.id_in_sql(id);
    let here = format!("WHERE chain_id = {} AND seq = {}", sql(row.chain_id), row.seq);
    let set = |what: &str| format!("UPDATE audit_event SET {what} {here};");
    let elsewhere = Uuid::from_u128(0xABCD);
    let blob = |byte: &str| {
        if place.store.engine_name() == "SQLite" {
            format!("X'{}'", byte.repeat(32))
        } else {
            format!("'\\x{}'::bytea", byte.repeat(32))
        }
    };
    let mut changes = vec![
        ("chain", set(&format!("chain_id = {}", sql(elsewhere)))),
        ("number", set("seq = seq + 1000")),
        ("id", set(&format!("id = {}", sql(elsewhere)))),
        ("dated back", set("at = '2020-02-02T02:02:02+00:00'")),
        ("actor's kind", set("actor_kind = 'system'")),
        ("actor", set(&format!("actor_id = {}", sql(elsewhere)))),
        ("subject", set(&format!("subject_id = {}", sql(elsewhere)))),
        ("action", set("action = 'searched'")),
        ("basis", set("basis = 'emergency'")),
        ("purpose", set("purpose = 'privacy'")),
        ("detail", set("detail = '{\"page\":\"home!\"}'")),
        ("two columns changed places", set("action = basis, basis = action")),
        ("letters moved to the next column", set("action = SUBSTR(action, 1, 2), basis = SUBSTR(action, 3) || basis")),
        ("a sign that stands between columns", set("detail = detail || '\u{1f}'")),
        ("a sign that stands between events", set("detail = detail || '\u{1e}'")),
        ("hash", set(&format!("hash = {}", blob("ab")))),
        ("removed", format!("DELETE FROM audit_event {here};")),
        (
            "removed and closed up",
            format!(
                "DELETE FROM audit_event {here}; UPDATE audit_event SET seq = -seq WHERE chain_id = {chain} AND seq > {seq}; \
                 UPDATE audit_event SET seq = -seq - 1 WHERE chain_id = {chain} AND seq < 0; \
                 UPDATE audit_head SET seq = seq - 1 WHERE chain_id = {chain};",
                chain = sql(row.chain_id),
                seq = row.seq
            ),
        ),
        (
            "duplicated at the end",
            format!(
                "INSERT INTO audit_event SELECT chain_id, (SELECT h.seq + 1 FROM audit_head h WHERE h.chain_id = {chain}), id, at, \
                 actor_kind, actor_id, subject_id, action, basis, purpose, detail, hash FROM audit_event {here}; \
                 UPDATE audit_head SET seq = seq + 1, hash = (SELECT e.hash FROM audit_event e {here}) WHERE chain_id = {chain};",
                chain = sql(row.chain_id)
            ),
        ),
        (
            "everything from here cut off, and its end with it",
            format!(
                "DELETE FROM audit_event WHERE chain_id = {chain} AND seq >= {seq}; DELETE FROM audit_head WHERE chain_id = {chain}; \
                 INSERT INTO audit_head SELECT chain_id, seq, hash FROM audit_event WHERE chain_id = {chain} AND seq = {seq} - 1;",
                chain = sql(row.chain_id),
                seq = row.seq
            ),
        ),
    ];
    if row.actor_id.is_some() {
        changes.push(("no actor", set("actor_id = NULL")));
    }
    if row.subject_id.is_some() {
        changes.push(("no subject", set("subject_id = NULL")));
    }
    // Two events change places, with everything but their numbers.
    let there = format!("chain_id = {} AND seq = {}", sql(other.chain_id), other.seq);
    let spare = sql(Uuid::from_u128(0xFFFF));
    changes.push((
        "two swapped",
        format!(
            "UPDATE audit_event SET chain_id = {spare}, seq = 1 {here}; \
             UPDATE audit_event SET chain_id = {}, seq = {} WHERE {there}; \
             UPDATE audit_event SET chain_id = {}, seq = {} WHERE chain_id = {spare};",
            sql(row.chain_id),
            row.seq,
            sql(other.chain_id),
            other.seq
        ),
    ));
    changes
}

testkit::both_engines! {
    async fn every_change_of_every_event_is_found_and_its_chain_is_named(place: &Place) {
        let (world, witness) = signed(place).await;
        keep(place).await;
        let events = events(&world).await;
        assert!(events.len() > 10 && events.iter().any(|row| row.chain_id.is_nil()), "{}", events.len());
        for (at, row) in events.iter().enumerate() {
            let other = events.get(at + 1).unwrap_or(&events[0]);
            for (what, sql) in changes(place, row, other) {
                change(place, &sql).await;
                let found = verify(&world, &witness).await;
                let named = found.faults.iter().any(|fault| fault.contains(&row.chain_id.to_string()));
                assert!(named, "{what}, event {} of {}: {:?}", row.seq, row.chain_id, found.faults);
            }
        }
        change(place, "").await;
        assert_eq!(verify(&world, &witness).await.faults, Vec::<String>::new());
    }

    async fn looks_at_one_record_at_the_same_time_stand_one_behind_the_other(place: &Place) {
        let (world, witness) = signed(place).await;
        let before = events(&world).await.len();
        let looks = (0..30).map(|_| {
            let (records, sam, person) = (world.services.records.clone(), world.sam.clone(), world.person);
            tokio::spawn(async move { records.contents(&sam, person).await.unwrap() })
        });
        for look in looks.collect::<Vec<_>>() {
            look.await.unwrap();
        }
        assert_eq!(events(&world).await.len(), before + 30);
        assert_eq!(verify(&world, &witness).await.faults, Vec::<String>::new());
    }

    async fn a_change_is_called_what_it_is(place: &Place) {
        let (world, witness) = signed(place).await;
        keep(place).await;
        let chain = world.person.as_uuid();
        let here = format!("WHERE chain_id = {} AND seq = 2", place.id_in_sql(chain));
        for (sql, words) in [
            (format!("DELETE FROM audit_event {here}"), "event number 2 was removed"),
            (format!("UPDATE audit_event SET at = '2020-02-02T02:02:02+00:00' {here}"), "event number 2 is not as it was written: its time was changed"),
            (format!("UPDATE audit_event SET action = 'export' {here}"), "event number 2 is not as it was written: it was changed"),
            (format!("DELETE FROM audit_event WHERE chain_id = {} AND seq > 2", place.id_in_sql(chain)), "its end was removed"),
            ("DELETE FROM audit_head".to_owned(), "where it ends is kept nowhere"),
        ] {
            change(place, &sql).await;
            let faults = verify(&world, &witness).await.faults;
            assert!(faults.iter().any(|fault| fault.contains(words)), "{words}: {faults:?}");
        }
    }

    async fn a_chain_that_was_written_anew_is_found_by_its_checkpoint(place: &Place) {
        let (world, witness) = signed(place).await;
        let chain = place.id_in_sql(world.person.as_uuid());
        // As somebody could who knows how events are chained: all of them anew, in good order, without one of them.
        place.alter(&format!("DELETE FROM audit_event WHERE chain_id = {chain}; DELETE FROM audit_head WHERE chain_id = {chain}")).await;
        for _ in 0..8 {
            assert!(world.look(&world.sam).await);
        }
        let faults = verify(&world, &witness).await.faults;
        let signed = format!("chain {}: event number ", world.person);
        assert!(faults.iter().any(|fault| fault.starts_with(&signed) && fault.contains("is not the one that checkpoint 1 signed")), "{faults:?}");
    }

    async fn a_checkpoint_that_was_changed_removed_or_forged_is_found(place: &Place) {
        let (world, witness) = signed(place).await;
        keep(place).await;
        let blob = if place.store.engine_name() == "SQLite" { format!("X'{}'", "ab".repeat(32)) } else { format!("'\\x{}'::bytea", "ab".repeat(32)) };
        for sql in [
            "DELETE FROM audit_mark WHERE number = 1; DELETE FROM audit_checkpoint WHERE number = 1".to_owned(),
            "DELETE FROM audit_mark WHERE number = 2; DELETE FROM audit_checkpoint WHERE number = 2".to_owned(),
            "DELETE FROM audit_mark; DELETE FROM audit_checkpoint".to_owned(),
            "DELETE FROM audit_mark WHERE number = 2".to_owned(),
            "UPDATE audit_mark SET seq = seq + 100 WHERE number = 2".to_owned(),
            "UPDATE audit_checkpoint SET at = '2020-02-02T02:02:02+00:00' WHERE number = 2".to_owned(),
            "UPDATE audit_checkpoint SET chains = chains + 1 WHERE number = 1".to_owned(),
            format!("UPDATE audit_checkpoint SET hash = {blob} WHERE number = 2"),
            format!("UPDATE audit_checkpoint SET public_key = {blob} WHERE number = 2"),
            format!("UPDATE audit_checkpoint SET signature = {blob} WHERE number = 2"),
        ] {
            change(place, &sql).await;
            let faults = verify(&world, &witness).await.faults;
            assert!(faults.iter().any(|fault| fault.contains("checkpoint")), "{sql}: {faults:?}");
        }
    }

    async fn a_whole_database_that_was_put_back_is_noticed_by_the_file_beside_the_key(place: &Place) {
        let (world, mut witness) = signed(place).await;
        keep(place).await;
        assert!(world.look(&world.sam).await);
        let new = world.services.activity.checkpoint(&witness).await.unwrap();
        witness.written.extend(new.into_iter().map(|checkpoint| (checkpoint.number, checkpoint)));
        change(place, "").await;
        assert_eq!(world.services.activity.verify().await.unwrap().faults, Vec::<String>::new());
        let faults = verify(&world, &witness).await.faults;
        assert!(faults[0].contains("checkpoint 3 of 2026-11-03 10:50 UTC") && faults[0].contains("put back"), "{faults:?}");
        let refused = world.services.activity.checkpoint(&witness).await;
        assert!(matches!(refused, Err(ServiceError::Unavailable(_))), "{refused:?}");
    }

    async fn a_server_learns_of_the_checkpoints_of_another_and_a_strange_key_signs_nothing(place: &Place) {
        let (world, witness) = signed(place).await;
        let late = Witness { key: Some(key()), written: BTreeMap::new() };
        let new = world.services.activity.checkpoint(&late).await.unwrap();
        assert_eq!(new, witness.written.into_values().collect::<Vec<_>>());
        let other = service::activity::AuditKey::parse(&format!("selfheal-audit-key 1\n{}", "11".repeat(32))).unwrap();
        let strange = Witness { key: Some(other), written: BTreeMap::new() };
        assert!(matches!(world.services.activity.checkpoint(&strange).await, Err(ServiceError::Unavailable(_))));
        let faults = verify(&world, &strange).await.faults;
        assert!(faults.iter().all(|fault| fault.contains("not signed with the key of this service")) && faults.len() == 2, "{faults:?}");
    }
}
