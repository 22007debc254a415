//! Who looked: named, narrowed, told of, refused and taken away.

use crate::audit::world::{World, citizen};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::audit::{Action, Basis};
use domain::when::london_day;
use futures::TryStreamExt;
use service::ServiceError;
use service::activity::{ActivityItem, ActorSeen, By, Filter, Kind};
use testkit::Place;

async fn find(world: &World<'_>, filter: Filter) -> Vec<ActivityItem> {
    world.services.activity.find(&world.sam, world.person, &filter, None).await.unwrap().0
}

async fn all(world: &World<'_>) -> Vec<ActivityItem> {
    find(world, Filter { own: true, ..Filter::default() }).await
}

testkit::both_engines! {
    async fn each_of_many_looks_at_the_same_moment_is_noted_in_its_chain(place: &Place) {
        let world = World::at(place).await;
        let (carer, _) = world.carer("ada@example.org", "active", "ROLE_ACTIVATED").await;
        let (other, _) = world.carer("bea@example.org", "active", "ROLE_ACTIVATED").await;
        let stranger = citizen(world.account("tess@example.org").await);
        world.mails().await;
        // Among them looks of one person and of several, those of two carers for the first time, and some that are refused.
        let looks = (0..60).map(|number| {
            let (services, person) = (world.services.clone(), world.person);
            let who = [&world.sam, &carer, &other, &stranger][number % 4].clone();
            tokio::spawn(async move { services.records.overview(&who, person).await.is_ok() })
        });
        let mut shown = 0;
        for look in looks.collect::<Vec<_>>() {
            shown += u8::from(look.await.unwrap());
        }
        assert_eq!(shown, 45);
        let (mut page, mut next) = world.services.activity.of_record(&world.sam, world.person, None).await.unwrap();
        while let Some(after) = next {
            let (more, then) = world.services.activity.of_record(&world.sam, world.person, Some(after)).await.unwrap();
            page.extend(more);
            next = then;
        }
        for (basis, many) in [(Basis::Own, 15), (Basis::Carer, 30)] {
            let overview = |item: &&ActivityItem| item.detail.get("page").is_some_and(|page| page == "overview");
            let looks = page.iter().filter(overview).filter(|item| (item.action, item.basis) == (Action::Read, basis));
            assert_eq!(looks.count(), many, "{basis:?}");
        }
        // Of each of the two by a mail of its own, however they came.
        let told = world.mails().await;
        assert_eq!(told.iter().filter(|(to, _)| to == "sam@example.org").count(), 2, "{told:?}");
        let verified = world.services.activity.verify().await.unwrap();
        assert_eq!(verified.faults, Vec::<String>::new());
    }

    async fn a_look_that_cannot_be_noted_takes_no_other_with_it(place: &Place) {
        let world = World::at(place).await;
        let account = world.account("tess@example.org").await;
        let tess = citizen(account);
        world.services.activity.refuse_form(&tess).await.unwrap();
        let before = world.services.activity.of_account(&tess).await.unwrap().len();
        // Her next event would stand where one stands already.
        let end = |seq: usize| {
            let chain = place.id_in_sql(account.as_uuid());
            format!("UPDATE audit_head SET seq = {seq} WHERE chain_id = {chain}")
        };
        place.alter(&end(0)).await;
        let looks = (0..60).map(|number| {
            let (services, person, who) = (world.services.clone(), world.person, [&world.sam, &tess][number % 2].clone());
            tokio::spawn(async move {
                match number % 2 {
                    0 => services.records.overview(&who, person).await.is_ok(),
                    _ => services.activity.refuse_form(&who).await.is_ok(),
                }
            })
        });
        let mut noted = 0;
        for look in looks.collect::<Vec<_>>() {
            noted += u8::from(look.await.unwrap());
        }
        assert_eq!(noted, 30);
        let overview = |item: &&ActivityItem| item.detail.get("page").is_some_and(|page| page == "overview");
        assert_eq!(all(&world).await.iter().filter(overview).count(), 30);
        assert_eq!(world.services.activity.of_account(&tess).await.unwrap().len(), before);
        place.alter(&end(before)).await;
        let verified = world.services.activity.verify().await.unwrap();
        assert_eq!(verified.faults, Vec::<String>::new());
    }

    async fn whoever_acted_has_a_name(place: &Place) {
        let world = World::at(place).await;
        let (carer, relationship) = world.carer("ada@example.org", "active", "ROLE_ACTIVATED").await;
        let (doctor, member) = world.staff("bea@example.org", "clinician", &world.practice).await;
        world.carer_looks(&carer, relationship).await;
        world.staff_looks(&doctor, &world.practice).await;
        assert!(world.look(&world.sam).await);
        let who: Vec<ActorSeen> = all(&world).await.into_iter().map(|item| item.actor).collect();
        let ada = ActorSeen::Carer { relationship: Some(relationship), name: "Ada Stone".to_owned(), relation: "daughter".to_owned() };
        let bea = ActorSeen::Staff {
            member: Some(member),
            name: "Dr Bea Holt".to_owned(),
            job: "GP".to_owned(),
            organisation: "Riverside Surgery".to_owned(),
        };
        assert_eq!(who, [ActorSeen::You, bea.clone(), ada.clone(), ActorSeen::Operator, ActorSeen::Operator]);
        // A name that is gone leaves what is still known.
        place.alter("UPDATE staff_member SET ended_at = '2026-11-03T10:40:00+00:00'; DELETE FROM relationship").await;
        let who: Vec<ActorSeen> = find(&world, Filter::default()).await.into_iter().map(|item| item.actor).collect();
        let gone = ActorSeen::Carer { relationship: Some(relationship), name: String::new(), relation: String::new() };
        assert_eq!(who, [bea, gone, ActorSeen::Operator, ActorSeen::Operator]);
    }

    async fn a_list_is_narrowed_by_whom_what_and_when(place: &Place) {
        let world = World::at(place).await;
        let (carer, relationship) = world.carer("ada@example.org", "active", "ROLE_ACTIVATED").await;
        let (doctor, member) = world.staff("bea@example.org", "clinician", &world.practice).await;
        world.clock.advance(TimeDelta::days(1));
        world.carer_looks(&carer, relationship).await;
        world.clock.advance(TimeDelta::days(1));
        world.staff_looks(&doctor, &world.practice).await;
        assert!(world.look(&world.sam).await);
        let by = async |by| find(&world, Filter { by: Some(by), ..Filter::default() }).await.into_iter().map(|item| item.basis).collect::<Vec<_>>();
        assert_eq!(by(By::Carers).await, [Basis::Carer]);
        assert_eq!(by(By::Relationship(relationship)).await, [Basis::Carer]);
        assert_eq!(by(By::Teams).await, [Basis::CareTeam]);
        assert_eq!(by(By::Member(member)).await, [Basis::CareTeam]);
        assert_eq!(by(By::Organisation(world.practice.id)).await, [Basis::CareTeam, Basis::Operator]);
        assert_eq!(by(By::Organisation(world.elsewhere().await.id)).await, []);
        assert_eq!(by(By::Service).await, [Basis::Operator, Basis::Operator]);
        assert!(by(By::You).await.iter().all(|basis| *basis == Basis::Own));
        let kind = async |kind| find(&world, Filter { kind: Some(kind), ..Filter::default() }).await.into_iter().map(|item| item.action).collect::<Vec<_>>();
        assert_eq!(kind(Kind::Looked).await, [Action::Read, Action::Read]);
        assert_eq!(kind(Kind::SignIn).await, [Action::Linked]);
        assert_eq!(kind(Kind::Refused).await, []);
        let yesterday = london_day(world.services.core.now() - TimeDelta::days(1));
        let then = find(&world, Filter { from: Some(yesterday), until: Some(yesterday), ..Filter::default() }).await;
        assert_eq!(then.iter().map(|item| item.basis).collect::<Vec<_>>(), [Basis::Carer]);
        let visitors = world.services.activity.visitors(&world.sam, world.person).await.unwrap();
        assert_eq!(visitors.carers, [(relationship, "Ada Stone".to_owned())]);
        assert_eq!(visitors.members, [(member, "Dr Bea Holt, GP, Riverside Surgery".to_owned())]);
        assert_eq!(visitors.organisations, [(world.practice.id, "Riverside Surgery".to_owned())]);
    }

    async fn pages_of_a_narrowed_list_follow_each_other(place: &Place) {
        let world = World::at(place).await;
        let (doctor, _) = world.staff("bea@example.org", "clinician", &world.practice).await;
        for _ in 0..60 {
            world.staff_looks(&doctor, &world.practice).await;
            assert!(world.look(&world.sam).await);
        }
        let filter = Filter { by: Some(By::Teams), ..Filter::default() };
        let (first, next) = world.services.activity.find(&world.sam, world.person, &filter, None).await.unwrap();
        let (second, end) = world.services.activity.find(&world.sam, world.person, &filter, next).await.unwrap();
        assert_eq!((first.len(), second.len(), end), (50, 10, None));
        assert!(first.last().unwrap().seq > second[0].seq);
    }

    async fn nobody_but_the_person_sees_who_looked(place: &Place) {
        let world = World::at(place).await;
        let (carer, _) = world.carer("ada@example.org", "active", "ROLE_ACTIVATED").await;
        let (doctor, _) = world.staff("bea@example.org", "clinician", &world.practice).await;
        let stranger = citizen(world.account("eve@example.org").await);
        let activity = &world.services.activity;
        for actor in [&carer, &doctor, &stranger] {
            let refused = |outcome: Result<(), ServiceError>| assert!(matches!(outcome, Err(ServiceError::NotFound)), "{outcome:?}");
            refused(activity.of_record(actor, world.person, None).await.map(|_| ()));
            refused(activity.visitors(actor, world.person).await.map(|_| ()));
            refused(activity.event(actor, world.person, 1).await.map(|_| ()));
            refused(activity.query(actor, world.person, 1, "Who?").await.map(|_| ()));
            refused(activity.queries(actor, world.person).await.map(|_| ()));
            refused(activity.tell_of_visitors(actor, world.person, false).await);
            refused(activity.take(actor, world.person).await.map(|_| ()));
            refused(activity.take_fhir(actor, world.person).await.map(|_| ()));
        }
    }

    async fn a_refusal_of_somebody_known_is_told_and_a_strangers_guess_is_not(place: &Place) {
        let world = World::at(place).await;
        let (ended, relationship) = world.carer("ada@example.org", "inactive", "ROLE_DEACTIVATED_PATIENT_REQUEST").await;
        let (desk, _) = world.staff("bea@example.org", "privacy-officer", &world.practice).await;
        let (elsewhere, _) = world.staff("cat@example.org", "clinician", &world.elsewhere().await).await;
        let stranger = citizen(world.account("eve@example.org").await);
        for actor in [&ended, &desk, &elsewhere, &stranger] {
            assert!(!world.look(actor).await);
            let own = world.services.activity.of_account(actor).await.unwrap();
            assert_eq!((own[0].action, own[0].was_refused()), (Action::Refused, true));
        }
        let refused = find(&world, Filter { kind: Some(Kind::Refused), ..Filter::default() }).await;
        let who: Vec<(Basis, Option<&str>)> =
            refused.iter().map(|item| (item.basis, item.detail.get("relationship").map(String::as_str))).collect();
        assert_eq!(who, [(Basis::CareTeam, None), (Basis::Carer, Some(relationship.to_string().as_str()))]);
        assert_eq!(world.services.activity.verify().await.unwrap().faults, Vec::<String>::new());
    }

    async fn the_first_look_of_somebody_new_is_told_once_unless_it_is_not_wanted(place: &Place) {
        let world = World::at(place).await;
        let (carer, relationship) = world.carer("ada@example.org", "active", "ROLE_ACTIVATED").await;
        let (doctor, _) = world.staff("bea@example.org", "clinician", &world.practice).await;
        let (nurse, _) = world.staff("cat@example.org", "clinician", &world.practice).await;
        assert!(world.look(&world.sam).await);
        assert_eq!(world.mails().await, []);
        let activity = &world.services.activity;
        assert!(activity.is_told_of_visitors(&world.sam, world.person).await.unwrap());
        let told = || vec![("sam@example.org".to_owned(), "Something new in your account".to_owned())];
        for _ in 0..2 {
            world.carer_looks(&carer, relationship).await;
        }
        assert_eq!(world.mails().await, told());
        world.staff_looks(&doctor, &world.practice).await;
        assert_eq!(world.mails().await, told());
        for _ in 0..2 {
            activity.tell_of_visitors(&world.sam, world.person, false).await.unwrap();
        }
        assert!(!activity.is_told_of_visitors(&world.sam, world.person).await.unwrap());
        world.staff_looks(&nurse, &world.practice).await;
        activity.tell_of_visitors(&world.sam, world.person, true).await.unwrap();
        world.staff_looks(&nurse, &world.practice).await;
        assert_eq!(world.mails().await, []);
        let changes = all(&world).await.into_iter().filter(|item| item.action == Action::SharingChanged).count();
        assert_eq!(changes, 2);
    }

    async fn the_whole_account_is_taken_away_in_parts_and_that_is_told_too(place: &Place) {
        let world = World::at(place).await;
        let (doctor, _) = world.staff("bea@example.org", "clinician", &world.practice).await;
        world.staff_looks(&doctor, &world.practice).await;
        let activity = &world.services.activity;
        let parts: Vec<Vec<ActivityItem>> = activity.take(&world.sam, world.person).await.unwrap().try_collect().await.unwrap();
        let taken: Vec<i64> = parts.concat().iter().map(|item| item.seq).collect();
        assert_eq!(taken, [1, 2, 3]);
        let parts: Vec<Vec<u8>> = activity.take_fhir(&world.sam, world.person).await.unwrap().try_collect().await.unwrap();
        let bundle: serde_json::Value = serde_json::from_slice(&parts.concat()).unwrap();
        let entries = bundle["entry"].as_array().unwrap();
        assert_eq!((bundle["type"].as_str(), entries.len()), (Some("collection"), 4));
        assert_eq!(entries[2]["resource"]["agent"][0]["who"]["display"], "Dr Bea Holt");
        let copies = find(&world, Filter { kind: Some(Kind::Copies), own: true, ..Filter::default() }).await;
        assert_eq!(copies.iter().map(|item| item.detail["what"].as_str()).collect::<Vec<_>>(), ["activity-fhir", "activity-csv"]);
        assert!(matches!(activity.take(&Actor::Nobody, world.person).await.map(|_| ()), Err(ServiceError::NotSignedIn)));
    }
}
