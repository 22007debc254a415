//! What a database holds is told by the same digests on both engines, and by a copy that was made while others wrote.
#![expect(clippy::unwrap_used, reason = "tests stop at the first thing that is not as it must be")]

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::person::Demographics;
use domain::{NhsNumber, PersonId};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::audit::AuditRow;
use store::organisation::OrganisationRow;
use store::session::{Living, SessionRow};
use store::{DatabaseUrl, Options, Store, StoreError, audit, organisation, person_write, session};
use testkit::Place;
use uuid::Uuid;

fn noon() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::microseconds(43_200_000_120)
}

fn event(chain_id: Uuid, seq: i64) -> AuditRow {
    let word = |word: &str| word.to_owned();
    AuditRow {
        chain_id,
        seq,
        id: Uuid::from_u128(chain_id.as_u128() << 64 | u128::from(seq.unsigned_abs())),
        at: noon(),
        actor_kind: word("system"),
        actor_id: None,
        subject_id: None,
        action: word("read"),
        basis: word("system"),
        purpose: word("operations"),
        detail: word("{}"),
        hash: vec![7; 32],
    }
}

async fn append(store: &Store, chain: Uuid) {
    let act = store.write(move |tx| {
        Box::pin(async move {
            let place = audit::take_place(tx, chain).await?;
            audit::append(tx, &event(chain, place.seq)).await
        })
    });
    act.await.unwrap();
}

/// Rows with every kind of value: ids, texts, JSON, days, moments, bytes, numbers, yes and no, and what is not there.
async fn fill(store: &Store) {
    let act = store.write(|tx| {
        Box::pin(async move {
            let who = Demographics {
                nhs_number: Some(NhsNumber::parse("9990000018").unwrap()),
                family_name: "O'Hara".to_owned(),
                given_names: vec!["Zoë".to_owned(), "A \"B\"".to_owned()],
                prefix: None,
                birth_date: NaiveDate::from_ymd_opt(1980, 2, 29),
                gender: Some("female".to_owned()),
                deceased: false,
            };
            person_write::insert(tx, PersonId::from_uuid(Uuid::from_u128(5)), &who, noon()).await?;
            let organisation = OrganisationRow {
                id: Uuid::from_u128(6),
                code: "Y90001".to_owned(),
                name: "Riverside Surgery".to_owned(),
                kind: "practice".to_owned(),
                created_at: DateTime::UNIX_EPOCH,
            };
            organisation::insert(tx, &organisation).await?;
            let row = SessionRow {
                id_hash: vec![1; 32],
                id: Uuid::from_u128(8),
                account_id: None,
                data: "{\"b\":1,  \"a\":2}".to_owned(),
                label: "Firefox".to_owned(),
                created_at: noon(),
                last_seen_at: noon(),
                ended_at: None,
            };
            let living = Living { seen_after: DateTime::UNIX_EPOCH, begun_after: DateTime::UNIX_EPOCH };
            session::save(tx, &row, living).await?;
            Ok::<_, StoreError>(())
        })
    });
    act.await.unwrap();
    append(store, Uuid::from_u128(5)).await;
}

testkit::both_engines! {
    async fn a_row_more_or_another_value_is_another_digest_of_its_table_alone(place: &Place) {
        fill(&place.store).await;
        let before = place.store.digests().await.unwrap();
        assert_eq!(place.store.digests().await.unwrap(), before);
        let of = |table: &str| before.iter().find(|one| one.table == table).unwrap();
        assert_eq!((of("person").rows, of("audit_event").rows, of("outbox").rows), (1, 1, 0));
        assert_eq!(of("outbox").digest, "0".repeat(64));
        place.alter("UPDATE person SET deceased = TRUE").await;
        let after = place.store.digests().await.unwrap();
        let changed: Vec<_> = before.iter().zip(&after).filter(|(one, other)| one != other).map(|(one, _)| one.table.as_str()).collect();
        assert_eq!(changed, ["person"]);
        append(&place.store, Uuid::from_u128(5)).await;
        let last = place.store.digests().await.unwrap();
        let changed: Vec<_> = after.iter().zip(&last).filter(|(one, other)| one != other).map(|(one, _)| one.table.as_str()).collect();
        assert_eq!(changed, ["audit_event", "audit_head"]);
    }
}

#[tokio::test]
async fn the_same_rows_have_the_same_digests_on_both_engines() {
    let (sqlite, postgres) = (testkit::fresh("sqlite").await, testkit::fresh("postgres").await);
    fill(&sqlite.store).await;
    fill(&postgres.store).await;
    assert_eq!(sqlite.store.digests().await.unwrap(), postgres.store.digests().await.unwrap());
    sqlite.clear().await;
    postgres.clear().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_made_while_others_write_is_whole_and_is_restored_to_the_same_digests() {
    let place = testkit::fresh("sqlite").await;
    fill(&place.store).await;
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4_u128)
        .map(|writer| {
            let (store, stop) = (place.store.clone(), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut written = 0_i64;
                // Some before the copy is made whatever happens, and on until it is.
                while written < 50 || !stop.load(Ordering::Relaxed) {
                    append(&store, Uuid::from_u128(100 + writer)).await;
                    written += 1;
                }
                written
            })
        })
        .collect();
    let file = place.folder.path().join("copy.db");
    place.store.backup(&file).await.unwrap();
    stop.store(true, Ordering::Relaxed);
    let mut written = 1;
    for writer in writers {
        written += writer.await.unwrap();
    }
    let open = async |path: &std::path::Path| {
        Store::open(&DatabaseUrl::Sqlite(path.to_owned()), Options { connections: 1, ..Options::default() }).await.unwrap()
    };
    let copy = open(&file).await;
    copy.integrity().await.unwrap();
    let digests = copy.digests().await.unwrap();
    // Each chain in the copy is whole: as many events as its head says, and none half written.
    let mut tx = copy.read().await.unwrap();
    let mut events = 0;
    for head in audit::heads(&mut tx, Uuid::nil(), 100).await.unwrap() {
        let rows = audit::oldest(&mut tx, head.chain_id, 0, 1_000_000).await.unwrap();
        assert_eq!(i64::try_from(rows.len()).unwrap(), head.seq);
        events += head.seq;
    }
    drop(tx);
    assert!((1..=written).contains(&events), "{events} of {written}");
    copy.close().await;
    let restored = place.folder.path().join("restored.db");
    std::fs::copy(&file, &restored).unwrap();
    let restored = open(&restored).await;
    assert_eq!(restored.digests().await.unwrap(), digests);
    restored.close().await;
    // And once nobody writes, a copy is as what it is a copy of.
    let last = place.folder.path().join("last.db");
    place.store.backup(&last).await.unwrap();
    let last = open(&last).await;
    assert_eq!(last.digests().await.unwrap(), place.store.digests().await.unwrap());
    last.close().await;
    place.clear().await;
}
