use super::*;
use chrono::TimeDelta;
use domain::rhythm::{Rhythm, Silence};
use domain::scope::Scope;
use service::{ConnectionOf, Narrowing, OutOfDate, SilentSource, SourceDetail, SourceFault, Which};

fn ellis() -> Value {
    patient("m1", Some("9990548609"), "Ellis", "1948-11-04")
}

async fn sources(desk: &Desk, reader: &Actor, person: PersonId) -> Vec<SourceDetail> {
    desk.services.records.sources(reader, person).await.unwrap().sources
}

testkit::both_engines! {
    async fn each_source_says_what_it_sent_and_when_it_last_did(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[
            ellis(),
            problem("c1", "m1", "Asthma", "active", "2019"),
            problem("c2", "m1", "Gout", "active", "2020"),
            weight("o1", "m1", "2026-03-04T10:40:00Z", "61"),
        ])).await.unwrap().person;
        let first = desk.services.core.now();
        desk.clock.advance(TimeDelta::days(1));
        let hospital = desk
            .services
            .organisations
            .ensure(&Actor::Operator, "RXX01", "St Anne’s Hospital", OrganisationKind::Hospital)
            .await
            .unwrap();
        let broken = with(problem("c9", "m1", "Fracture", "active", "2025"), "code", json!(7));
        let report =
            desk.import_from(&hospital, bundle("collection", &[ellis(), broken]), Some(Expected::Person(person))).await.unwrap();
        assert_eq!(report.problems.len(), 1);
        let me = desk.account_of(&[person]).await;
        let seen = sources(&desk, &me, person).await;
        let said: Vec<_> = seen.iter().map(|one| (one.name.as_str(), one.kind, one.sent.len(), one.unread)).collect();
        assert_eq!(said, [
            ("St Anne’s Hospital", OrganisationKind::Hospital, 0, 1),
            ("Riverside Surgery", OrganisationKind::Practice, 2, 0),
        ]);
        assert_eq!(seen[1].sent.iter().map(|kind| (kind.category, kind.entries)).collect::<Vec<_>>(), [
            (Category::Problem, 2), (Category::Result, 1),
        ]);
        assert_eq!((seen[1].last_success, seen[1].last_failure), (Some(first), None));
        // Somebody else is told of what is open to them, and of nothing else.
        let (ann, _) = desk.carer_of(person, Scopes::NONE.with(Scope::Tests), general()).await;
        let open = sources(&desk, &ann, person).await;
        assert_eq!(open.iter().map(|one| (one.name.as_str(), one.unread)).collect::<Vec<_>>(), [("Riverside Surgery", 0)]);
        assert_eq!(open[0].sent.iter().map(|kind| (kind.category, kind.entries)).collect::<Vec<_>>(), [(Category::Result, 1)]);
    }

    async fn what_is_kept_and_not_shown_is_counted_but_for_what_must_not_be_told(place: &Place) {
        let desk = Desk::at(place).await;
        let of = |kind: &str, id: &str| json!({ "resourceType": kind, "id": id, "status": "completed", "subject": { "reference": "Patient/m1" } });
        let hers = json!({ "reference": "RelatedPerson/r1" });
        let person = desk.import(bundle("collection", &[
            ellis(),
            json!({ "resourceType": "RelatedPerson", "id": "r1", "patient": { "reference": "Patient/m1" } }),
            of("QuestionnaireResponse", "k3"),
            with(of("NutritionOrder", "k5"), "patient", json!({ "reference": "Patient/m1" })),
            of("MedicationAdministration", "k6"),
            // Of a kind that is shown, but not to be read.
            with(of("RiskAssessment", "k7"), "mitigation", json!(7)),
            // About somebody else, labelled, taken back, not finished, and of kinds that are left out on purpose.
            with(of("NutritionOrder", "x1"), "subject", hers),
            with(of("NutritionOrder", "x2"), "meta", json!({ "security": [{ "code": "REDACTED" }] })),
            with(of("NutritionOrder", "x3"), "status", json!("entered-in-error")),
            with(of("QuestionnaireResponse", "x4"), "status", json!("in-progress")),
            with(of("FamilyMemberHistory", "x5"), "patient", json!({ "reference": "Patient/m1" })),
            of("Basic", "x6"),
        ])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let events = desk.events(person.as_uuid()).await;
        let kept = async |reader: &Actor| {
            let seen = sources(&desk, reader, person).await;
            seen.into_iter().map(|one| (one.kept, one.kept_more)).collect::<Vec<_>>()
        };
        assert_eq!(kept(&me).await, [(4, false)]);
        assert_eq!(desk.events(person.as_uuid()).await, events + 1, "one look is one event");
        // Others are not told of it.
        desk.import(bundle("collection", &[ellis(), problem("c1", "m1", "Asthma", "active", "2019")])).await.unwrap();
        let (ann, _) = desk.carer_of(person, Scopes::NONE.with(Scope::Conditions), general()).await;
        assert_eq!(kept(&ann).await, [(0, false)]);
        let many: Vec<_> = std::iter::once(ellis()).chain((0..250).map(|n| of("MedicationAdministration", &format!("m{n}")))).collect();
        desk.import(bundle("collection", &many)).await.unwrap();
        assert_eq!(kept(&me).await, [(0, true)], "a number would tell that one of the first two hundred is held back");
    }

    async fn what_cannot_be_taken_in_is_told_until_something_can(place: &Place) {
        let desk = Desk::at(place).await;
        let good = bundle("collection", &[ellis(), problem("c1", "m1", "Asthma", "active", "2019")]);
        let person = desk.import(good.clone()).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let first = desk.services.core.now();
        let events = desk.events(person.as_uuid()).await;
        desk.clock.advance(TimeDelta::days(1));
        let broke = desk.services.core.now();
        desk.import_expecting("{ not json", Some(Expected::Person(person))).await.unwrap_err();
        assert_eq!(desk.events(person.as_uuid()).await, events + 1, "one event");
        let seen = sources(&desk, &me, person).await;
        assert_eq!((seen[0].last_success, seen[0].failing), (Some(first), Some((broke, SourceFault::Unreadable))));
        // Again, in another way: still since then.
        desk.clock.advance(TimeDelta::days(1));
        let other_born = bundle("collection", &[with(with(ellis(), "id", json!("m7")), "birthDate", json!("1950-01-01"))]);
        desk.import(other_born).await.unwrap_err();
        let seen = sources(&desk, &me, person).await;
        assert_eq!(seen[0].failing, Some((broke, SourceFault::NotMatched)));
        let broke_again = desk.services.core.now();
        assert_eq!(seen[0].last_failure, Some((broke_again, SourceFault::NotMatched)));
        desk.clock.advance(TimeDelta::days(1));
        desk.import(good).await.unwrap();
        let seen = sources(&desk, &me, person).await;
        assert_eq!((seen[0].last_success, seen[0].failing), (Some(desk.services.core.now()), None));
        // Why it failed stays told.
        assert_eq!(seen[0].last_failure, Some((broke_again, SourceFault::NotMatched)));
    }

    async fn a_source_of_which_nothing_was_ever_taken_in_is_told_of_to_the_owner_alone(place: &Place) {
        let desk = Desk::at(place).await;
        let file = bundle("collection", &[ellis(), problem("c1", "m1", "Asthma", "active", "2019")]);
        let person = desk.import(file.clone()).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        desk.clock.advance(TimeDelta::days(1));
        let hospital = desk
            .services
            .organisations
            .ensure(&Actor::Operator, "RXX01", "Riverside Surgery", OrganisationKind::Hospital)
            .await
            .unwrap();
        let broke = desk.services.core.now();
        desk.import_from(&hospital, "{ not json".to_owned(), Some(Expected::Person(person))).await.unwrap_err();
        let seen = sources(&desk, &me, person).await;
        let said: Vec<_> = seen.iter().map(|one| (one.id, one.is_once, one.last_success.is_some(), one.failing)).collect();
        assert_eq!(said, [
            (desk.practice.id, true, true, None),
            (hospital.id, false, false, Some((broke, SourceFault::Unreadable))),
        ]);
        // The page of the record says so too, and lists the other one of that name alone.
        let contents = desk.services.records.contents(&me, person).await.unwrap();
        assert_eq!(contents.sources.iter().map(|one| one.id).collect::<Vec<_>>(), [desk.practice.id]);
        assert_eq!(contents.out_of_date.iter().map(|one| (one.id, one.never)).collect::<Vec<_>>(), [(hospital.id, true)]);
        let (ann, _) = desk.carer_of(person, Scopes::NONE.with(Scope::Conditions), general()).await;
        assert_eq!(sources(&desk, &ann, person).await.iter().map(|one| (one.id, one.is_once)).collect::<Vec<_>>(), [(desk.practice.id, false)]);
        // What came again came more than once, and what works at last is there.
        desk.clock.advance(TimeDelta::days(1));
        desk.import(file.clone()).await.unwrap();
        desk.import_from(&hospital, file, Some(Expected::Person(person))).await.unwrap();
        let seen = sources(&desk, &me, person).await;
        let of = |id| seen.iter().find(|one| one.id == id).map(|one| (one.is_once, one.last_success.is_some(), one.failing));
        assert_eq!((of(desk.practice.id), of(hospital.id)), (Some((false, true, None)), Some((true, true, None))));
    }

    async fn where_it_is_not_clear_who_is_meant_nobody_is_told(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[ellis(), problem("c1", "m1", "Asthma", "active", "2019")])).await.unwrap().person;
        let stone = bundle("collection", &[patient("m2", Some("9990000018"), "Stone", "1960-01-01")]);
        let other = desk.import(stone.clone()).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let events = [desk.events(person.as_uuid()).await, desk.events(other.as_uuid()).await];
        // About somebody else than was said, about two, and one that nobody was named for.
        desk.import_expecting(stone, Some(Expected::Person(person))).await.unwrap_err();
        desk.import(bundle("collection", &[ellis(), patient("m2", Some("9990000018"), "Stone", "1960-01-01")])).await.unwrap_err();
        desk.import("{ not json").await.unwrap_err();
        assert_eq!([desk.events(person.as_uuid()).await, desk.events(other.as_uuid()).await], events);
        assert_eq!(sources(&desk, &me, person).await[0].last_failure, None);
    }

    async fn systems_that_are_asked_are_told_of_to_those_to_whom_it_is_open_what_for(place: &Place) {
        let desk = Desk::at(place).await;
        let person = desk.import(bundle("collection", &[ellis(), problem("c1", "m1", "Asthma", "active", "2019")])).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        let of = async |reader: &Actor| {
            let seen = desk.services.records.sources(reader, person).await.unwrap();
            seen.connections.into_iter().map(|one| (one.of, one.failing)).collect::<Vec<_>>()
        };
        assert_eq!(of(&me).await, []);
        let (url, at) = (Some("https://gp.example.org"), desk.practice.id);
        desk.services.appointments.keep_outside(&Actor::Operator, at, url).await.unwrap();
        desk.services.medicines.prescribe_outside(&Actor::Operator, at, url).await.unwrap();
        desk.services.appointments.refresh_outside(&Actor::System).await.unwrap();
        let broke = Some(desk.services.core.now());
        let events = desk.events(person.as_uuid()).await;
        assert_eq!(of(&me).await, [(ConnectionOf::Appointments, broke), (ConnectionOf::Orders, None)]);
        assert_eq!(desk.events(person.as_uuid()).await, events + 1, "one look is one event");
        for (scope, told) in [
            (Scope::Tests, vec![]),
            (Scope::Consultations, vec![(ConnectionOf::Appointments, broke)]),
            (Scope::Prescriptions, vec![(ConnectionOf::Orders, None)]),
        ] {
            let (carer, _) = desk.carer_of(person, Scopes::NONE.with(scope), general()).await;
            assert_eq!(of(&carer).await, told, "{scope:?}");
        }
    }

    async fn a_source_that_sent_each_day_and_stops_is_told_of(place: &Place) {
        let desk = Desk::at(place).await;
        let file = bundle("collection", &[ellis(), problem("c1", "m1", "Asthma", "active", "2019")]);
        let person = desk.import(file.clone()).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        for _ in 0..5 {
            desk.clock.advance(TimeDelta::days(1));
            desk.import(file.clone()).await.unwrap();
        }
        let last = london_day(desk.services.core.now());
        desk.clock.advance(TimeDelta::days(5));
        assert_eq!(sources(&desk, &me, person).await[0].silence, None, "it may be a long weekend");
        assert_eq!(desk.services.records.silent_sources(&Actor::System).await.unwrap(), []);
        desk.clock.advance(TimeDelta::days(1));
        let silence = Silence { rhythm: Rhythm::Daily, since: last };
        assert_eq!(sources(&desk, &me, person).await[0].silence, Some(silence));
        // The page of the record says so too, the list of what that source sent, and the timeline: each in its one look.
        let records = &desk.services.records;
        let missing = [OutOfDate {
            id: desk.practice.id,
            name: "Riverside Surgery".to_owned(),
            failing: None,
            silence: Some(silence),
            never: false,
            sent: vec![Category::Problem],
        }];
        let events = desk.events(person.as_uuid()).await;
        assert_eq!(records.contents(&me, person).await.unwrap().out_of_date, missing);
        let [current, past] = records.current_and_past(&me, person, Category::Problem).await.unwrap();
        assert_eq!((current.out_of_date, past.out_of_date), (missing.to_vec(), Vec::new()));
        let listed = async |category| records.list(&me, person, category, Which::All, None).await.unwrap().out_of_date;
        assert_eq!((listed(Category::Problem).await, listed(Category::Allergy).await), (missing.to_vec(), Vec::new()));
        assert_eq!(records.results(&me, person, None).await.unwrap().out_of_date, []);
        let elsewhere = domain::OrganisationId::from_uuid(Uuid::from_u128(1));
        let in_time = async |narrowing| records.timeline(&me, person, narrowing, None).await.unwrap().out_of_date;
        assert_eq!(in_time(Narrowing::default()).await, missing);
        for narrowing in [
            Narrowing { kind: Some(Category::Result), ..Narrowing::default() },
            Narrowing { source: Some(elsewhere), ..Narrowing::default() },
            Narrowing { own: true, ..Narrowing::default() },
        ] {
            assert_eq!(in_time(narrowing).await, [], "{narrowing:?}");
        }
        assert_eq!(in_time(Narrowing { source: Some(desk.practice.id), ..Narrowing::default() }).await, missing);
        assert_eq!(desk.events(person.as_uuid()).await, events + 10);
        let silent = desk.services.records.silent_sources(&Actor::System).await.unwrap();
        assert_eq!(silent, [SilentSource { id: desk.practice.id, silence }]);
        // Others are not told when something came that may not be open to them, and only those who run the service may ask about all.
        let (ann, _) = desk.carer_of(person, Scopes::NONE.with(Scope::Conditions), general()).await;
        assert_eq!(sources(&desk, &ann, person).await[0].silence, None);
        assert_eq!(records.contents(&ann, person).await.unwrap().out_of_date, []);
        assert!(desk.services.records.silent_sources(&me).await.is_err());
        desk.import(file).await.unwrap();
        assert_eq!(sources(&desk, &me, person).await[0].silence, None);
        assert_eq!(records.contents(&me, person).await.unwrap().out_of_date, []);
        assert_eq!(desk.services.records.silent_sources(&Actor::System).await.unwrap(), []);
    }

    async fn a_source_that_sends_of_others_has_not_fallen_silent(place: &Place) {
        let desk = Desk::at(place).await;
        let stone = bundle("collection", &[patient("m2", Some("9990000018"), "Stone", "1960-01-01")]);
        desk.import(stone.clone()).await.unwrap();
        // Ten days in hospital look like a source that sends each day.
        let file = bundle("collection", &[ellis(), problem("c1", "m1", "Asthma", "active", "2019")]);
        let person = desk.import(file.clone()).await.unwrap().person;
        let me = desk.account_of(&[person]).await;
        for _ in 0..9 {
            desk.clock.advance(TimeDelta::days(1));
            desk.import(file.clone()).await.unwrap();
        }
        desk.clock.advance(TimeDelta::days(6));
        assert!(sources(&desk, &me, person).await[0].silence.is_some(), "it sent nothing about anybody");
        desk.import(stone).await.unwrap();
        assert_eq!(sources(&desk, &me, person).await[0].silence, None);
    }

    async fn many_files_late_in_a_summer_evening_are_of_one_day(place: &Place) {
        let desk = Desk::at(place).await;
        let file = bundle("collection", &[ellis(), problem("c1", "m1", "Asthma", "active", "2019")]);
        // Ten past midnight in London.
        let summer: DateTime<Utc> = "2027-07-05T23:10:00Z".parse().unwrap();
        desk.clock.advance(summer - desk.services.core.now());
        let mut last = summer;
        for _ in 0..5 {
            for _ in 0..4 {
                desk.import(file.clone()).await.unwrap();
                last = desk.services.core.now();
                desk.clock.advance(TimeDelta::minutes(1));
            }
            desk.clock.advance(TimeDelta::days(1) - TimeDelta::minutes(4));
        }
        desk.clock.advance(TimeDelta::days(6));
        let silence = Silence { rhythm: Rhythm::Daily, since: london_day(last) };
        let silent = desk.services.records.silent_sources(&Actor::System).await.unwrap();
        assert_eq!(silent, [SilentSource { id: desk.practice.id, silence }]);
    }
}
