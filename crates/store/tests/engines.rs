//! What must hold of both engines alike.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use store::audit::{Around, AuditRow};
use store::{DatabaseUrl, Options, Store, StoreError, audit};
use testkit::Place;
use uuid::Uuid;

async fn take(store: &Store, chain: Uuid, fail: bool) -> Result<i64, StoreError> {
    store
        .write(move |tx| {
            Box::pin(async move {
                let place = audit::take_place(tx, chain).await?;
                if fail { Err(StoreError::corrupt("refused")) } else { Ok(place.seq) }
            })
        })
        .await
}

/// An event in this place, whose hash is its number.
fn event(chain_id: Uuid, seq: i64) -> AuditRow {
    let word = |word: &str| word.to_owned();
    AuditRow {
        chain_id,
        seq,
        id: Uuid::from_u128(chain_id.as_u128() << 64 | u128::from(seq.unsigned_abs())),
        at: chrono::DateTime::UNIX_EPOCH,
        actor_kind: word("system"),
        actor_id: None,
        subject_id: None,
        action: word("read"),
        basis: word("system"),
        purpose: word("operations"),
        detail: word("{}"),
        hash: vec![u8::try_from(seq).unwrap_or(u8::MAX); 32],
    }
}

async fn append(store: &Store, row: AuditRow) -> Result<(), StoreError> {
    store.write(move |tx| Box::pin(async move { audit::append(tx, &row).await })).await
}

testkit::both_engines! {
    async fn events_that_are_read_to_be_checked_are_what_their_rows_say(place: &Place) {
        let (one, two, who) = (Uuid::from_u128(1), Uuid::from_u128(2), Some(Uuid::from_u128(9)));
        let at = chrono::DateTime::UNIX_EPOCH;
        let late = at + chrono::TimeDelta::microseconds(1_793_702_400_000_120);
        let plain = [
            event(one, 1),
            AuditRow { actor_id: who, detail: String::new(), ..event(one, 2) },
            AuditRow { subject_id: who, at: late, ..event(one, 3) },
            // With the signs that stand between texts where there is no text.
            AuditRow { id: Uuid::from_bytes([0x1e; 16]), hash: (0..32).collect(), at: late, ..event(two, 1) },
            AuditRow {
                actor_id: who,
                subject_id: Some(two),
                at: at - chrono::TimeDelta::milliseconds(1_500),
                detail: "{\"é\":\"'\\n\"}".repeat(500),
                ..event(two, i64::MAX)
            },
        ];
        for row in plain.clone() {
            append(&place.store, row).await.unwrap();
        }
        let (mut after, mut found) = ((Uuid::nil(), i64::MIN), 0);
        let mut tx = place.store.read().await.unwrap();
        for limit in [2, 1, 100, 100] {
            let rows = audit::across(&mut tx, after, limit).await.unwrap();
            let stretch = audit::stretch(&mut tx, after, limit).await.unwrap();
            assert!(!stretch.is_by_rows());
            assert_eq!(stretch.events(), rows.iter().map(AuditRow::written).collect::<Vec<_>>());
            after = stretch.last().unwrap_or(after);
            found += rows.len();
        }
        assert_eq!(found, plain.len());
        drop(tx);
        for odd in [
            AuditRow { detail: "{\u{1e}}".to_owned(), ..event(Uuid::from_u128(3), 1) },
            AuditRow { purpose: "privacy\u{1f}".to_owned(), ..event(Uuid::from_u128(4), 1) },
            AuditRow { hash: vec![7; 31], ..event(Uuid::from_u128(5), 1) },
        ] {
            append(&place.store, odd.clone()).await.unwrap();
            let mut tx = place.store.read().await.unwrap();
            let stretch = audit::stretch(&mut tx, (odd.chain_id, 0), 1).await.unwrap();
            assert!(stretch.is_by_rows());
            assert_eq!(stretch.events(), [odd.written()]);
        }
    }

    async fn every_statement_is_accepted(place: &Place) {
        for (name, statement) in store::all_statements() {
            if let Err(error) = place.store.prepare(statement).await {
                panic!("{name}: {error}");
            }
        }
    }

    async fn fifty_writers_lose_nothing_and_are_never_told_busy(place: &Place) {
        let chain = Uuid::from_u128(1);
        let done = Arc::new(AtomicU32::new(0));
        let writers = (0..50).map(|_| {
            let (store, done) = (place.store.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                for _ in 0..20 {
                    take(&store, chain, false).await.unwrap();
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        assert_eq!(done.load(Ordering::Relaxed), 1000);
        assert_eq!(take(&place.store, chain, false).await.unwrap(), 1001);
    }

    async fn places_in_several_chains_are_taken_at_once_also_where_nothing_stood_before(place: &Place) {
        let chains: BTreeMap<Uuid, i64> = (1..=30).map(|chain| (Uuid::from_u128(chain), 1)).collect();
        // One of them has an event already.
        take(&place.store, Uuid::from_u128(7), false).await.unwrap();
        let writers = (0..20).map(|_| {
            let (store, chains) = (place.store.clone(), chains.clone());
            tokio::spawn(async move {
                let act = store.write(move |tx| {
                    Box::pin(async move {
                        let places = audit::take_places(tx, &chains).await?;
                        let rows: Vec<_> = places.iter().map(|(chain, place)| (event(*chain, place.seq), None)).collect();
                        audit::append_each(tx, &rows).await?;
                        Ok::<_, StoreError>(())
                    })
                });
                act.await.unwrap();
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let mut tx = place.store.read().await.unwrap();
        for chain in chains.into_keys() {
            let before = u8::from(chain == Uuid::from_u128(7));
            let rows = audit::oldest(&mut tx, chain, 0, 100).await.unwrap();
            let first = i64::from(before) + 1;
            assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), (first..first + 20).collect::<Vec<_>>());
            // The next takes its place behind the last.
            assert_eq!(audit::head(&mut tx, chain).await.unwrap(), Some((first + 19, vec![u8::try_from(first + 19).unwrap(); 32])));
        }
    }

    async fn several_places_in_one_chain_are_taken_and_filled_at_once(place: &Place) {
        let (one, other) = (Uuid::from_u128(61), Uuid::from_u128(62));
        assert_eq!(take(&place.store, one, false).await.unwrap(), 1);
        let act = place.store.write(move |tx| {
            Box::pin(async move {
                let places = audit::take_places(tx, &BTreeMap::from([(one, 60), (other, 2)])).await?;
                assert_eq!((places[&one].seq, places[&other].seq), (2, 1));
                let rows: Vec<_> = (1..=2).map(|seq| event(other, seq)).chain((2..=61).map(|seq| event(one, seq))).collect();
                audit::append_each(tx, &rows.into_iter().map(|row| (row, None)).collect::<Vec<_>>()).await?;
                Ok::<_, StoreError>(())
            })
        });
        act.await.unwrap();
        let mut tx = place.store.read().await.unwrap();
        for (chain, last) in [(one, 61), (other, 2)] {
            assert_eq!(audit::head(&mut tx, chain).await.unwrap(), Some((i64::from(last), vec![last; 32])));
        }
        assert_eq!(audit::oldest(&mut tx, one, 1, 100).await.unwrap().len(), 60);
    }

    async fn an_event_by_itself_goes_to_the_end_of_its_chain_where_the_engine_makes_its_hash(place: &Place) {
        let (chain, around) = (Uuid::from_u128(40), Around { between: vec![1], after: vec![2] });
        // Nothing is appended to a chain that has not begun.
        assert!(!audit::append_at_end(&place.store, &event(chain, 2), &around).await.unwrap());
        assert_eq!(take(&place.store, chain, false).await.unwrap(), 1);
        let seals = place.store.seals();
        for number in [2, 3] {
            assert_eq!(audit::append_at_end(&place.store, &event(chain, number), &around).await.unwrap(), seals);
        }
        let mut tx = place.store.read().await.unwrap();
        let rows = audit::oldest(&mut tx, chain, 0, 10).await.unwrap();
        let (last, hash) = audit::head(&mut tx, chain).await.unwrap().unwrap();
        assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), if seals { vec![2, 3] } else { vec![] });
        assert_eq!(last, if seals { 3 } else { 1 });
        assert!(rows.last().is_none_or(|row| row.hash == hash && hash.len() == 32 && rows[0].hash != hash));
    }

    async fn those_who_take_places_in_chains_that_overlap_all_come_to_their_turn(place: &Place) {
        let writers = (0..24_u128).map(|number| {
            let store = place.store.clone();
            tokio::spawn(async move {
                let act = store.write(move |tx| {
                    Box::pin(async move {
                        // From one or two statements, among them some who are alone in theirs.
                        let chains = number..number + [40, 7, 1][usize::try_from(number % 3).unwrap()];
                        let chains: BTreeMap<Uuid, i64> = chains.map(|chain| (Uuid::from_u128(chain), 1)).collect();
                        let places = audit::take_places(tx, &chains).await?;
                        let rows: Vec<_> = places.iter().map(|(chain, place)| (event(*chain, place.seq), None)).collect();
                        audit::append_each(tx, &rows).await?;
                        Ok::<_, StoreError>(chains.len())
                    })
                });
                act.await.unwrap()
            })
        });
        let mut written = 0;
        for writer in writers.collect::<Vec<_>>() {
            written += writer.await.unwrap();
        }
        let mut tx = place.store.read().await.unwrap();
        let (mut found, heads) = (0, audit::heads(&mut tx, Uuid::nil(), 100).await.unwrap());
        for head in heads {
            found += usize::try_from(head.seq).unwrap();
            assert_eq!(audit::oldest(&mut tx, head.chain_id, 0, 100).await.unwrap().len(), usize::try_from(head.seq).unwrap());
        }
        assert_eq!(found, written);
    }

    async fn an_act_that_fails_undoes_itself_and_not_its_neighbours(place: &Place) {
        let chain = Uuid::from_u128(2);
        let acts = (0..40).map(|n| {
            let store = place.store.clone();
            tokio::spawn(async move { take(&store, chain, n % 2 == 0).await })
        });
        let mut kept = 0;
        for act in acts.collect::<Vec<_>>() {
            kept += i64::from(act.await.unwrap().is_ok());
        }
        assert_eq!(kept, 20);
        assert_eq!(take(&place.store, chain, false).await.unwrap(), 21);
    }

    async fn a_panicking_act_is_only_its_own_failure(place: &Place) {
        let outcome: Result<(), StoreError> = place.store.write(|_| Box::pin(async { panic!("on purpose") })).await;
        assert!(matches!(outcome, Err(StoreError::Statement(_))), "{outcome:?}");
        assert_eq!(take(&place.store, Uuid::from_u128(3), false).await.unwrap(), 1);
    }

    async fn a_read_sees_one_moment(place: &Place) {
        let chain = Uuid::from_u128(4);
        take(&place.store, chain, false).await.unwrap();
        let mut tx = place.store.read().await.unwrap();
        let before = audit::head(&mut tx, chain).await.unwrap();
        take(&place.store, chain, false).await.unwrap();
        assert_eq!(audit::head(&mut tx, chain).await.unwrap(), before);
    }

    async fn migrating_again_changes_nothing_and_a_migrated_database_is_ready(place: &Place) {
        place.store.migrate().await.unwrap();
        place.store.ready().await.unwrap();
    }
}

#[tokio::test]
async fn both_schemas_have_the_same_tables_and_columns() {
    let (sqlite, postgres) = (testkit::fresh("sqlite").await, testkit::fresh("postgres").await);
    let (left, right) = (sqlite.store.columns().await.unwrap(), postgres.store.columns().await.unwrap());
    assert!(left.contains(&"record_entry.person_id".to_owned()), "{left:?}");
    assert!(left.contains(&"record_entry.happened?".to_owned()), "{left:?}");
    assert_eq!(left, right);
    sqlite.clear().await;
    postgres.clear().await;
}

#[tokio::test]
async fn an_edited_or_unknown_migration_is_refused_with_a_clear_message() {
    let place = testkit::fresh("sqlite").await;
    let DatabaseUrl::Sqlite(path) = &place.url else { panic!("an embedded database") };
    let raw = sqlx::SqlitePool::connect(path.to_str().unwrap()).await.unwrap();
    sqlx::query("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1").execute(&raw).await.unwrap();
    let edited = place.store.migrate().await.unwrap_err().to_string();
    assert!(edited.contains("migration 1 of the database is not the one in this program"), "{edited}");
    assert!(matches!(place.store.ready().await, Err(StoreError::Schema(_))));
    sqlx::query("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1").execute(&raw).await.unwrap();
    let unknown = place.store.migrate().await.unwrap_err().to_string();
    assert!(unknown.contains("migration 9999, which this program does not know"), "{unknown}");
    raw.close().await;
    place.clear().await;
}

#[tokio::test]
async fn nobody_but_its_owner_may_read_an_embedded_database_or_its_backup() {
    use std::os::unix::fs::PermissionsExt;
    let place = testkit::fresh("sqlite").await;
    let copy = place.folder.path().join("copy.db");
    place.store.backup(&copy).await.unwrap();
    for name in ["selfheal.db", "selfheal.db-wal", "selfheal.db-shm", "copy.db"] {
        let mode = std::fs::metadata(place.folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    place.clear().await;
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_is_one_plain_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("not-a-folder");
    std::fs::write(&file, "x").unwrap();
    let error = Store::open(&DatabaseUrl::Sqlite(file.join("x.db")), Options::default()).await.unwrap_err().to_string();
    assert!(error.contains("cannot be made") && !error.contains('\n'), "{error}");
    let not_a_database = folder.path().join("text.db");
    std::fs::write(&not_a_database, "This is no database, but a text that is long enough to be looked at.".repeat(20)).unwrap();
    assert!(matches!(
        Store::open(&DatabaseUrl::Sqlite(not_a_database), Options::default()).await,
        Err(StoreError::Unavailable(_))
    ));
    let nobody = "postgres://nobody@127.0.0.1:1/none".parse().unwrap();
    assert!(matches!(Store::open(&nobody, Options::default()).await, Err(StoreError::Unavailable(_))));
}

/// Ten thousand entries are read a page at a time along an index, wherever the page is and to whatever it is narrowed.
#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_the_timeline_sorts_what_it_does_not_show() {
    let place = testkit::fresh("sqlite").await;
    let DatabaseUrl::Sqlite(path) = &place.url else { panic!("an embedded database") };
    let raw = sqlx::SqlitePool::connect(path.to_str().unwrap()).await.unwrap();
    let mut looked = BTreeSet::new();
    for (name, statement) in store::all_statements() {
        if !statement.contains("e.visit, e.resource_type") {
            continue;
        }
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"))).fetch_all(&raw).await.unwrap();
        let plan: Vec<String> = plan.into_iter().map(|(.., step)| step).collect();
        let index = match name.trim_end_matches("_OPEN") {
            "ALL" => "record_entry_timeline",
            "OF_KIND" => "record_entry_listed",
            "OF_SOURCE" => "record_entry_source",
            "OF_LABEL" => "record_entry_label",
            other => panic!("{other} is new"),
        };
        assert!(plan.iter().any(|step| step.starts_with("SEARCH e USING") && step.contains(index)), "{name}: {plan:?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{name}: {plan:?}");
        looked.insert(name);
    }
    assert_eq!(looked.len(), 8);
    // What people wrote themselves stands beside them.
    for (name, statement) in store::all_statements().into_iter().filter(|(_, statement)| statement.contains("AS about_open")) {
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"))).fetch_all(&raw).await.unwrap();
        let plan: Vec<String> = plan.into_iter().map(|(.., step)| step).collect();
        assert!(plan.iter().any(|step| step.starts_with("SEARCH n USING") && step.contains("own_note_day")), "{name}: {plan:?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{name}: {plan:?}");
        looked.insert(name);
    }
    assert_eq!(looked.len(), 10);
    // One thing over time is one range of one index, whether it was measured by itself or with others.
    for (name, statement) in
        store::all_statements().into_iter().filter(|(_, text)| text.contains("FROM result_measured t JOIN record_entry"))
    {
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"))).fetch_all(&raw).await.unwrap();
        let plan: Vec<String> = plan.into_iter().map(|(.., step)| step).collect();
        let is_trend = |step: &String| step.starts_with("SEARCH t USING") && step.contains("result_measured_trend");
        assert!(plan.iter().any(is_trend), "{name}: {plan:?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{name}: {plan:?}");
        looked.insert(name);
    }
    assert_eq!(looked.len(), 12);
    // What is found by an index of its own is not looked for among all that is released.
    for (wanted, index) in [
        ("AWAITED", "record_entry_awaited"),
        ("STAYS", "record_entry_stay"),
        ("CARD", "record_entry_card"),
        ("ORDERED", "sqlite_autoindex_record_entry_1 (person_id=? AND id=?)"),
        ("CODED", "sqlite_autoindex_record_entry_1 (person_id=? AND id=?)"),
        ("WHOLES", "sqlite_autoindex_record_entry_1 (person_id=? AND id=?)"),
        (
            "VALUES_ADDED",
            "sqlite_autoindex_record_entry_2 (person_id=? AND organisation_id=? AND resource_type=? AND logical_id=?)",
        ),
    ] {
        let named =
            |name: &str, statement: &str| name.trim_end_matches("_OPEN") == wanted && statement.contains("record_entry e");
        for (name, statement) in store::all_statements().into_iter().filter(|(name, statement)| named(name, statement)) {
            let plan: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"))).fetch_all(&raw).await.unwrap();
            let plan: Vec<String> = plan.into_iter().map(|(.., step)| step).collect();
            let is_found = |step: &String| step.starts_with("SEARCH e USING") && step.contains(index);
            assert!(plan.iter().any(is_found), "{name}: {plan:?}");
            looked.insert(name);
        }
    }
    assert_eq!(looked.len(), 25);
    raw.close().await;
    place.clear().await;
}
